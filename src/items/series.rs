//! A series with its changed instances ([MS-OXOCAL] 2.2.1.44, 2.2.10).

use std::collections::HashMap;

use crate::base::context::Ctx;
use crate::base::{Code, CodePage, DateTime, FileTime, Result};
use crate::mapi::Utf16;
use crate::mapi::blob::{
    AppointmentRecurrence, ExceptionInfo, ExceptionText, ExtendedException, ExtendedExceptions, ExtendedTexts, MinuteTime,
    OverrideFlags, Pattern, RecurrencePattern, TimeZoneDefinition, TimeZoneStruct,
};
use crate::message::{Attachment, Content, Message};
use crate::{named, tags};

use super::common::{left_out, named_text, named_time, put, put_body, structure};
use super::person::{Attendee, Person, attendees, write_rows};
use super::zone::{Zone, file_seconds, seconds};

/// A series.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Series {
    /// Days, and when on a day.
    pub recurrence: AppointmentRecurrence<'static>,
    /// The zone that its times are in.
    pub zone: Zone,
    /// The instances that are changed, in the order of the structure.
    pub changed: Vec<ChangedInstance>,
}

/// A changed instance. What is `None` is as in the series.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChangedInstance {
    /// Time at which it would start by the pattern, in the zone of the series.
    pub original_start: DateTime,
    /// Time at which it starts.
    pub start: DateTime,
    /// Time at which it ends.
    pub end: DateTime,
    /// Its subject.
    pub subject: Option<String>,
    /// Place.
    pub location: Option<String>,
    /// PidLidBusyStatus.
    pub busy: Option<i32>,
    /// Says whether it takes all day.
    pub all_day: Option<bool>,
    /// Says whether one is reminded.
    pub reminder_set: Option<bool>,
    /// Minutes before the start.
    pub reminder_delta: Option<i32>,
    /// Its body as plain text.
    pub text: Option<String>,
    /// Its body as HTML.
    pub html: Option<String>,
    /// People who take part.
    pub attendees: Option<Vec<Attendee>>,
}

/// The zone of a series: the definition, unless the older structure contradicts it. `None` if the item has neither.
fn zone(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Option<Zone>> {
    let definition = definition(message, named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR, ctx)?;
    let old = match message.get(named::TIME_ZONE_STRUCT) {
        Some(bytes) => structure(TimeZoneStruct::parse(bytes), "PidLidTimeZoneStruct", ctx)?,
        None => None,
    };
    let name = named_text(message, named::TIME_ZONE_DESCRIPTION);
    let old = old.map(|zone| Zone::of_struct(&zone, name.as_deref().unwrap_or("Time zone")));
    Ok(match (definition, old) {
        (Some(zone), Some(old)) => {
            let same = old.rules.first().is_none_or(|rule| {
                zone.rules.iter().any(|other| {
                    (other.standard_offset, other.daylight_offset, other.transitions)
                        == (rule.standard_offset, rule.daylight_offset, rule.transitions)
                })
            });
            Some(if same { zone } else { Zone { name: zone.name, rules: old.rules } })
        }
        (one, two) => one.or(two),
    })
}

/// The zone that a property defines.
pub(super) fn definition(message: &Message<'_>, tag: crate::mapi::Named<[u8]>, ctx: &mut Ctx<'_>) -> Result<Option<Zone>> {
    let Some(bytes) = message.get(tag).filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
    let found = structure(TimeZoneDefinition::parse(bytes), "PidLidAppointmentTimeZoneDefinition", ctx)?;
    Ok(found.as_ref().and_then(Zone::of_definition))
}

/// What a changed instance has in an attachment, by when it would start (UTC, in minutes) and by when it starts (local).
#[derive(Default)]
struct Rest<'m, 'a> {
    by_original: HashMap<i64, usize>,
    by_start: HashMap<i64, usize>,
    messages: Vec<(&'m Message<'a>, bool)>,
}

impl<'m, 'a> Rest<'m, 'a> {
    fn of(message: &'m Message<'a>) -> Self {
        let mut rest = Rest::default();
        for attachment in message.attachments.iter().filter(|attachment| attachment.is_instance()) {
            let Content::Message(inner) = &attachment.content else { continue };
            let at = rest.messages.len();
            rest.messages.push((inner, false));
            let minute = |time: FileTime| file_seconds(time).map(|seconds| seconds / 60);
            let own = named_time(inner, named::EXCEPTION_REPLACE_TIME);
            let own = own.or_else(|| attachment.properties.time(tags::EXCEPTION_REPLACE_TIME.untyped()));
            if let Some(minute) = own.and_then(minute) {
                rest.by_original.entry(minute).or_insert(at);
            }
            if let Some(minute) = attachment.properties.time(tags::EXCEPTION_START_TIME.untyped()).and_then(minute) {
                rest.by_start.entry(minute).or_insert(at);
            }
        }
        rest
    }

    fn take(&mut self, original: Option<FileTime>, start: MinuteTime) -> Option<&'m Message<'a>> {
        let minute = original.and_then(file_seconds).map(|seconds| seconds / 60);
        let near = |minute: i64| [0, -1, 1].into_iter().filter_map(move |more| minute.checked_add(more));
        let found = minute.and_then(|minute| near(minute).find_map(|minute| self.by_original.get(&minute)));
        let at = *found.or_else(|| self.by_start.get(&i64::from(start.0)))?;
        let (message, taken) = self.messages.get_mut(at)?;
        *taken = true;
        Some(message)
    }
}

impl Series {
    /// The series of an item; `None` if it has none.
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Option<Series>> {
        let Some(bytes) = message.get(named::APPOINTMENT_RECUR).filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
        let Some(recurrence) = structure(AppointmentRecurrence::parse(bytes), "PidLidAppointmentRecur", ctx)? else {
            return Ok(None);
        };
        let Some(first) = first_start(&recurrence) else {
            ctx.defect(Code::ItemStructureUnreadable, 0, 0, "PidLidAppointmentRecur: the series starts on no date")?;
            return Ok(None);
        };
        let zone = match zone(message, ctx)? {
            Some(zone) => zone,
            None => match definition(message, named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY, ctx)? {
                Some(zone) => zone,
                None => {
                    ctx.defect(Code::ItemZoneUnknown, 0, 0, "a series without a time zone")?;
                    let utc = named_time(message, named::APPOINTMENT_START_WHOLE).and_then(file_seconds);
                    let ahead = utc.and_then(|utc| seconds(first)?.checked_sub(utc)).map(|ahead| ahead / 60);
                    Zone::fixed(ahead.and_then(|ahead| i32::try_from(ahead).ok()).filter(|ahead| ahead.abs() <= 900).unwrap_or(0))
                }
            },
        };
        let mut rest = Rest::of(message);
        let mut changed = Vec::new();
        for (info, extended) in recurrence.both_parts() {
            let original = info.original_start.date_time();
            let inner = rest.take(original.and_then(|original| zone.to_utc(original)), info.start);
            match ChangedInstance::read(info, extended, inner, message.code_page(), ctx)? {
                Some(instance) => changed.push(instance),
                None => ctx.defect(Code::ItemStructureUnreadable, 0, 0, "a changed instance on no date")?,
            }
        }
        let unmatched = rest.messages.iter().filter(|(_, taken)| !taken).count();
        if unmatched > 0 {
            let detail = format!("{unmatched} of {} attached instances belong to none of the series", rest.messages.len());
            ctx.defect(Code::ItemInstanceUnmatched, 0, 0, detail)?;
        }
        let recurrence = recurrence.into_owned();
        Ok(Some(Series { recurrence, zone, changed }))
    }

    /// A series of a pattern, which starts and ends so many minutes after midnight. The changed instances stand in it by their order;
    /// the days without one of them, removed from the pattern, are `pattern.deleted`.
    ///
    /// `None` if a changed instance is on a day that no series has, before 1601 or after 4500.
    #[must_use]
    pub fn new(
        pattern: RecurrencePattern<'static>,
        (start_offset, end_offset): (u32, u32),
        zone: Zone,
        mut changed: Vec<ChangedInstance>,
    ) -> Option<Series> {
        let mut pattern = pattern;
        changed.sort_by_key(|instance| instance.start);
        let minute = MinuteTime::from_date_time;
        let days = |time: fn(&ChangedInstance) -> DateTime| -> Option<Vec<MinuteTime>> {
            changed.iter().map(|instance| Some(minute(time(instance))?.midnight())).collect()
        };
        pattern.modified = days(|instance| instance.start)?;
        pattern.deleted.extend(days(|instance| instance.original_start)?);
        pattern.deleted.sort_unstable();
        pattern.deleted.dedup();
        let (exceptions, extended) = changed.iter().map(ChangedInstance::parts).collect::<Option<(Vec<_>, Vec<_>)>>()?;
        let extended = ExtendedExceptions { exceptions: extended, ..ExtendedExceptions::default() };
        let recurrence = AppointmentRecurrence {
            pattern,
            reader_version: 0x3006,
            writer_version: 0x3009,
            start_offset,
            end_offset,
            exceptions,
            extended: Some(extended),
            trailing: std::borrow::Cow::Borrowed(&[]),
        };
        Some(Series { recurrence, zone, changed })
    }

    /// Writes the structure, the zone, and a message for each changed instance.
    pub(super) fn write(&self, organizer: Option<&Person>, message: &mut Message<'static>, ctx: &mut Ctx<'_>) -> Result<()> {
        match self.recurrence.to_bytes() {
            Ok(bytes) => message.set(named::APPOINTMENT_RECUR, bytes),
            Err(error) => left_out(format!("the series: {}", error.message()), ctx)?,
        }
        let year = self.first_start().map_or(1601, DateTime::year);
        message.set(named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR, self.zone.to_definition(year).to_bytes()?);
        message.set(named::TIME_ZONE_STRUCT, self.zone.to_struct(year).to_bytes());
        message.set(named::TIME_ZONE_DESCRIPTION, self.zone.name.as_str());
        let pattern = &self.recurrence.pattern;
        let kind = match pattern.pattern {
            Pattern::Day => 1,
            Pattern::Week { .. } => 2,
            _ if pattern.period % 12 == 0 => 4,
            _ => 3,
        };
        message.set(named::RECURRENCE_TYPE, kind);
        // The first and the last midnight; what never ends lasts to the end of August 4500.
        let last = if pattern.is_endless() { DateTime::new(4500, 8, 31, 23, 59, 0) } else { pattern.end.date_time() };
        let utc = |local: Option<DateTime>| self.zone.to_utc(local?);
        put(message, named::CLIP_START, utc(pattern.start.midnight().date_time()));
        put(message, named::CLIP_END, utc(last));
        for instance in &self.changed {
            message.attachments.push(instance.attached(&self.zone, organizer)?);
        }
        Ok(())
    }

    /// Returns when the first instance starts by the pattern, in the zone of the series.
    #[must_use]
    pub fn first_start(&self) -> Option<DateTime> {
        first_start(&self.recurrence)
    }

    /// Returns when the first instance ends by the pattern, in the zone of the series.
    #[must_use]
    pub fn first_end(&self) -> Option<DateTime> {
        self.recurrence.pattern.start.midnight().checked_add(self.recurrence.end_offset)?.date_time()
    }

    /// Starts of the instances that were removed: the pattern has them, and they are not changed ones; in the zone of the series.
    pub fn removed(&self) -> impl Iterator<Item = DateTime> {
        let originals = self.recurrence.exceptions.iter().map(|info| info.original_start.midnight());
        let originals: std::collections::HashSet<MinuteTime> = originals.collect();
        let mut seen = std::collections::HashSet::new();
        let days = self.recurrence.pattern.deleted.iter().map(|day| day.midnight());
        days.filter(move |day| !originals.contains(day) && seen.insert(*day))
            .filter_map(|day| day.checked_add(self.recurrence.start_offset)?.date_time())
    }
}

fn first_start(recurrence: &AppointmentRecurrence<'_>) -> Option<DateTime> {
    recurrence.pattern.start.midnight().checked_add(recurrence.start_offset)?.date_time()
}

/// The class of what is attached for a changed instance.
const INSTANCE_CLASS: &str = "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}";

impl ChangedInstance {
    /// An instance that is moved and not changed otherwise.
    #[must_use]
    pub fn new(original_start: DateTime, start: DateTime, end: DateTime) -> ChangedInstance {
        ChangedInstance {
            original_start,
            start,
            end,
            subject: None,
            location: None,
            busy: None,
            all_day: None,
            reminder_set: None,
            reminder_delta: None,
            text: None,
            html: None,
            attendees: None,
        }
    }

    /// Both parts of the structure.
    fn parts(&self) -> Option<(ExceptionInfo<'static>, ExtendedException<'static>)> {
        let minute = MinuteTime::from_date_time;
        let times = (minute(self.start)?, minute(self.end)?, minute(self.original_start)?);
        // A length of 16 bits bounds them; who goes beyond gets what fits.
        let fit = |text: &Option<String>| text.as_ref().map(|text| text.chars().take(255).collect::<String>());
        let (subject, location) = (fit(&self.subject), fit(&self.location));
        let narrow = |text: &Option<String>| -> Option<ExceptionText<'static>> {
            ExceptionText::new(CodePage::WINDOWS_1252.encode(text.as_ref()?)?.bytes)
        };
        let number = |value: Option<i32>| value.and_then(|value| u32::try_from(value).ok());
        let body = self.text.is_some() || self.html.is_some();
        let info = ExceptionInfo {
            start: times.0,
            end: times.1,
            original_start: times.2,
            other_flags: if body { OverrideFlags::BODY } else { OverrideFlags::empty() },
            subject: narrow(&subject),
            reminder_delta: number(self.reminder_delta),
            reminder_set: self.reminder_set.map(u32::from),
            location: narrow(&location),
            busy_status: number(self.busy),
            subtype: self.all_day.map(u32::from),
            ..ExceptionInfo::default()
        };
        let wide = |text: &Option<String>| text.as_ref().map(|text| Utf16::from(text.as_str()));
        let texts = (subject.is_some() || location.is_some()).then(|| ExtendedTexts {
            start: times.0,
            end: times.1,
            original_start: times.2,
            subject: wide(&subject),
            location: wide(&location),
            reserved: [0; 4].to_vec().into(),
        });
        let highlight = std::borrow::Cow::Owned(vec![0; 4]);
        Some((info, ExtendedException { change_highlight: Some(highlight), texts, ..ExtendedException::default() }))
    }

    /// The message that is attached for it.
    fn attached(&self, zone: &Zone, organizer: Option<&Person>) -> Result<Attachment<'static>> {
        let mut inner = Message::new(INSTANCE_CLASS);
        let original = zone.to_utc(self.original_start);
        put(&mut inner, named::EXCEPTION_REPLACE_TIME, original);
        put(&mut inner, named::APPOINTMENT_START_WHOLE, zone.to_utc(self.start));
        put(&mut inner, named::APPOINTMENT_END_WHOLE, zone.to_utc(self.end));
        if let Some(subject) = &self.subject {
            inner.set_subject(subject);
        }
        put(&mut inner, named::LOCATION, self.location.as_deref());
        put(&mut inner, named::BUSY_STATUS, self.busy);
        put(&mut inner, named::APPOINTMENT_SUB_TYPE, self.all_day);
        put(&mut inner, named::REMINDER_SET, self.reminder_set);
        put(&mut inner, named::REMINDER_DELTA, self.reminder_delta);
        put_body(&mut inner, self.text.as_deref(), self.html.as_deref())?;
        if let Some(attendees) = &self.attendees {
            write_rows(organizer, attendees, &mut inner);
        }
        let mut attachment = Attachment::from_message(inner);
        let properties = &mut attachment.properties;
        properties.set(tags::DISPLAY_NAME.untyped(), "Untitled");
        properties.set(tags::ATTACHMENT_HIDDEN.untyped(), true);
        // An exception of a series.
        properties.set(tags::ATTACHMENT_FLAGS.untyped(), 2);
        let local = [(tags::EXCEPTION_START_TIME, self.start), (tags::EXCEPTION_END_TIME, self.end)];
        for (tag, time) in local.into_iter().filter_map(|(tag, time)| Some((tag, FileTime::from_date_time(time)?))) {
            properties.set(tag.untyped(), time);
        }
        if let Some(original) = original {
            properties.set(tags::EXCEPTION_REPLACE_TIME.untyped(), original);
        }
        Ok(attachment)
    }

    fn read(
        info: &ExceptionInfo<'_>,
        extended: Option<&ExtendedException<'_>>,
        inner: Option<&Message<'_>>,
        page: CodePage,
        ctx: &mut Ctx<'_>,
    ) -> Result<Option<ChangedInstance>> {
        let times = (info.original_start.date_time(), info.start.date_time(), info.end.date_time());
        let (Some(original_start), Some(start), Some(end)) = times else { return Ok(None) };
        let texts = extended.and_then(|extended| extended.texts.as_ref());
        // The text in UTF-16 counts, as every code page has been at the other one.
        let pick = |wide: Option<&crate::mapi::Utf16<'_>>, narrow: Option<&crate::mapi::blob::ExceptionText<'_>>| {
            let narrow = || Some(page.decode_or_latin1(&narrow?.text).text.into_owned());
            wide.map(crate::mapi::Utf16::to_text).or_else(narrow).map(|text| text.replace(['\r', '\n'], " ").trim().to_owned())
        };
        let number = |value: Option<u32>| value.and_then(|value| i32::try_from(value).ok());
        let mut instance = ChangedInstance {
            original_start,
            start,
            end,
            subject: pick(texts.and_then(|texts| texts.subject.as_ref()), info.subject.as_ref()),
            location: pick(texts.and_then(|texts| texts.location.as_ref()), info.location.as_ref()),
            busy: number(info.busy_status),
            all_day: info.subtype.map(|subtype| subtype != 0),
            reminder_set: info.reminder_set.map(|set| set != 0),
            reminder_delta: number(info.reminder_delta),
            text: None,
            html: None,
            attendees: None,
        };
        if let Some(inner) = inner {
            instance.subject = instance.subject.or_else(|| inner.subject().map(std::borrow::Cow::into_owned));
            instance.location = instance.location.or_else(|| named_text(inner, named::LOCATION));
            instance.busy = instance.busy.or_else(|| inner.get(named::BUSY_STATUS));
            instance.all_day = instance.all_day.or_else(|| inner.get(named::APPOINTMENT_SUB_TYPE));
            instance.attendees = (!inner.recipients.is_empty()).then(|| attendees(inner));
            if info.flags().contains(OverrideFlags::BODY) || !inner.bodies().is_empty() {
                let (text, html) = (inner.text()?, inner.html()?);
                for body in text.iter().chain(&html) {
                    ctx.adopt(&body.report);
                }
                instance.text = text.map(|body| body.text).filter(|text| !text.trim().is_empty());
                instance.html = html.map(|body| body.text).filter(|text| !text.trim().is_empty());
            }
        }
        Ok(Some(instance))
    }
}
