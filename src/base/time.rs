//! Times: FILETIME (`PtypTime`), calendar dates, and the date as a floating-point number of days (`PtypFloatingTime`),
//! [MS-OXCDATA] 2.11.1, [MS-DTYP] 2.3.3.
//!
//! The calendar is the proleptic Gregorian one, without leap seconds, for the years 1 to 9999. Nothing here knows of time
//! zones: a FILETIME is UTC by definition, a [`DateTime`] is whatever its source says.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const TICKS_PER_SECOND: u64 = 10_000_000;
const TICKS_PER_DAY: u64 = 864_000_000_000;
const NANOS_PER_TICK: u32 = 100;
const SECONDS_PER_DAY: u32 = 86_400;
/// Days from 0001-01-01 to 1601-01-01.
const DAYS_TO_1601: u32 = 584_388;
/// Days from 0001-01-01 to 1899-12-30.
const DAYS_TO_1899: i32 = 693_593;
/// Seconds from 1601-01-01 to 1970-01-01.
const SECONDS_TO_UNIX: i64 = 11_644_473_600;
/// 1970-01-01 as a FILETIME.
const UNIX_EPOCH_TICKS: u64 = 116_444_736_000_000_000;

/// FILETIME: 100 ns since 1601-01-01 00:00 UTC.
///
/// Every number is representable. Those after the year 9999, which mean nothing, and two that mean "no date" are told apart by
/// [`FileTime::is_date`].
///
/// ```
/// use std::time::SystemTime;
/// use winmail::{DateTime, FileTime};
///
/// let time = FileTime::from_date_time(DateTime::new(2024, 2, 29, 12, 0, 0).unwrap()).unwrap();
/// assert_eq!(time.to_string(), "2024-02-29T12:00:00Z");
/// assert_eq!(FileTime::from(SystemTime::from(time)), time);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileTime(pub u64);

impl FileTime {
    /// 0: no date, in general.
    pub const ZERO: FileTime = FileTime(0);
    /// 4501-01-01 00:00 UTC: no date, in the tasks and appointments of Outlook.
    pub const NONE: FileTime = FileTime(0x0CB3_4557_A3DD_4000);
    /// The last that is in the calendar: 9999-12-31 23:59:59.9999999.
    pub const MAX: FileTime = FileTime(2_650_467_743_999_999_999);

    /// Returns whether it means a date: neither [`FileTime::ZERO`] nor [`FileTime::NONE`] nor after the year 9999.
    #[must_use]
    pub fn is_date(self) -> bool {
        self != FileTime::ZERO && self != FileTime::NONE && self <= FileTime::MAX
    }

    /// Seconds since 1970-01-01 00:00 UTC, rounded down; [`FileTime::subsec_nanos`] is the rest.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        // A 64-bit count of 100 ns is less than 2^41 seconds, so neither step can fail.
        i64::try_from(self.0 / TICKS_PER_SECOND).unwrap_or(i64::MAX).saturating_sub(SECONDS_TO_UNIX)
    }

    /// The fraction of a second in nanoseconds, a multiple of 100, less than 1,000,000,000.
    #[must_use]
    pub fn subsec_nanos(self) -> u32 {
        u32::try_from(self.0 % TICKS_PER_SECOND).unwrap_or(0).saturating_mul(NANOS_PER_TICK)
    }

    /// From seconds since 1970-01-01 00:00 UTC and nanoseconds after them, which are rounded down to 100 ns.
    ///
    /// `None` before 1601, after what 64 bits hold (about the year 60056), or if `nanos` is a second or more.
    ///
    /// ```
    /// use winmail::FileTime;
    /// assert_eq!(FileTime::from_unix(1_700_000_000, 0).unwrap().to_string(), "2023-11-14T22:13:20Z");
    /// ```
    #[must_use]
    pub fn from_unix(seconds: i64, nanos: u32) -> Option<FileTime> {
        if nanos >= 1_000_000_000 {
            return None;
        }
        let seconds = u64::try_from(seconds.checked_add(SECONDS_TO_UNIX)?).ok()?;
        seconds.checked_mul(TICKS_PER_SECOND)?.checked_add(u64::from(nanos / NANOS_PER_TICK)).map(FileTime)
    }

    /// The date and time in UTC, less the fraction of a second; `None` after the year 9999.
    ///
    /// The two values that mean "no date" are dates here; see [`FileTime::is_date`].
    #[must_use]
    pub fn date_time(self) -> Option<DateTime> {
        let days = u32::try_from(self.0 / TICKS_PER_DAY).ok()?.checked_add(DAYS_TO_1601)?;
        let second_of_day = u32::try_from(self.0 % TICKS_PER_DAY / TICKS_PER_SECOND).ok()?;
        DateTime::from_days(days, second_of_day)
    }

    /// From a date and time in UTC; `None` before 1601.
    #[must_use]
    pub fn from_date_time(date_time: DateTime) -> Option<FileTime> {
        let days = date_time.days().checked_sub(DAYS_TO_1601)?;
        let seconds =
            u64::from(days).checked_mul(u64::from(SECONDS_PER_DAY))?.checked_add(u64::from(date_time.second_of_day()))?;
        seconds.checked_mul(TICKS_PER_SECOND).map(FileTime)
    }
}

/// ISO 8601 in UTC, with a fraction of a second only where there is one: `2023-11-14T22:13:20Z`, `2023-11-14T22:13:20.5Z`. After
/// the year 9999, the number in hex.
impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(date_time) = self.date_time() else {
            return write!(f, "0x{:016X}", self.0);
        };
        match self.0 % TICKS_PER_SECOND {
            0 => write!(f, "{date_time}Z"),
            ticks => write!(f, "{date_time}.{}Z", format!("{ticks:07}").trim_end_matches('0')),
        }
    }
}

/// A calendar date and time of day to the second, without time zone. Always a valid one, of the years 1 to 9999.
///
/// The fields are as wide as in the structures that hold them: the DTR of TNEF ([MS-OXTNEF]) and SYSTEMTIME
/// ([MS-DTYP] 2.3.13).
///
/// ```
/// let date = winmail::DateTime::new(2024, 2, 29, 12, 0, 0).unwrap();
/// assert_eq!((date.year(), date.weekday()), (2024, 4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    // In this order, so that the derived order is that of time.
    year: u16,
    month: u16,
    day: u16,
    hour: u16,
    minute: u16,
    second: u16,
}

impl DateTime {
    /// A date and time; `None` if there is none such: year 1-9999, month and day from 1, hour 0-23, minute and second 0-59.
    ///
    /// ```
    /// use winmail::DateTime;
    /// let leap_day = DateTime::new(2024, 2, 29, 12, 0, 0).unwrap();
    /// assert_eq!(leap_day.to_string(), "2024-02-29T12:00:00");
    /// assert_eq!(leap_day.weekday(), 4);
    /// assert_eq!(DateTime::new(2023, 2, 29, 12, 0, 0), None);
    /// ```
    #[must_use]
    pub fn new(year: u16, month: u16, day: u16, hour: u16, minute: u16, second: u16) -> Option<DateTime> {
        let days = month_lengths(year).nth(usize::from(month.checked_sub(1)?))?;
        let valid = (1..=9999).contains(&year) && (1..=days).contains(&day) && hour < 24 && minute < 60 && second < 60;
        valid.then_some(DateTime { year, month, day, hour, minute, second })
    }

    /// The year, 1-9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, 1-12.
    #[must_use]
    pub fn month(self) -> u16 {
        self.month
    }

    /// The day of the month, 1-31.
    #[must_use]
    pub fn day(self) -> u16 {
        self.day
    }

    /// The hour, 0-23.
    #[must_use]
    pub fn hour(self) -> u16 {
        self.hour
    }

    /// The minute, 0-59.
    #[must_use]
    pub fn minute(self) -> u16 {
        self.minute
    }

    /// The second, 0-59.
    #[must_use]
    pub fn second(self) -> u16 {
        self.second
    }

    /// The day of the week, 0 = Sunday to 6 = Saturday, as DTR and SYSTEMTIME count.
    #[must_use]
    pub fn weekday(self) -> u16 {
        // 0001-01-01 was a Monday.
        u16::try_from(self.days().saturating_add(1) % 7).unwrap_or(0)
    }

    /// From a PtypFloatingTime: days since 1899-12-30 00:00, the fraction being the time of day, rounded to the second.
    ///
    /// Before 1899-12-30 the whole part counts backward, but the fraction still forward from midnight: -1.25 is
    /// 1899-12-29 06:00, as OLE Automation has it. `None` if it is not a number or not in the years 1 to 9999.
    #[must_use]
    pub fn from_floating_time(value: f64) -> Option<DateTime> {
        let seconds = whole((value.fract().abs() * f64::from(SECONDS_PER_DAY)).round())?;
        // The last half second of a day rounds to the next.
        let next_day = i32::from(seconds == i32::try_from(SECONDS_PER_DAY).ok()?);
        let days = whole(value.trunc())?.checked_add(DAYS_TO_1899)?.checked_add(next_day)?;
        DateTime::from_days(u32::try_from(days).ok()?, u32::try_from(seconds).ok()? % SECONDS_PER_DAY)
    }

    /// Returns the time as a PtypFloatingTime; see [`DateTime::from_floating_time`].
    ///
    /// Times of day on 1899-12-29 and 1899-12-30 are told apart by their whole part, so every date comes back.
    #[must_use]
    pub fn to_floating_time(self) -> f64 {
        let days = f64::from(self.days()) - f64::from(DAYS_TO_1899);
        let fraction = f64::from(self.second_of_day()) / f64::from(SECONDS_PER_DAY);
        if days < 0.0 { days - fraction } else { days + fraction }
    }

    /// Days since 0001-01-01.
    fn days(self) -> u32 {
        let month = usize::from(self.month.saturating_sub(1));
        let before_month: u16 = month_lengths(self.year).take(month).fold(0, u16::saturating_add);
        days_before(self.year).saturating_add(u32::from(before_month)).saturating_add(u32::from(self.day)).saturating_sub(1)
    }

    /// Seconds since midnight.
    fn second_of_day(self) -> u32 {
        let minutes = u32::from(self.hour).saturating_mul(60).saturating_add(u32::from(self.minute));
        minutes.saturating_mul(60).saturating_add(u32::from(self.second))
    }

    /// From days since 0001-01-01 and seconds since midnight; `None` after the year 9999 or the day's end.
    fn from_days(days: u32, second_of_day: u32) -> Option<DateTime> {
        // 400 years have 146097 days. The guess is the year or, in its first days, the one after or before.
        let guess = u16::try_from(u64::from(days).checked_mul(400)? / 146_097).ok()?;
        let candidates = guess.saturating_sub(1).max(1)..=guess.checked_add(2)?;
        let year = candidates.rev().find(|year| days_before(*year) <= days)?;

        let mut day = u16::try_from(days.checked_sub(days_before(year))?).ok()?;
        let mut month = 1u16;
        for length in month_lengths(year) {
            let Some(rest) = day.checked_sub(length) else { break };
            day = rest;
            month = month.checked_add(1)?;
        }

        let minutes = second_of_day / 60;
        let field = |value: u32| u16::try_from(value).ok();
        DateTime::new(year, month, day.checked_add(1)?, field(minutes / 60)?, field(minutes % 60)?, field(second_of_day % 60)?)
    }
}

/// ISO 8601 without zone: `2023-11-14T22:13:20`.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DateTime { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

/// The days of each month of a year.
fn month_lengths(year: u16) -> impl Iterator<Item = u16> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].into_iter()
}

/// Days from 0001-01-01 to the first day of a year.
fn days_before(year: u16) -> u32 {
    let years = u32::from(year).saturating_sub(1);
    years.saturating_mul(365).saturating_add(years / 4).saturating_sub(years / 100).saturating_add(years / 400)
}

/// A floating-point number that is whole, as an integer; `None` where it does not fit or is not a number.
fn whole(value: f64) -> Option<i32> {
    let fits = value >= f64::from(i32::MIN) && value <= f64::from(i32::MAX);
    // No `TryFrom` between these types; the range was checked and the conversion saturates anyhow.
    #[allow(clippy::as_conversions)]
    fits.then_some(value as i32)
}

impl From<SystemTime> for FileTime {
    /// Converts to ticks of 100 nanoseconds; times before 1601 or after 60055 become the nearest one there is.
    fn from(time: SystemTime) -> Self {
        let ticks = |span: Duration| u64::try_from(span.as_nanos() / 100).unwrap_or(u64::MAX);
        FileTime(match time.duration_since(UNIX_EPOCH) {
            Ok(since) => UNIX_EPOCH_TICKS.saturating_add(ticks(since)),
            Err(before) => UNIX_EPOCH_TICKS.saturating_sub(ticks(before.duration())),
        })
    }
}

impl From<FileTime> for SystemTime {
    /// Converts exactly where the system's time reaches as far, as it does on all systems that Rust runs on; else to 1970.
    fn from(time: FileTime) -> Self {
        let span =
            |ticks: u64| Duration::new(ticks / 10_000_000, u32::try_from(ticks % 10_000_000).unwrap_or(0).saturating_mul(100));
        let found = match time.0.checked_sub(UNIX_EPOCH_TICKS) {
            Some(since) => UNIX_EPOCH.checked_add(span(since)),
            None => UNIX_EPOCH.checked_sub(span(UNIX_EPOCH_TICKS.saturating_sub(time.0))),
        };
        found.unwrap_or(UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(year: u16, month: u16, day: u16, hour: u16, minute: u16, second: u16) -> DateTime {
        DateTime::new(year, month, day, hour, minute, second).unwrap()
    }

    // (100 ns since 1601, Unix seconds, nanoseconds, ISO 8601), by Python's datetime.
    #[rustfmt::skip]
    const FILE_TIMES: &[(u64, i64, u32, &str)] = &[
        (0, -11_644_473_600, 0, "1601-01-01T00:00:00Z"),
        (1, -11_644_473_600, 100, "1601-01-01T00:00:00.0000001Z"),
        (94_353_336_000_000_000, -2_209_140_000, 0, "1899-12-30T06:00:00Z"),
        (116_444_735_995_000_000, -1, 500_000_000, "1969-12-31T23:59:59.5Z"),
        (116_444_736_000_000_000, 0, 0, "1970-01-01T00:00:00Z"),
        (125_962_992_000_000_000, 951_825_600, 0, "2000-02-29T12:00:00Z"),
        (133_444_736_000_000_000, 1_700_000_000, 0, "2023-11-14T22:13:20Z"),
        (133_444_736_005_000_000, 1_700_000_000, 500_000_000, "2023-11-14T22:13:20.5Z"),
        (133_444_736_001_234_567, 1_700_000_000, 123_456_700, "2023-11-14T22:13:20.1234567Z"),
        (133_444_736_000_000_100, 1_700_000_000, 10_000, "2023-11-14T22:13:20.00001Z"),
        (157_520_160_000_000_000, 4_107_542_400, 0, "2100-03-01T00:00:00Z"),
        (915_151_392_000_000_000, 79_870_665_600, 0, "4501-01-01T00:00:00Z"),
        (2_650_467_743_999_999_999, 253_402_300_799, 999_999_900, "9999-12-31T23:59:59.9999999Z"),
    ];

    // ((date and time), weekday from Sunday, days since 1899-12-30 with the fraction pointing away from it), by Python's datetime.
    #[rustfmt::skip]
    const DATES: &[([u16; 6], u16, f64)] = &[
        ([1, 1, 1, 0, 0, 0], 1, -693593.0),
        ([100, 1, 1, 0, 0, 0], 5, -657434.0),
        ([1601, 1, 1, 0, 0, 0], 1, -109205.0),
        ([1899, 12, 29, 6, 0, 0], 5, -1.25),
        ([1899, 12, 30, 0, 0, 0], 6, 0.0),
        ([1899, 12, 30, 12, 0, 0], 6, 0.5),
        ([1900, 1, 1, 0, 0, 0], 1, 2.0),
        ([1900, 3, 1, 0, 0, 0], 4, 61.0),
        ([2000, 2, 29, 18, 0, 0], 2, 36585.75),
        ([2004, 10, 1, 8, 30, 0], 5, 38261.354166666664),
        ([2023, 11, 14, 22, 13, 20], 2, 45244.92592592593),
        ([2024, 12, 31, 23, 59, 59], 2, 45657.99998842592),
        ([9999, 12, 31, 23, 59, 59], 5, 2958465.999988426),
    ];

    #[test]
    fn file_times() {
        for (ticks, unix, nanos, shown) in FILE_TIMES {
            let time = FileTime(*ticks);
            assert_eq!(time.unix_seconds(), *unix, "{shown}");
            assert_eq!(time.subsec_nanos(), *nanos, "{shown}");
            assert_eq!(FileTime::from_unix(*unix, *nanos), Some(time), "{shown}");
            assert_eq!(time.to_string(), *shown);
            let date_time = time.date_time().unwrap();
            assert!(shown.starts_with(&date_time.to_string()), "{shown}");
            let whole_second = FileTime(ticks - ticks % TICKS_PER_SECOND);
            assert_eq!(FileTime::from_date_time(date_time), Some(whole_second), "{shown}");
        }
    }

    #[test]
    fn dates() {
        for (date_time, weekday, days) in DATES {
            let [year, month, day, hour, minute, second] = *date_time;
            let date_time = at(year, month, day, hour, minute, second);
            assert_eq!(date_time.weekday(), *weekday, "{date_time}");
            assert_eq!(date_time.to_floating_time(), *days, "{date_time}");
            assert_eq!(DateTime::from_floating_time(*days), Some(date_time));
        }
    }

    #[test]
    fn values_that_are_no_date() {
        assert_eq!(FileTime::NONE.date_time(), Some(at(4501, 1, 1, 0, 0, 0)));
        assert_eq!(FileTime::NONE.to_string(), "4501-01-01T00:00:00Z");
        assert_eq!(FileTime::default(), FileTime::ZERO);
        for time in [FileTime::ZERO, FileTime::NONE, FileTime(FileTime::MAX.0 + 1), FileTime(i64::MAX as u64), FileTime(u64::MAX)]
        {
            assert!(!time.is_date(), "{time}");
        }
        for time in [FileTime(1), FileTime(FileTime::NONE.0 + 1), FileTime::MAX] {
            assert!(time.is_date(), "{time}");
        }
    }

    #[test]
    fn beyond_the_calendar() {
        assert_eq!(FileTime::MAX.date_time(), Some(at(9999, 12, 31, 23, 59, 59)));
        assert_eq!(FileTime(FileTime::MAX.0 + 1).date_time(), None);
        assert_eq!(FileTime(FileTime::MAX.0 + 1).to_string(), "0x24C85A5ED1C04000");
        assert_eq!(FileTime(u64::MAX).to_string(), "0xFFFFFFFFFFFFFFFF");
        assert_eq!(FileTime::from_date_time(at(1600, 12, 31, 23, 59, 59)), None);
        assert_eq!(FileTime::from_date_time(at(1601, 1, 1, 0, 0, 0)), Some(FileTime::ZERO));
    }

    #[test]
    fn unix_time_is_checked() {
        assert_eq!(FileTime::from_unix(-11_644_473_600, 0), Some(FileTime::ZERO));
        assert_eq!(FileTime::from_unix(-11_644_473_601, 999_999_999), None);
        assert_eq!(FileTime::from_unix(0, 1_000_000_000), None);
        assert_eq!(FileTime::from_unix(0, 199), FileTime::from_unix(0, 100));
        assert_eq!(FileTime::from_unix(i64::MAX, 0), None);
        assert_eq!(FileTime::from_unix(i64::MIN, 0), None);
        let last = FileTime(u64::MAX);
        assert_eq!(FileTime::from_unix(last.unix_seconds(), last.subsec_nanos()), Some(last));
        assert_eq!(FileTime::from_unix(last.unix_seconds(), last.subsec_nanos() + 100), None);
    }

    #[test]
    fn impossible_dates() {
        for (year, month, day, hour, minute, second) in [
            (0, 0, 0, 0, 0, 0),
            (0, 1, 1, 0, 0, 0),
            (10000, 1, 1, 0, 0, 0),
            (2023, 0, 1, 0, 0, 0),
            (2023, 13, 1, 0, 0, 0),
            (2023, 1, 0, 0, 0, 0),
            (2023, 4, 31, 0, 0, 0),
            (2023, 2, 29, 0, 0, 0),
            (1900, 2, 29, 0, 0, 0),
            (2023, 1, 1, 24, 0, 0),
            (2023, 1, 1, 0, 60, 0),
            (2023, 1, 1, 0, 0, 60),
            (u16::MAX, u16::MAX, u16::MAX, u16::MAX, u16::MAX, u16::MAX),
        ] {
            assert_eq!(DateTime::new(year, month, day, hour, minute, second), None);
        }
        assert!(DateTime::new(2000, 2, 29, 23, 59, 59).is_some());
    }

    #[test]
    fn every_month_of_the_calendar_in_order() {
        let mut days = 0;
        for year in 1..=9999 {
            assert_eq!(days_before(year), days, "{year}");
            for (month, length) in (1..).zip(month_lengths(year)) {
                for (day, days) in [(1, days), (length, days + u32::from(length) - 1)] {
                    let date = at(year, month, day, 0, 0, 0);
                    assert_eq!(date.days(), days, "{date}");
                    assert_eq!(DateTime::from_days(days, 0), Some(date));
                }
                days += u32::from(length);
            }
        }
        // By Python: datetime.date.max.toordinal().
        assert_eq!(days, 3_652_059);
        assert_eq!(DateTime::from_days(days, 0), None);
    }

    #[test]
    fn floating_times_round_to_the_second_and_refuse_nonsense() {
        let second = 1.0 / 86_400.0;
        assert_eq!(DateTime::from_floating_time(1.0 - 0.4 * second), Some(at(1899, 12, 31, 0, 0, 0)));
        assert_eq!(DateTime::from_floating_time(1.0 - 0.6 * second), Some(at(1899, 12, 30, 23, 59, 59)));
        assert_eq!(DateTime::from_floating_time(-0.0), Some(at(1899, 12, 30, 0, 0, 0)));
        // Between -1 and 0 the whole part is nothing: 1899-12-30 again.
        assert_eq!(DateTime::from_floating_time(-0.25), Some(at(1899, 12, 30, 6, 0, 0)));
        for value in
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 2_958_466.0, 2_958_465.999_999_99, -693_594.0]
        {
            assert_eq!(DateTime::from_floating_time(value), None, "{value}");
        }
    }

    prop_compose! {
        fn any_date_time()(days in 0..3_652_059u32, second in 0..SECONDS_PER_DAY) -> DateTime {
            DateTime::from_days(days, second).unwrap()
        }
    }

    proptest! {
        #[test]
        fn date_times_come_back(a in any_date_time(), b in any_date_time()) {
            prop_assert_eq!(DateTime::from_floating_time(a.to_floating_time()), Some(a));
            prop_assert_eq!(DateTime::new(a.year(), a.month(), a.day(), a.hour(), a.minute(), a.second()), Some(a));
            match FileTime::from_date_time(a) {
                Some(time) => prop_assert_eq!(time.date_time(), Some(a)),
                None => prop_assert!(a.year() < 1601),
            }
            prop_assert_eq!(a.cmp(&b), (a.days(), a.second_of_day()).cmp(&(b.days(), b.second_of_day())));
        }

        #[test]
        fn file_times_come_back(ticks in any::<u64>()) {
            let time = FileTime(ticks);
            prop_assert_eq!(FileTime::from_unix(time.unix_seconds(), time.subsec_nanos()), Some(time));
            prop_assert_eq!(time.date_time().is_some(), time <= FileTime::MAX);
        }

        #[test]
        fn any_floating_time_is_taken_or_refused(value in prop_oneof![any::<f64>(), -700_000.0..3_000_000.0]) {
            let date_time = DateTime::from_floating_time(value);
            prop_assert_eq!(date_time.is_some(), (-693_593.99..2_958_465.99).contains(&value));
            if let Some(date_time) = date_time {
                // A fraction that rounds up to the day after 1899-12-29 goes from -1.99 to 0.
                prop_assert!((date_time.to_floating_time() - value).abs() < 2.0);
            }
        }
    }
}
