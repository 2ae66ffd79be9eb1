-- title: 三公经费 Three-public expenses
-- about: The three-public expenses by component with their share of the printed total and the change from the year directly before; next to the table stands what the narrative states.
-- about: A component without a printed amount has none (NULL), which is not zero; no rate is given when the base is missing, zero or negative.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year shown
-- param: year INTEGER from=year | one fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: stage | – | budget (预算数) or actual (决算数)
-- column: item | – | identifier of the component
-- column: label | – | component (项目)
-- column: amount | 元 | amount in the table
-- column: share_pct | % | amount ÷ three-public total of the table
-- column: prior_amount | 元 | amount in the document of the year directly before
-- column: change | 元 | amount − prior_amount
-- column: growth_pct | % | change ÷ prior_amount
-- column: stated_amount | 元 | amount that the narrative states
-- chart: line fiscal_year amount label
-- example: three_public 办公室 since=2019
CREATE OR REPLACE MACRO three_public(department := NULL, region := NULL, since := NULL, year := NULL) AS TABLE
WITH printed AS (  -- a table with unit rows prints an item several times: its total row counts
  SELECT f.document_id, f.stage, f.item,
         arg_min(f.amount, (CASE f.role WHEN 'total' THEN 0 WHEN 'subtotal' THEN 1 ELSE 2 END, f.cell_id)) AS amount
  FROM current_fact f
  WHERE f.table_kind = 'three_public' AND coalesce(f.role, 'detail') <> 'of_which'
    AND f.item IN ('three_public', 'abroad', 'vehicle', 'vehicle_purchase', 'vehicle_running', 'reception')
  GROUP BY f.document_id, f.stage, f.item),
told AS (
  SELECT d.document_id, own_stage(d.kind) AS stage, s.subject AS item,
         arg_min(s.amount, s.stated_id) AS amount
  FROM stated s JOIN current_document d ON d.document_id = s.document_id
  WHERE s.amount IS NOT NULL
    AND s.subject IN ('three_public', 'abroad', 'vehicle', 'vehicle_purchase', 'vehicle_running', 'reception')
  GROUP BY ALL),
both_sides AS (
  SELECT coalesce(p.document_id, t.document_id) AS document_id, coalesce(p.stage, t.stage) AS stage,
         coalesce(p.item, t.item) AS item, p.amount, t.amount AS stated_amount
  FROM printed p FULL JOIN told t ON t.document_id = p.document_id AND t.stage = p.stage AND t.item = p.item),
placed AS (
  SELECT d.department_id, d.department, d.names, d.region, d.kind, d.scope, d.fiscal_year, b.*
  FROM both_sides b JOIN current_document d ON d.document_id = b.document_id)
SELECT f.department, f.region, f.kind, f.scope, f.fiscal_year, f.stage, f.item, v.chinese AS label, f.amount,
       percent_of(f.amount, w.amount) AS share_pct,
       p.amount AS prior_amount, f.amount - p.amount AS change,
       percent_of(f.amount - p.amount, p.amount) AS growth_pct, f.stated_amount
FROM placed f
JOIN vocabulary v ON v.list = 'item' AND v.id = f.item
LEFT JOIN printed w ON w.document_id = f.document_id AND w.stage = f.stage AND w.item = 'three_public'
LEFT JOIN placed p
  ON p.department_id = f.department_id AND p.kind = f.kind AND p.scope = f.scope
 AND p.stage = f.stage AND p.item = f.item AND p.fiscal_year = f.fiscal_year - 1
WHERE has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
  AND (since IS NULL OR f.fiscal_year >= since)
ORDER BY f.department, f.region, f.kind, f.scope, f.fiscal_year, f.stage, v.ordinal;
COMMENT ON MACRO TABLE three_public IS 'Three-public expenses by component (三公经费)';
