-- check: OPE
-- title: 机关运行经费与公用经费一致 Agency operating funds equal the public funds of the basic expenditure
-- formula: Σ 302 of 机关运行经费支出表 = Σ 302 of 基本支出表, per section
-- severity: note
-- source: domain handbook OPE.4–5 (the scope may differ by units that are no agency, so a difference is a note)
WITH f AS (SELECT * FROM proof WHERE economic_code IS NOT NULL AND role IN ('detail', 'subtotal') AND fund IN ('total', 'fiscal', 'general_public')),
basic AS (
  SELECT document_id, economic_code, max(half) AS half, max(amount) AS amount, flatten(list(cells)) AS cells FROM basic_economic
  GROUP BY document_id, economic_code)
SELECT a.document_id, '机关运行经费支出表 ' || a.economic_code || ' = 基本支出表' AS identity, a.amount AS lhs, b.amount AS rhs,
       a.half + b.half AS slack, [a.cell_id] AS lhs_cells, b.cells AS rhs_cells
FROM f a JOIN basic b ON b.document_id = a.document_id AND b.economic_code = a.economic_code
WHERE a.table_kind = 'agency_operating_expenditure'
  -- where the totals differ, so does the scope, and the sections say nothing
  AND (len(a.economic_code) = 3 OR EXISTS (
    SELECT 1 FROM f t JOIN basic s ON s.document_id = t.document_id AND s.economic_code = t.economic_code
    WHERE t.document_id = a.document_id AND t.table_kind = a.table_kind AND t.economic_code = left(a.economic_code, 3) AND abs(t.amount - s.amount) <= t.half + s.half));
