//! A calendar (.ics) or cards (.vcf) as the message that they are.

use winmail::convert::{icalendar, vcard};
use winmail::{Attachment, Message, ReadOptions, Report};

use super::flags;

/// Reads a calendar or cards; `None` if the input is neither.
///
/// One event, task, journal entry or contact is the message. Several are attached to one, as mail programs send several items.
///
/// # Errors
/// A sentence for the user.
pub(super) fn read(bytes: &[u8], options: &ReadOptions) -> Result<Option<(Message<'static>, Report)>, String> {
    let (messages, report, what) = if icalendar::is_calendar(bytes) {
        let read = icalendar::read(bytes, options).map_err(|error| flags::said(&error))?;
        (read.messages, read.report, "items of a calendar")
    } else if vcard::is_card(bytes) {
        let read = vcard::read(bytes, options).map_err(|error| flags::said(&error))?;
        (read.messages, read.report, "contacts")
    } else {
        return Ok(None);
    };
    let count = messages.len();
    let mut messages = messages.into_iter();
    let message = match (messages.next(), count) {
        (None, _) => return Err("is a calendar without an event, a task or a journal entry".to_owned()),
        (Some(only), 1) => only,
        (Some(first), _) => {
            let mut message = Message::new("IPM.Note");
            message.set_subject(&format!("{count} {what}"));
            message.attachments.extend(std::iter::once(first).chain(messages).map(Attachment::from_message));
            message
        }
    };
    Ok(Some((message, report)))
}
