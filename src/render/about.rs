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

/// How one result was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// What was typed: a call with its parameters, a pipeline, or SQL.
    pub query: String,
    /// The SQL that ran, where that is something else; parameters stand in it by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// Number of rows.
    pub rows: usize,
    /// Whether a limit cut off more.
    pub truncated: bool,
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
    /// The unit in which the file shows money.
    pub unit: String,
    /// What was asked, one per result.
    pub queries: Vec<Asked>,
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
            line("单位 unit", &self.unit, ""),
        ];
        for Asked { query, sql, rows, truncated } in &self.queries {
            lines.push(line("查询 query", query, sql.as_deref().unwrap_or_default()));
            let more = if *truncated { "cut off by the limit: there are more" } else { "" };
            lines.push(line("行数 rows", &rows.to_string(), more));
        }
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
