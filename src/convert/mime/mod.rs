//! TNEF and MIME ([MS-OXCMAIL]): finding TNEF in mail, a message as MIME, MIME as a message, and a mail with its TNEF part
//! replaced by what is in it.
//!
//! What MIME a library does well is a library's: `mail-parser` reads the values of fields.

pub mod carry;
pub mod filter;
pub mod find;
mod fnv;
pub mod mbox;
pub mod read;
pub mod structure;
pub mod transfer;
pub mod write;

pub use carry::{Carrier, CarryOptions, carry};
pub use read::{MimeReadOptions, read};
pub use write::{AttachmentForm, BodyForms, Entity, MacBinary, MacFileForm, MimeOptions, SevenBitText, entities, entity, write};
