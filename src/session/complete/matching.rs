//! Whether what was typed means a name: by its beginning, by a part of it, by its pinyin.

use pinyin::ToPinyinMulti as _;

/// How well a name fits, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It begins so.
    Begins,
    /// Another name of it begins so.
    AliasBegins,
    /// It has that inside.
    Inside,
    /// Another name has that inside.
    AliasInside,
    /// Its pinyin begins so.
    Pinyin,
    /// The pinyin of a part of it, or of another name.
    PinyinInside,
}

/// Whether `typed` may mean `name`, which is also called `aliases`.
pub(super) fn fit(typed: &str, name: &str, aliases: &[String]) -> Option<Fit> {
    if typed.is_empty() {
        return Some(Fit::Begins);
    }
    let typed = typed.to_lowercase();
    let lower = name.to_lowercase();
    if lower.starts_with(&typed) {
        return Some(Fit::Begins);
    }
    let aliases: Vec<String> = aliases.iter().map(|a| a.to_lowercase()).collect();
    if aliases.iter().any(|a| a.starts_with(&typed)) {
        return Some(Fit::AliasBegins);
    }
    // A letter or two inside a word tell nothing.
    let telling = |least: usize| !typed.is_ascii() || typed.len() >= least;
    if telling(3) && lower.contains(&typed) {
        return Some(Fit::Inside);
    }
    if telling(3) && aliases.iter().any(|a| a.contains(&typed)) {
        return Some(Fit::AliasInside);
    }
    if !typed.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let sounds = sounds(name);
    if spells(&sounds, typed.as_bytes()) {
        return Some(Fit::Pinyin);
    }
    let inside =
        |sounds: &[Sound]| (0..sounds.len()).any(|i| sounds.get(i..).is_some_and(|s| spells(s, typed.as_bytes())));
    let by_alias = || aliases.iter().any(|a| inside(&self::sounds(a)));
    (telling(2) && (inside(&sounds) || by_alias())).then_some(Fit::PinyinInside)
}

/// The syllables that a character may be read as.
type Sound = Vec<&'static str>;

fn sounds(name: &str) -> Vec<Sound> {
    let readings = |c: char| -> Sound {
        let mut all: Sound = c.to_pinyin_multi().into_iter().flatten().map(pinyin::Pinyin::plain).collect();
        all.dedup();
        all
    };
    name.chars().map(readings).collect()
}

/// Whether the text is spelt by the first syllables, each by its initial or by as much of it as one likes:
/// `gaj`, `gongan`, `gonganj` for 公安局.
fn spells(sounds: &[Sound], text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some((first, rest)) = sounds.split_first() else { return false };
    first.iter().any(|syllable| {
        let common = syllable.bytes().zip(text).take_while(|(a, b)| a == *b).count();
        (1..=common).rev().any(|length| text.get(length..).is_some_and(|left| spells(rest, left)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_by_beginning_part_and_pinyin() {
        let fit = |typed, name| super::fit(typed, name, &[]);
        assert_eq!(fit("郑州", "郑州市公安局"), Some(Fit::Begins));
        assert_eq!(fit("公安", "郑州市公安局"), Some(Fit::Inside));
        assert_eq!(fit("zzsgaj", "郑州市公安局"), Some(Fit::Pinyin));
        assert_eq!(fit("zhengzhou", "郑州市公安局"), Some(Fit::Pinyin));
        assert_eq!(fit("zhengzs", "郑州市公安局"), Some(Fit::Pinyin));
        assert_eq!(fit("gaj", "郑州市公安局"), Some(Fit::PinyinInside));
        assert_eq!(fit("g", "郑州市公安局"), None);
        assert_eq!(fit("jy", "郑州市公安局"), None);
        assert_eq!(fit("", "郑州市公安局"), Some(Fit::Begins));
        assert_eq!(fit("GRO", "growth"), Some(Fit::Begins));
        assert_eq!(fit("public", "three_public"), Some(Fit::Inside));
        assert_eq!(fit("am", "names"), None);
    }

    #[test]
    fn characters_of_several_readings_fit_by_each() {
        for (typed, name) in [("cqs", "重庆市"), ("cz", "长治"), ("cs", "长沙"), ("xm", "厦门"), ("la", "六安")]
        {
            assert!(fit(typed, name, &[]).is_some(), "{typed} {name}");
        }
    }

    #[test]
    fn other_names_fit_after_the_name_itself() {
        let aliases = ["省委办公厅".to_owned()];
        assert_eq!(fit("省委办", "中国共产党江苏省委员会办公厅", &aliases), Some(Fit::AliasBegins));
        assert_eq!(fit("委办公", "中国共产党江苏省委员会办公厅", &aliases), Some(Fit::AliasInside));
        assert_eq!(fit("swbgt", "中国共产党江苏省委员会办公厅", &aliases), Some(Fit::PinyinInside));
    }
}
