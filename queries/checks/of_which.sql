-- check: OFW
-- title: 其中数与上级、与合计一致 Of-which amounts stay below their whole and add up to their own total
-- formula: 其中 ≤ 上级; of-which column: total = Σ rows; 一、财政拨款 = 1. + 2.; 整体绩效目标 = 基本 + 项目 = Σ 来源; 其中：财政拨款 = 财政拨款收支总表收入合计
-- severity: break
-- source: domain handbook SUM.7, ECO.4, FIS.5–6, DPG.1–3
WITH placed AS (  -- the role of the row, which an of-which amount does not tell itself
  SELECT p.*, (SELECT min(o.role) FROM proof o WHERE o.table_id = p.table_id AND o.row_no = p.row_no AND o.row_name = p.row_name
                 AND o.role <> 'of_which') AS row_role
  FROM proof p WHERE p.role = 'of_which' AND p.table_kind <> 'department_performance_goals'),
parent AS (  -- the whole to the left of an of-which column
  SELECT w.cell_id, w.document_id, w.amount, w.table_kind, w.row_code, w.row_name, w.half, max_by(o.amount, o.column_no) AS whole,
         max_by(o.cell_id, o.column_no) AS whole_cell
  FROM placed w JOIN proof o ON o.table_id = w.table_id AND o.row_no = w.row_no AND o.row_name = w.row_name AND o.column_no < w.column_no
  WHERE w.row_role IS NOT NULL GROUP BY ALL),
fiscal AS (  -- its own 其中：财政拨款; else the revenue of the year or with what was carried over, of one fund or of all
  SELECT p.document_id, p.amount, p.cell_id, p.half FROM placed p
  WHERE p.table_kind = 'fiscal_appropriation_summary' AND p.flow = 'revenue' AND regexp_matches(p.row_name, '^其中[:：]财政拨款$')
  UNION ALL
  SELECT p.document_id, p.amount, p.cell_id, p.half FROM proof p
  WHERE p.table_kind = 'fiscal_appropriation_summary' AND p.flow = 'revenue' AND NOT EXISTS (
    SELECT 1 FROM placed o WHERE o.document_id = p.document_id AND o.table_kind = p.table_kind AND o.flow = p.flow
      AND regexp_matches(o.row_name, '^其中[:：]财政拨款$'))),
ordered AS (
  SELECT p.*, regexp_extract(p.row_name, '^[^、.．]{1,3}[、.．]') AS ordinal FROM proof p
  WHERE p.table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary'))
SELECT document_id, vocabulary_name('table_kind', table_kind) || '［' || coalesce(nullif(row_code, ''), row_name) || '］其中 ≤ 上级' AS identity,
       greatest(amount, whole) AS lhs, whole AS rhs, 2 * half AS slack, [cell_id] AS lhs_cells, [whole_cell] AS rhs_cells
FROM parent
UNION ALL
SELECT t.document_id, vocabulary_name('table_kind', t.table_kind) || '［' || t.column_path || '］' || t.row_name || ' = Σ 明细', t.amount, sum(d.amount),
       any_value(t.half) * (count(*) + 1), [t.cell_id], list(d.cell_id)
FROM placed t JOIN placed d ON d.table_id = t.table_id AND d.column_path = t.column_path AND d.row_role = 'detail'
WHERE t.row_role IN ('total', 'subtotal') AND (t.row_role = 'total' OR t.row_code <> '')
GROUP BY t.document_id, t.table_kind, t.column_path, t.row_name, t.amount, t.cell_id
UNION ALL
-- 一、财政拨款 and the rows 1., 2. under it
SELECT w.document_id, vocabulary_name('table_kind', w.table_kind) || '［' || w.row_name || '］ = Σ 下级', w.amount, sum(p.amount),
       any_value(w.half) * (count(*) + 1), [w.cell_id], list(p.cell_id)
FROM ordered w JOIN ordered p ON p.table_id = w.table_id AND p.column_no = w.column_no AND p.row_no > w.row_no
  AND (regexp_matches(p.ordinal, '^[0-9]') OR regexp_matches(p.row_name, '^[（(][一二三四五六七八九十]+[）)]')) AND p.role = 'detail'
WHERE w.role = 'subtotal' AND regexp_matches(w.ordinal, '^[一二三四五六七八九十]+[、.．]')
  AND NOT EXISTS (SELECT 1 FROM ordered n WHERE n.table_id = w.table_id AND n.column_no = w.column_no AND n.row_no > w.row_no AND n.row_no < p.row_no
                    AND regexp_matches(n.ordinal, '^[一二三四五六七八九十]+[、.．]'))
GROUP BY w.document_id, w.table_kind, w.row_name, w.amount, w.cell_id
UNION ALL
SELECT s.document_id, '收支总表其中：财政拨款 = 财政拨款收支总表收入', s.amount, arg_min(f.amount, (abs(f.amount - s.amount), f.cell_id)),
       2 * max(greatest(s.half, f.half)), [s.cell_id], [arg_min(f.cell_id, (abs(f.amount - s.amount), f.cell_id))]
FROM proof s JOIN fiscal f ON f.document_id = s.document_id
WHERE s.table_kind = 'revenue_expenditure_summary' AND s.role = 'of_which' AND regexp_matches(s.row_name, '^其中[:：]财政拨款$')
GROUP BY s.document_id, s.cell_id, s.amount
UNION ALL
-- the overall goals split the budget by nature and by source
SELECT t.document_id, '整体绩效目标［预算总额］ = ' || CASE WHEN p.nature = 'total' THEN 'Σ 资金来源' ELSE '基本支出 + 项目支出' END, t.amount, sum(p.amount),
       0, [t.cell_id], list(p.cell_id)
FROM proof t JOIN proof p ON p.table_id = t.table_id AND p.role = 'of_which'
WHERE t.table_kind = 'department_performance_goals' AND t.role = 'total'
GROUP BY t.document_id, t.amount, t.cell_id, p.nature = 'total', CASE WHEN p.nature = 'total' THEN 'Σ 资金来源' ELSE '基本支出 + 项目支出' END;
