//! Holding the numbers of a thousand documents against each other, in one pass of SQL.
//!
//! The documents are copies of the samples, with keys of their own.

#![allow(missing_docs, clippy::unwrap_used)]

mod copies;

use std::path::Path;

use divan::{Bencher, counter::ItemsCount};
use yusuan::query::Library;
use yusuan::session::{Progress, Report, Session};
use yusuan::table::Overrides;

fn main() {
    divan::main();
}

struct Silent;

impl Progress for Silent {
    fn found(&mut self, _: usize) {}
    fn working(&mut self, _: &[&Path]) {}
    fn done(&mut self, _: &Report) {}
}

/// A database of so many documents.
fn session(documents: usize) -> Session {
    let mut session = Session::in_memory(Library::embedded().unwrap()).unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples");
    session.ingest(&[samples], &Overrides::default(), None, &mut Silent);
    // Six samples, and copies of all six as departments of their own.
    let copies = documents.div_ceil(6) - 1;
    for (_, sql) in copies::copying(&format!("(SELECT range AS copy FROM range(1, {}))", copies + 1), 10_000) {
        session.sql(&sql).unwrap();
    }
    session
}

#[divan::bench(args = [6, 100, 1000], sample_count = 5, sample_size = 1)]
fn check_summary(bencher: Bencher<'_, '_>, documents: usize) {
    let session = session(documents);
    bencher.counter(ItemsCount::new(documents)).bench_local(|| session.sql("FROM check_summary()").unwrap().rows());
}

#[divan::bench(args = [6, 100, 1000], sample_count = 5, sample_size = 1)]
fn what_does_not_hold(bencher: Bencher<'_, '_>, documents: usize) {
    let session = session(documents);
    let sql = "FROM checks(status := 'open')";
    bencher.counter(ItemsCount::new(documents)).bench_local(|| session.sql(sql).unwrap().rows());
}
