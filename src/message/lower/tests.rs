//! What writing promises, on real and hostile streams and on generated messages.

use std::collections::HashSet;

use super::*;
use crate::base::{ErrorKind, LegacyAttributes};
use crate::mapi::RecipientType;
use crate::mapi::corpus;
use crate::message::{Attachment, Content, Recipient};
use crate::tnef::{AttrId, Level};
use crate::{CodePage, Limits, ReadOptions};

/// The streams of the corpus that can be read.
fn streams() -> Vec<(String, Vec<u8>)> {
    let files = corpus::files("tnef");
    let (readable, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, bytes)| Message::from_tnef(bytes).is_ok());
    if !readable.is_empty() {
        // What has no signature and no attribute is no stream.
        assert!(readable.len() > others.len(), "{}", others.len());
        println!("{} streams, {} other files", readable.len(), others.len());
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
    rope.write(&mut out, &mut || unreachable!()).unwrap();
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
            let message = Message::read(&bytes, options).unwrap();
            let mut found = Vec::new();
            all(&message, &mut found);
            for message in found {
                assert!(message.to_tnef(&WriteOptions::default()).unwrap() == message.source(), "{name}");
                let (rope, untouched) =
                    mirror::rebuilt(message, &WriteOptions::default()).unwrap_or_else(|e| panic!("{name} {options:?} {e}"));
                assert!(untouched && bytes_of(&rope) == message.source(), "{name}");
            }
        }
        let owned = Message::from_tnef(&bytes).unwrap().into_owned();
        assert!(owned.to_tnef(&WriteOptions::default()).unwrap() == bytes, "{name}");
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
            Content::Deferred(_) => unreachable!("read messages have none"),
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

fn set_gist(set: &PropertyBag<'_>, is_attachment: bool) -> Vec<String> {
    let mut lines: Vec<String> = set
        .iter()
        .filter(|property| !(is_attachment && canonical::is_data(property)))
        .map(|property| {
            let name = property.name.as_deref().map_or_else(|| property.tag.id().to_string(), ToString::to_string);
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
pub(super) fn difference(one: &Message<'_>, two: &Message<'_>) -> Vec<String> {
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
            let again = Message::read(&first, &ReadOptions::lenient()).unwrap();
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
            first.content = Content::Bytes(b"other bytes".into());
            true
        })
    }),
    ("attachment's object", |message| {
        message.attachments.first_mut().is_some_and(|first| {
            first.content =
                Content::Object(crate::mapi::Object { interface: Some(crate::mapi::Object::ISTREAM), data: b"other".into() });
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
    for (file, (name, bytes)) in streams().into_iter().enumerate() {
        for (number, (what, edit)) in EDITS.iter().enumerate() {
            // Of the fuzzers' many streams, which are much alike, each gets some of the edits; so do large ones.
            if (name.starts_with("fuzz") || bytes.len() > 100_000) && (file + number) % 6 != 0 {
                continue;
            }
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

/// The pieces of a stream by what they are, to say which of two streams differ.
fn attributes(stream: &[u8]) -> Vec<(crate::tnef::AttrId, &[u8])> {
    crate::tnef::Reader::new(stream).unwrap().attributes().flatten().map(|a| (a.id(), a.data())).collect()
}

const KEYS: [crate::mapi::PropTag; 3] = [tags::SEARCH_KEY, tags::TNEF_CORRELATION_KEY, tags::CONVERSATION_INDEX];

#[test]
fn keys_change_only_if_they_are_named() {
    let mut seen = 0;
    for (name, bytes) in streams() {
        let source = Message::from_tnef(&bytes).unwrap();
        for options in
            [WriteOptions::default(), WriteOptions::canonical(), WriteOptions::default().with_code_page(CodePage::UTF_8)]
        {
            let mut message = source.clone();
            message.properties.set(tags::SUBJECT, "changed");
            let Ok(written) = message.to_tnef(&options) else { continue };
            let again = Message::from_tnef(&written).unwrap();
            for key in KEYS {
                assert_eq!(again.properties.get(key), source.properties.get(key), "{name} {key}");
                seen += usize::from(source.properties.get(key).is_some());
            }
        }
    }
    println!("{seen} keys");

    let mut message = Message::new("IPM.Note");
    for key in KEYS {
        message.properties.set(key, PropValue::Binary(b"0123456789abcdef".into()));
    }
    let written = message.to_tnef(&WriteOptions::default().with_correlation_key("<a@b>")).unwrap();
    let again = Message::from_tnef(&written).unwrap();
    assert_eq!(again.properties.bytes(tags::TNEF_CORRELATION_KEY), Some(&b"<a@b>\0"[..]));
    assert_eq!(again.properties.bytes(tags::SEARCH_KEY), Some(&b"0123456789abcdef"[..]));
    assert_eq!(again.properties.bytes(tags::CONVERSATION_INDEX), Some(&b"0123456789abcdef"[..]));
}

#[test]
fn an_edit_touches_the_attributes_that_say_it() {
    let mut done = 0;
    for (name, bytes) in streams() {
        let mut message = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
        let report = message.report().clone();
        if report.worst() > Some(crate::Severity::Info) || message.properties.get(tags::SUBJECT).is_none() {
            continue;
        }
        message.properties.set(tags::SUBJECT, "changed");
        let written = message.to_tnef(&WriteOptions::default()).unwrap();
        let (before, after) = (attributes(&bytes), attributes(&written));
        assert_eq!(before.len(), after.len(), "{name}");
        for ((id, one), (other, two)) in before.iter().zip(&after) {
            assert_eq!(id, other, "{name}");
            let says_subject = [crate::tnef::AttrId::SUBJECT, crate::tnef::AttrId::MSG_PROPS].contains(id);
            assert!(one == two || says_subject, "{name} {id}");
        }
        done += 1;
    }
    println!("{done} streams without defects");
}

/// The worked example of the format's digest: 383 bytes.
fn example() -> Vec<u8> {
    let hex = "789f3e222301\
        010690080004000000000001000100\
        0107900600 08000000 e404000000000000 e800\
        0108800700 18000000 49504d2e4d6963726f736f6674204d61696c2e4e6f746500 3108\
        010d800400 02000000 0200 0200\
        0105800300 0e000000 e7070b000e0016000d0014000200 4001\
        0103900600 9c000000 050000001f003700010000000600000048006900000000000b001b0e01000000\
        4000390000006dc64717da010b0000800820060000000000c0000000000000460000000003850000000000001f1001802903020000000000c0000000\
        0000004601000000120000004b006500790077006f00720064007300000000000200000008000000520065006400\
        00000a00000042006c0075006500000000007a0e\
        0202900600 0e000000 0100ffffffff2000200000000000 3d04\
        020f800600 03000000 616263 2601\
        0210800100 06000000 612e74787400 ef01\
        0205900600 24000000 0200000003000537010000001f000737010000000c00000061002e007400780074000000 9b02";
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    crate::base::hex::decode(&digits).unwrap()
}

#[test]
fn bytes_around_an_edit_stay() {
    let bytes = example();
    assert_eq!(bytes.len(), 383);
    let mut message = Message::from_tnef(&bytes).unwrap();
    message.properties.set(tags::SUBJECT, "Ho");
    let written = message.to_tnef(&WriteOptions::default()).unwrap();
    // One letter, and the checksum of attMsgProps: i is 0x69, o is 0x6F.
    let changed: Vec<(usize, u8)> =
        written.iter().enumerate().filter(|(at, byte)| bytes[*at] != **byte).map(|(at, b)| (at, *b)).collect();
    let letter = bytes.windows(4).position(|window| window == b"H\0i\0").unwrap() + 2;
    let checksum = bytes.windows(2).position(|window| window == b"\x7A\x0E").unwrap();
    assert_eq!((changed, written.len()), (vec![(letter, b'o'), (checksum, 0x80)], bytes.len()));
    // The attribute has no other way to say it: as the importance that it cannot say, and gone.
    message = Message::from_tnef(&bytes).unwrap();
    assert_eq!(message.properties.integer(tags::IMPORTANCE), Some(1));
    message.properties.set(tags::IMPORTANCE, PropValue::Integer32(2));
    let written = message.to_tnef(&WriteOptions::default()).unwrap();
    assert_eq!(attributes(&written)[3], (crate::tnef::AttrId::PRIORITY, &[1, 0][..]));
    assert_eq!(attributes(&written)[5], attributes(&bytes)[5], "what an attribute says stays there");
    message.properties.remove(tags::IMPORTANCE);
    let written = message.to_tnef(&WriteOptions::default()).unwrap();
    assert!(attributes(&written).iter().all(|(id, _)| *id != crate::tnef::AttrId::PRIORITY));
    assert_eq!(attributes(&written).len(), attributes(&bytes).len() - 1);
}

#[test]
fn strings_move_to_another_code_page_or_to_unicode() {
    use crate::mapi::{PropTag, String8};
    let mut message = Message::new("IPM.Note");
    let text = |bytes: &'static [u8]| PropValue::String8(String8(bytes.into()));
    message.properties.set(tags::SUBJECT, text(b"caf\xE9\0"));
    message.properties.set(tags::SENDER_NAME, text(b"5 \x80\0"));
    message.properties.push(crate::mapi::Property {
        tag: PropTag(0x6900_101E),
        name: None,
        value: PropValue::Multiple(vec![text(b"a\0"), text(b"\xE9")]),
        source: crate::mapi::Source::Made,
    });
    for (source, mode) in [(false, WriteOptions::default()), (true, WriteOptions::default()), (true, WriteOptions::canonical())] {
        let bytes = message.to_tnef(&WriteOptions::default()).unwrap();
        let read = Message::from_tnef(&bytes).unwrap();
        let message = if source { &read } else { &message };
        let written = message.to_tnef(&mode.with_code_page(CodePage::IBM850)).unwrap();
        let again = Message::from_tnef(&written).unwrap();
        assert_eq!(again.code_page(), CodePage::IBM850);
        // Text ends with a NUL, also where a caller forgot it. e acute is 0x82 in code page 850, which has no euro sign.
        assert_eq!(again.properties.get(tags::SUBJECT), Some(&text(b"caf\x82\0")));
        assert_eq!(again.properties.get(tags::SENDER_NAME), Some(&PropValue::from("5 \u{20AC}")));
        assert_eq!(again.properties.get(PropTag(0x6900_101E)), Some(&PropValue::Multiple(vec![text(b"a\0"), text(b"\x82\0")])));
        let subject = attributes(&written).into_iter().find(|(id, _)| *id == crate::tnef::AttrId::SUBJECT);
        assert_eq!(subject, Some((crate::tnef::AttrId::SUBJECT, &b"caf\x82\0"[..])));
    }
}

#[test]
fn what_cannot_be_written_is_named_before_a_byte_is() {
    use crate::mapi::{Object, PropTag, String8};
    struct Untouched;
    impl Write for Untouched {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            panic!("a byte was written")
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let inner = |edit: fn(&mut Message<'_>)| {
        let mut inner = Message::new("IPM.Note");
        edit(&mut inner);
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::from_bytes("a", vec![0; 100_000]));
        message.attachments.push(Attachment::from_message(inner));
        message
    };
    let mut deep = Message::new("IPM.Note");
    for _ in 0..=Limits::MAX_DEPTH {
        let mut outer = Message::new("IPM.Note");
        outer.attachments.push(Attachment::from_message(deep));
        deep = outer;
    }
    let cases = [
        (
            inner(|m| m.properties.set(tags::IMPORTANCE, "high")),
            "value of property 0x00170003 is not of type PtypInteger32 \
             in attAttachment[1] > PidTagAttachDataObject > attMsgProps > PidTagImportance",
        ),
        (
            inner(|m| m.properties.set(PropTag(0x8001_0003), PropValue::Integer32(1))),
            "property 0x80010003 has an id of the named range and no name in attAttachment[1] > PidTagAttachDataObject > \
             attMsgProps > 0x80010003",
        ),
        (
            inner(|m| m.properties.set(PropTag(0x6900_0FFF), PropValue::Integer32(1))),
            "type 0x0FFF of property 0x69000FFF has no encoding in TNEF in attAttachment[1] > PidTagAttachDataObject > \
             attMsgProps > 0x69000FFF",
        ),
        (
            inner(|m| {
                let mut recipient = Recipient::smtp(RecipientType::TO, "a", "a@b");
                recipient.properties.set(tags::DISPLAY_NAME, PropValue::Null);
                m.recipients.push(recipient);
            }),
            "value of property 0x3001001F is not of type PtypString in attAttachment[1] > PidTagAttachDataObject > \
             attRecipTable > row[0] > PidTagDisplayName",
        ),
        (
            inner(|m| {
                m.attachments.push(Attachment::from_bytes("b", &b"b"[..]));
                m.attachments[0].properties.set(tags::ATTACH_DATA_BINARY, PropValue::Binary(b"c".into()));
            }),
            "property says something else than the attachment's content, which is what is written in attAttachment[1] > \
             PidTagAttachDataObject > attAttachment[0] > PidTagAttachDataBinary",
        ),
        (
            inner(|m| {
                let object = Object { interface: None, data: b"sixteen bytes of it".into() };
                m.properties.set(PropTag(0x6900_000D), PropValue::Object(object));
            }),
            "value of property 0x6900000D is not of type PtypObject in attAttachment[1] > PidTagAttachDataObject > attMsgProps > \
             0x6900000D",
        ),
    ];
    for (message, expected) in cases {
        let error = message.write_tnef(&WriteOptions::default(), &mut Untouched).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Unencodable, expected));
    }
    let error = deep.write_tnef(&WriteOptions::default(), &mut Untouched).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Unencodable, "limit of nesting (128) reached: Limits::MAX_DEPTH"));
    let mut malformed = Message::new("IPM.Note");
    malformed.properties.set(tags::SUBJECT, PropValue::String8(String8(b"\x81\0".into())));
    assert!(malformed.to_tnef(&WriteOptions::default()).is_ok(), "in its own code page it stays as it is");
    for page in [CodePage::UTF_16LE, CodePage(99_999)] {
        let error = malformed.write_tnef(&WriteOptions::default().with_code_page(page), &mut Untouched).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unencodable);
    }
}

/// Attachments that only stand apart because of what is around them: the second one because of bytes that were lost, the first one
/// because nothing stands before it.
fn loosely_grouped() -> Vec<u8> {
    let attribute = |id: AttrId, data: &[u8]| {
        let mut rope = Rope::default();
        rope.own().extend(data);
        bytes_of(&rope.framed(id.level().unwrap(), id).unwrap())
    };
    let no_properties = attribute(AttrId::ATTACHMENT, &0u32.to_le_bytes());
    [
        &example()[..6],
        &attribute(AttrId::TNEF_VERSION, &[0, 0, 1, 0]),
        &attribute(AttrId::ATTACH_TITLE, b"one.txt\0"),
        &attribute(AttrId::ATTACH_DATA, b"one"),
        &no_properties,
        b"these bytes are lost",
        &attribute(AttrId::ATTACH_MODIFY_DATE, &[0; 14]),
        &attribute(AttrId::ATTACH_CREATE_DATE, &[0; 14]),
        &attribute(AttrId::ATTACHMENT, &[0, 0, 0, 0]),
        &attribute(AttrId::ATTACH_REND_DATA, &[1, 0, 255, 255, 255, 255, 32, 0, 32, 0, 0, 0, 0, 0]),
        &attribute(AttrId::ATTACH_TITLE, b"three.txt\0"),
        &attribute(AttrId::ATTACH_DATA, b"three"),
        &no_properties,
    ]
    .concat()
}

/// Found by fuzzing: an attachment that was added was read as another's continuation, and one without attAttachRendData joined
/// the one before.
#[test]
fn attachments_stay_apart_whatever_order_they_get() {
    let bytes = loosely_grouped();
    let source = Message::from_tnef(&bytes).unwrap();
    assert_eq!(source.attachments.len(), 3);
    let mut expected: Vec<&[u8]> = source.attachments.iter().map(Attachment::data).collect();
    assert_eq!(expected, [&b"one"[..], b"", b"three"]);
    expected.push(b"new");
    // Every choice of attachments in every order, with a new one (number 3) or without.
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    let mut number = 0;
    while let Some(order) = orders.get(number).cloned() {
        orders.extend((0..4).filter(|next| !order.contains(next)).map(|next| [&order[..], &[next]].concat()));
        number += 1;
    }
    assert_eq!(orders.len(), 65);
    for order in orders {
        let mut message = source.clone();
        let mut all = std::mem::take(&mut message.attachments);
        all.push(Attachment::from_bytes("new.txt", b"new".to_vec()));
        message.attachments = order.iter().map(|number| all[*number].clone()).collect();
        message.properties.set(tags::SUBJECT, "changed");
        let written = message.to_tnef(&WriteOptions::mirror()).unwrap();
        let again = Message::from_tnef(&written).unwrap();
        let found: Vec<&[u8]> = again.attachments.iter().map(Attachment::data).collect();
        assert_eq!(found, order.iter().map(|number| expected[*number]).collect::<Vec<_>>(), "{order:?}");
        let mut deferred = message.clone();
        deferred.attachments.iter_mut().filter(|a| a.origin.is_none()).for_each(|a| a.content = Content::Deferred(3));
        let mut written = Vec::new();
        deferred.write_tnef_with(&WriteOptions::mirror(), &mut written, &mut |_| Ok(Box::new(&b"new"[..]))).unwrap();
        let again = Message::from_tnef(&written).unwrap();
        let found: Vec<&[u8]> = again.attachments.iter().map(Attachment::data).collect();
        assert_eq!(found, order.iter().map(|number| expected[*number]).collect::<Vec<_>>(), "deferred, {order:?}");
    }
}

/// Found by fuzzing: attributes alone said that it was a stream, and the last of them went away.
#[test]
fn a_stream_stays_one_when_its_last_attribute_goes() {
    let mut rope = Rope::default();
    rope.own().extend(*b"one.txt\0");
    let title = bytes_of(&rope.framed(Level::ATTACHMENT, AttrId::ATTACH_TITLE).unwrap());
    for head in [&b""[..], b"\x78\x9F\x3E\x23\x01\x00", b"\x78\x9F\x3E\x22\x01\x00"] {
        let bytes = [head, &title].concat();
        let mut message = Message::from_tnef(&bytes).unwrap();
        assert_eq!(message.attachments.len(), 1, "{head:?}");
        message.attachments.clear();
        let written = message.to_tnef(&WriteOptions::mirror()).unwrap();
        let again = Message::from_tnef(&written).unwrap();
        assert!(again.attachments.is_empty() && written.len() == 6, "{written:?}");
    }
}
