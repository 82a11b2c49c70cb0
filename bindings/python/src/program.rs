//! The whole program.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::source::bytes_of;

/// Runs the program with these arguments, behind its name, on the streams of the process; returns its exit code.
#[pyfunction]
pub fn main(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| {
        let stdout = io::stdout();
        let out_is_terminal = stdout.is_terminal();
        let mut out = BufWriter::with_capacity(64 << 10, stdout.lock());
        let mut streams = winmail_cli::Streams {
            stdin: &mut io::stdin().lock(),
            out: &mut out,
            err: &mut io::stderr().lock(),
            out_is_terminal,
        };
        let code = winmail_cli::run(named(arguments), &mut streams);
        // What could be said of a failure is said; a closed pipe is no failure.
        let _ = out.flush();
        code
    })
}

/// Runs the program with these arguments, behind its name: exit code, standard output, standard error.
///
/// Signals stay Python's: Ctrl-C raises when the program has ended.
#[pyfunction]
#[pyo3(signature = (arguments, stdin=None))]
pub fn run<'py>(
    py: Python<'py>,
    arguments: Vec<OsString>,
    stdin: Option<&Bound<'py, PyAny>>,
) -> PyResult<(u8, Bound<'py, PyBytes>, String)> {
    winmail_cli::leave_signals();
    let stdin = stdin.map(bytes_of).transpose()?;
    let mut stdin = stdin.as_ref().map(|bytes| bytes.as_bytes()).unwrap_or_default();
    let (code, out, err) = py.detach(|| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut streams = winmail_cli::Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
        let code = winmail_cli::run(named(arguments), &mut streams);
        (code, out, err)
    });
    Ok((code, PyBytes::new(py, &out), String::from_utf8_lossy(&err).into_owned()))
}

fn named(arguments: Vec<OsString>) -> impl Iterator<Item = OsString> {
    std::iter::once(OsString::from("winmail")).chain(arguments)
}
