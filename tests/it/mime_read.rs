//! MIME to messages, and to TNEF and back: real mails, each header field, generated mails, and what is broken.
#![cfg(feature = "mime")]

use std::collections::HashSet;
use std::path::PathBuf;

use mail_builder::MessageBuilder;
use mail_parser::{MessageParser, MimeHeaders};
use proptest::collection::vec;
use proptest::prelude::*;

use winmail::base::CATALOGUE;
use winmail::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, TnefForm, encapsulate, read, write};
use winmail::mapi::{PropValue, PropertyBag, RecipientType, SearchKey, named, tags};
use winmail::message::Content;
use winmail::tnef::{AttrId, Level, Writer};
use winmail::{Attachment, Code, Message, ReadOptions, Recipient, Severity, WriteOptions};

/// The folder of real mails; `None`, said in one line, where there is none.
fn corpus() -> Option<Vec<(String, Vec<u8>)>> {
    let root = std::env::var_os("WINMAIL_CORPUS").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    if !root.exists() {
        println!("no corpus at {}: skipped", root.display());
        return None;
    }
    let mut files: Vec<_> = std::fs::read_dir(root.join("eml")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus has no mails");
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    Some(files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect())
}

fn message(mail: impl AsRef<[u8]>) -> (Message<'static>, Vec<&'static str>) {
    let message = read(mail.as_ref(), &MimeReadOptions::default()).unwrap();
    let codes = message.report().diagnostics().iter().map(|found| found.code.name()).collect();
    (message, codes)
}

/// The message as a mail that carries it, read again.
fn there_and_back(message: &Message<'_>, carrier: TnefForm) -> Message<'static> {
    let written = encapsulate(message, &EncapsulateOptions::new(carrier)).unwrap();
    let mut report = written.report;
    let mail = written.bytes;
    if carrier == TnefForm::Bare {
        return Message::read(&mail, &ReadOptions::lenient()).unwrap().into_owned();
    }
    let again = read(&mail, &MimeReadOptions::default()).unwrap();
    report.append(again.report(), &ReadOptions::lenient());
    let codes: Vec<_> = report.diagnostics().iter().filter(|found| found.severity() > Severity::Info).collect();
    assert!(codes.is_empty(), "{codes:?}");
    again
}

/// What a person would call the contents: bodies, attachments, ids, addresses, dates.
fn facts(message: &Message<'_>) -> Vec<String> {
    let properties = &message.properties;
    let mut out = vec![format!("class {:?}", message.class())];
    for tag in [
        tags::SUBJECT,
        tags::INTERNET_MESSAGE_ID,
        tags::IN_REPLY_TO_ID,
        tags::INTERNET_REFERENCES,
        tags::SENT_REPRESENTING_NAME,
        tags::SENT_REPRESENTING_SMTP_ADDRESS,
        tags::SENDER_NAME,
        tags::SENDER_SMTP_ADDRESS,
        tags::REPLY_RECIPIENT_NAMES,
        tags::CONVERSATION_TOPIC,
    ] {
        out.push(format!("{tag} {:?}", properties.str(tag)));
    }
    out.push(format!("sent {:?}", properties.time(tags::CLIENT_SUBMIT_TIME)));
    // The line end at the end of a text belongs to whoever carries it.
    let text = properties.str(tags::BODY).map(|text| text.trim_end().replace("\r\n", "\n"));
    out.push(format!("text {text:?}"));
    let html = message.html().unwrap().map(|found| found.text.trim_end().replace("\r\n", "\n"));
    out.push(format!("html {html:?}"));
    for row in &message.recipients {
        out.push(format!("{:?} {:?} {:?}", row.recipient_type(), row.display_name(), row.smtp_address()));
    }
    for attachment in &message.attachments {
        out.push(format!("{:?} {:?} {:?}", attachment.file_name(), attachment.content_id(), attachment.is_inline()));
        match &attachment.content {
            Content::Message(inner) => out.extend(facts(inner)),
            content => out.push(format!("{:?} {:?}", attachment.mime_tag(), content.bytes())),
        }
    }
    out
}

#[test]
fn every_mail_of_the_corpus_is_read_and_survives_tnef() {
    let Some(mails) = corpus() else { return };
    for (name, mail) in mails {
        let (message, _) = message(&mail);
        assert!(message.subject().is_some_and(|subject| !subject.is_empty()), "{name}");
        assert!(message.properties.str(tags::SENT_REPRESENTING_SMTP_ADDRESS).is_some(), "{name}");
        assert!(message.properties.time(tags::CLIENT_SUBMIT_TIME).is_some(), "{name}");
        for carrier in [TnefForm::Mail, TnefForm::Stnef, TnefForm::Bare] {
            assert_eq!(facts(&there_and_back(&message, carrier)), facts(&message), "{name} {carrier:?}");
        }
        let mime = write(&message, &MimeOptions::default()).unwrap().bytes;
        let again = self::message(&mime).0;
        // White space at the start of a field belongs to no value (RFC 5322, 2.2).
        let subject = message.subject().map(|subject| subject.trim_start().to_owned());
        assert_eq!(again.subject().as_deref(), subject.as_deref(), "{name}");
    }
}

/// A field; the property that it is and its value; the field that is written for the property, where it is another one.
type Row = (&'static str, fn(&PropertyBag<'_>) -> Option<PropValue<'static>>, PropValue<'static>, &'static str);

fn number(value: i32) -> PropValue<'static> {
    PropValue::Integer32(value)
}

fn text(value: &'static str) -> PropValue<'static> {
    PropValue::from(value)
}

macro_rules! tag {
    ($tag:ident) => {
        |set: &PropertyBag<'_>| set.get(tags::$tag).cloned().map(PropValue::into_owned)
    };
}

macro_rules! name {
    ($tag:ident) => {
        |set: &PropertyBag<'_>| set.named(&named::$tag).cloned().map(PropValue::into_owned)
    };
}

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let truth = || PropValue::Boolean(true);
    let time = |text: &str| {
        let at = winmail::FileTime::from_date_time(winmail::DateTime::new(2024, 2, 29, 12, 30, 0).unwrap()).unwrap();
        assert_eq!(at.to_string(), text);
        PropValue::Time(at)
    };
    vec![
        // The examples of [MS-OXCMAIL] 2.2.3.2 and its tables of words.
        ("Importance: High", tag!(IMPORTANCE), number(2), "Importance: high"),
        ("Importance: low", tag!(IMPORTANCE), number(0), "Importance: low"),
        ("X-Priority: 1 (Highest)", tag!(IMPORTANCE), number(2), "Importance: high"),
        ("Priority: non-urgent", tag!(IMPORTANCE), number(0), "X-Priority: 5"),
        ("X-MSMail-Priority: High", tag!(IMPORTANCE), number(2), "X-Priority: 1"),
        ("Importance: low\r\nX-Priority: 1", tag!(IMPORTANCE), number(0), "Importance: low"),
        ("Sensitivity: Company-Confidential", tag!(SENSITIVITY), number(3), "Sensitivity: Company-Confidential"),
        ("Sensitivity: personal", tag!(SENSITIVITY), number(1), "Sensitivity: Personal"),
        ("Thread-Topic: =?utf-8?q?=C3=A4?=", tag!(CONVERSATION_TOPIC), text("\u{e4}"), "Thread-Topic: =?utf-8?B?w6Q=?="),
        ("Thread-Index: AQIDBA==", tag!(CONVERSATION_INDEX), PropValue::Binary(vec![1, 2, 3, 4].into()), "Thread-Index: AQIDBA=="),
        ("In-Reply-To: <a@b>", tag!(IN_REPLY_TO_ID), text("<a@b>"), "In-Reply-To: <a@b>"),
        ("References: <a@b>\r\n\t<c@d>", tag!(INTERNET_REFERENCES), text("<a@b>\t<c@d>"), "References: <a@b> <c@d>"),
        ("Message-ID: <x@y>", tag!(INTERNET_MESSAGE_ID), text("<x@y>"), "Message-ID: <x@y>"),
        ("Date: Thu, 29 Feb 2024 13:30:00 +0100", tag!(CLIENT_SUBMIT_TIME), time("2024-02-29T12:30:00Z"), "Date: Thu, 29 Feb 2024 12:30:00 +0000"),
        ("Reply-By: Thu, 29 Feb 2024 12:30:00 GMT", tag!(REPLY_TIME), time("2024-02-29T12:30:00Z"), "Reply-By: Thu, 29 Feb 2024 12:30:00 +0000"),
        ("Expiry-Date: Thu, 29 Feb 2024 12:30:00 GMT", tag!(EXPIRY_TIME), time("2024-02-29T12:30:00Z"), "Expires: Thu, 29 Feb 2024 12:30:00 +0000"),
        ("Disposition-Notification-To: <r@x.org>", tag!(READ_RECEIPT_REQUESTED), truth(), "Disposition-Notification-To: r@x.org"),
        ("Disposition-Notification-To: <r@x.org>", tag!(READ_RECEIPT_SMTP_ADDRESS), text("r@x.org"), ""),
        ("Return-Receipt-To: <f@x.org>", tag!(ORIGINATOR_DELIVERY_REPORT_REQUESTED), truth(), "Return-Receipt-To: F <f@x.org>"),
        ("Keywords: red, blue green", name!(KEYWORDS), PropValue::Multiple(vec![text("red"), text("blue green")]), "Keywords: red, blue green"),
        ("X-Message-Flag: Follow up", name!(FLAG_REQUEST), text("Follow up"), "X-Message-Flag: Follow up"),
        ("X-Message-Flag: Follow up", tag!(FLAG_STATUS), number(2), ""),
        ("X-Auto-Response-Suppress: DR, OOF", tag!(AUTO_RESPONSE_SUPPRESS), number(17), "X-Auto-Response-Suppress: DR, OOF"),
        ("Precedence: bulk", tag!(AUTO_RESPONSE_SUPPRESS), number(-1), "X-Auto-Response-Suppress: All"),
        ("List-Unsubscribe: <mailto:u@x.org>", tag!(LIST_UNSUBSCRIBE), text("<mailto:u@x.org>"), "List-Unsubscribe: <mailto:u@x.org>"),
        ("X-List-Help: <http://x.org>", tag!(LIST_HELP), text("<http://x.org>"), "List-Help: <http://x.org>"),
        ("Content-Class: voice\r\nX-VoiceMessageDuration: 14", tag!(VOICE_MESSAGE_DURATION), number(14), "X-VoiceMessageDuration: 14"),
        ("Content-Class: voice\r\nX-CallID: 5", tag!(CALL_ID), text("5"), "X-CallID: 5"),
        ("Content-Class: voice", name!(CONTENT_CLASS), text("voice"), "Content-Class: voice"),
        ("X-MS-Exchange-Organization-SCL: -1", tag!(CONTENT_FILTER_SPAM_CONFIDENCE_LEVEL), number(-1), ""),
        ("X-MS-Exchange-Organization-SenderIdResult: TempError", tag!(SENDER_ID_STATUS), number(i32::from_le_bytes(0x8000_0006_u32.to_le_bytes())), ""),
        ("X-MS-Exchange-Organization-AutoForwarded: true", tag!(AUTO_FORWARDED), truth(), ""),
        ("Subject: RE: [x] y", tag!(SUBJECT_PREFIX), text("RE: "), "Subject: RE: [x] y"),
        ("Subject: RE: [x] y", tag!(NORMALIZED_SUBJECT), text("[x] y"), ""),
        ("Sender: S <s@x.org>", tag!(SENDER_SMTP_ADDRESS), text("s@x.org"), "Sender: S <s@x.org>"),
        ("X-Unrelated: 1", tag!(SENDER_SMTP_ADDRESS), text("f@x.org"), "From: F <f@x.org>"),
        ("Reply-To: A <a@x.org>, b@x.org", tag!(REPLY_RECIPIENT_NAMES), text("A; b@x.org"), "Reply-To: A <a@x.org>, b@x.org"),
    ]
}

#[test]
fn each_field_is_its_property_both_ways() {
    for (field, property, expected, written) in rows() {
        let mail = format!("From: F <f@x.org>\r\n{field}\r\n\r\nbody\r\n");
        let (message, codes) = message(&mail);
        assert!(codes.is_empty(), "{field}: {codes:?}");
        assert_eq!(property(&message.properties), Some(expected), "{field}");
        let mut options = MimeOptions::default();
        options.transport_headers = false;
        // Through TNEF, so that it is the property that is written.
        let message = there_and_back(&message, TnefForm::Bare);
        let mail = String::from_utf8(write(&message, &options).unwrap().bytes).unwrap();
        let header = mail.split("\r\n\r\n").next().unwrap().to_owned() + "\r\n";
        assert!(written.is_empty() || header.contains(&format!("{written}\r\n")), "{field}: {header}");
    }
}

#[test]
fn recipients_are_rows_with_addresses_and_keys() {
    let mail = "From: f@x.org\r\nTo: \"D, J\" <j@X.org>, Team: a@x.org, B <b@x.org>;\r\nCc: c@x.org\r\nTo: late@x.org\r\nBcc: z@x.org\r\n\r\n";
    let (message, codes) = message(mail);
    assert!(codes.is_empty(), "{codes:?}");
    let row = |row: &Recipient<'_>| {
        (row.recipient_type().unwrap(), row.display_name().unwrap().into_owned(), row.smtp_address().unwrap().into_owned())
    };
    let (to, cc, bcc) = (RecipientType::TO, RecipientType::CC, RecipientType::BCC);
    let expected = [
        (to, "D, J", "j@X.org"),
        (to, "a@x.org", "a@x.org"),
        (to, "B", "b@x.org"),
        (to, "late@x.org", "late@x.org"),
        (cc, "c@x.org", "c@x.org"),
        (bcc, "z@x.org", "z@x.org"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(kind, name, address)| (*kind, (*name).to_owned(), (*address).to_owned())).collect();
    assert_eq!(message.recipients.iter().map(row).collect::<Vec<_>>(), expected);
    let key = message.recipients[0].properties.bytes(tags::SEARCH_KEY).unwrap();
    assert_eq!(key, b"SMTP:J@X.ORG\0");
    assert_eq!(SearchKey::from_bytes(key), SearchKey::address("SMTP", "j@x.org"));
    assert_eq!(message.properties.str(tags::DISPLAY_TO).unwrap(), "D, J; a@x.org; B; late@x.org");
    // Neither the mail that carries it nor the messages in it name the blind copy.
    let mut outer = Message::new("IPM.Note");
    outer.attachments.push(Attachment::from_message(message));
    let again = there_and_back(&outer, TnefForm::Mail);
    let Content::Message(inner) = &again.attachments[0].content else { panic!("no message") };
    assert_eq!(inner.recipients.len(), 5);
    assert!(inner.properties.str(tags::DISPLAY_BCC).is_none());
}

#[test]
fn what_is_signed_or_encrypted_stays_whole() {
    let entity = "Content-Type: multipart/signed; micalg=sha-256;\r\n boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\
        --c\r\n\r\nHello  \r\n--c\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nabc\r\n--c--\r\n\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMIA=\r\n--b--\r\n";
    let (signed, codes) = message(format!("Subject: s\r\n{entity}"));
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(signed.class().unwrap(), "IPM.Note.SMIME.MultipartSigned");
    assert_eq!(signed.properties.str(tags::BODY).unwrap(), "Hello  ");
    assert_eq!(signed.attachments.len(), 1);
    assert_eq!(String::from_utf8_lossy(signed.attachments[0].data()), entity);
    assert_eq!(signed.attachments[0].mime_tag().unwrap(), "multipart/signed");
    assert!(signed.attachments[0].file_name().is_none());

    let mail = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqG\r\n";
    let (encrypted, codes) = message(mail);
    assert!(codes.is_empty(), "{codes:?}");
    assert_eq!(encrypted.class().unwrap(), "IPM.Note.SMIME");
    assert_eq!(encrypted.attachments[0].data(), b"\x30\x80\x06\x09\x2a\x86");
    assert_eq!(encrypted.attachments[0].file_name().unwrap(), "smime.p7m");
}

/// Apple's programs cut a text where a picture stands; lists put their footer behind it.
#[test]
fn what_is_shown_in_its_place_stays_there() {
    let mail = "From: a@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain\r\n\r\nFirst text.\r\n\
        --x\r\nContent-Type: image/png; name=p.png\r\nContent-Disposition: inline; filename=p.png\r\n\
        Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSecond text.\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <t@x>\r\nContent-Location: http://x.org/t\r\n\r\n<p>Third.\r\n\
        --x\r\nContent-Type: text/plain; name=notes.txt\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\nA file.\r\n\
        --x--\r\n";
    let (message, _) = message(mail);
    let message = there_and_back(&message, TnefForm::Mail);
    let written = String::from_utf8(write(&message, &MimeOptions::default()).unwrap().bytes).unwrap();
    let parts: Vec<&str> = written.split("\r\n--").collect();
    let part = |what: &str| *parts.iter().find(|part| part.contains(what)).unwrap_or_else(|| panic!("{what}: {written}"));
    assert!(part("p.png").contains("Content-Disposition: inline; filename=p.png"), "{written}");
    let second = part("Second text.");
    assert!(second.contains("Content-Type: text/plain; charset=utf-8\r\n") && !second.contains("name"), "{written}");
    assert!(!second.contains("Content-Disposition"), "{written}");
    let third = part("<p>Third.");
    assert!(third.contains("Content-Type: text/html; charset=utf-8\r\n") && !third.contains("Content-Disposition"), "{written}");
    assert!(third.contains("Content-ID: <t@x>\r\nContent-Location: http://x.org/t\r\n"), "{written}");
    assert!(part("name=notes.txt").contains("Content-Disposition: attachment; filename=notes.txt"), "{written}");
    let places = ["First text.", "p.png", "Second text.", "<p>Third.", "notes.txt"].map(|what| written.find(what));
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
}

/// RFC 3464 and RFC 8098: fields that no property has, those of second recipients, the header of what the report is about.
#[test]
fn reports_stay_what_they_are_field_by_field() {
    let delivery = "Reporting-MTA: dns; mail.example.org\r\nOriginal-Envelope-Id: QQ1\r\nX-Queue: 77\r\n\r\n\
        Final-Recipient: rfc822; one@example.org\r\nOriginal-Recipient: rfc822; uno@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Remote-MTA: dns; mx.example.org\r\nDiagnostic-Code: smtp; 550 unknown\r\n\r\n\
        Final-Recipient: rfc822; two@example.org\r\nAction: delayed\r\nStatus: 4.4.1\r\n\
        Will-Retry-Until: Mon, 5 Oct 2026 09:30:00 +0000\r\n";
    let read = "Reporting-UA: mail.example.org; Foo 1.0\r\nFinal-Recipient: rfc822; a@example.org\r\nOriginal-Message-ID: <1@example.org>\r\n\
        Disposition: manual-action/MDN-sent-manually; displayed\r\nX-More: yes\r\n";
    // Read by somebody who sends the report from another address, with the names that it had on its way.
    let shared = read.replace("a@example.org", "sales@example.org");
    let original = shared.replace("Final-", "Original-Recipient: rfc822; Info@example.org\r\nFinal-");
    let named = format!("{original}X-Display-Name: The Team\r\n");
    let disposition = [read, &shared, &original, &named].map(|fields| ("disposition-notification", fields));
    for (kind, fields) in [("delivery-status", delivery)].into_iter().chain(disposition) {
        let mail = format!(
            "From: a@example.org\r\nTo: b@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type={kind}; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nFor people.\r\n\
             --x\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n\
             --x\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: what it is about\r\n--x--\r\n"
        );
        let (message, codes) = message(mail);
        assert!(codes.is_empty(), "{codes:?}");
        for carrier in [TnefForm::Bare, TnefForm::Mail] {
            let message = there_and_back(&message, carrier);
            let written = String::from_utf8(write(&message, &MimeOptions::default()).unwrap().bytes).unwrap();
            let head = format!("MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type={kind};\r\n boundary=");
            assert!(written.contains(&head), "{written}");
            let status = format!("\r\nContent-Type: message/{kind}\r\nContent-Transfer-Encoding: 7bit\r\n\r\n{fields}");
            assert!(written.contains(&status), "{written}");
            let header =
                "\r\nContent-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n\r\nSubject: what it is about\r\n--";
            assert!(written.contains(header), "{written}");
        }
    }
}

/// RFC 2046 5.2.2: a piece of a mail means something with its number.
#[test]
fn a_piece_of_a_mail_stays_one() {
    let mail = "From: a@example.org\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
        Content-Type: message/partial; id=\"abc@example.org\"; number=2; total=3\r\n\r\nThe middle of\r\nsomething.\r\n";
    let (message, _) = message(mail);
    for carrier in [TnefForm::Bare, TnefForm::Mail] {
        let message = there_and_back(&message, carrier);
        let written = String::from_utf8(write(&message, &MimeOptions::default()).unwrap().bytes).unwrap();
        let part = "Content-Type: message/partial; id=\"abc@example.org\"; number=2; total=3\r\n\
            Content-Transfer-Encoding: 7bit\r\n\r\nThe middle of\r\nsomething.\r\n";
        assert!(written.ends_with(part), "{written}");
    }
}

#[test]
fn groups_of_addresses_stay_groups() {
    let mail = "From: a@example.org\r\nTo: The Team: Ed Jones <joe@where.test>, john@one.test;, c@example.org\r\n\
        Cc: Undisclosed recipients:;\r\nSubject: s\r\n\r\nText.\r\n";
    let (message, _) = message(mail);
    assert_eq!(message.recipients.len(), 3);
    let message = there_and_back(&message, TnefForm::Mail);
    let written = String::from_utf8(write(&message, &MimeOptions::default()).unwrap().bytes).unwrap().replace("\r\n ", " ");
    assert!(written.contains("\r\nTo: The Team: Ed Jones <joe@where.test>, john@one.test;, c@example.org\r\n"), "{written}");
    assert!(written.contains("\r\nCc: Undisclosed recipients:;\r\n"), "{written}");
}

#[test]
fn header_and_stream_are_merged() {
    let mut inside = Message::new("IPM.Note.Custom");
    inside.properties.set(tags::SUBJECT, "Ticket 7: broken");
    inside.properties.set(tags::SUBJECT_PREFIX, "Ticket 7: ");
    inside.properties.set(tags::NORMALIZED_SUBJECT, "broken");
    inside.properties.set(tags::BODY, "rich");
    inside.properties.set(tags::IMPORTANCE, PropValue::Integer32(0));
    inside.properties.set(tags::SENSITIVITY, PropValue::Integer32(2));
    inside.recipients.push(Recipient::smtp(RecipientType::TO, "", "old@x.org"));
    let stream = |key: &str| inside.to_tnef(&WriteOptions::default().with_correlation_key(key)).unwrap();
    let mail = |key: &str, extra: &str| {
        let encoded = {
            let mut out = Vec::new();
            mail_builder::encoders::base64::base64_encode_mime(&stream(key), &mut out, false).unwrap();
            String::from_utf8(out).unwrap()
        };
        format!(
            "From: f@x.org\r\nTo: new@x.org\r\nSubject: Ticket 7: broken\r\nImportance: high\r\n{extra}Content-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\n\r\nplain\r\n--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n\
             --b\r\nContent-Disposition: attachment; filename=footer.txt\r\n\r\nfooter\r\n--b--\r\n"
        )
    };
    for extra in ["", "X-MS-TNEF-Correlator: <k@x>\r\n"] {
        let (merged, codes) = message(mail("<k@x>", extra));
        assert!(codes.is_empty(), "{codes:?}");
        assert_eq!(merged.class().unwrap(), "IPM.Note.Custom");
        assert_eq!(merged.properties.str(tags::BODY).unwrap(), "rich");
        // Split as the stream has it, not as a reader of headers would.
        assert_eq!(merged.properties.str(tags::SUBJECT_PREFIX).unwrap(), "Ticket 7: ");
        assert_eq!(merged.properties.integer(tags::IMPORTANCE), Some(2));
        assert_eq!(merged.properties.integer(tags::SENSITIVITY), Some(2));
        assert_eq!(merged.recipients.len(), 1);
        assert_eq!(merged.recipients[0].smtp_address().unwrap(), "new@x.org");
        // The mail's own text says something else, and is kept.
        assert_eq!(merged.attachments.len(), 2);
        assert_eq!(
            (merged.attachments[0].data(), merged.attachments[0].mime_tag().as_deref()),
            (&b"plain"[..], Some("text/plain"))
        );
        assert!(merged.attachments[0].file_name().is_none());
        let written = String::from_utf8(write(&merged, &MimeOptions::default()).unwrap().bytes).unwrap();
        let part = written.split("\r\n--").find(|part| part.ends_with("\r\n\r\nplain")).unwrap();
        assert!(part.contains("Content-Type: text/plain") && !part.contains("Content-Disposition: attachment"), "{part}");
        assert_eq!(merged.attachments[1].file_name().unwrap(), "footer.txt");
    }
    let other = mail("<k@x>", "X-MS-TNEF-Correlator: <other@x>\r\n");
    let (plain, codes) = message(&other);
    assert_eq!(codes, ["mime-correlator-mismatch"]);
    assert_eq!(plain.class().unwrap(), "IPM.Note");
    assert_eq!(plain.properties.str(tags::BODY).unwrap(), "plain");
    assert_eq!(plain.attachments[0].mime_tag().unwrap(), "application/octet-stream");
    assert_eq!(plain.attachments[0].data(), stream("<k@x>"));
    let any = MimeReadOptions::default().with_any_correlator(true);
    let found = read(other.as_bytes(), &any).unwrap();
    assert_eq!(found.class().unwrap(), "IPM.Note.Custom");
    assert!(found.report().contains(Code::MimeCorrelatorMismatch));
    let none = MimeReadOptions::default().with_tnef(false);
    assert_eq!(read(other.as_bytes(), &none).unwrap().class().unwrap(), "IPM.Note");
}

/// Code page 64985 is nobody's, so that the subject of the stream is read by the next one that is said. The mail's, which is its body's,
/// must not become that.
#[test]
fn the_code_page_of_the_mail_is_not_that_of_the_streams_text() {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    let attributes: [(AttrId, &[u8]); 3] = [
        (AttrId::TNEF_VERSION, &[0, 0, 1, 0]),
        (AttrId::OEM_CODEPAGE, &[0xD9, 0xFD, 0, 0, 0, 0, 0, 0]),
        (AttrId::SUBJECT, b"Gr\xFC\xDFe\0"),
    ];
    for (id, data) in attributes {
        writer.attribute(Level::MESSAGE, id, data).unwrap();
    }
    let mut stream = Vec::new();
    mail_builder::encoders::base64::base64_encode_mime(&writer.into_inner(), &mut stream, false).unwrap();
    let mail = format!(
        "From: f@x.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\u{e4}\r\n\
         --b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        String::from_utf8(stream).unwrap()
    );
    let (message, _) = message(mail);
    assert_eq!(message.subject().as_deref(), Some("Gr\u{fc}\u{df}e"));
    let again = there_and_back(&message, TnefForm::Bare);
    assert_eq!(again.subject().as_deref(), Some("Gr\u{fc}\u{df}e"));
    assert_eq!(again.properties.integer(tags::INTERNET_CODEPAGE), Some(65001));
}

#[test]
fn a_mail_that_carries_has_what_readers_look_for() {
    let (message, _) = message("From: f@x.org\r\nTo: t@x.org\r\nMessage-ID: <1@x>\r\nSubject: \u{e4}\r\n\r\nplain \u{20ac}\r\n");
    let mail = encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes;
    let parsed = MessageParser::default().parse(&mail).unwrap();
    assert_eq!(parsed.header_raw("X-MS-TNEF-Correlator").unwrap().trim(), "<1@x>");
    assert_eq!(parsed.parts.len(), 3);
    assert_eq!(parsed.body_text(0).unwrap().trim(), "plain \u{20ac}");
    let part = parsed.attachment(0).unwrap();
    assert!(part.is_content_type("application", "ms-tnef"));
    assert_eq!(part.attachment_name(), Some("winmail.dat"));
    let stream = Message::from_tnef(part.contents()).unwrap();
    assert_eq!(stream.properties.bytes(tags::TNEF_CORRELATION_KEY).unwrap(), b"<1@x>\0");
    assert!(stream.recipients.is_empty());
    assert!(stream.properties.bytes(tags::RTF_COMPRESSED).is_some());
    // Without a Message-ID any text ties them, and the same one every time.
    let bare = Message::new("IPM.Note");
    let mails: Vec<_> = (0..2).map(|_| encapsulate(&bare, &EncapsulateOptions::default()).unwrap().bytes).collect();
    assert_eq!(mails[0], mails[1]);
    let stnef = encapsulate(&bare, &EncapsulateOptions::new(TnefForm::Stnef)).unwrap().bytes;
    assert!(String::from_utf8_lossy(&stnef).contains("Content-Transfer-Encoding: binary\r\n\r\nx"));
}

#[test]
fn every_defect_is_said_and_ends_strict_reading_by_its_severity() {
    let multipart = |rest: &str| format!("A: b\nContent-Type: multipart/mixed; boundary=x\n\n{rest}");
    let rows: Vec<(Code, String)> = vec![
        (Code::MimeInvalidHeader, "A: b\nno field\n\nbody\n".to_owned()),
        (Code::MimeDuplicateField, "Content-Type: text/plain\nContent-Type: text/html\n\nx\n".to_owned()),
        (Code::MimeMissingBoundary, multipart("no parts\n")),
        (Code::MimeMissingBoundary, "Content-Type: multipart/mixed\n\n--x\n\n".to_owned()),
        (Code::MimeUnclosedMultipart, multipart("--x\n\none\n")),
        (Code::MimeTextOutsideParts, multipart("--x\n\none\n--x--\nfooter\n")),
        (Code::MimeTextOutsideParts, multipart("stray\n--x\n\none\n--x--\n")),
        (Code::MimeUnknownEncoding, "Content-Transfer-Encoding: x-rot13\n\nuryyb\n".to_owned()),
        (Code::MimeInvalidEncoding, "Content-Transfer-Encoding: base64\n\naGVs!!bG8=\n".to_owned()),
        (Code::MimeInvalidEncoding, "Content-Transfer-Encoding: quoted-printable\n\n50 =% off\n".to_owned()),
        (Code::MimeUnknownCharset, "Content-Type: text/plain; charset=klingon\n\nnuqneH\n".to_owned()),
        (
            Code::MimeUndecodableText,
            "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n=FF\n".to_owned(),
        ),
        (Code::MimeInvalidDate, "Date: yesterday\n\n".to_owned()),
        (Code::MimeInvalidAddress, "To: nobody\n\n".to_owned()),
        (Code::MimeInvalidValue, "Importance: very\n\n".to_owned()),
        (
            Code::MimePartLeftOut,
            multipart("--x\nContent-Type: multipart/signed; boundary=y\n\n--y\n\none\n--y\n\ntwo\n--y--\n--x--\n"),
        ),
        (Code::MimeUnreadableTnef, "Content-Type: application/ms-tnef\n\nnone\n".to_owned()),
        (Code::MimeNoHeader, multipart("--x\nContent-Type: message/rfc822\n\n\nbody\n--x--\n")),
    ];
    let mut seen: HashSet<Code> = [Code::MimeCorrelatorMismatch].into();
    for (code, mail) in rows {
        let (_, codes) = message(&mail);
        assert_eq!(codes, [code.name()], "{mail}");
        let result = read(mail.as_bytes(), &MimeReadOptions::new(ReadOptions::strict()));
        assert_eq!(result.is_err(), code.severity() == Severity::Error, "{mail}");
        if let Err(error) = result {
            assert_eq!(error.code(), Some(code));
        }
        seen.insert(code);
    }
    // Codes of reading say what becomes of the mail; those of writing are tested with the writer.
    let reading = CATALOGUE.iter().filter(|info| info.section.starts_with("RFC ") && info.name.starts_with("mime-"));
    let untested: Vec<_> = reading.filter(|info| !seen.contains(&info.code)).map(|info| info.name).collect();
    assert!(untested.is_empty(), "{untested:?}");
    let error = read(b"", &MimeReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), Some(Code::MimeNoHeader));
}

/// A stream as a uuencoded file, by the table of POSIX `uuencode`.
fn uuencoded(stream: &[u8]) -> String {
    let digit = |value: u8| if value == 0 { '`' } else { char::from(value + 32) };
    let mut out = "begin 644 winmail.dat\n".to_owned();
    for line in stream.chunks(45) {
        out.push(digit(u8::try_from(line.len()).unwrap()));
        for group in line.chunks(3) {
            let at = |index: usize| group.get(index).copied().unwrap_or(0);
            let (a, b, c) = (at(0), at(1), at(2));
            out.extend([a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(digit));
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

fn encoded(encoding: &str, bytes: &[u8]) -> String {
    let mut out = Vec::new();
    match encoding {
        "base64" => mail_builder::encoders::base64::base64_encode_mime(bytes, &mut out, false).unwrap(),
        _ => mail_builder::encoders::quoted_printable::quoted_printable_encode(bytes, &mut out, true).unwrap(),
    };
    String::from_utf8(out).unwrap()
}

/// Where the stream stands in a text, what is kept of the text is what stands around it; where the mail has text and HTML that say the
/// same, one of them says it.
#[test]
fn texts_that_the_stream_does_not_say_are_kept_and_others_are_not() {
    let mut inside = Message::new("IPM.Note");
    inside.properties.set(tags::BODY, "The offer of last week");
    let stream = inside.to_tnef(&WriteOptions::default()).unwrap();
    let kept = |mail: &str| {
        let (read, codes) = message(mail);
        assert_eq!((codes, read.properties.str(tags::BODY).as_deref()), (Vec::<&str>::new(), Some("The offer of last week")));
        let tags = read.attachments.iter().map(|one| one.mime_tag().unwrap().into_owned());
        tags.zip(read.attachments.iter().map(|one| String::from_utf8(one.data().to_vec()).unwrap())).collect::<Vec<_>>()
    };
    let found = |text: &str| kept(&format!("Subject: x\n\n{text}\n{}--\nlist footer\n", uuencoded(&stream)));
    let [(tag, text)] = &found("Please call me back.")[..] else { panic!() };
    assert_eq!((tag.as_str(), text.as_str()), ("text/plain", "Please call me back.\n--\nlist footer\n"));
    let said = kept(&format!("Subject: x\n\nThe offer of last week\n{}", uuencoded(&stream)));
    assert_eq!(said, []);

    let mixed = |text: &str, html: &str| {
        kept(&format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=c\n\n\
             --c\nContent-Type: text/plain\n\n{text}\n--c\nContent-Type: text/html\n\n{html}\n--c--\n--b\n\
             Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
            encoded("base64", &stream)
        ))
    };
    assert_eq!(mixed("The offer", "<p>The offer of <b>last</b> week</p>"), []);
    let html = "<p>Call <i>me</i></p>".to_owned();
    assert_eq!(mixed("Call me", &html), [("text/html".to_owned(), html.clone())]);
    let both = [("text/plain".to_owned(), "Call us".to_owned()), ("text/html".to_owned(), html.clone())];
    assert_eq!(mixed("Call us", &html), both);
}

#[test]
fn tnef_is_found_behind_one_more_encoding() {
    let stream = |name: &str| {
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::from_bytes(name, name.as_bytes().to_vec()));
        message.to_tnef(&WriteOptions::default()).unwrap()
    };
    let (first, second) = (stream("first"), stream("second"));
    for encoding in ["base64", "quoted-printable"] {
        let text = format!("Hello\n{}bye\n{}", uuencoded(&first), uuencoded(&second));
        let mail = format!("Subject: x\nContent-Transfer-Encoding: {encoding}\n\n{}", encoded(encoding, text.as_bytes()));
        let (read, codes) = message(&mail);
        assert_eq!(codes, Vec::<&str>::new());
        assert_eq!(read.attachments.iter().map(|one| one.data()).collect::<Vec<_>>(), [b"first"]);
        // One stream is the message; the other one is not lost.
        let body = read.properties.str(tags::BODY).unwrap().replace("\r\n", "\n");
        assert_eq!(body, format!("Hello\nbye\n{}", uuencoded(&second)));

        let inner = format!(
            "Subject: inside\nContent-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{}",
            encoded("base64", &first)
        );
        let mail = format!(
            "Subject: x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n{}",
            encoded(encoding, inner.as_bytes())
        );
        let (read, codes) = message(&mail);
        assert_eq!(codes, Vec::<&str>::new());
        let Content::Message(nested) = &read.attachments[0].content else { panic!("{:?}", read.attachments[0].content) };
        assert_eq!(nested.subject().as_deref(), Some("inside"));
        assert_eq!(nested.attachments[0].data(), b"first");
    }
}

#[test]
fn a_thousand_levels_cost_little_and_lose_nothing() {
    let mut mail = String::from("Subject: deep\n");
    for level in 0..1_000 {
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    }
    mail.push_str("\nin the middle\n");
    let (deep, codes) = message(&mail);
    assert!(codes.contains(&"limit-reached"));
    let kept: usize = deep.attachments.iter().map(|one| one.data().len()).sum::<usize>()
        + deep.properties.str(tags::BODY).map_or(0, |b| b.len());
    assert!(kept > mail.len() / 2, "{kept}");

    let mail = format!("Subject: x\n{}A: b\n\nbody", "Content-Type: message/rfc822\n\n".repeat(1_000));
    let (deep, codes) = message(&mail);
    assert!(codes.contains(&"limit-reached") || codes.contains(&"nesting-too-deep"));
    // And the way back, level by level.
    let _ = there_and_back(&deep, TnefForm::Bare);
}

#[derive(Debug, Clone)]
struct Generated {
    subject: String,
    from: (String, String),
    to: Vec<(String, String)>,
    id: String,
    date: i64,
    text: Option<String>,
    html: Option<String>,
    image: Option<Vec<u8>>,
    files: Vec<(String, Vec<u8>)>,
}

fn generated() -> impl Strategy<Value = Generated> {
    // What a person types: no line ends, no blanks at the ends.
    let words = || "[a-zA-Z\u{e4}\u{f6}\u{20ac}\u{4e2d}\u{1F600}!?,.]{1,12}( [a-z\u{e9}0-9=_\"]{1,9}){0,12}";
    let address = || ("[a-z]{1,9}", "[a-z]{1,9}").prop_map(|(local, domain)| format!("{local}@{domain}.example"));
    let lines = || vec("[ -~\u{e4}\u{4e2d}]{0,120}[!-~]", 0..8).prop_map(|lines| lines.join("\r\n"));
    let file = ("[a-zA-Z\u{e4}\u{4e2d} ]{1,20}[a-z]\\.(txt|pdf|docx)", vec(any::<u8>(), 0..300));
    let bodies = (proptest::option::of(lines()), proptest::option::of(lines()), proptest::option::of(vec(any::<u8>(), 1..100)));
    let people = ((words(), address()), vec((words(), address()), 0..4));
    (words(), people, "[a-z0-9]{5,20}", 0..4_000_000_000i64, bodies, vec(file, 0..3)).prop_map(
        |(subject, (from, to), id, date, (text, html, image), files)| Generated {
            subject,
            from,
            to,
            id: format!("{id}@example.org"),
            date,
            text,
            html: html.map(|html| format!("<p>{}</p><img src=\"cid:pic@x\">", html.replace(['<', '&'], ""))),
            image,
            files: files.into_iter().map(|(name, data)| (name.trim().to_owned(), data)).collect(),
        },
    )
}

impl Generated {
    /// As `mail-builder` writes it.
    fn mail(&self) -> Vec<u8> {
        let pair = |(name, address): &(String, String)| (name.clone(), address.clone());
        let mut mail = MessageBuilder::new()
            .from(pair(&self.from))
            .to(self.to.iter().map(pair).collect::<Vec<_>>())
            .subject(self.subject.clone())
            .message_id(self.id.clone())
            .date(self.date);
        if let Some(text) = &self.text {
            mail = mail.text_body(text.clone());
        }
        if let Some(html) = &self.html {
            mail = mail.html_body(html.clone());
            if let Some(image) = &self.image {
                mail = mail.inline("image/png", "pic@x", image.clone());
            }
        }
        for (name, data) in &self.files {
            mail = mail.attachment("application/octet-stream", name.clone(), data.clone());
        }
        mail.write_to_vec().unwrap()
    }

    /// What another reader finds in a mail of ours is what went in.
    fn check(&self, mail: &[u8]) {
        // `mail-parser` drops the blank at a fold between quotes: RFC 5322 2.2.3 has it that unfolding leaves it.
        let text = String::from_utf8_lossy(mail).into_owned();
        let (header, body) = text.split_once("\r\n\r\n").unwrap();
        let unfolded = header.replace("\r\n ", " ").replace("\r\n\t", "\t");
        let mail = format!("{unfolded}\r\n\r\n{body}");
        let found = MessageParser::default().parse(&mail).unwrap();
        assert_eq!(found.subject(), Some(self.subject.as_str()));
        assert_eq!(found.message_id(), Some(self.id.as_str()));
        assert_eq!(found.date().unwrap().to_timestamp(), self.date);
        let pair = |one: &mail_parser::Addr<'_>| {
            (one.name().unwrap_or_default().to_owned(), one.address().unwrap_or_default().to_owned())
        };
        assert_eq!(found.from().unwrap().iter().map(pair).collect::<Vec<_>>(), std::slice::from_ref(&self.from));
        assert_eq!(found.to().map(|to| to.iter().map(pair).collect::<Vec<_>>()).unwrap_or_default(), self.to);
        let part = |html: bool| {
            let mut parts = found.parts.iter().filter(|part| part.is_content_type("text", if html { "html" } else { "plain" }));
            parts.find(|part| part.attachment_name().is_none()).and_then(|part| part.text_contents()).map(str::trim_end)
        };
        if let Some(html) = &self.html {
            assert_eq!(part(true), Some(html.trim_end()));
        }
        // Beside HTML, a writer makes a text where there is none, or nothing in it.
        if let Some(text) = self.text.as_ref().filter(|text| !text.is_empty()) {
            assert_eq!(part(false).unwrap_or_default(), text.trim_end());
        }
        let files: Vec<_> = found
            .parts
            .iter()
            .filter_map(|part| Some((part.attachment_name()?.to_owned(), part.contents().to_vec())))
            .filter(|(name, _)| self.files.iter().any(|(known, _)| known == name))
            .collect();
        assert_eq!(files, self.files);
        let image = found.parts.iter().find(|part| part.content_id() == Some("pic@x")).map(|part| part.contents());
        assert_eq!(image, self.image.as_deref().filter(|_| self.html.is_some()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_mail_goes_into_tnef_and_comes_back(mail in generated(), transport in any::<bool>()) {
        let source = mail.mail();
        mail.check(&source);
        let (first, codes) = message(&source);
        prop_assert!(codes.is_empty(), "{codes:?}");
        for carrier in [TnefForm::Mail, TnefForm::Stnef, TnefForm::Bare] {
            let again = there_and_back(&first, carrier);
            prop_assert_eq!(facts(&again), facts(&first));
            let mut options = MimeOptions::default();
            options.transport_headers = transport;
            mail.check(&write(&again, &options).unwrap().bytes);
        }
    }

    #[test]
    fn no_bytes_make_reading_fail_or_panic(bytes in vec(any::<u8>(), 0..400), text in "(Content-Type: (multipart/(mixed|related|alternative|signed|report)|text/html|message/rfc822|application/ms-tnef)(; boundary=[xy])?\n|Content-Transfer-Encoding: (base64|quoted-printable)\n|Content-ID: <a>\n|Subject: =\\?utf-8\\?q\\?a\n|\n|--[xy](--)?\n|[a<>@:;,\"=]{1,9}\n){0,30}") {
        for input in [[b"A: b\n", &bytes[..]].concat(), format!("A: b\n{text}").into_bytes()] {
            let (found, _) = message(&input);
            let _ = there_and_back(&found, TnefForm::Bare);
            let _ = encapsulate(&found, &EncapsulateOptions::default()).unwrap().bytes;
        }
    }
}
