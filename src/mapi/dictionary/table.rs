//! Entries out of the rows of the generated tables.

use std::fmt;

use super::super::generated::text::{ALTERNATES, TEXT};
use super::super::name::{NamedKind, NamedTag};
use super::row::{Facts, NamedRow, Row, RowName, Text};
use super::{Entry, NamedEntry, Sources};

impl Text {
    fn get(self) -> &'static str {
        let start = usize::try_from(self.start).unwrap_or(usize::MAX);
        TEXT.get(start..start.saturating_add(usize::from(self.length))).unwrap_or_default()
    }

    fn filled(self) -> Option<&'static str> {
        Some(self.get()).filter(|text| !text.is_empty())
    }
}

impl Facts {
    fn alternates(&self) -> Names {
        let (start, count) = (usize::from(self.alternates.0), usize::from(self.alternates.1));
        Names(ALTERNATES.get(start..start.saturating_add(count)).unwrap_or_default())
    }

    fn sources(&self) -> Sources {
        Sources::from_bits_retain(self.sources)
    }
}

impl Row {
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

impl NamedRow {
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
    /// Returns how many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
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
