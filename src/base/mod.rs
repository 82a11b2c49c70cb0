//! Layer 0: what every other layer stands on. Errors, diagnostics, limits, options, input with absolute offsets, output,
//! checksums, code pages and times. Nothing here knows TNEF, MAPI or RTF.

pub(crate) mod brief;
pub mod checksum;
pub mod codepage;
pub(crate) mod context;
pub mod diag;
pub mod error;
mod escape;
pub(crate) mod hex;
pub(crate) mod input;
pub mod limits;
pub(crate) mod lookahead;
mod offset;
pub mod options;
pub(crate) mod output;
pub mod punycode;
pub mod size;
pub mod time;
pub(crate) mod wire;
mod wrapper;

pub use brief::{BriefBytes, BriefText, HexPairs};
pub use codepage::{CodePage, Decoded, Encoded};
pub use diag::{Code, ComplianceStatus, Diagnostic, Path, Report, Segment, Severity};
pub use error::{Error, ErrorKind, Result};
pub use escape::Escaped;
pub use limits::Limits;
pub(crate) use offset::Offset;
pub use options::{Compliance, LegacyAttributes, ReadOptions, WriteMode, WriteOptions};
pub use time::{DateTime, FileTime};
pub use wrapper::Wrapper;
