//! Which body the reader sees: the stream's, the mail's own, or both.

use crate::base::{CodePage, ReadOptions, Report};
use crate::convert::mime::find::file_name;
use crate::convert::mime::structure::{self, EntityKind, field, parameters};
use crate::convert::mime::write::{BodyForms, MimeOptions, entities};
use crate::message::BodyKind;

use super::plan::{Conversion, Job, OwnBody, Piece, Plan, Reason};

impl<'a> Job<'_, 'a> {
    /// What becomes of the stream's body, beside the mail's own.
    pub(super) fn plan(&self, conversion: &mut Conversion<'a>, own: &OwnBody, can_join: bool) -> Plan {
        let is_blank = match own {
            OwnBody::None => true,
            OwnBody::Text(text) => text.is_empty(),
            OwnBody::Other => false,
        };
        // A body that nothing else shows is put in all the same.
        if self.options.attachments_only && !is_blank {
            return Plan::Attachments;
        }
        let read = self.reading();
        // What is wrong with the body is said when it is written.
        let report = &mut Report::new();
        let text = conversion.message.text(&read, report).ok().flatten().map(|found| comparable(&found.text)).unwrap_or_default();
        let html = conversion.message.html(&read, report).ok().flatten();
        let html = html.filter(|html| html.from == BodyKind::Html || self.options.mime.rich_text_as_html);
        // Outlook writes bodies of nothing but an empty line.
        let html = html.filter(|html| !text.is_empty() || html.text.to_ascii_lowercase().contains("<img"));
        if text.is_empty() && html.is_none() {
            return Plan::Attachments;
        }
        let wants_html = matches!(self.options.mime.bodies, BodyForms::HtmlAndText | BodyForms::Html | BodyForms::Best);
        match (can_join, is_blank, html.is_some() && wants_html) {
            (true, true, _) => Plan::Instead,
            (true, false, true) => Plan::Alternative,
            _ if matches!(own, OwnBody::Text(own) if !text.is_empty() && own.contains(&text)) => Plan::Attachments,
            // All that the mail says is in the stream, and more.
            (true, ..) if matches!(own, OwnBody::Text(own) if text.contains(own)) => Plan::Instead,
            _ => Plan::Beside,
        }
    }

    pub(super) fn reading(&self) -> ReadOptions {
        let limits = self.options.read.limits.with_output_left(self.output, &self.options.mime.limits);
        self.options.read.clone().with_limits(limits)
    }

    /// The wanted bodies, as far as a choice was made.
    pub(super) fn bodies(&self, otherwise: BodyForms) -> BodyForms {
        match otherwise {
            BodyForms::None | BodyForms::Html => otherwise,
            _ => self.options.mime.bodies,
        }
    }

    /// The parts that a stream becomes.
    pub(super) fn pieces(&self, conversion: &mut Conversion<'a>, bodies: BodyForms) -> Result<Vec<Piece>, Reason> {
        let bodies = self.bodies(bodies);
        // Attachments alone of a message that has none are an empty text, which nobody needs among other parts.
        if bodies == BodyForms::None && conversion.message.attachments.is_empty() {
            return Ok(Vec::new());
        }
        let options = self.mime(bodies);
        let made =
            entities(&conversion.message, &options, &mut conversion.report).map_err(|error| Reason::Failed(error.to_string()))?;
        Ok(made.into_iter().map(Piece::Made).collect())
    }

    pub(super) fn mime(&self, bodies: BodyForms) -> MimeOptions {
        let mut options = self.options.mime.clone();
        options.bodies = bodies;
        options.limits = options.limits.with_output_left(self.output, &self.options.mime.limits);
        options
    }

    /// What is made of the streams of a mail counts together.
    pub(super) fn spend(&mut self, pieces: &[Piece]) -> Result<(), Reason> {
        let length = |piece: &Piece| match piece {
            Piece::Made(made) => made.header.len().saturating_add(made.body.len()),
            Piece::Whole(bytes) => bytes.len(),
        };
        let total = pieces.iter().map(length).fold(0usize, usize::saturating_add);
        // The attachments are bytes that the mail holds; what the bodies were blown up to is what counts.
        let total = u64::try_from(total.saturating_sub(self.mail.len().saturating_mul(2))).unwrap_or(u64::MAX);
        self.output = self.output.checked_sub(total).ok_or_else(|| Reason::Failed(self.options.mime.limits.output_reached()))?;
        Ok(())
    }

    /// Whether a part is a text for the reader and no attachment.
    pub(super) fn is_plain_text(&self, index: usize) -> bool {
        let Some(entity) = self.entity(index) else { return false };
        let is_attachment = field(self.mail, entity.header.clone(), "Content-Disposition")
            .and_then(|field| parameters(field.value))
            .is_some_and(|parsed| parsed.ctype().eq_ignore_ascii_case("attachment"));
        entity.kind == EntityKind::Leaf
            && entity.content_type == "text/plain"
            && !is_attachment
            && file_name(self.mail, entity).is_none()
    }

    /// What a part shows first.
    pub(super) fn own_body(&self, index: usize) -> OwnBody {
        let mut index = index;
        // Children begin after their parent, so that this ends.
        while let Some(&child) = self.children.get(index).and_then(|children| children.first()).filter(|&&child| child > index) {
            index = child;
        }
        match self.entity(index) {
            Some(entity) if self.is_plain_text(index) => {
                let bytes = entity.encoding.decode(self.bytes(entity.body.clone()));
                OwnBody::Text(comparable(&self.charset_of(entity).decode_or_latin1(&bytes).text))
            }
            Some(entity) if entity.content_type.starts_with("text/") && file_name(self.mail, entity).is_none() => OwnBody::Other,
            _ => OwnBody::None,
        }
    }

    pub(super) fn charset_of(&self, entity: &structure::Entity) -> CodePage {
        field(self.mail, entity.header.clone(), "Content-Type")
            .and_then(|field| parameters(field.value))
            .and_then(|parsed| parsed.attribute("charset").and_then(CodePage::from_name))
            .unwrap_or(CodePage::UTF_8)
    }
}

/// A text without what mail systems change: letters and digits alone.
pub(super) fn comparable(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}
