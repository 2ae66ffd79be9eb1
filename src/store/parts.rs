//! How files make documents: a file joins one, supersedes one, or is the first.
//!
//! A document consists of tables and narrative. A file brings one of them or both; what it brings replaces
//! what was there, what it does not bring stays: a narrative that comes after a whole document replaces
//! its statements and never its tables.
//!
//! Publishers may give each table a file of its own, and publish some tables once more (“三公”经费). So tables
//! are told apart by their kinds: files without a kind in common are parts of one document. A file with less
//! than half as many kinds as there are is a supplement, which replaces the tables of its kinds and adds to the
//! narrative; any other file is a new edition, which replaces every file that it has a kind in common with.
//!
//! This holds for any order, so the documents of a department-year can be derived again from their files when
//! departments turn out to be one.

use std::collections::{BTreeMap, BTreeSet};

use duckdb::{Connection, OptionalExt as _, params};

use crate::record::{Part, TableKind, TableState};

/// Kinds of tables, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u32);

impl Kinds {
    /// The kinds among these tables that tell files apart: those that are printed and known.
    pub(super) fn printed(tables: impl IntoIterator<Item = (TableKind, TableState)>) -> Self {
        let known =
            tables.into_iter().filter(|(kind, state)| *kind != TableKind::Unknown && *state != TableState::Missing);
        Self(
            known.filter_map(|(kind, _)| TableKind::ALL.iter().position(|k| *k == kind)).fold(0, |set, n| set | 1 << n),
        )
    }

    /// SQL of the same for each file: `file_id` and `kinds`, which [`Kinds::read`] takes.
    pub(super) const OF_FILES: &'static str =
        "SELECT file_id, string_agg(DISTINCT kind, ' ') AS kinds FROM source_table
         WHERE state <> 'missing' AND kind <> 'unknown' GROUP BY file_id";

    pub(super) fn read(names: &str) -> Self {
        Self::printed(names.split(' ').filter_map(TableKind::parse).map(|kind| (kind, TableState::Data)))
    }

    fn overlap(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// The kinds as a list of SQL, which is never empty.
    fn list(self) -> String {
        let kinds = TableKind::ALL.iter().enumerate().filter(|(n, _)| self.0 & 1 << n != 0);
        kinds.fold("''".to_owned(), |list, (_, kind)| list + ", '" + kind.id() + "'")
    }
}

/// A file of one department, year, kind and scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) id: i64,
    pub(super) part: Part,
    pub(super) kinds: Kinds,
}

/// One state of what is published: by which file it began, and where its two sides stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Publication {
    pub(super) began: i64,
    /// Files with the kinds of their tables that others have not replaced.
    tables: Vec<(File, Kinds)>,
    narratives: Vec<i64>,
}

impl Publication {
    /// Its sides with the files they stand in.
    pub(super) fn sides(&self) -> impl Iterator<Item = (Side, i64)> {
        let tables = self.tables.iter().map(|(file, kinds)| (Side::Tables(file.kinds.without(*kinds)), file.id));
        tables.chain(self.narratives.iter().map(|file| (Side::Narrative, *file)))
    }

    /// Takes in a file as a part, unless the file makes a new publication.
    fn takes_in(&mut self, file: &File) -> bool {
        let (tables, narrative) = brings(file);
        let replaces_narrative = narrative.is_some() && !self.narratives.is_empty() && !self.is_supplement(file);
        let joins = !replaces_narrative && !self.kinds().overlap(file.kinds);
        if joins {
            self.tables.extend(tables);
            self.narratives.extend(narrative);
        }
        joins
    }

    /// What is published after a file that does not join.
    fn replaced_by(&self, file: &File) -> Self {
        let (tables, narrative) = brings(file);
        let mut next = Self { began: file.id, ..self.clone() };
        if self.is_supplement(file) {
            next.tables.iter_mut().for_each(|(_, kinds)| *kinds = kinds.without(file.kinds));
            next.tables.retain(|(_, kinds)| kinds.count() > 0);
            // What another supplement said goes with its tables.
            let gone =
                |id: &i64| self.tables.iter().any(|(f, _)| f.id == *id) && next.tables.iter().all(|(f, _)| f.id != *id);
            next.narratives.retain(|id| narrative.is_none() || !gone(id));
        } else {
            next.tables.retain(|(_, kinds)| !kinds.overlap(file.kinds));
            next.narratives.retain(|_| narrative.is_none());
        }
        next.tables.extend(tables);
        next.narratives.extend(narrative);
        next
    }

    fn is_supplement(&self, file: &File) -> bool {
        file.part != Part::Narrative && 2 * file.kinds.count() < self.kinds().count()
    }

    fn kinds(&self) -> Kinds {
        self.tables.iter().fold(Kinds::default(), |all, (_, kinds)| all.and(*kinds))
    }
}

/// The two sides, where a file brings them.
fn brings(file: &File) -> (Option<(File, Kinds)>, Option<i64>) {
    let tables = (file.part != Part::Narrative).then_some((*file, file.kinds));
    (tables, (file.part != Part::Tables).then_some(file.id))
}

/// The publications that files make, each superseding the one before.
pub(super) fn publications(files: &[File]) -> Vec<Publication> {
    let mut all: Vec<Publication> = Vec::new();
    for file in files {
        if !all.last_mut().is_some_and(|last| last.takes_in(file)) {
            all.push(all.last().cloned().unwrap_or_default().replaced_by(file));
        }
    }
    all
}

/// Derives the documents of these departments again from their files; the keys of those that remain stay.
pub(super) fn derive(transaction: &Connection, departments: &BTreeSet<i64>) -> duckdb::Result<()> {
    type Group = (i64, i64, String, String);
    let list = departments.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let mut groups: BTreeMap<Group, Vec<File>> = BTreeMap::new();
    let mut origins: BTreeMap<i64, (i64, String)> = BTreeMap::new();
    {
        let mut statement = transaction.prepare(&format!(
            "SELECT f.file_id, f.part, a.department_id, d.fiscal_year::BIGINT, d.kind, d.scope, d.document_id, d.title,
                    coalesce(k.kinds, '')
             FROM source_file f JOIN department_alias a USING (alias_id) JOIN document d USING (document_id)
             LEFT JOIN ({}) k ON k.file_id = f.file_id
             WHERE a.department_id IN ({list}) OR d.department_id IN ({list}) ORDER BY f.file_id",
            Kinds::OF_FILES
        ))?;
        let rows = statement.query_map([], |row| {
            let kinds = Kinds::read(&row.get::<_, String>(8)?);
            let file = File { id: row.get(0)?, part: part(&row.get::<_, String>(1)?), kinds };
            Ok((file, (row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?), (row.get(6)?, row.get(7)?)))
        })?;
        for row in rows {
            let (file, group, origin): (File, Group, (i64, String)) = row?;
            origins.insert(file.id, origin);
            groups.entry(group).or_default().push(file);
        }
    }
    let mut kept = BTreeSet::new();
    for ((department, year, kind, scope), files) in groups {
        let mut earlier: Option<i64> = None;
        for now in publications(&files) {
            let document = if let Some(document) = document_of(transaction, now.began)? {
                transaction.execute(
                    "UPDATE document SET department_id = ?, supersedes = ? WHERE document_id = ?",
                    params![department, earlier, document],
                )?;
                document
            } else {
                let document = next_id(transaction, "document", "document_id")?;
                let title = origins.get(&now.began).map(|(_, title)| title.as_str()).unwrap_or_default();
                transaction.execute(
                    "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    params![document, now.began, department, year, kind, scope, title, earlier],
                )?;
                document
            };
            for (side, from) in now.sides() {
                transaction.execute_batch(&take_along(side, from, document))?;
            }
            kept.insert(document);
            earlier = Some(document);
        }
    }
    let files = origins.keys().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let kept = kept.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    if !files.is_empty() {
        transaction.execute_batch(&format!(
            "DELETE FROM document WHERE file_id IN ({files}) AND document_id NOT IN ({kept})"
        ))?;
    }
    Ok(())
}

fn document_of(transaction: &Connection, began: i64) -> duckdb::Result<Option<i64>> {
    transaction.query_row("SELECT document_id FROM document WHERE file_id = ?", [began], |row| row.get(0)).optional()
}

pub(super) fn part(id: &str) -> Part {
    [Part::Tables, Part::Narrative].into_iter().find(|part| part.id() == id).unwrap_or(Part::Whole)
}

/// One of the two sides of a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    /// Without the tables of these kinds, which another file has replaced.
    Tables(Kinds),
    Narrative,
}

/// SQL that takes one side of a file to a document; what is not taken stays with the last document that had it.
pub(super) fn take_along(side: Side, file: i64, document: i64) -> String {
    let mut sql = String::new();
    let mut set = |table: &str, condition: &str| {
        use std::fmt::Write as _;
        let _ = write!(sql, "UPDATE {table} SET document_id = {document} WHERE {condition};");
    };
    let of_file = format!("file_id = {file}");
    match side {
        Side::Tables(gone) => {
            let tables = format!("{of_file} AND kind NOT IN ({})", gone.list());
            let of_tables = format!("table_id IN (SELECT table_id FROM source_table WHERE {tables})");
            set("fact", &of_tables);
            set("indicator", &format!("cell_id IN (SELECT cell_id FROM stored_cell WHERE {of_tables})"));
            set("source_table", &tables);
            set("unit", &of_file);
            // Projects have the money of their table.
            if !gone.overlap(Kinds::read(TableKind::ProjectExpenditure.id())) {
                set("project", &of_file);
            }
            set("diagnostic", &format!("{of_file} AND table_kind NOT IN ({})", gone.list()));
        }
        Side::Narrative => set("stated", &of_file),
    }
    set("diagnostic", &format!("{of_file} AND table_kind IS NULL"));
    set("source_file", &of_file);
    sql
}

/// SQL that gives the statements about items that no list knows the codes that the document's tables print, where narrative
/// and tables came in different files: 法院/“两庭”建设 becomes `function:2040506`.
pub(super) fn settle_items(documents: &[i64]) -> String {
    let ids: Vec<String> = documents.iter().map(ToString::to_string).collect();
    let ids = ids.join(", ");
    let key = |name: &str| {
        format!("regexp_replace(replace(replace(string_split({name}, '/')[-1], '（', '('), '）', ')'), '支出$', '')")
    };
    let (printed, item, section) = (key("c.row_name"), key("s.names[-1]"), key("s.names[-2]"));
    format!(
        "UPDATE stated SET subject = 'function:' || found.code FROM (
           WITH printed AS (
             SELECT DISTINCT f.document_id, f.function_code AS code, {printed} AS name FROM fact f JOIN stored_cell c USING (cell_id)
             WHERE f.document_id IN ({ids}) AND f.function_code = c.row_code AND f.project_id IS NULL)
           SELECT s.document_id, s.subject, min(i.code) AS code
           FROM (SELECT DISTINCT document_id, subject, string_split(subject, '/') AS names FROM stated
                 WHERE document_id IN ({ids}) AND contains(subject, '/')) s
           JOIN printed i ON i.document_id = s.document_id AND len(i.code) = 7 AND i.name = {item}
           JOIN printed p ON p.document_id = s.document_id AND p.code = left(i.code, 5) AND p.name = {section}
           GROUP BY s.document_id, s.subject HAVING count(DISTINCT i.code) = 1) found
         WHERE stated.document_id = found.document_id AND stated.subject = found.subject"
    )
}

/// The next free key; a database has one writer, so none is taken twice.
pub(super) fn next_id(connection: &Connection, table: &str, key: &str) -> duckdb::Result<i64> {
    connection.query_row(&format!("SELECT coalesce(max({key}), 0)::BIGINT + 1 FROM {table}"), [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const W: (Part, &str) = (Part::Whole, "revenue expenditure general_public_expenditure three_public");
    const T: (Part, &str) = (Part::Tables, W.1);
    const N: (Part, &str) = (Part::Narrative, "");

    /// Of each publication: by which file it began, which files bring its tables, which its narrative.
    fn run(files: &[(Part, &str)]) -> Vec<(i64, Vec<i64>, Vec<i64>)> {
        let file = |(id, (part, kinds)): (i64, &(Part, &str))| File { id, part: *part, kinds: Kinds::read(kinds) };
        let files: Vec<File> = (1..).zip(files).map(file).collect();
        let all = publications(&files).into_iter();
        all.map(|p| (p.began, p.tables.iter().map(|(file, _)| file.id).collect(), p.narratives)).collect()
    }

    #[test]
    fn each_side_is_replaced_by_what_brings_it() {
        assert_eq!(run(&[T, N]), [(1, vec![1], vec![2])]);
        assert_eq!(run(&[N, T, T]), [(1, vec![2], vec![1]), (3, vec![3], vec![1])]);
        assert_eq!(run(&[W, N]), [(1, vec![1], vec![1]), (2, vec![1], vec![2])]);
        assert_eq!(run(&[W, T, N]), [(1, vec![1], vec![1]), (2, vec![2], vec![1]), (3, vec![2], vec![3])]);
        assert_eq!(run(&[T, W]), [(1, vec![1], vec![]), (2, vec![2], vec![2])]);
        assert_eq!(run(&[W, W]), [(1, vec![1], vec![1]), (2, vec![2], vec![2])]);
    }

    #[test]
    fn tables_in_files_of_their_own_are_one_document_and_are_replaced_one_by_one() {
        let [r, e, both] = ["revenue", "expenditure", "revenue expenditure"].map(|kinds| (Part::Tables, kinds));
        assert_eq!(run(&[r, e]), [(1, vec![1, 2], vec![])]);
        assert_eq!(run(&[r, N, e]), [(1, vec![1, 3], vec![2])]);
        assert_eq!(run(&[r, e, r]), [(1, vec![1, 2], vec![]), (3, vec![2, 3], vec![])]);
        assert_eq!(run(&[r, e, both]), [(1, vec![1, 2], vec![]), (3, vec![3], vec![])]);
        assert_eq!(run(&[both, r]), [(1, vec![1], vec![]), (2, vec![2], vec![])]);
    }

    #[test]
    fn a_supplement_replaces_the_tables_of_its_kinds_and_adds_to_the_narrative() {
        let supplement = (Part::Whole, "three_public");
        assert_eq!(run(&[W, supplement]), [(1, vec![1], vec![1]), (2, vec![1, 2], vec![1, 2])]);
        let other = (Part::Whole, "government_procurement");
        assert_eq!(run(&[W, other]), [(1, vec![1, 2], vec![1, 2])]);
        let twice = run(&[W, supplement, supplement]);
        assert_eq!(twice.last(), Some(&(3, vec![1, 3], vec![1, 3])));
        assert_eq!(run(&[W, supplement, W]).last(), Some(&(3, vec![3], vec![3])));
    }
}
