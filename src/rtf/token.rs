//! The tokens of RTF (Rich Text Format Specification 1.9.1, "RTF Syntax"; [MS-OXRTFEX] builds on it): groups, control words,
//! control symbols, bytes in hexadecimal, binary data, text.
//!
//! ```text
//! {                 GroupStart                \'e9              Byte(0xE9)
//! }                 GroupEnd                  \bin3 abc         Binary { declared: 3, bytes: "abc" }
//! \fs20             Word { "fs", Some(20) }   hello             Text
//! \~                Symbol(b'~')              CR LF             LineEnd, which means nothing
//! ```
//!
//! A space that follows a control word ends it and belongs to it; so does nothing else. Groups are not matched here: that is
//! the reader's work, so that no depth of nesting costs anything in this layer.
//!
//! Tolerated: everything. Every byte belongs to a token, [`Token::raw`] of all tokens together is the input, and cutting the
//! input anywhere only changes the last token. `\'` without two hexadecimal digits is a [`TokenKind::Symbol`], the beginning of
//! one at the very end a [`TokenKind::Cut`]. Control words may have capitals, though no specified one does but for a few of Word's.

use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take, take_while_m_n, take_while1};
use nom::character::complete::{alpha1, char, digit1};
use nom::combinator::{consumed, eof, map, opt, recognize, rest, value};
use nom::sequence::{pair, preceded};

use crate::base::input::{Cursor, Nom, len64};

/// A token, where it stands, and the bytes it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// Kind.
    pub kind: TokenKind<'a>,
    /// Offset of its first byte in the RTF.
    pub offset: u64,
    /// All its bytes, with the delimiter.
    pub raw: &'a [u8],
}

/// Kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind<'a> {
    /// `{`
    GroupStart,
    /// `}`
    GroupEnd,
    /// A backslash, letters, and perhaps a number.
    Word {
        /// The letters.
        name: &'a str,
        /// The number behind them; what 32 bits cannot hold is cut to what they can.
        parameter: Option<i32>,
    },
    /// A backslash and a byte that is no letter, such as `\~`, `\*`, `\{`.
    Symbol(u8),
    /// `\'hh`: a byte of text in hexadecimal.
    Byte(u8),
    /// `\binN` and the N bytes behind it.
    Binary {
        /// How many bytes there should be.
        declared: usize,
        /// Those that there are.
        bytes: &'a [u8],
    },
    /// Text as bytes; their code page depends on the font.
    Text(&'a [u8]),
    /// CR and LF in any mixture: they only break the source's lines.
    LineEnd,
    /// A backslash, or `\'` with one digit or none, at the end of the input.
    Cut,
}

/// The tokens of RTF. Ends only at the end of the input.
#[derive(Debug, Clone)]
pub struct Tokens<'a>(Cursor<'a>);

impl<'a> Tokens<'a> {
    /// Reads `rtf`, decompressed.
    #[must_use]
    pub fn new(rtf: &'a [u8]) -> Self {
        Tokens(Cursor::new(rtf, 0))
    }

    /// The same without white space and a byte order mark in front.
    pub(super) fn behind_mark(rtf: &'a [u8]) -> Self {
        let start = start(rtf);
        Tokens(Cursor::new(start, len64(rtf).saturating_sub(len64(start))))
    }

    /// Offset of the next token.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.0.offset()
    }
}

/// RTF without what editors put in front of it: white space, and the byte order mark of UTF-8.
pub(super) fn start(rtf: &[u8]) -> &[u8] {
    let rtf = rtf.trim_ascii_start();
    rtf.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(rtf).trim_ascii_start()
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let offset = self.0.offset();
        let (raw, kind) = self.0.parse(consumed(token))?;
        Some(Token { kind, offset, raw })
    }
}

fn token(input: &[u8]) -> Nom<'_, TokenKind<'_>> {
    match input.first() {
        Some(b'\\') => alt((word, byte, value(TokenKind::Cut, cut), symbol)).parse(input),
        Some(b'{') => value(TokenKind::GroupStart, char('{')).parse(input),
        Some(b'}') => value(TokenKind::GroupEnd, char('}')).parse(input),
        Some(b'\r' | b'\n') => value(TokenKind::LineEnd, take_while1(is_line_end)).parse(input),
        _ => map(take_while1(is_text), TokenKind::Text).parse(input),
    }
}

fn is_text(byte: u8) -> bool {
    !matches!(byte, b'\\' | b'{' | b'}' | b'\r' | b'\n')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A control word; `\bin` with its data.
fn word(input: &[u8]) -> Nom<'_, TokenKind<'_>> {
    let parameter = opt(recognize(pair(opt(char('-')), digit1)));
    let (input, (name, parameter)) = preceded(char('\\'), pair(alpha1, parameter)).parse(input)?;
    let (input, _) = opt(char(' ')).parse(input)?;
    let name = std::str::from_utf8(name).unwrap_or_default();
    let parameter = parameter.map(number);
    if name == "bin" {
        let declared = usize::try_from(parameter.unwrap_or(0)).unwrap_or(0);
        let (input, bytes) = alt((take(declared), rest)).parse(input)?;
        return Ok((input, TokenKind::Binary { declared, bytes }));
    }
    Ok((input, TokenKind::Word { name, parameter }))
}

/// Decimal digits with or without a minus sign, saturating.
fn number(text: &[u8]) -> i32 {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    digits.iter().fold(0i32, |number, digit| {
        let digit = i32::from(digit.wrapping_sub(b'0'));
        let number = number.saturating_mul(10);
        if negative { number.saturating_sub(digit) } else { number.saturating_add(digit) }
    })
}

/// `\'hh`.
fn byte(input: &[u8]) -> Nom<'_, TokenKind<'_>> {
    let digits = preceded(tag(&b"\\'"[..]), take_while_m_n(2, 2, |digit: u8| digit.is_ascii_hexdigit()));
    map(digits, |digits: &[u8]| TokenKind::Byte(digits.iter().fold(0, |byte, digit| byte << 4 | hex_digit(*digit).unwrap_or(0))))
        .parse(input)
}

fn cut(input: &[u8]) -> Nom<'_, ()> {
    let digit = take_while_m_n(0, 1, |digit: u8| digit.is_ascii_hexdigit());
    value((), (char('\\'), opt((char('\''), digit)), eof)).parse(input)
}

fn symbol(input: &[u8]) -> Nom<'_, TokenKind<'_>> {
    map(preceded(char('\\'), take(1usize)), |symbol: &[u8]| TokenKind::Symbol(symbol.first().copied().unwrap_or_default()))
        .parse(input)
}

/// The value of a hexadecimal digit.
pub(crate) fn hex_digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenKind::*;
    use proptest::prelude::*;

    fn kinds(rtf: &[u8]) -> Vec<TokenKind<'_>> {
        Tokens::new(rtf).map(|token| token.kind).collect()
    }

    fn word(name: &str, parameter: Option<i32>) -> TokenKind<'_> {
        Word { name, parameter }
    }

    #[test]
    fn tokens_by_the_rtf_specification() {
        let table: &[(&[u8], &[TokenKind<'_>])] = &[
            (b"{\\rtf1 a}", &[GroupStart, word("rtf", Some(1)), Text(b"a"), GroupEnd]),
            // One space belongs to the word, a second is text.
            (b"\\b  x", &[word("b", None), Text(b" x")]),
            (b"\\b0x", &[word("b", Some(0)), Text(b"x")]),
            (b"\\u-10179?", &[word("u", Some(-10179)), Text(b"?")]),
            // A hyphen without a digit is text.
            (b"\\par-x", &[word("par", None), Text(b"-x")]),
            (b"\\li99999999999 ", &[word("li", Some(i32::MAX))]),
            (b"\\li-99999999999 ", &[word("li", Some(i32::MIN))]),
            (b"\\'e9\\'E9", &[Byte(0xE9), Byte(0xE9)]),
            (b"\\'g9", &[Symbol(b'\''), Text(b"g9")]),
            (b"\\'9}", &[Symbol(b'\''), Text(b"9"), GroupEnd]),
            (b"\\'9", &[Cut]),
            (b"\\'", &[Cut]),
            (b"\\~\\{\\}\\\\\\*", &[Symbol(b'~'), Symbol(b'{'), Symbol(b'}'), Symbol(b'\\'), Symbol(b'*')]),
            (b"a\r\nb\n", &[Text(b"a"), LineEnd, Text(b"b"), LineEnd]),
            (b"\\\r\n", &[Symbol(b'\r'), LineEnd]),
            // A line end ends a control word too, but is not part of it.
            (b"\\par\r\n x", &[word("par", None), LineEnd, Text(b" x")]),
            (b"\\bin3 {}\\x", &[Binary { declared: 3, bytes: b"{}\\" }, Text(b"x")]),
            (b"\\bin9 ab", &[Binary { declared: 9, bytes: b"ab" }]),
            (b"\\bin-1 ab", &[Binary { declared: 0, bytes: b"" }, Text(b"ab")]),
            (b"x\\", &[Text(b"x"), Cut]),
        ];
        for (rtf, expected) in table {
            assert_eq!(kinds(rtf), *expected, "{}", String::from_utf8_lossy(rtf));
        }
    }

    #[test]
    fn offsets_count_bytes() {
        let offsets: Vec<u64> = Tokens::new(b"{\\rtf1 ab\\'e9}").map(|token| token.offset).collect();
        assert_eq!(offsets, [0, 1, 7, 9, 13]);
    }

    proptest! {
        #[test]
        fn tokens_together_are_the_input(rtf in proptest::collection::vec(any::<u8>(), 0..200)) {
            let raw: Vec<u8> = Tokens::new(&rtf).flat_map(|token| token.raw.to_vec()).collect();
            prop_assert_eq!(raw, rtf);
        }

        #[test]
        fn tokens_together_are_the_input_of_rtf_letters(rtf in "[\\\\{}'*a-c0-9 \\-\r\nbin]{0,60}") {
            let raw: Vec<u8> = Tokens::new(rtf.as_bytes()).flat_map(|token| token.raw.to_vec()).collect();
            prop_assert_eq!(raw, rtf.as_bytes());
        }

        /// A token that ends two bytes before the cut is the same in the part as in the whole: nothing looks further ahead than
        /// the two digits of `\'hh`. (A count of tokens from the end would not do: `\a-0` cut before its digit is `\a` and `-`.)
        #[test]
        fn cutting_changes_no_token_before_the_cut(rtf in "[\\\\{}'*a-c0-9 \\-\r\n]{0,40}", cut in 0usize..40) {
            let bytes = rtf.as_bytes();
            let cut = bytes.get(..cut).unwrap_or(bytes);
            let sure: Vec<_> = Tokens::new(bytes).take_while(|token| token.offset + token.raw.len() as u64 + 2 <= cut.len() as u64).collect();
            let part: Vec<_> = Tokens::new(cut).collect();
            prop_assert_eq!(part.get(..sure.len()), Some(sure.as_slice()));
        }
    }
}
