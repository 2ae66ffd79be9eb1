-- title: 项目集中度 Concentration of project money
-- about: How far the project money of a document is concentrated in few projects. The grain is the named project of the project table; coverage tells how much of all project expenditure the list holds.
-- about: The measures describe the list; with low coverage a high value is arithmetic. Projects without a positive amount are left out.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: grain | – | what is counted: project (项目)
-- column: n | – | number of projects
-- column: total | 元 | sum of their amounts
-- column: coverage_pct | % | total ÷ project expenditure of the expenditure table
-- column: cr1 | % | share of the largest project
-- column: cr3 | % | share of the three largest
-- column: cr5 | % | share of the five largest
-- column: hhi | – | Herfindahl-Hirschman index, sum of squared shares, 1/n to 1
-- column: effective_number | – | 1 ÷ hhi: as many equal projects would give the same index
-- column: gini | – | Gini coefficient, 0 (all equal) to 1 − 1/n
-- chart: bar department hhi
-- example: concentration 办公室 year=2023
CREATE OR REPLACE MACRO concentration(department := NULL, region := NULL, year := NULL) AS TABLE
WITH p AS (
  SELECT f.*, CAST(f.amount AS DOUBLE) / CAST(sum(f.amount) OVER w AS DOUBLE) AS share, count(*) OVER w AS n,
         row_number() OVER (PARTITION BY f.document_id ORDER BY f.amount DESC, f.project_id) AS place_down,
         row_number() OVER (PARTITION BY f.document_id ORDER BY f.amount, f.project_id) AS place_up
  FROM project_amount f
  WHERE f.amount > 0 AND has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
  WINDOW w AS (PARTITION BY f.document_id)),
spent AS (
  SELECT f.document_id, arg_min(f.amount, f.cell_id) AS amount FROM current_fact f
  WHERE f.table_kind = 'expenditure' AND f.role = 'total' AND f.nature = 'project'
    AND coalesce(f.fund, 'total') = 'total' AND coalesce(f.period, 'all') = 'all'
  GROUP BY f.document_id)
SELECT any_value(p.department) AS department, any_value(p.region) AS region, any_value(p.kind) AS kind,
       any_value(p.scope) AS scope, any_value(p.fiscal_year) AS fiscal_year, 'project' AS grain,
       any_value(p.n) AS n, sum(p.amount) AS total, percent_of(sum(p.amount), any_value(s.amount)) AS coverage_pct,
       round(100 * sum(p.share) FILTER (p.place_down <= 1), 2) AS cr1,
       round(100 * sum(p.share) FILTER (p.place_down <= 3), 2) AS cr3,
       round(100 * sum(p.share) FILTER (p.place_down <= 5), 2) AS cr5,
       round(sum(p.share * p.share), 4) AS hhi, round(1 / sum(p.share * p.share), 2) AS effective_number,
       round(2 * sum(p.place_up * p.share) / any_value(p.n) - (any_value(p.n) + 1) / any_value(p.n), 4) AS gini
FROM p LEFT JOIN spent s ON s.document_id = p.document_id
GROUP BY p.document_id
ORDER BY any_value(p.department), any_value(p.region), any_value(p.kind), any_value(p.scope), any_value(p.fiscal_year);
COMMENT ON MACRO TABLE concentration IS 'Concentration of project money: CR1, CR3, CR5, HHI, Gini (项目集中度)';
