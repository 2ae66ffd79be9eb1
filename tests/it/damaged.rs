//! Office documents, pages and archives that are damaged, hostile, locked or not what they are called.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rust_xlsxwriter::{Format, Formula, Workbook};

use crate::support::Desk;
use crate::written::{self, zipped};

/// Bytes of an old compound file with a stream of that name.
fn compound(stream: &str) -> Vec<u8> {
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

/// A sheet's XML as a workbook.
pub(crate) fn workbook(sheet: &str, strings: &[u8]) -> Vec<u8> {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let relations =
        r#"<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    zipped(&[
        ("[Content_Types].xml", types.as_bytes().to_vec()),
        ("_rels/.rels", root.as_bytes().to_vec()),
        ("xl/workbook.xml", book.as_bytes().to_vec()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes().to_vec()),
        ("xl/sharedStrings.xml", strings.to_vec()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes().to_vec()),
    ])
}

const BUDGET: [&[&str]; 5] = [
    &["2024年部门支出总表"],
    &["部门：合成甲局", "", "单位：万元"],
    &["科目编码", "科目名称", "合计"],
    &["", "合计", "9.00"],
    &["201", "一般公共服务支出", "9.00"],
];

fn cell(column: usize, row: usize, text: &str) -> String {
    let column = ["A", "B", "C"][column];
    format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

#[test]
fn what_cannot_be_read_says_what_it_is_and_what_helps() {
    let letter = "<html><body><p>通知</p><a href='P01.pdf'>2024年预算公开.pdf</a></body></html>";
    let spaces = vec![b' '; 300 << 20];
    let desk = Desk::new();
    for (name, bytes, said) in [
        ("锁.xlsx", compound("EncryptedPackage"), "protected by a password; save it without one"),
        (
            "旧.docx",
            compound("WordDocument"),
            "old Word document (doc or wps, whatever its name says); save it as docx",
        ),
        ("幻灯.xls", compound("PowerPoint Document"), "old Office document"),
        ("坏.xls", compound("Workbook"), "the workbook is damaged"),
        ("页.html", letter.as_bytes().to_vec(), "this page links 2024年预算公开.pdf, which was not read"),
        ("空页.html", b"<html><body></body></html>".to_vec(), "no budget table"),
        (
            "框.html",
            b"<html><frameset><frame src='menu.htm'><frame src='x.files/sheet001.htm'></frameset></html>".to_vec(),
            "this page only shows menu.htm, sheet001.htm in frames, which were not read; save and ingest these",
        ),
        (
            "脚本.html",
            b"<html><body><div id=app></div><script src=app.js></script></body></html>".to_vec(),
            "this page has no text before its scripts run; open it in a browser and save what is shown",
        ),
        (
            "嵌.html",
            b"<html><body><p>x</p><embed src='a.pdf'><object data='b.xlsx'></object></body></html>".to_vec(),
            "this page links a.pdf, b.xlsx, which were not read",
        ),
        (
            "版.ofd",
            zipped(&[("OFD.xml", b"<ofd/>".to_vec()), ("Doc_0/Document.xml", b"<d/>".to_vec())]),
            "an OFD document",
        ),
        ("旧.wps", compound("WpsDocument"), "old Word document"),
        (
            "开.html",
            format!(
                "<p>{}{}",
                (0..2000).map(|i| format!("<font size={i}>")).collect::<Vec<_>>().concat(),
                "<p>x".repeat(20_000)
            )
            .into_bytes(),
            "the page is damaged (it opens fonts and the like without ever closing them)",
        ),
        ("表.csv.gz", b"\x1F\x8B\x08\0\0".to_vec(), "unpack it and ingest what is inside"),
        ("包.rar", b"Rar!\x1A\x07\0".to_vec(), "unpack it and ingest what is inside"),
        ("弹.xlsx", workbook("<worksheet><sheetData/></worksheet>", &spaces), "expands beyond what a document has"),
        ("弹.docx", zipped(&[("word/document.xml", spaces.clone())]), "expands beyond what a document has"),
        (
            "深.docx",
            zipped(&[("word/document.xml", "<a>".repeat(100_000).into_bytes())]),
            "the Word document is damaged",
        ),
        ("断.xlsx", written::xlsx(&written::henan())[..9000].to_vec(), "damaged"),
        ("空.xlsx", workbook("<worksheet><sheetData/></worksheet>", b"<sst/>"), "no text in any cell"),
        ("信.rtf", b"{\\rtf1\\ansi abc}".to_vec(), "a document in RTF"),
        ("存.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n".to_vec(), "a web archive"),
    ] {
        let path = desk.write(name, bytes);
        let ran = desk.run(["ingest", path.to_str().unwrap()]).fails_with(1);
        let line = ran.stderr.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{name}: {}", ran.stderr));
        assert!(line.contains(said), "{name}: {line}");
    }
}

#[test]
fn a_folder_tells_of_every_document_that_it_cannot_read() {
    let desk = Desk::new();
    let text = std::fs::read(crate::support::samples().join("合成示例局2021年度部门预算.txt")).unwrap();
    std::fs::create_dir(desk.path("夹")).unwrap();
    for (name, bytes) in [
        ("夹/好.txt", text),
        ("夹/旧.doc", compound("WordDocument")),
        ("夹/信.rtf", b"{\\rtf1\\ansi abc}".to_vec()),
        ("夹/锁.docx", compound("EncryptedPackage")),
        ("夹/图.jpg", b"\xFF\xD8\xFF".to_vec()),
    ] {
        desk.write(name, bytes);
    }
    let ran = desk.run(["ingest", "夹"]).fails_with(1);
    for said in [
        "旧.doc: this is an old Word document",
        "信.rtf: this is a document in RTF",
        "锁.docx: the document is protected",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert!(ran.stderr.contains("4 documents: 1 stored, 0 unchanged, 3 failed"), "{}", ran.stderr);
}

#[test]
fn a_million_empty_rows_and_a_stray_cell_cost_little() {
    let mut sheet = String::from("<worksheet><sheetData>");
    for (r, row) in (1..).zip(BUDGET) {
        let cells: String = row.iter().enumerate().filter(|(_, t)| !t.is_empty()).map(|(c, t)| cell(c, r, t)).collect();
        let _ = write!(sheet, "<row r=\"{r}\">{cells}</row>");
    }
    for r in 6..1_048_576 {
        let _ = write!(sheet, "<row r=\"{r}\" ht=\"14\"/>");
    }
    sheet.push_str(
        "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>",
    );
    let bytes = workbook(&sheet, b"<sst/>");
    let begun = Instant::now();
    let desk = Desk::new();
    desk.write("百万行.xlsx", bytes);
    let ran = desk.run(["ingest", "百万行.xlsx"]).succeeds();
    assert!(ran.stderr.contains("合成甲局 2024 budget: stored, 2 amounts"), "{}", ran.stderr);
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[test]
fn archives_that_lead_out_or_expand_are_refused_member_by_member() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("内")).unwrap();
    let text = std::fs::read(crate::support::samples().join("合成示例局2021年度部门预算.txt")).unwrap();
    let deep = (0..5).fold(zipped(&[("x.txt", text.clone())]), |inner, i| zipped(&[(&*format!("{i}.zip"), inner)]));
    let mut archive = zipped(&[
        ("../外.txt", text.clone()),
        ("/tmp/外.txt", text.clone()),
        ("好.txt", text),
        ("弹.txt", vec![b'0'; 64 << 20]),
        ("深.zip", deep),
        ("GBK名.txt", b"x".to_vec()),
    ]);
    // A name in GBK: the same length in bytes as its stand-in.
    let (gbk, _, _) = encoding_rs::GB18030.encode("预算书");
    let from = "GBK名".as_bytes();
    assert_eq!(gbk.len(), from.len());
    for at in 0..archive.len() - from.len() {
        if archive[at..].starts_with(from) {
            archive[at..at + from.len()].copy_from_slice(&gbk);
        }
    }
    std::fs::write(desk.path("内/包.zip"), archive).unwrap();
    let ran = desk.run(["ingest", "内/包.zip"]).fails_with(1);
    for said in [
        "内/包.zip/../外.txt: cannot read: its name leads out of the archive",
        "内/包.zip/tmp/外.txt: cannot read: its name leads out of the archive",
        "好.txt: 合成示例局 2021 budget: stored",
        "弹.txt: cannot read the file: it expands beyond all measure",
        "archives in archives are read 3 deep",
        "预算书.txt",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    assert!(!desk.path("外.txt").exists() && !std::path::Path::new("/tmp/外.txt").exists());
}

#[test]
fn what_a_workbook_hides_or_did_not_calculate_is_told() {
    let mut book = Workbook::new();
    let two = Format::new().set_num_format("0.00");
    for (name, hidden, amount) in [("支出总表", false, 0.1 + 0.2), ("旧表", true, 7.0)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (r, row) in (0..).zip(BUDGET) {
            for (c, text) in (0..).zip(row) {
                if !text.is_empty() && *text != "9.00" {
                    sheet.write_string(r, c, *text).unwrap();
                }
            }
        }
        sheet.write_number_with_format(3, 2, amount, &two).unwrap();
        sheet.write_formula_with_format(4, 2, Formula::new("=SUM([1]Sheet1!A1:A2)").set_result("0.3"), &two).unwrap();
        sheet.write_formula(5, 2, Formula::new("=C5*2").set_result("")).unwrap();
        sheet.write_string(5, 1, "行政运行").unwrap();
        sheet.set_row_hidden(4).unwrap();
        sheet.set_hidden(hidden);
    }
    let desk = Desk::new();
    desk.write("隐.xlsx", book.save_to_buffer().unwrap());
    let ran = desk.run(["ingest", "隐.xlsx"]).succeeds();
    assert!(ran.stderr.contains("sheet 旧表: the sheet 旧表 is hidden; it was read"), "{}", ran.stderr);
    let said = desk.sql("SELECT kind, page, line, message FROM diagnostic WHERE page = 1 ORDER BY ALL");
    assert!(said.contains("hidden,1,5,row 5 is hidden; it was read"), "{said}");
    assert!(said.contains("noise of binary fractions was removed from a cell: 0.30000000000000004 → 0.30"), "{said}");
    assert!(said.contains("a result from another workbook"), "{said}");
    let facts =
        desk.sql("SELECT c.page, c.line, c.text, f.amount FROM cell c LEFT JOIN fact f USING (cell_id) ORDER BY 1, 2");
    assert!(facts.starts_with("1,4,0.30,3000.00\n1,5,0.30,3000.00"), "{facts}");
    assert!(facts.contains("2,4,7.00,\n"), "the hidden sheet repeats a table: cells only: {facts}");
}

/// Sizes that a file states and does not have: the library would make room for them.
#[test]
fn sizes_that_are_only_stated_make_no_room() {
    let written = written::henan();
    let desk = Desk::new();
    let strings = b"<sst uniqueCount=\"99999999999\"><si><t>x</t></si></sst>";
    desk.write("串.xlsx", workbook("<worksheet><sheetData/></worksheet>", strings));
    let mut far = written::biff(&written);
    // The column of the first number.
    let at = far.windows(4).position(|w| w == [0x03, 0x02, 14, 0]).unwrap() + 6;
    far[at + 1] = 0x80;
    desk.write("远.xls", written::compound("Workbook", &far));
    // A number in the last row and the last column: the library makes room for all cells before it.
    far[at - 2..at + 2].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0]);
    desk.write("角.xls", written::compound("Workbook", &far));
    for (name, said) in [
        ("串.xlsx", "it states more strings than it has"),
        ("远.xls", "a cell lies beyond the last column"),
        ("角.xls", "a cell far below or to the right of the others needs too much room; delete such cells"),
    ] {
        let ran = desk.run(["ingest", name]).fails_with(1);
        assert!(ran.stderr.contains(said), "{name}: {}", ran.stderr);
    }
}

/// Each line costs the recognition room: a table of a million of them is no disclosure.
#[test]
fn what_comes_after_the_lines_that_a_document_may_have_is_left_out_and_told() {
    let rows = |row: &str| format!("合成甲局2024年部门预算\n{}", row.repeat(400_000));
    let html = format!("<html><body><table>{}</table></body></html>", "<tr><td>支出<td>1.00".repeat(400_000));
    for (name, text) in [
        ("长.txt", rows("支出\t1.00\n")),
        ("长.csv", rows("支出,1.00\n")),
        ("行.txt", rows("支出\n")),
        ("长.html", html),
    ] {
        let document = yusuan::source::read_bytes(name, text.as_bytes()).unwrap();
        let told = document.notes.iter().find(|n| n.message.contains("more than 300000 lines and rows")).unwrap();
        assert_eq!(told.place.line, Some(300_001), "{name}");
        let rows = document.blocks.iter().map(|block| match block {
            yusuan::source::Block::Text(_) => 1,
            yusuan::source::Block::Grid(grid) => grid.rows.len(),
        });
        assert_eq!(rows.sum::<usize>(), 300_000, "{name}");
    }
    let wide = format!("{}\n", "1\t".repeat(1000));
    let document = yusuan::source::read_bytes("宽.txt", wide.as_bytes()).unwrap();
    assert!(document.notes[0].message.contains("more than 300 values"), "{:?}", document.notes);
}

#[test]
fn a_formula_without_a_result_is_told() {
    let mut rows = String::new();
    for (r, row) in (1..).zip(BUDGET) {
        let cells = row.iter().enumerate().filter(|(_, t)| !t.is_empty());
        let formula = format!("<c r=\"C{r}\"><f>1+{r}</f></c>");
        let cells: Vec<_> = cells.map(|(c, t)| if *t == "9.00" { formula.clone() } else { cell(c, r, t) }).collect();
        write!(rows, "<row r=\"{r}\">{}</row>", cells.concat()).unwrap();
    }
    let desk = Desk::new();
    desk.write("未算.xlsx", workbook(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"), b"<sst/>"));
    let ran = desk.run(["ingest", "未算.xlsx"]).succeeds();
    assert!(ran.stderr.contains("sheet 表, C4: 2 cells with a formula and no result"), "{}", ran.stderr);
    assert_eq!(desk.count("fact"), 0);
}

/// Bits flipped and ends cut off: an error or a document, in bounded time, never a panic.
#[test]
fn no_damage_to_a_file_makes_the_reading_panic() {
    let written = written::henan();
    for (name, whole) in [
        ("xlsx", written::xlsx(&written)),
        ("xls", written::xls(&written)),
        ("ods", written::ods(&written)),
        ("docx", written::docx(&written)),
        ("html", written::html(&written)),
        ("csv", written::csv(&written, b',', true)),
        ("zip", zipped(&[("a.txt", written::text(&written))])),
    ] {
        // Compressed parts are stored plain, so that damage reaches what is inside.
        let whole = if whole.starts_with(b"PK") { stored(&whole) } else { whole };
        let step = (whole.len() / 60).max(1);
        let mut variants: Vec<Vec<u8>> = (0..whole.len()).step_by(step * 3).map(|at| whole[..at].to_vec()).collect();
        for (n, at) in (0..whole.len()).step_by(step).enumerate() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (n % 8);
            variants.push(bytes);
        }
        for bytes in variants {
            let begun = Instant::now();
            let result = std::panic::catch_unwind(|| {
                if let Ok(document) = yusuan::source::read_bytes(&format!("x.{name}"), &bytes) {
                    let _ = yusuan::table::recognise(document, &yusuan::table::Overrides::default());
                }
            });
            assert!(result.is_ok(), "{name}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{name}: {:?}", begun.elapsed());
        }
    }
}

/// The same container without compression.
fn stored(bytes: &[u8]) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut from = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut file = from.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        to.start_file(name, options).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

/// A file may hold a text once and show it in every cell, and a row once and show it a million times.
#[test]
fn texts_and_ranges_that_are_repeated_without_end_are_cut_off() {
    let long = "长文".repeat(100_000);
    let mut rows = String::new();
    for r in 1..2000 {
        let _ = write!(rows, "<row r=\"{r}\"><c r=\"A{r}\" t=\"s\"><v>0</v></c><c r=\"B{r}\"><v>1</v></c></row>");
    }
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let strings = format!("<sst><si><t>{long}</t></si></sst>");
    let spanned = "<table:table-cell table:number-columns-spanned=\"2\"/>".repeat(5000);
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"表\">\
         <table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell><text:p>支出</text:p></table:table-cell>{spanned}\
         <table:table-cell table:number-columns-repeated=\"16384\"><text:p>{long}</text:p></table:table-cell></table:table-row>\
         </table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let kind = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
    let copied = "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"表\">\
         <table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell><text:p>支出</text:p></table:table-cell>\
         <table:table-cell><text:p>9</text:p></table:table-cell></table:table-row>\
         <table:table-row><table:table-cell><text:p>末</text:p></table:table-cell></table:table-row>\
         </table:table></office:spreadsheet></office:body></office:document-content>";
    let read = |content: &str| {
        let kind = b"application/vnd.oasis.opendocument.spreadsheet".to_vec();
        let bytes = zipped(&[("mimetype", kind), ("content.xml", content.as_bytes().to_vec())]);
        yusuan::source::read_bytes("行.ods", &bytes).unwrap()
    };
    let document = read(copied);
    assert!(document.notes[0].message.contains("the row is repeated 1048500 times; the copies after the first 1000"));
    assert!(document.blocks.len() < 5, "{}", document.blocks.len());
    let begun = Instant::now();
    for (name, bytes) in [
        ("重.xlsx", workbook(&sheet, strings.as_bytes())),
        ("重.ods", zipped(&[("mimetype", kind), ("content.xml", content.into_bytes())])),
    ] {
        let document = yusuan::source::read_bytes(name, &bytes).unwrap();
        let said = |n: &yusuan::source::Note| n.message.contains("MB of texts; the rest is left out");
        assert!(document.notes.iter().any(said), "{name}: {:?}", document.notes);
    }
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}
