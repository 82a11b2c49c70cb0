//! Rows of a recipient table.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::base::diag::Code;
use crate::tnef::{self, PropertyPiece};

use super::context::{Source, Target};
use super::form::{List, Note};
use super::piece::{Counted, Lost, pack_list, pieces};
use super::place::{At, Wrong};
use super::property::ListPiece;

pieces! {
    /// A row, or what is lost between rows.
    TablePiece in "a recipient table" {
        Row(Row<'a>) = "row",
        Lost(Lost<'a>) = "lost",
    }
}

/// A row.
#[derive(Serialize, Deserialize)]
pub(super) struct Row<'a> {
    offset: Note<u64>,
    length: Note<u64>,
    declared_count: Option<u32>,
    count: Option<u32>,
    properties: List<'a, ListPiece<'a>>,
}

impl<'m> TablePiece<'m> {
    pub(super) fn of(row: tnef::Row<'m>, source: &Rc<Source<'m>>) -> Self {
        let (list, offset, length) = match row {
            tnef::Row::Properties { list, offset, length } => (list, offset, length),
            tnef::Row::Lost { bytes, offset } => {
                return TablePiece::Lost(Lost::of(Code::InvalidRowCount, None, bytes, offset, source));
            }
        };
        // A row ends where its count says: the walk of a list would go on into the next row.
        let properties = list.iter().flatten().map(PropertyPiece::Property);
        let source = Rc::clone(source);
        TablePiece::Row(Row {
            offset: offset.into(),
            length: length.into(),
            declared_count: Some(list.declared_count()),
            count: u32::try_from(properties.clone().count()).ok(),
            properties: List::new(properties.map(move |piece| ListPiece::of(&piece, &source))),
        })
    }
}

impl Counted for TablePiece<'_> {
    fn pack(self, target: &mut Target<'_>, out: &mut Vec<u8>) -> Result<bool, Wrong> {
        match self {
            TablePiece::Row(row) => {
                pack_list(row.properties, row.declared_count, row.count, target, out).at("properties").map(|()| true)
            }
            TablePiece::Lost(lost) => {
                lost.pack(out);
                Ok(false)
            }
        }
    }
}
