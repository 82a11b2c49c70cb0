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

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::base::diag::Severity;
use crate::base::{CodePage, Limits, ReadOptions, Report};
use crate::mapi::{blob::CorrelationKey, tags};
use crate::message::kind::MessageKind;
use crate::message::{BodyKind, Message};

use super::find::{Found, Place, Protection, TnefPart, file_name, find};
use super::structure::{self, EntityKind, Structure, field, fields, parameters};
use super::transfer::next_line;
use super::write::{BodyForms, Entity, MimeOptions, entities, entity};

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
pub struct Filtered {
    /// The mail, changed; `None` if it is to stay as it is.
    pub mail: Option<Vec<u8>>,
    /// What became of each stream, in the order in which they stand.
    pub outcomes: Vec<Outcome>,
    /// Why the mail was not looked at to its end, or not changed, as a whole.
    pub refused: Option<Refusal>,
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
    /// It is uuencoded in a text that is encoded once more.
    EncodedText,
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
            Reason::EncodedText => f.write_str("it is uuencoded in a text that is encoded once more"),
            Reason::Nothing => f.write_str("there is nothing in it but properties"),
            Reason::Failed(why) => f.write_str(why),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Structure => "the mail has more parts, or nests deeper, than the limits allow",
            Refusal::TooMany => "the mail has more TNEF parts than are converted",
            Refusal::Overlap => "the changes do not fit together",
        })
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
pub fn filter(mail: &[u8], options: &FilterOptions) -> Filtered {
    let found = find(mail, &options.read.limits);
    if found.parts.is_empty() {
        // Nothing is known to be missed unless something was not looked at.
        return Filtered { refused: found.incomplete.then_some(Refusal::Structure), ..Filtered::default() };
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
        // The files in one text change it together.
        let together = match first.place {
            Place::UuBlock => found.parts.iter().skip(at).take_while(|part| part.entity == first.entity).count(),
            _ => 1,
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

/// Bytes in place of other bytes.
struct Edit {
    range: Range<usize>,
    chunks: Vec<Vec<u8>>,
}

/// A part to put in, header and body apart, or whole.
enum Piece {
    Made(Entity),
    Whole(Vec<u8>),
}

struct Job<'a> {
    mail: &'a [u8],
    found: &'a Found<'a>,
    options: &'a FilterOptions,
    /// The children of each part.
    children: Vec<Vec<usize>>,
    /// How lines end in this mail.
    line_end: &'static [u8],
    edits: Vec<Edit>,
    /// What conversion may still produce, over all streams of the mail.
    output: u64,
}

/// A stream that will be replaced.
struct Conversion<'p> {
    message: Message<'p>,
    report: Report,
    /// Why the stream is kept all the same.
    keep: Option<Reason>,
}

impl<'a> Job<'a> {
    fn new(mail: &'a [u8], found: &'a Found<'a>, options: &'a FilterOptions) -> Self {
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

    fn structure(&self) -> &'a Structure {
        &self.found.structure
    }

    fn entity(&self, index: usize) -> Option<&'a structure::Entity> {
        self.found.structure.entities.get(index)
    }

    fn bytes(&self, range: Range<usize>) -> &'a [u8] {
        self.mail.get(range).unwrap_or_default()
    }

    /// Converts a part, or the files in one text.
    fn parts(&mut self, parts: &'a [TnefPart<'a>], outcomes: &mut Vec<Outcome>) {
        let mut conversions = Vec::new();
        for part in parts {
            let mut report = Report::new();
            match self.open(part, &mut report) {
                Ok((message, keep)) => conversions.push((part, Conversion { message, report, keep })),
                Err(reason) => {
                    outcomes.push(Outcome { part: part.describe(), action: Action::Left(reason), report });
                }
            }
        }
        let Some(entity) = conversions.first().map(|(part, _)| part.entity) else { return };
        let result = if parts.iter().all(|part| part.place == Place::UuBlock) {
            self.text_with_files(entity, &mut conversions)
        } else {
            self.part(entity, &mut conversions)
        };
        for (part, conversion) in conversions {
            let action = match (&result, conversion.keep) {
                (Err(reason), _) => Action::Left(reason.clone()),
                (Ok(()), Some(reason)) => Action::Kept(reason),
                (Ok(()), None) => Action::Replaced,
            };
            outcomes.push(Outcome { part: part.describe(), action, report: conversion.report });
        }
    }

    /// Reads a stream, if it is to be converted.
    fn open(&self, part: &'a TnefPart<'a>, report: &mut Report) -> Result<(Message<'a>, Option<Reason>), Reason> {
        match (part.protection, part.place) {
            (Some(Protection::Signed), _) => return Err(Reason::Signed),
            (Some(Protection::Encrypted), _) => return Err(Reason::Encrypted),
            (_, Place::EncodedUuBlock) => return Err(Reason::EncodedText),
            _ => {}
        }
        let message = Message::read(&part.data, &self.options.read, report).map_err(|error| Reason::Failed(error.to_string()))?;
        let key = message.properties.bytes(tags::TNEF_CORRELATION_KEY).map(|key| CorrelationKey(Cow::Borrowed(key)));
        if let (Some(key), Some(correlator)) = (key, &part.correlator) {
            if !self.options.ignore_correlator && !key.text_bytes().is_empty() && !key.matches_header(correlator) {
                return Err(Reason::OtherMail);
            }
        }
        if self.options.only_with_attachments && message.attachments.is_empty() {
            return Err(Reason::NoAttachments);
        }
        let keep = if self.options.keep_original {
            Some(Reason::Wanted)
        } else if report.worst() == Some(Severity::Error) {
            Some(Reason::Damaged)
        } else {
            lives_in_properties(message.kind()).then(|| Reason::Properties(message.kind()))
        };
        Ok((message, keep))
    }

    /// A stream that is a part of its own.
    fn part(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
        let Some((part, conversion)) = conversions.first_mut() else { return Ok(()) };
        let Some(here) = self.entity(index) else { return Ok(()) };
        let parent = here.parent.filter(|&parent| self.entity(parent).is_some_and(|parent| parent.kind == EntityKind::Multipart));
        if conversion.keep.is_none() {
            if let Some(made) = self.root_of_its_own(conversion)? {
                return self.put_as_root(index, parent, made);
            }
        }
        let Some(parent) = parent else {
            let mut pieces = match self.plan(conversion, &OwnBody::None, false) {
                Plan::Attachments => self.pieces(conversion, BodyForms::None)?,
                _ => self.pieces(conversion, BodyForms::HtmlAndText)?,
            };
            if pieces.is_empty() {
                return Err(Reason::Nothing);
            }
            if conversion.keep.is_some() {
                let (fields, _) = self.split_header(here.header.clone());
                pieces.push(Piece::Whole([fields.as_slice(), self.line_end, self.bytes(part.body.clone())].concat()));
            }
            return self.put_as_body(index, pieces);
        };
        let siblings = self.children.get(parent).cloned().unwrap_or_default();
        let before = siblings.iter().take_while(|&&sibling| sibling != index).copied().collect::<Vec<_>>();
        let is_mixed = self.entity(parent).is_some_and(|parent| parent.content_type == "multipart/mixed");
        // The text beside it can be joined with it if nothing stands between, and nothing else is to be done with it.
        let neighbour = match before.as_slice() {
            [only] if is_mixed && self.is_plain_text(*only) => Some(*only),
            _ => None,
        };
        let neighbour = neighbour.filter(|&text| !self.found.parts.iter().any(|part| part.entity == text));
        let own = match before.first() {
            Some(&first) => self.own_body(first),
            None => OwnBody::None,
        };
        let mut range = here.whole.clone();
        let mut pieces = match self.plan(conversion, &own, neighbour.is_some()) {
            Plan::Attachments => self.pieces(conversion, BodyForms::None)?,
            Plan::Beside => self.pieces(conversion, BodyForms::HtmlAndText)?,
            Plan::Instead => {
                range.start = neighbour.and_then(|text| self.entity(text)).map_or(range.start, |text| text.whole.start);
                self.pieces(conversion, BodyForms::HtmlAndText)?
            }
            Plan::Alternative => {
                let text = neighbour.and_then(|text| self.entity(text)).map(|text| text.whole.clone()).unwrap_or_default();
                range.start = text.start;
                let text = Piece::Whole(self.bytes(text).to_vec());
                self.with_alternative(text, self.pieces(conversion, BodyForms::Html)?)?
            }
        };
        self.spend(&pieces)?;
        if conversion.keep.is_some() {
            pieces.push(Piece::Whole(self.bytes(here.whole.clone()).to_vec()));
        }
        if pieces.is_empty() {
            return match own {
                OwnBody::None => Err(Reason::Nothing),
                OwnBody::Text(text) if text.is_empty() => Err(Reason::Nothing),
                _ => self.take_out(&here.whole, &before),
            };
        }
        if !is_mixed && pieces.len() > 1 {
            pieces = vec![self.multipart("mixed", pieces)?];
        }
        let delimiter = self.delimiter_before(here.whole.start).to_vec();
        let mut chunks = Vec::new();
        for piece in pieces {
            if !chunks.is_empty() {
                chunks.push(self.line_end.to_vec());
                chunks.push(delimiter.clone());
            }
            self.push(piece, &mut chunks);
        }
        self.edits.push(Edit { range, chunks });
        Ok(())
    }

    /// Streams that are uuencoded in a text: the text without them, and what is in them.
    fn text_with_files(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
        let Some(here) = self.entity(index) else { return Ok(()) };
        let mut text = Vec::new();
        let mut at = here.body.start;
        for (part, conversion) in conversions.iter() {
            if conversion.keep.is_none() {
                text.extend_from_slice(self.bytes(at..part.whole.start));
                at = part.whole.end;
            }
        }
        text.extend_from_slice(self.bytes(at..here.body.end));
        let charset = self.charset_of(here);
        let own = OwnBody::Text(comparable(&charset.decode_or_latin1(&text).text));
        // What is not about the body stays where it is in a message, and goes with the text elsewhere.
        let own_fields = match self.structure().message_of(index) == index {
            true => self.split_header(here.header.clone()).0,
            false => self.bytes(here.header.clone()).to_vec(),
        };
        let mut piece = Some(Piece::Whole([own_fields.as_slice(), self.line_end, text.as_slice()].concat()));
        let mut pieces = Vec::new();
        for (_, conversion) in conversions.iter_mut() {
            let made = match self.plan(conversion, &own, piece.is_some()) {
                Plan::Attachments => self.pieces(conversion, BodyForms::None)?,
                Plan::Beside => self.pieces(conversion, BodyForms::HtmlAndText)?,
                Plan::Instead => {
                    piece = None;
                    self.pieces(conversion, BodyForms::HtmlAndText)?
                }
                Plan::Alternative => match piece.take() {
                    Some(text) => self.with_alternative(text, self.pieces(conversion, BodyForms::Html)?)?,
                    None => self.pieces(conversion, BodyForms::HtmlAndText)?,
                },
            };
            self.spend(&made)?;
            pieces.extend(made);
        }
        if let Some(text) = piece {
            pieces.insert(0, text);
        }
        self.put_as_body(index, pieces)
    }

    /// What becomes of the stream's body, beside the mail's own.
    fn plan(&self, conversion: &mut Conversion<'a>, own: &OwnBody, can_join: bool) -> Plan {
        let is_blank = match own {
            OwnBody::None => true,
            OwnBody::Text(text) => text.is_empty(),
            OwnBody::Other => false,
        };
        // A body that nothing else shows is put in all the same.
        if self.options.attachments_only && !is_blank {
            return Plan::Attachments;
        }
        let read = self.reading();
        // What is wrong with the body is said when it is written.
        let report = &mut Report::new();
        let text = conversion.message.text(&read, report).ok().flatten().map(|found| comparable(&found.text)).unwrap_or_default();
        let html = conversion.message.html(&read, report).ok().flatten();
        let html = html.filter(|html| html.from == BodyKind::Html || self.options.mime.rich_text_as_html);
        // Outlook writes bodies of nothing but an empty line.
        let html = html.filter(|html| !text.is_empty() || html.text.to_ascii_lowercase().contains("<img"));
        if text.is_empty() && html.is_none() {
            return Plan::Attachments;
        }
        let wants_html = matches!(self.options.mime.bodies, BodyForms::HtmlAndText | BodyForms::Html | BodyForms::Best);
        match (can_join, is_blank, html.is_some() && wants_html) {
            (true, true, _) => Plan::Instead,
            (true, false, true) => Plan::Alternative,
            _ if matches!(own, OwnBody::Text(own) if !text.is_empty() && own.contains(&text)) => Plan::Attachments,
            // All that the mail says is in the stream, and more.
            (true, ..) if matches!(own, OwnBody::Text(own) if text.contains(own)) => Plan::Instead,
            _ => Plan::Beside,
        }
    }

    fn reading(&self) -> ReadOptions {
        let mut limits: Limits = self.options.read.limits.clone();
        limits.output = self.output;
        self.options.read.clone().with_limits(limits)
    }

    /// The wanted bodies, as far as a choice was made.
    fn bodies(&self, otherwise: BodyForms) -> BodyForms {
        match otherwise {
            BodyForms::None | BodyForms::Html => otherwise,
            _ => self.options.mime.bodies,
        }
    }

    /// The parts that a stream becomes.
    fn pieces(&self, conversion: &mut Conversion<'a>, bodies: BodyForms) -> Result<Vec<Piece>, Reason> {
        let bodies = self.bodies(bodies);
        // Attachments alone of a message that has none are an empty text, which nobody needs among other parts.
        if bodies == BodyForms::None && conversion.message.attachments.is_empty() {
            return Ok(Vec::new());
        }
        let options = self.mime(bodies);
        let made =
            entities(&conversion.message, &options, &mut conversion.report).map_err(|error| Reason::Failed(error.to_string()))?;
        Ok(made.into_iter().map(Piece::Made).collect())
    }

    fn mime(&self, bodies: BodyForms) -> MimeOptions {
        let mut options = self.options.mime.clone();
        options.bodies = bodies;
        options.limits.output = self.output;
        options
    }

    /// What is made of the streams of a mail counts together.
    fn spend(&mut self, pieces: &[Piece]) -> Result<(), Reason> {
        let length = |piece: &Piece| match piece {
            Piece::Made(made) => made.header.len().saturating_add(made.body.len()),
            Piece::Whole(bytes) => bytes.len(),
        };
        let total = pieces.iter().map(length).fold(0usize, usize::saturating_add);
        // The attachments are bytes that the mail holds; what the bodies were blown up to is what counts.
        let total = u64::try_from(total.saturating_sub(self.mail.len().saturating_mul(2))).unwrap_or(u64::MAX);
        self.output = self.output.checked_sub(total).ok_or_else(|| Reason::Failed("limit of output reached".to_owned()))?;
        Ok(())
    }

    /// A message whose parts mean something only at the root of a mail: signed, encrypted, a report.
    fn root_of_its_own(&self, conversion: &mut Conversion<'a>) -> Result<Option<Entity>, Reason> {
        let is_candidate = matches!(
            conversion.message.kind(),
            MessageKind::SecureMail
                | MessageKind::DeliveryReport
                | MessageKind::NonDeliveryReport
                | MessageKind::ReadReceipt
                | MessageKind::NonReadReceipt
        );
        if !is_candidate {
            return Ok(None);
        }
        let options = self.mime(self.options.mime.bodies);
        let mut report = Report::new();
        let made = entity(&conversion.message, &options, &mut report).map_err(|error| Reason::Failed(error.to_string()))?;
        let is_root = parameters(field(&made.header, 0..made.header.len(), "Content-Type").map_or(&[], |field| field.value))
            .is_some_and(|parsed| match (parsed.ctype(), parsed.subtype().unwrap_or_default()) {
                ("multipart", "signed" | "report" | "encrypted") => true,
                ("application", subtype) => subtype.contains("pkcs7-mime"),
                _ => false,
            });
        if is_root {
            conversion.report = report;
        }
        Ok(is_root.then_some(made))
    }

    /// Puts in an entity that is to be the body of the whole message, if the stream and a text are all that the message holds; else
    /// in the stream's place.
    fn put_as_root(&mut self, index: usize, parent: Option<usize>, made: Entity) -> Result<(), Reason> {
        let Some(parent) = parent else { return self.put_as_body(index, vec![Piece::Made(made)]) };
        let siblings = self.children.get(parent).cloned().unwrap_or_default();
        let is_root = self.structure().message_of(index) == parent;
        let is_alone = siblings.iter().all(|&sibling| sibling == index || self.is_plain_text(sibling));
        if is_root && is_alone && siblings.len() <= 2 {
            return self.put_as_body(parent, vec![Piece::Made(made)]);
        }
        let Some(here) = self.entity(index) else { return Ok(()) };
        let mut chunks = Vec::new();
        self.push(Piece::Made(made), &mut chunks);
        self.edits.push(Edit { range: here.whole.clone(), chunks });
        Ok(())
    }

    /// Replaces the body of a part, and the fields that describe it; other fields of a message stay.
    fn put_as_body(&mut self, index: usize, mut pieces: Vec<Piece>) -> Result<(), Reason> {
        let Some(here) = self.entity(index) else { return Ok(()) };
        let piece = match (pieces.pop(), pieces.is_empty()) {
            (Some(only), true) => only,
            (Some(last), false) => {
                pieces.push(last);
                self.multipart("mixed", pieces)?
            }
            // Nothing is in it that anybody would see.
            (None, _) => Piece::Whole([b"Content-Type: text/plain", self.line_end, self.line_end].concat()),
        };
        let mut chunks = Vec::new();
        self.push(piece, &mut chunks);
        if self.structure().message_of(index) != index {
            self.edits.push(Edit { range: here.whole.clone(), chunks });
            return Ok(());
        }
        // The header of a message: only what describes the body is replaced, where its first field stands.
        let new = chunks.concat();
        let end = header_end(&new);
        let (described, at) = self.split_header(here.header.clone());
        let at = at.unwrap_or(here.header.end);
        let has_version = field(self.mail, here.header.clone(), "MIME-Version").is_some();
        let mut fields = Vec::new();
        if at > here.header.start && !self.bytes(here.header.start..at).ends_with(b"\n") {
            fields.extend_from_slice(self.line_end);
        }
        if !has_version {
            fields.extend_from_slice(b"MIME-Version: 1.0");
            fields.extend_from_slice(self.line_end);
        }
        fields.extend_from_slice(new.get(..end).unwrap_or_default());
        let mut put = Some(fields);
        if !described.is_empty() {
            for field in structure::fields(self.mail, here.header.clone()).filter(|field| describes_body(field.name)) {
                let chunks = put.take().into_iter().collect();
                self.edits.push(Edit { range: field.range, chunks });
            }
        }
        if let Some(fields) = put {
            self.edits.push(Edit { range: at..at, chunks: vec![fields] });
        }
        // The empty line is new too: it may be missing.
        let mut body = new.get(end..).unwrap_or_default().to_vec();
        if here.body.end == self.mail.len() && !body.ends_with(b"\n") {
            body.extend_from_slice(self.line_end);
        }
        self.edits.push(Edit { range: here.header.end..here.body.end, chunks: vec![body] });
        Ok(())
    }

    /// Takes a part out of a multipart in which others stay.
    fn take_out(&mut self, whole: &Range<usize>, before: &[usize]) -> Result<(), Reason> {
        let previous = before.last().filter(|&&last| !self.found.parts.iter().any(|part| part.entity == last));
        let edit = match previous.and_then(|&last| self.entity(last)) {
            Some(previous) => Edit { range: previous.whole.end..whole.end, chunks: Vec::new() },
            None => Edit { range: whole.clone(), chunks: vec![self.line_end.to_vec()] },
        };
        self.edits.push(edit);
        Ok(())
    }

    /// The text as an alternative of the first of the parts.
    fn with_alternative(&self, text: Piece, mut pieces: Vec<Piece>) -> Result<Vec<Piece>, Reason> {
        if pieces.is_empty() {
            return Ok(vec![text]);
        }
        let first = pieces.remove(0);
        let alternative = self.multipart("alternative", vec![text, first])?;
        pieces.insert(0, alternative);
        Ok(pieces)
    }

    /// A multipart of parts.
    fn multipart(&self, subtype: &str, pieces: Vec<Piece>) -> Result<Piece, Reason> {
        let mut parts = Vec::new();
        for piece in pieces {
            let mut chunks = Vec::new();
            self.push(piece, &mut chunks);
            parts.push(chunks.concat());
        }
        let boundary = boundary(&parts).ok_or_else(|| Reason::Failed("no boundary fits".to_owned()))?;
        let header = format!("Content-Type: multipart/{subtype}; boundary=\"{boundary}\"");
        let mut bytes = [header.as_bytes(), self.line_end, self.line_end].concat();
        for part in parts {
            bytes.extend_from_slice(format!("--{boundary}").as_bytes());
            bytes.extend_from_slice(self.line_end);
            bytes.extend_from_slice(&part);
            bytes.extend_from_slice(self.line_end);
        }
        bytes.extend_from_slice(format!("--{boundary}--").as_bytes());
        Ok(Piece::Whole(bytes))
    }

    /// The bytes of a part, with the mail's line ends.
    fn push(&self, piece: Piece, chunks: &mut Vec<Vec<u8>>) {
        match piece {
            Piece::Whole(bytes) => chunks.push(bytes),
            Piece::Made(mut made) => {
                // The line end before a delimiter belongs to that; those of a text are the text's.
                if ends_by_itself(&made.header) && made.body.ends_with(b"\r\n") {
                    made.body.truncate(made.body.len().saturating_sub(2));
                }
                chunks.push(self.with_line_ends(made.header));
                chunks.push(self.line_end.to_vec());
                chunks.push(self.with_line_ends(made.body));
            }
        }
    }

    /// What is made has CR LF. A mail without CRs is on its way through a program that puts them in later.
    fn with_line_ends(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.line_end == b"\r\n" {
            return bytes;
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some(at) = rest.iter().position(|&b| b == b'\n') {
            let line = rest.get(..at).unwrap_or_default();
            out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
            out.push(b'\n');
            rest = rest.get(at.saturating_add(1)..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        out
    }

    /// The delimiter line that ends at `at`.
    fn delimiter_before(&self, at: usize) -> &'a [u8] {
        let before = self.bytes(0..at);
        let line = before.strip_suffix(b"\n").unwrap_or(before);
        let start = line.iter().rposition(|&b| b == b'\n').map_or(0, |end| end.saturating_add(1));
        before.get(start..).unwrap_or_default()
    }

    /// The fields that describe the body, as they stand, and where the first one stands.
    fn split_header(&self, header: Range<usize>) -> (Vec<u8>, Option<usize>) {
        let mut described = Vec::new();
        let mut at = None;
        for field in fields(self.mail, header).filter(|field| describes_body(field.name)) {
            at = at.or(Some(field.range.start));
            described.extend_from_slice(self.bytes(field.range));
        }
        (described, at)
    }

    /// Whether a part is a text for the reader and no attachment.
    fn is_plain_text(&self, index: usize) -> bool {
        let Some(entity) = self.entity(index) else { return false };
        let is_attachment = field(self.mail, entity.header.clone(), "Content-Disposition")
            .and_then(|field| parameters(field.value))
            .is_some_and(|parsed| parsed.ctype().eq_ignore_ascii_case("attachment"));
        entity.kind == EntityKind::Leaf
            && entity.content_type == "text/plain"
            && !is_attachment
            && file_name(self.mail, entity).is_none()
    }

    /// What a part shows first.
    fn own_body(&self, index: usize) -> OwnBody {
        let mut index = index;
        // Children begin after their parent, so that this ends.
        while let Some(&child) = self.children.get(index).and_then(|children| children.first()).filter(|&&child| child > index) {
            index = child;
        }
        match self.entity(index) {
            Some(entity) if self.is_plain_text(index) => {
                let bytes = entity.encoding.decode(self.bytes(entity.body.clone()));
                OwnBody::Text(comparable(&self.charset_of(entity).decode_or_latin1(&bytes).text))
            }
            Some(entity) if entity.content_type.starts_with("text/") && file_name(self.mail, entity).is_none() => OwnBody::Other,
            _ => OwnBody::None,
        }
    }

    fn charset_of(&self, entity: &structure::Entity) -> CodePage {
        field(self.mail, entity.header.clone(), "Content-Type")
            .and_then(|field| parameters(field.value))
            .and_then(|parsed| parsed.attribute("charset").and_then(CodePage::from_name))
            .unwrap_or(CodePage::UTF_8)
    }

    /// The mail with all edits; `None` if there are none.
    fn finish(mut self) -> Result<Option<Vec<u8>>, Refusal> {
        if self.edits.is_empty() {
            return Ok(None);
        }
        let root = self.entity(0).map(|root| root.header.end).unwrap_or_default();
        for added in &self.options.add_fields {
            let mut line = added.replace(['\r', '\n'], " ").into_bytes();
            line.extend_from_slice(self.line_end);
            self.edits.push(Edit { range: root..root, chunks: vec![line] });
        }
        // Insertions come before a change of what follows them.
        self.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let added = self.edits.iter().flat_map(|edit| &edit.chunks).map(Vec::len).fold(0usize, usize::saturating_add);
        let mut out = Vec::with_capacity(self.mail.len().saturating_add(added));
        let mut at = 0usize;
        for edit in &self.edits {
            if edit.range.start < at || edit.range.end < edit.range.start {
                return Err(Refusal::Overlap);
            }
            out.extend_from_slice(self.bytes(at..edit.range.start));
            edit.chunks.iter().for_each(|chunk| out.extend_from_slice(chunk));
            at = edit.range.end;
        }
        out.extend_from_slice(self.bytes(at..self.mail.len()));
        Ok(Some(out))
    }
}

/// The body that a mail shows besides the stream's.
#[derive(Debug, Clone, PartialEq, Eq)]
enum OwnBody {
    /// None.
    None,
    /// A text, in a form for comparing.
    Text(String),
    /// HTML, or something else that is not compared.
    Other,
}

/// What becomes of the body of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    /// It is left out: there is none, or the mail shows it already.
    Attachments,
    /// It is put in, and the mail's own body stays.
    Beside,
    /// It takes the place of the text beside it.
    Instead,
    /// It becomes an alternative of the text beside it.
    Alternative,
}

/// Whether what a message says is in properties that its bodies and attachments do not show.
fn lives_in_properties(kind: MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::MeetingRequest
            | MessageKind::MeetingCancellation
            | MessageKind::MeetingAccepted
            | MessageKind::MeetingDeclined
            | MessageKind::MeetingTentative
            | MessageKind::MeetingNotice
            | MessageKind::Appointment
            | MessageKind::Contact
            | MessageKind::DistributionList
            | MessageKind::Task
            | MessageKind::TaskRequest
            | MessageKind::Journal
    )
}

/// The fields that go with a body and not with a message ([RFC 2045] 3). Content-Class and Content-Language are the message's.
fn describes_body(name: &[u8]) -> bool {
    const FIELDS: [&str; 9] = [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Content-Description",
        "Content-ID",
        "Content-MD5",
        "Content-Location",
        "Content-Base",
        "Content-Length",
    ];
    FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes()))
}

/// Whether the last line end of a body is no part of what it holds.
fn ends_by_itself(header: &[u8]) -> bool {
    let is = |name, what: &str| {
        let value = field(header, 0..header.len(), name).map(|field| structure::unfolded(field.value).to_ascii_lowercase());
        value.is_some_and(|value| value.starts_with(what.as_bytes()))
    };
    is("Content-Transfer-Encoding", "base64") || is("Content-Type", "multipart/")
}

/// A text without what mail systems change: letters and digits alone.
fn comparable(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Where the fields of a part end and its empty line begins.
fn header_end(part: &[u8]) -> usize {
    let mut at = 0usize;
    while at < part.len() {
        let start = at;
        if next_line(part, &mut at).is_empty() {
            return start;
        }
    }
    part.len()
}

/// A boundary that begins no line of the parts, made of what they are: the same mail gives the same one.
fn boundary(parts: &[Vec<u8>]) -> Option<String> {
    const SAMPLE: usize = 4096;
    // FNV-1a; that it is unique is checked and not hoped for.
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    for part in parts {
        let sample = part.get(..SAMPLE).unwrap_or(part);
        for byte in sample.iter().chain(&part.len().to_le_bytes()) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
    (0..16u64).find_map(|turn| {
        let boundary = format!("=_winmail_{:016x}", hash.wrapping_add(turn));
        let line = format!("--{boundary}");
        let begins = |part: &Vec<u8>| part.split(|&b| b == b'\n').any(|text| text.starts_with(line.as_bytes()));
        (!parts.iter().any(begins)).then_some(boundary)
    })
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use mail_parser::{MessageParser, MimeHeaders, PartType};
    use proptest::prelude::*;

    use super::*;
    use crate::WriteOptions;
    use crate::mapi::PropValue;
    use crate::message::{Attachment, Content};

    const HTML: &[u8] = b"<html><body><p>The <b>rich</b> body</p></body></html>";

    /// A stream with these bodies and attachments.
    fn stream(text: Option<&str>, html: Option<&[u8]>, files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut message = Message::new("IPM.Note");
        if let Some(text) = text {
            message.properties.set(tags::BODY, text);
        }
        if let Some(html) = html {
            message.properties.set(tags::HTML, PropValue::Binary(html.to_vec().into()));
        }
        for (name, data) in files {
            message.attachments.push(Attachment::from_bytes(name, data.to_vec()));
        }
        message.to_tnef(&WriteOptions::default()).unwrap()
    }

    fn encoded(stream: &[u8]) -> String {
        let text = BASE64_STANDARD.encode(stream);
        text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
    }

    fn tnef_part(stream: &[u8]) -> String {
        format!(
            "Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\n{}",
            encoded(stream)
        )
    }

    /// What Exchange sends: a text and the stream.
    fn exchange(text: &str, stream: &[u8]) -> String {
        format!(
            "Received: from a\n\tby b\nSubject: x\nContent-Type: multipart/mixed;\n\tboundary=\"a\"\nX-Last: 1\n\nPreamble.\n\n\
             --a\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n--a\n{}\n--a--\nEpilogue.\n",
            tnef_part(stream)
        )
    }

    fn run(mail: &str, options: &FilterOptions) -> (String, Vec<Action>) {
        let filtered = filter(mail.as_bytes(), options);
        assert_eq!(filtered.refused, None);
        let actions = filtered.outcomes.into_iter().map(|outcome| outcome.action).collect();
        (filtered.mail.map_or_else(|| mail.to_owned(), |mail| String::from_utf8(mail).unwrap()), actions)
    }

    fn replaced(mail: &str) -> String {
        let (out, actions) = run(mail, &FilterOptions::default());
        assert_eq!(actions, [Action::Replaced]);
        assert!(find(out.as_bytes(), &Limits::default()).parts.is_empty());
        out
    }

    /// Type and text of every leaf, as `mail-parser` sees them.
    fn leaves(mail: &str) -> Vec<(String, String)> {
        let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
        let mut leaves = Vec::new();
        for part in &parsed.parts {
            let content_type = part.content_type().map_or("text/plain".to_owned(), full);
            match &part.body {
                PartType::Text(text) | PartType::Html(text) => leaves.push((content_type, text.trim_end().to_owned())),
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                    leaves.push((content_type, String::from_utf8_lossy(bytes).into_owned()));
                }
                PartType::Message(_) => leaves.push((content_type, String::new())),
                PartType::Multipart(_) => {}
            }
        }
        leaves
    }

    fn full(parsed: &mail_parser::ContentType<'_>) -> String {
        format!("{}/{}", parsed.ctype(), parsed.subtype().unwrap_or_default())
    }

    fn check(mail: &str, expected: &[(&str, &str)]) {
        let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        assert_eq!(leaves(mail), expected.iter().map(owned).collect::<Vec<_>>(), "{mail}");
    }

    const FILE: (&str, &[u8]) = ("a.bin", b"contents");

    #[test]
    fn attachments_take_the_place_of_the_stream_and_nothing_else_changes() {
        let mail = exchange("The text.", &stream(None, None, &[FILE, ("b.bin", b"more")]));
        let out = replaced(&mail);
        check(
            &out,
            &[("text/plain", "The text."), ("application/octet-stream", "contents"), ("application/octet-stream", "more")],
        );
        // All that stood before and behind is there, byte for byte.
        let at = mail.find("Content-Type: application/ms-tnef").unwrap();
        assert!(out.starts_with(&mail[..at]));
        assert!(out.ends_with("\n--a--\nEpilogue.\n"));
        assert!(!out.contains('\r'));
        // The same with CR LF.
        let crlf = replaced(&mail.replace('\n', "\r\n"));
        assert_eq!(crlf, out.replace('\n', "\r\n"));
        // The same mail gives the same bytes.
        assert_eq!(replaced(&mail), out);
    }

    #[test]
    fn the_rich_body_becomes_an_alternative_of_the_text() {
        let out = replaced(&exchange("The text.", &stream(None, Some(HTML), &[FILE])));
        check(
            &out,
            &[
                ("text/plain", "The text."),
                ("text/html", "<html><body><p>The <b>rich</b> body</p></body></html>"),
                ("application/octet-stream", "contents"),
            ],
        );
        let structure = Structure::of(out.as_bytes(), &Limits::default());
        let sections: Vec<_> = (0..structure.entities.len())
            .map(|at| (structure.section(at), structure.entities[at].content_type.as_str()))
            .collect();
        let expected = [
            ("", "multipart/mixed"),
            ("1", "multipart/alternative"),
            ("1.1", "text/plain"),
            ("1.2", "text/html"),
            ("2", "application/octet-stream"),
        ];
        assert_eq!(sections, expected.map(|(section, kind)| (section.to_owned(), kind)));
        assert!(out.contains("Content-Type: text/plain; charset=us-ascii\n\nThe text.\n--=_winmail_"));
    }

    #[test]
    fn bodies_are_neither_doubled_nor_lost() {
        let text = |own: &str, stream_text: Option<&str>, html: Option<&[u8]>| {
            let out = replaced(&exchange(own, &stream(stream_text, html, &[])));
            leaves(&out).into_iter().map(|(kind, text)| format!("{kind} {text}")).collect::<Vec<_>>()
        };
        // The same text, a footer below it, other white space.
        assert_eq!(text("one two", Some("one  two\r\n"), None), ["text/plain one two"]);
        assert_eq!(text("one two\nfooter", Some("one two"), None), ["text/plain one two\nfooter"]);
        assert_eq!(text("one two", Some("one two\r\nfooter"), None), ["text/plain one two\nfooter"]);
        // Another text: both.
        assert_eq!(text("see winmail.dat", Some("one two"), None), ["text/plain see winmail.dat", "text/plain one two"]);
        // None in the mail, none in the stream, blank ones.
        assert_eq!(text(" \n", Some("one two"), None), ["text/plain one two"]);
        assert_eq!(text("one two", None, None), ["text/plain one two"]);
        assert_eq!(text("one two", Some(" \r\n"), Some(b"<p>&nbsp;</p>")), ["text/plain one two"]);
        assert_eq!(text("", Some("t"), Some(b"<p>t</p>")), ["text/plain t", "text/html <p>t</p>"]);
    }

    #[test]
    fn a_stream_that_is_the_whole_body_replaces_the_fields_that_describe_it() {
        let part = tnef_part(&stream(Some("hello"), None, &[FILE]));
        let mail = format!("Received: x\nX-A: 1\n{}", part.replace("\n\n", "\nContent-Class: y\nX-B: 2\nMIME-Version: 1.0\n\n"));
        let out = replaced(&mail);
        check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents")]);
        assert!(out.starts_with("Received: x\nX-A: 1\nContent-Type: multipart/mixed;"), "{out}");
        assert!(out.contains("\nContent-Class: y\nX-B: 2\nMIME-Version: 1.0\n\n--"), "{out}");
        assert_eq!(out.matches("MIME-Version").count(), 1);
        assert!(out.ends_with("--\n"));
        // Without attachments, and without MIME-Version.
        let out = replaced(&format!("X-A: 1\n{}", tnef_part(&stream(Some("hello"), None, &[]))));
        check(&out, &[("text/plain", "hello")]);
        assert!(out.starts_with("X-A: 1\nMIME-Version: 1.0\nContent-Type: text/plain"), "{out}");
        // STNEF.
        let binary = stream(Some("hello"), None, &[FILE]);
        let mail =
            [b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary\r\n\r\n".as_slice(), &binary].concat();
        let filtered = filter(&mail, &FilterOptions::default());
        let out = String::from_utf8(filtered.mail.unwrap()).unwrap();
        check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents")]);
    }

    /// A stream as a uuencoded file.
    fn uuencoded(stream: &[u8]) -> String {
        let digit = |value: u8| if value == 0 { '`' } else { char::from(value + 32) };
        let mut out = "begin 600 winmail.dat\n".to_owned();
        for line in stream.chunks(45) {
            out.push(digit(u8::try_from(line.len()).unwrap()));
            for group in line.chunks(3) {
                let at = |index: usize| group.get(index).copied().unwrap_or(0);
                let (a, b, c) = (at(0), at(1), at(2));
                out.extend([a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(digit));
            }
            out.push('\n');
        }
        out + "`\nend\n"
    }

    #[test]
    fn uuencoded_streams_leave_the_text() {
        let block = uuencoded(&stream(None, None, &[FILE]));
        let mail = format!("From: a\nTo: b\n\nHello,\n\n{block}\nbye\n");
        let out = replaced(&mail);
        check(&out, &[("text/plain", "Hello,\n\n\nbye"), ("application/octet-stream", "contents")]);
        assert!(out.starts_with("From: a\nTo: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed;"), "{out}");
        // With a rich body, in a part, two in one text.
        let block = uuencoded(&stream(None, Some(HTML), &[FILE])) + &block;
        let mail =
            format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\nX-P: 1\n\nHello\n{block}\n--a--\n");
        let (out, actions) = run(&mail, &FilterOptions::default());
        assert_eq!(actions, [Action::Replaced, Action::Replaced]);
        assert_eq!(
            leaves(&out).iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
            ["text/plain", "text/html", "application/octet-stream", "application/octet-stream"]
        );
        assert!(out.contains("X-P: 1\n\nHello\n\n--=_winmail"), "{out}");
    }

    #[test]
    fn what_is_protected_or_unreadable_or_of_another_mail_is_left_alone() {
        let good = tnef_part(&stream(Some("t"), None, &[FILE]));
        let around = |kind: &str, part: &str| format!("Content-Type: multipart/{kind}; boundary=a\n\n--a\n{part}\n--a--\n");
        for (mail, reason) in [
            (around("signed", &good), Reason::Signed),
            (around("encrypted", &good), Reason::Encrypted),
            (around("mixed", &format!("Content-Type: message/rfc822\n\n{}", around("signed", &good))), Reason::Signed),
        ] {
            assert_eq!(run(&mail, &FilterOptions::default()), (mail.clone(), vec![Action::Left(reason)]));
        }
        for broken in ["Content-Type: application/ms-tnef\n\nno TNEF at all", "Content-Type: application/ms-tnef\n\n"] {
            let mail = around("mixed", broken);
            let (out, actions) = run(&mail, &FilterOptions::default());
            assert_eq!(out, mail);
            assert!(matches!(actions[..], [Action::Left(Reason::Failed(_))]));
        }
        // Nothing to show, in the mail or in the stream.
        let nothing = tnef_part(&stream(None, None, &[]));
        for mail in [format!("X: y\n{nothing}"), around("mixed", &nothing), exchange(" ", &stream(None, None, &[]))] {
            assert_eq!(run(&mail, &FilterOptions::default()), (mail.clone(), vec![Action::Left(Reason::Nothing)]));
        }
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::from_bytes("a", b"contents".as_slice()));
        let options = WriteOptions::default().with_correlation_key("<one@example.org>");
        let part = tnef_part(&message.to_tnef(&options).unwrap());
        let with = |correlator: &str| format!("X-MS-TNEF-Correlator: {correlator}\n{}", around("mixed", &part));
        assert_eq!(run(&with("<one@example.org>"), &FilterOptions::default()).1, [Action::Replaced]);
        let other = with("<two@example.org>");
        assert_eq!(run(&other, &FilterOptions::default()), (other.clone(), vec![Action::Left(Reason::OtherMail)]));
        let ignoring = FilterOptions { ignore_correlator: true, ..FilterOptions::default() };
        assert_eq!(run(&other, &ignoring).1, [Action::Replaced]);
    }

    #[test]
    fn damaged_streams_are_converted_and_kept() {
        let mut bytes = stream(Some("hello"), None, &[FILE]);
        // The last attribute loses its end.
        bytes.truncate(bytes.len() - 20);
        let mail = exchange("text", &bytes);
        let (out, actions) = run(&mail, &FilterOptions::default());
        assert_eq!(actions, [Action::Kept(Reason::Damaged)]);
        assert!(out.contains(&tnef_part(&bytes)));
        assert!(out.contains("Y29udGVudHM"), "{out}");
    }

    #[test]
    fn options() {
        let bytes = stream(Some("other"), Some(HTML), &[FILE]);
        let mail = exchange("text", &bytes);
        let keep = FilterOptions { keep_original: true, ..FilterOptions::default() };
        let (out, actions) = run(&mail, &keep);
        assert_eq!(actions, [Action::Kept(Reason::Wanted)]);
        assert_eq!(
            leaves(&out).iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
            ["text/plain", "text/html", "application/octet-stream", "application/ms-tnef"]
        );
        let root = format!("X: y\n{}", tnef_part(&bytes));
        let (out, _) = run(&root, &keep);
        assert_eq!(find(out.as_bytes(), &Limits::default()).parts[0].data.as_ref(), bytes);
        check(
            &run(&mail, &FilterOptions { attachments_only: true, ..FilterOptions::default() }).0,
            &[("text/plain", "text"), ("application/octet-stream", "contents")],
        );
        let only = FilterOptions { only_with_attachments: true, ..FilterOptions::default() };
        assert_eq!(run(&mail, &only).1, [Action::Replaced]);
        let without = exchange("text", &stream(Some("other"), Some(HTML), &[]));
        assert_eq!(run(&without, &only), (without.clone(), vec![Action::Left(Reason::NoAttachments)]));
        let fields =
            FilterOptions { add_fields: vec!["X-Filtered: yes\r\nX-Not: a field".to_owned()], ..FilterOptions::default() };
        let (out, _) = run(&mail, &fields);
        assert!(out.contains("\nX-Last: 1\nX-Filtered: yes  X-Not: a field\n\nPreamble."), "{out}");
        // Nothing is added to what is not changed.
        assert!(filter(b"Subject: x\n\ny\n", &fields).mail.is_none());
    }

    #[test]
    fn too_much_is_refused() {
        let part = tnef_part(&stream(None, None, &[FILE]));
        let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{part}\n").repeat(101));
        let filtered = filter(mail.as_bytes(), &FilterOptions::default());
        assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::TooMany)));
        let nested: String = (0..1000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
        let filtered = filter((nested + &part).as_bytes(), &FilterOptions::default());
        assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::Structure)));
        let hundred = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{part}\n").repeat(100));
        assert_eq!(filter(hundred.as_bytes(), &FilterOptions::default()).outcomes.len(), 100);
    }

    /// The contents of all files in a message, at any depth.
    fn files(message: &Message<'_>, found: &mut Vec<Vec<u8>>) {
        for attachment in &message.attachments {
            match &attachment.content {
                Content::Bytes(bytes) if !attachment.is_mac_binary() => found.push(bytes.to_vec()),
                Content::Message(nested) => files(nested, found),
                _ => {}
            }
        }
    }

    /// The contents of all parts of a mail, at any depth.
    fn contents(mail: &mail_parser::Message<'_>, found: &mut Vec<Vec<u8>>) {
        for part in &mail.parts {
            match &part.body {
                PartType::Message(nested) => contents(nested, found),
                PartType::Multipart(_) => {}
                _ => found.push(part.contents().to_vec()),
            }
        }
    }

    /// Every real mail: what is not TNEF stays, and every file is in the output.
    #[test]
    fn real_mails() {
        let corpus = std::env::var_os("WINMAIL_CORPUS")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
        if !corpus.is_dir() {
            println!("skipped: no corpus at {}", corpus.display());
            return;
        }
        let mut mails: Vec<_> = std::fs::read_dir(corpus.join("eml")).unwrap().map(|entry| entry.unwrap().path()).collect();
        mails.sort();
        assert!(!mails.is_empty());
        for path in mails {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mail = std::fs::read(&path).unwrap();
            let options = FilterOptions { ignore_correlator: true, ..FilterOptions::default() };
            let filtered = filter(&mail, &options);
            let actions: Vec<_> = filtered.outcomes.iter().map(|outcome| outcome.action.to_string()).collect();
            println!("{name}: {actions:?}");
            let out = filtered.mail.unwrap();
            let found = find(&mail, &Limits::default());
            let mut expected = Vec::new();
            files(&Message::read(&found.parts[0].data, &ReadOptions::lenient(), &mut Report::new()).unwrap(), &mut expected);
            let mut there = Vec::new();
            contents(&MessageParser::new().parse(&out).unwrap(), &mut there);
            for file in expected {
                assert!(there.contains(&file), "{name}: {} bytes", file.len());
            }
            // The header stays, but for the fields that describe a body which is replaced.
            let first = Structure::of(&mail, &Limits::default()).entities[0].header.clone();
            let kept = fields(&mail, first).filter(|field| !describes_body(field.name)).map(|field| mail[field.range].to_vec());
            let header = Structure::of(&out, &Limits::default()).entities[0].header.clone();
            let header: Vec<_> = fields(&out, header).map(|field| out[field.range].to_vec()).collect();
            let mut rest = header.iter();
            for field in kept {
                assert!(rest.any(|other| *other == field), "{name}: {}", String::from_utf8_lossy(&field));
            }
        }
    }

    /// Mails of all kinds that hold no TNEF, broken ones among them.
    fn mails_without_tnef() -> impl Strategy<Value = Vec<u8>> {
        let line_end = prop::sample::select(vec!["\n", "\r\n"]);
        let encoding =
            prop::sample::select(vec!["7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "x-unknown"]);
        let kind = prop::sample::select(vec![
            "text/plain",
            "text/html; charset=windows-1251",
            "multipart/mixed; boundary=\"b\"",
            "multipart/mixed; boundary=b; boundary=c",
            "multipart/alternative;\n\tboundary=b",
            "multipart/signed; boundary=b",
            "message/rfc822",
            "application/octet-stream; name=winmail.dat",
            "application/pdf; name=\"=?utf-8?q?=C3=A4?=\"",
            "image/png\nContent-Type: text/plain",
            "nonsense",
            "multipart/mixed",
        ]);
        let body = prop::collection::vec(
            prop_oneof![
                Just(b"--b\n".to_vec()),
                Just(b"--b--\n".to_vec()),
                Just(b"Content-Type: text/plain\n\n".to_vec()),
                Just(b"begin 644 winmail.dat\n#0V%T\n`\nend\n".to_vec()),
                Just(b"From here\n".to_vec()),
                Just(b".\n".to_vec()),
                Just(b"\n".to_vec()),
                prop::collection::vec(any::<u8>(), 0..60),
            ],
            0..12,
        );
        let broken = prop::sample::select(vec!["", "no field\n", ": x\n", " folded first\n", "X-8: \u{fc}\n", "From a b\n"]);
        (line_end, encoding, kind, body, broken, any::<bool>()).prop_map(|(line_end, encoding, kind, body, broken, end)| {
            let header = format!("{broken}Subject: x\nContent-Transfer-Encoding: {encoding}\nContent-Type: {kind}\n\n");
            let mut mail = [header.replace('\n', line_end).into_bytes(), body.concat()].concat();
            if end {
                mail.pop();
            }
            mail
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn a_mail_without_tnef_stays(mail in mails_without_tnef()) {
            let filtered = filter(&mail, &FilterOptions { add_fields: vec!["X: y".to_owned()], ..FilterOptions::default() });
            prop_assert!(filtered.mail.is_none());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Broken MIME around good TNEF: either nothing changes, or every file is in the output.
        #[test]
        fn no_file_is_lost(
            around in mails_without_tnef(),
            at in any::<prop::sample::Index>(),
            data in prop::collection::vec(any::<u8>(), 0..100),
            text in "[ -~\n]{0,60}",
            cut in any::<prop::sample::Index>(),
            damaged in any::<bool>(),
        ) {
            let mut bytes = stream(Some(&text), Some(HTML), &[("a.bin", &data)]);
            if damaged {
                bytes.truncate(cut.index(bytes.len() + 1));
            }
            let at = at.index(around.len() + 1);
            let part = format!("\n--b\n{}\n--b--\n", tnef_part(&bytes));
            let mail = [&around[..at], part.as_bytes(), &around[at..]].concat();
            let filtered = filter(&mail, &FilterOptions::default());
            let Some(out) = filtered.mail else { return Ok(()) };
            let after = Structure::of(&out, &Limits::default());
            let decoded: Vec<_> = after
                .entities
                .iter()
                .map(|entity| entity.encoding.decode(&out[entity.body.clone()]).into_owned())
                .collect();
            for part in find(&mail, &Limits::default()).parts {
                let mut expected = Vec::new();
                if let Ok(message) = Message::read(&part.data, &ReadOptions::lenient(), &mut Report::new()) {
                    files(&message, &mut expected);
                }
                for file in expected {
                    let same = |other: &Vec<u8>| *other == file || other.strip_suffix(b"\n") == Some(&file);
                    prop_assert!(decoded.iter().any(same), "{}", String::from_utf8_lossy(&out));
                }
            }
        }
    }
}
