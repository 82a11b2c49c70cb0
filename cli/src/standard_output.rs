//! Standard output as the program got it.

use std::ffi::OsString;
use std::io::{self, Write};

/// Standard output, or an error for each write where there is none.
///
/// Rust's runtime opens `/dev/null` in the place of a standard output that is closed (`>&-`), so that writing seems to succeed and
/// what was written is gone: for a mail route, a mail. Without `unsafe` nothing runs before it. What it opens can be told from what a
/// shell opens for `>/dev/null`, which is for writing alone, but not from a `/dev/null` that a parent opened for both, as Python's
/// `subprocess.DEVNULL` is. Where the output is the result, of `filter` and by `-o -`, it counts as closed. What verbs say to people goes to
/// nobody there, as scripts that only ask for the exit code want it.
pub fn standard_output(arguments: &[OsString]) -> Box<dyn Write> {
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    let mut outputs = pairs.filter(|(option, value)| (*option == "-o" || *option == "--output") && *value == "-");
    let is_result = arguments.iter().any(|argument| argument == "filter" || argument == "-o-" || argument == "--output=-");
    if (is_result || outputs.next().is_some()) && is_closed() { Box::new(Closed) } else { Box::new(io::stdout().lock()) }
}

#[cfg(target_os = "linux")]
fn is_closed() -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    use std::os::fd::AsFd;
    let null = stat("/dev/null").map(|null| null.st_rdev);
    let is_null = |file: &dyn AsFd| null.is_ok() && fstat(file.as_fd()).map(|file| file.st_rdev) == null;
    let both = fcntl_getfl(io::stdout()).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR);
    both && is_null(&io::stdout())
}

#[cfg(not(target_os = "linux"))]
fn is_closed() -> bool {
    false
}

struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("it is closed"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
