//! Appointments, and what is sent about meetings ([MS-OXOCAL] 2.2).

use crate::base::context::Ctx;
use crate::base::{DateTime, FileTime, Result};
use crate::mapi::blob::GlobalObjectId;
use crate::message::{Message, MessageKind};
use crate::{named, tags};

use super::common::{Common, Reminder, named_text, named_time, structure};
use super::person::{Attendee, Person, attendees, first_recipient, organizing_row, other_names};
use super::series::{Series, definition};
use super::zone::{Zone, from_seconds, seconds};

/// What an appointment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AppointmentKind {
    /// Something in a calendar.
    Appointment,
    /// An invitation to a meeting.
    Request,
    /// The meeting does not take place.
    Cancellation,
    /// Somebody will come.
    Accepted,
    /// Somebody will not come.
    Declined,
    /// Somebody may come.
    Tentative,
    /// Somebody would like another time.
    Counter,
    /// Somebody forwarded an invitation, or another message about a meeting.
    Notice,
}

/// When it starts and ends, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Times {
    /// The start.
    pub start: FileTime,
    /// The end; the start where none is known.
    pub end: FileTime,
}

/// An appointment, or what is sent about a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Appointment {
    /// What it is.
    pub kind: AppointmentKind,
    /// What items of all kinds have.
    pub common: Common,
    /// What identifies it in all calendars, as iCalendar has it; made of the item where it has none.
    pub uid: String,
    /// When it is; the first instance of a series.
    pub times: Option<Times>,
    /// When somebody would like it to be ([`AppointmentKind::Counter`]).
    pub proposed: Option<Times>,
    /// The zone in which its start is shown.
    pub start_zone: Option<Zone>,
    /// The zone in which its end is shown.
    pub end_zone: Option<Zone>,
    /// Whether it takes whole days.
    pub all_day: bool,
    /// Where it is.
    pub location: Option<String>,
    /// A page about where it is.
    pub location_url: Option<String>,
    /// The series.
    pub series: Option<Series>,
    /// Which instance of its series it is about, by when that would start by the pattern; in UTC.
    pub instance: Option<FileTime>,
    /// Whether others take part.
    pub is_meeting: bool,
    /// Whoever organizes it.
    pub organizer: Option<Person>,
    /// Whoever sent it for somebody else.
    pub delegate: Option<Person>,
    /// Who takes part; of an answer, whoever answers.
    pub attendees: Vec<Attendee>,
    /// Names in the lists of attendees that Outlook shows, of people that the recipient table does not have.
    pub other_names: Vec<String>,
    /// PidLidBusyStatus: 0 free, 1 tentative, 2 busy, 3 out of office, 4 working elsewhere.
    pub busy: Option<i32>,
    /// PidLidIntendedBusyStatus: what it is for the organizer.
    pub intended_busy: Option<i32>,
    /// How often it was changed.
    pub sequence: i32,
    /// When it was changed so.
    pub sequence_time: Option<FileTime>,
    /// The number that was last sent to attendees.
    pub last_sequence: Option<i32>,
    /// PidTagOwnerAppointmentId.
    pub owner_id: Option<i32>,
    /// Whether nobody may propose another time.
    pub disallow_counter: Option<bool>,
    /// Whether an answer is wanted.
    pub response_requested: Option<bool>,
    /// Whether a meeting has been sent to attendees.
    pub invited: Option<bool>,
    /// When one answered.
    pub reply_time: Option<FileTime>,
    /// When it was last changed so that others must know; made of what the item says.
    pub stamp: Option<FileTime>,
    /// When one is reminded.
    pub reminder: Option<Reminder>,
}

/// PidLidAppointmentStateFlags: a meeting.
const MEETING: i32 = 0x1;

impl AppointmentKind {
    /// What a message is, if it is about an appointment.
    #[must_use]
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let counter = message.get(named::APPOINTMENT_COUNTER_PROPOSAL) == Some(true);
        Some(match message.kind() {
            MessageKind::Appointment => AppointmentKind::Appointment,
            MessageKind::MeetingRequest => AppointmentKind::Request,
            MessageKind::MeetingCancellation => AppointmentKind::Cancellation,
            MessageKind::MeetingAccepted => AppointmentKind::Accepted,
            MessageKind::MeetingTentative | MessageKind::MeetingDeclined if counter => AppointmentKind::Counter,
            MessageKind::MeetingDeclined => AppointmentKind::Declined,
            MessageKind::MeetingTentative => AppointmentKind::Tentative,
            MessageKind::MeetingNotice => AppointmentKind::Notice,
            _ => return None,
        })
    }

    /// Whether it is an answer of somebody who takes part.
    #[must_use]
    pub fn is_reply(self) -> bool {
        use AppointmentKind::{Accepted, Counter, Declined, Tentative};
        matches!(self, Accepted | Declined | Tentative | Counter)
    }
}

impl Appointment {
    pub(super) fn read(kind: AppointmentKind, message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Appointment> {
        let common = Common::read(message, ctx)?;
        let all_day = message.get(named::APPOINTMENT_SUB_TYPE) == Some(true);
        let mut times = times(message);
        let series = Series::read(message, ctx)?;
        let id = id(message, ctx)?;
        let zone = |tag, ctx: &mut Ctx<'_>| definition(message, tag, ctx);
        let mut start_zone = zone(named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY, ctx)?;
        let end_zone = zone(named::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY, ctx)?;
        if let Some(series) = &series {
            // The structure says when a series is; the single times repeat it.
            let utc = |local: Option<DateTime>| series.zone.to_utc(local?);
            if let (Some(start), Some(end)) = (utc(series.first_start()), utc(series.first_end())) {
                times = Some(Times { start, end });
            }
            start_zone = start_zone.or_else(|| Some(series.zone.clone()));
        }
        let instance = instance(message, id.as_ref(), series.as_ref());
        // What is sent about one instance still has the structure of its series.
        let is_message = kind != AppointmentKind::Appointment;
        let series = series.filter(|_| !(is_message && instance.is_some()));
        if let (Some(found), true) = (self::times(message), instance.is_some()) {
            times = Some(found);
        }
        let state = message.get(named::APPOINTMENT_STATE_FLAGS).unwrap_or(0);
        let from = Person::from(message);
        let (organizer, attendees) = if kind.is_reply() {
            let person = from.into_iter();
            let own = person.map(|person| Attendee { person, role: super::Role::Required, response: 0, response_time: None });
            (first_recipient(message), own.collect())
        } else {
            (organizing_row(message).or(from), attendees(message))
        };
        let other_names = other_names(message, organizer.as_ref(), &attendees);
        let uid = match &id {
            Some(id) => id.uid()?,
            None => common.identity(times.map(|times| times.start)),
        };
        let reply = kind.is_reply().then(|| named_time(message, named::ATTENDEE_CRITICAL_CHANGE)).flatten();
        let stamp = reply.or_else(|| named_time(message, named::OWNER_CRITICAL_CHANGE));
        let reminder = Reminder::before(message.get(named::REMINDER_SET), message.get(named::REMINDER_DELTA), all_day);
        let proposed = match named_time(message, named::APPOINTMENT_PROPOSED_START_WHOLE) {
            Some(start) if kind == AppointmentKind::Counter => {
                Some(Times { start, end: named_time(message, named::APPOINTMENT_PROPOSED_END_WHOLE).unwrap_or(start) })
            }
            _ => None,
        };
        Ok(Appointment {
            kind,
            uid,
            times,
            proposed,
            start_zone,
            end_zone,
            all_day,
            location: named_text(message, named::LOCATION).map(|text| text.replace(['\r', '\n'], " ")),
            location_url: named_text(message, named::LOCATION_URL),
            series,
            instance,
            is_meeting: is_message || state & MEETING != 0,
            organizer,
            delegate: Person::delegate(message),
            attendees,
            other_names,
            busy: message.get(named::BUSY_STATUS),
            intended_busy: message.get(named::INTENDED_BUSY_STATUS),
            sequence: message.get(named::APPOINTMENT_SEQUENCE).unwrap_or(0),
            sequence_time: named_time(message, named::APPOINTMENT_SEQUENCE_TIME),
            last_sequence: message.get(named::APPOINTMENT_LAST_SEQUENCE),
            owner_id: message.get(tags::OWNER_APPOINTMENT_ID).filter(|id| *id != 0),
            disallow_counter: message.get(named::APPOINTMENT_NOT_ALLOW_PROPOSE),
            response_requested: message.get(tags::RESPONSE_REQUESTED),
            invited: message.get(named::F_INVITED),
            reply_time: named_time(message, named::APPOINTMENT_REPLY_TIME),
            stamp: stamp.or(common.sent).or(common.modified).or(common.created),
            reminder,
            common,
        })
    }
}

/// When the item says that it is.
fn times(message: &Message<'_>) -> Option<Times> {
    let first = |start, end| Some((named_time(message, start)?, named_time(message, end)));
    let (start, end) = first(named::APPOINTMENT_START_WHOLE, named::APPOINTMENT_END_WHOLE)
        .or_else(|| first(named::COMMON_START, named::COMMON_END))
        .or_else(|| Some((message.get(tags::START_DATE)?, message.get(tags::END_DATE))).filter(|(start, _)| start.is_date()))?;
    let length = message.get(named::APPOINTMENT_DURATION).and_then(|minutes| u64::try_from(minutes).ok());
    let end = end.filter(|end| *end >= start).or_else(|| {
        let ticks = length?.checked_mul(600_000_000)?;
        start.0.checked_add(ticks).map(FileTime)
    });
    Some(Times { start, end: end.filter(|end| end.is_date()).unwrap_or(start) })
}

/// The global object id.
fn id<'m>(message: &'m Message<'_>, ctx: &mut Ctx<'_>) -> Result<Option<GlobalObjectId<'m>>> {
    for (tag, name) in
        [(named::GLOBAL_OBJECT_ID, "PidLidGlobalObjectId"), (named::CLEAN_GLOBAL_OBJECT_ID, "PidLidCleanGlobalObjectId")]
    {
        if let Some(bytes) = message.get(tag).filter(|bytes| !bytes.is_empty()) {
            if let Some(id) = structure(GlobalObjectId::parse(bytes), name, ctx)? {
                return Ok(Some(id));
            }
        }
    }
    Ok(None)
}

/// Which instance of a series a message is about: when that would start by the pattern, in UTC.
fn instance(message: &Message<'_>, id: Option<&GlobalObjectId<'_>>, series: Option<&Series>) -> Option<FileTime> {
    if let Some(time) = named_time(message, named::EXCEPTION_REPLACE_TIME) {
        return Some(time);
    }
    if message.get(named::IS_EXCEPTION) != Some(true) {
        return None;
    }
    // The id has the day, the packed time of the pattern the time of day: hour << 12 | minute << 6 | second.
    let day = id?.instance_date;
    let packed = message.get(named::START_RECURRENCE_TIME).and_then(|time| u32::try_from(time).ok()).unwrap_or(0);
    let part = |shift: u32, most: u32| u16::try_from(packed.checked_shr(shift)? & most).ok();
    let local =
        DateTime::new(day.year, u16::from(day.month), u16::from(day.day), part(12, 0x1F)?, part(6, 0x3F)?, part(0, 0x3F)?)?;
    match series {
        Some(series) => series.zone.to_utc(local),
        None => from_seconds(seconds(local)?),
    }
}
