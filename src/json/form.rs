//! The forms that values have in JSON: digits, ids, lists, and what is only to be read by people.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Display};

use serde::de::{Error, IgnoredAny, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::base::hex;
use crate::mapi::PropTag;

use super::place::{At, Item, Wrong};

/// What is written for people, and ignored when it is read.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Note<T>(pub(super) Option<T>);

impl<T> Default for Note<T> {
    fn default() -> Self {
        Note(None)
    }
}

impl<T> From<T> for Note<T> {
    fn from(value: T) -> Self {
        Note(Some(value))
    }
}

impl<'de, T> Deserialize<'de> for Note<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<IgnoredAny>::deserialize(deserializer).map(|_| Note(None))
    }
}

/// For fields in which null is not the same as nothing.
pub(super) fn even_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An array. Its items are made when their turn comes, in writing and in reading, and each of them once.
pub(super) struct List<'a, T>(RefCell<Box<dyn Iterator<Item = Result<T, Wrong>> + 'a>>);

impl<'a, T: 'a> List<'a, T> {
    pub(super) fn new(items: impl Iterator<Item = T> + 'a) -> Self {
        List(RefCell::new(Box::new(items.map(Ok))))
    }

    pub(super) fn into_vec(self) -> Result<Vec<T>, Wrong> {
        self.0.into_inner().enumerate().map(|(index, item)| item.item(index)).collect()
    }

    /// Does something with every item; an error is at its place.
    pub(super) fn each(self, mut f: impl FnMut(T) -> Result<(), Wrong>) -> Result<(), Wrong> {
        self.0.into_inner().enumerate().try_for_each(|(index, item)| item.and_then(&mut f).item(index))
    }
}

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.borrow_mut().by_ref().flatten())
    }
}

impl<'de, 'a, T: Item + 'a> Deserialize<'de> for List<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<serde_json::Value>::deserialize(deserializer)?;
        Ok(List(RefCell::new(Box::new(items.into_iter().map(T::read)))))
    }
}

/// Bytes as lower-case hexadecimal digits, written a stretch at a time; `None` is null, where they are left out.
#[derive(Debug)]
pub(super) struct Hex<'a>(pub(super) Option<Cow<'a, [u8]>>);

impl Hex<'_> {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.unwrap_or_default().into_owned()
    }
}

struct Digits<'v>(&'v [u8]);

impl Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = String::with_capacity(256);
        for bytes in self.0.chunks(128) {
            digits.clear();
            bytes.iter().for_each(|byte| hex::push_pair(&mut digits, *byte));
            f.write_str(&digits)?;
        }
        Ok(())
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(bytes) => serializer.collect_str(&Digits(bytes)),
            None => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Hex<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Option::<String>::deserialize(deserializer)?
            .ok_or_else(|| D::Error::custom("the bytes were left out of the dump, by File::without_data"))?;
        match hex::decode(digits.as_bytes()) {
            Some(bytes) => Ok(Hex(Some(bytes.into()))),
            None => Err(D::Error::custom(match digits.chars().enumerate().find(|(_, digit)| !digit.is_ascii_hexdigit()) {
                Some((at, digit)) => format!("character {} is no hexadecimal digit: {digit:?}", at.saturating_add(1)),
                None => format!("{} hexadecimal digits are no whole number of bytes", digits.len()),
            })),
        }
    }
}

/// Something that stands in JSON as the text that its Display writes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<T>(pub(super) T);

/// How such a text is read.
pub(super) trait FromText: Sized {
    const EXPECTED: &'static str;

    fn from_text(text: &str) -> Option<Self>;
}

impl FromText for Uuid {
    const EXPECTED: &'static str = "a GUID";

    fn from_text(text: &str) -> Option<Self> {
        Uuid::try_parse(text).ok()
    }
}

/// What many JSON readers would round is written as digits.
macro_rules! digits {
    ($($number:ty)*) => {$(
        impl FromText for $number {
            const EXPECTED: &'static str = "the digits of a 64-bit number";

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        }
    )*};
}

digits! { i64 u64 }

/// A number as `0x0037001F`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prefixed(pub(super) u32);

impl Display for Prefixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl FromText for Prefixed {
    const EXPECTED: &'static str = "0x and up to eight hexadecimal digits";

    fn from_text(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() <= 8)?;
        u32::from_str_radix(digits, 16).ok().map(Prefixed)
    }
}

impl FromText for PropTag {
    const EXPECTED: &'static str = Prefixed::EXPECTED;

    fn from_text(text: &str) -> Option<Self> {
        Prefixed::from_text(text).map(|Prefixed(tag)| PropTag(tag))
    }
}

impl<T: Display> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromText> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(std::marker::PhantomData<T>);

        impl<T: FromText> Visitor<'_> for Reader<T> {
            type Value = Text<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<T>, E> {
                T::from_text(text).map(Text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }

            // The digits may stand without quotes.
            fn visit_u64<E: Error>(self, number: u64) -> Result<Text<T>, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Text<T>, E> {
                self.visit_str(&number.to_string())
            }
        }

        deserializer.deserialize_any(Reader(std::marker::PhantomData))
    }
}
