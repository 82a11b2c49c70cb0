//! Windows code pages: which there are, their names, and text out of bytes and back.

use std::borrow::Cow;

/// A Windows code page by its number. Every number is representable; see [`CodePage::is_supported`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodePage(pub u32);

/// Text that was decoded from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; what could not be decoded is U+FFFD.
    pub text: Cow<'a, str>,
    /// Whether something could not be decoded.
    pub malformed: bool,
}

impl CodePage {
    /// Windows Latin 1.
    pub const WINDOWS_1252: CodePage = CodePage(1252);
    /// UTF-8.
    pub const UTF_8: CodePage = CodePage(65001);

    /// Decodes; `None` if the code page is not supported.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> Option<Decoded<'_>> {
        match self {
            CodePage::UTF_8 => {
                Some(Decoded { text: String::from_utf8_lossy(bytes), malformed: std::str::from_utf8(bytes).is_err() })
            }
            CodePage::WINDOWS_1252 => {
                let (text, malformed) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
                Some(Decoded { text, malformed })
            }
            _ => None,
        }
    }

    /// Decodes, by windows-1252 if the code page is not supported, which never loses a byte.
    #[must_use]
    pub fn decode_or_latin1(self, bytes: &[u8]) -> Decoded<'_> {
        self.decode(bytes).unwrap_or_else(|| {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes);
            Decoded { text, malformed: true }
        })
    }
}
