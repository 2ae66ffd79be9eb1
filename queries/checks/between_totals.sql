-- check: XTOT
-- title: 表间合计相等 Totals of one amount agree between tables
-- formula: 收支总表 = 收入表 = 支出表; 财政拨款收支总表 = 财政拨款支出表; 一般公共预算 = 一般公共预算支出表; 基本支出表 = 支出表的基本支出
-- severity: break
-- source: domain handbook SUM.5, REV.5, EXP.7, FIS.1, FIS.7, BAS.3, ECO.3
WITH f AS (SELECT * FROM proof WHERE role <> 'of_which' AND stage = own_stage(kind)),
-- the amounts of each table as a whole; a summary has one with carry-over and one without
whole AS (
  SELECT document_id, half, [cell_id] AS cells, amount, table_kind || '.' || flow || '.' || fund || '.' || nature AS what, CAST(period AS VARCHAR) AS period,
         CAST(role AS VARCHAR) AS role
  FROM f
  WHERE role = 'total'
        AND NOT (table_kind IN ('government_fund_expenditure', 'state_capital_expenditure') AND period IN ('carry_over', 'carried_forward'))
     -- revenue by source is a row of the summary, a column of the table of revenue
     OR table_kind = 'revenue_expenditure_summary' AND flow = 'revenue' AND role IN ('detail', 'subtotal') AND fund NOT IN ('total', 'own_funds') AND period <> 'carry_over'
     OR role = 'subtotal' AND period = 'current_year' AND ends_with(row_name, '计')
     OR role = 'subtotal' AND period = 'current_year' AND row_name IN ('一、本年收入', '一、本年支出')
     -- rows of a summary that stand for a whole fund or nature
     OR role IN ('detail', 'subtotal') AND function_code IS NULL
        AND (table_kind = 'fiscal_appropriation_summary' AND flow = 'revenue' AND period IN ('all', 'current_year')
             OR table_kind IN ('fiscal_appropriation_summary', 'revenue_expenditure_summary') AND flow = 'expenditure' AND nature <> 'total')
  UNION ALL  -- 人员经费合计 and 公用经费合计 beside each other are all basic expenditure
  SELECT document_id, sum(half), list(cell_id ORDER BY cell_id), sum(amount), table_kind || '.expenditure.general_public.basic', 'all', 'total'
  FROM f h
  WHERE table_kind = 'general_public_basic_expenditure' AND nature IN ('personnel', 'public') AND role = 'subtotal' AND economic_code IS NULL AND ends_with(row_name, '计')
    AND NOT EXISTS (SELECT 1 FROM f t WHERE t.table_id = h.table_id AND t.role = 'total')
  GROUP BY document_id, table_id, table_kind HAVING count(*) = 2 AND min(nature) <> max(nature)),
-- sources of revenue that several tables print
source(fund) AS (VALUES ('fiscal'), ('general_public'), ('government_fund'), ('state_capital'), ('business'), ('operating'), ('superior'), ('subordinate'), ('other')),
pair(a, b, title) AS (
  SELECT 'revenue_expenditure_summary.revenue.' || fund || '.total', 'revenue.revenue.' || fund || '.total', '收支总表［' || vocabulary_name('fund', fund) || '］ = 收入表'
  FROM source
  UNION ALL
  SELECT x || '.revenue.' || fund || '.total', 'fiscal_appropriation_summary.revenue.' || fund || '.total', y || '［' || vocabulary_name('fund', fund) || '］ = 财政拨款收支总表收入'
  FROM source CROSS JOIN (VALUES ('revenue_expenditure_summary', '收支总表'), ('revenue', '收入表')) t(x, y)
  WHERE fund IN ('fiscal', 'general_public', 'government_fund', 'state_capital')
  UNION ALL
  SELECT fund || '_expenditure.expenditure.' || fund || '.total', 'fiscal_appropriation_summary.expenditure.' || fund || '.total',
         vocabulary_name('table_kind', fund || '_expenditure') || '合计 = 财政拨款收支总表支出'
  FROM source WHERE fund IN ('government_fund', 'state_capital')
  UNION ALL VALUES
  ('revenue_expenditure_summary.revenue.total.total', 'revenue_expenditure_summary.expenditure.total.total', '收入总计 = 支出总计'),
  ('revenue.revenue.total.total', 'revenue_expenditure_summary.revenue.total.total', '收入表合计 = 收支总表收入'),
  ('expenditure.expenditure.total.total', 'revenue_expenditure_summary.expenditure.total.total', '支出表合计 = 收支总表支出'),
  ('expenditure.expenditure.total.basic', 'revenue_expenditure_summary.expenditure.total.basic', '支出表基本支出 = 收支总表基本支出'),
  ('expenditure.expenditure.total.project', 'revenue_expenditure_summary.expenditure.total.project', '支出表项目支出 = 收支总表项目支出'),
  ('expenditure.expenditure.total.reserve', 'revenue_expenditure_summary.expenditure.total.reserve', '支出表预留机动经费 = 收支总表预留机动经费'),
  ('fiscal_appropriation_summary.revenue.fiscal.total', 'fiscal_appropriation_summary.expenditure.fiscal.total', '财政拨款收入 = 财政拨款支出'),
  ('fiscal_appropriation_expenditure.expenditure.fiscal.total', 'fiscal_appropriation_summary.expenditure.fiscal.total', '财政拨款支出表合计 = 财政拨款收支总表支出'),
  ('fiscal_appropriation_basic_expenditure.expenditure.fiscal.basic', 'fiscal_appropriation_summary.expenditure.fiscal.basic', '财政拨款基本支出表合计 = 财政拨款收支总表基本支出'),
  ('general_public_expenditure.expenditure.general_public.total', 'fiscal_appropriation_summary.expenditure.general_public.total', '一般公共预算支出表合计 = 财政拨款收支总表一般公共预算支出'),
  ('general_public_expenditure.expenditure.general_public.total', 'fiscal_appropriation_summary.revenue.general_public.total', '一般公共预算支出表合计 = 财政拨款收支总表一般公共预算收入'),
  ('general_public_basic_expenditure.expenditure.general_public.basic', 'general_public_expenditure.expenditure.general_public.basic', '基本支出表合计 = 一般公共预算支出表基本支出'),
  ('economic_classification_summary.expenditure.total.total', 'revenue_expenditure_summary.expenditure.total.total', '经济分类汇总 = 收支总表支出'),
  ('project_expenditure.expenditure.total.project', 'expenditure.expenditure.total.project', '项目支出表合计 = 支出表项目支出'),
  ('project_performance_goals.expenditure.total.project', 'project_expenditure.expenditure.total.project', '项目绩效目标合计 = 项目支出表合计'),
  ('department_performance_goals.expenditure.total.total', 'revenue_expenditure_summary.expenditure.total.total', '整体绩效目标 = 收支总表支出')),
-- with and without carry-over are both right: what is equal is taken, else the amounts of one period
candidate AS (
  SELECT a.document_id, p.title, a.amount AS lhs, b.amount AS rhs, 2 * greatest(a.half, b.half) AS slack,
         a.cells AS lhs_cells, b.cells AS rhs_cells,
         row_number() OVER (PARTITION BY a.document_id, p.title, a.cells
                            ORDER BY abs(a.amount - b.amount) > 2 * greatest(a.half, b.half), a.period <> b.period, b.cells) AS choice,
         row_number() OVER (PARTITION BY a.document_id, p.title, b.cells
                            ORDER BY abs(a.amount - b.amount) > 2 * greatest(a.half, b.half), a.period <> b.period, a.cells) AS choice_b,
         a.period = b.period OR abs(a.amount - b.amount) <= 2 * greatest(a.half, b.half) AS comparable
  FROM pair p JOIN whole a ON a.what = p.a JOIN whole b ON b.what = p.b AND b.document_id = a.document_id
  WHERE (p.title NOT IN ('收入总计 = 支出总计', '财政拨款收入 = 财政拨款支出') OR a.role = 'total' AND b.role = 'total')
    AND NOT (p.title = '一般公共预算支出表合计 = 财政拨款收支总表一般公共预算收入'
             -- what is carried over is spent beside the revenue, or is not spent
             AND EXISTS (SELECT 1 FROM f c WHERE c.document_id = a.document_id AND c.table_kind = 'fiscal_appropriation_summary'
                           AND c.period IN ('carry_over', 'carried_forward') AND c.amount <> 0))
    -- a summary without 本年收入合计 has all fiscal money, with what was carried over
    AND NOT (contains(p.title, '［财政拨款］') AND abs(a.amount - b.amount) > 2 * greatest(a.half, b.half)
             AND EXISTS (SELECT 1 FROM f c WHERE c.document_id = a.document_id AND c.period = 'carry_over' AND c.amount <> 0 AND c.flow = 'revenue'))
    AND NOT (p.title = '一般公共预算支出表合计 = 财政拨款收支总表一般公共预算收入'
             AND EXISTS (SELECT 1 FROM whole w WHERE w.document_id = a.document_id
                           AND w.what = 'fiscal_appropriation_summary.expenditure.general_public.total')))
SELECT document_id, title AS identity, lhs, rhs, slack, lhs_cells, rhs_cells
FROM candidate WHERE choice = 1 AND (choice_b = 1 OR comparable);
