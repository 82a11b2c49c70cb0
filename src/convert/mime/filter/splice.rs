//! Parts as bytes: with the mail's line ends, joined in multiparts with boundaries that fit.

use std::borrow::Cow;

use crate::convert::mime::structure::{self, field};
use crate::convert::mime::transfer::next_line;
use crate::convert::mime::write::Entity;

/// A part to put in, header and body apart, or whole.
pub(super) enum Piece {
    Made(Entity),
    Whole(Vec<u8>),
}

impl Piece {
    /// How many bytes it has, about.
    pub(super) fn len(&self) -> usize {
        match self {
            Piece::Made(made) => made.header.len().saturating_add(made.body.len()),
            Piece::Whole(bytes) => bytes.len(),
        }
    }

    /// The encoded bytes of a file: one in base64 that is not empty.
    pub(super) fn file(&self) -> Option<&[u8]> {
        match self {
            Piece::Made(made) if !made.body.trim_ascii().is_empty() => {
                let encoding = field(&made.header, 0..made.header.len(), "Content-Transfer-Encoding")?;
                structure::unfolded(encoding.value).eq_ignore_ascii_case(b"base64").then_some(&made.body)
            }
            _ => None,
        }
    }

    /// Its bytes, with the mail's line ends.
    pub(super) fn to_bytes(&self, line_end: &[u8]) -> Vec<u8> {
        match self {
            Piece::Whole(bytes) => bytes.clone(),
            Piece::Made(made) => Piece::Made(made.clone()).into_chunks(line_end).concat(),
        }
    }

    /// A text that stood in the mail, and is to be shown.
    pub(super) fn text(bytes: &[u8], line_end: &[u8]) -> Self {
        let (charset, encoding) = match (bytes.is_ascii(), std::str::from_utf8(bytes).is_ok()) {
            (true, _) => ("us-ascii", "7bit"),
            (_, true) => ("utf-8", "8bit"),
            _ => ("windows-1252", "8bit"),
        };
        let content_type = format!("Content-Type: text/plain; charset={charset}");
        let encoding = format!("Content-Transfer-Encoding: {encoding}");
        Piece::Whole([content_type.as_bytes(), line_end, encoding.as_bytes(), line_end, line_end, bytes].concat())
    }

    /// The same in pieces.
    pub(super) fn into_chunks(self, line_end: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Piece::Whole(bytes) => vec![bytes],
            Piece::Made(mut made) => {
                // The line end before a delimiter belongs to that; those of a text are the text's.
                if ends_by_itself(&made.header) && made.body.ends_with(b"\r\n") {
                    made.body.truncate(made.body.len().saturating_sub(2));
                }
                vec![with_line_ends(made.header, line_end), line_end.to_vec(), with_line_ends(made.body, line_end)]
            }
        }
    }
}

/// The text as an alternative of the first of the parts, and of a calendar; `None` if no boundary fits.
pub(super) fn with_alternative(
    text: Piece,
    mut pieces: Vec<Piece>,
    calendar: Option<Piece>,
    line_end: &[u8],
) -> Option<Vec<Piece>> {
    if pieces.is_empty() && calendar.is_none() {
        return Some(vec![text]);
    }
    let first = (!pieces.is_empty()).then(|| pieces.remove(0));
    let alternatives = std::iter::once(text).chain(first).chain(calendar).collect();
    let alternative = multipart("alternative", alternatives, line_end)?;
    pieces.insert(0, alternative);
    Some(pieces)
}

/// A multipart of parts; `None` if no boundary fits.
pub(super) fn multipart(subtype: &str, pieces: Vec<Piece>, line_end: &[u8]) -> Option<Piece> {
    let parts: Vec<Vec<u8>> = pieces.into_iter().map(|piece| piece.into_chunks(line_end).concat()).collect();
    let boundary = boundary(&parts)?;
    let header = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"");
    let mut bytes = [header.as_bytes(), line_end, line_end].concat();
    for part in parts {
        bytes.extend_from_slice(format!("--{boundary}").as_bytes());
        bytes.extend_from_slice(line_end);
        bytes.extend_from_slice(&part);
        bytes.extend_from_slice(line_end);
    }
    bytes.extend_from_slice(format!("--{boundary}--").as_bytes());
    Some(Piece::Whole(bytes))
}

/// A part without the numbers in the boundaries that we make ([`crate::convert::mime::write`]): they depend on what stands beside it.
pub(super) fn without_numbers(part: &[u8]) -> Cow<'_, [u8]> {
    const DIGITS: usize = 16;
    let mark = memchr::memmem::Finder::new(b"=_");
    let mut out: Option<Vec<u8>> = None;
    let (mut from, mut at) = (0usize, 0usize);
    while let Some(found) = part.get(at..).and_then(|rest| mark.find(rest)) {
        let start = at.saturating_add(found).saturating_add(2);
        at = start;
        let rest = part.get(start..).unwrap_or_default();
        let is_ours =
            rest.len() > DIGITS && rest.iter().take(DIGITS).all(u8::is_ascii_hexdigit) && rest.get(DIGITS) == Some(&b'.');
        if !is_ours {
            continue;
        }
        let numbers = rest.iter().take_while(|&&byte| byte.is_ascii_hexdigit() || byte == b'.').count();
        let out = out.get_or_insert_with(Vec::new);
        out.extend_from_slice(part.get(from..start).unwrap_or_default());
        (from, at) = (start.saturating_add(numbers), start.saturating_add(numbers));
    }
    match out {
        Some(mut out) => {
            out.extend_from_slice(part.get(from..).unwrap_or_default());
            Cow::Owned(out)
        }
        None => Cow::Borrowed(part),
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
