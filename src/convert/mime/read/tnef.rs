//! A mail that carries TNEF ([MS-OXCMAIL] 2.2.3.4.3): which part it is, and what of the mail counts beside it.
//!
//! What a header says wins over the stream, but for the body and what belongs to it, the class, and the parts of a subject that
//! together are the subject of the header. A text of the mail that says what the stream's body does not say, as whoever forwarded
//! it or a gateway wrote it, becomes an attachment that is shown where it stands. The recipients are those of the header if it has
//! any; in delivery reports those of the stream; in meetings and tasks both. Where the X-MS-TNEF-Correlator and
//! PidTagTnefCorrelationKey differ, or the stream cannot be read, the mail is read without it and the part stays as an attachment.

use std::collections::HashSet;

use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::base::{Error, Result};
use crate::convert::mime::filter::Body as Said;
use crate::convert::mime::find::Place;
use crate::convert::mime::transfer::uu_blocks;
use crate::convert::mime::write::MimeOptions;
use crate::mapi::{CorrelationKey, PropId, PropTag, PropValue, tags};
use crate::message::{Attachment, Content, Message, MessageKind, Recipient};
use crate::tnef::SIGNATURE_BYTES;
use crate::tnef::header::not_a_stream;

use super::options::Reader;
use super::place::{Part, Placed};

/// Takes the TNEF out of the parts of a mail, if it is the mail's own.
pub(super) fn take(reader: &Reader<'_>, ctx: &mut Ctx<'_>, placed: &mut Placed<'_, '_>) -> Result<Option<Message<'static>>> {
    let attached = placed.attachments.iter().map(|part| part.entity);
    let Some(entity) = attached.chain(placed.text.iter().copied()).find(|entity| !entity.tnef.is_empty()) else {
        return Ok(None);
    };
    let Some(stream) = entity.tnef.first() else { return Ok(None) };
    if !stream.has_signature() {
        let detail = format!("the part is {}", not_a_stream(&stream.data));
        ctx.defect(Code::MimeUnreadableTnef, entity.body_offset, 0, detail)?;
        return Ok(None);
    }
    let found = ctx.within(entity.media.essence(), None, |ctx| {
        let found = Message::read(&stream.data, &stream.reading(ctx.options));
        ctx.adopt(found.as_ref().map_or_else(Error::report, Message::report));
        found
    });
    let message = match found {
        Ok(message) => message.into_owned(),
        Err(error) => {
            ctx.defect(Code::MimeUnreadableTnef, entity.body_offset, 0, error.to_string())?;
            return Ok(None);
        }
    };
    let key = message.properties.bytes(tags::TNEF_CORRELATION_KEY).map(|key| CorrelationKey(key.into()));
    if let (Some(correlator), Some(key)) = (&stream.correlator, key) {
        if !key.matches_header(correlator) {
            let detail = format!("X-MS-TNEF-Correlator is {correlator:?}, PidTagTnefCorrelationKey {:?}", key.to_string());
            ctx.defect(Code::MimeCorrelatorMismatch, entity.offset, 0, detail)?;
            if !reader.options.any_correlator {
                return Ok(None);
            }
        }
    }
    if stream.place == Place::Part {
        placed.attachments.retain(|part| !std::ptr::eq(part.entity, entity));
    } else {
        placed.uuencoded = Some(entity);
    }
    Ok(Some(message))
}

/// Whether the body is that of the stream and not of the mail. Makes attachments of the mail's texts that say what it does not say.
pub(super) fn has_body(reader: &Reader<'_>, carried: &Message<'_>, mail: &Message<'_>, placed: &mut Placed<'_, '_>) -> bool {
    let options = MimeOptions::default();
    let (own, theirs) = (Said::of(mail, &reader.options.read, &options), Said::of(carried, &reader.options.read, &options));
    if theirs.is_blank() {
        // A stream without a body has an empty text beside it; Outlook writes bodies of nothing but an empty line.
        return own.is_blank();
    }
    let (text, html) = theirs.lacks(&own);
    let texts = placed.text.iter().copied().filter(|_| text);
    let kept: Vec<_> = texts.chain(placed.html.filter(|_| html)).map(|entity| Part { entity, related: false }).collect();
    placed.attachments.splice(0..0, kept);
    true
}

/// A text without the uuencoded TNEF that is the message; another one stays where it is.
pub(super) fn without_stream(text: &[u8]) -> Vec<u8> {
    let taken = uu_blocks(text).find(|block| block.data.starts_with(&SIGNATURE_BYTES));
    let Some(taken) = taken else { return text.to_vec() };
    let before = text.get(..taken.range.start).unwrap_or_default();
    [before, text.get(taken.range.end..).unwrap_or_default()].concat()
}

/// The same of an attachment.
pub(super) fn attachment_without_stream(mut attachment: Attachment<'static>) -> Attachment<'static> {
    if let Content::Bytes(bytes) = &attachment.content {
        attachment.content = Content::Bytes(without_stream(bytes).into());
    }
    attachment
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

/// Puts what the mail says on top of what its TNEF says. `has_body`: whether the body is that of the TNEF.
pub(in crate::convert::mime) fn merge<'m>(mut carried: Message<'m>, mut mail: Message<'static>, has_body: bool) -> Message<'m> {
    let report = matches!(carried.kind(), MessageKind::DeliveryReport | MessageKind::NonDeliveryReport);
    if !report && !mail.recipients.is_empty() {
        let known = std::mem::replace(&mut carried.recipients, std::mem::take(&mut mail.recipients));
        // Who takes part, and what each answered, stands in the rows of a meeting.
        if carried.kind().is_item() {
            let own = std::mem::replace(&mut carried.recipients, known);
            let address = |row: &Recipient<'_>| row.smtp_address().map(|address| address.to_lowercase());
            let there: HashSet<String> = carried.recipients.iter().filter_map(address).collect();
            let new = own.into_iter().filter(|row| !address(row).is_some_and(|address| there.contains(&address)));
            carried.recipients.extend(new);
        }
    }
    if !has_body {
        for tag in [tags::BODY, tags::HTML, tags::RTF_COMPRESSED, tags::RTF_IN_SYNC, tags::NATIVE_BODY] {
            carried.properties.remove_id(tag.id());
        }
    }
    let split = |message: &Message<'_>| {
        let prefix = message.properties.str(tags::SUBJECT_PREFIX).unwrap_or_default().into_owned();
        message.properties.str(tags::NORMALIZED_SUBJECT).map(|rest| format!("{prefix}{rest}"))
    };
    let subject = split(&carried);
    let unsaid_page = (!carried.states_code_page()).then(|| carried.code_page());
    let same_subject = subject.is_some() && subject.as_deref() == mail.subject().as_deref();
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
        // A header cannot hold all that a text can: what it says is the same then.
        if let (Some(new), Some(old)) = (mail.properties.str(tag), carried.properties.str(tag)) {
            let shown = |c: &char| !c.is_whitespace() && !c.is_control();
            if new.chars().filter(shown).eq(old.chars().filter(shown)) {
                continue;
            }
        }
        carried.properties.set(tag, property.value.clone());
    }
    // The mail's code page is that of its body, and would become that of the stream's 8-bit text where nothing else is said.
    let page = |message: &Message<'_>| message.properties.page(tags::INTERNET_CODEPAGE);
    if let Some(unsaid) = unsaid_page.filter(|unsaid| page(&mail).is_some() && page(&carried) != Some(*unsaid)) {
        if let Ok(number) = i32::try_from(unsaid.0) {
            carried.properties.set(tags::MESSAGE_CODEPAGE, PropValue::Integer32(number));
        }
    }
    carried.attachments.extend(mail.attachments);
    carried
}
