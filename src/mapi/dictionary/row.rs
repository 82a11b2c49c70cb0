//! The rows of the generated tables, as types apart from the data.
//!
//! Rows hold places in one long text where entries hold `&str`: a table of some ten thousand pointers would have to be relocated, page
//! by page, each time a program that links this library starts, whether it looks anything up or not.

use uuid::Uuid;

use super::super::tag::{PropTag, PropType};

/// A stretch of the text of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mapi) struct Text {
    pub(super) start: u32,
    pub(super) length: u16,
}

impl Text {
    pub(in crate::mapi) const fn new(start: u32, length: u16) -> Text {
        Text { start, length }
    }
}

/// What both tables say about a property.
#[derive(Debug)]
pub(in crate::mapi) struct Facts {
    pub(super) canonical_name: Text,
    /// The number of the first alternate name, and how many.
    pub(super) alternates: (u16, u8),
    pub(super) area: Text,
    pub(super) defining_spec: Text,
    pub(super) description: Text,
    pub(super) sources: u8,
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
}

/// A row of the table of tagged properties.
#[derive(Debug)]
pub(in crate::mapi) struct Row {
    pub(super) tag: PropTag,
    pub(super) facts: Facts,
}

impl Row {
    pub(in crate::mapi) const fn new(tag: u32, facts: Facts) -> Row {
        Row { tag: PropTag(tag), facts }
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
    pub(super) set: Uuid,
    pub(super) name: RowName,
    pub(super) prop_type: PropType,
    pub(super) set_name: Text,
    pub(super) facts: Facts,
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
}
