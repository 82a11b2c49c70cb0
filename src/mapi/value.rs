//! Property values ([MS-OXCDATA] 2.11.1), without the encoding that a container gives them.

use std::fmt;

use uuid::Uuid;

use crate::base::bytes::{Copies, Keep};
use crate::base::wire::Wire;
use crate::base::{Bytes, FileTime};

use super::tag::PropType;

/// Text of 8 bits as its container holds it: in a code page that the message names, with its terminating NUL if it has one.
///
/// The bytes are never lost to decoding.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct String8<'a>(pub Bytes<'a>);

impl fmt::Debug for String8<'_> {
    /// As text; bytes outside ASCII, and the NUL, as escapes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "String8(\"{}\")", self.0.escape_ascii())
    }
}

impl String8<'_> {
    /// The bytes before the first NUL.
    #[must_use]
    pub fn text_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(self.0.len());
        self.0.get(..end).unwrap_or_default()
    }

    /// The bytes behind the NUL that ends the text, and behind all that follow it at once. Normally there are none.
    pub(crate) fn behind_nul(&self) -> &[u8] {
        let before_last = self.0.get(..self.0.len().saturating_sub(1)).unwrap_or_default();
        if !before_last.contains(&0) {
            return &[];
        }
        let rest = self.0.get(self.text_bytes().len()..).unwrap_or_default();
        rest.iter().position(|byte| *byte != 0).and_then(|at| rest.get(at..)).unwrap_or_default()
    }

    /// Whether there is nothing to say of the text: ASCII, no NUL but one at the end.
    #[inline]
    pub(crate) fn is_plain_text(bytes: &[u8]) -> bool {
        let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        text.iter().fold(true, |plain, byte| plain & (1..0x80).contains(byte))
    }

    /// Returns whether a NUL ends it.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.0.contains(&0)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> String8<'static> {
        self.keep(&Copies)
    }

    fn keep(self, keep: &impl Keep) -> String8<'static> {
        String8(keep.keep(self.0))
    }
}

/// UTF-16LE text as its container holds it: with its terminating NUL if it has one, odd trailing byte included.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Utf16<'a>(pub Bytes<'a>);

impl fmt::Debug for Utf16<'_> {
    /// As text, what stands behind the first NUL included; as bytes where it is no UTF-16.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units: Vec<u16> = self.0.chunks_exact(2).map(|unit| unit.try_into().map_or(0, u16::read_le)).collect();
        match String::from_utf16(&units).ok().filter(|_| self.0.len() % 2 == 0) {
            Some(text) => write!(f, "Utf16({text:?})"),
            None => write!(f, "Utf16(b\"{}\")", self.0.escape_ascii()),
        }
    }
}

impl Utf16<'_> {
    fn units(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.chunks_exact(2).map(|unit| unit.try_into().map_or(0, u16::read_le)).take_while(|unit| *unit != 0)
    }

    /// The text, if it is ASCII with no NUL but one at the end: most is, and needs no decoding.
    fn ascii(&self) -> Option<String> {
        let text = self.0.strip_suffix(&[0, 0]).filter(|text| text.len() % 2 == 0).unwrap_or(&self.0);
        // Room for all four of each step.
        let mut bytes = Vec::with_capacity(text.len() / 2);
        let fours = text.chunks_exact(8);
        let rest = fours.remainder();
        for four in fours {
            let four = four.try_into().map_or(0, u64::read_le);
            if zero_bits(four) != 0 || four & 0xFF80_FF80_FF80_FF80 != 0 {
                return None;
            }
            let pairs = four | four >> 8;
            let [one, two, _, _, three, four, _, _] = pairs.le_bytes();
            bytes.extend_from_slice(&[one, two, three, four]);
        }
        for unit in rest.chunks(2) {
            match unit {
                [low @ 1..=0x7F, 0] => bytes.push(*low),
                _ => return None,
            }
        }
        String::from_utf8(bytes).ok()
    }

    /// The text before the first NUL. Unpaired surrogates become U+FFFD.
    #[must_use]
    pub fn to_text(&self) -> String {
        if let Some(text) = self.ascii() {
            return text;
        }
        char::decode_utf16(self.units()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// Returns whether [`Utf16::to_text`] shows everything before the first NUL: no unpaired surrogate, no odd byte.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.0.len() % 2 == 0 && char::decode_utf16(self.units()).all(|c| c.is_ok())
    }

    /// Whether there are only whole units, and none of them is half of a pair: then it is valid.
    pub(crate) fn has_no_surrogate(&self) -> bool {
        !any_unit(&self.0, is_half) && self.0.len() % 2 == 0
    }

    /// Whether there is nothing to say of the text: whole units, no half of a pair, no NUL but one at the end.
    #[inline]
    pub(crate) fn is_plain_text(bytes: &[u8]) -> bool {
        let text = bytes.strip_suffix(&[0, 0]).unwrap_or(bytes);
        let (mut zero, mut all) = (0, 0);
        let mut look = |four: u64| {
            zero |= zero_bits(four);
            all |= four;
        };
        match text.last_chunk::<8>() {
            // The last four units may be looked at twice.
            Some(last) => {
                text.chunks_exact(8).for_each(|four| look(four.try_into().map_or(0, u64::read_le)));
                look(u64::read_le(*last));
            }
            None => text.chunks_exact(2).for_each(|unit| look(four_times(unit))),
        }
        // Most text has no unit that is as large as half of a pair.
        let may_have_half = all & 0xF800_F800_F800_F800 != 0;
        text.len() % 2 == 0 && zero == 0 && !(may_have_half && any_unit(text, is_half))
    }

    /// The bytes behind the NUL that ends the text, and behind all that follow it at once. Normally there are none.
    pub(crate) fn behind_nul(&self) -> &[u8] {
        // Asked of every text; most have one NUL, which is their end.
        let before_last = self.0.get(..self.0.len().saturating_sub(2)).unwrap_or_default();
        if !any_unit(before_last, has_zero) {
            return &[];
        }
        let units = || self.0.chunks_exact(2).enumerate();
        let Some((end, _)) = units().find(|(_, unit)| *unit == [0, 0]) else { return &[] };
        let Some((start, _)) = units().skip(end).find(|(_, unit)| *unit != [0, 0]) else { return &[] };
        self.0.get(start.saturating_mul(2)..).unwrap_or_default()
    }

    /// Returns whether a NUL ends it.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.0.chunks_exact(2).any(|pair| pair == [0, 0])
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Utf16<'static> {
        self.keep(&Copies)
    }

    pub(super) fn keep(self, keep: &impl Keep) -> Utf16<'static> {
        Utf16(keep.keep(self.0))
    }
}

/// One in the lowest bit of each of four units.
const LOW: u64 = 0x0001_0001_0001_0001;

/// A bit for a unit that is zero, and maybe for some above it; none if no unit is.
#[inline]
fn zero_bits(four: u64) -> u64 {
    // A unit borrows from its high bit only if it, or one below it, is zero.
    four.wrapping_sub(LOW) & !four & 0x8000_8000_8000_8000
}

/// Whether one of four units is zero.
#[inline]
fn has_zero(four: u64) -> bool {
    zero_bits(four) != 0
}

/// A unit four times, so that what is missing is not taken for zero.
#[inline]
fn four_times(unit: &[u8]) -> u64 {
    u64::from(unit.try_into().map_or(0, u16::read_le)).wrapping_mul(LOW)
}

/// Whether one of four units is half of a pair.
#[inline]
fn is_half(four: u64) -> bool {
    has_zero((four & 0xF800_F800_F800_F800) ^ 0xD800_D800_D800_D800)
}

/// Whether `test` holds for any unit, four of which it takes at once. An odd byte at the end is left out.
#[inline]
fn any_unit(text: &[u8], test: impl Fn(u64) -> bool) -> bool {
    let fours = text.chunks_exact(8);
    let rest = fours.remainder().chunks_exact(2);
    let mut found = false;
    for four in fours {
        found |= test(four.try_into().map_or(0, u64::read_le));
    }
    for unit in rest {
        found |= test(four_times(unit));
    }
    found
}

impl From<&str> for Utf16<'static> {
    /// UTF-16LE with a terminating NUL.
    fn from(text: &str) -> Self {
        let bytes = if text.is_ascii() {
            let mut bytes = vec![0; text.len().saturating_add(1).saturating_mul(2)];
            bytes.iter_mut().step_by(2).zip(text.bytes()).for_each(|(low, byte)| *low = byte);
            bytes
        } else {
            text.encode_utf16().chain([0]).flat_map(u16::le_bytes).collect()
        };
        Utf16(bytes.into())
    }
}

/// An embedded object: the interface that its data is to be read by, and the data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Object<'a> {
    /// The interface id; `None` where the value is too short to have one.
    pub interface: Option<Uuid>,
    /// Bytes behind the interface id; everything where there is none.
    pub data: Bytes<'a>,
}

impl Object<'_> {
    /// IID_IMessage: the data is a TNEF stream.
    pub const IMESSAGE: Uuid = Uuid::from_u128(0x00020307_0000_0000_C000_000000000046);
    /// IID_IStorage: the data is a compound file.
    pub const ISTORAGE: Uuid = Uuid::from_u128(0x0000000B_0000_0000_C000_000000000046);
    /// IID_IStream: the data is a stream of bytes.
    pub const ISTREAM: Uuid = Uuid::from_u128(0x0000000C_0000_0000_C000_000000000046);

    /// The interface's name, if it is one of the three that TNEF knows.
    #[must_use]
    pub fn interface_name(&self) -> Option<&'static str> {
        match self.interface? {
            Object::IMESSAGE => Some("IMessage"),
            Object::ISTORAGE => Some("IStorage"),
            Object::ISTREAM => Some("IStream"),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        self.keep(&Copies)
    }

    pub(crate) fn keep(self, keep: &impl Keep) -> Object<'static> {
        Object { interface: self.interface, data: keep.keep(self.data) }
    }
}

/// A property value. Text and bytes borrow from the input where they come from one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PropValue<'a> {
    /// PtypUnspecified: no value.
    Unspecified,
    /// PtypNull: no value.
    Null,
    /// PtypInteger16.
    Integer16(i16),
    /// PtypInteger32.
    Integer32(i32),
    /// PtypFloating32.
    Floating32(f32),
    /// PtypFloating64.
    Floating64(f64),
    /// PtypCurrency, in ten-thousandths.
    Currency(i64),
    /// PtypFloatingTime, in days since 1899-12-30 00:00.
    FloatingTime(f64),
    /// PtypErrorCode.
    ErrorCode(u32),
    /// PtypBoolean.
    Boolean(bool),
    /// PtypObject.
    Object(Object<'a>),
    /// PtypInteger64.
    Integer64(i64),
    /// PtypString8.
    String8(String8<'a>),
    /// PtypString.
    String(Utf16<'a>),
    /// PtypTime.
    Time(FileTime),
    /// PtypGuid.
    Guid(Uuid),
    /// PtypServerId, undecoded.
    ServerId(Bytes<'a>),
    /// PtypRestriction, undecoded.
    Restriction(Bytes<'a>),
    /// PtypRuleAction, undecoded.
    RuleAction(Bytes<'a>),
    /// PtypBinary.
    Binary(Bytes<'a>),
    /// The values of a multi-valued property, each of the type [`PropType::single`] of the tag's.
    Multiple(Vec<PropValue<'a>>),
}

impl PropValue<'_> {
    /// The type of the value; `None` for an empty list, whose type only the tag knows.
    #[must_use]
    pub fn prop_type(&self) -> Option<PropType> {
        Some(match self {
            PropValue::Unspecified => PropType::UNSPECIFIED,
            PropValue::Null => PropType::NULL,
            PropValue::Integer16(_) => PropType::INTEGER16,
            PropValue::Integer32(_) => PropType::INTEGER32,
            PropValue::Floating32(_) => PropType::FLOATING32,
            PropValue::Floating64(_) => PropType::FLOATING64,
            PropValue::Currency(_) => PropType::CURRENCY,
            PropValue::FloatingTime(_) => PropType::FLOATING_TIME,
            PropValue::ErrorCode(_) => PropType::ERROR_CODE,
            PropValue::Boolean(_) => PropType::BOOLEAN,
            PropValue::Object(_) => PropType::OBJECT,
            PropValue::Integer64(_) => PropType::INTEGER64,
            PropValue::String8(_) => PropType::STRING8,
            PropValue::String(_) => PropType::STRING,
            PropValue::Time(_) => PropType::TIME,
            PropValue::Guid(_) => PropType::GUID,
            PropValue::ServerId(_) => PropType::SERVER_ID,
            PropValue::Restriction(_) => PropType::RESTRICTION,
            PropValue::RuleAction(_) => PropType::RULE_ACTION,
            PropValue::Binary(_) => PropType::BINARY,
            PropValue::Multiple(values) => PropType(values.first()?.prop_type()?.0 | PropType::MULTIPLE_FLAG),
        })
    }

    /// Returns whether both are the same bit for bit: unlike `==`, a NaN is identical to itself and zero not to negative zero.
    #[must_use]
    pub fn identical(&self, other: &PropValue<'_>) -> bool {
        match (self, other) {
            (PropValue::Floating32(one), PropValue::Floating32(two)) => one.to_bits() == two.to_bits(),
            (PropValue::Floating64(one), PropValue::Floating64(two))
            | (PropValue::FloatingTime(one), PropValue::FloatingTime(two)) => one.to_bits() == two.to_bits(),
            (PropValue::Multiple(one), PropValue::Multiple(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.identical(two))
            }
            (one, two) => one == two,
        }
    }

    /// The bytes of a binary value or of an object's data.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            PropValue::Binary(bytes)
            | PropValue::ServerId(bytes)
            | PropValue::Restriction(bytes)
            | PropValue::RuleAction(bytes) => Some(bytes),
            PropValue::Object(object) => Some(&object.data),
            _ => None,
        }
    }

    /// An integer of any width.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            PropValue::Integer16(value) => Some(i64::from(*value)),
            PropValue::Integer32(value) => Some(i64::from(*value)),
            PropValue::Integer64(value) => Some(*value),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> PropValue<'static> {
        self.keep(&Copies)
    }

    pub(super) fn keep(self, keep: &impl Keep) -> PropValue<'static> {
        match self {
            PropValue::Unspecified => PropValue::Unspecified,
            PropValue::Null => PropValue::Null,
            PropValue::Integer16(value) => PropValue::Integer16(value),
            PropValue::Integer32(value) => PropValue::Integer32(value),
            PropValue::Floating32(value) => PropValue::Floating32(value),
            PropValue::Floating64(value) => PropValue::Floating64(value),
            PropValue::Currency(value) => PropValue::Currency(value),
            PropValue::FloatingTime(value) => PropValue::FloatingTime(value),
            PropValue::ErrorCode(value) => PropValue::ErrorCode(value),
            PropValue::Boolean(value) => PropValue::Boolean(value),
            PropValue::Object(value) => PropValue::Object(value.keep(keep)),
            PropValue::Integer64(value) => PropValue::Integer64(value),
            PropValue::String8(value) => PropValue::String8(value.keep(keep)),
            PropValue::String(value) => PropValue::String(value.keep(keep)),
            PropValue::Time(value) => PropValue::Time(value),
            PropValue::Guid(value) => PropValue::Guid(value),
            PropValue::ServerId(value) => PropValue::ServerId(keep.keep(value)),
            PropValue::Restriction(value) => PropValue::Restriction(keep.keep(value)),
            PropValue::RuleAction(value) => PropValue::RuleAction(keep.keep(value)),
            PropValue::Binary(value) => PropValue::Binary(keep.keep(value)),
            PropValue::Multiple(values) => PropValue::Multiple(values.into_iter().map(|value| value.keep(keep)).collect()),
        }
    }
}

impl From<&str> for PropValue<'_> {
    fn from(text: &str) -> Self {
        PropValue::String(Utf16::from(text))
    }
}

impl fmt::Display for Utf16<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_nul_of_a_text() {
        for (bytes, behind) in [(&b"a"[..], &b""[..]), (b"a\0", b""), (b"a\0\0\0b\0", b"b\0"), (b"", b""), (b"\0b", b"b")] {
            assert_eq!(String8(bytes.into()).behind_nul(), behind);
            let wide = |bytes: &[u8]| bytes.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>();
            assert_eq!(Utf16(wide(bytes).into()).behind_nul(), wide(behind));
        }
    }

    #[test]
    fn ascii_and_other_text_are_converted_alike() {
        let texts =
            ["", "a", "Hi there ~\u{1}", "\u{7F}", "\u{80}", "a\u{E9}", "\u{E9}a", "\u{4E00}\u{1F600}", "a\0b", "\0", "\u{100}b"];
        for text in texts {
            let terminated: Vec<u8> = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
            assert_eq!(Utf16::from(text).0, terminated, "{text:?}");
            let plain = terminated.strip_suffix(&[0, 0]).unwrap().to_vec();
            let shown = text.split('\0').next().unwrap();
            let behind = [&terminated[..], b"x\0"].concat();
            for bytes in [terminated, [&plain[..], b"!"].concat(), plain, behind] {
                assert_eq!(Utf16(bytes.clone().into()).to_text(), shown, "{bytes:?}");
            }
        }
    }

    #[test]
    fn utf16_ends_at_the_first_nul_and_keeps_its_bytes() {
        let text = Utf16(b"H\0i\0\0\0x\0".into());
        assert_eq!(text.to_text(), "Hi");
        assert!(text.is_terminated() && text.is_valid());
        let odd = Utf16(b"H\0i\0!".into());
        assert_eq!(odd.to_text(), "Hi");
        assert!(!odd.is_terminated() && !odd.is_valid());
        assert_eq!(Utf16(b"\x00\xD8a\0".into()).to_text(), "\u{FFFD}a");
        assert_eq!(Utf16::from("Hi").0.as_ref(), b"H\0i\0\0\0");
        assert_eq!(Utf16::from("\u{1F600}").to_text(), "\u{1F600}");
    }

    #[test]
    fn string8_ends_at_the_first_nul() {
        assert_eq!(String8(b"ab\0c".into()).text_bytes(), b"ab");
        assert_eq!(String8(b"ab".into()).text_bytes(), b"ab");
    }

    #[test]
    fn identical_compares_bits() {
        let nan = PropValue::Multiple(vec![PropValue::Floating64(f64::NAN)]);
        assert!(nan.identical(&nan) && nan != nan.clone());
        assert!(!PropValue::FloatingTime(0.0).identical(&PropValue::FloatingTime(-0.0)));
        assert!(!PropValue::Floating64(1.0).identical(&PropValue::FloatingTime(1.0)));
        assert!(PropValue::from("a").identical(&PropValue::from("a")));
    }

    #[test]
    fn a_value_is_six_words() {
        assert!(size_of::<PropValue<'_>>() <= 48, "{}", size_of::<PropValue<'_>>());
        assert!(size_of::<crate::mapi::Property<'_>>() <= 80, "{}", size_of::<crate::mapi::Property<'_>>());
    }
}
