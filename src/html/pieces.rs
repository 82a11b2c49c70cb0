//! HTML as a series of pieces: tags, comments, what is no markup, text. Together the pieces are the HTML, byte for byte, whatever it
//! is.
//!
//! The rules are those of the HTML standard, 13.2.5. What differs loses less: a tag that nothing ends is text, a quotation mark that
//! nothing ends ends with the tag, and of the elements whose content is no markup only `script` and `style` need no end.
//!
//! This is written here and not taken from `html5ever`, because redaction, editing and the RTF that carries HTML need the exact
//! bytes of each piece and where it stands; a tokenizer that decodes and normalises what it reads cannot say either.

use std::ops::Range;

use crate::base::{Offset, steps};

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'h> {
    /// A tag.
    Tag(Tag<'h>),
    /// A comment, a declaration, a processing instruction.
    Declaration(&'h str),
    /// What stands in an element whose content is no markup, such as `style`.
    Raw(&'h str),
    /// All the rest: text with references, and with `<` that begins no tag.
    Text(&'h str),
}

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'h> {
    /// With its brackets.
    pub(crate) raw: &'h str,
    /// The element's name, as it is written.
    pub(crate) name: &'h str,
    /// Whether it is an end tag.
    pub(crate) closing: bool,
}

/// An attribute of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute<'h> {
    /// The name, as it is written, and where it stands in the tag.
    pub(crate) name: &'h str,
    pub(crate) name_place: Range<usize>,
    /// The value, as it is written, without quotation marks; `None` where there is no equals sign.
    pub(crate) value: Option<&'h str>,
    /// Where in the tag the value stands.
    pub(crate) place: Range<usize>,
}

impl<'h> Tag<'h> {
    /// Whether it is a tag of this element; `name` in lower case.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it is an element without content in XHTML's way.
    pub(crate) fn is_empty_element(&self) -> bool {
        self.raw.ends_with("/>")
    }

    /// The value of the first attribute of this name, as it is written; `None` without a value.
    pub(crate) fn attribute(&self, wanted: &str) -> Option<&'h str> {
        self.attributes().find(|found| found.name.eq_ignore_ascii_case(wanted))?.value
    }

    /// The attributes, in order.
    pub(crate) fn attributes(&self) -> Attributes<'h> {
        let start = Offset::from(self.name.len()) + if self.closing { 2 } else { 1 };
        // A tag that its quotation marks do not end ends at its first `>`, whatever they say.
        let inner = self.raw.strip_suffix('>').unwrap_or(self.raw);
        Attributes { tag: inner, at: start.index() }
    }
}

/// The attributes of a tag.
pub(crate) struct Attributes<'h> {
    tag: &'h str,
    at: usize,
}

impl<'h> Attributes<'h> {
    /// Passes over what `wanted` holds for, and returns where it stood.
    fn skip(&mut self, wanted: impl Fn(u8) -> bool) -> Range<usize> {
        let start = self.at;
        let rest = self.tag.as_bytes().get(start..).unwrap_or_default();
        let length = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        steps::count(length.saturating_add(1));
        self.at = start.saturating_add(length);
        start..self.at
    }

    fn next_byte(&self) -> Option<u8> {
        self.tag.as_bytes().get(self.at).copied()
    }
}

impl<'h> Iterator for Attributes<'h> {
    type Item = Attribute<'h>;

    fn next(&mut self) -> Option<Attribute<'h>> {
        self.skip(|byte| byte.is_ascii_whitespace() || byte == b'/');
        let start = self.at;
        // An equals sign that begins a name is part of it.
        if self.next_byte()? == b'=' {
            self.at = start.saturating_add(1);
        }
        self.skip(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'/' | b'>'));
        if self.at == start {
            // A stray `>` within.
            self.at = start.saturating_add(1);
        }
        let name_place = start..self.at;
        let name = self.tag.get(name_place.clone())?;
        self.skip(|byte| byte.is_ascii_whitespace());
        if self.next_byte() != Some(b'=') {
            return Some(Attribute { name, name_place, value: None, place: self.at..self.at });
        }
        self.at = self.at.saturating_add(1);
        self.skip(|byte| byte.is_ascii_whitespace());
        let place = match self.next_byte() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at = self.at.saturating_add(1);
                let place = self.skip(|byte| byte != quote);
                self.at = self.at.saturating_add(1);
                place
            }
            _ => self.skip(|byte| !byte.is_ascii_whitespace() && byte != b'>'),
        };
        Some(Attribute { name, name_place, value: Some(self.tag.get(place.clone())?), place })
    }
}

/// Elements whose content is no markup, and Internet Explorer's island of XML.
const RAW_TEXT: [&str; 9] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "xml"];

/// The pieces of HTML.
pub(crate) struct Pieces<'h> {
    html: &'h str,
    at: usize,
    /// The element whose content comes next, if it is one of [`RAW_TEXT`].
    raw: Option<usize>,
    /// Which of [`RAW_TEXT`] are ended nowhere from here on.
    endless: [bool; RAW_TEXT.len()],
    /// Quotation marks hide no `>` from here on, as one of them is ended nowhere.
    no_quotes: bool,
    /// No `>` follows.
    no_tags: bool,
}

impl<'h> Pieces<'h> {
    pub(crate) fn new(html: &'h str) -> Self {
        Pieces { html, at: 0, raw: None, endless: [false; RAW_TEXT.len()], no_quotes: false, no_tags: false }
    }

    /// Where the next piece begins.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    fn rest(&self) -> &'h str {
        self.html.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, length: usize) -> &'h str {
        let (taken, _) = self.rest().split_at_checked(length).unwrap_or((self.rest(), ""));
        self.at = self.at.saturating_add(taken.len());
        taken
    }

    /// What stands before the end tag of the raw element; `None` if nothing does.
    fn raw_text(&mut self) -> Option<&'h str> {
        let number = self.raw.take()?;
        let name = *RAW_TEXT.get(number)?;
        let endless = self.endless.get_mut(number)?;
        let rest = self.html.get(self.at..).unwrap_or_default();
        let ends = |at: &usize| {
            let after = rest.get(at.saturating_add(2)..).unwrap_or_default();
            let is_name = after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            let behind = after.as_bytes().get(name.len());
            is_name && behind.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
        };
        let searched = if *endless { "" } else { rest };
        let end = searched.match_indices("</").map(|(at, _)| at).find(ends);
        steps::count(end.unwrap_or(searched.len()));
        *endless = end.is_none();
        let length = match end {
            Some(at) => at,
            None if matches!(name, "script" | "style") => rest.len(),
            None => return None,
        };
        Some(self.take(length)).filter(|text| !text.is_empty())
    }

    /// The markup at a `<`; `None` where it is text.
    fn markup(&mut self) -> Option<Piece<'h>> {
        let rest = self.rest();
        match rest.as_bytes().get(1)? {
            byte if byte.is_ascii_alphabetic() => self.tag(false),
            b'/' => match rest.as_bytes().get(2)? {
                byte if byte.is_ascii_alphabetic() => self.tag(true),
                _ => self.declaration(),
            },
            b'!' if rest.starts_with("<!--") => Some(Piece::Declaration(self.comment())),
            b'!' | b'?' => self.declaration(),
            _ => None,
        }
    }

    fn declaration(&mut self) -> Option<Piece<'h>> {
        let length = self.first_close()?;
        Some(Piece::Declaration(self.take(length)))
    }

    /// How long it is up to and with the first `>`.
    fn first_close(&mut self) -> Option<usize> {
        let rest = if self.no_tags { "" } else { self.rest() };
        let end = rest.find('>');
        steps::count(end.unwrap_or(rest.len()));
        self.no_tags = end.is_none();
        end.map(|end| end.saturating_add(1))
    }

    /// A comment ends with `-->` or `--!>`, or at once with `>` or `->`; one that is not ended goes on to the end.
    fn comment(&mut self) -> &'h str {
        let inner = self.rest().get(4..).unwrap_or_default();
        if let Some(at_once) = [">", "->"].into_iter().find(|end| inner.starts_with(end)) {
            return self.take(at_once.len().saturating_add(4));
        }
        let ends = inner.match_indices("--").find_map(|(at, _)| {
            let behind = inner.get(at.saturating_add(2)..).unwrap_or_default();
            // Of several hyphens the last two count.
            let hyphens = behind.len().saturating_sub(behind.trim_start_matches('-').len());
            let behind = behind.get(hyphens..).unwrap_or_default();
            let end = [">", "!>"].into_iter().find(|end| behind.starts_with(end))?;
            Some(at.saturating_add(2).saturating_add(hyphens).saturating_add(end.len()))
        });
        steps::count(ends.unwrap_or(inner.len()));
        self.take(ends.map_or(usize::MAX, |end| end.saturating_add(4)))
    }

    fn tag(&mut self, closing: bool) -> Option<Piece<'h>> {
        let rest = self.rest();
        let searched = if self.no_quotes || self.no_tags { "" } else { rest };
        let end = tag_end(searched.as_bytes());
        steps::count(end.unwrap_or(searched.len()));
        let length = match end {
            Some(end) => end.saturating_add(1),
            None => {
                self.no_quotes = true;
                self.first_close()?
            }
        };
        let start = if closing { 2 } else { 1 };
        let after = rest.get(start..length)?;
        let name = after.get(..after.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))?)?;
        let raw = self.take(length);
        if !closing {
            self.raw = RAW_TEXT.iter().position(|known| known.eq_ignore_ascii_case(name));
        }
        Some(Piece::Tag(Tag { raw, name, closing }))
    }
}

/// Where the `>` of a tag is: not in a value in quotation marks, which count only where a value begins.
fn tag_end(tag: &[u8]) -> Option<usize> {
    enum State {
        /// In a name, or between attributes.
        Name,
        /// Behind an equals sign.
        Value,
        Unquoted,
        Quoted(u8),
    }
    let mut state = State::Name;
    for (at, byte) in tag.iter().enumerate() {
        state = match (state, byte) {
            (State::Quoted(quote), byte) if *byte == quote => State::Name,
            (State::Quoted(quote), _) => State::Quoted(quote),
            (_, b'>') => return Some(at),
            (State::Value, b'"' | b'\'') => State::Quoted(*byte),
            (State::Value, byte) if byte.is_ascii_whitespace() => State::Value,
            (State::Value, _) => State::Unquoted,
            (State::Unquoted, byte) if byte.is_ascii_whitespace() => State::Name,
            (State::Unquoted, _) => State::Unquoted,
            (State::Name, b'=') => State::Value,
            (State::Name, _) => State::Name,
        };
    }
    None
}

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        if let Some(raw) = self.raw_text() {
            return Some(Piece::Raw(raw));
        }
        if self.rest().starts_with('<') {
            if let Some(piece) = self.markup() {
                return Some(piece);
            }
        }
        let start = self.at;
        let rest = self.rest();
        let begins = |at: &usize| {
            let after = rest.as_bytes().get(at.saturating_add(1)).copied().unwrap_or_default();
            after.is_ascii_alphabetic() || matches!(after, b'/' | b'!' | b'?')
        };
        // The first character begins no markup.
        let next = rest.match_indices('<').map(|(at, _)| at).filter(|at| *at > 0).find(begins);
        let length = if self.no_tags { rest.len() } else { next.unwrap_or(rest.len()) };
        steps::count(length.saturating_add(1));
        let text = self.take(length);
        (self.at > start).then_some(Piece::Text(text))
    }
}

/// Bytes whose ASCII is markup as a text of the same length, so that a place in one is a place in the other.
pub(crate) fn same_length_text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag<'h>(raw: &'h str, name: &'h str, closing: bool) -> Piece<'h> {
        Piece::Tag(Tag { raw, name, closing })
    }

    #[test]
    fn pieces_of_html() {
        let html = "<!DOCTYPE html><p a=\"x>y\">5 < 6 &amp; &x <!-- <b> --><STYLE>a<b{}</stylo></Style></p\n>";
        assert_eq!(
            Pieces::new(html).collect::<Vec<_>>(),
            [
                Piece::Declaration("<!DOCTYPE html>"),
                tag("<p a=\"x>y\">", "p", false),
                Piece::Text("5 < 6 &amp; &x "),
                Piece::Declaration("<!-- <b> -->"),
                tag("<STYLE>", "STYLE", false),
                Piece::Raw("a<b{}</stylo>"),
                tag("</Style>", "Style", true),
                tag("</p\n>", "p", true),
            ]
        );
    }

    /// By the HTML standard, 13.2.5.6 to 13.2.5.54, and by what is said above where it loses text.
    #[test]
    fn markup_that_is_broken() {
        let table: [(&str, &[Piece<'_>]); 14] = [
            ("<!-->a", &[Piece::Declaration("<!-->"), Piece::Text("a")]),
            ("<!--->a", &[Piece::Declaration("<!--->"), Piece::Text("a")]),
            ("<!-- a --!>b", &[Piece::Declaration("<!-- a --!>"), Piece::Text("b")]),
            ("<!-- a --->b", &[Piece::Declaration("<!-- a --->"), Piece::Text("b")]),
            ("<!-- a -- b", &[Piece::Declaration("<!-- a -- b")]),
            (
                "<![if !mso]>a<![endif]>",
                &[Piece::Declaration("<![if !mso]>"), Piece::Text("a"), Piece::Declaration("<![endif]>")],
            ),
            ("a</ b>c</>", &[Piece::Text("a"), Piece::Declaration("</ b>"), Piece::Text("c"), Piece::Declaration("</>")]),
            // A quotation mark within an unquoted value is part of it.
            ("<a b=c\"d>e", &[tag("<a b=c\"d>", "a", false), Piece::Text("e")]),
            ("<a b=\"c>d<i>e", &[tag("<a b=\"c>", "a", false), Piece::Text("d"), tag("<i>", "i", false), Piece::Text("e")]),
            ("x <b", &[Piece::Text("x "), Piece::Text("<b")]),
            ("<title>a<b>c", &[tag("<title>", "title", false), Piece::Text("a"), tag("<b>", "b", false), Piece::Text("c")]),
            ("<style>a<b>c", &[tag("<style>", "style", false), Piece::Raw("a<b>c")]),
            ("<<b>", &[Piece::Text("<"), tag("<b>", "b", false)]),
            ("a<1<", &[Piece::Text("a<1<")]),
        ];
        for (html, pieces) in table {
            assert_eq!(Pieces::new(html).collect::<Vec<_>>(), pieces, "{html}");
        }
    }

    #[test]
    fn attributes_as_written() {
        let html = "<a b c=1 d='x y' HREF = \"u&amp;v\" e= f/g =h>";
        let Some(Piece::Tag(tag)) = Pieces::new(html).next() else { panic!("no tag") };
        let found: Vec<_> = tag.attributes().map(|one| (one.name, one.value)).collect();
        let expected =
            [("b", None), ("c", Some("1")), ("d", Some("x y")), ("HREF", Some("u&amp;v")), ("e", Some("f/g")), ("=h", None)];
        assert_eq!(found, expected);
        assert!(tag.attributes().all(|one| one.value.is_none_or(|value| &html[one.place] == value)));
        assert!(tag.attributes().all(|one| &html[one.name_place] == one.name));
        for (name, value) in [("c", Some("1")), ("href", Some("u&amp;v")), ("b", None), ("x", None)] {
            assert_eq!(tag.attribute(name), value, "{name}");
        }
    }

    #[test]
    fn the_pieces_are_the_html() {
        let parts = ["<", ">", "/", "!", "--", "a", " ", "=", "\"", "'", "style", "title", "\u{e9}", "&amp;", "-", "</", "<p>"];
        let mut random = 1u32;
        for _ in 0..3_000 {
            let mut html = String::new();
            for _ in 0..12 {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                html.push_str(parts[(random >> 16) as usize % parts.len()]);
            }
            let mut at = 0;
            let mut pieces = Pieces::new(&html);
            while let Some(piece) = pieces.next() {
                let raw = match piece {
                    Piece::Tag(tag) => {
                        assert_eq!(tag.attributes().count().min(100), tag.attributes().take(100).count());
                        tag.raw
                    }
                    Piece::Declaration(raw) | Piece::Raw(raw) | Piece::Text(raw) => raw,
                };
                assert!(!raw.is_empty() && html[at..].starts_with(raw), "{html}");
                at += raw.len();
                assert_eq!(pieces.offset(), at);
            }
            assert_eq!(at, html.len(), "{html}");
        }
    }
}
