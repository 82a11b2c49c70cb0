//! Lines for a terminal that has fewer columns than they need: broken at blanks, and what goes on stands below its text.

use std::fmt::Write as _;
use std::io::{self, Write};

/// Where a line of a list goes on.
const STEP: usize = 4;

/// Writes lines, none longer than `columns` that has a blank to be broken at.
///
/// # Errors
/// Those of the writer.
pub fn write(text: &str, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut made = String::with_capacity(text.len());
    for line in text.lines() {
        fill(line, columns, &mut made);
    }
    out.write_all(made.as_bytes())
}

fn fill(line: &str, columns: usize, made: &mut String) {
    let label = label(line);
    let indent = if label.is_empty() { STEP } else { label.chars().count() }.min(columns / 2);
    let mut rest = line;
    let mut before = 0;
    loop {
        let room = columns.saturating_sub(before);
        let Some(end) = rest.char_indices().nth(room).map(|(at, _)| at) else { break };
        // The last blank that leaves something before it; else the first behind, where a word is longer than the line.
        let start = if before == 0 { label.len() } else { 0 };
        let (head, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let blank = match head.rfind(' ').filter(|at| *at > start && !tail.starts_with(' ')) {
            None if tail.starts_with(' ') => Some(end),
            None => tail.find(' ').and_then(|at| at.checked_add(end)),
            found => found,
        };
        let Some((head, tail)) = blank.and_then(|at| rest.split_at_checked(at)).filter(|(_, tail)| !tail.trim().is_empty())
        else {
            break;
        };
        let _ = writeln!(made, "{:before$}{}", "", head.trim_end());
        rest = tail.trim_start();
        before = indent;
    }
    let _ = writeln!(made, "{:before$}{rest}", "");
}

/// The label of a row, with the blanks around it; nothing for a line that starts with none.
fn label(line: &str) -> &str {
    let inner = line.trim_start();
    let gap = inner.find("  ").filter(|_| inner.len() < line.len());
    let text = gap.and_then(|at| inner.get(at..)).map(str::trim_start);
    text.and_then(|text| line.strip_suffix(text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, columns: usize) -> String {
        let mut out = Vec::new();
        write(text, columns, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_long_line_goes_on_below_its_text() {
        let row = "Name\n  about   one two three four five\n  tag     short\n";
        assert_eq!(filled(row, 24), "Name\n  about   one two three\n          four five\n  tag     short\n");
        assert_eq!(filled(row, 22), "Name\n  about   one two\n          three four\n          five\n  tag     short\n");
        assert_eq!(filled("Name  set/0x1  PtypTime  other\n", 16), "Name  set/0x1\n    PtypTime\n    other\n");
        assert_eq!(filled(row, 80), row);
    }

    #[test]
    fn a_word_longer_than_the_line_stays_whole() {
        assert_eq!(filled("  url     http://a.example/long/long x\n", 20), "  url     http://a.example/long/long\n          x\n");
        assert_eq!(filled("ααααααααα ββββ\n", 12), "ααααααααα\n    ββββ\n");
        assert_eq!(filled("\n   \n", 2), "\n   \n");
    }

    #[test]
    fn nothing_but_blanks_is_changed() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let text = "a bb  ccc dddd eeeee ffffff ggggggg\n  l  a bb  ccc dddd eeeee ffffff ggggggg\n";
        for columns in 0..50 {
            assert_eq!(words(&filled(text, columns)), words(text), "{columns}");
        }
    }
}
