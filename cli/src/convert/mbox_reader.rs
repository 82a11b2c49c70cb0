//! The mails of an mbox one after another, in as much memory as two of them need.

use std::io::{self, Read};
use std::ops::Range;

use winmail::base::size;
use winmail::convert::mime::mbox::{self, Separator};

/// A mail of an mbox.
#[derive(Debug)]
pub(super) struct Mail {
    /// Without the line in front, and with its quoting.
    pub(super) bytes: Vec<u8>,
    /// That line.
    pub(super) line: Vec<u8>,
    /// Where the line stands in the file.
    pub(super) offset: u64,
}

impl Mail {
    /// Who sent it, and when.
    pub(super) fn separator(&self) -> Separator {
        Separator::parse(&self.line).unwrap_or_default()
    }
}

/// Takes an mbox apart as it comes in.
pub(super) struct MboxReader {
    input: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    /// Where in the buffer the next mail is, and where that is in the file.
    start: usize,
    offset: u64,
    at_end: bool,
    max_size: u64,
}

impl std::fmt::Debug for MboxReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MboxReader").field("offset", &self.offset).finish_non_exhaustive()
    }
}

/// Where a mail is in the buffer, without its line, and where the next one begins.
struct Found {
    mail: Range<usize>,
    end: usize,
    is_last: bool,
}

/// How much is read at once, at least.
const CHUNK: usize = 1 << 20;

impl MboxReader {
    /// Of an input that starts with `From `. A mail of more than `max_size` bytes is an error, and the last thing that comes.
    pub(super) fn new(input: Box<dyn Read + Send>, max_size: u64) -> Self {
        MboxReader { input, buffer: Vec::new(), start: 0, offset: 0, at_end: false, max_size }
    }

    /// Where the next mail stands in the file.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether no mail is left.
    pub(super) fn is_done(&self) -> bool {
        self.at_end && self.start >= self.buffer.len()
    }

    /// The next mail.
    pub(super) fn next(&mut self) -> Option<io::Result<Mail>> {
        loop {
            if self.is_done() {
                return None;
            }
            let Some(found) = self.found() else {
                if let Err(error) = self.fill() {
                    self.at_end = true;
                    self.buffer.clear();
                    return Some(Err(error));
                }
                continue;
            };
            let rest = self.buffer.get(self.start..).unwrap_or_default();
            let mut bytes = rest.get(found.mail.clone()).unwrap_or_default();
            // The empty line that ends each mail is not cut off of the last.
            if found.is_last {
                bytes = ["\r\n\r\n", "\n\n"]
                    .iter()
                    .find(|ending| bytes.ends_with(ending.as_bytes()))
                    .and_then(|ending| bytes.get(..bytes.len().saturating_sub(ending.len() / 2)))
                    .unwrap_or(bytes);
            }
            let (bytes, line) = (bytes.to_vec(), rest.get(..found.mail.start).unwrap_or_default().to_vec());
            let mail = Mail { bytes, line, offset: self.offset };
            self.start = self.start.saturating_add(found.end);
            self.offset = self.offset.saturating_add(u64::try_from(found.end).unwrap_or(u64::MAX));
            return Some(Ok(mail));
        }
    }

    /// The next mail in the buffer, if all of it is there.
    fn found(&self) -> Option<Found> {
        let rest = self.buffer.get(self.start..).unwrap_or_default();
        let mut ranges = mbox::ranges(rest);
        let (mail, second) = (ranges.next()?, ranges.next());
        let Some(second) = second else {
            return self.at_end.then_some(Found { mail, end: rest.len(), is_last: true });
        };
        // Whether a line separates mails, the line behind it says, which may not be there yet.
        if !self.at_end && !rest.get(second.start..).unwrap_or_default().contains(&b'\n') {
            return None;
        }
        let before = rest.get(..second.start.saturating_sub(1)).unwrap_or_default();
        let end = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
        Some(Found { mail, end, is_last: false })
    }

    /// Reads on: as much again as waits, so that a large mail is gone through a few times and not once for each piece of it.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let waiting = u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        if waiting > self.max_size {
            let message = format!("a mail is larger than the limit of {}", size::format(self.max_size));
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let more = u64::try_from(self.buffer.len().max(CHUNK)).unwrap_or(u64::MAX);
        let read = (&mut self.input).take(more).read_to_end(&mut self.buffer)?;
        self.at_end = read == 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out few bytes at once.
    struct Slow(io::Cursor<Vec<u8>>, usize);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = buffer.len().min(self.1);
            self.0.read(&mut buffer[..length])
        }
    }

    fn all(mut reader: MboxReader) -> Vec<(String, u64)> {
        std::iter::from_fn(|| reader.next())
            .map(|mail| mail.map(|m| (String::from_utf8(m.bytes).unwrap(), m.offset)).unwrap())
            .collect()
    }

    #[test]
    fn the_mails_are_those_of_the_library_wherever_the_input_is_cut() {
        let from = "From a@b.org Tue Nov 14 22:13:20 2023\n";
        let big = "x".repeat(3 * CHUNK);
        // A line that only looks like the start of a mail, at every place of a chunk's end.
        let mails = [
            "Subject: a\n\nFrom here 12:00 on\n\nFrom x 10:00 and\nno field\n".to_owned(),
            format!("Subject: b\n\n{big}\n\nFrom x 10:00\nno field\n"),
            "Subject: c\n\n".to_owned(),
            "Subject: d\r\n\r\nd\r\n".to_owned(),
        ];
        for shift in 0..80 {
            let pad = format!("Subject: pad\n\n{}\n", "y".repeat(CHUNK - 120 + shift));
            let mails: Vec<&str> = [pad.as_str()].into_iter().chain(mails.iter().map(String::as_str)).collect();
            let text: String = mails.iter().map(|mail| format!("{from}{mail}\n")).collect();
            let step = if shift % 2 == 0 { usize::MAX } else { 4093 };
            let found = all(MboxReader::new(Box::new(Slow(io::Cursor::new(text.clone().into_bytes()), step)), u64::MAX));
            let mut expected: Vec<&[u8]> = mbox::messages_in(text.as_bytes()).collect();
            let last = expected.last_mut().unwrap();
            *last = last.strip_suffix(b"\n").unwrap();
            assert!(expected.len() > mails.len() && found.len() == expected.len(), "{shift}");
            for ((mail, offset), expected) in found.iter().zip(&expected) {
                assert!(mail.as_bytes() == *expected, "{shift}: {:?}", &expected[..10]);
                let at = &text[usize::try_from(*offset).unwrap()..];
                assert!(at.starts_with("From ") && at.split_once('\n').unwrap().1.starts_with(mail.as_str()), "{shift}");
            }
        }
    }

    #[test]
    fn a_mail_without_end_is_refused() {
        let endless = io::Cursor::new(b"From a 00:00\nSubject: x\n\n".to_vec()).chain(io::repeat(b'x'));
        let mut reader = MboxReader::new(Box::new(endless), 1 << 20);
        assert_eq!(reader.next().unwrap().unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(reader.next().is_none());
    }
}
