//! Code pages of one byte a character that `encoding_rs` does not have as Windows has them: the OEM pages of `oem_cp`, ISO
//! 8859 parts proper, ASCII and its national variants (ISO 646).

use encoding_rs::Encoding;
use oem_cp::OEMCPHashMap;
use oem_cp::code_table_type::TableType;

use super::converted::{Decoded, Encoded};
use super::whatwg;

/// An ISO 646 variant: bytes that stand for something other than in ASCII, and for what.
pub(super) type Replaced = [(u8, char)];

/// DIN 66003, code page 20106.
pub(super) const GERMAN: [(u8, char); 8] =
    [(0x40, '§'), (0x5B, 'Ä'), (0x5C, 'Ö'), (0x5D, 'Ü'), (0x7B, 'ä'), (0x7C, 'ö'), (0x7D, 'ü'), (0x7E, 'ß')];
/// SEN 850200 B, code page 20107.
pub(super) const SWEDISH: [(u8, char); 8] =
    [(0x24, '¤'), (0x5B, 'Ä'), (0x5C, 'Ö'), (0x5D, 'Å'), (0x7B, 'ä'), (0x7C, 'ö'), (0x7D, 'å'), (0x7E, '‾')];
/// NS 4551-1, code page 20108.
pub(super) const NORWEGIAN: [(u8, char); 7] =
    [(0x5B, 'Æ'), (0x5C, 'Ø'), (0x5D, 'Å'), (0x7B, 'æ'), (0x7C, 'ø'), (0x7D, 'å'), (0x7E, '‾')];

/// Decodes an OEM page. The lower half is ASCII in all of them, controls included (864 too, where some tables have an Arabic
/// percent sign).
pub(super) fn decode_oem<'a>(table: &TableType, bytes: &'a [u8]) -> Decoded<'a> {
    if let Some(ascii) = Decoded::ascii(bytes) {
        return ascii;
    }
    let mut malformed = false;
    let text = bytes
        .iter()
        .map(|byte| {
            table.decode_char_checked(*byte).unwrap_or_else(|| {
                malformed = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    Decoded::owned(text, malformed)
}

pub(super) fn encode_oem(table: &OEMCPHashMap<char, u8>, text: &str) -> Encoded {
    encode_by(text, |c| oem_cp::encode_char_checked(c, table))
}

/// Decodes an ISO 8859 part that a Windows page extends: as that page, but bytes 0x80-0x9F are C1 controls.
pub(super) fn decode_iso<'a>(windows: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    if !bytes.iter().copied().any(is_c1_byte) {
        return whatwg::decode(windows, bytes);
    }
    let mut text = String::with_capacity(bytes.len());
    let mut malformed = false;
    for run in bytes.chunk_by(|a, b| is_c1_byte(*a) == is_c1_byte(*b)) {
        if run.iter().copied().any(is_c1_byte) {
            text.extend(run.iter().copied().map(char::from));
        } else {
            let decoded = whatwg::decode(windows, run);
            text.push_str(&decoded.text);
            malformed |= decoded.malformed;
        }
    }
    Decoded::owned(text, malformed)
}

pub(super) fn encode_iso(windows: &'static Encoding, text: &str) -> Encoded {
    // One byte a character, so that the characters tell which of those bytes are not in the ISO part.
    let by_windows = whatwg::encode(windows, text).bytes;
    let mut bytes = by_windows.into_iter();
    encode_by(text, |c| match (u8::try_from(c), bytes.next()?) {
        (Ok(c1), _) if is_c1_byte(c1) => Some(c1),
        (_, byte) if is_c1_byte(byte) => None,
        (_, b'?') if c != '?' => None,
        (_, byte) => Some(byte),
    })
}

/// Decodes ASCII or a national variant. Bytes from 0x80 are not theirs; they are shown as windows-1252 and flagged.
pub(super) fn decode_seven_bit<'a>(replaced: &Replaced, bytes: &'a [u8]) -> Decoded<'a> {
    let is_replaced = |byte: u8| replaced.iter().find(|(code, _)| *code == byte);
    let decoded = whatwg::decode(encoding_rs::WINDOWS_1252, bytes);
    let malformed = !bytes.is_ascii();
    if !bytes.iter().any(|byte| is_replaced(*byte).is_some()) {
        return Decoded { malformed, ..decoded };
    }
    let text = decoded.text.chars().map(|c| u8::try_from(c).ok().and_then(is_replaced).map_or(c, |(_, other)| *other)).collect();
    Decoded::owned(text, malformed)
}

pub(super) fn encode_seven_bit(replaced: &Replaced, text: &str) -> Encoded {
    encode_by(text, |c| {
        let by_variant = replaced.iter().find(|(_, other)| *other == c).map(|(code, _)| *code);
        let by_ascii = || u8::try_from(c).ok().filter(|byte| byte.is_ascii() && replaced.iter().all(|(code, _)| code != byte));
        by_variant.or_else(by_ascii)
    })
}

/// A byte for every character, `?` where there is none.
pub(super) fn encode_by(text: &str, mut byte_of: impl FnMut(char) -> Option<u8>) -> Encoded {
    let mut encoded = Encoded { bytes: Vec::with_capacity(text.len()), unmappable: 0 };
    for c in text.chars() {
        match byte_of(c) {
            Some(byte) => encoded.bytes.push(byte),
            None => encoded.push_unmappable(),
        }
    }
    encoded
}

fn is_c1_byte(byte: u8) -> bool {
    (0x80..=0x9F).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CodePage;

    #[test]
    fn national_variants_replace_some_of_ascii() {
        // By glibc's iconv: DIN_66003, SEN_850200_B, NS_4551-1.
        for (page, text) in [(20106, "#$§ÄÖÜ^`äöüß"), (20107, "#¤@ÄÖÅ^`äöå‾"), (20108, "#$@ÆØÅ^`æøå‾")] {
            let bytes = b"#$@[\\]^`{|}~";
            let decoded = CodePage(page).decode(bytes).unwrap();
            assert_eq!((&*decoded.text, decoded.malformed), (text, false));
            assert_eq!(CodePage(page).encode(text).unwrap(), Encoded { bytes: bytes.to_vec(), unmappable: 0 });
        }
        assert_eq!(CodePage(20106).encode("[a]").unwrap(), Encoded { bytes: b"?a?".to_vec(), unmappable: 2 });
        let eight_bit = CodePage(20106).decode(b"[\xE9]").unwrap();
        assert_eq!((&*eight_bit.text, eight_bit.malformed), ("ÄéÜ", true));
    }

    #[test]
    fn ascii_shows_other_bytes_as_windows_1252_and_flags_them() {
        let decoded = CodePage::US_ASCII.decode(b"a\x80\xE9").unwrap();
        assert_eq!((&*decoded.text, decoded.malformed), ("a€é", true));
        assert_eq!(CodePage::US_ASCII.encode("a€é").unwrap(), Encoded { bytes: b"a??".to_vec(), unmappable: 2 });
    }

    #[test]
    fn iso_parts_have_c1_controls_where_windows_has_more() {
        for page in [28591, 28599, 28601].map(CodePage) {
            let bytes: Vec<u8> = (0x80..=0xA0).collect();
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            assert_eq!(page.decode(&bytes).unwrap(), Decoded::owned(text.clone(), false), "{page}");
            assert_eq!(page.encode(&text).unwrap(), Encoded { bytes, unmappable: 0 }, "{page}");
            assert_eq!(page.encode("€?…x").unwrap(), Encoded { bytes: b"???x".to_vec(), unmappable: 2 }, "{page}");
        }
        let mixed = CodePage::ISO_8859_1.decode(b"\xE9\x85\xE9").unwrap();
        assert_eq!(mixed.text, "é\u{85}é");
        // ISO 8859-11 is not full.
        assert!(CodePage(28601).decode(b"\x80\xFF").unwrap().malformed);
    }

    #[test]
    fn every_byte_of_latin_1_is_its_code_point() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        assert_eq!(CodePage::ISO_8859_1.decode(&bytes).unwrap().text, text);
        assert_eq!(CodePage::ISO_8859_1.encode(&text).unwrap().bytes, bytes);
    }

    #[test]
    fn every_byte_of_an_oem_page_comes_back() {
        for page in [437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 869].map(CodePage) {
            for byte in 0..=255 {
                let decoded = page.decode(std::slice::from_ref(&byte)).unwrap().into_owned_text();
                // Bytes without a character by Python's `cp857` and `cp864` (which lacks three C1 controls besides).
                let missing = match page.0 {
                    857 => matches!(byte, 0xD5 | 0xE7 | 0xF2),
                    864 => matches!(byte, 0xA6 | 0xA7 | 0xFF),
                    _ => false,
                };
                match decoded {
                    (text, true) => assert!(missing && text == "\u{FFFD}", "{page} {byte:02X}"),
                    (text, false) => {
                        assert!(!missing, "{page} {byte:02X}");
                        assert_eq!(page.encode(&text).unwrap(), Encoded { bytes: vec![byte], unmappable: 0 }, "{page}");
                    }
                }
            }
        }
    }

    impl Decoded<'_> {
        fn into_owned_text(self) -> (String, bool) {
            (self.text.into_owned(), self.malformed)
        }
    }
}
