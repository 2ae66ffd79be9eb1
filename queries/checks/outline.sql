-- check: OUTL
-- title: 大纲上级等于下级之和 In an outline, an upper row equals the rows under it
-- formula: category = Σ projects = Σ items; group/小计 = Σ items of the group
-- severity: break
-- source: domain handbook PRC.1–3, REV.3
WITH f AS (
  SELECT *, CASE WHEN ends_with(row_name, '/小计') THEN left(row_name, len(row_name) - 3) ELSE row_name END AS path
  FROM proof WHERE table_kind IN ('government_procurement', 'revenue') AND role <> 'of_which' AND row_code = '')
SELECT p.document_id, vocabulary_name('table_kind', p.table_kind) || '［' || p.row_name || '］ = Σ 下级' AS identity,
       p.amount AS lhs, sum(c.amount) AS rhs, any_value(p.half) * (count(*) + 1) AS slack,
       [p.cell_id] AS lhs_cells, list(c.cell_id) AS rhs_cells
FROM f p JOIN f c ON c.table_id = p.table_id AND c.column_no = p.column_no AND c.role = 'detail' AND starts_with(c.path, p.path || '/')
  -- a category may come twice: the rows until the next of its name are its own
  AND c.row_no > p.row_no AND NOT EXISTS (
    SELECT 1 FROM f n WHERE n.table_id = p.table_id AND n.row_name = p.row_name AND n.row_no > p.row_no AND n.row_no < c.row_no)
WHERE p.role = 'subtotal'
GROUP BY p.document_id, p.table_kind, p.row_name, p.amount, p.cell_id;
