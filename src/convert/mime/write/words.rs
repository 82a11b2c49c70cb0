//! Text in header fields: encoded words (RFC 2047), phrases, and folding (RFC 5322, 2.2.3).
//!
//! Text that is ASCII and harmless stands as it is. Any other is encoded whole, in words of at most 75 bytes that hold whole
//! characters, so that the blanks between its words need no rule. No control character gets through, so no field can be
//! brought to end early.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::CodePage;

/// RFC 5322, 2.1.1: lines should be no longer than this, without their end.
const LINE_WANTED: usize = 76;
/// RFC 2047, section 2: an encoded word is no longer than this.
const WORD_MAX: usize = 75;
/// A longer word is encoded, since nothing may be folded inside a word and a line has at most 998 bytes.
const TOKEN_MAX: usize = 900;
/// Blanks in a row that folding keeps together.
const BLANKS_MAX: usize = 40;

/// The character set that text is written in, where it has all of the text; else UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charset(CodePage);

impl Charset {
    pub(super) const UTF_8: Charset = Charset(CodePage::UTF_8);

    /// The set of a code page; UTF-8 for those that mail cannot be written in.
    pub(super) fn of(page: CodePage) -> Self {
        if page.is_supported() && !page.is_wide() && page.name().is_some() { Charset(page) } else { Charset::UTF_8 }
    }

    /// Its code page.
    pub(super) fn page(self) -> CodePage {
        self.0
    }

    /// The text's bytes, and the name of the set that they are in.
    pub(super) fn encode(self, text: &str) -> (String, Vec<u8>) {
        if self.0 != CodePage::UTF_8 {
            let encoded = self.0.encode(text).filter(|encoded| encoded.unmappable == 0);
            if let (Some(encoded), Some(name)) = (encoded, self.0.name()) {
                return (name.to_ascii_lowercase(), encoded.bytes);
            }
        }
        ("utf-8".to_owned(), text.as_bytes().to_vec())
    }

    /// The set that has all of the text: this one or UTF-8.
    fn fitting(self, text: &str) -> Charset {
        if self.encode(text).0 == "utf-8" { Charset::UTF_8 } else { self }
    }
}

/// Text without control characters and line separators: a blank stands for a run of them; none at the ends.
pub(super) fn clean(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut out = String::with_capacity(text.len());
    for part in text.split(is_break).filter(|part| !part.is_empty()) {
        if !out.is_empty() && !out.ends_with(' ') && !part.starts_with(' ') {
            out.push(' ');
        }
        out.push_str(part);
    }
    out.trim_matches(' ').to_owned()
}

/// Unstructured text as the value of a field, not folded yet.
pub(super) fn unstructured(text: &str, charset: Charset) -> String {
    let text = clean(text);
    if is_plain(&text) { text } else { encoded_words(&text, charset) }
}

/// A display name or keyword: atoms, a quoted string, or encoded words.
pub(super) fn phrase(text: &str, charset: Charset) -> String {
    let text = clean(text);
    if !is_plain(&text) {
        return encoded_words(&text, charset);
    }
    let is_atoms = text.split(' ').all(|word| !word.is_empty() && word.bytes().all(is_atext));
    if is_atoms { text } else { quoted(&text) }
}

/// A phrase that a sign follows, from which RFC 2047, section 5 (3), wants encoded words apart.
pub(super) fn phrase_before_sign(text: &str, charset: Charset) -> String {
    let mut phrase = phrase(text, charset);
    if phrase.ends_with("?=") {
        phrase.push(' ');
    }
    phrase
}

/// A quoted string of ASCII text (RFC 5322, 3.2.4).
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// `atext` of RFC 5322, 3.2.3.
pub(super) fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// Whether clean text needs no encoding: ASCII, nothing that looks like an encoded word, nothing that cannot be folded.
fn is_plain(text: &str) -> bool {
    text.is_ascii()
        && !text.contains("=?")
        && text.split(' ').all(|word| word.len() <= TOKEN_MAX)
        && !text.contains(&" ".repeat(BLANKS_MAX))
}

/// Encoded words with blanks between them.
pub(super) fn encoded_words(text: &str, charset: Charset) -> String {
    let charset = charset.fitting(text);
    let (name, all) = charset.encode(text);
    // `=?name?Q??=`
    let room = WORD_MAX.saturating_sub(name.len().saturating_add(7));
    let escapes = all.iter().filter(|byte| !is_q_literal(**byte) && **byte != b' ').count();
    // Up to half of it escapes: longer than base64, but people read it.
    let by_q = escapes.saturating_mul(2) <= all.len();
    let letter = if by_q { 'Q' } else { 'B' };
    let mut out = String::new();
    let mut flush = |word: &str| {
        let bytes = charset.encode(word).1;
        let encoded = if by_q { q_encoding(&bytes) } else { STANDARD.encode(&bytes) };
        let blank = if out.is_empty() { "" } else { " " };
        out.push_str(&format!("{blank}=?{name}?{letter}?{encoded}?="));
    };
    let (mut start, mut length) = (0usize, 0usize);
    for (at, c) in text.char_indices() {
        // Alone, a character of a set with escapes takes more than among others; no word gets too long by that.
        let bytes = charset.encode(c.encode_utf8(&mut [0; 4])).1;
        let more = if by_q { q_encoding(&bytes).len() } else { bytes.len() };
        let longer = length.saturating_add(more);
        let width = if by_q { longer } else { longer.div_ceil(3).saturating_mul(4) };
        if width > room && at > start {
            flush(text.get(start..at).unwrap_or_default());
            (start, length) = (at, more);
        } else {
            length = longer;
        }
    }
    flush(text.get(start..).unwrap_or_default());
    out
}

/// The bytes that RFC 2047, section 5 (3), allows in a phrase, which is the strictest place.
fn is_q_literal(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!*+-/".contains(&byte)
}

fn q_encoding(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b' ' => out.push('_'),
            byte if is_q_literal(*byte) => out.push(char::from(*byte)),
            byte => out.push_str(&format!("={byte:02X}")),
        }
    }
    out
}

/// A whole field with its line end, folded at blanks. `value` is ASCII without line ends.
pub(super) fn field(name: &str, value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.push(b':');
    let mut column = name.len().saturating_add(1);
    let first = if value.is_empty() { String::new() } else { format!(" {value}") };
    let mut rest = first.as_str();
    let mut is_first = true;
    while !rest.is_empty() {
        // A blank or more, and what follows up to the next blank.
        let blanks = rest.len().saturating_sub(rest.trim_start_matches(' ').len());
        let word = rest.get(blanks..).and_then(|rest| rest.find(' ')).map_or(rest.len(), |at| at.saturating_add(blanks));
        let (piece, tail) = rest.split_at_checked(word).unwrap_or((rest, ""));
        if column.saturating_add(piece.len()) > LINE_WANTED && !is_first {
            out.extend_from_slice(b"\r\n");
            column = 0;
        }
        out.extend_from_slice(piece.as_bytes());
        column = column.saturating_add(piece.len());
        (is_first, rest) = (false, tail);
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    #[test]
    fn text_as_it_is_or_encoded() {
        for (text, expected) in [
            ("Plain text: of ASCII", "Plain text: of ASCII"),
            ("two  blanks", "two  blanks"),
            ("a\r\nBcc: victim@example.com", "a Bcc: victim@example.com"),
            (" \u{0}x\u{85} ", "x"),
            ("caf\u{e9} au lait", "=?utf-8?Q?caf=C3=A9_au_lait?="),
            ("\u{65e5}\u{672c}", "=?utf-8?B?5pel5pys?="),
            ("=?utf-8?Q?not_a_word?=", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fnot=5Fa=5Fword=3F=3D?="),
        ] {
            assert_eq!(unstructured(text, Charset::UTF_8), expected);
        }
    }

    #[test]
    fn phrases_are_atoms_or_quoted_or_encoded() {
        for (text, expected) in [
            ("Jane Doe", "Jane Doe"),
            ("Doe, Jane", "\"Doe, Jane\""),
            ("J. \"X\" \\ Doe", "\"J. \\\"X\\\" \\\\ Doe\""),
            ("a  b", "\"a  b\""),
            ("J\u{f6}rg", "=?utf-8?Q?J=C3=B6rg?="),
        ] {
            assert_eq!(phrase(text, Charset::UTF_8), expected);
        }
    }

    #[test]
    fn another_character_set_where_it_has_the_text() {
        let latin = Charset::of(CodePage::ISO_8859_1);
        assert_eq!(unstructured("J\u{f6}rg", latin), "=?iso-8859-1?Q?J=F6rg?=");
        assert_eq!(unstructured("50 \u{20ac}", latin), "=?utf-8?Q?50_=E2=82=AC?=");
        assert_eq!(Charset::of(CodePage::UTF_16LE), Charset::UTF_8);
        // Each word of a set with escapes starts and ends in ASCII.
        let words = unstructured(&"\u{65e5}\u{672c}\u{8a9e}".repeat(9), Charset::of(CodePage::ISO_2022_JP));
        assert!(words.split(' ').count() > 1 && words.split(' ').all(|word| word.starts_with("=?iso-2022-jp?")));
    }

    #[test]
    fn fields_are_folded_at_blanks() {
        let folded = |name, value: &str| {
            let mut out = Vec::new();
            field(name, value, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(folded("X", ""), "X:\r\n");
        assert_eq!(folded("Subject", "short"), "Subject: short\r\n");
        let (one, two) = ("a".repeat(40), "b".repeat(40));
        assert_eq!(folded("Subject", &format!("{one}  {two}")), format!("Subject: {one}\r\n  {two}\r\n"));
        assert_eq!(folded("X", &"c".repeat(200)), format!("X: {}\r\n", "c".repeat(200)));
    }

    proptest! {
        #[test]
        fn other_programs_read_what_was_written(text in "\\PC{0,120}") {
            let cleaned = clean(&text);
            let mut out = Vec::new();
            field("Subject", &unstructured(&text, Charset::UTF_8), &mut out);
            prop_assert!(out.is_ascii());
            prop_assert!(out.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
            let value = out.strip_prefix(b"Subject:").unwrap();
            let read = MessageStream::new(value).parse_unstructured();
            // mail-parser joins a run of blanks.
            let joined = |text: &str| text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(joined(read.as_text().unwrap_or_default()), joined(&cleaned));
        }
    }
}
