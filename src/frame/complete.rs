//! What may stand at the end of an unfinished pipeline: sources, verbs, columns of that stage, functions.

use polars::sql::keywords::all_functions;

use super::expr::quoted;
use super::plan::Plan;
use super::text::{Piece, lexemes};
use super::verb::{self, VERBS};
use super::{Context, Frames};

/// Candidates for the word at the end of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Byte where the word begins.
    pub start: usize,
    /// The word as far as it is typed, without its quote.
    pub typed: String,
    /// What may stand there, and what that is; what the task wants most first.
    pub candidates: Vec<(String, String)>,
}

/// Completes the end of `text`, which begins with `frame`.
pub(super) fn complete(frames: &Frames, text: &str, context: Context<'_>) -> Completion {
    let pipeline = body_of(text);
    let offset = text.len() - pipeline.len();
    let (all, _) = lexemes(pipeline);
    let whole = Piece::new(pipeline, &all, 0);
    let start = word_start(pipeline);
    let typed = pipeline.get(start..).unwrap_or_default().trim_start_matches('"').to_owned();
    let stages = whole.stages();
    let Some((current, before)) = stages.split_last() else { return Completion::default() };
    let mut copy = Frames { kept: frames.kept.clone(), gate: frames.gate.clone() };
    let never = || false;
    let mut plan = Plan::new(&mut copy, context, &never, true);
    pipeline.clone_into(&mut plan.text);
    let found = candidates(&mut plan, before, current, start);
    Completion { start: start + offset, typed, candidates: found }
}

/// The pipeline with the white space at its end: places must stay what they are.
fn body_of(text: &str) -> &str {
    let text = text.trim_start();
    let rest = text.get(..5).filter(|w| w.eq_ignore_ascii_case("frame")).and_then(|_| text.get(5..));
    rest.map_or(text, str::trim_start)
}

fn word_start(text: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '"');
    text.char_indices().rev().take_while(|(_, c)| part(*c)).last().map_or(text.len(), |(i, _)| i)
}

fn candidates(plan: &mut Plan<'_>, before: &[Piece<'_>], current: &Piece<'_>, start: usize) -> Vec<(String, String)> {
    let (word, _) = current.first_word();
    let at_word = current.is_empty() || word.span().end >= start && word.span().start >= start;
    if before.is_empty() {
        let name = word.name().unwrap_or_default().to_owned();
        let mut sources: Vec<(String, String)> =
            plan.source_names().into_iter().map(|n| (quoted(&n), "source".to_owned())).collect();
        if at_word && !verb::is_from(&name) {
            sources.insert(0, ("from".to_owned(), "begin a pipeline".to_owned()));
        }
        return sources;
    }
    if at_word {
        return VERBS.iter().skip(1).map(|v| (v.name.to_owned(), v.about.to_owned())).collect();
    }
    for (i, stage) in before.iter().enumerate() {
        // A stage that cannot be read leaves the columns before it.
        if plan.stage(stage, i == 0).is_err() && i == 0 {
            return Vec::new();
        }
    }
    let verb = word.name().and_then(verb::find);
    let name = verb.map_or("", |v| v.name);
    let mut all: Vec<(String, String)> = Vec::new();
    let typed_before = current.lexemes().iter().filter(|l| l.span.end <= start).count();
    match name {
        "head" | "tail" | "sample" | "explain" | "as" | "save" | "write" => return all,
        "join" if current.find_word("on").is_none_or(|on| on.start >= start) => {
            all.extend(plan.source_names().into_iter().map(|n| (quoted(&n), "source".to_owned())));
            if typed_before > 1 {
                all.insert(0, ("on".to_owned(), "columns that are equal".to_owned()));
            }
            return all;
        }
        _ => {}
    }
    all.extend(plan.schema().iter().map(|(n, t)| (quoted(n), t.to_string())));
    let words: &[&str] = match name {
        "agg" | "pivot" | "growth" | "share" | "rank" | "cum" | "fill" | "quantile" | "correlate" | "unpivot" => {
            &["by", "on", "over", "as", "at", "with", "forward", "backward"]
        }
        "sort" => &["desc"],
        "join" => &["inner", "left", "full", "semi", "anti"],
        _ => &["AS", "AND", "OR", "NOT", "IN", "LIKE", "IS", "NULL", "CASE"],
    };
    if typed_before > 1 {
        let usage = verb.map_or("", |v| v.usage);
        let fits =
            |w: &&&str| name == "sort" || name == "join" || w.chars().all(char::is_uppercase) || usage.contains(**w);
        all.extend(words.iter().filter(fits).map(|w| ((*w).to_owned(), String::new())));
    }
    if !matches!(name, "drop" | "rename" | "distinct" | "describe" | "unpivot" | "join") {
        let mut functions = all_functions();
        functions.retain(|f| !f.starts_with("read_"));
        functions.sort_unstable();
        functions.dedup();
        all.extend(functions.into_iter().map(|f| (format!("{}(", f.to_uppercase()), "function".to_owned())));
    }
    all
}
