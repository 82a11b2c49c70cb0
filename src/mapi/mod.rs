//! Layer 1: MAPI properties. Tags, types, values and names ([MS-OXCDATA]), the dictionary ([MS-OXPROPS]), search keys,
//! entry ids and the binary structures that properties carry.
//!
//! ```
//! use winmail::mapi::{PropTag, dictionary};
//!
//! let tag: PropTag = "PidTagSubject".parse()?;
//! assert_eq!(tag, PropTag(0x0037_001F));
//! assert_eq!(dictionary::lookup_tag(tag).unwrap().best_name(), "PidTagSubject");
//! # Ok::<(), winmail::Error>(())
//! ```

pub(crate) mod bag;
pub mod blob;
pub mod dictionary;
pub mod entry_id;
pub(crate) mod enums;
pub(crate) mod error_code;
pub(crate) mod generated;
pub(crate) mod name;
pub mod property_text;
pub(crate) mod search_key;
pub(crate) mod tag;
pub(crate) mod typed;
pub(crate) mod value;
pub(crate) mod value_bytes;
mod value_text;

pub use bag::{Property, PropertyBag, Source};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use blob::CorrelationKey;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use entry_id::{EntryId, FlatEntryList, OneOffFlags};
pub use enums::{AttachFlags, AttachMethod, MessageFlags, RecipientType, named_values, value_name};
pub use error_code::ErrorCode;
pub use generated::{named, sets, tags};
pub use name::{NameKind, NamedKind, NamedTag, PropName};
pub use search_key::{RecordKey, SearchKey, SearchKeyKind};
pub use tag::{PropId, PropTag, PropType};
pub use typed::{IntoValue, Multiple, Named, Other, Tag, TypedProperty, ValueType};
pub use value::{Object, PropValue, String8, Utf16};
pub use value_text::ValueText;

/// Bytes that borrow nothing.
fn own(bytes: std::borrow::Cow<'_, [u8]>) -> std::borrow::Cow<'static, [u8]> {
    bytes.into_owned().into()
}

/// The real samples that tests read, where they are present.
#[cfg(test)]
pub(crate) mod corpus {
    use std::path::PathBuf;

    /// Name and bytes of every file in a folder of the samples; empty, with a printed line, where there are no samples.
    pub(crate) fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
        let root = std::env::var_os("WINMAIL_CORPUS")
            .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus")), PathBuf::from);
        if !root.is_dir() {
            println!("no samples at {}: skipped", root.display());
            return Vec::new();
        }
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file());
        let files: Vec<_> = entries
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
            .collect();
        assert!(!files.is_empty(), "no files in {folder}");
        files
    }

    /// A table of `tools/tables`; `None`, with a printed line, where the package stands alone.
    pub(crate) fn table(name: &str) -> Option<String> {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tools/tables"));
        if !folder.is_dir() {
            println!("skipped: no tables at {}", folder.display());
            return None;
        }
        Some(std::fs::read_to_string(folder.join(name)).unwrap())
    }

    /// Every place at which `wanted` stands.
    pub(crate) fn find_all<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        bytes.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
    }

    /// The bytes from `start` on, as many as the 32-bit length before them says; `None` if that is more than a small value has.
    pub(crate) fn counted(bytes: &[u8], start: usize) -> Option<&[u8]> {
        let length = bytes.get(start.checked_sub(4)?..start)?;
        let length = usize::try_from(u32::from_le_bytes(length.try_into().unwrap())).unwrap();
        if length > 4096 {
            return None;
        }
        bytes.get(start..)?.get(..length)
    }
}
