//! yusuan (预算): an embedded-database analytics engine with a REPL for Chinese government budget
//! disclosures (部门预算, 部门决算).
//!
//! The modules stand in the order in which data flows:
//! `source` → `table` → `store` → `query` → `render`, with `record` as their common vocabulary,
//! and `session` under the two fronts `repl` and `cli`.

pub mod record;

pub mod source;
pub mod table;

pub mod store;

pub mod query;
pub mod render;

pub mod session;

pub mod cli;
pub mod error;
pub mod repl;
