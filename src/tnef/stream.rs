//! A stream of any length in constant memory ([MS-OXTNEF] 2.1.3.1, 2.1.3.2): the walk of [`Reader::pieces`] over an
//! [`Read`].
//!
//! Attributes of up to [`Limits::held`] bytes come whole, in a buffer that is used again; attAttachData, and anything longer,
//! comes as a [`Read`] whose checksum is known at its end. The buffer grows with what really arrives, up to twice the
//! larger of what is held and the window.
//!
//! The events are those of [`Reader::pieces`] wherever the stream is undamaged, and wherever it ends within the window: there, the
//! same code decides on the same bytes. Two kinds of attributes that are longer than what is held are the exceptions: one with an id
//! whose type no specification has counts as garbage, and dates, numbers and other short kinds of data are not believed to be so
//! long, though a checksum that is out of sight may confirm it. The window is [`WINDOW`] bytes, or [`Limits::held`] if that is less. Damage further
//! from the end is decided on what the window shows, so that the two walks may differ there:
//!
//! - An attribute that is held or fits the window, whose checksum is wrong and behind which nothing plausible stands, is given
//!   the end that its checksum confirms, or at which attributes begin that lead out of the window, or else the declared one.
//! - Data longer than the window is handed out as declared, before its checksum is known. If its length is wrong, attributes
//!   behind it may be handed out as part of it, up to the end of the stream. Dates, numbers and other short kinds of data
//!   are not believed to be so long.
//! - Bytes outside of attributes are lost up to the next header. A header counts if its checksum holds; if its data do not fit
//!   the window, if id and level agree; if the window has no such header, if its length leads to another one.
//! - A stream whose signature is damaged is recognised by its first attribute only if that fits the window, and one whose
//!   signature is gone only if the whole stream does.
//!
//! What the events are does not depend on how the inner reader splits its data. Interrupted reads are retried. Any other I/O
//! error is handed up and changes nothing, so that the call can be repeated.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;
use std::num::Wrapping;

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::diag::{Code, Severity};
use crate::base::error::{Error, Result};
use crate::base::input::{le_u16, len64, peek};
use crate::base::lookahead::Lookahead;
use crate::base::options::{Compliance, ReadOptions};
use crate::base::wire::Wire;

#[cfg(doc)]
use crate::{base::Limits, tnef::Reader};

use super::attribute::{AttrId, Attribute, AttributeHeader, CHECKSUM_LENGTH, ChecksumState, Framing, HEADER_LENGTH};
use super::header::{Header, SIGNATURE, contains_signature, lost_bytes, missing_signature, not_a_stream, other_signature};
use super::pieces::{Piece, Pieces, SEARCH_FACTOR, SIGNATURE_SEARCH};

mod data;

pub use data::{DataEnd, DataReader};

/// Number of bytes that the stream reader looks ahead at most to decide on damage. Most attachments fit it.
pub const WINDOW: usize = 1 << 20;

/// The smallest window: an attribute without data and the header of the next.
const MIN_WINDOW: usize = 64;

/// The last of the data types in the high words of ids (atpDword).
const LAST_TYPE: u32 = 8;

/// Bytes that belong to no attribute. They were skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostBytes {
    /// Kind of the defect: before the signature, between attributes, after the last one.
    pub code: Code,
    /// Their offset in the outermost input.
    pub offset: u64,
    /// Number of bytes.
    pub length: u64,
}

/// Piece of a stream that comes next.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamEvent<'a, R> {
    /// Signature and key.
    Header(Header),
    /// An attribute, whole.
    Attribute(Attribute<'a>),
    /// attAttachData, or an attribute longer than [`Limits::held`].
    Data(DataReader<'a, R>),
    /// Bytes that are neither.
    Lost(LostBytes),
}

/// Walks a stream of any length in constant memory.
///
/// ```
/// use std::io::Read;
/// use winmail::{ReadOptions, tnef::{StreamEvent, StreamReader}};
///
/// # let file = &b"\x78\x9F\x3E\x22\x01\x00\x02\x0F\x80\x06\x00\x02\x00\x00\x00Hi\xB1\x00"[..];
/// let mut stream = StreamReader::new(file, &ReadOptions::lenient());
/// while let Some(event) = stream.next_event()? {
///     match event {
///         StreamEvent::Attribute(attribute) => println!("{}: {} bytes", attribute.id(), attribute.data().len()),
///         StreamEvent::Data(mut data) => {
///             std::io::copy(&mut data, &mut std::io::sink())?;
///             println!("{:?}", data.finish()?.checksum_state());
///         }
///         _ => {}
///     }
/// }
/// # Ok::<(), winmail::Error>(())
/// ```
pub struct StreamReader<R> {
    input: Lookahead<R>,
    window: usize,
    held: usize,
    strict: bool,
    state: State,
    /// Bytes that searches have summed.
    spent: Offset,
    data: Option<Data>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Before the signature.
    Start,
    /// Between two attributes.
    Body,
    /// Between two attributes, with all of the rest in the buffer.
    Tail { chainless: bool },
    /// In bytes that belong to no attribute.
    Skipping(Skipping),
    /// At the end.
    Done,
}

#[derive(Debug, Clone, Copy)]
struct Skipping {
    code: Code,
    start: Offset,
    /// Where in the window the next attribute may start.
    from: Offset,
    /// Whether a signature was skipped: what follows it are the attributes of an embedded message.
    embedded: bool,
    /// Whether an attribute of an embedded message has just been skipped.
    in_chain: bool,
    /// Whether there is nothing to look for.
    to_end: bool,
}

/// An attribute whose data is being handed out.
#[derive(Debug, Clone, Copy)]
struct Data {
    left: Offset,
    length: Offset,
    /// `None` once some of the data was not read.
    sum: Option<Wrapping<u16>>,
    /// How it ends, where that is known beforehand: checksum, framing, bytes to the next attribute.
    end: Option<(Option<u16>, Framing, usize)>,
    declared: u32,
    offset: u64,
}

impl Data {
    /// Counts what was read.
    fn count(&mut self, read: usize, read_sum: u16) {
        self.left -= read;
        self.length += read;
        self.sum = self.sum.map(|sum| sum + Wrapping(read_sum));
    }
}

/// A decision of [`Pieces`], without the bytes.
#[derive(Debug, Clone, Copy)]
enum Step {
    Header(Header),
    /// An attribute, and how many bytes of the input are to be taken for it.
    Attribute(Frame, usize),
    Lost(LostBytes),
    /// Data that is handed out as it comes.
    Long(AttributeHeader),
    End,
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    header: AttributeHeader,
    data: usize,
    checksum: Option<u16>,
    computed: Option<u16>,
    framing: Framing,
}

impl Frame {
    fn of(attribute: &Attribute<'_>, strict: bool) -> Frame {
        let computed =
            if strict { Some(attribute.computed.unwrap_or_else(|| checksum(attribute.data))) } else { attribute.computed };
        Frame {
            header: AttributeHeader { level: attribute.level, id: attribute.id, length: attribute.declared_length },
            data: attribute.data.len(),
            checksum: attribute.checksum,
            computed,
            framing: attribute.framing,
        }
    }
}

/// attAttachData, also where its id is written without type.
fn is_attachment_data(header: &AttributeHeader) -> bool {
    header.id == AttrId::ATTACH_DATA || header.id.from_number_alone(header.level) == Some(AttrId::ATTACH_DATA)
}

/// What is wrong with the signature of a stream that starts with `piece`; `seen` is what was read of it.
fn signature_fault(piece: &Piece<'_>, seen: &[u8]) -> Option<String> {
    match piece {
        Piece::Header(header) if header.signature != SIGNATURE => Some(other_signature(header.signature)),
        Piece::Lost(lost) if lost.code != Code::InvalidSignature => None,
        Piece::Lost(lost) if lost.bytes.len() < seen.len() => Some(missing_signature(len64(lost.bytes))),
        Piece::Lost(_) => Some(not_a_stream(seen)),
        Piece::Attribute(_) => Some(missing_signature(0)),
        Piece::Header(_) => None,
    }
}

/// What searches may sum when `end` is the furthest byte that was looked at.
fn allowance(end: Offset, spent: Offset) -> Offset {
    end * SEARCH_FACTOR + (1 << 20) - spent
}

impl<R: Read> StreamReader<R> {
    /// A walk over the stream that `inner` reads. Nothing is read yet.
    pub fn new(inner: R, options: &ReadOptions) -> Self {
        StreamReader::at(inner, 0, options)
    }

    /// Reads a stream that stands at `offset` of the outermost input.
    pub fn at(inner: R, offset: u64, options: &ReadOptions) -> Self {
        let held = Offset::from(options.limits.held).index();
        StreamReader {
            input: Lookahead::new(inner, offset),
            window: held.clamp(MIN_WINDOW, WINDOW),
            held: held.max(MIN_WINDOW),
            strict: options.compliance == Compliance::Strict,
            state: State::Start,
            spent: Offset::START,
            data: None,
        }
    }

    /// The reader, positioned somewhere behind what was handed out.
    pub fn into_inner(self) -> R {
        self.input.into_inner()
    }

    /// Returns what comes next; `None` at the end. Data that was not read to its end is skipped.
    ///
    /// # Errors
    /// Io; the call can be repeated after it. With strict options also Malformed at the first defect of severity *error*,
    /// after which the walk has ended.
    pub fn next_event(&mut self) -> Result<Option<StreamEvent<'_, R>>> {
        if self.data.is_some() {
            self.finish_data()?;
        }
        let step = loop {
            let step = match self.state {
                State::Start => self.start()?,
                State::Body => self.body()?,
                State::Tail { chainless } => self.tail(chainless),
                State::Skipping(skipping) => self.skip_lost(skipping)?,
                State::Done => Some(Step::End),
            };
            if let Some(step) = step {
                break step;
            }
        };
        let offset = self.input.offset();
        match step {
            Step::Header(header) => Ok(Some(StreamEvent::Header(header))),
            Step::Lost(lost) => {
                self.defect(lost.code, lost.offset, lost_bytes(lost.code, lost.length))?;
                Ok(Some(StreamEvent::Lost(lost)))
            }
            Step::Long(header) => {
                self.check_level(header, offset)?;
                self.input.take(HEADER_LENGTH);
                Ok(Some(self.hand_out(header, offset, header.length.into(), None)))
            }
            Step::Attribute(frame, taken) => self.attribute(frame, taken, offset),
            Step::End => {
                self.state = State::Done;
                Ok(None)
            }
        }
    }

    fn attribute(&mut self, frame: Frame, taken: usize, offset: u64) -> Result<Option<StreamEvent<'_, R>>> {
        let Frame { header, data, checksum, computed, framing } = frame;
        self.check_level(header, offset)?;
        if is_attachment_data(&header) {
            let after = (Offset::from(taken) - HEADER_LENGTH - data).index();
            self.input.take(HEADER_LENGTH);
            return Ok(Some(self.hand_out(header, offset, data.into(), Some((checksum, framing, after)))));
        }
        let length = u64::try_from(data).unwrap_or(u64::MAX);
        let end = DataEnd { length, framing, stored_checksum: checksum, computed_checksum: computed };
        self.check_end(offset, header.length, &end)?;
        let wire = self.input.take(taken);
        let data = wire.get(HEADER_LENGTH..).and_then(|rest| rest.get(..data)).unwrap_or_default();
        Ok(Some(StreamEvent::Attribute(Attribute {
            level: header.level,
            id: header.id,
            declared_length: header.length,
            data,
            checksum,
            computed,
            offset,
            framing,
        })))
    }

    fn hand_out(
        &mut self,
        header: AttributeHeader,
        offset: u64,
        left: Offset,
        end: Option<(Option<u16>, Framing, usize)>,
    ) -> StreamEvent<'_, R> {
        self.data = Some(Data { left, length: Offset::START, sum: Some(Wrapping(0)), end, declared: header.length, offset });
        StreamEvent::Data(DataReader { stream: self, header, offset })
    }

    /// The stream's start: where the signature is, or stood before it was damaged.
    fn start(&mut self) -> Result<Option<Step>> {
        let offset = self.input.offset();
        let look = self.input.look(SIGNATURE_SEARCH.max(self.window))?;
        let mut pieces = Pieces::at(look.bytes, offset);
        let (_, before, _) = pieces.progress();
        let piece = pieces.next();
        let (taken, after, chainless) = pieces.progress();
        self.spent += before - after;
        if let (true, Some(fault)) = (self.strict, piece.as_ref().and_then(|piece| signature_fault(piece, look.bytes))) {
            self.state = State::Done;
            return Err(Error::malformed(Code::InvalidSignature, offset, fault));
        }
        match piece {
            Some(Piece::Header(header)) => {
                self.input.take(taken);
                self.state = State::Body;
                Ok(Some(Step::Header(header)))
            }
            Some(Piece::Lost(lost)) if lost.code == Code::InvalidSignature && look.open => {
                self.state = State::Skipping(Skipping {
                    code: lost.code,
                    start: offset.into(),
                    from: Offset::START,
                    embedded: false,
                    in_chain: false,
                    to_end: true,
                });
                Ok(None)
            }
            Some(Piece::Lost(lost)) => {
                let lost = LostBytes { code: lost.code, offset: lost.offset, length: len64(lost.bytes) };
                self.input.take(taken);
                if lost.code == Code::InvalidSignature {
                    self.state = State::Tail { chainless };
                }
                Ok(Some(Step::Lost(lost)))
            }
            Some(Piece::Attribute(_)) => {
                self.state = if look.open { State::Body } else { State::Tail { chainless } };
                Ok(None)
            }
            _ => Ok(Some(Step::End)),
        }
    }

    /// What starts here; `None` if that is decided by the rest of the stream, or nothing does.
    fn body(&mut self) -> Result<Option<Step>> {
        let look = self.input.look(HEADER_LENGTH)?;
        let header = match AttributeHeader::parse(look.bytes) {
            Ok((_, header)) if look.open => header,
            _ => return Ok(self.enter_tail()),
        };
        let limit = if is_attachment_data(&header) { self.window } else { self.held.max(self.window) };
        let Some(wire) = usize::try_from(header.wire_length()).ok().filter(|wire| *wire <= limit) else {
            return self.long(header);
        };
        let look = self.input.look(wire)?;
        if !look.open {
            return Ok(self.enter_tail());
        }
        let (data, stored) = match look.bytes.get(HEADER_LENGTH..).and_then(<[u8]>::split_last_chunk) {
            Some((data, stored)) => (data, Some(u16::read_le(*stored))),
            None => (&[][..], None),
        };
        let computed = Some(checksum(data));
        if header.is_acceptable() && stored == computed {
            let frame = Frame { header, data: data.len(), checksum: stored, computed, framing: Framing::Declared };
            return Ok(Some(Step::Attribute(frame, wire)));
        }
        let size = self.window.max((Offset::from(wire) + HEADER_LENGTH).index());
        if !self.input.look(size)?.open {
            return Ok(self.enter_tail());
        }
        Ok(self.decide(size)?.or_else(|| self.enter_skipping()))
    }

    /// An attribute longer than what is held.
    fn long(&mut self, header: AttributeHeader) -> Result<Option<Step>> {
        if !self.input.look(self.window)?.open {
            return Ok(self.enter_tail());
        }
        let id = header.id;
        if !header.is_acceptable() || id == AttrId::NULL || !(id.is_known() || id.0 >> 16 <= LAST_TYPE) {
            // Hardly an id. To believe in its length could cost all the rest of the stream.
            return Ok(self.enter_skipping());
        }
        if !header.may_be_long() {
            if let Some(step) = self.decide(self.window)? {
                return Ok(Some(step));
            }
        }
        Ok(Some(Step::Long(header)))
    }

    /// The attribute that starts here, damaged, as far as `size` bytes tell.
    fn decide(&mut self, size: usize) -> Result<Option<Step>> {
        let start = self.input.place();
        let look = self.input.look(size)?;
        let allowed = allowance(start + look.bytes.len(), self.spent);
        let mut pieces = Pieces::resume(look.bytes, start, allowed, look.open);
        let piece = pieces.next();
        let (taken, left, _) = pieces.progress();
        self.spent += allowed - left;
        Ok(match piece {
            Some(Piece::Attribute(attribute)) => Some(Step::Attribute(Frame::of(&attribute, self.strict), taken)),
            _ => None,
        })
    }

    fn enter_tail(&mut self) -> Option<Step> {
        self.state = State::Tail { chainless: false };
        None
    }

    fn enter_skipping(&mut self) -> Option<Step> {
        self.state = State::Skipping(Skipping {
            code: Code::BytesSkipped,
            start: self.input.place(),
            from: Offset::START + 1,
            embedded: false,
            in_chain: false,
            to_end: false,
        });
        None
    }

    /// What comes next if all of the rest is in the buffer: what [`Pieces`] says.
    fn tail(&mut self, chainless: bool) -> Option<Step> {
        let start = self.input.place();
        let rest = self.input.buffered();
        let allowed = allowance(start + rest.len(), self.spent);
        let mut pieces = Pieces::resume(rest, start, allowed, false).with_chainless(chainless);
        let piece = pieces.next();
        let (taken, left, chainless) = pieces.progress();
        self.spent += allowed - left;
        self.state = State::Tail { chainless };
        match piece {
            Some(Piece::Attribute(attribute)) => Some(Step::Attribute(Frame::of(&attribute, self.strict), taken)),
            Some(Piece::Lost(lost)) => {
                let lost = LostBytes { code: lost.code, offset: lost.offset, length: len64(lost.bytes) };
                self.input.take(taken);
                Some(Step::Lost(lost))
            }
            _ => Some(Step::End),
        }
    }

    /// Goes over bytes that belong to no attribute, a window at a time.
    fn skip_lost(&mut self, skipping: Skipping) -> Result<Option<Step>> {
        let mut skipping = skipping;
        if skipping.to_end {
            self.input.drain(Offset::MAX, |_, _| {})?;
            return Ok(Some(self.lost(skipping, State::Done)));
        }
        let start = self.input.place();
        // So that for an attribute that fits the window it can be told what follows.
        let look = self.input.look((Offset::from(self.window) + HEADER_LENGTH).index())?;
        let bytes = look.bytes;
        let allowed = allowance(start + bytes.len(), self.spent);
        let mut pieces = Pieces::resume(bytes, start, allowed, look.open);
        let mut state = None;
        let taken = if look.open {
            let candidate = pieces.next_candidate(skipping.from);
            if skipping.in_chain {
                skipping.in_chain = false;
                skipping.embedded = matches!(candidate, Some((Offset::START, Some(_))));
            }
            // Where no checksum holds in all of the window, one that does not counts if another attribute follows.
            let framed = match candidate {
                Some((_, Some(_))) => None,
                _ if skipping.embedded => None,
                Some((at, None)) => pieces.next_framed(skipping.from).filter(|framed| *framed < at),
                None => pieces.next_framed(skipping.from),
            };
            skipping.from = Offset::START;
            match candidate {
                _ if framed.is_some() => {
                    state = Some(State::Body);
                    framed.unwrap_or_default()
                }
                Some((at, end)) => {
                    skipping.embedded |= Offset::START.until(at, bytes).is_some_and(contains_signature);
                    match end {
                        Some(end) if skipping.embedded => {
                            skipping.embedded = false;
                            // The window may cut the embedded message.
                            skipping.in_chain = true;
                            pieces.end_of_chain(end)
                        }
                        None if at == Offset::START && skipping.embedded => {
                            // Where a longer attribute of the embedded message ends is not looked for; what follows may
                            // be the stream's own, and had better not be lost.
                            skipping.embedded = false;
                            skipping.from = at + 1;
                            at
                        }
                        // It does not fit the window from here; if not even from its own start, its header must do.
                        None if at > Offset::START => at,
                        _ => {
                            state = Some(State::Body);
                            at
                        }
                    }
                }
                None => {
                    skipping.embedded |= contains_signature(bytes);
                    Offset::of(bytes) - (HEADER_LENGTH - 1)
                }
            }
        } else {
            let next = pieces.resync(skipping.from);
            if next.is_none() {
                skipping.code = Code::TrailingBytes;
            }
            state = Some(State::Tail { chainless: pieces.progress().2 });
            next.unwrap_or(Offset::of(bytes))
        };
        let (_, left, _) = pieces.progress();
        self.spent += allowed - left;
        self.input.take(taken.index());
        Ok(match state {
            Some(state) => Some(self.lost(skipping, state)),
            None => {
                self.state = State::Skipping(skipping);
                None
            }
        })
    }

    fn lost(&mut self, skipping: Skipping, state: State) -> Step {
        self.state = state;
        let Skipping { code, start, .. } = skipping;
        Step::Lost(LostBytes { code, offset: start.get(), length: (self.input.place() - start).get() })
    }

    /// Reads what is left of the data that is being handed out, and its checksum.
    fn finish_data(&mut self) -> Result<DataEnd> {
        if let Some(data) = &mut self.data {
            self.input.drain(data.left, |read, read_sum| data.count(read, read_sum))?;
        }
        self.close_data()
    }

    /// Takes the checksum behind data of which all was taken.
    fn close_data(&mut self) -> Result<DataEnd> {
        let nothing = Data {
            left: Offset::START,
            length: Offset::START,
            sum: Some(Wrapping(0)),
            end: Some((None, Framing::Declared, 0)),
            declared: 0,
            offset: 0,
        };
        let data = self.data.unwrap_or(nothing);
        let (checksum, framing, after) = match data.end {
            _ if data.left > Offset::START => (None, Framing::Truncated, 0),
            Some(end) => end,
            None => {
                let stored = peek(le_u16, self.input.look(CHECKSUM_LENGTH)?.bytes);
                (stored, Framing::Declared, if stored.is_some() { CHECKSUM_LENGTH } else { 0 })
            }
        };
        self.input.take(after);
        self.data = None;
        let computed = data.sum.map(|sum| sum.0);
        let end = DataEnd { length: data.length.get(), framing, stored_checksum: checksum, computed_checksum: computed };
        self.check_end(data.offset, data.declared, &end)?;
        Ok(end)
    }

    /// A defect: where reading is strict, the end.
    fn defect(&mut self, code: Code, offset: u64, message: impl Into<Cow<'static, str>>) -> Result<()> {
        if self.strict && code.severity() == Severity::Error {
            self.state = State::Done;
            return Err(Error::malformed(code, offset, message));
        }
        Ok(())
    }

    fn check_level(&mut self, header: AttributeHeader, offset: u64) -> Result<()> {
        match header.id.level_fault(header.level) {
            Some(fault) => self.defect(Code::InvalidAttributeLevel, offset, fault),
            None => Ok(()),
        }
    }

    fn check_end(&mut self, offset: u64, declared: u32, end: &DataEnd) -> Result<()> {
        if let Some((code, fault)) = end.framing.fault(declared, end.length) {
            return self.defect(code, offset, fault);
        }
        match end.checksum_state() {
            Some(state @ ChecksumState::Mismatch { .. }) => self.defect(Code::ChecksumMismatch, offset, state.to_string()),
            _ => Ok(()),
        }
    }
}

impl<R> fmt::Debug for StreamReader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamReader").field("offset", &self.input.offset()).field("state", &self.state).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
