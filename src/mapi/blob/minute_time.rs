//! Times of recurrences: minutes since 1601-01-01 00:00 in the zone of the recurrence ([MS-OXOCAL] 2.2.1.44).

use std::fmt;

use crate::base::{DateTime, FileTime};

/// Minutes since 1601-01-01 00:00, local time. Which zone that is, is said elsewhere in the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MinuteTime(pub u32);

/// 100 ns in a minute.
const TICKS: u64 = 600_000_000;
const PER_DAY: u32 = 1440;

impl MinuteTime {
    /// 4500-12-31 23:59: the end of a recurrence that has none.
    pub const NEVER: MinuteTime = MinuteTime(0x5AE9_80DF);
    /// 4501-01-01 00:00: no date.
    pub const NONE: MinuteTime = MinuteTime(0x5AE9_80E0);

    /// The date and time; `None` for those after the year 9999.
    #[must_use]
    pub fn date_time(self) -> Option<DateTime> {
        FileTime(u64::from(self.0).checked_mul(TICKS)?).date_time()
    }

    /// From a date and time, seconds cut off; `None` before 1601 and after what 32 bits hold (the year 9767).
    #[must_use]
    pub fn from_date_time(time: DateTime) -> Option<Self> {
        u32::try_from(FileTime::from_date_time(time)?.0 / TICKS).ok().map(MinuteTime)
    }

    /// The midnight before it, or itself if it is one.
    #[must_use]
    pub fn midnight(self) -> Self {
        MinuteTime(self.0.saturating_sub(self.0 % PER_DAY))
    }

    /// So many minutes later; `None` after what 32 bits hold.
    #[must_use]
    pub fn checked_add(self, minutes: u32) -> Option<Self> {
        self.0.checked_add(minutes).map(MinuteTime)
    }
}

/// ISO 8601 to the minute, without zone: `2007-03-26T10:00`.
impl fmt::Display for MinuteTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date_time() {
            Some(t) => write!(f, "{:04}-{:02}-{:02}T{:02}:{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute()),
            None => write!(f, "0x{:08X}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_dates() {
        // [MS-OXOCAL] 4.1.1.2: the start date and the first exception of its example.
        assert_eq!(MinuteTime(0x0CBC_2080).to_string(), "2007-03-26T00:00");
        assert_eq!(MinuteTime(0x0CBC_9934).midnight(), MinuteTime(0x0CBC_96A0));
        assert_eq!(MinuteTime::NEVER.to_string(), "4500-12-31T23:59");
        assert_eq!(MinuteTime::NONE.to_string(), "4501-01-01T00:00");
        for minutes in [0, 1, 0x0CBC_96A0, 0x5AE9_80DF] {
            assert_eq!(MinuteTime::from_date_time(MinuteTime(minutes).date_time().unwrap()), Some(MinuteTime(minutes)));
        }
        assert_eq!(MinuteTime::from_date_time(DateTime::new(1600, 12, 31, 0, 0, 0).unwrap()), None);
        assert_eq!(MinuteTime(u32::MAX).checked_add(1), None);
    }
}
