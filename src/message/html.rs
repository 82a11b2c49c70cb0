//! HTML bytes as text: which character set they are in ([MS-OXBBODY], HTML's own rules where a property is silent).

use std::borrow::Cow;
use std::ops::Range;

use crate::base::codepage::Decoded;
use crate::base::{CodePage, ReadOptions};
pub use crate::html::references::escape;
pub use crate::html::safe::{SafeHtml, safe};

use crate::html::{Attribute, Piece, Pieces, content_id, same_length_text};

/// How far into the bytes a `<meta>` is looked for; browsers look as far.
const META_SEARCH: usize = 1024;

/// Decodes HTML by the character set that can be right.
///
/// | evidence | read as |
/// |---|---|
/// | byte order mark, or `<` in UTF-16 | what it says |
/// | `property` (PidTagInternetCodepage) alone, or `<meta>` says the same | the property; UTF-8 if the property cannot decode the bytes and they are UTF-8 |
/// | `property` and `<meta>` differ | UTF-8 if the bytes are that; else what can decode them, the property first |
/// | `<meta>` alone | that; UTF-8 if it cannot decode the bytes and they are UTF-8 |
/// | nothing | UTF-8 if the bytes are that, else `fallback` |
///
/// The property comes before the markup because mail systems that convert a body set it and leave the markup as it was. Its
/// value 1200 (UTF-16) is not allowed for HTML and does not count. As in browsers, iso-8859-1 means windows-1252; us-ascii means UTF-8 or
/// windows-1252 where bytes are not ASCII.
#[must_use]
pub fn decode(bytes: &[u8], property: Option<CodePage>, fallback: CodePage) -> Decoded<'_> {
    let found = charset(bytes, property, fallback);
    found.page.decode_or_latin1(bytes.get(found.mark..).unwrap_or_default())
}

/// The same as [`decode`], unless the caller's page beats what is declared.
pub(crate) fn decode_with<'b>(
    options: &ReadOptions,
    bytes: &'b [u8],
    property: Option<CodePage>,
    fallback: CodePage,
) -> Decoded<'b> {
    match options.code_page {
        Some(page) => page.decode_or_latin1(bytes),
        None => decode(bytes, property, fallback),
    }
}

/// The character set that HTML is read by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HtmlCharset {
    /// How long the byte order mark is.
    pub(crate) mark: usize,
    /// What the HTML is read by.
    pub(crate) page: CodePage,
    /// What was declared, where that is not what the HTML is read by, or two declarations differ: by the property, by `<meta>`.
    pub(crate) conflict: Option<(Option<CodePage>, Option<CodePage>)>,
}

/// The character set that [`decode`] reads HTML by.
pub(crate) fn charset(bytes: &[u8], property: Option<CodePage>, fallback: CodePage) -> HtmlCharset {
    let marks: [(&[u8], u32); 3] = [(&[0xEF, 0xBB, 0xBF], 65001), (&[0xFF, 0xFE], 1200), (&[0xFE, 0xFF], 1201)];
    if let Some((mark, page)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return HtmlCharset { mark: mark.len(), page: CodePage(*page), conflict: None };
    }
    if let Some(page) = wide_without_mark(bytes) {
        return HtmlCharset { mark: 0, page, conflict: None };
    }
    let usable = |page: &CodePage| page.is_fit_for_strings();
    let (property, meta) = (property.filter(usable), meta_charset(bytes).filter(usable));
    if bytes.is_ascii() {
        return HtmlCharset { mark: 0, page: property.or(meta).unwrap_or(CodePage::UTF_8), conflict: None };
    }
    let is_utf8 = std::str::from_utf8(bytes).is_ok();
    let meant = |page: CodePage| match page {
        CodePage::US_ASCII if is_utf8 => CodePage::UTF_8,
        CodePage::US_ASCII | CodePage(28591) => CodePage::WINDOWS_1252,
        page => page,
    };
    let decodes = |page: CodePage| page.decode(bytes).is_some_and(|decoded| !decoded.malformed);
    let or_utf8 = |page: CodePage| if is_utf8 && !decodes(page) { CodePage::UTF_8 } else { page };
    let page = match (property.map(meant), meta.map(meant)) {
        (Some(property), Some(meta)) if property != meta => match () {
            () if is_utf8 => CodePage::UTF_8,
            () if !decodes(property) && decodes(meta) => meta,
            () => property,
        },
        (Some(page), _) | (None, Some(page)) => or_utf8(page),
        (None, None) if is_utf8 => CodePage::UTF_8,
        (None, None) => meant(fallback),
    };
    let is_other = |declared: Option<CodePage>| declared.is_some_and(|declared| meant(declared) != page);
    let is_ascii = |declared: Option<CodePage>| declared == Some(CodePage::US_ASCII);
    let conflict = is_other(property) || is_other(meta) || is_ascii(property);
    HtmlCharset { mark: 0, page, conflict: conflict.then_some((property, meta)) }
}

/// UTF-16 that begins with `<` and another character of ASCII.
fn wide_without_mark(bytes: &[u8]) -> Option<CodePage> {
    match bytes {
        [b'<', 0, 1..=0x7F, 0, ..] => Some(CodePage(1200)),
        [0, b'<', 0, 1..=0x7F, ..] => Some(CodePage(1201)),
        _ => None,
    }
}

/// HTML without the NUL that ends it in some properties, of UTF-16 the whole one.
pub(crate) fn without_nul(bytes: &[u8]) -> &[u8] {
    let is_wide = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || wide_without_mark(bytes).is_some();
    match (is_wide, bytes.len() % 2) {
        (true, 0) => bytes.strip_suffix(&[0, 0]).unwrap_or(bytes),
        _ => bytes.strip_suffix(&[0]).unwrap_or(bytes),
    }
}

/// The character set of a `<meta charset=…>` or `<meta http-equiv=Content-Type content="…; charset=…">`.
#[must_use]
pub fn meta_charset(bytes: &[u8]) -> Option<CodePage> {
    meta(bytes).map(|(_, page)| page)
}

/// Where in the first bytes a `<meta>` names a character set that is known, and which.
fn meta(bytes: &[u8]) -> Option<(Range<usize>, CodePage)> {
    // Looked at is what the browsers look at, and the end of the tag that stands there.
    let html = same_length_text(bytes.get(..META_SEARCH.saturating_mul(2)).unwrap_or(bytes));
    let mut pieces = Pieces::new(&html);
    loop {
        let start = pieces.offset();
        let piece = pieces.next().filter(|_| start < META_SEARCH)?;
        let Piece::Tag(tag) = piece else { continue };
        if !tag.is("meta") || tag.closing {
            continue;
        }
        if let Some((place, page)) = tag.attributes().find_map(|attribute| charset_in(&attribute)) {
            return Some((start.saturating_add(place.start)..start.saturating_add(place.end), page));
        }
    }
}

/// Where in a `<meta>` tag this attribute names a character set that is known, and which.
fn charset_in(attribute: &Attribute<'_>) -> Option<(Range<usize>, CodePage)> {
    let value = attribute.value?;
    let label = if attribute.name.eq_ignore_ascii_case("charset") {
        value
    } else {
        let at = value.to_ascii_lowercase().find("charset")?.saturating_add("charset".len());
        value.get(at..)?.trim_ascii_start().strip_prefix('=')?
    };
    let label = label.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
    // It ends where the value does.
    let start = attribute.place.end.saturating_sub(label.len());
    let label = label.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';')).next()?;
    Some((start..start.saturating_add(label.len()), CodePage::from_name(label)?))
}

/// HTML that names UTF-8 as its character set, where it names another one: for text that goes out as UTF-8.
///
/// ```
/// use winmail::message::html::naming_utf8;
/// assert_eq!(naming_utf8("<meta charset=koi8-r>x"), "<meta charset=utf-8>x");
/// assert_eq!(naming_utf8("<p>x</p>"), "<p>x</p>");
/// ```
#[must_use]
pub fn naming_utf8(html: &str) -> Cow<'_, str> {
    match meta(html.as_bytes()) {
        Some((place, page)) if page != CodePage::UTF_8 => match (html.get(..place.start), html.get(place.end..)) {
            (Some(front), Some(back)) => Cow::Owned([front, "utf-8", back].concat()),
            _ => Cow::Borrowed(html),
        },
        _ => Cow::Borrowed(html),
    }
}

/// A page with what `address` gives for a Content-ID in the place of each reference to it (`cid:`, RFC 2392): in attributes, styles, and
/// what only a word processor reads. Text is not touched, nor are references that `address` has nothing for.
///
/// ```
/// use winmail::message::html::with_parts_at;
/// let html = b"<img src=\"cid:logo@x\"> cid:logo@x";
/// assert_eq!(*with_parts_at(html, |_| Some("logo.png".to_owned())), *b"<img src=\"logo.png\"> cid:logo@x");
/// ```
#[must_use]
pub fn with_parts_at(html: &[u8], address: impl FnMut(&str) -> Option<String>) -> Cow<'_, [u8]> {
    content_id::replaced(html, address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_in_both_of_its_forms() {
        let table: [(&[u8], Option<u32>); 7] = [
            (b"<html><meta charset=\"windows-1251\">", Some(1251)),
            (b"<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=iso-8859-2\">", Some(28592)),
            (b"<meta name=x><meta charset = utf-8 />", Some(65001)),
            (b"<meta charset='koi8-r'>", Some(20866)),
            (b"<meta charset=nonsense><meta charset=utf-8>", Some(65001)),
            (b"<meta charset>", None),
            (b"charset=utf-8", None),
        ];
        for (html, page) in table {
            assert_eq!(meta_charset(html), page.map(CodePage), "{}", String::from_utf8_lossy(html));
        }
    }

    #[test]
    fn another_character_set_gives_way_to_utf_8() {
        for (html, expected) in [
            ("<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=koi8-r\">\u{44f}", "charset=utf-8\">\u{44f}"),
            ("<p><meta name=a><meta charset = 'windows-1251' />", "<meta charset = 'utf-8' />"),
            ("<meta charset=nonsense><meta charset=gb2312>", "<meta charset=nonsense><meta charset=utf-8>"),
            ("<meta charset=UTF-8>\u{44f}", "<meta charset=UTF-8>\u{44f}"),
        ] {
            let made = naming_utf8(html);
            assert!(made.ends_with(expected), "{made}");
            assert_eq!(meta_charset(made.as_bytes()), Some(CodePage::UTF_8));
        }
    }

    /// The combinations of field reports: what is declared by the property and by `<meta>`, the bytes, what they say.
    #[test]
    fn the_charset_is_the_one_that_can_be_right() {
        const KOI8_U: &[u8] = b"\xf0\xd2\xc9\xd7\xa6\xd4";
        const CP1251: &[u8] = b"\xcf\xf0\xe8\xe2\xb3\xf2";
        let hello = "\u{41f}\u{440}\u{438}\u{432}\u{456}\u{442}";
        let utf8 = hello.as_bytes();
        let table: [(Option<u32>, &str, &[u8], &str); 14] = [
            // us-ascii with high bytes: UTF-8 if valid, else windows-1252.
            (Some(20127), "", utf8, hello),
            (Some(20127), "utf-8", utf8, hello),
            (Some(20127), "", b"caf\xe9", "caf\u{e9}"),
            // latin-1 as browsers read it.
            (Some(28591), "", b"\x93a\x94", "\u{201c}a\u{201d}"),
            (None, "iso-8859-1", b"\x80", "\u{20ac}"),
            // Contradictions.
            (Some(28591), "utf-8", utf8, hello),
            (Some(1251), "utf-8", utf8, hello),
            (Some(65001), "koi8-u", KOI8_U, hello),
            (Some(65001), "windows-1251", CP1251, hello),
            (Some(1251), "koi8-u", CP1251, hello),
            (Some(1252), "utf-8", b"caf\xe9", "caf\u{e9}"),
            // One declaration that cannot be right.
            (None, "us-ascii", utf8, hello),
            (Some(932), "", utf8, hello),
            // Nothing declared.
            (None, "", utf8, hello),
        ];
        for (property, meta, bytes, expected) in table {
            let meta = if meta.is_empty() { String::new() } else { format!("<meta charset={meta}>") };
            let html = [meta.as_bytes(), bytes].concat();
            let found = decode(&html, property.map(CodePage), CodePage::WINDOWS_1252);
            assert_eq!(found.text.strip_prefix(&meta), Some(expected), "{property:?} {meta:?} {bytes:?}");
        }
        let conflict = |property: u32, html: &[u8]| charset(html, Some(CodePage(property)), CodePage::WINDOWS_1252).conflict;
        assert!(conflict(1251, b"<meta charset=koi8-u>\xcf").is_some());
        assert!(conflict(20127, b"\xcf").is_some());
        assert!(conflict(1251, b"<meta charset=windows-1251>\xcf").is_none());
        assert!(conflict(1251, b"<meta charset=koi8-u>ascii").is_none());
    }

    #[test]
    fn utf_16_is_read_whole_with_and_without_a_mark() {
        for text in ["\u{feff}<p>\u{e9}</p>", "<p>\u{e9}</p>"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for bytes in [little, big] {
                let ended = [&bytes[..], &[0, 0]].concat();
                assert_eq!(without_nul(&bytes), bytes);
                assert_eq!(without_nul(&ended), bytes);
                assert_eq!(decode(&bytes, Some(CodePage(1252)), CodePage::WINDOWS_1252).text, "<p>\u{e9}</p>");
            }
        }
        assert_eq!(without_nul(b"<p>\0"), b"<p>");
    }

    #[test]
    fn mark_then_property_then_meta_then_utf8_then_fallback() {
        let text =
            |bytes: &[u8], property: Option<u32>| decode(bytes, property.map(CodePage), CodePage::WINDOWS_1252).text.into_owned();
        assert_eq!(text(b"\xEF\xBB\xBF\xC3\xA9", Some(1252)), "\u{e9}");
        assert_eq!(text(b"\xFF\xFEa\0", Some(1252)), "a");
        assert_eq!(text(b"<meta charset=utf-8>\xE9", Some(1252)), "<meta charset=utf-8>\u{e9}");
        assert_eq!(text(b"<meta charset=windows-1251>\xE9", None), "<meta charset=windows-1251>\u{439}");
        assert_eq!(text(b"<meta charset=windows-1251>\xE9", Some(1200)), "<meta charset=windows-1251>\u{439}");
        assert_eq!(text(b"\xC3\xA9", None), "\u{e9}");
        assert_eq!(text(b"\xE9", None), "\u{e9}");
    }
}
