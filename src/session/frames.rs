//! Pipelines of frames at the prompt, in scripts and on the command line.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::complete::{Completion, Gathered};
use super::deadline::Deadline;
use super::{Answer, Session, Shown, interrupt};
use crate::error::Error;
use crate::frame::{Context, Effect, FrameError, VERBS};
use crate::query::split_words;
use crate::render::{ChartSpec, Format};
use crate::store::Outcome;

impl Session {
    /// Runs a pipeline; its rows become the last result. Ctrl-C and the end of the time there is stop it.
    ///
    /// # Errors
    /// What is wrong, marked in the pipeline.
    pub(super) fn frame(&mut self, text: &str) -> Result<Vec<Shown>, Error> {
        let start = Instant::now();
        let effects = self.run_frame(text)?;
        let elapsed = start.elapsed();
        let call = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // A frame may have been saved as a table.
        self.known.forget();
        let mut shown = Vec::new();
        for effect in effects {
            match effect {
                Effect::Rows(outcome) => shown.push(self.framed(&call, outcome, elapsed)),
                Effect::Text(text) => shown.push(Shown::Text(text)),
                Effect::Note(text) if self.settings.format == Format::Table => shown.push(Shown::Text(text)),
                Effect::Note(_) => {}
                Effect::Write { path, outcome } => {
                    let answer = Answer::new(&call, outcome, elapsed);
                    shown.push(self.write_frame(answer, &path, None)?);
                }
                Effect::Chart { spec, outcome } => shown.push(self.draw_frame(&call, &spec, outcome, elapsed)?),
            }
        }
        Ok(shown)
    }

    fn run_frame(&mut self, text: &str) -> Result<Vec<Effect>, Error> {
        let Self { store, library, frames, last, settings, .. } = self;
        let context = Context { store, library, last: last.as_ref().map(|l| &l.outcome) };
        let stopped = Arc::new(AtomicBool::new(false));
        let handle = store.interrupt_handle();
        let stop = || {
            let (stopped, handle) = (stopped.clone(), handle.clone());
            move || {
                stopped.store(true, Ordering::SeqCst);
                handle.interrupt();
            }
        };
        let limit = settings.timeout;
        let deadline = limit.map(|limit| Deadline::after(limit, stop()));
        let (effects, interrupted) =
            interrupt::during(stop(), || frames.run(text, context, &|| stopped.load(Ordering::SeqCst)));
        match effects {
            Err(FrameError::Interrupted) if !interrupted && deadline.is_some_and(|d| d.is_over()) => {
                Err(Error::Timeout(limit.unwrap_or_default()))
            }
            Err(FrameError::Interrupted) => Err(Error::Interrupted),
            other => Ok(other?),
        }
    }

    /// The rows at the end of a pipeline, as many as may be shown.
    fn framed(&mut self, call: &str, outcome: Outcome, elapsed: Duration) -> Shown {
        let (outcome, cut) = match self.settings.limit {
            Some(limit) if outcome.rows() > limit => (outcome.head(limit), true),
            _ => (outcome, false),
        };
        let mut answer = Answer { cut, ..Answer::new(call, outcome, elapsed) };
        if let Some(spec) = &self.chart {
            answer = answer.charted(spec);
        }
        self.last = Some(answer.clone());
        Shown::Rows(answer)
    }

    fn write_frame(&mut self, answer: Answer, path: &Path, format: Option<Format>) -> Result<Shown, Error> {
        let written = self.export(&[answer], path, format, None)?;
        let names: Vec<String> = written.iter().map(|p| p.display().to_string()).collect();
        Ok(Shown::Text(self.settings.language.say(&format!("wrote {}\n", names.join(" and ")))))
    }

    /// `chart [KIND] [X Y [SERIES]] [-o FILE]`.
    fn draw_frame(&mut self, call: &str, spec: &str, outcome: Outcome, elapsed: Duration) -> Result<Shown, Error> {
        let mut words = split_words(spec)?;
        let mut file = None;
        if let Some(at) = words.iter().position(|w| w == "-o") {
            file = words.get(at + 1).cloned();
            words.truncate(at);
        }
        let spec = ChartSpec::of(words).map_err(Error::Command)?;
        let answer = Answer::new(call, outcome, elapsed).charted(&spec);
        // What cannot be drawn is told before anything is written.
        let picture = self.picture(&answer).map_err(Error::Command)?;
        self.last = Some(answer.clone());
        let Some(file) = file else { return Ok(Shown::Text(picture)) };
        let path = Path::new(&file);
        let format = path.extension().and_then(|e| e.to_str()).and_then(Format::parse);
        match format {
            Some(Format::Svg | Format::Html) => self.write_frame(answer, path, format),
            Some(Format::Table) => self.write_frame(answer, path, Some(Format::Chart)),
            _ => Err(Error::Command(format!("{file}: a picture is written as .svg, .html or .txt"))),
        }
    }

    /// The kept frames and the saved pipelines, one a line.
    #[must_use]
    pub fn list_frames(&self) -> String {
        let mut rows = self.frames.list();
        rows.extend(self.library.pipelines().map(|p| (p.usage(), p.title.clone())));
        super::commands::two_columns(&rows)
    }

    /// What may stand at the end of an unfinished pipeline.
    pub(super) fn complete_frame(&self, statement: &str) -> Completion {
        // The arguments of a canned query are completed as at the prompt.
        let source = statement.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start();
        let source = source.strip_prefix("from ").map_or(source, str::trim_start);
        let is_call = |name: &str| self.library.find(name).is_some();
        if !source.contains(['|', '｜'])
            && source.split_once(char::is_whitespace).is_some_and(|(name, _)| is_call(name))
        {
            let mut completion = self.query(source);
            completion.start += statement.len() - source.len();
            return completion;
        }
        let context = Context { store: &self.store, library: &self.library, last: self.last().map(|l| &l.outcome) };
        let found = self.frames.complete(statement, context);
        let mut all = Gathered::new(&found.typed);
        for (name, note) in &found.candidates {
            if let Some(function) = name.strip_suffix('(') {
                all.begins(function, "(");
                continue;
            }
            let end = " ";
            all.offer(name.trim_matches('"'), &[], note, |_| format!("{name}{end}"));
        }
        all.from(found.start)
    }

    /// What the verb that is being typed takes.
    pub(super) fn frame_hint(&self, statement: &str) -> Option<String> {
        let stage = statement.rsplit(['|', '｜']).next().unwrap_or(statement).trim_start_matches('>');
        let word = stage.trim();
        let verb = VERBS.iter().find(|v| v.name == word || v.aliases.contains(&word))?;
        let rest = verb.usage.strip_prefix(verb.name)?.trim_start();
        let gap = if stage.ends_with(' ') { "" } else { " " };
        (!rest.is_empty() && statement.contains(['|', '｜'])).then(|| format!("{gap}{rest}"))
    }
}
