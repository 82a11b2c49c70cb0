//! What is a word, a number or an id to people, as the text that `Display` gives.

use serde::ser::{Serialize, Serializer};

use crate::base::{Code, CodePage, FileTime, Severity};
use crate::mapi::blob::ReportTag;
use crate::mapi::{PropId, PropTag, PropType, SearchKey};

macro_rules! as_text {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            /// As text.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

as_text!(Code, CodePage, FileTime, PropId, PropTag, PropType, ReportTag<'_>, SearchKey<'_>, Severity);
