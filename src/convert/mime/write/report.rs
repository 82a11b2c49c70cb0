//! Read receipts and delivery reports as `multipart/report` ([MS-OXCMAIL] 2.1.3.6, RFC 6522).
//!
//! | class | second part |
//! |---|---|
//! | REPORT.*.IPNRN, .IPNNRN | `message/disposition-notification` (RFC 8098) |
//! | REPORT.*.DR, .NDR | `message/delivery-status` (RFC 3464) |
//!
//! The first part is the body; where the report has none, what its properties say. The third is the message that the report is
//! about, or its header, where that is attached.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::Result;
use crate::convert::mime::parameter::{Parameterized, is_token};
use crate::convert::mime::{date, report_fields, words};
use crate::mapi::{PropTag, PropertyBag, SearchKey, SearchKeyKind, tags};
use crate::message::{Attachment, Content, Message, MessageKind};

use super::address::{Group, Mailbox, addr_spec};
use super::attachment::Disposition;
use super::body::{Bodies, Lines};
use super::encoding::TransferEncoding;
use super::part::Part;
use super::transport;
use super::writer::Writer;

/// Whether a message is a report, and what of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportKind {
    /// Says whether and how it was read.
    Disposition,
    /// Says whether it was delivered.
    Delivery,
}

impl ReportKind {
    pub(super) fn of(message: &Message<'_>) -> Option<Self> {
        match message.kind() {
            MessageKind::ReadReceipt | MessageKind::NonReadReceipt => Some(ReportKind::Disposition),
            MessageKind::DeliveryReport | MessageKind::NonDeliveryReport => Some(ReportKind::Delivery),
            _ => None,
        }
    }

    /// The report-type.
    fn name(self) -> &'static str {
        match self {
            ReportKind::Disposition => "disposition-notification",
            ReportKind::Delivery => "delivery-status",
        }
    }
}

/// What stands before the subject of the message that a report is about, where the report has no subject of its own.
pub(super) fn subject(message: &Message<'_>) -> Option<String> {
    let prefix = match message.kind() {
        MessageKind::ReadReceipt => "Read: ",
        MessageKind::NonReadReceipt => "Not read: ",
        MessageKind::DeliveryReport => "Delivered: ",
        MessageKind::NonDeliveryReport => "Undeliverable: ",
        _ => return None,
    };
    Some(format!("{prefix}{}", message.properties.str(tags::ORIGINAL_SUBJECT)?))
}

/// Fields of a report, a group of them after another.
#[derive(Default)]
struct Fields(Vec<u8>);

impl Fields {
    fn add(&mut self, name: &str, value: &str) {
        let value = words::unstructured(value, words::Charset::UTF_8);
        if !value.is_empty() {
            words::field(name, &value, &mut self.0);
        }
    }

    fn group(&mut self) {
        self.0.extend_from_slice(b"\r\n");
    }
}

impl Writer<'_> {
    /// The root of a report.
    pub(super) fn report<'m>(&mut self, message: &'m Message<'_>, kind: ReportKind) -> Result<Box<Part<'m>>> {
        let mut children = self.report_parts(message, kind)?;
        let mut others = Vec::new();
        for (number, attachment) in message.attachments.iter().enumerate() {
            let is_free = children.len() < 3;
            match &attachment.content {
                Content::Message(_) if is_free => self.attachment(number, attachment, Disposition::Attachment, &mut children)?,
                _ if is_free && is_original_header(attachment) => children.push(original_header(attachment)),
                _ => self.attachment(number, attachment, Disposition::Attachment, &mut others)?,
            }
        }
        others.insert(0, Part::multipart_of("report", vec![("report-type", kind.name().to_owned())], children));
        Ok(Box::new(Part::multipart("mixed", others)))
    }

    /// The part for people and the part for programs.
    fn report_parts<'m>(&mut self, message: &Message<'_>, kind: ReportKind) -> Result<Vec<Part<'m>>> {
        let fields = match kind {
            ReportKind::Disposition => self.disposition(message),
            ReportKind::Delivery => self.delivery(message),
        };
        // As they came, if they say the same.
        let fields = report_fields::of(message).map_or(fields, |text| Fields(text.into_bytes()));
        let bodies = self.bodies(message)?;
        let content_type = Parameterized::new("Content-Type", &format!("message/{}", kind.name()));
        let status = Part::data(&content_type, fields.0.into(), TransferEncoding::Identity);
        Ok(vec![self.report_text(message, &bodies)?, status])
    }

    /// What people read.
    fn report_text<'m>(&mut self, message: &Message<'_>, bodies: &Bodies) -> Result<Part<'m>> {
        let parts = self.body_parts(message, bodies)?;
        if !parts.is_empty() {
            return Ok(Part::multipart("alternative", parts));
        }
        let properties = &message.properties;
        let line = |title: &str, value: Option<String>| value.map(|value| format!("{title}{value}\r\n")).unwrap_or_default();
        let text = |tag| properties.str(tag).map(|text| words::clean(&text)).filter(|text| !text.is_empty());
        let mut out = text(tags::REPORT_TEXT).unwrap_or_else(|| message.kind().describe().to_owned());
        if let Some(time) = date::of_property(properties, tags::REPORT_TIME) {
            out.push(' ');
            out.push_str(&time);
        }
        out.push_str("\r\n\r\n");
        out.push_str(&line("To: ", text(tags::ORIGINAL_DISPLAY_TO)));
        out.push_str(&line("Subject: ", text(tags::ORIGINAL_SUBJECT)));
        out.push_str(&line("Sent: ", date::of_property(properties, tags::ORIGINAL_SUBMIT_TIME)));
        for row in message.recipients.iter().filter(|_| ReportKind::of(message) == Some(ReportKind::Delivery)) {
            let shown = Mailbox::of_group(&row.properties, Group::RECIPIENT, &self.options.encapsulation_domain);
            let said = [tags::REPORT_TEXT, tags::SUPPLEMENTARY_INFO].into_iter().find_map(|tag| row.properties.str(tag));
            let name = shown.map(|shown| format!("{} {}", shown.name, shown.address)).unwrap_or_default();
            out.push_str(&format!("\r\n{}: {}", words::clean(&name), words::clean(&said.unwrap_or_default())));
        }
        self.text_part(&out, Lines::Own)
    }

    /// RFC 8098, 3.1.
    fn disposition(&self, message: &Message<'_>) -> Fields {
        let properties = &message.properties;
        let mut fields = Fields::default();
        let reader = self.reader(properties);
        let address = reader.as_ref().map(|one| one.address.clone()).filter(|address| !address.is_empty());
        let address =
            address.or_else(|| key_address(properties)).or_else(|| addr_spec(&properties.str(tags::ORIGINAL_DISPLAY_TO)?));
        fields.add("Final-Recipient", &recipient(address.as_deref()));
        let ids = [tags::ORIGINAL_MESSAGE_ID, tags::IN_REPLY_TO_ID, tags::INTERNET_REFERENCES].into_iter();
        let id = ids.filter_map(|tag| transport::ids(&properties.str(tag)?)).next();
        if let Some(id) = id.as_deref().and_then(|ids| ids.rsplit(' ').next()) {
            fields.add("Original-Message-ID", id);
        }
        let word = |tag| {
            let text = properties.str(tag).map(|text| words::clean(&text)).unwrap_or_default();
            let valid = !text.is_empty() && text.bytes().all(|byte| is_token(byte) || byte == b'/');
            valid.then_some(text)
        };
        let unread = message.kind() == MessageKind::NonReadReceipt;
        let done = word(tags::REPORT_DISPOSITION).unwrap_or_else(|| if unread { "deleted" } else { "displayed" }.to_owned());
        let mode = word(tags::REPORT_DISPOSITION_MODE).filter(|mode| mode.contains('/'));
        let mode = mode.unwrap_or_else(|| "automatic-action/MDN-sent-automatically".to_owned());
        fields.add("Disposition", &format!("{mode}; {done}"));
        if let Some(key) = properties.bytes(tags::PARENT_KEY).filter(|key| !key.is_empty()) {
            fields.add("X-MSExch-Correlation-Key", &STANDARD.encode(key));
        }
        report_tag(properties, &mut fields);
        if let Some(reader) = reader {
            fields.add("X-Display-Name", &reader.name);
        }
        fields
    }

    /// Who read the message: who sends the report.
    fn reader(&self, properties: &PropertyBag<'_>) -> Option<Mailbox> {
        let domain = &self.options.encapsulation_domain;
        [Group::SENDER, Group::SENT_REPRESENTING].into_iter().find_map(|group| Mailbox::of_group(properties, group, domain))
    }

    /// RFC 3464, 2.2 and 2.3.
    fn delivery(&self, message: &Message<'_>) -> Fields {
        let mut fields = Fields::default();
        let agent = message.properties.str(tags::REPORTING_MESSAGE_TRANSFER_AGENT);
        fields.add("Reporting-MTA", &agent_name(agent.as_deref()));
        report_tag(&message.properties, &mut fields);
        if message.recipients.is_empty() {
            fields.group();
            let address = message.properties.str(tags::ORIGINAL_DISPLAY_TO).and_then(|text| addr_spec(&text));
            fields.add("Final-Recipient", &recipient(address.as_deref()));
            fields.add("Action", action(message));
            fields.add("Status", &status(message, &message.properties));
        }
        for row in &message.recipients {
            let properties = &row.properties;
            fields.group();
            let shown = Mailbox::of_group(properties, Group::RECIPIENT, &self.options.encapsulation_domain).unwrap_or_default();
            fields.add("Final-Recipient", &recipient(Some(&shown.address)));
            fields.add("Action", action(message));
            fields.add("Status", &status(message, properties));
            let text = |tag: PropTag| properties.str(tag).or_else(|| message.properties.str(tag)).unwrap_or_default();
            let remote = text(tags::REMOTE_MESSAGE_TRANSFER_AGENT);
            if !remote.is_empty() {
                fields.add("Remote-MTA", &agent_name(Some(&remote)));
            }
            fields.add("X-Supplementary-Info", &text(tags::SUPPLEMENTARY_INFO));
            fields.add("X-Display-Name", &shown.name);
        }
        fields
    }
}

/// Whether an attachment is the header of the message that a report is about (RFC 6522 4).
fn is_original_header(attachment: &Attachment<'_>) -> bool {
    let is_named = attachment.file_name().is_some_and(|name| !name.is_empty());
    !is_named && attachment.mime_tag().is_some_and(|tag| tag.eq_ignore_ascii_case("text/rfc822-headers"))
}

fn original_header<'m>(attachment: &'m Attachment<'_>) -> Part<'m> {
    let data = attachment.data();
    Part::data(&Parameterized::new("Content-Type", "text/rfc822-headers"), data.into(), TransferEncoding::of_seven_bit(data))
}

/// By what the sender's mailbox finds the message that is reported on; no specification has a field for it.
fn report_tag(properties: &PropertyBag<'_>, fields: &mut Fields) {
    if let Some(tag) = properties.bytes(tags::REPORT_TAG).filter(|tag| !tag.is_empty()) {
        fields.add("X-MAPI-Report-Tag", &words::blanks(&STANDARD.encode(tag)));
    }
}

/// The address of PidTagSenderSearchKey, which some reports alone have; it is in capitals.
fn key_address(properties: &PropertyBag<'_>) -> Option<String> {
    let key = SearchKey::from_value(properties.get(tags::SENDER_SEARCH_KEY)?)?;
    match key.kind() {
        SearchKeyKind::Address { address_type, address } if address_type.eq_ignore_ascii_case("SMTP") => {
            addr_spec(&address).map(|address| address.to_ascii_lowercase())
        }
        _ => None,
    }
}

fn recipient(address: Option<&str>) -> String {
    match address {
        Some(address) if !address.is_empty() && address.is_ascii() => format!("rfc822; {address}"),
        // RFC 6533 3: what is outside ASCII stands as its numbers.
        Some(address) if !address.is_empty() => {
            let escaped = |c: char| match c {
                c if c.is_ascii_graphic() && !matches!(c, '\\' | '+' | '=') => c.to_string(),
                c => format!("\\x{{{:02X}}}", u32::from(c)),
            };
            format!("utf-8; {}", address.chars().map(escaped).collect::<String>())
        }
        _ => "unknown; unknown".to_owned(),
    }
}

fn agent_name(name: Option<&str>) -> String {
    let name: String = name.unwrap_or_default().chars().filter(char::is_ascii_graphic).collect();
    // Both have a type in front; some properties have it in themselves.
    match (name.is_empty(), name.contains(';')) {
        (true, _) => "dns; unknown".to_owned(),
        (false, true) => name.replacen(';', "; ", 1),
        (false, false) => format!("dns; {name}"),
    }
}

/// The action of RFC 3464 by the end of the class ([MS-OXCMAIL] 2.1.3.6.1).
fn action(message: &Message<'_>) -> &'static str {
    let class = message.class().unwrap_or_default().to_ascii_lowercase();
    let ends = |end: &str| class.ends_with(end);
    match () {
        () if ends(".expanded.dr") => "expanded",
        () if ends(".relayed.dr") => "relayed",
        () if ends(".delayed.dr") => "delayed",
        () if ends(".dr") => "delivered",
        () => "failed",
    }
}

/// Numbers of PidTagNonDeliveryReportDiagCode and the status that they stand for ([MS-OXCMAIL] 2.1.3.6.1.2).
const BY_DIAGNOSTIC: [(&[i64], u16); 24] = [
    (&[0, 4, 33, 36, 39, 41, 42], 510),
    (&[1], 514),
    (&[2], 445),
    (&[3, 27], 446),
    (&[5], 447),
    (&[6, 13, 37, 38], 530),
    (&[7, 10, 12, 14, 20, 21], 560),
    (&[8], 563),
    (&[9, 19], 562),
    (&[11], 554),
    (&[15, 31], 561),
    (&[16], 553),
    (&[17], 555),
    (&[18], 533),
    (&[22, 23, 24, 25], 464),
    (&[26], 573),
    (&[28], 572),
    (&[29], 571),
    (&[30], 524),
    (&[32, 34], 513),
    (&[35], 511),
    (&[40, 43], 516),
    (&[46], 570),
    (&[48], 512),
];

/// `5.1.1`, of PidTagNonDeliveryReportStatusCode, else of diagnostic and reason.
fn status(message: &Message<'_>, properties: &PropertyBag<'_>) -> String {
    let own = properties.integer(tags::NON_DELIVERY_REPORT_STATUS_CODE).and_then(|code| u16::try_from(code).ok());
    let code = match own.filter(|code| (200..600).contains(code)) {
        Some(code) => code,
        None => match action(message) {
            "failed" => by_codes(
                properties.integer(tags::NON_DELIVERY_REPORT_DIAG_CODE).unwrap_or(-1),
                properties.integer(tags::NON_DELIVERY_REPORT_REASON_CODE).unwrap_or(0),
            ),
            "delayed" => 400,
            _ => 200,
        },
    };
    format!("{}.{}.{}", code / 100, code / 10 % 10, code % 10)
}

fn by_codes(diagnostic: i64, reason: i64) -> u16 {
    match (diagnostic, reason) {
        (-1, 1) => 510,
        (-1, 2 | 3) => 565,
        (-1, 4) => 520,
        (-1, 5) => 530,
        (-1, 6) => 443,
        (-1, _) => 540,
        (diagnostic, _) => BY_DIAGNOSTIC.iter().find(|(codes, _)| codes.contains(&diagnostic)).map_or(500, |(_, status)| *status),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MimeOptions, write};
    use super::*;
    use crate::Recipient;
    use crate::base::FileTime;
    use crate::mapi::{PropValue, RecipientType};

    fn written(message: &Message<'_>) -> String {
        String::from_utf8(write(message, &MimeOptions::default()).unwrap().bytes).unwrap()
    }

    #[test]
    fn a_read_receipt() {
        let mut message = Message::new("REPORT.IPM.Note.IPNRN");
        let set = &mut message.properties;
        set.set(tags::ORIGINAL_SUBJECT, "Figures");
        set.set(tags::REPORT_TEXT, "Message was read on:");
        set.set(tags::REPORT_TIME, PropValue::Time(FileTime::from_unix(1_700_000_000, 0).unwrap()));
        set.set(tags::REPORT_DISPOSITION, "displayed");
        set.set(tags::REPORT_DISPOSITION_MODE, "manual-action/MDN-sent-manually");
        set.set(tags::SENDER_SEARCH_KEY, PropValue::Binary(b"SMTP:JANE@EXAMPLE.COM\0".into()));
        set.set(tags::PARENT_KEY, PropValue::Binary(b"key".into()));
        set.set(tags::ORIGINAL_MESSAGE_ID, "<a@b>");
        let mail = written(&message);
        for expected in [
            "Subject: Read: Figures\r\n",
            "multipart/report; report-type=disposition-notification;",
            "Message was read on: Tue, 14 Nov 2023 22:13:20 +0000\r\n\r\nSubject: Figures\r\n",
            "Content-Type: message/disposition-notification\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\
             Final-Recipient: rfc822; jane@example.com\r\nOriginal-Message-ID: <a@b>\r\n\
             Disposition: manual-action/MDN-sent-manually; displayed\r\nX-MSExch-Correlation-Key: a2V5\r\n",
        ] {
            assert!(mail.contains(expected), "{expected} in {mail}");
        }
        let message = Message::new("REPORT.IPM.Note.IPNNRN");
        let deleted = "Final-Recipient: unknown; unknown\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n";
        assert!(written(&message).contains(deleted));
    }

    #[test]
    fn a_report_that_a_message_was_not_delivered() {
        let mut message = Message::new("REPORT.IPM.Note.NDR");
        message.properties.set(tags::REPORTING_MESSAGE_TRANSFER_AGENT, "dns;mx.example.com");
        message.properties.set(tags::RECEIVED_BY_SMTP_ADDRESS, "sender@example.com");
        message.properties.set(tags::BODY, "It failed.");
        let mut row = Recipient::smtp(RecipientType::TO, "Jane Doe", "jane@example.org");
        row.properties.set(tags::NON_DELIVERY_REPORT_DIAG_CODE, PropValue::Integer32(35));
        row.properties.set(tags::SUPPLEMENTARY_INFO, "<mx #5.1.1 caf\u{e9}>");
        message.recipients.push(row);
        let mut original = Message::new("IPM.Note");
        original.properties.set(tags::SUBJECT, "Original");
        message.attachments.push(Attachment::from_bytes("log.txt", &b"log"[..]));
        message.attachments.push(Attachment::from_message(original));
        let mail = written(&message);
        for expected in [
            "To: sender@example.com\r\n",
            "Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\
             \r\nFinal-Recipient: rfc822; jane@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             X-Supplementary-Info: =?utf-8?Q?",
            "X-Display-Name: Jane Doe\r\n",
            "It failed.",
            "filename=log.txt",
        ] {
            assert!(mail.contains(expected), "{expected} in {mail}");
        }
        let parsed = mail_parser::MessageParser::new().parse(mail.as_bytes()).unwrap();
        assert_eq!(parsed.parts.len(), 6);
    }

    #[test]
    fn the_status_of_diagnostics_and_reasons() {
        let mut seen = std::collections::HashSet::new();
        assert!(BY_DIAGNOSTIC.iter().flat_map(|(codes, _)| *codes).all(|code| seen.insert(code)));
        for (diagnostic, reason, status) in [(-1, 0, 540), (-1, 1, 510), (-1, 6, 443), (0, 0, 510), (48, 9, 512), (47, 0, 500)] {
            assert_eq!(by_codes(diagnostic, reason), status);
        }
    }
}
