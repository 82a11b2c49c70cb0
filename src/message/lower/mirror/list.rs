//! A property list as the one that it was read from, with what was changed since.
//!
//! Unchanged properties keep their bytes, padding and count included; what no property could be read from keeps its place behind
//! the property before it. The declared count changes by as many properties as were added or removed, so that a wrong count stays
//! as wrong as it was.

use std::collections::HashMap;

use crate::base::error::Result;
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::mapi::{Property, PropertyBag, Source};
use crate::message::Layout;
use crate::tnef::{PropertyList, PropertyPiece, PropertyRef};

use super::super::encode::Encoder;
use super::super::rope::Rope;

/// A property that the list is to have.
#[derive(Debug)]
pub(super) enum Item<'m> {
    /// One of the model.
    Property(&'m Property<'m>),
    /// The contents of an attachment: where the property stands in the source, and what it becomes (`None`: what it is).
    Data { offset: Option<u64>, new: Option<Rope<'m>> },
}

impl Item<'_> {
    fn offset(&self) -> Option<u64> {
        match self {
            Item::Property(Property { source: Source::List { offset }, .. }) => Some(*offset),
            Item::Property(_) => None,
            Item::Data { offset, .. } => *offset,
        }
    }
}

/// A list of `wanted`, which stand in the source, and `added`, which do not; `None` if it is as it was. `pieces` are those of
/// the list.
pub(super) fn list<'m>(
    encoder: &mut Encoder<'m>,
    list: &PropertyList<'m>,
    pieces: impl Iterator<Item = PropertyPiece<'m>> + Clone,
    set: &PropertyBag<'_>,
    wanted: Vec<Item<'m>>,
    added: Vec<Item<'m>>,
    layout: &Layout,
) -> Result<Option<Rope<'m>>> {
    if added.is_empty() && is_same(encoder, pieces.clone(), set, &wanted, layout)? {
        return Ok(None);
    }
    // What is in the source: the properties in the order of their offsets, and what stays behind which of them.
    let mut found: Vec<(u64, Option<PropertyRef<'m>>)> = Vec::new();
    let mut fixed: HashMap<Option<u64>, Vec<(Kind, &'m [u8])>> = HashMap::new();
    let mut kept: Vec<u64> = wanted.iter().filter_map(Item::offset).collect();
    kept.sort_unstable();
    let mut anchor = None;
    for piece in pieces {
        match piece {
            PropertyPiece::Property(property) if !layout.is_unread(property.offset()) => {
                if kept.binary_search(&property.offset()).is_ok() {
                    anchor = Some(property.offset());
                }
                found.push((property.offset(), Some(property)));
            }
            PropertyPiece::Property(property) => fixed.entry(anchor).or_default().push((Kind::Unread, property.wire())),
            // Alone it would be read as something else.
            PropertyPiece::Lost { .. } if kept.is_empty() => {}
            PropertyPiece::Lost { bytes, .. } => fixed.entry(anchor).or_default().push((Kind::Lost, bytes)),
        }
    }
    let before = i64::try_from(found.len()).unwrap_or(i64::MAX);
    // Each stands for one property of the model.
    let mut take = |offset: u64| {
        let place = found.binary_search_by_key(&offset, |(offset, _)| *offset).ok()?;
        found.get_mut(place)?.1.take()
    };
    let mut parts: Vec<(Kind, Part<'m>)> = Vec::with_capacity(wanted.len().saturating_add(added.len()));
    let mut damaged = false;
    let mut add_fixed = |parts: &mut Vec<(Kind, Part<'m>)>, after: Option<u64>| {
        for (kind, wire) in fixed.get(&after).into_iter().flatten() {
            damaged |= *kind == Kind::Lost;
            parts.push((*kind, Part::Source { wire, pad: 0 }));
        }
    };
    // New properties come before damage at the end of the list, where they would not be found.
    let trailing = anchor;
    if trailing.is_some() {
        add_fixed(&mut parts, None);
    }
    let nothing_follows = added.is_empty() && !fixed.contains_key(&trailing);
    let last = wanted.len().saturating_sub(1);
    for (number, item) in wanted.into_iter().enumerate() {
        let source = item.offset().and_then(&mut take);
        let is_last = number == last && nothing_follows;
        let offset = item.offset().filter(|offset| source.is_some() && Some(*offset) != trailing);
        parts.push((Kind::Property, emit(encoder, item, source, set, is_last)?));
        if offset.is_some() {
            add_fixed(&mut parts, offset);
        }
    }
    for item in added {
        parts.push((Kind::Property, emit(encoder, item, None, set, false)?));
    }
    add_fixed(&mut parts, trailing);
    let of_kind = |kind: Kind| i64::try_from(parts.iter().filter(|part| part.0 == kind).count()).unwrap_or(i64::MAX);
    let (count, unread) = (of_kind(Kind::Property), of_kind(Kind::Unread));
    let as_wrong = shifted(list.declared_count(), count.saturating_sub(before));
    let right = shifted(0, count.saturating_add(unread));
    if damaged || as_wrong != right {
        // What can be read around damage depends on all of it, so it is read again.
        if reads_back(&joined(&parts, as_wrong, true).to_bytes(), &parts) {
            return Ok(Some(joined(&parts, as_wrong, true)));
        }
        let whole = reads_back(&joined(&parts, right, true).to_bytes(), &parts);
        return Ok(Some(joined(&parts, right, whole)));
    }
    Ok(Some(joined(&parts, right, true)))
}

/// What a part of a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Property,
    /// A property that a limit kept from being read.
    Unread,
    /// Bytes that are no property.
    Lost,
}

/// The bytes of a part of a list.
#[derive(Debug, Clone)]
enum Part<'m> {
    /// Those of the source, and as many zeros behind them.
    Source {
        wire: &'m [u8],
        pad: usize,
    },
    Made(Rope<'m>),
}

impl<'m> Part<'m> {
    fn append_to(self, out: &mut Rope<'m>) {
        match self {
            Part::Source { wire, pad } => {
                out.borrow(wire);
                out.own().extend(std::iter::repeat_n(0, pad));
            }
            Part::Made(rope) => out.append(rope),
        }
    }

    fn is(&self, bytes: &[u8]) -> bool {
        match self {
            Part::Source { wire, pad } => {
                bytes.strip_prefix(*wire).is_some_and(|rest| rest.len() == *pad && rest.iter().all(|byte| *byte == 0))
            }
            Part::Made(rope) => rope.is(bytes),
        }
    }
}

/// A list of parts; without what is lost unless `whole`.
fn joined<'m>(parts: &[(Kind, Part<'m>)], count: u32, whole: bool) -> Rope<'m> {
    let mut list = Rope::from(count.le_bytes().to_vec());
    parts.iter().filter(|(kind, _)| whole || *kind != Kind::Lost).for_each(|(_, part)| part.clone().append_to(&mut list));
    list
}

/// Whether reading finds the properties among the parts, and no others.
fn reads_back(list: &[u8], parts: &[(Kind, Part<'_>)]) -> bool {
    let Ok(list) = PropertyList::new(list, 0) else { return false };
    let mut found = list.pieces().filter_map(|piece| match piece {
        PropertyPiece::Property(property) => Some(property),
        PropertyPiece::Lost { .. } => None,
    });
    let mut wanted = parts.iter().filter(|(kind, _)| *kind != Kind::Lost);
    wanted.all(|(_, part)| found.next().is_some_and(|property| part.is(property.wire()))) && found.next().is_none()
}

/// A list that the source has not.
pub(super) fn new_list<'m>(encoder: &mut Encoder<'m>, set: &PropertyBag<'_>, added: Vec<Item<'m>>) -> Result<Rope<'m>> {
    let mut out = Rope::default();
    out.own().emit_u32(u32::try_from(added.len()).unwrap_or(u32::MAX));
    for item in added {
        emit(encoder, item, None, set, false)?.append_to(&mut out);
    }
    Ok(out)
}

/// A declared count after `difference` more.
pub(super) fn shifted(declared: u32, difference: i64) -> u32 {
    let shifted = i64::from(declared).saturating_add(difference).clamp(0, i64::from(u32::MAX));
    u32::try_from(shifted).unwrap_or(u32::MAX)
}

/// Whether the source has these properties, unchanged and in this order.
fn is_same<'m>(
    encoder: &Encoder<'m>,
    pieces: impl Iterator<Item = PropertyPiece<'m>>,
    set: &PropertyBag<'_>,
    wanted: &[Item<'m>],
    layout: &Layout,
) -> Result<bool> {
    let mut wanted = wanted.iter();
    for piece in pieces {
        let PropertyPiece::Property(source) = piece else { continue };
        if layout.is_unread(source.offset()) {
            continue;
        }
        let same = match wanted.next() {
            Some(Item::Property(property)) => is_unchanged(encoder, &source, property, set)?,
            Some(Item::Data { offset, new: None }) => *offset == Some(source.offset()),
            _ => false,
        };
        if !same {
            return Ok(false);
        }
    }
    Ok(wanted.next().is_none())
}

/// Whether the property is that of the source.
fn is_unchanged(encoder: &Encoder<'_>, source: &PropertyRef<'_>, property: &Property<'_>, set: &PropertyBag<'_>) -> Result<bool> {
    Ok(property.source == Source::List { offset: source.offset() }
        && property.tag == source.tag()
        && property.name.as_deref() == source.name().as_ref()
        && property.value.identical(&source.value())
        && encoder.converted(property, set).map_err(|e| e.within(super::super::encode::name_of(property), None))?.is_none())
}

/// A property as the source has it, if it is the same, else anew.
fn emit<'m>(
    encoder: &mut Encoder<'m>,
    item: Item<'m>,
    source: Option<PropertyRef<'m>>,
    set: &PropertyBag<'_>,
    is_last: bool,
) -> Result<Part<'m>> {
    let wire = |source: PropertyRef<'m>| {
        let wire = source.wire();
        // Padding may be missing at the end of a list, and is due where that is no longer the end.
        Part::Source { wire, pad: if is_last { 0 } else { crate::base::input::padding(wire.len()) } }
    };
    let mut made = Rope::default();
    match (item, source) {
        (Item::Data { new: Some(new), .. }, _) => made = new,
        (Item::Data { new: None, .. }, Some(source)) => return Ok(wire(source)),
        (Item::Data { new: None, .. }, None) => {}
        (Item::Property(property), Some(source)) => {
            let whole = is_last || !source.is_truncated();
            if whole && is_unchanged(encoder, &source, property, set)? {
                return Ok(wire(source));
            }
            encoder.property(&mut made, property, set, property.tag.id() == source.tag().id())?;
        }
        (Item::Property(property), None) => encoder.property(&mut made, property, set, false)?,
    }
    Ok(Part::Made(made))
}
