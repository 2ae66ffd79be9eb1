//! Two lines of welcome.

use crate::render::{Format, Style, render};
use crate::session::Session;

/// What is in the database, and how to get help.
pub(super) fn text(session: &Session) -> String {
    let path = session.path().display();
    let content =
        content(session).unwrap_or_else(|| "no documents yet; add some with `yusuan ingest PATH…`".to_owned());
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "yusuan {version} · {path}: {content}\n\
         .help for help, .queries for canned queries, SQL ends with `;`, Tab completes, Ctrl-D leaves\n"
    )
}

fn content(session: &Session) -> Option<String> {
    let sql = "SELECT count(*), count(DISTINCT department_id), min(fiscal_year), max(fiscal_year) FROM document HAVING count(*) > 0";
    let outcome = session.sql(sql).ok()?;
    let style = Style { format: Format::Csv, ..Style::default() };
    let text = render(&outcome.schema, &outcome.batches, &style);
    let fields: Vec<&str> = text.lines().nth(1)?.split(',').collect();
    let [documents, departments, from, to] = fields.as_slice() else {
        return None;
    };
    let years = if from == to { (*from).to_owned() } else { format!("{from}–{to}") };
    let plural = |n: &str, noun: &str| format!("{n} {noun}{}", if n == "1" { "" } else { "s" });
    Some(format!("{}, {}, {years}", plural(documents, "document"), plural(departments, "department")))
}
