//! Front 2: the command line. `args` is what was typed, `open` what it works with, `plan` what it means, `run` does it.

mod args;
mod config;
mod help;
mod man;
mod open;
mod output;
mod plan;
mod progress;

pub use plan::run;
