//! A place in a JSON document: its value, and the path to it as `jq` writes it, which every complaint begins with.

use std::fmt;

use serde_json::Value;
use uuid::Uuid;

use crate::base::hex;

/// A value and the way to it. Nothing is allocated for the way until it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'v, 'p> {
    pub(super) value: &'v Value,
    parent: Option<&'p Node<'v, 'p>>,
    step: Step<'p>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Index(usize),
}

impl fmt::Display for Node<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            fmt::Display::fmt(parent, f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Field(name) => write!(f, ".{name}"),
            // `.[0]` at the start, `.pieces[0]` behind a field.
            Step::Index(index) if self.parent.is_some_and(|parent| matches!(parent.step, Step::Root)) => write!(f, ".[{index}]"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

impl<'v> Node<'v, '_> {
    /// The document.
    pub(super) fn root(value: &'v Value) -> Self {
        Node { value, parent: None, step: Step::Root }
    }

    /// A complaint about this place.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> String {
        match self.step {
            Step::Root => what.to_string(),
            _ => format!("{self}: {what}"),
        }
    }

    /// A field; `None` if it is not there or null.
    pub(super) fn get<'s>(&'s self, name: &'s str) -> Option<Node<'v, 's>> {
        let value = self.value.get(name).filter(|value| !value.is_null())?;
        Some(Node { value, parent: Some(self), step: Step::Field(name) })
    }

    /// A field that must be there; it may be null.
    pub(super) fn field<'s>(&'s self, name: &'s str) -> Result<Node<'v, 's>, String> {
        match self.value.get(name) {
            Some(value) => Ok(Node { value, parent: Some(self), step: Step::Field(name) }),
            None if self.value.is_object() => Err(self.wrong(format_args!("has no field `{name}`"))),
            None => Err(self.expected("an object")),
        }
    }

    /// The elements of an array.
    pub(super) fn items<'s>(&'s self) -> Result<impl Iterator<Item = Node<'v, 's>>, String> {
        let items = self.value.as_array().ok_or_else(|| self.expected("an array"))?;
        Ok(items.iter().enumerate().map(|(index, value)| Node { value, parent: Some(self), step: Step::Index(index) }))
    }

    /// An element of an array.
    pub(super) fn item<'s>(&'s self, index: usize) -> Option<Node<'v, 's>> {
        let value = self.value.as_array()?.get(index)?;
        Some(Node { value, parent: Some(self), step: Step::Index(index) })
    }

    fn expected(&self, what: &str) -> String {
        let found = match self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) | Value::Number(_) => self.value.to_string(),
            Value::String(text) => format!("the text {:?}", text.chars().take(32).collect::<String>()),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.wrong(format_args!("{found} where {what} must stand"))
    }

    pub(super) fn text(&self) -> Result<&'v str, String> {
        self.value.as_str().ok_or_else(|| self.expected("a text"))
    }

    pub(super) fn boolean(&self) -> Result<bool, String> {
        self.value.as_bool().ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn float(&self) -> Result<f64, String> {
        self.value.as_f64().ok_or_else(|| self.expected("a number"))
    }

    /// A whole number that fits the type.
    pub(super) fn number<T: TryFrom<i128>>(&self, what: &str) -> Result<T, String> {
        let signed = self.value.as_i64().map(i128::from);
        let number = signed.or_else(|| self.value.as_u64().map(i128::from));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.expected(what))
    }

    /// A whole number that fits the type, as digits or as a number: what many JSON readers would round is written as digits.
    pub(super) fn digits<T: TryFrom<i128>>(&self, what: &str) -> Result<T, String> {
        let Some(digits) = self.value.as_str() else { return self.number(what) };
        let number: Option<i128> = digits.parse().ok();
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| self.expected(what))
    }

    pub(super) fn u32(&self) -> Result<u32, String> {
        self.number("a number from 0 to 4294967295")
    }

    pub(super) fn u16(&self) -> Result<u16, String> {
        self.number("a number from 0 to 65535")
    }

    /// `0x0037001F`.
    pub(super) fn prefixed(&self) -> Result<u32, String> {
        let digits = self.text()?.strip_prefix("0x").filter(|digits| digits.len() <= 8);
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| self.expected("0x and up to eight hexadecimal digits"))
    }

    pub(super) fn guid(&self) -> Result<Uuid, String> {
        Uuid::try_parse(self.text()?).map_err(|_| self.expected("a GUID"))
    }

    /// Bytes that hexadecimal digits spell.
    pub(super) fn hex(&self) -> Result<Vec<u8>, String> {
        if self.value.is_null() {
            return Err(self.wrong("the bytes were left out of the dump, by File::without_data"));
        }
        let digits = self.text()?;
        hex::decode(digits.as_bytes()).ok_or_else(|| match digits.chars().position(|digit| !digit.is_ascii_hexdigit()) {
            Some(at) => self.wrong(format_args!(
                "character {} is no hexadecimal digit: {:?}",
                at.saturating_add(1),
                digits.chars().nth(at).unwrap_or_default()
            )),
            None => self.wrong(format_args!("{} hexadecimal digits are no whole number of bytes", digits.len())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn complaints_begin_with_the_place() {
        let value = json!([{ "pieces": [{ "hex": "0g" }, { "hex": "0" }, { "hex": null }, { "level": 300 }] }]);
        let root = Node::root(&value);
        let (file, pieces);
        file = root.item(0).unwrap();
        pieces = file.field("pieces").unwrap();
        let errors: Vec<String> = pieces
            .items()
            .unwrap()
            .map(|piece| match piece.field("hex") {
                Ok(hex) => hex.hex().unwrap_err(),
                Err(error) => piece.field("level").unwrap().u16().map_or_else(|error| error, |_| error),
            })
            .collect();
        assert_eq!(
            errors,
            [
                ".[0].pieces[0].hex: character 2 is no hexadecimal digit: 'g'",
                ".[0].pieces[1].hex: 1 hexadecimal digits are no whole number of bytes",
                ".[0].pieces[2].hex: the bytes were left out of the dump, by File::without_data",
                ".[0].pieces[3]: has no field `hex`",
            ]
        );
        let level = pieces.item(3).unwrap();
        assert_eq!(
            level.field("level").unwrap().number::<u8>("a byte").unwrap_err(),
            ".[0].pieces[3].level: 300 where a byte must stand"
        );
    }
}
