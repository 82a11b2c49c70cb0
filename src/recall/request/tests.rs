use super::*;
use crate::base::ReadOptions;
use crate::mapi::{RecipientType, Utf16};
use crate::recall::Item;
use crate::{Recipient, WriteOptions};

const KEY: [u8; 16] = *b"\xD0\x1A\x44\x6A\x89\x2F\x58\x4A\x9C\x56\x3C\xBC\x60\x24\x41\x08";
const OTHER: [u8; 16] = [7; 16];
const NOW: FileTime = FileTime(0x01DA_1713_6D2F_1E00);

fn binary(bytes: &[u8]) -> PropValue<'static> {
    PropValue::Binary(bytes.to_vec().into())
}

fn tag(key: &[u8]) -> Vec<u8> {
    ReportTag { message_search_key: SearchKey::from_bytes(key), ansi_text: String8(b"Figures\0".into()), ..ReportTag::default() }
        .to_bytes()
        .unwrap()
}

/// A recall with these values in 0x6800, the report tag and PidTagParentKey.
fn recall(own: Option<&[u8]>, report_tag: Option<&[u8]>, parent: Option<&[u8]>) -> RequestFacts {
    let mut message = Message::new(RECALL_CLASS);
    for (place, value) in [(RECALL_SEARCH_KEY, own), (tags::REPORT_TAG, report_tag), (tags::PARENT_KEY, parent)] {
        if let Some(value) = value {
            message.properties.set(place, binary(value));
        }
    }
    RequestFacts::of(&message, &str::to_owned)
}

#[test]
fn the_key_is_looked_for_in_three_places_in_their_order() {
    let (own, other) = (tag(&KEY), tag(&OTHER));
    let empty = tag(&[]);
    let table: [(_, _, _, &[&str], bool); 7] = [
        (Some(&KEY[..]), Some(&own[..]), Some(&KEY[..]), &["0x6800", "PidTagReportTag > search key", "PidTagParentKey"], false),
        (Some(&KEY), Some(&empty), None, &["0x6800"], false),
        (None, Some(&own), None, &["PidTagReportTag > search key"], false),
        (None, None, Some(&KEY), &["PidTagParentKey"], false),
        (Some(&KEY), Some(&other), None, &["0x6800", "PidTagReportTag > search key"], true),
        (Some(&[]), None, None, &[], false),
        (None, None, None, &[], false),
    ];
    for (own, report_tag, parent, places, differ) in table {
        let facts = recall(own, report_tag, parent);
        assert_eq!(facts.keys.iter().map(|key| key.at.as_str()).collect::<Vec<_>>(), places);
        assert_eq!(matches!(facts.key(), KeyState::Differ(..)), differ);
        assert_eq!(facts.notes.iter().any(|note| note.starts_with("two places name different originals")), differ);
        assert_eq!(facts.notes.iter().any(|note| note.starts_with("no place names")), places.is_empty());
    }
}

#[test]
fn what_is_wrong_with_a_recall_is_said() {
    let note = |facts: &RequestFacts, text: &str| facts.notes.iter().any(|note| note.contains(text));
    assert!(note(&recall(None, None, None), "there is no report tag"));
    assert!(note(&recall(None, Some(b"rubbish"), None), "PidTagReportTag: invalid report tag"));
    let mut message = Message::new(RECALL_CLASS);
    message.properties.set(PropTag(0x6800_0003), PropValue::Integer32(1));
    assert!(note(&RequestFacts::of(&message, &str::to_owned), "0x6800 is no binary value"));
}

/// The ids from 0x6800 on are each class's own.
#[test]
fn other_classes_do_not_name_an_original_in_0x6800() {
    let mut message = Message::new("IPM.Recall.Report.Failure");
    message.properties.set(RECALL_SEARCH_KEY, binary(&OTHER));
    message.properties.set(tags::REPORT_TAG, binary(&tag(&KEY)));
    let facts = RequestFacts::of(&message, &str::to_owned);
    assert!(matches!(facts.key(), KeyState::One(key) if key.value == SearchKey::from(KEY)));
    assert!(facts.wants_reports.is_none());
    // And of a mail nothing is asked at all.
    message.properties.set(tags::MESSAGE_CLASS, "IPM.Note");
    assert!(Item::of_message("m", &message).request.is_none());
}

fn original() -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "Figures \u{2013} Q3");
    message.properties.set(tags::SEARCH_KEY, binary(&KEY));
    message.properties.set(tags::SENDER_SMTP_ADDRESS, "alice@fabrikam.com");
    let index = ConversationIndex::new(FileTime(0x01DA_1700_0000_0000), uuid::Uuid::from_u128(7));
    message.properties.set(tags::CONVERSATION_INDEX, binary(&index.to_bytes()));
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Bob", "bob@fabrikam.com"));
    message
}

#[test]
fn a_request_asks_for_its_original_and_survives_writing() {
    let request = Request { now: NOW, random: [9; 16], wants_reports: true }.make(&original()).unwrap();
    let bytes = request.to_tnef(&WriteOptions::default()).unwrap();
    let read = Message::read(&bytes, &ReadOptions::strict()).unwrap();
    let report = read.report();
    assert!(report.is_empty(), "{report:?}");
    let item = Item::of_message("r", &read);
    assert!(item.is_request());
    let facts = item.request.as_ref().unwrap();
    assert_eq!(facts.keys.len(), 3, "{facts:?}");
    assert!(matches!(facts.key(), KeyState::One(key) if key.value == SearchKey::from(KEY)));
    assert_eq!(facts.original_subject.as_ref().unwrap().value, "Figures \u{2013} Q3");
    assert_eq!(facts.original_class.as_ref().unwrap().value, "IPM.Note");
    assert!(facts.wants_reports.as_ref().unwrap().value);
    assert_eq!(facts.recall_time.as_ref().unwrap().value, NOW);
    assert_eq!(read.subject().as_deref(), Some("Recall: Figures \u{2013} Q3"));
    assert_eq!(item.facts.conversation.as_ref().unwrap().value, uuid::Uuid::from_u128(7));
    assert_eq!(item.facts.recipients.first().unwrap().value, "bob@fabrikam.com");
    assert_eq!(item.facts.sender.as_ref().unwrap().value, "alice@fabrikam.com");
    // A key of its own, which is not the original's.
    assert!(matches!(item.key(), KeyState::One(key) if key.value != SearchKey::from(KEY)));
    assert_eq!(read.properties.get(RECALL_MESSAGE_CLASS), Some(&PropValue::String(Utf16::from("IPM.Note"))));
}

#[test]
fn without_a_key_there_is_nothing_to_ask_for() {
    let request = Request { now: NOW, random: [9; 16], wants_reports: false };
    let mut message = original();
    message.properties.set(tags::SEARCH_KEY, binary(&[]));
    assert_eq!(request.make(&message), Err(RequestError::NoKey));
    message.properties.remove(tags::SEARCH_KEY);
    assert_eq!(request.make(&message), Err(RequestError::NoKey));
}
