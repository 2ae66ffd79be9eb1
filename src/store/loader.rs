//! The writer of an import: disclosures become rows that wait in memory, and land many documents at once.
//!
//! What decides where a file belongs (names, files, documents) is read once and then kept in memory, so that a
//! document costs no query. A document lands whole or not at all: a transaction holds whole documents only.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use duckdb::{Connection, Transaction, params};

use super::import::{Batch, Ids, Imported, Keys, take, verify};
use super::limits::Limits;
use super::parts::{File, Kinds, part, publications, take_along};
use super::{Store, StoreError, names};
use crate::record::{
    Aliases, Department, Disclosure, DocumentKind, Header, Part, Scope, SourceInfo, same_region, sql_text,
};

/// Cells that wait before they are written: two row groups of DuckDB, which have 122,880 rows; fewer are stored in scraps.
const CELLS: usize = 250_000;
/// How long a document waits at most.
const WAIT: Duration = Duration::from_secs(5);

impl Store {
    /// Begins an import; what it takes is written by [`Loader::flush`]. The database works with `threads`, if given.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn loader(&mut self, threads: Option<NonZeroUsize>) -> Result<Loader<'_>, StoreError> {
        let limits = Limits::of_import(&self.connection, threads)?;
        Ok(Loader { _limits: Some(limits), ..Loader::new(&self.connection)? })
    }

    /// Whether a file with these bytes was imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn contains(&self, sha256: &str) -> Result<bool, StoreError> {
        Ok(self
            .connection
            .query_row("SELECT count(*) > 0 FROM source_file WHERE sha256 = ?", [sha256], |row| row.get(0))?)
    }

    /// SHA-256 of all files that were imported.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn known_files(&self) -> Result<BTreeSet<String>, StoreError> {
        Ok(files(&self.connection)?)
    }

    /// Writes a disclosure in one transaction; on an error nothing of it stays.
    ///
    /// # Errors
    /// When an amount does not fit or the database cannot be written.
    pub fn import(&mut self, disclosure: &Disclosure) -> Result<Imported, StoreError> {
        let mut loader = self.loader(None)?;
        let imported = loader.add(disclosure)?;
        loader.flush()?;
        Ok(imported)
    }
}

fn files(connection: &Connection) -> duckdb::Result<BTreeSet<String>> {
    let mut statement = connection.prepare("SELECT sha256 FROM source_file")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// An import that is going on.
#[derive(Debug)]
pub struct Loader<'a> {
    connection: &'a Connection,
    known: Known,
    keys: Keys,
    batch: Batch,
    /// When the first document that waits came.
    since: Option<Instant>,
    /// Holds rows of documents that wait; dropped, it rolls back.
    open: Option<Transaction<'a>>,
    /// Cells in it.
    written: usize,
    _limits: Option<Limits<'a>>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(connection: &'a Connection) -> Result<Self, StoreError> {
        let (known, keys) = (Known::read(connection)?, Keys::read(connection)?);
        Ok(Self { connection, known, keys, batch: Batch::new(), since: None, open: None, written: 0, _limits: None })
    }

    /// Takes a disclosure; it is stored when [`Loader::flush`] has succeeded.
    ///
    /// # Errors
    /// When an amount does not fit; or when the database cannot be written: then nothing that waited is stored.
    pub fn add(&mut self, disclosure: &Disclosure) -> Result<Imported, StoreError> {
        let sha256 = &disclosure.source.sha256;
        if self.known.files.contains(sha256) {
            return Ok(Imported::Unchanged);
        }
        verify(disclosure)?;
        let department = &disclosure.header.department;
        let imported = match self.name(department) {
            Some(name) => self.place(disclosure, name),
            None => self.settle(disclosure)?,
        };
        self.known.files.insert(sha256.clone());
        self.since.get_or_insert_with(Instant::now);
        if self.batch.has_pieces() {
            self.write_pieces().inspect_err(|_| self.forget())?;
        }
        Ok(imported)
    }

    /// Whether so much waits that it should be written.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.written + self.batch.cells() >= CELLS || self.since.is_some_and(|since| since.elapsed() >= WAIT)
    }

    /// Writes what waits in one transaction.
    ///
    /// # Errors
    /// When the database cannot be written: then nothing of it is stored.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        self.since = None;
        if self.batch.is_empty() && self.open.is_none() {
            return Ok(());
        }
        self.write().inspect_err(|_| self.forget())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        let transaction = self.transaction()?;
        self.batch.flush(&transaction)?;
        Ok(transaction.commit()?)
    }

    /// The transaction that is open, or a new one; dropped without a commit, it rolls back.
    fn transaction(&mut self) -> duckdb::Result<Transaction<'a>> {
        self.written = 0;
        self.open.take().map_or_else(|| self.connection.unchecked_transaction(), Ok)
    }

    /// Writes the rows of large tables into a transaction that stays open: what waits stays small, and so in the cache.
    fn write_pieces(&mut self) -> Result<(), StoreError> {
        let (written, waiting) = (self.written, self.batch.cells());
        let transaction = self.transaction()?;
        self.batch.flush_pieces(&transaction)?;
        self.open = Some(transaction);
        self.written = written + waiting - self.batch.cells();
        Ok(())
    }

    /// Drops what waits and reads again what is stored.
    fn forget(&mut self) {
        (self.open, self.written) = (None, 0);
        self.batch.clear();
        if let (Ok(known), Ok(keys)) = (Known::read(self.connection), Keys::read(self.connection)) {
            (self.known, self.keys) = (known, keys);
        }
    }

    /// Writes rows of a disclosure into the transaction that is open.
    #[cfg(test)]
    pub(super) fn write_open(connection: &'a Connection, disclosure: &Disclosure) -> Result<(), StoreError> {
        let mut loader = Self::new(connection)?;
        loader.add(disclosure)?;
        loader.batch.flush(connection)
    }

    /// The department that a name means, if nothing stored has to change for it.
    fn name(&mut self, department: &Department) -> Option<Name> {
        let key = (department.name.clone(), department.region.clone());
        if let Some(name) = self.known.names.get_mut(&key) {
            if name.learns(department) {
                self.batch.updates.push(completion(*name, department));
            }
            return Some(*name);
        }
        let found = names::alone(department, &self.known.aliases);
        let others = self.known.regions.entry(found.key.clone()).or_default();
        if !others.is_empty() {
            let region = found.region.as_ref()?;
            if !others.iter().all(|other| other.as_ref().is_some_and(|other| !same_region(other, region))) {
                return None;
            }
        }
        others.push(found.region.clone());
        let mut name = Name {
            alias: take(&mut self.keys.alias),
            department: take(&mut self.keys.department),
            code: false,
            region_code: false,
        };
        name.learns(department);
        let Department { code, region_code, .. } = department;
        super::rows::row!(
            self.batch.departments,
            name.department,
            &found.name,
            found.names.as_slice(),
            code.as_ref(),
            found.region.as_ref(),
            region_code.as_ref()
        );
        super::rows::row!(
            self.batch.aliases,
            name.alias,
            name.department,
            &department.name,
            department.region.as_ref(),
            code.as_ref(),
            region_code.as_ref(),
            &found.key,
            found.reason.as_ref()
        );
        self.known.names.insert(key, name);
        Some(name)
    }

    /// Begins a document that has no disclosure: its file, and the document that the file makes. The transaction is open.
    pub(super) fn begin(
        &mut self,
        header: &Header,
        brought: (Part, Kinds),
        source: &SourceInfo,
    ) -> Result<(Ids, Imported), StoreError> {
        let name = self.named(&header.department)?;
        let (ids, imported) = self.target(header, brought, name);
        self.batch.file(ids, source, brought.0);
        Ok((ids, imported))
    }

    /// The key of the department that a name means, which is stored if it was not known. The transaction is open.
    pub(super) fn department(&mut self, department: &Department) -> Result<i64, StoreError> {
        self.named(department).map(|name| name.department)
    }

    fn named(&mut self, department: &Department) -> Result<Name, StoreError> {
        match self.name(department) {
            Some(name) => Ok(name),
            None => self.settle_name(department),
        }
    }

    /// Has the next document and its file get these keys, if they are free.
    pub(super) fn skip_to(&mut self, ids: Ids) {
        (self.keys.document, self.keys.file) = (self.keys.document.max(ids.document), self.keys.file.max(ids.file));
    }

    /// For a transaction that the caller has begun and commits.
    pub(super) fn in_transaction(connection: &'a Connection) -> Result<Self, StoreError> {
        Self::new(connection)
    }

    /// Writes what waits into the transaction that is open.
    pub(super) fn write_rows(&mut self) -> Result<(), StoreError> {
        self.batch.flush(self.connection)
    }

    /// Finds or creates the document of a file and adds its rows.
    fn place(&mut self, disclosure: &Disclosure, name: Name) -> Imported {
        let kinds = Kinds::printed(disclosure.tables.iter().map(|table| (table.kind, table.state)));
        let (ids, imported) = self.target(&disclosure.header, (disclosure.part, kinds), name);
        self.batch.add(&mut self.keys, disclosure, ids);
        imported
    }

    /// Finds or creates the document of a file.
    fn target(&mut self, header: &Header, (part, kinds): (Part, Kinds), name: Name) -> (Ids, Imported) {
        let group = (name.department, header.fiscal_year, header.kind, header.scope);
        let files = self.known.groups.entry(group).or_default();
        let file = take(&mut self.keys.file);
        let mut all: Vec<File> = files.iter().map(|known| known.file).collect();
        let this = File { id: file, part, kinds };
        all.push(this);
        let publications = publications(&all);
        let began = |file: i64| files.iter().find(|known| known.file.id == file).and_then(|known| known.began);
        let last = publications.last();
        let joined = last.filter(|now| now.began != file).and_then(|now| began(now.began));
        let earlier = publications.iter().rev().nth(1).and_then(|before| began(before.began));
        let (document, imported) = if let Some(document) = joined {
            files.push(KnownFile { file: this, began: None });
            self.batch.joined.push(document);
            (document, Imported::Joined)
        } else {
            let document = take(&mut self.keys.document);
            files.push(KnownFile { file: this, began: Some(document) });
            super::rows::row!(
                self.batch.documents,
                document,
                file,
                name.department,
                header.fiscal_year,
                header.kind.id(),
                header.scope.id(),
                &header.title,
                earlier
            );
            if let Some(now) = last {
                for (side, from) in now.sides().filter(|(_, from)| *from != file) {
                    self.batch.updates.push(take_along(side, from, document));
                    self.batch.joined.push(document);
                }
            }
            (document, earlier.map_or(Imported::Added, |earlier| Imported::Superseded { earlier }))
        };
        (Ids { document, file, alias: name.alias }, imported)
    }

    /// Writes a disclosure whose department's names must be settled with the stored ones, and all that waits.
    fn settle(&mut self, disclosure: &Disclosure) -> Result<Imported, StoreError> {
        let settled = self.settle_in_transaction(disclosure);
        if settled.is_err() {
            self.forget();
        }
        settled
    }

    fn settle_in_transaction(&mut self, disclosure: &Disclosure) -> Result<Imported, StoreError> {
        let transaction = self.transaction()?;
        let name = self.settle_name(&disclosure.header.department)?;
        let imported = self.place(disclosure, name);
        self.batch.flush(&transaction)?;
        transaction.commit()?;
        Ok(imported)
    }
}

impl Loader<'_> {
    /// Settles a name with the stored ones in the transaction that is open; what waits is written before.
    fn settle_name(&mut self, department: &Department) -> Result<Name, StoreError> {
        self.batch.flush(self.connection)?;
        names::find(self.connection, department)?;
        (self.known, self.keys) = (Known::read(self.connection)?, Keys::read(self.connection)?);
        let key = (department.name.clone(), department.region.clone());
        Ok(self.known.names.get(&key).copied().ok_or(duckdb::Error::QueryReturnedNoRows)?)
    }
}

/// SQL that completes what is stored of a department by what a document says.
fn completion(name: Name, department: &Department) -> String {
    let text = |value: &Option<String>| value.as_ref().map_or("NULL".to_owned(), |value| sql_text(value));
    let (code, region_code) = (text(&department.code), text(&department.region_code));
    let set = format!("SET code = coalesce(code, {code}), region_code = coalesce(region_code, {region_code})");
    let Name { alias, department, .. } = name;
    format!(
        "UPDATE department_alias {set} WHERE alias_id = {alias}; UPDATE department {set} WHERE department_id = {department};"
    )
}

/// A printed name that is stored.
#[derive(Clone, Copy, Debug)]
struct Name {
    alias: i64,
    department: i64,
    /// Whether its codes are known.
    code: bool,
    region_code: bool,
}

impl Name {
    /// Whether a document tells a code that was not known; it is known from now on.
    fn learns(&mut self, department: &Department) -> bool {
        let before = (self.code, self.region_code);
        self.code |= department.code.is_some();
        self.region_code |= department.region_code.is_some();
        before != (self.code, self.region_code)
    }
}

/// A file of a department-year, and the document it began.
#[derive(Clone, Copy, Debug)]
struct KnownFile {
    file: File,
    began: Option<i64>,
}

/// Files of one department, year, kind and scope make documents.
type Group = (i64, u16, DocumentKind, Scope);

/// What decides where a file belongs.
#[derive(Debug, Default)]
struct Known {
    files: BTreeSet<String>,
    aliases: Aliases,
    names: BTreeMap<(String, Option<String>), Name>,
    /// Regions of the stored forms by key.
    regions: BTreeMap<String, Vec<Option<String>>>,
    groups: BTreeMap<Group, Vec<KnownFile>>,
}

impl Known {
    fn read(connection: &Connection) -> duckdb::Result<Self> {
        let aliases = Aliases::from_lines(names::lines(connection)?);
        let mut known = Self { files: files(connection)?, aliases, ..Self::default() };
        let mut statement = connection.prepare(
            "SELECT name, region, alias_id, department_id, code IS NOT NULL, region_code IS NOT NULL FROM department_alias",
        )?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let (name, region): (String, Option<String>) = (row.get(0)?, row.get(1)?);
            let (key, at) = names::identity(&name, region.as_deref(), &known.aliases);
            known.regions.entry(key).or_default().push(at);
            let stored =
                Name { alias: row.get(2)?, department: row.get(3)?, code: row.get(4)?, region_code: row.get(5)? };
            known.names.insert((name, region), stored);
        }
        let mut statement = connection.prepare(&format!(
            "SELECT f.file_id, f.part::VARCHAR, d.department_id, d.fiscal_year, d.kind::VARCHAR, d.scope::VARCHAR, o.document_id,
                    coalesce(k.kinds, '')
             FROM source_file f JOIN document d USING (document_id) LEFT JOIN document o ON o.file_id = f.file_id
             LEFT JOIN ({}) k ON k.file_id = f.file_id ORDER BY f.file_id",
            Kinds::OF_FILES
        ))?;
        let mut rows = statement.query(params![])?;
        while let Some(row) = rows.next()? {
            let (kind, scope): (String, String) = (row.get(4)?, row.get(5)?);
            let group = (
                row.get(2)?,
                row.get(3)?,
                DocumentKind::parse(&kind).unwrap_or(DocumentKind::Budget),
                Scope::parse(&scope).unwrap_or(Scope::Department),
            );
            let kinds = Kinds::read(&row.get::<_, String>(7)?);
            let file = File { id: row.get(0)?, part: part(&row.get::<_, String>(1)?), kinds };
            known.groups.entry(group).or_default().push(KnownFile { file, began: row.get(6)? });
        }
        Ok(known)
    }
}
