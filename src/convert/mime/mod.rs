//! TNEF and MIME ([MS-OXCMAIL]): finding TNEF in mail, a message as MIME, MIME as a message, and a mail with its TNEF part
//! replaced by what is in it.
//!
//! The structures of header fields have a file each, in which they are read and written: `words`, `token`, `mailbox`,
//! `parameter`, `date`.
//!
//! ```
//! use winmail::convert::mime::{self, EncapsulateOptions, MimeOptions, MimeReadOptions};
//!
//! let mail = b"From: jane@example.org\r\nSubject: Figures\r\n\r\nSee below.\r\n";
//! let message = mime::read(mail, &MimeReadOptions::default())?;
//! assert_eq!(message.subject().as_deref(), Some("Figures"));
//!
//! // The same as Outlook sends it, with a winmail.dat; and as a plain mail again.
//! let carried = mime::encapsulate(&message, &EncapsulateOptions::default())?.bytes;
//! let again = mime::read(&carried, &MimeReadOptions::default())?;
//! let plain = mime::write(&again, &MimeOptions::default())?.bytes;
//! assert!(String::from_utf8_lossy(&plain).contains("Subject: Figures"));
//! # Ok::<(), winmail::Error>(())
//! ```

pub mod account;
mod base64;
mod date;
mod disposition;
pub(crate) mod encapsulate;
pub mod filter;
pub mod find;
mod flowed;
mod fnv;
mod item;
mod mailbox;
mod markup;
pub mod mbox;
mod parameter;
pub(crate) mod read;
mod received_header;
mod report_fields;
pub mod structure;
mod token;
pub mod transfer;
mod undeclared;
mod words;
pub(crate) mod write;

pub use encapsulate::{EncapsulateOptions, TnefForm, encapsulate};
pub use read::{MimeReadOptions, read};
pub use write::{AttachmentForm, BodyForms, MacBinary, MacFileForm, MimeOptions, SevenBitText, Written, write};
