//! The meeting or task that a mail brings as text/calendar ([MS-OXCMAIL] 2.2.3.6, RFC 6047): the message becomes that item, on which
//! Outlook acts, with sender, subject, text and recipients of the mail.

use std::collections::HashMap;

use crate::base::context::Ctx;
use crate::base::{Code, ReadOptions, Result, steps};
use crate::convert::icalendar;
use crate::items::{AppointmentKind, Item};
use crate::mapi::{PropId, PropertyBag, tags};
use crate::message::{Attachment, Message, Recipient};
use crate::named;

/// Makes a mail the item that its calendar is. A calendar with several items, or none that can be read, stays what it is: a file.
pub(super) fn made(options: &ReadOptions, mut mail: Message<'static>, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
    let Some(bytes) = mail.attachments.iter().find(|file| is_calendar(file)).map(|file| file.data().to_vec()) else {
        return Ok(mail);
    };
    let read = icalendar::read(&bytes, options)?;
    ctx.adopt(&read.report);
    let Ok([item]) = <[Message<'static>; 1]>::try_from(read.messages) else {
        ctx.defect(Code::CalendarFactLeftOut, 0, 0, "a calendar that is not one item stays a file")?;
        return Ok(mail);
    };
    // Many mails have the same calendar twice: as an alternative, and as a file.
    mail.attachments.retain(|attachment| !is_calendar(attachment) || attachment.data() != bytes);
    let mut message = merged(mail, item);
    // The calendar as it came, for what no property has.
    message.set(named::INBOUND_ICAL_STREAM, bytes);
    Ok(message)
}

/// Whether an attachment is a calendar by type and by contents.
fn is_calendar(attachment: &Attachment<'_>) -> bool {
    let kind = attachment.mime_tag().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("text/calendar") && icalendar::is_calendar(attachment.data())
}

/// What identifies an item of a calendar.
fn identity(message: &Message<'_>) -> Result<Option<String>> {
    Ok(match Item::read(message)?.map(|read| read.item) {
        Some(Item::Appointment(appointment)) => Some(appointment.uid),
        Some(Item::Task(task)) => Some(task.uid),
        _ => None,
    })
}

/// A mail with an item as TNEF, without the calendar of the same item beside it: that is one item, and not two.
pub(super) fn once(options: &ReadOptions, mut message: Message<'static>, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
    if !message.attachments.iter().any(is_calendar) {
        return Ok(message);
    }
    let Some(own) = identity(&message)? else { return Ok(message) };
    let mut kept = Vec::new();
    for attachment in std::mem::take(&mut message.attachments) {
        let is_same = is_calendar(&attachment) && {
            let read = icalendar::read(attachment.data(), options)?;
            let [item] = read.messages.as_slice() else {
                kept.push(attachment);
                continue;
            };
            identity(item)?.is_some_and(|uid| uid.eq_ignore_ascii_case(&own))
        };
        if is_same {
            ctx.defect(Code::MimePartLeftOut, 0, 0, "the calendar of the item that stands beside it as TNEF")?;
            message.set(named::INBOUND_ICAL_STREAM, attachment.data());
        } else {
            kept.push(attachment);
        }
    }
    message.attachments = kept;
    Ok(message)
}

/// The properties that hold a text.
fn is_body(id: PropId) -> bool {
    [tags::BODY, tags::HTML, tags::RTF_COMPRESSED, tags::RTF_IN_SYNC].iter().any(|tag| tag.id() == id)
}

/// The mail with what the item says besides. What both say, the mail's header says for all.
fn merged(mut mail: Message<'static>, item: Message<'static>) -> Message<'static> {
    let has_body = mail.properties.iter().any(|property| property.name.is_none() && is_body(property.tag.id()));
    let known = mail.properties.clone();
    let has = |id: PropId| known.by_id(id).is_some();
    if let Some(class) = item.class() {
        mail.properties.set(tags::MESSAGE_CLASS, class.as_ref());
    }
    for property in &item.properties {
        let id = property.tag.id();
        match &property.name {
            Some(name) => mail.properties.set_name(name, property.tag.prop_type(), property.value.clone()),
            None if has(id) || has_body && is_body(id) => {}
            None => mail.properties.set(property.tag, property.value.clone()),
        }
    }
    let is_reply = AppointmentKind::of(&mail).is_some_and(AppointmentKind::is_reply);
    let address = |row: &Recipient<'static>| row.smtp_address().map(|address| address.to_lowercase());
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, row) in mail.recipients.iter().enumerate() {
        steps::count(1);
        address(row).map(|address| places.entry(address).or_insert(place));
    }
    for row in item.recipients {
        steps::count(1);
        let key = address(&row);
        let place = key.as_ref().and_then(|key| places.get(key).copied());
        match place.and_then(|place| mail.recipients.get_mut(place)) {
            Some(found) => copy(&row.properties, &mut found.properties),
            None if is_reply => {}
            None => {
                key.map(|key| places.entry(key).or_insert(mail.recipients.len()));
                mail.recipients.push(row);
            }
        }
    }
    mail.attachments.extend(item.attachments);
    mail
}

/// What the calendar says of somebody to whom the mail goes.
fn copy(from: &PropertyBag<'static>, to: &mut PropertyBag<'static>) {
    for tag in [tags::RECIPIENT_FLAGS, tags::RECIPIENT_TRACK_STATUS, tags::RECIPIENT_TRACK_STATUS_TIME] {
        if let Some(value) = from.get(tag) {
            to.set(tag, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everybody who is invited is looked for among those to whom the mail goes.
    #[test]
    fn attendees_cost_in_proportion() {
        let mail = |count: usize| {
            let people: String = (0..count).map(|n| format!("ATTENDEE:mailto:p{n}@example.org\r\n")).collect();
            let to = (0..count).map(|n| format!("P{n}@example.org")).collect::<Vec<_>>().join(",\r\n ");
            format!(
                "From: jane@example.org\r\nTo: {to}\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n\
                 BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20240503T100000Z\r\n{people}END:VEVENT\r\nEND:VCALENDAR\r\n"
            )
        };
        let options = crate::convert::mime::MimeReadOptions::default();
        let read = |count: usize| crate::convert::mime::read(mail(count).as_bytes(), &options).unwrap();
        assert_eq!(read(20).recipients.len(), 20);
        steps::assert_linear("attendees", 400, read);
    }
}
