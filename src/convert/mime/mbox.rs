//! Several mails in one file: mbox ([RFC 4155] appendix A).
//!
//! A `From ` line counts at the start and behind an empty line, if a date stands in it and a header field, or nothing, behind it:
//! writers do not always quote such lines in bodies. Quoting (`>From `) is left as it is: it cannot occur in TNEF.

use std::ops::Range;

use crate::base::Offset;

use super::structure::fields;
use super::transfer::next_line;

/// The mails in an input: those of an mbox, each without its `From ` line; else the whole input.
pub fn messages_in(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    ranges(input).filter_map(|range| input.get(range))
}

/// Where the mails in an input are; see [`messages_in`].
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
                // The empty line before the separator is none of the mail.
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
