-- title: 支出结构 Structure of expenditure
-- about: Total expenditure by nature (basic, project, reserve, …) from the total row of the expenditure table, and basic expenditure by personnel and public money from the total row of the table of basic expenditure.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: whole | – | what the parts are parts of: total (支出合计) or basic (基本支出, general public budget)
-- column: nature | – | identifier of the part
-- column: label | – | part (支出性质)
-- column: amount | 元 | amount
-- column: share_pct | % | amount ÷ the printed whole, or the sum of the parts where none is printed
-- chart: stack whole amount label
-- example: structure 办公室
CREATE OR REPLACE MACRO structure(department := NULL, region := NULL, year := NULL) AS TABLE
WITH t AS (
  SELECT f.document_id, any_value(f.department) AS department, any_value(f.region) AS region,
         any_value(f.kind) AS kind, any_value(f.scope) AS scope, any_value(f.fiscal_year) AS fiscal_year,
         CASE f.table_kind WHEN 'expenditure' THEN 'total' ELSE 'basic' END AS whole, f.nature,
         arg_min(f.amount, f.cell_id) AS amount
  FROM current_amount f
  WHERE f.role = 'total'::role AND coalesce(f.fund, 'total'::fund) IN ('total'::fund, 'general_public'::fund)
    AND (f.table_kind = 'expenditure'::table_kind AND coalesce(f.fund, 'total'::fund) = 'total'::fund
         AND f.nature IN ('total', 'basic', 'project', 'reserve', 'handed_up', 'operating_expenditure',
                          'subsidy_to_subordinates')
      OR f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.nature IN ('basic'::nature, 'personnel'::nature, 'public'::nature))
    AND has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
  GROUP BY f.document_id, f.table_kind, f.nature)
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.whole, t.nature, v.chinese AS label, t.amount,
       percent_of(t.amount, coalesce(max(t.amount) FILTER (t.nature = t.whole) OVER w,
                                     sum(t.amount) FILTER (t.nature <> t.whole) OVER w)) AS share_pct
FROM t JOIN vocabulary v ON v.list = 'nature' AND v.id = t.nature
WINDOW w AS (PARTITION BY t.document_id, t.whole)
QUALIFY t.nature <> t.whole
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year, t.whole DESC, v.ordinal;
COMMENT ON MACRO TABLE structure IS 'Expenditure by nature, basic expenditure by personnel and public money (支出结构)';
