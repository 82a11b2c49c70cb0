//! What items of all kinds have ([MS-OXCMSG], [MS-OXOCAL] 2.2.1, [MS-OXORMDR]).

use crate::base::context::Ctx;
use crate::base::hex::{self, Hex};
use crate::base::{Code, Error, FileTime, Result};
use crate::mapi::typed::{IntoValue, Named, Tag, TypedProperty};
use crate::message::Message;
use crate::rtf::encapsulate;
use crate::rtf::lzfu::{self, Mode};
use crate::{named, tags};

/// Facts that items of all kinds have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Common {
    /// The subject, with its prefix.
    pub subject: String,
    /// The body as plain text.
    pub text: Option<String>,
    /// The body as HTML, if it is HTML or rich text.
    pub html: Option<String>,
    /// The categories.
    pub categories: Vec<String>,
    /// PidTagSensitivity: 0 normal, 1 personal, 2 private, 3 confidential.
    pub sensitivity: i32,
    /// PidTagImportance: 0 low, 1 normal, 2 high.
    pub importance: Option<i32>,
    /// PidTagMessageLocaleId: the language of the subject, as Windows numbers it.
    pub locale: Option<i32>,
    /// Time at which it was made.
    pub created: Option<FileTime>,
    /// Time at which it was last changed.
    pub modified: Option<FileTime>,
    /// Time at which it was sent.
    pub sent: Option<FileTime>,
    /// People and things that it has to do with, by name.
    pub contacts: Vec<String>,
    /// Companies that it has to do with.
    pub companies: Vec<String>,
    /// Distance that was travelled for it.
    pub mileage: Option<String>,
    /// Billing text.
    pub billing: Option<String>,
    /// The search key in hexadecimal digits.
    pub key: Option<String>,
}

/// Time of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Reminder {
    /// So many minutes before the start.
    Before(u32),
    /// At this time.
    At(FileTime),
}

/// PidLidReminderDelta that says nothing: 15 minutes, or 18 hours before what takes all day.
const UNSET: i32 = 0x5AE9_80E1;
const DEFAULT_DELTA: u32 = 15;
const DEFAULT_DELTA_DAY: u32 = 1080;

/// Text without blanks around it; `None` if nothing is left.
pub(super) fn text(message: &Message<'_>, tag: Tag<str>) -> Option<String> {
    message.get(tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The same of a named property.
pub(super) fn named_text(message: &Message<'_>, tag: Named<str>) -> Option<String> {
    message.get(tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub(super) fn time(message: &Message<'_>, tag: Tag<FileTime>) -> Option<FileTime> {
    message.get(tag).filter(|time| time.is_date())
}

pub(super) fn named_time(message: &Message<'_>, tag: Named<FileTime>) -> Option<FileTime> {
    message.get(tag).filter(|time| time.is_date())
}

/// Sets a property if there is a value.
pub(super) fn put<P: TypedProperty, V: IntoValue<P::Type>>(message: &mut Message<'_>, property: P, value: Option<V>) {
    if let Some(value) = value {
        message.set(property, value);
    }
}

/// Sets the body: HTML within rich text, as Outlook keeps it in items, and plain text.
pub(super) fn put_body(message: &mut Message<'_>, text: Option<&str>, html: Option<&str>) -> Result<()> {
    if let Some(html) = html {
        message.set(tags::RTF_COMPRESSED, lzfu::compress(&encapsulate::from_html(html), Mode::Reference)?);
        message.set(tags::RTF_IN_SYNC, true);
    }
    put(message, tags::BODY, text);
    Ok(())
}

/// Says that something of an item has no property.
pub(super) fn left_out(detail: impl std::fmt::Display, ctx: &mut Ctx<'_>) -> Result<()> {
    ctx.defect(Code::ItemFactLeftOut, 0, 0, detail)
}

/// What parsing gave, or `None` and a diagnostic.
pub(super) fn structure<T>(found: Result<T>, name: &'static str, ctx: &mut Ctx<'_>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) => {
            ctx.within(name, None, |ctx| ctx.defect(Code::ItemStructureUnreadable, 0, 0, Error::message(&error).to_owned()))?;
            Ok(None)
        }
    }
}

/// The subject on one line; of a mail's own stream, whose subject is in the mail's header, the topic.
fn subject(message: &Message<'_>) -> String {
    let own = message.subject().filter(|subject| !subject.trim().is_empty());
    let found = own.or_else(|| message.get(tags::CONVERSATION_TOPIC)).unwrap_or_default();
    found.replace(['\r', '\n'], " ").trim().to_owned()
}

impl Common {
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Common> {
        let many = |tag| message.get(tag).into_iter().flatten();
        let list = |tag: Named<crate::mapi::Multiple<str>>| -> Vec<String> {
            many(tag).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
        };
        let text = message.text()?;
        let html = message.html()?;
        for body in text.iter().chain(&html) {
            ctx.adopt(&body.report);
        }
        let text = text.map(|body| body.text).filter(|text| !text.trim().is_empty());
        // HTML that shows nothing is what is left of an empty body.
        let html = html.map(|body| body.text).filter(|html| text.is_some() || html.contains("<img"));
        let private = message.get(named::PRIVATE) == Some(true);
        Ok(Common {
            subject: subject(message),
            text,
            html,
            categories: list(named::KEYWORDS),
            sensitivity: message.get(tags::SENSITIVITY).unwrap_or(if private { 2 } else { 0 }),
            importance: message.get(tags::IMPORTANCE),
            locale: message.get(tags::MESSAGE_LOCALE_ID),
            created: time(message, tags::CREATION_TIME),
            modified: time(message, tags::LAST_MODIFICATION_TIME),
            sent: time(message, tags::CLIENT_SUBMIT_TIME),
            contacts: list(named::CONTACTS),
            companies: list(named::COMPANIES),
            mileage: named_text(message, named::MILEAGE),
            billing: named_text(message, named::BILLING),
            key: message.search_key().map(|key| Hex(key.bytes()).to_string()),
        })
    }

    pub(super) fn write(&self, message: &mut Message<'_>) -> Result<()> {
        // The parts follow the whole where they are there.
        message.set(tags::SUBJECT_PREFIX, "");
        message.set(tags::NORMALIZED_SUBJECT, "");
        message.set_subject(&self.subject);
        let topic = message.get(tags::NORMALIZED_SUBJECT).unwrap_or_default().into_owned();
        message.set(tags::CONVERSATION_TOPIC, topic);
        put_body(message, self.text.as_deref(), self.html.as_deref())?;
        message.set(tags::SENSITIVITY, self.sensitivity);
        message.set(named::PRIVATE, self.sensitivity == 2);
        put(message, tags::IMPORTANCE, self.importance);
        put(message, tags::MESSAGE_LOCALE_ID, self.locale);
        put(message, tags::CREATION_TIME, self.created);
        put(message, tags::LAST_MODIFICATION_TIME, self.modified);
        put(message, tags::CLIENT_SUBMIT_TIME, self.sent);
        for (property, list) in
            [(named::KEYWORDS, &self.categories), (named::CONTACTS, &self.contacts), (named::COMPANIES, &self.companies)]
        {
            put(message, property, Some(list.as_slice()).filter(|list| !list.is_empty()));
        }
        put(message, named::MILEAGE, self.mileage.as_deref());
        put(message, named::BILLING, self.billing.as_deref());
        put(message, tags::SEARCH_KEY, self.key.as_ref().and_then(|key| hex::decode(key.as_bytes())));
        Ok(())
    }

    /// The identity of an item whose properties have no place of their own for it.
    pub(super) fn uid(&self, message: &Message<'_>, start: Option<FileTime>) -> String {
        named_text(message, named::CALENDAR_UID).unwrap_or_else(|| self.identity(start))
    }

    /// Writes that identity, unless it follows from the rest.
    pub(super) fn write_uid(&self, uid: &str, start: Option<FileTime>, message: &mut Message<'_>) {
        if !uid.is_empty() && uid != self.identity(start) {
            message.set(named::CALENDAR_UID, uid);
        }
    }

    /// An identity that is the same each time: `kind` and the search key, or what else the item says.
    pub(super) fn identity(&self, start: Option<FileTime>) -> String {
        match &self.key {
            Some(key) => key.clone(),
            None => {
                let sum = crc32fast::hash(self.subject.as_bytes());
                let number = |time: Option<FileTime>| time.map_or(0, |time| time.0);
                format!("{sum:08X}-{:016X}-{:016X}", number(start), number(self.created))
            }
        }
    }
}

impl Reminder {
    /// The reminder of an appointment.
    pub(super) fn before(set: Option<bool>, delta: Option<i32>, all_day: bool) -> Option<Reminder> {
        let unset = if all_day { DEFAULT_DELTA_DAY } else { DEFAULT_DELTA };
        let delta = delta.filter(|delta| *delta != UNSET).and_then(|delta| u32::try_from(delta).ok());
        (set == Some(true)).then(|| Reminder::Before(delta.unwrap_or(unset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_that_says_nothing_is_the_usual_one() {
        assert_eq!(Reminder::before(Some(true), Some(UNSET), false), Some(Reminder::Before(15)));
        assert_eq!(Reminder::before(Some(true), None, true), Some(Reminder::Before(1080)));
        assert_eq!(Reminder::before(Some(true), Some(0), true), Some(Reminder::Before(0)));
        assert_eq!(Reminder::before(Some(false), Some(5), false), None);
    }

    #[test]
    fn an_identity_is_stable() {
        let common = Common { subject: "a".into(), ..Common::default() };
        // CRC-32 of "a".
        assert_eq!(common.identity(Some(FileTime(1))), "E8B7BE43-0000000000000001-0000000000000000");
        let common = Common { key: Some("0AFF".into()), ..common };
        assert_eq!(common.identity(None), "0AFF");
    }
}
