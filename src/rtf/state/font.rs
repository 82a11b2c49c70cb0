//! The font table, `{\fonttbl{\f0\fswiss\fcharset0 Arial;}...}`: Rich Text Format Specification 1.9.1, "Font Table".
//!
//! Tolerated: entries without groups of their own, an entry whose `\f` stands behind its name, names with escapes, entries
//! that come again (the last one counts).

use std::collections::HashMap;

use super::charset::{self, FontCharset};
use crate::base::CodePage;

/// A font.
#[derive(Debug, Clone, Default)]
pub(crate) struct Font {
    /// How its bytes are text; `\cpg` wins over `\fcharset`.
    pub(crate) charset: FontCharset,
    /// Its name, without the semicolon.
    pub(crate) name: String,
    /// The CSS generic family of `\froman` and its like, where there is one.
    pub(crate) family: Option<&'static str>,
    /// Whether `\cpg` was given.
    by_code_page: bool,
}

/// The fonts of a document.
#[derive(Debug, Default)]
pub(crate) struct FontTable {
    fonts: HashMap<i32, Font>,
    /// The entry being read.
    number: Option<i32>,
    font: Font,
    /// Whether its name has been ended by a semicolon.
    named: bool,
}

/// Longest name that is kept: Windows' names have at most 31 characters, full names 63.
const MAX_NAME: usize = 64;

impl FontTable {
    pub(crate) fn font(&self, number: i32) -> Option<&Font> {
        self.fonts.get(&number)
    }

    /// The charset of the entry being read: names are written in it.
    pub(super) fn current_charset(&self) -> FontCharset {
        self.font.charset
    }

    /// A control word inside the font table.
    pub(super) fn word(&mut self, name: &str, parameter: Option<i32>) {
        match name {
            "f" => {
                if self.number.is_some() {
                    self.end_entry();
                }
                self.number = Some(parameter.unwrap_or(0));
            }
            "fcharset" if !self.font.by_code_page => self.font.charset = charset::of_fcharset(parameter.unwrap_or(0)),
            "cpg" => {
                self.font.charset = charset::of_cpg(parameter.unwrap_or(0));
                self.font.by_code_page = true;
            }
            "froman" => self.font.family = Some("serif"),
            "fswiss" => self.font.family = Some("sans-serif"),
            "fmodern" => self.font.family = Some("monospace"),
            "fscript" => self.font.family = Some("cursive"),
            "fdecor" => self.font.family = Some("fantasy"),
            _ => {}
        }
    }

    /// Text inside the font table: a name, or part of one.
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c == ';' {
                self.named = true;
            } else if !self.named && self.font.name.len() < MAX_NAME && !(self.font.name.is_empty() && c == ' ') {
                self.font.name.push(c);
            }
        }
    }

    /// The end of an entry: its group's, the next `\f`, or the table's.
    pub(super) fn end_entry(&mut self) {
        let mut font = std::mem::take(&mut self.font);
        self.named = false;
        // A character set of its own counts more; 0, that of Western Europe, is what writers put who know none.
        if matches!(font.charset, FontCharset::Document | FontCharset::Page(CodePage::WINDOWS_1252)) && !font.by_code_page {
            if let Some(page) = charset::of_font_name(&font.name) {
                font.charset = FontCharset::Page(page);
            }
        }
        if let Some(number) = self.number.take() {
            self.fonts.insert(number, font);
        }
    }
}
