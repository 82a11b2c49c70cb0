//! Decompressing short texts, which most messages are: what is left when setting up costs as much as the text does.
//!
//! Until 4096 bytes have come out, the preset bytes among them, a place in the dictionary is a place in the output, and the circle does
//! not close. Only contents without a fault are decoded here; all else is left to the [general way](super::long), which starts again.
//! What is said there about tokens holds here.

use super::{LONGEST, PRESET, WINDOW};

use crate::base::wire::Wire;

/// The dictionary and room for what the last piece writes too much.
const SIZE: usize = WINDOW + LONGEST;

/// RAWSIZE up to which it is worth a try.
pub(super) const MOST: usize = LAST_START - PRESET.len();

/// A run begins only where all of it ends before the circle closes.
const LAST_START: usize = WINDOW - 8 * LONGEST;

/// The text, and how many bytes of the contents it took up to and with the end marker; `None` for contents that expand to more
/// than about 3,750 bytes, have no end marker, or refer to what was never written.
pub(super) fn decode(contents: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut bytes = [0u8; SIZE];
    bytes.first_chunk_mut().map(|preset| *preset = PRESET)?;
    let (mut at, mut end) = (0usize, PRESET.len());
    while end <= LAST_START {
        let mut control = *contents.get(at)?;
        at = at.wrapping_add(1);
        for _ in 0..2 {
            // Four tokens have at most 8 bytes.
            let mut next = match contents.get(at..at.wrapping_add(8)).and_then(|eight| eight.try_into().ok()) {
                Some(eight) => u64::read_be(eight),
                None => last(contents, at),
            };
            for _ in 0..4 {
                if control & 1 == 1 {
                    let from = usize::try_from(next >> 52).ok()?;
                    let count = usize::try_from(next >> 48 & 0xF).ok()?.wrapping_add(2);
                    at = at.wrapping_add(2);
                    next <<= 16;
                    if from.wrapping_add(count) <= end {
                        let piece: [u8; LONGEST] = *bytes.get(from..)?.first_chunk()?;
                        *bytes.get_mut(end..)?.first_chunk_mut()? = piece;
                    } else if from < end {
                        overlapping(&mut bytes, from, end, count);
                    } else {
                        // The end marker, if it is not a place that was never written, and not half beyond the contents.
                        let is_marker = from == end && at <= contents.len();
                        return is_marker.then_some((bytes.get(PRESET.len()..end)?.to_vec(), at));
                    }
                    end = end.wrapping_add(count);
                } else {
                    *bytes.get_mut(end)? = next.be_bytes()[0];
                    (at, end) = (at.wrapping_add(1), end.wrapping_add(1));
                    next <<= 8;
                }
                control >>= 1;
            }
        }
    }
    None
}

/// The last bytes of the contents, and zeroes.
#[cold]
#[inline(never)]
fn last(contents: &[u8], at: usize) -> u64 {
    let mut eight = [0u8; 8];
    for (to, from) in eight.iter_mut().zip(contents.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    u64::read_be(eight)
}

/// A reference byte by byte, since it may read what it writes.
#[cold]
#[inline(never)]
pub(super) fn overlapping(bytes: &mut [u8], from: usize, end: usize, count: usize) {
    for (from, to) in (from..).zip(end..).take(count) {
        if let (Some(byte), Some(place)) = (bytes.get(from).copied(), bytes.get_mut(to)) {
            *place = byte;
        }
    }
}
