//! A run of bytes that is decoded as one: text tokens and `\'hh` one after the other, so that a double-byte sequence may be
//! split over them ([MS-OXRTFEX] 2.1.3.1.4; a trail byte may even be an escaped `\\`, `\{` or `\}`).

use std::borrow::Cow;

use crate::base::CodePage;

/// The bytes of a run. Borrowed as long as they are one token's.
#[derive(Debug, Default)]
pub(super) struct Run<'a> {
    first: &'a [u8],
    all: Vec<u8>,
    offset: u64,
}

/// What a run says.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) malformed: bool,
    /// The code page is not supported.
    pub(super) unsupported: bool,
}

impl<'a> Run<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty() && self.all.is_empty()
    }

    /// Where it starts.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Appends the bytes of a token at `offset`.
    pub(super) fn push(&mut self, bytes: &'a [u8], offset: u64) {
        if bytes.is_empty() {
            return;
        }
        if self.is_empty() {
            self.first = bytes;
            self.offset = offset;
        } else {
            self.own();
            self.all.extend_from_slice(bytes);
        }
    }

    /// Appends a byte that was written otherwise.
    pub(super) fn push_byte(&mut self, byte: u8, offset: u64) {
        if self.is_empty() {
            self.offset = offset;
        }
        self.own();
        self.all.push(byte);
    }

    fn own(&mut self) {
        self.all.extend_from_slice(self.first);
        self.first = &[];
    }

    /// Takes the bytes out.
    pub(super) fn take(&mut self) -> Cow<'a, [u8]> {
        if self.all.is_empty() {
            Cow::Borrowed(std::mem::take(&mut self.first))
        } else {
            Cow::Owned(std::mem::take(&mut self.all))
        }
    }
}

/// Decodes a run. Where the code page is not supported, bytes that are valid UTF-8 are taken for it, and others for 1252:
/// writers that name no code page or a wrong one mostly write either, and one is hardly ever taken for the other.
///
/// `single`: the document's page, where the document says that each byte is a character. OpenOffice writes the bullets of its lists so, in
/// a font that it calls Japanese. The bytes are read by that page, or else by 1252, if the font's page cannot decode them.
pub(super) fn decode(bytes: Cow<'_, [u8]>, page: CodePage, single: Option<CodePage>) -> Decoded<'_> {
    match bytes {
        Cow::Borrowed(bytes) => decode_slice(bytes, page, single),
        Cow::Owned(bytes) => {
            let Decoded { text, malformed, unsupported } = decode_slice(&bytes, page, single);
            Decoded { text: Cow::Owned(text.into_owned()), malformed, unsupported }
        }
    }
}

fn decode_slice(bytes: &[u8], page: CodePage, single: Option<CodePage>) -> Decoded<'_> {
    let by = |page: CodePage| page.decode(bytes).filter(|decoded| !decoded.malformed);
    // The words of RTF are ASCII, and so is its text.
    if let Some(decoded) = Some(page).filter(|page| page.extends_ascii()).and_then(|page| page.decode(bytes)) {
        let other = single.filter(|_| decoded.malformed).and_then(|single| by(single).or_else(|| by(CodePage::WINDOWS_1252)));
        let decoded = other.unwrap_or(decoded);
        return Decoded { text: decoded.text, malformed: decoded.malformed, unsupported: false };
    }
    let unsupported = !bytes.is_ascii();
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), malformed: false, unsupported },
        Err(_) => Decoded { text: CodePage::WINDOWS_1252.decode_or_latin1(bytes).text, malformed: false, unsupported },
    }
}
