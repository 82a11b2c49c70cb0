//! Layer 2: the TNEF stream ([MS-OXTNEF]).
//!
//! | section | structure | here |
//! |---|---|---|
//! | 2.1.3.1 | signature, key | [`Reader`], [`Header`] |
//! | 2.1.3.2 | attribute, checksum | [`Attribute`], [`checksum`] |
//! | 2.1.3.3 | attribute ids and data | [`AttrId`], [`AttributeValue`] |
//! | 2.1.3.4 | property lists | [`PropertyList`], [`PropertyRef`] |
//! | 2.1.3.5.3 | recipient table | [`RecipientTable`] |
//!
//! [`Reader::attributes`] is the strict walk; [`Reader::pieces`] accounts for every byte of a damaged stream.
//! [`StreamReader`] does the same for a stream that does not fit memory.

pub mod attribute;
pub mod class_name;
mod counted_strings;
pub mod dtr;
pub mod mapping;
pub mod message_status;
pub mod prop_stream;
pub mod prop_value;
pub mod props;
pub mod reader;
pub mod recip_table;
pub mod rend_data;
pub mod skeleton;
pub mod stream;
pub mod triple;
pub mod value;
pub mod writer;

pub use crate::base::checksum::checksum;
pub use attribute::{AttrId, Attribute, ChecksumState, Framing, Layout, Level};
pub use dtr::Dtr;
pub use message_status::{MessageStatus, Priority};
pub use prop_stream::{PropertyEvent, PropertyStream, ValueEnd, ValueReader};
pub use prop_value::Values;
pub use props::{Properties, PropertyList, PropertyPiece, PropertyPieces, PropertyRef};
pub use reader::{Attributes, Header, Lost, Piece, Pieces, Reader, SIGNATURE, SIGNATURE_BYTES};
pub use recip_table::{RecipientTable, Row, Rows};
pub use rend_data::{AttachType, RendData, RendFlags};
pub use stream::{DataEnd, DataReader, LostBytes, StreamEvent, StreamReader};
pub use triple::{NameAndAddress, Triple};
pub use value::{AttributeValue, HexText, OemCodePages};
pub use writer::{PropertyListWriter, Writer};
