//! Finding matches: the text with the preset dictionary before it, and an index of where its pieces stand.
//!
//! With the preset bytes before the first byte of the text, the dictionary at a position is simply the 4096 bytes before it,
//! a place in the dictionary is a position modulo 4096, and the specification's scan order (from place 0 while the
//! dictionary fills, from the place after the write position when it is full) is the order of positions. The byte 4096
//! positions back cannot be referred to: that place is the write position, whose reference is the end marker.
//!
//! The index covers a block of the text and the 4096 bytes before it: all positions sorted by a hash of the 3 bytes that
//! stand there, and again by a hash of 2 bytes. Every position with the same 3 bytes stands in one stretch of that list, in
//! scan order, so looking for the first longest match walks one short stretch. Where a stretch is long (text made of few
//! different pieces), the walk is given up and all candidates are compared at once, 64 in a word of bits: that takes the
//! same time whatever the text is.

use std::ops::Range;

use super::{LONGEST, PRESET, WINDOW};

use crate::base::wire::Wire;

/// Zeros after the text, so that reading a piece needs no end.
const PADDING: usize = 2 * LONGEST;

/// Positions that a block adds to the index. With the window before them they are as many as 15 bits number.
const BLOCK: usize = (1 << 15) - WINDOW;

/// Bits of a list's hash.
const HASH_BITS: u32 = 12;

/// How many positions may have left the window before they are forgotten, all at once. Whoever finds them in a list passes
/// them over.
const FORGET: usize = 64;

/// How many candidates a walk looks at before comparing all at once is the better way.
const WALK: usize = 256;

/// How many searches after one that gave up walking do not try it.
const CROWDED: usize = 32;

/// The preset dictionary, the text, and padding.
pub(super) struct Text {
    bytes: Vec<u8>,
    end: usize,
}

impl Text {
    /// Where the text begins: after the preset bytes.
    pub(super) const START: usize = PRESET.len();

    pub(super) fn new(raw: &[u8]) -> Self {
        let end = Self::START.saturating_add(raw.len());
        let mut bytes = Vec::with_capacity(end.saturating_add(PADDING));
        bytes.extend_from_slice(&PRESET);
        bytes.extend_from_slice(raw);
        bytes.resize(end.saturating_add(PADDING), 0);
        Text { bytes, end }
    }

    /// The position after the last byte of the text.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    #[inline(always)]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// Bytes from `at`, zeros beyond the padding.
    #[inline(always)]
    pub(super) fn piece<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().unwrap_or([0; N])
    }

    /// How many bytes from `a` and from `b` are equal, at most [`LONGEST`]; padding counts as text.
    #[inline(always)]
    pub(super) fn common(&self, a: usize, b: usize) -> usize {
        let low = u64::read_le(self.piece(a)) ^ u64::read_le(self.piece(b));
        if low != 0 {
            return equal_bytes(low);
        }
        let (a, b) = (a.wrapping_add(8), b.wrapping_add(8));
        let high = u64::read_le(self.piece(a)) ^ u64::read_le(self.piece(b));
        if high != 0 {
            return equal_bytes(high).wrapping_add(8);
        }
        usize::from(self.byte(a.wrapping_add(8)) == self.byte(b.wrapping_add(8))).wrapping_add(16)
    }

    /// The longest that a match at `at` can be.
    #[inline(always)]
    pub(super) fn longest(&self, at: usize) -> usize {
        self.end.saturating_sub(at).min(LONGEST)
    }
}

/// The number of low zero bytes.
#[inline(always)]
fn equal_bytes(difference: u64) -> usize {
    usize::try_from(difference.trailing_zeros() / 8).unwrap_or_default()
}

/// The earliest position that can be referred to from `at`.
#[inline(always)]
pub(super) fn window_start(at: usize) -> usize {
    at.saturating_sub(WINDOW.wrapping_sub(1))
}

/// A match: the text at `from` is equal for `length` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) from: usize,
    pub(super) length: usize,
}

/// There are too many candidates for a walk.
struct Crowded;

/// Where the pieces of a stretch of the text stand.
pub(super) struct Index {
    /// First position that is indexed, and the one after the last.
    base: usize,
    end: usize,
    /// First position that is not yet forgotten.
    oldest: usize,
    pairs: List,
    triples: List,
    /// How many searches are still to compare all candidates at once.
    crowded: usize,
    columns: Columns,
}

impl Index {
    pub(super) fn new() -> Self {
        Index { base: 0, end: 0, oldest: 0, pairs: List::new(), triples: List::new(), crowded: 0, columns: Columns::default() }
    }

    /// The first in scan order of the longest matches at `at`, if it is longer than `floor` and than 1, among those that
    /// start at `from` or later.
    ///
    /// Successive calls go forward in the text; `from` is not before [`window_start`].
    #[inline]
    pub(super) fn first_longest(&mut self, text: &Text, at: usize, from: usize, floor: usize) -> Option<Match> {
        let longest = text.longest(at);
        if longest <= floor.max(1) {
            return None;
        }
        if at >= self.end {
            self.build(text, at);
        }
        if window_start(at).wrapping_sub(self.oldest) >= FORGET {
            self.forget(text, at);
        }
        if self.crowded == 0 {
            match self.walk(text, at, from, floor) {
                Ok(found) => return found,
                Err(Crowded) => self.crowded = CROWDED,
            }
        }
        self.crowded = self.crowded.saturating_sub(1);
        self.columns.first_longest(text, self.base..self.end, at, from, floor)
    }

    /// The same by walking through the lists.
    #[inline(always)]
    fn walk(&self, text: &Text, at: usize, from: usize, floor: usize) -> Result<Option<Match>, Crowded> {
        let [first, second, third] = text.piece(at);
        let oldest = relative(window_start(at), self.base);
        let (this, from) = (relative(at, self.base), relative(from, self.base));
        let longest = text.longest(at);
        let mut left = WALK;
        let mut best = Match { from: 0, length: floor.max(2) };
        if longest > best.length {
            let mut wanted = text.byte(at.wrapping_add(best.length));
            for &candidate in self.triples.from(hash3([first, second, third]), oldest) {
                if candidate >= this {
                    break;
                }
                left = left.checked_sub(1).ok_or(Crowded)?;
                let position = self.base.wrapping_add(usize::from(candidate));
                // Whoever is longer than the best so far is equal there.
                if text.byte(position.wrapping_add(best.length)) != wanted || candidate < from {
                    continue;
                }
                let length = text.common(position, at).min(longest);
                if length > best.length {
                    best = Match { from: position, length };
                    if length == longest {
                        break;
                    }
                    wanted = text.byte(at.wrapping_add(length));
                }
            }
            if best.length > floor.max(2) {
                return Ok(Some(best));
            }
        }
        if floor >= 2 {
            return Ok(None);
        }
        // No three bytes are equal, so that the first two that are equal are what is looked for.
        for &candidate in self.pairs.from(hash2([first, second]), oldest) {
            if candidate >= this {
                break;
            }
            left = left.checked_sub(1).ok_or(Crowded)?;
            let position = self.base.wrapping_add(usize::from(candidate));
            if text.piece(position) == [first, second] && candidate >= from {
                return Ok(Some(Match { from: position, length: 2 }));
            }
        }
        Ok(None)
    }

    /// Takes out of the lists what has left the window.
    fn forget(&mut self, text: &Text, at: usize) {
        let oldest = window_start(at);
        for piece in text.bytes.get(self.oldest..oldest.saturating_add(2)).unwrap_or_default().windows(3) {
            let (a, b, c) = (part(piece, 0), part(piece, 1), part(piece, 2));
            self.pairs.forget(hash2([a, b]));
            self.triples.forget(hash3([a, b, c]));
        }
        self.oldest = oldest;
    }

    /// Indexes the block that begins at `at`, and the window before it.
    fn build(&mut self, text: &Text, at: usize) {
        self.base = at.saturating_sub(WINDOW);
        self.end = at.saturating_add(BLOCK).min(text.end());
        let bytes = text.bytes.get(self.base..self.end.saturating_add(2)).unwrap_or_default();
        self.pairs.build(bytes.windows(2).take(bytes.len().saturating_sub(2)).map(|b| hash2([part(b, 0), part(b, 1)])));
        self.triples.build(bytes.windows(3).map(|b| hash3([part(b, 0), part(b, 1), part(b, 2)])));
        self.oldest = self.base;
        self.columns.built = false;
    }
}

#[inline(always)]
fn part(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

/// A position as the lists number it. Beyond their end it is after all of them.
#[inline(always)]
fn relative(at: usize, base: usize) -> u16 {
    u16::try_from(at.wrapping_sub(base)).unwrap_or(u16::MAX)
}

#[inline(always)]
fn hash2([a, b]: [u8; 2]) -> usize {
    spread(u32::read_le([a, b, 0, 0]))
}

#[inline(always)]
fn hash3([a, b, c]: [u8; 3]) -> usize {
    spread(u32::read_le([a, b, c, 0]))
}

/// Multiplicative hashing by 2^32 divided by the golden ratio.
#[inline(always)]
fn spread(key: u32) -> usize {
    usize::try_from(key.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)).unwrap_or_default()
}

/// Positions sorted by a hash, ascending within a hash: a stretch of one vector for each hash.
struct List {
    /// Where each hash's stretch begins; with one more, which is where the last one ends.
    starts: Vec<u16>,
    positions: Vec<u16>,
}

impl List {
    fn new() -> Self {
        List { starts: Vec::new(), positions: Vec::new() }
    }

    /// Counting sort of 0, 1, 2... by their hashes.
    fn build(&mut self, hashes: impl Iterator<Item = usize> + Clone) {
        // Hash h is counted at h + 2: after summing up, h + 1 holds where its stretch begins, and after placing, where it
        // ends, which is where the next one begins.
        self.starts.clear();
        self.starts.resize((1usize << HASH_BITS).saturating_add(2), 0);
        let mut count = 0usize;
        for hash in hashes.clone() {
            if let Some(counted) = self.starts.get_mut(hash.wrapping_add(2)) {
                *counted = counted.wrapping_add(1);
            }
            count = count.wrapping_add(1);
        }
        let mut sum = 0u16;
        for start in &mut self.starts {
            sum = sum.wrapping_add(*start);
            *start = sum;
        }
        self.positions.clear();
        self.positions.resize(count, 0);
        let mut position = 0u16;
        for hash in hashes {
            if let Some(next) = self.starts.get_mut(hash.wrapping_add(1)) {
                if let Some(place) = self.positions.get_mut(usize::from(*next)) {
                    *place = position;
                }
                *next = next.wrapping_add(1);
            }
            position = position.wrapping_add(1);
        }
    }

    /// Takes the first position of a hash out.
    #[inline(always)]
    fn forget(&mut self, hash: usize) {
        if let Some(start) = self.starts.get_mut(hash) {
            *start = start.wrapping_add(1);
        }
    }

    /// The positions of a hash from `oldest` on, and those of the hashes behind it: whoever walks knows where to stop,
    /// because he stands in the list himself.
    #[inline(always)]
    fn from(&self, hash: usize, oldest: u16) -> &[u16] {
        let start = self.starts.get(hash).copied().unwrap_or_default();
        let mut stretch = self.positions.get(usize::from(start)..).unwrap_or_default();
        while let [first, rest @ ..] = stretch {
            if *first >= oldest {
                break;
            }
            stretch = rest;
        }
        stretch
    }
}

/// For each byte value a row of bits: where in the indexed stretch it stands. Built when first needed.
#[derive(Default)]
struct Columns {
    built: bool,
    /// Words of a row: a bit for each indexed position, and for what a match at the end of them reads.
    width: usize,
    rows: Vec<u64>,
}

/// Words that the bits of a window are spread over.
const SPAN: usize = WINDOW / 64 + 1;

impl Columns {
    fn build(&mut self, text: &Text, indexed: Range<usize>) {
        let bytes = text.bytes.get(indexed.start..indexed.end.saturating_add(LONGEST)).unwrap_or_default();
        self.width = (bytes.len() / 64).saturating_add(2);
        self.rows.clear();
        self.rows.resize(self.width.saturating_mul(256), 0);
        for (position, byte) in bytes.iter().enumerate() {
            let place = usize::from(*byte).wrapping_mul(self.width).wrapping_add(position / 64);
            if let Some(word) = self.rows.get_mut(place) {
                *word |= 1 << (position % 64);
            }
        }
        self.built = true;
    }

    /// As [`Index::first_longest`]: candidates are bits, and each byte of the text at `at` strikes out those that do not
    /// continue with it.
    #[inline(never)]
    fn first_longest(&mut self, text: &Text, indexed: Range<usize>, at: usize, from: usize, floor: usize) -> Option<Match> {
        let base = indexed.start;
        if !self.built {
            self.build(text, indexed);
        }
        let (this, from) = (at.wrapping_sub(base), from.wrapping_sub(base));
        let first_word = from / 64;
        // Candidates stand from `from` up to, not including, `this`.
        let mut alive = [0u64; SPAN];
        let mut start = first_word.wrapping_mul(64);
        for word in &mut alive {
            *word = ones_below(this.saturating_sub(start)) & !ones_below(from.saturating_sub(start));
            start = start.wrapping_add(64);
        }
        let mut length = 0usize;
        for (offset, byte) in text.piece::<LONGEST>(at).into_iter().enumerate().take(text.longest(at)) {
            let row = self.rows.get(usize::from(byte).wrapping_mul(self.width)..).and_then(|row| row.get(..self.width))?;
            let words = row.get(first_word..).unwrap_or_default();
            let mut next = [0u64; SPAN];
            let mut any = 0u64;
            // The bit of the byte `offset` further on is moved to the candidate's place: out of two neighbouring words.
            let shift = u32::try_from(offset).unwrap_or_default();
            let following = words.get(1..).unwrap_or_default();
            for (((next, alive), low), high) in next.iter_mut().zip(&alive).zip(words).zip(following) {
                // In two steps, because moving by 64 at once is not defined.
                let here = low.wrapping_shr(shift) | high.wrapping_shl(1).wrapping_shl(63u32.wrapping_sub(shift));
                *next = alive & here;
                any |= *next;
            }
            if any == 0 {
                break;
            }
            alive = next;
            length = offset.wrapping_add(1);
        }
        if length <= floor.max(1) {
            return None;
        }
        let (n, word) = alive.iter().enumerate().find(|(_, word)| **word != 0)?;
        let bit = usize::try_from(word.trailing_zeros()).unwrap_or_default();
        let from = base.wrapping_add(first_word.wrapping_add(n).wrapping_mul(64)).wrapping_add(bit);
        Some(Match { from, length })
    }
}

/// A word whose lowest `count` bits are set; all of them from 64 on.
fn ones_below(count: usize) -> u64 {
    match u32::try_from(count) {
        Ok(count) if count < 64 => (1u64 << count).wrapping_sub(1),
        _ => u64::MAX,
    }
}
