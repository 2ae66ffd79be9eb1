-- check: F2E
-- title: 功能科目与经济科目对应 Codes of both classifications that hold the same money agree
-- formula: 2210201 = 30113 (30311 until 2017); 2080505 = 30108; 2080506 = 30109; 2101101 + 2101102 = 30110; 2210202 = 30312 until 2017
-- severity: note
-- source: domain handbook F2E.1–6; 两套支出经济分类科目对照表
WITH map(functions, economic, since, until) AS (VALUES
  (['2210201'], '30113', 2018, 9999), (['2210201'], '30311', 0, 2017), (['2080505'], '30108', 2018, 9999),
  (['2080506'], '30109', 2018, 9999), (['2101101', '2101102'], '30110', 2018, 9999), (['2210202'], '30312', 0, 2017)),
f AS (
  SELECT * FROM proof
  WHERE stage = own_stage(kind) AND role = 'detail' AND coalesce(period, 'all') = 'all'),
basic AS (  -- only the basic part of an item where the table tells it
  SELECT document_id, function_code, arg_max(amount, (nature = 'basic', cell_id)) AS amount, arg_max(cell_id, (nature = 'basic', cell_id)) AS cell_id, max(half) AS half
  FROM f WHERE table_kind = 'general_public_expenditure' AND nature IN ('basic', 'total') AND function_code IS NOT NULL
  GROUP BY ALL),
economic AS (
  SELECT document_id, fiscal_year, economic_code, sum(amount) AS amount, flatten(list(cells)) AS cells, max(half) AS half
  FROM basic_economic WHERE table_kind = 'general_public_basic_expenditure' AND role = 'detail'
  GROUP BY ALL)
SELECT e.document_id, array_to_string(m.functions, ' + ') || ' = ' || e.economic_code AS identity,
       sum(b.amount) AS lhs, e.amount AS rhs, any_value(e.half) * (count(*) + 1) AS slack, list(b.cell_id) AS lhs_cells, e.cells AS rhs_cells
FROM economic e JOIN map m ON m.economic = e.economic_code AND e.fiscal_year BETWEEN m.since AND m.until
JOIN basic b ON b.document_id = e.document_id AND list_contains(m.functions, b.function_code)
GROUP BY e.document_id, m.functions, e.economic_code, e.amount, e.cells;
