//! Files by their bytes: length and CRC-32, so that no copy of an attachment is held.

use crate::base::input::len64;
use crate::convert::mime::base64;
use crate::convert::mime::transfer::{TransferEncoding, trim_line_ends};

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

    /// That of what a body holds, without holding all of it where it is base64.
    pub(super) fn of_decoded(encoding: TransferEncoding, body: &[u8]) -> Self {
        if encoding != TransferEncoding::Base64 {
            return Digest::of(&encoding.decode(body));
        }
        let mut hasher = crc32fast::Hasher::new();
        let mut length = 0u64;
        base64::decode_pieces(body, |bytes| {
            hasher.update(bytes);
            length = length.saturating_add(len64(bytes));
        });
        Digest { length, crc: hasher.finalize() }
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
        let data: Vec<u8> = (0..200_000u32).flat_map(u32::be_bytes).collect();
        let mut body = Vec::new();
        base64::encode_lines(&data, &mut body);
        assert_eq!(Digest::of_decoded(TransferEncoding::Base64, &body), Digest::of(&data));
        body.splice(1000..1010, *b"!!!!");
        assert_eq!(Digest::of_decoded(TransferEncoding::Base64, &body), Digest::of(&base64::decode(&body)));
    }
}
