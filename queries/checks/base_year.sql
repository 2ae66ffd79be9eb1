-- check: BASE
-- title: 比较的是上一年 A change is told against the year before
-- formula: year compared with = fiscal year − 1
-- measure: count
-- severity: note
-- source: 财预〔2016〕143号 (增减变化 over the year before); Ministry of Finance form of the final account, part three
SELECT s.document_id, '文字说明［' || subject_name(s.subject) || '］比较基期为上年' AS identity, s.base_year AS lhs, d.fiscal_year - 1 AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN document d USING (document_id)
WHERE s.base_year IS NOT NULL;
