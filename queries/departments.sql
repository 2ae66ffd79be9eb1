-- title: 部门 Departments and the names they were found under
-- about: Every form in which files print the name of a department, with the years found under it and why it is that department: a rule, a line of aliases.csv, or that no other department has the name.
-- about: Where a form is merged wrongly or not at all, write a line into aliases.csv (name,canonical,region,note); it is applied when the database is opened next.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: region_code | – | region code after GB/T 2260 (行政区划代码)
-- column: code | – | code within its region as printed (部门代码)
-- column: found_as | – | name as printed (名称写法)
-- column: years | – | fiscal years of the files that print it so (年度)
-- column: kinds | – | budget (预算), final_account (决算)
-- column: scopes | – | department (部门), unit (单位): both may publish, and are never added
-- column: files | – | number of files that print it so
-- column: reason | – | why it is this department (合并依据); NULL where the name says so itself
-- chart: none
-- example: departments 办公室
CREATE OR REPLACE MACRO departments(department := NULL, region := NULL) AS TABLE
WITH p AS (
  SELECT p.* FROM department p WHERE has_name(list_prepend(p.name, p.aliases), department) AND has_name([p.region], region)),
a AS (SELECT a.* FROM department_alias a WHERE a.department_id IN (SELECT p.department_id FROM p)),
f AS (  -- what differs is found before it is put into words
  SELECT s.alias_id, d.fiscal_year, d.kind, d.scope, count(*) AS files
  FROM source_file s JOIN document d ON d.document_id = s.document_id
  WHERE s.alias_id IN (SELECT a.alias_id FROM a) GROUP BY s.alias_id, d.fiscal_year, d.kind, d.scope),
years AS (
  SELECT x.alias_id, string_agg(x.fiscal_year, ', ' ORDER BY x.fiscal_year) AS years
  FROM (SELECT DISTINCT f.alias_id, f.fiscal_year FROM f) x GROUP BY x.alias_id),
kinds AS (
  SELECT x.alias_id, string_agg(x.kind, ', ' ORDER BY x.kind) AS kinds FROM (SELECT DISTINCT f.alias_id, f.kind FROM f) x GROUP BY x.alias_id),
scopes AS (
  SELECT x.alias_id, string_agg(x.scope, ', ' ORDER BY x.scope) AS scopes FROM (SELECT DISTINCT f.alias_id, f.scope FROM f) x GROUP BY x.alias_id),
counted AS (SELECT f.alias_id, CAST(sum(f.files) AS BIGINT) AS files FROM f GROUP BY f.alias_id)
SELECT p.name AS department, p.region, p.region_code, p.code, a.name AS found_as, y.years, k.kinds, c.scopes,
       coalesce(n.files, 0) AS files, a.reason
FROM p
JOIN a ON a.department_id = p.department_id
LEFT JOIN years y ON y.alias_id = a.alias_id
LEFT JOIN kinds k ON k.alias_id = a.alias_id
LEFT JOIN scopes c ON c.alias_id = a.alias_id
LEFT JOIN counted n ON n.alias_id = a.alias_id
ORDER BY p.region, p.name, a.reason IS NOT NULL, a.alias_id;
COMMENT ON MACRO TABLE departments IS 'Departments, the names they were found under, and why (部门)';
