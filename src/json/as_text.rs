//! What is a word, a number or an id to people, as the text that `Display` gives.

use serde::ser::{Serialize, Serializer};

use crate::base::{Code, CodePage, DateTime, FileTime, Severity};
use crate::mapi::blob::{MinuteTime, OverrideFlags, ReportTag};
use crate::mapi::{PropId, PropTag, PropType, SearchKey, Utf16};

macro_rules! as_text {
    ($($name:ty),+ $(,)?) => {$(
        impl Serialize for $name {
            /// As text.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

as_text!(
    Code,
    CodePage,
    DateTime,
    FileTime,
    MinuteTime,
    PropId,
    PropTag,
    PropType,
    ReportTag<'_>,
    SearchKey<'_>,
    Severity,
    Utf16<'_>
);

impl Serialize for OverrideFlags {
    /// As a number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.bits())
    }
}
