//! The rows of the generated tables, and entries out of them.
//!
//! Rows hold places in one long text where entries hold `&str`: a table of some ten thousand pointers would have to be relocated, page
//! by page, each time a program that links this library starts, whether it looks anything up or not.

use std::fmt;

use uuid::Uuid;

use super::super::generated::text::{ALTERNATES, TEXT};
use super::super::name::{NamedKind, NamedTag};
use super::super::tag::{PropTag, PropType};
use super::{Entry, NamedEntry, Sources};

/// A stretch of [`TEXT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mapi) struct Text {
    start: u32,
    length: u16,
}

impl Text {
    pub(in crate::mapi) const fn new(start: u32, length: u16) -> Text {
        Text { start, length }
    }

    fn get(self) -> &'static str {
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        TEXT.get(start..start.saturating_add(usize::from(self.length))).unwrap_or_default()
    }

    fn filled(self) -> Option<&'static str> {
        Some(self.get()).filter(|text| !text.is_empty())
    }
}

/// What both tables say about a property.
#[derive(Debug)]
pub(in crate::mapi) struct Facts {
    canonical_name: Text,
    /// The first of [`ALTERNATES`], and how many.
    alternates: (u16, u8),
    area: Text,
    defining_spec: Text,
    description: Text,
    sources: u8,
}

impl Facts {
    pub(in crate::mapi) const fn new(
        canonical_name: (u32, u16),
        alternates: (u16, u8),
        area: (u32, u16),
        defining_spec: (u32, u16),
        description: (u32, u16),
        sources: u8,
    ) -> Facts {
        Facts {
            canonical_name: Text::new(canonical_name.0, canonical_name.1),
            alternates,
            area: Text::new(area.0, area.1),
            defining_spec: Text::new(defining_spec.0, defining_spec.1),
            description: Text::new(description.0, description.1),
            sources,
        }
    }

    fn alternates(&self) -> Names {
        let (start, count) = (usize::from(self.alternates.0), usize::from(self.alternates.1));
        Names(ALTERNATES.get(start..start.saturating_add(count)).unwrap_or_default())
    }

    fn sources(&self) -> Sources {
        Sources::from_bits_retain(self.sources)
    }
}

/// A row of the table of tagged properties.
#[derive(Debug)]
pub(in crate::mapi) struct Row {
    pub(super) tag: PropTag,
    facts: Facts,
}

impl Row {
    pub(in crate::mapi) const fn new(tag: u32, facts: Facts) -> Row {
        Row { tag: PropTag(tag), facts }
    }

    pub(super) fn entry(&self) -> Entry {
        Entry {
            tag: self.tag,
            canonical_name: self.facts.canonical_name.filled(),
            alternate_names: self.facts.alternates(),
            area: self.facts.area.filled(),
            defining_spec: self.facts.defining_spec.filled(),
            description: self.facts.description.filled(),
            sources: self.facts.sources(),
        }
    }
}

/// What identifies a named property within its set.
#[derive(Debug)]
pub(in crate::mapi) enum RowName {
    Lid(u32),
    String(u32, u16),
}

/// A row of the table of named properties.
#[derive(Debug)]
pub(in crate::mapi) struct NamedRow {
    set: Uuid,
    name: RowName,
    prop_type: PropType,
    set_name: Text,
    facts: Facts,
}

impl NamedRow {
    pub(in crate::mapi) const fn new(
        set: Uuid,
        name: RowName,
        prop_type: PropType,
        set_name: (u32, u16),
        facts: Facts,
    ) -> NamedRow {
        NamedRow { set, name, prop_type, set_name: Text::new(set_name.0, set_name.1), facts }
    }

    pub(super) fn tag(&self) -> NamedTag {
        let name = match self.name {
            RowName::Lid(lid) => NamedKind::Lid(lid),
            RowName::String(start, length) => NamedKind::String(Text::new(start, length).get()),
        };
        NamedTag { set: self.set, name, prop_type: self.prop_type }
    }

    pub(super) fn entry(&self) -> NamedEntry {
        NamedEntry {
            tag: self.tag(),
            set_name: self.set_name.get(),
            canonical_name: self.facts.canonical_name.filled(),
            alternate_names: self.facts.alternates(),
            area: self.facts.area.filled(),
            defining_spec: self.facts.defining_spec.filled(),
            description: self.facts.description.filled(),
            sources: self.facts.sources(),
        }
    }
}

/// Names of a property, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Names(&'static [Text]);

impl Names {
    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The name with a number, from 0.
    #[must_use]
    pub fn get(self, index: usize) -> Option<&'static str> {
        self.0.get(index).map(|text| text.get())
    }

    /// One after another.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'static str> + Clone + use<> {
        self.0.iter().map(|text| text.get())
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
