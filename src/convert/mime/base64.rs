//! Base64 ([RFC 2045] 6.8) in lines, both ways, many lines at once: mails are made of it.
//!
//! Reading is lenient: what is no digit is skipped; padding ends a group, and a text joined of several goes on behind it.

use base64_simd::{AsOut as _, STANDARD, STANDARD_NO_PAD};
use memchr::{memchr, memrchr};

use crate::base::Offset;
use crate::base::wire::Wire;

/// Digits of a line that is written, at most.
const LINE: usize = 76;
/// Bytes of such a line.
const LINE_BYTES: usize = 57;
/// Text that is decoded at once, and bytes that are encoded at once: what the first cache of a processor holds.
const PIECE: usize = 16 << 10;
/// No digit.
const NONE: u8 = 0xFF;

/// The value of each digit, of both alphabets.
// Evaluated by the compiler: what could go wrong would go wrong there.
#[allow(clippy::indexing_slicing, clippy::as_conversions, clippy::arithmetic_side_effects, clippy::cast_possible_truncation)]
const DIGITS: [u8; 256] = {
    let mut table = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut value = 0;
    while value < 64 {
        table[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    table[b'-' as usize] = 62;
    table[b'_' as usize] = 63;
    table
};

fn digit(byte: u8) -> u8 {
    DIGITS.get(usize::from(byte)).copied().unwrap_or(NONE)
}

/// Whether all bytes are digits of the usual alphabet.
pub(super) fn is_digits(bytes: &[u8]) -> bool {
    // Without a branch, so that many are compared at once.
    bytes.iter().fold(true, |all, byte| {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let number = byte.wrapping_sub(b'0') < 10;
        all & (letter | number | (*byte == b'+') | (*byte == b'/'))
    })
}

/// Returns how much of a text, at its front, is surely lines of digits and nothing else: whole lines, and not all that are so.
pub(super) fn plain_front(text: &[u8]) -> usize {
    let mut digits = Vec::new();
    let mut at = 0usize;
    while let Some((piece, last)) =
        text.get(at..).and_then(|rest| rest.get(..PIECE)).and_then(|piece| Some((piece, memrchr(b'\n', piece)?)))
    {
        let end = last.saturating_add(1);
        digits.clear();
        collect_lines(piece.get(..end).unwrap_or_default(), &mut digits);
        let groups = digits.len().saturating_sub(digits.len() % 4);
        let (groups, begun) = digits.split_at_checked(groups).unwrap_or_default();
        if STANDARD_NO_PAD.check(groups).is_err() || !is_digits(begun) {
            break;
        }
        at = at.saturating_add(end);
    }
    at
}

/// Returns the bytes behind a text, whatever is in it: at most three for four of its own.
pub(super) fn decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity((Offset::from(text.len().div_ceil(4)) * 3).index());
    decode_pieces(text, |bytes| out.extend_from_slice(bytes));
    out
}

/// Decodes a text and gives what is in it to `sink`, piece by piece, so that nobody has to hold it.
pub(super) fn decode_pieces(text: &[u8], mut sink: impl FnMut(&[u8])) {
    let mut group = Group::default();
    let mut digits = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // Up to the last line end within the next piece, or, of one long line, whole groups.
        let piece = rest.get(..PIECE).unwrap_or(rest);
        let end =
            if piece.len() < rest.len() { memrchr(b'\n', piece).map_or(PIECE, |at| at.saturating_add(1)) } else { piece.len() };
        let (piece, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        rest = behind;
        digits.clear();
        // What belongs to the group that the piece before began.
        let (begun, piece) = piece.split_at_checked(group.missing_in(piece)).unwrap_or((piece, &[]));
        group.decode(begun, &mut digits);
        sink(&digits);
        digits.clear();
        collect_lines(piece, &mut digits);
        let groups = digits.len().saturating_sub(digits.len() % 4);
        let (groups, begun) = digits.split_at_mut_checked(groups).unwrap_or_default();
        let mut out = Vec::new();
        match STANDARD_NO_PAD.decode_inplace(groups) {
            Ok(bytes) => {
                sink(bytes);
                group.decode(begun, &mut out);
            }
            Err(_) => group.decode(piece, &mut out),
        }
        sink(&out);
    }
    let mut last = Vec::new();
    group.flush(&mut last);
    sink(&last);
}

/// Appends the lines of a text without their ends.
fn collect_lines(text: &[u8], digits: &mut Vec<u8>) {
    let Some(first) = memchr(b'\n', text) else { return digits.extend_from_slice(text) };
    let add = |line: &[u8], digits: &mut Vec<u8>| digits.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    let width = first.saturating_add(1);
    digits.reserve(text.len());
    let mut rest = text;
    // Most mails have lines of 76 digits, which are copied without a call for each.
    if width == LINE + 2 {
        while let Some(([line @ .., b'\r', b'\n'], behind)) = rest.split_first_chunk::<{ LINE + 2 }>() {
            digits.extend_from_slice(line);
            rest = behind;
        }
    } else if width == LINE + 1 && !text.get(..first).is_some_and(|line| line.ends_with(b"\r")) {
        while let Some(([line @ .., b'\n'], behind)) = rest.split_first_chunk::<{ LINE + 1 }>() {
            digits.extend_from_slice(line);
            rest = behind;
        }
    }
    while !rest.is_empty() {
        // Most lines are as long as the first one. A line end within what is taken for a line is no digit, and found by decoding.
        let (line, behind) = match rest.split_at_checked(width) {
            Some((line, behind)) if line.ends_with(b"\n") => (line, behind),
            _ => rest.split_at_checked(memchr(b'\n', rest).map_or(rest.len(), |at| at.saturating_add(1))).unwrap_or((rest, &[])),
        };
        add(line.strip_suffix(b"\n").unwrap_or(line), digits);
        rest = behind;
    }
}

/// Digits that are not a whole group yet.
#[derive(Default)]
struct Group {
    held: u32,
    count: u8,
}

impl Group {
    /// How many bytes of a text to read until the group is whole, or ends.
    fn missing_in(&self, text: &[u8]) -> usize {
        if self.count == 0 {
            return 0;
        }
        let mut missing = 4u8.saturating_sub(self.count);
        let last = text.iter().position(|byte| {
            missing = missing.saturating_sub(u8::from(digit(*byte) != NONE));
            missing == 0 || *byte == b'='
        });
        last.map_or(text.len(), |at| at.saturating_add(1))
    }

    /// Digit by digit.
    fn decode(&mut self, text: &[u8], out: &mut Vec<u8>) {
        for byte in text {
            let value = digit(*byte);
            if value != NONE {
                self.held = self.held << 6 | u32::from(value);
                self.count = self.count.wrapping_add(1);
                if self.count == 4 {
                    let [_, bytes @ ..] = self.held.be_bytes();
                    out.extend_from_slice(&bytes);
                    *self = Group::default();
                }
            } else if *byte == b'=' {
                self.flush(out);
            }
        }
    }

    /// Appends the whole bytes of a group that is not whole. One digit holds none.
    fn flush(&mut self, out: &mut Vec<u8>) {
        let [_, first, second, _] = (self.held << 6u32.saturating_mul(u32::from(4u8.saturating_sub(self.count)))).be_bytes();
        match self.count {
            2 => out.push(first),
            3 => out.extend_from_slice(&[first, second]),
            _ => {}
        }
        *self = Group::default();
    }
}

/// Appends bytes as lines of 76 digits, each with CR LF behind it.
pub(super) fn encode_lines(bytes: &[u8], out: &mut Vec<u8>) {
    let mut digits = vec![0; STANDARD.encoded_length(bytes.len().min(PIECE / LINE_BYTES * LINE_BYTES))];
    for piece in bytes.chunks(PIECE / LINE_BYTES * LINE_BYTES) {
        let mut rest: &[u8] = STANDARD.encode(piece, digits.as_mut_slice().as_out());
        while let Some((line, behind)) = rest.split_first_chunk::<LINE>() {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
            rest = behind;
        }
        if !rest.is_empty() {
            out.extend_from_slice(rest);
            out.extend_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use proptest::prelude::*;

    use super::*;

    /// The examples of [RFC 4648] 10, and what happens to them on the way.
    #[test]
    fn examples_of_the_specification() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9v\r\nYmFy\r\n", "foobar"),
            ("Zm9vY\nmFy", "foobar"),
            ("Z m 9 v Y!mFy", "foobar"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmE", "fooba"),
            ("Zm9vY", "foo"),
            ("Zm8=Zm9v", "fofoo"),
            ("=Zm9v", "foo"),
            ("Zm9v====YmFy", "foobar"),
            ("Zg=\r\n=\r\n", "f"),
        ] {
            assert_eq!(decode(text.as_bytes()), bytes.as_bytes(), "{text}");
        }
        assert_eq!(decode(b"-_-_"), decode(b"+/+/"));
        assert_eq!(decode(b"-_-_"), [0xFB, 0xFF, 0xBF]);
    }

    #[test]
    fn lines_of_any_width_are_collected_without_their_ends() {
        for width in 1..100 {
            for end in ["\n", "\r\n"] {
                let line = "A".repeat(width) + end;
                // A line that is longer, and the widths of the others again behind it.
                let text = line.repeat(5) + &"B".repeat(width + 3) + end + &line.repeat(3) + "last";
                let mut digits = Vec::new();
                collect_lines(text.as_bytes(), &mut digits);
                assert_eq!(String::from_utf8(digits).unwrap(), text.replace(['\r', '\n'], ""), "{width} {end:?}");
            }
        }
    }

    /// Digit by digit, which all of the text could be decoded as.
    fn one_by_one(text: &[u8]) -> Vec<u8> {
        let (mut group, mut out) = (Group::default(), Vec::new());
        group.decode(text, &mut out);
        group.flush(&mut out);
        out
    }

    #[test]
    fn long_texts_in_any_lines() {
        let data: Vec<u8> = (0..50_000u32).flat_map(u32::be_bytes).collect();
        let text = BASE64_STANDARD.encode(&data).into_bytes();
        for (width, end) in
            [(76, "\r\n"), (72, "\n"), (77, "\n"), (1, "\n"), (1 << 20, ""), (1 << 20, "\r\n"), (60, " \n"), (76, "\r")]
        {
            let lines: Vec<u8> = text.chunks(width).flat_map(|line| [line, end.as_bytes()].concat()).collect();
            assert_eq!(decode(&lines), data, "{width} {end:?}");
            for at in [0, 5, 16_383, 16_384, 16_385, 100_000, lines.len() - 3] {
                for damage in ["!", "=", "-", "A", "\n"] {
                    let mut damaged = lines.clone();
                    damaged.splice(at..at + 1, damage.bytes());
                    assert_eq!(decode(&damaged), one_by_one(&damaged), "{width} {end:?} {at} {damage:?}");
                }
            }
        }
    }

    #[test]
    fn lines_that_are_written() {
        for length in [0, 1, 2, 3, 56, 57, 58, 114, 16_358, 16_359, 16_360, 40_000] {
            let data: Vec<u8> = (0..length).map(|n: u32| n.le_bytes()[0] ^ n.le_bytes()[1]).collect();
            let text = BASE64_STANDARD.encode(&data);
            let lines: Vec<u8> = text.as_bytes().chunks(76).flat_map(|line| [line, b"\r\n"].concat()).collect();
            let mut out = b"before".to_vec();
            encode_lines(&data, &mut out);
            assert_eq!(out, [b"before", lines.as_slice()].concat(), "{length}");
        }
    }

    #[test]
    fn the_front_of_a_text() {
        let mut text = Vec::new();
        encode_lines(&[7; 60_000], &mut text);
        let length = text.len();
        text.extend_from_slice(b"Best regards\r\n");
        let front = plain_front(&text);
        assert!(front > length - PIECE && front <= length && text[..front].ends_with(b"\n"), "{front} of {length}");
        for (damage, at) in [(b"=", 20_000), (b"-", 20_000), (b" ", 20_000), (b"\0", 33_000)] {
            let mut damaged = text.clone();
            damaged.splice(at..at + 1, damage.iter().copied());
            let front = plain_front(&damaged);
            assert!(front <= at && front + PIECE > at, "{damage:?}: {front}");
        }
        assert_eq!(plain_front(&text[..PIECE - 1]), 0);
        assert_eq!(plain_front(&[b'A'; 3 * PIECE]), 0);
    }

    proptest! {
        #[test]
        fn decoded_as_another_decoder_says(bytes in proptest::collection::vec(any::<u8>(), 0..200), width in 1usize..80) {
            let text = BASE64_STANDARD.encode(&bytes).into_bytes();
            prop_assert_eq!(&decode(&text), &bytes);
            let lines: Vec<u8> = text.chunks(width).flat_map(|line| [line, b"\r\n"].concat()).collect();
            prop_assert_eq!(&decode(&lines), &bytes);
        }

        #[test]
        fn any_text_is_decoded_as_digit_by_digit(parts in proptest::collection::vec((any::<u8>(), 0usize..9000), 0..6)) {
            let text: Vec<u8> = parts.iter().flat_map(|(byte, count)| {
                std::iter::once(*byte).chain(b"abcdEFGH+/01\r\n".iter().copied().cycle().take(*count))
            }).collect();
            prop_assert_eq!(decode(&text), one_by_one(&text));
        }
    }
}
