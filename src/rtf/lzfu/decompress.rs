//! Decompressing ([MS-OXRTFCP] 2.2).
//!
//! The end marker ends the data, not RAWSIZE. Tolerated: COMPSIZE, RAWSIZE or CRC that do not fit, a missing end marker,
//! padding after the contents, an unknown COMPTYPE before contents that can be recognised, RTF without a header. What was
//! decoded is always handed out; each of these is a diagnostic.
//!
//! The output buffer is reserved once: RAWSIZE, but never more than the contents can expand to (a reference of 2 bytes and a
//! bit makes at most 17, so 8 times) and never more than [`Limits::output`](crate::Limits::output).

use super::long::{self, Decoded, End, expansion};
use super::{CompType, Header, crc, short};
use crate::base::context::{Ctx, reported};
use crate::base::diag::{Code, Report};
use crate::base::error::Result;
use crate::base::input::{len64, length};
use crate::base::options::ReadOptions;
use crate::rtf::output::limit_reached;

/// RTF out of a compressed container.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decompressed {
    /// The RTF.
    pub bytes: Vec<u8>,
    /// Defects that were found in the container.
    pub report: Report,
}

impl AsRef<[u8]> for Decompressed {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Decompresses the value of PidTagRtfCompressed: LZFu or MELA.
///
/// Lenient reading keeps what was decoded, strict reading returns the first defect of
/// severity *error*. Offsets count from the start of `input`. At most [`Limits::output`](crate::Limits::output) bytes come
/// out, and a declared size is never reserved beyond what the input can expand to.
///
/// # Errors
///
/// Strict only: [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) for damage, [`ErrorKind::Limit`](crate::ErrorKind::Limit) for output beyond the limit.
pub fn decompress(input: &[u8], options: &ReadOptions) -> Result<Decompressed> {
    let (bytes, report) = reported(options, |ctx| decompress_within(ctx, input, 0))?;
    Ok(Decompressed { bytes, report })
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
        limit_reached(self.offset, ctx)
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
            limit_reached(offset, ctx)?;
            taken
        }
        _ => rtf,
    };
    ctx.budget.spend_output(len64(taken));
    Ok(taken.to_vec())
}

/// Expands runs until the end marker, the end of the contents or `limit` bytes.
fn decode(contents: &[u8], raw_size: usize, limit: usize) -> Decoded {
    let short = if raw_size <= short::MOST { short::decode(contents) } else { None };
    match short {
        Some((raw, consumed)) if raw.len() <= limit => Decoded { raw, consumed, end: End::Marker, unwritten: None },
        _ => long::decode(contents, raw_size, limit),
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
                assert!(raw.len() > short::MOST, "{}", raw.len());
            }
            for _ in 0..1 + round % 3 {
                let at = number(contents.len());
                contents[at] = u8::try_from(number(256)).unwrap();
            }
            contents.truncate(contents.len() - number(2));
            if let Some((short, used)) = short::decode(&contents) {
                let any = long::decode(&contents, raw.len(), 1 << 20);
                assert_eq!((any.end, any.unwritten), (End::Marker, None));
                assert_eq!((any.raw, any.consumed), (short, used));
                damaged += 1;
            }
        }
        assert!(intact > 80 && damaged > 10, "{intact} {damaged}");
    }
}
