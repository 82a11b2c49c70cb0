//! The changes to a mail, stream by stream: which bytes go, which come.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::base::{CodePage, Limits, ReadOptions, Report};
use crate::convert::mime::find::{Found, Place, Protection, TnefPart, file_name};
use crate::convert::mime::structure::{self, EntityKind, Structure, field, fields, parameters};
use crate::convert::mime::transfer::trim_line_ends;
use crate::convert::mime::write::{BodyForms, Entity, MimeOptions, entities_with, entity};
use crate::mapi::{blob::CorrelationKey, tags};
use crate::message::kind::MessageKind;
use crate::message::{BodyKind, Message};

use super::encoded::{beside, encoded_again};
use super::keep;
use super::plan::{Action, Changed, FilterOptions, Outcome, Reason, Refusal};
use super::splice::{self, Piece, header_end};
use super::texts::Said;

/// Bytes in place of other bytes.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) chunks: Vec<Vec<u8>>,
}

/// A text that a mail shows: a part, or those that are alternatives of each other.
#[derive(Debug, Default)]
struct Shown {
    /// The parts, and what each says.
    parts: Vec<(usize, Said)>,
    /// Whether one of them is HTML.
    has_html: bool,
}

/// What becomes of the body of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bodies {
    /// It is left out: there is none, or the mail shows it already.
    LeftOut,
    /// It is put in, and the mail's own texts stay.
    Beside,
    /// It takes the place of the text beside it.
    Instead,
    /// It becomes an alternative of the text beside it.
    Alternative,
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
    /// Whether a stream that was converted may hold others.
    pub(super) holds_streams: bool,
    /// The texts of each message in the mail, by the part that is its root.
    texts: BTreeMap<usize, Rc<Vec<Shown>>>,
}

/// A stream that will be replaced.
pub(super) struct Conversion<'p> {
    message: Message<'p>,
    report: Report,
    /// Why the stream is kept all the same.
    keep: Option<Reason>,
}

impl Conversion<'_> {
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
        Job {
            mail,
            found,
            options,
            children,
            line_end,
            edits: Vec::new(),
            output: options.mime.limits.output,
            holds_streams: false,
            texts: BTreeMap::new(),
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
                Ok((message, keep)) => {
                    conversions.push((part, Conversion { message, report, keep }));
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
    fn open(&self, part: &'a TnefPart<'a>, report: &mut Report) -> Result<(Message<'a>, Option<Reason>), Reason> {
        match part.protection {
            Some(Protection::Signed) => return Err(Reason::Signed),
            Some(Protection::Encrypted) => return Err(Reason::Encrypted),
            None => {}
        }
        let message = Message::read(&part.data, &self.options.read, report).map_err(|error| Reason::Failed(error.to_string()))?;
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
        let keep = if is_foreign { Some(Reason::OtherMail) } else { keep::reason(&message, report, self.options) };
        Ok((message, keep))
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
                Bodies::LeftOut => self.pieces(conversion, BodyForms::None)?,
                _ => self.pieces(conversion, BodyForms::HtmlAndText)?,
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
        let mut pieces = match self.plan(conversion, &own, neighbour) {
            Bodies::LeftOut => self.pieces(conversion, BodyForms::None)?,
            Bodies::Beside => self.pieces(conversion, BodyForms::HtmlAndText)?,
            Bodies::Instead => {
                range.start = neighbour.and_then(|text| self.entity(text)).map_or(range.start, |text| text.whole.start);
                self.pieces(conversion, BodyForms::HtmlAndText)?
            }
            Bodies::Alternative => {
                let text = neighbour.and_then(|text| self.entity(text)).map(|text| text.whole.clone()).unwrap_or_default();
                range.start = text.start;
                let text = Piece::Whole(self.bytes(text).to_vec());
                let pieces = self.pieces(conversion, BodyForms::Html)?;
                splice::with_alternative(text, pieces, self.line_end).ok_or_else(no_boundary)?
            }
        };
        self.spend(&pieces)?;
        pieces.append(&mut texts);
        if let Some(reason) = &conversion.keep {
            if pieces.is_empty() {
                return Err(reason.clone());
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
        let charset = self.charset_of(here);
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
                Bodies::LeftOut => self.pieces(conversion, BodyForms::None)?,
                Bodies::Beside => self.pieces(conversion, BodyForms::HtmlAndText)?,
                Bodies::Instead => {
                    piece = None;
                    self.pieces(conversion, BodyForms::HtmlAndText)?
                }
                Bodies::Alternative => match piece.take() {
                    Some(text) => {
                        let pieces = self.pieces(conversion, BodyForms::Html)?;
                        splice::with_alternative(text, pieces, self.line_end).ok_or_else(no_boundary)?
                    }
                    None => self.pieces(conversion, BodyForms::HtmlAndText)?,
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
        let options = self.mime();
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
            said.extend(self.body_said(conversion).0);
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
    /// The texts that the message which a part is in shows, but for the part's own.
    fn shown(&mut self, index: usize) -> Rc<Vec<Shown>> {
        let root = self.structure().message_of(index);
        if let Some(known) = self.texts.get(&root) {
            return Rc::clone(known);
        }
        let structure = self.structure();
        let mut found: Vec<Shown> = Vec::new();
        let mut groups: BTreeMap<usize, usize> = BTreeMap::new();
        for (entity, said) in texts_of(self.mail, structure) {
            if structure.message_of(entity) != root || self.is_stream(entity) {
                continue;
            }
            let around = structure.ancestors(entity).find(|(_, entity)| entity.content_type == "multipart/alternative");
            let group = around.map_or(entity, |(index, _)| index);
            let place = *groups.entry(group).or_insert_with(|| {
                found.push(Shown::default());
                found.len().saturating_sub(1)
            });
            let has_html = self.entity(entity).is_some_and(|entity| entity.content_type == "text/html");
            if let Some(text) = found.get_mut(place) {
                text.has_html |= has_html;
                text.parts.push((entity, said));
            }
        }
        let found = Rc::new(found);
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
        let (said, shows_html) = self.body_said(conversion);
        // Outlook writes bodies of nothing but an empty line.
        if said.iter().all(Said::is_blank) {
            return Bodies::LeftOut;
        }
        let is_same = |own: &Said| said.iter().any(|body| own.equals(body));
        if let Some(neighbour) = neighbour {
            let mut texts = own.iter().flat_map(|text| &text.parts);
            let text = texts.find(|(part, _)| *part == neighbour).map(|(_, said)| said);
            let Some(text) = text.filter(|text| !text.is_blank()) else { return Bodies::Instead };
            if is_same(text) {
                return if shows_html { Bodies::Alternative } else { Bodies::LeftOut };
            }
            // All that the mail says is in the stream, and more.
            if said.iter().any(|body| body.contains(text)) {
                return Bodies::Instead;
            }
        }
        let is_shown = |text: &Shown| {
            let wanted = !shows_html || text.has_html;
            wanted && text.parts.iter().any(|(_, own)| is_same(own) || !shows_html && said.iter().all(|body| own.contains(body)))
        };
        if own.iter().any(|text| is_shown(text)) { Bodies::LeftOut } else { Bodies::Beside }
    }

    /// What the body of a stream says, in its forms, and whether it is to be shown as HTML.
    fn body_said(&self, conversion: &Conversion<'a>) -> (Vec<Said>, bool) {
        let read = self.reading();
        // What is wrong with the body is said when it is written.
        let report = &mut Report::new();
        let text = conversion.message.text(&read, report).ok().flatten().map(|found| Said::of_text(&found.text));
        let html = conversion.message.html(&read, report).ok().flatten();
        let html = html.filter(|html| html.from == BodyKind::Html || self.options.mime.rich_text_as_html);
        let html = html.map(|html| Said::of_html(&html.text)).filter(|html| !html.is_blank());
        let wants_html = matches!(self.options.mime.bodies, BodyForms::HtmlAndText | BodyForms::Html | BodyForms::Best);
        let shows_html = html.is_some() && wants_html;
        (text.into_iter().chain(html).filter(|said| !said.is_blank()).collect(), shows_html)
    }

    fn reading(&self) -> ReadOptions {
        let mut limits: Limits = self.options.read.limits.clone();
        limits.output = self.output;
        self.options.read.clone().with_limits(limits)
    }

    /// The parts that a stream becomes; of one that stays those that are not beside it already.
    fn pieces(&self, conversion: &mut Conversion<'a>, bodies: BodyForms) -> Result<Vec<Piece>, Reason> {
        // The wanted bodies, as far as a choice was made.
        let bodies = match bodies {
            BodyForms::None | BodyForms::Html => bodies,
            _ => self.options.mime.bodies,
        };
        // Attachments alone of a message that has none are an empty text, which nobody needs among other parts.
        if bodies == BodyForms::None && conversion.message.attachments.is_empty() {
            return Ok(Vec::new());
        }
        let made = entities_with(&conversion.message, bodies, &self.mime(), &mut conversion.report)
            .map_err(|error| Reason::Failed(error.to_string()))?;
        let made: Vec<Piece> = made.into_iter().map(Piece::Made).collect();
        Ok(if conversion.keep.is_some() { self.new_ones(made) } else { made })
    }

    /// The pieces that do not stand in the mail as they are.
    fn new_ones(&self, made: Vec<Piece>) -> Vec<Piece> {
        let made: Vec<Vec<u8>> = made.into_iter().map(|piece| piece.into_chunks(self.line_end).concat()).collect();
        let lengths: HashSet<usize> = made.iter().map(|piece| trim_line_ends(piece).len()).collect();
        let parts = self.found.structure.entities.iter().map(|entity| trim_line_ends(self.bytes(entity.whole.clone())));
        let there: HashSet<&[u8]> = parts.filter(|part| lengths.contains(&part.len())).collect();
        made.into_iter().filter(|piece| !there.contains(trim_line_ends(piece))).map(Piece::Whole).collect()
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

    fn charset_of(&self, entity: &structure::Entity) -> CodePage {
        charset(self.mail, entity)
    }
}

impl Shown {
    fn is_blank(&self) -> bool {
        self.parts.iter().all(|(_, said)| said.is_blank())
    }
}

/// The texts that a mail shows, and what they say.
fn texts_of(mail: &[u8], structure: &Structure) -> Vec<(usize, Said)> {
    let texts = structure.entities.iter().enumerate().filter(|(_, entity)| is_shown(mail, entity));
    let said = texts.map(|(index, entity)| {
        let bytes = entity.encoding.decode(mail.get(entity.body.clone()).unwrap_or_default());
        let text = charset(mail, entity).decode_or_latin1(&bytes).text;
        (index, if entity.content_type == "text/html" { Said::of_html(&text) } else { Said::of_text(&text) })
    });
    said.collect()
}

/// Whether a part is a text for the reader and no attachment.
fn is_shown(mail: &[u8], entity: &structure::Entity) -> bool {
    let is_attachment = || {
        field(mail, entity.header.clone(), "Content-Disposition")
            .and_then(|field| parameters(field.value))
            .is_some_and(|parsed| parsed.ctype().eq_ignore_ascii_case("attachment"))
    };
    entity.kind == EntityKind::Leaf
        && matches!(entity.content_type.as_str(), "text/plain" | "text/html")
        && !is_attachment()
        && file_name(mail, entity).is_none()
}

fn charset(mail: &[u8], entity: &structure::Entity) -> CodePage {
    field(mail, entity.header.clone(), "Content-Type")
        .and_then(|field| parameters(field.value))
        .and_then(|parsed| parsed.attribute("charset").and_then(CodePage::from_name))
        .unwrap_or(CodePage::UTF_8)
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
