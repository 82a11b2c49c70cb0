//! Values of attributes that are neither lists nor mere bytes: their form follows from the layout of the attribute.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::CodePage;
use crate::base::output::Emit;
use crate::mapi::{SearchKey, String8};
use crate::tnef::trp::TRPID_ONE_OFF;
use crate::tnef::{
    AttachType, AttrId, Attribute, AttributeValue, Dtr, Layout, NameAndAddress, RendData, RendFlags, Trp, class_name,
};

use super::context::{agree, decoded, encoded};
use super::form::{Hex, Note};
use super::place::{At, Wrong, read};

#[derive(Serialize, Deserialize)]
struct Text<'a> {
    text: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<Note<String>>,
}

#[derive(Serialize, Deserialize)]
struct Who<'a> {
    display_name: Cow<'a, str>,
    address_type: Option<Cow<'a, str>>,
    address: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct Date {
    year: u16,
    month: u16,
    day: u16,
    hour: u16,
    minute: u16,
    second: u16,
    day_of_week: u16,
    iso: Note<String>,
}

#[derive(Serialize, Deserialize)]
struct Status {
    bits: u8,
    flags: Note<Vec<Cow<'static, str>>>,
}

#[derive(Serialize, Deserialize)]
struct Priority {
    priority: u16,
    meaning: Note<&'static str>,
}

#[derive(Serialize, Deserialize)]
struct HexText<'a> {
    bytes: Option<Hex<'a>>,
}

#[derive(Serialize, Deserialize)]
struct CodePages {
    primary: u32,
    primary_name: Note<&'static str>,
    secondary: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Rend {
    r#type: u16,
    type_name: Note<&'static str>,
    position: u32,
    width: u16,
    height: u16,
    flags: u32,
}

impl<'a> Who<'a> {
    fn of(who: &'a NameAndAddress<'_>, code_page: CodePage) -> Self {
        let (address_type, address) = who.split_address();
        let decode = |bytes| code_page.decode_or_latin1(bytes).text;
        let display_name = decoded(code_page, &who.display_name);
        Who { display_name, address_type: address_type.map(decode), address: decode(address) }
    }

    /// Display name and address, without the NULs that their layouts add.
    fn pack(&self, code_page: CodePage) -> Result<NameAndAddress<'static>, Wrong> {
        let mut address = encoded(code_page, &self.address).at("address")?;
        if let Some(address_type) = &self.address_type {
            address = [encoded(code_page, address_type).at("address_type")?, vec![b':'], address].concat();
        }
        let display_name = encoded(code_page, &self.display_name).at("display_name")?;
        Ok(NameAndAddress { display_name: String8(display_name.into()), address: String8(address.into()) })
    }
}

/// The value of an attribute; null for lists and mere bytes. Small, but for texts, which are as large as they are.
pub(super) fn of(value: &AttributeValue<'_>, id: AttrId, code_page: CodePage) -> Value {
    match value {
        AttributeValue::Text(text) => {
            let text = decoded(code_page, text);
            let classes = [AttrId::MESSAGE_CLASS, AttrId::ORIGINAL_MESSAGE_CLASS, AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF];
            let class = classes.contains(&id).then(|| class_name::to_mapi(&text).to_owned().into());
            json!(Text { text, class })
        }
        AttributeValue::Trp(triple) => json!(Who::of(&triple.who, code_page)),
        AttributeValue::NameAndAddress(who) => json!(Who::of(who, code_page)),
        AttributeValue::Date(date) => {
            let Dtr { year, month, day, hour, minute, second, day_of_week } = *date;
            let iso = Note(date.to_date_time().map(|date| date.to_string()));
            json!(Date { year, month, day, hour, minute, second, day_of_week, iso })
        }
        AttributeValue::Status(status) => json!(Status { bits: status.bits(), flags: status.words().into() }),
        AttributeValue::Priority(priority) => json!(Priority { priority: priority.0, meaning: Note(priority.name()) }),
        AttributeValue::Boolean(value) => json!(value),
        AttributeValue::Integer32(value) => json!(value),
        AttributeValue::Hex(hex) => json!(HexText { bytes: hex.to_bytes().map(|bytes| Hex(Some(bytes.into()))) }),
        AttributeValue::CodePages(pages) => json!(CodePages {
            primary: pages.primary.0,
            primary_name: Note(pages.primary.name()),
            secondary: pages.secondary.map(|page| page.0),
        }),
        AttributeValue::RendData(rend) => {
            let RendData { attach_type, position, width, height, flags } = *rend;
            let (r#type, type_name) = (attach_type.0, Note(attach_type.name()));
            json!(Rend { r#type, type_name, position, width, height, flags: flags.bits() })
        }
        AttributeValue::Properties(_) | AttributeValue::Recipients(_) | AttributeValue::Bytes(_) | AttributeValue::Unknown(_) => {
            Value::Null
        }
    }
}

/// Appends the data of an attribute that has this value.
pub(super) fn pack(value: Value, id: AttrId, code_page: CodePage, out: &mut Vec<u8>) -> Result<(), Wrong> {
    let too_long = || Wrong::new("longer than 16 bits can say");
    match id.layout() {
        Layout::Text => {
            out.append(&mut encoded(code_page, &read::<Text<'_>>(value)?.text).at("text")?);
            out.push(0);
        }
        Layout::Trp => {
            let who = read::<Who<'_>>(value)?.pack(code_page)?;
            Trp { trpid: TRPID_ONE_OFF, who }.emit(out).ok_or_else(too_long)?;
        }
        Layout::CountedStrings => {
            read::<Who<'_>>(value)?.pack(code_page)?.emit_counted(out).ok_or_else(too_long)?;
        }
        Layout::Date => {
            let Date { year, month, day, hour, minute, second, day_of_week, .. } = read(value)?;
            Dtr { year, month, day, hour, minute, second, day_of_week }.emit(out);
        }
        Layout::Status => out.push(read::<Status>(value)?.bits),
        Layout::Priority => out.emit_u16(read::<Priority>(value)?.priority),
        Layout::Boolean => out.emit_u16(read::<bool>(value)?.into()),
        Layout::Integer32 => out.emit_u32(read(value)?),
        Layout::Hex => {
            let bytes = read::<HexText<'_>>(value)?.bytes.ok_or_else(|| Wrong::missing("bytes"))?;
            out.append(&mut SearchKey::from_bytes(bytes.into_bytes()).to_hex_attribute());
        }
        Layout::CodePages => {
            let pages: CodePages = read(value)?;
            out.emit_u32(pages.primary);
            pages.secondary.into_iter().for_each(|page| out.emit_u32(page));
        }
        Layout::RendData => {
            let Rend { r#type, position, width, height, flags, .. } = read(value)?;
            let flags = RendFlags::from_bits_retain(flags);
            RendData { attach_type: AttachType(r#type), position, width, height, flags }.emit(out);
        }
        _ => return Err(Wrong::new(format_args!("{id} is not made out of a value; it needs `hex`"))),
    }
    Ok(())
}

/// That the value of an attribute is what its data means.
pub(super) fn check(given: &Value, id: AttrId, data: &[u8], code_page: CodePage) -> Result<(), Wrong> {
    let meant = Attribute::of_data(id, data).value().ok().map(|value| of(&value, id, code_page));
    agree("value", meant.is_some_and(|meant| says(given, &meant)))
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
