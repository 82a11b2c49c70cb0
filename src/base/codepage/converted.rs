//! What converting gives: text or bytes, and whether something was lost.

use std::borrow::Cow;

/// Text that was decoded from bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; what could not be decoded is U+FFFD. Borrowed where the bytes are already UTF-8 (ASCII mostly).
    pub text: Cow<'a, str>,
    /// Says whether the bytes are not valid in their code page, so that the text may not say all they did.
    pub malformed: bool,
}

/// Bytes that text was encoded to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Encoded {
    /// The bytes, without byte order mark and terminating NUL; `?` stands for what the code page does not have.
    pub bytes: Vec<u8>,
    /// Number of characters that became `?`.
    pub unmappable: usize,
}

impl<'a> Decoded<'a> {
    /// Text that owns its characters.
    pub(super) fn owned(text: String, malformed: bool) -> Decoded<'a> {
        Decoded { text: Cow::Owned(text), malformed }
    }

    /// The bytes as they are, if they are ASCII.
    pub(super) fn ascii(bytes: &'a [u8]) -> Option<Decoded<'a>> {
        if !bytes.is_ascii() {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        Some(Decoded { text: Cow::Borrowed(text), malformed: false })
    }
}

impl Encoded {
    /// Appends what stands for a character that the code page does not have.
    pub(super) fn push_unmappable(&mut self) {
        self.bytes.push(b'?');
        self.unmappable = self.unmappable.saturating_add(1);
    }
}
