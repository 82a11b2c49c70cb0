//! Layer 5: the message in other formats. One options struct each; what a format cannot carry is a diagnostic.

#[cfg(feature = "items")]
mod content_line;
#[cfg(feature = "items")]
pub mod icalendar;
#[cfg(feature = "items")]
mod line_reader;
#[cfg(feature = "mime")]
pub mod mime;
#[cfg(feature = "items")]
pub mod vcard;
