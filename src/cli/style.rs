//! Text for terminals: colours where they are wanted, and foreign text that cannot play tricks.

use std::ffi::OsStr;
use std::fmt;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Colours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    on: bool,
}

impl Style {
    /// Decides by option, terminal and the environment's NO_COLOR (set and not empty means none).
    #[must_use]
    pub fn new(when: ColorWhen, terminal: bool, no_color: Option<&OsStr>) -> Self {
        let on = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => terminal && no_color.is_none_or(OsStr::is_empty),
        };
        Style { on }
    }

    /// No colours.
    #[must_use]
    pub fn plain() -> Self {
        Style { on: false }
    }

    fn paint<T: fmt::Display>(self, code: &'static str, text: T) -> Painted<T> {
        Painted { code: self.on.then_some(code), text }
    }

    /// Headings and names.
    #[must_use]
    pub fn bold<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.paint("1", text)
    }

    /// What matters less.
    #[must_use]
    pub fn dim<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.paint("2", text)
    }

    /// Errors.
    #[must_use]
    pub fn red<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.paint("31", text)
    }

    /// Warnings.
    #[must_use]
    pub fn yellow<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.paint("33", text)
    }

    /// Names of structures.
    #[must_use]
    pub fn cyan<T: fmt::Display>(self, text: T) -> Painted<T> {
        self.paint("36", text)
    }
}

/// Text with a colour around it. Width and alignment of the format apply to the text.
#[derive(Debug, Clone, Copy)]
pub struct Painted<T> {
    code: Option<&'static str>,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            None => self.text.fmt(f),
            Some(code) => {
                write!(f, "\x1b[{code}m")?;
                self.text.fmt(f)?;
                f.write_str("\x1b[0m")
            }
        }
    }
}

/// Text from a message, shown on one line: control characters, line ends and characters that change the writing direction
/// appear as escapes, so that a subject cannot move the cursor or hide a file name's ending.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.0.len());
        for c in self.0.chars() {
            let tricky = c.is_control()
                || matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
            if tricky {
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
    fn colours_follow_option_terminal_and_environment() {
        let on = |when, terminal, no_color: Option<&str>| Style::new(when, terminal, no_color.map(OsStr::new)).on;
        assert!(on(ColorWhen::Auto, true, None));
        assert!(on(ColorWhen::Auto, true, Some("")));
        assert!(!on(ColorWhen::Auto, true, Some("1")));
        assert!(!on(ColorWhen::Auto, false, None));
        assert!(on(ColorWhen::Always, false, Some("1")));
        assert!(!on(ColorWhen::Never, true, None));
    }

    #[test]
    fn painted_text_keeps_its_alignment() {
        assert_eq!(format!("{:>4}|", Style { on: true }.red("ab")), "\x1b[31m  ab\x1b[0m|");
        assert_eq!(format!("{:<4}|", Style::plain().red("ab")), "ab  |");
    }

    #[test]
    fn foreign_text_cannot_play_tricks() {
        assert_eq!(Shown("a\x1b[2Jb\r\nc\u{202e}gpj").to_string(), "a\\u{1b}[2Jb\\r\\nc\\u{202e}gpj");
        assert_eq!(Shown("d\u{f6}cument \u{4e2d}").to_string(), "d\u{f6}cument \u{4e2d}");
        assert_eq!(format!("{:<4}|", Shown("ab")), "ab  |");
    }
}
