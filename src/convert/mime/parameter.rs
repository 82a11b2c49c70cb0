//! Header fields with parameters: Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2183, RFC 2231).
//!
//! ```text
//! application/x; name="a b.txt"                    a token, or a quoted string
//! application/x; name*=utf-8'en'caf%C3%A9.txt      charset, language, and text in hexadecimal
//! application/x; name*0*=utf-8''caf; name*1=".txt" cut into pieces, each of them plain or as above
//! application/x; name="=?utf-8?Q?caf=C3=A9.txt?="  what RFC 2047 forbids, and most programs write
//! ```
//!
//! **Read**: the pieces of a name are joined by their numbers before they are decoded, in the charset of the first one. Where a
//! name stands in several forms, the extended one counts, then the pieces, then the plain one. Tolerated: values with blanks,
//! parentheses and quotes in them, a semicolon that is missing, comments, a value that is not there, quotes that do not end.
//!
//! **Written**: a parameter has a line of its own and is not folded, since some readers take the fold into the value. ASCII goes
//! as a token or a quoted string; the rest as `name*=utf-8''caf%C3%A9`, cut into `name*0*`, `name*1*` only where a line would
//! become too long, which fewer readers understand. The encoded words in quotes that older programs write are asked for by
//! [`MimeOptions::encoded_word_names`](super::MimeOptions).

use std::borrow::Cow;

use nom::bytes::complete::is_not;
use nom::character::complete::{char, digit1};
use nom::combinator::{all_consuming, map_res, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::token;
use super::undeclared::{self, Labelled, Undeclared};
use super::words::{self, Charset, WordFinder};

/// Longest value that stays in one piece.
const PIECE_MAX: usize = 900;

/// A field under construction.
#[derive(Debug, Clone)]
pub(in crate::convert::mime) struct Parameterized(String);

impl Parameterized {
    /// `Content-Type: text/plain`
    pub(in crate::convert::mime) fn new(name: &str, value: &str) -> Self {
        Parameterized(format!("{name}: {value}"))
    }

    /// Adds a parameter.
    pub(in crate::convert::mime) fn with(mut self, name: &str, value: &str) -> Self {
        let value = words::clean(value);
        if value.is_ascii() && value.len() <= PIECE_MAX && !value.contains("=?") {
            let is_token = !value.is_empty() && value.bytes().all(is_token);
            let value = if is_token { value } else { token::quoted(&value) };
            return self.push(&format!("{name}={value}"));
        }
        let encoded: Vec<String> = value.chars().map(percent).collect();
        let length: usize = encoded.iter().map(String::len).sum();
        if length <= PIECE_MAX {
            return self.push(&format!("{name}*=utf-8''{}", encoded.concat()));
        }
        let mut number = 0usize;
        let mut piece = String::from("utf-8''");
        for c in encoded {
            if piece.len().saturating_add(c.len()) > PIECE_MAX {
                self = self.push(&format!("{name}*{number}*={piece}"));
                number = number.saturating_add(1);
                piece.clear();
            }
            piece.push_str(&c);
        }
        self.push(&format!("{name}*{number}*={piece}"))
    }

    /// Adds a parameter whose text outside ASCII stands as encoded words in quotes.
    pub(in crate::convert::mime) fn with_encoded_words(self, name: &str, value: &str) -> Self {
        let value = words::clean(value);
        if value.is_ascii() && !value.contains("=?") {
            return self.with(name, &value);
        }
        // A fold between the words is white space between encoded words, which does not count.
        let words = words::encoded_words(&value, Charset::UTF_8).replace(' ', "\r\n ");
        self.push(&format!("{name}=\"{words}\""))
    }

    fn push(mut self, parameter: &str) -> Self {
        let line = self.0.rsplit("\r\n").next().map_or(0, str::len);
        self.0.push_str(if line.saturating_add(parameter.len()) > 74 { ";\r\n " } else { "; " });
        self.0.push_str(parameter);
        self
    }

    /// Appends the field with its line end.
    pub(in crate::convert::mime) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

/// A Content-Type or Content-Disposition: a value and parameters. All but the values of parameters is in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::convert::mime) struct MediaType {
    /// `text`; of a disposition, all of it.
    pub(in crate::convert::mime) main: String,
    /// `plain`.
    pub(in crate::convert::mime) sub: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// A type without parameters.
    pub(in crate::convert::mime) fn new(main: &str, sub: &str) -> Self {
        MediaType { main: main.to_owned(), sub: sub.to_owned(), parameters: Vec::new() }
    }

    /// Reads the value of a field, folded or not.
    pub(in crate::convert::mime) fn parse(value: &str, pages: Undeclared) -> Self {
        let parsed = Parameters::parse(value);
        let (main, sub) = parsed.value();
        let mut names: Vec<String> = parsed.pieces.iter().map(|piece| piece.name.to_ascii_lowercase()).collect();
        names.sort_unstable();
        names.dedup();
        let mut pieces: Vec<&Piece<'_>> = parsed.pieces.iter().collect();
        pieces.sort_by_key(|piece| piece.name.to_ascii_lowercase());
        let groups = pieces.chunk_by(|one, next| one.name.eq_ignore_ascii_case(next.name));
        let parameters = names.into_iter().zip(groups).map(|(name, group)| (name, text(group, Some(pages)))).collect();
        MediaType { main, sub, parameters }
    }

    /// Whether this is the type, both halves in lower case.
    pub(in crate::convert::mime) fn is(&self, main: &str, sub: &str) -> bool {
        self.main == main && self.sub == sub
    }

    /// The value of a parameter, whose name is in lower case; an empty one does not count.
    pub(in crate::convert::mime) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same type with other halves.
    pub(in crate::convert::mime) fn with_type(mut self, main: &str, sub: &str) -> Self {
        (self.main, self.sub) = (main.to_owned(), sub.to_owned());
        self
    }

    /// `text/plain`.
    pub(in crate::convert::mime) fn essence(&self) -> String {
        if self.sub.is_empty() { self.main.clone() } else { format!("{}/{}", self.main, self.sub) }
    }
}

/// A value with its parameters, not yet decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::convert::mime) struct Parameters<'t> {
    main: &'t str,
    sub: &'t str,
    pieces: Vec<Piece<'t>>,
}

/// A parameter, or a piece of one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece<'t> {
    name: &'t str,
    /// Which piece it is.
    section: Option<u32>,
    /// Whether its text is in hexadecimal, with a charset in front of the first piece.
    is_extended: bool,
    /// Without quotes.
    value: Cow<'t, str>,
}

impl<'t> Parameters<'t> {
    /// Reads the value of a field, folded or not.
    pub(in crate::convert::mime) fn parse(value: &'t str) -> Self {
        let mut reader = Reader { text: value, at: 0, words: WordFinder::new(value), is_open: false };
        let (main, sub) = reader.value();
        let mut pieces = Vec::new();
        while let Some(piece) = reader.piece() {
            pieces.push(piece);
        }
        Parameters { main, sub, pieces }
    }

    /// The value in lower case: `text` and `plain`, `attachment` and nothing.
    pub(in crate::convert::mime) fn value(&self) -> (String, String) {
        (self.main.to_ascii_lowercase(), self.sub.to_ascii_lowercase())
    }

    /// A parameter as text; `None` if it is missing or empty.
    pub(in crate::convert::mime) fn text(&self, name: &str, pages: Undeclared) -> Option<String> {
        let group: Vec<&Piece<'_>> = self.pieces.iter().filter(|piece| piece.name.eq_ignore_ascii_case(name)).collect();
        Some(text(&group, Some(pages))).filter(|text| !text.is_empty())
    }

    /// A parameter that programs read and not people, such as a boundary: nothing that looks like an encoded word is one.
    pub(in crate::convert::mime) fn literal(&self, name: &str) -> Option<String> {
        let group: Vec<&Piece<'_>> = self.pieces.iter().filter(|piece| piece.name.eq_ignore_ascii_case(name)).collect();
        Some(text(&group, None)).filter(|text| !text.is_empty())
    }
}

/// The text of a parameter, given all pieces of its name. Without pages, encoded words stay as they stand.
fn text(group: &[&Piece<'_>], pages: Option<Undeclared>) -> String {
    let whole = |extended: bool| group.iter().find(|piece| piece.section.is_none() && piece.is_extended == extended).copied();
    let mut cut: Vec<&Piece<'_>> = group.iter().filter(|piece| piece.section.is_some()).copied().collect();
    cut.sort_by_key(|piece| piece.section);
    cut.dedup_by_key(|piece| piece.section);
    let plain = whole(false);
    // A first piece that is not numbered.
    if cut.first().is_some_and(|first| first.section != Some(0)) {
        plain.iter().for_each(|plain| cut.insert(0, plain));
    }
    let forms = [whole(true).into_iter().collect(), cut, plain.into_iter().collect()];
    forms.iter().map(|pieces| joined(pieces, pages)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The text of pieces in their order.
fn joined(pieces: &[&Piece<'_>], pages: Option<Undeclared>) -> String {
    if !pieces.iter().any(|piece| piece.is_extended) {
        let joined: String = pieces.iter().map(|piece| &*piece.value).collect();
        return pages.map(|pages| words::decode(&joined, pages).into_owned()).unwrap_or(joined);
    }
    let pages = pages.unwrap_or_default();
    let (charset, first) = match pieces.first() {
        Some(first) if first.is_extended => with_charset(&first.value),
        Some(first) => (None, &*first.value),
        None => (None, ""),
    };
    let values = std::iter::once(first).chain(pieces.iter().skip(1).map(|piece| &*piece.value));
    let mut out = String::new();
    // A character may be cut between the pieces.
    let mut bytes = Vec::new();
    for (piece, value) in pieces.iter().zip(values) {
        if piece.is_extended {
            percent_decoding(value, &mut bytes);
        } else if value.is_ascii() {
            bytes.extend_from_slice(value.as_bytes());
        } else {
            // It was text already.
            out.push_str(&in_charset(charset, &std::mem::take(&mut bytes), pages));
            out.push_str(value);
        }
    }
    out.push_str(&in_charset(charset, &bytes, pages));
    out
}

/// `utf-8'en'text`: the charset, if there is one, and the text.
fn with_charset(value: &str) -> (Option<&str>, &str) {
    let quote = || char::<&str, ()>('\'');
    let parsed = (opt(is_not("'% ")), quote(), opt(is_not("'% ")), quote()).parse(value);
    match parsed {
        Ok((text, (charset, ..))) => (charset, text),
        // Some write one apostrophe alone.
        Err(_) => match value.split_once('\'') {
            Some((charset, text)) if undeclared::known(charset).is_some() => (Some(charset), text),
            _ => (None, value),
        },
    }
}

fn in_charset(charset: Option<&str>, bytes: &[u8], pages: Undeclared) -> String {
    match charset.map(|charset| undeclared::labelled(charset, bytes)) {
        Some(Labelled::Valid(text)) => text,
        Some(Labelled::Damaged(text)) => std::str::from_utf8(bytes).map_or(text, str::to_owned),
        Some(Labelled::Unknown) | None => pages.text(bytes).into_owned(),
    }
}

/// A percent sign without two hexadecimal digits stands for itself.
fn percent_decoding(value: &str, out: &mut Vec<u8>) {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let mut rest = value.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if let (b'%', [high, low, behind @ ..]) = (byte, behind) {
            if let (Some(high), Some(low)) = (hex(*high), hex(*low)) {
                out.push(high << 4 | low);
                rest = behind;
                continue;
            }
        }
        out.push(*byte);
    }
}

/// The name of a parameter and what it says of its piece: `name`, `name*`, `name*0`, `name*0*`.
fn attribute(name: &str) -> IResult<&str, (&str, Option<u32>, bool), ()> {
    let section = preceded(char('*'), map_res(digit1, str::parse));
    let (rest, (base, section, star)) = all_consuming((is_not("*"), opt(section), opt(char('*')))).parse(name)?;
    Ok((rest, (base, section, star.is_some())))
}

/// The parameters that are known: where a semicolon is missing, one of them begins.
const KNOWN: [&str; 15] = [
    "boundary",
    "charset",
    "creation-date",
    "delsp",
    "filename",
    "format",
    "method",
    "micalg",
    "modification-date",
    "name",
    "protocol",
    "report-type",
    "size",
    "start",
    "type",
];

/// Walks over the value of a field. What is looked at ahead is passed then, so that it takes linear time.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    words: WordFinder<'t>,
    /// Whether no quote from here on ends a value as it should.
    is_open: bool,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, length: usize) -> &'t str {
        let passed = self.rest().get(..length).unwrap_or_default();
        self.at = self.at.saturating_add(length);
        passed
    }

    fn skip_char(&mut self) {
        self.skip(self.rest().chars().next().map_or(0, char::len_utf8));
    }

    fn skip_blanks(&mut self) -> &'t str {
        let rest = self.rest();
        self.skip(rest.len().saturating_sub(rest.trim_start().len()))
    }

    /// Passes over blanks and comments; a comment that does not end goes to the end.
    fn skip_space(&mut self) {
        self.skip_blanks();
        while self.rest().starts_with('(') {
            self.skip(comment(self.rest()).unwrap_or(self.rest().len()));
            self.skip_blanks();
        }
    }

    /// `text/plain`, `attachment`; up to the semicolon, or the parameter before which that is missing.
    fn value(&mut self) -> (&'t str, &'t str) {
        let (mut main, mut sub, mut is_sub) = ("", "", false);
        loop {
            self.skip_space();
            let word = token(self.rest());
            if word.is_empty() {
                match self.rest().chars().next() {
                    None | Some(';') => return (main, sub),
                    Some(sign) => is_sub |= sign == '/',
                }
                self.skip_char();
                continue;
            }
            let takes = if is_sub { &mut sub } else { &mut main };
            if takes.is_empty() && is_sub || !is_parameter(self.rest()) {
                if takes.is_empty() {
                    *takes = word;
                }
                self.skip(word.len());
            } else {
                return (main, sub);
            }
        }
    }

    /// The next parameter. Words without a value are passed over.
    fn piece(&mut self) -> Option<Piece<'t>> {
        loop {
            self.skip_space();
            let name = token(self.rest());
            if name.is_empty() {
                self.rest().chars().next()?;
                self.skip_char();
                continue;
            }
            self.skip(name.len());
            if self.rest().starts_with('"') {
                self.skip(1);
            }
            self.skip_space();
            if !self.rest().starts_with('=') {
                continue;
            }
            self.skip(1);
            let (name, section, is_extended) = attribute(name).map_or((name, None, false), |(_, parsed)| parsed);
            let is_name = name.eq_ignore_ascii_case("name") || name.eq_ignore_ascii_case("filename");
            if is_name {
                self.skip_blanks();
            } else {
                self.skip_space();
            }
            let value = if self.rest().starts_with('"') { self.quoted() } else { self.unquoted(is_name) };
            return Some(Piece { name, section, is_extended, value });
        }
    }

    /// A quoted string. A quote that nothing follows with which a value can end is one of the text's own.
    fn quoted(&mut self) -> Cow<'t, str> {
        self.skip(1);
        let mut out = String::new();
        // Behind the first of the text's own quotes, and how much came before.
        let mut first = None;
        loop {
            let rest = self.rest();
            let length = rest.find(['"', '\\', '=', '\r', '\n']).unwrap_or(rest.len());
            let plain = self.skip(length);
            // Encoded words have no business here, and a quote in them even less; some writers put both.
            if let Some(end) = self.words.end_of_word(self.at) {
                out.push_str(plain);
                out.push_str(self.skip(end.saturating_sub(self.at)));
                continue;
            }
            let Some(sign) = self.rest().chars().next() else {
                out.push_str(plain);
                self.is_open = true;
                if let Some((at, length)) = first {
                    self.at = at;
                    out.truncate(length);
                }
                return Cow::Owned(out);
            };
            self.skip(1);
            if sign == '"' && (self.is_open || can_end(self.rest())) {
                if out.is_empty() {
                    return Cow::Borrowed(plain);
                }
                out.push_str(plain);
                return Cow::Owned(out);
            }
            out.push_str(plain);
            match sign {
                '"' => {
                    first.get_or_insert((self.at, out.len()));
                    out.push('"');
                }
                '\\' => {
                    out.extend(self.rest().chars().next());
                    self.skip_char();
                }
                '\r' | '\n' => {}
                sign => out.push(sign),
            }
        }
    }

    /// A value without quotes: a token, or what some write instead. In the name of a file parentheses stand for themselves.
    fn unquoted(&mut self, is_name: bool) -> Cow<'t, str> {
        let start = self.at;
        let mut end = start;
        loop {
            let rest = self.rest();
            self.skip(rest.find(|c: char| c.is_whitespace() || ";=(".contains(c)).unwrap_or(rest.len()));
            end = end.max(self.at);
            match self.rest().chars().next() {
                None | Some(';') => break,
                Some('=') => {
                    let word = self.words.end_of_word(self.at);
                    self.skip(word.map_or(1, |end| end.saturating_sub(self.at)));
                }
                Some('(') if !is_name => break,
                Some('(') => {
                    self.skip(comment(self.rest()).unwrap_or(self.rest().len()));
                }
                Some(_) => {
                    let is_fold = self.skip_blanks().contains('\n');
                    let rest = self.rest();
                    if is_parameter(rest) && (is_fold || is_known(rest)) {
                        break;
                    }
                    if rest.starts_with('(') {
                        // At the end it is a comment; else a name goes on behind it.
                        let length = comment(rest).unwrap_or(rest.len());
                        let behind = rest.get(length..).unwrap_or_default().trim_start();
                        if !is_name || behind.is_empty() || behind.starts_with(';') {
                            break;
                        }
                        self.skip(length);
                    }
                }
            }
        }
        let value = self.text.get(start..end).unwrap_or_default();
        if value.contains(['\r', '\n']) { Cow::Owned(value.replace(['\r', '\n'], "")) } else { Cow::Borrowed(value) }
    }
}

/// A word up to a blank or sign.
fn token(text: &str) -> &str {
    text.get(..text.find(|c: char| c.is_whitespace() || ";=/\"(".contains(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// Whether a parameter starts here.
fn is_parameter(text: &str) -> bool {
    let word = token(text);
    !word.is_empty() && text.get(word.len()..).is_some_and(|behind| behind.trim_start().starts_with('='))
}

/// Whether the name of a parameter that is known starts here.
fn is_known(text: &str) -> bool {
    let name = token(text).split('*').next().unwrap_or_default();
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether a value between quotes can end in front of this.
fn can_end(behind: &str) -> bool {
    let behind = behind.trim_start();
    behind.is_empty() || behind.starts_with([';', '(']) || is_parameter(behind)
}

/// How long the comment is that stands here; `None` if it does not end.
fn comment(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut signs = text.char_indices();
    while let Some((at, c)) = signs.next() {
        match c {
            '\\' => drop(signs.next()),
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at.checked_add(c.len_utf8());
        }
    }
    None
}

/// `token` of RFC 2045, 5.1.
pub(in crate::convert::mime) fn is_token(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}

/// A character as RFC 2231's `attribute-char` or escaped.
fn percent(c: char) -> String {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '!' | '#' | '$' | '&' | '+' | '^' | '`' | '{' | '|' | '}')
    {
        return c.to_string();
    }
    let mut buffer = [0; 4];
    c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mail_parser::parsers::MessageStream;
    use proptest::prelude::*;

    fn written(parameter: &Parameterized) -> String {
        let mut out = Vec::new();
        parameter.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    /// What a value says: `main/sub` and its parameters in the order of their names.
    fn parsed(value: &str) -> String {
        let found = MediaType::parse(value, Undeclared::default());
        let parameters: String = found.parameters.iter().map(|(name, value)| format!(" {name}=[{value}]")).collect();
        format!("{}{parameters}", found.essence())
    }

    // By RFC 2045 5.1, RFC 2231 3 and 4, and Python's `email`.
    #[test]
    fn values_and_parameters() {
        for (value, expected) in [
            ("", ""),
            ("Text/Plain", "text/plain"),
            (" text / plain ; CharSet = UTF-8", "text/plain charset=[UTF-8]"),
            ("text/plain; charset=us-ascii (Plain text)", "text/plain charset=[us-ascii]"),
            ("(c) text/plain; (c (c)) charset=(c)\"us-ascii\"(c)", "text/plain charset=[us-ascii]"),
            ("attachment; filename=\"a; \\\"b\\\" c.txt\"; size=5", "attachment filename=[a; \"b\" c.txt] size=[5]"),
            (
                "message/external-body; access-type=URL;\r\n URL*0=\"ftp://\";\r\n URL*1=\"cs.utk.edu/bulk.tar\"",
                "message/external-body access-type=[URL] url=[ftp://cs.utk.edu/bulk.tar]",
            ),
            (
                "application/x-stuff; title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
                "application/x-stuff title=[This is ***fun***]",
            ),
            (
                "application/x-stuff; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"; title*0*=us-ascii'en'This%20is%20even%20more%20",
                "application/x-stuff title=[This is even more ***fun*** isn't it!]",
            ),
            ("x/y; n*0*=''a%C3; n*1*=%A4", "x/y n=[a\u{e4}]"),
            ("x/y; n*0*=UTF-8''%D0%9E%D1; n*1*=%82.doc", "x/y n=[\u{41e}\u{442}.doc]"),
            ("x/y; n*0*=windows-1251''%CE%F2%F7; n*1*=%B8%F2.doc", "x/y n=[\u{41e}\u{442}\u{447}\u{451}\u{442}.doc]"),
            ("x/y; n*0*=iso-2022-jp''%1B$BF; n*1*=%7CK%5C; n*2*=%1B%28B.png", "x/y n=[\u{65e5}\u{672c}.png]"),
            ("x/y; n*=klingon''%C3%A4%20x", "x/y n=[\u{e4} x]"),
            ("x/y; n*=klingon''%E4", "x/y n=[\u{e4}]"),
            ("x/y; n*=utf-8'a%20b", "x/y n=[a b]"),
            ("x/y; n*=it's%205%20o'clock", "x/y n=[it's 5 o'clock]"),
            ("x/y; n*=\"utf-8''%c3%a4 100%\"", "x/y n=[\u{e4} 100%]"),
            // The form that says most counts, wherever it stands.
            ("x/y; n=a; n*=utf-8''b", "x/y n=[b]"),
            ("x/y; n*0=c; n=a; n*1=d", "x/y n=[cd]"),
            ("x/y; n*=utf-8''; n=a; n=b", "x/y n=[a]"),
            ("x/y; n*1=b; n*3=d; n*1=c", "x/y n=[bd]"),
            ("x/y; n=a; n*1=b", "x/y n=[ab]"),
            ("x/y; n*0=\"=?utf-8?Q?=C3\"; n*1=\"=A4?=\"", "x/y n=[\u{e4}]"),
            // Names of files as programs write them that read no specification.
            ("x; filename=a b (1).txt; size=1", "x filename=[a b (1).txt] size=[1]"),
            ("x; filename=a(1).txt (c)", "x filename=[a(1).txt]"),
            ("x; filename=a\r\n b.txt\r\n size=1", "x filename=[a b.txt] size=[1]"),
            ("x; filename=a=b.txt charset=c", "x charset=[c] filename=[a=b.txt]"),
            ("x; filename=\"a \"b\" c.txt\"; size=1", "x filename=[a \"b\" c.txt] size=[1]"),
            ("x; filename=\"a\"b; c=d", "x c=[d] filename=[a]"),
            ("x; filename=\"a; size=1", "x filename=[a; size=1]"),
            ("x; filename=\"a\" size=1", "x filename=[a] size=[1]"),
            ("x; filename==?utf-8?Q?a;=C3=A4?= =?utf-8?Q?b?=", "x filename=[a;\u{e4}b]"),
            ("x; filename=\"=?utf-8?Q?a\"b?=\"; size=1", "x filename=[a\"b] size=[1]"),
            ("x; filename=; size=1", "x filename=[] size=[1]"),
            // A semicolon or the value is missing.
            ("text/plain charset=utf-8", "text/plain charset=[utf-8]"),
            ("attachment filename=\"a b\"", "attachment filename=[a b]"),
            ("name=a.txt", " name=[a.txt]"),
            ("; name=a.txt", " name=[a.txt]"),
            ("text/x=y; z", "text/x"),
            ("\"text/plain\"; x", "text/plain"),
            ("text/plain; (c", "text/plain"),
        ] {
            assert_eq!(parsed(value), expected, "{value}");
        }
    }

    #[test]
    fn a_boundary_is_no_text() {
        let literal = |value: &str| Parameters::parse(value).literal("boundary");
        assert_eq!(literal("x/y; boundary=\"=?utf-8?Q?a?=\"").as_deref(), Some("=?utf-8?Q?a?="));
        assert_eq!(literal("x/y; boundary*0=\"=?utf-8?Q?\"; boundary*1=\"a?=\"").as_deref(), Some("=?utf-8?Q?a?="));
        assert_eq!(literal("x/y; boundary=").as_deref(), None);
    }

    #[test]
    fn tokens_quoted_strings_and_extended_values() {
        for (value, expected) in [
            ("a.txt", "x/y; n=a.txt\r\n"),
            ("", "x/y; n=\"\"\r\n"),
            ("a b\"c\\d.txt", "x/y; n=\"a b\\\"c\\\\d.txt\"\r\n"),
            ("caf\u{e9} 100%.txt", "x/y; n*=utf-8''caf%C3%A9%20100%25.txt\r\n"),
            ("a\r\nX: y", "x/y; n=\"a X: y\"\r\n"),
            ("=?utf-8?Q?x?=", "x/y; n*=utf-8''%3D%3Futf-8%3FQ%3Fx%3F%3D\r\n"),
        ] {
            assert_eq!(written(&Parameterized::new("T", "x/y").with("n", value)), format!("T: {expected}"));
        }
        let both = Parameterized::new("T", "x/y").with_encoded_words("n", "J\u{f6}rg.txt");
        assert_eq!(written(&both), "T: x/y; n=\"=?utf-8?Q?J=C3=B6rg=2Etxt?=\"\r\n");
    }

    #[test]
    fn what_is_too_long_for_a_line_is_cut_between_characters() {
        let name = "\u{65e5}".repeat(300);
        let field = written(&Parameterized::new("Content-Disposition", "attachment").with("filename", &name));
        assert!(field.contains("filename*0*=utf-8''%E6") && field.contains("filename*2*=%E6"), "{field}");
        assert!(field.lines().all(|line| line.len() <= 998));
        let read = MessageStream::new(field.strip_prefix("Content-Disposition:").unwrap().as_bytes()).parse_content_type();
        assert_eq!(read.as_content_type().unwrap().attribute("filename"), Some(name.as_str()));
    }

    proptest! {
        #[test]
        fn other_programs_read_what_was_written(name in "\\PC{1,40}") {
            let cleaned = words::clean(&name);
            prop_assume!(!cleaned.is_empty());
            let field = written(&Parameterized::new("T", "attachment").with("filename", &name));
            prop_assert!(field.is_ascii());
            let read = MessageStream::new(field.strip_prefix("T:").unwrap().as_bytes()).parse_content_type();
            prop_assert_eq!(read.as_content_type().unwrap().attribute("filename"), Some(cleaned.as_str()));
        }
    }
}
