//! Streams too large to be held: attachment data goes to a file of its own, or is passed over, while the stream comes in.
//!
//! What is left of the stream, the skeleton, has a short mark in the place of each such piece of data. It is read as any other
//! stream, so that names, order and properties are those that reading finds; where a mark turns up as an attachment's data, the
//! data is meant that it stands for. Marks hold bytes that the caller drew, so that no sender can make one.
//!
//! Only what an undamaged stream shows is taken this way. Damage in a file is left to the reader that sees all of it; in
//! an input that comes only once, the streaming walk's own recovery has to do.

use std::io::{self, Read, Seek, Write};

use crate::base::input::len64;
use crate::base::output::Emit;
use crate::base::{Code, Offset, ReadOptions};

use super::attribute::CHECKSUM_LENGTH;
use super::header::lost_bytes;
use super::{AttrId, ChecksumState, DataEnd, DataReader, Framing, SIGNATURE_BYTES, StreamEvent, StreamReader};

/// Data shorter than this stays in the skeleton.
const LARGE_DATA: u32 = 1 << 20;

/// How much is copied at a time: what `cp` takes. More no longer fits the cache between reading, summing and writing.
const COPY: usize = 128 << 10;

/// How much of data is looked at to see whether it is an embedded message.
const FIRST: u64 = 20;

/// Treatment of large data.
pub enum Data<'d, F> {
    /// It is passed over: only its length is wanted. Its checksum is not verified.
    Skip,
    /// It is read for its checksum only.
    Verify,
    /// It is written to what this makes for each piece: a file, for instance.
    Spill(&'d mut dyn FnMut() -> io::Result<F>),
}

/// A piece of data that is not in the skeleton.
#[derive(Debug)]
struct Piece<F> {
    mark: Vec<u8>,
    /// Where the mark stands in the skeleton.
    marked_at: u64,
    large: LargeData,
    file: Option<F>,
}

/// Where data stands that was passed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LargeData {
    /// From the start of the stream to the attribute.
    pub(crate) attribute: u64,
    /// From the start of the stream to the data.
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// The checksum, where the data was not summed yet.
    pub(crate) stored_checksum: Option<u16>,
}

/// Damage of the framing, as the walk over the whole stream sees it.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    pub(crate) detail: String,
}

/// The data that a skeleton has marks for.
#[derive(Debug)]
pub struct SpilledData<F>(Vec<Piece<F>>);

impl<F> Default for SpilledData<F> {
    fn default() -> Self {
        SpilledData(Vec::new())
    }
}

impl<F> SpilledData<F> {
    /// Returns how long attachment data really is.
    #[must_use]
    pub fn length(&self, data: &[u8]) -> u64 {
        let piece = self.0.iter().find(|piece| piece.mark == data);
        piece.map_or_else(|| len64(data), |piece| piece.large.length)
    }

    /// The file that has the data; at most once, and `None` for data that is what it is.
    pub fn take(&mut self, data: &[u8]) -> Option<F> {
        self.0.iter_mut().find(|piece| piece.mark == data)?.file.take()
    }

    /// Where the data stands in the whole stream for which `data`, which begins within `range` of the skeleton, is a mark.
    pub(crate) fn large(&self, data: &[u8], range: &std::ops::Range<u64>) -> Option<LargeData> {
        let piece = self.0.iter().find(|piece| range.contains(&piece.marked_at) && piece.mark == data)?;
        Some(piece.large)
    }
}

/// A stream without its large data.
#[derive(Debug)]
pub struct Skeleton<F> {
    /// A TNEF stream.
    pub bytes: Vec<u8>,
    /// Data that the skeleton has marks for.
    pub pieces: SpilledData<F>,
    /// Length of the whole stream, in bytes.
    pub length: u64,
    /// Says whether anything in the stream is damaged.
    pub damaged: bool,
    /// The damage of its framing.
    pub(crate) faults: Vec<Fault>,
    /// From which offset of the skeleton on which offset of the whole stream counts.
    moves: Vec<(u64, u64)>,
}

impl<F> Skeleton<F> {
    /// Where in the whole stream an offset of the skeleton is.
    pub(crate) fn whole_offset(&self, offset: u64) -> u64 {
        let at = self.moves.partition_point(|(skeleton, _)| *skeleton <= offset);
        match at.checked_sub(1).and_then(|at| self.moves.get(at)) {
            Some((skeleton, whole)) => (Offset::from(*whole) + Offset::from(offset) - Offset::from(*skeleton)).get(),
            None => offset,
        }
    }
}

impl<F: Write> Skeleton<F> {
    /// The skeleton of a stream that can be sought in. `None` if the input has no header.
    ///
    /// `drawn` are random bytes, for the marks.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub fn of_seekable<R: Read + Seek>(
        input: R,
        options: &ReadOptions,
        data: &mut Data<'_, F>,
        drawn: [u8; 16],
    ) -> io::Result<Option<Self>> {
        Skeleton::of_seekable_from(input, options, data, drawn, LARGE_DATA)
    }

    /// The same, without data of at least `large` bytes.
    pub(crate) fn of_seekable_from<R: Read + Seek>(
        input: R,
        options: &ReadOptions,
        data: &mut Data<'_, F>,
        drawn: [u8; 16],
        large: u32,
    ) -> io::Result<Option<Self>> {
        let skip: Skip<R> = |data| data.skip();
        collect(StreamReader::new(input, options), data, Some(skip), drawn, large)
    }

    /// The skeleton of a stream that comes only once. `None` if the input has no header.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub fn of_read<R: Read>(
        input: R,
        options: &ReadOptions,
        data: &mut Data<'_, F>,
        drawn: [u8; 16],
    ) -> io::Result<Option<Self>> {
        collect(StreamReader::new(input, options), data, None, drawn, LARGE_DATA)
    }
}

/// Passes over data.
type Skip<R> = fn(DataReader<'_, R>) -> crate::Result<DataEnd>;

fn collect<R: Read, F: Write>(
    mut stream: StreamReader<R>,
    data: &mut Data<'_, F>,
    skip: Option<Skip<R>>,
    drawn: [u8; 16],
    large: u32,
) -> io::Result<Option<Skeleton<F>>> {
    let mut bytes = Vec::new();
    let mut pieces = Vec::new();
    let (mut faults, mut moves) = (Vec::new(), Moves::default());
    let (mut end_of_stream, mut damaged) = (Offset::START, false);
    let mut buffer = vec![0; COPY];
    while let Some(event) = stream.next_event().map_err(io_error)? {
        match event {
            StreamEvent::Header(header) => {
                bytes.emit_u32(header.signature);
                header.key.into_iter().for_each(|key| bytes.emit_u16(key));
                moves.add(0usize, header.offset);
                end_of_stream = Offset::from(header.offset) + 6;
            }
            StreamEvent::Attribute(attribute) => {
                let sound = attribute.checksum_state() == ChecksumState::Match;
                damaged |= !sound;
                moves.add(bytes.len(), attribute.offset());
                let length = len64(attribute.data());
                faults.extend(fault(attribute.framing(), attribute.declared_length(), length, attribute.offset()));
                if let state @ ChecksumState::Mismatch { .. } = attribute.checksum_state() {
                    let offset = attribute.offset();
                    faults.push(Fault { code: Code::ChecksumMismatch, offset, length: 0, detail: state.to_string() });
                }
                let end = match attribute.stored_checksum() {
                    Some(_) if sound => End::Sound,
                    Some(_) => End::Mismatch,
                    None => End::Cut,
                };
                emit(&mut bytes, attribute.level().0, attribute.id().0, attribute.data(), end);
                end_of_stream = Offset::from(attribute.offset()) + Offset::from(attribute.wire_length());
            }
            StreamEvent::Lost(lost) => {
                damaged = true;
                moves.add(bytes.len(), lost.offset);
                let detail = lost_bytes(lost.code, lost.length);
                faults.push(Fault { code: lost.code, offset: lost.offset, length: lost.length, detail });
                // What it was is gone; that there was something is to be said.
                bytes.extend(std::iter::repeat_n(0, Offset::from(lost.length.min(16)).index()));
                end_of_stream = Offset::from(lost.offset) + Offset::from(lost.length);
            }
            StreamEvent::Data(mut reader) => {
                let head = (reader.level(), reader.id(), reader.declared_length());
                let start = Offset::from(reader.data_offset());
                let offset = reader.offset();
                moves.add(bytes.len(), offset);
                let mut first = Vec::new();
                (&mut reader).take(FIRST).read_to_end(&mut first)?;
                let large = head.2 >= large && head.1 == AttrId::ATTACH_DATA && !is_stream(&first);
                let (contents, there, end) = if large {
                    let (file, end) = take(reader, &first, data, skip, &mut buffer)?;
                    let mark = mark(drawn, pieces.len());
                    let marked_at = len64(&bytes);
                    let large = LargeData {
                        attribute: offset,
                        offset: start.get(),
                        length: end.length,
                        stored_checksum: end.stored_checksum.filter(|_| end.computed_checksum.is_none()),
                    };
                    pieces.push(Piece { mark: mark.clone(), marked_at, large, file });
                    (mark, end.length, end)
                } else {
                    let end = copy(&[], reader, &mut first, &mut buffer)?;
                    let there = len64(&first);
                    (first, there, end)
                };
                faults.extend(fault(end.framing, head.2, end.length, offset));
                if let Some(state @ ChecksumState::Mismatch { .. }) = end.checksum_state() {
                    faults.push(Fault { code: Code::ChecksumMismatch, offset, length: 0, detail: state.to_string() });
                }
                let end = End::of(&end, head.2);
                damaged |= end != End::Sound;
                emit(&mut bytes, head.0.0, head.1.0, &contents, end);
                end_of_stream = start + Offset::from(there) + CHECKSUM_LENGTH;
            }
        }
    }
    let length = end_of_stream.get();
    let pieces = SpilledData(pieces);
    Ok((!bytes.is_empty()).then_some(Skeleton { bytes, pieces, length, damaged, faults, moves: moves.0 }))
}

/// What is wrong with the length of an attribute.
fn fault(framing: Framing, declared: u32, length: u64, offset: u64) -> Option<Fault> {
    let (code, detail) = framing.fault(declared, length)?;
    Some(Fault { code, offset, length: 0, detail })
}

/// From which offset of the skeleton on which offset of the whole stream counts.
#[derive(Default)]
struct Moves(Vec<(u64, u64)>);

impl Moves {
    /// Adds a place; one that follows from the last is not kept.
    fn add(&mut self, skeleton: impl Into<Offset>, whole: u64) {
        let (skeleton, whole) = (skeleton.into(), Offset::from(whole));
        let last = self.0.last().copied().unwrap_or_default();
        if whole - Offset::from(last.1) != skeleton - Offset::from(last.0) {
            self.0.push((skeleton.get(), whole.get()));
        }
    }
}

/// How data ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Sound,
    /// The checksum is wrong.
    Mismatch,
    /// The stream ends before the data does, or before its checksum.
    Cut,
}

impl End {
    /// Data that was not read is taken to be what its checksum says.
    fn of(end: &DataEnd, declared: u32) -> End {
        match end.checksum_state() {
            Some(ChecksumState::Match) | None if end.length == u64::from(declared) => End::Sound,
            Some(ChecksumState::Missing) | None => End::Cut,
            _ => End::Mismatch,
        }
    }
}

/// Whether data that starts like this is an embedded message, with or without an interface id: that is read, and not only
/// written.
fn is_stream(first: &[u8]) -> bool {
    first.starts_with(&SIGNATURE_BYTES) || first.get(16..).is_some_and(|rest| rest.starts_with(&SIGNATURE_BYTES))
}

/// Takes large data off the stream. `first` has been read of it.
fn take<R: Read, F: Write>(
    reader: DataReader<'_, R>,
    first: &[u8],
    data: &mut Data<'_, F>,
    skip: Option<Skip<R>>,
    buffer: &mut [u8],
) -> io::Result<(Option<F>, DataEnd)> {
    match (data, skip) {
        (Data::Skip, Some(skip)) => Ok((None, skip(reader).map_err(io_error)?)),
        (Data::Spill(make), _) => {
            let mut file = make()?;
            let end = copy(first, reader, &mut file, buffer)?;
            Ok((Some(file), end))
        }
        _ => Ok((None, copy(first, reader, &mut io::sink(), buffer)?)),
    }
}

/// Copies data, of which the first bytes were read already, to its end and verifies its checksum. All blocks but the last fill the
/// buffer, so that they cover whole pages of the file.
fn copy<R: Read>(first: &[u8], mut reader: DataReader<'_, R>, out: &mut impl Write, buffer: &mut [u8]) -> io::Result<DataEnd> {
    let mut filled = match buffer.get_mut(..first.len()) {
        Some(start) => {
            start.copy_from_slice(first);
            first.len()
        }
        None => {
            out.write_all(first)?;
            0
        }
    };
    loop {
        match reader.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => filled = (Offset::from(filled) + read).index(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled == buffer.len() {
            out.write_all(buffer)?;
            filled = 0;
        }
    }
    out.write_all(buffer.get(..filled).unwrap_or_default())?;
    reader.finish().map_err(io_error)
}

/// Appends an attribute that reads as the original would: with a wrong checksum, or cut, if that was.
fn emit(bytes: &mut Vec<u8>, level: u8, id: u32, contents: &[u8], end: End) {
    let mut length = u32::try_from(contents.len()).unwrap_or(u32::MAX);
    if end == End::Cut {
        length = length.saturating_add(1);
    }
    bytes.emit_u8(level);
    bytes.emit_u32(id);
    bytes.emit_u32(length);
    bytes.emit_bytes(contents);
    let sum = super::checksum(contents);
    match end {
        End::Sound => bytes.emit_u16(sum),
        End::Mismatch => bytes.emit_u16(sum.wrapping_add(1)),
        End::Cut => {}
    }
}

/// Bytes that occur nowhere else: nobody knows what was drawn.
fn mark(drawn: [u8; 16], number: usize) -> Vec<u8> {
    let mut mark = b"winmail: large data ".to_vec();
    mark.extend_from_slice(&drawn);
    mark.extend_from_slice(number.to_string().as_bytes());
    mark
}

fn io_error(error: crate::Error) -> io::Error {
    io::Error::other(error)
}
