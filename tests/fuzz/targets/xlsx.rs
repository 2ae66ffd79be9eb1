#![no_main]
//! The parts of a container, one after the other, zero bytes between them.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let packed = rooms::packed(&["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"], bytes);
    rooms::read("x.xlsx", &packed);
    rooms::read_tables(&packed);
});
