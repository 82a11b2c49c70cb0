//! Values of iCalendar, read (RFC 5545 3.3): dates, times, durations.

use crate::base::{DateTime, FileTime};
use crate::convert::line_reader::Line;
use crate::items::Zone;

/// When something is, as a calendar says it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum When {
    /// In UTC.
    Utc(FileTime),
    /// In a zone.
    Local(DateTime, Zone),
    /// A day.
    Day(DateTime),
}

/// The digits of a date or a time: `20240131T083000`, also with the dashes of ISO 8601.
pub(super) fn local(text: &str) -> Option<DateTime> {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let digits = digits.trim_end_matches('Z');
    let (date, time) = digits.split_once('T').unwrap_or((digits, "000000"));
    let number = |text: &str, at: std::ops::Range<usize>| text.get(at)?.parse::<u16>().ok();
    if date.len() != 8 {
        return None;
    }
    let second = number(time, 4..6).unwrap_or(0).min(59);
    DateTime::new(number(date, 0..4)?, number(date, 4..6)?, number(date, 6..8)?, number(time, 0..2)?, number(time, 2..4)?, second)
}

impl When {
    /// The time in UTC; of a day, its midnight in the zone.
    pub(super) fn utc(&self, zone: &Zone) -> Option<FileTime> {
        match self {
            When::Utc(time) => Some(*time),
            When::Local(time, own) => own.to_utc(*time),
            When::Day(day) => zone.to_utc(*day),
        }
    }

    /// The local time in a zone.
    pub(super) fn in_zone(&self, zone: &Zone) -> Option<DateTime> {
        match self {
            When::Day(day) => Some(*day),
            When::Local(time, own) if own == zone => Some(*time),
            other => zone.to_local(other.utc(zone)?),
        }
    }

    pub(super) fn zone(&self) -> Option<&Zone> {
        match self {
            When::Local(_, zone) => Some(zone),
            _ => None,
        }
    }

    pub(super) fn is_day(&self) -> bool {
        matches!(self, When::Day(_))
    }
}

/// One value of a line: `zone` is what its TZID names.
pub(super) fn when(text: &str, line: &Line, zone: Option<&Zone>) -> Option<When> {
    let text = text.trim();
    let time = local(text)?;
    if line.is("VALUE", "DATE") || !text.contains('T') {
        return Some(When::Day(time));
    }
    match zone {
        Some(zone) if !text.ends_with('Z') => Some(When::Local(time, zone.clone())),
        _ => FileTime::from_date_time(time).map(When::Utc),
    }
}

/// `-PT15M`, `P1DT2H`, `P2W` in seconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, rest) = match text.split_at_checked(1)? {
        ("-", rest) => (true, rest),
        ("+", rest) => (false, rest),
        _ => (false, text),
    };
    let mut seconds = 0_i64;
    let (mut digits, mut in_time, mut any) = (String::new(), false, false);
    for c in rest.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            'T' => {
                in_time = true;
                continue;
            }
            '0'..='9' => {
                digits.push(c);
                continue;
            }
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' if in_time => 60,
            'S' => 1,
            _ => return None,
        };
        let number: i64 = digits.parse().ok()?;
        digits.clear();
        any = true;
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
    }
    let seconds = if negative { seconds.checked_neg()? } else { seconds };
    // What ends with a number that counts nothing is no duration.
    (any && digits.is_empty()).then_some(seconds)
}

/// A time so many seconds later.
pub(super) fn later(time: FileTime, seconds: i64) -> Option<FileTime> {
    let ticks = seconds.unsigned_abs().checked_mul(10_000_000)?;
    if seconds < 0 { time.0.checked_sub(ticks) } else { time.0.checked_add(ticks) }.map(FileTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_dates() {
        let table = [
            ("-PT15M", Some(-900)),
            ("P1DT2H", Some(93_600)),
            ("P2W", Some(1_209_600)),
            ("PT0S", Some(0)),
            ("P1M", None),
            ("PT5", None),
            ("P", None),
            ("15", None),
            ("PT99999999999999999999S", None),
        ];
        for (text, expected) in table {
            assert_eq!(duration(text), expected, "{text}");
        }
        assert_eq!(local("20240131T083000Z"), DateTime::new(2024, 1, 31, 8, 30, 0));
        assert_eq!(local("2024-01-31"), DateTime::new(2024, 1, 31, 0, 0, 0));
        assert_eq!((local("20240231"), local("2024013"), local("")), (None, None, None));
    }
}
