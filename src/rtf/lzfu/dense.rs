//! The fewest bytes: an optimal choice of tokens, counted backwards.
//!
//! What the rest of the text costs from a position depends only on the position and on how many tokens the current run
//! already has, because each eighth token opens a control byte. So eight costs for each position, from the end to the
//! beginning, are all there is to count; and of the matches at a position only the longest matters, because a rest that
//! begins later never costs more (its tokens are those of the longer rest with the first ones dropped or shortened, and what
//! can be shortened is still a match).

use super::LONGEST;
use super::matches::{Index, Match, Text, window_start};
use super::runs::Runs;

/// Costs in bytes for each number of tokens that the current run has.
type Costs = [u32; 8];

/// More positions than a reference is long, so that the costs at its end are still there; a power of 2.
const KEPT: usize = 32;

pub(super) fn tokens(text: &Text, runs: &mut Runs) {
    let matches = longest_matches(text);
    let references = cheaper_as_reference(&matches);
    let mut at = 0usize;
    let mut run = 0u32;
    while let (Some(found), Some(reference)) = (matches.get(at), references.get(at)) {
        let position = at.saturating_add(Text::START);
        if reference.wrapping_shr(run) & 1 == 1 {
            runs.reference(found.at(position));
            at = at.saturating_add(found.length());
        } else {
            runs.literal(text.byte(position));
            at = at.saturating_add(1);
        }
        run = run.wrapping_add(1) % 8;
    }
    runs.end(text);
}

/// A match in 16 bits: distance in 12, length less 2 in 4; 0 where there is none.
#[derive(Clone, Copy)]
struct Packed(u16);

impl Packed {
    fn new(at: usize, found: Match) -> Self {
        let packed = (at.wrapping_sub(found.from) << 4) | (found.length.wrapping_sub(2) % 16);
        Packed(u16::try_from(packed).unwrap_or_default())
    }

    fn distance(self) -> usize {
        usize::from(self.0 >> 4)
    }

    /// 0 where there is no match.
    #[inline(always)]
    fn length(self) -> usize {
        if self.0 == 0 { 0 } else { usize::from(self.0 & 0xF).wrapping_add(2) }
    }

    fn at(self, at: usize) -> Match {
        Match { from: at.wrapping_sub(self.distance()), length: self.length() }
    }
}

/// The longest match at each byte of the text.
fn longest_matches(text: &Text) -> Vec<Packed> {
    let mut index = Index::new();
    let mut matches = Vec::with_capacity(text.end().saturating_sub(Text::START));
    let mut last = Packed(0);
    for at in Text::START..text.end() {
        // Without its first byte the last match is one here.
        let inherited = last.length().saturating_sub(1);
        last = match index.first_longest(text, at, window_start(at), inherited) {
            Some(found) => Packed::new(at, found),
            None if inherited >= 2 => Packed::new(at, Match { from: at.wrapping_sub(last.distance()), length: inherited }),
            None => Packed(0),
        };
        matches.push(last);
    }
    matches
}

/// For each byte of the text eight bits: whether with so many tokens in the run a reference is cheaper than a literal.
fn cheaper_as_reference(matches: &[Packed]) -> Vec<u8> {
    let mut references = vec![0u8; matches.len()];
    // A token in an empty run brings the control byte with it.
    const OPENING: Costs = [1, 0, 0, 0, 0, 0, 0, 0];
    // After the text, the end marker.
    let mut kept = [OPENING.map(|control| control.wrapping_add(2)); KEPT];
    for ((at, found), cheaper) in matches.iter().enumerate().zip(&mut references).rev() {
        let after = |length: usize| {
            let [first, rest @ ..] = kept.get(at.wrapping_add(length) % KEPT).copied().unwrap_or_default();
            // The token that is counted is one more in the run.
            let [b, c, d, e, f, g, h] = rest;
            [b, c, d, e, f, g, h, first]
        };
        let mut costs = after(1).map(|cost| cost.wrapping_add(1));
        if found.length() > 0 {
            let reference = after(found.length()).map(|cost| cost.wrapping_add(2));
            let mut bit = 1u8;
            for (cost, reference) in costs.iter_mut().zip(reference) {
                if reference <= *cost {
                    *cost = reference;
                    *cheaper |= bit;
                }
                bit = bit.wrapping_shl(1);
            }
        }
        for (cost, opening) in costs.iter_mut().zip(OPENING) {
            *cost = cost.wrapping_add(opening);
        }
        if let Some(place) = kept.get_mut(at % KEPT) {
            *place = costs;
        }
    }
    references
}

const _: () = assert!(KEPT > LONGEST && KEPT.is_power_of_two());
