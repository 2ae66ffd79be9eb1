-- title: 支出增长 Growth of total expenditure
-- about: Total expenditure of every year against the document of the year directly before (computed), next to what the narrative states, with its base named.
-- about: The last row of a series tells its compound annual growth over calendar years, in how many years it was observed, and which years are missing; with since= the series begins there.
-- about: No rate is given when the base is missing, zero or negative; budgets and final accounts, departments and units, totals of different tables are never mixed.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year shown
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: amount | 元 | total expenditure of the year (支出总计)
-- column: prior_year | – | year directly before, if its document is there
-- column: prior_amount | 元 | total expenditure in that document
-- column: change | 元 | amount − prior_amount
-- column: growth_pct | % | change ÷ prior_amount
-- column: base | – | what the narrative compares with (上年预算, 上年决算, …)
-- column: stated_change | 元 | change that the narrative states
-- column: stated_growth_pct | % | growth that the narrative states
-- column: prior_stated | 元 | amount − stated_change: the base that the narrative implies
-- column: growth_from_stated_change_pct | % | stated_change ÷ prior_stated
-- column: first_year | – | first year of the series (起始年度)
-- column: years_observed | – | years of the series with a document, up to this one
-- column: missing_years | – | years since the first without a document (缺失年度); they are not zero
-- column: cagr_pct | % | compound annual growth since the first year, by calendar distance (年均增长率)
-- trend: amount fiscal_year department region kind scope
-- order: department
-- main: fiscal_year amount growth_pct
-- chart: line fiscal_year amount department
-- example: growth 办公室 since=2019
CREATE OR REPLACE MACRO growth(department := NULL, region := NULL, since := NULL) AS TABLE
WITH s AS (
  SELECT s.document_id, s.base_year, s.base_kind, s.change, s.growth_pct FROM stated s
  WHERE s.subject = 'total' AND (s.change IS NOT NULL OR s.growth_pct IS NOT NULL)
  QUALIFY row_number() OVER (PARTITION BY s.document_id
                             ORDER BY s.change IS NULL, s.growth_pct IS NULL, s.stated_id) = 1),
totals AS (  -- no names: DuckDB keeps every column of what is named and used twice
  SELECT t.document_id, t.department_id, t.department, t.region, t.kind, t.scope, t.basis, t.fiscal_year, t.amount
  FROM total_expenditure t WHERE has_name(t.names, department) AND has_name([t.region], region)),
shown AS (SELECT t.* FROM totals t WHERE since IS NULL OR t.fiscal_year >= since),
series AS (  -- most are whole: the years are looked at one by one only where some are missing
  SELECT g.department_id, g.kind, g.scope, g.basis, g.first_year, g.first_amount, g.is_whole, CASE WHEN NOT g.is_whole THEN g.all_years END AS years
  FROM (
    SELECT t.department_id, t.kind, t.scope, t.basis, min(t.fiscal_year) AS first_year, arg_min(t.amount, t.fiscal_year) AS first_amount,
           list(t.fiscal_year) AS all_years, len(list_distinct(list(t.fiscal_year))) = max(t.fiscal_year) - min(t.fiscal_year) + 1
             AND count(*) = max(t.fiscal_year) - min(t.fiscal_year) + 1 AS is_whole
    FROM shown t GROUP BY t.department_id, t.kind, t.scope, t.basis) g),
gaps AS (  -- a year whose document has another basis is no missing one
  SELECT y.department_id, y.kind, y.scope, list_filter(range(y.years[1], y.years[-1]), lambda year: NOT list_contains(y.years, year)) AS years
  FROM (
    SELECT t.department_id, t.kind, t.scope, list_sort(list(t.fiscal_year)) AS years FROM shown t
    WHERE t.department_id IN (SELECT e.department_id FROM series e WHERE NOT e.is_whole) GROUP BY t.department_id, t.kind, t.scope) y),
t AS (
  SELECT t.*, e.first_year, e.first_amount, e.years, e.is_whole,
         CASE WHEN e.is_whole THEN t.fiscal_year - e.first_year + 1
              ELSE len(list_filter(e.years, lambda y: y <= t.fiscal_year)) END AS observed
  FROM shown t JOIN series e ON e.department_id = t.department_id AND e.kind = t.kind AND e.scope = t.scope AND e.basis = t.basis)
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.amount,
       p.fiscal_year AS prior_year, p.amount AS prior_amount,
       t.amount - p.amount AS change,
       percent_of(t.amount - p.amount, p.amount) AS growth_pct,
       CASE WHEN s.document_id IS NOT NULL THEN coalesce(s.base_year || '年', '上年') || CASE s.base_kind
         WHEN 'budget' THEN '预算' WHEN 'execution' THEN '预算执行' WHEN 'final_account' THEN '决算'
         ELSE '（口径未说明）' END END AS base,
       s.change AS stated_change,
       CAST(s.growth_pct AS DOUBLE) AS stated_growth_pct,
       t.amount - s.change AS prior_stated,
       percent_of(s.change, t.amount - s.change) AS growth_from_stated_change_pct,
       t.first_year, t.observed AS years_observed,
       nullif(array_to_string(list_filter(x.years, lambda year: year BETWEEN t.first_year AND t.fiscal_year), ', '), '') AS missing_years,
       cagr(t.first_amount, t.amount, t.fiscal_year - t.first_year) AS cagr_pct
FROM t
LEFT JOIN totals p
  ON p.department_id = t.department_id AND p.kind = t.kind AND p.scope = t.scope AND p.basis = t.basis
 AND p.fiscal_year = t.fiscal_year - 1
LEFT JOIN s ON s.document_id = t.document_id
LEFT JOIN gaps x ON x.department_id = t.department_id AND x.kind = t.kind AND x.scope = t.scope
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year;
COMMENT ON MACRO TABLE growth IS 'Growth of total expenditure, computed and stated, with CAGR (支出增长)';
