-- check: ECO
-- title: 经济分类与支出结构相等 Economic classes equal the natures of spending
-- formula: Σ301 = 工资福利支出; Σ303 = 对个人和家庭的补助; Σ302 = 商品和服务支出; 人员经费合计 = Σ301 + Σ303; 汇总 − 基本 ≥ 0 per 款, Σ(汇总 − 基本) = 项目支出
-- severity: break
-- source: domain handbook BAS.5–8, ECO.5–7
WITH f AS (SELECT * FROM proof WHERE role <> 'of_which' AND stage = own_stage(kind)),
listed AS (
  SELECT document_id, economic_code AS code, role, half, amount, cells FROM basic_economic WHERE table_kind = 'general_public_basic_expenditure'),
-- classes as they are printed, else the sums of their sections
basic AS (
  SELECT document_id, code AS class, max(half) AS half, sum(amount) AS amount, count(*) AS n, flatten(list(cells)) AS cells
  FROM listed WHERE len(code) = 3 GROUP BY ALL
  UNION ALL
  SELECT document_id, left(code, 3), max(half), sum(amount), count(*), flatten(list(cells))
  FROM listed l
  WHERE len(code) > 3 AND role = 'detail'
    AND NOT EXISTS (SELECT 1 FROM listed c WHERE c.document_id = l.document_id AND c.code = left(l.code, 3))
  GROUP BY ALL),
nature AS (
  SELECT document_id, nature, amount, cell_id, half FROM f
  WHERE table_kind = 'general_public_expenditure' AND role = 'total' AND nature IN ('wages', 'family', 'goods', 'capital')),
map(class, nature) AS (VALUES ('301', 'wages'), ('303', 'family'), ('302', 'goods'), ('310', 'capital')),
-- 人员经费合计 and 公用经费合计 under a list of classes
half_totals AS (
  SELECT document_id, nature, amount, cell_id, half FROM f
  WHERE table_kind = 'general_public_basic_expenditure' AND nature IN ('personnel', 'public') AND role = 'subtotal'
    AND economic_code IS NULL AND ends_with(row_name, '计')),
summary AS (
  SELECT document_id, economic_code AS code, sum(amount) AS amount, list(cell_id) AS cells FROM f
  WHERE table_kind = 'economic_classification_summary' AND fund = 'total' AND period = 'all' AND role = 'detail' AND economic_code IS NOT NULL
  GROUP BY ALL),
section AS (
  SELECT document_id, code, sum(amount) AS amount, flatten(list(cells)) AS cells FROM listed WHERE role = 'detail' GROUP BY ALL),
difference AS (
  SELECT s.document_id, s.code, s.amount, coalesce(b.amount, 0) AS basic, s.cells, coalesce(b.cells, []) AS basic_cells
  FROM summary s LEFT JOIN section b ON b.document_id = s.document_id AND b.code = s.code),
project AS (
  SELECT document_id, amount, cell_id FROM f WHERE table_kind = 'expenditure' AND role = 'total' AND nature = 'project' AND fund = 'total')
SELECT b.document_id, '基本支出表 Σ' || b.class || ' = 一般公共预算支出表 ' || vocabulary_name('nature', n.nature) AS identity,
       b.amount AS lhs, n.amount AS rhs, greatest(b.half, n.half) * (b.n + 1) AS slack, b.cells AS lhs_cells, [n.cell_id] AS rhs_cells
FROM basic b JOIN map m ON m.class = b.class JOIN nature n ON n.document_id = b.document_id AND n.nature = m.nature
UNION ALL
SELECT t.document_id, vocabulary_name('nature', t.nature) || '合计 = Σ ' || CASE t.nature WHEN 'personnel' THEN '301、303' ELSE '其余各类' END,
       t.amount, sum(b.amount), any_value(t.half) * (sum(b.n) + 1), [t.cell_id], flatten(list(b.cells))
FROM half_totals t JOIN basic b ON b.document_id = t.document_id AND (b.class IN ('301', '303')) = (t.nature = 'personnel')
GROUP BY t.document_id, t.nature, t.amount, t.cell_id
UNION ALL
SELECT document_id, '经济分类汇总 ' || code || ' ≥ 基本支出表', amount, greatest(amount, basic), 0, cells, basic_cells FROM difference
UNION ALL
SELECT d.document_id, 'Σ(经济分类汇总 − 基本支出表) = 项目支出', sum(d.amount - d.basic), p.amount, 0,
       flatten(list(d.cells || d.basic_cells)), [p.cell_id]
FROM difference d JOIN project p USING (document_id)
-- where all basic expenditure is of the general public budget
WHERE EXISTS (
  SELECT 1 FROM f a JOIN f b ON b.document_id = a.document_id AND b.amount = a.amount
  WHERE a.document_id = d.document_id AND a.table_kind = 'expenditure' AND a.role = 'total' AND a.nature = 'basic' AND a.fund = 'total'
    AND b.table_kind = 'general_public_basic_expenditure' AND b.role = 'total' AND b.nature = 'basic')
GROUP BY d.document_id, p.amount, p.cell_id
UNION ALL
SELECT s.document_id, '政府经济分类 Σ = 部门经济分类合计', sum(s.amount), any_value(t.amount), 0, list(s.cell_id), [any_value(t.cell_id)]
FROM f s JOIN f t ON t.table_id = s.table_id AND t.role = 'total' AND t.column_path = s.column_path
WHERE s.table_kind = 'economic_classification_summary' AND s.role = 'detail' AND s.economic_gov_code IS NOT NULL
  AND s.fund = 'total' AND s.period = 'all'
GROUP BY s.document_id, s.table_id;
