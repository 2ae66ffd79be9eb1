-- check: NAR
-- title: 文字说明的金额与报表一致 An amount that the narrative states stands in the tables
-- formula: stated amount = the amount of its subject in one of the tables that hold it
-- severity: break
-- source: domain handbook NAR.1–13
WITH f AS (SELECT * FROM proof WHERE role <> 'of_which' AND stage = own_stage(kind)),
subject_amount AS (
  SELECT document_id, CASE WHEN flow = 'revenue' THEN 'total_revenue' ELSE 'total' END AS subject, amount, [cell_id] AS cells FROM f
  WHERE (table_kind IN ('revenue_expenditure_summary', 'revenue', 'expenditure')) AND fund = 'total' AND nature = 'total'
    AND (role = 'total' OR role = 'subtotal' AND period = 'current_year')
  UNION ALL
  SELECT document_id, unnest(CASE WHEN table_kind = 'fiscal_appropriation_summary' AND fund = 'fiscal'
           THEN ['fiscal_appropriation', 'fiscal_appropriation_revenue', 'general_public', 'general_public_revenue']
           ELSE ['general_public', 'general_public_revenue', 'fiscal_appropriation', 'fiscal_appropriation_revenue'] END), amount, [cell_id]
  FROM f
  WHERE (table_kind = 'fiscal_appropriation_summary' AND (role = 'total' OR role = 'subtotal' AND period = 'current_year')
         OR table_kind IN ('general_public_expenditure', 'fiscal_appropriation_expenditure') AND role = 'total' AND nature = 'total'
         OR flow = 'revenue' AND fund IN ('general_public', 'fiscal')
            AND (table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary') AND period <> 'carry_over'
                 OR table_kind = 'revenue' AND (role = 'total' OR row_code = '')))
  UNION ALL
  SELECT document_id, unnest(CASE WHEN nature = 'basic' THEN ['basic', 'general_public_basic'] ELSE [nature] END), amount, [cell_id] FROM f
  WHERE nature IN ('basic', 'project', 'reserve', 'personnel', 'public')
    AND (role IN ('total') OR role = 'subtotal' AND function_code IS NULL AND economic_code IS NULL
         OR table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary'))
  UNION ALL
  SELECT document_id, CASE WHEN left(economic_code, 3) IN ('301', '303') THEN 'personnel' ELSE 'public' END, sum(amount), list(cell_id ORDER BY cell_id) FROM f
  WHERE table_kind IN ('general_public_basic_expenditure', 'fiscal_appropriation_basic_expenditure') AND role = 'detail' AND nature = 'basic'
    AND economic_code IS NOT NULL
  GROUP BY document_id, table_kind, 2
  UNION ALL
  SELECT document_id, item, amount, [cell_id] FROM f WHERE table_kind = 'three_public' AND role IS DISTINCT FROM 'of_which' AND item <> 'three_public_meeting_training'
  UNION ALL  -- items of the basic expenditure listed by economic section
  SELECT f.document_id, m.subject, sum(f.amount), list(f.cell_id ORDER BY f.cell_id)
  FROM f JOIN (VALUES ('abroad', '30212'), ('meeting', '30215'), ('training', '30216'), ('reception', '30217'), ('vehicle_running', '30231'),
                      ('vehicle_purchase', '31013')) m(subject, code) ON m.code = f.economic_code
  WHERE f.role = 'detail' GROUP BY f.document_id, f.table_kind, f.nature, m.subject
  UNION ALL
  SELECT document_id, item, 0, []::BIGINT[] FROM no_component_of()
  UNION ALL
  SELECT document_id, 'agency_operating', amount, [cell_id] FROM f WHERE table_kind = 'agency_operating_expenditure' AND role = 'total'
  UNION ALL
  SELECT document_id, CASE WHEN role = 'total' THEN 'procurement' WHEN contains(row_name, '货物') THEN 'procurement_goods'
                           WHEN contains(row_name, '工程') THEN 'procurement_works' ELSE 'procurement_services' END, amount, [cell_id]
  FROM f WHERE table_kind = 'government_procurement' AND (role = 'total' OR regexp_matches(row_name, '^[一二三四]、[^/]*$'))
  UNION ALL  -- the funds beside the general public budget, and other revenue
  SELECT document_id, CASE WHEN flow = 'revenue' THEN fund || '_revenue' ELSE CAST(fund AS VARCHAR) END, amount, [cell_id] FROM f
  WHERE fund IN ('government_fund', 'state_capital') AND nature = 'total' AND period NOT IN ('carry_over', 'carried_forward')
    AND (table_kind IN ('government_fund_expenditure', 'state_capital_expenditure') AND role = 'total'
         OR table_kind = 'fiscal_appropriation_summary' AND (flow = 'revenue' OR role IN ('total', 'subtotal'))
         OR table_kind IN ('revenue_expenditure_summary', 'revenue') AND flow = 'revenue' AND (role = 'total' OR row_code = ''))
  UNION ALL
  SELECT document_id, fund || '_revenue', amount, [cell_id] FROM f
  WHERE fund IN ('business', 'operating', 'superior', 'subordinate', 'other') AND flow = 'revenue' AND nature = 'total' AND period <> 'carry_over'
    AND (table_kind = 'revenue_expenditure_summary' OR table_kind = 'revenue' AND (role = 'total' OR row_code = ''))
  UNION ALL
  SELECT document_id, 'projects', amount, [cell_id] FROM f WHERE table_kind = 'project_expenditure' AND role = 'total' AND fund = 'total'
  UNION ALL
  SELECT document_id, 'function:' || function_code, sum(amount), list(cell_id ORDER BY cell_id) FROM f
  WHERE function_code IS NOT NULL AND role IN ('detail', 'subtotal') AND flow = 'expenditure'
  GROUP BY document_id, table_kind, nature, fund, function_code
  UNION ALL
  SELECT document_id, 'function:' || left(function_code, 3), sum(amount), list(cell_id ORDER BY cell_id) FROM f
  WHERE len(function_code) = 7 AND role = 'detail' AND flow = 'expenditure' AND nature = 'total'
  GROUP BY document_id, table_kind, fund, left(function_code, 3)),
-- The whole of a summary, which sentences speak of first; it is held against a figure that is like none.
ranked AS (
  SELECT a.*, len(a.cells) = 1 AND a.cells[1] IN (
           SELECT cell_id FROM f WHERE role = 'total' AND period = 'all' AND table_kind IN ('revenue_expenditure_summary', 'fiscal_appropriation_summary'))
           AS is_whole
  FROM subject_amount a),
-- the budget that an account is measured by stands beside it in the table of three-public expenses
own_budget AS (
  SELECT document_id, item AS subject, amount, [cell_id] AS cells FROM proof
  WHERE table_kind = 'three_public' AND stage = 'budget' AND kind = 'final_account' AND role IS DISTINCT FROM 'of_which' AND item IS NOT NULL),
nearest AS (
  SELECT s.document_id, s.subject, '' AS what, s.amount AS lhs, s.sentence, s.page, s.line, min(ROW(abs(a.amount - s.amount) > s.amount / 5 AND NOT a.is_whole, abs(a.amount - s.amount), a.amount, a.cells)) AS best
  FROM stated s JOIN ranked a ON a.document_id = s.document_id AND a.subject = s.subject
  WHERE s.amount IS NOT NULL
  GROUP BY s.stated_id, s.document_id, s.subject, s.amount, s.sentence, s.page, s.line
  UNION ALL
  SELECT s.document_id, s.subject, '预算数', s.budget_amount, s.sentence, s.page, s.line, min(ROW(false, abs(b.amount - s.budget_amount), b.amount, b.cells))
  FROM stated s JOIN own_budget b ON b.document_id = s.document_id AND b.subject = s.subject
  -- beside an adjusted budget it is open which one the table prints
  WHERE s.budget_amount IS NOT NULL AND NOT regexp_matches(s.sentence, '调整后?预算|全年预算')
  GROUP BY s.stated_id, s.document_id, s.subject, s.budget_amount, s.sentence, s.page, s.line)
SELECT n.document_id, '文字说明［' || subject_name(n.subject) || '］' || n.what || ' = 报表' AS identity,
       n.lhs, n.best[3] AS rhs,
       CASE WHEN contains(replace(n.sentence, ',', ''), printf('%.2f元', CAST(n.lhs AS DOUBLE))) THEN CASE WHEN n.best[3] % 100 = 0 THEN 50 ELSE 1 END
            WHEN contains(replace(n.sentence, ',', ''), printf('%.2f', CAST(n.lhs / 10000 AS DOUBLE))) THEN CASE d.kind WHEN 'budget' THEN 50 ELSE 100 END
            WHEN n.lhs % 10000 <> 0 THEN 500 ELSE 5000 END AS slack,
       []::BIGINT[] AS lhs_cells, n.best[4] AS rhs_cells, n.page, n.line, n.sentence
FROM nearest n JOIN document d USING (document_id);
