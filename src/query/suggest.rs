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

/// The candidate a part of which `word` is most likely meant to be: `财证局` of 南京市财政局.
pub(crate) fn suggest_part<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let near = 1.max(word.len() / 3);
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let distance = distance_to_part(&word, &lower);
        let order = (distance, lower.chars().count().abs_diff(word.len()));
        if distance <= near && distance < word.len() && best.is_none_or(|(d, l, _)| order < (d, l)) {
            best = Some((order.0, order.1, candidate));
        }
    }
    best.map(|(.., candidate)| candidate)
}

/// Least number of changes that make `word` a part of `text`.
fn distance_to_part(word: &[char], text: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    let mut least = word.len();
    for c in text.chars() {
        // A part may begin anywhere.
        let mut left = 0;
        let mut corner = 0;
        for (cell, w) in row.iter_mut().skip(1).zip(word) {
            let new = (corner + usize::from(*w != c)).min(*cell + 1).min(left + 1);
            corner = *cell;
            *cell = new;
            left = new;
        }
        least = least.min(left);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_is_enough() {
        let names = ["南京市教育局", "南京市财政局", "江苏省财政厅", "洛阳市洛龙区人民政府办公室"];
        assert_eq!(suggest_part("财证局", names), Some("南京市财政局"));
        assert_eq!(suggest_part("南京财政局", names), Some("南京市财政局"));
        assert_eq!(suggest_part("洛隆区办公室", names), None);
        assert_eq!(suggest_part("洛隆", names), Some("洛阳市洛龙区人民政府办公室"));
        assert_eq!(suggest_part("xyz", names), None);
        assert_eq!(suggest_part("", names), None);
    }

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
