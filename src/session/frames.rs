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
use crate::render::{ChartSpec, Cut, Format};
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
        let Self { store, library, frames, last, kept, settings, .. } = self;
        let context = Context { store, library, last: last.as_ref().map(|last| last.of(kept)) };
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

    /// The rows at the end of a pipeline, as many as the user wants.
    fn framed(&mut self, call: &str, outcome: Outcome, elapsed: Duration) -> Shown {
        let (outcome, cut) = match self.settings.limit.rows() {
            Some(limit) if outcome.rows() > limit => (outcome.head(limit), Cut::Limit),
            _ => (outcome, Cut::No),
        };
        let mut answer = Answer { cut, ..Answer::new(call, outcome, elapsed) };
        if let Some(spec) = &self.chart {
            answer = answer.charted(spec);
        }
        self.remember(&answer);
        Shown::Rows(answer)
    }

    fn write_frame(&mut self, answer: Answer, path: &Path, format: Option<Format>) -> Result<Shown, Error> {
        let written = self.export(&[answer], path, format)?;
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
        self.remember(&answer);
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
        let context =
            Context { store: &self.store, library: &self.library, last: self.last().map(|last| last.of(&self.kept)) };
        let found = self.frames.complete(statement, context);
        let mut all = Gathered::new(&found.typed);
        for (name, note) in &found.candidates {
            match name.strip_suffix('(') {
                Some(function) => all.begins(function, "("),
                None => all.offer(name.trim_matches('"'), &[], note, |_| format!("{name} ")),
            }
        }
        all.from(found.start)
    }
}

/// What the verb that is being typed takes.
pub(super) fn hint(statement: &str) -> Option<String> {
    let stage = statement.rsplit(['|', '｜']).next().unwrap_or(statement).trim_start_matches('>');
    let word = stage.trim();
    let verb = VERBS.iter().find(|v| v.name == word || v.aliases.contains(&word))?;
    let rest = verb.usage.strip_prefix(verb.name)?.trim_start();
    let gap = if stage.ends_with(' ') { "" } else { " " };
    (!rest.is_empty() && statement.contains(['|', '｜'])).then(|| format!("{gap}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Library;

    fn session() -> Session {
        let mut session = Session::in_memory(Library::embedded().unwrap()).unwrap();
        session
            .eval("CREATE TABLE 支出(部门 TEXT, 年度 INT, 科目 TEXT, 金额 DECIMAL(18,2), \"金额（万元）\" DOUBLE);")
            .unwrap();
        session.eval("CREATE TABLE 人口(部门 TEXT, 人数 INT);").unwrap();
        session
    }

    fn offered(session: &Session, input: &str) -> (usize, Vec<String>) {
        let completion = session.complete(input, input.len());
        (completion.start, completion.candidates.into_iter().map(|c| c.replacement).collect())
    }

    #[test]
    fn tab_completes_sources_verbs_columns_of_the_stage_and_functions() {
        let session = session();
        let has = |input: &str, wanted: &str| {
            let (start, all) = offered(&session, input);
            assert!(input.is_char_boundary(start), "{input}");
            assert!(all.iter().any(|c| c == wanted), "{input}: no {wanted:?} in {all:?}");
        };
        let lacks = |input: &str, other: &str| {
            let (_, all) = offered(&session, input);
            assert!(!all.iter().any(|c| c == other), "{input}: {other:?} in {all:?}");
        };
        has("fra", "frame ");
        has("frame fr", "from ");
        has("frame from 支", "支出 ");
        has("frame from gro", "growth ");
        has("frame from vol", "volatility ");
        has("frame from growth sin", "since=");
        has("frame from 支出 | ", "filter ");
        has("frame from 支出 | piv", "pivot ");
        has("frame from 支出 | filter 金", "金额 ");
        has("frame from 支出 | filter 金额（", "\"金额（万元）\" ");
        has("frame from 支出 | filter 金额 > 1 |> agg SU", "SUM(");
        has("frame from 支出 | agg SUM(金", "金额 ");
        has("frame from 支出 | agg SUM(金额) AS 合计 b", "by ");
        has("frame from 支出 | agg SUM(金额) AS 合计 by 部门 | sort ", "合计 ");
        lacks("frame from 支出 | agg SUM(金额) AS 合计 by 部门 | sort ", "科目 ");
        has("frame from 支出 | drop 科目, ", "金额 ");
        lacks("frame from 支出 | drop 科", "SUM(");
        has("frame from 支出 | join 人", "人口 ");
        has("frame from 支出 | join 人口 on 部", "部门 ");
        has("frame from 支出 | join 人口 on 部门 | select 人", "人数 ");
        has("frame from 支出 | pivot SUM(金额) by 部门 on 年度 | sort ", "部门 ");
        has("frame from 支出 | filtr x | sort 金", "金额 ");
        has("SELECT 1;\nframe from 支出\n  | filter 年", "年度 ");
        for garbage in [
            "frame |",
            "frame from (",
            "frame from 支出 | filter '",
            "frame from 支出 | filter (((",
            "frame ｜｜ x",
            "frame from \0 | a",
        ] {
            let (start, _) = offered(&session, garbage);
            assert!(start <= garbage.len());
        }
    }

    #[test]
    fn a_verb_tells_what_it_takes() {
        assert_eq!(hint("frame from x | growth"), Some(" EXPR [by EXPR, …] over YEAR [as NAME]".to_owned()));
        assert_eq!(hint("frame from x | head "), Some("[N]".to_owned()));
        assert_eq!(hint("frame from x | explain"), None);
        assert_eq!(hint("frame from x"), None);
    }

    #[test]
    fn a_pipeline_stops_when_its_time_is_over() {
        let mut session = session();
        session.settings.timeout = Some(Duration::from_millis(300));
        let slow =
            "frame from (SELECT count(*) AS n FROM range(100000000) a, range(100000) b WHERE a.range + b.range = 7)";
        let start = Instant::now();
        assert!(matches!(session.eval(slow), Err(Error::Timeout(_))));
        assert!(start.elapsed() < Duration::from_secs(20));
        session.settings.timeout = None;
        assert!(session.eval("frame from 人口 | agg COUNT(*) AS n").is_ok());
    }
}
