//! Layer 1: RTF. Compressed RTF ([MS-OXRTFCP]); HTML and text in RTF, out of it and into it ([MS-OXRTFEX]); RTF as
//! text and as HTML.

pub mod deencapsulate;
pub mod encapsulate;
mod field;
pub mod html;
mod list_table;
pub mod lzfu;
mod output;
pub(crate) mod state;
mod symbol_font;
pub mod text;
pub mod token;

pub use deencapsulate::{Deencapsulated, Encapsulation, deencapsulate, encapsulation};
