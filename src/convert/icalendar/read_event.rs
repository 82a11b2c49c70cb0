//! VEVENT, read: `event` from right to left ([MS-OXCICAL] 2.1.3.1.1.20).

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, FileTime, Result};
use crate::convert::line_reader::{Component, Line};
use crate::items::{Appointment, AppointmentKind, Attendee, ChangedInstance, Reminder, Role, Series, Times, Zone};
use crate::mapi::blob::MinuteTime;

use super::by_days::Source;
use super::reading::{Calendar, answered, person};
use super::rule;
use super::value::{self, When};

/// Reads an event, and the instances of it that stand beside it.
pub(super) fn read(
    event: &Component,
    instances: &[&Component],
    calendar: &Calendar<'_>,
    ctx: &mut Ctx<'_>,
) -> Result<Appointment> {
    let kind = kind(event, calendar, ctx)?;
    let mut found = Appointment::new(kind);
    found.common = calendar.common(event, if kind.is_reply() { "COMMENT" } else { "DESCRIPTION" }, ctx)?;
    found.uid = event.text("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    people(event, calendar, &mut found, ctx)?;
    let span = span(event, calendar, ctx)?;
    if let Some(span) = &span {
        found.all_day = span.is_all_day(event);
        let zone = &calendar.day_zone;
        found.start_zone = zoned(&span.start, zone);
        found.end_zone = span.end.as_ref().and_then(|end| zoned(end, zone)).or_else(|| found.start_zone.clone());
        found.times = span.times(zone);
        series(event, instances, span, calendar, &mut found, ctx)?;
    }
    if let Some(when) = calendar.when(event, "RECURRENCE-ID", ctx)? {
        let zone = found.start_zone.as_ref().unwrap_or(&calendar.day_zone);
        found.instance = when.utc(zone);
    }
    if kind == AppointmentKind::Counter {
        found.proposed = found.times;
        let start = calendar.time(event, "X-MS-OLK-ORIGINALSTART", ctx)?;
        let end = calendar.time(event, "X-MS-OLK-ORIGINALEND", ctx)?;
        if let Some(start) = start {
            found.times = Some(Times { start, end: end.unwrap_or(start) });
        }
    }
    facts(event, calendar, &mut found, ctx)?;
    Ok(found)
}

/// The zone of a time. Whole days, which name none, are in the calendar's.
fn zoned(when: &When, of_days: &Zone) -> Option<Zone> {
    when.zone().or_else(|| when.is_day().then_some(of_days)).cloned()
}

/// METHOD, and of an answer what it says.
fn kind(event: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<AppointmentKind> {
    Ok(match calendar.method.as_str() {
        "REQUEST" => AppointmentKind::Request,
        "CANCEL" => AppointmentKind::Cancellation,
        "COUNTER" => AppointmentKind::Counter,
        "REPLY" => match answered(event) {
            Some(kind) => kind,
            None => {
                let detail = format!("line {}: an answer that does not say whether somebody comes", event.number);
                ctx.defect(Code::CalendarValueInvalid, event.offset, 0, detail)?;
                AppointmentKind::Notice
            }
        },
        "" | "PUBLISH" => AppointmentKind::Appointment,
        other => {
            ctx.defect(Code::CalendarFactLeftOut, event.offset, 0, format!("line {}: METHOD:{other}", event.number))?;
            AppointmentKind::Appointment
        }
    })
}

/// When an event is.
struct Span {
    start: When,
    end: Option<When>,
    /// Seconds, where no end is said.
    length: i64,
}

fn span(event: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Option<Span>> {
    let Some(start) = calendar.when(event, "DTSTART", ctx)? else {
        let detail = format!("line {}: {} without a start", event.number, event.name);
        ctx.defect(Code::CalendarDateMissing, event.offset, 0, detail)?;
        return Ok(None);
    };
    let mut end = calendar.when(event, "DTEND", ctx)?;
    // Days end with the day before; some makers name the last one.
    if let (When::Day(first), Some(When::Day(last)), Some(line)) = (&start, &end, event.line("DTEND")) {
        if last <= first {
            line.defect(Code::CalendarValueInvalid, "is not after the start", ctx)?;
            end = None;
        }
    }
    let length = match event.line("DURATION") {
        Some(line) => match value::duration(&line.value).filter(|length| *length >= 0) {
            Some(length) => Some(length),
            None => {
                line.defect(Code::CalendarValueInvalid, "is no duration", ctx)?;
                None
            }
        },
        None => None,
    };
    let length = length.unwrap_or(if start.is_day() { 86_400 } else { 0 });
    Ok(Some(Span { start, end, length }))
}

impl Span {
    fn end(&self, zone: &Zone) -> Option<FileTime> {
        match &self.end {
            Some(end) => end.utc(zone),
            // Days are days of the clock, whatever the zone does.
            None => match &self.start {
                When::Day(day) => zone.to_utc(value::later(FileTime::from_date_time(*day)?, self.length)?.date_time()?),
                start => value::later(start.utc(zone)?, self.length),
            },
        }
    }

    fn times(&self, zone: &Zone) -> Option<Times> {
        let start = self.start.utc(zone)?;
        // What begins with a day lasts one, whatever a duration of nothing says.
        let is_day = self.start.is_day();
        let least = if is_day { value::later(start, 86_400).unwrap_or(start) } else { start };
        Some(Times { start, end: self.end(zone).filter(|end| *end > start || !is_day && *end == start).unwrap_or(least) })
    }

    fn is_all_day(&self, event: &Component) -> bool {
        let is = |name: &str| event.text(name).is_some_and(|text| text.trim().eq_ignore_ascii_case("TRUE"));
        let midnight = |when: &When| match when {
            When::Local(time, _) => (time.hour(), time.minute(), time.second()) == (0, 0, 0),
            When::Day(_) => true,
            When::Utc(_) => false,
        };
        let said = is("X-MICROSOFT-CDO-ALLDAYEVENT") || is("X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT");
        self.start.is_day() || said && midnight(&self.start) && self.end.as_ref().is_none_or(midnight)
    }
}

/// RRULE, EXDATE, and the changed instances.
fn series(
    event: &Component,
    instances: &[&Component],
    span: &Span,
    calendar: &Calendar<'_>,
    found: &mut Appointment,
    ctx: &mut Ctx<'_>,
) -> Result<()> {
    let further = || event.all("RDATE").chain(event.all("EXRULE"));
    let Some(line) = event.line("RRULE").or_else(|| event.line("RDATE")) else {
        for instance in instances {
            let detail = format!("line {}: an instance of what is no series", instance.number);
            ctx.defect(Code::CalendarRuleUnsupported, instance.offset, 0, detail)?;
        }
        return Ok(());
    };
    let zone = found.start_zone.clone().unwrap_or_else(|| Zone { name: "UTC".to_owned(), ..Zone::fixed(0) });
    let (Some(start), Some(times)) = (span.start.in_zone(&zone), found.times) else { return Ok(()) };
    let until = |text: &str| {
        let when = value::when(text, line, Some(&zone))?;
        let last = when.in_zone(&zone)?;
        // An instance after that time of the day does not count; a day is all of it, and so was a time for Outlook before 2007.
        let of_day = |time: DateTime| (time.hour(), time.minute(), time.second());
        let whole = when.is_day() || calendar.is_old_outlook;
        let midnight = DateTime::new(last.year(), last.month(), last.day(), 0, 0, 0)?;
        if whole || of_day(last) >= of_day(start) {
            return Some(midnight);
        }
        value::later(FileTime::from_date_time(midnight)?, -86_400)?.date_time()
    };
    let is_plain = line.name == "RRULE" && event.all("RRULE").count() == 1;
    let plain = is_plain.then(|| rule::read(line.value.trim(), start, until)).flatten();
    // An instance of a series that is not here has no days but its own.
    let is_instance = event.line("RECURRENCE-ID").is_some();
    let by_days = if !is_instance && (plain.is_none() || further().next().is_some()) {
        let originals = instances.iter().filter_map(|instance| instance.line("RECURRENCE-ID"));
        let source =
            Source { event, start, zone: &zone, length: times.end.0.saturating_sub(times.start.0), is_day: span.start.is_day() };
        // What never ends stays a rule where it can; its further days are what is lost then.
        source.days(originals, calendar, until, ctx)?.filter(|(_, _, is_cut)| plain.is_none() || !is_cut)
    } else {
        None
    };
    let (pattern, mut changed) = match (by_days, plain) {
        (Some((pattern, changed, is_cut)), _) => {
            if is_cut {
                let last = pattern.end.to_string();
                let last = last.split('T').next().unwrap_or_default();
                let detail = format!("{}: goes on; its days up to {last} are kept", line.value);
                line.defect(Code::CalendarRuleUnsupported, &detail, ctx)?;
            } else {
                line.defect(Code::CalendarRuleAsDays, &line.value, ctx)?;
            }
            (pattern, changed)
        }
        (None, Some(mut pattern)) => {
            for line in further() {
                line.defect(Code::CalendarRuleUnsupported, "has no place in a series", ctx)?;
            }
            for line in event.all("EXDATE") {
                for when in calendar.whens(line, ctx)? {
                    let Some(time) = when.in_zone(&zone) else { continue };
                    // A series names deleted instances by their days. A time at which none begins deletes none.
                    if !when.is_day() && (time.hour(), time.minute()) != (start.hour(), start.minute()) {
                        line.defect(Code::CalendarValueInvalid, "names a time at which no instance begins", ctx)?;
                        continue;
                    }
                    pattern.deleted.extend(MinuteTime::from_date_time(time).map(MinuteTime::midnight));
                }
            }
            (pattern, Vec::new())
        }
        (None, None) => return line.defect(Code::CalendarRuleUnsupported, &line.value, ctx),
    };
    let offset = u32::from(start.hour()).saturating_mul(60).saturating_add(u32::from(start.minute()));
    let minutes = match (&span.start, &span.end) {
        // Of days the clock counts.
        (When::Day(first), Some(When::Day(last))) => {
            let ticks = |day: &DateTime| FileTime::from_date_time(*day).map_or(0, |time| time.0);
            ticks(last).saturating_sub(ticks(first)) / 600_000_000
        }
        // What begins with a day lasts one at least, as in `Span::times`.
        (When::Day(_), _) => u64::try_from(span.length / 60).unwrap_or(0).max(1440),
        _ => times.end.0.saturating_sub(times.start.0) / 600_000_000,
    };
    let end_offset = u32::try_from(minutes).ok().and_then(|minutes| offset.checked_add(minutes)).unwrap_or(offset);
    for instance in instances {
        match self::changed(instance, &zone, calendar, found, ctx)? {
            Some(instance) => changed.push(instance),
            None => {
                let detail = format!("line {}: an instance on no date", instance.number);
                ctx.defect(Code::CalendarValueInvalid, instance.offset, 0, detail)?;
            }
        }
    }
    let made = Series::new(pattern, (offset, end_offset), zone.clone(), changed);
    if made.is_none() {
        line.defect(Code::CalendarRuleUnsupported, "has instances before 1601 or after 4500", ctx)?;
    }
    if made.is_some() {
        found.start_zone = Some(zone);
        found.end_zone = found.end_zone.take().or_else(|| found.start_zone.clone());
    }
    found.series = made;
    Ok(())
}

/// An instance that differs: what it has as the series does is not said again.
fn changed(
    event: &Component,
    zone: &Zone,
    calendar: &Calendar<'_>,
    series: &Appointment,
    ctx: &mut Ctx<'_>,
) -> Result<Option<ChangedInstance>> {
    let Some(original) = calendar.when(event, "RECURRENCE-ID", ctx)?.and_then(|when| when.in_zone(zone)) else { return Ok(None) };
    let Some(span) = span(event, calendar, ctx)? else { return Ok(None) };
    let local = |time: Option<FileTime>| time.and_then(|time| zone.to_local(time));
    let all_day = span.is_all_day(event);
    let (start, end) = match (&span.start, &span.end) {
        (When::Day(start), Some(When::Day(end))) => (Some(*start), Some(*end)),
        _ => (span.start.in_zone(zone), local(span.end(zone))),
    };
    let (Some(start), Some(end)) = (start, end) else { return Ok(None) };
    let mut found = ChangedInstance::new(original, start, end.max(start));
    let common = calendar.common(event, "DESCRIPTION", ctx)?;
    found.subject = Some(common.subject).filter(|subject| *subject != series.common.subject);
    let place = event.text("LOCATION").map(|text| text.replace(['\r', '\n'], " ").trim().to_owned());
    if place != event_location(series) {
        found.location = Some(place.unwrap_or_default());
    }
    found.busy = busy(event).filter(|busy| Some(*busy) != series.busy);
    found.all_day = Some(all_day).filter(|all_day| *all_day != series.all_day);
    if (&common.text, &common.html) != (&series.common.text, &series.common.html) {
        (found.text, found.html) = (common.text, common.html);
    }
    let attendees = attendees(event, calendar, ctx)?;
    found.attendees = Some(attendees).filter(|attendees| !attendees.is_empty() && *attendees != series.attendees);
    let reminder = reminder(event, span.start.utc(zone), ctx)?;
    found.reminder_set = Some(reminder.is_some());
    if let Some(Reminder::Before(minutes)) = reminder {
        found.reminder_delta = i32::try_from(minutes).ok();
    }
    Ok(Some(found))
}

fn event_location(series: &Appointment) -> Option<String> {
    series.location.clone()
}

fn attendees(event: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Vec<Attendee>> {
    let mut found = Vec::new();
    for line in event.all("ATTENDEE") {
        let Some(who) = person(line) else {
            line.defect(Code::CalendarValueInvalid, "names nobody", ctx)?;
            continue;
        };
        let is_thing = line.is("CUTYPE", "RESOURCE") || line.is("CUTYPE", "ROOM");
        let mut attendee = Attendee::new(who);
        attendee.role = match line.parameter("ROLE").unwrap_or_default().to_ascii_uppercase().as_str() {
            _ if is_thing => Role::Resource,
            "OPT-PARTICIPANT" | "NON-PARTICIPANT" => Role::Optional,
            _ => Role::Required,
        };
        attendee.response = match line.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase().as_str() {
            // Only what is kept in a calendar says what others answered.
            _ if !matches!(calendar.method.as_str(), "" | "PUBLISH") => 0,
            "TENTATIVE" => 2,
            "ACCEPTED" => 3,
            "DECLINED" => 4,
            "NEEDS-ACTION" => 5,
            _ => 0,
        };
        let time = line.parameter("X-MS-OLK-RESPTIME").and_then(value::local).and_then(FileTime::from_date_time);
        attendee.response_time = time;
        found.push(attendee);
    }
    Ok(found)
}

fn people(event: &Component, calendar: &Calendar<'_>, found: &mut Appointment, ctx: &mut Ctx<'_>) -> Result<()> {
    found.organizer = event.line("ORGANIZER").and_then(person);
    found.attendees = attendees(event, calendar, ctx)?;
    // The organizer is among them in many calendars; in MAPI that is one row.
    let same =
        |one: &Attendee| found.organizer.as_ref().is_some_and(|two| two.address.is_some() && one.person.address == two.address);
    if !found.kind.is_reply() {
        found.attendees = found.attendees.iter().filter(|one| !same(one)).cloned().collect();
    }
    found.is_meeting = found.kind != AppointmentKind::Appointment || !found.attendees.is_empty();
    found.delegate = event.line("X-MS-OLK-SENDER").and_then(person).filter(|_| found.organizer.is_some());
    found.other_names = event.all("X-MICROSOFT-ATTENDEE-NAME").map(Line::text).collect();
    if found.attendees.iter().any(|_| true) || found.kind == AppointmentKind::Request {
        let asked = event.all("ATTENDEE").any(|line| line.is("RSVP", "TRUE"));
        found.response_requested = Some(asked || found.kind == AppointmentKind::Appointment);
    }
    Ok(())
}

/// The words of X-MICROSOFT-CDO-BUSYSTATUS.
fn busy_number(text: &str) -> Option<i32> {
    let words = ["FREE", "TENTATIVE", "BUSY", "OOF", "WORKINGELSEWHERE"];
    words.iter().position(|word| word.eq_ignore_ascii_case(text.trim())).and_then(|number| i32::try_from(number).ok())
}

fn busy(event: &Component) -> Option<i32> {
    let own = ["X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-MSNCALENDAR-BUSYSTATUS"];
    if let Some(found) = own.into_iter().find_map(|name| busy_number(&event.text(name)?)) {
        return Some(found);
    }
    let word = |name: &str| event.text(name).map(|text| text.trim().to_ascii_uppercase());
    match (word("TRANSP").as_deref(), word("STATUS").as_deref()) {
        (Some("TRANSPARENT" | "1"), _) | (None, Some("CANCELLED")) => Some(0),
        (_, Some("TENTATIVE")) => Some(1),
        (Some(_), _) | (None, Some("CONFIRMED")) => Some(2),
        _ => None,
    }
}

/// The first alarm that says when; [MS-OXCICAL] 2.1.3.1.1.20.62.
fn reminder(event: &Component, start: Option<FileTime>, ctx: &mut Ctx<'_>) -> Result<Option<Reminder>> {
    let Some(alarm) = event.named("VALARM").next() else { return Ok(None) };
    let Some(line) = alarm.line("TRIGGER") else { return Ok(None) };
    let time = || FileTime::from_date_time(value::local(line.value.trim())?);
    let before = match value::duration(&line.value) {
        Some(seconds) if line.is("RELATED", "END") => seconds.checked_neg(),
        Some(seconds) => seconds.checked_neg(),
        None => time().zip(start).map(|(time, start)| start.unix_seconds().saturating_sub(time.unix_seconds())),
    };
    match before.and_then(|seconds| u32::try_from(seconds / 60).ok()) {
        Some(minutes) => Ok(Some(Reminder::Before(minutes))),
        None => {
            line.defect(Code::CalendarFactLeftOut, "is after the start, or at no time", ctx)?;
            Ok(None)
        }
    }
}

fn facts(event: &Component, calendar: &Calendar<'_>, found: &mut Appointment, ctx: &mut Ctx<'_>) -> Result<()> {
    found.location = event.text("LOCATION").map(|text| text.replace(['\r', '\n'], " ").trim().to_owned());
    found.location_url = event.line("LOCATION").and_then(|line| line.parameter("ALTREP")).map(str::to_owned);
    let number = |name: &str| event.text(name).and_then(|text| text.trim().parse::<i32>().ok());
    found.sequence = number("X-MICROSOFT-CDO-APPT-SEQUENCE").or_else(|| number("SEQUENCE")).unwrap_or(0);
    found.busy = Some(busy(event).unwrap_or(if found.all_day { 0 } else { 2 }));
    if found.kind == AppointmentKind::Request {
        let intended = event.text("X-MICROSOFT-CDO-INTENDEDSTATUS").and_then(|text| busy_number(&text));
        found.intended_busy = intended.or(found.busy);
        // Until one answers, it is tentative.
        found.busy = Some(1);
    }
    let truth = |name: &str| event.text(name).map(|text| text.trim().eq_ignore_ascii_case("TRUE"));
    found.disallow_counter = truth("X-MICROSOFT-DISALLOW-COUNTER");
    found.owner_id = number("X-MICROSOFT-CDO-OWNERAPPTID").filter(|id| *id != 0);
    found.last_sequence = number("X-MS-OLK-APPTLASTSEQUENCE");
    found.sequence_time = calendar.time(event, "X-MS-OLK-APPTSEQTIME", ctx)?;
    found.reply_time = calendar.time(event, "X-MICROSOFT-CDO-REPLYTIME", ctx)?;
    found.stamp = calendar.time(event, "DTSTAMP", ctx)?;
    found.invited = found.is_meeting.then(|| truth("X-MICROSOFT-ISDRAFT") != Some(true));
    found.reminder = reminder(event, found.times.map(|times| times.start), ctx)?;
    for name in ["GEO", "URL", "RESOURCES", "RELATED-TO"] {
        if let Some(line) = event.line(name) {
            line.defect(Code::CalendarFactLeftOut, "has no property", ctx)?;
        }
    }
    Ok(())
}
