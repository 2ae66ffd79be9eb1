-- check: DIR
-- title: “大于、等于、小于预算数”与数字相符 A final account stands to its budget as the sentence says
-- formula: 决算数大于预算数 ⇒ 支出决算 > 年初预算; 等于: both alike; 基本持平: within 1 %
-- severity: break
-- source: Ministry of Finance form of the final account, part three (决算情况说明)
SELECT document_id,
       '文字说明［' || subject_name(subject) || '］决算数'
         || CASE against_budget WHEN 'above' THEN '大于' WHEN 'below' THEN '小于' ELSE '等于' END || '预算数' AS identity,
       amount AS lhs,
       -- The side that would make the word true: a difference of nothing is neither more nor less.
       CASE against_budget WHEN 'above' THEN greatest(amount, budget_amount + 0.01) WHEN 'below' THEN least(amount, budget_amount - 0.01)
                           ELSE budget_amount END AS rhs,
       CASE WHEN against_budget = 'equal' AND contains(sentence, '基本') THEN budget_amount * 0.01 ELSE 0 END AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, page, line, sentence
FROM stated WHERE against_budget IS NOT NULL AND amount IS NOT NULL AND budget_amount IS NOT NULL;
