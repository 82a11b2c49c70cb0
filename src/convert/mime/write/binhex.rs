//! BinHex 4.0 (RFC 1741, appendix A): both forks of a file of a Macintosh as text.
//!
//! ```text
//! (This file must be converted with BinHex 4.0)
//! :... lines of 64 characters, 6 bits each ...:
//!
//! u8 name length, name, u8 0, type, creator, u16 flags, u32 data fork length, u32 resource fork length, u16 CRC
//! data fork, u16 CRC
//! resource fork, u16 CRC
//! ```
//!
//! Runs of a byte are packed before the bits are cut: the byte, 0x90, and how often it stands there. 0x90 itself is 0x90 0x00.
//! The CRC is that of XMODEM.

use std::num::Saturating;

use crate::base::Offset;
use crate::base::output::Emit;
use crate::base::wire::Wire;

use super::apple::{MacBinary, crc_ccitt};

/// What tells programs where the file begins.
const COMMENT: &[u8] = b"(This file must be converted with BinHex 4.0)\r\n\r\n";
const DIGITS: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
const LINE: usize = 64;
const RUN: u8 = 0x90;

/// The file, with CR LF.
pub(super) fn encode(file: &MacBinary<'_>) -> Vec<u8> {
    let length = |fork: &[u8]| u32::try_from(fork.len()).unwrap_or(u32::MAX).be_bytes();
    let mut bytes = Vec::with_capacity((Offset::of(file.data_fork) + file.resource_fork.len() + 128).index());
    // MacBinary has no names of more than 63 bytes.
    bytes.push(u8::try_from(file.name.len()).unwrap_or(0));
    bytes.emit_bytes(file.name);
    bytes.push(0);
    bytes.emit_bytes(file.type_and_creator());
    bytes.emit_bytes(&file.finder_flags());
    bytes.emit_bytes(&length(file.data_fork));
    bytes.emit_bytes(&length(file.resource_fork));
    let crc = crc_ccitt(&bytes);
    bytes.emit_bytes(&crc.be_bytes());
    for fork in [file.data_fork, file.resource_fork] {
        bytes.emit_bytes(fork);
        bytes.emit_bytes(&crc_ccitt(fork).be_bytes());
    }
    let mut out = COMMENT.to_vec();
    digits(&packed(&bytes), &mut out);
    out
}

/// Bytes with runs packed.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(byte) = rest.first().copied() {
        // Decoders differ in what a run of the sign itself is.
        if byte == RUN {
            out.emit_bytes(&[RUN, 0]);
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let run = rest.iter().take(255).take_while(|other| **other == byte).count();
        // Shorter ones are no shorter packed.
        if run > 3 {
            out.emit_bytes(&[byte, RUN, u8::try_from(run).unwrap_or(1)]);
        } else {
            out.extend(std::iter::repeat_n(byte, run));
        }
        rest = rest.get(run..).unwrap_or_default();
    }
    out
}

/// Six bits a character, the last ones filled with zeros, between colons.
fn digits(bytes: &[u8], out: &mut Vec<u8>) {
    let mut column = Saturating(0usize);
    let mut put = |byte: u8, out: &mut Vec<u8>| {
        if column.0 == LINE {
            out.emit_bytes(b"\r\n");
            column.0 = 0;
        }
        out.push(byte);
        column += 1;
    };
    put(b':', out);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| chunk.get(at).copied().unwrap_or(0);
        let (one, two, three) = (byte(0), byte(1), byte(2));
        let values = [one >> 2, (one << 4) | (two >> 4), (two << 2) | (three >> 6), three];
        // One more than there are bytes.
        for value in values.iter().take(chunk.len().saturating_add(1)) {
            put(DIGITS.get(usize::from(value & 0x3F)).copied().unwrap_or(b'!'), out);
        }
    }
    put(b':', out);
    out.emit_bytes(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_are_packed() {
        for (bytes, expected) in [
            (&b"\x00\x11\x22"[..], &b"\x00\x11\x22"[..]),
            // RFC 1741: 00 11 22 33 44 55 66 77 stands; 11 22 22 22 22 22 22 33 is 11 22 90 06 33; 11 22 90 33 is 11 22 90 00 33.
            (b"\x11\x22\x22\x22\x22\x22\x22\x33", b"\x11\x22\x90\x06\x33"),
            (b"\x11\x22\x90\x33\x44", b"\x11\x22\x90\x00\x33\x44"),
            (b"\x22\x22\x22", b"\x22\x22\x22"),
            (b"\x90\x90", b"\x90\x00\x90\x00"),
            (&[7; 300], b"\x07\x90\xFF\x07\x90\x2D"),
        ] {
            assert_eq!(packed(bytes), expected, "{bytes:02x?}");
        }
    }
    /// The alphabet and the CRC are in a whole file in tests/policy_bytes.rs, which other programs read.
    #[test]
    fn lines_have_64_characters() {
        for (length, last) in [(0, 2), (44, 61), (45, 62), (46, 64), (47, 1)] {
            let mut out = Vec::new();
            digits(&vec![1; length], &mut out);
            let text = String::from_utf8(out).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            assert!(text.starts_with(':') && text.ends_with(":\r\n"), "{text}");
            assert_eq!(lines.last().map(|line| line.len()), Some(last), "{length}");
            assert!(lines.iter().rev().skip(1).all(|line| line.len() == 64), "{length}");
        }
    }

    /// What a reader makes of the text: no code of the writer is in it.
    fn decoded(text: &str) -> Vec<u8> {
        let inner: String = text.trim_matches(|c| c != ':').trim_matches(':').split("\r\n").collect();
        let mut bits = 0u32;
        let mut count = 0;
        let mut raw = Vec::new();
        for c in inner.bytes() {
            bits = bits << 6 | DIGITS.iter().position(|digit| *digit == c).unwrap() as u32;
            count += 6;
            if count >= 8 {
                count -= 8;
                raw.push((bits >> count) as u8);
                bits &= (1 << count) - 1;
            }
        }
        let mut out: Vec<u8> = Vec::new();
        let mut bytes = raw.into_iter();
        while let Some(byte) = bytes.next() {
            match (byte, (byte == RUN).then(|| bytes.next().unwrap())) {
                (RUN, Some(0)) => out.push(RUN),
                (RUN, Some(times)) => out.extend(vec![*out.last().unwrap(); usize::from(times) - 1]),
                (byte, _) => out.push(byte),
            }
        }
        out
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            pieces in proptest::collection::vec((prop_oneof![Just(RUN), Just(0), any::<u8>()], prop_oneof![1..6usize, 250..520usize]), 0..30)
        ) {
            let bytes: Vec<u8> = pieces.iter().flat_map(|(byte, times)| vec![*byte; *times]).collect();
            let mut text = COMMENT.to_vec();
            digits(&packed(&bytes), &mut text);
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(decoded(&text), bytes);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= 64));
        }
    }
}
