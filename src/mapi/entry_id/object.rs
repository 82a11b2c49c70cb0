//! Folder and message entry ids of Exchange stores ([MS-OXCDATA] 2.2.4, 2.2.4.1, 2.2.4.2).
//!
//! ```text
//! u16       object type
//! 24 bytes  folder: database GUID, 6-byte counter, 2 zero bytes
//! 24 bytes  message: the same, in message entry ids only
//! ```
//!
//! 46 and 70 bytes with flags and provider, which is the mailbox GUID, or [`ProviderUid::PUBLIC_OBJECT`]. Other lengths, other
//! types and padding other than zero make it an unknown entry id.

use std::fmt;

use uuid::Uuid;

use crate::base::hex::Hex;
use crate::base::input::{Cursor, le_u16};
use crate::base::output::Emit;

use super::ProviderUid;

/// The type of an object in an Exchange store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectType(pub u16);

macro_rules! object_types {
    ($($konst:ident $code:literal $name:literal $what:literal;)*) => {
        impl ObjectType {
            $(#[doc = concat!($name, ": ", $what, ".")] pub const $konst: ObjectType = ObjectType($code);)*

            /// The specification's name, `PrivateFolder`, if the type is known.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($code => Some($name),)* _ => None }
            }
        }

        impl fmt::Display for ObjectType {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.0 { $($code => f.write_str($what),)* other => write!(f, "object of type 0x{other:04X}") }
            }
        }
    };
}

object_types! {
    PRIVATE_FOLDER 0x0001 "PrivateFolder" "folder in a mailbox";
    PUBLIC_FOLDER 0x0003 "PublicFolder" "public folder";
    MAPPED_PUBLIC_FOLDER 0x0005 "MappedPublicFolder" "mapped public folder";
    PRIVATE_MESSAGE 0x0007 "PrivateMessage" "message in a mailbox";
    PUBLIC_MESSAGE 0x0009 "PublicMessage" "message in a public folder";
    MAPPED_PUBLIC_MESSAGE 0x000B "MappedPublicMessage" "message in a mapped public folder";
    PUBLIC_NEWSGROUP_FOLDER 0x000C "PublicNewsgroupFolder" "newsgroup folder";
}

/// An object's identity in all replicas of a store: the database that made it and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LongTermId {
    /// The database.
    pub database: Uuid,
    /// The number, most significant byte first.
    pub global_counter: [u8; 6],
}

impl LongTermId {
    /// Reads it with its padding, which must be zero.
    fn parse(input: &mut Cursor<'_>) -> Option<Self> {
        let id = LongTermId { database: Uuid::from_bytes_le(input.take_array()?), global_counter: input.take_array()? };
        (input.take_array()? == [0; 2]).then_some(id)
    }

    fn emit(&self, out: &mut Vec<u8>) {
        out.emit_bytes(&self.database.to_bytes_le());
        out.emit_bytes(&self.global_counter);
        out.emit_u16(0);
    }
}

/// `{GUID}-counter`, the counter in hexadecimal.
impl fmt::Display for LongTermId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}-{}", self.database, Hex(&self.global_counter))
    }
}

/// A folder's entry id, 46 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FolderEntryId {
    /// The mailbox GUID, or [`ProviderUid::PUBLIC_OBJECT`].
    pub provider: ProviderUid,
    /// One of the folder types.
    pub folder_type: ObjectType,
    /// The folder.
    pub folder: LongTermId,
}

impl FolderEntryId {
    /// With flags and provider, in bytes.
    pub const LENGTH: usize = 46;

    pub(super) fn parse(provider: ProviderUid, input: &mut Cursor<'_>) -> Option<Self> {
        let folder_type = ObjectType(input.parse(le_u16)?);
        let folder = LongTermId::parse(input)?;
        matches!(
            folder_type,
            ObjectType::PRIVATE_FOLDER
                | ObjectType::PUBLIC_FOLDER
                | ObjectType::MAPPED_PUBLIC_FOLDER
                | ObjectType::PUBLIC_NEWSGROUP_FOLDER
        )
        .then_some(FolderEntryId { provider, folder_type, folder })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u16(self.folder_type.0);
        self.folder.emit(out);
    }
}

/// `folder in a mailbox {GUID}-counter`.
impl fmt::Display for FolderEntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.folder_type, self.folder)
    }
}

/// A message's entry id, 70 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageEntryId {
    /// The mailbox GUID, or [`ProviderUid::PUBLIC_OBJECT`].
    pub provider: ProviderUid,
    /// One of the message types.
    pub message_type: ObjectType,
    /// The folder that holds it.
    pub folder: LongTermId,
    /// The message.
    pub message: LongTermId,
}

impl MessageEntryId {
    /// With flags and provider, in bytes.
    pub const LENGTH: usize = 70;

    pub(super) fn parse(provider: ProviderUid, input: &mut Cursor<'_>) -> Option<Self> {
        let message_type = ObjectType(input.parse(le_u16)?);
        let folder = LongTermId::parse(input)?;
        let message = LongTermId::parse(input)?;
        matches!(message_type, ObjectType::PRIVATE_MESSAGE | ObjectType::PUBLIC_MESSAGE | ObjectType::MAPPED_PUBLIC_MESSAGE)
            .then_some(MessageEntryId { provider, message_type, folder, message })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u16(self.message_type.0);
        self.folder.emit(out);
        self.message.emit(out);
    }
}

/// `message in a mailbox {GUID}-counter in {GUID}-counter`.
impl fmt::Display for MessageEntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {}", self.message_type, self.message, self.folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::entry_id::EntryId;
    use proptest::prelude::*;

    const MAILBOX: ProviderUid = ProviderUid(*b"\x75\xF6\x2F\xB4\xA8\xDD\x01\x45\x89\xE8\xBB\xAF\xBD\xC5\x0B\x12");

    /// Folder ids as Outlook 2016 writes them, with the database GUID of a local replica.
    const FOLDER: LongTermId =
        LongTermId { database: Uuid::from_u128(0x108EB6C3_75F7_CE11_B4CD_00AA00BBB6E6), global_counter: [0, 0, 0, 0, 0, 0x0E] };

    const FOLDER_BYTES: &[u8] = b"\xC3\xB6\x8E\x10\xF7\x75\x11\xCE\xB4\xCD\x00\xAA\x00\xBB\xB6\xE6\0\0\0\0\0\x0E\0\0";

    #[test]
    fn values_and_bytes() {
        let folder = FolderEntryId { provider: MAILBOX, folder_type: ObjectType::PRIVATE_FOLDER, folder: FOLDER };
        let bytes = [&[0; 4], &MAILBOX.0[..], b"\x01\0", FOLDER_BYTES].concat();
        assert_eq!(bytes.len(), FolderEntryId::LENGTH);
        assert_eq!(EntryId::Folder(folder).to_bytes().unwrap(), bytes);
        assert_eq!(EntryId::parse(&bytes), EntryId::Folder(folder));
        assert_eq!(folder.to_string(), "folder in a mailbox {108eb6c3-75f7-ce11-b4cd-00aa00bbb6e6}-00000000000E");

        let message = MessageEntryId {
            provider: ProviderUid::PUBLIC_OBJECT,
            message_type: ObjectType::PUBLIC_MESSAGE,
            folder: FOLDER,
            message: LongTermId { database: Uuid::from_u128(1), global_counter: [1, 2, 3, 4, 5, 6] },
        };
        let bytes = [
            &[0; 4],
            &ProviderUid::PUBLIC_OBJECT.0[..],
            b"\x09\0",
            FOLDER_BYTES,
            b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\x02\x03\x04\x05\x06\0\0",
        ]
        .concat();
        assert_eq!(bytes.len(), MessageEntryId::LENGTH);
        assert_eq!(EntryId::Message(message).to_bytes().unwrap(), bytes);
        assert_eq!(EntryId::parse(&bytes), EntryId::Message(message));
    }

    #[test]
    fn another_type_length_or_padding_makes_it_unknown() {
        let good = [&[0; 4], &MAILBOX.0[..], b"\x01\0", FOLDER_BYTES].concat();
        let mut message_type = good.clone();
        message_type[20] = 7;
        let mut padding = good.clone();
        padding[45] = 1;
        for bytes in [&message_type[..], &padding, &good[..45], &[&good[..], b"\0"].concat()] {
            assert!(matches!(EntryId::parse(bytes), EntryId::Other(_)), "{bytes:?}");
        }
        assert_eq!((ObjectType(0x000C).name(), ObjectType(2).name()), (Some("PublicNewsgroupFolder"), None));
        assert_eq!(ObjectType(2).to_string(), "object of type 0x0002");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(ids in any::<[u128; 2]>(), counters in any::<[[u8; 6]; 2]>(), public in any::<bool>()) {
            let provider = if public { ProviderUid::PUBLIC_OBJECT } else { MAILBOX };
            let [folder, message] = [0, 1].map(|n| LongTermId { database: Uuid::from_u128(ids[n]), global_counter: counters[n] });
            let id = EntryId::Message(MessageEntryId { provider, message_type: ObjectType::PRIVATE_MESSAGE, folder, message });
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
            let id = EntryId::Folder(FolderEntryId { provider, folder_type: ObjectType::PUBLIC_FOLDER, folder });
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(EntryId::parse(&bytes), id);
        }
    }
}
