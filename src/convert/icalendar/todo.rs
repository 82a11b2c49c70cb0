//! VTODO (RFC 5545 3.6.2, RFC 5546 3.4): a task, and what is sent about one. No specification of Microsoft's says how; what is written is
//! what the properties of [MS-OXOTASK] mean.

use crate::base::context::Ctx;
use crate::base::{Code, DateTime, Result};
use crate::items::{Task, TaskKind};
use crate::message::{Attachment, Content, Message, MessageKind};

use super::component::{alarm, attachments, body, facts, person, stamps};
use super::rule::{first_day, rule};
use crate::convert::content_line::{Lines, date, date_time};

pub(super) fn write(task: &Task, files: &[Attachment<'_>], lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    lines.line("BEGIN", &[], "VTODO");
    lines.text("UID", &task.uid);
    let common = &task.common;
    stamps(common, None, lines);
    dates(task, lines, ctx)?;
    lines.text("SUMMARY", &common.subject);
    body("DESCRIPTION", common.text.as_deref(), common.html.as_deref(), lines);
    facts(common, lines);
    let status = match task.status {
        _ if task.is_complete => "COMPLETED",
        1 => "IN-PROCESS",
        _ => "NEEDS-ACTION",
    };
    lines.line("STATUS", &[], status);
    // Waiting and deferred have no word of their own.
    let more = match task.status {
        3 => Some("WAITING"),
        4 => Some("DEFERRED"),
        _ => None,
    };
    lines.some("X-ZIMBRA-TASK-STATUS", more);
    if let Some(percent) = task.percent {
        lines.line("PERCENT-COMPLETE", &[], &percent.to_string());
    }
    if let Some(day) = task.completed.filter(|_| task.is_complete).and_then(|time| time.date_time()) {
        lines.line("COMPLETED", &[], &format!("{}Z", date_time(day)));
    }
    if let Some(organizer) = &task.organizer {
        person("ORGANIZER", organizer, &[], lines, ctx)?;
    }
    let state = match task.kind {
        TaskKind::Accepted => "ACCEPTED",
        TaskKind::Declined => "DECLINED",
        TaskKind::Update => "IN-PROCESS",
        _ => "NEEDS-ACTION",
    };
    for attendee in &task.attendees {
        person("ATTENDEE", &attendee.person, &[("PARTSTAT", state)], lines, ctx)?;
    }
    lines.some("X-MICROSOFT-TASK-OWNER", task.owner.as_deref());
    lines.some("X-MICROSOFT-TASK-ASSIGNER", task.assigner.as_deref());
    for (name, minutes) in
        [("X-MICROSOFT-TASK-ACTUAL-WORK", task.actual_effort), ("X-MICROSOFT-TASK-TOTAL-WORK", task.estimated_effort)]
    {
        if let Some(minutes) = minutes {
            lines.line(name, &[], &format!("PT{minutes}M"));
        }
    }
    lines.some("X-MICROSOFT-TASK-ROLE", task.role.as_deref());
    let is_task = |message: &Message<'_>| message.kind() == MessageKind::Task;
    attachments(files, |attachment| matches!(&attachment.content, Content::Message(inner) if is_task(inner)), lines, ctx)?;
    if let Some(reminder) = task.reminder {
        alarm(reminder, lines);
    }
    lines.line("END", &[], "VTODO");
    Ok(())
}

/// DTSTART, DUE, RRULE. The dates are days, whatever the zone.
fn dates(task: &Task, lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    let day = |time: Option<crate::FileTime>| time.and_then(|time| time.date_time());
    let (start, due) = (day(task.start), day(task.due));
    let write = |name: &str, time: DateTime, lines: &mut Lines| lines.line(name, &[("VALUE", "DATE")], &date(time));
    let found = task.recurrence.as_ref().and_then(|recurrence| {
        // What comes again when it was done follows no rule.
        let found = rule(recurrence, |end| end.date_time().map(date)).filter(|_| recurrence.sliding == 0);
        Some((found?, first_day(recurrence)?))
    });
    if task.recurrence.is_some() && found.is_none() {
        ctx.defect(Code::CalendarRuleLeftOut, 0, 0, "a task that comes again")?;
    }
    if let Some((rule, first)) = found {
        // A rule counts from a start. One that is due on the day on which it starts lasts that day.
        let start = start.filter(|start| start.year() == first.year()).unwrap_or(first);
        write("DTSTART", start, lines);
        match due {
            Some(due) if due > start => write("DUE", due, lines),
            _ => lines.line("DURATION", &[], "P1D"),
        }
        lines.line("RRULE", &[], &rule);
        return Ok(());
    }
    match (start, due) {
        // DUE has to be later than DTSTART.
        (Some(start), Some(due)) if start >= due => write("DUE", due, lines),
        (start, due) => {
            start.into_iter().for_each(|start| write("DTSTART", start, lines));
            due.into_iter().for_each(|due| write("DUE", due, lines));
        }
    }
    Ok(())
}
