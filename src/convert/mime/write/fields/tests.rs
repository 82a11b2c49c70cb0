use super::super::{MimeOptions, write};
use super::*;
use crate::mapi::entry_id::{FlatEntryPadding, OneOffEntryId, OneOffFlags};
use crate::mapi::{EntryId, NamedTag, PropType, Property, Source as Origin};
use crate::{FileTime, Recipient};
use std::borrow::Cow;

/// The fields before MIME-Version, unfolded.
fn header(message: &Message<'_>, options: &MimeOptions) -> Vec<String> {
    let mail = String::from_utf8(write(message, options).unwrap().bytes).unwrap();
    let (header, _) = mail.split_once("MIME-Version").unwrap();
    header.replace("\r\n ", " ").lines().map(str::to_owned).collect()
}

fn fields(message: &Message<'_>) -> Vec<String> {
    header(message, &MimeOptions::default())
}

fn time() -> PropValue<'static> {
    PropValue::Time(FileTime::from_unix(1_700_000_000, 0).unwrap())
}

#[test]
fn each_property_has_its_field() {
    let text = |text: &'static str| PropValue::String(crate::mapi::Utf16::from(text));
    let number = PropValue::Integer32;
    let table: Vec<(PropTag, PropValue<'_>, &[&str])> = vec![
        (tags::SUBJECT, text("Figures"), &["Subject: Figures"]),
        (tags::NORMALIZED_SUBJECT, text("Figures"), &["Subject: Figures"]),
        (tags::CONVERSATION_TOPIC, text("Figures"), &["Subject: Figures", "Thread-Topic: Figures"]),
        (tags::CONVERSATION_INDEX, PropValue::Binary(b"\x01\x02\x03".into()), &["Thread-Index: AQID"]),
        (tags::CLIENT_SUBMIT_TIME, time(), &["Date: Tue, 14 Nov 2023 22:13:20 +0000"]),
        (tags::MESSAGE_DELIVERY_TIME, time(), &["Date: Tue, 14 Nov 2023 22:13:20 +0000"]),
        (tags::INTERNET_MESSAGE_ID, text("a@b"), &["Message-ID: <a@b>"]),
        (tags::IN_REPLY_TO_ID, text("<a@b>"), &["In-Reply-To: <a@b>"]),
        (tags::INTERNET_REFERENCES, text("<a@b>\r\n <c@d>"), &["References: <a@b> <c@d>"]),
        (tags::IMPORTANCE, number(2), &["Importance: high", "X-Priority: 1"]),
        (tags::IMPORTANCE, number(0), &["Importance: low", "X-Priority: 5"]),
        (tags::IMPORTANCE, number(1), &[]),
        (tags::PRIORITY, number(1), &["Priority: urgent"]),
        (tags::PRIORITY, number(-1), &["Priority: non-urgent"]),
        (tags::SENSITIVITY, number(1), &["Sensitivity: Personal"]),
        (tags::SENSITIVITY, number(2), &["Sensitivity: Private"]),
        (tags::SENSITIVITY, number(3), &["Sensitivity: Company-Confidential"]),
        (tags::SENSITIVITY, number(0), &[]),
        (tags::SENSITIVITY, number(9), &[]),
        (tags::REPLY_TIME, time(), &["Reply-By: Tue, 14 Nov 2023 22:13:20 +0000"]),
        (tags::EXPIRY_TIME, time(), &["Expires: Tue, 14 Nov 2023 22:13:20 +0000"]),
        (tags::LIST_HELP, text("<mailto:h@x.org>"), &["List-Help: <mailto:h@x.org>"]),
        (tags::LIST_SUBSCRIBE, text("<mailto:s@x.org>"), &["List-Subscribe: <mailto:s@x.org>"]),
        (tags::LIST_UNSUBSCRIBE, text("<mailto:u@x.org>"), &["List-Unsubscribe: <mailto:u@x.org>"]),
        (tags::AUTO_RESPONSE_SUPPRESS, number(-1), &["X-Auto-Response-Suppress: All"]),
        (tags::AUTO_RESPONSE_SUPPRESS, number(0x12), &["X-Auto-Response-Suppress: NDR, OOF"]),
        (tags::AUTO_RESPONSE_SUPPRESS, number(0), &[]),
        (tags::READ_RECEIPT_REQUESTED, PropValue::Boolean(true), &[]),
        (tags::SENDER_TELEPHONE_NUMBER, text("555"), &[]),
        (tags::VOICE_MESSAGE_DURATION, number(9), &[]),
        (tags::FAX_NUMBER_OF_PAGES, number(3), &[]),
        (tags::SUBJECT, text("a\r\nBcc: victim@example.com\r\n\r\nbody"), &["Subject: a Bcc: victim@example.com body"]),
    ];
    for (tag, value, expected) in table {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tag, value.clone());
        assert_eq!(fields(&message), expected, "{tag} {value:?}");
    }
}

/// [MS-OXPROPS]: an id from 0x6800 to 0x7BFF is another property in another class.
#[test]
fn ids_of_a_class_mean_something_in_that_class() {
    for (class, expected) in [
        ("IPM.Note.Microsoft.Voicemail.UM.CA", 3),
        ("ipm.note.microsoft.fax", 3),
        ("IPM.Schedule.Meeting.Request", 0),
        ("IPM.Note.Microsoft.Faxes", 0),
    ] {
        let mut message = Message::new(class);
        message.properties.set(tags::SENDER_TELEPHONE_NUMBER, "555");
        message.properties.set(tags::VOICE_MESSAGE_DURATION, PropValue::Integer32(9));
        message.properties.set(tags::FAX_NUMBER_OF_PAGES, PropValue::Integer32(3));
        let made = fields(&message).into_iter().filter(|field| field.starts_with("X-")).count();
        assert_eq!(made, expected, "{class}");
    }
}

#[test]
fn recipients_without_a_type_are_of_that_before() {
    let mut message = Message::new("IPM.Note");
    let row = |kind: Option<u32>, name: &str| {
        let mut row = Recipient::smtp(RecipientType(kind.unwrap_or(1)), "", &format!("{name}@example.com"));
        if kind.is_none() {
            row.properties.remove(tags::RECIPIENT_TYPE);
        }
        row.properties.remove(tags::DISPLAY_NAME);
        row.properties.remove(tags::ENTRY_ID);
        row.properties.set(tags::RECIPIENT_DISPLAY_NAME, name);
        row
    };
    message.recipients = vec![row(None, "Ann"), row(Some(2), "Bob"), row(None, "Eve"), row(Some(3), "Joe"), row(None, "Kim")];
    assert_eq!(fields(&message), ["To: Ann <Ann@example.com>", "Cc: Bob <Bob@example.com>, Eve <Eve@example.com>"]);
}

#[test]
fn named_properties_have_theirs() {
    let keywords = || PropValue::Multiple(vec!["One".into(), "Two, three".into(), "f\u{fc}nf".into()]);
    let header = |name| NamedTag::string(sets::PS_INTERNET_HEADERS, name, PropType::STRING);
    let mut message = Message::new("IPM.Note.Microsoft.Fax");
    message.properties.set_named(&named::KEYWORDS, keywords());
    message.properties.set_named(&named::FLAG_REQUEST, "Follow up");
    message.properties.set_named(&header("X-Custom"), "value\r\nX-Injected: y");
    message.properties.set_named(&header("Bad Name"), "value");
    message.properties.set_named(&header("Content-Type"), "text/html");
    message.properties.set_named(&header("x-message-flag"), "second");
    message.properties.set_named(&header("X-MS-Exchange-Organization-AuthAs"), "Internal");
    message.properties.set_named(&header("Bcc"), "hidden@example.com");
    assert_eq!(
        fields(&message),
        [
            "Keywords: One, \"Two, three\", =?utf-8?Q?f=C3=BCnf?=",
            "X-Message-Flag: Follow up",
            "Content-Class: fax",
            "X-Custom: value X-Injected: y"
        ]
    );
}

fn addressed() -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    let set = &mut message.properties;
    set.set(tags::SENT_REPRESENTING_NAME, "Jane Doe");
    set.set(tags::SENT_REPRESENTING_ADDRESS_TYPE, "SMTP");
    set.set(tags::SENT_REPRESENTING_EMAIL_ADDRESS, "jane@example.com");
    set.set(tags::SENDER_NAME, "Secretary");
    set.set(tags::SENDER_SMTP_ADDRESS, "secretary@example.com");
    set.set(tags::READ_RECEIPT_REQUESTED, PropValue::Boolean(true));
    set.set(tags::ORIGINATOR_DELIVERY_REPORT_REQUESTED, PropValue::Boolean(true));
    message.recipients = vec![
        Recipient::smtp(RecipientType::TO, "To, One", "one@example.com"),
        Recipient::one_off(RecipientType::CC, "Two", "EX", "/O=X/CN=TWO"),
        Recipient::smtp(RecipientType(3 | RecipientType::SUBMITTED_FLAG), "", "three@example.com"),
        Recipient::smtp(RecipientType(1), "", "four@example.com"),
        Recipient::smtp(RecipientType::ORIGINATOR, "", "five@example.com"),
    ];
    message
}

#[test]
fn addresses_of_groups_and_rows() {
    let mut expected = vec![
        "From: Jane Doe <jane@example.com>",
        "Sender: Secretary <secretary@example.com>",
        "To: \"To, One\" <one@example.com>, four@example.com",
        "Cc: Two <IMCEAEX-_O=X_CN=TWO@winmail.invalid>",
        "Disposition-Notification-To: Jane Doe <jane@example.com>",
        "Return-Receipt-To: Jane Doe <jane@example.com>",
    ];
    assert_eq!(fields(&addressed()), expected);
    let options = MimeOptions { bcc: true, encapsulation_domain: "example.com".to_owned(), ..MimeOptions::default() };
    expected[3] = "Cc: Two <IMCEAEX-_O=X_CN=TWO@example.com>";
    expected.insert(4, "Bcc: three@example.com");
    assert_eq!(header(&addressed(), &options), expected);
    let report = write(&addressed(), &MimeOptions::default()).unwrap().report;
    let found = report.diagnostics().iter().find(|one| one.code == Code::MimeAddressNotSmtp).unwrap();
    assert_eq!(found.detail, "Two <IMCEAEX-_O=X_CN=TWO@winmail.invalid>");
}

#[test]
fn names_alone_stand_for_recipients_that_are_not_listed() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SENDER_NAME, "Jane");
    message.properties.set(tags::SENDER_EMAIL_ADDRESS, "jane@example.com");
    message.properties.set(tags::DISPLAY_TO, "John Doe; 'k@example.com'");
    message.properties.set(tags::DISPLAY_BCC, "Hidden");
    assert_eq!(fields(&message), ["From: Jane <jane@example.com>", "To: John Doe:;, k@example.com"]);
}

#[test]
fn replies_go_to_a_list_of_entry_ids() {
    let id = |name, address| {
        let id = OneOffEntryId::new(name, "SMTP", address, OneOffFlags::empty());
        Cow::Owned(EntryId::OneOff(id).to_bytes().unwrap())
    };
    let entries = vec![id("One", "one@example.com"), id("Two", "two@example.com")];
    let list = FlatEntryList { entries, padding: FlatEntryPadding::All };
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::REPLY_RECIPIENT_ENTRIES, PropValue::Binary(list.to_bytes().unwrap().into()));
    assert_eq!(fields(&message), ["Reply-To: One <one@example.com>, Two <two@example.com>"]);
    message.properties.set(tags::REPLY_RECIPIENT_NAMES, "Eins;Zwei");
    assert_eq!(fields(&message), ["Reply-To: Eins <one@example.com>, Zwei <two@example.com>"]);
    message.properties.set(tags::REPLY_RECIPIENT_NAMES, "Eins");
    assert_eq!(fields(&message), ["Reply-To: One <one@example.com>, Two <two@example.com>"]);
}

/// Its fields come first, and stand as they are; sender and subject are those of the properties, where these say something else.
#[test]
fn the_header_that_came_with_the_message() {
    let mut message = addressed();
    message.properties.set(tags::SUBJECT, "of the property");
    message.properties.set(
        tags::TRANSPORT_MESSAGE_HEADERS,
        "Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000\r\nFrom: real@example.com\r\nSubject: of the\r\n header\r\n\
         Date: nonsense\r\nBcc: x@example.com\r\nContent-Type: text/html\r\nX-Other: 1\r\n\r\nbody: 1\r\n",
    );
    message.properties.set(tags::CLIENT_SUBMIT_TIME, time());
    assert_eq!(
        fields(&message)[..8],
        [
            "Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000",
            "From: Jane Doe <jane@example.com>",
            "X-Original-From: real@example.com",
            "Subject: of the property",
            "X-Original-Subject: of the header",
            "X-Other: 1",
            "Sender: Secretary <secretary@example.com>",
            "To: \"To, One\" <one@example.com>, four@example.com",
        ]
    );
    assert!(fields(&message).contains(&"Date: Tue, 14 Nov 2023 22:13:20 +0000".to_owned()));
    let report = write(&message, &MimeOptions::default()).unwrap().report;
    assert!(report.contains(Code::MimeInvalidField));
    let options = MimeOptions { transport_headers: false, ..MimeOptions::default() };
    assert_eq!(header(&message, &options)[0], "From: Jane Doe <jane@example.com>");
}

/// The mail that Exchange keeps without its contents has the header where no other property has.
#[test]
fn the_header_in_the_skeleton_of_the_mail() {
    let mut message = addressed();
    message.set(crate::tags::IMPORTANCE, 0);
    let skeleton = b"Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000\r\nX-Priority: 1\r\nImportance: high\r\n\
        From: =?utf-8?Q?J=C3=A4ne?= <jane@example.com>\r\nX-Other: 1\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\nX-Part: 1\r\n\r\n--b--\r\n";
    message.properties.set(tags::MIME_SKELETON, PropValue::Binary(skeleton.as_slice().into()));
    let found = fields(&message);
    assert_eq!(
        found[..3],
        [
            "Received: from a by b; Tue, 14 Nov 2023 22:13:20 +0000",
            "From: =?utf-8?Q?J=C3=A4ne_=28Jane_Doe=29?= <jane@example.com>",
            "X-Other: 1",
        ]
    );
    assert!(found.contains(&"Importance: low".to_owned()), "{found:?}");
    assert!(!found.iter().any(|field| field.contains("high") || field.starts_with("X-Priority: 1") || field.contains("X-Part")));
    let options = MimeOptions { transport_headers: false, ..MimeOptions::default() };
    assert_eq!(header(&message, &options)[0], "From: Jane Doe <jane@example.com>");
}

#[test]
fn what_has_no_place_is_told_once() {
    let mut message = Message::new("IPM.Note");
    let report = |message: &Message<'_>| write(message, &MimeOptions::default()).unwrap().report;
    message.properties.set(tags::SUBJECT, "s");
    assert!(report(&message).is_empty(), "{:?}", report(&message));
    message.properties.set(tags::OWNER_APPOINTMENT_ID, PropValue::Integer32(1));
    message.properties.set_named(&named::APPOINTMENT_START_WHOLE, time());
    let origin = Origin::Made;
    message.properties.push(Property { tag: PropTag(0x6789_0003), name: None, value: PropValue::Integer32(1), source: origin });
    let found = report(&message);
    assert_eq!(found.diagnostics().len(), 1);
    assert_eq!(found.diagnostics()[0].code, Code::MimePropertiesLeftOut);
    let detail = &found.diagnostics()[0].detail;
    assert!(detail.starts_with("3: PidTagOwnerAppointmentId, PidLidAppointmentStartWhole, "), "{detail}");
}
