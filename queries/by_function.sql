-- title: 功能分类 Expenditure by function
-- about: General public budget expenditure by functional classification, added up from the printed items to the level asked for: 3 class 类, 5 section 款, 7 item 项.
-- about: Where series_break names a reform of the code list, growth_pct says nothing about spending; restated_growth_pct compares with last year's money under this year's codes.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: level INTEGER from=3,5,7 | digits of the code: 3 class, 5 section, 7 item
-- param: under VARCHAR from=function_code | only codes that begin so; the level is at least as deep
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: code | – | functional code (功能科目编码)
-- column: name | – | its name in that year (科目名称); NULL when the code list lacks it
-- column: amount | 元 | expenditure
-- column: basic | 元 | of which basic expenditure (基本支出)
-- column: project | 元 | of which project expenditure (项目支出)
-- column: share_pct | % | amount ÷ all general public budget expenditure listed
-- column: prior_amount | 元 | amount under the same code in the document of the year directly before
-- column: growth_pct | % | (amount − prior_amount) ÷ prior_amount
-- column: restated_prior | 元 | last year's money that stands under this code this year
-- column: restated_growth_pct | % | (amount − restated_prior) ÷ restated_prior
-- column: series_break | – | reforms of this year that change what the code covers (科目调整)
-- order: department
-- main: fiscal_year code name amount growth_pct series_break
-- chart: bar name amount
-- example: by_function 办公室 level=5
-- example: by_function 办公室 under=20103 level=7
CREATE OR REPLACE MACRO by_function(department := NULL, region := NULL, year := NULL, level := 3, under := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage,
         dense_rank() OVER (ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year) AS place
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)
    AND (year IS NULL OR d.fiscal_year BETWEEN year - 1 AND year)),
t AS (
  SELECT f.document_id, left(f.function_code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code,
         sum(f.amount) FILTER (f.nature = 'total'::nature) AS amount,
         sum(f.amount) FILTER (f.nature = 'basic'::nature) AS basic,
         sum(f.amount) FILTER (f.nature = 'project'::nature) AS project
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind = 'general_public_expenditure'::table_kind
    AND f.role = 'detail'::role AND f.function_code IS NOT NULL AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id, left(f.function_code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))),
whole AS (SELECT t.document_id, sum(t.amount) AS amount FROM t GROUP BY t.document_id),
this AS (
  SELECT d.*, w.amount AS whole, b.document_id AS before_id
  FROM d JOIN whole w ON w.document_id = d.document_id
  LEFT JOIN d b ON b.department_id = d.department_id AND b.kind = d.kind AND b.scope = d.scope AND b.fiscal_year = d.fiscal_year - 1
  WHERE year IS NULL OR d.fiscal_year = year),
-- What the lists of codes say is looked up once for each year and region, not for each row.
named AS (
  SELECT c.code, y.fiscal_year, arg_max(c.name, c.valid_from) AS name
  FROM classification c JOIN (SELECT DISTINCT d.fiscal_year FROM d) y ON y.fiscal_year BETWEEN c.valid_from AND c.valid_to
  WHERE c.system = 'function' GROUP BY c.code, y.fiscal_year),
places AS (SELECT DISTINCT d.region, d.fiscal_year FROM d),
moves AS (
  SELECT y.region, y.fiscal_year, m.code, code_after('function', m.code, y.fiscal_year - 1, y.fiscal_year, y.region) AS code_now
  FROM places y JOIN (SELECT DISTINCT s.code, s.from_year FROM successor s WHERE s.system = 'function' AND s.effect = 'moved') m
    ON m.from_year = y.fiscal_year),
broken AS (
  SELECT y.region, y.fiscal_year, c.code,
         break_of('function', c.code, y.fiscal_year - 1, y.fiscal_year, y.region, true) AS any_reform,
         break_of('function', c.code, y.fiscal_year - 1, y.fiscal_year, y.region, false) AS lasting
  FROM places y JOIN reformed_code c ON c.system = 'function' AND c.from_year = y.fiscal_year),
restated AS (  -- in a year in which no money moved it is that of the year before
  SELECT x.document_id, left(coalesce(m.code_now, f.function_code), greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code,
         sum(f.amount) AS amount
  FROM fact f JOIN this x ON x.before_id = f.document_id AND x.stage = f.stage
  LEFT JOIN moves m ON m.code = f.function_code AND m.fiscal_year = x.fiscal_year AND m.region IS NOT DISTINCT FROM x.region
  WHERE f.table_kind = 'general_public_expenditure'::table_kind AND f.nature = 'total'::nature
    AND f.role = 'detail'::role AND f.function_code IS NOT NULL AND coalesce(f.period, 'all'::period) = 'all'::period
    AND x.fiscal_year IN (SELECT y.fiscal_year FROM moves y)
  GROUP BY x.document_id, left(coalesce(m.code_now, f.function_code), greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))),
u AS (
  SELECT x.*, t.code, t.amount, t.basic, t.project, p.amount AS prior,
         CASE WHEN x.fiscal_year IN (SELECT y.fiscal_year FROM moves y) THEN r.amount ELSE p.amount END AS restated
  FROM t JOIN this x ON x.document_id = t.document_id
  LEFT JOIN t p ON p.document_id = x.before_id AND p.code = t.code
  LEFT JOIN restated r ON r.document_id = t.document_id AND r.code = t.code
  WHERE under IS NULL OR starts_with(t.code, CAST(under AS VARCHAR)))
SELECT u.department, u.region, u.kind, u.scope, u.fiscal_year, u.code, n.name, u.amount, u.basic, u.project,
       percent_of(u.amount, u.whole) AS share_pct,
       u.prior AS prior_amount, percent_of(u.amount - u.prior, u.prior) AS growth_pct,
       u.restated AS restated_prior, percent_of(u.amount - u.restated, u.restated) AS restated_growth_pct,
       CASE WHEN u.prior IS DISTINCT FROM u.restated THEN b.any_reform ELSE b.lasting END AS series_break
FROM u
LEFT JOIN named n ON n.code = u.code AND n.fiscal_year = u.fiscal_year
LEFT JOIN broken b ON b.code = u.code AND b.fiscal_year = u.fiscal_year AND b.region IS NOT DISTINCT FROM u.region
ORDER BY u.place, u.code;
COMMENT ON MACRO TABLE by_function IS 'General public budget expenditure by functional classification, with growth and breaks (功能分类)';
