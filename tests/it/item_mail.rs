//! Items in mails: what becomes of their stream, where calendar and card stand, and that the accountant misses what they do not say.

use std::borrow::Cow;

use proptest::prelude::*;
use winmail::convert::icalendar::{self, CalendarOptions, ZoneNames};
use winmail::convert::mime::account::{LossCode, losses_of_stream};
use winmail::convert::mime::filter::{Action, FilterOptions, Reason, anew, filter};
use winmail::convert::mime::{self, EncapsulateOptions, MimeOptions, MimeReadOptions};
use winmail::mapi::blob::{
    AppointmentRecurrence, ExceptionInfo, ExceptionText, GlobalObjectId, MinuteTime, Pattern, RecurrencePattern, SystemTime,
    TimeZoneStruct, WeekDays,
};
use winmail::mapi::{NamedTag, PropType, RecipientType, tags as untyped};
use winmail::message::Content;
use winmail::{Attachment, DateTime, FileTime, Message, ReadOptions, Recipient, WriteOptions, named, tags};

fn time(year: u16, month: u16, day: u16, hour: u16, minute: u16) -> FileTime {
    FileTime::from_date_time(DateTime::new(year, month, day, hour, minute, 0).unwrap()).unwrap()
}

fn minute(year: u16, month: u16, day: u16, hour: u16) -> MinuteTime {
    MinuteTime::from_date_time(DateTime::new(year, month, day, hour, 0, 0).unwrap()).unwrap()
}

fn berlin() -> Vec<u8> {
    let date = |month, hour| SystemTime { month, day: 5, hour, ..SystemTime::default() };
    let zone = TimeZoneStruct {
        bias: -60,
        daylight_bias: -60,
        standard_date: date(10, 3),
        daylight_date: date(3, 2),
        ..TimeZoneStruct::default()
    };
    zone.to_bytes()
}

fn pattern(pattern: Pattern, period: u32, start: MinuteTime) -> RecurrencePattern<'static> {
    RecurrencePattern {
        reader_version: 0x3004,
        writer_version: 0x3004,
        frequency: 0x200B,
        pattern,
        calendar_type: 0,
        first_date_time: 0,
        period,
        sliding: 0,
        end_type: RecurrencePattern::END_AFTER,
        occurrences: 10,
        first_day_of_week: 1,
        deleted: Vec::new(),
        modified: Vec::new(),
        start,
        end: MinuteTime::NEVER,
        trailing: Cow::Borrowed(&[]),
    }
}

fn series(pattern: RecurrencePattern<'static>, exceptions: Vec<ExceptionInfo<'static>>) -> Vec<u8> {
    let series = AppointmentRecurrence {
        pattern,
        reader_version: 0x3006,
        writer_version: 0x3009,
        start_offset: 600,
        end_offset: 660,
        extended: None,
        exceptions,
        trailing: Cow::Borrowed(&[]),
    };
    series.to_bytes().unwrap()
}

/// A message about a meeting on 14 March 2024 in Berlin.
fn meeting(class: &str) -> Message<'static> {
    let mut message = Message::new(class);
    message.set(tags::SUBJECT, "Plan");
    message.set(tags::BODY, "We have to talk about the plan.");
    message.set(named::APPOINTMENT_START_WHOLE, time(2024, 3, 14, 9, 0));
    message.set(named::APPOINTMENT_END_WHOLE, time(2024, 3, 14, 10, 0));
    message.set(named::LOCATION, "Room seven");
    message.set(named::BUSY_STATUS, 2);
    message.set(named::APPOINTMENT_SEQUENCE, 3);
    message.set(named::APPOINTMENT_STATE_FLAGS, 1);
    message.set(named::GLOBAL_OBJECT_ID, GlobalObjectId::from_uid("abc@example.com").to_bytes().unwrap());
    message.set(tags::SENT_REPRESENTING_NAME, "Jane Doe");
    message.set(tags::SENT_REPRESENTING_ADDRESS_TYPE, "SMTP");
    message.set(tags::SENT_REPRESENTING_EMAIL_ADDRESS, "jane@example.com");
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Al", "al@example.com"));
    message.recipients.push(Recipient::smtp(RecipientType::BCC, "Beamer", "beamer@example.com"));
    message
}

/// The same on each Thursday, ten times: one is left out, one is an hour later and elsewhere.
fn weekly(class: &str) -> Message<'static> {
    let mut message = meeting(class);
    let mut days = pattern(Pattern::Week { days: WeekDays(0x10) }, 1, minute(2024, 3, 14, 0));
    let midnight = |day| minute(2024, 3, day, 0);
    days.deleted = vec![midnight(21), midnight(28)];
    days.modified = vec![midnight(28)];
    let changed = ExceptionInfo {
        start: minute(2024, 3, 28, 11),
        end: minute(2024, 3, 28, 12),
        original_start: minute(2024, 3, 28, 10),
        location: ExceptionText::new(&b"Cellar"[..]),
        ..ExceptionInfo::default()
    };
    message.set(named::APPOINTMENT_RECUR, series(days, vec![changed]));
    message.set(named::TIME_ZONE_STRUCT, berlin());
    message.set(named::TIME_ZONE_DESCRIPTION, "W. Europe Standard Time");
    message
}

fn contact() -> Message<'static> {
    let mut message = Message::new("IPM.Contact");
    message.set(tags::DISPLAY_NAME, "Ida Example");
    message.set(tags::GIVEN_NAME, "Ida");
    message.set(tags::SURNAME, "Example");
    message.set(tags::MOBILE_TELEPHONE_NUMBER, "+49 151 0100");
    message.set(tags::CUSTOMER_ID, "C 4711");
    message.set(named::EMAIL1_ADDRESS_TYPE, "SMTP");
    message.set(named::EMAIL1_EMAIL_ADDRESS, "ida@example.com");
    message.set(named::WORK_ADDRESS_CITY, "Kiel");
    message.set(named::BIRTHDAY_LOCAL, time(1980, 5, 15, 0, 0));
    message.set(tags::BODY, "Met at the fair.");
    message
}

fn list() -> Message<'static> {
    let mut message = Message::new("IPM.DistList");
    let entry = |name: &str, address: &str| {
        let row = Recipient::smtp(RecipientType::TO, name, address);
        row.properties.bytes(untyped::ENTRY_ID).unwrap().to_vec()
    };
    let entries = vec![entry("Al", "al@example.com"), entry("Bo Berg", "bo@example.com")];
    message.set(named::DISTRIBUTION_LIST_NAME, "Board");
    message.set(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS, entries.clone());
    message.set(named::DISTRIBUTION_LIST_MEMBERS, entries);
    message
}

fn task() -> Message<'static> {
    let mut message = Message::new("IPM.Task");
    message.set(tags::SUBJECT, "Sweep");
    message.set(named::TASK_DUE_DATE, time(2024, 4, 2, 0, 0));
    message.set(named::TASK_OWNER, "Jane Doe");
    message.set(named::TASK_ACTUAL_EFFORT, 90);
    message
}

fn stream(message: &Message<'_>) -> Vec<u8> {
    message.to_tnef(&WriteOptions::default()).unwrap()
}

/// The mail that is made of an item alone, whose stream goes.
fn mail(message: &Message<'_>) -> String {
    let made = anew(&stream(message), &FilterOptions::default()).unwrap();
    assert!(made.losses.is_empty(), "{:?}", made.losses);
    assert_eq!(made.outcomes[0].action, Action::Replaced, "{}", made.outcomes[0].action);
    unfolded(&String::from_utf8(made.mail).unwrap())
}

/// Without the folding of calendars, so that what is looked for stands on one line.
fn unfolded(mail: &str) -> String {
    mail.replace("\r\n ", "")
}

/// A mail in which the stream stands beside a text.
fn carried(message: &Message<'_>, text: &str) -> Vec<u8> {
    let mut bare = message.clone();
    bare.recipients.clear();
    let tnef = stream(&bare).iter().map(|byte| format!("={byte:02X}")).collect::<Vec<_>>();
    let lines: Vec<String> = tnef.chunks(25).map(|line| line.concat() + "=\r\n").collect();
    format!(
        "From: Jane Doe <jane@example.com>\r\nTo: Al <al@example.com>\r\nSubject: Plan\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: application/ms-tnef\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--b--\r\n",
        lines.concat()
    )
    .into_bytes()
}

/// Types of the parts, each with how deep it stands.
fn shape(mail: &[u8]) -> Vec<String> {
    let structure = winmail::convert::mime::structure::Structure::of(mail, &winmail::Limits::default());
    let entities = structure.entities.iter().enumerate();
    entities.map(|(at, entity)| format!("{}{}", "-".repeat(structure.ancestors(at).count() - 1), entity.content_type)).collect()
}

#[test]
fn ordinary_items_go_without_their_stream() {
    let mut all_day = meeting("IPM.Appointment");
    all_day.set(named::APPOINTMENT_SUB_TYPE, true);
    all_day.set(named::APPOINTMENT_START_WHOLE, time(2024, 3, 14, 0, 0));
    all_day.set(named::APPOINTMENT_END_WHOLE, time(2024, 3, 15, 0, 0));
    let mut items = vec![all_day, contact(), list(), task(), Message::new("IPM.StickyNote"), Message::new("IPM.Activity")];
    let replies = ["Resp.Pos", "Resp.Neg", "Resp.Tent"].map(|answer| format!("IPM.Schedule.Meeting.{answer}"));
    let classes = ["IPM.Appointment", "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled"].map(str::to_owned);
    for class in classes.iter().chain(&replies) {
        items.extend([meeting(class), weekly(class)]);
    }
    for item in items {
        let class = item.class().unwrap().into_owned();
        mail(&item);
        let mut forwarded = Message::new("IPM.Note");
        forwarded.set(tags::BODY, "See there.");
        forwarded.attachments.push(Attachment::from_message(item.clone()));
        mail(&forwarded);
        let mail = carried(&item, "We have to talk about the plan.");
        let filtered = filter(&mail, &FilterOptions::default());
        assert!(filtered.losses.is_empty(), "{class}: {:?}", filtered.losses);
        assert_eq!(filtered.outcomes[0].action, Action::Replaced, "{class}: {}", filtered.outcomes[0].action);
    }
}

#[test]
fn a_calendar_is_an_alternative_of_the_text() {
    let mut request = meeting("IPM.Schedule.Meeting.Request");
    let alone = anew(&stream(&request), &FilterOptions::default()).unwrap().mail;
    assert_eq!(shape(&alone), ["multipart/alternative", "-text/plain", "-text/calendar"]);
    let alone = String::from_utf8(alone).unwrap();
    assert!(alone.contains("Content-Type: text/calendar; charset=utf-8; method=REQUEST; name=invite.ics\r\n"), "{alone}");
    let mut forwarded = Message::new("IPM.Note");
    forwarded.attachments.push(Attachment::from_message(request.clone()));
    let forwarded = anew(&stream(&forwarded), &FilterOptions::default()).unwrap().mail;
    assert_eq!(
        shape(&forwarded).iter().filter(|part| part.ends_with("text/calendar")).collect::<Vec<_>>(),
        ["--text/calendar"],
        "{:?}",
        shape(&forwarded)
    );
    // In a mail: with its text, whatever the stream's body is.
    let own = "We have to talk about the plan.";
    let done = |message: &Message<'_>, text: &str| {
        let mail = carried(message, text);
        let filtered = filter(&mail, &FilterOptions::default());
        let out = filtered.mail.unwrap().to_vec();
        // Twice is once.
        assert!(filter(&out, &FilterOptions::default()).mail.is_none());
        (shape(&out), unfolded(&String::from_utf8(out).unwrap()))
    };
    let alternative = ["multipart/mixed", "-multipart/alternative", "--text/plain", "--text/calendar"];
    let (parts, out) = done(&request, own);
    assert_eq!(parts, alternative);
    for line in
        ["\r\nORGANIZER;CN=Jane Doe:mailto:jane@example.com\r\n", "CN=Al:mailto:al@example.com\r\n", "\r\nSUMMARY:Plan\r\n"]
    {
        assert!(out.contains(line), "{line} in {out}");
    }
    let (parts, out) = done(&request, "Please come.");
    assert_eq!(parts, ["multipart/mixed", "-text/plain", "-multipart/alternative", "--text/plain", "--text/calendar"], "{out}");
    request.set(tags::HTML, &b"<p>We have to talk about the plan.</p>"[..]);
    let (parts, out) = done(&request, own);
    assert_eq!(parts, ["multipart/mixed", "-multipart/alternative", "--text/plain", "--text/html", "--text/calendar"], "{out}");
    // A mail that has both bodies already gets a third one.
    let both = String::from_utf8(carried(&request, own)).unwrap().replace(
        "Content-Type: text/plain\r\n\r\nWe have to talk about the plan.\r\n",
        "Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\nWe have to talk about the \
         plan.\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>We have to talk about the plan.</p>\r\n--c--\r\n",
    );
    let filtered = filter(both.as_bytes(), &FilterOptions::default());
    assert_eq!(filtered.outcomes[0].action, Action::Replaced);
    let out = filtered.mail.unwrap().to_vec();
    assert_eq!(shape(&out), ["multipart/mixed", "-multipart/alternative", "--text/plain", "--text/html", "--text/calendar"]);
}

/// A calendar beside the stream of the same meeting is the same meeting: one for those who read the mail, one for those who read TNEF.
#[test]
fn a_calendar_beside_the_stream_is_the_same_item() {
    let message = meeting("IPM.Schedule.Meeting.Request");
    let written = icalendar::write(&message, &CalendarOptions::default()).unwrap().unwrap().text;
    let beside = |calendar: &str| {
        let mail = String::from_utf8(carried(&message, "We have to talk about the plan.")).unwrap();
        let part = format!(
            "--b\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{calendar}\r\n--b\r\nContent-Type: application/ms-tnef"
        );
        mail.replacen("--b\r\nContent-Type: application/ms-tnef", &part, 1)
    };
    let calendars = |mail: &[u8]| shape(mail).iter().filter(|part| part.ends_with("text/calendar")).count();
    // As another program writes it.
    let uid = written.lines().find(|line| line.starts_with("UID:")).unwrap();
    let same = beside(&written.replace("PRODID:-//winmail", "PRODID:-//other"));
    let filtered = filter(same.as_bytes(), &FilterOptions::default());
    assert_eq!(filtered.outcomes[0].action, Action::Replaced, "{:?}", filtered.losses);
    assert_eq!(calendars(&filtered.mail.unwrap().to_vec()), 1);
    let read = mime::read(same.as_bytes(), &MimeReadOptions::default().with_items(true)).unwrap();
    assert_eq!((read.class().as_deref(), read.attachments.len()), (Some("IPM.Schedule.Meeting.Request"), 0));
    // Another meeting is a second one.
    let other = beside(&written.replace(uid, "UID:another"));
    let filtered = filter(other.as_bytes(), &FilterOptions::default());
    assert_eq!((calendars(&filtered.mail.unwrap().to_vec()), &filtered.outcomes[0].action), (2, &Action::Replaced));
    // The same meeting at another place: nobody knows which is right, and the stream stays.
    let elsewhere = beside(&written.replace("LOCATION:Room seven", "LOCATION:Hall nine"));
    assert_ne!(elsewhere, beside(&written));
    let filtered = filter(elsewhere.as_bytes(), &FilterOptions::default());
    assert!(matches!(filtered.outcomes[0].action, Action::Left(Reason::Incomplete(_))), "{:?}", filtered.outcomes);
}

#[test]
fn a_card_is_an_attachment_of_the_mail() {
    let made = anew(&stream(&contact()), &FilterOptions::default()).unwrap().mail;
    assert_eq!(shape(&made), ["multipart/mixed", "-text/plain", "-text/vcard"]);
    assert!(String::from_utf8(made).unwrap().contains("Content-Disposition: attachment; filename=\"Ida Example.vcf\"\r\n"));
    // A list that is forwarded keeps its members.
    let mut forwarded = Message::new("IPM.Note");
    forwarded.attachments.push(Attachment::from_message(list()));
    let made = mail(&forwarded);
    for line in ["X-ADDRESSBOOKSERVER-MEMBER:mailto:bo@example.com\r\n", "Bo Berg <bo@example.com>"] {
        assert!(made.contains(line), "{line} in {made}");
    }
}

/// A fact that the writer drops, or writes wrongly, is missed by the accountant, which reads the mail that was made.
#[test]
fn what_a_calendar_or_card_does_not_say_is_missed() {
    let request = meeting("IPM.Schedule.Meeting.Request");
    let series = weekly("IPM.Schedule.Meeting.Request");
    let changes: &[(&Message<'_>, &[(&str, &str)])] = &[
        (
            &request,
            &[
                ("LOCATION:Room seven", "LOCATION:Room"),
                ("DTSTART:20240314T090000Z", "DTSTART:20240314T100000Z"),
                ("DTEND:20240314T100000Z\r\n", ""),
                ("beamer@example.com", "beam@example.com"),
                ("UID:abc@example.com", "UID:abc"),
                ("SEQUENCE:3\r\nTRANSP", "SEQUENCE:4\r\nTRANSP"),
                ("BUSYSTATUS:BUSY", "BUSYSTATUS:FREE"),
                ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"),
                ("text/calendar", "application/x-calendar"),
            ],
        ),
        (
            &series,
            &[
                ("COUNT=10", "COUNT=9"),
                ("BYDAY=TH", "BYDAY=FR"),
                ("INTERVAL", "X"),
                ("EXDATE;TZID=W. Europe Standard Time:20240321T100000\r\n", ""),
                (
                    "RECURRENCE-ID;TZID=W. Europe Standard Time:20240328T100000",
                    "RECURRENCE-ID;TZID=W. Europe Standard Time:20240327T100000",
                ),
                ("DTSTART;TZID=W. Europe Standard Time:20240328T110000", "DTSTART;TZID=W. Europe Standard Time:20240328T120000"),
                ("LOCATION:Cellar", "LOCATION:Room seven"),
                // From 31 March on it is another hour in UTC.
                ("TZOFFSETTO:+0200", "TZOFFSETTO:+0300"),
                ("BYDAY=-1SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=4"),
            ],
        ),
        (
            &contact(),
            &[
                ("TEL;TYPE=cell:+49 151 0100", "TEL;TYPE=cell:+49 151 0101"),
                ("ida@example.com", "ada@example.com"),
                ("BDAY:1980-05-15", "BDAY:1980-05-16"),
                ("Kiel", "Keil"),
                ("X-MS-CUSTOMER-ID", "X-MS-ACCOUNT"),
            ],
        ),
        (&list(), &[("MEMBER:mailto:bo@example.com\r\n", "MEMBER:\r\n"), ("Bo Berg", "Bo"), ("FN:Board", "FN:Bored")]),
        (
            &task(),
            &[
                ("DUE;VALUE=DATE:20240402", "DUE;VALUE=DATE:20240403"),
                ("TASK-OWNER:Jane Doe", "TASK-OWNER:J. D."),
                ("PT90M", "PT80M"),
            ],
        ),
    ];
    for (message, changes) in changes {
        let stream = stream(message);
        let good = mail(message);
        assert_eq!(losses_of_stream(&stream, good.as_bytes(), &ReadOptions::lenient()), []);
        for (from, to) in *changes {
            if *from == "INTERVAL" {
                continue;
            }
            assert!(good.contains(from), "{from} in {good}");
            let losses = losses_of_stream(&stream, good.replace(from, to).as_bytes(), &ReadOptions::lenient());
            assert!(losses.iter().any(|loss| loss.code == LossCode::Property), "{from} -> {to}: {losses:?}");
        }
    }
}

#[test]
fn what_is_beyond_the_list_keeps_the_stream() {
    let mut other = meeting("IPM.Appointment");
    let set = winmail::mapi::sets::PSETID_APPOINTMENT;
    other.properties.set_named(&NamedTag::lid(set, 0x82FF, PropType::STRING), "of another program");
    let mut own_field = contact();
    let set = winmail::mapi::sets::PS_PUBLIC_STRINGS;
    own_field.properties.set_named(&NamedTag::string(set, "Shoe size", PropType::STRING), "43");
    let mut cut = weekly("IPM.Appointment");
    let bytes = cut.get(named::APPOINTMENT_RECUR).unwrap().to_vec();
    cut.set(named::APPOINTMENT_RECUR, &bytes[..30]);
    let mut no_zone = weekly("IPM.Appointment");
    no_zone.properties.remove_named(&named::TIME_ZONE_STRUCT.untyped());
    let mut hijri = weekly("IPM.Appointment");
    hijri.set(named::APPOINTMENT_RECUR, series(pattern(Pattern::HijriMonth { day: 1 }, 1, minute(2024, 3, 14, 0)), Vec::new()));
    for item in [other, own_field, cut, no_zone, hijri] {
        let bytes = stream(&item);
        let made = anew(&bytes, &FilterOptions::default()).unwrap();
        assert!(made.losses.is_empty(), "{:?}", made.losses);
        let kept = made.outcomes[0].reason().expect("it stays");
        assert!(matches!(kept, Reason::Beyond(..)) && kept.code() == "item", "{kept:?}");
        // What is certain is written all the same, and once.
        let mail = carried(&item, "We have to talk about the plan.");
        let filtered = filter(&mail, &FilterOptions::default());
        assert!(matches!(filtered.outcomes[0].action, Action::Kept(Reason::Beyond(..))), "{:?}", filtered.outcomes[0].action);
        let out = filtered.mail.unwrap().to_vec();
        let parts = shape(&out);
        assert!(parts.iter().any(|part| part.ends_with("text/calendar") || part.ends_with("text/vcard")), "{parts:?}");
        let again = filter(&out, &FilterOptions::default());
        assert!(again.mail.is_none(), "{}", String::from_utf8(again.mail.unwrap().to_vec()).unwrap());
    }
}

/// A changed instance is a message attached to the series for what the structure has no place for; it is not one of the files.
fn with_attached_instance(file: bool) -> Message<'static> {
    let mut message = weekly("IPM.Appointment");
    let mut instance = Message::new("IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}");
    instance.set(tags::BODY, "Bring boots.");
    instance.set(named::EXCEPTION_REPLACE_TIME, time(2024, 3, 28, 9, 0));
    instance.set(named::APPOINTMENT_START_WHOLE, time(2024, 3, 28, 10, 0));
    if file {
        instance.attachments.push(Attachment::from_bytes("boots.txt", &b"rubber"[..]));
    }
    let mut attachment = Attachment::from_message(instance);
    attachment.properties.set(untyped::ATTACHMENT_HIDDEN, true);
    message.attachments.push(attachment);
    message.attachments.push(Attachment::from_bytes("plan.txt", &b"first talk"[..]));
    message
}

#[test]
fn changed_instances_are_no_attachments() {
    let series = with_attached_instance(false);
    let made = mail(&series);
    assert!(made.contains("DESCRIPTION:Bring boots.\r\n") && !made.contains("message/rfc822"), "{made}");
    assert_eq!(shape(made.as_bytes()).last().unwrap(), "-text/plain", "the file: {:?}", shape(made.as_bytes()));
    assert!(made.contains("filename=plan.txt") && !made.contains("ATTACH;"), "{made}");
    let stream = stream(&series);
    for (from, to) in [("Bring boots.", "Bring"), ("20240328T100000", "20240327T100000")] {
        let losses = losses_of_stream(&stream, made.replace(from, to).as_bytes(), &ReadOptions::lenient());
        assert!(!losses.is_empty(), "{from}");
    }
    // A file of an instance is said nowhere.
    let made = anew(&self::stream(&with_attached_instance(true)), &FilterOptions::default()).unwrap();
    assert!(matches!(made.outcomes[0].reason(), Some(Reason::Beyond(_, what)) if what.contains("a file")), "{:?}", made.outcomes);
}

/// A series that is no meeting. In its changed instance stands whoever has it in the calendar, as Outlook writes that, and sometimes
/// somebody who was invited to this instance alone. Neither has an Internet address.
#[test]
fn people_of_a_changed_instance_are_in_the_calendar_or_nobody_was_invited() {
    /// PidTagRecipientFlags: sendable, and organizing.
    const OWNER: i32 = 3;
    let row = |name: &str, flags: i32| {
        let address = format!("/o=Example/ou=First/cn=Recipients/cn={name}");
        let mut row = Recipient::one_off(RecipientType::TO, name, "EX", &address);
        row.properties.set(untyped::RECIPIENT_FLAGS, flags);
        row
    };
    for guest in [None, Some("Guest")] {
        let mut series = with_attached_instance(false);
        series.set(named::APPOINTMENT_STATE_FLAGS, 0);
        let Content::Message(instance) = &mut series.attachments[0].content else { panic!("{series:?}") };
        instance.recipients.push(row("Owner", OWNER));
        instance.recipients.extend(guest.map(|name| row(name, 1)));
        // The header of the mail around names neither.
        let carrier = carried(&series, "We have to talk about the plan.");
        let filtered = filter(&carrier, &FilterOptions::default());
        assert_eq!(filtered.outcomes[0].action, Action::Replaced, "{guest:?}");
        let out = String::from_utf8(filtered.mail.unwrap().to_vec()).unwrap().replace("\r\n ", "");
        let expected = "ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE;CN=Guest;X-MS-ADDRESS=/o=Example/ou=First/cn=Recipients/cn=Guest:invalid:nomail";
        assert_eq!(out.matches("ATTENDEE").count(), usize::from(guest.is_some()), "{out}");
        assert_eq!(out.contains(expected), guest.is_some(), "{out}");
        // Whoever takes the guest out loses somebody.
        let made = mail(&series).replace("\r\n ", "").replace("CN=Guest", "CN=Nobody").replace("cn=Guest", "cn=Nobody");
        let losses = losses_of_stream(&stream(&series), made.as_bytes(), &ReadOptions::lenient());
        assert_eq!(losses.iter().any(|loss| loss.subject.contains("Guest")), guest.is_some(), "{losses:?}");
    }
}

/// Mail to TNEF to mail: a calendar goes back to where programs act on it.
#[test]
fn a_calendar_of_a_mail_keeps_its_place() {
    let calendar = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let part = |more: &str| format!("Content-Type: text/calendar; charset=utf-8; method=CANCEL{more}\r\n\r\n{calendar}");
    let text = "Content-Type: text/plain\r\n\r\nIt is off.\r\n";
    let alternative =
        |more| format!("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n{text}--b\r\n{}--b--\r\n", part(more));
    let attached = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{text}--b\r\n{}--b--\r\n", {
        part("\r\nContent-Disposition: attachment; filename=off.ics")
    });
    for (mail, expected) in [
        (alternative(""), vec!["multipart/alternative", "-text/plain", "-text/calendar"]),
        (alternative("; name=off.ics"), vec!["multipart/alternative", "-text/plain", "-text/calendar"]),
        (part(""), vec!["text/calendar"]),
        (attached, vec!["multipart/mixed", "-text/plain", "-text/calendar"]),
    ] {
        let mail = format!("From: jane@example.com\r\nTo: al@example.com\r\nSubject: Off\r\n{mail}");
        let message = mime::read(mail.as_bytes(), &MimeReadOptions::default()).unwrap();
        let carried = mime::encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes;
        let back = mime::read(&carried, &MimeReadOptions::default()).unwrap();
        let made = mime::write(&back, &MimeOptions::default()).unwrap().bytes;
        let parts: Vec<String> = shape(&made).into_iter().collect();
        let made = String::from_utf8(made).unwrap();
        let bare: Vec<&str> =
            parts.iter().map(String::as_str).filter(|part| expected.len() > 1 || *part != "-text/plain").collect();
        let found = if expected.len() == 1 { vec![bare.last().unwrap().trim_start_matches('-')] } else { bare };
        assert_eq!(found, expected, "{made}");
        assert!(made.contains("method=CANCEL"), "{made}");
        let data = mime::read(made.as_bytes(), &MimeReadOptions::default()).unwrap();
        let is_it = |file: &Attachment<'_>| {
            matches!(&file.content, Content::Bytes(_)) && file.data().trim_ascii() == calendar.trim().as_bytes()
        };
        assert!(data.attachments.iter().any(is_it), "{made}");
    }
}

#[test]
fn zones_are_named_as_is_wanted() {
    let request = meeting("IPM.Appointment");
    let series = weekly("IPM.Appointment");
    let written = |message: &Message<'_>, zones| {
        icalendar::write(message, &CalendarOptions::default().with_zones(zones)).unwrap().unwrap().text
    };
    assert!(written(&series, ZoneNames::Windows).contains("DTSTART;TZID=W. Europe Standard Time:20240314T100000\r\n"));
    assert!(written(&series, ZoneNames::Iana).contains("DTSTART;TZID=Europe/Berlin:20240314T100000\r\n"));
    // A series in UTC would be an hour late in summer.
    assert!(written(&series, ZoneNames::Utc).contains("DTSTART;TZID=W. Europe Standard Time:20240314T100000\r\n"));
    let mut shown = request.clone();
    shown.set(named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY, definition());
    assert!(written(&shown, ZoneNames::Windows).contains("DTSTART;TZID=W. Europe Standard Time:20240314T100000\r\n"));
    assert!(written(&shown, ZoneNames::Utc).contains("DTSTART:20240314T090000Z\r\n"));
}

fn definition() -> Vec<u8> {
    use winmail::mapi::blob::{TimeZoneDefinition, TimeZoneRule};
    let date = |month, hour| SystemTime { month, day: 5, hour, ..SystemTime::default() };
    let none = || Cow::Borrowed(&[][..]);
    let rule = TimeZoneRule {
        version: (2, 1),
        flags: 2,
        reserved: [0; 14],
        standard_bias: 0,
        extra: none(),
        year: 2024,
        bias: -60,
        daylight_bias: -60,
        standard_date: date(10, 3),
        daylight_date: date(3, 2),
    };
    let key_name = "W. Europe Standard Time".into();
    let zone =
        TimeZoneDefinition { version: (2, 1), reserved: 2, key_name, header_extra: none(), rules: vec![rule], trailing: none() };
    zone.to_bytes().unwrap()
}

fn patterns() -> impl Strategy<Value = (Pattern, u32)> {
    prop_oneof![
        (1u32..9).prop_map(|days| (Pattern::Day, days * 1440)),
        (1u32..128, 1u32..5).prop_map(|(days, weeks)| (Pattern::Week { days: WeekDays(days) }, weeks)),
        (1u32..32, 1u32..14).prop_map(|(day, months)| (Pattern::Month { day }, months)),
        (1u32..14).prop_map(|months| (Pattern::MonthEnd { day: 31 }, months)),
        (1u32..128, 1u32..6, 1u32..14).prop_map(|(days, nth, months)| (Pattern::MonthNth { days: WeekDays(days), nth }, months)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The set of instances is kept, by an expansion of the structure and one of the rule that share nothing but the calendar: the
    /// accountant's, which finds each of the first 400 starts, on the clock and in UTC.
    #[test]
    fn the_instances_of_a_rule_are_those_of_the_structure(
        (which, period) in patterns(),
        (month, day) in (1u16..13, 1u16..29),
        first_day in 0u32..7,
        (end, count) in (0usize..3, 1u32..60),
    ) {
        let mut days = pattern(which, period, minute(2023, month, day, 0));
        days.first_day_of_week = first_day;
        (days.end_type, days.occurrences) = match end {
            0 => (RecurrencePattern::END_AFTER, count),
            1 => (RecurrencePattern::END_BY_DATE, 10),
            _ => (RecurrencePattern::END_NEVER, 10),
        };
        if end == 1 {
            days.end = minute(2025, month, day, 0);
        }
        let mut message = meeting("IPM.Appointment");
        // When it is says the structure.
        message.properties.remove_named(&named::APPOINTMENT_START_WHOLE.untyped());
        message.properties.remove_named(&named::APPOINTMENT_END_WHOLE.untyped());
        message.set(named::APPOINTMENT_RECUR, series(days, Vec::new()));
        message.set(named::TIME_ZONE_STRUCT, berlin());
        message.set(named::TIME_ZONE_DESCRIPTION, "W. Europe Standard Time");
        let stream = stream(&message);
        let made = anew(&stream, &FilterOptions::default()).unwrap();
        let text = String::from_utf8(made.mail).unwrap();
        let when: Vec<&str> = text.lines().filter(|line| line.starts_with("DTSTART;T") || line.starts_with("RRULE:FREQ")).collect();
        prop_assert!(made.losses.is_empty(), "{:?} {when:?}", made.losses);
        prop_assert_eq!(&made.outcomes[0].action, &Action::Replaced);
        // And it does find what is another rule.
        let other = text.replace("DTSTART;TZID=W. Europe Standard Time:", "DTSTART;TZID=W. Europe Standard Time:1");
        prop_assert!(!losses_of_stream(&stream, other.as_bytes(), &ReadOptions::lenient()).is_empty());
    }
}
