//! What a message is made of. Message and attachment hold each other, and so stand in one file.

use std::borrow::Cow;
use std::fmt;

use crate::base::bytes::{Keep, Ranges};
use crate::base::{Bytes, CodePage, ReadOptions, Report};
use crate::mapi::typed::{IntoValue, TypedProperty, ValueType};
use crate::mapi::{Object, PropertyBag, SearchKey, tags};
use crate::tnef::{Pieces, RendData};

use super::{MessageKind, Recipient};

/// A message: out of a TNEF stream, or new.
///
/// ```
/// use winmail::{Message, ReadOptions};
///
/// let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
/// let message = Message::read(&bytes, &ReadOptions::lenient())?;
/// assert_eq!(message.class().as_deref(), Some("IPM.Note"));
/// /// assert_eq!(message.attachments.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// All properties of the message: those of attMsgProps in their order, then those that only attributes carry.
    pub properties: PropertyBag<'a>,
    /// The rows of the recipient table. Empty in ordinary top-level messages, whose recipients are in the mail's headers.
    pub recipients: Vec<Recipient<'a>>,
    /// The attachments, in their order.
    pub attachments: Vec<Attachment<'a>>,
    pub(super) key: Option<u16>,
    pub(super) source: Bytes<'a>,
    pub(super) offset: u64,
    pub(super) layout: Layout,
    pub(super) reading: Reading,
}

/// An attachment of a message.
///
/// ```
/// use winmail::{Attachment, Message};
///
/// let mut message = Message::new("IPM.Note");
/// message.attachments.push(Attachment::from_bytes("figures.csv", "1;2"));
/// let attachment = &message.attachments[0];
/// assert_eq!((attachment.file_name().as_deref(), attachment.data()), (Some("figures.csv"), &b"1;2"[..]));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Attachment<'a> {
    /// All properties of the attachment: those of attAttachment in their order, then those that only attributes carry.
    ///
    /// PidTagAttachDataBinary and PidTagAttachDataObject stand here as they were read. What is written is `content`.
    pub properties: PropertyBag<'a>,
    /// Content of the attachment.
    pub content: Content<'a>,
    /// attAttachRendData; `None` if the stream has none for it.
    pub rend_data: Option<RendData>,
    pub(super) number: usize,
    /// Where its attributes start in the stream that it was read from.
    pub(super) origin: Option<u64>,
    /// attAttachTitle, where the list has another value in its place.
    pub(super) title: Option<String>,
}

/// Contents of an attachment.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content<'a> {
    /// Nothing: a reference to a file elsewhere, or an attachment that lost its data.
    None,
    /// Bytes: a file, or an OLE 1 stream.
    Bytes(Bytes<'a>),
    /// A file that is not in memory: so many bytes that are read when the message is written, by
    /// [`Message::write_tnef_with`]. Reading makes none, and nested messages cannot have any.
    Deferred(u64),
    /// An embedded message.
    Message(Box<Message<'a>>),
    /// An OLE object or another object that is no message, or a message that could not be read.
    Object(Object<'a>),
}

/// How a message was read, and what was found on the way. Says nothing about what the message is: all are equal.
#[derive(Clone, Default)]
pub(super) struct Reading {
    pub(super) options: ReadOptions,
    pub(super) report: Report,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} diagnostics", self.report.diagnostics().len())
    }
}

impl PartialEq for Reading {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What reading found out about the stream that its pieces alone do not show. Offsets are absolute.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Layout {
    /// Where the attributes of each attachment start.
    pub(super) parts: Vec<u64>,
    /// Where attachments start that were refused because of a limit.
    pub(super) refused: Option<u64>,
    /// From where to where nothing was read because of a limit.
    pub(super) unread: Vec<(u64, u64)>,
}

impl Layout {
    pub(super) fn is_unread(&self, offset: u64) -> bool {
        self.unread.iter().any(|(start, end)| (*start..*end).contains(&offset))
    }
}

impl<'a> Message<'a> {
    /// A new message of a class, `IPM.Note`, with nothing in it. Its 8-bit strings, if it gets any, are in windows-1252.
    ///
    /// ```
    /// use winmail::mapi::tags;
    /// use winmail::{Attachment, Message, WriteOptions};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.properties.set(tags::SUBJECT, "Report");
    /// message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    /// let bytes = message.to_tnef(&WriteOptions::default())?;
    /// assert_eq!(Message::from_tnef(&bytes)?.subject().as_deref(), Some("Report"));
    /// # Ok::<(), winmail::Error>(())
    /// ```
    #[must_use]
    pub fn new(class: &str) -> Self {
        let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
        properties.set(tags::MESSAGE_CLASS, class);
        Message {
            properties,
            recipients: Vec::new(),
            attachments: Vec::new(),
            key: None,
            source: Bytes::default(),
            offset: 0,
            layout: Layout::default(),
            reading: Reading::default(),
        }
    }

    /// The MAPI message class, `IPM.Note`; legacy names of attMessageClass are translated.
    #[must_use]
    pub fn class(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::MESSAGE_CLASS)
    }

    /// Returns what the class says that the message is.
    #[must_use]
    pub fn kind(&self) -> MessageKind {
        MessageKind::of_class(&self.class().unwrap_or_default())
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::SUBJECT)
    }

    /// PR_SEARCH_KEY: from PidTagSearchKey, else from attMessageID.
    #[must_use]
    pub fn search_key(&self) -> Option<SearchKey<'_>> {
        SearchKey::from_value(self.properties.get(tags::SEARCH_KEY)?)
    }

    /// The code page of the message's 8-bit strings.
    ///
    /// attOemCodepage decides; where it is absent, zero or unsupported, PidTagMessageCodepage, then
    /// PidTagInternetCodepage, then [`ReadOptions::default_code_page`](crate::ReadOptions::default_code_page), then 1252.
    #[must_use]
    pub fn code_page(&self) -> CodePage {
        self.properties.code_page()
    }

    /// The legacy attachment key of the stream; `None` if the stream ends before it.
    #[must_use]
    pub fn legacy_key(&self) -> Option<u16> {
        self.key
    }

    /// Returns where the stream starts in the outermost input: 0 except for nested messages.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The stream that the message was read from, whole, whatever was changed since; empty for a new message.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// Returns what reading found wrong, in this message and in those within it; empty for a nested message, whose defects stand in the
    /// report of the outermost one, and for a new one. Its bodies are decoded when they are asked for, and have reports of their
    /// own ([`BodyText::report`](super::BodyText::report)).
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.reading.report
    }

    /// The options that the message was read with, and that its bodies are decoded with.
    #[must_use]
    pub fn read_options(&self) -> &ReadOptions {
        &self.reading.options
    }

    /// Says how the message was read, and what was found on the way.
    #[cfg(feature = "mime")]
    pub(crate) fn set_reading(&mut self, options: &ReadOptions, report: Report) {
        self.reading = Reading { options: options.clone(), report };
    }

    /// The stream as pieces that cover all of it: header, attributes, and what is neither.
    #[must_use]
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::at(&self.source, self.offset)
    }

    /// Returns the value of a property, by a tag that knows its type: `message.get(tags::SUBJECT)` is text.
    ///
    /// `None` if it is missing, or has another type than the specification gives it. The bag [`Message::properties`] has the
    /// untyped access.
    ///
    /// ```
    /// use winmail::{Message, named, tags};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.set(tags::IMPORTANCE, 2);
    /// message.set(named::KEYWORDS, ["red", "blue"]);
    /// assert_eq!(message.get(tags::IMPORTANCE), Some(2));
    /// assert_eq!(message.get(named::KEYWORDS).unwrap(), ["red", "blue"]);
    /// assert_eq!(message.get(tags::SUBJECT), None);
    /// ```
    #[must_use]
    pub fn get<P: TypedProperty>(&self, property: P) -> Option<<P::Type as ValueType>::Read<'_>> {
        property.get_from(&self.properties)
    }

    /// Sets a property, by a tag that knows its type. A value of another type does not compile:
    ///
    /// ```compile_fail
    /// use winmail::{Message, tags};
    ///
    /// Message::new("IPM.Note").set(tags::SUBJECT, 1);
    /// ```
    pub fn set<P: TypedProperty>(&mut self, property: P, value: impl IntoValue<P::Type>) {
        property.set_in(&mut self.properties, value.into_value());
    }

    /// Removes a property; returns whether it was there.
    pub fn remove<P: TypedProperty>(&mut self, property: P) -> bool {
        property.remove_from(&mut self.properties)
    }

    /// A copy that borrows nothing. Its stream is copied once; values and nested messages are ranges of that.
    ///
    /// Whoever has the stream as a vector saves that copy with [`Message::from_vec`].
    #[must_use]
    pub fn into_owned(self) -> Message<'static> {
        let source = self.source.clone();
        self.keep(&Ranges::of_stream(&source))
    }

    pub(super) fn keep(self, keep: &impl Keep) -> Message<'static> {
        Message {
            properties: self.properties.keep(keep),
            recipients: self.recipients.into_iter().map(|recipient| recipient.keep(keep)).collect(),
            attachments: self.attachments.into_iter().map(|attachment| attachment.keep(keep)).collect(),
            key: self.key,
            source: keep.keep(self.source),
            offset: self.offset,
            layout: self.layout,
            reading: self.reading,
        }
    }
}
