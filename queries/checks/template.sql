-- check: TEMP
-- title: 无模板残留，年度一致 No residue of the template, no other year in a title
-- formula: 增加（减少）, XX and the like do not stand in a published sentence; titles and dates name the document's year
-- measure: presence
-- severity: note
-- source: domain handbook §2.2, 15
SELECT s.document_id, '文字说明有模板残留' AS identity, CAST(count(*) AS DECIMAL(18,2)) AS lhs, CAST(0 AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, arg_min(s.page, s.stated_id) AS page, arg_min(s.line, s.stated_id) AS line, arg_min(s.sentence, s.stated_id) AS sentence
FROM stated s
WHERE regexp_matches(s.sentence, '(增加|增长|减少|下降|降低)[（(](增加|增长|减少|下降|降低)[）)]|X{2,}|×{2,}')
GROUP BY s.document_id
UNION ALL
SELECT g.document_id, '标题有模板残留或他年年度', 1, 0, 0, [], [], g.page, g.line, g.text || '：' || g.message
FROM diagnostic g WHERE g.kind = 'title_doubtful'
UNION ALL
-- An account tells what there was at the end of its own year.
SELECT DISTINCT s.document_id, '截至日期的年度 = 决算年度', CAST(regexp_extract(s.sentence, '截[至止].{0,2}(20\d\d)\s*年', 1) AS DECIMAL(18,2)),
       CAST(d.fiscal_year AS DECIMAL(18,2)), 0, []::BIGINT[], []::BIGINT[], s.page, s.line, s.sentence
FROM stated s JOIN document d USING (document_id)
WHERE d.kind = 'final_account' AND regexp_matches(s.sentence, '截[至止].{0,2}20\d\d\s*年');
