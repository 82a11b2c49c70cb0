//! TNEF and MIME ([MS-OXCMAIL]): finding TNEF in mail, a message as MIME, MIME as a message, and a mail with its TNEF part
//! replaced by what is in it.
//!
//! The structures of header fields have a file each, in which they are read and written: `words`, `token`, `mailbox`,
//! `parameter`, `date`.

pub mod account;
pub(crate) mod carry;
mod date;
pub mod filter;
pub mod find;
mod flowed;
mod fnv;
mod mailbox;
mod markup;
pub mod mbox;
mod parameter;
pub(crate) mod read;
mod report_fields;
pub mod structure;
mod token;
pub mod transfer;
mod undeclared;
mod words;
pub(crate) mod write;

pub use carry::{Carrier, CarryOptions, carry};
pub use read::{MimeReadOptions, read};
pub use write::{AttachmentForm, BodyForms, MacBinary, MacFileForm, MimeOptions, SevenBitText, Written, write};
