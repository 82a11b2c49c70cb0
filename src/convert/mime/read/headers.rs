//! Header fields as properties ([MS-OXCMAIL] 2.2.3.2): [`TABLE`] says which field is which property.
//!
//! A field that no row names becomes a string property of its name in PS_INTERNET_HEADERS, unless [MS-OXCMAIL] leaves it out.
//! All of them stand in PidTagTransportMessageHeaders as they came. Where a field stands twice, the first counts; addresses of
//! To, Cc and Bcc are joined.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use crate::base::Result;
use crate::base::context::Ctx;
use crate::base::diag::Code;
use crate::convert::mime::transfer;
use crate::mapi::{
    NameKind, NamedTag, PropId, PropName, PropTag, PropType, PropValue, Property, RecipientType, Source, Utf16, named, sets, tags,
};
use crate::message::Message;

use super::address::{self, READ_RECEIPT, SENDER, SENT_REPRESENTING};
use super::entity::Entity;
use super::field::Field;

/// What a field becomes.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Text, encoded words decoded.
    Text(PropTag),
    /// The value as it stands, unfolded.
    Raw(PropTag),
    /// The value as it stands, unfolded.
    Named(NamedTag),
    /// A date in UTC.
    Time(PropTag),
    /// One of some words, in any case.
    Word(PropTag, &'static [(&'static str, i32)]),
    /// True because the field is there.
    Presence(PropTag),
    /// True if the value is `true`.
    Truth(PropTag),
    /// True or false.
    NamedTruth(NamedTag),
    /// A number.
    Number(PropTag),
    Recipients(RecipientType),
    From,
    Sender,
    ReplyTo,
    Notification,
    Subject,
    ThreadIndex,
    Keywords,
    MessageFlag,
    Suppress,
    /// Any value suppresses all automatic answers.
    Precedence,
    /// Read elsewhere or nowhere.
    None,
}

/// Words of Importance and X-MSMail-Priority.
const LEVELS: &[(&str, i32)] = &[("low", 0), ("normal", 1), ("high", 2)];
const X_PRIORITIES: &[(&str, i32)] = &[("1", 2), ("2", 2), ("3", 1), ("4", 0), ("5", 0)];
const PRIORITIES: &[(&str, i32)] = &[("urgent", 2), ("normal", 1), ("non-urgent", 0)];
const SENSITIVITIES: &[(&str, i32)] = &[("normal", 0), ("personal", 1), ("private", 2), ("company-confidential", 3)];
/// TempError and PermError are 0x80000006 and 0x80000007.
const SENDER_IDS: &[(&str, i32)] = &[
    ("neutral", 1),
    ("pass", 2),
    ("fail", 3),
    ("softfail", 4),
    ("none", 5),
    ("temperror", -0x7FFF_FFFA),
    ("permerror", -0x7FFF_FFF9),
];

/// Which field is which property; of several that set the same one, the first row that fits counts.
#[rustfmt::skip]
const TABLE: &[(&str, Rule)] = &[
    ("From", Rule::From),
    ("Sender", Rule::Sender),
    ("To", Rule::Recipients(RecipientType::TO)),
    ("Cc", Rule::Recipients(RecipientType::CC)),
    ("Bcc", Rule::Recipients(RecipientType::BCC)),
    ("Reply-To", Rule::ReplyTo),
    ("Return-Receipt-To", Rule::Presence(tags::ORIGINATOR_DELIVERY_REPORT_REQUESTED)),
    ("Disposition-Notification-To", Rule::Notification),
    ("Date", Rule::Time(tags::CLIENT_SUBMIT_TIME)),
    ("Message-ID", Rule::Raw(tags::INTERNET_MESSAGE_ID)),
    ("References", Rule::Raw(tags::INTERNET_REFERENCES)),
    ("In-Reply-To", Rule::Raw(tags::IN_REPLY_TO_ID)),
    ("Subject", Rule::Subject),
    ("Thread-Topic", Rule::Text(tags::CONVERSATION_TOPIC)),
    ("Thread-Index", Rule::ThreadIndex),
    ("Importance", Rule::Word(tags::IMPORTANCE, LEVELS)),
    ("X-Priority", Rule::Word(tags::IMPORTANCE, X_PRIORITIES)),
    ("Priority", Rule::Word(tags::IMPORTANCE, PRIORITIES)),
    ("X-MSMail-Priority", Rule::Word(tags::IMPORTANCE, LEVELS)),
    ("Sensitivity", Rule::Word(tags::SENSITIVITY, SENSITIVITIES)),
    ("Keywords", Rule::Keywords),
    ("Reply-By", Rule::Time(tags::REPLY_TIME)),
    ("Expires", Rule::Time(tags::EXPIRY_TIME)),
    ("Expiry-Date", Rule::Time(tags::EXPIRY_TIME)),
    ("X-Message-Flag", Rule::MessageFlag),
    ("Accept-Language", Rule::Named(named::ACCEPT_LANGUAGE)),
    ("X-Accept-Language", Rule::Named(named::ACCEPT_LANGUAGE)),
    ("Content-Class", Rule::Named(named::CONTENT_CLASS)),
    ("Content-Base", Rule::Named(named::CONTENT_BASE)),
    ("Xref", Rule::Named(named::CROSS_REFERENCE)),
    ("List-Help", Rule::Raw(tags::LIST_HELP)),
    ("X-List-Help", Rule::Raw(tags::LIST_HELP)),
    ("List-Subscribe", Rule::Raw(tags::LIST_SUBSCRIBE)),
    ("X-List-Subscribe", Rule::Raw(tags::LIST_SUBSCRIBE)),
    ("List-Unsubscribe", Rule::Raw(tags::LIST_UNSUBSCRIBE)),
    ("X-List-Unsubscribe", Rule::Raw(tags::LIST_UNSUBSCRIBE)),
    ("X-Auto-Response-Suppress", Rule::Suppress),
    ("Precedence", Rule::Precedence),
    ("X-MS-Exchange-Organization-AutoForwarded", Rule::Truth(tags::AUTO_FORWARDED)),
    ("X-MS-Exchange-Organization-SCL", Rule::Number(tags::CONTENT_FILTER_SPAM_CONFIDENCE_LEVEL)),
    ("X-MS-Exchange-Organization-SenderIdResult", Rule::Word(tags::SENDER_ID_STATUS, SENDER_IDS)),
    ("X-MS-Exchange-Organization-PRD", Rule::Raw(tags::PURPORTED_SENDER_DOMAIN)),
    ("X-Microsoft-Classified", Rule::NamedTruth(named::CLASSIFIED)),
    ("X-Microsoft-ClassKeep", Rule::NamedTruth(named::CLASSIFICATION_KEEP)),
    ("X-Microsoft-Classification", Rule::Named(named::CLASSIFICATION)),
    ("X-Microsoft-ClassDesc", Rule::Named(named::CLASSIFICATION_DESCRIPTION)),
    ("X-Microsoft-ClassID", Rule::Named(named::CLASSIFICATION_GUID)),
    ("X-Payload-Provider-GUID", Rule::Raw(tags::ATTACH_PAYLOAD_PROVIDER_GUID_STRING)),
    ("X-Payload-Class", Rule::Raw(tags::ATTACH_PAYLOAD_CLASS)),
    ("X-CallingTelephoneNumber", Rule::Raw(tags::SENDER_TELEPHONE_NUMBER)),
    ("X-VoiceMessageDuration", Rule::Number(tags::VOICE_MESSAGE_DURATION)),
    ("X-VoiceMessageSenderName", Rule::Text(tags::VOICE_MESSAGE_SENDER_NAME)),
    ("X-FaxNumberOfPages", Rule::Number(tags::FAX_NUMBER_OF_PAGES)),
    ("X-AttachmentOrder", Rule::Text(tags::VOICE_MESSAGE_ATTACHMENT_ORDER)),
    ("X-CallID", Rule::Raw(tags::CALL_ID)),
    ("X-MS-TNEF-Correlator", Rule::None),
    ("X-MS-Has-Attach", Rule::None),
];

/// Fields that become no property of their own ([MS-OXCMAIL] 2.2.3.2.x).
const LEFT_OUT: &[&str] = &[
    "Received",
    "Resent-From",
    "Resent-Sender",
    "Resent-Date",
    "Resent-Message-Id",
    "Content-Type",
    "Content-Disposition",
    "Content-Description",
    "Content-Transfer-Encoding",
    "Content-ID",
    "Content-MD5",
    "Content-Location",
    "MIME-Version",
    "Return-Path",
    "Comments",
    "AdHoc",
    "Apparently-To",
    "Approved",
    "Control",
    "Distribution",
    "Encoding",
    "FollowUp-To",
    "Lines",
    "Bytes",
    "Article",
    "Supercedes",
    "NewsGroups",
    "NntpPostingHost",
    "Organization",
    "Path",
    "RR",
    "Summary",
    "Trace",
    "Encrypted",
    "X-MimeOle",
];

/// The names that have a rule and those that are left out, in lower case.
static SPOKEN_FOR: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let names = TABLE.iter().map(|(name, _)| *name).chain(LEFT_OUT.iter().copied());
    names.map(str::to_ascii_lowercase).collect()
});

/// Fields of a server's own that are kept all the same.
const AUTH: &[&str] = &["AuthAs", "AuthDomain", "AuthMechanism", "AuthSource"];

/// Whether a server keeps the field to itself.
fn is_private(name: &str) -> bool {
    let behind = |prefix: &str| {
        let (start, rest) = (name.get(..prefix.len())?, name.get(prefix.len()..)?);
        start.eq_ignore_ascii_case(prefix).then_some(rest)
    };
    if let Some(rest) = behind("X-MS-Exchange-Organization-") {
        return !AUTH.iter().any(|name| rest.eq_ignore_ascii_case(name));
    }
    behind("X-MS-Exchange-Forest-").is_some()
}

/// Sets the properties that the header of a mail stands for.
///
/// # Errors
/// Those of strict reading.
pub(super) fn apply(ctx: &mut Ctx<'_>, entity: &Entity<'_>, message: &mut Message<'static>) -> Result<()> {
    for (name, rule) in TABLE {
        let joined = matches!(rule, Rule::Recipients(_));
        for field in entity.fields.iter().filter(|field| field.is(name)) {
            set(ctx, *rule, field, message)?;
            if !joined {
                break;
            }
        }
    }
    if entity.field("Sender").is_none() && entity.field("From").is_some() {
        for (to, from) in SENDER.tags().into_iter().zip(SENT_REPRESENTING.tags()) {
            if let Some(value) = message.properties.get(from).cloned() {
                message.properties.set(to, value);
            }
        }
    }
    split_subject(entity, message);
    let mut done: HashSet<String> = HashSet::new();
    for field in &entity.fields {
        let name = field.name.to_ascii_lowercase();
        if is_private(field.name) || SPOKEN_FOR.contains(&name) || !done.insert(name) {
            continue;
        }
        let name = PropName { set: sets::PS_INTERNET_HEADERS, kind: NameKind::String(Utf16::from(field.name)) }.into_owned();
        let (tag, value) = (PropTag::new(PropId(0x8000), PropType::STRING), PropValue::from(field.text().as_str()));
        // No other has this name: to look for one would make many fields take time by their square.
        message.properties.push(Property { tag, name: Some(Box::new(name)), value, source: Source::Made });
    }
    let kept = transport_headers(entity);
    if !kept.is_empty() {
        message.properties.set(tags::TRANSPORT_MESSAGE_HEADERS, kept.as_str());
    }
    Ok(())
}

/// PidTagTransportMessageHeaders: the header as it came, with CR LF, without what a server keeps to itself.
fn transport_headers(entity: &Entity<'_>) -> String {
    let private: Vec<u64> = entity.fields.iter().filter(|field| is_private(field.name)).map(|field| field.offset).collect();
    let mut out = String::new();
    let mut at = entity.offset;
    let mut dropping = false;
    for line in entity.header.split_inclusive(|byte| *byte == b'\n') {
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            dropping = private.binary_search(&at).is_ok();
        }
        at = at.saturating_add(u64::try_from(line.len()).unwrap_or(0));
        if dropping {
            continue;
        }
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        entity.pages.text(line).split('\0').for_each(|part| out.push_str(part));
        out.push_str("\r\n");
    }
    out
}

fn set(ctx: &mut Ctx<'_>, rule: Rule, field: &Field<'_>, message: &mut Message<'static>) -> Result<()> {
    let properties = &mut message.properties;
    let value = field.unfolded();
    let mut meaningless = false;
    match rule {
        Rule::None | Rule::Subject => {}
        Rule::Text(tag) => properties.set(tag, field.text().as_str()),
        Rule::Raw(tag) if !value.is_empty() && properties.get(tag).is_none() => properties.set(tag, value.as_str()),
        Rule::Named(tag) if !value.is_empty() && properties.named(&tag).is_none() => {
            properties.set_named(&tag, value.as_str());
        }
        Rule::Raw(_) | Rule::Named(_) => {}
        Rule::Time(tag) => match field.date() {
            Some(time) if properties.get(tag).is_none() => properties.set(tag, PropValue::Time(time)),
            Some(_) => {}
            None => {
                let detail = format!("{} {value:?} is no date", field.name);
                ctx.defect(Code::MimeInvalidDate, field.offset, 0, detail)?;
            }
        },
        Rule::Word(tag, words) => {
            // `1 (Highest)`
            let word = value.split([' ', '(', ';']).next().unwrap_or_default();
            match words.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)) {
                Some((_, number)) if properties.get(tag).is_none() => properties.set(tag, PropValue::Integer32(*number)),
                Some(_) => {}
                None => meaningless = true,
            }
        }
        Rule::Presence(tag) => properties.set(tag, PropValue::Boolean(true)),
        Rule::Truth(tag) => {
            if value.eq_ignore_ascii_case("true") {
                properties.set(tag, PropValue::Boolean(true));
            }
        }
        Rule::NamedTruth(tag) => properties.set_named(&tag, PropValue::Boolean(value.eq_ignore_ascii_case("true"))),
        Rule::Number(tag) => match value.parse() {
            Ok(number) => properties.set(tag, PropValue::Integer32(number)),
            Err(_) => meaningless = true,
        },
        Rule::Recipients(kind) => {
            let found = address::mailboxes(ctx, field)?;
            address::add_recipients(message, kind, &found);
        }
        Rule::From => {
            // Of several authors the first; the others stay in the transport headers.
            if let Some(first) = address::mailboxes(ctx, field)?.first() {
                SENT_REPRESENTING.set(properties, first);
            }
        }
        Rule::Sender => {
            if let Some(first) = address::mailboxes(ctx, field)?.first() {
                SENDER.set(properties, first);
            }
        }
        Rule::ReplyTo => {
            let found = address::mailboxes(ctx, field)?;
            if !found.is_empty() {
                address::set_reply_to(properties, &found);
            }
        }
        Rule::Notification => {
            properties.set(tags::READ_RECEIPT_REQUESTED, PropValue::Boolean(true));
            if let Some(first) = address::mailboxes(ctx, field)?.first() {
                READ_RECEIPT.set(properties, first);
            }
        }
        Rule::ThreadIndex => {
            let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b' ' | b'\t');
            let index = transfer::base64(value.as_bytes());
            if index.is_empty() || !value.bytes().all(valid) {
                meaningless = true;
            } else {
                properties.set(tags::CONVERSATION_INDEX, PropValue::Binary(index.into()));
            }
        }
        Rule::Keywords => {
            let words: Vec<_> = field.phrases().iter().map(|word| PropValue::from(word.as_str())).collect();
            if !words.is_empty() {
                properties.set_named(&named::KEYWORDS, PropValue::Multiple(words));
            }
        }
        Rule::MessageFlag => {
            /// followupFlagged of PidTagFlagStatus; todoRecipientFlagged of PidTagToDoItemFlags.
            const FLAGGED: i32 = 2;
            const RECIPIENT_FLAGGED: i32 = 8;
            properties.set_named(&named::FLAG_REQUEST, field.text().as_str());
            properties.set(tags::FLAG_STATUS, PropValue::Integer32(FLAGGED));
            properties.set_named(&named::TASK_STATUS, PropValue::Integer32(0));
            properties.set_named(&named::PERCENT_COMPLETE, PropValue::Floating64(0.0));
            properties.set_named(&named::TASK_COMPLETE, PropValue::Boolean(false));
            properties.set(tags::TO_DO_ITEM_FLAGS, PropValue::Integer32(RECIPIENT_FLAGGED));
        }
        Rule::Suppress => match suppressed(&value) {
            Some(bits) => properties.set(tags::AUTO_RESPONSE_SUPPRESS, PropValue::Integer32(bits)),
            None => meaningless = true,
        },
        Rule::Precedence => properties.set(tags::AUTO_RESPONSE_SUPPRESS, PropValue::Integer32(-1)),
    }
    if meaningless {
        let detail = format!("{} has the value {value:?}", field.name);
        ctx.defect(Code::MimeInvalidValue, field.offset, 0, detail)?;
    }
    Ok(())
}

/// PidTagAutoResponseSuppress of a list of words ([MS-OXCMAIL] 2.2.3.2.14).
fn suppressed(value: &str) -> Option<i32> {
    const WORDS: &[(&str, i32)] =
        &[("none", 0), ("all", -1), ("dr", 1), ("ndr", 2), ("rn", 4), ("nrn", 8), ("oof", 16), ("autoreply", 32)];
    let mut bits = None;
    for word in value.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let (_, bit) = WORDS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known))?;
        bits = Some(bits.unwrap_or(0) | bit);
    }
    bits
}

/// PidTagSubject, PidTagSubjectPrefix and PidTagNormalizedSubject ([MS-OXCMAIL] 2.2.3.2.6.1).
fn split_subject(entity: &Entity<'_>, message: &mut Message<'static>) {
    let Some(field) = entity.field("Subject") else { return };
    let subject = field.text();
    let topic = message.properties.str(tags::CONVERSATION_TOPIC).map(Cow::into_owned);
    let (prefix, normalized) = split(&subject, topic.as_deref());
    message.properties.set(tags::SUBJECT, subject.as_str());
    message.properties.set(tags::SUBJECT_PREFIX, prefix.as_str());
    message.properties.set(tags::NORMALIZED_SUBJECT, normalized);
    if message.properties.named(&named::FLAG_REQUEST).is_some() {
        message.properties.set_named(&named::TO_DO_TITLE, subject.as_str());
    }
}

/// The prefix of a subject, `RE: `, and the rest.
pub(in crate::convert::mime) fn split<'s>(subject: &'s str, topic: Option<&str>) -> (String, &'s str) {
    if let Some(topic) = topic.filter(|topic| !topic.is_empty()) {
        if let Some(prefix) = subject.strip_suffix(topic) {
            return (prefix.to_owned(), subject.get(prefix.len()..).unwrap_or_default());
        }
    }
    if let Some((prefix, rest)) = subject.split_once(':') {
        let short = (1..=3).contains(&prefix.chars().count());
        let spaced = rest.starts_with([' ', '\t']);
        if short && spaced && !prefix.contains(|c: char| c.is_whitespace() || c.is_ascii_digit()) {
            return (format!("{prefix}: "), rest.trim_start_matches([' ', '\t']));
        }
    }
    (String::new(), subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::steps;
    use crate::convert::mime::MimeReadOptions;
    use crate::mapi::NamedTag;

    #[test]
    fn subjects() {
        for (subject, topic, prefix, rest) in [
            ("RE: x", None, "RE: ", "x"),
            ("AW:  x: y", None, "AW: ", "x: y"),
            ("x", None, "", "x"),
            ("", None, "", ""),
            ("Note: x", None, "", "Note: x"),
            ("R2: x", None, "", "R2: x"),
            ("a b: x", None, "", "a b: x"),
            ("http://x", None, "", "http://x"),
            ("\u{7b54}\u{590d}: x", None, "\u{7b54}\u{590d}: ", "x"),
            ("Antwort: [list] x", Some("x"), "Antwort: [list] ", "x"),
            ("RE: x", Some("y"), "RE: ", "x"),
            ("RE: x", Some(""), "RE: ", "x"),
        ] {
            assert_eq!(split(subject, topic), (prefix.to_owned(), rest), "{subject}");
        }
    }

    #[test]
    fn automatic_answers() {
        for (value, bits) in [("All", Some(-1)), ("none", Some(0)), ("DR, oof,AutoReply", Some(49)), ("", None), ("x", None)] {
            assert_eq!(suppressed(value), bits, "{value}");
        }
    }

    #[test]
    fn names_of_rows_are_unique() {
        let mut names: Vec<_> = TABLE.iter().map(|(name, _)| *name).chain(LEFT_OUT.iter().copied()).collect();
        names.iter_mut().for_each(|name| *name = name.to_ascii_lowercase().leak());
        let before = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), before);
    }

    /// To look for each field among those that are there already would take work by the square of their number.
    #[test]
    fn many_fields_take_work_in_proportion() {
        let mail = |count: usize| {
            let fields: String = (0..count).map(|number| format!("X-Field-{number}: {number}\r\n")).collect();
            format!("Subject: many\r\n{fields}\r\nbody\r\n").into_bytes()
        };
        let options = MimeReadOptions::default();
        let last = NamedTag::string(sets::PS_INTERNET_HEADERS, "X-Field-999", PropType::STRING);
        let message = crate::convert::mime::read(&mail(1_000), &options).unwrap();
        assert_eq!(message.properties.named_str(&last).as_deref(), Some("999"));
        steps::assert_linear("fields", 1_000, |count| crate::convert::mime::read(&mail(count), &options).unwrap());
    }

    #[test]
    fn what_a_server_keeps_to_itself() {
        for (name, private) in [
            ("X-MS-Exchange-Organization-SCL", true),
            ("x-ms-exchange-forest-x", true),
            ("X-MS-Exchange-Organization-AuthAs", false),
            ("X-MS-Exchange-CrossTenant-id", false),
            ("Subject", false),
        ] {
            assert_eq!(is_private(name), private, "{name}");
        }
    }
}
