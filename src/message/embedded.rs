//! Which values of a message are embedded messages.
//!
//! A view of a stream ([`Message::pieces`]) knows bytes; the model knows which of them were read as a message. This brings both
//! together, by offset.

use crate::base::Offset;
use crate::mapi::{Object, PropValue};
use crate::tnef::{Attribute, PropertyRef};

use super::{Content, Message};

/// The nested messages of a message, by where their streams start.
#[derive(Debug)]
pub struct Embedded<'m> {
    by_offset: Vec<(u64, &'m Message<'m>)>,
}

/// A nested message within a value: the value's bytes are those before it, and its stream.
#[derive(Debug)]
pub struct Found<'m, 'v> {
    /// The interface id in front, or nothing.
    pub before: &'v [u8],
    /// The message.
    pub message: &'m Message<'m>,
}

impl<'m> Embedded<'m> {
    /// Lists the embedded messages of a message, those in them not included.
    #[must_use]
    pub fn of(message: &'m Message<'_>) -> Self {
        let nested = message.attachments.iter().filter_map(|attachment| match &attachment.content {
            Content::Message(nested) => Some((nested.offset(), &**nested)),
            _ => None,
        });
        let mut by_offset: Vec<(u64, &'m Message<'m>)> = nested.collect();
        by_offset.sort_by_key(|(offset, _)| *offset);
        Embedded { by_offset }
    }

    /// The message that the value `data` at `offset` holds: all of it, or all behind an interface id.
    fn find<'v>(&self, offset: u64, data: &'v [u8]) -> Option<Found<'m, 'v>> {
        const INTERFACE_ID: usize = 16;
        [0, INTERFACE_ID].into_iter().find_map(|skip| {
            let (before, stream) = data.split_at_checked(skip)?;
            let start = (Offset::from(offset) + before.len()).get();
            let index = self.by_offset.binary_search_by_key(&start, |(offset, _)| *offset).ok()?;
            let (_, message) = self.by_offset.get(index)?;
            // Offsets alone would do, were it not for a value that ends before the message that was read from it.
            (message.source().len() == stream.len()).then_some(Found { before, message })
        })
    }

    /// The message that a property holds.
    #[must_use]
    pub fn in_property<'v>(&self, property: &PropertyRef<'_>, value: &'v PropValue<'_>) -> Option<Found<'m, 'v>> {
        let data: &[u8] = match value {
            PropValue::Object(Object { data, .. }) => data,
            PropValue::Binary(data) => data,
            _ => return None,
        };
        if self.by_offset.is_empty() || data.is_empty() {
            return None;
        }
        self.find(property.offset_of(data), data)
    }

    /// The message that attAttachData holds.
    #[must_use]
    pub fn in_attribute<'v>(&self, attribute: &Attribute<'v>) -> Option<Found<'m, 'v>> {
        if self.by_offset.is_empty() || attribute.data().is_empty() {
            return None;
        }
        self.find(attribute.data_offset(), attribute.data())
    }
}
