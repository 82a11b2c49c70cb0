//! RecurrencePattern ([MS-OXOCAL] 2.2.1.44.1): which days a series falls on. It is the first part of PidLidAppointmentRecur, and
//! all of PidLidTaskRecurrence 0x8116 in PSETID_Task ([MS-OXOTASK] 2.2.2.2.15).
//!
//! ```text
//! u16 reader version, 0x3004 | u16 writer version, 0x3004
//! u16 frequency       0x200A day, 0x200B week, 0x200C month, 0x200D year
//! u16 pattern type | u16 calendar type
//! u32 first date time | u32 period | u32 sliding flag
//! by pattern type: 0 nothing; 1 u32 days of the week; 2, 4, 0xA, 0xC u32 day; 3, 0xB u32 days of the week, u32 which
//! u32 end type        0x2021 by date, 0x2022 after a number, 0x2023 or 0xFFFFFFFF never
//! u32 occurrences | u32 first day of the week
//! u32 n, n times u32  days on which no instance is where the pattern has one
//! u32 n, n times u32  days of instances that are changed
//! u32 start | u32 end
//! ```
//!
//! Times are minutes since 1601 in the zone of the series. Tolerated: bytes behind.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::input::{Cursor, le_u16, le_u32};
use crate::base::output::Emit;

use super::minute_time::MinuteTime;
use super::{malformed, own, unencodable};

/// Days on which a series falls.
#[doc(alias = "PidLidTaskRecurrence")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RecurrencePattern<'a> {
    /// Version of readers, 0x3004.
    pub reader_version: u16,
    /// Version of the writer, 0x3004.
    pub writer_version: u16,
    /// The form in which it was entered: 0x200A day, 0x200B week, 0x200C month, 0x200D year. `pattern` decides, not this.
    pub frequency: u16,
    /// Days.
    pub pattern: Pattern,
    /// The calendar of months and years: 0 the default, 1 Gregorian, 6 Hijri, 8 Hebrew...
    pub calendar_type: u16,
    /// Place from which `period` counts.
    pub first_date_time: u32,
    /// Minutes (days), weeks or months from one to the next; twelve times as many for years.
    pub period: u32,
    /// Sliding: 1 if a task comes again so long after it was completed.
    pub sliding: u32,
    /// Time at which it ends: [`RecurrencePattern::END_BY_DATE`] and the others.
    pub end_type: u32,
    /// Number of instances; 10 if it never ends.
    pub occurrences: u32,
    /// The first day of the week, 0 is Sunday.
    pub first_day_of_week: u32,
    /// Midnights of the pattern's days that have no instance, or one that is changed.
    pub deleted: Vec<MinuteTime>,
    /// Midnights of the days on which changed instances are.
    pub modified: Vec<MinuteTime>,
    /// Midnight of the first instance.
    pub start: MinuteTime,
    /// Midnight of the last instance or of the day up to which it lasts; [`MinuteTime::NEVER`].
    pub end: MinuteTime,
    /// Bytes behind; normally none. Of PidLidAppointmentRecur what follows is not here.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub trailing: Cow<'a, [u8]>,
}

/// Days of the week as bits: 0x01 Sunday to 0x40 Saturday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct WeekDays(pub u32);

impl WeekDays {
    /// Returns whether the day is one of them; 0 is Sunday.
    #[must_use]
    pub fn contains(self, day: u16) -> bool {
        self.0.checked_shr(u32::from(day)).is_some_and(|bits| bits & 1 == 1)
    }

    /// The days, 0 being Sunday, in the order of the week. Bits that are no day are not among them.
    pub fn iter(self) -> impl Iterator<Item = u16> {
        (0..7).filter(move |day| self.contains(*day))
    }
}

/// Days of a period, by pattern type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Pattern {
    /// 0: every so many days.
    Day,
    /// 1: on days of the week.
    Week {
        /// These days.
        days: WeekDays,
    },
    /// 2: on a day of the month, or its last day if it has fewer.
    Month {
        /// 1 to 31.
        day: u32,
    },
    /// 3: on one of certain days of the week in the month.
    MonthNth {
        /// These days: all seven for any, Monday to Friday for a working day.
        days: WeekDays,
        /// The first to the fourth of these, 5 for the last.
        nth: u32,
    },
    /// 4: on the last day of the month.
    MonthEnd {
        /// 31.
        day: u32,
    },
    /// 0xA: as [`Pattern::Month`] in the Hijri calendar.
    HijriMonth {
        /// 1 to 30.
        day: u32,
    },
    /// 0xB: as [`Pattern::MonthNth`] in the Hijri calendar.
    HijriMonthNth {
        /// These days.
        days: WeekDays,
        /// The first to the fourth of these, 5 for the last.
        nth: u32,
    },
    /// 0xC: as [`Pattern::MonthEnd`] in the Hijri calendar.
    HijriMonthEnd {
        /// 31.
        day: u32,
    },
}

impl Pattern {
    fn parse(pattern_type: u16, input: &mut Cursor<'_>) -> Option<Self> {
        fn day(input: &mut Cursor<'_>) -> Option<u32> {
            input.parse(le_u32)
        }
        fn nth(input: &mut Cursor<'_>) -> Option<(WeekDays, u32)> {
            Some((WeekDays(input.parse(le_u32)?), input.parse(le_u32)?))
        }
        Some(match pattern_type {
            0 => Pattern::Day,
            1 => Pattern::Week { days: WeekDays(input.parse(le_u32)?) },
            2 => Pattern::Month { day: day(input)? },
            3 => nth(input).map(|(days, nth)| Pattern::MonthNth { days, nth })?,
            4 => Pattern::MonthEnd { day: day(input)? },
            0xA => Pattern::HijriMonth { day: day(input)? },
            0xB => nth(input).map(|(days, nth)| Pattern::HijriMonthNth { days, nth })?,
            0xC => Pattern::HijriMonthEnd { day: day(input)? },
            _ => return None,
        })
    }

    /// The number that stands for it.
    #[must_use]
    pub fn pattern_type(&self) -> u16 {
        match self {
            Pattern::Day => 0,
            Pattern::Week { .. } => 1,
            Pattern::Month { .. } => 2,
            Pattern::MonthNth { .. } => 3,
            Pattern::MonthEnd { .. } => 4,
            Pattern::HijriMonth { .. } => 0xA,
            Pattern::HijriMonthNth { .. } => 0xB,
            Pattern::HijriMonthEnd { .. } => 0xC,
        }
    }

    fn emit(&self, out: &mut Vec<u8>) {
        match *self {
            Pattern::Day => {}
            Pattern::Week { days } => out.emit_u32(days.0),
            Pattern::Month { day } | Pattern::MonthEnd { day } | Pattern::HijriMonth { day } | Pattern::HijriMonthEnd { day } => {
                out.emit_u32(day)
            }
            Pattern::MonthNth { days, nth } | Pattern::HijriMonthNth { days, nth } => {
                out.emit_u32(days.0);
                out.emit_u32(nth);
            }
        }
    }
}

impl<'a> RecurrencePattern<'a> {
    /// It ends on a day.
    pub const END_BY_DATE: u32 = 0x2021;
    /// It ends after a number of instances.
    pub const END_AFTER: u32 = 0x2022;
    /// It never ends; 0xFFFFFFFF says the same.
    pub const END_NEVER: u32 = 0x2023;

    /// Reads the structure, as PidLidTaskRecurrence has it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the pattern type is unknown or the value ends before the last field.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        let pattern = Self::parse_fields(&mut input)
            .ok_or_else(|| malformed("invalid recurrence: ends after the value, or has an unknown pattern type"))?;
        Ok(RecurrencePattern { trailing: Cow::Borrowed(input.rest()), ..pattern })
    }

    pub(super) fn parse_fields(input: &mut Cursor<'a>) -> Option<Self> {
        let reader_version = input.parse(le_u16)?;
        let writer_version = input.parse(le_u16)?;
        let frequency = input.parse(le_u16)?;
        let pattern_type = input.parse(le_u16)?;
        Some(RecurrencePattern {
            reader_version,
            writer_version,
            frequency,
            calendar_type: input.parse(le_u16)?,
            first_date_time: input.parse(le_u32)?,
            period: input.parse(le_u32)?,
            sliding: input.parse(le_u32)?,
            pattern: Pattern::parse(pattern_type, input)?,
            end_type: input.parse(le_u32)?,
            occurrences: input.parse(le_u32)?,
            first_day_of_week: input.parse(le_u32)?,
            deleted: take_times(input)?,
            modified: take_times(input)?,
            start: MinuteTime(input.parse(le_u32)?),
            end: MinuteTime(input.parse(le_u32)?),
            trailing: Cow::Borrowed(&[]),
        })
    }

    /// The bytes, as PidLidTaskRecurrence holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if the number of days does not fit 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        self.emit(&mut out).ok_or_else(|| unencodable("recurrence: number of days does not fit 32 bits"))?;
        out.emit_bytes(&self.trailing);
        Ok(out)
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        for field in [self.reader_version, self.writer_version, self.frequency, self.pattern.pattern_type(), self.calendar_type] {
            out.emit_u16(field);
        }
        for field in [self.first_date_time, self.period, self.sliding] {
            out.emit_u32(field);
        }
        self.pattern.emit(out);
        for field in [self.end_type, self.occurrences, self.first_day_of_week] {
            out.emit_u32(field);
        }
        for times in [&self.deleted, &self.modified] {
            out.emit_u32(u32::try_from(times.len()).ok()?);
            times.iter().for_each(|time| out.emit_u32(time.0));
        }
        out.emit_u32(self.start.0);
        out.emit_u32(self.end.0);
        Some(())
    }

    /// Returns whether it never ends.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        !matches!(self.end_type, RecurrencePattern::END_BY_DATE | RecurrencePattern::END_AFTER)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> RecurrencePattern<'static> {
        RecurrencePattern { trailing: own(self.trailing), ..self }
    }
}

/// As many times as there are, behind their number.
fn take_times(input: &mut Cursor<'_>) -> Option<Vec<MinuteTime>> {
    let count = input.parse(le_u32)?;
    (0..count).map(|_| input.parse(le_u32).map(MinuteTime)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_pattern_has_its_fields() {
        let days = WeekDays(0x3E);
        // Pattern, its number, and how many bytes it takes ([MS-OXOCAL] 2.2.1.44.1.3 to 2.2.1.44.1.5).
        let table = [
            (Pattern::Day, 0, 0),
            (Pattern::Week { days }, 1, 4),
            (Pattern::Month { day: 30 }, 2, 4),
            (Pattern::MonthNth { days, nth: 5 }, 3, 8),
            (Pattern::MonthEnd { day: 31 }, 4, 4),
            (Pattern::HijriMonth { day: 1 }, 0xA, 4),
            (Pattern::HijriMonthNth { days, nth: 1 }, 0xB, 8),
            (Pattern::HijriMonthEnd { day: 31 }, 0xC, 4),
        ];
        for (pattern, number, length) in table {
            let mut out = Vec::new();
            pattern.emit(&mut out);
            assert_eq!((pattern.pattern_type(), out.len()), (number, length));
            assert_eq!(Pattern::parse(number, &mut Cursor::new(&out, 0)), Some(pattern));
        }
        assert_eq!(Pattern::parse(5, &mut Cursor::new(&[0; 8], 0)), None);
        assert_eq!(days.iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_task_has_the_pattern_alone() {
        // Every second day from 2017-02-19 on, without end: five 16-bit and ten 32-bit fields.
        let start = MinuteTime::from_date_time(crate::base::DateTime::new(2017, 2, 19, 0, 0, 0).unwrap()).unwrap();
        let task = RecurrencePattern {
            reader_version: 0x3004,
            writer_version: 0x3004,
            frequency: 0x200A,
            pattern: Pattern::Day,
            calendar_type: 0,
            first_date_time: start.0 % 2880,
            period: 2880,
            sliding: 1,
            end_type: RecurrencePattern::END_NEVER,
            occurrences: 10,
            first_day_of_week: 0,
            deleted: Vec::new(),
            modified: Vec::new(),
            start,
            end: MinuteTime::NEVER,
            trailing: Cow::Borrowed(&[]),
        };
        let bytes = task.to_bytes().unwrap();
        assert_eq!(bytes.len(), 50);
        assert_eq!(RecurrencePattern::parse(&bytes).unwrap(), task);
        assert!(task.is_endless());
        for end in 0..bytes.len() {
            assert!(RecurrencePattern::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            pattern in 0_u8..16,
            rest in proptest::collection::vec(prop_oneof![4 => Just(0_u8), 1 => 0..4_u8, 1 => any::<u8>()], 0..90),
        ) {
            let bytes = [&[4, 0x30, 4, 0x30, 0x0A, 0x20, pattern, 0], &rest[..]].concat();
            if let Ok(read) = RecurrencePattern::parse(&bytes) {
                prop_assert_eq!(read.to_bytes().unwrap(), bytes);
            }
        }
    }
}
