//! Standard output as the program got it.

use std::io::{self, Write};

/// Standard output, or an error for each write where there is none.
///
/// Rust's runtime opens `/dev/null` in the place of a standard output that is closed (`>&-`), so that writing seems to succeed and
/// what was written is gone: for a mail route, a mail. Without `unsafe` nothing runs before it. What it opens can be told from what a
/// shell opens for `>/dev/null`, which is for writing alone, but not from a `/dev/null` that a parent opened for both. It counts as
/// closed, with one exception: where standard input and standard error are `/dev/null` too, somebody wants nothing to be said.
/// `filter`, whose output is a mail, knows no exception.
pub fn standard_output(filters: bool) -> Box<dyn Write> {
    if closed(filters) { Box::new(Closed) } else { Box::new(io::stdout().lock()) }
}

#[cfg(target_os = "linux")]
fn closed(filters: bool) -> bool {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    use std::os::fd::AsFd;
    let null = stat("/dev/null").map(|null| null.st_rdev);
    let is_null = |file: &dyn AsFd| null.is_ok() && fstat(file.as_fd()).map(|file| file.st_rdev) == null;
    let both = fcntl_getfl(io::stdout()).is_ok_and(|flags| flags & OFlags::RWMODE == OFlags::RDWR);
    both && is_null(&io::stdout()) && (filters || !(is_null(&io::stdin()) && is_null(&io::stderr())))
}

#[cfg(not(target_os = "linux"))]
fn closed(_filters: bool) -> bool {
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
