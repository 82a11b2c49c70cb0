//! The days of rules that no series of Outlook has, one by one (RFC 5545 3.3.10 and 3.8.5): BYYEARDAY, day 31 that is skipped in short
//! months, two rules, RDATE, EXRULE. MAPI holds them as "every n days" without the days that are missing ([MS-OXOCAL] 2.2.1.44.1).
//!
//! Not followed: what has several instances on a day (hours, minutes), and BYWEEKNO.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::base::{DateTime, steps};
use crate::mapi::blob::{MinuteTime, Pattern, RecurrencePattern};

use super::rule::{day_number, month_length, part, week_days};

/// How many days a rule is followed: eleven years. Each day that is missing takes four bytes, and a line in a calendar.
pub(super) const MOST_DAYS: u32 = 4_000;
/// How many rules of one event are followed.
pub(super) const MOST_RULES: usize = 8;

const PER_DAY: u32 = 1440;

/// A rule as sets, of which none is larger than a year has days.
struct Rule {
    frequency: Frequency,
    interval: u32,
    months: BTreeSet<i32>,
    year_days: BTreeSet<i32>,
    month_days: BTreeSet<i32>,
    week_days: BTreeSet<(i32, u16)>,
    positions: BTreeSet<i32>,
    first_day: u16,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// Days of rules.
#[derive(Default)]
pub(super) struct Days {
    /// Midnights.
    pub(super) found: BTreeSet<MinuteTime>,
    /// Midnights that are left out of them.
    pub(super) removed: BTreeSet<MinuteTime>,
    /// Says whether the rules go on after [`MOST_DAYS`].
    pub(super) is_cut: bool,
}

/// Numbers between `-most` and `most`, but for 0.
fn numbers(text: Option<&str>, most: i32) -> Option<BTreeSet<i32>> {
    let Some(text) = text else { return Some(BTreeSet::new()) };
    let one = |text: &str| {
        i32::from_str(text.trim()).ok().filter(|number| *number != 0 && number.checked_abs().is_some_and(|size| size <= most))
    };
    text.split(',').map(one).collect()
}

impl Rule {
    fn parse(rule: &str, start: DateTime) -> Option<Rule> {
        let get = |name| part(rule, name);
        if ["BYWEEKNO", "BYEASTER", "RSCALE"].into_iter().any(|name| get(name).is_some()) {
            return None;
        }
        let is = |name, number: u16| get(name).is_none_or(|text| text.parse() == Ok(number));
        if !is("BYHOUR", start.hour()) || !is("BYMINUTE", start.minute()) || !is("BYSECOND", start.second()) {
            return None;
        }
        let frequency = match get("FREQ")?.to_ascii_uppercase().as_str() {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            _ => return None,
        };
        let week_days: BTreeSet<(i32, u16)> = match get("BYDAY") {
            Some(text) => week_days(text)?.into_iter().collect(),
            None => BTreeSet::new(),
        };
        let is_numbered = week_days.iter().any(|(number, _)| *number != 0);
        if week_days.iter().any(|(number, _)| !(-53..=53).contains(number))
            || is_numbered && matches!(frequency, Frequency::Daily | Frequency::Weekly)
        {
            return None;
        }
        let mut found = Rule {
            frequency,
            interval: get("INTERVAL").map_or(Some(1), |text| text.parse().ok()).filter(|interval| *interval > 0)?,
            months: numbers(get("BYMONTH"), 12)?,
            year_days: numbers(get("BYYEARDAY"), 366)?,
            month_days: numbers(get("BYMONTHDAY"), 31)?,
            week_days,
            positions: numbers(get("BYSETPOS"), 366)?,
            first_day: get("WKST").map_or(Some(1), day_number)?,
        };
        if !found.year_days.is_empty() && frequency != Frequency::Yearly {
            return None;
        }
        found.complete(start);
        Some(found)
    }

    /// What a rule does not say, its start says.
    fn complete(&mut self, start: DateTime) {
        let no_day = self.month_days.is_empty() && self.week_days.is_empty() && self.year_days.is_empty();
        match self.frequency {
            Frequency::Weekly if self.week_days.is_empty() => _ = self.week_days.insert((0, start.weekday())),
            Frequency::Monthly if no_day => _ = self.month_days.insert(i32::from(start.day())),
            Frequency::Yearly if no_day => {
                self.month_days.insert(i32::from(start.day()));
                if self.months.is_empty() {
                    self.months.insert(i32::from(start.month()));
                }
            }
            _ => {}
        }
    }

    /// Which period a day is in, counted from somewhere before the start.
    fn period(&self, day: MinuteTime, date: DateTime) -> u32 {
        let number = day.0 / PER_DAY;
        match self.frequency {
            Frequency::Daily => number,
            // Day 0, 1 January 1601, was a Monday.
            Frequency::Weekly => number.saturating_add(8).saturating_sub(u32::from(self.first_day)) / 7,
            Frequency::Monthly => u32::from(date.year()).saturating_mul(12).saturating_add(u32::from(date.month())),
            Frequency::Yearly => u32::from(date.year()),
        }
    }

    /// Whether the rule has a day, in a period that counts; BYSETPOS apart.
    fn has(&self, date: DateTime) -> Option<bool> {
        let last = month_length(date.year(), date.month())?;
        let in_year = |date: DateTime| {
            let first = MinuteTime::from_date_time(DateTime::new(date.year(), 1, 1, 0, 0, 0)?)?;
            let day = MinuteTime::from_date_time(date)?.0.checked_sub(first.0)? / PER_DAY;
            i32::try_from(day).ok()?.checked_add(1)
        };
        let year_day = in_year(date)?;
        let of_year = in_year(DateTime::new(date.year(), 12, 31, 0, 0, 0)?)?;
        let (day, last) = (i32::from(date.day()), i32::from(last));
        // A number counts from the first one, or from the last one back.
        let either = |set: &BTreeSet<i32>, number: i32, of: i32| {
            set.is_empty() || set.contains(&number) || set.contains(&number.saturating_sub(of).saturating_sub(1))
        };
        let in_months = self.months.is_empty() || self.months.contains(&i32::from(date.month()));
        let by_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (number, of) = if by_year { (year_day, of_year) } else { (day, last) };
        let forth = number.saturating_sub(1) / 7;
        let back = of.saturating_sub(number) / 7;
        let weekday = date.weekday();
        let in_week = self.week_days.is_empty()
            || [0, forth.saturating_add(1), (-1_i32).saturating_sub(back)]
                .into_iter()
                .any(|nth| self.week_days.contains(&(nth, weekday)));
        Some(in_months && either(&self.year_days, year_day, of_year) && either(&self.month_days, day, last) && in_week)
    }

    /// Of the days of a period those at the positions that BYSETPOS names.
    fn chosen(&self, days: &[MinuteTime]) -> Vec<MinuteTime> {
        let length = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let is_chosen = |at: usize| {
            let at = i32::try_from(at).unwrap_or(i32::MAX).saturating_add(1);
            self.positions.is_empty()
                || self.positions.contains(&at)
                || self.positions.contains(&at.saturating_sub(length).saturating_sub(1))
        };
        days.iter().enumerate().filter(|(at, _)| is_chosen(*at)).map(|(_, day)| *day).collect()
    }
}

impl Days {
    /// Adds the days of a rule from a start on. `until` reads the end as a local day. `false` if the rule cannot be followed.
    pub(super) fn add_rule(&mut self, rule: &str, start: DateTime, until: impl FnOnce(&str) -> Option<DateTime>) -> bool {
        self.days_of(rule, start, until).is_some()
    }

    fn days_of(&mut self, text: &str, start: DateTime, until: impl FnOnce(&str) -> Option<DateTime>) -> Option<()> {
        let rule = Rule::parse(text, start)?;
        let first = MinuteTime::from_date_time(start)?.midnight();
        let last = first.checked_add(MOST_DAYS.checked_mul(PER_DAY)?)?;
        let mut left = part(text, "COUNT").map_or(Some(u32::MAX), |count| count.parse().ok())?;
        let end = match part(text, "UNTIL") {
            Some(text) => Some(MinuteTime::from_date_time(until(text)?)?.midnight()),
            None => None,
        };
        // BYSETPOS counts from the beginning of a period, which is before the start as a rule.
        let before = match rule.frequency {
            _ if rule.positions.is_empty() => 0,
            Frequency::Daily => 0,
            Frequency::Weekly => 6,
            Frequency::Monthly => u32::from(start.day()).saturating_sub(1),
            Frequency::Yearly => 366,
        };
        let own = rule.period(first, start);
        let mut periods: BTreeMap<u32, Vec<MinuteTime>> = BTreeMap::new();
        let mut day = MinuteTime(first.0.saturating_sub(before.saturating_mul(PER_DAY)));
        while day < last {
            steps::count(1);
            let date = day.date_time()?;
            let period = rule.period(day, date);
            let counts = period.checked_sub(own).is_some_and(|since| since.checked_rem(rule.interval) == Some(0));
            if counts && rule.has(date)? {
                periods.entry(period).or_default().push(day);
            }
            day = day.checked_add(PER_DAY)?;
        }
        let end = end.unwrap_or(MinuteTime(u32::MAX));
        for day in periods.values().flat_map(|days| rule.chosen(days)).filter(|day| *day >= first && *day <= end) {
            let Some(rest) = left.checked_sub(1) else { break };
            left = rest;
            self.found.insert(day);
        }
        self.is_cut |= end >= last && left > 0;
        Some(())
    }

    /// A pattern with exactly these days: every n days, without those that are missing. `None` without days, and for days that are
    /// further apart than [`MOST_DAYS`].
    pub(super) fn pattern(&self) -> Option<RecurrencePattern<'static>> {
        let (first, last) = (*self.found.first()?, *self.found.last()?);
        let apart = |day: &MinuteTime| day.0.saturating_sub(first.0) / PER_DAY;
        // Outlook counts by 999 days at most.
        let common = self.found.iter().map(apart).fold(0, divisor);
        let every = (1..=common.min(999)).rev().find(|every| common.checked_rem(*every) == Some(0)).unwrap_or(1);
        let count = apart(&last).checked_div(every)?.checked_add(1).filter(|count| *count <= MOST_DAYS)?;
        let period = every.checked_mul(PER_DAY)?;
        let days = (0..count).filter_map(|n| first.checked_add(n.checked_mul(period)?));
        let is_there = |day: &MinuteTime| self.found.contains(day) && !self.removed.contains(day);
        // COUNT is no larger elsewhere.
        let end_type = if count > 999 { RecurrencePattern::END_BY_DATE } else { RecurrencePattern::END_AFTER };
        Some(RecurrencePattern {
            reader_version: 0x3004,
            writer_version: 0x3004,
            frequency: 0x200A,
            pattern: Pattern::Day,
            calendar_type: 0,
            first_date_time: first.0.checked_rem(period)?,
            period,
            sliding: 0,
            end_type,
            occurrences: count,
            first_day_of_week: 0,
            deleted: days.filter(|day| !is_there(day)).collect(),
            modified: Vec::new(),
            start: first,
            end: last,
            trailing: std::borrow::Cow::Borrowed(&[]),
        })
    }
}

/// The greatest number that divides both.
fn divisor(one: u32, other: u32) -> u32 {
    let (mut one, mut other) = (one, other);
    while let Some(rest) = one.checked_rem(other) {
        (one, other) = (other, rest);
    }
    one
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(rule: &str, (year, month, day): (u16, u16, u16), most: usize) -> String {
        let mut found = Days::default();
        let never = |_: &str| panic!("no UNTIL");
        assert!(found.add_rule(rule, DateTime::new(year, month, day, 9, 0, 0).unwrap(), never), "{rule}");
        let text = |day: &MinuteTime| day.to_string().split('T').next().unwrap().to_owned();
        found.found.iter().take(most).map(text).collect::<Vec<_>>().join(" ")
    }

    /// Rules and days of RFC 5545 3.8.5.3, all from September 1997 on or as they say.
    #[test]
    fn the_examples_of_the_standard() {
        let table = [
            ("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", (1997, 1, 1), "1997-01-01 1997-04-10 1997-07-19 2000-01-01"),
            ("FREQ=YEARLY;BYDAY=20MO", (1997, 5, 19), "1997-05-19 1998-05-18 1999-05-17"),
            ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", (1997, 3, 13), "1997-03-13 1997-03-20 1997-03-27 1998-03-05"),
            ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", (1997, 9, 2), "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"),
            ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", (1997, 9, 13), "1997-09-13 1997-10-11 1997-11-08"),
            (
                "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
                (1996, 11, 5),
                "1996-11-05 2000-11-07 2004-11-02",
            ),
            ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", (1997, 9, 4), "1997-09-04 1997-10-07 1997-11-06"),
            ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", (1997, 9, 29), "1997-09-29 1997-10-30 1997-11-27 1997-12-30"),
            ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", (1997, 8, 5), "1997-08-05 1997-08-10 1997-08-19 1997-08-24"),
            ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", (1997, 8, 5), "1997-08-05 1997-08-17 1997-08-19 1997-08-31"),
            ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", (2007, 1, 15), "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"),
            ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", (1997, 9, 10), "1997-09-10 1997-09-11 1997-09-12"),
            (
                "FREQ=MONTHLY;BYDAY=-2MO;COUNT=6",
                (1997, 9, 22),
                "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16",
            ),
            ("FREQ=DAILY;BYMONTH=1;COUNT=3", (1998, 1, 30), "1998-01-30 1998-01-31 1999-01-01"),
        ];
        for (rule, start, expected) in table {
            assert_eq!(days(rule, start, expected.split(' ').count()), expected, "{rule}");
        }
    }

    /// Every n days without the missing ones are the days themselves.
    #[test]
    fn patterns_have_the_days() {
        let mut found = Days::default();
        let at = |month, day| MinuteTime::from_date_time(DateTime::new(2024, month, day, 0, 0, 0).unwrap()).unwrap();
        found.found = BTreeSet::from([at(1, 1), at(1, 15), at(1, 22)]);
        let pattern = found.pattern().unwrap();
        assert_eq!((pattern.period, pattern.occurrences, pattern.deleted.as_slice()), (7 * 1440, 4, [at(1, 8)].as_slice()));
        found.found = BTreeSet::from([at(1, 1)]);
        assert_eq!(found.pattern().map(|pattern| (pattern.period, pattern.occurrences)), Some((1440, 1)));
        assert!(Days::default().pattern().is_none());
    }

    #[test]
    fn what_has_no_days_is_refused() {
        let start = DateTime::new(2024, 1, 1, 9, 0, 0).unwrap();
        for rule in [
            "FREQ=HOURLY",
            "FREQ=YEARLY;BYWEEKNO=20",
            "FREQ=DAILY;BYHOUR=9,10",
            "FREQ=DAILY;BYDAY=1MO",
            "FREQ=MONTHLY;BYMONTHDAY=0",
            "x",
        ] {
            assert!(!Days::default().add_rule(rule, start, |_| None), "{rule}");
        }
        let mut endless = Days::default();
        assert!(endless.add_rule("FREQ=YEARLY;BYYEARDAY=1", start, |_| None) && endless.is_cut);
        assert_eq!(endless.found.len(), 11);
    }
}
