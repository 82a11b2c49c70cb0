//! Text outside ASCII that does not say in which character set it is: fields as they stand (RFC 5322 2.2 wants ASCII, RFC 6532
//! UTF-8), encoded words with a label that is not known, strings of a TNEF stream without a code page.
//!
//! | order | page |
//! |---|---|
//! | 1 | UTF-8, if the bytes are valid |
//! | 2 | the page of the character set that the mail declares for its text, if it can decode the bytes |
//! | 3 | the caller's, [`ReadOptions::default_code_page`](crate::ReadOptions::default_code_page), if it can |
//! | 4 | windows-1252, which has a character for every byte |

use std::borrow::Cow;

use crate::base::CodePage;

/// The code pages that undeclared text may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::convert::mime) struct Undeclared {
    mail: Option<CodePage>,
    default: Option<CodePage>,
}

/// Text of a charset label and bytes, and how it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::convert::mime) enum Labelled {
    /// The label is known, and the bytes are valid.
    Valid(String),
    /// The label is known, and some bytes are not valid; they are U+FFFD.
    Damaged(String),
    /// The label is unknown, or it is that of ASCII and the bytes are not.
    Unknown,
}

impl Undeclared {
    /// The page that the mail names, as [`hint`] gives it, and the caller's.
    pub(in crate::convert::mime) fn new(mail: Option<CodePage>, default: Option<CodePage>) -> Self {
        Undeclared { mail, default }
    }

    /// The page that undeclared bytes are read in.
    pub(in crate::convert::mime) fn page(self, bytes: &[u8]) -> CodePage {
        self.known_page(bytes).unwrap_or(CodePage::WINDOWS_1252)
    }

    /// Undeclared bytes as text.
    pub(in crate::convert::mime) fn text(self, bytes: &[u8]) -> Cow<'_, str> {
        self.page(bytes).decode_or_latin1(bytes).text
    }

    /// The same; `None` if nothing says in which page they are.
    pub(in crate::convert::mime) fn known_text(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        Some(self.known_page(bytes)?.decode_or_latin1(bytes).text)
    }

    fn known_page(self, bytes: &[u8]) -> Option<CodePage> {
        let decodes = |page: &CodePage| page.decode(bytes).is_some_and(|decoded| !decoded.malformed);
        if std::str::from_utf8(bytes).is_ok() {
            // ISO-2022 as it stands, as old Japanese programs write it, is valid as anything, and says by its escapes what it is.
            let escapes =
                [self.mail.filter(|page| page.is_seven_bit()), Some(CodePage::ISO_2022_JP), Some(CodePage::ISO_2022_KR)];
            let escaped = escapes.into_iter().flatten().filter(|_| bytes.contains(&0x1B)).find(decodes);
            return Some(escaped.unwrap_or(CodePage::UTF_8));
        }
        [self.mail, self.mail.and_then(eight_bit), self.default].into_iter().flatten().find(decodes)
    }
}

/// The page of a declared character set, as far as it says something of text that declares none: no UTF-8, which is tried
/// first; no ASCII, which such text is not; no Latin 1, which programs claim that do not know, and which is tried last.
pub(in crate::convert::mime) fn hint(charset: &str) -> Option<CodePage> {
    let page = browsers(known(charset)?);
    let says_nothing = [CodePage::UTF_8, CodePage::US_ASCII, CodePage::WINDOWS_1252].contains(&page) || !page.extends_ascii();
    (!says_nothing).then_some(page)
}

/// The page for the strings of a stream in a mail with this hint: [MS-OXTNEF] 2.1.3.5.2 has them in 8-bit pages.
pub(in crate::convert::mime) fn of_stream(hint: CodePage) -> Option<CodePage> {
    if hint.is_seven_bit() { eight_bit(hint) } else { Some(hint) }
}

/// Bytes of a label: an encoded word's, an extended parameter's.
pub(in crate::convert::mime) fn labelled(charset: &str, bytes: &[u8]) -> Labelled {
    let Some(page) = known(charset) else { return Labelled::Unknown };
    if page == CodePage::US_ASCII && !bytes.is_ascii() {
        return Labelled::Unknown;
    }
    let is_c1 = |byte: &u8| (0x80..0xA0).contains(byte);
    let page = if bytes.iter().any(is_c1) { browsers(page) } else { page };
    let (page, bytes) = without_mark(page, bytes);
    match page.decode(bytes) {
        Some(decoded) if decoded.malformed => Labelled::Damaged(decoded.text.into_owned()),
        Some(decoded) => Labelled::Valid(decoded.text.into_owned()),
        None => Labelled::Unknown,
    }
}

/// A byte order mark says more than a label, and is no part of the text.
pub(in crate::convert::mime) fn without_mark(page: CodePage, bytes: &[u8]) -> (CodePage, &[u8]) {
    /// UTF-16 with the low byte first, and with the high byte first.
    const UTF_16: [(&[u8], CodePage); 2] = [(&[0xFF, 0xFE], CodePage::UTF_16LE), (&[0xFE, 0xFF], CodePage::UTF_16BE)];
    if page == CodePage::UTF_8 {
        return (page, bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes));
    }
    if UTF_16.iter().any(|(_, wide)| *wide == page) {
        let marked = UTF_16.iter().find_map(|(mark, wide)| Some((*wide, bytes.strip_prefix(*mark)?)));
        return marked.unwrap_or((page, bytes));
    }
    (page, bytes)
}

/// The supported code page of a label.
pub(in crate::convert::mime) fn known(charset: &str) -> Option<CodePage> {
    CodePage::from_name(charset.trim().trim_matches(['"', '\''])).filter(|page| page.is_supported())
}

/// Where a label of ISO 8859 stands on text with bytes of 0x80 to 0x9F, the Windows page is meant, as all browsers have it:
/// what ISO has there are control characters.
fn browsers(page: CodePage) -> CodePage {
    match page.0 {
        28591 => CodePage::WINDOWS_1252,
        28599 => CodePage(1254),
        28601 => CodePage::WINDOWS_874,
        _ => page,
    }
}

/// The 8-bit page of the same script, for the 7-bit ones of mail.
fn eight_bit(page: CodePage) -> Option<CodePage> {
    match page.0 {
        50220..=50222 => Some(CodePage::SHIFT_JIS),
        50225 => Some(CodePage::KOREAN),
        52936 => Some(CodePage::GBK),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(mail: &str, default: Option<u32>) -> Undeclared {
        Undeclared::new(hint(mail), default.map(CodePage))
    }

    // Bytes by Python: `"Отчёт".encode("cp1251")`, `"日本".encode("iso-2022-jp")`, `"日本".encode("cp932")`.
    #[test]
    fn undeclared_bytes() {
        const REPORT: &[u8] = b"\xCE\xF2\xF7\xB8\xF2";
        let report = "\u{41e}\u{442}\u{447}\u{451}\u{442}";
        let japan = "\u{65e5}\u{672c}";
        for (mail, default, bytes, expected) in [
            ("windows-1251", None, REPORT, report),
            ("CP1251", Some(1253), REPORT, report),
            ("utf-8", Some(1251), REPORT, report),
            ("iso-8859-1", Some(1251), REPORT, report),
            // Nothing says what it is.
            ("us-ascii", None, b"caf\xE9 \x80", "caf\u{e9} \u{20ac}"),
            ("klingon", None, b"caf\xE9", "caf\u{e9}"),
            // UTF-8 is what it says of itself.
            ("windows-1251", Some(1253), report.as_bytes(), report),
            // What a page cannot decode it is not.
            ("shift_jis", Some(1252), b"caf\xE9", "caf\u{e9}"),
            ("iso-8859-9", None, b"\x91\xFE", "\u{2018}\u{15f}"),
            ("iso-2022-jp", None, b"\x1B$BF|K\\\x1B(B", japan),
            ("iso-2022-jp", None, b"\x93\xFA\x96\x7B", japan),
            // Escapes say what they are.
            ("utf-8", None, b"\x1B$BF|K\\\x1B(B", japan),
        ] {
            assert_eq!(pages(mail, default).text(bytes), expected, "{mail} {default:?}");
        }
        assert_eq!(pages("utf-8", None).known_text(REPORT), None);
    }

    #[test]
    fn bytes_with_a_label() {
        let valid = |text: &str| Labelled::Valid(text.to_owned());
        assert_eq!(labelled("ISO-8859-1", b"\xE9"), valid("\u{e9}"));
        assert_eq!(labelled("iso-8859-1", b"\x93x\x94"), valid("\u{201c}x\u{201d}"));
        assert_eq!(labelled("us-ascii", b"\xE9"), Labelled::Unknown);
        assert_eq!(labelled("x-unknown", b"x"), Labelled::Unknown);
        // EBCDIC, by Python: `b"x".decode("cp037")`.
        assert_eq!(labelled("IBM037", b"x"), valid("\u{cc}"));
        // Known by name, and not supported.
        assert_eq!(labelled("IBM00924", b"x"), Labelled::Unknown);
        assert_eq!(labelled("utf-8", b"\xD0"), Labelled::Damaged("\u{FFFD}".to_owned()));
    }

    #[test]
    fn pages_of_streams() {
        for (mail, expected) in
            [("koi8-r", Some(20866)), ("iso-2022-jp", Some(932)), ("utf-7", None), ("utf-8", None), ("x", None)]
        {
            assert_eq!(hint(mail).and_then(of_stream).map(|page| page.0), expected, "{mail}");
        }
    }
}
