//! A check as it is asked for: the documents' summary, then what does not hold.

use super::{Session, Shown};
use crate::error::Error;
use crate::query::{Library, QueryError, join_words, split_words};

/// The calls that a check with these words is made of: the documents' summary, which there is not of one rule or status, and
/// the list of what does not hold, or has the status that is asked for.
///
/// # Errors
/// When a word is none of the check's.
pub fn checks(library: &Library, args: &[String]) -> Result<(Option<String>, String), QueryError> {
    let given = library.find("checks").map(|q| q.given_by(args)).transpose()?.unwrap_or_default();
    let call = |name: &str, more: &[&str]| {
        let words = std::iter::once(name).chain(args.iter().map(String::as_str)).chain(more.iter().copied());
        join_words(&words.map(str::to_owned).collect::<Vec<_>>())
    };
    let has_status = given.iter().any(|g| g.param.name == "status");
    let summary = library.call("check_summary", args).is_ok().then(|| call("check_summary", &[]));
    Ok((summary, call("checks", if has_status { &[] } else { &["status=open"] })))
}

impl Session {
    /// `check 洛龙 2023`, as on the command line: the documents' summary, then what does not hold.
    pub(super) fn check(&mut self, text: &str) -> Result<Vec<Shown>, Error> {
        let words = split_words(text)?;
        let args = words.get(1..).unwrap_or_default();
        let (summary, list) = checks(&self.library, args)?;
        let mut shown = Vec::new();
        if let Some(summary) = summary {
            shown.push(self.call(&summary)?);
        }
        shown.push(self.call(&list)?);
        Ok(shown)
    }

    /// Whether an identity is broken among those that the words of a check name, whatever status they list.
    ///
    /// # Errors
    /// When a word is none of the check's, or the database fails.
    pub fn breaks(&self, args: &[String]) -> Result<bool, Error> {
        let Some(query) = self.library.find("checks") else { return Ok(false) };
        let given = query.given_by(args)?;
        let words: Vec<String> = given
            .iter()
            .filter(|g| g.param.name != "status")
            .map(|g| format!("{}={}", g.param.name, g.text))
            .chain(["status=breaks".to_owned()])
            .collect();
        let list = self.library.call("checks", &words)?;
        Ok(self.sql(&format!("FROM ({list}) LIMIT 1"))?.rows() > 0)
    }
}
