//! How to read and write: strict or lenient, limits, code page.

use super::codepage::CodePage;
use super::limits::Limits;

/// Whether a defect ends reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compliance {
    /// Record a diagnostic, recover, go on.
    #[default]
    Lenient,
    /// A defect of severity *error* becomes an [`Error`](crate::Error).
    Strict,
}

/// How to read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Strict or lenient. Default lenient.
    pub compliance: Compliance,
    /// What reading may cost.
    pub limits: Limits,
    /// The code page of 8-bit strings where the stream names none. Default: PidTagMessageCodepage, then
    /// PidTagInternetCodepage, then 1252.
    pub default_code_page: Option<CodePage>,
}

impl ReadOptions {
    /// Lenient, default limits.
    #[must_use]
    pub fn lenient() -> Self {
        ReadOptions::default()
    }

    /// Strict, default limits.
    #[must_use]
    pub fn strict() -> Self {
        ReadOptions { compliance: Compliance::Strict, ..ReadOptions::default() }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same with a code page for streams that name none.
    #[must_use]
    pub fn with_default_code_page(mut self, code_page: CodePage) -> Self {
        self.default_code_page = Some(code_page);
        self
    }
}

/// How to write.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct WriteOptions {}
