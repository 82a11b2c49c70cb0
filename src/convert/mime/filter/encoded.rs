//! What is encoded around a stream: a text with a uuencoded one in it, a message that should not be encoded at all
//! ([RFC 2046] 5.2.1).
//!
//! Both are decoded, changed, and encoded again in the encoding that the header names, which stays. That this loses nothing is
//! seen by decoding the result; where it does, or where the old text holds what decoding drops, everything stays as it is.

use crate::base::Report;
use crate::convert::mime::find::{Protection, TnefPart, protection};
use crate::convert::mime::transfer::TransferEncoding;
use crate::convert::mime::write::encoding::TransferEncoding as Encoder;

use super::filter;
use super::plan::{Action, Edit, FilterOptions, Job, Outcome, Reason};
use super::splice::with_line_ends;

impl<'a> Job<'_, 'a> {
    /// Filters a message that is encoded, and encodes it again.
    pub(super) fn encoded_message(&mut self, parts: &'a [TnefPart<'a>], outcomes: &mut Vec<Outcome>) {
        let left =
            |part: &TnefPart<'_>, reason| Outcome { part: part.describe(), action: Action::Left(reason), report: Report::new() };
        let Some(index) = parts.first().map(|part| part.entity) else { return };
        let Some(here) = self.entity(index) else { return };
        let protected = match protection(self.structure(), index) {
            Some(Protection::Signed) => Some(Reason::Signed),
            Some(Protection::Encrypted) => Some(Reason::Encrypted),
            None => None,
        };
        if let Some(reason) = protected {
            outcomes.extend(parts.iter().map(|part| left(part, reason.clone())));
            return;
        }
        let old = self.bytes(here.body.clone());
        let message = here.encoding.decode(old);
        // The fields are the outer mail's.
        let mut options = FilterOptions { add_fields: Vec::new(), ..self.options.clone() };
        options.mime.limits = options.mime.limits.with_output_left(self.output, &self.options.mime.limits);
        let filtered = filter(&message, &options);
        let changed = filtered.mail.map(|mail| mail.to_vec());
        let body = changed.as_ref().map(|changed| encoded_again(here.encoding, changed, old, self.line_end));
        let reason = match (&body, filtered.refused) {
            (_, Some(refusal)) => Some(Reason::Failed(refusal.to_string())),
            (Some(None), None) => Some(Reason::EncodedMessage),
            _ => None,
        };
        if let Some(reason) = reason {
            outcomes.extend(parts.iter().map(|part| left(part, reason.clone())));
            return;
        }
        // The same streams, by their place in this mail.
        let found = parts.iter().zip(filtered.outcomes);
        outcomes.extend(found.map(|(part, outcome)| Outcome { part: part.describe(), ..outcome }));
        if let (Some(changed), Some(Some(body))) = (changed, body) {
            let grown = changed.len().saturating_sub(self.mail.len().saturating_mul(2));
            self.output = self.output.saturating_sub(u64::try_from(grown).unwrap_or(u64::MAX));
            self.edits.push(Edit { range: here.body.clone(), chunks: vec![body] });
        }
    }
}

/// Bytes in the encoding of an old body, in its place; `None` if that would lose something, of them or of it.
pub(super) fn encoded_again(encoding: TransferEncoding, bytes: &[u8], old: &[u8], line_end: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    match encoding {
        TransferEncoding::Base64 => {
            if !is_sound_base64(old) {
                return None;
            }
            Encoder::Base64.encode(bytes, &mut body);
            body = with_line_ends(body, line_end);
            if !old.ends_with(b"\n") {
                body.truncate(body.len().saturating_sub(line_end.len()));
            }
        }
        TransferEncoding::QuotedPrintable if line_end == b"\r\n" => Encoder::QuotedPrintable.encode(bytes, &mut body),
        TransferEncoding::QuotedPrintable => {
            // The encoder takes a bare LF for data.
            for (number, line) in bytes.split(|&b| b == b'\n').enumerate() {
                if number > 0 {
                    body.push(b'\n');
                }
                let mut encoded = Vec::new();
                Encoder::QuotedPrintable.encode(line, &mut encoded);
                body.extend(with_line_ends(encoded, line_end));
            }
        }
        TransferEncoding::Identity | TransferEncoding::Uuencode => return None,
    }
    (encoding.decode(&body) == bytes).then_some(body)
}

/// Whether a text is base64 and nothing else: what decoding drops, a footer that was put below it, would be lost.
fn is_sound_base64(text: &[u8]) -> bool {
    let digits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut rest = text.iter().filter(|byte| !byte.is_ascii_whitespace()).skip_while(|byte| digits(byte));
    rest.all(|byte| *byte == b'=')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_decoding_drops_is_not_lost() {
        for (text, sound) in [
            ("", true),
            ("QUJD\r\n", true),
            ("QUI=\n", true),
            ("QQ==\n\n", true),
            ("QQ==\nQQ==", false),
            ("QUJD\n-- \nlist", false),
        ] {
            assert_eq!(encoded_again(TransferEncoding::Base64, b"x", text.as_bytes(), b"\n").is_some(), sound, "{text}");
        }
        assert_eq!(encoded_again(TransferEncoding::Uuencode, b"x", b"", b"\n"), None);
        assert_eq!(encoded_again(TransferEncoding::Base64, b"f", b"QQ==", b"\n").unwrap(), b"Zg==");
        assert_eq!(encoded_again(TransferEncoding::Base64, b"f", b"QQ==\r\n", b"\r\n").unwrap(), b"Zg==\r\n");
        assert_eq!(encoded_again(TransferEncoding::QuotedPrintable, b"a=b \nc", b"", b"\n").unwrap(), b"a=3Db=20\nc");
    }

    proptest! {
        /// The bytes are there again, in lines of the mail's own kind.
        #[test]
        fn what_is_encoded_is_decoded(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b' '), Just(b'\r'), Just(b'\n'), Just(b'='), Just(b'x')], 0..400),
            crlf in any::<bool>(),
        ) {
            let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
            for encoding in [TransferEncoding::Base64, TransferEncoding::QuotedPrintable] {
                let body = encoded_again(encoding, &bytes, b"", line_end).unwrap();
                prop_assert_eq!(encoding.decode(&body).into_owned(), bytes.clone());
                prop_assert!(body.split(|&b| b == b'\n').all(|line| line.len() <= 77));
                prop_assert_eq!(body.contains(&b'\r'), crlf && body.contains(&b'\n'));
            }
        }
    }
}
