//! What a filter is told, what it plans, and what it says: the data that the other files of this folder share.

use std::borrow::Cow;
use std::ops::Range;
use std::{fmt, io};

use crate::base::{ReadOptions, Report};
use crate::convert::mime::find::{Found, Unseen};
use crate::convert::mime::structure::{self, Structure};
use crate::convert::mime::write::{Entity, MimeOptions};
use crate::message::Message;
use crate::message::kind::MessageKind;

/// How a mail is filtered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FilterOptions {
    /// Keep the TNEF part behind what was found in it. Default no.
    pub keep_original: bool,
    /// Put in attachments alone and leave the mail's own body as it is. Default no.
    pub attachments_only: bool,
    /// Leave TNEF without attachments alone. Default no.
    pub only_with_attachments: bool,
    /// Convert a stream whose PidTagTnefCorrelationKey names another mail than the header does. Default no.
    pub ignore_correlator: bool,
    /// Whole header fields, without line ends, to put at the end of a changed mail's header.
    pub add_fields: Vec<String>,
    /// How many streams of one mail are converted; a mail with more is left alone. Default 100: real mails have one, and each
    /// costs what reading a message may cost.
    pub max_parts: usize,
    /// What is made of the streams.
    pub mime: MimeOptions,
    /// How the streams are read.
    pub read: ReadOptions,
}

impl Default for FilterOptions {
    fn default() -> Self {
        FilterOptions {
            keep_original: false,
            attachments_only: false,
            only_with_attachments: false,
            ignore_correlator: false,
            add_fields: Vec::new(),
            max_parts: 100,
            mime: MimeOptions::default(),
            read: ReadOptions::lenient(),
        }
    }
}

/// What became of a mail.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Filtered<'a> {
    /// The mail, changed; `None` if it is to stay as it is.
    pub mail: Option<Changed<'a>>,
    /// What became of each stream, in the order in which they stand.
    pub outcomes: Vec<Outcome>,
    /// Why the mail was not looked at to its end, or not changed, as a whole.
    pub refused: Option<Refusal>,
}

/// A changed mail: pieces of the old one and new ones, in order. It is not put together, as mails are large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed<'a> {
    pub(super) pieces: Vec<Cow<'a, [u8]>>,
}

impl Changed<'_> {
    /// The mail in one piece.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.pieces.concat()
    }

    /// Writes the mail.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.pieces.iter().try_for_each(|piece| out.write_all(piece))
    }
}

/// What became of a stream.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The part in words: `part 2 (winmail.dat)`.
    pub part: String,
    /// What was done.
    pub action: Action,
    /// What reading and converting it said.
    pub report: Report,
}

/// What was done with a stream. Display says it to people.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// It was replaced by what is in it.
    Replaced,
    /// What is in it was put before it.
    Kept(Reason),
    /// It was left alone.
    Left(Reason),
}

/// Why a stream is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It was asked for.
    Wanted,
    /// It was read with errors.
    Damaged,
    /// It is a meeting, a contact, a task: what it says is in its properties.
    Properties(MessageKind),
    /// It is in something signed.
    Signed,
    /// It is in something encrypted.
    Encrypted,
    /// X-MS-TNEF-Correlator and PidTagTnefCorrelationKey differ.
    OtherMail,
    /// It has no attachments, and others are not to be converted.
    NoAttachments,
    /// It is uuencoded in a text that is encoded once more, and damaged, so that the rest of it cannot be put back as it was.
    EncodedText,
    /// It is in a message that is encoded, and damaged, so that the rest of it cannot be put back as it was.
    EncodedMessage,
    /// There is nothing in it that MIME shows, nor anything else in the mail.
    Nothing,
    /// It could not be read or converted.
    Failed(String),
}

/// Why a mail was left alone as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It has more parts, or nests deeper, than the limits allow.
    Structure,
    /// No TNEF was found in it, and this speaks for some all the same.
    Unseen(Unseen),
    /// It has more streams than are converted.
    TooMany,
    /// Two changes meet in the same bytes.
    Overlap,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Replaced => f.write_str("replaced by what is in it"),
            Action::Kept(reason) => write!(f, "converted, and kept: {reason}"),
            Action::Left(reason) => write!(f, "left as it is: {reason}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Wanted => f.write_str("as asked for"),
            Reason::Damaged => f.write_str("it is damaged, so that something may be missing"),
            Reason::Properties(kind) => write!(f, "it is a {}, which the parts made of it do not show whole", kind.describe()),
            Reason::Signed => f.write_str("it is signed"),
            Reason::Encrypted => f.write_str("it is in something encrypted"),
            Reason::OtherMail => f.write_str("it belongs to another mail (X-MS-TNEF-Correlator differs)"),
            Reason::NoAttachments => f.write_str("it has no attachments"),
            Reason::EncodedText => f.write_str("it is uuencoded in an encoded text that cannot be put back as it was"),
            Reason::EncodedMessage => f.write_str("it is in an encoded message that cannot be put back as it was"),
            Reason::Nothing => f.write_str("there is nothing in it but properties"),
            Reason::Failed(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Structure => Unseen::Limit.fmt(f),
            Refusal::Unseen(why) => why.fmt(f),
            Refusal::TooMany => f.write_str("the mail has more TNEF parts than are converted"),
            Refusal::Overlap => f.write_str("the changes do not fit together"),
        }
    }
}

/// A part to put in, header and body apart, or whole.
pub(super) enum Piece {
    Made(Entity),
    Whole(Vec<u8>),
}

/// The body that a mail shows besides the stream's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OwnBody {
    /// None.
    None,
    /// A text, in a form for comparing.
    Text(String),
    /// HTML, or something else that is not compared.
    Other,
}

/// What becomes of the body of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// It is left out: there is none, or the mail shows it already.
    Attachments,
    /// It is put in, and the mail's own body stays.
    Beside,
    /// It takes the place of the text beside it.
    Instead,
    /// It becomes an alternative of the text beside it.
    Alternative,
}

/// Bytes in place of other bytes.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) chunks: Vec<Vec<u8>>,
}

pub(super) struct Job<'m, 'a> {
    pub(super) mail: &'m [u8],
    pub(super) found: &'a Found<'a>,
    pub(super) options: &'a FilterOptions,
    /// The children of each part.
    pub(super) children: Vec<Vec<usize>>,
    /// How lines end in this mail.
    pub(super) line_end: &'static [u8],
    pub(super) edits: Vec<Edit>,
    /// What conversion may still produce, over all streams of the mail.
    pub(super) output: u64,
}

/// A stream that will be replaced.
pub(super) struct Conversion<'p> {
    pub(super) message: Message<'p>,
    pub(super) report: Report,
    /// Why the stream is kept all the same.
    pub(super) keep: Option<Reason>,
}

impl<'m, 'a> Job<'m, 'a> {
    pub(super) fn new(mail: &'m [u8], found: &'a Found<'a>, options: &'a FilterOptions) -> Self {
        let mut children = vec![Vec::new(); found.structure.entities.len()];
        for (index, entity) in found.structure.entities.iter().enumerate() {
            if let Some(siblings) = entity.parent.and_then(|parent| children.get_mut(parent)) {
                siblings.push(index);
            }
        }
        let first_end = mail.iter().position(|&b| b == b'\n').unwrap_or(mail.len());
        let is_crlf = first_end.checked_sub(1).and_then(|before| mail.get(before)) == Some(&b'\r');
        let line_end: &[u8] = if is_crlf { b"\r\n" } else { b"\n" };
        Job { mail, found, options, children, line_end, edits: Vec::new(), output: options.mime.limits.output }
    }

    pub(super) fn structure(&self) -> &'a Structure {
        &self.found.structure
    }

    pub(super) fn entity(&self, index: usize) -> Option<&'a structure::Entity> {
        self.found.structure.entities.get(index)
    }

    pub(super) fn bytes(&self, range: Range<usize>) -> &'m [u8] {
        self.mail.get(range).unwrap_or_default()
    }
}
