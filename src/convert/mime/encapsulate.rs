//! A message as the TNEF that mail systems send, with the mail around it ([MS-OXCMAIL] 2.1.3.4.3).
//!
//! ```text
//! From, To, Subject, Message-ID ...
//! X-MS-TNEF-Correlator: the Message-ID, and PidTagTnefCorrelationKey inside of the stream
//! Content-Type: multipart/mixed
//!   text/plain                                        what readers without TNEF show
//!   application/ms-tnef; name=winmail.dat             everything
//! ```
//!
//! In the stream of such a mail, the recipients of the outermost message are left to the header; nested messages have all of
//! theirs, but for blind copies, which nobody who gets the mail is to learn of (meetings and tasks keep them: they are rooms).
//! Entry ids of an address book that no receiver has become one-off entry ids. A body that is plain text also goes as RTF.

use std::borrow::Cow;

use crate::base::context::Ctx;
use crate::base::{ReadOptions, Report, Result, WriteOptions};
use crate::mapi::entry_id::OneOffEntryId;
use crate::mapi::{CorrelationKey, EntryId, OneOffFlags, PropTag, PropValue, PropertyBag, RecipientType, tags};
use crate::message::{BodyKind, Content, Message, MessageKind};

use super::MimeOptions;
use super::fnv::Fnv;
use super::read::set_rtf;
use super::write::{Written, carrier};

/// Form of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum TnefForm {
    /// A mail with a plain text and the stream as `winmail.dat`.
    #[default]
    Mail,
    /// A mail that is the stream, in binary: as servers of one Exchange organization send it to each other, and to nobody else.
    Stnef,
    /// The stream alone, all recipients inside.
    Bare,
}

/// Options of making TNEF of a message.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct EncapsulateOptions {
    /// Form of the output. Default a mail.
    pub form: TnefForm,
    /// The mail around the stream; [`MimeOptions::bcc`] also counts inside.
    pub mime: MimeOptions,
    /// Options of the stream. Its correlation key is made to fit the mail.
    pub write: WriteOptions,
}

impl EncapsulateOptions {
    /// The defaults with another form.
    #[must_use]
    pub fn new(form: TnefForm) -> Self {
        EncapsulateOptions { form, ..EncapsulateOptions::default() }
    }

    /// Sets the options of the mail.
    #[must_use]
    pub fn with_mime(mut self, mime: MimeOptions) -> Self {
        self.mime = mime;
        self
    }

    /// Sets the options of the stream.
    #[must_use]
    pub fn with_write(mut self, write: WriteOptions) -> Self {
        self.write = write;
        self
    }
}

/// The message as TNEF, with the mail around it that [`EncapsulateOptions::form`] asks for.
///
/// ```
/// use winmail::convert::mime::{EncapsulateOptions, MimeReadOptions, encapsulate, read};
///
/// let mail = b"From: jane@example.com\r\nSubject: Report\r\nMessage-ID: <1@example.com>\r\n\r\nDone.\r\n";
/// let message = read(mail, &MimeReadOptions::default())?;
/// let carried = encapsulate(&message, &EncapsulateOptions::default())?;
/// assert!(String::from_utf8_lossy(&carried.bytes).contains("X-MS-TNEF-Correlator: <1@example.com>\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// Those of [`Message::to_tnef`].
pub fn encapsulate(message: &Message<'_>, options: &EncapsulateOptions) -> Result<Written> {
    let mut report = Report::new();
    match carried(message, options, &mut report) {
        Ok(bytes) => Ok(Written { bytes, report }),
        Err(error) => Err(error.with_report(report)),
    }
}

fn carried(message: &Message<'_>, options: &EncapsulateOptions, report: &mut Report) -> Result<Vec<u8>> {
    if options.form == TnefForm::Bare {
        return message.to_tnef(&options.write);
    }
    let mut carried = message.clone();
    prepare(&mut carried, options.mime.bcc);
    if options.form == TnefForm::Mail && !is_report(message) {
        carried.recipients.clear();
    }
    if message.native_body() == Some(BodyKind::Text) && message.properties.get(tags::RTF_COMPRESSED).is_none() {
        if let Some(text) = message.properties.str(tags::BODY) {
            let read = ReadOptions::lenient().with_limits(options.mime.limits.clone());
            set_rtf(&mut Ctx::new(&read, report), None, Some(&text), &mut carried)?;
        }
    }
    let correlator = correlator(message, &carried, options)?;
    let tnef = carried.to_tnef(&options.write.clone().with_correlation_key(&correlator))?;
    carrier(message, &tnef, &correlator, options.form == TnefForm::Stnef, &options.mime, report)
}

/// The text that ties stream and mail: the Message-ID, else the key that is there, else a number made of the contents.
fn correlator(message: &Message<'_>, carried: &Message<'_>, options: &EncapsulateOptions) -> Result<String> {
    let usable = |text: &str| !text.is_empty() && text.len() <= 900 && text.bytes().all(|byte| byte.is_ascii_graphic());
    let id = message.properties.str(tags::INTERNET_MESSAGE_ID).map(|id| id.trim().to_owned());
    let key = message.properties.bytes(tags::TNEF_CORRELATION_KEY).map(|key| CorrelationKey(key.into()).to_string());
    if let Some(text) = id.into_iter().chain(key).find(|text| usable(text)) {
        return Ok(text);
    }
    // It is to differ from other mails' and not to be secret.
    let stream = carried.to_tnef(&options.write)?;
    let mut hash = Fnv::default();
    hash.add(&stream);
    Ok(format!("<{:016x}@winmail.invalid>", hash.0))
}

fn is_report(message: &Message<'_>) -> bool {
    matches!(message.kind(), MessageKind::DeliveryReport | MessageKind::NonDeliveryReport)
}

/// Groups that hold an entry id of an address book: entry id, name, SMTP address, address type, address.
const GROUPS: &[[PropTag; 5]] = &[
    [tags::SENDER_ENTRY_ID, tags::SENDER_NAME, tags::SENDER_SMTP_ADDRESS, tags::SENDER_ADDRESS_TYPE, tags::SENDER_EMAIL_ADDRESS],
    [
        tags::SENT_REPRESENTING_ENTRY_ID,
        tags::SENT_REPRESENTING_NAME,
        tags::SENT_REPRESENTING_SMTP_ADDRESS,
        tags::SENT_REPRESENTING_ADDRESS_TYPE,
        tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    ],
    [
        tags::READ_RECEIPT_ENTRY_ID,
        tags::READ_RECEIPT_NAME,
        tags::READ_RECEIPT_SMTP_ADDRESS,
        tags::READ_RECEIPT_ADDRESS_TYPE,
        tags::READ_RECEIPT_EMAIL_ADDRESS,
    ],
    [tags::ENTRY_ID, tags::DISPLAY_NAME, tags::SMTP_ADDRESS, tags::ADDRESS_TYPE, tags::EMAIL_ADDRESS],
];

/// Makes a message fit for those who get it, and the messages in it.
fn prepare(message: &mut Message<'_>, bcc: bool) {
    one_off_ids(&mut message.properties);
    for recipient in &mut message.recipients {
        one_off_ids(&mut recipient.properties);
    }
    let keeps = matches!(
        message.kind(),
        MessageKind::MeetingRequest
            | MessageKind::MeetingCancellation
            | MessageKind::MeetingAccepted
            | MessageKind::MeetingDeclined
            | MessageKind::MeetingTentative
            | MessageKind::Appointment
            | MessageKind::Task
            | MessageKind::TaskRequest
    );
    if !bcc && !keeps {
        message.recipients.retain(|row| row.recipient_type().map(RecipientType::role) != Some(RecipientType::BCC));
        message.properties.remove(tags::DISPLAY_BCC);
    }
    for attachment in &mut message.attachments {
        if let Content::Message(inner) = &mut attachment.content {
            prepare(inner, bcc);
        }
    }
}

/// Puts one-off entry ids in place of those of an address book.
fn one_off_ids(properties: &mut PropertyBag<'_>) {
    for [entry_id, name, smtp, address_type, address] in GROUPS {
        let Some(EntryId::AddressBook(id)) = properties.bytes(*entry_id).map(EntryId::parse) else { continue };
        let dn = String::from_utf8_lossy(id.x500_dn.text_bytes()).into_owned();
        let text = |tag: &PropTag| properties.str(*tag).map(Cow::into_owned).filter(|text| !text.is_empty());
        let shown = text(name).unwrap_or_default();
        let own = text(address_type).zip(text(address));
        let (kind, address) = match text(smtp) {
            Some(smtp) => ("SMTP".to_owned(), smtp),
            None => own.unwrap_or_else(|| ("EX".to_owned(), dn)),
        };
        let made = EntryId::OneOff(OneOffEntryId::new(&shown, &kind, &address, OneOffFlags::empty()));
        // Only entry ids that hold a length or a list can fail to have bytes.
        if let Ok(bytes) = made.to_bytes() {
            properties.set(*entry_id, PropValue::Binary(bytes.into()));
        }
    }
}
