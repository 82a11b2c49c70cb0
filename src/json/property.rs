//! Properties and lists of them.

use std::borrow::Cow;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::CodePage;
use crate::base::input::{Cursor, len64};
use crate::base::wire::Wire;
use crate::mapi::{NameKind, PropName, PropTag, PropValue, Utf16, dictionary};
use crate::message::meaning;
use crate::tnef::props::{self, cut_property};
use crate::tnef::{PropertyList, PropertyPiece, PropertyRef};

use super::context::{Source, Target, agree, without_nul};
use super::form::{Hex, List, Note, Prefixed, Text, even_null};
use super::piece::{Counted, Lost, pieces};
use super::place::{At, Wrong};
use super::value::Value;

pieces! {
    /// A property, or what is lost between properties.
    ListPiece in "a property list" {
        Property(Box<Property<'a>>) = "property",
        Lost(Lost<'a>) = "lost",
    }
}

impl<'m> ListPiece<'m> {
    pub(super) fn of(piece: &PropertyPiece<'m>, source: &Rc<Source<'m>>) -> Self {
        match piece {
            PropertyPiece::Property(property) => ListPiece::Property(Box::new(Property::of(property, source))),
            PropertyPiece::Lost { code, tag, bytes, offset } => ListPiece::Lost(Lost::of(*code, *tag, bytes, *offset, source)),
        }
    }
}

impl Counted for ListPiece<'_> {
    fn pack(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<bool, Wrong> {
        match self {
            ListPiece::Property(property) => property.pack(target, out).map(|()| true),
            ListPiece::Lost(lost) => {
                lost.pack(out);
                Ok(false)
            }
        }
    }
}

/// A property.
#[derive(Serialize, Deserialize)]
pub(super) struct Property<'a> {
    offset: Note<u64>,
    length: Note<usize>,
    tag: Option<Text<Prefixed>>,
    r#type: Option<Cow<'a, str>>,
    name: Note<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named: Option<Named<'a>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    value: Option<Value<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<List<'a, Value<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<Note<String>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex: Option<Hex<'a>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex_before: Option<Hex<'a>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex_after: Option<Hex<'a>>,
}

/// The name of a named property.
#[derive(Serialize, Deserialize)]
struct Named<'a> {
    set: Text<Uuid>,
    set_name: Note<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lid: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    string: Option<Cow<'a, str>>,
}

impl Named<'_> {
    fn of(name: &PropName<'_>) -> Self {
        let (lid, string) = match &name.kind {
            NameKind::Lid(lid) => (Some(*lid), None),
            NameKind::String(text) => (None, Some(text.to_text().into())),
        };
        Named { set: Text(name.set), set_name: Note(dictionary::set_name(name.set)), lid, string }
    }

    fn pack(&self) -> Result<PropName<'static>, Wrong> {
        let kind = match (self.lid, &self.string) {
            (Some(lid), _) => NameKind::Lid(lid),
            (None, Some(string)) => NameKind::String(Utf16::from(without_nul(string).at("string")?)),
            (None, None) => return Err(Wrong::missing("string")),
        };
        Ok(PropName { set: self.set.0, kind })
    }
}

impl<'m> Property<'m> {
    fn of(property: &PropertyRef<'m>, source: &Rc<Source<'m>>) -> Self {
        let (tag, value, wire) = (property.tag(), property.value(), property.wire());
        let nested = source.embedded.in_property(property, &value).map(|found| (found.before.len(), found.message));
        let meaning = meaning::describe(property, &value).map(Note::from);
        let (mut hex, mut hex_before, mut hex_after) = (None, None, None);
        if !is_canonical(property, &value) {
            // Where a value holds a message, the bytes around it are told apart from those of the message.
            match nested {
                None => hex = Some(source.hex(wire)),
                Some((_, message)) => {
                    let start = message.offset().saturating_sub(property.offset());
                    let end = start.saturating_add(len64(message.source()));
                    let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
                    hex_before = Some(source.hex(wire.get(..at(start)).unwrap_or_default()));
                    hex_after = Some(source.hex(wire.get(at(end)..).unwrap_or_default()));
                }
            }
        }
        let (value, values) = if tag.prop_type().is_multiple() {
            let source = Rc::clone(source);
            (None, Some(List::new(property.values().map(move |value| Value::of(value, None, &source)))))
        } else {
            (Some(Value::of(value, nested, source)), None)
        };
        Property {
            offset: property.offset().into(),
            length: wire.len().into(),
            tag: Some(Text(Prefixed(tag.0))),
            r#type: Some(tag.prop_type().to_string().into()),
            name: Note(dictionary::canonical_name(tag, property.name().as_ref())),
            named: property.name().as_ref().map(Named::of),
            value,
            values,
            meaning,
            hex,
            hex_before,
            hex_after,
        }
    }
}

impl Property<'_> {
    fn pack(mut self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<(), Wrong> {
        match (self.hex.take(), self.hex_before.take(), self.hex_after.take()) {
            (Some(hex), ..) => {
                let mut wire = hex.into_bytes();
                self.check(&wire, target.code_page)?;
                out.append(&mut wire);
            }
            (None, None, None) => {
                let (tag, name) = self.identity()?;
                let value = self.pack_value(tag, target)?;
                props::emit(out, tag, name.as_ref(), &value).map_err(|error| Wrong::new(error.message()))?;
            }
            (None, before, after) => {
                let before = before.ok_or_else(|| Wrong::missing("hex_before"))?;
                let after = after.ok_or_else(|| Wrong::missing("hex_after"))?;
                let value = self.value.ok_or_else(|| Wrong::missing("value"))?;
                let number = value.message().and_then(|number| target.take(number).at("message"));
                let mut nested = number.at("value")?;
                // The bytes before the message hold its length, which nobody has changed.
                if nested.dumped.is_some_and(|length| length != len64(&nested.bytes)) {
                    return Err(Wrong::new(
                        "`hex_before` holds the length that the message had; without `hex_before` and `hex_after` the property \
                         is written anew",
                    ));
                }
                out.append(&mut before.into_bytes());
                out.append(&mut nested.bytes);
                out.append(&mut after.into_bytes());
            }
        }
        Ok(())
    }

    /// Tag and name.
    fn identity(&self) -> Result<(PropTag, Option<PropName<'static>>), Wrong> {
        let tag = PropTag(self.tag.ok_or_else(|| Wrong::missing("tag"))?.0.0);
        let prop_type = tag.prop_type();
        if let Some(given) = self.r#type.as_ref().filter(|given| **given != prop_type.to_string()) {
            return Err(Wrong::new(format_args!("says {given}, but the tag {tag} says {prop_type}"))).at("type");
        }
        let name = self.named.as_ref().map(Named::pack).transpose().at("named")?;
        match (tag.id().is_named(), &name) {
            (true, None) => {
                Err(Wrong::new(format_args!("the id of {tag} is that of a named property, and `named` is not there")))
            }
            (false, Some(_)) => Err(Wrong::new(format_args!("`named` goes with ids from 0x8000 on, and the tag is {tag}"))),
            _ => Ok((tag, name)),
        }
    }

    /// `value`, or for multi-valued types `values`.
    fn pack_value(&mut self, tag: PropTag, target: &mut Target<'_>) -> Result<PropValue<'static>, Wrong> {
        let prop_type = tag.prop_type();
        if !prop_type.is_multiple() {
            let value = self.value.take().ok_or_else(|| Wrong::missing("value"))?;
            return value.pack(prop_type, target).at("value");
        }
        let mut packed = Vec::new();
        let values = self.values.take().ok_or_else(|| Wrong::missing("values"))?;
        let all = values.each(|value| value.pack(prop_type.single(), target).map(|value| packed.push(value)));
        all.at("values").map(|()| PropValue::Multiple(packed))
    }

    /// That the value, if it is there, is what `hex` means.
    fn check(mut self, wire: &[u8], code_page: CodePage) -> Result<(), Wrong> {
        self.value = self.value.filter(|value| !value.is_null());
        if self.value.is_none() && self.values.is_none() {
            return Ok(());
        }
        let list = [&1_u32.le_bytes()[..], wire].concat();
        let Ok(list) = PropertyList::new(&list, 0) else { return Ok(()) };
        let mut pieces = list.pieces();
        // What is cut or in pieces is judged by what stands behind it in its list, which is not here.
        let (Some(PropertyPiece::Property(property)), None) = (pieces.next(), pieces.next()) else { return Ok(()) };
        if property.is_truncated() {
            return Ok(());
        }
        if self.value.as_ref().is_some_and(|value| value.message().is_ok()) {
            return Err(Wrong::new("a message, and `hex` beside it")).at("message").at("value");
        }
        let (tag, name) = self.identity()?;
        let name_text = |name: Option<PropName<'_>>| name.map(|name| name.to_string());
        agree("tag", tag == property.tag())?;
        agree("named", name_text(name) == name_text(property.name()))?;
        let value = self.pack_value(tag, &mut Target { index: 0, code_page, done: &mut [] })?;
        let field = if tag.prop_type().is_multiple() { "values" } else { "value" };
        // A value that is cut within its padding looks whole where nothing follows it.
        let is_cut = || cut_property(&mut Cursor::new(wire, 0), true).is_some_and(|cut| value.identical(&cut.value()));
        agree(field, value.identical(&property.value()) || is_cut())
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
