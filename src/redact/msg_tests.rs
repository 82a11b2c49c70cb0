//! Outlook messages in their place.

use super::*;
use crate::mapi::{RecipientType, Utf16};
use crate::message::{Attachment, MsgWriteOptions, Recipient};
use crate::msg::{CompoundFile, CompoundWriter, Entry};

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let lower = bytes.to_ascii_lowercase();
    [text.to_lowercase().into_bytes(), wide(&text.to_lowercase())].iter().any(|part| lower.windows(part.len()).any(|w| w == part))
}

/// A message that says `Zebrowski` everywhere.
fn message() -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.set(crate::tags::SUBJECT, "Report of Zebrowski");
    message.set(crate::tags::BODY, "Zebrowski ".repeat(1_000).as_str());
    message.set(crate::named::KEYWORDS, ["Zebrowski", "red"]);
    message.properties.set(tags::MESSAGE_LOCALE_ID, PropValue::Integer32(1033));
    let set = crate::mapi::sets::PS_PUBLIC_STRINGS;
    let name = PropName { set, kind: NameKind::String(Utf16::from("ZebrowskiField")) };
    let source = crate::mapi::Source::Made;
    let tag = PropTag(0x8000_001F);
    message.properties.push(crate::mapi::Property { tag, name: Some(Box::new(name)), value: "Zebrowski".into(), source });
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Zebrowski", "zebrowski@contoso.com"));
    message.attachments.push(Attachment::from_bytes("Zebrowski.bin", [&[7; 5000][..], b"\0Zebrowski"].concat()));
    let mut inner = Message::new("IPM.Note");
    inner.set(crate::tags::SUBJECT, "Zebrowski");
    inner.attachments.push(Attachment::from_bytes("a.txt", &b"Zebrowski"[..]));
    message.attachments.push(Attachment::from_message(inner.clone()));
    let mut object = CompoundWriter::new();
    object.stream(CompoundWriter::ROOT, "CONTENTS", [&[9; 5000][..], b"Zebrowski"].concat());
    object.stream(CompoundWriter::ROOT, "Zebrowski", &b"Zebrowski"[..]);
    let within = object.storage(CompoundWriter::ROOT, "ObjectPool");
    object.stream(within, "\u{1}Ole10Native", &b"Zebrowski"[..]);
    message.attachments.push(Attachment::from_storage("Object", object.to_bytes().unwrap()));
    message.attachments.push(Attachment::from_bytes("a.msg", inner.to_msg(&MsgWriteOptions::default()).unwrap()));
    message.attachments.push(Attachment::from_bytes("a.dat", inner.to_tnef(&crate::WriteOptions::default()).unwrap()));
    message
}

/// The message with text wherever a container has room for some.
fn file() -> Vec<u8> {
    let mut bytes = message().to_msg(&MsgWriteOptions::default()).unwrap();
    let find = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).position(|w| w == part).unwrap();
    // Behind a long stream, behind a short one, behind a name in the directory, in entries and sectors that are not in use.
    let long = find(&bytes, &[7; 5000]) + 5010;
    assert_eq!(bytes[long..long + 20], [0; 20]);
    bytes[long..long + 9].copy_from_slice(b"Zebrowski");
    let short = find(&bytes, &wide("\u{0}Zebrowski")[2..]) + 18;
    bytes[short..short + 9].copy_from_slice(b"Zebrowski");
    let entry = find(&bytes, &wide("__nameid_version1.0")) + 42;
    bytes[entry..entry + 18].copy_from_slice(&wide("Zebrowski"));
    let free = (0..bytes.len() / 128).map(|n| n * 128).find(|at| {
        let entry = &bytes[*at..*at + 128];
        entry[..68] == [0; 68] && entry[68..80] == [0xFF; 12]
    });
    if let Some(free) = free {
        bytes[free..free + 18].copy_from_slice(&wide("Zebrowski"));
    }
    bytes.extend(b"Zebrowski".repeat(100));
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn each(file: &CompoundFile<'_>, storage: &Entry<'_>, path: &str, found: &mut Vec<(String, u64)>) {
    for child in file.children(storage) {
        let path = format!("{path}/{}", child.name());
        if child.is_storage() {
            each(file, child, &path, found);
        }
        found.push((path, child.length()));
    }
}

#[test]
fn nothing_of_the_text_is_left_anywhere_and_all_is_where_it_was() {
    let bytes = file();
    assert!(holds(&bytes, "zebrowski"));
    let options = ReadOptions::lenient();
    let redaction = redact(&bytes, 3, &options).unwrap();
    let out = &redaction.bytes;
    assert_eq!(out.len(), bytes.len());
    assert!(!holds(out, "zebrowski"));
    let (one, other) = (Message::read(&bytes, &options).unwrap(), Message::read(out, &options).unwrap());
    assert!(one.report().is_empty() && other.report().is_empty(), "{:?}", other.report());
    let (old, new) = (CompoundFile::open(&bytes).unwrap(), CompoundFile::open(out).unwrap());
    let (mut before, mut after) = (Vec::new(), Vec::new());
    each(&old, old.root(), "", &mut before);
    each(&new, new.root(), "", &mut after);
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.1, after.1, "{before:?}");
        assert!(before.0 == after.0 || before.0.contains("Zebrowski"), "{before:?} {after:?}");
    }
    // Equal things stay equal, at every depth and in every container.
    let name = other.subject().unwrap().rsplit(' ').next().unwrap().to_owned();
    assert_ne!(name, "Zebrowski");
    assert_eq!(other.recipients[0].display_name().unwrap(), name);
    let Content::Message(inner) = &other.attachments[1].content else { panic!("no message") };
    assert_eq!(inner.subject().unwrap(), name);
    assert_eq!(inner.attachments[0].data(), name.as_bytes());
    for number in [3, 4] {
        let inner = Message::read(other.attachments[number].data(), &options).unwrap();
        assert_eq!(inner.subject().unwrap(), name, "{number}");
    }
    let keywords = other.get(crate::named::KEYWORDS).unwrap();
    assert_eq!(keywords[0], name);
    // A name that nobody specified is another one, and those of the specification are themselves.
    let named: Vec<String> = other.properties.iter().filter_map(|p| p.name.as_ref()).map(|name| name.to_string()).collect();
    assert_eq!(named.len(), 2);
    assert!(named.iter().any(|name| name.contains("Keywords")) && !named.iter().any(|name| name.contains("Field")), "{named:?}");
    assert_eq!(redaction.replaced.get("names of properties that no specification names"), Some(&1));
    let Content::Object(object) = &other.attachments[2].content else { panic!("no object") };
    let storage = CompoundFile::open(&object.data).unwrap();
    assert!(storage.children(storage.root()).any(|entry| entry.name() == "CONTENTS" && entry.length() == 5009));
}

#[test]
fn damage_of_a_container_stays_and_nothing_panics() {
    let bytes = message().to_msg(&MsgWriteOptions::default()).unwrap();
    let options = ReadOptions::lenient();
    let found = |bytes: &[u8]| {
        let read = Message::read(bytes, &options);
        let report = read.as_ref().map_or_else(crate::Error::report, Message::report);
        report.diagnostics().iter().map(|d| (d.code, d.offset)).collect::<Vec<_>>()
    };
    let (mut refused, mut tried) = (0, 0);
    for at in (0..bytes.len()).step_by(if cfg!(debug_assertions) { 97 } else { 11 }) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x15;
        for damaged in [&bytes[..at], &flipped] {
            tried += 1;
            match redact(damaged, 1, &options) {
                Ok(redaction) => {
                    assert_eq!(found(damaged), found(&redaction.bytes), "{at}");
                    assert!(!holds(&redaction.bytes, "zebrowski"), "{at}");
                }
                Err(error) if error.kind() == ErrorKind::Malformed => {}
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused <= tried / 20, "{refused} of {tried}");
}
