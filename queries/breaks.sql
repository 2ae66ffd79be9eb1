-- title: 科目调整 Breaks: reforms that make a growth rate meaningless
-- about: For every department, the codes whose money or meaning changed by a reform of the code lists between two documents that follow each other, with the amounts before and after, the naive growth, and the reform that explains it.
-- about: restated_prior is the earlier money that stands under the code afterwards. The reforms are data: FROM successor;
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year shown
-- param: axis VARCHAR from=function,economic,item | classification; all if left out
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: system | – | function (功能分类), economic (经济分类, basic expenditure) or item
-- column: code | – | code touched, at every level where the reform shows (科目编码)
-- column: name | – | its name in that year, else in the year before (科目名称)
-- column: prior_year | – | year of the document before
-- column: prior_amount | 元 | amount under the code in it
-- column: amount | 元 | amount under the code in fiscal_year
-- column: growth_pct | % | the naive rate: do not use it
-- column: restated_prior | 元 | earlier money that stands under the code in fiscal_year
-- column: restated_growth_pct | % | (amount − restated_prior) ÷ restated_prior; new and narrowed codes still distort it
-- column: reform | – | what happened (调整内容)
-- order: department
-- main: fiscal_year code growth_pct restated_growth_pct reform
-- chart: none
-- example: breaks 示例 since=2020
CREATE OR REPLACE MACRO breaks(department := NULL, region := NULL, since := NULL, axis := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d WHERE has_name(d.names, department) AND has_name([d.region], region)),
kept AS (  -- what is compared of each document
  SELECT f.document_id, CASE f.table_kind WHEN 'general_public_expenditure'::table_kind THEN 'function' ELSE 'economic' END AS system,
         CASE f.table_kind WHEN 'general_public_expenditure'::table_kind THEN f.function_code ELSE f.economic_code END AS code, f.amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.role = 'detail'::role AND coalesce(f.period, 'all'::period) = 'all'::period
    AND f.table_kind IN ('general_public_expenditure'::table_kind, 'general_public_basic_expenditure'::table_kind)
    AND (f.table_kind = 'general_public_expenditure'::table_kind AND f.nature = 'total'::nature AND f.function_code IS NOT NULL
      OR f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.nature = 'basic'::nature AND f.economic_code IS NOT NULL)),
items AS (
  SELECT f.document_id, 'item' AS system, CAST(f.item AS VARCHAR) AS code,
         arg_min(f.amount, total_first(f.role, f.cell_id)) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.item = 'agency_operating'::item AND coalesce(f.role, 'detail'::role) <> 'of_which'::role
    AND (f.table_kind = 'agency_operating_expenditure'::table_kind AND f.role = 'total'::role OR f.table_kind = 'three_public'::table_kind)
  GROUP BY f.document_id, f.item),
pairs AS (
  SELECT n.document_id, n.system, d.region, d.fiscal_year,
         lag(n.document_id) OVER w AS before_id, lag(d.fiscal_year) OVER w AS prior_year
  FROM (SELECT DISTINCT k.document_id, k.system FROM kept k UNION ALL SELECT i.document_id, i.system FROM items i) n
  JOIN d ON d.document_id = n.document_id
  WHERE axis IS NULL OR n.system = axis
  WINDOW w AS (PARTITION BY d.department_id, d.kind, d.scope, n.system ORDER BY d.fiscal_year)),
-- Only what a reform touches can be broken: that is looked up once for each region and span of years.
broken AS (
  SELECT x.system, x.prior_year, x.fiscal_year, x.region, c.code, length(c.code) AS digits,
         break_of(x.system, c.code, x.prior_year, x.fiscal_year, x.region, true) AS any_reform,
         break_of(x.system, c.code, x.prior_year, x.fiscal_year, x.region, false) AS lasting
  FROM (SELECT DISTINCT p.system, p.prior_year, p.fiscal_year, p.region FROM pairs p
        WHERE p.prior_year IS NOT NULL AND (since IS NULL OR p.fiscal_year >= since)) x
  JOIN reformed_code c ON c.system = x.system AND c.from_year > x.prior_year AND c.from_year <= x.fiscal_year
   AND (c.system = 'item' OR length(c.code) IN (3, 5, 7))
  GROUP BY ALL),
asked AS (
  SELECT p.document_id, p.before_id, b.system, b.prior_year, b.fiscal_year, b.code, b.digits, b.any_reform, b.lasting
  FROM pairs p JOIN broken b
    ON b.system = p.system AND b.prior_year = p.prior_year AND b.fiscal_year = p.fiscal_year AND b.region IS NOT DISTINCT FROM p.region
  WHERE b.any_reform IS NOT NULL),
moves AS (
  SELECT x.system, x.prior_year, x.fiscal_year, x.region, m.code, code_after(x.system, m.code, x.prior_year, x.fiscal_year, x.region) AS code_now
  FROM (SELECT DISTINCT b.system, b.prior_year, b.fiscal_year, b.region FROM broken b) x
  JOIN (SELECT DISTINCT r.system, r.code FROM successor r WHERE r.effect = 'moved') m ON m.system = x.system),
codes AS (SELECT DISTINCT b.system, b.code, b.digits FROM broken b WHERE b.any_reform IS NOT NULL),
leaf AS (
  SELECT k.document_id, k.system, k.code, sum(k.amount) AS amount FROM kept k
  WHERE k.document_id IN (SELECT y.document_id FROM asked y UNION ALL SELECT y.before_id FROM asked y)
    AND (k.system, left(k.code, 3)) IN (SELECT (c.system, left(c.code, 3)) FROM codes c
                                        UNION ALL SELECT (m.system, left(m.code, 3)) FROM moves m)
  GROUP BY ALL
  UNION ALL
  SELECT i.* FROM items i),
levels AS (
  SELECT l.document_id, c.system, c.code, sum(l.amount) AS amount
  FROM leaf l JOIN (SELECT DISTINCT c.digits FROM codes c) n ON n.digits <= length(l.code)
  JOIN codes c ON c.system = l.system AND c.digits = n.digits AND c.code = left(l.code, n.digits)
  GROUP BY l.document_id, c.system, c.code),
restated AS (
  SELECT p.document_id, c.system, c.code, sum(l.amount) AS amount
  FROM (SELECT DISTINCT y.document_id, y.system FROM asked y) y JOIN pairs p ON p.document_id = y.document_id AND p.system = y.system
  JOIN leaf l ON l.document_id = p.before_id AND l.system = p.system
  LEFT JOIN moves m ON m.system = p.system AND m.code = l.code AND m.prior_year = p.prior_year AND m.fiscal_year = p.fiscal_year
   AND m.region IS NOT DISTINCT FROM p.region
  JOIN (SELECT DISTINCT c.digits FROM codes c) n ON n.digits <= length(coalesce(m.code_now, l.code))
  JOIN codes c ON c.system = l.system AND c.digits = n.digits AND c.code = left(coalesce(m.code_now, l.code), n.digits)
  GROUP BY p.document_id, c.system, c.code),
touched AS (  -- a reform that only moves money touches where money moved
  SELECT x.document_id, x.system, x.prior_year, x.fiscal_year, x.code, n.amount, b.amount AS prior_amount, r.amount AS restated_prior,
         CASE WHEN b.amount IS DISTINCT FROM r.amount THEN x.any_reform ELSE x.lasting END AS reform
  FROM asked x
  LEFT JOIN levels n ON n.document_id = x.document_id AND n.system = x.system AND n.code = x.code
  LEFT JOIN levels b ON b.document_id = x.before_id AND b.system = x.system AND b.code = x.code
  LEFT JOIN restated r ON r.document_id = x.document_id AND r.system = x.system AND r.code = x.code
  WHERE coalesce(n.amount, b.amount, r.amount) IS NOT NULL),
named AS (
  SELECT t.system, t.prior_year, t.fiscal_year, t.code,
         CASE t.system WHEN 'item' THEN vocabulary_name('item', t.code)
           ELSE coalesce(code_name(t.system, t.code, t.fiscal_year), code_name(t.system, t.code, t.prior_year)) END AS name
  FROM (SELECT DISTINCT b.system, b.prior_year, b.fiscal_year, b.code FROM broken b) t)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, t.system, t.code, n.name,
       t.prior_year, t.prior_amount, t.amount, percent_of(t.amount - t.prior_amount, t.prior_amount) AS growth_pct,
       t.restated_prior, percent_of(t.amount - t.restated_prior, t.restated_prior) AS restated_growth_pct,
       t.reform
FROM touched t JOIN d ON d.document_id = t.document_id
LEFT JOIN named n ON n.system = t.system AND n.prior_year = t.prior_year AND n.fiscal_year = t.fiscal_year AND n.code = t.code
WHERE t.reform IS NOT NULL
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, t.system, t.code;
COMMENT ON MACRO TABLE breaks IS 'Codes touched by reforms between two documents, with amounts before and after (科目调整)';
