-- title: 平衡面板 Panel of departments present in every year
-- about: Total expenditure of the departments that are there in every year of the span, beside that of all departments, whose growth mixes spending with who is in the database.
-- about: The span are the years in which the region has any document of the kind and scope; departments outside the panel are named.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year of the span
-- param: until INTEGER from=year | last fiscal year of the span
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: departments | – | number of all departments of the year
-- column: amount | 元 | their total expenditure
-- column: growth_pct | % | against the year directly before, whatever departments there were
-- column: panel_departments | – | number of departments present in every year of the span
-- column: panel_amount | 元 | their total expenditure
-- column: panel_growth_pct | % | against the year directly before, the same departments
-- column: outside | – | departments of the year that are not in the panel
-- column: missing_years | – | years of the span without any document (缺失年度)
-- main: fiscal_year panel_amount panel_growth_pct
-- chart: line fiscal_year panel_amount region
-- example: panel since=2019 until=2023
CREATE OR REPLACE MACRO panel(department := NULL, region := NULL, since := NULL, until := NULL) AS TABLE
WITH t AS (
  SELECT t.department_id, t.department, t.region, t.kind, t.scope, t.basis, t.fiscal_year, t.amount FROM total_expenditure t
  WHERE has_name(t.names, department) AND has_name([t.region], region)
    AND (since IS NULL OR t.fiscal_year >= since) AND (until IS NULL OR t.fiscal_year <= until)),
span AS (
  SELECT t.region, t.kind, t.scope, list(DISTINCT t.fiscal_year) AS years FROM t GROUP BY t.region, t.kind, t.scope),
there AS (
  SELECT t.department_id, t.kind, t.scope, t.basis, any_value(t.region) AS region, count(*) AS years
  FROM t GROUP BY t.department_id, t.kind, t.scope, t.basis),
series AS (
  SELECT h.department_id, h.kind, h.scope, h.basis, h.years = len(s.years) AS always
  FROM there h JOIN span s ON s.region IS NOT DISTINCT FROM h.region AND s.kind = h.kind AND s.scope = h.scope),
u AS (
  SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.amount, e.always
  FROM t JOIN series e ON e.department_id = t.department_id AND e.kind = t.kind AND e.scope = t.scope AND e.basis = t.basis),
y AS (
  SELECT u.region, u.kind, u.scope, u.fiscal_year, count(*) AS n, sum(u.amount) AS amount,
         count(*) FILTER (u.always) AS panel_n, sum(u.amount) FILTER (u.always) AS panel_amount,
         list(u.department) FILTER (NOT u.always) AS outside
  FROM u GROUP BY u.region, u.kind, u.scope, u.fiscal_year)
SELECT y.region, y.kind, y.scope, y.fiscal_year, y.n AS departments, y.amount,
       percent_of(y.amount - p.amount, p.amount) AS growth_pct,
       y.panel_n AS panel_departments, y.panel_amount,
       percent_of(y.panel_amount - p.panel_amount, p.panel_amount) AS panel_growth_pct, array_to_string(list_sort(y.outside), ', ') AS outside,
       years_missing(list_min(s.years), list_max(s.years), s.years) AS missing_years
FROM y JOIN span s ON s.region IS NOT DISTINCT FROM y.region AND s.kind = y.kind AND s.scope = y.scope
LEFT JOIN y p ON p.region IS NOT DISTINCT FROM y.region AND p.kind = y.kind AND p.scope = y.scope
 AND p.fiscal_year = y.fiscal_year - 1
ORDER BY y.region, y.kind, y.scope, y.fiscal_year;
COMMENT ON MACRO TABLE panel IS 'Departments present in every year, beside all departments (平衡面板)';
