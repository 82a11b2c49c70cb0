//! ExceptionInfo ([MS-OXOCAL] 2.2.1.44.2): what is different in one changed instance of a series.
//!
//! ```text
//! u32 start | u32 end | u32 original start     minutes since 1601 in the zone of the series
//! u16 flags
//! by flags, in this order:
//!   0x001 subject        u16 n + 1 | u16 n | n bytes of 8-bit text
//!   0x002 u32 state      0x004 u32 reminder delta   0x008 u32 reminder set
//!   0x010 location       u16 n + 1 | u16 n | n bytes of 8-bit text
//!   0x020 u32 busy status   0x040 u32 attachments   0x080 u32 all-day   0x100 u32 color
//!   0x200 the body: no field
//! ```
//!
//! The first length of a text is kept as it is; the second one counts.

use std::borrow::Cow;

use crate::base::input::{Cursor, le_u16, le_u32};
use crate::base::output::Emit;

use super::minute_time::MinuteTime;
use super::own;

bitflags::bitflags! {
    /// Fields that an exception has of its own. Unknown bits are kept.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct OverrideFlags: u16 {
        /// The subject.
        const SUBJECT = 0x0001;
        /// PidLidAppointmentStateFlags.
        const MEETING_TYPE = 0x0002;
        /// PidLidReminderDelta.
        const REMINDER_DELTA = 0x0004;
        /// PidLidReminderSet.
        const REMINDER = 0x0008;
        /// The location.
        const LOCATION = 0x0010;
        /// PidLidBusyStatus.
        const BUSY_STATUS = 0x0020;
        /// Whether it has attachments.
        const ATTACHMENT = 0x0040;
        /// PidLidAppointmentSubType: whether it takes all day.
        const SUBTYPE = 0x0080;
        /// PidLidAppointmentColor.
        const COLOR = 0x0100;
        /// The body, which stands in an attachment.
        const BODY = 0x0200;
        const _ = !0;
    }
}

/// A changed instance. A field that is `None` is that of the series.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExceptionInfo<'a> {
    /// Time at which it starts now.
    pub start: MinuteTime,
    /// Time at which it ends now.
    pub end: MinuteTime,
    /// Time at which it would start by the pattern.
    pub original_start: MinuteTime,
    /// Bits that stand for no field: [`OverrideFlags::BODY`] and unknown ones. The others follow from the fields.
    pub other_flags: OverrideFlags,
    /// Its subject.
    pub subject: Option<ExceptionText<'a>>,
    /// PidLidAppointmentStateFlags: 1 a meeting, 2 received, 4 cancelled.
    pub meeting_type: Option<u32>,
    /// Minutes before it at which one is reminded.
    pub reminder_delta: Option<u32>,
    /// Reminder: 1 if one is reminded.
    pub reminder_set: Option<u32>,
    /// Place.
    pub location: Option<ExceptionText<'a>>,
    /// PidLidBusyStatus.
    pub busy_status: Option<u32>,
    /// Attachments: 1 if it has some.
    pub attachment: Option<u32>,
    /// Length: 1 if it takes all day.
    pub subtype: Option<u32>,
    /// PidLidAppointmentColor.
    pub color: Option<u32>,
}

/// Text of 8 bits in the code page of the item, without NUL, behind its two lengths.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExceptionText<'a> {
    /// One more than there are bytes.
    pub length: u16,
    /// The text.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub text: Cow<'a, [u8]>,
}

impl<'a> ExceptionText<'a> {
    /// The text with its usual first length; `None` if it is longer than 65534 bytes.
    #[must_use]
    pub fn new(text: impl Into<Cow<'a, [u8]>>) -> Option<Self> {
        let text = text.into();
        Some(ExceptionText { length: u16::try_from(text.len()).ok()?.checked_add(1)?, text })
    }

    fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let length = input.parse(le_u16)?;
        let count = usize::from(input.parse(le_u16)?);
        Some(ExceptionText { length, text: Cow::Borrowed(input.take(count)?) })
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        out.emit_u16(self.length);
        out.emit_u16(u16::try_from(self.text.len()).ok()?);
        out.emit_bytes(&self.text);
        Some(())
    }

    fn into_owned(self) -> ExceptionText<'static> {
        ExceptionText { length: self.length, text: own(self.text) }
    }
}

/// The flags that stand for no field.
fn without_field(flags: OverrideFlags) -> OverrideFlags {
    OverrideFlags::from_bits_retain(flags.bits() & !0x01FF)
}

impl<'a> ExceptionInfo<'a> {
    pub(super) fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let (start, end) = (MinuteTime(input.parse(le_u32)?), MinuteTime(input.parse(le_u32)?));
        let original_start = MinuteTime(input.parse(le_u32)?);
        let flags = OverrideFlags::from_bits_retain(input.parse(le_u16)?);
        let mut info = ExceptionInfo { start, end, original_start, other_flags: without_field(flags), ..Self::default() };
        if flags.contains(OverrideFlags::SUBJECT) {
            info.subject = Some(ExceptionText::parse(input)?);
        }
        for (flag, field) in [
            (OverrideFlags::MEETING_TYPE, &mut info.meeting_type),
            (OverrideFlags::REMINDER_DELTA, &mut info.reminder_delta),
            (OverrideFlags::REMINDER, &mut info.reminder_set),
        ] {
            if flags.contains(flag) {
                *field = Some(input.parse(le_u32)?);
            }
        }
        if flags.contains(OverrideFlags::LOCATION) {
            info.location = Some(ExceptionText::parse(input)?);
        }
        for (flag, field) in [
            (OverrideFlags::BUSY_STATUS, &mut info.busy_status),
            (OverrideFlags::ATTACHMENT, &mut info.attachment),
            (OverrideFlags::SUBTYPE, &mut info.subtype),
            (OverrideFlags::COLOR, &mut info.color),
        ] {
            if flags.contains(flag) {
                *field = Some(input.parse(le_u32)?);
            }
        }
        Some(info)
    }

    /// `None` if a text is longer than its length can say.
    pub(super) fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        for time in [self.start, self.end, self.original_start] {
            out.emit_u32(time.0);
        }
        out.emit_u16(self.flags().bits());
        self.subject.iter().try_for_each(|text| text.emit(out))?;
        [self.meeting_type, self.reminder_delta, self.reminder_set].into_iter().flatten().for_each(|value| out.emit_u32(value));
        self.location.iter().try_for_each(|text| text.emit(out))?;
        [self.busy_status, self.attachment, self.subtype, self.color].into_iter().flatten().for_each(|value| out.emit_u32(value));
        Some(())
    }

    /// Returns which fields it has of its own, as they are written.
    #[must_use]
    pub fn flags(&self) -> OverrideFlags {
        let mut flags = without_field(self.other_flags);
        for (flag, there) in [
            (OverrideFlags::SUBJECT, self.subject.is_some()),
            (OverrideFlags::MEETING_TYPE, self.meeting_type.is_some()),
            (OverrideFlags::REMINDER_DELTA, self.reminder_delta.is_some()),
            (OverrideFlags::REMINDER, self.reminder_set.is_some()),
            (OverrideFlags::LOCATION, self.location.is_some()),
            (OverrideFlags::BUSY_STATUS, self.busy_status.is_some()),
            (OverrideFlags::ATTACHMENT, self.attachment.is_some()),
            (OverrideFlags::SUBTYPE, self.subtype.is_some()),
            (OverrideFlags::COLOR, self.color.is_some()),
        ] {
            flags.set(flag, there);
        }
        flags
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ExceptionInfo<'static> {
        ExceptionInfo {
            subject: self.subject.map(ExceptionText::into_owned),
            location: self.location.map(ExceptionText::into_owned),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hex;

    /// [MS-OXOCAL] 4.1.1.2: an exception with subject and location, moved by an hour.
    const EXAMPLE: &str = "003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563757272656E6365207769746820657863657074\
        696F6E730800070033342F34313431";

    #[test]
    fn values_and_bytes() {
        let value = ExceptionInfo {
            // 2007-04-16 11:00 to 11:30, by the pattern at 10:00.
            start: MinuteTime(0x0CBC_9934),
            end: MinuteTime(0x0CBC_9952),
            original_start: MinuteTime(0x0CBC_98F8),
            subject: ExceptionText::new(&b"Simple Recurrence with exceptions"[..]),
            location: ExceptionText::new(&b"34/4141"[..]),
            ..ExceptionInfo::default()
        };
        // The first byte belongs to the count before it.
        let bytes = &hex::decode(EXAMPLE.as_bytes()).unwrap()[1..];
        let mut input = Cursor::new(bytes, 0);
        assert_eq!(ExceptionInfo::parse(&mut input), Some(value.clone()));
        assert!(input.rest().is_empty());
        let mut out = Vec::new();
        value.emit(&mut out).unwrap();
        assert_eq!(out, bytes);
        assert_eq!(value.start.to_string(), "2007-04-16T11:00");
        assert_eq!(value.original_start.to_string(), "2007-04-16T10:00");
    }

    #[test]
    fn every_flag_has_its_field() {
        for bits in 0..=0x03FF_u16 {
            let mut bytes = vec![0; 12];
            bytes.emit_u16(bits);
            for n in 0..9 {
                if bits >> n & 1 == 1 {
                    match n {
                        0 | 4 => bytes.extend([3, 0, 2, 0, b'a', b'b']),
                        _ => bytes.emit_u32(n),
                    }
                }
            }
            let mut input = Cursor::new(&bytes, 0);
            let info = ExceptionInfo::parse(&mut input).unwrap();
            assert_eq!((input.rest().len(), info.flags().bits()), (0, bits));
            assert_eq!(info.color, (bits & 0x100 != 0).then_some(8));
            assert_eq!(info.reminder_delta, (bits & 4 != 0).then_some(2));
            let mut out = Vec::new();
            info.emit(&mut out).unwrap();
            assert_eq!(out, bytes);
        }
    }
}
