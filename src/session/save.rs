//! `.save`: the last query becomes a canned query of the user's.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::Session;
use crate::error::Error;
use crate::record::sql_text;
use crate::store::{LAST, names_last};

impl Session {
    /// Writes the last query as a file into the user's folder of canned queries, usable at once. Returns the file.
    ///
    /// # Errors
    /// When there is no query to save, the name is taken or is none, or the file cannot be written.
    pub fn save(&mut self, name: &str, title: &str) -> Result<PathBuf, Error> {
        let fail = |text: String| Err(Error::Command(text));
        let Some(folder) = self.places.queries.clone() else {
            return fail("no folder for your queries is known; set XDG_CONFIG_HOME".to_owned());
        };
        if !is_name(name) {
            return fail(format!(
                "`{name}` cannot name a query; use letters, digits and `_`, as in my_query or 我的查询"
            ));
        }
        let path = folder.join(format!("{name}.sql"));
        let taken = self.library.find(name).is_some() || self.tables().iter().any(|t| t == name);
        if taken && !path.exists() {
            return fail(format!("`{name}` is the name of a built-in query or table; choose another"));
        }
        let Some(last) = self.last() else {
            return fail("there is no query yet; run one, then .save NAME".to_owned());
        };
        let Some(sql) = last.sql.clone() else {
            return fail("only canned queries and SQL can be saved; save a pipeline in a script".to_owned());
        };
        if names_last(&sql) {
            return fail(format!(
                "the query reads `{LAST}`, the result before it, which will be another; write it out"
            ));
        }
        let text = definition(name, title, last.call.as_str(), &sql, &last.outcome.schema, last.chart.as_deref());
        let before = self.library.clone();
        self.library.add(&path.display().to_string(), &text)?;
        if let Err(error) = super::define::refresh(&self.store, &self.library, self.access) {
            self.library = before;
            let why = error.to_string();
            let first = why.lines().next().unwrap_or_default();
            return fail(format!("only a query that gives rows can be saved: {first}"));
        }
        self.known.forget();
        let io = |cause| Error::Io { path: path.clone(), action: "save the query there", cause };
        std::fs::create_dir_all(&folder).map_err(io)?;
        std::fs::write(&path, text).map_err(io)?;
        Ok(path)
    }
}

fn is_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name != LAST
        && !super::split::is_sql(name)
}

fn definition(
    name: &str,
    title: &str,
    call: &str,
    sql: &str,
    schema: &arrow::datatypes::Schema,
    chart: Option<&str>,
) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = one_line(title);
    let title = if title.is_empty() { name } else { &title };
    let mut out = format!("-- title: {title}\n-- about: Saved from: {}\n", one_line(call));
    for field in schema.fields() {
        let unit = crate::render::unit_of(field);
        let meaning = field.metadata().get(crate::render::MEANING).map_or("", String::as_str);
        let _ = writeln!(out, "-- column: {} | {unit} | {meaning}", one_line(field.name()).replace('|', " "));
    }
    if let Some(trend) = schema.metadata().get(crate::render::TREND) {
        let _ = writeln!(out, "-- trend: {trend}");
    }
    let _ = writeln!(out, "-- chart: {}\n-- example: {name}", chart.unwrap_or("none"));
    let sql = sql.trim_end();
    // The end of a comment must not hide the semicolon.
    let _ = writeln!(out, "CREATE OR REPLACE MACRO {name}() AS TABLE\n{sql}\n;");
    let comment = sql_text(title);
    let _ = writeln!(out, "COMMENT ON MACRO TABLE {name} IS {comment};");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Library, Query};
    use crate::session::{Shown, Statement};

    #[test]
    fn a_saved_query_is_there_at_once_and_in_the_next_session() {
        let folder = tempfile::tempdir().unwrap();
        let mut session = Session::in_memory(Library::embedded().unwrap()).unwrap();
        session.places.queries = Some(folder.path().join("queries"));
        assert!(session.save("我的", "").unwrap_err().to_string().contains("no query yet"));
        session.eval("SELECT 42.5::DECIMAL(18,2) AS 金额 -- 'x'\n;").unwrap();
        for (name, why) in
            [("growth", "built-in"), ("a b", "cannot name"), ("1a", "cannot name"), ("select", "cannot name")]
        {
            assert!(session.save(name, "").unwrap_err().to_string().contains(why), "{name}");
        }
        let path = session.save("我的", "我的查询 Mine").unwrap();
        assert!(matches!(session.eval("我的").unwrap().as_slice(), [Shown::Rows(a)] if a.outcome.rows() == 1));
        session.eval("SELECT 1;\nSELECT * FROM _;").unwrap();
        assert!(session.save("b", "").unwrap_err().to_string().contains("reads `_`"));
        session.eval_one(&Statement::Sql("CREATE TABLE t AS SELECT 1 AS x".to_owned())).unwrap();
        assert!(session.save("b", "").unwrap_err().to_string().contains("gives rows"));
        assert!(session.library().find("b").is_none());
        let text = std::fs::read_to_string(&path).unwrap();
        let query = Query::parse("我的.sql", "我的", &text).unwrap();
        assert_eq!((query.title.as_str(), query.examples), ("我的查询 Mine", vec!["我的".to_owned()]));
    }
}
