//! What goes wrong between a publisher's program and a reader: damage of converters, habits of printers.

use super::random::Random;
use super::sheet::{Block, RowTruth, Sheet, Table};
use crate::record::TableKind;

/// One kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Leaf headings stand to the left of their columns.
    ShiftedHeader,
    /// A heading over several columns begins one too early.
    ShiftedSpan,
    /// A column of an empty table is lost.
    LostColumn,
    /// Rows have one cell too many up to a page break.
    TrailingCell,
    /// Blank lines inside tables.
    BrokenTable,
    /// Blank lines inside paragraphs.
    BrokenParagraph,
    /// Blanks inside words.
    SpacedWords,
    /// The second amount of a code stands in a row without one.
    BlankCode,
    /// Project codes that lost a zero.
    LostZero,
    /// Half-width brackets and colons among full-width ones.
    HalfWidth,
    /// Markup in cells.
    Markup,
    /// Stars around titles.
    Stars,
    /// A letter in an amount.
    Letter,
    /// Separators of thousands in some amounts.
    Separators,
    /// Rules drawn twice.
    DoubleRules,
}

impl Flaw {
    const TEXT: [Self; 13] = [
        Self::ShiftedHeader,
        Self::ShiftedSpan,
        Self::LostColumn,
        Self::TrailingCell,
        Self::BrokenTable,
        Self::BrokenParagraph,
        Self::SpacedWords,
        Self::BlankCode,
        Self::LostZero,
        Self::HalfWidth,
        Self::Markup,
        Self::Stars,
        Self::Letter,
    ];
    const PDF: [Self; 5] = [Self::BlankCode, Self::LostZero, Self::Separators, Self::DoubleRules, Self::Letter];

    /// The name in the list of flaws.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ShiftedHeader => "shifted_header",
            Self::ShiftedSpan => "shifted_span",
            Self::LostColumn => "lost_column",
            Self::TrailingCell => "trailing_cell",
            Self::BrokenTable => "broken_table",
            Self::BrokenParagraph => "broken_paragraph",
            Self::SpacedWords => "spaced_words",
            Self::BlankCode => "blank_code",
            Self::LostZero => "lost_zero",
            Self::HalfWidth => "half_width",
            Self::Markup => "markup",
            Self::Stars => "stars",
            Self::Letter => "letter",
            Self::Separators => "separators",
            Self::DoubleRules => "double_rules",
        }
    }
}

/// One to three flaws of a text or of a PDF.
pub(super) fn draw(pdf: bool, random: &mut Random) -> Vec<Flaw> {
    let all: &[Flaw] = if pdf { &Flaw::PDF } else { &Flaw::TEXT };
    let mut drawn: Vec<Flaw> = (0..=random.below(3)).filter_map(|_| random.one(all).copied()).collect();
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

/// Flaws that change what is printed, and so what is true.
pub(super) fn on_sheet(sheet: &mut Sheet, flaw: Flaw, random: &mut Random) {
    let tables = sheet.blocks.iter_mut().filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None });
    for table in tables {
        match (flaw, table.kind) {
            (Flaw::BlankCode, TableKind::GeneralPublicBasicExpenditure) => split_row(table, random),
            (Flaw::LostZero, TableKind::ProjectPerformanceGoals) => lose_zeros(table),
            (Flaw::Letter, TableKind::Expenditure) => letter(table, random),
            (Flaw::Separators, TableKind::Expenditure | TableKind::GeneralPublicBasicExpenditure) => separate(table),
            _ => {}
        }
    }
}

/// A row becomes two: the second has no code of its own, and both add up to what it was.
fn split_row(table: &mut Table, random: &mut Random) {
    if table.rows.len() < 3 {
        return;
    }
    let at = 1 + random.below(table.rows.len() - 1);
    let Some(row) = table.rows.get_mut(at) else { return };
    let RowTruth::Named { code, name } = &row.truth else { return };
    let Some((_, government)) = code.split_once('/') else { return };
    let (government, name) = (format!("/{government}"), name.clone());
    let mut second = row.clone();
    second.truth = RowTruth::Named { code: government, name };
    let mut amount = None;
    for (cell, other) in row.cells.iter_mut().zip(&mut second.cells).skip(4) {
        let Some(hundredths) = cell.replace('.', "").parse::<i64>().ok() else { continue };
        let first = *amount.get_or_insert_with(|| hundredths * random.between(20, 80) / 100);
        *cell = super::sheet::wan(first);
        *other = super::sheet::wan(hundredths - first);
    }
    if let Some(code) = second.cells.first_mut() {
        code.clear();
    }
    table.rows.insert(at + 1, second);
}

fn lose_zeros(table: &mut Table) {
    let count = table.rows.len();
    for row in table.rows.iter_mut().skip(count / 2) {
        let RowTruth::Named { code, .. } = &mut row.truth else { continue };
        if code.len() == 21 && code.get(8..9) == Some("0") {
            code.remove(8);
            if let Some(cell) = row.cells.first_mut() {
                cell.clone_from(code);
            }
        }
    }
}

/// A letter where a digit was.
fn letter(table: &mut Table, random: &mut Random) {
    let at = random.below(table.rows.len());
    let Some(row) = table.rows.get_mut(at) else { return };
    if let Some(cell) = row.cells.iter_mut().find(|cell| cell.contains('.')) {
        cell.replace_range(0..1, "A");
    }
}

fn separate(table: &mut Table) {
    for cell in table.rows.iter_mut().step_by(2).flat_map(|row| &mut row.cells) {
        let Some((whole, fraction)) = cell.split_once('.') else { continue };
        if !(4..=6).contains(&whole.len()) || !whole.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        let (thousands, rest) = whole.split_at(whole.len() - 3);
        *cell = format!("{thousands},{rest}.{fraction}");
    }
}

/// Lines of a table: its header, its rows. What is true of the cells stays.
pub(super) fn on_lines(head: &mut Vec<Vec<String>>, rows: &mut [Vec<String>], table: &Table, flaw: Flaw) {
    use TableKind as Kind;
    let by_function = matches!(
        table.kind,
        Kind::GeneralPublicExpenditure | Kind::GovernmentFundExpenditure | Kind::StateCapitalExpenditure
    );
    match (flaw, table.kind) {
        (Flaw::ShiftedHeader, _) if by_function => {
            if let [first, second, third] = head.as_mut_slice() {
                if first.len() > 11 {
                    first.swap(10, 11);
                }
                for (to, from) in third.iter_mut().zip(second.iter_mut()).take(3) {
                    std::mem::swap(to, from);
                }
                // The labels go on where 项 ends, and the columns of one heading keep the gap after it.
                for (from, to) in [(7, 3), (8, 4), (9, 5), (10, 7)] {
                    let label = third.get_mut(from).map(std::mem::take).unwrap_or_default();
                    if let Some(cell) = third.get_mut(to) {
                        *cell = label;
                    }
                }
            }
        }
        (Flaw::LostColumn, _) if by_function && table.remark.is_some() => {
            for row in head.iter_mut().chain(rows.iter_mut()) {
                row.pop();
            }
        }
        (Flaw::ShiftedSpan, Kind::Revenue) => {
            if let Some(first) = head.first_mut()
                && let Some(at) = first.iter().position(|cell| cell == "上年结转结余")
            {
                first.swap(at, at - 1);
            }
        }
        (Flaw::TrailingCell, Kind::EconomicClassificationSummary) => {
            let count = rows.len();
            for row in head.iter_mut().chain(rows.iter_mut().take(count * 2 / 3)) {
                row.push(String::new());
            }
        }
        (Flaw::Markup, Kind::ProjectPerformanceGoals | Kind::DepartmentPerformanceGoals) => {
            for cell in rows.iter_mut().flatten().filter(|cell| cell.contains(['率', '果', '度'])) {
                *cell = format!("<p>{cell}</p>");
            }
        }
        _ => {}
    }
}

/// A blank inside a word now and then; numbers and codes stay whole.
pub(super) fn spaced(text: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.chars() {
        let inside = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
        if inside(before) && inside(c) && random.happens(0.08) {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Half-width brackets and colons in place of some full-width ones.
pub(super) fn half_width(text: &str, random: &mut Random) -> String {
    let half = |c: char| match c {
        '（' => '(',
        '）' => ')',
        '：' => ':',
        c => c,
    };
    // Both brackets of a pair change, or none.
    if random.happens(0.5) { text.chars().map(half).collect() } else { text.to_owned() }
}

/// Where a paragraph is broken: between two characters of a word, some way in.
pub(super) fn break_in(text: &str, random: &mut Random) -> Option<usize> {
    let inside = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let places: Vec<usize> = text
        .char_indices()
        .zip(text.chars().skip(1))
        .filter(|((at, a), b)| *at > 30 && inside(*a) && inside(*b))
        .map(|((at, a), _)| at + a.len_utf8())
        .collect();
    random.one(&places).copied().filter(|at| text.len() - at > 12)
}
