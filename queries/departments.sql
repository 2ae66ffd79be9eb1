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
SELECT p.name AS department, p.region, p.region_code, p.code, a.name AS found_as,
       string_agg(DISTINCT d.fiscal_year, ', ' ORDER BY d.fiscal_year) AS years,
       string_agg(DISTINCT d.kind, ', ' ORDER BY d.kind) AS kinds,
       string_agg(DISTINCT d.scope, ', ' ORDER BY d.scope) AS scopes,
       count(DISTINCT s.file_id) AS files, a.reason
FROM department p
JOIN department_alias a ON a.department_id = p.department_id
LEFT JOIN source_file s ON s.alias_id = a.alias_id
LEFT JOIN document d ON d.document_id = s.document_id
WHERE has_name(list_prepend(p.name, p.aliases), department) AND has_name([p.region], region)
GROUP BY p.department_id, p.name, p.region, p.region_code, p.code, a.alias_id, a.name, a.reason
ORDER BY p.region, p.name, a.reason IS NOT NULL, a.alias_id;
COMMENT ON MACRO TABLE departments IS 'Departments, the names they were found under, and why (部门)';
