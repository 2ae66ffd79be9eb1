-- check: PRJ
-- title: 项目表与绩效目标金额一致 A project has one amount in the list and in its goals
-- formula: 项目支出表 = 项目绩效目标表 per project
-- severity: break
-- source: domain handbook PRJ.5–7
CREATE OR REPLACE MACRO check_projects() AS TABLE
WITH listed AS (
  SELECT document_id, project_id, amount, cell_id FROM proof
  WHERE table_kind = 'project_expenditure' AND role = 'detail' AND fund = 'total'),
goals AS (
  SELECT document_id, project_id, amount, cell_id FROM proof
  WHERE table_kind = 'project_performance_goals' AND role = 'detail' AND fund = 'total')
SELECT l.document_id, '项目［' || p.name || '］项目支出表 = 绩效目标表' AS identity, l.amount AS lhs, g.amount AS rhs, 0 AS slack,
       [l.cell_id] AS lhs_cells, [g.cell_id] AS rhs_cells
FROM listed l JOIN goals g USING (document_id, project_id) JOIN project p USING (project_id);
