//! Zip containers: office documents are such, and archives of documents. Everything is read in memory,
//! within a budget; nothing is ever written.

use std::io::{Cursor, Read};

use encoding_rs::GB18030;
use zip::ZipArchive;
use zip::result::ZipError;

use super::SourceError;

/// Bytes that the parts of one office document may expand to; real ones have a few megabytes.
pub(super) const EXPANDED: u64 = 256 << 20;

/// How a container begins, an empty one too.
pub(super) fn is_container(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// An office document in its container.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    format: &'static str,
    /// What may still be expanded.
    left: u64,
}

impl<'a> Package<'a> {
    /// Opens a container; `format` names it in errors.
    pub(super) fn open(bytes: &'a [u8], format: &'static str) -> Result<Self, SourceError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| error(format, &cause))?;
        Ok(Self { zip, format, left: EXPANDED })
    }

    /// The same container under another name.
    pub(super) fn named(self, format: &'static str) -> Self {
        Self { format, ..self }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name_raw(name.as_bytes()).is_some()
    }

    pub(super) fn has_folder(&self, folder: &str) -> bool {
        self.zip.file_names_raw().any(|name| name.starts_with(folder.as_bytes()))
    }

    /// Parts whose name ends so, in any case.
    pub(super) fn names_ending(&self, ending: &str) -> Vec<String> {
        let names = self.zip.file_names_raw().filter_map(|name| std::str::from_utf8(name).ok());
        names.filter(|name| name.to_ascii_lowercase().ends_with(ending)).map(str::to_owned).collect()
    }

    /// The bytes of a part; `None` where there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(index) = self.zip.index_for_name_raw(name.as_bytes()) else { return Ok(None) };
        let format = self.format;
        let file = self.zip.by_index(index).map_err(|cause| error(format, &cause))?;
        let mut bytes = Vec::new();
        file.take(self.left.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|cause| SourceError::Damaged { format, cause: cause.to_string() })?;
        self.left = self.left.checked_sub(bytes.len() as u64).ok_or(SourceError::Expands)?;
        Ok(Some(bytes))
    }

    /// The text of a part.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, SourceError> {
        let Some(bytes) = self.part(name)? else { return Ok(None) };
        let (encoding, mark) = encoding_rs::Encoding::for_bom(&bytes).unwrap_or((encoding_rs::UTF_8, 0));
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
        Ok(Some(text.into_owned()))
    }

    /// Expands everything once, to be sure that another library may.
    pub(super) fn check_size(&mut self) -> Result<(), SourceError> {
        let mut left = EXPANDED;
        for index in 0..self.zip.len() {
            let file = self.zip.by_index(index).map_err(|cause| error(self.format, &cause))?;
            // A part that is broken half-way counts as far as it goes.
            let mut counted = file.take(left.saturating_add(1));
            let _ = std::io::copy(&mut counted, &mut std::io::sink());
            let read = left.saturating_add(1) - counted.limit();
            left = left.checked_sub(read).ok_or(SourceError::Expands)?;
        }
        Ok(())
    }
}

/// What a container's error means for the user.
fn error(format: &'static str, cause: &ZipError) -> SourceError {
    match cause {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SourceError::Protected(format),
        cause => SourceError::Damaged { format, cause: cause.to_string() },
    }
}

/// The name of a member: UTF-8 where it is that, else GB18030, which archives made in China use.
pub(super) fn member_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}
