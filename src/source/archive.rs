//! Archives (zip) of documents: a folder in a file. Members are read in memory, one at a time; nothing is
//! ever written.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use super::MAX_BYTES;
use super::package::{is_container, member_name};

/// Archives in archives go no deeper.
const DEPTH: usize = 3;
/// Members that one archive may list.
const MEMBERS: usize = 20_000;
/// A member that expands further than this, and to more than [`SMALL`], is a bomb. Tables of blanks reach 100.
const RATIO: u64 = 200;
const SMALL: u64 = 16 << 20;

/// Something that can be read at any position.
trait Source: Read + Seek {}
impl<T: Read + Seek> Source for T {}

type Archive = ZipArchive<Box<dyn Source>>;

/// The part that every document in the format of GB/T 33190 (OFD) has.
pub(super) const OFD: &str = "OFD.xml";

/// Office documents name themselves by a part.
fn is_document(zip: &Archive) -> bool {
    ["[Content_Types].xml", "mimetype", "word/document.xml", "xl/workbook.xml", OFD]
        .iter()
        .any(|part| zip.index_for_name_raw(part.as_bytes()).is_some())
}

/// What an archive holds.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// Paths of the files as if the archive were a folder.
    pub(super) files: Vec<PathBuf>,
    /// Members that are not read, and why.
    pub(super) refused: Vec<(PathBuf, io::Error)>,
}

/// The members of the archive at `path`, those of archives in it too; `None` where it is none.
pub(super) fn members(path: &Path) -> Option<Members> {
    let mut zip = opened(path)?;
    let mut members = Members::default();
    list(path, &mut zip, 1, &mut members);
    members.files.sort();
    Some(members)
}

/// The archive in a file, if it is one.
fn opened(path: &Path) -> Option<Archive> {
    let mut file = File::open(path).ok()?;
    let mut magic = [0; 4];
    file.read_exact(&mut magic).ok()?;
    file.rewind().ok()?;
    if !is_container(&magic) {
        return None;
    }
    let zip = open(Box::new(file)).ok()?;
    (!is_document(&zip)).then_some(zip)
}

fn open(source: Box<dyn Source>) -> Result<Archive, ZipError> {
    ZipArchive::new(source)
}

fn list(path: &Path, zip: &mut Archive, depth: usize, members: &mut Members) {
    let count = zip.len();
    for index in 0..count {
        if members.files.len() + members.refused.len() >= MEMBERS {
            let message = format!("the archive has more than {MEMBERS} members; the rest is left out");
            return members.refused.push((path.to_owned(), io::Error::other(message)));
        }
        let (name, is_file) = match zip.by_index_raw(index) {
            Ok(file) => (member_name(file.name_raw()).replace('\\', "/"), file.is_file()),
            Err(cause) => {
                members.refused.push((path.to_owned(), io::Error::other(cause.to_string())));
                continue;
            }
        };
        if !is_file || name.ends_with('/') || name.starts_with("__MACOSX/") {
            continue;
        }
        let inner = Path::new(&name);
        if !inner.components().all(|c| matches!(c, Component::Normal(_))) || name.contains([':', '\0']) {
            let message = "its name leads out of the archive; it is not read";
            let name = name.replace('\0', "");
            members.refused.push((path.join(name.trim_start_matches('/')), io::Error::other(message)));
            continue;
        }
        let full = path.join(inner);
        let is_nested = inner.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
        if !is_nested {
            members.files.push(full);
            continue;
        }
        if depth >= DEPTH {
            let message = format!("archives in archives are read {DEPTH} deep; unpack it and ingest what is inside");
            members.refused.push((full, io::Error::other(message)));
            continue;
        }
        match extract(zip, index).map(|bytes| open(Box::new(Cursor::new(bytes)))) {
            Ok(Ok(mut nested)) if !is_document(&nested) => list(&full, &mut nested, depth + 1, members),
            // One document that is called zip, or none: reading it tells.
            Ok(_) => members.files.push(full),
            Err(cause) => members.refused.push((full, cause)),
        }
    }
}

/// The bytes of a member by its path; `None` where no part of the path is an archive.
pub(super) fn load(path: &Path) -> Option<io::Result<Vec<u8>>> {
    // The first part of the path that is a file.
    let file = path.ancestors().skip(1).find(|p| p.is_file())?;
    let zip = opened(file)?;
    let rest = path.strip_prefix(file).ok()?;
    Some(find(zip, rest, 1))
}

/// Finds a member; a part of its path may be an archive again.
fn find(mut zip: Archive, path: &Path, depth: usize) -> io::Result<Vec<u8>> {
    let absent = || io::Error::new(io::ErrorKind::NotFound, "the archive has no member of this name");
    let wanted = path.to_str().ok_or_else(absent)?.replace('\\', "/");
    let names: Vec<String> = zip.file_names_raw().map(|raw| member_name(raw).replace('\\', "/")).collect();
    if let Some(index) = names.iter().position(|n| *n == wanted) {
        return extract(&mut zip, index);
    }
    let outer = names.iter().position(|n| wanted.strip_prefix(n.as_str()).is_some_and(|rest| rest.starts_with('/')));
    let index = outer.filter(|_| depth < DEPTH).ok_or_else(absent)?;
    let rest = names.get(index).and_then(|n| wanted.get(n.len() + 1..)).unwrap_or_default().to_owned();
    let nested = open(Box::new(Cursor::new(extract(&mut zip, index)?))).map_err(|e| io::Error::other(e.to_string()))?;
    find(nested, Path::new(&rest), depth + 1)
}

/// Reads a member within its bounds.
fn extract(zip: &mut Archive, index: usize) -> io::Result<Vec<u8>> {
    let file = zip.by_index(index).map_err(|cause| match cause {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            io::Error::other("it is protected by a password; unpack it and ingest what is inside")
        }
        cause => io::Error::other(cause.to_string()),
    })?;
    let bound = MAX_BYTES.min(SMALL.max(file.compressed_size().saturating_mul(RATIO)));
    let mut bytes = Vec::new();
    file.take(bound.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bound {
        return Err(io::Error::other("it expands beyond all measure (more than 200 times, or 256 MB); it is not read"));
    }
    Ok(bytes)
}
