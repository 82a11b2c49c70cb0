//! A stream out of the JSON that `winmail dump --json` writes. `docs/dump-json.md` says which of its fields count.
//!
//! Messages are put together from the last to the first: one refers to higher numbers only, so that what it holds is there when
//! its turn comes, and no depth of nesting takes stack.

use serde_json::Value;

use crate::base::CodePage;
use crate::base::checksum::checksum;
use crate::base::input::len64;
use crate::base::output::Emit;
use crate::tnef::{AttrId, Level, props};

use super::dump::SCHEMA;
use super::node::Node;
use super::value;

/// Bytes of an attribute around its data: level, id, length; checksum.
const HEADER: u64 = 9;
const CHECKSUM: u64 = 2;

/// Makes the stream that a dump describes: of a file, or of the one with a number (from 1 on) if it holds several.
///
/// # Errors
/// What is wrong, behind the path to it.
pub fn unpack(json: &[u8], number: Option<usize>) -> Result<Vec<u8>, String> {
    let document: Value = serde_json::from_slice(json).map_err(|error| format!("not valid JSON: {error}"))?;
    let root = Node::root(&document);
    if root.value.is_object() {
        return file(&root);
    }
    let count = root.value.as_array().map_or(0, Vec::len);
    let index = match number {
        Some(number) => number.checked_sub(1),
        None if count == 1 => Some(0),
        None if count > 1 => return Err(format!("the dump holds {count} files; unpack::number says which one to pack")),
        None => Some(0),
    };
    match index.and_then(|index| root.item(index)) {
        Some(item) => file(&item),
        None if root.value.is_array() => Err(format!("the dump holds {count} files, none of which has that number")),
        None => Err("not the JSON of a dump: neither an array nor an object".to_owned()),
    }
}

fn file(node: &Node<'_, '_>) -> Result<Vec<u8>, String> {
    let schema = node.field("schema")?;
    if schema.text()? != SCHEMA {
        return Err(schema.wrong(format_args!("the schema {:?} is not {SCHEMA:?}", schema.text()?)));
    }
    if let Some(error) = node.get("error") {
        return Err(error.wrong(format_args!("the file could not be dumped: {}", error.text()?)));
    }
    let messages = node.field("messages")?;
    let mut done: Vec<Option<Vec<u8>>> = messages.items()?.map(|_| None).collect();
    if done.is_empty() {
        return Err(messages.wrong("there is no message"));
    }
    for index in (0..done.len()).rev() {
        let Some(message) = messages.item(index) else { continue };
        let bytes = Packer::new(&message, &messages, &mut done, index)?.message()?;
        if let Some(place) = done.get_mut(index) {
            *place = Some(bytes);
        }
    }
    // Every message but the first was taken by the one that it is nested in.
    if let Some(index) = done.iter().skip(1).position(Option::is_some) {
        let left = messages.item(index.saturating_add(1));
        return Err(left.map_or_else(String::new, |left| left.wrong("no message refers to it")));
    }
    done.into_iter().next().flatten().ok_or_else(|| messages.wrong("there is no message"))
}

/// What one message is made with.
struct Packer<'v, 'n, 'd> {
    message: &'n Node<'v, 'n>,
    messages: &'n Node<'v, 'n>,
    done: &'d mut [Option<Vec<u8>>],
    index: usize,
    code_page: CodePage,
}

impl<'v, 'n, 'd> Packer<'v, 'n, 'd> {
    fn new(
        message: &'n Node<'v, 'n>,
        messages: &'n Node<'v, 'n>,
        done: &'d mut [Option<Vec<u8>>],
        index: usize,
    ) -> Result<Self, String> {
        if let Some(given) = message.get("index") {
            if given.number::<usize>("the place in `messages`")? != index {
                return Err(given.wrong(format_args!("message {} stands in place {index}", given.value)));
            }
        }
        let code_page = message.get("code_page").map(|page| page.u32().map(CodePage)).transpose()?;
        Ok(Packer { message, messages, done, index, code_page: code_page.unwrap_or(CodePage::WINDOWS_1252) })
    }

    fn message(mut self) -> Result<Vec<u8>, String> {
        let mut out = Vec::new();
        for piece in self.message.field("pieces")?.items()? {
            let kind = piece.field("piece")?;
            match kind.text()? {
                "header" => {
                    out.emit_u32(piece.field("signature")?.prefixed()?);
                    if let Some(key) = piece.get("key") {
                        out.emit_u16(key.u16()?);
                    }
                }
                "attribute" => self.attribute(&piece, &mut out)?,
                "lost" => out.append(&mut piece.field("hex")?.hex()?),
                other => return Err(kind.wrong(format_args!("there is no piece {other:?} in a message"))),
            }
        }
        Ok(out)
    }

    fn attribute(&mut self, piece: &Node<'_, '_>, out: &mut Vec<u8>) -> Result<(), String> {
        let level = Level(piece.field("level")?.number("a number from 0 to 255")?);
        let id = AttrId(piece.field("id")?.prefixed()?);
        let data = self.data(piece, id.from_number_alone(level).unwrap_or(id))?;
        let stored = piece.get("checksum").and_then(|checksum| checksum.value.get("stored"));
        // No checksum at all: the stream ends before it.
        let without = stored.is_some_and(Value::is_null);
        out.emit_u8(level.0);
        out.emit_u32(id.0);
        out.emit_u32(declared_length(piece, &data, without)?);
        let sum = if without { None } else { Some(declared_checksum(piece, &data)?) };
        out.extend(data);
        if let Some(sum) = sum {
            out.emit_u16(sum);
        }
        Ok(())
    }

    /// The data of an attribute, by the one field that says what it is.
    fn data(&mut self, piece: &Node<'_, '_>, id: AttrId) -> Result<Vec<u8>, String> {
        let there = |field: &&&str| piece.value.get(**field).is_some();
        let mut sources = ["properties", "rows", "message", "hex"].iter().filter(there);
        let source = sources.next().copied();
        if let (Some(one), Some(two)) = (source, sources.next()) {
            return Err(piece.wrong(format_args!("both `{one}` and `{two}` say what the data is")));
        }
        match source {
            Some("properties") => {
                let mut data = Vec::new();
                let properties = piece.field("properties")?;
                data.emit_u32(declared_count(piece, &properties, "property")?);
                self.list(&properties, &mut data)?;
                Ok(data)
            }
            Some("rows") => {
                let mut data = Vec::new();
                let rows = piece.field("rows")?;
                data.emit_u32(declared_count(piece, &rows, "row")?);
                for row in rows.items()? {
                    let kind = row.field("piece")?;
                    match kind.text()? {
                        "row" => {
                            let properties = row.field("properties")?;
                            data.emit_u32(declared_count(&row, &properties, "property")?);
                            self.list(&properties, &mut data)?;
                        }
                        "lost" => data.append(&mut row.field("hex")?.hex()?),
                        other => return Err(kind.wrong(format_args!("there is no piece {other:?} in a recipient table"))),
                    }
                }
                Ok(data)
            }
            Some("message") => value::bytes(piece, &mut |message| self.nested(message)),
            Some(_) => {
                let data = piece.field("hex")?.hex()?;
                value::check_attribute_hex(piece, id, &data, self.code_page)?;
                Ok(data)
            }
            None => value::attribute_data(piece, id, self.code_page),
        }
    }

    fn list(&mut self, properties: &Node<'_, '_>, out: &mut Vec<u8>) -> Result<(), String> {
        for piece in properties.items()? {
            let kind = piece.field("piece")?;
            match kind.text()? {
                "property" => self.property(&piece, out)?,
                "lost" => out.append(&mut piece.field("hex")?.hex()?),
                other => return Err(kind.wrong(format_args!("there is no piece {other:?} in a property list"))),
            }
        }
        Ok(())
    }

    fn property(&mut self, piece: &Node<'_, '_>, out: &mut Vec<u8>) -> Result<(), String> {
        let around = (piece.value.get("hex_before"), piece.value.get("hex_after"));
        if let Ok(hex) = piece.field("hex") {
            let mut wire = hex.hex()?;
            value::check_property_hex(piece, &wire, self.code_page)?;
            out.append(&mut wire);
        } else if let (None, None) = around {
            let (tag, name) = value::identity(piece)?;
            let code_page = self.code_page;
            let value = value::property_value(piece, tag, code_page, &mut |message| self.nested(message))?;
            props::emit(out, tag, name.as_ref(), &value).map_err(|error| piece.wrong(error.message()))?;
        } else {
            out.append(&mut piece.field("hex_before")?.hex()?);
            let value = piece.field("value")?;
            let message = value.field("message")?;
            let mut nested = self.nested(&message)?;
            // The bytes before the message hold its length, which nobody has changed.
            let dumped = self.messages.item(message.number("the number of a message")?);
            let dumped = dumped.as_ref().and_then(|dumped| dumped.get("length").map(|length| length.number::<u64>("a length")));
            if dumped.transpose()?.is_some_and(|length| length != len64(&nested)) {
                return Err(piece.wrong(
                    "`hex_before` holds the length that the message had; without `hex_before` and `hex_after` the property \
                     is written anew",
                ));
            }
            out.append(&mut nested);
            out.append(&mut piece.field("hex_after")?.hex()?);
        }
        Ok(())
    }

    /// The bytes of the message that a value refers to.
    fn nested(&mut self, reference: &Node<'_, '_>) -> Result<Vec<u8>, String> {
        let number: usize = reference.number("the number of a message")?;
        if number <= self.index {
            return Err(reference.wrong(format_args!("message {} cannot hold message {number}: only later ones", self.index)));
        }
        match self.done.get_mut(number) {
            Some(message) => {
                message.take().ok_or_else(|| reference.wrong(format_args!("message {number} stands elsewhere, too")))
            }
            None => Err(reference.wrong(format_args!("there is no message {number}"))),
        }
    }
}

/// The length that an attribute declares: as it stands where it was wrong when the stream was dumped, else that of the data.
fn declared_length(piece: &Node<'_, '_>, data: &[u8], without_checksum: bool) -> Result<u32, String> {
    let declared = piece.get("declared_length").map(|declared| declared.u32()).transpose()?;
    let dumped = piece.get("length").map(|length| length.number::<u64>("a length")).transpose()?;
    let around = if without_checksum { HEADER } else { HEADER.saturating_add(CHECKSUM) };
    let dumped = match (dumped, piece.get("length")) {
        (Some(length), Some(node)) => Some(
            length.checked_sub(around).ok_or_else(|| node.wrong(format_args!("an attribute takes at least {around} bytes")))?,
        ),
        _ => None,
    };
    match declared {
        Some(declared) if dumped != Some(u64::from(declared)) => Ok(declared),
        _ => u32::try_from(data.len()).map_err(|_| piece.wrong("an attribute holds less than 4 GiB")),
    }
}

/// The checksum: as it stands where it was wrong when the stream was dumped, else that of the data.
fn declared_checksum(piece: &Node<'_, '_>, data: &[u8]) -> Result<u16, String> {
    let Some(given) = piece.get("checksum") else { return Ok(checksum(data)) };
    let stored = given.get("stored").map(|stored| stored.u16()).transpose()?;
    let computed = given.get("computed").map(|computed| computed.u16()).transpose()?;
    Ok(stored.filter(|stored| computed != Some(*stored)).unwrap_or_else(|| checksum(data)))
}

/// The count of a list: as it stands where it was wrong when the stream was dumped, else how many pieces of `kind` there are.
fn declared_count(node: &Node<'_, '_>, list: &Node<'_, '_>, kind: &str) -> Result<u32, String> {
    let declared = node.get("declared_count").map(|declared| declared.u32()).transpose()?;
    let dumped = node.get("count").map(|count| count.u32()).transpose()?;
    match declared {
        Some(declared) if dumped != Some(declared) => Ok(declared),
        _ => {
            let is_one = |item: &Node<'_, '_>| item.value.get("piece").and_then(Value::as_str) == Some(kind);
            u32::try_from(list.items()?.filter(is_one).count()).map_err(|_| list.wrong("too many for one list"))
        }
    }
}
