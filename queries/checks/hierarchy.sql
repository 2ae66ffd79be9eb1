-- check: HIER
-- title: 类等于款之和，款等于项之和 A class equals its sections, a section its items
-- formula: amount of a code = Σ amounts of the codes one level below, per table and column
-- severity: break
-- source: domain handbook §3.2 (FAE, GPE, FAB, BAS, OPE hierarchies)
WITH coded AS (
  SELECT document_id, table_id, table_kind, column_path, stage, any_value(half) AS half,
         coalesce(function_code, economic_code) AS code, sum(amount) AS amount, list(cell_id) AS cells
  FROM proof
  WHERE coalesce(function_code, economic_code) IS NOT NULL AND role IN ('detail', 'subtotal')
    AND table_kind NOT IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary')
  GROUP BY ALL),
child AS (
  SELECT c.*, p.code AS parent, min(len(c.code)) OVER (PARTITION BY c.table_id, c.column_path, c.stage, p.code) AS nearest
  FROM coded p JOIN coded c
    ON c.table_id = p.table_id AND c.column_path = p.column_path AND c.stage = p.stage
   AND len(c.code) > len(p.code) AND starts_with(c.code, p.code)),
parts AS (
  SELECT table_id, column_path, stage, parent, sum(amount) AS amount, count(*) AS n, flatten(list(cells)) AS cells
  FROM child WHERE len(code) = nearest GROUP BY ALL)
SELECT p.document_id,
       vocabulary_name('table_kind', p.table_kind) || '［' || p.column_path || '］' || p.code || ' = Σ ' || c.n || ' 个下级科目' AS identity,
       p.amount AS lhs, c.amount AS rhs, p.half * (c.n + 1) AS slack, p.cells AS lhs_cells, c.cells AS rhs_cells
FROM coded p JOIN parts c ON c.table_id = p.table_id AND c.column_path = p.column_path AND c.stage = p.stage AND c.parent = p.code
UNION ALL
-- the total of a table with printed classes equals the classes
SELECT t.document_id, vocabulary_name('table_kind', t.table_kind) || '［' || t.column_path || '］' || t.row_name || ' = Σ 类',
       t.amount, sum(c.amount), any_value(t.half) * (count(*) + 1), [t.cell_id], flatten(list(c.cells))
FROM proof t JOIN coded c ON c.table_id = t.table_id AND c.column_path = t.column_path AND c.stage = t.stage AND len(c.code) = 3
WHERE t.role = 'total' AND NOT EXISTS (
  SELECT 1 FROM coded d
  WHERE d.table_id = t.table_id AND d.column_path = t.column_path AND len(d.code) > 3
    AND NOT EXISTS (SELECT 1 FROM coded k WHERE k.table_id = d.table_id AND k.column_path = d.column_path AND k.code = left(d.code, 3)))
GROUP BY t.document_id, t.table_kind, t.column_path, t.row_name, t.amount, t.cell_id;
