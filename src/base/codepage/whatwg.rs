//! The encodings of the WHATWG Encoding Standard, by `encoding_rs`.

use encoding_rs::{EncoderResult, Encoding};

use super::converted::{Decoded, Encoded};

/// Decodes without looking for a byte order mark: what a property says of its bytes holds.
pub(super) fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    if bytes.is_ascii() && encoding.is_ascii_compatible() {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Decoded { text: text.into(), malformed: false };
        }
    }
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, malformed }
}

/// Encodes with `?`, where `encoding_rs` itself would write an HTML character reference.
pub(super) fn encode(encoding: &'static Encoding, text: &str) -> Encoded {
    if text.is_ascii() && encoding.is_ascii_compatible() {
        return Encoded { bytes: text.as_bytes().to_vec(), unmappable: 0 };
    }
    let mut encoder = encoding.new_encoder();
    let mut encoded = Encoded::default();
    let mut rest = text;
    loop {
        // The bound is that of the worst case, so the output is never full; were it, the next round would make room.
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len());
        encoded.bytes.reserve(room);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut encoded.bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return encoded,
            EncoderResult::OutputFull => {}
            // Only met in a state where ASCII stands for itself, in ISO-2022-JP too.
            EncoderResult::Unmappable(_) => encoded.push_unmappable(),
        }
    }
}
