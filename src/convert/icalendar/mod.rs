//! [MS-OXCICAL] and RFC 5545: items as iCalendar, which calendars of all makers read.
//!
//! [`write()`] makes a VEVENT of an appointment or of what is sent about a meeting, a VTODO of a task, a VJOURNAL of a journal entry or
//! a sticky note:
//!
//! * Times stand in the zone of the item, whose rules the calendar carries (VTIMEZONE): no database of zones is needed to read it.
//! * A series becomes a rule with exactly the same instances, also at the end of a month. Changed instances are components of
//!   their own (RECURRENCE-ID), removed ones are EXDATE.
//! * Who has no Internet address is named with `invalid:nomail`, as Outlook does; a name never is a `mailto:`.
//!
//! [`read()`] goes the other way: VEVENT with its instances, VTODO, VJOURNAL, of vCalendar 1.0 too, with the rules that VTIMEZONE has or
//! those of a zone that is known by its name.
//!
//! What iCalendar cannot express is said by a diagnostic with a code.

mod by_days;
mod component;
mod days;
mod event;
mod journal;
mod options;
mod read;
mod read_event;
mod read_todo;
mod read_zone;
mod reading;
mod rule;
#[cfg(test)]
mod tests;
mod todo;
mod value;
mod write;
mod zone;

pub use options::{CalendarOptions, ZoneNames};
pub use read::{CalendarRead, is_calendar, read};
pub use write::{Calendar, Method, write};
