//! Foreign text for people: on a terminal, in a message, in a log.

use std::fmt;

/// Text from a message, shown on one line: control characters, line ends and characters that change the writing direction
/// appear as escapes, so that a subject cannot move the cursor or hide a file name's ending.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a str);

impl Escaped<'_> {
    /// Returns whether a character is one of those that appear as escapes.
    #[must_use]
    pub fn is_needed(c: char) -> bool {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    }
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return f.pad(self.0);
        }
        let mut text = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            if Self::is_needed(c) {
                text.extend(c.escape_default());
            } else {
                text.push(c);
            }
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_play_tricks() {
        assert_eq!(Escaped("a\x1b[2Jb\r\nc\u{202e}gpj").to_string(), "a\\u{1b}[2Jb\\r\\nc\\u{202e}gpj");
        assert_eq!(Escaped("d\u{f6}cument \u{4e2d}").to_string(), "d\u{f6}cument \u{4e2d}");
        assert_eq!(format!("{:<4}|", Escaped("ab")), "ab  |");
    }
}
