//! What items are, for people: when and where an appointment is, when a task is due, who a list has.

use winmail::convert::icalendar::{self, CalendarOptions};
use winmail::convert::vcard::{self, VCardOptions};
use winmail::items::{Appointment, AppointmentKind, Contact, DistributionList, Item, Role, Task, Times, Zone};
use winmail::mapi::blob::{Pattern, RecurrencePattern, WeekDays};
use winmail::message::Content;
use winmail::{Attachment, DateTime, FileTime, Message};

/// A name and a value.
pub(crate) type Row = (&'static str, String);

/// How many attendees, numbers or members are shown.
const MOST: usize = 20;

/// What an item says of itself; nothing of other messages.
pub(crate) fn rows(message: &Message<'_>) -> Vec<Row> {
    match Item::read(message).ok().flatten().map(|read| read.item) {
        Some(Item::Appointment(appointment)) => appointment_rows(&appointment, message),
        Some(Item::Task(task)) => task_rows(&task),
        Some(Item::Contact(contact)) => contact_rows(&contact),
        Some(Item::DistributionList(list)) => list_rows(&list),
        Some(Item::Journal(entry)) => {
            let when = entry.start.map(|start| ("when", stamp(start)));
            when.into_iter().chain(entry.log_type.map(|kind| ("entry", kind))).collect()
        }
        _ => Vec::new(),
    }
}

/// The file that other programs read an item from.
pub(crate) struct ItemFile {
    /// The name that is wanted for it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Whether an attachment is a changed instance of a series, and no file: the item's calendar has what it says, but for files in it.
pub(crate) fn has(message: &Message<'_>, attachment: &Attachment<'_>) -> bool {
    let is_whole = match &attachment.content {
        Content::Message(inner) => inner.attachments.is_empty(),
        _ => false,
    };
    is_whole && attachment.is_instance() && AppointmentKind::of(message).is_some()
}

/// The calendar or card of an item; `None` of other messages. The text of the error is for people.
pub(crate) fn file(message: &Message<'_>) -> Option<Result<ItemFile, String>> {
    match icalendar::write(message, &CalendarOptions::default()) {
        Ok(Some(calendar)) => {
            let file = ItemFile { name: "invite.ics".into(), bytes: calendar.text.into_bytes() };
            return Some(Ok(file));
        }
        Ok(None) => {}
        Err(error) => return Some(Err(error.to_string())),
    }
    match vcard::write(message, &VCardOptions::default()) {
        Ok(Some(card)) => {
            let name = format!("{}.vcf", card.name.replace(['/', '\\'], "_"));
            Some(Ok(ItemFile { name, bytes: card.text.into_bytes() }))
        }
        Ok(None) => None,
        Err(error) => Some(Err(error.to_string())),
    }
}

fn stamp(time: FileTime) -> String {
    time.date_time().map_or_else(|| time.to_string(), |utc| format!("{} {} UTC", day(utc), clock(utc)))
}

fn day(time: DateTime) -> String {
    format!("{:04}-{:02}-{:02}", time.year(), time.month(), time.day())
}

fn clock(time: DateTime) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `2024-05-03 10:00 to 11:30 (W. Europe Standard Time)`.
fn when(times: Times, zone: Option<&Zone>, all_day: bool) -> String {
    const HALF_DAY: u64 = 432_000_000_000;
    let local = |time: FileTime| zone.map_or_else(|| time.date_time(), |zone| zone.to_local(time));
    if all_day {
        // The nearest midnights; the end is the day after the last one.
        let near = |time: FileTime| local(FileTime(time.0.saturating_add(HALF_DAY)));
        let last = near(FileTime(times.end.0.saturating_sub(2 * HALF_DAY)));
        return match (near(times.start), last) {
            (Some(start), Some(last)) if day(last) > day(start) => format!("{} to {}, all day", day(start), day(last)),
            (Some(start), _) => format!("{}, all day", day(start)),
            _ => times.start.to_string(),
        };
    }
    let (Some(start), Some(end)) = (local(times.start), local(times.end)) else { return times.start.to_string() };
    let zone = zone.map_or("UTC", |zone| zone.name.as_str());
    if day(start) == day(end) {
        format!("{} {} to {} ({zone})", day(start), clock(start), clock(end))
    } else {
        format!("{} {} to {} {} ({zone})", day(start), clock(start), day(end), clock(end))
    }
}

fn appointment_rows(appointment: &Appointment, message: &Message<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let zone = match &appointment.series {
        Some(series) => Some(&series.zone),
        None => appointment.start_zone.as_ref(),
    };
    let shown = |times: Times| when(times, zone, appointment.all_day);
    rows.extend(appointment.times.map(|times| ("when", shown(times))));
    rows.extend(appointment.proposed.map(|times| ("proposed", shown(times))));
    rows.extend(appointment.location.clone().map(|place| ("where", place)));
    if let Some(series) = &appointment.series {
        rows.push(("repeats", repeats(&series.recurrence.pattern)));
        let changes = [(series.changed.len(), "changed"), (series.removed().count(), "removed")];
        let changes: Vec<String> =
            changes.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
        if !changes.is_empty() {
            rows.push(("instances", changes.join(", ")));
        }
    }
    if appointment.is_meeting {
        rows.extend(appointment.organizer.as_ref().map(|person| ("organizer", person.describe())));
        // Rows of the recipient table are listed already.
        if message.recipients.is_empty() && !appointment.kind.is_reply() {
            for attendee in appointment.attendees.iter().take(MOST) {
                let role = if attendee.role == Role::Optional { "optional" } else { "attendee" };
                rows.push((role, attendee.person.describe()));
            }
        }
    }
    rows
}

/// Which days, in words.
fn repeats(pattern: &RecurrencePattern<'_>) -> String {
    const NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const NTH: [&str; 5] = ["first", "second", "third", "fourth", "last"];
    let days = |days: WeekDays| match days.0 {
        0x7F => "day".to_owned(),
        0x3E => "weekday".to_owned(),
        0x41 => "weekend day".to_owned(),
        _ => days.iter().filter_map(|day| NAMES.get(usize::from(day)).copied()).collect::<Vec<_>>().join(", "),
    };
    let every = |count: u32, what: &str| if count == 1 { format!("every {what}") } else { format!("every {count} {what}s") };
    let months = || if pattern.period % 12 == 0 { every(pattern.period / 12, "year") } else { every(pattern.period, "month") };
    let nth = |nth: u32| usize::try_from(nth).ok().and_then(|nth| NTH.get(nth.checked_sub(1)?)).copied().unwrap_or("some");
    let which = match pattern.pattern {
        Pattern::Day => every(pattern.period / 1440, "day"),
        Pattern::Week { days: on } => format!("{} on {}", every(pattern.period, "week"), days(on)),
        Pattern::Month { day } => format!("{} on day {day}", months()),
        Pattern::MonthNth { days: on, nth: n } => format!("{} on the {} {}", months(), nth(n), days(on)),
        Pattern::MonthEnd { .. } => format!("{} on the last day", months()),
        _ => format!("{}, in the Hijri calendar", months()),
    };
    match pattern.end_type {
        RecurrencePattern::END_AFTER => format!("{which}, {} times", pattern.occurrences),
        RecurrencePattern::END_BY_DATE => match pattern.end.date_time() {
            Some(end) if !pattern.is_endless() => format!("{which}, until {}", day(end)),
            _ => which,
        },
        _ => which,
    }
}

fn task_rows(task: &Task) -> Vec<Row> {
    let on = |time: Option<FileTime>| time.and_then(|time| time.date_time()).map(day);
    let mut rows: Vec<Row> = on(task.start).map(|start| ("start", start)).into_iter().collect();
    rows.extend(on(task.due).map(|due| ("due", due)));
    let status = match (task.is_complete, task.status) {
        (true, _) => "complete",
        (_, 1) => "in progress",
        (_, 3) => "waiting for somebody",
        (_, 4) => "deferred",
        _ => "not started",
    };
    let percent = task.percent.filter(|percent| *percent > 0 && !task.is_complete);
    rows.push(("status", percent.map_or_else(|| status.to_owned(), |percent| format!("{status}, {percent} %"))));
    rows.extend(task.owner.clone().map(|owner| ("owner", owner)));
    rows.extend(task.recurrence.as_ref().map(|pattern| ("repeats", repeats(pattern))));
    rows
}

fn contact_rows(contact: &Contact) -> Vec<Row> {
    let mut rows: Vec<Row> = contact.company.clone().map(|company| ("company", company)).into_iter().collect();
    rows.extend(contact.emails.iter().filter_map(|email| Some(("e-mail", email.address.clone()?))));
    rows.extend(contact.phones.iter().take(MOST).map(|(_, number)| ("phone", number.clone())));
    rows
}

fn list_rows(list: &DistributionList) -> Vec<Row> {
    let mut rows: Vec<Row> = list.members.iter().take(MOST).map(|member| ("member", member.person.describe())).collect();
    if list.members.len() > MOST {
        rows.push(("members", format!("{} in all", list.members.len())));
    }
    rows
}
