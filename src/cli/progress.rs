//! What is told while documents are read: all on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::language::Language;
use crate::session::{Progress, Report, Summary};
use crate::store::{Imported, LongCounts};

/// Who closed standard error does not want to hear; that is no reason to stop.
pub(super) fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A line per document, and a bar when there is a terminal and more than one document.
pub(super) struct Bar {
    inner: Option<ProgressBar>,
    verbose: bool,
    /// Whether warnings are told in words.
    words: bool,
    language: Language,
}

impl Bar {
    pub(super) fn new(verbose: bool, language: Language) -> Self {
        Self { inner: None, verbose, words: true, language }
    }
}

impl Progress for Bar {
    fn found(&mut self, documents: usize) {
        self.words = self.verbose || documents == 1;
        if documents > 1 && std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(documents as u64);
            if let Ok(style) = ProgressStyle::with_template(
                "{bar:30} {pos}/{len} {elapsed}, {per_sec:.0} a second, {eta} left  {wide_msg}",
            ) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            self.inner = Some(bar);
        }
    }

    fn working(&mut self, paths: &[&Path]) {
        if let Some(bar) = &self.inner {
            let name = |p: &&Path| p.file_name().unwrap_or_default().to_string_lossy().into_owned();
            bar.set_message(paths.iter().map(name).collect::<Vec<_>>().join("  "));
        }
    }

    fn done(&mut self, report: &Report) {
        let text = self.language.say(&lines(report, self.words).join("\n"));
        match &self.inner {
            Some(bar) => {
                bar.suspend(|| tell(&text));
                bar.inc(1);
            }
            None => tell(&text),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.inner {
            bar.finish_and_clear();
        }
    }
}

fn lines(report: &Report, words: bool) -> Vec<String> {
    match report {
        Report::Failed(error) => vec![format!("error: {error}")],
        Report::Long { path, counts, told } => {
            let LongCounts { facts, rejected, documents, superseded } = *counts;
            let (rows, documents) = (counted(facts, "row"), counted(documents, "document"));
            let mut text = format!("{}: {rows} of {documents} stored", path.display());
            if superseded > 0 {
                text = format!("{text}, {superseded} of which supersede earlier ones");
            }
            if rejected > 0 {
                text = format!("{text}, {} rejected (FROM rejected)", counted(rejected, "row"));
            }
            let told = told.iter().filter(|_| words).map(|line| format!("warning: {}: {line}", path.display()));
            std::iter::once(text).chain(told).collect()
        }
        Report::Unchanged { path, overrides_ignored } => {
            let note =
                if *overrides_ignored { "; it is stored already, so what was said of it was not applied" } else { "" };
            vec![format!("{}: unchanged{note}", path.display())]
        }
        Report::Stored { path, title, facts, imported, warnings, shown, .. } => {
            let how = match imported {
                Imported::Added => "stored".to_owned(),
                Imported::Unchanged => "unchanged".to_owned(),
                Imported::Superseded { earlier } => {
                    format!("stored, supersedes document {earlier}")
                }
                Imported::Joined => "stored as a part of a document".to_owned(),
            };
            let count = if *warnings == 0 { String::new() } else { format!(", {}", counted(*warnings, "warning")) };
            let amounts = counted(*facts, "amount");
            let mut lines = vec![format!("{}: {title}: {how}, {amounts}{count}", path.display())];
            if words {
                lines.extend(shown.iter().map(|w| format!("warning: {w}")));
                if *warnings > shown.len() {
                    let more = warnings - shown.len();
                    lines.push(format!("warning: {}: … and {more} more: yusuan query diagnostics", path.display()));
                }
            }
            lines
        }
    }
}

/// A number of things by the name of one of them.
fn counted(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// What came of all documents, as a small table; failures again where they may have scrolled away.
pub(super) fn summary(summary: &Summary) -> String {
    let Summary { documents, unchanged, failures, facts, warnings, skipped, time, .. } = summary;
    let [data, empty, missing] = summary.tables;
    let stored = documents - unchanged - failures.len();
    let mut lines = vec![format!(
        "{}: {stored} stored, {unchanged} unchanged, {} failed",
        counted(*documents, "document"),
        failures.len()
    )];
    if stored > 0 {
        // Long tables have none of these.
        if data + empty + missing > 0 {
            lines
                .push(format!("{} tables: {data} with data, {empty} empty, {missing} missing", data + empty + missing));
        }
        let hint = if *warnings > 0 { " (yusuan query diagnostics)" } else { "" };
        let (amounts, warnings) = (counted(*facts, "amount"), counted(*warnings, "warning"));
        lines.push(format!("{amounts}, {warnings}{hint}, {:.1} s", time.as_secs_f64()));
    }
    let [rows, rejected] = summary.rows;
    if rows + rejected > 0 {
        lines.push(format!("{rows} rows of long tables stored, {rejected} rejected"));
    }
    match *skipped {
        0 => {}
        1 => lines.push("1 file left out: of another kind, or not described by its data package".to_owned()),
        n => lines.push(format!("{n} files left out: of other kinds, or not described by their data package")),
    }
    lines.extend(summary.poorer.iter().map(|told| format!("warning: {told}")));
    if summary.untried > 0 {
        lines.push(format!("{} documents were not tried", summary.untried));
    }
    if documents - failures.len() > 20 {
        lines.extend(failures.iter().map(|f| format!("failed: {f}")));
    }
    lines.join("\n")
}
