//! One-off entry ids ([MS-OXCDATA] 2.2.5.1): a recipient that no directory knows, with all that is known of it.
//!
//! ```text
//! u16  version, 0
//! u16  flags, little-endian (the specification draws the two bytes in wire order, so that its masks look swapped)
//! display name NUL | address type NUL | e-mail address NUL
//! ```
//!
//! Strings are UTF-16LE if [`OneOffFlags::UNICODE`] is set, else in an 8-bit code page that is not named. Tolerated: a
//! missing last NUL, bytes behind it.

use std::borrow::Cow;
use std::fmt;

use crate::base::CodePage;
use crate::base::input::{Cursor, le_u16};
use crate::base::output::Emit;
use crate::mapi::value::{String8, Utf16};

use super::{
    emit_last_string8, emit_last_utf16, emit_string8, emit_utf16, own, shown, take_last_string8, take_last_utf16, take_rest,
    take_string8, take_utf16,
};

bitflags::bitflags! {
    /// Wishes of the recipient, and the form of the strings. Unknown bits are kept.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct OneOffFlags: u16 {
        /// The recipient gets MIME only and never TNEF (`MAPI_ONE_OFF_NO_RICH_INFO`).
        const NO_RICH_INFO = 0x0001;
        /// The bits from [`OneOffFlags::MIME`] on mean something.
        const ENCODING_PREFERENCE = 0x0002;
        /// MIME; without it plain text with UUENCODE.
        const MIME = 0x0004;
        /// An HTML body.
        const BODY_HTML = 0x0008;
        /// Text and HTML as alternatives.
        const BODY_TEXT_AND_HTML = 0x0010;
        /// Macintosh attachments: UUENCODE; BinHex without it and [`OneOffFlags::MAC_APPLE_SINGLE`], AppleDouble with both.
        const MAC_UUENCODE = 0x0020;
        /// Macintosh attachments: AppleSingle.
        const MAC_APPLE_SINGLE = 0x0040;
        /// The address is not to be looked up in the address book.
        const DONT_LOOK_UP = 0x1000;
        /// The strings are UTF-16LE.
        const UNICODE = 0x8000;
        const _ = !0;
    }
}

impl OneOffFlags {
    /// The bits of PidTagSendInternetEncoding 0x3A71, which has the same preference 16 bits further up.
    #[must_use]
    pub fn send_internet_encoding(self) -> u32 {
        const PREFERENCE: u16 = 0x007E;
        u32::from(self.bits() & PREFERENCE).wrapping_shl(16)
    }

    /// PidTagSendRichInfo 0x3A40: whether the recipient may be sent TNEF.
    #[must_use]
    pub fn send_rich_info(self) -> bool {
        !self.contains(OneOffFlags::NO_RICH_INFO)
    }
}

/// A one-off entry id behind its provider UID, [`ProviderUid::ONE_OFF`](super::ProviderUid::ONE_OFF).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OneOffEntryId<'a> {
    /// Version, 0.
    pub version: u16,
    /// Preferences. [`OneOffFlags::UNICODE`] is written as `text` demands, whatever stands here.
    pub flags: OneOffFlags,
    /// Display name, type and address.
    pub text: OneOffText<'a>,
    /// Bytes behind the last string; normally none.
    pub trailing: Cow<'a, [u8]>,
}

/// The three strings, each with its NUL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OneOffText<'a> {
    /// In an 8-bit code page that the entry id does not name.
    String8 {
        /// The name that is shown.
        display_name: String8<'a>,
        /// `SMTP`, `EX`, `FAX`...
        address_type: String8<'a>,
        /// The address in the form of its type.
        email_address: String8<'a>,
    },
    /// In UTF-16LE.
    Unicode {
        /// The name that is shown.
        display_name: Utf16<'a>,
        /// `SMTP`, `EX`, `FAX`...
        address_type: Utf16<'a>,
        /// The address in the form of its type.
        email_address: Utf16<'a>,
    },
}

impl<'a> OneOffEntryId<'a> {
    /// A one-off entry id with strings in UTF-16. A NUL ends an argument.
    #[must_use]
    pub fn new(display_name: &str, address_type: &str, email_address: &str, flags: OneOffFlags) -> OneOffEntryId<'static> {
        OneOffEntryId {
            version: 0,
            flags: flags | OneOffFlags::UNICODE,
            text: OneOffText::Unicode {
                display_name: Utf16::from(display_name),
                address_type: Utf16::from(address_type),
                email_address: Utf16::from(email_address),
            },
            trailing: Cow::Borrowed(&[]),
        }
    }

    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let version = input.parse(le_u16)?;
        let flags = OneOffFlags::from_bits_retain(input.parse(le_u16)?);
        let text = if flags.contains(OneOffFlags::UNICODE) {
            OneOffText::Unicode {
                display_name: take_utf16(input)?,
                address_type: take_utf16(input)?,
                email_address: take_last_utf16(input),
            }
        } else {
            OneOffText::String8 {
                display_name: take_string8(input)?,
                address_type: take_string8(input)?,
                email_address: take_last_string8(input),
            }
        };
        Some(OneOffEntryId { version, flags, text, trailing: take_rest(input) })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        let mut flags = self.flags;
        flags.set(OneOffFlags::UNICODE, matches!(self.text, OneOffText::Unicode { .. }));
        out.emit_u16(self.version);
        out.emit_u16(flags.bits());
        match &self.text {
            OneOffText::String8 { display_name, address_type, email_address } => {
                emit_string8(out, display_name);
                emit_string8(out, address_type);
                emit_last_string8(out, email_address, &self.trailing);
            }
            OneOffText::Unicode { display_name, address_type, email_address } => {
                emit_utf16(out, display_name);
                emit_utf16(out, address_type);
                emit_last_utf16(out, email_address, &self.trailing);
            }
        }
    }

    /// The name that is shown; `code_page` decodes it if it is 8-bit text.
    #[must_use]
    pub fn display_name(&self, code_page: CodePage) -> String {
        match &self.text {
            OneOffText::String8 { display_name, .. } => decode(display_name, code_page),
            OneOffText::Unicode { display_name, .. } => display_name.to_text(),
        }
    }

    /// `SMTP`, `EX`, `FAX`... as it is written; `code_page` decodes it if it is 8-bit text.
    #[must_use]
    pub fn address_type(&self, code_page: CodePage) -> String {
        match &self.text {
            OneOffText::String8 { address_type, .. } => decode(address_type, code_page),
            OneOffText::Unicode { address_type, .. } => address_type.to_text(),
        }
    }

    /// The address in the form of its type; `code_page` decodes it if it is 8-bit text.
    #[must_use]
    pub fn email_address(&self, code_page: CodePage) -> String {
        match &self.text {
            OneOffText::String8 { email_address, .. } => decode(email_address, code_page),
            OneOffText::Unicode { email_address, .. } => email_address.to_text(),
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> OneOffEntryId<'static> {
        let text = match self.text {
            OneOffText::String8 { display_name, address_type, email_address } => OneOffText::String8 {
                display_name: display_name.into_owned(),
                address_type: address_type.into_owned(),
                email_address: email_address.into_owned(),
            },
            OneOffText::Unicode { display_name, address_type, email_address } => OneOffText::Unicode {
                display_name: display_name.into_owned(),
                address_type: address_type.into_owned(),
                email_address: email_address.into_owned(),
            },
        };
        OneOffEntryId { version: self.version, flags: self.flags, text, trailing: own(self.trailing) }
    }
}

fn decode(text: &String8<'_>, code_page: CodePage) -> String {
    code_page.decode_or_latin1(text.text_bytes()).text.into_owned()
}

/// `one-off Jane Doe <SMTP:jane@example.com>`.
impl fmt::Display for OneOffEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            OneOffText::String8 { display_name, address_type, email_address } => {
                write!(f, "one-off {} <{}:{}>", shown(display_name), shown(address_type), shown(email_address))
            }
            OneOffText::Unicode { display_name, address_type, email_address } => {
                write!(f, "one-off {display_name} <{address_type}:{email_address}>")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::entry_id::EntryId;
    use proptest::prelude::*;

    const HEAD: &[u8] = b"\0\0\0\0\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\x00\xDD\x01\x0F\x54\x02";

    fn eight_bit(flags: u16, text: [&'static [u8]; 3], trailing: &'static [u8]) -> OneOffEntryId<'static> {
        let [display_name, address_type, email_address] = text.map(|bytes| String8(bytes.into()));
        OneOffEntryId {
            version: 0,
            flags: OneOffFlags::from_bits_retain(flags),
            text: OneOffText::String8 { display_name, address_type, email_address },
            trailing: Cow::Borrowed(trailing),
        }
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            // Laid out as in a real stream of 2000: version, flags, strings.
            (eight_bit(0x0001, [b"Zippy\0", b"SMTP\0", b"Zippy\0"], b""), &b"\0\0\x01\0Zippy\0SMTP\0Zippy\0"[..]),
            (eight_bit(0x0000, [b"\0", b"\0", b"\0"], b""), b"\0\0\0\0\0\0\0"),
            (eight_bit(0x0000, [b"B\xF6b\0", b"SMTP\0", b"bob"], b""), b"\0\0\0\0B\xF6b\0SMTP\0bob"),
            (eight_bit(0x0000, [b"B\0", b"T\0", b"A\0"], b"xyz"), b"\0\0\0\0B\0T\0A\0xyz"),
            (
                OneOffEntryId::new("Bj\u{F6}", "SMTP", "b@x", OneOffFlags::from_bits_retain(0x1017)),
                b"\0\0\x17\x90B\0j\0\xF6\0\0\0S\0M\0T\0P\0\0\0b\0@\0x\0\0\0",
            ),
        ];
        for (value, data) in table {
            let bytes = [HEAD, data].concat();
            assert_eq!(EntryId::OneOff(value.clone()).to_bytes().unwrap(), bytes);
            assert_eq!(EntryId::parse(&bytes), EntryId::OneOff(value));
        }
    }

    #[test]
    fn strings_are_decoded_and_shown() {
        let id = eight_bit(0, [b"B\xF6b\0", b"SMTP\0", b"bob@x\0"], b"");
        let page = CodePage::WINDOWS_1252;
        assert_eq!(
            (id.display_name(page), id.address_type(page), id.email_address(page)),
            ("B\u{F6}b".into(), "SMTP".into(), "bob@x".into())
        );
        assert_eq!(id.to_string(), "one-off B\u{F6}b <SMTP:bob@x>");
        let id = OneOffEntryId::new("\u{1F600}", "SMTP", "bob@x", OneOffFlags::empty());
        assert_eq!(id.to_string(), "one-off \u{1F600} <SMTP:bob@x>");
        assert_eq!(id.email_address(page), "bob@x");
    }

    #[test]
    fn preferences_are_those_of_pid_tag_send_internet_encoding() {
        // The three composite values and the Macintosh bits of PidTagSendInternetEncoding.
        for (flags, encoding) in
            [(0x0006, 0x0006_0000), (0x000E, 0x000E_0000), (0x0016, 0x0016_0000), (0x9067, 0x0066_0000), (0x8001, 0)]
        {
            assert_eq!(OneOffFlags::from_bits_retain(flags).send_internet_encoding(), encoding);
        }
        assert!(OneOffFlags::from_bits_retain(0x8000).send_rich_info());
        assert!(!OneOffFlags::from_bits_retain(0x9001).send_rich_info());
    }

    #[test]
    fn a_missing_string_makes_it_unknown() {
        for data in [&b"\0\0"[..], b"\0\0\0\0", b"\0\0\0\0Bob", b"\0\0\0\0Bob\0SMTP", b"\0\0\0\x80B\0\0\0S\0"] {
            let bytes = [HEAD, data].concat();
            assert!(matches!(EntryId::parse(&bytes), EntryId::Other(_)), "{data:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(name in "[^\0]{0,9}", kind in "[A-Z]{0,4}", address in "[^\0]{0,9}", flags in any::<u16>()) {
            let id = EntryId::OneOff(OneOffEntryId::new(&name, &kind, &address, OneOffFlags::from_bits_retain(flags)));
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
        }
    }
}
