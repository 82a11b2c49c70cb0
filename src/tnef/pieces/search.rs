//! The searches of the recovering walk: where the next attribute starts, and from where attributes lead to the end of the stream.

use crate::base::{Offset, steps};

use super::super::attribute::{AttributeHeader, HEADER_LENGTH};
use super::{Pieces, is_line_end};

impl Pieces<'_> {
    /// Where, from `from` on, attributes go on.
    pub(crate) fn resync(&mut self, from: Offset) -> Option<Offset> {
        self.start_of_chain(from).or_else(|| self.next_verified(from)).or_else(|| self.next_framed(from))
    }

    /// The first plausible start from `from` on whose checksum holds, with the end of that attribute, or of which the window
    /// does not show whether another one follows.
    pub(crate) fn next_candidate(&mut self, from: Offset) -> Option<(Offset, Option<Offset>)> {
        let mut candidate = from;
        loop {
            candidate = self.next_plausible(candidate)?;
            if let Some(end) = self.verified_end(candidate) {
                return Some((candidate, Some(end)));
            }
            if self.framed_at(candidate).is_none_or(|framed| framed.end + HEADER_LENGTH > self.end()) {
                return Some((candidate, None));
            }
            candidate += 1;
        }
    }

    /// The first start from `from` on from which attributes with right checksums lead to the end of the stream.
    pub(super) fn start_of_chain(&mut self, from: Offset) -> Option<Offset> {
        if self.chainless {
            // No chain from an earlier place means none from a later one.
            return None;
        }
        let mut candidate = from;
        // The next member of the last chain that broke, and where that was. It breaks at the same place from there, so it is not
        // walked again.
        let (mut member, mut broken_at) = (None, from);
        loop {
            let Some(found) = self.next_plausible(candidate) else {
                self.chainless = true;
                return None;
            };
            candidate = found + 1;
            if member == Some(found) && found < broken_at {
                member = self.framed_at(found).map(|framed| framed.end);
                continue;
            }
            let first_end = self.verified_end(found);
            let end = self.end_of_chain(found);
            let rest = end.tail(self.input)?;
            let leads_on = if self.open {
                // As far as the window goes: to an attribute that ends behind it.
                let is_next = |header: AttributeHeader| header.is_plausible() && header.is_sensible();
                rest.len() < HEADER_LENGTH || (self.header_at(end).is_some_and(is_next) && self.framed_at(end).is_none())
            } else {
                is_line_end(rest)
            };
            if first_end.is_some() && leads_on {
                return Some(found);
            }
            (member, broken_at) = (first_end, end);
        }
    }

    /// The end of the run of attributes with right checksums that starts at `position`; `position` itself if the first one is wrong already.
    pub(crate) fn end_of_chain(&mut self, mut position: Offset) -> Offset {
        while let Some(end) = self.verified_end(position) {
            position = end;
        }
        position
    }

    /// The first start from `from` on whose checksum holds and that does not belong to an embedded message.
    pub(super) fn next_verified(&mut self, from: Offset) -> Option<Offset> {
        let mut from = from;
        let mut candidate = from;
        loop {
            candidate = self.next_plausible(candidate)?;
            if self.verified_end(candidate).is_none() {
                candidate += 1;
                continue;
            }
            // A signature in between: these are the attributes of a message that was embedded in what was lost.
            if self.embeds(from, candidate) {
                candidate = self.end_of_chain(candidate);
                from = candidate;
                continue;
            }
            return Some(candidate);
        }
    }

    /// The first start from `from` on whose declared length leads to another start or the end, whatever its checksum.
    pub(crate) fn next_framed(&mut self, from: Offset) -> Option<Offset> {
        let mut candidate = from;
        loop {
            candidate = self.next_plausible(candidate)?;
            let framed = self.framed_at(candidate).is_some_and(|framed| self.is_boundary(framed.end));
            if framed && !self.embeds(from, candidate) {
                return Some(candidate);
            }
            candidate += 1;
        }
    }

    /// The first position from `from` on at which a plausible header stands whose data fits the input. Costs search budget.
    fn next_plausible(&mut self, from: Offset) -> Option<Offset> {
        let bytes = from.tail(self.input)?;
        // Level, and the high byte of the id, which is zero in every known one: two bytes rule out nearly every position.
        let found = bytes
            .windows(HEADER_LENGTH)
            .enumerate()
            .filter(|(_, window)| matches!(window, [1 | 2, _, _, 0..=8, 0, ..]))
            .map(|(at, _)| from + at)
            .find(|position| self.is_start(*position));
        let looked_at = found.unwrap_or(self.end()) - from;
        steps::count(looked_at.index());
        self.spend(looked_at)?;
        found
    }
}
