//! A result with how it was asked for and what the catalogue knows of its columns.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::{Field, Schema};

use super::seen::Seen;
use crate::query::{Holds, Query};
use crate::render::{Asked, CHART, ChartSpec, Cut, MAIN, MEANING, TREND, UNIT};
use crate::store::Outcome;

/// A result and how it was asked for.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was typed: a call of a canned query, or SQL.
    pub call: String,
    /// The SQL that ran, where there is any.
    pub sql: Option<String>,
    /// The rows; with [`Cut::First`] `sql` gives all of them.
    pub outcome: Outcome,
    /// How long the database took.
    pub elapsed: Duration,
    /// The chart that suits, as the header of the canned query says.
    pub chart: Option<String>,
    /// Whether these are all rows.
    pub cut: Cut,
    /// What was in it, where all of it was written as it came.
    pub poured: Option<Seen>,
}

impl Answer {
    /// A result of all its rows.
    #[must_use]
    pub fn new(call: &str, outcome: Outcome, elapsed: Duration) -> Self {
        Self { call: call.to_owned(), sql: None, outcome, elapsed, chart: None, cut: Cut::No, poured: None }
    }

    /// For exports.
    pub(super) fn asked(&self) -> Asked {
        let sql = self.sql.clone().filter(|sql| *sql != self.call);
        let (rows, cut) = match &self.poured {
            Some(seen) => (seen.rows, Cut::No),
            None => (self.outcome.rows(), self.cut),
        };
        Asked { query: self.call.clone(), sql, rows, truncated: cut != Cut::No }
    }

    /// What is in it.
    pub(super) fn seen(&self) -> Seen {
        self.poured.clone().unwrap_or_else(|| Seen::of(&self.outcome))
    }

    /// Whether both are the same result, and not only the same question.
    pub(super) fn asked_as(&self, other: &Self) -> bool {
        self.call == other.call
            && self.elapsed == other.elapsed
            && self
                .outcome
                .batches
                .first()
                .zip(other.outcome.batches.first())
                .is_some_and(|(a, b)| a.columns().iter().zip(b.columns()).all(|(a, b)| Arc::ptr_eq(a, b)))
    }

    /// With the notes of a canned query's header: units, trend, chart.
    pub(super) fn noted(mut self, query: &Query) -> Self {
        let schema = &self.outcome.schema;
        let fields: Vec<Field> = schema
            .fields()
            .iter()
            .map(|field| {
                let mut metadata = field.metadata().clone();
                if let Some(note) = query.columns.iter().find(|c| c.name == *field.name()) {
                    metadata.insert(UNIT.to_owned(), note.unit.clone());
                    metadata.insert(MEANING.to_owned(), note.meaning.clone());
                }
                if query.main.contains(field.name()) {
                    metadata.insert(MAIN.to_owned(), String::new());
                }
                field.as_ref().clone().with_metadata(metadata)
            })
            .collect();
        let mut metadata = schema.metadata().clone();
        metadata.extend(query.trend.clone().map(|trend| (TREND.to_owned(), trend)));
        metadata.extend(query.chart.clone().map(|chart| (CHART.to_owned(), chart)));
        self.outcome.schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        self.chart.clone_from(&query.chart);
        self
    }

    /// With what the columns of free SQL hold, as far as its text tells.
    pub(super) fn measured(mut self, holds: &BTreeMap<String, Holds>) -> Self {
        let schema = &self.outcome.schema;
        let field = |field: &Arc<Field>| {
            let mut metadata = field.metadata().clone();
            let unit = match holds.get(&field.name().to_lowercase()) {
                Some(Holds::Money) => "元",
                // A rate is told by its name.
                Some(Holds::Plain) if !field.name().ends_with("_pct") => "–",
                _ => return field.as_ref().clone(),
            };
            metadata.entry(UNIT.to_owned()).or_insert_with(|| unit.to_owned());
            field.as_ref().clone().with_metadata(metadata)
        };
        let fields: Vec<Field> = schema.fields().iter().map(field).collect();
        self.outcome.schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
        self
    }

    /// With another chart than the one that suits; what it does not say is taken from that one.
    pub(super) fn charted(mut self, spec: &ChartSpec) -> Self {
        let usual = ChartSpec::parse(self.chart.as_deref().unwrap_or_default()).unwrap_or_default();
        let spec = spec.clone().or(usual);
        let mut metadata = self.outcome.schema.metadata().clone();
        metadata.insert(CHART.to_owned(), spec.to_string());
        self.outcome.schema = Arc::new(self.outcome.schema.as_ref().clone().with_metadata(metadata));
        self
    }
}
