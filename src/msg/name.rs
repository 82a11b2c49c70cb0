//! The names of storages and streams ([MS-OXMSG] 2.2, 2.3). They are compared without case.

use crate::mapi::PropTag;

/// The list of properties of an object.
pub(super) const PROPERTIES: &str = "__properties_version1.0";
/// The storage that maps ids to names.
pub(super) const NAMED_PROPERTIES: &str = "__nameid_version1.0";
const VALUE: &str = "__substg1.0_";
const RECIPIENT: &str = "__recip_version1.0_#";
const ATTACHMENT: &str = "__attach_version1.0_#";

/// What a storage or stream is by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Properties,
    NamedProperties,
    /// The value of a property, or one of its values.
    Value(PropTag, Option<u32>),
    Recipient(u32),
    Attachment(u32),
}

impl Name {
    /// Reads a name in UTF-16LE; `None` if the format has none like it.
    pub(crate) fn parse(name: &[u8]) -> Option<Name> {
        if let Some(rest) = strip(name, VALUE) {
            let (tag, rest) = hex(rest)?;
            let index = match rest {
                [] => None,
                [b'-', 0, rest @ ..] => Some(whole(rest)?),
                _ => return None,
            };
            return Some(Name::Value(PropTag(tag), index));
        }
        if let Some(rest) = strip(name, RECIPIENT) {
            return whole(rest).map(Name::Recipient);
        }
        if let Some(rest) = strip(name, ATTACHMENT) {
            return whole(rest).map(Name::Attachment);
        }
        let is = |known| strip(name, known) == Some(&[]);
        is(PROPERTIES).then_some(Name::Properties).or_else(|| is(NAMED_PROPERTIES).then_some(Name::NamedProperties))
    }

    /// The name as it is written.
    pub(super) fn text(self) -> String {
        match self {
            Name::Properties => PROPERTIES.to_owned(),
            Name::NamedProperties => NAMED_PROPERTIES.to_owned(),
            Name::Value(tag, None) => format!("{VALUE}{:08X}", tag.0),
            Name::Value(tag, Some(index)) => format!("{VALUE}{:08X}-{index:08X}", tag.0),
            Name::Recipient(index) => format!("{RECIPIENT}{index:08X}"),
            Name::Attachment(index) => format!("{ATTACHMENT}{index:08X}"),
        }
    }
}

/// What follows an ASCII prefix.
fn strip<'n>(name: &'n [u8], prefix: &str) -> Option<&'n [u8]> {
    let (start, rest) = name.split_at_checked(prefix.len().saturating_mul(2))?;
    let mut units = start.chunks_exact(2).zip(prefix.bytes());
    let same = |(unit, byte): (&[u8], u8)| matches!(unit, [low, 0] if low.eq_ignore_ascii_case(&byte));
    units.all(same).then_some(rest)
}

/// Eight hexadecimal digits, and what follows.
fn hex(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(16)?;
    let mut number = 0u32;
    for unit in digits.chunks_exact(2) {
        let [low, 0] = unit else { return None };
        number = number << 4 | char::from(*low).to_digit(16)?;
    }
    Some((number, rest))
}

fn whole(text: &[u8]) -> Option<u32> {
    hex(text).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn names_read_and_write() {
        for (name, text) in [
            (Name::Properties, "__properties_version1.0"),
            (Name::NamedProperties, "__nameid_version1.0"),
            (Name::Value(PropTag(0x0037_001F), None), "__substg1.0_0037001F"),
            (Name::Value(PropTag(0x8005_101F), Some(0x1B)), "__substg1.0_8005101F-0000001B"),
            (Name::Recipient(0), "__recip_version1.0_#00000000"),
            (Name::Attachment(0xABC), "__attach_version1.0_#00000ABC"),
        ] {
            assert_eq!(Name::parse(&utf16(text)), Some(name), "{text}");
            assert_eq!(Name::parse(&utf16(&text.to_lowercase())), Some(name), "{text}");
            assert_eq!(name.text(), text);
        }
    }

    #[test]
    fn other_names_are_none() {
        for text in [
            "",
            "__substg1.0_",
            "__substg1.0_0037001",
            "__substg1.0_0037001F-",
            "__substg1.0_0037001Fx",
            "CONTENTS",
            "__recip_version1.0_#0",
        ] {
            assert_eq!(Name::parse(&utf16(text)), None, "{text}");
        }
        // Not the letter, but one whose low byte is the same.
        let mut name = utf16("__nameid_version1.0");
        name[1] = 1;
        assert_eq!(Name::parse(&name), None);
    }
}
