//! The part that a calendar or an address book reads, beside the stream of an item that stays ([MS-OXCMAIL] 2.1.3.6).
//!
//! The stream of a mail has no recipients: who organizes a meeting and who takes part stands in the mail's header.

use crate::base::{Code, ReadOptions};
use crate::convert::icalendar::{self, CalendarOptions};
use crate::convert::mime::parameter::Parameterized;
use crate::convert::mime::read::{self, MimeReadOptions};
use crate::convert::mime::write::{Entity, text_entity};
use crate::convert::vcard::{self, VCardOptions};
use crate::mapi::tags;
use crate::message::Message;

/// Who sent a mail, for whom, and what it is about.
const OF_HEADER: [crate::mapi::PropTag; 9] = [
    tags::SENT_REPRESENTING_NAME,
    tags::SENT_REPRESENTING_ADDRESS_TYPE,
    tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    tags::SENT_REPRESENTING_SMTP_ADDRESS,
    tags::SENDER_NAME,
    tags::SENDER_ADDRESS_TYPE,
    tags::SENDER_EMAIL_ADDRESS,
    tags::SENDER_SMTP_ADDRESS,
    tags::SUBJECT,
];

/// The calendar or the card of an item, as a part; `None` of what is no item. `header` is that of the mail.
pub(super) fn entity(message: &Message<'_>, header: &[u8], options: &ReadOptions) -> Option<Entity> {
    let mail = [header, b"\r\n"].concat();
    let mut message = message.clone();
    if let Ok(outer) = read::read(&mail, &MimeReadOptions::new(options.clone()).with_tnef(false)) {
        if message.recipients.is_empty() {
            message.recipients = outer.recipients;
        }
        for property in outer.properties.iter().filter(|property| property.name.is_none()) {
            if OF_HEADER.iter().any(|tag| tag.same_property(property.tag)) {
                message.properties.set(property.tag, property.value.clone());
            }
        }
    }
    // What is lost on the way stands in the stream, which stays.
    if let Ok(Some(calendar)) = icalendar::write(&message, &CalendarOptions::default()) {
        // A meeting at no time is nothing that a program could show.
        if calendar.report.diagnostics().iter().any(|diagnostic| diagnostic.code == Code::CalendarDateMissing) {
            return None;
        }
        let kind = Parameterized::new("Content-Type", "text/calendar").with("charset", "utf-8");
        let kind = kind.with("method", calendar.method.as_str()).with("name", "invite.ics");
        return Some(text_entity(&kind, None, &calendar.text));
    }
    let card = vcard::write(&message, &VCardOptions::default()).ok()??;
    let kind = Parameterized::new("Content-Type", "text/vcard").with("charset", "utf-8");
    let name: String = card.name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\') { '_' } else { c }).collect();
    let disposition = Parameterized::new("Content-Disposition", "attachment").with("filename", &format!("{name}.vcf"));
    Some(text_entity(&kind, Some(&disposition), &card.text))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    use crate::convert::mime::filter::{Action, FilterOptions, Reason, filter};
    use crate::{DateTime, FileTime, Message, WriteOptions, named, tags};

    /// A mail with a text and the stream.
    fn mail(message: &Message<'_>) -> String {
        let stream = BASE64_STANDARD.encode(message.to_tnef(&WriteOptions::default()).unwrap());
        let lines: Vec<&str> = stream.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!(
            "From: Jane Doe <jane@example.com>\r\nTo: Al <al@example.com>\r\nCc: bo@example.com\r\nSubject: Planning\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlease come.\r\n--b\r\n\
             Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
            lines.join("\r\n")
        )
    }

    fn filtered(mail: &str) -> Option<String> {
        let done = filter(mail.as_bytes(), &FilterOptions::default());
        assert!(matches!(done.outcomes[0].action, Action::Kept(Reason::Properties(_)) | Action::Left(Reason::Properties(_))));
        done.mail.map(|mail| String::from_utf8(mail.to_vec()).unwrap())
    }

    #[test]
    fn an_invitation_is_put_in_once_with_the_people_of_the_mail() {
        let mut message = Message::new("IPM.Schedule.Meeting.Request");
        let start = DateTime::new(2024, 5, 3, 10, 0, 0).and_then(FileTime::from_date_time).unwrap();
        message.set(named::APPOINTMENT_START_WHOLE, start);
        message.set(tags::BODY, "Please come.");
        let mail = mail(&message);
        let out = filtered(&mail).expect("a part more");
        let part = out.split("--b\r\n").find(|part| part.starts_with("Content-Type: text/calendar")).expect("a calendar");
        let part = part.replace("\r\n ", "").replace("\r\n\t", "");
        for line in [
            "method=REQUEST",
            "\r\nMETHOD:REQUEST\r\n",
            "\r\nDTSTART:20240503T100000Z\r\n",
            "\r\nSUMMARY:Planning\r\n",
            "\r\nORGANIZER;CN=Jane Doe:mailto:jane@example.com\r\n",
            ";CN=Al:mailto:al@example.com\r\n",
            "ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=bo@example.com:mailto:bo@example.com\r\n",
        ] {
            assert!(part.contains(line), "{line} in {part}");
        }
        assert!(out.contains("Content-Type: application/ms-tnef"));
        // Twice is once.
        assert_eq!(filtered(&out), None);
    }

    #[test]
    fn a_contact_is_put_in_as_a_card() {
        let mut message = Message::new("IPM.Contact");
        message.set(tags::DISPLAY_NAME, "Doe / J\u{e4}ne");
        let out = filtered(&mail(&message)).expect("a part more");
        assert!(out.contains("Content-Type: text/vcard; charset=utf-8"), "{out}");
        assert_eq!(filtered(&out), None);
    }
}
