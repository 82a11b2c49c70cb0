//! Rows as columns, in the layout that Arrow gives them in memory: a bit for each row that has a value, the values one behind the other,
//! and for those of any length where each ends. Whoever has them makes arrays of them without looking at a row.

use std::fmt;

use serde::Serialize;
use serde::ser::{Error as _, Impossible, SerializeStruct, Serializer};

use super::{NAMES, Sink};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// No row had a value so far.
    #[default]
    Unknown,
    /// Bytes of any length, or text in UTF-8; `ends` says where each ends.
    Bytes,
    /// Eight bytes each, the lowest first: integers, times in microseconds since 1970, numbers.
    Eight,
    /// A bit each.
    Bit,
}

/// A column.
#[derive(Debug, Default)]
pub struct Column {
    /// What its values are.
    pub kind: Kind,
    /// How many rows there are.
    pub rows: usize,
    /// A bit for each row, the lowest of a byte first: whether it has a value.
    pub has_value: Vec<u8>,
    /// Of [`Kind::Bytes`]: 0, and behind each row where its value ends, in four bytes.
    pub ends: Vec<u8>,
    /// The values.
    pub values: Vec<u8>,
}

impl Column {
    /// Makes room for what a kind has in a row without a value.
    fn skip(&mut self, rows: usize) {
        match self.kind {
            Kind::Unknown | Kind::Bit => {}
            Kind::Eight => self.values.resize(self.values.len().saturating_add(rows.saturating_mul(8)), 0),
            Kind::Bytes => (0..rows).for_each(|_| self.end()),
        }
    }

    /// Says that a value ends here. A column is let go long before it has the bytes that four cannot count.
    fn end(&mut self) {
        let end = i32::try_from(self.values.len()).unwrap_or(i32::MAX);
        self.ends.extend(end.to_le_bytes());
    }

    fn null(&mut self) {
        self.skip(1);
        self.row(false);
    }

    /// Begins a value.
    fn begin(&mut self, kind: Kind) {
        if self.kind == Kind::Unknown {
            self.kind = kind;
            if kind == Kind::Bytes {
                self.end();
            }
            self.skip(self.rows);
        }
        debug_assert_eq!(self.kind, kind, "a column has one kind");
        self.row(true);
    }

    fn row(&mut self, has_value: bool) {
        push_bit(&mut self.has_value, self.rows, has_value);
        self.rows = self.rows.saturating_add(1);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.begin(Kind::Bytes);
        self.values.extend(bytes);
        self.end();
    }

    fn eight(&mut self, bytes: [u8; 8]) {
        self.begin(Kind::Eight);
        self.values.extend(bytes);
    }

    fn bit(&mut self, value: bool) {
        self.begin(Kind::Bit);
        push_bit(&mut self.values, self.rows.saturating_sub(1), value);
    }

    /// How many bytes it takes.
    fn size(&self) -> usize {
        self.values.len().saturating_add(self.ends.len()).saturating_add(self.has_value.len())
    }
}

fn push_bit(bits: &mut Vec<u8>, index: usize, value: bool) {
    bits.resize(bits.len().max((index / 8).saturating_add(1)), 0);
    if let Some(byte) = bits.get_mut(index / 8) {
        *byte |= u8::from(value) << (index % 8);
    }
}

/// The columns of one table: none before the first row.
pub type Columns = Vec<Column>;

/// The five tables as columns, and those that became as large as they may.
#[derive(Debug, Default)]
pub struct Batches {
    /// How many bytes a batch has; the row with which it has them is its last.
    pub limit: usize,
    /// Batches that are complete.
    pub complete: Vec<[Columns; NAMES.len()]>,
    current: [Columns; NAMES.len()],
    size: usize,
}

impl Batches {
    /// With batches of as many bytes.
    #[must_use]
    pub fn of_bytes(limit: usize) -> Self {
        Batches { limit, ..Batches::default() }
    }

    /// Completes the batch at hand, if there are rows in it.
    pub fn complete(&mut self) {
        self.size = 0;
        let mut current = std::mem::take(&mut self.current);
        // There are as many bits of values as of rows, also behind the last value.
        for column in current.iter_mut().flatten().filter(|column| column.kind == Kind::Bit) {
            column.values.resize(column.has_value.len(), 0);
        }
        if current.iter().any(|table| !table.is_empty()) {
            self.complete.push(current);
        }
    }
}

impl Sink for Batches {
    fn push(&mut self, table: usize, row: &impl Serialize) {
        let Some(columns) = self.current.get_mut(table) else { return };
        let before: usize = columns.iter().map(Column::size).sum();
        // Rows are structs of what a cell takes.
        let done = row.serialize(Cell { columns, index: 0 });
        debug_assert!(done.is_ok(), "a row is a struct of plain values");
        let after: usize = columns.iter().map(Column::size).sum();
        self.size = self.size.saturating_add(after.saturating_sub(before));
        if self.size >= self.limit {
            self.complete();
        }
    }
}

/// Where a value goes. A struct is a row, whose values go to the columns from the first on.
struct Cell<'c> {
    columns: &'c mut Columns,
    index: usize,
}

impl Cell<'_> {
    fn put(self, value: impl FnOnce(&mut Column)) -> Result<(), fmt::Error> {
        let column = self.columns.get_mut(self.index).ok_or(fmt::Error)?;
        value(column);
        Ok(())
    }
}

/// A row: the next column is that of the next field.
struct Row<'c>(Cell<'c>);

impl SerializeStruct for Row<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), fmt::Error> {
        value.serialize(Cell { columns: &mut *self.0.columns, index: self.0.index })?;
        self.0.index = self.0.index.saturating_add(1);
        Ok(())
    }

    fn end(self) -> Result<(), fmt::Error> {
        Ok(())
    }
}

/// Values that no row has.
macro_rules! others {
    ($($name:ident($type:ty))+) => {
        $(fn $name(self, _: $type) -> Result<(), fmt::Error> {
            Err(fmt::Error::custom("no column has such values"))
        })+
    };
}

type No = Impossible<(), fmt::Error>;

impl<'c> Serializer for Cell<'c> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = Row<'c>;
    type SerializeStructVariant = No;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_struct(self, _: &'static str, fields: usize) -> Result<Row<'c>, fmt::Error> {
        if self.columns.is_empty() {
            self.columns.resize_with(fields, Column::default);
        }
        Ok(Row(self))
    }

    fn serialize_none(self) -> Result<(), fmt::Error> {
        self.put(Column::null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_str(self, text: &str) -> Result<(), fmt::Error> {
        self.put(|column| column.bytes(text.as_bytes()))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), fmt::Error> {
        self.put(|column| column.bytes(bytes))
    }

    fn serialize_i64(self, number: i64) -> Result<(), fmt::Error> {
        self.put(|column| column.eight(number.to_le_bytes()))
    }

    fn serialize_u64(self, number: u64) -> Result<(), fmt::Error> {
        self.serialize_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn serialize_u32(self, number: u32) -> Result<(), fmt::Error> {
        self.serialize_i64(number.into())
    }

    /// What is no number is no value, as in JSON.
    fn serialize_f64(self, number: f64) -> Result<(), fmt::Error> {
        self.put(|column| if number.is_finite() { column.eight(number.to_le_bytes()) } else { column.null() })
    }

    fn serialize_bool(self, value: bool) -> Result<(), fmt::Error> {
        self.put(|column| column.bit(value))
    }

    others! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_u8(u8) serialize_u16(u16) serialize_f32(f32) serialize_char(char)
        serialize_unit_struct(&'static str)
    }

    fn serialize_unit(self) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple(self, _: usize) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<No, fmt::Error> {
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Pair {
        flag: Option<bool>,
        text: Option<&'static str>,
        number: Option<u32>,
    }

    /// The layout of "Arrow Columnar Format", by hand: validity, offsets, values.
    #[test]
    fn columns_have_arrows_layout() {
        let mut batches = Batches::of_bytes(1000);
        batches.push(0, &Pair { flag: None, text: None, number: Some(1) });
        batches.push(0, &Pair { flag: Some(true), text: Some("ab"), number: None });
        batches.push(0, &Pair { flag: Some(false), text: None, number: Some(0x0102) });
        batches.push(0, &Pair { flag: Some(true), text: Some("c"), number: None });
        batches.complete();
        let [flag, text, number] = batches.complete[0][0].as_slice() else { panic!("three columns") };
        assert_eq!((flag.rows, flag.has_value.as_slice(), flag.values.as_slice()), (4, &[0b1110_u8][..], &[0b1010_u8][..]));
        assert_eq!((text.has_value.as_slice(), text.values.as_slice()), (&[0b1010_u8][..], &b"abc"[..]));
        assert_eq!(text.ends, [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(number.has_value, [0b0101]);
        assert_eq!(number.values[..8], [1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(number.values[16..24], [2, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!((flag.kind, text.kind, number.kind), (Kind::Bit, Kind::Bytes, Kind::Eight));
    }

    #[test]
    fn bits_are_as_many_as_rows() {
        let mut batches = Batches::of_bytes(1000);
        batches.push(0, &Pair { flag: Some(true), text: None, number: None });
        for _ in 0..8 {
            batches.push(0, &Pair { flag: None, text: None, number: None });
        }
        batches.complete();
        assert_eq!(batches.complete[0][0][0].values, [1, 0]);
    }

    #[test]
    fn a_batch_ends_with_the_row_that_fills_it() {
        let mut batches = Batches::of_bytes(40);
        for _ in 0..5 {
            batches.push(3, &Pair { flag: None, text: Some("0123456789"), number: None });
        }
        batches.complete();
        let rows: Vec<_> = batches.complete.iter().map(|tables| tables[3][1].rows).collect();
        assert_eq!(rows.iter().sum::<usize>(), 5);
        assert!(rows.len() > 1 && !rows.contains(&0), "{rows:?}");
    }
}
