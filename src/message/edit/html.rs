//! New HTML inside HTML that is there, without touching the rest of it.

use std::borrow::Cow;

use crate::base::CodePage;
use crate::html::{Piece, Pieces, same_length_text};
use crate::message::html;
use crate::rtf::html::reference;

use super::place::Place;

/// The contents of a document's body; all of a fragment.
pub(super) fn contents(document: &str) -> &str {
    let span = Span::of(document.as_bytes());
    let start = span.start.unwrap_or(0);
    let end = span.end.filter(|end| *end >= start).unwrap_or(document.len());
    // Both stand at an ASCII character.
    document.get(start..end).unwrap_or(document)
}

/// Plain text as HTML: a block with a line break for each line.
pub(super) fn of_text(text: &str) -> String {
    let mut html = String::from("<div>");
    let text = text.replace("\r\n", "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            html.push_str("<br>\r\n");
        }
        for c in line.chars() {
            match reference(c) {
                Some(reference) => html.push_str(reference),
                None => html.push(c),
            }
        }
    }
    html.push_str("</div>\r\n");
    html
}

/// The bytes of PidTagHtml with `new` in them, in the character set that they are in.
pub(super) fn edited_bytes(place: Place, old: &[u8], new: &str, property: Option<CodePage>, fallback: CodePage) -> Vec<u8> {
    // Some writers put a NUL behind it, which stays there.
    let text = html::without_nul(old);
    let (old, nul) = old.split_at_checked(text.len()).unwrap_or((old, &[]));
    let html::HtmlCharset { mark, page, .. } = html::charset(old, property, fallback);
    // iso-8859-1 is read as browsers do, and written so that everybody reads it.
    const ISO_8859_1: CodePage = CodePage(28591);
    let page = if page == CodePage::WINDOWS_1252 && property == Some(ISO_8859_1) { ISO_8859_1 } else { page };
    let (mark, text) = old.split_at_checked(mark).unwrap_or((&[], old));
    let edited = if !page.extends_ascii() {
        let decoded = page.decode_or_latin1(text).text;
        let edited = edited(place, decoded.as_bytes(), new.as_bytes());
        encoded(&String::from_utf8_lossy(&edited), page)
    } else {
        // Tags are ASCII, and so are their bytes in all the rest.
        edited(place, text, &encoded(new, page))
    };
    [mark, &edited, nul].concat()
}

/// `old` with `new` in it; both in one encoding whose tags are ASCII.
pub(super) fn edited(place: Place, old: &[u8], new: &[u8]) -> Vec<u8> {
    let (span, new_span) = (Span::of(old), Span::of(new));
    let contents = match new_span.start {
        Some(start) => start..new_span.end.filter(|end| *end >= start).unwrap_or(new.len()),
        None => 0..new.len(),
    };
    let fragment = new.get(contents).unwrap_or(new);
    let start = span.start;
    let end = span.end.filter(|end| start.is_none_or(|start| start <= *end));
    let splice =
        |from: usize, to: usize| [old.get(..from).unwrap_or_default(), fragment, old.get(to..).unwrap_or_default()].concat();
    match place {
        Place::Append => {
            let at = end.unwrap_or(old.len());
            splice(at, at)
        }
        Place::Prepend => {
            let at = start.or(span.document).unwrap_or(0);
            splice(at, at)
        }
        // A document takes the place of all, a fragment that of the body.
        Place::Replace if new_span.document.is_some() || start.is_none() => new.to_vec(),
        Place::Replace => splice(start.unwrap_or(0), end.unwrap_or(old.len())),
    }
}

/// Text in a code page, with references for the characters that it does not have.
pub(super) fn encoded(text: &str, page: CodePage) -> Vec<u8> {
    let whole = page.encode(text);
    if let Some(encoded) = whole.filter(|encoded| encoded.unmappable == 0) {
        return encoded.bytes;
    }
    let mut buffer = [0; 4];
    let referenced: String = text
        .chars()
        .map(|c| match page.encode(c.encode_utf8(&mut buffer)) {
            Some(encoded) if encoded.unmappable == 0 => Cow::Owned(c.to_string()),
            _ => Cow::<str>::Owned(format!("&#{};", u32::from(c))),
        })
        .collect();
    page.encode(&referenced).map_or_else(|| referenced.into_bytes(), |encoded| encoded.bytes)
}

/// Where the contents of the body begin, if a tag says so, or else those of the document; where they end; whether it is a document.
#[derive(Debug, Default)]
struct Span {
    /// Behind the first `<body>` tag.
    start: Option<usize>,
    /// Behind the first `<html>` tag.
    document: Option<usize>,
    /// At the last `</body>`, else at the last `</html>`.
    end: Option<usize>,
}

impl Span {
    /// The span in HTML whose tags are ASCII.
    fn of(html: &[u8]) -> Self {
        let html = same_length_text(html);
        let mut pieces = Pieces::new(&html);
        let mut span = Span::default();
        let mut document_end = None;
        loop {
            let start = pieces.offset();
            let Some(piece) = pieces.next() else { break };
            let end = pieces.offset();
            match piece {
                Piece::Tag(tag) if tag.is("body") && tag.closing => span.end = Some(start),
                Piece::Tag(tag) if tag.is("html") && tag.closing => document_end = Some(start),
                Piece::Tag(tag) if tag.is("body") => span.start = span.start.or(Some(end)),
                Piece::Tag(tag) if tag.is("html") => span.document = span.document.or(Some(end)),
                _ => {}
            }
        }
        span.end = span.end.or(document_end);
        span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_html_goes_into_the_body() {
        let document = "<html><head><tbody></head><BODY bgcolor=red>\r\n<p>old</p></Body>\r\n</html>";
        let table = [
            (
                Place::Append,
                document,
                "<p>new</p>",
                "<html><head><tbody></head><BODY bgcolor=red>\r\n<p>old</p><p>new</p></Body>\r\n</html>",
            ),
            (
                Place::Prepend,
                document,
                "<p>new</p>",
                "<html><head><tbody></head><BODY bgcolor=red><p>new</p>\r\n<p>old</p></Body>\r\n</html>",
            ),
            (Place::Replace, document, "<p>new</p>", "<html><head><tbody></head><BODY bgcolor=red><p>new</p></Body>\r\n</html>"),
            (
                Place::Append,
                document,
                "<html><body>new</body></html>",
                "<html><head><tbody></head><BODY bgcolor=red>\r\n<p>old</p>new</Body>\r\n</html>",
            ),
            (Place::Replace, document, "<html>new</html>", "<html>new</html>"),
            (Place::Append, "<p>old", "new", "<p>oldnew"),
            (Place::Append, "<html>old</html>", "new", "<html>oldnew</html>"),
            (Place::Prepend, "<html>old</html>", "new", "<html>newold</html>"),
            (Place::Prepend, "old", "new", "newold"),
            (Place::Replace, "old", "new", "new"),
            (Place::Append, "<bodyguard>", "new", "<bodyguard>new"),
        ];
        for (place, old, new, expected) in table {
            let edited = edited(place, old.as_bytes(), new.as_bytes());
            assert_eq!(String::from_utf8(edited).unwrap(), expected, "{place:?} {old} {new}");
        }
    }

    #[test]
    fn it_is_written_in_the_character_set_that_is_there() {
        let edit = |old: &[u8], property: Option<u32>| {
            edited_bytes(Place::Append, old, "\u{e9} \u{20AC} \u{416}", property.map(CodePage), CodePage::WINDOWS_1252)
        };
        assert_eq!(edit(b"<p>\xE9", Some(28591)), b"<p>\xE9\xE9 &#8364; &#1046;");
        assert_eq!(edit(b"<p>\xC3\xA9", None), "<p>\u{e9}\u{e9} \u{20AC} \u{416}".as_bytes());
        assert_eq!(edit(b"<p>\xE9\0", None), b"<p>\xE9\xE9 \x80 &#1046;\0");
        assert_eq!(edit(b"\xFF\xFE<\0/\0b\0o\0d\0y\0>\0", None), b"\xFF\xFE\xE9\0 \0\xAC\x20 \0\x16\x04<\0/\0b\0o\0d\0y\0>\0");
    }

    #[test]
    fn text_becomes_html() {
        assert_eq!(of_text("a < b\r\n\n& c\n"), "<div>a &lt; b<br>\r\n<br>\r\n&amp; c</div>\r\n");
        assert_eq!(contents("<html><body>x</body></html>"), "x");
        assert_eq!(contents("x"), "x");
    }
}
