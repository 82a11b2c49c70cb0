//! An entry of the directory ([MS-CFB] 2.6): the name of a storage or stream, where it starts, and its place in the tree.

use std::cmp::Ordering;

use uuid::Uuid;

use crate::base::input::{Cursor, le_u8, le_u16, le_u32, le_u64};
use crate::base::output::Emit;
use crate::base::wire::Wire;

use super::header::FREE;

/// The size of an entry.
pub(super) const SIZE: usize = 128;
/// The most UTF-16 units of a name; a NUL follows them.
pub(super) const NAME_MAX: usize = 31;

/// Kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntryKind {
    /// Not in use.
    Free,
    /// A folder.
    Storage,
    /// A file.
    Stream,
    /// The outermost folder.
    Root,
    /// A number that no specification names.
    Other(u8),
}

/// An entry of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// UTF-16LE, without the NUL.
    pub(super) name: &'a [u8],
    /// Whether the declared length of the name can be right.
    pub(super) name_is_sound: bool,
    pub(super) kind: EntryKind,
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) child: u32,
    pub(super) class_id: Uuid,
    pub(super) start: u32,
    pub(super) length: u64,
    pub(super) offset: u64,
    pub(super) index: usize,
}

impl<'a> Entry<'a> {
    /// Reads an entry that stands at `offset`; `None` if it is cut.
    pub(super) fn parse(bytes: &'a [u8], offset: u64, index: usize) -> Option<Entry<'a>> {
        let mut cursor = Cursor::new(bytes.get(..SIZE)?, offset);
        let name = cursor.take(64)?;
        let (declared, kind, _colour) = cursor.parse((le_u16, le_u8, le_u8))?;
        let (left, right, child) = cursor.parse((le_u32, le_u32, le_u32))?;
        let class_id = Uuid::from_bytes_le(cursor.take_array()?);
        // State and times.
        cursor.take(20)?;
        let (start, length) = cursor.parse((le_u32, le_u64))?;
        let declared = usize::from(declared).checked_sub(2).filter(|length| length % 2 == 0);
        let (name, name_is_sound) = match declared.and_then(|length| name.get(..length)) {
            Some(name) => (name, true),
            None => {
                let units = name.chunks_exact(2).take_while(|unit| *unit != [0, 0]).count();
                (name.get(..units.saturating_mul(2)).unwrap_or_default(), false)
            }
        };
        let kind = match kind {
            0 => EntryKind::Free,
            1 => EntryKind::Storage,
            2 => EntryKind::Stream,
            5 => EntryKind::Root,
            other => EntryKind::Other(other),
        };
        Some(Entry { name, name_is_sound, kind, left, right, child, class_id, start, length, offset, index })
    }

    /// The name; what is no UTF-16 in it is shown as U+FFFD.
    #[must_use]
    pub fn name(&self) -> String {
        char::decode_utf16(units(self.name)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// The name as UTF-16LE, without a NUL.
    #[must_use]
    pub fn name_bytes(&self) -> &'a [u8] {
        self.name
    }

    /// Returns what it is.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        self.kind
    }

    /// Returns whether it holds other entries.
    #[must_use]
    pub fn is_storage(&self) -> bool {
        matches!(self.kind, EntryKind::Storage | EntryKind::Root)
    }

    /// The class of a storage: of an OLE object, the program that made it.
    #[must_use]
    pub fn class_id(&self) -> Uuid {
        self.class_id
    }

    /// The declared length of a stream.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Returns where the entry stands in the file.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Its number in the directory, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }
}

/// The UTF-16 units of a name.
pub(super) fn units(name: &[u8]) -> impl Iterator<Item = u16> + '_ {
    name.chunks_exact(2).map(|unit| unit.try_into().map_or(0, u16::read_le))
}

/// The order of names in the tree ([MS-CFB] 2.6.4): by length, then by upper-case units.
pub(super) fn compare(one: &[u16], other: &[u16]) -> Ordering {
    let upper = |unit: &u16| {
        let single = char::from_u32(u32::from(*unit)).map(|c| c.to_uppercase()).filter(|upper| upper.len() == 1);
        single.and_then(|mut upper| upper.next()).and_then(|c| u16::try_from(u32::from(c)).ok()).unwrap_or(*unit)
    };
    one.len().cmp(&other.len()).then_with(|| one.iter().map(upper).cmp(other.iter().map(upper)))
}

/// An entry to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record<'n> {
    pub(super) name: &'n [u16],
    pub(super) kind: EntryKind,
    pub(super) is_black: bool,
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) child: u32,
    pub(super) class_id: Uuid,
    pub(super) start: u32,
    pub(super) length: u64,
}

impl Record<'_> {
    /// An entry that is not in use.
    pub(super) const FREE: Record<'static> = Record {
        name: &[],
        kind: EntryKind::Free,
        is_black: false,
        left: FREE,
        right: FREE,
        child: FREE,
        class_id: Uuid::nil(),
        start: 0,
        length: 0,
    };

    /// Appends the entry, 128 bytes.
    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        let name = self.name.get(..NAME_MAX).unwrap_or(self.name);
        name.iter().copied().chain(std::iter::repeat(0)).take(NAME_MAX.saturating_add(1)).for_each(|unit| out.emit_u16(unit));
        let length = u16::try_from(name.len()).unwrap_or(0).saturating_add(1).saturating_mul(2);
        out.emit_u16(if self.kind == EntryKind::Free { 0 } else { length });
        out.emit_u8(match self.kind {
            EntryKind::Free => 0,
            EntryKind::Storage => 1,
            EntryKind::Stream => 2,
            EntryKind::Root => 5,
            EntryKind::Other(other) => other,
        });
        out.emit_u8(u8::from(self.is_black));
        out.emit_u32(self.left);
        out.emit_u32(self.right);
        out.emit_u32(self.child);
        out.emit_bytes(&self.class_id.to_bytes_le());
        out.emit_bytes(&[0; 20]);
        out.emit_u32(self.start);
        out.emit_u64(self.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_as_it_was_written() {
        let name: Vec<u16> = "__substg1.0_0037001F".encode_utf16().collect();
        let class_id = Uuid::from_u128(0x00020D0B_0000_0000_C000_000000000046);
        let record = Record {
            name: &name,
            kind: EntryKind::Stream,
            is_black: true,
            left: 1,
            right: FREE,
            child: 3,
            class_id,
            start: 4,
            length: 5,
        };
        let mut bytes = Vec::new();
        record.emit(&mut bytes);
        assert_eq!(bytes.len(), SIZE);
        let entry = Entry::parse(&bytes, 640, 2).unwrap();
        assert_eq!(entry.name(), "__substg1.0_0037001F");
        assert_eq!((entry.kind, entry.left, entry.right, entry.child), (EntryKind::Stream, 1, FREE, 3));
        assert_eq!((entry.class_id, entry.start, entry.length, entry.offset), (class_id, 4, 5, 640));
        assert!(entry.name_is_sound);
        assert_eq!(Entry::parse(&bytes[..127], 0, 0), None);
        // Lengths that were seen in damaged files.
        for declared in [70u16, 65535, 0, 7] {
            bytes[64..66].copy_from_slice(&declared.to_le_bytes());
            let entry = Entry::parse(&bytes, 640, 2).unwrap();
            assert_eq!((entry.name().as_str(), entry.name_is_sound), ("__substg1.0_0037001F", false));
        }
    }

    #[test]
    fn names_are_ordered_by_length_and_without_case() {
        let compare = |one: &str, other: &str| {
            let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
            compare(&units(one), &units(other))
        };
        assert_eq!(compare("b", "aa"), Ordering::Less);
        assert_eq!(compare("A", "a"), Ordering::Equal);
        // Upper case: an underscore comes behind the letters.
        assert_eq!(compare("a_", "ab"), Ordering::Greater);
        assert_eq!(compare("\u{E4}", "\u{C4}"), Ordering::Equal);
    }
}
