//! Writing attachments that are not in memory: the same bytes as if they were, in constant memory, and nothing half-said.

use std::cell::Cell;
use std::io::{self, Read, Write};

use winmail::base::LegacyAttributes;
use winmail::mapi::tags;
use winmail::message::Content;
use winmail::{Attachment, ErrorKind, Message, WriteOptions};

/// Zeros without end, counted.
struct Zeros<'c>(&'c Cell<u64>);

impl Read for Zeros<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        buffer.fill(0);
        self.0.set(self.0.get() + buffer.len() as u64);
        Ok(buffer.len())
    }
}

/// Counts what is written and keeps the start of it; fails after `limit` bytes.
struct Start {
    kept: Vec<u8>,
    written: u64,
    limit: u64,
}

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.written >= self.limit {
            return Err(io::Error::other("enough"));
        }
        let room = 4096usize.saturating_sub(self.kept.len());
        self.kept.extend(bytes.iter().take(room));
        self.written += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn data(number: usize) -> Vec<u8> {
    (0..number * 70_000 + 5).map(|n| u8::try_from((n * 7 + number) % 251).unwrap()).collect()
}

/// A message with files, an object and a nested message, its files in memory or not.
fn message(deferred: bool) -> Message<'static> {
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "inner");
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "outer");
    for number in 0..4 {
        let (name, data) = (format!("file {number}.bin"), data(number));
        message.attachments.push(match deferred {
            true => Attachment::deferred(&name, data.len() as u64),
            false => Attachment::from_bytes(&name, data),
        });
        match number {
            1 => message.attachments.push(Attachment::from_message(inner.clone())),
            2 => message.attachments.push(Attachment::from_storage("object", &b"\xD0\xCF\x11\xE0"[..])),
            _ => {}
        }
    }
    message
}

/// The data of the files of `message`, by the number of the attachment.
fn open(attachment: usize) -> io::Result<Box<dyn Read>> {
    let numbers = [Some(0), Some(1), None, Some(2), None, Some(3)];
    Ok(Box::new(io::Cursor::new(data(numbers[attachment].expect("a file")))))
}

#[test]
fn deferred_data_makes_the_same_bytes() {
    for legacy in [LegacyAttributes::None, LegacyAttributes::Exchange, LegacyAttributes::Outlook] {
        for options in [WriteOptions::mirror(), WriteOptions::canonical()] {
            let options = options.with_legacy(legacy);
            let expected = message(false).to_tnef(&options).unwrap();
            let mut out = Vec::new();
            message(true).write_tnef_with(&options, &mut out, &mut open).unwrap();
            assert!(out == expected, "{legacy:?}");
        }
    }
}

#[test]
fn deferred_data_takes_the_place_of_what_was_read() {
    let source = message(false).to_tnef(&WriteOptions::default()).unwrap();
    let mut expected = Message::from_tnef(&source).unwrap();
    let mut changed = Message::from_tnef(&source).unwrap();
    for number in [0, 3, 5] {
        let new = vec![9; 100_000 + number];
        changed.attachments[number].content = Content::Deferred(new.len() as u64);
        expected.attachments[number].content = Content::Bytes(new.into());
    }
    let new = || vec![1; 3];
    expected.attachments.insert(2, Attachment::from_bytes("new", new()));
    changed.attachments.insert(2, Attachment::deferred("new", 3));
    for options in [WriteOptions::mirror(), WriteOptions::canonical()] {
        let mut out = Vec::new();
        let mut asked = Vec::new();
        changed
            .write_tnef_with(&options, &mut out, &mut |number| {
                asked.push(number);
                let content: Vec<u8> = match number {
                    2 => new(),
                    0 => vec![9; 100_000],
                    later => vec![9; 100_000 + later - 1],
                };
                Ok(Box::new(io::Cursor::new(content)))
            })
            .unwrap();
        assert_eq!(asked, [0, 2, 4, 6]);
        assert!(out == expected.to_tnef(&options).unwrap(), "{options:?}");
        // The reader knows nothing of how it was written.
        let again = Message::from_tnef(&out).unwrap();
        assert_eq!(again.attachments[6].data(), vec![9; 100_005]);
    }
}

#[test]
fn a_large_attachment_is_written_in_constant_memory() {
    const LENGTH: u64 = 300 << 20;
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::deferred("large.bin", LENGTH));
    let read = Cell::new(0);
    let mut out = Start { kept: Vec::new(), written: 0, limit: u64::MAX };
    let used = allocation_counter::measure(|| {
        message.write_tnef_with(&WriteOptions::default(), &mut out, &mut |_| Ok(Box::new(Zeros(&read)))).unwrap();
    });
    assert!(out.written > LENGTH && out.written < LENGTH + 1000, "{}", out.written);
    assert!(used.bytes_max < 256 << 10, "{} bytes of memory", used.bytes_max);
    assert_eq!(read.get(), LENGTH, "nothing is read beyond the length");
}

#[test]
fn the_limit_is_that_of_the_length_field() {
    let written = |length: u64, legacy: LegacyAttributes| {
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::deferred("large.bin", length));
        let read = Cell::new(0);
        let mut out = Start { kept: Vec::new(), written: 0, limit: 100_000 };
        let options = WriteOptions::default().with_legacy(legacy);
        let error = message.write_tnef_with(&options, &mut out, &mut |_| Ok(Box::new(Zeros(&read)))).unwrap_err();
        (error, out)
    };
    // The greatest that a length can say: it is written, until the disk is full.
    let (error, out) = written(u64::from(u32::MAX), LegacyAttributes::Exchange);
    assert_eq!(error.kind(), ErrorKind::Io);
    let header = [2, 0x0F, 0x80, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    assert!(out.kept.windows(header.len()).any(|window| window == header));
    // One more, or as much within a property list: refused before a byte is written.
    for (length, legacy) in [(1 << 32, LegacyAttributes::Exchange), (u64::from(u32::MAX), LegacyAttributes::None)] {
        let (error, out) = written(length, legacy);
        assert_eq!((error.kind(), out.written), (ErrorKind::Unencodable, 0), "{error}");
        assert!(error.to_string().starts_with("attAttach"), "{error}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut message = message(true);
    let mut out = Vec::new();
    let short: &mut dyn FnMut(usize) -> io::Result<Box<dyn Read>> = &mut |number| match number {
        3 => Ok(Box::new(io::Cursor::new(vec![1; 100]))),
        number => open(number),
    };
    let error = message.write_tnef_with(&WriteOptions::default(), &mut out, short).unwrap_err();
    assert_eq!(error.to_string(), "input or output failed in attAttachment[3]: the data ends 139905 bytes early");
    let absent: &mut dyn FnMut(usize) -> io::Result<Box<dyn Read>> = &mut |_| Err(io::Error::other("gone"));
    let error = message.write_tnef_with(&WriteOptions::default(), &mut out, absent).unwrap_err();
    assert_eq!(error.to_string(), "input or output failed in attAttachment[0]: gone");
    // Without a reader nothing can be written, and in a nested message nobody would be asked.
    for error in [
        message.to_tnef(&WriteOptions::default()).unwrap_err(),
        message.write_tnef(&WriteOptions::default(), &mut Vec::new()).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.path().to_string().as_str()), (ErrorKind::Unencodable, "attAttachment[0]"));
    }
    message.attachments = vec![Attachment::from_message(message.clone())];
    for options in [WriteOptions::mirror(), WriteOptions::default().with_legacy(LegacyAttributes::None)] {
        let error = message.write_tnef_with(&options, &mut out, &mut open).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unencodable);
        let path = "attAttachment[0] > PidTagAttachDataObject > attAttachment[0]";
        assert_eq!(error.path().to_string(), path, "{error}");
    }
}

#[test]
fn damage_around_deferred_data_is_repaired() {
    let mut source = message(false).to_tnef(&WriteOptions::default()).unwrap();
    let end = source.len();
    source[end - 1] ^= 0xFF;
    source.extend(b"trailing");
    let mut message = Message::from_tnef(&source).unwrap();
    message.attachments[0].content = Content::Deferred(3);
    let mut out = Vec::new();
    message.write_tnef_with(&WriteOptions::mirror(), &mut out, &mut |_| Ok(Box::new(&b"abc"[..]))).unwrap();
    assert!(winmail::tnef::Reader::new(&out).unwrap().attributes().all(|attribute| attribute.is_ok()));
    let again = Message::from_tnef(&out).unwrap();
    assert_eq!(again.attachments[0].data(), b"abc");
    assert_eq!(again.attachments[5].data(), data(3));
}
