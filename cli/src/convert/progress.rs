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
    began: Instant,
}

impl Progress {
    pub(super) fn new(on: bool) -> Self {
        Progress { on, visible: false, last: None, began: Instant::now() }
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
        write!(err, "\r\x1b[K{}", line(done, u64::try_from(total).unwrap_or(u64::MAX), failed, self.began.elapsed()))?;
        err.flush()
    }
}

/// `[###       ] 12 of 40, 1 failed, 6 a second, 5 s left`
fn line(done: u64, total: u64, failed: u64, elapsed: Duration) -> String {
    let total = total.max(done).max(1);
    let full = done.saturating_mul(WIDTH).checked_div(total).unwrap_or(0).min(WIDTH);
    let (full, empty) = (usize::try_from(full).unwrap_or(0), usize::try_from(WIDTH.saturating_sub(full)).unwrap_or(0));
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    // In the first second nobody knows.
    let rate = match u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX) {
        millis @ 1000.. if done > 0 => {
            let rate = done.saturating_mul(1000).checked_div(millis).unwrap_or(0);
            let left = total.saturating_sub(done).saturating_mul(millis).checked_div(done.saturating_mul(1000)).unwrap_or(0);
            let left = match left {
                0..=119 => format!("{left} s"),
                120..=7199 => format!("{} min", left / 60),
                _ => format!("{} h", left / 3600),
            };
            format!(", {} a second, {left} left", if rate == 0 { "less than 1".to_owned() } else { rate.to_string() })
        }
        _ => String::new(),
    };
    format!("[{}{}] {done} of {total}{failed}{rate}", "#".repeat(full), " ".repeat(empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line() {
        let at = Duration::from_millis;
        assert_eq!(line(0, 0, 0, at(9000)), format!("[{}] 0 of 1", " ".repeat(30)));
        assert_eq!(line(10, 40, 1, at(999)), format!("[{}{}] 10 of 40, 1 failed", "#".repeat(7), " ".repeat(23)));
        assert_eq!(line(5, 3, 0, at(0)), format!("[{}] 5 of 5", "#".repeat(30)));
        for (done, total, millis, end) in [
            (10, 40, 2000, "10 of 40, 5 a second, 6 s left"),
            (1, 1000, 2000, "1 of 1000, less than 1 a second, 33 min left"),
            (1, 100_000, 4000, "1 of 100000, less than 1 a second, 111 h left"),
        ] {
            let line = line(done, total, 0, at(millis));
            assert!(line.ends_with(end), "{line}");
        }
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
