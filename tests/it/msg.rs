//! Outlook's .msg over the real samples: containers as another program reads them, messages as other tests say they are.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Read};

use winmail::base::LegacyAttributes;
use winmail::message::diff::{Difference, differences};
use winmail::message::{Content, MsgWriteOptions};
use winmail::msg::{CompoundFile, Entry};
use winmail::tnef::Piece;
use winmail::{Message, ReadOptions, WriteOptions};

use crate::support::{corpus, tnef_samples};

/// Every .msg of the samples.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    let Some(corpus) = corpus() else { return Vec::new() };
    let mut files = Vec::new();
    for folder in ["msg", "items/msg"] {
        let before = files.len();
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            files.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()));
        }
        assert!(files.len() > before, "no files in {folder}");
    }
    files.sort();
    files
}

type Streams = BTreeMap<String, Vec<u8>>;

fn ours(file: &CompoundFile<'_>, storage: &Entry<'_>, path: &str, found: &mut Streams) -> bool {
    let mut whole = true;
    for child in file.children(storage) {
        let path = format!("{path}/{}", child.name());
        if child.is_storage() {
            whole &= ours(file, child, &path, found);
        } else {
            let data = file.read(child);
            whole &= data.is_whole;
            found.insert(path, data.bytes.into_owned());
        }
    }
    whole
}

fn theirs(bytes: &[u8]) -> Option<Streams> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let entries: Vec<_> = file.walk().filter(|entry| entry.is_stream()).map(|entry| entry.path().to_owned()).collect();
    let mut streams = Streams::new();
    for path in entries {
        let mut bytes = Vec::new();
        file.open_stream(&path).ok()?.read_to_end(&mut bytes).ok()?;
        streams.insert(path.to_str()?.to_owned(), bytes);
    }
    Some(streams)
}

#[test]
fn containers_hold_what_another_program_finds() {
    let (mut compared, mut all) = (0, 0);
    for (name, bytes) in files() {
        all += 1;
        let Ok(file) = CompoundFile::open(&bytes) else { panic!("{name}: not opened") };
        let mut found = Streams::new();
        let whole = ours(&file, file.root(), "", &mut found);
        if let Some(expected) = theirs(&bytes) {
            assert!(whole, "{name}");
            assert!(found.keys().eq(expected.keys()), "{name}");
            assert!(found == expected, "{name}");
            compared += 1;
        }
    }
    // The other program refuses what fuzzing made.
    assert!(all == 0 || compared + 6 >= all, "{compared} of {all}");
}

#[test]
fn messages_are_read_without_an_error_where_nothing_is_damaged() {
    // What fuzzing made, a file that is cut within its directory, and what their READMEs call damaged.
    let damaged = |name: &str| name.contains("clusterfuzz") || DAMAGED.contains(&name);
    for (name, bytes) in files() {
        let read = Message::read(&bytes, &ReadOptions::lenient());
        let report = read.as_ref().map_or_else(winmail::Error::report, Message::report);
        let errors: Vec<_> = report.diagnostics().iter().filter(|found| found.severity() == winmail::Severity::Error).collect();
        assert!(damaged(&name) || read.is_ok() && errors.is_empty(), "{name}: {errors:#?}");
        let Ok(message) = read else { continue };
        for attachment in &message.attachments {
            assert!(
                !matches!(&attachment.content, Content::Bytes(bytes) if bytes.is_empty()) || attachment.file_name().is_some(),
                "{name}"
            );
        }
    }
}

/// Damaged samples that no fuzzer made: one whose list names a value that has no stream, one that is cut within its directory.
const DAMAGED: [&str; 2] = ["bbottema-Test_at_sign_in_personal_From_header.msg", "poi-unknown_properties.msg"];

/// Reads, and panics with the name of the file.
fn read<'b>(name: &str, bytes: &'b [u8]) -> Message<'b> {
    Message::read(bytes, &ReadOptions::lenient()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn written(name: &str, message: &Message<'_>) -> Vec<u8> {
    let bytes = message.to_msg(&MsgWriteOptions::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(bytes == message.to_msg(&MsgWriteOptions::default()).unwrap(), "{name}: not the same again");
    // The other program reads it all, and finds nothing wrong with it.
    let streams = theirs(&bytes).unwrap_or_else(|| panic!("{name}: refused by another program"));
    let file = CompoundFile::open(&bytes).unwrap();
    assert_eq!(file.faults(), [], "{name}");
    let mut found = Streams::new();
    assert!(ours(&file, file.root(), "", &mut found) && found == streams, "{name}");
    bytes
}

/// What a message of a class or an attachment with contents is in one container, and a property in the other.
const IMPLIED: [&str; 3] = ["PidTagMessageClass", "PidTagAttachMethod", "PidTagRenderingPosition"];

/// The names of all attributes of a stream, unknown ones included.
fn list_attributes(message: &Message<'_>, found: &mut HashSet<String>) {
    for piece in message.pieces() {
        if let Piece::Attribute(attribute) = piece {
            found.insert(attribute.id().to_string());
        }
    }
    for attachment in &message.attachments {
        if let Content::Message(nested) = &attachment.content {
            list_attributes(nested, found);
        }
    }
}

/// The differences between two messages that are facts: attributes are of TNEF alone, and a .msg has a class even if the stream has none.
fn facts(one: &Message<'_>, other: &Message<'_>) -> Vec<String> {
    let mut attributes = HashSet::new();
    list_attributes(one, &mut attributes);
    let is_fact = |found: &Difference| {
        let last = found.path.rsplit(" > ").next().unwrap_or_default();
        let is_attribute = last.starts_with("att") && !last.starts_with("attachment") || attributes.contains(last);
        !(is_attribute || found.one.is_none() && IMPLIED.contains(&last))
    };
    differences(one, other).into_iter().filter(is_fact).map(|found| found.to_string()).collect()
}

#[test]
fn what_is_written_holds_the_same() {
    let mut wrong = Vec::new();
    let mut compare = |name: &str, how: &str, one: &Message<'_>, other: &Message<'_>| {
        wrong.extend(facts(one, other).into_iter().map(|found| format!("{name} {how}: {found}")));
    };
    for (name, bytes) in files() {
        let Ok(message) = Message::read(&bytes, &ReadOptions::lenient()) else { continue };
        let made = written(&name, &message);
        let again = read(&name, &made);
        let is_error = |found: &winmail::Diagnostic| found.severity() == winmail::Severity::Error;
        assert!(!again.report().diagnostics().iter().any(is_error), "{name}: {:?}", again.report());
        compare(&name, "written", &message, &again);
        // By way of TNEF.
        let options = WriteOptions::canonical().with_legacy(LegacyAttributes::None);
        let stream = message.to_tnef(&options).unwrap_or_else(|error| panic!("{name}: {error}"));
        let tnef = read(&name, &stream);
        compare(&name, "as TNEF", &message, &tnef);
        let made = written(&name, &tnef);
        compare(&name, "by TNEF", &tnef, &read(&name, &made));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Fuzzed streams that say something that a .msg cannot: a name with half a character; attOemCodepage and PidTagMessageCodepage that name
/// different pages, with no text in either.
const UNLIKE: [&str; 2] = ["fuzz-pauldreik-68b8c18fad92", "fuzz-pauldreik-0c32d49e3858"];

#[test]
fn streams_become_messages_of_outlook_and_come_back() {
    let mut wrong = Vec::new();
    for sample in tnef_samples() {
        let Ok(message) = Message::read(&sample.bytes, &ReadOptions::lenient()) else { continue };
        let made = written(&sample.name, &message);
        let again = read(&sample.name, &made);
        let found = facts(&message, &again).into_iter().filter(|_| !UNLIKE.contains(&&*sample.name));
        wrong.extend(found.map(|found| format!("{}: {found}", sample.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
