//! Items as calendars and cards: whatever the bytes are, what is written is whole, in lines that are not too long, and bounded.

use winmail::convert::icalendar::{self, CalendarOptions};
use winmail::convert::vcard::{self, VCardOptions, VCardVersion};
use winmail::{FileTime, Message, ReadOptions, named, tags};

/// Text of lines, each no longer than 75 bytes, in components that are closed.
fn whole(text: &str) {
    let mut open = Vec::new();
    for line in text.strip_suffix("\r\n").expect("the last line ends").split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        match line.split_once(':') {
            Some(("BEGIN", what)) => open.push(what.to_owned()),
            Some(("END", what)) => assert_eq!(open.pop().as_deref(), Some(what)),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

fn written(message: &Message<'_>) {
    if let Ok(Some(calendar)) = icalendar::write(message, &CalendarOptions::default()) {
        whole(&calendar.text);
        let again = icalendar::write(message, &CalendarOptions::default()).expect("it was written").expect("it was written");
        assert_eq!(again, calendar);
    }
    for version in [VCardVersion::V3, VCardVersion::V4] {
        if let Ok(Some(card)) = vcard::write(message, &VCardOptions::default().with_version(version)) {
            whole(&card.text);
        }
    }
}

/// A stream's own item, and the bytes as the structures of an item that has them all.
pub fn items(input: &[u8]) {
    let mut options = ReadOptions::lenient();
    options.limits.output = 4 << 20;
    if let Ok(message) = Message::read(input, &options) {
        written(&message);
    }
    for class in ["IPM.Appointment", "IPM.Schedule.Meeting.Request", "IPM.Task", "IPM.DistList", "IPM.Contact"] {
        let mut message = Message::new(class);
        let text = String::from_utf8_lossy(input);
        message.set(tags::SUBJECT, &*text);
        message.set(named::TO_ATTENDEES_STRING, &*text);
        message.set(named::EMAIL1_EMAIL_ADDRESS, &*text);
        message.set(named::APPOINTMENT_START_WHOLE, FileTime(u64::try_from(input.len()).unwrap_or(0) << 48));
        // From the first byte on that does not belong to the other structure.
        let (one, two) = input.split_at(input.len().min(usize::from(input.first().copied().unwrap_or(0))));
        for (recurrence, zone) in [(input, input), (one, two), (two, one)] {
            message.set(named::APPOINTMENT_RECUR, recurrence);
            message.set(named::TASK_RECURRENCE, recurrence);
            message.set(named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR, zone);
            message.set(named::TIME_ZONE_STRUCT, zone);
            message.set(named::GLOBAL_OBJECT_ID, zone);
            message.set(named::DISTRIBUTION_LIST_STREAM, recurrence);
            written(&message);
        }
    }
}

/// What reading made is an item, which is written.
fn made(messages: &[Message<'_>]) {
    for message in messages {
        let read = winmail::items::Item::read(message).expect("it was written");
        assert!(read.is_some(), "{:?}", message.class());
        written(message);
    }
}

/// Any bytes as the lines of a calendar.
pub fn ics_read(input: &[u8]) {
    let mut options = ReadOptions::lenient();
    options.limits.output = 4 << 20;
    let event = [b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20240101T000000Z\n", input].concat();
    for text in [input, event.as_slice()] {
        if let Ok(read) = icalendar::read(text, &options) {
            made(&read.messages);
        }
        let _ = icalendar::read(text, &ReadOptions::strict());
    }
}

/// Any bytes as the lines of cards.
pub fn vcf_read(input: &[u8]) {
    let mut options = ReadOptions::lenient();
    options.limits.output = 4 << 20;
    let card = [b"BEGIN:VCARD\nFN:Jane\n", input].concat();
    for text in [input, card.as_slice()] {
        if let Ok(read) = vcard::read(text, &options) {
            made(&read.messages);
        }
        let _ = vcard::read(text, &ReadOptions::strict());
    }
}
