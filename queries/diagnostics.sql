-- title: 读取诊断 Diagnostics
-- about: What was noticed while reading the current documents: warnings to look at, and repairs that were confirmed.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: diagnostic | – | kind of trouble
-- column: warning | – | true: look at it; false: a confirmed repair
-- column: table_kind | – | table concerned
-- column: page | – | page
-- column: line | – | line
-- column: column_no | – | column within the row
-- column: text | – | text concerned, as printed
-- column: message | – | what was noticed, what was done, what helps
-- column: source | – | path of the file
-- chart: none
-- example: diagnostics year=2023
CREATE OR REPLACE MACRO diagnostics(department := NULL, region := NULL, year := NULL) AS TABLE
SELECT f.department, f.region, f.kind, f.scope, f.fiscal_year, g.kind AS diagnostic, g.warning, g.table_kind,
       g.page, g.line, g.column_no, g.text, g.message, s.path AS source
FROM diagnostic g
JOIN current_document f ON f.document_id = g.document_id
JOIN source_file s ON s.file_id = g.file_id
WHERE has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
ORDER BY f.department, f.region, f.kind, f.scope, f.fiscal_year, g.warning DESC, g.diagnostic_id;
COMMENT ON MACRO TABLE diagnostics IS 'What was noticed while reading (读取诊断)';
