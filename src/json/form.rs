//! The forms that values have in JSON: digits, ids, lists, and what is only to be read by people.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::num::ParseIntError;
use std::str::FromStr;

use serde::de::{Error, IgnoredAny, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::base::{Bytes, hex};

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
        let items = Vec::<Value>::deserialize(deserializer)?;
        Ok(List(RefCell::new(Box::new(items.into_iter().map(T::read)))))
    }
}

/// Bytes as lower-case hexadecimal digits, written a stretch at a time; `None` is null, where they are left out.
#[derive(Debug)]
pub(super) struct Hex<'a>(pub(super) Option<Bytes<'a>>);

impl Hex<'_> {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.unwrap_or_default().into_vec()
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Some(bytes) => serializer.collect_str(&hex::Digits(bytes)),
            None => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Hex<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// Knows null, which is where bytes were left out, from a field that is missing.
        struct HexVisitor;

        impl<'de> Visitor<'de> for HexVisitor {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_unit<E: Error>(self) -> Result<Vec<u8>, E> {
                Err(E::custom("the bytes were left out of the dump, by File::without_data"))
            }

            fn visit_str<E: Error>(self, digits: &str) -> Result<Vec<u8>, E> {
                hex::decode(digits.as_bytes()).ok_or_else(|| {
                    E::custom(match digits.chars().enumerate().find(|(_, digit)| !digit.is_ascii_hexdigit()) {
                        Some((at, digit)) => format!("character {} is no hexadecimal digit: {digit:?}", at.saturating_add(1)),
                        None => format!("{} hexadecimal digits are no whole number of bytes", digits.len()),
                    })
                })
            }
        }

        deserializer.deserialize_any(HexVisitor).map(|bytes| Hex(Some(bytes.into())))
    }
}

/// Something that stands in JSON as the text that its Display writes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Text<T>(pub(super) T);

/// How people call what such a text must be.
pub(super) trait Form: Display + FromStr {
    const EXPECTED: &'static str;
}

impl Form for Uuid {
    const EXPECTED: &'static str = "a GUID";
}

// What many JSON readers would round is written as digits.
impl Form for i64 {
    const EXPECTED: &'static str = "the digits of a 64-bit number";
}

impl Form for u64 {
    const EXPECTED: &'static str = i64::EXPECTED;
}

/// A number as `0x0037001F`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Prefixed(pub(super) u32);

impl Form for Prefixed {
    const EXPECTED: &'static str = "0x and up to eight hexadecimal digits";
}

impl Display for Prefixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:08X}", self.0)
    }
}

impl FromStr for Prefixed {
    type Err = Option<ParseIntError>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() <= 8).ok_or(None)?;
        u32::from_str_radix(digits, 16).map(Prefixed).map_err(Some)
    }
}

impl<T: Form> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: Form> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = match &value {
            Value::String(text) => text.parse().ok(),
            // Digits may stand without quotes.
            Value::Number(number) => number.to_string().parse().ok(),
            _ => None,
        };
        read.map(Text).ok_or_else(|| D::Error::custom(Wrong::type_of(&value, T::EXPECTED)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_begin_with_the_place() {
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)] // only what is wrong with it is asked for
        struct Piece {
            hex: Hex<'static>,
            level: u8,
        }
        #[derive(Debug, Deserialize)]
        #[allow(dead_code)]
        struct File {
            pieces: Vec<Piece>,
        }

        let piece = |index: usize, piece: Value| {
            let mut pieces = vec![serde_json::json!({ "hex": "00", "level": 1 }); index];
            pieces.push(piece);
            let file = serde_json::json!([{ "pieces": pieces }]);
            crate::json::place::read::<Vec<File>>(file).unwrap_err().to_string()
        };
        let table = [
            (serde_json::json!({ "hex": "0g" }), ".[0].pieces[0].hex: character 2 is no hexadecimal digit: 'g'"),
            (serde_json::json!({ "hex": "0" }), ".[0].pieces[1].hex: 1 hexadecimal digits are no whole number of bytes"),
            (
                serde_json::json!({ "hex": null }),
                ".[0].pieces[2].hex: the bytes were left out of the dump, by File::without_data",
            ),
            (serde_json::json!({ "level": 3 }), ".[0].pieces[3]: has no field `hex`"),
            (serde_json::json!({ "hex": "", "level": 300 }), ".[0].pieces[4].level: 300 where a number from 0 to 255 must stand"),
        ];
        for (index, (given, expected)) in table.into_iter().enumerate() {
            assert_eq!(piece(index, given), expected);
        }
    }

    #[test]
    fn hex_is_lower_case_and_complete() {
        let bytes: Vec<u8> = (0..=255).collect();
        let digits = hex::Digits(&bytes).to_string();
        assert_eq!(digits.len(), 512);
        assert!(digits.starts_with("000102030405060708090a0b0c0d0e0f10"));
        assert!(digits.ends_with("fdfeff"));
    }
}
