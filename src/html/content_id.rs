//! References to parts of the same mail, `cid:` and a Content-ID (RFC 2392): where they stand in a page. Text that speaks of one is no
//! reference.

use std::borrow::Cow;
use std::ops::Range;

use super::pieces::{Piece, Pieces, same_length_text};
use super::references::{Where, decoded};

/// What begins a reference.
const SCHEME: &str = "cid:";
/// The longest Content-ID that is looked for.
const ID_MAX: usize = 2000;

/// Where the references of an attribute's value or of a style sheet stand, with their `cid:`, and where the Content-ID of each does.
pub(crate) fn in_value(value: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + '_ {
    value.match_indices(':').filter_map(|(colon, _)| {
        let id = colon.checked_add(1)?;
        let start = id.checked_sub(SCHEME.len())?;
        if !value.get(start..id)?.eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let rest = value.get(id..)?;
        let ends = |(at, c): &(usize, char)| {
            c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '>' | ')' | '<') || (*c == '&' && is_quotation_mark(rest, *at))
        };
        let length = match rest.char_indices().take(ID_MAX).find(ends) {
            Some((length, _)) => length,
            None if rest.len() < ID_MAX => rest.len(),
            None => return None,
        };
        let end = id.saturating_add(length);
        Some((start..end, id..end))
    })
}

/// Whether the character reference at `at` is a quotation mark, as around an address in a `style` attribute.
fn is_quotation_mark(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    ["&quot;", "&apos;", "&#34;", "&#39;"].iter().any(|mark| rest.starts_with(mark))
}

/// A page with what `address` gives for a Content-ID in the place of each reference to it. The page's bytes need not be UTF-8.
pub(crate) fn replaced(html: &[u8], mut address: impl FnMut(&str) -> Option<String>) -> Cow<'_, [u8]> {
    let text = same_length_text(html);
    let mut out: Vec<u8> = Vec::new();
    let mut copied = 0usize;
    let mut replace = |start: usize, value: &str| {
        for (place, id) in in_value(value) {
            let of_page = |range: Range<usize>| start.saturating_add(range.start)..start.saturating_add(range.end);
            let (place, id) = (of_page(place), of_page(id));
            let id = html.get(id).and_then(|id| std::str::from_utf8(id).ok());
            let Some(address) = id.and_then(|id| address(&percent_decoded(&decoded(id, Where::Attribute)))) else { continue };
            out.extend_from_slice(html.get(copied..place.start).unwrap_or_default());
            out.extend_from_slice(address.as_bytes());
            copied = place.end;
        }
    };
    let mut pieces = Pieces::new(&text);
    loop {
        let start = pieces.offset();
        match pieces.next() {
            None => break,
            Some(Piece::Tag(tag)) if !tag.closing => {
                for attribute in tag.attributes() {
                    replace(start.saturating_add(attribute.place.start), attribute.value.unwrap_or_default());
                }
            }
            // Style sheets, and what a word processor has for itself.
            Some(Piece::Raw(text) | Piece::Declaration(text)) => replace(start, text),
            Some(Piece::Tag(_) | Piece::Text(_)) => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.extend_from_slice(html.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// A URL's text without its escapes.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_elsewhere_and_nothing_else_changes() {
        let address = |id: &str| (id == "a@b" || id == "a&b").then(|| "x.png".to_owned());
        for (html, expected) in [
            (
                "<img src=\"cid:a@b\"><img src='CID:a%40b'><img src=cid:a@b>",
                "<img src=\"x.png\"><img src='x.png'><img src=x.png>",
            ),
            ("<td background=\"cid:a&amp;b\">", "<td background=\"x.png\">"),
            ("<p style=\"background:url(cid:a@b) red\">", "<p style=\"background:url(x.png) red\">"),
            ("<p style=\"background:url(&quot;cid:a@b&quot;)\">", "<p style=\"background:url(&quot;x.png&quot;)\">"),
            ("<style>p{background:url('cid:a@b')}</style>", "<style>p{background:url('x.png')}</style>"),
            ("<!--[if vml]><v:imagedata src=\"cid:a@b\"/><![endif]-->", "<!--[if vml]><v:imagedata src=\"x.png\"/><![endif]-->"),
            // Text, tags that end, other parts, an address that nothing ends.
            ("cid:a@b <b>cid:a@b</b cid:a@b>", "cid:a@b <b>cid:a@b</b cid:a@b>"),
            ("<img src=cid:x@y alt=cid><img src=\"cid:a@b", "<img src=cid:x@y alt=cid><img src=\"cid:a@b"),
        ] {
            assert_eq!(replaced(html.as_bytes(), address), html_of(expected), "{html}");
        }
        assert_eq!(replaced(b"\xE9<img src=cid:a@b>\xFF", address).as_ref(), b"\xE9<img src=x.png>\xFF");
        assert!(matches!(replaced(b"no reference \xFF", address), Cow::Borrowed(_)));
    }

    fn html_of(text: &str) -> Cow<'_, [u8]> {
        Cow::Borrowed(text.as_bytes())
    }

    #[test]
    fn a_reference_has_a_bounded_length() {
        let long = format!("cid:{} ", "a".repeat(ID_MAX));
        assert_eq!(in_value(&long).count(), 0);
        assert_eq!(in_value("cid: acid:x :cid:y").collect::<Vec<_>>(), [(0..4, 4..4), (6..11, 10..11), (13..18, 17..18)]);
    }
}
