-- check: UNIT
-- title: 计量单位相符 Tables stand in the units that they state
-- about: An identity within one table holds on any scale. A part that is larger than all spending betrays a unit, so does a total a hundred times last year's (SCAL).
-- formula: 三公经费、机关运行经费、政府采购、基本支出、项目支出 ≤ 收支总表支出总计
-- severity: break
-- source: domain handbook §1.2 (元 and 万元 in one document); methods, pitfall 8
WITH f AS (SELECT * FROM proof WHERE stage = CASE kind WHEN 'budget' THEN 'budget' ELSE 'actual' END AND flow = 'expenditure'),
whole AS (
  SELECT document_id, max(amount) AS amount, arg_min(cell_id, (-amount, cell_id)) AS cell_id FROM f
  WHERE table_kind IN ('revenue_expenditure_summary', 'expenditure') AND role = 'total' AND fund = 'total' AND nature = 'total'
  GROUP BY document_id),
part AS (
  SELECT document_id, table_kind, max(amount) AS amount, arg_min(cell_id, (-amount, cell_id)) AS cell_id, max(half) AS half FROM f
  WHERE table_kind IN ('three_public', 'agency_operating_expenditure', 'government_procurement', 'general_public_expenditure', 'government_fund_expenditure',
                       'general_public_basic_expenditure', 'fiscal_appropriation_basic_expenditure', 'fiscal_appropriation_expenditure', 'project_expenditure')
  GROUP BY document_id, table_kind)
SELECT p.document_id, vocabulary_name('table_kind', p.table_kind) || ' ≤ 支出总计' AS identity, greatest(p.amount, w.amount) AS lhs, w.amount AS rhs,
       2 * p.half AS slack, [p.cell_id] AS lhs_cells, [w.cell_id] AS rhs_cells
FROM part p JOIN whole w USING (document_id)
WHERE p.amount > 0;
