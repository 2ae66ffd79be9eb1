-- title: 三公经费 Three-public expenses
-- about: The three-public expenses by component with their share of the printed total and the change from the year directly before; next to the table stands what the narrative states.
-- about: by=component adds up the departments of a region, and compares with the year before only those that are there in both years.
-- about: A component without a printed amount has none (NULL), which is not zero; no rate is given when the base is missing, zero or negative.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: since INTEGER from=year | first fiscal year shown
-- param: year INTEGER from=year | one fiscal year
-- param: axis VARCHAR from=component,department | component: one row per component over all departments of a region; department: only the total of each (by=component)
-- column: department | – | name of the department (部门); NULL where departments are added up
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: stage | – | budget (预算数) or actual (决算数)
-- column: item | – | identifier of the component
-- column: label | – | component (项目)
-- column: amount | 元 | amount in the table
-- column: share_pct | % | amount ÷ three-public total of the table
-- column: prior_amount | 元 | amount in the document of the year directly before; added up, of the departments of both years
-- column: change | 元 | amount − prior_amount of the same departments
-- column: growth_pct | % | change ÷ prior_amount
-- column: stated_amount | 元 | amount that the narrative states
-- column: departments | – | number of departments with an amount
-- order: department without axis
-- trend: amount fiscal_year department region kind scope stage item
-- main: fiscal_year label amount growth_pct
-- chart: line fiscal_year amount label
-- example: three_public 办公室 since=2019
-- example: three_public by=component
CREATE OR REPLACE MACRO three_public(department := NULL, region := NULL, since := NULL, year := NULL, axis := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year,
         dense_rank() OVER (ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year) AS place
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)),
this AS (
  SELECT d.*, b.document_id AS before_id
  FROM d LEFT JOIN d b ON b.department_id = d.department_id AND b.kind = d.kind AND b.scope = d.scope AND b.fiscal_year = d.fiscal_year - 1
  WHERE (year IS NULL OR d.fiscal_year = year) AND (since IS NULL OR d.fiscal_year >= since)),
-- The components of a document stand in one list, so that its row is looked up once for all of them.
component AS (
  SELECT v.id, v.chinese, list_position(['three_public', 'abroad', 'vehicle', 'vehicle_purchase', 'vehicle_running', 'reception'], v.id) AS n
  FROM vocabulary v WHERE v.list = 'item' AND n IS NOT NULL),
printed AS (  -- a table with unit rows prints an item several times: its total row counts
  SELECT f.document_id, f.stage,
         [arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'three_public'::item),
          arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'abroad'::item),
          arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'vehicle'::item),
          arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'vehicle_purchase'::item),
          arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'vehicle_running'::item),
          arg_min(f.amount, total_first(f.role, f.cell_id)) FILTER (f.item = 'reception'::item)] AS amounts
  FROM fact f
  WHERE f.table_kind = 'three_public'::table_kind AND coalesce(f.role, 'detail'::role) <> 'of_which'::role
    AND f.document_id IN (SELECT d.document_id FROM d)
  GROUP BY f.document_id, f.stage),
told AS (
  SELECT d.document_id, own_stage(d.kind) AS stage,
         [arg_min(s.amount, s.stated_id) FILTER (s.subject = 'three_public'),
          arg_min(s.amount, s.stated_id) FILTER (s.subject = 'abroad'),
          arg_min(s.amount, s.stated_id) FILTER (s.subject = 'vehicle'),
          arg_min(s.amount, s.stated_id) FILTER (s.subject = 'vehicle_purchase'),
          arg_min(s.amount, s.stated_id) FILTER (s.subject = 'vehicle_running'),
          arg_min(s.amount, s.stated_id) FILTER (s.subject = 'reception')] AS amounts
  FROM stated s JOIN d ON d.document_id = s.document_id
  WHERE s.amount IS NOT NULL
  GROUP BY d.document_id, d.kind),
both_sides AS (
  SELECT coalesce(p.document_id, t.document_id) AS document_id, coalesce(p.stage, t.stage) AS stage, p.amounts, t.amounts AS told
  FROM printed p FULL JOIN told t ON t.document_id = p.document_id AND t.stage = p.stage),
chosen AS (
  SELECT x.*, b.stage, c.id AS item, c.chinese, c.n, b.amounts[c.n] AS amount, b.told[c.n] AS stated_amount, b.amounts[1] AS whole,
         p.amounts[c.n] AS prior_amount
  FROM both_sides b JOIN this x ON x.document_id = b.document_id
  LEFT JOIN printed p ON p.document_id = x.before_id AND p.stage = b.stage
  CROSS JOIN component c
  WHERE b.amounts[c.n] IS NOT NULL OR b.told[c.n] IS NOT NULL),
shown AS (
  SELECT c.place, c.department, c.region, c.kind, c.scope, c.fiscal_year, c.stage, c.n, c.item, c.chinese,
         CASE WHEN c.amount IS NULL THEN 0 ELSE 1 END AS departments,
         c.amount, c.whole, c.prior_amount, c.amount - c.prior_amount AS change, c.stated_amount
  FROM chosen c
  WHERE axis IS NULL OR 'department' LIKE axis || '%' AND c.item = 'three_public'
  UNION ALL
  SELECT dense_rank() OVER (ORDER BY c.region, c.kind, c.scope, c.fiscal_year), NULL, c.region, c.kind, c.scope, c.fiscal_year, c.stage, c.n, c.item, c.chinese,
         count(c.amount), sum(c.amount),
         sum(sum(c.amount)) FILTER (c.item = 'three_public') OVER (PARTITION BY c.region, c.kind, c.scope, c.fiscal_year, c.stage),
         sum(c.prior_amount) FILTER (c.amount IS NOT NULL), sum(c.amount - c.prior_amount), sum(c.stated_amount)
  FROM chosen c
  WHERE 'component' LIKE axis || '%'
  GROUP BY c.region, c.kind, c.scope, c.fiscal_year, c.stage, c.n, c.item, c.chinese)
SELECT s.department, s.region, s.kind, s.scope, s.fiscal_year, s.stage, s.item, s.chinese AS label,
       CAST(s.amount AS DECIMAL(18,2)) AS amount, percent_of(s.amount, s.whole) AS share_pct,
       CAST(s.prior_amount AS DECIMAL(18,2)) AS prior_amount, CAST(s.change AS DECIMAL(18,2)) AS change,
       percent_of(s.change, s.prior_amount) AS growth_pct, CAST(s.stated_amount AS DECIMAL(18,2)) AS stated_amount, s.departments
FROM shown s
ORDER BY s.place, s.stage, s.n;
COMMENT ON MACRO TABLE three_public IS 'Three-public expenses by component (三公经费)';
