//! Paragraphs of plain text in short lines that a reader joins again: RFC 3676, `format=flowed`.

/// How long lines are, with the blank that says that the next one goes on.
const LENGTH: usize = 76;
/// The longest line that stays as it is (RFC 5322, 2.1.1).
const LENGTH_MAX: usize = 78;
/// The line before a signature ends with a blank and is no part of a paragraph.
const SIGNATURE: &str = "-- ";

/// A line: how often it is quoted, and what is behind the signs of that.
fn quoted(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches('>');
    (line.len().saturating_sub(rest.len()), rest)
}

/// Text out of flowed lines, which end with CR LF or LF; its own end with CR LF. `deletes_blanks` is the parameter `delsp`.
pub(super) fn unflowed(text: &str, deletes_blanks: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // How deep the paragraph is quoted that goes on.
    let mut goes_on: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let (line, has_end) = match line.strip_suffix('\n') {
            Some(line) => (line.strip_suffix('\r').unwrap_or(line), true),
            None => (line, false),
        };
        let (depth, rest) = quoted(line);
        let body = rest.strip_prefix(' ').unwrap_or(rest);
        let is_fixed = body == SIGNATURE || !body.ends_with(' ');
        if goes_on != Some(depth) || body == SIGNATURE {
            if goes_on.is_some() {
                out.push_str("\r\n");
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let text = if is_fixed || !deletes_blanks { body } else { body.strip_suffix(' ').unwrap_or(body) };
        out.push_str(text);
        goes_on = (!is_fixed && has_end).then_some(depth);
        if is_fixed && has_end {
            out.push_str("\r\n");
        }
    }
    if goes_on.is_some() {
        out.push_str("\r\n");
    }
    out
}

/// Text whose lines end with CR LF as flowed lines. Blanks at the end of a line are lost, and those between signs of quotation.
pub(super) fn flowed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive("\r\n") {
        let (line, end) = line.strip_suffix("\r\n").map_or((line, ""), |line| (line, "\r\n"));
        let mut depth = 0usize;
        let mut body = line;
        while let Some(rest) = body.strip_prefix('>').or_else(|| body.strip_prefix(" >").filter(|_| depth > 0)) {
            (depth, body) = (depth.saturating_add(1), rest);
        }
        if depth > 0 {
            body = body.strip_prefix(' ').unwrap_or(body);
        }
        let body = if body == SIGNATURE { body } else { body.trim_end_matches(' ') };
        let mut rest = body;
        loop {
            let start = out.len();
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 || rest.starts_with([' ', '>']) || rest.starts_with("From ") {
                out.push(' ');
            }
            let before = out.len().saturating_sub(start);
            let length = if before.saturating_add(characters(rest, LENGTH_MAX)) <= LENGTH_MAX || body == SIGNATURE {
                rest.len()
            } else {
                line_length(rest, LENGTH.saturating_sub(before))
            };
            let (taken, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            out.push_str(taken);
            rest = behind;
            if rest.is_empty() {
                break;
            }
            out.push_str("\r\n");
        }
        out.push_str(end);
    }
    out
}

/// How many characters a text has, not counting beyond `most`.
fn characters(text: &str, most: usize) -> usize {
    text.chars().take(most.saturating_add(1)).count()
}

/// How long the text is up to and with the last blank of the first `most` characters, else of all, if text follows it.
fn line_length(text: &str, most: usize) -> usize {
    let mut found = None;
    let mut previous = 'x';
    for (number, (at, c)) in text.char_indices().enumerate() {
        if previous == ' ' && c != ' ' {
            if number > most && found.is_some() {
                break;
            }
            found = Some(at);
            if number > most {
                break;
            }
        }
        previous = c;
    }
    found.unwrap_or(text.len())
}

/// Text as flowed lines if some of its lines are too long.
pub(super) fn made(text: &str) -> Option<String> {
    let is_long = text.split("\r\n").any(|line| characters(line, LENGTH_MAX) > LENGTH_MAX && line.contains(' '));
    is_long.then(|| flowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3676, 4.1 to 4.5: soft and hard line ends, stuffed blanks, quotations, the signature.
    #[test]
    fn flowed_lines_are_paragraphs() {
        for (lines, deletes_blanks, text) in [
            ("a \r\nb\r\nc\r\n", false, "a b\r\nc\r\n"),
            ("a \r\nb", true, "ab"),
            ("> a \r\n> b\r\nc \r\nd\r\n-- \r\nsig \r\n", false, "> a b\r\nc d\r\n-- \r\nsig \r\n"),
            // Another depth ends the paragraph.
            (">> a \r\n> b\r\n", false, ">> a \r\n> b\r\n"),
            (">>a\r\n", false, ">> a\r\n"),
            (" From here\r\n >no\r\n  x\r\n", false, "From here\r\n>no\r\n x\r\n"),
            ("a \r\n\r\nb", false, "a \r\nb"),
            ("a \r\n-- \r\nb", false, "a \r\n-- \r\nb"),
            ("a \nb\n", false, "a b\r\n"),
            ("", false, ""),
        ] {
            assert_eq!(unflowed(lines, deletes_blanks), text, "{lines:?}");
        }
    }

    #[test]
    fn paragraphs_become_short_lines() {
        let words = "seven  letters ".repeat(20);
        let words = words.trim_end();
        for text in [
            format!("{words}\r\n\r\n{words}\r\n"),
            format!("> {words}\r\n>> {words}\r\n x\r\nFrom me\r\n-- \r\nsig\r\n"),
            format!("{}\r\n{words}", "x".repeat(100)),
            "short\r\n".to_owned(),
        ] {
            let lines = flowed(&text);
            assert!(lines.split("\r\n").all(|line| line.len() <= LENGTH_MAX || !line.contains(' ')), "{lines}");
            assert_eq!(unflowed(&lines, false), text);
        }
        assert_eq!(made(words), Some(flowed(words)));
        assert_eq!(made("short"), None);
        // A blank between signs of quotation is no part of what is quoted.
        assert_eq!(flowed("> > a\r\n"), ">> a\r\n");
    }
}
