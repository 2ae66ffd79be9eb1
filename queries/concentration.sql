-- title: 项目集中度 Concentration of project money
-- about: How far the project money of a document is concentrated in few projects, over the years. The grain tells what is counted: 项目 is the named project of the project table.
-- about: Where no project list is published a proxy stands in, and says so: 项级科目（代用） counts functional items (项) with project expenditure, 采购专项（代用） the programmes of the procurement table. Compare only rows of one grain; grain= asks for it where a better one exists.
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
-- chart: line fiscal_year hhi department
-- example: concentration 办公室 since=2021
CREATE OR REPLACE MACRO concentration(department := NULL, region := NULL, year := NULL, since := NULL, grain := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)
    AND (since IS NULL OR d.fiscal_year >= since)),
facts AS (
  SELECT f.cell_id, f.document_id, f.table_kind, f.role, f.nature, f.fund, f.function_code, f.amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind IN ('expenditure'::table_kind, 'general_public_expenditure'::table_kind, 'government_procurement'::table_kind)
    AND coalesce(f.fund, 'total'::fund) IN ('total'::fund, 'general_public'::fund) AND coalesce(f.period, 'all'::period) = 'all'::period),
by_code AS (
  SELECT f.* FROM facts f
  WHERE f.role = 'detail'::role AND f.nature = 'project'::nature AND length(f.function_code) = 7
    AND f.table_kind IN ('expenditure'::table_kind, 'general_public_expenditure'::table_kind)
  QUALIFY f.table_kind = 'expenditure'::table_kind OR count(*) FILTER (f.table_kind = 'expenditure'::table_kind) OVER (PARTITION BY f.document_id) = 0),
programmes AS (  -- 类别/专项/经济科目…; what is bought from basic expenditure stands under the name of an economic class
  SELECT f.document_id, string_split(c.row_name, '/')[2] AS label, f.amount FROM facts f JOIN cell c ON c.cell_id = f.cell_id
  WHERE f.table_kind = 'government_procurement'::table_kind AND f.role = 'detail'::role AND c.row_name LIKE '%/%'),
listed AS (
  SELECT f.document_id, 1 AS preference, '项目' AS grain, CAST(f.project_id AS VARCHAR) AS label, sum(f.amount) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind = 'project_expenditure'::table_kind AND f.role = 'detail'::role AND f.project_id IS NOT NULL
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id, f.project_id
  UNION ALL
  SELECT b.document_id, 2, '项级科目（代用）', b.function_code, sum(b.amount) FROM by_code b
  GROUP BY b.document_id, b.function_code
  UNION ALL
  SELECT g.document_id, 3, '采购专项（代用）', g.label, sum(g.amount) FROM programmes g
  WHERE g.label NOT IN (SELECT c.name FROM classification c WHERE c.system = 'economic' AND c.level = 1)
  GROUP BY g.document_id, g.label),
wanted AS (
  SELECT x.* FROM listed x
  WHERE x.amount > 0 AND (grain IS NULL OR starts_with(x.grain, grain))
  QUALIFY x.preference = min(x.preference) OVER (PARTITION BY x.document_id)),
p AS (
  SELECT x.*, CAST(x.amount AS DOUBLE) / CAST(sum(x.amount) OVER w AS DOUBLE) AS share, count(*) OVER w AS n,
         row_number() OVER (PARTITION BY x.document_id ORDER BY x.amount DESC, x.label) AS place_down,
         row_number() OVER (PARTITION BY x.document_id ORDER BY x.amount, x.label) AS place_up
  FROM wanted x
  WINDOW w AS (PARTITION BY x.document_id)),
spent AS (
  SELECT f.document_id, arg_min(f.amount, f.cell_id) AS amount FROM facts f
  WHERE f.table_kind = 'expenditure'::table_kind AND f.role = 'total'::role AND f.nature = 'project'::nature AND coalesce(f.fund, 'total'::fund) = 'total'::fund
  GROUP BY f.document_id)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, any_value(p.grain) AS grain,
       any_value(p.n) AS n, sum(p.amount) AS total, percent_of(sum(p.amount), any_value(s.amount)) AS coverage_pct,
       round(100 * sum(p.share) FILTER (p.place_down <= 1), 2) AS cr1,
       round(100 * sum(p.share) FILTER (p.place_down <= 3), 2) AS cr3,
       round(100 * sum(p.share) FILTER (p.place_down <= 5), 2) AS cr5,
       round(sum(p.share * p.share), 4) AS hhi, round(1 / sum(p.share * p.share), 2) AS effective_number,
       round(2 * sum(p.place_up * p.share) / any_value(p.n) - (any_value(p.n) + 1) / any_value(p.n), 4) AS gini
FROM p JOIN d ON d.document_id = p.document_id
LEFT JOIN spent s ON s.document_id = p.document_id
GROUP BY d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year;
COMMENT ON MACRO TABLE concentration IS 'Concentration of project money: CR1, CR3, CR5, HHI, Gini (项目集中度)';
