-- check: PRC
-- title: 政府采购为零时无采购性支出 No procurement is stated where goods and services are bought
-- formula: stated procurement 0 ⇒ Σ (30227 委托业务费, 310 资本性支出) = 0; else the stated amount
-- severity: note
-- source: domain handbook NAR.16; 政府采购法 art. 2 (below the thresholds nothing need be procured centrally, so a difference is a note)
WITH bought AS (
  SELECT f.document_id, f.table_kind, sum(f.amount) AS amount, list(f.cell_id) AS cells
  FROM proof f
  WHERE f.role = 'detail' AND f.fund = 'total' AND (f.economic_code = '30227' OR f.economic_code LIKE '310__') AND f.amount > 0
    AND f.table_kind = 'economic_classification_summary'
  GROUP BY f.document_id, f.table_kind)
SELECT s.document_id, '文字说明政府采购为 0 而预算有委托业务费、资本性支出' AS identity, s.amount AS lhs,
       CASE WHEN s.amount = 0 THEN b.amount ELSE s.amount END AS rhs, 0 AS slack,
       []::BIGINT[] AS lhs_cells, b.cells AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN bought b ON b.document_id = s.document_id
WHERE s.subject = 'procurement' AND s.amount IS NOT NULL;
