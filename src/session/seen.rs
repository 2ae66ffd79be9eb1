//! What an export tells of its rows: how many there are, and the documents that they speak of.

use std::collections::BTreeSet;

use arrow::array::Array as _;
use arrow::datatypes::Schema;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::store::Outcome;

/// Columns that tell of documents.
pub(super) const TOLD: [&str; 3] = ["document_id", "department", "fiscal_year"];

/// Gathered from the rows as they pass.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Number of rows.
    pub rows: usize,
    documents: Option<Values>,
    departments: Option<Values>,
    years: Option<Values>,
}

/// The known values of a column.
#[derive(Clone, Debug)]
struct Values {
    at: usize,
    all: BTreeSet<String>,
}

impl Seen {
    /// Of a result with these columns.
    #[must_use]
    pub fn new(schema: &Schema) -> Self {
        let column = |name: &str| {
            let at = schema.fields().iter().position(|f| f.name() == name)?;
            Some(Values { at, all: BTreeSet::new() })
        };
        Self { rows: 0, documents: column(TOLD[0]), departments: column(TOLD[1]), years: column(TOLD[2]) }
    }

    /// Of all rows.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let mut seen = Self::new(&outcome.schema);
        for batch in &outcome.batches {
            seen.see(batch);
        }
        seen
    }

    /// Takes in more rows.
    pub fn see(&mut self, batch: &RecordBatch) {
        self.rows += batch.num_rows();
        for values in [&mut self.documents, &mut self.departments, &mut self.years].into_iter().flatten() {
            values.see(batch);
        }
    }

    /// Keys of the documents that the rows name.
    pub(super) fn documents(&self) -> Vec<&str> {
        listed(self.documents.as_ref())
    }

    /// The departments that the rows name.
    pub(super) fn departments(&self) -> Vec<&str> {
        listed(self.departments.as_ref())
    }

    /// The years that the rows name.
    pub(super) fn years(&self) -> Vec<&str> {
        listed(self.years.as_ref())
    }
}

fn listed(values: Option<&Values>) -> Vec<&str> {
    values.into_iter().flat_map(|v| &v.all).map(String::as_str).collect()
}

impl Values {
    fn see(&mut self, batch: &RecordBatch) {
        use std::fmt::Write as _;
        let options = FormatOptions::default();
        let Some(array) = batch.columns().get(self.at) else { return };
        let Ok(formatter) = ArrayFormatter::try_new(array, &options) else { return };
        // Most rows name what the row before named.
        let (mut text, mut before) = (String::new(), String::new());
        for row in (0..array.len()).filter(|row| array.is_valid(*row)) {
            text.clear();
            if write!(text, "{}", formatter.value(row)).is_ok() && text != before && !text.is_empty() {
                if !self.all.contains(&text) {
                    self.all.insert(text.clone());
                }
                std::mem::swap(&mut text, &mut before);
            }
        }
    }
}
