-- check: NOTE
-- title: 表注与表一致 A remark that calls a table empty stands under an empty table
-- formula: remark says 此表为空 ⇒ the table has no amount but 0
-- severity: break
-- source: domain handbook §2.2, 16
SELECT t.document_id, vocabulary_name('table_kind', t.kind) || '：表注称本表为空' AS identity,
       CAST(coalesce(sum(abs(f.amount)), 0) AS DECIMAL(18,2)) AS lhs, CAST(0 AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       coalesce(list(f.cell_id) FILTER (f.amount <> 0), []) AS lhs_cells, []::BIGINT[] AS rhs_cells,
       t.page, t.line, t.remark AS sentence
FROM source_table t LEFT JOIN proof f ON f.table_id = t.table_id
WHERE regexp_matches(t.remark, '(此|本)表(为空|无数据)|空表') AND t.state <> 'missing'
GROUP BY ALL;
