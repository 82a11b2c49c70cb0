//! The law: everything that came in is in what goes out, or the stream is kept. One test a kind.

use super::encoded::bytes_of;
use super::*;
use crate::mapi::blob::VerbStream;
use crate::mapi::{NameKind, PropName, PropType, RecipientType, named, sets};
use crate::message::Recipient;
use crate::message::kind::MessageKind;

/// A message of a class, with a text.
fn message(class: &str, text: &str) -> Message<'static> {
    let mut message = Message::new(class);
    if !text.is_empty() {
        message.properties.set(tags::BODY, text);
    }
    message
}

fn tnef(message: &Message<'_>) -> Vec<u8> {
    message.to_tnef(&WriteOptions::default()).unwrap()
}

/// A message in another one that has no body.
fn forwarded(inner: Message<'static>) -> Vec<u8> {
    let mut outer = message("IPM.Note", "");
    outer.attachments.push(Attachment::from_message(inner));
    tnef(&outer)
}

fn action(mail: &str) -> Action {
    let mut actions = run(mail, &FilterOptions::default()).1;
    assert_eq!(actions.len(), 1);
    actions.remove(0)
}

#[test]
fn what_no_mail_expresses_keeps_the_stream() {
    let mut vote = message("IPM.Note", "Lunch?");
    let verb =
        crate::mapi::blob::Verb { verb_type: crate::mapi::blob::Verb::VOTE, display_name: b"Yes".into(), ..Default::default() };
    let verbs = VerbStream { verbs: vec![verb], ..VerbStream::default() };
    vote.properties.set_named(&named::VERB_STREAM, PropValue::Binary(verbs.to_bytes().unwrap().into()));
    let mut form = message("IPM.Note.Holiday", "Please fill in");
    let name = PropName { set: sets::PS_PUBLIC_STRINGS, kind: NameKind::String("Days".into()) };
    form.properties.set_name(&name, PropType::INTEGER32, PropValue::Integer32(12));
    let items = [
        (message("IPM.Outlook.Recall", "x would like to recall"), Reason::Properties(MessageKind::Recall)),
        (message("IPM.Schedule.Meeting.Notification.Forward", "sent on"), Reason::Properties(MessageKind::MeetingNotice)),
        // A meeting at no time.
        (message("IPM.Schedule.Meeting.Resp.Tent", ""), Reason::Properties(MessageKind::MeetingTentative)),
        (vote, Reason::Voting),
        (form, Reason::Form("IPM.Note.Holiday".to_owned())),
    ];
    for (item, reason) in items {
        let bytes = tnef(&item);
        let made = anew(&bytes, &FilterOptions::default()).unwrap();
        assert_eq!(made.outcomes[0].action, Action::Kept(reason.clone()));
        assert_eq!(find(&made.mail, &Limits::default()).parts[0].data.as_ref(), bytes);
        assert_eq!(
            action(&exchange("See below", &bytes)).to_string().contains("kept"),
            item.properties.str(tags::BODY).is_some()
        );
        // In a message, and in a message of a message.
        let reason = if let Reason::Properties(kind) = reason { Reason::Inner(kind) } else { reason };
        let mut middle = message("IPM.Note", "between");
        middle.attachments.push(Attachment::from_message(item.clone()));
        for outer in [forwarded(item), forwarded(middle)] {
            assert_eq!(action(&exchange("See below", &outer)), Action::Kept(reason.clone()));
        }
    }
    // A form without fields of its own, a fax, a post.
    for class in ["IPM.Note.Holiday", "IPM.Note.Microsoft.Fax", "IPM.Post"] {
        assert_eq!(action(&exchange("See below", &tnef(&message(class, "text")))), Action::Replaced, "{class}");
    }
}

#[test]
fn html_that_cannot_be_decoded_keeps_the_stream() {
    let mut page = message("IPM.Note", "");
    page.properties.set(tags::HTML, PropValue::Binary(b"<p>\xF0\xD2\xC9 one</p>".to_vec().into()));
    page.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(65001));
    assert_eq!(action(&exchange("See below", &tnef(&page))), Action::Kept(Reason::Damaged));
    assert_eq!(action(&exchange("See below", &forwarded(page))), Action::Kept(Reason::Damaged));
}

#[test]
fn messages_within_the_message_keep_their_bodies() {
    let mut rich = message("IPM.Note", "");
    rich.properties.set(tags::HTML, PropValue::Binary(b"<p>Thirteen at the bar</p>".to_vec().into()));
    let mut middle = message("IPM.Note", "Twelve at the cafe");
    middle.attachments.push(Attachment::from_message(rich));
    let outer = forwarded(middle);
    let wanted = |options: &FilterOptions| {
        let out = run(&exchange("See below", &outer), options).0;
        assert!(out.contains("Twelve at the cafe") && out.contains("<p>Thirteen at the bar</p>"), "{out}");
    };
    wanted(&FilterOptions::default());
    wanted(&FilterOptions { keep_original: true, ..FilterOptions::default() });
    wanted(&FilterOptions { attachments_only: true, ..FilterOptions::default() });
    // Where the outer body is an alternative in HTML, the text of the inner one is there as well.
    let mut outer = message("IPM.Note", "");
    outer.properties.set(tags::HTML, PropValue::Binary(HTML.to_vec().into()));
    outer.attachments.push(Attachment::from_message(message("IPM.Note", "Twelve at the cafe")));
    assert!(replaced(&exchange("The rich body", &tnef(&outer))).contains("Twelve at the cafe"));
}

#[test]
fn texts_in_the_part_itself_are_texts_of_the_mail() {
    let bytes = stream(Some("hello"), None, &[FILE]);
    let footer = "\n-- \nYou are on the list, \u{e4}\n";
    let mail = exchange("hello", &bytes).replace("\n--a--", &format!("{footer}--a--"));
    let out = replaced(&mail);
    check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents"), ("text/plain", footer.trim_end())]);
    // The whole mail is the stream, and a footer.
    let out = replaced(&format!("X: y\n{}{footer}", tnef_part(&bytes)));
    check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents"), ("text/plain", footer.trim_end())]);
}

#[test]
fn a_covering_text_stays_beside_what_becomes_the_root() {
    let mut report = message("REPORT.IPM.Note.IPNRN", "");
    report.properties.set(tags::SUBJECT, "Read: x");
    report.recipients.push(Recipient::smtp(RecipientType::TO, "", "joe@example.com"));
    let bytes = tnef(&report);
    let out = replaced(&exchange("Handed on by the gateway", &bytes));
    assert!(out.contains("Handed on by the gateway") && out.contains("multipart/report"), "{out}");
    let out = replaced(&exchange(" ", &bytes));
    assert!(out.starts_with("Received: from a\n\tby b\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/report"), "{out}");
}

/// A text ends at its NUL for every reader, wherever it stands.
#[test]
fn what_stands_behind_a_nul_keeps_the_stream() {
    for tag in [tags::SUBJECT, tags::BODY, tags::SENDER_NAME] {
        let mut inside = message("IPM.Note", "Hello");
        inside.properties.set(tag, "shown\0hidden");
        let mut outer = message("IPM.Note", "Hello");
        outer.attachments.push(Attachment::from_message(inside.clone()));
        for message in [inside, outer] {
            let bytes = tnef(&message);
            let mail = exchange("Hello", &bytes);
            let filtered = filter(mail.as_bytes(), &FilterOptions::default());
            let action = &filtered.outcomes[0].action;
            assert!(matches!(action, Action::Kept(Reason::Damaged) | Action::Left(Reason::Damaged)), "{tag}: {action:?}");
        }
    }
}

/// Whom a message did not reach stands in no text; files beside the report do not take that away.
#[test]
fn a_delivery_report_stays_one_with_files_beside_it() {
    let mut report = message("REPORT.IPM.Note.NDR", "It failed.");
    report.properties.set(tags::SUBJECT, "x");
    for name in ["one", "two"] {
        report.recipients.push(Recipient::smtp(RecipientType::TO, "", &format!("{name}@example.com")));
    }
    report.attachments.push(Attachment::from_bytes("log.txt", &b"log"[..]));
    let mut header = Attachment::from_bytes("", &b"Subject: what failed\r\n"[..]);
    header.properties.set(tags::ATTACH_MIME_TAG, "text/rfc822-headers");
    report.attachments.push(header);
    let out = replaced(&exchange("It failed.", &tnef(&report)));
    for expected in [
        "Content-Type: multipart/report; report-type=delivery-status",
        "Final-Recipient: rfc822; one@example.com",
        "Final-Recipient: rfc822; two@example.com",
        "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: 7bit\n\nSubject: what failed",
        "filename=log.txt",
    ] {
        assert!(out.replace("\r\n", "\n").contains(expected), "{expected} in {out}");
    }
}

#[test]
fn twice_is_once() {
    let mut damaged = stream(Some("hello"), Some(HTML), &[FILE, ("b.txt", b"more text")]);
    let whole = damaged.clone();
    damaged.truncate(damaged.len() - 20);
    let mut task = message("IPM.Task", "to be done");
    task.attachments.push(Attachment::from_bytes("a", b"contents".as_slice()));
    task.attachments.push(Attachment::from_message(message("IPM.Note", "inner")));
    // Pictures that the body shows, a message with parts of its own, a body that is more than one part.
    let mut shown = message("IPM.Appointment", "");
    shown.properties.set(tags::HTML, PropValue::Binary(b"<p>The rich body <img src=\"cid:a@b\"></p>".to_vec().into()));
    let mut picture = Attachment::from_bytes("a.png", b"picture".as_slice());
    picture.properties.set(tags::ATTACH_CONTENT_ID, "a@b");
    shown.attachments.push(picture);
    let mut parts = message("IPM.Note", "inner");
    parts.properties.set(tags::HTML, PropValue::Binary(b"<p>inner</p>".to_vec().into()));
    parts.attachments.push(Attachment::from_bytes("c", b"file of the inner one".as_slice()));
    shown.attachments.push(Attachment::from_message(parts));
    let uu = |bytes: &[u8]| format!("From: a\nTo: b\n\nHello,\n\n{}\nbye\n", uuencoded(bytes));
    let root = |bytes: &[u8]| format!("X: y\n{}", tnef_part(bytes));
    for bytes in [damaged, tnef(&task), tnef(&shown), whole] {
        for text in ["hello", "The rich body", "something else", ""] {
            for mail in [exchange(text, &bytes), root(&bytes), uu(&bytes)] {
                for line_end in ["\n", "\r\n"] {
                    let mail = mail.replace('\n', line_end);
                    for keep_original in [false, true] {
                        let options =
                            FilterOptions { keep_original, add_fields: vec!["X-Done: 1".to_owned()], ..FilterOptions::default() };
                        let (once, _) = run(&mail, &options);
                        assert_ne!(once, mail);
                        let (twice, actions) = run(&once, &options);
                        assert_eq!(twice, once, "{actions:?}");
                    }
                }
            }
        }
    }
    // A field of the name that is added is not believed.
    let options = FilterOptions { add_fields: vec!["X-Done: 1".to_owned()], ..FilterOptions::default() };
    let out = run(&format!("x-done: 2\n{}", exchange("text", &stream(None, None, &[FILE]))), &options).0;
    assert!(out.contains("\nX-Done: 1\n") && !out.contains("x-done"), "{out}");
}

#[test]
fn streams_whatever_they_are_called_and_wherever_they_are() {
    let inner = stream(None, None, &[FILE]);
    // By its bytes.
    let part = tnef_part(&inner).replace("application/ms-tnef; name=\"winmail.dat\"", "image/tnef; name=a.png");
    let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nhello\n--a\n{part}\n--a--\n");
    check(&replaced(&mail), &[("text/plain", "hello"), ("application/octet-stream", "contents")]);
    // A stream as a file of a stream, under a name that says nothing.
    let outer = stream(Some("hello"), None, &[("copy of it", &inner), ("b.bin", b"more")]);
    let (out, actions) = run(&exchange("hello", &outer), &FilterOptions::default());
    assert_eq!(actions, [Action::Replaced, Action::Replaced]);
    check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents"), ("application/octet-stream", "more")]);
    // Its key is that of another mail, of course.
    let key = |key: &str| WriteOptions::default().with_correlation_key(key);
    let mut keyed = message("IPM.Note", "");
    keyed.attachments.push(Attachment::from_bytes("a", b"contents".as_slice()));
    let keyed = keyed.to_tnef(&key("<inner@x>")).unwrap();
    let mut around = message("IPM.Note", "hello");
    around.attachments.push(Attachment::from_bytes("old.dat", keyed));
    let mail = format!("X-MS-TNEF-Correlator: <outer@x>\n{}", exchange("hello", &around.to_tnef(&key("<outer@x>")).unwrap()));
    assert_eq!(run(&mail, &FilterOptions::default()).1, [Action::Replaced, Action::Replaced]);
    let made = anew(&outer, &FilterOptions::default()).unwrap();
    assert!(find(&made.mail, &Limits::default()).parts.is_empty());
    // A mail that was attached as a file.
    let attached = BASE64_STANDARD.encode(exchange("inner", &inner));
    let attached = format!(
        "Subject: x\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\nhello\n--o\nContent-Type: application/octet-stream; \
         name=old.eml\nContent-Transfer-Encoding: base64\n\n{attached}\n--o--\n"
    );
    let (out, actions) = run(&attached, &FilterOptions::default());
    assert_eq!(actions, [Action::Replaced]);
    assert!(find(out.as_bytes(), &Limits::default()).parts.is_empty());
    assert!(out.contains("Content-Type: message/rfc822\n\nReceived: from a") && out.contains("Y29udGVudHM="), "{out}");
    check(&out, &[("text/plain", "hello"), ("message/rfc822", "")]);
    // What cannot stand in the mail as it is stays a file, and is encoded again.
    let crlf = BASE64_STANDARD.encode(exchange("inner", &inner).replace('\n', "\r\n"));
    let attached = attached.replace(&BASE64_STANDARD.encode(exchange("inner", &inner)), &crlf);
    let (out, _) = run(&attached, &FilterOptions::default());
    let inside = bytes_of(&out, "application/octet-stream").remove(0);
    assert!(find(&inside, &Limits::default()).parts.is_empty());
    assert!(String::from_utf8(inside).unwrap().contains("Y29udGVudHM="));
}

#[test]
fn signed_mails_are_left_alone_if_that_is_asked_for() {
    let mail = format!("DKIM-Signature: v=1\n{}", exchange("hello", &stream(None, None, &[FILE])));
    let leaving = FilterOptions { leave_signed: true, ..FilterOptions::default() };
    let filtered = filter(mail.as_bytes(), &leaving);
    assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::Signature)));
    let filtered = filter(mail.as_bytes(), &FilterOptions::default());
    assert!(filtered.mail.is_some() && filtered.breaks_signature);
    let plain = mail.replacen("DKIM-Signature", "X-Other", 1);
    assert!(!filter(plain.as_bytes(), &leaving).breaks_signature);
}
