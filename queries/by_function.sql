-- title: 功能分类 Expenditure by function
-- about: General public budget expenditure by functional classification, added up from the printed items to the level asked for: 3 class 类, 5 section 款, 7 item 项.
-- about: Where series_break names a reform of the code list, growth_pct says nothing about spending; restated_growth_pct compares with last year's money under this year's codes.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: level INTEGER from=3,5,7 | digits of the code: 3 class, 5 section, 7 item
-- param: under VARCHAR from=function_code | only codes that begin so; the level is at least as deep
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: code | – | functional code (功能科目编码)
-- column: name | – | its name in that year (科目名称); NULL when the code list lacks it
-- column: amount | 元 | expenditure
-- column: basic | 元 | of which basic expenditure (基本支出)
-- column: project | 元 | of which project expenditure (项目支出)
-- column: share_pct | % | amount ÷ all general public budget expenditure listed
-- column: prior_amount | 元 | amount under the same code in the document of the year directly before
-- column: growth_pct | % | (amount − prior_amount) ÷ prior_amount
-- column: restated_prior | 元 | last year's money that stands under this code this year
-- column: restated_growth_pct | % | (amount − restated_prior) ÷ restated_prior
-- column: series_break | – | reforms of this year that change what the code covers (科目调整)
-- chart: bar name amount
-- example: by_function 办公室 level=5
-- example: by_function 办公室 under=20103 level=7
CREATE OR REPLACE MACRO by_function(department := NULL, region := NULL, year := NULL, level := 3, under := NULL) AS TABLE
WITH d AS (
  SELECT d.* FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)
    AND (year IS NULL OR d.fiscal_year BETWEEN year - 1 AND year)),
leaf AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, f.code, f.amount, f.basic, f.project
  FROM (
    SELECT f.document_id, f.stage, f.function_code AS code,
           sum(f.amount) FILTER (f.nature = 'total') AS amount,
           sum(f.amount) FILTER (f.nature = 'basic') AS basic,
           sum(f.amount) FILTER (f.nature = 'project') AS project
    FROM fact f
    WHERE f.table_kind = 'general_public_expenditure' AND f.role = 'detail' AND f.function_code IS NOT NULL
      AND coalesce(f.period, 'all') = 'all' AND f.document_id IN (SELECT x.document_id FROM d x)
    GROUP BY f.document_id, f.stage, f.function_code) f
  JOIN d ON d.document_id = f.document_id AND f.stage = own_stage(d.kind)),
t AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, l.code, l.amount, l.basic, l.project
  FROM (
    SELECT l.document_id, left(l.code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code, sum(l.amount) AS amount, sum(l.basic) AS basic, sum(l.project) AS project
    FROM leaf l GROUP BY l.document_id, left(l.code, greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0)))) l
  JOIN d ON d.document_id = l.document_id),
moved AS (
  SELECT l.*, left(code_after('function', l.code, l.fiscal_year, l.fiscal_year + 1, l.region),
    greatest(level, coalesce(length(CAST(under AS VARCHAR)), 0))) AS code_now
  FROM leaf l),
restated AS (
  SELECT m.department_id, m.kind, m.scope, m.fiscal_year, m.code_now, sum(m.amount) AS amount
  FROM moved m GROUP BY m.department_id, m.kind, m.scope, m.fiscal_year, m.code_now)
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.code,
       code_name('function', t.code, t.fiscal_year) AS name, t.amount, t.basic, t.project,
       percent_of(t.amount, sum(t.amount) OVER (PARTITION BY t.document_id)) AS share_pct,
       p.amount AS prior_amount, percent_of(t.amount - p.amount, p.amount) AS growth_pct,
       r.amount AS restated_prior, percent_of(t.amount - r.amount, r.amount) AS restated_growth_pct,
       break_of('function', t.code, t.fiscal_year - 1, t.fiscal_year, t.region,
                p.amount IS DISTINCT FROM r.amount) AS series_break
FROM t
LEFT JOIN t p ON p.department_id = t.department_id AND p.kind = t.kind AND p.scope = t.scope
 AND p.fiscal_year = t.fiscal_year - 1 AND p.code = t.code
LEFT JOIN restated r ON r.department_id = t.department_id AND r.kind = t.kind AND r.scope = t.scope
 AND r.fiscal_year = t.fiscal_year - 1 AND r.code_now = t.code
WHERE year IS NULL OR t.fiscal_year = year
QUALIFY under IS NULL OR starts_with(t.code, CAST(under AS VARCHAR))
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year, t.code;
COMMENT ON MACRO TABLE by_function IS 'General public budget expenditure by functional classification, with growth and breaks (功能分类)';
