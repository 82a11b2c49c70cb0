//! A message as a recall sees it: its search key, and what else tells it from others, each with the place where it was found.
//!
//! The key is PidTagSearchKey, else the digits of attMessageID ([MS-OXTNEF] 2.1.3.3.9). All places are read, so that two keys that
//! differ are seen. Plain mail has no key. It may have been saved from a mailbox whose own copy has one: what a file lacks
//! says nothing of the store.

use std::borrow::Cow;

use uuid::Uuid;

use crate::base::{Error, FileTime, ReadOptions, Result};
use crate::mapi::blob::{ConversationIndex, CorrelationKey};
use crate::mapi::{PropTag, PropValue, SearchKey, SearchKeyKind, Source, tags};
use crate::message::{Message, MessageKind};
use crate::tnef::{AttrId, AttributeValue, Piece};

use super::located::{KeyState, Located};
use super::protected::Protection;
use super::request::RequestFacts;
use super::source::{self, Form, Headers, ParsedFile};

/// Facts that tell a message from others besides its key. All of them are weaker: mail can be re-created with any of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Facts {
    /// Message-ID, with its angle brackets.
    pub message_id: Option<Located<String>>,
    /// The GUID of the conversation index, the same in all messages of a conversation and in recall requests.
    pub conversation: Option<Located<Uuid>>,
    /// Time at which it was sent, to the second.
    pub submit_time: Option<Located<FileTime>>,
    /// The subject.
    pub subject: Option<Located<String>>,
    /// The sender's SMTP address.
    pub sender: Option<Located<String>>,
    /// The recipients' SMTP addresses.
    pub recipients: Vec<Located<String>>,
    /// The text that ties TNEF and mail.
    pub correlation: Option<Located<String>>,
}

/// A message, read.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Item {
    /// Name that the caller gave it.
    pub name: String,
    /// In which form it came.
    pub form: Form,
    /// The MAPI message class.
    pub class: Option<Located<String>>,
    /// Kind of message, as its class says.
    pub kind: MessageKind,
    /// Its search key, once for each place that has one.
    pub keys: Vec<Located<SearchKey<'static>>>,
    /// Facts that tell it from others.
    pub facts: Facts,
    /// Request that it makes, if it is a recall request or a report on one.
    pub request: Option<RequestFacts>,
    /// Says whether rights management protects it.
    pub protection: Protection,
    /// Says whether the flag mfRead of PidTagMessageFlags is set. In TNEF that was sent it is the sender's.
    pub read_flag: Option<Located<bool>>,
    /// The headers of the mail that it came in.
    pub headers: Headers,
    /// Remarks.
    pub notes: Vec<String>,
}

/// How many places of a key are kept; a message has two.
const MAX_KEYS: usize = 16;

/// mfRead of PidTagMessageFlags.
const READ: i64 = 1;

impl Item {
    /// Reads a message from a TNEF stream, from a mail, or, with the feature `msg`, from an Outlook file.
    ///
    /// # Errors
    /// Malformed if it is another kind of file; those of reading it if a stream or an Outlook file is all there is. TNEF in a mail that
    /// cannot be read is a note, and the mail's headers count.
    pub fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Item> {
        let mut opened = source::open(bytes, &options.limits)?;
        let stream = opened.stream.take();
        let mut item = Item::new(name, opened.form);
        item.notes = std::mem::take(&mut opened.notes);
        item.add_mail(&opened);
        if let Some((stream, at)) = &stream {
            let read = Message::read(stream, options);
            let alone = matches!(opened.form, Form::Tnef | Form::Msg);
            match &read {
                Ok(message) => item.add_tnef(message, at),
                Err(_) if alone => {}
                Err(error) => item.notes.push(format!("the TNEF stream in {at} cannot be read: {error}")),
            }
            if alone && read.is_err() {
                return read.map(|_| item);
            }
            let report = read.as_ref().map_or_else(Error::report, Message::report);
            if let Some(first) = report.diagnostics().iter().find(|d| d.severity() > crate::base::Severity::Info) {
                let what = if opened.form == Form::Msg { "Outlook file" } else { "TNEF stream" };
                item.notes.push(format!("the {what} is damaged: {} at byte {}", first.code.info().name, first.offset));
            }
        }
        if item.class.is_none() && item.form == Form::PlainMail {
            item.kind = MessageKind::Mail;
        }
        item.headers = opened.headers;
        Ok(item)
    }

    /// Returns what a message in memory is, as if it had been read from a stream of its own.
    #[must_use]
    pub fn of_message(name: &str, message: &Message<'_>) -> Item {
        let mut item = Item::new(name, Form::Tnef);
        item.add_tnef(message, "");
        item
    }

    /// An empty item of a form, to be filled.
    fn new(name: &str, form: Form) -> Item {
        Item {
            name: name.to_owned(),
            form,
            class: None,
            kind: MessageKind::Other,
            keys: Vec::new(),
            facts: Facts::default(),
            request: None,
            protection: Protection::default(),
            read_flag: None,
            headers: Headers::default(),
            notes: Vec::new(),
        }
    }

    /// Returns what the places of its own key say.
    #[must_use]
    pub fn key(&self) -> KeyState<'_> {
        KeyState::of(&self.keys)
    }

    /// Returns why it has no key, as a sentence; `None` if it has one.
    #[must_use]
    pub fn no_key(&self) -> Option<&'static str> {
        if !self.keys.is_empty() {
            return None;
        }
        Some(match self.form {
            Form::Msg => "the Outlook file has no search key: PidTagSearchKey is missing",
            Form::PlainMail => "plain mail has no search key: it is a MAPI property, and only TNEF carries it",
            Form::Tnef | Form::MailWithTnef => "the TNEF stream has no search key: neither PidTagSearchKey nor attMessageID",
        })
    }

    /// Returns whether this is a recall request.
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.kind == MessageKind::Recall
    }

    fn add_mail(&mut self, opened: &ParsedFile<'_>) {
        let header = |name: &str| {
            let value = opened.headers.first(name)?.trim();
            (!value.is_empty()).then(|| Located::new(value.to_owned(), format!("header {name}")))
        };
        self.facts.message_id = header("Message-ID");
        self.facts.correlation = header("X-MS-TNEF-Correlator");
        if let Some(mail) = &opened.mail {
            let facts = &mut self.facts;
            let text = |tag: PropTag| mail.properties.str(tag).map(Cow::into_owned).filter(|text| !text.is_empty());
            facts.subject = header("Subject").and_then(|at| Some(Located::new(text(tags::SUBJECT)?, at.at)));
            let from = text(tags::SENT_REPRESENTING_SMTP_ADDRESS).or_else(|| text(tags::SENDER_SMTP_ADDRESS));
            facts.sender = from.map(|from| Located::new(from, "header From"));
            let time = mail.properties.time(tags::CLIENT_SUBMIT_TIME).filter(|time| time.is_date());
            facts.submit_time = time.map(|time| Located::new(time, "header Date"));
            let rows = mail.recipients.iter().filter_map(|row| row.smtp_address());
            facts.recipients = rows.map(|to| Located::new(to.into_owned(), "header To or Cc")).collect();
            let index = mail.properties.bytes(tags::CONVERSATION_INDEX).map(ConversationIndex::parse);
            match (header("Thread-Index"), index) {
                (Some(header), Some(Ok(index))) => facts.conversation = Some(Located::new(index.guid, header.at)),
                (Some(_), _) => self.notes.push("header Thread-Index cannot be read".to_owned()),
                (None, _) => {}
            }
        }
        self.protection.add_mail(&opened.headers, &opened.parts);
    }

    fn add_tnef(&mut self, message: &Message<'_>, at: &str) {
        let place = |what: &str| if at.is_empty() { what.to_owned() } else { format!("{at} > {what}") };
        self.kind = message.kind();
        self.class = message.class().map(|class| Located::new(class.into_owned(), place("PidTagMessageClass")));
        self.add_keys(message, &place);
        let text = |tag: PropTag, name: &str| {
            let value = message.properties.str(tag)?;
            (!value.is_empty()).then(|| Located::new(value.into_owned(), place(name)))
        };
        // A mail's headers are what the receiving side sees; the stream fills what they leave open.
        let facts = &mut self.facts;
        let or = |own: &mut Option<Located<String>>, other: Option<Located<String>>| {
            if own.is_none() {
                *own = other;
            }
        };
        or(&mut facts.message_id, text(tags::INTERNET_MESSAGE_ID, "PidTagInternetMessageId"));
        or(&mut facts.subject, text(tags::SUBJECT, "PidTagSubject"));
        or(&mut facts.sender, text(tags::SENDER_SMTP_ADDRESS, "PidTagSenderSmtpAddress"));
        or(&mut facts.sender, text(tags::SENT_REPRESENTING_SMTP_ADDRESS, "PidTagSentRepresentingSmtpAddress"));
        for (tag, name) in [
            (tags::SENDER_SEARCH_KEY, "PidTagSenderSearchKey"),
            (tags::SENT_REPRESENTING_SEARCH_KEY, "PidTagSentRepresentingSearchKey"),
        ] {
            let key = message.properties.get(tag).and_then(SearchKey::from_value);
            or(&mut facts.sender, key.and_then(|key| smtp(&key)).map(|address| Located::new(address, place(name))));
        }
        let smtp_type = message.properties.str(tags::SENDER_ADDRESS_TYPE).is_some_and(|of| of.eq_ignore_ascii_case("SMTP"));
        if smtp_type {
            or(&mut facts.sender, text(tags::SENDER_EMAIL_ADDRESS, "PidTagSenderEmailAddress"));
        }
        let correlation = message.properties.bytes(tags::TNEF_CORRELATION_KEY);
        let correlation = correlation.map(|bytes| CorrelationKey(Cow::Borrowed(bytes)).to_string()).filter(|key| !key.is_empty());
        or(&mut facts.correlation, correlation.map(|key| Located::new(key, place("PidTagTnefCorrelationKey"))));
        if facts.submit_time.is_none() {
            let time = message.properties.time(tags::CLIENT_SUBMIT_TIME).filter(|time| time.is_date());
            facts.submit_time = time.map(|time| Located::new(time, place("PidTagClientSubmitTime")));
        }
        if facts.conversation.is_none() {
            if let Some(bytes) = message.properties.bytes(tags::CONVERSATION_INDEX) {
                match ConversationIndex::parse(bytes) {
                    Ok(index) => facts.conversation = Some(Located::new(index.guid, place("PidTagConversationIndex"))),
                    Err(error) => self.notes.push(format!("PidTagConversationIndex: {error}")),
                }
            }
        }
        if facts.recipients.is_empty() {
            let rows = message.recipients.iter().filter_map(|row| row.smtp_address());
            facts.recipients = rows.map(|to| Located::new(to.into_owned(), place("recipient table"))).collect();
        }
        let flags = message.properties.integer(tags::MESSAGE_FLAGS);
        self.read_flag = flags.map(|flags| Located::new(flags & READ != 0, place("PidTagMessageFlags")));
        self.protection.add_tnef(message, &place);
        if matches!(self.kind, MessageKind::Recall | MessageKind::RecallReport) {
            let request = RequestFacts::of(message, &place);
            self.notes.extend(request.notes.iter().cloned());
            self.request = Some(request);
        }
    }

    /// Every place that holds the message's own key.
    fn add_keys(&mut self, message: &Message<'_>, place: &dyn Fn(&str) -> String) {
        for property in message.properties.iter().filter(|p| p.name.is_none() && p.tag == tags::SEARCH_KEY) {
            let name = match property.source {
                Source::Attribute { .. } => "attMessageID",
                _ => "PidTagSearchKey",
            };
            match &property.value {
                PropValue::Binary(bytes) => self.add_key(bytes, place(name)),
                _ => self.notes.push(format!("{name} is no binary value")),
            }
        }
        let source = message.properties.property(tags::SEARCH_KEY).map(|property| property.source);
        // A key that was set after reading makes the attribute of the source a thing of the past.
        let pieces = if source == Some(Source::Made) { None } else { Some(message.pieces()) };
        for piece in pieces.into_iter().flatten() {
            let Piece::Attribute(attribute) = piece else { continue };
            let known = source == Some(Source::Attribute { offset: attribute.data_offset() });
            if attribute.id() != AttrId::MESSAGE_ID || known {
                continue;
            }
            let Ok(AttributeValue::Hex(hex)) = attribute.value() else { continue };
            match hex.to_bytes() {
                Some(bytes) => self.add_key(&bytes, place("attMessageID")),
                None => self.notes.push("attMessageID holds no hexadecimal digits".to_owned()),
            }
        }
    }

    fn add_key(&mut self, bytes: &[u8], at: String) {
        if bytes.is_empty() {
            self.notes.push(format!("{at} is empty"));
            return;
        }
        if bytes.len() != 16 {
            self.notes.push(format!("{at} has {} bytes; keys of messages have 16", bytes.len()));
        }
        if self.keys.len() >= MAX_KEYS {
            return;
        }
        let told = matches!(self.key(), KeyState::Differ(..));
        self.keys.push(Located::new(SearchKey::from_bytes(bytes.to_vec()), at));
        if let (false, KeyState::Differ(one, other)) = (told, self.key()) {
            let note = format!("two search keys differ: {one} and {other}");
            self.notes.push(note);
        }
    }
}

/// The address that a search key of a sender holds, if it is an SMTP address.
fn smtp(key: &SearchKey<'_>) -> Option<String> {
    match key.kind() {
        SearchKeyKind::Address { address_type, address } if address_type.eq_ignore_ascii_case("SMTP") => {
            Some(address.to_ascii_lowercase())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
