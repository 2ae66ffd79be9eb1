-- title: 经济分类 Expenditure by economic classification
-- about: All money (economic classification summary), basic expenditure (general public budget) and their difference, the project money, by departmental economic classification: 3 class 类, 5 section 款.
-- about: Where a document prints no summary of all money, amount and project are not known (NULL).
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
-- chart: bar name amount
-- example: by_economic 办公室 level=3
-- example: by_economic 办公室 under=302
CREATE OR REPLACE MACRO by_economic(department := NULL, region := NULL, year := NULL, level := 5, under := NULL) AS TABLE
WITH d AS (
  SELECT d.* FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)
    AND (year IS NULL OR d.fiscal_year BETWEEN year - 1 AND year)),
leaf AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, f.code, f.listed, f.basic
  FROM (
    SELECT f.document_id, f.stage, f.economic_code AS code,
           sum(f.amount) FILTER (f.table_kind = 'economic_classification_summary' AND coalesce(f.nature, 'total') = 'total'
                                 AND coalesce(f.fund, 'total') = 'total') AS listed,
           sum(f.amount) FILTER (f.table_kind = 'general_public_basic_expenditure' AND f.nature = 'basic') AS basic
    FROM fact f
    WHERE f.table_kind IN ('economic_classification_summary', 'general_public_basic_expenditure')
      AND f.role = 'detail' AND f.economic_code IS NOT NULL AND coalesce(f.period, 'all') = 'all'
      AND f.document_id IN (SELECT x.document_id FROM d x)
    GROUP BY f.document_id, f.stage, f.economic_code) f
  JOIN d ON d.document_id = f.document_id AND f.stage = own_stage(d.kind)),
t AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, l.code, l.listed, l.basic
  FROM (
    SELECT l.document_id, left(l.code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code, sum(l.listed) AS listed, sum(l.basic) AS basic
    FROM leaf l GROUP BY l.document_id, left(l.code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))) l
  JOIN d ON d.document_id = l.document_id),
u AS (  -- a code that the summary does not list has no money in a document that has the summary
  SELECT t.*, CASE WHEN count(t.listed) OVER (PARTITION BY t.document_id) > 0
                   THEN coalesce(t.listed, CAST(0 AS DECIMAL(38,2))) END AS amount
  FROM t WHERE t.listed IS NOT NULL OR t.basic IS NOT NULL),
moved AS (
  SELECT l.*, left(code_after('economic', l.code, l.fiscal_year, l.fiscal_year + 1, l.region),
    greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code_now
  FROM leaf l),
restated AS (
  SELECT m.department_id, m.kind, m.scope, m.fiscal_year, m.code_now, sum(m.basic) AS basic
  FROM moved m GROUP BY m.department_id, m.kind, m.scope, m.fiscal_year, m.code_now)
SELECT u.department, u.region, u.kind, u.scope, u.fiscal_year, u.code,
       code_name('economic', u.code, u.fiscal_year) AS name,
       u.amount, u.basic, u.amount - coalesce(u.basic, CAST(0 AS DECIMAL(38,2))) AS project,
       percent_of(u.amount, sum(u.amount) OVER w) AS share_pct,
       percent_of(u.basic, sum(u.basic) OVER w) AS basic_share_pct,
       p.basic AS prior_basic, percent_of(u.basic - p.basic, p.basic) AS basic_growth_pct,
       r.basic AS restated_prior, percent_of(u.basic - r.basic, r.basic) AS restated_growth_pct,
       break_of('economic', u.code, u.fiscal_year - 1, u.fiscal_year, u.region,
                p.basic IS DISTINCT FROM r.basic) AS series_break
FROM u
LEFT JOIN u p ON p.department_id = u.department_id AND p.kind = u.kind AND p.scope = u.scope
 AND p.fiscal_year = u.fiscal_year - 1 AND p.code = u.code
LEFT JOIN restated r ON r.department_id = u.department_id AND r.kind = u.kind AND r.scope = u.scope
 AND r.fiscal_year = u.fiscal_year - 1 AND r.code_now = u.code
WHERE year IS NULL OR u.fiscal_year = year
WINDOW w AS (PARTITION BY u.document_id)
QUALIFY under IS NULL OR starts_with(u.code, CAST(under AS VARCHAR))
ORDER BY u.department, u.region, u.kind, u.scope, u.fiscal_year, u.code;
COMMENT ON MACRO TABLE by_economic IS 'Expenditure by economic classification: all, basic and project money, with growth and breaks (经济分类)';
