//! EBCDIC pages of one byte a character: page 37, and what each other has in its place (`ebcdic_pages`).
//!
//! 0x25 is the end of a line and 0x15 is NEL (U+0085), as Microsoft has them. Page 924 (20924) and the pages that mix single bytes
//! with pairs (50930 and so on) are not here.

use super::converted::{Decoded, Encoded};
use super::ebcdic_pages::US;
use super::single_byte::{Replaced, encode_by};

/// The character of a byte; U+FFFD where the page has none.
fn char_of(replaced: &Replaced, byte: u8) -> char {
    let other = replaced.iter().find(|(code, _)| *code == byte).map(|(_, c)| *c);
    other.or_else(|| US.get(usize::from(byte)).copied()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(super) fn decode<'a>(replaced: &Replaced, bytes: &[u8]) -> Decoded<'a> {
    let text: String = bytes.iter().map(|byte| char_of(replaced, *byte)).collect();
    let malformed = text.contains(char::REPLACEMENT_CHARACTER);
    Decoded::owned(text, malformed)
}

pub(super) fn encode(replaced: &Replaced, text: &str) -> Encoded {
    let mut bytes: Vec<(char, u8)> = (0..=u8::MAX).map(|byte| (char_of(replaced, byte), byte)).collect();
    bytes.sort_unstable();
    let byte_of = |c: char| {
        let at = bytes.partition_point(|(known, _)| *known < c);
        bytes.get(at).filter(|(known, _)| *known == c && c != char::REPLACEMENT_CHARACTER).map(|(_, byte)| *byte)
    };
    let question_mark = byte_of('?').unwrap_or(b'?');
    let mut unmappable: usize = 0;
    let mut encoded = encode_by(text, |c| {
        byte_of(c).or_else(|| {
            unmappable = unmappable.saturating_add(1);
            Some(question_mark)
        })
    });
    encoded.unmappable = unmappable;
    encoded
}

#[cfg(test)]
mod tests {
    use crate::CodePage;

    #[test]
    fn what_a_page_does_not_have_is_malformed() {
        // The places that Microsoft's file of page 875 fills with SUB; one that Python's cp424 leaves open.
        for (page, byte) in [(875, 0xDC), (875, 0xFD), (20424, 0x70)] {
            let decoded =
                CodePage(page).decode(std::slice::from_ref(&byte)).map(|found| (found.text.into_owned(), found.malformed));
            assert_eq!(decoded, Some(("\u{FFFD}".to_owned(), true)), "{page}");
        }
        let encoded = CodePage(875).encode("α日\u{FFFD}").unwrap();
        // 0x6F is the question mark of all of these pages.
        assert_eq!((&*encoded.bytes, encoded.unmappable), (&[0x8A, 0x6F, 0x6F][..], 2));
    }

    #[test]
    fn lines_end_as_microsoft_has_it() {
        for page in [37, 500, 1047, 1140, 20273, 21025] {
            assert_eq!(CodePage(page).decode(b"\xC1\x0D\x25\xC2\x15\xC3").unwrap().text, "A\r\nB\u{85}C", "{page}");
        }
    }
}
