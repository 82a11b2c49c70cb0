//! A line that shows how far the work is: on a terminal, and nowhere else.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How often the line changes.
const EVERY: Duration = Duration::from_millis(100);
/// How many characters the bar has.
const WIDTH: u64 = 30;

/// The line, shown or not.
#[derive(Debug)]
pub(super) struct Progress {
    on: bool,
    visible: bool,
    last: Option<Instant>,
}

impl Progress {
    pub(super) fn new(on: bool) -> Self {
        Progress { on, visible: false, last: None }
    }

    /// Takes the line away, so that something else can stand there.
    pub(super) fn clear(&mut self, err: &mut dyn Write) -> io::Result<()> {
        if !self.visible {
            return Ok(());
        }
        self.visible = false;
        self.last = None;
        write!(err, "\r\x1b[K")
    }

    /// Shows the line, if it was not shown just now.
    pub(super) fn show(&mut self, done: u64, total: usize, failed: u64, err: &mut dyn Write) -> io::Result<()> {
        if !self.on || self.last.is_some_and(|last| last.elapsed() < EVERY) {
            return Ok(());
        }
        self.last = Some(Instant::now());
        self.visible = true;
        write!(err, "\r\x1b[K{}", line(done, u64::try_from(total).unwrap_or(u64::MAX), failed))?;
        err.flush()
    }
}

/// `[###       ] 12 of 40, 1 failed`
fn line(done: u64, total: u64, failed: u64) -> String {
    let total = total.max(done).max(1);
    let full = done.saturating_mul(WIDTH).checked_div(total).unwrap_or(0).min(WIDTH);
    let (full, empty) = (usize::try_from(full).unwrap_or(0), usize::try_from(WIDTH.saturating_sub(full)).unwrap_or(0));
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    format!("[{}{}] {done} of {total}{failed}", "#".repeat(full), " ".repeat(empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line() {
        assert_eq!(line(0, 0, 0), format!("[{}] 0 of 1", " ".repeat(30)));
        assert_eq!(line(10, 40, 1), format!("[{}{}] 10 of 40, 1 failed", "#".repeat(7), " ".repeat(23)));
        assert_eq!(line(5, 3, 0), format!("[{}] 5 of 5", "#".repeat(30)));
    }

    #[test]
    fn it_is_shown_on_a_terminal_only_and_taken_away() {
        let mut out = Vec::new();
        let mut off = Progress::new(false);
        off.show(1, 2, 0, &mut out).unwrap();
        off.clear(&mut out).unwrap();
        assert!(out.is_empty());
        let mut on = Progress::new(true);
        on.show(1, 2, 0, &mut out).unwrap();
        on.show(2, 2, 0, &mut out).unwrap();
        on.clear(&mut out).unwrap();
        let shown = String::from_utf8(out).unwrap();
        assert!(shown.starts_with("\r\x1b[K[") && shown.ends_with("1 of 2\r\x1b[K"), "{shown:?}");
    }
}
