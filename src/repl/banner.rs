//! Two lines of welcome.

use crate::language::Language;
use crate::session::Session;

/// What is in the database, and how to get help.
pub(super) fn text(session: &Session, language: Language) -> String {
    let path = session.path().display();
    let nothing = || language.say("no documents yet; add some with `yusuan ingest PATH…`");
    let content = content(session, language).unwrap_or_else(nothing);
    let version = env!("CARGO_PKG_VERSION");
    let help = language.say(".help helps, .queries lists canned queries, SQL ends with ;, Ctrl-D leaves");
    format!("yusuan {version} · {path}: {content}\n{help}\n")
}

fn content(session: &Session, language: Language) -> Option<String> {
    // An empty form is of no department and no year, where anything else is there.
    let sql = "WITH d AS (SELECT *, document_id IN (SELECT t.document_id FROM source_table t WHERE t.state = 'data') AS has_data FROM document),
                    k AS (SELECT * FROM d WHERE has_data OR NOT EXISTS (SELECT 1 FROM d WHERE has_data))
               SELECT (SELECT count(*) FROM d), count(DISTINCT department_id), min(fiscal_year), max(fiscal_year)
               FROM k HAVING count(*) > 0";
    let rows = session.sql(sql).ok()?.texts();
    let [documents, departments, from, to] = rows.first()?.as_slice() else {
        return None;
    };
    let years = if from == to { from.clone() } else { format!("{from}–{to}") };
    let plural = |n: &str, noun: &str| language.say(&format!("{n} {noun}{}", if n == "1" { "" } else { "s" }));
    Some(format!("{}, {}, {years}", plural(documents, "document"), plural(departments, "department")))
}
