//! An empty result for a name that nothing has is no answer: the nearest name is.

use super::Session;
use crate::error::Error;
use crate::query::{Given, QueryError, suggest, suggest_part};

/// So many names are listed.
const FEW: usize = 6;

impl Session {
    /// Names of the departments, where they are few.
    fn few_departments(&self) -> Option<String> {
        let names = self.sql("SELECT DISTINCT department FROM current_document ORDER BY 1").ok()?.texts().concat();
        (names.len() <= FEW).then(|| names.join(", "))
    }

    /// The error that a call with these values is, if one of them names nothing that the database has.
    pub(super) fn names_nothing(&self, query: &str, given: &[Given<'_>]) -> Option<Error> {
        given.iter().find_map(|g| self.nothing(query, g))
    }

    fn nothing(&self, query: &str, given: &Given<'_>) -> Option<Error> {
        let (what, sql) = match given.param.from.as_deref()? {
            "department" => ("department", "SELECT DISTINCT unnest(names) FROM current_document ORDER BY 1"),
            "region" => ("region", "SELECT DISTINCT region FROM current_document WHERE region IS NOT NULL ORDER BY 1"),
            "year" => ("year", "SELECT DISTINCT fiscal_year FROM current_document ORDER BY 1"),
            "table_kind" => {
                ("table", "SELECT unnest([id, chinese]) FROM vocabulary WHERE list = 'table_kind' ORDER BY ordinal")
            }
            "rule" => ("rule", "SELECT rule FROM check_rules()"),
            _ => return None,
        };
        let values: Vec<String> = self.sql(sql).ok()?.texts().into_iter().flatten().collect();
        let value = given.text.to_lowercase();
        let is_there = match what {
            "year" => {
                let years = || values.iter().filter_map(|v| v.parse::<i64>().ok());
                let wanted = value.parse::<i64>().ok()?;
                match given.param.name.as_str() {
                    "since" => years().any(|y| y >= wanted),
                    "until" => years().any(|y| y <= wanted),
                    _ => years().any(|y| y == wanted),
                }
            }
            _ => values.iter().any(|v| v.to_lowercase().contains(&value)),
        };
        if is_there || values.is_empty() || value.is_empty() {
            return None;
        }
        let all = || values.iter().map(String::as_str);
        let remedy = match (what, suggest_part(&given.text, all()).or_else(|| suggest(&given.text, all()))) {
            ("year", _) => match (values.first(), values.last()) {
                (Some(first), Some(last)) if first != last => format!("the years are {first} to {last}"),
                _ => format!("the only year is {}", values.concat()),
            },
            (_, Some(nearest)) => format!("did you mean `{nearest}`?"),
            ("department", _) => match self.few_departments() {
                Some(names) => format!("there is {names}"),
                None => "`departments` lists all (on the command line `yusuan departments`)".to_owned(),
            },
            _ if values.len() <= 12 => format!("there is {}", values.join(", ")),
            _ => format!("there is {}, …", values.get(..12).unwrap_or_default().join(", ")),
        };
        Some(QueryError::Nothing { query: query.to_owned(), what, value: given.text.clone(), remedy }.into())
    }
}
