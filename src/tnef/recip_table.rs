//! attRecipTable: the recipients of an embedded message or a report ([MS-OXTNEF] 2.1.3.5.3).
//!
//! ```text
//! u32  number of rows
//! each row: a property list
//! ```
//!
//! Nothing marks the end of a row but its own count. The recovering walk therefore reads a row strictly, and where one is
//! damaged looks for the next multiple of four from which whole rows fill the table exactly to its end.

use crate::base::Offset;
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{Cursor, le_u32};

use super::props::{PropertyList, property_within};

/// How many properties and values the recovering walk may look at to find where the table goes on, beside one for each of its bytes.
const SEARCH_STEPS: usize = 10_000;

/// A recipient table in memory. Making one costs nothing; the walks are lazy and do not allocate.
#[derive(Debug, Clone, Copy)]
pub struct RecipientTable<'a> {
    count: u32,
    rows: Cursor<'a>,
}

impl<'a> RecipientTable<'a> {
    /// The table that `data` holds, which stands at `offset` of the outermost input.
    ///
    /// # Errors
    /// Malformed if there are not even four bytes.
    pub fn new(data: &'a [u8], offset: u64) -> Result<Self> {
        let mut rows = Cursor::new(data, offset);
        let count = rows.parse(le_u32).ok_or_else(|| {
            Error::malformed(Code::InvalidRowCount, offset, format!("{} bytes are no recipient table", data.len()))
        })?;
        Ok(RecipientTable { count, rows })
    }

    /// The declared number of rows.
    #[must_use]
    pub fn declared_count(&self) -> u32 {
        self.count
    }

    /// The rows, each as the list of its properties, whatever else is in the table.
    #[must_use]
    pub fn rows(&self) -> Rows<'a> {
        Rows { cursor: self.rows, left: self.count, steps: (Offset::of(self.rows.rest()) + SEARCH_STEPS).index() }
    }
}

/// A piece of a recipient table.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    /// A row whose properties can all be read.
    Properties {
        /// The properties.
        list: PropertyList<'a>,
        /// Offset of the row in the outermost input.
        offset: u64,
        /// How many bytes it takes.
        length: u64,
    },
    /// Bytes that are no row.
    Lost {
        /// The bytes.
        bytes: &'a [u8],
        /// Their offset in the outermost input.
        offset: u64,
    },
}

/// The walk over the rows of a recipient table.
#[derive(Debug, Clone)]
pub struct Rows<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) left: u32,
    steps: usize,
}

impl<'a> Rows<'a> {
    /// The row at `cursor` and the place behind it. `steps` is lowered by what was looked at, and ends it at zero.
    fn row(cursor: Cursor<'a>, searching: bool, steps: &mut usize) -> Option<(PropertyList<'a>, Cursor<'a>)> {
        let list = PropertyList::new(cursor.rest(), cursor.offset()).ok()?;
        let mut next = cursor;
        next.take(4)?;
        *steps = steps.checked_sub(1)?;
        for _ in 0..list.declared_count() {
            let property = property_within(&mut next, steps).ok()?;
            // A search must not take counts and zeros for properties.
            if searching && property.tag().id().0 == 0 {
                return None;
            }
            *steps = steps.checked_sub(1)?;
        }
        Some((list, next))
    }

    /// Whether whole rows lead from `cursor` exactly to the end of the table.
    fn leads_to_end(&mut self, cursor: Cursor<'a>) -> bool {
        let mut cursor = cursor;
        while !cursor.rest().is_empty() {
            match Self::row(cursor, true, &mut self.steps) {
                // A row without properties is four zero bytes, and so is much else: it does not prove anything.
                Some((list, next)) if list.declared_count() > 0 => cursor = next,
                _ => return false,
            }
        }
        true
    }

    fn lost(&mut self) -> Row<'a> {
        let start = self.cursor;
        let mut at = start;
        loop {
            if at.rest().len() <= 4 {
                at.take_rest();
                break;
            }
            at.take_up_to(4);
            if self.leads_to_end(at) {
                break;
            }
        }
        self.cursor = at;
        Row::Lost { bytes: start.before(&at).rest(), offset: start.offset() }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.cursor.rest().is_empty() {
            return None;
        }
        if self.left == 0 {
            if !self.leads_to_end(self.cursor) {
                let (offset, bytes) = (self.cursor.offset(), self.cursor.take_rest());
                return Some(Row::Lost { bytes, offset });
            }
            self.left = u32::MAX;
        }
        self.left = self.left.saturating_sub(1);
        let mut unbounded = usize::MAX;
        match Self::row(self.cursor, false, &mut unbounded) {
            Some((list, next)) => {
                let (offset, length) = (self.cursor.offset(), (next.place() - self.cursor.place()).get());
                self.cursor = next;
                Some(Row::Properties { list, offset, length })
            }
            None => Some(self.lost()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::input::len64;
    use crate::mapi::{PropTag, PropValue};
    use crate::tnef::props;

    fn table(rows: &[&[i32]]) -> Vec<u8> {
        let mut out = u32::try_from(rows.len()).unwrap().to_le_bytes().to_vec();
        for row in rows {
            out.extend(u32::try_from(row.len()).unwrap().to_le_bytes());
            for value in *row {
                props::emit(&mut out, PropTag(0x0C15_0003), None, &PropValue::Integer32(*value)).unwrap();
            }
        }
        out
    }

    fn values(data: &[u8]) -> Vec<Option<Vec<PropValue<'_>>>> {
        RecipientTable::new(data, 0)
            .unwrap()
            .rows()
            .map(|row| match row {
                Row::Properties { list, .. } => Some(list.iter().map(|p| p.unwrap().value()).collect()),
                Row::Lost { .. } => None,
            })
            .collect()
    }

    #[test]
    fn rows_are_property_lists_one_after_the_other() {
        let data = table(&[&[1, 2], &[], &[3]]);
        let expected =
            vec![Some(vec![PropValue::Integer32(1), PropValue::Integer32(2)]), Some(vec![]), Some(vec![PropValue::Integer32(3)])];
        assert_eq!(values(&data), expected);
    }

    #[test]
    fn a_wrong_row_count_loses_nothing() {
        let mut data = table(&[&[1], &[2]]);
        for count in [0, 1, 3, 200] {
            data[0] = count;
            assert_eq!(values(&data).iter().flatten().count(), 2, "{count}");
        }
    }

    #[test]
    fn a_damaged_row_is_skipped() {
        let mut data = table(&[&[1], &[2], &[3]]);
        data[20] = 0xFF; // type of the second row's property
        assert_eq!(values(&data), [Some(vec![PropValue::Integer32(1)]), None, Some(vec![PropValue::Integer32(3)])]);
    }

    #[test]
    fn rows_cover_the_table_whatever_is_in_it() {
        let data = table(&[&[1, 5, 9], &[2], &[3]]);
        for position in 0..data.len() {
            let mut bad = data.clone();
            bad[position] ^= 0x81;
            let covered: u64 = RecipientTable::new(&bad, 0)
                .unwrap()
                .rows()
                .map(|row| match row {
                    Row::Properties { length, .. } => length,
                    Row::Lost { bytes, .. } => len64(bytes),
                })
                .sum();
            assert_eq!(covered + 4, len64(&bad), "{position}");
        }
    }
}
