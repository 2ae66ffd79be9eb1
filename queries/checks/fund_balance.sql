-- check: BAL
-- title: 年初结转加收入等于支出加年末结转 What was carried over and came in is spent or carried forward
-- formula: 年初结转和结余 + 本年收入 = 本年支出 + 年末结转和结余, per row of the tables of the other funds; per fund, 财政拨款收支总表［总计］ = Σ its rows of revenue
-- severity: break
-- source: Ministry of Finance form of the final account (公开04表, 公开08表, 公开09表)
WITH f AS (SELECT * FROM proof WHERE role <> 'of_which' AND stage = own_stage(kind)),
flows AS (
  SELECT *, CASE WHEN period = 'carry_over' THEN 'opening' WHEN period = 'carried_forward' THEN 'closing'
                 WHEN flow = 'revenue' THEN 'received' ELSE 'spent' END AS side
  FROM f WHERE table_kind IN ('government_fund_expenditure', 'state_capital_expenditure') AND nature = 'total'),
line AS (
  SELECT document_id, table_id, table_kind, row_no, any_value(coalesce(nullif(row_code, ''), row_name)) AS label, max(half) AS half,
         coalesce(sum(amount) FILTER (side IN ('opening', 'received')), 0) AS lhs, coalesce(sum(amount) FILTER (side IN ('spent', 'closing')), 0) AS rhs,
         coalesce(list(cell_id) FILTER (side IN ('opening', 'received')), []) AS lhs_cells, coalesce(list(cell_id) FILTER (side IN ('spent', 'closing')), []) AS rhs_cells,
         count(*) AS n
  FROM flows
  -- revenue and expenditure in panels side by side have rows of their own
  GROUP BY document_id, table_id, table_kind, row_no, row_name
  -- the total's row may have its headings in the place of its expenditure
  HAVING bool_or(side IN ('opening', 'received')) AND bool_or(side = 'spent')),
by_fund AS (
  SELECT document_id, table_id, fund, sum(amount) AS amount, list(cell_id) AS cells, max(half) AS half, count(*) AS n
  FROM f WHERE table_kind = 'fiscal_appropriation_summary' AND flow = 'revenue' AND role IN ('detail', 'subtotal')
    AND fund IN ('general_public', 'government_fund', 'state_capital')
  GROUP BY ALL),
whole AS (
  SELECT document_id, table_id, amount FROM f
  WHERE table_kind = 'fiscal_appropriation_summary' AND flow = 'revenue' AND role = 'total' AND fund = 'fiscal' AND period = 'all')
SELECT document_id, vocabulary_name('table_kind', table_kind) || '［' || label || '］年初结转 + 收入 = 支出 + 年末结转' AS identity,
       lhs, rhs, half * (n + 1) AS slack, lhs_cells, rhs_cells
FROM line
UNION ALL
SELECT t.document_id, '财政拨款收支总表［' || vocabulary_name('fund', t.fund) || '］支出总计 = Σ 收入', t.amount, coalesce(b.amount, 0),
       coalesce(b.half * (b.n + 1), t.half), [t.cell_id], coalesce(b.cells, [])
FROM f t LEFT JOIN by_fund b ON b.table_id = t.table_id AND b.fund = t.fund
WHERE t.table_kind = 'fiscal_appropriation_summary' AND t.flow = 'expenditure' AND t.role = 'total' AND t.period = 'all' AND t.nature = 'total'
  AND t.fund IN ('general_public', 'government_fund', 'state_capital')
  -- where all revenue is told by fund
  AND EXISTS (SELECT 1 FROM whole w WHERE w.table_id = t.table_id AND w.amount = (SELECT sum(x.amount) FROM by_fund x WHERE x.table_id = w.table_id));
