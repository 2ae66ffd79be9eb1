//! yusuan (预算): an embedded-database analytics engine with a REPL for Chinese government budget
//! disclosures (部门预算, 部门决算).
//!
//! The modules stand in the order in which data flows:
//! `source` → `table` → `store` → `query` → `frame` → `render`, with `record` as their common vocabulary,
//! and `session` under the two fronts `repl` and `cli`; `synth` writes documents to measure and test with.

pub mod record;

pub mod source;
pub mod table;

pub mod store;

pub mod query;

pub mod frame;
pub mod render;

pub mod session;

pub mod synth;

pub mod cli;
pub mod error;
pub mod language;
pub mod repl;

use std::ffi::OsString;

/// Does what the arguments say, the program's name first; returns the exit code.
///
/// Can be called more than once.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    cli::run(args)
}
