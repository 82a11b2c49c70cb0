//! Decompressing ([MS-OXRTFCP] 2.2).
//!
//! The end marker ends the data, not RAWSIZE. Tolerated: COMPSIZE, RAWSIZE or CRC that do not fit, a missing end marker,
//! padding after the contents, an unknown COMPTYPE before contents that can be recognised, RTF without a header. What was
//! decoded is always handed out; each of these is a diagnostic.
//!
//! The output buffer is reserved once: RAWSIZE, but never more than the contents can expand to (a reference of 2 bytes and a
//! bit makes at most 17, so 8 times) and never more than [`Limits::output`](crate::Limits::output).

use super::{CompType, Header, LONGEST, PRESET, WINDOW, crc, short};
use crate::base::context::Ctx;
use crate::base::diag::{Code, Report};
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::{len64, length};
use crate::base::options::ReadOptions;

/// Decompresses the value of PidTagRtfCompressed: LZFu or MELA.
///
/// Damage is recorded in `report`; lenient reading keeps what was decoded, strict reading returns the first defect of
/// severity *error*. Offsets count from the start of `input`. At most [`Limits::output`](crate::Limits::output) bytes come
/// out, and a declared size is never reserved beyond what the input can expand to.
///
/// # Errors
///
/// Strict only: [`ErrorKind::Malformed`] for damage, [`ErrorKind::Limit`] for output beyond the limit.
pub fn decompress(input: &[u8], options: &ReadOptions, report: &mut Report) -> Result<Vec<u8>> {
    decompress_within(&mut Ctx::new(options, report), input, 0)
}

/// The same for a reader on its way: `input` stands at `offset` of the outermost input, and what comes out is taken from the
/// reader's budget.
pub(crate) fn decompress_within(ctx: &mut Ctx<'_>, input: &[u8], offset: u64) -> Result<Vec<u8>> {
    let Some((header, body)) = Header::parse(input).zip(input.get(Header::SIZE..)) else {
        ctx.defect(Code::RtfHeaderTruncated, offset, len64(input), format!("{} bytes where a header has 16", input.len()))?;
        return if is_rtf(input) { copy(ctx, input, offset) } else { Ok(Vec::new()) };
    };
    let source = Source { header, body, offset: offset.saturating_add(len64(input).saturating_sub(len64(body))) };
    match header.comp_type {
        CompType::COMPRESSED => source.compressed(ctx),
        CompType::UNCOMPRESSED => source.uncompressed(ctx),
        other => {
            let at = offset.saturating_add(8);
            ctx.defect(Code::RtfUnknownCompressionType, at, 4, format!("unknown compression type {other}"))?;
            if is_rtf(input) {
                copy(ctx, input, offset)
            } else if is_rtf(body) {
                source.uncompressed(ctx)
            } else if !body.is_empty() && crc(source.contents()) == header.crc {
                source.compressed(ctx)
            } else {
                Ok(Vec::new())
            }
        }
    }
}

/// Whether RTF stands here uncompressed.
fn is_rtf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\\rtf")
}

/// A header and what follows it, at `offset` of the outermost input.
struct Source<'a> {
    header: Header,
    body: &'a [u8],
    offset: u64,
}

impl<'a> Source<'a> {
    /// What COMPSIZE says the contents are, as far as that exists.
    fn contents(&self) -> &'a [u8] {
        self.declared().and_then(|declared| self.body.get(..declared)).unwrap_or(self.body)
    }

    fn declared(&self) -> Option<usize> {
        self.header.declared_contents().map(length)
    }

    fn raw_size(&self) -> usize {
        length(self.header.raw_size)
    }

    /// LZFu.
    fn compressed(&self, ctx: &mut Ctx<'_>) -> Result<Vec<u8>> {
        let limit = usize::try_from(ctx.budget.output()).unwrap_or(usize::MAX);
        let most = expansion(self.body.len());
        let over = self.raw_size().min(most) > limit;
        if over {
            self.over_limit(ctx)?;
        }
        let mut contents = self.contents();
        let mut decoded = decode(contents, self.raw_size(), limit);
        let mut crc_fits = crc(contents) == self.header.crc;
        // No end marker and a wrong checksum: perhaps it is COMPSIZE that is wrong, and the rest of the contents follows.
        if !crc_fits && decoded.end == End::Missing && contents.len() < self.body.len() {
            let longer = decode(self.body, self.raw_size(), limit);
            let span = self.body.get(..longer.consumed).unwrap_or(self.body);
            if longer.end == End::Marker && crc(span) == self.header.crc {
                (decoded, contents, crc_fits) = (longer, span, true);
            }
        }
        // COMPSIZE is no help where it claims more than there is: the marker says what the checksum covers.
        if !crc_fits && self.declared() != Some(contents.len()) {
            crc_fits = contents.get(..decoded.consumed).is_some_and(|span| crc(span) == self.header.crc);
        }

        let end = self.offset.saturating_add(u64::try_from(decoded.consumed).unwrap_or(u64::MAX));
        if self.declared() != Some(contents.len()) {
            self.size_defect(ctx, contents.len())?;
        }
        if !crc_fits {
            let detail = format!("checksum 0x{:08X}, computed 0x{:08X}", self.header.crc, crc(contents));
            ctx.defect(Code::RtfCrcMismatch, self.offset, len64(contents), detail)?;
        }
        if let Some(at) = decoded.unwritten {
            let at = self.offset.saturating_add(u64::try_from(at).unwrap_or(u64::MAX));
            ctx.defect(Code::RtfUnwrittenReference, at, 2, "reference to a part of the dictionary that was never written")?;
        }
        match decoded.end {
            End::Marker => self.check_raw_size(ctx, &mut decoded.raw)?,
            End::Missing => {
                let detail = format!("no end marker after {} of {} bytes", decoded.raw.len(), self.raw_size());
                ctx.defect(Code::RtfTruncated, end, 0, detail)?;
            }
            End::Limit if over => {}
            End::Limit => self.over_limit(ctx)?,
        }
        self.trailing(ctx, contents.len())?;
        ctx.budget.spend_output(len64(&decoded.raw));
        Ok(decoded.raw)
    }

    /// MELA: the contents are the RTF. The larger of both sizes counts, as far as there is that much: writers are known that
    /// forget the 12 in COMPSIZE, and others that count it into RAWSIZE.
    fn uncompressed(&self, ctx: &mut Ctx<'_>) -> Result<Vec<u8>> {
        let used = self.raw_size().max(self.declared().unwrap_or(0)).min(self.body.len());
        let contents = self.body.get(..used).unwrap_or(self.body);
        if self.declared() != Some(used) {
            self.size_defect(ctx, used)?;
        }
        let mut raw = copy(ctx, contents, self.offset)?;
        if raw.len() == contents.len() {
            self.check_raw_size(ctx, &mut raw)?;
        }
        self.trailing(ctx, used)?;
        Ok(raw)
    }

    fn over_limit(&self, ctx: &mut Ctx<'_>) -> Result<()> {
        ctx.limit(output_limit(self.offset))
    }

    fn size_defect(&self, ctx: &mut Ctx<'_>, found: usize) -> Result<()> {
        let detail = format!("compressed size {}, {found} bytes of contents", self.header.comp_size);
        let size = u64::try_from(Header::SIZE).unwrap_or_default();
        ctx.defect(Code::RtfCompressedSizeMismatch, self.offset.saturating_sub(size), 4, detail)
    }

    /// RAWSIZE against what came out. NULs beyond it are not text: the specification's own writer gives the empty document
    /// one. Anything else beyond it is kept, for the contents say so and the header may be wrong.
    fn check_raw_size(&self, ctx: &mut Ctx<'_>, raw: &mut Vec<u8>) -> Result<()> {
        if raw.get(self.raw_size()..).is_some_and(|excess| excess.iter().all(|byte| *byte == 0)) {
            raw.truncate(self.raw_size());
        }
        if raw.len() == self.raw_size() {
            return Ok(());
        }
        let detail = format!("raw size {}, {} bytes came out", self.header.raw_size, raw.len());
        ctx.defect(Code::RtfSizeMismatch, self.offset.saturating_sub(12), 4, detail)
    }

    fn trailing(&self, ctx: &mut Ctx<'_>, used: usize) -> Result<()> {
        match self.body.get(used..) {
            None | Some([]) => Ok(()),
            Some(rest) => {
                let at = self.offset.saturating_add(u64::try_from(used).unwrap_or(u64::MAX));
                ctx.defect(Code::RtfTrailingBytes, at, len64(rest), format!("{} bytes after the contents", rest.len()))
            }
        }
    }
}

/// Copies RTF that is not compressed, within the limit.
fn copy(ctx: &mut Ctx<'_>, rtf: &[u8], offset: u64) -> Result<Vec<u8>> {
    let allowed = usize::try_from(ctx.budget.output()).unwrap_or(usize::MAX);
    let taken = match rtf.get(..allowed) {
        Some(taken) if taken.len() < rtf.len() => {
            ctx.limit(output_limit(offset))?;
            taken
        }
        _ => rtf,
    };
    ctx.budget.spend_output(len64(taken));
    Ok(taken.to_vec())
}

fn output_limit(offset: u64) -> Error {
    Error::new(ErrorKind::Limit, "limit of output reached").with_code(Code::LimitReached).with_offset(offset)
}

/// The most that contents of this length can expand to: 17 bytes for a reference of 2 bytes and an eighth.
fn expansion(contents: usize) -> usize {
    contents.saturating_mul(8)
}

/// What ended the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The end marker.
    Marker,
    /// The contents, before a marker.
    Missing,
    /// The limit.
    Limit,
}

/// What the runs gave.
struct Decoded {
    raw: Vec<u8>,
    /// Bytes of the contents up to and with the end marker.
    consumed: usize,
    end: End,
    /// Where the first reference to a never written part of the dictionary stands in the contents.
    unwritten: Option<usize>,
}

/// Copies go in pieces of this size, whatever their length; what is too much is overwritten by the next token.
const PIECE: usize = LONGEST;

/// Room that a run needs: what eight references put out, and what the last of them may write beyond its end.
const RUN: usize = 8 * LONGEST + PIECE;

/// Up to this size of output the preset bytes stand before it in the same buffer, and are moved away in the end: in short
/// texts references to them are many, and moving is cheap.
const SHORT: usize = 64 << 10;

/// Expands runs until the end marker, the end of the contents or `limit` bytes.
fn decode(contents: &[u8], raw_size: usize, limit: usize) -> Decoded {
    match short::decode(contents) {
        Some((raw, consumed)) if raw.len() <= limit => Decoded { raw, consumed, end: End::Marker, unwritten: None },
        _ => decode_any(contents, raw_size, limit),
    }
}

/// The same for contents of any length and with any fault.
///
/// The output serves as the dictionary: its last 4096 bytes are what the dictionary holds, and [`PRESET`] stands before its
/// first. So a reference becomes a distance, and nothing is written twice.
fn decode_any(contents: &[u8], raw_size: usize, limit: usize) -> Decoded {
    let expected = raw_size.min(expansion(contents.len())).min(limit);
    let preset: &[u8] = if expected <= SHORT { &PRESET } else { &[] };
    // From here on all sizes count the preset bytes.
    let limit = limit.saturating_add(preset.len());
    let most = expansion(contents.len()).saturating_add(preset.len()).min(limit);
    let mut out = vec![0u8; expected.saturating_add(preset.len()).saturating_add(RUN)];
    if let Some(place) = out.get_mut(..preset.len()) {
        place.copy_from_slice(preset);
    }
    let mut state = State { at: 0, length: preset.len(), before: PRESET.len().saturating_sub(preset.len()), unwritten: None };
    let end = loop {
        if out.len().saturating_sub(state.length) < RUN {
            if state.length > limit {
                break End::Limit;
            }
            // More comes out than RAWSIZE says. Doubled, so that all growing together costs no more than the output.
            let wanted = out.len().saturating_mul(2).min(most.saturating_add(RUN)).max(state.length.saturating_add(RUN));
            out.resize(wanted, 0);
        }
        let rest = contents.get(state.at..).unwrap_or_default();
        let step = match rest.first_chunk() {
            Some(run) => state.run(run, &mut out),
            None => state.last_run(rest, &mut out),
        };
        match step {
            Step::Next => {}
            Step::Marker => break End::Marker,
            Step::Missing => break End::Missing,
        }
    };
    let end = if state.length > limit { End::Limit } else { end };
    out.truncate(state.length.min(limit));
    out.drain(..preset.len());
    Decoded { raw: out, consumed: state.at.min(contents.len()), end, unwritten: state.unwritten }
}

struct State {
    /// Position in the contents.
    at: usize,
    /// Bytes in the output buffer.
    length: usize,
    /// How many preset bytes are to be thought before the buffer.
    before: usize,
    unwritten: Option<usize>,
}

enum Step {
    Next,
    Marker,
    Missing,
}

impl State {
    /// A run of which all 8 tokens are there; `out` has room for it.
    ///
    /// Whether a token is a literal or a reference is as good as random to the processor, and a wrong guess costs more than
    /// a token. So both are done in one way without a branch: a piece is copied from some distance, and the first byte of it
    /// is put right for a literal. Only what is rare branches off: the end marker, a reference that overlaps what it writes,
    /// and what reaches back before the output.
    #[inline(always)]
    fn run(&mut self, run: &[u8; 1 + 2 * 8], out: &mut [u8]) -> Step {
        let [control, tokens @ ..] = run;
        if *control == 0 {
            // Text that hardly repeats is made of such runs.
            let room = out.get_mut(self.length..).and_then(|room| room.first_chunk_mut());
            if let (Some(room), Some(literals)) = (room, tokens.first_chunk::<8>()) {
                *room = *literals;
                (self.at, self.length) = (self.at.wrapping_add(9), self.length.wrapping_add(8));
                return Step::Next;
            }
        }
        // In locals, so that they stay in registers.
        let (mut control, mut at, mut length) = (*control, 0usize, self.length);
        for _ in 0..8 {
            let [first, second] = tokens.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default();
            let (distance, count) = reference(first, second, length.wrapping_add(self.before));
            // All ones for a reference, zero for a literal.
            let mask = 0usize.wrapping_sub(usize::from(control & 1));
            let byte_mask = 0u8.wrapping_sub(control & 1);
            let count = (count.wrapping_sub(1) & mask).wrapping_add(1);
            let from = length.wrapping_sub(distance) & mask;
            let (done, room) = out.split_at_mut_checked(length).unwrap_or_default();
            match (done.get(from..).and_then(|from| from.first_chunk::<PIECE>()), room.first_chunk_mut::<PIECE>()) {
                (Some(piece), Some(to)) => {
                    *to = *piece;
                    let ([copied, ..], [place, ..]) = (piece, to);
                    *place = (copied & byte_mask) | (first & !byte_mask);
                }
                _ if mask == 0 => put(out, length, first),
                _ => {
                    let token = self.at.wrapping_add(at).wrapping_add(1);
                    if distance == 0 {
                        (self.at, self.length) = (token.wrapping_add(2), length);
                        return Step::Marker;
                    }
                    self.copy_slowly(out, length, distance, count, token);
                }
            }
            at = at.wrapping_sub(mask).wrapping_add(1);
            length = length.wrapping_add(count);
            control >>= 1;
        }
        (self.at, self.length) = (self.at.wrapping_add(at).wrapping_add(1), length);
        Step::Next
    }

    /// A run near the end of the contents, token by token.
    fn last_run(&mut self, rest: &[u8], out: &mut [u8]) -> Step {
        let Some((&control, mut tokens)) = rest.split_first() else { return Step::Missing };
        let start = self.at;
        for bit in 0..8u32 {
            self.at = start.saturating_add(rest.len()).saturating_sub(tokens.len());
            match (control.wrapping_shr(bit) & 1, tokens) {
                (0, [literal, after @ ..]) => {
                    put(out, self.length, *literal);
                    self.length = self.length.saturating_add(1);
                    tokens = after;
                }
                (1, [first, second, after @ ..]) => {
                    let (distance, count) = reference(*first, *second, self.length.saturating_add(self.before));
                    if distance == 0 {
                        self.at = self.at.saturating_add(2);
                        return Step::Marker;
                    }
                    self.copy_slowly(out, self.length, distance, count, self.at);
                    self.length = self.length.saturating_add(count);
                    tokens = after;
                }
                _ => return Step::Missing,
            }
        }
        self.at = start.saturating_add(rest.len()).saturating_sub(tokens.len());
        Step::Next
    }

    /// A reference byte by byte, for one that overlaps what it writes, or reaches back before the output. `token` is where it
    /// stands in the contents.
    #[inline(never)]
    fn copy_slowly(&mut self, out: &mut [u8], length: usize, distance: usize, count: usize, token: usize) {
        for to in (length..).take(count) {
            let byte = match to.checked_sub(distance) {
                Some(from) => out.get(from),
                None => to.saturating_add(self.before).checked_sub(distance).and_then(|place| PRESET.get(place)),
            };
            if byte.is_none() {
                self.unwritten.get_or_insert(token);
            }
            put(out, to, byte.copied().unwrap_or_default());
        }
    }
}

/// A reference as distance and count. The distance goes from the place that is written next backwards around the circle to
/// the place that is referred to; 0 is the end marker.
#[inline(always)]
fn reference(first: u8, second: u8, write: usize) -> (usize, usize) {
    let token = usize::from(u16::from_be_bytes([first, second]));
    (write.wrapping_sub(token >> 4) % WINDOW, (token & 0xF).wrapping_add(2))
}

#[inline(always)]
fn put(out: &mut [u8], at: usize, byte: u8) {
    if let Some(place) = out.get_mut(at) {
        *place = byte;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rtf::lzfu::{Mode, compress};

    #[test]
    fn the_short_way_gives_what_the_general_way_gives() {
        let mut seed = 1u32;
        let mut number = |bound: usize| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            seed as usize % bound
        };
        let (mut intact, mut damaged) = (0, 0);
        for round in 0..200 {
            let letters = 1 + number(40);
            let raw: Vec<u8> = (0..number(4200)).map(|_| b'a' + u8::try_from(number(letters)).unwrap()).collect();
            let mut contents = compress(&raw, Mode::Outlook).unwrap().split_off(Header::SIZE);
            let decoded = short::decode(&contents);
            if let Some((short, used)) = &decoded {
                assert_eq!((&raw, contents.len()), (short, *used));
                intact += 1;
            } else {
                // Only what does not fit is left to the other.
                assert!(raw.len() > 3700 || contents.len() > 2304, "{} {}", raw.len(), contents.len());
            }
            for _ in 0..1 + round % 3 {
                let at = number(contents.len());
                contents[at] = u8::try_from(number(256)).unwrap();
            }
            contents.truncate(contents.len() - number(2));
            if let Some((short, used)) = short::decode(&contents) {
                let any = decode_any(&contents, raw.len(), 1 << 20);
                assert_eq!((any.end, any.unwritten), (End::Marker, None));
                assert_eq!((any.raw, any.consumed), (short, used));
                damaged += 1;
            }
        }
        assert!(intact > 80 && damaged > 10, "{intact} {damaged}");
    }
}
