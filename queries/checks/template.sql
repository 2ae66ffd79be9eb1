-- check: TEMP
-- title: 无模板残留 No residue of the template
-- formula: 增加（减少）, XX and the like do not stand in a published sentence
-- severity: note
-- source: domain handbook §2.2, 15
CREATE OR REPLACE MACRO check_template() AS TABLE
SELECT s.document_id, '文字说明有模板残留' AS identity, CAST(count(*) AS DECIMAL(18,2)) AS lhs, CAST(0 AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, min(s.page) AS page, min(s.line) AS line, arg_min(s.sentence, s.stated_id) AS sentence
FROM stated s
WHERE regexp_matches(s.sentence, '(增加|增长|减少|下降|降低)[（(](增加|增长|减少|下降|降低)[）)]|X{2,}|×{2,}')
GROUP BY s.document_id;
