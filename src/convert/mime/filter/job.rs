//! The changes to a mail, stream by stream: which bytes go, which come.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::base::{Error, Limits, ReadOptions, Report};
use crate::convert::mime::find::{Found, Place, Protection, TnefPart};
use crate::convert::mime::item::ItemPart;
use crate::convert::mime::structure::{self, EntityKind, Structure, field, fields, parameters};
use crate::convert::mime::transfer::trim_line_ends;
use crate::convert::mime::write::{BodyForms, Entity, ItemSource, MimeOptions, entities_with, entity, is_encrypted, item_entity};
use crate::mapi::{blob::CorrelationKey, tags};
use crate::message::Message;
use crate::message::kind::MessageKind;

use super::encoded::{beside, encoded_again};
use super::keep;
use super::plan::{Action, Changed, FilterOptions, Outcome, Reason, Refusal};
use super::shown::{Bodies, Body, Shown, charset, is_shown, texts_of};
use super::splice::{self, Piece, header_end};
use super::texts::Said;

/// Bytes in place of other bytes.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) chunks: Vec<Vec<u8>>,
}

pub(super) struct Job<'m, 'a> {
    pub(super) mail: &'m [u8],
    found: &'a Found<'a>,
    pub(super) options: &'a FilterOptions,
    /// The children of each part.
    children: Vec<Vec<usize>>,
    /// How lines end in this mail.
    pub(super) line_end: &'static [u8],
    pub(super) edits: Vec<Edit>,
    /// What conversion may still produce, over all streams of the mail.
    pub(super) output: u64,
    /// The streams that are kept because something of them would be missing, by number, each with what it is.
    incomplete: &'a BTreeMap<usize, String>,
    /// Whether a stream that was converted may hold others.
    pub(super) holds_streams: bool,
    /// The texts of each message in the mail, by the part that is its root.
    texts: BTreeMap<usize, Rc<Vec<Shown>>>,
    /// The calendars of the mail itself, once they were asked for.
    calendars: Option<HashSet<(usize, String)>>,
}

/// A stream that will be replaced.
pub(super) struct Conversion<'p> {
    message: Message<'p>,
    report: Report,
    /// The calendar or card of the message, if it is an item.
    item: Option<ItemPart>,
    /// Whether the mail has a calendar of the same item beside the stream.
    has_calendar: bool,
    /// Why the stream is kept all the same.
    keep: Option<Reason>,
}

/// Where the calendar of an item goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    /// Among what is made of the stream.
    Inside,
    /// Beside a text of the mail.
    Outside,
}

/// A stream that was read: the message, its calendar or card, and why the stream stays.
type Opened<'a> = (Message<'a>, Option<ItemPart>, Option<Reason>);

impl Conversion<'_> {
    /// Whether there are attachments that are parts of their own.
    fn has_attachments(&self) -> bool {
        let of_item = self.item.is_some();
        self.message.attachments.iter().any(|attachment| !(of_item && attachment.is_instance()))
    }

    /// Whether it is of another mail, so that its body is not this one's.
    fn is_foreign(&self) -> bool {
        self.keep == Some(Reason::OtherMail)
    }
}

/// What became of a part.
pub(super) fn outcome(part: &TnefPart<'_>, action: Action, report: Report) -> Outcome {
    Outcome { part: part.describe(), range: part.whole.clone(), action, report }
}

impl<'m, 'a> Job<'m, 'a> {
    pub(super) fn new(
        mail: &'m [u8],
        found: &'a Found<'a>,
        options: &'a FilterOptions,
        incomplete: &'a BTreeMap<usize, String>,
    ) -> Self {
        let mut children = vec![Vec::new(); found.structure.entities.len()];
        for (index, entity) in found.structure.entities.iter().enumerate() {
            if let Some(siblings) = entity.parent.and_then(|parent| children.get_mut(parent)) {
                siblings.push(index);
            }
        }
        let first_end = mail.iter().position(|&b| b == b'\n').unwrap_or(mail.len());
        let is_crlf = first_end.checked_sub(1).and_then(|before| mail.get(before)) == Some(&b'\r');
        let line_end: &[u8] = if is_crlf { b"\r\n" } else { b"\n" };
        Job {
            mail,
            found,
            options,
            children,
            line_end,
            edits: Vec::new(),
            output: options.mime.limits.output,
            incomplete,
            holds_streams: false,
            texts: BTreeMap::new(),
            calendars: None,
        }
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

    /// Converts a part, or the files in one text.
    pub(super) fn parts(&mut self, parts: &'a [TnefPart<'a>], outcomes: &mut Vec<Outcome>) {
        let mut conversions = Vec::new();
        // A place for each stream, so that outcomes keep the order of the streams.
        let mut refusals = Vec::new();
        for part in parts {
            let mut report = Report::new();
            match self.open(part, &mut report) {
                Ok((message, item, keep)) => {
                    let has_calendar = item.as_ref().is_some_and(|item| self.has_calendar(part, item));
                    conversions.push((part, Conversion { message, report, item, has_calendar, keep }));
                    refusals.push(None);
                }
                Err(reason) => {
                    refusals.push(Some(outcome(part, Action::Left(reason), report)));
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
            let done = refusal.or_else(|| {
                let (part, conversion) = conversions.next()?;
                let action = match (&result, conversion.keep) {
                    (Err(reason), _) => Action::Left(reason.clone()),
                    (Ok(()), Some(reason)) => Action::Kept(reason),
                    (Ok(()), None) => Action::Replaced,
                };
                self.holds_streams |= result.is_ok() && keep::holds_streams(&conversion.message);
                Some(outcome(part, action, conversion.report))
            });
            outcomes.extend(done);
        }
    }

    /// Reads a stream, if it is to be converted.
    fn open(&self, part: &'a TnefPart<'a>, report: &mut Report) -> Result<Opened<'a>, Reason> {
        match part.protection {
            Some(Protection::Signed) => return Err(Reason::Signed),
            Some(Protection::Encrypted) => return Err(Reason::Encrypted),
            None => {}
        }
        let read = Message::read(&part.data, &part.reading(&self.options.read));
        *report = read.as_ref().map_or_else(Error::report, Message::report).clone();
        let message = read.map_err(|error| Reason::Failed(error.to_string()))?;
        let key = message.properties.bytes(tags::TNEF_CORRELATION_KEY).map(|key| CorrelationKey(Cow::Borrowed(key)));
        let is_foreign = match (key, &part.correlator) {
            (Some(key), Some(correlator)) if !self.options.ignore_correlator => {
                !key.text_bytes().is_empty() && !key.matches_header(correlator)
            }
            _ => false,
        };
        if message.attachments.is_empty() && is_foreign {
            return Err(Reason::OtherMail);
        }
        if message.attachments.is_empty() && self.options.only_with_attachments {
            return Err(Reason::NoAttachments);
        }
        // Parts of another mail do not belong to this one.
        let item = if is_foreign { None } else { self.item(part, &message) };
        let keep = match is_foreign {
            true => Some(Reason::OtherMail),
            false => keep::reason(&message, item.as_ref(), report, self.options),
        };
        let keep = keep.or_else(|| self.missing(part).map(Reason::Incomplete));
        Ok((message, item, keep))
    }

    /// Whether the message that a stream is in has a calendar of the same item.
    fn has_calendar(&mut self, part: &TnefPart<'_>, item: &ItemPart) -> bool {
        let Some(identity) = item.identity() else { return false };
        let message = self.structure().message_of(part.entity);
        let (mail, found) = (self.mail, self.found);
        let calendars = self.calendars.get_or_insert_with(|| super::item::calendars(mail, &found.structure));
        calendars.contains(&(message, identity))
    }

    /// The calendar or card of an item, by the mail that it is in.
    fn item(&self, part: &TnefPart<'_>, message: &Message<'_>) -> Option<ItemPart> {
        let root = self.entity(self.structure().message_of(part.entity))?;
        super::item::of_mail(message, self.bytes(root.header.clone()), &self.options.read)
    }

    /// What would be missing of a stream that were not kept.
    fn missing(&self, part: &TnefPart<'_>) -> Option<String> {
        let number = self.found.parts.iter().position(|other| std::ptr::eq(other, part))?;
        self.incomplete.get(&number).cloned()
    }

    /// A stream that is a part of its own.
    fn part(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
        let Some((part, conversion)) = conversions.first_mut() else { return Ok(()) };
        let Some(here) = self.entity(index) else { return Ok(()) };
        let parent = here.parent.filter(|&parent| self.entity(parent).is_some_and(|parent| parent.kind == EntityKind::Multipart));
        // What stays whole keeps what stands beside the stream in it.
        let texts = if conversion.keep.is_none() { beside(part.encoding, self.bytes(part.body.clone())) } else { Vec::new() };
        let mut texts: Vec<Piece> = texts.into_iter().map(|text| Piece::text(text, self.line_end)).collect();
        if conversion.keep.is_none() {
            if let Some(made) = self.root_of_its_own(conversion)? {
                return self.put_as_root(index, parent, conversion, made, texts);
            }
        }
        let Some(parent) = parent else {
            let mut pieces = match self.plan(conversion, &[], None) {
                Bodies::LeftOut => self.pieces(conversion, BodyForms::None, Item::Inside)?,
                _ => self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?,
            };
            pieces.append(&mut texts);
            if pieces.is_empty() {
                return Err(conversion.keep.clone().unwrap_or(Reason::Nothing));
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
        let neighbour = before.last().copied().filter(|&text| is_mixed && self.is_text(text, "text/plain"));
        let neighbour = neighbour.filter(|&text| !self.is_stream(text));
        let shown = self.shown(index);
        let own: Vec<&Shown> = shown.iter().collect();
        let mut range = here.whole.clone();
        // Whether something was put elsewhere.
        let mut placed = false;
        let mut pieces = match self.plan(conversion, &own, neighbour) {
            Bodies::LeftOut => {
                let calendar = self.calendar(conversion);
                let mut pieces = self.pieces(conversion, BodyForms::None, Item::Outside)?;
                match (calendar, neighbour, before.last()) {
                    (None, ..) => pieces,
                    // Programs act on a calendar that is an alternative of the text.
                    (Some(calendar), Some(text), _) => {
                        let text = self.entity(text).map(|text| text.whole.clone()).unwrap_or_default();
                        range.start = text.start;
                        let parts = vec![Piece::Whole(self.bytes(text).to_vec()), calendar];
                        pieces.insert(0, splice::multipart("alternative", parts, self.line_end).ok_or_else(no_boundary)?);
                        pieces
                    }
                    (Some(calendar), None, Some(&last)) if self.is_alternative(last) => {
                        self.put_as_last(last, calendar);
                        placed = true;
                        pieces
                    }
                    (Some(calendar), ..) => {
                        pieces.insert(0, calendar);
                        pieces
                    }
                }
            }
            Bodies::Beside => self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?,
            Bodies::Instead => {
                range.start = neighbour.and_then(|text| self.entity(text)).map_or(range.start, |text| text.whole.start);
                self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?
            }
            Bodies::Alternative => {
                let text = neighbour.and_then(|text| self.entity(text)).map(|text| text.whole.clone()).unwrap_or_default();
                range.start = text.start;
                let text = Piece::Whole(self.bytes(text).to_vec());
                let calendar = self.calendar(conversion);
                let pieces = self.pieces(conversion, BodyForms::Html, Item::Outside)?;
                splice::with_alternative(text, pieces, calendar, self.line_end).ok_or_else(no_boundary)?
            }
        };
        self.spend(&pieces)?;
        pieces.append(&mut texts);
        if let Some(reason) = &conversion.keep {
            if pieces.is_empty() {
                return if placed { Ok(()) } else { Err(reason.clone()) };
            }
            pieces.push(Piece::Whole(self.bytes(here.whole.clone()).to_vec()));
        }
        if pieces.is_empty() {
            return match own.iter().all(|text| text.is_blank()) {
                true => Err(Reason::Nothing),
                false => self.take_out(&here.whole, &before),
            };
        }
        if !is_mixed && pieces.len() > 1 {
            pieces = vec![splice::multipart("mixed", pieces, self.line_end).ok_or_else(no_boundary)?];
        }
        let delimiter = self.delimiter_before(here.whole.start).to_vec();
        let mut chunks = Vec::new();
        for piece in pieces {
            if !chunks.is_empty() {
                chunks.push(self.line_end.to_vec());
                chunks.push(delimiter.clone());
            }
            chunks.extend(piece.into_chunks(self.line_end));
        }
        self.edits.push(Edit { range, chunks });
        Ok(())
    }

    /// Streams that are uuencoded in a text: the text without them, and what is in them.
    fn text_with_files(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
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
        let charset = charset(self.mail, here);
        let own = Said::of_text(&charset.decode_or_latin1(&text).text);
        let own = Shown { parts: vec![(index, own)], has_html: false };
        let others = self.shown(index);
        let shown: Vec<&Shown> = others.iter().chain([&own]).collect();
        // What is not about the body stays where it is in a message, and goes with the text elsewhere.
        let own_fields = match self.structure().message_of(index) == index {
            true => self.split_header(here.header.clone()).0,
            false => self.bytes(here.header.clone()).to_vec(),
        };
        let mut piece = Some(Piece::Whole([own_fields.as_slice(), self.line_end, body.as_slice()].concat()));
        let mut pieces = Vec::new();
        for (_, conversion) in conversions.iter_mut() {
            let can_join = piece.is_some() && conversion.keep.is_none();
            let made = match self.plan(conversion, &shown, can_join.then_some(index)) {
                Bodies::LeftOut => self.pieces(conversion, BodyForms::None, Item::Inside)?,
                Bodies::Beside => self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?,
                Bodies::Instead => {
                    piece = None;
                    self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?
                }
                Bodies::Alternative => match piece.take() {
                    Some(text) => {
                        let calendar = self.calendar(conversion);
                        let pieces = self.pieces(conversion, BodyForms::Html, Item::Outside)?;
                        splice::with_alternative(text, pieces, calendar, self.line_end).ok_or_else(no_boundary)?
                    }
                    None => self.pieces(conversion, BodyForms::HtmlAndText, Item::Inside)?,
                },
            };
            self.spend(&made)?;
            pieces.extend(made);
        }
        if pieces.is_empty() && at == 0 {
            let reason = conversions.iter().find_map(|(_, conversion)| conversion.keep.clone());
            return Err(reason.unwrap_or(Reason::Nothing));
        }
        if let Some(text) = piece {
            pieces.insert(0, text);
        }
        self.put_as_body(index, pieces)
    }

    /// A message whose parts mean something only at the root of a mail: signed, encrypted, a report.
    fn root_of_its_own(&self, conversion: &mut Conversion<'a>) -> Result<Option<Entity>, Reason> {
        let kind = conversion.message.kind();
        let is_report = matches!(
            kind,
            MessageKind::DeliveryReport | MessageKind::NonDeliveryReport | MessageKind::ReadReceipt | MessageKind::NonReadReceipt
        );
        if !is_report && kind != MessageKind::SecureMail && !is_encrypted(&conversion.message) {
            return Ok(None);
        }
        let options = self.mime();
        let mut report = Report::new();
        let made = entity(&conversion.message, &options, &mut report).map_err(|error| Reason::Failed(error.to_string()))?;
        let content_type = field(&made.header, 0..made.header.len(), "Content-Type").map(|field| parameters(field.value));
        let is_root = content_type.is_some_and(|found| match (found.main.as_str(), found.sub.as_str()) {
            ("multipart", "signed" | "report" | "encrypted") | ("message", "partial" | "external-body") => true,
            // A report with files beside it.
            ("multipart", "mixed") => is_report,
            ("application", subtype) => subtype.contains("pkcs7-mime"),
            _ => false,
        });
        if is_root {
            conversion.report = report;
        }
        Ok(is_root.then_some(made))
    }

    /// Puts in an entity that is to be the body of the whole message, if nothing else is said in that; else in the stream's place.
    fn put_as_root(
        &mut self,
        index: usize,
        parent: Option<usize>,
        conversion: &Conversion<'a>,
        made: Entity,
        mut texts: Vec<Piece>,
    ) -> Result<(), Reason> {
        let Some(parent) = parent else {
            texts.insert(0, Piece::Made(made));
            return self.put_as_body(index, texts);
        };
        let siblings = self.children.get(parent).cloned().unwrap_or_default();
        let is_root = self.structure().message_of(index) == parent;
        let is_alone = siblings.iter().all(|&sibling| sibling == index || self.is_text(sibling, "text/plain"));
        if is_root && is_alone && siblings.len() <= 2 && texts.is_empty() {
            let bytes = made.to_bytes();
            let structure = Structure::of(&bytes, &self.options.read.limits);
            let mut said: Vec<Said> = texts_of(&bytes, &structure).into_iter().map(|(_, said)| said).collect();
            said.extend(self.body(conversion).forms().cloned());
            let shown = self.shown(index);
            let is_said = |own: &Said| own.is_blank() || said.iter().any(|one| own.equals(one) || one.contains(own));
            if shown.iter().flat_map(|text| &text.parts).all(|(_, own)| is_said(own)) {
                return self.put_as_body(parent, vec![Piece::Made(made)]);
            }
        }
        let Some(here) = self.entity(index) else { return Ok(()) };
        texts.insert(0, Piece::Made(made));
        let delimiter = self.delimiter_before(here.whole.start).to_vec();
        let mut chunks = Vec::new();
        for piece in texts {
            if !chunks.is_empty() {
                chunks.extend([self.line_end.to_vec(), delimiter.clone()]);
            }
            chunks.extend(piece.into_chunks(self.line_end));
        }
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
                splice::multipart("mixed", pieces, self.line_end).ok_or_else(no_boundary)?
            }
            // Nothing is in it that anybody would see.
            (None, _) => Piece::Whole([b"Content-Type: text/plain", self.line_end, self.line_end].concat()),
        };
        let chunks = piece.into_chunks(self.line_end);
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

    /// A mail that was attached as a file of another type, in the place of that, as the message that it is ([RFC 2046] 5.2.1):
    /// programs show it then. `None` if it cannot stand in the mail as it is, or is a message by its type.
    pub(super) fn as_message(&self, index: usize, message: &[u8]) -> Option<Edit> {
        const LINE_MAX: usize = 998;
        let here = self.entity(index).filter(|here| !here.is_encoded_message())?;
        let lines = || message.split_inclusive(|&byte| byte == b'\n');
        let ends = |line: &[u8]| !line.ends_with(b"\n") || line.ends_with(b"\r\n") == (self.line_end == b"\r\n");
        // No line is taken for a delimiter of a part around it.
        let boundaries: Vec<Vec<u8>> = self
            .structure()
            .ancestors(index)
            .skip(1)
            .filter_map(|(_, around)| field(self.mail, around.header.clone(), "Content-Type"))
            .map(|field| parameters(field.value))
            .filter_map(|parsed| parsed.parameter("boundary").map(|boundary| format!("--{}", boundary.trim_end()).into_bytes()))
            .collect();
        let is_free = |line: &[u8]| !boundaries.iter().any(|boundary| line.starts_with(boundary));
        if !message.is_ascii() || !lines().all(|line| line.len() <= LINE_MAX && ends(line) && is_free(line)) {
            return None;
        }
        let mut part = Vec::new();
        for field in fields(self.mail, here.header.clone()) {
            if field.is("Content-Type") {
                part.extend_from_slice(b"Content-Type: message/rfc822");
                part.extend_from_slice(self.line_end);
            } else if !field.is("Content-Transfer-Encoding") {
                part.extend_from_slice(self.bytes(field.range));
            }
        }
        part.extend_from_slice(self.line_end);
        part.extend_from_slice(trim_line_ends(message));
        part.extend_from_slice(self.line_end);
        Some(Edit { range: here.whole.clone(), chunks: vec![part] })
    }

    /// Takes a part out of a multipart in which others stay.
    fn take_out(&mut self, whole: &Range<usize>, before: &[usize]) -> Result<(), Reason> {
        let previous = before.last().filter(|&&last| !self.is_stream(last));
        let edit = match previous.and_then(|&last| self.entity(last)) {
            Some(previous) => Edit { range: previous.whole.end..whole.end, chunks: Vec::new() },
            None => Edit { range: whole.clone(), chunks: vec![self.line_end.to_vec()] },
        };
        self.edits.push(edit);
        Ok(())
    }

    /// The delimiter line that ends at `at`.
    fn delimiter_before(&self, at: usize) -> &'m [u8] {
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

    /// The mail with all edits; `None` if there are none.
    pub(super) fn finish(mut self) -> Result<Option<Changed<'m>>, Refusal> {
        if self.edits.is_empty() {
            return Ok(None);
        }
        let root = self.entity(0).map(|root| root.header.end).unwrap_or_default();
        let header = self.entity(0).map(|root| root.header.clone()).unwrap_or_default();
        for added in &self.options.add_fields {
            let name = added.split(':').next().unwrap_or_default().trim_end();
            let old: Vec<_> = fields(self.mail, header.clone()).filter(|field| field.is(name)).map(|field| field.range).collect();
            let free = |range: &Range<usize>| !self.edits.iter().any(|edit| edit.range == *range);
            let old: Vec<_> = old.into_iter().filter(free).collect();
            self.edits.extend(old.into_iter().map(|range| Edit { range, chunks: Vec::new() }));
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
    /// The texts that the message which a part is in shows.
    fn shown(&mut self, index: usize) -> Rc<Vec<Shown>> {
        let root = self.structure().message_of(index);
        if let Some(known) = self.texts.get(&root) {
            return Rc::clone(known);
        }
        let found = Rc::new(Shown::of_message(self.mail, self.structure(), root, |part| self.is_stream(part)));
        self.texts.insert(root, Rc::clone(&found));
        found
    }

    /// What becomes of the stream's body, beside the texts that the mail shows. `neighbour` is the text that it can be joined with.
    fn plan(&self, conversion: &Conversion<'a>, own: &[&Shown], neighbour: Option<usize>) -> Bodies {
        let is_blank = own.iter().all(|text| text.is_blank());
        // A body that nothing else shows is put in all the same.
        if conversion.is_foreign() || self.options.attachments_only && !is_blank {
            return Bodies::LeftOut;
        }
        self.body(conversion).beside(own, neighbour)
    }

    fn body(&self, conversion: &Conversion<'a>) -> Body {
        Body::of(&conversion.message, &self.reading(), &self.options.mime)
    }

    fn reading(&self) -> ReadOptions {
        let mut limits: Limits = self.options.read.limits.clone();
        limits.output = self.output;
        self.options.read.clone().with_limits(limits)
    }

    /// The parts that a stream becomes; of one that stays those that are not beside it already.
    fn pieces(&self, conversion: &mut Conversion<'a>, bodies: BodyForms, place: Item) -> Result<Vec<Piece>, Reason> {
        // The wanted bodies, as far as a choice was made.
        let bodies = match bodies {
            BodyForms::None | BodyForms::Html => bodies,
            _ => self.options.mime.bodies,
        };
        // Attachments alone of a message that has none are an empty text, which nobody needs among other parts.
        let mut made = Vec::new();
        let item = match (&conversion.item, place) {
            (None, _) => ItemSource::None,
            (Some(_), _) if conversion.has_calendar => ItemSource::Elsewhere,
            (Some(item), Item::Outside) if item.is_calendar() => ItemSource::Elsewhere,
            (Some(item), _) => ItemSource::Given(Box::new(item.clone())),
        };
        let has_item = matches!(item, ItemSource::Given(_));
        if bodies != BodyForms::None || has_item || conversion.has_attachments() {
            made = entities_with(&conversion.message, bodies, item, &self.mime(), &mut conversion.report)
                .map_err(|error| Reason::Failed(error.to_string()))?;
        }
        let made: Vec<Piece> = made.into_iter().map(Piece::Made).collect();
        Ok(if conversion.keep.is_some() { self.new_ones(made) } else { made })
    }

    /// The calendar of an item as a part of its own, unless it stands beside the stream already.
    fn calendar(&self, conversion: &Conversion<'a>) -> Option<Piece> {
        let item = conversion.item.as_ref().filter(|item| item.is_calendar() && !conversion.has_calendar)?;
        let made = vec![Piece::Made(item_entity(item.clone()))];
        let mut made = if conversion.keep.is_some() { self.new_ones(made) } else { made };
        made.pop()
    }

    /// Whether a part is a `multipart/alternative`.
    fn is_alternative(&self, index: usize) -> bool {
        self.entity(index).is_some_and(|entity| entity.content_type == "multipart/alternative")
            && self.children.get(index).is_some_and(|children| !children.is_empty())
    }

    /// Puts a part behind the last one of a multipart.
    fn put_as_last(&mut self, index: usize, piece: Piece) {
        let last = self.children.get(index).and_then(|children| children.last()).and_then(|&last| self.entity(last));
        let Some(last) = last else { return };
        let delimiter = self.delimiter_before(last.whole.start).to_vec();
        let end = last.whole.end;
        let mut chunks = vec![self.line_end.to_vec(), delimiter];
        chunks.extend(piece.into_chunks(self.line_end));
        self.edits.push(Edit { range: end..end, chunks });
    }

    /// The pieces that do not stand in the mail as they are. Files are the same wherever they are shown, so that their bytes count
    /// alone.
    fn new_ones(&self, made: Vec<Piece>) -> Vec<Piece> {
        /// By how much the numbers in boundaries may lengthen a part.
        const NUMBERS: usize = 256;
        let files = made.iter().filter_map(Piece::file).map(|body| splice::with_line_ends(body.to_vec(), self.line_end));
        let files: HashSet<Vec<u8>> = files.map(|body| trim_line_ends(&body).to_vec()).collect();
        let wholes: Vec<Vec<u8>> = made.iter().map(|piece| piece.to_bytes(self.line_end)).collect();
        let lengths: BTreeSet<usize> = wholes.iter().map(Vec::len).collect();
        let is_near = |length: usize| {
            let near = length.saturating_sub(NUMBERS)..=length.saturating_add(NUMBERS);
            lengths.range(near).next().is_some()
        };
        let mut there: HashSet<Cow<'_, [u8]>> = HashSet::new();
        let mut there_as_file: HashSet<&[u8]> = HashSet::new();
        for entity in &self.found.structure.entities {
            let (whole, body) = (self.bytes(entity.whole.clone()), trim_line_ends(self.bytes(entity.body.clone())));
            if is_near(whole.len()) {
                there.insert(splice::without_numbers(trim_line_ends(whole)));
            }
            if entity.kind == EntityKind::Leaf && files.contains(body) {
                there_as_file.insert(body);
            }
        }
        let is_new = |piece: &Piece, whole: &Vec<u8>| {
            let file = piece.file().map(|body| splice::with_line_ends(body.to_vec(), self.line_end));
            !there.contains(&splice::without_numbers(trim_line_ends(whole)))
                && !file.is_some_and(|body| there_as_file.contains(trim_line_ends(&body)))
        };
        let both = made.into_iter().zip(&wholes);
        both.filter(|(piece, whole)| is_new(piece, whole)).map(|(piece, _)| piece).collect()
    }

    fn mime(&self) -> MimeOptions {
        let mut options = self.options.mime.clone();
        options.limits.output = self.output;
        options
    }

    /// What is made of the streams of a mail counts together.
    fn spend(&mut self, pieces: &[Piece]) -> Result<(), Reason> {
        let total = pieces.iter().map(Piece::len).fold(0usize, usize::saturating_add);
        // The attachments are bytes that the mail holds; what the bodies were blown up to is what counts.
        let total = u64::try_from(total.saturating_sub(self.mail.len().saturating_mul(2))).unwrap_or(u64::MAX);
        self.output = self.output.checked_sub(total).ok_or_else(|| Reason::Failed("limit of output reached".to_owned()))?;
        Ok(())
    }

    /// Whether a part is a text of this type for the reader and no attachment.
    fn is_text(&self, index: usize, content_type: &str) -> bool {
        self.entity(index).is_some_and(|entity| entity.content_type == content_type && is_shown(self.mail, entity))
    }

    /// Whether a part is a stream, or has one in it that is no part of its own.
    fn is_stream(&self, index: usize) -> bool {
        self.found.parts.iter().any(|part| part.entity == index)
    }
}

fn no_boundary() -> Reason {
    Reason::Failed("no boundary fits".to_owned())
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
