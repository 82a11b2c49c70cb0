//! Text as places for characters: each takes some bytes, and whatever takes as many can stand there.

use std::collections::HashMap;

use crate::base::CodePage;
use crate::base::wire::{self, Wire};

use super::pseudonym::{LONGEST, Pseudonyms, zero_of};

/// How the bytes of a text are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-16, little endian.
    Utf16,
    /// An 8-bit code page.
    Page(CodePage),
}

/// How a character is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As its bytes.
    Bytes,
    /// As bytes of RTF, each as it is or as `\'hh`; the numbers of the first [`Unit`].
    Units(usize),
    /// As the decimal number of a UTF-16 unit, signed in 16 bits: RTF's `\u`.
    Signed,
    /// As a decimal number: `&#228;`.
    Decimal,
    /// As a hexadecimal number: `&#xE4;`.
    Hexadecimal,
}

/// A byte of RTF text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Where it stands; of `\'hh` where the digits stand.
    pub(super) at: usize,
    /// Whether it is written as two digits.
    pub(super) hex: bool,
}

/// A place for a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// What stands there.
    pub(super) c: char,
    /// Whether something else may.
    pub(super) free: bool,
    pub(super) at: usize,
    /// Bytes; of [`Form::Units`] units.
    pub(super) len: usize,
    pub(super) form: Form,
    /// Which of the text's encodings.
    pub(super) coder: usize,
}

/// The bytes of letters and digits in [encodings in which they are ASCII](Coder::is_ascii).
static ASCII: [u8; 128] = {
    let mut bytes = [0; 128];
    let mut rest: &mut [u8] = &mut bytes;
    let mut byte = 0;
    while let [first, behind @ ..] = rest {
        *first = byte;
        byte += 1;
        rest = behind;
    }
    bytes
};

/// An encoding, and what was found out about it.
#[derive(Debug)]
pub(super) struct Coder {
    encoding: Encoding,
    is_ascii: bool,
    decoded: HashMap<[u8; 4], Option<char>>,
    encoded: HashMap<char, Option<Vec<u8>>>,
}

impl Coder {
    pub(super) fn new(encoding: Encoding) -> Self {
        let is_ascii = match encoding {
            Encoding::Utf16 => false,
            Encoding::Page(page) => page.decode(b"Az~").is_some_and(|decoded| decoded.text == "Az~"),
        };
        Coder { encoding, is_ascii, decoded: HashMap::new(), encoded: HashMap::new() }
    }

    /// The character that `bytes` start with, and how many bytes it takes. Bytes that are no character are one that may not be
    /// replaced: the text stays as invalid as it is.
    pub(super) fn first(&mut self, bytes: &[u8]) -> (Option<char>, usize) {
        match (self.encoding, bytes.first()) {
            (Encoding::Page(_), Some(byte)) if self.is_ascii && byte.is_ascii() => (Some(char::from(*byte)), 1),
            (Encoding::Utf16, _) => {
                let unit = |at: usize| {
                    let pair = bytes.get(at..)?.first_chunk::<2>()?;
                    Some(u16::read_le(*pair))
                };
                // A unit that is no surrogate is a character.
                if let Some(c) = unit(0).and_then(|unit| char::from_u32(u32::from(unit))) {
                    return (Some(c), 2);
                }
                let units = [unit(0), unit(2)].into_iter().flatten();
                let first = char::decode_utf16(units).next().and_then(Result::ok);
                (first, first.map_or(2, |c| c.len_utf16().saturating_mul(2)).min(bytes.len()))
            }
            (Encoding::Page(page), _) => {
                for length in 1..=4 {
                    let Some(part) = bytes.get(..length) else { break };
                    let mut key = [0; 4];
                    key.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
                    // A text with NULs in it is found again under the key of a shorter one only if it is the same.
                    let found = match self.decoded.get(&key) {
                        Some(found) if !part.contains(&0) => *found,
                        _ => {
                            let found = single(page, part);
                            self.decoded.insert(key, found);
                            found
                        }
                    };
                    if found.is_some() {
                        return (found, length);
                    }
                }
                (None, 1.min(bytes.len()))
            }
        }
    }

    /// The bytes of a character; `None` if the encoding has none for it.
    pub(super) fn encode(&mut self, c: char) -> Option<&[u8]> {
        let encoding = self.encoding;
        if self.is_ascii && c.is_ascii_alphanumeric() {
            let at = usize::try_from(u32::from(c)).ok()?;
            return ASCII.get(at..at.saturating_add(1));
        }
        let encoded = self.encoded.entry(c).or_insert_with(|| match encoding {
            Encoding::Utf16 => Some(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.le_bytes()).collect()),
            Encoding::Page(page) => {
                let encoded = page.encode(c.encode_utf8(&mut [0; 4])).filter(|encoded| encoded.unmappable == 0)?;
                // Not in pages in which a character's bytes depend on what stands before it.
                (single(page, &encoded.bytes) == Some(c)).then_some(encoded.bytes)
            }
        });
        encoded.as_deref()
    }

    /// A text as places, all of them free.
    pub(super) fn slots(&mut self, bytes: &[u8]) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(bytes.len());
        let mut at = 0usize;
        // What follows an escape switches code pages and is no text.
        let mut escaped = 0u8;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let (c, len) = self.first(rest);
            let c = c.unwrap_or('\0');
            escaped = if c == '\x1B' { 4 } else { escaped.saturating_sub(1) };
            slots.push(Slot { c, free: c != '\0' && escaped == 0, at, len, form: Form::Bytes, coder: 0 });
            at = at.saturating_add(len.max(1));
        }
        slots
    }
}

/// The character that bytes are, if they are exactly one.
fn single(page: CodePage, bytes: &[u8]) -> Option<char> {
    let decoded = page.decode(bytes).filter(|decoded| !decoded.malformed)?;
    let mut chars = decoded.text.chars();
    let c = chars.next().filter(|c| chars.next().is_none() && *c != char::REPLACEMENT_CHARACTER)?;
    let again = page.encode(c.encode_utf8(&mut [0; 4]))?;
    (again.unmappable == 0 && again.bytes == bytes).then_some(c)
}

/// A text whose free places are to be filled anew.
pub(super) struct Places<'t> {
    pub(super) bytes: &'t mut [u8],
    pub(super) coders: &'t mut [Coder],
    pub(super) units: &'t [Unit],
}

impl Places<'_> {
    /// Replaces words and numbers in the free places.
    pub(super) fn replace(&mut self, slots: &[Slot], names: &mut Pseudonyms) {
        let kind = |slot: &Slot| match slot.c {
            _ if !slot.free => 0,
            c if zero_of(c).is_some() => 2,
            c if c.is_alphabetic() => 1,
            _ => 0u8,
        };
        for run in slots.chunk_by(|one, next| kind(one) == kind(next)) {
            let kind = run.first().map_or(0, kind);
            for run in run.chunks(LONGEST).filter(|_| kind != 0) {
                let old: Vec<char> = run.iter().map(|slot| slot.c).collect();
                let new = match kind {
                    1 => names.word(&old, &mut |place, c| run.get(place).is_some_and(|slot| self.fits(slot, c))),
                    _ => names.number(&old),
                };
                for (slot, (old, new)) in run.iter().zip(old.iter().zip(new)) {
                    if *old != new {
                        self.write(slot, new);
                    }
                }
            }
        }
    }

    fn fits(&mut self, slot: &Slot, c: char) -> bool {
        match slot.form {
            Form::Bytes => {
                let coder = self.coders.get_mut(slot.coder);
                coder.and_then(|coder| coder.encode(c)).is_some_and(|bytes| bytes.len() == slot.len)
            }
            Form::Units(first) => {
                let units = self.units.get(first..).and_then(|units| units.get(..slot.len)).unwrap_or_default();
                let coder = self.coders.get_mut(slot.coder);
                let Some(bytes) = coder.and_then(|coder| coder.encode(c)) else { return false };
                // A byte that stands as it is must not be taken for a part of RTF's own.
                let plain = |byte: u8| byte >= 0x20 && !matches!(byte, b'\\' | b'{' | b'}');
                bytes.len() == units.len() && units.iter().zip(bytes).all(|(unit, byte)| unit.hex || plain(*byte))
            }
            form => number(form, c).is_some_and(|number| number.len() == slot.len),
        }
    }

    fn write(&mut self, slot: &Slot, c: char) {
        let mut put = |at: usize, bytes: &[u8]| {
            if let Some(place) = self.bytes.get_mut(at..).and_then(|rest| rest.get_mut(..bytes.len())) {
                place.copy_from_slice(bytes);
            }
        };
        match slot.form {
            Form::Bytes => {
                let encoded = self.coders.get_mut(slot.coder).and_then(|coder| coder.encode(c)).unwrap_or_default();
                if encoded.len() == slot.len {
                    put(slot.at, encoded);
                }
            }
            Form::Units(first) => {
                let encoded = self.coders.get_mut(slot.coder).and_then(|coder| coder.encode(c)).unwrap_or_default();
                let units = self.units.get(first..).unwrap_or_default();
                for (unit, byte) in units.iter().zip(encoded).take(slot.len) {
                    match unit.hex {
                        true => put(unit.at, format!("{byte:02x}").as_bytes()),
                        false => put(unit.at, &[*byte]),
                    }
                }
            }
            form => {
                if let Some(number) = number(form, c).filter(|number| number.len() == slot.len) {
                    put(slot.at, number.as_bytes());
                }
            }
        }
    }
}

/// A character as a number.
fn number(form: Form, c: char) -> Option<String> {
    let unit = || {
        let mut buffer = [0; 2];
        let [unit] = c.encode_utf16(&mut buffer) else { return None };
        Some(wire::signed::<u16, i16>(*unit))
    };
    Some(match form {
        Form::Signed => unit()?.to_string(),
        Form::Decimal => u32::from(c).to_string(),
        Form::Hexadecimal => format!("{:x}", u32::from(c)),
        Form::Bytes | Form::Units(_) => return None,
    })
}

/// Plain text, piece by piece so that a long one does not cost much more than its bytes.
pub(super) fn text(bytes: &mut [u8], encoding: Encoding, names: &mut Pseudonyms) {
    const PIECE: usize = 64 << 10;
    let mut coders = [Coder::new(encoding)];
    let mut rest = bytes;
    while !rest.is_empty() {
        // Pieces end behind a line, or somewhere.
        let end = match rest.get(PIECE..) {
            Some(more) => more.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| PIECE.saturating_add(at)),
            None => rest.len(),
        };
        let end = (end.saturating_add(2) & !1).min(rest.len());
        let (piece, more) = rest.split_at_mut_checked(end).unwrap_or_default();
        let [coder] = &mut coders;
        let slots = coder.slots(piece);
        Places { bytes: piece, coders: &mut coders, units: &[] }.replace(&slots, names);
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut names = Pseudonyms::collector(1);
        text(&mut bytes.to_vec(), encoding, &mut names);
        let mut names = names.replacer();
        let mut bytes = bytes.to_vec();
        text(&mut bytes, encoding, &mut names);
        bytes
    }

    #[test]
    fn letters_and_digits_of_ascii_are_encoded_as_themselves() {
        let mut pages = 0;
        for page in (0..=65535).map(CodePage).filter(|page| page.is_supported()) {
            let mut coder = Coder::new(Encoding::Page(page));
            if !coder.is_ascii {
                continue;
            }
            pages += 1;
            for c in (0..=127u8).map(char::from).filter(char::is_ascii_alphanumeric) {
                assert_eq!(coder.encode(c), Some(&[c as u8][..]), "{c} in {page}");
                assert_eq!(page.encode(&c.to_string()).unwrap().bytes, [c as u8], "{c} in {page}");
                assert_eq!(single(page, &[c as u8]), Some(c), "{c} in {page}");
            }
        }
        assert!(pages > 50, "{pages}");
    }

    #[test]
    fn every_encoding_keeps_length_and_validity() {
        let texts = [
            "Jane Doe <jane.doe@example.com>, 0049-123",
            "Größe: Ärger",
            "Привет, мир",
            "日本語のテキスト",
            "한국어",
            "Ελληνικά",
        ];
        for (page, text) in [1252, 65001, 1251, 932, 949, 1253].into_iter().zip(texts) {
            let page = if text.starts_with("Gr") { CodePage(1252) } else { CodePage(page) };
            let bytes = page.encode(text).unwrap();
            assert_eq!(bytes.unmappable, 0, "{text}");
            let out = replaced(&bytes.bytes, Encoding::Page(page));
            assert_eq!(out.len(), bytes.bytes.len());
            let decoded = page.decode(&out).unwrap();
            assert!(!decoded.malformed, "{text} {}", decoded.text);
            assert_eq!(decoded.text.chars().count(), text.chars().count());
            for (old, new) in text.chars().zip(decoded.text.chars()) {
                assert_eq!((old.is_alphabetic(), old.is_numeric()), (new.is_alphabetic(), new.is_numeric()));
                assert!(old.is_alphabetic() || old.is_numeric() || old == new);
            }
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let out = replaced(&wide, Encoding::Utf16);
            let units: Vec<u16> = out.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            // The same word in another encoding has the same replacement.
            assert_eq!(String::from_utf16(&units).unwrap(), decoded.text);
        }
    }

    #[test]
    fn the_form_of_an_address_stays() {
        let out = replaced(b"Jane Doe <jane.doe@contoso.com>", Encoding::Page(CodePage(1252)));
        let text = String::from_utf8(out).unwrap();
        let (name, address) = text.split_once(" <").unwrap();
        assert!(address.ends_with(".com>") && address.contains('@'), "{text}");
        assert_eq!(address.split(['.', '@']).take(2).collect::<Vec<_>>().join(" "), name.to_lowercase());
    }

    #[test]
    fn what_is_no_text_stays() {
        let odd = b"\x41\x00\x00\xD8\x42\x00\x43";
        assert_eq!(replaced(odd, Encoding::Utf16)[2..4], odd[2..4]);
        let out = replaced(b"abc \x81\xFF def", Encoding::Page(CodePage(932)));
        assert_eq!(out[4..7], *b"\x81\xFF ");
    }
}
