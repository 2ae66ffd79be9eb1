-- check: FORM
-- title: 项目年度资金等于各来源之和 The year's money of a project form equals its sources
-- formula: 年度资金申请总额 = 当年财政拨款 + 上年结转资金 + 其他资金
-- severity: break
-- source: form 财政项目支出绩效目标填报表 of Shanghai
WITH f AS (SELECT * FROM proof WHERE table_kind = 'project_performance_goals' AND stage = own_stage(kind) AND project_id IS NOT NULL)
SELECT t.document_id, '项目绩效目标表［' || t.row_name || '］年度资金总额 = Σ 来源' AS identity, t.amount AS lhs, sum(p.amount) AS rhs,
       t.half * (count(*) + 1) AS slack, [t.cell_id] AS lhs_cells, list(p.cell_id ORDER BY p.cell_id) AS rhs_cells
FROM f t JOIN f p ON p.table_id = t.table_id AND p.project_id = t.project_id AND p.role = 'of_which'
WHERE t.role = 'detail' AND t.fund = 'total' AND t.period = 'all'
GROUP BY t.document_id, t.row_name, t.amount, t.half, t.cell_id;
