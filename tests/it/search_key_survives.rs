//! Whether PR_SEARCH_KEY survives what the library does to a message, step by step; and that docs/recall.md says the same.
#![cfg(feature = "recall")]

use winmail::Message;
use winmail::base::LegacyAttributes;
use winmail::convert::mime::filter::{FilterOptions, filter};
use winmail::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, TnefForm, encapsulate, read, write};
use winmail::mapi::{PropValue, SearchKey, tags};
use winmail::message::Content;
use winmail::message::edit::{BodyEdit, Place};
use winmail::policy::apply::{Submission, apply, facts};
use winmail::recall::{Item, Request};
use winmail::redact::redact;
use winmail::{Attachment, FileTime, ReadOptions, WriteOptions};

/// A step: the line of the documentation, whether the key survives, and what is done.
type Step = (&'static str, bool, fn(&[u8]) -> Vec<u8>);

fn parse(bytes: &[u8]) -> Message<'_> {
    Message::read(bytes, &ReadOptions::lenient()).unwrap()
}

fn edited(bytes: &[u8], change: impl FnOnce(&mut Message<'_>)) -> Vec<u8> {
    let mut message = parse(bytes);
    change(&mut message);
    message.to_tnef(&WriteOptions::mirror()).unwrap()
}

fn carried(bytes: &[u8], carrier: TnefForm) -> Vec<u8> {
    encapsulate(&parse(bytes), &EncapsulateOptions::new(carrier)).unwrap().bytes
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    write(&parse(bytes), &MimeOptions::default()).unwrap().bytes
}

fn from_mail(mail: &[u8]) -> Vec<u8> {
    read(mail, &MimeReadOptions::default()).unwrap().to_tnef(&WriteOptions::default()).unwrap()
}

/// The message as it leaves Alice's organization for Bob's.
fn applied(bytes: &[u8], tnef: bool) -> Vec<u8> {
    let settings = format!("[[remote_domain]]\nDomainName = \"contoso.com\"\nTNEFEnabled = {tnef}\n");
    let policy = winmail::policy::file::read("policy.toml", &settings).unwrap().policy;
    let (to, options, message) = (["bob@contoso.com".to_owned()], ReadOptions::lenient(), parse(bytes));
    let mut charset = None;
    let facts = facts(&message, &mut charset);
    let submission = Submission { from: "alice@fabrikam.com", to: &to, message: &message, facts, original: None };
    let out = apply(&policy, &submission, &options).unwrap();
    out.into_iter().next().unwrap().mail
}

const STEPS: &[Step] = &[
    ("reading and writing what was not edited", true, |bytes| edited(bytes, |_| {})),
    ("writing in canonical form", true, |bytes| parse(bytes).to_tnef(&WriteOptions::canonical()).unwrap()),
    ("writing without legacy attributes", true, |bytes| {
        parse(bytes).to_tnef(&WriteOptions::canonical().with_legacy(LegacyAttributes::None)).unwrap()
    }),
    ("writing as Outlook does", true, |bytes| {
        parse(bytes).to_tnef(&WriteOptions::canonical().with_legacy(LegacyAttributes::Outlook)).unwrap()
    }),
    ("editing properties", true, |bytes| edited(bytes, |message| message.properties.set(tags::SUBJECT, "another"))),
    ("editing the body", true, |bytes| {
        edited(bytes, |message| {
            message.edit_body(&BodyEdit::text(Place::Append, "A disclaimer.")).unwrap();
        })
    }),
    ("adding and removing attachments", true, |bytes| {
        edited(bytes, |message| {
            message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
            message.attachments.remove(0);
        })
    }),
    ("attaching the message to another one and taking it out", true, |bytes| {
        let mut outer = Message::new("IPM.Note");
        outer.attachments.push(Attachment::from_message(parse(bytes)));
        let outer = outer.to_tnef(&WriteOptions::default()).unwrap();
        let outer = parse(&outer);
        match &outer.attachments[0].content {
            Content::Message(inner) => inner.to_tnef(&WriteOptions::default()).unwrap(),
            other => panic!("{other:?}"),
        }
    }),
    ("carrying it in a mail as winmail.dat", true, |bytes| carried(bytes, TnefForm::Mail)),
    ("carrying it in a mail as winmail.dat, and reading that mail", true, |bytes| from_mail(&carried(bytes, TnefForm::Mail))),
    ("carrying it as summary TNEF", true, |bytes| carried(bytes, TnefForm::Stnef)),
    ("policy apply, where the decision is TNEF", true, |bytes| applied(bytes, true)),
    ("policy apply, where the decision is MIME", false, |bytes| applied(bytes, false)),
    // Redaction replaces keys, equal ones by equal ones, so that a redacted recall still asks for its redacted original.
    ("redacting", false, |bytes| redact(bytes, 7, &ReadOptions::lenient()).unwrap().bytes),
    // The filter puts plain parts in the place of winmail.dat; without TNEF there is no key. A mail that it leaves alone keeps it.
    ("carrying it in a mail, and filtering that mail", false, |bytes| {
        let mail = carried(bytes, TnefForm::Mail);
        filter(&mail, &FilterOptions::default()).mail.expect("the filter replaces winmail.dat").to_vec()
    }),
    ("writing it as plain MIME", false, plain),
    ("writing it as plain MIME, and reading that mail", false, |bytes| from_mail(&plain(bytes))),
    ("setting another key by name", false, |bytes| {
        edited(bytes, |message| message.properties.set(tags::SEARCH_KEY, PropValue::Binary(vec![7; 16].into())))
    }),
    ("removing the key by name", false, |bytes| {
        edited(bytes, |message| {
            message.properties.remove(tags::SEARCH_KEY);
        })
    }),
];

/// The message that is sent through the steps.
fn message() -> Vec<u8> {
    std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat")).unwrap()
}

#[test]
fn the_key_survives_each_step_as_it_is_said_to() {
    let before = message();
    let key = parse(&before).search_key().unwrap().into_owned();
    assert_eq!(key.bytes().len(), 16);
    for (name, survives, step) in STEPS {
        let after = Item::read("after", &step(&before), &ReadOptions::lenient()).unwrap();
        let found: Vec<&SearchKey<'_>> = after.keys.iter().map(|key| &key.value).collect();
        if *survives {
            assert!(!found.is_empty(), "{name}: the key is gone");
            assert!(found.iter().all(|found| **found == key), "{name}: {:?}", after.keys);
        } else {
            assert!(found.iter().all(|found| **found != key), "{name}: {:?}", after.keys);
        }
    }
}

/// All the steps that keep the key, one after another.
#[test]
fn the_key_survives_them_all_in_a_row() {
    let before = message();
    let key = parse(&before).search_key().unwrap().into_owned();
    let mut bytes = before;
    for (name, _, step) in STEPS.iter().filter(|(_, survives, _)| *survives) {
        // A mail is read before it goes on.
        let input = if bytes.starts_with(b"\x78\x9F\x3E\x22") { bytes } else { from_mail(&bytes) };
        bytes = step(&input);
        let after = Item::read("after", &bytes, &ReadOptions::lenient()).unwrap();
        assert!(after.keys.iter().all(|found| found.value == key) && !after.keys.is_empty(), "{name}: {:?}", after.keys);
    }
}

/// A redacted recall and its redacted original still belong together.
#[test]
fn redaction_keeps_what_a_recall_asks_for() {
    let original = message();
    let request = Request { now: FileTime(0x01DA_1713_6D2F_1E00), random: [9; 16], wants_reports: true };
    let recall = request.make(&parse(&original)).unwrap().to_tnef(&WriteOptions::default()).unwrap();
    let item = |bytes: &[u8]| {
        let redacted = redact(bytes, 7, &ReadOptions::lenient()).unwrap().bytes;
        Item::read("redacted", &redacted, &ReadOptions::lenient()).unwrap()
    };
    let (original, recall) = (item(&original), item(&recall));
    let asked: Vec<_> = recall.request.as_ref().unwrap().keys.iter().map(|key| (&key.value, key.at.as_str())).collect();
    assert!(!asked.is_empty());
    let own = &original.keys[0].value;
    assert!(asked.iter().all(|(key, _)| *key == own), "{asked:?}: {own}");
}

#[test]
fn the_documentation_says_the_same() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/recall.md")).unwrap();
    let mut said = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    for (name, survives, _) in STEPS {
        let word = if *survives { "survives" } else { "is lost or changed" };
        assert!(said.any(|row| row == (name, word)), "docs/recall.md has no row, in this order, for: | {name} | {word} |");
    }
}
