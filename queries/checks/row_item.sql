-- check: 3PU
-- title: 三公经费分项之和 Three-public expenses equal their components
-- formula: 三公 = 因公出国 + 公务用车 + 公务接待 (购置 and 运行 for 公务用车 where the form has no total of them); 公务用车 = 购置 + 运行; 合计 = 三公 + 会议费 + 培训费 where the form adds them
-- severity: break
-- source: 财预〔2016〕143号 (split to components); domain handbook 3PU.0–2
WITH printed AS (SELECT * FROM proof WHERE table_kind = 'three_public' AND role IS DISTINCT FROM 'of_which'),
-- where every row is an item, the parts stand in the column of their whole, else in its row
form AS (
  SELECT table_id, count(DISTINCT row_no) = count(DISTINCT (row_no, item)) AS is_list FROM printed WHERE item IS NOT NULL GROUP BY table_id),
f AS (
  SELECT p.*, CASE WHEN form.is_list THEN p.column_no ELSE p.row_no END AS stands,
         bool_or(p.item = 'vehicle') OVER (PARTITION BY p.table_id, stands, p.stage) AS has_vehicle
  FROM printed p JOIN form ON form.table_id = p.table_id WHERE p.item IS NOT NULL),
parts(whole, part) AS (VALUES
  ('three_public', 'abroad'), ('three_public', 'vehicle'), ('three_public', 'reception'),
  ('vehicle', 'vehicle_purchase'), ('vehicle', 'vehicle_running'),
  ('three_public', 'vehicle_purchase'), ('three_public', 'vehicle_running'),
  ('three_public_meeting_training', 'three_public'), ('three_public_meeting_training', 'meeting'),
  ('three_public_meeting_training', 'training'))
SELECT w.document_id, vocabulary_name('item', w.item) || '（' || vocabulary_name('stage', w.stage) || '） = Σ 分项' AS identity,
       w.amount AS lhs, coalesce(sum(p.amount), 0) AS rhs,
       any_value(w.half) * (count(p.cell_id) + 1) AS slack,
       [w.cell_id] AS lhs_cells, coalesce(list(p.cell_id) FILTER (p.cell_id IS NOT NULL), []) AS rhs_cells
FROM f w
LEFT JOIN (
    SELECT f.*, q.whole FROM f JOIN parts q ON q.part = f.item
    WHERE NOT (f.has_vehicle AND q.whole = 'three_public' AND starts_with(CAST(f.item AS VARCHAR), 'vehicle_'))) p
  ON p.table_id = w.table_id AND p.stands = w.stands AND p.stage = w.stage AND p.whole = w.item
WHERE w.item IN (SELECT whole FROM parts)
  -- a form that does not print the parts says nothing of them
  AND EXISTS (SELECT 1 FROM f x JOIN parts q ON q.part = x.item WHERE x.table_id = w.table_id AND q.whole = w.item)
GROUP BY w.document_id, w.item, w.stage, w.amount, w.cell_id;
