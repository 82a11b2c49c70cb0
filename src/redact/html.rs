//! HTML: the text is replaced and the values of attributes that people fill in; tags, style sheets and what only lays out stay.

use std::ops::Range;

use super::slots::{Form, Slot};
use super::words::{is_known, words};
use crate::html::references::{Where, reference};
use crate::html::{Piece, Pieces, Tag};

/// Attributes whose values are the page's and not its author's.
const KEPT: &[&str] = &[
    "class",
    "width",
    "height",
    "align",
    "valign",
    "border",
    "cellpadding",
    "cellspacing",
    "bgcolor",
    "color",
    "face",
    "size",
    "lang",
    "xml:lang",
    "dir",
    "type",
    "http-equiv",
    "charset",
    "colspan",
    "rowspan",
    "rel",
    "target",
    "link",
    "vlink",
    "alink",
    "text",
    "hspace",
    "vspace",
    "clear",
    "nowrap",
    "start",
    "shape",
    "coords",
    "media",
    "language",
    "leftmargin",
    "topmargin",
    "marginwidth",
    "marginheight",
    "id",
];

/// Takes the freedom from places that are markup. Numeric references become places of their own.
pub(super) fn mark(slots: &mut [Slot], order: &[usize], bytes: &[u8]) {
    references(slots, order, bytes);
    let text: String = order.iter().map(|at| slots.get(*at)).map(|slot| slot.map_or('\0', shown)).collect();
    for (at, kept) in order.iter().zip(kept(&text)) {
        if let Some(slot) = slots.get_mut(*at).filter(|_| kept) {
            slot.free = false;
        }
    }
}

/// What the markup sees of a place: of a reference nothing that could be markup.
fn shown(slot: &Slot) -> char {
    match slot.form {
        Form::Decimal | Form::Hexadecimal => 'x',
        _ => slot.c,
    }
}

/// Makes `&#228;` one place: the digits. What stands around them is kept.
fn references(slots: &mut [Slot], order: &[usize], bytes: &[u8]) {
    let c = |slots: &[Slot], at: usize| order.get(at).and_then(|at| slots.get(*at)).map_or('\0', |slot| slot.c);
    let mut at = 0usize;
    while at < order.len() {
        let next = at.saturating_add(1);
        if c(slots, at) != '&' || c(slots, next) != '#' {
            at = next;
            continue;
        }
        let hex = matches!(c(slots, at.saturating_add(2)), 'x' | 'X');
        let start = at.saturating_add(if hex { 3 } else { 2 });
        let is_digit = |c: char| if hex { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
        let mut end = start;
        while end.saturating_sub(start) < 8 && is_digit(c(slots, end)) {
            end = end.saturating_add(1);
        }
        let digits: String = (start..end).map(|at| c(slots, at)).collect();
        let number = u32::from_str_radix(&digits, if hex { 16 } else { 10 }).ok().and_then(char::from_u32);
        let first = order.get(start).and_then(|at| slots.get(*at)).map(|slot| slot.at);
        // Only where they stand one behind the other.
        let together = first.is_some_and(|first| bytes.get(first..).is_some_and(|rest| rest.starts_with(digits.as_bytes())));
        for place in order.get(at..end).unwrap_or_default() {
            if let Some(slot) = slots.get_mut(*place) {
                slot.free = false;
            }
        }
        if let (Some(number), true) = (number.filter(|number| number.is_alphabetic()), together) {
            if let Some(slot) = order.get(start).and_then(|at| slots.get_mut(*at)) {
                let form = if hex { Form::Hexadecimal } else { Form::Decimal };
                *slot = Slot { c: number, free: true, len: digits.len(), form, ..*slot };
            }
        }
        at = end.max(next);
    }
}

/// Which bytes of HTML are kept.
struct Kept<'h> {
    html: &'h str,
    kept: Vec<bool>,
}

impl Kept<'_> {
    fn keep(&mut self, place: Range<usize>) {
        if let Some(part) = self.kept.get_mut(place) {
            part.fill(true);
        }
    }

    /// Marks what is nobody's: markup, and words of programs. Other words in it, such as the name of a class or font, are not kept.
    fn keep_known(&mut self, place: Range<usize>) {
        self.keep(place.clone());
        let text = self.html.get(place.clone()).unwrap_or_default();
        for (at, word) in words(text).filter(|(_, word)| !is_known(word)) {
            let start = place.start.saturating_add(at);
            if let Some(part) = self.kept.get_mut(start..start.saturating_add(word.len())) {
                part.fill(false);
            }
        }
    }

    /// Takes back what names somebody may have given: in selectors, in strings, and the names of fonts and styles.
    fn style_names(&mut self, place: Range<usize>) {
        let css = self.html.get(place.clone()).unwrap_or_default();
        let mut at = place.start;
        for segment in css.split_inclusive(['{', ';', '}']) {
            let range = at..at.saturating_add(segment.len());
            at = range.end;
            let lower = segment.to_ascii_lowercase();
            let is_name = ["font-family", "style-name", "style-link", "style-parent", "style-next", "list-name"];
            let names = segment.ends_with('{')
                || is_name.iter().any(|name| lower.contains(name))
                || lower.trim_start().starts_with("font");
            let mut quote: Option<char> = None;
            let mut word_start = None;
            let mut found: Vec<Range<usize>> = Vec::new();
            for (offset, c) in segment.char_indices().chain([(segment.len(), '\0')]) {
                if c.is_alphanumeric() {
                    word_start.get_or_insert((offset, quote.is_some()));
                    continue;
                }
                if let Some((start, quoted)) = word_start.take() {
                    if names || quoted {
                        found.push(start..offset);
                    }
                }
                quote = match (quote, c) {
                    (None, '"' | '\'') => Some(c),
                    (Some(open), c) if c == open => None,
                    (quote, _) => quote,
                };
            }
            for word in found {
                let text = segment.get(word.clone()).unwrap_or_default();
                if is_known(text) {
                    continue;
                }
                let behind = range.start.saturating_add(word.start)..range.start.saturating_add(word.end);
                if let Some(part) = self.kept.get_mut(behind) {
                    part.fill(false);
                }
            }
        }
    }

    /// Marks what stands from `from` to `to`.
    fn walk(&mut self, from: usize, to: usize) {
        let html = self.html.get(from..to).unwrap_or_default();
        let mut pieces = Pieces::new(html);
        let (mut is_style, mut is_xml) = (false, false);
        loop {
            let at = from.saturating_add(pieces.offset());
            let Some(piece) = pieces.next() else { return };
            let end = from.saturating_add(pieces.offset());
            match piece {
                Piece::Tag(tag) => {
                    (is_style, is_xml) = (tag.is("style"), tag.is("xml"));
                    self.tag(tag, at);
                }
                Piece::Raw(_) if is_style => {
                    self.style(at..end);
                    self.style_names(at..end);
                }
                // It holds no other one.
                Piece::Raw(_) if is_xml => self.walk(at, end),
                // What a word processor has for itself is markup and text as any other.
                Piece::Declaration(raw) if raw.starts_with("<!--[if") => {
                    let head = raw.find('>').map_or(end, |close| at.saturating_add(close).saturating_add(1));
                    self.keep_known(at..head);
                    self.walk_comment(head, end);
                }
                Piece::Declaration(raw) if is_layout(raw) => self.keep_known(at..end),
                Piece::Declaration(_) | Piece::Raw(_) => {}
                Piece::Text(text) => self.references(text, at),
            }
        }
    }

    /// Marks what a conditional comment holds. It holds no other one.
    fn walk_comment(&mut self, from: usize, to: usize) {
        let inner = self.html.get(from..to).unwrap_or_default();
        if !inner.contains("<!--") {
            self.walk(from, to);
        }
    }

    /// Marks the references by name in text.
    fn references(&mut self, text: &str, at: usize) {
        for (start, _) in text.match_indices('&') {
            let rest = text.get(start..).unwrap_or_default();
            if let Some((length, _)) = reference(rest, Where::Text).filter(|_| !rest.starts_with("&#")) {
                let start = at.saturating_add(start);
                self.keep(start..start.saturating_add(length));
            }
        }
    }

    /// Marks a style sheet: all but comments and addresses.
    fn style(&mut self, place: Range<usize>) {
        let text = self.html.get(place.clone()).unwrap_or_default().to_ascii_lowercase();
        let mut at = 0usize;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let begins = STYLE_TEXTS.into_iter().filter_map(|(start, end)| Some((rest.find(start)?, start, end)));
            let Some((start, mark, end)) = begins.min() else {
                return self.keep(place.start.saturating_add(at)..place.end);
            };
            let inner = at.saturating_add(start).saturating_add(mark.len());
            self.keep(place.start.saturating_add(at)..place.start.saturating_add(inner));
            let length = text.get(inner..).and_then(|rest| rest.find(end));
            at = length.map_or(text.len(), |length| inner.saturating_add(length));
        }
    }

    /// Marks a tag that begins at `at`.
    fn tag(&mut self, tag: Tag<'_>, at: usize) {
        let behind = |place: Range<usize>| at.saturating_add(place.start)..at.saturating_add(place.end);
        let mark = if tag.closing { 2 } else { 1 };
        self.keep_known(behind(0..tag.name.len().saturating_add(mark)));
        let is_meta = tag.is("meta");
        // Of meta elements the programs' own keep their contents.
        let mut is_program = false;
        for attribute in tag.attributes() {
            self.keep_known(behind(attribute.name_place));
            let (name, value) = (attribute.name.to_ascii_lowercase(), attribute.value.unwrap_or_default());
            let programs = ["generator", "progid", "viewport", "originator"];
            is_program |= name == "http-equiv" || programs.iter().any(|known| value.eq_ignore_ascii_case(known));
            if name == "style" {
                self.style(behind(attribute.place.clone()));
                self.style_names(behind(attribute.place.clone()));
            }
            let layout = KEPT.contains(&name.as_str()) || name.starts_with("xmlns");
            if layout || (is_meta && (name == "name" || (name == "content" && is_program))) {
                self.keep_known(behind(attribute.place));
            }
        }
    }
}

/// What begins and ends text of a style sheet that somebody may have filled in.
const STYLE_TEXTS: [(&str, &str); 6] =
    [("/*", "*/"), ("url(", ")"), ("content:'", "'"), ("content:\"", "\""), ("content: '", "'"), ("content: \"", "\"")];

/// Whether a declaration only says what the page is, or for whom a part of it is.
fn is_layout(raw: &str) -> bool {
    let starts = |start: &&str| raw.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    ["<!doctype", "<![if", "<![endif", "<?xml"].iter().any(starts)
}

/// Which characters of HTML are kept.
fn kept(html: &str) -> impl Iterator<Item = bool> {
    let mut marks = Kept { html, kept: vec![false; html.len()] };
    marks.walk(0, html.len());
    let places: Vec<usize> = html.char_indices().map(|(at, _)| at).collect();
    places.into_iter().map(move |at| marks.kept.get(at).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::pseudonym::Pseudonyms;
    use super::super::slots::{Coder, Encoding, Places};
    use super::*;
    use crate::base::CodePage;

    fn replaced(html: &str) -> String {
        let mut bytes = html.as_bytes().to_vec();
        let mut coders = [Coder::new(Encoding::Page(CodePage::UTF_8))];
        let mut slots = coders[0].slots(&bytes);
        let order: Vec<usize> = (0..slots.len()).collect();
        mark(&mut slots, &order, &bytes);
        let mut names = Pseudonyms::collector(1).replacer();
        Places { bytes: &mut bytes, coders: &mut coders, units: &[] }.replace(&slots, &mut names);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn text_goes_and_markup_stays() {
        // The HTML, and the parts of it that are still there; "Jane" never is.
        let table: [(&str, &[&str]); 12] = [
            ("<![CDATA[Jane]]><?x Jane?></ Jane><!-- <b>Jane</b> -->", &["<!["]),
            ("<style>a:before{content:'Jane';color:red}</style>", &["<style>a:before{content:'", "';color:red}</style>"]),
            ("<p class=\"MsoNormal\">Jane</p>", &["<p class=\"MsoNormal\">", "</p>"]),
            ("<a href=\"mailto:jane@x.com\" target=_blank>Jane</a>", &["<a href=\"mailto:", ".com\" target=_blank>"]),
            ("<style><!-- p.Note {font:Arial} --></style>Jane", &["<style><!-- p.Note {font:Arial} --></style>"]),
            ("<!--[if gte mso 9]><xml>Jane</xml><![endif]--><o:p>", &["<!--[if gte mso 9]><xml>", "</xml><![endif]--><o:p>"]),
            (
                "<style>p {a:url(Jane.gif);b:c} /* Jane */ i {}</style>",
                &["<style>p {a:url(", ".gif);b:c} /* ", " */ i {}</style>"],
            ),
            ("<p style='color:red;background:url(jane.png)'>", &["<p style='color:red;background:url(", ".png)'>"]),
            ("a &amp; Jane&nbsp;<", &[" &amp; ", "&nbsp;<"]),
            (
                "<meta name=Generator content=\"Word 15\"><meta name=author content=\"Jane\">",
                &["content=\"Word 15\"><meta name="],
            ),
            ("<img alt='Jane' src=\"cid:jane001.png@01D\" width=10>", &["<img alt='", " src=\"cid:", ".png@", "\" width=10>"]),
            ("<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><title>Jane", &["<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><title>"]),
        ];
        for (html, kept) in table {
            let out = replaced(html);
            assert_eq!(out.len(), html.len());
            assert!(kept.iter().all(|part| out.contains(part)), "{out}");
            assert!(!out.to_lowercase().contains("jane"), "{out}");
        }
    }

    /// A name may stand wherever a page lets its author name something.
    #[test]
    fn names_of_classes_fonts_and_styles_go() {
        let html = "<!DOCTYPE Janet><html xmlns:z=\"urn:Janet\"><meta name=\"Janet\" content=x><style>.Janet p#Janet-1, p.MsoNormal {color:red;\
            font-family:\"Janet Sans\",Arial;mso-style-name:Janet;content:'Janet'} @media Janet {b.Janet{margin:1px}} @font-face{font-family:Janet}</style>\
            <body class=\"Janet MsoNormal\" id=Janet style=\"font-family:'Janet',Verdana;font:12px Janet\" data-janet=Janet lang=Janet>\
            <font face=\"Janet\">&Janet; </font><janet>x</janet><![CDATA[Janet]]><?Janet Janet?>";
        let out = replaced(html);
        assert_eq!(out.len(), html.len());
        assert!(!out.to_lowercase().contains("janet"), "{out}");
        for part in [
            "p.MsoNormal {color:red;",
            "Sans\",Arial;mso-style-name:",
            "{margin:1px}",
            " MsoNormal\" id=",
            ",Verdana;font:12px ",
            "<style>",
            "</style>",
        ] {
            assert!(out.contains(part), "{part}: {out}");
        }
    }

    #[test]
    fn numeric_references_are_characters() {
        let out = replaced("&#1055;&#1088;&#x438; &#160;&#60;b&#62;");
        assert_eq!(out.len(), "&#1055;&#1088;&#x438; &#160;&#60;b&#62;".len());
        assert!(out.starts_with("&#10") && out.contains("; &#160;&#60;") && out.ends_with("&#62;"), "{out}");
        assert!(!out.contains("1055") && !out.contains("1088") && !out.contains("x438"), "{out}");
    }
}
