-- The long table with the types that yusuan gives its columns, as the DuckDB command line reads it: no validation, no
-- documents, no lines. The lists are those of `yusuan synth`.
CREATE TYPE kind AS ENUM ('budget', 'final_account');
CREATE TYPE scope AS ENUM ('department', 'unit');
CREATE TYPE table_kind AS ENUM ('revenue_expenditure_summary', 'revenue', 'expenditure', 'general_public_expenditure',
  'general_public_basic_expenditure', 'economic_classification_summary', 'three_public', 'project_expenditure');
CREATE TYPE flow AS ENUM ('revenue', 'expenditure');
CREATE TYPE role AS ENUM ('total', 'subtotal', 'of_which', 'detail');
CREATE TYPE fund AS ENUM ('total', 'general_public', 'government_fund');
CREATE TYPE nature AS ENUM ('total', 'basic', 'project');
CREATE TYPE item AS ENUM ('three_public', 'abroad', 'vehicle', 'vehicle_purchase', 'vehicle_running', 'reception');
CREATE TABLE facts AS
SELECT region, department, fiscal_year::SMALLINT AS fiscal_year, kind::kind AS kind, scope::scope AS scope, "table"::table_kind AS "table",
       flow::flow AS flow, role::role AS role, function_code, economic_code, project, fund::fund AS fund, nature::nature AS nature, item::item AS item,
       amount::DECIMAL(18,2) AS amount, unit
FROM read_csv('FILE', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
