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
-- chart: none
-- example: breaks 示例 since=2020
CREATE OR REPLACE MACRO breaks(department := NULL, region := NULL, since := NULL, axis := NULL) AS TABLE
WITH leaf AS (
  SELECT f.document_id, 'function' AS system, f.function_code AS code, sum(f.amount) AS amount FROM current_amount f
  WHERE f.table_kind = 'general_public_expenditure' AND f.role = 'detail' AND f.nature = 'total'
    AND f.function_code IS NOT NULL AND coalesce(f.period, 'all') = 'all'
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.function_code
  UNION ALL
  SELECT f.document_id, 'economic', f.economic_code, sum(f.amount) FROM current_amount f
  WHERE f.table_kind = 'general_public_basic_expenditure' AND f.role = 'detail' AND f.nature = 'basic'
    AND f.economic_code IS NOT NULL AND coalesce(f.period, 'all') = 'all'
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.economic_code
  UNION ALL
  SELECT f.document_id, 'item', f.item,
         arg_min(f.amount, (CASE f.role WHEN 'total' THEN 0 WHEN 'subtotal' THEN 1 ELSE 2 END, f.cell_id))
  FROM current_amount f
  WHERE f.item = 'agency_operating' AND coalesce(f.role, 'detail') <> 'of_which'
    AND (f.table_kind = 'agency_operating_expenditure' AND f.role = 'total' OR f.table_kind = 'three_public')
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.item),
placed AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, l.system, l.code, l.amount
  FROM leaf l JOIN current_document d ON d.document_id = l.document_id
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (axis IS NULL OR l.system = axis)),
pairs AS (
  SELECT n.*, lag(n.document_id) OVER w AS before_id, lag(n.fiscal_year) OVER w AS prior_year
  FROM (SELECT DISTINCT p.document_id, p.department_id, p.department, p.region, p.kind, p.scope, p.fiscal_year, p.system
        FROM placed p) n
  WINDOW w AS (PARTITION BY n.department_id, n.kind, n.scope, n.system ORDER BY n.fiscal_year)),
rows_of AS (
  SELECT x.document_id, x.system, x.before_id, p.code, p.code AS code_now, p.amount AS now, NULL AS before
  FROM pairs x JOIN placed p ON p.document_id = x.document_id AND p.system = x.system
  UNION ALL
  SELECT x.document_id, x.system, x.before_id, p.code,
         code_after(p.system, p.code, x.prior_year, x.fiscal_year, x.region), NULL, p.amount
  FROM pairs x JOIN placed p ON p.document_id = x.before_id AND p.system = x.system),
levels AS (
  SELECT r.*, n.digits FROM rows_of r
  JOIN (SELECT unnest([3, 5, 7, 99]) AS digits) n
    ON CASE r.system WHEN 'item' THEN n.digits = 99 ELSE n.digits <= length(r.code) END),
codes AS (
  SELECT l.document_id, l.system, left(l.code, l.digits) AS code, sum(l.now) AS amount, sum(l.before) AS prior_amount
  FROM levels l GROUP BY l.document_id, l.system, left(l.code, l.digits)),
restated AS (
  SELECT l.document_id, l.system, left(l.code_now, l.digits) AS code, sum(l.before) AS amount
  FROM levels l GROUP BY l.document_id, l.system, left(l.code_now, l.digits)),
touched AS (  -- a reform that only moves money touches where money moved
  SELECT x.*, coalesce(c.code, r.code) AS code, c.amount, c.prior_amount, r.amount AS restated_prior,
         break_of(x.system, coalesce(c.code, r.code), x.prior_year, x.fiscal_year, x.region,
                  c.prior_amount IS DISTINCT FROM r.amount) AS reform
  FROM codes c FULL JOIN restated r ON r.document_id = c.document_id AND r.system = c.system AND r.code = c.code
  JOIN pairs x ON x.document_id = coalesce(c.document_id, r.document_id) AND x.system = coalesce(c.system, r.system)
  WHERE x.prior_year IS NOT NULL AND (since IS NULL OR x.fiscal_year >= since))
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.system, t.code,
       CASE t.system WHEN 'item' THEN v.chinese
         ELSE coalesce(code_name(t.system, t.code, t.fiscal_year), code_name(t.system, t.code, t.prior_year)) END AS name,
       t.prior_year, t.prior_amount, t.amount, percent_of(t.amount - t.prior_amount, t.prior_amount) AS growth_pct,
       t.restated_prior, percent_of(t.amount - t.restated_prior, t.restated_prior) AS restated_growth_pct,
       t.reform
FROM touched t LEFT JOIN vocabulary v ON v.list = 'item' AND v.id = t.code
WHERE t.reform IS NOT NULL
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year, t.system, t.code;
COMMENT ON MACRO TABLE breaks IS 'Codes touched by reforms between two documents, with amounts before and after (科目调整)';
