-- check: REQ
-- title: 规定的表都已公开，空表有说明 The tables that must be published are there, and an empty one says why
-- formula: each required table is printed; an empty table carries a remark
-- measure: presence
-- severity: note
-- source: 财预〔2016〕143号 (eight tables of a department budget); Ministry of Finance form of the final account
WITH required(kinds) AS (VALUES
  (['revenue_expenditure_summary']), (['revenue']), (['expenditure']), (['fiscal_appropriation_summary']),
  (['general_public_expenditure']), (['general_public_basic_expenditure', 'fiscal_appropriation_basic_expenditure']),
  (['three_public']), (['government_fund_expenditure'])),
-- what the contents announce and the document lacks is told by STR
found AS (SELECT document_id, list(DISTINCT kind) AS kinds FROM source_table WHERE kind <> 'unknown' GROUP BY document_id)
SELECT f.document_id, '应公开［' || vocabulary_name('table_kind', r.kinds[1]) || '］' AS identity,
       CAST(CASE WHEN list_has_any(f.kinds, r.kinds) THEN 1 ELSE 0 END AS DECIMAL(18,2)) AS lhs, CAST(1 AS DECIMAL(18,2)) AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, NULL::INTEGER AS page, NULL::INTEGER AS line, NULL::VARCHAR AS sentence
FROM found f CROSS JOIN required r
UNION ALL
SELECT t.document_id, '空表［' || vocabulary_name('table_kind', t.kind) || '］有说明', CAST(CASE WHEN t.remark = '' THEN 0 ELSE 1 END AS DECIMAL(18,2)), 1, 0,
       [], [], t.page, t.line, t.title
FROM source_table t WHERE t.state = 'empty' AND t.kind <> 'unknown';
