//! Layer 3: the message that people came for: class, properties, recipients, attachments, nested messages.
//!
//! [`Message::read`] turns a TNEF stream into it. Text and bytes borrow from the input; the stream itself stays reachable
//! with all its attributes and all its damage through [`Message::pieces`].
//!
//! [`Message::to_tnef`] turns it back. It compares the message with the stream it came from and writes anew only what is no
//! longer the same, so that what was not touched keeps its bytes, and a message that was not touched is its stream.
//!
//! ```
//! use winmail::{Attachment, Message, WriteOptions};
//!
//! let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
//! let mut message = Message::from_tnef(&bytes)?;
//! message.set_subject("Corrected figures");
//! message.attachments.push(Attachment::from_bytes("note.txt", "See page 3."));
//! let edited = message.to_tnef(&WriteOptions::default())?;
//!
//! let again = Message::from_tnef(&edited)?;
//! assert_eq!(again.subject().as_deref(), Some("Corrected figures"));
//! assert_eq!(again.attachments.last().unwrap().data(), b"See page 3.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assemble;
pub(crate) mod attachment;
pub(crate) mod body;
mod content;
pub mod diff;
pub mod edit;
pub mod embedded;
mod grouping;
pub mod html;
pub(crate) mod kind;
mod legacy;
mod listed;
mod lower;
pub mod meaning;
pub(crate) mod media_type;
pub(crate) mod model;
#[cfg(feature = "msg")]
mod msg;
mod parts;
mod place;
pub(crate) mod recipient;
pub(crate) mod reference;
#[cfg(test)]
mod searches;
mod stream;
mod subject;
mod verdict;

pub use body::{Body, BodyKind};
pub use content::BodyText;
#[cfg(feature = "mime")]
pub(crate) use content::text_of_html;
pub use kind::MessageKind;
pub use model::Content;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use model::{Attachment, Message};
use model::{Layout, Reading};
#[cfg(feature = "msg")]
pub use msg::MsgWriteOptions;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use recipient::Recipient;
pub use reference::Reference;
pub use stream::{AttachmentReader, MessageStream};
