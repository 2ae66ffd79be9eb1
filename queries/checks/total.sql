-- check: TOT
-- title: 合计等于明细之和 A table's printed total equals the sum of its detail rows
-- formula: total row = Σ detail rows, per column
-- severity: break
-- source: domain handbook SUM.1–4, EXP.1, BAS.1, ECO.1, PRJ.1
WITH printed AS (SELECT * FROM proof WHERE table_kind NOT IN ('three_public', 'department_performance_goals')),
-- columns with the same headings and a total each (支出 by function, by economic class): each adds up by itself
side_by_side AS (
  SELECT DISTINCT table_id, column_path FROM printed WHERE role = 'total'
  GROUP BY table_id, column_path, row_no HAVING count(DISTINCT column_no) > 1),
f AS (
  SELECT p.*, CASE WHEN s.table_id IS NOT NULL THEN p.column_no END AS side
  FROM printed p LEFT JOIN side_by_side s ON s.table_id = p.table_id AND s.column_path = p.column_path),
-- a group without rows of its own (政府性基金/小计) stands for them
addend AS (
  SELECT f.* FROM f WHERE f.role = 'detail'
  UNION ALL
  SELECT f.* FROM f
  WHERE f.role = 'subtotal' AND ends_with(f.row_name, '/小计')
    AND NOT EXISTS (SELECT 1 FROM f d WHERE d.table_id = f.table_id AND d.column_no = f.column_no AND d.role = 'detail'
                      AND starts_with(d.row_name, left(f.row_name, len(f.row_name) - 2)))),
by_column AS (
  SELECT table_id, flow, stage, column_path, side, sum(amount) AS amount, count(*) AS n, list(cell_id) AS cells
  FROM addend WHERE period <> 'carried_forward' GROUP BY ALL),
-- 结转下年 stands under several panels and belongs to each of them
forward AS (
  SELECT table_id, flow, stage, column_path, side, sum(amount) AS amount, count(*) AS n, list(cell_id) AS cells
  FROM addend WHERE period = 'carried_forward' GROUP BY ALL),
total AS (SELECT * FROM f WHERE role = 'total'),
matched AS (
  SELECT t.*, d.column_path AS parts_path, d.amount + coalesce(w.amount, 0) AS parts, d.n + coalesce(w.n, 0) AS n, d.cells || coalesce(w.cells, []) AS cells
  FROM total t
  LEFT JOIN forward w ON w.table_id = t.table_id AND w.flow IS NOT DISTINCT FROM t.flow AND w.stage IS NOT DISTINCT FROM t.stage
                     AND w.column_path = t.column_path AND w.side IS NOT DISTINCT FROM t.side
  JOIN by_column d
    ON d.table_id = t.table_id AND d.flow IS NOT DISTINCT FROM t.flow AND d.stage IS NOT DISTINCT FROM t.stage
   AND (d.column_path = t.column_path AND d.side IS NOT DISTINCT FROM t.side
        -- a total over several panels (支出合计 under 功能分类 and 支出用途) equals each of them
        OR starts_with(d.column_path, split_part(t.column_path, '/', 1) || '/')
           AND ends_with(d.column_path, '/' || split_part(t.column_path, '/', -1))
           AND NOT EXISTS (SELECT 1 FROM by_column b WHERE b.table_id = t.table_id AND b.column_path = t.column_path)))
SELECT document_id, vocabulary_name('table_kind', table_kind) || '［' || parts_path || '］' || row_name || ' = Σ 明细' AS identity,
       amount AS lhs, parts AS rhs, half * (n + 1) AS slack, [cell_id] AS lhs_cells, cells AS rhs_cells
FROM matched
UNION ALL
-- 本年收入合计, 当年支出小计: everything but carry-over
SELECT s.document_id, vocabulary_name('table_kind', s.table_kind) || '［' || min(d.column_path) || '］' || s.row_name || ' = Σ 本年明细',
       s.amount, sum(d.amount), any_value(s.half) * (count(*) + 1), [s.cell_id], list(d.cell_id)
FROM f s JOIN f d
  ON d.table_id = s.table_id AND d.flow = s.flow AND d.role = 'detail' AND d.column_no = s.column_no
 AND d.period IN ('all', 'current_year') AND d.row_no < s.row_no
WHERE s.role = 'subtotal' AND s.period = 'current_year' AND s.table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary')
  AND regexp_matches(s.row_name, '^(本年|当年).*计$')
GROUP BY s.document_id, s.table_kind, s.row_name, s.amount, s.cell_id;
