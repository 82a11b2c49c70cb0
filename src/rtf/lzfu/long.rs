//! Decompressing texts of any length, with any fault ([MS-OXRTFCP] 2.2).
//!
//! What comes out does so in one array, which stays in the processor's nearest cache whatever the length of the text, and is not cleared
//! for each byte of it:
//!
//! ```text
//! 0       the 4096 bytes that came out before; zeroes where nothing did yet
//! STAGE   what comes out: first the 207 preset bytes. Where there is no room for more, it is handed over, and the last 4096
//!         bytes become what came out before
//! ```
//!
//! STAGE is a multiple of 4096, so that a place in the dictionary is a place here, modulo 4096.
//!
//! Four tokens at a time are in a register, from which they are shifted out: that takes half the steps of reading each from the contents.
//! A reference is copied as 17 bytes whatever its length, and the next token overwrites what is too much. So nothing depends on the
//! length but where the next token goes, and only what is rare takes long: the end marker, and a reference that overlaps what it writes.

use super::short::overlapping;
use super::{LONGEST, PRESET, WINDOW};

use crate::base::wire::Wire;

/// The control byte and eight references.
const RUN: usize = 17;

const STAGE: usize = WINDOW;

const SIZE: usize = STAGE + 4 * WINDOW;

/// A run begins only where all of it has room, and what its last piece writes too much.
const LAST: usize = SIZE - 9 * LONGEST;

/// From here on all of the dictionary was written.
const ROUND: usize = STAGE + WINDOW;

/// What ended the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The end marker.
    Marker,
    /// The contents, before a marker.
    Missing,
    /// The limit.
    Limit,
}

/// What the runs gave.
pub(super) struct Decoded {
    pub(super) raw: Vec<u8>,
    /// Bytes of the contents up to and with the end marker.
    pub(super) consumed: usize,
    pub(super) end: End,
    /// Where the first reference to a never written part of the dictionary stands in the contents.
    pub(super) unwritten: Option<usize>,
}

/// The most that contents of this length can expand to: 17 bytes for a reference of 2 bytes and an eighth.
pub(super) fn expansion(contents: usize) -> usize {
    contents.saturating_mul(8)
}

/// Expands runs until the end marker, the end of the contents or `limit` bytes.
// On its own, so that short texts do not pay for the array.
#[inline(never)]
pub(super) fn decode(contents: &[u8], raw_size: usize, limit: usize) -> Decoded {
    let mut state = State {
        contents,
        at: 0,
        start: STAGE.wrapping_add(PRESET.len()),
        end: STAGE.wrapping_add(PRESET.len()),
        // Once, if RAWSIZE is right; never more than the contents can give.
        out: Vec::with_capacity(raw_size.min(expansion(contents.len())).min(limit)),
        limit,
        unwritten: None,
    };
    let end = state.decode(&mut [0u8; SIZE]);
    Decoded { raw: state.out, consumed: state.at.min(contents.len()), end, unwritten: state.unwritten }
}

struct State<'a> {
    contents: &'a [u8],
    /// The place of the next token in the contents.
    at: usize,
    /// The first byte of the array that was not handed over.
    start: usize,
    /// Where the next byte comes.
    end: usize,
    out: Vec<u8>,
    /// How long `out` may become.
    limit: usize,
    unwritten: Option<usize>,
}

impl State<'_> {
    fn decode(&mut self, bytes: &mut [u8; SIZE]) -> End {
        if let Some(place) = bytes.get_mut(STAGE..).and_then(|stage| stage.first_chunk_mut()) {
            *place = PRESET;
        }
        let end = loop {
            if self.end > LAST {
                if self.hand_over(bytes) {
                    return End::Limit;
                }
                // By whole rounds, so that places stay what they are modulo 4096.
                let made = self.end.saturating_sub(STAGE);
                let shift = made.saturating_sub(made % WINDOW);
                let from = self.end.saturating_sub(WINDOW);
                bytes.copy_within(from..self.end, from.saturating_sub(shift));
                self.end = self.end.saturating_sub(shift);
                self.start = self.end;
            }
            if self.at.saturating_add(RUN) > self.contents.len() {
                break self.last_runs(bytes);
            }
            let ended = if self.is_first_round() { self.runs::<true>(bytes) } else { self.runs::<false>(bytes) };
            if let Some(end) = ended {
                break end;
            }
        };
        if self.hand_over(bytes) { End::Limit } else { end }
    }

    /// Whether there are places in the dictionary that were not written yet.
    fn is_first_round(&self) -> bool {
        self.end < ROUND && self.out.is_empty()
    }

    /// Puts out what came out. Says whether it is more than is allowed.
    fn hand_over(&mut self, bytes: &[u8; SIZE]) -> bool {
        let made = bytes.get(self.start..self.end).unwrap_or_default();
        let allowed = made.get(..self.limit.saturating_sub(self.out.len())).unwrap_or(made);
        self.out.extend_from_slice(allowed);
        allowed.len() < made.len()
    }

    /// Runs of which all tokens are there, as long as there is room. `FIRST` until all of the dictionary was written.
    #[inline(always)]
    fn runs<const FIRST: bool>(&mut self, bytes: &mut [u8; SIZE]) -> Option<End> {
        let (mut at, mut end) = (self.at, self.end);
        let stop = if FIRST { ROUND } else { LAST };
        while end <= stop {
            let Some([control, rest @ ..]) = self.contents.get(at..).and_then(|rest| rest.first_chunk::<RUN>()) else { break };
            at = at.wrapping_add(1);
            let mut control = *control;
            if control == 0 {
                // Text that hardly repeats is made of such runs.
                let (literals, place) = (rest.first_chunk::<8>(), bytes.get_mut(end..).and_then(|rest| rest.first_chunk_mut()));
                let (Some(literals), Some(place)) = (literals, place) else { return Some(End::Missing) };
                *place = *literals;
                (at, end) = (at.wrapping_add(8), end.wrapping_add(8));
                continue;
            }
            for _ in 0..2 {
                // Four tokens have at most 8 bytes.
                let Some(eight) = self.contents.get(at..at.wrapping_add(8)).and_then(|eight| eight.try_into().ok()) else {
                    return Some(End::Missing);
                };
                let mut next = u64::read_be(eight);
                for _ in 0..4 {
                    if control & 1 == 1 {
                        let (from, count) = reference(next, end);
                        if FIRST && from < STAGE {
                            self.unwritten.get_or_insert(at);
                        }
                        at = at.wrapping_add(2);
                        next <<= 16;
                        if from.wrapping_add(count) <= end {
                            let piece = bytes.get(from..).and_then(|rest| rest.first_chunk::<LONGEST>()).copied();
                            let place = bytes.get_mut(end..).and_then(|rest| rest.first_chunk_mut());
                            let (Some(piece), Some(place)) = (piece, place) else { return Some(End::Missing) };
                            *place = piece;
                        } else if from < end {
                            overlapping(bytes, from, end, count);
                        } else {
                            (self.at, self.end) = (at, end);
                            return Some(End::Marker);
                        }
                        end = end.wrapping_add(count);
                    } else {
                        let Some(place) = bytes.get_mut(end) else { return Some(End::Missing) };
                        [*place, ..] = next.be_bytes();
                        (at, end) = (at.wrapping_add(1), end.wrapping_add(1));
                        next <<= 8;
                    }
                    control >>= 1;
                }
            }
        }
        (self.at, self.end) = (at, end);
        None
    }

    /// What is left of the contents when it is less than a run may take, token by token.
    fn last_runs(&mut self, bytes: &mut [u8; SIZE]) -> End {
        while let Some(&control) = self.contents.get(self.at) {
            self.at = self.at.saturating_add(1);
            for bit in 0..8u32 {
                let is_reference = control.wrapping_shr(bit) & 1 == 1;
                match (is_reference, self.contents.get(self.at..).unwrap_or_default()) {
                    (false, [literal, ..]) => {
                        if let Some(place) = bytes.get_mut(self.end) {
                            *place = *literal;
                        }
                        self.at = self.at.saturating_add(1);
                        self.end = self.end.saturating_add(1);
                    }
                    (true, [first, second, ..]) => {
                        let (from, count) = reference(u64::read_be([*first, *second, 0, 0, 0, 0, 0, 0]), self.end);
                        if from == self.end {
                            self.at = self.at.saturating_add(2);
                            return End::Marker;
                        }
                        if self.is_first_round() && from < STAGE {
                            self.unwritten.get_or_insert(self.at);
                        }
                        overlapping(bytes, from, self.end, count);
                        self.at = self.at.saturating_add(2);
                        self.end = self.end.saturating_add(count);
                    }
                    _ => return End::Missing,
                }
            }
        }
        End::Missing
    }
}

/// Where the reference that `next` begins with leads, and how many bytes it copies. Where it leads to the place that is written
/// next, it is the end marker.
#[inline(always)]
fn reference(next: u64, end: usize) -> (usize, usize) {
    let [place, count] = [next >> 52, next >> 48 & 0xF].map(|part| usize::try_from(part).unwrap_or_default());
    (end.wrapping_sub(end.wrapping_sub(place) % WINDOW), count.wrapping_add(2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rtf::lzfu::{Header, Mode, compress};

    /// Byte by byte in a circle, as [MS-OXRTFCP] 2.2 describes it.
    fn slow(contents: &[u8]) -> (Vec<u8>, usize, End, Option<usize>) {
        let mut circle = vec![None; WINDOW];
        for (place, byte) in circle.iter_mut().zip(PRESET) {
            *place = Some(byte);
        }
        let (mut raw, mut write, mut unwritten) = (Vec::new(), PRESET.len(), None);
        let mut put = |circle: &mut Vec<Option<u8>>, write: &mut usize, byte: Option<u8>| {
            raw.push(byte.unwrap_or(0));
            circle[*write] = Some(byte.unwrap_or(0));
            *write = (*write + 1) % WINDOW;
        };
        let mut at = 0;
        let end = 'all: loop {
            let Some(control) = contents.get(at) else { break End::Missing };
            at += 1;
            for bit in 0..8 {
                if control >> bit & 1 == 0 {
                    let Some(literal) = contents.get(at) else { break 'all End::Missing };
                    put(&mut circle, &mut write, Some(*literal));
                    at += 1;
                    continue;
                }
                let Some([first, second]) = contents.get(at..at + 2) else { break 'all End::Missing };
                let token = u16::read_be([*first, *second]);
                let (from, count) = (usize::from(token >> 4), usize::from(token & 0xF) + 2);
                at += 2;
                if from == write {
                    break 'all End::Marker;
                }
                for step in 0..count {
                    let byte = circle[(from + step) % WINDOW];
                    if byte.is_none() {
                        unwritten.get_or_insert(at - 2);
                    }
                    put(&mut circle, &mut write, byte);
                }
            }
        };
        (raw, at, end, unwritten)
    }

    fn check(contents: &[u8], raw_size: usize, limit: usize) -> Result<(), TestCaseError> {
        let (raw, at, end, unwritten) = slow(contents);
        let decoded = decode(contents, raw_size, usize::MAX);
        prop_assert!(decoded.raw == raw, "{} and {} bytes", decoded.raw.len(), raw.len());
        prop_assert_eq!((decoded.consumed, decoded.end, decoded.unwritten), (at, end, unwritten));
        let limited = decode(contents, raw_size, limit);
        prop_assert!(limited.raw == raw[..limit.min(raw.len())]);
        prop_assert_eq!(limited.end == End::Limit, raw.len() > limit);
        prop_assert!(limited.raw.capacity() <= limit.max(2 * raw.len()).max(8));
        Ok(())
    }

    proptest! {
        #[test]
        fn any_contents_are_decoded_as_the_specification_says(
            contents in prop::collection::vec(any::<u8>(), 0..6000), raw_size in 0usize..50_000, limit in 0usize..40_000,
        ) {
            check(&contents, raw_size, limit)?;
        }

        #[test]
        fn texts_are_decoded_as_the_specification_says(
            letters in 1u8..60, seed in any::<u32>(), length in 0usize..40_000, limit in 0usize..80_000,
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3), cut in 0usize..20,
        ) {
            let mut number = seed | 1;
            let raw: Vec<u8> = (0..length).map(|_| {
                number ^= number << 13;
                number ^= number >> 17;
                number ^= number << 5;
                b'!' + u8::try_from(number % u32::from(letters)).unwrap()
            }).collect();
            let mut contents = compress(&raw, Mode::Outlook).unwrap().split_off(Header::SIZE);
            check(&contents, raw.len(), limit)?;
            for (place, byte) in damage {
                let at = place.index(contents.len());
                contents[at] = byte;
            }
            contents.truncate(contents.len().saturating_sub(cut));
            check(&contents, raw.len(), limit)?;
        }
    }
}
