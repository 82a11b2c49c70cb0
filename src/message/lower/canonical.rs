//! A message as a stream that is all new, in the order that [MS-OXTNEF] 2.1.3 and the writers in the field have: version, code
//! page, legacy attributes, recipient table, property list; for each attachment attAttachRendData first, attAttachment last.
//!
//! Every property stands in a list, whatever attributes say too, with two exceptions: what only an attribute had (its dates have
//! no time zone, which a property would claim), and attAttachMetaFile and attAttachData, whose bytes would stand there twice.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::base::error::{Error, ErrorKind, Result};
use crate::base::output::Emit;
use crate::base::wire::{self, Wire};
use crate::base::{CodePage, LegacyAttributes, WriteOptions};
use crate::mapi::{AttachMethod, PropId, PropValue, Property, PropertyBag, Source, tags};
use crate::message::Message;
use crate::message::recipient::Recipient;
use crate::message::{Attachment, Content};
use crate::tnef::mapping::{self, ATTACH_ENCODING_MAC_BINARY};
use crate::tnef::value::VERSION;
use crate::tnef::{AttachType, AttrId, Attribute, Level, Piece, RendData, RendFlags, SIGNATURE, props};

use super::encode::{self, Encoder, check_depth, stream_code_page};
use super::rope::Rope;

/// Every legacy attribute of a message; those that name an address in one way come before those that name it in another.
const MESSAGE_ATTRIBUTES: &[AttrId] = &[
    AttrId::MESSAGE_CLASS,
    AttrId::ORIGINAL_MESSAGE_CLASS,
    AttrId::PRIORITY,
    AttrId::SUBJECT,
    AttrId::DATE_SENT,
    AttrId::REQUEST_RES,
    AttrId::FROM,
    AttrId::DATE_RECD,
    AttrId::MESSAGE_STATUS,
    AttrId::BODY,
    AttrId::DATE_MODIFIED,
    AttrId::MESSAGE_ID,
    AttrId::PARENT_ID,
    AttrId::CONVERSATION_ID,
    AttrId::SENT_FOR,
    AttrId::OWNER,
    AttrId::DELEGATE,
    AttrId::DATE_START,
    AttrId::DATE_END,
    AttrId::AID_OWNER,
];

/// What Exchange 2007 and later write, in their order, and attOriginalMessageClass, which reports have.
const EXCHANGE: &[AttrId] = &[
    AttrId::MESSAGE_ID,
    AttrId::PRIORITY,
    AttrId::DATE_SENT,
    AttrId::DATE_MODIFIED,
    AttrId::MESSAGE_CLASS,
    AttrId::ORIGINAL_MESSAGE_CLASS,
    AttrId::SUBJECT,
];

/// What Outlook writes for a mail, in its order, and for a meeting.
const OUTLOOK: &[AttrId] = &[
    AttrId::MESSAGE_CLASS,
    AttrId::ORIGINAL_MESSAGE_CLASS,
    AttrId::PRIORITY,
    AttrId::DATE_SENT,
    AttrId::DATE_START,
    AttrId::DATE_END,
    AttrId::AID_OWNER,
    AttrId::REQUEST_RES,
];

/// What Outlook adds for a meeting, whose organizer or recipient is not that of the mail.
const OUTLOOK_MEETING: &[AttrId] = &[AttrId::SENT_FOR, AttrId::OWNER];

/// What Outlook writes for an embedded message, in its order: the first of them all, up to attMessageID.
const OUTLOOK_EMBEDDED: &[AttrId] = MESSAGE_ATTRIBUTES.split_at(12).0;

const ATTACHMENT_ATTRIBUTES: &[AttrId] = &[
    AttrId::ATTACH_TITLE,
    AttrId::ATTACH_CREATE_DATE,
    AttrId::ATTACH_MODIFY_DATE,
    AttrId::ATTACH_META_FILE,
    AttrId::ATTACH_TRANSPORT_FILENAME,
];

const EXCHANGE_ATTACHMENT: &[AttrId] =
    &[AttrId::ATTACH_TITLE, AttrId::ATTACH_CREATE_DATE, AttrId::ATTACH_MODIFY_DATE, AttrId::ATTACH_META_FILE];

const OUTLOOK_ATTACHMENT: &[AttrId] = &[AttrId::ATTACH_TITLE, AttrId::ATTACH_MODIFY_DATE, AttrId::ATTACH_META_FILE];

/// The whole stream.
pub(super) fn message<'m>(
    message: &'m Message<'_>,
    properties: &'m PropertyBag<'_>,
    options: &WriteOptions,
    outer_key: Option<u16>,
    depth: usize,
) -> Result<Rope<'m>> {
    check_depth(depth)?;
    let code_page = stream_code_page(message, options)?;
    let mut encoder = Encoder::new(code_page);
    let key = options.key.or(message.key).or(outer_key).unwrap_or(1);
    let mut out = Rope::default();
    out.own().emit_u32(SIGNATURE);
    out.own().emit_u16(key);
    attribute(&mut out, AttrId::TNEF_VERSION, Rope::from(VERSION.le_bytes().to_vec()))?;
    attribute(&mut out, AttrId::OEM_CODEPAGE, Rope::from(oem_code_page(code_page)))?;

    let class = class_of(properties);
    let mut wanted: Vec<AttrId> = match options.legacy {
        LegacyAttributes::None => Vec::new(),
        LegacyAttributes::Exchange => EXCHANGE.to_vec(),
        LegacyAttributes::Outlook if depth > 0 => OUTLOOK_EMBEDDED.to_vec(),
        LegacyAttributes::Outlook => OUTLOOK.to_vec(),
    };
    if options.legacy == LegacyAttributes::Outlook
        && class.get(..21).is_some_and(|c| c.eq_ignore_ascii_case("IPM.Schedule.Meeting."))
    {
        wanted.extend(OUTLOOK_MEETING);
    }
    let legacy = Legacy::new(&wanted, MESSAGE_ATTRIBUTES, properties, code_page, &class, options);
    for (id, data) in legacy.attributes {
        attribute(&mut out, id, Rope::from(data))?;
    }
    let unknown = unknown_attributes(message);
    for found in unknown.iter().filter(|found| found.level() != Level::ATTACHMENT) {
        copied(&mut out, found)?;
    }
    if !message.recipients.is_empty() {
        let table = recipients(&mut encoder, &message.recipients).map_err(|error| error.within("attRecipTable", None))?;
        attribute(&mut out, AttrId::RECIP_TABLE, table)?;
    }
    let mut list = ListBuilder::default();
    for property in properties.iter().filter(|property| !legacy.carried.leaves_out(property)) {
        list.property(&mut encoder, property, properties).map_err(|error| error.within("attMsgProps", None))?;
    }
    // Debian's tnef gives up at an empty list.
    if list.count > 0 {
        attribute(&mut out, AttrId::MSG_PROPS, list.finish()?)?;
    }
    for (number, attachment) in message.attachments.iter().enumerate() {
        // They stand in the order of the source.
        let part = attachment.extent(message).unwrap_or(0..0);
        let place = |offset: u64| unknown.partition_point(|found| found.offset() < offset);
        let unknown = unknown.get(place(part.start)..place(part.end)).unwrap_or_default().iter();
        let unknown: Vec<_> = unknown.filter(|found| found.level() == Level::ATTACHMENT).collect();
        let rope = self::attachment(&mut encoder, attachment, &unknown, options, key, depth);
        out.append(rope.map_err(|error| error.within("attAttachment", Some(number)))?);
    }
    Ok(out)
}

/// The data of attOemCodepage.
pub(super) fn oem_code_page(code_page: CodePage) -> Vec<u8> {
    let mut data = code_page.0.le_bytes().to_vec();
    data.emit_u32(0);
    data
}

/// Frames `data` on the level on which the attribute belongs.
fn attribute<'m>(out: &mut Rope<'m>, id: AttrId, data: Rope<'m>) -> Result<()> {
    out.append(data.framed(id.level().unwrap_or(Level::MESSAGE), id)?);
    Ok(())
}

/// The attributes of the source that no specification names.
fn unknown_attributes<'m>(message: &'m Message<'_>) -> Vec<Attribute<'m>> {
    let attributes = message.pieces().filter_map(|piece| match piece {
        Piece::Attribute(attribute) => Some(attribute),
        _ => None,
    });
    attributes.filter(|found| !found.id().is_known() && found.id().from_number_alone(found.level()).is_none()).collect()
}

/// Frames an attribute of the source anew.
fn copied<'m>(out: &mut Rope<'m>, attribute: &Attribute<'m>) -> Result<()> {
    let mut data = Rope::default();
    data.borrow(attribute.data());
    out.append(data.framed(attribute.level(), attribute.id())?);
    Ok(())
}

/// The data of attRecipTable.
fn recipients<'m>(encoder: &mut Encoder<'m>, recipients: &'m [Recipient<'_>]) -> Result<Rope<'m>> {
    let mut table = Rope::default();
    let count = u32::try_from(recipients.len()).map_err(|_| Error::new(ErrorKind::Unencodable, "too many recipients"))?;
    table.own().emit_u32(count);
    for (number, recipient) in recipients.iter().enumerate() {
        table.append(row(encoder, recipient).map_err(|error| error.within("row", Some(number)))?);
    }
    Ok(table)
}

/// A row of attRecipTable.
pub(super) fn row<'m>(encoder: &mut Encoder<'m>, recipient: &'m Recipient<'_>) -> Result<Rope<'m>> {
    let mut list = ListBuilder::default();
    for property in &recipient.properties {
        list.property(encoder, property, &recipient.properties)?;
    }
    list.finish()
}

/// All attributes of an attachment, `unknown` ones of its source among them.
pub(super) fn attachment<'m>(
    encoder: &mut Encoder<'m>,
    attachment: &'m Attachment<'_>,
    unknown: &[&Attribute<'m>],
    options: &WriteOptions,
    key: u16,
    depth: usize,
) -> Result<Rope<'m>> {
    check_data_property(attachment)?;
    let properties = &attachment.properties;
    let mut out = Rope::default();
    let mut rend = Vec::new();
    rend_data(attachment).emit(&mut rend);
    let wanted = match options.legacy {
        LegacyAttributes::None => &[],
        LegacyAttributes::Exchange => EXCHANGE_ATTACHMENT,
        LegacyAttributes::Outlook => OUTLOOK_ATTACHMENT,
    };
    let mut legacy = Legacy::new(wanted, ATTACHMENT_ATTRIBUTES, properties, encoder.code_page, "", options);
    legacy.carried.add(AttrId::ATTACH_REND_DATA, &rend, properties, encoder.code_page, "");
    attribute(&mut out, AttrId::ATTACH_REND_DATA, Rope::from(rend))?;
    let mut data = file_data(&attachment.content, depth)?.filter(|_| options.legacy != LegacyAttributes::None);
    let listed = if data.is_some() { None } else { listed_content(&attachment.content, options, key, depth)? };
    if let Some(data) = data.take_if(|_| options.legacy == LegacyAttributes::Outlook) {
        attribute(&mut out, AttrId::ATTACH_DATA, data)?;
    }
    for (id, data) in legacy.attributes {
        attribute(&mut out, id, Rope::from(data))?;
    }
    if let Some(data) = data {
        attribute(&mut out, AttrId::ATTACH_DATA, data)?;
    }
    for found in unknown {
        copied(&mut out, found)?;
    }

    let mut list = ListBuilder::default();
    let mut listed = listed;
    let has_place = properties.iter().any(is_data);
    if let Some(listed) = listed.take_if(|_| !has_place) {
        list.add(listed)?;
    }
    for property in properties {
        if is_data(property) {
            if let Some(listed) = listed.take() {
                list.add(listed)?;
            }
        } else if !legacy.carried.leaves_out(property) {
            list.property(encoder, property, properties)?;
        }
    }
    // attAttachRendData can only say by value and OLE.
    let method = natural_method(&attachment.content);
    if properties.by_id(tags::ATTACH_METHOD.id()).is_none() && !matches!(method, AttachMethod::BY_VALUE | AttachMethod::STORAGE) {
        let mut bytes = Vec::new();
        let value = PropValue::Integer32(wire::signed(method.0));
        props::emit(&mut bytes, tags::ATTACH_METHOD, None, &value)?;
        list.add(Rope::from(bytes))?;
    }
    if list.count > 0 {
        attribute(&mut out, AttrId::ATTACHMENT, list.finish()?)?;
    }
    Ok(out)
}

/// Whether the property stands for the attachment's contents.
pub(super) fn is_data(property: &Property<'_>) -> bool {
    property.name.is_none() && (property.tag == tags::ATTACH_DATA_BINARY || property.tag == tags::ATTACH_DATA_OBJECT)
}

/// Refuses a data property that a caller added and that says something else than the contents.
pub(super) fn check_data_property(attachment: &Attachment<'_>) -> Result<()> {
    let made = attachment.properties.iter().filter(|p| p.source == Source::Made && is_data(p));
    for property in made {
        if property.value.as_bytes() != Some(attachment.content.bytes()) {
            let message = "property says something else than the attachment's content, which is what is written";
            return Err(Error::new(ErrorKind::Unencodable, message).within(encode::name_of(property), None));
        }
    }
    Ok(())
}

/// The bytes of a file; `None` for contents of other kinds.
pub(super) fn file_data<'m>(content: &'m Content<'_>, depth: usize) -> Result<Option<Rope<'m>>> {
    match content {
        Content::Bytes(bytes) => {
            let mut data = Rope::default();
            data.borrow(bytes);
            Ok(Some(data))
        }
        Content::Deferred(_) if depth > 0 => {
            Err(Error::new(ErrorKind::Unencodable, "data of an attachment in a nested message cannot be deferred"))
        }
        Content::Deferred(length) => Ok(Some(Rope::deferred(*length))),
        Content::None | Content::Message(_) | Content::Object(_) => Ok(None),
    }
}

/// Contents as the property of attAttachment that holds them, with its tag.
pub(super) fn listed_content<'m>(
    content: &'m Content<'_>,
    options: &WriteOptions,
    key: u16,
    depth: usize,
) -> Result<Option<Rope<'m>>> {
    let mut out = Rope::default();
    let mut data = Rope::default();
    match content {
        Content::None => return Ok(None),
        Content::Bytes(_) | Content::Deferred(_) => {
            let data = file_data(content, depth)?.unwrap_or_default();
            encode::data_property(&mut out, tags::ATTACH_DATA_BINARY, None, data)?;
        }
        Content::Object(object) => {
            data.borrow(&object.data);
            object_property(&mut out, object.interface, data)?;
        }
        Content::Message(inner) => {
            let stream = inner.lowered(&inner.properties, options, Some(key), depth.saturating_add(1));
            let stream = stream.map_err(|error| error.within("PidTagAttachDataObject", None))?;
            object_property(&mut out, Some(crate::mapi::Object::IMESSAGE), stream)?;
        }
    }
    Ok(Some(out))
}

/// PidTagAttachDataObject; without an interface only data that is too short to be taken for one.
pub(super) fn object_property<'m>(out: &mut Rope<'m>, interface: Option<uuid::Uuid>, data: Rope<'m>) -> Result<()> {
    if interface.is_none() && data.len() >= 16 {
        let error = Error::new(ErrorKind::Unencodable, "object has no interface id");
        return Err(error.within("PidTagAttachDataObject", None));
    }
    encode::data_property(out, tags::ATTACH_DATA_OBJECT, interface, data)
}

/// The RENDDATA that the model means: its own, with what properties say otherwise.
pub(super) fn rend_data(attachment: &Attachment<'_>) -> RendData {
    let method = attachment.method().unwrap_or(natural_method(&attachment.content));
    let ole = method == AttachMethod::STORAGE;
    let size = if ole { u16::MAX } else { 32 };
    let mut rend = attachment.rend_data.unwrap_or(RendData {
        attach_type: AttachType::FILE,
        position: RendData::NOT_RENDERED,
        width: size,
        height: size,
        flags: RendFlags::empty(),
    });
    if ole {
        rend.attach_type = AttachType::OLE;
    } else if rend.attach_type == AttachType::OLE {
        rend.attach_type = AttachType::FILE;
    }
    if let Some(PropValue::Integer32(position)) = attachment.properties.get(tags::RENDERING_POSITION) {
        rend.position = u32::read_le(position.le_bytes());
    }
    if let Some(encoding) = attachment.properties.bytes(tags::ATTACH_ENCODING) {
        rend.flags.set(RendFlags::MAC_BINARY, encoding == ATTACH_ENCODING_MAC_BINARY);
    }
    rend
}

/// How contents are held where no property says it.
fn natural_method(content: &Content<'_>) -> AttachMethod {
    match content {
        Content::None => AttachMethod::NONE,
        Content::Bytes(_) | Content::Deferred(_) => AttachMethod::BY_VALUE,
        Content::Message(_) => AttachMethod::EMBEDDED_MESSAGE,
        Content::Object(_) => AttachMethod::STORAGE,
    }
}

/// A property list in the making.
#[derive(Debug, Default)]
pub(super) struct ListBuilder<'m> {
    count: u32,
    items: Rope<'m>,
}

impl<'m> ListBuilder<'m> {
    pub(super) fn property(
        &mut self,
        encoder: &mut Encoder<'m>,
        property: &'m Property<'_>,
        set: &PropertyBag<'_>,
    ) -> Result<()> {
        self.count_one()?;
        encoder.property(&mut self.items, property, set, false)
    }

    /// Adds an encoded property.
    pub(super) fn add(&mut self, item: Rope<'m>) -> Result<()> {
        self.count_one()?;
        self.items.append(item);
        Ok(())
    }

    fn count_one(&mut self) -> Result<()> {
        self.count =
            self.count.checked_add(1).ok_or_else(|| Error::new(ErrorKind::Unencodable, "too many properties for one list"))?;
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Rope<'m>> {
        let mut list = Rope::from(self.count.le_bytes().to_vec());
        list.append(self.items);
        Ok(list)
    }
}

/// The properties that attributes of the new stream say as exactly as the model.
#[derive(Debug, Default)]
pub(super) struct Carried {
    ids: HashSet<PropId>,
    /// Those that need not stand in a list, whatever they came from.
    whole: HashSet<PropId>,
}

impl Carried {
    /// Notes what an attribute says.
    pub(super) fn add(&mut self, id: AttrId, data: &[u8], set: &PropertyBag<'_>, code_page: CodePage, class: &str) {
        for fact in mapping::properties(&Attribute::of_data(id, data), class) {
            if says(set, &fact, code_page) {
                self.ids.insert(fact.tag.id());
                let only = set.iter().filter(|p| p.name.is_none() && p.tag.id() == fact.tag.id()).count() == 1;
                if id == AttrId::ATTACH_META_FILE && only {
                    self.whole.insert(fact.tag.id());
                }
            }
        }
    }

    /// Notes a property that an attribute of the source says.
    pub(super) fn add_id(&mut self, id: PropId) {
        self.ids.insert(id);
    }

    /// Whether the property is left out of lists because an attribute says it.
    pub(super) fn leaves_out(&self, property: &Property<'_>) -> bool {
        let id = property.tag.id();
        let from_attribute = matches!(property.source, Source::Attribute { .. });
        property.name.is_none() && ((from_attribute && self.ids.contains(&id)) || self.whole.contains(&id))
    }
}

/// Whether the model says what an attribute in `code_page` says; text is compared as text.
pub(super) fn says(set: &PropertyBag<'_>, fact: &Property<'_>, code_page: CodePage) -> bool {
    let Some(property) = set.by_id(fact.tag.id()) else { return false };
    match (&property.value, &fact.value) {
        (PropValue::String8(one), PropValue::String8(two)) if set.code_page() == code_page => {
            one.text_bytes() == two.text_bytes()
        }
        (value, PropValue::String8(text)) => {
            let decoded = code_page.decode_or_latin1(text.text_bytes());
            !decoded.malformed && set.text_of(value).as_deref() == Some(&*decoded.text)
        }
        (value, fact) => value.identical(fact),
    }
}

/// The legacy attributes of a message or attachment.
struct Legacy {
    attributes: Vec<(AttrId, Vec<u8>)>,
    carried: Carried,
}

impl Legacy {
    /// `wanted` are written where the facts are there; of `all`, those that alone hold a fact.
    fn new(
        wanted: &[AttrId],
        all: &[AttrId],
        set: &PropertyBag<'_>,
        code_page: CodePage,
        class: &str,
        options: &WriteOptions,
    ) -> Self {
        let mut legacy = Legacy { attributes: Vec::new(), carried: Carried::default() };
        if options.legacy == LegacyAttributes::None {
            return legacy;
        }
        let others = all.iter().filter(|id| !wanted.contains(id)).map(|id| (*id, false));
        for (id, wanted) in wanted.iter().map(|id| (*id, true)).chain(others) {
            let Some(data) = mapping::data(id, set, code_page) else { continue };
            let facts = mapping::properties(&Attribute::of_data(id, &data), class);
            let found = |fact: &Property<'_>| set.by_id(fact.tag.id());
            // An attribute that says more than the model would add to it. The title is for readers that know no properties.
            let says_more = id != AttrId::ATTACH_TITLE && facts.iter().any(|fact| found(fact).is_none());
            let alone = |fact: &Property<'_>| {
                let source = found(fact).map(|property| property.source);
                matches!(source, Some(Source::Attribute { .. }))
                    && !legacy.carried.ids.contains(&fact.tag.id())
                    && says(set, fact, code_page)
            };
            if says_more || facts.is_empty() || !(wanted || facts.iter().any(alone)) {
                continue;
            }
            legacy.carried.add(id, &data, set, code_page, class);
            legacy.attributes.push((id, data));
        }
        legacy
    }
}

/// The class as mapping needs it.
pub(super) fn class_of<'s>(set: &'s PropertyBag<'_>) -> Cow<'s, str> {
    set.str(tags::MESSAGE_CLASS).unwrap_or_default()
}
