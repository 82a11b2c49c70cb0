//! Property tags: a 16-bit id and a 16-bit type ([MS-OXCDATA] 2.9, 2.11.1).

use std::fmt;

use crate::base::wire;

/// A property id: the high half of a tag. Ids from 0x8000 on stand for named properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropId(pub u16);

impl PropId {
    /// Returns whether the id is only a placeholder and a [`PropName`](super::PropName) says what the property is.
    #[must_use]
    pub const fn is_named(self) -> bool {
        self.0 >= 0x8000
    }
}

impl fmt::Display for PropId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04X}", self.0)
    }
}

/// A property type: the low half of a tag. Every value is representable; the known ones are constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropType(pub u16);

macro_rules! types {
    ($($konst:ident $code:literal $ptyp:literal $pt:literal;)*) => {
        impl PropType {
            $(#[doc = concat!($ptyp, ", ", $pt, ".")] #[doc(alias = $ptyp)] #[doc(alias = $pt)] pub const $konst: PropType = PropType($code);)*

            /// Every type that [MS-OXCDATA] 2.11.1 names, in the order of its codes.
            pub const KNOWN: &[PropType] = &[$(PropType($code)),*];

            /// The specification's name, `PtypInteger32`, if the type is known.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 { $($code => Some($ptyp),)* _ => None }
            }

            /// The name of the MAPI headers, `PT_LONG`, if the type is known.
            #[must_use]
            pub const fn mapi_name(self) -> Option<&'static str> {
                match self.0 { $($code => Some($pt),)* _ => None }
            }
        }
    };
}

types! {
    UNSPECIFIED 0x0000 "PtypUnspecified" "PT_UNSPECIFIED";
    NULL 0x0001 "PtypNull" "PT_NULL";
    INTEGER16 0x0002 "PtypInteger16" "PT_SHORT";
    INTEGER32 0x0003 "PtypInteger32" "PT_LONG";
    FLOATING32 0x0004 "PtypFloating32" "PT_FLOAT";
    FLOATING64 0x0005 "PtypFloating64" "PT_DOUBLE";
    CURRENCY 0x0006 "PtypCurrency" "PT_CURRENCY";
    FLOATING_TIME 0x0007 "PtypFloatingTime" "PT_APPTIME";
    ERROR_CODE 0x000A "PtypErrorCode" "PT_ERROR";
    BOOLEAN 0x000B "PtypBoolean" "PT_BOOLEAN";
    OBJECT 0x000D "PtypObject" "PT_OBJECT";
    INTEGER64 0x0014 "PtypInteger64" "PT_I8";
    STRING8 0x001E "PtypString8" "PT_STRING8";
    STRING 0x001F "PtypString" "PT_UNICODE";
    TIME 0x0040 "PtypTime" "PT_SYSTIME";
    GUID 0x0048 "PtypGuid" "PT_CLSID";
    SERVER_ID 0x00FB "PtypServerId" "PT_SVREID";
    RESTRICTION 0x00FD "PtypRestriction" "PT_SRESTRICT";
    RULE_ACTION 0x00FE "PtypRuleAction" "PT_ACTIONS";
    BINARY 0x0102 "PtypBinary" "PT_BINARY";
    MULTIPLE_INTEGER16 0x1002 "PtypMultipleInteger16" "PT_MV_SHORT";
    MULTIPLE_INTEGER32 0x1003 "PtypMultipleInteger32" "PT_MV_LONG";
    MULTIPLE_FLOATING32 0x1004 "PtypMultipleFloating32" "PT_MV_FLOAT";
    MULTIPLE_FLOATING64 0x1005 "PtypMultipleFloating64" "PT_MV_DOUBLE";
    MULTIPLE_CURRENCY 0x1006 "PtypMultipleCurrency" "PT_MV_CURRENCY";
    MULTIPLE_FLOATING_TIME 0x1007 "PtypMultipleFloatingTime" "PT_MV_APPTIME";
    MULTIPLE_INTEGER64 0x1014 "PtypMultipleInteger64" "PT_MV_I8";
    MULTIPLE_STRING8 0x101E "PtypMultipleString8" "PT_MV_STRING8";
    MULTIPLE_STRING 0x101F "PtypMultipleString" "PT_MV_UNICODE";
    MULTIPLE_TIME 0x1040 "PtypMultipleTime" "PT_MV_SYSTIME";
    MULTIPLE_GUID 0x1048 "PtypMultipleGuid" "PT_MV_CLSID";
    MULTIPLE_BINARY 0x1102 "PtypMultipleBinary" "PT_MV_BINARY";
}

impl PropType {
    /// The bit that makes a type multi-valued.
    pub const MULTIPLE_FLAG: u16 = 0x1000;

    /// Returns whether values come as a counted list.
    #[must_use]
    pub const fn is_multiple(self) -> bool {
        self.0 & Self::MULTIPLE_FLAG != 0
    }

    /// The type of one value: itself, or without the multi-value flag.
    #[must_use]
    pub const fn single(self) -> PropType {
        PropType(self.0 & !Self::MULTIPLE_FLAG)
    }

    /// PtypString8 or PtypString, single or multiple.
    #[must_use]
    pub const fn is_string(self) -> bool {
        matches!(self.single(), PropType::STRING8 | PropType::STRING)
    }
}

impl fmt::Display for PropType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => f.pad(&format!("0x{:04X}", self.0)),
        }
    }
}

/// A property tag: id and type, written as MAPI does with the id in the high half (`0x0037001F`).
///
/// Equality compares both halves; two tags that differ only in PtypString8 against PtypString name the same property, see
/// [`PropTag::same_property`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropTag(pub u32);

impl PropTag {
    /// The tag of `id` and `prop_type`.
    #[must_use]
    pub const fn new(id: PropId, prop_type: PropType) -> Self {
        PropTag(wire::joined(id.0, prop_type.0))
    }

    /// The high half.
    #[must_use]
    pub const fn id(self) -> PropId {
        PropId(wire::halves(self.0).0)
    }

    /// The low half.
    #[must_use]
    pub const fn prop_type(self) -> PropType {
        PropType(wire::halves(self.0).1)
    }

    /// Returns the same id with another type.
    #[must_use]
    pub const fn with_type(self, prop_type: PropType) -> Self {
        PropTag::new(self.id(), prop_type)
    }

    /// Returns whether both tags name the same property: equal, or equal but for 8-bit against Unicode strings.
    #[must_use]
    pub fn same_property(self, other: PropTag) -> bool {
        self == other
            || (self.id() == other.id()
                && self.prop_type().is_string()
                && other.prop_type().is_string()
                && self.prop_type().is_multiple() == other.prop_type().is_multiple())
    }
}

impl fmt::Display for PropTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl From<u32> for PropTag {
    /// Takes the number as it stands in lists of tags: id in the high half, type in the low one.
    fn from(raw: u32) -> Self {
        PropTag(raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_its_id_in_the_high_half() {
        let tag = PropTag::new(PropId(0x0037), PropType::STRING);
        assert_eq!(tag, PropTag(0x0037_001F));
        assert_eq!((tag.id(), tag.prop_type()), (PropId(0x0037), PropType::STRING));
        assert_eq!(tag.to_string(), "0x0037001F");
    }

    #[test]
    fn both_string_types_name_the_same_property() {
        assert!(PropTag(0x0037_001F).same_property(PropTag(0x0037_001E)));
        assert!(!PropTag(0x0037_001F).same_property(PropTag(0x0037_0102)));
        assert!(!PropTag(0x0037_001F).same_property(PropTag(0x0037_101F)));
        assert!(!PropTag(0x0037_001F).same_property(PropTag(0x0E1D_001F)));
    }

    #[test]
    fn types_print_the_specifications_names() {
        assert_eq!(PropType::MULTIPLE_STRING.to_string(), "PtypMultipleString");
        assert_eq!(PropType::TIME.mapi_name(), Some("PT_SYSTIME"));
        assert_eq!(PropType(0x0BAD).to_string(), "0x0BAD");
        assert!(PropType::MULTIPLE_GUID.is_multiple() && !PropType::GUID.is_multiple());
        assert_eq!(PropType::KNOWN.len(), 32);
    }
}
