//! Facts that several properties state: the subject, and when and where an appointment is ([MS-OXOCAL] 2.2.1, 2.2.4; [MS-OXORMDR]
//! 2.2.1).
//!
//! | fact | stated by | follow |
//! |---|---|---|
//! | start | PidLidAppointmentStartWhole, PidLidCommonStart, PidTagStartDate | PidLidClipStart, the reminder, the duration |
//! | end | PidLidAppointmentEndWhole, PidLidCommonEnd, PidTagEndDate | PidLidClipEnd, the duration |
//! | place | PidLidLocation, PidLidWhere | |
//!
//! Only properties that are there change, and those of appointments alone: the reminder of a task is no start.

use crate::base::FileTime;
use crate::mapi::property_text::Target;
use crate::mapi::{NamedTag, PropTag, PropValue, named, tags};
use crate::message::Message;

/// A property that states a fact.
#[derive(Debug, Clone, Copy)]
enum Statement {
    Tag(PropTag),
    Named(NamedTag),
}

use Statement::{Named, Tag};

const START: [Statement; 3] = [Named(named::APPOINTMENT_START_WHOLE), Named(named::COMMON_START), Tag(tags::START_DATE)];
const END: [Statement; 3] = [Named(named::APPOINTMENT_END_WHOLE), Named(named::COMMON_END), Tag(tags::END_DATE)];
const PLACE: [Statement; 2] = [Named(named::LOCATION), Named(named::WHERE)];

/// Ticks of a minute.
const MINUTE: u64 = 600_000_000;

impl Statement {
    fn is(self, target: &Target) -> bool {
        match (self, target) {
            (Tag(tag), Target::Tag(other)) => tag.same_property(*other),
            (Named(tag), Target::Named(name, _)) => name.matches(&tag),
            _ => false,
        }
    }

    fn value<'m>(self, message: &'m Message<'_>) -> Option<&'m PropValue<'m>> {
        match self {
            Tag(tag) => message.properties.get(tag),
            Named(tag) => message.properties.named(&tag),
        }
    }

    /// Sets it where it is there.
    fn follow(self, message: &mut Message<'_>, value: &PropValue<'static>) {
        if self.value(message).is_none() {
            return;
        }
        match self {
            Tag(tag) => message.properties.set(tag, value.clone()),
            Named(tag) => message.properties.set_named(&tag, value.clone()),
        }
    }
}

impl<'a> Message<'a> {
    /// Sets a property, and with it the others that state the same: of a subject its prefix and its normalised form, of an appointment
    /// all copies of its start, end and place, with the reminder and the duration.
    ///
    /// Returns `false` where a copy stays as it was: a series has its times in its pattern as well.
    ///
    /// ```
    /// use winmail::mapi::property_text::Target;
    /// use winmail::{Message, named};
    ///
    /// let mut message = Message::new("IPM.Appointment");
    /// message.set(named::LOCATION, "Room 1");
    /// message.set(named::WHERE, "Room 1");
    /// message.set_everywhere(&Target::parse("PidLidLocation")?, "Room 2".into());
    /// assert_eq!(message.get(named::WHERE).as_deref(), Some("Room 2"));
    /// # Ok::<(), String>(())
    /// ```
    pub fn set_everywhere(&mut self, target: &Target, value: PropValue<'static>) -> bool {
        if let (Target::Tag(tag), PropValue::String(text)) = (target, &value) {
            if tag.same_property(tags::SUBJECT) {
                self.set_subject(&text.to_text());
                return true;
            }
        }
        target.set(&mut self.properties, value.clone());
        let states = |fact: &[Statement]| fact.iter().any(|one| one.is(target));
        if states(&PLACE) {
            PLACE.iter().for_each(|one| one.follow(self, &value));
            return true;
        }
        let (is_start, is_end) = (states(&START), states(&END));
        let is_appointment = Named(named::APPOINTMENT_START_WHOLE).value(self).is_some();
        let PropValue::Time(time) = value else { return true };
        if !(is_start || is_end) || !is_appointment {
            return true;
        }
        let is_series = Named(named::APPOINTMENT_RECUR).value(self).is_some();
        let (copies, clip) = if is_start { (START, named::CLIP_START) } else { (END, named::CLIP_END) };
        copies.iter().for_each(|one| one.follow(self, &value));
        if !is_series {
            Named(clip).follow(self, &value);
        }
        if is_start && !is_series {
            self.remind_of(time);
        }
        self.measure();
        !is_series
    }

    /// The reminder of an appointment that begins at `start`.
    fn remind_of(&mut self, start: FileTime) {
        Named(named::REMINDER_TIME).follow(self, &PropValue::Time(start));
        let Some(&PropValue::Integer32(minutes)) = Named(named::REMINDER_DELTA).value(self) else { return };
        let before = u64::try_from(minutes).unwrap_or(0).saturating_mul(MINUTE);
        Named(named::REMINDER_SIGNAL_TIME).follow(self, &PropValue::Time(FileTime(start.0.saturating_sub(before))));
    }

    /// The duration, by start and end.
    fn measure(&mut self) {
        let time = |name: NamedTag| match Named(name).value(self) {
            Some(PropValue::Time(time)) => Some(time.0),
            _ => None,
        };
        let (Some(start), Some(end)) = (time(named::APPOINTMENT_START_WHOLE), time(named::APPOINTMENT_END_WHOLE)) else { return };
        let minutes = end.checked_sub(start).and_then(|ticks| i32::try_from(ticks / MINUTE).ok());
        if let Some(minutes) = minutes {
            Named(named::APPOINTMENT_DURATION).follow(self, &PropValue::Integer32(minutes));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::named as typed;

    fn at(minutes: u64) -> FileTime {
        FileTime(133_000_000_000_000_000 + minutes * MINUTE)
    }

    fn appointment() -> Message<'static> {
        let mut message = Message::new("IPM.Appointment");
        for name in [typed::APPOINTMENT_START_WHOLE, typed::COMMON_START, typed::CLIP_START, typed::REMINDER_TIME] {
            message.set(name, at(0));
        }
        for name in [typed::APPOINTMENT_END_WHOLE, typed::COMMON_END, typed::CLIP_END] {
            message.set(name, at(60));
        }
        message.set(crate::tags::START_DATE, at(0));
        message.set(crate::tags::END_DATE, at(60));
        message.set(typed::REMINDER_DELTA, 15);
        message.set(typed::REMINDER_SIGNAL_TIME, FileTime(at(0).0 - 15 * MINUTE));
        message.set(typed::APPOINTMENT_DURATION, 60);
        message
    }

    fn set(message: &mut Message<'_>, name: &str, minutes: u64) -> bool {
        message.set_everywhere(&Target::parse(name).unwrap(), PropValue::Time(at(minutes)))
    }

    #[test]
    fn all_copies_of_start_and_end_change() {
        for name in ["PidLidAppointmentStartWhole", "PidLidCommonStart", "PidTagStartDate"] {
            let mut message = appointment();
            assert!(set(&mut message, name, 30));
            for copy in [typed::APPOINTMENT_START_WHOLE, typed::COMMON_START, typed::CLIP_START, typed::REMINDER_TIME] {
                assert_eq!(message.get(copy), Some(at(30)), "{name}");
            }
            assert_eq!(message.get(crate::tags::START_DATE), Some(at(30)), "{name}");
            assert_eq!(message.get(typed::REMINDER_SIGNAL_TIME), Some(at(15)), "{name}");
            assert_eq!(message.get(typed::APPOINTMENT_DURATION), Some(30), "{name}");
            assert_eq!(message.get(typed::COMMON_END), Some(at(60)), "{name}");
        }
        for name in ["PidLidAppointmentEndWhole", "PidLidCommonEnd", "PidTagEndDate"] {
            let mut message = appointment();
            assert!(set(&mut message, name, 90));
            for copy in [typed::APPOINTMENT_END_WHOLE, typed::COMMON_END, typed::CLIP_END] {
                assert_eq!(message.get(copy), Some(at(90)), "{name}");
            }
            assert_eq!(message.get(crate::tags::END_DATE), Some(at(90)), "{name}");
            assert_eq!(message.get(typed::APPOINTMENT_DURATION), Some(90), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_or_no_copy_stays() {
        let mut message = Message::new("IPM.Appointment");
        message.set(typed::APPOINTMENT_START_WHOLE, at(0));
        assert!(set(&mut message, "PidLidAppointmentStartWhole", 30));
        assert_eq!(message.get(typed::COMMON_START), None);
        // The reminder of a task is no start.
        let mut task = Message::new("IPM.Task");
        task.set(typed::COMMON_START, at(0));
        task.set(typed::REMINDER_TIME, at(0));
        assert!(set(&mut task, "PidLidCommonStart", 30));
        assert_eq!(task.get(typed::REMINDER_TIME), Some(at(0)));
        // A series says its times in its pattern as well.
        let mut series = appointment();
        series.set(typed::APPOINTMENT_RECUR, &[0u8; 8]);
        assert!(!set(&mut series, "PidLidAppointmentStartWhole", 30));
        assert_eq!((series.get(typed::COMMON_START), series.get(typed::CLIP_START)), (Some(at(30)), Some(at(0))));
    }
}
