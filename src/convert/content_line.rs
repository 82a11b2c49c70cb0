//! Content lines of iCalendar (RFC 5545 3.1) and vCard (RFC 2425 5.8), and the texts in them; parameters as RFC 6868 has them.

use std::borrow::Cow;

use crate::base::{DateTime, FileTime};

/// Bytes of a line without its end, at most.
const WIDTH: usize = 75;

/// Lines that are being written, up to a number of bytes.
#[derive(Debug)]
pub(crate) struct Lines {
    out: String,
    most: u64,
    is_full: bool,
}

impl Lines {
    pub(crate) fn new(most: u64) -> Self {
        Lines { out: String::new(), most, is_full: false }
    }

    /// Writes a line, folded. Once there is no room for one, none is written any more.
    pub(crate) fn line(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let mut line = name.to_owned();
        for (name, value) in parameters {
            line.push(';');
            line.push_str(name);
            line.push('=');
            line.push_str(&parameter(value));
        }
        line.push(':');
        line.push_str(value);
        self.fold(&line);
    }

    /// Writes a line with a text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &[], &text(value));
    }

    /// Writes a line with a text, if there is one.
    pub(crate) fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.text(name, value);
        }
    }

    fn fold(&mut self, line: &str) {
        // A fold takes three bytes for each 72 at least.
        let length = line.len().saturating_add(line.len() / 20).saturating_add(2);
        let whole = u64::try_from(self.out.len().saturating_add(length)).unwrap_or(u64::MAX);
        if self.is_full || whole > self.most {
            self.is_full = true;
            return;
        }
        let mut room = WIDTH;
        for c in line.chars() {
            match room.checked_sub(c.len_utf8()) {
                Some(left) => room = left,
                None => {
                    self.out.push_str("\r\n ");
                    room = WIDTH.saturating_sub(1).saturating_sub(c.len_utf8());
                }
            }
            self.out.push(c);
        }
        self.out.push_str("\r\n");
    }

    /// Whether something was left out because there was no room.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Appends lines that are written already.
    pub(crate) fn append(&mut self, lines: &Lines) {
        self.out.push_str(&lines.out);
        self.is_full |= lines.is_full;
    }

    pub(crate) fn into_text(self) -> String {
        self.out
    }
}

/// A text: line ends are `\n`, what separates is escaped, other control characters are left out.
pub(crate) fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut before = ' ';
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' if before == '\r' => {}
            '\n' | '\r' => out.push_str("\\n"),
            '\t' => out.push(c),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// Several texts in one line.
pub(crate) fn list<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> String {
    values.into_iter().map(|value| text(value.as_ref())).collect::<Vec<_>>().join(",")
}

/// The value of a parameter, in quotes where it needs them.
fn parameter(value: &str) -> Cow<'_, str> {
    let plain = |c: char| !c.is_control() && !matches!(c, '"' | '^' | ':' | ';' | ',');
    if value.chars().all(plain) {
        return Cow::Borrowed(value);
    }
    let mut out = String::from("\"");
    let mut before = ' ';
    for c in value.chars() {
        match c {
            '^' => out.push_str("^^"),
            '"' => out.push_str("^'"),
            '\n' if before == '\r' => {}
            '\n' | '\r' => out.push_str("^n"),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
        before = c;
    }
    out.push('"');
    Cow::Owned(out)
}

/// A day: `20240131`.
pub(crate) fn date(time: DateTime) -> String {
    format!("{:04}{:02}{:02}", time.year(), time.month(), time.day())
}

/// A local time: `20240131T093000`.
pub(crate) fn date_time(time: DateTime) -> String {
    format!("{}T{:02}{:02}{:02}", date(time), time.hour(), time.minute(), time.second())
}

/// A time in UTC: `20240131T083000Z`; `None` after the year 9999.
pub(crate) fn utc(time: FileTime) -> Option<String> {
    Some(format!("{}Z", date_time(time.date_time()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: &str) -> String {
        let mut lines = Lines::new(u64::MAX);
        lines.line("DESCRIPTION", &[], value);
        lines.into_text()
    }

    #[test]
    fn lines_are_folded_between_characters() {
        // RFC 5545 3.1: no line longer than 75 octets, a blank begins the rest.
        let line = written(&"\u{e4}".repeat(100));
        let parts: Vec<&str> = line.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [74, 75, 65]);
        assert!(parts[1..].iter().all(|part| part.starts_with(' ')));
        assert_eq!(written(&"x".repeat(63)).len(), 77);
        assert!(written(&"x".repeat(64)).ends_with("\r\n x\r\n"));
    }

    #[test]
    fn texts_and_parameters_are_escaped() {
        assert_eq!(text("a;b,c\\d\r\ne\nf\u{7}\tg"), "a\\;b\\,c\\\\d\\ne\\nf\tg");
        // RFC 6868 3.2.
        assert_eq!(parameter("George Herman \"Babe\" Ruth"), "\"George Herman ^'Babe^' Ruth\"");
        assert_eq!(parameter("a^b\r\nc"), "\"a^^b^nc\"");
        assert_eq!(parameter("Doe, Jane"), "\"Doe, Jane\"");
        assert_eq!(parameter("W. Europe Standard Time"), "W. Europe Standard Time");
        assert_eq!(list(["a", "b,c"]), "a,b\\,c");
    }

    #[test]
    fn what_is_full_stays_whole() {
        let mut lines = Lines::new(20);
        lines.text("A", "b");
        lines.text("C", &"d".repeat(20));
        lines.text("E", "f");
        assert!(lines.is_full());
        assert_eq!(lines.into_text(), "A:b\r\n");
    }

    proptest! {
        #[test]
        fn what_is_folded_is_unfolded(value in "\\PC{0,300}") {
            let line = written(&value);
            prop_assert!(line.split("\r\n").all(|part| part.len() <= 75));
            prop_assert_eq!(line.replace("\r\n ", ""), format!("DESCRIPTION:{value}\r\n"));
        }
    }
}
