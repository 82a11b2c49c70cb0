//! PidTagTnefCorrelationKey 0x007F (PR_TNEF_CORRELATION_KEY, [MS-OXPROPS]): which mail a TNEF stream belongs to.
//!
//! The text of the mail's header X-MS-TNEF-Correlator as bytes, with a NUL in the usual writers. Exchange takes the
//! Message-ID, Outlook `00000000` and the digits of an entry id; any unique text will do. Where header and property differ,
//! the stream belongs to another mail.

use std::borrow::Cow;
use std::fmt;

use super::own;

/// The key that ties a TNEF stream to its mail.
///
/// `==` compares bytes, [`CorrelationKey::matches`] compares as a reader should.
#[doc(alias = "PidTagTnefCorrelationKey")]
#[doc(alias = "PR_TNEF_CORRELATION_KEY")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CorrelationKey<'a>(pub Cow<'a, [u8]>);

impl CorrelationKey<'_> {
    /// The bytes without the NULs at the end.
    #[must_use]
    pub fn text_bytes(&self) -> &[u8] {
        let mut text: &[u8] = &self.0;
        while let Some(shorter) = text.strip_suffix(&[0]) {
            text = shorter;
        }
        text
    }

    /// Returns whether both keys name the same mail: equal without the NULs at their ends.
    #[must_use]
    pub fn matches(&self, other: &CorrelationKey<'_>) -> bool {
        self.text_bytes() == other.text_bytes()
    }

    /// Returns whether this is the key of the mail with this value of X-MS-TNEF-Correlator, in which encoded words are decoded. What mail
    /// systems change on the way does not count: white space and brackets around it, comments, case.
    #[must_use]
    pub fn matches_header(&self, value: &str) -> bool {
        let own = String::from_utf8_lossy(self.text_bytes());
        bare(&own).eq_ignore_ascii_case(bare(&without_comments(value)))
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> CorrelationKey<'static> {
        CorrelationKey(own(self.0))
    }
}

/// A key without what stands around it.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\0' | '<' | '>'))
}

/// A value without the comments before and behind it ([RFC 5322] 3.2.2). Where parentheses do not fit it is taken as it stands.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut depth = 0usize;
    for c in value.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' if depth > 0 => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    if depth == 0 && !out.trim().is_empty() { out } else { value.to_owned() }
}

impl From<&str> for CorrelationKey<'static> {
    /// The text and a NUL, as the usual writers have it.
    fn from(text: &str) -> Self {
        CorrelationKey(Cow::Owned(text.bytes().chain([0]).collect()))
    }
}

/// The text; bytes that are not UTF-8 show U+FFFD.
impl fmt::Display for CorrelationKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.text_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_and_bytes() {
        // The key of the specification's own example stream, and a Message-ID as Exchange writes it.
        let table = [("8qkj00sgm4f", &b"8qkj00sgm4f\0"[..]), ("<BBDA39@ODIN>", b"<BBDA39@ODIN>\0"), ("", b"\0")];
        for (text, bytes) in table {
            assert_eq!(CorrelationKey::from(text).0.as_ref(), bytes);
            assert_eq!(CorrelationKey(Cow::Borrowed(bytes)).to_string(), text);
        }
    }

    #[test]
    fn nuls_at_the_end_do_not_count_and_case_does() {
        let key = CorrelationKey::from("<a@b>");
        for same in [&b"<a@b>"[..], b"<a@b>\0", b"<a@b>\0\0"] {
            assert!(key.matches(&CorrelationKey(Cow::Borrowed(same))));
        }
        for other in [&b"<A@b>\0"[..], b"<a@b>x", b"<a\0@b>", b""] {
            assert!(!key.matches(&CorrelationKey(Cow::Borrowed(other))));
        }
        assert!(key.matches_header("<a@b>") && key.matches_header(" <a@b>\r\n"));
        assert!(!key.matches_header("<a@c>") && !key.matches_header(""));
        for same in ["a@b", "<A@B>", "(of mine) <a@b> (it is)", " < a@b > "] {
            assert!(key.matches_header(same), "{same}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_match_themselves(bytes in any::<Vec<u8>>()) {
            let key = CorrelationKey(Cow::Owned(bytes));
            prop_assert!(key.matches(&key.clone().into_owned()));
            let _ = key.to_string();
        }

        #[test]
        fn what_is_written_matches_its_header(text in "[!-'*-~]{0,40}") {
            prop_assert!(CorrelationKey::from(text.as_str()).matches_header(&text));
        }
    }
}
