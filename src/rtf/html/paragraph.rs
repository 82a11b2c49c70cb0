//! Paragraph formatting: Rich Text Format Specification 1.9.1, "Paragraph Formatting Properties".

use super::character::points;
use super::color::{self, ColorTable};
use super::tabs::{Lines, MAX_TWIPS, Stops};

/// How a paragraph looks. Saved by groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Paragraph {
    align: Align,
    pub(super) right_to_left: bool,
    /// Twips.
    pub(super) left: i32,
    first: i32,
    right: i32,
    before: i32,
    after: i32,
    /// `\slN`, where `\slmult1`: lines in 1/240.
    line: i32,
    multiple: bool,
    /// `\cbpat`: number of a colour.
    background: u16,
    borders: u8,
    stops: Stops,
    /// `\intbl`.
    pub(super) in_table: bool,
    /// `\itap`: how deep in tables.
    pub(super) table_depth: u8,
    /// `\ls`, 0 without one; `\ilvl`.
    pub(super) list: i32,
    pub(super) list_level: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Align {
    #[default]
    Start,
    Center,
    Right,
    Justify,
}

/// Sides of a border, for paragraphs and cells.
pub(super) const SIDES: [(u8, &str); 4] = [(1, "top"), (2, "right"), (4, "bottom"), (8, "left")];
/// All of them.
pub(super) const ALL_SIDES: u8 = 15;

/// Deepest nesting of tables that is followed.
pub(super) const MAX_TABLE_DEPTH: u8 = 20;

impl Paragraph {
    /// Applies a control word; whether it was one of these.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) -> bool {
        let number = parameter.unwrap_or(0);
        match name {
            "pard" => *self = Paragraph::default(),
            "ql" => self.align = Align::Start,
            "qc" => self.align = Align::Center,
            "qr" => self.align = Align::Right,
            "qj" | "qd" => self.align = Align::Justify,
            "rtlpar" => self.right_to_left = true,
            "ltrpar" => self.right_to_left = false,
            // `\lin` and `\rin` are the same indents, counted from where lines begin.
            "li" | "lin" => self.left = number,
            "ri" | "rin" => self.right = number,
            "fi" => self.first = number,
            "sb" => self.before = number,
            "sa" => self.after = number,
            "sl" => self.line = number,
            "slmult" => self.multiple = number == 1,
            "cbpat" => self.background = u16::try_from(number).unwrap_or(0),
            "intbl" => self.in_table = true,
            "itap" => self.table_depth = u8::try_from(number.clamp(0, i32::from(MAX_TABLE_DEPTH))).unwrap_or(0),
            "ls" => self.list = number,
            "ilvl" => self.list_level = Some(u8::try_from(number.clamp(0, 8)).unwrap_or(0)),
            _ => return self.stops.word(name, number),
        }
        true
    }

    /// Where its lines begin, and where tabs take them; `None` where tabs can be left to the browser.
    pub(super) fn lines(&self, default_tab: i32) -> Option<Lines> {
        let left = self.left.clamp(0, MAX_TWIPS);
        let first = left.saturating_add(self.first).clamp(0, MAX_TWIPS);
        (self.stops.any() || first < left).then_some(Lines { first, left, stops: self.stops, default: default_tab })
    }

    /// Draws or removes borders on some sides.
    pub(super) fn set_borders(&mut self, sides: u8, on: bool) {
        self.borders = if on { self.borders | sides } else { self.borders & !sides };
    }

    /// How deep in tables it stands.
    pub(super) fn depth(&self) -> usize {
        usize::from(if self.in_table { self.table_depth.max(1) } else { self.table_depth })
    }

    /// CSS declarations, each with a semicolon; without indents for items of lists, which have their own.
    pub(super) fn css(&self, colors: &ColorTable, indents: bool) -> String {
        let mut css = String::new();
        match self.align {
            Align::Start => {}
            Align::Center => css.push_str("text-align:center;"),
            Align::Right => css.push_str("text-align:right;"),
            Align::Justify => css.push_str("text-align:justify;"),
        }
        let mut length = |property: &str, twips: i32| {
            // Nothing real is indented by more than a few feet.
            let twips = twips.clamp(-MAX_TWIPS, MAX_TWIPS);
            if twips != 0 {
                css.push_str(&format!("{property}:{};", points(twips, 20)));
            }
        };
        if indents {
            length("margin-left", self.left.max(0));
            length("margin-right", self.right.max(0));
            // A hanging indent wider than the margin would leave the page.
            length("text-indent", self.first.max(self.left.saturating_neg().min(0)));
        }
        length("margin-top", self.before.max(0));
        length("margin-bottom", self.after.max(0));
        if self.multiple && self.line > 240 {
            // A single line is about 1.2 times the size.
            let percent = i64::from(self.line.min(2400)).saturating_mul(120) / 240;
            css.push_str(&format!("line-height:{}.{:02};", percent / 100, percent % 100));
        }
        if let Some(color) = colors.color(self.background) {
            css.push_str(&format!("background-color:{};", color::css(color)));
        }
        css.push_str(&borders(self.borders));
        css
    }
}

/// CSS of borders.
pub(super) fn borders(sides: u8) -> String {
    if sides & ALL_SIDES == ALL_SIDES {
        return "border:1px solid;".to_owned();
    }
    SIDES.iter().filter(|(side, _)| sides & side != 0).map(|(_, name)| format!("border-{name}:1px solid;")).collect()
}
