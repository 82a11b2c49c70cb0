//! Rights protection (Azure Information Protection, rights management): mail that cannot be recalled.
//!
//! | sign | source |
//! |---|---|
//! | attachment `message.rpmsg` | [MS-OXORMMS] 2.2.3.1 |
//! | part or attachment `application/x-microsoft-rpmsg-message` | [MS-OXORMMS] 2.2.3.2 |
//! | Content-Class `rpmsg.message` | [MS-OXORMMS], [MS-OXCMAIL] on PidNameContentClass |
//! | class `IPM.Note.rpmsg.*` | protected voice mail of Exchange |
//! | `msip_labels` with bit 0x8 of ContentBits | learn.microsoft.com/information-protection/develop/concept-mip-metadata |
//!
//! A label without that bit marks mail and does not encrypt it.

use crate::mapi::{NamedTag, PropType, named, sets};
use crate::message::{Message, MessageKind};

use super::located::Located;
use super::source::{Headers, PartFacts};

const CONTENT_TYPE: &str = "application/x-microsoft-rpmsg-message";
const FILE_NAME: &str = "message.rpmsg";
const CONTENT_CLASS: &str = "rpmsg.message";
/// How many headers of labels are looked at, and how many pairs in each: a message has one label of each organization, with
/// some eight pairs.
const MAX_LABELS: usize = 20;
const MAX_PAIRS: usize = 500;
/// ENCRYPT of ContentBits.
const ENCRYPT: u32 = 0x8;

/// The header of labels, as the property that Exchange makes of it.
const LABELS: NamedTag = NamedTag::string(sets::PS_INTERNET_HEADERS, "msip_labels", PropType::STRING);

/// Signs of a message's protection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Protection {
    /// The signs that it is protected.
    pub signs: Vec<Located<String>>,
    /// Labels that say nothing of encryption.
    pub labels: Vec<Located<String>>,
}

impl Protection {
    /// Returns whether any sign was found.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        !self.signs.is_empty()
    }

    pub(super) fn add_mail(&mut self, headers: &Headers, parts: &[PartFacts]) {
        for value in headers.all("Content-Class").filter(|value| is_protected_class(value)) {
            self.signs.push(Located::new(format!("Content-Class is {value}"), "header Content-Class"));
        }
        for value in headers.all("msip_labels").take(MAX_LABELS) {
            self.add_labels(value, "header msip_labels");
        }
        for part in parts {
            self.add_part(&part.content_type, &part.name, &part.at);
        }
    }

    pub(super) fn add_tnef(&mut self, message: &Message<'_>, place: &dyn Fn(&str) -> String) {
        if message.kind() == MessageKind::ProtectedMail {
            let class = message.class().unwrap_or_default();
            self.signs.push(Located::new(format!("the class is {class}"), place("PidTagMessageClass")));
        }
        if let Some(value) = message.properties.named_str(&named::CONTENT_CLASS).filter(|value| is_protected_class(value)) {
            self.signs.push(Located::new(format!("Content-Class is {value}"), place("PidNameContentClass")));
        }
        if let Some(value) = message.properties.named_str(&LABELS) {
            self.add_labels(&value, &place("PS_INTERNET_HEADERS msip_labels"));
        }
        for (number, attachment) in message.attachments.iter().enumerate() {
            let content_type = attachment.mime_tag().unwrap_or_default().to_ascii_lowercase();
            let name = attachment.file_name().unwrap_or_default();
            self.add_part(&content_type, &name, &place(&format!("attachment {number}")));
        }
    }

    fn add_part(&mut self, content_type: &str, name: &str, at: &str) {
        if content_type == CONTENT_TYPE {
            self.signs.push(Located::new(format!("the type is {CONTENT_TYPE}"), at));
        } else if name.eq_ignore_ascii_case(FILE_NAME) {
            self.signs.push(Located::new(format!("the file name is {FILE_NAME}"), at));
        }
    }

    /// `MSIP_Label_GUID_Attribute=value; ...`
    fn add_labels(&mut self, text: &str, at: &str) {
        let pairs = text.split(';').take(MAX_PAIRS).filter_map(|pair| pair.trim().split_once('='));
        let pairs: Vec<(&str, &str)> = pairs.map(|(name, value)| (name.trim(), value.trim())).collect();
        let of_label = |label: &str, attribute: &str| {
            pairs.iter().find(|(name, _)| name.strip_suffix(attribute) == Some(label)).map(|(_, value)| *value)
        };
        for (name, value) in &pairs {
            let Some(label) = name.strip_suffix("_Enabled").filter(|_| value.eq_ignore_ascii_case("true")) else { continue };
            let shown = of_label(label, "_Name").unwrap_or(label);
            let bits = of_label(label, "_ContentBits").and_then(|bits| bits.parse::<u32>().ok());
            match bits {
                Some(bits) if bits & ENCRYPT != 0 => {
                    self.signs.push(Located::new(format!("label {shown:?} with ContentBits {bits}, which encrypts"), at));
                }
                Some(bits) => {
                    self.labels.push(Located::new(format!("label {shown:?} with ContentBits {bits}, which does not encrypt"), at))
                }
                None => self.labels.push(Located::new(format!("label {shown:?}, which does not say whether it encrypts"), at)),
            }
        }
    }
}

fn is_protected_class(value: &str) -> bool {
    let value = value.trim();
    let ours = |prefix: &str| value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    value.eq_ignore_ascii_case(CONTENT_CLASS) || ours("IPM.Note.rpmsg.")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use crate::Attachment;
    use crate::mapi::tags;

    use super::*;

    fn headers(name: &str, value: &str) -> Headers {
        Headers(vec![(name.to_owned(), value.to_owned())])
    }

    fn part(content_type: &str, name: &str) -> Vec<PartFacts> {
        vec![PartFacts { content_type: content_type.to_owned(), name: name.to_owned(), at: "part 1".to_owned() }]
    }

    #[test]
    fn mail_is_protected_by_any_of_the_signs() {
        // The label's form is that of real mail; only the bits differ.
        let label = |bits: &str| {
            format!(
                "MSIP_Label_d4243a53-6221-4f75-8154-e4b33a5707a1_ContentBits={bits}; \
                 MSIP_Label_d4243a53-6221-4f75-8154-e4b33a5707a1_Enabled=true; \
                 MSIP_Label_d4243a53-6221-4f75-8154-e4b33a5707a1_Name=Public-AIP 2.0"
            )
        };
        let table = [
            (headers("Content-Class", "rpmsg.message"), part("text/plain", ""), true, 0),
            (headers("content-class", "IPM.Note.rpmsg.Microsoft.Voicemail.UM"), vec![], true, 0),
            (headers("Content-Class", "urn:content-classes:message"), vec![], false, 0),
            (Headers::default(), part("application/x-microsoft-rpmsg-message", ""), true, 0),
            (Headers::default(), part("application/octet-stream", "Message.RPMSG"), true, 0),
            (Headers::default(), part("application/octet-stream", "message.rpmsg.txt"), false, 0),
            (headers("msip_labels", &label("8")), vec![], true, 0),
            (headers("msip_labels", &label("9")), vec![], true, 0),
            (headers("msip_labels", &label("0")), vec![], false, 1),
            (headers("msip_labels", &label("7")), vec![], false, 1),
            (headers("msip_labels", &label("x")), vec![], false, 1),
            (headers("msip_labels", "MSIP_Label_a_Enabled=false; MSIP_Label_a_ContentBits=8"), vec![], false, 0),
            (headers("msip_labels", "=;;;_Enabled=true"), vec![], false, 1),
        ];
        for (headers, parts, protected, labels) in table {
            let mut protection = Protection::default();
            protection.add_mail(&headers, &parts);
            assert_eq!((protection.is_protected(), protection.labels.len()), (protected, labels), "{headers:?} {parts:?}");
        }
    }

    #[test]
    fn a_message_is_protected_by_class_attachment_or_property() {
        let of = |message: &Message<'_>| {
            let mut protection = Protection::default();
            protection.add_tnef(message, &|what| what.to_owned());
            protection.signs.iter().map(|sign| sign.at.clone()).collect::<Vec<_>>()
        };
        assert!(of(&Message::new("IPM.Note")).is_empty());
        assert_eq!(of(&Message::new("IPM.Note.rpmsg.Microsoft.Voicemail")), ["PidTagMessageClass"]);
        let mut message = Message::new("IPM.Note");
        let mut attachment = Attachment::from_bytes("message.rpmsg", Cow::Borrowed(&b"x"[..]));
        message.attachments.push(attachment.clone());
        assert_eq!(of(&message), ["attachment 0"]);
        attachment.properties.set(tags::ATTACH_LONG_FILENAME, "other");
        attachment.properties.set(tags::ATTACH_MIME_TAG, "Application/X-Microsoft-Rpmsg-Message");
        message.attachments = vec![attachment];
        assert_eq!(of(&message), ["attachment 0"]);
        message.attachments.clear();
        message.properties.set_named(&named::CONTENT_CLASS, "rpmsg.message");
        message.properties.set_named(&LABELS, "MSIP_Label_a_Enabled=true;MSIP_Label_a_ContentBits=15");
        assert_eq!(of(&message), ["PidNameContentClass", "PS_INTERNET_HEADERS msip_labels"]);
    }
}
