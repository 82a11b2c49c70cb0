//! The dictionary of properties ([MS-OXPROPS]): what a tag or a name means, and which tag or name a meaning has.
//!
//! The tables are static and sorted: a lookup is a binary search and allocates nothing. They are written by `tools/src/tables.rs` from
//! `tools/tables`, whose README says where the facts come from.
//!
//! One id can mean several things: classes of messages reuse ids from 0x6600 to 0x7FFF, profiles and address books reuse others. So
//! look a property up by its whole tag, [`lookup_tag`]; [`entries_for_id`] shows every meaning of an id. PtypString and PtypString8
//! are one property, and the tables list it as PtypString.

use std::cmp::Ordering;
use std::fmt;

use bitflags::bitflags;
use uuid::Uuid;

use super::generated::{named_properties, properties, sets};
use super::name::{NameKind, NamedKind, NamedTag, PropName};
use super::tag::{PropId, PropTag};

mod find;
pub(in crate::mapi) mod row;
mod table;

pub use find::{Match, find, search};
use row::{NamedRow, Row};
pub use table::Names;

bitflags! {
    /// Source of an entry.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub struct Sources: u8 {
        /// Listed in [MS-OXPROPS].
        const OXPROPS = 1;
        /// Listed in an older edition of [MS-OXPROPS] or in another open specification.
        const OXPROPS_OLD = 2;
        /// The Outlook MAPI reference.
        const MAPI_REFERENCE = 4;
        /// MAPI headers and public lists of tags.
        const HEADER = 8;
        /// A third party's list, unconfirmed.
        const THIRD_PARTY = 16;
    }
}

/// A tagged property: one meaning of one tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Id and type. Text has the Unicode type unless only an 8-bit form is known.
    pub tag: PropTag,
    /// The specification's name, `PidTagSubject`. `None`: undocumented, or private to a provider.
    pub canonical_name: Option<&'static str>,
    /// Other names: of the MAPI headers (`PR_SUBJECT`), of older documents, of WebDAV. Not empty where there is no canonical name.
    pub alternate_names: Names,
    /// The functional area, in the source's words.
    pub area: Option<&'static str>,
    /// The specification and section that define the property.
    pub defining_spec: Option<&'static str>,
    /// Content, for properties that matter to mail.
    pub description: Option<&'static str>,
    /// Document that lists it.
    pub sources: Sources,
}

/// A named property: one meaning of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedEntry {
    /// Set, number or string, and type.
    pub tag: NamedTag,
    /// The name of the set, `PSETID_Appointment`.
    pub set_name: &'static str,
    /// The specification's name, `PidLidAppointmentStartWhole`. `None`: only headers have it.
    pub canonical_name: Option<&'static str>,
    /// Other names: of the MAPI headers (`dispidApptStartWhole`), of WebDAV.
    pub alternate_names: Names,
    /// The functional area, in the source's words.
    pub area: Option<&'static str>,
    /// The specification and section that define the property.
    pub defining_spec: Option<&'static str>,
    /// Content, for properties that matter to mail.
    pub description: Option<&'static str>,
    /// Document that lists it.
    pub sources: Sources,
}

impl Entry {
    /// The canonical name, else the first of the others.
    #[must_use]
    pub fn best_name(&self) -> &'static str {
        best_name(self.canonical_name, self.alternate_names)
    }

    /// Every name, the canonical one first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.canonical_name.into_iter().chain(self.alternate_names.iter())
    }

    fn rank(&self) -> u8 {
        rank(self.canonical_name, self.sources)
    }
}

impl NamedEntry {
    /// The canonical name, else the first of the others.
    #[must_use]
    pub fn best_name(&self) -> &'static str {
        best_name(self.canonical_name, self.alternate_names)
    }

    /// Every name, the canonical one first. The string of a PidName property is in [`NamedEntry::tag`].
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.canonical_name.into_iter().chain(self.alternate_names.iter())
    }

    fn rank(&self) -> u8 {
        rank(self.canonical_name, self.sources)
    }
}

fn best_name(canonical: Option<&'static str>, alternates: Names) -> &'static str {
    canonical.or_else(|| alternates.get(0)).unwrap_or_default()
}

/// The order among meanings of one tag or one name: what the specification lists goes first.
fn rank(canonical_name: Option<&str>, sources: Sources) -> u8 {
    match canonical_name {
        Some(_) if sources.contains(Sources::OXPROPS) => 0,
        Some(_) if sources.intersects(Sources::OXPROPS_OLD | Sources::MAPI_REFERENCE) => 1,
        Some(_) => 2,
        None if !sources.contains(Sources::THIRD_PARTY) => 3,
        None => 4,
    }
}

/// Every tagged property, sorted by id and type.
#[must_use]
pub fn entries() -> impl ExactSizeIterator<Item = Entry> + Clone {
    properties::ROWS.iter().map(Row::entry)
}

/// Every named property, sorted by set, numbers before strings.
#[must_use]
pub fn named_entries() -> impl ExactSizeIterator<Item = NamedEntry> + Clone {
    named_properties::ROWS.iter().map(NamedRow::entry)
}

/// Every meaning of an id, sorted by type; empty for an unknown one. Ids from 0x8000 on are those of address books, and have nothing
/// to do with the placeholders of named properties.
#[must_use]
pub fn entries_for_id(id: PropId) -> impl ExactSizeIterator<Item = Entry> + Clone {
    let start = properties::ROWS.partition_point(|row| row.tag.id() < id);
    let end = properties::ROWS.partition_point(|row| row.tag.id() <= id);
    properties::ROWS.get(start..end).unwrap_or_default().iter().map(Row::entry)
}

/// The best meaning of a tag: among entries of this id and type (either string type), else among all of the id.
///
/// Compare the entry's type with the tag's to know which it was.
#[must_use]
pub fn lookup_tag(tag: PropTag) -> Option<Entry> {
    let typed = entries_for_id(tag.id()).filter(|entry| entry.tag.same_property(tag));
    typed.min_by_key(|entry| (entry.rank(), entry.tag != tag)).or_else(|| lookup_id(tag.id()))
}

/// The best meaning of an id whose type is not known: one that [MS-OXPROPS] lists, if there is one.
#[must_use]
pub fn lookup_id(id: PropId) -> Option<Entry> {
    entries_for_id(id).min_by_key(Entry::rank)
}

/// The best meaning of a name. Case counts except among Internet headers.
#[must_use]
pub fn lookup_named(name: &PropName<'_>) -> Option<NamedEntry> {
    // The rows of one name stand in the order of their rank.
    match &name.kind {
        NameKind::Lid(lid) => equal_names(name.set, Key::Lid(*lid)).next(),
        NameKind::String(string) => {
            let text = string.to_text();
            let same = |entry: &NamedEntry| match entry.tag.name {
                NamedKind::String(other) => name.set == sets::PS_INTERNET_HEADERS || other == text,
                NamedKind::Lid(_) => false,
            };
            equal_names(name.set, Key::String(&text)).find(same)
        }
    }
}

#[derive(Clone, Copy)]
enum Key<'a> {
    Lid(u32),
    String(&'a str),
}

/// The rows of one set and one number or string, strings compared without case.
fn equal_names(set: Uuid, key: Key<'_>) -> impl ExactSizeIterator<Item = NamedEntry> + use<> {
    let order = |row: &NamedRow| {
        let tag = row.tag();
        tag.set.as_u128().cmp(&set.as_u128()).then_with(|| match (tag.name, key) {
            (NamedKind::Lid(a), Key::Lid(b)) => a.cmp(&b),
            (NamedKind::Lid(_), Key::String(_)) => Ordering::Less,
            (NamedKind::String(_), Key::Lid(_)) => Ordering::Greater,
            (NamedKind::String(a), Key::String(b)) => cmp_without_case(a, b),
        })
    };
    let start = named_properties::ROWS.partition_point(|row| order(row).is_lt());
    let end = named_properties::ROWS.partition_point(|row| order(row).is_le());
    named_properties::ROWS.get(start..end).unwrap_or_default().iter().map(NamedRow::entry)
}

fn cmp_without_case(a: &str, b: &str) -> Ordering {
    a.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(b.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// The name of a property set, `PSETID_Appointment`.
#[must_use]
pub fn set_name(set: Uuid) -> Option<&'static str> {
    sets::SETS.iter().find(|(known, _)| *known == set).map(|(_, name)| *name)
}

/// The property set of a name, in any case.
#[must_use]
pub fn set_by_name(name: &str) -> Option<Uuid> {
    sets::SETS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(set, _)| *set)
}

/// Returns the best name of a property, `PidTagSubject` or `PidLidReminderSet`: that of its [`PropName`] if it is a named one, else
/// that of its tag. `None` if neither is known.
#[must_use]
pub fn canonical_name(tag: PropTag, name: Option<&PropName<'_>>) -> Option<&'static str> {
    name.map_or_else(|| tag.name(), PropName::canonical_name)
}

impl fmt::Debug for PropTag {
    /// By name where it has one: `PidTagSubject(0x0037001F)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(0x{:08X})", self.name().unwrap_or("PropTag"), self.0)
    }
}

impl PropTag {
    /// The best name of the property: the canonical one, `PidTagSubject`, else that of the MAPI headers.
    ///
    /// `None` for an unknown tag; for the placeholder of a named property, which only its name identifies
    /// ([`PropName::canonical_name`]); and where classes reuse the id and no meaning of it has this type.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let entry = lookup_tag(self)?;
        let known = match self.id().0 {
            0x8000.. => false,
            0x6600..=0x7FFF => entry.tag.same_property(self),
            _ => true,
        };
        known.then(|| entry.best_name())
    }
}

impl PropName<'_> {
    /// The specification's name of the property, `PidLidAppointmentStartWhole`, else that of the MAPI headers.
    #[must_use]
    pub fn canonical_name(&self) -> Option<&'static str> {
        lookup_named(self).map(|entry| entry.best_name())
    }

    /// Returns the name by its set and number or string, `PSETID_Common/0x8503` or `PS_PUBLIC_STRINGS/Keywords`: as the name is
    /// displayed, but with the name of the property set where that is known.
    #[must_use]
    pub fn set_and_name(&self) -> String {
        match (set_name(self.set), &self.kind) {
            (None, _) => self.to_string(),
            (Some(set), NameKind::Lid(lid)) => format!("{set}/0x{lid:04X}"),
            (Some(set), NameKind::String(text)) => format!("{set}/{text}"),
        }
    }
}

#[cfg(test)]
mod tests;
