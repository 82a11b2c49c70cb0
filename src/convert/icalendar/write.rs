//! VCALENDAR ([MS-OXCICAL] 2.1.3.1.1): the whole of it.

use crate::base::context::reported;
use crate::base::{Error, ErrorKind, Report, Result};
use crate::items::{AppointmentKind, Item, TaskKind};
use crate::message::{Attachment, Message};

use super::options::CalendarOptions;
use super::zone::Zones;
use super::{event, journal, todo};
use crate::convert::content_line::Lines;

/// Purpose of a calendar (RFC 5546): the `method` of the part of a mail that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// To be kept.
    Publish,
    /// An invitation, or a task to do.
    Request,
    /// An answer.
    Reply,
    /// It does not take place.
    Cancel,
    /// Another time would be better.
    Counter,
}

impl Method {
    /// `REQUEST`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Reply => "REPLY",
            Method::Cancel => "CANCEL",
            Method::Counter => "COUNTER",
        }
    }
}

/// A calendar that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calendar {
    /// The calendar, in UTF-8 with CR LF.
    pub text: String,
    /// Method of the calendar.
    pub method: Method,
    /// Defects that were found in the item, and what iCalendar cannot express.
    pub report: Report,
}

const PRODUCT: &str = concat!("-//winmail//winmail ", env!("CARGO_PKG_VERSION"), "//EN");

fn method(item: &Item) -> Option<Method> {
    Some(match item {
        Item::Appointment(appointment) => match appointment.kind {
            AppointmentKind::Appointment => Method::Publish,
            AppointmentKind::Request => Method::Request,
            AppointmentKind::Cancellation => Method::Cancel,
            AppointmentKind::Accepted | AppointmentKind::Declined | AppointmentKind::Tentative => Method::Reply,
            AppointmentKind::Counter => Method::Counter,
            _ => return None,
        },
        Item::Task(task) => match task.kind {
            TaskKind::Task => Method::Publish,
            TaskKind::Request => Method::Request,
            _ => Method::Reply,
        },
        Item::Journal(_) | Item::Note(_) => Method::Publish,
        _ => return None,
    })
}

/// Writes an item as iCalendar. `None` if a calendar has no such thing: no item, a contact, a notice that somebody forwarded an
/// invitation.
///
/// ```
/// use winmail::convert::icalendar::{self, CalendarOptions};
/// use winmail::{DateTime, FileTime, Message, named, tags};
///
/// let mut message = Message::new("IPM.Appointment");
/// message.set(tags::SUBJECT, "Lunch");
/// let start = DateTime::new(2024, 5, 3, 10, 0, 0).and_then(FileTime::from_date_time).unwrap();
/// message.set(named::APPOINTMENT_START_WHOLE, start);
/// let calendar = icalendar::write(&message, &CalendarOptions::default())?.unwrap();
/// assert!(calendar.text.contains("\r\nDTSTART:20240503T100000Z\r\nSUMMARY:Lunch\r\n"));
/// # Ok::<(), winmail::Error>(())
/// ```
///
/// # Errors
/// [`ErrorKind::Limit`](crate::ErrorKind::Limit) if the calendar would be longer than [`Limits::output`](crate::Limits::output), and those of
/// strict reading.
pub fn write(message: &Message<'_>, options: &CalendarOptions) -> Result<Option<Calendar>> {
    let reading = message.read_options();
    let Some(read) = Item::read(message)? else { return Ok(None) };
    let Some(method) = method(&read.item) else { return Ok(None) };
    let limit = reading.limits.output;
    let files: &[Attachment<'_>] = if options.attachments { &message.attachments } else { &[] };
    let (text, report) = reported(reading, |ctx| {
        ctx.adopt(&read.report);
        let (mut components, mut zones) = (Lines::new(limit), Zones::new(options.zones));
        match &read.item {
            Item::Appointment(appointment) => event::write(appointment, files, &mut components, &mut zones, ctx)?,
            Item::Task(task) => todo::write(task, files, &mut components, ctx)?,
            Item::Journal(entry) => journal::write(entry, files, &mut components, ctx)?,
            Item::Note(note) => journal::write_note(note, files, &mut components, ctx)?,
            _ => {}
        }
        let mut lines = Lines::new(limit);
        lines.line("BEGIN", &[], "VCALENDAR");
        lines.line("PRODID", &[], PRODUCT);
        lines.line("VERSION", &[], "2.0");
        lines.line("METHOD", &[], method.as_str());
        zones.write(&mut lines);
        lines.append(&components);
        lines.line("END", &[], "VCALENDAR");
        if lines.is_full() {
            return Err(Error::new(ErrorKind::Limit, reading.limits.output_reached()));
        }
        Ok(lines.into_text())
    })?;
    Ok(Some(Calendar { text, method, report }))
}
