//! What is wrong with a property of a .msg.

use std::fmt;

use crate::base::diag::Code;
use crate::mapi::PropTag;

/// A fault of a property: a code, and by `Display` a sentence with the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MsgFault {
    tag: PropTag,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    UnknownType,
    /// A stream that no list has.
    Unlisted,
    /// An id of the named range without a name.
    NoName,
    NoStream,
    /// A storage that can be read in part.
    PartOfStorage,
    /// A stream whose sectors end early.
    Cut {
        found: usize,
        length: u64,
    },
    /// A stream whose length is not that of the list.
    Size {
        found: usize,
        declared: u32,
    },
    /// Several values, some without a stream.
    Values {
        count: usize,
        found: usize,
    },
}

impl MsgFault {
    pub(super) fn new(tag: PropTag, kind: Kind) -> Self {
        MsgFault { tag, kind }
    }

    /// Returns its code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self.kind {
            Kind::UnknownType => Code::UnknownPropertyType,
            Kind::Unlisted => Code::MsgUnlistedStream,
            Kind::NoName => Code::MsgUnknownName,
            Kind::NoStream | Kind::Values { .. } => Code::MsgMissingStream,
            Kind::PartOfStorage => Code::MsgInvalidStorage,
            Kind::Cut { .. } => Code::CompoundBrokenChain,
            Kind::Size { .. } => Code::MsgSizeMismatch,
        }
    }
}

impl fmt::Display for MsgFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tag = self.tag;
        match self.kind {
            Kind::UnknownType => write!(f, "property {tag} has unknown type 0x{:04X}", tag.prop_type().0),
            Kind::Unlisted => write!(f, "property {tag} has a stream, and is in no list"),
            Kind::NoName => write!(f, "the property with the id {} has no name", tag.id()),
            Kind::NoStream => write!(f, "property {tag} has no stream"),
            Kind::PartOfStorage => write!(f, "property {tag} cannot be read whole"),
            Kind::Cut { found, length } => write!(f, "{found} of {length} bytes of property {tag} are there"),
            Kind::Size { found, declared } => write!(f, "property {tag} has {found} bytes, {declared} declared"),
            Kind::Values { count, found } => write!(f, "property {tag} has {count} values, and streams for {found}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_sentence_with_the_values() {
        let fault = MsgFault::new(PropTag(0x0037_001F), Kind::Size { found: 4, declared: 9 });
        assert_eq!(fault.code(), Code::MsgSizeMismatch);
        assert_eq!(fault.to_string(), "property 0x0037001F has 4 bytes, 9 declared");
    }
}
