//! MIME to a message ([MS-OXCMAIL] 2.2): [`read`].
//!
//! Header fields become properties and recipients, one part becomes the body, the others attachments, `message/rfc822` nested
//! messages. A mail that carries TNEF becomes the message that this holds, with what the header of the mail says on top.

mod address;
mod attachment;
mod body;
mod entity;
mod field;
mod headers;
#[cfg(feature = "items")]
mod item;
mod options;
mod place;
mod report;
mod secure;
mod tnef;

use std::borrow::Cow;

use crate::base::context::{Ctx, reported};
use crate::base::diag::Code;
use crate::base::error::{Error, ErrorKind};
use crate::base::limits::Resource;
use crate::base::{Report, Result};
use crate::convert::mime::markup::References;
use crate::mapi::{AttachMethod, PropValue, tags};
use crate::message::{Attachment, Content, Message};

pub(in crate::convert::mime) use body::set_rtf;
use entity::{Entity, Kind};
pub use options::MimeReadOptions;
use options::Reader;
use place::{Part, Placed};
pub(in crate::convert::mime) use tnef::merge;

/// Reads a mail.
///
/// ```
/// use winmail::convert::mime::{MimeReadOptions, read};
///
/// let mail = b"From: Jane <jane@example.com>\r\nTo: joe@example.com\r\nSubject: RE: Report\r\n\r\nDone.\r\n";
/// let message = read(mail, &MimeReadOptions::default())?;
/// assert_eq!(message.subject().as_deref(), Some("RE: Report"));
/// assert_eq!(message.recipients[0].smtp_address().as_deref(), Some("joe@example.com"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// Malformed if there is no header field at all; with [`Compliance::Strict`](crate::Compliance::Strict) also for every defect
/// of severity *error*, and Limit where a limit is reached.
pub fn read(mail: &[u8], options: &MimeReadOptions) -> Result<Message<'static>> {
    let (mut message, report) = reported(&options.read, |ctx| read_within(ctx, mail, options))?;
    message.set_reading(&options.read, report);
    Ok(message)
}

fn read_within(ctx: &mut Ctx<'_>, mail: &[u8], options: &MimeReadOptions) -> Result<Message<'static>> {
    let entity = Entity::read(ctx, mail)?;
    if entity.fields.is_empty() {
        ctx.defect(Code::MimeNoHeader, 0, 0, "the input has no header field")?;
        return Err(
            Error::new(ErrorKind::Malformed, "the input is no mail: it has no header field").with_code(Code::MimeNoHeader)
        );
    }
    Reader { options }.message(ctx, &entity, 0)
}

impl Reader<'_> {
    /// The message that a mail is; `depth` mails are around it.
    fn message(&self, ctx: &mut Ctx<'_>, entity: &Entity<'_>, depth: usize) -> Result<Message<'static>> {
        let mut message = Message::new("IPM.Note");
        message.set_reading(&self.options.read, Report::new());
        headers::apply(ctx, entity, &mut message)?;
        if secure::read(self, ctx, entity, &mut message)? {
            return Ok(message);
        }
        let mut placed = place::place(entity);
        report::read(ctx, entity, &mut placed, &mut message)?;
        let carried = if self.options.tnef { tnef::take(self, ctx, &mut placed)? } else { None };
        for signed in &placed.signed {
            let detail = "a signed part inside the mail is taken apart, so that its signature no longer verifies";
            ctx.defect(Code::MimePartLeftOut, signed.offset, 0, detail)?;
        }
        let html = body::read(self, ctx, &placed, &mut message)?;
        let has_body = carried.as_ref().is_some_and(|carried| tnef::has_body(self, carried, &message, &mut placed));
        self.attachments(ctx, &placed, html.as_deref().unwrap_or_default(), &mut message, depth)?;
        Ok(match carried {
            #[cfg(feature = "items")]
            Some(carried) if self.options.items => item::once(&self.options.read, tnef::merge(carried, message, has_body), ctx)?,
            Some(carried) => tnef::merge(carried, message, has_body),
            #[cfg(feature = "items")]
            None if self.options.items => item::made(&self.options.read, message, ctx)?,
            None => message,
        })
    }

    fn attachments(
        &self,
        ctx: &mut Ctx<'_>,
        placed: &Placed<'_, '_>,
        html: &str,
        message: &mut Message<'static>,
        depth: usize,
    ) -> Result<()> {
        let references = References::of(html);
        for (number, part) in placed.attachments.iter().enumerate() {
            if let Err(error) = ctx.budget.take(Resource::Attachments, part.entity.offset) {
                return ctx.limit(error);
            }
            let made =
                ctx.within(part.entity.media.essence(), Some(number), |ctx| self.attachment(ctx, part, &references, depth))?;
            let has_stream = placed.uuencoded.is_some_and(|taken| std::ptr::eq(taken, part.entity));
            message.attachments.push(if has_stream { tnef::attachment_without_stream(made) } else { made });
        }
        Ok(())
    }

    fn attachment(
        &self,
        ctx: &mut Ctx<'_>,
        part: &Part<'_, '_>,
        shown: &References<'_>,
        depth: usize,
    ) -> Result<Attachment<'static>> {
        let entity = part.entity;
        if let Kind::Message(inner) = &entity.kind {
            return self.embedded(ctx, entity, inner, depth);
        }
        let data = entity.decoded(ctx)?;
        let encoded = entity.media.is("message", "rfc822") || entity.media.is("message", "global");
        if encoded && depth < ctx.budget.depth() {
            let inner = Entity::read(ctx, &data)?;
            if !inner.fields.is_empty() {
                return self.embedded(ctx, entity, &inner, depth);
            }
        }
        let shown = part.related && attachment::is_referred_to(shown, entity);
        Ok(attachment::file(entity, data.into_owned(), shown))
    }

    /// A mail in the mail.
    fn embedded(&self, ctx: &mut Ctx<'_>, entity: &Entity<'_>, inner: &Entity<'_>, depth: usize) -> Result<Attachment<'static>> {
        if inner.fields.is_empty() {
            ctx.defect(Code::MimeNoHeader, inner.offset, 0, "a mail inside the mail has no header field")?;
            return Ok(attachment::file(entity, entity.body.to_vec(), false));
        }
        if depth >= ctx.budget.depth() {
            ctx.defect(Code::NestingTooDeep, inner.offset, 0, ctx.options.limits.nesting_reached())?;
            return Ok(attachment::file(entity, entity.body.to_vec(), false));
        }
        let mut message = self.message(ctx, inner, depth.saturating_add(1))?;
        // Neither unsent nor read.
        message.properties.set(tags::MESSAGE_FLAGS, PropValue::Integer32(0));
        let name = attachment::file_name(entity);
        let subject = message.subject().map(Cow::into_owned).filter(|subject| !subject.is_empty());
        let mut made = Attachment::new(AttachMethod::EMBEDDED_MESSAGE, Content::Message(Box::new(message)));
        if let Some(name) = &name {
            made.properties.set(tags::ATTACH_LONG_FILENAME, name.as_str());
        }
        made.properties.set(tags::DISPLAY_NAME, name.or(subject).unwrap_or_default().as_str());
        attachment::common(&mut made, entity);
        Ok(made)
    }
}
