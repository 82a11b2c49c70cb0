//! TNEF (`winmail.dat`) and MAPI properties: read, write and convert what Outlook and Exchange wrap rich mail in.
//!
//! This is the library. The program `winmail`, which opens such files, converts mailboxes and stands in mail routes, is the package
//! `winmail-cli`: `cargo install winmail-cli`.
//!
//! ```
//! use winmail::{Message, ReadOptions};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
//! let message = Message::read(&bytes, &ReadOptions::lenient())?;
//! assert_eq!(message.subject().as_deref(), Some("Figures of the third quarter"));
//! for attachment in &message.attachments {
//!     println!("{}: {} bytes", attachment.file_name().unwrap_or_default(), attachment.data().len());
//! }
//! assert!(message.report().is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! # Three tiers
//!
//! 1. **Views** ([`tnef::Reader`], [`tnef::Attribute`], [`tnef::PropertyRef`]) borrow from the input, do not allocate, and know
//!    the absolute offset of everything. [`tnef::Reader::pieces`] accounts for every byte of a damaged stream.
//! 2. **The model** ([`Message`], [`Recipient`], [`Attachment`]) is what people came for. Attachments borrow from the input.
//! 3. **The writer**: [`Message::to_tnef`] copies what was not edited byte for byte; [`tnef::Writer`] frames raw attributes.
//!
//! [`tnef::StreamReader`] walks a stream of any size in constant memory.
//!
//! # Where a specification is
//!
//! | specification | module |
//! |---|---|
//! | [MS-OXTNEF] the stream | [`tnef`] |
//! | [MS-OXMSG], [MS-CFB] Outlook's .msg | `msg` (feature `msg`) |
//! | [MS-OXCDATA] property types, names, entry ids | [`mapi`] |
//! | [MS-OXPROPS] the dictionary | [`mapi::tags`], [`mapi::named`], [`mapi::dictionary`] |
//! | [MS-OXOMSG], [MS-OXOCAL] conversation index, report tag, global object id, recurrences, zones | [`mapi::blob`] |
//! | [MS-OXCMSG] messages, recipients, attachments | [`message`] |
//! | [MS-OXRTFCP] compressed RTF | [`rtf::lzfu`] |
//! | [MS-OXRTFEX] HTML and text in RTF | [`rtf::deencapsulate`], [`rtf::encapsulate`] |
//! | [MS-OXBBODY] which body is the real one | [`message::Body`] |
//! | [MS-OXCMAIL] mail | `convert::mime` (feature `mime`) |
//! | [MS-OXOCAL], [MS-OXOTASK], [MS-OXOCNTC] items | `items` (feature `items`) |
//! | [MS-OXCICAL] iCalendar | `convert::icalendar` (feature `items`) |
//! | [MS-OXVCARD] vCard | `convert::vcard` (feature `items`) |
//!
//! # Errors and damage
//!
//! Reading is lenient unless [`ReadOptions::strict`] is asked for: a defect becomes a [`Diagnostic`] with a stable
//! [`Code`] in [`Message::report`], and reading goes on. An [`Error`] says who must act ([`ErrorKind`]), where, and what.
//! [`Limits`] bound what reading may cost. No input makes this crate panic; there is no `unsafe` in it.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | adds |
//! |---|---|
//! | `html` | nothing any more: plain text of HTML bodies needs no other package |
//! | `items` | appointments, tasks, contacts as data; iCalendar and vCard of them |
//! | `mime` | mail: TNEF to MIME, MIME to TNEF, the filter, and what an input is |
//! | `msg` | Outlook's own file, .msg |
//! | `policy` | Exchange's remote domains, and the formats that their settings come in |
//! | `recall` | whether a recall finds its message, and why not |
//! | `serde` | `Serialize` for diagnostics, and a stream as JSON and back |
//! | `jiff` | `FileTime` and `DateTime` from and into times of the crate jiff |
//! | `file-names` | which file names some file system takes for one |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::string_slice
    )
)]

pub mod base;
#[cfg(any(feature = "items", feature = "mime"))]
pub mod convert;
mod html;
#[cfg(feature = "mime")]
pub mod input;
#[cfg(feature = "items")]
pub mod items;
#[cfg(feature = "serde")]
pub mod json;
pub mod mapi;
pub mod message;
#[cfg(feature = "msg")]
pub mod msg;
#[cfg(feature = "policy")]
pub mod policy;
#[cfg(feature = "recall")]
pub mod recall;
pub mod redact;
pub mod rtf;
pub mod safe_name;
pub mod tnef;

pub use base::bytes::Bytes;
pub use base::codepage::CodePage;
pub use base::diag::{Code, Diagnostic, Report, Severity};
pub use base::error::{Error, ErrorKind, Result};
pub use base::limits::Limits;
pub use base::options::{Compliance, ReadOptions, WriteOptions};
pub use base::time::{DateTime, FileTime};
pub use mapi::generated::{typed_named as named, typed_tags as tags};
pub use message::model::{Attachment, Message};
pub use message::recipient::Recipient;

/// The code of the pages in `docs` compiles.
#[cfg(doctest)]
#[doc = include_str!("../docs/streaming.md")]
struct Streaming;

/// The code of the pages in `docs` compiles.
#[cfg(all(doctest, feature = "msg"))]
#[doc = include_str!("../docs/outlook-files.md")]
struct OutlookFiles;
