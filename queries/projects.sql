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
SELECT f.department, f.region, f.kind, f.scope, f.fiscal_year,
       row_number() OVER (PARTITION BY f.document_id ORDER BY f.amount DESC, f.project_id) AS rank,
       f.project, f.project_type, f.code, f.amount,
       percent_of(f.amount, sum(f.amount) OVER (PARTITION BY f.document_id)) AS share_pct
FROM project_amount f
WHERE has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
ORDER BY f.department, f.region, f.kind, f.scope, f.fiscal_year, f.amount DESC, f.project_id;
COMMENT ON MACRO TABLE projects IS 'Projects by amount (项目支出)';
