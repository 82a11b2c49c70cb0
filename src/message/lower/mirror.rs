//! A message as the stream that it was read from, with what was changed since.
//!
//! The pieces of the source stand in the order of the source. Each attribute is copied as it is, made anew, or left out:
//!
//! - A legacy attribute is copied if every property that it stands for has the value that reading found, in whichever place;
//!   else it is made anew from the properties, and left out if they are gone or say what it cannot say.
//! - A property list is copied if it has the same properties in the same order; else `mirror_list` makes it anew.
//! - What belongs to no attribute (damage, unknown attributes, what a limit kept from being read) is copied.
//!
//! An attachment is matched by the offset of its first attribute. What is new goes where a writer would have put it.

use std::collections::{HashMap, HashSet};

use crate::base::WriteOptions;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::len64;
use crate::base::output::Emit;
use crate::mapi::{Object, PropId, PropValue, Property, PropertySet, Source, tags};
use crate::message::assemble::effective;
use crate::message::attachment::{Attachment, Content};
use crate::message::{Layout, Message};
use crate::tnef::mapping::{self, ATTACH_ENCODING_MAC_BINARY};
use crate::tnef::recip_table::{RecipientTable, Row};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, Framing, Layout as Data, Level, Piece, PropertyList, PropertyPiece, PropertyRef,
    RendFlags, SIGNATURE,
};

use super::canonical::{self, Carried};
use super::encode::Encoder;
use super::mirror_list::{self, Item};
use super::rope::Rope;
use super::{check_depth, lowered, stream_code_page};

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
    properties: &'m PropertySet<'_>,
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

/// A part of the output.
#[derive(Debug)]
enum Output<'m> {
    /// A piece of the source as it is, by its number.
    Piece(usize),
    /// New bytes.
    New(Rope<'m>),
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
    fn changed(&self, id: PropId, set: &PropertySet<'_>) -> bool {
        match (self.value(id), set.by_id(id)) {
            (None, None) => false,
            (Some(was), Some(is)) => !was.identical(&is.value),
            _ => true,
        }
    }
}

/// Where the contents of an attachment stand in the source.
#[derive(Debug)]
enum Container<'m> {
    None,
    /// PidTagAttachDataObject at an offset.
    Object(u64, Object<'m>),
    /// PidTagAttachDataBinary at an offset.
    Binary(u64, &'m [u8]),
    /// attAttachData, by the number of its piece.
    Attribute(usize, &'m [u8]),
}

/// The interface id that some writers put before a message that is no PtypObject.
const INTERFACE_LENGTH: usize = 16;

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
                let end = attribute.data_offset().saturating_add(len64(attribute.data()));
                scope.lists.push((number, list, end));
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
    fn message(&mut self, properties: &'m PropertySet<'_>) -> Result<()> {
        let scope = self.scope(None, 0..self.pieces.len());
        let mut facts = Facts::new(&scope, &self.message.layout);
        let (class_attribute, others) = effective(&scope.attributes);
        facts.add(class_attribute, "");
        let class =
            facts.value(tags::MESSAGE_CLASS.id()).and_then(|value| properties_text(properties, &value)).unwrap_or_default();
        facts.add(others, &class);
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
    fn legacy(&mut self, scope: &Scope<'m>, facts: &Facts<'m>, set: &'m PropertySet<'_>, class: &str, carried: &mut Carried) {
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
            let text = matches!(id.layout(), Data::Text | Data::Triple | Data::CountedStrings);
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
        set: &'m PropertySet<'_>,
        carried: &Carried,
        mut extras: Vec<Item<'m>>,
        data: Option<(u64, Option<Rope<'m>>)>,
    ) -> Result<Option<Rope<'m>>> {
        let layout = &self.message.layout;
        let is_part = data.is_some() || scope.attributes.iter().any(|a| a.id().level() == Some(Level::ATTACHMENT));
        let list_of = |offset: u64| scope.lists.iter().position(|(_, list, end)| (list.offset()..*end).contains(&offset));
        let mut wanted: Vec<Vec<Item<'m>>> = scope.lists.iter().map(|_| Vec::new()).collect();
        let mut added = Vec::new();
        let mut data = data;
        for property in set {
            let place = match property.source {
                Source::List { offset } => list_of(offset).map(|list| (list, offset)),
                _ => None,
            };
            if is_part && canonical::is_data(property) {
                let at_container = matches!((&data, place), (Some((at, _)), Some((_, offset))) if *at == offset);
                match (place, at_container) {
                    // It is written below as what the contents are now.
                    (Some((list, offset)), true) => {
                        if let (Some((_, rope)), Some(wanted)) = (data.take(), wanted.get_mut(list)) {
                            wanted.push(Item::Data { offset: Some(offset), new: rope });
                        }
                        continue;
                    }
                    // A second one, which is not the contents.
                    (Some(_), false) => {}
                    (None, _) => continue,
                }
            }
            match place.and_then(|(list, _)| wanted.get_mut(list)) {
                Some(wanted) => wanted.push(Item::Property(property)),
                None if carried.leaves_out(property) => {}
                None => added.push(Item::Property(property)),
            }
        }
        if let Some((offset, rope)) = data {
            // The property was taken out of the set, but the contents are still there.
            if let Some(wanted) = list_of(offset).and_then(|list| wanted.get_mut(list)) {
                wanted.push(Item::Data { offset: Some(offset), new: rope });
            }
        }
        added.append(&mut extras);
        let last = scope.lists.len().checked_sub(1);
        for (index, ((number, list, _), wanted)) in scope.lists.iter().zip(wanted).enumerate() {
            let added = if Some(index) == last { std::mem::take(&mut added) } else { Vec::new() };
            if let Some(rope) = mirror_list::list(&mut self.encoder, list, list.pieces(), set, wanted, added, layout)? {
                if let Some(slot) = self.actions.get_mut(*number) {
                    *slot = Action::Data(rope);
                }
            }
        }
        if added.is_empty() {
            return Ok(None);
        }
        mirror_list::new_list(&mut self.encoder, set, added).map(Some)
    }

    /// Decides about the recipient table.
    fn recipients(&mut self, scope: &Scope<'m>) -> Result<()> {
        let within = |error: Error| error.within("attRecipTable", None);
        let mut tables = Vec::new();
        for (attribute, number) in scope.attributes.iter().zip(&scope.numbers) {
            if let Ok(AttributeValue::Recipients(table)) = attribute.value() {
                let end = attribute.data_offset().saturating_add(len64(attribute.data()));
                tables.push((*number, table, attribute.data_offset()..end, attribute.data()));
            }
        }
        let table_of =
            |origin: Option<u64>| tables.iter().position(|(_, _, range, _)| origin.is_some_and(|at| range.contains(&at)));
        let mut wanted: Vec<Vec<usize>> = tables.iter().map(|_| Vec::new()).collect();
        let mut added = Vec::new();
        for (number, recipient) in self.message.recipients.iter().enumerate() {
            match table_of(recipient.origin).and_then(|table| wanted.get_mut(table)) {
                Some(wanted) => wanted.push(number),
                None => added.push(number),
            }
        }
        let last = tables.len().checked_sub(1);
        for (index, ((number, table, _, data), wanted)) in tables.iter().zip(wanted).enumerate() {
            let added = if Some(index) == last { std::mem::take(&mut added) } else { Vec::new() };
            if let Some(rope) = self.table(table, data, &wanted, &added).map_err(within)? {
                self.act(*number, Action::Data(rope));
            }
        }
        if added.is_empty() {
            return Ok(());
        }
        let mut rope = Rope::default();
        rope.own().emit_u32(u32::try_from(added.len()).unwrap_or(u32::MAX));
        for number in added {
            rope.append(self.new_row(number).map_err(within)?);
        }
        let rope = rope.framed(Level::MESSAGE, AttrId::RECIP_TABLE)?;
        match scope.lists.first() {
            Some((number, _, _)) => self.before.push((*number, rope)),
            None => self.message_end.push(rope),
        }
        Ok(())
    }

    fn new_row(&mut self, number: usize) -> Result<Rope<'m>> {
        let message = self.message;
        let recipient = message.recipients.get(number).ok_or_else(|| Error::new(ErrorKind::Unencodable, "no such recipient"))?;
        canonical::row(&mut self.encoder, recipient).map_err(|error| error.within("row", Some(number)))
    }

    /// A recipient table anew; `None` if it is as it was. `wanted` are recipients that stand in it, `added` new ones.
    fn table(
        &mut self,
        table: &RecipientTable<'m>,
        data: &'m [u8],
        wanted: &[usize],
        added: &[usize],
    ) -> Result<Option<Rope<'m>>> {
        let message = self.message;
        let start = table.rows().find_map(|row| match row {
            Row::Properties { offset, .. } | Row::Lost { offset, .. } => Some(offset),
        });
        let slice = |offset: u64, length: u64| {
            let from = usize::try_from(offset.saturating_sub(start.unwrap_or(0))).ok()?.checked_add(4)?;
            data.get(from..from.checked_add(usize::try_from(length).ok()?)?)
        };
        // The rows as they are in the source: offset, bytes, and what they become.
        let mut kept: HashMap<u64, Rope<'m>> = HashMap::new();
        let mut changed = !added.is_empty();
        let mut order = Vec::new();
        let mut rows = 0i64;
        let mut fixed: Vec<(Option<u64>, &'m [u8])> = Vec::new();
        // Where two come from one row, the first is that row.
        let wanted_at: HashMap<u64, usize> =
            wanted.iter().rev().filter_map(|number| Some((message.recipients.get(*number)?.origin?, *number))).collect();
        let mut previous = None;
        for row in table.rows() {
            match row {
                Row::Properties { list, offset, length } if !self.is_unread_row(offset) => {
                    rows = rows.saturating_add(1);
                    let bytes = slice(offset, length).unwrap_or_default();
                    let Some(number) = wanted_at.get(&offset) else {
                        changed = true;
                        continue;
                    };
                    let Some(recipient) = message.recipients.get(*number) else { continue };
                    let set = &recipient.properties;
                    let (items, added) = row_items(set, (offset, offset.saturating_add(length)));
                    let pieces = list.iter().flatten().map(PropertyPiece::Property);
                    let rope = mirror_list::list(&mut self.encoder, &list, pieces, set, items, added, &message.layout)
                        .map_err(|error| error.within("row", Some(*number)))?;
                    changed |= rope.is_some();
                    let mut copied = Rope::default();
                    copied.borrow(bytes);
                    kept.insert(offset, rope.unwrap_or(copied));
                    order.push(*number);
                    previous = Some(offset);
                }
                Row::Properties { offset, length, .. } => fixed.push((previous, slice(offset, length).unwrap_or_default())),
                Row::Lost { bytes, .. } => fixed.push((previous, bytes)),
            }
        }
        if !changed && order == wanted {
            return Ok(None);
        }
        let trailing = previous.filter(|_| !fixed.is_empty());
        let mut out = Rope::default();
        let mut count = 0i64;
        let emit_fixed = |out: &mut Rope<'m>, after: Option<u64>| {
            fixed.iter().filter(|(previous, _)| *previous == after).for_each(|(_, bytes)| out.borrow(bytes));
        };
        let mut body = Rope::default();
        emit_fixed(&mut body, None);
        for number in wanted {
            let origin = message.recipients.get(*number).and_then(|recipient| recipient.origin);
            let Some(row) = origin.and_then(|origin| kept.remove(&origin)) else {
                // Twice in the model.
                body.append(self.new_row(*number)?);
                count = count.saturating_add(1);
                continue;
            };
            body.append(row);
            count = count.saturating_add(1);
            if origin != trailing {
                emit_fixed(&mut body, origin);
            }
        }
        for number in added {
            body.append(self.new_row(*number)?);
            count = count.saturating_add(1);
        }
        if trailing.is_some() {
            emit_fixed(&mut body, trailing);
        }
        out.own().emit_u32(mirror_list::shifted(table.declared_count(), count.saturating_sub(rows)));
        out.append(body);
        Ok(Some(out))
    }

    fn is_unread_row(&self, offset: u64) -> bool {
        self.message.layout.is_unread(offset)
    }

    /// Decides about the attachments; the result is their order.
    fn attachments(&mut self) -> Result<Vec<Group<'m>>> {
        let message = self.message;
        let mut groups = Vec::new();
        let mut claimed = HashSet::new();
        for (number, attachment) in message.attachments.iter().enumerate() {
            let within = |error: Error| error.within("attAttachment", Some(number));
            let part = attachment.origin.and_then(|origin| message.layout.parts.binary_search(&origin).ok());
            match part.filter(|part| claimed.insert(*part)) {
                Some(part) => {
                    self.part(part, attachment).map_err(within)?;
                    groups.push(Group::Source(part));
                }
                None => {
                    let key = self.key.or(message.key).unwrap_or(1);
                    let rope = canonical::attachment(&mut self.encoder, attachment, &[], self.options, key, self.depth);
                    groups.push(Group::New(rope.map_err(within)?));
                }
            }
        }
        self.removed = (0..message.layout.parts.len()).filter(|part| !claimed.contains(part)).collect();
        Ok(groups)
    }

    /// Decides about the attributes of an attachment.
    fn part(&mut self, part: usize, attachment: &'m Attachment<'_>) -> Result<()> {
        canonical::check_data_property(attachment)?;
        let set = &attachment.properties;
        let scope = self.scope(Some(part), self.range(part));
        let mut facts = Facts::new(&scope, &self.message.layout);
        facts.add(&scope.attributes, "");
        let mut carried = Carried::default();
        self.legacy(&scope, &facts, set, "", &mut carried);
        self.rend_data(&scope, &facts, attachment, &mut carried);

        let container = container(&scope, &facts);
        let mut extras = Vec::new();
        let data = self.content(part, &scope, &container, attachment, &mut extras)?;
        if let Some(list) = self.lists(&scope, set, &carried, extras, data)? {
            let list = list.framed(Level::ATTACHMENT, AttrId::ATTACHMENT)?;
            self.part_end.entry(part).or_default().push(list);
        }
        Ok(())
    }

    fn rend_data(&mut self, scope: &Scope<'m>, facts: &Facts<'m>, attachment: &Attachment<'_>, carried: &mut Carried) {
        let set = &attachment.properties;
        let found = scope.attributes.iter().zip(&scope.numbers).find(|(a, _)| a.id() == AttrId::ATTACH_REND_DATA);
        let Some((attribute, number)) = found else { return };
        let source = match attribute.value() {
            Ok(AttributeValue::RendData(rend)) => Some(rend),
            _ => None,
        };
        let ids = [tags::ATTACH_METHOD, tags::RENDERING_POSITION, tags::ATTACH_TAG, tags::ATTACH_ENCODING].map(|tag| tag.id());
        if source == attachment.rend_data && !ids.iter().any(|id| facts.changed(*id, set)) {
            mapping::properties(attribute, "").iter().for_each(|fact| carried.add_id(fact.tag.id()));
            return;
        }
        let mut rend = canonical::rend_data(attachment);
        let was_mac = facts.value(tags::ATTACH_ENCODING.id());
        let was_mac = was_mac.is_some_and(|value| value.as_bytes() == Some(ATTACH_ENCODING_MAC_BINARY));
        if was_mac && set.get(tags::ATTACH_ENCODING).is_none() {
            rend.flags.remove(RendFlags::MAC_BINARY);
        }
        let mut data = Vec::new();
        rend.emit(&mut data);
        carried.add(AttrId::ATTACH_REND_DATA, &data, set, self.encoder.code_page, "");
        self.act(*number, Action::Data(Rope::from(data)));
    }

    /// Decides where the contents go. The result is the place of their property in the source and what it becomes, `None` if
    /// it stays or goes away; contents that get a new property are added to `extras`.
    fn content(
        &mut self,
        part: usize,
        scope: &Scope<'m>,
        container: &Container<'m>,
        attachment: &'m Attachment<'_>,
        extras: &mut Vec<Item<'m>>,
    ) -> Result<Option<(u64, Option<Rope<'m>>)>> {
        let key = self.key.or(self.message.key).unwrap_or(1);
        let number = scope.attributes.iter().zip(&scope.numbers).filter(|(a, _)| a.id() == AttrId::ATTACH_DATA).map(|(_, n)| *n);
        let attributes: Vec<usize> = number.collect();
        let borrowed = |bytes: &'m [u8]| {
            let mut rope = Rope::default();
            rope.borrow(bytes);
            rope
        };
        match (container, &attachment.content) {
            (Container::None, Content::None) => Ok(None),
            // As it was read, or with other contents in the same place.
            (Container::Object(offset, was), Content::Object(is)) => {
                if was == is {
                    return Ok(Some((*offset, None)));
                }
                let mut new = Rope::default();
                canonical::object_property(&mut new, is.interface, borrowed(&is.data))?;
                Ok(Some((*offset, Some(new))))
            }
            (Container::Object(offset, was), Content::Message(inner)) => {
                let stream = self.nested(inner)?;
                if was.interface == Some(Object::IMESSAGE) && stream.is(&was.data) {
                    return Ok(Some((*offset, None)));
                }
                let mut new = Rope::default();
                canonical::object_property(&mut new, Some(Object::IMESSAGE), stream)?;
                Ok(Some((*offset, Some(new))))
            }
            (Container::Binary(offset, was), Content::Bytes(is)) => {
                if *was == &**is {
                    return Ok(Some((*offset, None)));
                }
                // The same data stands in the attribute too.
                for number in &attributes {
                    if self.attribute(*number).is_some_and(|(attribute, _)| attribute.data() == *was) {
                        self.act(*number, Action::Data(borrowed(is)));
                    }
                }
                let mut new = Rope::default();
                super::encode::data_property(&mut new, tags::ATTACH_DATA_BINARY, None, borrowed(is))?;
                Ok(Some((*offset, Some(new))))
            }
            (Container::Binary(offset, was), Content::Message(inner)) => {
                let mut data = borrowed(before_stream(was));
                data.append(self.nested(inner)?);
                if data.is(was) {
                    return Ok(Some((*offset, None)));
                }
                let mut new = Rope::default();
                super::encode::data_property(&mut new, tags::ATTACH_DATA_BINARY, None, data)?;
                Ok(Some((*offset, Some(new))))
            }
            (Container::Attribute(number, was), Content::Bytes(is)) => {
                if *was != &**is {
                    self.act(*number, Action::Data(borrowed(is)));
                }
                Ok(None)
            }
            (Container::Attribute(number, was), Content::Message(inner)) if is_stream(was) => {
                let mut data = borrowed(before_stream(was));
                data.append(self.nested(inner)?);
                if !data.is(was) {
                    self.act(*number, Action::Data(data));
                }
                Ok(None)
            }
            // Contents of another kind: nothing of the old ones stays.
            (_, content) => {
                for number in &attributes {
                    self.act(*number, Action::Drop);
                }
                match content {
                    Content::None => {}
                    Content::Bytes(bytes) => {
                        let framed = borrowed(bytes).framed(Level::ATTACHMENT, AttrId::ATTACH_DATA)?;
                        match (attributes.first(), scope.lists.first()) {
                            (Some(number), _) => self.act(*number, Action::Data(borrowed(bytes))),
                            (None, Some((number, _, _))) => self.before.push((*number, framed)),
                            (None, None) => self.part_end.entry(part).or_default().push(framed),
                        }
                    }
                    Content::Object(_) | Content::Message(_) => {
                        let new = canonical::listed_content(content, self.options, key, self.depth)?;
                        extras.extend(new.map(|new| Item::Data { offset: None, new: Some(new) }));
                    }
                }
                Ok(None)
            }
        }
    }

    fn nested(&self, inner: &'m Message<'_>) -> Result<Rope<'m>> {
        let key = self.key.or(self.message.key);
        let stream = lowered(inner, &inner.properties, self.options, key, self.depth.saturating_add(1));
        stream.map_err(|error| error.within("PidTagAttachDataObject", None))
    }

    /// The bytes of a piece, up to the next one.
    fn wire(&self, number: usize) -> &'m [u8] {
        let message = self.message;
        let at = |number: usize| {
            let offset = match self.pieces.get(number)? {
                Piece::Header(header) => header.offset,
                Piece::Attribute(attribute) => attribute.offset(),
                Piece::Lost(lost) => lost.offset,
            };
            usize::try_from(offset.checked_sub(message.offset)?).ok()
        };
        let start = at(number).unwrap_or(0);
        let end = number.checked_add(1).and_then(at).unwrap_or(message.source.len());
        message.source.get(start..end).unwrap_or_default()
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

    /// Puts everything together.
    fn finish(mut self, groups: Vec<Group<'m>>) -> Result<Rope<'m>> {
        let outputs = self.outputs(groups)?;
        self.write(outputs)
    }

    /// The pieces and new attributes in the order of the output.
    fn outputs(&mut self, groups: Vec<Group<'m>>) -> Result<Vec<Output<'m>>> {
        let (total, tail) = (self.pieces.len(), self.tail);
        let starts = self.starts.clone();
        let mut out = Vec::new();
        self.copy(&mut out, 0..starts.first().copied().unwrap_or(tail), None)?;
        out.extend(std::mem::take(&mut self.message_end).into_iter().map(Output::New));
        // New attachments in the order of the model; what is between the attachments of the source stays with the one before.
        let kept: Vec<usize> =
            groups.iter().filter_map(|group| if let Group::Source(part) = group { Some(*part) } else { None }).collect();
        let ascending = kept.windows(2).all(|pair| matches!(pair, [one, two] if one < two));
        let mut next = 0;
        for group in groups {
            match group {
                Group::Source(part) => {
                    if ascending {
                        for gone in next..part {
                            self.copy(&mut out, self.range(gone), Some(gone))?;
                        }
                        next = part.saturating_add(1);
                    }
                    self.copy(&mut out, self.range(part), Some(part))?;
                    let end = self.part_end.remove(&part).unwrap_or_default();
                    out.extend(end.into_iter().map(Output::New));
                }
                Group::New(rope) => out.push(Output::New(rope)),
            }
        }
        let rest: Vec<usize> = if ascending { (next..starts.len()).collect() } else { self.removed.iter().copied().collect() };
        for gone in rest {
            self.copy(&mut out, self.range(gone), Some(gone))?;
        }
        self.copy(&mut out, tail..total, None)?;
        Ok(out)
    }

    /// Copies a range of pieces with what becomes of them.
    fn copy(&mut self, out: &mut Vec<Output<'m>>, range: std::ops::Range<usize>, part: Option<usize>) -> Result<()> {
        let gone = part.is_some_and(|part| self.removed.contains(&part));
        let mut previous_gone = false;
        for number in range {
            let mut index = 0;
            while let Some((before, _)) = self.before.get(index) {
                if *before == number {
                    out.push(Output::New(self.before.remove(index).1));
                } else {
                    index = index.saturating_add(1);
                }
            }
            let owner = self.attribute(number).map(|(_, owner)| owner);
            if gone {
                // With an attachment goes the damage within it, but not what belongs to the message or was not read.
                let is_lost = matches!(self.pieces.get(number), Some(Piece::Lost(_)));
                if owner == Some(part) || (is_lost && previous_gone) {
                    previous_gone = true;
                    continue;
                }
                previous_gone = false;
            }
            let action = self.actions.get_mut(number).map(|action| std::mem::replace(action, Action::Copy));
            match (action, self.pieces.get(number)) {
                (Some(Action::Drop), _) => {}
                (Some(Action::Data(data)), Some(Piece::Attribute(attribute))) => {
                    let name = attribute.id();
                    let framed = data.framed(attribute.level(), name);
                    out.push(Output::New(framed?));
                }
                _ => out.push(Output::Piece(number)),
            }
        }
        Ok(())
    }

    fn write(&self, outputs: Vec<Output<'m>>) -> Result<Rope<'m>> {
        let mut rope = Rope::default();
        let mut outputs = outputs.into_iter().peekable();
        while let Some(output) = outputs.next() {
            let number = match output {
                Output::New(new) => {
                    rope.append(new);
                    continue;
                }
                Output::Piece(number) => number,
            };
            let follower = number.checked_add(1).filter(|next| *next < self.pieces.len());
            let as_before = match (outputs.peek(), follower) {
                (None, None) => true,
                (Some(Output::Piece(next)), Some(follower)) => *next == follower,
                _ => false,
            };
            match self.pieces.get(number) {
                Some(Piece::Header(_)) if self.key.is_some() => {
                    rope.own().emit_u32(SIGNATURE);
                    rope.own().emit_u16(self.key.unwrap_or(1));
                }
                // An attribute at the end of a cut stream would swallow what follows it now.
                Some(Piece::Attribute(attribute)) if !as_before && is_open(attribute) => {
                    let mut data = Rope::default();
                    data.borrow(attribute.data());
                    rope.append(data.framed(attribute.level(), attribute.id())?);
                }
                _ => rope.borrow(self.wire(number)),
            }
        }
        Ok(rope)
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

/// Whether the stream ends inside the attribute.
fn is_open(attribute: &Attribute<'_>) -> bool {
    attribute.framing() == Framing::Truncated || attribute.stored_checksum().is_none()
}

fn properties_text(set: &PropertySet<'_>, value: &PropValue<'_>) -> Option<String> {
    set.text_of(value).map(std::borrow::Cow::into_owned)
}

/// What stands before an embedded message's stream in bytes that are no PtypObject: an interface id, or nothing.
fn before_stream(bytes: &[u8]) -> &[u8] {
    let skipped = if bytes.starts_with(&SIGNATURE.to_le_bytes()) { 0 } else { INTERFACE_LENGTH };
    bytes.get(..skipped).unwrap_or_default()
}

/// Whether the bytes hold an embedded message's stream.
fn is_stream(bytes: &[u8]) -> bool {
    let signature = SIGNATURE.to_le_bytes();
    bytes.starts_with(&signature) || bytes.get(INTERFACE_LENGTH..).is_some_and(|rest| rest.starts_with(&signature))
}

/// Where the contents of an attachment stand: in the property, else in the last attAttachData, as reading has it.
fn container<'m>(scope: &Scope<'m>, facts: &Facts<'m>) -> Container<'m> {
    if let Some(listed) = facts.listed.get(&tags::ATTACH_DATA_BINARY.id()) {
        match listed.value() {
            PropValue::Object(object) => return Container::Object(listed.offset(), object),
            PropValue::Binary(std::borrow::Cow::Borrowed(bytes)) => return Container::Binary(listed.offset(), bytes),
            _ => {}
        }
    }
    let data = scope.attributes.iter().zip(&scope.numbers).rev().find(|(a, _)| a.id() == AttrId::ATTACH_DATA);
    data.map_or(Container::None, |(attribute, number)| Container::Attribute(*number, attribute.data()))
}

/// The properties of a row: those that stand in it, and those that are new.
fn row_items<'m>(set: &'m PropertySet<'_>, range: (u64, u64)) -> (Vec<Item<'m>>, Vec<Item<'m>>) {
    let stands_here =
        |property: &Property<'_>| matches!(property.source, Source::List { offset } if (range.0..range.1).contains(&offset));
    let (here, added): (Vec<_>, Vec<_>) = set.iter().partition(|property| stands_here(property));
    (here.into_iter().map(Item::Property).collect(), added.into_iter().map(Item::Property).collect())
}

/// Notes the ids of the source's named properties, if there is a new one that needs an id beside them.
fn note_names<'m>(message: &'m Message<'_>, pieces: &[Piece<'m>], encoder: &mut Encoder<'m>) {
    let sets = std::iter::once(&message.properties)
        .chain(message.recipients.iter().map(|recipient| &recipient.properties))
        .chain(message.attachments.iter().map(|attachment| &attachment.properties));
    let end = message.offset.saturating_add(len64(message.source()));
    let stands_here =
        |property: &Property<'_>| matches!(property.source, Source::List { offset } if (message.offset..end).contains(&offset));
    let is_new = |property: &Property<'_>| property.name.is_some() && !stands_here(property);
    if !sets.flatten().any(is_new) {
        return;
    }
    let mut note = |property: PropertyRef<'m>| {
        if let Some(name) = property.name() {
            encoder.names.note(name, property.tag().id());
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
