//! Properties into lists: their values by the stream's code page, their ids where they have names.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::padding;
use crate::base::output::Emit;
use crate::base::{CodePage, Limits, WriteOptions};
use crate::mapi::{Object, PropId, PropName, PropTag, PropType, PropValue, Property, PropertyBag, String8, Utf16, dictionary};
use crate::message::Message;
use crate::tnef::props;

use super::rope::Rope;

/// Refuses a depth that reading would not follow, and writing, which recurses, could not.
pub(super) fn check_depth(depth: usize) -> Result<()> {
    if depth > Limits::MAX_DEPTH {
        return Err(Error::new(ErrorKind::Unencodable, Limits::UNLIMITED.nesting_reached()));
    }
    Ok(())
}

/// The code page that a stream gets.
pub(super) fn stream_code_page(message: &Message<'_>, options: &WriteOptions) -> Result<CodePage> {
    let page = options.code_page.unwrap_or_else(|| message.code_page());
    if !page.is_fit_for_strings() {
        return Err(Error::new(ErrorKind::Unencodable, format!("code page {page} cannot be that of 8-bit strings")));
    }
    Ok(page)
}

/// The ids that the named properties of a stream have: unique, from 0x8000 upward.
#[derive(Debug, Default)]
pub(super) struct NameIds<'m> {
    ids: HashMap<PropName<'m>, PropId>,
    taken: HashSet<u16>,
    next: u16,
}

impl<'m> NameIds<'m> {
    /// Notes an id that the stream uses already.
    pub(super) fn note(&mut self, name: &PropName<'m>, id: PropId) {
        self.taken.insert(id.0);
        self.ids.entry(name.clone()).or_insert(id);
    }

    fn id(&mut self, name: &PropName<'m>) -> Result<PropId> {
        if let Some(id) = self.ids.get(name) {
            return Ok(*id);
        }
        /// The first and the last id of named properties ([MS-OXTNEF] 2.1.3.4).
        const FIRST: u16 = 0x8000;
        const LAST: u16 = 0xFFFE;
        let mut id = self.next.max(FIRST);
        while self.taken.contains(&id) && id <= LAST {
            id = id.saturating_add(1);
        }
        if id > LAST {
            return Err(Error::new(ErrorKind::Unencodable, format!("no id is left for the named property {name}")));
        }
        self.next = id.saturating_add(1);
        self.ids.insert(name.clone(), PropId(id));
        Ok(PropId(id))
    }
}

/// What the properties of one stream are encoded by.
#[derive(Debug)]
pub(super) struct Encoder<'m> {
    /// The code page of the stream's 8-bit strings.
    pub(super) code_page: CodePage,
    pub(super) names: NameIds<'m>,
}

impl<'m> Encoder<'m> {
    pub(super) fn new(code_page: CodePage) -> Self {
        Encoder { code_page, names: NameIds::default() }
    }

    /// Appends a property. `tag` is its tag, or one with the id that it has in the source.
    pub(super) fn property(
        &mut self,
        out: &mut Rope<'m>,
        property: &'m Property<'_>,
        set: &PropertyBag<'_>,
        keep_id: bool,
    ) -> Result<()> {
        let located = |error: Error| error.within(name_of(property), None);
        let (prop_type, value) = match self.converted(property, set).map_err(located)? {
            Some((prop_type, value)) => (prop_type, Cow::Owned(value)),
            None => (property.tag.prop_type(), terminated(&property.value)),
        };
        let mut tag = property.tag.with_type(prop_type);
        if let Some(name) = &property.name {
            if !(keep_id && tag.id().is_named()) {
                tag = PropTag::new(self.names.id(name).map_err(located)?, prop_type);
            }
        }
        let name = property.name.as_deref();
        match value {
            // Large values are not copied.
            Cow::Borrowed(PropValue::Binary(bytes)) if prop_type == PropType::BINARY && name.is_none() => {
                let mut data = Rope::default();
                data.borrow(bytes);
                data_property(out, tag, None, data).map_err(located)
            }
            Cow::Borrowed(PropValue::Object(Object { interface: Some(interface), data: bytes }))
                if prop_type == PropType::OBJECT && name.is_none() =>
            {
                let mut data = Rope::default();
                data.borrow(bytes);
                data_property(out, tag, Some(*interface), data).map_err(located)
            }
            value => props::emit(out.own(), tag, name, &value).map_err(located),
        }
    }

    /// Type and value that a property gets where the stream's code page is not that of its set; `None` if it stays as it is.
    pub(super) fn converted(
        &self,
        property: &Property<'_>,
        set: &PropertyBag<'_>,
    ) -> Result<Option<(PropType, PropValue<'static>)>> {
        if set.code_page() == self.code_page || property.tag.prop_type().single() != PropType::STRING8 {
            return Ok(None);
        }
        let values = match &property.value {
            PropValue::Multiple(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut texts = Vec::with_capacity(values.len());
        for value in values {
            // What is no 8-bit string does not fit its tag; encoding it says so.
            let PropValue::String8(bytes) = value else { return Ok(None) };
            let decoded = set.code_page().decode_or_latin1(bytes.text_bytes());
            if decoded.malformed {
                let message =
                    format!("text is not valid in code page {} and cannot be put into {}", set.code_page(), self.code_page);
                return Err(Error::new(ErrorKind::Unencodable, message));
            }
            texts.push(decoded.text);
        }
        let encoded = texts.iter().map(|text| {
            let encoded = self.code_page.encode(text).filter(|encoded| encoded.unmappable == 0)?;
            let mut bytes = encoded.bytes;
            bytes.push(0);
            Some(PropValue::String8(String8(bytes.into())))
        });
        let (single, values) = match encoded.collect::<Option<Vec<_>>>() {
            Some(values) => (PropType::STRING8, values),
            None => (PropType::STRING, texts.iter().map(|text| PropValue::String(Utf16::from(&**text))).collect()),
        };
        Ok(if property.tag.prop_type().is_multiple() {
            Some((PropType(single.0 | PropType::MULTIPLE_FLAG), PropValue::Multiple(values)))
        } else {
            values.into_iter().next().map(|value| (single, value))
        })
    }
}

/// The value with a NUL at the end of text that has none in it, as text of a .msg.
fn terminated<'v, 'a>(value: &'v PropValue<'a>) -> Cow<'v, PropValue<'a>> {
    let lacks = |value: &PropValue<'_>| match value {
        PropValue::String8(text) => !text.is_terminated(),
        PropValue::String(text) => text.0.len() % 2 == 0 && !text.is_terminated(),
        _ => false,
    };
    let added = |value: &PropValue<'a>| match value {
        PropValue::String8(text) if lacks(value) => PropValue::String8(String8([&*text.0, &[0]].concat().into())),
        PropValue::String(text) if lacks(value) => PropValue::String(Utf16([&*text.0, &[0, 0]].concat().into())),
        other => other.clone(),
    };
    match value {
        PropValue::Multiple(values) if values.iter().any(lacks) => {
            Cow::Owned(PropValue::Multiple(values.iter().map(added).collect()))
        }
        single if lacks(single) => Cow::Owned(added(single)),
        other => Cow::Borrowed(other),
    }
}

/// The property's name as an error shows it.
pub(super) fn name_of(property: &Property<'_>) -> Cow<'static, str> {
    let known = dictionary::canonical_name(property.tag, property.name.as_deref());
    match (known, &property.name) {
        (Some(known), _) => Cow::Borrowed(known),
        (None, Some(name)) => Cow::Owned(name.to_string()),
        (None, None) => Cow::Owned(property.tag.to_string()),
    }
}

/// Appends a binary property, or with an interface id an object, that has no name.
pub(super) fn data_property<'m>(out: &mut Rope<'m>, tag: PropTag, interface: Option<Uuid>, data: Rope<'m>) -> Result<()> {
    if tag.id().is_named() {
        return Err(Error::new(ErrorKind::Unencodable, format!("property {tag} has an id of the named range and no name")));
    }
    let length = data.len().checked_add(if interface.is_some() { 16 } else { 0 }).and_then(|length| u32::try_from(length).ok());
    let length =
        length.ok_or_else(|| Error::new(ErrorKind::Unencodable, format!("property {tag} has more than 4 GiB of data")))?;
    let head = out.own();
    head.emit_u16(tag.prop_type().0);
    head.emit_u16(tag.id().0);
    head.emit_u32(1);
    head.emit_u32(length);
    if let Some(interface) = interface {
        head.emit_bytes(&interface.to_bytes_le());
    }
    let pad = usize::try_from(length).map_or(0, padding);
    out.append(data);
    out.own().extend(std::iter::repeat_n(0, pad));
    Ok(())
}
