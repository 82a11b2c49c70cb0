//! Content transfer encodings (RFC 2045 6): base64 and quoted-printable, decoded as far as they go.
//!
//! A mail that is damaged in one line has lost that line and not the attachment: characters that are not of the alphabet are
//! passed over, and what is no escape stays as it stands. How much was passed over is counted, so that it can be said.

use std::borrow::Cow;

/// Decoded bytes, and how many bytes of the encoded text meant nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::convert::mime) struct Transferred<'m> {
    pub(in crate::convert::mime) bytes: Cow<'m, [u8]>,
    pub(in crate::convert::mime) damaged: usize,
}

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::convert::mime) enum Encoding {
    /// 7bit, 8bit, binary.
    Identity,
    Base64,
    QuotedPrintable,
    /// A name that no specification knows.
    Unknown,
}

impl Encoding {
    /// The encoding of a Content-Transfer-Encoding, or of a mail without one.
    pub(in crate::convert::mime) fn of(value: Option<&str>) -> Encoding {
        let value = value.unwrap_or_default();
        let token = value.split([';', ' ', '(']).next().unwrap_or_default().trim_matches('"');
        match token.to_ascii_lowercase().as_str() {
            "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" => Encoding::Identity,
            "base64" => Encoding::Base64,
            "quoted-printable" => Encoding::QuotedPrintable,
            _ => Encoding::Unknown,
        }
    }

    /// Decodes a body.
    pub(in crate::convert::mime) fn decode(self, body: &[u8]) -> Transferred<'_> {
        match self {
            Encoding::Identity | Encoding::Unknown => Transferred { bytes: Cow::Borrowed(body), damaged: 0 },
            Encoding::Base64 => base64(body),
            Encoding::QuotedPrintable => quoted_printable(body),
        }
    }
}

/// The six bits of a digit.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte.wrapping_sub(b'A'),
        b'a'..=b'z' => byte.wrapping_sub(b'a').wrapping_add(26),
        b'0'..=b'9' => byte.wrapping_sub(b'0').wrapping_add(52),
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

fn base64(body: &[u8]) -> Transferred<'_> {
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3);
    let mut damaged = 0usize;
    let mut digits = 0u32;
    let mut bits = 0u32;
    for byte in body {
        if let Some(value) = sextet(*byte) {
            bits = bits.wrapping_shl(6) | value;
            digits = digits.wrapping_add(1);
            if digits == 4 {
                let [_, one, two, three] = bits.to_be_bytes();
                bytes.extend_from_slice(&[one, two, three]);
                (digits, bits) = (0, 0);
            }
            continue;
        }
        match byte {
            // Padding ends a quantum; several encoded texts may follow each other.
            b'=' => {
                damaged = damaged.saturating_add(finish(&mut bytes, digits, bits));
                (digits, bits) = (0, 0);
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => damaged = damaged.saturating_add(1),
        }
    }
    damaged = damaged.saturating_add(finish(&mut bytes, digits, bits));
    Transferred { bytes: Cow::Owned(bytes), damaged }
}

/// The bytes of a last quantum that is not full; the result is what of it means nothing.
fn finish(bytes: &mut Vec<u8>, digits: u32, bits: u32) -> usize {
    match digits {
        2 => bytes.extend(bits.wrapping_shr(4).to_be_bytes().last()),
        3 => bytes.extend(bits.wrapping_shr(2).to_be_bytes().get(2..).unwrap_or_default()),
        1 => return 1,
        _ => {}
    }
    0
}

fn quoted_printable(body: &[u8]) -> Transferred<'_> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut damaged = 0usize;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let text = line.strip_suffix(b"\n").map_or(line, |line| line.strip_suffix(b"\r").unwrap_or(line));
        let end = line.get(text.len()..).unwrap_or_default();
        // White space at the end of a line was added on the way.
        let trimmed = if end.is_empty() { text } else { text.trim_ascii_end() };
        let (text, end) = match trimmed.strip_suffix(b"=") {
            Some(text) => (text, &[][..]),
            None => (trimmed, end),
        };
        let mut rest = text;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if *first != b'=' {
                bytes.push(*first);
                continue;
            }
            match after.split_first_chunk::<2>().and_then(|(pair, rest)| Some((hex_pair(*pair)?, rest))) {
                Some((byte, behind)) => {
                    bytes.push(byte);
                    rest = behind;
                }
                None => {
                    bytes.push(b'=');
                    damaged = damaged.saturating_add(1);
                }
            }
        }
        bytes.extend_from_slice(end);
    }
    Transferred { bytes: Cow::Owned(bytes), damaged }
}

fn hex_pair(pair: [u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high?.wrapping_shl(4) | low?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(encoding: Encoding, text: &str) -> (Vec<u8>, usize) {
        let found = encoding.decode(text.as_bytes());
        (found.bytes.into_owned(), found.damaged)
    }

    #[test]
    fn names() {
        for (name, encoding) in [
            (None, Encoding::Identity),
            (Some("8BIT"), Encoding::Identity),
            (Some("Base64"), Encoding::Base64),
            (Some("quoted-printable (comment)"), Encoding::QuotedPrintable),
            (Some("base64;"), Encoding::Base64),
            (Some("x-unknown"), Encoding::Unknown),
        ] {
            assert_eq!(Encoding::of(name), encoding, "{name:?}");
        }
    }

    #[test]
    fn base64_by_rfc_4648_and_damaged() {
        // RFC 4648 10, then what mails have.
        for (text, bytes, damaged) in [
            ("", "", 0),
            ("Zg==", "f", 0),
            ("Zm8=", "fo", 0),
            ("Zm9v", "foo", 0),
            ("Zm9vYg==", "foob", 0),
            ("Zm9v\r\nYmE=\r\n", "fooba", 0),
            ("Zm9vYmE", "fooba", 0),
            ("Zm9v!YmFy", "foobar", 1),
            ("Zm9vY", "foo", 1),
            ("Zg==Zm8=", "ffo", 0),
        ] {
            assert_eq!(decode(Encoding::Base64, text), (bytes.as_bytes().to_vec(), damaged), "{text}");
        }
    }

    #[test]
    fn quoted_printable_by_rfc_2045_and_damaged() {
        for (text, bytes, damaged) in [
            ("Now's the time =\r\nfor all", "Now's the time for all", 0),
            ("a=3D=e4 \r\nb", "a=\u{0}", 0),
            ("a =  \r\nb\t\r\n", "a b\r\n", 0),
            ("50 = 5=0 =G1", "50 = 5=0 =G1", 3),
            ("end=", "end", 0),
            ("lone\rcr", "lone\rcr", 0),
        ] {
            let (found, lost) = decode(Encoding::QuotedPrintable, text);
            if text.contains("=e4") {
                assert_eq!(found, b"a=\xE4\r\nb");
            } else {
                assert_eq!(String::from_utf8(found).unwrap(), bytes, "{text}");
            }
            assert_eq!(lost, damaged, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_writer_encodes_is_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut text = Vec::new();
            mail_builder::encoders::base64::base64_encode_mime(&bytes, &mut text, false).unwrap();
            prop_assert_eq!(base64(&text), Transferred { bytes: Cow::Owned(bytes.clone()), damaged: 0 });
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = (base64(&bytes), quoted_printable(&bytes));
        }
    }
}
