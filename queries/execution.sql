-- title: 预算执行 Final account against budget
-- about: What was spent (final account) against the budget of the same department, year and scope, and against the budget column that the final account itself prints, if it prints one.
-- about: The rows are the total, basic and project expenditure of the expenditure table (this year's, without money carried forward), its functional classes and the three-public expenses. A rate needs a budget above zero.
-- about: The row of the total tells how far the composition differs from the budget: Σ|actual − adjusted| ÷ Σ adjusted over functional classes, each budget adjusted to the actual total (after PEFA PI-2.1, with classes as heads, without contingency 227 and interest 232).
-- about: What the text of the final account itself tells of budget and outturn (年初预算为…，支出决算为…) stands in rows of the measure stated.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: measure | – | expenditure (支出), function (功能分类), three_public (三公经费) or stated (文字说明)
-- column: code | – | nature of expenditure, functional class, item, or subject of the sentence
-- column: label | – | its name (名称)
-- column: budget | 元 | in the budget document (年初预算)
-- column: own_budget | 元 | in the budget column of the final account (预算数), or in its text
-- column: actual | 元 | in the final account (决算数), or in its text
-- column: execution_pct | % | actual ÷ budget (预算完成率)
-- column: own_execution_pct | % | actual ÷ own_budget
-- column: composition_variance_pct | % | variance of the composition; in the row of the total only (支出结构偏离度)
-- main: fiscal_year label actual execution_pct own_execution_pct
-- chart: bar label execution_pct
-- example: execution year=2023
CREATE OR REPLACE MACRO execution(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.* FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
pairs AS (
  SELECT a.document_id AS final_id, b.document_id AS budget_id, a.department, a.region, a.scope, a.fiscal_year
  FROM d a
  LEFT JOIN d b ON b.department_id = a.department_id AND b.fiscal_year = a.fiscal_year
   AND b.scope = a.scope AND b.kind = 'budget'::document_kind
  WHERE a.kind = 'final_account'::document_kind),
asked AS (SELECT p.final_id AS document_id FROM pairs p UNION SELECT p.budget_id FROM pairs p),
heads AS (
  SELECT f.document_id, f.stage, 'expenditure' AS measure, f.table_kind, f.nature AS code,
         arg_min(f.amount, f.cell_id) AS amount
  FROM fact f JOIN asked a ON a.document_id = f.document_id
  WHERE f.table_kind = 'expenditure'::table_kind AND f.role = 'total'::role AND f.nature IN ('total'::nature, 'basic'::nature, 'project'::nature)
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) IN ('all'::period, 'current_year'::period)
  GROUP BY f.document_id, f.stage, f.table_kind, f.nature
  UNION ALL
  SELECT f.document_id, f.stage, 'function', f.table_kind, left(f.function_code, 3), sum(f.amount)
  FROM fact f JOIN asked a ON a.document_id = f.document_id
  WHERE f.table_kind IN ('expenditure'::table_kind, 'general_public_expenditure'::table_kind) AND f.role = 'detail'::role AND f.nature = 'total'::nature
    AND f.function_code IS NOT NULL AND f.flow = 'expenditure'::flow AND coalesce(f.period, 'all'::period) = 'all'::period
    AND coalesce(f.fund, 'total'::fund) IN ('total'::fund, 'general_public'::fund)
  GROUP BY f.document_id, f.stage, f.table_kind, left(f.function_code, 3), coalesce(f.fund, 'total'::fund)
  -- of a table that prints both, the money of all funds
  QUALIFY coalesce(f.fund, 'total'::fund) = min(coalesce(f.fund, 'total'::fund)) OVER (PARTITION BY f.document_id, f.stage, f.table_kind)
  UNION ALL
  SELECT f.document_id, f.stage, 'three_public', f.table_kind, f.item,
         arg_min(f.amount, total_first(f.role, f.cell_id))
  FROM fact f JOIN asked a ON a.document_id = f.document_id
  WHERE f.table_kind = 'three_public'::table_kind AND coalesce(f.role, 'detail'::role) <> 'of_which'::role
    AND f.item IN ('three_public'::item, 'abroad'::item, 'vehicle'::item, 'vehicle_purchase'::item, 'vehicle_running'::item, 'reception'::item)
  GROUP BY f.document_id, f.stage, f.table_kind, f.item),
sides AS (
  SELECT p.final_id, h.measure, h.table_kind, h.code, h.amount AS actual,
         CAST(NULL AS DECIMAL(38,2)) AS own_budget, CAST(NULL AS DECIMAL(38,2)) AS budget
  FROM pairs p JOIN heads h ON h.document_id = p.final_id AND h.stage = 'actual'
  UNION ALL
  SELECT p.final_id, h.measure, h.table_kind, h.code, NULL, h.amount, NULL
  FROM pairs p JOIN heads h ON h.document_id = p.final_id AND h.stage = 'budget'
  UNION ALL
  SELECT p.final_id, h.measure, h.table_kind, h.code, NULL, NULL, h.amount
  FROM pairs p JOIN heads h ON h.document_id = p.budget_id AND h.stage = 'budget'),
rows_of AS (
  SELECT s.final_id, s.measure, s.table_kind, s.code, max(s.actual) AS actual, max(s.own_budget) AS own_budget,
         max(s.budget) AS budget
  FROM sides s GROUP BY s.final_id, s.measure, s.table_kind, s.code),
tables_of AS (  -- classes are compared in the first table that both documents print
  SELECT r.final_id, r.measure, min(r.table_kind) AS table_kind FROM (
    SELECT x.final_id, x.measure, x.table_kind FROM rows_of x
    GROUP BY x.final_id, x.measure, x.table_kind
    HAVING count(x.actual) > 0 AND count(coalesce(x.budget, x.own_budget)) > 0) r
  GROUP BY r.final_id, r.measure),
chosen AS (
  SELECT r.* FROM rows_of r JOIN tables_of t
    ON t.final_id = r.final_id AND t.measure = r.measure AND t.table_kind = r.table_kind),
variance AS (
  SELECT c.final_id, sum(abs(coalesce(c.actual, 0) - coalesce(c.budget, 0) * w.ratio)) / any_value(w.actual) AS share
  FROM chosen c JOIN (
    SELECT x.final_id, CAST(sum(x.actual) AS DOUBLE) AS actual,
           CAST(sum(x.actual) AS DOUBLE) / CAST(sum(x.budget) AS DOUBLE) AS ratio
    FROM chosen x WHERE x.measure = 'function' AND x.code NOT IN ('227', '232')
    GROUP BY x.final_id HAVING sum(x.budget) > 0 AND sum(x.actual) > 0) w ON w.final_id = c.final_id
  WHERE c.measure = 'function' AND c.code NOT IN ('227', '232') GROUP BY c.final_id),
told AS (  -- a subject that is told twice with different figures is none to rely on
  SELECT s.document_id AS final_id, 'stated' AS measure, s.subject AS code, min(s.stated_id) AS place,
         max(s.amount) AS actual, max(s.budget_amount) AS own_budget
  FROM stated s JOIN pairs p ON p.final_id = s.document_id
  WHERE s.amount IS NOT NULL AND s.budget_amount IS NOT NULL
  GROUP BY s.document_id, s.subject
  HAVING min(s.amount) = max(s.amount) AND min(s.budget_amount) = max(s.budget_amount)),
told_and_printed AS (
  SELECT c.final_id, c.measure, CAST(c.code AS VARCHAR) AS code, 0 AS place, c.budget, c.own_budget, c.actual FROM chosen c
  UNION ALL
  SELECT t.final_id, t.measure, t.code, t.place, NULL, t.own_budget, t.actual FROM told t)
SELECT p.department, p.region, p.scope, p.fiscal_year, c.measure, c.code,
       CASE c.measure WHEN 'function' THEN code_name('function', c.code, p.fiscal_year)
                      WHEN 'stated' THEN subject_name(c.code) ELSE v.chinese END AS label,
       c.budget, c.own_budget, c.actual,
       percent_of(c.actual, c.budget) AS execution_pct, percent_of(c.actual, c.own_budget) AS own_execution_pct,
       CASE WHEN c.measure = 'expenditure' AND c.code = 'total' THEN round(100 * x.share, 2) END AS composition_variance_pct
FROM told_and_printed c JOIN pairs p ON p.final_id = c.final_id
LEFT JOIN variance x ON x.final_id = c.final_id
LEFT JOIN vocabulary v ON v.id = c.code AND v.list = CASE c.measure WHEN 'expenditure' THEN 'nature' ELSE 'item' END
ORDER BY p.department, p.region, p.scope, p.fiscal_year, c.measure, c.place, coalesce(v.ordinal, 0), c.code;
COMMENT ON MACRO TABLE execution IS 'Final account against budget of the same department and year (预算执行)';
