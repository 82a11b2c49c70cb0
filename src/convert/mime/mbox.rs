//! Several mails in one file: mbox ([RFC 4155] appendix A).
//!
//! A `From ` line counts at the start and behind an empty line, if a date stands in it and a header field, or nothing, behind it:
//! writers do not always quote such lines in bodies. [`ranges`] leaves the quoting (`>From `) as it is, as it cannot occur in TNEF;
//! [`quoted`] and [`unquoted`] are the reversible way of it, mboxrd: a `>` more before each line of `>`s and `From `.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::base::{FileTime, Offset};

use super::date::ZonedDate;
use super::structure::{fields, unfolded};
use super::transfer::next_line;

/// The line in front of a mail: who sent it, and when. `Display` writes it, without its line end.
///
/// ```
/// use winmail::convert::mime::mbox::Separator;
///
/// let line = "From jane@example.org Tue Nov 14 22:13:20 2023";
/// let separator = Separator::parse(line.as_bytes()).unwrap();
/// assert_eq!(separator.sender, "jane@example.org");
/// assert_eq!(separator.date.unwrap().unix_seconds(), 1_700_000_000);
/// assert_eq!(separator.to_string(), line);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Separator {
    /// The sender of the envelope; empty where nobody is, as in reports.
    pub sender: String,
    /// Time at which the mail was delivered, in UTC.
    pub date: Option<FileTime>,
}

impl Separator {
    /// Reads the line; `None` if it does not begin with `From `.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(line.strip_prefix(b"From ")?);
        let (sender, date) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let sender = if sender == NOBODY { String::new() } else { sender.to_owned() };
        Some(Separator { sender, date: ZonedDate::parse(date).and_then(ZonedDate::utc) })
    }

    /// Returns what the header of a mail says: Return-Path, else Sender, else From; the topmost Received, else Date.
    #[must_use]
    pub fn of_mail(mail: &[u8]) -> Self {
        let end = header_end(mail);
        let field = |name: &str| fields(mail, 0..end).find(|field| field.is(name)).map(|field| unfolded(field.value));
        let text = |name: &str| field(name).map(|value| String::from_utf8_lossy(&value).into_owned());
        let sender = text("Return-Path").or_else(|| text("Sender")).or_else(|| text("From")).unwrap_or_default();
        let received = text("Received").and_then(|value| ZonedDate::parse(value.rsplit_once(';')?.1));
        let date = received.or_else(|| ZonedDate::parse(&text("Date")?)).and_then(ZonedDate::utc);
        Separator { sender: address(&sender).to_owned(), date }
    }
}

/// Stands for the sender of a mail that has none.
const NOBODY: &str = "MAILER-DAEMON";

impl fmt::Display for Separator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let sender: String = self.sender.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let epoch = FileTime::from_unix(0, 0).and_then(FileTime::date_time);
        let Some(date) = self.date.and_then(FileTime::date_time).or(epoch) else { return Err(fmt::Error) };
        let month = MONTHS.get(usize::from(date.month()).saturating_sub(1)).unwrap_or(&"Jan");
        let day = DAYS.get(usize::from(date.weekday())).unwrap_or(&"Thu");
        write!(
            f,
            "From {} {day} {month} {:2} {:02}:{:02}:{:02} {}",
            if sender.is_empty() { NOBODY } else { &sender },
            date.day(),
            date.hour(),
            date.minute(),
            date.second(),
            date.year()
        )
    }
}

/// The address in `Jane Doe <jane@example.org>`; empty if there is none.
fn address(text: &str) -> &str {
    let inside = text.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
    let found = inside.unwrap_or_else(|| text.split([' ', ',', ';']).find(|word| word.contains('@')).unwrap_or_default());
    found.trim()
}

/// Where the header of a mail ends: in front of the empty line.
fn header_end(mail: &[u8]) -> usize {
    let mut at = 0usize;
    while at < mail.len() {
        let start = at;
        if next_line(mail, &mut at).is_empty() {
            return start;
        }
    }
    mail.len()
}

/// A mail as it stands in an mbox: a `>` in front of each line of `>`s, or of none, and `From `.
#[must_use]
pub fn quoted(mail: &[u8]) -> Cow<'_, [u8]> {
    let mut made = Vec::new();
    let mut copied = 0usize;
    for start in from_lines(mail) {
        made.extend_from_slice(mail.get(copied..start).unwrap_or_default());
        made.push(b'>');
        copied = start;
    }
    joined(mail, made, copied)
}

/// The mail again that [`quoted`] was given.
#[must_use]
pub fn unquoted(mail: &[u8]) -> Cow<'_, [u8]> {
    let mut made = Vec::new();
    let mut copied = 0usize;
    for start in from_lines(mail).filter(|start| mail.get(*start) == Some(&b'>')) {
        made.extend_from_slice(mail.get(copied..start).unwrap_or_default());
        copied = start.saturating_add(1);
    }
    joined(mail, made, copied)
}

fn joined(mail: &[u8], mut made: Vec<u8>, copied: usize) -> Cow<'_, [u8]> {
    if copied == 0 {
        return Cow::Borrowed(mail);
    }
    made.extend_from_slice(mail.get(copied..).unwrap_or_default());
    Cow::Owned(made)
}

/// Where the lines start that are `From ` behind any number of `>`.
fn from_lines(mail: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memmem::find_iter(mail, b"From ").filter_map(|at| {
        let before = mail.get(..at).unwrap_or_default();
        let marks = before.iter().rev().take_while(|byte| **byte == b'>').count();
        let start = at.saturating_sub(marks);
        (start == 0 || mail.get(start.saturating_sub(1)) == Some(&b'\n')).then_some(start)
    })
}

/// The mails in an input: those of an mbox, each without its `From ` line; else the whole input.
pub fn messages_in(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    ranges(input).filter_map(|range| input.get(range))
}

/// Returns where the mails in an input are; see [`messages_in`].
pub fn ranges(input: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0usize;
    let first = next_line(input, &mut at);
    let is_mbox = first.starts_with(b"From ");
    let mut next = Some(if is_mbox { at } else { 0 });
    std::iter::from_fn(move || {
        let start = next.take()?;
        if !is_mbox {
            return Some(0..input.len());
        }
        let mut at = start;
        let mut was_empty = false;
        while at < input.len() {
            let line_start = at;
            let line = next_line(input, &mut at);
            if was_empty && is_separator(line) && begins_header(input, at) {
                next = Some(at);
                // The empty line before the separator does not belong to the mail.
                let before = input.get(start..line_start).unwrap_or_default();
                let before = before.strip_suffix(b"\n").map_or(before, |text| text.strip_suffix(b"\r").unwrap_or(text));
                return Some(start..(Offset::from(start) + before.len()).index());
            }
            was_empty = line.is_empty();
        }
        Some(start..input.len())
    })
}

/// `From `, an address, a time of day somewhere: what nobody writes in a letter.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.windows(5).any(|window| matches!(window, [a, b, b':', c, d] if [a, b, c, d].iter().all(|b| b.is_ascii_digit())))
}

/// Whether a header field, or the end of the input, stands at `at`.
fn begins_header(input: &[u8], at: usize) -> bool {
    let mut end = at;
    let line = next_line(input, &mut end);
    line.is_empty() || line.starts_with(b">From ") || fields(input, at..end).next().is_some_and(|field| field.range.start == at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(input: &str) -> Vec<String> {
        messages_in(input.as_bytes()).map(|mail| String::from_utf8(mail.to_vec()).unwrap()).collect()
    }

    #[test]
    fn one_mail_is_one_mail() {
        for input in ["", "x", "Subject: a\n\nFrom b Mon Jan  1 00:00:00 2024\nSubject: c\n\n"] {
            assert_eq!(split(input), [input]);
        }
    }

    #[test]
    fn separators() {
        let parsed = |line: &str| Separator::parse(line.as_bytes()).map(|found| found.to_string());
        for (line, expected) in [
            ("From a@b.org Thu Jan  1 00:00:00 1970", "From a@b.org Thu Jan  1 00:00:00 1970"),
            ("From a@b.org Tue Nov 14 23:13:20 +0100 2023", "From a@b.org Tue Nov 14 22:13:20 2023"),
            ("From MAILER-DAEMON Sat Feb 29 12:00:00 2020\r\n", "From MAILER-DAEMON Sat Feb 29 12:00:00 2020"),
            ("From ", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970"),
        ] {
            assert_eq!(parsed(line).as_deref(), Some(expected), "{line}");
        }
        assert_eq!(parsed(">From a"), None);
        for (header, expected) in [
            ("Return-Path: <x@y>\nDate: Tue, 14 Nov 2023 23:13:20 +0100\nFrom: z", "From x@y Tue Nov 14 22:13:20 2023"),
            ("Return-Path: <>\nFrom: a@b\n", "From MAILER-DAEMON Thu Jan  1 00:00:00 1970"),
            ("From: \"Doe, Jane\"\n <j@d.org>\n\nSender: x@y", "From j@d.org Thu Jan  1 00:00:00 1970"),
            ("From: j@d.org (Jane)\nReceived: by a;\n 14 Nov 2023 22:13:20 +0000\n", "From j@d.org Tue Nov 14 22:13:20 2023"),
        ] {
            assert_eq!(Separator::of_mail(header.as_bytes()).to_string(), expected, "{header}");
        }
    }

    #[test]
    fn quoting_is_reversible() {
        for (mail, expected) in [
            (
                "From a\n\nFrom b\n>From c\n>>From d\n xFrom e\n> From f\nFromage\n",
                ">From a\n\n>From b\n>>From c\n>>>From d\n xFrom e\n> From f\nFromage\n",
            ),
            ("Subject: a\r\n\r\nFrom ", "Subject: a\r\n\r\n>From "),
            ("", ""),
        ] {
            assert_eq!(quoted(mail.as_bytes()), expected.as_bytes());
            assert_eq!(unquoted(expected.as_bytes()), mail.as_bytes());
        }
        assert!(matches!(quoted(b"a\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn mbox() {
        let a = "Subject: a\n\nFrom here on it is quiet\n\nFrom 12:00 on\nall is quiet\n";
        let b = "Subject: b\n\n>From x@y Mon Jan  1 00:00:00 2024\n";
        let from = "From a@example.org Mon Jan  1 00:00:00 2024";
        assert_eq!(split(&format!("{from}\n{a}\n{from} +0100\n{b}")), [a, b]);
        assert_eq!(split(&format!("{from}\n{a}\n{from}\n{b}\n{from}\n")), [a, b, ""]);
        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(split(&crlf(&format!("{from}\n{a}\n{from}\n{b}"))), [crlf(a), crlf(b)]);
        // A mail of an envelope line alone, and one without the empty line before the next.
        assert_eq!(split(&format!("{from}\n")), [""]);
        assert_eq!(split(&format!("{from}\nSubject: a\n\nb\n{from}\nSubject: c\n")).len(), 1);
    }
}
