#![no_main]
//! The parts of a container, one after the other, zero bytes between them.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    rooms::read("x.docx", &rooms::packed(&["word/document.xml"], bytes));
});
