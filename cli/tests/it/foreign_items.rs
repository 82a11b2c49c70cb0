//! Calendars and cards into the messages that Outlook acts on.

use std::fs;

use winmail::items::{AppointmentKind, Item};
use winmail::{Message, ReadOptions, named, tags};
use winmail_cli::{self as cli, EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, Streams};

const INVITE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nSUMMARY:Lunch\r\n\
    DTSTART;TZID=Europe/Berlin:20240503T120000\r\nDTEND;TZID=Europe/Berlin:20240503T130000\r\nORGANIZER;CN=Jane:mailto:jane@example.org\r\n\
    ATTENDEE;CN=Joe;RSVP=TRUE:mailto:joe@example.org\r\nLOCATION:Canteen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Exit code, standard output and standard error.
fn run(args: &[&str]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["winmail"].iter().chain(args).map(|arg| (*arg).into());
    let mut stdin: &[u8] = b"";
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = cli::run(args, &mut streams);
    (code, out, String::from_utf8(err).unwrap())
}

/// What a file with this text becomes.
fn converted(name: &str, text: &str, more: &[&str]) -> (u8, Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    run(&[&["convert", file.to_str().unwrap(), "-o", "-", "-q"], more].concat())
}

fn meeting(stream: &[u8]) -> Message<'_> {
    let message = Message::read(stream, &ReadOptions::lenient()).unwrap();
    assert_eq!(message.class().as_deref(), Some("IPM.Schedule.Meeting.Request"));
    let Item::Appointment(found) = Item::read(&message).unwrap().unwrap().item else { panic!() };
    assert_eq!(
        (found.kind, found.uid.as_str(), found.location.as_deref()),
        (AppointmentKind::Request, "1@example.org", Some("Canteen"))
    );
    // 12:00 in Berlin in May is 10:00 UTC.
    assert_eq!(found.times.unwrap().start.date_time().unwrap().hour(), 10);
    message
}

#[test]
fn a_calendar_becomes_a_stream_a_mail_and_an_outlook_file() {
    let (code, stream, err) = converted("a.ics", INVITE, &["--to", "tnef", "--bare"]);
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    assert_eq!(meeting(&stream).get(tags::SUBJECT).as_deref(), Some("Lunch"));
    let (code, mail, err) = converted("a.ics", INVITE, &["--to", "eml"]);
    let mail = String::from_utf8(mail).unwrap();
    assert_eq!((code, err.as_str()), (EXIT_OK, ""), "{mail}");
    assert!(mail.contains("text/calendar; charset=utf-8; method=REQUEST") || mail.contains("method=REQUEST"), "{mail}");
    assert!(mail.contains("\nSubject: Lunch\r\n") && mail.contains("joe@example.org"), "{mail}");
    let (code, file, _) = converted("a.ics", INVITE, &["--to", "msg"]);
    let read = Message::read(&file, &ReadOptions::lenient()).unwrap();
    assert_eq!((code, read.class().as_deref()), (EXIT_OK, Some("IPM.Schedule.Meeting.Request")));
}

#[test]
fn pack_takes_calendars_and_cards() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("a.ics"), INVITE).unwrap();
    let (code, _, err) = run(&["pack", &path("a.ics"), "-o", &path("a.dat")]);
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    meeting(&fs::read(path("a.dat")).unwrap());
    fs::write(path("b.vcf"), "BEGIN:VCARD\nVERSION:3.0\nFN:Jane Doe\nTEL;TYPE=cell:1\nGEO:1;2\nEND:VCARD\n").unwrap();
    let (code, _, err) = run(&["pack", &path("b.vcf"), "-o", &path("b.dat")]);
    assert_eq!(code, EXIT_OK);
    assert!(err.contains("calendar-fact-left-out") && err.contains("line 5: GEO has no property"), "{err}");
    let stream = fs::read(path("b.dat")).unwrap();
    let contact = Message::read(&stream, &ReadOptions::lenient()).unwrap();
    assert_eq!(contact.class().as_deref(), Some("IPM.Contact"));
    assert_eq!(contact.get(tags::MOBILE_TELEPHONE_NUMBER).as_deref(), Some("1"));
    fs::write(path("c.ics"), "BEGIN:VCALENDAR\nEND:VCALENDAR\n").unwrap();
    let (code, _, err) = run(&["pack", &path("c.ics"), "-o", &path("c.dat")]);
    assert_eq!(code, EXIT_FAILED);
    assert!(err.contains("a calendar without an event"), "{err}");
}

#[test]
fn several_items_are_attached_to_one_message() {
    let event = INVITE.split_once("BEGIN:VEVENT").unwrap().1.split_once("END:VCALENDAR").unwrap().0;
    let second = event.replace("UID:1@", "UID:2@");
    let text = INVITE.replace("END:VCALENDAR", &format!("BEGIN:VEVENT{second}END:VCALENDAR"));
    let (code, stream, _) = converted("a.ics", &text, &["--to", "tnef", "--bare"]);
    let message = Message::read(&stream, &ReadOptions::lenient()).unwrap();
    assert_eq!((code, message.class().as_deref(), message.attachments.len()), (EXIT_OK, Some("IPM.Note"), 2));
}

/// A mail with an invitation, as Google and others send it: the calendar as an alternative, and again as a file.
#[test]
fn an_invitation_by_mail_is_the_meeting_and_no_note_with_a_file() {
    let mail = format!(
        "From: Jane <jane@example.org>\r\nTo: joe@example.org\r\nSubject: Invitation: Lunch\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
        --a\r\nContent-Type: text/plain\r\n\r\nPlease come.\r\n--a\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{INVITE}--a--\r\n\
        --m\r\nContent-Type: text/calendar; name=invite.ics\r\nContent-Disposition: attachment; filename=invite.ics\r\n\r\n{INVITE}--m--\r\n"
    );
    let (code, stream, err) = converted("a.eml", &mail, &["--to", "tnef", "--bare"]);
    assert_eq!((code, err.as_str()), (EXIT_OK, ""));
    let message = meeting(&stream);
    assert_eq!(message.get(tags::SUBJECT).as_deref(), Some("Invitation: Lunch"));
    assert_eq!(message.text().unwrap().unwrap().text.trim_end(), "Please come.");
    assert!(message.attachments.is_empty(), "{:?}", message.attachments);
    assert_eq!(message.get(named::APPOINTMENT_STATE_FLAGS), Some(3));
    assert!(message.get(named::INBOUND_ICAL_STREAM).is_some());
    // Without its times the calendar is invalid, and that is said.
    let (code, stream, _) = converted("a.eml", &mail.replace("DTSTART", "X-START"), &["--to", "tnef", "--bare"]);
    assert_eq!(code, EXIT_DEFECTS);
    let message = Message::read(&stream, &ReadOptions::lenient()).unwrap();
    assert_eq!(message.class().as_deref(), Some("IPM.Schedule.Meeting.Request"));
}
