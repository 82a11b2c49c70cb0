//! The real recall requests of the corpus: recognised, their keys and report tags read.
#![cfg(feature = "recall")]

use winmail::ReadOptions;
use winmail::mapi::SearchKey;
use winmail::message::MessageKind;
use winmail::recall::{Form, Item, KeyState};

/// Sample, key, places of the key, original's subject, sender, message entry id of the report tag. Read off the samples'
/// bytes by hand: 0x6800 is `02 01 00 68 01 00 00 00 10 00 00 00` and 16 bytes.
type Sample = (&'static str, &'static str, &'static [&'static str], &'static str, Option<&'static str>, usize);
const RECALLS: [Sample; 4] = [
    (
        "tnef/lkml-2002-outlook-recall.tnef",
        "9F77A25474CA92439055A5983CD61060",
        &["0x6800"],
        "[RFC] down and down_interruptible on x86",
        Some("balbir.singh@wipro.com"),
        24,
    ),
    (
        "eml/lkml-2002-outlook-recall.eml",
        "9F77A25474CA92439055A5983CD61060",
        &["part 2 > 0x6800"],
        "[RFC] down and down_interruptible on x86",
        Some("balbir.singh@wipro.com"),
        24,
    ),
    (
        "tnef/lkml-2020-outlook-recall-cp65001.tnef",
        "03DFAC8160261543B399125A555CAC28",
        &["0x6800", "PidTagReportTag > search key"],
        "extcon: add EXTCON_JACK_UNSUPPORTED for external headset jack",
        None,
        70,
    ),
    (
        "eml/lkml-2020-outlook-recall-cp65001.eml",
        "03DFAC8160261543B399125A555CAC28",
        &["part 2 > 0x6800", "part 2 > PidTagReportTag > search key"],
        "extcon: add EXTCON_JACK_UNSUPPORTED for external headset jack",
        Some("mengw@codeaurora.org"),
        70,
    ),
];

#[test]
fn real_recalls_name_their_originals() {
    let Some(corpus) = crate::support::corpus() else { return };
    for (name, key, places, subject, sender, entry_id) in RECALLS {
        let bytes = std::fs::read(corpus.join(name)).unwrap();
        let item = Item::read(name, &bytes, &ReadOptions::lenient()).unwrap();
        assert!(item.is_request(), "{name}");
        assert_eq!(item.form, if name.ends_with(".eml") { Form::MailWithTnef } else { Form::Tnef });
        let request = item.request.as_ref().unwrap();
        assert_eq!(request.keys.iter().map(|key| key.at.as_str()).collect::<Vec<_>>(), places, "{name}");
        let KeyState::One(found) = request.key() else { panic!("{name}: {:?}", request.keys) };
        assert_eq!(found.value, SearchKey::from_hex(key).unwrap(), "{name}");
        assert_eq!(request.original_subject.as_ref().unwrap().value, subject, "{name}");
        assert_eq!(request.original_class.as_ref().map(|class| class.value.as_str()).unwrap_or("IPM.Note"), "IPM.Note");
        assert_eq!(item.facts.sender.as_ref().map(|sender| sender.value.as_str()), sender, "{name}");
        let tag = &request.report_tag.as_ref().unwrap().value;
        assert_eq!(tag.message_entry_id.len(), entry_id, "{name}");
        // A recall asks for another message than itself.
        assert!(item.keys.is_empty(), "{name}: {:?}", item.keys);
    }
}

/// Every stream and mail of the corpus is read or refused with a reason, and only recalls are taken for recalls.
#[test]
fn nothing_else_is_taken_for_a_recall() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut recalls = Vec::new();
    let mut read = 0;
    for folder in ["tnef", "eml"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let name = format!("{folder}/{}", path.file_name().unwrap().to_string_lossy());
            let Ok(item) = Item::read(&name, &bytes, &ReadOptions::lenient()) else { continue };
            read += 1;
            match item.kind {
                MessageKind::Recall => recalls.push(name),
                MessageKind::RecallReport => assert!(item.request.is_some(), "{name}"),
                _ => assert!(item.request.is_none(), "{name}"),
            }
        }
    }
    assert!(read > 100, "only {read} samples were read");
    for (name, ..) in RECALLS {
        assert!(recalls.iter().any(|recall| recall == name), "{name}");
    }
    assert!(recalls.iter().all(|name| name.contains("recall")), "{recalls:?}");
}

/// What the real requests carry is what [`winmail::recall::Request`] makes.
#[test]
fn a_made_request_has_what_real_ones_have() {
    use winmail::mapi::{PropValue, tags};
    use winmail::recall::{RECALL_SEARCH_KEY, Request};
    use winmail::{FileTime, Message};
    let Some(corpus) = crate::support::corpus() else { return };
    let bytes = std::fs::read(corpus.join(RECALLS[2].0)).unwrap();
    let real = Message::from_tnef(&bytes).unwrap();
    let mut original = Message::new("IPM.Note");
    original.properties.set(tags::SUBJECT, RECALLS[2].3);
    let key = SearchKey::from_hex(RECALLS[2].1).unwrap();
    original.properties.set(tags::SEARCH_KEY, PropValue::Binary(key.bytes().to_vec().into()));
    let request = Request { now: FileTime(0x01D6_D4E8_0000_0000), random: [1; 16], wants_reports: true };
    let made = request.make(&original).unwrap();
    assert_eq!(made.class(), real.class());
    assert_eq!(made.properties.get(RECALL_SEARCH_KEY), real.properties.get(RECALL_SEARCH_KEY));
    let tag = |message: &Message<'_>| {
        let bytes = message.properties.bytes(tags::REPORT_TAG).unwrap().to_vec();
        let tag = winmail::mapi::blob::ReportTag::parse(&bytes).unwrap().into_owned();
        (tag.search_folder_entry_id.is_some(), tag.message_search_key, tag.ansi_text, tag.trailing)
    };
    assert_eq!(tag(&made), tag(&real));
}
