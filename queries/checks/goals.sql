-- check: GOAL
-- title: 每个项目都有绩效目标，成本指标等于项目金额 Every project has goals, and its cost indicator is its amount
-- formula: number of projects in 项目支出表 = number in 项目绩效目标表; 成本指标 = 项目金额
-- severity: note
-- source: domain handbook PRJ.4, PRJ.8 (goals may be asked for some projects only, and a cost indicator may limit a part or a unit)
CREATE OR REPLACE MACRO check_goals() AS TABLE
WITH printed AS (  -- a project may stand in several rows; columns of the year's money and of the carry-over are within its amount
  SELECT document_id, table_kind, project_id, sum(amount) AS amount, list(cell_id) AS cells FROM proof
  WHERE role = 'detail' AND fund = 'total' AND coalesce(period, 'all') = 'all' AND stage = own_stage(kind) AND project_id IS NOT NULL
  GROUP BY document_id, table_kind, project_id),
listed AS (SELECT * FROM printed WHERE table_kind = 'project_expenditure'),
goals AS (SELECT * FROM printed WHERE table_kind = 'project_performance_goals'),
cost AS (
  SELECT document_id, project_id, value * CASE unit WHEN '元' THEN 1 WHEN '万元' THEN 10000 WHEN '亿元' THEN 100000000 END AS amount, cell_id
  FROM indicator WHERE contains(level1, '成本') AND op IN ('≤', '=') AND unit IN ('元', '万元', '亿元') AND project_id IS NOT NULL
  QUALIFY count(*) OVER (PARTITION BY document_id, project_id) = 1)
SELECT l.document_id, '项目［' || p.name || '］有绩效目标' AS identity, l.amount AS lhs, CASE WHEN g.project_id IS NULL THEN 0 ELSE l.amount END AS rhs,
       0 AS slack, l.cells AS lhs_cells, coalesce(g.cells, []) AS rhs_cells
FROM listed l JOIN project p USING (project_id) LEFT JOIN goals g ON g.document_id = l.document_id AND g.project_id = l.project_id
WHERE l.document_id IN (SELECT x.document_id FROM goals x)
UNION ALL
SELECT l.document_id, '项目［' || p.name || '］成本指标 = 项目金额', l.amount, CAST(c.amount AS DECIMAL(18,2)), 0, l.cells, [c.cell_id]
FROM listed l JOIN cost c USING (document_id, project_id) JOIN project p USING (project_id);
