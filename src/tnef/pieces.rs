//! The stream as pieces that cover all of it: the walk that recovers from damage.
//!
//! [`Reader::pieces`](super::Reader::pieces) never fails: it accounts for every byte of the input as header, attribute or lost
//! stretch, and after damage goes on at the next place where an attribute plausibly starts. How it decides:
//!
//! 1. An attribute whose checksum holds is taken, whatever its id, and whatever its level if the id is known.
//! 2. One whose checksum does not hold is taken as declared if the stream ends behind it or another attribute follows.
//! 3. Else its length is in doubt. The end is looked for at which the checksum holds (also counting CRs that text conversion
//!    removed) and behind which an attribute, or the end of the stream, stands.
//! 4. Else the next attribute is looked for from which attributes with right checksums lead to the end of the stream. The data
//!    ends two bytes before it, for a checksum; or one, if that byte is what is left of a checksum that had a CR.
//! 5. Else a length past the end means that the stream is cut, and any other is believed.
//!
//! The searches may sum at most [`SEARCH_FACTOR`] times the length of the input, so that crafted input cannot make them
//! quadratic; when that is spent, recovery gives up and the rest is reported as lost.

mod search;

use crate::base::checksum::checksum;
use crate::base::diag::Code;
use crate::base::input::{Cursor, le_u16, len64, length, peek};
use crate::base::wire::Wire;
use crate::base::{Offset, steps};

use super::attribute::{Attribute, AttributeHeader, CHECKSUM_LENGTH, Framing, HEADER_LENGTH};
use super::header::{Header, SIGNATURE, SIGNATURE_BYTES, contains_signature};

/// Number of bytes of other content that [`Pieces`] looks through for the signature.
pub const SIGNATURE_SEARCH: usize = 64 << 10;

/// Number of times, on average, that the recovering walk may sum a byte of the input in its searches.
pub const SEARCH_FACTOR: u64 = 16;

/// A stretch of the input that is no part of any attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost<'a> {
    /// Kind of the defect: before the signature, between attributes, after the last one.
    pub code: Code,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Their offset in the outermost input.
    pub offset: u64,
}

/// A piece of a stream. The pieces of a stream cover its input without gap or overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Signature and key.
    Header(Header),
    /// An attribute.
    Attribute(Attribute<'a>),
    /// Bytes that are neither.
    Lost(Lost<'a>),
}

impl Piece<'_> {
    /// Returns how many bytes of the input it takes.
    #[must_use]
    pub fn wire_length(&self) -> u64 {
        match self {
            Piece::Header(header) => Offset::from(Header::wire_length(header.key)).get(),
            Piece::Attribute(attribute) => attribute.wire_length(),
            Piece::Lost(lost) => len64(lost.bytes),
        }
    }
}

/// The recovering walk over a stream.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    input: &'a [u8],
    /// Where `input` stands in the outermost input. All other places are counted from the start of `input`.
    base: Offset,
    position: Offset,
    state: State,
    /// Bytes that searches may still sum.
    search: Offset,
    /// Whether a search found that no chain of attributes leads to the end of the stream.
    chainless: bool,
    /// Whether the stream goes on behind `input`: then `input` is the window that the stream reader decides on.
    open: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Body,
}

/// An attribute of which the input holds as much as its header declares, and a checksum.
struct Framed<'a> {
    header: AttributeHeader,
    data: &'a [u8],
    stored: u16,
    data_end: Offset,
    end: Offset,
}

impl<'a> Pieces<'a> {
    pub(crate) fn at(input: &'a [u8], base: u64) -> Self {
        let search = Offset::of(input) * SEARCH_FACTOR + (1 << 20);
        Pieces { input, base: base.into(), position: Offset::START, state: State::Start, search, chainless: false, open: false }
    }

    /// A walk that goes on where a stream reader stands, between two attributes, with what is left of its search budget.
    pub(crate) fn resume(input: &'a [u8], base: Offset, search: Offset, open: bool) -> Self {
        Pieces { input, base, position: Offset::START, state: State::Body, search, chainless: false, open }
    }

    /// The same, where an earlier walk over the same end of the stream found no chain that leads to it.
    pub(crate) fn with_chainless(mut self, chainless: bool) -> Self {
        self.chainless = chainless;
        self
    }

    /// How much of the input the pieces so far took, what is left of the search budget, and whether there is no chain.
    pub(crate) fn progress(&self) -> (usize, Offset, bool) {
        (self.position.index(), self.search, self.chainless)
    }

    fn end(&self) -> Offset {
        Offset::of(self.input)
    }

    fn absolute(&self, position: Offset) -> u64 {
        (self.base + position).get()
    }

    fn header_at(&self, position: Offset) -> Option<AttributeHeader> {
        peek(AttributeHeader::parse, position.tail(self.input)?)
    }

    /// The attribute at `position`, whatever its header says; `None` if the input ends before it does.
    fn framed_at(&self, position: Offset) -> Option<Framed<'a>> {
        let mut cursor = Cursor::at(position.tail(self.input)?, position);
        let header = cursor.parse(AttributeHeader::parse)?;
        let data = cursor.take(length(header.length))?;
        let data_end = cursor.place();
        let stored = cursor.parse(le_u16)?;
        Some(Framed { header, data, stored, data_end, end: cursor.place() })
    }

    fn attribute(&self, position: Offset, header: &AttributeHeader, data_end: Offset, framing: Framing) -> Option<Piece<'a>> {
        // Not the first bytes of the next attribute, where that begins before a checksum's end.
        let has_checksum = data_end + CHECKSUM_LENGTH <= self.position;
        let checksum = if has_checksum { data_end.tail(self.input).and_then(|rest| peek(le_u16, rest)) } else { None };
        Some(Piece::Attribute(Attribute {
            level: header.level,
            id: header.id,
            declared_length: header.length,
            data: (position + HEADER_LENGTH).until(data_end, self.input)?,
            checksum,
            computed: None,
            offset: self.absolute(position),
            framing,
        }))
    }

    fn lost(&self, code: Code, from: Offset, to: Offset) -> Option<Piece<'a>> {
        Some(Piece::Lost(Lost { code, bytes: from.until(to, self.input)?, offset: self.absolute(from) }))
    }

    /// Takes off the search budget; `None` if there is not as much.
    fn spend(&mut self, cost: Offset) -> Option<()> {
        self.search = self.search.checked_sub(cost)?;
        Some(())
    }

    /// The stream's start: where the signature is, or stood before it was damaged.
    fn start(&mut self) -> Option<Piece<'a>> {
        let rest = self.position.tail(self.input)?;
        let at_start = Header::parse(rest).ok().map(|(_, header)| header);
        if let Some((SIGNATURE, key)) = at_start {
            return Some(self.header(SIGNATURE, key));
        }
        if let Some((signature, key)) = at_start {
            // Damaged, but what follows is an attribute whose checksum holds, so this is a stream. This comes before the
            // search, which would find the signature of an embedded message.
            if self.verified_end(Offset::START + Header::wire_length(key)).is_some() {
                return Some(self.header(signature, key));
            }
        }
        let window = rest.get(..SIGNATURE_SEARCH).unwrap_or(rest);
        let signature = window.windows(SIGNATURE_BYTES.len()).position(|w| w == SIGNATURE_BYTES).map(Offset::from);
        // Where the start is gone, attributes may still lead to the end of the stream; a signature behind the first of them
        // is that of an embedded message.
        match (signature, self.start_of_chain(Offset::START)) {
            (Some(found), chain) if chain.is_none_or(|chain| found < chain) => {
                // The signature itself is the next piece.
                self.position = found;
                self.lost(Code::BytesBeforeSignature, Offset::START, found)
            }
            (_, Some(chain)) => {
                self.position = chain;
                self.state = State::Body;
                if chain == Offset::START { self.body() } else { self.lost(Code::InvalidSignature, Offset::START, chain) }
            }
            (_, None) => {
                self.position = self.end();
                self.state = State::Body;
                self.lost(Code::InvalidSignature, Offset::START, self.end())
            }
        }
    }

    fn header(&mut self, signature: u32, key: Option<u16>) -> Piece<'a> {
        let header = Header { signature, key, offset: self.absolute(self.position) };
        self.position += Header::wire_length(key);
        self.state = State::Body;
        Piece::Header(header)
    }

    /// The end of the attribute at `position` if its header is plausible and its checksum holds. Costs search budget.
    fn verified_end(&mut self, position: Offset) -> Option<Offset> {
        let Framed { data, stored, end, .. } = self.framed_at(position).filter(|framed| framed.header.is_plausible())?;
        steps::count(data.len());
        self.spend(Offset::of(data) + 16)?;
        (stored == checksum(data)).then_some(end)
    }

    /// Whether a stream may end or go on at `position`: its end, a line end or a few zeros at its end, or a plausible start.
    fn is_boundary(&self, position: Offset) -> bool {
        let rest = position.tail(self.input).unwrap_or_default();
        if self.open {
            return self.is_start(position);
        }
        is_line_end(rest) || (rest.len() < HEADER_LENGTH && rest.iter().all(|b| *b == 0)) || self.is_start(position)
    }

    fn is_start(&self, position: Offset) -> bool {
        self.header_at(position)
            .filter(AttributeHeader::is_plausible)
            .is_some_and(|header| self.framed_at(position).is_some() || (self.open && header.is_sensible()))
    }

    fn body(&mut self) -> Option<Piece<'a>> {
        let position = self.position;
        let Some(header) = self.header_at(position) else {
            return self.tail(position);
        };
        let declared = self.framed_at(position);
        if let Some(Framed { data, stored, data_end, end, .. }) = declared {
            let computed = checksum(data);
            if header.is_acceptable() && (stored == computed || self.is_boundary(end)) {
                self.position = end;
                let mut piece = self.attribute(position, &header, data_end, Framing::Declared);
                if let Some(Piece::Attribute(attribute)) = &mut piece {
                    attribute.computed = Some(computed);
                }
                return piece;
            }
        }
        if header.is_plausible() { self.damaged(position, &header, declared) } else { self.garbage(position) }
    }

    /// An attribute that starts plausibly, but where its declared length leads there is nothing.
    fn damaged(&mut self, position: Offset, header: &AttributeHeader, declared: Option<Framed<'_>>) -> Option<Piece<'a>> {
        let data_start = position + HEADER_LENGTH;
        if let Some((data_end, framing)) = self.end_by_checksum(data_start, header) {
            self.position = data_end + CHECKSUM_LENGTH;
            return self.attribute(position, header, data_end, framing);
        }
        let declared_data_end = data_start + Offset::from(header.length);
        if declared.is_none() && !self.open && declared_data_end <= self.end() {
            // All the data is there; only the checksum is cut.
            self.position = declared_data_end;
            return self.attribute(position, header, declared_data_end, Framing::Declared);
        }
        if let Some(next) = self.start_of_chain(data_start) {
            let limit = before_checksum(data_start, next);
            let whole = declared_data_end <= limit || self.is_half_checksum(data_start, declared_data_end, next);
            let data_end = if whole { declared_data_end } else { limit };
            let framing = if declared_data_end == data_end { Framing::Declared } else { Framing::Estimated };
            let end = data_end + CHECKSUM_LENGTH;
            self.position = if end <= next { end } else { data_end };
            return self.attribute(position, header, data_end, framing);
        }
        match declared {
            Some(Framed { data_end, end, .. }) => {
                self.position = end;
                self.attribute(position, header, data_end, Framing::Declared)
            }
            None if self.open => None,
            // The length leads past the end: it is wrong if attributes of this stream follow, else the stream is cut.
            None => match self.next_verified(data_start).filter(|next| !self.embeds(data_start, *next)) {
                Some(next) => {
                    self.position = next;
                    self.attribute(position, header, before_checksum(data_start, next), Framing::Estimated)
                }
                None => {
                    self.position = self.end();
                    self.attribute(position, header, self.end(), Framing::Truncated)
                }
            },
        }
    }

    /// Whether between data and the next attribute there is one byte, which is one of the data's checksum: text conversion took
    /// a CR out of it.
    fn is_half_checksum(&self, data_start: Offset, data_end: Offset, next: Offset) -> bool {
        match (data_start.until(data_end, self.input), data_end.until(next, self.input)) {
            (Some(data), Some([byte])) => {
                let sum = checksum(data).le_bytes();
                sum == [*byte, b'\r'] || sum == [b'\r', *byte]
            }
            _ => false,
        }
    }

    /// Whether an embedded message starts between two positions.
    fn embeds(&self, from: Offset, to: Offset) -> bool {
        let between = from.until(to, self.input);
        steps::count(between.map_or(0, <[u8]>::len));
        between.is_some_and(contains_signature)
    }

    /// The end of data at `data_start` at which the checksum holds and behind which a stream may end or go on.
    fn end_by_checksum(&mut self, data_start: Offset, header: &AttributeHeader) -> Option<(Offset, Framing)> {
        let bytes = data_start.tail(self.input)?;
        if self.search == Offset::START {
            return None;
        }
        let budget = self.search.min(Offset::from(u32::MAX)).index();
        let found = self.checksum_in(bytes, budget, data_start, header);
        let looked_at = found.map_or(Offset::from(bytes.len().min(budget)), |(end, _)| end - data_start + 1);
        steps::count(looked_at.index());
        self.search -= looked_at;
        found
    }

    /// The same within `bytes`, which stand at `data_start`, looking at no more than `budget` places.
    fn checksum_in(
        &self,
        bytes: &[u8],
        budget: usize,
        data_start: Offset,
        header: &AttributeHeader,
    ) -> Option<(Offset, Framing)> {
        let declared = Offset::from(header.length);
        let mut sum = 0u16;
        let mut line_feeds = 0u64;
        // Byte by byte: `sum` and `line_feeds` are those of the data before `at`.
        for (at, stored) in bytes.windows(CHECKSUM_LENGTH).enumerate().take(budget) {
            let [byte, high] = *stored else { return None };
            let stored = u16::read_le([byte, high]);
            let data_end = data_start + at;
            let is_boundary = || self.is_boundary(data_end + CHECKSUM_LENGTH);
            // The sums first: they rule out nearly every place, and to look for a boundary costs more.
            if stored == sum && is_boundary() {
                return Some((data_end, Framing::Repaired));
            }
            if line_feeds > 0 {
                let missing = declared.checked_sub(at.into()).filter(|missing| missing.get() <= line_feeds);
                if let Some(missing) = missing.and_then(|missing| u16::try_from(missing.get() & 0xFFFF).ok()) {
                    let converted = sum.wrapping_add(missing.wrapping_mul(u16::from(b'\r')));
                    if missing > 0 && stored == converted && is_boundary() {
                        return Some((data_end, Framing::LineEndsCollapsed));
                    }
                }
            }
            sum = sum.wrapping_add(u16::from(byte));
            line_feeds = line_feeds.saturating_add(u64::from(byte == b'\n'));
        }
        None
    }

    /// Bytes that do not start an attribute: lost up to the next one.
    fn garbage(&mut self, position: Offset) -> Option<Piece<'a>> {
        if self.open {
            return None;
        }
        match self.resync(position + 1) {
            Some(next) => {
                self.position = next;
                self.lost(Code::BytesSkipped, position, next)
            }
            None => self.tail(position),
        }
    }

    /// What stands after the last attribute.
    fn tail(&mut self, position: Offset) -> Option<Piece<'a>> {
        self.position = self.end();
        let rest = position.tail(self.input)?;
        let code = match rest {
            _ if is_line_end(rest) => Code::TrailingLineEnd,
            // A level byte and the start of an id: an attribute that was cut in its header.
            [1 | 2, ..] if rest.len() < HEADER_LENGTH => Code::AttributeTruncated,
            _ => Code::TrailingBytes,
        };
        self.lost(code, position, self.end())
    }
}

/// Where data from `data_start` ends if the next attribute starts at `next`: between them stands the checksum, wherever the
/// data really ends, unless there is no room for it.
fn before_checksum(data_start: Offset, next: Offset) -> Offset {
    if data_start + CHECKSUM_LENGTH <= next { next - CHECKSUM_LENGTH } else { next }
}

/// Whether `rest` is nothing, or a line end that a mail system put behind the stream.
fn is_line_end(rest: &[u8]) -> bool {
    matches!(rest, [] | [b'\n'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r', b'\n'] | [b'\n', b'\n'])
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        match self.state {
            State::Start if self.input.is_empty() => None,
            State::Start => self.start(),
            State::Body if self.position >= self.end() => None,
            State::Body => self.body(),
        }
    }
}

impl std::iter::FusedIterator for Pieces<'_> {}

#[cfg(test)]
mod tests;
