-- title: 同级比较 Peers in a region
-- about: Rank and share of every department among those of its region, in the same year, of the same kind and scope. A department of unknown region has no peers.
-- about: Total expenditure is that of the summary table, or of the expenditure table where a document has no summary; totals of different tables are neither ranked together nor compared with the year before.
-- about: The shares are of what is in the database, not of the region's whole budget: peers tells of how many.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- param: measure VARCHAR from=total,basic,project,three_public | what is compared: total expenditure, basic or project expenditure, three-public expenses
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: rank | – | place from the largest
-- column: peers | – | number of departments compared
-- column: amount | 元 | amount of the measure
-- column: total | 元 | sum over the peers
-- column: share_pct | % | amount ÷ total
-- column: prior_amount | 元 | amount in the document of the year directly before
-- column: growth_pct | % | (amount − prior_amount) ÷ prior_amount
-- main: department fiscal_year amount share_pct growth_pct
-- chart: bar department amount
-- example: peers year=2023
CREATE OR REPLACE MACRO peers(department := NULL, region := NULL, year := NULL, measure := 'total') AS TABLE
WITH m AS (
  SELECT t.document_id, t.basis, t.amount FROM total_expenditure t WHERE measure = 'total'
  UNION ALL
  SELECT f.document_id, NULL, arg_min(f.amount, f.cell_id) FROM current_amount f
  WHERE measure IN ('basic', 'project') AND f.table_kind = 'expenditure'::table_kind AND f.role = 'total'::role AND f.nature = measure
    AND coalesce(f.fund, 'total'::fund) = 'total'::fund AND coalesce(f.period, 'all'::period) = 'all'::period
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id
  UNION ALL
  SELECT f.document_id, NULL, arg_min(f.amount, total_first(f.role, f.cell_id))
  FROM current_amount f
  WHERE measure = 'three_public' AND f.table_kind = 'three_public'::table_kind AND f.item = 'three_public'::item
    AND coalesce(f.role, 'detail'::role) <> 'of_which'::role
    AND f.stage = own_stage(f.kind)
  GROUP BY f.document_id),
t AS (SELECT d.*, m.basis, m.amount FROM m JOIN current_document d ON d.document_id = m.document_id),
r AS (
  SELECT t.*, rank() OVER (w ORDER BY t.amount DESC) AS place, count(*) OVER w AS n, sum(t.amount) OVER w AS whole
  FROM t WINDOW w AS (PARTITION BY t.region, t.kind, t.scope, t.fiscal_year, t.basis))
SELECT r.department, r.region, r.kind, r.scope, r.fiscal_year,
       CASE WHEN r.region IS NOT NULL THEN r.place END AS rank, CASE WHEN r.region IS NOT NULL THEN r.n END AS peers,
       r.amount, CASE WHEN r.region IS NOT NULL THEN r.whole END AS total,
       CASE WHEN r.region IS NOT NULL THEN percent_of(r.amount, r.whole) END AS share_pct,
       p.amount AS prior_amount, percent_of(r.amount - p.amount, p.amount) AS growth_pct
FROM r
LEFT JOIN t p ON p.department_id = r.department_id AND p.kind = r.kind AND p.scope = r.scope
 AND p.basis IS NOT DISTINCT FROM r.basis AND p.fiscal_year = r.fiscal_year - 1
WHERE has_name(r.names, department) AND has_name([r.region], region) AND (year IS NULL OR r.fiscal_year = year)
ORDER BY r.region, r.kind, r.scope, r.fiscal_year, r.basis, r.place, r.department;
COMMENT ON MACRO TABLE peers IS 'Rank and share within region and year (同级比较)';
