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
-- order: department
-- chart: lorenz cum_projects_pct cum_amount_pct
-- example: lorenz 办公室 year=2023
CREATE OR REPLACE MACRO lorenz(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (  -- documents in the order of the answer
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year,
         row_number() OVER (ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, d.document_id) AS place
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
whole AS (SELECT n.document_id, count(*) AS n, sum(n.amount) AS amount FROM project n WHERE n.amount > 0 GROUP BY n.document_id),
p AS (
  SELECT d.place, n.name, n.amount, row_number() OVER up AS rank, sum(n.amount) OVER up AS amount_up
  FROM project n JOIN d ON d.document_id = n.document_id WHERE n.amount > 0
  WINDOW up AS (PARTITION BY d.place ORDER BY n.amount, n.project_id ROWS UNBOUNDED PRECEDING))
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, p.rank, p.name AS project, p.amount,
       percent_of(p.rank, w.n) AS cum_projects_pct, percent_of(p.amount_up, w.amount) AS cum_amount_pct
FROM p JOIN d ON d.place = p.place
JOIN whole w ON w.document_id = d.document_id
ORDER BY p.place, p.rank;
COMMENT ON MACRO TABLE lorenz IS 'Lorenz curve of the projects of a document (洛伦兹曲线)';
