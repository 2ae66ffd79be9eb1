//! Clauses of a sentence: the words by which they list, define or give reasons.

use std::sync::LazyLock;

use regex::Regex;

use super::subject::subject_of;
use crate::record::pattern;

/// A clause with what stands around it.
pub(super) struct Clause<'a> {
    pub(super) text: &'a str,
    /// What stands before its first number.
    pub(super) head: &'a str,
    pub(super) offset: usize,
    pub(super) sentence: &'a str,
    /// The sentence up to its end.
    pub(super) so_far: &'a str,
    /// Whether it is one of a list (杂费、培训费等支出).
    pub(super) listed: bool,
    /// Whether what money is used for, or a reason, was told before it in the sentence.
    pub(super) aside: bool,
}

/// Whether the text before a number names two subjects together: 会议费和培训费.
pub(super) fn names_two(head: &str) -> bool {
    head.match_indices(['和', '及', '与']).any(|(at, word)| {
        let before = head.get(..at).and_then(subject_of).filter(|(end, _)| *end == at);
        let after = head.get(at + word.len()..).and_then(subject_of);
        before.zip(after).is_some_and(|((_, one), (_, other))| one != other)
    })
}

/// Whether a sentence behind ； goes on with a list of reasons.
pub(super) fn goes_on_listing(sentence: &str) -> bool {
    static NEXT: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(\(?[二三四五六七八九2-9][)是]|其次|再次|另外|另一方面|同时|此外)"));
    NEXT.is_match(sentence)
}

/// Whether a clause without a number says what the subject is (为当年从省级财政取得的一般公共预算拨款), and names none.
pub(super) fn is_definition(clause: &str) -> bool {
    ["为", "系", "指", "即", "包括", "主要包括", "主要为", "主要是"].iter().any(|word| clause.starts_with(word))
}

/// `1、` before an item is no list.
pub(super) fn is_ordinal(clause: &str) -> bool {
    clause.trim_end_matches('、').chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十()".contains(c))
}

/// What stands behind the names of an item, which may sound like anything: 资源勘探工业信息等支出(类)…(项)12万元.
pub(super) fn outside_items(text: &str) -> &str {
    let end = ["(类)", "(款)", "(项)"].iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len())).max();
    end.and_then(|end| text.get(end..)).unwrap_or(text)
}
