//! Appointments, and what is sent about meetings ([MS-OXOCAL] 2.2).

use crate::base::context::Ctx;
use crate::base::{DateTime, FileTime, Result};
use crate::mapi::blob::{GlobalObjectId, InstanceDate};
use crate::message::{Message, MessageKind};
use crate::{named, tags};

use super::common::{Common, Reminder, left_out, named_text, named_time, put, structure};
use super::person::{
    Attendee, Person, attendees, first_recipient, organizing_row, other_names, write_from, write_lists, write_recipient,
    write_rows,
};
use super::series::{Series, definition};
use super::zone::{Zone, from_seconds, seconds};

/// Role of an appointment or of a message about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
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

/// Start and end of an instance, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Times {
    /// The start.
    pub start: FileTime,
    /// The end; the start where none is known.
    pub end: FileTime,
}

/// An appointment, or what is sent about a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Appointment {
    /// Kind.
    pub kind: AppointmentKind,
    /// Facts that items of all kinds have.
    pub common: Common,
    /// Id in all calendars, as iCalendar has it; made of the item where it has none.
    pub uid: String,
    /// Start and end; of a series those of the first instance.
    pub times: Option<Times>,
    /// Time at which somebody would like it to be ([`AppointmentKind::Counter`]).
    pub proposed: Option<Times>,
    /// The zone in which its start is shown.
    pub start_zone: Option<Zone>,
    /// The zone in which its end is shown.
    pub end_zone: Option<Zone>,
    /// Says whether it takes whole days.
    pub all_day: bool,
    /// Place.
    pub location: Option<String>,
    /// A page about where it is.
    pub location_url: Option<String>,
    /// The series.
    pub series: Option<Series>,
    /// Instance of its series that it is about, by when that would start by the pattern; in UTC.
    pub instance: Option<FileTime>,
    /// Says whether others take part.
    pub is_meeting: bool,
    /// Whoever organizes it.
    pub organizer: Option<Person>,
    /// Whoever sent it for somebody else.
    pub delegate: Option<Person>,
    /// People who take part; of an answer, whoever answers.
    pub attendees: Vec<Attendee>,
    /// Names in the lists of attendees that Outlook shows, of people that the recipient table does not have.
    pub other_names: Vec<String>,
    /// PidLidBusyStatus: 0 free, 1 tentative, 2 busy, 3 out of office, 4 working elsewhere.
    pub busy: Option<i32>,
    /// PidLidIntendedBusyStatus: what it is for the organizer.
    pub intended_busy: Option<i32>,
    /// Number of changes.
    pub sequence: i32,
    /// Time at which it was changed so.
    pub sequence_time: Option<FileTime>,
    /// The number that was last sent to attendees.
    pub last_sequence: Option<i32>,
    /// PidTagOwnerAppointmentId.
    pub owner_id: Option<i32>,
    /// Says whether nobody may propose another time.
    pub disallow_counter: Option<bool>,
    /// Says whether an answer is wanted.
    pub response_requested: Option<bool>,
    /// Says whether a meeting has been sent to attendees.
    pub invited: Option<bool>,
    /// Time at which one answered.
    pub reply_time: Option<FileTime>,
    /// Time at which it was last changed so that others must know; made of what the item says.
    pub stamp: Option<FileTime>,
    /// Time at which one is reminded.
    pub reminder: Option<Reminder>,
}

/// PidLidAppointmentStateFlags: a meeting.
const MEETING: i32 = 0x1;

impl AppointmentKind {
    /// Returns what a message is, if it is about an appointment.
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

    /// Returns whether it is an answer of somebody who takes part.
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

/// PidLidAppointmentStateFlags: received, and canceled.
const RECEIVED: i32 = 0x2;
const CANCELED: i32 = 0x4;

impl AppointmentKind {
    /// The class of its messages.
    fn class(self) -> &'static str {
        match self {
            AppointmentKind::Appointment => "IPM.Appointment",
            AppointmentKind::Request => "IPM.Schedule.Meeting.Request",
            AppointmentKind::Cancellation => "IPM.Schedule.Meeting.Canceled",
            AppointmentKind::Accepted => "IPM.Schedule.Meeting.Resp.Pos",
            AppointmentKind::Declined => "IPM.Schedule.Meeting.Resp.Neg",
            AppointmentKind::Tentative | AppointmentKind::Counter => "IPM.Schedule.Meeting.Resp.Tent",
            AppointmentKind::Notice => "IPM.Schedule.Meeting.Notification.Forward",
        }
    }

    /// PidTagIconIndex ([MS-OXOCAL] 2.2.1.49).
    fn icon(self, is_series: bool, is_meeting: bool) -> i32 {
        match self {
            AppointmentKind::Appointment => match (is_meeting, is_series) {
                (false, false) => 0x400,
                (false, true) => 0x401,
                (true, false) => 0x402,
                (true, true) => 0x403,
            },
            AppointmentKind::Accepted => 0x405,
            AppointmentKind::Declined => 0x406,
            AppointmentKind::Tentative | AppointmentKind::Counter => 0x407,
            AppointmentKind::Cancellation => 0x408,
            AppointmentKind::Request => 0x404,
            AppointmentKind::Notice => 0x40B,
        }
    }
}

impl Appointment {
    /// An appointment that says nothing as yet but what it is.
    #[must_use]
    pub fn new(kind: AppointmentKind) -> Appointment {
        Appointment {
            kind,
            common: Common::default(),
            uid: String::new(),
            times: None,
            proposed: None,
            start_zone: None,
            end_zone: None,
            all_day: false,
            location: None,
            location_url: None,
            series: None,
            instance: None,
            is_meeting: kind != AppointmentKind::Appointment,
            organizer: None,
            delegate: None,
            attendees: Vec::new(),
            other_names: Vec::new(),
            busy: None,
            intended_busy: None,
            sequence: 0,
            sequence_time: None,
            last_sequence: None,
            owner_id: None,
            disallow_counter: None,
            response_requested: None,
            invited: None,
            reply_time: None,
            stamp: None,
            reminder: None,
        }
    }

    pub(super) fn write(&self, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
        let mut message = Message::new(self.kind.class());
        self.common.write(&mut message)?;
        self.write_id(&mut message)?;
        self.write_times(&mut message)?;
        self.write_people(&mut message, ctx)?;
        self.write_state(&mut message);
        self.write_reminder(&mut message);
        if let Some(series) = &self.series {
            series.write(self.organizer.as_ref(), &mut message, ctx)?;
        }
        put(&mut message, named::LOCATION, self.location.as_deref());
        put(&mut message, named::WHERE, self.location.as_deref());
        put(&mut message, named::LOCATION_URL, self.location_url.as_deref());
        put(&mut message, named::BUSY_STATUS, self.busy);
        put(&mut message, named::INTENDED_BUSY_STATUS, self.intended_busy);
        message.set(named::APPOINTMENT_SEQUENCE, self.sequence);
        put(&mut message, named::APPOINTMENT_SEQUENCE_TIME, self.sequence_time);
        put(&mut message, named::APPOINTMENT_LAST_SEQUENCE, self.last_sequence);
        put(&mut message, tags::OWNER_APPOINTMENT_ID, self.owner_id);
        put(&mut message, named::APPOINTMENT_NOT_ALLOW_PROPOSE, self.disallow_counter);
        put(&mut message, tags::RESPONSE_REQUESTED, self.response_requested);
        put(&mut message, tags::REPLY_REQUESTED, self.response_requested);
        put(&mut message, named::F_INVITED, self.invited);
        put(&mut message, named::APPOINTMENT_REPLY_TIME, self.reply_time);
        let stamp = if self.kind.is_reply() { named::ATTENDEE_CRITICAL_CHANGE } else { named::OWNER_CRITICAL_CHANGE };
        put(&mut message, stamp, self.stamp);
        Ok(message)
    }

    /// The identity. An item that never left its calendar has none: what stands for it follows from the rest.
    fn write_id(&self, message: &mut Message<'_>) -> Result<()> {
        if self.uid.is_empty() || self.uid == self.common.identity(self.times.map(|times| times.start)) {
            return Ok(());
        }
        let clean = GlobalObjectId::from_uid(&self.uid).into_clean();
        message.set(named::CLEAN_GLOBAL_OBJECT_ID, clean.to_bytes()?);
        let mut id = clean;
        let zone = self.series.as_ref().map(|series| &series.zone).or(self.start_zone.as_ref());
        let local = self.instance.and_then(|time| zone.map_or_else(|| time.date_time(), |zone| zone.to_local(time)));
        if let Some(day) = local {
            let small = |number: u16| u8::try_from(number).unwrap_or(0);
            id.instance_date = InstanceDate { year: day.year(), month: small(day.month()), day: small(day.day()) };
        }
        message.set(named::GLOBAL_OBJECT_ID, id.to_bytes()?);
        Ok(())
    }

    fn write_times(&self, message: &mut Message<'_>) -> Result<()> {
        message.set(named::APPOINTMENT_SUB_TYPE, self.all_day);
        message.set(named::RECURRING, self.series.is_some());
        message.set(named::IS_RECURRING, self.series.is_some() || self.instance.is_some());
        message.set(named::IS_EXCEPTION, self.instance.is_some());
        put(message, named::EXCEPTION_REPLACE_TIME, self.instance);
        if let Some(Times { start, end }) = self.times {
            for property in [named::APPOINTMENT_START_WHOLE, named::COMMON_START] {
                message.set(property, start);
            }
            for property in [named::APPOINTMENT_END_WHOLE, named::COMMON_END] {
                message.set(property, end);
            }
            message.set(tags::START_DATE, start);
            message.set(tags::END_DATE, end);
            let minutes = end.0.saturating_sub(start.0) / 600_000_000;
            message.set(named::APPOINTMENT_DURATION, i32::try_from(minutes).unwrap_or(i32::MAX));
            if self.series.is_none() {
                message.set(named::CLIP_START, start);
                message.set(named::CLIP_END, end);
            }
        }
        if let Some(Times { start, end }) = self.proposed.filter(|_| self.kind == AppointmentKind::Counter) {
            message.set(named::APPOINTMENT_PROPOSED_START_WHOLE, start);
            message.set(named::APPOINTMENT_PROPOSED_END_WHOLE, end);
            let minutes = end.0.saturating_sub(start.0) / 600_000_000;
            message.set(named::APPOINTMENT_PROPOSED_DURATION, i32::try_from(minutes).unwrap_or(i32::MAX));
        }
        message.set(named::APPOINTMENT_COUNTER_PROPOSAL, self.kind == AppointmentKind::Counter);
        let year = |time: Option<FileTime>| time.and_then(FileTime::date_time).map_or(1601, DateTime::year);
        let (start, end) = (self.times.map(|times| times.start), self.times.map(|times| times.end));
        for (property, zone, time) in [
            (named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY, &self.start_zone, start),
            (named::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY, &self.end_zone, end),
        ] {
            if let Some(zone) = zone {
                message.set(property, zone.to_definition(year(time)).to_bytes()?);
            }
        }
        Ok(())
    }

    fn write_people(&self, message: &mut Message<'static>, ctx: &mut Ctx<'_>) -> Result<()> {
        if self.kind.is_reply() {
            write_from(self.attendees.first().map(|who| &who.person), self.delegate.as_ref(), message);
            write_recipient(self.organizer.as_ref(), message);
            if let Some(more) = self.attendees.len().checked_sub(2) {
                left_out(format!("{} more people who answer", more.saturating_add(1)), ctx)?;
            }
        } else {
            write_from(self.organizer.as_ref(), self.delegate.as_ref(), message);
            let shown = self.is_meeting || !self.attendees.is_empty() || !self.other_names.is_empty();
            write_rows(self.organizer.as_ref().filter(|_| shown), &self.attendees, message);
        }
        for name in write_lists(&self.attendees, &self.other_names, message) {
            left_out(format!("the attendee {name}"), ctx)?;
        }
        Ok(())
    }

    /// What Outlook goes by when it shows buttons ([MS-OXOCAL] 2.2.1.10 to 2.2.1.11, 2.2.5, 2.2.6).
    fn write_state(&self, message: &mut Message<'_>) {
        use AppointmentKind::{Accepted, Appointment, Cancellation, Counter, Declined, Notice, Request, Tentative};
        let state = match self.kind {
            Appointment => {
                if self.is_meeting {
                    MEETING
                } else {
                    0
                }
            }
            Cancellation => MEETING | RECEIVED | CANCELED,
            _ => MEETING | RECEIVED,
        };
        message.set(named::APPOINTMENT_STATE_FLAGS, state);
        let response = match self.kind {
            Appointment => i32::from(self.is_meeting),
            Request | Cancellation => 5,
            Tentative | Counter => 2,
            Accepted => 3,
            Declined => 4,
            Notice => 0,
        };
        message.set(named::RESPONSE_STATUS, response);
        message.set(tags::ICON_INDEX, self.kind.icon(self.series.is_some(), self.is_meeting));
        /// Of a calendar: opened, copied and moved as a whole; of a message: what cannot be undone.
        const EFFECTS: (i32, i32) = (0x171, 0x1C61);
        message.set(named::SIDE_EFFECTS, if self.kind == Appointment { EFFECTS.0 } else { EFFECTS.1 });
        if self.kind != Appointment {
            message.set(named::APPOINTMENT_MESSAGE_CLASS, Appointment.class());
            message.set(named::IS_SILENT, false);
        }
        match self.kind {
            // New, or a full update.
            Request => message.set(named::MEETING_TYPE, if self.sequence > 0 { 0x1_0001 } else { 1 }),
            Cancellation => message.set(named::MEETING_TYPE, 0),
            _ => {}
        }
    }

    fn write_reminder(&self, message: &mut Message<'_>) {
        message.set(named::REMINDER_SET, self.reminder.is_some());
        let start = self.times.map(|times| times.start);
        let ticks = |minutes: u32| u64::from(minutes).saturating_mul(600_000_000);
        let minutes = match self.reminder {
            Some(Reminder::Before(minutes)) => minutes,
            Some(Reminder::At(time)) => {
                let before = start.and_then(|start| start.0.checked_sub(time.0)).map(|ticks| ticks / 600_000_000);
                before.and_then(|minutes| u32::try_from(minutes).ok()).unwrap_or(0)
            }
            None => return,
        };
        message.set(named::REMINDER_DELTA, i32::try_from(minutes).unwrap_or(i32::MAX));
        if let Some(start) = start {
            message.set(named::REMINDER_TIME, start);
            message.set(named::REMINDER_SIGNAL_TIME, FileTime(start.0.saturating_sub(ticks(minutes))));
        }
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
