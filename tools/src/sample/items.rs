//! What is no mail: meetings, tasks, contacts, notes, and reports about messages.

use std::borrow::Cow;

use winmail::Result;
use winmail::base::LegacyAttributes;
use winmail::mapi::blob::{GlobalObjectId, ReportTag};
use winmail::mapi::{PropValue, RecipientType, SearchKey, String8, named, tags};
use winmail::{Attachment, Message};

use super::recipe::{Recipe, binary, item, number, recipient, text, time, written};

fn meeting(recipe: &Recipe, class: &str, subject: &str) -> Result<Message<'static>> {
    let mut message = item(recipe, class, subject);
    let id = GlobalObjectId { creation_time: time(8, 0), data: recipe.bytes(1, 16).into(), ..GlobalObjectId::default() };
    let id = id.to_bytes()?;
    let properties = &mut message.properties;
    properties.set(tags::START_DATE, PropValue::Time(time(10, 0)));
    properties.set(tags::END_DATE, PropValue::Time(time(11, 0)));
    properties.set(tags::OWNER_APPOINTMENT_ID, number(0x1234_5678));
    properties.set_named(&named::APPOINTMENT_START_WHOLE, PropValue::Time(time(10, 0)));
    properties.set_named(&named::APPOINTMENT_END_WHOLE, PropValue::Time(time(11, 0)));
    properties.set_named(&named::LOCATION, "Room 1");
    properties.set_named(&named::GLOBAL_OBJECT_ID, binary(id.clone()));
    properties.set_named(&named::CLEAN_GLOBAL_OBJECT_ID, binary(id));
    properties.set_named(&named::BUSY_STATUS, number(2));
    message.recipients.push(recipient(RecipientType::TO, "Joe", "joe@example.net"));
    Ok(message)
}

/// A meeting request.
pub(super) fn request(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = meeting(recipe, "IPM.Schedule.Meeting.Request", "Planning")?;
    message.properties.set(tags::RESPONSE_REQUESTED, PropValue::Boolean(true));
    message.properties.set_named(&named::MEETING_TYPE, number(1));
    written(&message, LegacyAttributes::Outlook)
}

/// A cancellation.
pub(super) fn cancellation(recipe: &Recipe) -> Result<Vec<u8>> {
    let message = meeting(recipe, "IPM.Schedule.Meeting.Canceled", "Canceled: Planning")?;
    written(&message, LegacyAttributes::Outlook)
}

fn response(recipe: &Recipe, class: &str, subject: &str) -> Result<Vec<u8>> {
    let mut message = meeting(recipe, class, subject)?;
    for (tag, value) in [
        (tags::RECEIVED_REPRESENTING_NAME, "Joe"),
        (tags::RECEIVED_REPRESENTING_ADDRESS_TYPE, "SMTP"),
        (tags::RECEIVED_REPRESENTING_EMAIL_ADDRESS, "joe@example.net"),
    ] {
        message.properties.set(tag, value);
    }
    written(&message, LegacyAttributes::Outlook)
}

/// An acceptance.
pub(super) fn accepted(recipe: &Recipe) -> Result<Vec<u8>> {
    response(recipe, "IPM.Schedule.Meeting.Resp.Pos", "Accepted: Planning")
}

/// A refusal.
pub(super) fn declined(recipe: &Recipe) -> Result<Vec<u8>> {
    response(recipe, "IPM.Schedule.Meeting.Resp.Neg", "Declined: Planning")
}

/// A tentative acceptance.
pub(super) fn tentative(recipe: &Recipe) -> Result<Vec<u8>> {
    response(recipe, "IPM.Schedule.Meeting.Resp.Tent", "Tentative: Planning")
}

/// An appointment.
pub(super) fn appointment(recipe: &Recipe) -> Result<Vec<u8>> {
    written(&meeting(recipe, "IPM.Appointment", "Dentist")?, LegacyAttributes::Exchange)
}

fn task_item(recipe: &Recipe) -> Message<'static> {
    let mut message = item(recipe, "IPM.Task", "Write the report");
    let properties = &mut message.properties;
    properties.set(tags::BODY, "Figures first.\r\n");
    properties.set_named(&named::TASK_STATUS, number(1));
    properties.set_named(&named::PERCENT_COMPLETE, PropValue::Floating64(0.25));
    properties.set_named(&named::TASK_DUE_DATE, PropValue::Time(time(0, 0)));
    message
}

/// A task.
pub(super) fn task(recipe: &Recipe) -> Result<Vec<u8>> {
    written(&task_item(recipe), LegacyAttributes::Exchange)
}

/// A task that is handed on: the task is embedded.
pub(super) fn task_request(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.TaskRequest", "Task Request: Write the report");
    message.properties.set_named(&named::TASK_MODE, number(1));
    message.attachments.push(Attachment::from_message(task_item(recipe)));
    written(&message, LegacyAttributes::Exchange)
}

/// A contact.
pub(super) fn contact(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Contact", "Ren\u{e9} Example");
    let properties = &mut message.properties;
    for (tag, value) in [
        (tags::DISPLAY_NAME, "Ren\u{e9} Example"),
        (tags::GIVEN_NAME, "Ren\u{e9}"),
        (tags::SURNAME, "Example"),
        (tags::COMPANY_NAME, "Example Ltd"),
        (tags::BUSINESS_TELEPHONE_NUMBER, "+1 555 0100"),
    ] {
        properties.set(tag, value);
    }
    properties.set_named(&named::FILE_UNDER, "Example, Ren\u{e9}");
    properties.set_named(&named::EMAIL1_DISPLAY_NAME, "Ren\u{e9}");
    properties.set_named(&named::EMAIL1_EMAIL_TYPE, "SMTP");
    properties.set_named(&named::EMAIL1_EMAIL_ADDRESS, "rene@example.net");
    written(&message, LegacyAttributes::Exchange)
}

/// A distribution list.
pub(super) fn distribution_list(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.DistList", "Friends");
    let members = ["joe@example.net", "ann@example.net"].map(|address| recipient(RecipientType::TO, "", address));
    let ids = members.iter().filter_map(|row| row.properties.get(tags::ENTRY_ID).cloned()).collect();
    message.properties.set_named(&named::DISTRIBUTION_LIST_MEMBERS, PropValue::Multiple(ids));
    message.properties.set(tags::DISPLAY_NAME, "Friends");
    written(&message, LegacyAttributes::Exchange)
}

/// A sticky note.
pub(super) fn note(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.StickyNote", "Milk");
    message.properties.set(tags::BODY, "Milk\r\n");
    message.properties.set_named(&named::NOTE_COLOR, number(3));
    written(&message, LegacyAttributes::Exchange)
}

/// A journal entry.
pub(super) fn journal(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Activity", "Call with Joe");
    message.properties.set_named(&named::LOG_TYPE, "Phone call");
    written(&message, LegacyAttributes::Exchange)
}

/// A post in a folder.
pub(super) fn post(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Post", "Announcement");
    message.properties.set(tags::BODY, "The office is closed on Monday.\r\n");
    written(&message, LegacyAttributes::Exchange)
}

fn report(recipe: &Recipe, class: &str, subject: &str) -> Result<Message<'static>> {
    let mut message = item(recipe, class, subject);
    let tag = ReportTag {
        store_entry_id: Cow::Owned(recipe.bytes(1, 20)),
        folder_entry_id: Cow::Owned(recipe.bytes(2, 46)),
        message_entry_id: Cow::Owned(recipe.bytes(3, 70)),
        search_folder_entry_id: None,
        message_search_key: SearchKey::from_bytes(recipe.key(1)),
        ansi_text: String8(b"Lunch?\0".into()),
        trailing: Cow::Borrowed(&[]),
    };
    let properties = &mut message.properties;
    properties.set(tags::REPORT_TAG, binary(tag.to_bytes()?));
    properties.set(tags::ORIGINAL_SUBJECT, "Lunch?");
    properties.set(tags::ORIGINAL_SUBMIT_TIME, PropValue::Time(time(9, 0)));
    properties.set(tags::ORIGINAL_MESSAGE_CLASS, text("IPM.Note"));
    properties.set(tags::REPORT_TIME, PropValue::Time(time(9, 30)));
    properties.set(tags::SEARCH_KEY, binary(recipe.key(5)));
    Ok(message)
}

/// A non-delivery report: whom it did not reach, and why.
pub(super) fn non_delivery(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = report(recipe, "REPORT.IPM.Note.NDR", "Undeliverable: Lunch?")?;
    let mut row = recipient(RecipientType::TO, "Nobody", "nobody@example.net");
    row.properties.set(tags::NON_DELIVERY_REPORT_REASON_CODE, number(1));
    row.properties.set(tags::NON_DELIVERY_REPORT_DIAG_CODE, number(0));
    row.properties.set(tags::NON_DELIVERY_REPORT_STATUS_CODE, number(511));
    row.properties.set(tags::REPORT_TEXT, "550 5.1.1 no such user");
    message.recipients.push(row);
    written(&message, LegacyAttributes::Outlook)
}

/// A delivery report.
pub(super) fn delivery(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = report(recipe, "REPORT.IPM.Note.DR", "Delivered: Lunch?")?;
    message.recipients.push(recipient(RecipientType::TO, "Joe", "joe@example.net"));
    message.properties.set(tags::DELIVER_TIME, PropValue::Time(time(9, 1)));
    written(&message, LegacyAttributes::Outlook)
}

/// A read receipt.
pub(super) fn read_receipt(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut message = report(recipe, "REPORT.IPM.Note.IPNRN", "Read: Lunch?")?;
    message.properties.set(tags::RECEIPT_TIME, PropValue::Time(time(9, 20)));
    written(&message, LegacyAttributes::Outlook)
}

/// A receipt that says that the message was deleted unread.
pub(super) fn not_read(recipe: &Recipe) -> Result<Vec<u8>> {
    written(&report(recipe, "REPORT.IPM.Note.IPNNRN", "Not read: Lunch?")?, LegacyAttributes::Outlook)
}
