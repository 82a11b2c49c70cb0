//! Input with absolute offsets: the glue between nom's parsers over slices and errors that say where.

use nom::{IResult, Parser};

use super::offset::Offset;
use super::wire::Wire;

/// nom's error type in this crate: none. A parser only says that it could not; the cursor knows where.
pub(crate) type Nom<'a, T> = IResult<&'a [u8], T, ()>;

/// nom's parsers of numbers take byte after byte, whatever the type; these take all bytes at once, which is what most of the time
/// of walking a property list goes into.
macro_rules! numbers {
    ($($name:ident $number:ty, $from:ident;)*) => {$(
        #[doc = concat!("A `", stringify!($number), "`, little-endian (`le`) or big-endian (`be`).")]
        #[inline(always)]
        pub(crate) fn $name(input: &[u8]) -> Nom<'_, $number> {
            match input.split_first_chunk() {
                Some((bytes, rest)) => Ok((rest, <$number>::$from(*bytes))),
                None => Err(nom::Err::Error(())),
            }
        }
    )*};
}

numbers! {
    le_u16 u16, read_le;
    le_i16 i16, read_le;
    le_u32 u32, read_le;
    le_i32 i32, read_le;
    le_f32 f32, read_le;
    le_u64 u64, read_le;
    le_i64 i64, read_le;
    le_f64 f64, read_le;
    be_u16 u16, read_be;
    be_u32 u32, read_be;
}

/// A byte.
#[inline(always)]
pub(crate) fn le_u8(input: &[u8]) -> Nom<'_, u8> {
    match input.split_first() {
        Some((byte, rest)) => Ok((rest, *byte)),
        None => Err(nom::Err::Error(())),
    }
}

/// What a parser finds at the start of `bytes`, whatever follows.
#[inline]
pub(crate) fn peek<'a, T>(mut parser: impl Parser<&'a [u8], Output = T, Error = ()>, bytes: &'a [u8]) -> Option<T> {
    parser.parse(bytes).ok().map(|(_, value)| value)
}

/// A stretch of the outermost input and where it stands in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    place: Offset,
}

impl<'a> Cursor<'a> {
    /// `bytes` stand at `offset` of the outermost input.
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], offset: u64) -> Self {
        Cursor::at(bytes, offset.into())
    }

    /// The same with a place.
    #[inline]
    pub(crate) fn at(bytes: &'a [u8], place: Offset) -> Self {
        Cursor { rest: bytes, place }
    }

    /// Offset of the next byte in the outermost input, as a number for public interfaces.
    #[inline]
    pub(crate) fn offset(&self) -> u64 {
        self.place.get()
    }

    /// Place of the next byte in the outermost input.
    #[inline]
    pub(crate) fn place(&self) -> Offset {
        self.place
    }

    /// The bytes that are left.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Runs a nom parser; on success moves past what it took, on failure stays and returns `None`.
    pub(crate) fn parse<T>(&mut self, mut parser: impl Parser<&'a [u8], Output = T, Error = ()>) -> Option<T> {
        let (rest, value) = parser.parse(self.rest).ok()?;
        self.place += Offset::of(self.rest) - Offset::of(rest);
        self.rest = rest;
        Some(value)
    }

    /// Takes `count` bytes if there are as many.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.place += taken.len();
        self.rest = rest;
        Some(taken)
    }

    /// Takes `count` bytes or, if there are fewer, all.
    pub(crate) fn take_up_to(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        self.place += taken.len();
        self.rest = rest;
        taken
    }

    /// Takes all that is left.
    pub(crate) fn take_rest(&mut self) -> &'a [u8] {
        self.take_up_to(usize::MAX)
    }

    /// Takes as many bytes as the array has, if there are as many.
    pub(crate) fn take_array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// What stands from here to before `end`, a later state of this cursor.
    pub(crate) fn before(&self, end: &Cursor<'a>) -> Cursor<'a> {
        let length = (Offset::of(self.rest) - Offset::of(end.rest)).index();
        Cursor { rest: self.rest.get(..length).unwrap_or(self.rest), place: self.place }
    }
}

/// The length as the width of offsets.
#[inline]
pub(crate) fn len64(bytes: &[u8]) -> u64 {
    Offset::of(bytes).get()
}

/// A declared 32-bit length as a slice length. On targets narrower than 32 bits it saturates, and then never fits.
pub(crate) fn length(declared: u32) -> usize {
    usize::try_from(declared).unwrap_or(usize::MAX)
}

/// How many bytes of padding follow `length` bytes where all that comes next starts at a multiple of four.
#[inline]
pub(crate) fn padding(length: usize) -> usize {
    length.wrapping_neg() % 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_counts_from_the_outermost_input_and_stays_on_failure() {
        let mut cursor = Cursor::new(&[1, 0, 2, 0, 0], 100);
        assert_eq!(cursor.parse(le_u16), Some(1));
        assert_eq!(cursor.offset(), 102);
        assert_eq!(cursor.parse(le_u32), None);
        assert_eq!((cursor.offset(), cursor.rest().len()), (102, 3));
        assert_eq!(cursor.take(4), None);
        assert_eq!(cursor.take_up_to(9), &[2, 0, 0]);
        assert_eq!(cursor.offset(), 105);
    }

    #[test]
    fn what_stands_between_two_states_of_a_cursor() {
        let start = Cursor::new(&[1, 2, 3, 4], 7);
        let mut end = start;
        assert_eq!(end.take_array(), Some([1, 2, 3]));
        let between = start.before(&end);
        assert_eq!((between.rest(), between.offset()), (&[1, 2, 3][..], 7));
        assert_eq!(end.take_array::<2>(), None);
        assert_eq!((end.take_rest(), end.offset()), (&[4][..], 11));
        assert_eq!(peek(be_u16, &[1, 2, 3]), Some(0x0102));
    }
}
