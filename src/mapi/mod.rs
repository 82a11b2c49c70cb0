//! Layer 1: MAPI properties. Tags, types, values and names ([MS-OXCDATA]), the dictionary ([MS-OXPROPS]), search keys,
//! entry ids and the binary structures that properties carry.

pub mod bag;
pub mod blob;
pub mod dictionary;
pub mod entry_id;
pub mod enums;
mod generated;
pub mod name;
pub mod search_key;
pub mod tag;
pub mod value;

pub use bag::{Property, PropertySet, Source};
pub use generated::{named, sets, tags};
pub use name::{NameKind, NamedTag, PropName};
pub use search_key::SearchKey;
pub use tag::{PropId, PropTag, PropType};
pub use value::{Object, PropValue, String8, Utf16};
