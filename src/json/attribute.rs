//! The pieces of a stream: its header, attributes, and what is lost between them.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::checksum::checksum;
use crate::base::output::Emit;
use crate::tnef::{self, AttrId, AttributeValue, Level, PropertyPiece};

use super::attribute_value;
use super::context::{Source, Target};
use super::form::{Hex, List, Note, Prefixed, Text, even_null};
use super::piece::{Lost, pack_list, pieces};
use super::place::{At, Wrong};
use super::property::ListPiece;
use super::row::TablePiece;

/// Bytes of an attribute around its data: level, id, length; checksum.
const HEADER: u64 = 9;
const CHECKSUM: u64 = 2;

pieces! {
    /// A piece of a stream.
    Piece in "a message" {
        Header(Header) = "header",
        Attribute(Box<Attribute<'a>>) = "attribute",
        Lost(Lost<'a>) = "lost",
    }
}

/// The start of a stream.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    offset: Note<u64>,
    length: Note<u64>,
    signature: Text<Prefixed>,
    key: Option<u16>,
}

/// An attribute. Its data is `properties`, `rows`, a message, `hex`, or what `value` means, whichever is there.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Attribute<'a> {
    offset: Note<u64>,
    length: Option<u64>,
    level: u8,
    id: Text<Prefixed>,
    name: Note<&'static str>,
    declared_length: Option<u32>,
    framing: Note<&'static str>,
    checksum: Option<Checksum>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<List<'a, ListPiece<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<List<'a, TablePiece<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Note<String>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex_before: Option<Hex<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<usize>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex: Option<Hex<'a>>,
}

/// The sum in the stream, which is null if that ends before it, and the sum of the data.
#[derive(Serialize, Deserialize)]
struct Checksum {
    #[serde(default, deserialize_with = "even_null")]
    stored: Option<Option<u16>>,
    computed: Option<u16>,
}

impl<'m> Piece<'m> {
    pub(super) fn of(piece: &tnef::Piece<'m>, source: &Rc<Source<'m>>) -> Self {
        match piece {
            tnef::Piece::Header(header) => Piece::Header(Header {
                offset: header.offset.into(),
                length: piece.wire_length().into(),
                signature: Text(Prefixed(header.signature)),
                key: header.key,
            }),
            tnef::Piece::Lost(lost) => Piece::Lost(Lost::of(lost.code, None, lost.bytes, lost.offset, source)),
            tnef::Piece::Attribute(attribute) => Piece::Attribute(Box::new(Attribute::of(*attribute, source))),
        }
    }

    pub(super) fn pack(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<(), Wrong> {
        match self {
            Piece::Header(header) => {
                out.emit_u32(header.signature.0.0);
                header.key.into_iter().for_each(|key| out.emit_u16(key));
            }
            Piece::Attribute(attribute) => attribute.pack(target, out)?,
            Piece::Lost(lost) => lost.pack(out),
        }
        Ok(())
    }
}

impl<'m> Attribute<'m> {
    fn of(attribute: tnef::Attribute<'m>, source: &Rc<Source<'m>>) -> Self {
        let read = attribute.as_read();
        let mut shown = Attribute {
            offset: attribute.offset().into(),
            length: Some(attribute.wire_length()),
            level: attribute.level().0,
            id: Text(Prefixed(attribute.id().0)),
            name: Note(read.id().name()),
            declared_length: Some(attribute.declared_length()),
            framing: attribute.framing().name().into(),
            checksum: Some(Checksum { stored: Some(attribute.stored_checksum()), computed: Some(attribute.computed_checksum()) }),
            ..Attribute::default()
        };
        let next = Rc::clone(source);
        match read.value() {
            Ok(AttributeValue::Properties(list)) => {
                let is_property = |piece: &PropertyPiece<'_>| matches!(piece, PropertyPiece::Property(_));
                shown.declared_count = Some(list.declared_count());
                shown.count = u32::try_from(list.pieces().filter(is_property).count()).ok();
                shown.properties = Some(List::new(list.pieces().map(move |piece| ListPiece::of(&piece, &next))));
                return shown;
            }
            Ok(AttributeValue::Recipients(table)) => {
                let is_row = |row: &tnef::Row<'_>| matches!(row, tnef::Row::Properties { .. });
                shown.declared_count = Some(table.declared_count());
                shown.count = u32::try_from(table.rows().filter(is_row).count()).ok();
                shown.rows = Some(List::new(table.rows().map(move |row| TablePiece::of(row, &next))));
                return shown;
            }
            Ok(value) => {
                shown.value = Some(attribute_value::of(&value, read.id(), source.code_page)).filter(|value| !value.is_null());
            }
            Err(error) => shown.error = Some(error.message().to_owned().into()),
        }
        match source.embedded.in_attribute(&read).filter(|_| read.id() == AttrId::ATTACH_DATA) {
            Some(found) => {
                shown.hex_before = (!found.before.is_empty()).then(|| source.hex(found.before));
                shown.message = Some(source.list(found.message));
            }
            None => shown.hex = Some(source.hex(attribute.data())),
        }
        shown
    }
}

impl Attribute<'_> {
    fn pack(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<(), Wrong> {
        out.emit_u8(self.level);
        out.emit_u32(self.id.0.0);
        let (declared, dumped) = (self.declared_length, self.length);
        let (stored, computed) = self.checksum.as_ref().map_or((None, None), |sums| (sums.stored, sums.computed));
        // No checksum at all: the stream ends before it.
        let around = if stored == Some(None) { HEADER } else { HEADER.saturating_add(CHECKSUM) };
        let too_short = || Wrong::new(format_args!("an attribute takes at least {around} bytes"));
        let dumped = dumped.map(|length| length.checked_sub(around).ok_or_else(too_short)).transpose().at("length")?;
        let length = out.emit_length_mark();
        let start = out.len();
        self.pack_data(target, out)?;
        // Length and checksum: as they stand where they were wrong when the stream was dumped, else those of the data.
        match declared.filter(|declared| dumped != Some((*declared).into())) {
            Some(declared) => out.fill(length, declared),
            None => out.fill_length(length).ok_or_else(|| Wrong::new("an attribute holds less than 4 GiB"))?,
        }
        let sum = checksum(out.get(start..).unwrap_or_default());
        match stored {
            Some(None) => {}
            Some(stored) if stored != computed => out.emit_u16(stored.unwrap_or(sum)),
            _ => out.emit_u16(sum),
        }
        Ok(())
    }

    fn pack_data(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<(), Wrong> {
        let id = AttrId(self.id.0.0);
        let id = id.from_number_alone(Level(self.level)).unwrap_or(id);
        let sources = [
            ("properties", self.properties.is_some()),
            ("rows", self.rows.is_some()),
            ("message", self.message.is_some()),
            ("hex", self.hex.is_some()),
        ];
        let mut sources = sources.iter().filter(|(_, there)| *there);
        if let (Some((one, _)), Some((two, _))) = (sources.next(), sources.next()) {
            return Err(Wrong::new(format_args!("both `{one}` and `{two}` say what the data is")));
        }
        if let Some(properties) = self.properties {
            return pack_list(properties, self.declared_count, self.count, target, out).at("properties");
        }
        if let Some(rows) = self.rows {
            return pack_list(rows, self.declared_count, self.count, target, out).at("rows");
        }
        if self.message.is_none() && self.hex.is_none() {
            let value = self.value.ok_or_else(|| Wrong::missing("value"))?;
            return attribute_value::pack(value, id, target.code_page, out).at("value");
        }
        let mut data = target.bytes(self.hex, self.hex_before, self.message)?;
        if let Some(value) = self.value.filter(|_| self.message.is_none()) {
            attribute_value::check(&value, id, &data, target.code_page)?;
        }
        out.append(&mut data);
        Ok(())
    }
}
