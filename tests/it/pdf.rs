//! A small writer of PDF files, and documents made with it: what is damaged, hostile or oddly drawn.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};

use crate::support::Desk;

/// A page: content operators in points from the lower left corner.
#[derive(Default)]
struct Page {
    content: String,
    rotate: u16,
}

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 400.0;

impl Page {
    /// Text whose left end is at `x`, `y` from the top.
    fn text(mut self, x: f64, y: f64, text: &str) -> Self {
        let code: String = text.encode_utf16().fold(String::new(), |mut hex, unit| {
            let _ = write!(hex, "{unit:04X}");
            hex
        });
        let _ = writeln!(self.content, "BT /F1 10 Tf {x} {} Td <{code}> Tj ET", HEIGHT - y);
        self
    }

    /// Text in the middle between two edges, or left or right of it by `side` halves of the room.
    fn set(self, (left, right): (f64, f64), y: f64, side: f64, text: &str) -> Self {
        let width: f64 = text.chars().map(|c| if c.is_ascii() { 5.0 } else { 10.0 }).sum();
        let room = (right - left - 6.0 - width) / 2.0;
        self.text(left + 3.0 + room * (1.0 + side), y, text)
    }

    fn line(mut self, x0: f64, y0: f64, x1: f64, y1: f64) -> Self {
        let _ = writeln!(self.content, "{x0} {} m {x1} {} l S", HEIGHT - y0, HEIGHT - y1);
        self
    }

    /// A ruled table: column edges, upper edge, rows of texts; rows are 20 points high.
    fn table(mut self, columns: &[f64], top: f64, rows: &[&[&str]]) -> Self {
        let bottom = top + 20.0 * f64::from(u8::try_from(rows.len()).unwrap());
        for x in columns {
            self = self.line(*x, top, *x, bottom);
        }
        let mut y = top;
        for row in rows {
            self = self.line(columns[0], y, columns[columns.len() - 1], y);
            for (x, text) in columns.iter().zip(*row) {
                self = self.text(x + 3.0, y + 14.0, text);
            }
            y += 20.0;
        }
        self.line(columns[0], bottom, columns[columns.len() - 1], bottom)
    }
}

/// Bytes of a file with these objects (numbered from 1; the first is the catalogue).
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", i + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").into_bytes());
    }
    out.extend(format!("trailer <</Size {} /Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).into_bytes());
    out
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dictionary} /Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend(data);
    out.extend(b"\nendstream");
    out
}

/// A file of pages; `extra` objects follow the pages' from number 6 on.
fn document(pages: &[Page], resources: &str, extra: &[Vec<u8>]) -> Vec<u8> {
    let first = 6 + extra.len();
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", first + 2 * i)).collect();
    let mut objects = vec![
        b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
        format!("<</Type /Pages /Count {} /Kids [{}]>>", pages.len(), kids.join(" ")).into_bytes(),
        b"<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R]>>"
            .to_vec(),
        b"<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 [500 500 500] 13 [500 500] 15 \
          [500 500 500 500 500 500 500 500 500 500 500 500]] /CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) \
          /Supplement 2>> /FontDescriptor 5 0 R>>"
            .to_vec(),
        b"<</Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 \
          /Descent -120 /CapHeight 700 /StemV 80>>"
            .to_vec(),
    ];
    objects.extend(extra.iter().cloned());
    for (i, page) in pages.iter().enumerate() {
        objects.push(
            format!(
                "<</Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {} /Contents {} 0 R \
                 /Resources <</Font <</F1 3 0 R>> {resources}>>>>",
                page.rotate,
                first + 2 * i + 1
            )
            .into_bytes(),
        );
        objects.push(stream("", page.content.as_bytes()));
    }
    file(&objects)
}

const HEAD: [&[&str]; 2] =
    [&["科目编码", "科目名称", "合计", "基本支出", "项目支出"], &["", "合计", "9.00", "6.00", "3.00"]];
const COLUMNS: [f64; 6] = [50.0, 120.0, 300.0, 380.0, 460.0, 540.0];

fn titled() -> Page {
    Page::default().text(200.0, 30.0, "合成甲局2024年度部门预算").text(200.0, 50.0, "一般公共预算支出预算表").text(
        60.0,
        70.0,
        "部门：合成甲局 单位：万元",
    )
}

/// A budget of one table over one page.
fn good() -> Vec<u8> {
    let rows = [HEAD[0], HEAD[1], &["201", "一般公共服务支出", "9.00", "6.00", "3.00"]];
    document(&[titled().table(&COLUMNS, 80.0, &rows)], "", &[])
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// Reads one file; gives exit code and standard error.
fn ingest(name: &str, bytes: &[u8]) -> (Option<i32>, String, Desk) {
    let desk = Desk::new();
    std::fs::write(desk.path(name), bytes).unwrap();

    let ran = desk.run(["ingest", name]);
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("bug"), "{}", ran.stderr);
    (ran.code, ran.stderr, desk)
}

fn amounts(desk: &Desk) -> String {
    desk.sql("SELECT row_code, row_name, column_path, text FROM cell JOIN fact USING (cell_id) ORDER BY cell_id")
}

const READ: &str = ",合计,合计,9.00\n,合计,基本支出,6.00\n,合计,项目支出,3.00\n\
                    201,一般公共服务支出,合计,9.00\n201,一般公共服务支出,基本支出,6.00\n201,一般公共服务支出,项目支出,3.00";

#[test]
fn a_ruled_table_is_read_with_page_row_and_column() {
    let (code, stderr, desk) = ingest("a.pdf", &good());
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(amounts(&desk), READ);
    assert_eq!(desk.sql("SELECT page, row_no, column_no FROM cell WHERE text = '3.00' ORDER BY 2"), "1,1,5\n1,2,5");
}

#[test]
fn a_table_goes_on_over_a_page_without_upper_rule_and_with_its_header_again() {
    let rest: [&[&str]; 2] =
        [&["201", "一般公共服务支出", "9.00", "6.00", "3.00"], &["20103", "政府办公厅（室）", "9.00", "6.00", "3.00"]];
    // The first row of the second page lacks its upper rule.
    let mut open = Page::default();
    for x in COLUMNS {
        open = open.line(x, 40.0, x, 80.0);
    }
    open = open.line(50.0, 60.0, 540.0, 60.0).line(50.0, 80.0, 540.0, 80.0);
    for (y, row) in [(54.0, rest[0]), (74.0, rest[1])] {
        for (x, text) in COLUMNS.iter().zip(row) {
            open = open.text(x + 3.0, y, text);
        }
    }
    let open = open.text(290.0, 390.0, "- 2 -");
    let again = Page::default().table(&COLUMNS, 40.0, &[HEAD[0], rest[0], rest[1]]);
    for second in [open, again] {
        let first = titled().table(&COLUMNS, 80.0, &HEAD).text(290.0, 390.0, "- 1 -");
        let (code, stderr, desk) = ingest("a.pdf", &document(&[first, second], "", &[]));
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(desk.sql("SELECT count(*) FROM source_table"), "1");
        assert_eq!(
            desk.sql("SELECT string_agg(row_code || text, ' ' ORDER BY cell_id) FROM cell WHERE page = 2"),
            "2019.00 2016.00 2013.00 201039.00 201036.00 201033.00"
        );
    }
}

/// The upper and lower halves of a table whose row between them is drawn without any rule.
#[test]
fn a_row_without_rules_between_two_pages_is_read_when_the_sums_prove_it() {
    let total: &[&str] = &["", "合计", "9.00", "6.00", "3.00"];
    let loose: &[&str] = &["2010301", "行政运行", "6.00", "6.00"];
    let last: &[&str] = &["2010302", "一般行政管理事务", "3.00", "", "3.00"];
    let first = titled().table(&COLUMNS, 80.0, &[HEAD[0], total]).text(290.0, 390.0, "- 1 -");
    let mut second = Page::default();
    for (x, text) in COLUMNS.iter().zip(loose) {
        second = second.text(x + 3.0, 54.0, text);
    }
    let second = second.table(&COLUMNS, 60.0, &[last]).text(290.0, 390.0, "- 2 -");
    let (code, stderr, desk) = ingest("a.pdf", &document(&[first, second], "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(
        desk.sql("SELECT string_agg(concat_ws(' ', row_code, column_path, text), '; ' ORDER BY cell_id) FROM cell WHERE page = 2"),
        "2010301 合计 6.00; 2010301 基本支出 6.00; 2010302 合计 3.00; 2010302 项目支出 3.00"
    );
    assert_eq!(desk.sql("SELECT kind, page FROM diagnostic"), "row_recovered,2");
}

/// A rule through a number that is set wide: its halves lie in two cells.
#[test]
fn a_number_in_two_ruled_cells_is_whole_again_when_the_sums_prove_it() {
    let columns = [50.0, 120.0, 300.0, 340.0, 380.0, 460.0, 540.0];
    let rows: [&[&str]; 3] = [
        &["科目编码", "科目名称", "合计", "", "基本支出", "项目支出"],
        &["", "合计", "2388.0", "4", "2088.04", "300.00"],
        &["201", "一般公共服务支出", "2388.04", "", "2088.04", "300.00"],
    ];
    let (code, stderr, desk) = ingest("a.pdf", &document(&[titled().table(&columns, 80.0, &rows)], "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(desk.sql("SELECT text FROM cell WHERE row_code = '' ORDER BY cell_id"), "2388.04\n2088.04\n300.00");
    assert_eq!(desk.sql("SELECT kind FROM diagnostic"), "number_cut");
}

#[test]
fn oddly_drawn_tables_give_the_same_numbers() {
    let rows = [HEAD[0], HEAD[1], &["201", "一般公共服务支出", "9.00", "6.00", "3.00"]];
    let plain = || titled().table(&COLUMNS, 80.0, &rows);
    let mut bold = plain();
    bold.content = bold.content.replace("BT ", "BT 2 Tr ");
    let mut shaded = plain();
    shaded.content.insert_str(0, "0.8 g 120 250 90 15 re f 0 g ");
    let doubled = plain().line(123.0, 80.0, 123.0, 140.0).line(50.0, 103.0, 540.0, 103.0);
    let outside = plain().text(700.0, 110.0, "7,777.77").text(320.0, 500.0, "8,888.88");
    let framed = plain()
        .line(10.0, 10.0, 590.0, 10.0)
        .line(10.0, 10.0, 10.0, 395.0)
        .line(590.0, 10.0, 590.0, 395.0)
        .line(10.0, 395.0, 590.0, 395.0);
    let phantom = plain().line(318.0, 100.0, 318.0, 140.0);
    for (name, page) in [
        ("bold", bold),
        ("shaded", shaded),
        ("doubled", doubled),
        ("outside", outside),
        ("framed", framed),
        ("phantom", phantom),
    ] {
        let (code, stderr, desk) = ingest("a.pdf", &document(&[page], "", &[]));
        assert_eq!(code, Some(0), "{name}: {stderr}");
        assert_eq!(amounts(&desk), READ, "{name}");
    }
}

/// Rows of a table without rules: codes and names left, amounts right.
fn unruled(mut page: Page, top: f64, rows: &[&[&str]]) -> Page {
    let mut y = top;
    for row in rows {
        for (i, text) in row.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            page = page.set((COLUMNS[i], COLUMNS[i + 1]), y, if i < 2 { -1.0 } else { 1.0 }, text);
        }
        y += 20.0;
    }
    page
}

/// Two lines of headings in the middle of their columns; 科目名称 is over one column and set to half the height.
fn unruled_header(page: Page) -> Page {
    page.set((50.0, 120.0), 98.0, 0.0, "科目编码")
        .set((120.0, 300.0), 98.0, 0.0, "科目名称")
        .set((300.0, 540.0), 90.0, 0.0, "2024年预算数")
        .set((300.0, 380.0), 106.0, 0.0, "合计")
        .set((380.0, 460.0), 106.0, 0.0, "基本支出")
        .set((460.0, 540.0), 106.0, 0.0, "项目支出")
}

#[test]
fn a_table_without_rules_is_read_by_where_its_words_stand_and_goes_on_over_a_page() {
    let first = unruled(
        unruled_header(titled()),
        126.0,
        &[&["", "合计", "1,009.00", "6.00", "1,003.00"], &["201", "一般公共服务支出", "9.00", "6.00", "3.00"]],
    );
    // A name of two lines: its amounts stand in the middle.
    let first = unruled(first, 170.0, &[&["20103", "", "9.00", "6.00", "3.00"]])
        .text(123.0, 164.0, "政府办公厅（室）及相")
        .text(123.0, 176.0, "关机构事务");
    let first = unruled(first, 194.0, &[&["2010301", "行政运行", "9.00", "6.00", "3.00"]]).text(290.0, 390.0, "- 1 -");
    let rest: [&[&str]; 2] = [
        &["212", "城乡社区支出", "1,000.00", "", "1,000.00"],
        &["21201", "城乡社区管理事务", "1,000.00", "", "1,000.00"],
    ];
    // Under a running head, which the first page has, too.
    let head = |page: Page| page.text(200.0, 20.0, "预算公开");
    let next = |row, number: &str| unruled(head(Page::default()), 40.0, &[row]).text(290.0, 390.0, number);
    let pages = [head(first), next(rest[0], "- 2 -"), next(rest[1], "- 3 -")];
    let (code, stderr, desk) = ingest("a.pdf", &document(&pages, "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(desk.sql("SELECT count(*) FROM source_table"), "1");
    assert_eq!(
        desk.sql("SELECT row_code, row_name, string_agg(nature || ' ' || amount, '; ' ORDER BY column_no), any_value(page) FROM fact JOIN cell USING (cell_id) GROUP BY ALL ORDER BY min(cell_id)"),
        ",合计,total 10090000.00; basic 60000.00; project 10030000.00,1\n\
         201,一般公共服务支出,total 90000.00; basic 60000.00; project 30000.00,1\n\
         20103,政府办公厅（室）及相关机构事务,total 90000.00; basic 60000.00; project 30000.00,1\n\
         2010301,行政运行,total 90000.00; basic 60000.00; project 30000.00,1\n\
         212,城乡社区支出,total 10000000.00; project 10000000.00,2\n\
         21201,城乡社区管理事务,total 10000000.00; project 10000000.00,3"
    );
    assert_eq!(
        desk.sql("SELECT kind, page, warning FROM diagnostic ORDER BY page"),
        "unruled,1,false\nunruled,2,false\nunruled,3,false"
    );
}

#[test]
fn column_numbers_and_dashes_in_the_middle_are_no_columns_of_their_own() {
    let mut page = titled();
    for (i, text) in HEAD[0].iter().enumerate() {
        page = page.set((COLUMNS[i], COLUMNS[i + 1]), 94.0, 0.0, text);
    }
    page = page.text(123.0, 114.0, "栏次");
    for (i, text) in (2..).zip(["1", "2", "3"]) {
        page = page.set((COLUMNS[i], COLUMNS[i + 1]), 114.0, 0.0, text);
    }
    let rows =
        [HEAD[1], &["201", "一般公共服务支出", "9.00", "6.00", "3.00"], &["20103", "政府办公厅", "6.00", "6.00", ""]];
    let page = unruled(page, 134.0, &rows).set((460.0, 540.0), 174.0, 0.0, "—");
    let (code, stderr, desk) = ingest("a.pdf", &document(&[page], "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(amounts(&desk), format!("{READ}\n20103,政府办公厅,合计,6.00\n20103,政府办公厅,基本支出,6.00"));
}

#[test]
fn amounts_under_no_heading_leave_a_table_without_rules_text() {
    let page = titled()
        .set((50.0, 120.0), 98.0, 0.0, "科目编码")
        .set((120.0, 300.0), 98.0, 0.0, "科目名称")
        .set((300.0, 380.0), 98.0, 0.0, "合计")
        .set((460.0, 540.0), 98.0, 0.0, "项目支出");
    let rows: [&[&str]; 2] = [&["", "合计", "9.00", "6.00", "3.00"], &["201", "教育支出", "9.00", "6.00", "3.00"]];
    let (_, _, desk) = ingest("a.pdf", &document(&[unruled(page, 126.0, &rows)], "", &[]));
    assert_eq!(desk.sql("SELECT count(*) FROM fact"), "0");
}

#[test]
fn sums_that_contradict_the_headings_leave_the_numbers_of_a_table_without_rules_cells() {
    let mut page = titled();
    for (i, text) in HEAD[0].iter().enumerate() {
        page = page.set((COLUMNS[i], COLUMNS[i + 1]), 94.0, 0.0, text);
    }
    let rows: [&[&str]; 2] = [&["", "合计", "9.00", "6.00", "4.00"], &["201", "教育支出", "9.00", "6.00", "4.00"]];
    let (_, stderr, desk) = ingest("a.pdf", &document(&[unruled(page, 114.0, &rows)], "", &[]));
    assert_eq!(desk.sql("SELECT count(*), (SELECT count(*) FROM fact) FROM cell"), "6,0");
    assert!(stderr.contains("contradict the headings"), "{stderr}");
}

#[test]
fn contents_and_sentences_are_no_tables() {
    let first = Page::default()
        .text(200.0, 30.0, "合成甲局2024年度部门预算")
        .text(60.0, 60.0, "一、部门概况")
        .text(500.0, 60.0, "3")
        .text(60.0, 80.0, "二、预算表")
        .text(500.0, 80.0, "5")
        .text(60.0, 120.0, "本年支出")
        .text(120.0, 120.0, "9.00")
        .text(160.0, 120.0, "万元，比上年")
        .text(250.0, 120.0, "8.00")
        .text(290.0, 120.0, "万元增加。");
    let rows = [HEAD[0], HEAD[1]];
    let (code, stderr, desk) = ingest("a.pdf", &document(&[first, titled().table(&COLUMNS, 80.0, &rows)], "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(desk.sql("SELECT count(*), min(page) FROM source_table"), "1,2");
}

/// Rules between the columns only: all rows would be one.
#[test]
fn rows_without_rules_between_them_are_rows() {
    let rows = [
        HEAD[1],
        &["201", "一般公共服务支出", "9.00", "6.00", "3.00"],
        &["20103", "政府办公厅", "9.00", "6.00", "3.00"],
    ];
    let mut page =
        titled().line(50.0, 80.0, 540.0, 80.0).line(50.0, 100.0, 540.0, 100.0).line(50.0, 160.0, 540.0, 160.0);
    for x in COLUMNS {
        page = page.line(x, 80.0, x, 160.0);
    }
    for (i, text) in HEAD[0].iter().enumerate() {
        page = page.set((COLUMNS[i], COLUMNS[i + 1]), 94.0, 0.0, text);
    }
    let (code, stderr, desk) = ingest("a.pdf", &document(&[unruled(page, 114.0, &rows)], "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    let third = "\n20103,政府办公厅,合计,9.00\n20103,政府办公厅,基本支出,6.00\n20103,政府办公厅,项目支出,3.00";
    assert_eq!(amounts(&desk), format!("{READ}{third}"));
}

#[test]
fn turned_pages_are_read_upright() {
    // Drawn sideways and shown upright by /Rotate, and drawn sideways without it.
    let rows = [HEAD[0], HEAD[1], &["201", "一般公共服务支出", "9.00", "6.00", "3.00"]];
    for rotate in [90, 0] {
        let mut page = titled().table(&COLUMNS, 80.0, &rows);
        page.content = format!("q 0 1 -1 0 {HEIGHT} 0 cm {} Q", page.content);
        page.rotate = rotate;
        let bytes = String::from_utf8(document(&[page], "", &[])).unwrap();
        let turned = bytes.replace(&format!("[0 0 {WIDTH} {HEIGHT}]"), &format!("[0 0 {HEIGHT} {WIDTH}]"));
        let (code, stderr, desk) = ingest("a.pdf", turned.as_bytes());
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(amounts(&desk), READ, "/Rotate {rotate}");
    }
}

#[test]
fn what_is_no_readable_pdf_says_why_and_what_helps() {
    let garbage = [b"%PDF-1.7\n".as_slice(), &[0x9f; 5000]].concat();
    let image = document(
        &[Page { content: "q 600 0 0 400 0 0 cm /Im1 Do Q".to_owned(), rotate: 0 }],
        "/XObject <</Im1 6 0 R>>",
        &[stream(
            "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
            b"\0",
        )],
    );
    // Encrypted with a password nobody knows.
    let text = String::from_utf8(good()).unwrap();
    let encrypted = text.replace(
        "/Root 1 0 R>>",
        &format!(
            "/Root 1 0 R /ID [<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>] /Encrypt <</Filter \
             /Standard /V 2 /R 3 /Length 128 /P -44 /O <{0}> /U <{0}>>>>>",
            "5a".repeat(32)
        ),
    );
    for (name, bytes, said) in [
        ("empty.pdf", Vec::new(), "the file is empty"),
        ("garbage.pdf", garbage, "damaged"),
        ("page.pdf", b"<html><body>404 Not Found</body></html>".to_vec(), "no budget table"),
        ("scan.pdf", image, "OCR"),
        ("locked.pdf", encrypted.into_bytes(), "password"),
    ] {
        let (code, stderr, _) = ingest(name, &bytes);
        assert_eq!(code, Some(1), "{name}: {stderr}");
        assert!(stderr.contains(name) && stderr.contains(said), "{name}: {stderr}");
    }
}

#[test]
fn bombs_end_within_their_budget_and_the_batch_goes_on() {
    // Each form draws the one below ten times: 10^11 operations.
    let forms: Vec<Vec<u8>> = (0..11)
        .map(|i| {
            let below = format!("/Resources <</XObject <</X {} 0 R>>>>", 7 + i);
            let content = if i == 10 { "0 0 m 9 9 l S".to_owned() } else { "/X Do ".repeat(10) };
            stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 600 400] {below}"), content.as_bytes())
        })
        .collect();
    let form_bomb =
        document(&[titled(), Page { content: "/X Do".to_owned(), rotate: 0 }], "/XObject <</X 6 0 R>>", &forms);
    let zeros = deflate(&vec![b' '; 700 << 20]);
    let flate_bomb = file(&[
        b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
        b"<</Type /Pages /Count 1 /Kids [3 0 R]>>".to_vec(),
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 400] /Contents 4 0 R>>".to_vec(),
        stream("/Filter /FlateDecode", &zeros),
    ]);
    let nested = document(&[titled(), Page { content: format!("{} TJ", "[".repeat(200_000)), rotate: 0 }], "", &[]);
    let desk = Desk::new();
    std::fs::create_dir(desk.path("d")).unwrap();
    for (name, bytes) in
        [("a_forms.pdf", form_bomb), ("b_flate.pdf", flate_bomb), ("c_nested.pdf", nested), ("d_good.pdf", good())]
    {
        std::fs::write(desk.path("d").join(name), bytes).unwrap();
    }
    let ran = desk.run(["ingest", "d"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("d_good.pdf: 合成甲局 2024 budget: stored, 6 amounts"), "{}", ran.stderr);
    assert!(ran.stderr.contains("b_flate.pdf: the PDF's streams expand to more than 512 MB"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

#[test]
fn a_truncated_file_gives_an_error_or_says_that_it_is_damaged() {
    let whole = good();
    for percent in [10, 40, 70, 90, 99] {
        let (code, stderr, desk) = ingest("cut.pdf", &whole[..whole.len() * percent / 100]);
        if code == Some(0) {
            let said = desk.sql("SELECT count(*) FROM diagnostic WHERE kind = 'damaged'");
            assert_eq!(said, "1", "{percent} %: {stderr}");
        } else {
            assert!(stderr.contains("cut.pdf"), "{percent} %: {stderr}");
        }
    }
}

#[test]
fn flipped_bits_never_panic() {
    let whole = good();
    let desk = Desk::new();
    std::fs::create_dir(desk.path("d")).unwrap();
    // Every 37th byte in turn, eight kinds of flips.
    for (n, at) in (0..whole.len()).step_by(37).enumerate() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (n % 8);
        std::fs::write(desk.path("d").join(format!("{n:03}.pdf")), bytes).unwrap();
    }
    let ran = desk.run(["ingest", "d"]);
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("the program failed"), "{}", ran.stderr);
}

#[test]
fn a_thousand_pages_are_read() {
    let pages: Vec<Page> =
        (0..1000)
            .map(|i| {
                if i == 0 {
                    titled().table(&COLUMNS, 80.0, &HEAD)
                } else {
                    Page::default().text(50.0, 50.0, "附注。")
                }
            })
            .collect();
    let (code, stderr, desk) = ingest("long.pdf", &document(&pages, "", &[]));
    assert_eq!(code, Some(0), "{stderr}");
    assert_eq!(desk.sql("SELECT pages FROM source_file"), "1000");
}
