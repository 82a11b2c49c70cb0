//! ISO-2022-JP (RFC 1468) and its Windows variants, code pages 50220-50222.
//!
//! ```text
//! ESC ( B   ASCII                        ESC $ @   JIS X 0208-1978, read as 1983
//! ESC ( J   JIS X 0201 Roman             ESC $ B   JIS X 0208-1983
//! ESC ( I   JIS X 0201 katakana          SO ... SI JIS X 0201 katakana
//! ```
//!
//! The three pages are read alike. They differ in how half-width katakana are written: widened to full width (50220), by
//! ESC ( I (50221), by SO and SI (50222).
//!
//! Tolerated: escapes without text between them (joined pieces of text have them), line ends, spaces and controls within a
//! double-byte run. What `encoding_rs` calls an error there is rewritten before it sees it.

use encoding_rs::ISO_2022_JP;

use super::converted::{Decoded, Encoded};
use super::whatwg;

const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;

const ASCII: &[u8] = b"\x1B(B";
const ROMAN: &[u8] = b"\x1B(J";
const KATAKANA: &[u8] = b"\x1B(I";
const JIS_X_0208: &[u8] = b"\x1B$B";

/// How half-width katakana are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HalfwidthKana {
    /// As full-width katakana (50220).
    Widen,
    /// By ESC ( I (50221).
    Escape,
    /// By SO and SI (50222).
    ShiftOut,
}

pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if !bytes.iter().any(|byte| matches!(*byte, 0x1B | SHIFT_OUT | SHIFT_IN)) {
        return whatwg::decode(ISO_2022_JP, bytes);
    }
    let plain = normalise(bytes);
    let decoded = whatwg::decode(ISO_2022_JP, &plain);
    Decoded::owned(decoded.text.into_owned(), decoded.malformed)
}

/// The same text with an escape only where the set changes, no shifts, and controls and spaces in ASCII.
fn normalise(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut designated = ASCII;
    let mut shifted = false;
    let mut written = ASCII;
    let mut rest = bytes;
    while let Some((byte, tail)) = rest.split_first() {
        rest = match rest {
            [0x1B, b'(', b'B', tail @ ..] => {
                designated = ASCII;
                tail
            }
            [0x1B, b'(', b'J', tail @ ..] => {
                designated = ROMAN;
                tail
            }
            [0x1B, b'(', b'I', tail @ ..] => {
                designated = KATAKANA;
                tail
            }
            [0x1B, b'$', b'@' | b'B', tail @ ..] => {
                designated = JIS_X_0208;
                tail
            }
            [SHIFT_OUT, tail @ ..] => {
                shifted = true;
                tail
            }
            [SHIFT_IN, tail @ ..] => {
                shifted = false;
                tail
            }
            _ => {
                let wanted = match *byte {
                    0..=0x20 if shifted || designated != ROMAN => ASCII,
                    _ if shifted => KATAKANA,
                    _ => designated,
                };
                if wanted != written {
                    out.extend_from_slice(wanted);
                    written = wanted;
                }
                out.push(*byte);
                tail
            }
        };
    }
    out
}

pub(super) fn encode(kana: HalfwidthKana, text: &str) -> Encoded {
    let (start, end) = match kana {
        HalfwidthKana::Widen => return whatwg::encode(ISO_2022_JP, text),
        HalfwidthKana::Escape => (KATAKANA, ASCII),
        HalfwidthKana::ShiftOut => (&[SHIFT_OUT][..], &[SHIFT_IN][..]),
    };
    let mut encoded = Encoded::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (other, tail) = split_where(rest, |c| halfwidth(c).is_some());
        let piece = whatwg::encode(ISO_2022_JP, other);
        encoded.bytes.extend(piece.bytes);
        encoded.unmappable = encoded.unmappable.saturating_add(piece.unmappable);

        let (run, tail) = split_where(tail, |c| halfwidth(c).is_none());
        if !run.is_empty() {
            encoded.bytes.extend_from_slice(start);
            encoded.bytes.extend(run.chars().filter_map(halfwidth));
            encoded.bytes.extend_from_slice(end);
        }
        rest = tail;
    }
    encoded
}

/// The 7-bit JIS X 0201 code, 0x21-0x5F, of half-width katakana and its punctuation, U+FF61-U+FF9F.
fn halfwidth(c: char) -> Option<u8> {
    let offset = u32::from(c).checked_sub(0xFF61)?;
    u8::try_from(offset).ok()?.checked_add(0x21).filter(|code| *code <= 0x5F)
}

/// The text before the first character that `stop` holds for, and the rest.
fn split_where(text: &str, stop: impl Fn(char) -> bool) -> (&str, &str) {
    let at = text.find(stop).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    // (how, text, bytes); the bytes by Python's `iso2022_jp` and `iso2022_jp_ext`, those with Roman and SO by hand: Python
    // returns to ASCII sooner, and does not know SO.
    const BOTH: &[(HalfwidthKana, &str, &[u8])] = &[
        (HalfwidthKana::Widen, "", b""),
        (HalfwidthKana::Widen, "日本語 abc テスト", b"\x1B$BF|K\\8l\x1B(B abc \x1B$B%F%9%H\x1B(B"),
        (HalfwidthKana::Widen, "¥100 日本", b"\x1B(J\\100 \x1B$BF|K\\\x1B(B"),
        (HalfwidthKana::Widen, "日\n本", b"\x1B$BF|\x1B(B\n\x1B$BK\\\x1B(B"),
        (HalfwidthKana::Escape, "a ｱｲｳ 日本", b"a \x1B(I123\x1B(B \x1B$BF|K\\\x1B(B"),
        (HalfwidthKana::ShiftOut, "a ｱｲｳ 日本ﾟ", b"a \x0E123\x0F \x1B$BF|K\\\x1B(B\x0E_\x0F"),
    ];

    #[test]
    fn decodes_and_encodes() {
        for (kana, text, bytes) in BOTH {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (*text, false), "{text}");
            assert_eq!(encode(*kana, text), Encoded { bytes: bytes.to_vec(), unmappable: 0 }, "{text}");
        }
    }

    #[test]
    fn code_page_50220_widens_katakana() {
        // Python's `iso2022_jp` has no half-width katakana; full-width ア is 25 22 in JIS X 0208.
        assert_eq!(encode(HalfwidthKana::Widen, "ｱ").bytes, b"\x1B$B%\"\x1B(B");
    }

    #[test]
    fn tolerates_what_is_seen() {
        for (bytes, text) in [
            (&b"\x1B$BF|\x1B(B\x1B$BK\\\x1B(B"[..], "日本"), // joined pieces
            (b"\x1B$BF|\nK\\\x1B(B", "日\n本"),              // no return to ASCII at the line's end
            (b"\x1B$BF| K\\", "日 本"),                      // a space in the run
            (b"\x1B$@F|\x1B(Ba\x1B(B", "日a"),               // JIS C 6226-1978
            (b"\x1B$BF|\x0E1\x0FK\\\x1B(B", "日ｱ本"),        // shift within a run: back to the run
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, false), "{text}");
        }
    }

    #[test]
    fn flags_damage() {
        for (bytes, text) in [
            (&b"\x1B$BF|K"[..], "日\u{FFFD}"),
            (b"\x1B$BF\nA", "\u{FFFD}\n\u{FFFD}"),
            (b"\xB1", "\u{FFFD}"),
            (b"\x1B$)CGQ", "\u{FFFD}$)CGQ"),
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, true), "{text:?}");
        }
    }

    #[test]
    fn counts_what_does_not_fit() {
        assert_eq!(encode(HalfwidthKana::Widen, "日é\u{1B}").bytes, b"\x1B$BF|\x1B(B??");
        assert_eq!(
            encode(HalfwidthKana::Escape, "é日ｱ😀"),
            Encoded { bytes: b"?\x1B$BF|\x1B(B\x1B(I1\x1B(B?".to_vec(), unmappable: 2 }
        );
    }
}
