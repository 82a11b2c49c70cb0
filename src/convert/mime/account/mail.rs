//! The facts of a mail: header fields, texts and files of its own, and the streams in it.

use std::borrow::Cow;
use std::ops::Range;

use crate::base::input::len64;
use crate::base::{CodePage, Offset, ReadOptions};
use crate::convert::mime::base64;
use crate::convert::mime::find::{Place, TnefPart, file_name, find};
use crate::convert::mime::structure::{Entity, EntityKind, Field, Structure, field, fields, parameters, unfolded};
use crate::convert::mime::transfer::{TransferEncoding, uu_blocks};
use crate::tnef::SIGNATURE_BYTES;

use super::digest::Digest;
use super::dropped::is_body_field;
use super::fact::{Needle, OwnPart, OwnWords, Section};
use super::loss::LossCode;
use super::stream::{self, Reading};
use super::words::Said;

/// How many encoded mails within each other are looked into.
pub(super) const ENCODED_DEPTH: usize = 4;

/// What of a mail is looked at.
pub(super) struct Asked<'o> {
    /// How streams are read.
    pub(super) read: &'o ReadOptions,
    /// Whether blind copies in streams are to be named.
    pub(super) bcc: bool,
    /// Whether the bodies of streams are asked for.
    pub(super) bodies: bool,
    /// The names of header fields that the caller replaces.
    pub(super) replaced: Vec<&'o str>,
}

/// The facts of a mail, by section: first those of the mail itself, then a section a stream, and one for each mail that is encoded
/// and has a stream in it.
pub(super) fn facts(mail: &[u8], structure: &Structure, parts: &[TnefPart<'_>], asked: &Asked<'_>) -> Vec<Section> {
    let mut sections = vec![Section { part: "the mail".to_owned(), ..Section::default() }];
    own(mail, structure, parts, asked, 0, &mut sections);
    for (index, part) in parts.iter().enumerate() {
        let mut section = Section { part: part.describe(), stream: Some(index), ..Section::default() };
        let read = part.reading(asked.read);
        let reading = Reading { options: &read, bcc: asked.bcc, has_header: true, has_bodies: asked.bodies };
        stream::facts(&part.data, &reading, &mut section);
        sections.push(section);
    }
    sections
}

/// What a mail itself says, into the first section; mails that are encoded in it have sections of their own.
fn own(mail: &[u8], structure: &Structure, parts: &[TnefPart<'_>], asked: &Asked<'_>, level: usize, sections: &mut Vec<Section>) {
    let Some(mut section) = sections.pop() else { return };
    for (index, entity) in structure.entities.iter().enumerate() {
        if structure.message_of(index) == index {
            let at_root = index == 0 && level == 0;
            header(mail, entity, if at_root { &asked.replaced } else { &[] }, &mut section);
        }
        if entity.kind != EntityKind::Leaf {
            continue;
        }
        let stream = parts.iter().find(|part| part.entity == index);
        match stream.map(|part| part.place) {
            Some(Place::Part) => beside(mail, entity, stream, &mut section),
            Some(Place::EncodedMessage) if level < ENCODED_DEPTH => {
                let inner = entity.encoding.decode(mail.get(entity.body.clone()).unwrap_or_default());
                let found = find(&inner, &asked.read.limits);
                let part = stream.map_or_else(String::new, TnefPart::describe);
                sections.push(Section { part, whole: Some(Digest::of(&inner)), ..Section::default() });
                own(&inner, &found.structure, &found.parts, asked, level.saturating_add(1), sections);
            }
            _ => leaf(mail, structure, index, level, &mut section),
        }
    }
    sections.push(section);
}

/// The fields of a message's header that say something.
fn header(mail: &[u8], entity: &Entity, replaced: &[&str], section: &mut Section) {
    for field in fields(mail, entity.header.clone()) {
        if is_body_field(field.name) || replaced.iter().any(|name| field.is(name)) {
            continue;
        }
        let is = |names: &[&str]| names.iter().any(|name| field.is(name));
        let code = match () {
            () if is(&["Subject"]) => LossCode::Subject,
            () if is(&["From", "To", "Cc", "Bcc", "Sender", "Reply-To"]) => LossCode::Person,
            () => LossCode::Field,
        };
        let subject = String::from_utf8_lossy(field.name).into_owned();
        section.add(code, Needle::Field(digest_of_field(&field)), &subject, Some(range_of(&field.range)));
    }
}

/// A field by its name and what it says, however it is folded.
pub(super) fn digest_of_field(field: &Field<'_>) -> Digest {
    let mut bytes = field.name.to_ascii_lowercase();
    bytes.push(b':');
    bytes.extend(field.value.iter().filter(|byte| !byte.is_ascii_whitespace()));
    Digest::of(&bytes)
}

fn range_of(range: &Range<usize>) -> Range<u64> {
    Offset::from(range.start).get()..Offset::from(range.end).get()
}

/// The text behind the base64 of a stream, or around its uuencoded lines, in the same part.
fn beside(mail: &[u8], entity: &Entity, part: Option<&TnefPart<'_>>, section: &mut Section) {
    let Some(part) = part else { return };
    let body = mail.get(part.body.clone()).unwrap_or_default();
    let text: Cow<'_, [u8]> = match part.encoding {
        TransferEncoding::Base64 => Cow::Borrowed(behind_base64(body)),
        TransferEncoding::Uuencode => Cow::Owned(without_streams(body)),
        TransferEncoding::Identity | TransferEncoding::QuotedPrintable => return,
    };
    let text = String::from_utf8_lossy(&text);
    let said = Said::of_text(&text);
    if !said.is_blank() {
        section.add(LossCode::Text, Needle::Text(said.words), &text, Some(range_of(&entity.body)));
    }
}

/// What follows the first line that is no base64; nothing if base64 follows that, which is damage and no text.
fn behind_base64(body: &[u8]) -> &[u8] {
    const LONG: usize = 40;
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut at = base64::plain_front(body);
    let mut text = None;
    for line in body.get(at..).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii();
        let digits = if base64::is_digits(bare) { bare.len() } else { bare.iter().take_while(|byte| is_digit(byte)).count() };
        let padding = bare.get(digits..).unwrap_or_default();
        let is_base64 = padding.iter().all(|byte| *byte == b'=');
        match text {
            None if !is_base64 => text = Some(at),
            Some(_) if is_base64 && digits >= LONG => return &[],
            _ => {}
        }
        at = at.saturating_add(line.len());
        if text.is_none() && !padding.is_empty() {
            text = Some(at);
        }
    }
    text.and_then(|at| body.get(at..)).unwrap_or_default()
}

/// A text without the streams that are uuencoded in it.
pub(super) fn without_streams(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0usize;
    for block in uu_blocks(text).filter(|block| block.data.starts_with(&SIGNATURE_BYTES)) {
        out.extend_from_slice(text.get(at..block.range.start).unwrap_or_default());
        at = block.range.end;
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    out
}

/// A part of the mail's own.
fn leaf(mail: &[u8], structure: &Structure, index: usize, level: usize, section: &mut Section) {
    let Some(entity) = structure.entities.get(index) else { return };
    let body = mail.get(entity.body.clone()).unwrap_or_default();
    if body.trim_ascii().is_empty() {
        return;
    }
    let words = match is_text(entity) {
        false => OwnWords::None,
        true if level == 0 => OwnWords::Later(Box::new(entity.clone())),
        // A mail that was decoded is not there any more when the part is looked for.
        true => OwnWords::Here(said(mail, entity, &entity.encoding.decode(body)).words),
    };
    let name = file_name(mail, entity);
    let code = if is_text(entity) && name.is_none() { LossCode::Text } else { LossCode::File };
    let section_number = structure.section(index);
    let subject = match (&name, section_number.as_str()) {
        (Some(name), _) => format!("{name}, {} bytes as encoded", len64(body)),
        (None, "") => "the body".to_owned(),
        (None, number) => format!("part {number}, {}", entity.content_type),
    };
    let mut part = OwnPart { raw: Digest::of(body), body: entity.body.clone(), encoding: entity.encoding, data: None, words };
    part.data = (level > 0).then(|| part.digests(mail));
    section.add(code, Needle::Part(part), &subject, Some(range_of(&entity.body)));
}

/// Whether a part is a text that may be shown.
pub(super) fn is_text(entity: &Entity) -> bool {
    matches!(entity.content_type.as_str(), "text/plain" | "text/html")
}

/// What a text says, which is `data` when it is decoded, without the streams that are uuencoded in it.
pub(super) fn said(mail: &[u8], entity: &Entity, data: &[u8]) -> Said {
    let bytes = match memchr::memmem::find(data, b"begin ") {
        Some(_) if entity.content_type == "text/plain" => Cow::Owned(without_streams(data)),
        _ => Cow::Borrowed(data),
    };
    let text = charset(mail, entity).decode_or_latin1(&bytes).text;
    if entity.content_type == "text/html" { Said::of_html(&text) } else { Said::of_text(&text) }
}

/// The character set of a part; UTF-8 where it says none that is known.
fn charset(mail: &[u8], entity: &Entity) -> CodePage {
    field(mail, entity.header.clone(), "Content-Type")
        .map(|field| parameters(field.value))
        .and_then(|parsed| parsed.parameter("charset").and_then(CodePage::from_name))
        .unwrap_or(CodePage::UTF_8)
}

/// The value of a field as text.
pub(super) fn text_of(field: &Field<'_>) -> String {
    String::from_utf8_lossy(&unfolded(field.value)).into_owned()
}
