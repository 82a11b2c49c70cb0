//! `MessageStream` against `Message`: the same attachments, names, bytes and defects, without holding the data.

use std::io::{Cursor, Read, Seek, SeekFrom};

use crate::support::tnef_samples;
use winmail::message::MessageStream;
use winmail::tnef::{AttrId, Level, Writer};
use winmail::{Attachment, Code, Message, ReadOptions, WriteOptions};

/// Path, name and data of an attachment.
type Found = (Vec<usize>, Option<String>, Vec<u8>);

/// Everything that a walk hands out.
fn walked(bytes: &[u8]) -> Option<Vec<Found>> {
    let mut stream = MessageStream::open(Cursor::new(bytes), &ReadOptions::lenient()).ok()?;
    let mut all = Vec::new();
    while let Some(mut attachment) = stream.next_attachment().unwrap() {
        let mut data = Vec::new();
        attachment.read_to_end(&mut data).unwrap();
        assert_eq!(attachment.size(), data.len() as u64);
        all.push((attachment.path().to_vec(), attachment.file_name().map(Into::into), data));
    }
    Some(all)
}

#[test]
fn the_corpus_is_walked_as_it_is_read() {
    let mut damaged = 0;
    for sample in tnef_samples() {
        let Ok(message) = Message::read(&sample.bytes, &ReadOptions::lenient()) else { continue };
        if message.report().worst() > Some(winmail::Severity::Info) {
            // Damage far from the end is decided on less than the whole file.
            damaged += 1;
            let stream = MessageStream::open(Cursor::new(&sample.bytes), &ReadOptions::lenient());
            assert!(stream.is_ok_and(|stream| !stream.report().is_empty()), "{}", sample.name);
            continue;
        }
        let expected: Vec<_> = message
            .all_attachments()
            .map(|(path, one)| (path, one.file_name().map(|name| name.into_owned()), one.data().to_vec()))
            .collect();
        assert_eq!(walked(&sample.bytes).unwrap(), expected, "{}", sample.name);
    }
    assert!(damaged > 0 || crate::support::corpus().is_none());
}

fn large() -> Vec<u8> {
    with_last(200_000)
}

/// Data that fits the walk's window is summed by the walk; longer data by who reads it.
fn with_last(length: usize) -> Vec<u8> {
    let mut message = Message::new("IPM.Note");
    let mut inner = Message::new("IPM.Note");
    inner.attachments.push(Attachment::from_bytes("inner.txt", &b"abc"[..]));
    message.attachments.push(Attachment::from_bytes("first.bin", vec![1u8; 300_000]));
    message.attachments.push(Attachment::from_message(inner));
    message.attachments.push(Attachment::from_bytes("last.bin", vec![2u8; length]));
    message.to_tnef(&WriteOptions::default()).unwrap()
}

#[test]
fn what_is_not_read_to_its_end_costs_nothing() {
    let bytes = large();
    let mut stream = MessageStream::open(Cursor::new(&bytes), &ReadOptions::lenient()).unwrap();
    let mut names = Vec::new();
    while let Some(mut attachment) = stream.next_attachment().unwrap() {
        let mut first = [0; 3];
        attachment.read_exact(&mut first).unwrap();
        names.push((attachment.file_name().unwrap_or_default().into_owned(), first));
    }
    assert_eq!(names.len(), 4);
    assert_eq!(names[0], ("first.bin".to_owned(), [1; 3]));
    assert_eq!(names[2], ("inner.txt".to_owned(), *b"abc"));
    assert_eq!(names[3], ("last.bin".to_owned(), [2; 3]));
    assert!(stream.report().is_empty(), "{:?}", stream.report());
}

/// A sender cannot make a mark: data that looks like one is data.
#[test]
fn data_that_looks_like_a_mark_is_data() {
    let mut mark = b"winmail: large data ".to_vec();
    mark.extend([0; 16]);
    mark.push(b'0');
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("mark", mark.clone()));
    message.attachments.push(Attachment::from_bytes("large", vec![7u8; 100_000]));
    let all = walked(&message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    assert_eq!(all[0].2, mark);
    assert_eq!(all[1].2, vec![7u8; 100_000]);
}

#[test]
fn damage_is_said_where_it_stands() {
    let bytes = large();
    // The stream begins somewhere in its input.
    let shifted = [&b"front"[..], &bytes].concat();
    let mut input = Cursor::new(&shifted);
    input.seek(SeekFrom::Start(5)).unwrap();
    let stream = MessageStream::open(input, &ReadOptions::lenient()).unwrap();
    assert_eq!(stream.report().diagnostics(), []);

    // A byte of the last data is changed: it is said once, with the attribute's place.
    let end = |bytes: &[u8]| bytes.windows(4).rposition(|four| four == [2; 4]).unwrap();
    for (length, by_the_walk) in [(200_000, true), (3_000_000, false)] {
        let mut changed = with_last(length);
        let at = end(&changed);
        changed[at] = 3;
        let expected = Message::read(&changed, &ReadOptions::lenient()).unwrap().report().diagnostics()[0].offset;
        let mut stream = MessageStream::open(Cursor::new(&changed), &ReadOptions::lenient()).unwrap();
        assert_eq!(stream.report().contains(Code::ChecksumMismatch), by_the_walk);
        while let Some(mut attachment) = stream.next_attachment().unwrap() {
            std::io::copy(&mut attachment, &mut std::io::sink()).unwrap();
        }
        let said: Vec<_> = stream.report().diagnostics().iter().map(|defect| (defect.code, defect.offset)).collect();
        assert_eq!(said, [(Code::ChecksumMismatch, expected)]);
    }

    // It is cut within the last data.
    let at = end(&bytes);
    let stream = MessageStream::open(Cursor::new(&bytes[..at]), &ReadOptions::lenient()).unwrap();
    assert!(stream.report().contains(Code::AttributeTruncated), "{:?}", stream.report());
    assert!(MessageStream::open(Cursor::new(&bytes[..at]), &ReadOptions::strict()).is_err());
    assert!(MessageStream::open(Cursor::new(b"no stream"), &ReadOptions::lenient()).is_err());
}

/// A stream of 1 GiB that is made while it is read.
struct Huge {
    front: Vec<u8>,
    length: u64,
    back: Vec<u8>,
    at: u64,
}

impl Huge {
    fn end(&self) -> u64 {
        (self.front.len() + self.back.len()) as u64 + self.length
    }
}

impl Read for Huge {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let front = self.front.len() as u64;
        let read = if self.at < front {
            (&self.front[self.at as usize..]).read(out)?
        } else if self.at < front + self.length {
            let most = out.len().min((front + self.length - self.at) as usize);
            out[..most].fill(0);
            most
        } else {
            (&self.back[((self.at - front - self.length) as usize).min(self.back.len())..]).read(out)?
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Huge {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
            SeekFrom::End(by) => self.end().checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

#[test]
fn a_gibibyte_takes_no_memory() {
    let length: u32 = 1 << 30;
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0").unwrap();
    let mut rendering = [0u8; 14];
    rendering[0] = 1;
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rendering).unwrap();
    let mut front = writer.into_inner();
    front.push(Level::ATTACHMENT.0);
    front.extend(AttrId::ATTACH_DATA.0.to_le_bytes());
    front.extend(length.to_le_bytes());
    let mut title = Writer::new(Vec::new(), 1).unwrap();
    title.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"zeros.bin\0").unwrap();
    // The checksum of zeros, then what stands behind a header of six bytes.
    let back = [&[0, 0][..], &title.into_inner()[6..]].concat();
    let used = allocation_counter::measure(|| {
        let huge = Huge { front, length: length.into(), back, at: 0 };
        let mut stream = MessageStream::open(huge, &ReadOptions::lenient()).unwrap();
        let mut attachment = stream.next_attachment().unwrap().unwrap();
        assert_eq!(attachment.file_name().unwrap(), "zeros.bin");
        assert_eq!(std::io::copy(&mut attachment, &mut std::io::sink()).unwrap(), 1 << 30);
        assert!(stream.next_attachment().unwrap().is_none());
        assert!(!stream.report().contains(Code::ChecksumMismatch), "{:?}", stream.report());
    });
    assert!(used.bytes_max < 16 << 20, "{} bytes", used.bytes_max);
}
