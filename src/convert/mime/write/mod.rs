//! A message as MIME ([MS-OXCMAIL] 2.1): header from properties, bodies, attachments, nested messages.
//!
//! ```text
//! multipart/mixed                         where there are attachments
//!   multipart/related                     where the HTML shows some of them
//!     multipart/alternative               where there is more than one body
//!       text/plain
//!       text/html
//!       text/calendar; method=REQUEST   where the message is an item of a calendar
//!     image/png; Content-ID               what the HTML refers to
//!   application/pdf                       a file
//!   message/rfc822                        an embedded message, with a tree of its own
//!   multipart/appledouble                 a MacBinary file
//! ```
//!
//! S/MIME mail has its one attachment for a root, reports are `multipart/report`. The same message gives the same bytes, always:
//! nothing is taken from the clock or by chance. No byte outside ASCII leaves, but for what is signed, text with UUENCODE, and
//! the local parts of addresses that are outside ASCII themselves (RFC 6532). No attachment is left out,
//! whatever it is; what MIME has no place for is a diagnostic.

mod address;
mod agree;
mod apple;
mod attachment;
mod binhex;
mod body;
mod carrier;
mod elsewhere;
pub(in crate::convert::mime) mod encoding;
mod encrypted;
mod fields;
mod inline;
mod options;
mod part;
mod report;
mod smime;
mod text;
mod transport;
mod uuencode;
mod writer;

use crate::base::context::Ctx;
use crate::base::{ReadOptions, Report, Result};
use crate::convert::mime::item::ItemPart;
use crate::message::Message;

pub use apple::MacBinary;
pub(in crate::convert::mime) use carrier::carrier;
pub(in crate::convert::mime) use encrypted::is_encrypted;
pub use options::{AttachmentForm, BodyForms, MacFileForm, MimeOptions, SevenBitText};

use part::{Part, Serializer};
use report::ReportKind;
pub(in crate::convert::mime) use writer::ItemSource;
use writer::Writer;

/// A MIME entity (RFC 2045, 2.4): what stands in the place of an `application/ms-tnef` part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub(in crate::convert::mime) struct Entity {
    /// Its `Content-` fields, folded, each with CR LF. The empty line that ends a header is not there.
    pub header: Vec<u8>,
    /// Its body, encoded, with CR LF. It ends with CR LF unless it is empty.
    pub body: Vec<u8>,
}

impl Entity {
    fn new((header, body): (Vec<u8>, Vec<u8>)) -> Self {
        Entity { header, body }
    }

    /// Header, empty line and body.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.header, &b"\r\n"[..], &self.body].concat()
    }
}

/// A mail or a stream that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Written {
    /// The mail or the stream.
    pub bytes: Vec<u8>,
    /// Facts that could not be written as they are.
    pub report: Report,
}

impl AsRef<[u8]> for Written {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The message as a mail: header, bodies, attachments, with CR LF line ends.
///
/// # Errors
/// Returns no error so far: writing is lenient.
///
/// ```
/// use winmail::convert::mime::{self, MimeOptions};
/// use winmail::{Attachment, Message, tags};
///
/// let mut message = Message::new("IPM.Note");
/// message.set(tags::SUBJECT, "Figures");
/// message.set(tags::BODY, "See below.");
/// message.attachments.push(Attachment::from_bytes("a.txt", &b"1, 2, 3"[..]));
/// let mail = mime::write(&message, &MimeOptions::default())?;
/// assert!(mail.bytes.starts_with(b"Subject: Figures\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn write(message: &Message<'_>, options: &MimeOptions) -> Result<Written> {
    let mut report = Report::new();
    match write_beside(message, None, options, &mut report) {
        Ok(bytes) => Ok(Written { bytes, report }),
        Err(error) => Err(error.with_report(report)),
    }
}

/// As [`write`], with the stream that the message was read from beside it.
pub(in crate::convert::mime) fn write_beside(
    message: &Message<'_>,
    stream: Option<&[u8]>,
    options: &MimeOptions,
    report: &mut Report,
) -> Result<Vec<u8>> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let mut writer = Writer::new(options, Ctx::new(&read, report));
    let (header, mut root) = writer.mail(message)?;
    if let Some(stream) = stream {
        root = carrier::with_stream(root, stream);
    }
    Ok(Serializer::new(&header, &root).mail(header, &root))
}

/// The bodies and attachments of the message as one entity, without the header fields of a mail.
///
/// No line of it can be taken for a boundary of the mail around it, unless it is signed or has attachments as UUENCODE or BinHex. With [`BodyForms::None`], it is the
/// attachments alone; where there are none, an empty text.
///
/// # Errors
/// Returns no error so far: writing is lenient.
pub(in crate::convert::mime) fn entity(message: &Message<'_>, options: &MimeOptions, report: &mut Report) -> Result<Entity> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let root = Writer::new(options, Ctx::new(&read, report)).root(message)?;
    Ok(Entity::new(Serializer::new(b"", &root).split(&root)))
}

/// The part of an item as an entity.
pub(in crate::convert::mime) fn item_entity(item: ItemPart) -> Entity {
    let part = Part::item(item);
    Entity::new(Serializer::new(b"", &part).split(&part))
}

/// The same as [`entity`] in pieces, to be put among the parts of a `multipart/mixed`: the bodies with what they show, and each
/// attachment.
///
/// # Errors
/// Returns no error so far: writing is lenient.
#[cfg(test)]
pub(in crate::convert::mime) fn entities(
    message: &Message<'_>,
    options: &MimeOptions,
    report: &mut Report,
) -> Result<Vec<Entity>> {
    entities_with(message, options.bodies, ItemSource::Message, options, report)
}

/// As [`entities`], with these bodies and this calendar or card of the message itself; those in it have the ones of `options`.
pub(in crate::convert::mime) fn entities_with(
    message: &Message<'_>,
    bodies: BodyForms,
    item: ItemSource,
    options: &MimeOptions,
    report: &mut Report,
) -> Result<Vec<Entity>> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let mut writer = Writer::new(options, Ctx::new(&read, report));
    (writer.bodies, writer.item) = (bodies, item);
    let mut root = writer.root(message)?;
    let mut serializer = Serializer::new(b"", &root);
    Ok(match root.mixed_children() {
        Some(children) => children.iter().map(|child| Entity::new(serializer.split(child))).collect(),
        None => vec![Entity::new(serializer.split(&root))],
    })
}

impl Writer<'_> {
    /// The header of a mail up to MIME-Version, and its root.
    fn mail<'m>(&mut self, message: &'m Message<'_>) -> Result<(Vec<u8>, Box<Part<'m>>)> {
        let root = self.root(message)?;
        Ok((self.header(message)?, root))
    }

    /// The bodies that are wanted of the message at hand: those within it are whole, whatever is done with its own.
    fn wanted_bodies(&self) -> BodyForms {
        match self.options.bodies {
            _ if self.depth == 0 => self.bodies,
            BodyForms::None => BodyForms::HtmlAndText,
            wanted => wanted,
        }
    }

    /// Bodies and attachments.
    fn root<'m>(&mut self, message: &'m Message<'_>) -> Result<Box<Part<'m>>> {
        if let Some(root) = self.smime(message)? {
            return Ok(root);
        }
        match ReportKind::of(message).filter(|_| self.wanted_bodies() != BodyForms::None && !self.uuencodes()) {
            Some(kind) => self.report(message, kind),
            None => match encrypted::encrypted(message).or_else(|| encrypted::partial(message)).filter(|_| !self.uuencodes()) {
                Some(root) => Ok(root),
                None => self.ordinary(message),
            },
        }
    }
}
