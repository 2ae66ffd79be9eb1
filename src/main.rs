//! The command line program.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(yusuan::run(std::env::args_os()))
}
