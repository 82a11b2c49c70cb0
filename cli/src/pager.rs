//! A program that shows text page by page, for who asks for it.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::failure;

/// What is shown where PAGER names nothing.
const DEFAULT: &str = "less";

/// A pager that runs; what is written is what it shows.
#[derive(Debug)]
pub struct Pager {
    child: Child,
    stdin: Option<ChildStdin>,
}

/// Starts it. `wanted` is a program with its options, separated by blanks; no shell looks at it.
///
/// # Errors
/// There is no such program; the error names it.
pub fn start(wanted: Option<&OsStr>) -> io::Result<Pager> {
    let wanted = wanted.map(OsStr::to_string_lossy).unwrap_or_default();
    let mut words = wanted.split_whitespace();
    let program = words.next().unwrap_or(DEFAULT);
    let mut child =
        Command::new(program).args(words).stdin(Stdio::piped()).spawn().map_err(|error| failure::about(program, &error))?;
    let stdin = child.stdin.take();
    Ok(Pager { child, stdin })
}

impl Pager {
    /// Ends the text and waits until the pager is left.
    ///
    /// # Errors
    /// As the system has them.
    pub fn wait(mut self) -> io::Result<()> {
        drop(self.stdin.take());
        self.child.wait().map(drop)
    }
}

impl Write for Pager {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stdin.as_mut().map_or(Ok(bytes.len()), |stdin| stdin.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdin.as_mut().map_or(Ok(()), Write::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn what_is_written_is_what_it_gets() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("seen");
        let mut pager = start(Some(format!("tee -a {}", path.display()).as_ref())).unwrap();
        pager.write_all(b"one\ntwo\n").unwrap();
        pager.wait().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
        let error = start(Some("no-such-pager-here -x".as_ref())).unwrap_err();
        assert!(error.to_string().contains("no-such-pager-here"), "{error}");
    }
}
