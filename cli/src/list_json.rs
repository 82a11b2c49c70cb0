//! What `winmail list --json` says of a file: made while it is written, so that no message is in memory twice.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use winmail::mapi::tags;
use winmail::message::Content;
use winmail::{Attachment, Message, Recipient, Report};

use super::item;
use super::large::Pieces;
use super::list::{attachment_words, body_words, sender, sent};

/// The schema of the JSON.
pub(super) const SCHEMA: &str = "winmail-list/1";

/// A file, or a message of several in one.
#[derive(Serialize)]
pub(super) struct FileJson<'m> {
    pub(super) schema: &'static str,
    pub(super) file: &'m str,
    pub(super) part: Option<String>,
    pub(super) error: Option<&'m str>,
    pub(super) size: u64,
    pub(super) message: MessageJson<'m>,
    #[serde(flatten)]
    pub(super) report: &'m Report,
}

#[derive(Serialize)]
pub(super) struct MessageJson<'m> {
    kind: &'static str,
    class: Option<Cow<'m, str>>,
    subject: Option<Cow<'m, str>>,
    topic: Option<Cow<'m, str>>,
    from: Option<String>,
    sent: Option<String>,
    search_key: Option<String>,
    code_page: u32,
    item: Vec<(&'static str, String)>,
    bodies: Vec<BodyJson>,
    recipients: Recipients<'m>,
    attachments: Attachments<'m>,
}

#[derive(Serialize)]
struct BodyJson {
    format: &'static str,
    size: usize,
}

struct Recipients<'m>(&'m [Recipient<'m>]);

#[derive(Serialize)]
struct RecipientJson<'m> {
    r#type: Option<String>,
    name: Option<Cow<'m, str>>,
    address: Option<Cow<'m, str>>,
}

struct Attachments<'m>(&'m [Attachment<'m>], &'m Pieces);

#[derive(Serialize)]
struct AttachmentJson<'m> {
    name: Option<Cow<'m, str>>,
    what: &'static str,
    size: Option<u64>,
    mime_type: Option<Cow<'m, str>>,
    content_id: Option<Cow<'m, str>>,
    inline: bool,
    message: Option<MessageJson<'m>>,
}

impl<'m> MessageJson<'m> {
    pub(super) fn new(message: &'m Message<'m>, pieces: &'m Pieces) -> Self {
        let body = |body: &winmail::message::Body<'_>| {
            let (format, size) = body_words(body);
            BodyJson { format, size }
        };
        MessageJson {
            kind: message.kind().describe(),
            class: message.class(),
            subject: message.subject(),
            topic: message.properties.str(tags::CONVERSATION_TOPIC),
            from: sender(message),
            sent: sent(message),
            search_key: message.search_key().map(|key| key.to_string()),
            code_page: message.code_page().0,
            item: item::rows(message),
            bodies: message.bodies().iter().map(body).collect(),
            recipients: Recipients(&message.recipients),
            attachments: Attachments(&message.attachments, pieces),
        }
    }
}

impl Serialize for Recipients<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|recipient| RecipientJson {
            r#type: recipient.recipient_type().map(|kind| kind.role().to_string()),
            name: recipient.display_name(),
            address: recipient.smtp_address().or_else(|| recipient.address()),
        }))
    }
}

impl Serialize for Attachments<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|attachment| {
            let nested = match &attachment.content {
                Content::Message(message) => Some(&**message),
                _ => None,
            };
            AttachmentJson {
                name: attachment.file_name(),
                what: attachment_words(attachment),
                // A message in a .msg has no bytes of its own.
                size: match nested {
                    Some(nested) if nested.source().is_empty() => None,
                    _ => Some(self.1.length(attachment.data())),
                },
                mime_type: attachment.mime_tag(),
                content_id: attachment.content_id(),
                inline: attachment.is_inline(),
                message: nested.map(|nested| MessageJson::new(nested, self.1)),
            }
        }))
    }
}
