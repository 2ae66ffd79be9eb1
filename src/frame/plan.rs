//! A pipeline stage by stage: after each the lazy frame and its columns.

use std::sync::Arc;

use polars::prelude::{DataFrame, IntoLazy as _, LazyFrame, SchemaRef};

use super::error::{Fault, FrameError};
use super::expr;
use super::scan::{self, Gate};
use super::text::{Piece, lexemes};
use super::verb;
use super::{Context, Effect, Frames, Kept};
use crate::query::Pipeline;
use crate::store::Outcome;

/// Deepest nesting of saved pipelines that name each other.
const DEEPEST: usize = 16;
/// Steps of one pipeline; each is checked with all before it.
const STAGES: usize = 200;

/// A pipeline that is being built.
pub(super) struct Plan<'a> {
    pub(super) frames: &'a mut Frames,
    pub(super) context: Context<'a>,
    pub(super) stopped: &'a dyn Fn() -> bool,
    pub(super) gate: Arc<Gate>,
    /// Whether rows come out of the table `_`, which the next result replaces.
    pub(super) reads_last: bool,
    /// Nothing is read: only columns are wanted.
    pub(super) dry: bool,
    pub(super) effects: Vec<Effect>,
    /// Up to now, and after each stage for messages.
    lazy: Option<LazyFrame>,
    schema: SchemaRef,
    steps: Vec<(std::ops::Range<usize>, LazyFrame)>,
    /// Whether the end is told already: nothing is to be shown.
    pub(super) silent: bool,
    depth: usize,
    /// The pipeline's text.
    pub(super) text: String,
}

impl<'a> Plan<'a> {
    pub(super) fn new(frames: &'a mut Frames, context: Context<'a>, stopped: &'a dyn Fn() -> bool, dry: bool) -> Self {
        let gate = frames.gate.clone();
        Self {
            frames,
            context,
            stopped,
            gate,
            reads_last: false,
            dry,
            effects: Vec::new(),
            lazy: None,
            schema: SchemaRef::default(),
            steps: Vec::new(),
            silent: false,
            depth: 0,
            text: String::new(),
        }
    }

    /// A kept frame; a saved pipeline means the database's objects, whatever names the user gave.
    pub(super) fn kept(&self, name: &str) -> Option<&Kept> {
        self.frames.get(name).filter(|_| self.depth == 0)
    }

    /// Columns at this place.
    pub(super) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(super) fn lazy(&self) -> LazyFrame {
        self.lazy.clone().unwrap_or_default()
    }

    /// Sets the frame after a stage; what polars does not accept is told here.
    pub(super) fn set(&mut self, mut lazy: LazyFrame) -> Result<(), Fault> {
        self.schema = lazy.collect_schema().map_err(|e| Fault::new(expr::plain(&e)))?;
        self.lazy = Some(lazy);
        Ok(())
    }

    /// Runs what there is now.
    pub(super) fn collect(&mut self) -> Result<DataFrame, Fault> {
        let frame = self.rows_of(self.lazy())?;
        // What follows does not run it again.
        self.lazy = Some(frame.clone().lazy());
        Ok(frame)
    }

    /// Runs a part of the plan; nothing in a dry run.
    pub(super) fn rows_of(&self, mut lazy: LazyFrame) -> Result<DataFrame, Fault> {
        if self.dry {
            let schema = lazy.collect_schema().map_err(|e| Fault::new(expr::plain(&e)))?;
            return Ok(DataFrame::empty_with_schema(&schema));
        }
        scan::collect(lazy, self.context.store, &self.gate, self.stopped)
    }

    /// The rows up to now as the rest of the program knows them.
    pub(super) fn outcome(&mut self) -> Result<Outcome, Fault> {
        let frame = self.collect()?;
        Outcome::of_frame(&frame).map_err(|e| Fault::new(e.to_string()))
    }

    /// Builds all stages of `text`.
    pub(super) fn build(&mut self, text: &str) -> Result<(), Fault> {
        let (all, fault) = lexemes(text);
        if let Some(fault) = fault {
            return Err(fault);
        }
        let whole = Piece::new(text, &all, 0);
        let mut stages = whole.stages();
        if stages.len() > 1 && stages.last().is_some_and(Piece::is_empty) {
            stages.pop();
        }
        if let Some(stage) = stages.get(STAGES) {
            let message = format!("a pipeline has at most {STAGES} steps, this one has {}", stages.len());
            return Err(Fault::at(stage.span(), message)
                .help("keep what it has up to here (… | keep NAME) and go on from there"));
        }
        for (i, stage) in stages.iter().enumerate() {
            self.stage(stage, i == 0).map_err(|fault| fault.or_at(stage.span()))?;
            self.steps.push((stage.span(), self.lazy()));
        }
        Ok(())
    }

    /// One stage.
    pub(super) fn stage(&mut self, stage: &Piece<'_>, first: bool) -> Result<(), Fault> {
        let (word, rest) = stage.first_word();
        let name = word.name().unwrap_or_default().to_lowercase();
        if first {
            // Without `from` the source stands alone.
            let rest = if verb::is_from(&name) { rest } else { *stage };
            if let Some(found) = verb::find(&name).filter(|_| !verb::is_from(&name) && self.lazy.is_none()) {
                let known = self.source_names().iter().any(|n| n.to_lowercase() == name);
                if !known {
                    let message = format!("`{}` needs rows: a pipeline begins with a source", found.name);
                    return Err(Fault::at(word.span(), message).help(format!("frame from SOURCE | {}", found.usage)));
                }
            }
            let (lazy, schema) = self.source(&rest)?;
            self.lazy = Some(lazy);
            self.schema = schema;
            return Ok(());
        }
        if stage.is_empty() {
            return Err(Fault::new("a stage is missing between two |").help(verb::names()));
        }
        self.silent = false;
        let found = verb::find(&name).filter(|v| v.name != "from").ok_or_else(|| verb::unknown(&word))?;
        scan::guarded(|| (found.apply)(self, &rest)).map_err(|fault| {
            let usage_helps = fault.help.is_empty() && !fault.interrupted && fault.inner.is_none();
            if usage_helps { fault.help(format!("usage: {}", found.usage)) } else { fault }
        })
    }

    /// A saved pipeline as a source.
    pub(super) fn saved(&mut self, saved: &Pipeline, arguments: &str) -> Result<(LazyFrame, SchemaRef), Fault> {
        if self.depth >= DEEPEST {
            return Err(Fault::new(format!("`{}` is nested {DEEPEST} deep; does it name itself?", saved.name)));
        }
        let words = crate::query::split_words(arguments).map_err(|e| Fault::new(e.to_string()))?;
        let text = saved.call(&words).map_err(|e| Fault::new(e.to_string()))?;
        let mut inner = Plan::new(self.frames, self.context, self.stopped, self.dry);
        inner.depth = self.depth + 1;
        inner.text.clone_from(&text);
        let built = inner.build(&text).map_err(|fault| Fault {
            interrupted: fault.interrupted,
            inner: Some(Box::new(fault.in_pipeline(&text))),
            ..Fault::default()
        });
        let lazy = inner.lazy();
        let schema = inner.schema.clone();
        let effects = std::mem::take(&mut inner.effects);
        let reads_last = inner.reads_last;
        built?;
        self.reads_last |= reads_last;
        self.effects.extend(effects);
        Ok((lazy, schema))
    }

    /// Where a failure while running came from: the first stage that cannot be run.
    fn culprit(&self) -> Option<std::ops::Range<usize>> {
        let fails = |lazy: &LazyFrame| {
            scan::collect(lazy.clone(), self.context.store, &self.gate, self.stopped).is_err_and(|f| !f.interrupted)
        };
        self.steps.iter().find(|(_, lazy)| fails(lazy)).map(|(span, _)| span.clone())
    }

    /// The first stage that left no row.
    fn emptied(&self) -> Option<String> {
        for (span, lazy) in &self.steps {
            let one = scan::collect(lazy.clone().limit(1), self.context.store, &self.gate, self.stopped).ok()?;
            if one.height() == 0 {
                return self.text.get(span.clone()).map(str::to_owned);
            }
        }
        None
    }
}

/// Runs a pipeline and gathers what it yields.
pub(super) fn run(
    frames: &mut Frames,
    text: &str,
    context: Context<'_>,
    stopped: &dyn Fn() -> bool,
) -> Result<Vec<Effect>, FrameError> {
    let text = body(text);
    let mut plan = Plan::new(frames, context, stopped, false);
    text.clone_into(&mut plan.text);
    plan.build(text).map_err(|fault| fault.in_pipeline(text))?;
    if !plan.silent {
        let outcome = plan.outcome().map_err(|fault| {
            let place = if fault.interrupted || fault.span.is_some() { None } else { plan.culprit() };
            let fault = if let Some(span) = place { fault.or_at(span) } else { fault };
            fault.in_pipeline(text)
        })?;
        if outcome.rows() == 0
            && let Some(stage) = plan.emptied()
        {
            plan.effects
                .push(Effect::Note(format!("no rows are left after `{}`\n", super::error::shortened(&stage, 80))));
        }
        plan.effects.push(Effect::Rows(outcome));
    }
    Ok(plan.effects)
}

/// The pipeline without `frame` before it and `;` behind it.
fn body(text: &str) -> &str {
    let text = text.trim().trim_end_matches([';', '；']).trim_end();
    let rest = text.get(..5).filter(|w| w.eq_ignore_ascii_case("frame")).and_then(|_| text.get(5..));
    rest.filter(|r| r.starts_with(char::is_whitespace) || r.is_empty() || r.starts_with('('))
        .map_or(text, str::trim_start)
}
