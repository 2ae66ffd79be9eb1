-- check: RATE
-- title: 完成率与金额一致 A stated rate of completion follows from the account and its budget
-- formula: completion % = 100 × 支出决算 ÷ 年初预算
-- measure: percent
-- severity: break
-- source: Ministry of Finance form of the final account, part three (完成年初预算的%)
CREATE OR REPLACE MACRO check_completion() AS TABLE
WITH printed AS (  -- the table of three-public expenses has both, where the sentence tells the rate alone
  SELECT document_id, item AS subject, max(amount) FILTER (stage = 'budget') AS budget, max(amount) FILTER (stage = 'actual') AS account
  FROM proof WHERE table_kind = 'three_public' AND kind = 'final_account' AND role IS DISTINCT FROM 'of_which' GROUP BY ALL),
s AS (
  SELECT s.*, coalesce(s.amount, p.account) AS account, coalesce(s.budget_amount, p.budget) AS budget,
         printed_half(coalesce(s.amount, p.account), s.sentence) AS half, printed_half(coalesce(s.budget_amount, p.budget), s.sentence) AS budget_half
  FROM stated s LEFT JOIN printed p USING (document_id, subject)
  WHERE s.completion_pct IS NOT NULL)
SELECT document_id, '文字说明［' || subject_name(subject) || '］完成率 % = 决算 ÷ 预算' AS identity,
       CAST(completion_pct AS DECIMAL(18,2)) AS lhs, CAST(round(100 * account / budget, 2) AS DECIMAL(18,2)) AS rhs,
       CASE WHEN completion_pct = trunc(completion_pct) THEN 0.5 WHEN completion_pct * 10 = trunc(completion_pct * 10) THEN 0.1 ELSE 0.01 END
         + 100 * (half + budget_half * account / budget) / budget AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, page, line, sentence
FROM s WHERE account IS NOT NULL AND budget > 0;
