//! A TNEF stream as JSON and back, every byte of it: the schema `winmail-dump/1` of docs/dump-json.md.
//!
//! [`File`] is written by any serde serializer; [`unpack`] makes the stream again out of what was written, or out of what somebody
//! changed in it.

mod dump;
mod node;
mod pack;
mod report;
mod value;

pub use dump::{File, SCHEMA};
pub use pack::unpack;
