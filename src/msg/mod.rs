//! Layer 2: Outlook's own file, .msg and .oft ([MS-OXMSG]): the property lists of MAPI in a compound file ([MS-CFB]).
//!
//! | section | structure | here |
//! |---|---|---|
//! | [MS-CFB] | storages and streams in one file | [`CompoundFile`], [`CompoundWriter`] |
//! | 2.2 | names of storages and streams | `name` |
//! | 2.2.3 | names of properties | `named` |
//! | 2.4 | lists of properties | [`MsgObject`], `property_list`, `value` |
//!
//! [`Message::read`](crate::Message::read) makes a message of it, as of a TNEF stream;
//! [`Message::to_msg`](crate::Message::to_msg) writes one.

pub(crate) mod compound;
mod fault;
mod name;
mod named;
mod property_list;
pub(crate) mod reader;
mod value;
pub(crate) mod writer;

pub use compound::{CompoundFile, CompoundWriter, Entry, EntryKind, Fault, SIGNATURE, StorageId, StreamData};
pub use fault::MsgFault;
pub(crate) use name::Name;
pub(crate) use named::NameEntry;
pub(crate) use property_list::unused_bytes;
pub use property_list::{Counts, Owner};
pub use reader::{MsgContent, MsgObject, MsgProperty, MsgReader};
