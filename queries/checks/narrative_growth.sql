-- check: NARG
-- title: 文字说明的增幅与增减额一致 A stated growth rate follows from the stated change
-- formula: growth % = 100 × change ÷ (amount − change)
-- measure: percent
-- severity: break
-- source: domain handbook §3.4, §3.5 (±1 in the last printed place, and what the rounding of the amounts makes of the rate)
-- half: half a unit of the last place of the amounts
WITH alone AS (  -- the amount of a subject that the text states but once, where a change stands in a sentence of its own
  SELECT document_id, subject, min(amount) AS amount, arg_min(sentence, stated_id) AS amount_sentence
  FROM stated WHERE amount IS NOT NULL GROUP BY ALL HAVING min(amount) = max(amount)),
s AS (
  SELECT s.* REPLACE (coalesce(s.amount, a.amount) AS amount),
         printed_half(coalesce(s.amount, a.amount), CASE WHEN s.amount IS NULL THEN a.amount_sentence ELSE s.sentence END) AS half
  FROM stated s LEFT JOIN alone a USING (document_id, subject))
SELECT s.document_id,
       '文字说明［' || subject_name(s.subject) || '］增幅 % = 增减额 ÷ 基数' AS identity,
       CAST(s.growth_pct AS DECIMAL(18,2)) AS lhs, CAST(round(100 * s.change / (s.amount - s.change), 2) AS DECIMAL(18,2)) AS rhs,
       percent_half(s.growth_pct, s.sentence)
         + 100 * s.half * (1 + 2 * abs(s.change) / (s.amount - s.change)) / (s.amount - s.change) AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, s.page, s.line, s.sentence
FROM s
WHERE s.growth_pct IS NOT NULL AND s.change IS NOT NULL AND s.amount IS NOT NULL AND s.amount - s.change > 0 AND s.change <> 0
UNION ALL
-- against the base that the sentence states
SELECT s.document_id,
       '文字说明［' || subject_name(s.subject) || '］增幅 % = 金额 ÷ 所述基数',
       CAST(s.growth_pct AS DECIMAL(18,2)), CAST(round(100 * (s.amount - s.base_amount) / s.base_amount, 2) AS DECIMAL(18,2)),
       percent_half(s.growth_pct, s.sentence)
         + 100 * s.half * (1 + s.amount / s.base_amount) / s.base_amount,
       [], [], s.page, s.line, s.sentence
FROM s
WHERE s.growth_pct IS NOT NULL AND s.change IS NULL AND s.amount IS NOT NULL AND s.base_amount > 0;
