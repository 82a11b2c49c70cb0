//! VEVENT ([MS-OXCICAL] 2.1.3.1.1.20): an appointment, a changed instance of a series, what is sent about a meeting.

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, FileTime, Result};
use crate::items::{Appointment, AppointmentKind, Attendee, ChangedInstance, Reminder, Role, Series, Times, Zone};
use crate::message::Attachment;

use super::component::{alarm, attachments, body, facts, person, stamps};
use super::rule::{first_day, rule};
use super::zone::Zones;
use crate::convert::content_line::{Lines, date, date_time, list, utc};

/// An appointment that is being written.
struct Event<'e> {
    appointment: &'e Appointment,
    lines: &'e mut Lines,
    zones: &'e mut Zones,
}

/// PidTagRecipientTrackStatus as PARTSTAT.
fn answer(response: i32) -> Option<&'static str> {
    Some(match response {
        2 => "TENTATIVE",
        3 => "ACCEPTED",
        4 => "DECLINED",
        5 => "NEEDS-ACTION",
        _ => return None,
    })
}

/// PidLidBusyStatus by name.
fn busy_name(busy: i32) -> Option<&'static str> {
    Some(match busy {
        0 => "FREE",
        1 => "TENTATIVE",
        2 => "BUSY",
        3 => "OOF",
        4 => "WORKINGELSEWHERE",
        _ => return None,
    })
}

/// Writes an appointment, and a component for each changed instance.
pub(super) fn write(
    appointment: &Appointment,
    files: &[Attachment<'_>],
    lines: &mut Lines,
    zones: &mut Zones,
    ctx: &mut Ctx<'_>,
) -> Result<()> {
    let mut event = Event { appointment, lines, zones };
    event.main(files, ctx)?;
    if let Some(series) = &appointment.series {
        for instance in &series.changed {
            if event.lines.is_full() {
                break;
            }
            event.changed(series, instance, ctx)?;
        }
    }
    Ok(())
}

impl Event<'_> {
    /// A local time in a zone.
    fn zoned(&mut self, name: &str, zone: &Zone, years: (u16, u16), time: DateTime) {
        let id = self.zones.id(zone, years.0, years.1);
        self.lines.line(name, &[("TZID", &id)], &date_time(time));
    }

    fn day(&mut self, name: &str, time: DateTime) {
        self.lines.line(name, &[("VALUE", "DATE")], &date(time));
    }

    /// A time in UTC, shown in a zone if there is one.
    fn shown(&mut self, name: &str, zone: Option<&Zone>, time: FileTime) {
        let zone = zone.filter(|_| !self.zones.is_utc());
        match zone.and_then(|zone| Some((zone, zone.to_local(time)?))) {
            Some((zone, local)) => self.zoned(name, zone, (local.year(), local.year()), local),
            None => {
                if let Some(utc) = utc(time) {
                    self.lines.line(name, &[], &utc);
                }
            }
        }
    }

    fn main(&mut self, files: &[Attachment<'_>], ctx: &mut Ctx<'_>) -> Result<()> {
        let appointment = self.appointment;
        self.lines.line("BEGIN", &[], "VEVENT");
        self.lines.text("UID", &appointment.uid);
        if let Some(instance) = appointment.instance {
            self.original(instance);
        }
        stamps(&appointment.common, appointment.stamp, self.lines);
        match &appointment.series {
            Some(series) => self.series(series, ctx)?,
            None => self.single(ctx)?,
        }
        let common = &appointment.common;
        self.facts(&common.subject, appointment.location.as_deref(), appointment.busy);
        let name = if appointment.kind.is_reply() { "COMMENT" } else { "DESCRIPTION" };
        body(name, common.text.as_deref(), common.html.as_deref(), self.lines);
        self.people(None, ctx)?;
        self.names_of_lists();
        attachments(files, |file| file.is_instance(), self.lines, ctx)?;
        if let Some(reminder) = appointment.reminder.filter(|_| !appointment.kind.is_reply()) {
            alarm(reminder, self.lines);
        }
        self.lines.line("END", &[], "VEVENT");
        Ok(())
    }

    /// RECURRENCE-ID of what is about one instance.
    fn original(&mut self, instance: FileTime) {
        let zone = self.appointment.start_zone.as_ref();
        match self.appointment.all_day.then(|| nearest_day(zone, instance)).flatten() {
            Some(day) => self.day("RECURRENCE-ID", day),
            None => self.shown("RECURRENCE-ID", zone, instance),
        }
    }

    fn single(&mut self, ctx: &mut Ctx<'_>) -> Result<()> {
        let appointment = self.appointment;
        let Some(times) = appointment.proposed.or(appointment.times) else {
            return ctx.defect(Code::CalendarDateMissing, 0, 0, "an appointment without a start");
        };
        let start_zone = appointment.start_zone.as_ref();
        let end_zone = appointment.end_zone.as_ref().or(start_zone);
        let whole = |times: Times| Some((nearest_day(start_zone, times.start)?, nearest_day(end_zone, times.end)?));
        match appointment.all_day.then(|| whole(times)).flatten() {
            Some((start, end)) => {
                self.day("DTSTART", start);
                if end > start {
                    self.day("DTEND", end);
                }
            }
            None => {
                self.shown("DTSTART", start_zone, times.start);
                if times.end > times.start {
                    self.shown("DTEND", end_zone, times.end);
                }
            }
        }
        if let (Some(_), Some(original)) = (appointment.proposed, appointment.times) {
            self.shown("X-MS-OLK-ORIGINALSTART", start_zone, original.start);
            self.shown("X-MS-OLK-ORIGINALEND", end_zone, original.end);
        }
        Ok(())
    }

    fn series(&mut self, series: &Series, ctx: &mut Ctx<'_>) -> Result<()> {
        let all_day = self.appointment.all_day;
        let pattern = &series.recurrence.pattern;
        let at =
            |day: DateTime, minutes: u32| crate::mapi::blob::MinuteTime::from_date_time(day)?.checked_add(minutes)?.date_time();
        let first = first_day(pattern).or_else(|| pattern.start.midnight().date_time());
        let times =
            first.and_then(|day| Some((at(day, series.recurrence.start_offset)?, at(day, series.recurrence.end_offset)?)));
        let Some((start, end)) = times else {
            return ctx.defect(Code::CalendarDateMissing, 0, 0, "a series without a start");
        };
        // To the end of the series or, where there is none, as far as the zone has rules.
        let last = if pattern.is_endless() { u16::MAX } else { pattern.end.date_time().map_or(u16::MAX, DateTime::year) };
        let years = (start.year(), last);
        if all_day {
            self.day("DTSTART", start);
            if end > start {
                self.day("DTEND", end);
            }
        } else {
            self.zoned("DTSTART", &series.zone, years, start);
            if end > start {
                self.zoned("DTEND", &series.zone, years, end);
            }
        }
        let found = rule(pattern, |end| {
            let end = end.date_time()?;
            match all_day {
                true => Some(date(end)),
                false => utc(series.zone.to_utc(at(end, series.recurrence.start_offset)?)?),
            }
        });
        match found {
            Some(found) => self.lines.line("RRULE", &[], &found),
            None => {
                ctx.defect(Code::CalendarRuleLeftOut, 0, 0, format!("{:?}, calendar {}", pattern.pattern, pattern.calendar_type))?
            }
        }
        let removed: Vec<DateTime> = series.removed().collect();
        if !removed.is_empty() {
            let written: Vec<String> = removed.iter().map(|time| if all_day { date(*time) } else { date_time(*time) }).collect();
            match all_day {
                true => self.lines.line("EXDATE", &[("VALUE", "DATE")], &list(written)),
                false => {
                    let id = self.zones.id(&series.zone, years.0, years.1);
                    self.lines.line("EXDATE", &[("TZID", &id)], &list(written));
                }
            }
        }
        Ok(())
    }

    /// What an instance may have of its own, and all that is the same.
    fn facts(&mut self, subject: &str, location: Option<&str>, busy: Option<i32>) {
        let appointment = self.appointment;
        self.lines.text("SUMMARY", subject);
        if let Some(location) = location.filter(|location| !location.is_empty()) {
            let url: Vec<(&str, &str)> = appointment.location_url.iter().map(|url| ("ALTREP", url.as_str())).collect();
            self.lines.line("LOCATION", &url, &crate::convert::content_line::text(location));
        }
        facts(&appointment.common, self.lines);
        self.lines.line("SEQUENCE", &[], &appointment.sequence.max(0).to_string());
        if appointment.kind == AppointmentKind::Cancellation {
            self.lines.line("STATUS", &[], "CANCELLED");
        }
        if let Some(busy) = busy {
            self.lines.line("TRANSP", &[], if matches!(busy, 0 | 4) { "TRANSPARENT" } else { "OPAQUE" });
            if let Some(name) = busy_name(busy) {
                self.lines.line("X-MICROSOFT-CDO-BUSYSTATUS", &[], name);
            }
        }
        if let Some(name) = appointment.intended_busy.filter(|_| appointment.kind == AppointmentKind::Request).and_then(busy_name)
        {
            self.lines.line("X-MICROSOFT-CDO-INTENDEDSTATUS", &[], name);
        }
        let truth = |value: bool| if value { "TRUE" } else { "FALSE" };
        self.lines.line("X-MICROSOFT-CDO-ALLDAYEVENT", &[], truth(appointment.all_day));
        let kind = match (&appointment.series, appointment.instance) {
            (Some(_), _) => "1",
            (None, Some(_)) => "3",
            (None, None) => "0",
        };
        self.lines.line("X-MICROSOFT-CDO-INSTTYPE", &[], kind);
        self.lines.line("X-MICROSOFT-CDO-APPT-SEQUENCE", &[], &appointment.sequence.max(0).to_string());
        if let Some(id) = appointment.owner_id {
            self.lines.line("X-MICROSOFT-CDO-OWNERAPPTID", &[], &id.to_string());
        }
        if let Some(disallow) = appointment.disallow_counter {
            self.lines.line("X-MICROSOFT-DISALLOW-COUNTER", &[], truth(disallow));
        }
        if appointment.is_meeting && appointment.invited == Some(false) && appointment.kind == AppointmentKind::Appointment {
            self.lines.line("X-MICROSOFT-ISDRAFT", &[], "TRUE");
        }
        if let Some(time) = appointment.sequence_time.and_then(utc) {
            self.lines.line("X-MS-OLK-APPTSEQTIME", &[], &time);
        }
        if let Some(number) = appointment.last_sequence {
            self.lines.line("X-MS-OLK-APPTLASTSEQUENCE", &[], &number.to_string());
        }
        if let Some(time) = appointment.reply_time.and_then(utc) {
            self.lines.line("X-MICROSOFT-CDO-REPLYTIME", &[], &time);
        }
    }

    /// `own`: who takes part in an instance where that is not whoever takes part in the series. Somebody may be invited to one
    /// instance alone of a series that is no meeting.
    fn people(&mut self, own: Option<&[Attendee]>, ctx: &mut Ctx<'_>) -> Result<()> {
        let appointment = self.appointment;
        if !appointment.is_meeting && own.is_none_or(<[Attendee]>::is_empty) {
            return Ok(());
        }
        let delegate = appointment.delegate.as_ref().filter(|_| !appointment.kind.is_reply());
        let sent_by = delegate.and_then(|person| person.address.as_ref()).map(|address| format!("mailto:{address}"));
        if let Some(organizer) = &appointment.organizer {
            let by: Vec<(&str, &str)> = sent_by.iter().map(|by| ("SENT-BY", by.as_str())).collect();
            person("ORGANIZER", organizer, &by, self.lines, ctx)?;
        }
        for attendee in own.unwrap_or(&appointment.attendees) {
            let mut parameters = match attendee.role {
                Role::Optional => vec![("ROLE", "OPT-PARTICIPANT")],
                Role::Resource => vec![("ROLE", "NON-PARTICIPANT"), ("CUTYPE", "RESOURCE")],
                _ => vec![("ROLE", "REQ-PARTICIPANT")],
            };
            let state = match appointment.kind {
                AppointmentKind::Accepted => Some("ACCEPTED"),
                AppointmentKind::Declined => Some("DECLINED"),
                AppointmentKind::Tentative | AppointmentKind::Counter => Some("TENTATIVE"),
                AppointmentKind::Request => Some("NEEDS-ACTION"),
                AppointmentKind::Cancellation => None,
                _ => answer(attendee.response),
            };
            parameters.extend(state.map(|state| ("PARTSTAT", state)));
            if !appointment.kind.is_reply() && appointment.kind != AppointmentKind::Cancellation {
                let wanted = appointment.response_requested.unwrap_or(appointment.kind == AppointmentKind::Request);
                parameters.push(("RSVP", if wanted { "TRUE" } else { "FALSE" }));
            }
            let time = attendee.response_time.and_then(utc);
            parameters.extend(time.iter().map(|time| ("X-MS-OLK-RESPTIME", time.as_str())));
            person("ATTENDEE", &attendee.person, &parameters, self.lines, ctx)?;
        }
        if let Some(delegate) = delegate {
            person("X-MS-OLK-SENDER", delegate, &[], self.lines, ctx)?;
        }
        Ok(())
    }

    /// Names that Outlook shows as those of attendees, and to whom no invitation went.
    fn names_of_lists(&mut self) {
        self.appointment.other_names.iter().for_each(|name| self.lines.text("X-MICROSOFT-ATTENDEE-NAME", name));
    }

    fn changed(&mut self, series: &Series, instance: &ChangedInstance, ctx: &mut Ctx<'_>) -> Result<()> {
        let appointment = self.appointment;
        let all_day = instance.all_day.unwrap_or(appointment.all_day);
        self.lines.line("BEGIN", &[], "VEVENT");
        self.lines.text("UID", &appointment.uid);
        let year = |time: DateTime| (time.year(), time.year());
        match appointment.all_day {
            true => self.day("RECURRENCE-ID", instance.original_start),
            false => {
                let original = instance.original_start;
                self.zoned("RECURRENCE-ID", &series.zone, year(original), original);
            }
        }
        stamps(&appointment.common, appointment.stamp, self.lines);
        let (start, end) = (instance.start, instance.end);
        if all_day {
            self.day("DTSTART", start);
            if end > start {
                self.day("DTEND", end);
            }
        } else {
            self.zoned("DTSTART", &series.zone, year(start), start);
            if end > start {
                self.zoned("DTEND", &series.zone, year(end), end);
            }
        }
        let common = &appointment.common;
        let location = instance.location.as_deref().or(appointment.location.as_deref());
        self.facts(instance.subject.as_deref().unwrap_or(&common.subject), location, instance.busy.or(appointment.busy));
        let own = instance.text.is_some() || instance.html.is_some();
        let (plain, html) = if own { (&instance.text, &instance.html) } else { (&common.text, &common.html) };
        body("DESCRIPTION", plain.as_deref(), html.as_deref(), self.lines);
        self.people(instance.attendees.as_deref(), ctx)?;
        let delta = instance.reminder_delta.and_then(|minutes| u32::try_from(minutes).ok());
        let reminder = match (instance.reminder_set, appointment.reminder) {
            (Some(false), _) | (None, None) => None,
            (_, Some(Reminder::Before(minutes))) => Some(Reminder::Before(delta.unwrap_or(minutes))),
            (_, other) => delta.map(Reminder::Before).or(other),
        };
        if let Some(reminder) = reminder {
            alarm(reminder, self.lines);
        }
        self.lines.line("END", &[], "VEVENT");
        Ok(())
    }
}

/// The day whose midnight in the zone is nearest; without a zone, that in UTC.
fn nearest_day(zone: Option<&Zone>, time: FileTime) -> Option<DateTime> {
    const HALF_DAY: u64 = 432_000_000_000;
    let later = FileTime(time.0.checked_add(HALF_DAY)?);
    match zone {
        Some(zone) => zone.to_local(later),
        None => later.date_time(),
    }
}
