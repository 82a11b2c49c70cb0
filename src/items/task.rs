//! Tasks and requests to do them ([MS-OXOTASK] 2.2).

use crate::base::context::Ctx;
use crate::base::hex::{self, Hex};
use crate::base::{FileTime, Result};
use crate::mapi::blob::{GlobalObjectId, RecurrencePattern};
use crate::message::{Attachment, Content, Message, MessageKind};
use crate::{named, tags};

use super::common::{Common, Reminder, left_out, named_text, named_time, put, structure};
use super::person::{Attendee, Person, attendees, write_from, write_rows};

/// Role of a task or of a message about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum TaskKind {
    /// A task in a list.
    Task,
    /// Somebody is asked to do it.
    Request,
    /// Somebody will do it.
    Accepted,
    /// Somebody will not do it.
    Declined,
    /// How far it is.
    Update,
}

/// A task. Its dates are days of whoever's it is, whatever the zone: midnights.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Task {
    /// Kind.
    pub kind: TaskKind,
    /// Facts that items of all kinds have.
    pub common: Common,
    /// Identifier.
    pub uid: String,
    /// The day on which it starts.
    pub start: Option<FileTime>,
    /// The day on which it is due.
    pub due: Option<FileTime>,
    /// The day on which it was completed.
    pub completed: Option<FileTime>,
    /// Says whether it is done.
    pub is_complete: bool,
    /// PidLidTaskStatus: 0 not started, 1 in progress, 2 complete, 3 waiting, 4 deferred.
    pub status: i32,
    /// Percentage that is done, 0 to 100.
    pub percent: Option<u8>,
    /// Time at which it comes again; its days are those of the task.
    pub recurrence: Option<RecurrencePattern<'static>>,
    /// Time at which one is reminded.
    pub reminder: Option<Reminder>,
    /// Name of the owner.
    pub owner: Option<String>,
    /// Name of who assigned it.
    pub assigner: Option<String>,
    /// Whoever the message about it is from.
    pub organizer: Option<Person>,
    /// People who are to do it.
    pub attendees: Vec<Attendee>,
    /// Minutes of work that it took.
    pub actual_effort: Option<i32>,
    /// Minutes of work that it will take.
    pub estimated_effort: Option<i32>,
    /// Role of somebody in it.
    pub role: Option<String>,
}

impl TaskKind {
    /// Returns what a message is, if it is a task or about one.
    #[must_use]
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let class = message.class().unwrap_or_default().to_ascii_uppercase();
        Some(match message.kind() {
            MessageKind::Task => TaskKind::Task,
            MessageKind::TaskRequest => match class.get("IPM.TASKREQUEST".len()..).unwrap_or_default() {
                rest if rest.starts_with(".ACCEPT") => TaskKind::Accepted,
                rest if rest.starts_with(".DECLINE") => TaskKind::Declined,
                rest if rest.starts_with(".UPDATE") => TaskKind::Update,
                _ => TaskKind::Request,
            },
            _ => return None,
        })
    }
}

/// The share of a task that is done, as whole percent.
fn percent(share: f64) -> Option<u8> {
    let percent = (share * 100.0).round();
    (0..=100_u8).find(|whole| f64::from(*whole) == percent)
}

impl TaskKind {
    /// The class of its messages.
    fn class(self) -> &'static str {
        match self {
            TaskKind::Task => "IPM.Task",
            TaskKind::Request => "IPM.TaskRequest",
            TaskKind::Accepted => "IPM.TaskRequest.Accept",
            TaskKind::Declined => "IPM.TaskRequest.Decline",
            TaskKind::Update => "IPM.TaskRequest.Update",
        }
    }

    /// PidLidTaskMode.
    fn mode(self) -> i32 {
        match self {
            TaskKind::Task => 0,
            TaskKind::Request => 1,
            TaskKind::Accepted => 2,
            TaskKind::Declined => 3,
            TaskKind::Update => 4,
        }
    }
}

impl Task {
    /// A task that says nothing as yet but what it is.
    #[must_use]
    pub fn new(kind: TaskKind) -> Task {
        Task {
            kind,
            common: Common::default(),
            uid: String::new(),
            start: None,
            due: None,
            completed: None,
            is_complete: false,
            status: 0,
            percent: None,
            recurrence: None,
            reminder: None,
            owner: None,
            assigner: None,
            organizer: None,
            attendees: Vec::new(),
            actual_effort: None,
            estimated_effort: None,
            role: None,
        }
    }

    pub(super) fn write(&self, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
        let task = self.write_task(ctx)?;
        if self.kind == TaskKind::Task {
            return Ok(task);
        }
        // What is sent about a task has the task attached ([MS-OXOTASK] 2.2.6).
        let mut message = Message::new(self.kind.class());
        message.set_subject(&self.common.subject);
        put(&mut message, tags::BODY, self.common.text.as_deref());
        message.set(named::TASK_MODE, self.kind.mode());
        message.set(tags::ICON_INDEX, -1);
        write_from(self.organizer.as_ref(), None, &mut message);
        write_rows(None, &self.attendees, &mut message);
        let mut attached = Attachment::from_message(task);
        attached.properties.set(tags::ATTACHMENT_HIDDEN.untyped(), true);
        message.attachments.push(attached);
        Ok(message)
    }

    fn write_task(&self, ctx: &mut Ctx<'_>) -> Result<Message<'static>> {
        let mut message = Message::new(TaskKind::Task.class());
        self.common.write(&mut message)?;
        if !self.uid.is_empty() && self.uid != self.common.identity(self.start) {
            let bytes = hex::decode(self.uid.as_bytes()).filter(|bytes| Hex(bytes).to_string() == self.uid);
            let bytes = match bytes {
                Some(bytes) => bytes,
                None => GlobalObjectId::from_uid(&self.uid).to_bytes()?,
            };
            message.set(named::TASK_GLOBAL_ID, bytes);
        }
        for (property, time) in [
            (named::TASK_START_DATE, self.start),
            (named::COMMON_START, self.start),
            (named::TASK_DUE_DATE, self.due),
            (named::COMMON_END, self.due),
            (named::TASK_DATE_COMPLETED, self.completed),
        ] {
            put(&mut message, property, time);
        }
        message.set(named::TASK_COMPLETE, self.is_complete);
        message.set(named::TASK_STATUS, self.status);
        put(&mut message, named::PERCENT_COMPLETE, self.percent.map(|percent| f64::from(percent) / 100.0));
        message.set(named::TASK_F_RECURRING, self.recurrence.is_some());
        if let Some(recurrence) = &self.recurrence {
            match recurrence.to_bytes() {
                Ok(bytes) => message.set(named::TASK_RECURRENCE, bytes),
                Err(error) => left_out(format!("the series: {}", error.message()), ctx)?,
            }
            message.set(named::TASK_DEAD_OCCURRENCE, false);
        }
        message.set(named::REMINDER_SET, self.reminder.is_some());
        match self.reminder {
            Some(Reminder::At(time)) => {
                message.set(named::REMINDER_TIME, time);
                message.set(named::REMINDER_SIGNAL_TIME, time);
            }
            Some(Reminder::Before(_)) => left_out("a reminder at no time", ctx)?,
            None => {}
        }
        message.set(named::REMINDER_DELTA, 0);
        put(&mut message, named::TASK_OWNER, self.owner.as_deref());
        put(&mut message, named::TASK_ASSIGNER, self.assigner.as_deref());
        put(&mut message, named::TASK_ROLE, self.role.as_deref());
        put(&mut message, named::TASK_ACTUAL_EFFORT, self.actual_effort);
        put(&mut message, named::TASK_ESTIMATED_EFFORT, self.estimated_effort);
        // [MS-OXOTASK] 2.2.2: whose task it is, how often it was changed, how it stands beside others.
        let is_sent = self.kind != TaskKind::Task;
        message.set(named::TASK_VERSION, 1);
        message.set(named::TASK_OWNERSHIP, if is_sent { 2 } else { 0 });
        // Not assigned, not known yet, accepted, rejected. Whoever says how far it is has accepted.
        let acceptance = match self.kind {
            TaskKind::Task => 0,
            TaskKind::Request => 1,
            TaskKind::Accepted | TaskKind::Update => 2,
            TaskKind::Declined => 3,
        };
        message.set(named::TASK_ACCEPTANCE_STATE, acceptance);
        message.set(named::TASK_STATE, if is_sent { 2 } else { 1 });
        message.set(named::TASK_MODE, if is_sent { self.kind.mode() } else { 0 });
        message.set(named::TASK_F_CREATOR, true);
        message.set(named::SIDE_EFFECTS, 0x110);
        // [MS-OXOTASK] 2.2.2.1.5: what is sent is the copy of whoever does it.
        let icon = match (is_sent, self.recurrence.is_some()) {
            (true, _) => 0x502,
            (false, true) => 0x501,
            (false, false) => 0x500,
        };
        message.set(tags::ICON_INDEX, icon);
        Ok(message)
    }

    pub(super) fn read(kind: TaskKind, message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Task> {
        // What is sent about a task has the task attached; its own properties repeat some of it.
        let attached = message.attachments.iter().find_map(|attachment| match &attachment.content {
            Content::Message(inner) if inner.kind() == MessageKind::Task => Some(&**inner),
            _ => None,
        });
        let task = attached.filter(|_| kind != TaskKind::Task).unwrap_or(message);
        let common = Common::read(task, ctx)?;
        let recurrence = match task.get(named::TASK_RECURRENCE).filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => structure(RecurrencePattern::parse(bytes), "PidLidTaskRecurrence", ctx)?,
            None => None,
        };
        let id = task.get(named::TASK_GLOBAL_ID).filter(|id| !id.is_empty()).map(|id| {
            // That of a calendar of another maker is wrapped as in meetings.
            let foreign = GlobalObjectId::parse(id).ok().and_then(|id| id.third_party_uid().map(|uid| uid.into_owned()));
            foreign.unwrap_or_else(|| Hex(id).to_string())
        });
        let start = named_time(task, named::TASK_START_DATE);
        let status = task.get(named::TASK_STATUS).unwrap_or(0);
        let reminder = match task.get(named::REMINDER_SET) {
            Some(true) => named_time(task, named::REMINDER_TIME).or_else(|| named_time(task, named::REMINDER_SIGNAL_TIME)),
            _ => None,
        };
        Ok(Task {
            kind,
            uid: id.unwrap_or_else(|| common.identity(start)),
            start,
            due: named_time(task, named::TASK_DUE_DATE),
            completed: named_time(task, named::TASK_DATE_COMPLETED),
            is_complete: task.get(named::TASK_COMPLETE) == Some(true) || status == 2,
            status,
            percent: task.get(named::PERCENT_COMPLETE).and_then(percent),
            recurrence: recurrence.map(RecurrencePattern::into_owned),
            reminder: reminder.map(Reminder::At),
            owner: named_text(task, named::TASK_OWNER),
            assigner: named_text(task, named::TASK_ASSIGNER),
            organizer: if kind == TaskKind::Task { None } else { Person::from(message) },
            attendees: if kind == TaskKind::Task { Vec::new() } else { attendees(message) },
            actual_effort: task.get(named::TASK_ACTUAL_EFFORT).filter(|minutes| *minutes > 0),
            estimated_effort: task.get(named::TASK_ESTIMATED_EFFORT).filter(|minutes| *minutes > 0),
            role: named_text(task, named::TASK_ROLE),
            common,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_percent() {
        assert_eq!((percent(0.25), percent(1.0), percent(0.999)), (Some(25), Some(100), Some(100)));
        assert_eq!((percent(-0.5), percent(1.5), percent(f64::NAN)), (None, None, None));
    }
}
