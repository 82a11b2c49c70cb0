//! RTF and compressed RTF: text is replaced, and so are names of fonts and styles that not everybody has; control words stay; pictures and
//! objects become zeros.
//!
//! Compressed RTF cannot be changed in its place: one literal stands for many places of the text, markup among them. It is
//! compressed anew, to the same number of bytes: a group that every reader skips, `{\*\redacted ...}`, fills what is left. Its
//! header is as right or as wrong as it was. Where the old text was packed tighter than the new one can be, all letters of the new
//! one are made the same.

use std::collections::HashMap;

use crate::base::{Code, CodePage, ReadOptions};
use crate::rtf::lzfu::{self, CompType, Header};
use crate::rtf::state::FontCharset;
use crate::rtf::state::charset::{of_fcharset, of_word};
use crate::rtf::token::{TokenKind, Tokens};

use super::control_words;
use super::html;
use super::pseudonym::Pseudonyms;
use super::slots::{Coder, Encoding, Form, Places, Slot, Unit};
use super::words::is_known;

/// The longest RTF that is taken apart, which costs many times its bytes; of a longer one nothing is left.
const LONGEST: usize = 32 << 20;

/// What a group holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    /// Tags of the HTML that the RTF carries.
    Html,
    /// Names: of fonts, styles, the program.
    Nothing,
    /// Hexadecimal digits.
    Digits,
}

/// What the words that open a destination say of it.
fn holds(word: &str) -> Option<Holds> {
    Some(match word {
        "fonttbl" | "colortbl" | "stylesheet" | "generator" | "latentstyles" => Holds::Nothing,
        "pict" | "objdata" | "themedata" | "colorschememapping" | "datastore" | "blipuid" => Holds::Digits,
        "htmltag" | "mhtmltag" => Holds::Html,
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy)]
struct Group {
    holds: Holds,
    font: Option<i32>,
}

/// Reads RTF into places.
struct Reading {
    slots: Vec<Slot>,
    units: Vec<Unit>,
    coders: Vec<Coder>,
    /// The coder of each code page.
    pages: HashMap<u32, usize>,
    fonts: HashMap<i32, FontCharset>,
    document: CodePage,
    html: Vec<usize>,
    /// Bytes of text that may belong together.
    pending: Vec<(u8, Unit)>,
}

impl Reading {
    fn coder(&mut self, page: CodePage) -> usize {
        let coders = &mut self.coders;
        *self.pages.entry(page.0).or_insert_with(|| {
            coders.push(Coder::new(Encoding::Page(page)));
            coders.len().saturating_sub(1)
        })
    }

    fn page(&self, group: Group) -> CodePage {
        match group.font.and_then(|font| self.fonts.get(&font)) {
            // What a font of symbols shows may be a text all the same.
            None | Some(FontCharset::Document | FontCharset::Symbol) => self.document,
            Some(FontCharset::Page(page)) => *page,
        }
    }

    fn push(&mut self, slot: Slot, group: Group) {
        if group.holds == Holds::Html {
            self.html.push(self.slots.len());
        }
        self.slots.push(slot);
    }

    /// Something stands here that separates words.
    fn separate(&mut self, group: Group) {
        self.flush(group);
        let slot = Slot { c: '\0', free: false, at: 0, len: 0, form: Form::Bytes, coder: 0 };
        self.slots.push(slot);
    }

    fn flush(&mut self, group: Group) {
        let pending = std::mem::take(&mut self.pending);
        // Names of fonts and styles are text too, but for those that everybody has.
        let is_name = group.holds == Holds::Nothing;
        let page = if is_name { self.document } else { self.page(group) };
        let before = self.slots.len();
        let coder = self.coder(page);
        let bytes: Vec<u8> = pending.iter().map(|(byte, _)| *byte).collect();
        let mut at = 0usize;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (c, len) = self.coders.get_mut(coder).map_or((None, 1), |coder| coder.first(rest));
            let units = pending.iter().skip(at).take(len).map(|(_, unit)| *unit);
            let first = self.units.len();
            self.units.extend(units);
            let start = self.units.get(first).map_or(0, |unit| unit.at);
            let slot = match c {
                Some(c) => Slot { c, free: true, at: start, len, form: Form::Units(first), coder },
                None => Slot { c: '\0', free: false, at: start, len, form: Form::Units(first), coder },
            };
            self.push(slot, group);
            at = at.saturating_add(len.max(1));
        }
        if is_name {
            self.keep_known(before);
        }
    }

    /// Keeps the words that are known among the places from `from` on.
    fn keep_known(&mut self, from: usize) {
        let Some(places) = self.slots.get_mut(from..) else { return };
        for word in places.chunk_by_mut(|one, other| one.c.is_alphanumeric() == other.c.is_alphanumeric()) {
            let text: String = word.iter().map(|slot| slot.c).collect();
            if is_known(&text) {
                word.iter_mut().for_each(|slot| slot.free = false);
            }
        }
    }
}

/// RTF in its place, with the same length.
pub(super) fn rtf(bytes: &mut [u8], fallback: CodePage, names: &mut Pseudonyms) {
    replace(bytes, fallback, false, names);
}

/// The same; of damaged RTF nothing is taken for a table of fonts or the like, since its end may be missing.
fn replace(bytes: &mut [u8], fallback: CodePage, damaged: bool, names: &mut Pseudonyms) {
    if bytes.len() > LONGEST {
        let opaque = names.opaque(bytes);
        bytes.copy_from_slice(&opaque);
        return;
    }
    let mut reading = Reading {
        slots: Vec::new(),
        units: Vec::new(),
        coders: Vec::new(),
        pages: HashMap::new(),
        fonts: HashMap::new(),
        document: fallback,
        html: Vec::new(),
        pending: Vec::new(),
    };
    let mut zeros: Vec<(usize, usize, u8)> = Vec::new();
    let mut groups = vec![Group { holds: Holds::Text, font: None }];
    let mut group = Group { holds: Holds::Text, font: None };
    let mut defined = None;
    let mut is_starred = false;
    for token in Tokens::new(bytes) {
        let at = usize::try_from(token.offset).unwrap_or(usize::MAX);
        match token.kind {
            TokenKind::Text(text) if group.holds == Holds::Digits && is_digits(text) => zeros.push((at, text.len(), b'0')),
            TokenKind::Text(text) => {
                let units = (at..).zip(text).map(|(at, byte)| (*byte, Unit { at, hex: false }));
                reading.pending.extend(units);
            }
            TokenKind::Byte(byte) => reading.pending.push((byte, Unit { at: at.saturating_add(2), hex: true })),
            // They break lines of the source, not words.
            TokenKind::LineEnd => {}
            TokenKind::Binary { bytes: data, .. } => {
                reading.separate(group);
                let start = at.saturating_add(token.raw.len()).saturating_sub(data.len());
                zeros.push((start, data.len(), 0));
            }
            TokenKind::GroupStart => {
                reading.separate(group);
                // Deeper than any program writes; what is there stays as the group around it.
                if groups.len() < 10_000 {
                    groups.push(group);
                }
            }
            TokenKind::GroupEnd => {
                reading.separate(group);
                group = groups.pop().unwrap_or(group);
            }
            TokenKind::Word { name: "u", parameter: Some(number) } => {
                reading.flush(group);
                let unit = u32::try_from(number.rem_euclid(0x1_0000)).ok().and_then(char::from_u32);
                let digits = token.raw.get(2..).unwrap_or_default();
                let len = digits.iter().take_while(|byte| **byte == b'-' || byte.is_ascii_digit()).count();
                let free = unit.is_some_and(char::is_alphanumeric);
                let c = unit.unwrap_or('\0');
                reading.push(Slot { c, free, at: at.saturating_add(2), len, form: Form::Signed, coder: 0 }, group);
            }
            TokenKind::Word { name, parameter } => {
                reading.separate(group);
                if !control_words::is_known(name) {
                    // Its letters, and the number behind them.
                    let length =
                        token.raw.iter().skip(1).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
                    let coder = reading.coder(CodePage(20127));
                    for (at, byte) in (at.saturating_add(1)..).zip(token.raw.get(1..).unwrap_or_default()).take(length) {
                        let c = char::from(*byte);
                        reading.slots.push(Slot { c, free: c.is_ascii_alphanumeric(), at, len: 1, form: Form::Bytes, coder });
                    }
                    reading.separate(group);
                    // A destination that nobody knows may hold anything in digits.
                    if is_starred {
                        group.holds = Holds::Digits;
                    }
                }
                match (name, parameter) {
                    ("f", Some(font)) if group.holds == Holds::Nothing || damaged => defined = Some(font),
                    ("f", Some(font)) => group.font = Some(font),
                    ("plain", None) => group.font = None,
                    ("fcharset", Some(charset)) => {
                        if let Some(font) = defined {
                            reading.fonts.insert(font, of_fcharset(charset));
                        }
                    }
                    ("ansicpg", Some(page)) => {
                        let page = u32::try_from(page).ok().map(CodePage).filter(|page| page.is_fit_for_strings());
                        reading.document = page.unwrap_or(reading.document);
                    }
                    (word, None) if of_word(word).is_some() => reading.document = of_word(word).unwrap_or(fallback),
                    (word, _) => {
                        let found = holds(word).filter(|found| !(damaged && *found == Holds::Nothing));
                        group.holds = found.unwrap_or(group.holds);
                    }
                }
            }
            // No program knows a symbol that is a letter or a digit; the last byte is that.
            TokenKind::Symbol(byte) if byte >= 0x80 || byte.is_ascii_digit() => {
                reading.pending.push((byte, Unit { at: at.saturating_add(1), hex: false }));
            }
            TokenKind::Symbol(_) | TokenKind::Cut => reading.separate(group),
        }
        is_starred = token.kind == TokenKind::Symbol(b'*');
    }
    reading.flush(group);
    let Reading { mut slots, units, mut coders, html, .. } = reading;
    html::mark(&mut slots, &html, bytes);
    Places { bytes, coders: &mut coders, units: &units }.replace(&slots, names);
    for (at, length, zero) in zeros.into_iter().filter(|_| !names.is_collecting()) {
        let place = bytes.get_mut(at..).and_then(|rest| rest.get_mut(..length)).unwrap_or_default();
        place.iter_mut().filter(|byte| zero == 0 || byte.is_ascii_hexdigit()).for_each(|byte| *byte = zero);
    }
}

/// What became of compressed RTF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fitted {
    /// Its text is replaced.
    Text,
    /// It could not be taken apart, or the new text did not fit: its contents are replaced as bytes.
    Bytes,
}

/// The value of PidTagRtfCompressed in its place, with the same length.
pub(super) fn compressed(value: &mut [u8], fallback: CodePage, options: &ReadOptions, names: &mut Pseudonyms) -> Fitted {
    let (Some(header), Some(body)) = (Header::parse(value), value.get(Header::SIZE..)) else {
        return plain(value, 0, fallback, names);
    };
    match header.comp_type {
        CompType::UNCOMPRESSED => return plain(value, Header::SIZE, fallback, names),
        CompType::COMPRESSED => {}
        _ if value.starts_with(b"{\\rtf") => return plain(value, 0, fallback, names),
        _ => return plain(value, Header::SIZE, fallback, names),
    }
    let lenient = ReadOptions::lenient().with_limits(options.limits.clone());
    let (mut text, report) = lzfu::decompress(value, &lenient).map(|found| (found.bytes, found.report)).unwrap_or_default();
    let declared = usize::try_from(header.comp_size).unwrap_or(usize::MAX).checked_sub(12);
    let contents = declared.and_then(|length| body.get(..length)).unwrap_or(body);
    let (length, raw, wrong) = (contents.len(), text.len(), lzfu::crc(contents) ^ header.crc);
    let marked = !report.contains(Code::RtfTruncated);
    let old = text.clone();
    replace(&mut text, fallback, !report.is_empty(), names);
    if names.is_collecting() {
        return Fitted::Text;
    }
    let fitted = fitted(&text, length, marked).or_else(|| fitted(&simpler(&old, &text), length, marked));
    let is_text = fitted.is_some();
    let (contents, size) = fitted.unwrap_or_else(|| (names.opaque(contents), raw));
    let difference = header.raw_size.wrapping_sub(u32::try_from(raw).unwrap_or(u32::MAX));
    let raw_size = u32::try_from(size).unwrap_or(u32::MAX).wrapping_add(difference);
    let header = Header { raw_size, crc: lzfu::crc(&contents) ^ wrong, ..header };
    let (front, behind) = value.split_at_mut_checked(Header::SIZE.saturating_add(length)).unwrap_or_default();
    front.iter_mut().zip(header.emit().iter().chain(&contents)).for_each(|(to, from)| *to = *from);
    let opaque = names.opaque(behind);
    behind.copy_from_slice(&opaque);
    if is_text { Fitted::Text } else { Fitted::Bytes }
}

/// Contents of a length for RTF.
fn fitted(text: &[u8], length: usize, marked: bool) -> Option<(Vec<u8>, usize)> {
    let end = text.iter().rposition(|byte| *byte == b'}');
    let group = end.and_then(|end| text.split_at_checked(end)).and_then(|(front, behind)| {
        let front = [front, b"{\\*\\redacted "].concat();
        lzfu::fit(&front, &[b"}", behind].concat(), b'x', length, marked)
    });
    group.or_else(|| lzfu::fit(text, b"", b'\n', length, marked))
}

/// The text with one letter for all that were replaced, which compresses better than any other.
fn simpler(old: &[u8], new: &[u8]) -> Vec<u8> {
    let simpler = |(old, new): (&u8, &u8)| if old != new && new.is_ascii_alphabetic() { b'x' } else { *new };
    old.iter().zip(new).map(simpler).collect()
}

fn is_digits(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace())
}

/// RTF that is not compressed, behind a header or without one; opaque bytes if it is something else.
fn plain(value: &mut [u8], start: usize, fallback: CodePage, names: &mut Pseudonyms) -> Fitted {
    let body = value.get_mut(start..).unwrap_or_default();
    if body.starts_with(b"{\\rtf") {
        rtf(body, fallback, names);
        return Fitted::Text;
    }
    let opaque = names.opaque(body);
    body.copy_from_slice(&opaque);
    Fitted::Bytes
}
