//! What every exported result carries: how it was asked, and the documents it was drawn from.

use std::fmt::Write as _;

use serde::Serialize;

/// A document behind a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The file that was read.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Department, year and kind.
    pub document: String,
}

/// How results came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// Program and version.
    pub program: String,
    /// The database file.
    pub database: String,
    /// Version of the definitions in the database.
    pub definitions: String,
    /// What was asked, one per result: a call with its parameters, or SQL.
    pub queries: Vec<String>,
    /// The documents that the results speak of; all of the database where they do not say.
    pub sources: Vec<Source>,
}

impl About {
    /// As JSON, for the file beside an export that has no room for it.
    #[must_use]
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Lines of key and value.
    pub(super) fn lines(&self) -> Vec<[String; 3]> {
        let line = |key: &str, value: &str, more: &str| [key.to_owned(), value.to_owned(), more.to_owned()];
        let mut lines = vec![
            line("程序 program", &self.program, ""),
            line("数据库 database", &self.database, ""),
            line("定义 definitions", &self.definitions, ""),
        ];
        lines.extend(self.queries.iter().map(|query| line("查询 query", query, "")));
        lines.extend(
            self.sources.iter().map(|s| line("来源 source", &format!("{}  {}", s.document, s.path), &s.sha256)),
        );
        lines
    }

    /// For the end of a Markdown file.
    pub(super) fn markdown(&self) -> String {
        let mut out = String::new();
        for [key, value, more] in self.lines() {
            let more = if more.is_empty() { String::new() } else { format!(" `{more}`") };
            let _ = writeln!(out, "- {key}: {}{more}", value.replace('\n', " "));
        }
        out
    }
}
