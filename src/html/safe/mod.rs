//! HTML that shows what it shows and does nothing: for a body that is opened as a file, where no mail program stands in between.
//!
//! What goes out is written anew from the pieces, by lists of what may: elements, attributes, addresses ([`address`]), styles
//! ([`style`]). Whatever a browser makes of the original, it meets only tags of these lists, with values in quotation marks that hold
//! neither quotation marks nor brackets. Elements that run, load, ask or frame something are left out; the text in them stays where it is
//! for people. Pictures from elsewhere are a note of where they would come from; those that come with the message
//! (`cid:`, `data:`) stay. Comments go, and with them what only old Office reads.
//!
//! A Content-Security-Policy stands in front, for what a browser may learn to load one day.

mod address;
mod style;

use std::borrow::Cow;

use super::references::{Where, decoded};
use super::{Attribute, Piece, Pieces, Tag};

use address::{Link, Picture};

/// HTML that loads, runs and asks nothing, and what was left out of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SafeHtml {
    /// The HTML. It says that it is UTF-8.
    pub html: String,
    /// Number of pictures that come from elsewhere and are not loaded.
    pub pictures: usize,
    /// Number of links that lead nowhere now: to files and network shares, or to what would run.
    pub links: usize,
    /// Number of scripts, handlers, frames, forms, objects, redirections and outside style sheets that are left out.
    pub active: usize,
}

impl SafeHtml {
    /// Returns whether anything was left out that a reader might miss.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.pictures > 0 || self.links > 0 || self.active > 0
    }
}

/// Elements that stay. In the order of the alphabet.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "area",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "map",
    "mark",
    "menu",
    "nav",
    "nobr",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Attributes that stay, of whatever element. In the order of the alphabet. Addresses and styles are looked at apart.
const ATTRIBUTES: &[&str] = &[
    "abbr",
    "align",
    "alink",
    "alt",
    "axis",
    "bgcolor",
    "border",
    "bordercolor",
    "cellpadding",
    "cellspacing",
    "char",
    "charoff",
    "class",
    "clear",
    "color",
    "cols",
    "colspan",
    "compact",
    "coords",
    "datetime",
    "dir",
    "face",
    "frame",
    "headers",
    "height",
    "hspace",
    "id",
    "lang",
    "leftmargin",
    "link",
    "marginheight",
    "marginwidth",
    "name",
    "noshade",
    "nowrap",
    "open",
    "reversed",
    "rows",
    "rowspan",
    "rules",
    "scope",
    "shape",
    "size",
    "span",
    "start",
    "summary",
    "text",
    "title",
    "topmargin",
    "type",
    "valign",
    "value",
    "vlink",
    "vspace",
    "width",
];

/// Elements that run, load, ask or frame something.
const ACTIVE: &[&str] = &[
    "applet", "audio", "base", "bgsound", "button", "embed", "form", "frame", "frameset", "iframe", "input", "isindex", "keygen",
    "layer", "link", "math", "object", "portal", "script", "select", "source", "svg", "textarea", "track", "video",
];

const HEAD: &str = "<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
    img-src data: file: 'self'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'\">";

/// The HTML without anything that runs, loads or asks.
#[must_use]
pub fn safe(html: &str) -> SafeHtml {
    let mut writer = Writer { made: SafeHtml::default(), head: false, raw: Raw::None };
    writer.made.html.reserve(html.len());
    for piece in Pieces::new(html) {
        writer.piece(piece);
    }
    writer.head();
    writer.made
}

/// What the raw text is that may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    None,
    Style,
    /// Text for people.
    Text,
}

struct Writer {
    made: SafeHtml,
    /// Whether [`HEAD`] is written.
    head: bool,
    raw: Raw,
}

impl Writer {
    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Tag(tag) => self.tag(&tag),
            Piece::Raw(text) => match std::mem::replace(&mut self.raw, Raw::None) {
                Raw::None => {}
                Raw::Style => style::sheet(text, &mut self.made.html),
                Raw::Text => self.text(text),
            },
            Piece::Text(text) => self.text(text),
            Piece::Declaration(raw) => self.declaration(raw),
        }
    }

    /// The document type decides how a browser lays out; comments are for nobody.
    fn declaration(&mut self, raw: &str) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " \t\r\n\"/:.-+'".contains(c);
        let inner = raw.strip_prefix("<!").and_then(|inner| inner.strip_suffix('>')).unwrap_or_default();
        let is_type = inner.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("doctype "));
        if is_type && self.made.html.trim().is_empty() && inner.chars().all(is_plain) {
            self.made.html.push_str(raw);
        }
    }

    fn head(&mut self) {
        if !std::mem::replace(&mut self.head, true) {
            self.made.html.push_str(HEAD);
        }
    }

    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.head();
        }
        // References stay as they are; a `<` that begins no tag here begins none elsewhere either.
        for c in text.chars() {
            match c {
                '<' => self.made.html.push_str("&lt;"),
                '>' => self.made.html.push_str("&gt;"),
                '\0' => {}
                c => self.made.html.push(c),
            }
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let name = tag.name.to_ascii_lowercase();
        self.raw = Raw::None;
        if !tag.closing {
            self.raw = match name.as_str() {
                "style" => Raw::Style,
                "title" | "textarea" | "xmp" => Raw::Text,
                _ => Raw::None,
            };
        }
        if name == "meta" {
            let refreshes = tag.attribute("http-equiv").is_some_and(|value| value.trim().eq_ignore_ascii_case("refresh"));
            self.made.active = self.made.active.saturating_add(usize::from(refreshes));
            return;
        }
        if ACTIVE.binary_search(&name.as_str()).is_ok() {
            self.made.active = self.made.active.saturating_add(usize::from(!tag.closing));
            return;
        }
        if ELEMENTS.binary_search(&name.as_str()).is_err() && !is_office(&name) {
            return;
        }
        if !matches!(name.as_str(), "html" | "head") {
            self.head();
        }
        if tag.closing {
            self.push(&["</", &name, ">"]);
        } else if name == "img" {
            self.picture(tag);
        } else {
            self.open(&name, tag);
        }
        if name == "head" {
            self.head();
        }
    }

    fn push(&mut self, texts: &[&str]) {
        self.made.html.extend(texts.iter().copied());
    }

    fn open(&mut self, name: &str, tag: &Tag<'_>) {
        self.push(&["<", name]);
        for attribute in tag.attributes() {
            let key = attribute.name.to_ascii_lowercase();
            match key.as_str() {
                "href" if matches!(name, "a" | "area") => match address::link(&value_of(&attribute)) {
                    Link::Kept(link) => {
                        self.attribute("href", &link);
                        self.attribute("rel", "noopener noreferrer");
                    }
                    Link::Refused => self.made.links = self.made.links.saturating_add(1),
                },
                "background" => self.made.pictures = self.made.pictures.saturating_add(1),
                _ => self.plain(&key, &attribute),
            }
        }
        self.push(&[">"]);
    }

    /// An attribute of any element.
    fn plain(&mut self, key: &str, attribute: &Attribute<'_>) {
        if key == "style" {
            let mut declarations = String::new();
            style::declarations(&value_of(attribute), &mut declarations);
            if !declarations.is_empty() {
                self.attribute("style", &declarations);
            }
        } else if ATTRIBUTES.binary_search(&key).is_ok() {
            self.attribute(key, &value_of(attribute));
        } else if key.starts_with("on") {
            self.made.active = self.made.active.saturating_add(1);
        }
    }

    /// `value` is what it means, references decoded.
    fn attribute(&mut self, key: &str, value: &str) {
        self.push(&[" ", key, "=\""]);
        for c in value.chars() {
            match c {
                '"' => self.push(&["&quot;"]),
                '&' => self.push(&["&amp;"]),
                '<' => self.push(&["&lt;"]),
                '>' => self.push(&["&gt;"]),
                '`' => self.push(&["&#96;"]),
                '\0' => {}
                c => self.made.html.push(c),
            }
        }
        self.push(&["\""]);
    }

    /// A picture that comes with the message, or a note of one that does not.
    fn picture(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| tag.attribute(name).map(|value| decoded(value, Where::Attribute)).unwrap_or_default();
        let from = match address::picture(&value("src")) {
            Picture::Kept(source) => {
                self.push(&["<img"]);
                self.attribute("src", &source);
                for attribute in tag.attributes() {
                    let key = attribute.name.to_ascii_lowercase();
                    match key.as_str() {
                        "usemap" if value("usemap").starts_with('#') => self.attribute("usemap", &value("usemap")),
                        _ => self.plain(&key, &attribute),
                    }
                }
                return self.push(&[">"]);
            }
            Picture::None => return,
            Picture::Elsewhere(from) => from,
        };
        self.made.pictures = self.made.pictures.saturating_add(1);
        // Such as tell that the mail was opened.
        let tiny = |name: &str| matches!(value(name).trim().trim_end_matches("px"), "0" | "1");
        if tiny("width") || tiny("height") {
            return;
        }
        let alt = value("alt");
        let about = if alt.trim().is_empty() { String::new() } else { format!(": {}", alt.trim()) };
        self.push(&["<span style=\"border:1px dotted;font-size:small\">"]);
        self.text(&format!("[picture from {from} not loaded{about}]").replace('&', "&amp;"));
        self.push(&["</span>"]);
    }
}

/// The value as it is meant; empty where it is missing.
fn value_of<'h>(attribute: &Attribute<'h>) -> Cow<'h, str> {
    attribute.value.map(|value| decoded(value, Where::Attribute)).unwrap_or_default()
}

/// Elements of Word and Excel, which browsers show as they show `<span>`.
fn is_office(name: &str) -> bool {
    let is_plain = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split_once(':')
        .is_some_and(|(prefix, name)| matches!(prefix, "o" | "w" | "v" | "m" | "x" | "st1" | "st2") && is_plain(name))
}

#[cfg(test)]
mod tests;
