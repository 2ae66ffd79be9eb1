//! All canned queries: the embedded ones and the user's.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::check::combined;
use super::{ColumnNote, Pipeline, Query, QueryError, Rule, Shape, split_words, suggest};

/// The files of `queries/`, put in by the build script.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/queries.rs"));

/// The files of `queries/checks/`.
const CHECKS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/checks.rs"));

/// The files of `queries/frames/`.
const FRAMES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/frames.rs"));

/// Canned queries by name, the rules of reconciliation, and saved pipelines.
#[derive(Clone, Debug, Default)]
pub struct Library {
    queries: BTreeMap<String, Query>,
    rules: Vec<Rule>,
    pipelines: BTreeMap<String, Pipeline>,
}

impl Library {
    /// The built-in queries.
    ///
    /// # Errors
    /// When one of them is not well formed.
    pub fn embedded() -> Result<Self, QueryError> {
        let mut library = Self::default();
        for (file, text) in EMBEDDED {
            library.add(file, text)?;
        }
        for (file, text) in CHECKS {
            library.rules.push(Rule::parse(file, text)?);
        }
        for (file, text) in FRAMES {
            library.add_pipeline(file, text)?;
        }
        Ok(library)
    }

    /// Adds one query from a file's text; a query of the same name is replaced.
    ///
    /// # Errors
    /// When the text is not well formed.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), QueryError> {
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let query = Query::parse(file, &stem, text)?;
        self.queries.insert(query.name.clone(), query);
        Ok(())
    }

    /// Adds one saved pipeline from a file's text; one of the same name is replaced.
    ///
    /// # Errors
    /// When the text is not well formed.
    pub fn add_pipeline(&mut self, file: &str, text: &str) -> Result<(), QueryError> {
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy();
        let pipeline = Pipeline::parse(file, &stem, text)?;
        self.pipelines.insert(pipeline.name.clone(), pipeline);
        Ok(())
    }

    /// Saved pipelines by name.
    pub fn pipelines(&self) -> impl Iterator<Item = &Pipeline> {
        self.pipelines.values()
    }

    /// The saved pipeline of that name or Chinese name.
    #[must_use]
    pub fn pipeline(&self, name: &str) -> Option<&Pipeline> {
        self.pipelines.get(name).or_else(|| self.pipelines().find(|p| p.alias() == Some(name)))
    }

    /// Adds the `.sql` and `.frame` files of a folder.
    ///
    /// # Errors
    /// When the folder cannot be read or a file is not well formed.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), QueryError> {
        let fail = |path: &Path, cause| QueryError::Folder { path: path.to_owned(), cause };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|e| fail(folder, e))? {
            paths.push(entry.map_err(|e| fail(folder, e))?.path());
        }
        paths.sort();
        for path in paths.iter().filter(|p| p.is_file() && p.extension().is_some_and(|e| e == "sql")) {
            let text = std::fs::read_to_string(path).map_err(|e| fail(path, e))?;
            self.add(&path.display().to_string(), &text)?;
        }
        for path in paths.iter().filter(|p| p.is_file() && p.extension().is_some_and(|e| e == "frame")) {
            let text = std::fs::read_to_string(path).map_err(|e| fail(path, e))?;
            self.add_pipeline(&path.display().to_string(), &text)?;
        }
        Ok(())
    }

    /// All queries by name.
    pub fn iter(&self) -> impl Iterator<Item = &Query> {
        self.queries.values()
    }

    /// The query of that name or Chinese name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Query> {
        let by_alias = || self.iter().find(|q| q.alias() == Some(name));
        self.queries.get(name).or_else(|| self.queries.get(&name.to_lowercase())).or_else(by_alias)
    }

    /// Whether a column of that name holds amounts in the canned queries and in the tables.
    #[must_use]
    pub fn is_money(&self, name: &str) -> bool {
        let named = |c: &ColumnNote| c.unit == "元" && c.name == name;
        matches!(name, "amount" | "base_amount" | "budget_amount") || self.iter().any(|q| q.columns.iter().any(named))
    }

    /// The queries whose name or text has `word`; all for an empty one.
    pub fn matching<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a Query> {
        let word = word.to_lowercase();
        self.iter()
            .filter(move |q| [&q.name, &q.title, &q.about].into_iter().any(|text| text.to_lowercase().contains(&word)))
    }

    /// The SQL of a call such as `growth 办公室 since=2019`.
    ///
    /// # Errors
    /// When the query is unknown or wrongly called.
    pub fn call_text(&self, text: &str) -> Result<String, QueryError> {
        let words = split_words(text)?;
        let (name, args) = words.split_first().map_or(("", [].as_slice()), |(n, a)| (n.as_str(), a));
        self.call(name, args)
    }

    /// The SQL of a call.
    ///
    /// # Errors
    /// When the query is unknown or wrongly called.
    pub fn call(&self, name: &str, args: &[String]) -> Result<String, QueryError> {
        let Some(query) = self.find(name) else {
            let names = self.iter().flat_map(|q| [Some(q.name.as_str()), q.alias()]).flatten();
            let suggestion = suggest(name, names).map(str::to_owned);
            return Err(QueryError::Unknown { name: name.to_owned(), suggestion });
        };
        query.call(args)
    }

    /// Names and definitions, macros before the views that may use them.
    #[must_use]
    pub fn definitions(&self) -> Vec<(String, String)> {
        let of = |shape| self.iter().filter(move |q| q.shape == shape);
        let all = of(Shape::Macro).chain(of(Shape::View));
        combined(&self.rules).into_iter().chain(all.map(|q| (q.name.clone(), q.sql.clone()))).collect()
    }

    /// Changes whenever a definition does.
    #[must_use]
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        for text in self.definitions().iter().flat_map(|(name, sql)| [name, sql]) {
            hash.update(text);
            hash.update([0]);
        }
        let mut version = String::new();
        for byte in hash.finalize().iter().take(8) {
            let _ = write!(version, "{byte:02x}");
        }
        version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_columns_of_a_query_are_among_its_columns() {
        for query in Library::embedded().unwrap().iter() {
            let is_column = |name: &String| query.columns.iter().any(|column| column.name == *name);
            assert!(query.main.iter().all(is_column), "{}: {:?}", query.name, query.main);
        }
    }

    #[test]
    fn the_embedded_queries_are_well_formed() {
        Library::embedded().unwrap();
    }

    #[test]
    fn names_and_chinese_names_are_found() {
        let mut library = Library::default();
        library
            .add(
                "three_public.sql",
                "-- title: 三公经费 by component\nCREATE OR REPLACE MACRO three_public() AS TABLE SELECT 1;",
            )
            .unwrap();
        library.add("documents.sql", "-- title: 文档\nCREATE OR REPLACE VIEW documents AS SELECT 1;").unwrap();
        assert_eq!(library.call_text("三公经费").unwrap(), "FROM three_public()");
        assert_eq!(library.call_text("documents").unwrap(), "FROM documents");
        let error = library.call_text("threepublic").unwrap_err().to_string();
        assert_eq!(error, "unknown query `threepublic`; did you mean `three_public`?");
    }
}
