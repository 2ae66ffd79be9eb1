-- title: 勾稽汇总 How the identities of each document stand
-- about: Counts of identities by outcome, the share of amounts that an identity guards which holds, and the rules that could not run: not run is never a pass.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: fiscal_year | – | fiscal year (年度)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: identities | – | identities checked
-- column: hold | – | identities that hold exactly
-- column: rounding | – | identities that hold within rounding
-- column: breaks | – | identities that do not hold
-- column: notes | – | differences worth a look
-- column: amounts | – | amounts read
-- column: coverage_pct | % | amounts in an identity that holds ÷ amounts
-- column: not_run | – | rules that found nothing to check
-- main: fiscal_year identities hold breaks notes
-- chart: bar department breaks
-- example: check_summary
CREATE OR REPLACE MACRO check_summary(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.fiscal_year, d.kind, d.scope FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region) AND (year IS NULL OR d.fiscal_year = year)),
judged AS (
  SELECT k.*, CASE WHEN k.lhs = k.rhs THEN 'holds' WHEN abs(k.lhs - k.rhs) <= k.slack THEN 'rounding'
                   WHEN k.severity = 'note' THEN 'note' ELSE 'breaks' END AS verdict
  FROM all_checks(departments := CASE WHEN coalesce(department, region) IS NOT NULL THEN coalesce((SELECT list(DISTINCT department_id) FROM d), []) END) k),
counted AS (
  SELECT j.document_id, count(*) AS n, count(*) FILTER (j.verdict = 'holds') AS held, count(*) FILTER (j.verdict = 'rounding') AS rounded,
         count(*) FILTER (j.verdict = 'breaks') AS broken, count(*) FILTER (j.verdict = 'note') AS noted, list(DISTINCT j.rule) AS run
  FROM judged j GROUP BY j.document_id),
guarded AS (
  SELECT f.document_id, count(*) AS n
  FROM fact f JOIN d ON d.document_id = f.document_id
  WHERE f.cell_id IN (SELECT unnest(j.lhs_cells || j.rhs_cells) FROM judged j WHERE j.verdict IN ('holds', 'rounding'))
  GROUP BY f.document_id),
printed AS (SELECT f.document_id, count(*) AS n FROM fact f JOIN d ON d.document_id = f.document_id GROUP BY f.document_id)
SELECT d.department, d.region, d.fiscal_year, d.kind, d.scope, coalesce(c.n, 0) AS identities, coalesce(c.held, 0) AS hold,
       coalesce(c.rounded, 0) AS rounding, coalesce(c.broken, 0) AS breaks, coalesce(c.noted, 0) AS notes, coalesce(p.n, 0) AS amounts,
       percent_of(coalesce(g.n, 0), p.n) AS coverage_pct,
       (SELECT string_agg(r.rule, ' ' ORDER BY r.rule) FROM check_rules() r WHERE NOT list_contains(coalesce(c.run, []), r.rule)) AS not_run
FROM d
LEFT JOIN counted c ON c.document_id = d.document_id
LEFT JOIN printed p ON p.document_id = d.document_id
LEFT JOIN guarded g ON g.document_id = d.document_id
ORDER BY breaks DESC, d.department, d.fiscal_year, d.kind, d.scope, d.region, d.document_id;
COMMENT ON MACRO TABLE check_summary IS 'How the identities of each document stand (勾稽汇总)';
