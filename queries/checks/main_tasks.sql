-- check: TASK
-- title: 年度主要任务覆盖项目 The main tasks of the overall goals cover the projects
-- about: names differ by a word or two: 武装部房租, 武装干部住房租金
-- formula: number of projects = number of projects that a main task names
-- measure: count
-- severity: note
-- source: domain handbook NAR.15
WITH task AS (
  SELECT t.document_id, regexp_replace(c.text, '\s', '', 'g') AS name
  FROM stored_cell c JOIN source_table t USING (table_id)
  WHERE t.kind = 'department_performance_goals' AND c.column_path = '任务名称' AND c.text <> ''),
listed AS (  -- a project may stand in several rows
  SELECT f.document_id, list(f.cell_id) AS cells, regexp_replace(p.name, '[（(].*$|\s', '', 'g') AS name
  FROM proof f JOIN project p USING (project_id)
  WHERE f.table_kind = 'project_expenditure' AND f.role = 'detail' AND f.fund = 'total' AND coalesce(f.period, 'all') = 'all'
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id, f.project_id, p.name)
SELECT l.document_id, '项目数 = 年度主要任务所列的项目数' AS identity, CAST(count(*) AS DECIMAL(18,2)) AS lhs,
       CAST(count(*) FILTER (EXISTS (SELECT 1 FROM task t WHERE t.document_id = l.document_id AND jaro_winkler_similarity(t.name, l.name) >= 0.8)) AS DECIMAL(18,2)) AS rhs,
       0 AS slack, flatten(list(l.cells)) AS lhs_cells, []::BIGINT[] AS rhs_cells
FROM listed l WHERE l.document_id IN (SELECT t.document_id FROM task t)
GROUP BY l.document_id;
