//! Front 2: the command line. `args` is what was typed, `plan` what it means, `run` does it.

mod args;
mod config;
mod help;
mod man;
mod output;
mod plan;
mod progress;

pub use plan::run;
