//! Exploring in small steps: `frame from SOURCE | verb … | verb …` → a lazy frame of polars.
//!
//! `text` cuts the pipeline, `VERBS` says what there is, `plan` builds the lazy frame stage by stage with the schema
//! known after each, `expr` has polars parse the expressions, `scan` runs it all. The only folder that names polars'
//! lazy frames.

mod complete;
mod error;
mod expr;
mod group;
mod join;
mod measure;
mod plan;
mod rows;
mod scan;
mod settle;
mod sink;
mod source;
mod statistics;
mod text;
mod verb;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use polars::prelude::{LazyFrame, PlSmallStr, SchemaRef};

use crate::query::Library;
use crate::store::{Last, Outcome, Store};

pub use complete::Completion;
pub use error::FrameError;
pub use verb::{VERBS, Verb};

/// What pipelines read from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The database.
    pub store: &'a Store,
    /// Canned queries and saved pipelines.
    pub library: &'a Library,
    /// The last result: `_`.
    pub last: Option<Last<'a>>,
}

/// What a pipeline yields, in order.
#[derive(Debug)]
pub enum Effect {
    /// The rows at its end.
    Rows(Outcome),
    /// Something to tell.
    Text(String),
    /// Something to tell to people only.
    Note(String),
    /// Rows for a file.
    Write {
        /// The file; its ending says the format.
        path: PathBuf,
        /// What to write.
        outcome: Outcome,
    },
    /// Rows to draw.
    Chart {
        /// The chart as it was asked for: kind, columns, file.
        spec: String,
        /// What to draw.
        outcome: Outcome,
    },
}

/// A frame that was kept under a name.
#[derive(Clone)]
pub(crate) struct Kept {
    lazy: LazyFrame,
    schema: SchemaRef,
    /// The pipeline it came from.
    text: String,
}

/// The frames of a session.
#[derive(Default)]
pub struct Frames {
    kept: BTreeMap<String, Kept>,
    gate: Arc<scan::Gate>,
}

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl Frames {
    /// Runs a pipeline, with or without the word `frame` before it; `stopped` tells whether Ctrl-C was pressed.
    ///
    /// # Errors
    /// What is wrong, marked in the pipeline.
    pub fn run(
        &mut self,
        text: &str,
        context: Context<'_>,
        stopped: &dyn Fn() -> bool,
    ) -> Result<Vec<Effect>, FrameError> {
        plan::run(self, text, context, stopped)
    }

    /// Names of the kept frames.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.kept.keys().map(String::as_str)
    }

    /// Name, columns and pipeline of each kept frame.
    #[must_use]
    pub fn list(&self) -> Vec<(String, String)> {
        let columns = |k: &Kept| error::listed(k.schema.iter_names().map(PlSmallStr::as_str));
        self.kept.iter().map(|(name, k)| (name.clone(), format!("{}   ({})", k.text, columns(k)))).collect()
    }

    /// What may stand at the end of an unfinished pipeline.
    #[must_use]
    pub fn complete(&self, text: &str, context: Context<'_>) -> Completion {
        complete::complete(self, text, context)
    }

    fn get(&self, name: &str) -> Option<&Kept> {
        self.kept.get(name)
    }

    fn keep(&mut self, name: &str, kept: Kept) {
        self.kept.insert(name.to_owned(), kept);
    }
}

/// Usage, meaning and example of every verb, or of one.
#[must_use]
pub fn help(name: Option<&str>) -> String {
    verb::help(name)
}
