//! Output of little-endian structures: padding and back-patched lengths over a byte vector.

use super::input::padding;
use super::wire::Wire;

/// The place of a 32-bit length or count that is filled in when the structure behind it is complete.
#[derive(Debug)]
#[must_use]
pub(crate) struct LengthMark(usize);

/// Little-endian emission into a `Vec<u8>`.
pub(crate) trait Emit {
    fn emit_u8(&mut self, value: u8);
    fn emit_u16(&mut self, value: u16);
    fn emit_u32(&mut self, value: u32);
    fn emit_u64(&mut self, value: u64);
    fn emit_bytes(&mut self, bytes: &[u8]);
    /// Zero bytes up to a multiple of four, counted from `start`.
    fn emit_pad4(&mut self, start: usize);
    /// Reserves a 32-bit length.
    fn emit_length_mark(&mut self) -> LengthMark;
    /// Fills in the number of bytes emitted since the mark; `None` if they are more than 32 bits hold.
    fn fill_length(&mut self, mark: LengthMark) -> Option<()>;
    /// Fills in another number.
    #[cfg(feature = "serde")]
    fn fill(&mut self, mark: LengthMark, value: u32);
}

impl Emit for Vec<u8> {
    fn emit_u8(&mut self, value: u8) {
        self.push(value);
    }

    fn emit_u16(&mut self, value: u16) {
        self.extend_from_slice(&value.le_bytes());
    }

    fn emit_u32(&mut self, value: u32) {
        self.extend_from_slice(&value.le_bytes());
    }

    fn emit_u64(&mut self, value: u64) {
        self.extend_from_slice(&value.le_bytes());
    }

    fn emit_bytes(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn emit_pad4(&mut self, start: usize) {
        let padding = padding(self.get(start..).map_or(0, <[u8]>::len));
        self.extend(std::iter::repeat_n(0, padding));
    }

    fn emit_length_mark(&mut self) -> LengthMark {
        let mark = LengthMark(self.len());
        self.emit_u32(0);
        mark
    }

    fn fill_length(&mut self, mark: LengthMark) -> Option<()> {
        let (place, behind) = self.get_mut(mark.0..)?.split_first_chunk_mut()?;
        *place = u32::try_from(behind.len()).ok()?.le_bytes();
        Some(())
    }

    #[cfg(feature = "serde")]
    fn fill(&mut self, mark: LengthMark, value: u32) {
        if let Some((place, _)) = self.get_mut(mark.0..).and_then(<[u8]>::split_first_chunk_mut) {
            *place = value.le_bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_patched_and_padding_counts_from_its_start() {
        let mut out = vec![9];
        let mark = out.emit_length_mark();
        let start = out.len();
        out.emit_bytes(b"abcde");
        out.fill_length(mark).unwrap();
        out.emit_pad4(start);
        assert_eq!(out, [9, 5, 0, 0, 0, b'a', b'b', b'c', b'd', b'e', 0, 0, 0]);
    }
}
