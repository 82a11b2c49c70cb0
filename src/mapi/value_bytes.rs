//! Single values as bytes ([MS-OXCDATA] 2.11.1), little-endian, without what a container puts around them: the same in TNEF and in .msg.
//! PtypBoolean is read by the container, as they differ in how many of its bytes count.

use nom::Parser;
use uuid::Uuid;

use crate::base::input::{le_f32, le_f64, le_i16, le_i32, le_i64, le_u32, le_u64, peek};
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::base::{Bytes, FileTime};

use super::tag::PropType;
use super::value::{Object, PropValue, String8, Utf16};

/// A value of fixed size at the start of `bytes`; `None` for other types, and where bytes are missing.
#[inline]
pub(crate) fn fixed(prop_type: PropType, bytes: &[u8]) -> Option<PropValue<'static>> {
    fn number<'b, T>(parser: impl Parser<&'b [u8], Output = T, Error = ()>, bytes: &'b [u8]) -> Option<T> {
        peek(parser, bytes)
    }
    Some(match prop_type {
        PropType::UNSPECIFIED => PropValue::Unspecified,
        PropType::NULL => PropValue::Null,
        PropType::INTEGER16 => PropValue::Integer16(number(le_i16, bytes)?),
        PropType::INTEGER32 => PropValue::Integer32(number(le_i32, bytes)?),
        PropType::FLOATING32 => PropValue::Floating32(number(le_f32, bytes)?),
        PropType::FLOATING64 => PropValue::Floating64(number(le_f64, bytes)?),
        PropType::CURRENCY => PropValue::Currency(number(le_i64, bytes)?),
        PropType::FLOATING_TIME => PropValue::FloatingTime(number(le_f64, bytes)?),
        PropType::ERROR_CODE => PropValue::ErrorCode(number(le_u32, bytes)?),
        PropType::INTEGER64 => PropValue::Integer64(number(le_i64, bytes)?),
        PropType::TIME => PropValue::Time(FileTime(number(le_u64, bytes)?)),
        PropType::GUID => PropValue::Guid(guid(bytes)?.0),
        _ => return None,
    })
}

/// A value that is all of `bytes`; `None` for types of fixed size.
#[inline]
pub(crate) fn variable(prop_type: PropType, bytes: Bytes<'_>) -> Option<PropValue<'_>> {
    Some(match prop_type {
        PropType::STRING8 => PropValue::String8(String8(bytes)),
        PropType::STRING => PropValue::String(Utf16(bytes)),
        PropType::BINARY => PropValue::Binary(bytes),
        PropType::SERVER_ID => PropValue::ServerId(bytes),
        PropType::RESTRICTION => PropValue::Restriction(bytes),
        PropType::RULE_ACTION => PropValue::RuleAction(bytes),
        PropType::OBJECT => PropValue::Object(match guid(&bytes).map(|(interface, _)| interface) {
            None => Object { interface: None, data: bytes },
            interface => Object { interface, data: bytes.slice(16..bytes.len()).unwrap_or_default() },
        }),
        _ => return None,
    })
}

/// A GUID in its binary form, and what follows it.
#[inline]
pub(crate) fn guid(bytes: &[u8]) -> Option<(Uuid, &[u8])> {
    let (guid, rest) = bytes.split_first_chunk::<16>()?;
    Some((Uuid::from_bytes_le(*guid), rest))
}

/// Appends a value of fixed size; `None` for other values.
pub(crate) fn emit_fixed(out: &mut Vec<u8>, value: &PropValue<'_>) -> Option<()> {
    match value {
        PropValue::Unspecified | PropValue::Null => {}
        PropValue::Integer16(value) => out.emit_bytes(&value.le_bytes()),
        PropValue::Integer32(value) => out.emit_bytes(&value.le_bytes()),
        PropValue::Floating32(value) => out.emit_bytes(&value.le_bytes()),
        PropValue::Floating64(value) | PropValue::FloatingTime(value) => out.emit_bytes(&value.le_bytes()),
        PropValue::Currency(value) | PropValue::Integer64(value) => out.emit_bytes(&value.le_bytes()),
        PropValue::ErrorCode(value) => out.emit_u32(*value),
        PropValue::Boolean(value) => out.emit_u16(u16::from(*value)),
        PropValue::Time(value) => out.emit_u64(value.0),
        PropValue::Guid(value) => out.emit_bytes(&value.to_bytes_le()),
        _ => return None,
    }
    Some(())
}
