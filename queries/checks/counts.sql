-- check: CNT
-- title: 项目数一致 As many projects are stated as are listed
-- about: Projects of one name may be counted once or by their rows.
-- formula: stated number of projects = number of projects in 项目支出表
-- measure: count
-- severity: break
-- source: domain handbook NAR.12, PRJ.4
WITH counted AS (
  SELECT document_id, count(DISTINCT project_id) AS n, count(*) AS listed, list(cell_id) AS cells FROM proof
  WHERE table_kind = 'project_expenditure' AND role = 'detail' AND fund = 'total' AND coalesce(period, 'all') = 'all' AND stage = own_stage(kind)
  GROUP BY ALL)
SELECT s.document_id, '文字说明的项目数 = 项目支出表的项目数' AS identity, CAST(s.count AS DECIMAL(18,2)) AS lhs,
       CAST(CASE WHEN s.count = c.listed THEN c.listed ELSE c.n END AS DECIMAL(18,2)) AS rhs,
       0 AS slack, []::BIGINT[] AS lhs_cells, c.cells AS rhs_cells, s.page, s.line, s.sentence
FROM stated s JOIN counted c USING (document_id)
WHERE s.subject = 'projects' AND s.count IS NOT NULL;
