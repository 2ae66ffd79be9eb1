-- check: CNT
-- title: 项目数一致 As many projects are stated and have goals as are listed
-- formula: stated number of projects = number of projects in 项目支出表 = number in 项目绩效目标表
-- measure: count
-- severity: break
-- source: domain handbook NAR.12, PRJ.4
CREATE OR REPLACE MACRO check_counts() AS TABLE
WITH counted AS (
  SELECT document_id, table_kind, count(DISTINCT project_id) AS n, list(cell_id) AS cells FROM proof
  WHERE table_kind IN ('project_expenditure', 'project_performance_goals') AND role = 'detail' AND fund = 'total' GROUP BY ALL),
listed AS (FROM counted WHERE table_kind = 'project_expenditure'),
goals AS (FROM counted WHERE table_kind = 'project_performance_goals')
SELECT s.document_id, '文字说明的项目数 = 项目支出表的项目数' AS identity, CAST(s.count AS DECIMAL(18,2)) AS lhs, CAST(l.n AS DECIMAL(18,2)) AS rhs,
       0 AS slack, []::BIGINT[] AS lhs_cells, l.cells AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN listed l USING (document_id)
WHERE s.subject = 'projects' AND s.count IS NOT NULL
UNION ALL
SELECT l.document_id, '项目支出表的项目数 = 绩效目标表的项目数', CAST(l.n AS DECIMAL(18,2)), CAST(g.n AS DECIMAL(18,2)), 0, l.cells, g.cells, NULL, NULL, NULL
FROM listed l JOIN goals g USING (document_id);
