//! Files by their bytes: length and CRC-32, so that no copy of an attachment is held.

use crate::base::input::len64;
use crate::convert::mime::transfer::{self, TransferEncoding, trim_line_ends};

/// How much of a body is decoded at once.
const WHOLE_MAX: usize = 64 << 10;

/// What stands for the bytes of a file. The CRC finds every change of up to 32 bits in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Digest {
    length: u64,
    crc: u32,
}

impl Digest {
    /// That of bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Digest { length: len64(bytes), crc: crc32fast::hash(bytes) }
    }

    /// That of lines, whatever ends them, and without the line ends behind the last one.
    pub(super) fn of_lines(bytes: &[u8]) -> Self {
        let mut rest = trim_line_ends(bytes);
        let mut hasher = crc32fast::Hasher::new();
        let mut length = 0u64;
        let mut add = |bytes: &[u8]| {
            hasher.update(bytes);
            length = length.saturating_add(len64(bytes));
        };
        while let Some(at) = memchr::memchr(b'\r', rest) {
            add(rest.get(..at).unwrap_or_default());
            add(b"\n");
            rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        add(rest);
        Digest { length, crc: hasher.finalize() }
    }

    /// That of what a body holds, without holding all of it where it is long.
    pub(super) fn of_decoded(encoding: TransferEncoding, body: &[u8]) -> Self {
        let in_pieces = (encoding == TransferEncoding::Base64 && body.len() > WHOLE_MAX).then(|| Digest::of_base64(body));
        in_pieces.flatten().unwrap_or_else(|| Digest::of(&encoding.decode(body)))
    }

    /// That of base64 whose lines are whole groups, as all programs write it; `None` of other base64.
    fn of_base64(body: &[u8]) -> Option<Self> {
        let mut hasher = crc32fast::Hasher::new();
        let mut length = 0u64;
        let mut rest = trim_line_ends(body);
        while !rest.is_empty() {
            // Up to the last line end within the next piece.
            let piece = rest.get(..WHOLE_MAX).unwrap_or(rest);
            let end = if piece.len() < rest.len() { memchr::memrchr(b'\n', piece)?.saturating_add(1) } else { rest.len() };
            let (piece, behind) = rest.split_at_checked(end)?;
            rest = behind;
            for line in piece.split_inclusive(|byte| *byte == b'\n') {
                let line = trim_line_ends(line);
                let is_last = rest.is_empty();
                let is_whole = line.len() % 4 == 0 && (is_last || !line.ends_with(b"="));
                is_whole.then_some(())?;
            }
            let data = transfer::base64(piece);
            hasher.update(&data);
            length = length.saturating_add(len64(&data));
        }
        Some(Digest { length, crc: hasher.finalize() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::wire::Wire;

    #[test]
    fn line_ends_do_not_count_in_lines() {
        assert_eq!(Digest::of_lines(b"a\r\nb\rc\n\r\n"), Digest::of_lines(b"a\nb\nc"));
        assert_eq!(Digest::of_lines(b"a\nb"), Digest::of(b"a\nb"));
        assert_ne!(Digest::of(b"a\r\nb"), Digest::of(b"a\nb"));
        assert_ne!(Digest::of_lines(b"a\nb"), Digest::of_lines(b"a\n\nb"));
        assert_ne!(Digest::of(b"ab"), Digest::of(b"ac"));
    }

    #[test]
    fn long_base64_in_pieces() {
        use base64::Engine as _;
        let data: Vec<u8> = (0..200_000u32).flat_map(u32::be_bytes).collect();
        let text = base64::prelude::BASE64_STANDARD.encode(&data);
        for (width, end) in [(76, "\r\n"), (72, "\n"), (77, "\n"), (1 << 20, "")] {
            let lines = text.as_bytes().chunks(width).map(|line| format!("{}{end}", std::str::from_utf8(line).unwrap()));
            let body: String = lines.collect();
            assert_eq!(Digest::of_decoded(TransferEncoding::Base64, body.as_bytes()), Digest::of(&data), "{width}");
            let damaged = body.replacen(&text[1000..1010], "!!!!", 1);
            let whole = transfer::base64(damaged.as_bytes());
            assert_eq!(Digest::of_decoded(TransferEncoding::Base64, damaged.as_bytes()), Digest::of(&whole), "{width}");
        }
    }
}
