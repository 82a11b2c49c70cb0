//! The project's own tools: `cargo xtask TASK`.

mod tables;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask TASK

  tables   writes src/mapi/generated from tools/tables";

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("tables") => tables::run(),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
