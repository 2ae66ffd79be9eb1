//! Which documents are meant: files, directories, patterns.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::archive;

/// Endings of the files that are read from directories and patterns; a file named outright is always read.
pub const EXTENSIONS: &[&str] = &[
    "txt", "text", "md", "pdf", "xlsx", "xlsm", "xls", "et", "ods", "docx", "docm", "html", "htm", "csv", "tsv", "zip",
    "parquet",
];

/// Endings of documents that are not read: they are taken, so that each is told with what helps, and none is missing
/// unnoticed.
const UNREAD: &[&str] = &["doc", "wps", "rtf", "xlsb", "ofd", "mht", "mhtml", "rar", "7z"];

/// Endings of long tables, which may be compressed.
const TABLES: &[&str] = &["csv", "tsv", "parquet"];

/// The file that describes the tables of a folder (Fiscal Data Package).
pub const PACKAGE: &str = "datapackage.json";

/// Whether a file in a folder or an archive is a document.
fn is_document(path: &Path) -> bool {
    let has = |ending: &OsStr| EXTENSIONS.iter().chain(UNREAD).any(|e| ending.eq_ignore_ascii_case(e));
    path.extension().is_some_and(has) || is_table(path) || path.file_name().is_some_and(|name| name == PACKAGE)
}

/// Whether a file is named as a long table: `a.csv`, `a.csv.gz`.
#[must_use]
pub fn is_table(path: &Path) -> bool {
    let ending = |path: &Path| path.extension().and_then(OsStr::to_str).map(str::to_lowercase);
    let is_table = |path: &Path| ending(path).is_some_and(|e| TABLES.contains(&e.as_str()));
    match ending(path).as_deref() {
        Some("gz" | "zst") => path.file_stem().is_some_and(|stem| is_table(Path::new(stem))),
        _ => is_table(path),
    }
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read, in a stable order.
    pub documents: Vec<PathBuf>,
    /// Number of files of other kinds, which are left out.
    pub skipped: usize,
    /// Directories and links that could not be followed.
    pub unreadable: Vec<(PathBuf, io::Error)>,
}

/// Why a path leads to no document.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// Nothing has that name.
    #[error("there is no such file or folder; check the name, or give a pattern such as `reports/**/*.pdf`")]
    Missing,
    /// The operating system refused.
    #[error("cannot read: {0}; check who may read it")]
    Io(io::Error),
    /// Not a pattern.
    #[error("no file has this name, and it is no pattern: {0}")]
    Pattern(#[from] glob::PatternError),
    /// A pattern without a match.
    #[error("no file matches this pattern; `**` stands for folders, `*` and `?` for parts of one name")]
    NoMatch,
    /// Only files of other kinds.
    #[error("no document found{}; documents end in {}", others(*.0), endings())]
    NoDocument(usize),
}

/// ` among 3 files of other kinds`, nothing where there is none.
fn others(skipped: usize) -> String {
    match skipped {
        0 => String::new(),
        1 => " beside 1 file of another kind".to_owned(),
        _ => format!(" among {skipped} files of other kinds"),
    }
}

fn endings() -> String {
    EXTENSIONS.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(", ")
}

/// Finds the documents that `path` means: the file or directory of that name, else what matches it as a pattern
/// (`corpus/**/*.pdf`). Directories are searched recursively by file name; hidden files are left out.
///
/// # Errors
/// When there is nothing of that name, or no document in it.
pub fn find(path: &Path) -> Result<Found, FindError> {
    let mut found = Found::default();
    match std::fs::metadata(path) {
        Ok(kind) if kind.is_dir() => found.walk(path),
        Ok(_) => found.push(path.to_owned()),
        // A member of an archive that is named outright.
        Err(_) if path.ancestors().skip(1).any(Path::is_file) => found.documents.push(path.to_owned()),
        Err(error) => match path.to_str().filter(|text| text.contains(['*', '?', '['])) {
            Some(pattern) => found.matching(pattern)?,
            None if error.kind() == io::ErrorKind::NotFound => return Err(FindError::Missing),
            None => return Err(FindError::Io(error)),
        },
    }
    let nothing = found.documents.is_empty() && found.unreadable.is_empty();
    if nothing { Err(FindError::NoDocument(found.skipped)) } else { Ok(found) }
}

impl Found {
    fn matching(&mut self, pattern: &str) -> Result<(), FindError> {
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        let mut none = true;
        let mut folders: Vec<PathBuf> = Vec::new();
        let base = pattern.split(['*', '?', '[']).next().unwrap_or_default();
        // `a/**` alone would match folders only.
        let all = if pattern.ends_with("**") { format!("{pattern}/*") } else { pattern.to_owned() };
        for path in glob::glob_with(&all, options)? {
            none = false;
            match path {
                // `a/**` matches a folder and all in it.
                Ok(path)
                    if path
                        .ancestors()
                        .skip(1)
                        .take_while(|a| a.as_os_str().len() > base.len())
                        .any(Path::is_symlink) => {}
                Ok(path) if folders.iter().any(|folder| path.starts_with(folder)) => {}
                Ok(path) if path.is_dir() => {
                    self.walk(&path);
                    folders.push(path);
                }
                Ok(path) => self.take(path),
                Err(error) => self.unreadable.push((error.path().to_owned(), error.into())),
            }
        }
        if none { Err(FindError::NoMatch) } else { Ok(()) }
    }

    fn walk(&mut self, folder: &Path) {
        let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => return self.unreadable.push((folder.to_owned(), error)),
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            // A link to a folder may lead back up; what it points to is found under its own name.
            match (entry.file_type(), std::fs::metadata(&path)) {
                (Ok(kind), _) if kind.is_dir() => self.walk(&path),
                (Ok(_), Ok(target)) if target.is_file() => self.take(path),
                (Ok(_), Ok(_)) => {}
                (Err(error), _) | (_, Err(error)) => self.unreadable.push((path, error)),
            }
        }
    }

    fn take(&mut self, path: PathBuf) {
        if is_document(&path) {
            self.push(path);
        } else {
            self.skipped += 1;
        }
    }

    /// Adds a file; an archive is a folder.
    fn push(&mut self, path: PathBuf) {
        let Some(members) = archive::members(&path) else { return self.documents.push(path) };
        let hidden = |path: &Path| path.file_name().is_none_or(|n| n.as_encoded_bytes().starts_with(b"."));
        for member in members.files.into_iter().filter(|m| !hidden(m)) {
            if is_document(&member) {
                self.documents.push(member);
            } else {
                self.skipped += 1;
            }
        }
        self.unreadable.extend(members.refused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::TempDir::new().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        folder
    }

    /// Found documents relative to the folder, and the number left out.
    fn found(folder: &tempfile::TempDir, path: &str) -> (Vec<String>, usize) {
        let found = find(&folder.path().join(path)).unwrap();
        assert!(found.unreadable.is_empty());
        let name = |p: &PathBuf| p.strip_prefix(folder.path()).unwrap().to_str().unwrap().replace('\\', "/");
        (found.documents.iter().map(name).collect(), found.skipped)
    }

    #[test]
    fn directories_are_searched_and_other_kinds_counted() {
        let folder = folder(&["b/2.PDF", "b/1.txt", "a.md", "b/x.jpg", "b/c/d.doc", ".git/a.txt", "b/.~lock.pdf"]);
        // What is not read is told when it is tried.
        let expected = (["a.md", "b/1.txt", "b/2.PDF", "b/c/d.doc"].map(str::to_owned).to_vec(), 1);
        assert_eq!(found(&folder, ""), expected);
        assert_eq!(found(&folder, "**"), expected);
    }

    #[test]
    fn packages_and_compressed_tables_are_found() {
        let folder = folder(&["p/datapackage.json", "p/package.json", "z.csv.gz", "z.TSV.zst", "z.txt.gz"]);
        assert_eq!(
            found(&folder, ""),
            (["p/datapackage.json", "z.TSV.zst", "z.csv.gz"].map(str::to_owned).to_vec(), 2)
        );
    }

    #[test]
    fn patterns_match_names_and_folders_but_a_file_of_that_name_comes_first() {
        let folder = folder(&["江苏/2017.pdf", "江苏/省/2018.pdf", "江苏/注.txt", "a[1].pdf", "a1.pdf", "[x].doc"]);
        assert_eq!(found(&folder, "江苏/**/*.pdf").0, ["江苏/2017.pdf", "江苏/省/2018.pdf"]);
        assert_eq!(
            found(&folder, "江?/*"),
            (vec!["江苏/2017.pdf".into(), "江苏/注.txt".into(), "江苏/省/2018.pdf".into()], 0)
        );
        assert_eq!(found(&folder, "a[1].pdf").0, ["a[1].pdf"]);
        assert_eq!(found(&folder, "a[1-3].pdf").0, ["a1.pdf"]);
        assert_eq!(found(&folder, "[x].doc").0, ["[x].doc"], "named outright");
    }

    #[test]
    fn what_leads_to_nothing_says_why() {
        let folder = folder(&["a.jpg", "b.jpg"]);
        let error = |path: &str| find(&folder.path().join(path)).unwrap_err().to_string();
        assert!(error("").contains("no document found among 2 files of other kinds; documents end in .txt"));
        assert!(error("*.pdf").contains("no file matches"));
        assert!(error("[a.pdf").contains("no pattern"));
        assert!(error("a.pdf").contains("there is no such file"));
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_are_followed_links_to_folders_are_not() {
        let folder = folder(&["a/1.txt"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a/1.txt"), folder.path().join("a/2.txt")).unwrap();
        assert_eq!(found(&folder, "a").0, ["a/1.txt", "a/2.txt"]);
        assert_eq!(found(&folder, "**/*.txt").0, ["a/1.txt", "a/2.txt"]);
        std::fs::remove_file(folder.path().join("a/1.txt")).unwrap();
        let broken = find(&folder.path().join("a")).unwrap();
        assert_eq!((broken.documents.len(), broken.unreadable.len()), (0, 1));
    }
}
