//! Character formatting: Rich Text Format Specification 1.9.1, "Font (Character) Formatting Properties".

use super::color::{self, ColorTable};

/// How characters look. Saved by groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Character {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) underline: bool,
    pub(super) strike: bool,
    pub(super) position: Position,
    pub(super) caps: Caps,
    /// Half points; `None` is the default, 24.
    pub(super) size: Option<u16>,
    /// Numbers of the colour table.
    pub(super) color: u16,
    pub(super) background: u16,
    /// Number of a link, from 1; 0 without one.
    pub(super) link: u32,
    /// Number of a font; set from the reader when text comes.
    pub(super) font: Option<i32>,
}

/// Superscript and subscript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Position {
    #[default]
    Line,
    Super,
    Sub,
}

/// `\caps`, `\scaps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Caps {
    #[default]
    None,
    All,
    Small,
}

/// Half points of text of no size.
pub(super) const DEFAULT_SIZE: u16 = 24;

impl Character {
    /// Applies a control word; whether it was one of these.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) -> bool {
        let on = parameter != Some(0);
        let number = || u16::try_from(parameter.unwrap_or(0)).unwrap_or(0);
        match name {
            "plain" => *self = Character { link: self.link, ..Character::default() },
            "b" => self.bold = on,
            "i" => self.italic = on,
            "ulnone" => self.underline = false,
            "ul" | "uld" | "uldash" | "uldashd" | "uldashdd" | "uldb" | "ulhwave" | "ulldash" | "ulth" | "ulthd" | "ulthdash"
            | "ululdbwave" | "ulw" | "ulwave" => self.underline = on,
            "strike" | "striked" => self.strike = on,
            "super" => self.position = if on { Position::Super } else { Position::Line },
            "sub" => self.position = if on { Position::Sub } else { Position::Line },
            "nosupersub" => self.position = Position::Line,
            // Raised and lowered by half points: 6 where no number is given.
            "up" => self.position = if parameter.unwrap_or(6) > 0 { Position::Super } else { Position::Line },
            "dn" => self.position = if parameter.unwrap_or(6) > 0 { Position::Sub } else { Position::Line },
            "caps" => self.caps = if on { Caps::All } else { Caps::None },
            "scaps" => self.caps = if on { Caps::Small } else { Caps::None },
            "fs" => self.size = parameter.and_then(|size| u16::try_from(size).ok()).filter(|size| *size > 0),
            "cf" => self.color = number(),
            "cb" | "highlight" | "chcbpat" => self.background = number(),
            _ => return false,
        }
        true
    }

    /// The size in half points.
    pub(super) fn half_points(&self) -> u16 {
        self.size.unwrap_or(DEFAULT_SIZE)
    }

    /// CSS declarations other than of font and size, each with a semicolon.
    pub(super) fn css(&self, colors: &ColorTable) -> String {
        let mut css = String::new();
        if let Some(color) = colors.color(self.color) {
            css.push_str(&format!("color:{};", color::css(color)));
        }
        if let Some(color) = colors.color(self.background) {
            css.push_str(&format!("background-color:{};", color::css(color)));
        }
        match self.caps {
            Caps::None => {}
            Caps::All => css.push_str("text-transform:uppercase;"),
            Caps::Small => css.push_str("font-variant:small-caps;"),
        }
        css
    }

    /// The elements of the formats that have some, the outermost first.
    pub(super) fn elements(&self) -> impl DoubleEndedIterator<Item = &'static str> + use<> {
        let position = match self.position {
            Position::Line => None,
            Position::Super => Some("sup"),
            Position::Sub => Some("sub"),
        };
        let flag = |on: bool, element| on.then_some(element);
        // Links are underlined as such.
        let underline = self.underline && self.link == 0;
        [flag(self.bold, "b"), flag(self.italic, "i"), flag(underline, "u"), flag(self.strike, "s"), position]
            .into_iter()
            .flatten()
    }
}

/// A length in twips or half points as points, without needless digits.
pub(super) fn points(length: i32, to_a_point: i32) -> String {
    let hundredths = i64::from(length).saturating_mul(100).checked_div(i64::from(to_a_point)).unwrap_or(0);
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    let (whole, part) = (hundredths / 100, hundredths % 100);
    match part {
        0 => format!("{sign}{whole}pt"),
        part if part % 10 == 0 => format!("{sign}{whole}.{}pt", part / 10),
        part => format!("{sign}{whole}.{part:02}pt"),
    }
}
