-- title: 收入来源 Sources of revenue
-- about: Revenue by source from the total row of the revenue table, or from the summary table where there is none, with the share of all revenue.
-- about: 财政拨款 is left out where its parts are printed. Money of this year and carried over stand in separate rows.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: fund | – | identifier of the source
-- column: label | – | source (资金来源)
-- column: period | – | all, current_year (本年), carry_over (上年结转)
-- column: amount | 元 | revenue
-- column: share_pct | % | amount ÷ total revenue of the document
-- chart: stack fiscal_year amount label
-- example: revenue_sources 办公室
CREATE OR REPLACE MACRO revenue_sources(department := NULL, region := NULL, year := NULL) AS TABLE
WITH r AS (
  SELECT f.* FROM current_amount f
  WHERE (f.table_kind = 'revenue'::table_kind AND f.role = 'total'::role
      OR f.table_kind = 'revenue_expenditure_summary'::table_kind AND f.flow = 'revenue'::flow AND f.role IN ('total'::role, 'detail'::role))
    AND f.fund IS NOT NULL AND f.stage = own_stage(f.kind)
    AND has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
  QUALIFY f.table_kind = 'revenue'::table_kind OR count(*) FILTER (f.table_kind = 'revenue'::table_kind) OVER (PARTITION BY f.document_id) = 0),
t AS (
  SELECT r.document_id, any_value(r.department) AS department, any_value(r.region) AS region,
         any_value(r.kind) AS kind, any_value(r.scope) AS scope, any_value(r.fiscal_year) AS fiscal_year,
         r.fund, coalesce(r.period, 'all') AS period, arg_min(r.amount, r.cell_id) AS amount
  FROM r GROUP BY r.document_id, r.fund, coalesce(r.period, 'all')),
w AS (
  SELECT t.document_id, arg_min(t.amount, (t.period <> 'all', t.amount)) AS amount FROM t WHERE t.fund = 'total' GROUP BY t.document_id)
SELECT t.department, t.region, t.kind, t.scope, t.fiscal_year, t.fund, v.chinese AS label, t.period, t.amount,
       percent_of(t.amount, w.amount) AS share_pct
FROM t JOIN vocabulary v ON v.list = 'fund' AND v.id = t.fund
LEFT JOIN w ON w.document_id = t.document_id
WHERE t.fund <> 'total'
  AND NOT (t.fund = 'fiscal' AND EXISTS (
    SELECT 1 FROM t x WHERE x.document_id = t.document_id AND x.period = t.period AND x.fund = 'general_public'::fund))
ORDER BY t.department, t.region, t.kind, t.scope, t.fiscal_year, v.ordinal, t.period;
COMMENT ON MACRO TABLE revenue_sources IS 'Revenue by source (收入来源)';
