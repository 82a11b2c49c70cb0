//! Content-Transfer-Encoding ([RFC 2045] 6) and uuencode, read leniently: damage costs the bytes it hits and no others.
//!
//! `mail-parser` refuses a part with one wrong character; a stream that is damaged in one place is worth the rest of it.
//! No decoder makes more than four times the bytes that it reads.

use std::borrow::Cow;

use memchr::memchr;

use crate::base::Offset;
use crate::base::wire::Wire;

use super::base64;

/// Transfer encoding: how the bytes of a part are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TransferEncoding {
    /// 7bit, 8bit, binary, none, or one that nobody knows: the bytes as they stand.
    #[default]
    Identity,
    /// base64.
    Base64,
    /// quoted-printable.
    QuotedPrintable,
    /// uuencode: x-uuencode as an encoding, or a `begin` line in a text.
    Uuencode,
}

impl TransferEncoding {
    /// The encoding that a header field names.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Self {
        let name = name.trim_ascii().trim_ascii_end();
        let name = name.strip_prefix(b"\"").map_or(name, |inner| inner.strip_suffix(b"\"").unwrap_or(inner));
        // A comment or parameter behind the word is not allowed, and seen.
        let end = name.iter().position(|b| matches!(b, b';' | b'(' | b' ' | b'\t')).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or(name);
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        if is("base64") {
            TransferEncoding::Base64
        } else if is("quoted-printable") {
            TransferEncoding::QuotedPrintable
        } else if is("x-uuencode") || is("uuencode") || is("x-uue") {
            TransferEncoding::Uuencode
        } else {
            TransferEncoding::Identity
        }
    }

    /// The bytes behind the encoding.
    #[must_use]
    pub fn decode<'b>(self, body: &'b [u8]) -> Cow<'b, [u8]> {
        match self {
            TransferEncoding::Identity => Cow::Borrowed(body),
            TransferEncoding::Base64 => Cow::Owned(base64(body)),
            TransferEncoding::QuotedPrintable => Cow::Owned(quoted_printable(body)),
            TransferEncoding::Uuencode => Cow::Owned(uu_blocks(body).next().map(|block| block.data).unwrap_or_default()),
        }
    }
}

/// Base64 ([RFC 2045] 6.8): what is no digit is skipped; padding ends a group, and a text joined of several goes on behind it.
#[must_use]
pub fn base64(text: &[u8]) -> Vec<u8> {
    base64::decode(text)
}

/// Quoted-printable ([RFC 2045] 6.7): `=` without two hexadecimal digits stands for itself.
#[must_use]
pub fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16)).and_then(|value| u8::try_from(value).ok());
    let mut out = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|&b| b == b'\n') {
        let (content, end) = split_line_end(line);
        // White space before the line end was added on the way.
        let content = trim_blanks_end(content);
        let (content, soft) = match content.strip_suffix(b"=") {
            Some(content) => (content, true),
            None => (content, false),
        };
        let mut rest = content;
        while let Some(at) = memchr(b'=', rest) {
            out.extend_from_slice(rest.get(..at).unwrap_or_default());
            let after = rest.get(at..).and_then(|sign| sign.get(1..)).unwrap_or_default();
            match (hex(after.first()), hex(after.get(1))) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    rest = after.get(2..).unwrap_or_default();
                }
                _ => {
                    out.push(b'=');
                    rest = after;
                }
            }
        }
        out.extend_from_slice(rest);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

/// A uuencoded file in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UuBlock {
    /// Place in the text: from the first byte of the `begin` line up to the last of the `end` line, line end
    /// included.
    pub range: std::ops::Range<usize>,
    /// The name on the `begin` line.
    pub name: Vec<u8>,
    /// The file.
    pub data: Vec<u8>,
}

/// The uuencoded files in a text, in order (POSIX `uuencode`, the historical algorithm).
///
/// A file ends at the `end` line, or before the first line that does not belong to it. Lines between files are text.
pub fn uu_blocks(text: &[u8]) -> impl Iterator<Item = UuBlock> + '_ {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            let line = next_line(text, &mut at);
            if let Some(name) = uu_begin(line) {
                if let Some((data, end)) = uu_data(text, at) {
                    at = end;
                    return Some(UuBlock { range: start..end, name: name.to_vec(), data });
                }
            }
        }
        None
    })
}

/// The name on a line that begins a uuencoded file: `begin`, a mode in octal, a name.
fn uu_begin(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"begin ")?;
    let space = rest.iter().position(|&b| b == b' ')?;
    let (mode, name) = rest.split_at_checked(space)?;
    let octal = (3..=4).contains(&mode.len()) && mode.iter().all(|b| (b'0'..=b'7').contains(b));
    octal.then(|| name.trim_ascii()).filter(|name| !name.is_empty())
}

/// The bytes of the lines from `at` on, and where the file ends; `None` if not one line is data.
fn uu_data(text: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut data = Vec::new();
    let mut any = false;
    while at < text.len() {
        let start = at;
        let line = next_line(text, &mut at);
        if line.trim_ascii_end() == b"end" {
            return any.then_some((data, at));
        }
        if !uu_line(line, &mut data) {
            at = start;
            break;
        }
        any = true;
    }
    any.then_some((data, at))
}

/// Decodes a line; `false` if it is not encoded.
fn uu_line(line: &[u8], data: &mut Vec<u8>) -> bool {
    // Trailing blanks stand for zeros and are cut on the way; an empty line in a file stands for no bytes.
    let Some((&first, groups)) = line.split_first() else { return false };
    if !(b' '..=b'`').contains(&first) {
        return false;
    }
    let length = usize::from(first.wrapping_sub(b' ') & 0x3F);
    // A checksum character or two may stand behind the data.
    let digits = Offset::from(length.div_ceil(3)) * 4;
    if Offset::of(groups) > digits + 2 || !groups.iter().all(|b| (b' '..=b'`').contains(b)) {
        return false;
    }
    // A line that lost more than three quarters to cut blanks is something else: a sentence in capitals, or an attempt to
    // make much of little.
    if Offset::of(groups) * 4 < digits {
        return false;
    }
    let mut values = groups.iter().map(|b| u32::from(b.wrapping_sub(b' ') & 0x3F)).chain(std::iter::repeat(0));
    let end = Offset::of(data) + length;
    for _ in 0..length.div_ceil(3) {
        let group = values.by_ref().take(4).fold(0, |group, value| group << 6 | value);
        let [_, bytes @ ..] = group.be_bytes();
        data.extend_from_slice(&bytes);
    }
    data.truncate(end.index());
    true
}

/// The line at `at` without its end; `at` moves behind it.
pub(crate) fn next_line<'t>(text: &'t [u8], at: &mut usize) -> &'t [u8] {
    let rest = text.get(*at..).unwrap_or_default();
    let length = memchr(b'\n', rest).map_or(Offset::of(rest), |end| Offset::from(end) + 1);
    *at = (Offset::from(*at) + length).index();
    split_line_end(rest.get(..length.index()).unwrap_or_default()).0
}

/// A line and its end: LF, CR LF or nothing.
pub(crate) fn split_line_end(line: &[u8]) -> (&[u8], &[u8]) {
    let content = match line.strip_suffix(b"\n") {
        Some(content) => content.strip_suffix(b"\r").unwrap_or(content),
        None => line,
    };
    line.split_at_checked(content.len()).unwrap_or((line, &[]))
}

/// Without spaces and tabs at the end.
/// A text without the line ends at its end.
pub(crate) fn trim_line_ends(mut text: &[u8]) -> &[u8] {
    while let Some(shorter) = text.strip_suffix(b"\n").or_else(|| text.strip_suffix(b"\r")) {
        text = shorter;
    }
    text
}

pub(crate) fn trim_blanks_end(mut text: &[u8]) -> &[u8] {
    while let Some(shorter) = text.strip_suffix(b" ").or_else(|| text.strip_suffix(b"\t")) {
        text = shorter;
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for (name, encoding) in [
            ("base64", TransferEncoding::Base64),
            (" BASE64 ", TransferEncoding::Base64),
            ("\"base64\"", TransferEncoding::Base64),
            ("base64; x=y", TransferEncoding::Base64),
            ("Quoted-Printable", TransferEncoding::QuotedPrintable),
            ("x-uuencode", TransferEncoding::Uuencode),
            ("binary", TransferEncoding::Identity),
            ("8bit", TransferEncoding::Identity),
            ("", TransferEncoding::Identity),
            ("base65", TransferEncoding::Identity),
        ] {
            assert_eq!(TransferEncoding::from_name(name.as_bytes()), encoding, "{name}");
        }
    }

    #[test]
    fn quoted_printable_of_the_specification() {
        for (text, bytes) in [
            ("Now's the time =\r\nfor all folk to come=\r\n to the aid.", "Now's the time for all folk to come to the aid."),
            ("a=3Db=20\r\n", "a=b \r\n"),
            ("trailing  \t\r\nnext \n", "trailing\r\nnext\n"),
            ("soft=  \nbreak", "softbreak"),
            ("=3d=E4=zz=4", "=\u{0}=zz=4"),
            ("=", ""),
            ("", ""),
        ] {
            let expected: Vec<u8> = bytes.bytes().map(|b| if b == 0 { 0xE4 } else { b }).collect();
            assert_eq!(quoted_printable(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn uuencode() {
        // Python's binascii.b2a_uu(b"Cat"), and the empty line that ends a file.
        let text = b"Hello,\nbegin 644 cat.txt\n#0V%T\n`\nend\nbye\n";
        let blocks: Vec<_> = uu_blocks(text).collect();
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].name, b"cat.txt");
        assert_eq!(blocks[0].data, b"Cat");
        assert_eq!(&text[blocks[0].range.clone()], b"begin 644 cat.txt\n#0V%T\n`\nend\n");
        // CR LF, a space for zero, no end line, a name with spaces.
        let text = b"begin 0600 my cat.dat\r\n#0V%T\r\n \r\n\r\nBest regards";
        let blocks: Vec<_> = uu_blocks(text).collect();
        assert_eq!((blocks[0].name.as_slice(), blocks[0].data.as_slice()), (&b"my cat.dat"[..], &b"Cat"[..]));
        assert_eq!(&text[blocks[0].range.end..], b"\r\nBest regards");
        // No file: prose, nothing behind it.
        for text in
            ["begin the beguine\nend\n", "begin 644 x\nend\n", "begin 644 x\n", "begin 64 x\n#0V%T\n", "xbegin 644 x\n#0V%T\n"]
        {
            assert_eq!(uu_blocks(text.as_bytes()).count(), 0, "{text}");
        }
        // A line without its trailing blanks, and one with a checksum character.
        assert_eq!(uu_blocks(b"begin 644 a\n$0V$\nend\n").next().unwrap().data, b"Ca\0\0");
        assert_eq!(uu_blocks(b"begin 644 a\n#0V%TX\nend\n").next().unwrap().data, b"Cat");
        assert_eq!(uu_blocks(b"begin 644 a\n#0V%T\nend\nbegin 644 b\n#0V%T\nend").count(), 2);
    }

    proptest! {
        #[test]
        fn nothing_decodes_to_more_than_it_is(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let more = [b"begin 644 x\n".as_slice(), &text].concat();
            for text in [&text, &more] {
                for encoding in [
                    TransferEncoding::Identity,
                    TransferEncoding::Base64,
                    TransferEncoding::QuotedPrintable,
                    TransferEncoding::Uuencode,
                ] {
                    prop_assert!(encoding.decode(text).len() <= text.len() * 4);
                }
                let mut end = 0;
                for block in uu_blocks(text) {
                    prop_assert!(block.range.start >= end && block.range.end > block.range.start);
                    end = block.range.end;
                }
                prop_assert!(end <= text.len());
            }
        }
    }
}
