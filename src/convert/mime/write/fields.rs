//! The header of a mail out of properties ([MS-OXCMAIL] 2.1.3.2).
//!
//! One row of [`ROWS`] for each field. A field that the header of the message's own transport has is not made again; one whose
//! property is absent, empty or says the default is not made at all.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::{Code, Result};
use crate::convert::mime::undeclared::Undeclared;
use crate::convert::mime::words::{self, Charset};
use crate::convert::mime::{date, received_header, report_fields, token};
use crate::mapi::name::NameKind;
use crate::mapi::{FlatEntryList, PropTag, PropValue, RecipientType, named, sets, tags};
use crate::message::{Content, Message, Recipient};

use super::address::{Group, Mailbox};
use super::agree;
use super::report::{self, ReportKind};
use super::transport;
use super::writer::Writer;

/// What a field's value is made with.
struct Source<'s, 'm> {
    message: &'s Message<'m>,
    charset: Charset,
    domain: &'s str,
    bcc: bool,
}

type Value = fn(&Source<'_, '_>) -> Option<String>;

/// Name and value of each field, in the order in which they are written.
const ROWS: &[(&str, Value)] = &[
    ("From", |s| s.list(&[s.from()?])),
    ("Sender", sender),
    ("Reply-To", reply_to),
    ("To", |s| s.recipients(RecipientType::TO, tags::DISPLAY_TO)),
    ("Cc", |s| s.recipients(RecipientType::CC, tags::DISPLAY_CC)),
    ("Bcc", |s| s.recipients(RecipientType::BCC, tags::DISPLAY_BCC).filter(|_| s.bcc)),
    ("Subject", subject),
    ("Thread-Topic", |s| s.text(tags::CONVERSATION_TOPIC)),
    ("Thread-Index", |s| Some(words::blanks(&STANDARD.encode(s.message.properties.bytes(tags::CONVERSATION_INDEX)?)))),
    ("Date", sent),
    ("Message-ID", |s| transport::ids(&s.message.properties.str(tags::INTERNET_MESSAGE_ID)?)),
    ("In-Reply-To", |s| transport::ids(&s.message.properties.str(tags::IN_REPLY_TO_ID)?)),
    ("References", |s| transport::ids(&s.message.properties.str(tags::INTERNET_REFERENCES)?)),
    ("Importance", |s| s.word(tags::IMPORTANCE, &[(0, "low"), (2, "high")])),
    ("X-Priority", |s| s.word(tags::IMPORTANCE, &[(0, "5"), (2, "1")])),
    ("Priority", |s| s.word(tags::PRIORITY, &[(-1, "non-urgent"), (1, "urgent")])),
    ("Sensitivity", |s| s.word(tags::SENSITIVITY, &[(1, "Personal"), (2, "Private"), (3, "Company-Confidential")])),
    ("Disposition-Notification-To", read_receipt),
    ("Return-Receipt-To", |s| {
        let wanted = s.message.properties.boolean(tags::ORIGINATOR_DELIVERY_REPORT_REQUESTED) == Some(true);
        s.list(&[s.from().filter(|to| wanted && !to.address.is_empty())?])
    }),
    ("Keywords", keywords),
    ("Reply-By", |s| date::of_property(&s.message.properties, tags::REPLY_TIME)),
    ("Expires", |s| date::of_property(&s.message.properties, tags::EXPIRY_TIME)),
    ("X-Message-Flag", |s| s.written(s.message.properties.named_str(&named::FLAG_REQUEST)?.as_ref())),
    ("List-Help", |s| s.text(tags::LIST_HELP)),
    ("List-Subscribe", |s| s.text(tags::LIST_SUBSCRIBE)),
    ("List-Unsubscribe", |s| s.text(tags::LIST_UNSUBSCRIBE)),
    ("X-Auto-Response-Suppress", suppressed),
    ("X-CallingTelephoneNumber", |s| s.unified().and_then(|()| s.text(tags::SENDER_TELEPHONE_NUMBER))),
    ("X-VoiceMessageDuration", |s| s.unified().and_then(|()| s.number(tags::VOICE_MESSAGE_DURATION))),
    ("X-VoiceMessageSenderName", |s| s.unified().and_then(|()| s.text(tags::VOICE_MESSAGE_SENDER_NAME))),
    ("X-FaxNumberOfPages", |s| s.unified().and_then(|()| s.number(tags::FAX_NUMBER_OF_PAGES))),
    ("X-AttachmentOrder", |s| s.unified().and_then(|()| s.text(tags::VOICE_MESSAGE_ATTACHMENT_ORDER))),
    ("X-CallID", |s| s.unified().and_then(|()| s.text(tags::CALL_ID))),
    ("X-Payload-Provider-GUID", |s| s.text(tags::ATTACH_PAYLOAD_PROVIDER_GUID_STRING)),
    ("X-Payload-Class", |s| s.text(tags::ATTACH_PAYLOAD_CLASS)),
    ("X-Microsoft-Classified", |s| s.classified().map(|()| "true".to_owned())),
    ("X-Microsoft-ClassKeep", |s| {
        s.classified()?;
        match s.message.properties.named(&named::CLASSIFICATION_KEEP)? {
            PropValue::Boolean(keep) => Some(keep.to_string()),
            _ => None,
        }
    }),
    ("X-Microsoft-Classification", |s| {
        s.classified()?;
        s.written(s.message.properties.named_str(&named::CLASSIFICATION)?.as_ref())
    }),
    ("X-Microsoft-ClassDesc", |s| {
        s.classified()?;
        s.written(s.message.properties.named_str(&named::CLASSIFICATION_DESCRIPTION)?.as_ref())
    }),
    ("X-Microsoft-ClassID", |s| {
        s.classified()?;
        s.written(s.message.properties.named_str(&named::CLASSIFICATION_GUID)?.as_ref())
    }),
    ("Content-Class", content_class),
];

/// Properties of which the mail says what they say, besides those of attachments and recipients.
const CARRIED: &[PropTag] = &[
    tags::MESSAGE_CLASS,
    tags::SUBJECT,
    tags::SUBJECT_PREFIX,
    tags::NORMALIZED_SUBJECT,
    tags::CONVERSATION_TOPIC,
    tags::CONVERSATION_INDEX,
    tags::CLIENT_SUBMIT_TIME,
    tags::MESSAGE_DELIVERY_TIME,
    tags::INTERNET_MESSAGE_ID,
    tags::IN_REPLY_TO_ID,
    tags::INTERNET_REFERENCES,
    tags::IMPORTANCE,
    tags::PRIORITY,
    tags::SENSITIVITY,
    tags::READ_RECEIPT_REQUESTED,
    tags::ORIGINATOR_DELIVERY_REPORT_REQUESTED,
    tags::REPLY_RECIPIENT_ENTRIES,
    tags::REPLY_RECIPIENT_NAMES,
    tags::REPLY_TIME,
    tags::EXPIRY_TIME,
    tags::LIST_HELP,
    tags::LIST_SUBSCRIBE,
    tags::LIST_UNSUBSCRIBE,
    tags::AUTO_RESPONSE_SUPPRESS,
    tags::TRANSPORT_MESSAGE_HEADERS,
    tags::DISPLAY_TO,
    tags::DISPLAY_CC,
    tags::DISPLAY_BCC,
    tags::BODY,
    tags::HTML,
    tags::RTF_COMPRESSED,
    tags::BODY_CONTENT_ID,
    tags::BODY_CONTENT_LOCATION,
    tags::SENDER_TELEPHONE_NUMBER,
    tags::VOICE_MESSAGE_DURATION,
    tags::VOICE_MESSAGE_SENDER_NAME,
    tags::FAX_NUMBER_OF_PAGES,
    tags::VOICE_MESSAGE_ATTACHMENT_ORDER,
    tags::CALL_ID,
    tags::ATTACH_PAYLOAD_PROVIDER_GUID_STRING,
    tags::ATTACH_PAYLOAD_CLASS,
    // How the bodies are to be read, which the parts say in their own way.
    tags::NATIVE_BODY,
    tags::RTF_IN_SYNC,
    tags::INTERNET_CODEPAGE,
    tags::MESSAGE_CODEPAGE,
    // Of the report, where there is one.
    tags::REPORT_TEXT,
    tags::REPORT_TIME,
    tags::REPORT_DISPOSITION,
    tags::REPORT_DISPOSITION_MODE,
    tags::PARENT_KEY,
    tags::ORIGINAL_SUBJECT,
    tags::ORIGINAL_DISPLAY_TO,
    tags::ORIGINAL_SUBMIT_TIME,
    tags::ORIGINAL_MESSAGE_ID,
    tags::REPORTING_MESSAGE_TRANSFER_AGENT,
    tags::REMOTE_MESSAGE_TRANSFER_AGENT,
    tags::SUPPLEMENTARY_INFO,
    // What every store makes anew.
    tags::HAS_ATTACHMENTS,
    tags::MESSAGE_SIZE,
    tags::TNEF_CORRELATION_KEY,
];

impl<'m> Source<'_, 'm> {
    fn written(&self, text: &str) -> Option<String> {
        Some(words::unstructured(text, self.charset)).filter(|text| !text.is_empty())
    }

    fn text(&self, tag: PropTag) -> Option<String> {
        self.written(&self.message.properties.str(tag)?)
    }

    fn number(&self, tag: PropTag) -> Option<String> {
        Some(self.message.properties.integer(tag)?.to_string())
    }

    fn word(&self, tag: PropTag, words: &[(i64, &str)]) -> Option<String> {
        let value = self.message.properties.integer(tag)?;
        words.iter().find(|(number, _)| *number == value).map(|(_, word)| (*word).to_owned())
    }

    fn list(&self, mailboxes: &[Mailbox]) -> Option<String> {
        let list: Vec<_> = mailboxes.iter().map(|mailbox| mailbox.to_text(self.charset)).collect();
        (!list.is_empty()).then(|| list.join(", "))
    }

    fn group(&self, group: Group) -> Option<Mailbox> {
        Mailbox::of_group(&self.message.properties, group, self.domain)
    }

    /// In whose name the mail was sent; the name may be that of who sent it, where the address is the same.
    fn from(&self) -> Option<Mailbox> {
        let Some(mut from) = self.group(Group::SENT_REPRESENTING) else { return self.group(Group::SENDER) };
        if from.name.is_empty() || from.name.eq_ignore_ascii_case(&from.address) {
            let sender = self.group(Group::SENDER).filter(|sender| sender.address.eq_ignore_ascii_case(&from.address));
            from.name = sender.map(|sender| sender.name).filter(|name| !name.is_empty()).unwrap_or(from.name);
        }
        Some(from)
    }

    /// A field of the header that the message was received with, beside what its properties say; and the field for what it had,
    /// where the properties say something else.
    fn agreed(&self, field: &transport::Field) -> (Option<String>, Option<&'static str>) {
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        let as_it_is = || (transport::value(field, self.charset, self.domain), None);
        let elements = || transport::elements(&field.value, self.domain);
        let of_sender = |known: Option<Mailbox>, other| {
            let Some(known) = known else { return as_it_is() };
            match agree::sender(elements(), &known) {
                Some(agreed) => (transport::list(&agreed, self.charset), None),
                None => (self.list(&[known]), Some(other)),
            }
        };
        let of_recipients = |known: Vec<Mailbox>| (transport::list(&agree::recipients(elements(), known), self.charset), None);
        match () {
            () if is("Subject") => match subject(self) {
                Some(own) if !agree::says(&decoded(&field.value), &decoded(&own)) => (Some(own), Some("X-Original-Subject")),
                _ => as_it_is(),
            },
            () if is("From") => of_sender(self.from(), "X-Original-From"),
            () if is("Sender") => {
                let sender = self.group(Group::SENDER).filter(|sender| !sender.address.is_empty());
                let from = self.from().map(|from| from.address).unwrap_or_default();
                // Who sent it in the own name is in From.
                of_sender(sender.filter(|sender| !sender.address.eq_ignore_ascii_case(&from)), "X-Original-Sender")
            }
            () if is("Reply-To") => of_recipients(reply_recipients(self)),
            // Rows of a delivery report say whom it is about.
            () if ReportKind::of(self.message) == Some(ReportKind::Delivery) => as_it_is(),
            () if is("To") => of_recipients(self.mailboxes(RecipientType::TO, tags::DISPLAY_TO)),
            () if is("Cc") => of_recipients(self.mailboxes(RecipientType::CC, tags::DISPLAY_CC)),
            () if is("Bcc") => of_recipients(self.mailboxes(RecipientType::BCC, tags::DISPLAY_BCC)),
            () => as_it_is(),
        }
    }

    /// The rows of a type; where the message has no table, the names in a display property.
    fn recipients(&self, recipient_type: RecipientType, shown: PropTag) -> Option<String> {
        self.list(&self.mailboxes(recipient_type, shown))
    }

    fn mailboxes(&self, recipient_type: RecipientType, shown: PropTag) -> Vec<Mailbox> {
        // Rows of a delivery report say whom it is about ([MS-OXCMAIL] 2.1.1).
        if ReportKind::of(self.message) == Some(ReportKind::Delivery) {
            let to = [Group::RECEIVED_REPRESENTING, Group::RECEIVED_BY].into_iter().find_map(|group| self.group(group));
            return to.into_iter().filter(|_| recipient_type == RecipientType::TO).collect();
        }
        // A row that does not say is of the type of the row before it; the first one is the recipient.
        let mut before = RecipientType::TO;
        let rows = self.message.recipients.iter().filter_map(|row| {
            before = row.recipient_type().map_or(before, RecipientType::role);
            if before == recipient_type { self.row(row) } else { None }
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() || !self.message.recipients.is_empty() {
            return rows;
        }
        let names = self.message.properties.str(shown).unwrap_or_default();
        let names = names.split(';').map(words::clean).filter(|name| !name.is_empty());
        // Outlook puts addresses that have no name between quotes.
        let of = |name: String| {
            Mailbox::new("", name.trim_matches('\'')).unwrap_or(Mailbox { name, made_up: true, ..Mailbox::default() })
        };
        names.map(of).collect()
    }

    fn row(&self, row: &Recipient<'_>) -> Option<Mailbox> {
        let shown =
            row.properties.str(tags::RECIPIENT_DISPLAY_NAME).map(|name| words::clean(&name)).filter(|name| !name.is_empty());
        match Mailbox::of_group(&row.properties, Group::RECIPIENT, self.domain) {
            Some(mailbox) if mailbox.name.is_empty() => Some(Mailbox { name: shown.unwrap_or_default(), ..mailbox }),
            None => shown.map(|name| Mailbox::new("", &name).unwrap_or(Mailbox { name, made_up: true, ..Mailbox::default() })),
            found => found,
        }
    }

    /// Ids from 0x6800 to 0x7BFF mean something only with a class ([MS-OXPROPS] 1.3.3): these with those of voice mail and fax.
    fn unified(&self) -> Option<()> {
        is_unified(self.message).then_some(())
    }

    fn classified(&self) -> Option<()> {
        matches!(self.message.properties.named(&named::CLASSIFIED)?, PropValue::Boolean(true)).then_some(())
    }

    /// The addresses that are written and are no Internet addresses.
    fn made_up(&self) -> Vec<Mailbox> {
        let groups = [Group::SENT_REPRESENTING, Group::SENDER].into_iter().filter_map(|group| self.group(group));
        let types = [
            (RecipientType::TO, tags::DISPLAY_TO),
            (RecipientType::CC, tags::DISPLAY_CC),
            (RecipientType::BCC, tags::DISPLAY_BCC),
        ];
        let rows = types.into_iter().filter(|(kind, _)| self.bcc || *kind != RecipientType::BCC);
        groups.chain(rows.flat_map(|(kind, shown)| self.mailboxes(kind, shown))).filter(|mailbox| mailbox.made_up).collect()
    }
}

/// Whether the class is one of voice mail or fax ([MS-OXOUM] 2.2.5.1).
fn is_unified(message: &Message<'_>) -> bool {
    const CLASSES: [&str; 5] = [
        "IPM.Note.Microsoft.Voicemail",
        "IPM.Note.rpmsg.Microsoft.Voicemail",
        "IPM.Note.Microsoft.Missed.Voice",
        "IPM.Note.Microsoft.Conversation.Voice",
        "IPM.Note.Microsoft.Fax",
    ];
    // A mail that was read says it in its own words.
    let content_class = message.properties.named_str(&named::CONTENT_CLASS).unwrap_or_default();
    if ["voice", "voice-ca", "voice-uc", "missedcall", "fax", "fax-ca"]
        .iter()
        .any(|known| content_class.eq_ignore_ascii_case(known))
    {
        return true;
    }
    let class = message.class().unwrap_or_default();
    let is = |known: &&str| class.get(..known.len()).is_some_and(|start| start.eq_ignore_ascii_case(known));
    CLASSES.iter().any(|known| is(known) && matches!(class.as_bytes().get(known.len()), None | Some(b'.')))
}

/// Written only if it is another than From, and has an address: the field takes no group.
fn sender(source: &Source<'_, '_>) -> Option<String> {
    let sender = source.group(Group::SENDER)?;
    let from = source.from()?;
    let is_named = sender.name.eq_ignore_ascii_case(&sender.address) || agree::says(&from.name, &sender.name);
    let same = is_named && from.address.eq_ignore_ascii_case(&sender.address);
    source.list(&[sender]).filter(|text| !same && !text.ends_with(":;"))
}

fn reply_to(source: &Source<'_, '_>) -> Option<String> {
    source.list(&reply_recipients(source))
}

fn reply_recipients(source: &Source<'_, '_>) -> Vec<Mailbox> {
    let properties = &source.message.properties;
    let names = properties.str(tags::REPLY_RECIPIENT_NAMES).unwrap_or_default();
    let names: Vec<_> = names.split(';').map(words::clean).collect();
    let list = properties.bytes(tags::REPLY_RECIPIENT_ENTRIES).and_then(|bytes| FlatEntryList::parse(bytes).ok());
    let Some(list) = list else {
        // The names of other systems are addresses.
        let alone = |name: &String| {
            let named = || Mailbox { name: name.clone(), address: String::new(), made_up: true };
            (!name.is_empty()).then(|| Mailbox::new("", name).unwrap_or_else(named))
        };
        return names.iter().filter_map(alone).collect();
    };
    let agree = names.len() == list.entries.len();
    let name = |number: usize| names.get(number).filter(|_| agree).map(String::as_str).unwrap_or_default();
    let of = |(number, bytes): (usize, &std::borrow::Cow<'_, [u8]>)| {
        Mailbox::of_entry_id(bytes, name(number), properties, source.domain)
    };
    list.entries.iter().enumerate().filter_map(of).collect()
}

/// A text of a header, as it is shown.
fn decoded(value: &str) -> String {
    words::decode(&words::clean(value), Undeclared::default()).into_owned()
}

fn subject(source: &Source<'_, '_>) -> Option<String> {
    source
        .text(tags::SUBJECT)
        .or_else(|| {
            let properties = &source.message.properties;
            let prefix = properties.str(tags::SUBJECT_PREFIX).unwrap_or_default();
            source.written(&format!("{prefix}{}", properties.str(tags::NORMALIZED_SUBJECT)?))
        })
        .or_else(|| source.written(&report::subject(source.message)?))
        .or_else(|| source.text(tags::CONVERSATION_TOPIC))
}

fn sent(source: &Source<'_, '_>) -> Option<String> {
    const TIMES: [PropTag; 4] =
        [tags::CLIENT_SUBMIT_TIME, tags::MESSAGE_DELIVERY_TIME, tags::LAST_MODIFICATION_TIME, tags::CREATION_TIME];
    TIMES.iter().find_map(|tag| date::of_property(&source.message.properties, *tag))
}

fn read_receipt(source: &Source<'_, '_>) -> Option<String> {
    let wanted = source.message.properties.boolean(tags::READ_RECEIPT_REQUESTED) == Some(true);
    let own = source.group(Group::READ_RECEIPT).filter(|mailbox| !mailbox.address.is_empty());
    source.list(&[own.or_else(|| source.from()).filter(|to| wanted && !to.address.is_empty())?])
}

fn keywords(source: &Source<'_, '_>) -> Option<String> {
    let properties = &source.message.properties;
    let value = properties.named(&named::KEYWORDS)?;
    let values = match value {
        PropValue::Multiple(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    let texts = values.iter().filter_map(|value| properties.text_of(value));
    let phrases: Vec<_> =
        texts.map(|text| token::phrase_before_sign(&text, source.charset)).filter(|text| text != "\"\"").collect();
    (!phrases.is_empty()).then(|| phrases.join(", ").trim_end().to_owned())
}

/// PidTagAutoResponseSuppress ([MS-OXOMSG] 2.2.1.77).
fn suppressed(source: &Source<'_, '_>) -> Option<String> {
    const BITS: [(i64, &str); 6] = [(0x01, "DR"), (0x02, "NDR"), (0x04, "RN"), (0x08, "NRN"), (0x10, "OOF"), (0x20, "AutoReply")];
    let value = source.message.properties.integer(tags::AUTO_RESPONSE_SUPPRESS)?;
    if value == -1 {
        return Some("All".to_owned());
    }
    let names: Vec<_> = BITS.iter().filter(|(bit, _)| value & bit != 0).map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// PidNameContentClass, else what the message class stands for.
fn content_class(source: &Source<'_, '_>) -> Option<String> {
    const CLASSES: [(&str, &str); 6] = [
        ("IPM.Note.Microsoft.Fax", "fax"),
        ("IPM.Note.Microsoft.Fax.CA", "fax-ca"),
        ("IPM.Note.Microsoft.Missed.Voice", "missedcall"),
        ("IPM.Note.Microsoft.Conversation.Voice", "voice-uc"),
        ("IPM.Note.Microsoft.Voicemail.UM.CA", "voice-ca"),
        ("IPM.Note.Microsoft.Voicemail.UM", "voice"),
    ];
    if let Some(own) = source.message.properties.named_str(&named::CONTENT_CLASS) {
        return source.written(&own);
    }
    let class = source.message.class()?;
    CLASSES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&class)).map(|(_, name)| (*name).to_owned())
}

/// The ids of those, and of the properties that make up an address.
static CARRIED_IDS: LazyLock<BTreeSet<u16>> = LazyLock::new(|| {
    let groups = [Group::SENDER, Group::SENT_REPRESENTING, Group::READ_RECEIPT, Group::RECEIVED_BY, Group::RECEIVED_REPRESENTING];
    CARRIED.iter().copied().chain(groups.into_iter().flat_map(Group::tags)).map(|tag| tag.id().0).collect()
});

impl Writer<'_> {
    /// The header of a mail, up to and with MIME-Version.
    pub(super) fn header(&mut self, message: &Message<'_>) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let (charset, domain) = (self.charset, self.options.encapsulation_domain.clone());
        let source = Source { message, charset, domain: &domain, bcc: self.options.bcc };
        let own = self.options.transport_headers.then(|| received_header::text(&message.properties)).flatten();
        let own = own.map(|block| transport::merged(transport::fields(&block))).unwrap_or_default();
        for field in own.iter().filter(|field| transport::is_wanted(&field.name)) {
            if field.name.eq_ignore_ascii_case("Bcc") && !self.options.bcc {
                continue;
            }
            match source.agreed(field) {
                (Some(value), other) => {
                    words::field(&field.name, &value, &mut out);
                    names.insert(field.name.to_ascii_lowercase());
                    let had = other.and_then(|_| transport::value(field, self.charset, &domain));
                    if let Some((other, had)) = other.zip(had) {
                        words::field(other, &had, &mut out);
                    }
                }
                (None, _) => self.ctx.defect(Code::MimeInvalidField, 0, 0, format!("{} of the transport header", field.name))?,
            }
        }
        for (name, value) in ROWS {
            if names.contains(&name.to_ascii_lowercase()) {
                continue;
            }
            if let Some(value) = value(&source) {
                words::field(name, &value, &mut out);
                names.insert(name.to_ascii_lowercase());
            }
        }
        for property in &message.properties {
            // PS_INTERNET_HEADERS: the name of the property is that of the field ([MS-OXCMAIL] 2.1.3.2.21).
            let Some(NameKind::String(name)) =
                property.name.as_deref().filter(|name| name.set == sets::PS_INTERNET_HEADERS).map(|name| &name.kind)
            else {
                continue;
            };
            let name = name.to_text();
            let Some(text) = message.properties.text_of(&property.value) else { continue };
            let own = transport::Field { name, value: text.into_owned() };
            let bcc = own.name.eq_ignore_ascii_case("Bcc") && !self.options.bcc;
            if !transport::is_wanted(&own.name) || bcc || names.contains(&own.name.to_ascii_lowercase()) {
                continue;
            }
            if let Some(value) = transport::value(&own, self.charset, &domain) {
                words::field(&own.name, &value, &mut out);
                names.insert(own.name.to_ascii_lowercase());
            }
        }
        if message.attachments.iter().any(|one| !matches!(one.content, Content::None)) {
            words::field("X-MS-Has-Attach", "yes", &mut out);
        }
        out.extend_from_slice(b"MIME-Version: 1.0\r\n");
        self.note_addresses(&source)?;
        self.note_left_out(message)?;
        Ok(out)
    }

    fn note_addresses(&mut self, source: &Source<'_, '_>) -> Result<()> {
        let made_up = source.made_up();
        let Some(first) = made_up.first() else { return Ok(()) };
        let shown = first.to_text(Charset::UTF_8);
        let detail = match made_up.len() {
            1 => shown,
            more => format!("{shown} and {} more", more.saturating_sub(1)),
        };
        self.ctx.defect(Code::MimeAddressNotSmtp, 0, 0, detail)
    }

    /// Says which properties the mail does not have.
    fn note_left_out(&mut self, message: &Message<'_>) -> Result<()> {
        const SHOWN: usize = 8;
        let named = [&named::KEYWORDS, &named::FLAG_REQUEST, &named::CLASSIFIED, &report_fields::FIELDS];
        let left: Vec<_> = message
            .properties
            .iter()
            .filter(|property| match &property.name {
                Some(name) => name.set != sets::PS_INTERNET_HEADERS && !named.iter().any(|known| name.matches(known)),
                None => {
                    let id = property.tag.id().0;
                    !CARRIED_IDS.contains(&id) || (0x6800..=0x7BFF).contains(&id) && !is_unified(message)
                }
            })
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let name = |property: &&crate::mapi::Property<'_>| match &property.name {
            Some(name) => name.canonical_name().map_or_else(|| name.to_string(), str::to_owned),
            None => property.tag.name().map_or_else(|| property.tag.to_string(), str::to_owned),
        };
        let names: Vec<_> = left.iter().take(SHOWN).map(name).collect();
        let more = if left.len() > SHOWN { ", ..." } else { "" };
        self.ctx.defect(Code::MimePropertiesLeftOut, 0, 0, format!("{}: {}{more}", left.len(), names.join(", ")))
    }
}

#[cfg(test)]
mod tests;
