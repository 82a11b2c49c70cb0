//! Entry ids ([MS-OXCDATA] 2.2.4, 2.2.5): what opens an object of a store or an address book.
//!
//! ```text
//! 4 bytes   flags, zero in everything that is stored
//! 16 bytes  provider UID
//! ...       as the provider likes: a file of this folder for each kind
//! ```
//!
//! Nothing is refused: what is of no known provider, short, or not laid out as its provider should is
//! [`EntryId::Other`] with its bytes. `EntryId::parse(bytes).to_bytes()` gives `bytes` back, whatever they are.

pub(crate) mod address_book;
pub(crate) mod contact;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod one_off;
pub(crate) mod store;

use std::borrow::Cow;
use std::fmt;

use crate::base::Offset;
use crate::base::hex::Hex;
use crate::base::input::Cursor;
use crate::base::output::Emit;
use crate::base::{Error, ErrorKind, Result};

use super::own;
use super::value::{String8, Utf16};

pub use address_book::AddressBookEntryId;
pub use contact::{ContactEntryId, WrappedEntryId};
pub use list::{FlatEntryList, FlatEntryPadding};
pub use object::{FolderEntryId, LongTermId, MessageEntryId, ObjectType};
pub use one_off::{OneOffEntryId, OneOffFlags, OneOffText};
pub use store::{ExchangeStoreEntryId, StoreEntryId};

/// The UID of the provider that made an entry id, in the order of its bytes.
#[doc(alias = "MAPIUID")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProviderUid(pub [u8; 16]);

macro_rules! providers {
    ($($(#[$doc:meta])* $konst:ident $name:literal $bytes:expr;)*) => {
        impl ProviderUid {
            $($(#[$doc])* pub const $konst: ProviderUid = ProviderUid($bytes);)*

            /// Returns what the provider is for, if it is known.
            #[must_use]
            pub fn name(self) -> Option<&'static str> {
                [$((ProviderUid::$konst, $name)),*].into_iter().find(|(uid, _)| *uid == self).map(|(_, name)| name)
            }
        }
    };
}

providers! {
    /// One-off recipients, [MS-OXCDATA] 2.2.5.1.
    ONE_OFF "one-off"
        [0x81, 0x2B, 0x1F, 0xA4, 0xBE, 0xA3, 0x10, 0x19, 0x9D, 0x6E, 0x00, 0xDD, 0x01, 0x0F, 0x54, 0x02];
    /// The address book (directory), [MS-OXCDATA] 2.2.5.2.
    ADDRESS_BOOK "address book"
        [0xDC, 0xA7, 0x40, 0xC8, 0xC0, 0x42, 0x10, 0x1A, 0xB4, 0xB9, 0x08, 0x00, 0x2B, 0x2F, 0xE1, 0x82];
    /// Addresses of contacts and personal distribution lists, [MS-OXCDATA] 2.2.5.3 and 2.2.5.4.
    CONTACT "contact"
        [0xFE, 0x42, 0xAA, 0x0A, 0x18, 0xC7, 0x1A, 0x10, 0xE8, 0x85, 0x0B, 0x65, 0x1C, 0x24, 0x00, 0x00];
    /// Members of personal distribution lists, [MS-OXOCNTC] 2.2.2.2.4.1.1.
    WRAPPED "personal distribution list member"
        [0xC0, 0x91, 0xAD, 0xD3, 0x51, 0x9D, 0xCF, 0x11, 0xA4, 0xA9, 0x00, 0xAA, 0x00, 0x47, 0xFA, 0xA4];
    /// Message stores, wrapped by MAPI, [MS-OXCDATA] 2.2.4.3.
    STORE "store"
        [0x38, 0xA1, 0xBB, 0x10, 0x05, 0xE5, 0x10, 0x1A, 0xA1, 0xBB, 0x08, 0x00, 0x2B, 0x2A, 0x56, 0xC2];
    /// An Exchange mailbox, within a store entry id, [MS-OXCDATA] 2.2.4.3.
    MAILBOX_STORE "mailbox store"
        [0x1B, 0x55, 0xFA, 0x20, 0xAA, 0x66, 0x11, 0xCD, 0x9B, 0xC8, 0x00, 0xAA, 0x00, 0x2F, 0xC4, 0x5A];
    /// Exchange's public folders, within a store entry id, [MS-OXCDATA] 2.2.4.3.
    PUBLIC_STORE "public store"
        [0x1C, 0x83, 0x02, 0x10, 0xAA, 0x66, 0x11, 0xCD, 0x9B, 0xC8, 0x00, 0xAA, 0x00, 0x2F, 0xC4, 0x5A];
    /// A folder or message in Exchange's public folders, [MS-OXCDATA] 2.2.4.1 and 2.2.4.2.
    PUBLIC_OBJECT "public folder object"
        [0x1A, 0x44, 0x73, 0x90, 0xAA, 0x66, 0x11, 0xCD, 0x9B, 0xC8, 0x00, 0xAA, 0x00, 0x2F, 0xC4, 0x5A];
}

/// Upper-case hexadecimal digits in the order of the bytes.
impl fmt::Display for ProviderUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

/// An entry id, read by its provider.
#[doc(alias = "ENTRYID")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryId<'a> {
    /// A recipient that no directory knows.
    OneOff(OneOffEntryId<'a>),
    /// An entry of the directory.
    AddressBook(AddressBookEntryId<'a>),
    /// An address of a contact, or a personal distribution list.
    Contact(ContactEntryId<'a>),
    /// A member of a personal distribution list.
    Wrapped(WrappedEntryId<'a>),
    /// A folder of an Exchange store.
    Folder(FolderEntryId),
    /// A message of an Exchange store.
    Message(MessageEntryId),
    /// A store, wrapped by MAPI.
    Store(StoreEntryId<'a>),
    /// What a store entry id wraps where the store is Exchange's.
    ExchangeStore(ExchangeStoreEntryId<'a>),
    /// Everything else, all bytes of it.
    Other(Cow<'a, [u8]>),
}

/// Flags and UID.
const HEAD: usize = 20;

impl<'a> EntryId<'a> {
    /// Reads an entry id.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Self {
        Self::parse_known(bytes).unwrap_or(EntryId::Other(Cow::Borrowed(bytes)))
    }

    fn parse_known(bytes: &'a [u8]) -> Option<Self> {
        let (flags, uid) = head(bytes)?;
        if flags != [0; 4] {
            // Short-term: the provider alone knows what stands in it.
            return None;
        }
        let mut data = Cursor::new(bytes.get(HEAD..)?, 0);
        match uid {
            ProviderUid::ONE_OFF => OneOffEntryId::parse(&mut data).map(EntryId::OneOff),
            ProviderUid::ADDRESS_BOOK => AddressBookEntryId::parse(&mut data).map(EntryId::AddressBook),
            ProviderUid::CONTACT => ContactEntryId::parse(&mut data).map(EntryId::Contact),
            ProviderUid::WRAPPED => WrappedEntryId::parse(&mut data).map(EntryId::Wrapped),
            ProviderUid::STORE => StoreEntryId::parse(&mut data).map(EntryId::Store),
            ProviderUid::MAILBOX_STORE | ProviderUid::PUBLIC_STORE => {
                ExchangeStoreEntryId::parse(uid, &mut data).map(EntryId::ExchangeStore)
            }
            // Folders and messages have the mailbox for their provider: type and length tell.
            _ => match bytes.len() {
                FolderEntryId::LENGTH => FolderEntryId::parse(uid, &mut data).map(EntryId::Folder),
                MessageEntryId::LENGTH => MessageEntryId::parse(uid, &mut data).map(EntryId::Message),
                _ => None,
            },
        }
    }

    /// The provider; `None` where there are not bytes enough for one.
    #[must_use]
    pub fn provider(&self) -> Option<ProviderUid> {
        match self {
            EntryId::OneOff(_) => Some(ProviderUid::ONE_OFF),
            EntryId::AddressBook(_) => Some(ProviderUid::ADDRESS_BOOK),
            EntryId::Contact(_) => Some(ProviderUid::CONTACT),
            EntryId::Wrapped(_) => Some(ProviderUid::WRAPPED),
            EntryId::Folder(id) => Some(id.provider),
            EntryId::Message(id) => Some(id.provider),
            EntryId::Store(_) => Some(ProviderUid::STORE),
            EntryId::ExchangeStore(id) => Some(id.provider),
            EntryId::Other(bytes) => head(bytes).map(|(_, uid)| uid),
        }
    }

    /// The bytes, as a property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`] if a length does not fit its field.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        if let EntryId::Other(bytes) = self {
            out.emit_bytes(bytes);
            return Ok(out);
        }
        out.emit_u32(0);
        out.emit_bytes(&self.provider().unwrap_or(ProviderUid([0; 16])).0);
        match self {
            EntryId::OneOff(id) => id.emit(&mut out),
            EntryId::AddressBook(id) => id.emit(&mut out),
            EntryId::Contact(id) => id.emit(&mut out).ok_or_else(too_long)?,
            EntryId::Wrapped(id) => id.emit(&mut out),
            EntryId::Folder(id) => id.emit(&mut out),
            EntryId::Message(id) => id.emit(&mut out),
            EntryId::Store(id) => id.emit(&mut out),
            EntryId::ExchangeStore(id) => id.emit(&mut out),
            EntryId::Other(_) => {}
        }
        Ok(out)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> EntryId<'static> {
        match self {
            EntryId::OneOff(id) => EntryId::OneOff(id.into_owned()),
            EntryId::AddressBook(id) => EntryId::AddressBook(id.into_owned()),
            EntryId::Contact(id) => EntryId::Contact(id.into_owned()),
            EntryId::Wrapped(id) => EntryId::Wrapped(id.into_owned()),
            EntryId::Folder(id) => EntryId::Folder(id),
            EntryId::Message(id) => EntryId::Message(id),
            EntryId::Store(id) => EntryId::Store(id.into_owned()),
            EntryId::ExchangeStore(id) => EntryId::ExchangeStore(id.into_owned()),
            EntryId::Other(bytes) => EntryId::Other(own(bytes)),
        }
    }
}

/// What kind it is and what it names, in a line for people; 8-bit text as Latin 1.
impl fmt::Display for EntryId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EntryId::OneOff(id) => id.fmt(f),
            EntryId::AddressBook(id) => id.fmt(f),
            EntryId::Contact(id) => id.fmt(f),
            EntryId::Wrapped(id) => id.fmt(f),
            EntryId::Folder(id) => id.fmt(f),
            EntryId::Message(id) => id.fmt(f),
            EntryId::Store(id) => id.fmt(f),
            EntryId::ExchangeStore(id) => id.fmt(f),
            EntryId::Other(bytes) => Hex(bytes).fmt(f),
        }
    }
}

fn head(bytes: &[u8]) -> Option<([u8; 4], ProviderUid)> {
    let mut cursor = Cursor::new(bytes, 0);
    Some((cursor.take_array()?, ProviderUid(cursor.take_array()?)))
}

fn too_long() -> Error {
    Error::new(ErrorKind::Unencodable, "entry id: length of the inner entry id does not fit 32 bits")
}

fn take_rest<'a>(input: &mut Cursor<'a>) -> Cow<'a, [u8]> {
    Cow::Borrowed(input.take_rest())
}

/// Text up to and with its NUL; `None` if there is no NUL.
fn take_string8<'a>(input: &mut Cursor<'a>) -> Option<String8<'a>> {
    let text = input.rest().split_inclusive(|byte| *byte == 0).next().filter(|text| text.ends_with(&[0]))?;
    input.take(text.len()).map(|bytes| String8(bytes.into()))
}

/// Text up to and with its NUL, or all that is left where none comes.
fn take_last_string8<'a>(input: &mut Cursor<'a>) -> String8<'a> {
    take_string8(input).unwrap_or_else(|| String8(take_rest(input).into()))
}

/// Text up to and with its two-byte NUL; `None` if there is no NUL.
fn take_utf16<'a>(input: &mut Cursor<'a>) -> Option<Utf16<'a>> {
    let nul = input.rest().chunks_exact(2).position(|unit| unit == [0, 0])?;
    input.take(((Offset::from(nul) + 1) * 2).index()).map(|bytes| Utf16(bytes.into()))
}

/// Text up to and with its NUL, or all that is left where none comes.
fn take_last_utf16<'a>(input: &mut Cursor<'a>) -> Utf16<'a> {
    take_utf16(input).unwrap_or_else(|| Utf16(take_rest(input).into()))
}

/// Text that something follows: up to its first NUL, and a NUL.
fn emit_string8(out: &mut Vec<u8>, text: &String8<'_>) {
    out.emit_bytes(text.text_bytes());
    out.emit_u8(0);
}

/// The last text, which may lack its NUL if nothing follows it.
fn emit_last_string8(out: &mut Vec<u8>, text: &String8<'_>, trailing: &[u8]) {
    out.emit_bytes(text.text_bytes());
    if text.is_terminated() || !trailing.is_empty() {
        out.emit_u8(0);
    }
    out.emit_bytes(trailing);
}

fn emit_utf16(out: &mut Vec<u8>, text: &Utf16<'_>) {
    text.0.chunks_exact(2).take_while(|unit| *unit != [0, 0]).for_each(|unit| out.emit_bytes(unit));
    out.emit_u16(0);
}

fn emit_last_utf16(out: &mut Vec<u8>, text: &Utf16<'_>, trailing: &[u8]) {
    if text.is_terminated() || !trailing.is_empty() {
        emit_utf16(out, text);
    } else {
        // With its odd byte, if it has one.
        out.emit_bytes(&text.0);
    }
    out.emit_bytes(trailing);
}

/// 8-bit text for people, whose code page an entry id does not name.
fn shown(text: &String8<'_>) -> String {
    text.text_bytes().iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::corpus;
    use proptest::prelude::*;

    #[test]
    fn provider_uids_have_names_and_print_their_bytes() {
        assert_eq!(ProviderUid::ONE_OFF.name(), Some("one-off"));
        assert_eq!(ProviderUid::ONE_OFF.to_string(), "812B1FA4BEA310199D6E00DD010F5402");
        assert_eq!(ProviderUid([7; 16]).name(), None);
    }

    #[test]
    fn what_is_unknown_keeps_its_bytes() {
        let mut short_term = EntryId::AddressBook(AddressBookEntryId::new(0, "/O=X")).to_bytes().unwrap();
        short_term[0] = 0xFF;
        for bytes in [&b""[..], b"abc", &[0; 20], &[7; 24], &short_term] {
            let id = EntryId::parse(bytes);
            assert!(matches!(id, EntryId::Other(_)), "{id:?}");
            assert_eq!(id.to_bytes().unwrap(), bytes);
        }
        assert_eq!(EntryId::parse(&short_term).provider(), Some(ProviderUid::ADDRESS_BOOK));
        assert_eq!(EntryId::parse(b"abc").provider(), None);
    }

    /// Every entry id of a known provider in the real samples is read as its kind and written back as it was.
    #[test]
    fn real_entry_ids_read_and_write_back() {
        let samples = corpus::files("tnef");
        let mut found = [0; 5];
        for (name, bytes) in &samples {
            // Fuzzed and crafted files hold broken ones on purpose.
            if name.starts_with("fuzz") || name.starts_with("poc") {
                continue;
            }
            for (n, uid) in [ProviderUid::ONE_OFF, ProviderUid::ADDRESS_BOOK, ProviderUid::CONTACT, ProviderUid::STORE]
                .into_iter()
                .enumerate()
            {
                for at in corpus::find_all(bytes, &uid.0) {
                    // A PtypBinary value: its length, flags of zero, then the UID.
                    let Some(value) = at.checked_sub(4).and_then(|start| corpus::counted(bytes, start)) else { continue };
                    if value.len() < HEAD || value[..4] != [0; 4] {
                        continue;
                    }
                    let id = EntryId::parse(value);
                    assert_eq!(id.provider(), Some(uid), "{name} at {at}");
                    assert!(!matches!(id, EntryId::Other(_)), "{name} at {at}: {id}");
                    assert_eq!(id.to_bytes().unwrap(), value, "{name} at {at}");
                    found[n] += 1;
                    if let EntryId::OneOff(one_off) = &id {
                        found[4] += usize::from(matches!(one_off.text, OneOffText::Unicode { .. }));
                    }
                }
            }
        }
        assert!(samples.is_empty() || found.iter().all(|count| *count > 0), "{found:?}");
    }

    fn strategy() -> impl Strategy<Value = Vec<u8>> {
        let uid = prop_oneof![
            Just(ProviderUid::ONE_OFF.0),
            Just(ProviderUid::ADDRESS_BOOK.0),
            Just(ProviderUid::CONTACT.0),
            Just(ProviderUid::WRAPPED.0),
            Just(ProviderUid::STORE.0),
            Just(ProviderUid::MAILBOX_STORE.0),
            Just(ProviderUid::PUBLIC_STORE.0),
            any::<[u8; 16]>(),
        ];
        // Few values, so that NULs, small types and lengths come up often.
        let data = proptest::collection::vec(prop_oneof![Just(0_u8), 0_u8..8, Just(b'a'), any::<u8>()], 0..60);
        (prop_oneof![9 => Just([0_u8; 4]), 1 => any::<[u8; 4]>()], uid, data)
            .prop_map(|(flags, uid, data)| [&flags[..], &uid, &data].concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_bytes_come_back(bytes in strategy()) {
            let id = EntryId::parse(&bytes);
            prop_assert_eq!(&id.to_bytes().unwrap(), &bytes);
            let _ = id.to_string();
            prop_assert_eq!(&id.clone().into_owned(), &id);
        }

        #[test]
        fn any_prefix_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            prop_assert_eq!(EntryId::parse(&bytes).to_bytes().unwrap(), bytes);
        }
    }
}
