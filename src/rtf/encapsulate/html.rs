//! HTML in RTF: [MS-OXRTFEX] 2.2, `\fromhtml1`.
//!
//! ```text
//! {\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl...}{\colortbl...}\uc1\pard\plain\f0\fs24 {\*\htmltag64}
//! {\*\htmltag64 <p>}\htmlrtf \pard\htmlrtf0 Hello
//! {\*\htmltag84 <b>}\htmlrtf \b\htmlrtf0 world
//! {\*\htmltag92 </b>}\htmlrtf \b0\htmlrtf0 ...}
//! ```
//!
//! Markup, entities, and white space that RTF shows otherwise stand in `\*\htmltag`; text stands once, outside; the looks for
//! readers of RTF stand between `\htmlrtf` and `\htmlrtf0`: paragraphs, alignment, bold, italic, underline, strike-through,
//! super- and subscript, headings, links, lists, line breaks, tables by tabs.

use super::escape::{push_char, push_text};
use super::markup::{TextPiece, TextPieces};
use crate::html::references::{self, Where};
use crate::html::{Piece, Pieces, Tag};

/// The RTF that carries `html`.
///
/// ```
/// use winmail::rtf::{deencapsulate, encapsulate};
/// use winmail::{ReadOptions, Report};
/// let html = "<p>Caf&eacute; <b>λ</b></p>";
/// let rtf = encapsulate::from_html(html);
/// assert_eq!(deencapsulate(&rtf, &ReadOptions::strict())?.text, html);
/// # Ok::<(), winmail::Error>(())
/// ```
#[must_use]
pub fn from_html(html: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    for piece in Pieces::new(html) {
        writer.piece(piece);
    }
    writer.finish()
}

/// Where in the HTML we are: the lowest two bits of an htmltag's number ([MS-OXRTFEX] 2.1.3.1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    Head,
    Html,
    Outside,
}

/// The bits of an htmltag's number.
mod bits {
    pub(super) const IN_PARAGRAPH: u16 = 0x04;
    pub(super) const CLOSING: u16 = 0x08;
    pub(super) const HTML: u16 = 0x10;
    pub(super) const HEAD: u16 = 0x20;
    pub(super) const BODY: u16 = 0x30;
    pub(super) const PARAGRAPH: u16 = 0x40;
    /// Outlook's for inline elements and entities.
    pub(super) const INLINE: u16 = 0x50;
    /// Outlook's for `div`, `table` and other blocks.
    pub(super) const BLOCK: u16 = 0x60;
    pub(super) const BREAK: u16 = 0x70;
    pub(super) const PREFORMATTED: u16 = 0x80;
    /// Outlook's for `font`, `span`, `td`.
    pub(super) const FONT: u16 = 0x90;
    /// Outlook's for `meta` and `link`.
    pub(super) const META: u16 = 0xA0;
    pub(super) const TITLE: u16 = 0xB0;
    pub(super) const OTHER: u16 = 0xF0;
}

/// Character formats that are switched on by elements, and how many of these are open.
const TOGGLES: [(&[&str], &str, &str); 6] = [
    (&["b", "strong", "th"], "\\b", "\\b0"),
    (&["i", "em", "cite", "var", "dfn"], "\\i", "\\i0"),
    (&["u", "ins"], "\\ul", "\\ulnone"),
    (&["s", "strike", "del"], "\\strike", "\\strike0"),
    (&["sup"], "\\super", "\\nosupersub"),
    (&["sub"], "\\sub", "\\nosupersub"),
];

/// Half-points of `h1` to `h6`, as browsers have them to 12 points of text.
const HEADINGS: [(&str, u8); 6] = [("h1", 48), ("h2", 36), ("h3", 28), ("h4", 24), ("h5", 20), ("h6", 16)];

struct Writer {
    rtf: String,
    place: Place,
    in_paragraph: bool,
    /// How many elements of each of [`TOGGLES`] are open.
    open: [usize; TOGGLES.len()],
    /// The lists that are open: for ordered ones the number of the last item.
    lists: Vec<Option<u32>>,
    /// Whether links, the outermost first, have a field.
    links: Vec<bool>,
    preformatted: usize,
    /// Nothing is on the current line of the RTF.
    line_start: bool,
    /// The last thing on it is a space, so that another is not shown.
    after_space: bool,
}

impl Writer {
    fn new() -> Self {
        let head = "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl\r\n{\\f0\\fswiss\\fcharset0 Arial;}\r\n\
             {\\f1\\fmodern\\fcharset0 Courier New;}}\r\n{\\colortbl\\red0\\green0\\blue0;\\red0\\green0\\blue255;}\r\n\
             \\uc1\\pard\\plain\\f0\\fs24 \r\n{\\*\\htmltag64}";
        Writer {
            rtf: head.to_owned(),
            place: Place::Outside,
            in_paragraph: false,
            open: [0; TOGGLES.len()],
            lists: Vec::new(),
            links: Vec::new(),
            preformatted: 0,
            line_start: true,
            after_space: true,
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while !self.links.is_empty() {
            self.end_link();
        }
        self.rtf.push('}');
        self.rtf.into_bytes()
    }

    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Tag(tag) => self.tag(tag),
            Piece::Declaration(raw) => self.htmltag(bits::OTHER, raw),
            Piece::Raw(raw) => self.htmltag(bits::OTHER, raw),
            Piece::Text(text) => TextPieces::new(text).for_each(|piece| self.text(piece)),
        }
    }

    fn text(&mut self, piece: TextPiece<'_>) {
        match piece {
            TextPiece::Space(space) => self.space(space),
            TextPiece::Text(text) => {
                self.enter_body();
                text.chars().for_each(|c| push_char(&mut self.rtf, c));
                self.shown();
            }
            TextPiece::Reference(text) | TextPiece::Stray(text) => {
                self.enter_body();
                self.htmltag(bits::INLINE, text);
                let mut shown = String::new();
                references::decoded(text, Where::Text).chars().for_each(|c| push_char(&mut shown, c));
                self.rtf_only(&shown);
                self.shown();
            }
        }
    }

    /// Text, and elements that no head has, begin the body even if no tag does.
    fn enter_body(&mut self) {
        self.place = Place::Body;
    }

    fn shown(&mut self) {
        self.line_start = false;
        self.after_space = false;
    }

    /// A fragment of HTML.
    fn htmltag(&mut self, kind: u16, html: &str) {
        let paragraph = if self.in_paragraph && self.place == Place::Body { bits::IN_PARAGRAPH } else { 0 };
        self.htmltag_number(kind | paragraph | self.place.bits(), html);
    }

    fn htmltag_number(&mut self, number: u16, html: &str) {
        // A line end of the source means nothing between groups.
        self.rtf.push_str(&format!("\r\n{{\\*\\htmltag{number} "));
        push_text(&mut self.rtf, html);
        self.rtf.push('}');
    }

    /// What only readers of RTF see.
    fn rtf_only(&mut self, code: &str) {
        if !code.is_empty() {
            self.rtf.push_str("\\htmlrtf ");
            self.rtf.push_str(code);
            self.rtf.push_str("\\htmlrtf0 ");
        }
    }

    fn space(&mut self, space: &str) {
        if self.preformatted > 0 {
            for line in space.split_inclusive('\n') {
                match line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n')) {
                    Some(text) => {
                        push_text(&mut self.rtf, text);
                        self.rtf.push_str("\\line\r\n");
                    }
                    None => push_text(&mut self.rtf, line),
                }
            }
            self.line_start = space.ends_with('\n');
            return;
        }
        // One space is shown in both worlds; the others, and line ends, only in HTML's source.
        let mut rest = space;
        if !self.after_space && self.place == Place::Body {
            self.after_space = true;
            match rest.strip_prefix(' ') {
                Some(others) => {
                    self.rtf.push(' ');
                    rest = others;
                }
                None => self.rtf_only(" "),
            }
        }
        if !rest.is_empty() {
            self.htmltag(0, rest);
        }
    }

    fn tag(&mut self, tag: Tag<'_>) {
        let closing = if tag.closing { bits::CLOSING } else { 0 };
        // The frame of the document has numbers and places of its own.
        let frame = match (tag.name.to_ascii_lowercase().as_str(), tag.closing) {
            ("html", false) => Some((bits::HTML, Place::Outside, Place::Html)),
            ("html", true) => Some((bits::HTML, Place::Outside, Place::Outside)),
            ("head", false) => Some((bits::HEAD, Place::Html, Place::Head)),
            ("head", true) => Some((bits::HEAD, Place::Head, Place::Html)),
            ("body", false) => Some((bits::BODY, Place::Html, Place::Body)),
            ("body", true) => Some((bits::BODY, Place::Html, Place::Html)),
            _ => None,
        };
        if let Some((kind, at, next)) = frame {
            self.htmltag_number(kind | closing | at.bits(), tag.raw);
            self.place = next;
            return;
        }
        let is_head_element =
            ["title", "meta", "link", "base", "style", "script", "noscript"].into_iter().any(|name| tag.is(name));
        if !is_head_element {
            self.enter_body();
        }
        self.htmltag(kind(tag) | closing, tag.raw);
        if self.place == Place::Body {
            let code = self.looks(tag);
            self.rtf_only(&code);
        }
    }

    /// What a tag changes for readers of RTF.
    fn looks(&mut self, tag: Tag<'_>) -> String {
        for ((names, on, off), open) in TOGGLES.iter().zip(&mut self.open) {
            if names.iter().any(|name| tag.is(name)) {
                let before = *open;
                *open = if tag.closing { before.saturating_sub(1) } else { before.saturating_add(1) };
                let code = match (before, *open) {
                    (0, 1) => on,
                    (1, 0) => off,
                    _ => "",
                };
                if !tag.is("th") {
                    return code.to_owned();
                }
                let start = self.cell(tag);
                return format!("{start}{code}");
            }
        }
        if let Some((_, size)) = HEADINGS.iter().find(|(name, _)| tag.is(name)) {
            let start = self.paragraph(tag);
            return if tag.closing { format!("\\b0\\fs24{start}") } else { format!("{start}\\b\\fs{size}") };
        }
        match tag.name.to_ascii_lowercase().as_str() {
            "a" if tag.closing => {
                self.end_link();
                String::new()
            }
            "a" => {
                self.start_link(tag);
                String::new()
            }
            "br" => {
                self.line_start = true;
                self.after_space = true;
                "\\line".to_owned()
            }
            "hr" => {
                let start = self.break_line();
                self.line_start = false;
                format!("{start}\\pard ______________________________")
            }
            "ul" | "ol" | "dir" | "menu" => {
                if tag.closing {
                    self.lists.pop();
                } else {
                    self.lists.push(tag.is("ol").then_some(0));
                }
                self.paragraph(tag)
            }
            "li" if !tag.closing => self.item(tag),
            "pre" | "listing" => {
                self.preformatted =
                    if tag.closing { self.preformatted.saturating_sub(1) } else { self.preformatted.saturating_add(1) };
                let font = if self.preformatted > 0 { "\\f1" } else { "\\f0" };
                format!("{}{font}", self.paragraph(tag))
            }
            "td" => self.cell(tag),
            "p" | "div" | "table" | "tr" | "li" | "center" | "blockquote" | "dl" | "dt" | "dd" | "address" | "article"
            | "section" | "header" | "footer" | "main" | "form" | "fieldset" | "caption" => self.paragraph(tag),
            "img" => match tag.attribute("alt").filter(|alt| !alt.is_empty()) {
                Some(alt) => {
                    let mut code = String::new();
                    push_text(&mut code, alt);
                    self.shown();
                    code
                }
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    /// Ends the line if something is on it.
    fn break_line(&mut self) -> &'static str {
        self.after_space = true;
        if std::mem::replace(&mut self.line_start, true) { "" } else { "\\par" }
    }

    /// A block starts or ends.
    fn paragraph(&mut self, tag: Tag<'_>) -> String {
        self.in_paragraph = !tag.closing && tag.is("p");
        let end = self.break_line();
        let indent = self.lists.len().min(MAX_INDENTS).saturating_mul(INDENT);
        let indent = if indent > 0 { format!("\\li{indent}") } else { String::new() };
        let align = match tag.attribute("align").filter(|_| !tag.closing) {
            _ if tag.is("center") && !tag.closing => "\\qc",
            Some(align) if align.eq_ignore_ascii_case("center") => "\\qc",
            Some(align) if align.eq_ignore_ascii_case("right") => "\\qr",
            Some(align) if align.eq_ignore_ascii_case("justify") => "\\qj",
            _ => "",
        };
        format!("{end}\\pard{indent}{align}")
    }

    fn item(&mut self, tag: Tag<'_>) -> String {
        let start = self.paragraph(tag);
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number = number.saturating_add(1);
                format!("{number}.")
            }
            _ => "\\bullet".to_owned(),
        };
        let indent = if self.lists.is_empty() { format!("\\li{INDENT}") } else { String::new() };
        format!("{start}{indent}\\fi-{INDENT} {mark}\\tab")
    }

    /// A cell starts: by a tab, unless it is the first of its row.
    fn cell(&mut self, tag: Tag<'_>) -> String {
        if tag.closing || self.line_start {
            return String::new();
        }
        self.after_space = true;
        "\\tab".to_owned()
    }

    fn start_link(&mut self, tag: Tag<'_>) {
        let Some(target) = tag.attribute("href").filter(|target| !target.is_empty()) else {
            self.links.push(false);
            return;
        };
        let target = target.replace("&amp;", "&").replace('"', "%22").replace('\\', "\\\\");
        self.rtf.push_str("\\htmlrtf {\\field{\\*\\fldinst{HYPERLINK \"");
        target.chars().filter(|c| !c.is_control()).for_each(|c| push_char(&mut self.rtf, c));
        self.rtf.push_str("\"}}{\\fldrslt\\cf1\\ul \\htmlrtf0 ");
        self.links.push(true);
    }

    fn end_link(&mut self) {
        if self.links.pop() == Some(true) {
            self.rtf.push_str("\\htmlrtf }}\\htmlrtf0 ");
        }
    }
}

/// Twips by which a list is indented.
const INDENT: usize = 360;
/// Deepest indent that is shown.
const MAX_INDENTS: usize = 20;

impl Place {
    fn bits(self) -> u16 {
        match self {
            Place::Body => 0,
            Place::Head => 1,
            Place::Html => 2,
            Place::Outside => 3,
        }
    }
}

/// The kind of a tag in its number, by what Outlook writes.
fn kind(tag: Tag<'_>) -> u16 {
    match tag.name.to_ascii_lowercase().as_str() {
        "p" | "tr" | "li" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => bits::PARAGRAPH,
        "div" | "table" | "tbody" | "thead" | "blockquote" | "ul" | "ol" | "center" => bits::BLOCK,
        "br" => bits::BREAK,
        "pre" => bits::PREFORMATTED,
        "font" | "span" | "td" | "th" => bits::FONT,
        "meta" | "link" | "base" => bits::META,
        "title" => bits::TITLE,
        "a" | "b" | "i" | "u" | "s" | "em" | "strong" | "img" | "sup" | "sub" | "code" | "tt" | "small" | "big" => bits::INLINE,
        _ => bits::OTHER,
    }
}
