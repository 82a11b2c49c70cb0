//! HTML as a series of pieces: tags, comments, entities, white space, text. As much of the HTML standard's tokenization as
//! writing RTF needs; together the pieces are the HTML, whatever it is.

use crate::base::Offset;

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    /// A tag.
    Tag(Tag<'h>),
    /// A comment, a declaration, a processing instruction.
    Declaration(&'h str),
    /// What stands in an element whose content is no markup, such as `style`.
    Raw(&'h str),
    /// `&...;`
    Entity(&'h str),
    /// Spaces, tabs and line ends.
    Space(&'h str),
    /// Text without any of these.
    Text(&'h str),
    /// A `<`, `>` or `&` that is none of the above.
    Stray(&'h str),
}

/// A tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'h> {
    /// With its brackets.
    pub(super) raw: &'h str,
    /// The element's name, as it is written.
    pub(super) name: &'h str,
    pub(super) closing: bool,
}

impl<'h> Tag<'h> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute, as it is written.
    pub(super) fn attribute(&self, wanted: &str) -> Option<&'h str> {
        let mut rest = self.raw.get(1..)?.get(self.name.len()..)?;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'))?;
            let (name, after) = rest.split_at_checked(end)?;
            let after = after.trim_ascii_start();
            let Some(value) = after.strip_prefix('=') else {
                if name.is_empty() {
                    return None;
                }
                rest = after;
                continue;
            };
            let value = value.trim_ascii_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (value, after) = match quote {
                Some(quote) => value.get(1..)?.split_once(quote)?,
                None => value.split_at_checked(value.find(|c: char| c.is_ascii_whitespace() || c == '>')?)?,
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }
}

/// Elements whose content is no markup.
const RAW_TEXT: [&str; 8] = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes"];

/// The pieces of HTML.
pub(super) struct Pieces<'h> {
    rest: &'h str,
    /// The element whose content comes next, if it is one of [`RAW_TEXT`].
    raw: Option<&'static str>,
}

impl<'h> Pieces<'h> {
    pub(super) fn new(html: &'h str) -> Self {
        Pieces { rest: html, raw: None }
    }

    fn take(&mut self, length: usize) -> &'h str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Takes up to `at` and `length` bytes from there, or everything.
    fn take_past(&mut self, at: Option<usize>, length: usize) -> &'h str {
        self.take(at.map_or(Offset::MAX, |at| Offset::from(at) + length).index())
    }

    /// Takes up to and with `end`, or everything.
    fn take_through(&mut self, end: &str) -> &'h str {
        self.take_past(self.rest.find(end), end.len())
    }

    fn tag(&mut self) -> Option<Tag<'h>> {
        let after = self.rest.strip_prefix('<')?;
        let (closing, after) = after.strip_prefix('/').map_or((false, after), |after| (true, after));
        if !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = after.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(after.len());
        let name = after.get(..end)?;
        let mut quote = None;
        let mut previous = ' ';
        let end = self.rest.char_indices().find_map(|(at, c)| {
            match quote {
                Some(open) if open == c => quote = None,
                Some(_) => {}
                // A quotation mark counts only behind an equals sign.
                None if matches!(c, '"' | '\'') && previous == '=' => quote = Some(c),
                None if c == '>' => return Some(at),
                None => {}
            }
            if !c.is_ascii_whitespace() {
                previous = c;
            }
            None
        });
        let raw = self.take_past(end, 1);
        if !closing {
            self.raw = RAW_TEXT.into_iter().find(|known| known.eq_ignore_ascii_case(name));
        }
        Some(Tag { raw, name, closing })
    }

    /// What stands before the closing tag of the raw element; `None` if nothing does.
    fn raw_text(&mut self) -> Option<&'h str> {
        let name = self.raw.take()?;
        let ends = |after: &str| after.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
        let closing = self
            .rest
            .match_indices("</")
            .find(|(at, mark)| self.rest.get(*at..).and_then(|rest| rest.get(mark.len()..)).is_some_and(ends));
        let length = closing.map_or(self.rest.len(), |(at, _)| at);
        Some(self.take(length)).filter(|text| !text.is_empty())
    }

    /// The length of an entity at the start.
    fn entity(&self) -> Option<usize> {
        let name = self.rest.strip_prefix('&')?;
        let length = name.bytes().take(MAX_ENTITY).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
        (length > 0 && name.get(length..)?.starts_with(';')).then(|| length.saturating_add(2))
    }
}

/// Longest name of an entity: `CounterClockwiseContourIntegral` has 31 letters.
const MAX_ENTITY: usize = 32;

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(raw) = self.raw_text() {
            return Some(Piece::Raw(raw));
        }
        match self.rest.chars().next()? {
            '<' => {
                if let Some(tag) = self.tag() {
                    return Some(Piece::Tag(tag));
                }
                if self.rest.starts_with("<!--") {
                    return Some(Piece::Declaration(self.take_through("-->")));
                }
                if self.rest.starts_with("<!") || self.rest.starts_with("<?") {
                    return Some(Piece::Declaration(self.take_through(">")));
                }
                Some(Piece::Stray(self.take(1)))
            }
            '>' => Some(Piece::Stray(self.take(1))),
            '&' => match self.entity() {
                Some(length) => Some(Piece::Entity(self.take(length))),
                None => Some(Piece::Stray(self.take(1))),
            },
            c if is_space(c) => {
                let end = self.rest.find(|c| !is_space(c)).unwrap_or(self.rest.len());
                Some(Piece::Space(self.take(end)))
            }
            _ => {
                let end = self.rest.find(|c| is_space(c) || matches!(c, '<' | '>' | '&')).unwrap_or(self.rest.len());
                Some(Piece::Text(self.take(end)))
            }
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The character that an entity stands for; only those that mails have much.
pub(super) fn character(entity: &str) -> Option<char> {
    let name = entity.strip_prefix('&')?.strip_suffix(';')?;
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|c| *c != '\0');
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
}

#[rustfmt::skip]
const NAMED: [(&str, char); 30] = [
    ("nbsp", '\u{A0}'), ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("copy", '©'), ("reg", '®'),
    ("trade", '™'), ("euro", '€'), ("hellip", '…'), ("ndash", '–'), ("mdash", '—'), ("lsquo", '‘'), ("rsquo", '’'), ("ldquo", '“'),
    ("rdquo", '”'), ("laquo", '«'), ("raquo", '»'), ("bull", '•'), ("middot", '·'), ("shy", '\u{AD}'), ("auml", 'ä'), ("ouml", 'ö'),
    ("uuml", 'ü'), ("Auml", 'Ä'), ("Ouml", 'Ö'), ("Uuml", 'Ü'), ("szlig", 'ß'), ("eacute", 'é'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_html() {
        let tag = |raw, name, closing| Piece::Tag(Tag { raw, name, closing });
        let html = "<!DOCTYPE html><p a=\"x>y\">5 < 6 &amp; &x <!-- <b> --><STYLE>a<b{}</stylo></Style></p\n>";
        assert_eq!(
            Pieces::new(html).collect::<Vec<_>>(),
            [
                Piece::Declaration("<!DOCTYPE html>"),
                tag("<p a=\"x>y\">", "p", false),
                Piece::Text("5"),
                Piece::Space(" "),
                Piece::Stray("<"),
                Piece::Space(" "),
                Piece::Text("6"),
                Piece::Space(" "),
                Piece::Entity("&amp;"),
                Piece::Space(" "),
                Piece::Stray("&"),
                Piece::Text("x"),
                Piece::Space(" "),
                Piece::Declaration("<!-- <b> -->"),
                tag("<STYLE>", "STYLE", false),
                Piece::Raw("a<b{}</stylo>"),
                tag("</Style>", "Style", true),
                tag("</p\n>", "p", true),
            ]
        );
    }

    #[test]
    fn attributes_as_written() {
        let Some(Piece::Tag(tag)) = Pieces::new("<a b c=1 d='x y' HREF = \"u&amp;v\" e=>").next() else { panic!("no tag") };
        for (name, value) in [("c", Some("1")), ("d", Some("x y")), ("href", Some("u&amp;v")), ("b", None), ("x", None)] {
            assert_eq!(tag.attribute(name), value, "{name}");
        }
    }

    #[test]
    fn entities_and_their_characters() {
        for (entity, c) in
            [("&nbsp;", Some('\u{A0}')), ("&#8364;", Some('€')), ("&#x20AC;", Some('€')), ("&#0;", None), ("&nosuch;", None)]
        {
            assert_eq!(character(entity), c, "{entity}");
        }
    }
}
