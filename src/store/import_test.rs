//! Importing: once, whole, superseding, joining parts.

use std::path::Path;

use rust_decimal::Decimal;

use super::*;
use crate::record::{Part, TableKind, UnitRow};

fn count(store: &Store, sql: &str) -> i64 {
    store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_disclosure_lands_once() {
    let mut store = Store::in_memory().unwrap();
    let disclosure = sample::henan(2023);
    assert!(!store.contains(&disclosure.source.sha256).unwrap());
    assert_eq!(store.import(&disclosure).unwrap(), Imported::Added);
    assert!(store.contains(&disclosure.source.sha256).unwrap());
    let facts = count(&store, "SELECT count(*) FROM fact");
    assert_eq!(usize::try_from(facts).unwrap(), disclosure.fact_count());
    assert_eq!(store.import(&disclosure).unwrap(), Imported::Unchanged);
    assert_eq!(count(&store, "SELECT count(*) FROM fact"), facts);
    let total: Decimal =
        store.connection.query_row("SELECT amount FROM total_expenditure", [], |row| row.get(0)).unwrap();
    assert_eq!(total.to_string(), "14466900.00");
}

#[test]
fn a_large_document_is_there_when_its_import_ends_and_not_before() {
    let mut store = Store::in_memory().unwrap();
    let mut large = sample::henan(2023);
    let table = large.tables.iter_mut().max_by_key(|table| table.cells.len()).unwrap();
    // More than is written in one piece.
    table.cells = table.cells.iter().cycle().take(20_000).cloned().collect();
    let cells: usize = large.tables.iter().map(|table| table.cells.len()).sum();

    let mut loader = store.loader(None).unwrap();
    loader.add(&large).unwrap();
    drop(loader);
    assert_eq!(count(&store, "SELECT count(*) FROM cell"), 0, "an import that is given up leaves nothing");

    let mut loader = store.loader(None).unwrap();
    loader.add(&large).unwrap();
    loader.add(&sample::henan(2022)).unwrap();
    loader.flush().unwrap();
    drop(loader);
    assert_eq!(count(&store, "SELECT count(*) FROM document"), 2);
    let stored = "SELECT count(*) FROM cell JOIN source_table USING (table_id) WHERE document_id = 1";
    assert_eq!(usize::try_from(count(&store, stored)).unwrap(), cells);
    assert_eq!(
        usize::try_from(count(&store, "SELECT count(*) FROM fact WHERE document_id = 1")).unwrap(),
        large.fact_count()
    );
}

#[test]
fn a_changed_file_supersedes_and_the_old_one_stays() {
    let mut store = Store::in_memory().unwrap();
    let first = sample::henan(2023);
    let mut second = first.clone();
    second.source.sha256 = "other".to_owned();
    store.import(&first).unwrap();
    assert_eq!(store.import(&second).unwrap(), Imported::Superseded { earlier: 1 });
    let mut third = first.clone();
    third.source.sha256 = "third".to_owned();
    assert_eq!(store.import(&third).unwrap(), Imported::Superseded { earlier: 2 });
    assert_eq!(count(&store, "SELECT count(*) FROM document"), 3);
    assert_eq!(count(&store, "SELECT count(*) FROM current_document"), 1);
    assert_eq!(count(&store, "SELECT count(*) FROM total_expenditure"), 1);
    assert_eq!(count(&store, "SELECT count(*) FROM department"), 1);
    assert_eq!(store.import(&sample::henan(2022)).unwrap(), Imported::Added);
}

#[test]
fn tables_and_narrative_join_in_either_order() {
    for narrative_first in [false, true] {
        let mut store = Store::in_memory().unwrap();
        let (tables, narrative) = sample::parts(2023);
        let (a, b) = if narrative_first { (&narrative, &tables) } else { (&tables, &narrative) };
        assert_eq!(store.import(a).unwrap(), Imported::Added);
        assert_eq!(store.import(b).unwrap(), Imported::Joined);
        assert_eq!(count(&store, "SELECT count(*) FROM document"), 1);

        // A new narrative replaces the old one and keeps the tables.
        let mut changed = narrative.clone();
        changed.source.sha256 = "changed".to_owned();
        assert_eq!(store.import(&changed).unwrap(), Imported::Superseded { earlier: 1 });
        assert_eq!(count(&store, "SELECT count(*) FROM total_expenditure"), 1);
        assert_eq!(count(&store, "SELECT count(*) FROM source_file WHERE document_id = 2"), 2);
        let current = "SELECT count(*) FROM stated JOIN current_document USING (document_id)";
        assert_eq!(count(&store, current), i64::try_from(narrative.claims.len()).unwrap());
        assert_eq!(count(&store, "SELECT count(*) FROM fact WHERE document_id = 1"), 0);
    }
}

#[test]
fn a_part_that_comes_after_a_whole_document_replaces_that_part_alone() {
    let statements = "SELECT count(*) FROM stated JOIN current_document USING (document_id)";
    let facts = "SELECT count(*) FROM current_fact";
    let mut store = Store::in_memory().unwrap();
    let whole = sample::henan(2023);
    let (mut tables, mut narrative) = sample::parts(2023);
    store.import(&whole).unwrap();
    let all = count(&store, facts);

    narrative.claims.truncate(1);
    assert_eq!(store.import(&narrative).unwrap(), Imported::Superseded { earlier: 1 });
    assert_eq!(count(&store, facts), all);
    assert_eq!(count(&store, statements), 1);
    assert_eq!(count(&store, "SELECT count(*) FROM stated WHERE document_id = 1"), 3);
    assert_eq!(store.run("FROM printed_cells WHERE superseded").unwrap().rows(), 0);
    store.install(&queries_test::definitions()).unwrap();
    let files = "SELECT count(*) FROM documents() WHERE len(string_split(files, '; ')) = if(superseded, 1, 2)";
    assert_eq!(count(&store, files), 2);

    // Tables with other content replace the tables and keep the newest narrative.
    tables.tables.truncate(tables.tables.len() / 2 + 1);
    assert_eq!(store.import(&tables).unwrap(), Imported::Superseded { earlier: 2 });
    let fewer: usize = tables.tables.iter().map(|t| t.cells.len()).sum();
    assert_eq!(usize::try_from(count(&store, facts)).unwrap(), fewer);
    assert_eq!(count(&store, statements), 1);
    assert_eq!(count(&store, "SELECT count(*) FROM fact WHERE document_id = 2"), all);

    // The same disclosure in another format replaces all of it.
    let mut other = whole.clone();
    other.source.sha256 = "pdf".to_owned();
    other.source.format = "pdf";
    assert_eq!(store.import(&other).unwrap(), Imported::Superseded { earlier: 3 });
    assert_eq!((count(&store, facts), count(&store, statements)), (all, 3));
    assert_eq!(count(&store, "SELECT count(*) FROM total_expenditure"), 1);
}

#[test]
fn a_supplement_replaces_its_tables_and_the_rest_stays() {
    let mut store = Store::in_memory().unwrap();
    let whole = sample::henan(2023);
    let of_kind = "SELECT count(*) FROM current_fact WHERE table_kind";
    store.import(&whole).unwrap();
    let (others, projects) = (
        format!("{of_kind} <> 'three_public'"),
        "SELECT count(*) FROM project JOIN current_document USING (document_id)",
    );
    let before = (count(&store, &others), count(&store, projects));
    let mut supplement = whole.clone();
    supplement.source.sha256 = "supplement".to_owned();
    supplement.tables.retain(|table| table.kind == TableKind::ThreePublic);
    supplement.projects.clear();
    assert_eq!(store.import(&supplement).unwrap(), Imported::Superseded { earlier: 1 });
    assert_eq!((count(&store, &others), count(&store, projects)), before);
    let printed = whole.tables.iter().filter(|table| table.kind == TableKind::ThreePublic);
    let facts = printed.flat_map(|table| &table.cells).filter(|cell| cell.fact.is_some()).count();
    assert_eq!(count(&store, &format!("{of_kind} = 'three_public'")), i64::try_from(facts).unwrap());
    assert_eq!(count(&store, "SELECT count(DISTINCT document_id) FROM current_fact"), 1);
    let left = "SELECT count(*) FROM source_table WHERE document_id = 1 AND kind <> 'three_public'";
    assert_eq!(count(&store, left), 0);
    // Both narratives hold.
    let claims = i64::try_from(2 * whole.claims.len()).unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM stated WHERE document_id = 2"), claims);
}

#[test]
fn printed_cells_are_the_numeric_ones() {
    let mut store = Store::in_memory().unwrap();
    let disclosure = sample::henan(2023);
    store.import(&disclosure).unwrap();
    // One indicator of the sample is a number, one is a word.
    let printed = count(&store, "SELECT count(*) FROM printed_cells");
    assert_eq!(usize::try_from(printed).unwrap(), disclosure.fact_count() + 1);
    let same = "SELECT count(*) FROM printed_cells WHERE \"table\" = 'three_public' AND \"column\" = '公务接待费'
                AND amount_as_printed = '5.00' AND unit = '万元' AND document_kind = 'budget' AND line > 0";
    assert_eq!(count(&store, same), 1);
}

#[test]
fn a_failed_import_leaves_nothing() {
    let mut store = Store::in_memory().unwrap();
    let mut disclosure = sample::henan(2023);
    disclosure.claims[0].amount = Some("0.001".parse().unwrap());
    let error = store.import(&disclosure).unwrap_err();
    assert_eq!(error, StoreError::Inexact { amount: "0.001".to_owned() });
    for table in ["document", "source_file", "source_table", "cell", "fact", "department", "project"] {
        assert_eq!(count(&store, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    disclosure.claims[0].amount = None;
    assert_eq!(store.import(&disclosure).unwrap(), Imported::Added);
}

#[test]
fn figures_with_too_many_digits_stay_text() {
    let mut store = Store::in_memory().unwrap();
    let mut disclosure = sample::henan(2023);
    disclosure.claims[0].growth_pct = Some("1.23456".parse().unwrap());
    disclosure.units.push(UnitRow { code: "110".to_owned(), name: "办公室".to_owned() });
    disclosure.part = Part::Whole;
    store.import(&disclosure).unwrap();
    assert_eq!(count(&store, "SELECT count(*) FROM diagnostic WHERE kind = 'out_of_range'"), 1);
    assert_eq!(count(&store, "SELECT count(*) FROM stated WHERE growth_pct IS NOT NULL"), 1);
}

/// What another process finds after this one was killed: the files as they are now.
fn after_kill(path: &Path) -> Store {
    let copy = path.with_extension("copy");
    std::fs::copy(path, &copy).unwrap();
    let log = |path: &Path| std::path::PathBuf::from(format!("{}.wal", path.display()));
    let _ = std::fs::remove_file(log(&copy));
    if log(path).exists() {
        std::fs::copy(log(path), log(&copy)).unwrap();
    }
    Store::open(&copy, Access::ReadWrite).unwrap()
}

#[test]
fn a_killed_process_leaves_whole_documents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.duckdb");
    let mut store = Store::open(&path, Access::ReadWrite).unwrap();
    after_kill(&path);
    store.install(&queries_test::definitions()).unwrap();
    assert_eq!(after_kill(&path).run("FROM growth()").unwrap().rows(), 0);

    let (tables, narrative) = sample::parts(2022);
    let mut changed = narrative.clone();
    changed.source.sha256 = "changed".to_owned();
    for disclosure in [&tables, &narrative, &changed] {
        store.import(disclosure).unwrap();
    }
    let copy = after_kill(&path);
    assert_eq!(count(&copy, "SELECT count(*) FROM document"), 2);
    assert_eq!(copy.run("FROM growth() WHERE stated_change > 0").unwrap().rows(), 1);
    drop(copy);

    let transaction = store.connection.transaction().unwrap();
    Loader::write_open(&transaction, &sample::henan(2023)).unwrap();
    assert_eq!(count(&after_kill(&path), "SELECT count(*) FROM document"), 2);
    transaction.commit().unwrap();
    assert_eq!(count(&after_kill(&path), "SELECT count(*) FROM document"), 3);
}

#[test]
fn the_money_of_a_project_stays_with_its_amounts() {
    let mut store = Store::in_memory().unwrap();
    let (tables, narrative) = sample::parts(2023);
    let mut later = tables.clone();
    later.source.sha256 = "later".to_owned();
    let cells = later.tables.iter_mut().flat_map(|t| &mut t.cells);
    for (i, fact) in cells.filter_map(|c| c.fact.as_mut()).filter(|f| f.project.is_some()).enumerate() {
        // Printings of one project in several rows, without a fund, at another stage.
        match i % 5 {
            0 => fact.project = Some(0),
            1 => fact.dimensions.fund = None,
            2 => fact.dimensions.stage = Some(crate::record::Stage::Actual),
            3 => fact.dimensions.period = Some(crate::record::Period::CarryOver),
            _ => {}
        }
    }
    let differ = "SELECT count(*) FROM project p LEFT JOIN (
        SELECT f.document_id, f.project_id, sum(f.amount) AS amount FROM fact f JOIN document x USING (document_id)
        WHERE f.table_kind = 'project_expenditure' AND f.role = 'detail' AND coalesce(f.fund, 'total') = 'total'
          AND coalesce(f.period, 'all') = 'all' AND f.stage = own_stage(x.kind)
        GROUP BY f.document_id, f.project_id) s ON s.document_id = p.document_id AND s.project_id = p.project_id
        WHERE s.amount IS NOT NULL AND p.amount IS DISTINCT FROM s.amount";
    // Of those that have no amount of all money the sum over funds and periods counts.
    for (disclosure, with_amount) in [(&narrative, 0), (&tables, 11), (&later, 22)] {
        store.import(disclosure).unwrap();
        assert_eq!(count(&store, differ), 0);
        assert_eq!(count(&store, "SELECT count(amount) FROM project"), with_amount);
    }
    let sums =
        "SELECT count(*) FROM (SELECT sum(amount) AS amount FROM project GROUP BY document_id) WHERE amount = 5136000";
    assert_eq!(count(&store, sums), 1);
}
