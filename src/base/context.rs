//! What reading carries along: options, budget, path and report; and the one place that knows strict from lenient.

use std::borrow::Cow;
use std::fmt;

use super::diag::{Code, Diagnostic, Path, Report, Severity};
use super::error::{Error, Result};
use super::limits::Budget;
use super::options::{Compliance, ReadOptions};

pub(crate) struct Ctx<'r> {
    pub(crate) options: &'r ReadOptions,
    pub(crate) budget: Budget,
    report: &'r mut Report,
    path: Path,
}

/// Runs `f` with a report of its own, which comes back with what `f` returns, or in the error.
pub(crate) fn reported<T>(options: &ReadOptions, f: impl FnOnce(&mut Ctx<'_>) -> Result<T>) -> Result<(T, Report)> {
    let mut report = Report::new();
    match f(&mut Ctx::new(options, &mut report)) {
        Ok(value) => Ok((value, report)),
        Err(error) => Err(error.with_report(report)),
    }
}

impl Report {
    /// Records a defect that a caller found by itself, as reading does.
    ///
    /// # Errors
    /// Where `options` are strict, a defect of severity *error*.
    pub fn add(&mut self, code: Code, detail: impl Into<Cow<'static, str>>, options: &ReadOptions) -> Result<()> {
        Ctx::new(options, self).defect(code, 0, 0, detail.into())
    }

    /// Takes over what another report has.
    pub fn append(&mut self, other: &Report, options: &ReadOptions) {
        self.absorb(other, options.limits.diagnostics, Diagnostic::clone);
    }

    /// Takes over what another report has and this one has not.
    pub fn merge(&mut self, other: &Report, options: &ReadOptions) {
        let new: Vec<Diagnostic> =
            other.diagnostics().iter().filter(|found| !self.diagnostics().contains(found)).cloned().collect();
        self.take_new(new, other, options.limits.diagnostics);
    }
}

impl<'r> Ctx<'r> {
    pub(crate) fn new(options: &'r ReadOptions, report: &'r mut Report) -> Self {
        Ctx { options, budget: Budget::new(&options.limits), report, path: Path::default() }
    }

    /// A defect over `length` bytes from `offset`: recorded, and an error where strict reading ends.
    pub(crate) fn defect(&mut self, code: Code, offset: u64, length: u64, detail: impl fmt::Display) -> Result<()> {
        let path = &self.path;
        // A file may have a million defects; of those that are only counted no sentence is made.
        self.report.push_with(code, length, self.options.limits.diagnostics, || Diagnostic {
            code,
            offset,
            length,
            path: path.clone(),
            detail: detail.to_string(),
        });
        if self.options.compliance == Compliance::Strict && code.severity() == Severity::Error {
            return Err(Error::malformed(code, offset, detail.to_string()).with_path(self.path.clone()));
        }
        Ok(())
    }

    /// An error that a limit caused: recorded; lenient reading goes on with what it has, strict reading ends.
    pub(crate) fn limit(&mut self, error: Error) -> Result<()> {
        self.report.push(
            Diagnostic {
                code: error.code().unwrap_or(Code::LimitReached),
                offset: error.offset().unwrap_or(0),
                length: 0,
                path: self.path.clone(),
                detail: error.message().to_owned(),
            },
            self.options.limits.diagnostics,
        );
        match self.options.compliance {
            Compliance::Strict => Err(error.with_path(self.path.clone())),
            Compliance::Lenient => Ok(()),
        }
    }

    /// Takes over what another report has, under this path.
    #[cfg(any(feature = "mime", feature = "items"))]
    pub(crate) fn adopt(&mut self, report: &Report) {
        self.report.absorb(report, self.options.limits.diagnostics, |diagnostic| {
            let mut path = self.path.clone();
            for segment in diagnostic.path.segments() {
                path.push(segment.name.clone(), segment.index);
            }
            Diagnostic { path, ..diagnostic.clone() }
        });
    }

    /// Goes one step further down the path, until [`Ctx::leave`]. For those who cannot hand the context to a closure.
    #[cfg(feature = "mime")]
    pub(crate) fn enter(&mut self, name: impl Into<Cow<'static, str>>, index: Option<usize>) {
        self.path.push(name, index);
    }

    /// Goes back up.
    #[cfg(feature = "mime")]
    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// Runs `f` one step further down the path.
    pub(crate) fn within<T>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        index: Option<usize>,
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.path.push(name, index);
        let result = f(self);
        self.path.pop();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_and_lenient_differ_only_in_going_on() {
        for (options, goes_on) in [(ReadOptions::lenient(), true), (ReadOptions::strict(), false)] {
            let mut report = Report::new();
            let mut ctx = Ctx::new(&options, &mut report);
            assert!(ctx.defect(Code::TrailingBytes, 1, 2, "a warning never stops").is_ok());
            let result = ctx.within("attBody", None, |ctx| ctx.defect(Code::ChecksumMismatch, 9, 0, "an error may"));
            assert_eq!(result.is_ok(), goes_on);
            assert_eq!(report.diagnostics().len(), 2);
            assert_eq!(report.diagnostics().last().unwrap().path.to_string(), "attBody");
        }
    }
}
