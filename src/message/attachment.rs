//! Attachments: method, name, contents ([MS-OXCMSG] 2.2.2).

use std::borrow::Cow;

use crate::base::bytes::{Copies, Keep};
use crate::base::wire;
use crate::base::{Bytes, CodePage};
use crate::mapi::{Object, PropTag, PropValue, PropertyBag, Source, tags};
use crate::tnef::mapping::{ATTACH_ENCODING_MAC_BINARY, ATTACH_TAG_OLE};
use crate::tnef::{RendData, RendFlags};

use super::{Attachment, Content, Message};

impl Content<'_> {
    /// The bytes of a file or object, unless they are deferred; an embedded message's TNEF stream, as it was read.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Content::None | Content::Deferred(_) => &[],
            Content::Bytes(bytes) => bytes,
            Content::Message(message) => message.source(),
            Content::Object(object) => &object.data,
        }
    }
}

/// Whether a name is what Outlook puts where there is none.
fn is_placeholder(name: &str) -> bool {
    ["Untitled Attachment", "Untitled"].iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// PidTagAttachMethod ([MS-OXCMSG] 2.2.2.9).
pub use crate::mapi::enums::AttachMethod;

impl<'a> Attachment<'a> {
    /// An attachment with these contents and nothing but a method and a place outside the text.
    #[must_use]
    pub fn new(method: AttachMethod, content: Content<'a>) -> Self {
        let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
        properties.set(tags::ATTACH_METHOD, PropValue::Integer32(wire::signed(method.0)));
        properties.set(tags::RENDERING_POSITION, PropValue::Integer32(-1));
        Attachment { properties, content, rend_data: None, number: 0, origin: None, title: None }
    }

    /// A file.
    #[must_use]
    pub fn from_bytes(file_name: &str, data: impl Into<Bytes<'a>>) -> Self {
        Attachment::file(file_name, Content::Bytes(data.into()))
    }

    /// A file of `length` bytes that are read when the message is written, by [`Message::write_tnef_with`].
    #[must_use]
    pub fn deferred(file_name: &str, length: u64) -> Self {
        Attachment::file(file_name, Content::Deferred(length))
    }

    fn file(file_name: &str, content: Content<'a>) -> Self {
        let mut attachment = Attachment::new(AttachMethod::BY_VALUE, content);
        let properties = &mut attachment.properties;
        properties.set(tags::ATTACH_LONG_FILENAME, file_name);
        properties.set(tags::DISPLAY_NAME, file_name);
        if let Some((_, extension)) = file_name.rsplit_once('.') {
            properties.set(tags::ATTACH_EXTENSION, format!(".{extension}").as_str());
        }
        attachment
    }

    /// An embedded message, which goes under its subject.
    #[must_use]
    pub fn from_message(message: Message<'a>) -> Self {
        let name = message.subject().map(Cow::into_owned).unwrap_or_default();
        let mut attachment = Attachment::new(AttachMethod::EMBEDDED_MESSAGE, Content::Message(Box::new(message)));
        attachment.properties.set(tags::DISPLAY_NAME, name.as_str());
        attachment
    }

    /// An OLE object: a compound file.
    #[must_use]
    pub fn from_storage(display_name: &str, compound_file: impl Into<Bytes<'a>>) -> Self {
        let object = Object { interface: Some(Object::ISTORAGE), data: compound_file.into() };
        let mut attachment = Attachment::new(AttachMethod::STORAGE, Content::Object(object));
        attachment.properties.set(tags::ATTACH_TAG, PropValue::Binary(ATTACH_TAG_OLE.into()));
        attachment.properties.set(tags::DISPLAY_NAME, display_name);
        attachment
    }

    /// Zero-based number of the attachment within the message that it was read from, as paths show it; 0 for a new one.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// Returns how the contents are held: PidTagAttachMethod, else what attAttachRendData implies.
    #[must_use]
    pub fn method(&self) -> Option<AttachMethod> {
        let value = self.properties.integer(tags::ATTACH_METHOD)?;
        u32::try_from(value).ok().map(AttachMethod)
    }

    /// The file name as the sender gave it, not fit for a file system as it is.
    ///
    /// PidTagAttachLongFilename, then PidTagAttachFilename, then attAttachTransportFilename, then attAttachTitle, then
    /// PidTagDisplayName; of several values the first. Empty and blank ones do not count, nor do names of messages that stand for none
    /// where there is another one, or a subject.
    #[must_use]
    pub fn file_name(&self) -> Option<Cow<'_, str>> {
        // attAttachTitle maps to PidTagAttachLongFilename, but as an attribute it is often the 8.3 name.
        let listed = [tags::ATTACH_LONG_FILENAME, tags::ATTACH_FILENAME].into_iter().flat_map(|tag| self.texts(tag, true));
        let any = |tag| self.texts(tag, false);
        let names = listed
            .chain(any(tags::ATTACH_TRANSPORT_NAME))
            .chain(any(tags::ATTACH_LONG_FILENAME))
            .chain(self.title.as_deref().map(Cow::Borrowed))
            .chain(any(tags::DISPLAY_NAME));
        let names: Vec<_> = names.filter(|name| !name.trim().is_empty()).collect();
        // Of an object the placeholder is as good as the name of its kind.
        let is_message = matches!(self.content, Content::Message(_));
        let own = names.iter().position(|name| !is_message || !is_placeholder(name));
        let has_subject = || match &self.content {
            Content::Message(message) => message.subject().is_some_and(|subject| !subject.trim().is_empty()),
            _ => false,
        };
        let place = own.or_else(|| (!has_subject()).then_some(0))?;
        names.into_iter().nth(place)
    }

    /// The texts of all properties of this id, of several values the first; only those of lists, if that is asked for.
    fn texts(&self, tag: PropTag, listed: bool) -> impl Iterator<Item = Cow<'_, str>> {
        let found = self.properties.iter().filter(move |property| property.name.is_none() && property.tag.id() == tag.id());
        let found = found.filter(move |property| !listed || matches!(property.source, Source::List { .. } | Source::Made));
        found.filter_map(|property| match &property.value {
            PropValue::Multiple(values) => self.properties.text_of(values.first()?),
            value => self.properties.text_of(value),
        })
    }

    /// The MIME type, `image/png`.
    #[must_use]
    pub fn mime_tag(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::ATTACH_MIME_TAG).filter(|tag| !tag.is_empty())
    }

    /// The Content-ID, without angle brackets.
    #[must_use]
    pub fn content_id(&self) -> Option<Cow<'_, str>> {
        self.properties.str(tags::ATTACH_CONTENT_ID).filter(|id| !id.is_empty())
    }

    /// The place in the body's text at which the attachment is shown; `None` where it is not shown in the text.
    #[must_use]
    pub fn rendering_position(&self) -> Option<u32> {
        let value = self.properties.integer(tags::RENDERING_POSITION)?;
        // A 32-bit property that is signed by type and unsigned by meaning.
        u32::try_from(value & 0xFFFF_FFFF).ok().filter(|position| *position != RendData::NOT_RENDERED)
    }

    /// Returns whether the body shows the attachment in place: it is rendered by HTML, or hidden and referred to by Content-ID.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        /// attRenderedInBody of PidTagAttachFlags.
        const RENDERED_IN_BODY: i64 = 4;
        let rendered = self.properties.integer(tags::ATTACH_FLAGS).is_some_and(|flags| flags & RENDERED_IN_BODY != 0);
        let hidden = self.properties.boolean(tags::ATTACHMENT_HIDDEN) == Some(true);
        rendered || (hidden && self.content_id().is_some())
    }

    /// Returns whether it is no attachment of the item that it stands in, but the rest of a changed instance of the item's series
    /// ([MS-OXOCAL] 2.2.10).
    #[must_use]
    pub fn is_instance(&self) -> bool {
        /// Class of the messages in which changed instances have what the structure has no place for.
        const CLASS: &str = "IPM.OLE.CLASS.{00061055";
        let Content::Message(message) = &self.content else { return false };
        message.class().is_some_and(|class| class.get(..CLASS.len()).is_some_and(|start| start.eq_ignore_ascii_case(CLASS)))
    }

    /// Returns whether the data is a MacBinary file, whose data fork is the plain file.
    #[must_use]
    pub fn is_mac_binary(&self) -> bool {
        self.rend_data.is_some_and(|rend| rend.flags.contains(RendFlags::MAC_BINARY))
            || self.properties.bytes(tags::ATTACH_ENCODING) == Some(ATTACH_ENCODING_MAC_BINARY)
    }

    /// The picture that stands for the attachment: a Windows metafile.
    #[must_use]
    pub fn rendering(&self) -> Option<&[u8]> {
        self.properties.bytes(tags::ATTACH_RENDERING)
    }

    /// The bytes of a file or object; an embedded message's TNEF stream.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.content.bytes()
    }

    /// From where to where its attributes stand among the pieces of the message that it was read from; `None` for a new one.
    pub(crate) fn extent(&self, message: &Message<'_>) -> Option<std::ops::Range<u64>> {
        let start = self.origin?;
        let parts = &message.layout.parts;
        let next = parts.get(parts.partition_point(|part| *part <= start));
        Some(start..next.copied().unwrap_or(u64::MAX))
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Attachment<'static> {
        self.keep(&Copies)
    }

    pub(super) fn keep(self, keep: &impl Keep) -> Attachment<'static> {
        Attachment {
            properties: self.properties.keep(keep),
            content: match self.content {
                Content::None => Content::None,
                Content::Bytes(bytes) => Content::Bytes(keep.keep(bytes)),
                Content::Deferred(length) => Content::Deferred(length),
                Content::Message(message) => Content::Message(Box::new(message.keep(keep))),
                Content::Object(object) => Content::Object(object.keep(keep)),
            },
            rend_data: self.rend_data,
            number: self.number,
            origin: self.origin,
            title: self.title,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ReadOptions;
    use crate::mapi::PropType;
    use crate::tnef::{AttrId, Level, PropertyListWriter, Writer};

    /// The name of an attachment with attAttachTitle and these properties.
    fn name(title: &[u8], listed: &[(PropTag, PropValue<'_>)]) -> String {
        let mut list = PropertyListWriter::new();
        for (tag, value) in listed {
            list.push(*tag, None, value).unwrap();
        }
        let mut writer = Writer::new(Vec::new(), 1).unwrap();
        writer
            .attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0])
            .unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, title).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &list.into_bytes()).unwrap();
        let stream = writer.into_inner();
        let message = Message::read(&stream, &ReadOptions::lenient()).unwrap();
        message.attachments[0].file_name().unwrap_or_default().into_owned()
    }

    #[test]
    fn a_name_that_says_nothing_gives_way_to_the_next() {
        let long = tags::ATTACH_LONG_FILENAME;
        let several = long.with_type(PropType(long.prop_type().0 | 0x1000));
        let values = || PropValue::Multiple(vec!["first name.pdf".into(), "second".into()]);
        for (listed, expected) in [
            (vec![], "T~1.PDF"),
            (vec![(long, "".into())], "T~1.PDF"),
            (vec![(long, " \t".into())], "T~1.PDF"),
            (vec![(long, "".into()), (long, "real.pdf".into())], "real.pdf"),
            (vec![(several, values())], "first name.pdf"),
            (vec![(long, "".into()), (tags::DISPLAY_NAME, "shown".into())], "T~1.PDF"),
        ] {
            assert_eq!(name(b"T~1.PDF\0", &listed), expected, "{listed:?}");
        }
        // Of a message it stands for none; of a file it is what the sender called it.
        let mut attachment = Attachment::from_message(Message::new("IPM.Note"));
        attachment.properties.set(long, "Untitled Attachment");
        assert_eq!(attachment.file_name().unwrap(), "Untitled Attachment");
        attachment.properties.set(tags::DISPLAY_NAME, "A task");
        assert_eq!(attachment.file_name().unwrap(), "A task");
        assert_eq!(name(b"Untitled Attachment\0", &[(tags::DISPLAY_NAME, "A task".into())]), "Untitled Attachment");
    }
}
