//! An attachment out of the attributes that are its own ([MS-OXTNEF] 2.1.3.3.12 and on).

use std::borrow::Cow;

use crate::base::Bytes;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::error::Result;
use crate::base::input::len64;
use crate::mapi::{Object, PropValue, PropertyBag, tags};
use crate::tnef::value::path_name;
use crate::tnef::{AttrId, Attribute, AttributeValue, RendData};

use super::legacy::add_legacy;
use super::listed::undecodable;
use super::{Attachment, Content};

/// An attachment while its attributes come in.
pub(super) struct Part<'a> {
    pub(super) attributes: Vec<Attribute<'a>>,
    pub(super) properties: PropertyBag<'a>,
    /// Offsets in the outermost input of the data of the part's 0x3701 properties.
    pub(super) data_offset: Option<u64>,
    pub(super) number: usize,
    /// Whether the properties are to be looked at again: see [`is_doubtful`](super::listed::is_doubtful).
    pub(super) doubtful: bool,
}

/// Where an attachment's data is.
pub(super) enum DataSource<'a> {
    None,
    /// PidTagAttachDataObject, and where its data stands.
    Object(Object<'a>, Option<u64>),
    /// PidTagAttachDataBinary or attAttachData, and where the bytes stand.
    Bytes(Bytes<'a>, Option<u64>),
}

/// An attachment out of its attributes and properties, without its contents.
pub(super) fn attachment<'a>(ctx: &mut Ctx<'_>, part: Part<'a>, origin: Option<u64>) -> Result<(Attachment<'a>, DataSource<'a>)> {
    let Part { attributes, mut properties, data_offset, number, doubtful } = part;
    if doubtful {
        undecodable(ctx, &properties, "attAttachment", Some(number))?;
    }
    let rend_data = attributes.iter().find_map(|attribute| match attribute.value() {
        Ok(AttributeValue::RendData(rend)) => Some(rend),
        _ => None,
    });
    // The notice text that stands in attAttachData for an embedded message is not its data: the list's object wins.
    let listed = properties.by_id(tags::ATTACH_DATA_BINARY.id()).map(|property| property.value.clone());
    // The attribute and the property have one tag. A property that names nothing hides no title.
    let is_named = properties.by_id(tags::ATTACH_LONG_FILENAME.id()).is_some();
    let page = properties.code_page();
    let title = attributes.iter().filter(|_| is_named).find(|attribute| attribute.id() == AttrId::ATTACH_TITLE);
    let title = title.map(|title| page.decode_or_latin1(title.data().split(|byte| *byte == 0).next().unwrap_or_default()).text);
    let title = title.map(Cow::into_owned);
    add_legacy(ctx, &mut properties, &attributes, "")?;
    // Two contents are two files: which of them is seen depends on who looks.
    let mut first = match &listed {
        Some(PropValue::Binary(bytes)) => Some(&bytes[..]),
        _ => None,
    };
    let is_object = matches!(listed, Some(PropValue::Object(_)));
    for attribute in attributes.iter().filter(|attribute| attribute.id() == AttrId::ATTACH_DATA && !is_object) {
        let data = attribute.data();
        if first.is_some_and(|first| first != data) && !data.is_empty() {
            let detail = format!("attachment {number} has two contents that differ; this one has {} bytes", data.len());
            ctx.within(path_name(attribute.id()), Some(number), |ctx| {
                ctx.defect(Code::ConflictingContent, attribute.data_offset(), len64(data), detail)
            })?;
        }
        first = first.or(Some(data));
    }
    let source = match listed {
        Some(PropValue::Object(object)) => DataSource::Object(object, data_offset),
        Some(PropValue::Binary(bytes)) => DataSource::Bytes(bytes, data_offset),
        _ => match attributes.iter().rev().find(|attribute| attribute.id() == AttrId::ATTACH_DATA) {
            Some(data) => DataSource::Bytes(data.data().into(), Some(data.data_offset())),
            None => DataSource::None,
        },
    };
    let rend_data = rend_data.filter(has_rend_data(&attributes));
    Ok((Attachment { properties, content: Content::None, rend_data, number, origin, title }, source))
}

/// A filter that keeps a RENDDATA only if the stream really has one.
fn has_rend_data<'b>(attributes: &'b [Attribute<'_>]) -> impl FnOnce(&RendData) -> bool + 'b {
    move |_| attributes.iter().any(|attribute| attribute.id() == AttrId::ATTACH_REND_DATA)
}
