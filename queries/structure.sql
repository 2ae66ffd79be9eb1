-- title: 支出结构 Structure of expenditure
-- about: Total expenditure by nature (basic, project, reserve, …) from the total row of the expenditure table, and basic expenditure by personnel and public money from the total row of the table of basic expenditure.
-- about: Amounts are the budgeted ones of a budget and the executed ones of a final account. Where the money of this year and the money carried over have columns of their own and no sum, they are added.
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
-- main: fiscal_year label amount share_pct
-- chart: stack whole amount label
-- example: structure 办公室
CREATE OR REPLACE MACRO structure(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
t AS (
  SELECT f.document_id, f.table_kind, f.nature,
         CAST(coalesce(arg_min(f.amount, f.cell_id) FILTER (coalesce(f.period, 'all'::period) = 'all'::period),
                       coalesce(arg_min(f.amount, f.cell_id) FILTER (f.period = 'current_year'::period), 0)
                         + coalesce(arg_min(f.amount, f.cell_id) FILTER (f.period = 'carry_over'::period), 0)) AS DECIMAL(18,2)) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.role = 'total'::role AND coalesce(f.fund, 'total'::fund) IN ('total'::fund, 'general_public'::fund)
    AND (f.table_kind = 'expenditure'::table_kind AND coalesce(f.fund, 'total'::fund) = 'total'::fund
         AND f.nature IN ('total'::nature, 'basic'::nature, 'project'::nature, 'reserve'::nature, 'handed_up'::nature,
                          'operating_expenditure'::nature, 'subsidy_to_subordinates'::nature)
      OR f.table_kind = 'general_public_basic_expenditure'::table_kind
         AND f.nature IN ('basic'::nature, 'personnel'::nature, 'public'::nature))
    AND f.period IS DISTINCT FROM 'carried_forward'::period
  GROUP BY f.document_id, f.table_kind, f.nature),
parts AS (
  SELECT t.*, t.nature = CASE t.table_kind WHEN 'expenditure'::table_kind THEN 'total'::nature ELSE 'basic'::nature END AS is_whole FROM t),
wholes AS (
  SELECT p.document_id, p.table_kind, coalesce(max(p.amount) FILTER (p.is_whole), sum(p.amount) FILTER (NOT p.is_whole)) AS amount
  FROM parts p GROUP BY p.document_id, p.table_kind)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year,
       CASE p.table_kind WHEN 'expenditure'::table_kind THEN 'total' ELSE 'basic' END AS whole, p.nature, v.chinese AS label, p.amount,
       percent_of(p.amount, w.amount) AS share_pct
FROM parts p JOIN d ON d.document_id = p.document_id
JOIN wholes w ON w.document_id = p.document_id AND w.table_kind = p.table_kind
JOIN (SELECT TRY_CAST(v.id AS nature) AS nature, v.chinese, v.ordinal FROM vocabulary v WHERE v.list = 'nature') v ON v.nature = p.nature
WHERE NOT p.is_whole
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, whole DESC, v.ordinal;
COMMENT ON MACRO TABLE structure IS 'Expenditure by nature, basic expenditure by personnel and public money (支出结构)';
