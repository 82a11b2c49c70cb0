//! Making RTF: HTML and plain text encapsulated in it ([MS-OXRTFEX] 2.1.4, 2.2; the rules of writers).
//!
//! What is written is ASCII, in groups and lines of moderate length; characters of windows-1252 beyond ASCII that are also
//! Latin 1 are `\'hh`, all others `\uN` with `?` for readers without Unicode.
//!
//! [`deencapsulate`](super::deencapsulate()) gives back what went in, with one exception that lies in the format: it has no
//! line end but `\par`, so that CR, LF and CR LF all come back as CR LF.

mod escape;
mod html;
mod markup;
mod text;

pub use html::from_html;
pub use text::from_text;
