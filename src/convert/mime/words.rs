//! Text in header fields: encoded words (RFC 2047, with the language of RFC 2231 5), and folding (RFC 5322 2.2.3).
//!
//! ```text
//! =?charset*language?encoding?text?=      encoding: B is base64, Q a quoted-printable with _ for the blank
//! ```
//!
//! **Written**: text that is ASCII and harmless stands as it is. Any other is encoded whole, in words of at most 75 bytes that
//! hold whole characters, so that the blanks between its words need no rule. No control character gets through, so no field
//! can be brought to end early.
//!
//! **Read**: words that only blanks separate are one text, and those of one charset are decoded as one, since many programs cut
//! between the bytes of a character. Tolerated: words in the middle of others, of any length, with blanks in them, in quotes.
//! A word with a label that is not known is read as [`Undeclared`] text, or stays as it stands where nothing says what it is.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use nom::bytes::complete::{tag, take_until, take_while, take_while_m_n};
use nom::character::complete::{char, one_of};
use nom::combinator::opt;
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::transfer;
use super::undeclared::{self, Labelled, Undeclared};
use crate::base::{Code, CodePage};

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
pub(in crate::convert::mime) struct Charset(CodePage);

impl Charset {
    pub(in crate::convert::mime) const UTF_8: Charset = Charset(CodePage::UTF_8);

    /// The set of a code page; UTF-8 for those that mail cannot be written in.
    pub(in crate::convert::mime) fn of(page: CodePage) -> Self {
        if page.is_fit_for_strings() && page.name().is_some() { Charset(page) } else { Charset::UTF_8 }
    }

    /// Its code page.
    pub(in crate::convert::mime) fn page(self) -> CodePage {
        self.0
    }

    /// The text's bytes, and the name of the set that they are in.
    pub(in crate::convert::mime) fn encode(self, text: &str) -> (String, Vec<u8>) {
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
pub(in crate::convert::mime) fn clean(text: &str) -> String {
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

/// A long token with blanks in it, so that it can be folded: readers of base64 do not mind.
pub(in crate::convert::mime) fn blanks(token: &str) -> String {
    let mut out = String::with_capacity(token.len());
    for (number, c) in token.chars().enumerate() {
        if number > 0 && number % 64 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// Unstructured text as the value of a field, not folded yet.
pub(in crate::convert::mime) fn unstructured(text: &str, charset: Charset) -> String {
    let text = clean(text);
    if is_plain(&text) { text } else { encoded_words(&text, charset) }
}

/// Whether clean text needs no encoding: ASCII, nothing that looks like an encoded word, nothing that cannot be folded.
///
/// An encoded word in a charset that is not known is what it is, and not text that looks like one: others may know it.
pub(in crate::convert::mime) fn is_plain(text: &str) -> bool {
    let is_kept = || {
        let decoder = Decoder::run(text, Undeclared::default());
        decoder.defect == Some(Code::MimeUnknownCharset) && decoder.out == text
    };
    text.is_ascii()
        && (!text.contains("=?") || is_kept())
        && text.split(' ').all(|word| word.len() <= TOKEN_MAX)
        && !text.contains(&" ".repeat(BLANKS_MAX))
}

/// Encoded words with blanks between them.
pub(in crate::convert::mime) fn encoded_words(text: &str, charset: Charset) -> String {
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
pub(in crate::convert::mime) fn field(name: &str, value: &str, out: &mut Vec<u8>) {
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

/// The longest label of a charset: real ones have some twenty characters.
const LABEL_MAX: usize = 100;

/// An encoded word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word<'t> {
    charset: &'t str,
    is_base64: bool,
    text: &'t str,
}

impl Word<'_> {
    fn bytes(&self) -> Vec<u8> {
        if self.is_base64 { transfer::base64(self.text.as_bytes()) } else { q_decoding(self.text.as_bytes()) }
    }

    /// Whether both words are in the same charset, under whatever label.
    fn is_like(&self, other: &Word<'_>) -> bool {
        let same_page = || undeclared::known(self.charset).is_some_and(|page| undeclared::known(other.charset) == Some(page));
        self.charset.eq_ignore_ascii_case(other.charset) || same_page()
    }
}

/// The encoded word that a text starts with.
fn word(input: &str) -> IResult<&str, Word<'_>, ()> {
    let is_label = |c: char| !c.is_whitespace() && !c.is_control() && !"?=*<>,;@\"".contains(c);
    let language = preceded(char('*'), take_while(move |c| is_label(c) || c == '*'));
    let (rest, (_, charset, _, _, encoding, _, text, _)) = (
        tag("=?"),
        take_while_m_n(1, LABEL_MAX, is_label),
        opt(language),
        char('?'),
        one_of("bBqQ"),
        char('?'),
        take_until("?="),
        tag("?="),
    )
        .parse(input)?;
    Ok((rest, Word { charset, is_base64: matches!(encoding, 'b' | 'B'), text }))
}

/// Tells where encoded words stand in a text that is walked over, whatever signs are in them.
///
/// Asked about places in their order, it takes linear time: where the words of a stretch without blanks end is found once.
#[derive(Debug, Clone)]
pub(in crate::convert::mime) struct WordFinder<'t> {
    text: &'t str,
    /// A stretch without blanks: where it was entered, where it ends, and where its last word may end.
    stretch: (usize, usize),
    last: usize,
}

impl<'t> WordFinder<'t> {
    pub(in crate::convert::mime) fn new(text: &'t str) -> Self {
        WordFinder { text, stretch: (0, 0), last: 0 }
    }

    /// Where the word that starts at a place ends; `None` if there is none, or blanks are in it.
    pub(in crate::convert::mime) fn end_of_word(&mut self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..).filter(|rest| rest.starts_with("=?"))?;
        if at < self.stretch.0 || self.stretch.1 <= at {
            let length = rest.find(|c: char| c.is_whitespace() || c.is_control()).unwrap_or(rest.len());
            self.stretch = (at, at.saturating_add(length));
            let last = rest.get(..length)?.rfind("?=");
            self.last = last.map_or(at, |last| at.saturating_add(last).saturating_add(2));
        }
        let (behind, _) = word(self.text.get(at..self.last)?).ok()?;
        Some(self.last.saturating_sub(behind.len()))
    }
}

/// Text with its encoded words decoded.
pub(in crate::convert::mime) fn decode(text: &str, pages: Undeclared) -> Cow<'_, str> {
    if text.contains("=?") { Cow::Owned(Decoder::run(text, pages).out) } else { Cow::Borrowed(text) }
}

/// What is wrong with the encoded words of a text: a charset that is not known, bytes that are not valid in theirs.
pub(in crate::convert::mime) fn defect(text: &str, pages: Undeclared) -> Option<Code> {
    if text.contains("=?") { Decoder::run(text, pages).defect } else { None }
}

struct Decoder<'t> {
    text: &'t str,
    pages: Undeclared,
    out: String,
    defect: Option<Code>,
    /// Words that only blanks separate, each with its place.
    words: Vec<(Word<'t>, std::ops::Range<usize>)>,
}

impl<'t> Decoder<'t> {
    fn run(text: &'t str, pages: Undeclared) -> Self {
        let mut decoder = Decoder { text, pages, out: String::with_capacity(text.len()), defect: None, words: Vec::new() };
        // No word ends behind this, so that no search goes on to the end of the text in vain.
        let end = text.rfind("?=").map_or(0, |last| last.saturating_add(2));
        let mut at = 0usize;
        loop {
            let rest = text.get(at..end).unwrap_or_default();
            let Some(found) = rest.find("=?") else { break };
            let (before, from) = rest.split_at_checked(found).unwrap_or((rest, ""));
            let start = at.saturating_add(found);
            let Ok((behind, word)) = word(from) else {
                decoder.plain(before);
                decoder.plain("=");
                at = start.saturating_add(1);
                continue;
            };
            // Blanks between words do not belong to the text (RFC 2047 6.2).
            if decoder.words.is_empty() || !before.bytes().all(|byte| byte.is_ascii_whitespace()) {
                decoder.plain(before);
            }
            at = end.saturating_sub(behind.len());
            decoder.words.push((word, start..at));
        }
        decoder.plain(text.get(at..).unwrap_or_default());
        decoder.flush();
        decoder
    }

    fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.flush();
            self.out.push_str(text);
        }
    }

    /// Appends what the words say.
    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        let mut was_kept = false;
        for (number, group) in words.chunk_by(|(one, _), (next, _)| one.is_like(next)).enumerate() {
            let decoded = self.group(group);
            // What stays as it stands stays apart.
            let is_kept = decoded.is_none();
            if number > 0 && (is_kept || was_kept) {
                self.out.push(' ');
            }
            was_kept = is_kept;
            let place = || Some(group.first()?.1.start..group.last()?.1.end);
            match decoded {
                Some(text) => self.out.push_str(&text),
                None => self.out.push_str(place().and_then(|place| self.text.get(place)).unwrap_or_default()),
            }
        }
    }

    /// The text of words of one charset; `None` if nothing says what it is.
    fn group(&mut self, group: &[(Word<'t>, std::ops::Range<usize>)]) -> Option<String> {
        let charset = group.first()?.0.charset;
        let pieces: Vec<Vec<u8>> = group.iter().map(|(word, _)| word.bytes()).collect();
        let apart = || {
            let texts = pieces.iter().map(|piece| match undeclared::labelled(charset, piece) {
                Labelled::Valid(text) => Some(text),
                _ => None,
            });
            texts.collect::<Option<String>>()
        };
        // Text in UTF-7 ends what it began at the end of a word.
        if undeclared::known(charset) == Some(CodePage::UTF_7) {
            if let Some(text) = apart() {
                return Some(text);
            }
        }
        let bytes = pieces.concat();
        match undeclared::labelled(charset, &bytes) {
            Labelled::Valid(text) => Some(text),
            Labelled::Damaged(text) => Some(apart().unwrap_or_else(|| {
                self.defect = self.defect.or(Some(Code::MimeUndecodableText));
                // What calls itself UTF-8 without one character of it is something else.
                let is_other = undeclared::known(charset) == Some(CodePage::UTF_8)
                    && bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii());
                let other = self.pages.known_text(&bytes).filter(|_| is_other);
                other.map_or(text, Cow::into_owned)
            })),
            Labelled::Unknown => {
                if !bytes.is_ascii() {
                    self.defect = self.defect.or(Some(Code::MimeUnknownCharset));
                }
                Some(self.pages.known_text(&bytes)?.into_owned())
            }
        }
    }
}

/// The bytes of a Q encoding (RFC 2047 4.2). `=` without two hexadecimal digits stands for itself.
fn q_decoding(text: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match (byte, behind) {
            (b'_', _) => out.push(b' '),
            (b'=', [high, low, behind @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = behind;
                }
                _ => out.push(b'='),
            },
            (byte, _) => out.push(*byte),
        }
    }
    out
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
            ("a =? b", "=?utf-8?Q?a_=3D=3F_b?="),
            ("Re: =?x-klingon?B?6fDx?=", "Re: =?x-klingon?B?6fDx?="),
            ("=?x-klingon?B?6fDx?= \u{e4}", "=?utf-8?Q?=3D=3Fx-klingon=3FB=3F6fDx=3F=3D_=C3=A4?="),
        ] {
            assert_eq!(unstructured(text, Charset::UTF_8), expected);
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
