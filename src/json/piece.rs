//! Pieces: what a stream, a recipient table or a property list falls into. Their field `piece` says what they are.

use serde::{Deserialize, Serialize};

use crate::base::diag::Code;
use crate::mapi::PropTag;

use super::context::Source;
use super::form::{Hex, Note, Text};

/// An enum whose variants `piece` tells apart. What serde derives to read it would forget where it is.
macro_rules! pieces {
    ($(#[$doc:meta])* $name:ident in $place:literal { $($variant:ident($inner:ty) = $piece:literal,)* }) => {
        $(#[$doc])*
        #[derive(serde::Serialize)]
        #[serde(tag = "piece")]
        pub(super) enum $name<'a> {
            $(#[serde(rename = $piece)] $variant($inner),)*
        }

        impl $crate::json::place::Item for $name<'_> {
            fn read(value: serde_json::Value) -> Result<Self, $crate::json::place::Wrong> {
                use $crate::json::place::{At, Wrong, piece_of, read};
                match piece_of(&value)? {
                    $($piece => read(value).map($name::$variant),)*
                    other => Err(Wrong::new(format_args!("there is no piece {other:?} in {}", $place))).at("piece"),
                }
            }
        }
    };
}

pub(super) use pieces;

/// Bytes that are no attribute, no property or no row.
#[derive(Serialize, Deserialize)]
pub(super) struct Lost<'a> {
    offset: Note<u64>,
    length: Note<usize>,
    code: Note<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_tag: Option<Note<Text<PropTag>>>,
    hex: Hex<'a>,
}

impl<'a> Lost<'a> {
    pub(super) fn of(code: Code, tag: Option<PropTag>, bytes: &'a [u8], offset: u64, source: &Source<'_>) -> Self {
        Lost {
            offset: offset.into(),
            length: bytes.len().into(),
            code: code.name().into(),
            lost_tag: tag.map(|tag| Text(tag).into()),
            hex: source.hex(bytes),
        }
    }

    pub(super) fn pack(self, out: &mut Vec<u8>) {
        out.append(&mut self.hex.into_bytes());
    }
}
