//! Entry ids of people in a contacts folder: contact addresses and personal distribution lists ([MS-OXCDATA] 2.2.5.3,
//! 2.2.5.4), and the members of such lists ([MS-OXOCNTC] 2.2.2.2.4.1.1).
//!
//! ```text
//! contact:  u32 version, 3 | u32 type, 4 contact, 5 list | u32 index | u32 n | n bytes entry id
//! member:   u8 type | entry id
//! ```
//!
//! Tolerated: bytes behind the inner entry id; three are seen from Outlook.

use std::borrow::Cow;
use std::fmt;

use crate::base::input::{Cursor, le_u8, le_u32, length};
use crate::base::output::Emit;

use super::{EntryId, own, take_rest};

/// A contact entry id behind its provider UID, [`ProviderUid::CONTACT`](super::ProviderUid::CONTACT).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContactEntryId<'a> {
    /// Version, 3.
    pub version: u32,
    /// [`ContactEntryId::ADDRESS`] or [`ContactEntryId::LIST`].
    pub entry_type: u32,
    /// Number of the contact's address: 0 to 2 e-mail 1 to 3, 3 to 5 fax 1 to 3; 0xFF for lists.
    pub index: u32,
    /// The entry id of the contact or list, usually a message of the mailbox.
    pub entry_id: Cow<'a, [u8]>,
    /// Bytes behind it.
    pub trailing: Cow<'a, [u8]>,
}

impl<'a> ContactEntryId<'a> {
    /// The type of an address of a contact.
    pub const ADDRESS: u32 = 4;
    /// The type of a personal distribution list.
    pub const LIST: u32 = 5;

    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let version = input.parse(le_u32)?;
        let entry_type = input.parse(le_u32)?;
        let index = input.parse(le_u32)?;
        let count = length(input.parse(le_u32)?);
        let entry_id = Cow::Borrowed(input.take(count)?);
        Some(ContactEntryId { version, entry_type, index, entry_id, trailing: take_rest(input) })
    }

    /// `None` if the inner entry id is longer than its length field can say.
    pub(super) fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        out.emit_u32(self.version);
        out.emit_u32(self.entry_type);
        out.emit_u32(self.index);
        let mark = out.emit_length_mark();
        out.emit_bytes(&self.entry_id);
        out.fill_length(mark)?;
        out.emit_bytes(&self.trailing);
        Some(())
    }

    /// The entry id of the contact or list.
    #[must_use]
    pub fn contact(&self) -> EntryId<'_> {
        EntryId::parse(&self.entry_id)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ContactEntryId<'static> {
        ContactEntryId { entry_id: own(self.entry_id), trailing: own(self.trailing), ..self }
    }
}

/// `e-mail 1 of contact`, and nothing of the inner entry id.
impl fmt::Display for ContactEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.entry_type, self.index) {
            (Self::ADDRESS, index @ 0..=2) => write!(f, "e-mail {} of contact", index.saturating_add(1)),
            (Self::ADDRESS, index @ 3..=5) => write!(f, "fax {} of contact", index.saturating_sub(2)),
            (Self::ADDRESS, index) => write!(f, "address {index} of contact"),
            (Self::LIST, _) => f.write_str("personal distribution list"),
            (entry_type, _) => write!(f, "contact entry of type {entry_type}"),
        }
    }
}

/// A member of a personal distribution list behind its provider UID, [`ProviderUid::WRAPPED`](super::ProviderUid::WRAPPED).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WrappedEntryId<'a> {
    /// Low four bits: 0 one-off, 3 contact, 4 personal distribution list, 5 mail user, 6 distribution list of the
    /// directory. Next three: which address of a contact. The high bit is kept and not interpreted.
    pub wrapped_type: u8,
    /// The member's own entry id.
    pub entry_id: Cow<'a, [u8]>,
}

impl<'a> WrappedEntryId<'a> {
    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        Some(WrappedEntryId { wrapped_type: input.parse(le_u8)?, entry_id: take_rest(input) })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u8(self.wrapped_type);
        out.emit_bytes(&self.entry_id);
    }

    /// The member's own entry id.
    #[must_use]
    pub fn member(&self) -> EntryId<'_> {
        EntryId::parse(&self.entry_id)
    }

    /// Returns what the member is.
    #[must_use]
    pub fn type_name(&self) -> Option<&'static str> {
        Some(match self.wrapped_type & 0x0F {
            0 => "one-off",
            3 => "contact",
            4 => "personal distribution list",
            5 => "mail user",
            6 => "distribution list",
            _ => return None,
        })
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> WrappedEntryId<'static> {
        WrappedEntryId { wrapped_type: self.wrapped_type, entry_id: own(self.entry_id) }
    }
}

/// `list member, contact`, and nothing of the inner entry id.
impl fmt::Display for WrappedEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.type_name() {
            Some(name) => write!(f, "list member, {name}"),
            None => write!(f, "list member of type 0x{:02X}", self.wrapped_type),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::entry_id::{AddressBookEntryId, ProviderUid};
    use proptest::prelude::*;

    fn contact(entry_type: u32, index: u32, trailing: &'static [u8]) -> EntryId<'static> {
        let (entry_id, trailing) = (Cow::Borrowed(&b"abc"[..]), Cow::Borrowed(trailing));
        EntryId::Contact(ContactEntryId { version: 3, entry_type, index, entry_id, trailing })
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            (contact(4, 0, b""), "e-mail 1 of contact", &b"\x03\0\0\0\x04\0\0\0\0\0\0\0\x03\0\0\0abc"[..]),
            (contact(4, 5, b"\0\0\0"), "fax 3 of contact", b"\x03\0\0\0\x04\0\0\0\x05\0\0\0\x03\0\0\0abc\0\0\0"),
            (contact(5, 0xFF, b""), "personal distribution list", b"\x03\0\0\0\x05\0\0\0\xFF\0\0\0\x03\0\0\0abc"),
        ];
        for (value, shown, data) in table {
            let bytes = [&[0; 4], &ProviderUid::CONTACT.0[..], data].concat();
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(EntryId::parse(&bytes), value);
            assert_eq!(value.to_string(), shown);
        }
    }

    #[test]
    fn a_length_past_the_end_makes_it_unknown() {
        let data = b"\x03\0\0\0\x04\0\0\0\0\0\0\0\x04\0\0\0abc";
        let bytes = [&[0; 4], &ProviderUid::CONTACT.0[..], data].concat();
        assert!(matches!(EntryId::parse(&bytes), EntryId::Other(_)));
    }

    #[test]
    fn list_members_hold_an_entry_id_of_their_own() {
        let inner = EntryId::AddressBook(AddressBookEntryId::new(0, "/O=X"));
        let bytes = [&[0; 4], &ProviderUid::WRAPPED.0[..], &[0xB5], &inner.to_bytes().unwrap()].concat();
        let EntryId::Wrapped(wrapped) = EntryId::parse(&bytes) else { panic!("no list member") };
        assert_eq!((wrapped.type_name(), wrapped.member()), (Some("mail user"), inner));
        assert_eq!(wrapped.to_string(), "list member, mail user");
        assert_eq!(EntryId::Wrapped(wrapped).to_bytes().unwrap(), bytes);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entry_type in any::<u32>(), index in any::<u32>(), inner in any::<Vec<u8>>(), trailing in any::<Vec<u8>>()) {
            let (entry_id, trailing) = (Cow::Owned(inner), Cow::Owned(trailing));
            let id = EntryId::Contact(ContactEntryId { version: 3, entry_type, index, entry_id, trailing });
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
        }
    }
}
