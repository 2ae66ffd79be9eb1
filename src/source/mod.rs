//! Bytes → [`Document`]: blocks of text lines and grids of cells, each with its place.
//!
//! Nothing here knows what a budget is. One file per format; the format is decided by content, then by name.

mod archive;
mod bytes;
mod cell_text;
mod delimited;
mod document;
mod encoding;
mod find;
mod laid;
mod opendocument;
mod package;
mod page;
mod pdf;
mod records;
mod sheet;
mod shown;
mod text;
mod word;
mod workbook;
mod xml;

use std::ops::ControlFlow;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use find::{EXTENSIONS, FindError, Found, PACKAGE, find, is_table};

pub use records::{Record, Records, Whole, columns, digest_of, separated};
pub use workbook::{SheetHead, SheetHeads};

pub use document::{Block, Cell, CellArea, Document, Grid, GridRow, Note, NoteKind, Span, TextLine};

/// Largest file that is read, in bytes. Disclosures have kilobytes to a few megabytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// Why a file could not be read as a document.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The operating system refused.
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
    /// A device, a pipe, a socket.
    #[error("this is no regular file; write what it gives to a file and ingest that")]
    NoFile,
    /// A field of separated values has no end.
    #[error(
        "line {0}: a quotation mark is opened and not closed, so that the rows behind it cannot be told apart; close it, or \
         double it where it is a part of the text"
    )]
    OpenQuote(u32),
    /// No bytes.
    #[error("the file is empty; download it again")]
    Empty,
    /// Larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes, more than the limit of {MAX_BYTES}; split it")]
    TooLarge(u64),
    /// A known format that is not read.
    #[error("this is {0}, which is not read; save it as xlsx, docx, PDF or text and ingest that")]
    Unsupported(&'static str),
    /// A Word document of before 2007, or of WPS.
    #[error("this is an old Word document (doc or wps, whatever its name says); save it as docx and ingest that")]
    OldWord,
    /// An archive in a place where only a document can be.
    #[error("this is an archive of files and no document; unpack it and ingest what is inside")]
    Archive,
    /// An office document that asks for a password.
    #[error("the {0} is protected by a password; save it without one and ingest that")]
    Protected(&'static str),
    /// An office document that cannot be read.
    #[error("the {format} is damaged ({cause}); open and save it anew, or download it again")]
    Damaged {
        /// What it is.
        format: &'static str,
        /// What is wrong.
        cause: String,
    },
    /// An office document that expands without bound.
    #[error(
        "the file expands beyond what a document has; it is damaged or malicious (or a long table: save that as csv)"
    )]
    Expands,
    /// A workbook without a cell.
    #[error("the workbook has no text in any cell; its tables may be pictures, or stand in another file")]
    NoCells,
    /// A PDF that asks for a password.
    #[error("the PDF is encrypted; save it without a password (for example qpdf --decrypt) and ingest that")]
    Encrypted,
    /// A PDF without its structure.
    #[error("the PDF is damaged beyond repair; download it again")]
    DamagedPdf,
    /// A PDF whose streams expand without bound.
    #[error("the PDF's streams expand to more than 512 MB; it is damaged or malicious: get it anew from its publisher")]
    Bomb,
    /// A PDF of pictures.
    #[error("the PDF is scanned: it has pictures and no text; run OCR over it (for example ocrmypdf) and ingest that")]
    Scanned,
    /// A PDF without any text.
    #[error("the PDF has no text on any page; if it shows any, run OCR over it (for example ocrmypdf) and ingest that")]
    NoText,
    /// Neither text nor a known format.
    #[error(
        "this is no text: byte {offset} is {byte:#04x}; nor is it PDF, Excel, Word or another format that is read; save it as one of them"
    )]
    Binary {
        /// Offset of the first byte that no text has.
        offset: usize,
        /// That byte.
        byte: u8,
    },
}

/// Reads one file.
///
/// # Errors
/// When it cannot be opened, is empty, too large, or of no known format.
pub fn read(path: &Path) -> Result<Document, SourceError> {
    read_bytes(&path.display().to_string(), &load(path)?)
}

/// The bytes of a file.
///
/// # Errors
/// When it cannot be opened or is too large.
pub fn load(path: &Path) -> Result<Vec<u8>, SourceError> {
    let size = match std::fs::metadata(path) {
        // A pipe may never end, nor /dev/zero.
        Ok(file) if !file.is_file() => return Err(SourceError::NoFile),
        Ok(file) => file.len(),
        // A member of an archive has a path as if the archive were a folder.
        Err(cause) => return archive::load(path).unwrap_or(Err(cause)).map_err(SourceError::Io),
    };
    if size > MAX_BYTES {
        return Err(SourceError::TooLarge(size));
    }
    Ok(std::fs::read(path)?)
}

/// The sheets of an xlsx workbook with their first rows.
///
/// # Errors
/// When the bytes are no such workbook, or one that cannot be read.
pub fn sheet_heads(bytes: &[u8]) -> Result<SheetHeads, SourceError> {
    workbook::heads(bytes)
}

/// Hands on the rows of a sheet below its first one, with their numbers; tells what was noticed of its numbers.
///
/// # Errors
/// When they cannot be read.
pub fn sheet_rows(
    bytes: &[u8],
    head: &SheetHead,
    take: &mut dyn FnMut(u32, &[String]) -> ControlFlow<()>,
) -> Result<Vec<Note>, SourceError> {
    workbook::rows(bytes, head, take)
}

/// SHA-256 of a file's bytes, hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Reads a document from memory; `path` is recorded, and its ending tells text from separated values.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(path: &str, bytes: &[u8]) -> Result<Document, SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    let mut document = parse(path, bytes)?;
    document.bound();
    path.clone_into(&mut document.path);
    document.sha256 = digest(bytes);
    Ok(document)
}

/// The format is what the bytes say, whatever the file is called.
fn parse(path: &str, bytes: &[u8]) -> Result<Document, SourceError> {
    // A PDF may have a preamble of up to a kilobyte.
    if bytes.get(..1024).unwrap_or(bytes).windows(5).any(|w| w == b"%PDF-") {
        return pdf::parse(bytes);
    }
    if package::is_container(bytes) {
        return packed(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return compound(bytes);
    }
    // rar, 7z, gz
    if [&b"Rar!"[..], b"7z\xBC\xAF", b"\x1F\x8B"].iter().any(|magic| bytes.starts_with(magic)) {
        return Err(SourceError::Archive);
    }
    if let Some(format) = known_binary(bytes) {
        return Err(SourceError::Unsupported(format));
    }
    if page::is_page(path, bytes) {
        return page::parse(bytes);
    }
    let decoded = encoding::decode(bytes)?;
    if let Some(format) = known_text(&decoded.text) {
        return Err(SourceError::Unsupported(format));
    }
    if let Some(page) = page::of_text(&decoded.text) {
        return page::parse(page.as_bytes());
    }
    let mut document = match delimited::delimiter(path, &decoded.text) {
        Some(delimiter) => delimited::parse(&decoded.text, delimiter),
        None => text::parse(&decoded.text),
    };
    if decoded.replaced > 0 {
        let message = format!("{} characters could not be decoded; the file is damaged", decoded.replaced);
        document.note(NoteKind::Encoding, crate::record::Place::default(), &message);
    }
    Ok(document)
}

/// Documents in a zip container.
fn packed(bytes: &[u8]) -> Result<Document, SourceError> {
    let mut package = package::Package::open(bytes, "file")?;
    if package.has_folder("word/") {
        return word::parse(package);
    }
    if package.has("xl/workbook.bin") {
        return Err(SourceError::Unsupported("a workbook in binary form (xlsb)"));
    }
    if package.has_folder("xl/") {
        return workbook::parse_xlsx(bytes, package);
    }
    match package.text("mimetype")?.as_deref().map(str::trim) {
        Some(kind) if kind.contains("opendocument.spreadsheet") => opendocument::parse(package),
        Some(kind) if kind.contains("opendocument") => Err(SourceError::Unsupported("an OpenDocument text or drawing")),
        _ if package.has(archive::OFD) => Err(SourceError::Unsupported("an OFD document")),
        _ if package.has("[Content_Types].xml") => {
            Err(SourceError::Unsupported("an office file without text or cells"))
        }
        _ => Err(SourceError::Archive),
    }
}

/// Documents of old Office programs: their streams have names in UTF-16.
fn compound(bytes: &[u8]) -> Result<Document, SourceError> {
    let has = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(name.len()).any(|w| w == name)
    };
    if has("EncryptedPackage") {
        Err(SourceError::Protected("document"))
    } else if has("WordDocument") || has("WpsDocument") {
        Err(SourceError::OldWord)
    } else if has("Workbook") || has("Book") {
        workbook::parse_xls(bytes)
    } else {
        Err(SourceError::Unsupported("an old Office document without cells (ppt or the like)"))
    }
}

/// Text formats of other programs.
fn known_text(text: &str) -> Option<&'static str> {
    let head = text.get(..text.floor_char_boundary(2048)).unwrap_or(text);
    let begins = head.trim_start();
    if begins.starts_with("{\\rtf") {
        Some("a document in RTF")
    } else if begins.starts_with("MIME-Version:") || begins.starts_with("From: <Saved by") {
        Some("a web archive (mht)")
    } else if begins.starts_with("<?xml") && head.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        Some("a workbook in XML of 2003")
    } else if begins.starts_with("<?xml") && head.contains("word") {
        Some("a Word document in XML")
    } else {
        None
    }
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[(b"\x89PNG", "a picture"), (b"\xFF\xD8\xFF", "a picture")];
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_says_what_it_is() {
        let error = |bytes: &[u8]| read_bytes("x", bytes).unwrap_err().to_string();
        assert!(error(b"").contains("empty"));
        assert!(error(b"%PDF-1.7").contains("damaged"));
        assert!(error(b"PK\x03\x04").contains("damaged"));
        assert!(error(b"{\\rtf1 abc}").contains("RTF"));
        assert!(error(b"ab\0\x01cd").contains("byte 2 is 0x00"));
    }
}
