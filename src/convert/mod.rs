//! Layer 4: the message in other formats. One options struct each; what a format cannot carry is a diagnostic.

pub mod mime;
