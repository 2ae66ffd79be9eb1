-- The long table with the same types, as the DuckDB command line reads it: no validation, no documents, no lines.
CREATE TYPE kind AS ENUM ('budget', 'final_account');
CREATE TYPE scope AS ENUM ('department', 'unit');
CREATE TYPE flow AS ENUM ('revenue', 'expenditure');
CREATE TYPE role AS ENUM ('total', 'subtotal', 'of_which', 'detail');
CREATE TABLE facts AS
SELECT region, department, fiscal_year::SMALLINT AS fiscal_year, kind::kind AS kind, scope::scope AS scope, "table",
       flow::flow AS flow, role::role AS role, function_code, economic_code, project, fund, nature, item,
       amount::DECIMAL(18,2) AS amount, unit
FROM read_csv('FILE', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
