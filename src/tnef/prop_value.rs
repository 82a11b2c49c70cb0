//! The encoding of property values ([MS-OXTNEF] 2.1.3.4).
//!
//! Fixed-size types stand as they are, those of 16 bits with two bytes of padding. Variable-size types carry a count
//! (1 unless multi-valued), then for each value a 32-bit length, the bytes, and padding to a multiple of four that the length
//! does not count. A PtypObject's bytes start with a 16-byte interface id, which the length does count.

use uuid::Uuid;

use crate::base::Offset;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::input::{Cursor, le_u16, le_u32, length, padding, peek};
use crate::base::output::Emit;
use crate::mapi::value_bytes::{emit_fixed, fixed, variable};
use crate::mapi::{Object, PropTag, PropType, PropValue};

/// How many bytes a value of a type takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// As many, padding included.
    Fixed(usize),
    /// A count, then that many counted and padded values.
    Counted,
    /// A count, then that many values of fixed size.
    CountedFixed(usize),
    /// Not known: the value, and so the rest of its list, cannot be told from what follows.
    Unknown,
}

/// The size of a value of type `prop_type`.
#[inline]
pub(crate) fn size(prop_type: PropType) -> Size {
    match prop_type {
        PropType::UNSPECIFIED | PropType::NULL => Size::Fixed(0),
        PropType::INTEGER16 | PropType::BOOLEAN | PropType::INTEGER32 | PropType::FLOATING32 | PropType::ERROR_CODE => {
            Size::Fixed(4)
        }
        PropType::FLOATING64 | PropType::CURRENCY | PropType::FLOATING_TIME | PropType::INTEGER64 | PropType::TIME => {
            Size::Fixed(8)
        }
        PropType::GUID => Size::Fixed(16),
        PropType::STRING8
        | PropType::STRING
        | PropType::BINARY
        | PropType::OBJECT
        | PropType::SERVER_ID
        | PropType::RESTRICTION
        | PropType::RULE_ACTION
        | PropType::MULTIPLE_STRING8
        | PropType::MULTIPLE_STRING
        | PropType::MULTIPLE_BINARY => Size::Counted,
        PropType::MULTIPLE_INTEGER16 | PropType::MULTIPLE_INTEGER32 | PropType::MULTIPLE_FLOATING32 => Size::CountedFixed(4),
        PropType::MULTIPLE_FLOATING64
        | PropType::MULTIPLE_CURRENCY
        | PropType::MULTIPLE_FLOATING_TIME
        | PropType::MULTIPLE_INTEGER64
        | PropType::MULTIPLE_TIME => Size::CountedFixed(8),
        PropType::MULTIPLE_GUID => Size::CountedFixed(16),
        _ => Size::Unknown,
    }
}

/// How many bytes the value takes, from its count or first byte to its last padding; `None` if they are not there. Padding may be
/// missing at the end of `input`.
///
/// Looks at no more than `steps` values of a property and takes them off: searches try this at many places, and at each of
/// them a count may claim all that follows.
#[inline]
pub(crate) fn extent(size: Size, input: &[u8], steps: &mut usize) -> Option<usize> {
    let taken = match size {
        Size::Fixed(size) => size,
        Size::CountedFixed(size) => {
            let (_, count) = le_u32(input).ok()?;
            length(count).checked_mul(size)?.checked_add(4)?
        }
        Size::Counted => {
            let (mut rest, count) = le_u32(input).ok()?;
            // Each value has a length at least: a count that the bytes cannot hold fails here and not after a long walk.
            if length(count) > rest.len() / 4 {
                return None;
            }
            for _ in 0..count {
                *steps = steps.checked_sub(1)?;
                (rest, _) = counted(rest)?;
            }
            (Offset::of(input) - Offset::of(rest)).index()
        }
        Size::Unknown => return None,
    };
    (taken <= input.len()).then_some(taken)
}

/// One counted value: length, bytes, padding. Returns what follows, and the bytes.
#[inline]
fn counted(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (rest, declared) = le_u32(input).ok()?;
    let (bytes, rest) = rest.split_at_checked(length(declared))?;
    Some((rest.get(padding(bytes.len())..).unwrap_or_default(), bytes))
}

/// One value of a single-valued type. `bytes` are the value itself: fixed-size with padding, counted without length.
#[inline]
fn value<'a>(prop_type: PropType, bytes: &'a [u8]) -> Option<PropValue<'a>> {
    match prop_type {
        PropType::BOOLEAN => peek(le_u16, bytes).map(|value| PropValue::Boolean(value != 0)),
        _ => fixed(prop_type, bytes).or_else(|| variable(prop_type, bytes.into())),
    }
}

/// The values of a property, one after the other. Does not allocate.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    prop_type: PropType,
    /// Of one value.
    size: Size,
    rest: &'a [u8],
    left: u32,
}

impl<'a> Values<'a> {
    /// `encoded` is as long as [`extent`] says.
    #[inline]
    pub(crate) fn new(prop_type: PropType, encoded: &'a [u8]) -> Self {
        let size = size(prop_type);
        let (rest, left) = match size {
            Size::Fixed(_) => (encoded, 1),
            Size::Counted | Size::CountedFixed(_) => le_u32(encoded).unwrap_or((&[], 0)),
            Size::Unknown => (encoded, 0),
        };
        let size = match size {
            Size::CountedFixed(size) => Size::Fixed(size),
            size => size,
        };
        Values { prop_type: prop_type.single(), size, rest, left }
    }

    /// Returns how many values are left.
    #[must_use]
    pub fn count_left(&self) -> u32 {
        self.left
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = PropValue<'a>;

    #[inline]
    fn next(&mut self) -> Option<PropValue<'a>> {
        self.left = self.left.checked_sub(1)?;
        let (rest, bytes) = match self.size {
            Size::Fixed(size) => {
                let (bytes, rest) = self.rest.split_at_checked(size)?;
                (rest, bytes)
            }
            // The value of a property that was cut is what there is of it.
            Size::Counted => counted(self.rest).or_else(|| Some((&[][..], self.rest.get(4..)?)))?,
            Size::CountedFixed(_) | Size::Unknown => return None,
        };
        self.rest = rest;
        value(self.prop_type, bytes)
    }
}

/// The value of a property whose encoded form is `encoded`: a list for multi-valued types, else the first value.
#[inline]
pub(crate) fn decode<'a>(prop_type: PropType, encoded: &'a [u8]) -> Option<PropValue<'a>> {
    match size(prop_type) {
        _ if prop_type.is_multiple() => Some(PropValue::Multiple(Values::new(prop_type, encoded).collect())),
        Size::Fixed(size) => value(prop_type, encoded.get(..size)?),
        Size::Counted => {
            let first = le_u32(encoded).ok().filter(|(_, count)| *count > 0).map(|(values, _)| values);
            // A count of zero where there must be one: an empty value. Of a property that was cut, what there is of it.
            let cut = |values: &'a [u8]| values.get(4..).unwrap_or_default();
            let bytes = first.map(|values| counted(values).map_or_else(|| cut(values), |(_, bytes)| bytes));
            value(prop_type, bytes.unwrap_or_default())
        }
        Size::CountedFixed(_) | Size::Unknown => None,
    }
}

/// Whether all padding in `encoded` is zero, as writers must make it.
pub(crate) fn padding_is_zero(prop_type: PropType, encoded: &[u8]) -> bool {
    let zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    match prop_type.single() {
        PropType::INTEGER16 | PropType::BOOLEAN => {
            let values = if prop_type.is_multiple() { encoded.get(4..).unwrap_or_default() } else { encoded };
            values.chunks(4).all(|value| zero(value.get(2..).unwrap_or_default()))
        }
        single if size(single) == Size::Counted => {
            let mut values = Cursor::new(encoded, 0);
            let Some(count) = values.parse(le_u32) else { return true };
            for _ in 0..count {
                let bytes = values.parse(le_u32).and_then(|declared| values.take(length(declared)));
                let Some(bytes) = bytes else { return true };
                if !zero(values.take_up_to(padding(bytes.len()))) {
                    return false;
                }
            }
            true
        }
        _ => true,
    }
}

/// Appends the encoded form of `value` as a property of type `tag.prop_type()`.
///
/// # Errors
/// Unencodable if the value is not of the tag's type, the type has no encoding, or a length does not fit 32 bits.
pub(crate) fn emit(out: &mut Vec<u8>, tag: PropTag, value: &PropValue<'_>) -> Result<()> {
    let prop_type = tag.prop_type();
    let mismatch = || Error::new(ErrorKind::Unencodable, format!("value of property {tag} is not of type {prop_type}"));
    match (size(prop_type), value) {
        (Size::Unknown, _) => {
            Err(Error::new(ErrorKind::Unencodable, format!("type {prop_type} of property {tag} has no encoding in TNEF")))
        }
        (_, PropValue::Multiple(values)) if prop_type.is_multiple() => {
            out.emit_u32(u32::try_from(values.len()).map_err(|_| mismatch())?);
            values.iter().try_for_each(|value| emit_one(out, prop_type.single(), value).ok_or_else(mismatch))
        }
        (_, _) if prop_type.is_multiple() => Err(mismatch()),
        (Size::Counted, value) => {
            out.emit_u32(1);
            emit_one(out, prop_type, value).ok_or_else(mismatch)
        }
        (_, value) => emit_one(out, prop_type, value).ok_or_else(mismatch),
    }
}

/// One value: fixed-size with padding, or length, bytes and padding.
fn emit_one(out: &mut Vec<u8>, prop_type: PropType, value: &PropValue<'_>) -> Option<()> {
    if value.prop_type() != Some(prop_type) {
        return None;
    }
    match value {
        PropValue::String8(value) => emit_counted(out, None, &value.0)?,
        PropValue::String(value) => emit_counted(out, None, &value.0)?,
        PropValue::Binary(value) | PropValue::ServerId(value) | PropValue::Restriction(value) | PropValue::RuleAction(value) => {
            emit_counted(out, None, value)?;
        }
        // Without an interface id its first sixteen bytes would be read as one.
        PropValue::Object(Object { interface: None, data }) if data.len() >= 16 => return None,
        PropValue::Object(value) => emit_counted(out, value.interface, &value.data)?,
        value => {
            let start = out.len();
            emit_fixed(out, value)?;
            out.emit_pad4(start);
        }
    }
    Some(())
}

fn emit_counted(out: &mut Vec<u8>, interface: Option<Uuid>, bytes: &[u8]) -> Option<()> {
    let mark = out.emit_length_mark();
    let start = out.len();
    if let Some(interface) = interface {
        out.emit_bytes(&interface.to_bytes_le());
    }
    out.emit_bytes(bytes);
    out.fill_length(mark)?;
    out.emit_pad4(start);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Bytes, FileTime};
    use crate::mapi::{String8, Utf16};

    fn string8(bytes: &'static [u8]) -> PropValue<'static> {
        PropValue::String8(String8(bytes.into()))
    }

    /// (type, value, bytes): the layouts of [MS-OXTNEF] 2.1.3.4, byte by byte.
    fn table() -> Vec<(PropType, PropValue<'static>, Vec<u8>)> {
        let guid = Uuid::from_u128(0x00062008_0000_0000_C000_000000000046);
        let guid_bytes = [0x08, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
        let object = PropValue::Object(Object { interface: Some(guid), data: b"abc".into() });
        vec![
            (PropType::NULL, PropValue::Null, vec![]),
            (PropType::UNSPECIFIED, PropValue::Unspecified, vec![]),
            (PropType::INTEGER16, PropValue::Integer16(-2), vec![0xFE, 0xFF, 0, 0]),
            (PropType::INTEGER32, PropValue::Integer32(-2), vec![0xFE, 0xFF, 0xFF, 0xFF]),
            (PropType::FLOATING32, PropValue::Floating32(1.0), vec![0, 0, 0x80, 0x3F]),
            (PropType::FLOATING64, PropValue::Floating64(1.0), vec![0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
            (PropType::CURRENCY, PropValue::Currency(10_000), vec![0x10, 0x27, 0, 0, 0, 0, 0, 0]),
            (PropType::FLOATING_TIME, PropValue::FloatingTime(2.0), vec![0, 0, 0, 0, 0, 0, 0, 0x40]),
            (PropType::ERROR_CODE, PropValue::ErrorCode(0x8004_010F), vec![0x0F, 1, 4, 0x80]),
            (PropType::BOOLEAN, PropValue::Boolean(true), vec![1, 0, 0, 0]),
            (PropType::INTEGER64, PropValue::Integer64(-1), vec![0xFF; 8]),
            (PropType::TIME, PropValue::Time(FileTime(0x01DA_1747_C66D_0000)), vec![0, 0, 0x6D, 0xC6, 0x47, 0x17, 0xDA, 1]),
            (PropType::GUID, PropValue::Guid(guid), guid_bytes.to_vec()),
            (PropType::STRING8, string8(b"ab\0"), vec![1, 0, 0, 0, 3, 0, 0, 0, b'a', b'b', 0, 0]),
            (PropType::STRING, PropValue::String(Utf16::from("Hi")), vec![1, 0, 0, 0, 6, 0, 0, 0, b'H', 0, b'i', 0, 0, 0, 0, 0]),
            (PropType::BINARY, PropValue::Binary(b"".into()), vec![1, 0, 0, 0, 0, 0, 0, 0]),
            (PropType::BINARY, PropValue::Binary(Bytes::borrowed(&[1, 2, 3, 4])), vec![1, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4]),
            (PropType::SERVER_ID, PropValue::ServerId(Bytes::borrowed(&[7])), vec![1, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0]),
            (PropType::OBJECT, object, {
                let mut bytes = vec![1, 0, 0, 0, 19, 0, 0, 0];
                bytes.extend(guid_bytes);
                bytes.extend(*b"abc\0");
                bytes
            }),
            (
                PropType::MULTIPLE_INTEGER16,
                PropValue::Multiple(vec![PropValue::Integer16(1), PropValue::Integer16(2)]),
                vec![2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
            ),
            (PropType::MULTIPLE_INTEGER32, PropValue::Multiple(vec![]), vec![0, 0, 0, 0]),
            (PropType::MULTIPLE_GUID, PropValue::Multiple(vec![PropValue::Guid(guid)]), {
                let mut bytes = vec![1, 0, 0, 0];
                bytes.extend(guid_bytes);
                bytes
            }),
            (
                PropType::MULTIPLE_STRING8,
                PropValue::Multiple(vec![string8(b"a\0"), string8(b"bcd\0")]),
                vec![2, 0, 0, 0, 2, 0, 0, 0, b'a', 0, 0, 0, 4, 0, 0, 0, b'b', b'c', b'd', 0],
            ),
            (
                PropType::MULTIPLE_BINARY,
                PropValue::Multiple(vec![PropValue::Binary(b"".into()), PropValue::Binary(b"x".into())]),
                vec![2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, b'x', 0, 0, 0],
            ),
        ]
    }

    #[test]
    fn every_type_reads_and_writes() {
        for (prop_type, value, bytes) in table() {
            assert_eq!(extent(size(prop_type), &bytes, &mut 9), Some(bytes.len()), "{prop_type}");
            assert_eq!(decode(prop_type, &bytes).as_ref(), Some(&value), "{prop_type}");
            assert!(padding_is_zero(prop_type, &bytes), "{prop_type}");
            let mut out = Vec::new();
            emit(&mut out, PropTag::new(crate::mapi::PropId(0x3001), prop_type), &value).unwrap();
            assert_eq!(out, bytes, "{prop_type}");
        }
    }

    #[test]
    fn a_cut_value_has_no_extent_but_may_lack_its_padding_at_the_end() {
        for (prop_type, _, bytes) in table() {
            for cut in 0..bytes.len() {
                let Some(taken) = extent(size(prop_type), &bytes[..cut], &mut 9) else { continue };
                assert!(taken == cut && size(prop_type) == Size::Counted && bytes.len() - cut < 4, "{prop_type} {cut}");
            }
        }
    }

    #[test]
    fn a_count_beyond_the_data_fails_at_once() {
        assert!(extent(size(PropType::MULTIPLE_INTEGER32), &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], &mut 9).is_none());
        assert!(extent(size(PropType::MULTIPLE_BINARY), &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], &mut 9).is_none());
        assert!(extent(size(PropType::STRING), &[1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0], &mut 9).is_none());
    }

    #[test]
    fn unknown_types_have_no_size() {
        for code in [0x0008, 0x0BAD, 0x100B, 0x100D, 0x1001] {
            assert_eq!(size(PropType(code)), Size::Unknown, "{code:04x}");
        }
    }

    #[test]
    fn a_boolean_is_its_low_sixteen_bits() {
        assert_eq!(decode(PropType::BOOLEAN, &[0, 0, 9, 9]), Some(PropValue::Boolean(false)));
        assert!(!padding_is_zero(PropType::BOOLEAN, &[0, 0, 9, 9]));
        assert_eq!(decode(PropType::BOOLEAN, &[0, 1, 0, 0]), Some(PropValue::Boolean(true)));
    }

    #[test]
    fn a_value_of_another_type_is_unencodable() {
        let error = emit(&mut Vec::new(), PropTag(0x0037_001F), &PropValue::Integer32(1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unencodable);
        assert_eq!(error.to_string(), "value of property 0x0037001F is not of type PtypString");
    }
}
