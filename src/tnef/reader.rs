//! The stream as a sequence of attributes ([MS-OXTNEF] 2.1.3.1, 2.1.3.2): a strict walk and a recovering one.
//!
//! [`Reader::attributes`] follows the declared lengths and ends at the first thing that is not an attribute.
//! [`Reader::pieces`] never fails: it accounts for every byte of the input as header, attribute or lost stretch, and after
//! damage goes on at the next place where an attribute plausibly starts. How it decides:
//!
//! 1. An attribute whose checksum holds is taken, whatever its id, and whatever its level if the id is known.
//! 2. One whose checksum does not hold is taken as declared if the stream ends behind it or another attribute follows.
//! 3. Else its length is in doubt. The end is looked for at which the checksum holds (also counting CRs that text conversion
//!    removed) and behind which an attribute, or the end of the stream, stands.
//! 4. Else the next attribute is looked for from which attributes with right checksums lead to the end of the stream.
//! 5. Else a length past the end means that the stream is cut, and any other is believed.
//!
//! The searches may sum at most [`SEARCH_FACTOR`] times the length of the input, so that crafted input cannot make them
//! quadratic; when that is spent, recovery gives up and the rest is reported as lost.

use nom::Parser;
use nom::number::complete::{le_u16, le_u32};

use crate::base::checksum::checksum;
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{Cursor, Nom, len64, length};

use super::attribute::{Attribute, AttributeHeader, CHECKSUM_LENGTH, Framing, HEADER_LENGTH};

/// The first four bytes of a stream: 78 9F 3E 22.
pub const SIGNATURE: u32 = 0x223E_9F78;

/// How many bytes of other content [`Reader::pieces`] looks through for the signature.
pub const SIGNATURE_SEARCH: usize = 64 << 10;

/// How often, on average, the recovering walk may sum a byte of the input in its searches.
pub const SEARCH_FACTOR: u64 = 16;

/// The six bytes at the start of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The signature as it stands in the stream; [`SIGNATURE`] unless damaged.
    pub signature: u32,
    /// The legacy attachment key; `None` if the stream ends before it.
    pub key: Option<u16>,
    /// Offset of the signature in the outermost input.
    pub offset: u64,
}

impl Header {
    fn parse(input: &[u8]) -> Nom<'_, (u32, Option<u16>)> {
        (le_u32, nom::combinator::opt(le_u16)).parse(input)
    }
}

/// A stretch of the input that is no part of any attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost<'a> {
    /// What kind of defect: before the signature, between attributes, after the last one.
    pub code: Code,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Their offset in the outermost input.
    pub offset: u64,
}

/// A piece of a stream. The pieces of a stream cover its input without gap or overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Piece<'a> {
    /// Signature and key.
    Header(Header),
    /// An attribute.
    Attribute(Attribute<'a>),
    /// Bytes that are neither.
    Lost(Lost<'a>),
}

impl Piece<'_> {
    /// How many bytes of the input it takes.
    #[must_use]
    pub fn wire_length(&self) -> u64 {
        match self {
            Piece::Header(header) => {
                if header.key.is_some() {
                    6
                } else {
                    4
                }
            }
            Piece::Attribute(attribute) => attribute.wire_length(),
            Piece::Lost(lost) => len64(lost.bytes),
        }
    }
}

/// A TNEF stream in memory. Making one costs nothing; the walks are lazy and do not allocate.
///
/// ```
/// use winmail::tnef::{AttrId, Reader};
///
/// let bytes = b"\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00";
/// let reader = Reader::new(bytes)?;
/// assert_eq!(reader.key(), Some(1));
/// for attribute in reader.attributes() {
///     assert_eq!(attribute?.id(), AttrId::TNEF_VERSION);
/// }
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    input: &'a [u8],
    offset: u64,
    header: Header,
}

impl<'a> Reader<'a> {
    /// A reader of the stream that `input` starts with.
    ///
    /// # Errors
    /// Malformed with [`Code::InvalidSignature`] if the first four bytes are not the signature.
    pub fn new(input: &'a [u8]) -> Result<Self> {
        Reader::at(input, 0)
    }

    /// The same for a stream that stands at `offset` of the outermost input.
    pub(crate) fn at(input: &'a [u8], offset: u64) -> Result<Self> {
        match Header::parse(input) {
            Ok((_, (SIGNATURE, key))) => Ok(Reader { input, offset, header: Header { signature: SIGNATURE, key, offset } }),
            Ok((_, (signature, _))) => Err(Error::malformed(
                Code::InvalidSignature,
                offset,
                format!("not a TNEF stream: signature is 0x{signature:08x}"),
            )),
            Err(_) if input.is_empty() => Err(Error::malformed(Code::InvalidSignature, offset, "not a TNEF stream: no data")),
            Err(_) => Err(Error::malformed(Code::InvalidSignature, offset, "not a TNEF stream: shorter than a signature")),
        }
    }

    /// The legacy attachment key; `None` if the stream ends before it.
    #[must_use]
    pub fn key(&self) -> Option<u16> {
        self.header.key
    }

    /// The attributes, by their declared lengths. Ends after the first error.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        let mut cursor = Cursor::new(self.input, self.offset);
        cursor.take_up_to(6);
        Attributes { cursor }
    }

    /// The stream as pieces that cover all of it, whatever is in it.
    #[must_use]
    pub fn pieces(input: &'a [u8]) -> Pieces<'a> {
        Pieces::at(input, 0)
    }
}

/// The strict walk over a stream's attributes.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.rest().is_empty() {
            return None;
        }
        let start = self.cursor;
        let attribute = Self::attribute(&mut self.cursor);
        if attribute.is_err() {
            self.cursor = Cursor::new(&[], start.offset());
        }
        Some(attribute)
    }
}

impl<'a> Attributes<'a> {
    fn attribute(cursor: &mut Cursor<'a>) -> Result<Attribute<'a>> {
        let offset = cursor.offset();
        let header = cursor.parse(AttributeHeader::parse).ok_or_else(|| {
            Error::malformed(Code::AttributeTruncated, offset, format!("{} bytes are no attribute", cursor.rest().len()))
        })?;
        if !header.level.is_valid() {
            let message = format!("invalid attribute level 0x{:02x}", header.level.0);
            return Err(Error::malformed(Code::InvalidAttributeLevel, offset, message));
        }
        let data = cursor.take(length(header.length)).ok_or_else(|| {
            let message = format!("{} declares {} bytes of data, {} follow", header.id, header.length, cursor.rest().len());
            Error::malformed(Code::AttributeTruncated, offset, message)
        })?;
        let checksum = cursor.parse(le_u16).ok_or_else(|| {
            Error::malformed(Code::ChecksumMissing, cursor.offset(), format!("stream ends before the checksum of {}", header.id))
        })?;
        Ok(Attribute {
            level: header.level,
            id: header.id,
            declared_length: header.length,
            data,
            checksum: Some(checksum),
            computed: None,
            offset,
            framing: Framing::Declared,
        })
    }
}

/// The recovering walk over a stream.
#[derive(Debug, Clone)]
pub struct Pieces<'a> {
    input: &'a [u8],
    base: u64,
    position: usize,
    state: State,
    /// Bytes that searches may still sum.
    search: u64,
    /// Whether a search found that no chain of attributes leads to the end of the stream.
    chainless: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Body,
}

impl<'a> Pieces<'a> {
    pub(crate) fn at(input: &'a [u8], base: u64) -> Self {
        let search = len64(input).saturating_mul(SEARCH_FACTOR).saturating_add(1 << 20);
        Pieces { input, base, position: 0, state: State::Start, search, chainless: false }
    }

    fn absolute(&self, position: usize) -> u64 {
        self.base.saturating_add(u64::try_from(position).unwrap_or(u64::MAX))
    }

    fn header_at(&self, position: usize) -> Option<AttributeHeader> {
        let (_, header) = AttributeHeader::parse(self.input.get(position..)?).ok()?;
        Some(header)
    }

    fn u16_at(&self, position: usize) -> Option<u16> {
        let bytes = self.input.get(position..position.checked_add(2)?)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    /// Where the attribute with `header` at `position` ends, checksum included; `None` if the input ends before that.
    fn declared_end(&self, position: usize, header: &AttributeHeader) -> Option<usize> {
        let end = position.checked_add(HEADER_LENGTH)?.checked_add(length(header.length))?.checked_add(CHECKSUM_LENGTH)?;
        (end <= self.input.len()).then_some(end)
    }

    fn attribute(&self, position: usize, header: &AttributeHeader, data_end: usize, framing: Framing) -> Option<Piece<'a>> {
        let data_start = position.checked_add(HEADER_LENGTH)?;
        Some(Piece::Attribute(Attribute {
            level: header.level,
            id: header.id,
            declared_length: header.length,
            data: self.input.get(data_start..data_end)?,
            checksum: self.u16_at(data_end),
            computed: None,
            offset: self.absolute(position),
            framing,
        }))
    }

    fn lost(&self, code: Code, from: usize, to: usize) -> Option<Piece<'a>> {
        Some(Piece::Lost(Lost { code, bytes: self.input.get(from..to)?, offset: self.absolute(from) }))
    }

    /// The stream's start: where the signature is, or stood before it was damaged.
    fn start(&mut self) -> Option<Piece<'a>> {
        let at_start = Header::parse(self.input).ok().map(|(_, header)| header);
        if let Some((SIGNATURE, key)) = at_start {
            return Some(self.header(SIGNATURE, key));
        }
        let bytes = SIGNATURE.to_le_bytes();
        let window = self.input.get(..SIGNATURE_SEARCH.min(self.input.len()))?;
        if let Some(found) = window.windows(bytes.len()).position(|w| w == bytes) {
            // The signature itself is the next piece.
            let piece = self.lost(Code::BytesBeforeSignature, 0, found);
            self.position = found;
            return piece;
        }
        if let Some((signature, key)) = at_start {
            // Damaged, but what follows is an attribute whose checksum holds, so this is a stream.
            if self.verified_end(6).is_some() {
                return Some(self.header(signature, key));
            }
        }
        self.position = self.input.len();
        self.state = State::Body;
        self.lost(Code::InvalidSignature, 0, self.input.len())
    }

    fn header(&mut self, signature: u32, key: Option<u16>) -> Piece<'a> {
        let header = Header { signature, key, offset: self.absolute(self.position) };
        let taken = if key.is_some() { 6 } else { 4 };
        self.position = self.position.saturating_add(taken).min(self.input.len());
        self.state = State::Body;
        Piece::Header(header)
    }

    /// The end of the attribute at `position` if its header is plausible and its checksum holds. Costs search budget.
    fn verified_end(&mut self, position: usize) -> Option<usize> {
        let header = self.header_at(position).filter(AttributeHeader::is_plausible)?;
        let end = self.declared_end(position, &header)?;
        let data_end = end.checked_sub(CHECKSUM_LENGTH)?;
        let data = self.input.get(position.checked_add(HEADER_LENGTH)?..data_end)?;
        self.search = self.search.checked_sub(len64(data).saturating_add(16))?;
        (self.u16_at(data_end)? == checksum(data)).then_some(end)
    }

    /// Whether a stream may end or go on at `position`: its end, a line end or a few zeros at its end, or a plausible start.
    fn is_boundary(&self, position: usize) -> bool {
        let rest = self.input.get(position..).unwrap_or_default();
        is_line_end(rest) || (rest.len() < HEADER_LENGTH && rest.iter().all(|b| *b == 0)) || self.is_start(position)
    }

    fn is_start(&self, position: usize) -> bool {
        self.header_at(position).is_some_and(|header| header.is_plausible() && self.declared_end(position, &header).is_some())
    }

    fn body(&mut self) -> Option<Piece<'a>> {
        let position = self.position;
        let Some(header) = self.header_at(position) else {
            return self.tail(position);
        };
        let declared = self.declared_end(position, &header);
        if let Some(end) = declared {
            let data_end = end.checked_sub(CHECKSUM_LENGTH)?;
            let data = self.input.get(position.checked_add(HEADER_LENGTH)?..data_end)?;
            let computed = checksum(data);
            let holds = self.u16_at(data_end) == Some(computed);
            let acceptable = header.level.is_valid() || (header.id.is_known() && header.id.0 != 0);
            if acceptable && (holds || self.is_boundary(end)) {
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
    fn damaged(&mut self, position: usize, header: &AttributeHeader, declared: Option<usize>) -> Option<Piece<'a>> {
        let data_start = position.checked_add(HEADER_LENGTH)?;
        if let Some((data_end, framing)) = self.end_by_checksum(data_start, header) {
            self.position = data_end.checked_add(CHECKSUM_LENGTH)?;
            return self.attribute(position, header, data_end, framing);
        }
        let declared_data_end = data_start.checked_add(length(header.length));
        if declared.is_none() && declared_data_end.is_some_and(|end| end <= self.input.len()) {
            // All the data is there; only the checksum is cut.
            let data_end = declared_data_end?;
            self.position = data_end;
            return self.attribute(position, header, data_end, Framing::Declared);
        }
        if let Some(next) = self.start_of_chain(data_start) {
            // Between the data and `next` stands the checksum, wherever the data really ends.
            let limit = next.saturating_sub(CHECKSUM_LENGTH).max(data_start);
            let data_end = declared_data_end.filter(|end| *end <= limit).unwrap_or(limit);
            let framing = if declared_data_end == Some(data_end) { Framing::Declared } else { Framing::Estimated };
            self.position = data_end.checked_add(CHECKSUM_LENGTH)?.min(next);
            return self.attribute(position, header, data_end, framing);
        }
        match declared {
            Some(end) => {
                self.position = end;
                self.attribute(position, header, end.checked_sub(CHECKSUM_LENGTH)?, Framing::Declared)
            }
            // The length leads past the end: it is wrong if attributes of this stream follow, else the stream is cut.
            None => match self.next_verified(data_start).filter(|next| !self.embeds(data_start, *next)) {
                Some(next) => {
                    self.position = next;
                    let data_end = next.saturating_sub(CHECKSUM_LENGTH).max(data_start);
                    self.attribute(position, header, data_end, Framing::Estimated)
                }
                None => {
                    self.position = self.input.len();
                    self.attribute(position, header, self.input.len(), Framing::Truncated)
                }
            },
        }
    }

    /// Whether an embedded message starts between two positions.
    fn embeds(&self, from: usize, to: usize) -> bool {
        self.input.get(from..to).is_some_and(contains_signature)
    }

    /// The end of data at `data_start` at which the checksum holds and behind which a stream may end or go on.
    fn end_by_checksum(&mut self, data_start: usize, header: &AttributeHeader) -> Option<(usize, Framing)> {
        let bytes = self.input.get(data_start..)?;
        if self.search == 0 {
            return None;
        }
        let budget = length(u32::try_from(self.search).unwrap_or(u32::MAX));
        let declared = u64::from(header.length);
        let mut sum = 0u16;
        let mut line_feeds = 0u64;
        // Byte by byte: `sum` and `line_feeds` are those of the data before `at`.
        for (at, byte) in bytes.iter().enumerate().take(budget) {
            self.search = self.search.saturating_sub(1);
            let data_end = data_start.checked_add(at)?;
            let end = data_end.checked_add(CHECKSUM_LENGTH)?;
            if end > self.input.len() {
                return None;
            }
            if self.is_boundary(end) {
                let stored = self.u16_at(data_end)?;
                if stored == sum {
                    return Some((data_end, Framing::Repaired));
                }
                let missing = declared.checked_sub(u64::try_from(at).ok()?).filter(|missing| *missing <= line_feeds);
                if let Some(missing) = missing.and_then(|m| u16::try_from(m & 0xFFFF).ok()) {
                    if missing > 0 && stored == sum.wrapping_add(missing.wrapping_mul(u16::from(b'\r'))) {
                        return Some((data_end, Framing::LineEndsCollapsed));
                    }
                }
            }
            sum = sum.wrapping_add(u16::from(*byte));
            if *byte == b'\n' {
                line_feeds = line_feeds.saturating_add(1);
            }
        }
        None
    }

    /// Bytes that do not start an attribute: lost up to the next one.
    fn garbage(&mut self, position: usize) -> Option<Piece<'a>> {
        let from = position.checked_add(1)?;
        match self.start_of_chain(from).or_else(|| self.next_verified(from)).or_else(|| self.next_framed(from)) {
            Some(next) => {
                self.position = next;
                self.lost(Code::BytesSkipped, position, next)
            }
            None => self.tail(position),
        }
    }

    /// What stands after the last attribute.
    fn tail(&mut self, position: usize) -> Option<Piece<'a>> {
        self.position = self.input.len();
        let rest = self.input.get(position..)?;
        let code = match rest {
            _ if is_line_end(rest) => Code::TrailingLineEnd,
            // A level byte and the start of an id: an attribute that was cut in its header.
            [1 | 2, ..] if rest.len() < HEADER_LENGTH => Code::AttributeTruncated,
            _ => Code::TrailingBytes,
        };
        self.lost(code, position, self.input.len())
    }

    /// The first start from `from` on from which attributes with right checksums lead to the end of the stream.
    fn start_of_chain(&mut self, from: usize) -> Option<usize> {
        if self.chainless {
            // No chain from an earlier place means none from a later one.
            return None;
        }
        let mut candidate = from;
        // The next member of the last chain that broke. It breaks at the same place from there, so it is not walked again.
        let mut member = None;
        loop {
            let Some(found) = self.next_plausible(candidate) else {
                self.chainless = true;
                return None;
            };
            candidate = found.checked_add(1)?;
            if member == Some(found) {
                member = self.header_at(found).and_then(|header| self.declared_end(found, &header));
                continue;
            }
            let first_end = self.verified_end(found);
            let end = self.end_of_chain(found);
            let rest = self.input.get(end..)?;
            if first_end.is_some() && (rest.is_empty() || is_line_end(rest)) {
                return Some(found);
            }
            member = first_end;
        }
    }

    /// Where the attributes with right checksums end that start at `position`; `position` itself if there are none.
    fn end_of_chain(&mut self, mut position: usize) -> usize {
        while let Some(end) = self.verified_end(position) {
            position = end;
        }
        position
    }

    /// The first start from `from` on whose checksum holds and that does not belong to an embedded message.
    fn next_verified(&mut self, from: usize) -> Option<usize> {
        let mut from = from;
        let mut candidate = from;
        loop {
            candidate = self.next_plausible(candidate)?;
            if self.verified_end(candidate).is_none() {
                candidate = candidate.checked_add(1)?;
                continue;
            }
            // A signature in between: these are the attributes of a message that was embedded in what was lost.
            if contains_signature(self.input.get(from..candidate)?) {
                candidate = self.end_of_chain(candidate);
                from = candidate;
                continue;
            }
            return Some(candidate);
        }
    }

    /// The first start from `from` on whose declared length leads to another start or the end, whatever its checksum.
    fn next_framed(&mut self, from: usize) -> Option<usize> {
        let mut candidate = from;
        loop {
            candidate = self.next_plausible(candidate)?;
            let header = self.header_at(candidate)?;
            let framed = self.declared_end(candidate, &header).is_some_and(|end| self.is_boundary(end));
            if framed && !self.embeds(from, candidate) {
                return Some(candidate);
            }
            candidate = candidate.checked_add(1)?;
        }
    }

    /// The first position from `from` on at which a plausible header stands whose data fits the input. Costs search budget.
    fn next_plausible(&mut self, from: usize) -> Option<usize> {
        let bytes = self.input.get(from..)?;
        // Level, and the high byte of the id, which is zero in every known one: two bytes rule out nearly every position.
        let found = bytes
            .windows(HEADER_LENGTH)
            .enumerate()
            .filter(|(_, window)| matches!(window, [1 | 2, _, _, 0..=8, 0, ..]))
            .find(|(at, _)| from.checked_add(*at).is_some_and(|position| self.is_start(position)));
        let scanned = found.map_or(bytes.len(), |(at, _)| at);
        self.search = self.search.checked_sub(u64::try_from(scanned).ok()?)?;
        from.checked_add(found?.0)
    }
}

/// Whether a stream's signature stands somewhere in `bytes`.
fn contains_signature(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|window| window == SIGNATURE.to_le_bytes())
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
            State::Body if self.position >= self.input.len() => None,
            State::Body => self.body(),
        }
    }
}

impl std::iter::FusedIterator for Pieces<'_> {}
