-- title: 经济分类 Expenditure by economic classification
-- about: All money (economic classification summary), basic expenditure (general public budget) and their difference, the project money, by departmental economic classification: 3 class 类, 5 section 款.
-- about: Where a document prints no summary of all money, amount and project are not known (NULL); nor is project where other funds than the general public budget pay basic expenditure, too.
-- about: Growth is that of basic expenditure. Where series_break names a reform of the code list, basic_growth_pct says nothing about spending; restated_growth_pct compares with last year's money under this year's codes.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: level INTEGER from=3,5 | digits of the code: 3 class, 5 section
-- param: under VARCHAR from=economic_code | only codes that begin so; the level is at least as deep
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: code | – | economic code (经济科目编码)
-- column: name | – | its name in that year (科目名称); NULL when the code list lacks it
-- column: amount | 元 | all money
-- column: basic | 元 | basic expenditure
-- column: project | 元 | amount − basic
-- column: share_pct | % | amount ÷ all money of the document
-- column: basic_share_pct | % | basic ÷ basic expenditure of the document
-- column: prior_basic | 元 | basic expenditure under the same code in the document of the year directly before
-- column: basic_growth_pct | % | (basic − prior_basic) ÷ prior_basic
-- column: restated_prior | 元 | last year's basic expenditure that stands under this code this year
-- column: restated_growth_pct | % | (basic − restated_prior) ÷ restated_prior
-- column: series_break | – | reforms of this year that change what the code covers (科目调整)
-- order: department
-- main: fiscal_year code name basic basic_growth_pct series_break
-- chart: bar name amount
-- example: by_economic 办公室 level=3
-- example: by_economic 办公室 under=302
CREATE OR REPLACE MACRO by_economic(department := NULL, region := NULL, year := NULL, level := 5, under := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage,
         dense_rank() OVER (ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year) AS place
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)
    AND (year IS NULL OR d.fiscal_year BETWEEN year - 1 AND year)),
t AS (
  SELECT f.document_id, left(f.economic_code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code,
         sum(f.amount) FILTER (f.table_kind = 'economic_classification_summary'::table_kind
                               AND coalesce(f.nature, 'total'::nature) = 'total'::nature
                               AND coalesce(f.fund, 'total'::fund) = 'total'::fund) AS listed,
         sum(f.amount) FILTER (f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.nature = 'basic'::nature) AS basic
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind IN ('economic_classification_summary'::table_kind, 'general_public_basic_expenditure'::table_kind)
    AND f.role = 'detail'::role AND f.economic_code IS NOT NULL AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id, left(f.economic_code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))),
whole AS (SELECT t.document_id, sum(t.listed) AS listed, sum(t.basic) AS basic FROM t GROUP BY t.document_id),
-- basic expenditure of all funds: where it is more than that of the general public budget, the rest is no project money
of_all_funds AS (
  SELECT f.document_id, arg_min(f.amount, f.cell_id) AS basic
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.table_kind = 'expenditure'::table_kind AND f.role = 'total'::role AND f.nature = 'basic'::nature
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) = 'all'::period
  GROUP BY f.document_id),
this AS (
  SELECT d.*, w.listed AS all_listed, w.basic AS all_basic, b.document_id AS before_id, coalesce(o.basic <= w.basic, true) AS is_all_basic
  FROM d JOIN whole w ON w.document_id = d.document_id
  LEFT JOIN of_all_funds o ON o.document_id = d.document_id
  LEFT JOIN d b ON b.department_id = d.department_id AND b.kind = d.kind AND b.scope = d.scope AND b.fiscal_year = d.fiscal_year - 1
  WHERE year IS NULL OR d.fiscal_year = year),
-- What the lists of codes say is looked up once for each year and region, not for each row.
named AS (
  SELECT c.code, y.fiscal_year, arg_max(c.name, c.valid_from) AS name
  FROM classification c JOIN (SELECT DISTINCT d.fiscal_year FROM d) y ON y.fiscal_year BETWEEN c.valid_from AND c.valid_to
  WHERE c.system = 'economic' GROUP BY c.code, y.fiscal_year),
places AS (SELECT DISTINCT d.region, d.fiscal_year FROM d),
moves AS (
  SELECT y.region, y.fiscal_year, m.code, code_after('economic', m.code, y.fiscal_year - 1, y.fiscal_year, y.region) AS code_now
  FROM places y JOIN (SELECT DISTINCT s.code, s.from_year FROM successor s WHERE s.system = 'economic' AND s.effect = 'moved') m
    ON m.from_year = y.fiscal_year),
broken AS (
  SELECT y.region, y.fiscal_year, c.code,
         break_of('economic', c.code, y.fiscal_year - 1, y.fiscal_year, y.region, true) AS any_reform,
         break_of('economic', c.code, y.fiscal_year - 1, y.fiscal_year, y.region, false) AS lasting
  FROM places y JOIN reformed_code c ON c.system = 'economic' AND c.from_year = y.fiscal_year),
restated AS (  -- in a year in which no money moved it is that of the year before
  SELECT x.document_id, left(coalesce(m.code_now, f.economic_code), greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code,
         sum(f.amount) AS basic
  FROM fact f JOIN this x ON x.before_id = f.document_id AND x.stage = f.stage
  LEFT JOIN moves m ON m.code = f.economic_code AND m.fiscal_year = x.fiscal_year AND m.region IS NOT DISTINCT FROM x.region
  WHERE f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.nature = 'basic'::nature
    AND f.role = 'detail'::role AND f.economic_code IS NOT NULL AND coalesce(f.period, 'all'::period) = 'all'::period
    AND x.fiscal_year IN (SELECT y.fiscal_year FROM moves y)
  GROUP BY x.document_id, left(coalesce(m.code_now, f.economic_code), greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))),
u AS (  -- a code that the summary does not list has no money in a document that has the summary
  SELECT x.*, t.code, CASE WHEN x.all_listed IS NOT NULL THEN coalesce(t.listed, CAST(0 AS DECIMAL(38,2))) END AS amount,
         t.basic, p.basic AS prior, CASE WHEN x.fiscal_year IN (SELECT y.fiscal_year FROM moves y) THEN r.basic ELSE p.basic END AS restated
  FROM t JOIN this x ON x.document_id = t.document_id
  LEFT JOIN t p ON p.document_id = x.before_id AND p.code = t.code
  LEFT JOIN restated r ON r.document_id = t.document_id AND r.code = t.code
  WHERE (t.listed IS NOT NULL OR t.basic IS NOT NULL) AND (under IS NULL OR starts_with(t.code, CAST(under AS VARCHAR))))
SELECT u.department, u.region, u.kind, u.scope, u.fiscal_year, u.code, n.name,
       u.amount, u.basic, CASE WHEN u.is_all_basic THEN u.amount - coalesce(u.basic, CAST(0 AS DECIMAL(38,2))) END AS project,
       percent_of(u.amount, u.all_listed) AS share_pct, percent_of(u.basic, u.all_basic) AS basic_share_pct,
       u.prior AS prior_basic, percent_of(u.basic - u.prior, u.prior) AS basic_growth_pct,
       u.restated AS restated_prior, percent_of(u.basic - u.restated, u.restated) AS restated_growth_pct,
       CASE WHEN u.prior IS DISTINCT FROM u.restated THEN b.any_reform ELSE b.lasting END AS series_break
FROM u
LEFT JOIN named n ON n.code = u.code AND n.fiscal_year = u.fiscal_year
LEFT JOIN broken b ON b.code = u.code AND b.fiscal_year = u.fiscal_year AND b.region IS NOT DISTINCT FROM u.region
ORDER BY u.place, u.code;
COMMENT ON MACRO TABLE by_economic IS 'Expenditure by economic classification: all, basic and project money, with growth and breaks (经济分类)';
