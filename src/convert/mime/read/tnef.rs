//! A mail that carries TNEF ([MS-OXCMAIL] 2.2.3.4.3): which part it is, and what of the mail counts beside it.
//!
//! What a header says wins over the stream, but for the body and what belongs to it, the class, and the parts of a subject that
//! together are the subject of the header. The recipients are those of the header; those of the stream count in delivery reports
//! alone. Where the X-MS-TNEF-Correlator and PidTagTnefCorrelationKey differ, or the stream cannot be read, the mail is read
//! without it and the part stays as an attachment.

use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::{CodePage, Report, Result};
use crate::mapi::{CorrelationKey, PropId, PropTag, tags};
use crate::message::{Message, MessageKind};

use super::attachment;
use super::entity::{Entity, Kind};
use super::place::Placed;

/// TNEFSignature.
const SIGNATURE: &[u8] = &[0x78, 0x9F, 0x3E, 0x22];

/// Whether a part says that it is TNEF, or may be by its name.
fn may_be_tnef(entity: &Entity<'_>, page: CodePage) -> bool {
    if entity.media.is("application", "ms-tnef") || entity.media.is("application", "vnd.ms-tnef") {
        return true;
    }
    let name = attachment::file_name(entity, page).unwrap_or_default().to_ascii_lowercase();
    let numbered = || {
        let digits = name.strip_prefix("att").and_then(|rest| rest.strip_suffix(".dat"));
        digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(name.as_str(), "winmail.dat" | "win.dat") || numbered()
}

/// Takes the TNEF out of the parts of a mail, if it is the mail's own.
pub(super) fn take(
    ctx: &mut Ctx<'_>,
    mail: &Entity<'_>,
    placed: &mut Placed<'_, '_>,
    page: CodePage,
) -> Result<Option<Message<'static>>> {
    let leaf = |entity: &Entity<'_>| matches!(entity.kind, Kind::Leaf) && may_be_tnef(entity, page);
    let Some(at) = placed.attachments.iter().position(|part| leaf(part.entity)) else { return Ok(None) };
    let Some(part) = placed.attachments.get(at) else { return Ok(None) };
    let entity = part.entity;
    let data = entity.decoded(ctx, page)?.bytes;
    if !data.starts_with(SIGNATURE) {
        let detail = "the part that is to be TNEF does not start with its signature";
        ctx.defect(Code::MimeUnreadableTnef, entity.body_offset(), 0, detail)?;
        return Ok(None);
    }
    let found = ctx.within(entity.media.essence(), Some(at), |ctx| {
        let mut report = Report::new();
        let found = Message::read(&data, ctx.options, &mut report);
        ctx.absorb(report);
        found
    });
    let message = match found {
        Ok(message) => message.into_owned(),
        Err(error) => {
            ctx.defect(Code::MimeUnreadableTnef, entity.body_offset(), 0, error.to_string())?;
            return Ok(None);
        }
    };
    let correlator = mail.field("X-MS-TNEF-Correlator").map(|field| field.unfolded(page));
    let key = message.properties.bytes(tags::TNEF_CORRELATION_KEY).map(|key| CorrelationKey(key.into()));
    if let (Some(correlator), Some(key)) = (correlator.filter(|text| !text.is_empty()), key) {
        if !key.matches_header(&correlator) {
            let detail = format!("X-MS-TNEF-Correlator is {correlator:?}, PidTagTnefCorrelationKey {:?}", key.to_string());
            ctx.defect(Code::MimeCorrelatorMismatch, entity.offset, 0, detail)?;
            return Ok(None);
        }
    }
    placed.attachments.remove(at);
    Ok(Some(message))
}

/// Properties of the mail that never win over those of the stream.
const OF_THE_STREAM: &[PropTag] = &[
    tags::MESSAGE_CLASS,
    tags::BODY,
    tags::RTF_COMPRESSED,
    tags::RTF_IN_SYNC,
    tags::NATIVE_BODY,
    tags::INTERNET_CODEPAGE,
    tags::BODY_CONTENT_ID,
    tags::BODY_CONTENT_LOCATION,
];

/// PidTagHtml and PidTagBodyHtml.
const HTML: PropId = PropId(0x1013);

/// Puts what the mail says on top of what its TNEF says.
pub(super) fn merge(mut carried: Message<'static>, mut mail: Message<'static>) -> Message<'static> {
    let report = matches!(carried.kind(), MessageKind::DeliveryReport | MessageKind::NonDeliveryReport);
    if !report {
        carried.recipients = std::mem::take(&mut mail.recipients);
    }
    let has_body = !carried.bodies().is_empty();
    let split = |message: &Message<'_>| {
        let prefix = message.properties.str(tags::SUBJECT_PREFIX).unwrap_or_default().into_owned();
        message.properties.str(tags::NORMALIZED_SUBJECT).map(|rest| format!("{prefix}{rest}"))
    };
    let same_subject = split(&carried).is_some() && split(&carried).as_deref() == mail.subject().as_deref();
    for property in &mail.properties {
        if let Some(name) = &property.name {
            carried.properties.set_name(name, property.tag.prop_type(), property.value.clone());
            continue;
        }
        let tag = property.tag;
        let body = tag.id() == HTML || OF_THE_STREAM.iter().any(|own| own.id() == tag.id());
        if body && (has_body || tag.id() == tags::MESSAGE_CLASS.id()) {
            continue;
        }
        if same_subject && [tags::SUBJECT_PREFIX, tags::NORMALIZED_SUBJECT].iter().any(|own| own.id() == tag.id()) {
            continue;
        }
        carried.properties.set(tag, property.value.clone());
    }
    carried.attachments.extend(mail.attachments);
    carried
}
