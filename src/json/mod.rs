//! A TNEF stream as JSON and back, every byte of it: the schema `winmail-dump/1` of docs/dump-json.md.
//!
//! [`File`] is written by any serde serializer; [`unpack`] makes the stream again out of what was written, or out of what somebody
//! changed in it. Both go through one model: a type for each object of the JSON, whose fields are the object's fields in their order.
//! Beside each type stands what makes it out of the stream (`of`), and what makes bytes out of it (`pack`). A field that is written
//! for people alone is a `Note`, and is ignored when it is read.
//!
//! Both ways are serde's, derived, but for what a derive cannot do:
//!
//! - A list (`form::List`) makes its items when their turn comes, and bytes become digits while they are written: memory does not
//!   follow the size of the output.
//! - The form of a value follows from a tag or an id beside it. What was read is kept as JSON until that is known.
//! - Errors name the place of what is wrong, so the model is read by a deserializer of our own (`place`), which knows the path.

mod as_text;
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
