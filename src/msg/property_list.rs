//! The stream `__properties_version1.0`: counts, and an entry of 16 bytes for each property ([MS-OXMSG] 2.4).

use std::ops::Range;

use nom::Parser;

use crate::base::Offset;
use crate::base::input::{Cursor, le_u32};
use crate::base::output::Emit;
use crate::mapi::{PropTag, PropType};

/// Owner of a list, which decides how the list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The outermost message.
    Message,
    /// A message in an attachment.
    Embedded,
    /// A recipient, or an attachment.
    Part,
}

impl Owner {
    fn header(self) -> usize {
        match self {
            Owner::Message => 32,
            Owner::Embedded => 24,
            Owner::Part => 8,
        }
    }
}

/// Counts in the list of a message: its recipients and attachments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// The number for the next recipient.
    pub next_recipient: u32,
    /// The number for the next attachment.
    pub next_attachment: u32,
    /// Number of recipients.
    pub recipients: u32,
    /// Number of attachments.
    pub attachments: u32,
}

impl Counts {
    /// The counts at the start of the list of a message.
    pub(super) fn parse(list: &[u8]) -> Option<Counts> {
        let mut cursor = Cursor::new(list, 0);
        cursor.take(8)?;
        cursor.parse((le_u32, le_u32, le_u32, le_u32).map(|(next_recipient, next_attachment, recipients, attachments)| Counts {
            next_recipient,
            next_attachment,
            recipients,
            attachments,
        }))
    }

    /// Appends the header of a list.
    pub(super) fn emit(&self, owner: Owner, out: &mut Vec<u8>) {
        out.emit_bytes(&[0; 8]);
        if owner != Owner::Part {
            out.emit_u32(self.next_recipient);
            out.emit_u32(self.next_attachment);
            out.emit_u32(self.recipients);
            out.emit_u32(self.attachments);
        }
        if owner == Owner::Message {
            out.emit_bytes(&[0; 8]);
        }
    }
}

/// An entry of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListEntry {
    pub(super) tag: PropTag,
    /// 1 mandatory, 2 readable, 4 writable.
    pub(super) flags: u32,
    /// A value of up to eight bytes, or the size of one that has a stream, and a number.
    pub(super) value: [u8; 8],
    /// Where it stands in the list.
    pub(super) offset: usize,
}

impl ListEntry {
    /// The size of an entry.
    pub(super) const SIZE: usize = 16;

    /// The entries of a list, and how many bytes follow the last one.
    pub(super) fn all(list: &[u8], owner: Owner) -> (impl Iterator<Item = ListEntry> + '_, usize) {
        let entries = list.get(owner.header()..).unwrap_or_default();
        let rest = entries.len() % ListEntry::SIZE;
        let read = move |(number, bytes): (usize, &[u8])| {
            let mut cursor = Cursor::new(bytes, 0);
            let (tag, flags) = cursor.parse((le_u32, le_u32))?;
            let offset = (Offset::from(owner.header()) + number.saturating_mul(ListEntry::SIZE)).index();
            Some(ListEntry { tag: PropTag(tag), flags, value: cursor.take_array()?, offset })
        };
        (entries.chunks_exact(ListEntry::SIZE).enumerate().filter_map(read), rest)
    }

    /// Appends the entry.
    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_u32(self.tag.0);
        out.emit_u32(self.flags);
        out.emit_bytes(&self.value);
    }
}

/// The bytes of a list that say nothing: reserved ones, those of a value beyond its type, those behind the last property.
pub(crate) fn unused_bytes(list: &[u8], owner: Owner) -> Vec<Range<usize>> {
    let header = owner.header().min(list.len());
    let mut places: Vec<Range<usize>> = std::iter::once(0..header.min(8)).collect();
    if owner == Owner::Message {
        places.push(header.min(24)..header);
    }
    let (entries, rest) = ListEntry::all(list, owner);
    for entry in entries {
        let used = match entry.tag.prop_type() {
            PropType::NULL | PropType::UNSPECIFIED => 0usize,
            PropType::BOOLEAN => 1,
            PropType::INTEGER16 => 2,
            PropType::INTEGER32 | PropType::FLOATING32 | PropType::ERROR_CODE => 4,
            _ => 8,
        };
        let end = entry.offset.saturating_add(ListEntry::SIZE);
        places.push(end.saturating_sub(entry.value.len().saturating_sub(used))..end);
    }
    places.push(list.len().saturating_sub(rest)..list.len());
    places.retain(|place| !place.is_empty());
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_and_write() {
        for (owner, header) in [(Owner::Message, 32), (Owner::Embedded, 24), (Owner::Part, 8)] {
            let counts = Counts { next_recipient: 1, next_attachment: 2, recipients: 3, attachments: 4 };
            let mut list = Vec::new();
            counts.emit(owner, &mut list);
            assert_eq!(list.len(), header);
            // [MS-OXMSG] 2.4.2: tag, flags, value.
            let entries = [
                ListEntry { tag: PropTag(0x0017_0003), flags: 6, value: [2, 0, 0, 0, 0, 0, 0, 0], offset: header },
                ListEntry { tag: PropTag(0x0037_001F), flags: 6, value: [10, 0, 0, 0, 0, 0, 0, 0], offset: header + 16 },
            ];
            entries.iter().for_each(|entry| entry.emit(&mut list));
            assert_eq!(list[header..header + 16], [3, 0, 0x17, 0, 6, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
            list.extend([1, 2, 3]);
            let (found, rest) = ListEntry::all(&list, owner);
            assert_eq!((found.collect::<Vec<_>>().as_slice(), rest), (&entries[..], 3));
            if owner != Owner::Part {
                assert_eq!(Counts::parse(&list), Some(counts));
            }
            assert_eq!(ListEntry::all(&list[..header - 1], owner).0.count(), 0);
        }
    }
}
