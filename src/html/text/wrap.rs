//! Lines of a width that is asked for.

/// How many columns a text takes in a terminal: characters of East Asia two, marks upon other characters none.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(columns).sum() }
}

fn columns(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F
        | 0x200B..=0x200F
        | 0xFE00..=0xFE0F
        | 0x591..=0x5BD
        | 0x64B..=0x65F
        | 0xE31
        | 0xE34..=0xE3A
        | 0xE47..=0xE4E => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// Whether a line may be broken behind a character: the scripts of East Asia know no blanks.
fn is_breakable(c: char) -> bool {
    matches!(u32::from(c), 0x3041..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

/// Text in lines of at most `most` columns, where it has blanks to be broken at. What stands before a line, stands before those that
/// are made of it.
pub(super) fn wrapped(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if width(line) <= most {
            out.push_str(line);
            continue;
        }
        let (first, rest) = before(line);
        let body = line.get(first.len()..).unwrap_or_default();
        out.push_str(first);
        let mut column = width(first);
        let mut is_start = true;
        for word in words(body) {
            let bare = word.trim_end();
            if !is_start && column.saturating_add(width(bare)) > most {
                let kept = out.trim_end_matches(' ').len();
                out.truncate(kept);
                out.push('\n');
                out.push_str(&rest);
                column = width(&rest);
            }
            out.push_str(word);
            column = column.saturating_add(width(word));
            is_start = false;
        }
        let kept = out.trim_end_matches(' ').len();
        out.truncate(kept);
    }
    out
}

/// What stands before a line: signs of quotation, blanks, the mark of an item; and what stands before those that are made of it.
fn before(line: &str) -> (&str, String) {
    let signs = line.len().saturating_sub(line.trim_start_matches(['>', ' ']).len());
    let body = line.get(signs..).unwrap_or_default();
    let mark = match body.split_once(' ') {
        Some((mark, _)) if matches!(mark, "*" | "-" | "+" | "o") || mark.len() <= 5 && mark.ends_with('.') => {
            mark.len().saturating_add(1)
        }
        _ => 0,
    };
    let end = signs.saturating_add(mark);
    let rest = [line.get(..signs).unwrap_or_default(), &" ".repeat(mark)].concat();
    (line.get(..end).unwrap_or_default(), rest)
}

/// Words, each with the blanks behind it.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut previous = None;
        let end = rest.char_indices().find_map(|(at, c)| {
            let ends =
                previous.is_some_and(|previous| (previous == ' ' && c != ' ') || is_breakable(previous) && is_breakable(c));
            previous = Some(c);
            ends.then_some(at)
        });
        let (word, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks() {
        for (text, most, expected) in [
            ("one two three", 8, "one two\nthree"),
            ("> one two three\nfour", 9, "> one two\n> three\nfour"),
            ("* one two three", 9, "* one two\n  three"),
            ("abcdefghij k", 4, "abcdefghij\nk"),
            ("\u{65e5}\u{672c}\u{8a9e}\u{65e5}", 4, "\u{65e5}\u{672c}\n\u{8a9e}\u{65e5}"),
            ("a  b", 2, "a\nb"),
        ] {
            assert_eq!(wrapped(text, most), expected, "{text}");
        }
        assert_eq!(width("\u{65e5}e\u{301}"), 3);
    }
}
