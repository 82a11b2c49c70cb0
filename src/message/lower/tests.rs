//! What writing promises, on real and hostile streams and on generated messages.

use std::collections::HashSet;

use super::*;
use crate::base::{ErrorKind, LegacyAttributes, Report};
use crate::mapi::RecipientType;
use crate::mapi::corpus;
use crate::message::{Attachment, Content, Recipient};
use crate::{Limits, ReadOptions};

/// The streams of the corpus that can be read.
fn streams() -> Vec<(String, Vec<u8>)> {
    let files = corpus::files("tnef");
    let (readable, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, bytes)| Message::from_tnef(bytes).is_ok());
    if !readable.is_empty() {
        // What has no signature and no attribute is no stream.
        assert!(readable.len() > others.len(), "{}", others.len());
        println!("{} streams, {} files that are none", readable.len(), others.len());
    }
    readable
}

/// A message and all messages in it.
fn all<'s, 'm>(message: &'s Message<'m>, found: &mut Vec<&'s Message<'m>>) {
    found.push(message);
    for attachment in &message.attachments {
        if let Content::Message(inner) = &attachment.content {
            all(inner, found);
        }
    }
}

fn bytes_of(rope: &Rope<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    rope.write(&mut out).unwrap();
    out
}

#[test]
fn what_was_not_edited_is_written_as_it_was_read() {
    let limits = |set: fn(&mut Limits)| {
        let mut limits = Limits::default();
        set(&mut limits);
        ReadOptions::lenient().with_limits(limits)
    };
    let readings = [
        ReadOptions::lenient(),
        limits(|l| l.properties = 20),
        limits(|l| l.attributes = 7),
        limits(|l| l.attachments = 1),
        limits(|l| l.recipients = 1),
        limits(|l| l.depth = 1),
    ];
    for (name, bytes) in streams() {
        for options in &readings {
            let message = Message::read(&bytes, options, &mut Report::new()).unwrap();
            let mut found = Vec::new();
            all(&message, &mut found);
            for message in found {
                assert!(message.to_tnef(&WriteOptions::default()).unwrap() == message.source(), "{name}");
                let (rope, untouched) = mirror::rebuilt(message, &WriteOptions::default()).unwrap();
                assert!(untouched && bytes_of(&rope) == message.source(), "{name}");
                let owned = message.clone().into_owned();
                assert!(owned.to_tnef(&WriteOptions::default()).unwrap() == owned.source(), "{name}");
            }
        }
    }
}

/// What a message says, without where and how: properties sorted, text as text.
fn gist(message: &Message<'_>) -> Vec<String> {
    let mut lines = set_gist(&message.properties, false);
    for (number, recipient) in message.recipients.iter().enumerate() {
        lines.extend(set_gist(&recipient.properties, false).into_iter().map(|line| format!("recipient {number}: {line}")));
    }
    for (number, attachment) in message.attachments.iter().enumerate() {
        let mut inner = set_gist(&attachment.properties, true);
        match &attachment.content {
            Content::None => inner.push("nothing".to_owned()),
            Content::Bytes(bytes) => inner.push(format!("bytes {}", digest(bytes))),
            Content::Object(object) => inner.push(format!("object {:?} {}", object.interface, digest(&object.data))),
            Content::Message(message) => inner.extend(gist(message)),
        }
        lines.extend(inner.into_iter().map(|line| format!("attachment {number}: {line}")));
    }
    lines
}

fn digest(bytes: &[u8]) -> String {
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    std::hash::Hasher::write(&mut hasher, bytes);
    format!("{} bytes, {:016x}", bytes.len(), std::hash::Hasher::finish(&hasher))
}

fn set_gist(set: &PropertySet<'_>, is_attachment: bool) -> Vec<String> {
    let mut lines: Vec<String> = set
        .iter()
        .filter(|property| !(is_attachment && canonical::is_data(property)))
        .map(|property| {
            let name = property.name.as_ref().map_or_else(|| property.tag.id().to_string(), ToString::to_string);
            let value =
                |value: &PropValue<'_>| set.text_of(value).map_or_else(|| format!("{value:?}"), |text| format!("{text:?}"));
            let value = match &property.value {
                PropValue::Multiple(values) => values.iter().map(value).collect::<Vec<_>>().join(", "),
                single => value(single),
            };
            format!("{name} {value}")
        })
        .collect();
    lines.sort();
    // A property may be there twice with the same value.
    lines.dedup();
    lines
}

/// The attachment and property that a line is about, where that is what an attAttachRendData or a title can say.
fn implied_by_attributes(line: &str) -> Option<String> {
    let (attachment, rest) = line.split_once(": 0x")?;
    let id = rest.get(..4)?;
    (attachment.starts_with("attachment") && ["3705", "370B", "370A", "3707"].contains(&id))
        .then(|| format!("{attachment}: 0x{id}"))
}

/// What is no longer said, and what is said that was not. An attachment gets an attAttachRendData and a title, which say
/// something where the model was silent.
fn difference(one: &Message<'_>, two: &Message<'_>) -> Vec<String> {
    let (one, two): (HashSet<String>, HashSet<String>) = (gist(one).into_iter().collect(), gist(two).into_iter().collect());
    let said: HashSet<String> = one.iter().filter_map(|line| implied_by_attributes(line)).collect();
    let implied = |line: &String| implied_by_attributes(line).is_some_and(|about| !said.contains(&about));
    let short = |sign: char, line: &String| format!("{sign} {}", line.chars().take(150).collect::<String>());
    let lost = one.difference(&two).map(|line| short('-', line));
    let new = two.difference(&one).filter(|line| !implied(line)).map(|line| short('+', line));
    lost.chain(new).collect()
}

fn assert_none(failures: &[String]) {
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.iter().take(60).cloned().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn canonical_streams_say_what_the_source_says_and_are_stable() {
    let mut failures = Vec::new();
    for (name, bytes) in streams() {
        let message = Message::from_tnef(&bytes).unwrap();
        for legacy in [LegacyAttributes::None, LegacyAttributes::Exchange, LegacyAttributes::Outlook] {
            let options = WriteOptions::canonical().with_legacy(legacy);
            let first = message.to_tnef(&options).unwrap();
            let mut report = Report::new();
            let again = Message::read(&first, &ReadOptions::lenient(), &mut report).unwrap();
            failures.extend(difference(&message, &again).first().map(|line| format!("{name} {legacy:?}: {line}")));
            let second = again.to_tnef(&options).unwrap();
            if first != second {
                failures.push(format!("{name} {legacy:?} is not stable"));
            }
            for attribute in crate::tnef::Reader::new(&first).unwrap().attributes() {
                let attribute = attribute.unwrap();
                assert_eq!(attribute.checksum_state(), crate::tnef::ChecksumState::Match, "{name}");
            }
        }
    }
    assert_none(&failures);
}

type Edit = (&'static str, fn(&mut Message<'_>) -> bool);

/// Edits that change one thing; `false` where there is nothing to change.
const EDITS: &[Edit] = &[
    ("subject", |message| {
        message.properties.set(tags::SUBJECT, "changed \u{20AC} \u{416}");
        true
    }),
    ("no subject", |message| message.properties.remove(tags::SUBJECT).is_some()),
    ("class", |message| {
        message.properties.set(tags::MESSAGE_CLASS, "IPM.Other");
        true
    }),
    ("importance", |message| {
        message.properties.set(tags::IMPORTANCE, PropValue::Integer32(7));
        true
    }),
    ("no properties", |message| {
        message.properties.retain(|_| false);
        true
    }),
    ("named", |message| {
        let named =
            crate::mapi::NamedTag::string(crate::mapi::sets::PS_PUBLIC_STRINGS, "winmail-test", crate::mapi::PropType::STRING);
        message.properties.set_named(&named, "value");
        true
    }),
    ("date", |message| {
        message.properties.set(tags::CLIENT_SUBMIT_TIME, PropValue::Time(crate::FileTime(0x01DA_1747_C66D_0001)));
        true
    }),
    ("recipient", |message| {
        message.recipients.push(Recipient::smtp(RecipientType::TO, "Jane", "jane@example.com"));
        true
    }),
    ("recipient first", |message| {
        message.recipients.insert(0, Recipient::smtp(RecipientType::TO, "Jane", "jane@example.com"));
        true
    }),
    ("no recipient", |message| {
        !message.recipients.is_empty() && message.recipients.remove(0).recipient_type().is_none_or(|_| true)
    }),
    ("recipient's name", |message| {
        message.recipients.first_mut().is_some_and(|first| {
            first.properties.set(tags::DISPLAY_NAME, "Somebody else");
            true
        })
    }),
    ("attachment", |message| {
        message.attachments.push(Attachment::from_bytes("new.txt", &b"new"[..]));
        true
    }),
    ("attachment first", |message| {
        message.attachments.insert(0, Attachment::from_bytes("new.txt", &b"new"[..]));
        true
    }),
    ("no attachment", |message| !message.attachments.is_empty() && message.attachments.remove(0).number() == 0),
    ("no last attachment", |message| message.attachments.pop().is_some()),
    ("attachments reversed", |message| {
        message.attachments.reverse();
        message.attachments.len() > 1
    }),
    ("attachment twice", |message| {
        let Some(first) = message.attachments.first().cloned() else { return false };
        message.attachments.push(first);
        true
    }),
    ("name of attachment", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.properties.set(tags::ATTACH_LONG_FILENAME, "other.bin");
            true
        })
    }),
    ("method of attachment", |message| {
        message.attachments.last_mut().is_some_and(|last| {
            last.properties.set(tags::RENDERING_POSITION, PropValue::Integer32(77));
            true
        })
    }),
    ("attachment's bytes", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.content = Content::Bytes(Cow::Borrowed(b"other bytes"));
            true
        })
    }),
    ("attachment's object", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.content = Content::Object(crate::mapi::Object {
                interface: Some(crate::mapi::Object::ISTREAM),
                data: Cow::Borrowed(b"other"),
            });
            true
        })
    }),
    ("attachment's message", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.content = Content::Message(Box::new(Message::new("IPM.Inner")));
            true
        })
    }),
    ("no contents", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.content = Content::None;
            true
        })
    }),
    ("inner subject", |message| {
        let mut inner = message.attachments.iter_mut().filter_map(|attachment| match &mut attachment.content {
            Content::Message(inner) => Some(inner),
            _ => None,
        });
        inner.next().is_some_and(|inner| {
            inner.properties.set(tags::SUBJECT, "changed inside");
            true
        })
    }),
];

#[test]
fn an_edit_changes_what_it_changes_and_nothing_else() {
    let mut failures = Vec::new();
    let mut done = 0;
    for (name, bytes) in streams() {
        for (what, edit) in EDITS {
            let mut message = Message::from_tnef(&bytes).unwrap();
            if !edit(&mut message) {
                continue;
            }
            done += 1;
            let first = message.to_tnef(&WriteOptions::default()).unwrap();

            let again = Message::from_tnef(&first).unwrap();
            failures.extend(difference(&message, &again).first().map(|line| format!("{name}, {what}: {line}")));
            assert!(again.to_tnef(&WriteOptions::default()).unwrap() == first, "{name} {what}");
        }
    }
    println!("{done} edits");
    assert_none(&failures);
}
