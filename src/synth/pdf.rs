//! A document as PDF: ruled tables on landscape pages, the way office programs print them. The font is not
//! embedded: viewers have `STSong`, and readers need its character collection (`Adobe-GB1`) only. As in all published
//! disclosures, a `ToUnicode` map tells the text of what is printed.

use std::collections::BTreeSet;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};

use super::sheet::{Block, Node, Sheet, Table};

const WIDTH: f32 = 842.0;
const HEIGHT: f32 = 595.0;
const MARGIN: f32 = 40.0;
/// Space between a rule and the text beside it.
const INSET: f32 = 2.0;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    /// Whether the header is printed again on the next page.
    pub(super) header_again: bool,
    /// Whether every rule is drawn twice, a point apart.
    pub(super) double_rules: bool,
}

/// The bytes of the file.
pub(super) fn write(sheet: &Sheet, style: Style) -> Vec<u8> {
    let mut pages = Pages { style, done: Vec::new(), content: Content::new(), y: MARGIN, characters: BTreeSet::new() };
    for block in &sheet.blocks {
        match block {
            Block::Line(line) => pages.paragraph(line),
            Block::Table(table) => pages.table(table),
        }
    }
    pages.turn();
    file(&pages.done, &pages.characters)
}

fn file(pages: &[Vec<u8>], characters: &BTreeSet<char>) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let (catalog, tree, font, cid, descriptor) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4), Ref::new(5));
    let unicode = Ref::new(6);
    pdf.catalog(catalog).pages(tree);
    let reference = |i: usize| Ref::new(i32::try_from(i).unwrap_or(i32::MAX));
    let kids: Vec<Ref> = (0..pages.len()).map(|i| reference(7 + 2 * i)).collect();
    pdf.pages(tree).kids(kids).count(i32::try_from(pages.len()).unwrap_or_default());
    let name = Name(b"STSong-Light");
    let mut type0 = pdf.type0_font(font);
    type0.base_font(name).encoding_predefined(Name(b"UniGB-UCS2-H")).descendant_font(cid).to_unicode(unicode);
    type0.finish();
    pdf.stream(unicode, &to_unicode(characters));
    let mut cid_font = pdf.cid_font(cid);
    cid_font.subtype(CidFontType::Type0).base_font(name).default_width(1000.0).font_descriptor(descriptor);
    cid_font.system_info(SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"GB1"), supplement: 2 });
    cid_font.widths().same(1, 95, 500.0);
    cid_font.finish();
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(Rect::new(0.0, -200.0, 1000.0, 900.0))
        .italic_angle(0.0)
        .ascent(880.0)
        .descent(-120.0)
        .cap_height(700.0)
        .stem_v(80.0);
    for (i, content) in pages.iter().enumerate() {
        let (id, stream) = (reference(7 + 2 * i), reference(8 + 2 * i));
        let mut page = pdf.page(id);
        page.parent(tree).media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT)).contents(stream);
        page.resources().fonts().pair(Name(b"F1"), font);
        page.finish();
        pdf.stream(stream, content);
    }
    pdf.finish()
}

/// The codes of the printed characters, which are those of UCS-2, and their texts.
fn to_unicode(characters: &BTreeSet<char>) -> Vec<u8> {
    let ucs = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 };
    let mut map = UnicodeCmap::<u16>::new(Name(b"Adobe-Identity-UCS"), ucs);
    for (code, c) in characters.iter().filter_map(|c| Some((u16::try_from(u32::from(*c)).ok()?, *c))) {
        map.pair(code, c);
    }
    map.finish().into_vec()
}

/// Width of a text in units of the font's size: what is no ASCII is as wide as high.
fn em(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

/// Cuts a text into lines no wider than `width`; amounts and other words of ASCII stay whole.
fn wrap(text: &str, size: f32, width: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = if first.is_ascii_graphic() {
            rest.find(|c: char| !c.is_ascii_graphic()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (word, after) = rest.split_at(word);
        rest = after;
        if !line.is_empty() && em(&line) * size + em(word) * size > width {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

struct Pages {
    style: Style,
    done: Vec<Vec<u8>>,
    content: Content,
    /// How far down the page is filled.
    y: f32,
    /// All that is printed.
    characters: BTreeSet<char>,
}

impl Pages {
    fn turn(&mut self) {
        let content = std::mem::replace(&mut self.content, Content::new());
        self.done.push(content.finish().into_vec());
        self.y = MARGIN;
    }

    fn text(&mut self, x: f32, y: f32, size: f32, text: &str) {
        if text.is_empty() {
            return;
        }
        self.characters.extend(text.chars());
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        self.content.begin_text().set_font(Name(b"F1"), size).next_line(x, HEIGHT - y);
        self.content.show(Str(&bytes));
        self.content.end_text();
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32)) {
        let shifts: &[f32] = if self.style.double_rules { &[0.0, 1.0] } else { &[0.0] };
        for shift in shifts {
            self.content.set_line_width(0.5);
            self.content.move_to(from.0 + shift, HEIGHT - from.1 - shift);
            self.content.line_to(to.0 + shift, HEIGHT - to.1 - shift);
            self.content.stroke();
        }
    }

    fn paragraph(&mut self, text: &str) {
        const SIZE: f32 = 10.5;
        for (i, line) in wrap(&format!("　　{text}"), SIZE, WIDTH - 2.0 * MARGIN).iter().enumerate() {
            if self.y + 16.0 > HEIGHT - MARGIN {
                self.turn();
            }
            self.y += 16.0;
            let shift = if i == 0 { 2.0 * SIZE } else { 0.0 };
            let line = line.trim_start_matches('　').to_owned();
            self.text(MARGIN + shift, self.y, SIZE, &line);
        }
        self.y += 4.0;
    }

    fn table(&mut self, table: &Table) {
        // Every table begins on its own page, as printed from a workbook.
        if self.y > MARGIN {
            self.turn();
        }
        self.y += 20.0;
        self.text((WIDTH - em(&table.title) * 14.0) / 2.0, self.y, 14.0, &table.title);
        self.y += 20.0;
        if let [first, rest @ ..] = table.notes.as_slice() {
            self.text(MARGIN, self.y, 9.0, first);
            let last = rest.join(" ");
            self.text(WIDTH - MARGIN - em(&last) * 9.0 - 4.0, self.y, 9.0, &last);
        }
        self.y += 6.0;
        let grid = Grid::of(table);
        self.header(table, &grid);
        let mut top = self.y;
        let mut printed = false;
        for (row, height) in table.rows.iter().zip(&grid.heights) {
            if self.y + height > HEIGHT - MARGIN && printed {
                self.columns(&grid, top);
                self.turn();
                if self.style.header_again {
                    self.header(table, &grid);
                } else {
                    self.rule((grid.left(), self.y), (grid.right(), self.y));
                }
                top = self.y;
            }
            self.row(&row.cells, &grid, *height);
            printed = true;
        }
        self.columns(&grid, top);
        if let Some(remark) = &table.remark {
            self.paragraph(remark);
        }
    }

    fn row(&mut self, cells: &[String], grid: &Grid, height: f32) {
        for (i, text) in cells.iter().enumerate() {
            let (Some(left), Some(right)) = (grid.edges.get(i), grid.edges.get(i + 1)) else { continue };
            let amount = grid.amounts.get(i).copied().unwrap_or_default();
            self.cell(text, (*left, *right), (self.y, self.y + height), grid.size, amount);
        }
        self.y += height;
        self.rule((grid.left(), self.y), (grid.right(), self.y));
    }

    /// Text in the middle of a cell, amounts at its right edge.
    fn cell(&mut self, text: &str, (left, right): (f32, f32), (top, bottom): (f32, f32), size: f32, amount: bool) {
        let lines = wrap(text, size, right - left - 2.0 * INSET);
        let count = lines.iter().map(|_| 1.0_f32).sum::<f32>();
        let mut y = f32::midpoint(top, bottom) - count * size * 1.2 / 2.0 + size * 0.95;
        for line in &lines {
            let x = if amount { right - INSET - em(line) * size } else { left + INSET };
            self.text(x, y, size, line);
            y += size * 1.2;
        }
    }

    /// The rules between columns of the rows since `top`.
    fn columns(&mut self, grid: &Grid, top: f32) {
        let bottom = self.y;
        for edge in &grid.edges {
            self.rule((*edge, top), (*edge, bottom));
        }
    }

    fn header(&mut self, table: &Table, grid: &Grid) {
        let top = self.y;
        let rows = table.head_rows();
        if rows == 0 {
            self.rule((grid.left(), top), (grid.right(), top));
            return;
        }
        let mut at = 0;
        for node in &table.head {
            self.heading(node, 0, at, grid, top);
            at += node.leaves();
        }
        self.y += grid.head;
    }

    fn heading(&mut self, node: &Node, level: usize, at: usize, grid: &Grid, top: f32) {
        let leaves = node.leaves();
        let (Some(left), Some(right)) = (grid.edges.get(at).copied(), grid.edges.get(at + leaves).copied()) else {
            return;
        };
        let up: f32 = grid.levels.iter().take(level).sum();
        let deep: f32 = if node.under.is_empty() {
            grid.levels.iter().skip(level).sum()
        } else {
            grid.levels.get(level).copied().unwrap_or_default()
        };
        let (upper, lower) = (top + up, top + up + deep);
        self.rule((left, upper), (right, upper));
        self.rule((left, lower), (right, lower));
        self.rule((left, upper), (left, lower));
        self.rule((right, upper), (right, lower));
        self.cell(&node.text, (left, right), (upper, lower), grid.size, false);
        let mut at = at;
        for under in &node.under {
            self.heading(under, level + 1, at, grid, top);
            at += under.leaves();
        }
    }
}

/// Where the columns of a table stand and how high its rows are.
struct Grid {
    edges: Vec<f32>,
    amounts: Vec<bool>,
    size: f32,
    heights: Vec<f32>,
    /// Heights of the header's levels, and their sum.
    levels: Vec<f32>,
    head: f32,
}

impl Grid {
    fn of(table: &Table) -> Self {
        let columns = table.columns();
        let count = columns.len().max(table.rows.iter().map(|r| r.cells.len()).max().unwrap_or_default()).max(1);
        let amounts: Vec<bool> = (0..count).map(|i| columns.get(i).is_some_and(|c| c.amount)).collect();
        let texts = |i: usize| table.rows.iter().filter_map(move |row| row.cells.get(i)).map(|text| em(text));
        // Words of a label may wrap, amounts and codes may not.
        let solid = |i: usize| {
            let longest = |text: &String| text.split(|c: char| !c.is_ascii_graphic()).map(em).fold(0.0, f32::max);
            table.rows.iter().filter_map(|row| row.cells.get(i)).map(longest).fold(2.0_f32, f32::max)
        };
        let wide: Vec<f32> = (0..count).map(|i| texts(i).fold(solid(i), f32::max).min(18.0).max(solid(i))).collect();
        let solid: Vec<f32> = (0..count).map(solid).collect();
        let room = WIDTH - 2.0 * MARGIN - (0..count).map(|_| 2.0 * INSET + 1.0).sum::<f32>();
        let mut size = 9.0_f32;
        while size > 4.0 && solid.iter().map(|em| em * size).sum::<f32>() > room * 0.8 {
            size -= 0.5;
        }
        let (least, most): (f32, f32) = (solid.iter().sum::<f32>() * size, wide.iter().sum::<f32>() * size);
        let give = if most > least { ((room - least) / (most - least)).clamp(0.0, 1.0) } else { 0.0 };
        let mut edges = vec![MARGIN];
        let mut x = MARGIN;
        for (solid, wide) in solid.iter().zip(&wide) {
            x += solid * size + (wide - solid) * size * give + 2.0 * INSET + 1.0;
            edges.push(x);
        }
        let width = |i: usize, n: usize| match (edges.get(i), edges.get(i + n)) {
            (Some(left), Some(right)) => right - left - 2.0 * INSET,
            _ => room,
        };
        let height = |lines: usize| (0..lines).map(|_| size * 1.2).sum::<f32>() + 5.0;
        let tallest = |cells: &[String]| {
            let lines = cells.iter().enumerate().map(|(i, text)| wrap(text, size, width(i, 1)).len());
            height(lines.max().unwrap_or(1))
        };
        let heights = table.rows.iter().map(|row| tallest(&row.cells)).collect();
        let mut levels = vec![height(1); table.head_rows()];
        let mut at = 0;
        for node in &table.head {
            measure(node, 0, at, &mut levels, &|text, i, n| height(wrap(text, size, width(i, n)).len()));
            at += node.leaves();
        }
        let head = levels.iter().sum();
        Self { edges, amounts, size, heights, levels, head }
    }

    fn left(&self) -> f32 {
        self.edges.first().copied().unwrap_or(MARGIN)
    }

    fn right(&self) -> f32 {
        self.edges.last().copied().unwrap_or(WIDTH - MARGIN)
    }
}

/// Makes levels as high as what stands in them.
fn measure(node: &Node, level: usize, at: usize, levels: &mut [f32], height: &dyn Fn(&str, usize, usize) -> f32) {
    let needed = height(&node.text, at, node.leaves());
    let last = levels.len().saturating_sub(1);
    // A leaf reaches down to the rows: what it lacks the last level gets.
    let spanned: f32 = levels.iter().skip(level).sum();
    if node.under.is_empty() {
        if let Some(level) = levels.get_mut(last).filter(|_| spanned < needed) {
            *level += needed - spanned;
        }
    } else if let Some(level) = levels.get_mut(level)
        && *level < needed
    {
        *level = needed;
    }
    let mut at = at;
    for under in &node.under {
        measure(under, level + 1, at, levels, height);
        at += under.leaves();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_everything_printed_is_told_by_its_code() {
        let sheet = Sheet { blocks: vec![Block::Line("收支0".to_owned())] };
        let file = String::from_utf8_lossy(&write(&sheet, Style::default())).into_owned();
        assert!(file.contains("/ToUnicode"));
        for code in ["0030", "652F", "6536"] {
            assert!(file.contains(&format!("<{code}> <{code}>")), "{code}");
        }
    }
}
