//! Reading published documents: bytes → blocks, and bytes → disclosure.
//!
//! The documents are those of `YUSUAN_CORPUS` (or `../shared/corpus`); without them nothing is measured.

#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use divan::{Bencher, counter::ItemsCount};
use yusuan::source::{self, Document};
use yusuan::table::{Overrides, recognise};

fn main() {
    divan::main();
}

/// Bytes of all PDF files of the corpus.
fn files() -> Vec<Vec<u8>> {
    let root = std::env::var_os("YUSUAN_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    let found = source::find(&root).map(|f| f.documents).unwrap_or_default();
    found.iter().filter(|p| p.extension().is_some_and(|e| e == "pdf")).map(|p| std::fs::read(p).unwrap()).collect()
}

fn documents(files: &[Vec<u8>]) -> Vec<Document> {
    files.iter().map(|bytes| source::read_bytes("x.pdf", bytes).unwrap()).collect()
}

fn pages(documents: &[Document]) -> ItemsCount {
    ItemsCount::new(documents.iter().filter_map(|d| d.pages).map(u64::from).sum::<u64>())
}

/// Pages a second: text and tables of every page.
#[divan::bench]
fn read_pdf(bencher: Bencher<'_, '_>) {
    let files = files();
    bencher.counter(pages(&documents(&files))).bench(|| documents(&files));
}

/// Pages a second: from blocks to facts and claims.
#[divan::bench]
fn recognise_tables(bencher: Bencher<'_, '_>) {
    let documents = documents(&files());
    let overrides =
        Overrides { department: Some("某局".to_owned()), fiscal_year: Some(2024), ..Overrides::default() };
    bencher
        .counter(pages(&documents))
        .with_inputs(|| documents.clone())
        .bench_values(|documents| documents.into_iter().map(|d| recognise(d, &overrides)).collect::<Vec<_>>());
}
