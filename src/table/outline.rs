//! A document's outline: which grids belong to which title, and what is narrative.

use std::sync::LazyLock;

use regex::Regex;

use crate::record::{MoneyUnit, TableKind, TableRecord, TableState, join_key, pattern};
use crate::source::{Block, Document, Grid, TextLine};

use super::layout::Layouts;

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
}

impl Section {
    fn new(kind: TableKind, title: TextLine) -> Self {
        Self { kind, title, notes: Vec::new(), grids: Vec::new(), remark: String::new() }
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
    pub(super) fn of(document: &Document) -> Self {
        let mut outline = Self::default();
        let mut pending: Option<Section> = None;
        let mut open = false;
        let lifted: Vec<Block> = document.blocks.iter().flat_map(lift_captions).collect();
        let mut blocks = lifted.iter().peekable();
        while let Some(block) = blocks.next() {
            match block {
                Block::Text(line) => {
                    let next = blocks.peek().and_then(|b| if let Block::Text(next) = b { Some(next) } else { None });
                    let wrapped = next.and_then(|next| wrapped_title(line, next));
                    if wrapped.is_some() {
                        blocks.next();
                    }
                    let line = &wrapped.unwrap_or_else(|| line.clone());
                    let again = |s: &Section| join_key(&s.title.text) == join_key(&line.text);
                    if pending.is_none() && outline.sections.last().is_some_and(again) {
                        // The title printed again over the next page of the same table.
                        open = true;
                    } else if let Some(kind) = title(&line.text) {
                        outline.announce(pending.replace(Section::new(kind, line.clone())));
                        open = false;
                    } else if is_page_number(&line.text) {
                    } else if is_note(&line.text) && (pending.is_some() || open) {
                        let section = pending.as_mut().or(outline.sections.last_mut().filter(|_| open));
                        if let Some(section) = section {
                            section.note(line);
                        }
                    } else if is_remark(&line.text) && open {
                        if let Some(section) = outline.sections.last_mut() {
                            section.remark.push_str(&line.text);
                        }
                    } else if pending.is_some() && is_short(&line.text) && grid_follows(blocks.clone()) {
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
                        let title = outline.narrative.last().cloned();
                        let title = title.unwrap_or_else(|| TextLine {
                            text: String::new(),
                            place: grid.rows.first().map(|r| r.place).unwrap_or_default(),
                        });
                        outline.sections.push(Section::new(TableKind::Unknown, title));
                    }
                    open = true;
                    if let Some(section) = outline.sections.last_mut() {
                        section.grids.push(grid.clone());
                    }
                }
            }
        }
        outline.announce(pending);
        outline
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

    /// Whether a grid without a title has a header of its own that differs from the open table's: then
    /// its title was lost, and adding its rows to the open table would mix two tables.
    fn starts_another_table(&self, grid: &Grid) -> bool {
        let Some(open) = self.sections.last().and_then(|s| s.grids.first()) else { return true };
        let cells = |grid: &Grid| -> Vec<String> {
            grid.rows
                .first()
                .map(|r| r.cells.iter().map(|c| join_key(&c.text)).filter(|t| !t.is_empty()).collect())
                .unwrap_or_default()
        };
        let first = cells(grid);
        let layouts = Layouts::builtin();
        let header = first.len() >= 2
            && first.iter().all(|t| layouts.heading(t).is_some() || layouts.label(std::slice::from_ref(t)).is_some());
        header && first != cells(open)
    }
}

/// Titles and notes that are printed inside a grid, as its first rows, come before it as texts.
fn lift_captions(block: &Block) -> Vec<Block> {
    let Block::Grid(grid) = block else { return vec![block.clone()] };
    let mut texts = Vec::new();
    let mut titled = false;
    let count = grid.rows.iter().take_while(|row| {
        let cells: Vec<&str> = row.cells.iter().map(|c| c.text.as_str()).filter(|t| !t.is_empty()).collect();
        let caption = match cells.as_slice() {
            [] => titled,
            [one] if title(one).is_some() && !titled => {
                titled = true;
                true
            }
            many => many.iter().all(|t| is_note(t)) && row.width() > 1,
        };
        if caption {
            let place = crate::record::Place { row: 0, column: 0, ..row.place };
            texts.extend(cells.iter().map(|t| Block::Text(TextLine { text: (*t).to_owned(), place })));
        }
        caption
    });
    let count = count.count();
    let rows: Vec<_> = grid.rows.iter().skip(count).cloned().collect();
    if rows.is_empty() || count == 0 {
        return vec![block.clone()];
    }
    texts.push(Block::Grid(Grid { rows }));
    texts
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

/// The kind of table a line names as its title; [`TableKind::Unknown`] for a title-like line of no known
/// table.
fn title(line: &str) -> Option<TableKind> {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"^[-•·]?([一二三四五六七八九十]+、|\d+[.、])?[^。;；!！?？]{2,60}表(\([^()]*\))?[.…·\d]*$")
    });
    // 部门 and 单位 may stand on the same line.
    static NOTE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\(?(编制|填报)?(金额单位|部门|单位)(名称)?:[^表]*$|\((金额)?单位:[^()]*\)$"));
    let key = join_key(line);
    let key = NOTE.replace(&key, "");
    if !SHAPE.is_match(&key) || key.chars().count() > 60 || key.contains("如下表") || key.starts_with("详见") {
        return None;
    }
    Some(Layouts::builtin().by_title(&key).unwrap_or(TableKind::Unknown))
}

/// Too short for a sentence.
fn is_short(line: &str) -> bool {
    line.chars().count() <= 24 && !line.contains(['。', '；', '，', '！', '？'])
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

fn is_note(line: &str) -> bool {
    static NOTE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^((编制|填报|预算)?(部门|单位)(\(单位\))?(名称)?(\([^)]*\))?:|金额单位|单位[:(]|(公开|预算|决算|财决|附)?(附?表|附件)?[一二三四五六七八九十\d]{1,3}(-\d+)?表?$|\(?\d{4}年度?\)?$|预算年度)",
        )
    });
    NOTE.is_match(&join_key(line))
}

fn is_remark(line: &str) -> bool {
    static REMARK: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\(?(备注|注|说明)[:1-9]|^(本|此)表为空|^.{0,40}(此表|本表)(无数据|为空)"));
    REMARK.is_match(&join_key(line))
}

fn is_page_number(line: &str) -> bool {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[-—─–]?(第?\d{1,4}页?)[-—─–]?(共\d+页)?$"));
    NUMBER.is_match(&join_key(line))
}

/// The unit of money that a text states: `单位：万元`, `（单位:元）`, `项目金额（万元）`.
pub(super) fn stated_unit(text: &str) -> Option<(MoneyUnit, String)> {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"单位(?:\)|为)?:?\(?((?:人民币)?(?:亿元|百万元|万元|千元|元|万$))\)?|\(((?:亿|百万|万|千)?元)\)")
    });
    let key = join_key(text);
    let found = UNIT.captures(&key)?;
    let name = found.get(1).or(found.get(2))?.as_str();
    MoneyUnit::parse(name).map(|unit| (unit, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read_bytes;

    #[test]
    fn contents_titles_and_continuations_are_told_apart() {
        let text = "目录\n- 一、部门收支预算表\n- 二、项目支出预算表\n\n2023 年部门收支预算表\n单位：万元\n\n\
                    收入\t\t支出\t\n项目\t金额\t项目\t金额\n一、一般公共预算\t1\t一、外交\t1\n\n二、其他收入\t\t二、国防\t\n\n\
                    备注：无。\n说明文字。\n";
        let outline = Outline::of(&read_bytes("x", text.as_bytes()).unwrap());
        assert_eq!(outline.sections.len(), 1);
        assert_eq!(outline.sections[0].grids.len(), 2);
        assert_eq!(outline.sections[0].unit().unwrap().0, MoneyUnit::TenThousand);
        assert_eq!(outline.sections[0].remark, "备注：无。");
        assert_eq!(outline.announced.len(), 2);
        assert_eq!(outline.narrative.last().unwrap().text, "说明文字。");
    }

    #[test]
    fn units_are_found_in_notes_and_headings() {
        for (text, unit) in [
            ("单位: 万元", MoneyUnit::TenThousand),
            ("金额单位：元", MoneyUnit::Yuan),
            ("项目金额（万元）", MoneyUnit::TenThousand),
            ("部门预算总额(万元)", MoneyUnit::TenThousand),
        ] {
            assert_eq!(stated_unit(text).map(|u| u.0), Some(unit), "{text}");
        }
        assert_eq!(stated_unit("部门名称：教育局"), None);
    }
}
