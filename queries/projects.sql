-- title: 项目支出 Projects
-- about: The projects of the project table from the largest to the smallest, with their share of all listed project money.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: rank | – | place of the project from the largest
-- column: project | – | name (项目名称)
-- column: project_type | – | type as printed (项目类别)
-- column: code | – | code with lost zeros restored (项目编码)
-- column: amount | 元 | amount
-- column: share_pct | % | amount ÷ all listed project money of the document
-- order: department
-- main: fiscal_year project amount share_pct
-- chart: bar project amount
-- example: projects 办公室 year=2023
CREATE OR REPLACE MACRO projects(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (  -- documents in the order of the answer
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year,
         row_number() OVER (ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, d.document_id) AS place
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
whole AS (SELECT n.document_id, sum(n.amount) AS amount FROM project n GROUP BY n.document_id),
p AS (
  SELECT d.place, n.project_id, n.name, n.project_type, n.code, n.amount,
         row_number() OVER (PARTITION BY d.place ORDER BY n.amount DESC, n.project_id) AS rank
  FROM project n JOIN d ON d.document_id = n.document_id WHERE n.amount IS NOT NULL)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year,
       p.rank, p.name AS project, p.project_type, p.code, p.amount, percent_of(p.amount, w.amount) AS share_pct
FROM p JOIN d ON d.place = p.place
JOIN whole w ON w.document_id = d.document_id
ORDER BY p.place, p.rank;
COMMENT ON MACRO TABLE projects IS 'Projects by amount (项目支出)';
