//! What writing a message carries along.

use crate::base::context::Ctx;
use crate::base::{ReadOptions, Report, Result};
use crate::convert::mime::words::Charset;

use super::options::{BodyForms, MimeOptions};

/// What conversion carries along.
pub(super) struct Writer<'w> {
    pub(super) options: &'w MimeOptions,
    pub(super) charset: Charset,
    pub(super) ctx: Ctx<'w>,
    /// The bodies of the outermost message.
    pub(super) bodies: BodyForms,
    pub(super) depth: usize,
}

impl<'w> Writer<'w> {
    pub(super) fn new(options: &'w MimeOptions, ctx: Ctx<'w>) -> Self {
        Writer { options, charset: Charset::of(options.charset), ctx, bodies: options.bodies, depth: 0 }
    }

    /// Reading within what is left of the budget.
    pub(super) fn read_options(&self) -> ReadOptions {
        let limits = self.options.limits.with_output_left(self.ctx.budget.output(), &self.options.limits);
        ReadOptions::lenient().with_limits(limits)
    }

    /// Runs a conversion of a body within what is left of the budget.
    pub(super) fn budgeted<T>(&mut self, f: impl FnOnce(&mut Ctx<'_>) -> Result<T>) -> Result<T> {
        let mut report = Report::new();
        let result = f(&mut Ctx::new(&self.read_options(), &mut report));
        self.ctx.adopt(&report);
        result
    }
}
