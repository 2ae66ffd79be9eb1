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
SELECT f.department, f.region, f.kind, f.scope, f.fiscal_year, row_number() OVER up AS rank, f.project, f.amount,
       percent_of(row_number() OVER up, count(*) OVER whole) AS cum_projects_pct,
       percent_of(sum(f.amount) OVER up, sum(f.amount) OVER whole) AS cum_amount_pct
FROM project_amount f
WHERE f.amount > 0 AND has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
WINDOW whole AS (PARTITION BY f.document_id),
       up AS (PARTITION BY f.document_id ORDER BY f.amount, f.project_id ROWS UNBOUNDED PRECEDING)
ORDER BY f.department, f.region, f.kind, f.scope, f.fiscal_year, f.amount, f.project_id;
COMMENT ON MACRO TABLE lorenz IS 'Lorenz curve of the projects of a document (洛伦兹曲线)';
