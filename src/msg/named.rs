//! The storage `__nameid_version1.0`, which gives ids from 0x8000 on their names ([MS-OXMSG] 2.2.3). There is one in a file.

use std::collections::HashMap;
use std::ops::Range;

use uuid::Uuid;

use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::{Cursor, le_u16, le_u32, length, padding, peek};
use crate::base::output::Emit;
use crate::mapi::sets::{PS_INTERNET_HEADERS, PS_MAPI, PS_PUBLIC_STRINGS};
use crate::mapi::{NameKind, PropId, PropName, PropTag, PropType, Utf16};
use crate::rtf::lzfu;

/// The streams of the storage.
pub(super) const GUIDS: PropTag = PropTag(0x0002_0102);
pub(super) const ENTRIES: PropTag = PropTag(0x0003_0102);
pub(super) const STRINGS: PropTag = PropTag(0x0004_0102);

/// The first id that has a name.
const FIRST: u16 = 0x8000;
/// How many names there can be: the last id is 0xFFFE.
const MOST: usize = 0x7FFF;
/// The number of the first bucket, and how many buckets there are.
const BUCKET: u16 = 0x1000;
const BUCKETS: u32 = 31;

/// An entry of the list of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameEntry {
    /// The name, if it is a number; else where its text stands.
    number: u32,
    /// The property set, and whether the name is text.
    group: u16,
}

impl NameEntry {
    /// The stream with the property sets.
    pub(crate) const GUIDS: PropTag = GUIDS;
    /// The stream with the entries.
    pub(crate) const ENTRIES: PropTag = ENTRIES;
    /// The stream with the texts.
    pub(crate) const STRINGS: PropTag = STRINGS;

    /// The entries of the list, the first of which is that of the id 0x8000.
    pub(crate) fn all(list: &[u8]) -> impl Iterator<Item = NameEntry> + '_ {
        let read = |entry: &[u8]| {
            let (number, group, _index) = Cursor::new(entry, 0).parse((le_u32, le_u16, le_u16))?;
            Some(NameEntry { number, group })
        };
        list.chunks_exact(8).take(MOST).filter_map(read)
    }

    fn is_text(self) -> bool {
        self.group & 1 != 0
    }

    /// Where its text stands, if that is its name and is there; its length stands in four bytes before it.
    pub(crate) fn text(self, strings: &[u8]) -> Option<Range<usize>> {
        let start = length(self.number).checked_add(4).filter(|_| self.is_text())?;
        let declared = length(peek(le_u32, strings.get(length(self.number)..)?)?);
        let place = start..start.checked_add(declared)?;
        strings.get(place.clone()).map(|_| place)
    }
}

/// The names of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// By the id, less 0x8000. `None` for a name that is damaged.
    names: Vec<Option<PropName<'static>>>,
}

impl Names {
    /// Reads the three streams.
    pub(super) fn parse(guids: &[u8], entries: &[u8], strings: &[u8]) -> Names {
        let name = |entry: NameEntry| {
            let set = match entry.group >> 1 {
                0 => return None,
                1 => PS_MAPI,
                2 => PS_PUBLIC_STRINGS,
                other => {
                    let place = usize::from(other).checked_sub(3)?.checked_mul(16)?;
                    Uuid::from_bytes_le(*guids.get(place..)?.first_chunk()?)
                }
            };
            let kind = match entry.is_text() {
                false => NameKind::Lid(entry.number),
                true => NameKind::String(terminated(strings.get(entry.text(strings)?)?)),
            };
            Some(PropName { set, kind })
        };
        Names { names: NameEntry::all(entries).map(name).collect() }
    }

    /// The name of an id; `None` if there is none, or it is damaged.
    pub(super) fn get(&self, id: PropId) -> Option<&PropName<'static>> {
        self.names.get(usize::from(id.0.checked_sub(FIRST)?))?.as_ref()
    }
}

/// The name with the NUL that names have elsewhere.
fn terminated(units: &[u8]) -> Utf16<'static> {
    // Half a character names nothing, and neither do NULs at the end.
    let mut units = units.get(..units.len() & !1).unwrap_or_default();
    while let Some(rest) = units.strip_suffix(&[0, 0]) {
        units = rest;
    }
    Utf16([units, &[0, 0]].concat().into())
}

/// Names that are given ids in the order in which they are asked for.
#[derive(Debug, Default)]
pub(super) struct NamesWriter {
    ids: HashMap<PropName<'static>, PropId>,
    names: Vec<PropName<'static>>,
}

impl NamesWriter {
    /// The id of a name. Names of Internet header fields are stored in lower case, as Outlook looks for them.
    pub(super) fn id(&mut self, name: &PropName<'_>) -> Result<PropId> {
        let mut name = name.clone().into_owned();
        if let NameKind::String(text) = &mut name.kind {
            let units = Utf16(text.0.get(..text.0.len() & !1).unwrap_or_default().into());
            *text = match name.set == PS_INTERNET_HEADERS {
                true => Utf16::from(units.to_text().to_ascii_lowercase().as_str()),
                false => terminated(&units.0),
            };
        }
        if let Some(id) = self.ids.get(&name) {
            return Ok(*id);
        }
        let index = u16::try_from(self.names.len()).ok().filter(|index| usize::from(*index) < MOST);
        let id = index.and_then(|index| FIRST.checked_add(index)).map(PropId);
        let id = id.ok_or_else(|| Error::new(ErrorKind::Unencodable, format!("no id is left for the named property {name}")))?;
        self.names.push(name.clone());
        self.ids.insert(name, id);
        Ok(id)
    }

    /// The streams of the storage: three with all names, and those by which a name is found.
    pub(super) fn finish(&self) -> Vec<(PropTag, Vec<u8>)> {
        let (mut guids, mut entries, mut strings) = (Vec::new(), Vec::new(), Vec::new());
        let mut sets: HashMap<Uuid, u16> = HashMap::from([(PS_MAPI, 1), (PS_PUBLIC_STRINGS, 2)]);
        let mut buckets: Vec<Vec<u8>> = vec![Vec::new(); usize::try_from(BUCKETS).unwrap_or_default()];
        for (index, name) in self.names.iter().enumerate() {
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let next = u16::try_from(sets.len()).unwrap_or(u16::MAX).saturating_add(1);
            let set = *sets.entry(name.set).or_insert_with(|| {
                guids.emit_bytes(&name.set.to_bytes_le());
                next
            });
            let (number, key, group) = match &name.kind {
                NameKind::Lid(lid) => (*lid, *lid, set << 1),
                NameKind::String(text) => {
                    let units = text.0.strip_suffix(&[0, 0]).unwrap_or(&text.0);
                    let place = u32::try_from(strings.len()).unwrap_or(u32::MAX);
                    strings.emit_u32(u32::try_from(units.len()).unwrap_or(u32::MAX));
                    strings.emit_bytes(units);
                    strings.extend(std::iter::repeat_n(0, padding(units.len())));
                    (place, lzfu::crc(units), set << 1 | 1)
                }
            };
            for (out, number) in [(Some(&mut entries), number), (bucket(&mut buckets, key ^ u32::from(group)), key)] {
                let Some(out) = out else { continue };
                out.emit_u32(number);
                out.emit_u16(group);
                out.emit_u16(index);
            }
        }
        let mut streams = vec![(GUIDS, guids), (ENTRIES, entries), (STRINGS, strings)];
        let found = buckets.into_iter().zip(BUCKET..).filter(|(entries, _)| !entries.is_empty());
        streams.extend(found.map(|(entries, number)| (PropTag::new(PropId(number), PropType::BINARY), entries)));
        streams
    }
}

/// The bucket that a key belongs into ([MS-OXMSG] 2.2.3.2).
fn bucket(buckets: &mut [Vec<u8>], key: u32) -> Option<&mut Vec<u8>> {
    buckets.get_mut(usize::try_from(key % BUCKETS).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(set: u128, kind: NameKind<'static>) -> PropName<'static> {
        PropName { set: Uuid::from_u128(set), kind }
    }

    #[test]
    fn the_example_of_a_numbered_name() {
        // PSETID_Task 0x811C as the second set with a GUID of its own, sixth name: the entry in bucket 0x101D.
        let mut writer = NamesWriter::default();
        let first = 0x00062002_0000_0000_C000_000000000046;
        for lid in 0..5 {
            writer.id(&name(first, NameKind::Lid(lid))).unwrap();
        }
        let id = writer.id(&name(0x00062003_0000_0000_C000_000000000046, NameKind::Lid(0x811C))).unwrap();
        assert_eq!(id, PropId(0x8005));
        let streams = writer.finish();
        let bucket = streams.iter().find(|(tag, _)| *tag == PropTag(0x101D_0102)).unwrap();
        assert!(bucket.1.chunks(8).any(|entry| entry == [0x1C, 0x81, 0, 0, 8, 0, 5, 0]), "{bucket:x?}");
    }

    #[test]
    fn names_read_as_they_were_written() {
        let names = [
            name(0x00062008_0000_0000_C000_000000000046, NameKind::Lid(0x8503)),
            PropName { set: PS_PUBLIC_STRINGS, kind: NameKind::String(Utf16::from("Keywords")) },
            PropName { set: PS_MAPI, kind: NameKind::Lid(1) },
            PropName { set: PS_INTERNET_HEADERS, kind: NameKind::String(Utf16::from("x-mailer")) },
            name(0x00062008_0000_0000_C000_000000000046, NameKind::String(Utf16::from("\u{4E00}"))),
        ];
        let mut writer = NamesWriter::default();
        for (index, name) in (0x8000..).zip(&names) {
            assert_eq!(writer.id(name).unwrap(), PropId(index));
        }
        // Without its NUL, and in capitals where these do not count.
        let other =
            PropName { set: PS_PUBLIC_STRINGS, kind: NameKind::String(Utf16(Utf16::from("Keywords").0[..16].to_vec().into())) };
        assert_eq!(writer.id(&other).unwrap(), PropId(0x8001));
        let other = PropName { set: PS_INTERNET_HEADERS, kind: NameKind::String(Utf16::from("X-Mailer")) };
        assert_eq!(writer.id(&other).unwrap(), PropId(0x8003));
        let streams = writer.finish();
        let stream = |tag| &streams.iter().find(|(found, _)| *found == tag).unwrap().1;
        let read = Names::parse(stream(GUIDS), stream(ENTRIES), stream(STRINGS));
        for (index, name) in (0x8000..).zip(&names) {
            assert_eq!(read.get(PropId(index)), Some(name));
        }
        assert_eq!(read.get(PropId(0x8005)), None);
        // Every prefix of every stream reads, and has names that are whole or none.
        for length in 0..stream(ENTRIES).len() {
            let cut =
                Names::parse(&stream(GUIDS)[..length.min(16)], &stream(ENTRIES)[..length], &stream(STRINGS)[..length.min(12)]);
            assert!((0x8000..0x8005).zip(&names).all(|(id, name)| cut.get(PropId(id)).is_none_or(|found| found == name)));
        }
    }
}
