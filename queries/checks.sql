-- title: 勾稽检查 Identities of every document: which hold, which break, by how much
-- about: Every identity that the rules (`FROM check_rules()`) find in a document, with both sides. holds; rounding: within what rounding allows; breaks; note: worth a look.
-- about: Worst first. A rule without a row could not run on the document: that is no pass (`check_summary` names such rules).
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: rule VARCHAR from=rule | identifier of a rule: TOT, HIER, XTOT, …
-- param: status VARCHAR from=open,breaks,note,rounding,holds,不符,提示,尾差,成立 | how the identity stands; open: breaks and note
-- column: department | – | name of the department (部门)
-- column: fiscal_year | – | fiscal year (年度)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: rule | – | identifier of the rule
-- column: status | – | holds (成立), rounding (尾差), breaks (不符), note (提示)
-- column: identity | – | the identity
-- column: lhs | 元 | left side of an identity of amounts
-- column: rhs | 元 | right side
-- column: difference | 元 | lhs − rhs
-- column: stated_pct | % | stated rate or share, of an identity of rates
-- column: computed_pct | % | what the stated amounts give
-- column: places | – | cells of the left side, else of the sentence: page, line or sheet, row, column
-- column: sentence | – | the sentence, where one is checked
-- column: document_id | – | document
-- chart: none
-- example: checks 办公室 status=open
CREATE OR REPLACE MACRO checks(department := NULL, region := NULL, year := NULL, rule := NULL, status := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.fiscal_year, d.kind FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
judged AS (
  SELECT k.*, k.lhs - k.rhs AS gap, k.measure = 'percent' AS is_rate, k.measure = 'amount' AS is_amount,
         CASE WHEN k.lhs = k.rhs THEN 'holds' WHEN abs(k.lhs - k.rhs) <= k.slack THEN 'rounding'
              WHEN k.severity = 'note' THEN 'note' ELSE 'breaks' END AS verdict
  FROM all_checks(departments := CASE WHEN coalesce(department, region) IS NOT NULL THEN coalesce((SELECT list(DISTINCT department_id) FROM d), []) END) k),
asked AS (
  SELECT d.department, d.fiscal_year, d.kind, j.*
  FROM d JOIN judged j ON j.document_id = d.document_id
  WHERE (rule IS NULL OR j.rule = upper(rule)) AND (status IS NULL OR starts_with(j.verdict, status)
      OR starts_with(CASE j.verdict WHEN 'holds' THEN '成立' WHEN 'rounding' THEN '尾差' WHEN 'note' THEN '提示' ELSE '不符' END, status)
      OR starts_with('open', status) AND j.verdict IN ('breaks', 'note'))),
-- The names of sheets, of documents whose tables are a workbook, and of what is told of a workbook: narrative and tables may be two files.
book AS (
  SELECT t.document_id, min(f.sheets) AS sheets
  FROM source_table t JOIN source_file f USING (file_id) WHERE f.sheets IS NOT NULL GROUP BY t.document_id),
own_cells AS (  -- an identity is within one department
  FROM cell_of(departments := coalesce((SELECT list(DISTINCT d.department_id) FROM d), []))),
sides AS (
  SELECT *, unnest(cells) AS cell_id FROM (SELECT DISTINCT document_id, lhs_cells[1:3] AS cells FROM asked)),
printed AS (
  SELECT s.document_id, s.cells,
         string_agg(coalesce('工作表“' || string_split(b.sheets, chr(10))[c.page] || '”第' || c.line || '行', '第' || c.page || '页', '第' || c.line || '行')
                    || '第' || c.column_no || '列 ' || c.text, '；' ORDER BY c.cell_id) AS places
  FROM sides s JOIN own_cells c ON c.cell_id = s.cell_id
  LEFT JOIN book b ON b.document_id = s.document_id
  GROUP BY s.document_id, s.cells),
told AS (
  SELECT document_id, file_id, page, line, sentence FROM stated
  UNION ALL
  SELECT document_id, file_id, page, line, unnest([title, remark]) FROM source_table
  UNION ALL
  SELECT document_id, file_id, page, line, unnest([message, text || '：' || message]) FROM diagnostic),
in_workbook AS (
  SELECT t.document_id, t.page, t.line, t.sentence, min(f.sheets) AS sheets
  FROM told t JOIN source_file f USING (file_id) WHERE f.sheets IS NOT NULL GROUP BY t.document_id, t.page, t.line, t.sentence)
SELECT j.department, j.fiscal_year, j.kind, j.rule, j.verdict AS status,
       j.identity || CASE WHEN j.measure = 'count' AND j.lhs <> j.rhs THEN printf('（%d ≠ %d）', CAST(j.lhs AS INTEGER), CAST(j.rhs AS INTEGER)) ELSE '' END AS identity,
       CASE WHEN j.is_amount THEN j.lhs END AS lhs, CASE WHEN j.is_amount THEN j.rhs END AS rhs,
       CASE WHEN j.is_amount THEN j.gap END AS difference,
       CASE WHEN j.is_rate THEN CAST(j.lhs AS DOUBLE) END AS stated_pct, CASE WHEN j.is_rate THEN CAST(j.rhs AS DOUBLE) END AS computed_pct,
       coalesce(p.places, '工作表“' || string_split(w.sheets, chr(10))[j.page] || '”' || coalesce('第' || j.line || '行', ''),
                '第' || j.page || '页', '第' || j.line || '行') AS places,
       j.sentence, j.document_id
FROM asked j
LEFT JOIN printed p ON p.document_id = j.document_id AND p.cells = j.lhs_cells[1:3]
LEFT JOIN in_workbook w ON w.document_id = j.document_id AND w.page = j.page AND w.line IS NOT DISTINCT FROM j.line AND w.sentence = j.sentence
ORDER BY CASE j.verdict WHEN 'breaks' THEN 0 WHEN 'note' THEN 1 WHEN 'rounding' THEN 2 ELSE 3 END, j.is_amount DESC, abs(j.gap) DESC, j.department, j.fiscal_year, j.kind, j.rule, j.identity,
         j.lhs_cells, j.rhs_cells, j.page, j.line, j.sentence, j.document_id, j.lhs, j.rhs;
COMMENT ON MACRO TABLE checks IS 'Identities of every document with both sides (勾稽检查)';
