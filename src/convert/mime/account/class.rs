//! What a class lives by: what it says in properties and in no body. The keys of reports stand in fields, what items say in their
//! calendar or card; the rest no mail says, so that it is found only where the stream is still there.

use crate::mapi::blob::VerbStream;
use crate::mapi::name::NameKind;
use crate::mapi::sets::PS_PUBLIC_STRINGS;
#[cfg(not(feature = "items"))]
use crate::mapi::sets::{PSETID_ADDRESS, PSETID_APPOINTMENT, PSETID_LOG, PSETID_MEETING, PSETID_NOTE, PSETID_TASK};
use crate::mapi::{PropName, PropValue, Property, PropertyBag, named, tags};
use crate::message::MessageKind;

use super::digest::Digest;
use super::fact::{Needle, Section, describe, place, range_of};
use super::loss::LossCode;
use super::words::Said;

/// Adds what the class lives by.
pub(super) fn facts(
    set: &PropertyBag<'_>,
    recipients: &[PropertyBag<'_>],
    kind: MessageKind,
    class: &str,
    section: &mut Section,
) {
    if let Some(PropValue::Binary(bytes)) = set.named(&named::VERB_STREAM) {
        let names: Option<Vec<String>> =
            VerbStream::parse(bytes).ok().map(|verbs| verbs.votes().map(|verb| verb.name()).collect());
        match names {
            Some(names) if names.is_empty() => {}
            Some(names) => {
                section.add(LossCode::Property, Needle::Stream, &format!("voting buttons: {}", names.join(", ")), None)
            }
            None => section.add(LossCode::Property, Needle::Stream, "voting buttons that cannot be read", None),
        }
    }
    match kind {
        MessageKind::Recall | MessageKind::RecallReport => {
            section.add(LossCode::Property, Needle::Stream, "the key of the message to be recalled", None);
        }
        MessageKind::DeliveryReport | MessageKind::NonDeliveryReport | MessageKind::ReadReceipt | MessageKind::NonReadReceipt => {
            let is_receipt = matches!(kind, MessageKind::ReadReceipt | MessageKind::NonReadReceipt);
            let keys = [
                (tags::REPORT_TAG, "the report tag", true),
                (tags::PARENT_KEY, "the key of the message that was read", is_receipt),
            ];
            for (tag, subject, is_said) in keys {
                if let Some(key) = set.bytes(tag).filter(|key| is_said && !key.is_empty()) {
                    section.add(LossCode::Property, Needle::Key(Digest::of(key)), subject, place(set, tag.id()));
                }
            }
        }
        #[cfg(feature = "items")]
        kind if kind.is_item() => super::item::facts(set, recipients, kind, section),
        #[cfg(not(feature = "items"))]
        kind if kind.is_item() => {
            for property in set.iter().filter(|property| is_of_item(property)) {
                let subject = format!("{} of the {}", describe(property), kind.describe());
                section.add(LossCode::Property, Needle::Stream, &subject, range_of(property));
            }
            if matches!(kind, MessageKind::MeetingRequest | MessageKind::Appointment) && !recipients.is_empty() {
                section.add(LossCode::Property, Needle::Stream, "the attendees and their answers", None);
            }
        }
        kind if is_form(kind, class) => {
            for property in set.iter().filter(|property| is_of_form(property)) {
                let Some(text) = set.text_of(&property.value) else { continue };
                let words = Said::of_text(&text).words;
                let subject = format!("{} of the form {class}: {text}", describe(property));
                if !words.is_empty() {
                    section.add(LossCode::Property, Needle::Text(words), &subject, range_of(property));
                }
            }
        }
        _ => {}
    }
}

#[cfg(not(feature = "items"))]
/// Dates, people and places: named ones of the sets of items, and the start, the end and the fields of people that have tags.
fn is_of_item(property: &Property<'_>) -> bool {
    let says = match &property.value {
        PropValue::String(text) => !text.to_text().is_empty(),
        PropValue::String8(text) => !text.text_bytes().is_empty(),
        PropValue::Time(_) => true,
        PropValue::Binary(bytes) => !bytes.is_empty(),
        PropValue::Multiple(values) => !values.is_empty(),
        _ => false,
    };
    let of_set = |name: &PropName<'_>| {
        [PSETID_APPOINTMENT, PSETID_TASK, PSETID_ADDRESS, PSETID_MEETING, PSETID_LOG, PSETID_NOTE].contains(&name.set)
    };
    let tagged = || {
        let id = property.tag.id();
        id == tags::START_DATE.id() || id == tags::END_DATE.id() || (0x3A00..0x3A60).contains(&id.0)
    };
    says && property.name.as_deref().map_or_else(tagged, of_set)
}

/// Whether a class is that of somebody's own form.
fn is_form(kind: MessageKind, class: &str) -> bool {
    match kind {
        MessageKind::Mail => !["IPM", "IPM.Note"].iter().any(|plain| class.eq_ignore_ascii_case(plain)) && !class.is_empty(),
        MessageKind::Other => !class.is_empty(),
        _ => false,
    }
}

/// The fields that Outlook's forms define: names of their own, without the look of an address of some schema or of a header field.
fn is_of_form(property: &Property<'_>) -> bool {
    let Some(PropName { set, kind: NameKind::String(name) }) = property.name.as_deref() else { return false };
    let name =
        String::from_utf8_lossy(&name.0.iter().copied().filter(|byte| *byte != 0).collect::<Vec<u8>>()).to_ascii_lowercase();
    let of_programs = ["http:", "urn:", "x-", "keywords", "content-"].iter().any(|start| name.starts_with(start));
    *set == PS_PUBLIC_STRINGS && !of_programs
}
