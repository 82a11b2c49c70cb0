//! What ISO-2022-KR and HZ have in common: a double-byte set in 7 bits, which is the same set's 8-bit encoding (EUC-KR, GBK)
//! with the high bits taken off.

use encoding_rs::{EncoderResult, Encoding};

use super::converted::Decoded;

/// Text under construction out of ASCII and 7-bit pairs.
pub(super) struct PairText {
    encoding: &'static Encoding,
    text: String,
    /// Pairs not yet decoded, high bits set. Decoded a run at a time.
    pairs: Vec<u8>,
    malformed: bool,
}

impl PairText {
    pub(super) fn new(encoding: &'static Encoding) -> PairText {
        PairText { encoding, text: String::new(), pairs: Vec::new(), malformed: false }
    }

    /// Appends a byte that stands for itself; one that is not ASCII is malformed.
    pub(super) fn push_byte(&mut self, byte: u8) {
        if !byte.is_ascii() {
            return self.push_malformed();
        }
        self.flush();
        self.text.push(char::from(byte));
    }

    /// Appends a pair of bytes 0x21-0x7E.
    fn push_pair(&mut self, lead: u8, trail: u8) {
        self.pairs.extend([lead | 0x80, trail | 0x80]);
    }

    /// Appends what `bytes` start with, outside of or within a run of pairs, and returns what follows it. A line's end ends a run.
    pub(super) fn push_next<'b>(&mut self, bytes: &'b [u8], in_run: &mut bool) -> &'b [u8] {
        match bytes {
            [lead, trail, tail @ ..] if *in_run && is_half(*lead) && is_half(*trail) => {
                self.push_pair(*lead, *trail);
                tail
            }
            [lead, tail @ ..] if *in_run && is_half(*lead) => {
                self.push_malformed();
                tail
            }
            [byte, tail @ ..] => {
                *in_run &= *byte != b'\n';
                self.push_byte(*byte);
                tail
            }
            [] => &[],
        }
    }

    /// Appends U+FFFD for an invalid sequence.
    pub(super) fn push_malformed(&mut self) {
        self.flush();
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.malformed = true;
    }

    pub(super) fn finish(mut self) -> Decoded<'static> {
        self.flush();
        Decoded::owned(self.text, self.malformed)
    }

    fn flush(&mut self) {
        let (text, malformed) = self.encoding.decode_without_bom_handling(&self.pairs);
        self.text.push_str(&text);
        self.malformed |= malformed;
        self.pairs.clear();
    }
}

/// Whether a byte can be half of a pair.
fn is_half(byte: u8) -> bool {
    (0x21..=0x7E).contains(&byte)
}

/// The 7-bit pair for a character: `None` for ASCII and for what the 8-bit encoding has outside the 94 by 94 set.
pub(super) fn pair_of(encoding: &'static Encoding, c: char) -> Option<[u8; 2]> {
    let mut utf8 = [0; 4];
    // Ten bytes: the encoder wants room for its worst case before it starts.
    let mut bytes = [0; 10];
    let (result, _, written) =
        encoding.new_encoder().encode_from_utf8_without_replacement(c.encode_utf8(&mut utf8), &mut bytes, true);
    match (result, bytes.get(..written)?) {
        (EncoderResult::InputEmpty, &[lead @ 0xA1..=0xFE, trail @ 0xA1..=0xFE]) => Some([lead & 0x7F, trail & 0x7F]),
        _ => None,
    }
}
