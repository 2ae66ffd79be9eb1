-- title: 出处 Where a figure comes from
-- about: Every cell behind a figure: file with its checksum, page or line, row and column, the text as printed with its unit, the reading, and the identities that guard it. Name the document by department and year and narrow by table, row and column.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: year INTEGER from=year | fiscal year
-- param: in_table VARCHAR from=table_kind | identifier or Chinese name of a table, or a part of the name: expenditure, 支出表, 三公
-- param: in_row VARCHAR | part of the row's code or label
-- param: in_column VARCHAR | part of the column's heading
-- param: number VARCHAR | the number as printed, or as shown in 万元
-- param: cell BIGINT | key of a cell
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: fiscal_year | – | fiscal year (年度)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: table_name | – | table (报表)
-- column: row_code | – | code of the row as printed
-- column: row_name | – | label of the row
-- column: column_path | – | heading of the column
-- column: text | – | the text, verbatim
-- column: unit | – | unit of the printed money
-- column: amount | 元 | the reading
-- column: place | – | page, line or sheet, row, column
-- column: path | – | file
-- column: sha256 | – | SHA-256 of the file
-- column: holding | – | identities with this cell that hold
-- column: broken | – | identities with this cell that do not
-- column: guards | – | the identities, the broken ones first
-- column: cell_id | – | key of the cell
-- chart: none
-- example: why 洛龙 2023 支出表 2012901 合计
CREATE OR REPLACE MACRO why(department := NULL, year := NULL, in_table := NULL, in_row := NULL, in_column := NULL, number := NULL, cell := NULL) AS TABLE
WITH kinds AS (  -- of that very name, else all that have it in their names
  SELECT v.id, v.id = in_table OR v.chinese = in_table AS exact
  FROM vocabulary v WHERE v.list = 'table_kind' AND (v.id = in_table OR contains(v.chinese, in_table))
  QUALIFY exact OR NOT bool_or(exact) OVER ()),
named AS (SELECT list(DISTINCT d.department_id) AS ids FROM current_document d WHERE has_name(d.names, department)),
asked AS (
  SELECT c.*, t.kind AS printed_kind, t.unit, t.file_id, d.document_id, d.department_id, d.department, d.region, d.fiscal_year, d.kind, d.scope
  FROM cell_of(departments := coalesce((SELECT n.ids FROM named n), [])) c
  JOIN source_table t ON t.table_id = c.table_id JOIN current_document d ON d.document_id = t.document_id
  WHERE has_name(d.names, department) AND (year IS NULL OR d.fiscal_year = year)
    AND (cell IS NULL OR c.cell_id = cell)
    AND (in_table IS NULL OR t.kind IN (SELECT k.id FROM kinds k))
    AND (in_row IS NULL OR contains(c.row_code, in_row) OR contains(c.row_name, in_row))
    AND (in_column IS NULL OR contains(c.column_path, in_column))
    AND (number IS NULL OR replace(c.text, ',', '') = replace(number, ',', '')
      OR c.cell_id IN (  -- tables show 万元 where 元 is printed
        SELECT f.cell_id FROM fact f WHERE wan(f.amount) = TRY_CAST(replace(number, ',', '') AS DECIMAL(18,2)) AND f.amount <> 0))),
sides AS (
  SELECT k.rule, k.identity, k.lhs, k.rhs, abs(k.lhs - k.rhs) <= k.slack AS fits, unnest(k.lhs_cells || k.rhs_cells) AS guarded
  FROM all_checks(departments := coalesce((SELECT list(DISTINCT a.department_id) FROM asked a), [])) k),
guard AS (
  SELECT s.guarded, count(*) FILTER (s.fits) AS holding, count(*) FILTER (NOT s.fits) AS broken,
         array_to_string(list(s.rule || ' ' || s.identity || CASE WHEN s.fits THEN '' ELSE '（' || s.lhs || ' ≠ ' || s.rhs || '）' END
                              ORDER BY s.fits, s.rule, s.identity, s.lhs, s.rhs)[1:5], '；') AS guards
  FROM sides s WHERE s.guarded IN (SELECT a.cell_id FROM asked a) GROUP BY s.guarded)
SELECT a.department, a.region, a.fiscal_year, a.kind, a.scope, vocabulary_name('table_kind', a.printed_kind) AS table_name, a.row_code, a.row_name, a.column_path,
       a.text, a.unit, f.amount,
       coalesce('工作表“' || string_split(s.sheets, chr(10))[a.page] || '”第' || a.line || '行第' || a.column_no || '列',
                coalesce('第' || a.page || '页', '第' || a.line || '行') || '，表内第' || a.row_no || '行第' || a.column_no || '列') AS place,
       s.path, s.sha256, coalesce(g.holding, 0) AS holding, coalesce(g.broken, 0) AS broken, g.guards, a.cell_id
FROM asked a
JOIN source_file s ON s.file_id = a.file_id
LEFT JOIN fact f ON f.cell_id = a.cell_id
LEFT JOIN guard g ON g.guarded = a.cell_id
ORDER BY a.department, a.region, a.fiscal_year, a.kind, a.scope, a.cell_id;
COMMENT ON MACRO TABLE why IS 'Where a figure comes from and which identities guard it (出处)';
