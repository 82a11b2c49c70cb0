//! A mail with its TNEF parts replaced by what is in them ([MS-OXCMAIL] 2.2.3), and not a byte of it changed elsewhere.
//!
//! ```text
//! multipart/mixed                    multipart/mixed           header, boundary, other parts: as they were
//!   text/plain                         multipart/alternative
//!   application/ms-tnef      ->          text/plain            byte for byte the old part
//!                                        text/html             of the stream
//!                                      image/png ...           the attachments of the stream
//! ```
//!
//! # Which body the reader sees
//!
//! The body of the stream wins over the text beside it ([MS-OXCMAIL] 2.2.3): both become alternatives of each other, so that what
//! a gateway added to the text is still there. Where the stream has no body of its own, or none but a text that the mail shows
//! already, the text stays alone. Where the text is blank, the stream's bodies take its place. Where neither holds (the mail's own
//! body is something else), both are shown: a doubled body is better than a lost one.
//!
//! # What is left alone
//!
//! Parts in something signed or encrypted; streams that cannot be read; streams that belong to another mail
//! (X-MS-TNEF-Correlator); all of a mail whose structure exceeds a limit. A stream that was read with errors is converted, and
//! kept beside what was found in it; so is one whose point MIME cannot carry: a meeting, a contact, a task.
mod body;
mod encoded;
mod job;
mod splice;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::{fmt, io};

use crate::base::{ReadOptions, Report};
use crate::message::kind::MessageKind;

use super::find::{Place, Unseen, find};
use super::write::MimeOptions;

use job::Job;

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
    pieces: Vec<Cow<'a, [u8]>>,
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

/// Replaces the TNEF parts of a mail by what is in them.
///
/// Never fails: what cannot be converted is left as it is, and said in [`Filtered::outcomes`].
///
/// ```
/// use winmail::convert::mime::filter::{FilterOptions, filter};
///
/// let mail = b"Subject: no TNEF in here\n\nhello\n";
/// assert!(filter(mail, &FilterOptions::default()).mail.is_none());
/// ```
#[must_use]
pub fn filter<'a>(mail: &'a [u8], options: &FilterOptions) -> Filtered<'a> {
    let found = find(mail, &options.read.limits);
    if found.parts.is_empty() {
        let refused = found.unseen().map(|why| match why {
            Unseen::Limit => Refusal::Structure,
            why => Refusal::Unseen(why),
        });
        return Filtered { refused, ..Filtered::default() };
    }
    let refused = match (found.incomplete, found.parts.len() > options.max_parts) {
        (true, _) => Some(Refusal::Structure),
        (_, true) => Some(Refusal::TooMany),
        _ => None,
    };
    if refused.is_some() {
        return Filtered { refused, ..Filtered::default() };
    }
    let mut job = Job::new(mail, &found, options);
    let mut outcomes = Vec::new();
    let mut at = 0usize;
    while let Some(first) = found.parts.get(at) {
        // The files in one text, or all in one encoded message, change it together.
        let together = match first.place {
            Place::UuBlock | Place::EncodedUuBlock | Place::EncodedMessage => {
                found.parts.iter().skip(at).take_while(|part| part.entity == first.entity).count()
            }
            Place::Part => 1,
        };
        let parts = found.parts.get(at..at.saturating_add(together)).unwrap_or_default();
        at = at.saturating_add(together.max(1));
        job.parts(parts, &mut outcomes);
    }
    let mut filtered = Filtered { outcomes, ..Filtered::default() };
    match job.finish() {
        Ok(mail) => filtered.mail = mail,
        Err(refusal) => filtered.refused = Some(refusal),
    }
    filtered
}
