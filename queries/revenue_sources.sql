-- title: 收入来源 Sources of revenue
-- about: Revenue by source from the revenue table (its total row, or its rows where each is a source), or from the summary table where there is none, with the share of all revenue.
-- about: 财政拨款 and 单位资金 are left out where their parts are printed. Money of this year and carried over stand in separate rows.
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
-- main: fiscal_year label amount share_pct
-- chart: stack fiscal_year amount label
-- example: revenue_sources 办公室
CREATE OR REPLACE MACRO revenue_sources(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
f AS NOT MATERIALIZED (
  SELECT f.cell_id, f.document_id, f.table_kind, f.role, f.flow, f.fund, coalesce(f.period, 'all'::period) AS period, f.function_code,
         f.unit_id, f.amount
  FROM fact f SEMI JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE f.fund IS NOT NULL AND f.role <> 'of_which'::role),
-- Sources stand in columns, or, where the total row knows none, in rows (一般公共预算资金, 财政专户管理资金, …), or in the summary alone.
by_column AS (SELECT f.* FROM f WHERE f.table_kind = 'revenue'::table_kind AND f.role = 'total'::role),
by_row AS (
  SELECT f.* FROM f
  WHERE f.table_kind = 'revenue'::table_kind AND f.role <> 'total'::role AND f.fund <> 'total'::fund AND f.function_code IS NULL AND f.unit_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM by_column c WHERE c.document_id = f.document_id AND c.fund <> 'total'::fund)),
without AS (
  SELECT d.document_id FROM d ANTI JOIN by_column c ON c.document_id = d.document_id ANTI JOIN by_row o ON o.document_id = d.document_id),
summary AS (
  SELECT f.* FROM f SEMI JOIN without w ON w.document_id = f.document_id
  WHERE f.table_kind = 'revenue_expenditure_summary'::table_kind AND f.flow = 'revenue'::flow AND f.role <> 'subtotal'::role),
r AS (FROM by_column UNION ALL FROM by_row UNION ALL FROM summary),
doubled AS (  -- surplus that is used bears the fund 单位资金 and stands beside its parts; 其他资金 in one column may, too
  SELECT o.cell_id FROM (SELECT r.* FROM r WHERE r.fund = 'own_funds'::fund) o LEFT JOIN stored_cell c ON c.cell_id = o.cell_id
  WHERE EXISTS (
      SELECT 1 FROM r x WHERE x.document_id = o.document_id AND x.table_kind = o.table_kind AND x.period = o.period
        AND x.fund IN ('business'::fund, 'operating'::fund, 'superior'::fund, 'subordinate'::fund, 'other'::fund))
    AND NOT regexp_matches(coalesce(CASE o.table_kind WHEN 'revenue'::table_kind THEN c.column_path ELSE c.row_name END, ''),
                           '使用(非财政拨款|专用)结余|弥补收支差额|其他资金$')),
t AS (
  SELECT r.document_id, r.fund, r.period,
         CASE WHEN bool_and(r.role = 'detail'::role AND r.table_kind = 'revenue'::table_kind) THEN CAST(sum(r.amount) AS DECIMAL(18,2))
              ELSE arg_min(r.amount, total_first(r.role, r.cell_id)) END AS amount
  FROM r ANTI JOIN doubled x ON x.cell_id = r.cell_id
  GROUP BY r.document_id, r.fund, r.period),
w AS (
  SELECT t.document_id, coalesce(min(t.amount) FILTER (t.period = 'all'::period),
                                 CAST(sum(t.amount) FILTER (t.period IN ('current_year'::period, 'carry_over'::period)) AS DECIMAL(18,2))) AS amount
  FROM t WHERE t.fund = 'total'::fund GROUP BY t.document_id),
divided AS (
  SELECT g.document_id, g.period FROM (SELECT t.* FROM t WHERE t.fund = 'fiscal'::fund) g
  JOIN t x ON x.document_id = g.document_id AND x.period = g.period AND x.fund = 'general_public'::fund)
SELECT d.department, d.region, d.kind, d.scope, d.fiscal_year, t.fund, v.chinese AS label, CAST(t.period AS VARCHAR) AS period, t.amount,
       percent_of(t.amount, w.amount) AS share_pct
FROM t JOIN d ON d.document_id = t.document_id
JOIN (SELECT TRY_CAST(v.id AS fund) AS fund, v.chinese, v.ordinal FROM vocabulary v WHERE v.list = 'fund') v ON v.fund = t.fund
LEFT JOIN w ON w.document_id = t.document_id
LEFT JOIN divided x ON x.document_id = t.document_id AND x.period = t.period AND t.fund = 'fiscal'::fund
WHERE t.fund <> 'total'::fund AND x.document_id IS NULL
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, v.ordinal, t.period;
COMMENT ON MACRO TABLE revenue_sources IS 'Revenue by source (收入来源)';
