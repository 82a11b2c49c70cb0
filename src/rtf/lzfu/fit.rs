//! LZFu contents of a length that is given: for text that takes another's place where nothing may move.
//!
//! The text in front is compressed, and filler and the text behind follow as literals. A literal takes a byte, or two where it
//! opens a run; a reference two or three. One reference in the filler therefore reaches the lengths that literals leap over.

use super::compress::{Mode, compress};
use super::matches::Match;
use super::runs::Runs;
use super::{Header, PRESET};

use crate::base::wire::Wire;

/// Contents of exactly `length` bytes for `front`, filler, and `behind`, and the size of what they decompress to. Without
/// `marked` there is no end marker. `None` if `length` is too small.
pub(crate) fn fit(front: &[u8], behind: &[u8], filler: u8, length: usize, marked: bool) -> Option<(Vec<u8>, usize)> {
    let compressed = compress(front, Mode::Dense).ok()?;
    let tokens = tokens(compressed.get(Header::SIZE..)?);
    let tokens = tokens.split_last().map(|(_end, tokens)| tokens)?;
    let bytes = tokens.iter().fold(0usize, |sum, token| sum.saturating_add(token.length()));
    let fixed = tokens.len().saturating_add(behind.len()).saturating_add(usize::from(marked));
    let bytes = bytes.saturating_add(behind.len()).saturating_add(if marked { 2 } else { 0 });
    // A reference needs two bytes of filler before it, which stand in the dictionary: they were written last.
    let (literals, references) = (0..=length).find_map(|literals| {
        [0usize, 1].into_iter().filter(|references| *references == 0 || literals >= 2).find_map(|references| {
            let tokens = fixed.saturating_add(literals).saturating_add(references);
            let bytes = bytes.saturating_add(literals).saturating_add(references.saturating_mul(2));
            (tokens.div_ceil(8).saturating_add(bytes) == length).then_some((literals, references))
        })
    })?;
    let mut runs = Runs::new(length);
    for token in tokens {
        match token {
            Token::Literal(byte) => runs.literal(*byte),
            Token::Reference(found) => runs.reference(*found),
        }
    }
    (0..literals).for_each(|_| runs.literal(filler));
    let last = PRESET.len().saturating_add(front.len()).saturating_add(literals).saturating_sub(2);
    (0..references).for_each(|_| runs.reference(Match { from: last, length: 2 }));
    behind.iter().for_each(|byte| runs.literal(*byte));
    let raw = [front.len(), literals, references.saturating_mul(2), behind.len()].into_iter().fold(0, usize::saturating_add);
    if marked {
        runs.reference(Match { from: PRESET.len().saturating_add(raw), length: 2 });
    }
    let contents = runs.out.get(Header::SIZE..)?.to_vec();
    (contents.len() == length).then_some((contents, raw))
}

enum Token {
    Literal(u8),
    Reference(Match),
}

impl Token {
    fn length(&self) -> usize {
        match self {
            Token::Literal(_) => 1,
            Token::Reference(_) => 2,
        }
    }
}

/// The tokens of contents, the end marker included.
fn tokens(contents: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut bytes = contents.iter().copied();
    while let Some(control) = bytes.next() {
        for bit in 0..8u32 {
            let Some(first) = bytes.next() else { break };
            if control.wrapping_shr(bit) & 1 == 0 {
                tokens.push(Token::Literal(first));
                continue;
            }
            let token = u16::read_be([first, bytes.next().unwrap_or(0)]);
            tokens
                .push(Token::Reference(Match { from: usize::from(token >> 4), length: usize::from(token & 15).wrapping_add(2) }));
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::super::{CompType, crc, decompress};
    use super::*;
    use crate::base::{Code, ReadOptions};

    #[test]
    fn every_length_from_the_shortest_on_can_be_had() {
        for front in [&b"{\\rtf1 abc abc abc"[..], b"", b"{\\rtf1\\ansi\\pard hello world, hello world, hello"] {
            let mut shortest = None;
            for length in 1..200 {
                let Some((contents, raw)) = fit(front, b"}}", b'x', length, true) else {
                    // Lengths just above the shortest cannot always be had: there is no filler to put a reference into.
                    assert!(shortest.is_none_or(|shortest| length < shortest + 6), "{length} of {shortest:?}");
                    continue;
                };
                shortest.get_or_insert(length);
                let comp_size = u32::try_from(length).unwrap() + 12;
                let raw_size = u32::try_from(raw).unwrap();
                let header = Header { comp_size, raw_size, comp_type: CompType::COMPRESSED, crc: crc(&contents) };
                let packed = [&header.emit()[..], &contents].concat();
                let text = decompress(&packed, &ReadOptions::strict()).unwrap().bytes;
                let filler = text.strip_prefix(front).unwrap().strip_suffix(b"}}").unwrap();
                assert!(filler.iter().all(|byte| *byte == b'x'), "{filler:?}");
                let unmarked = fit(front, b"}}", b'x', length, false);
                if let Some((contents, _)) = unmarked {
                    let header = Header { crc: crc(&contents), ..header };
                    let found = decompress(&[&header.emit()[..], &contents].concat(), &ReadOptions::lenient()).unwrap();
                    assert!(found.report.contains(Code::RtfTruncated));
                }
            }
            assert!(shortest.is_some());
        }
    }
}
