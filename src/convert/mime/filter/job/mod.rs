//! The changes to a mail, stream by stream: which bytes go, which come. `place` puts what is made where it belongs, `pieces` makes it.

mod pieces;
mod place;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::base::{Error, Report};
use crate::convert::mime::find::{Found, Place, Protection, TnefPart};
use crate::convert::mime::item::ItemPart;
use crate::convert::mime::structure::{self, Structure, fields};
use crate::mapi::{blob::CorrelationKey, tags};
use crate::message::Message;

use super::keep;
use super::plan::{Action, Changed, FilterOptions, Outcome, Reason, Refusal};
use super::shown::Shown;

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
