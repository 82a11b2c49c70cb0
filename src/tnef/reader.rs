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
//! 4. Else the next attribute is looked for from which attributes with right checksums lead to the end of the stream. The data
//!    ends two bytes before it, for a checksum; or one, if that byte is what is left of a checksum that had a CR.
//! 5. Else a length past the end means that the stream is cut, and any other is believed.
//!
//! The searches may sum at most [`SEARCH_FACTOR`] times the length of the input, so that crafted input cannot make them
//! quadratic; when that is spent, recovery gives up and the rest is reported as lost.

use nom::Parser;

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{Cursor, Nom, le_u16, le_u32, len64, length, peek};
use crate::base::wire::{self, Wire};

use super::attribute::{Attribute, AttributeHeader, CHECKSUM_LENGTH, Framing, HEADER_LENGTH};

/// The first four bytes of a stream: 78 9F 3E 22.
pub const SIGNATURE: u32 = 0x223E_9F78;

/// [`SIGNATURE`] as it stands in a stream.
pub const SIGNATURE_BYTES: [u8; 4] = wire::constant(SIGNATURE);

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
    /// Bytes that it takes: signature and key, or the signature alone.
    fn wire_length(key: Option<u16>) -> usize {
        if key.is_some() { 6 } else { 4 }
    }

    fn parse(input: &[u8]) -> Nom<'_, (u32, Option<u16>)> {
        (le_u32, nom::combinator::opt(le_u16)).parse(input)
    }
}

/// Says why bytes are no stream. Whoever wants the signature to be there says it in this way.
pub(crate) fn not_a_stream(input: &[u8]) -> String {
    match Header::parse(input) {
        Ok((_, (signature, _))) => format!("not a TNEF stream: {}", other_signature(signature)),
        Err(_) if input.is_empty() => "not a TNEF stream: no data".to_owned(),
        Err(_) => "not a TNEF stream: shorter than a signature".to_owned(),
    }
}

/// Says that other bytes stand in the signature's place, be it a stream or not.
pub(crate) fn other_signature(found: u32) -> String {
    format!("signature is 0x{found:08x}, not 0x{SIGNATURE:08x}")
}

/// Says that the signature is missing from a stream whose attributes begin behind `before` other bytes.
pub(crate) fn missing_signature(before: u64) -> String {
    match before {
        0 => "no TNEF signature, but attributes from the first byte on".to_owned(),
        before => format!("no TNEF signature, but attributes follow after {before} bytes"),
    }
}

/// Says what `length` bytes are that belong to no attribute.
pub(crate) fn lost_bytes(code: Code, length: u64) -> String {
    match code {
        Code::BytesBeforeSignature => format!("{length} bytes before the signature"),
        Code::TrailingLineEnd => "line end after the last attribute".to_owned(),
        Code::TrailingBytes => format!("{length} bytes after the last attribute are no attribute"),
        Code::AttributeTruncated => format!("stream ends {length} bytes into the header of an attribute"),
        _ => format!("{length} bytes are no attribute"),
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
            Piece::Header(header) => Offset::from(Header::wire_length(header.key)).get(),
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
/// assert_eq!(reader.legacy_key(), Some(1));
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
            _ => Err(Error::malformed(Code::InvalidSignature, offset, not_a_stream(input))),
        }
    }

    /// The legacy attachment key; `None` if the stream ends before it.
    #[must_use]
    pub fn legacy_key(&self) -> Option<u16> {
        self.header.key
    }

    /// The attributes, by their declared lengths. Ends after the first error.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        let mut cursor = Cursor::new(self.input, self.offset);
        cursor.take_up_to(6);
        Attributes { cursor }
    }

    /// The stream as pieces that cover all of it, whatever is in it. Where there is no [`Piece::Header`] at the start, or behind
    /// lost bytes there, the signature is missing.
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
        from.until(to, self.input).is_some_and(contains_signature)
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

    /// The first start from `from` on from which attributes with right checksums lead to the end of the stream.
    fn start_of_chain(&mut self, from: Offset) -> Option<Offset> {
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

    /// Where the attributes with right checksums end that start at `position`; `position` itself if there are none.
    pub(crate) fn end_of_chain(&mut self, mut position: Offset) -> Offset {
        while let Some(end) = self.verified_end(position) {
            position = end;
        }
        position
    }

    /// The first start from `from` on whose checksum holds and that does not belong to an embedded message.
    fn next_verified(&mut self, from: Offset) -> Option<Offset> {
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
        self.spend(found.unwrap_or(self.end()) - from)?;
        found
    }
}

/// Where data from `data_start` ends if the next attribute starts at `next`: between them stands the checksum, wherever the
/// data really ends, unless there is no room for it.
fn before_checksum(data_start: Offset, next: Offset) -> Offset {
    if data_start + CHECKSUM_LENGTH <= next { next - CHECKSUM_LENGTH } else { next }
}

/// Whether a stream's signature stands somewhere in `bytes`.
pub(crate) fn contains_signature(bytes: &[u8]) -> bool {
    // To look for one byte is fast, and rules most out.
    let [first, ..] = SIGNATURE_BYTES;
    bytes.contains(&first) && bytes.windows(SIGNATURE_BYTES.len()).any(|window| window == SIGNATURE_BYTES)
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
mod tests {
    use super::*;
    use crate::tnef::{AttrId, ChecksumState, Level};

    #[test]
    fn bytes_before_the_signature_are_one_piece() {
        let input = b"From: x\r\n\r\n\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00";
        let pieces: Vec<_> = Reader::pieces(input).take(9).collect();
        assert!(
            matches!(pieces[0], Piece::Lost(Lost { code: Code::BytesBeforeSignature, bytes, offset: 0 }) if bytes.len() == 11)
        );
        assert_eq!(pieces[1], Piece::Header(Header { signature: SIGNATURE, key: Some(1), offset: 11 }));
        assert!(matches!(pieces[2], Piece::Attribute(a) if a.offset() == 17 && a.checksum_state() == ChecksumState::Match));
        assert_eq!(pieces.len(), 3);
    }

    fn stream() -> Vec<u8> {
        let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
        let attributes: [(Level, AttrId, &[u8]); 4] = [
            (Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]),
            (Level::MESSAGE, AttrId::SUBJECT, b"A subject\0"),
            (Level::ATTACHMENT, AttrId::ATTACH_DATA, b"line\r\nline\r\n"),
            (Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"a.txt\0"),
        ];
        for (level, id, data) in attributes {
            writer.attribute(level, id, data).unwrap();
        }
        writer.into_inner()
    }

    #[test]
    fn a_chain_behind_a_broken_one_is_found() {
        // No signature; behind the first two attributes stands one with a wrong checksum, whose length leads to the last one.
        let stream = stream();
        let mut input = stream[6..].to_vec();
        let (data, title) = (15 + 21, 15 + 21 + 23);
        assert_eq!((&input[data..data + 5], &input[title..title + 5]), (&[2, 0x0F, 0x80, 6, 0][..], &[2, 0x10, 0x80, 1, 0][..]));
        input[title - 1] ^= 0x55;
        let pieces: Vec<_> = Reader::pieces(&input).take(9).collect();
        let expected = |piece: &Piece<'_>| matches!(piece, Piece::Attribute(a) if a.id() == AttrId::ATTACH_TITLE && a.checksum_state() == ChecksumState::Match);
        assert!(pieces.last().is_some_and(expected), "{pieces:?}");
    }

    /// No gap, no overlap, whatever the input.
    fn assert_covered(input: &[u8], what: &str) {
        let mut end = 0;
        for piece in Reader::pieces(input) {
            let offset = match piece {
                Piece::Header(header) => header.offset,
                Piece::Attribute(attribute) => attribute.offset(),
                Piece::Lost(lost) => lost.offset,
            };
            assert_eq!(offset, end, "{what}: {piece:?}");
            assert!(piece.wire_length() > 0, "{what}");
            end = offset + piece.wire_length();
        }
        assert_eq!(end, len64(input), "{what}");
    }

    #[test]
    fn a_cr_that_a_checksum_lost_costs_no_byte_of_the_data() {
        // The sum of the data is 0x0d79 (low byte first, so that the CR is the second) or 0x790d.
        for (sum, left) in [(0x0d79u16, 0x79), (0x790d, 0x79)] {
            let mut data = vec![0xFF; usize::from(sum / 0xFF)];
            data.push(u8::try_from(sum % 0xFF).unwrap());
            let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
            writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, &data).unwrap();
            let mut stream = writer.into_inner();
            let at = stream.iter().rposition(|byte| *byte == b'\r').unwrap();
            assert!(at + 2 >= stream.len(), "the CR is in the checksum");
            stream.remove(at);
            let mut writer = crate::tnef::Writer::new(Vec::new(), 1).unwrap();
            writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"a.txt\0").unwrap();
            stream.extend_from_slice(&writer.into_inner()[6..]);

            let pieces: Vec<_> = Reader::pieces(&stream).collect();
            let [Piece::Header(_), Piece::Attribute(first), Piece::Lost(lost), Piece::Attribute(second)] = &pieces[..] else {
                panic!("{pieces:?}")
            };
            assert_eq!((first.data(), first.stored_checksum(), first.framing()), (&data[..], None, Framing::Declared));
            assert_eq!(lost.bytes, [left]);
            assert_eq!((second.data(), second.checksum_state()), (&b"a.txt\0"[..], ChecksumState::Match));
            assert_covered(&stream, "half a checksum");
        }
    }

    #[test]
    fn pieces_cover_a_stream_that_lost_a_stretch() {
        let good = stream();
        for from in 0..good.len() {
            for to in from..=good.len() {
                let bad = [&good[..from], &good[to..]].concat();
                assert_covered(&bad, &format!("without {from}..{to}"));
            }
        }
    }

    #[test]
    fn pieces_cover_an_attribute_with_no_room_for_its_checksum() {
        // Header of attSubject with a declared length, some bytes, and the attributes of the stream.
        for length in 0..4u8 {
            for between in 0..4 {
                let mut bad = SIGNATURE_BYTES.to_vec();
                bad.extend([1, 0, 1, 4, 0x80, 1, 0, length, 0, 0, 0]);
                bad.extend(std::iter::repeat_n(b'x', between));
                bad.extend(&stream()[6..]);
                assert_covered(&bad, &format!("{length} declared, {between} there"));
            }
        }
    }

    #[test]
    fn pieces_cover_a_stream_with_a_wrong_byte() {
        let good = stream();
        for position in 0..good.len() {
            for change in [1, 2, 3, 0x10, 0x80, 0xFF] {
                let mut bad = good.clone();
                bad[position] ^= change;
                assert_covered(&bad, &format!("{position} ^ {change}"));
            }
        }
    }
}
