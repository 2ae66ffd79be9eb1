//! The language of messages. English stands in the code; `data/messages.toml` has the Chinese.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language that messages are told in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// The language of a locale such as `zh_CN.UTF-8`.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let name = locale.split(['.', '_', '-', '@']).next().unwrap_or_default();
        if name.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }

    /// A message without blanks in this language.
    #[must_use]
    pub fn word(self, message: &'static str) -> &'static str {
        match self {
            Self::English => message,
            Self::Chinese => CATALOGUE.exact.get(message).map_or(message, String::as_str),
        }
    }

    /// A message in this language; one that the catalogue does not have stays as it is.
    #[must_use]
    pub fn say(self, message: &str) -> String {
        match self {
            Self::English => message.to_owned(),
            Self::Chinese => {
                let catalogue = &*CATALOGUE;
                // Help and summaries are several messages, one a line.
                let lines: Vec<&str> = message.split('\n').collect();
                // What carets stand under is what was typed.
                let is_typed = |i: usize| {
                    lines.get(i + 1).is_some_and(|next| next.contains('^') && next.trim_matches([' ', '^']).is_empty())
                };
                let told = |(i, line): (usize, &&str)| {
                    if is_typed(i) { (*line).to_owned() } else { catalogue.line(line) }
                };
                lines.iter().enumerate().map(told).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(include_str!("../data/messages.toml")));

/// Messages inside messages: a cause, its remedy.
const DEEPEST: usize = 6;

#[derive(Debug, Default)]
struct Catalogue {
    exact: BTreeMap<String, String>,
    patterns: Vec<Pattern>,
}

/// A message with blanks.
#[derive(Debug)]
struct Pattern {
    /// What stands between the blanks.
    fixed: Vec<String>,
    /// Names of the blanks.
    blanks: Vec<String>,
    chinese: String,
}

impl Catalogue {
    fn parse(text: &str) -> Self {
        let all: BTreeMap<String, String> = toml::from_str(text).unwrap_or_default();
        let mut catalogue = Self::default();
        for (english, chinese) in all {
            if english.contains('{') {
                catalogue.patterns.push(Pattern::new(&english, chinese));
            } else {
                catalogue.exact.insert(english, chinese);
            }
        }
        // The one that says most is tried first, those that say as much by their names: a place before a remedy.
        catalogue.patterns.sort_by_key(|p| std::cmp::Reverse(p.fixed.iter().map(String::len).sum::<usize>()));
        catalogue
    }

    fn line(&self, line: &str) -> String {
        if let Some(cause) = line.strip_prefix("error: ") {
            let mark = self.exact.get("error:").map_or("error:", String::as_str);
            return format!("{mark} {}", self.line(cause));
        }
        let text = line.trim();
        match self.find(text, 0) {
            Some(chinese) => line.replacen(text, &chinese, 1),
            None => line.to_owned(),
        }
    }

    fn find(&self, text: &str, depth: usize) -> Option<String> {
        if text.is_empty() || depth > DEEPEST {
            return None;
        }
        if let Some(chinese) = self.exact.get(text) {
            return Some(chinese.clone());
        }
        let (pattern, values) = self.patterns.iter().find_map(|p| Some((p, p.fits(text)?)))?;
        let mut chinese = pattern.chinese.clone();
        for ((blank, before), value) in pattern.blanks.iter().zip(&pattern.fixed).zip(values) {
            // A name in quotes is what was typed or what exists.
            let found = if before.ends_with(['`', '\'']) { None } else { self.find(value, depth + 1) };
            let value = found.unwrap_or_else(|| value.to_owned());
            chinese = chinese.replace(&format!("{{{blank}}}"), &value);
        }
        Some(chinese)
    }
}

impl Pattern {
    fn new(english: &str, chinese: String) -> Self {
        let mut pattern = Self { fixed: Vec::new(), blanks: Vec::new(), chinese };
        let mut rest = english;
        while let Some((before, after)) = rest.split_once('{') {
            let (blank, after) = after.split_once('}').unwrap_or((after, ""));
            pattern.fixed.push(before.to_owned());
            pattern.blanks.push(blank.to_owned());
            rest = after;
        }
        pattern.fixed.push(rest.to_owned());
        pattern
    }

    /// What stands in the blanks of a text that has the pattern's words.
    fn fits<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.fixed.split_first()?;
        let mut rest = text.strip_prefix(first.as_str())?;
        let mut values = Vec::new();
        for (i, fixed) in others.iter().enumerate() {
            let last = i + 1 == others.len();
            let at = if last {
                rest.len().checked_sub(fixed.len()).filter(|_| rest.ends_with(fixed.as_str()))
            } else {
                rest.find(fixed.as_str())
            };
            let (value, after) = rest.split_at_checked(at?)?;
            let doubtful = match self.blanks.get(i).map(String::as_str) {
                Some("n") => !value.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.')),
                // A colon further on belongs to the remedy.
                Some("place") => value.contains("; "),
                _ => false,
            };
            if value.is_empty() || doubtful {
                return None;
            }
            values.push(value);
            rest = after.get(fixed.len()..)?;
        }
        Some(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_well_formed_and_has_no_message_twice() {
        let all: Result<BTreeMap<String, String>, _> = toml::from_str(include_str!("../data/messages.toml"));
        assert!(all.is_ok(), "{}", all.unwrap_err());
    }

    #[test]
    fn the_language_is_that_of_the_locale() {
        for (locale, language) in [
            ("zh_CN.UTF-8", Language::Chinese),
            ("zh", Language::Chinese),
            ("zh-Hans", Language::Chinese),
            ("C.UTF-8", Language::English),
            ("en_GB", Language::English),
            ("zhx", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }

    #[test]
    fn every_blank_of_the_english_is_in_the_chinese() {
        let all: BTreeMap<String, String> = toml::from_str(include_str!("../data/messages.toml")).unwrap();
        assert!(all.len() > 50);
        for (english, chinese) in &all {
            let pattern = Pattern::new(english, chinese.clone());
            for blank in &pattern.blanks {
                assert!(chinese.contains(&format!("{{{blank}}}")), "{english}: {{{blank}}} is lost");
            }
            assert!(Pattern::new(chinese, String::new()).blanks.len() <= pattern.blanks.len(), "{english}");
        }
    }

    #[test]
    fn messages_inside_messages_are_told_in_chinese_too() {
        let say = |text: &str| Language::Chinese.say(text);
        assert_eq!(say("unknown query `growht`; did you mean `growth`?"), "没有查询 `growht`；是不是 `growth`？");
        assert_eq!(say("3 documents"), "3 份文件");
        assert_eq!(say("a.csv: the file is empty; download it again"), "a.csv: 文件是空的；请重新下载");
        assert_eq!(say("  something else\n3 documents"), "  something else\n3 份文件");
        assert_eq!(Language::English.say("3 documents"), "3 documents");
    }

    #[test]
    fn what_was_typed_stays_as_it_was_typed() {
        let say = |text: &str| Language::Chinese.say(text);
        // `{n} documents` is no pattern for these.
        assert_eq!(say("FROM documents"), "FROM documents");
        assert_eq!(say("LINE 1: there is x; y\n             ^^"), "LINE 1: there is x; y\n             ^^");
        assert_eq!(say("unknown query `number`; did you mean `columns`?"), "没有查询 `number`；是不是 `columns`？");
    }
}
