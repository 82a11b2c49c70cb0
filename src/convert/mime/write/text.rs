//! Text as a part: the character set that it goes in (RFC 2045, 5.1), and how its bytes are encoded.
//!
//! A text goes in the set that is asked for where the set has all of it, or as much of it as is asked for; else in UTF-8. What the
//! set does not have then is a character reference in HTML and a question mark in plain text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::Saturating;

use crate::base::{Code, CodePage, Result};
use crate::convert::mime::parameter::Parameterized;

use super::encoding::TransferEncoding;
use super::options::SevenBitText;
use super::part::Part;
use super::writer::Writer;

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextKind {
    Plain,
    /// Plain text whose paragraphs are flowed lines (RFC 3676).
    Flowed,
    Html,
}

/// Text in a character set.
#[derive(Debug, PartialEq, Eq)]
struct EncodedText {
    /// The set.
    page: CodePage,
    bytes: Vec<u8>,
    /// How many characters the set does not have.
    replaced: usize,
}

impl Writer<'_> {
    /// A part of text whose lines end in CR LF. `tail` stands behind it: ASCII of which no character may be lost.
    pub(super) fn text_in_charset<'m>(&mut self, kind: TextKind, text: &str, tail: &str) -> Result<Part<'m>> {
        let (media_type, seven_bit) = match kind {
            TextKind::Plain | TextKind::Flowed => ("text/plain", self.options.seven_bit_text),
            TextKind::Html => ("text/html", self.options.seven_bit_html),
        };
        let mut encoded = encode(kind, text, self.charset.page(), self.options.charset_coverage);
        match encoded.page.encode(tail).filter(|tail| tail.unmappable == 0) {
            Some(tail) => encoded.bytes.extend(tail.bytes),
            // The national variants of ASCII.
            None => encoded = EncodedText::utf_8(&[text, tail].concat()),
        }
        if encoded.replaced > 0 {
            let stands = if kind == TextKind::Html { "as character references" } else { "as question marks" };
            let detail = format!("{} that {} does not have, {stands}", encoded.replaced, encoded.page);
            self.ctx.defect(Code::MimeCharactersReplaced, 0, 0, detail)?;
        }
        let encoding = match seven_bit {
            // Readers that know no MIME know no encodings.
            _ if self.uuencodes() => TransferEncoding::of_bare_text(&encoded.bytes),
            _ if !encoded.page.is_seven_bit() => TransferEncoding::of_text(&encoded.bytes),
            SevenBitText::Suitable => TransferEncoding::of_text(&encoded.bytes),
            SevenBitText::SevenBit => TransferEncoding::of_seven_bit(&encoded.bytes),
            SevenBitText::QuotedPrintable => TransferEncoding::QuotedPrintable,
            SevenBitText::Base64 => TransferEncoding::Base64,
        };
        let name = encoded.page.name().unwrap_or("utf-8").to_ascii_lowercase();
        let content_type = Parameterized::new("Content-Type", media_type).with("charset", &name);
        let content_type = if kind == TextKind::Flowed { content_type.with("format", "flowed") } else { content_type };
        Ok(Part::data(&content_type, Cow::Owned(encoded.bytes), encoding))
    }
}

impl EncodedText {
    fn utf_8(text: &str) -> Self {
        EncodedText { page: CodePage::UTF_8, bytes: text.as_bytes().to_vec(), replaced: 0 }
    }
}

/// The text in `page` if that has `coverage` percent of its characters, else in UTF-8.
fn encode(kind: TextKind, text: &str, page: CodePage, coverage: u8) -> EncodedText {
    if page == CodePage::UTF_8 {
        return EncodedText::utf_8(text);
    }
    let Some(encoded) = page.encode(text) else { return EncodedText::utf_8(text) };
    if encoded.unmappable == 0 {
        return EncodedText { page, bytes: encoded.bytes, replaced: 0 };
    }
    // Line ends are no characters that anybody wrote.
    let all = text.chars().filter(|c| !matches!(c, '\r' | '\n')).count();
    let fitting = Saturating(all) - Saturating(encoded.unmappable);
    if fitting * Saturating(100) < Saturating(all) * Saturating(usize::from(coverage)) {
        return EncodedText::utf_8(text);
    }
    match kind {
        TextKind::Plain | TextKind::Flowed => EncodedText { page, bytes: encoded.bytes, replaced: encoded.unmappable },
        TextKind::Html => references(text, page).unwrap_or_else(|| EncodedText::utf_8(text)),
    }
}

/// HTML with references in the place of the characters that the set does not have. `None` where they are signs of HTML itself, as
/// in the national variants of ASCII.
fn references(html: &str, page: CodePage) -> Option<EncodedText> {
    let mut out = String::with_capacity(html.len());
    let mut replaced = Saturating(0usize);
    let mut known: HashMap<char, bool> = HashMap::new();
    let is_in = |c: char| page.encode(c.encode_utf8(&mut [0; 4])).is_some_and(|encoded| encoded.unmappable == 0);
    for c in html.chars() {
        if *known.entry(c).or_insert_with(|| is_in(c)) {
            out.push(c);
        } else if c.is_ascii() {
            return None;
        } else {
            replaced += 1;
            out.push_str(&format!("&#{};", u32::from(c)));
        }
    }
    let encoded = page.encode(&out).filter(|encoded| encoded.unmappable == 0)?;
    Some(EncodedText { page, bytes: encoded.bytes, replaced: replaced.0 })
}

#[cfg(test)]
mod tests {
    use super::super::{MimeOptions, write};
    use super::*;
    use crate::mapi::{PropValue, tags};
    use crate::{Message, Report};

    fn text_in(page: u32, kind: TextKind, coverage: u8, text: &str) -> (u32, Vec<u8>, usize) {
        let encoded = encode(kind, text, CodePage(page), coverage);
        (encoded.page.0, encoded.bytes, encoded.replaced)
    }

    /// Set-RemoteDomain, RequiredCharsetCoverage: with 60, the set is kept while at most 40 percent do not fit.
    #[test]
    fn the_set_is_kept_while_enough_of_the_text_is_in_it() {
        let latin = |fitting: usize, other: usize| format!("{}{}\r\n", "\u{e9}".repeat(fitting), "\u{416}".repeat(other));
        for (fitting, other, coverage, kept) in [
            (6, 4, 60, true),
            (5, 5, 60, false),
            (59, 41, 60, false),
            (60, 40, 60, true),
            (0, 1, 0, true),
            (0, 1, 1, false),
            (99, 1, 99, true),
            (99, 1, 100, false),
            (9, 0, 100, true),
        ] {
            let text = latin(fitting, other);
            let (page, bytes, replaced) = text_in(28591, TextKind::Plain, coverage, &text);
            if kept {
                let expected = [vec![0xE9; fitting], vec![b'?'; other], b"\r\n".to_vec()].concat();
                assert_eq!((page, bytes, replaced), (28591, expected, other), "{fitting} {other} {coverage}");
            } else {
                assert_eq!((page, bytes, replaced), (65001, text.into_bytes(), 0), "{fitting} {other} {coverage}");
            }
        }
        assert_eq!(text_in(28591, TextKind::Plain, 100, ""), (28591, Vec::new(), 0));
    }

    #[test]
    fn html_loses_nothing() {
        let html = "<p>caf\u{e9} \u{20ac}\u{1f600}</p>";
        assert_eq!(text_in(28591, TextKind::Html, 50, html), (28591, b"<p>caf\xE9 &#8364;&#128512;</p>".to_vec(), 2));
        // The braces of a style sheet cannot be references; the German variant of ASCII has none.
        let style = "<style>p{color:red}</style>\u{416}";
        assert_eq!(text_in(20106, TextKind::Html, 10, style).0, 65001);
    }

    fn written(html: bool, options: &MimeOptions, text: &str) -> (String, Report) {
        let mut message = Message::new("IPM.Note");
        if html {
            message.properties.set(tags::HTML, PropValue::Binary(text.as_bytes().to_vec().into()));
            message.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(65001));
        } else {
            message.properties.set(tags::BODY, text);
        }
        let mail = write(&message, options).unwrap();
        (String::from_utf8(mail.bytes).unwrap(), mail.report)
    }

    #[test]
    fn what_is_replaced_is_said() {
        let options = MimeOptions {
            charset: CodePage(28591),
            charset_coverage: 50,
            bodies: super::super::BodyForms::Html,
            ..MimeOptions::default()
        };
        for (html, body, detail) in [
            (false, "caf=E9 ?", "1 that 28591 (iso-8859-1) does not have, as question marks"),
            (true, "caf=E9 &#8364;", "1 that 28591 (iso-8859-1) does not have, as character references"),
        ] {
            let (mail, report) = written(html, &options, "caf\u{e9} \u{20ac}");
            assert!(mail.contains(body) && mail.contains("charset=iso-8859-1"), "{mail}");
            let said: Vec<_> = report.diagnostics().iter().map(|one| (one.code, one.detail.to_string())).collect();
            assert_eq!(said, [(Code::MimeCharactersReplaced, detail.to_owned())]);
        }
        let all = MimeOptions { charset_coverage: 100, ..options };
        let (mail, report) = written(false, &all, "caf\u{e9} \u{20ac}");
        assert!(mail.contains("charset=utf-8") && report.diagnostics().is_empty(), "{mail}");
    }

    /// Set-RemoteDomain, ByteEncoderTypeFor7BitCharsets: bodies of 7-bit sets alone.
    #[test]
    fn seven_bit_sets_are_encoded_as_asked() {
        let jis = "\u{65e5}\u{672c}";
        for (page, text, wanted, encoding, body) in [
            (50220, jis, SevenBitText::Suitable, "7bit", "\u{1b}$BF|K\\\u{1b}(B"),
            (50220, jis, SevenBitText::SevenBit, "7bit", "\u{1b}$BF|K\\\u{1b}(B"),
            (50220, jis, SevenBitText::QuotedPrintable, "quoted-printable", "=1B$BF|K\\=1B(B"),
            (50220, jis, SevenBitText::Base64, "base64", "GyRCRnxLXBsoQg=="),
            (50222, "\u{ff71}", SevenBitText::SevenBit, "7bit", "\u{e}1\u{f}"),
            (20127, "plain", SevenBitText::QuotedPrintable, "quoted-printable", "plain"),
            (20127, "plain", SevenBitText::Base64, "base64", "cGxhaW4="),
            // What would be harmed on the way.
            (20127, "x\r\nFrom me", SevenBitText::SevenBit, "quoted-printable", "x\r\n=46rom me"),
            // No 7-bit set.
            (28591, "caf\u{e9}", SevenBitText::SevenBit, "quoted-printable", "caf=E9"),
            (65001, "plain", SevenBitText::Base64, "7bit", "plain"),
            (20127, "mostly plain caf\u{e9}", SevenBitText::Base64, "quoted-printable", "mostly plain caf=C3=A9"),
        ] {
            for html in [false, true] {
                let options = MimeOptions {
                    charset: CodePage(page),
                    seven_bit_text: if html { SevenBitText::default() } else { wanted },
                    seven_bit_html: if html { wanted } else { SevenBitText::default() },
                    bodies: super::super::BodyForms::Html,
                    ..MimeOptions::default()
                };
                let (mail, _) = written(html, &options, text);
                let (header, found) = mail.split_once("\r\n\r\n").unwrap();
                assert_eq!(found.trim_end_matches("\r\n"), body, "{page} {wanted:?}");
                assert!(header.contains(&format!("Content-Transfer-Encoding: {encoding}")), "{page} {wanted:?}: {header}");
            }
        }
        let long = "x ".repeat(600);
        let options =
            MimeOptions { charset: CodePage::US_ASCII, seven_bit_text: SevenBitText::SevenBit, ..MimeOptions::default() };
        assert!(written(false, &options, &long).0.contains("quoted-printable"), "no line is longer than SMTP takes");
    }
}
