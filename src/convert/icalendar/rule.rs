//! RRULE ([MS-OXCICAL] 2.1.3.2.2, RFC 5545 3.3.10): which days a series falls on.
//!
//! | pattern | rule |
//! |---|---|
//! | day | `FREQ=DAILY` |
//! | week | `FREQ=WEEKLY;BYDAY=...;WKST=...` |
//! | day of the month | `FREQ=MONTHLY;BYMONTHDAY=n`; the last day where a month is shorter, which rules skip of themselves |
//! | some day of the week in the month | `FREQ=MONTHLY;BYDAY=2TU`, or `BYDAY=MO,TU...;BYSETPOS=2` |
//! | end of the month | `FREQ=MONTHLY;BYMONTHDAY=-1` |
//!
//! What counts months by twelves is `FREQ=YEARLY;BYMONTH=...`, whatever form it was entered in.

use crate::base::DateTime;
use crate::mapi::blob::{MinuteTime, Pattern, RecurrencePattern, WeekDays};

/// The days of the week as iCalendar names them, from Sunday on.
pub(super) const DAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

const PER_DAY: u32 = 1440;
const ALL: u32 = 0x7F;

/// Whether months and years of the calendar are those of the Gregorian one.
fn is_gregorian(calendar_type: u16) -> bool {
    // Japan, Taiwan, Korea and Thailand count other years only; 9 to 12 are Gregorian in other languages.
    matches!(calendar_type, 0..=5 | 7 | 9..=12)
}

fn month_length(year: u16, month: u16) -> Option<u16> {
    (28..=31).rev().find(|day| DateTime::new(year, month, *day, 0, 0, 0).is_some())
}

/// The day of a month that a pattern has.
fn day_in(pattern: &Pattern, year: u16, month: u16) -> Option<u16> {
    let last = month_length(year, month)?;
    match *pattern {
        Pattern::Month { day } => Some(u16::try_from(day).ok()?.min(last)),
        Pattern::MonthEnd { .. } => Some(last),
        Pattern::MonthNth { days, nth } => {
            let is = |day: &u16| DateTime::new(year, month, *day, 0, 0, 0).is_some_and(|day| days.contains(day.weekday()));
            match nth {
                5 => (1..=last).rev().find(is),
                _ => (1..=last).filter(is).nth(usize::try_from(nth.checked_sub(1)?).ok()?),
            }
        }
        _ => None,
    }
}

/// The first day that the pattern has, from its start on: the start itself in sound series.
pub(super) fn first_day(recurrence: &RecurrencePattern<'_>) -> Option<DateTime> {
    let start = recurrence.start.midnight();
    let from = start.date_time()?;
    match recurrence.pattern {
        Pattern::Week { days } => {
            let first = u16::try_from(recurrence.first_day_of_week).ok().filter(|day| *day < 7)?;
            // Within the week of the start, else in the next one that counts.
            let into = from.weekday().checked_add(7)?.checked_sub(first)? % 7;
            for (week, begin) in [(0_u32, into), (recurrence.period, 0)] {
                for day in begin..7 {
                    let weekday = first.checked_add(day)? % 7;
                    if days.contains(weekday) {
                        let on = week.checked_mul(7)?.checked_add(u32::from(day))?.checked_sub(u32::from(into))?;
                        return start.checked_add(on.checked_mul(PER_DAY)?)?.date_time();
                    }
                }
            }
            None
        }
        Pattern::Day => Some(from),
        _ => {
            let (mut year, mut month) = (from.year(), from.month());
            for _ in 0..2 {
                let day = DateTime::new(year, month, day_in(&recurrence.pattern, year, month)?, 0, 0, 0)?;
                if day >= from {
                    return Some(day);
                }
                let months = u32::from(month).checked_sub(1)?.checked_add(recurrence.period)?;
                year = year.checked_add(u16::try_from(months / 12).ok()?)?;
                month = u16::try_from(months % 12).ok()?.checked_add(1)?;
            }
            None
        }
    }
}

/// The rule of a series, without its end. `None` if iCalendar has none like it.
fn days(recurrence: &RecurrencePattern<'_>) -> Option<String> {
    let every = |number: u32| if number == 1 { String::new() } else { format!(";INTERVAL={number}") };
    let period = recurrence.period;
    if period == 0 {
        return None;
    }
    let names = |days: WeekDays| days.iter().filter_map(|day| DAYS.get(usize::from(day)).copied()).collect::<Vec<_>>().join(",");
    match recurrence.pattern {
        Pattern::Day => (period % PER_DAY == 0).then(|| format!("FREQ=DAILY{}", every(period / PER_DAY))),
        Pattern::Week { days } => {
            let first = DAYS.get(usize::try_from(recurrence.first_day_of_week).ok()?)?;
            (days.0 & ALL != 0).then(|| format!("FREQ=WEEKLY{};BYDAY={};WKST={first}", every(period), names(days)))
        }
        Pattern::Month { .. } | Pattern::MonthEnd { .. } | Pattern::MonthNth { .. } if is_gregorian(recurrence.calendar_type) => {
            // Only the first instance says which month of the year it is.
            let yearly = (period % 12 == 0).then(|| first_day(recurrence)).flatten();
            let part = match recurrence.pattern {
                Pattern::Month { day: 1..=31 } | Pattern::MonthEnd { .. } => month_day(&recurrence.pattern, yearly)?,
                Pattern::MonthNth { days, nth: nth @ 1..=5 } if days.0 & ALL != 0 => {
                    let which = if nth == 5 { "-1".to_owned() } else { nth.to_string() };
                    match days.iter().count() {
                        1 => format!(";BYDAY={which}{}", names(days)),
                        _ => format!(";BYDAY={};BYSETPOS={which}", names(days)),
                    }
                }
                _ => return None,
            };
            Some(match yearly {
                Some(first) => format!("FREQ=YEARLY{};BYMONTH={}{part}", every(period / 12), first.month()),
                None => format!("FREQ=MONTHLY{}{part}", every(period)),
            })
        }
        _ => None,
    }
}

/// The day of the month, or its last day where it is shorter.
fn month_day(pattern: &Pattern, yearly: Option<DateTime>) -> Option<String> {
    let day = match *pattern {
        Pattern::Month { day } => day,
        _ => 31,
    };
    // The shortest that such a month can be, and the longest.
    let (shortest, longest) = match yearly.map(DateTime::month) {
        None => (28, 31),
        Some(2) => (28, 29),
        Some(month) => (month_length(2024, month)?, month_length(2024, month)?),
    };
    Some(if day <= u32::from(shortest) {
        format!(";BYMONTHDAY={day}")
    } else if day >= u32::from(longest) {
        ";BYMONTHDAY=-1".to_owned()
    } else {
        let all = (28..=day).map(|day| day.to_string()).collect::<Vec<_>>().join(",");
        format!(";BYMONTHDAY={all};BYSETPOS=-1")
    })
}

/// The rule of a series. `until` writes the last day up to which it lasts as the start is written. `None` if iCalendar has no such rule.
pub(super) fn rule(recurrence: &RecurrencePattern<'_>, until: impl FnOnce(MinuteTime) -> Option<String>) -> Option<String> {
    let mut rule = days(recurrence)?;
    let by_date = recurrence.end < MinuteTime::NEVER.midnight();
    match recurrence.end_type {
        RecurrencePattern::END_AFTER if recurrence.occurrences > 0 => {
            rule.push_str(&format!(";COUNT={}", recurrence.occurrences));
        }
        RecurrencePattern::END_AFTER | RecurrencePattern::END_BY_DATE if by_date => {
            rule.push_str(&format!(";UNTIL={}", until(recurrence.end.midnight())?));
        }
        _ => {}
    }
    Some(rule)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn series(pattern: Pattern, period: u32, year: u16, month: u16, day: u16) -> RecurrencePattern<'static> {
        RecurrencePattern {
            reader_version: 0x3004,
            writer_version: 0x3004,
            frequency: 0x200A,
            pattern,
            calendar_type: 0,
            first_date_time: 0,
            period,
            sliding: 0,
            end_type: RecurrencePattern::END_NEVER,
            occurrences: 10,
            first_day_of_week: 0,
            deleted: Vec::new(),
            modified: Vec::new(),
            start: MinuteTime::from_date_time(DateTime::new(year, month, day, 0, 0, 0).unwrap()).unwrap(),
            end: MinuteTime::NEVER,
            trailing: Cow::Borrowed(&[]),
        }
    }

    #[test]
    fn every_pattern_has_its_rule() {
        let week = |days| Pattern::Week { days: WeekDays(days) };
        let nth = |days, nth| Pattern::MonthNth { days: WeekDays(days), nth };
        let month = |day| Pattern::Month { day };
        // Pattern, period, start, rule ([MS-OXCICAL] 2.1.3.2.2; the ends of months after RFC 5545).
        let table = [
            (Pattern::Day, 1440, (2024, 1, 1), Some("FREQ=DAILY")),
            (Pattern::Day, 4320, (2024, 1, 1), Some("FREQ=DAILY;INTERVAL=3")),
            (Pattern::Day, 1441, (2024, 1, 1), None),
            (week(0x3E), 1, (2024, 1, 1), Some("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;WKST=SU")),
            (week(0x20), 2, (2024, 1, 5), Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=SU")),
            (week(0x80), 1, (2024, 1, 5), None),
            (month(15), 1, (2024, 1, 15), Some("FREQ=MONTHLY;BYMONTHDAY=15")),
            (month(31), 1, (2024, 1, 31), Some("FREQ=MONTHLY;BYMONTHDAY=-1")),
            (month(30), 1, (2024, 1, 30), Some("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1")),
            (month(29), 2, (2024, 1, 29), Some("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28,29;BYSETPOS=-1")),
            (month(0), 1, (2024, 1, 29), None),
            (Pattern::MonthEnd { day: 31 }, 1, (2024, 1, 31), Some("FREQ=MONTHLY;BYMONTHDAY=-1")),
            (month(25), 12, (2012, 12, 25), Some("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25")),
            (month(30), 12, (2024, 4, 30), Some("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=30")),
            (month(29), 24, (2024, 2, 29), Some("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=-1")),
            (nth(0x04, 2), 1, (2024, 1, 9), Some("FREQ=MONTHLY;BYDAY=2TU")),
            (nth(0x7F, 5), 1, (2024, 1, 31), Some("FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1")),
            (nth(0x20, 4), 12, (2023, 11, 24), Some("FREQ=YEARLY;BYMONTH=11;BYDAY=4FR")),
            (nth(0x20, 6), 1, (2023, 11, 24), None),
            (Pattern::HijriMonth { day: 1 }, 1, (2023, 11, 24), None),
        ];
        for (pattern, period, (year, month, day), expected) in table {
            assert_eq!(days(&series(pattern, period, year, month, day)).as_deref(), expected, "{pattern:?}");
        }
        let hebrew = RecurrencePattern { calendar_type: 8, ..series(month(1), 1, 2024, 1, 1) };
        assert_eq!(days(&hebrew), None);
        assert_eq!(days(&series(Pattern::Day, 0, 2024, 1, 1)), None);
    }

    #[test]
    fn a_series_ends_as_it_says() {
        let mut found = series(Pattern::Day, 1440, 2024, 1, 1);
        let until = |time: MinuteTime| Some(time.to_string());
        assert_eq!(rule(&found, until).unwrap(), "FREQ=DAILY");
        (found.end_type, found.occurrences) = (RecurrencePattern::END_AFTER, 12);
        assert_eq!(rule(&found, until).unwrap(), "FREQ=DAILY;COUNT=12");
        (found.end_type, found.end) = (RecurrencePattern::END_BY_DATE, found.start);
        assert_eq!(rule(&found, until).unwrap(), "FREQ=DAILY;UNTIL=2024-01-01T00:00");
        found.end = MinuteTime::NEVER;
        assert_eq!(rule(&found, until).unwrap(), "FREQ=DAILY");
    }

    #[test]
    fn the_first_instance_may_be_after_the_start() {
        let week = |days| Pattern::Week { days: WeekDays(days) };
        // 2024-01-03 is a Wednesday.
        let table = [
            (week(0x08), 1, (2024, 1, 3)),
            (week(0x20), 2, (2024, 1, 5)),
            (week(0x02), 2, (2024, 1, 15)),
            (Pattern::Month { day: 31 }, 1, (2024, 1, 31)),
            (Pattern::Month { day: 2 }, 3, (2024, 4, 2)),
            (Pattern::MonthNth { days: WeekDays(0x04), nth: 1 }, 12, (2025, 1, 7)),
        ];
        for (pattern, period, (year, month, day)) in table {
            assert_eq!(first_day(&series(pattern, period, 2024, 1, 3)), DateTime::new(year, month, day, 0, 0, 0), "{pattern:?}");
        }
    }
}
