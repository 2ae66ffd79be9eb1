-- check: NARS
-- title: 文字说明的占比与金额一致 A stated share follows from the stated amounts
-- formula: share % = 100 × amount ÷ amount of the whole
-- measure: percent
-- severity: break
-- source: domain handbook §3.4
WITH whole AS (
  SELECT document_id, subject, stated_id, amount FROM stated WHERE amount > 0),
printed AS (
  SELECT document_id, 'three_public' AS subject, amount FROM proof WHERE table_kind = 'three_public' AND item = 'three_public'
    AND stage = own_stage(kind)),
-- 占本年支出合计: without what is carried forward, as the tables have it
spent AS (
  SELECT document_id, CASE WHEN flow = 'revenue' THEN 'total_revenue' ELSE 'total' END AS subject, amount FROM proof
  WHERE stage = own_stage(kind) AND fund = 'total' AND nature = 'total'
    AND (table_kind IN ('revenue', 'expenditure') AND role = 'total' OR table_kind = 'revenue_expenditure_summary' AND role = 'subtotal' AND period = 'current_year')),
share AS (
  SELECT s.*, w.amount AS whole
  FROM stated s
  JOIN (SELECT document_id, subject, amount FROM whole UNION SELECT document_id, subject, amount FROM printed UNION SELECT document_id, subject, amount FROM spent) w
    ON w.document_id = s.document_id
   AND CASE WHEN s.share_of IS NOT NULL THEN w.subject = s.share_of
            ELSE w.subject IN ('total', 'total_revenue', 'fiscal_appropriation', 'general_public', 'general_public_basic') END
  WHERE s.share_pct IS NOT NULL AND s.amount > 0 AND w.amount >= s.amount),
nearest AS (
  SELECT stated_id, document_id, subject, share_pct, share_of, page, line, sentence, amount,
         printed_half(amount, sentence) AS half,
         arg_min(whole, (abs(share_pct - 100 * amount / whole), whole)) AS whole,
         arg_min(100 * amount / whole, (abs(share_pct - 100 * amount / whole), whole)) AS computed
  FROM share GROUP BY ALL)
SELECT document_id,
       '文字说明［' || subject_name(subject) || '］占比 % = 金额 ÷ 总额' AS identity,
       CAST(share_pct AS DECIMAL(18,2)) AS lhs, CAST(round(computed, 2) AS DECIMAL(18,2)) AS rhs,
       percent_half(share_pct, sentence)
         + 100 * half * (1 + amount / whole) / whole AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, page, line, sentence
FROM nearest
-- where the sentence names no whole, a share that fits none of the stated amounts is of another one
WHERE share_of IS NOT NULL OR abs(share_pct - computed) <= least(5, share_pct / 2);
