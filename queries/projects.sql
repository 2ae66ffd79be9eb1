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
-- chart: bar project amount
-- example: projects 办公室 year=2023
CREATE OR REPLACE MACRO projects(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
p AS (
  SELECT f.document_id, f.project_id, sum(f.amount) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind = 'project_expenditure'::table_kind AND f.role = 'detail'::role AND f.project_id IS NOT NULL
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id, f.project_id),
r AS (  -- ranked before names are joined
  SELECT p.*, row_number() OVER (PARTITION BY p.document_id ORDER BY p.amount DESC, p.project_id) AS rank, w.amount AS whole
  FROM p JOIN (SELECT x.document_id, sum(x.amount) AS amount FROM p x GROUP BY x.document_id) w ON w.document_id = p.document_id)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year,
       r.rank, n.name AS project, n.project_type, n.code, r.amount, percent_of(r.amount, r.whole) AS share_pct
FROM r JOIN d ON d.document_id = r.document_id
JOIN project n ON n.project_id = r.project_id
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, r.amount DESC, r.project_id;
COMMENT ON MACRO TABLE projects IS 'Projects by amount (项目支出)';
