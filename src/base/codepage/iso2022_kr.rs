//! ISO-2022-KR (RFC 1557), code page 50225: KS X 1001 in 7 bits. Browsers refuse it, mail has it.
//!
//! ```text
//! text       = designator, then ASCII with runs of pairs
//! designator = ESC $ ) C                once, before the first SO
//! run        = SO 1*(two bytes 0x21-0x7E) SI
//! ```
//!
//! Tolerated: a designator missing or anywhere, spaces and controls within a run, a run not ended at its line's end.

use super::converted::{Decoded, Encoded};
use super::pairs::{PairText, pair_of};

const DESIGNATOR: &[u8] = b"\x1B$)C";
const ESC: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if !bytes.iter().any(|byte| matches!(*byte, ESC | SHIFT_OUT | SHIFT_IN)) {
        if let Some(ascii) = Decoded::ascii(bytes) {
            return ascii;
        }
    }
    let mut text = PairText::new(encoding_rs::EUC_KR);
    let mut shifted = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return text.finish(),
            [ESC, b'$', b')', b'C', tail @ ..] => tail,
            [SHIFT_OUT, tail @ ..] => {
                shifted = true;
                tail
            }
            [SHIFT_IN, tail @ ..] => {
                shifted = false;
                tail
            }
            [ESC, tail @ ..] => {
                text.push_malformed();
                tail
            }
            other => text.push_next(other, &mut shifted),
        };
    }
}

/// The designator is written only where there is something to shift to, so ASCII stays ASCII.
pub(super) fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded::default();
    if text.chars().any(|c| pair_of(encoding_rs::EUC_KR, c).is_some()) {
        encoded.bytes.extend_from_slice(DESIGNATOR);
    }
    let mut shifted = false;
    for c in text.chars() {
        let pair = pair_of(encoding_rs::EUC_KR, c);
        if pair.is_some() != shifted {
            shifted = pair.is_some();
            encoded.bytes.push(if shifted { SHIFT_OUT } else { SHIFT_IN });
        }
        match (pair, u8::try_from(c)) {
            (Some(pair), _) => encoded.bytes.extend(pair),
            // These three would be taken for shifts.
            (None, Ok(ESC | SHIFT_OUT | SHIFT_IN) | Err(_)) => encoded.push_unmappable(),
            (None, Ok(byte)) if byte.is_ascii() => encoded.bytes.push(byte),
            (None, Ok(_)) => encoded.push_unmappable(),
        }
    }
    if shifted {
        encoded.bytes.push(SHIFT_IN);
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    // (text, bytes); the bytes by Python's `iso2022_kr`.
    const BOTH: &[(&str, &[u8])] = &[
        ("", b""),
        ("plain\ntext", b"plain\ntext"),
        ("한국어 text 한글", b"\x1B$)C\x0EGQ19>n\x0F text \x0EGQ1[\x0F"),
        ("한글\n둘째 줄\n", b"\x1B$)C\x0EGQ1[\x0F\n\x0E5QB0\x0F \x0EAY\x0F\n"),
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
        // No designator; a space in the run; the line's end ends the run.
        let decoded = decode(b"\x0EGQ 1[\nGQ");
        assert_eq!((&*decoded.text, decoded.malformed), ("한 글\nGQ", false));
    }

    #[test]
    fn flags_damage() {
        for (bytes, text) in [
            (&b"\x0EGQ1"[..], "한\u{FFFD}"),     // half a pair
            (b"\x0E1\x0FA", "\u{FFFD}A"),        // must not become the Unified Hangul pair B1 41
            (b"\x1B$BGQ", "\u{FFFD}$BGQ"),       // another designator
            (b"\xC7\xD1", "\u{FFFD}\u{FFFD}"),   // 8-bit EUC-KR
            (b"\x0E\x2D\x21\x0F.", "\u{FFFD}."), // KS X 1001 has no row 13
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, true));
        }
    }

    #[test]
    fn counts_what_does_not_fit() {
        // 똠 is in Unified Hangul but not in KS X 1001; é and ESC are in neither.
        assert_eq!(encode("한똠é\u{1B}"), Encoded { bytes: b"\x1B$)C\x0EGQ\x0F???".to_vec(), unmappable: 3 });
    }
}
