-- title: 功能分类 Expenditure by function
-- about: General public budget expenditure by functional classification, added up from the printed items to the level asked for: 3 class 类, 5 section 款, 7 item 项.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: level INTEGER from=3,5,7 | digits of the code: 3 class, 5 section, 7 item
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
-- chart: bar name amount
-- example: by_function 办公室 level=5
CREATE OR REPLACE MACRO by_function(department := NULL, region := NULL, year := NULL, level := 3) AS TABLE
WITH t AS (
  SELECT f.document_id, any_value(f.department) AS department, any_value(f.region) AS region,
         any_value(f.kind) AS kind, any_value(f.scope) AS scope, any_value(f.fiscal_year) AS fiscal_year,
         left(f.function_code, level) AS code,
         sum(f.amount) FILTER (f.nature = 'total') AS amount,
         sum(f.amount) FILTER (f.nature = 'basic') AS basic,
         sum(f.amount) FILTER (f.nature = 'project') AS project
  FROM current_fact f
  WHERE f.table_kind = 'general_public_expenditure' AND f.role = 'detail' AND f.function_code IS NOT NULL
    AND coalesce(f.period, 'all') = 'all'
    AND f.stage = CASE f.kind WHEN 'budget' THEN 'budget' ELSE 'actual' END
    AND has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
  GROUP BY f.document_id, left(f.function_code, level))
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.code,
       code_name('function', t.code, t.fiscal_year) AS name, t.amount, t.basic, t.project,
       percent_of(t.amount, sum(t.amount) OVER (PARTITION BY t.document_id)) AS share_pct
FROM t
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year, t.code;
COMMENT ON MACRO TABLE by_function IS 'General public budget expenditure by functional classification (功能分类)';
