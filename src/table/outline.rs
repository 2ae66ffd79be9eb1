//! A document's outline: which grids belong to which title, and what is narrative.

use crate::record::{Dimensions, MoneyUnit, TableKind, TableRecord, TableState, fold_width, join_key, parse_number};
use crate::source::{Block, Cell, Grid, GridRow, TextLine};

use super::header::header_rows;
use super::layout::Layouts;
use super::line::{
    is_note, is_page_number, is_reason, is_reason_for_nothing, is_remark, is_row_like, is_short, is_title_of,
    split_words, stated_unit, title,
};

/// A titled table with all its parts.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) kind: TableKind,
    pub(super) title: TextLine,
    /// Lines between title and grid: department, unit of money, year.
    pub(super) notes: Vec<TextLine>,
    /// Its grids; each after the first continues the one before (a page break).
    pub(super) grids: Vec<Grid>,
    /// Remarks printed under it.
    pub(super) remark: String,
    /// Lines between its grids that look like rows.
    pub(super) strays: Vec<Stray>,
    /// The unit of other tables with the same numbers, where it states none.
    pub(super) supplied_unit: Option<MoneyUnit>,
}

/// A line between two grids of a table: a row that a page break may have put outside.
#[derive(Clone, Debug)]
pub(super) struct Stray {
    /// Number of grids before it.
    pub(super) grid: usize,
    pub(super) line: TextLine,
}

impl Stray {
    /// Codes and names, then numbers, as far as the line is made of nothing else.
    pub(super) fn words(&self) -> (Vec<String>, Vec<String>) {
        let text = fold_width(&self.line.text);
        let words = split_words(&text);
        let is_amount = |w: &String| w.contains('.') && matches!(parse_number(w), Ok(Some(_)));
        let labels = words.iter().position(is_amount).unwrap_or(words.len());
        let (labels, numbers) = words.split_at(labels);
        if numbers.iter().all(|w| matches!(parse_number(w), Ok(Some(_)))) {
            (labels.to_vec(), numbers.to_vec())
        } else {
            (labels.to_vec(), Vec::new())
        }
    }
}

impl Section {
    fn new(kind: TableKind, title: TextLine) -> Self {
        let (notes, grids, strays) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, title, notes, grids, remark: String::new(), strays, supplied_unit: None }
    }

    /// A record of it without cells.
    pub(super) fn record(&self, unit: Option<(MoneyUnit, String)>) -> TableRecord {
        TableRecord {
            kind: self.kind,
            title: self.title.text.clone(),
            place: self.title.place,
            unit,
            state: TableState::Empty,
            remark: self.remark.clone(),
            cells: Vec::new(),
        }
    }

    /// The same section, without its grids, as a table that is not known.
    pub(super) fn of_unknown_kind(&self) -> Self {
        let (title, notes) = (self.title.clone(), self.notes.clone());
        Self { notes, remark: self.remark.clone(), ..Self::new(TableKind::Unknown, title) }
    }

    /// Adds a note; a unit broken over two lines (单位：万, 元) is put together.
    fn note(&mut self, line: &TextLine) {
        match self.notes.last_mut() {
            Some(last) if join_key(&line.text) == "元" => last.text.push('元'),
            _ => self.notes.push(line.clone()),
        }
    }

    /// The unit its notes or its title state, with the text that says so.
    pub(super) fn unit(&self) -> Option<(MoneyUnit, String)> {
        self.notes.iter().chain([&self.title]).find_map(|note| stated_unit(&note.text))
    }
}

/// The outline.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) sections: Vec<Section>,
    /// Everything outside tables, in order.
    pub(super) narrative: Vec<TextLine>,
    /// Titles without a grid: the table of contents.
    pub(super) announced: Vec<(TableKind, TextLine)>,
    /// Lines like titles that name no known table and have no grid: 第二部分 部门决算表.
    pub(super) headings: Vec<TextLine>,
}

impl Outline {
    /// The outline of a document's blocks, of which those on the pages `hidden` are not shown.
    pub(super) fn of(blocks: Vec<Block>, hidden: &[u32]) -> Self {
        let mut outline = Self::default();
        let mut pending: Option<Section> = None;
        let mut open = false;
        let mut lifted = Vec::with_capacity(blocks.len());
        for block in blocks {
            lift_captions(block, &mut lifted);
        }
        let mut blocks = lifted.as_mut_slice();
        while let Some((block, after)) = std::mem::take(&mut blocks).split_first_mut() {
            blocks = after;
            match block {
                Block::Text(line) => {
                    let next = if let Some(Block::Text(next)) = blocks.first() { Some(next) } else { None };
                    if let Some(wrapped) = next.and_then(|next| wrapped_title(line, next)) {
                        *line = wrapped;
                        blocks = std::mem::take(&mut blocks).get_mut(1..).unwrap_or_default();
                    }
                    let line = &*line;
                    // A hidden sheet with the title of a shown one is another version of it.
                    let is_hidden = |l: &TextLine| l.place.page.is_some_and(|page| hidden.contains(&page));
                    let again =
                        |s: &Section| is_title_of(&s.title.text, &line.text) && is_hidden(&s.title) == is_hidden(line);
                    if pending.is_none() && outline.sections.last().is_some_and(again) {
                        // The title printed again over the next page of the same table.
                        open = true;
                    } else if let Some(kind) = title(&line.text) {
                        outline.announce(pending.replace(Section::new(kind, line.clone())));
                        open = false;
                    } else if is_page_number(&line.text) {
                    } else if let Some(mut section) =
                        pending.take_if(|s| s.kind != TableKind::Unknown && is_reason_for_nothing(&line.text))
                    {
                        // A title and the reason why there is no table under it.
                        section.remark.clone_from(&line.text);
                        outline.sections.push(section);
                        open = false;
                    } else if (pending.is_some() || open) && is_note(&line.text) {
                        let section = pending.as_mut().or(outline.sections.last_mut().filter(|_| open));
                        if let Some(section) = section {
                            section.note(line);
                        }
                    } else if open && (is_remark(&line.text) || is_reason(&line.text) && outline.last_is_blank()) {
                        if let Some(section) = outline.sections.last_mut() {
                            section.remark.push_str(&line.text);
                        }
                    } else if open && pending.is_none() && is_row_like(&line.text) && outline.goes_on(blocks.iter()) {
                        if let Some(section) = outline.sections.last_mut() {
                            section.strays.push(Stray { grid: section.grids.len(), line: line.clone() });
                        }
                    } else if pending.is_some() && is_short(&line.text) && grid_follows(blocks.iter()) {
                        // A form number, a wrapped name: it stands between title and table.
                        if let Some(section) = &mut pending {
                            section.note(line);
                        }
                    } else {
                        outline.announce(pending.take());
                        open = false;
                        outline.narrative.push(line.clone());
                    }
                }
                Block::Grid(grid) => {
                    if let Some(section) = pending.take() {
                        outline.sections.push(section);
                    } else if !open || outline.starts_another_table(grid) {
                        let section = outline.plainly_titled().unwrap_or_else(|| {
                            let title = outline.narrative.last().cloned();
                            let title = title.unwrap_or_else(|| TextLine {
                                text: String::new(),
                                place: grid.rows.first().map(|r| r.place).unwrap_or_default(),
                            });
                            Section::new(TableKind::Unknown, title)
                        });
                        outline.sections.push(section);
                    }
                    open = true;
                    if let Some(section) = outline.sections.last_mut() {
                        section.grids.push(std::mem::take(grid));
                    }
                }
            }
        }
        outline.announce(pending);
        outline.drop_reasons_alone();
        outline
    }

    /// The outline of a file with this text.
    #[cfg(test)]
    pub(super) fn read(name: &str, text: &str) -> Self {
        let document = crate::source::read_bytes(name, text.as_bytes()).unwrap();
        Self::of(document.blocks, &document.hidden)
    }

    fn announce(&mut self, section: Option<Section>) {
        if let Some(section) = section {
            self.narrative.extend(section.notes);
            if section.kind == TableKind::Unknown {
                self.headings.push(section.title);
            } else {
                self.announced.push((section.kind, section.title));
            }
        }
    }

    /// A document without any grid is narrative: titles with a reason under them are headings in it.
    fn drop_reasons_alone(&mut self) {
        if self.sections.iter().all(|s| s.grids.is_empty()) {
            for section in std::mem::take(&mut self.sections) {
                let reason = TextLine { text: section.remark, place: section.title.place };
                self.narrative.extend([section.title, reason]);
            }
        }
    }

    /// Whether the next blocks, after page numbers and lines like rows, are a grid that carries on the open table.
    fn goes_on<'a>(&self, blocks: impl Iterator<Item = &'a Block>) -> bool {
        let skipped = |b: &&Block| matches!(b, Block::Text(l) if is_page_number(&l.text) || is_row_like(&l.text));
        match blocks.into_iter().find(|b| !skipped(b)) {
            Some(Block::Grid(grid)) => !self.starts_another_table(grid),
            _ => false,
        }
    }

    /// Whether the last table has no amount.
    fn last_is_blank(&self) -> bool {
        let cells =
            self.sections.last().into_iter().flat_map(|s| &s.grids).flat_map(|g| &g.rows).flat_map(|r| &r.cells);
        !cells.filter(|c| c.text.contains('.')).any(|c| matches!(parse_number(&c.text), Ok(Some(n)) if !n.is_zero()))
    }

    /// The section of a grid whose title does not end in 表 (2024年部门收支总体情况): the title is among the last short
    /// lines before the grid, only notes stand between.
    fn plainly_titled(&mut self) -> Option<Section> {
        let is_near = |l: &&TextLine| is_short(&l.text) || is_note(&l.text);
        let near: Vec<&TextLine> = self.narrative.iter().rev().take(4).take_while(is_near).collect();
        let (back, kind) = near.iter().enumerate().find_map(|(i, line)| {
            let kind = title(&format!("{}表", join_key(&line.text)))?;
            (kind != TableKind::Unknown && is_short(&line.text)).then_some((i, kind))
        })?;
        let mut lines = self.narrative.split_off(self.narrative.len() - 1 - back).into_iter();
        let mut section = Section::new(kind, lines.next()?);
        lines.for_each(|line| section.note(&line));
        Some(section)
    }

    /// Whether a grid without a title has a header of its own that differs from the open table's: then
    /// its title was lost, and adding its rows to the open table would mix two tables.
    fn starts_another_table(&self, grid: &Grid) -> bool {
        let Some(open) = self.sections.last().and_then(|s| s.grids.first()) else { return true };
        // A page break cuts the header: what follows has the rest of it.
        if open.rows.len() <= 4 && header_rows(&open.rows) == open.rows.len() {
            return false;
        }
        let cells = |grid: &Grid| -> Vec<String> {
            grid.rows
                .first()
                .map(|r| r.cells.iter().map(|c| join_key(&c.text).into_owned()).filter(|t| !t.is_empty()).collect())
                .unwrap_or_default()
        };
        let first = cells(grid);
        let layouts = Layouts::builtin();
        let label = |t: &String| layouts.label(std::slice::from_ref(t)).is_some();
        // 使用非财政拨款结余 beside 结余分配 are rows: a header names what its columns hold, too.
        let names = |t: &String| {
            let plain = |d: Dimensions| d == Dimensions { flow: d.flow, stage: d.stage, ..Dimensions::default() };
            label(t) || layouts.heading(t).is_some_and(plain)
        };
        // A row with blank cells is one of the body, as far as the cells tell their spans.
        let blank = |c: &Cell| c.text.is_empty() && c.span.is_some_and(|s| s.columns > 0);
        let has_blanks = grid.rows.first().is_some_and(|r| r.cells.iter().any(blank));
        let header = first.len() >= 2
            && !has_blanks
            && first.iter().any(names)
            && first.iter().all(|t| layouts.heading(t).is_some() || label(t));
        header && first != cells(open)
    }
}

/// Titles, notes and remarks that are printed inside a grid become texts: before it as its first rows, after it
/// as its last ones, and where another title begins another table in it.
fn lift_captions(block: Block, lifted: &mut Vec<Block>) {
    let Block::Grid(Grid { rows, unruled }) = block else { return lifted.push(block) };
    if is_contents(&rows) {
        return lifted.extend(rows.iter().filter_map(|row| Some(caption_line(alone(row)?, row))));
    }
    let mut piece = Vec::with_capacity(rows.len());
    for row in rows {
        if !piece.is_empty() && alone(&row).is_some_and(|text| title(text).is_some()) {
            lift_piece(std::mem::take(&mut piece), unruled, lifted);
        }
        piece.push(row);
    }
    if !piece.is_empty() {
        lift_piece(piece, unruled, lifted);
    }
}

/// Whether a frame is drawn around a table of contents: one text a row, with leaders to the page numbers.
fn is_contents(rows: &[GridRow]) -> bool {
    let mut written = rows.iter().filter(|row| row.width() > 0).peekable();
    let leads = |text: &str| text.contains("……") || text.contains(".....");
    written.peek().is_some() && written.all(|row| alone(row).is_some()) && rows.iter().filter_map(alone).any(leads)
}

/// A piece of a grid with at most one title, as its first row.
fn lift_piece(mut rows: Vec<GridRow>, unruled: bool, lifted: &mut Vec<Block>) {
    let mut texts = Vec::new();
    let mut titled = false;
    let count = rows.iter().take_while(|row| {
        let cells: Vec<&str> = row.cells.iter().map(|c| c.text.as_str()).filter(|t| !t.is_empty()).collect();
        let caption = match cells.as_slice() {
            [] => titled,
            [one] if title(one).is_some() && !titled => {
                titled = true;
                true
            }
            many => many.iter().all(|t| is_note(t)) && (titled || row.cells.len() > 1),
        };
        if caption {
            texts.extend(cells.iter().map(|t| caption_line(t, row)));
        }
        caption
    });
    let count = count.count();
    let body = rows.get(count..).unwrap_or_default();
    let remarks = body.iter().rev().take_while(|row| alone(row).is_some_and(is_remark)).count();
    // A table of nothing but captions: they are its content.
    if remarks == body.len() && !titled {
        return lifted.push(Block::Grid(Grid { rows, unruled }));
    }
    lifted.extend(texts);
    let remarks = rows.split_off(rows.len() - remarks);
    rows.drain(..count);
    if !rows.is_empty() {
        lifted.push(Block::Grid(Grid { rows, unruled }));
    }
    lifted.extend(remarks.iter().filter_map(|row| Some(caption_line(alone(row)?, row))));
}

fn caption_line(text: &str, row: &GridRow) -> Block {
    let place = crate::record::Place { row: 0, column: 0, ..row.place };
    Block::Text(TextLine { text: text.to_owned(), place })
}

/// The only text of a row.
fn alone(row: &GridRow) -> Option<&str> {
    let mut texts = row.cells.iter().map(|c| c.text.as_str()).filter(|t| !t.is_empty());
    let first = texts.next()?;
    texts.next().is_none().then_some(first)
}

/// A known title broken over two lines.
fn wrapped_title(line: &TextLine, next: &TextLine) -> Option<TextLine> {
    let short = |l: &TextLine| l.text.chars().count() <= 40;
    let begins = |l: &TextLine| title(&l.text).is_some_and(|kind| kind != TableKind::Unknown);
    if !short(line) || !short(next) || begins(line) || begins(next) || is_note(&next.text) {
        return None;
    }
    let text = format!("{}{}", line.text, next.text);
    let kind = title(&text)?;
    // Both lines must be needed: 目录 before a title is none of it.
    let needed = line.text.contains(['预', '决', '支', '收', '“', '公']) && !line.text.ends_with(['：', ':']);
    (kind != TableKind::Unknown && needed).then_some(TextLine { text, place: line.place })
}

/// Whether the next blocks are a grid after at most two more short lines that are no titles.
fn grid_follows<'a>(blocks: impl Iterator<Item = &'a Block>) -> bool {
    for block in blocks.take(3) {
        match block {
            Block::Grid(_) => return true,
            Block::Text(line) if is_short(&line.text) && title(&line.text).is_none() => {}
            Block::Text(_) => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_around_the_contents_is_no_table() {
        let rows = ["目录", "一、说明…………1", "2024年部门收入预算表…………2", "2024年部门支出预算表…………3"];
        let rows = rows.map(|row| format!("<tr><td>{row}</td></tr>")).concat();
        let outline = Outline::read("x.html", &format!("<table>{rows}</table>"));
        assert!(outline.sections.is_empty());
        assert_eq!(outline.announced.len(), 2);
    }

    #[test]
    fn contents_titles_and_continuations_are_told_apart() {
        let text = "目录\n- 一、部门收支预算表\n- 二、项目支出预算表\n\n2023 年部门收支预算表\n单位：万元\n\n\
                    收入\t\t支出\t\n项目\t金额\t项目\t金额\n一、一般公共预算\t1\t一、外交\t1\n\n二、其他收入\t\t二、国防\t\n\n\
                    备注：无。\n说明文字。\n";
        let outline = Outline::read("x", text);
        assert_eq!(outline.sections.len(), 1);
        assert_eq!(outline.sections[0].grids.len(), 2);
        assert_eq!(outline.sections[0].unit().unwrap().0, MoneyUnit::TenThousand);
        assert_eq!(outline.sections[0].remark, "备注：无。");
        assert_eq!(outline.announced.len(), 2);
        assert_eq!(outline.narrative.last().unwrap().text, "说明文字。");
    }

    #[test]
    fn titles_without_a_table_tell_why_and_titles_need_not_end_in_table() {
        let text = "示例局2024年部门预算\n\n2024年部门收支总体情况\n单位：万元\n\n收入\t\t支出\t\n项目\t金额\t项目\t金额\n\
                    一、一般公共预算\t1.00\t一、外交\t1.00\n\n收支总体情况（续）\n\n二、其他收入\t\t二、国防\t\n\n\
                    国有资本经营预算支出表\n本部门没有国有资本经营预算拨款安排的支出。\n\n“三公”经费情况见下表\n";
        let outline = Outline::read("x", text);
        let sections: Vec<(TableKind, usize)> = outline.sections.iter().map(|s| (s.kind, s.grids.len())).collect();
        assert_eq!(
            sections,
            [(TableKind::RevenueExpenditureSummary, 2), (TableKind::StateCapitalExpenditure, 0)],
            "{:?}",
            outline.narrative
        );
        assert_eq!(outline.sections[0].unit().unwrap().0, MoneyUnit::TenThousand);
        assert!(outline.announced.is_empty(), "{:?}", outline.announced);
    }
}
