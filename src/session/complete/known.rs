//! What the database knows, read when it is asked for first and forgotten when the data may have changed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::record::{sql_name, sql_text};
use crate::store::{ColumnInfo, ObjectInfo, ObjectKind, Store};

/// A value that may be given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::session) struct Value {
    /// As it is written.
    pub(in crate::session) text: String,
    /// Other ways to say it.
    pub(in crate::session) also: Vec<String>,
    /// What is told beside it.
    pub(in crate::session) note: String,
}

/// The memory of completion.
#[derive(Debug, Default)]
pub(in crate::session) struct Known {
    relations: RefCell<Option<Rc<Vec<ObjectInfo>>>>,
    macros: RefCell<Option<Rc<Vec<ObjectInfo>>>>,
    columns: RefCell<BTreeMap<String, Rc<Vec<ColumnInfo>>>>,
    values: RefCell<BTreeMap<String, Rc<Vec<Value>>>>,
    /// Whether `DuckDB` completes too: the prebuilt library does.
    autocomplete: Cell<Option<bool>>,
}

/// Queries whose rows are value, other names (one a line), note; by the name that `from=` has in the header of a
/// canned query.
const SOURCES: [(&str, &str); 7] = [
    (
        "department",
        "SELECT p.name, string_agg(array_to_string(p.aliases, chr(10)), chr(10)), \
         concat_ws(' ', string_agg(DISTINCT p.region, '、' ORDER BY p.region), CASE WHEN min(d.first) = max(d.last) \
         THEN min(d.first)::VARCHAR ELSE min(d.first) || '–' || max(d.last) END) \
         FROM department p JOIN (SELECT department_id, min(fiscal_year) AS first, max(fiscal_year) AS last FROM document \
         GROUP BY department_id) d USING (department_id) GROUP BY p.name ORDER BY p.name",
    ),
    (
        "region",
        "SELECT region, region_code, count(*) || ' 部门' FROM department WHERE region IS NOT NULL \
         GROUP BY region, region_code ORDER BY region",
    ),
    (
        "year",
        "SELECT fiscal_year, NULL, count(DISTINCT department_id) || ' 部门' FROM document \
         GROUP BY fiscal_year ORDER BY fiscal_year DESC",
    ),
    ("rule", "SELECT rule, NULL, title FROM check_rules()"),
    ("function_code", CODES),
    ("economic_code", CODES),
    ("economic_gov_code", CODES),
];

/// Codes that the facts have, with their names.
const CODES: &str = "SELECT used.code, string_agg(DISTINCT c.name, chr(10)), arg_max(c.name, c.valid_to) \
     FROM (SELECT DISTINCT {column} AS code FROM fact WHERE {column} IS NOT NULL) used \
     LEFT JOIN classification c ON c.system = '{system}' AND c.code = used.code GROUP BY used.code ORDER BY used.code";

/// More values than anyone reads.
const MOST: usize = 20_000;

impl Known {
    /// To be called when the data may have changed.
    pub(in crate::session) fn forget(&self) {
        *self.relations.borrow_mut() = None;
        *self.macros.borrow_mut() = None;
        self.columns.borrow_mut().clear();
        self.values.borrow_mut().clear();
    }

    /// Tables and views.
    pub(super) fn relations(&self, store: &Store) -> Rc<Vec<ObjectInfo>> {
        let mut relations = self.relations.borrow_mut();
        relations.get_or_insert_with(|| Rc::new(store.relations().unwrap_or_default())).clone()
    }

    /// Table macros, those of the library and others.
    pub(super) fn macros(&self, store: &Store) -> Rc<Vec<ObjectInfo>> {
        let mut macros = self.macros.borrow_mut();
        macros.get_or_insert_with(|| Rc::new(store.macros().unwrap_or_default())).clone()
    }

    /// Columns of a table, a view or a macro; those of all tables and views are read at once.
    pub(super) fn columns(&self, store: &Store, name: &str) -> Rc<Vec<ColumnInfo>> {
        let mut columns = self.columns.borrow_mut();
        if columns.is_empty() {
            let all = store.all_columns().unwrap_or_default();
            columns.extend(all.into_iter().map(|(name, list)| (name, Rc::new(list))));
        }
        let read = || Rc::new(store.columns(name).unwrap_or_default());
        columns.entry(name.to_lowercase()).or_insert_with(read).clone()
    }

    /// The values of a source: a name of [`SOURCES`], a list of the vocabulary, or `table.column`.
    pub(in crate::session) fn values(&self, store: &Store, source: &str) -> Rc<Vec<Value>> {
        if let Some(known) = self.values.borrow().get(source) {
            return known.clone();
        }
        let values = Rc::new(read(store, &sql(source)));
        self.values.borrow_mut().insert(source.to_owned(), values.clone());
        values
    }

    /// The values of a column of one of these relations: of its source or list, else those it has in a table.
    pub(super) fn of_column(&self, store: &Store, column: &str, relations: &[&str]) -> Rc<Vec<Value>> {
        let source = match column {
            "fiscal_year" | "prior_year" | "previous_year" => "year",
            "name" if relations.contains(&"department") => "department",
            "kind" if !relations.contains(&"source_table") => "document_kind",
            "kind" => "table_kind",
            other => other,
        };
        let values = self.values(store, source);
        if !values.is_empty() {
            return values;
        }
        let relations_known = self.relations(store);
        let is_table = |name: &&str| relations_known.iter().any(|o| o.kind == ObjectKind::Table && o.name == *name);
        let has = |name: &&str| {
            self.columns(store, name).iter().any(|c| c.name == column && c.data_type.starts_with("VARCHAR"))
        };
        match relations.iter().find(|name| is_table(name) && has(name)) {
            Some(table) => self.values(store, &format!("{table}.{column}")),
            None => values,
        }
    }

    /// Keywords and functions that `DuckDB` would complete a text with, and where those begin; nothing where it cannot.
    /// Tables and columns are ours: it names those of all tables.
    pub(super) fn autocomplete(&self, store: &Store, text: &str) -> Vec<(String, usize)> {
        if self.autocomplete.get() == Some(false) {
            return Vec::new();
        }
        let sql = format!(
            "SELECT CASE WHEN suggestion_type = 'keyword' THEN suggestion ELSE trim(suggestion, '\"') || '(' END, suggestion_start \
             FROM sql_auto_complete({}) WHERE suggestion_type = 'keyword' OR suggestion_type LIKE '%function'",
            sql_text(text)
        );
        let found = store.run(&sql);
        if self.autocomplete.get().is_none() {
            self.autocomplete.set(Some(found.is_ok()));
        }
        let pair = |row: Vec<String>| -> Option<(String, usize)> {
            let mut row = row.into_iter();
            Some((row.next()?.trim_end().to_owned(), row.next()?.parse().ok()?))
        };
        found.map(|outcome| outcome.texts().into_iter().filter_map(pair).collect()).unwrap_or_default()
    }
}

/// The query of a source.
fn sql(source: &str) -> String {
    if let Some((name, sql)) = SOURCES.iter().find(|(name, _)| *name == source) {
        let system = name.trim_end_matches("_code");
        return sql.replace("{column}", name).replace("{system}", system);
    }
    if let Some((table, column)) = source.split_once('.') {
        let (table, column) = (sql_name(table), sql_name(column));
        return format!(
            "SELECT DISTINCT {column}, NULL, NULL FROM {table} WHERE {column} IS NOT NULL ORDER BY 1 LIMIT {MOST}"
        );
    }
    format!("SELECT id, chinese, chinese FROM vocabulary WHERE list = {} ORDER BY ordinal", sql_text(source))
}

fn read(store: &Store, sql: &str) -> Vec<Value> {
    let value = |row: Vec<String>| -> Option<Value> {
        let mut row = row.into_iter();
        let text = row.next()?;
        let also = row.next()?.lines().filter(|a| !a.is_empty() && *a != text).map(str::to_owned).collect();
        Some(Value { text, also, note: row.next()? })
    };
    store.run(sql).map(|outcome| outcome.texts().into_iter().filter_map(value).collect()).unwrap_or_default()
}
