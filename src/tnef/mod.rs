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
//!
//! ```
//! use winmail::tnef::{AttributeValue, Reader};
//!
//! let bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
//! for attribute in Reader::new(&bytes)?.attributes() {
//!     let attribute = attribute?;
//!     if let AttributeValue::Properties(list) = attribute.value()? {
//!         println!("{} at {}: {} properties", attribute.id(), attribute.offset(), list.declared_count());
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod attribute;
pub mod class_name;
mod counted_strings;
pub(crate) mod dtr;
pub(crate) mod header;
pub(crate) mod mapping;
pub(crate) mod message_status;
mod pieces;
pub(crate) mod plain;
pub(crate) mod prop_stream;
pub(crate) mod prop_value;
pub(crate) mod props;
mod reader;
pub(crate) mod recip_table;
pub(crate) mod rend_data;
pub mod skeleton;
pub(crate) mod stream;
pub(crate) mod trp;
pub(crate) mod value;
pub(crate) mod writer;

pub use crate::base::checksum::checksum;
pub use attribute::{AttrId, Attribute, ChecksumState, Framing, Layout, Level};
pub use dtr::Dtr;
pub use header::{Header, SIGNATURE, SIGNATURE_BYTES};
pub use mapping::{ATTACH_ENCODING_MAC_BINARY, ATTACH_TAG_OLE};
pub use message_status::{MessageStatus, Priority};
pub use pieces::{Lost, Piece, Pieces, SEARCH_FACTOR, SIGNATURE_SEARCH};
pub use prop_stream::{PropertyEvent, PropertyStream, ValueEnd, ValueReader};
pub use prop_value::Values;
pub use props::{Properties, PropertyList, PropertyPiece, PropertyPieces, PropertyRef};
pub use reader::{Attributes, Reader};
pub use recip_table::{RecipientTable, Row, Rows};
pub use rend_data::{AttachType, RendData, RendFlags};
pub use stream::{DataEnd, DataReader, LostBytes, StreamEvent, StreamReader, WINDOW};
pub use trp::{NameAndAddress, TRPID_ONE_OFF, Trp};
pub use value::{AttributeValue, HexText, OemCodePages, VERSION};
pub use writer::{PropertyListWriter, Writer};
