//! Values out of JSON: properties by their tag, attributes by their id.
//!
//! Where bytes (`hex`) and what they mean stand side by side, the bytes count and must mean that: an edit of the one without the
//! other is refused rather than lost.

use std::borrow::Cow;

use serde_json::Value;

use crate::base::input::Cursor;
use crate::base::{CodePage, FileTime};
use crate::mapi::{NameKind, Object, PropName, PropTag, PropType, PropValue, String8, Utf16, property_text};
use crate::tnef::props::cut_property;
use crate::tnef::{
    AttachType, AttrId, Attribute, Dtr, Layout, NameAndAddress, PropertyList, PropertyPiece, RendData, RendFlags, Triple,
};

use super::dump::attribute_value;
use super::node::Node;

/// A property's tag and name.
pub(super) fn identity(node: &Node<'_, '_>) -> Result<(PropTag, Option<PropName<'static>>), String> {
    let tag = PropTag(node.field("tag")?.prefixed()?);
    if let Some(given) = node.get("type") {
        if given.text()? != tag.prop_type().to_string() {
            return Err(given.wrong(format_args!("says {}, but the tag {tag} says {}", given.text()?, tag.prop_type())));
        }
    }
    let name = match node.get("named") {
        None => None,
        Some(named) => Some(PropName {
            set: named.field("set")?.guid()?,
            kind: match named.get("lid") {
                Some(lid) => NameKind::Lid(lid.u32()?),
                None => {
                    let string = named.field("string")?;
                    NameKind::String(Utf16::from(without_nul(&string)?))
                }
            },
        }),
    };
    match (tag.id().is_named(), &name) {
        (true, None) => Err(node.wrong(format_args!("the id of {tag} is that of a named property, and `named` is not there"))),
        (false, Some(_)) => Err(node.wrong(format_args!("`named` goes with ids from 0x8000 on, and the tag is {tag}"))),
        _ => Ok((tag, name)),
    }
}

/// Where nested messages come from: the bytes of the message with a number.
pub(super) type Messages<'m> = dyn FnMut(&Node<'_, '_>) -> Result<Vec<u8>, String> + 'm;

/// The value of a property: `value`, or for multi-valued types `values`.
pub(super) fn property_value(
    node: &Node<'_, '_>,
    tag: PropTag,
    code_page: CodePage,
    messages: &mut Messages<'_>,
) -> Result<PropValue<'static>, String> {
    let prop_type = tag.prop_type();
    if !prop_type.is_multiple() {
        return one(&node.field("value")?, prop_type, code_page, messages);
    }
    let values = node.field("values")?;
    let values: Result<Vec<_>, String> =
        values.items()?.map(|value| one(&value, prop_type.single(), code_page, messages)).collect();
    Ok(PropValue::Multiple(values?))
}

/// One value of a type.
fn one(
    node: &Node<'_, '_>,
    prop_type: PropType,
    code_page: CodePage,
    messages: &mut Messages<'_>,
) -> Result<PropValue<'static>, String> {
    Ok(match prop_type {
        PropType::UNSPECIFIED | PropType::NULL if !node.value.is_null() => {
            return Err(node.wrong(format_args!("{prop_type} has no value but null")));
        }
        PropType::UNSPECIFIED => PropValue::Unspecified,
        PropType::NULL => PropValue::Null,
        PropType::INTEGER16 => PropValue::Integer16(node.number("a 16-bit number")?),
        PropType::INTEGER32 => PropValue::Integer32(node.number("a 32-bit number")?),
        PropType::ERROR_CODE => PropValue::ErrorCode(node.u32()?),
        PropType::BOOLEAN => PropValue::Boolean(node.boolean()?),
        PropType::INTEGER64 => PropValue::Integer64(node.digits("the digits of a 64-bit number")?),
        PropType::CURRENCY => PropValue::Currency(node.digits("the digits of a 64-bit number")?),
        PropType::FLOATING32 => PropValue::Floating32(single(node)?),
        PropType::FLOATING64 => PropValue::Floating64(double(node)?),
        PropType::FLOATING_TIME => PropValue::FloatingTime(double(node)?),
        PropType::TIME => PropValue::Time(time(node)?),
        PropType::GUID => PropValue::Guid(node.guid()?),
        PropType::STRING => PropValue::String(unicode(node)?),
        PropType::STRING8 => PropValue::String8(string8(node, code_page)?),
        PropType::BINARY => PropValue::Binary(Cow::Owned(bytes(node, messages)?)),
        PropType::SERVER_ID => PropValue::ServerId(Cow::Owned(bytes(node, messages)?)),
        PropType::RESTRICTION => PropValue::Restriction(Cow::Owned(bytes(node, messages)?)),
        PropType::RULE_ACTION => PropValue::RuleAction(Cow::Owned(bytes(node, messages)?)),
        PropType::OBJECT => PropValue::Object(Object {
            interface: node.get("interface").map(|interface| interface.guid()).transpose()?,
            data: Cow::Owned(bytes(node, messages)?),
        }),
        other => return Err(node.wrong(format_args!("a value of type {other} cannot be written but as `hex`"))),
    })
}

/// `hex`, or the message whose number stands in its place.
pub(super) fn bytes(node: &Node<'_, '_>, messages: &mut Messages<'_>) -> Result<Vec<u8>, String> {
    match node.get("message") {
        None => node.field("hex")?.hex(),
        Some(message) => {
            let mut before = node.get("hex_before").map(|before| before.hex()).transpose()?.unwrap_or_default();
            before.append(&mut messages(&message)?);
            Ok(before)
        }
    }
}

/// That what stands beside `hex` is what the bytes mean.
fn agree(node: &Node<'_, '_>, field: &str, said: bool) -> Result<(), String> {
    if said {
        return Ok(());
    }
    Err(node.wrong(format_args!(
        "`{field}` and `hex` do not say the same; `hex` counts: change it, or remove it and `{field}` counts"
    )))
}

fn double(node: &Node<'_, '_>) -> Result<f64, String> {
    if !node.value.is_object() {
        return node.float();
    }
    match node.get("hex") {
        Some(hex) => {
            let bits = <[u8; 8]>::try_from(hex.hex()?).map_err(|_| hex.wrong("a PtypFloating64 has 8 bytes"))?;
            let number = f64::from_le_bytes(bits);
            agree(node, "number", word_agrees(node, &number.to_string())?)?;
            Ok(number)
        }
        None => node.field("number")?.text()?.parse().map_err(|_| node.wrong("not a number")),
    }
}

fn single(node: &Node<'_, '_>) -> Result<f32, String> {
    if !node.value.is_object() {
        // By its digits: a detour over 64 bits would round twice.
        let number: f32 = node.float()?.to_string().parse().map_err(|_| node.wrong("not a number"))?;
        return if number.is_finite() { Ok(number) } else { Err(node.wrong("the number does not fit 32 bits")) };
    }
    match node.get("hex") {
        Some(hex) => {
            let bits = <[u8; 4]>::try_from(hex.hex()?).map_err(|_| hex.wrong("a PtypFloating32 has 4 bytes"))?;
            let number = f32::from_le_bytes(bits);
            agree(node, "number", word_agrees(node, &number.to_string())?)?;
            Ok(number)
        }
        None => node.field("number")?.text()?.parse().map_err(|_| node.wrong("not a number")),
    }
}

/// Whether `number` is the word for a number that JSON has not, or is not there.
fn word_agrees(node: &Node<'_, '_>, word: &str) -> Result<bool, String> {
    node.get("number").map_or(Ok(true), |number| Ok(number.text()? == word))
}

fn time(node: &Node<'_, '_>) -> Result<FileTime, String> {
    let iso = node.get("iso");
    let Some(filetime) = node.get("filetime") else {
        let iso = node.field("iso")?;
        return match property_text::parse_value(PropType::TIME, iso.text()?) {
            Ok(PropValue::Time(time)) => Ok(time),
            Ok(_) => Err(iso.wrong("not a time")),
            Err(error) => Err(iso.wrong(error)),
        };
    };
    let time = FileTime(filetime.digits("the digits of a 64-bit number")?);
    match iso {
        Some(iso) if iso.text()? != time.to_string() => Err(node.wrong(format_args!(
            "`iso` and `filetime` do not say the same; `filetime` counts: change it, or remove it and `iso` counts"
        ))),
        _ => Ok(time),
    }
}

/// Text that goes into a string: NUL ends one, and what is behind it would be lost.
fn without_nul<'v>(node: &Node<'v, '_>) -> Result<&'v str, String> {
    let text = node.text()?;
    if text.contains('\0') { Err(node.wrong("a NUL would end the text; write it as `hex`")) } else { Ok(text) }
}

fn unicode(node: &Node<'_, '_>) -> Result<Utf16<'static>, String> {
    let Some(hex) = node.get("hex") else { return Ok(Utf16::from(without_nul(&node.field("text")?)?)) };
    let text = Utf16(Cow::Owned(hex.hex()?));
    if let Some(given) = node.get("text") {
        agree(node, "text", given.text()? == text.to_text())?;
    }
    Ok(text)
}

fn string8(node: &Node<'_, '_>, code_page: CodePage) -> Result<String8<'static>, String> {
    let Some(hex) = node.get("hex") else {
        let mut bytes = encoded(&node.field("text")?, code_page)?;
        bytes.push(0);
        return Ok(String8(Cow::Owned(bytes)));
    };
    let text = String8(Cow::Owned(hex.hex()?));
    if let Some(given) = node.get("text") {
        agree(node, "text", given.text()? == code_page.decode_or_latin1(text.text_bytes()).text)?;
    }
    Ok(text)
}

/// Text in a code page.
fn encoded(node: &Node<'_, '_>, code_page: CodePage) -> Result<Vec<u8>, String> {
    let text = without_nul(node)?;
    let encoded = code_page
        .encode(text)
        .ok_or_else(|| node.wrong(format_args!("text cannot be written in code page {code_page}; write it as `hex`")))?;
    if encoded.unmappable == 0 {
        return Ok(encoded.bytes);
    }
    let foreign = text.chars().find(|c| {
        let mut buffer = [0; 4];
        code_page.encode(c.encode_utf8(&mut buffer)).is_none_or(|encoded| encoded.unmappable > 0)
    });
    let foreign = foreign.map_or_else(String::new, |c| format!(" U+{:04X} {c:?}", u32::from(c)));
    Err(node.wrong(format_args!("code page {code_page} has no character{foreign}; a Unicode type (PtypString) has them all")))
}

/// That a property's `value`, if it is there, is what its `hex` means.
pub(super) fn check_property_hex(node: &Node<'_, '_>, wire: &[u8], code_page: CodePage) -> Result<(), String> {
    if node.get("value").is_none() && node.get("values").is_none() {
        return Ok(());
    }
    let list = [&1u32.to_le_bytes()[..], wire].concat();
    let Ok(list) = PropertyList::new(&list, 0) else { return Ok(()) };
    let mut pieces = list.pieces();
    // What is cut or in pieces is judged by what stands behind it in its list, which is not here.
    let (Some(PropertyPiece::Property(property)), None) = (pieces.next(), pieces.next()) else { return Ok(()) };
    if property.is_truncated() {
        return Ok(());
    }
    let mut none = |message: &Node<'_, '_>| Err(message.wrong("a message, and `hex` beside it"));
    let (tag, name) = identity(node)?;
    let name_text = |name: Option<PropName<'_>>| name.map(|name| name.to_string());
    agree(node, "tag", tag == property.tag())?;
    agree(node, "named", name_text(name) == name_text(property.name()))?;
    let value = property_value(node, tag, code_page, &mut none)?;
    let field = if tag.prop_type().is_multiple() { "values" } else { "value" };
    // A value that is cut within its padding looks whole where nothing follows it.
    let is_cut = || cut_property(&mut Cursor::new(wire, 0), true).is_some_and(|cut| value.identical(&cut.value()));
    agree(node, field, value.identical(&property.value()) || is_cut())
}

/// That an attribute's `value`, if it is there, is what its `hex` means.
pub(super) fn check_attribute_hex(node: &Node<'_, '_>, id: AttrId, data: &[u8], code_page: CodePage) -> Result<(), String> {
    let Some(given) = node.get("value") else { return Ok(()) };
    let meant = Attribute::of_data(id, data).value().ok().map(|value| attribute_value(code_page, id, &value));
    agree(node, "value", meant.is_some_and(|meant| says(given.value, &meant)))
}

/// Whether `given` says nothing else than `meant`; it may say less, and what nobody knows.
fn says(given: &Value, meant: &Value) -> bool {
    match (given, meant) {
        (Value::Object(given), Value::Object(meant)) => {
            given.iter().all(|(key, value)| meant.get(key).is_none_or(|meant| says(value, meant)))
        }
        (given, meant) => given == meant,
    }
}

/// The data of an attribute by its `value`.
pub(super) fn attribute_data(node: &Node<'_, '_>, id: AttrId, code_page: CodePage) -> Result<Vec<u8>, String> {
    let value = node.field("value")?;
    let mut out = Vec::new();
    match id.layout() {
        Layout::Text => {
            out = encoded(&value.field("text")?, code_page)?;
            out.push(0);
        }
        Layout::Triple => {
            let triple = Triple { trpid: crate::tnef::triple::TRPID_ONE_OFF, who: who(&value, code_page)? };
            triple.emit(&mut out).ok_or_else(|| too_long(&value))?;
        }
        Layout::CountedStrings => who(&value, code_page)?.emit_counted(&mut out).ok_or_else(|| too_long(&value))?,
        Layout::Date => Dtr {
            year: value.field("year")?.u16()?,
            month: value.field("month")?.u16()?,
            day: value.field("day")?.u16()?,
            hour: value.field("hour")?.u16()?,
            minute: value.field("minute")?.u16()?,
            second: value.field("second")?.u16()?,
            day_of_week: value.field("day_of_week")?.u16()?,
        }
        .emit(&mut out),
        Layout::Status => out.push(value.field("bits")?.number("a number from 0 to 255")?),
        Layout::Priority => out.extend(value.field("priority")?.u16()?.to_le_bytes()),
        Layout::Boolean => out.extend(u16::from(value.boolean()?).to_le_bytes()),
        Layout::Integer32 => out.extend(value.u32()?.to_le_bytes()),
        Layout::Hex => {
            let bytes = value.field("bytes")?;
            out = crate::mapi::SearchKey::from_bytes(bytes.hex()?).to_hex_attribute();
        }
        Layout::CodePages => {
            out.extend(value.field("primary")?.u32()?.to_le_bytes());
            if let Some(secondary) = value.get("secondary") {
                out.extend(secondary.u32()?.to_le_bytes());
            }
        }
        Layout::RendData => RendData {
            attach_type: AttachType(value.field("type")?.u16()?),
            position: value.field("position")?.u32()?,
            width: value.field("width")?.u16()?,
            height: value.field("height")?.u16()?,
            flags: RendFlags::from_bits_retain(value.field("flags")?.u32()?),
        }
        .emit(&mut out),
        _ => return Err(value.wrong(format_args!("{id} is not made out of a value; it needs `hex`"))),
    }
    Ok(out)
}

fn too_long(node: &Node<'_, '_>) -> String {
    node.wrong("longer than 16 bits can say")
}

/// Display name and address, without the NULs that their layouts add.
fn who(node: &Node<'_, '_>, code_page: CodePage) -> Result<NameAndAddress<'static>, String> {
    let mut address = encoded(&node.field("address")?, code_page)?;
    if let Some(address_type) = node.get("address_type") {
        address = [encoded(&address_type, code_page)?, vec![b':'], address].concat();
    }
    let display_name = encoded(&node.field("display_name")?, code_page)?;
    Ok(NameAndAddress { display_name: String8(Cow::Owned(display_name)), address: String8(Cow::Owned(address)) })
}
