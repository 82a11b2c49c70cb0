//! SYSTEMTIME ([MS-DTYP] 2.3.13) as rules of zones use it ([MS-OXOCAL] 2.2.1.39): when standard or daylight saving time begins.
//!
//! ```text
//! u16 year | u16 month | u16 day of week | u16 day | u16 hour | u16 minute | u16 second | u16 milliseconds
//! ```

use crate::base::DateTime;
use crate::base::input::{Cursor, le_u16};
use crate::base::output::Emit;

/// Date on which a zone goes over to standard or to daylight saving time. Nothing is checked: all numbers are kept.
#[doc(alias = "SYSTEMTIME")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SystemTime {
    /// Year; 0: each year, on a day of a week; else the year of a single date.
    pub year: u16,
    /// Month, 1 to 12; 0: the zone has no daylight saving time.
    pub month: u16,
    /// Day of the week; 0 is Sunday.
    pub day_of_week: u16,
    /// Number of such a day in the month, 1 to 4, 5 being the last; the day of the month where there is a year.
    pub day: u16,
    /// Hour, 0 to 23.
    pub hour: u16,
    /// Minute, 0 to 59.
    pub minute: u16,
    /// Second, 0 to 59.
    pub second: u16,
    /// Milliseconds, 0 to 999.
    pub milliseconds: u16,
}

impl SystemTime {
    pub(super) fn parse(input: &mut Cursor<'_>) -> Option<Self> {
        Some(SystemTime {
            year: input.parse(le_u16)?,
            month: input.parse(le_u16)?,
            day_of_week: input.parse(le_u16)?,
            day: input.parse(le_u16)?,
            hour: input.parse(le_u16)?,
            minute: input.parse(le_u16)?,
            second: input.parse(le_u16)?,
            milliseconds: input.parse(le_u16)?,
        })
    }

    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        let SystemTime { year, month, day_of_week, day, hour, minute, second, milliseconds } = *self;
        for field in [year, month, day_of_week, day, hour, minute, second, milliseconds] {
            out.emit_u16(field);
        }
    }

    /// The date and time in a year. `None` if there is no transition, or the numbers are out of range.
    #[must_use]
    pub fn in_year(&self, year: u16) -> Option<DateTime> {
        let at = |day| DateTime::new(year, self.month, day, self.hour, self.minute, self.second);
        if self.year != 0 {
            return at(self.day);
        }
        if self.day == 0 || self.day > 5 || self.day_of_week > 6 {
            return None;
        }
        // The first such day of the month, then a week on as often as the month allows.
        let first = at(1)?.weekday();
        let day = self.day_of_week.checked_add(7)?.checked_sub(first)? % 7;
        let weeks = (1..=self.day).rev().filter_map(|n| n.checked_sub(1)?.checked_mul(7)?.checked_add(day)?.checked_add(1));
        weeks.filter_map(at).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_weeks_in_years() {
        // (day of week, which, month, year, day), by the calendar.
        let table = [
            (0, 2, 3, 2007, 11),
            (0, 1, 11, 2007, 4),
            (0, 5, 3, 2024, 31),
            (0, 5, 10, 2024, 27),
            (0, 5, 2, 2026, 22),
            (6, 5, 2, 2020, 29),
            (5, 4, 2, 2019, 22),
        ];
        for (day_of_week, day, month, year, expected) in table {
            let rule = SystemTime { month, day_of_week, day, hour: 2, ..SystemTime::default() };
            assert_eq!(rule.in_year(year), DateTime::new(year, month, expected, 2, 0, 0), "{rule:?} in {year}");
        }
        let single = SystemTime { year: 2008, month: 6, day: 30, hour: 23, minute: 59, ..SystemTime::default() };
        assert_eq!(single.in_year(2008), DateTime::new(2008, 6, 30, 23, 59, 0));
        assert_eq!(SystemTime::default().in_year(2024), None);
        assert_eq!(SystemTime { month: 13, day: 1, ..SystemTime::default() }.in_year(2024), None);
    }
}
