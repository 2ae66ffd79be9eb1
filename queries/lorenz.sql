-- title: 洛伦兹曲线 Lorenz curve of project money
-- about: Projects from the smallest to the largest with the share of projects and of money up to each. The further the second lags behind the first, the more concentrated the money is.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: rank | – | place of the project from the smallest
-- column: project | – | name of the project (项目名称)
-- column: amount | 元 | its amount
-- column: cum_projects_pct | % | share of projects up to this one
-- column: cum_amount_pct | % | share of money up to this one
-- chart: lorenz cum_projects_pct cum_amount_pct
-- example: lorenz 办公室 year=2023
CREATE OR REPLACE MACRO lorenz(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
p AS (
  SELECT f.document_id, f.project_id, sum(f.amount) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind = 'project_expenditure'::table_kind AND f.role = 'detail'::role AND f.project_id IS NOT NULL
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id, f.project_id HAVING sum(f.amount) > 0),
whole AS (SELECT p.document_id, count(*) AS n, sum(p.amount) AS amount FROM p GROUP BY p.document_id),
r AS (  -- added up before names are joined
  SELECT p.*, row_number() OVER up AS rank, sum(p.amount) OVER up AS amount_up
  FROM p WINDOW up AS (PARTITION BY p.document_id ORDER BY p.amount, p.project_id ROWS UNBOUNDED PRECEDING))
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, r.rank, n.name AS project, r.amount,
       percent_of(r.rank, w.n) AS cum_projects_pct, percent_of(r.amount_up, w.amount) AS cum_amount_pct
FROM r JOIN d ON d.document_id = r.document_id
JOIN whole w ON w.document_id = r.document_id
JOIN project n ON n.project_id = r.project_id
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, r.amount, r.project_id;
COMMENT ON MACRO TABLE lorenz IS 'Lorenz curve of the projects of a document (洛伦兹曲线)';
