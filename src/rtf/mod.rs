//! Layer 1: RTF. Compressed RTF ([MS-OXRTFCP]); HTML and text in RTF, out of it and into it ([MS-OXRTFEX]); RTF as
//! text and as HTML.
//!
//! ```
//! use winmail::ReadOptions;
//!
//! let rtf = br"{\rtf1\ansi {\b Figures} of the quarter}";
//! let options = ReadOptions::lenient();
//! assert_eq!(winmail::rtf::to_text(rtf, &options)?.text.trim_end(), "Figures of the quarter");
//! assert!(winmail::rtf::to_html(rtf, &options)?.html.contains("<b>Figures</b>"));
//! # Ok::<(), winmail::Error>(())
//! ```

pub(crate) mod deencapsulate;
pub mod encapsulate;
mod equation;
mod field;
pub(crate) mod html;
mod list_table;
pub mod lzfu;
mod number_format;
mod numbering;
mod output;
pub(crate) mod state;
pub(crate) mod text;
pub mod token;

pub use deencapsulate::{Deencapsulated, Encapsulation, deencapsulate, encapsulation};
pub use html::{Part, RenderedHtml, to_html};
pub use text::{PlainText, to_text};
