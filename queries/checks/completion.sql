-- check: RATE
-- title: 完成率与金额一致 A stated rate of completion follows from the account and its budget
-- formula: completion % = 100 × 支出决算 ÷ 年初预算
-- measure: percent
-- severity: break
-- source: Ministry of Finance form of the final account, part three (完成年初预算的%)
WITH printed AS (  -- the table of three-public expenses has both, where the sentence tells the rate alone
  SELECT document_id, item AS subject, max(amount) FILTER (stage = 'budget') AS budget, max(amount) FILTER (stage = 'actual') AS account, max(half) AS half
  FROM proof WHERE table_kind = 'three_public' AND kind = 'final_account' AND role IS DISTINCT FROM 'of_which' GROUP BY ALL),
s AS (
  SELECT s.*, coalesce(s.amount, p.account) AS account, coalesce(s.budget_amount, p.budget) AS budget,
         CASE WHEN s.amount IS NULL THEN p.half ELSE printed_half(s.amount, s.sentence) END AS half,
         CASE WHEN s.budget_amount IS NULL THEN p.half ELSE printed_half(s.budget_amount, s.sentence) END AS budget_half
  FROM stated s LEFT JOIN printed p USING (document_id, subject)
  -- beside an adjusted budget it is open which one an amount is
  WHERE s.completion_pct IS NOT NULL AND NOT regexp_matches(s.sentence, '调整后?预算|全年预算'))
SELECT document_id, '文字说明［' || subject_name(subject) || '］完成率 % = 决算 ÷ 预算' AS identity,
       CAST(completion_pct AS DECIMAL(18,2)) AS lhs, CAST(round(100 * account / budget, 2) AS DECIMAL(18,2)) AS rhs,
       percent_half(completion_pct, sentence)
         + 100 * (half + budget_half * account / budget) / budget AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, page, line, sentence
FROM s WHERE account IS NOT NULL AND budget > 0;
