//! Words over the body of a table → its headings, and where each stands among the others.

use super::super::geometry::Area;
use super::Column;
use super::word::Word;

/// The text of a heading, over one or more lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    pub(super) area: Area,
    pub(super) em: f64,
    /// Its columns, from and up to, once they are known.
    pub(super) columns: (usize, usize),
}

impl Heading {
    fn of(word: &Word) -> Self {
        Self { area: word.area, em: word.em, columns: (0, 0) }
    }

    pub(super) fn middle(&self) -> f64 {
        self.area.centre().0
    }

    pub(super) fn is_above(&self, other: &Self) -> bool {
        other.area.top >= self.area.bottom - 0.3 * self.em
    }
}

/// How headings are set in their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    Middle,
    Left,
}

impl Set {
    /// A heading over a wide column of names tells: it begins where they do, or stands in the middle.
    pub(super) fn of(words: &[&Word], body: &[Column]) -> Self {
        let all: Vec<Heading> = words.iter().map(|w| Heading::of(w)).collect();
        let begins = |c: &Column| {
            let lowest = all.iter().find(|h| c.is_over(h.area) && rank(h, &all) == Some(Rank::Lowest))?;
            let is_wide = c.right - c.left > lowest.area.right - lowest.area.left + 2.0 * lowest.em;
            is_wide.then_some(lowest.area.left < c.left + 0.5 * lowest.em)
        };
        let told: Vec<bool> = body.iter().filter(|c| !c.has_numbers).filter_map(begins).collect();
        if !told.is_empty() && told.iter().all(|is_left| *is_left) { Self::Left } else { Self::Middle }
    }
}

/// Words → headings: lines close below each other that are set to one middle or one left edge are one heading.
pub(super) fn wrapped(words: &[&Word], set: Set) -> Vec<Heading> {
    let mut sorted: Vec<&Word> = words.to_vec();
    sorted.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
    let mut headings: Vec<Heading> = Vec::new();
    for word in &sorted {
        let beside = |w: &&&Word| **w != *word && w.area.top < word.area.bottom && w.area.bottom > word.area.top;
        let in_line = |w: &&&Word| **w != *word && (w.area.centre().1 - word.area.centre().1).abs() < 0.3 * word.em;
        let close = |h: &Heading, area: &Area| {
            (-0.3 * h.em..0.5 * h.em).contains(&(area.top - h.area.bottom)) && h.area.is_over(*area)
        };
        // A heading over three columns stands close over the middle one, too; then its neighbours have nothing above.
        let bare = |w: Option<&&&Word>| w.is_some_and(|w| !headings.iter().any(|h| close(h, &w.area)));
        let left = sorted.iter().filter(in_line).filter(|w| w.area.right <= word.area.left);
        let right = sorted.iter().filter(in_line).filter(|w| w.area.left >= word.area.right);
        let is_child = (set == Set::Left || bare(left.max_by(|a, b| a.area.right.total_cmp(&b.area.right)).as_ref()))
            && bare(right.min_by(|a, b| a.area.left.total_cmp(&b.area.left)).as_ref());
        let carries_on = |h: &&mut Heading| {
            let aligned =
                (h.middle() - word.area.centre().0).abs() < h.em || (h.area.left - word.area.left).abs() < 0.5 * h.em;
            let alone = sorted.iter().filter(beside).all(|w| !h.area.is_over(w.area));
            close(h, &word.area) && aligned && alone
        };
        match headings.iter_mut().find(carries_on).filter(|_| !is_child) {
            Some(heading) => heading.area = heading.area.union(word.area),
            None => headings.push(Heading::of(word)),
        }
    }
    headings
}

/// Where a heading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    /// Over one column, with no heading below it.
    Lowest,
    /// Over several columns that have headings of their own.
    Upper,
}

/// Where a heading stands; `None` where it stands between two lower ones: it is over both, or in a column of its own that
/// is set to half the height.
pub(super) fn rank(heading: &Heading, all: &[Heading]) -> Option<Rank> {
    let below = || all.iter().filter(|h| heading.is_above(h));
    if below().any(|h| heading.area.is_over(h.area)) {
        return Some(Rank::Upper);
    }
    let left = below().any(|h| h.area.right <= heading.area.left);
    let right = below().any(|h| h.area.left >= heading.area.right);
    let top = all.iter().map(|h| h.area.top).fold(f64::MAX, f64::min);
    match left && right {
        false => Some(Rank::Lowest),
        true if heading.area.top <= top + 0.4 * heading.em => Some(Rank::Upper),
        true => None,
    }
}

/// Headings that stand beside each other, from the top.
pub(super) fn lines(mut headings: Vec<Heading>) -> Vec<Vec<Heading>> {
    headings.sort_by(|a, b| a.area.centre().1.total_cmp(&b.area.centre().1));
    let mut lines: Vec<Vec<Heading>> = Vec::new();
    for heading in headings {
        match lines.last_mut() {
            Some(line) if line.last().is_some_and(|l| !l.is_above(&heading)) => line.push(heading),
            _ => lines.push(vec![heading]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.middle().total_cmp(&b.middle()));
    }
    lines
}
