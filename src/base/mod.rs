//! Layer 0: what every other layer stands on. Errors, diagnostics, limits, options, input with absolute offsets, output,
//! checksums, code pages and times. Nothing here knows TNEF, MAPI or RTF.

pub(crate) mod brief;
pub(crate) mod bytes;
mod category;
pub(crate) mod checksum;
pub(crate) mod codepage;
pub(crate) mod context;
pub(crate) mod diag;
pub(crate) mod error;
mod escape;
pub(crate) mod hex;
pub(crate) mod input;
#[cfg(feature = "jiff")]
mod jiff_times;
pub(crate) mod limits;
pub(crate) mod lookahead;
mod offset;
pub(crate) mod options;
pub(crate) mod output;
pub mod punycode;
pub mod size;
pub(crate) mod steps;
pub(crate) mod symbol_font;
pub(crate) mod time;
pub(crate) mod wire;
mod wrapper;

pub use brief::{BriefBytes, BriefText, HexPairs};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use bytes::Bytes;
pub use category::Category;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use codepage::CodePage;
pub use codepage::{Decoded, Encoded};
pub use diag::{CATALOGUE, CodeInfo, ComplianceStatus, Path, Segment};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use diag::{Code, Diagnostic, Report, Severity};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use error::{Error, ErrorKind, Result};
pub use escape::Escaped;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use limits::Limits;
pub(crate) use offset::Offset;
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use options::{Compliance, ReadOptions, WriteOptions};
pub use options::{LegacyAttributes, WriteMode};
#[allow(unused_imports)] // not every feature uses each of them
pub(crate) use time::{DateTime, FileTime};
pub use wrapper::Wrapper;
