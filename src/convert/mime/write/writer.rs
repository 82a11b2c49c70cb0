//! What writing a message carries along.

use crate::base::context::Ctx;
use crate::base::input::len64;
use crate::base::{ReadOptions, Report, Result};
use crate::convert::mime::item::ItemPart;
use crate::convert::mime::words::Charset;
use crate::message::Message;

use super::options::{BodyForms, MimeOptions};

/// Where the calendar or card of the outermost message comes from.
#[derive(Debug, Clone)]
pub(in crate::convert::mime) enum ItemSource {
    /// It is made of the message.
    Message,
    /// It was made of more than the message.
    Given(Box<ItemPart>),
    /// It is put in by whoever wants the parts.
    Elsewhere,
    /// There is none.
    None,
}

/// What conversion carries along.
pub(super) struct Writer<'w> {
    pub(super) options: &'w MimeOptions,
    pub(super) charset: Charset,
    pub(super) ctx: Ctx<'w>,
    /// The bodies of the outermost message.
    pub(super) bodies: BodyForms,
    /// The calendar or card of the outermost message.
    pub(super) item: ItemSource,
    pub(super) depth: usize,
}

impl<'w> Writer<'w> {
    pub(super) fn new(options: &'w MimeOptions, ctx: Ctx<'w>) -> Self {
        Writer {
            options,
            charset: Charset::of(options.charset),
            ctx,
            bodies: options.bodies,
            item: ItemSource::Message,
            depth: 0,
        }
    }

    /// The calendar or card of the message at hand, and whether one stands somewhere in the mail.
    #[inline(never)]
    pub(super) fn item(&mut self, message: &Message<'_>) -> (Option<Box<ItemPart>>, bool) {
        let made = || ItemPart::of(message).map(Box::new);
        let part = match &self.item {
            _ if self.depth > 0 => made(),
            ItemSource::Message => made(),
            ItemSource::Given(part) => Some(part.clone()),
            ItemSource::Elsewhere => return (None, true),
            ItemSource::None => None,
        };
        if let Some(part) = &part {
            self.ctx.budget.spend_output(len64(part.text.as_bytes()));
        }
        let is_there = part.is_some();
        (part, is_there)
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
