//! Where in the mail things go: in the place of a stream, as the body of a part, or as the root of the mail.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::Report;
use crate::convert::mime::filter::encoded::{beside, encoded_again};
use crate::convert::mime::filter::plan::Reason;
use crate::convert::mime::filter::shown::{Bodies, Shown, charset, is_shown, texts_of};
use crate::convert::mime::filter::splice::{self, Piece, header_end};
use crate::convert::mime::filter::texts::Said;
use crate::convert::mime::find::{Place, TnefPart};
use crate::convert::mime::structure::{self, EntityKind, Structure, field, fields, parameters};
use crate::convert::mime::transfer::trim_line_ends;
use crate::convert::mime::write::{BodyForms, Entity, entity, is_encrypted};
use crate::message::kind::MessageKind;

use super::{Conversion, Edit, Item, Job, describes_body, no_boundary};

impl<'m, 'a> Job<'m, 'a> {
    /// A stream that is a part of its own.
    pub(super) fn part(&mut self, index: usize, conversions: &mut [(&'a TnefPart<'a>, Conversion<'a>)]) -> Result<(), Reason> {
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
    pub(in crate::convert::mime::filter) fn as_message(&self, index: usize, message: &[u8]) -> Option<Edit> {
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

    /// Whether a part is a text of this type for the reader and no attachment.
    fn is_text(&self, index: usize, content_type: &str) -> bool {
        self.entity(index).is_some_and(|entity| entity.content_type == content_type && is_shown(self.mail, entity))
    }

    /// Whether a part is a stream, or has one in it that is no part of its own.
    pub(super) fn is_stream(&self, index: usize) -> bool {
        self.found.parts.iter().any(|part| part.entity == index)
    }
}
