-- check: XROW
-- title: 表间同一科目相等 The same code has the same amount in every table that must agree
-- formula: 收支总表的类 = Σ 支出表该类; 财政拨款收支总表的类 = 一般公共预算支出表; 支出表 = 一般公共预算支出表 where all money is general public; 收入表 = 支出表 by code where totals agree
-- severity: break
-- source: domain handbook EXP.6, FIS.2–3, GPE.6, FAE.4, BAS.9
WITH f AS (SELECT * FROM proof WHERE role <> 'of_which' AND stage = own_stage(kind)),
total AS (
  SELECT document_id, table_kind, flow, fund, nature, max_by(amount, (coalesce(period, 'all') = 'all', cell_id)) AS amount FROM f
  WHERE role = 'total' GROUP BY ALL),
-- amount of every code in every table, at the level at which it is printed, and of classes as sums
coded AS (
  SELECT document_id, table_kind, fund, nature, period, coalesce(function_code, economic_code) AS code, max(half) AS half,
         sum(amount) AS amount, count(*) AS n, list(cell_id) AS cells
  FROM f WHERE coalesce(function_code, economic_code) IS NOT NULL AND role IN ('detail', 'subtotal') AND coalesce(item, '') = ''
  GROUP BY ALL),
-- revenue by code, over this year and carry-over where no column holds both
received AS (
  SELECT document_id, code, max(half) AS half, coalesce(sum(amount) FILTER (period = 'all'), sum(amount)) AS amount, sum(n) AS n,
         coalesce(flatten(list(cells) FILTER (period = 'all')), flatten(list(cells))) AS cells
  FROM coded WHERE table_kind = 'revenue' AND fund = 'total' GROUP BY ALL),
-- the tables of the other funds have their revenue and what is carried over beside the expenditure
spent AS (
  SELECT * FROM f
  WHERE function_code IS NOT NULL AND role IN ('detail', 'subtotal')
    AND (table_kind IN ('expenditure', 'general_public_expenditure', 'fiscal_appropriation_expenditure')
         OR table_kind IN ('government_fund_expenditure', 'state_capital_expenditure') AND flow = 'expenditure'
            AND coalesce(period, 'all') IN ('all', 'current_year'))),
-- classes as they are printed, else as sums; HIER says where the two differ
class AS (
  SELECT document_id, table_kind, fund, nature, function_code AS code, max(half) AS half, sum(amount) AS amount, count(*) AS n, list(cell_id) AS cells
  FROM spent WHERE len(function_code) = 3 GROUP BY ALL
  UNION ALL
  SELECT s.document_id, s.table_kind, s.fund, s.nature, left(s.function_code, 3), max(s.half), sum(s.amount), count(*), list(s.cell_id)
  FROM spent s
  WHERE s.role = 'detail' AND len(s.function_code) > 3
    AND NOT EXISTS (SELECT 1 FROM spent c WHERE c.table_id = s.table_id AND c.column_path = s.column_path AND c.function_code = left(s.function_code, 3))
  GROUP BY ALL),
summary AS (
  SELECT document_id, table_kind, fund, function_code AS code, half, amount, cell_id
  FROM f
  WHERE table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary') AND len(function_code) = 3
    AND nature = 'total' AND role = 'detail'),
link(a, a_fund, b, b_fund) AS (VALUES
  ('revenue_expenditure_summary', 'total', 'expenditure', 'total'),
  ('revenue_expenditure_summary', 'total', 'fiscal_appropriation_expenditure', 'fiscal'),
  ('fiscal_appropriation_summary', 'general_public', 'general_public_expenditure', 'general_public'),
  ('fiscal_appropriation_summary', 'government_fund', 'government_fund_expenditure', 'government_fund'),
  ('fiscal_appropriation_summary', 'state_capital', 'state_capital_expenditure', 'state_capital'),
  ('fiscal_appropriation_summary', 'fiscal', 'fiscal_appropriation_expenditure', 'fiscal')),
-- tables of the same money, equal code by code when their totals are
twin(a, a_fund, b, b_fund) AS (VALUES
  ('expenditure', 'total', 'general_public_expenditure', 'general_public'),
  ('fiscal_appropriation_expenditure', 'fiscal', 'general_public_expenditure', 'general_public'),
  ('fiscal_appropriation_basic_expenditure', 'fiscal', 'general_public_basic_expenditure', 'general_public')),
equal_twin AS (
  SELECT w.*, a.document_id FROM twin w
  JOIN total a ON a.table_kind = w.a AND a.fund = w.a_fund AND a.nature IN ('total', 'basic')
  JOIN total b ON b.table_kind = w.b AND b.fund = w.b_fund AND b.nature = a.nature AND b.document_id = a.document_id
  WHERE a.amount = b.amount AND a.amount <> 0 AND (a.nature = 'total' OR w.a = 'fiscal_appropriation_basic_expenditure')),
-- documents with a table of another fund than the general public budget whose 支出表 has fiscal money only
three_funds AS (
  SELECT DISTINCT e.document_id FROM total e
  JOIN total s ON s.document_id = e.document_id AND s.table_kind = 'fiscal_appropriation_summary' AND s.flow = 'expenditure' AND s.fund = 'fiscal' AND s.amount = e.amount
  WHERE e.table_kind = 'expenditure' AND e.fund = 'total' AND e.nature = 'total'
    AND EXISTS (SELECT 1 FROM spent o WHERE o.document_id = e.document_id AND o.table_kind IN ('government_fund_expenditure', 'state_capital_expenditure'))
    AND EXISTS (SELECT 1 FROM spent o WHERE o.document_id = e.document_id AND o.table_kind = 'general_public_expenditure'))
SELECT s.document_id, vocabulary_name('table_kind', s.table_kind) || ' ' || s.code || ' = ' || vocabulary_name('table_kind', c.table_kind) AS identity,
       s.amount AS lhs, c.amount AS rhs, greatest(s.half, c.half) * (c.n + 1) AS slack, [s.cell_id] AS lhs_cells, c.cells AS rhs_cells
FROM summary s
JOIN link l ON l.a = s.table_kind AND l.a_fund = s.fund
JOIN class c ON c.table_kind = l.b AND c.fund = l.b_fund AND c.nature = 'total' AND c.code = s.code AND c.document_id = s.document_id
-- the summary also holds money outside the treasury; then the classes of the fiscal table may be smaller
WHERE NOT (l.b = 'fiscal_appropriation_expenditure' AND l.a = 'revenue_expenditure_summary'
           AND NOT EXISTS (SELECT 1 FROM total a JOIN total b ON b.document_id = a.document_id
                           WHERE a.document_id = s.document_id AND a.table_kind = l.a AND a.flow = 'expenditure' AND a.fund = 'total'
                             AND b.table_kind = l.b AND a.amount = b.amount))
UNION ALL
SELECT a.document_id, vocabulary_name('table_kind', a.table_kind) || ' ' || a.code || '［' || vocabulary_name('nature', a.nature) || '］ = '
         || vocabulary_name('table_kind', b.table_kind),
       a.amount, b.amount, greatest(a.half, b.half) * 2, a.cells, b.cells
FROM equal_twin w
JOIN coded a ON a.document_id = w.document_id AND a.table_kind = w.a AND a.fund = w.a_fund
JOIN coded b ON b.document_id = w.document_id AND b.table_kind = w.b AND b.fund = w.b_fund AND b.code = a.code
            AND b.nature = a.nature AND b.period = a.period
UNION ALL
-- all expenditure is that of the three funds where no other money is spent; a row that one side lacks is nothing there
SELECT coalesce(a.document_id, b.document_id), '支出表 ' || coalesce(a.code, b.code) || ' = Σ 各类财政拨款支出表', coalesce(a.amount, 0), coalesce(b.amount, 0),
       coalesce(greatest(a.half, b.half), a.half, b.half) * 4, coalesce(a.cells, []), coalesce(b.cells, [])
FROM (SELECT * FROM coded WHERE table_kind = 'expenditure' AND fund = 'total' AND nature = 'total' AND period = 'all' AND len(code) = 7
        AND document_id IN (FROM three_funds)) a
FULL JOIN (
  SELECT document_id, code, sum(amount) AS amount, max(half) AS half, flatten(list(cells)) AS cells FROM (
    SELECT s.document_id, s.function_code AS code, s.amount, s.half, [s.cell_id] AS cells FROM spent s
    WHERE s.nature = 'total' AND s.table_kind IN ('general_public_expenditure', 'government_fund_expenditure', 'state_capital_expenditure')
      AND (s.table_kind <> 'general_public_expenditure' OR coalesce(s.period, 'all') = 'all') AND len(s.function_code) = 7 AND s.document_id IN (FROM three_funds))
  GROUP BY ALL) b ON b.document_id = a.document_id AND b.code = a.code
UNION ALL
-- revenue by function equals expenditure by function where no other income exists; an item that one side lacks is nothing there
SELECT coalesce(a.document_id, b.document_id), '收入表 ' || coalesce(a.code, b.code) || ' = 支出表', coalesce(a.amount, 0), coalesce(b.amount, 0),
       coalesce(greatest(a.half, b.half), a.half, b.half) * (coalesce(a.n, 1) + 1), coalesce(a.cells, []), coalesce(b.cells, [])
FROM received a
FULL JOIN (SELECT * FROM coded WHERE table_kind = 'expenditure' AND fund = 'total' AND nature = 'total' AND period = 'all') b
  ON b.document_id = a.document_id AND b.code = a.code
WHERE coalesce(a.document_id, b.document_id) IN (
    SELECT x.document_id FROM total x JOIN total y ON y.document_id = x.document_id
    WHERE x.table_kind = 'revenue' AND x.fund = 'total' AND y.table_kind = 'expenditure' AND y.nature = 'total' AND x.amount = y.amount)
  AND (a.code = b.code OR len(coalesce(a.code, b.code)) = 7
       AND EXISTS (SELECT 1 FROM received r WHERE r.document_id = coalesce(a.document_id, b.document_id) AND len(r.code) = 7)
       AND EXISTS (SELECT 1 FROM coded c WHERE c.document_id = coalesce(a.document_id, b.document_id) AND c.table_kind = 'expenditure' AND len(c.code) = 7));
