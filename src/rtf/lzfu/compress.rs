//! Compressing ([MS-OXRTFCP] 2.3): the header and the specification's choice of tokens. The two other choices stand in files of
//! their own, `outlook` and `dense`; `runs` writes tokens, `matches` finds matches.
//!
//! The specification takes the longest match at each place, of equally long ones the first in the order of its scan. Its
//! procedure writes matched bytes into the dictionary while the scan goes on; so, once the dictionary is full, up to 16 of the
//! oldest bytes are overwritten before the scan reaches them, although the reader will still have them. That hides some
//! matches, which is followed here byte for byte, and once in a great while it shows one that the reader will not have,
//! which would corrupt the text; there the longest match is taken that is really one.

use super::matches::{Index, Match, Text, window_start};
use super::runs::Runs;
use super::{CompType, Header, LONGEST, WINDOW, crc, dense, outlook};
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::output::Emit;

/// Choice among the many streams that decompress to the same text. All can be read by every reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Mode {
    /// What the procedure in the specification gives ([MS-OXRTFCP] 2.3): the longest match, the first in its scan.
    #[default]
    Reference,
    /// What Outlook and Exchange really write, byte for byte: longest matches too, but found in a binary search tree, so that
    /// others of equal length are chosen. Slower than [`Mode::Reference`], and on text made to unbalance the tree much slower.
    Outlook,
    /// The fewest bytes that any stream for this text can have.
    Dense,
}

/// Compresses RTF to LZFu: header and contents.
///
/// # Errors
///
/// [`ErrorKind::Unencodable`] where the text or its compressed form is too large for the 32-bit sizes of the header.
pub fn compress(raw: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let raw_size = size(raw.len())?;
    let text = Text::new(raw);
    let mut runs = Runs::new(raw.len());
    match mode {
        Mode::Reference => reference(&text, &mut runs),
        Mode::Outlook => outlook::tokens(&text, &mut runs),
        Mode::Dense => dense::tokens(&text, &mut runs),
    }
    let mut out = runs.out;
    let contents = out.get(Header::SIZE..).unwrap_or_default();
    let header = Header {
        comp_size: size(contents.len().saturating_add(12))?,
        raw_size,
        comp_type: CompType::COMPRESSED,
        crc: crc(contents),
    };
    if let Some(place) = out.first_chunk_mut() {
        *place = header.emit();
    }
    Ok(out)
}

/// Wraps RTF as MELA: header and the text as it is.
///
/// # Errors
///
/// [`ErrorKind::Unencodable`] where the text is too large for the 32-bit sizes of the header.
pub fn store(raw: &[u8]) -> Result<Vec<u8>> {
    let comp_size = size(raw.len().saturating_add(12))?;
    let header = Header { comp_size, raw_size: size(raw.len())?, comp_type: CompType::UNCOMPRESSED, crc: 0 };
    let mut out = Vec::with_capacity(Header::SIZE.saturating_add(raw.len()));
    out.emit_bytes(&header.emit());
    out.emit_bytes(raw);
    Ok(out)
}

fn size(length: usize) -> Result<u32> {
    u32::try_from(length)
        .map_err(|_| Error::new(ErrorKind::Unencodable, format!("{length} bytes of RTF are too many for compressed RTF")))
}

/// The specification's tokens.
fn reference(text: &Text, runs: &mut Runs) {
    let mut index = Index::new();
    let mut at = Text::START;
    while at < text.end() {
        match specified(text, &mut index, at) {
            Some(found) if found.length > 1 => {
                runs.reference(found);
                at = at.saturating_add(found.length);
            }
            _ => {
                runs.literal(text.byte(at));
                at = at.saturating_add(1);
            }
        }
    }
    runs.end(text);
}

/// How many of the oldest places a scan may find overwritten: a match of the longest kind leaves the scan.
const OVERWRITTEN: usize = LONGEST - 1;

/// The match that the specification's scan ends with.
#[inline(always)]
fn specified(text: &Text, index: &mut Index, at: usize) -> Option<Match> {
    let start = window_start(at);
    if at >= WINDOW && pair_stands_in(text.piece(at), text.piece::<LONGEST>(start)) {
        let scanned = scan_overwriting(text, at);
        let later = index.first_longest(text, at, start.saturating_add(OVERWRITTEN), scanned.length);
        if later.is_some() {
            return later;
        }
        if scanned.length < 2 || text.common(scanned.from, at) >= scanned.length {
            return Some(scanned);
        }
    }
    index.first_longest(text, at, start, 0)
}

/// Whether two bytes stand anywhere among the oldest places.
#[inline(always)]
fn pair_stands_in([first, second]: [u8; 2], oldest: [u8; LONGEST]) -> bool {
    let [_, next @ ..] = oldest;
    oldest.iter().zip(next).fold(false, |found, (a, b)| found | (*a == first) & (b == second))
}

/// The scan over the oldest places of a full dictionary, which overwrites them as it goes.
fn scan_overwriting(text: &Text, at: usize) -> Match {
    let text_here = text.piece::<LONGEST>(at);
    let longest = text.longest(at);
    let base = at.saturating_sub(WINDOW);
    let mut places = text.piece::<{ 2 * LONGEST }>(base);
    let mut best = Match { from: base, length: 0 };
    for place in 1..=OVERWRITTEN {
        let before = best.length;
        let mut length = 0usize;
        while length < longest && places.get(place.wrapping_add(length)) == text_here.get(length) {
            if length >= before {
                if let (Some(written), Some(byte)) = (places.get_mut(length), text_here.get(length)) {
                    *written = *byte;
                }
            }
            length = length.wrapping_add(1);
        }
        if length > before {
            best = Match { from: base.wrapping_add(place), length };
        }
        if length == LONGEST {
            break;
        }
    }
    best
}
