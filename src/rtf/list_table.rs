//! The numbers and bullets of paragraphs that say only which list they belong to: `\listtable`, `\listoverridetable`, `\lsN`
//! and `\ilvlN`. Rich Text Format Specification 1.9.1, "List Tables".
//!
//! ```text
//! {\*\listtable{\list{\listlevel\levelnfc0\levelstartat1{\leveltext\'02\'00.;}{\levelnumbers\'01;}}...\listid7}}
//! {\*\listoverridetable{\listoverride\listid7\listoverridecount0\ls1}}
//! ```
//!
//! `\leveltext` begins with its length; characters below 9 in it stand for the number of that level. A number goes on until a
//! paragraph of a higher level comes. An override may start it anew and may bring levels of its own.
//!
//! Writers mostly give the finished mark too, in `\listtext` or `\pntext`, and then that is taken.

use std::collections::HashMap;

use super::number_format::push_number;
use super::state::Reader;
use crate::base::symbol_font;

/// Levels of a list.
const LEVELS: usize = 9;

/// Longest mark that is made, in characters of `\leveltext`.
const MAX_TEXT: usize = 32;

/// A level.
#[derive(Debug, Clone, Default)]
struct Level {
    /// `\levelnfc`: how its number is written.
    format: i32,
    start: Option<u32>,
    /// `\leveltext` with its length before it.
    text: String,
    font: Option<i32>,
    /// `\levellegal`: all numbers are written in digits.
    legal: bool,
    /// `\levelnorestart`.
    goes_on: bool,
    /// `\levelfollow`: 0 tab, 1 space, 2 nothing.
    follow: i32,
}

/// `\ls`: which list it is, and levels that it changes.
#[derive(Debug, Clone, Default)]
struct Override {
    list: i32,
    levels: Vec<OverrideLevel>,
    /// Its starts were taken.
    used: bool,
}

#[derive(Debug, Clone, Default)]
struct OverrideLevel {
    starts: bool,
    start: Option<u32>,
    format: Option<Level>,
}

/// The tables, and how far the lists have counted.
#[derive(Debug, Default)]
pub(super) struct ListTable {
    lists: HashMap<i32, Vec<Level>>,
    overrides: HashMap<i32, Override>,
    /// The list or override that is being read.
    levels: Vec<Level>,
    override_: Option<Override>,
    /// By list: the number that each level has reached.
    counters: HashMap<i32, [Option<u32>; LEVELS]>,
}

/// What stands before a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) text: String,
    /// What stands between it and the paragraph.
    pub(super) follow: &'static str,
}

impl ListTable {
    /// A control word in the tables. A list's `\listid` stands behind its levels, an override's before its `\ls`.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) {
        let number = parameter.unwrap_or(0);
        match name {
            "list" => (self.levels, self.override_) = (Vec::new(), None),
            "listoverride" => (self.levels, self.override_) = (Vec::new(), Some(Override::default())),
            "listid" => match &mut self.override_ {
                Some(override_) => override_.list = number,
                None => {
                    self.lists.insert(number, std::mem::take(&mut self.levels));
                }
            },
            "ls" => {
                if let Some(override_) = self.override_.take() {
                    self.overrides.insert(number, override_);
                }
            }
            "lfolevel" => {
                if let Some(override_) = self.override_.as_mut().filter(|override_| override_.levels.len() < LEVELS) {
                    override_.levels.push(OverrideLevel::default());
                }
            }
            "listoverridestartat" => {
                if let Some(level) = self.override_level() {
                    level.starts = true;
                }
            }
            "listlevel" => match &mut self.override_ {
                Some(_) => {
                    if let Some(level) = self.override_level() {
                        level.format = Some(Level::default());
                    }
                }
                None if self.levels.len() < LEVELS => self.levels.push(Level::default()),
                None => {}
            },
            "levelstartat" => {
                let start = Some(u32::try_from(number).unwrap_or(0));
                if let Some(level) = self.override_level() {
                    level.start = start;
                }
                if let Some(level) = self.level() {
                    level.start = start;
                }
            }
            _ => {
                let Some(level) = self.level() else { return };
                match name {
                    "levelnfc" | "levelnfcn" => level.format = number,
                    "levellegal" => level.legal = parameter != Some(0),
                    "levelnorestart" => level.goes_on = parameter != Some(0),
                    "levelfollow" => level.follow = number,
                    "f" => level.font = Some(number),
                    _ => {}
                }
            }
        }
    }

    fn override_level(&mut self) -> Option<&mut OverrideLevel> {
        self.override_.as_mut()?.levels.last_mut()
    }

    /// The level that is being read.
    fn level(&mut self) -> Option<&mut Level> {
        match &mut self.override_ {
            Some(override_) => override_.levels.last_mut()?.format.as_mut(),
            None => self.levels.last_mut(),
        }
    }

    /// Text of `\leveltext`.
    pub(super) fn level_text(&mut self, text: &str) {
        if let Some(level) = self.level() {
            let room = (MAX_TEXT + 1).saturating_sub(level.text.chars().count());
            level.text.extend(text.chars().take(room));
        }
    }

    /// The mark of the next paragraph of a list; `None` if the tables do not know the list, or the level shows nothing.
    pub(super) fn next(&mut self, ls: i32, level: u8, reader: &Reader<'_>) -> Option<Mark> {
        let at = usize::from(level).min(LEVELS - 1);
        let override_ = self.overrides.get_mut(&ls)?;
        let list = self.lists.get(&override_.list)?;
        let counters = self.counters.entry(override_.list).or_default();
        if !std::mem::replace(&mut override_.used, true) {
            for (counter, level) in counters.iter_mut().zip(&override_.levels) {
                if level.starts {
                    *counter = None;
                }
            }
        }
        let starts = |at: usize| -> u32 {
            let changed = override_.levels.get(at).filter(|level| level.starts).and_then(|level| level.start);
            changed.or_else(|| format(list, override_, at)?.start).unwrap_or(1)
        };
        for (place, counter) in counters.iter_mut().enumerate().skip(at) {
            if place == at {
                *counter = Some(counter.map_or_else(|| starts(at), |number| number.saturating_add(1)));
            } else if !format(list, override_, place).is_some_and(|level| level.goes_on) {
                *counter = None;
            }
        }
        let shown = format(list, override_, at)?;
        let mut chars = shown.text.chars();
        let length = chars.next().map_or(0, u32::from);
        let font = shown.font.and_then(|number| reader.font(number));
        let mut text = String::new();
        for c in chars.take(usize::try_from(length).unwrap_or(0).min(MAX_TEXT)) {
            let code = u32::from(c);
            let place = usize::try_from(code).unwrap_or(LEVELS);
            if let Some(counter) = counters.get(place) {
                let number = counter.unwrap_or_else(|| starts(place));
                let as_written = format(list, override_, place).map_or(0, |level| level.format);
                push_number(&mut text, number, if shown.legal { 0 } else { as_written });
                continue;
            }
            // Symbols stand at their bytes, or at U+F000 and their bytes.
            let byte = u8::try_from(if (0xF000..0xF100).contains(&code) { code & 0xFF } else { code }).ok();
            let symbol = byte.zip(font).and_then(|(byte, font)| symbol_font::to_unicode(&font.name, byte));
            text.push(symbol.unwrap_or(c));
        }
        let follow = match shown.follow {
            0 => "\t",
            1 => " ",
            _ => "",
        };
        (!text.trim().is_empty()).then_some(Mark { text, follow })
    }
}

/// A level's format: the override's, or the list's.
fn format<'a>(list: &'a [Level], override_: &'a Override, at: usize) -> Option<&'a Level> {
    override_.levels.get(at).and_then(|level| level.format.as_ref()).or_else(|| list.get(at))
}

#[cfg(test)]
mod tests {
    use crate::ReadOptions;
    use crate::rtf::text::to_text;

    /// Three levels as Word writes them, an override that changes nothing, one that starts at 5, one with a level of its own.
    const TABLES: &str = r"{\*\listtable{\list\listtemplateid1\listhybrid
        {\listlevel\levelnfc0\levelnfcn0\leveljc0\levelfollow0\levelstartat1{\leveltext\'02\'00.;}{\levelnumbers\'01;}\fi-360\li720}
        {\listlevel\levelnfc4\levelnfcn4\levelfollow1\levelstartat1{\leveltext\'05\'00.\'01).;}{\levelnumbers\'01\'03;}}
        {\listlevel\levelnfc2\levelnfcn2\levelfollow2\levelstartat3\levellegal1{\leveltext\'03(\'02);}{\levelnumbers\'02;}}
        {\listname ;}\listid7}
        {\list{\listlevel\levelnfc23\levelstartat1{\leveltext\'01\u-3913 ?;}{\levelnumbers;}\f1}
        {\listlevel\levelnfc23\levelstartat1{\leveltext\'01o;}{\levelnumbers;}\f0}\listid8}}
        {\*\listoverridetable{\listoverride\listid7\listoverridecount0\ls1}
        {\listoverride\listid7\listoverridecount1{\lfolevel\listoverridestartat1\levelstartat5}\ls2}
        {\listoverride\listid8\listoverridecount0\ls3}
        {\listoverride\listid7\listoverridecount1{\lfolevel\listoverridestartat1\listoverrideformat1
        {\listlevel\levelnfc1\levelstartat9{\leveltext\'02\'00:;}{\levelnumbers\'01;}}}\ls4}}";

    fn text(body: &str) -> String {
        let rtf = format!(
            r"{{\rtf1\ansi\deff0{{\fonttbl{{\f0 A;}}{{\f1\fcharset2 Symbol;}}}}{}{body}}}",
            TABLES.replace("\n        ", "")
        );
        to_text(rtf.as_bytes(), &ReadOptions::strict()).unwrap().text
    }

    #[test]
    fn paragraphs_are_marked_as_their_list_says() {
        for (body, expected) in [
            (r"\pard\ls1 a\par b\par\pard c\par\pard\ls1\ilvl0 d\par", "1.\ta\r\n2.\tb\r\nc\r\n3.\td\r\n"),
            // A deeper level starts again after a higher one; its text shows the higher one's number.
            (r"\pard\ls1 a\par\ilvl1 b\par c\par\ilvl0 d\par\ilvl1 e\par", "1.\ta\r\n1.a). b\r\n1.b). c\r\n2.\td\r\n2.a). e\r\n"),
            // \levellegal: digits; \levelstartat3; \levelfollow2: nothing between.
            (r"\pard\ls1\ilvl2 a\par b\par", "(3)a\r\n(4)b\r\n"),
            // The same list counts on under another \ls, unless that one starts it anew, once.
            (r"\pard\ls1 a\par\pard\ls2 b\par c\par\pard\ls1 d\par", "1.\ta\r\n5.\tb\r\n6.\tc\r\n7.\td\r\n"),
            (r"\pard\ls4 a\par b\par", "IX:\ta\r\nX:\tb\r\n"),
            (r"\pard\ls3 a\par\ilvl1 b\par", "•\ta\r\no\tb\r\n"),
            // The finished mark wins, and counts.
            (r"\pard{\listtext\tab 1)\tab}\ls1 a\par\pard\ls1 b\par", "\t1)\ta\r\n2.\tb\r\n"),
            (r"\pard\ls99 a\par\pard\ls0 b\par\pard\ls1\par c\par", "a\r\nb\r\n\r\n1.\tc\r\n"),
            (r"{\pard\ls1 a\par}b\par\trowd\cellx9\pard\intbl\ls1 c\cell\row", "1.\ta\r\nb\r\n2.\tc\t\r\n"),
        ] {
            assert_eq!(text(body), expected, "{body}");
        }
    }
}
