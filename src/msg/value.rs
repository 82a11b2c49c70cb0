//! Values of properties ([MS-OXMSG] 2.4.2): in the entry, in a stream, in a stream for each of several values.
//!
//! Text stands without the NUL that it has elsewhere, but for the values of multi-valued properties.

use std::borrow::Cow;

use crate::base::Bytes;
pub(super) use crate::mapi::value_bytes::emit_fixed;
use crate::mapi::{Object, PropType, PropValue, value_bytes};

/// Where the values of a type stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In the entry of the list.
    Entry,
    /// In a stream.
    Stream,
    /// In a stream, so many bytes each.
    Row(usize),
    /// Each in a stream of its own. One more has their lengths, so many bytes each.
    Streams(usize),
}

/// Where the values of a type stand; `None` for a type that no specification knows.
pub(super) fn place(prop_type: PropType) -> Option<Place> {
    Some(match prop_type {
        PropType::UNSPECIFIED
        | PropType::NULL
        | PropType::INTEGER16
        | PropType::INTEGER32
        | PropType::FLOATING32
        | PropType::FLOATING64
        | PropType::CURRENCY
        | PropType::FLOATING_TIME
        | PropType::ERROR_CODE
        | PropType::BOOLEAN
        | PropType::INTEGER64
        | PropType::TIME => Place::Entry,
        PropType::STRING8
        | PropType::STRING
        | PropType::BINARY
        | PropType::OBJECT
        | PropType::SERVER_ID
        | PropType::RESTRICTION
        | PropType::RULE_ACTION
        | PropType::GUID => Place::Stream,
        PropType::MULTIPLE_INTEGER16 => Place::Row(2),
        PropType::MULTIPLE_INTEGER32 | PropType::MULTIPLE_FLOATING32 => Place::Row(4),
        PropType::MULTIPLE_FLOATING64
        | PropType::MULTIPLE_CURRENCY
        | PropType::MULTIPLE_FLOATING_TIME
        | PropType::MULTIPLE_INTEGER64
        | PropType::MULTIPLE_TIME => Place::Row(8),
        PropType::MULTIPLE_GUID => Place::Row(16),
        PropType::MULTIPLE_STRING8 | PropType::MULTIPLE_STRING => Place::Streams(4),
        PropType::MULTIPLE_BINARY => Place::Streams(8),
        _ => return None,
    })
}

/// A value of fixed size at the start of `bytes`.
pub(super) fn fixed(prop_type: PropType, bytes: &[u8]) -> Option<PropValue<'static>> {
    match prop_type {
        // Writers leave garbage behind the first byte.
        PropType::BOOLEAN => Some(PropValue::Boolean(*bytes.first()? != 0)),
        _ => value_bytes::fixed(prop_type, bytes),
    }
}

/// A value that is all of a stream; `None` for types that have none.
pub(super) fn whole(prop_type: PropType, bytes: Bytes<'_>) -> Option<PropValue<'_>> {
    match prop_type {
        PropType::GUID => fixed(PropType::GUID, &bytes),
        _ => value_bytes::variable(prop_type, bytes),
    }
}

/// The size that the list gives a value whose stream has so many bytes.
pub(super) fn declared_size(prop_type: PropType, length: usize) -> usize {
    match prop_type {
        PropType::STRING8 => length.saturating_add(1),
        PropType::STRING => length.saturating_add(2),
        _ => length,
    }
}

/// The bytes of a value as a stream holds it: text without its NUL.
pub(super) fn stream_bytes<'v>(value: &'v PropValue<'_>) -> Option<Cow<'v, [u8]>> {
    Some(match value {
        PropValue::String8(text) => Cow::Borrowed(text.0.strip_suffix(&[0]).unwrap_or(&text.0)),
        PropValue::String(text) => {
            // Half a character means nothing, and other programs fail at it.
            let whole = text.0.get(..text.0.len() & !1).unwrap_or_default();
            Cow::Borrowed(whole.strip_suffix(&[0, 0]).unwrap_or(whole))
        }
        PropValue::Binary(bytes) | PropValue::ServerId(bytes) | PropValue::Restriction(bytes) | PropValue::RuleAction(bytes) => {
            Cow::Borrowed(bytes)
        }
        PropValue::Guid(guid) => Cow::Owned(guid.to_bytes_le().to_vec()),
        PropValue::Object(Object { interface: None, data }) => Cow::Borrowed(data),
        PropValue::Object(Object { interface: Some(interface), data }) => {
            Cow::Owned([&interface.to_bytes_le()[..], data].concat())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileTime;
    use crate::mapi::{String8, Utf16};
    use uuid::Uuid;

    #[test]
    fn values_of_fixed_size_read_and_write() {
        let guid = Uuid::from_u128(0x00062008_0000_0000_C000_000000000046);
        for (prop_type, value, bytes) in [
            (PropType::INTEGER16, PropValue::Integer16(-2), vec![0xFE, 0xFF]),
            (PropType::INTEGER32, PropValue::Integer32(-2), vec![0xFE, 0xFF, 0xFF, 0xFF]),
            (PropType::FLOATING32, PropValue::Floating32(1.0), vec![0, 0, 0x80, 0x3F]),
            (PropType::FLOATING64, PropValue::Floating64(1.0), vec![0, 0, 0, 0, 0, 0, 0xF0, 0x3F]),
            (PropType::CURRENCY, PropValue::Currency(10_000), vec![0x10, 0x27, 0, 0, 0, 0, 0, 0]),
            (PropType::FLOATING_TIME, PropValue::FloatingTime(2.0), vec![0, 0, 0, 0, 0, 0, 0, 0x40]),
            (PropType::ERROR_CODE, PropValue::ErrorCode(0x8004_010F), vec![0x0F, 1, 4, 0x80]),
            (PropType::BOOLEAN, PropValue::Boolean(true), vec![1, 0]),
            (PropType::INTEGER64, PropValue::Integer64(-1), vec![0xFF; 8]),
            (PropType::TIME, PropValue::Time(FileTime(0x01DA_1747_C66D_0000)), vec![0, 0, 0x6D, 0xC6, 0x47, 0x17, 0xDA, 1]),
            (PropType::GUID, PropValue::Guid(guid), vec![0x08, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]),
        ] {
            assert_eq!(fixed(prop_type, &bytes).as_ref(), Some(&value));
            let mut out = Vec::new();
            emit_fixed(&mut out, &value).unwrap();
            assert_eq!(out, bytes);
            assert!((0..bytes.len().min(1)).all(|length| fixed(prop_type, &bytes[..length]).is_none()));
        }
        assert_eq!(fixed(PropType::BOOLEAN, &[0, 7]), Some(PropValue::Boolean(false)));
    }

    #[test]
    fn text_loses_one_nul() {
        let text = |bytes: &'static [u8]| PropValue::String(Utf16(bytes.into()));
        for (value, bytes) in [
            (text(b"a\0\0\0"), &b"a\0"[..]),
            (text(b"a\0"), b"a\0"),
            (text(b"\0\0"), b""),
            (text(b""), b""),
            // The NUL stands across two characters.
            (text(b"a\0\0\x01"), b"a\0\0\x01"),
            (text(b"abc\0\0"), b"abc\0"),
            (PropValue::String8(String8(b"ab\0".into())), b"ab"),
            (PropValue::Object(Object { interface: None, data: b"abc".into() }), b"abc"),
        ] {
            assert_eq!(stream_bytes(&value).unwrap(), bytes);
        }
    }

    #[test]
    fn every_known_type_has_a_place() {
        assert!(PropType::KNOWN.iter().all(|known| place(*known).is_some()));
        assert_eq!(place(PropType(0x0BAD)), None);
    }
}
