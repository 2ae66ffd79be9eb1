-- check: PRJ
-- title: 项目表与绩效目标金额一致 A project has one amount in the list and in its goals
-- formula: 项目支出表 = 项目绩效目标表 per project, each the sum of its rows
-- severity: break
-- source: domain handbook PRJ.5–7
WITH printed AS (  -- a project may stand in several rows; columns of the year's money and of the carry-over are within its amount
  -- by its name, since the two tables may be two files with their own lists of projects
  SELECT f.document_id, f.table_kind, p.name, sum(f.amount) AS amount, list(f.cell_id) AS cells, max(f.half) AS half
  FROM proof f JOIN project p USING (project_id)
  WHERE f.role = 'detail' AND f.fund = 'total' AND coalesce(f.period, 'all') = 'all' AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.table_kind, p.name),
listed AS (SELECT * FROM printed WHERE table_kind = 'project_expenditure'),
goals AS (SELECT * FROM printed WHERE table_kind = 'project_performance_goals')
SELECT l.document_id, '项目［' || l.name || '］项目支出表 = 绩效目标表' AS identity, l.amount AS lhs, g.amount AS rhs,
       greatest(l.half, g.half) * (len(l.cells) + len(g.cells)) AS slack, l.cells AS lhs_cells, g.cells AS rhs_cells
FROM listed l JOIN goals g USING (document_id, name);
