//! The text that a reader of RTF makes, and the limit on it.

use crate::base::context::Ctx;
use crate::base::input::len64;
use crate::base::{Error, Result};

/// Text with a limit. What goes beyond it is dropped and reported once.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) text: String,
    full: bool,
}

impl Output {
    /// Appends `text`, unless it goes beyond what [`Limits::output`](crate::Limits::output) leaves. `offset` is where it comes
    /// from.
    pub(super) fn push(&mut self, text: &str, offset: u64, ctx: &mut Ctx<'_>) -> Result<()> {
        if self.full {
            return Ok(());
        }
        if len64(self.text.as_bytes()).saturating_add(len64(text.as_bytes())) > ctx.budget.output() {
            self.full = true;
            return limit_reached(offset, ctx);
        }
        self.text.push_str(text);
        Ok(())
    }

    /// Whether the limit was reached.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The text; its length is spent from the budget.
    pub(super) fn finish(self, ctx: &mut Ctx<'_>) -> String {
        ctx.budget.spend_output(len64(self.text.as_bytes()));
        self.text
    }
}

/// Reports that there is no more room for output.
pub(super) fn limit_reached(offset: u64, ctx: &mut Ctx<'_>) -> Result<()> {
    ctx.limit(Error::limit(ctx.options.limits.output_reached(), offset))
}
