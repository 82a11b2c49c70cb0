//! Names of named properties: a property set and a number or a string ([MS-OXCDATA] 2.6.1).

use std::fmt;

use uuid::Uuid;

use crate::base::bytes::{Copies, Keep};

use super::sets::PS_INTERNET_HEADERS;
use super::tag::{PropId, PropTag, PropType};
use super::value::Utf16;

/// Number or text that is unique within the property set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NameKind<'a> {
    /// Kind 0: a number, PidLid.
    Lid(u32),
    /// Kind 1: a string, PidName.
    String(Utf16<'a>),
}

/// The name of a property whose id is 0x8000 or higher. The id is a placeholder; this is its identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PropName<'a> {
    /// The property set.
    pub set: Uuid,
    /// The number or string within it.
    pub kind: NameKind<'a>,
}

impl PropName<'_> {
    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> PropName<'static> {
        self.keep(&Copies)
    }

    pub(super) fn keep(self, keep: &impl Keep) -> PropName<'static> {
        let kind = match self.kind {
            NameKind::Lid(lid) => NameKind::Lid(lid),
            NameKind::String(name) => NameKind::String(name.keep(keep)),
        };
        PropName { set: self.set, kind }
    }

    /// Returns whether this is the property that `other` names: case counts except among Internet headers, whose names are those of
    /// header fields.
    #[must_use]
    pub fn matches(&self, other: &NamedTag) -> bool {
        self.set == other.set
            && match (&self.kind, other.name) {
                (NameKind::Lid(lid), NamedKind::Lid(other)) => *lid == other,
                (NameKind::String(name), NamedKind::String(other)) => {
                    if self.set == PS_INTERNET_HEADERS {
                        name.to_text().eq_ignore_ascii_case(other)
                    } else {
                        name.to_text() == other
                    }
                }
                _ => false,
            }
    }
}

impl fmt::Display for PropName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            NameKind::Lid(lid) => write!(f, "{{{}}}/0x{lid:04X}", self.set),
            NameKind::String(name) => write!(f, "{{{}}}/{}", self.set, name.to_text()),
        }
    }
}

/// Number or text that is unique within the property set, as a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamedKind {
    /// A number, PidLid.
    Lid(u32),
    /// A string, PidName.
    String(&'static str),
}

/// A named property as a constant: name and type, as `mapi::named` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamedTag {
    /// The property set.
    pub set: Uuid,
    /// The number or string within it.
    pub name: NamedKind,
    /// The type that the specification gives it.
    pub prop_type: PropType,
}

impl NamedTag {
    /// A numbered property.
    #[must_use]
    pub const fn lid(set: Uuid, lid: u32, prop_type: PropType) -> Self {
        NamedTag { set, name: NamedKind::Lid(lid), prop_type }
    }

    /// A property with a string for a name.
    #[must_use]
    pub const fn string(set: Uuid, name: &'static str, prop_type: PropType) -> Self {
        NamedTag { set, name: NamedKind::String(name), prop_type }
    }

    /// The name as a property of a message carries it.
    #[must_use]
    pub fn to_name(self) -> PropName<'static> {
        let kind = match self.name {
            NamedKind::Lid(lid) => NameKind::Lid(lid),
            NamedKind::String(name) => NameKind::String(Utf16::from(name)),
        };
        PropName { set: self.set, kind }
    }

    /// A tag with the placeholder id 0x8000.
    #[must_use]
    pub const fn placeholder_tag(self) -> PropTag {
        PropTag::new(PropId(0x8000), self.prop_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Uuid = Uuid::from_u128(0x00062008_0000_0000_C000_000000000046);

    #[test]
    fn names_match_by_set_and_number_or_string() {
        let tag = NamedTag::lid(SET, 0x8503, PropType::BOOLEAN);
        assert!(tag.to_name().matches(&tag));
        assert!(!tag.to_name().matches(&NamedTag::lid(SET, 0x8504, PropType::BOOLEAN)));
        assert_eq!(tag.to_name().to_string(), "{00062008-0000-0000-c000-000000000046}/0x8503");
        let keywords = NamedTag::string(SET, "Keywords", PropType::MULTIPLE_STRING);
        assert!(keywords.to_name().matches(&keywords));
        assert!(!NamedTag::string(SET, "keywords", PropType::MULTIPLE_STRING).to_name().matches(&keywords));
    }

    #[test]
    fn internet_header_names_compare_without_case() {
        let tag = NamedTag::string(PS_INTERNET_HEADERS, "x-mailer", PropType::STRING);
        assert!(NamedTag::string(PS_INTERNET_HEADERS, "X-Mailer", PropType::STRING).to_name().matches(&tag));
    }
}
