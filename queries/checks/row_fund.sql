-- check: ROWF
-- title: 行内各资金来源之和 In a row, all money equals its funds and years
-- formula: 合计 = Σ 资金来源; 财政拨款 = 一般公共预算 + 政府性基金 + 国有资本经营; 单位资金 = 事业 + 经营 + 上级补助 + 附属上缴 + 其他; 总计 = 本年 + 上年结转
-- severity: break
-- source: domain handbook REV.3, REV.4, FIS.4
WITH f AS (
  SELECT * REPLACE (
           -- surplus that is used bears the fund 单位资金 and stands beside its parts; 其他资金 in one column may, too
           CASE WHEN fund = 'own_funds' AND regexp_matches(column_path, '使用(非财政拨款|专用)结余|弥补收支差额|其他资金$') THEN 'beside_own_funds'
                ELSE CAST(fund AS VARCHAR) END AS fund),
         (table_id, row_no, row_code, row_name, nature, stage, flow, coalesce(item, '')) AS line
  FROM proof
  -- where a column is not understood, its money is missing from the sum
  WHERE role <> 'of_which'
    AND table_id NOT IN (SELECT t.table_id FROM source_table t JOIN diagnostic g ON g.document_id = t.document_id AND g.table_kind = t.kind WHERE g.kind = 'unplaced')
    AND table_kind IN ('revenue', 'fiscal_appropriation_summary', 'project_expenditure', 'project_performance_goals',
                       'economic_classification_summary')),
groups(whole, part) AS (VALUES
  ('fiscal', 'general_public'), ('fiscal', 'government_fund'), ('fiscal', 'state_capital'),
  ('own_funds', 'business'), ('own_funds', 'operating'), ('own_funds', 'superior'), ('own_funds', 'subordinate'), ('own_funds', 'other')),
-- a part of a group that is printed counts within it
parts(whole, part, within) AS (
  SELECT whole, part, NULL FROM groups
  UNION ALL SELECT 'total', part, whole FROM groups
  UNION ALL SELECT 'total', unnest(['fiscal', 'special_account', 'own_funds', 'beside_own_funds', 'total']), NULL),
several AS (SELECT table_id FROM f GROUP BY table_id HAVING count(DISTINCT column_no) > 1),
-- the funds of one year, or of all years where only the whole is printed for them
by_fund AS (
  SELECT w.document_id, w.table_kind, w.row_code, w.row_name, w.cell_id, w.amount AS lhs, w.fund, w.period, w.half,
         list(p.cell_id) AS cells, sum(p.amount) AS rhs, count(*) AS n
  FROM f w JOIN several USING (table_id) JOIN f p ON p.line = w.line AND p.cell_id <> w.cell_id
  JOIN parts q ON q.whole = w.fund AND q.part = p.fund
  WHERE (p.period = w.period
         OR w.period = 'all' AND NOT EXISTS (SELECT 1 FROM f x WHERE x.table_id = w.table_id AND x.fund = w.fund AND x.period = 'current_year' AND x.row_no = w.row_no))
    AND w.column_no <> p.column_no
    -- 上年结转 in one column beside the sources of the year
    AND (p.fund <> 'total' OR w.period = 'all' AND p.period = 'carry_over'
         AND NOT EXISTS (SELECT 1 FROM f x WHERE x.table_id = w.table_id AND (x.fund = 'total' AND x.period = 'current_year' OR x.fund <> 'total' AND x.period = 'carry_over')))
    AND NOT EXISTS (SELECT 1 FROM f x WHERE x.line = w.line AND x.fund = q.within AND x.period = p.period)
  GROUP BY ALL)
SELECT document_id, vocabulary_name('table_kind', table_kind) || '［' || coalesce(nullif(row_code, ''), nullif(row_name, ''), '合计') || '］'
         || vocabulary_name('fund', fund) || ' = Σ 来源' AS identity,
       lhs, rhs, half * (n + 1) AS slack, [cell_id] AS lhs_cells, cells AS rhs_cells
FROM by_fund
UNION ALL
SELECT w.document_id, vocabulary_name('table_kind', w.table_kind) || '［' || coalesce(nullif(w.row_code, ''), w.row_name) || '］总计 = 本年 + 结转',
       w.amount, sum(p.amount), any_value(w.half) * (count(*) + 1), [w.cell_id], list(p.cell_id)
FROM f w JOIN f p ON p.line = w.line AND p.fund = w.fund AND p.period IN ('current_year', 'carry_over')
WHERE w.period = 'all' AND w.table_kind = 'revenue'
  AND EXISTS (SELECT 1 FROM f x WHERE x.table_id = w.table_id AND x.fund = w.fund AND x.period = 'current_year')
GROUP BY w.document_id, w.table_kind, w.row_code, w.row_name, w.amount, w.cell_id;
