//! JSON read into the model, and the place of what is wrong with it: the path to it, as `jq` writes it.
//!
//! What serde_json says of text has a line and no path, and what serde derives for enums with a tag reads a copy that knows neither.
//! So the model is read from a [`Value`] by a deserializer of our own: an error gets the steps of its path on its way out.

use std::fmt::{self, Display};

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde_json::{Map, Value};

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    path: String,
    what: String,
}

impl Wrong {
    pub(super) fn new(what: impl Display) -> Self {
        Wrong { path: String::new(), what: what.to_string() }
    }

    pub(super) fn missing(field: &str) -> Self {
        Wrong::new(format_args!("has no field `{field}`"))
    }

    /// `found` stands in the place of something else.
    pub(super) fn type_of(found: &Value, expected: &str) -> Self {
        let found = match found {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(number) => return Wrong::invalid_type(Unexpected::Other(&number.to_string()), &expected),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        };
        Wrong::invalid_type(found, &expected)
    }
}

/// What serde calls the types that the model is made of, in words.
const WORDS: [(&str, &str); 11] = [
    ("u8", "a number from 0 to 255"),
    ("u16", "a number from 0 to 65535"),
    ("u32", "a number from 0 to 4294967295"),
    ("u64", "a length"),
    ("usize", "the number of a message"),
    ("i16", "a 16-bit number"),
    ("i32", "a 32-bit number"),
    ("f64", "a number"),
    ("a boolean", "true or false"),
    ("a string", "a text"),
    ("a sequence", "an array"),
];

/// A result whose error learns where it is.
pub(super) trait At {
    /// It is in a field.
    fn at(self, field: &str) -> Self;
    /// It is in an element of an array.
    fn item(self, index: usize) -> Self;
}

impl<T> At for Result<T, Wrong> {
    fn at(self, field: &str) -> Self {
        self.map_err(|Wrong { path, what }| Wrong { path: format!(".{field}{path}"), what })
    }

    fn item(self, index: usize) -> Self {
        self.map_err(|Wrong { path, what }| Wrong { path: format!("[{index}]{path}"), what })
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_bytes() {
            [] => f.write_str(&self.what),
            // `.[0]` at the start, `.pieces[0]` behind a field.
            [b'[', ..] => write!(f, ".{}: {}", self.path, self.what),
            _ => write!(f, "{}: {}", self.path, self.what),
        }
    }
}

impl std::error::Error for Wrong {}

impl serde::de::Error for Wrong {
    fn custom<T: Display>(what: T) -> Self {
        Wrong::new(what)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit => "null".to_owned(),
            Unexpected::Bool(value) => value.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Float(number) => format!("{number:?}"),
            Unexpected::Str(text) => format!("the text {:?}", text.chars().take(32).collect::<String>()),
            Unexpected::Seq => "an array".to_owned(),
            Unexpected::Map => "an object".to_owned(),
            other => other.to_string(),
        };
        let expected = expected.to_string();
        let words = WORDS.iter().find(|(name, _)| *name == expected).map_or(&*expected, |(_, words)| words);
        Wrong::new(format_args!("{found} where {words} must stand"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Wrong::invalid_type(found, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Wrong::missing(field)
    }
}

/// Reads a part of the model.
pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Wrong> {
    T::deserialize(Json(value))
}

/// What an array holds. It is read when its turn comes.
pub(super) trait Item: Sized {
    fn read(value: Value) -> Result<Self, Wrong>;
}

impl<T: DeserializeOwned> Item for T {
    fn read(value: Value) -> Result<Self, Wrong> {
        read(value)
    }
}

/// What a piece is, by its field `piece`.
pub(super) fn piece_of(value: &Value) -> Result<&str, Wrong> {
    let fields = value.as_object().ok_or_else(|| Wrong::type_of(value, "an object"))?;
    let piece = fields.get("piece").ok_or_else(|| Wrong::missing("piece"))?;
    piece.as_str().ok_or_else(|| Wrong::type_of(piece, "a text")).at("piece")
}

/// A value to read from.
struct Json(Value);

impl<'de> Deserializer<'de> for Json {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(items) => visitor.visit_seq(Items(items.into_iter().enumerate())),
            Value::Object(map) => visitor.visit_map(Fields { left: map.into_iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        // serde would take an array, too.
        if self.0.is_object() { self.deserialize_any(visitor) } else { Err(Wrong::type_of(&self.0, "an object")) }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

/// The elements of an array that are left.
struct Items(std::iter::Enumerate<std::vec::IntoIter<Value>>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        self.0.next().map(|(index, value)| seed.deserialize(Json(value)).item(index)).transpose()
    }
}

/// The fields of an object that are left, and the one whose value comes next.
struct Fields {
    left: <Map<String, Value> as IntoIterator>::IntoIter,
    value: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        self.value = self.left.next();
        let name = self.value.as_ref().map(|(name, _)| name.as_str());
        name.map(|name| seed.deserialize::<StrDeserializer<'_, Wrong>>(name.into_deserializer())).transpose()
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Wrong> {
        let (name, value) = self.value.take().unwrap_or_default();
        seed.deserialize(Json(value)).at(&name)
    }
}
