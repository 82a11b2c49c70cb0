//! Items and the calendars that are made of them: the specification's example, made items, and those of the corpus.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::support;
use winmail::convert::icalendar::{self, Calendar, CalendarOptions, Method, ZoneNames};
use winmail::convert::vcard::{self, VCardOptions, VCardVersion};
use winmail::items::Item;
use winmail::mapi::blob::{
    AppointmentRecurrence, ExceptionInfo, ExtendedException, ExtendedExceptions, GlobalObjectId, MinuteTime, Pattern,
    RecurrencePattern, SystemTime, TimeZoneDefinition, TimeZoneStruct, WeekDays, list_checksum,
};
use winmail::mapi::{PropValue, RecipientType, tags as untyped};
use winmail::message::Content;
use winmail::{Attachment, Code, DateTime, FileTime, Limits, Message, ReadOptions, Recipient, named, tags};

/// [MS-OXOCAL] 4.1.1.2: Mondays, Thursdays and Fridays at 10:00, twelve times from 26 March 2007 on; that of 16 April is at 11:00,
/// with another subject and place.
const EXAMPLE: &str = "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096\
    BC0C8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563757272656E63\
    65207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C5299BC0CF898BC0C210053006900\
    6D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800630065007000740069006F006E007300\
    0700330034002F0034003100340031000000000000000000";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// The number with the same bits and a sign, as the property has it.
fn signed(sum: u32) -> i32 {
    i32::from_le_bytes(sum.to_le_bytes())
}

fn at(year: u16, month: u16, day: u16, hour: u16, minute: u16) -> FileTime {
    FileTime::from_date_time(DateTime::new(year, month, day, hour, minute, 0).unwrap()).unwrap()
}

fn pacific() -> Vec<u8> {
    let date = |month, day| SystemTime { month, day, hour: 2, ..SystemTime::default() };
    let zone = TimeZoneStruct {
        bias: 480,
        daylight_bias: -60,
        standard_date: date(11, 1),
        daylight_date: date(3, 2),
        ..TimeZoneStruct::default()
    };
    zone.to_bytes()
}

/// A series in Pacific time.
fn series(recurrence: &[u8]) -> Message<'static> {
    let mut message = Message::new("IPM.Appointment");
    message.set(tags::SUBJECT, "Simple Recurrence");
    message.set(named::APPOINTMENT_RECUR, recurrence);
    message.set(named::TIME_ZONE_STRUCT, pacific());
    message.set(named::TIME_ZONE_DESCRIPTION, "Pacific Standard Time");
    message
}

fn written(message: &Message<'_>) -> Calendar {
    icalendar::write(message, &CalendarOptions::default()).unwrap().expect("a calendar")
}

/// The lines of a calendar, unfolded.
fn lines(calendar: &Calendar) -> Vec<String> {
    calendar.text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn codes(calendar: &Calendar) -> Vec<Code> {
    calendar.report.diagnostics().iter().map(|diagnostic| diagnostic.code).collect()
}

/// Whether all of these lines are there.
fn has(lines: &[String], wanted: &[&str]) {
    for line in wanted {
        assert!(lines.iter().any(|found| found == line), "no {line} in {lines:#?}");
    }
}

#[test]
fn the_series_of_the_specification() {
    let calendar = written(&series(&unhex(EXAMPLE)));
    let lines = lines(&calendar);
    has(
        &lines,
        &[
            "METHOD:PUBLISH",
            "TZID:Pacific Standard Time",
            "DTSTART;TZID=Pacific Standard Time:20070326T100000",
            "DTEND;TZID=Pacific Standard Time:20070326T103000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TH,FR;WKST=SU;COUNT=12",
            "SUMMARY:Simple Recurrence",
            "RECURRENCE-ID;TZID=Pacific Standard Time:20070416T100000",
            "DTSTART;TZID=Pacific Standard Time:20070416T110000",
            "DTEND;TZID=Pacific Standard Time:20070416T113000",
            "SUMMARY:Simple Recurrence with exceptions",
            "LOCATION:34/4141",
        ],
    );
    // The day of the changed instance stands among the deleted ones, and was not deleted.
    assert!(!lines.iter().any(|line| line.starts_with("EXDATE")), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| line.starts_with("UID:")).collect::<HashSet<_>>().len(), 1);
    assert!(calendar.report.is_empty(), "{:?}", calendar.report);
    let options = CalendarOptions::default().with_zones(ZoneNames::Iana);
    let calendar = icalendar::write(&series(&unhex(EXAMPLE)), &options).unwrap().unwrap();
    assert!(calendar.text.contains("\r\nDTSTART;TZID=America/Los_Angeles:20070326T100000\r\n"));
}

#[test]
fn removed_instances_and_the_end_of_a_series() {
    let bytes = unhex(EXAMPLE);
    let mut recurrence = AppointmentRecurrence::parse(&bytes).unwrap();
    let day = |month, day| MinuteTime::from_date_time(DateTime::new(2007, month, day, 0, 0, 0).unwrap()).unwrap();
    recurrence.pattern.deleted.insert(0, day(4, 5));
    recurrence.pattern.end_type = RecurrencePattern::END_BY_DATE;
    recurrence.pattern.end = day(4, 29);
    let found = lines(&written(&series(&recurrence.to_bytes().unwrap())));
    // 10:00 on 29 April is in daylight saving time: 17:00 UTC.
    has(
        &found,
        &["RRULE:FREQ=WEEKLY;BYDAY=MO,TH,FR;WKST=SU;UNTIL=20070429T170000Z", "EXDATE;TZID=Pacific Standard Time:20070405T100000"],
    );
    let mut message = series(&recurrence.to_bytes().unwrap());
    message.set(named::APPOINTMENT_SUB_TYPE, true);
    has(
        &lines(&written(&message)),
        &[
            "DTSTART;VALUE=DATE:20070326",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TH,FR;WKST=SU;UNTIL=20070429",
            "EXDATE;VALUE=DATE:20070405",
            "RECURRENCE-ID;VALUE=DATE:20070416",
            "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        ],
    );
}

#[test]
fn what_no_rule_says_is_a_loss() {
    let bytes = unhex(EXAMPLE);
    let mut recurrence = AppointmentRecurrence::parse(&bytes).unwrap();
    recurrence.pattern.pattern = Pattern::HijriMonth { day: 3 };
    let calendar = written(&series(&recurrence.to_bytes().unwrap()));
    assert_eq!(codes(&calendar), [Code::CalendarRuleLeftOut]);
    assert!(!calendar.text.contains("RRULE:FREQ=WEEKLY"));
    // Cut, the structure is invalid; the rest of the item is sound.
    let mut cut = series(&bytes[..40]);
    cut.set(named::APPOINTMENT_START_WHOLE, at(2007, 3, 26, 17, 0));
    let calendar = written(&cut);
    assert_eq!(codes(&calendar), [Code::ItemStructureUnreadable]);
    has(&lines(&calendar), &["DTSTART:20070326T170000Z"]);
    // Without a zone, what the first instance is ahead of UTC counts.
    let mut message = series(&bytes);
    message.remove(named::TIME_ZONE_STRUCT);
    message.set(named::APPOINTMENT_START_WHOLE, at(2007, 3, 26, 17, 0));
    let calendar = written(&message);
    assert_eq!(codes(&calendar), [Code::ItemZoneUnknown]);
    has(&lines(&calendar), &["DTSTART;TZID=\"UTC-07:00\":20070326T100000", "TZOFFSETTO:-0700"]);
}

#[test]
fn an_all_day_appointment_is_days_in_its_own_zone() {
    let mut message = Message::new("IPM.Appointment");
    message.set(named::APPOINTMENT_SUB_TYPE, true);
    message.set(named::APPOINTMENT_START_WHOLE, at(2024, 5, 2, 15, 0));
    message.set(named::APPOINTMENT_END_WHOLE, at(2024, 5, 3, 15, 0));
    let tokyo = TimeZoneStruct { bias: -540, daylight_bias: -60, ..TimeZoneStruct::default() };
    assert_eq!(tokyo.to_bytes().len(), 48);
    // Without a zone the nearest midnight of UTC.
    has(&lines(&written(&message)), &["DTSTART;VALUE=DATE:20240503", "DTEND;VALUE=DATE:20240504"]);
}

fn request() -> Message<'static> {
    let mut message = Message::new("IPM.Schedule.Meeting.Request");
    message.set(tags::SUBJECT, "Plan; review, \"all\"");
    message.set(named::APPOINTMENT_START_WHOLE, at(2024, 5, 3, 10, 0));
    message.set(named::APPOINTMENT_END_WHOLE, at(2024, 5, 3, 11, 30));
    message.set(named::GLOBAL_OBJECT_ID, GlobalObjectId::from_uid("abc@example.com").to_bytes().unwrap());
    message.set(named::OWNER_CRITICAL_CHANGE, at(2024, 5, 1, 8, 0));
    message.set(tags::SENT_REPRESENTING_NAME, "Doe, Jane");
    message.set(tags::SENT_REPRESENTING_ADDRESS_TYPE, "SMTP");
    message.set(tags::SENT_REPRESENTING_EMAIL_ADDRESS, "jane@example.com");
    message.set(named::REMINDER_SET, true);
    message.set(named::REMINDER_DELTA, 30);
    message.set(named::INTENDED_BUSY_STATUS, 2);
    message.set(named::BUSY_STATUS, 1);
    message.set(named::KEYWORDS, ["red", "a,b"]);
    message.set(tags::SENSITIVITY, 2);
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Al", "al@example.com"));
    message.recipients.push(Recipient::one_off(RecipientType::CC, "Exchange User", "EX", "/o=Org/cn=user"));
    message.recipients.push(Recipient::smtp(RecipientType::BCC, "Room", "room@example.com"));
    message
}

#[test]
fn an_invitation_names_people_and_never_a_name_as_an_address() {
    let calendar = written(&request());
    assert_eq!(calendar.method, Method::Request);
    let found = lines(&calendar);
    has(
        &found,
        &[
            "METHOD:REQUEST",
            "UID:abc@example.com",
            "DTSTAMP:20240501T080000Z",
            "DTSTART:20240503T100000Z",
            "DTEND:20240503T113000Z",
            "SUMMARY:Plan\\; review\\, \"all\"",
            "CATEGORIES:red,a\\,b",
            "CLASS:PRIVATE",
            "ORGANIZER;CN=\"Doe, Jane\":mailto:jane@example.com",
            "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Al:mailto:al@example.com",
            "ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Exchange User;X-MS-ADDRESS=/o=Org/cn=user:invalid:nomail",
            "ATTENDEE;ROLE=NON-PARTICIPANT;CUTYPE=RESOURCE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Room:mailto:room@example.com",
            "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
            "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",
            "TRIGGER:-PT30M",
        ],
    );
    assert_eq!(codes(&calendar), [Code::CalendarAddressMissing]);
}

#[test]
fn each_message_about_a_meeting_has_its_method() {
    let table = [
        ("IPM.Schedule.Meeting.Canceled", Method::Cancel, "STATUS:CANCELLED"),
        (
            "IPM.Schedule.Meeting.Resp.Pos",
            Method::Reply,
            "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=\"Doe, Jane\":mailto:jane@example.com",
        ),
        (
            "IPM.Schedule.Meeting.Resp.Neg",
            Method::Reply,
            "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=\"Doe, Jane\":mailto:jane@example.com",
        ),
        ("IPM.Schedule.Meeting.Resp.Tent", Method::Reply, "ORGANIZER;CN=Al:mailto:al@example.com"),
        ("ipm.appointment.custom", Method::Publish, "X-MICROSOFT-CDO-INSTTYPE:0"),
    ];
    for (class, method, line) in table {
        let mut message = request();
        message.set(tags::MESSAGE_CLASS, class);
        let calendar = written(&message);
        assert_eq!(calendar.method, method, "{class}");
        has(&lines(&calendar), &[line, &format!("METHOD:{}", method.as_str())]);
    }
    let mut counter = request();
    counter.set(tags::MESSAGE_CLASS, "IPM.Schedule.Meeting.Resp.Tent");
    counter.set(named::APPOINTMENT_COUNTER_PROPOSAL, true);
    counter.set(named::APPOINTMENT_PROPOSED_START_WHOLE, at(2024, 5, 3, 14, 0));
    counter.set(named::APPOINTMENT_PROPOSED_END_WHOLE, at(2024, 5, 3, 15, 0));
    let calendar = written(&counter);
    assert_eq!(calendar.method, Method::Counter);
    has(&lines(&calendar), &["DTSTART:20240503T140000Z", "DTEND:20240503T150000Z", "X-MS-OLK-ORIGINALSTART:20240503T100000Z"]);
    for class in ["IPM.Schedule.Meeting.Notification.Forward", "IPM.Contact", "IPM.Note", "REPORT.IPM.Note.NDR"] {
        let mut message = request();
        message.set(tags::MESSAGE_CLASS, class);
        assert_eq!(icalendar::write(&message, &CalendarOptions::default()).unwrap(), None, "{class}");
    }
}

#[test]
fn what_is_about_one_instance_has_no_rule() {
    let mut message = request();
    message.set(named::APPOINTMENT_RECUR, unhex(EXAMPLE));
    message.set(named::TIME_ZONE_STRUCT, pacific());
    message.set(named::TIME_ZONE_DESCRIPTION, "Pacific Standard Time");
    message.set(named::EXCEPTION_REPLACE_TIME, at(2007, 4, 16, 17, 0));
    let found = lines(&written(&message));
    has(&found, &["RECURRENCE-ID;TZID=Pacific Standard Time:20070416T100000", "X-MICROSOFT-CDO-INSTTYPE:3"]);
    assert!(!found.iter().any(|line| line.starts_with("RRULE:FREQ=WEEKLY")), "{found:#?}");
    // The id has the day, and the packed time of the pattern the time of day.
    message.remove(named::EXCEPTION_REPLACE_TIME);
    message.set(named::IS_EXCEPTION, true);
    message.set(named::START_RECURRENCE_TIME, 10 << 12);
    let id = GlobalObjectId {
        instance_date: winmail::mapi::blob::InstanceDate { year: 2007, month: 4, day: 16 },
        ..GlobalObjectId::from_uid("x")
    };
    message.set(named::GLOBAL_OBJECT_ID, id.to_bytes().unwrap());
    has(&lines(&written(&message)), &["RECURRENCE-ID;TZID=Pacific Standard Time:20070416T100000", "UID:x"]);
}

#[test]
fn tasks_are_days_without_a_zone() {
    let mut message = Message::new("IPM.Task");
    message.set(tags::SUBJECT, "Pay");
    message.set(named::TASK_START_DATE, at(2017, 2, 19, 0, 0));
    message.set(named::TASK_DUE_DATE, at(2017, 2, 21, 0, 0));
    message.set(named::TASK_STATUS, 1);
    message.set(named::PERCENT_COMPLETE, 0.25);
    message.set(named::REMINDER_SET, true);
    message.set(named::REMINDER_TIME, at(2017, 2, 20, 8, 0));
    let found = lines(&written(&message));
    has(
        &found,
        &[
            "BEGIN:VTODO",
            "DTSTART;VALUE=DATE:20170219",
            "DUE;VALUE=DATE:20170221",
            "STATUS:IN-PROCESS",
            "PERCENT-COMPLETE:25",
            "TRIGGER;VALUE=DATE-TIME:20170220T080000Z",
        ],
    );
    let bytes = unhex(EXAMPLE);
    let mut pattern = AppointmentRecurrence::parse(&bytes).unwrap().pattern;
    (pattern.deleted, pattern.modified) = (Vec::new(), Vec::new());
    message.set(named::TASK_RECURRENCE, pattern.to_bytes().unwrap());
    has(&lines(&written(&message)), &["DTSTART;VALUE=DATE:20070326", "RRULE:FREQ=WEEKLY;BYDAY=MO,TH,FR;WKST=SU;COUNT=12"]);
    // What comes again after it was done follows no rule.
    pattern.sliding = 1;
    message.set(named::TASK_RECURRENCE, pattern.to_bytes().unwrap());
    let calendar = written(&message);
    assert_eq!(codes(&calendar), [Code::CalendarRuleLeftOut]);
    assert!(!calendar.text.contains("RRULE"));
}

#[test]
fn journals_and_notes() {
    let mut message = Message::new("IPM.Activity");
    message.set(named::LOG_TYPE, "Phone call");
    message.set(named::LOG_START, at(2024, 5, 3, 10, 0));
    has(&lines(&written(&message)), &["BEGIN:VJOURNAL", "DTSTART:20240503T100000Z", "X-OUTLOOK-LOGTYPE:Phone call"]);
    let mut message = Message::new("IPM.StickyNote");
    message.set(named::NOTE_COLOR, 2);
    message.set(tags::BODY, "Milk\r\nBread\r\n");
    has(&lines(&written(&message)), &["DESCRIPTION:Milk\\nBread", "COLOR:pink"]);
}

/// Daily from 1 January 2001 on, each of the first `count` instances an hour later.
fn many(count: u32) -> Vec<u8> {
    let start = MinuteTime::from_date_time(DateTime::new(2001, 1, 1, 0, 0, 0).unwrap()).unwrap();
    let day = |n: u32| MinuteTime(start.0 + 1440 * n);
    let exception = |n: u32| ExceptionInfo {
        start: MinuteTime(day(n).0 + 600),
        end: MinuteTime(day(n).0 + 660),
        original_start: MinuteTime(day(n).0 + 540),
        ..ExceptionInfo::default()
    };
    let none = || Cow::Borrowed(&[][..]);
    let extended = ExtendedException { change_highlight: Some(Cow::Borrowed(&[0; 4])), ..ExtendedException::default() };
    let recurrence = AppointmentRecurrence {
        pattern: RecurrencePattern {
            reader_version: 0x3004,
            writer_version: 0x3004,
            frequency: 0x200A,
            pattern: Pattern::Week { days: WeekDays(0x7F) },
            calendar_type: 0,
            first_date_time: 0,
            period: 1,
            sliding: 0,
            end_type: RecurrencePattern::END_NEVER,
            occurrences: 10,
            first_day_of_week: 0,
            deleted: (0..count).map(day).collect(),
            modified: (0..count).map(day).collect(),
            start,
            end: MinuteTime::NEVER,
            trailing: none(),
        },
        reader_version: 0x3006,
        writer_version: 0x3009,
        start_offset: 540,
        end_offset: 600,
        exceptions: (0..count).map(exception).collect(),
        extended: Some(ExtendedExceptions {
            reserved1: none(),
            exceptions: (0..count).map(|_| extended.clone()).collect(),
            reserved2: none(),
        }),
        trailing: none(),
    };
    recurrence.to_bytes().unwrap()
}

#[test]
fn many_changed_instances_are_bounded() {
    let bytes = many(10_000);
    let calendar = written(&series(&bytes));
    assert_eq!(calendar.text.matches("BEGIN:VEVENT").count(), 10_001);
    assert_eq!(calendar.text.matches("BEGIN:VTIMEZONE").count(), 1);
    // Each takes less than a kilobyte here; a long body would stand in each of them.
    assert!(calendar.text.len() < 10_000_000, "{}", calendar.text.len());
    let mut message = series(&bytes);
    message.set(tags::BODY, "x".repeat(10_000));
    let stream = message.to_tnef(&winmail::WriteOptions::default()).unwrap();
    let mut limits = Limits::default();
    limits.output = 20 << 20;
    let message = Message::read(&stream, &ReadOptions::lenient().with_limits(limits)).unwrap();
    assert_eq!(icalendar::write(&message, &CalendarOptions::default()).unwrap_err().kind(), winmail::ErrorKind::Limit);
}

/// Name and bytes of the items in the corpus.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let Some(folder) = support::corpus().map(|corpus| corpus.join("items/tnef")).filter(|folder| folder.is_dir()) else {
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect()
}

/// Every structure of the corpus' items, by its property.
fn structures(name: &str, message: &Message<'_>, found: &mut usize) {
    let mut same = |what: &str, bytes: Option<&[u8]>, again: &dyn Fn(&[u8]) -> winmail::Result<Vec<u8>>| {
        if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
            let written = again(bytes).unwrap_or_else(|error| panic!("{name}: {what}: {error}"));
            assert_eq!(written, bytes, "{name}: {what}");
            *found += 1;
        }
    };
    same("recurrence", message.get(named::APPOINTMENT_RECUR), &|bytes| AppointmentRecurrence::parse(bytes)?.to_bytes());
    same("task", message.get(named::TASK_RECURRENCE), &|bytes| RecurrencePattern::parse(bytes)?.to_bytes());
    same("zone", message.get(named::TIME_ZONE_STRUCT), &|bytes| Ok(TimeZoneStruct::parse(bytes)?.to_bytes()));
    for tag in [
        named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR,
        named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY,
        named::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY,
    ] {
        same("definition", message.get(tag), &|bytes| TimeZoneDefinition::parse(bytes)?.to_bytes());
    }
    for tag in [named::GLOBAL_OBJECT_ID, named::CLEAN_GLOBAL_OBJECT_ID] {
        same("id", message.get(tag), &|bytes| GlobalObjectId::parse(bytes)?.to_bytes());
    }
    if let (Some(members), Some(sum)) =
        (message.get(named::DISTRIBUTION_LIST_MEMBERS), message.get(named::DISTRIBUTION_LIST_CHECKSUM))
    {
        assert_eq!(signed(list_checksum(members.iter().copied())), sum, "{name}");
    }
    for attachment in &message.attachments {
        if let Content::Message(inner) = &attachment.content {
            structures(name, inner, found);
        }
    }
}

#[test]
fn the_structures_of_real_items_come_back() {
    let mut found = 0;
    for (name, bytes) in corpus() {
        if let Ok(message) = Message::read(&bytes, &ReadOptions::lenient()) {
            structures(&name, &message, &mut found);
        }
    }
    println!("{found} structures");
    assert!(found == 0 || found > 40, "only {found}");
}

#[test]
fn calendars_of_real_items_are_whole() {
    let mut count = 0;
    for (name, bytes) in corpus() {
        let Ok(message) = Message::read(&bytes, &ReadOptions::lenient()) else { continue };
        let Some(calendar) = icalendar::write(&message, &CalendarOptions::default()).unwrap() else { continue };
        count += 1;
        let mut open = Vec::new();
        let lines = lines(&calendar);
        let zones: HashSet<&str> = lines.iter().filter_map(|line| line.strip_prefix("TZID:")).collect();
        for line in &lines {
            match line.split_once(':') {
                Some(("BEGIN", what)) => open.push(what),
                Some(("END", what)) => assert_eq!(open.pop(), Some(what), "{name}"),
                Some((head, value)) => {
                    if let Some(zone) = head.split(";TZID=").nth(1) {
                        assert!(zones.contains(zone.trim_matches('"')), "{name}: {line}");
                    }
                    if let Some(address) = value.strip_prefix("mailto:") {
                        assert!(address.contains('@'), "{name}: {line}");
                    }
                }
                None => panic!("{name}: {line}"),
            }
        }
        assert!(open.is_empty(), "{name}");
        assert!(calendar.text.split("\r\n").all(|line| line.len() <= 75), "{name}");
    }
    println!("{count} calendars");
    assert!(count == 0 || count > 15, "only {count}");
}

#[test]
fn a_list_has_its_members() {
    let mut message = Message::new("IPM.DistList");
    let row = Recipient::smtp(RecipientType::TO, "Al", "al@example.com");
    let id = row.properties.bytes(untyped::ENTRY_ID).unwrap().to_vec();
    message.set(named::DISTRIBUTION_LIST_NAME, "Team");
    message.set(named::DISTRIBUTION_LIST_MEMBERS, [id.clone()]);
    message.set(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS, [id.clone()]);
    message.set(named::DISTRIBUTION_LIST_CHECKSUM, signed(list_checksum([&id[..]])));
    let read = Item::read(&message).unwrap().unwrap();
    assert!(read.report.is_empty());
    let Item::DistributionList(list) = read.item else { panic!() };
    assert_eq!((list.name.as_str(), list.members[0].person.describe().as_str()), ("Team", "Al <al@example.com>"));
    message.properties.set_named(&named::DISTRIBUTION_LIST_CHECKSUM.untyped(), PropValue::Integer32(1));
    assert_eq!(Item::read(&message).unwrap().unwrap().report.diagnostics()[0].code, Code::ItemListChanged);
}

fn contact() -> Message<'static> {
    let mut message = Message::new("IPM.Contact");
    message.set(tags::DISPLAY_NAME, "Dr. Jane Q. Doe");
    message.set(tags::SURNAME, "Doe");
    message.set(tags::GIVEN_NAME, "Jane");
    message.set(tags::MIDDLE_NAME, "Q.");
    message.set(tags::DISPLAY_NAME_PREFIX, "Dr.");
    message.set(tags::COMPANY_NAME, "Doe, Inc.");
    message.set(tags::DEPARTMENT_NAME, "Sales");
    message.set(named::EMAIL1_ADDRESS_TYPE, "SMTP");
    message.set(named::EMAIL1_EMAIL_ADDRESS, "jane@example.com");
    message.set(named::EMAIL2_ADDRESS_TYPE, "EX");
    message.set(named::EMAIL2_EMAIL_ADDRESS, "/o=Org/cn=jane");
    message.set(tags::BUSINESS_TELEPHONE_NUMBER, "+1 555 0100");
    message.set(tags::HOME_FAX_NUMBER, "+1 555 0101");
    message.set(tags::ASSISTANT_TELEPHONE_NUMBER, "+1 555 0102");
    message.set(named::WORK_ADDRESS_STREET, "1 Main St");
    message.set(named::WORK_ADDRESS_CITY, "Springfield");
    message.set(named::WORK_ADDRESS, "1 Main St\r\nSpringfield");
    message.set(named::BIRTHDAY_LOCAL, at(1980, 5, 15, 0, 0));
    message.set(tags::SPOUSE_NAME, "John");
    message.set(tags::GENDER, 1_i16);
    message.set(tags::BODY, "Met in May.\r\nLikes tea.\r\n");
    let mut photo = Attachment::from_bytes("ContactPicture.jpg", &b"\x89PNG\r\n\x1A\n"[..]);
    photo.properties.set(tags::ATTACHMENT_CONTACT_PHOTO.untyped(), PropValue::Boolean(true));
    message.attachments.push(photo);
    message
}

fn card(message: &Message<'_>, version: VCardVersion) -> (Vec<String>, Vec<Code>) {
    let card = vcard::write(message, &VCardOptions::default().with_version(version)).unwrap().unwrap();
    let lines = card.text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect();
    (lines, card.report.diagnostics().iter().map(|diagnostic| diagnostic.code).collect())
}

#[test]
fn a_contact_in_both_versions() {
    let (lines, found) = card(&contact(), VCardVersion::V3);
    has(
        &lines,
        &[
            "VERSION:3.0",
            "FN:Dr. Jane Q. Doe",
            "N:Doe;Jane;Q.;Dr.;",
            "ORG:Doe\\, Inc.;Sales",
            "EMAIL;TYPE=internet,pref:jane@example.com",
            "TEL;TYPE=work,voice:+1 555 0100",
            "TEL;TYPE=home,fax:+1 555 0101",
            "X-MS-TEL;TYPE=ASSISTANT:+1 555 0102",
            "ADR;TYPE=work:;;1 Main St;Springfield;;;",
            "LABEL;TYPE=work:1 Main St\\nSpringfield",
            "BDAY:1980-05-15",
            "X-MS-SPOUSE:John",
            "NOTE:Met in May.\\nLikes tea.",
            "PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo=",
        ],
    );
    // The second address is one of Exchange alone.
    assert_eq!(found, [Code::VCardAddressMissing]);
    assert!(!lines.iter().any(|line| line.contains("/o=Org")));
    let (lines, _) = card(&contact(), VCardVersion::V4);
    has(
        &lines,
        &[
            "VERSION:4.0",
            "EMAIL;PREF=1:jane@example.com",
            "TEL;TYPE=\"home,fax\":+1 555 0101",
            "ADR;TYPE=work;LABEL=\"1 Main St^nSpringfield\":;;1 Main St;Springfield;;;",
            "BDAY:19800515",
            "GENDER:F",
            "RELATED;TYPE=spouse;VALUE=text:John",
            "PHOTO:data:image/png;base64,iVBORw0KGgo=",
        ],
    );
    assert!(lines.iter().all(|line| !line.starts_with("CLASS") && !line.starts_with("LABEL")));
    assert_eq!(vcard::write(&request(), &VCardOptions::default()).unwrap(), None);
}

#[test]
fn a_card_always_has_its_names() {
    let (lines, _) = card(&Message::new("IPM.Contact"), VCardVersion::V3);
    has(&lines, &["FN:Contact", "N:Contact;;;;"]);
    let mut message = Message::new("IPM.Contact");
    message.set(tags::COMPANY_NAME, "Doe");
    message.set(named::BIRTHDAY_LOCAL, at(1604, 2, 29, 0, 0));
    message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    let (lines, found) = card(&message, VCardVersion::V4);
    has(&lines, &["FN:Doe", "BDAY:--0229"]);
    assert_eq!(found, [Code::VCardAttachmentLeftOut]);
}

#[test]
fn a_list_is_a_group() {
    let mut message = Message::new("IPM.DistList");
    let id = |name: &str, kind: &str, address: &str| {
        let row = Recipient::one_off(RecipientType::TO, name, kind, address);
        row.properties.bytes(untyped::ENTRY_ID).unwrap().to_vec()
    };
    let members = [id("Al", "SMTP", "al@example.com"), id("Bo", "EX", "/o=Org/cn=bo")];
    message.set(named::DISTRIBUTION_LIST_NAME, "Team");
    message.set(named::DISTRIBUTION_LIST_MEMBERS, members.clone());
    message.set(named::DISTRIBUTION_LIST_ONE_OFF_MEMBERS, members);
    let (lines, found) = card(&message, VCardVersion::V3);
    has(
        &lines,
        &[
            "FN:Team",
            "X-ADDRESSBOOKSERVER-KIND:group",
            "X-ADDRESSBOOKSERVER-MEMBER:mailto:al@example.com",
            "NOTE:Al <al@example.com>\\nBo",
        ],
    );
    assert_eq!(found, [Code::VCardAddressMissing]);
    has(&card(&message, VCardVersion::V4).0, &["KIND:group", "MEMBER:mailto:al@example.com"]);
}

/// The cards of the corpus' contacts against those that other programs made of the same items.
#[test]
fn cards_of_real_contacts_say_what_others_say() {
    let Some(folder) = support::corpus().map(|corpus| corpus.join("items")) else { return };
    let Ok(bytes) = std::fs::read(folder.join("tnef/msg2tnef-ruby-msg-contact-unicode.tnef")) else { return };
    let theirs = std::fs::read_to_string(folder.join("vcf/ruby-msg-contact.vcf")).unwrap();
    let message = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
    let (lines, _) = card(&message, VCardVersion::V3);
    for name in ["N", "FN", "TITLE", "TEL", "EMAIL"] {
        let value = |line: &str| {
            let (head, value) = line.split_once(':')?;
            let value = value.trim_end().trim_end_matches(';').replace('\\', "");
            (head.split(';').next() == Some(name)).then_some(value)
        };
        let their = theirs.lines().find_map(value).unwrap();
        assert!(lines.iter().any(|line| value(line).as_ref() == Some(&their)), "{name}: {their} in {lines:#?}");
    }
}
