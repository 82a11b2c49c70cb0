//! Runs of tokens ([MS-OXRTFCP]): a control byte, then one token for each of its bits.

use super::matches::{Match, Text};
use super::{Header, WINDOW};
use crate::base::wire::Wire;

/// The runs of tokens as they are written, with room for the header before them.
pub(super) struct Runs {
    pub(super) out: Vec<u8>,
    /// Where the control byte of the current run stands.
    control: usize,
    /// The bit of the next token; 0 where the run is full.
    bit: u8,
}

impl Runs {
    pub(super) fn new(raw: usize) -> Self {
        // RTF shrinks to about a third; growing from half is rarely needed.
        let mut out = Vec::with_capacity(Header::SIZE.saturating_add(raw / 2));
        out.resize(Header::SIZE, 0);
        Runs { out, control: 0, bit: 0 }
    }

    #[inline(always)]
    fn bit(&mut self, set: bool) {
        if self.bit == 0 {
            self.control = self.out.len();
            self.out.push(0);
            self.bit = 1;
        }
        if let Some(control) = self.out.get_mut(self.control) {
            *control |= if set { self.bit } else { 0 };
        }
        self.bit = self.bit.wrapping_shl(1);
    }

    #[inline(always)]
    pub(super) fn literal(&mut self, byte: u8) {
        self.bit(false);
        self.out.push(byte);
    }

    #[inline(always)]
    pub(super) fn reference(&mut self, found: Match) {
        self.bit(true);
        let token = ((found.from % WINDOW) << 4) | (found.length.wrapping_sub(2) % 16);
        self.out.extend_from_slice(&u16::try_from(token).unwrap_or_default().be_bytes());
    }

    /// The end marker: a reference to the place that is written next.
    pub(super) fn end(&mut self, text: &Text) {
        self.reference(Match { from: text.end(), length: 2 });
    }
}
