//! Parts as bytes: with the mail's line ends, joined in multiparts with boundaries that fit.

use crate::convert::mime::structure::{self, field};
use crate::convert::mime::transfer::next_line;

use super::plan::{Job, Piece, Reason};

impl Job<'_, '_> {
    /// The text as an alternative of the first of the parts.
    pub(super) fn with_alternative(&self, text: Piece, mut pieces: Vec<Piece>) -> Result<Vec<Piece>, Reason> {
        if pieces.is_empty() {
            return Ok(vec![text]);
        }
        let first = pieces.remove(0);
        let alternative = self.multipart("alternative", vec![text, first])?;
        pieces.insert(0, alternative);
        Ok(pieces)
    }

    /// A multipart of parts.
    pub(super) fn multipart(&self, subtype: &str, pieces: Vec<Piece>) -> Result<Piece, Reason> {
        let mut parts = Vec::new();
        for piece in pieces {
            let mut chunks = Vec::new();
            self.push(piece, &mut chunks);
            parts.push(chunks.concat());
        }
        let boundary = boundary(&parts).ok_or_else(|| Reason::Failed("no boundary fits".to_owned()))?;
        let header = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"");
        let mut bytes = [header.as_bytes(), self.line_end, self.line_end].concat();
        for part in parts {
            bytes.extend_from_slice(format!("--{boundary}").as_bytes());
            bytes.extend_from_slice(self.line_end);
            bytes.extend_from_slice(&part);
            bytes.extend_from_slice(self.line_end);
        }
        bytes.extend_from_slice(format!("--{boundary}--").as_bytes());
        Ok(Piece::Whole(bytes))
    }

    /// The bytes of a part, with the mail's line ends.
    pub(super) fn push(&self, piece: Piece, chunks: &mut Vec<Vec<u8>>) {
        match piece {
            Piece::Whole(bytes) => chunks.push(bytes),
            Piece::Made(mut made) => {
                // The line end before a delimiter belongs to that; those of a text are the text's.
                if ends_by_itself(&made.header) && made.body.ends_with(b"\r\n") {
                    made.body.truncate(made.body.len().saturating_sub(2));
                }
                chunks.push(with_line_ends(made.header, self.line_end));
                chunks.push(self.line_end.to_vec());
                chunks.push(with_line_ends(made.body, self.line_end));
            }
        }
    }
}

/// What is made has CR LF. A mail without CRs is on its way through a program that puts them in later.
pub(super) fn with_line_ends(mut bytes: Vec<u8>, line_end: &[u8]) -> Vec<u8> {
    if line_end == b"\r\n" {
        return bytes;
    }
    // In place: what is made is as large as the mail.
    let mut to = 0usize;
    let mut from = 0usize;
    while let Some(length) = bytes.get(from..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let end = from.saturating_add(length);
        let line_end = end.checked_sub(1).filter(|&last| last >= from && bytes.get(last) == Some(&b'\r')).unwrap_or(end);
        bytes.copy_within(from..line_end, to);
        to = to.saturating_add(line_end.saturating_sub(from));
        if let Some(byte) = bytes.get_mut(to) {
            *byte = b'\n';
        }
        to = to.saturating_add(1);
        from = end.saturating_add(1);
    }
    let rest = bytes.len().saturating_sub(from);
    bytes.copy_within(from.., to);
    bytes.truncate(to.saturating_add(rest));
    bytes
}

/// Whether the last line end of a body is no part of what it holds.
pub(super) fn ends_by_itself(header: &[u8]) -> bool {
    let is = |name, what: &str| {
        let value = field(header, 0..header.len(), name).map(|field| structure::unfolded(field.value).to_ascii_lowercase());
        value.is_some_and(|value| value.starts_with(what.as_bytes()))
    };
    is("Content-Transfer-Encoding", "base64") || is("Content-Type", "multipart/")
}

/// Where the fields of a part end and its empty line begins.
pub(super) fn header_end(part: &[u8]) -> usize {
    let mut at = 0usize;
    while at < part.len() {
        let start = at;
        if next_line(part, &mut at).is_empty() {
            return start;
        }
    }
    part.len()
}

/// A boundary that does not stand in the parts, made of what they are: the same mail gives the same one.
pub(super) fn boundary(parts: &[Vec<u8>]) -> Option<String> {
    const SAMPLE: usize = 4096;
    // FNV-1a; that it is unique is checked and not hoped for.
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    for part in parts {
        let sample = part.get(..SAMPLE).unwrap_or(part);
        for byte in sample.iter().chain(&part.len().to_le_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
    (0..16u64).find_map(|turn| {
        let boundary = format!("=_winmail_{:016x}", hash.wrapping_add(turn));
        let line = memchr::memmem::Finder::new(boundary.as_bytes());
        (!parts.iter().any(|part| line.find(part).is_some())).then_some(boundary)
    })
}
