-- title: 结构变动 Structural change of expenditure
-- about: How far the composition of expenditure moved from one year to the next: half the sum of the absolute changes of the shares, 0 (same shares) to 1 (nothing in common).
-- about: By function it is general public budget expenditure over functional classes (类), by economic it is basic expenditure over economic classes. Only years that stand directly side by side are compared.
-- about: Where series_break names a reform of the code list, change_index measures the reform; restated_index compares with last year's money under this year's codes.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year shown
-- param: axis VARCHAR from=function,economic | classification; both if left out
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: axis | – | function (功能分类) or economic (经济分类)
-- column: prior_year | – | year compared with
-- column: classes | – | number of classes in either year
-- column: change_index | – | ½ Σ |share − share of the year before| (结构变动指数)
-- column: restated_index | – | the same with last year's money under this year's codes
-- column: gained | – | class whose share grew most
-- column: gained_points | 百分点 | by how much
-- column: lost | – | class whose share fell most
-- column: lost_points | 百分点 | by how much, negative
-- column: series_break | – | reforms of this year that touch the classes (科目调整)
-- chart: line fiscal_year change_index department
-- example: structural_change axis=function since=2020
CREATE OR REPLACE MACRO structural_change(department := NULL, region := NULL, since := NULL, axis := NULL) AS TABLE
WITH leaf AS (
  SELECT f.document_id, any_value(f.department_id) AS department_id, any_value(f.department) AS department,
         any_value(f.region) AS region, any_value(f.kind) AS kind, any_value(f.scope) AS scope,
         any_value(f.fiscal_year) AS fiscal_year,
         CASE f.table_kind WHEN 'general_public_expenditure' THEN 'function' ELSE 'economic' END AS axis,
         CASE f.table_kind WHEN 'general_public_expenditure' THEN f.function_code ELSE f.economic_code END AS code,
         CAST(sum(f.amount) AS DOUBLE) AS amount
  FROM current_amount f
  WHERE f.role = 'detail' AND coalesce(f.period, 'all') = 'all'
    AND (f.table_kind = 'general_public_expenditure' AND f.nature = 'total' AND f.function_code IS NOT NULL
      OR f.table_kind = 'general_public_basic_expenditure' AND f.nature = 'basic' AND f.economic_code IS NOT NULL)
    AND f.stage = own_stage(f.kind)
    AND has_name(f.names, department) AND has_name([f.region], region)
  GROUP BY f.document_id, f.table_kind, f.function_code, f.economic_code),
shares AS (
  SELECT l.*, l.amount / w.whole AS share
  FROM leaf l JOIN (SELECT x.document_id, x.axis, sum(x.amount) AS whole FROM leaf x GROUP BY x.document_id, x.axis) w
    ON w.document_id = l.document_id AND w.axis = l.axis
  WHERE w.whole > 0 AND (axis IS NULL OR l.axis = axis)),
documents_of AS (
  SELECT DISTINCT s.document_id, s.department_id, s.department, s.region, s.kind, s.scope, s.fiscal_year, s.axis FROM shares s),
pairs AS (
  SELECT n.*, b.document_id AS before_id
  FROM documents_of n JOIN documents_of b ON b.department_id = n.department_id AND b.kind = n.kind AND b.scope = n.scope
   AND b.axis = n.axis AND b.fiscal_year = n.fiscal_year - 1
  WHERE since IS NULL OR n.fiscal_year >= since),
parts AS (
  SELECT p.document_id, p.axis, s.code, left(s.code, 3) AS class, s.share AS now, 0.0::DOUBLE AS before, 0.0::DOUBLE AS restated
  FROM pairs p JOIN shares s ON s.document_id = p.document_id AND s.axis = p.axis
  UNION ALL
  SELECT p.document_id, p.axis, s.code, left(s.code, 3), 0, s.share, 0
  FROM pairs p JOIN shares s ON s.document_id = p.before_id AND s.axis = p.axis
  UNION ALL
  SELECT p.document_id, p.axis, s.code,
         left(code_after(s.axis, s.code, s.fiscal_year, p.fiscal_year, p.region), 3), 0, 0, s.share
  FROM pairs p JOIN shares s ON s.document_id = p.before_id AND s.axis = p.axis),
classes_of AS (
  SELECT x.document_id, x.axis, x.class, sum(x.now) AS now, sum(x.before) AS before, sum(x.restated) AS restated
  FROM parts x GROUP BY x.document_id, x.axis, x.class),
measured AS (
  SELECT c.document_id, c.axis, count(*) AS classes, sum(abs(c.now - c.before)) / 2 AS change_index,
         sum(abs(c.now - c.restated)) / 2 AS restated_index,
         arg_max(c.class, (c.now - c.before, c.class)) AS gained, max(c.now - c.before) AS gained_share,
         arg_min(c.class, (c.now - c.before, c.class)) AS lost, min(c.now - c.before) AS lost_share
  FROM classes_of c GROUP BY c.document_id, c.axis),
reforms AS (
  SELECT p.document_id, p.axis, string_agg(DISTINCT s.why, '；' ORDER BY s.why) AS why
  FROM pairs p
  JOIN parts x ON x.document_id = p.document_id AND x.axis = p.axis
  JOIN successor s ON s.system = p.axis AND s.from_year = p.fiscal_year
   AND (s.code IN (x.code, x.class) OR s.successor = x.code)
   AND (s.effect IN ('narrowed', 'introduced', 'ended') OR s.effect = 'renamed' AND length(s.code) = 3
        OR s.effect = 'moved' AND left(s.code, 3) <> left(s.successor, 3))
   AND (s.region IS NULL OR starts_with(coalesce(p.region, ''), s.region))
  GROUP BY p.document_id, p.axis)
SELECT p.department, p.region, p.kind, p.scope, p.fiscal_year, p.axis, p.fiscal_year - 1 AS prior_year, m.classes,
       round(m.change_index, 4) AS change_index, round(m.restated_index, 4) AS restated_index,
       CASE WHEN m.gained_share > 0 THEN coalesce(code_name(p.axis, m.gained, p.fiscal_year), m.gained) END AS gained,
       CASE WHEN m.gained_share > 0 THEN round(100 * m.gained_share, 2) END AS gained_points,
       CASE WHEN m.lost_share < 0 THEN coalesce(code_name(p.axis, m.lost, p.fiscal_year), m.lost) END AS lost,
       CASE WHEN m.lost_share < 0 THEN round(100 * m.lost_share, 2) END AS lost_points, r.why AS series_break
FROM pairs p
JOIN measured m ON m.document_id = p.document_id AND m.axis = p.axis
LEFT JOIN reforms r ON r.document_id = p.document_id AND r.axis = p.axis
ORDER BY p.department, p.region, p.kind, p.scope, p.axis, p.fiscal_year;
COMMENT ON MACRO TABLE structural_change IS 'Change of the composition of expenditure from year to year (结构变动)';
