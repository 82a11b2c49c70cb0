//! TNEF (`winmail.dat`) and MAPI properties.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::string_slice
    )
)]

pub mod base;
#[cfg(feature = "cli")]
pub mod cli;
pub mod mapi;
pub mod message;
pub mod rtf;
pub mod tnef;

pub use message::{Attachment, Message, Recipient};

pub use base::{
    Code, CodePage, Compliance, ComplianceStatus, DateTime, Diagnostic, Error, ErrorKind, FileTime, Limits, Path, ReadOptions,
    Report, Result, Segment, Severity, WriteOptions,
};
