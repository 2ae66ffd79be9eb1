//! Word documents (docx): paragraphs and tables as they print once all tracked changes are accepted.
//!
//! `w:` names are those of the format (ECMA-376 part 1, chapter 17).

use super::SourceError;
use super::cell_text::{joined, lines_of};
use super::document::{Block, Document, NoteKind, Span, TextLine};
use super::laid::Laid;
use super::package::Package;
use super::xml::{self, Element, Node};
use crate::record::Place;

const FORMAT: &str = "Word document";
/// Largest main part; the text of a thousand pages has some ten megabytes.
const LARGEST: usize = 64 << 20;

/// Reads a docx document.
pub(super) fn parse(package: Package<'_>) -> Result<Document, SourceError> {
    let mut package = package.named(FORMAT);
    let damaged = |cause: String| SourceError::Damaged { format: FORMAT, cause };
    let part = main_part(&mut package)?;
    let text = package.text(&part)?.ok_or_else(|| damaged(format!("its part {part} is missing")))?;
    if text.len() > LARGEST {
        return Err(SourceError::Expands);
    }
    let root = xml::parse(&text).map_err(damaged)?;
    let body = root.child("body").ok_or_else(|| damaged("it has no body".to_owned()))?;
    let mut reader = Reader { pages: Pages::of(&text), ..Reader::default() };
    reader.blocks(body);
    reader.flush();
    let mut document = reader.document;
    document.format = "docx";
    document.lines = Some(reader.line);
    document.pages = reader.pages.current;
    for name in ["word/embeddings/", "word/afchunk"] {
        if package.has_folder(name) {
            let message = "the document holds another file inside it, which was not read; save that one on its own";
            document.note(NoteKind::NotRead, Place::default(), message);
            break;
        }
    }
    Ok(document)
}

/// The part with the text, by the container's relations.
fn main_part(package: &mut Package<'_>) -> Result<String, SourceError> {
    let usual = "word/document.xml";
    if package.has(usual) {
        return Ok(usual.to_owned());
    }
    let relations = package.text("_rels/.rels")?.and_then(|text| xml::parse(&text).ok());
    let target = relations.as_ref().into_iter().flat_map(Element::elements).find_map(|relation| {
        let kind = relation.attribute("Type")?;
        kind.ends_with("/officeDocument").then(|| relation.attribute("Target")).flatten()
    });
    Ok(target.unwrap_or(usual).trim_start_matches('/').to_owned())
}

/// Page numbers: where Word noted the breaks of its last layout, by these, else by the breaks that are set.
#[derive(Debug, Default)]
struct Pages {
    current: Option<u32>,
    laid_out: bool,
}

impl Pages {
    fn of(text: &str) -> Self {
        let laid_out = text.contains("lastRenderedPageBreak");
        let breaks = laid_out || text.contains("w:type=\"page\"") || text.contains("pageBreakBefore");
        Self { current: breaks.then_some(1), laid_out }
    }

    fn turn(&mut self, laid_out: bool) {
        if laid_out == self.laid_out {
            self.current = self.current.map(|n| n.saturating_add(1));
        }
    }
}

#[derive(Debug, Default)]
struct Reader {
    document: Document,
    pages: Pages,
    /// Paragraphs and rows so far.
    line: u32,
    /// A paragraph whose end was deleted: the next one goes on in it.
    carried: Option<(String, Place)>,
}

/// The text of a paragraph, and the text boxes that hang on it.
#[derive(Debug, Default)]
struct Paragraph<'a> {
    text: String,
    boxes: Vec<&'a Element>,
}

impl Reader {
    /// Reads paragraphs and tables in order.
    fn blocks(&mut self, parent: &Element) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => self.paragraph(element),
                "tbl" => self.table(element),
                "sdt" => element.child("sdtContent").into_iter().for_each(|content| self.blocks(content)),
                // Marks of tracked changes, of the editor and of forms that wrap what stays.
                "ins" | "moveTo" | "customXml" | "smartTag" => self.blocks(element),
                "altChunk" => {
                    let place = self.place();
                    let message = "a part of the document is another file inside it, which was not read";
                    self.document.note(NoteKind::NotRead, place, message);
                }
                _ => {}
            }
        }
    }

    fn place(&self) -> Place {
        Place { page: self.pages.current, ..Place::line(self.line.max(1)) }
    }

    fn paragraph(&mut self, element: &Element) {
        self.line = self.line.saturating_add(1);
        let properties = element.child("pPr");
        if properties.is_some_and(|p| p.child("pageBreakBefore").is_some_and(is_on)) {
            self.pages.turn(false);
        }
        let mut paragraph = Paragraph::default();
        let place = self.place();
        self.runs(element, &mut paragraph);
        let (text, place) = match self.carried.take() {
            Some((before, place)) => (before + &paragraph.text, place),
            None => (paragraph.text, place),
        };
        let mark = properties.and_then(|p| p.child("rPr"));
        if mark.is_some_and(|m| m.child("del").is_some() || m.child("moveFrom").is_some()) {
            self.carried = Some((text, place));
        } else {
            self.text(&text, place);
        }
        for content in paragraph.boxes {
            self.blocks(content);
        }
        let section = properties.and_then(|p| p.child("sectPr")).and_then(|s| s.child("type"));
        if properties.is_some_and(|p| p.child("sectPr").is_some())
            && section.is_none_or(|t| t.attribute("val") != Some("continuous"))
        {
            self.pages.turn(false);
        }
    }

    fn flush(&mut self) {
        if let Some((text, place)) = self.carried.take() {
            self.text(&text, place);
        }
    }

    fn text(&mut self, text: &str, place: Place) {
        self.document.blocks.extend(lines_of(text).map(|text| Block::Text(TextLine { text, place })));
    }

    /// Collects the text of runs.
    fn runs<'a>(&mut self, parent: &'a Element, into: &mut Paragraph<'a>) {
        for element in parent.elements() {
            match element.name.as_str() {
                // Deleted or moved away, and what is no text of the line.
                "del" | "moveFrom" | "pPr" | "rPr" | "rt" | "sdtPr" | "instrText" | "delText" => {}
                "r" if is_vanished(element) => {}
                "t" => into.text.extend(element.children.iter().filter_map(|node| match node {
                    Node::Text(text) => Some(text.as_str()),
                    Node::Element(_) => None,
                })),
                "tab" | "ptab" => into.text.push(' '),
                "noBreakHyphen" => into.text.push('-'),
                "br" if element.attribute("type") == Some("page") => self.pages.turn(false),
                "br" | "cr" => into.text.push('\n'),
                "lastRenderedPageBreak" => self.pages.turn(true),
                // The choice is what new programs show, the fallback the same for old ones.
                "AlternateContent" => {
                    let choice = element.child("Choice").filter(|c| c.descendant("txbxContent").is_some());
                    let taken = choice.or_else(|| element.child("Fallback")).or_else(|| element.child("Choice"));
                    if let Some(taken) = taken {
                        self.runs(taken, into);
                    }
                }
                "txbxContent" => into.boxes.push(element),
                _ => self.runs(element, into),
            }
        }
    }

    fn table(&mut self, table: &Element) {
        let rows = rows(table);
        let columns: u32 = rows.iter().map(|row| cells(row).iter().map(|c| span(c)).sum()).max().unwrap_or(0);
        let nests = |cell: &&Element| cell.descendant("tbl").is_some();
        let nested = rows.iter().flat_map(|r| cells(r)).filter(nests).count();
        let own = rows.iter().flat_map(|r| cells(r)).filter(|c| !nests(c) && c.descendant("t").is_some()).count();
        // A table that only frames or places what is in it.
        if columns < 2 || nested > 0 && own < 4 {
            for row in &rows {
                for cell in cells(row) {
                    self.blocks(cell);
                }
            }
            return;
        }
        self.flush();
        let mut laid = Laid::default();
        let mut inner = Vec::new();
        let spans = vertical_spans(&rows);
        for (r, row) in rows.iter().enumerate() {
            self.line = self.line.saturating_add(1);
            laid.row(self.place());
            let before = row.child("trPr").and_then(|p| p.child("gridBefore")).and_then(|g| g.number("val"));
            let mut column = 0;
            for _ in 0..before.unwrap_or(0).min(1000) {
                laid.cell(String::new(), Span { rows: 1, columns: 1 });
                column += 1;
            }
            for cell in cells(row) {
                let columns = span(cell);
                // A cell that goes on from the row above is laid out with the one that it began in.
                let begun = merge(cell) != Some(Merge::Continues);
                let text = self.cell_text(cell, &mut inner);
                if begun || spans.contains_key(&(r, column)) {
                    let rows = spans.get(&(r, column)).copied().unwrap_or(1);
                    laid.cell(text, Span { rows, columns });
                }
                column += columns;
            }
        }
        if laid.is_full {
            let place = self.place();
            self.document.note(
                NoteKind::Damaged,
                place,
                "the table has too many columns or cells; the rest is left out",
            );
        }
        let grid = laid.grid();
        if !grid.rows.is_empty() {
            self.document.blocks.push(Block::Grid(grid));
        }
        for table in inner {
            self.table(table);
        }
    }

    /// The text of a cell; tables inside it are read after the one that it belongs to.
    fn cell_text<'a>(&mut self, cell: &'a Element, inner: &mut Vec<&'a Element>) -> String {
        let mut lines = Vec::new();
        self.cell_lines(cell, &mut lines, inner);
        joined(lines.iter().map(String::as_str))
    }

    fn cell_lines<'a>(&mut self, parent: &'a Element, lines: &mut Vec<String>, inner: &mut Vec<&'a Element>) {
        for element in parent.elements() {
            match element.name.as_str() {
                "p" => {
                    let mut paragraph = Paragraph::default();
                    self.runs(element, &mut paragraph);
                    lines.extend(lines_of(&paragraph.text));
                    for content in paragraph.boxes {
                        self.cell_lines(content, lines, inner);
                    }
                }
                "tbl" => inner.push(element),
                "sdt" => element.child("sdtContent").into_iter().for_each(|c| self.cell_lines(c, lines, inner)),
                "ins" | "moveTo" | "customXml" | "smartTag" => self.cell_lines(element, lines, inner),
                _ => {}
            }
        }
    }
}

/// How a cell takes part in a vertical merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Merge {
    Begins,
    Continues,
}

fn merge(cell: &Element) -> Option<Merge> {
    let merge = cell.child("tcPr")?.child("vMerge")?;
    Some(if merge.attribute("val") == Some("restart") { Merge::Begins } else { Merge::Continues })
}

/// Columns that a cell spans.
fn span(cell: &Element) -> u32 {
    let value = cell.child("tcPr").and_then(|p| p.child("gridSpan")).and_then(|g| g.number("val"));
    value.unwrap_or(1).clamp(1, 1000)
}

/// Rows that every cell spans, by row and column. A cell that continues nothing stands for itself.
fn vertical_spans(rows: &[&Element]) -> std::collections::BTreeMap<(usize, u32), u32> {
    let mut spans = std::collections::BTreeMap::new();
    // Row in which the cell above began, by column, with its width.
    let mut open: std::collections::BTreeMap<u32, (usize, u32)> = std::collections::BTreeMap::new();
    for (r, row) in rows.iter().enumerate() {
        let before = row.child("trPr").and_then(|p| p.child("gridBefore")).and_then(|g| g.number("val"));
        let mut column = before.unwrap_or(0).min(1000);
        let mut still: std::collections::BTreeMap<u32, (usize, u32)> = std::collections::BTreeMap::new();
        for cell in cells(row) {
            let columns = span(cell);
            let above = open.get(&column).copied().filter(|(_, width)| *width == columns);
            match (merge(cell), above) {
                (Some(Merge::Continues), Some((first, width))) => {
                    *spans.entry((first, column)).or_insert(1) += 1;
                    still.insert(column, (first, width));
                }
                (Some(_), _) => {
                    spans.insert((r, column), 1);
                    still.insert(column, (r, columns));
                }
                (None, _) => {
                    spans.insert((r, column), 1);
                }
            }
            column += columns;
        }
        open = still;
    }
    spans
}

/// The rows of a table that were not deleted.
fn rows(table: &Element) -> Vec<&Element> {
    let deleted = |row: &&Element| row.child("trPr").is_some_and(|p| p.child("del").is_some());
    within(table, "tr").into_iter().filter(|r| !deleted(r)).collect()
}

/// The cells of a row that were not deleted.
fn cells(row: &Element) -> Vec<&Element> {
    let deleted = |cell: &&Element| cell.child("tcPr").is_some_and(|p| p.child("cellDel").is_some());
    within(row, "tc").into_iter().filter(|c| !deleted(c)).collect()
}

/// Elements of that name under the wrappers that forms and tracked changes put round them.
fn within<'a>(parent: &'a Element, name: &str) -> Vec<&'a Element> {
    parent
        .elements()
        .flat_map(|element| match element.name.as_str() {
            found if found == name => vec![element],
            "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" => within(element, name),
            _ => Vec::new(),
        })
        .collect()
}

/// Whether a switch is on: present, and not set to a word for no.
fn is_on(switch: &Element) -> bool {
    !matches!(switch.attribute("val"), Some("0" | "false" | "off"))
}

/// Hidden text, which does not print.
fn is_vanished(run: &Element) -> bool {
    run.child("rPr").and_then(|p| p.child("vanish")).is_some_and(is_on)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::document::GridRow;
    use super::*;

    fn read(body: &str) -> Document {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        write!(zip, r#"<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        parse(Package::open(&bytes, FORMAT).unwrap()).unwrap()
    }

    fn shape(body: &str) -> Vec<String> {
        let row = |r: &GridRow| r.cells.iter().map(|c| c.text.clone()).collect::<Vec<_>>().join("|");
        let block = |b: &Block| match b {
            Block::Text(line) => line.text.clone(),
            Block::Grid(grid) => grid.rows.iter().map(row).collect::<Vec<_>>().join(" / "),
        };
        read(body).blocks.iter().map(block).collect()
    }

    fn p(text: &str) -> String {
        format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
    }

    fn tc(text: &str, properties: &str) -> String {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
    }

    #[test]
    fn tracked_changes_are_taken_as_accepted() {
        let body = "<w:p><w:r><w:t>合计</w:t></w:r><w:del><w:r><w:delText>10</w:delText></w:r></w:del>\
                    <w:ins><w:r><w:t>12</w:t></w:r></w:ins></w:p>\
                    <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>项目支</w:t></w:r></w:p>\
                    <w:p><w:r><w:t>出</w:t></w:r><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom></w:p>";
        assert_eq!(shape(body), ["合计12", "项目支出"]);
        let table = format!(
            "<w:tbl><w:tr>{0}{0}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{1}{1}</w:tr></w:tbl>",
            tc("留", ""),
            tc("删", "")
        );
        assert_eq!(shape(&table), ["留|留"]);
    }

    #[test]
    fn merged_cells_span_and_rows_may_begin_late() {
        let table = format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}{}</w:tr><w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>{}{}</w:tr></w:tbl>",
            tc("名称", "<w:vMerge w:val=\"restart\"/>"),
            tc("收入", "<w:gridSpan w:val=\"2\"/>"),
            tc("", "<w:vMerge/>"),
            tc("合计", ""),
            tc("其他", ""),
            tc("1", ""),
            tc("2", "")
        );
        assert_eq!(shape(&table), ["名称|收入| / |合计|其他 / |1|2"]);
        let document = read(&table);
        let Block::Grid(grid) = &document.blocks[0] else { panic!() };
        assert_eq!(grid.rows[0].cells[0].span, Some(Span { rows: 2, columns: 1 }));
        assert_eq!(grid.rows[0].cells[1].span, Some(Span { rows: 1, columns: 2 }));
    }

    #[test]
    fn frames_open_nested_tables_follow_and_text_boxes_are_read() {
        let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", tc("甲", ""), tc("1", ""));
        let frame = format!("<w:tbl><w:tr><w:tc>{}{inner}</w:tc></w:tr></w:tbl>", p("标题"));
        assert_eq!(shape(&frame), ["标题", "甲|1"]);
        let boxed = format!(
            "<w:p><w:r><w:t>外</w:t><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx>\
             </mc:Choice><mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            p("内")
        );
        assert_eq!(shape(&boxed), ["外", "内"]);
    }

    #[test]
    fn pages_turn_at_breaks_and_hidden_text_is_no_text() {
        let body = format!(
            "{}<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>{}<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r></w:p>",
            p("一"),
            p("二")
        );
        let document = read(&body);
        assert_eq!(document.pages, Some(2));
        assert_eq!(document.blocks.len(), 2);
        assert!(matches!(&document.blocks[1], Block::Text(l) if l.place.page == Some(2) && l.place.line == Some(3)));
    }
}
