-- check: NARC
-- title: 文字说明的分项之和等于总数 Amounts and changes that the narrative states of parts add up to those of their whole
-- formula: 政府采购 = 货物 + 工程 + 服务; 三公 = 出国 + 用车 + 接待; 用车 = 购置 + 运行; 财政拨款支出 = 一般公共预算 + 政府性基金 + 国有资本经营; 基本 = 人员 + 公用; the same for the changes; 年初预算 = Σ of all items; a part ≤ its whole; 增加额 ≤ 金额
-- severity: break
-- source: domain handbook NAR; 政府采购法 art. 2 (货物、工程和服务)
WITH part_of(whole, parts) AS (VALUES
  ('procurement', ['procurement_goods', 'procurement_works', 'procurement_services']),
  ('three_public', ['abroad', 'vehicle', 'reception']), ('vehicle', ['vehicle_purchase', 'vehicle_running']),
  ('fiscal_appropriation', ['general_public', 'government_fund', 'state_capital']), ('general_public_basic', ['personnel', 'public'])),
-- what is stated of a subject but once; changes against one and the same base
told AS (
  SELECT document_id, subject, 'amount' AS what, NULL AS base, amount AS value, printed_half(amount, sentence) AS half, page, line, sentence, stated_id
  FROM stated WHERE amount IS NOT NULL
  UNION ALL
  SELECT document_id, subject, 'change', concat_ws(' ', base_year, base_kind), change, printed_half(abs(change), sentence), page, line, sentence, stated_id
  FROM stated WHERE change IS NOT NULL),
alone AS (
  SELECT document_id, subject, what, base, min(value) AS value, max(half) AS half, arg_min(page, stated_id) AS page, arg_min(line, stated_id) AS line,
         arg_min(sentence, stated_id) AS sentence
  FROM told GROUP BY ALL HAVING min(value) = max(value)),
-- another value of a subject anywhere leaves it open which one is meant
certain AS (
  SELECT a.* FROM alone a
  WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.document_id = a.document_id AND t.subject = a.subject AND t.what = a.what AND t.value <> a.value)),
summed AS (
  SELECT w.document_id, w.subject, w.what, w.value AS lhs, sum(p.value) AS rhs, any_value(w.half) + sum(p.half) AS slack, w.page, w.line, w.sentence, count(*) AS n, any_value(len(o.parts)) AS wanted
  -- 财政拨款收、支总计 has what is carried forward besides its parts
  FROM (SELECT * FROM certain WHERE subject <> 'fiscal_appropriation' OR NOT regexp_matches(sentence, '收支|收、支|收入支出|收入、支出')) w
  JOIN part_of o ON o.whole = w.subject
  JOIN certain p ON p.document_id = w.document_id AND p.what = w.what AND p.base IS NOT DISTINCT FROM w.base AND list_contains(o.parts, p.subject)
  GROUP BY ALL)
SELECT document_id, '文字说明［' || subject_name(subject) || '］' || CASE what WHEN 'change' THEN '增减额' ELSE '' END || ' = Σ 分项' AS identity,
       lhs, rhs, slack, []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, page, line, sentence
FROM summed s
WHERE n = wanted
  -- a part that cannot be is told by itself
  AND NOT (what = 'change' AND EXISTS (SELECT 1 FROM stated x JOIN part_of o ON o.whole = s.subject
                                       WHERE x.document_id = s.document_id AND list_contains(o.parts, x.subject) AND x.amount < x.change))
UNION ALL
-- the budgets of all items, where their accounts make up the whole
SELECT w.document_id, '文字说明［' || subject_name(w.subject) || '］年初预算 = Σ 各项', w.budget_amount, i.budget, 50 * (i.n + 1), [], [], w.page, w.line, w.sentence
FROM stated w JOIN (
  SELECT document_id, sum(amount) AS amount, sum(budget) AS budget, count(*) AS n
  FROM (SELECT document_id, subject, min(amount) AS amount, min(budget_amount) AS budget FROM stated
        WHERE regexp_full_match(subject, 'function:[0-9]{7}') AND budget_amount IS NOT NULL
        GROUP BY document_id, subject HAVING min(amount) = max(amount) AND min(budget_amount) = max(budget_amount))
  GROUP BY document_id) i ON i.document_id = w.document_id AND abs(i.amount - w.amount) <= 50 * (i.n + 1)
WHERE w.subject = 'general_public' AND w.budget_amount IS NOT NULL AND i.n > 1
UNION ALL
SELECT p.document_id, '文字说明［' || subject_name(p.subject) || '］ ≤ ［' || subject_name(w.subject) || '］', p.value, least(p.value, w.value), p.half + w.half,
       [], [], p.page, p.line, p.sentence
FROM (VALUES ('procurement_reserved', 'procurement'), ('procurement_reserved_micro', 'procurement_reserved'), ('procurement_awarded', 'procurement'),
             ('procurement_awarded_micro', 'procurement_awarded'), ('domestic_reception', 'reception')) b(part, whole)
JOIN certain p ON p.subject = b.part AND p.what = 'amount' JOIN certain w ON w.document_id = p.document_id AND w.subject = b.whole AND w.what = 'amount'
UNION ALL
-- what there was the year before cannot be less than nothing; the right side is what would be possible
SELECT document_id, '文字说明［' || subject_name(subject) || '］增加额 ≤ 金额', change, least(change, amount), printed_half(amount, sentence) + printed_half(change, sentence),
       [], [], page, line, sentence
FROM stated WHERE amount >= 0 AND change > 0;
