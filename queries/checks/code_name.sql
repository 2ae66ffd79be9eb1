-- check: CODE
-- title: 科目编码与名称一致 A code and its printed name go together
-- formula: the classification has the printed name for the printed code
-- measure: presence
-- severity: note
-- source: domain handbook §2.2, 12; data/classification.csv
SELECT g.document_id, '科目［' || g.text || '］与科目表一致' AS identity, CAST(1 AS DECIMAL(18,2)) AS lhs, CAST(0 AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, arg_min(g.page, g.diagnostic_id) AS page, arg_min(g.line, g.diagnostic_id) AS line, arg_min(g.message, g.diagnostic_id) AS sentence
FROM diagnostic g WHERE g.kind = 'code_doubtful'
GROUP BY g.document_id, g.text;
