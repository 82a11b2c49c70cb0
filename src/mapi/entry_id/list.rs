//! FlatEntryList ([MS-OXCDATA] 2.3; MAPI's FLATENTRYLIST): the value of PidTagReplyRecipientEntries 0x004F.
//!
//! ```text
//! u32  count
//! u32  size of what follows, in bytes
//! count times:  u32 size | entry id | zeros, see below
//! ```
//!
//! [MS-OXCDATA] mentions no padding, MAPI aligns every entry on four bytes, so that zeros fill the gap between two of them
//! and, with some writers, follow the last one too. All three are read: the declared size and the number of bytes decide.

use std::borrow::Cow;

use crate::base::input::{Cursor, le_u32, length, padding as padding_of};
use crate::base::output::Emit;
use crate::base::{Error, ErrorKind, Result};

use super::{EntryId, own};

/// Entry ids one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FlatEntryList<'a> {
    /// The entry ids' bytes.
    pub entries: Vec<Cow<'a, [u8]>>,
    /// Place where zeros stand. Where all lengths are multiples of four there is nothing to see of it and it reads as the default.
    pub padding: FlatEntryPadding,
}

/// Place of the zeros that fill a list up to a multiple of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FlatEntryPadding {
    /// Behind every entry: what MAPI does, and the default when writing.
    #[default]
    All,
    /// Behind every entry but the last.
    Between,
    /// Nowhere: [MS-OXCDATA] by its letter.
    None,
}

impl<'a> FlatEntryList<'a> {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`] if no way of padding makes the entries end where the list does.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let malformed = |what| Error::new(ErrorKind::Malformed, what);
        let mut input = Cursor::new(bytes, 0);
        let head = input.parse(le_u32).zip(input.parse(le_u32));
        let (count, size) = head.ok_or_else(|| malformed("invalid flat entry list: shorter than its head"))?;
        let entries =
            input.take(length(size)).ok_or_else(|| malformed("invalid flat entry list: the entries end after the value"))?;
        if !input.rest().is_empty() {
            return Err(malformed("invalid flat entry list: bytes behind the declared size"));
        }
        [FlatEntryPadding::All, FlatEntryPadding::Between, FlatEntryPadding::None]
            .into_iter()
            .find_map(|padding| walk(entries, count, padding))
            .ok_or_else(|| malformed("invalid flat entry list: count and sizes do not fill the declared size"))
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`] if a number or length does not fit 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.emit().ok_or_else(|| Error::new(ErrorKind::Unencodable, "flat entry list: length does not fit 32 bits"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_u32(u32::try_from(self.entries.len()).ok()?);
        let size = out.emit_length_mark();
        let mut entries = self.entries.iter().peekable();
        while let Some(entry) = entries.next() {
            let mark = out.emit_length_mark();
            let start = out.len();
            out.emit_bytes(entry);
            out.fill_length(mark)?;
            if pads(self.padding, entries.peek().is_none()) {
                out.emit_pad4(start);
            }
        }
        out.fill_length(size)?;
        Some(out)
    }

    /// The entry ids.
    pub fn entry_ids(&self) -> impl Iterator<Item = EntryId<'_>> {
        self.entries.iter().map(|bytes| EntryId::parse(bytes))
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> FlatEntryList<'static> {
        FlatEntryList { entries: self.entries.into_iter().map(own).collect(), padding: self.padding }
    }
}

fn pads(padding: FlatEntryPadding, last: bool) -> bool {
    match padding {
        FlatEntryPadding::All => true,
        FlatEntryPadding::Between => !last,
        FlatEntryPadding::None => false,
    }
}

/// The list, if `count` entries padded that way fill `bytes` exactly and the padding is zero.
fn walk(bytes: &[u8], count: u32, padding: FlatEntryPadding) -> Option<FlatEntryList<'_>> {
    let mut input = Cursor::new(bytes, 0);
    let mut entries = Vec::new();
    for n in (0..count).rev() {
        let entry = input.parse(le_u32).and_then(|size| input.take(length(size)))?;
        if pads(padding, n == 0) {
            let zeros = input.take(padding_of(entry.len()))?;
            if zeros.iter().any(|byte| *byte != 0) {
                return None;
            }
        }
        entries.push(Cow::Borrowed(entry));
    }
    input.rest().is_empty().then_some(FlatEntryList { entries, padding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::entry_id::AddressBookEntryId;
    use proptest::prelude::*;

    fn list(entries: &[&'static [u8]], padding: FlatEntryPadding) -> FlatEntryList<'static> {
        FlatEntryList { entries: entries.iter().map(|entry| Cow::Borrowed(*entry)).collect(), padding }
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            (list(&[], FlatEntryPadding::All), &b"\0\0\0\0\0\0\0\0"[..]),
            (list(&[b"abcd"], FlatEntryPadding::All), b"\x01\0\0\0\x08\0\0\0\x04\0\0\0abcd"),
            (list(&[b"abcde"], FlatEntryPadding::All), b"\x01\0\0\0\x0C\0\0\0\x05\0\0\0abcde\0\0\0"),
            (list(&[b"ab", b"c"], FlatEntryPadding::All), b"\x02\0\0\0\x10\0\0\0\x02\0\0\0ab\0\0\x01\0\0\0c\0\0\0"),
            (list(&[b"ab", b"c"], FlatEntryPadding::Between), b"\x02\0\0\0\x0D\0\0\0\x02\0\0\0ab\0\0\x01\0\0\0c"),
            (list(&[b"ab", b"c"], FlatEntryPadding::None), b"\x02\0\0\0\x0B\0\0\0\x02\0\0\0ab\x01\0\0\0c"),
        ];
        for (value, bytes) in table {
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(FlatEntryList::parse(bytes).unwrap(), value);
        }
    }

    #[test]
    fn entries_are_entry_ids() {
        let id = EntryId::AddressBook(AddressBookEntryId::new(0, "/O=X"));
        let list = FlatEntryList { entries: vec![Cow::Owned(id.to_bytes().unwrap())], padding: FlatEntryPadding::All };
        assert_eq!(list.entry_ids().collect::<Vec<_>>(), [id]);
    }

    #[test]
    fn counts_and_sizes_that_do_not_fit_are_refused() {
        for wrong in [
            &b""[..],
            b"\0\0\0\0\0\0\0",
            b"\x01\0\0\0\x08\0\0\0\x04\0\0\0abc",
            b"\x01\0\0\0\x08\0\0\0\x04\0\0\0abcde",
            b"\x02\0\0\0\x08\0\0\0\x04\0\0\0abcd",
            b"\xFF\xFF\xFF\xFF\x08\0\0\0\x04\0\0\0abcd",
            b"\x01\0\0\0\x0C\0\0\0\x05\0\0\0abcde\0\x01\0",
        ] {
            assert_eq!(FlatEntryList::parse(wrong).unwrap_err().kind(), ErrorKind::Malformed, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(entries in proptest::collection::vec(proptest::collection::vec(1_u8.., 1..9), 0..5), way in 0..3) {
            let padding = match way { 0 => FlatEntryPadding::All, 1 => FlatEntryPadding::Between, _ => FlatEntryPadding::None };
            let list = FlatEntryList { entries: entries.into_iter().map(Cow::Owned).collect(), padding };
            let bytes = list.to_bytes().unwrap();
            let read = FlatEntryList::parse(&bytes).unwrap();
            prop_assert_eq!(&read.entries, &list.entries);
            prop_assert_eq!(read.to_bytes().unwrap(), bytes);
        }

        #[test]
        fn what_is_read_is_written(bytes in proptest::collection::vec(0_u8..6, 8..40)) {
            if let Ok(list) = FlatEntryList::parse(&bytes) {
                prop_assert_eq!(list.to_bytes().unwrap(), bytes);
            }
        }
    }
}
