-- check: GOAL
-- title: 每个项目都有绩效目标，成本指标等于项目金额 Every project has goals, and its cost indicator is its amount
-- formula: number of projects in 项目支出表 = number in 项目绩效目标表; 成本指标 = 项目金额
-- severity: note
-- source: domain handbook PRJ.4, PRJ.8 (goals may be asked for some projects only, and a cost indicator may limit a part or a unit)
WITH printed AS (  -- a project may stand in several rows; columns of the year's money and of the carry-over are within its amount
  -- by its name, since the two tables may be two files with their own lists of projects
  SELECT f.document_id, f.table_kind, p.name, sum(f.amount) AS amount, list(f.cell_id) AS cells
  FROM proof f JOIN project p USING (project_id)
  WHERE f.role = 'detail' AND f.fund = 'total' AND coalesce(f.period, 'all') = 'all' AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.table_kind, p.name),
listed AS (SELECT * FROM printed WHERE table_kind = 'project_expenditure'),
goals AS (SELECT * FROM printed WHERE table_kind = 'project_performance_goals'),
cost AS (
  SELECT i.document_id, p.name, i.value * CASE i.unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END AS amount, i.cell_id
  FROM indicator i JOIN project p USING (project_id)
  WHERE contains(i.level1, '成本') AND i.op IN ('≤', '=') AND i.unit IN ('元', '万元', '亿元')
  QUALIFY count(*) OVER (PARTITION BY i.document_id, p.name) = 1)
SELECT l.document_id, '项目［' || l.name || '］有绩效目标' AS identity, l.amount AS lhs, CASE WHEN g.name IS NULL THEN 0 ELSE l.amount END AS rhs,
       0 AS slack, l.cells AS lhs_cells, coalesce(g.cells, []) AS rhs_cells
FROM listed l LEFT JOIN goals g ON g.document_id = l.document_id AND g.name = l.name
WHERE l.document_id IN (SELECT x.document_id FROM goals x)
UNION ALL
SELECT l.document_id, '项目［' || l.name || '］成本指标 = 项目金额', l.amount, CAST(c.amount AS DECIMAL(18,2)), 0, l.cells, [c.cell_id]
FROM listed l JOIN cost c USING (document_id, name);
