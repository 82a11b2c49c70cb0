//! A message as MIME ([MS-OXCMAIL] 2.1): header from properties, bodies, attachments, nested messages.
//!
//! ```text
//! multipart/mixed                         where there are attachments
//!   multipart/related                     where the HTML shows some of them
//!     multipart/alternative               where there is more than one body
//!       text/plain
//!       text/html
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
mod apple;
mod attachment;
mod binhex;
mod body;
mod carrier;
pub(in crate::convert::mime) mod encoding;
mod fields;
mod inline;
mod part;
mod report;
mod smime;
mod text;
mod transport;
mod uuencode;

use crate::base::context::Ctx;
use crate::base::{CodePage, Limits, ReadOptions, Report, Result};
use crate::convert::mime::words::Charset;
use crate::message::Message;

pub(in crate::convert::mime) use carrier::carrier;

use part::{Part, Serializer};
use report::ReportKind;

/// Which bodies are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BodyForms {
    /// Plain text and, where the message has any, HTML.
    #[default]
    HtmlAndText,
    /// HTML alone; plain text where there is none.
    Html,
    /// Plain text alone.
    Text,
    /// The one that the sender wrote.
    Best,
    /// None: attachments alone, those that a body would show too.
    None,
}

/// How attachments are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum AttachmentForm {
    /// As parts of a multipart.
    #[default]
    Mime,
    /// As UUENCODE behind the plain text, for readers that know no MIME. The body is plain text then, whatever
    /// [`MimeOptions::bodies`] says, and as it is in its character set: 8-bit, where that is.
    Uuencode,
}

/// How files of the Macintosh, MacBinary in the message, are written ([MS-OXCMAIL] 2.1.3.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MacFileForm {
    /// `multipart/appledouble` (RFC 1740): what only a Macintosh reads, and the data fork, which everybody reads.
    #[default]
    AppleDouble,
    /// `application/applefile` (RFC 1740): both forks in one file.
    AppleSingle,
    /// `application/mac-binhex40` (RFC 1741): both forks as text. With [`AttachmentForm::Uuencode`], in the body.
    BinHex,
}

/// How text in a 7-bit character set is encoded, as ByteEncoderTypeFor7BitCharsets of a remote domain has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum SevenBitText {
    /// As other text: as it is where nothing on the way can harm it, else quoted-printable or base64.
    #[default]
    Suitable,
    /// As it is; quoted-printable where lines are longer than SMTP allows, or would be taken for something else.
    SevenBit,
    /// Quoted-printable.
    QuotedPrintable,
    /// Base64.
    Base64,
}

/// How a message is written as MIME.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MimeOptions {
    /// Which bodies. Default HTML and plain text.
    pub bodies: BodyForms,
    /// How attachments are written. Default as parts.
    pub attachments: AttachmentForm,
    /// How files of the Macintosh are written. Default AppleDouble.
    pub mac_files: MacFileForm,
    /// The character set of texts and of header fields. A text that it does not have all of goes in UTF-8. Default UTF-8.
    pub charset: CodePage,
    /// How many percent of the characters of a body must be in `charset` for it to be kept, as RequiredCharsetCoverage of a
    /// remote domain has it. What is not in it is a character reference in HTML and a question mark in plain text, with a
    /// diagnostic. Default 100: nothing is lost.
    pub charset_coverage: u8,
    /// How HTML in a 7-bit character set is encoded.
    pub seven_bit_html: SevenBitText,
    /// How plain text in a 7-bit character set is encoded.
    pub seven_bit_text: SevenBitText,
    /// The column at which lines of plain text are wrapped, as LineWrapSize of a remote domain has it: 1 to 132; 0 and `None`
    /// do not wrap. Default `None`.
    pub line_wrap: Option<u8>,
    /// Whether the header that the message was received with, PidTagTransportMessageHeaders, is used where there is one; its
    /// fields come before those made of properties. Default yes.
    pub transport_headers: bool,
    /// Whether blind copies are named. Default no: who has the mail would learn of them.
    pub bcc: bool,
    /// Whether HTML is made of Outlook's rich text where a message has nothing else. Default yes.
    pub rich_text_as_html: bool,
    /// Whether names of files outside ASCII also stand as encoded words in Content-Type, for readers that know no RFC 2231. RFC
    /// 2047 forbids them there. Default no.
    pub encoded_word_names: bool,
    /// The domain of addresses that stand for ones that are no Internet addresses, `IMCEAEX-...@domain`. Default
    /// `winmail.invalid`, which no mail can be sent to.
    pub encapsulation_domain: String,
    /// What conversion may cost.
    pub limits: Limits,
}

impl Default for MimeOptions {
    fn default() -> Self {
        MimeOptions {
            bodies: BodyForms::default(),
            attachments: AttachmentForm::default(),
            mac_files: MacFileForm::default(),
            charset: CodePage::UTF_8,
            charset_coverage: 100,
            seven_bit_html: SevenBitText::default(),
            seven_bit_text: SevenBitText::default(),
            line_wrap: None,
            transport_headers: true,
            bcc: false,
            rich_text_as_html: true,
            encoded_word_names: false,
            encapsulation_domain: "winmail.invalid".to_owned(),
            limits: Limits::default(),
        }
    }
}

/// A MIME entity (RFC 2045, 2.4): what stands in the place of an `application/ms-tnef` part.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity {
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

/// The message as a mail: header, bodies, attachments, with CR LF line ends.
///
/// What could not be converted as it is goes into `report`.
///
/// # Errors
/// None as yet: all of it is lenient.
///
/// ```
/// use winmail::convert::mime::{self, MimeOptions};
/// use winmail::{Attachment, Message, Report, mapi::tags};
///
/// let mut message = Message::new("IPM.Note");
/// message.properties.set(tags::SUBJECT, "Figures");
/// message.properties.set(tags::BODY, "See below.");
/// message.attachments.push(Attachment::from_bytes("a.txt", &b"1, 2, 3"[..]));
/// let mail = mime::write(&message, &MimeOptions::default(), &mut Report::new())?;
/// assert!(mail.starts_with(b"Subject: Figures\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
pub fn write(message: &Message<'_>, options: &MimeOptions, report: &mut Report) -> Result<Vec<u8>> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let mut writer = Writer::new(options, Ctx::new(&read, report));
    let (header, root) = writer.mail(message)?;
    Ok(Serializer::new(&header, &root).mail(header, &root))
}

/// The bodies and attachments of the message as one entity, without the header fields of a mail.
///
/// No line of it can be taken for a boundary of the mail around it, unless it is signed or has attachments as UUENCODE or BinHex. With [`BodyForms::None`], it is the
/// attachments alone; where there are none, an empty text.
///
/// # Errors
/// None as yet: all of it is lenient.
pub fn entity(message: &Message<'_>, options: &MimeOptions, report: &mut Report) -> Result<Entity> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let root = Writer::new(options, Ctx::new(&read, report)).root(message)?;
    Ok(Entity::new(Serializer::new(b"", &root).split(&root)))
}

/// The same as [`entity`] in pieces, to be put among the parts of a `multipart/mixed`: the bodies with what they show, and each
/// attachment.
///
/// # Errors
/// None as yet: all of it is lenient.
pub fn entities(message: &Message<'_>, options: &MimeOptions, report: &mut Report) -> Result<Vec<Entity>> {
    let read = ReadOptions::lenient().with_limits(options.limits.clone());
    let mut root = Writer::new(options, Ctx::new(&read, report)).root(message)?;
    let mut serializer = Serializer::new(b"", &root);
    Ok(match root.mixed_children() {
        Some(children) => children.iter().map(|child| Entity::new(serializer.split(child))).collect(),
        None => vec![Entity::new(serializer.split(&root))],
    })
}

/// What conversion carries along.
struct Writer<'w> {
    options: &'w MimeOptions,
    charset: Charset,
    ctx: Ctx<'w>,
    depth: usize,
}

impl<'w> Writer<'w> {
    fn new(options: &'w MimeOptions, ctx: Ctx<'w>) -> Self {
        Writer { options, charset: Charset::of(options.charset), ctx, depth: 0 }
    }

    /// The header of a mail up to MIME-Version, and its root.
    fn mail<'m>(&mut self, message: &'m Message<'_>) -> Result<(Vec<u8>, Box<Part<'m>>)> {
        let root = self.root(message)?;
        Ok((self.header(message)?, root))
    }

    /// Bodies and attachments.
    fn root<'m>(&mut self, message: &'m Message<'_>) -> Result<Box<Part<'m>>> {
        if let Some(root) = self.smime(message)? {
            return Ok(root);
        }
        match ReportKind::of(message).filter(|_| self.options.bodies != BodyForms::None && !self.uuencodes()) {
            Some(kind) => self.report(message, kind),
            None => self.ordinary(message),
        }
    }

    /// Runs a conversion of a body within what is left of the budget.
    fn budgeted<T>(&mut self, f: impl FnOnce(&ReadOptions, &mut Report) -> Result<T>) -> Result<T> {
        let mut limits = self.options.limits.clone();
        limits.output = self.ctx.budget.output();
        let mut report = Report::new();
        let result = f(&ReadOptions::lenient().with_limits(limits), &mut report);
        self.ctx.adopt(&report);
        result
    }
}
