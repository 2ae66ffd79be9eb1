//! Results as files that tell where they came from.

use std::path::{Path, PathBuf};

use super::{Answer, Part, Session};
use crate::error::Error;
use crate::record::sql_text;
use crate::render::{self, About, Cut, Format, Sheet, Source, Style, Unit};
use crate::store::LAST;

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

/// Whether how results came about stands in a file beside theirs.
fn has_no_room(format: Format) -> bool {
    !matches!(format, Format::Xlsx | Format::Html | Format::Md | Format::Svg)
}

/// With the unit that money has in the format.
fn in_its_unit(mut about: About, format: Format) -> About {
    if !(format.is_for_people() || matches!(format, Format::Html | Format::Xlsx | Format::Svg)) {
        Unit::Yuan.name().clone_into(&mut about.unit);
    }
    about
}

fn write_beside(about: About, path: &Path, format: Format) -> Result<PathBuf, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!("{name}.about.json"));
    let fail = |cause| Error::Io { path: path.to_owned(), action: "write there", cause };
    std::fs::write(&beside, in_its_unit(about, format).json()).map_err(fail)?;
    Ok(beside)
}

impl Session {
    /// Writes results to a file in the format that its name or `format` says, whole or not at all. A format
    /// that has no room for it gets a second file beside it, `NAME.about.json`, with query and sources.
    /// Returns the files written.
    ///
    /// # Errors
    /// When there is nothing to write, the format is unknown or the file cannot be written.
    pub fn export(&self, answers: &[Answer], path: &Path, format: Option<Format>) -> Result<Vec<PathBuf>, Error> {
        let by_name = || path.extension()?.to_str().and_then(Format::parse);
        let format = format
            .or_else(by_name)
            .ok_or_else(|| Error::Command(format!("{}: {}", path.display(), no_format(path))))?;
        let mut part = Part::new(path);
        let about;
        if format == Format::Parquet {
            let [answer] = answers else {
                return Err(Error::Command("a Parquet file holds one result; run one query, or write xlsx".to_owned()));
            };
            if let Some(seen) = self.in_table(answer)? {
                self.guarded(|store| store.copy_parquet(LAST, part.for_database()))?;
                about = self.about(&[Answer { poured: Some(seen), ..answer.clone() }])?;
            } else {
                let all = self.all_of(answer)?;
                about = self.about(std::slice::from_ref(&all))?;
                self.store.write_parquet(&all.outcome, part.for_database())?;
            }
        } else if format.is_streamed() {
            about = self.about(&self.write_streamed(answers, &mut part, format)?)?;
        } else {
            if matches!(format, Format::Svg | Format::Chart) {
                self.refuse_too_many(answers)?;
            }
            let all = self.all(answers)?;
            let told = in_its_unit(self.about(&all)?, format);
            part.write(&self.bytes(&all, &told, format)?)?;
            about = told;
        }
        let mut written = vec![path.to_owned()];
        if part.finish()? && has_no_room(format) {
            written.push(write_beside(about, path, format)?);
        }
        Ok(written)
    }

    /// Writes results row by row; returns them with what was in them.
    fn write_streamed(&self, answers: &[Answer], part: &mut Part, format: Format) -> Result<Vec<Answer>, Error> {
        // No rows may be no text, and are a file all the same.
        part.write(b"")?;
        let mut written = Vec::new();
        for (i, answer) in answers.iter().enumerate() {
            if i > 0 {
                part.write(b"\n")?;
            }
            let seen = self.pour_answer(answer, format, &mut |bytes| part.write(bytes))?;
            written.push(Answer { poured: Some(seen), ..answer.clone() });
        }
        Ok(written)
    }

    /// Writes beside a file that has no room for it how the results in it came about; returns that file, if there is one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell_beside(&self, answers: &[Answer], path: &Path, format: Format) -> Result<Option<PathBuf>, Error> {
        if !has_no_room(format) {
            return Ok(None);
        }
        write_beside(self.about(answers)?, path, format).map(Some)
    }

    /// Refuses a picture of results of which more rows are at hand than it would show, before all are fetched.
    fn refuse_too_many(&self, answers: &[Answer]) -> Result<(), Error> {
        let most = self.settings.first(Format::Chart);
        let many = |answer: &&Answer| {
            let rows = answer.outcome.rows();
            most.is_some_and(|most| rows > most || rows == most && answer.cut == Cut::First)
        };
        match answers.iter().find(many) {
            Some(answer) => self.drawable(answer).map_err(Error::Output),
            None => Ok(()),
        }
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
            let seen = answer.seen();
            let numbers = |values: Vec<&str>| {
                values.into_iter().filter(|v| v.parse::<i64>().is_ok()).collect::<Vec<_>>().join(", ")
            };
            let texts = |values: Vec<&str>| values.iter().map(|v| sql_text(v)).collect::<Vec<_>>().join(", ");
            let mut wanted = Vec::new();
            if !seen.documents().is_empty() {
                wanted.push(format!("d.document_id IN ({})", numbers(seen.documents())));
            } else if !seen.departments().is_empty() {
                wanted.push(format!("p.name IN ({})", texts(seen.departments())));
                if !seen.years().is_empty() {
                    wanted.push(format!("d.fiscal_year IN ({})", numbers(seen.years())));
                }
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
                    sources.push(source);
                }
            }
        }
        // A large result speaks of a hundred thousand documents.
        sources.sort_by(|a, b| (&a.document, &a.path, &a.sha256).cmp(&(&b.document, &b.path, &b.sha256)));
        sources.dedup();
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
