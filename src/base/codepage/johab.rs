//! Johab, code page 1361: a Korean syllable is two bytes of five bits for each of its letters; signs and Chinese characters are those of
//! KS X 1001 in other places.
//!
//! ```text
//! 1 iiiii mmmmm fffff     initial, medial (vowel), final; a letter alone has fillers (1, 2, 1) in the places of the others
//! D9..DE, E0..F9          two rows of KS X 1001 each, rows 1 to 12 and 42 to 93; second bytes 31..7E, 91..FE
//! ```
//!
//! The lower half is ASCII, as in Windows; the won sign that others have at 0x5C is not read.

use encoding_rs::{EUC_KR, EncoderResult};

use super::converted::{Decoded, Encoded};

/// The letters as they stand alone, in the order of Unicode's syllables.
const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];
const FINALS: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ', 'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ',
    'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];
/// The five bits of each vowel; the first is U+314F.
const MEDIALS: [u16; 21] = [3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 26, 27, 28, 29];
/// The five bits of each final.
const FINAL_CODES: [u16; 27] =
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29];
const INITIAL_FILL: u16 = 1;
const MEDIAL_FILL: u16 = 2;
const FINAL_FILL: u16 = 1;
/// The first bytes of signs, with the first row of KS X 1001 in EUC-KR that they stand for.
const ROWS: [(u8, u8, u8); 2] = [(0xD9, 0xDE, 0xA1), (0xE0, 0xF9, 0xCA)];

pub(super) fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(ascii) = Decoded::ascii(bytes) {
        return ascii;
    }
    let mut text = String::with_capacity(bytes.len());
    let mut malformed = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => return Decoded::owned(text, malformed),
            [byte, tail @ ..] if byte.is_ascii() => {
                text.push(char::from(*byte));
                tail
            }
            [lead, tail @ ..] => {
                let found = tail.first().and_then(|trail| char_of(*lead, *trail));
                malformed |= found.is_none();
                text.push(found.unwrap_or(char::REPLACEMENT_CHARACTER));
                match tail {
                    [trail, behind @ ..] if found.is_some() || !trail.is_ascii() => behind,
                    // A byte of ASCII behind what is no pair stands for itself.
                    _ => tail,
                }
            }
        };
    }
}

fn char_of(lead: u8, trail: u8) -> Option<char> {
    let is_trail = matches!(trail, 0x31..=0x7E | 0x91..=0xFE);
    match ROWS.iter().find(|(first, last, _)| (*first..=*last).contains(&lead)) {
        Some((first, _, row)) if is_trail => {
            let column = if trail < 0x80 { trail.checked_sub(0x31)? } else { trail.checked_sub(0x43)? };
            let row = row.checked_add(lead.checked_sub(*first)?.checked_mul(2)?)?.checked_add(column / 94)?;
            // Letters have no second place.
            let column = column % 94;
            let pair = [row, column.checked_add(0xA1)?];
            let decoded = EUC_KR.decode_without_bom_handling_and_without_replacement(&pair)?;
            decoded.chars().next().filter(|c| !is_letter(*c))
        }
        Some(_) => None,
        None => letters(u16::from_be_bytes([lead, trail])),
    }
}

fn is_letter(c: char) -> bool {
    ('\u{3131}'..='\u{3163}').contains(&c)
}

/// A syllable, a letter that stands alone, or a blank of the same width, all of it fillers.
fn letters(code: u16) -> Option<char> {
    let (initial, medial, last) = (code >> 10 & 0x1F, code >> 5 & 0x1F, code & 0x1F);
    let initial = if initial == INITIAL_FILL { None } else { Some(initial.checked_sub(2).filter(|at| *at < 19)?) };
    let medial = if medial == MEDIAL_FILL { None } else { Some(position(&MEDIALS, medial)?) };
    let last = if last == FINAL_FILL { None } else { Some(position(&FINAL_CODES, last)?) };
    match (initial, medial, last) {
        (Some(initial), Some(medial), last) => {
            let last = last.map_or(0, |at| u32::from(at).saturating_add(1));
            let syllable =
                u32::from(initial).checked_mul(21)?.checked_add(u32::from(medial))?.checked_mul(28)?.checked_add(last)?;
            char::from_u32(syllable.checked_add(0xAC00)?)
        }
        (Some(initial), None, None) => INITIALS.get(usize::from(initial)).copied(),
        (None, Some(medial), None) => char::from_u32(u32::from(medial).checked_add(0x314F)?),
        (None, None, Some(last)) => FINALS.get(usize::from(last)).copied(),
        (None, None, None) => Some('\u{3000}'),
        _ => None,
    }
}

fn position(codes: &[u16], code: u16) -> Option<u16> {
    codes.iter().position(|known| *known == code).and_then(|at| u16::try_from(at).ok())
}

pub(super) fn encode(text: &str) -> Encoded {
    let mut encoded = Encoded { bytes: Vec::with_capacity(text.len()), unmappable: 0 };
    for c in text.chars() {
        match (u8::try_from(c).ok().filter(u8::is_ascii), pair_of(c)) {
            (Some(ascii), _) => encoded.bytes.push(ascii),
            (None, Some(pair)) => encoded.bytes.extend(pair),
            (None, None) => encoded.push_unmappable(),
        }
    }
    encoded
}

fn pair_of(c: char) -> Option<[u8; 2]> {
    let code = |initial: u16, medial: u16, last: u16| Some((0x8000 | initial << 10 | medial << 5 | last).to_be_bytes());
    let nth = |codes: &[u16], at: u32| usize::try_from(at).ok().and_then(|at| codes.get(at)).copied();
    let place = |letters: &[char]| letters.iter().position(|known| *known == c).and_then(|at| u16::try_from(at).ok());
    match c {
        '\u{AC00}'..='\u{D7A3}' => {
            let syllable = u32::from(c).checked_sub(0xAC00)?;
            let last = match syllable % 28 {
                0 => FINAL_FILL,
                at => nth(&FINAL_CODES, at.checked_sub(1)?)?,
            };
            code(u16::try_from(syllable / 588).ok()?.checked_add(2)?, nth(&MEDIALS, syllable / 28 % 21)?, last)
        }
        '\u{314F}'..='\u{3163}' => code(INITIAL_FILL, nth(&MEDIALS, u32::from(c).checked_sub(0x314F)?)?, FINAL_FILL),
        _ if is_letter(c) => match place(&INITIALS) {
            Some(at) => code(at.checked_add(2)?, MEDIAL_FILL, FINAL_FILL),
            None => code(INITIAL_FILL, MEDIAL_FILL, FINAL_CODES.get(usize::from(place(&FINALS)?)).copied()?),
        },
        _ => sign(c),
    }
}

/// The bytes of what is neither a letter nor a syllable.
fn sign(c: char) -> Option<[u8; 2]> {
    let mut utf8 = [0; 4];
    // Ten bytes: the encoder wants room for its worst case before it starts.
    let mut bytes = [0; 10];
    let (result, _, written) =
        EUC_KR.new_encoder().encode_from_utf8_without_replacement(c.encode_utf8(&mut utf8), &mut bytes, true);
    let (EncoderResult::InputEmpty, [row, column]) = (result, bytes.get(..written)?) else { return None };
    let (first, last, base) = ROWS.into_iter().rfind(|(_, _, base)| base <= row)?;
    let row = row.checked_sub(base)?;
    let lead = first.checked_add(row / 2).filter(|lead| *lead <= last)?;
    let column = column.checked_sub(0xA1)?.checked_add((row % 2).checked_mul(94)?)?;
    Some([lead, column.checked_add(if column < 0x4E { 0x31 } else { 0x43 })?])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What every pair stands for comes back as itself, and there are as many pairs as Python's codec `johab` has; each stands for the same
    /// there.
    #[test]
    fn pairs_come_back() {
        let mut count = 0;
        for code in 0x8000..=u16::MAX {
            let pair = code.to_be_bytes();
            let Some(c) = char_of(pair[0], pair[1]) else { continue };
            count += 1;
            let back = pair_of(c).map(|pair| char_of(pair[0], pair[1]));
            assert_eq!(back, Some(Some(c)), "{code:X}");
        }
        assert_eq!(count, 17_065);
    }

    #[test]
    fn what_is_no_pair_is_malformed_and_nothing_else() {
        for (bytes, text) in
            [(&b"\x88"[..], "\u{FFFD}"), (b"\x80A", "\u{FFFD}A"), (b"\xDA\xA1.", "\u{FFFD}."), (b"\xFF\xFF", "\u{FFFD}")]
        {
            assert_eq!(decode(bytes), Decoded::owned(text.to_owned(), true), "{bytes:x?}");
        }
    }
}
