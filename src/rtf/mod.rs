//! Layer 1: RTF. Compressed RTF ([MS-OXRTFCP]); HTML and text in RTF, out of it and into it ([MS-OXRTFEX]); RTF as
//! text and as HTML.

pub(crate) mod deencapsulate;
pub mod encapsulate;
mod equation;
mod field;
pub(crate) mod html;
mod list_table;
pub mod lzfu;
mod numbering;
mod output;
pub(crate) mod state;
pub(crate) mod text;
pub mod token;

pub use deencapsulate::{Deencapsulated, Encapsulation, deencapsulate, encapsulation};
pub use html::{Part, RenderedHtml, to_html};
pub use text::{PlainText, to_text};
