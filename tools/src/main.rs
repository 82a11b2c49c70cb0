//! The project's own tools: `cargo xtask TASK`.

mod facts;
mod tables;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask TASK

  tables   writes src/mapi/generated from tools/tables
  facts    writes testdata/facts, the conformance suite's expected facts";

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("tables") => tables::run(),
        Some("facts") => facts::run(),
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
