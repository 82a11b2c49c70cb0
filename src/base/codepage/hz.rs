//! HZ (RFC 1843), code page 52936: GB 2312 in printable ASCII.
//!
//! ```text
//! ~{ pairs of bytes 0x21-0x7E ~}     Chinese
//! ~~                                 one tilde
//! ~ LF                               nothing: a line is continued
//! ```
//!
//! Tolerated: a run of pairs not ended at its line's end; spaces and controls within it; the pairs that GBK has beyond
//! GB 2312.

use super::converted::{Decoded, Encoded};
use super::pairs::{PairText, pair_of};

pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if !bytes.contains(&b'~') {
        if let Some(ascii) = Decoded::ascii(bytes) {
            return ascii;
        }
    }
    let mut text = PairText::new(encoding_rs::GBK);
    let mut chinese = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return text.finish(),
            [b'~', b'{', tail @ ..] => {
                chinese = true;
                tail
            }
            [b'~', b'}', tail @ ..] => {
                // Outside of a run it means nothing, and swallowing it would hide that.
                if !chinese {
                    text.push_malformed();
                    text.push_byte(b'}');
                }
                chinese = false;
                tail
            }
            [b'~', b'\n', tail @ ..] => {
                chinese = false;
                tail
            }
            [b'~', b'~', tail @ ..] if !chinese => {
                text.push_byte(b'~');
                tail
            }
            [b'~', tail @ ..] => {
                text.push_malformed();
                tail
            }
            other => text.push_next(other, &mut chinese),
        };
    }
}

pub(super) fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded::default();
    let mut chinese = false;
    for c in text.chars() {
        // RFC 1843 ends the first byte at 0x77, which keeps the tilde out of it.
        let pair = pair_of(encoding_rs::GBK, c).filter(|[lead, _]| *lead <= 0x77);
        if pair.is_some() != chinese {
            chinese = pair.is_some();
            encoded.bytes.extend(if chinese { b"~{" } else { b"~}" });
        }
        match (pair, u8::try_from(c)) {
            (Some(pair), _) => encoded.bytes.extend(pair),
            (None, Ok(b'~')) => encoded.bytes.extend(b"~~"),
            (None, Ok(byte)) if byte.is_ascii() => encoded.bytes.push(byte),
            (None, _) => encoded.push_unmappable(),
        }
    }
    if chinese {
        encoded.bytes.extend(b"~}");
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    // (text, bytes); the second is the example of RFC 1843, the others by Python's `hz`.
    const BOTH: &[(&str, &[u8])] = &[
        ("", b""),
        (
            "This sentence is in ASCII.\nThe next sentence is in GB.己所不欲，勿施於人。Bye.",
            b"This sentence is in ASCII.\nThe next sentence is in GB.~{<:Ky2;S{#,NpJ)l6HK!#~}Bye.",
        ),
        ("中文 a~b 汉字\n第二行", b"~{VPND~} a~~b ~{::WV~}\n~{5Z6~PP~}"),
    ];

    #[test]
    fn decodes_and_encodes() {
        for (text, bytes) in BOTH {
            assert_eq!(decode(bytes), Decoded::owned((*text).to_owned(), false), "{text}");
            assert_eq!(encode(text), Encoded { bytes: bytes.to_vec(), unmappable: 0 }, "{text}");
        }
    }

    #[test]
    fn tolerates_what_is_seen() {
        // A continued line; a run that its line's end ends.
        let decoded = decode(b"a~\nb ~{VP\nVP");
        assert_eq!((&*decoded.text, decoded.malformed), ("ab 中\nVP", false));
    }

    #[test]
    fn flags_damage() {
        for (bytes, text) in [
            (&b"~{VPN"[..], "中\u{FFFD}"),
            (b"a~b", "a\u{FFFD}b"),
            (b"a~}b", "a\u{FFFD}}b"),
            (b"~", "\u{FFFD}"),
            (b"\xD6\xD0", "\u{FFFD}\u{FFFD}"),
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, true), "{text:?}");
        }
    }

    #[test]
    fn counts_what_does_not_fit() {
        // 镕 is in GBK but not in GB 2312.
        assert_eq!(encode("中镕😀"), Encoded { bytes: b"~{VP~}??".to_vec(), unmappable: 2 });
    }
}
