//! Text for terminals: colours where they are wanted, and foreign text that cannot play tricks.

use std::ffi::OsStr;
use std::fmt;

pub use winmail::base::Escaped as Shown;

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

/// How many columns the terminal has; 80 where there is none.
#[must_use]
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).max(40)
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
        assert_eq!(format!("{:<4}|", Style { on: false }.red("ab")), "ab  |");
    }
}
