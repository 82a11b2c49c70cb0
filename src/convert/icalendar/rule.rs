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

pub(super) fn month_length(year: u16, month: u16) -> Option<u16> {
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

/// The parts of a rule by name.
pub(super) fn part<'r>(rule: &'r str, name: &str) -> Option<&'r str> {
    let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
    parts
        .find(|(found, _)| found.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

pub(super) fn day_number(name: &str) -> Option<u16> {
    DAYS.iter().position(|day| day.eq_ignore_ascii_case(name)).and_then(|day| u16::try_from(day).ok())
}

/// Days of the week, each perhaps with its number: `-1SU`. `None` if one is no day.
pub(super) fn week_days(text: &str) -> Option<Vec<(i32, u16)>> {
    let one = |text: &str| {
        let text = text.trim();
        let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
        let number = if number.is_empty() { 0 } else { number.trim_start_matches('+').parse().ok()? };
        Some((number, day_number(name)?))
    };
    text.split(',').map(one).collect()
}

/// The days of a month in a rule, as the pattern has them: -1 and `28,29,30` with BYSETPOS=-1 are its end, or the last that it has.
fn month_days(text: &str, position: Option<&str>) -> Option<u32> {
    let days: Vec<i32> = text.split(',').map(|day| day.trim().parse().ok()).collect::<Option<_>>()?;
    match days.as_slice() {
        [-1] => Some(31),
        [day @ 1..=31] => u32::try_from(*day).ok(),
        [28, rest @ ..] if position == Some("-1") => {
            let last = *rest.last()?;
            let all: Vec<i32> = (28..=last).collect();
            (all == days && last <= 31).then(|| u32::try_from(last).ok()).flatten()
        }
        _ => None,
    }
}

/// How many days a series is followed for its end: every day for twenty-seven years.
const MOST_DAYS: usize = 10_000;

/// The first days of a pattern, from its first on: midnights. Bounded.
pub(super) fn days_of(recurrence: &RecurrencePattern<'_>) -> Vec<MinuteTime> {
    let wanted = match recurrence.end_type {
        RecurrencePattern::END_AFTER => usize::try_from(recurrence.occurrences).unwrap_or(0).min(MOST_DAYS),
        RecurrencePattern::END_BY_DATE => MOST_DAYS,
        _ => 1,
    };
    let mut found = Vec::new();
    let mut from = recurrence.clone();
    while found.len() < wanted {
        let Some(day) = first_day(&from).and_then(MinuteTime::from_date_time) else { break };
        if recurrence.end_type == RecurrencePattern::END_BY_DATE && day > recurrence.end {
            break;
        }
        found.push(day);
        // The next one is looked for from the day on that could be it at the earliest.
        let next = match recurrence.pattern {
            Pattern::Day => day.checked_add(recurrence.period),
            Pattern::Week { days } => next_in_week(day, days, recurrence),
            _ => next_month(day, recurrence.period),
        };
        match next {
            Some(next) if next > day => from.start = next,
            _ => break,
        }
    }
    found
}

/// The next day in the week, or the first day of the next week that counts.
fn next_in_week(day: MinuteTime, days: WeekDays, recurrence: &RecurrencePattern<'_>) -> Option<MinuteTime> {
    let first = u16::try_from(recurrence.first_day_of_week).ok().filter(|day| *day < 7)?;
    let into = day.date_time()?.weekday().checked_add(7)?.checked_sub(first)? % 7;
    let rest = (into.checked_add(1)?..7).find(|day| first.checked_add(*day).is_some_and(|day| days.contains(day % 7)));
    let on = match rest {
        Some(later) => u32::from(later.checked_sub(into)?),
        None => recurrence.period.checked_mul(7)?.checked_sub(u32::from(into))?,
    };
    day.checked_add(on.checked_mul(PER_DAY)?)
}

/// The first day of the month that comes so many months later.
fn next_month(day: MinuteTime, period: u32) -> Option<MinuteTime> {
    let day = day.date_time()?;
    let months = u32::from(day.month()).checked_sub(1)?.checked_add(period)?;
    let year = day.year().checked_add(u16::try_from(months / 12).ok()?)?;
    let month = u16::try_from(months % 12).ok()?.checked_add(1)?;
    MinuteTime::from_date_time(DateTime::new(year, month, 1, 0, 0, 0)?)
}

/// What `period` counts from ([MS-OXOCAL] 2.2.1.44.1.1).
fn first_date_time(pattern: &RecurrencePattern<'_>) -> Option<u32> {
    let start = pattern.start.0;
    match pattern.pattern {
        Pattern::Day => start.checked_rem(pattern.period),
        Pattern::Week { .. } => {
            let into =
                u32::from(pattern.start.date_time()?.weekday()).checked_add(7)?.checked_sub(pattern.first_day_of_week)? % 7;
            start.checked_sub(into.checked_mul(PER_DAY)?)?.checked_rem(pattern.period.checked_mul(7)?.checked_mul(PER_DAY)?)
        }
        _ => {
            let day = pattern.start.date_time()?;
            let months =
                u32::from(day.year()).checked_sub(1601)?.checked_mul(12)?.checked_add(u32::from(day.month()).checked_sub(1)?)?;
            let months = months.checked_rem(pattern.period)?;
            let (year, month) =
                (u16::try_from(months / 12).ok()?.checked_add(1601)?, u16::try_from(months % 12).ok()?.checked_add(1)?);
            MinuteTime::from_date_time(DateTime::new(year, month, 1, 0, 0, 0)?).map(|time| time.0)
        }
    }
}

/// Reads a rule for a series that starts on a day. `until` reads the end as a local day. `None` if MAPI has no such series: the same
/// table as [`rule`], from right to left.
pub(super) fn read(
    rule: &str,
    start: DateTime,
    until: impl FnOnce(&str) -> Option<DateTime>,
) -> Option<RecurrencePattern<'static>> {
    let get = |name| part(rule, name);
    let interval: u32 = get("INTERVAL").map_or(Some(1), |text| text.parse().ok()).filter(|interval| *interval > 0)?;
    let position = get("BYSETPOS");
    if ["BYYEARDAY", "BYWEEKNO", "BYEASTER", "RSCALE"].into_iter().any(|name| get(name).is_some()) {
        return None;
    }
    // The time of day is that of the start.
    let is = |name, number: u16| get(name).is_none_or(|text| text.parse() == Ok(number));
    if !is("BYHOUR", start.hour()) || !is("BYMINUTE", start.minute()) || !is("BYSECOND", start.second()) {
        return None;
    }
    let month = get("BYMONTH").map(|text| text.parse::<u16>().ok());
    let days = match get("BYDAY") {
        Some(text) => Some(week_days(text)?),
        None => None,
    };
    let mask = |days: &[(i32, u16)]| WeekDays(days.iter().fold(0, |bits, (_, day)| bits | 1_u32.wrapping_shl(u32::from(*day))));
    let all_plain = days.as_ref().is_none_or(|days| days.iter().all(|(number, _)| *number == 0));
    let of_month = || -> Option<Pattern> {
        let nth = |number: i32| match number {
            1..=4 => u32::try_from(number).ok(),
            -1 => Some(5),
            _ => None,
        };
        match (&days, get("BYMONTHDAY")) {
            (None, Some(text)) => Some(Pattern::Month { day: month_days(text, position)? }),
            (None, None) if position.is_none() => Some(Pattern::Month { day: u32::from(start.day()) }),
            (Some(days), None) if all_plain => Some(Pattern::MonthNth { days: mask(days), nth: nth(position?.parse().ok()?)? }),
            (Some(days), None) => match days.as_slice() {
                [(number, _)] if position.is_none() => Some(Pattern::MonthNth { days: mask(days), nth: nth(*number)? }),
                _ => None,
            },
            _ => None,
        }
    };
    let (pattern, period, frequency) = match get("FREQ")?.to_ascii_uppercase().as_str() {
        _ if month == Some(None) => return None,
        "DAILY" if month.is_none() && position.is_none() && get("BYMONTHDAY").is_none() => match &days {
            None => (Pattern::Day, interval.checked_mul(PER_DAY).filter(|_| interval <= 999)?, 0x200A),
            Some(days) if interval == 1 && all_plain => (Pattern::Week { days: mask(days) }, 1, 0x200A),
            Some(_) => return None,
        },
        "WEEKLY" if month.is_none() && position.is_none() && all_plain && interval <= 99 && get("BYMONTHDAY").is_none() => {
            let days = days.as_ref().map_or(WeekDays(1_u32.wrapping_shl(u32::from(start.weekday()))), |days| mask(days));
            (Pattern::Week { days }, interval, 0x200B)
        }
        "MONTHLY" if month.is_none() && interval <= 99 => {
            // A day that not all months have is skipped there by the rule, and moved by MAPI.
            let plain = get("BYMONTHDAY").map_or(start.day() > 28 && days.is_none(), |text| matches!(text, "29" | "30" | "31"));
            (of_month().filter(|_| !plain)?, interval, 0x200C)
        }
        "YEARLY" => {
            let month = month.flatten();
            if days.is_some() && month.is_none() || month.is_some_and(|month| month != start.month()) {
                return None;
            }
            // Likewise 29 February, which is no other day in other years.
            let day: Option<u16> = get("BYMONTHDAY").map_or(Some(start.day()), |text| text.parse().ok());
            if days.is_none() && (start.month(), day) == (2, Some(29)) {
                return None;
            }
            (of_month()?, interval.checked_mul(12).filter(|months| *months <= 99)?, 0x200D)
        }
        _ => return None,
    };
    let first_day_of_week = get("WKST").map_or(Some(1), day_number)?;
    let midnight = MinuteTime::from_date_time(start)?.midnight();
    let mut found = RecurrencePattern {
        reader_version: 0x3004,
        writer_version: 0x3004,
        frequency,
        pattern,
        calendar_type: 0,
        first_date_time: 0,
        period,
        sliding: 0,
        end_type: RecurrencePattern::END_NEVER,
        occurrences: 10,
        first_day_of_week: u32::from(first_day_of_week),
        deleted: Vec::new(),
        modified: Vec::new(),
        start: midnight,
        end: MinuteTime::NEVER,
        trailing: std::borrow::Cow::Borrowed(&[]),
    };
    // What is no day of the rule is an instance in iCalendar, and none in MAPI.
    if first_day(&found).and_then(MinuteTime::from_date_time) != Some(midnight) {
        return None;
    }
    found.first_date_time = first_date_time(&found)?;
    match (get("COUNT"), get("UNTIL")) {
        (Some(_), Some(_)) => return None,
        (Some(count), None) => {
            found.end_type = RecurrencePattern::END_AFTER;
            found.occurrences = count.parse().ok().filter(|count| (1..=999).contains(count))?;
            found.end = *days_of(&found).last()?;
        }
        (None, Some(text)) => {
            let last = MinuteTime::from_date_time(until(text)?)?.midnight();
            if last < MinuteTime::NEVER.midnight() {
                (found.end_type, found.end) = (RecurrencePattern::END_BY_DATE, last.max(midnight));
                found.occurrences = u32::try_from(days_of(&found).len()).ok()?;
            }
        }
        (None, None) => {}
    }
    Some(found)
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
    fn rules_are_read_as_they_are_written() {
        let at = |year, month, day| DateTime::new(year, month, day, 9, 0, 0).unwrap();
        // Start, rule, whether MAPI has it, the last day of it where it ends (by Python's dateutil).
        let table = [
            (at(2024, 1, 1), "FREQ=DAILY;COUNT=5", Some((2024, 1, 5))),
            (at(2024, 1, 1), "FREQ=DAILY;INTERVAL=3;COUNT=4", Some((2024, 1, 10))),
            (at(2024, 1, 5), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU;WKST=MO;COUNT=4", Some((2024, 1, 21))),
            (at(2024, 1, 7), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,SU;WKST=SU;COUNT=4", Some((2024, 1, 26))),
            (at(2024, 1, 31), "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", Some((2024, 3, 31))),
            (at(2024, 1, 30), "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1;COUNT=2", Some((2024, 2, 29))),
            (at(2024, 1, 9), "FREQ=MONTHLY;BYDAY=2TU;COUNT=3", Some((2024, 3, 12))),
            (at(2024, 1, 31), "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", Some((2024, 2, 29))),
            (at(2023, 11, 24), "FREQ=YEARLY;BYMONTH=11;BYDAY=4FR;COUNT=2", Some((2024, 11, 22))),
            (at(2024, 5, 3), "FREQ=YEARLY;COUNT=3", Some((2026, 5, 3))),
            (at(2024, 1, 31), "FREQ=MONTHLY;COUNT=3", None),
            (at(2024, 2, 29), "FREQ=YEARLY;COUNT=3", None),
            (at(2024, 1, 1), "FREQ=WEEKLY;BYDAY=TU;COUNT=3", None),
            (at(2024, 1, 1), "FREQ=HOURLY;COUNT=3", None),
            (at(2024, 1, 1), "FREQ=DAILY;COUNT=3;UNTIL=20240105", None),
            (at(2024, 1, 1), "FREQ=YEARLY;BYYEARDAY=1;COUNT=2", None),
            (at(2024, 1, 1), "FREQ=DAILY;COUNT=1000", None),
            (at(2024, 1, 1), "FREQ=DAILY;INTERVAL=0", None),
            (at(2024, 1, 1), "", None),
        ];
        for (start, text, expected) in table {
            let found = read(text, start, |_| None);
            let last = found.as_ref().and_then(|found| found.end.date_time());
            assert_eq!(last.map(|day| (day.year(), day.month(), day.day())), expected, "{text}");
            if let Some(found) = found {
                // Written again, it is the same series.
                let written = rule(&found, |_| None).unwrap();
                let again = read(&written, start, |_| None).unwrap();
                assert_eq!(
                    (again.pattern, again.period, again.end),
                    (found.pattern, found.period, found.end),
                    "{text}: {written}"
                );
            }
        }
        let until = |_: &str| DateTime::new(2024, 1, 20, 0, 0, 0);
        let found = read("FREQ=WEEKLY;UNTIL=20240120", at(2024, 1, 1), until).unwrap();
        assert_eq!((found.end_type, found.occurrences, found.first_date_time), (RecurrencePattern::END_BY_DATE, 3, 0));
        let last = DateTime::new(4499, 12, 31, 0, 0, 0);
        assert_eq!(days_of(&read("FREQ=DAILY;UNTIL=44991231", at(2024, 1, 1), |_| last).unwrap()).len(), MOST_DAYS);
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
