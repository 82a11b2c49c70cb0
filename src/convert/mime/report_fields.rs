//! The fields of a report as they came (RFC 3464, RFC 8098). Not all of them have properties: those of second recipients, times, what
//! programs add. They are kept as they are in a property of our own, and written again while they still say what the message says.

use crate::mapi::{NamedTag, PropTag, PropType, sets, tags};
use crate::message::{Message, MessageKind};

/// The property: the text of the part for programs.
pub(super) const FIELDS: NamedTag = NamedTag::string(sets::PS_PUBLIC_STRINGS, "winmail-report-fields", PropType::STRING);

/// The longest text that is kept.
const LENGTH_MAX: usize = 256 << 10;

/// The fields of a report as a text that can be kept: ASCII, with CR LF.
pub(super) fn kept(fields: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(fields).ok().filter(|text| text.len() <= LENGTH_MAX)?;
    let is_plain = |byte: u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~');
    text.bytes().all(is_plain).then(|| text.lines().map(|line| format!("{line}\r\n")).collect())
}

/// What the first line of the property says: who reports, or of whom, by the message as it came. The fields may name others: the reader of
/// a message does not always send from the address at which he got it.
const PEOPLE: &str = "People:";

/// Which kind of people a report is about, as the message has them.
fn people(message: &Message<'_>) -> String {
    const SENDER: [PropTag; 4] = [
        tags::SENDER_SMTP_ADDRESS,
        tags::SENDER_EMAIL_ADDRESS,
        tags::SENT_REPRESENTING_SMTP_ADDRESS,
        tags::SENT_REPRESENTING_EMAIL_ADDRESS,
    ];
    let is_receipt = matches!(message.kind(), MessageKind::ReadReceipt | MessageKind::NonReadReceipt);
    let found: Vec<String> = if is_receipt {
        SENDER.iter().find_map(|tag| message.properties.str(*tag)).map(|address| address.into_owned()).into_iter().collect()
    } else {
        message.recipients.iter().filter_map(|row| Some(row.smtp_address()?.into_owned())).collect()
    };
    // On one line, whatever is in an address.
    let found: Vec<String> = found.iter().map(|address| address.to_ascii_lowercase().escape_default().to_string()).collect();
    found.join(", ")
}

/// Keeps the fields of a report in a message whose people are those of the report.
pub(super) fn keep(text: &str, message: &mut Message<'static>) {
    let kept = format!("{PEOPLE} {}\r\n{text}", people(message));
    message.properties.set_named(&FIELDS, kept.as_str());
}

/// The kept fields of a message, if its people are still those of whom they were.
pub(super) fn of(message: &Message<'_>) -> Option<String> {
    let kept_with = message.properties.named_str(&FIELDS)?;
    let (line, text) = kept_with.split_once("\r\n")?;
    let then = line.strip_prefix(PEOPLE)?.trim();
    (then == people(message)).then(|| kept(text.as_bytes())).flatten()
}

#[cfg(test)]
mod tests {
    use crate::convert::mime::{MimeOptions, MimeReadOptions, read, write};
    use crate::tags;

    const MAIL: &str = "From: joe@example.com\r\nTo: jane@example.org\r\nSubject: Read\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b\r\n\
        Content-Type: message/disposition-notification\r\n\r\nReporting-UA: host; Foomail 97.1\r\n\
        Final-Recipient: rfc822; list-member@example.net\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n";

    /// The fields stay as they came although their Final-Recipient is not the sender, and go when the message is somebody else's.
    #[test]
    fn a_receipt_from_another_address() {
        let mut message = read(MAIL.as_bytes(), &MimeReadOptions::default()).unwrap();
        let fields = |message: &crate::Message<'_>| {
            let mail = String::from_utf8(write(message, &MimeOptions::default()).unwrap().bytes).unwrap();
            (mail.contains("Reporting-UA: host; Foomail 97.1\r\n"), mail.contains("rfc822; list-member@example.net\r\n"))
        };
        assert_eq!(fields(&message), (true, true));
        let stream = message.to_tnef(&Default::default()).unwrap();
        assert_eq!(fields(&crate::Message::read(&stream, &Default::default()).unwrap()), (true, true));
        message.set(tags::SENDER_SMTP_ADDRESS, "other@example.com");
        message.set(tags::SENDER_EMAIL_ADDRESS, "other@example.com");
        assert_eq!(fields(&message), (false, false));
    }
}
