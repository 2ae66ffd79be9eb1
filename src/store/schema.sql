-- The model of a database. {{name}} is replaced by the identifiers of a list of the vocabulary, so
-- that the lists exist once, in src/record. Money is DECIMAL(18,2) in 元; what was printed stays
-- verbatim in cell.text. There are no foreign keys: DuckDB refuses to update a row that is referenced
-- in the same transaction, and moving a part from one document to another needs that.

-- The closed lists are types: a value outside its list is refused, and takes one byte.
CREATE TYPE document_kind AS ENUM ({{document_kind}});
CREATE TYPE scope AS ENUM ({{scope}});
CREATE TYPE table_kind AS ENUM ({{table_kind}});
CREATE TYPE table_state AS ENUM ({{table_state}});
CREATE TYPE flow AS ENUM ({{flow}});
CREATE TYPE role AS ENUM ({{role}});
CREATE TYPE stage AS ENUM ({{stage}});
CREATE TYPE period AS ENUM ({{period}});
CREATE TYPE fund AS ENUM ({{fund}});
CREATE TYPE nature AS ENUM ({{nature}});
CREATE TYPE item AS ENUM ({{item}});
CREATE TYPE file_part AS ENUM ('whole', 'tables', 'narrative');
CREATE TYPE base_kind AS ENUM ('budget', 'execution', 'final_account', 'unspecified');
CREATE TYPE against_budget AS ENUM ('above', 'equal', 'below');

CREATE TABLE yusuan_meta(
  key   VARCHAR PRIMARY KEY,
  value VARCHAR NOT NULL);
COMMENT ON TABLE yusuan_meta IS 'Versions of this file: of its schema and of its built-in queries';
COMMENT ON COLUMN yusuan_meta.key IS 'What is versioned';
COMMENT ON COLUMN yusuan_meta.value IS 'Its version';

CREATE TABLE vocabulary(
  list    VARCHAR NOT NULL,
  id      VARCHAR NOT NULL,
  ordinal INTEGER NOT NULL,
  chinese VARCHAR NOT NULL,
  PRIMARY KEY (list, id));
COMMENT ON TABLE vocabulary IS 'The closed lists by which facts are told apart (词表), with Chinese terms and canonical order';
COMMENT ON COLUMN vocabulary.list IS 'Column that the list is for: fund, nature, item, table_kind, …';
COMMENT ON COLUMN vocabulary.id IS 'Identifier stored in that column';
COMMENT ON COLUMN vocabulary.ordinal IS 'Position in the canonical order, from 1';
COMMENT ON COLUMN vocabulary.chinese IS 'Chinese term (中文名)';

CREATE TABLE department(
  department_id INTEGER PRIMARY KEY,
  name          VARCHAR NOT NULL,
  aliases       VARCHAR[] NOT NULL,
  code          VARCHAR,
  region        VARCHAR,
  region_code   VARCHAR);
COMMENT ON TABLE department IS 'Departments and units that publish (部门、单位), one row per name and region';
COMMENT ON COLUMN department.department_id IS 'Key';
COMMENT ON COLUMN department.name IS 'Name without white space (名称)';
COMMENT ON COLUMN department.aliases IS 'Other names under which queries find it: every printed form and its common short form (别名)';
COMMENT ON COLUMN department.code IS 'Code within its region as printed (部门代码), e.g. 110';
COMMENT ON COLUMN department.region IS 'Region by name (地区)';
COMMENT ON COLUMN department.region_code IS 'Region code after GB/T 2260 (行政区划代码)';

CREATE TABLE department_alias(
  alias_id      INTEGER PRIMARY KEY,
  department_id INTEGER NOT NULL,
  name          VARCHAR NOT NULL,
  region        VARCHAR,
  code          VARCHAR,
  region_code   VARCHAR,
  key           VARCHAR NOT NULL,
  reason        VARCHAR);
COMMENT ON TABLE department_alias IS 'Every form in which files print the name of a department (部门名称写法), and why forms are one department';
COMMENT ON COLUMN department_alias.alias_id IS 'Key';
COMMENT ON COLUMN department_alias.department_id IS 'Department that it means';
COMMENT ON COLUMN department_alias.name IS 'Name as printed, without white space';
COMMENT ON COLUMN department_alias.region IS 'Region that the file tells (地区)';
COMMENT ON COLUMN department_alias.code IS 'Code that the file tells (部门代码)';
COMMENT ON COLUMN department_alias.region_code IS 'Region code that the file tells (行政区划代码)';
COMMENT ON COLUMN department_alias.key IS 'What is compared: the name with full and short forms made one and the region taken away';
COMMENT ON COLUMN department_alias.reason IS 'Why it is that department (合并依据); NULL where the name says so itself';

-- Without a key: rows that are replaced in one transaction may not return under theirs.
CREATE TABLE alias_line(
  ordinal   INTEGER NOT NULL,
  name      VARCHAR NOT NULL,
  canonical VARCHAR NOT NULL,
  region    VARCHAR,
  note      VARCHAR);
COMMENT ON TABLE alias_line IS 'The aliases.csv that was applied last: names that mean one department where no rule can know it';
COMMENT ON COLUMN alias_line.ordinal IS 'Position in the file, from 1';
COMMENT ON COLUMN alias_line.name IS 'Name as printed';
COMMENT ON COLUMN alias_line.canonical IS 'Name of the department that it means';
COMMENT ON COLUMN alias_line.region IS 'Region where the line holds';
COMMENT ON COLUMN alias_line.note IS 'Why';

CREATE TABLE document(
  document_id   INTEGER PRIMARY KEY,
  file_id       INTEGER NOT NULL,
  department_id INTEGER NOT NULL,
  fiscal_year   INTEGER NOT NULL,
  kind          document_kind NOT NULL,
  scope         scope NOT NULL,
  title         VARCHAR NOT NULL,
  supersedes    INTEGER);
COMMENT ON TABLE document IS 'Disclosures (公开文本), one row per publication; superseded ones stay';
COMMENT ON COLUMN document.document_id IS 'Key';
COMMENT ON COLUMN document.file_id IS 'File that it began with; files that came later may have joined it';
COMMENT ON COLUMN document.department_id IS 'Publisher, see department';
COMMENT ON COLUMN document.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN document.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN document.scope IS 'department (部门, with its units) or unit (单位): compare like with like';
COMMENT ON COLUMN document.title IS 'Title as printed (标题)';
COMMENT ON COLUMN document.supersedes IS 'Earlier document of the same department, year, kind and scope that this one replaces; what was not published anew (tables, narrative) was taken over from it';

CREATE TABLE source_file(
  file_id     INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL,
  alias_id    INTEGER NOT NULL,
  path        VARCHAR NOT NULL,
  sha256      VARCHAR NOT NULL,
  format      VARCHAR NOT NULL,
  part        file_part NOT NULL,
  pages       INTEGER,
  lines       INTEGER,
  sheets      VARCHAR);
COMMENT ON TABLE source_file IS 'Files that were read (来源文件); a document has one, or one for its tables and one for its narrative';
COMMENT ON COLUMN source_file.file_id IS 'Key';
COMMENT ON COLUMN source_file.document_id IS 'Document it is (a part of): the last one that uses its tables or its narrative';
COMMENT ON COLUMN source_file.alias_id IS 'Form in which it prints the name of its department, see department_alias';
COMMENT ON COLUMN source_file.path IS 'Path as given at import';
COMMENT ON COLUMN source_file.sha256 IS 'SHA-256 of its bytes, hexadecimal: a file is imported once';
COMMENT ON COLUMN source_file.format IS 'Format: text, pdf, …';
COMMENT ON COLUMN source_file.part IS 'whole, tables (报表) or narrative (文字说明)';
COMMENT ON COLUMN source_file.pages IS 'Number of pages of a paged file, of sheets of a workbook';
COMMENT ON COLUMN source_file.lines IS 'Number of lines of a text, of paragraphs and rows of a Word document or web page';
COMMENT ON COLUMN source_file.sheets IS 'Names of the sheets of a workbook (工作表), one a line: page n is the n-th';

CREATE TABLE source_table(
  table_id     INTEGER NOT NULL,
  document_id  INTEGER NOT NULL,
  file_id      INTEGER NOT NULL,
  kind         table_kind NOT NULL,
  state        table_state NOT NULL,
  title        VARCHAR NOT NULL,
  remark       VARCHAR NOT NULL,
  unit         VARCHAR,
  unit_printed VARCHAR,
  unit_scale   INTEGER,
  page         INTEGER,
  line         INTEGER,
  first_cell     BIGINT,
  amount_column  INTEGER,
  amount_heading VARCHAR);
COMMENT ON TABLE source_table IS 'Printed tables (报表), each with all its pages; tables printed empty and missing ones too; what a long table has of a kind';
COMMENT ON COLUMN source_table.table_id IS 'Key';
COMMENT ON COLUMN source_table.document_id IS 'Document';
COMMENT ON COLUMN source_table.file_id IS 'File it stands in';
COMMENT ON COLUMN source_table.kind IS 'Which table it is, see vocabulary list table_kind';
COMMENT ON COLUMN source_table.state IS 'data (有数), empty (空表) or missing (缺表)';
COMMENT ON COLUMN source_table.title IS 'Title as printed (表名)';
COMMENT ON COLUMN source_table.remark IS 'Remark under the table (备注)';
COMMENT ON COLUMN source_table.unit IS 'Unit of its printed money (金额单位): 万元, 元, …';
COMMENT ON COLUMN source_table.unit_printed IS 'Text that states the unit, as printed';
COMMENT ON COLUMN source_table.unit_scale IS 'How many 元 one unit is';
COMMENT ON COLUMN source_table.page IS 'Page of its title';
COMMENT ON COLUMN source_table.line IS 'Line of its title; of a long table, of its head';
COMMENT ON COLUMN source_table.first_cell IS 'Of a long table: cell_id that its head would have, those of its rows follow line by line';
COMMENT ON COLUMN source_table.amount_column IS 'Of a long table: column of the amounts, from 1';
COMMENT ON COLUMN source_table.amount_heading IS 'Of a long table: what that column is called';

CREATE TABLE stored_cell(
  cell_id     BIGINT NOT NULL,
  table_id    INTEGER NOT NULL,
  page        INTEGER,
  line        INTEGER,
  row_no      INTEGER NOT NULL,
  column_no   INTEGER NOT NULL,
  row_code    VARCHAR NOT NULL,
  row_name    VARCHAR NOT NULL,
  column_path VARCHAR NOT NULL,
  text        VARCHAR NOT NULL);
COMMENT ON TABLE stored_cell IS 'Cells that are stored (原文单元格), see the view cell: all but those of long tables that follow from their facts';
COMMENT ON COLUMN stored_cell.cell_id IS 'Key';
COMMENT ON COLUMN stored_cell.table_id IS 'Table, see source_table';
COMMENT ON COLUMN stored_cell.page IS 'Page of a paged file, sheet of a workbook, from 1';
COMMENT ON COLUMN stored_cell.line IS 'Line of a text, row of a sheet, paragraph or row of a Word document or web page, from 1';
COMMENT ON COLUMN stored_cell.row_no IS 'Row within the table, from 1';
COMMENT ON COLUMN stored_cell.column_no IS 'Column within the row, in a sheet its own column, from 1';
COMMENT ON COLUMN stored_cell.row_code IS 'Code of the row as printed, parts joined (科目编码)';
COMMENT ON COLUMN stored_cell.row_name IS 'Label of the row without white space (科目名称)';
COMMENT ON COLUMN stored_cell.column_path IS 'Header of the column, levels joined by / (栏目)';
COMMENT ON COLUMN stored_cell.text IS 'The text, verbatim';

CREATE TABLE project(
  project_id   INTEGER NOT NULL,
  document_id  INTEGER NOT NULL,
  file_id      INTEGER NOT NULL,
  name         VARCHAR NOT NULL,
  code_printed VARCHAR,
  code         VARCHAR,
  project_type VARCHAR,
  amount       DECIMAL(18,2));
COMMENT ON TABLE project IS 'Projects that a document names (项目)';
COMMENT ON COLUMN project.project_id IS 'Key';
COMMENT ON COLUMN project.document_id IS 'Document';
COMMENT ON COLUMN project.file_id IS 'File that names it';
COMMENT ON COLUMN project.name IS 'Name as first printed, without white space (项目名称)';
COMMENT ON COLUMN project.code_printed IS 'Code as printed (项目编码)';
COMMENT ON COLUMN project.code IS 'Code with lost zeros restored';
COMMENT ON COLUMN project.project_type IS 'Type as printed: 其他运转类, 特定目标类, …';
COMMENT ON COLUMN project.amount IS 'Its money in 元 in the project table of its document: what its details in fact say is all of it, else their sum over funds and periods, at the stage of the document; NULL where that table has none';

CREATE TABLE unit(
  unit_id     INTEGER NOT NULL,
  document_id INTEGER NOT NULL,
  file_id     INTEGER NOT NULL,
  code        VARCHAR NOT NULL,
  name        VARCHAR NOT NULL);
COMMENT ON TABLE unit IS 'Department and unit rows of the tables (预算单位)';
COMMENT ON COLUMN unit.unit_id IS 'Key';
COMMENT ON COLUMN unit.document_id IS 'Document';
COMMENT ON COLUMN unit.file_id IS 'File that names it';
COMMENT ON COLUMN unit.code IS 'Code as printed (单位代码)';
COMMENT ON COLUMN unit.name IS 'Name without white space (单位名称)';

CREATE TABLE fact(
  cell_id           BIGINT NOT NULL,
  document_id       INTEGER NOT NULL,
  table_id          INTEGER NOT NULL,
  table_kind        table_kind NOT NULL,
  flow              flow,
  role              role,
  stage             stage NOT NULL,
  period            period,
  fund              fund,
  nature            nature,
  item              item,
  function_code     VARCHAR,
  economic_code     VARCHAR,
  economic_gov_code VARCHAR,
  project_id        INTEGER,
  unit_id           INTEGER,
  amount            DECIMAL(18,2) NOT NULL,
  decimals          TINYINT);
COMMENT ON TABLE fact IS 'Amounts read with certainty (金额), one per numeric cell. Never add across table_kind; only role detail may be added up';
COMMENT ON COLUMN fact.cell_id IS 'The cell it is the reading of: its origin';
COMMENT ON COLUMN fact.document_id IS 'Document; use current_document to leave out superseded ones';
COMMENT ON COLUMN fact.table_id IS 'Printed table, see source_table';
COMMENT ON COLUMN fact.table_kind IS 'Table it stands in, see vocabulary list table_kind';
COMMENT ON COLUMN fact.flow IS 'revenue (收入) or expenditure (支出)';
COMMENT ON COLUMN fact.role IS 'total (合计), subtotal (小计), of_which (其中) or detail (明细)';
COMMENT ON COLUMN fact.stage IS 'budget (预算数) or actual (决算数); where no heading says it, it follows from the kind of document';
COMMENT ON COLUMN fact.period IS 'all, current_year (本年), carry_over (上年结转), carried_forward (结转下年)';
COMMENT ON COLUMN fact.fund IS 'Source of the money (资金性质), see vocabulary list fund';
COMMENT ON COLUMN fact.nature IS 'Nature of spending (支出性质), see vocabulary list nature';
COMMENT ON COLUMN fact.item IS 'Item across the classifications (三公经费 and others), see vocabulary list item';
COMMENT ON COLUMN fact.function_code IS 'Functional classification (功能分类), 3, 5 or 7 digits';
COMMENT ON COLUMN fact.economic_code IS 'Departmental economic classification (部门预算经济分类), 3 or 5 digits';
COMMENT ON COLUMN fact.economic_gov_code IS 'Government economic classification (政府预算经济分类), 3 or 5 digits';
COMMENT ON COLUMN fact.project_id IS 'Project, see project';
COMMENT ON COLUMN fact.unit_id IS 'Department or unit row, see unit';
COMMENT ON COLUMN fact.amount IS 'Amount in 元';
COMMENT ON COLUMN fact.decimals IS 'How many decimals are printed, where the cell is not stored: a row of a long table prints its amount plainly';

CREATE TABLE indicator(
  cell_id     BIGINT NOT NULL,
  document_id INTEGER NOT NULL,
  project_id  INTEGER,
  level1      VARCHAR NOT NULL,
  level2      VARCHAR NOT NULL,
  level3      VARCHAR NOT NULL,
  op          VARCHAR,
  value       DECIMAL(18,4),
  unit        VARCHAR,
  text        VARCHAR NOT NULL,
  note        VARCHAR NOT NULL);
COMMENT ON TABLE indicator IS 'Performance indicators (绩效指标)';
COMMENT ON COLUMN indicator.cell_id IS 'The cell that prints its value';
COMMENT ON COLUMN indicator.document_id IS 'Document';
COMMENT ON COLUMN indicator.project_id IS 'Project; NULL for the whole department (整体绩效)';
COMMENT ON COLUMN indicator.level1 IS 'First level (一级指标)';
COMMENT ON COLUMN indicator.level2 IS 'Second level (二级指标)';
COMMENT ON COLUMN indicator.level3 IS 'Third level (三级指标)';
COMMENT ON COLUMN indicator.op IS 'Comparison: ≤ ≥ = < > ≈';
COMMENT ON COLUMN indicator.value IS 'Target value in unit (指标值)';
COMMENT ON COLUMN indicator.unit IS 'Unit of the value: %, 天, 万元, …';
COMMENT ON COLUMN indicator.text IS 'Value as printed';
COMMENT ON COLUMN indicator.note IS 'Explanation (指标值说明)';

CREATE TABLE stated(
  stated_id   INTEGER NOT NULL,
  document_id INTEGER NOT NULL,
  file_id     INTEGER NOT NULL,
  page        INTEGER,
  line        INTEGER,
  subject     VARCHAR NOT NULL,
  amount      DECIMAL(18,2),
  change      DECIMAL(18,2),
  growth_pct  DECIMAL(12,4),
  share_pct   DECIMAL(12,4),
  share_of    VARCHAR,
  count       BIGINT,
  base_year   INTEGER,
  base_kind   base_kind,
  base_amount DECIMAL(18,2),
  budget_amount DECIMAL(18,2),
  completion_pct DECIMAL(12,4),
  against_budget against_budget,
  sentence    VARCHAR NOT NULL);
COMMENT ON TABLE stated IS 'What the narrative states (文字说明), never mixed with what is computed';
COMMENT ON COLUMN stated.stated_id IS 'Key, in order of the text';
COMMENT ON COLUMN stated.document_id IS 'Document';
COMMENT ON COLUMN stated.file_id IS 'File that states it';
COMMENT ON COLUMN stated.page IS 'Page of a paged file';
COMMENT ON COLUMN stated.line IS 'Line of a text';
COMMENT ON COLUMN stated.subject IS 'What it is about: total, basic, project, three_public, …';
COMMENT ON COLUMN stated.amount IS 'Amount in 元';
COMMENT ON COLUMN stated.change IS 'Change in 元, negative for a decrease (增减额)';
COMMENT ON COLUMN stated.growth_pct IS 'Growth in %, negative for a decrease (增减幅度)';
COMMENT ON COLUMN stated.share_pct IS 'Share of share_of in % (占比)';
COMMENT ON COLUMN stated.share_of IS 'Subject that the share is of';
COMMENT ON COLUMN stated.count IS 'Number of projects, vehicles, … (数量)';
COMMENT ON COLUMN stated.base_year IS 'Year compared with (基期年度)';
COMMENT ON COLUMN stated.base_kind IS 'What of that year: budget (预算数), execution (执行数), final_account (决算数), unspecified';
COMMENT ON COLUMN stated.base_amount IS 'The figure compared with in 元, where it is stated (基数)';
COMMENT ON COLUMN stated.budget_amount IS 'The year''s own budget that a final account is measured by in 元 (年初预算)';
COMMENT ON COLUMN stated.completion_pct IS 'Percent of its budget that was carried out, as stated (完成率)';
COMMENT ON COLUMN stated.against_budget IS 'What the account is called against that budget: above (大于), equal (等于), below (小于预算数)';
COMMENT ON COLUMN stated.sentence IS 'The sentence as printed (原句)';

CREATE TABLE diagnostic(
  diagnostic_id INTEGER NOT NULL,
  document_id   INTEGER NOT NULL,
  file_id       INTEGER NOT NULL,
  kind          VARCHAR NOT NULL,
  warning       BOOLEAN NOT NULL,
  table_kind    VARCHAR,
  page          INTEGER,
  line          INTEGER,
  column_no     INTEGER,
  text          VARCHAR NOT NULL,
  message       VARCHAR NOT NULL);
COMMENT ON TABLE diagnostic IS 'What was noticed while reading and could not be settled (读取诊断)';
COMMENT ON COLUMN diagnostic.diagnostic_id IS 'Key, in order of discovery';
COMMENT ON COLUMN diagnostic.document_id IS 'Document';
COMMENT ON COLUMN diagnostic.file_id IS 'File';
COMMENT ON COLUMN diagnostic.kind IS 'Kind of trouble: not_a_number, unplaced, sum_differs, …';
COMMENT ON COLUMN diagnostic.warning IS 'true: look at it; false: a repair that was confirmed';
COMMENT ON COLUMN diagnostic.table_kind IS 'Table concerned, if any';
COMMENT ON COLUMN diagnostic.page IS 'Page of a paged file';
COMMENT ON COLUMN diagnostic.line IS 'Line of a text';
COMMENT ON COLUMN diagnostic.column_no IS 'Column within the row; NULL outside tables';
COMMENT ON COLUMN diagnostic.text IS 'Text concerned, as printed';
COMMENT ON COLUMN diagnostic.message IS 'What was noticed, what was done, what helps';

CREATE TABLE rejected(
  path   VARCHAR NOT NULL,
  sha256 VARCHAR NOT NULL,
  line   BIGINT,
  reason VARCHAR NOT NULL,
  text   VARCHAR NOT NULL);
COMMENT ON TABLE rejected IS 'Rows of long tables that became no fact, with the reason (未入库的行)';
COMMENT ON COLUMN rejected.path IS 'Path of the file';
COMMENT ON COLUMN rejected.sha256 IS 'SHA-256 of the file';
COMMENT ON COLUMN rejected.line IS 'Line in the file, the header is line 1';
COMMENT ON COLUMN rejected.reason IS 'Why it does not fit';
COMMENT ON COLUMN rejected.text IS 'The row, its fields joined by commas';

CREATE TABLE classification(
  system      VARCHAR NOT NULL,
  code        VARCHAR NOT NULL,
  valid_from  INTEGER NOT NULL,
  valid_to    INTEGER NOT NULL,
  name        VARCHAR NOT NULL,
  level       INTEGER NOT NULL,
  parent_code VARCHAR,
  aliases     VARCHAR[] NOT NULL,
  evidence    VARCHAR NOT NULL,
  PRIMARY KEY (system, code, valid_from));
COMMENT ON TABLE classification IS 'Code lists (科目): a code has a name for a span of years';
COMMENT ON COLUMN classification.system IS 'function (功能分类), economic (部门预算经济分类), economic_gov (政府预算经济分类)';
COMMENT ON COLUMN classification.code IS 'Code (编码): 3 digits class 类, 5 section 款, 7 item 项';
COMMENT ON COLUMN classification.valid_from IS 'First year of the name, as far as known';
COMMENT ON COLUMN classification.valid_to IS 'Last year of the name, as far as known';
COMMENT ON COLUMN classification.name IS 'Official name (名称)';
COMMENT ON COLUMN classification.level IS '1 class 类, 2 section 款, 3 item 项';
COMMENT ON COLUMN classification.parent_code IS 'Code one level up';
COMMENT ON COLUMN classification.aliases IS 'Other printed names';
COMMENT ON COLUMN classification.evidence IS 'document: seen in a published document; unverified: from memory';

CREATE TABLE successor(
  system    VARCHAR NOT NULL,
  code      VARCHAR NOT NULL,
  successor VARCHAR,
  from_year INTEGER NOT NULL,
  effect    VARCHAR NOT NULL,
  region    VARCHAR,
  why       VARCHAR NOT NULL,
  evidence  VARCHAR NOT NULL);
COMMENT ON TABLE successor IS 'Reforms of the code lists (科目调整): a growth rate over from_year says nothing about spending under the code';
COMMENT ON COLUMN successor.system IS 'function, economic, or item for an item of the vocabulary';
COMMENT ON COLUMN successor.code IS 'Code (编码)';
COMMENT ON COLUMN successor.successor IS 'Code under which its money stands afterwards';
COMMENT ON COLUMN successor.from_year IS 'First year of the new state';
COMMENT ON COLUMN successor.effect IS 'moved (调入他科目), renamed (更名), reused (改义), narrowed (口径缩小), introduced (新设), ended (取消)';
COMMENT ON COLUMN successor.region IS 'Region whose documents show it; NULL everywhere';
COMMENT ON COLUMN successor.why IS 'The reform, in words';
COMMENT ON COLUMN successor.evidence IS 'document: seen in published documents; inferred: follows from them';

-- Helpers ---------------------------------------------------------------------------------------

CREATE MACRO wan(x) AS CAST(round(x / 10000, 2) AS DECIMAL(18,2));
COMMENT ON MACRO wan IS 'Amount in 元 shown in 万元 with two decimals';

-- A zero, negative or missing base gives no rate.
CREATE MACRO percent_of(part, whole) AS
  CASE WHEN whole > 0 THEN round(100 * CAST(part AS DOUBLE) / CAST(whole AS DOUBLE), 2) END;
COMMENT ON MACRO percent_of IS 'part in % of whole, two decimals; NULL when whole is zero, negative or missing';

CREATE MACRO cagr(first_amount, last_amount, years) AS
  CASE WHEN years > 0 AND first_amount > 0 AND last_amount > 0
       THEN round(100 * (power(CAST(last_amount AS DOUBLE) / CAST(first_amount AS DOUBLE), 1.0 / years) - 1), 2) END;
COMMENT ON MACRO cagr IS 'Compound annual growth in % over calendar years (年均增长率); NULL unless both ends are positive';

CREATE MACRO years_missing(first_year, last_year, seen) AS
  nullif(array_to_string(list_filter(range(first_year, last_year + 1), lambda y: NOT list_contains(seen, y)), ', '), '');
COMMENT ON MACRO years_missing IS 'Years of a span that are not among seen (缺失年度), as text; NULL when none is missing';

CREATE MACRO own_stage(document_kind) AS CASE WHEN document_kind = 'budget'::document_kind THEN 'budget'::stage ELSE 'actual'::stage END;
COMMENT ON MACRO own_stage IS 'What the amounts of a kind of document are: budget (预算数) or actual (决算数)';

-- A number compares several times faster than a pair: keys stay below 2^60.
CREATE MACRO total_first(printed_role, cell) AS
  cell + CASE printed_role WHEN 'total'::role THEN 0 WHEN 'subtotal'::role THEN 1152921504606846976 ELSE 2305843009213693952 END;
COMMENT ON MACRO total_first IS 'Order in which printings of one figure count: a total row first, then a subtotal, then the first cell';

CREATE MACRO has_name(names, wanted) AS
  wanted IS NULL OR array_to_string(names, chr(10)) ILIKE '%' || wanted || '%';
COMMENT ON MACRO has_name IS 'Whether one of names contains wanted; true when wanted is NULL';

-- Exact: 元 with two decimals in whole parts of the last printed place.
CREATE MACRO printed_amount(amount, scale, decimals) AS
  CASE decimals
    WHEN 0 THEN CAST(CAST(amount * 100 AS HUGEINT) // (CAST(scale AS HUGEINT) * 100) AS VARCHAR)
    WHEN 1 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 10 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.1 AS VARCHAR)
    WHEN 2 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 100 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.01 AS VARCHAR)
    WHEN 3 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 1000 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.001 AS VARCHAR)
    WHEN 4 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 10000 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.0001 AS VARCHAR)
    WHEN 5 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 100000 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.00001 AS VARCHAR)
    WHEN 6 THEN CAST(CAST(CAST(amount * 100 AS HUGEINT) * 1000000 // (CAST(scale AS HUGEINT) * 100) AS DECIMAL(18,0)) * 0.000001 AS VARCHAR)
  END;
COMMENT ON MACRO printed_amount IS 'Amount in 元 as a table prints it in a unit of scale 元 with so many decimals, at most six';

-- A macro's arguments are put in as they are: a table inside must have a name that no query uses.
CREATE MACRO code_name(list, wanted, in_year) AS (
  SELECT first(named.name ORDER BY named.valid_from DESC) FROM classification named
  WHERE named.system = list AND named.code = wanted AND in_year BETWEEN named.valid_from AND named.valid_to);
COMMENT ON MACRO code_name IS 'Name of a code of a classification in a fiscal year (科目名称)';

CREATE MACRO break_of(list, wanted, after_year, until_year, place, has_moved) AS (
  SELECT string_agg(DISTINCT reform.why, '；' ORDER BY reform.why) FROM successor reform
  WHERE reform.system = list AND reform.from_year > after_year AND reform.from_year <= until_year
    AND (has_moved OR reform.effect <> 'moved') AND (reform.region IS NULL OR starts_with(coalesce(place, ''), reform.region))
    AND CASE WHEN reform.effect = 'moved' THEN starts_with(reform.code, wanted) <> starts_with(reform.successor, wanted)
             WHEN reform.effect IN ('narrowed', 'introduced') THEN starts_with(reform.code, wanted)
             ELSE reform.code = wanted END);
COMMENT ON MACRO break_of IS 'Reforms between two years that change what a code covers (科目调整), those that only move money if has_moved; NULL when none does';

CREATE MACRO code_step(list, wanted, after_year, until_year, place) AS coalesce((
  SELECT arg_min(reform.successor, reform.from_year) FROM successor reform
  WHERE reform.system = list AND reform.code = wanted AND reform.effect = 'moved'
    AND reform.from_year > after_year AND reform.from_year <= until_year
    AND (reform.region IS NULL OR starts_with(coalesce(place, ''), reform.region))), wanted);
COMMENT ON MACRO code_step IS 'First successor of a code between two years, else the code';

CREATE MACRO code_after(list, wanted, after_year, until_year, place) AS
  code_step(list, code_step(list, wanted, after_year, until_year, place), after_year, until_year, place);
COMMENT ON MACRO code_after IS 'Code of until_year under which the money of a code of after_year stands';

CREATE VIEW reformed_code AS
  SELECT DISTINCT s.system, s.from_year, left(s.code, n) AS code
  FROM (SELECT x.system, x.from_year, unnest([x.code, x.successor]) AS code FROM successor x) s, range(1, 100) length_of(n)
  WHERE n <= length(s.code) AND (s.system <> 'item' OR n = length(s.code));
COMMENT ON VIEW reformed_code IS 'Codes that a reform may touch, at every level: outside these nothing broke in that year';
COMMENT ON COLUMN reformed_code.system IS 'function, economic, or item';
COMMENT ON COLUMN reformed_code.from_year IS 'First year of the new state';
COMMENT ON COLUMN reformed_code.code IS 'Code, or the beginning of one';

-- Views: only documents that are not superseded ---------------------------------------------------

CREATE VIEW current_document AS
  SELECT d.document_id, d.department_id, p.name AS department, list_prepend(p.name, p.aliases) AS names,
         p.region, p.region_code, d.fiscal_year, d.kind, d.scope, d.title
  FROM document d JOIN department p USING (department_id)
  WHERE d.document_id NOT IN (SELECT s.supersedes FROM document s WHERE s.supersedes IS NOT NULL)
    -- Set only while the first rows of a long answer are made, see leading.rs.
    AND (getvariable('last_department') IS NULL OR p.name <= getvariable('last_department'));
COMMENT ON VIEW current_document IS 'Documents that no later publication supersedes, with their department (现行文本)';
COMMENT ON COLUMN current_document.document_id IS 'Key of document';
COMMENT ON COLUMN current_document.department_id IS 'Key of department';
COMMENT ON COLUMN current_document.department IS 'Name of the department (部门)';
COMMENT ON COLUMN current_document.names IS 'Name and aliases of the department';
COMMENT ON COLUMN current_document.region IS 'Region (地区)';
COMMENT ON COLUMN current_document.region_code IS 'Region code after GB/T 2260';
COMMENT ON COLUMN current_document.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN current_document.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN current_document.scope IS 'department (部门) or unit (单位)';
COMMENT ON COLUMN current_document.title IS 'Title as printed';

CREATE VIEW current_amount AS
  SELECT d.department_id, d.department, d.names, d.region, d.fiscal_year, d.kind, d.scope, f.*
  FROM fact f JOIN current_document d USING (document_id);
COMMENT ON VIEW current_amount IS 'Amounts of current documents with department and year: current_fact without what is printed, and faster';
COMMENT ON COLUMN current_amount.department_id IS 'Key of department';
COMMENT ON COLUMN current_amount.department IS 'Name of the department (部门)';
COMMENT ON COLUMN current_amount.names IS 'Name and aliases of the department';
COMMENT ON COLUMN current_amount.region IS 'Region (地区)';
COMMENT ON COLUMN current_amount.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN current_amount.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN current_amount.scope IS 'department (部门) or unit (单位)';
COMMENT ON COLUMN current_amount.cell_id IS 'Cell it was read from';
COMMENT ON COLUMN current_amount.document_id IS 'Document';
COMMENT ON COLUMN current_amount.table_id IS 'Printed table';
COMMENT ON COLUMN current_amount.table_kind IS 'Table it stands in';
COMMENT ON COLUMN current_amount.flow IS 'revenue (收入) or expenditure (支出)';
COMMENT ON COLUMN current_amount.role IS 'total, subtotal, of_which or detail';
COMMENT ON COLUMN current_amount.stage IS 'budget (预算数) or actual (决算数)';
COMMENT ON COLUMN current_amount.period IS 'all, current_year, carry_over, carried_forward';
COMMENT ON COLUMN current_amount.fund IS 'Source of the money (资金性质)';
COMMENT ON COLUMN current_amount.nature IS 'Nature of spending (支出性质)';
COMMENT ON COLUMN current_amount.item IS 'Item across the classifications';
COMMENT ON COLUMN current_amount.function_code IS 'Functional classification (功能分类)';
COMMENT ON COLUMN current_amount.economic_code IS 'Departmental economic classification (部门预算经济分类)';
COMMENT ON COLUMN current_amount.economic_gov_code IS 'Government economic classification (政府预算经济分类)';
COMMENT ON COLUMN current_amount.project_id IS 'Project';
COMMENT ON COLUMN current_amount.unit_id IS 'Department or unit row';
COMMENT ON COLUMN current_amount.amount IS 'Amount in 元';
COMMENT ON COLUMN current_amount.decimals IS 'How many decimals are printed, see fact';

CREATE VIEW current_fact AS
  SELECT a.*, coalesce(c.row_code, a.function_code, a.economic_code, p.code_printed, '') AS row_code, coalesce(c.row_name, p.name, '') AS row_name,
         coalesce(c.column_path, t.amount_heading) AS column_path, coalesce(c.text, printed_amount(a.amount, t.unit_scale, a.decimals)) AS text,
         c.page, CAST(coalesce(c.line, t.line + (a.cell_id - t.first_cell)) AS INTEGER) AS line
  FROM current_amount a JOIN source_table t ON t.table_id = a.table_id
  LEFT JOIN stored_cell c ON c.cell_id = a.cell_id LEFT JOIN project p ON p.project_id = a.project_id;
COMMENT ON VIEW current_fact IS 'Amounts of current documents with department, year, label and place';
COMMENT ON COLUMN current_fact.department_id IS 'Key of department';
COMMENT ON COLUMN current_fact.department IS 'Name of the department (部门)';
COMMENT ON COLUMN current_fact.names IS 'Name and aliases of the department';
COMMENT ON COLUMN current_fact.region IS 'Region (地区)';
COMMENT ON COLUMN current_fact.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN current_fact.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN current_fact.scope IS 'department (部门) or unit (单位)';
COMMENT ON COLUMN current_fact.cell_id IS 'Cell it was read from';
COMMENT ON COLUMN current_fact.document_id IS 'Document';
COMMENT ON COLUMN current_fact.table_id IS 'Printed table';
COMMENT ON COLUMN current_fact.table_kind IS 'Table it stands in';
COMMENT ON COLUMN current_fact.flow IS 'revenue (收入) or expenditure (支出)';
COMMENT ON COLUMN current_fact.role IS 'total, subtotal, of_which or detail';
COMMENT ON COLUMN current_fact.stage IS 'budget (预算数) or actual (决算数)';
COMMENT ON COLUMN current_fact.period IS 'all, current_year, carry_over, carried_forward';
COMMENT ON COLUMN current_fact.fund IS 'Source of the money (资金性质)';
COMMENT ON COLUMN current_fact.nature IS 'Nature of spending (支出性质)';
COMMENT ON COLUMN current_fact.item IS 'Item across the classifications';
COMMENT ON COLUMN current_fact.function_code IS 'Functional classification (功能分类)';
COMMENT ON COLUMN current_fact.economic_code IS 'Departmental economic classification (部门预算经济分类)';
COMMENT ON COLUMN current_fact.economic_gov_code IS 'Government economic classification (政府预算经济分类)';
COMMENT ON COLUMN current_fact.project_id IS 'Project';
COMMENT ON COLUMN current_fact.unit_id IS 'Department or unit row';
COMMENT ON COLUMN current_fact.amount IS 'Amount in 元';
COMMENT ON COLUMN current_fact.decimals IS 'How many decimals are printed, see fact';
COMMENT ON COLUMN current_fact.row_code IS 'Code of the row as printed';
COMMENT ON COLUMN current_fact.row_name IS 'Label of the row';
COMMENT ON COLUMN current_fact.column_path IS 'Header of the column';
COMMENT ON COLUMN current_fact.text IS 'Text as printed';
COMMENT ON COLUMN current_fact.page IS 'Page';
COMMENT ON COLUMN current_fact.line IS 'Line';

-- 支出总计 of the summary table; the total of the expenditure table where a document has no summary.
CREATE VIEW total_expenditure AS
  SELECT d.document_id, d.department_id, d.department, d.names, d.region, d.fiscal_year, d.kind, d.scope, t.basis, t.amount
  FROM (
    SELECT f.document_id, f.stage,
           CASE WHEN bool_or(f.table_kind = 'revenue_expenditure_summary'::table_kind) THEN 'revenue_expenditure_summary'::table_kind
                ELSE 'expenditure'::table_kind END AS basis,
           arg_min(f.amount, f.cell_id + CASE WHEN f.table_kind <> 'revenue_expenditure_summary'::table_kind THEN 2305843009213693952 ELSE 0 END
                                     + CASE WHEN f.period IS NULL THEN 1152921504606846976 ELSE 0 END) AS amount
    FROM fact f
    WHERE f.table_kind IN ('revenue_expenditure_summary'::table_kind, 'expenditure'::table_kind)
      AND coalesce(f.flow, 'expenditure'::flow) = 'expenditure'::flow AND f.role = 'total'::role
      AND coalesce(f.nature, 'total'::nature) = 'total'::nature AND coalesce(f.fund, 'total'::fund) = 'total'::fund
      AND coalesce(f.period, 'all'::period) = 'all'::period
    GROUP BY f.document_id, f.stage) t
  JOIN current_document d ON d.document_id = t.document_id AND own_stage(d.kind) = t.stage;
COMMENT ON VIEW total_expenditure IS 'Total expenditure (支出总计) of every current document';
COMMENT ON COLUMN total_expenditure.document_id IS 'Document';
COMMENT ON COLUMN total_expenditure.department_id IS 'Key of department';
COMMENT ON COLUMN total_expenditure.basis IS 'Table it was taken from: compare only what has the same basis, the summary of a final account includes money carried forward';
COMMENT ON COLUMN total_expenditure.department IS 'Name of the department (部门)';
COMMENT ON COLUMN total_expenditure.names IS 'Name and aliases of the department';
COMMENT ON COLUMN total_expenditure.region IS 'Region (地区)';
COMMENT ON COLUMN total_expenditure.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN total_expenditure.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN total_expenditure.scope IS 'department (部门) or unit (单位)';
COMMENT ON COLUMN total_expenditure.amount IS 'Amount in 元';

CREATE VIEW project_amount AS
  SELECT d.document_id, d.department_id, d.department, d.names, d.region, d.fiscal_year, d.kind, d.scope,
         p.project_id, p.name AS project, p.code, p.project_type, p.amount
  FROM project p JOIN current_document d ON d.document_id = p.document_id
  WHERE p.amount IS NOT NULL;
COMMENT ON VIEW project_amount IS 'Amount of every project in the project table of a current document (项目支出)';
COMMENT ON COLUMN project_amount.document_id IS 'Document';
COMMENT ON COLUMN project_amount.department_id IS 'Key of department';
COMMENT ON COLUMN project_amount.department IS 'Name of the department (部门)';
COMMENT ON COLUMN project_amount.names IS 'Name and aliases of the department';
COMMENT ON COLUMN project_amount.region IS 'Region (地区)';
COMMENT ON COLUMN project_amount.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN project_amount.kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN project_amount.scope IS 'department (部门) or unit (单位)';
COMMENT ON COLUMN project_amount.project_id IS 'Project';
COMMENT ON COLUMN project_amount.project IS 'Name of the project (项目名称)';
COMMENT ON COLUMN project_amount.code IS 'Code of the project (项目编码)';
COMMENT ON COLUMN project_amount.project_type IS 'Type as printed (项目类别)';
COMMENT ON COLUMN project_amount.amount IS 'Amount in 元';

CREATE MACRO vocabulary_name(l, i) AS (SELECT first(v.chinese) FROM vocabulary v WHERE v.list = l AND v.id = i);
COMMENT ON MACRO vocabulary_name IS 'Chinese term of an identifier of a vocabulary list';

CREATE MACRO subject_name(subject_id) AS coalesce(
  vocabulary_name('subject', subject_id), vocabulary_name('item', subject_id), vocabulary_name('nature', subject_id),
  vocabulary_name('fund', subject_id),
  (SELECT first(named.code || ' ' || named.name ORDER BY named.valid_from DESC) FROM classification named
   WHERE named.system = 'function' AND subject_id = 'function:' || named.code),
  replace(subject_id, 'function:', ''));
COMMENT ON MACRO subject_name IS 'Name of what a sentence of the narrative speaks of (说明对象)';

CREATE MACRO printed_half(amount, sentence) AS
  CASE WHEN contains(replace(sentence, ',', ''), printf('%.2f元', CAST(amount AS DOUBLE))) THEN 1
       WHEN contains(replace(sentence, ',', ''), printf('%.2f', CAST(amount / 10000 AS DOUBLE))) THEN 50
       WHEN amount % 10000 <> 0 THEN 500 WHEN amount = 0 THEN 50 ELSE 5000 END;
COMMENT ON MACRO printed_half IS 'Half of the last place in 元 with which a sentence prints an amount';

CREATE MACRO percent_half(pct, sentence) AS
  CASE WHEN contains(sentence, printf('%.2f', abs(CAST(pct AS DOUBLE)))) THEN 0.01
       WHEN contains(sentence, printf('%.1f', abs(CAST(pct AS DOUBLE)))) THEN 0.1
       WHEN pct = trunc(pct) THEN 0.5 WHEN pct * 10 = trunc(pct * 10) THEN 0.1 ELSE 0.01 END;
COMMENT ON MACRO percent_half IS 'How far a rate that is printed with so many places may be off';

CREATE MACRO document_of(departments := NULL) AS TABLE
  FROM main.document WHERE department_id IN (
    SELECT unnest(coalesce(departments, (SELECT list(DISTINCT x.department_id) FROM main.document x))));
COMMENT ON MACRO TABLE document_of IS 'document of a list of departments, of all where it is NULL';

-- As the view cell, the documents first.
CREATE MACRO cell_of(departments := NULL) AS TABLE
  SELECT c.* FROM stored_cell c JOIN source_table t ON t.table_id = c.table_id
  JOIN document_of(departments := departments) d ON d.document_id = t.document_id
  UNION ALL
  SELECT f.cell_id, f.table_id, NULL, CAST(t.line + (f.cell_id - t.first_cell) AS INTEGER), CAST(f.cell_id - t.first_cell AS INTEGER), t.amount_column,
         coalesce(f.function_code, f.economic_code, p.code_printed, ''), coalesce(p.name, ''), t.amount_heading,
         printed_amount(f.amount, t.unit_scale, f.decimals)
  FROM fact f JOIN document_of(departments := departments) d ON d.document_id = f.document_id
  JOIN source_table t ON t.table_id = f.table_id LEFT JOIN project p ON p.project_id = f.project_id
  WHERE f.decimals IS NOT NULL;
COMMENT ON MACRO TABLE cell_of IS 'cell of a list of departments, of all where it is NULL';

CREATE VIEW cell AS FROM cell_of();
COMMENT ON VIEW cell IS 'Cells with a value exactly as printed (原文单元格); nothing here is ever corrected';
COMMENT ON COLUMN cell.cell_id IS 'Key';
COMMENT ON COLUMN cell.table_id IS 'Table, see source_table';
COMMENT ON COLUMN cell.page IS 'Page of a paged file, sheet of a workbook, from 1';
COMMENT ON COLUMN cell.line IS 'Line of a text, row of a sheet, paragraph or row of a Word document or web page, from 1';
COMMENT ON COLUMN cell.row_no IS 'Row within the table, from 1';
COMMENT ON COLUMN cell.column_no IS 'Column within the row, in a sheet its own column, from 1';
COMMENT ON COLUMN cell.row_code IS 'Code of the row as printed, parts joined (科目编码)';
COMMENT ON COLUMN cell.row_name IS 'Label of the row without white space (科目名称)';
COMMENT ON COLUMN cell.column_path IS 'Header of the column, levels joined by / (栏目)';
COMMENT ON COLUMN cell.text IS 'The text, verbatim';

CREATE MACRO proof_of(departments := NULL) AS TABLE
  WITH placed AS (
    SELECT f.cell_id, f.document_id, f.table_kind, f.flow, f.role, f.period, f.fund, f.nature, f.item,
           f.stage,
           f.function_code, f.economic_code, f.economic_gov_code, f.project_id, f.unit_id, f.amount,
           f.table_id, CAST(coalesce(c.row_no, f.cell_id - t.first_cell) AS INTEGER) AS row_no, coalesce(c.column_no, t.amount_column) AS column_no,
           coalesce(c.row_code, f.function_code, f.economic_code, p.code_printed, '') AS row_code, coalesce(c.row_name, p.name, '') AS row_name,
           coalesce(c.column_path, t.amount_heading) AS column_path, coalesce(c.text, printed_amount(f.amount, t.unit_scale, f.decimals)) AS text,
           c.page, CAST(coalesce(c.line, t.line + (f.cell_id - t.first_cell)) AS INTEGER) AS text_line,
           t.unit_scale, d.kind, d.fiscal_year, d.department_id, d.scope
    FROM fact f JOIN document_of(departments := departments) d ON d.document_id = f.document_id
    JOIN source_table t ON t.table_id = f.table_id
    LEFT JOIN stored_cell c ON c.cell_id = f.cell_id LEFT JOIN project p ON p.project_id = f.project_id)
  SELECT * EXCLUDE (unit_scale, kind, fiscal_year, department_id, scope),
         CASE WHEN kind = 'final_account' THEN unit_scale * 0.005
              WHEN unit_scale = 1 AND NOT bool_or(contains(text, '.')) OVER (PARTITION BY table_id) THEN 0.5
              ELSE 0 END AS half,
         kind, fiscal_year, department_id, scope
  FROM placed;
COMMENT ON MACRO TABLE proof_of IS 'proof of a list of departments, of all where it is NULL';

CREATE VIEW proof AS FROM proof_of();
COMMENT ON VIEW proof IS 'Amounts with their cells as the checks see them: all documents, superseded ones too (勾稽)';
COMMENT ON COLUMN proof.cell_id IS 'Cell';
COMMENT ON COLUMN proof.document_id IS 'Document';
COMMENT ON COLUMN proof.table_kind IS 'Table it stands in';
COMMENT ON COLUMN proof.flow IS 'revenue (收入) or expenditure (支出)';
COMMENT ON COLUMN proof.role IS 'total, subtotal, of_which or detail';
COMMENT ON COLUMN proof.period IS 'all, current_year, carry_over, carried_forward';
COMMENT ON COLUMN proof.fund IS 'Source of the money (资金性质)';
COMMENT ON COLUMN proof.nature IS 'Nature of spending (支出性质)';
COMMENT ON COLUMN proof.item IS 'Item across the classifications';
COMMENT ON COLUMN proof.stage IS 'budget or actual';
COMMENT ON COLUMN proof.function_code IS 'Functional classification (功能分类)';
COMMENT ON COLUMN proof.economic_code IS 'Departmental economic classification';
COMMENT ON COLUMN proof.economic_gov_code IS 'Government economic classification';
COMMENT ON COLUMN proof.project_id IS 'Project';
COMMENT ON COLUMN proof.unit_id IS 'Department or unit row';
COMMENT ON COLUMN proof.amount IS 'Amount in 元';
COMMENT ON COLUMN proof.table_id IS 'Printed table';
COMMENT ON COLUMN proof.row_no IS 'Row within the table';
COMMENT ON COLUMN proof.column_no IS 'Column within the row';
COMMENT ON COLUMN proof.row_code IS 'Code of the row as printed';
COMMENT ON COLUMN proof.row_name IS 'Label of the row';
COMMENT ON COLUMN proof.column_path IS 'Header of the column';
COMMENT ON COLUMN proof.text IS 'The text, verbatim';
COMMENT ON COLUMN proof.page IS 'Page';
COMMENT ON COLUMN proof.kind IS 'budget or final_account';
COMMENT ON COLUMN proof.fiscal_year IS 'Fiscal year';
COMMENT ON COLUMN proof.department_id IS 'Department';
COMMENT ON COLUMN proof.scope IS 'department or unit';
COMMENT ON COLUMN proof.half IS 'Half of the last printed place in 元 where figures are rounded (final accounts, whole 元), else 0';
COMMENT ON COLUMN proof.text_line IS 'Line of a text';

CREATE MACRO basic_economic_of() AS TABLE
  -- Where a list stands under 人员经费 | 公用经费 no column is of both: each code has one of them.
  SELECT document_id, table_id, table_kind, kind, fiscal_year, role, economic_code,
         coalesce(sum(amount) FILTER (nature = 'basic'), sum(amount)) AS amount,
         coalesce(list(cell_id ORDER BY cell_id) FILTER (nature = 'basic'), list(cell_id ORDER BY cell_id)) AS cells,
         max(half) AS half
  FROM proof
  WHERE table_kind IN ('general_public_basic_expenditure', 'fiscal_appropriation_basic_expenditure') AND economic_code IS NOT NULL
    AND role IN ('detail', 'subtotal') AND nature IN ('basic', 'personnel', 'public') AND coalesce(period, 'all') = 'all' AND stage = own_stage(kind)
  GROUP BY ALL;
COMMENT ON MACRO TABLE basic_economic_of IS 'basic_economic of the amounts around its call';

CREATE VIEW basic_economic AS FROM basic_economic_of();
COMMENT ON VIEW basic_economic IS 'Basic expenditure by economic class, its 人员经费 and 公用经费 together, as the checks see it (基本支出经济分类)';
COMMENT ON COLUMN basic_economic.document_id IS 'Document';
COMMENT ON COLUMN basic_economic.table_id IS 'Printed table';
COMMENT ON COLUMN basic_economic.table_kind IS 'Table it stands in';
COMMENT ON COLUMN basic_economic.kind IS 'budget or final_account';
COMMENT ON COLUMN basic_economic.fiscal_year IS 'Fiscal year';
COMMENT ON COLUMN basic_economic.role IS 'subtotal of a class, or detail';
COMMENT ON COLUMN basic_economic.economic_code IS 'Departmental economic classification (部门经济分类)';
COMMENT ON COLUMN basic_economic.amount IS 'Amount in 元';
COMMENT ON COLUMN basic_economic.cells IS 'Cells it is made of';
COMMENT ON COLUMN basic_economic.half IS 'Half of the last printed place in 元 where figures are rounded';

CREATE MACRO no_component_of() AS TABLE
  -- A component that a table of three-public expenses leaves blank is none where the others make up their whole.
  WITH printed AS (
    SELECT document_id, CAST(item AS VARCHAR) AS item, max(amount) AS amount FROM proof
    WHERE table_kind = 'three_public' AND stage = own_stage(kind) AND item IS NOT NULL GROUP BY ALL),
  known AS (
    SELECT document_id, max(amount) FILTER (item = 'three_public') AS whole, max(amount) FILTER (item = 'vehicle') AS vehicle,
           coalesce(sum(amount) FILTER (item IN ('vehicle_purchase', 'vehicle_running')), 0) AS vehicle_parts,
           coalesce(sum(amount) FILTER (item IN ('abroad', 'reception')), 0) AS others
    FROM printed GROUP BY document_id)
  SELECT k.document_id, m.item
  FROM known k CROSS JOIN (VALUES ('abroad'), ('vehicle'), ('vehicle_purchase'), ('vehicle_running'), ('reception')) m(item)
  WHERE NOT EXISTS (SELECT 1 FROM printed p WHERE p.document_id = k.document_id AND p.item = m.item)
    AND CASE WHEN m.item IN ('abroad', 'reception', 'vehicle') THEN k.whole = k.others + coalesce(k.vehicle, k.vehicle_parts)
             ELSE coalesce(k.vehicle, k.whole - k.others) = k.vehicle_parts END;
COMMENT ON MACRO TABLE no_component_of IS 'Components of three-public expenses that are blank in a table whose others make up their whole';

CREATE VIEW printed_cells AS
  SELECT s.path AS source, d.fiscal_year, p.name AS department, d.kind AS document_kind, t.kind AS "table",
         c.row_code, c.row_name, c.column_path AS "column", c.text AS amount_as_printed, t.unit, c.page, c.line,
         d.document_id IN (SELECT x.supersedes FROM document x WHERE x.supersedes IS NOT NULL) AS superseded
  FROM cell c JOIN source_table t USING (table_id) JOIN source_file s USING (file_id)
  JOIN document d ON d.document_id = t.document_id JOIN department p ON p.department_id = d.department_id
  WHERE t.kind <> 'unknown' AND regexp_full_match(replace(c.text, ' ', ''), '[+-]?[0-9０-９][0-9０-９,，]*([.．][0-9０-９]+)?')
     OR (c.cell_id IN (SELECT i.cell_id FROM indicator i) AND regexp_matches(c.text, '[0-9０-９]'))
  ORDER BY c.cell_id;
COMMENT ON VIEW printed_cells IS 'Numeric cells exactly as printed (原文数字), of superseded documents too';
COMMENT ON COLUMN printed_cells.superseded IS 'Whether a later publication replaces it';
COMMENT ON COLUMN printed_cells.source IS 'Path of the file';
COMMENT ON COLUMN printed_cells.fiscal_year IS 'Fiscal year (预算年度)';
COMMENT ON COLUMN printed_cells.department IS 'Name of the department (部门)';
COMMENT ON COLUMN printed_cells.document_kind IS 'budget (预算) or final_account (决算)';
COMMENT ON COLUMN printed_cells."table" IS 'Which table, see vocabulary list table_kind';
COMMENT ON COLUMN printed_cells.row_code IS 'Code of the row as printed';
COMMENT ON COLUMN printed_cells.row_name IS 'Label of the row';
COMMENT ON COLUMN printed_cells."column" IS 'Header of the column, levels joined by /';
COMMENT ON COLUMN printed_cells.amount_as_printed IS 'Text of the cell';
COMMENT ON COLUMN printed_cells.unit IS 'Unit of the printed money of the table: 万元, 元, …';
COMMENT ON COLUMN printed_cells.page IS 'Page';
COMMENT ON COLUMN printed_cells.line IS 'Line';
