//! A TNEF stream as JSON and back, every byte of it: the schema `winmail-dump/1` of docs/dump-json.md.
//!
//! [`File`] is written by any serde serializer; [`unpack`] makes the stream again out of what was written, or out of what somebody
//! changed in it. Both go through one model: a type for each object of the JSON, whose fields are the object's fields in their order.
//! Beside each type stands what makes it out of the stream (`of`), and what makes bytes out of it (`pack`).
//!
//! Nothing is collected in writing: a list makes its items when their turn comes, bytes become digits while they are written, and
//! memory does not follow the size of the output.

mod attribute;
mod attribute_value;
mod context;
mod file;
mod form;
mod piece;
mod place;
mod property;
mod report;
mod row;
mod value;

pub use file::{File, SCHEMA, unpack};
