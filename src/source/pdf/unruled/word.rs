//! Glyphs outside ruled tables → words, and lines of words → the rows of a table.

use super::super::geometry::{Area, Glyph, PageGeometry, Rule};
use super::super::words;

/// A run of glyphs without a wide gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) area: Area,
    pub(super) em: f64,
}

impl Word {
    /// A number, or the dash that stands for none.
    pub(super) fn is_number(&self) -> bool {
        is_number(&self.text)
    }

    /// The dash that stands for no number.
    pub(super) fn is_dash(&self) -> bool {
        self.text.chars().all(|c| matches!(c, '-' | '－' | '—' | '–'))
    }

    /// A number that is written as an amount.
    pub(super) fn is_amount(&self) -> bool {
        is_amount(&self.text)
    }

    pub(super) fn width(&self) -> f64 {
        self.area.right - self.area.left
    }
}

fn is_number(text: &str) -> bool {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '，' | '-' | '－' | '—' | '–' | '%' | '％');
    text.chars().all(numeric)
}

/// Whether a text is a number with decimals or thousands separators.
pub(in super::super) fn is_amount(text: &str) -> bool {
    is_number(text) && text.contains(['.', ',']) && text.contains(|c: char| c.is_ascii_digit())
}

/// Words beside each other, with those that a narrow cell carries on above or below.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Row {
    pub(super) words: Vec<Word>,
    pub(super) area: Area,
}

impl Row {
    fn of(words: Vec<Word>) -> Option<Self> {
        let area = words.iter().map(|w| w.area).reduce(Area::union)?;
        Some(Self { words, area })
    }

    pub(super) fn numbers(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().filter(|w| w.is_number())
    }

    /// Size of its largest type.
    pub(super) fn em(&self) -> f64 {
        self.words.iter().map(|w| w.em).fold(1.0, f64::max)
    }

    /// Whether it has numbers as a row of a table has: after a name, or several. `123 万元` is part of a sentence.
    pub(super) fn has_numbers(&self) -> bool {
        let counted = |i: usize| {
            let after = self.words.get(i + 1).filter(|w| !w.is_number());
            after.is_some_and(|w| w.text.starts_with(['万', '元', '亿', '个', '人', '年', '月', '日', '辆', '台']))
        };
        let numbers: Vec<usize> =
            (0..self.words.len()).filter(|i| self.words.get(*i).is_some_and(Word::is_number) && !counted(*i)).collect();
        let named = |i: &usize| self.words.iter().take(*i).any(|w| !w.is_number());
        numbers.len() >= 2 || numbers.iter().any(named)
    }

    /// Whether it numbers or names the columns within the body: 栏次 1 2 3, 类 款 项.
    pub(super) fn counts_columns(&self) -> bool {
        let words = self.words.iter().filter(|w| !w.is_dash());
        let (numbers, names): (Vec<&Word>, Vec<&Word>) = words.partition(|w| w.is_number());
        let counts: Vec<u32> = numbers.iter().filter_map(|w| w.text.parse().ok()).collect();
        let in_turn = counts.len() == numbers.len() && counts.windows(2).all(|w| matches!(w, [a, b] if a + 1 == *b));
        let known = ["类", "款", "项", "栏次", "栏", "次"];
        in_turn && (numbers.len() >= 2 || names.iter().all(|w| known.contains(&w.text.as_str())))
    }

    /// What stands between tables: titles, the lines over a table that tell owner and unit, notes, sentences.
    pub(super) fn is_caption(&self) -> bool {
        let text: String = self.words.iter().map(|w| w.text.as_str()).collect();
        let labels = ["单位:", "单位：", "部门:", "部门：", "名称:", "名称：", "年度:", "年度："];
        let title = |w: &Word| {
            w.text.trim_end_matches([')', '）']).ends_with('表') || w.text.contains("表（") || w.text.contains("表(")
        };
        text.contains(['。', '；'])
            || ["注:", "注：", "备注:", "备注：", "说明:", "说明："].iter().any(|w| text.starts_with(w))
            || labels.iter().any(|label| text.contains(label))
            || self.words.iter().any(|w| title(w) || (w.text.contains('，') && w.text.chars().count() > 20))
            || (text.contains("......") || text.contains("……") || text.contains("····"))
    }

    /// A line on its own that begins with an ordinal, as headings of a text do.
    pub(super) fn is_entry(&self) -> bool {
        let [word] = self.words.as_slice() else { return false };
        let text = word.text.trim_start_matches(['(', '（', '第']);
        let rest = text.trim_start_matches(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
        rest.len() < text.len() && rest.starts_with(['、', ')', '）', '部', '.', '．'])
    }

    /// Its cells as (column, columns spanned): words that reach over several columns without any other word there span them.
    pub(super) fn spans(&self, edges: &[f64]) -> Vec<(usize, usize)> {
        let width = edges.len().saturating_sub(1);
        let column = |x: f64| edges.partition_point(|e| *e <= x).saturating_sub(1).min(width.saturating_sub(1));
        let reach = |w: &Word| (column(w.area.left + 0.5 * w.em), column((w.area.right - 0.5 * w.em).max(w.area.left)));
        let mut spans: Vec<(usize, usize)> = (0..width).map(|c| (c, 1)).collect();
        for word in &self.words {
            let (from, to) = reach(word);
            let alone = |other: &Word| other == word || reach(other).1 < from || reach(other).0 > to;
            if from < to && self.words.iter().all(alone) {
                spans.retain(|(c, _)| *c < from || *c > to);
                spans.push((from, to - from + 1));
            }
        }
        spans.sort_unstable();
        spans
    }
}

/// Rows of a page outside the given areas, from the top.
pub(super) fn rows(page: &PageGeometry, ruled: &[Area]) -> Vec<Row> {
    let free = |g: &&Glyph| !g.text.is_whitespace() && !ruled.iter().any(|t| t.holds(g.area.centre()));
    let glyphs: Vec<Glyph> = page.glyphs.iter().filter(free).copied().collect();
    let mut lines: Vec<Row> = words::rows(glyphs).iter().filter_map(|line| Row::of(words_of(line))).collect();
    lines.sort_by(|a, b| a.area.top.total_cmp(&b.area.top));
    if !lines.iter().any(|l| l.words.len() > 1 && l.words.iter().any(Word::is_number)) {
        return Vec::new();
    }
    joined(lines, &page.horizontal)
}

/// Words of a line.
fn words_of(line: &[Glyph]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut last: Option<Glyph> = None;
    let numeric = |g: &Glyph| g.text.is_ascii_digit() || matches!(g.text, '.' | ',' | '-' | '%');
    for glyph in line {
        // Numbers of two columns stand close, characters of a justified text far from each other.
        let gap = |last: &Glyph| match (numeric(last), numeric(glyph)) {
            (true, true) => 0.35,
            (false, false) => 0.9,
            _ => 0.6,
        };
        let near = last.is_some_and(|l| glyph.area.left - l.area.right <= gap(&l) * glyph.em().max(l.em()));
        match words.last_mut() {
            Some(word) if near => {
                word.text.push(glyph.text);
                word.area = word.area.union(glyph.area);
                word.em = word.em.max(glyph.em());
            }
            _ => words.push(Word { text: glyph.text.to_string(), area: glyph.area, em: glyph.em() }),
        }
        last = Some(*glyph);
    }
    spread(words)
}

/// Single characters beside each other are one word that is set wide, as 项　　目; 类, 款 and 项 are columns of their own.
fn spread(words: Vec<Word>) -> Vec<Word> {
    let single = |w: &Word| w.text.chars().count() == 1 && !w.is_number() && !w.text.contains(['类', '款']);
    let mut out: Vec<Word> = Vec::new();
    let mut before_is_single = false;
    for word in words {
        let is_single = single(&word);
        match out.last_mut() {
            Some(last) if before_is_single && is_single && word.area.left - last.area.right < 5.0 * word.em => {
                last.text.push_str(&word.text);
                last.area = last.area.union(word.area);
            }
            _ => out.push(word),
        }
        before_is_single = is_single;
    }
    out
}

/// Lines → rows: a line belongs to its neighbour when they overlap, as in a row whose cells are centred, or when it is
/// much closer than rows are to each other; never when both have numbers in one column, or a rule runs between them.
fn joined(lines: Vec<Row>, rules: &[Rule]) -> Vec<Row> {
    let clash = |a: &Row, b: &Row| b.numbers().any(|w| a.numbers().any(|v| v.area.is_over(w.area)));
    let gap = |a: &Row, b: &Row| b.area.top - a.area.bottom;
    let pairs = lines.windows(2).filter_map(|w| Some((w.first()?, w.last()?)));
    let pitch = pairs.filter(|(a, b)| clash(a, b)).map(|(a, b)| gap(a, b)).fold(f64::MAX, f64::min);
    let parted = |a: &Row, b: &Row| {
        let (x, _) = a.area.union(b.area).centre();
        rules.iter().any(|r| r.at > a.area.centre().1 && r.at < b.area.centre().1 && r.from <= x && r.to >= x)
    };
    let joins = |a: &Row, b: &Row| {
        let em = a.em().min(b.em());
        let near = gap(a, b) < (0.5 * em).min(0.5 * pitch) || gap(a, b) < -0.3 * em;
        let apart = |r: &Row| r.is_caption() || r.counts_columns();
        near && !apart(a) && !apart(b) && !parted(a, b)
    };
    let mut groups: Vec<Row> = Vec::new();
    let mut gaps: Vec<(usize, f64)> = lines
        .windows(2)
        .enumerate()
        .filter_map(|(i, w)| Some((i, w.first()?, w.last()?)))
        .filter(|(_, a, b)| joins(a, b))
        .map(|(i, a, b)| (i, gap(a, b)))
        .collect();
    gaps.sort_by(|a, b| a.1.total_cmp(&b.1));
    // The nearest first, so that a line between two rows goes to the nearer one.
    let mut group: Vec<usize> = (0..lines.len()).collect();
    for (i, _) in gaps {
        let (Some(&a), Some(&b)) = (group.get(i), group.get(i + 1)) else { continue };
        let of = |g: usize| lines.iter().zip(&group).filter(move |(_, own)| **own == g).map(|(l, _)| l);
        if !of(a).any(|x| of(b).any(|y| clash(x, y))) {
            group.iter_mut().filter(|g| **g == b).for_each(|g| *g = a);
        }
    }
    let mut last = None;
    for (line, own) in lines.into_iter().zip(group) {
        match groups.last_mut().filter(|_| last == Some(own)) {
            Some(row) => {
                row.area = row.area.union(line.area);
                row.words.extend(line.words);
            }
            None => groups.push(line),
        }
        last = Some(own);
    }
    for row in &mut groups {
        row.words.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
    }
    groups
}
