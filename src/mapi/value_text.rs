//! Values as text for people: one line each, cut where they are long, foreign characters escaped.

use std::fmt::{self, Display, Write};

use crate::base::{BriefBytes, BriefText, CodePage, brief};

use super::value::{Object, PropValue};

impl PropValue<'_> {
    /// Returns the value as text for people, with 8-bit text decoded by the code page of its message.
    ///
    /// It is one line, however foreign the value is: text in quotes with control characters escaped, times in ISO 8601, GUIDs in
    /// braces, bytes as hexadecimal pairs, several values in brackets. Long values are cut, unless [`ValueText::whole`] is asked
    /// for. The form is not stable; `json` and [`property_text`](super::property_text) are for programs.
    ///
    /// ```
    /// use winmail::CodePage;
    /// use winmail::mapi::{PropValue, String8};
    ///
    /// let name = PropValue::String8(String8(b"\xC4nne\0"[..].into()));
    /// assert_eq!(name.display(CodePage::WINDOWS_1252).to_string(), "\"Änne\"");
    /// let values = PropValue::Multiple(vec![PropValue::Binary([0x00, 0x1F][..].into()), PropValue::Boolean(true)]);
    /// assert_eq!(values.to_string(), "[2 bytes 00 1f, true]");
    /// ```
    #[must_use]
    pub fn display(&self, code_page: CodePage) -> ValueText<'_> {
        ValueText { value: self, code_page, whole: false }
    }
}

/// As [`PropValue::display`] with windows-1252, which most messages have for their 8-bit text.
impl fmt::Display for PropValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.display(CodePage::WINDOWS_1252).fmt(f)
    }
}

/// A value as text: what [`PropValue::display`] returns.
#[derive(Debug, Clone, Copy)]
pub struct ValueText<'v> {
    value: &'v PropValue<'v>,
    code_page: CodePage,
    whole: bool,
}

impl ValueText<'_> {
    /// Shows all of the value, however long it is, if `whole` says so.
    #[must_use]
    pub fn whole(self, whole: bool) -> Self {
        ValueText { whole, ..self }
    }

    fn text(&self, f: &mut fmt::Formatter<'_>, text: &str, size: usize) -> fmt::Result {
        BriefText { text, size, whole: self.whole }.fmt(f)
    }

    fn object(&self, f: &mut fmt::Formatter<'_>, object: &Object<'_>) -> fmt::Result {
        match (object.interface_name(), object.interface) {
            (Some(name), _) => f.write_str(name)?,
            (None, Some(interface)) => write!(f, "{{{interface}}}")?,
            (None, None) => f.write_str("no interface id")?,
        }
        write!(f, ", {}", BriefBytes { bytes: &object.data, whole: self.whole })
    }

    fn list(&self, f: &mut fmt::Formatter<'_>, values: &[PropValue<'_>]) -> fmt::Result {
        let mut line = Counted { f, written: 0 };
        line.write_str("[")?;
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                line.write_str(", ")?;
            }
            if !self.whole && line.written > brief::TEXT_MAX {
                return write!(line, "\u{2026}] {} values", values.len());
            }
            write!(line, "{}", value.display(self.code_page).whole(self.whole))?;
        }
        line.write_str("]")
    }
}

impl fmt::Display for ValueText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            PropValue::Unspecified | PropValue::Null => f.write_str("no value"),
            PropValue::Integer16(number) => integer(f, i64::from(*number), number),
            PropValue::Integer32(number) => integer(f, i64::from(*number), number),
            PropValue::Integer64(number) => integer(f, *number, number),
            PropValue::Floating32(number) => number.fmt(f),
            PropValue::Floating64(number) | PropValue::FloatingTime(number) => number.fmt(f),
            PropValue::Currency(number) => number.fmt(f),
            PropValue::ErrorCode(code) => write!(f, "0x{code:08X}"),
            PropValue::Boolean(value) => value.fmt(f),
            PropValue::Object(object) => self.object(f, object),
            PropValue::String8(text) => self.text(f, &self.code_page.decode_or_latin1(text.text_bytes()).text, text.0.len()),
            PropValue::String(text) => self.text(f, &text.to_text(), text.0.len()),
            PropValue::Time(time) => time.fmt(f),
            PropValue::Guid(guid) => write!(f, "{{{guid}}}"),
            PropValue::ServerId(bytes)
            | PropValue::Restriction(bytes)
            | PropValue::RuleAction(bytes)
            | PropValue::Binary(bytes) => BriefBytes { bytes, whole: self.whole }.fmt(f),
            PropValue::Multiple(values) => self.list(f, values),
        }
    }
}

/// Writes an integer in decimal, and in hexadecimal where that is what people compare with.
fn integer(f: &mut fmt::Formatter<'_>, value: i64, number: &impl fmt::UpperHex) -> fmt::Result {
    if (0..0x1_0000).contains(&value) { value.fmt(f) } else { write!(f, "{value} (0x{number:X})") }
}

/// A line that knows how long it is.
struct Counted<'f, 'b> {
    f: &'f mut fmt::Formatter<'b>,
    written: usize,
}

impl Write for Counted<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.written = self.written.saturating_add(text.len());
        self.f.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileTime;
    use crate::mapi::{String8, Utf16};
    use uuid::Uuid;

    #[test]
    fn every_type_is_one_line_for_people() {
        let binary = |length: u8| PropValue::Binary((0..length).collect::<Vec<_>>().into());
        let object = |interface, data: &'static [u8]| PropValue::Object(Object { interface, data: data.into() });
        let table = [
            (PropValue::Null, "no value"),
            (PropValue::Integer16(-2), "-2 (0xFFFE)"),
            (PropValue::Integer32(0xFFFF), "65535"),
            (PropValue::Integer64(0x1_0000), "65536 (0x10000)"),
            (PropValue::Floating32(0.5), "0.5"),
            (PropValue::Floating64(f64::NAN), "NaN"),
            (PropValue::Currency(12_345), "12345"),
            (PropValue::ErrorCode(0x8004_010F), "0x8004010F"),
            (PropValue::Boolean(false), "false"),
            (PropValue::String(Utf16::from("a\"\u{202E}b\r\n")), "\"a\"\\u{202e}b\\r\\n\""),
            (PropValue::String8(String8(b"caf\xE9\0hidden"[..].into())), "\"caf\u{e9}\""),
            // 2023-11-14T22:13:20Z is 1,700,000,000 s after 1970, 11,644,473,600 s after 1601.
            (PropValue::Time(FileTime(133_444_736_000_000_000)), "2023-11-14T22:13:20Z"),
            (PropValue::Guid(Uuid::from_u128(0x12)), "{00000000-0000-0000-0000-000000000012}"),
            (binary(0), "empty"),
            (binary(1), "1 byte 00"),
            (binary(16), "16 bytes 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"),
            (binary(17), "17 bytes 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f \u{2026}"),
            (object(Some(Object::ISTORAGE), b"\xD0"), "IStorage, 1 byte d0"),
            (object(Some(Uuid::from_u128(1)), b""), "{00000000-0000-0000-0000-000000000001}, empty"),
            (object(None, b"ab"), "no interface id, 2 bytes 61 62"),
            (PropValue::Multiple(vec![]), "[]"),
            (PropValue::Multiple(vec![PropValue::Integer32(1), PropValue::from("b")]), "[1, \"b\"]"),
        ];
        for (value, expected) in table {
            assert_eq!(value.to_string(), expected);
        }
    }

    #[test]
    fn long_values_are_cut_unless_they_are_wanted_whole() {
        let text = PropValue::from("\u{e9}".repeat(57).as_str());
        assert_eq!(text.to_string(), format!("\"{}\"\u{2026} 116 bytes", "\u{e9}".repeat(56)));
        assert_eq!(text.display(CodePage::UTF_8).whole(true).to_string(), format!("\"{}\"", "\u{e9}".repeat(57)));
        let bytes = PropValue::Binary(vec![0xAB; 20].into());
        assert_eq!(bytes.display(CodePage::UTF_8).whole(true).to_string(), format!("20 bytes{}", " ab".repeat(20)));
        let list = PropValue::Multiple(vec![PropValue::Integer32(1000); 50]);
        // With 9 values the line takes 1 + 9 * 6 = 55 bytes, with 10 it takes 61.
        assert_eq!(list.to_string(), format!("[{}\u{2026}] 50 values", "1000, ".repeat(10)));
        assert_eq!(list.display(CodePage::UTF_8).whole(true).to_string(), format!("[{}1000]", "1000, ".repeat(49)));
    }

    #[test]
    fn the_code_page_decodes_text_within_lists_too() {
        let text = PropValue::Multiple(vec![PropValue::String8(String8(b"\xCF\xF0\0"[..].into()))]);
        assert_eq!(text.display(CodePage::WINDOWS_1251).to_string(), "[\"\u{41f}\u{440}\"]");
    }
}
