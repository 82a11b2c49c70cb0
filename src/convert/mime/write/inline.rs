//! Which attachments an HTML body shows ([MS-OXCMAIL] 2.1.3.4.2): those that it refers to.
//!
//! The specification also wants bit 4 of PidTagAttachFlags. Many senders do not set it, and others set it for what no body
//! refers to; the reference alone decides here, so that nothing is hidden that would not be seen.

use std::collections::BTreeSet;

use crate::convert::mime::words;

/// What a body refers to.
#[derive(Debug, Default)]
pub(super) struct References<'h> {
    /// By `cid:` (RFC 2392).
    ids: BTreeSet<String>,
    /// The values of all attributes, as they are written.
    values: BTreeSet<&'h str>,
}

impl<'h> References<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        let mut references = References::default();
        let mut rest = html;
        while let Some((at, sign)) = rest.char_indices().find(|(_, c)| matches!(c, ':' | '=')) {
            let (before, tail) = rest.split_at(at);
            let tail = tail.get(1..).unwrap_or_default();
            rest = tail;
            match (sign, tail.get(..1)) {
                (':', _) if before.get(before.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("cid")) => {
                    let id = up_to(tail, &['"', '\'', '>', ')', ' ', '\t', '\r', '\n', '<']);
                    references.ids.extend(id.map(normal));
                }
                ('=', Some("\"")) => references.values.extend(tail.get(1..).and_then(|tail| up_to(tail, &['"']))),
                ('=', Some("'")) => references.values.extend(tail.get(1..).and_then(|tail| up_to(tail, &['\'']))),
                _ => {}
            }
        }
        references
    }

    /// Whether the body refers to a Content-ID.
    pub(super) fn has_id(&self, id: &str) -> bool {
        !self.ids.is_empty() && self.ids.contains(&normal(id))
    }

    /// Whether an attribute of the body holds a Content-Location.
    pub(super) fn has_location(&self, location: &str) -> bool {
        !location.is_empty() && [location, &location.replace('&', "&amp;")].iter().any(|text| self.values.contains(text))
    }
}

/// The text before one of `ends`, or all of it; `None` if it is longer than any reference can be.
fn up_to<'t>(text: &'t str, ends: &[char]) -> Option<&'t str> {
    const MAX: usize = 2000;
    match text.char_indices().take(MAX).find(|(_, c)| ends.contains(c)) {
        Some((at, _)) => text.get(..at),
        None => (text.len() < MAX).then_some(text),
    }
}

/// A Content-ID for comparison: without brackets, escapes of URLs and HTML, and case.
fn normal(id: &str) -> String {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>').replace("&amp;", "&");
    let mut out = Vec::with_capacity(id.len());
    let mut rest = id.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let escape = tail.get(..2).filter(|_| *byte == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                out.push(value.to_ascii_lowercase());
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(byte.to_ascii_lowercase());
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A Content-ID as the header field has it, with its brackets; `None` if it cannot stand there.
pub(super) fn header_id(id: &str) -> Option<String> {
    let id = words::clean(id);
    let id = id.trim_start_matches('<').trim_end_matches('>').trim();
    let fits = !id.is_empty() && id.len() <= 900 && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte));
    fits.then(|| format!("<{id}>"))
}

/// A URL as the header field has it; `None` if it cannot stand there.
pub(super) fn header_url(url: &str) -> Option<&str> {
    let url = url.trim();
    let fits = !url.is_empty() && url.len() <= 900 && url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte));
    fits.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_all_spellings() {
        let html = "<img src=\"cid:one@x\"><IMG SRC='CID:Two%40x'><div style=\"background:url(cid:a&amp;b)\"><img src=cid:bare>\
            <img src=\"pics/a.png?x=1&amp;y=2\">";
        let references = References::of(html);
        for id in ["one@x", "<one@x>", "two@x", "a&b", "bare"] {
            assert!(references.has_id(id), "{id}");
        }
        for id in ["one", "", "three"] {
            assert!(!references.has_id(id), "{id}");
        }
        assert!(references.has_location("pics/a.png?x=1&y=2"));
        assert!(!references.has_location("pics/a.png"));
        assert!(!References::of("no references").has_id(""));
    }

    #[test]
    fn ids_and_urls_that_fit_a_header() {
        assert_eq!(header_id("<a@b>").as_deref(), Some("<a@b>"));
        assert_eq!(header_id(" a@b\0"), Some("<a@b>".to_owned()));
        for id in ["", "a b", "caf\u{e9}", "a>b<c"] {
            assert_eq!(header_id(id), None, "{id}");
        }
        assert_eq!(header_url("http://example.com/a?b"), Some("http://example.com/a?b"));
        assert_eq!(header_url("two words"), None);
    }
}
