-- title: 绩效目标 Performance goals
-- about: Performance indicators of the whole department and of its projects, with operator, value and unit read from the printed text.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: project | – | project (项目); NULL for the whole department
-- column: level1 | – | first level (一级指标)
-- column: level2 | – | second level (二级指标)
-- column: level3 | – | third level (三级指标)
-- column: op | – | comparison: ≤ ≥ = < > ≈
-- column: value | – | target value in unit
-- column: unit | – | unit of the value
-- column: text | – | value as printed (指标值)
-- column: note | – | explanation (指标值说明)
-- column: page | – | page
-- column: line | – | line
-- chart: none
-- example: goals 办公室 year=2023
CREATE OR REPLACE MACRO goals(department := NULL, region := NULL, year := NULL) AS TABLE
SELECT f.department, f.region, f.kind, f.scope, f.fiscal_year, p.name AS project,
       i.level1, i.level2, i.level3, i.op, i.value, i.unit, i.text, i.note, c.page, c.line
FROM indicator i
JOIN current_document f ON f.document_id = i.document_id
JOIN stored_cell c ON c.cell_id = i.cell_id
LEFT JOIN project p ON p.project_id = i.project_id
WHERE has_name(f.names, department) AND has_name([f.region], region) AND (year IS NULL OR f.fiscal_year = year)
ORDER BY f.department, f.region, f.kind, f.scope, f.fiscal_year, i.cell_id;
COMMENT ON MACRO TABLE goals IS 'Performance indicators (绩效目标)';
