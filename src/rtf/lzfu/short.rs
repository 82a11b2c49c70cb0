//! Decompressing short texts, which most messages are: what is left when setting up costs as much as the text does.
//!
//! Until 4096 bytes have come out, a place in the dictionary is a place in the output with the [preset bytes](PRESET) before
//! it, and the circle does not close. Contents and dictionary stand in one array on the stack: a literal is then a copy as a
//! reference is, from the contents instead of the dictionary, and all bounds but a few are known to the compiler.
//!
//! ```text
//! 0       contents, then zeroes
//! BASE    dictionary: 207 preset bytes, then what comes out
//! BASE+4096  room for what the last piece writes too much
//! ```
//!
//! Only contents without a fault are decoded here; all else is left to the general way, which starts again.

use super::{LONGEST, PRESET, WINDOW};

/// Contents up to this size; text of 3,700 bytes hardly has more.
const MOST: usize = 2304;

const BASE: usize = MOST + RUN_SIZE;

/// The control byte and eight references.
const RUN_SIZE: usize = 17;

const SIZE: usize = BASE + WINDOW + LONGEST;

/// A run begins only where all of it ends before the circle closes.
const LAST_START: usize = BASE + WINDOW - 8 * LONGEST;

/// The text, and how many bytes of the contents it took up to and with the end marker; `None` for contents that are too
/// long, have no end marker, or refer to what was never written. At most 4096 bytes come out.
pub(super) fn decode(contents: &[u8]) -> Option<(Vec<u8>, usize)> {
    if contents.len() > MOST {
        return None;
    }
    let mut bytes = [0u8; SIZE];
    bytes.get_mut(..contents.len())?.copy_from_slice(contents);
    bytes.get_mut(BASE..)?.first_chunk_mut().map(|preset| *preset = PRESET)?;
    let (mut at, mut end) = (0usize, BASE.wrapping_add(PRESET.len()));
    while at < contents.len() && end <= LAST_START {
        let mut control = usize::from(*bytes.get(at)?);
        at = at.wrapping_add(1);
        for _ in 0..8 {
            let token = usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
            let bit = control & 1;
            // Two selections instead of a branch: which of both it is the processor cannot guess.
            let from = if bit == 0 { at } else { (token >> 4).wrapping_add(BASE) };
            let count = if bit == 0 { 1 } else { (token & 0xF).wrapping_add(2) };
            if from.wrapping_add(LONGEST) <= end {
                let piece: [u8; LONGEST] = *bytes.get(from..)?.first_chunk()?;
                *bytes.get_mut(end..)?.first_chunk_mut()? = piece;
            } else if from < end {
                overlapping(&mut bytes, from, end, count);
            } else {
                // The end marker, if it is not a place that was never written, and not half beyond the contents.
                let used = at.wrapping_add(2);
                let raw = bytes.get(BASE..end)?.get(PRESET.len()..)?;
                return (from == end && used <= contents.len()).then(|| (raw.to_vec(), used));
            }
            at = at.wrapping_add(1).wrapping_add(bit);
            end = end.wrapping_add(count);
            control >>= 1;
        }
    }
    None
}

/// A reference byte by byte, since it may read what it writes.
#[cold]
#[inline(never)]
fn overlapping(bytes: &mut [u8; SIZE], from: usize, end: usize, count: usize) {
    for (from, to) in (from..).zip(end..).take(count) {
        if let (Some(byte), Some(place)) = (bytes.get(from).copied(), bytes.get_mut(to)) {
            *place = byte;
        }
    }
}
