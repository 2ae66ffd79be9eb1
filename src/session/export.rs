//! Results as files that tell where they came from.

use std::path::{Path, PathBuf};

use super::{Answer, Session};
use crate::error::Error;
use crate::render::{self, About, Format, Sheet, Source, Style, Unit};

/// Ends of file names that tell a format.
const ENDS: [&str; 9] = ["csv", "json", "jsonl", "md", "html", "xlsx", "parquet", "svg", "txt"];

/// Why a file's name tells no format, and which would.
pub(crate) fn no_format(path: &Path) -> String {
    let end = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match end.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "pdf" => format!("a picture is written as .svg or .html, not as .{end}"),
        "xls" | "et" | "ods" => format!("a workbook is written as .xlsx, not as .{end}"),
        _ => format!("the name tells no format; end it with one of .{}", ENDS.join(" .")),
    }
}

impl Session {
    /// Writes results to a file in the format that its name or `format` says, whole or not at all. A format
    /// that has no room for it gets a second file beside it, `NAME.about.json`, with query and sources. `text` is what the
    /// results are as text, where that was made already.
    /// Returns the files written.
    ///
    /// # Errors
    /// When there is nothing to write, the format is unknown or the file cannot be written.
    pub fn export(
        &self,
        answers: &[Answer],
        path: &Path,
        format: Option<Format>,
        text: Option<String>,
    ) -> Result<Vec<PathBuf>, Error> {
        let by_name = || path.extension()?.to_str().and_then(Format::parse);
        let format = format
            .or_else(by_name)
            .ok_or_else(|| Error::Command(format!("{}: {}", path.display(), no_format(path))))?;
        let mut about = self.about(answers)?;
        if !(format.is_for_people() || matches!(format, Format::Html | Format::Xlsx | Format::Svg)) {
            Unit::Yuan.name().clone_into(&mut about.unit);
        }
        let part = path.with_file_name(format!("{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
        let fail = |cause| Error::Io { path: path.to_owned(), action: "write there", cause };
        if format == Format::Parquet {
            let [answer] = answers else {
                return Err(Error::Command("a Parquet file holds one result; run one query, or write xlsx".to_owned()));
            };
            self.store.write_parquet(&answer.outcome, &part)?;
        } else {
            let bytes = match text {
                Some(text) if format != Format::Md => text.into_bytes(),
                _ => self.bytes(answers, &about, format)?,
            };
            std::fs::write(&part, bytes).map_err(fail)?;
        }
        std::fs::rename(&part, path).map_err(fail)?;
        let mut written = vec![path.to_owned()];
        if !matches!(format, Format::Xlsx | Format::Html | Format::Md | Format::Svg) {
            let beside =
                path.with_file_name(format!("{}.about.json", path.file_name().unwrap_or_default().to_string_lossy()));
            std::fs::write(&beside, about.json()).map_err(fail)?;
            written.push(beside);
        }
        Ok(written)
    }

    /// The results in a file that was exported to just before.
    pub(super) fn exported(&self, path: &Path) -> Vec<Answer> {
        let known = self.exported.as_ref().filter(|(before, _)| before == path);
        known.map(|(_, answers)| answers.clone()).unwrap_or_default()
    }

    pub(super) fn remember_export(&mut self, path: &Path, answers: Vec<Answer>) {
        self.exported = Some((path.to_owned(), answers));
    }

    /// Results as the bytes of one file.
    ///
    /// # Errors
    /// When a result does not fit the format.
    pub fn bytes(&self, answers: &[Answer], about: &About, format: Format) -> Result<Vec<u8>, Error> {
        if matches!(format, Format::Svg | Format::Chart) {
            // A part of the rows would be another picture.
            for answer in answers {
                self.drawable(answer).map_err(Error::Output)?;
            }
        }
        let titles: Vec<String> =
            answers.iter().map(|a| a.call.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let sheets: Vec<Sheet<'_>> = answers
            .iter()
            .zip(&titles)
            .map(|(a, title)| Sheet { title, schema: &a.outcome.schema, batches: &a.outcome.batches })
            .collect();
        let style = Style { format, width: None, ..self.style() };
        render::export(&sheets, about, &style).map_err(Error::Output)
    }

    /// How results came about, and the documents they speak of: by `document_id`, else by department and
    /// year, else all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn about(&self, answers: &[Answer]) -> Result<About, Error> {
        let mut sources: Vec<Source> = Vec::new();
        for answer in answers {
            let ids = answer.outcome.distinct("document_id");
            let departments = answer.outcome.distinct("department");
            let years = answer.outcome.distinct("fiscal_year");
            let numbers = |values: Vec<String>| {
                values.into_iter().filter(|v| v.parse::<i64>().is_ok()).collect::<Vec<_>>().join(", ")
            };
            let texts = |values: Vec<String>| {
                values.iter().map(|v| format!("'{}'", v.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
            };
            let mut wanted = Vec::new();
            match (ids, departments) {
                (Some(ids), _) if !ids.is_empty() => wanted.push(format!("d.document_id IN ({})", numbers(ids))),
                (_, Some(names)) if !names.is_empty() => {
                    wanted.push(format!("p.name IN ({})", texts(names)));
                    if let Some(years) = years.filter(|y| !y.is_empty()) {
                        wanted.push(format!("d.fiscal_year IN ({})", numbers(years)));
                    }
                }
                _ => {}
            }
            wanted.push(
                "d.document_id NOT IN (SELECT x.supersedes FROM document x WHERE x.supersedes IS NOT NULL)".to_owned(),
            );
            let sql = format!(
                "SELECT s.path, s.sha256, concat_ws(' ', p.name, d.fiscal_year, vocabulary_name('document_kind', d.kind)) AS document \
                 FROM source_file s JOIN document d ON d.document_id = s.document_id JOIN department p USING (department_id) \
                 WHERE {} ORDER BY document, s.path",
                wanted.join(" AND ")
            );
            let found = self.sql(&sql)?;
            for row in found.texts() {
                if let [path, sha256, document] = row.as_slice() {
                    let source = Source { path: path.clone(), sha256: sha256.clone(), document: document.clone() };
                    if !sources.contains(&source) {
                        sources.push(source);
                    }
                }
            }
        }
        sources.sort_by(|a, b| (&a.document, &a.path).cmp(&(&b.document, &b.path)));
        Ok(About {
            program: format!("yusuan {}", env!("CARGO_PKG_VERSION")),
            database: self.path.display().to_string(),
            definitions: self.store.definitions_version()?.unwrap_or_default(),
            unit: self.settings.unit.name().to_owned(),
            queries: answers.iter().map(Answer::asked).collect(),
            sources,
        })
    }
}
