//! Damage to real streams: cut at every byte, every byte changed, line ends collapsed, blocks lost.
//!
//! Whatever is done to a stream: nothing panics; the pieces cover all bytes; every diagnostic lies inside the input; and **no
//! attachment is lost whose bytes are untouched and still framed**. That is: if none of the bytes of an attachment's
//! attributes is changed or gone, headers and checksums included, it comes out with its name and its contents, byte for byte.
//! For an attachment of an embedded message the bytes that lead to the message must be there, too: those of the attribute that
//! holds it, up to and including the signature and key of the embedded stream; all else in and around it may be damaged.
//!
//! Of the small sample every byte is cut at and changed. Of the large ones that are the bytes near the start, the end and
//! every attribute's start and end, at every level of nesting, and one in a hundred or some thousand of the others, so that all
//! this takes seconds. Blocks are lost at one in some of these places.

use std::ops::Range;

use crate::support::{assert_covered, value};
use winmail::message::Content;
use winmail::tnef::{AttrId, Level, Piece, Reader};
use winmail::{Diagnostic, Message, ReadOptions, Report, Severity};

/// Attachments in attAttachData.
const FILES: &str = "two-files";
/// Attachments in PidTagAttachDataObject.
const OBJECTS: &str = "MAPI_ATTACH_DATA_OBJ";
/// A file, an embedded message with a file, and another file.
const NESTED: &str = "aspose-tnefEml1-cp65001-nested";

/// An attachment of the undamaged stream.
struct Known {
    name: String,
    value: Vec<u8>,
    /// Where its attributes stand.
    own: Range<usize>,
    /// What leads to the embedded messages that it is in.
    frames: Vec<Range<usize>>,
}

struct Original {
    bytes: Vec<u8>,
    known: Vec<Known>,
    /// Where attributes start and end.
    boundaries: Vec<usize>,
    /// What is remarked about it undamaged.
    remarks: Vec<Diagnostic>,
}

fn original(name: &str) -> Option<Original> {
    let bytes = crate::support::tnef_sample(name)?.bytes;
    let message = Message::read(&bytes, &ReadOptions::strict()).unwrap();
    let remarks = message.report().diagnostics().to_vec();
    let (mut known, mut boundaries) = (Vec::new(), Vec::new());
    collect(&message, &[], &mut known, &mut boundaries);
    drop(message);
    Some(Original { remarks, bytes, known, boundaries })
}

fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap()
}

fn collect(message: &Message<'_>, frames: &[Range<usize>], known: &mut Vec<Known>, boundaries: &mut Vec<usize>) {
    // Each attachment's attributes, and where the last of them, attAttachment, starts.
    let mut parts: Vec<(Range<usize>, usize)> = Vec::new();
    for piece in message.pieces() {
        let Piece::Attribute(attribute) = piece else { continue };
        let start = position(attribute.offset());
        let end = start + position(attribute.wire_length());
        boundaries.extend([start, end]);
        if attribute.id() == AttrId::ATTACH_REND_DATA {
            parts.push((start..end, start));
        } else if attribute.level() == Level::ATTACHMENT {
            let (own, last) = parts.last_mut().unwrap();
            (own.end, *last) = (end, start);
        }
    }
    assert_eq!(parts.len(), message.attachments.len());
    for (attachment, (own, last)) in message.attachments.iter().zip(parts) {
        let name = attachment.file_name().unwrap().into_owned();
        known.push(Known { name, value: value(attachment), own, frames: frames.to_vec() });
        if let Content::Message(nested) = &attachment.content {
            let frame = last..position(nested.offset()) + 6;
            collect(nested, &[frames, &[frame]].concat(), known, boundaries);
        }
    }
}

/// All attachments of a message and of the messages in it.
fn found(message: &Message<'_>, all: &mut Vec<(String, Vec<u8>)>) {
    for attachment in &message.attachments {
        all.push((attachment.file_name().unwrap_or_default().into_owned(), value(attachment)));
        if let Content::Message(nested) = &attachment.content {
            found(nested, all);
        }
    }
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

impl Original {
    /// Reads a damaged copy of which the bytes `touched` of the original are changed or gone.
    fn check(&self, what: &str, damaged: &[u8], touched: &Range<usize>) -> Report {
        let result = Message::read(damaged, &ReadOptions::lenient());
        let report = result.as_ref().map_or_else(winmail::Error::report, Message::report).clone();
        assert_covered(what, damaged);
        for diagnostic in report.diagnostics() {
            assert!(diagnostic.offset + diagnostic.length <= damaged.len() as u64, "{what}: {diagnostic}");
        }
        let mut all = Vec::new();
        if let Ok(message) = &result {
            found(message, &mut all);
        }
        for known in &self.known {
            let untouched = !overlap(&known.own, touched) && !known.frames.iter().any(|frame| overlap(frame, touched));
            if untouched {
                let there = all.iter().any(|(name, value)| *name == known.name && *value == known.value);
                assert!(there, "{what}: {} is lost; {:?} {:?}", known.name, result.err(), report.diagnostics());
            }
        }
        // Reading strictly finds the same first error, or none.
        let strict = Message::read(damaged, &ReadOptions::strict());
        assert_eq!(strict.is_err(), report.worst() == Some(Severity::Error), "{what}");
        report
    }

    /// Every position, or near every boundary and one in `stride`.
    fn positions(&self, stride: usize) -> Vec<usize> {
        /// An attribute's header in front, its checksum behind.
        const NEAR: std::ops::Range<usize> = 3..10;
        const ENDS: usize = 256;
        let length = self.bytes.len();
        let near = self.boundaries.iter().flat_map(|at| at.saturating_sub(NEAR.start)..at + NEAR.end);
        let ends = (0..ENDS).chain(length.saturating_sub(ENDS)..length);
        let mut all: Vec<usize> = near.chain(ends).chain((0..length).step_by(stride)).filter(|at| *at < length).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn cut(&self, stride: usize) {
        for at in self.positions(stride) {
            let report = self.check(&format!("cut at {at}"), &self.bytes[..at], &(at..self.bytes.len()));
            // A stream that ends behind an attribute is a whole one.
            let whole = Reader::new(&self.bytes[..at]).is_ok_and(|reader| reader.attributes().all(|attribute| attribute.is_ok()));
            assert!(whole || !report.is_empty(), "cut at {at}: nothing is said");
        }
    }

    fn change(&self, stride: usize) {
        let mut damaged = self.bytes.clone();
        for at in self.positions(stride) {
            for change in [0x01, 0x80, 0xFF] {
                damaged[at] ^= change;
                let report = self.check(&format!("byte {at} ^ {change:02x}"), &damaged, &(at..at + 1));
                // The sums notice every change of data; the key means nothing.
                let said = report.diagnostics() != self.remarks;
                assert!(said || (4..6).contains(&at), "byte {at} ^ {change:02x}: nothing is said");
                damaged[at] ^= change;
            }
        }
    }

    fn lose_blocks(&self, stride: usize) {
        for size in [1, 16, 512, 4096] {
            for at in self.positions(stride).into_iter().step_by(if self.bytes.len() > 100_000 { 29 } else { 7 }) {
                let touched = at..(at + size).min(self.bytes.len());
                let gone = [&self.bytes[..touched.start], &self.bytes[touched.end..]].concat();
                self.check(&format!("{size} bytes lost at {at}"), &gone, &touched);
                let mut zeros = self.bytes.clone();
                zeros[touched.clone()].fill(0);
                self.check(&format!("{size} zeros at {at}"), &zeros, &touched);
                let twice = [&self.bytes[..touched.end], &self.bytes[touched.start..]].concat();
                self.check(&format!("{size} bytes twice at {at}"), &twice, &touched);
            }
        }
    }
}

macro_rules! damage {
    ($($test:ident $sample:ident $kind:ident $stride:literal;)*) => {$(
        #[test]
        fn $test() {
            if let Some(original) = original($sample) {
                original.$kind($stride);
            }
        }
    )*};
}

damage! {
    files_cut FILES cut 1;
    files_changed FILES change 1;
    files_blocks FILES lose_blocks 1;
    objects_cut OBJECTS cut 4999;
    objects_changed OBJECTS change 4999;
    objects_blocks OBJECTS lose_blocks 4999;
    nested_cut NESTED cut 101;
    nested_changed NESTED change 101;
    nested_blocks NESTED lose_blocks 101;
}

/// What text conversion makes of a stream. Attachments without a CR LF are whole, the others lost their CRs and no more.
#[test]
fn collapsed_line_ends_cost_the_crs_and_nothing_else() {
    let collapse = |bytes: &[u8]| {
        let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if *byte == b'\n' && out.last() == Some(&b'\r') {
                out.pop();
            }
            out.push(*byte);
        }
        out
    };
    for name in [FILES, OBJECTS, NESTED, "attachments", "data-before-name", "quick-winmail"] {
        let Some(original) = original(name) else { return };
        let damaged = collapse(&original.bytes);
        assert_covered(name, &damaged);
        let message = Message::read(&damaged, &ReadOptions::lenient()).unwrap();
        let mut all = Vec::new();
        found(&message, &mut all);
        for known in &original.known {
            let expected = collapse(&known.value);
            let there = all.iter().any(|(name, value)| *name == known.name && *value == expected);
            assert!(there, "{name}: {}; {:?}", known.name, all.iter().map(|(n, v)| (n, v.len())).collect::<Vec<_>>());
        }
    }
}
