//! Times of the crate jiff: feature `jiff`.

use jiff::{Timestamp, civil};

use super::error::{Error, ErrorKind, Result};
use super::time::{DateTime, FileTime};

/// Nanoseconds from 1601-01-01 to 1970-01-01.
const NANOS_TO_UNIX: i128 = 11_644_473_600_000_000_000;

impl From<Timestamp> for FileTime {
    /// Converts to ticks of 100 nanoseconds; times before 1601 become its first moment.
    fn from(time: Timestamp) -> Self {
        let ticks = time.as_nanosecond().saturating_add(NANOS_TO_UNIX).div_euclid(100);
        FileTime(u64::try_from(ticks).unwrap_or(0))
    }
}

impl TryFrom<FileTime> for Timestamp {
    type Error = Error;

    /// Converts exactly.
    ///
    /// # Errors
    /// Unencodable for times after the year 9999, which no date has ([`FileTime::is_date`]).
    fn try_from(time: FileTime) -> Result<Self> {
        let nanos = i128::from(time.0).saturating_mul(100).saturating_sub(NANOS_TO_UNIX);
        let found = Timestamp::from_nanosecond(nanos);
        found.map_err(|_| Error::new(ErrorKind::Unencodable, format!("time {} is after the year 9999", time.0)))
    }
}

impl TryFrom<civil::DateTime> for DateTime {
    type Error = Error;

    /// Converts to the second; fractions are dropped.
    ///
    /// # Errors
    /// Unencodable for years before 1.
    fn try_from(time: civil::DateTime) -> Result<Self> {
        let field = |field: i8| u16::try_from(field).unwrap_or(0);
        let year = u16::try_from(time.year()).unwrap_or(0);
        let (month, day) = (field(time.month()), field(time.day()));
        DateTime::new(year, month, day, field(time.hour()), field(time.minute()), field(time.second()))
            .ok_or_else(|| Error::new(ErrorKind::Unencodable, format!("{time} is before the year 1")))
    }
}

impl From<DateTime> for civil::DateTime {
    fn from(time: DateTime) -> Self {
        let field = |field: u16| i8::try_from(field).unwrap_or(0);
        let year = i16::try_from(time.year()).unwrap_or(0);
        let (month, day) = (field(time.month()), field(time.day()));
        // Every DateTime is a date of the years 1 to 9999, which jiff has.
        civil::DateTime::new(year, month, day, field(time.hour()), field(time.minute()), field(time.second()), 0)
            .unwrap_or(civil::DateTime::MIN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_go_both_ways() {
        // By Python: (datetime(2023,11,14,22,13,20) - datetime(1601,1,1)) in ticks of 100 ns, and half a second.
        let time: Timestamp = "2023-11-14T22:13:20.5Z".parse().unwrap();
        assert_eq!(FileTime::from(time), FileTime(133_444_736_005_000_000));
        assert_eq!(Timestamp::try_from(FileTime(133_444_736_005_000_000)).unwrap(), time);
        assert_eq!(Timestamp::try_from(FileTime::ZERO).unwrap().to_string(), "1601-01-01T00:00:00Z");
        assert_eq!(FileTime::from("1969-12-31T23:59:59.9Z".parse::<Timestamp>().unwrap()), FileTime(116_444_735_999_000_000));
        assert_eq!(FileTime::from("1600-12-31T23:59:59Z".parse::<Timestamp>().unwrap()), FileTime::ZERO);
        assert!(Timestamp::try_from(FileTime(u64::MAX)).is_err());
    }

    #[test]
    fn dates_go_both_ways() {
        let leap = DateTime::new(2024, 2, 29, 12, 30, 59).unwrap();
        assert_eq!(civil::DateTime::from(leap).to_string(), "2024-02-29T12:30:59");
        assert_eq!(DateTime::try_from(civil::date(2024, 2, 29).at(12, 30, 59, 7)).unwrap(), leap);
        assert!(DateTime::try_from(civil::date(0, 1, 1).at(0, 0, 0, 0)).is_err());
    }

    proptest! {
        #[test]
        fn every_moment_comes_back(ticks in 0u64..2_650_467_744_000_000_000) {
            let time = FileTime(ticks);
            prop_assert_eq!(FileTime::from(Timestamp::try_from(time).unwrap()), time);
        }
    }
}
