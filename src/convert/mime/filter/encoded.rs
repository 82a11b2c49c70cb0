//! What is encoded around a stream: a text with a uuencoded one in it, a message that should not be encoded at all
//! ([RFC 2046] 5.2.1); and what stands around an encoded stream within its own part.
//!
//! The first two are decoded, changed, and encoded again in the encoding that the header names, which stays. That this loses
//! nothing is seen by decoding the result; where it does, or where the old text holds what decoding drops, everything stays as it
//! is.

use crate::convert::mime::base64;
use crate::convert::mime::transfer::{TransferEncoding, uu_blocks};
use crate::convert::mime::write::encoding::TransferEncoding as Encoder;

use super::splice::with_line_ends;

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

/// The texts that stand beside a stream in its own part: what a gateway or a mailing list put before or behind an encoding that it
/// does not know.
pub(super) fn beside(encoding: TransferEncoding, body: &[u8]) -> Vec<&[u8]> {
    let mut texts = match encoding {
        TransferEncoding::Base64 => vec![behind_base64(body)],
        TransferEncoding::Uuencode => match uu_blocks(body).next() {
            Some(block) => {
                vec![body.get(..block.range.start).unwrap_or_default(), body.get(block.range.end..).unwrap_or_default()]
            }
            None => Vec::new(),
        },
        TransferEncoding::Identity | TransferEncoding::QuotedPrintable => Vec::new(),
    };
    texts.retain(|text| !text.trim_ascii().is_empty());
    texts.iter().map(|text| text.trim_ascii_end()).collect()
}

/// Finds text behind base64, from the first line that is no base64; nothing if more base64 follows: that is damage.
fn behind_base64(body: &[u8]) -> &[u8] {
    /// No line of a text is taken for base64 that is as long.
    const LONG: usize = 40;
    let mut at = base64::plain_front(body);
    let mut ended = None;
    for line in body.get(at..).unwrap_or_default().split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii();
        let bare = text.trim_ascii_end();
        let unpadded = bare.strip_suffix(b"==").or_else(|| bare.strip_suffix(b"=")).unwrap_or(bare);
        let is_base64 = base64::is_digits(unpadded);
        match ended {
            None if !is_base64 => ended = Some(at),
            Some(_) if is_base64 && unpadded.len() >= LONG => return &[],
            _ => {}
        }
        at = at.saturating_add(line.len());
        if ended.is_none() && unpadded.len() < bare.len() {
            ended = Some(at);
        }
    }
    ended.and_then(|at| body.get(at..)).unwrap_or_default()
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

    #[test]
    fn texts_around_an_encoded_stream() {
        let line = "QUJD".repeat(19);
        for (body, texts) in [
            (format!("{line}\nQUI=\n"), vec![]),
            (format!("{line}\nQUI=\n\nlist footer\nhere\n"), vec!["\nlist footer\nhere"]),
            (format!("{line}\r\n--\r\nlist\r\n"), vec!["--\r\nlist"]),
            (format!("{line}\nQU!D\n{line}\n"), vec![]),
            (format!("{line}\nQQ==\n{line}\n"), vec![]),
        ] {
            let found: Vec<_> = beside(TransferEncoding::Base64, body.as_bytes());
            assert_eq!(found, texts.iter().map(|text| text.as_bytes()).collect::<Vec<_>>(), "{body}");
        }
        let body = b"banner\nbegin 600 a\n#0V%T\n`\nend\nfooter\n";
        assert_eq!(beside(TransferEncoding::Uuencode, body), [&b"banner"[..], b"footer"]);
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
