//! `winmail extract --manifest FILE`: a line of JSON a file that was written, for chains of evidence. The schema is in
//! `docs/manifest-json.md`.

use std::io;
use std::path::Path;

use serde::Serialize;
use sha2::{Digest, Sha256};

use winmail::base::Wrapper;
use winmail::input::Loaded;
use winmail::mapi::tags;
use winmail::{Attachment, Diagnostic, FileTime, Message, Report};

use super::digits::hex;
use super::json_out;

/// The schema of the lines.
pub const SCHEMA: &str = "winmail-manifest/1";

/// What a file is of the message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The bytes of an attachment; of an OLE object its compound file.
    #[default]
    Attachment,
    /// A form of the body.
    Body,
    /// A picture out of a body in rich text.
    Picture,
    /// The calendar or card of an item.
    Item,
    /// A message in the message.
    Message,
    /// A page that shows where a file is that is not inside.
    Link,
    /// What only a Macintosh reads of a file.
    ResourceFork,
}

/// Where a file comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What it is.
    pub kind: Kind,
    /// Its name as the sender gave it.
    pub name: Option<String>,
    /// When it was made.
    pub created: Option<FileTime>,
    /// When it was changed last.
    pub modified: Option<FileTime>,
}

impl Origin {
    /// Of an attachment.
    #[must_use]
    pub fn attachment(kind: Kind, attachment: &Attachment<'_>) -> Origin {
        let time = |tag| attachment.properties.time(tag).filter(|time| time.is_date());
        Origin {
            kind,
            name: attachment.file_name().map(std::borrow::Cow::into_owned),
            created: time(tags::CREATION_TIME),
            modified: time(tags::LAST_MODIFICATION_TIME),
        }
    }

    /// Of a message: its times are when it was sent, else when it arrived.
    #[must_use]
    pub fn message(kind: Kind, message: &Message<'_>) -> Origin {
        let time = |tag| message.properties.time(tag).filter(|time| time.is_date());
        let sent = time(tags::CLIENT_SUBMIT_TIME).or_else(|| time(tags::MESSAGE_DELIVERY_TIME));
        Origin { kind, name: None, created: sent, modified: sent }
    }
}

/// The input that files come from.
#[derive(Debug)]
pub struct Source<'l> {
    file: String,
    mail: Option<usize>,
    part: Option<String>,
    stream: &'l [u8],
    diagnostics: Vec<Found>,
}

/// A diagnostic with the attachments that lead to it.
#[derive(Debug)]
struct Found {
    place: Vec<usize>,
    row: DiagnosticRow,
}

#[derive(Debug, Clone, Serialize)]
struct DiagnosticRow {
    code: &'static str,
    severity: &'static str,
    offset: u64,
    length: u64,
    detail: String,
}

#[derive(Debug, Serialize)]
struct Row<'r> {
    schema: &'static str,
    path: &'r str,
    size: usize,
    sha256: String,
    kind: Kind,
    name: Option<&'r str>,
    attachment: &'r [usize],
    source: &'r str,
    mail: Option<usize>,
    part: Option<&'r str>,
    stream_size: usize,
    range: Option<[usize; 2]>,
    created: Option<String>,
    modified: Option<String>,
    diagnostics: Vec<&'r DiagnosticRow>,
}

impl<'l> Source<'l> {
    /// What was read from a file, and what reading found.
    #[must_use]
    pub fn new(file: &Path, loaded: &'l Loaded, report: &Report) -> Source<'l> {
        let mail = match &loaded.wrapper {
            Wrapper::Mail { mail, .. } => *mail,
            _ => None,
        };
        let diagnostics = report.diagnostics().iter().map(found).collect();
        let file = file.to_string_lossy().into_owned();
        Source { file, mail, part: loaded.part(), stream: &loaded.bytes, diagnostics }
    }
}

fn found(diagnostic: &Diagnostic) -> Found {
    let numbered = diagnostic.path.segments().iter().filter(|segment| segment.name.to_ascii_lowercase().contains("attach"));
    let row = DiagnosticRow {
        code: diagnostic.code.name(),
        severity: diagnostic.severity().as_str(),
        offset: diagnostic.offset,
        length: diagnostic.length,
        detail: diagnostic.detail.clone(),
    };
    Found { place: numbered.filter_map(|segment| segment.index).collect(), row }
}

/// The manifest as it grows.
#[derive(Debug, Default)]
pub struct Manifest(Vec<u8>);

impl Manifest {
    /// Adds a file. `place`: the numbers of the attachments that lead to it, from the outside in. Bytes that are
    /// a piece of the stream have a range in it.
    ///
    /// # Errors
    /// None that are known: what is written into memory has string keys.
    pub fn add(&mut self, source: &Source<'_>, place: &[usize], path: &str, bytes: &[u8], origin: &Origin) -> io::Result<()> {
        let time = |time: Option<FileTime>| time.map(|time| time.to_string());
        let row = Row {
            schema: SCHEMA,
            path,
            size: bytes.len(),
            sha256: hex(&Sha256::digest(bytes)),
            kind: origin.kind,
            name: origin.name.as_deref(),
            attachment: place,
            source: &source.file,
            mail: source.mail,
            part: source.part.as_deref(),
            stream_size: source.stream.len(),
            range: range_in(source.stream, bytes),
            created: time(origin.created),
            modified: time(origin.modified),
            diagnostics: source.diagnostics.iter().filter(|found| found.place == place).map(|found| &found.row).collect(),
        };
        json_out::line(&mut self.0, &row)
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[u8] {
        &self.0
    }
}

/// From where to where `part` stands in `whole`, of which it is a piece; `None` where it is a copy of its own.
fn range_in(whole: &[u8], part: &[u8]) -> Option<[usize; 2]> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    // Two allocations never overlap, and what is equal is right in any case.
    (whole.get(start..end)? == part && !part.is_empty()).then_some([start, end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_that_of_the_piece_and_of_no_copy() {
        let whole = b"abcabc".to_vec();
        assert_eq!(range_in(&whole, &whole[3..]), Some([3, 6]));
        assert_eq!(range_in(&whole, &whole[..0]), None);
        assert_eq!(range_in(&whole[..3], &whole[2..5]), None);
        let copy = whole.clone();
        assert_eq!(range_in(&whole, &copy[3..]), None);
    }
}
