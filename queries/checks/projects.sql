-- check: PRJ
-- title: 项目表与绩效目标金额一致 A project has one amount in the list and in its goals
-- formula: 项目支出表 = 项目绩效目标表 per project, each the sum of its rows
-- severity: break
-- source: domain handbook PRJ.5–7
CREATE OR REPLACE MACRO check_projects() AS TABLE
WITH printed AS (  -- a project may stand in several rows; columns of the year's money and of the carry-over are within its amount
  SELECT document_id, table_kind, project_id, sum(amount) AS amount, list(cell_id) AS cells, max(half) AS half FROM proof
  WHERE role = 'detail' AND fund = 'total' AND coalesce(period, 'all') = 'all' AND stage = own_stage(kind) AND project_id IS NOT NULL
  GROUP BY document_id, table_kind, project_id),
listed AS (SELECT * FROM printed WHERE table_kind = 'project_expenditure'),
goals AS (SELECT * FROM printed WHERE table_kind = 'project_performance_goals')
SELECT l.document_id, '项目［' || p.name || '］项目支出表 = 绩效目标表' AS identity, l.amount AS lhs, g.amount AS rhs,
       greatest(l.half, g.half) * (len(l.cells) + len(g.cells)) AS slack, l.cells AS lhs_cells, g.cells AS rhs_cells
FROM listed l JOIN goals g USING (document_id, project_id) JOIN project p USING (project_id);
