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
-- order: department
-- main: fiscal_year axis change_index restated_index series_break
-- chart: line fiscal_year change_index department
-- example: structural_change axis=function since=2020
CREATE OR REPLACE MACRO structural_change(department := NULL, region := NULL, since := NULL, axis := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d WHERE has_name(d.names, department) AND has_name([d.region], region)),
kept AS (
  SELECT f.document_id, f.table_kind, f.amount,
         CASE f.table_kind WHEN 'general_public_expenditure'::table_kind THEN f.function_code ELSE f.economic_code END AS code
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.role = 'detail'::role AND coalesce(f.period, 'all'::period) = 'all'::period
    AND f.table_kind IN ('general_public_expenditure'::table_kind, 'general_public_basic_expenditure'::table_kind)
    AND (f.table_kind = 'general_public_expenditure'::table_kind AND f.nature = 'total'::nature AND f.function_code IS NOT NULL
      OR f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.nature = 'basic'::nature AND f.economic_code IS NOT NULL)),
class_sum AS (
  SELECT k.document_id, k.table_kind, left(k.code, 3) AS class, sum(k.amount) AS amount FROM kept k
  GROUP BY k.document_id, k.table_kind, left(k.code, 3)),
whole AS (
  SELECT c.document_id, c.table_kind, CAST(sum(c.amount) AS DOUBLE) AS amount FROM class_sum c GROUP BY c.document_id, c.table_kind
  HAVING sum(c.amount) > 0),
documents_of AS (
  SELECT d.*, w.table_kind, w.amount,
         CASE w.table_kind WHEN 'general_public_expenditure'::table_kind THEN 'function' ELSE 'economic' END AS axis
  FROM whole w JOIN d ON d.document_id = w.document_id),
pairs AS (
  SELECT n.*, b.document_id AS before_id, b.amount AS amount_before
  FROM documents_of n JOIN documents_of b ON b.department_id = n.department_id AND b.kind = n.kind AND b.scope = n.scope
   AND b.table_kind = n.table_kind AND b.fiscal_year = n.fiscal_year - 1
  WHERE (since IS NULL OR n.fiscal_year >= since) AND (axis IS NULL OR n.axis = axis)),
-- Codes that a reform names are few; all others count by their classes.
special AS (
  SELECT k.document_id, k.table_kind, k.code, sum(k.amount) AS amount FROM kept k
  WHERE k.code IN (SELECT r.code FROM successor r UNION SELECT r.successor FROM successor r WHERE r.successor IS NOT NULL)
  GROUP BY k.document_id, k.table_kind, k.code),
moves AS (
  SELECT x.axis, x.fiscal_year, x.region, m.code, code_after(x.axis, m.code, x.fiscal_year - 1, x.fiscal_year, x.region) AS code_now
  FROM (SELECT DISTINCT p.axis, p.fiscal_year, p.region FROM pairs p) x
  JOIN (SELECT DISTINCT r.system, r.code, r.from_year FROM successor r WHERE r.effect = 'moved') m
    ON m.system = x.axis AND m.from_year = x.fiscal_year),
moved AS (
  SELECT p.document_id, p.table_kind, left(m.code, 3) AS class_before, left(m.code_now, 3) AS class_now, s.amount
  FROM pairs p JOIN special s ON s.document_id = p.before_id AND s.table_kind = p.table_kind
  JOIN moves m ON m.axis = p.axis AND m.fiscal_year = p.fiscal_year AND m.region IS NOT DISTINCT FROM p.region AND m.code = s.code
  WHERE left(m.code, 3) <> left(m.code_now, 3)),
parts AS (
  SELECT p.document_id, p.table_kind, c.class, c.amount AS now, NULL AS before, NULL AS restated
  FROM pairs p JOIN class_sum c ON c.document_id = p.document_id AND c.table_kind = p.table_kind
  UNION ALL
  SELECT p.document_id, p.table_kind, c.class, NULL, c.amount, c.amount
  FROM pairs p JOIN class_sum c ON c.document_id = p.before_id AND c.table_kind = p.table_kind
  UNION ALL
  SELECT m.document_id, m.table_kind, m.class_before, NULL, NULL, -m.amount FROM moved m
  UNION ALL
  SELECT m.document_id, m.table_kind, m.class_now, NULL, NULL, m.amount FROM moved m),
classes_of AS (
  SELECT x.document_id, x.table_kind, x.class, CAST(coalesce(sum(x.now), 0) AS DOUBLE) AS now,
         CAST(coalesce(sum(x.before), 0) AS DOUBLE) AS before, CAST(coalesce(sum(x.restated), 0) AS DOUBLE) AS restated
  FROM parts x GROUP BY x.document_id, x.table_kind, x.class),
measured AS (
  SELECT c.document_id, c.table_kind, count(*) AS classes, sum(abs(c.now - c.before)) / 2 AS change_index,
         sum(abs(c.now - c.restated)) / 2 AS restated_index,
         arg_max(c.class, (c.now - c.before, c.class)) AS gained, max(c.now - c.before) AS gained_share,
         arg_min(c.class, (c.now - c.before, c.class)) AS lost, min(c.now - c.before) AS lost_share
  FROM (SELECT c.document_id, c.table_kind, c.class, c.now / p.amount AS now, c.before / p.amount_before AS before,
               c.restated / p.amount_before AS restated
        FROM classes_of c JOIN pairs p ON p.document_id = c.document_id AND p.table_kind = c.table_kind) c
  GROUP BY c.document_id, c.table_kind),
reforms AS (
  SELECT p.document_id, p.table_kind, string_agg(DISTINCT s.why, '；' ORDER BY s.why) AS why
  FROM pairs p
  JOIN (SELECT c.document_id, c.table_kind, c.class AS code, false AS is_whole FROM classes_of c
        UNION ALL
        SELECT k.document_id, k.table_kind, k.code, true FROM special k
        UNION ALL
        SELECT y.document_id, y.table_kind, k.code, true FROM pairs y JOIN special k ON k.document_id = y.before_id AND k.table_kind = y.table_kind) x
    ON x.document_id = p.document_id AND x.table_kind = p.table_kind
  JOIN successor s ON s.system = p.axis AND s.from_year = p.fiscal_year AND (s.code = x.code OR x.is_whole AND s.successor = x.code)
   AND (s.effect IN ('narrowed', 'introduced', 'ended') OR s.effect = 'renamed' AND length(s.code) = 3
        OR s.effect = 'moved' AND left(s.code, 3) <> left(s.successor, 3))
   AND (s.region IS NULL OR starts_with(coalesce(p.region, ''), s.region))
  GROUP BY p.document_id, p.table_kind),
named AS (
  SELECT c.system, c.code, y.fiscal_year, arg_max(c.name, c.valid_from) AS name
  FROM classification c JOIN (SELECT DISTINCT p.fiscal_year FROM pairs p) y ON y.fiscal_year BETWEEN c.valid_from AND c.valid_to
  WHERE length(c.code) <= 3 GROUP BY c.system, c.code, y.fiscal_year)
SELECT p.department, p.region, p.kind, p.scope, p.fiscal_year, p.axis, p.fiscal_year - 1 AS prior_year, m.classes,
       round(m.change_index, 4) AS change_index, round(m.restated_index, 4) AS restated_index,
       CASE WHEN m.gained_share > 0 THEN coalesce(g.name, m.gained) END AS gained,
       CASE WHEN m.gained_share > 0 THEN round(100 * m.gained_share, 2) END AS gained_points,
       CASE WHEN m.lost_share < 0 THEN coalesce(l.name, m.lost) END AS lost,
       CASE WHEN m.lost_share < 0 THEN round(100 * m.lost_share, 2) END AS lost_points, r.why AS series_break
FROM pairs p
JOIN measured m ON m.document_id = p.document_id AND m.table_kind = p.table_kind
LEFT JOIN reforms r ON r.document_id = p.document_id AND r.table_kind = p.table_kind
LEFT JOIN named g ON g.system = p.axis AND g.code = m.gained AND g.fiscal_year = p.fiscal_year
LEFT JOIN named l ON l.system = p.axis AND l.code = m.lost AND l.fiscal_year = p.fiscal_year
ORDER BY p.department, p.region, p.kind, p.scope, p.axis, p.fiscal_year;
COMMENT ON MACRO TABLE structural_change IS 'Change of the composition of expenditure from year to year (结构变动)';
