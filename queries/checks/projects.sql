-- check: PRJ
-- title: 项目表、绩效目标与支出一致 Every project has one amount in the list, the goals and the cost indicator
-- formula: 项目支出表 = 项目绩效目标表 per project; 成本指标 = 项目金额
-- severity: break
-- source: domain handbook PRJ.4–8
CREATE OR REPLACE MACRO check_projects() AS TABLE
WITH listed AS (
  SELECT document_id, project_id, amount, cell_id FROM proof
  WHERE table_kind = 'project_expenditure' AND role = 'detail' AND fund = 'total'),
goals AS (
  SELECT document_id, project_id, amount, cell_id FROM proof
  WHERE table_kind = 'project_performance_goals' AND role = 'detail' AND fund = 'total'),
cost AS (
  SELECT document_id, project_id, value * CASE unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END AS amount, cell_id
  FROM indicator WHERE contains(level1, '成本') AND op IN ('≤', '=') AND unit IN ('元', '万元', '亿元') AND project_id IS NOT NULL
  QUALIFY count(*) OVER (PARTITION BY document_id, project_id) = 1)
SELECT l.document_id, '项目［' || p.name || '］项目支出表 = 绩效目标表' AS identity, l.amount AS lhs, g.amount AS rhs, 0 AS slack,
       [l.cell_id] AS lhs_cells, [g.cell_id] AS rhs_cells
FROM listed l JOIN goals g USING (document_id, project_id) JOIN project p USING (project_id)
UNION ALL
SELECT l.document_id, '项目［' || p.name || '］成本指标 = 项目金额', l.amount, CAST(c.amount AS DECIMAL(18,2)), 0, [l.cell_id], [c.cell_id]
FROM listed l JOIN cost c USING (document_id, project_id) JOIN project p USING (project_id);
