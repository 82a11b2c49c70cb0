//! What HTML refers to, and the links of plain text: where these stand, not what they are worth.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::html::references::{Where, decoded};
use crate::html::{Piece, Pieces, Tag, content_id};

/// What begins a link in plain text.
const SCHEMES: [&str; 9] = ["http://", "https://", "mailto:", "cid:", "file:", "ftp://", "tel:", "sip:", "callto:"];
/// The longest link that is looked for in plain text.
const LINK_MAX: usize = 4096;

/// The link that stands before `end` at the start of plain text, and what is behind `end`.
pub(super) fn bracketed(text: &str, end: char) -> Option<(&str, &str)> {
    let scheme = |scheme: &&str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    SCHEMES.iter().find(|one| scheme(one))?;
    let (at, _) = text.char_indices().take(LINK_MAX).find(|(_, c)| *c == end || matches!(c, ' ' | '\t'))?;
    let (link, behind) = text.split_at_checked(at)?;
    Some((link, behind.strip_prefix(end)?))
}

/// The values of attributes of a start tag that have one of these names, their references decoded.
pub(super) fn values<'h>(tag: Tag<'h>, names: &'static [&'static str]) -> impl Iterator<Item = Cow<'h, str>> {
    let attributes = if tag.closing { None } else { Some(tag.attributes()) };
    let wanted = move |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let found = attributes.into_iter().flatten().filter(move |attribute| wanted(attribute.name));
    found.filter_map(|attribute| attribute.value).map(|value| decoded(value, Where::Attribute))
}

/// What HTML refers to.
#[derive(Debug, Default)]
pub(super) struct References<'h> {
    /// By `cid:` (RFC 2392).
    ids: BTreeSet<String>,
    /// The values of all attributes.
    values: BTreeSet<Cow<'h, str>>,
}

impl<'h> References<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        let mut references = References::default();
        for piece in Pieces::new(html) {
            match piece {
                Piece::Tag(tag) if !tag.closing => {
                    for value in tag.attributes().filter_map(|attribute| attribute.value) {
                        let value = decoded(value, Where::Attribute);
                        references.ids(&value);
                        references.values.insert(value);
                    }
                }
                // Style sheets. What a word processor has for itself in comments is often all that it says of a picture.
                Piece::Raw(text) | Piece::Declaration(text) => references.ids(&decoded(text, Where::Attribute)),
                Piece::Tag(_) | Piece::Text(_) => {}
            }
        }
        references
    }

    fn ids(&mut self, text: &str) {
        self.ids.extend(content_id::in_value(text).filter_map(|(_, id)| text.get(id)).map(normal));
    }

    /// Whether there is a reference to a Content-ID.
    pub(super) fn has_id(&self, id: &str) -> bool {
        !self.ids.is_empty() && self.ids.contains(&normal(id))
    }

    /// Whether an attribute holds a Content-Location.
    pub(super) fn has_location(&self, location: &str) -> bool {
        !location.is_empty() && self.values.contains(location)
    }
}

/// A Content-ID for comparison: without brackets, escapes of URLs, and case.
fn normal(id: &str) -> String {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    content_id::percent_decoded(id).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_in_all_spellings() {
        let html = "<img src=\"cid:one@x\"><IMG SRC='CID:Two%40x'><div style=\"background:url(cid:a&amp;b)\"><img src=cid:bare>\
            <img src=\"pics/a.png?x=1&amp;y=2\">in text it is none: cid:three <style>p{background:url(cid:four)}</style>\
            <!--[if gte vml 1]><v:imagedata src=\"cid:five\"/><![endif]-->";
        let references = References::of(html);
        for id in ["one@x", "<one@x>", "two@x", "a&b", "bare", "four", "five"] {
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
    fn links_in_brackets() {
        assert_eq!(bracketed("https://x.org/a> b", '>'), Some(("https://x.org/a", " b")));
        assert_eq!(bracketed("CID:a@b] c", ']'), Some(("CID:a@b", " c")));
        for (text, end) in [("x@y>", '>'), ("http://x y>", '>'), ("http://x", '>')] {
            assert_eq!(bracketed(text, end), None, "{text}");
        }
    }
}
