//! Input with absolute offsets: the glue between nom's parsers over slices and errors that say where.

use nom::{IResult, Parser};

/// nom's error type in this crate: none. A parser only says that it could not; the cursor knows where.
pub(crate) type Nom<'a, T> = IResult<&'a [u8], T, ()>;

/// nom's parsers of numbers take byte after byte, whatever the type; these take all bytes at once, which is what most of the time
/// of walking a property list goes into.
macro_rules! numbers {
    ($($name:ident $number:ty;)*) => {$(
        #[doc = concat!("A little-endian `", stringify!($number), "`.")]
        #[inline(always)]
        pub(crate) fn $name(input: &[u8]) -> Nom<'_, $number> {
            match input.split_first_chunk() {
                Some((bytes, rest)) => Ok((rest, <$number>::from_le_bytes(*bytes))),
                None => Err(nom::Err::Error(())),
            }
        }
    )*};
}

numbers! {
    le_u16 u16;
    le_i16 i16;
    le_u32 u32;
    le_i32 i32;
    le_f32 f32;
    le_u64 u64;
    le_i64 i64;
    le_f64 f64;
}

/// A stretch of the outermost input and where it stands in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
    offset: u64,
}

impl<'a> Cursor<'a> {
    /// `bytes` stand at `offset` of the outermost input.
    pub(crate) fn new(bytes: &'a [u8], offset: u64) -> Self {
        Cursor { rest: bytes, offset }
    }

    /// Offset of the next byte in the outermost input.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes that are left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Runs a nom parser; on success moves past what it took, on failure stays and returns `None`.
    pub(crate) fn parse<T>(&mut self, mut parser: impl Parser<&'a [u8], Output = T, Error = ()>) -> Option<T> {
        let (rest, value) = parser.parse(self.rest).ok()?;
        self.offset = self.offset.saturating_add(len64(self.rest).saturating_sub(len64(rest)));
        self.rest = rest;
        Some(value)
    }

    /// Takes `count` bytes if there are as many.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        self.offset = self.offset.saturating_add(len64(taken));
        Some(taken)
    }

    /// Takes `count` bytes or, if there are fewer, all.
    pub(crate) fn take_up_to(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        self.rest = rest;
        self.offset = self.offset.saturating_add(len64(taken));
        taken
    }
}

/// The length as the width of offsets.
pub(crate) fn len64(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// A declared 32-bit length as a slice length. On targets narrower than 32 bits it saturates, and then never fits.
pub(crate) fn length(declared: u32) -> usize {
    usize::try_from(declared).unwrap_or(usize::MAX)
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
}
