//! What a recall asks for: `IPM.Outlook.Recall`, and the reports `IPM.Recall.Report.*`.
//!
//! No specification says where a recall request has the key of the message that is to go. Real requests of 2002 and 2020 show
//! it, and the report tag of the second agrees:
//!
//! | id | type | what |
//! |---|---|---|
//! | 0x6800 | PtypBinary | search key of the original, 16 bytes |
//! | 0x6801 | PtypInteger32 | unknown; 17 and 1 were seen |
//! | 0x6802 | text | class of the original, `IPM.Note` |
//! | 0x6803 | PtypBoolean | PidTagSendOutlookRecallReport: the sender wants reports |
//! | 0x6804 | PtypInteger32 | unknown; 0 was seen |
//!
//! These ids are each class's own and mean other things elsewhere, so the class is looked at first. The key is looked for in
//! 0x6800, then in PidTagReportTag ([MS-OXOMSG] 2.2.2.22), then in PidTagParentKey. Where two places differ both are kept, and
//! a note says so. The text of the report tag is the original's subject, which needs no guessing of how "Recall: " is translated.

use std::borrow::Cow;

use crate::base::FileTime;
use crate::mapi::blob::{ConversationIndex, ReportTag};
use crate::mapi::{PropTag, PropValue, SearchKey, String8, named, tags};
use crate::message::{Message, MessageKind};

use super::located::{KeyState, Located};

/// 0x6800: the search key of the original.
pub const RECALL_SEARCH_KEY: PropTag = PropTag(0x6800_0102);
/// 0x6802: the class of the original.
pub const RECALL_MESSAGE_CLASS: PropTag = PropTag(0x6802_001F);

/// The class of a recall request.
pub const RECALL_CLASS: &str = "IPM.Outlook.Recall";

/// Subject of a recall request or of a report about one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RequestFacts {
    /// The key of the original, once for each place that has one, the strongest first.
    pub keys: Vec<Located<SearchKey<'static>>>,
    /// The report tag, if there is one that can be read.
    pub report_tag: Option<Located<ReportTag<'static>>>,
    /// The original's subject, from the report tag.
    pub original_subject: Option<Located<String>>,
    /// The original's class.
    pub original_class: Option<Located<String>>,
    /// Says whether the sender wants reports.
    pub wants_reports: Option<Located<bool>>,
    /// Time at which the recall was started.
    pub recall_time: Option<Located<FileTime>>,
    /// Remarks.
    pub notes: Vec<String>,
}

impl RequestFacts {
    /// Returns what the places of the original's key say.
    #[must_use]
    pub fn key(&self) -> KeyState<'_> {
        KeyState::of(&self.keys)
    }

    pub(super) fn of(message: &Message<'_>, place: &dyn Fn(&str) -> String) -> RequestFacts {
        let mut facts = RequestFacts::default();
        let properties = &message.properties;
        if message.kind() == MessageKind::Recall {
            match properties.by_id(RECALL_SEARCH_KEY.id()).map(|property| &property.value) {
                Some(PropValue::Binary(key)) => facts.add_key(key, place("0x6800")),
                Some(_) => facts.notes.push("0x6800 is no binary value".to_owned()),
                None => facts.notes.push("the recall has no property 0x6800".to_owned()),
            }
            facts.original_class =
                properties.str(RECALL_MESSAGE_CLASS).map(|class| Located::new(class.into_owned(), place("0x6802")));
            let wants = properties.boolean(tags::SEND_OUTLOOK_RECALL_REPORT);
            facts.wants_reports = wants.map(|wants| Located::new(wants, place("PidTagSendOutlookRecallReport")));
            let time = match properties.named(&named::RECALL_TIME) {
                Some(PropValue::Time(time)) if time.is_date() => Some(*time),
                _ => None,
            };
            facts.recall_time = time.map(|time| Located::new(time, place("PidLidRecallTime")));
        }
        match properties.bytes(tags::REPORT_TAG).map(ReportTag::parse) {
            Some(Ok(tag)) => {
                let at = place("PidTagReportTag");
                if tag.message_search_key.is_empty() {
                    facts.notes.push("the report tag's search key is empty".to_owned());
                } else {
                    facts.add_key(tag.message_search_key.bytes(), format!("{at} > search key"));
                }
                let subject = properties.text_of(&PropValue::String8(tag.ansi_text.clone())).map(Cow::into_owned);
                let subject = subject.filter(|subject| !subject.is_empty());
                facts.original_subject = subject.map(|subject| Located::new(subject, format!("{at} > text")));
                facts.report_tag = Some(Located::new(tag.into_owned(), at));
            }
            Some(Err(error)) => facts.notes.push(format!("PidTagReportTag: {error}")),
            None => facts.notes.push("there is no report tag".to_owned()),
        }
        match properties.property(tags::PARENT_KEY).map(|property| (&property.value, property.source)) {
            Some((PropValue::Binary(key), source)) => {
                let name = match source {
                    crate::mapi::Source::Attribute { .. } => "attParentID",
                    _ => "PidTagParentKey",
                };
                facts.add_key(key, place(name));
            }
            Some(_) => facts.notes.push("PidTagParentKey is no binary value".to_owned()),
            None => {}
        }
        if let KeyState::Differ(one, other) = facts.key() {
            let note = format!("two places name different originals: {one} and {other}");
            facts.notes.push(note);
        }
        if facts.keys.is_empty() {
            facts.notes.push("no place names the search key of the original".to_owned());
        }
        facts
    }

    fn add_key(&mut self, bytes: &[u8], at: String) {
        if bytes.is_empty() {
            self.notes.push(format!("{at} is empty"));
        } else {
            self.keys.push(Located::new(SearchKey::from_bytes(bytes.to_vec()), at));
        }
    }
}

/// Facts that a recall request needs besides the original.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Request {
    /// The time at which the recall is started.
    pub now: FileTime,
    /// Random bytes, 16 of them, for the request's own search key.
    pub random: [u8; 16],
    /// Says whether the sender wants reports.
    pub wants_reports: bool,
}

/// Reason why no recall request can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The original has no search key, so that there is nothing to ask for.
    NoKey,
    /// The original's key does not fit a report tag.
    BadKey,
}

impl std::fmt::Display for RequestError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            RequestError::NoKey => "the original has no search key: there is nothing that a recall could ask for",
            RequestError::BadKey => "the original's search key does not fit a report tag",
        })
    }
}

impl std::error::Error for RequestError {}

impl Request {
    /// Makes a recall request for tests: class, key in 0x6800, in the report tag and in PidTagParentKey, subject, conversation
    /// and recipients of the original.
    ///
    /// 0x6801 and 0x6804 are left out, as nobody knows what they mean. Whether Outlook obeys such a request is not known.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn make(&self, original: &Message<'_>) -> Result<Message<'static>, RequestError> {
        let key = original.search_key().filter(|key| !key.is_empty()).ok_or(RequestError::NoKey)?.into_owned();
        let subject = original.subject().unwrap_or_default().into_owned();
        let mut request = Message::new(RECALL_CLASS);
        let binary = |bytes: Vec<u8>| PropValue::Binary(bytes.into());
        let set = &mut request.properties;
        let tag = ReportTag {
            search_folder_entry_id: Some(Cow::Borrowed(&[])),
            message_search_key: key.clone(),
            ansi_text: String8(text_of(&subject, set.code_page()).into()),
            ..ReportTag::default()
        };
        set.set(tags::REPORT_TAG, binary(tag.to_bytes().map_err(|_| RequestError::BadKey)?));
        set.set(RECALL_SEARCH_KEY, binary(key.bytes().to_vec()));
        set.set(RECALL_MESSAGE_CLASS, &*original.class().unwrap_or(Cow::Borrowed("IPM.Note")));
        set.set(tags::SEND_OUTLOOK_RECALL_REPORT, PropValue::Boolean(self.wants_reports));
        set.set(tags::PARENT_KEY, binary(key.bytes().to_vec()));
        set.set(tags::SUBJECT, format!("Recall: {subject}").as_str());
        set.set(tags::SUBJECT_PREFIX, "Recall: ");
        set.set(tags::NORMALIZED_SUBJECT, subject.as_str());
        set.set(tags::CLIENT_SUBMIT_TIME, PropValue::Time(self.now));
        set.set_named(&named::RECALL_TIME, PropValue::Time(self.now));
        set.set(tags::SEARCH_KEY, binary(SearchKey::new_message(self.random).bytes().to_vec()));
        let index = original.properties.bytes(tags::CONVERSATION_INDEX).map(ConversationIndex::parse);
        if let Some(Ok(index)) = index {
            // As seen: the conversation's GUID with the time of the recall.
            set.set(tags::CONVERSATION_INDEX, binary(ConversationIndex::new(self.now, index.guid).to_bytes()));
        }
        for tag in SENDER {
            // As Unicode, since the original's code page may be another.
            match original.properties.str(tag) {
                Some(text) => set.set(tag, &*text),
                None => {
                    if let Some(value) = original.properties.get(tag) {
                        set.set(tag, value.clone().into_owned());
                    }
                }
            }
        }
        request.recipients = original.recipients.iter().map(|row| row.clone().into_owned()).collect();
        let who = original.properties.str(tags::SENDER_NAME).unwrap_or(Cow::Borrowed("The sender"));
        let text = format!("{who} would like to recall the message, \"{subject}\".");
        request.properties.set(tags::BODY, text.as_str());
        Ok(request)
    }
}

/// The properties that say who sends.
const SENDER: [PropTag; 8] = [
    tags::SENDER_NAME,
    tags::SENDER_ADDRESS_TYPE,
    tags::SENDER_EMAIL_ADDRESS,
    tags::SENDER_SEARCH_KEY,
    tags::SENDER_SMTP_ADDRESS,
    tags::SENT_REPRESENTING_NAME,
    tags::SENT_REPRESENTING_ADDRESS_TYPE,
    tags::SENT_REPRESENTING_EMAIL_ADDRESS,
];

/// Text with its NUL in a code page, `?` for what it does not have.
fn text_of(text: &str, code_page: crate::base::CodePage) -> Vec<u8> {
    let mut bytes = code_page.encode(text).map(|encoded| encoded.bytes).unwrap_or_default();
    bytes.push(0);
    bytes
}

#[cfg(test)]
mod tests;
