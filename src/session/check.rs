//! A check as it is asked for: the documents' summary, then what does not hold.

use super::{Session, Shown, define};
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
        let Some(summary) = summary else { return Ok(vec![self.call(&list)?]) };
        self.keep_checks(args)?;
        let shown = self.call(&summary).and_then(|summary| Ok(vec![summary, self.call(&list)?]));
        self.sql("DROP MACRO TABLE IF EXISTS temp.main.all_checks")?;
        self.sql("DROP TABLE IF EXISTS temp.main.kept_checks")?;
        shown
    }

    /// Has both answers of a check read the same identities, which take nearly all of the time: as long as they are kept,
    /// `all_checks` means them.
    fn keep_checks(&self, args: &[String]) -> Result<(), Error> {
        // Else the session has a definition of its own, which this would replace.
        if !define::is_current(&self.store, &self.library)? {
            return Ok(());
        }
        let Some(query) = self.library.find("checks") else { return Ok(()) };
        let given = query.given_by(args)?;
        let of = |name: &str| given.iter().find(|g| g.param.name == name).map(|g| g.literal.as_str());
        let departments = match (of("department"), of("region")) {
            (None, None) => "NULL".to_owned(),
            (department, region) => format!(
                "coalesce((SELECT list(DISTINCT department_id) FROM current_document
                 WHERE has_name(names, {}) AND has_name([region], {})), [])",
                department.unwrap_or("NULL"),
                region.unwrap_or("NULL")
            ),
        };
        self.sql(&format!(
            "CREATE OR REPLACE TEMP TABLE kept_checks AS FROM all_checks(departments := {departments})"
        ))?;
        self.sql("CREATE OR REPLACE TEMP MACRO all_checks(departments := NULL) AS TABLE FROM temp.main.kept_checks")?;
        Ok(())
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
