//! All integration tests in one binary: one link.

mod architecture;
mod command_line;
mod prompt;
mod run;
