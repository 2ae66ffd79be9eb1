-- title: 项目集中度 Concentration of project money
-- about: How far the project money of a document is concentrated in few projects, over the years. The grain tells what is counted: 项目 is the named project of the project table.
-- about: Where no project list is published a proxy stands in, and says so: 项级科目（代用） counts functional items (项) with project expenditure, 采购专项（代用） the programmes of the procurement table. Compare only rows of one grain; grain= asks for it where a better one exists. Projects that make up less than 80 % of the project expenditure (chosen ones with a form each) give way to a proxy; grain=项目 asks for them.
-- about: A proxy counts the money of all funds, or of the general public budget where a table tells no more.
-- about: Coverage tells how much of all project expenditure the list holds. The measures describe the list; with low coverage a high value is arithmetic. What has no positive amount is left out.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: since INTEGER from=year | first fiscal year shown
-- param: grain VARCHAR from=项目,项级科目,采购专项 | grain wanted, by the beginning of its name; the best that the document has if left out
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: grain | – | what is counted: 项目, 项级科目（代用）, 采购专项（代用）
-- column: n | – | number of them
-- column: total | 元 | sum of their amounts
-- column: coverage_pct | % | total ÷ project expenditure of the expenditure table
-- column: cr1 | % | share of the largest
-- column: cr3 | % | share of the three largest
-- column: cr5 | % | share of the five largest
-- column: hhi | – | Herfindahl-Hirschman index, sum of squared shares, 1/n to 1
-- column: effective_number | – | 1 ÷ hhi: as many equal projects would give the same index
-- column: gini | – | Gini coefficient, 0 (all equal) to 1 − 1/n
-- order: department
-- main: fiscal_year grain hhi coverage_pct
-- chart: line fiscal_year hhi department
-- example: concentration 办公室 since=2021
CREATE OR REPLACE MACRO concentration(department := NULL, region := NULL, year := NULL, since := NULL, grain := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)
    AND (since IS NULL OR d.fiscal_year >= since)),
facts AS (
  SELECT f.cell_id, f.document_id, f.table_kind, f.role, f.nature, coalesce(f.fund, 'total'::fund) AS fund, f.function_code, f.project_id, f.amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind IN ('expenditure'::table_kind, 'general_public_expenditure'::table_kind, 'government_procurement'::table_kind)
    AND coalesce(f.fund, 'total'::fund) IN ('total'::fund, 'general_public'::fund) AND coalesce(f.period, 'all'::period) = 'all'::period),
by_code AS (
  SELECT f.* FROM facts f
  WHERE f.role = 'detail'::role AND f.nature = 'project'::nature AND length(f.function_code) = 7
    AND f.table_kind IN ('expenditure'::table_kind, 'general_public_expenditure'::table_kind)
  -- the same money stands in both tables, and under all funds and under the general public budget
  QUALIFY f.table_kind = min(f.table_kind) OVER (PARTITION BY f.document_id)
    AND f.fund = min(f.fund) OVER (PARTITION BY f.document_id, f.table_kind)),
programmes AS (  -- 类别/专项/经济科目…; what is bought from basic expenditure stands under the name of an economic class
  SELECT f.document_id, string_split(coalesce(c.row_name, p.name), '/')[2] AS label, f.amount
  FROM facts f LEFT JOIN stored_cell c ON c.cell_id = f.cell_id LEFT JOIN project p ON p.project_id = f.project_id
  WHERE f.table_kind = 'government_procurement'::table_kind AND f.role = 'detail'::role AND coalesce(c.row_name, p.name) LIKE '%/%'
  QUALIFY f.fund = min(f.fund) OVER (PARTITION BY f.document_id)),
listed AS (
  SELECT n.document_id, 1 AS preference, n.amount FROM project n
  WHERE n.amount > 0 AND n.document_id IN (SELECT d.document_id FROM d)
  UNION ALL
  SELECT b.document_id, 2, sum(b.amount) FROM by_code b
  GROUP BY b.document_id, b.function_code HAVING sum(b.amount) > 0
  UNION ALL
  SELECT g.document_id, 3, sum(g.amount) FROM programmes g
  WHERE g.label NOT IN (SELECT c.name FROM classification c WHERE c.system = 'economic' AND c.level = 1)
  GROUP BY g.document_id, g.label HAVING sum(g.amount) > 0),
whole AS (
  SELECT x.document_id, x.preference, count(*) AS n, sum(x.amount) AS total FROM listed x GROUP BY x.document_id, x.preference),
spent AS (
  SELECT f.document_id, arg_min(f.amount, f.cell_id) AS amount FROM facts f
  WHERE f.table_kind = 'expenditure'::table_kind AND f.role = 'total'::role AND f.nature = 'project'::nature AND f.fund = 'total'::fund
  GROUP BY f.document_id),
ranked AS (  -- a few chosen projects are no list
  SELECT w.*, s.amount AS spent, CASE WHEN w.preference = 1 AND w.total * 5 < s.amount * 4 THEN 4 ELSE w.preference END AS place
  FROM whole w LEFT JOIN spent s ON s.document_id = w.document_id),
best AS (  -- of each document
  SELECT w.*, g.grain FROM ranked w
  JOIN (VALUES (1, '项目'), (2, '项级科目（代用）'), (3, '采购专项（代用）')) g(preference, grain) ON g.preference = w.preference
  WHERE grain IS NULL OR starts_with(g.grain, grain)
  QUALIFY w.place = min(w.place) OVER (PARTITION BY w.document_id)),
p AS (
  SELECT x.document_id, CAST(x.amount AS DOUBLE) / CAST(b.total AS DOUBLE) AS share, b.n,
         row_number() OVER (PARTITION BY x.document_id ORDER BY x.amount) AS place
  FROM listed x JOIN best b ON b.document_id = x.document_id AND b.preference = x.preference),
measured AS (
  SELECT p.document_id, sum(p.share) FILTER (p.place = p.n) AS cr1, sum(p.share) FILTER (p.place > p.n - 3) AS cr3,
         sum(p.share) FILTER (p.place > p.n - 5) AS cr5, sum(p.share * p.share) AS hhi, sum(p.place * p.share) AS placed
  FROM p GROUP BY p.document_id)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, b.grain, b.n, b.total, percent_of(b.total, b.spent) AS coverage_pct,
       round(100 * m.cr1, 2) AS cr1, round(100 * m.cr3, 2) AS cr3, round(100 * m.cr5, 2) AS cr5,
       round(m.hhi, 4) AS hhi, round(1 / m.hhi, 2) AS effective_number,
       round(2 * m.placed / b.n - (b.n + 1) / b.n, 4) AS gini
FROM measured m JOIN best b ON b.document_id = m.document_id
JOIN d ON d.document_id = m.document_id
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year;
COMMENT ON MACRO TABLE concentration IS 'Concentration of project money: CR1, CR3, CR5, HHI, Gini (项目集中度)';
