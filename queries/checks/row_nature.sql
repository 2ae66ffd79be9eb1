-- check: ROWN
-- title: 行内基本、项目等分项之和 In a row, spending equals its natures
-- formula: 合计 = 基本 + 项目 + 预留 + 上缴 + 经营 + 补助; 基本 = 人员 + 公用; 人员 = 工资福利 + 对个人; 公用 = 商品服务 + 资本性; 项目 = 其他运转 + 特定目标
-- severity: break
-- source: domain handbook EXP.3–5, BAS.2
WITH marked AS (  -- 结转下年资金 beside the natures of the expenditure table is a part of its 合计
  SELECT *, table_kind = 'expenditure' AND period = 'carried_forward' AND nature = 'total' AS is_forward FROM proof),
told AS (
  SELECT * REPLACE (CASE WHEN is_forward THEN 'forward' ELSE CAST(nature AS VARCHAR) END AS nature,
                    CASE WHEN is_forward THEN 'all' ELSE CAST(period AS VARCHAR) END AS period)
  FROM marked),
f AS (
  SELECT *, (table_id, row_no, row_code, row_name, fund, period, stage, coalesce(item, '')) AS line,
         -- the carry-over of a table has no natures where the year's spending has
         (table_id, period) AS form
  FROM told WHERE flow = 'expenditure' AND role <> 'of_which' AND table_kind NOT IN ('three_public', 'government_procurement')
    -- where a column is not understood, its money is missing from the sum
    AND table_id NOT IN (SELECT t.table_id FROM source_table t JOIN diagnostic g ON g.document_id = t.document_id AND g.table_kind = t.kind WHERE g.kind = 'unplaced')),
-- a row is checked for a whole only where its table prints parts of it
parts(whole, part, rank) AS (VALUES
  ('total', 'basic', 1), ('total', 'project', 1), ('total', 'reserve', 1), ('total', 'handed_up', 1),
  ('total', 'operating_expenditure', 1), ('total', 'subsidy_to_subordinates', 1), ('total', 'forward', 1),
  ('basic', 'personnel', 1), ('basic', 'public', 1),
  ('basic', 'wages', 2), ('basic', 'family', 2), ('basic', 'goods', 2), ('basic', 'capital', 2),
  ('personnel', 'wages', 1), ('personnel', 'family', 1), ('public', 'goods', 1), ('public', 'capital', 1),
  ('project', 'project_running', 1), ('project', 'project_targeted', 1)),
-- where a table has no column for a nature, its parts stand for it: 合计 = 人员经费 + 公用经费 + 项目支出
inner_parts(whole, nature, inner_nature, part) AS (VALUES
  ('total', 'basic', 'basic', 'personnel'), ('total', 'basic', 'basic', 'public'),
  ('total', 'basic', 'personnel', 'wages'), ('total', 'basic', 'personnel', 'family'),
  ('total', 'basic', 'public', 'goods'), ('total', 'basic', 'public', 'capital'),
  ('total', 'project', 'project', 'project_running'), ('total', 'project', 'project', 'project_targeted')),
natures AS (SELECT DISTINCT form, nature FROM f),
part_of AS (
  SELECT n.form, p.whole, p.part, p.rank FROM (SELECT DISTINCT form FROM natures) n CROSS JOIN parts p
  UNION ALL
  SELECT n.form, i.whole, i.part, 1 FROM (SELECT DISTINCT form FROM natures) n CROSS JOIN inner_parts i
  WHERE NOT EXISTS (SELECT 1 FROM natures x WHERE x.form = n.form AND x.nature IN (i.nature, i.inner_nature))),
printed AS (
  SELECT DISTINCT f.form, p.whole, p.rank FROM f JOIN part_of p ON p.form = f.form AND p.part = f.nature AND p.part <> 'forward'
  WHERE f.form IN (SELECT x.form FROM f x WHERE x.nature = p.whole)
    AND EXISTS (SELECT 1 FROM f x WHERE x.line = f.line AND x.nature = p.whole)),
chosen AS (SELECT form, whole, min(rank) AS rank FROM printed GROUP BY ALL)
SELECT w.document_id,
       vocabulary_name('table_kind', any_value(w.table_kind)) || '［' || coalesce(nullif(w.row_code, ''), w.row_name) || '］'
         || vocabulary_name('nature', any_value(w.nature)) || ' = 分项之和' AS identity,
       any_value(w.amount) AS lhs, coalesce(sum(p.amount), 0) AS rhs,
       any_value(w.half) * (count(p.cell_id) + 1) AS slack,
       [w.cell_id] AS lhs_cells, coalesce(list(p.cell_id) FILTER (p.cell_id IS NOT NULL), []) AS rhs_cells
FROM f w JOIN chosen c ON c.form = w.form AND c.whole = w.nature
LEFT JOIN (SELECT f.*, q.whole, q.rank FROM f JOIN part_of q ON q.form = f.form AND q.part = f.nature) p
  ON p.line = w.line AND p.whole = w.nature AND p.rank = c.rank
GROUP BY w.document_id, w.cell_id, w.row_code, w.row_name;
