//! Pieces: what a stream, a recipient table or a property list falls into. Their field `piece` says what they are, and the lists that
//! they stand in begin with a count, but for the stream.

use serde::{Deserialize, Serialize};

use crate::base::diag::Code;
use crate::base::output::Emit;
use crate::mapi::PropTag;

use super::context::{Source, Target};
use super::form::{Hex, List, Note, Prefixed, Text};
use super::place::Wrong;

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
    lost_tag: Option<Note<Text<Prefixed>>>,
    hex: Hex<'a>,
}

impl<'a> Lost<'a> {
    pub(super) fn of(code: Code, tag: Option<PropTag>, bytes: &'a [u8], offset: u64, source: &Source<'_>) -> Self {
        Lost {
            offset: offset.into(),
            length: bytes.len().into(),
            code: code.name().into(),
            lost_tag: tag.map(|tag| Text(Prefixed(tag.0)).into()),
            hex: source.hex(bytes),
        }
    }

    pub(super) fn pack(self, out: &mut Vec<u8>) {
        out.append(&mut self.hex.into_bytes());
    }
}

/// A piece of something that begins with a count.
pub(super) trait Counted: Sized {
    /// Appends its bytes, and says whether it counts.
    fn pack(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<bool, Wrong>;
}

/// Appends a count and pieces. The count is as it stands where it was wrong when the stream was dumped, else how many there are.
pub(super) fn pack_list<'a, T: Counted + 'a>(
    list: List<'a, T>,
    declared: Option<u32>,
    dumped: Option<u32>,
    target: &mut Target<'_>,
    out: &mut Vec<u8>,
) -> Result<(), Wrong> {
    let count = out.emit_length_mark();
    let mut there = 0_u32;
    list.each(|piece| {
        there = there.saturating_add(piece.pack(target, out)?.into());
        Ok(())
    })?;
    out.fill(count, declared.filter(|_| declared != dumped).unwrap_or(there));
    Ok(())
}
