//! Bytes → [`Document`]: blocks of text lines and grids of cells, each with its place.
//!
//! Nothing here knows what a budget is. One file per format; the format is decided by content.

mod document;
mod encoding;
mod pdf;
mod text;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

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
/// When it cannot be opened, is empty, too large, or no text.
pub fn read(path: &Path) -> Result<Document, SourceError> {
    let size = std::fs::metadata(path)?.len();
    if size > MAX_BYTES {
        return Err(SourceError::TooLarge(size));
    }
    read_bytes(&path.display().to_string(), &std::fs::read(path)?)
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
    document.sha256 = hex(&Sha256::digest(bytes));
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

/// All files under `paths` that may be documents, in a stable order: files as given, directories
/// recursively by file name, hidden files left out.
///
/// # Errors
/// When a path does not exist or a directory cannot be listed; the path is returned with the cause.
pub fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, (PathBuf, std::io::Error)> {
    let mut found = Vec::new();
    for path in paths {
        let is_dir = std::fs::metadata(path).map_err(|e| (path.clone(), e))?.is_dir();
        if is_dir { walk(path, &mut found)? } else { found.push(path.clone()) }
    }
    Ok(found)
}

fn walk(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), (PathBuf, std::io::Error)> {
    let at = |e| (dir.to_owned(), e);
    let mut entries: Vec<_> = std::fs::read_dir(dir).map_err(at)?.collect::<Result<_, _>>().map_err(at)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // A link may lead back up; what it points to is found under its own name.
        let kind = entry.file_type().map_err(at)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            walk(&path, found)?;
        } else if kind.is_file()
            && path.extension().is_some_and(|e| {
                e.eq_ignore_ascii_case("pdf")
                    || e.eq_ignore_ascii_case("txt")
                    || e.eq_ignore_ascii_case("text")
                    || e.eq_ignore_ascii_case("md")
            })
        {
            found.push(path);
        }
    }
    Ok(())
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
