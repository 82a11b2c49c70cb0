//! The dump as JSON: lossless, streamed. `docs/dump-json.md` describes every field.
//!
//! Nothing is collected: every level is a wrapper whose `Serialize` walks the input when its turn comes, so that memory does not
//! follow the size of the output. Nested messages are not nested in the JSON but stand behind each other in `messages`, and
//! the value that holds one has its number: the JSON is no deeper for a hundred nested messages than for none, where many
//! parsers refuse more than 64 or 128 levels.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::base::diag::Code;
use crate::base::hex;
use crate::base::input::len64;
use crate::base::{CodePage, Report, Wrapper};
use crate::mapi::{NameKind, PropName, PropTag, PropValue, String8, Utf16, dictionary};
use crate::message::embedded::{Embedded, Found};
use crate::message::{Message, meaning};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, Lost, NameAndAddress, Piece, PropertyPiece, PropertyRef, Row, class_name, props,
};

/// The name and version of the schema.
pub const SCHEMA: &str = "winmail-dump/1";

/// Values up to so many bytes are shown by `--no-data` too.
const DATA_MAX: usize = 64;

/// A file.
#[derive(Debug)]
pub struct File<'m> {
    name: &'m str,
    bytes: &'m [u8],
    wrapper: &'m Wrapper,
    report: &'m Report,
    no_data: bool,
    /// The messages found so far; each is written when its turn comes, and finds those within it.
    messages: RefCell<Vec<Listed<'m>>>,
}

/// A message and the one that it was found in.
#[derive(Debug, Clone, Copy)]
struct Listed<'m> {
    message: &'m Message<'m>,
    parent: Option<usize>,
}

impl<'m> File<'m> {
    /// The dump of a message that was read from `bytes`, which were found in the file `name` in `wrapper`.
    #[must_use]
    pub fn new(name: &'m str, bytes: &'m [u8], wrapper: &'m Wrapper, message: &'m Message<'m>, report: &'m Report) -> Self {
        File { name, bytes, wrapper, report, no_data: false, messages: RefCell::new(vec![Listed { message, parent: None }]) }
    }

    /// Leaves out the bytes of values longer than 64 bytes, if `no_data` says so.
    #[must_use]
    pub fn without_data(self, no_data: bool) -> Self {
        File { no_data, ..self }
    }

    /// Gives a nested message its number.
    fn list(&self, message: &'m Message<'m>, parent: usize) -> usize {
        let mut messages = self.messages.borrow_mut();
        messages.push(Listed { message, parent: Some(parent) });
        messages.len().saturating_sub(1)
    }

    fn wrapper_json(&self) -> Value {
        match self.wrapper {
            Wrapper::Raw => json!({ "kind": "raw" }),
            Wrapper::Base64 { ignored } => json!({ "kind": "base64", "ignored": ignored }),
            Wrapper::Mail { mail, incomplete, .. } => json!({ "kind": "mail", "mail": mail, "incomplete": incomplete }),
        }
    }

    /// The hexadecimal digits of bytes; null where they are left out.
    fn hex<'v>(&self, bytes: &'v [u8]) -> Option<HexDigits<'v>> {
        (!self.no_data || bytes.len() <= DATA_MAX).then_some(HexDigits(bytes))
    }
}

impl Serialize for File<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", SCHEMA)?;
        map.serialize_entry("file", self.name)?;
        map.serialize_entry("part", &self.wrapper.part())?;
        map.serialize_entry("error", &None::<&str>)?;
        map.serialize_entry("size", &self.bytes.len())?;
        map.serialize_entry("wrapper", &self.wrapper_json())?;
        map.serialize_entry("lossless", &!self.no_data)?;
        // The list grows while it is walked.
        let messages = (0usize..).map_while(|index| {
            let listed = self.messages.borrow().get(index).copied()?;
            Some(MessageItem { file: self, index, listed })
        });
        map.serialize_entry("messages", &Items::new(messages))?;
        map.serialize_entry("status", &self.report.status().exchange_names().collect::<Vec<_>>())?;
        map.serialize_entry("bytes_lost", &self.report.bytes_lost())?;
        map.serialize_entry("omitted", &self.report.omitted())?;
        map.serialize_entry("diagnostics", self.report.diagnostics())?;
        map.end()
    }
}

/// An iterator as an array. It can be written once.
struct Items<I>(RefCell<Option<I>>);

impl<I: Iterator> Items<I> {
    fn new(items: I) -> Self {
        Items(RefCell::new(Some(items)))
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Items<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.borrow_mut().take().into_iter().flatten())
    }
}

/// Lower-case hexadecimal digits, written a stretch at a time.
struct HexDigits<'v>(&'v [u8]);

impl fmt::Display for HexDigits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = String::with_capacity(256);
        for bytes in self.0.chunks(128) {
            digits.clear();
            bytes.iter().for_each(|byte| hex::push_pair(&mut digits, *byte));
            f.write_str(&digits)?;
        }
        Ok(())
    }
}

impl Serialize for HexDigits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Something as its Display writes it.
struct Shown<T>(T);

impl<T: fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

struct MessageItem<'f, 'm> {
    file: &'f File<'m>,
    index: usize,
    listed: Listed<'m>,
}

impl Serialize for MessageItem<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Listed { message, parent } = self.listed;
        let context =
            Context { file: self.file, index: self.index, code_page: message.code_page(), embedded: Embedded::of(message) };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("index", &self.index)?;
        map.serialize_entry("parent", &parent)?;
        map.serialize_entry("offset", &message.offset())?;
        map.serialize_entry("length", &message.source().len())?;
        map.serialize_entry("key", &message.key())?;
        map.serialize_entry("code_page", &message.code_page().0)?;
        map.serialize_entry("class", &message.class())?;
        map.serialize_entry("kind", message.kind().describe())?;
        map.serialize_entry("subject", &message.subject())?;
        map.serialize_entry("pieces", &Items::new(message.pieces().map(|piece| PieceItem { context: &context, piece })))?;
        map.end()
    }
}

/// The message that is being written.
struct Context<'f, 'm> {
    file: &'f File<'m>,
    index: usize,
    code_page: CodePage,
    embedded: Embedded<'m>,
}

impl<'m> Context<'_, 'm> {
    fn hex<'v>(&self, bytes: &'v [u8]) -> Option<HexDigits<'v>> {
        self.file.hex(bytes)
    }

    /// The number of a nested message that was just come upon.
    fn list(&self, message: &'m Message<'m>) -> usize {
        self.file.list(message, self.index)
    }

    fn text<'v>(&self, text: &'v String8<'_>) -> Cow<'v, str> {
        text_in(self.code_page, text)
    }
}

fn text_in<'v>(code_page: CodePage, text: &'v String8<'_>) -> Cow<'v, str> {
    code_page.decode_or_latin1(text.text_bytes()).text
}

struct PieceItem<'c, 'f, 'm, 'a> {
    context: &'c Context<'f, 'm>,
    piece: Piece<'a>,
}

impl Serialize for PieceItem<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.piece {
            Piece::Header(header) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("piece", "header")?;
                map.serialize_entry("offset", &header.offset)?;
                map.serialize_entry("length", &self.piece.wire_length())?;
                map.serialize_entry("signature", &Shown(format_args!("0x{:08X}", header.signature)))?;
                map.serialize_entry("key", &header.key)?;
                map.end()
            }
            Piece::Lost(Lost { code, bytes, offset }) => {
                LostItem { context: self.context, code: *code, tag: None, bytes, offset: *offset }.serialize(serializer)
            }
            Piece::Attribute(attribute) => AttributeItem { context: self.context, attribute }.serialize(serializer),
        }
    }
}

/// Bytes that are no attribute, no property or no row.
struct LostItem<'c, 'f, 'm, 'a> {
    context: &'c Context<'f, 'm>,
    code: Code,
    tag: Option<PropTag>,
    bytes: &'a [u8],
    offset: u64,
}

impl Serialize for LostItem<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("piece", "lost")?;
        map.serialize_entry("offset", &self.offset)?;
        map.serialize_entry("length", &self.bytes.len())?;
        map.serialize_entry("code", self.code.name())?;
        if let Some(tag) = self.tag {
            map.serialize_entry("lost_tag", &Shown(tag))?;
        }
        map.serialize_entry("hex", &self.context.hex(self.bytes))?;
        map.end()
    }
}

struct AttributeItem<'c, 'f, 'm, 'a> {
    context: &'c Context<'f, 'm>,
    attribute: &'c Attribute<'a>,
}

impl Serialize for AttributeItem<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (context, attribute) = (self.context, self.attribute);
        let read = attribute.as_read();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("piece", "attribute")?;
        map.serialize_entry("offset", &attribute.offset())?;
        map.serialize_entry("length", &attribute.wire_length())?;
        map.serialize_entry("level", &attribute.level().0)?;
        map.serialize_entry("id", &Shown(format_args!("0x{:08X}", attribute.id().0)))?;
        map.serialize_entry("name", &read.id().name())?;
        map.serialize_entry("declared_length", &attribute.declared_length())?;
        map.serialize_entry("framing", attribute.framing().name())?;
        let stored = attribute.stored_checksum();
        let computed = attribute.computed_checksum();
        map.serialize_entry("checksum", &json!({ "stored": stored, "computed": computed }))?;
        match read.value() {
            Ok(AttributeValue::Properties(list)) => {
                map.serialize_entry("declared_count", &list.declared_count())?;
                let is_property = |piece: &PropertyPiece<'_>| matches!(piece, PropertyPiece::Property(_));
                map.serialize_entry("count", &list.pieces().filter(is_property).count())?;
                map.serialize_entry("properties", &Items::new(list.pieces().map(|piece| PropertyItem { context, piece })))?;
            }
            Ok(AttributeValue::Recipients(table)) => {
                map.serialize_entry("declared_count", &table.declared_count())?;
                map.serialize_entry("count", &table.rows().filter(|row| matches!(row, Row::Properties { .. })).count())?;
                map.serialize_entry("rows", &Items::new(table.rows().map(|row| RowItem { context, row })))?;
            }
            value => {
                match &value {
                    Ok(AttributeValue::Bytes(_) | AttributeValue::Unknown(_)) => {}
                    Ok(value) => map.serialize_entry("value", &attribute_value(context.code_page, read.id(), value))?,
                    Err(error) => map.serialize_entry("error", error.message())?,
                }
                match context.embedded.in_attribute(&read).filter(|_| read.id() == AttrId::ATTACH_DATA) {
                    Some(Found { before, message }) => {
                        if !before.is_empty() {
                            map.serialize_entry("hex_before", &context.hex(before))?;
                        }
                        map.serialize_entry("message", &context.list(message))?;
                    }
                    None => map.serialize_entry("hex", &context.hex(attribute.data()))?,
                }
            }
        }
        map.end()
    }
}

/// The decoded value of an attribute that is neither list nor table nor bytes. Small, but for texts, which are as large as they are.
pub(super) fn attribute_value(code_page: CodePage, id: AttrId, value: &AttributeValue<'_>) -> Value {
    let who = |who: &NameAndAddress<'_>| {
        let (address_type, address) = who.split_address();
        let decode = |bytes| code_page.decode_or_latin1(bytes).text;
        json!({
            "display_name": text_in(code_page, &who.display_name),
            "address_type": address_type.map(decode),
            "address": decode(address),
        })
    };
    match value {
        AttributeValue::Text(text) => {
            let text = text_in(code_page, text);
            match id {
                AttrId::MESSAGE_CLASS | AttrId::ORIGINAL_MESSAGE_CLASS | AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF => {
                    json!({ "text": text, "class": class_name::to_mapi(&text) })
                }
                _ => json!({ "text": text }),
            }
        }
        AttributeValue::Triple(triple) => who(&triple.who),
        AttributeValue::NameAndAddress(name) => who(name),
        AttributeValue::Date(date) => json!({
            "year": date.year, "month": date.month, "day": date.day,
            "hour": date.hour, "minute": date.minute, "second": date.second,
            "day_of_week": date.day_of_week,
            "iso": date.to_date_time().map(|date| date.to_string()),
        }),
        AttributeValue::Status(status) => json!({ "bits": status.bits(), "flags": status.words() }),
        AttributeValue::Priority(priority) => {
            json!({ "priority": priority.0, "meaning": priority.name() })
        }
        AttributeValue::Boolean(value) => json!(value),
        AttributeValue::Integer32(value) => json!(value),
        AttributeValue::Hex(hex) => json!({ "bytes": hex.to_bytes().map(|bytes| HexDigits(&bytes).to_string()) }),
        AttributeValue::CodePages(pages) => json!({
            "primary": pages.primary.0,
            "primary_name": pages.primary.name(),
            "secondary": pages.secondary.map(|page| page.0),
        }),
        AttributeValue::RendData(rend) => json!({
            "type": rend.attach_type.0,
            "type_name": rend.attach_type.name(),
            "position": rend.position,
            "width": rend.width,
            "height": rend.height,
            "flags": rend.flags.bits(),
        }),
        AttributeValue::Properties(_) | AttributeValue::Recipients(_) | AttributeValue::Bytes(_) | AttributeValue::Unknown(_) => {
            Value::Null
        }
    }
}

struct RowItem<'c, 'f, 'm, 'a> {
    context: &'c Context<'f, 'm>,
    row: Row<'a>,
}

impl Serialize for RowItem<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.row {
            Row::Properties { list, offset, length } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("piece", "row")?;
                map.serialize_entry("offset", &offset)?;
                map.serialize_entry("length", &length)?;
                map.serialize_entry("declared_count", &list.declared_count())?;
                map.serialize_entry("count", &list.iter().flatten().count())?;
                // A row ends where its count says: the walk of a list would go on into the next row.
                let properties = list.iter().flatten().map(PropertyPiece::Property);
                let items = properties.map(|piece| PropertyItem { context: self.context, piece });
                map.serialize_entry("properties", &Items::new(items))?;
                map.end()
            }
            Row::Lost { bytes, offset } => {
                LostItem { context: self.context, code: Code::InvalidRowCount, tag: None, bytes, offset }.serialize(serializer)
            }
        }
    }
}

struct PropertyItem<'c, 'f, 'm, 'a> {
    context: &'c Context<'f, 'm>,
    piece: PropertyPiece<'a>,
}

impl Serialize for PropertyItem<'_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let context = self.context;
        let property = match &self.piece {
            PropertyPiece::Property(property) => property,
            PropertyPiece::Lost { code, tag, bytes, offset } => {
                return LostItem { context, code: *code, tag: *tag, bytes, offset: *offset }.serialize(serializer);
            }
        };
        let tag = property.tag();
        let value = property.value();
        let found = context.embedded.in_property(property, &value);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("piece", "property")?;
        map.serialize_entry("offset", &property.offset())?;
        map.serialize_entry("length", &property.wire().len())?;
        map.serialize_entry("tag", &Shown(tag))?;
        map.serialize_entry("type", &Shown(tag.prop_type()))?;
        map.serialize_entry("name", &dictionary::canonical_name(tag, property.name().as_ref()))?;
        if let Some(name) = property.name() {
            map.serialize_entry("named", &named(&name))?;
        }
        // Where a value holds a message, the bytes around it are told apart from those of the message.
        let start = found.as_ref().map(|found| found.message.offset());
        let end = found.as_ref().map(|found| found.message.offset().saturating_add(len64(found.message.source())));
        if tag.prop_type().is_multiple() {
            let values = property.values().map(|value| ValueItem { context, value: OneValue::Owned(value), found: None });
            map.serialize_entry("values", &Items::new(values))?;
        } else {
            map.serialize_entry("value", &ValueItem { context, value: OneValue::Borrowed(&value), found })?;
        }
        if let Some(meaning) = meaning::describe(property, &value) {
            map.serialize_entry("meaning", &meaning)?;
        }
        if !is_canonical(property, &value) {
            match start.zip(end) {
                None => map.serialize_entry("hex", &context.hex(property.wire()))?,
                Some((start, end)) => {
                    let at = |offset: u64| usize::try_from(offset.saturating_sub(property.offset())).unwrap_or(usize::MAX);
                    let before = property.wire().get(..at(start)).unwrap_or_default();
                    let after = property.wire().get(at(end)..).unwrap_or_default();
                    map.serialize_entry("hex_before", &context.hex(before))?;
                    map.serialize_entry("hex_after", &context.hex(after))?;
                }
            }
        }
        map.end()
    }
}

/// The name of a named property.
fn named(name: &PropName<'_>) -> Value {
    let set = name.set.to_string();
    let set_name = dictionary::set_name(name.set);
    match &name.kind {
        NameKind::Lid(lid) => json!({ "set": set, "set_name": set_name, "lid": lid }),
        NameKind::String(text) => json!({ "set": set, "set_name": set_name, "string": text.to_text() }),
    }
}

/// Whether tag, name and value, as they are shown, are encoded by the bytes that stand in the list.
fn is_canonical(property: &PropertyRef<'_>, value: &PropValue<'_>) -> bool {
    let name = property.name().map(|name| PropName {
        set: name.set,
        kind: match &name.kind {
            NameKind::Lid(lid) => NameKind::Lid(*lid),
            NameKind::String(text) => NameKind::String(Utf16::from(text.to_text().as_str())),
        },
    });
    let mut bytes = Vec::new();
    props::emit(&mut bytes, property.tag(), name.as_ref(), value).is_ok() && bytes == property.wire()
}

enum OneValue<'v, 'a> {
    Owned(PropValue<'a>),
    Borrowed(&'v PropValue<'a>),
}

/// A value that is not a list.
struct ValueItem<'c, 'f, 'm, 'v, 'a> {
    context: &'c Context<'f, 'm>,
    value: OneValue<'v, 'a>,
    found: Option<Found<'m, 'v>>,
}

impl Serialize for ValueItem<'_, '_, '_, '_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match &self.value {
            OneValue::Owned(value) => value,
            OneValue::Borrowed(value) => value,
        };
        match value {
            PropValue::Unspecified | PropValue::Null => serializer.serialize_none(),
            PropValue::Integer16(number) => serializer.serialize_i16(*number),
            PropValue::Integer32(number) => serializer.serialize_i32(*number),
            PropValue::ErrorCode(code) => serializer.serialize_u32(*code),
            PropValue::Boolean(value) => serializer.serialize_bool(*value),
            PropValue::Integer64(number) | PropValue::Currency(number) => serializer.collect_str(number),
            PropValue::Floating32(number) if number.is_finite() => serializer.serialize_f32(*number),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) if number.is_finite() => {
                serializer.serialize_f64(*number)
            }
            PropValue::Floating32(number) => not_finite(serializer, f64::from(*number), &number.to_le_bytes()),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) => {
                not_finite(serializer, *number, &number.to_le_bytes())
            }
            PropValue::Guid(guid) => serializer.collect_str(guid),
            PropValue::Time(time) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("iso", &time.date_time().map(|_| Shown(time)))?;
                map.serialize_entry("filetime", &Shown(time.0))?;
                map.end()
            }
            PropValue::String(text) => {
                let decoded = text.to_text();
                let lossless = Utf16::from(decoded.as_str()).0 == text.0;
                self.text(serializer, &decoded, (!lossless).then_some(&text.0))
            }
            PropValue::String8(text) => {
                let decoded = self.context.text(text);
                let lossless = self.context.code_page.encode(&decoded).is_some_and(|encoded| {
                    let terminated = text.0.strip_suffix(&[0]);
                    encoded.unmappable == 0 && terminated == Some(encoded.bytes.as_slice())
                });
                self.text(serializer, &decoded, (!lossless).then_some(&text.0))
            }
            PropValue::Binary(bytes)
            | PropValue::ServerId(bytes)
            | PropValue::Restriction(bytes)
            | PropValue::RuleAction(bytes) => {
                let mut map = serializer.serialize_map(None)?;
                self.bytes(&mut map, bytes)?;
                map.end()
            }
            PropValue::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("interface", &object.interface.map(Shown))?;
                map.serialize_entry("interface_name", &object.interface_name())?;
                self.bytes(&mut map, &object.data)?;
                map.end()
            }
            // A list holds no lists.
            PropValue::Multiple(_) => serializer.serialize_none(),
        }
    }
}

impl ValueItem<'_, '_, '_, '_, '_> {
    /// Text, and where it does not say all, the bytes.
    fn text<S: Serializer>(&self, serializer: S, text: &str, bytes: Option<&[u8]>) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("text", text)?;
        if let Some(bytes) = bytes {
            map.serialize_entry("hex", &self.context.hex(bytes))?;
        }
        map.end()
    }

    /// Bytes, or the message that they are.
    fn bytes<M: SerializeMap>(&self, map: &mut M, bytes: &[u8]) -> Result<(), M::Error> {
        map.serialize_entry("size", &bytes.len())?;
        match &self.found {
            None => map.serialize_entry("hex", &self.context.hex(bytes)),
            Some(Found { before, message }) => {
                if !before.is_empty() {
                    map.serialize_entry("hex_before", &self.context.hex(before))?;
                }
                map.serialize_entry("message", &self.context.list(message))
            }
        }
    }
}

/// A floating-point number that JSON does not have.
fn not_finite<S: Serializer>(serializer: S, number: f64, bytes: &[u8]) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("number", &Shown(number))?;
    map.serialize_entry("hex", &HexDigits(bytes))?;
    map.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_complete() {
        let bytes: Vec<u8> = (0..=255).collect();
        let digits = HexDigits(&bytes).to_string();
        assert_eq!(digits.len(), 512);
        assert!(digits.starts_with("000102030405060708090a0b0c0d0e0f10"));
        assert!(digits.ends_with("fdfeff"));
    }
}
