//! UTF-16 and UTF-32 of either byte order: code pages 1200, 1201, 12000, 12001. No byte order mark is looked for or written.
//!
//! Unpaired surrogates, invalid code points and an incomplete unit at the end become U+FFFD each.

use super::converted::{Decoded, Encoded};
use super::whatwg;

/// The order of the bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endian {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
}

pub(super) fn decode_utf16(endian: Endian, bytes: &[u8]) -> Decoded<'_> {
    match endian {
        Endian::Little => whatwg::decode(encoding_rs::UTF_16LE, bytes),
        Endian::Big => whatwg::decode(encoding_rs::UTF_16BE, bytes),
    }
}

pub(super) fn encode_utf16(endian: Endian, text: &str) -> Encoded {
    let bytes = text.encode_utf16().flat_map(|unit| match endian {
        Endian::Little => unit.to_le_bytes(),
        Endian::Big => unit.to_be_bytes(),
    });
    Encoded { bytes: bytes.collect(), unmappable: 0 }
}

pub(super) fn decode_utf32(endian: Endian, bytes: &[u8]) -> Decoded<'_> {
    let mut malformed = false;
    let text = bytes
        .chunks(4)
        .map(|chunk| {
            let unit = <[u8; 4]>::try_from(chunk).ok().map(|unit| match endian {
                Endian::Little => u32::from_le_bytes(unit),
                Endian::Big => u32::from_be_bytes(unit),
            });
            unit.and_then(char::from_u32).unwrap_or_else(|| {
                malformed = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded::owned(text, malformed)
}

pub(super) fn encode_utf32(endian: Endian, text: &str) -> Encoded {
    let bytes = text.chars().map(u32::from).flat_map(|unit| match endian {
        Endian::Little => unit.to_le_bytes(),
        Endian::Big => unit.to_be_bytes(),
    });
    Encoded { bytes: bytes.collect(), unmappable: 0 }
}

#[cfg(test)]
mod tests {
    use crate::CodePage;

    #[test]
    fn flags_damage() {
        for (page, bytes, text) in [
            (1200, &b"A\0\x3D\xD8B\0"[..], "A\u{FFFD}B"), // an unpaired surrogate
            (1200, b"A\0B", "A\u{FFFD}"),                 // an odd byte
            (1201, b"\xDE\0\0A", "\u{FFFD}A"),
            (12000, b"A\0\0\0B\0\0", "A\u{FFFD}"),
            (12000, b"\0\xD8\0\0A\0\0\0", "\u{FFFD}A"), // a surrogate
            (12001, b"\0\x11\0\0", "\u{FFFD}"),         // beyond U+10FFFF
        ] {
            let decoded = CodePage(page).decode(bytes).unwrap();
            assert_eq!((&*decoded.text, decoded.malformed), (text, true), "{page}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_text() {
        assert_eq!(CodePage::UTF_16LE.decode(b"\xFF\xFEA\0").unwrap().text, "\u{FEFF}A");
        assert_eq!(CodePage::UTF_8.decode(b"\xEF\xBB\xBFA").unwrap().text, "\u{FEFF}A");
        let other_order = CodePage::UTF_16LE.decode(b"\xFE\xFF").unwrap();
        assert_eq!((&*other_order.text, other_order.malformed), ("\u{FFFE}", false));
        // Not taken for UTF-8 because of a mark.
        assert_eq!(CodePage::WINDOWS_1252.decode(b"\xEF\xBB\xBF").unwrap().text, "ï»¿");
    }
}
