//! Windows code pages: which there are, their names, and text out of bytes and back.
//!
//! Numbers and names are those of the Windows code page identifiers, by which `attOemCodepage` ([MS-OXTNEF] 2.1.3.5.2)
//! and the properties `PidTagMessageCodepage` and `PidTagInternetCodepage` ([MS-OXPROPS]) name the encoding of 8-bit text.
//!
//! | pages | how |
//! |---|---|
//! | 874, 932, 936, 949-951, 1250-1258, most of 100xx, 2859x and EUC, KOI8, GB18030, UTF-8 | `encoding_rs`, without byte order mark sniffing (`whatwg`) |
//! | 437, 720, 737, 775, 85x, 86x | tables of `oem_cp` (`single_byte`) |
//! | 20106-20108, 20127 | ASCII and its national variants (`single_byte`) |
//! | 28591, 28599, 28601 | ISO 8859 proper, not the Windows pages that browsers take for them (`single_byte`) |
//! | 1200, 1201, 12000, 12001 | UTF-16 and UTF-32 (`unicode`) |
//! | 65000 | UTF-7 (`utf7`) |
//! | 50220-50222, 50225, 52936 | the escaping 7-bit encodings (`iso2022_jp`, `iso2022_kr`, `hz`) |
//! | 10004-10006, 10010, 10021, 10029, 10079, 10081, 10082 | single-byte pages of the Macintosh (`mac`) |
//! | 10001-10003, 10008 | double-byte pages of the Macintosh (`mac_wide`) |
//! | 708 | the letters of ISO 8859-6, of which it is another name in mail |
//! | 1361 | Johab (`johab`) |
//! | 37, 500, 870, 875, 1026, 1047, 114x, most of 202xx and 204xx, 20838-20905, 21025 | EBCDIC of one byte a character (`ebcdic`) |
//!
//! EBCDIC of one and two bytes (50930 and so on), ISCII and the sets of Taiwan besides Big5 are known by name but not supported: decoding
//! answers `None`.
//!
//! Tolerated: anything. No sequence of bytes fails; what is not valid becomes U+FFFD and is flagged.

use std::fmt;
use std::str::FromStr;

use super::error::{Error, ErrorKind, Result};

mod converted;
mod ebcdic;
mod ebcdic_pages;
mod hz;
mod iso2022_jp;
mod iso2022_kr;
mod johab;
mod locale;
mod mac;
mod mac_wide;
mod pairs;
mod single_byte;
mod table;
#[cfg(test)]
mod tests;
mod unicode;
mod utf7;
mod whatwg;

pub use converted::{Decoded, Encoded};

use table::Codec;

/// A Windows code page by its number. Every number is representable; see [`CodePage::is_supported`].
///
/// ```
/// use winmail::CodePage;
///
/// let page: CodePage = "windows-1251".parse()?;
/// assert_eq!(page, CodePage(1251));
/// assert_eq!(page.decode_or_latin1(b"\xCF\xF0\xE8\xE2\xE5\xF2").text, "Привет");
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodePage(pub u32);

impl CodePage {
    /// OEM United States: what readers take where nothing is said, by an old convention.
    pub const IBM437: CodePage = CodePage(437);
    /// OEM Latin 1.
    pub const IBM850: CodePage = CodePage(850);
    /// Thai.
    pub const WINDOWS_874: CodePage = CodePage(874);
    /// Japanese, as Windows has it (Windows-31J).
    pub const SHIFT_JIS: CodePage = CodePage(932);
    /// Simplified Chinese, as Windows has it (GBK).
    pub const GBK: CodePage = CodePage(936);
    /// Korean, as Windows has it (Unified Hangul).
    pub const KOREAN: CodePage = CodePage(949);
    /// Traditional Chinese.
    pub const BIG5: CodePage = CodePage(950);
    /// UTF-16, little endian.
    pub const UTF_16LE: CodePage = CodePage(1200);
    /// UTF-16, big endian.
    pub const UTF_16BE: CodePage = CodePage(1201);
    /// Central European.
    pub const WINDOWS_1250: CodePage = CodePage(1250);
    /// Cyrillic.
    pub const WINDOWS_1251: CodePage = CodePage(1251);
    /// Windows Latin 1.
    pub const WINDOWS_1252: CodePage = CodePage(1252);
    /// UTF-32, little endian.
    pub const UTF_32LE: CodePage = CodePage(12000);
    /// UTF-32, big endian.
    pub const UTF_32BE: CodePage = CodePage(12001);
    /// US-ASCII.
    pub const US_ASCII: CodePage = CodePage(20127);
    /// Russian KOI8-R.
    pub const KOI8_R: CodePage = CodePage(20866);
    /// ISO Latin 1 proper: bytes 0x80-0x9F are C1 controls.
    pub const ISO_8859_1: CodePage = CodePage(28591);
    /// ISO-2022-JP.
    pub const ISO_2022_JP: CodePage = CodePage(50220);
    /// ISO-2022-KR.
    #[cfg(feature = "mime")]
    pub(crate) const ISO_2022_KR: CodePage = CodePage(50225);
    /// Japanese EUC.
    pub const EUC_JP: CodePage = CodePage(51932);
    /// GB18030.
    pub const GB18030: CodePage = CodePage(54936);
    /// UTF-7.
    pub const UTF_7: CodePage = CodePage(65000);
    /// UTF-8.
    pub const UTF_8: CodePage = CodePage(65001);

    /// Returns whether text can be decoded and encoded.
    #[must_use]
    pub fn is_supported(self) -> bool {
        self.codec().is_some()
    }

    /// Returns whether its text holds zero bytes (UTF-16 and UTF-32): `attOemCodepage` must not name it, since a NUL ends the
    /// strings of that code page ([MS-OXTNEF] 2.1.3.5.2).
    #[must_use]
    pub fn is_wide(self) -> bool {
        matches!(self.codec(), Some(Codec::Utf16(_) | Codec::Utf32(_)))
    }

    /// Returns whether the bytes of ASCII mean in it what they mean in ASCII, as far as it is a page for 8-bit strings: not in UTF-16 and
    /// UTF-32, and not in EBCDIC. Only such a page can be that of HTML, of RTF, and of the strings of a stream; text that declares
    /// any other can be decoded all the same.
    ///
    /// ```
    /// use winmail::CodePage;
    /// assert!(CodePage(850).extends_ascii());
    /// assert!(!CodePage(37).extends_ascii());
    /// ```
    #[must_use]
    pub fn extends_ascii(self) -> bool {
        !self.is_wide() && !matches!(self.codec(), Some(Codec::Ebcdic(_)))
    }

    /// Returns whether it can be the page of HTML, of RTF and of the 8-bit strings of a stream: supported, and an extension of ASCII
    /// ([`CodePage::extends_ascii`]).
    #[must_use]
    pub fn is_fit_for_strings(self) -> bool {
        self.is_supported() && self.extends_ascii()
    }

    /// Returns whether its text is 7-bit by itself: ASCII and its national variants, the ISO-2022 sets, HZ and UTF-7.
    #[must_use]
    pub fn is_seven_bit(self) -> bool {
        matches!(self.codec(), Some(Codec::SevenBit(_) | Codec::Utf7 | Codec::Iso2022Jp(_) | Codec::Iso2022Kr | Codec::Hz))
    }

    /// The name for a MIME `charset` parameter, as Windows spells it: `windows-1252`, `gb2312` for 936, `IBM437`. Known for
    /// many code pages that are not supported, too.
    ///
    /// UTF-16 and UTF-32 are named with their byte order (`utf-16le`), since no byte order mark is written.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        table::find(self.0).map(|page| page.name).filter(|name| !name.is_empty())
    }

    /// The code page for a MIME charset name or a label of the WHATWG Encoding Standard, in any case, with white space around
    /// it. It need not be supported.
    ///
    /// Where browsers take a Windows page for an ISO one (`iso-8859-1`, `us-ascii`), this gives what the name says.
    ///
    /// ```
    /// use winmail::CodePage;
    /// assert_eq!(CodePage::from_name("Windows-1252"), Some(CodePage::WINDOWS_1252));
    /// assert_eq!(CodePage::from_name("latin1"), Some(CodePage::ISO_8859_1));
    /// assert_eq!(CodePage::from_name("klingon"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<CodePage> {
        table::find_name(name.trim_ascii()).map(CodePage)
    }

    /// Decodes; `None` if the code page is not supported. A byte order mark is text like any other.
    ///
    /// ```
    /// use winmail::CodePage;
    /// let decoded = CodePage::WINDOWS_1252.decode(b"\x93caf\xE9\x94").unwrap();
    /// assert_eq!(decoded.text, "“café”");
    /// assert!(!decoded.malformed);
    /// ```
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<Decoded<'_>> {
        Some(match self.codec()? {
            Codec::Unsupported => return None,
            Codec::Whatwg(encoding) => whatwg::decode(encoding, bytes),
            Codec::IsoOver(encoding) => single_byte::decode_iso(encoding, bytes),
            Codec::Oem(decoding, _) => single_byte::decode_oem(decoding, bytes),
            Codec::Mac(upper) => mac::decode(upper, bytes),
            Codec::Ebcdic(replaced) => ebcdic::decode(replaced, bytes),
            Codec::Johab => johab::decode(bytes),
            Codec::MacWide(set) => mac_wide::decode(set, bytes),
            Codec::SevenBit(replaced) => single_byte::decode_seven_bit(replaced, bytes),
            Codec::Utf16(endian) => unicode::decode_utf16(*endian, bytes),
            Codec::Utf32(endian) => unicode::decode_utf32(*endian, bytes),
            Codec::Utf7 => utf7::decode(bytes),
            Codec::Iso2022Jp(_) => iso2022_jp::decode(bytes),
            Codec::Iso2022Kr => iso2022_kr::decode(bytes),
            Codec::Hz => hz::decode(bytes),
        })
    }

    /// Decodes, by windows-1252 if the code page is not supported, which never loses a byte; `malformed` is set then.
    #[must_use]
    pub fn decode_or_latin1(self, bytes: &[u8]) -> Decoded<'_> {
        self.decode(bytes).unwrap_or_else(|| Decoded { malformed: true, ..whatwg::decode(encoding_rs::WINDOWS_1252, bytes) })
    }

    /// Encodes, with `?` for every character the code page does not have; `None` if the code page is not supported.
    ///
    /// ```
    /// use winmail::CodePage;
    /// let encoded = CodePage::IBM850.encode("5 € in Köln").unwrap();
    /// assert_eq!(encoded.bytes, b"5 ? in K\x94ln");
    /// assert_eq!(encoded.unmappable, 1);
    /// ```
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Encoded> {
        Some(match self.codec()? {
            Codec::Unsupported => return None,
            Codec::Whatwg(encoding) => whatwg::encode(encoding, text),
            Codec::IsoOver(encoding) => single_byte::encode_iso(encoding, text),
            Codec::Oem(_, encoding) => single_byte::encode_oem(encoding, text),
            Codec::Mac(upper) => mac::encode(upper, text),
            Codec::Ebcdic(replaced) => ebcdic::encode(replaced, text),
            Codec::Johab => johab::encode(text),
            Codec::MacWide(set) => mac_wide::encode(set, text),
            Codec::SevenBit(replaced) => single_byte::encode_seven_bit(replaced, text),
            Codec::Utf16(endian) => unicode::encode_utf16(*endian, text),
            Codec::Utf32(endian) => unicode::encode_utf32(*endian, text),
            Codec::Utf7 => utf7::encode(text),
            Codec::Iso2022Jp(kana) => iso2022_jp::encode(*kana, text),
            Codec::Iso2022Kr => iso2022_kr::encode(text),
            Codec::Hz => hz::encode(text),
        })
    }

    /// How it is decoded; `None` if it is not supported.
    fn codec(self) -> Option<&'static Codec> {
        table::find(self.0).map(|page| &page.codec).filter(|codec| !matches!(codec, Codec::Unsupported))
    }
}

/// The number and, where known, the name: `1252 (windows-1252)`.
impl FromStr for CodePage {
    type Err = Error;

    /// Finds a code page by any of its names, as [`CodePage::from_name`], or by its number.
    fn from_str(text: &str) -> Result<Self> {
        let found = CodePage::from_name(text).or_else(|| text.parse().ok().map(CodePage));
        found.ok_or_else(|| Error::new(ErrorKind::Unsupported, format!("no code page is called {text:?}")))
    }
}

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{} ({name})", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}
