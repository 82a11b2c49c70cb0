//! A calendar, read ([MS-OXCICAL] 2.1.3, RFC 5545, RFC 5546, vCalendar 1.0): an item for each identity in it.

use std::collections::{HashMap, HashSet};

use crate::base::context::{Ctx, reported};
use crate::base::{Code, ReadOptions, Report, Result};
use crate::convert::line_reader::{Component, begins_with, components};
use crate::items::Item;
use crate::message::{Attachment, Message};

use super::reading::Calendar;
use super::{read_event, read_todo};

/// Contents of a calendar.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CalendarRead {
    /// A message for each event (a series is one), task and journal entry, in the order of the calendar, with its files attached.
    pub messages: Vec<Message<'static>>,
    /// Defects that were found, and what no item has. Places are those of the calendar; the details have line numbers.
    pub report: Report,
}

/// Returns whether an input is a calendar: it begins with BEGIN:VCALENDAR.
#[must_use]
pub fn is_calendar(bytes: &[u8]) -> bool {
    begins_with(bytes, "VCALENDAR")
}

/// Reads a calendar. Nothing is made up: what it does not say, no item says.
///
/// ```
/// use winmail::convert::icalendar;
/// use winmail::{ReadOptions, named, tags};
///
/// let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\nDTSTART:20240503T100000Z\r\n\
///     DURATION:PT1H\r\nSUMMARY:Lunch\r\nORGANIZER;CN=Jane:mailto:jane@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let read = icalendar::read(text.as_bytes(), &ReadOptions::lenient())?;
/// assert_eq!(read.messages[0].class().as_deref(), Some("IPM.Schedule.Meeting.Request"));
/// assert_eq!(read.messages[0].get(tags::SUBJECT).as_deref(), Some("Lunch"));
/// assert_eq!(read.messages[0].get(named::APPOINTMENT_DURATION), Some(60));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// Those of strict reading; a limit that is reached.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<CalendarRead> {
    let (messages, report) = reported(options, |ctx| {
        let mut messages = Vec::new();
        let found = components(bytes, ctx)?;
        for calendar in found.iter().filter(|component| component.name == "VCALENDAR") {
            items(&Calendar::new(calendar), &mut messages, ctx)?;
        }
        Ok(messages)
    })?;
    Ok(CalendarRead { messages, report })
}

/// Reads the components of a calendar.
fn items(calendar: &Calendar<'_>, messages: &mut Vec<Message<'static>>, ctx: &mut Ctx<'_>) -> Result<()> {
    // The changed instances of a series stand beside it, in any order.
    let mut changed: HashMap<String, Vec<&Component>> = HashMap::new();
    let mut has_main: HashSet<String> = HashSet::new();
    for event in calendar.component.named("VEVENT") {
        let uid = event.text("UID").unwrap_or_default();
        match event.line("RECURRENCE-ID") {
            Some(_) if !uid.is_empty() => changed.entry(uid).or_default().push(event),
            Some(_) => {}
            None => {
                has_main.insert(uid);
            }
        }
    }
    for component in &calendar.component.parts {
        let made = match component.name.as_str() {
            "VEVENT" => {
                let uid = component.text("UID").unwrap_or_default();
                let is_changed = component.line("RECURRENCE-ID").is_some() && has_main.contains(&uid) && !uid.is_empty();
                if is_changed {
                    continue;
                }
                let instances = if component.line("RECURRENCE-ID").is_none() { changed.remove(&uid) } else { None };
                let instances = newest(instances.unwrap_or_default(), ctx)?;
                Item::Appointment(Box::new(read_event::read(component, &instances, calendar, ctx)?))
            }
            "VTODO" => Item::Task(Box::new(read_todo::task(component, calendar, ctx)?)),
            "VJOURNAL" => read_todo::journal(component, calendar, ctx)?,
            "VTIMEZONE" => continue,
            other => {
                let detail = format!("line {}: {other}", component.number);
                ctx.defect(Code::CalendarFactLeftOut, component.offset, 0, detail)?;
                continue;
            }
        };
        let written = made.to_message(ctx.options)?;
        ctx.adopt(&written.report);
        let mut message = written.message;
        attach(component, &mut message, ctx)?;
        messages.push(message);
    }
    Ok(())
}

/// Of each changed instance the version with the highest SEQUENCE, and of these the last one stamped.
fn newest<'c>(instances: Vec<&'c Component>, ctx: &mut Ctx<'_>) -> Result<Vec<&'c Component>> {
    let rank = |one: &Component| {
        let sequence = one.text("SEQUENCE").and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0);
        (sequence, one.text("DTSTAMP").unwrap_or_default())
    };
    let mut place: HashMap<(String, String), usize> = HashMap::new();
    let mut found: Vec<&Component> = Vec::new();
    for instance in instances {
        let line = instance.line("RECURRENCE-ID");
        let zone = line.and_then(|line| line.parameter("TZID")).unwrap_or_default().to_owned();
        let key = (line.map(|line| line.value.trim().to_owned()).unwrap_or_default(), zone);
        let at = *place.entry(key).or_insert(found.len());
        let older = match found.get_mut(at) {
            None => {
                found.push(instance);
                continue;
            }
            Some(known) if rank(instance) >= rank(known) => std::mem::replace(known, instance),
            Some(_) => instance,
        };
        let detail = format!("line {}: an older version of an instance", older.number);
        ctx.defect(Code::CalendarFactLeftOut, older.offset, 0, detail)?;
    }
    Ok(found)
}

/// ATTACH: files, and links as shortcuts.
fn attach(component: &Component, message: &mut Message<'static>, ctx: &mut Ctx<'_>) -> Result<()> {
    use base64::Engine;
    for line in component.all("ATTACH") {
        let name = ["FILENAME", "X-FILENAME", "X-ORACLE-FILENAME"].into_iter().find_map(|name| line.parameter(name));
        if line.is("ENCODING", "BASE64") || line.is("ENCODING", "B") {
            let plain: Vec<u8> = line.value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            match base64::engine::general_purpose::STANDARD.decode(plain) {
                Ok(data) => {
                    let mut attachment = Attachment::from_bytes(name.unwrap_or("attachment"), data);
                    if let Some(kind) = line.parameter("FMTTYPE") {
                        attachment.properties.set(crate::tags::ATTACH_MIME_TAG.untyped(), kind);
                    }
                    message.attachments.push(attachment);
                }
                Err(_) => line.defect(Code::CalendarValueInvalid, "is no base64", ctx)?,
            }
        } else if line.value.contains("://") {
            let name = format!("{}.url", name.unwrap_or("link"));
            let shortcut = format!("[InternetShortcut]\r\nURL={}\r\n", line.value.trim());
            message.attachments.push(Attachment::from_bytes(&name, shortcut.into_bytes()));
        } else {
            line.defect(Code::CalendarFactLeftOut, "stands elsewhere", ctx)?;
        }
    }
    Ok(())
}
