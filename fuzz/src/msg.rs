//! Outlook's .msg: any bytes are read or refused, and what was read is written and comes back the same.

use winmail::message::diff::differences;
use winmail::message::{Content, MsgWriteOptions};
use winmail::msg::{CompoundFile, CompoundWriter};
use winmail::{ErrorKind, Limits, Message, ReadOptions, WriteOptions};

/// Reads leniently and strictly, and asks for everything that a message answers.
pub fn msg_read(data: &[u8]) {
    let lenient = Message::read_msg(data, &ReadOptions::lenient());
    let strict = Message::read_msg(data, &ReadOptions::strict());
    match &lenient {
        Err(error) => assert!(strict.is_err() && matches!(error.kind(), ErrorKind::Malformed), "{error}"),
        Ok(message) => {
            for diagnostic in message.report().diagnostics() {
                assert!(diagnostic.offset <= data.len() as u64, "{diagnostic}");
            }
            if let Ok(strict) = &strict {
                assert_eq!(strict.properties.len(), message.properties.len());
            }
            ask(message);
        }
    }
    if let Ok(file) = CompoundFile::open(data) {
        // A copy holds what the file holds, whatever it holds.
        let mut writer = CompoundWriter::new();
        writer.copy(CompoundWriter::ROOT, &file, file.root());
        if let Ok(copy) = writer.to_bytes() {
            let again = CompoundFile::open(&copy).expect("what is written opens");
            assert_eq!(again.faults(), []);
            let mut twice = CompoundWriter::new();
            assert!(twice.copy(CompoundWriter::ROOT, &again, again.root()));
            assert_eq!(twice.to_bytes().unwrap(), copy);
        }
    }
    // A limit is reached, and says so.
    let mut limits = Limits::default();
    (limits.properties, limits.recipients, limits.attachments, limits.depth) = (7, 1, 1, 1);
    let _ = Message::read_msg(data, &ReadOptions::lenient().with_limits(limits));
}

fn ask(message: &Message<'_>) {
    let _ = (message.subject(), message.kind(), message.bodies().len(), message.search_key());
    for attachment in &message.attachments {
        let _ = (attachment.file_name(), attachment.data().len());
        if let Content::Message(nested) = &attachment.content {
            ask(nested);
        }
    }
}

/// What is read, of a .msg or of TNEF, is written as .msg and comes back the same.
pub fn msg_roundtrip(data: &[u8]) {
    let Ok(message) = Message::read(data, &ReadOptions::lenient()) else { return };
    let mut options = MsgWriteOptions::default();
    options.beyond_limits = true;
    let bytes = match message.to_msg(&options) {
        Ok(bytes) => bytes,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unencodable, "{error}");
            return;
        }
    };
    let again = Message::read_msg(&bytes, &ReadOptions::lenient()).expect("what is written is read");
    let container = CompoundFile::open(&bytes).expect("what is written opens");
    assert_eq!(container.faults(), []);
    assert_eq!(message.attachments.len(), again.attachments.len());
    assert_eq!(message.recipients.len(), again.recipients.len());
    if message.source().is_empty() {
        // What a message of a class or an attachment with contents is by itself, and a property where it is written.
        let is_implied = |path: &str| path.ends_with("PidTagMessageClass") || path.ends_with("PidTagAttachMethod");
        for difference in differences(&message, &again) {
            assert!(difference.one.is_none() && is_implied(&difference.path), "{difference}");
        }
    } else {
        // Attributes that no specification names have no place there, and fuzzed names and code pages contradict each other.
        assert_eq!(message.subject(), again.subject());
    }
    // And again: nothing is left to change.
    let twice = again.to_msg(&options).expect("what was read of ours is written");
    let third = Message::read_msg(&twice, &ReadOptions::lenient()).unwrap();
    assert_eq!(differences(&again, &third), []);
    if let Ok(stream) = again.to_tnef(&WriteOptions::default()) {
        assert!(Message::from_tnef(&stream).is_ok());
    }
}
