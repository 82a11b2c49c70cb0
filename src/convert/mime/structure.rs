//! The skeleton of a mail ([RFC 2046] 5.1, [RFC 5322] 2.2): which bytes are which part, exactly, whatever the mail is.
//!
//! ```text
//! --boundary CR LF          delimiter line, none of any part
//! header fields             header  ]
//! empty line                        ] whole
//! body                      body    ]
//! CR LF                     belongs to the delimiter behind it
//! --boundary-- CR LF
//! ```
//!
//! One pass over the lines with a stack of open boundaries; nothing is decoded and nothing recurses. Tolerated: bare LF, no line
//! end at the end, a closing delimiter that is missing (the next one of an outer part, or the end of the mail, closes), a header
//! block without an empty line behind it, a boundary that is a prefix of another one (only whole lines count), an mbox `From `
//! line in front. Of fields that occur twice the first counts.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use crate::base::{CodePage, Limits};

use super::parameter::{MediaType, Parameters};
use super::transfer::{TransferEncoding, next_line, trim_blanks_end};
use super::undeclared::{self, Undeclared};

/// How many Content-Type fields of a part are looked at behind the first one.
const OTHER_TYPES_MAX: usize = 8;

/// Contents of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// `multipart/*` with a boundary: the children are parts.
    Multipart,
    /// `message/rfc822` that is not encoded: the one child is the message.
    Message,
    /// All else.
    Leaf,
}

/// A part of a mail, or the mail itself ([RFC 2045] 2.4 "entity").
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity {
    /// The part that this one is in; `None` of the mail itself.
    pub parent: Option<usize>,
    /// Number among the children of its parent, from 1.
    pub number: u32,
    /// Kind of the part.
    pub kind: EntityKind,
    /// The header fields, each with its line end; the empty line behind them is not part of it.
    pub header: Range<usize>,
    /// The body: from behind the empty line up to the line end that belongs to the next delimiter.
    pub body: Range<usize>,
    /// Header and body: from behind a delimiter line up to the line end that belongs to the next one.
    pub whole: Range<usize>,
    /// `type/subtype` in lower case; `text/plain` where there is none, `message/rfc822` in `multipart/digest`.
    pub content_type: String,
    /// Encoding of the body.
    pub encoding: TransferEncoding,
    /// Types of further Content-Type fields, where they differ: `type/subtype` in lower case, at most eight. They do not
    /// count.
    pub other_types: Vec<String>,
    /// The code page of 8-bit text in the header that does not say in which it is: that of the character set which this part
    /// declares, else the message that it is in. `None` where that says nothing: UTF-8, ASCII, Latin 1, or an unknown one.
    pub text_page: Option<CodePage>,
}

impl Entity {
    /// Returns whether this is a message that is encoded as a whole: [RFC 2046] 5.2.1 forbids it, and some programs do it.
    #[must_use]
    pub fn is_encoded_message(&self) -> bool {
        is_message(&self.content_type) && self.kind == EntityKind::Leaf && self.encoding != TransferEncoding::Identity
    }
}

/// Whether a type is that of a mail within a mail.
fn is_message(content_type: &str) -> bool {
    matches!(content_type, "message/rfc822" | "message/global")
}

/// All parts of a mail in the order in which they begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Structure {
    /// The parts; the first one is the mail itself.
    pub entities: Vec<Entity>,
    /// True if the mail nests deeper than was followed, or has more parts than were looked at. Parts that were not finished by
    /// then are leaves.
    pub incomplete: bool,
}

impl Structure {
    /// Walks over a mail. Nesting is followed to [`Limits::depth`], and [`Limits::attachments`] parts are looked at.
    #[must_use]
    pub fn of(mail: &[u8], limits: &Limits) -> Self {
        let mut walker = Walker {
            mail,
            depth: limits.depth.min(Limits::MAX_DEPTH),
            // The mail itself is not one of the parts.
            parts: limits.attachments.saturating_add(1),
            entities: Vec::new(),
            open: Vec::new(),
            incomplete: false,
        };
        walker.walk();
        spread_pages(&mut walker.entities);
        Structure { entities: walker.entities, incomplete: walker.incomplete }
    }

    /// The parts that a part is in, from the inside out, itself first. Each with its index.
    pub fn ancestors(&self, index: usize) -> impl Iterator<Item = (usize, &Entity)> {
        let mut next = Some(index);
        std::iter::from_fn(move || {
            let index = next?;
            let entity = self.entities.get(index)?;
            // A parent begins before its children, so that this ends.
            next = entity.parent.filter(|&parent| parent < index);
            Some((index, entity))
        })
    }

    /// The children of a part, each with its index.
    pub fn children(&self, index: usize) -> impl Iterator<Item = (usize, &Entity)> {
        self.entities.iter().enumerate().skip(index).filter(move |(_, entity)| entity.parent == Some(index))
    }

    /// The section number of a part as IMAP counts ([RFC 9051] 6.4.5.1): `2.1`; empty of the mail itself.
    #[must_use]
    pub fn section(&self, index: usize) -> String {
        let mut numbers: Vec<String> = self
            .ancestors(index)
            // A message within a part has the part's number.
            .filter(|(_, entity)| {
                entity
                    .parent
                    .and_then(|parent| self.entities.get(parent))
                    .is_some_and(|parent| parent.kind == EntityKind::Multipart)
            })
            .map(|(_, entity)| entity.number.to_string())
            .collect();
        numbers.reverse();
        numbers.join(".")
    }

    /// The header block that says what message a part belongs to: that of the nearest message around it.
    #[must_use]
    pub fn message_of(&self, index: usize) -> usize {
        self.ancestors(index)
            .find(|(_, entity)| match entity.parent {
                None => true,
                Some(parent) => self.entities.get(parent).is_some_and(|parent| parent.kind == EntityKind::Message),
            })
            .map_or(0, |(index, _)| index)
    }
}

/// A header field.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field<'a> {
    /// The name as it stands.
    pub name: &'a [u8],
    /// Text behind the colon, folded as it is, line end included.
    pub value: &'a [u8],
    /// Place where the field stands in the mail, continuation lines and line end included.
    pub range: Range<usize>,
}

impl Field<'_> {
    /// Returns whether this is the field of that name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of a header block, in order. Lines that are no field are passed over.
pub fn fields(mail: &[u8], header: Range<usize>) -> impl Iterator<Item = Field<'_>> {
    let block = mail.get(..header.end).unwrap_or(mail);
    let mut at = header.start;
    std::iter::from_fn(move || {
        while at < block.len() {
            let start = at;
            let line = next_line(block, &mut at);
            while matches!(block.get(at), Some(b' ' | b'\t')) {
                next_line(block, &mut at);
            }
            if let Some(name) = field_name(line) {
                let colon = memchr::memchr(b':', line).unwrap_or(line.len());
                let value = block.get(start.saturating_add(colon).saturating_add(1)..at).unwrap_or_default();
                return Some(Field { name, value, range: start..at });
            }
        }
        None
    })
}

/// The first field of a name.
pub(crate) fn field<'a>(mail: &'a [u8], header: Range<usize>, name: &str) -> Option<Field<'a>> {
    fields(mail, header).find(|field| field.is(name))
}

/// The value of a field as one line.
pub(crate) fn unfolded(value: &[u8]) -> Vec<u8> {
    value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect::<Vec<u8>>().trim_ascii().to_vec()
}

/// A value with parameters ([RFC 2045] 5.1, [RFC 2231]), read without the help of the mail around it.
pub(in crate::convert::mime) fn parameters(value: &[u8]) -> MediaType {
    MediaType::parse(&as_text(value), Undeclared::default())
}

/// A value as text that stands for its bytes: what is not UTF-8 has a character for each of them.
fn as_text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.iter().copied().map(char::from).collect()),
    }
}

/// The bytes of a part of a text out of [`as_text`]; `is_utf_8` says whether they are that.
fn as_bytes(text: &str, is_utf_8: bool) -> Vec<u8> {
    if is_utf_8 {
        return text.as_bytes().to_vec();
    }
    text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

/// `type/subtype` in lower case; `None` without a type.
fn full_type(parsed: &Parameters<'_>) -> Option<String> {
    let (main, sub) = parsed.value();
    match (main.is_empty(), sub.is_empty()) {
        (true, _) => None,
        (false, true) => Some(main),
        (false, false) => Some(format!("{main}/{sub}")),
    }
}

/// Gives each part the page of its message where its own header names none, and a message that of the one around it.
fn spread_pages(entities: &mut [Entity]) {
    // The message that each part belongs to, and the first page that one of its parts names.
    let mut messages: Vec<usize> = Vec::with_capacity(entities.len());
    let mut named: Vec<Option<CodePage>> = vec![None; entities.len()];
    for (index, entity) in entities.iter().enumerate() {
        let parent = entity.parent.filter(|parent| entities.get(*parent).is_some_and(|it| it.kind != EntityKind::Message));
        let message = parent.and_then(|parent| messages.get(parent)).copied().unwrap_or(index);
        messages.push(message);
        if let Some(page) = named.get_mut(message) {
            *page = page.or(entity.text_page);
        }
    }
    for (index, message) in messages.into_iter().enumerate() {
        let around = entities.get(message).and_then(|root| entities.get(root.parent?)?.text_page);
        if let Some(entity) = entities.get_mut(index) {
            entity.text_page = entity.text_page.or(named.get(message).copied().flatten()).or(around);
        }
    }
}

/// The name in a line that begins a field.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|&b| b == b':')?;
    // Blanks before the colon are obsolete syntax ([RFC 5322] 4.5).
    let name = trim_blanks_end(line.get(..colon)?);
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// A part that is not finished.
struct Open {
    entity: usize,
    /// The boundary of its children, until the closing delimiter.
    boundary: Option<Vec<u8>>,
    children: u32,
}

struct Walker<'a> {
    mail: &'a [u8],
    depth: usize,
    parts: usize,
    entities: Vec<Entity>,
    /// From the outermost to the innermost. The last one is where lines belong.
    open: Vec<Open>,
    incomplete: bool,
}

impl Walker<'_> {
    fn walk(&mut self) {
        let mut at = 0usize;
        let mut in_header = self.begin(0);
        // The line in front of an mbox message is no field.
        let envelope = self.mail.starts_with(b"From ") || self.mail.starts_with(b">From ");
        let dashes = memmem::Finder::new(b"\n--");
        while at < self.mail.len() {
            if !in_header && !self.mail.get(at..).is_some_and(|rest| rest.starts_with(b"--")) {
                // In a body no other line is looked at.
                let Some(found) = self.mail.get(at..).and_then(|rest| dashes.find(rest)) else { break };
                at = at.saturating_add(found).saturating_add(1);
            }
            let start = at;
            let line = next_line(self.mail, &mut at);
            if let Some((depth, closes)) = self.delimiter(line) {
                self.close(depth.saturating_add(1), before_line_end(self.mail, start));
                if closes {
                    if let Some(open) = self.open.last_mut() {
                        open.boundary = None;
                    }
                    in_header = false;
                } else {
                    in_header = self.begin(at);
                    if !in_header {
                        break;
                    }
                }
            } else if in_header {
                let is_continuation = matches!(line.first(), Some(b' ' | b'\t'));
                if line.is_empty() {
                    in_header = self.header_ends(start, at);
                } else if !is_continuation && field_name(line).is_none() && !(envelope && start == 0) {
                    // The empty line is missing.
                    in_header = self.header_ends(start, start);
                    if in_header {
                        // The line is the first of a message's header, or rather not.
                        in_header = self.header_ends(start, start);
                    }
                }
            }
        }
        self.close(0, self.mail.len());
    }

    /// Begins a part; `false` if there are too many.
    fn begin(&mut self, at: usize) -> bool {
        if self.entities.len() >= self.parts {
            self.incomplete = true;
            return false;
        }
        let (parent, number) = match self.open.last_mut() {
            Some(open) => {
                open.children = open.children.saturating_add(1);
                (Some(open.entity), open.children)
            }
            None => (None, 1),
        };
        self.open.push(Open { entity: self.entities.len(), boundary: None, children: 0 });
        self.entities.push(Entity {
            parent,
            number,
            kind: EntityKind::Leaf,
            header: at..self.mail.len(),
            body: self.mail.len()..self.mail.len(),
            whole: at..self.mail.len(),
            content_type: String::new(),
            encoding: TransferEncoding::Identity,
            other_types: Vec::new(),
            text_page: None,
        });
        true
    }

    /// The header of the innermost part ends, and its body begins. Says whether what follows is a header again: that of a
    /// message.
    fn header_ends(&mut self, end: usize, body: usize) -> bool {
        let Some(index) = self.open.last().map(|open| open.entity) else { return false };
        self.set_header(index, end, body);
        self.classify(index);
        let is_message = self.entities.get(index).is_some_and(|entity| entity.kind == EntityKind::Message);
        if is_message && !self.begin(body) {
            // Not looked into, so it has no children.
            if let Some(entity) = self.entities.get_mut(index) {
                entity.kind = EntityKind::Leaf;
            }
            return false;
        }
        is_message
    }

    fn set_header(&mut self, index: usize, end: usize, body: usize) {
        if let Some(entity) = self.entities.get_mut(index) {
            entity.header.end = end;
            entity.body.start = body;
        }
    }

    /// Reads the fields that say what a part is.
    fn classify(&mut self, index: usize) {
        let Some(header) = self.entities.get(index).map(|entity| entity.header.clone()) else { return };
        let in_digest = self
            .entities
            .get(index)
            .and_then(|entity| self.entities.get(entity.parent?))
            .is_some_and(|parent| parent.content_type == "multipart/digest");
        let mut content_type = None;
        let mut encoding = None;
        let mut further = Vec::new();
        for field in fields(self.mail, header) {
            if field.is("Content-Type") {
                if content_type.is_none() {
                    content_type = Some(as_text(field.value));
                } else if further.len() < OTHER_TYPES_MAX {
                    further.extend(full_type(&Parameters::parse(&as_text(field.value))));
                }
            } else if field.is("Content-Transfer-Encoding") && encoding.is_none() {
                encoding = Some(TransferEncoding::from_name(&unfolded(field.value)));
            }
        }
        let encoding = encoding.unwrap_or_default();
        let content_type = content_type.unwrap_or_default();
        let is_utf_8 = matches!(content_type, Cow::Borrowed(_));
        let parsed = Parameters::parse(&content_type);
        let otherwise = if in_digest { "message/rfc822" } else { "text/plain" };
        let full = full_type(&parsed).unwrap_or_else(|| otherwise.to_owned());
        let boundary = parsed.literal("boundary").map(|boundary| as_bytes(boundary.trim_end(), is_utf_8));
        let text_page = parsed.literal("charset").and_then(|charset| undeclared::hint(&charset));
        let is_message = is_message(&full) && encoding == TransferEncoding::Identity;
        let is_multipart = full.starts_with("multipart/") && boundary.is_some();
        let kind = match (is_multipart, is_message) {
            (true, _) => EntityKind::Multipart,
            (_, true) => EntityKind::Message,
            _ => EntityKind::Leaf,
        };
        let kind = if kind != EntityKind::Leaf && self.open.len() > self.depth {
            self.incomplete = true;
            EntityKind::Leaf
        } else {
            kind
        };
        if let Some(open) = self.open.last_mut().filter(|_| kind == EntityKind::Multipart) {
            open.boundary = boundary;
        }
        if let Some(entity) = self.entities.get_mut(index) {
            further.retain(|other| *other != full);
            entity.other_types = further;
            entity.kind = kind;
            entity.content_type = full;
            entity.encoding = encoding;
            entity.text_page = text_page;
        }
    }

    /// Which open part the line is a delimiter of, and whether it is the closing one. The innermost counts.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let text = trim_blanks_end(line.strip_prefix(b"--")?);
        self.open.iter().enumerate().rev().find_map(|(depth, open)| {
            let rest = text.strip_prefix(open.boundary.as_deref()?)?;
            match rest {
                b"" => Some((depth, false)),
                b"--" => Some((depth, true)),
                _ => None,
            }
        })
    }

    /// Finishes the open parts from `depth` on: they end at `end`.
    fn close(&mut self, depth: usize, end: usize) {
        for open in self.open.split_off(depth.min(self.open.len())) {
            let Some(entity) = self.entities.get(open.entity) else { continue };
            // A header that was not finished: there is no body.
            if entity.content_type.is_empty() {
                let end = end.max(entity.whole.start);
                self.set_header(open.entity, end, end);
                self.classify_unfinished(open.entity);
            }
            let Some(entity) = self.entities.get_mut(open.entity) else { continue };
            // Where delimiters follow each other, the line end before the second one is that of the first.
            entity.whole.end = end.max(entity.whole.start);
            entity.header.end = entity.header.end.min(entity.whole.end);
            entity.body.start = entity.body.start.min(entity.whole.end);
            entity.body.end = entity.whole.end;
        }
    }

    /// As [`Walker::classify`], of a part that nothing can follow in.
    fn classify_unfinished(&mut self, index: usize) {
        self.classify(index);
        if let Some(entity) = self.entities.get_mut(index) {
            entity.kind = EntityKind::Leaf;
        }
    }
}

/// The line end before `start` does not belong to the part that ends there.
fn before_line_end(mail: &[u8], start: usize) -> usize {
    let before = mail.get(..start).unwrap_or_default();
    before.strip_suffix(b"\n").map_or(start, |text| text.strip_suffix(b"\r").unwrap_or(text).len())
}

#[cfg(test)]
mod tests;
