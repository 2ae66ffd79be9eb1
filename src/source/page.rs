//! Web pages (HTML) saved from government sites: text and tables; tables that only place things are opened.

mod formatting;

use encoding_rs::{Encoding, GB18030, UTF_8};
use scraper::{ElementRef, Html, Node};

use super::SourceError;
use super::cell_text::{joined, lines_of};
use super::document::{Block, Document, NoteKind, Span, TextLine};
use super::laid::Laid;
use super::text::plain;
use crate::record::{Place, tidy};

/// Largest page.
const LARGEST: usize = 32 << 20;
/// Elements nested deeper are read as text only.
const DEPTH: usize = 300;
/// Endings of files that a page may link.
const ATTACHMENTS: &[&str] =
    &["pdf", "doc", "docx", "wps", "xls", "xlsx", "et", "ods", "csv", "zip", "rar", "7z", "ofd"];
/// Attachments named; pages link a handful.
const LINKS: usize = 20;

/// Whether bytes are a page: they begin with a tag of HTML.
pub(super) fn is_page(path: &str, bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let begun = head.trim_start_matches(['\u{feff}', '\u{fffd}']).trim_start();
    let tags = ["<!doctype html", "<html", "<head", "<body", "<table", "<meta", "<div", "<p>", "<p "];
    let named = std::path::Path::new(path)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"));
    let holds = |tags: &[&str]| tags.iter().any(|t| head.contains(t));
    (begun.starts_with('<') && holds(&tags) && !begun.starts_with("<?mso"))
        || (named && begun.contains('<') && holds(&tags))
}

/// A text whose tables are HTML, as programs write that recognise scanned pages (Markdown with `<table>`), as a page;
/// `None` for other texts.
pub(super) fn of_text(text: &str) -> Option<String> {
    let has = |tag: &str| text.contains(tag) || text.contains(&tag.to_ascii_uppercase());
    if !has("<table") || !has("</table") || !has("<td") {
        return None;
    }
    let mut page = String::with_capacity(text.len() * 2);
    let mut open = 0_usize;
    for line in text.lines() {
        let lower = line.to_ascii_lowercase();
        let begins = lower.matches("<table").count();
        if open > 0 || begins > 0 {
            page.push_str(line);
        } else if !lower.trim_start().starts_with("<html") && !lower.trim_start().starts_with("</") {
            let escaped = plain(line).replace('&', "&amp;").replace('<', "&lt;");
            page.push_str("<p>");
            page.push_str(&escaped);
            page.push_str("</p>");
        }
        page.push('\n');
        open = (open + begins).saturating_sub(lower.matches("</table").count());
    }
    Some(page)
}

/// Reads a page.
pub(super) fn parse(bytes: &[u8]) -> Result<Document, SourceError> {
    if bytes.len() > LARGEST {
        return Err(SourceError::Expands);
    }
    let (text, note) = decode(bytes);
    if formatting::is_endless(&text) {
        let cause = "it opens fonts and the like without ever closing them".to_owned();
        return Err(SourceError::Damaged { format: "page", cause });
    }
    if formatting::is_bottomless(&text) {
        let cause = "its elements are nested without end".to_owned();
        return Err(SourceError::Damaged { format: "page", cause });
    }
    let html = Html::parse_document(&text);
    let mut reader = Reader::default();
    if let Some(message) = note {
        reader.document.note(NoteKind::Encoding, Place::default(), &message);
    }
    reader.children(html.root_element(), 0);
    reader.end_line();
    let mut document = reader.document;
    document.format = "html";
    document.lines = Some(reader.line);
    attachments(&html, &mut document);
    Ok(document)
}

/// The characters: by the mark, as the page says where that fits, else as its bytes look.
fn decode(bytes: &[u8]) -> (String, Option<String>) {
    let decoded =
        |encoding: &'static Encoding, bytes: &[u8]| encoding.decode_without_bom_handling(bytes).0.into_owned();
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (decoded(encoding, bytes.get(mark..).unwrap_or_default()), None);
    }
    // Pages saved by a browser are UTF-8 and still say what they were.
    if std::str::from_utf8(bytes).is_ok() {
        return (decoded(UTF_8, bytes), None);
    }
    let stated = stated_encoding(bytes).filter(|e| *e != UTF_8);
    let encoding = stated.unwrap_or_else(|| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(Some(b"cn"), chardetng::Utf8Detection::Allow)
    });
    // GB18030 contains GBK, which contains GB2312.
    let encoding = if encoding == encoding_rs::GBK { GB18030 } else { encoding };
    let text = decoded(encoding, bytes);
    let lost = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let note = (lost > 0).then(|| format!("{lost} characters could not be decoded as {}", encoding.name()));
    (text, note)
}

/// The encoding that a meta tag states: `<meta charset="gb2312">`.
fn stated_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_ascii_lowercase();
    let label = head.split("charset=").nth(1)?;
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(label.len());
    Encoding::for_label(label.get(..end)?.as_bytes())
}

#[derive(Debug, Default)]
struct Reader {
    document: Document,
    /// Lines and rows so far.
    line: u32,
    text: String,
}

impl Reader {
    fn children(&mut self, parent: ElementRef<'_>, depth: usize) {
        for child in parent.children() {
            match child.value() {
                Node::Text(text) => self.text.push_str(&text.replace(['\n', '\r', '\t'], " ")),
                Node::Element(_) => {
                    if let Some(element) = ElementRef::wrap(child) {
                        self.element(element, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }

    fn element(&mut self, element: ElementRef<'_>, depth: usize) {
        let name = element.value().name();
        if is_no_text(name) {
            return;
        }
        if depth > DEPTH {
            self.text.extend(element.text());
            return;
        }
        match name {
            "br" => self.end_line(),
            "table" => {
                self.end_line();
                self.table(element, depth);
            }
            _ if is_block(name) => {
                self.end_line();
                self.children(element, depth);
                self.end_line();
            }
            _ => self.children(element, depth),
        }
    }

    fn end_line(&mut self) {
        let text = tidy(&std::mem::take(&mut self.text));
        if !text.is_empty() {
            self.line = self.line.saturating_add(1);
            self.document.blocks.push(Block::Text(TextLine { text, place: Place::line(self.line) }));
        }
    }

    fn table(&mut self, table: ElementRef<'_>, depth: usize) {
        let rows = rows(table);
        for caption in table.child_elements().filter(|e| e.value().name() == "caption") {
            self.children(caption, depth);
            self.end_line();
        }
        if is_layout(&rows) {
            for cell in rows.iter().flat_map(|r| cells(*r)) {
                self.children(cell, depth);
                self.end_line();
            }
            return;
        }
        let mut laid = Laid::default();
        for row in &rows {
            self.line = self.line.saturating_add(1);
            laid.row(Place::line(self.line));
            for cell in cells(*row) {
                let span = |name: &str| cell.attr(name).and_then(|v| v.trim().parse::<u32>().ok());
                // A span of 0 rows reaches to the end of the table.
                let down = match span("rowspan") {
                    Some(0) => u32::MAX,
                    rows => rows.unwrap_or(1),
                };
                laid.cell(cell_text(cell), Span { rows: down, columns: span("colspan").unwrap_or(1).max(1) });
            }
        }
        if laid.is_full {
            let message = "the table has too many columns or cells; the rest is left out";
            self.document.note(NoteKind::Damaged, Place::line(self.line), message);
        }
        let grid = laid.grid();
        if !grid.rows.is_empty() {
            self.document.blocks.push(Block::Grid(grid));
        }
    }
}

/// Whether a table only places what is in it: others are nested in it, it has one column, or most of its
/// cells are links and pictures.
fn is_layout(rows: &[ElementRef<'_>]) -> bool {
    let all: Vec<ElementRef<'_>> = rows.iter().flat_map(|r| cells(*r)).collect();
    let has = |cell: &ElementRef<'_>, names: &[&str]| {
        cell.descendants().any(|n| n.value().as_element().is_some_and(|e| names.contains(&e.name())))
    };
    if rows.iter().all(|r| cells(*r).len() < 2) || all.iter().any(|c| has(c, &["table"])) {
        return true;
    }
    let filled = all.iter().filter(|c| has(c, &["img"]) || c.text().any(|t| !t.trim().is_empty())).count();
    all.iter().filter(|c| has(c, &["a", "img", "input", "select"])).count() * 2 > filled
}

/// The rows of a table itself, not of tables in it.
fn rows(table: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    let mut rows = Vec::new();
    for child in table.child_elements() {
        match child.value().name() {
            "tr" => rows.push(child),
            "thead" | "tbody" | "tfoot" => {
                rows.extend(child.child_elements().filter(|e| e.value().name() == "tr"));
            }
            _ => {}
        }
    }
    rows
}

fn cells(row: ElementRef<'_>) -> Vec<ElementRef<'_>> {
    row.child_elements().filter(|e| matches!(e.value().name(), "td" | "th")).collect()
}

/// The text of a cell, its paragraphs joined as wrapped lines are.
fn cell_text(cell: ElementRef<'_>) -> String {
    let mut text = String::new();
    collect(cell, &mut text, 0);
    let lines: Vec<String> = lines_of(&text).collect();
    joined(lines.iter().map(String::as_str))
}

fn collect(parent: ElementRef<'_>, into: &mut String, depth: usize) {
    if depth > DEPTH {
        into.extend(parent.text());
        return;
    }
    for child in parent.children() {
        match child.value() {
            Node::Text(text) => into.push_str(&text.replace(['\n', '\r', '\t'], " ")),
            Node::Element(element) if element.name() == "br" => into.push('\n'),
            Node::Element(element) if !is_no_text(element.name()) => {
                let edge = if is_block(element.name()) { "\n" } else { "" };
                into.push_str(edge);
                if let Some(element) = ElementRef::wrap(child) {
                    collect(element, into, depth + 1);
                }
                into.push_str(edge);
            }
            _ => {}
        }
    }
}

/// What is never shown as text.
fn is_no_text(name: &str) -> bool {
    matches!(name, "script" | "style" | "template" | "head" | "noscript" | "select" | "textarea" | "svg")
}

/// What begins a line of its own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "center"
            | "blockquote"
            | "pre"
            | "hr"
            | "form"
            | "fieldset"
            | "address"
            | "figure"
            | "figcaption"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "table"
    )
}

/// Names the files that the page links, and the pages that it only shows: they are part of what was published.
fn attachments(html: &Html, document: &mut Document) {
    let is_file = |name: &str| {
        name.rsplit_once('.').is_some_and(|(_, end)| ATTACHMENTS.iter().any(|a| end.trim().eq_ignore_ascii_case(a)))
    };
    let is_blank = document.blocks.is_empty();
    let (mut linked, mut framed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for link in html.root_element().descendent_elements() {
        let name = link.value().name();
        if !matches!(name, "a" | "frame" | "iframe" | "embed" | "object") {
            continue;
        }
        let Some(target) = ["href", "src", "data"].iter().find_map(|attribute| link.attr(attribute)) else { continue };
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let text = tidy(&link.text().collect::<String>());
        let file = || decoded_name(path.rsplit('/').next().unwrap_or(path));
        let (names, name) = match (is_file(&text), is_file(path)) {
            (true, _) => (&mut linked, text),
            (false, true) if text.is_empty() => (&mut linked, file()),
            (false, true) => (&mut linked, format!("{text}（{}）", file())),
            // Frames beside a text are advertisements and counters.
            (false, false) if name == "frame" || name == "iframe" && is_blank => (&mut framed, file()),
            (false, false) => continue,
        };
        if !name.is_empty() && !names.contains(&name) && names.len() < LINKS {
            names.push(name);
        }
    }
    let were = |names: &[String]| if names.len() == 1 { "was" } else { "were" };
    let mut note = |message: &str| document.note(NoteKind::NotRead, Place::default(), message);
    if !linked.is_empty() {
        note(&format!("this page links {}, which {} not read", linked.join(", "), were(&linked)));
    }
    if !framed.is_empty() {
        let what = framed.join(", ");
        note(&format!(
            "this page only shows {what} in frames, which {} not read; save and ingest these",
            were(&framed)
        ));
    } else if is_blank && html.root_element().descendent_elements().any(|e| e.value().name() == "script") {
        note(
            "this page has no text before its scripts run; open it in a browser and save what is shown, or print it as PDF",
        );
    }
}

/// A name with its %E9%A2%84 read.
fn decoded_name(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        if let Some(byte) = hex.filter(|_| first == b'%') {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    super::package::member_name(&bytes)
}

#[cfg(test)]
mod tests {
    use super::super::document::GridRow;
    use super::*;

    fn shape(html: &str) -> Vec<String> {
        let row = |r: &GridRow| r.cells.iter().map(|c| c.text.clone()).collect::<Vec<_>>().join("|");
        let block = |b: &Block| match b {
            Block::Text(line) => line.text.clone(),
            Block::Grid(grid) => grid.rows.iter().map(row).collect::<Vec<_>>().join(" / "),
        };
        parse(html.as_bytes()).unwrap().blocks.iter().map(block).collect()
    }

    #[test]
    fn tables_of_html_in_a_markdown_text_are_read() {
        let text = "# 收支总表\n\n单位：**万元** & 2023\n\n<html><body><table><tr><td rowspan=2>名称</td><td>收入</td></tr>\n\
                    <tr><td>1.00</td></tr></table></body></html>\n\n说明文字。\n";
        let document = parse(of_text(text).unwrap().as_bytes()).unwrap();
        let texts: Vec<&str> = document
            .blocks
            .iter()
            .filter_map(|b| if let Block::Text(l) = b { Some(l.text.as_str()) } else { None })
            .collect();
        assert_eq!(texts, ["收支总表", "单位：万元 & 2023", "说明文字。"]);
        assert!(document.blocks.iter().any(|b| matches!(b, Block::Grid(g) if g.rows.len() == 2)));
        assert!(of_text("收入 < 支出\n<table 见附件").is_none());
    }

    #[test]
    fn cells_span_and_entities_are_characters() {
        let html = "<html><body><h1>收支&nbsp;总表</h1><p>单位：万元<br>2023&#24180;</p><table><thead><tr><th rowspan=2>名称<th colspan=2>收入\
                    </tr><tr><th>合计<th>其&lt;他&gt;</tr></thead><tr><td>甲<td><p>1.00</p><td> 2 </tr></table></body></html>";
        assert_eq!(shape(html), ["收支 总表", "单位：万元", "2023年", "名称|收入| / |合计|其<他> / 甲|1.00|2"]);
    }

    #[test]
    fn tables_that_place_things_are_opened() {
        let html = "<table><tr><td><a href=/>首页</a></td><td><a href=/x>新闻</a></td></tr></table>\
                    <table><tr><td>左栏</td><td><table><tr><td>甲</td><td>1</td></tr></table></td></tr></table>";
        assert_eq!(shape(html), ["首页", "新闻", "左栏", "甲|1"]);
    }

    #[test]
    fn encodings_are_stated_or_detected() {
        let page = |meta: &str| {
            format!("<html><head>{meta}</head><body><p>部门预算公开，收入总计一千万元。</p></body></html>")
        };
        for meta in [
            "<meta charset=\"gb2312\">",
            "<meta http-equiv=Content-Type content='text/html; charset=GBK'>",
            "",
            "<meta charset=utf-8>",
        ] {
            let page = page(meta);
            let text = decode(&GB18030.encode(&page).0).0;
            assert!(text.contains("收入总计"), "{meta}: {text}");
        }
        assert!(decode(page("<meta charset=gbk>").as_bytes()).0.contains("收入总计"), "saved anew as UTF-8");
    }

    #[test]
    fn attachments_are_named() {
        let html = "<a href='P0202.pdf'>附件：2023年预算公开.pdf</a><a href='/a/%E8%A1%A8.xlsx?x=1'></a><a href='b.html'>返回</a>";
        let notes: Vec<String> = parse(html.as_bytes()).unwrap().notes.into_iter().map(|n| n.message).collect();
        assert_eq!(notes, ["this page links 附件：2023年预算公开.pdf, 表.xlsx, which were not read"]);
    }
}
