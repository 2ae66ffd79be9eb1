//! The last result: what commands, SQL and pipelines go on with. Where only its first rows were fetched to be looked at,
//! all of it is fetched when it is asked for.

use std::cell::Cell;

use super::{Answer, Session};
use crate::error::Error;
use crate::render::{Cut, Format};
use crate::store::{LAST, Last, Outcome};

impl Answer {
    /// As the store knows it.
    pub(super) fn of<'a>(&'a self, kept: &'a Cell<bool>) -> Last<'a> {
        let query = self.sql.as_deref().filter(|_| self.cut == Cut::First);
        Last { rows: &self.outcome, query, kept }
    }
}

impl Session {
    /// The last result, perhaps only its first rows.
    #[must_use]
    pub fn last(&self) -> Option<&Answer> {
        self.last.as_ref()
    }

    pub(super) fn remember(&mut self, answer: &Answer) {
        self.last = Some(Answer { poured: None, ..answer.clone() });
        self.kept.set(false);
    }

    /// Makes the last result, all of it, the table `_`.
    pub(super) fn keep_last(&self) -> Result<(), Error> {
        let Some(last) = &self.last else { return Ok(()) };
        self.guarded(|store| last.of(&self.kept).keep(store))
    }

    /// The last result, all of it at hand: in memory, or as the table `_`.
    pub(super) fn kept(&self) -> Result<Answer, Error> {
        let last = self.last().ok_or_else(no_result)?;
        if last.cut == Cut::First {
            self.keep_last()?;
        }
        Ok(last.clone())
    }

    /// The last result, with the rows that are shown in a format.
    pub(super) fn for_format(&self, format: Format) -> Result<Answer, Error> {
        self.up_to(self.settings.first(format).or(self.settings.limit.rows()))
    }

    /// The last result with all its rows, or the first `most`.
    fn up_to(&self, most: Option<usize>) -> Result<Answer, Error> {
        let last = self.last().ok_or_else(no_result)?;
        let (Cut::First, Some(sql)) = (last.cut, &last.sql) else { return Ok(last.clone()) };
        if most.is_some_and(|most| most <= last.outcome.rows()) {
            return Ok(last.clone());
        }
        // The first rows of a query come sooner than the table of all.
        let (found, more) = match most {
            Some(most) if !self.kept.get() => self.guarded(|store| store.run_first(sql, most))?,
            most => {
                self.keep_last()?;
                let all = format!("FROM {LAST}");
                self.guarded(|store| store.run_first(&all, most.unwrap_or(usize::MAX - 1)))?
            }
        };
        // The columns are the same, with what the catalogue knows of them.
        let outcome = Outcome { schema: last.outcome.schema.clone(), ..found };
        Ok(Answer { outcome, cut: if more { Cut::First } else { Cut::No }, ..last.clone() })
    }

    /// A row of the last result, from 1, as the only one; `None` when there is no such row.
    pub(super) fn row(&self, row: usize) -> Result<Option<Answer>, Error> {
        let last = self.last().ok_or_else(no_result)?;
        let mut outcome = Outcome { schema: last.outcome.schema.clone(), batches: Vec::new() };
        let mut before = row.saturating_sub(1);
        for batch in &last.outcome.batches {
            if before < batch.num_rows() {
                outcome.batches.push(batch.slice(before, 1));
                break;
            }
            before -= batch.num_rows();
        }
        if outcome.batches.is_empty() && last.cut == Cut::First {
            self.keep_last()?;
            outcome.batches = self.sql(&format!("FROM {LAST} LIMIT 1 OFFSET {}", row.saturating_sub(1)))?.batches;
        }
        Ok((row > 0 && outcome.rows() > 0).then(|| Answer { outcome, ..last.clone() }))
    }
}

pub(super) fn no_result() -> Error {
    Error::Command("there is no result yet; run a query first".to_owned())
}
