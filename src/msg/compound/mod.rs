//! Compound files ([MS-CFB]): the container of .msg, a small file system of storages and streams in one file.
//!
//! | section | structure | file |
//! |---|---|---|
//! | 2.2 | header | `header` |
//! | 2.3-2.5 | sectors, FAT, mini FAT, DIFAT | `sectors` |
//! | 2.6 | directory | `entry` |
//!
//! [`CompoundFile`] reads, [`CompoundWriter`] writes. Both are made for this crate: reading has to hand over what is sound of a
//! damaged file, must neither loop nor allocate by a declared size, and borrows a stream whose sectors follow each other; crates
//! for the format refuse damage or copy every stream. The tests let such a crate judge what is written.

mod entry;
mod file;
mod header;
mod layout;
mod sectors;
mod writer;

pub use entry::{Entry, EntryKind};
pub use file::{CompoundFile, Fault, StreamData};
pub use header::SIGNATURE;
pub use writer::{CompoundWriter, StorageId};
