//! Bytes → [`Document`]: blocks of text lines and grids of cells, each with its place.
//!
//! Nothing here knows what a budget is. One file per format; the format is decided by content.

mod document;
mod encoding;
mod find;
mod pdf;
mod text;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use find::{EXTENSIONS, FindError, Found, find};

pub use document::{Block, Cell, CellArea, Document, Grid, GridRow, Note, NoteKind, Span, TextLine};

/// Largest file that is read, in bytes. Disclosures have kilobytes to a few megabytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// Why a file could not be read as a document.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The operating system refused.
    #[error("cannot read the file: {0}")]
    Io(#[from] std::io::Error),
    /// No bytes.
    #[error("the file is empty; download it again")]
    Empty,
    /// Larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes, more than the limit of {MAX_BYTES}; split it")]
    TooLarge(u64),
    /// A known format that this version does not read.
    #[error("this is {0}, which is not read yet; save it as text (cells separated by tabs) and ingest that")]
    Unsupported(&'static str),
    /// A PDF that asks for a password.
    #[error("the PDF is encrypted; save it without a password (for example qpdf --decrypt) and ingest that")]
    Encrypted,
    /// A PDF without its structure.
    #[error("the PDF is damaged beyond repair; download it again")]
    DamagedPdf,
    /// A PDF whose streams expand without bound.
    #[error("the PDF's streams expand to more than 512 MB; it is damaged or malicious")]
    Bomb,
    /// A PDF of pictures.
    #[error("the PDF is scanned: it has pictures and no text; run OCR over it (for example ocrmypdf) and ingest that")]
    Scanned,
    /// A PDF without any text.
    #[error("the PDF has no text on any page")]
    NoText,
    /// Neither text nor a known format.
    #[error("this is no text: byte {offset} is {byte:#04x}; only text documents (UTF-8, UTF-16, GB18030) are read")]
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
    let size = std::fs::metadata(path)?.len();
    if size > MAX_BYTES {
        return Err(SourceError::TooLarge(size));
    }
    Ok(std::fs::read(path)?)
}

/// SHA-256 of a file's bytes, hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Reads a document from memory; `path` is only recorded.
///
/// # Errors
/// As [`read`].
pub fn read_bytes(path: &str, bytes: &[u8]) -> Result<Document, SourceError> {
    if bytes.is_empty() {
        return Err(SourceError::Empty);
    }
    let mut document = parse(bytes)?;
    path.clone_into(&mut document.path);
    document.sha256 = digest(bytes);
    Ok(document)
}

/// The format is what the bytes say, whatever the file is called.
fn parse(bytes: &[u8]) -> Result<Document, SourceError> {
    // A PDF may have a preamble of up to a kilobyte.
    if bytes.get(..1024).unwrap_or(bytes).windows(5).any(|w| w == b"%PDF-") {
        return pdf::parse(bytes);
    }
    if let Some(format) = known_binary(bytes) {
        return Err(SourceError::Unsupported(format));
    }
    let decoded = encoding::decode(bytes)?;
    let mut document = text::parse(&decoded.text);
    if decoded.replaced > 0 {
        let message = format!("{} characters could not be decoded; the file is damaged", decoded.replaced);
        document.note(NoteKind::Encoding, crate::record::Place::default(), &message);
    }
    Ok(document)
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a zip container (xlsx, docx or an archive)"),
        (b"\xD0\xCF\x11\xE0", "an old Office document (doc or xls)"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"Rar!", "an archive"),
        (b"7z\xBC\xAF", "an archive"),
    ];
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
        assert!(error(b"PK\x03\x04").contains("zip"));
        assert!(error(b"ab\0\x01cd").contains("byte 2 is 0x00"));
    }
}
