//! Results that are written while the database makes them: memory does not grow with their rows.

use std::ops::ControlFlow;

use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;

use super::Session;
use super::seen::{Seen, TOLD};
use crate::error::Error;
use crate::render::{Cut, Format, Stream};
use crate::store::{LAST, Outcome, StoreError, names_last};

use super::Answer;

/// Where results are written to as they come.
pub trait Outlet: std::fmt::Debug {
    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// When that cannot be done.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error>;

    /// Remembers the place before a result.
    fn mark(&mut self);

    /// Takes back what was written since, where that can be done.
    fn undo(&mut self);
}

/// A result that was written.
#[derive(Debug)]
pub(super) struct Poured {
    /// Its first rows.
    pub(super) outcome: Outcome,
    /// Whether there were more.
    pub(super) cut: Cut,
    /// What was in it; `None` where it had no rows, and nothing was written.
    pub(super) seen: Option<Seen>,
}

/// A result that is being written.
struct Pouring {
    stream: Stream,
    bytes: Vec<u8>,
    seen: Seen,
    first: RecordBatch,
}

/// Bytes that are written at once.
const PIECE: usize = 1 << 16;

type Write<'a> = dyn FnMut(&[u8]) -> Result<(), Error> + 'a;

impl Pouring {
    fn new(format: Format, schema: &Schema, told: bool, first: &RecordBatch) -> Option<Self> {
        let stream = Stream::new(format, schema)?;
        let seen = if told { Seen::new(schema) } else { Seen::default() };
        Some(Self { stream, bytes: Vec::new(), seen, first: first.clone() })
    }

    fn rows(&mut self, batch: &RecordBatch, write: &mut Write<'_>) -> Result<(), Error> {
        self.seen.see(batch);
        self.stream.rows(batch, &mut self.bytes);
        if self.bytes.len() >= PIECE { self.flush(write) } else { Ok(()) }
    }

    fn flush(&mut self, write: &mut Write<'_>) -> Result<(), Error> {
        write(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

impl Session {
    /// Where results are written to as they come, in formats that need no look at all rows; without an outlet they are
    /// gathered first.
    pub fn pour_into(&mut self, outlet: Option<Box<dyn Outlet>>) {
        self.outlet = outlet;
    }

    /// Runs a query and writes its rows as they come; `None` where that is not how the statement is run, or not how its
    /// result is written. Of what fails on the way nothing stays, where it can be taken back.
    pub(super) fn pour(&mut self, sql: &str) -> Result<Option<Poured>, Error> {
        if self.settings.limit.rows().is_some() || !self.settings.format.is_streamed() {
            return Ok(None);
        }
        let Some(mut outlet) = self.outlet.take() else { return Ok(None) };
        outlet.mark();
        let poured =
            self.pour_query(sql, self.settings.format, self.settings.to_file, &mut |bytes| outlet.write(bytes));
        if poured.is_err() {
            outlet.undo();
        }
        self.outlet = Some(outlet);
        match poured {
            // Nobody stopped it: one thread of the database failed and another, stopped for that, was heard first.
            Err(Error::Store(StoreError::Interrupted)) => {
                self.guarded(|store| store.each(sql, &mut |_, _| ControlFlow::Continue(())))?;
                poured
            }
            poured => poured,
        }
    }

    /// Runs a query and has its rows written as they come; `None` for what is no query. Where it is `told` what was in it,
    /// the documents are gathered that the rows name.
    fn pour_query(
        &self,
        sql: &str,
        format: Format,
        told: bool,
        write: &mut Write<'_>,
    ) -> Result<Option<Poured>, Error> {
        let mut pouring: Option<Pouring> = None;
        let mut failed = None;
        let schema = self.guarded(|store| {
            store.each(sql, &mut |schema, batch| {
                if pouring.is_none() {
                    pouring = Pouring::new(format, schema, told, &batch);
                }
                match pouring.as_mut().map_or(Ok(()), |pouring| pouring.rows(&batch, write)) {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            })
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let Some(schema) = schema else { return Ok(None) };
        let mut outcome = Outcome { schema, batches: Vec::new() };
        let Some(mut pouring) = pouring else { return Ok(Some(Poured { outcome, cut: Cut::No, seen: None })) };
        pouring.stream.end(&mut pouring.bytes);
        pouring.flush(write)?;
        let cut = if pouring.seen.rows > pouring.first.num_rows() { Cut::First } else { Cut::No };
        outcome.batches.push(pouring.first);
        Ok(Some(Poured { outcome, cut, seen: Some(pouring.seen) }))
    }

    /// Writes a result, of which perhaps only the first rows are at hand. Returns what was in it.
    pub(super) fn pour_answer(&self, answer: &Answer, format: Format, write: &mut Write<'_>) -> Result<Seen, Error> {
        let source = if answer.cut == Cut::First { self.source(answer)? } else { None };
        let poured = match source {
            Some(sql) => self.pour_query(&sql, format, true, write)?,
            None => None,
        };
        match poured {
            Some(Poured { seen: Some(seen), .. }) => Ok(seen),
            // By now it has no rows.
            Some(Poured { outcome, .. }) => pour_rows(&outcome, format, write),
            None => pour_rows(&self.all_of(answer)?.outcome, format, write),
        }
    }

    /// What is in the table `_`, where that is all of a result of which only the first rows are at hand.
    pub(super) fn in_table(&self, answer: &Answer) -> Result<Option<Seen>, Error> {
        if answer.cut != Cut::First || !self.kept.get() || !self.last().is_some_and(|last| last.asked_as(answer)) {
            return Ok(None);
        }
        if let Some(seen) = &answer.poured {
            return Ok(Some(seen.clone()));
        }
        let told: Vec<&str> = TOLD.into_iter().filter(|name| answer.outcome.position(name).is_some()).collect();
        let columns = if told.is_empty() { "1 AS row".to_owned() } else { told.join(", ") };
        let mut seen: Option<Seen> = None;
        self.guarded(|store| {
            store.each(&format!("SELECT {columns} FROM {LAST}"), &mut |schema, batch| {
                seen.get_or_insert_with(|| Seen::new(schema)).see(&batch);
                ControlFlow::Continue(())
            })
        })?;
        Ok(Some(seen.unwrap_or_default()))
    }

    /// The query that gives all rows of a result of which only the first are at hand.
    fn source(&self, answer: &Answer) -> Result<Option<String>, Error> {
        let Some(sql) = &answer.sql else { return Ok(None) };
        // The last one reads the table that was there before, or is it by now.
        let is_last = self.last().is_some_and(|last| last.asked_as(answer));
        if is_last && self.kept.get() {
            return Ok(Some(format!("FROM {LAST}")));
        }
        if names_last(sql) && !is_last {
            return Err(Error::Command(format!(
                "`{}` read the result before it, which is another by now; ask for both again",
                answer.call
            )));
        }
        Ok(Some(sql.clone()))
    }

    /// Results with all their rows.
    ///
    /// # Errors
    /// When one of which only the first rows are at hand cannot be asked for again.
    pub fn all(&self, answers: &[Answer]) -> Result<Vec<Answer>, Error> {
        answers.iter().map(|answer| self.all_of(answer)).collect()
    }

    pub(super) fn all_of(&self, answer: &Answer) -> Result<Answer, Error> {
        let answer = Answer { poured: None, ..answer.clone() };
        if answer.cut != Cut::First {
            return Ok(answer);
        }
        let Some(sql) = self.source(&answer)? else { return Ok(answer) };
        let schema = answer.outcome.schema.clone();
        let outcome = Outcome { schema, ..self.sql(&sql)? };
        Ok(Answer { outcome, cut: Cut::No, ..answer })
    }
}

/// Writes rows that are at hand.
fn pour_rows(outcome: &Outcome, format: Format, write: &mut Write<'_>) -> Result<Seen, Error> {
    if let Some(mut stream) = Stream::new(format, &outcome.schema) {
        let mut bytes = Vec::new();
        for batch in &outcome.batches {
            stream.rows(batch, &mut bytes);
        }
        stream.end(&mut bytes);
        write(&bytes)?;
    }
    Ok(Seen::of(outcome))
}
