//! stub

/// FILETIME: 100 ns since 1601-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileTime(pub u64);

/// A calendar date and time of day, without time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DateTime {
    /// Year.
    pub year: u16,
}

impl DateTime {
    /// stub
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8, hour: u8, minute: u8, second: u8) -> Option<Self> {
        (month > 0 && day > 0 && day < 29 && hour < 24 && minute < 60 && second < 60).then_some(DateTime { year })
    }
}
