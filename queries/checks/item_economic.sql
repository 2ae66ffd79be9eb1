-- check: 3PE
-- title: 三公经费与经济科目一致 Three-public components agree with their economic codes
-- formula: 出国 = 30212; 购置 = 31013; 运行 = 30231; 接待 = 30217, in the table that holds basic and project money; where only basic money is classified, it cannot exceed the component
-- severity: break
-- source: domain handbook 3PU.3–6
WITH map(item, code) AS (VALUES ('abroad', '30212'), ('vehicle_purchase', '31013'), ('vehicle_running', '30231'), ('reception', '30217')),
f AS (SELECT * FROM proof WHERE stage = own_stage(kind)),
component AS (
  SELECT document_id, item, amount, cell_id, half FROM f t
  WHERE table_kind = 'three_public' AND role IS DISTINCT FROM 'of_which' AND item IN (SELECT item FROM map)
    -- a table by unit has its total for the department
    AND (role = 'total' OR NOT EXISTS (SELECT 1 FROM f x WHERE x.table_id = t.table_id AND x.role = 'total' AND x.item = t.item))),
asked AS (
  SELECT document_id, item, code, amount, [cell_id] AS cells, half FROM component JOIN map USING (item)
  UNION ALL
  SELECT n.document_id, m.item, m.code, 0, [], 0 FROM no_component_of() n JOIN map m USING (item)),
coded AS (
  SELECT document_id, fund, economic_code AS code, sum(amount) AS amount, list(cell_id) AS cells FROM f
  WHERE economic_code IN (SELECT code FROM map) AND role = 'detail'
    AND table_kind = 'economic_classification_summary' AND fund IN ('total', 'general_public') AND period = 'all'
  GROUP BY ALL)
SELECT c.document_id, vocabulary_name('item', m.item) || ' = 经济分类汇总 ' || m.code AS identity,
       c.amount AS lhs, coalesce(arg_min(e.amount, (abs(e.amount - c.amount), e.fund)), 0) AS rhs, 0 AS slack, [c.cell_id] AS lhs_cells,
       coalesce(arg_min(e.cells, (abs(e.amount - c.amount), e.fund)), []) AS rhs_cells
FROM component c JOIN map m USING (item)
-- three-public expenses are of the general public budget or of all funds
LEFT JOIN coded e ON e.document_id = c.document_id AND e.code = m.code
WHERE c.document_id IN (SELECT document_id FROM coded)
GROUP BY c.document_id, c.cell_id, c.amount, m.item, m.code
UNION ALL
-- the right side is what would make it true
SELECT a.document_id, vocabulary_name('item', a.item) || ' ≥ 基本支出 ' || a.code, a.amount, greatest(a.amount, e.amount), 2 * a.half,
       a.cells, e.cells
FROM asked a JOIN basic_economic e ON e.document_id = a.document_id AND e.economic_code = a.code
WHERE e.table_kind = 'general_public_basic_expenditure' AND e.role = 'detail';
