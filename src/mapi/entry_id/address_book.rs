//! Address book entry ids ([MS-OXCDATA] 2.2.5.2): an entry of the directory by its distinguished name.
//!
//! ```text
//! u32  version, 1
//! u32  type
//! X.500 distinguished name in 8-bit characters, NUL
//! ```
//!
//! Tolerated: a missing NUL, bytes behind it, names that are no distinguished name (`.` is seen).

use std::borrow::Cow;
use std::fmt;

use crate::base::input::{Cursor, le_u32};
use crate::base::output::Emit;
use crate::mapi::value::String8;

use super::{emit_last_string8, own, shown, take_last_string8, take_rest};

/// An address book entry id behind its provider UID, [`ProviderUid::ADDRESS_BOOK`](super::ProviderUid::ADDRESS_BOOK).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AddressBookEntryId<'a> {
    /// Version, 1.
    pub version: u32,
    /// Kind of entry; [`AddressBookEntryId::type_name`] has the names.
    pub entry_type: u32,
    /// The distinguished name with its NUL.
    pub x500_dn: String8<'a>,
    /// Bytes behind the NUL; normally none.
    pub trailing: Cow<'a, [u8]>,
}

impl<'a> AddressBookEntryId<'a> {
    /// The entry of type `entry_type` (0 for a mail user) with this distinguished name, up to its first NUL.
    #[must_use]
    pub fn new(entry_type: u32, x500_dn: &str) -> AddressBookEntryId<'static> {
        let dn = x500_dn.split('\0').next().unwrap_or_default().bytes().chain([0]).collect();
        AddressBookEntryId { version: 1, entry_type, x500_dn: String8(dn), trailing: Cow::Borrowed(&[]) }
    }

    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        Some(AddressBookEntryId {
            version: input.parse(le_u32)?,
            entry_type: input.parse(le_u32)?,
            x500_dn: take_last_string8(input),
            trailing: take_rest(input),
        })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u32(self.version);
        out.emit_u32(self.entry_type);
        emit_last_string8(out, &self.x500_dn, &self.trailing);
    }

    /// Returns what kind of entry it is.
    #[must_use]
    pub fn type_name(&self) -> Option<&'static str> {
        Some(match self.entry_type {
            0x000 => "mail user",
            0x001 => "distribution list",
            0x002 => "public folder",
            0x003 => "agent",
            0x004 => "organization",
            0x005 => "private distribution list",
            0x006 => "remote mail user",
            0x100 => "container",
            0x101 => "template",
            0x102 => "one-off user",
            0x200 => "search",
            _ => return None,
        })
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> AddressBookEntryId<'static> {
        AddressBookEntryId { x500_dn: self.x500_dn.into_owned(), trailing: own(self.trailing), ..self }
    }
}

/// `mail user /O=ORG/CN=RECIPIENTS/CN=JANE`.
impl fmt::Display for AddressBookEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.type_name() {
            Some(name) => write!(f, "{name} {}", shown(&self.x500_dn)),
            None => write!(f, "address book entry of type 0x{:X} {}", self.entry_type, shown(&self.x500_dn)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::entry_id::EntryId;
    use proptest::prelude::*;

    const HEAD: &[u8] = b"\0\0\0\0\xDC\xA7\x40\xC8\xC0\x42\x10\x1A\xB4\xB9\x08\x00\x2B\x2F\xE1\x82";

    fn id(entry_type: u32, dn: &'static [u8], trailing: &'static [u8]) -> AddressBookEntryId<'static> {
        AddressBookEntryId { version: 1, entry_type, x500_dn: String8(dn.into()), trailing: Cow::Borrowed(trailing) }
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            (AddressBookEntryId::new(0, "/O=HP/CN=AU"), &b"\x01\0\0\0\0\0\0\0/O=HP/CN=AU\0"[..]),
            (AddressBookEntryId::new(1, "."), b"\x01\0\0\0\x01\0\0\0.\0"),
            (id(0x200, b"", b""), b"\x01\0\0\0\0\x02\0\0"),
            (id(0, b"/O=X", b""), b"\x01\0\0\0\0\0\0\0/O=X"),
            (id(0, b"/O=X\0", b"\0"), b"\x01\0\0\0\0\0\0\0/O=X\0\0"),
        ];
        for (value, data) in table {
            let bytes = [HEAD, data].concat();
            assert_eq!(EntryId::AddressBook(value.clone()).to_bytes().unwrap(), bytes);
            assert_eq!(EntryId::parse(&bytes), EntryId::AddressBook(value));
        }
    }

    #[test]
    fn the_type_is_shown_by_name_or_number() {
        assert_eq!(AddressBookEntryId::new(1, "/O=X").to_string(), "distribution list /O=X");
        assert_eq!(AddressBookEntryId::new(0x77, "/O=X").to_string(), "address book entry of type 0x77 /O=X");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entry_type in any::<u32>(), dn in "[^\0]{0,40}") {
            let id = EntryId::AddressBook(AddressBookEntryId::new(entry_type, &dn));
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
        }
    }
}
