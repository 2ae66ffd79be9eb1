//! The command line program.

use std::process::ExitCode;

/// Reading a document makes and drops thousands of short texts, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(yusuan::run(std::env::args_os()))
}
