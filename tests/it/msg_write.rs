//! Outlook's .msg written with attachments that are not in memory: the same bytes as if they were, in constant memory, at every depth.

use std::io::{self, Cursor, Read, Write};

use winmail::message::{Content, MsgWriteOptions};
use winmail::msg::CompoundFile;
use winmail::{Attachment, ErrorKind, Message, ReadOptions, tags};

fn data(path: &[usize]) -> Vec<u8> {
    let seed: usize = path.iter().fold(1, |seed, number| seed * 7 + number);
    // On both sides of the length from which on a stream has sectors of its own.
    (0..seed * 1_300 % 9_000).map(|at| u8::try_from((at * 5 + seed) % 251).unwrap()).collect()
}

/// A message with files before and behind a message with files.
fn message(path: &mut Vec<usize>, depth: usize, is_deferred: bool) -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, format!("{path:?}").as_str());
    for number in 0..5 {
        path.push(number);
        message.attachments.push(match (number, depth) {
            (2, 1..) => Attachment::from_message(self::message(path, depth - 1, is_deferred)),
            _ if is_deferred => Attachment::deferred("a", data(path).len() as u64),
            _ => Attachment::from_bytes("a", data(path)),
        });
        path.pop();
    }
    message
}

#[test]
fn deferred_data_makes_the_same_bytes_at_every_depth() {
    let options = MsgWriteOptions::default();
    let whole = message(&mut Vec::new(), 3, false);
    let later = message(&mut Vec::new(), 3, true);
    let mut asked = Vec::new();
    let mut out = Vec::new();
    later
        .write_msg_with(&options, &mut out, &mut |path| {
            asked.push(path.to_vec());
            Ok(Box::new(Cursor::new(data(path))))
        })
        .unwrap();
    assert!(out == whole.to_msg(&options).unwrap());
    // An empty one need not be asked for; each of the others once.
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count);
    assert!(count >= 15 && asked.contains(&vec![2, 2, 2, 4]), "{asked:?}");
    // Without a reader nothing is written.
    let mut none = Vec::new();
    let error = later.write_msg(&options, &mut none).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unencodable);
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let later = message(&mut Vec::new(), 1, true);
    let place = "__attach_version1.0_#00000002 > __substg1.0_3701000D > __attach_version1.0_#00000003 > __substg1.0_37010102";
    let mut short = |path: &[usize]| -> io::Result<Box<dyn Read>> {
        let bytes = data(path);
        let length = if path == [2, 3] { bytes.len() - 7 } else { bytes.len() };
        Ok(Box::new(Cursor::new(bytes[..length].to_vec())))
    };
    let error = later.write_msg_with(&MsgWriteOptions::default(), &mut io::sink(), &mut short).unwrap_err();
    assert_eq!(error.to_string(), format!("input or output failed in {place}: the data ends 7 bytes early"));
    let mut gone = |path: &[usize]| -> io::Result<Box<dyn Read>> {
        if path == [2, 3] { Err(io::Error::other("gone")) } else { Ok(Box::new(Cursor::new(data(path)))) }
    };
    let error = later.write_msg_with(&MsgWriteOptions::default(), &mut io::sink(), &mut gone).unwrap_err();
    assert_eq!(error.to_string(), format!("input or output failed in {place}: gone"));
}

/// Counts what is written.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn memory_is_bounded_by_the_largest_property() {
    const LENGTH: u64 = 300 << 20;
    let mut inner = Message::new("IPM.Note");
    inner.attachments.push(Attachment::deferred("large.bin", LENGTH));
    let mut outer = Message::new("IPM.Note");
    outer.set(tags::BODY, "x".repeat(100_000).as_str());
    outer.attachments.push(Attachment::from_message(inner));
    outer.attachments.push(Attachment::deferred("large.bin", LENGTH));
    let mut out = Count(0);
    let used = allocation_counter::measure(|| {
        let zeros = &mut |_: &[usize]| Ok(Box::new(io::repeat(0)) as Box<dyn Read>);
        outer.write_msg_with(&MsgWriteOptions::default(), &mut out, zeros).unwrap();
    });
    assert!((2 * LENGTH..2 * LENGTH + LENGTH / 50).contains(&out.0), "{}", out.0);
    // The text is 200,000 bytes of UTF-16.
    assert!(used.bytes_max < 1 << 20, "{} bytes of memory", used.bytes_max);
}

#[test]
fn a_file_of_more_than_two_gibibytes_is_of_version_4() {
    // The rest is a hole that nobody writes: the tables stand in front of the data.
    struct Front(Vec<u8>);
    impl Write for Front {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() > 8 << 20 {
                return Err(io::Error::other("enough"));
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for (length, version) in [((1u64 << 31) - (40 << 20), 3), (1 << 31, 4)] {
        let mut message = Message::new("IPM.Note");
        message.set(tags::SUBJECT, "large");
        message.attachments.push(Attachment::deferred("large.bin", length));
        let mut front = Front(Vec::new());
        let zeros = &mut |_: &[usize]| Ok(Box::new(io::repeat(0)) as Box<dyn Read>);
        drop(message.write_msg_with(&MsgWriteOptions::default(), &mut front, zeros));
        assert_eq!(front.0[26], version, "{length}");
        // Of the small one the tables alone are longer than what is kept.
        if version == 4 {
            assert_eq!(CompoundFile::open(&front.0).unwrap().version(), 4);
            let read = Message::read(&front.0, &ReadOptions::lenient()).unwrap();
            assert_eq!(read.subject().as_deref(), Some("large"));
            assert!(matches!(read.attachments[0].content, Content::Bytes(_)));
        }
    }
}

#[test]
fn values_of_no_length_and_of_every_kind_of_place_come_back() {
    // In the mini stream, at the length from which on a stream has sectors of its own, and where the header has no room for the table of
    // tables.
    let lengths = [0, 1, 63, 64, 65, 4_095, 4_096, 4_097, 7_143_936];
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, "");
    message.set(tags::BODY, "");
    message.properties.set(winmail::mapi::tags::SEARCH_KEY, winmail::mapi::PropValue::Binary(Default::default()));
    for length in lengths {
        message.attachments.push(Attachment::from_bytes("a.bin", vec![7; length]));
    }
    let bytes = message.to_msg(&MsgWriteOptions::default()).unwrap();
    // The first sector of the DIFAT is one that is there.
    let first = u32::from_le_bytes(bytes[68..72].try_into().unwrap());
    assert!(usize::try_from(first).unwrap() < bytes.len() / 512, "{first}");
    let read = Message::read(&bytes, &ReadOptions::strict()).unwrap();
    assert!(read.report().is_empty(), "{:?}", read.report());
    assert_eq!(winmail::message::diff::differences(&message, &read), []);
    for (attachment, length) in read.attachments.iter().zip(lengths) {
        assert!(attachment.data().len() == length && attachment.data().iter().all(|byte| *byte == 7), "{length}");
    }
    // Cut in the last attachment, all others are there.
    let cut = Message::read(&bytes[..bytes.len() - 1_000_000], &ReadOptions::lenient()).unwrap();
    assert!(cut.report().contains(winmail::Code::CompoundBrokenChain));
    assert_eq!(cut.attachments.len(), lengths.len());
    assert_eq!(cut.attachments[7].data().len(), 4_097);
}
