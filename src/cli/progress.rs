//! What is told while documents are read: all on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use crate::session::{Progress, Report};
use crate::store::Imported;

/// Who closed standard error does not want to hear; that is no reason to stop.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A bar when there is a terminal and more than one document, and a line per document.
#[derive(Default)]
pub(super) struct Bar(Option<ProgressBar>);

impl Progress for Bar {
    fn found(&mut self, documents: usize) {
        if documents > 1 && std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(documents as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            self.0 = Some(bar);
        }
    }

    fn begin(&mut self, path: &Path) {
        if let Some(bar) = &self.0 {
            bar.set_message(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }

    fn done(&mut self, report: &Report) {
        let text = lines(report).join("\n");
        match &self.0 {
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
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn lines(report: &Report) -> Vec<String> {
    match report {
        Report::Failed(error) => vec![format!("error: {error}")],
        Report::Unchanged { path, overrides_ignored } => {
            let note =
                if *overrides_ignored { "; it is stored already, so what was said of it was not applied" } else { "" };
            vec![format!("{}: unchanged{note}", path.display())]
        }
        Report::Stored { path, title, facts, imported, warnings } => {
            let how = match imported {
                Imported::Added => "stored".to_owned(),
                Imported::Unchanged => "unchanged".to_owned(),
                Imported::Superseded { earlier } => {
                    format!("stored, supersedes document {earlier}")
                }
                Imported::Joined => "stored as a part of a document".to_owned(),
            };
            let first = format!("{}: {title}: {how}, {facts} amounts", path.display());
            let warning = |w: &String| format!("warning: {w}");
            std::iter::once(first).chain(warnings.iter().map(warning)).collect()
        }
    }
}
