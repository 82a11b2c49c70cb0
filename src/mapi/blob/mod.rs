//! Binary structures that properties carry: a file for each, reader and writer together.
//!
//! A structure that does not read is an [`Error`] without an offset (the property's place is its caller's to know); the
//! property keeps its bytes in any case.

pub(crate) mod conversation_index;
pub(crate) mod correlation_key;
pub(crate) mod global_object_id;
pub(crate) mod report_tag;
pub(crate) mod verb_stream;

use std::borrow::Cow;

use crate::base::input::{Cursor, le_u32, length};
use crate::base::output::Emit;
use crate::base::{Error, ErrorKind};

use super::own;

pub use conversation_index::{ConversationIndex, HeaderLayout, ResponseLevel};
pub use correlation_key::CorrelationKey;
pub use global_object_id::{GlobalObjectId, InstanceDate};
pub use report_tag::ReportTag;
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
