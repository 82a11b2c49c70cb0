//! Store entry ids ([MS-OXCDATA] 2.2.4.3): MAPI's wrapping, and what Exchange's own provider wraps in it.
//!
//! ```text
//! u8      version, 0
//! u8      flag, 0
//! text    name of the provider's DLL, 8-bit, NUL; zeros up to a multiple of four from the start of the entry id
//! ...     the provider's entry id: flags, UID, data
//!
//! Exchange's data:  u32 type (0x0C mailbox, 0x06 public) | server name NUL | distinguished name of the mailbox NUL
//! ```
//!
//! The specification knows one DLL, `EMSMDB.DLL`, with three zeros behind its NUL; `mspst.dll` and `pstprx.dll` of personal
//! folders (their data is a path) show that the zeros are alignment. Tolerated: what newer versions of Exchange
//! append, and a public store without a distinguished name.

use std::borrow::Cow;
use std::fmt;

use crate::base::Offset;
use crate::base::input::{Cursor, le_u8, le_u32, padding};
use crate::base::output::Emit;
use crate::mapi::value::String8;

use super::{EntryId, ProviderUid, emit_last_string8, emit_string8, own, shown, take_last_string8, take_rest, take_string8};

/// A store entry id behind its provider UID, [`ProviderUid::STORE`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StoreEntryId<'a> {
    /// Version, 0.
    pub version: u8,
    /// Flag, 0.
    pub flag: u8,
    /// The name of the provider's DLL with its NUL and without the padding: `EMSMDB.DLL`, `mspst.dll`...
    pub dll_name: String8<'a>,
    /// The provider's entry id of the store.
    pub wrapped: Cow<'a, [u8]>,
}

impl<'a> StoreEntryId<'a> {
    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let version = input.parse(le_u8)?;
        let flag = input.parse(le_u8)?;
        let dll_name = take_string8(input)?;
        // Counted from the start of the id, whose head is as long as a multiple of four.
        let end = Offset::from(dll_name.0.len()) + 2;
        let padding = input.take(padding(end.index()))?;
        if padding.iter().any(|byte| *byte != 0) {
            return None;
        }
        Some(StoreEntryId { version, flag, dll_name, wrapped: take_rest(input) })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        // The head before it is as long as a multiple of four.
        let start = out.len();
        out.emit_u8(self.version);
        out.emit_u8(self.flag);
        emit_string8(out, &self.dll_name);
        out.emit_pad4(start);
        out.emit_bytes(&self.wrapped);
    }

    /// The provider's entry id of the store.
    #[must_use]
    pub fn wrapped_entry_id(&self) -> EntryId<'_> {
        EntryId::parse(&self.wrapped)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> StoreEntryId<'static> {
        StoreEntryId { dll_name: self.dll_name.into_owned(), wrapped: own(self.wrapped), ..self }
    }
}

/// `store of EMSMDB.DLL`, and nothing of the wrapped entry id.
impl fmt::Display for StoreEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "store of {}", shown(&self.dll_name))
    }
}

/// The entry id of an Exchange store, as a store entry id wraps it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExchangeStoreEntryId<'a> {
    /// [`ProviderUid::MAILBOX_STORE`] or [`ProviderUid::PUBLIC_STORE`].
    pub provider: ProviderUid,
    /// Type of the store: 0x0C for a mailbox, 0x06 for the public store.
    pub store_type: u32,
    /// The server's short name with its NUL.
    pub server_short_name: String8<'a>,
    /// The mailbox's distinguished name with its NUL; empty where there is none.
    pub mailbox_dn: String8<'a>,
    /// Bytes behind it.
    pub trailing: Cow<'a, [u8]>,
}

impl<'a> ExchangeStoreEntryId<'a> {
    pub(super) fn parse(provider: ProviderUid, input: &mut Cursor<'a>) -> Option<Self> {
        Some(ExchangeStoreEntryId {
            provider,
            store_type: input.parse(le_u32)?,
            server_short_name: take_string8(input)?,
            mailbox_dn: take_last_string8(input),
            trailing: take_rest(input),
        })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u32(self.store_type);
        emit_string8(out, &self.server_short_name);
        emit_last_string8(out, &self.mailbox_dn, &self.trailing);
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ExchangeStoreEntryId<'static> {
        ExchangeStoreEntryId {
            server_short_name: self.server_short_name.into_owned(),
            mailbox_dn: self.mailbox_dn.into_owned(),
            trailing: own(self.trailing),
            ..self
        }
    }
}

/// `mailbox /o=ORG/cn=Recipients/cn=jane on SERVER`.
impl fmt::Display for ExchangeStoreEntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = shown(&self.server_short_name);
        match self.provider {
            ProviderUid::PUBLIC_STORE => write!(f, "public folders on {server}"),
            _ => write!(f, "mailbox {} on {server}", shown(&self.mailbox_dn)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STORE: &[u8] = b"\0\0\0\0\x38\xA1\xBB\x10\x05\xE5\x10\x1A\xA1\xBB\x08\x00\x2B\x2A\x56\xC2";
    const MAILBOX: &[u8] = b"\0\0\0\0\x1B\x55\xFA\x20\xAA\x66\x11\xCD\x9B\xC8\x00\xAA\x00\x2F\xC4\x5A";

    fn store(dll_name: &'static [u8], wrapped: &[u8]) -> EntryId<'static> {
        let (dll_name, wrapped) = (String8(dll_name.into()), Cow::Owned(wrapped.to_vec()));
        EntryId::Store(StoreEntryId { version: 0, flag: 0, dll_name, wrapped })
    }

    #[test]
    fn values_and_bytes() {
        let wrapped = [MAILBOX, b"\x0C\0\0\0SRV\0/o=X/cn=jane\0"].concat();
        let table = [
            // The specification's DLLFileName field: 14 bytes.
            (store(b"EMSMDB.DLL\0", &wrapped), [STORE, b"\0\0EMSMDB.DLL\0\0\0\0", &wrapped].concat()),
            // Personal folders: no padding at 32 bytes, three zeros at 33.
            (store(b"mspst.dll\0", b"rest"), [STORE, b"\0\0mspst.dll\0rest"].concat()),
            (store(b"pstprx.dll\0", b"rest"), [STORE, b"\0\0pstprx.dll\0\0\0\0rest"].concat()),
        ];
        for (value, bytes) in table {
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(EntryId::parse(&bytes), value);
        }
        let EntryId::Store(store) = store(b"EMSMDB.DLL\0", &wrapped) else { unreachable!() };
        assert_eq!(store.to_string(), "store of EMSMDB.DLL");
        let inner = store.wrapped_entry_id();
        assert_eq!(inner.to_string(), "mailbox /o=X/cn=jane on SRV");
        assert_eq!(inner.to_bytes().unwrap(), wrapped);
    }

    #[test]
    fn a_public_store_needs_no_distinguished_name() {
        let bytes = [&[0; 4], &ProviderUid::PUBLIC_STORE.0[..], b"\x06\0\0\0SRV\0"].concat();
        assert_eq!(EntryId::parse(&bytes).to_string(), "public folders on SRV");
        assert_eq!(EntryId::parse(&bytes).to_bytes().unwrap(), bytes);
    }

    #[test]
    fn padding_other_than_zero_makes_it_unknown() {
        let bytes = [STORE, b"\0\0EMSMDB.DLL\0\0\x01\0rest"].concat();
        assert!(matches!(EntryId::parse(&bytes), EntryId::Other(_)));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(dll in "[^\0]{0,12}", wrapped in any::<Vec<u8>>()) {
            let dll_name = String8(format!("{dll}\0").into_bytes().into());
            let id = EntryId::Store(StoreEntryId { version: 0, flag: 0, dll_name, wrapped: Cow::Owned(wrapped) });
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
        }
    }
}
