-- check: RSN
-- title: 增减原因说明全部增减额 The projects named as reason explain the whole change
-- formula: stated change = Σ projects that the same statement names as new or grown
-- severity: note
-- source: domain handbook NAR.14
WITH named AS (
  SELECT s.stated_id, f.amount, f.cell_id
  FROM stated s JOIN project p ON p.document_id = s.document_id
  JOIN proof f ON f.project_id = p.project_id AND f.table_kind = 'project_expenditure' AND f.role = 'detail' AND f.fund = 'total'
  WHERE s.change > 0 AND contains(s.sentence, '原因') AND len(regexp_replace(p.name, '[（(].*$', '')) >= 4
    AND contains(regexp_replace(s.sentence, '\s', '', 'g'), regexp_replace(regexp_replace(p.name, '[（(].*$', ''), '\s', '', 'g')))
SELECT s.document_id, '文字说明［' || subject_name(s.subject)
         || '］增减额 = 所述新增项目之和（' || printf('%.0f', CAST(100 * sum(n.amount) / s.change AS DOUBLE)) || '%）' AS identity,
       s.change AS lhs, sum(n.amount) AS rhs, 100 AS slack, []::BIGINT[] AS lhs_cells, list(n.cell_id) AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN named n USING (stated_id)
GROUP BY s.stated_id, s.document_id, s.subject, s.change, s.page, s.line, s.sentence;
