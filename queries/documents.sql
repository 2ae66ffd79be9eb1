-- title: 文件清单 Documents
-- about: Every imported document with what was read from it, superseded ones too.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: document_id | – | key of the document
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: title | – | title as printed (标题)
-- column: superseded | – | whether a later publication replaces it
-- column: tables | – | tables with data
-- column: empty_tables | – | tables printed empty (空表)
-- column: missing_tables | – | tables announced and not found (缺表)
-- column: facts | – | amounts read
-- column: indicators | – | performance indicators read
-- column: statements | – | statements of the narrative read
-- column: warnings | – | diagnostics to look at
-- column: files | – | paths of its files
-- chart: none
-- example: documents year=2023
CREATE OR REPLACE MACRO documents(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.*, p.name AS department, p.region
  FROM document d JOIN department p ON p.department_id = d.department_id
  WHERE has_name(list_prepend(p.name, p.aliases), department) AND has_name([p.region], region) AND (year IS NULL OR d.fiscal_year = year))
SELECT d.document_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, d.title,
       d.document_id IN (SELECT x.supersedes FROM document x WHERE x.supersedes IS NOT NULL) AS superseded,
       coalesce(t.tables, 0) AS tables, coalesce(t.empty_tables, 0) AS empty_tables,
       coalesce(t.missing_tables, 0) AS missing_tables, coalesce(a.facts, 0) AS facts,
       coalesce(i.indicators, 0) AS indicators, coalesce(s.statements, 0) AS statements,
       coalesce(g.warnings, 0) AS warnings, f.files
FROM d
LEFT JOIN (SELECT x.document_id, count(*) FILTER (x.state = 'data'::table_state) AS tables,
                  count(*) FILTER (x.state = 'empty'::table_state) AS empty_tables,
                  -- what one file announces may stand in another
                  bit_count(bit_or(1::BIGINT << enum_code(x.kind)) FILTER (x.state = 'missing'::table_state)
                            & ~coalesce(bit_or(1::BIGINT << enum_code(x.kind)) FILTER (x.state <> 'missing'::table_state), 0)) AS missing_tables
           FROM source_table x WHERE x.document_id IN (SELECT y.document_id FROM d y) GROUP BY x.document_id) t ON t.document_id = d.document_id
LEFT JOIN (SELECT x.document_id, count(*) AS facts FROM fact x WHERE x.document_id IN (SELECT y.document_id FROM d y) GROUP BY x.document_id) a
  ON a.document_id = d.document_id
LEFT JOIN (SELECT x.document_id, count(*) AS indicators FROM indicator x GROUP BY x.document_id) i
  ON i.document_id = d.document_id
LEFT JOIN (SELECT x.document_id, count(*) AS statements FROM stated x GROUP BY x.document_id) s
  ON s.document_id = d.document_id
LEFT JOIN (SELECT x.document_id, count(*) FILTER (x.warning) AS warnings FROM diagnostic x GROUP BY x.document_id) g
  ON g.document_id = d.document_id
LEFT JOIN (SELECT y.document_id, array_to_string(list_transform(list_sort(list({'id': x.file_id, 'path': x.path})), lambda z: z.path), '; ') AS files
           FROM source_file x
           JOIN (SELECT v.document_id, v.file_id FROM source_file v UNION SELECT v.document_id, v.file_id FROM source_table v
                 UNION SELECT v.document_id, v.file_id FROM stated v) y ON y.file_id = x.file_id
           WHERE y.document_id IN (SELECT v.document_id FROM d v)
           GROUP BY y.document_id) f ON f.document_id = d.document_id
ORDER BY d.department, d.region, d.kind, d.scope, d.fiscal_year, d.document_id;
COMMENT ON MACRO TABLE documents IS 'Imported documents with counts (文件清单)';
