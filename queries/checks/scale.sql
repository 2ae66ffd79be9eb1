-- check: SCAL
-- title: 总额与上年同量级 The total is of last year's order of magnitude
-- formula: total ÷ last year's total within 1/100 and 100 (a wrong unit is a factor of 10 000)
-- severity: note
-- source: methods, anomaly flags (a ratio of 10⁴ is a unit slip)
WITH whole AS (
  SELECT f.document_id, d.department_id, d.kind, d.scope, d.fiscal_year, max(f.amount) AS amount, arg_min(f.cell_id, (-f.amount, f.cell_id)) AS cell_id
  FROM proof f JOIN document d USING (document_id)
  WHERE f.table_kind = 'revenue_expenditure_summary' AND f.flow = 'expenditure' AND f.role = 'total' AND f.fund = 'total'
    AND d.document_id NOT IN (SELECT x.supersedes FROM document x WHERE x.supersedes IS NOT NULL)
  GROUP BY ALL)
SELECT w.document_id, '支出总计与上年同量级' AS identity, w.amount AS lhs,
       CASE WHEN w.amount BETWEEN b.amount / 100 AND b.amount * 100 THEN w.amount ELSE b.amount END AS rhs, 0 AS slack,
       [w.cell_id] AS lhs_cells, [b.cell_id] AS rhs_cells
FROM whole w JOIN whole b ON b.department_id = w.department_id AND b.kind = w.kind AND b.scope = w.scope AND b.fiscal_year = w.fiscal_year - 1
WHERE w.amount > 0 AND b.amount > 0;
