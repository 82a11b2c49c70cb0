//! A message as the stream that it was read from, with what was changed since.
//!
//! The pieces of the source stand in the order of the source. Each attribute is copied as it is, made anew, or left out:
//!
//! - A legacy attribute is copied if every property that it stands for has the value that reading found, in whichever place;
//!   else it is made anew from the properties, and left out if they are gone or say what it cannot say.
//! - A property list is copied if it has the same properties in the same order; else `list` makes it anew.
//! - What belongs to no attribute (damage, unknown attributes, what a limit kept from being read) is copied.
//!
//! An attachment is matched by the offset of its first attribute. What is new goes where a writer would have put it.

use std::collections::{HashMap, HashSet};

use crate::base::checksum::checksum;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::len64;
use crate::base::output::Emit;
use crate::base::{Offset, WriteOptions};
use crate::mapi::{Object, PropId, PropValue, Property, PropertyBag, Source, tags};
use crate::message::grouping::Grouping;
use crate::message::legacy::{effective, is_class};
use crate::message::{Attachment, Content};
use crate::message::{Layout, Message};
use crate::tnef::Reader;
use crate::tnef::mapping::{self, ATTACH_ENCODING_MAC_BINARY};
use crate::tnef::recip_table::{RecipientTable, Row};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, ChecksumState, Framing, Layout as Data, Level, Piece, PropertyList, PropertyPiece,
    PropertyRef, RendFlags, SIGNATURE, SIGNATURE_BYTES,
};

use super::canonical::{self, Carried};
use super::encode::{self, Encoder, check_depth, stream_code_page};
use super::rope::Rope;

mod attachments;
mod list;
mod output;
mod recipients;

use list::Item;

/// What becomes of an attribute.
#[derive(Debug)]
enum Action<'m> {
    Copy,
    /// Written with other data.
    Data(Rope<'m>),
    Drop,
}

/// The stream; `None` if it is the source.
pub(super) fn message<'m>(
    message: &'m Message<'_>,
    properties: &'m PropertyBag<'_>,
    options: &WriteOptions,
    depth: usize,
) -> Result<Option<Rope<'m>>> {
    check_depth(depth)?;
    let mut mirror = Mirror::new(message, options, depth)?;
    mirror.message(properties)?;
    let groups = mirror.attachments()?;
    if mirror.is_untouched(&groups) {
        return Ok(None);
    }
    mirror.finish(groups).map(Some)
}

/// What an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Nothing: it is no attribute, or a limit kept it from being read.
    None,
    Message,
    Part(usize),
}

/// An attachment of the output.
#[derive(Debug)]
enum Group<'m> {
    /// That of the source with this number.
    Source(usize),
    New(Rope<'m>),
}

struct Mirror<'m, 'o> {
    message: &'m Message<'m>,
    options: &'o WriteOptions,
    depth: usize,
    encoder: Encoder<'m>,
    pieces: Vec<Piece<'m>>,
    /// For each piece, what it belongs to.
    owners: Vec<Owner>,
    /// For each attachment of the source, where its pieces start.
    starts: Vec<usize>,
    /// Where the pieces behind the last attribute start.
    tail: usize,
    /// For each piece, what becomes of it.
    actions: Vec<Action<'m>>,
    /// New attributes, each before the piece with the number.
    before: Vec<(usize, Rope<'m>)>,
    /// New attributes at the end of those of the message.
    message_end: Vec<Rope<'m>>,
    /// New attributes at the end of those of an attachment.
    part_end: HashMap<usize, Vec<Rope<'m>>>,
    /// Attachments of the source that are gone.
    removed: HashSet<usize>,
    key: Option<u16>,
}

/// The attributes of a message or of an attachment.
#[derive(Debug, Default)]
struct Scope<'m> {
    attributes: Vec<Attribute<'m>>,
    /// The numbers of their pieces.
    numbers: Vec<usize>,
    /// The property lists among them: number of the piece, list, end.
    lists: Vec<(usize, PropertyList<'m>, u64)>,
}

/// What reading found the properties to be that attributes stand for.
#[derive(Debug, Default)]
struct Facts<'m> {
    listed: HashMap<PropId, PropertyRef<'m>>,
    legacy: HashMap<PropId, PropValue<'m>>,
}

impl<'m> Facts<'m> {
    fn new(scope: &Scope<'m>, layout: &Layout) -> Self {
        let mut listed = HashMap::new();
        for (_, list, _) in &scope.lists {
            for piece in list.pieces() {
                let PropertyPiece::Property(property) = piece else { continue };
                let id = property.tag().id();
                if property.name().is_none() && mapping::is_fact(id) && !layout.is_unread(property.offset()) {
                    listed.entry(id).or_insert(property);
                }
            }
        }
        Facts { listed, legacy: HashMap::new() }
    }

    /// Adds what attributes say and neither a list nor an earlier one does.
    fn add<'b>(&mut self, attributes: impl IntoIterator<Item = &'b Attribute<'m>>, class: &str)
    where
        'm: 'b,
    {
        for attribute in attributes {
            for fact in mapping::properties(attribute, class) {
                if !self.listed.contains_key(&fact.tag.id()) {
                    self.legacy.entry(fact.tag.id()).or_insert(fact.value);
                }
            }
        }
    }

    fn value(&self, id: PropId) -> Option<PropValue<'m>> {
        self.listed.get(&id).map(PropertyRef::value).or_else(|| self.legacy.get(&id).cloned())
    }

    /// Whether the model has another value than reading found.
    fn changed(&self, id: PropId, set: &PropertyBag<'_>) -> bool {
        match (self.value(id), set.by_id(id)) {
            (None, None) => false,
            (Some(was), Some(is)) => !was.identical(&is.value),
            _ => true,
        }
    }
}

/// What becomes of the property that stands for the contents.
#[derive(Debug)]
enum Contents<'m> {
    Keep,
    New(Rope<'m>),
    Remove,
}

impl<'m, 'o> Mirror<'m, 'o> {
    fn new(message: &'m Message<'_>, options: &'o WriteOptions, depth: usize) -> Result<Self> {
        let mut encoder = Encoder::new(stream_code_page(message, options)?);
        let pieces: Vec<Piece<'m>> = message.pieces().collect();
        note_names(message, &pieces, &mut encoder);
        let is_lost = |number: usize| matches!(pieces.get(number), Some(Piece::Lost(_)));
        let tail =
            (0..pieces.len()).rev().find(|number| !is_lost(*number)).map_or(pieces.len(), |number| number.saturating_add(1));
        let owners: Vec<Owner> = pieces.iter().map(|piece| owner(piece, &message.layout)).collect();
        let mut starts = Vec::with_capacity(message.layout.parts.len());
        for (number, owner) in owners.iter().enumerate() {
            // The parts are numbered as their first attributes come.
            if *owner == Owner::Part(starts.len()) {
                starts.push(number);
            }
        }
        Ok(Mirror {
            message,
            owners,
            starts,
            tail,
            options,
            depth,
            encoder,
            actions: pieces.iter().map(|_| Action::Copy).collect(),
            pieces,
            before: Vec::new(),
            message_end: Vec::new(),
            part_end: HashMap::new(),
            removed: HashSet::new(),
            key: options.key.filter(|key| Some(*key) != message.key && message.key.is_some()),
        })
    }

    /// The attribute that a piece is, with its full id, and the attachment that it belongs to; `None` if it was not read.
    fn attribute(&self, number: usize) -> Option<(Attribute<'m>, Option<usize>)> {
        let (Some(Piece::Attribute(attribute)), Some(owner)) = (self.pieces.get(number), self.owners.get(number)) else {
            return None;
        };
        match owner {
            Owner::None => None,
            Owner::Message => Some((full_id(*attribute), None)),
            Owner::Part(part) => Some((full_id(*attribute), Some(*part))),
        }
    }

    /// The attributes with these numbers that belong to the message, or to an attachment.
    fn scope(&self, part: Option<usize>, numbers: impl Iterator<Item = usize>) -> Scope<'m> {
        let mut scope = Scope::default();
        for number in numbers {
            let Some((attribute, owner)) = self.attribute(number) else { continue };
            if owner != part {
                continue;
            }
            scope.attributes.push(attribute);
            scope.numbers.push(number);
            if let Ok(AttributeValue::Properties(list)) = attribute.value() {
                scope.lists.push((number, list, attribute.data_range().end));
            }
        }
        scope
    }

    /// The pieces from the start of an attachment to that of the next, or to the end of the attributes.
    fn range(&self, part: usize) -> std::ops::Range<usize> {
        let start = |part: usize| self.starts.get(part).copied().unwrap_or(self.tail);
        start(part)..start(part.saturating_add(1))
    }

    fn act(&mut self, number: usize, action: Action<'m>) {
        if let Some(slot) = self.actions.get_mut(number) {
            *slot = action;
        }
    }

    /// Decides about the attributes of the message, the recipient table among them.
    fn message(&mut self, properties: &'m PropertyBag<'_>) -> Result<()> {
        let scope = self.scope(None, 0..self.pieces.len());
        let mut facts = Facts::new(&scope, &self.message.layout);
        let counting = effective(&scope.attributes);
        facts.add(counting.iter().filter(|one| is_class(one)), "");
        let class =
            facts.value(tags::MESSAGE_CLASS.id()).and_then(|value| properties_text(properties, &value)).unwrap_or_default();
        facts.add(counting.iter().filter(|one| !is_class(one)), &class);
        let mut carried = Carried::default();
        self.legacy(&scope, &facts, properties, &class, &mut carried);
        self.code_page(&scope);
        self.recipients(&scope)?;
        let lists = self.lists(&scope, properties, &carried, Vec::new(), None);
        if let Some(list) = lists.map_err(|error| error.within("attMsgProps", None))? {
            self.message_end.push(list.framed(Level::MESSAGE, AttrId::MSG_PROPS)?);
        }
        Ok(())
    }

    /// Decides about the attributes that stand for properties.
    fn legacy(&mut self, scope: &Scope<'m>, facts: &Facts<'m>, set: &'m PropertyBag<'_>, class: &str, carried: &mut Carried) {
        for (attribute, number) in scope.attributes.iter().zip(&scope.numbers) {
            let id = attribute.id();
            // Contents and RENDDATA are more than properties.
            if matches!(id, AttrId::ATTACH_DATA | AttrId::ATTACH_REND_DATA) {
                continue;
            }
            let stands_for = mapping::properties(attribute, class);
            if stands_for.is_empty() {
                continue;
            }
            let text = matches!(id.layout(), Data::Text | Data::Trp | Data::CountedStrings);
            let recoded = text && self.encoder.code_page != set.code_page() && !attribute.data().is_ascii();
            if !recoded && !stands_for.iter().any(|fact| facts.changed(fact.tag.id(), set)) {
                stands_for.iter().for_each(|fact| carried.add_id(fact.tag.id()));
                continue;
            }
            let says_no_more = |data: &Vec<u8>| {
                let facts = mapping::properties(&Attribute::of_data(id, data), &canonical::class_of(set));
                id == AttrId::ATTACH_TITLE || facts.iter().all(|fact| set.by_id(fact.tag.id()).is_some())
            };
            match mapping::data(id, set, self.encoder.code_page).filter(says_no_more) {
                Some(data) => {
                    carried.add(id, &data, set, self.encoder.code_page, &canonical::class_of(set));
                    self.act(*number, Action::Data(Rope::from(data)));
                }
                None => self.act(*number, Action::Drop),
            }
        }
    }

    /// Says in attOemCodepage which code page the options ask for, if that is another.
    fn code_page(&mut self, scope: &Scope<'m>) {
        let code_page = self.encoder.code_page;
        if code_page == self.message.code_page() {
            return;
        }
        let mut found = false;
        for (attribute, number) in scope.attributes.iter().zip(&scope.numbers) {
            if attribute.id() == AttrId::OEM_CODEPAGE {
                found = true;
                self.act(*number, Action::Data(Rope::from(canonical::oem_code_page(code_page))));
            }
        }
        if !found {
            // Framing a few bytes cannot fail.
            let attribute = Rope::from(canonical::oem_code_page(code_page)).framed(Level::MESSAGE, AttrId::OEM_CODEPAGE);
            match (attribute, scope.numbers.get(1)) {
                (Ok(attribute), Some(second)) => self.before.push((*second, attribute)),
                (Ok(attribute), None) => self.message_end.push(attribute),
                (Err(_), _) => {}
            }
        }
    }

    /// Decides about the property lists of a message or attachment. `extras` are added at the end; `data` is the property that
    /// stands for the contents of an attachment: where in the source, and what it becomes. The result is a list for which the
    /// source has no attribute.
    fn lists(
        &mut self,
        scope: &Scope<'m>,
        set: &'m PropertyBag<'_>,
        carried: &Carried,
        mut extras: Vec<Item<'m>>,
        data: Option<(u64, Contents<'m>)>,
    ) -> Result<Option<Rope<'m>>> {
        let layout = &self.message.layout;
        let is_part = data.is_some() || scope.attributes.iter().any(|a| a.id().level() == Some(Level::ATTACHMENT));
        // They stand in the order of the source.
        let list_of = |offset: u64| {
            let place = scope.lists.partition_point(|(_, list, _)| list.offset() <= offset).checked_sub(1)?;
            scope.lists.get(place).filter(|(_, _, end)| offset < *end).map(|_| place)
        };
        let mut wanted: Vec<Vec<Item<'m>>> = scope.lists.iter().map(|_| Vec::new()).collect();
        let mut added = Vec::new();
        let mut data = data;
        let gone = matches!(data, Some((_, Contents::Remove)));
        for property in set {
            let place = match property.source {
                Source::List { offset } => list_of(offset).map(|list| (list, offset)),
                _ => None,
            };
            if is_part && canonical::is_data(property) {
                let at_container = matches!((&data, place), (Some((at, _)), Some((_, offset))) if *at == offset);
                match (place, at_container) {
                    (Some((list, offset)), true) => {
                        if let (Some((_, contents)), Some(wanted)) = (data.take(), wanted.get_mut(list)) {
                            wanted.extend(contents_item(offset, contents));
                        }
                        continue;
                    }
                    // A second one, which is not the contents, unless they are gone.
                    (Some(_), false) if !gone => {}
                    (Some(_), false) => continue,
                    (None, _) => continue,
                }
            }
            match place.and_then(|(list, _)| wanted.get_mut(list)) {
                Some(wanted) => wanted.push(Item::Property(property)),
                None if carried.leaves_out(property) => {}
                None => added.push(Item::Property(property)),
            }
        }
        if let Some((offset, contents)) = data {
            // The property was taken out of the set, but the contents are still there.
            if let Some(wanted) = list_of(offset).and_then(|list| wanted.get_mut(list)) {
                wanted.extend(contents_item(offset, contents));
            }
        }
        added.append(&mut extras);
        let last = scope.lists.len().checked_sub(1);
        for (index, ((number, list, _), wanted)) in scope.lists.iter().zip(wanted).enumerate() {
            let added = if Some(index) == last { std::mem::take(&mut added) } else { Vec::new() };
            if let Some(rope) = list::list(&mut self.encoder, list, list.pieces(), set, wanted, added, layout)? {
                if let Some(slot) = self.actions.get_mut(*number) {
                    *slot = Action::Data(rope);
                }
            }
        }
        if added.is_empty() {
            return Ok(None);
        }
        list::new_list(&mut self.encoder, set, added).map(Some)
    }

    /// Whether the output is the source.
    fn is_untouched(&self, groups: &[Group<'m>]) -> bool {
        let parts = self.message.layout.parts.len();
        let in_order = groups.iter().enumerate().all(|(n, group)| matches!(group, Group::Source(part) if *part == n));
        self.actions.iter().all(|action| matches!(action, Action::Copy))
            && self.before.is_empty()
            && self.message_end.is_empty()
            && self.part_end.is_empty()
            && self.key.is_none()
            && in_order
            && groups.len() == parts
    }
}

fn owner(piece: &Piece<'_>, layout: &Layout) -> Owner {
    let Piece::Attribute(attribute) = piece else { return Owner::None };
    let offset = attribute.offset();
    let attribute = full_id(*attribute);
    let level = attribute.id().level().unwrap_or(attribute.level());
    if layout.is_unread(offset) {
        Owner::None
    } else if level != Level::ATTACHMENT || attribute.id() == AttrId::NULL {
        Owner::Message
    } else if layout.refused.is_some_and(|from| offset >= from) {
        Owner::None
    } else {
        let part = layout.parts.partition_point(|start| *start <= offset).checked_sub(1);
        part.map_or(Owner::None, Owner::Part)
    }
}

/// The attribute under the id that it was read by.
fn full_id(attribute: Attribute<'_>) -> Attribute<'_> {
    match attribute.id().from_number_alone(attribute.level()) {
        Some(id) => attribute.with_id(id),
        None => attribute,
    }
}

fn properties_text(set: &PropertyBag<'_>, value: &PropValue<'_>) -> Option<String> {
    set.text_of(value).map(std::borrow::Cow::into_owned)
}

/// The property that stands for the contents as an item of its list.
fn contents_item<'m>(offset: u64, contents: Contents<'m>) -> Option<Item<'m>> {
    match contents {
        Contents::Keep => Some(Item::Data { offset: Some(offset), new: None }),
        Contents::New(new) => Some(Item::Data { offset: Some(offset), new: Some(new) }),
        Contents::Remove => None,
    }
}

/// Notes the ids of the source's named properties, if there is a new one that needs an id beside them.
fn note_names<'m>(message: &'m Message<'_>, pieces: &[Piece<'m>], encoder: &mut Encoder<'m>) {
    let sets = std::iter::once(&message.properties)
        .chain(message.recipients.iter().map(|recipient| &recipient.properties))
        .chain(message.attachments.iter().map(|attachment| &attachment.properties));
    let end = (Offset::from(message.offset) + message.source().len()).get();
    let stands_here =
        |property: &Property<'_>| matches!(property.source, Source::List { offset } if (message.offset..end).contains(&offset));
    let is_new = |property: &Property<'_>| property.name.is_some() && !stands_here(property);
    if !sets.flatten().any(is_new) {
        return;
    }
    let mut note = |property: PropertyRef<'m>| {
        if let Some(name) = property.name() {
            encoder.names.note(&name, property.tag().id());
        }
    };
    for piece in pieces {
        let Piece::Attribute(attribute) = piece else { continue };
        match full_id(*attribute).value() {
            Ok(AttributeValue::Properties(list)) => list.pieces().for_each(|piece| {
                if let PropertyPiece::Property(property) = piece {
                    note(property);
                }
            }),
            Ok(AttributeValue::Recipients(table)) => table.rows().for_each(|row| {
                if let Row::Properties { list, .. } = row {
                    list.iter().flatten().for_each(&mut note);
                }
            }),
            _ => {}
        }
    }
}

/// The stream put together from its pieces even where it is the source; and whether it is.
#[cfg(test)]
pub(super) fn rebuilt<'m>(message: &'m Message<'_>, options: &WriteOptions) -> Result<(Rope<'m>, bool)> {
    let mut mirror = Mirror::new(message, options, 0)?;
    mirror.message(&message.properties)?;
    let groups = mirror.attachments()?;
    let untouched = mirror.is_untouched(&groups);
    Ok((mirror.finish(groups)?, untouched))
}
