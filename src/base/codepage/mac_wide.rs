//! Double-byte sets of the Macintosh: Japanese, Korean, Traditional and Simplified Chinese (code pages 10001, 10003, 10002, 10008).
//!
//! Single bytes are those of Apple's mapping files, pairs those of the Windows page. The two have the same characters in the rows of the
//! national standard; for a dozen signs (a dash, a tilde, a full-width cent) Windows names another character that looks alike, and
//! that one is read. The rows that Apple filled with characters of its own are not here: such a pair is malformed, also where the Windows
//! page has something else in its place.

use encoding_rs::{self as e, EncoderResult, Encoding};

use super::converted::{Decoded, Encoded};

/// A double-byte set.
pub(super) struct Wide {
    /// What the pairs are in.
    encoding: &'static Encoding,
    /// Single bytes.
    singles: &'static [(u8, char)],
    /// Whether this first and second byte stand for the same in both sets.
    is_common: fn(u8, u8) -> bool,
    /// Whether single bytes from 0xA1 to 0xDF are halfwidth katakana, as in the encoding.
    has_katakana: bool,
}

/// Code page 10001.
pub(super) const JAPANESE: Wide = Wide {
    encoding: e::SHIFT_JIS,
    singles: &[(0x80, '\\'), (0xA0, '\u{A0}'), (0xFD, '©'), (0xFE, '™'), (0xFF, '…')],
    is_common: |lead, _| matches!(lead, 0x81..=0x84 | 0x89..=0x9F | 0xE0..=0xEA),
    has_katakana: true,
};

/// Code page 10002.
pub(super) const TRADITIONAL_CHINESE: Wide = Wide {
    encoding: e::BIG5,
    singles: &[(0x80, '\\'), (0xA0, '\u{A0}'), (0xFD, '©'), (0xFE, '™'), (0xFF, '…')],
    is_common: |lead, _| matches!(lead, 0xA1..=0xC6 | 0xC9..=0xF9),
    has_katakana: false,
};

/// Code page 10003.
pub(super) const KOREAN: Wide = Wide {
    encoding: e::EUC_KR,
    singles: &[(0x80, '\u{A0}'), (0x81, '₩'), (0x82, '–'), (0x83, '©'), (0x84, '＿'), (0xFF, '…')],
    // Windows has the signs of euro and trade mark in the second row where Apple has numbers in boxes.
    is_common: |lead, trail| matches!(lead, 0xA1..=0xC8 | 0xCA..=0xFD) && trail >= 0xA1 && !(lead == 0xA2 && trail >= 0xE6),
    has_katakana: false,
};

/// Code page 10008.
pub(super) const SIMPLIFIED_CHINESE: Wide = Wide {
    encoding: e::GBK,
    singles: &[(0x80, 'ü'), (0xA0, '\u{A0}'), (0xFD, '©'), (0xFE, '™'), (0xFF, '…')],
    is_common: |lead, trail| matches!(lead, 0xA1..=0xA9 | 0xB0..=0xF7) && trail >= 0xA1,
    has_katakana: false,
};

/// Whether a byte can be the second of a pair.
fn is_trail(byte: u8) -> bool {
    (0x40..=0xFE).contains(&byte) && byte != 0x7F
}

/// Whether bytes begin with the first byte of a pair, in some row.
fn is_lead(set: &Wide, bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|lead| set.has_katakana || *lead >= 0xA1)
}

pub(super) fn decode<'a>(set: &Wide, bytes: &'a [u8]) -> Decoded<'a> {
    if let Some(ascii) = Decoded::ascii(bytes) {
        return ascii;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut malformed = false;
    // Pairs, and single bytes that stand for the same in both sets.
    let mut run: Vec<u8> = Vec::new();
    let mut rest = bytes;
    loop {
        rest = match rest {
            [lead, trail, tail @ ..] if (set.is_common)(*lead, *trail) && is_trail(*trail) => {
                run.extend([*lead, *trail]);
                tail
            }
            [byte, tail @ ..] if byte.is_ascii() || (set.has_katakana && matches!(byte, 0xA1..=0xDF)) => {
                run.push(*byte);
                tail
            }
            other => {
                let decoded = set.encoding.decode_without_bom_handling(&run);
                text.push_str(&decoded.0);
                malformed |= decoded.1;
                run.clear();
                let (single, tail) = match other {
                    [] => return Decoded::owned(text, malformed),
                    [byte, tail @ ..] => (set.singles.iter().find(|(known, _)| known == byte).map(|(_, c)| *c), tail),
                };
                malformed |= single.is_none();
                text.push(single.unwrap_or(char::REPLACEMENT_CHARACTER));
                match tail {
                    // The second byte of a pair that is not here. One of ASCII is kept, whatever it belongs to.
                    [trail, tail @ ..] if single.is_none() && is_lead(set, other) && !trail.is_ascii() && is_trail(*trail) => {
                        tail
                    }
                    tail => tail,
                }
            }
        };
    }
}

pub(super) fn encode(set: &Wide, text: &str) -> Encoded {
    let mut encoded = Encoded::default();
    for c in text.chars() {
        let single = set.singles.iter().find(|(_, known)| *known == c && !c.is_ascii()).map(|(byte, _)| *byte);
        match u8::try_from(c).ok().filter(u8::is_ascii).or(single) {
            Some(byte) => encoded.bytes.push(byte),
            None => match common_bytes(set, c) {
                Some(bytes) => encoded.bytes.extend(bytes),
                None => encoded.push_unmappable(),
            },
        }
    }
    encoded
}

/// The bytes of a character that the two sets have in common.
fn common_bytes(set: &Wide, c: char) -> Option<Vec<u8>> {
    let mut utf8 = [0; 4];
    // Ten bytes: the encoder wants room for its worst case before it starts.
    let mut bytes = [0; 10];
    let (result, _, written) =
        set.encoding.new_encoder().encode_from_utf8_without_replacement(c.encode_utf8(&mut utf8), &mut bytes, true);
    match (result, bytes.get(..written)?) {
        (EncoderResult::InputEmpty, [byte]) if set.has_katakana && matches!(byte, 0xA1..=0xDF) => Some(vec![*byte]),
        (EncoderResult::InputEmpty, [lead, trail]) if (set.is_common)(*lead, *trail) => Some(vec![*lead, *trail]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (set, text, bytes): by Perl's Encode, whose MacJapanese and so on are made of Apple's mapping files.
    const BOTH: &[(&Wide, &str, &[u8])] = &[
        (&JAPANESE, "日本語 ｱｲ ©™…", b"\x93\xFA\x96{\x8C\xEA \xB1\xB2 \xFD\xFE\xFF"),
        (&JAPANESE, "お読みください\u{A0}ソ", b"\x82\xA8\x93\xC7\x82\xDD\x82\xAD\x82\xBE\x82\xB3\x82\xA2\xA0\x83\\"),
        (&TRADITIONAL_CHINESE, "中文 功©™…", b"\xA4\xA4\xA4\xE5 \xA5\\\xFD\xFE\xFF"),
        (&KOREAN, "한국어 ₩5–6…", b"\xC7\xD1\xB1\xB9\xBE\xEE \x815\x826\xFF"),
        (&SIMPLIFIED_CHINESE, "中文 ü©™…", b"\xD6\xD0\xCE\xC4 \x80\xFD\xFE\xFF"),
    ];

    #[test]
    fn decodes_and_encodes() {
        for (set, text, bytes) in BOTH {
            assert_eq!(decode(set, bytes), Decoded::owned((*text).to_owned(), false), "{text}");
            assert_eq!(encode(set, text), Encoded { bytes: bytes.to_vec(), unmappable: 0 }, "{text}");
        }
        assert_eq!(decode(&JAPANESE, b"\x80").text, "\\");
    }

    /// What Apple has in these places, if anything, is not what Windows has there.
    #[test]
    fn what_apple_has_of_its_own_is_malformed_and_nothing_else() {
        for (set, bytes, text) in [
            (&JAPANESE, &b"a\x85\x40b"[..], "a\u{FFFD}@b"),
            (&JAPANESE, b"\x87\x9F\x93\xFA", "\u{FFFD}日"),
            (&KOREAN, b"\xA2\xE6\xC7\xD1", "\u{FFFD}한"),
            (&KOREAN, b"\xA1\x41.", "\u{FFFD}A."),
            (&SIMPLIFIED_CHINESE, b"\x81@\xD6\xD0", "\u{FFFD}@中"),
            (&TRADITIONAL_CHINESE, b"\xA4", "\u{FFFD}"),
            (&TRADITIONAL_CHINESE, b"\x81\xA4\xA4", "\u{FFFD}中"),
        ] {
            let decoded = decode(set, bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, true), "{bytes:x?}");
        }
        assert_eq!(encode(&KOREAN, "€中😀"), Encoded { bytes: b"?\xF1\xE9?".to_vec(), unmappable: 2 });
    }
}
