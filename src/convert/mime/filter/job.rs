//! The changes to a mail, stream by stream: which bytes go, which come.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::Report;
use crate::base::diag::Severity;
use crate::convert::mime::find::{Found, Place, Protection, TnefPart};
use crate::convert::mime::structure::{self, EntityKind, Structure, field, fields, parameters};
use crate::convert::mime::write::{BodyForms, Entity, entity};
use crate::mapi::{blob::CorrelationKey, tags};
use crate::message::Message;
use crate::message::kind::MessageKind;

use super::body::{OwnBody, Plan, comparable};
use super::encoded::encoded_again;
use super::splice::{Piece, header_end};
use super::{Action, Changed, FilterOptions, Outcome, Reason, Refusal};

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

    /// Converts a part, the files in one text, or all in an encoded message.
    pub(super) fn parts(&mut self, parts: &'a [TnefPart<'a>], outcomes: &mut Vec<Outcome>) {
        if parts.first().is_some_and(|part| part.place == Place::EncodedMessage) {
            return self.encoded_message(parts, outcomes);
        }
        let mut conversions = Vec::new();
        // A place for each stream, so that outcomes keep the order of the streams.
        let mut refusals = Vec::new();
        for part in parts {
            let mut report = Report::new();
            match self.open(part, &mut report) {
                Ok((message, keep)) => {
                    conversions.push((part, Conversion { message, report, keep }));
                    refusals.push(None);
                }
                Err(reason) => {
                    refusals.push(Some(Outcome { part: part.describe(), action: Action::Left(reason), report }));
                }
            }
        }
        let result = match conversions.first().map(|(part, _)| part.entity) {
            Some(entity) if parts.iter().all(|part| part.place != Place::Part) => self.text_with_files(entity, &mut conversions),
            Some(entity) => self.part(entity, &mut conversions),
            None => Ok(()),
        };
        let mut conversions = conversions.into_iter();
        for refusal in refusals {
            let outcome = refusal.or_else(|| {
                let (part, conversion) = conversions.next()?;
                let action = match (&result, conversion.keep) {
                    (Err(reason), _) => Action::Left(reason.clone()),
                    (Ok(()), Some(reason)) => Action::Kept(reason),
                    (Ok(()), None) => Action::Replaced,
                };
                Some(Outcome { part: part.describe(), action, report: conversion.report })
            });
            outcomes.extend(outcome);
        }
    }

    /// Reads a stream, if it is to be converted.
    pub(super) fn open(&self, part: &'a TnefPart<'a>, report: &mut Report) -> Result<(Message<'a>, Option<Reason>), Reason> {
        match part.protection {
            Some(Protection::Signed) => return Err(Reason::Signed),
            Some(Protection::Encrypted) => return Err(Reason::Encrypted),
            None => {}
        }
        let message = Message::read(&part.data, &part.reading(&self.options.read), report)
            .map_err(|error| Reason::Failed(error.to_string()))?;
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
    pub(super) fn part(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
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
    pub(super) fn text_with_files(
        &mut self,
        index: usize,
        conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)],
    ) -> Result<(), Reason> {
        let Some(here) = self.entity(index) else { return Ok(()) };
        let old = self.bytes(here.body.clone());
        let whole = match conversions.first() {
            Some((part, _)) if part.place == Place::EncodedUuBlock => here.encoding.decode(old),
            _ => Cow::Borrowed(old),
        };
        let mut text = Vec::new();
        let mut at = 0usize;
        for (part, conversion) in conversions.iter() {
            if conversion.keep.is_none() {
                text.extend_from_slice(whole.get(at..part.in_text.start).unwrap_or_default());
                at = part.in_text.end;
            }
        }
        text.extend_from_slice(whole.get(at..).unwrap_or_default());
        let body = match whole {
            Cow::Owned(_) if at > 0 => encoded_again(here.encoding, &text, old, self.line_end).ok_or(Reason::EncodedText)?,
            Cow::Owned(_) => old.to_vec(),
            Cow::Borrowed(_) => text.clone(),
        };
        let charset = self.charset_of(here);
        let own = OwnBody::Text(comparable(&charset.decode_or_latin1(&text).text));
        // What is not about the body stays where it is in a message, and goes with the text elsewhere.
        let own_fields = match self.structure().message_of(index) == index {
            true => self.split_header(here.header.clone()).0,
            false => self.bytes(here.header.clone()).to_vec(),
        };
        let mut piece = Some(Piece::Whole([own_fields.as_slice(), self.line_end, body.as_slice()].concat()));
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

    /// A message whose parts mean something only at the root of a mail: signed, encrypted, a report.
    pub(super) fn root_of_its_own(&self, conversion: &mut Conversion<'a>) -> Result<Option<Entity>, Reason> {
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
        let content_type = field(&made.header, 0..made.header.len(), "Content-Type").map(|field| parameters(field.value));
        let is_root = content_type.is_some_and(|found| match (found.main.as_str(), found.sub.as_str()) {
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
    pub(super) fn put_as_root(&mut self, index: usize, parent: Option<usize>, made: Entity) -> Result<(), Reason> {
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
    pub(super) fn put_as_body(&mut self, index: usize, mut pieces: Vec<Piece>) -> Result<(), Reason> {
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
    pub(super) fn take_out(&mut self, whole: &Range<usize>, before: &[usize]) -> Result<(), Reason> {
        let previous = before.last().filter(|&&last| !self.found.parts.iter().any(|part| part.entity == last));
        let edit = match previous.and_then(|&last| self.entity(last)) {
            Some(previous) => Edit { range: previous.whole.end..whole.end, chunks: Vec::new() },
            None => Edit { range: whole.clone(), chunks: vec![self.line_end.to_vec()] },
        };
        self.edits.push(edit);
        Ok(())
    }

    /// The delimiter line that ends at `at`.
    pub(super) fn delimiter_before(&self, at: usize) -> &'m [u8] {
        let before = self.bytes(0..at);
        let line = before.strip_suffix(b"\n").unwrap_or(before);
        let start = line.iter().rposition(|&b| b == b'\n').map_or(0, |end| end.saturating_add(1));
        before.get(start..).unwrap_or_default()
    }

    /// The fields that describe the body, as they stand, and where the first one stands.
    pub(super) fn split_header(&self, header: Range<usize>) -> (Vec<u8>, Option<usize>) {
        let mut described = Vec::new();
        let mut at = None;
        for field in fields(self.mail, header).filter(|field| describes_body(field.name)) {
            at = at.or(Some(field.range.start));
            described.extend_from_slice(self.bytes(field.range));
        }
        (described, at)
    }

    /// The mail with all edits; `None` if there are none.
    pub(super) fn finish(mut self) -> Result<Option<Changed<'m>>, Refusal> {
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
        let mut pieces = Vec::new();
        let mut at = 0usize;
        for edit in self.edits {
            if edit.range.start < at || edit.range.end < edit.range.start {
                return Err(Refusal::Overlap);
            }
            pieces.push(Cow::Borrowed(self.mail.get(at..edit.range.start).unwrap_or_default()));
            pieces.extend(edit.chunks.into_iter().map(Cow::Owned));
            at = edit.range.end;
        }
        pieces.push(Cow::Borrowed(self.mail.get(at..).unwrap_or_default()));
        Ok(Some(Changed { pieces }))
    }
}

/// Whether what a message says is in properties that its bodies and attachments do not show.
pub(super) fn lives_in_properties(kind: MessageKind) -> bool {
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
pub(super) fn describes_body(name: &[u8]) -> bool {
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
