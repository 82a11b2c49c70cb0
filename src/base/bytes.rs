//! Bytes that a message holds: borrowed from the input, or a range of a buffer that several values share.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Bytes that are borrowed, or a range of a buffer that others share. Cloning never copies them.
///
/// [`Message::read`](crate::Message::read) borrows from its input. [`Message::from_vec`](crate::Message::from_vec) keeps the input as one
/// buffer, of which every value is a range.
///
/// ```
/// use winmail::Bytes;
///
/// let borrowed = Bytes::from(b"abc");
/// let owned = Bytes::from(vec![1, 2, 3]);
/// assert_eq!((&borrowed[..2], owned.len()), (&b"ab"[..], 3));
/// ```
#[derive(Clone)]
pub struct Bytes<'a>(Repr<'a>);

// Two words, as most bytes are borrowed and lists of properties are long.
#[derive(Clone)]
enum Repr<'a> {
    Borrowed(&'a [u8]),
    Held(Arc<Held>),
}

/// Bytes that live as long as somebody holds them.
pub(crate) enum Held {
    All(Vec<u8>),
    /// What somebody else holds. It is only read, which an unwinding does not break.
    Other(AssertUnwindSafe<Box<dyn AsRef<[u8]> + Send + Sync>>),
    /// A range of a buffer, which is never a range itself.
    Range {
        buffer: Arc<Held>,
        start: usize,
        length: usize,
    },
}

impl Held {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Held::All(bytes) => bytes,
            Held::Other(owner) => (**owner).as_ref().as_ref(),
            Held::Range { buffer, start, length } => {
                let bytes = match &**buffer {
                    Held::All(bytes) => bytes,
                    Held::Other(owner) => (**owner).as_ref().as_ref(),
                    Held::Range { .. } => return &[],
                };
                bytes.get(*start..).and_then(|rest| rest.get(..*length)).unwrap_or_default()
            }
        }
    }
}

/// A range of what is held.
fn range(held: &Arc<Held>, from: usize, length: usize) -> Option<Repr<'static>> {
    let (buffer, start) = match &**held {
        Held::All(_) | Held::Other(_) => (held, from),
        Held::Range { buffer, start, .. } => (buffer, start.checked_add(from)?),
    };
    Some(Repr::Held(Arc::new(Held::Range { buffer: Arc::clone(buffer), start, length })))
}

impl<'a> Bytes<'a> {
    /// Returns bytes that borrow.
    #[must_use]
    pub const fn borrowed(bytes: &'a [u8]) -> Self {
        Bytes(Repr::Borrowed(bytes))
    }

    /// Returns the bytes as they are borrowed from the input; `None` if they are a range of a buffer.
    #[must_use]
    pub fn as_borrowed(&self) -> Option<&'a [u8]> {
        match self.0 {
            Repr::Borrowed(bytes) => Some(bytes),
            Repr::Held(_) => None,
        }
    }

    /// Returns a range of the bytes, of the same buffer; `None` if the bytes end before the range does.
    #[must_use]
    pub fn slice(&self, part: Range<usize>) -> Option<Bytes<'a>> {
        Some(Bytes(match &self.0 {
            Repr::Borrowed(bytes) => Repr::Borrowed(bytes.get(part)?),
            Repr::Held(held) => range(held, part.start, self.get(part)?.len())?,
        }))
    }

    /// Returns a copy that borrows nothing. What is a range of a buffer already is not copied.
    #[must_use]
    pub fn into_owned(self) -> Bytes<'static> {
        match self.0 {
            Repr::Borrowed(bytes) => Bytes::from(bytes.to_vec()),
            Repr::Held(held) => Bytes(Repr::Held(held)),
        }
    }

    /// Returns the bytes as a vector; copies them unless they are all of a buffer that nobody else holds.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Repr::Borrowed(bytes) => bytes.to_vec(),
            Repr::Held(held) => match Arc::try_unwrap(held) {
                Ok(Held::All(bytes)) => bytes,
                Ok(held) => held.bytes().to_vec(),
                Err(held) => held.bytes().to_vec(),
            },
        }
    }
}

/// How the bytes of a message come to borrow nothing.
pub(crate) trait Keep {
    /// Returns the same bytes, borrowing nothing.
    fn keep(&self, bytes: Bytes<'_>) -> Bytes<'static>;
}

/// Copies each value.
pub(crate) struct Copies;

impl Keep for Copies {
    fn keep(&self, bytes: Bytes<'_>) -> Bytes<'static> {
        bytes.into_owned()
    }
}

/// Makes what stands in a stream a range of one buffer, and copies the rest.
pub(crate) struct Ranges<'s> {
    /// The stream as the values borrow from it.
    stream: &'s [u8],
    /// The same bytes.
    held: Arc<Held>,
}

impl<'s> Ranges<'s> {
    /// Returns ranges of `held`, from which the values borrow.
    pub(crate) fn of(held: &'s Arc<Held>) -> Self {
        Ranges { stream: held.bytes(), held: Arc::clone(held) }
    }

    /// Returns ranges of the buffer of `stream`, which is copied once if it has none.
    pub(crate) fn of_stream(stream: &'s Bytes<'_>) -> Self {
        let held = match &stream.0 {
            Repr::Borrowed(bytes) => Arc::new(Held::All(bytes.to_vec())),
            Repr::Held(held) => Arc::clone(held),
        };
        Ranges { stream, held }
    }
}

impl Keep for Ranges<'_> {
    fn keep(&self, bytes: Bytes<'_>) -> Bytes<'static> {
        let Some(part) = bytes.as_borrowed() else { return bytes.into_owned() };
        // Addresses tell, as slices of one stream keep theirs; the range is checked, so that chance costs nothing.
        let from = part.as_ptr().addr().wrapping_sub(self.stream.as_ptr().addr());
        let is_within = from.checked_add(part.len()).is_some_and(|end| end <= self.stream.len());
        if !is_within || part.is_empty() {
            return bytes.into_owned();
        }
        if part.len() == self.stream.len() {
            return Bytes(Repr::Held(Arc::clone(&self.held)));
        }
        range(&self.held, from, part.len()).map_or_else(|| bytes.into_owned(), Bytes)
    }
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match &self.0 {
            Repr::Borrowed(bytes) => bytes,
            Repr::Held(held) => held.bytes(),
        }
    }
}

impl AsRef<[u8]> for Bytes<'_> {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Default for Bytes<'_> {
    fn default() -> Self {
        Bytes::borrowed(&[])
    }
}

impl fmt::Debug for Bytes<'_> {
    /// As a byte string.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b\"{}\"", self.escape_ascii())
    }
}

impl PartialEq for Bytes<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes<'_> {}

/// Comparison with what holds bytes besides.
macro_rules! equal_to {
    ($($(#[$generic:ident])? $other:ty),*) => {
        $(impl$(<const $generic: usize>)? PartialEq<$other> for Bytes<'_> {
            fn eq(&self, other: &$other) -> bool {
                **self == other[..]
            }
        })*
    };
}

equal_to!(
    [u8],
    &[u8],
    #[N]
    [u8; N],
    #[N]
    &[u8; N],
    Vec<u8>
);

impl Hash for Bytes<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<'a> From<&'a [u8]> for Bytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Bytes::borrowed(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Bytes<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Bytes::borrowed(bytes)
    }
}

impl<'a> From<&'a str> for Bytes<'a> {
    fn from(text: &'a str) -> Self {
        Bytes::borrowed(text.as_bytes())
    }
}

impl From<Vec<u8>> for Bytes<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(Repr::Held(Arc::new(Held::All(bytes))))
    }
}

impl From<String> for Bytes<'_> {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl<'a> From<Cow<'a, [u8]>> for Bytes<'a> {
    fn from(bytes: Cow<'a, [u8]>) -> Self {
        match bytes {
            Cow::Borrowed(bytes) => bytes.into(),
            Cow::Owned(bytes) => bytes.into(),
        }
    }
}

impl FromIterator<u8> for Bytes<'_> {
    fn from_iter<I: IntoIterator<Item = u8>>(bytes: I) -> Self {
        bytes.into_iter().collect::<Vec<u8>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_stream_becomes_a_range_of_its_buffer_and_other_bytes_a_copy() {
        let buffer = Arc::new(Held::All(b"0123456789".to_vec()));
        let other = b"3456".to_vec();
        let (inside, outside) = {
            let ranges = Ranges::of(&buffer);
            (ranges.keep(Bytes::borrowed(&buffer.bytes()[3..7])), ranges.keep(Bytes::borrowed(&other)))
        };
        assert_eq!((&inside[..], Arc::strong_count(&buffer)), (&b"3456"[..], 2));
        drop(other);
        assert_eq!(inside, outside);
        assert_eq!(inside.slice(1..3).unwrap(), b"45");
        assert_eq!((inside.slice(1..5), inside.slice(2..2).unwrap().len()), (None, 0));

        // A part of a stream that is copied, and a part of a range.
        let stream = Bytes::borrowed(&buffer.bytes()[2..]);
        assert_eq!(Ranges::of_stream(&stream).keep(Bytes::borrowed(&buffer.bytes()[3..7])), b"3456");
        assert_eq!(Ranges::of_stream(&inside).keep(Bytes::borrowed(&inside[1..3])), b"45");
    }

    #[test]
    fn what_others_hold_is_kept_for_as_long_as_a_range_of_it() {
        let owner: Arc<[u8]> = b"0123456789"[..].into();
        let held = Arc::new(Held::Other(AssertUnwindSafe(Box::new(Arc::clone(&owner)))));
        let part = Ranges::of(&held).keep(Bytes::borrowed(&held.bytes()[3..7]));
        drop(held);
        assert_eq!((&part[..], part.slice(1..3).unwrap()), (&b"3456"[..], Bytes::borrowed(b"45")));
        assert_eq!((part.as_ptr(), Arc::strong_count(&owner)), (owner[3..].as_ptr(), 2));
        drop(part);
        assert_eq!(Arc::strong_count(&owner), 1);
    }

    #[test]
    fn a_vector_goes_in_and_out_without_a_copy() {
        let bytes = vec![7; 100];
        let place = bytes.as_ptr();
        let shared = Bytes::from(bytes).into_owned();
        let vector = shared.into_vec();
        assert_eq!(vector.as_ptr(), place);
    }

    #[test]
    fn it_is_as_small_as_a_slice() {
        assert_eq!(size_of::<Bytes<'_>>(), size_of::<&[u8]>());
    }
}
