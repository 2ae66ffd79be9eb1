//! Reads the files named as arguments once, on one core: what `compare.py` measures.

#![allow(missing_docs, clippy::print_stdout)]

use std::path::Path;

fn main() {
    let pages: u32 = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .filter_map(|file| yusuan::source::read(Path::new(&file)).ok()?.pages)
        .sum();
    println!("{pages}");
}
