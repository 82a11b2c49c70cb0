//! The start of a stream: signature and legacy key ([MS-OXTNEF] 2.1.3.1), and how it is said that they are missing.

use nom::Parser;

use crate::base::diag::Code;
use crate::base::input::{Nom, le_u16, le_u32};
use crate::base::wire;

/// The first four bytes of a stream: 78 9F 3E 22.
pub const SIGNATURE: u32 = 0x223E_9F78;

/// [`SIGNATURE`] as it stands in a stream.
pub const SIGNATURE_BYTES: [u8; 4] = wire::constant(SIGNATURE);

/// The six bytes at the start of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The signature as it stands in the stream; [`SIGNATURE`] unless damaged.
    pub signature: u32,
    /// The legacy attachment key; `None` if the stream ends before it.
    pub key: Option<u16>,
    /// Offset of the signature in the outermost input.
    pub offset: u64,
}

impl Header {
    /// Bytes that it takes: signature and key, or the signature alone.
    pub(super) fn wire_length(key: Option<u16>) -> usize {
        if key.is_some() { 6 } else { 4 }
    }

    pub(super) fn parse(input: &[u8]) -> Nom<'_, (u32, Option<u16>)> {
        (le_u32, nom::combinator::opt(le_u16)).parse(input)
    }
}

/// Says why bytes are no stream. Whoever wants the signature to be there says it in this way.
pub(crate) fn not_a_stream(input: &[u8]) -> String {
    match Header::parse(input) {
        Ok((_, (signature, _))) => format!("not a TNEF stream: {}", other_signature(signature)),
        Err(_) if input.is_empty() => "not a TNEF stream: no data".to_owned(),
        Err(_) => "not a TNEF stream: shorter than a signature".to_owned(),
    }
}

/// Says that other bytes stand in the signature's place, be it a stream or not.
pub(crate) fn other_signature(found: u32) -> String {
    format!("signature is 0x{found:08x}, not 0x{SIGNATURE:08x}")
}

/// Says that the signature is missing from a stream whose attributes begin behind `before` other bytes.
pub(crate) fn missing_signature(before: u64) -> String {
    match before {
        0 => "no TNEF signature, but attributes from the first byte on".to_owned(),
        before => format!("no TNEF signature, but attributes follow after {before} bytes"),
    }
}

/// Says what `length` bytes are that belong to no attribute.
pub(crate) fn lost_bytes(code: Code, length: u64) -> String {
    match code {
        Code::BytesBeforeSignature => format!("{length} bytes before the signature"),
        Code::TrailingLineEnd => "line end after the last attribute".to_owned(),
        Code::TrailingBytes => format!("{length} bytes after the last attribute are no attribute"),
        Code::AttributeTruncated => format!("stream ends {length} bytes into the header of an attribute"),
        _ => format!("{length} bytes are no attribute"),
    }
}

/// Whether a stream's signature stands somewhere in `bytes`.
pub(crate) fn contains_signature(bytes: &[u8]) -> bool {
    // To look for one byte is fast, and rules most out.
    let [first, ..] = SIGNATURE_BYTES;
    bytes.contains(&first) && bytes.windows(SIGNATURE_BYTES.len()).any(|window| window == SIGNATURE_BYTES)
}
