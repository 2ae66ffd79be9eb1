//! The nearest right word.

/// The candidate that `word` is most likely meant to be, if any is near.
pub(crate) fn suggest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let distance = if length > 1 && (lower.starts_with(&word) || lower.contains(&word)) {
            1
        } else {
            strsim::damerau_levenshtein(&word, &lower)
        };
        let near = distance <= 1 + length.max(candidate.chars().count()) / 4 && distance < length;
        if near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_words_are_suggested() {
        let names = ["growth", "three_public", "三公经费", "支出增长"];
        assert_eq!(suggest("growht", names), Some("growth"));
        assert_eq!(suggest("threepublic", names), Some("three_public"));
        assert_eq!(suggest("三公", names), Some("三公经费"));
        assert_eq!(suggest("支出增涨", names), Some("支出增长"));
        assert_eq!(suggest("xyz", names), None);
        assert_eq!(suggest("", names), None);
    }
}
