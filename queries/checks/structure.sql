-- check: STR
-- title: 应公开的表都在 The tables that the contents announce are there
-- formula: announced tables − tables found = 0
-- measure: presence
-- severity: break
-- source: 财预〔2016〕143号; domain handbook §1.3
SELECT t.document_id, '目录所列［' || vocabulary_name('table_kind', t.kind) || '］在文中' AS identity,
       CAST(1 AS DECIMAL(18,2)) AS lhs, CAST(CASE t.state WHEN 'missing' THEN 0 ELSE 1 END AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, t.page, t.line, t.title AS sentence
FROM source_table t WHERE t.kind <> 'unknown'
  -- a table that the contents of one file announce may stand in another
  AND NOT (t.state = 'missing' AND EXISTS (
    SELECT 1 FROM source_table o WHERE o.document_id = t.document_id AND o.kind = t.kind AND o.state <> 'missing'));
