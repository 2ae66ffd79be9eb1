//! What there is: canned queries, tables, columns.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{text, two_columns};
use crate::error::Error;
use crate::query::{Library, Query, suggest};
use crate::session::{Session, Shown};
use crate::store::{ColumnInfo, ObjectInfo};

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
pub(super) fn queries(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    Ok(text(session.list_queries(args.first().map_or("", String::as_str))))
}

#[allow(clippy::unnecessary_wraps, reason = "all actions have one signature")]
pub(super) fn frames(session: &mut Session, _: &[String]) -> Result<Vec<Shown>, Error> {
    Ok(text(session.list_frames()))
}

impl Session {
    /// The canned queries about `word`, one a line.
    #[must_use]
    pub fn list_queries(&self, word: &str) -> String {
        list_queries(self.library(), word, self.settings.width)
    }
}

/// The canned queries about `word`, one a line; what they take is left out where a line would not fit.
pub(crate) fn list_queries(library: &Library, word: &str, width: Option<usize>) -> String {
    let rows = |left: fn(&Query) -> String| -> Vec<(String, String)> {
        library.matching(word).map(|q| (left(q), q.title.clone())).collect()
    };
    let full = rows(Query::usage);
    if full.is_empty() {
        return format!("no canned query about `{word}`\n");
    }
    let text = two_columns(&full);
    let fits = |width| text.lines().all(|line| line.width() <= width);
    if width.is_none_or(fits) { text } else { two_columns(&rows(|q| q.name.clone())) }
}

pub(super) fn tables(session: &mut Session, _: &[String]) -> Result<Vec<Shown>, Error> {
    let objects = session.store.objects()?;
    let row = |o: &ObjectInfo| (o.name.clone(), o.comment.clone().unwrap_or_default());
    Ok(text(two_columns(&objects.iter().map(row).collect::<Vec<_>>())))
}

pub(super) fn schema(session: &mut Session, args: &[String]) -> Result<Vec<Shown>, Error> {
    let names = session.tables();
    let wanted = match args.first() {
        None => names,
        Some(name) if names.contains(name) => vec![name.clone()],
        Some(name) => {
            let remedy = match suggest(name, names.iter().map(String::as_str)) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`.tables` lists all".to_owned(),
            };
            return Err(Error::Command(format!("unknown table `{name}`; {remedy}")));
        }
    };
    let mut out = String::new();
    for name in wanted {
        let columns = session.store.columns(&name)?;
        // The values of a closed list would fill the screen; the comment or `FROM vocabulary` tells them.
        let of_type =
            |c: &ColumnInfo| if c.data_type.starts_with("ENUM(") { "ENUM".to_owned() } else { c.data_type.clone() };
        let row = |c: &ColumnInfo| (format!("{} {}", c.name, of_type(c)), c.comment.clone().unwrap_or_default());
        let _ = write!(out, "{name}\n{}", two_columns(&columns.iter().map(row).collect::<Vec<_>>()));
    }
    Ok(text(out))
}
