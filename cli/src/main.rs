//! The program `winmail`: hands arguments and streams to the library and exits with its code.

use std::io::{IsTerminal, Write, stderr, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let out_is_terminal = stdout().is_terminal();
    let arguments: Vec<_> = std::env::args_os().collect();
    let mut out = std::io::BufWriter::with_capacity(64 << 10, winmail_cli::standard_output(&arguments));
    let mut streams =
        winmail_cli::Streams { stdin: &mut stdin().lock(), out: &mut out, err: &mut stderr().lock(), out_is_terminal };
    let code = winmail_cli::run(arguments, &mut streams);
    // What could be said of a failure is said; a closed pipe is no failure.
    let _ = out.flush();
    ExitCode::from(code)
}
