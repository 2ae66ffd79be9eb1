//! The rooms of the program that read a file: bytes → document → disclosure.

#![allow(missing_docs, dead_code, unreachable_pub, clippy::all)]

use std::sync::Once;

#[path = "../../../src/record/mod.rs"]
pub mod record;
#[path = "../../../src/source/mod.rs"]
pub mod source;
#[path = "../../../src/table/mod.rs"]
pub mod table;

/// Reads bytes as a file of that name and recognises it. Panics that the program catches are no findings.
pub fn read(name: &str, bytes: &[u8]) {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    if let Ok(document) = source::read_bytes(name, bytes) {
        let _ = table::recognise(document, &table::Overrides::default());
    }
}

/// Reads the sheets of a workbook as long tables.
pub fn read_tables(bytes: &[u8]) {
    for head in source::sheet_heads(bytes).into_iter().flat_map(|sheets| sheets.heads) {
        let _ = source::sheet_rows(bytes, &head, &mut |_, _| std::ops::ControlFlow::Continue(()));
    }
}

/// Parts of a container of that size: cuts the input at its zero bytes, so that damage reaches what is inside.
pub fn packed(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, part) in names.iter().zip(bytes.split(|b| *b == 0)) {
        let _ = zip.start_file(*name, options);
        let _ = zip.write_all(part);
    }
    zip.finish().map(std::io::Cursor::into_inner).unwrap_or_default()
}
