//! Content-Transfer-Encoding (RFC 2045, section 6): 7bit, quoted-printable, base64.
//!
//! | bytes | encoding |
//! |---|---|
//! | text of ASCII, lines of at most 998 bytes, nothing that a mail system rewrites | 7bit |
//! | other text | quoted-printable or base64, whichever is shorter |
//! | everything that is no text | base64 |
//! | text with attachments in it, for readers that know no MIME | 7bit or 8bit, where its lines are no longer |
//!
//! Decided here and not left to `mail-builder`, whose quoted-printable lines grow to 77 bytes where 76 are allowed.

use crate::base::Offset;
use crate::convert::mime::base64;
pub(in crate::convert::mime) use crate::convert::mime::transfer::TransferEncoding;

use super::uuencode;

/// RFC 5322, 2.1.1: bytes of a line without its end.
pub(super) const LINE_MAX: usize = 998;
/// RFC 2045, 6.7 and 6.8: bytes of an encoded line without its end.
const ENCODED_LINE_MAX: usize = 76;

impl TransferEncoding {
    /// The value of the header field of a part with these bytes.
    pub(super) fn name_for(self, bytes: &[u8]) -> &'static str {
        match self {
            TransferEncoding::Identity if bytes.is_ascii() => "7bit",
            TransferEncoding::Identity => "8bit",
            TransferEncoding::QuotedPrintable => "quoted-printable",
            TransferEncoding::Base64 => "base64",
            TransferEncoding::Uuencode => "x-uuencode",
        }
    }

    /// What suits text whose line ends are CR LF.
    pub(super) fn of_text(bytes: &[u8]) -> Self {
        if is_clean(bytes) {
            return TransferEncoding::Identity;
        }
        let escaped = bytes.iter().filter(|byte| is_escaped(**byte)).count();
        // Three bytes for an escape and one more in 75 for a soft line break, against four in three.
        let quoted = Offset::of(bytes) + Offset::from(escaped) * 2;
        let quoted = quoted + Offset::from(quoted.index() / ENCODED_LINE_MAX) * 3;
        let base64 = Offset::from(bytes.len().div_ceil(3)) * 4;
        if quoted <= base64 + base64.index() / 38 { TransferEncoding::QuotedPrintable } else { TransferEncoding::Base64 }
    }

    /// What suits text for readers that know no encoding: none, unless there are lines that SMTP does not take, or controls.
    pub(super) fn of_bare_text(bytes: &[u8]) -> Self {
        let line_ends = bytes.iter().filter(|byte| **byte == b'\n').count();
        let lines = bytes.split(|byte| *byte == b'\n');
        let clean = |line: &[u8]| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            line.len() <= LINE_MAX && line.iter().all(|byte| matches!(byte, b'\t' | 0x0E | 0x0F | 0x1B | b' '..=b'~' | 0x80..))
        };
        let whole = bytes.windows(2).filter(|pair| pair == b"\r\n").count() == line_ends;
        if lines.into_iter().all(clean) && whole { TransferEncoding::Identity } else { TransferEncoding::of_text(bytes) }
    }

    /// What suits text in a 7-bit set that is to go as it is: that, unless something on the way would harm it. SO and SI of such sets
    /// may stand.
    pub(super) fn of_seven_bit(bytes: &[u8]) -> Self {
        let shifts = |byte: &u8| matches!(byte, 0x0E | 0x0F);
        if is_clean(&bytes.iter().copied().filter(|byte| !shifts(byte)).collect::<Vec<_>>()) {
            TransferEncoding::Identity
        } else {
            TransferEncoding::QuotedPrintable
        }
    }

    /// Appends the bytes.
    pub(in crate::convert::mime) fn encode(self, bytes: &[u8], out: &mut Vec<u8>) {
        match self {
            TransferEncoding::Identity => out.extend_from_slice(bytes),
            TransferEncoding::QuotedPrintable => quoted_printable(bytes, out),
            TransferEncoding::Base64 => base64::encode_lines(bytes, out),
            TransferEncoding::Uuencode => {
                let mut text = String::new();
                uuencode::encode("", bytes, &mut text);
                out.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// About how many bytes come out.
    pub(super) fn estimate(self, length: usize) -> usize {
        match self {
            TransferEncoding::Identity => length,
            TransferEncoding::QuotedPrintable => (Offset::from(length) + length / 4).index(),
            TransferEncoding::Base64 => (Offset::from(length.div_ceil(57)) * 78).index(),
            TransferEncoding::Uuencode => (Offset::from(length.div_ceil(45)) * 63).index(),
        }
    }
}

/// Whether text may stand as it is: ASCII without controls but TAB, ESC of the ISO 2022 sets and line ends, no line too long,
/// none that mailboxes (`From `) or multiparts (`--`) would take for one of theirs, be they ours or of a mail around ours.
fn is_clean(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let last = lines.peek().is_none();
        let line = match line.strip_suffix(b"\r") {
            Some(line) => line,
            None if last => line,
            None => return false,
        };
        let clean = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | 0x1B);
        // That of a signature is common, and no multipart's.
        let boundary = line.starts_with(b"--") && !matches!(line, b"--" | b"-- ");
        if line.len() > LINE_MAX || line.starts_with(b"From ") || boundary || !line.iter().all(clean) {
            return false;
        }
    }
    true
}

fn is_escaped(byte: u8) -> bool {
    !matches!(byte, b' '..=b'<' | b'>'..=b'~' | b'\t' | b'\r' | b'\n')
}

fn quoted_printable(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
    let mut column = Offset::START;
    let mut rest = bytes;
    let mut line_start = true;
    while let Some((byte, tail)) = rest.split_first() {
        if let Some(tail) = rest.strip_prefix(b"\r\n") {
            out.extend_from_slice(b"\r\n");
            (column, line_start, rest) = (Offset::START, true, tail);
            continue;
        }
        let ends_line = tail.is_empty() || tail.starts_with(b"\r\n");
        let escaped = match byte {
            b' ' | b'\t' => ends_line,
            // Bare ones are data.
            b'\r' | b'\n' => true,
            // RFC 2049, section 3: what mailboxes and SMTP give a meaning at the start of a line.
            b'F' => line_start && tail.starts_with(b"rom "),
            b'.' => line_start,
            b'-' => line_start && tail.starts_with(b"-"),
            byte => is_escaped(*byte),
        };
        let width: usize = if escaped { 3 } else { 1 };
        // The last column is that of a soft line break's sign, unless the line ends here anyway.
        let most = if ends_line { ENCODED_LINE_MAX } else { ENCODED_LINE_MAX - 1 };
        if column + width > Offset::from(most) {
            out.extend_from_slice(b"=\r\n");
            column = Offset::START;
        }
        if escaped {
            out.extend_from_slice(&[b'=', digit(byte >> 4), digit(byte & 0x0F)]);
        } else {
            out.push(*byte);
        }
        column += width;
        (line_start, rest) = (false, tail);
    }
}

/// Text with every line end as CR LF, whatever it was.
pub(super) fn canonical_lines(text: &str) -> String {
    let mut out = String::with_capacity((Offset::from(text.len()) + text.len() / 32).index());
    let mut rest = text;
    while let Some(at) = rest.find(['\r', '\n']) {
        let (line, end) = rest.split_at(at);
        out.push_str(line);
        out.push_str("\r\n");
        rest = end.strip_prefix("\r\n").or_else(|| end.strip_prefix(['\r', '\n'])).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(encoding: TransferEncoding, bytes: &[u8]) -> String {
        let mut out = Vec::new();
        encoding.encode(bytes, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_goes_as_it_is_only_where_nothing_touches_it() {
        use TransferEncoding::{Base64, Identity, QuotedPrintable};
        let long = "x".repeat(999);
        for (text, encoding) in [
            ("", Identity),
            ("one\r\ntwo\t\r\n", Identity),
            (&long[1..], Identity),
            (&long, QuotedPrintable),
            ("bare\nline feed", QuotedPrintable),
            ("NUL \0", QuotedPrintable),
            ("x\r\nFrom me", QuotedPrintable),
            ("--=_boundary", QuotedPrintable),
            ("x\r\n-----Original Message-----", QuotedPrintable),
            ("-- \r\nJane", Identity),
            ("mostly plain, caf\u{e9}", QuotedPrintable),
            ("\u{65e5}\u{672c}\u{8a9e}", Base64),
        ] {
            let found = TransferEncoding::of_text(text.as_bytes());
            assert_eq!(found, encoding, "{text:?}");
            assert_eq!(found.name_for(text.as_bytes()) == "7bit", encoding == Identity, "{text:?}");
        }
    }

    #[test]
    fn text_for_readers_without_mime_is_not_encoded() {
        for (bytes, encoding) in [
            (&b"-----Original Message-----\r\nFrom me\r\n"[..], "7bit"),
            (b"caf\xE9\r\nbegin 644 x\r\n", "8bit"),
            (b"caf\xE9\nx and some more text of ASCII", "quoted-printable"),
            (b"NUL \0", "quoted-printable"),
            (&[b'x'; 999], "quoted-printable"),
        ] {
            assert_eq!(TransferEncoding::of_bare_text(bytes).name_for(bytes), encoding, "{bytes:?}");
        }
    }

    #[test]
    fn quoted_printable_of_rfc_2045() {
        let spaces = " ".repeat(100);
        for (bytes, expected) in [
            (&b"a=b \r\n\t\r\n. \r\nFrom x\r\n-- \r\n"[..], "a=3Db=20\r\n=09\r\n=2E=20\r\n=46rom x\r\n=2D-=20\r\n"),
            (b"bare\rbare\nend ", "bare=0Dbare=0Aend=20"),
            (&[b'x'; 76], &"x".repeat(76)),
            (&[b'x'; 77], &format!("{}=\r\nxx", "x".repeat(75))),
            (spaces.as_bytes(), &format!("{}=\r\n{}=20", " ".repeat(75), " ".repeat(24))),
            (&[0xFF; 26], &format!("{}=\r\n=FF", "=FF".repeat(25))),
        ] {
            assert_eq!(encoded(TransferEncoding::QuotedPrintable, bytes), expected);
        }
    }

    #[test]
    fn base64_of_rfc_4648() {
        for (bytes, expected) in [(&b""[..], ""), (b"f", "Zg==\r\n"), (b"fo", "Zm8=\r\n"), (b"foobar", "Zm9vYmFy\r\n")] {
            assert_eq!(encoded(TransferEncoding::Base64, bytes), expected);
        }
        let lines = encoded(TransferEncoding::Base64, &[0; 58]);
        assert_eq!(lines, format!("{}\r\nAA==\r\n", "A".repeat(76)));
    }

    #[test]
    fn every_line_end_becomes_the_one_of_mail() {
        assert_eq!(canonical_lines("a\nb\rc\r\nd\n\re"), "a\r\nb\r\nc\r\nd\r\n\r\ne");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b' '), Just(b'\r'), Just(b'\n'), Just(b'=')], 0..300)) {
            for encoding in [TransferEncoding::QuotedPrintable, TransferEncoding::Base64] {
                let text = encoded(encoding, &bytes);
                let mail = format!("Content-Transfer-Encoding: {}\r\nContent-Type: application/x\r\n\r\n{text}", encoding.name_for(&bytes));
                let mail = mail_parser::MessageParser::new().parse(mail.as_bytes()).unwrap();
                prop_assert_eq!(mail.parts[0].contents(), &bytes[..]);
                prop_assert!(text.split("\r\n").all(|line| line.len() <= 76 && !line.ends_with([' ', '\t'])));
            }
        }
    }
}
