//! Values of properties: their form in JSON follows from the type in the property's tag.
//!
//! Where bytes (`hex`) and what they mean stand side by side, the bytes count and must mean that: an edit of the one without the
//! other is refused rather than lost.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::base::FileTime;
use crate::base::wire::Wire;
use crate::mapi::{Object, PropType, PropValue, String8, Utf16, property_text};
use crate::message::Message;

use super::context::{Source, Target, agree, decoded, encoded, without_nul};
use super::form::{self, Hex, Note, even_null};
use super::place::{At, Wrong, read};

/// A value that is not a list. What was read is kept as it is until its type is known; what may be large is not, when it is written.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Value<'a> {
    Json(Json),
    /// As JSON it would have the digits of 64 bits.
    Floating32(f32),
    Text(Text<'a>),
    Bytes(Bytes<'a>),
}

impl<'de> Deserialize<'de> for Value<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(Value::Json)
    }
}

/// A text: `hex` only if the text does not say all.
#[derive(Serialize, Deserialize)]
pub(super) struct Text<'a> {
    text: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex: Option<Hex<'a>>,
}

/// Bytes, or the message that they are; an object has an interface, too.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Bytes<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<Option<form::Text<Uuid>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interface_name: Option<Note<&'static str>>,
    size: Note<usize>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex_before: Option<Hex<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<usize>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex: Option<Hex<'a>>,
}

/// A time.
#[derive(Serialize, Deserialize)]
struct Time {
    iso: Option<String>,
    filetime: Option<form::Text<u64>>,
}

/// A floating-point number that JSON does not have.
#[derive(Serialize, Deserialize)]
struct Float<'a> {
    number: Option<String>,
    #[serde(default, deserialize_with = "even_null", skip_serializing_if = "Option::is_none")]
    hex: Option<Hex<'a>>,
}

/// A message within a value, and how many bytes stand before it.
pub(super) type Nested<'m> = (usize, &'m Message<'m>);

impl<'a> Value<'a> {
    pub(super) fn of<'m>(value: PropValue<'a>, nested: Option<Nested<'m>>, source: &Source<'m>) -> Self {
        match value {
            // A list holds no lists.
            PropValue::Unspecified | PropValue::Null | PropValue::Multiple(_) => Value::Json(Json::Null),
            PropValue::Integer16(number) => Value::Json(json!(number)),
            PropValue::Integer32(number) => Value::Json(json!(number)),
            PropValue::ErrorCode(code) => Value::Json(json!(code)),
            PropValue::Boolean(value) => Value::Json(json!(value)),
            PropValue::Integer64(number) | PropValue::Currency(number) => Value::Json(json!(form::Text(number))),
            PropValue::Floating32(number) if number.is_finite() => Value::Floating32(number),
            PropValue::Floating32(number) => Float::of(number, &number.le_bytes()),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) if number.is_finite() => Value::Json(json!(number)),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) => Float::of(number, &number.le_bytes()),
            PropValue::Guid(guid) => Value::Json(json!(form::Text(guid))),
            PropValue::Time(time) => {
                Value::Json(json!(Time { iso: time.date_time().map(|_| time.to_string()), filetime: Some(form::Text(time.0)) }))
            }
            PropValue::String(text) => {
                let decoded = text.to_text();
                let lossless = Utf16::from(decoded.as_str()).0 == text.0;
                Value::Text(Text { text: Some(decoded.into()), hex: (!lossless).then(|| source.hex(text.0)) })
            }
            PropValue::String8(text) => {
                let decoded = decoded(source.code_page, &text).into_owned();
                let lossless = source.code_page.encode(&decoded).is_some_and(|encoded| {
                    let terminated = text.0.strip_suffix(&[0]);
                    encoded.unmappable == 0 && terminated == Some(encoded.bytes.as_slice())
                });
                Value::Text(Text { text: Some(decoded.into()), hex: (!lossless).then(|| source.hex(text.0)) })
            }
            PropValue::Binary(bytes)
            | PropValue::ServerId(bytes)
            | PropValue::Restriction(bytes)
            | PropValue::RuleAction(bytes) => Value::Bytes(Bytes::of(bytes, nested, source)),
            PropValue::Object(object) => Value::Bytes(Bytes {
                interface: Some(object.interface.map(form::Text)),
                interface_name: Some(Note(object.interface_name())),
                ..Bytes::of(object.data, nested, source)
            }),
        }
    }

    /// The value, by its type.
    pub(super) fn pack(self, prop_type: PropType, target: &mut Target<'_>) -> Result<PropValue<'static>, Wrong> {
        let json = match self {
            Value::Json(json) => json,
            written => json!(written),
        };
        Ok(match prop_type {
            PropType::UNSPECIFIED | PropType::NULL if !json.is_null() => {
                return Err(Wrong::new(format_args!("{prop_type} has no value but null")));
            }
            PropType::UNSPECIFIED => PropValue::Unspecified,
            PropType::NULL => PropValue::Null,
            PropType::INTEGER16 => PropValue::Integer16(read(json)?),
            PropType::INTEGER32 => PropValue::Integer32(read(json)?),
            PropType::ERROR_CODE => PropValue::ErrorCode(read(json)?),
            PropType::BOOLEAN => PropValue::Boolean(read(json)?),
            PropType::INTEGER64 => PropValue::Integer64(read::<form::Text<_>>(json)?.0),
            PropType::CURRENCY => PropValue::Currency(read::<form::Text<_>>(json)?.0),
            PropType::FLOATING32 => PropValue::Floating32(Float::pack(json, f32::read_le, prop_type)?),
            PropType::FLOATING64 => PropValue::Floating64(Float::pack(json, f64::read_le, prop_type)?),
            PropType::FLOATING_TIME => PropValue::FloatingTime(Float::pack(json, f64::read_le, prop_type)?),
            PropType::TIME => PropValue::Time(read::<Time>(json)?.pack()?),
            PropType::GUID => PropValue::Guid(read::<form::Text<_>>(json)?.0),
            PropType::STRING => PropValue::String(Utf16(
                read::<Text<'_>>(json)?
                    .pack(|text| Ok(Utf16::from(text).0.into_vec()), |bytes| Utf16(bytes.into()).to_text())?
                    .into(),
            )),
            PropType::STRING8 => PropValue::String8(String8(
                read::<Text<'_>>(json)?
                    .pack(
                        |text| Ok([encoded(target.code_page, text)?, vec![0]].concat()),
                        |bytes| decoded(target.code_page, &String8(bytes.into())).into_owned(),
                    )?
                    .into(),
            )),
            PropType::BINARY => PropValue::Binary(read::<Bytes<'_>>(json)?.pack(target)?.into()),
            PropType::SERVER_ID => PropValue::ServerId(read::<Bytes<'_>>(json)?.pack(target)?.into()),
            PropType::RESTRICTION => PropValue::Restriction(read::<Bytes<'_>>(json)?.pack(target)?.into()),
            PropType::RULE_ACTION => PropValue::RuleAction(read::<Bytes<'_>>(json)?.pack(target)?.into()),
            PropType::OBJECT => {
                let bytes: Bytes<'_> = read(json)?;
                let interface = bytes.interface.flatten().map(|interface| interface.0);
                PropValue::Object(Object { interface, data: bytes.pack(target)?.into() })
            }
            other => return Err(Wrong::new(format_args!("a value of type {other} cannot be written but as `hex`"))),
        })
    }

    /// Whether there is null in the place of a value.
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Value::Json(Json::Null))
    }

    /// The number of the message that the value is.
    pub(super) fn message(&self) -> Result<usize, Wrong> {
        let Value::Json(Json::Object(fields)) = self else { return Err(Wrong::missing("message")) };
        fields.get("message").cloned().map_or_else(|| Err(Wrong::missing("message")), |number| read(number).at("message"))
    }
}

impl<'a> Bytes<'a> {
    fn of<'m>(bytes: crate::base::Bytes<'a>, nested: Option<Nested<'m>>, source: &Source<'m>) -> Self {
        let mut shown = Bytes { size: bytes.len().into(), ..Bytes::default() };
        match nested {
            None => shown.hex = Some(source.hex(bytes)),
            Some((before, message)) => {
                let before = bytes.get(..before).unwrap_or_default();
                shown.hex_before = (!before.is_empty()).then(|| source.hex(before.to_vec()));
                shown.message = Some(source.list(message));
            }
        }
        shown
    }

    fn pack(self, target: &mut Target<'_>) -> Result<Vec<u8>, Wrong> {
        target.bytes(self.hex, self.hex_before, self.message)
    }
}

impl Text<'_> {
    fn pack(
        self,
        encode: impl FnOnce(&str) -> Result<Vec<u8>, Wrong>,
        decode: impl FnOnce(&[u8]) -> String,
    ) -> Result<Vec<u8>, Wrong> {
        let Some(hex) = self.hex else {
            let text = self.text.ok_or_else(|| Wrong::missing("text"))?;
            return without_nul(&text).and_then(encode).at("text");
        };
        let bytes = hex.into_bytes();
        agree("text", self.text.is_none_or(|text| text == decode(&bytes)))?;
        Ok(bytes)
    }
}

impl Time {
    fn pack(self) -> Result<FileTime, Wrong> {
        let Some(form::Text(time)) = self.filetime else {
            let iso = self.iso.ok_or_else(|| Wrong::missing("iso"))?;
            return match property_text::parse_value(PropType::TIME, &iso) {
                Ok(PropValue::Time(time)) => Ok(time),
                Ok(_) => Err(Wrong::new("not a time")),
                Err(error) => Err(Wrong::new(error)),
            }
            .at("iso");
        };
        if self.iso.is_some_and(|iso| iso != FileTime(time).to_string()) {
            return Err(Wrong::new(
                "`iso` and `filetime` do not say the same; `filetime` counts: change it, or remove it and `iso` counts",
            ));
        }
        Ok(FileTime(time))
    }
}

impl Float<'_> {
    fn of(number: impl Display, bytes: &[u8]) -> Value<'static> {
        Value::Json(json!(Float { number: Some(number.to_string()), hex: Some(Hex(Some(bytes.into()))) }))
    }

    fn pack<T, const N: usize>(json: Json, of_bytes: fn([u8; N]) -> T, prop_type: PropType) -> Result<T, Wrong>
    where
        T: FromStr + Display + Into<f64> + Copy,
    {
        let parse = |text: &str| text.parse::<T>().map_err(|_| Wrong::new("not a number"));
        if !json.is_object() {
            // By its digits: a detour over 64 bits would round twice.
            let number = parse(&read::<f64>(json)?.to_string())?;
            return if number.into().is_finite() { Ok(number) } else { Err(Wrong::new("the number does not fit 32 bits")) };
        }
        let float: Float<'_> = read(json)?;
        let Some(hex) = float.hex else { return parse(&float.number.ok_or_else(|| Wrong::missing("number"))?) };
        let bytes = <[u8; N]>::try_from(hex.into_bytes());
        let number = bytes.map(of_bytes).map_err(|_| Wrong::new(format_args!("a {prop_type} has {N} bytes"))).at("hex")?;
        agree("number", float.number.is_none_or(|word| word == number.to_string()))?;
        Ok(number)
    }
}
