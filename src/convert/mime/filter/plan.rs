//! What a conversion is as data: what was asked for, what became of each stream, the mail that comes out, and why a stream is
//! still there. Nothing here acts.

use std::borrow::Cow;
use std::ops::Range;
use std::{fmt, io};

use crate::base::{ReadOptions, Report};
use crate::convert::mime::account::Loss;
use crate::convert::mime::find::Unseen;
use crate::convert::mime::write::MimeOptions;
use crate::message::kind::MessageKind;

/// Options of filtering a mail.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FilterOptions {
    /// Keep the TNEF part behind what was found in it. Default no.
    pub keep_original: bool,
    /// Put in attachments alone and leave the mail's own body as it is. Default no.
    pub attachments_only: bool,
    /// Leave TNEF without attachments alone. Default no.
    pub only_with_attachments: bool,
    /// Convert a stream whose PidTagTnefCorrelationKey names another mail than the header does. Default no: its attachments are
    /// put in, and it stays.
    pub ignore_correlator: bool,
    /// Leave a mail alone that has a DKIM or ARC signature, which a change may break. Default no.
    pub leave_signed: bool,
    /// Whole header fields, without line ends, to put at the end of a changed mail's header. Fields of these names that the mail
    /// came with are taken out.
    pub add_fields: Vec<String>,
    /// Number of streams of one mail that are converted; a mail with more is left alone. Default 100: real mails have one, and each
    /// costs what reading a message may cost.
    pub max_parts: usize,
    /// Answer to something that came in and is missing in what was made. Default: the stream stays.
    pub on_loss: OnLoss,
    /// Form of what is made of the streams.
    pub mime: MimeOptions,
    /// Options of reading the streams.
    pub read: ReadOptions,
}

impl Default for FilterOptions {
    fn default() -> Self {
        FilterOptions {
            keep_original: false,
            attachments_only: false,
            only_with_attachments: false,
            ignore_correlator: false,
            leave_signed: false,
            add_fields: Vec::new(),
            max_parts: 100,
            on_loss: OnLoss::Keep,
            mime: MimeOptions::default(),
            read: ReadOptions::lenient(),
        }
    }
}

/// Reaction to a fact that came in and is missing in what was made ([`crate::convert::mime::account`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum OnLoss {
    /// The stream that it is of is kept beside what was made of it; if that does not help, the mail stays as it is.
    #[default]
    Keep,
    /// The conversion stands as it is; what is missing is said.
    Warn,
    /// Nobody looks for what is missing.
    Unchecked,
}

/// Result of filtering a mail.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Filtered<'a> {
    /// The mail, changed; `None` if it is to stay as it is.
    pub mail: Option<Changed<'a>>,
    /// Result for each stream, in the order in which they stand; those that were in other streams come last.
    pub outcomes: Vec<Outcome>,
    /// Reason why the mail was not looked at to its end, or not changed, as a whole.
    pub refused: Option<Refusal>,
    /// The facts that were missing in a conversion. By default the streams that they are of were kept for them.
    pub losses: Vec<Loss>,
    /// Says whether the mail was changed although it has a DKIM or ARC signature, which may no longer hold.
    pub breaks_signature: bool,
}

impl Filtered<'_> {
    /// Returns what is still in a stream that stays, and why.
    pub fn kept(&self) -> impl Iterator<Item = (&Outcome, &Reason)> {
        self.outcomes.iter().filter_map(|outcome| outcome.reason().map(|reason| (outcome, reason)))
    }
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

    /// The mail in one piece; each piece is let go of when it stands there.
    pub(super) fn into_vec(self) -> Vec<u8> {
        let mut pieces = self.pieces;
        let length = pieces.iter().map(|piece| piece.len()).fold(0usize, usize::saturating_add);
        // Most of a large mail is one piece that was made: the rest is put around that.
        let largest = pieces.iter().enumerate().max_by_key(|(_, piece)| piece.len()).map_or(0, |(at, _)| at);
        let largest_is_most = pieces.get(largest).is_some_and(|piece| piece.len() >= length / 2);
        match pieces.get_mut(largest) {
            Some(Cow::Owned(most)) if largest_is_most => {
                let mut out = std::mem::take(most);
                let before = pieces.get(..largest).unwrap_or_default().concat();
                out.reserve_exact(length.saturating_sub(out.len()));
                out.splice(0..0, before);
                pieces.iter().skip(largest).for_each(|piece| out.extend_from_slice(piece));
                out
            }
            _ => {
                let mut out = Vec::with_capacity(length);
                pieces.into_iter().for_each(|piece| out.extend_from_slice(&piece));
                out
            }
        }
    }

    /// Writes the mail.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.pieces.iter().try_for_each(|piece| out.write_all(piece))
    }
}

/// A mail that was made of a stream alone.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Anew {
    /// The mail.
    pub mail: Vec<u8>,
    /// Result for the stream, and of those in it.
    pub outcomes: Vec<Outcome>,
    /// The facts that were missing in a conversion. By default the stream was kept for them.
    pub losses: Vec<Loss>,
}

/// Result for one stream.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The part in words: `part 2 (winmail.dat)`.
    pub part: String,
    /// Place where the part stands in the mail that came in.
    pub range: Range<usize>,
    /// Action that was taken.
    pub action: Action,
    /// Diagnostics of reading and converting it.
    pub report: Report,
}

impl Outcome {
    /// Returns why the stream is still there; `None` if it is not.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match &self.action {
            Action::Replaced => None,
            Action::Kept(reason) | Action::Left(reason) => Some(reason),
        }
    }
}

/// Action on a stream. Display says it to people.
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

impl Action {
    /// A stable name: `replaced`, `kept`, `left`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Action::Replaced => "replaced",
            Action::Kept(_) => "kept",
            Action::Left(_) => "left",
        }
    }
}

/// Reason why a stream is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It was asked for.
    Wanted,
    /// It was read with errors.
    Damaged,
    /// It is a meeting, a contact, a task: what it says is in its properties.
    Properties(MessageKind),
    /// It is a meeting, a contact, a task that says something, this, which neither calendar nor card can.
    Beyond(MessageKind, String),
    /// A message in it is one of these.
    Inner(MessageKind),
    /// It asks for a vote.
    Voting,
    /// Its class, this one, is that of a form with fields of its own.
    Form(String),
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
    /// Something of it was missing in what was made of it. This is a fault of the conversion; what is missing first stands here.
    Incomplete(String),
    /// There is nothing in it that MIME shows, nor anything else in the mail.
    Nothing,
    /// It could not be read or converted.
    Failed(String),
}

impl Reason {
    /// A stable name, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Wanted => "wanted",
            Reason::Damaged => "damaged",
            Reason::Properties(_) | Reason::Beyond(..) => "item",
            Reason::Inner(_) => "inner-item",
            Reason::Voting => "voting-buttons",
            Reason::Form(_) => "form",
            Reason::Signed => "signed",
            Reason::Encrypted => "encrypted",
            Reason::OtherMail => "other-mail",
            Reason::NoAttachments => "no-attachments",
            Reason::EncodedText => "encoded-text",
            Reason::EncodedMessage => "encoded-message",
            Reason::Incomplete(_) => "conversion-incomplete",
            Reason::Nothing => "nothing-to-show",
            Reason::Failed(_) => "unreadable",
        }
    }
}

/// Reason why a mail was left alone as a whole.
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
    /// Something of the mail would be lost, whatever is kept.
    Incomplete,
    /// It has a DKIM or ARC signature, and such mails are to be left alone.
    Signature,
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
            Reason::Properties(kind) => write!(f, "it holds {}, which a mail cannot show whole", with_article(*kind)),
            Reason::Beyond(kind, what) => {
                write!(f, "it holds {}, of which calendars and cards lack this: {what}", with_article(*kind))
            }
            Reason::Inner(kind) => write!(f, "a message in it is {}, which a mail cannot show whole", with_article(*kind)),
            Reason::Voting => f.write_str("it has voting buttons, which a mail cannot show"),
            Reason::Form(class) => write!(f, "it is a form ({class}) with fields that a mail cannot show"),
            Reason::Signed => f.write_str("it is signed"),
            Reason::Encrypted => f.write_str("it is in something encrypted"),
            Reason::OtherMail => f.write_str("it belongs to another mail (X-MS-TNEF-Correlator differs)"),
            Reason::NoAttachments => f.write_str("it has no attachments"),
            Reason::EncodedText => f.write_str("it is uuencoded in an encoded text that cannot be put back as it was"),
            Reason::EncodedMessage => f.write_str("it is in an encoded message that cannot be put back as it was"),
            Reason::Incomplete(what) => write!(f, "the conversion would lose {what}"),
            Reason::Nothing => f.write_str("there is nothing in it but properties"),
            Reason::Failed(why) => f.write_str(why),
        }
    }
}

/// `a task`, `an appointment`.
fn with_article(kind: MessageKind) -> String {
    let words = kind.describe();
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Structure => Unseen::Limit.fmt(f),
            Refusal::Unseen(why) => why.fmt(f),
            Refusal::TooMany => f.write_str("the mail has more TNEF parts than are converted"),
            Refusal::Overlap => f.write_str("the changes do not fit together"),
            Refusal::Incomplete => f.write_str("the conversion would lose something of the mail"),
            Refusal::Signature => f.write_str("the mail has a DKIM or ARC signature"),
        }
    }
}
