//! A writer of disclosures in every format that is read: what the tests compare, and the samples in `data/formats`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use flate2::{Compression, write::ZlibEncoder};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use zip::write::SimpleFileOptions;

/// A table as a matrix of texts, with merged cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Vec<String>>,
    /// Row, column, rows, columns.
    pub(crate) merged: Vec<[usize; 4]>,
}

/// A table with the lines before and after it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Titled {
    pub(crate) lines: Vec<String>,
    pub(crate) table: Table,
    pub(crate) remarks: Vec<String>,
}

/// A disclosure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) narrative: Vec<String>,
    pub(crate) tables: Vec<Titled>,
}

impl Table {
    /// A table whose first rows are header: a heading reaches right over blanks under the same heading, and down
    /// where nothing stands under it.
    pub(crate) fn with_header(rows: Vec<Vec<String>>, header: usize) -> Self {
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let rows: Vec<Vec<String>> = rows
            .into_iter()
            .map(|mut r| {
                r.resize(width, String::new());
                r
            })
            .collect();
        let blank = |r: usize, c: usize| rows[r][c].is_empty();
        let mut merged = Vec::new();
        // Column in which the heading above each position stands.
        let mut above = vec![0; width];
        for r in 0..header {
            let mut own = above.clone();
            let mut c = 0;
            while c < width {
                if blank(r, c) {
                    c += 1;
                    continue;
                }
                let mut right = c + 1;
                while r + 1 < header && right < width && blank(r, right) && above[right] == above[c] {
                    right += 1;
                }
                let deep = (r + 1..header).all(|below| (c..right).all(|x| blank(below, x)));
                let rows = if deep { header - r } else { 1 };
                if rows > 1 || right - c > 1 {
                    merged.push([r, c, rows, right - c]);
                }
                own[c..right].fill(c + 1 + r * width);
                c = right;
            }
            above = own;
        }
        Self { rows, merged }
    }

    pub(crate) fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Rows and columns of a cell; `None` where another one covers it.
    fn span(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        for &[r, c, rows, columns] in &self.merged {
            if (r..r + rows).contains(&row) && (c..c + columns).contains(&column) {
                return ((r, c) == (row, column)).then_some((rows, columns));
            }
        }
        Some((1, 1))
    }
}

/// The Henan sample as it would have been published: its text has the header of one table pushed left, groups that
/// begin a column early and sentences cut by page breaks, as converters leave them.
pub(crate) fn henan() -> Written {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    let text = std::fs::read_to_string(folder.join("洛阳市洛龙区人民政府办公室2023年度部门预算（示例）.txt")).unwrap();
    let mut written = Written::default();
    let is_title = |line: &str| {
        !line.contains(['\t', '-']) && line.chars().count() < 40 && line.ends_with('表') && !line.contains('、')
    };
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        if line.contains('\t') {
            let rows = &mut written.tables.last_mut().unwrap().table.rows;
            rows.push(line.split('\t').map(|c| c.trim().to_owned()).collect());
        } else if is_title(line) {
            written.tables.push(Titled { lines: vec![line.to_owned()], ..Titled::default() });
        } else if let Some(table) = written.tables.last_mut() {
            if line.starts_with("备注") { &mut table.remarks } else { &mut table.lines }.push(line.to_owned());
        } else {
            match written.narrative.last_mut() {
                Some(last) if last.chars().count() > 40 && !last.ends_with(['。', '）']) => last.push_str(line),
                _ => written.narrative.push(line.to_owned()),
            }
        }
    }
    let good: Vec<Vec<String>> = written.tables[2].table.rows[..3].to_vec();
    for table in &mut written.tables {
        let rows = &mut table.table.rows;
        let header = if table.lines[0].contains("整体绩效") {
            0
        } else {
            let is_number = |c: &String| c.replace(',', "").parse::<f64>().is_ok();
            let body =
                |r: &Vec<String>| r.iter().any(is_number) || r.iter().any(|c| c == "合计") && r.concat() == "合计";
            rows.iter().position(body).unwrap()
        };
        if rows[0] == good[0] {
            rows[..3].clone_from_slice(&good);
        }
        // Two groups whose label stands a column left of its own subtotal.
        for c in (0..rows[0].len() - 1).rev().filter(|_| header > 1) {
            let is_group = matches!(rows[0][c].as_str(), "上年结转结余" | "项目支出");
            if is_group && rows[0][c + 1].is_empty() && matches!(rows[1][c + 1].as_str(), "小计" | "合计") {
                rows[0].swap(c, c + 1);
            }
        }
        table.table = Table::with_header(std::mem::take(rows), header);
    }
    written
}

/// Cells separated by tabs.
pub(crate) fn text(written: &Written) -> Vec<u8> {
    let mut out = String::new();
    for line in &written.narrative {
        let _ = writeln!(out, "{line}\n");
    }
    for table in &written.tables {
        for line in &table.lines {
            let _ = writeln!(out, "{line}\n");
        }
        for row in &table.table.rows {
            let _ = writeln!(out, "{}", row.join("\t"));
        }
        out.push('\n');
        for line in &table.remarks {
            let _ = writeln!(out, "{line}\n");
        }
    }
    out.into_bytes()
}

/// Separated values; `padded` as a spreadsheet saves them, every record as wide as the widest.
pub(crate) fn csv(written: &Written, delimiter: u8, padded: bool) -> Vec<u8> {
    let width = written.tables.iter().map(|t| t.table.width()).max().unwrap_or(1);
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    let mut record = |values: &[String]| {
        let mut values = values.to_vec();
        if padded {
            values.resize(width, String::new());
        }
        writer.write_record(&values).unwrap();
    };
    let line = |text: &String| vec![text.clone()];
    for text in &written.narrative {
        record(&line(text));
    }
    for table in &written.tables {
        table.lines.iter().for_each(|text| record(&line(text)));
        table.table.rows.iter().for_each(|row| record(row));
        table.remarks.iter().for_each(|text| record(&line(text)));
    }
    writer.into_inner().unwrap()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A page in UTF-8.
pub(crate) fn html(written: &Written) -> Vec<u8> {
    let mut out = String::from(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>预算公开</title>\n\
         <style>td, th { border: 1px solid }</style></head>\n<body>\n",
    );
    let line = |out: &mut String, text: &String| {
        let _ = writeln!(out, "<p>{}</p>", escaped(text));
    };
    written.narrative.iter().for_each(|text| line(&mut out, text));
    for table in &written.tables {
        table.lines.iter().for_each(|text| line(&mut out, text));
        out.push_str("<table>\n");
        for (r, row) in table.table.rows.iter().enumerate() {
            out.push_str("<tr>");
            for (c, text) in row.iter().enumerate() {
                let Some((rows, columns)) = table.table.span(r, c) else { continue };
                let span = |name: &str, n: usize| if n > 1 { format!(" {name}={n}") } else { String::new() };
                let _ = write!(out, "<td{}{}>{}</td>", span("rowspan", rows), span("colspan", columns), escaped(text));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table>\n");
        table.remarks.iter().for_each(|text| line(&mut out, text));
    }
    out.push_str("</body></html>\n");
    out.into_bytes()
}

/// Parts in a zip container, always with the same bytes.
pub(crate) fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A Word document.
pub(crate) fn docx(written: &Written) -> Vec<u8> {
    let mut body = String::new();
    let p = |text: &str| format!("<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>", escaped(text));
    written.narrative.iter().for_each(|text| body.push_str(&p(text)));
    for table in &written.tables {
        table.lines.iter().for_each(|text| body.push_str(&p(text)));
        body.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/></w:tblPr><w:tblGrid>");
        body.push_str(&"<w:gridCol/>".repeat(table.table.width()));
        body.push_str("</w:tblGrid>");
        for (r, row) in table.table.rows.iter().enumerate() {
            body.push_str("<w:tr>");
            let mut c = 0;
            while c < row.len() {
                let (rows, columns, begins) = if let Some((rows, columns)) = table.table.span(r, c) {
                    (rows, columns, true)
                } else {
                    let [_, _, rows, columns] = *table
                        .table
                        .merged
                        .iter()
                        .find(|[top, left, rows, columns]| {
                            (*top..top + rows).contains(&r) && (*left..left + columns).contains(&c)
                        })
                        .unwrap();
                    (rows, columns, false)
                };
                let span = if columns > 1 { format!("<w:gridSpan w:val=\"{columns}\"/>") } else { String::new() };
                let merge = match (rows > 1, begins) {
                    (false, _) => "",
                    (true, true) => "<w:vMerge w:val=\"restart\"/>",
                    (true, false) => "<w:vMerge/>",
                };
                let text = if begins { row[c].as_str() } else { "" };
                let _ = write!(body, "<w:tc><w:tcPr>{span}{merge}</w:tcPr>{}</w:tc>", p(text));
                c += columns;
            }
            body.push_str("</w:tr>");
        }
        body.push_str("</w:tbl>");
        table.remarks.iter().for_each(|text| body.push_str(&p(text)));
    }
    let main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let types = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Override PartName=\"/word/document.xml\" ContentType=\"{main}\"/></Types>"
    );
    let relations = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"word/document.xml\"/></Relationships>";
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    zipped(&[
        ("[Content_Types].xml", types.into_bytes()),
        ("_rels/.rels", relations.as_bytes().to_vec()),
        ("word/document.xml", document.into_bytes()),
    ])
}

/// A number as a workbook stores it, and the places that are shown.
fn number(text: &str) -> Option<(f64, usize)> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = plain.split_once('.')?;
    let digits = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit());
    (digits(whole) && digits(fraction)).then(|| (text.parse().unwrap(), fraction.len()))
}

/// A workbook: the narrative on a sheet of its own, then a sheet for each table.
pub(crate) fn xlsx(written: &Written) -> Vec<u8> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2023, 1, 1).unwrap()));
    let plain = Format::new();
    if !written.narrative.is_empty() {
        let sheet = book.add_worksheet().set_name("说明").unwrap();
        for (row, text) in (0..).zip(&written.narrative) {
            sheet.write_string(row, 0, text).unwrap();
        }
    }
    for (n, table) in written.tables.iter().enumerate() {
        let sheet = book.add_worksheet().set_name(format!("表{}", n + 1)).unwrap();
        let last = u16::try_from(table.table.width() - 1).unwrap();
        let mut row = 0;
        for (i, text) in table.lines.iter().enumerate() {
            // A title over all columns, notes below it at the left.
            if i == 0 && last > 0 {
                sheet.merge_range(row, 0, row, last, text, &plain).unwrap();
            } else {
                sheet.write_string(row, 0, text).unwrap();
            }
            row += 1;
        }
        for &[r, c, rows, columns] in &table.table.merged {
            let (r, c) = (row + u32::try_from(r).unwrap(), u16::try_from(c).unwrap());
            let (down, right) = (r + u32::try_from(rows).unwrap() - 1, c + u16::try_from(columns).unwrap() - 1);
            sheet.merge_range(r, c, down, right, "", &plain).unwrap();
        }
        for (r, cells) in (row..).zip(&table.table.rows) {
            for (c, text) in (0..).zip(cells).filter(|(_, t)| !t.is_empty()) {
                match number(text) {
                    Some((value, places)) => {
                        let format = Format::new().set_num_format(format!("0.{}", "0".repeat(places)));
                        sheet.write_number_with_format(r, c, value, &format).unwrap();
                    }
                    None => {
                        sheet.write_string(r, c, text).unwrap();
                    }
                }
            }
        }
        row += u32::try_from(table.table.rows.len()).unwrap() + 1;
        for text in &table.remarks {
            sheet.write_string(row, 0, text).unwrap();
            row += 1;
        }
    }
    book.save_to_buffer().unwrap()
}

/// An `OpenDocument` workbook with the same sheets.
pub(crate) fn ods(written: &Written) -> Vec<u8> {
    let mut sheets = String::new();
    let string = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>", escaped(text))
    };
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let blank_rows = "<table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell table:number-columns-repeated=\"1024\"/></table:table-row>";
    if !written.narrative.is_empty() {
        sheets.push_str("<table:table table:name=\"说明\">");
        written.narrative.iter().for_each(|text| sheets.push_str(&row(&string(text))));
        sheets.push_str(blank_rows);
        sheets.push_str("</table:table>");
    }
    for (n, table) in written.tables.iter().enumerate() {
        let _ = write!(sheets, "<table:table table:name=\"表{}\">", n + 1);
        table.lines.iter().for_each(|text| sheets.push_str(&row(&string(text))));
        for (r, cells) in table.table.rows.iter().enumerate() {
            let mut out = String::new();
            for (c, text) in cells.iter().enumerate() {
                let Some((rows, columns)) = table.table.span(r, c) else {
                    out.push_str("<table:covered-table-cell/>");
                    continue;
                };
                let spans = if rows * columns > 1 {
                    format!(" table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{columns}\"")
                } else {
                    String::new()
                };
                let value = match number(text) {
                    Some((value, _)) => format!(" office:value-type=\"float\" office:value=\"{value}\""),
                    None => String::new(),
                };
                let shown = if text.is_empty() { String::new() } else { format!("<text:p>{}</text:p>", escaped(text)) };
                let _ = write!(out, "<table:table-cell{spans}{value}>{shown}</table:table-cell>");
            }
            sheets.push_str(&row(&out));
        }
        sheets.push_str(&row("<table:table-cell/>"));
        table.remarks.iter().for_each(|text| sheets.push_str(&row(&string(text))));
        sheets.push_str(blank_rows);
        sheets.push_str("</table:table>");
    }
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\">\
         <office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("content.xml", content.into_bytes()),
    ])
}

/// Width of a text in points at ten points: digits and their signs are half as wide.
fn width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii_digit() || " ,-.".contains(c) { 5.0 } else { 10.0 }).sum()
}

fn put(content: &mut String, x: f64, y: f64, text: &str) {
    if text.is_empty() {
        return;
    }
    let code: String = text.encode_utf16().fold(String::new(), |mut hex, unit| {
        let _ = write!(hex, "{unit:04X}");
        hex
    });
    let _ = writeln!(content, "BT /F1 10 Tf {x:.1} {y:.1} Td <{code}> Tj ET");
}

/// A PDF: the narrative on a page, each table on a page as large as it is.
pub(crate) fn pdf(written: &Written) -> Vec<u8> {
    let mut pages: Vec<(f64, f64, String)> = Vec::new();
    if !written.narrative.is_empty() {
        let wide = written.narrative.iter().map(|l| width(l)).fold(400.0, f64::max) + 120.0;
        let lines = u32::try_from(written.narrative.len()).unwrap();
        let high = 24.0 * f64::from(lines) + 100.0;
        let mut content = String::new();
        for (i, line) in (0_u32..).zip(&written.narrative) {
            let indent = if line.contains('。') { 24.0 } else { 0.0 };
            put(&mut content, 60.0 + indent, high - 50.0 - 24.0 * f64::from(i), line);
        }
        pages.push((wide, high, content));
    }
    for table in &written.tables {
        let mut columns: Vec<f64> = (0..table.table.width())
            .map(|c| {
                let own = table
                    .table
                    .rows
                    .iter()
                    .enumerate()
                    .filter(|(r, _)| table.table.span(*r, c).is_some_and(|s| s.1 == 1));
                own.map(|(_, row)| width(&row[c])).fold(14.0, f64::max) + 8.0
            })
            .collect();
        for &[r, c, _, n] in &table.table.merged {
            let missing = width(&table.table.rows[r][c]) + 8.0 - columns[c..c + n].iter().sum::<f64>();
            columns[c + n - 1] += missing.max(0.0);
        }
        let edges: Vec<f64> = columns
            .iter()
            .scan(60.0, |x, w| {
                *x += w;
                Some(*x)
            })
            .collect();
        let left = |c: usize| if c == 0 { 60.0 } else { edges[c - 1] };
        let rows = u32::try_from(table.table.rows.len()).unwrap();
        let lines = u32::try_from(table.lines.len() + table.remarks.len()).unwrap();
        let high = 20.0 * f64::from(rows) + 24.0 * f64::from(lines) + 140.0;
        let wide = (edges.last().unwrap() + 60.0).max(600.0);
        let mut content = String::from("0.5 w\n");
        let mut y = high - 60.0;
        for line in &table.lines {
            put(&mut content, 80.0, y, line);
            y -= 24.0;
        }
        for (r, row) in table.table.rows.iter().enumerate() {
            for (c, text) in row.iter().enumerate() {
                let Some((down, right)) = table.table.span(r, c) else { continue };
                let top = y - 20.0 * f64::from(u32::try_from(r).unwrap());
                let tall = 20.0 * f64::from(u32::try_from(down).unwrap());
                let (x0, x1) = (left(c), edges[c + right - 1]);
                let _ = writeln!(content, "{x0:.1} {:.1} {:.1} {tall:.1} re S", top - tall, x1 - x0);
                put(&mut content, x0 + 3.0, top - tall / 2.0 - 3.5, text);
            }
        }
        y -= 20.0 * f64::from(rows) + 30.0;
        for line in &table.remarks {
            put(&mut content, 80.0, y, line);
            y -= 24.0;
        }
        pages.push((wide, high, content));
    }
    file(&pages)
}

/// A PDF file of pages: width, height, operators.
fn file(pages: &[(f64, f64, String)]) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|i| format!("{} 0 R", 6 + 2 * i)).collect();
    let mut objects: Vec<Vec<u8>> = vec![
        b"<</Type /Catalog /Pages 2 0 R>>".to_vec(),
        format!("<</Type /Pages /Count {} /Kids [{}]>>", pages.len(), kids.join(" ")).into_bytes(),
        b"<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R]>>"
            .to_vec(),
        b"<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 [500] 13 [500 500 500] 16 26 500] \
          /CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 2>> /FontDescriptor 5 0 R>>"
            .to_vec(),
        b"<</Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 \
          /Descent -120 /CapHeight 700 /StemV 80>>"
            .to_vec(),
    ];
    for (i, (wide, high, content)) in pages.iter().enumerate() {
        objects.push(
            format!(
                "<</Type /Page /Parent 2 0 R /MediaBox [0 0 {wide:.1} {high:.1}] /Contents {} 0 R \
                 /Resources <</Font <</F1 3 0 R>>>>>>",
                7 + 2 * i
            )
            .into_bytes(),
        );
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content.as_bytes()).unwrap();
        let data = encoder.finish().unwrap();
        let mut stream = format!("<</Filter /FlateDecode /Length {}>>\nstream\n", data.len()).into_bytes();
        stream.extend(data);
        stream.extend(b"\nendstream");
        objects.push(stream);
    }
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

fn record(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    out.extend(data);
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

/// Records of an xls workbook (BIFF8) with the sheets of [`xlsx`].
pub(crate) fn biff(written: &Written) -> Vec<u8> {
    let utf16 = |text: &str| words(&text.encode_utf16().collect::<Vec<_>>());
    let mut sheets: Vec<(String, Vec<u8>)> = Vec::new();
    let begin = |kind: u16| {
        let mut out = Vec::new();
        record(&mut out, 0x0809, &words(&[0x0600, kind, 0x0DBB, 0x07CC, 0, 0, 0x0600, 0]));
        out
    };
    let label = |out: &mut Vec<u8>, row: u16, column: u16, text: &str| {
        let length = u16::try_from(text.encode_utf16().count()).unwrap();
        let mut data = words(&[row, column, 0, length]);
        data.push(1);
        data.extend(utf16(text));
        record(out, 0x0204, &data);
    };
    if !written.narrative.is_empty() {
        let mut out = begin(0x0010);
        for (row, text) in (0..).zip(&written.narrative) {
            label(&mut out, row, 0, text);
        }
        record(&mut out, 0x000A, &[]);
        sheets.push(("说明".to_owned(), out));
    }
    for (n, table) in written.tables.iter().enumerate() {
        let mut out = begin(0x0010);
        let last = u16::try_from(table.table.width() - 1).unwrap();
        let mut merged = Vec::new();
        let mut row = 0;
        for (i, text) in table.lines.iter().enumerate() {
            if i == 0 && last > 0 {
                merged.push([row, row, 0, last]);
            }
            label(&mut out, row, 0, text);
            row += 1;
        }
        for &[r, c, rows, columns] in &table.table.merged {
            let [r, c, rows, columns] = [r, c, rows, columns].map(|v| u16::try_from(v).unwrap());
            merged.push([row + r, row + r + rows - 1, c, c + columns - 1]);
        }
        for (r, cells) in (row..).zip(&table.table.rows) {
            for (c, text) in (0..).zip(cells).filter(|(_, t)| !t.is_empty()) {
                match number(text) {
                    Some((value, places)) => {
                        assert_eq!(places, 2, "the only format of this writer is 0.00");
                        let mut data = words(&[r, c, 1]);
                        data.extend(value.to_le_bytes());
                        record(&mut out, 0x0203, &data);
                    }
                    None => label(&mut out, r, c, text),
                }
            }
        }
        row += u16::try_from(table.table.rows.len()).unwrap() + 1;
        for text in &table.remarks {
            label(&mut out, row, 0, text);
            row += 1;
        }
        let mut data = words(&[u16::try_from(merged.len()).unwrap()]);
        for m in merged {
            data.extend(words(&m));
        }
        record(&mut out, 0x00E5, &data);
        record(&mut out, 0x000A, &[]);
        sheets.push((format!("表{}", n + 1), out));
    }
    let mut globals = begin(0x0005);
    record(&mut globals, 0x0042, &words(&[1200]));
    for format in [0, 2] {
        record(&mut globals, 0x00E0, &words(&[0, format, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
    let names: usize = sheets.iter().map(|(name, _)| 12 + 2 * name.encode_utf16().count()).sum();
    let mut at = u32::try_from(globals.len() + names + 4).unwrap();
    for (name, records) in &sheets {
        let mut data = at.to_le_bytes().to_vec();
        data.extend([0, 0, u8::try_from(name.encode_utf16().count()).unwrap(), 1]);
        data.extend(utf16(name));
        record(&mut globals, 0x0085, &data);
        at += u32::try_from(records.len()).unwrap();
    }
    record(&mut globals, 0x000A, &[]);
    for (_, records) in &sheets {
        globals.extend(records);
    }
    globals
}

/// A stream in a compound file, as old Office programs save.
pub(crate) fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let length = stream.len().max(4096);
    let pieces = length.div_ceil(512);
    // Sectors: the table, then the directory, then the stream.
    let mut tables = 1;
    while tables * 128 < tables + 1 + pieces {
        tables += 1;
    }
    let count = |n: usize| u32::try_from(n).unwrap();
    let mut out = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    out.resize(24, 0);
    out.extend(words(&[0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 0, 0]));
    for value in [count(tables), count(tables), 0, 4096, 0xFFFF_FFFE, 0, 0xFFFF_FFFE, 0] {
        out.extend(value.to_le_bytes());
    }
    for i in 0..109 {
        out.extend(if i < tables { count(i) } else { 0xFFFF_FFFF }.to_le_bytes());
    }
    let mut table = vec![0xFFFF_FFFD_u32; tables];
    table.push(0xFFFF_FFFE);
    table.extend((1..pieces).map(|i| count(tables + 1 + i)));
    table.push(0xFFFF_FFFE);
    table.resize(tables * 128, 0xFFFF_FFFF);
    out.extend(table.iter().flat_map(|v| v.to_le_bytes()));
    let mut directory = Vec::new();
    for (name, kind, start, size) in
        [("Root Entry", 5, 0xFFFF_FFFE, 0), (name, 2, count(tables + 1), count(length)), ("", 0, 0, 0), ("", 0, 0, 0)]
    {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = if name.is_empty() { 0 } else { u16::try_from(entry.len() + 2).unwrap() };
        entry.resize(64, 0);
        entry.extend(bytes.to_le_bytes());
        entry.extend([kind, 1]);
        let child: u32 = if kind == 5 { 1 } else { 0xFFFF_FFFF };
        for link in [0xFFFF_FFFF_u32, 0xFFFF_FFFF, child] {
            entry.extend(link.to_le_bytes());
        }
        entry.resize(116, 0);
        entry.extend(start.to_le_bytes());
        entry.extend(size.to_le_bytes());
        entry.resize(128, 0);
        directory.extend(entry);
    }
    out.extend(directory);
    out.extend(stream);
    out.resize(512 + 512 * (tables + 1 + pieces), 0);
    out
}

/// An xls workbook.
pub(crate) fn xls(written: &Written) -> Vec<u8> {
    compound("Workbook", &biff(written))
}
