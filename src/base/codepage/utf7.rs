//! UTF-7 (RFC 2152), code page 65000.
//!
//! ```text
//! + base64 of UTF-16BE, unpadded, then '-' or any byte that is not base64
//! +-   a plus sign
//! ```
//!
//! Every ASCII character outside of base64 stands for itself on reading, even the few RFC 2152 would not have there. On
//! writing, the optional direct characters (Set O) stand for themselves too, which keeps markup readable.
//!
//! A run of eight base64 digits is three UTF-16 units, so both directions work on such groups.

use super::converted::{Decoded, Encoded};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Where the eight digits of a group stand in its 48 bits.
const SHIFTS: [u32; 8] = [42, 36, 30, 24, 18, 12, 6, 0];

pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if !bytes.contains(&b'+') {
        if let Some(ascii) = Decoded::ascii(bytes) {
            return ascii;
        }
    }
    let mut text = String::with_capacity(bytes.len());
    let mut malformed = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return Decoded::owned(text, malformed),
            [b'+', b'-', tail @ ..] => {
                text.push('+');
                tail
            }
            [b'+', tail @ ..] => {
                let digits: Vec<u8> = tail.iter().map_while(|byte| digit_value(*byte)).collect();
                if digits.is_empty() {
                    // Not UTF-7 at all, most likely; the sign says more than U+FFFD.
                    text.push('+');
                    malformed = true;
                } else {
                    malformed |= decode_run(&digits, &mut text);
                }
                let after = tail.get(digits.len()..).unwrap_or_default();
                match after {
                    [b'-', after @ ..] if !digits.is_empty() => after,
                    _ => after,
                }
            }
            [byte, tail @ ..] => {
                let c = if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
                malformed |= !byte.is_ascii();
                text.push(c);
                tail
            }
        };
    }
}

/// Decodes the values of a run of base64 digits; answers whether something was wrong with it.
fn decode_run(digits: &[u8], text: &mut String) -> bool {
    let mut units = Vec::new();
    let mut leftover = Leftover::None;
    for group in digits.chunks(8) {
        let bits = SHIFTS.iter().zip(group).fold(0u64, |bits, (shift, digit)| bits | u64::from(*digit).wrapping_shl(*shift));
        let [_, _, a, b, c, d, e, f] = bits.to_be_bytes();
        let all = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]), u16::from_be_bytes([e, f])];
        // A unit takes 16 bits, a digit gives 6.
        let (count, complete) = match group.len() {
            8 => (3, true),
            7 => (2, false),
            6 => (2, true),
            4 | 5 => (1, false),
            3 => (1, true),
            _ => (0, false),
        };
        units.extend(all.iter().take(count));
        leftover = match all.get(count) {
            _ if !complete => Leftover::Digits,
            Some(padding) if *padding != 0 => Leftover::Bits,
            _ => Leftover::None,
        };
    }
    let mut malformed = leftover != Leftover::None;
    for unit in char::decode_utf16(units) {
        malformed |= unit.is_err();
        text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if leftover == Leftover::Digits {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    malformed
}

/// What follows the last unit of a run.
#[derive(PartialEq, Eq)]
enum Leftover {
    /// Zero bits up to the end of the digit.
    None,
    /// Bits that are not zero: no text, but not what a writer writes.
    Bits,
    /// At least one digit: part of a unit.
    Digits,
}

pub(super) fn encode(text: &str) -> Encoded {
    let mut bytes = Vec::with_capacity(text.len());
    let mut run: Vec<u16> = Vec::new();
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(byte) if is_direct(byte) => {
                if !run.is_empty() {
                    encode_run(&run, &mut bytes);
                    run.clear();
                    // The mark is needed where the next byte would be taken for part of the run or for the mark.
                    if byte == b'-' || digit_value(byte).is_some() {
                        bytes.push(b'-');
                    }
                }
                bytes.push(byte);
            }
            Ok(b'+') if run.is_empty() => bytes.extend(b"+-"),
            _ => run.extend(c.encode_utf16(&mut [0; 2]).iter()),
        }
    }
    if !run.is_empty() {
        encode_run(&run, &mut bytes);
        bytes.push(b'-');
    }
    Encoded { bytes, unmappable: 0 }
}

fn encode_run(units: &[u16], bytes: &mut Vec<u8>) {
    bytes.push(b'+');
    for group in units.chunks(3) {
        let bits = [32, 16, 0].iter().zip(group).fold(0u64, |bits, (shift, unit)| bits | u64::from(*unit).wrapping_shl(*shift));
        let digits = match group.len() {
            1 => 3,
            2 => 6,
            _ => 8,
        };
        bytes.extend(SHIFTS.iter().take(digits).filter_map(|shift| {
            let value = usize::try_from(bits.wrapping_shr(*shift) & 0x3F).ok()?;
            DIGITS.get(value)
        }));
    }
}

/// Sets D and O of RFC 2152 and the white space of its rule 3: what stands for itself. Not `+`, `\` and `~`.
fn is_direct(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'}') && !matches!(byte, b'+' | b'\\')
}

/// The value of a base64 digit.
fn digit_value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => byte.checked_sub(b'A'),
        b'a'..=b'z' => byte.checked_sub(b'a')?.checked_add(26),
        b'0'..=b'9' => byte.checked_sub(b'0')?.checked_add(52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // (text, bytes); the examples of RFC 2152 as Python's `utf-7` encodes them (RFC 2152 leaves the choice of marks), then
    // others of Python's.
    const BOTH: &[(&str, &[u8])] = &[
        ("", b""),
        ("A≢Α.", b"A+ImIDkQ."),
        ("日本語", b"+ZeVnLIqe-"),
        ("Hi Mom -☺-!", b"Hi Mom -+Jjo--!"),
        ("Item 3 is £1.", b"Item 3 is +AKM-1."),
        ("1 + 1 = 2 \\ ~ 😀é+x-y", b"1 +- 1 = 2 +AFw +AH4 +2D3eAADpACs-x-y"),
        ("é-é/é", b"+AOk--+AOk-/+AOk-"),
        ("\0\x1B<b>\r\n\t</b>", b"+AAAAGw<b>\r\n\t</b>"),
    ];

    #[test]
    fn decodes_and_encodes() {
        for (text, bytes) in BOTH {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (*text, false), "{text:?}");
            assert_eq!(encode(text), Encoded { bytes: bytes.to_vec(), unmappable: 0 }, "{text:?}");
        }
    }

    #[test]
    fn decodes_what_others_write() {
        for (bytes, text) in [
            (&b"~\\!"[..], "~\\!"),  // characters that RFC 2152 would have in base64
            (b"+AGE-+AGI-", "ab"),   // base64 where it need not be
            (b"+AOk", "é"),          // ended by the end
            (b"+ACEAIg-", "!\""),    // Set O in base64, as Windows writes it
            (b"A+ImIDkQ-.", "A≢Α."), // the mark where it need not be
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, false), "{text:?}");
        }
    }

    #[test]
    fn flags_damage() {
        for (bytes, text) in [
            (&b"\xE9"[..], "\u{FFFD}"),
            (b"a + b", "a + b"), // a bare plus sign
            (b"+", "+"),
            (b"+AO-x", "\u{FFFD}x"), // less than a unit
            (b"+AOkA-x", "é\u{FFFD}x"),
            (b"+AOl-", "é"),                     // bits after the last unit
            (b"+2D0-", "\u{FFFD}"),              // an unpaired surrogate
            (b"+2D0-+3gA-", "\u{FFFD}\u{FFFD}"), // a pair over two runs
        ] {
            let decoded = decode(bytes);
            assert_eq!((&*decoded.text, decoded.malformed), (text, true), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn comes_back(text in any::<String>()) {
            let encoded = encode(&text);
            prop_assert_eq!(encoded.unmappable, 0);
            prop_assert!(encoded.bytes.is_ascii());
            let decoded = decode(&encoded.bytes);
            prop_assert_eq!(&*decoded.text, &*text);
            prop_assert!(!decoded.malformed);
        }
    }
}
