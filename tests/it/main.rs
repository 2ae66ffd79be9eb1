//! All integration tests in one binary: one link.

// A test may stop at the first surprise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stderr)]

mod architecture;
mod bulk;
mod chart;
mod check;
mod chinese;
mod command_line;
mod commands;
mod corpus;
mod damaged;
mod export;
mod extraction;
mod features;
mod first_rows;
mod formats;
mod forms;
mod frames;
mod layouts;
mod long_results;
mod looks;
mod manners;
mod mutation;
mod pdf;
mod prompt;
mod queries;
mod readme;
mod reread;
mod robustness;
mod roundtrip;
mod run;
mod scripts;
mod series;
mod support;
mod synth;
mod variation;
mod written;
