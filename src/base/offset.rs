//! Places in the input: the one type that offsets are reckoned in.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Sub, SubAssign};

/// A place in the input, or the distance between two, in bytes.
///
/// Operators saturate: past the largest offset, and before the first, there is no input, so a sum that does not fit leads to where
/// nothing is, as the true sum would.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Offset(u64);

impl Offset {
    /// The first byte.
    pub(crate) const START: Offset = Offset(0);
    /// Behind every input.
    pub(crate) const MAX: Offset = Offset(u64::MAX);

    /// The length of `bytes`, or the place behind them if they are the input's first.
    #[inline]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Offset::from(bytes.len())
    }

    /// The number, for public interfaces.
    #[inline]
    pub(crate) const fn get(self) -> u64 {
        self.0
    }

    /// The place in a slice. Where that does not fit the type, it lies behind every slice.
    #[inline]
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The distance down to `other`; `None` if that is the greater one.
    #[inline]
    pub(crate) fn checked_sub(self, other: Offset) -> Option<Offset> {
        self.0.checked_sub(other.0).map(Offset)
    }

    /// The bytes of `input` from here on; `None` if it ends before.
    #[inline]
    pub(crate) fn tail(self, input: &[u8]) -> Option<&[u8]> {
        input.get(self.index()..)
    }

    /// The bytes of `input` from here to before `end`; `None` if there are not as many.
    #[inline]
    pub(crate) fn until(self, end: Offset, input: &[u8]) -> Option<&[u8]> {
        input.get(self.index()..end.index())
    }
}

impl From<u64> for Offset {
    #[inline]
    fn from(offset: u64) -> Self {
        Offset(offset)
    }
}

impl From<usize> for Offset {
    #[inline]
    fn from(index: usize) -> Self {
        Offset(u64::try_from(index).unwrap_or(u64::MAX))
    }
}

impl From<u32> for Offset {
    #[inline]
    fn from(length: u32) -> Self {
        Offset(u64::from(length))
    }
}

impl Add for Offset {
    type Output = Offset;

    #[inline]
    fn add(self, other: Offset) -> Offset {
        Offset(self.0.saturating_add(other.0))
    }
}

impl Add<usize> for Offset {
    type Output = Offset;

    #[inline]
    fn add(self, length: usize) -> Offset {
        self + Offset::from(length)
    }
}

impl<T> AddAssign<T> for Offset
where
    Offset: Add<T, Output = Offset>,
{
    #[inline]
    fn add_assign(&mut self, length: T) {
        *self = *self + length;
    }
}

impl Sub for Offset {
    type Output = Offset;

    #[inline]
    fn sub(self, other: Offset) -> Offset {
        Offset(self.0.saturating_sub(other.0))
    }
}

impl Sub<usize> for Offset {
    type Output = Offset;

    #[inline]
    fn sub(self, length: usize) -> Offset {
        self - Offset::from(length)
    }
}

impl<T> SubAssign<T> for Offset
where
    Offset: Sub<T, Output = Offset>,
{
    #[inline]
    fn sub_assign(&mut self, length: T) {
        *self = *self - length;
    }
}

impl Mul<u64> for Offset {
    type Output = Offset;

    #[inline]
    fn mul(self, times: u64) -> Offset {
        Offset(self.0.saturating_mul(times))
    }
}

impl Sum for Offset {
    fn sum<I: Iterator<Item = Offset>>(lengths: I) -> Offset {
        lengths.fold(Offset::START, |sum, length| sum + length)
    }
}

impl Sum<usize> for Offset {
    fn sum<I: Iterator<Item = usize>>(lengths: I) -> Offset {
        lengths.fold(Offset::START, |sum, length| sum + length)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_differences_stay_within_the_type() {
        let mut at = Offset::from(7usize);
        at += 3;
        at -= Offset::from(4u32);
        assert_eq!((at.get(), at.index(), at.to_string().as_str()), (6, 6, "6"));
        assert_eq!(Offset::START - 1, Offset::START);
        assert_eq!(Offset::MAX + at, Offset::MAX);
        assert_eq!(Offset::from(1u64 << 63) * 2, Offset::MAX);
        assert_eq!(at.checked_sub(Offset::from(7u32)), None);
        assert_eq!([1usize, 2, 3].into_iter().sum::<Offset>(), at);
    }

    #[test]
    fn places_past_the_end_hold_nothing() {
        let input = b"abcd";
        assert_eq!(Offset::from(1u32).tail(input), Some(&b"bcd"[..]));
        assert_eq!(Offset::of(input).tail(input), Some(&b""[..]));
        assert_eq!((Offset::of(input) + 1).tail(input), None);
        assert_eq!(Offset::MAX.tail(input), None);
        assert_eq!(Offset::from(1u32).until(Offset::from(3u32), input), Some(&b"bc"[..]));
        assert_eq!(Offset::from(3u32).until(Offset::from(1u32), input), None);
        assert_eq!(Offset::from(3u32).until(Offset::MAX, input), None);
    }
}
