#![no_main]
//! Bytes as they come: containers, archives and what is none.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rooms::read("x", bytes));
