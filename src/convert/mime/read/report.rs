//! Reports ([MS-OXCMAIL] 2.2.3.6, RFC 6522): a `multipart/report` is a read receipt or a delivery report.
//!
//! | part | class | becomes |
//! |---|---|---|
//! | `message/disposition-notification` (RFC 8098) | REPORT.IPM.Note.IPNRN or .IPNNRN | properties of the message |
//! | `message/delivery-status` (RFC 3464) | REPORT.IPM.Note.NDR, .DR, .Delayed.DR... | the same, and a row for each recipient |
//!
//! The other parts are body and attachments as in any mail. Who gets a delivery report is PidTagReceivedBy..., since the rows are
//! those whom the message did or did not reach. Fields that have no property are kept as text (`report_fields`), or named in a diagnostic.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::convert::mime::mailbox::Mailbox;
use crate::convert::mime::report_fields;
use crate::convert::mime::structure::{self, unfolded};
use crate::convert::mime::transfer;
use crate::convert::mime::undeclared::Undeclared;
use crate::mapi::{PropTag, PropValue, RecipientType, tags};
use crate::message::{Message, Recipient};

use super::address::RECEIVED_BY;
use super::entity::{Entity, Kind};
use super::place::Placed;

/// A field of a report: its name in lower case, and its value.
type Pair = (String, String);

/// Sets class and properties if the mail is a report, and takes the part that says so out of the attachments.
pub(super) fn read(
    ctx: &mut Ctx<'_>,
    mail: &Entity<'_>,
    placed: &mut Placed<'_, '_>,
    message: &mut Message<'static>,
) -> Result<()> {
    let Kind::Multipart(parts) = &mail.kind else { return Ok(()) };
    if !mail.media.is("multipart", "report") {
        return Ok(());
    }
    let of = |sub: &str| parts.iter().find(|part| part.media.is("message", sub) && matches!(part.kind, Kind::Leaf));
    let Some(part) = of("disposition-notification").or_else(|| of("delivery-status")) else { return Ok(()) };
    let body = part.decoded(ctx)?;
    let groups = groups(&body, part.pages);
    let taken = if part.media.sub == "delivery-status" { delivery(&groups, message) } else { disposition(&groups, message) };
    let Some(used) = taken else { return Ok(()) };
    let kept = report_fields::kept(&body);
    if let Some(text) = &kept {
        report_fields::keep(text, message);
    }
    let names = groups.iter().flatten().map(|(name, _)| name.as_str());
    let left: Vec<_> = names.filter(|name| !used.contains(name)).collect();
    if !left.is_empty() && kept.is_none() {
        let detail = format!("fields of the report without a property: {}", left.join(", "));
        ctx.defect(Code::MimePartLeftOut, part.body_offset, 0, detail)?;
    }
    placed.attachments.retain(|attached| !std::ptr::eq(attached.entity, part));
    Ok(())
}

/// The fields of a report, group after group.
fn groups(body: &[u8], pages: Undeclared) -> Vec<Vec<Pair>> {
    let mut groups: Vec<Vec<Pair>> = Vec::new();
    let mut at = 0usize;
    // An empty line stands between groups.
    let mut end_of_last = 0usize;
    for field in structure::fields(body, 0..body.len()) {
        let between = body.get(end_of_last..field.range.start).unwrap_or_default();
        if at == 0 || between.contains(&b'\n') {
            groups.push(Vec::new());
        }
        at = at.saturating_add(1);
        end_of_last = field.range.end;
        let name = String::from_utf8_lossy(field.name).to_ascii_lowercase();
        let value = pages.text(&unfolded(field.value)).into_owned();
        if let Some(group) = groups.last_mut() {
            group.push((name, value));
        }
    }
    groups
}

fn value<'g>(group: &'g [Pair], name: &str) -> Option<&'g str> {
    let found = group.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    found.filter(|value| !value.is_empty())
}

/// What stands behind the type of a value: `rfc822; a@b`, `utf-8; \\x{E4}@b` (RFC 6533 3).
fn typed(value: &str) -> Cow<'_, str> {
    let (kind, rest) = value.split_once(';').unwrap_or(("", value));
    let rest = rest.trim();
    if !kind.trim().eq_ignore_ascii_case("utf-8") || !rest.contains("\\x{") {
        return Cow::Borrowed(rest);
    }
    let mut pieces = rest.split("\\x{");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let number = piece.split_once('}').and_then(|(digits, behind)| Some((u32::from_str_radix(digits, 16).ok()?, behind)));
        match number.and_then(|(number, behind)| Some((char::from_u32(number)?, behind))) {
            Some((c, behind)) => {
                out.push(c);
                out.push_str(behind);
            }
            None => {
                out.push_str("\\x{");
                out.push_str(piece);
            }
        }
    }
    Cow::Owned(out)
}

/// The time at which the report was sent, as the time of what it reports.
fn set_times(message: &mut Message<'static>, times: &[PropTag]) {
    if let Some(sent) = message.properties.time(tags::CLIENT_SUBMIT_TIME) {
        for tag in times {
            message.properties.set(*tag, PropValue::Time(sent));
        }
    }
}

fn disposition(groups: &[Vec<Pair>], message: &mut Message<'static>) -> Option<&'static [&'static str]> {
    const USED: &[&str] = &[
        "final-recipient",
        "original-recipient",
        "original-message-id",
        "disposition",
        "x-msexch-correlation-key",
        "x-display-name",
        // Of the program that made it, which no reader asks for.
        "reporting-ua",
        "mdn-gateway",
    ];
    let fields = groups.concat();
    let disposition = value(&fields, "disposition")?;
    let (mode, kind) = disposition.split_once(';').unwrap_or(("", disposition));
    let (mode, kind) = (mode.trim(), kind.trim().split('/').next().unwrap_or_default().trim());
    let unread = ["deleted", "denied", "failed"].iter().any(|word| kind.eq_ignore_ascii_case(word));
    message.properties.set(tags::MESSAGE_CLASS, if unread { "REPORT.IPM.Note.IPNNRN" } else { "REPORT.IPM.Note.IPNRN" });
    message.properties.set(tags::REPORT_TEXT, disposition);
    message.properties.set(tags::REPORT_DISPOSITION, kind);
    if !mode.is_empty() {
        message.properties.set(tags::REPORT_DISPOSITION_MODE, mode);
    }
    if let Some(key) = value(&fields, "x-msexch-correlation-key") {
        message.properties.set(tags::PARENT_KEY, PropValue::Binary(transfer::base64(key.as_bytes()).into()));
    }
    if let Some(id) = value(&fields, "original-message-id") {
        message.properties.set(tags::ORIGINAL_MESSAGE_ID, id);
        if message.properties.get(tags::INTERNET_REFERENCES).is_none() {
            message.properties.set(tags::INTERNET_REFERENCES, id);
        }
    }
    let shown = value(&fields, "x-display-name").map(Cow::Borrowed);
    let shown = shown.or_else(|| value(&fields, "original-recipient").map(typed));
    if let Some(shown) = shown.or_else(|| value(&fields, "final-recipient").map(typed)) {
        message.properties.set(tags::ORIGINAL_DISPLAY_TO, shown.as_ref());
    }
    set_times(message, &[tags::REPORT_TIME, tags::RECEIPT_TIME, tags::ORIGINAL_DELIVERY_TIME]);
    Some(USED)
}

/// Actions of RFC 3464 2.3.3, the worst last, and the ends of the classes.
const ACTIONS: [(&str, &str); 5] = [
    ("delivered", ".DR"),
    ("expanded", ".Expanded.DR"),
    ("relayed", ".Relayed.DR"),
    ("delayed", ".Delayed.DR"),
    ("failed", ".NDR"),
];

fn delivery(groups: &[Vec<Pair>], message: &mut Message<'static>) -> Option<&'static [&'static str]> {
    const USED: &[&str] = &[
        "reporting-mta",
        "remote-mta",
        "final-recipient",
        "original-recipient",
        "action",
        "status",
        "diagnostic-code",
        "x-supplementary-info",
        "x-display-name",
    ];
    let rank = |group: &[Pair]| {
        let action = value(group, "action").unwrap_or_default();
        let word = action.split([' ', '(']).next().unwrap_or_default();
        ACTIONS.iter().position(|(known, _)| word.eq_ignore_ascii_case(known))
    };
    let worst = groups.iter().filter_map(|group| rank(group)).max()?;
    let (_, end) = ACTIONS.get(worst)?;
    message.properties.set(tags::MESSAGE_CLASS, format!("REPORT.IPM.Note{end}").as_str());
    let sent = message.properties.time(tags::CLIENT_SUBMIT_TIME);
    set_times(message, &[tags::REPORT_TIME]);
    if let Some(agent) = groups.iter().find_map(|group| value(group, "reporting-mta")) {
        message.properties.set(tags::REPORTING_MESSAGE_TRANSFER_AGENT, agent);
    }
    if let Some(first) = message.recipients.first() {
        let text = |value: Option<Cow<'_, str>>| value.map(Cow::into_owned).unwrap_or_default();
        let mailbox = Mailbox { name: text(first.display_name()), address: text(first.smtp_address()) };
        RECEIVED_BY.set(&mut message.properties, &mailbox);
    }
    let rows = groups.iter().filter_map(|group| {
        let failed = rank(group)? == ACTIONS.len().saturating_sub(1);
        let address = typed(value(group, "final-recipient").or_else(|| value(group, "original-recipient"))?);
        let mut row = Recipient::smtp(RecipientType::TO, value(group, "x-display-name").unwrap_or_default(), &address);
        let set = &mut row.properties;
        let remote = value(group, "remote-mta");
        if let Some(remote) = remote {
            set.set(tags::REMOTE_MESSAGE_TRANSFER_AGENT, remote);
        }
        let status = value(group, "status").unwrap_or_default();
        let diagnostic = value(group, "diagnostic-code").unwrap_or_default();
        let made = || format!("<{} #{status} {diagnostic}>", typed(remote.unwrap_or_default()));
        set.set(tags::SUPPLEMENTARY_INFO, value(group, "x-supplementary-info").map_or_else(made, str::to_owned).as_str());
        if let Some((code, diagnostic, reason)) = codes(status).filter(|_| failed) {
            set.set(tags::NON_DELIVERY_REPORT_STATUS_CODE, PropValue::Integer32(code));
            set.set(tags::NON_DELIVERY_REPORT_DIAG_CODE, PropValue::Integer32(diagnostic));
            set.set(tags::NON_DELIVERY_REPORT_REASON_CODE, PropValue::Integer32(reason));
        }
        if let Some(sent) = sent {
            set.set(tags::REPORT_TIME, PropValue::Time(sent));
            if !failed {
                set.set(tags::DELIVER_TIME, PropValue::Time(sent));
            }
        }
        Some(row)
    });
    message.recipients = rows.collect();
    Some(USED)
}

/// Status, diagnostic and reason of `5.1.1` ([MS-OXCMAIL] 2.2.3.6.1.2): kind * 100 + subject * 10 + detail, numbers above 9
/// being 0.
fn codes(status: &str) -> Option<(i32, i32, i32)> {
    let word = status.split([' ', '(']).next().unwrap_or_default();
    let mut numbers =
        word.split('.').map(|number| number.trim().parse::<i32>().ok().map(|n| if (0..=9).contains(&n) { n } else { 0 }));
    let (kind, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let code = kind.checked_mul(100)?.checked_add(subject.checked_mul(10)?)?.checked_add(detail)?;
    let (diagnostic, reason) = match (subject, detail) {
        (1, 1) => (35, 1),
        (1, 2) => (48, 0),
        (1, 3) => (32, 0),
        (1, 4) => (1, 0),
        (1, 6) => (40, 0),
        (1, _) => (0, 0),
        (2, 2 | 3) | (3, 4) => (13, 0),
        (2, 4) => (30, 0),
        (2, _) => (38, 0),
        (3, 3 | 5) => (18, 0),
        (3, 2) => (-1, 0),
        (3, _) => (38, 0),
        (4, 3) => (-1, 6),
        (4, 6 | 8) => (3, 0),
        (4, 7) => (5, 0),
        (4, 0 | 4) => (-1, 0),
        (4, _) => (2, 0),
        (5, 3) => (16, 0),
        (5, 4) => (11, 0),
        (5, _) => (17, 0),
        (6, 2) => (9, 0),
        (6, 3) => (8, 0),
        (6, 4) => (25, 0),
        (6, 5) => (-1, 2),
        (6, _) => (15, 0),
        (7, 1) => (29, 0),
        (7, 2) => (28, 0),
        (7, 3) => (26, 0),
        (7, _) => (46, 0),
        _ => (-1, 0),
    };
    Some((code, diagnostic, reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::mime::{MimeOptions, MimeReadOptions};

    fn message(mail: &str) -> (Message<'static>, Vec<&'static str>) {
        let message = crate::convert::mime::read(mail.as_bytes(), &MimeReadOptions::default()).unwrap();
        let codes = message.report().diagnostics().iter().map(|found| found.code.name()).collect();
        (message, codes)
    }

    const HEADER: &str = "From: MAILER-DAEMON@x.org\r\nTo: Jane <jane@x.org>\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n";

    fn report(kind: &str, fields: &str) -> String {
        format!(
            "{HEADER}Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n\r\nwhat people read\r\n\
             --b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: original\r\n\r\nbody\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_read_receipt_both_ways() {
        // RFC 8098 9, with Exchange's field.
        let fields = "Reporting-UA: joes-pc.cs.example.com; Foomail 97.1\r\nOriginal-Recipient: rfc822;Joe_Recipient@example.com\r\n\
            Final-Recipient: rfc822;Joe_Recipient@example.com\r\nOriginal-Message-ID: <199509192301.23456@example.org>\r\n\
            Disposition: manual-action/MDN-sent-manually; displayed\r\nX-MSExch-Correlation-Key: a2V5\r\n";
        let (found, codes) = message(&report("disposition-notification", fields));
        assert!(codes.is_empty(), "{codes:?}");
        let set = &found.properties;
        assert_eq!(found.class().unwrap(), "REPORT.IPM.Note.IPNRN");
        assert_eq!(set.bytes(tags::PARENT_KEY).unwrap(), b"key");
        assert_eq!(set.str(tags::ORIGINAL_MESSAGE_ID).unwrap(), "<199509192301.23456@example.org>");
        assert_eq!(set.str(tags::ORIGINAL_DISPLAY_TO).unwrap(), "Joe_Recipient@example.com");
        assert_eq!(set.str(tags::BODY).unwrap(), "what people read");
        assert_eq!(set.time(tags::RECEIPT_TIME), set.time(tags::CLIENT_SUBMIT_TIME));
        assert_eq!(found.attachments.len(), 1);
        assert_eq!(found.attachments[0].file_name().unwrap(), "original");
        let mail = crate::convert::mime::write(&found, &MimeOptions::default()).unwrap();
        let (again, _) = message(&String::from_utf8(mail.bytes).unwrap());
        for tag in [
            tags::MESSAGE_CLASS,
            tags::REPORT_DISPOSITION,
            tags::REPORT_DISPOSITION_MODE,
            tags::PARENT_KEY,
            tags::ORIGINAL_MESSAGE_ID,
        ] {
            assert_eq!(again.properties.get(tag), found.properties.get(tag), "{tag}");
        }
        let deleted = "Disposition: automatic-action/MDN-sent-automatically; deleted\r\n";
        assert_eq!(message(&report("disposition-notification", deleted)).0.class().unwrap(), "REPORT.IPM.Note.IPNNRN");
    }

    #[test]
    fn a_delivery_report_both_ways() {
        // RFC 3464 E.2, shortened.
        let fields = "Reporting-MTA: dns; cs.utk.edu\r\n\r\nOriginal-Recipient: rfc822;arathib@vnet.ibm.com\r\n\
            Final-Recipient: rfc822;arathib@vnet.ibm.com\r\nAction: failed\r\nStatus: 5.0.0 (permanent failure)\r\n\
            Diagnostic-Code: smtp; 550 'arathib@vnet.IBM.COM' is not a registered gateway user\r\nRemote-MTA: dns; vnet.ibm.com\r\n\r\n\
            Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu\r\nAction: delayed\r\nStatus: 4.0.0\r\nWill-Retry-Until: x\r\n";
        let (found, codes) = message(&report("delivery-status", fields));
        assert!(codes.is_empty(), "{codes:?}");
        assert_eq!(found.class().unwrap(), "REPORT.IPM.Note.NDR");
        assert_eq!(found.properties.str(tags::RECEIVED_BY_SMTP_ADDRESS).unwrap(), "jane@x.org");
        assert_eq!(found.properties.str(tags::REPORTING_MESSAGE_TRANSFER_AGENT).unwrap(), "dns; cs.utk.edu");
        let [first, second] = &found.recipients[..] else { panic!("{:?}", found.recipients) };
        assert_eq!(first.smtp_address().unwrap(), "arathib@vnet.ibm.com");
        assert_eq!(first.properties.integer(tags::NON_DELIVERY_REPORT_STATUS_CODE), Some(500));
        let info = "<vnet.ibm.com #5.0.0 (permanent failure) smtp; 550 'arathib@vnet.IBM.COM' is not a registered gateway user>";
        assert_eq!(first.properties.str(tags::SUPPLEMENTARY_INFO).unwrap(), info);
        assert!(first.properties.get(tags::DELIVER_TIME).is_none());
        assert!(second.properties.get(tags::NON_DELIVERY_REPORT_STATUS_CODE).is_none());
        let mail = crate::convert::mime::write(&found, &MimeOptions::default()).unwrap();
        let (again, _) = message(&String::from_utf8(mail.bytes.clone()).unwrap());
        assert_eq!(again.class(), found.class());
        // Field by field, those of the second recipient too.
        let written = String::from_utf8(mail.bytes).unwrap();
        assert!(written.contains(fields), "{written}");
        // Not those of somebody whom the message no longer names.
        let mut edited = found.clone();
        edited.recipients.remove(1);
        let written = crate::convert::mime::write(&edited, &MimeOptions::default()).unwrap();
        assert!(!String::from_utf8(written.bytes).unwrap().contains("wsnell"));
        let addresses = |message: &Message<'_>| -> Vec<String> {
            message.recipients.iter().map(|row| row.smtp_address().unwrap().into_owned()).collect()
        };
        assert_eq!(addresses(&again), addresses(&found));
    }

    #[test]
    fn status_codes() {
        // A line of the digest's table each.
        for (status, expected) in [
            ("5.1.1", Some((511, 35, 1))),
            ("5.7.1 (denied)", Some((571, 29, 0))),
            ("4.4.7", Some((447, 5, 0))),
            ("5.2.99", Some((520, 38, 0))),
            ("5.6.5", Some((565, -1, 2))),
            ("2.0.0", Some((200, -1, 0))),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(codes(status), expected, "{status}");
        }
    }

    #[test]
    fn what_reports_nothing_is_a_mail_with_an_attachment() {
        let (found, _) = message(&report("delivery-status", "nothing: here\r\n"));
        assert_eq!(found.class().unwrap(), "IPM.Note");
        assert_eq!(found.attachments.len(), 2);
        assert_eq!(found.attachments[0].mime_tag().unwrap(), "message/delivery-status");
    }
}
