-- check: NARP
-- title: 文字说明的上年数与上年文本一致 The base of a stated change is what last year's document says
-- formula: stated amount − stated change = the subject's amount in the document of the year before
-- severity: note
-- source: domain handbook §3.4 (191 statements compared; the base may be revised or be execution, so a difference is a note)
WITH d AS (
  SELECT d.*, p.document_id AS before
  FROM document d JOIN document p
    ON p.department_id = d.department_id AND p.kind = d.kind AND p.scope = d.scope AND p.fiscal_year = d.fiscal_year - 1
  WHERE p.document_id NOT IN (SELECT x.supersedes FROM document x WHERE x.supersedes IS NOT NULL)),
base AS (
  SELECT DISTINCT s.document_id, s.subject, s.amount FROM stated s WHERE s.amount IS NOT NULL)
SELECT s.document_id,
       '文字说明［' || subject_name(s.subject) || '］基数 = 上年文本' AS identity,
       s.amount - s.change AS lhs, arg_min(b.amount, (abs(b.amount - (s.amount - s.change)), b.amount)) AS rhs, 200 AS slack,
       []::BIGINT[] AS lhs_cells, []::BIGINT[] AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN d USING (document_id) JOIN base b ON b.document_id = d.before AND b.subject = s.subject
WHERE s.change IS NOT NULL AND s.amount IS NOT NULL AND coalesce(s.base_kind, 'unspecified') IN ('budget', 'unspecified')
GROUP BY s.document_id, s.stated_id, s.subject, s.amount, s.change, s.page, s.line, s.sentence;
