//! A message too large to be held: its attachments one after the other, their data read where it stands.
//!
//! In a stream, the name of an attachment stands behind its data. The stream is therefore walked once, with large data passed over,
//! before the first attachment is handed out.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::num::Wrapping;
use std::ops::Deref;

use crate::base::checksum::checksum;
use crate::base::input::len64;
use crate::base::{Code, Diagnostic, Error, Offset, Path, ReadOptions, Report, Result};
use crate::tnef::ChecksumState;
use crate::tnef::header::not_a_stream;
use crate::tnef::skeleton::{Data, LargeData, Skeleton};

use super::{Attachment, Content, Message};

/// Data of this size, in bytes, stays in the input until it is asked for.
const LARGE: u32 = 64 << 10;

/// A message in an input that can be sought in, and its attachments of every depth, in constant memory.
///
/// Memory follows what is not attachment data, and the largest message in the message.
///
/// ```
/// use winmail::ReadOptions;
/// use winmail::message::MessageStream;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let file = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?;
/// let mut stream = MessageStream::open(file, &ReadOptions::lenient())?;
/// while let Some(mut attachment) = stream.next_attachment()? {
///     println!("{} ({} bytes)", attachment.file_name().unwrap_or_default(), attachment.size());
///     std::io::copy(&mut attachment, &mut std::io::sink())?;
/// }
/// assert!(stream.report().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct MessageStream<R> {
    input: R,
    /// Where in the input the stream starts.
    start: u64,
    message: Message<'static>,
    /// Where the data of the message's own attachments stands that is not in memory.
    large: Vec<Option<LargeData>>,
    paths: Vec<Vec<usize>>,
    next: usize,
    report: Report,
}

impl<R: Read + Seek> MessageStream<R> {
    /// Walks the TNEF stream that starts where `input` stands. Data of attachments is passed over.
    ///
    /// # Errors
    /// Io; those of [`Message::read`].
    pub fn open(mut input: R, options: &ReadOptions) -> Result<Self> {
        let start = input.stream_position()?;
        let mut skip: Data<'_, io::Sink> = Data::Skip;
        let skeleton = Skeleton::of_seekable_from(&mut input, options, &mut skip, [0; 16], LARGE)
            .map_err(|error| error.downcast::<Error>().unwrap_or_else(Error::from))?
            .ok_or_else(|| Error::malformed(Code::InvalidSignature, 0, not_a_stream(&[])))?;
        let message = Message::read(&skeleton.bytes, options)?;
        let report = whole_report(&skeleton, message.report(), options);
        let large = message.attachments.iter().map(|attachment| {
            let range = attachment.extent(&message)?;
            skeleton.pieces.large(attachment.data(), &range)
        });
        let large = large.collect();
        let paths = message.all_attachments().map(|(path, _)| path).collect();
        Ok(MessageStream { input, start, message: message.into_owned(), large, paths, next: 0, report })
    }

    /// The next attachment, those of messages in the message behind the one that holds them; `None` at the end.
    ///
    /// An attachment need not be read to its end.
    ///
    /// # Errors
    /// Io.
    pub fn next_attachment(&mut self) -> Result<Option<AttachmentReader<'_, R>>> {
        let Some(path) = self.paths.get(self.next) else { return Ok(None) };
        self.next = self.next.saturating_add(1);
        let Some(attachment) = self.message.attachment_at(path) else { return Ok(None) };
        let large = match path.as_slice() {
            [number] => self.large.get(*number).copied().flatten(),
            _ => None,
        };
        let source = match large {
            Some(large) => {
                self.input.seek(SeekFrom::Start((Offset::from(self.start) + Offset::from(large.offset)).get()))?;
                let length = Offset::from(large.length);
                Source::Input { input: &mut self.input, left: length, sum: Wrapping(0), large }
            }
            None => Source::Memory(attachment.data()),
        };
        Ok(Some(AttachmentReader { path, attachment, source, report: &mut self.report }))
    }
}

impl<R> MessageStream<R> {
    /// The message. In its attachments, a mark stands in the place of data that is not in memory.
    #[must_use]
    pub fn message(&self) -> &Message<'static> {
        &self.message
    }

    /// Returns what was found wrong until now: with the stream, and with the data that was read to its end.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The input.
    pub fn into_inner(self) -> R {
        self.input
    }
}

impl<R> fmt::Debug for MessageStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageStream").field("message", &self.message).field("next", &self.next).finish_non_exhaustive()
    }
}

/// An attachment, and its data as an [`io::Read`]: the bytes of a file or object, the TNEF stream of a message.
pub struct AttachmentReader<'s, R> {
    path: &'s [usize],
    attachment: &'s Attachment<'static>,
    source: Source<'s, R>,
    report: &'s mut Report,
}

enum Source<'s, R> {
    Memory(&'s [u8]),
    Input { input: &'s mut R, left: Offset, sum: Wrapping<u16>, large: LargeData },
}

impl<R> AttachmentReader<'_, R> {
    /// The numbers of the attachments, from zero, that lead to this one: one for each message around it.
    #[must_use]
    pub fn path(&self) -> &[usize] {
        self.path
    }

    /// Returns how many bytes of data there are, read or not.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.source {
            Source::Memory(_) => len64(self.attachment.data()),
            Source::Input { large, .. } => large.length,
        }
    }
}

impl<R> Deref for AttachmentReader<'_, R> {
    type Target = Attachment<'static>;

    fn deref(&self) -> &Attachment<'static> {
        self.attachment
    }
}

impl<R: Read> Read for AttachmentReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.source {
            Source::Memory(bytes) => bytes.read(out),
            Source::Input { input, left, sum, large } => {
                let most = out.len().min(left.index());
                let read = input.read(out.get_mut(..most).unwrap_or_default())?;
                *left -= read;
                *sum += checksum(out.get(..read).unwrap_or_default());
                let at_end = *left == Offset::START && read > 0;
                if let Some(stored) = large.stored_checksum.filter(|stored| at_end && *stored != sum.0) {
                    let detail = ChecksumState::Mismatch { stored, computed: sum.0 }.to_string();
                    let diagnostic = Diagnostic {
                        code: Code::ChecksumMismatch,
                        offset: large.attribute,
                        length: 0,
                        path: Path::default(),
                        detail,
                    };
                    self.report.push(diagnostic, usize::MAX);
                }
                Ok(read)
            }
        }
    }
}

impl<R> fmt::Debug for AttachmentReader<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttachmentReader").field("path", &self.path).field("attachment", self.attachment).finish_non_exhaustive()
    }
}

/// What is wrong with the whole stream: its framing as the walk saw it, everything else as the skeleton shows it.
fn whole_report(skeleton: &Skeleton<io::Sink>, found: &Report, options: &ReadOptions) -> Report {
    let most = options.limits.diagnostics;
    let mut report = Report::new();
    for fault in &skeleton.faults {
        let (code, offset, length) = (fault.code, fault.offset, fault.length);
        report.push(Diagnostic { code, offset, length, path: Path::default(), detail: fault.detail.clone() }, most);
    }
    for diagnostic in found.diagnostics() {
        let offset = skeleton.whole_offset(diagnostic.offset);
        if !skeleton.faults.iter().any(|fault| fault.code == diagnostic.code && fault.offset == offset) {
            report.push(Diagnostic { offset, ..diagnostic.clone() }, most);
        }
    }
    report
}

impl<'a> Message<'a> {
    /// The attachments of every depth, each with the numbers, from zero, of the attachments that lead to it; those of a message behind
    /// the attachment that holds it.
    ///
    /// ```
    /// use winmail::{Attachment, Message};
    ///
    /// let mut inner = Message::new("IPM.Note");
    /// inner.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    /// let mut outer = Message::new("IPM.Note");
    /// outer.attachments.push(Attachment::from_message(inner));
    /// let found: Vec<_> = outer.all_attachments().map(|(path, one)| (path, one.file_name())).collect();
    /// assert_eq!(found[1], (vec![0, 0], Some("a.txt".into())));
    /// ```
    pub fn all_attachments(&self) -> impl Iterator<Item = (Vec<usize>, &Attachment<'a>)> {
        // The next attachment of each open message.
        let mut open = vec![(0usize, self)];
        std::iter::from_fn(move || {
            loop {
                let (next, message) = open.last_mut()?;
                let Some(attachment) = message.attachments.get(*next) else {
                    open.pop();
                    continue;
                };
                *next = next.saturating_add(1);
                let path = open.iter().map(|(next, _)| next.saturating_sub(1)).collect();
                if let Content::Message(inner) = &attachment.content {
                    open.push((0, inner));
                }
                return Some((path, attachment));
            }
        })
    }

    /// The attachment that a path of [`Message::all_attachments`] leads to.
    #[must_use]
    pub fn attachment_at(&self, path: &[usize]) -> Option<&Attachment<'a>> {
        let (first, rest) = path.split_first()?;
        let attachment = self.attachments.get(*first)?;
        match (&attachment.content, rest) {
            (_, []) => Some(attachment),
            (Content::Message(inner), rest) => inner.attachment_at(rest),
            _ => None,
        }
    }
}
