//! All integration tests in one binary: one link.

mod architecture;
mod command_line;
mod corpus;
mod prompt;
mod robustness;
mod run;
mod support;
