//! Binary structures that properties carry: a file for each, reader and writer together.
//!
//! A structure that does not read is an [`Error`] without an offset (the property's place is its caller's to know); the
//! property keeps its bytes in any case.

pub(crate) mod appointment_recurrence;
pub(crate) mod conversation_index;
pub(crate) mod correlation_key;
pub(crate) mod exception_info;
pub(crate) mod extended_exception;
pub(crate) mod global_object_id;
pub(crate) mod list_members;
pub(crate) mod minute_time;
pub(crate) mod recurrence_pattern;
pub(crate) mod report_tag;
pub(crate) mod system_time;
pub(crate) mod time_zone_definition;
pub(crate) mod time_zone_struct;
pub(crate) mod verb_stream;

use std::borrow::Cow;

use crate::base::input::{Cursor, le_u16, le_u32, length};
use crate::base::output::Emit;
use crate::base::{Error, ErrorKind};

use super::own;
use super::value::Utf16;

pub use appointment_recurrence::{AppointmentRecurrence, ExtendedExceptions};
pub use conversation_index::{ConversationIndex, HeaderLayout, ResponseLevel};
pub use correlation_key::CorrelationKey;
pub use exception_info::{ExceptionInfo, ExceptionText, OverrideFlags};
pub use extended_exception::{ExtendedException, ExtendedTexts};
pub use global_object_id::{GlobalObjectId, InstanceDate};
pub use list_members::{ListMember, ListMembers, list_checksum};
pub use minute_time::MinuteTime;
pub use recurrence_pattern::{Pattern, RecurrencePattern, WeekDays};
pub use report_tag::ReportTag;
pub use system_time::SystemTime;
pub use time_zone_definition::{TimeZoneDefinition, TimeZoneRule};
pub use time_zone_struct::TimeZoneStruct;
pub use verb_stream::{Verb, VerbNames, VerbStream};

fn malformed(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Malformed, message)
}

fn unencodable(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Unencodable, message)
}

/// Bytes behind their 32-bit length.
fn take_counted<'a>(input: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let count = length(input.parse(le_u32)?);
    input.take(count)
}

/// `None` if there are more bytes than 32 bits can say.
fn emit_counted(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    let mark = out.emit_length_mark();
    out.emit_bytes(bytes);
    out.fill_length(mark)
}

/// UTF-16 behind its number of 16-bit units, without a NUL.
fn take_units<'a>(input: &mut Cursor<'a>) -> Option<Utf16<'a>> {
    let units = usize::from(input.parse(le_u16)?);
    Some(Utf16(input.take(units.checked_mul(2)?)?.into()))
}

/// `None` if there are more units than 16 bits can say, or half a one.
fn emit_units(out: &mut Vec<u8>, text: &Utf16<'_>) -> Option<()> {
    let units = text.0.len().checked_div(2).filter(|_| text.0.len() % 2 == 0)?;
    out.emit_u16(u16::try_from(units).ok()?);
    out.emit_bytes(&text.0);
    Some(())
}
