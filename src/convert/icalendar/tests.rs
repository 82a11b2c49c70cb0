//! Calendars of others, read: the oddities of their makers, what is said of what cannot be read, the corpus, hostile ones.

use super::*;
use crate::base::{Code, DateTime, FileTime, ReadOptions};
use crate::items::{Appointment, AppointmentKind, Item, TaskKind};
use crate::mapi::corpus;
use crate::message::Message;
use crate::{named, tags};

fn calendar(method: &str, body: &str) -> CalendarRead {
    let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{method}{body}END:VCALENDAR\r\n");
    read(text.as_bytes(), &ReadOptions::lenient()).unwrap()
}

fn event(lines: &str) -> CalendarRead {
    calendar("", &format!("BEGIN:VEVENT\r\nUID:1@example.org\r\nSUMMARY:x\r\n{lines}END:VEVENT\r\n"))
}

fn appointment(message: &Message<'_>) -> Appointment {
    let Item::Appointment(found) = Item::read(message).unwrap().unwrap().item else { panic!("{:?}", message.class()) };
    *found
}

fn at(year: u16, month: u16, day: u16, hour: u16, minute: u16) -> FileTime {
    FileTime::from_date_time(DateTime::new(year, month, day, hour, minute, 0).unwrap()).unwrap()
}

fn codes(read: &CalendarRead) -> Vec<Code> {
    read.report.diagnostics().iter().map(|found| found.code).collect()
}

const BERLIN: &str = "BEGIN:VTIMEZONE\r\nTZID:Any name\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

#[test]
fn methods_are_classes() {
    let event = "BEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTART:20240503T100000Z\r\nDTEND:20240503T110000Z\r\nORGANIZER;CN=Jane:MAILTO:jane@example.org\r\n\
        ATTENDEE;PARTSTAT=DECLINED;CN=\"Doe, Joe\";ROLE=OPT-PARTICIPANT;RSVP=TRUE:mailto:joe@example.org\r\nEND:VEVENT\r\n";
    let table = [
        ("", "IPM.Appointment", AppointmentKind::Appointment),
        ("METHOD:REQUEST\r\n", "IPM.Schedule.Meeting.Request", AppointmentKind::Request),
        ("METHOD:CANCEL\r\n", "IPM.Schedule.Meeting.Canceled", AppointmentKind::Cancellation),
        ("METHOD:REPLY\r\n", "IPM.Schedule.Meeting.Resp.Neg", AppointmentKind::Declined),
        ("METHOD:COUNTER\r\n", "IPM.Schedule.Meeting.Resp.Tent", AppointmentKind::Counter),
    ];
    for (method, class, kind) in table {
        let read = calendar(method, event);
        assert_eq!(read.messages[0].class().as_deref(), Some(class));
        let found = appointment(&read.messages[0]);
        assert_eq!((found.kind, found.uid.as_str()), (kind, "1@example.org"));
        assert_eq!(found.organizer.as_ref().unwrap().describe(), "Jane <jane@example.org>", "{class}");
        assert_eq!(found.attendees[0].person.describe(), "Doe, Joe <joe@example.org>");
        assert_eq!(found.times.unwrap().end, at(2024, 5, 3, 11, 0));
        assert!(read.report.is_empty(), "{:?}", read.report);
    }
    let request = calendar("METHOD:REQUEST\r\n", event);
    assert_eq!(request.messages[0].get(named::APPOINTMENT_STATE_FLAGS), Some(3));
    assert_eq!(
        (request.messages[0].get(named::BUSY_STATUS), request.messages[0].get(named::INTENDED_BUSY_STATUS)),
        (Some(1), Some(2))
    );
    assert_eq!(request.messages[0].get(tags::RESPONSE_REQUESTED), Some(true));
}

#[test]
fn times_in_all_forms() {
    // What it says, start and end in UTC, whether all day. Berlin is two hours ahead in May, New York four behind.
    let table = [
        ("DTSTART:20240503T100000Z\r\nDURATION:PT90M\r\n", (3, 10, 0), (3, 11, 30), false),
        (
            "DTSTART;TZID=Europe/Berlin:20240503T100000\r\nDTEND;TZID=America/New_York:20240503T100000\r\n",
            (3, 8, 0),
            (3, 14, 0),
            false,
        ),
        ("DTSTART;TZID=Any name:20240503T100000\r\n", (3, 8, 0), (3, 8, 0), false),
        ("DTSTART;TZID=\"(UTC+01:00) Amsterdam, Berlin\":20240503T100000\r\nDURATION:P1D\r\n", (3, 8, 0), (4, 8, 0), false),
        // Days are those of the only zone of the calendar.
        ("DTSTART;VALUE=DATE:20240503\r\n", (2, 22, 0), (3, 22, 0), true),
        ("DTSTART;VALUE=DATE:20240503\r\nDTEND;VALUE=DATE:20240506\r\n", (2, 22, 0), (5, 22, 0), true),
        (
            "DTSTART;TZID=Any name:20240503T000000\r\nDTEND;TZID=Any name:20240504T000000\r\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\n",
            (2, 22, 0),
            (3, 22, 0),
            true,
        ),
        // In no zone: in that of the calendar.
        ("DTSTART:20240503T100000\r\n", (3, 8, 0), (3, 8, 0), false),
        ("DTSTART:20240503T100000Z\r\nDTEND:20240503T090000Z\r\n", (3, 10, 0), (3, 10, 0), false),
    ];
    for (lines, start, end, all_day) in table {
        let read = calendar("", &format!("{BERLIN}BEGIN:VEVENT\r\nUID:1\r\n{lines}END:VEVENT\r\n"));
        let found = appointment(&read.messages[0]);
        let may = |(day, hour, minute)| at(2024, 5, day, hour, minute);
        let times = found.times.unwrap();
        assert_eq!((times.start, times.end, found.all_day), (may(start), may(end), all_day), "{lines}");
        assert!(read.report.is_empty(), "{lines}: {:?}", read.report);
    }
}

#[test]
fn a_series_with_changed_and_removed_instances() {
    let text = format!(
        "{BERLIN}BEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Any name:20240513T100000\r\nDTSTART;TZID=Any name:20240514T120000\r\n\
        DTEND;TZID=Any name:20240514T130000\r\nSUMMARY:Other\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\n\
        DTSTART;TZID=Any name:20240506T100000\r\nDTEND;TZID=Any name:20240506T110000\r\nRRULE:FREQ=WEEKLY;UNTIL=20240603T080000Z\r\n\
        EXDATE:20240520T080000Z\r\nEND:VEVENT\r\n"
    );
    let read = calendar("", &text);
    assert!(read.report.is_empty(), "{:?}", read.report);
    assert_eq!(read.messages.len(), 1);
    let found = appointment(&read.messages[0]);
    let series = found.series.unwrap();
    // 6, 13, 20, 27 May and 3 June.
    assert_eq!(
        (series.recurrence.pattern.occurrences, series.recurrence.pattern.end.to_string().as_str()),
        (5, "2024-06-03T00:00")
    );
    assert_eq!(series.removed().collect::<Vec<_>>(), [DateTime::new(2024, 5, 20, 10, 0, 0).unwrap()]);
    let [changed] = series.changed.as_slice() else { panic!("{:?}", series.changed) };
    assert_eq!(changed.original_start, DateTime::new(2024, 5, 13, 10, 0, 0).unwrap());
    assert_eq!((changed.start, changed.subject.as_deref()), (DateTime::new(2024, 5, 14, 12, 0, 0).unwrap(), Some("Other")));
    // As a calendar again.
    let text = write(&read.messages[0], &CalendarOptions::default()).unwrap().unwrap().text;
    for line in [
        "RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=MO;UNTIL=20240603T080000Z",
        "EXDATE;TZID=Any name:20240520T100000",
        "RECURRENCE-ID;TZID=Any name:20240513T100000",
    ] {
        assert!(text.contains(&format!("\r\n{line}\r\n")), "no {line} in {text}");
    }
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let table = [
        ("DTSTART;TZID=Nowhere:20240503T100000\r\n", Code::CalendarZoneUnknown, "line 6"),
        ("DTSTART:20240503T100000\r\n", Code::CalendarZoneUnknown, "line 6"),
        ("DTSTART:2024\r\n", Code::CalendarValueInvalid, "line 6"),
        ("DTSTART:20240503T100000Z\r\nDURATION:-PT5M\r\n", Code::CalendarValueInvalid, "line 7"),
        ("DTSTART:20240503T100000Z\r\nRRULE:FREQ=HOURLY\r\n", Code::CalendarRuleUnsupported, "line 7"),
        ("DTSTART:20240503T100000Z\r\nRRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY\r\n", Code::CalendarRuleUnsupported, "line 7"),
        ("DTSTART:20240503T100000Z\r\nRRULE:FREQ=DAILY\r\nRDATE:20240504T110000Z\r\n", Code::CalendarRuleUnsupported, "line 8"),
        ("DTSTART:20240503T100000Z\r\nRDATE:20240503T110000Z\r\n", Code::CalendarRuleUnsupported, "line 7"),
        ("DTSTART:20240503T100000Z\r\nRDATE:20240502T110000Z\r\n", Code::CalendarRuleUnsupported, "line 7"),
        ("DTSTART:20240503T100000Z\r\nRDATE:20240504T100000Z\r\n", Code::CalendarRuleAsDays, "line 7"),
        ("DTSTART:20240503T100000Z\r\nBEGIN:VALARM\r\nTRIGGER:PT5M\r\nEND:VALARM\r\n", Code::CalendarFactLeftOut, "line 8"),
        ("DTSTART:20240503T100000Z\r\nATTACH;ENCODING=BASE64:&\r\n", Code::CalendarValueInvalid, "line 7"),
    ];
    for (lines, code, place) in table {
        let read = event(lines);
        let said = read.report.diagnostics().iter().find(|found| found.code == code);
        assert!(said.is_some_and(|found| found.detail.starts_with(place)), "{lines}: {:?}", read.report);
        assert_eq!(read.messages.len(), 1);
    }
    let read = calendar("", "BEGIN:VEVENT\r\nDTSTART:20240503T100000Z\r\nEND:VEVENT\r\nBEGIN:VFREEBUSY\r\nEND:VFREEBUSY\r\n");
    assert_eq!(codes(&read), [Code::CalendarUidMissing, Code::CalendarFactLeftOut]);
    assert_eq!(read.messages[0].get(named::GLOBAL_OBJECT_ID), None);
    assert_eq!(calendar("", "BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n").report.diagnostics()[0].code, Code::CalendarDateMissing);
}

#[test]
fn facts_of_events_and_tasks() {
    let read = event(
        "DTSTART:20240503T100000Z\r\nLOCATION:Room\\, 2nd floor\r\nCATEGORIES:Red,Blue\r\nCATEGORIES:red\r\nCLASS:PRIVATE\r\nPRIORITY:2\r\n\
        DESCRIPTION:a\\nb\r\nX-ALT-DESC;FMTTYPE=text/html:<html><body><p>a</p></body></html>\r\nTRANSP:TRANSPARENT\r\nSEQUENCE:3\r\n\
        BEGIN:VALARM\r\nTRIGGER;RELATED=START:-P1D\r\nEND:VALARM\r\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:aGk=\r\n",
    );
    assert!(read.report.is_empty(), "{:?}", read.report);
    let message = &read.messages[0];
    let found = appointment(message);
    assert_eq!(found.location.as_deref(), Some("Room, 2nd floor"));
    assert_eq!(
        (found.common.categories.as_slice(), found.common.sensitivity),
        (["Red".to_owned(), "Blue".to_owned()].as_slice(), 2)
    );
    assert_eq!((found.common.importance, found.busy, found.sequence), (Some(2), Some(0), 3));
    assert_eq!(found.reminder, Some(crate::items::Reminder::Before(1440)));
    assert_eq!(found.common.text.as_deref(), Some("a\r\nb"));
    assert!(found.common.html.unwrap().contains("<p>a</p>"));
    assert_eq!((message.attachments[0].file_name().as_deref(), message.attachments[0].data()), (Some("a.txt"), b"hi".as_slice()));
    let todo = "BEGIN:VTODO\r\nUID:2@example.org\r\nSUMMARY:Do it\r\nDTSTART;VALUE=DATE:20240503\r\nDUE;VALUE=DATE:20240510\r\nSTATUS:IN-PROCESS\r\n\
        PERCENT-COMPLETE:40\r\nRRULE:FREQ=MONTHLY;COUNT=3\r\nEND:VTODO\r\n";
    let read = calendar("METHOD:REQUEST\r\n", todo);
    let Item::Task(task) = Item::read(&read.messages[0]).unwrap().unwrap().item else { panic!() };
    assert_eq!((task.kind, task.uid.as_str(), task.percent, task.status), (TaskKind::Request, "2@example.org", Some(40), 1));
    assert_eq!((task.start, task.due), (Some(at(2024, 5, 3, 0, 0)), Some(at(2024, 5, 10, 0, 0))));
    assert_eq!(task.recurrence.unwrap().occurrences, 3);
}

#[test]
fn vcalendar_1_is_read() {
    let text = "BEGIN:VCALENDAR\nVERSION:1.0\nBEGIN:VEVENT\nUID:1\nDTSTART:19960401T033000Z\nSUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Gr=FC=\n=DFe\n\
        DESCRIPTION;QUOTED-PRINTABLE:a=0D=0Ab\nEND:VEVENT\nEND:VCALENDAR\n";
    let read = read(text.as_bytes(), &ReadOptions::lenient()).unwrap();
    let found = appointment(&read.messages[0]);
    assert_eq!((found.common.subject.as_str(), found.common.text.as_deref()), ("Gr\u{fc}\u{df}e", Some("a\r\nb")));
}

/// Every calendar of the corpus is read, and what was made of it is written, read, and written the same.
#[test]
fn calendars_of_the_corpus_settle() {
    let (mut items, mut files) = (0, 0);
    for (name, bytes) in corpus::files("items/ics") {
        let found = read(&bytes, &ReadOptions::lenient()).unwrap();
        files += 1;
        for message in &found.messages {
            items += 1;
            let Some(first) = write(message, &CalendarOptions::default()).unwrap() else { continue };
            let again = read(first.text.as_bytes(), &ReadOptions::lenient()).unwrap();
            assert_eq!(again.messages.len(), 1, "{name}: {}", first.text);
            let second = write(&again.messages[0], &CalendarOptions::default()).unwrap().unwrap();
            let lines =
                |text: &str| text.lines().filter(|line| !line.starts_with("DTSTAMP")).map(str::to_owned).collect::<Vec<_>>();
            assert_eq!(lines(&second.text), lines(&first.text), "{name}");
        }
    }
    println!("{items} items of {files} calendars");
    assert!(files == 0 || items > 400, "{items}");
}

/// `tools/calendar_growth.py` times these, and more.
#[test]
fn hostile_calendars_are_read() {
    let wrapped = |inner: String| {
        format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20240503T100000Z\n{inner}END:VEVENT\nEND:VCALENDAR\n")
    };
    let n = 2_000;
    let shapes = [
        "X-A;B=C;D=\"e\":f\n".repeat(n),
        "BEGIN:VALARM\n".repeat(n),
        format!("NOTE;QUOTED-PRINTABLE:{}\n", "=41=\n".repeat(n)),
        format!("DESCRIPTION:{}\n", "\\n\n ".repeat(n)),
        (0..n).map(|n| format!("ATTENDEE;CN=a{n}:mailto:a{n}@example.org\n")).collect(),
        // A series without an end that is near is not expanded.
        "RRULE:FREQ=DAILY;UNTIL=44991231T000000Z\n".to_owned(),
    ];
    for shape in shapes {
        let found = read(wrapped(shape.clone()).as_bytes(), &ReadOptions::lenient()).unwrap();
        assert_eq!(found.messages.len(), 1, "{}", shape.get(..60).unwrap_or(&shape));
    }
}

/// Of several versions of one changed instance the last one counts (RFC 5545 3.8.7.4).
#[test]
fn the_newest_version_of_an_instance_counts() {
    let version = |sequence: u8, hour: u8| {
        format!(
            "BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:20240102T100000Z\r\nDTSTART:20240102T{hour}0000Z\r\nDTEND:20240102T{hour}3000Z\r\n\
             SEQUENCE:{sequence}\r\nSUMMARY:version {sequence}\r\nEND:VEVENT\r\n"
        )
    };
    let main = "BEGIN:VEVENT\r\nUID:a\r\nDTSTART:20240101T100000Z\r\nDTEND:20240101T110000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEND:VEVENT\r\n";
    for versions in [[version(3, 14), version(1, 11)], [version(1, 11), version(3, 14)]] {
        let text = format!("BEGIN:VCALENDAR\r\n{main}{}END:VCALENDAR\r\n", versions.concat());
        let found = read(text.as_bytes(), &ReadOptions::lenient()).unwrap();
        let item = Item::read(&found.messages[0]).unwrap().unwrap().item;
        let Item::Appointment(found_item) = item else { panic!("{item:?}") };
        let series = found_item.series.unwrap();
        assert_eq!(series.changed.len(), 1, "{series:?}");
        assert_eq!(series.changed[0].subject.as_deref(), Some("version 3"));
        assert!(found.report.diagnostics().iter().any(|one| one.code == Code::CalendarFactLeftOut), "{:?}", found.report);
    }
}

/// A zone that a calendar names and does not carry has the rules of the year: in 2002 summer ended in New York in October, since 2007 it does
/// in November. Before 1970 nobody says.
#[test]
fn named_zones_have_the_rules_of_their_year() {
    let utc = |start: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=America/New_York:{start}\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let found = read(text.as_bytes(), &ReadOptions::lenient()).unwrap();
        let time = found.messages[0].get(named::APPOINTMENT_START_WHOLE).unwrap();
        (time.date_time().unwrap().hour(), found.report.diagnostics().iter().map(|one| one.code).collect::<Vec<_>>())
    };
    // By Python's zoneinfo.
    assert_eq!(utc("20021028T120000"), (17, vec![]));
    assert_eq!(utc("20121028T120000"), (16, vec![]));
    assert_eq!(utc("19650701T120000").1, [Code::CalendarZoneUnknown]);
}

/// What no rule of MAPI says is there day by day (RFC 5545 3.8.5.2): dates beside a rule, at another time, with a length of their own, in the
/// place of one that is left out; two rules; rules that skip.
#[test]
fn days_without_a_pattern_are_kept_one_by_one() {
    // What is read, and the instances: local start, and minutes where they are not sixty.
    let table = [
        ("RDATE:20240510T100000,20240507T100000", "0503T10:00 0507T10:00 0510T10:00"),
        ("RDATE:20240507T143000", "0503T10:00 0507T14:30"),
        ("RDATE;VALUE=PERIOD:20240507T143000/PT15M,20240508T100000/20240508T120000", "0503T10:00 0507T14:30+15 0508T10:00+120"),
        ("RRULE:FREQ=WEEKLY;COUNT=3\r\nRDATE:20240512T100000\r\nEXDATE:20240510T100000", "0503T10:00 0512T10:00 0517T10:00"),
        // Moved within its day.
        ("RRULE:FREQ=WEEKLY;COUNT=2\r\nEXDATE:20240510T100000\r\nRDATE:20240510T160000", "0503T10:00 0510T16:00"),
        ("RRULE:FREQ=DAILY;COUNT=5\r\nEXRULE:FREQ=DAILY;INTERVAL=2;COUNT=3", "0504T10:00 0506T10:00"),
        ("RRULE:FREQ=WEEKLY;COUNT=2\r\nRRULE:FREQ=DAILY;COUNT=2", "0503T10:00 0504T10:00 0510T10:00"),
        // The start counts, though the rule does not have it.
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2", "0503T10:00 0506T10:00 0513T10:00"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "0503T10:00 0531T10:00 0731T10:00 0831T10:00"),
    ];
    for (lines, expected) in table {
        let read = calendar(
            "",
            &format!(
                "{BERLIN}BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20240503T100000\r\nDTEND:20240503T110000\r\n{lines}\r\nEND:VEVENT\r\n"
            ),
        );
        assert_eq!(codes(&read), [Code::CalendarRuleAsDays], "{lines}: {:?}", read.report);
        let series = appointment(&read.messages[0]).series.unwrap();
        let pattern = &series.recurrence.pattern;
        let mut found: Vec<String> = rule::days_of(pattern)
            .into_iter()
            .filter(|day| !pattern.deleted.contains(day))
            .map(|day| format!("{}T10:00", day.to_string()[5..10].replace('-', "")))
            .collect();
        for instance in &series.changed {
            let [start, end] =
                [instance.start, instance.end].map(|time| FileTime::from_date_time(time).unwrap().unix_seconds() / 60);
            let length = if end - start == 60 { String::new() } else { format!("+{}", end - start) };
            let time = instance.start;
            found.push(format!("{:02}{:02}T{:02}:{:02}{length}", time.month(), time.day(), time.hour(), time.minute()));
        }
        found.sort();
        assert_eq!(found.join(" "), expected, "{lines}");
    }
    // What never ends is cut, and that is said.
    let read = event("DTSTART:20240503T100000Z\r\nRRULE:FREQ=YEARLY;BYYEARDAY=124\r\n");
    let said = &read.report.diagnostics()[0];
    assert_eq!(said.code, Code::CalendarRuleUnsupported);
    assert!(said.detail.contains("its days up to 2034-05-04 are kept"), "{}", said.detail);
}

/// Rules are followed no further than eleven years, and the days that are missing count as output.
/// A zone whose changes are single dates, as some programs write them, ends with the offset of the last one. Times in UTC by hand.
#[test]
fn zones_of_single_changes() {
    let zone = "BEGIN:VTIMEZONE\nTZID:single\nBEGIN:STANDARD\nDTSTART:20221106T020000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nRDATE:20231105T020000\n\
        END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20230312T020000\nTZOFFSETFROM:-0800\nTZOFFSETTO:-0700\nRDATE:20240310T020000\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
    for (local, utc) in [
        ("20230201T120000", at(2023, 2, 1, 20, 0)),
        ("20230920T120000", at(2023, 9, 20, 19, 0)),
        ("20231213T120000", at(2023, 12, 13, 20, 0)),
        ("20240301T120000", at(2024, 3, 1, 20, 0)),
        ("20240417T120000", at(2024, 4, 17, 19, 0)),
        ("20241231T120000", at(2024, 12, 31, 19, 0)),
        ("20250101T120000", at(2025, 1, 1, 19, 0)),
        ("20300701T120000", at(2030, 7, 1, 19, 0)),
    ] {
        let read = calendar("", &format!("{zone}BEGIN:VEVENT\nUID:1\nDTSTART;TZID=single:{local}\nSUMMARY:x\nEND:VEVENT\n"));
        assert_eq!(appointment(&read.messages[0]).times.unwrap().start, utc, "{local}");
    }
}

#[test]
fn days_are_bounded() {
    let calendar = |count: usize| {
        let event = "BEGIN:VEVENT\nUID:1\nDTSTART:20240503T100000Z\nRRULE:FREQ=YEARLY;BYYEARDAY=124\nEND:VEVENT\n".repeat(count);
        format!("BEGIN:VCALENDAR\n{event}END:VCALENDAR\n")
    };
    crate::base::steps::assert_linear("rules", 4, |count| read(calendar(count).as_bytes(), &ReadOptions::lenient()).unwrap());
    let limits = crate::base::Limits { output: 20_000, ..Default::default() };
    let read = read(calendar(3).as_bytes(), &ReadOptions::lenient().with_limits(limits)).unwrap();
    assert_eq!(codes(&read).iter().filter(|code| **code == Code::LimitReached).count(), 2, "{:?}", read.report);
    assert_eq!(read.messages.len(), 3);
}
