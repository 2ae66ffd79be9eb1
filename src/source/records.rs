//! Records of separated values, read piece by piece with the lines in which they begin: a long table has millions.
//!
//! Unlike a publisher's table in the same format (`delimited.rs`) nothing is laid out and nothing is kept.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};
use encoding_rs::UTF_8;
use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use super::bytes::{Decoded, Frames, Hash, Hashed, open};
use super::{SourceError, encoding, hex};

/// How much of a text tells its encoding.
const HEAD: usize = 1 << 16;
/// Bytes of texts that are handed on together.
const BLOCK: usize = 1 << 20;
/// More than a record can have: its quotation mark is not closed.
const RECORD: usize = 64 << 20;
/// What comes behind the last line: it is a record of its own unless a quotation mark is open.
const END: &[u8] = b"\n\x01end of the table\x01\n";

/// Some records, one after the other.
#[derive(Debug, Default)]
pub struct Records {
    /// Their texts without anything between them.
    text: String,
    /// Where each text ends.
    ends: Vec<usize>,
    rows: Vec<Row>,
}

/// One record of [`Records`].
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Its first text.
    first: usize,
    page: Option<u32>,
    line: Option<u32>,
    number: u32,
    is_text: bool,
}

/// A record: the texts of its fields, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    text: &'a str,
    ends: &'a [usize],
    start: usize,
    /// Sheet of a workbook, from 1.
    pub page: Option<u32>,
    /// Line of a text in which it begins, row of a sheet, from 1.
    pub line: Option<u32>,
    /// Its number among all records of the table, from 1; of a text the lines that are blank or within a record count, too.
    pub number: u32,
    /// Whether all of its bytes are characters; those that are none were replaced.
    pub is_text: bool,
}

impl Records {
    /// Adds a record from a sheet, or from a table without lines.
    pub fn push<'a>(
        &mut self,
        (page, line): (Option<u32>, Option<u32>),
        number: u32,
        fields: impl Iterator<Item = &'a str>,
    ) {
        self.rows.push(Row { first: self.ends.len(), page, line, number, is_text: true });
        for field in fields {
            self.text.push_str(field);
            self.ends.push(self.text.len());
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether there are so many that they should be handed on.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.text.len() >= BLOCK
    }

    /// The records in their order.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        let ends = self.rows.iter().skip(1).map(|row| row.first).chain([self.ends.len()]);
        self.rows.iter().zip(ends).map(|(row, end)| Record {
            text: &self.text,
            ends: self.ends.get(row.first..end).unwrap_or_default(),
            start: row.first.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0),
            page: row.page,
            line: row.line,
            number: row.number,
            is_text: row.is_text,
        })
    }
}

impl<'a> Record<'a> {
    /// Number of fields.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of a field, from 0.
    #[must_use]
    pub fn field(&self, at: usize) -> Option<&'a str> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { self.start } else { *self.ends.get(at - 1)? };
        self.text.get(start..end)
    }

    /// All of its texts.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let this = *self;
        (0..self.len()).map(move |at| this.field(at).unwrap_or_default())
    }
}

/// What was read of a file to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Number of its lines; of a compressed file those of the text in it.
    pub lines: u32,
}

/// The first record of a text, its columns' names; `None` where there is none.
///
/// # Errors
/// When the file cannot be read, or is no text.
pub fn columns(path: &Path, delimiter: u8) -> Result<Option<Vec<String>>, SourceError> {
    let mut reader = Separated::open(path, delimiter)?;
    let mut record = ByteRecord::new();
    if !reader.csv.read_byte_record(&mut record).map_err(|error| reader.failed(error, 1))? {
        return Ok(None);
    }
    let names = record.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    Ok(Some(distinct(names)))
}

/// Hands on the records of a text below the first one. `None` where `take` did not want all.
///
/// # Errors
/// When the file cannot be read, is no text, or a quotation mark is not closed: with the line.
pub fn separated(
    path: &Path,
    delimiter: u8,
    take: &mut dyn FnMut(Records) -> ControlFlow<()>,
) -> Result<Option<Whole>, SourceError> {
    let mut reader = Separated::open(path, delimiter)?;
    let mut record = ByteRecord::new();
    let mut records = Records::default();
    let mut bytes = Vec::with_capacity(BLOCK + HEAD);
    let mut is_head = true;
    loop {
        let before = reader.csv.position().line();
        reader.budget.set(RECORD);
        if !reader.csv.read_byte_record(&mut record).map_err(|error| reader.failed(error, before))? {
            // The end is a record itself.
            return Err(SourceError::OpenQuote(u32::try_from(before).unwrap_or(u32::MAX)));
        }
        let after = reader.csv.position().line();
        // Blank lines before a record belong to none, line breaks within it do.
        let line = if after == before + 1 { before } else { after.saturating_sub(1 + breaks(record.as_slice())) };
        let line = u32::try_from(line).map_err(|_| SourceError::TooLarge(line))?;
        if reader.is_end.get() && record.as_slice().trim_ascii_end().ends_with(END.trim_ascii()) {
            if record.as_slice() != END.trim_ascii() {
                // No line break ended it.
                return Err(SourceError::OpenQuote(line.saturating_add(1)));
            }
            records.complete(&mut bytes);
            if !records.is_empty() && take(records).is_break() {
                return Ok(None);
            }
            // Behind a last line break stands one that is ours.
            let lines = line - 1 - u32::from(reader.last.get() == b'\n');
            return Ok(Some(Whole { sha256: reader.digest()?, lines }));
        }
        if std::mem::take(&mut is_head) {
            continue;
        }
        records.rows.push(Row {
            first: records.ends.len(),
            page: None,
            line: Some(line),
            number: line.saturating_sub(1),
            is_text: true,
        });
        let start = bytes.len();
        bytes.extend_from_slice(record.as_slice());
        records.ends.extend((0..record.len()).filter_map(|i| record.range(i)).map(|range| start + range.end));
        if bytes.len() >= BLOCK {
            records.complete(&mut bytes);
            if take(std::mem::take(&mut records)).is_break() {
                return Ok(None);
            }
        }
    }
}

impl Records {
    /// Makes texts of the bytes of all records.
    fn complete(&mut self, bytes: &mut Vec<u8>) {
        match String::from_utf8(std::mem::replace(bytes, Vec::with_capacity(BLOCK + HEAD))) {
            Ok(text) => self.text = text,
            Err(error) => self.replace(error.as_bytes()),
        }
    }

    /// The same where some bytes are no characters.
    fn replace(&mut self, bytes: &[u8]) {
        let firsts: Vec<usize> = self.rows.iter().map(|row| row.first).collect();
        let mut row = 0;
        let mut start = 0;
        for (at, end) in self.ends.iter_mut().enumerate() {
            while firsts.get(row + 1).is_some_and(|first| *first <= at) {
                row += 1;
            }
            let field = bytes.get(start..*end).unwrap_or_default();
            start = *end;
            let text = String::from_utf8_lossy(field);
            if matches!(text, std::borrow::Cow::Owned(_))
                && let Some(row) = self.rows.get_mut(row)
            {
                row.is_text = false;
            }
            self.text.push_str(&text);
            *end = self.text.len();
        }
    }
}

/// Names by which a table can have columns: those without one and those that stand twice get a number.
pub(super) fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let name = |(i, text): (usize, String)| {
        let text = if text.is_empty() { format!("column {}", i + 1) } else { text };
        // Columns of a database are the same whatever their case.
        let mut names = std::iter::once(text.clone()).chain((1..).map(|n| format!("{text}_{n}")));
        names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
    };
    texts.into_iter().enumerate().map(name).collect()
}

fn breaks(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// SHA-256 of a file, read piece by piece.
///
/// # Errors
/// When it cannot be read.
pub fn digest_of(path: &Path) -> Result<String, SourceError> {
    let mut file = open(path)?;
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

/// The reader of a text, with what is known of it.
struct Separated {
    csv: Reader<Box<dyn Read>>,
    hash: Rc<Hash>,
    /// How many bytes the record that is read may still have.
    budget: Rc<Cell<usize>>,
    /// The last byte that was read of the text.
    last: Rc<Cell<u8>>,
    /// Whether the last byte was read.
    is_end: Rc<Cell<bool>>,
}

impl Separated {
    fn open(path: &Path, delimiter: u8) -> Result<Self, SourceError> {
        let hash = Rc::new(Hash::default());
        let raw = Hashed { file: open(path)?, hash: hash.clone() };
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase).unwrap_or_default();
        let plain: Box<dyn Read> = if ending == "gz" {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BLOCK, raw)))
        } else if ending == "zst" {
            Box::new(Frames::new(BufReader::with_capacity(BLOCK, raw))?)
        } else {
            Box::new(raw)
        };
        let mut plain = BufReader::with_capacity(HEAD, plain);
        let head = plain.fill_buf()?;
        let (encoding, mark) = encoding::of_text(head)?;
        plain.consume(mark);
        let text: Box<dyn Read> =
            if encoding == UTF_8 { Box::new(plain) } else { Box::new(Decoded::new(plain, encoding)) };
        let (budget, last, is_end) = (Rc::new(Cell::new(RECORD)), Rc::default(), Rc::default());
        let lined = Lined {
            text,
            end: Cursor::new(END),
            budget: Rc::clone(&budget),
            last: Rc::clone(&last),
            is_end: Rc::clone(&is_end),
        };
        let csv = ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(BLOCK)
            .from_reader(Box::new(lined) as Box<dyn Read>);
        Ok(Self { csv, hash, budget, last, is_end })
    }

    fn failed(&self, error: csv::Error, line: u64) -> SourceError {
        if self.budget.get() == 0 {
            return SourceError::OpenQuote(u32::try_from(line).unwrap_or(u32::MAX));
        }
        match error.into_kind() {
            csv::ErrorKind::Io(cause) => SourceError::Io(cause),
            other => SourceError::Io(io::Error::other(format!("{other:?}"))),
        }
    }

    /// The digest of all bytes, also of those that a decompressor left.
    fn digest(&mut self) -> Result<String, SourceError> {
        let mut rest = vec![0; HEAD];
        while self.csv.get_mut().read(&mut rest)? > 0 {}
        Ok(hex(&self.hash.0.borrow().clone().finalize()))
    }
}

/// A text whose lines end with `\n`, and with [`END`] behind it.
struct Lined {
    text: Box<dyn Read>,
    end: Cursor<&'static [u8]>,
    budget: Rc<Cell<usize>>,
    last: Rc<Cell<u8>>,
    is_end: Rc<Cell<bool>>,
}

impl Read for Lined {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.budget.get() == 0 {
            return Err(io::Error::other("a record has no end"));
        }
        let mut n = if self.is_end.get() { 0 } else { self.text.read(into)? };
        if n == 0 {
            self.is_end.set(true);
            return self.end.read(into);
        }
        self.budget.set(self.budget.get().saturating_sub(n));
        let bytes = into.get_mut(..n).unwrap_or_default();
        self.last.set(bytes.last().copied().unwrap_or_default());
        if bytes.contains(&b'\r') {
            n = without_returns(bytes);
            // A piece may end between the two.
            if n == 0 {
                return self.read(into);
            }
        }
        Ok(n)
    }
}

/// Moves all bytes but `\r` to the front; returns how many there are.
fn without_returns(bytes: &mut [u8]) -> usize {
    let mut kept = 0;
    for at in 0..bytes.len() {
        match bytes.get(at) {
            Some(b'\r') | None => {}
            Some(byte) => {
                let byte = *byte;
                if let Some(place) = bytes.get_mut(kept) {
                    *place = byte;
                }
                kept += 1;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    type Found = Vec<(u32, String)>;

    fn read(name: &str, bytes: &[u8]) -> Result<(Found, Option<Whole>), SourceError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut found = Vec::new();
        let whole = separated(&path, b',', &mut |records| {
            found.extend(records.iter().map(|r| (r.line.unwrap(), r.fields().collect::<Vec<_>>().join("|"))));
            ControlFlow::Continue(())
        })?;
        Ok((found, whole))
    }

    #[test]
    fn a_record_has_the_line_in_which_it_begins() {
        let text = "a,b\n1,\"x\ny\"\n\n\n2,5\" z\n3,\"p\"\"q\n\nr\"\n4,e,f\n5";
        for (name, text) in [("a.csv", text.to_owned()), ("b.csv", text.replace('\n', "\r\n"))] {
            let (found, whole) = read(name, text.as_bytes()).unwrap();
            let expected = [(2, "1|x\ny"), (6, "2|5\" z"), (7, "3|p\"q\n\nr"), (10, "4|e|f"), (11, "5")];
            let expected: Vec<(u32, String)> = expected.iter().map(|(l, t)| (*l, (*t).to_owned())).collect();
            assert_eq!(found, expected, "{name}");
            assert_eq!(whole.unwrap().lines, 11, "{name}");
        }
    }

    #[test]
    fn an_open_quotation_mark_is_told_with_its_line() {
        for text in ["a,b\n1,2\n3,\"4\n5,6\n", "a,b\n1,2\n3,\"4", "a,b\n1,2\n\"3,4\n5,6\n\n\n"] {
            assert!(matches!(read("a.csv", text.as_bytes()), Err(SourceError::OpenQuote(3))), "{text}");
        }
        let endless = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(RECORD / 3));
        assert!(matches!(read("a.csv", endless.as_bytes()), Err(SourceError::OpenQuote(2))));
        assert!(read("a.csv", b"a,b\n1,\"2\"\n").is_ok_and(|(found, _)| found == [(2, "1|2".to_owned())]));
    }

    #[test]
    fn bytes_that_are_no_text_mark_their_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let good = "年度,部门\n2023,甲局\n".repeat(9);
        // The halves of one character in two fields are none.
        std::fs::write(&path, [good.as_bytes(), b"2023,\xE7\x94\n2024\xE4,\xB9\x99\n2025,\xE4\xB9\x99\n"].concat())
            .unwrap();
        let mut found = Vec::new();
        let mut take = |records: Records| {
            found.extend(records.iter().map(|r| (r.fields().collect::<Vec<_>>().join("|"), r.is_text)));
            ControlFlow::Continue(())
        };
        separated(&path, b',', &mut take).unwrap();
        let last: Vec<(&str, bool)> = found.iter().rev().take(4).map(|(text, is)| (text.as_str(), *is)).collect();
        assert_eq!(
            last,
            [
                ("2025|乙", true),
                ("2024\u{FFFD}|\u{FFFD}\u{FFFD}", false),
                ("2023|\u{FFFD}", false),
                ("2023|甲局", true)
            ]
        );
    }

    #[test]
    fn columns_without_a_name_and_of_the_same_name_are_told_apart() {
        let names = ["年度", "", "备注", "备注", "Note", "note", "column 2"].map(str::to_owned);
        assert_eq!(distinct(names.to_vec()), ["年度", "column 2", "备注", "备注_1", "Note", "note_1", "column 2_1"]);
    }

    #[test]
    fn all_frames_of_a_compressed_text_are_read() {
        let text = "年度,部门\n2023,甲局\n2024,乙局\n";
        let (one, two) = text.as_bytes().split_at(20);
        let zstd = |bytes: &[u8]| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest);
        let gz = |bytes: &[u8]| {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            io::Write::write_all(&mut out, bytes).unwrap();
            out.finish().unwrap()
        };
        let skipped = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        let zst = [&skipped[..], &zstd(one), &skipped, &zstd(two), &skipped].concat();
        for (name, bytes) in [("a.csv.zst", zst), ("b.csv.gz", [gz(one), gz(two)].concat())] {
            let (found, whole) = read(name, &bytes).unwrap();
            assert_eq!(found, [(2, "2023|甲局".to_owned()), (3, "2024|乙局".to_owned())], "{name}");
            assert_eq!(whole, Some(Whole { sha256: super::super::digest(&bytes), lines: 3 }), "{name}");
            assert!(read(name, &bytes[..bytes.len() / 2]).is_err(), "{name}");
        }
    }

    #[test]
    fn other_encodings_are_read() {
        let text = "年度,部门\n2023,洛阳市教育局\n";
        let (gbk, _, _) = encoding_rs::GB18030.encode(text);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &gbk, &utf16, &marked] {
            let (found, whole) = read("a.csv", bytes).unwrap();
            assert_eq!(found, [(2, "2023|洛阳市教育局".to_owned())]);
            assert_eq!(whole.unwrap().sha256, super::super::digest(bytes));
        }
    }
}
