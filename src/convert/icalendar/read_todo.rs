//! VTODO and VJOURNAL, read: `todo` and `journal` from right to left.

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, FileTime, Result};
use crate::convert::line_reader::{Component, Line};
use crate::items::{AppointmentKind, Attendee, Item, Journal, Reminder, StickyNote, Task, TaskKind, Zone};
use crate::mapi::blob::RecurrencePattern;

use super::reading::{Calendar, answered, person};
use super::rule;
use super::value;

/// The midnight of a day, as tasks have it whatever the zone.
fn day(component: &Component, name: &str, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Option<FileTime>> {
    let Some(when) = calendar.when(component, name, ctx)? else { return Ok(None) };
    let zone = when.zone().cloned().unwrap_or_else(|| Zone::fixed(0));
    let midnight = when.in_zone(&zone).and_then(|time| DateTime::new(time.year(), time.month(), time.day(), 0, 0, 0));
    Ok(midnight.and_then(FileTime::from_date_time))
}

pub(super) fn task(todo: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Task> {
    let kind = match (calendar.method.as_str(), answered(todo)) {
        ("REQUEST", _) => TaskKind::Request,
        ("REPLY", Some(AppointmentKind::Accepted)) => TaskKind::Accepted,
        ("REPLY", Some(AppointmentKind::Declined)) => TaskKind::Declined,
        ("REPLY", _) => TaskKind::Update,
        _ => TaskKind::Task,
    };
    let mut task = Task::new(kind);
    task.common = calendar.common(todo, "DESCRIPTION", ctx)?;
    task.uid = todo.text("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    task.start = day(todo, "DTSTART", calendar, ctx)?;
    task.due = day(todo, "DUE", calendar, ctx)?;
    if let (None, Some(start), Some(line)) = (task.due, task.start, todo.line("DURATION")) {
        // One that lasts a day is due on the day on which it starts.
        let rest = value::duration(&line.value).map(|seconds| seconds.saturating_sub(86_400).max(0) / 86_400);
        task.due = rest.and_then(|days| value::later(start, days.checked_mul(86_400)?));
    }
    task.completed = day(todo, "COMPLETED", calendar, ctx)?;
    let word = |name: &str| todo.text(name).unwrap_or_default().trim().to_ascii_uppercase();
    task.status = match (word("STATUS").as_str(), word("X-ZIMBRA-TASK-STATUS").as_str()) {
        ("COMPLETED", _) => 2,
        ("IN-PROCESS" | "IN-PROGRESS", _) => 1,
        (_, "WAITING") => 3,
        ("CANCELLED", _) | (_, "DEFERRED") => 4,
        ("", _) if task.completed.is_some() => 2,
        _ => 0,
    };
    task.is_complete = task.status == 2;
    let percent = todo.text("PERCENT-COMPLETE").and_then(|text| text.trim().parse().ok()).filter(|percent| *percent <= 100);
    task.percent = percent.or(task.is_complete.then_some(100));
    let text = |name: &str| todo.text(name).map(|text| text.trim().to_owned());
    task.owner = text("X-MICROSOFT-TASK-OWNER");
    task.assigner = text("X-MICROSOFT-TASK-ASSIGNER");
    task.role = text("X-MICROSOFT-TASK-ROLE");
    let minutes = |name: &str| value::duration(&todo.text(name)?).and_then(|seconds| i32::try_from(seconds / 60).ok());
    task.actual_effort = minutes("X-MICROSOFT-TASK-ACTUAL-WORK");
    task.estimated_effort = minutes("X-MICROSOFT-TASK-TOTAL-WORK");
    if kind != TaskKind::Task {
        task.organizer = todo.line("ORGANIZER").and_then(person);
        task.attendees = todo.all("ATTENDEE").filter_map(person).map(Attendee::new).collect();
    }
    task.recurrence = recurrence(todo, &task, ctx)?;
    task.reminder = reminder(todo, calendar, ctx)?;
    Ok(task)
}

fn recurrence(todo: &Component, task: &Task, ctx: &mut Ctx<'_>) -> Result<Option<RecurrencePattern<'static>>> {
    let Some(line) = todo.line("RRULE") else { return Ok(None) };
    let start = task.start.or(task.due).and_then(|time| time.date_time());
    let read = start.and_then(|start| rule::read(&without_times(&line.value), start, value::local));
    if read.is_none() {
        line.defect(Code::CalendarRuleUnsupported, &line.value, ctx)?;
    }
    Ok(read)
}

/// A rule of days: times of the day say nothing in a task.
fn without_times(rule: &str) -> String {
    let is_time = |part: &&str| ["BYHOUR", "BYMINUTE", "BYSECOND"].iter().any(|name| part.starts_with(name));
    rule.trim().split(';').filter(|part| !is_time(part)).collect::<Vec<_>>().join(";")
}

fn reminder(todo: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Option<Reminder>> {
    let Some(line) = todo.named("VALARM").find_map(|alarm| alarm.line("TRIGGER")) else { return Ok(None) };
    let from = if line.is("RELATED", "END") { ["DUE", "DTSTART"] } else { ["DTSTART", "DUE"] };
    let mut start = None;
    for name in from {
        start = start.or(calendar.time(todo, name, ctx)?);
    }
    let time = match value::duration(&line.value) {
        Some(seconds) => start.and_then(|start| value::later(start, seconds)),
        None => value::local(line.value.trim()).and_then(FileTime::from_date_time),
    };
    if time.is_none() {
        line.defect(Code::CalendarValueInvalid, "is at no time", ctx)?;
    }
    Ok(time.map(Reminder::At))
}

/// A journal entry; what has nothing but a color and a text is a sticky note, as one is written.
pub(super) fn journal(entry: &Component, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Item> {
    let common = calendar.common(entry, "DESCRIPTION", ctx)?;
    let uid = entry.text("UID").map(|uid| uid.trim().to_owned()).unwrap_or_default();
    let colors = ["blue", "green", "pink", "yellow", "white"];
    let color = entry.line("COLOR").map(Line::text);
    let color = color.and_then(|color| colors.iter().position(|known| known.eq_ignore_ascii_case(color.trim())));
    if let (Some(color), None) = (color, entry.line("DTSTART")) {
        return Ok(Item::Note(Box::new(StickyNote { common, uid, color: i32::try_from(color).ok() })));
    }
    let mut journal = Journal::new();
    (journal.common, journal.uid) = (common, uid);
    journal.start = calendar.time(entry, "DTSTART", ctx)?;
    journal.end = calendar.time(entry, "X-DTEND", ctx)?;
    journal.log_type = entry.text("X-OUTLOOK-LOGTYPE").map(|text| text.trim().to_owned());
    let length = entry.text("X-DURATION").and_then(|text| value::duration(&text));
    journal.duration = length.and_then(|seconds| i32::try_from(seconds / 60).ok());
    Ok(Item::Journal(Box::new(journal)))
}
