//! A message as a .msg: [`Message::to_msg`].
//!
//! What the container itself needs and the message does not have is added: PidTagStoreSupportMask, which says whether text is Unicode,
//! PidTagMessageFlags, and the numbers of recipients and attachments. Text becomes Unicode, unless the message says that it is kept in a
//! store of 8-bit text and has no other. 8-bit text that its code page cannot decode stays as it is.

use std::borrow::Cow;
use std::io::{Read, Write};

use crate::base::error::{Error, ErrorKind};
use crate::base::wire;
use crate::base::{CodePage, Limits, Result};
use crate::mapi::{MessageFlags, Object, PropType, PropValue, Property, PropertyBag, String8, Utf16, tags};
use crate::message::{Attachment, Content, Message};
use crate::msg::writer::{MESSAGE_CLASS_ID, MsgWriter, ObjectWriter, TEMPLATE_CLASS_ID};
use crate::msg::{CompoundWriter, Counts, Owner, StorageId};

use super::page;

/// Options of writing a .msg.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MsgWriteOptions {
    /// True to write a template (.oft).
    pub is_template: bool,
    /// True to write more recipients or attachments than Outlook opens.
    pub beyond_limits: bool,
}

/// The most recipients, and the most attachments, of a message ([MS-OXMSG] 2.2.1, 2.2.2).
const MOST: usize = 2048;

/// Of PidTagStoreSupportMask: text is Unicode.
const UNICODE: i32 = 0x0004_0000;
/// PidTagStoreSupportMask as Outlook writes it, without that.
const STORE: i32 = 0x0000_0E79;

impl Message<'_> {
    /// The message as Outlook's .msg. The same message gives the same bytes.
    ///
    /// ```
    /// use winmail::message::MsgWriteOptions;
    /// use winmail::{Attachment, Message, tags};
    ///
    /// let mut message = Message::new("IPM.Note");
    /// message.set(tags::SUBJECT, "Report");
    /// message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    /// let bytes = message.to_msg(&MsgWriteOptions::default())?;
    /// assert_eq!(Message::read_msg(&bytes, &Default::default())?.subject().as_deref(), Some("Report"));
    /// # Ok::<(), winmail::Error>(())
    /// ```
    ///
    /// # Errors
    /// Unencodable, with the path to the property: a value that is not of its tag's type, more than 2,048 recipients or attachments,
    /// data that is deferred.
    pub fn to_msg(&self, options: &MsgWriteOptions) -> Result<Vec<u8>> {
        self.msg(options)?.to_bytes()
    }

    /// Writes the message as Outlook's .msg, as [`Message::to_msg`] makes it, in one pass.
    ///
    /// # Errors
    /// As [`Message::to_msg`], and then nothing has been written; Io.
    pub fn write_msg(&self, options: &MsgWriteOptions, out: &mut dyn Write) -> Result<()> {
        let nothing = || Error::new(ErrorKind::Unencodable, "the data is deferred, and there is nothing to read it from");
        self.msg(options)?.write(out, &mut |_| Err(nothing()))
    }

    /// The same with the data of deferred attachments ([`Content::Deferred`]) from what `open` opens, which is called with the place of an
    /// attachment: its number in [`Message::attachments`], and in nested messages those of the attachments around it before that. What it
    /// opens is read once, up to the length that the attachment has. Short ones are asked for first.
    ///
    /// # Errors
    /// As [`Message::write_msg`]; Io also if data ends early.
    // Said in full, it is what `write_tnef_with` takes.
    #[allow(clippy::type_complexity)]
    pub fn write_msg_with<'r>(
        &self,
        options: &MsgWriteOptions,
        out: &mut dyn Write,
        open: &mut dyn FnMut(&[usize]) -> std::io::Result<Box<dyn Read + 'r>>,
    ) -> Result<()> {
        let Written { msg, deferred, .. } = self.written(options)?;
        msg.finish().write(out, &mut |number| Ok(open(deferred.get(number).map_or(&[], Vec::as_slice))?))
    }

    fn msg(&self, options: &MsgWriteOptions) -> Result<CompoundWriter<'_>> {
        Ok(self.written(options)?.msg.finish())
    }

    fn written(&self, options: &MsgWriteOptions) -> Result<Written<'_>> {
        let class_id = if options.is_template { TEMPLATE_CLASS_ID } else { MESSAGE_CLASS_ID };
        let (options, path, deferred) = (options.clone(), Vec::new(), Vec::new());
        let mut written = Written { msg: MsgWriter::new(class_id), options, path, deferred };
        message(&mut written, CompoundWriter::ROOT, self, None)?;
        Ok(written)
    }
}

/// A .msg that is being made of a message.
struct Written<'d> {
    msg: MsgWriter<'d>,
    options: MsgWriteOptions,
    /// The numbers of the attachments that are being written, each in the one before.
    path: Vec<usize>,
    /// Where the attachments are whose data comes later.
    deferred: Vec<Vec<usize>>,
}

fn unencodable(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unencodable, message)
}

/// Writes a message into a storage; `outer` is the code page of the one around it.
fn message<'d>(to: &mut Written<'d>, storage: StorageId, message: &'d Message<'_>, outer: Option<CodePage>) -> Result<()> {
    if to.path.len() > Limits::MAX_DEPTH {
        return Err(unencodable(Limits::UNLIMITED.nesting_reached()));
    }
    let text = envelope(to, storage, message, outer)?;
    for (index, attachment) in message.attachments.iter().enumerate() {
        let number = u32::try_from(index).map_err(|_| unencodable("too many attachments"))?;
        let inner = to.msg.attachment(storage, number);
        to.path.push(index);
        let within = |error: Error| error.within("__attach_version1.0", Some(index));
        self::attachment(to, inner, (attachment, number), &text).map_err(within)?;
        to.path.pop();
    }
    Ok(())
}

/// Writes a message but for its attachments.
#[inline(never)]
fn envelope<'d>(to: &mut Written<'d>, storage: StorageId, message: &'d Message<'_>, outer: Option<CodePage>) -> Result<Text> {
    let Written { msg, options, path, .. } = to;
    let (recipients, attachments) = (message.recipients.len(), message.attachments.len());
    if !options.beyond_limits && recipients.max(attachments) > MOST {
        return Err(unencodable(format!(
            "{recipients} recipients and {attachments} attachments, of each of which Outlook opens up to {MOST}; more are written with \
             MsgWriteOptions::beyond_limits"
        )));
    }
    let number = |count: usize| u32::try_from(count).map_err(|_| unencodable("too many recipients or attachments"));
    let (recipients, attachments) = (number(recipients)?, number(attachments)?);
    let counts = Counts { next_recipient: recipients, next_attachment: attachments, recipients, attachments };
    let text = Text::of(message);
    let owner = if path.is_empty() { Owner::Message } else { Owner::Embedded };
    let mut object = ObjectWriter::new(storage, owner, counts);
    let properties = &message.properties;
    let add = |object: &mut ObjectWriter, msg: &mut MsgWriter<'d>, tag, value| object.property(msg, tag, None, Cow::Owned(value));
    let mask = match properties.get(tags::STORE_SUPPORT_MASK) {
        Some(PropValue::Integer32(mask)) => mask & !UNICODE,
        _ => STORE,
    };
    let mask = if text.is_unicode { mask | UNICODE } else { mask };
    add(&mut object, msg, tags::STORE_SUPPORT_MASK, PropValue::Integer32(mask))?;
    let page = message.code_page();
    let derived =
        page::candidates(properties).chain(outer).find(|page| page.is_fit_for_strings()).unwrap_or(CodePage::WINDOWS_1252);
    let says_page = properties.by_id(tags::MESSAGE_CODEPAGE.id()).is_some();
    if derived != page && (text.keeps_8_bit || !says_page) {
        add(&mut object, msg, tags::MESSAGE_CODEPAGE, PropValue::Integer32(wire::signed(page.0)))?;
    }
    self::properties(msg, &mut object, properties, &text, |_| true)?;
    if properties.by_id(tags::MESSAGE_CLASS.id()).is_none() {
        add(&mut object, msg, text.tag(tags::MESSAGE_CLASS), text.value("IPM.Note"))?;
    }
    if properties.by_id(tags::MESSAGE_FLAGS.id()).is_none() {
        let flags = if options.is_template { MessageFlags::UNSENT } else { MessageFlags::READ };
        add(&mut object, msg, tags::MESSAGE_FLAGS, PropValue::Integer32(wire::signed(flags.bits())))?;
    }
    object.finish(msg);
    for (number, recipient) in (0u32..).zip(&message.recipients) {
        let inner = msg.recipient(storage, number);
        let mut object = ObjectWriter::new(inner, Owner::Part, Counts::default());
        let within = |error: Error| error.within("__recip_version1.0", usize::try_from(number).ok());
        self::properties(msg, &mut object, &recipient.properties, &text, |_| true).map_err(within)?;
        numbered(msg, &mut object, &recipient.properties, tags::ROWID, number)?;
        object.finish(msg);
    }
    Ok(text)
}

/// Adds the number of a recipient or attachment, unless it has one.
fn numbered<'d>(
    msg: &mut MsgWriter<'d>,
    object: &mut ObjectWriter,
    properties: &PropertyBag<'_>,
    tag: crate::mapi::PropTag,
    number: u32,
) -> Result<()> {
    if properties.by_id(tag.id()).is_some() {
        return Ok(());
    }
    object.property(msg, tag, None, Cow::Owned(PropValue::Integer32(wire::signed(number))))
}

/// Writes an attachment, and the message in it.
fn attachment<'d>(
    to: &mut Written<'d>,
    storage: StorageId,
    (attachment, number): (&'d Attachment<'_>, u32),
    text: &Text,
) -> Result<()> {
    let inner = contents(to, storage, (attachment, number), text)?;
    match (inner, &attachment.content) {
        (Some(inner), Content::Message(nested)) => {
            let within = |error: Error| error.within("__substg1.0_3701000D", None);
            message(to, inner, nested, Some(text.page)).map_err(within)
        }
        _ => Ok(()),
    }
}

/// Writes an attachment; of one that holds a message, returns the storage for that.
#[inline(never)]
fn contents<'d>(
    to: &mut Written<'d>,
    storage: StorageId,
    (attachment, number): (&'d Attachment<'_>, u32),
    text: &Text,
) -> Result<Option<StorageId>> {
    let Written { msg, path, deferred, .. } = to;
    let mut object = ObjectWriter::new(storage, Owner::Part, Counts::default());
    let is_content = |property: &Property<'_>| property.name.is_none() && property.tag.id() == tags::ATTACH_DATA_BINARY.id();
    properties(msg, &mut object, &attachment.properties, text, |property| !is_content(property))?;
    numbered(msg, &mut object, &attachment.properties, tags::ATTACH_NUMBER, number)?;
    if attachment.properties.by_id(tags::ATTACH_METHOD.id()).is_none() {
        let method = match &attachment.content {
            Content::None => 0,
            Content::Bytes(_) | Content::Deferred(_) => 1,
            Content::Message(_) => 5,
            Content::Object(_) => 6,
        };
        object.property(msg, tags::ATTACH_METHOD, None, Cow::Owned(PropValue::Integer32(method)))?;
    }
    let mut inner = None;
    match &attachment.content {
        Content::None => {}
        Content::Bytes(bytes) => object.attached_bytes(msg, bytes)?,
        Content::Deferred(length) => {
            object.attached_later(msg, *length)?;
            deferred.push(path.clone());
        }
        Content::Message(_) => inner = Some(object.attached_message(msg)?),
        Content::Object(data) => {
            let is_storage = data.interface == Some(Object::ISTORAGE);
            if !(is_storage && object.attached_object(msg, &data.data)?) {
                let other = Object { interface: data.interface, data: data.data.clone() };
                object.attached_other(msg, PropValue::Object(other))?;
            }
        }
    }
    object.finish(msg);
    Ok(inner)
}

/// Adds those properties of a set that `wanted` says.
fn properties<'d>(
    msg: &mut MsgWriter<'d>,
    object: &mut ObjectWriter,
    set: &'d PropertyBag<'_>,
    text: &Text,
    wanted: impl Fn(&Property<'_>) -> bool,
) -> Result<()> {
    for property in set.iter().filter(|property| wanted(property)) {
        let (prop_type, value) = text.converted(property, set);
        let tag = property.tag.with_type(prop_type);
        let within = |error: Error| error.within(crate::message::diff::name_of(property), None);
        object.property(msg, tag, property.name.as_deref(), value).map_err(within)?;
    }
    Ok(())
}

/// How the text of a message is written.
#[derive(Debug, Clone, Copy)]
struct Text {
    is_unicode: bool,
    /// Whether some of it stays 8-bit text.
    keeps_8_bit: bool,
    page: CodePage,
}

impl Text {
    fn of(message: &Message<'_>) -> Text {
        let page = message.code_page();
        let bags = || {
            let parts = message.recipients.iter().map(|recipient| &recipient.properties);
            let parts = parts.chain(message.attachments.iter().map(|attachment| &attachment.properties));
            parts.chain([&message.properties])
        };
        let strings =
            || bags().flat_map(|bag| bag.iter().filter(|property| property.tag.prop_type().is_string()).map(move |p| (bag, p)));
        let is_8_bit = |property: &Property<'_>| property.tag.prop_type().single() == PropType::STRING8;
        let is_pure = strings().all(|(bag, property)| is_8_bit(property) && bag.code_page() == page);
        let is_lossy = strings().any(|(bag, property)| is_8_bit(property) && unicode(property, bag).is_none());
        let mask = message.properties.get(tags::STORE_SUPPORT_MASK);
        let says_8_bit = matches!(mask, Some(PropValue::Integer32(mask)) if mask & UNICODE == 0);
        let is_unicode = !(is_pure && strings().next().is_some() && (says_8_bit || is_lossy));
        Text { is_unicode, keeps_8_bit: !is_unicode || is_lossy, page }
    }

    /// A tag with the type of text.
    fn tag(&self, tag: crate::mapi::PropTag) -> crate::mapi::PropTag {
        tag.with_type(if self.is_unicode { PropType::STRING } else { PropType::STRING8 })
    }

    /// ASCII text as a value.
    fn value(&self, text: &str) -> PropValue<'static> {
        if self.is_unicode {
            PropValue::String(Utf16::from(text))
        } else {
            PropValue::String8(String8(text.as_bytes().to_vec().into()))
        }
    }

    /// Type and value of a property as they are written.
    fn converted<'d>(&self, property: &'d Property<'_>, set: &PropertyBag<'_>) -> (PropType, Cow<'d, PropValue<'d>>) {
        let own = property.tag.prop_type();
        if self.is_unicode && own.single() == PropType::STRING8 {
            if let Some(value) = unicode(property, set) {
                let multiple = if own.is_multiple() { PropType::MULTIPLE_STRING } else { PropType::STRING };
                return (multiple, Cow::Owned(value));
            }
        }
        (own, Cow::Borrowed(&property.value))
    }
}

/// 8-bit text as Unicode; `None` if its code page cannot decode it.
fn unicode(property: &Property<'_>, set: &PropertyBag<'_>) -> Option<PropValue<'static>> {
    let text = |value: &PropValue<'_>| {
        let PropValue::String8(text) = value else { return None };
        let bytes = text.0.strip_suffix(&[0]).unwrap_or(&text.0);
        let decoded = set.code_page().decode(bytes).filter(|decoded| !decoded.malformed)?;
        Some(PropValue::String(Utf16::from(&*decoded.text)))
    };
    match &property.value {
        PropValue::Multiple(values) => values.iter().map(text).collect::<Option<Vec<_>>>().map(PropValue::Multiple),
        single => text(single),
    }
}
