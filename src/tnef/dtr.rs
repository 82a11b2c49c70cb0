//! DTR: a date of the legacy attributes ([MS-OXTNEF] 2.1.3.3.5).
//!
//! Seven 16-bit numbers: year, month (1-12), day, hour, minute, second, day of week (0 Sunday). The time zone is not
//! recorded: Outlook and Exchange up to 2003 write local time, Exchange 2007 and later write UTC.

use nom::Parser;

use crate::base::DateTime;
use crate::base::input::{Nom, le_u16};
use crate::base::output::Emit;

/// A DTR as it stands in the stream, whatever its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Dtr {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u16,
    /// Day of the month.
    pub day: u16,
    /// Hour.
    pub hour: u16,
    /// Minute.
    pub minute: u16,
    /// Second.
    pub second: u16,
    /// Day of the week, 0 Sunday. Redundant, and not always right: readers ignore it.
    pub day_of_week: u16,
}

impl Dtr {
    /// Bytes of a DTR.
    pub const LENGTH: usize = 14;

    /// Reads a DTR; `None` if there are fewer than 14 bytes.
    #[must_use]
    pub fn parse(data: &[u8]) -> Option<Self> {
        fn dtr(input: &[u8]) -> Nom<'_, Dtr> {
            (le_u16, le_u16, le_u16, le_u16, le_u16, le_u16, le_u16)
                .map(|(year, month, day, hour, minute, second, day_of_week)| Dtr {
                    year,
                    month,
                    day,
                    hour,
                    minute,
                    second,
                    day_of_week,
                })
                .parse(input)
        }
        dtr(data).ok().map(|(_, value)| value)
    }

    /// Appends the 14 bytes.
    pub fn emit(&self, out: &mut Vec<u8>) {
        for number in [self.year, self.month, self.day, self.hour, self.minute, self.second, self.day_of_week] {
            out.emit_u16(number);
        }
    }

    /// The seven numbers of a date and time.
    #[must_use]
    pub fn from_date_time(date: DateTime) -> Self {
        Dtr {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            hour: date.hour(),
            minute: date.minute(),
            second: date.second(),
            day_of_week: date.weekday(),
        }
    }

    /// The date and time; `None` where no calendar has it.
    #[must_use]
    pub fn to_date_time(&self) -> Option<DateTime> {
        DateTime::new(self.year, self.month, self.day, self.hour, self.minute, self.second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_bytes() {
        // attDateSent of the digest's worked example: 2023-11-14 22:13:20, a Tuesday.
        let bytes = [0xE7, 7, 0x0B, 0, 0x0E, 0, 0x16, 0, 0x0D, 0, 0x14, 0, 2, 0];
        let value = Dtr { year: 2023, month: 11, day: 14, hour: 22, minute: 13, second: 20, day_of_week: 2 };
        assert_eq!(Dtr::parse(&bytes), Some(value));
        let mut out = Vec::new();
        value.emit(&mut out);
        assert_eq!(out, bytes);
        assert_eq!(Dtr::from_date_time(value.to_date_time().unwrap()), value);
        assert_eq!(Dtr::parse(&bytes[..13]), None);
    }

    #[test]
    fn dates_that_no_calendar_has_are_none() {
        let zero = Dtr { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, day_of_week: 0 };
        assert_eq!(zero.to_date_time(), None);
        assert_eq!(Dtr { year: 2023, month: 2, day: 29, ..zero }.to_date_time(), None);
        assert!(Dtr { year: 2024, month: 2, day: 29, day_of_week: 9, ..zero }.to_date_time().is_some());
        assert_eq!(Dtr { year: 2024, month: 300, day: 1, ..zero }.to_date_time(), None);
    }
}
