//! Times of calendars: zones by their rules, series by their days. What the structures of an item say ([MS-OXOCAL] 2.2.1.44), and
//! what a calendar says (RFC 5545 3.3.10, 3.6.5), each expanded by itself, so that the two can be compared.

use std::collections::{HashMap, HashSet};

use crate::base::{DateTime, FileTime};
use crate::mapi::blob::{MinuteTime, Pattern, RecurrencePattern};

use super::lines::Component;

/// How many instances are compared.
pub(super) const INSTANCES: usize = 400;
/// The days up to which they are looked for: those of the years 2500 and 4500.
const LAST: [i64; 2] = [328_353, 1_058_838];
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// Where looking for instances ends. It is the same day whatever the first one is, so that two series have the same last ones.
fn last_day(first: i64) -> i64 {
    LAST.into_iter().find(|last| first < *last).unwrap_or(first)
}

/// The day since 1601.
pub(super) fn day_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let part = |part: i64| u16::try_from(part).ok();
    let time = DateTime::new(part(year)?, part(month)?, part(day)?, 0, 0, 0)?;
    Some(seconds(FileTime::from_date_time(time)?)? / DAY)
}

/// Seconds since 1601.
pub(super) fn seconds(time: FileTime) -> Option<i64> {
    i64::try_from(time.0 / 10_000_000).ok()
}

/// A day as year, month, day, and day of the week from Sunday on.
fn date_of(day: i64) -> Option<(i64, i64, i64, i64)> {
    let ticks = u64::try_from(day).ok()?.checked_mul(864_000_000_000)?;
    let time = FileTime(ticks).date_time()?;
    Some((i64::from(time.year()), i64::from(time.month()), i64::from(time.day()), i64::from(time.weekday())))
}

fn length(year: i64, month: i64) -> i64 {
    (28..=31).rev().find(|&day| day_of(year, month, day).is_some()).unwrap_or(28)
}

/// The first day of the month behind the one that a day is in.
fn after_month(day: i64, year: i64, month: i64, of_month: i64) -> i64 {
    day.saturating_add(length(year, month)).saturating_sub(of_month).saturating_add(1)
}

/// The day of the week of a day of a month.
fn weekday(year: i64, month: i64, day: i64) -> Option<i64> {
    date_of(day_of(year, month, day)?).map(|(_, _, _, weekday)| weekday)
}

fn minutes(time: MinuteTime) -> i64 {
    i64::from(time.0).saturating_mul(60)
}

/// The first days on which a series of an item takes place; `None` of calendars that are not counted here.
pub(super) fn days_of_pattern(series: &RecurrencePattern<'_>) -> Option<Vec<i64>> {
    if !matches!(series.calendar_type, 0..=5 | 7 | 9..=12) || series.period == 0 {
        return None;
    }
    let first = minutes(series.start) / DAY;
    let by_count = series.end_type == RecurrencePattern::END_AFTER && series.occurrences > 0;
    let most = if by_count { usize::try_from(series.occurrences).ok()?.min(INSTANCES) } else { INSTANCES };
    let is_endless = series.end.midnight() >= MinuteTime::NEVER.midnight() || series.end_type == RecurrencePattern::END_NEVER;
    let last = if by_count || is_endless { i64::MAX } else { minutes(series.end) / DAY };
    let period = i64::from(series.period);
    let (year, month, _, start_weekday) = date_of(first)?;
    let week_start = i64::from(series.first_day_of_week);
    let week = first.saturating_sub(start_weekday.saturating_sub(week_start).rem_euclid(7));
    let months = year.saturating_mul(12).saturating_add(month);
    let mut out = Vec::new();
    let is_monthly = !matches!(series.pattern, Pattern::Day | Pattern::Week { .. });
    let mut next = first;
    while next < last_day(first) && next <= last && out.len() < most {
        let day = next;
        next = next.saturating_add(1);
        let Some((year, month, of_month, weekday)) = date_of(day) else { break };
        let in_month = || year.saturating_mul(12).saturating_add(month).saturating_sub(months).rem_euclid(period) == 0;
        if is_monthly && !in_month() {
            next = after_month(day, year, month, of_month);
            continue;
        }
        let takes_place = match series.pattern {
            Pattern::Day => {
                if period.rem_euclid(1440) != 0 {
                    return None;
                }
                day.saturating_sub(first).rem_euclid((period / 1440).max(1)) == 0
            }
            Pattern::Week { days } => {
                let weeks = day.saturating_sub(week) / 7;
                weeks.rem_euclid(period) == 0 && days.contains(u16::try_from(weekday).ok()?)
            }
            Pattern::Month { day } => in_month() && of_month == i64::from(day).min(length(year, month)),
            Pattern::MonthEnd { .. } => in_month() && of_month == length(year, month),
            Pattern::MonthNth { days, nth } => {
                let is_one = days.contains(u16::try_from(weekday).ok()?);
                in_month() && is_one && {
                    let all: Vec<i64> = (1..=length(year, month))
                        .filter(|&day| {
                            self::weekday(year, month, day)
                                .and_then(|day| u16::try_from(day).ok())
                                .is_some_and(|day| days.contains(day))
                        })
                        .collect();
                    let wanted = match nth {
                        5 => all.last(),
                        _ => all.get(usize::try_from(nth.checked_sub(1)?).ok()?),
                    };
                    wanted == Some(&of_month)
                }
            }
            _ => return None,
        };
        if takes_place {
            out.push(day);
        }
    }
    Some(out)
}

/// A time in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct When {
    /// Seconds since 1601 of the clock.
    pub(super) local: i64,
    /// The same in UTC, where that is known.
    pub(super) utc: Option<i64>,
    /// Whether it is a day.
    pub(super) is_date: bool,
}

/// What a zone is ahead of UTC, from a time on.
#[derive(Debug)]
struct Observance {
    start: i64,
    from: i64,
    to: i64,
    rule: Option<Rule>,
}

/// The zones of a calendar.
#[derive(Debug, Default)]
pub(super) struct Zones(HashMap<String, Vec<Observance>>);

impl Zones {
    pub(super) fn of(components: &[Component]) -> Self {
        let mut zones: HashMap<String, Vec<Observance>> = HashMap::new();
        for component in components.iter().filter(|component| matches!(component.name.as_str(), "STANDARD" | "DAYLIGHT")) {
            let zone = component.parent.and_then(|parent| components.get(parent));
            let id = zone.and_then(|zone| zone.lines.iter().find(|line| line.name == "TZID")).map(super::lines::Line::text);
            let line = |name: &str| component.lines.iter().find(|line| line.name == name).map(|line| line.value.as_str());
            let read = || {
                let start = clock(line("DTSTART")?)?;
                let (from, to) = (offset(line("TZOFFSETFROM")?)?, offset(line("TZOFFSETTO")?)?);
                Some(Observance { start, from, to, rule: line("RRULE").and_then(Rule::parse) })
            };
            if let (Some(id), Some(observance)) = (id, read()) {
                zones.entry(id).or_default().push(observance);
            }
        }
        Zones(zones)
    }

    /// A time of the clock in UTC.
    fn utc(&self, zone: &str, local: i64) -> Option<i64> {
        let observances = self.0.get(zone)?;
        // What is skipped counts as before.
        let skipped = |one: &Observance| one.to.saturating_sub(one.from).max(0);
        let onsets = observances.iter().filter_map(|one| Some((one.onset(local.saturating_sub(skipped(one)))?, one)));
        let latest = onsets.max_by_key(|(onset, _)| *onset);
        // Before all of them the first one tells what was before.
        let ahead = match latest {
            Some((_, one)) => one.to,
            None => observances.iter().min_by_key(|one| one.start)?.from,
        };
        local.checked_sub(ahead)
    }

    /// A time as a line has it.
    pub(super) fn when(&self, value: &str, zone: Option<&str>) -> Option<When> {
        let value = value.trim();
        let local = clock(value)?;
        let utc = match (value.ends_with(['Z', 'z']), zone) {
            (true, _) => Some(local),
            (false, Some(zone)) => self.utc(zone, local),
            (false, None) => None,
        };
        Some(When { local, utc, is_date: value.len() == 8 })
    }
}

impl Observance {
    /// When it last began up to a time.
    fn onset(&self, local: i64) -> Option<i64> {
        if local < self.start {
            return None;
        }
        let Some(rule) = &self.rule else { return Some(self.start) };
        let (year, ..) = date_of(local / DAY)?;
        let (first, ..) = date_of(self.start / DAY)?;
        let of_day = self.start.rem_euclid(DAY);
        let until = rule.until.map(|(until, _)| until.saturating_add(self.from));
        (year.saturating_sub(1)..=year).rev().filter(|&year| year >= first).find_map(|year| {
            let month = rule.months.first().copied()?;
            let day = rule.days_in(year, month).first().copied()?;
            let onset = day_of(year, month, day)?.checked_mul(DAY)?.checked_add(of_day)?;
            (onset <= local && onset >= self.start && until.is_none_or(|until| onset <= until)).then_some(onset)
        })
    }
}

/// `20240131` or `20240131T093000`, as seconds since 1601.
fn clock(value: &str) -> Option<i64> {
    let number = |from: usize, to: usize| value.get(from..to)?.parse::<i64>().ok();
    let day = day_of(number(0, 4)?, number(4, 6)?, number(6, 8)?)?.checked_mul(DAY)?;
    if value.get(8..9) != Some("T") {
        return Some(day);
    }
    let time = number(9, 11)?.checked_mul(3600)?.checked_add(number(11, 13)?.checked_mul(60)?)?;
    day.checked_add(time)?.checked_add(number(13, 15)?)
}

/// `+0100` as seconds.
fn offset(value: &str) -> Option<i64> {
    let number = |from: usize, to: usize| value.get(from..to)?.parse::<i64>().ok();
    let seconds = number(1, 3)?.checked_mul(3600)?.checked_add(number(3, 5)?.checked_mul(60)?)?;
    if value.starts_with('-') { seconds.checked_neg() } else { Some(seconds) }
}

/// A rule of a calendar.
#[derive(Debug, Default)]
pub(super) struct Rule {
    frequency: String,
    interval: i64,
    count: Option<usize>,
    /// The time, and whether it is in UTC.
    until: Option<(i64, bool)>,
    /// Which one of the month, or 0 for all, and the day of the week.
    weekdays: Vec<(i64, i64)>,
    month_days: Vec<i64>,
    months: Vec<i64>,
    positions: Vec<i64>,
    week_start: i64,
}

impl Rule {
    pub(super) fn parse(text: &str) -> Option<Rule> {
        const NAMES: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
        let weekday = |name: &str| NAMES.iter().position(|known| *known == name).and_then(|at| i64::try_from(at).ok());
        let numbers = |text: &str| text.split(',').map(|number| number.parse::<i64>().ok()).collect::<Option<Vec<_>>>();
        let mut rule = Rule { interval: 1, week_start: 1, ..Rule::default() };
        for part in text.trim().split(';') {
            let (name, value) = part.split_once('=')?;
            match name {
                "FREQ" => value.clone_into(&mut rule.frequency),
                "INTERVAL" => rule.interval = value.parse().ok().filter(|interval| *interval > 0)?,
                "COUNT" => rule.count = Some(value.parse().ok()?),
                "UNTIL" => rule.until = Some((clock(value)?, value.ends_with('Z'))),
                "BYDAY" => {
                    for day in value.split(',') {
                        let at = day.len().checked_sub(2)?;
                        let (nth, name) = day.split_at_checked(at)?;
                        let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
                        rule.weekdays.push((nth, weekday(name)?));
                    }
                }
                "BYMONTHDAY" => rule.month_days = numbers(value)?,
                "BYMONTH" => rule.months = numbers(value)?,
                "BYSETPOS" => rule.positions = numbers(value)?,
                "WKST" => rule.week_start = weekday(value)?,
                _ => return None,
            }
        }
        Some(rule)
    }

    /// The days of a month, in order.
    fn days_in(&self, year: i64, month: i64) -> Vec<i64> {
        let last = length(year, month);
        let of_weekday = |day: i64| {
            let Some(weekday) = weekday(year, month, day) else { return false };
            let from_start = day.saturating_sub(1) / 7;
            let from_end = last.saturating_sub(day) / 7;
            self.weekdays.iter().any(|&(nth, wanted)| {
                wanted == weekday
                    && (nth == 0 || nth == from_start.saturating_add(1) || nth == from_end.saturating_add(1).saturating_neg())
            })
        };
        let by_day = |day: i64| {
            self.month_days.iter().any(|&wanted| wanted == day || wanted == day.saturating_sub(last).saturating_sub(1))
        };
        let days: Vec<i64> = (1..=last)
            .filter(|&day| self.weekdays.is_empty() || of_weekday(day))
            .filter(|&day| self.month_days.is_empty() || by_day(day))
            .collect();
        if self.positions.is_empty() {
            return days;
        }
        let at = |position: i64| match position {
            1.. => usize::try_from(position.saturating_sub(1)).ok(),
            _ => days.len().checked_sub(usize::try_from(position.unsigned_abs()).ok()?),
        };
        let mut picked: Vec<i64> = self.positions.iter().filter_map(|&position| days.get(at(position)?).copied()).collect();
        picked.sort_unstable();
        picked
    }

    /// The first instances from a start on, as times of the clock. `utc` makes a time of the clock one in UTC.
    pub(super) fn instances(&self, start: i64, utc: impl Fn(i64) -> Option<i64>) -> Option<Vec<i64>> {
        let first = start / DAY;
        let of_day = start.rem_euclid(DAY);
        let (year, month, _, weekday) = date_of(first)?;
        let week = first.saturating_sub(weekday.saturating_sub(self.week_start).rem_euclid(7));
        let months = year.saturating_mul(12).saturating_add(month);
        let most = self.count.unwrap_or(INSTANCES).min(INSTANCES);
        let mut in_month: (i64, i64, Vec<i64>) = (0, 0, Vec::new());
        let mut out = Vec::new();
        let mut next = first;
        while next < last_day(first) && out.len() < most {
            let day = next;
            next = next.saturating_add(1);
            let Some((at_year, at_month, of_month, at_weekday)) = date_of(day) else { break };
            let local = day.checked_mul(DAY)?.checked_add(of_day)?;
            let ends = || {
                self.until.is_some_and(|(until, is_utc)| {
                    let time = if is_utc { utc(local).unwrap_or(local) } else { local };
                    // A day as the end of times means all of it.
                    time > if until.rem_euclid(DAY) == 0 && !is_utc { until.saturating_add(DAY).saturating_sub(1) } else { until }
                })
            };
            // What the zone says costs more than that a day is far behind the end.
            if self.until.is_some_and(|(until, _)| local > until.saturating_add(3 * DAY)) {
                break;
            }
            let mut of_month_set = || {
                if (in_month.0, in_month.1) != (at_year, at_month) {
                    in_month = (at_year, at_month, self.days_in(at_year, at_month));
                }
                in_month.2.contains(&of_month)
            };
            let every = |number: i64| number.rem_euclid(self.interval.max(1)) == 0;
            let is_other_month = match self.frequency.as_str() {
                "MONTHLY" => !every(at_year.saturating_mul(12).saturating_add(at_month).saturating_sub(months)),
                "YEARLY" => !every(at_year.saturating_sub(year)) || !self.months.contains(&at_month),
                _ => false,
            };
            if is_other_month {
                next = after_month(day, at_year, at_month, of_month);
                continue;
            }
            let takes_place = match self.frequency.as_str() {
                "DAILY" => every(day.saturating_sub(first)),
                "WEEKLY" => every(day.saturating_sub(week) / 7) && self.weekdays.iter().any(|&(_, wanted)| wanted == at_weekday),
                "MONTHLY" | "YEARLY" => of_month_set(),
                _ => return None,
            };
            if takes_place {
                if ends() {
                    break;
                }
                out.push(local);
            }
        }
        Some(out)
    }
}

/// A series in a calendar.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// When the first instances start, by the rule.
    pub(super) instances: Vec<When>,
    /// Instances that were removed.
    pub(super) removed: HashSet<i64>,
}

impl Found {
    /// That of a component; `None` if it has no rule.
    pub(super) fn of(component: &Component, zones: &Zones) -> Option<Found> {
        let line = |name: &str| component.lines.iter().find(|line| line.name == name);
        let rule = Rule::parse(&line("RRULE")?.value)?;
        let start = line("DTSTART")?;
        let zone = start.parameter("TZID");
        let first = zones.when(&start.value, zone)?;
        let is_utc = first.utc == Some(first.local);
        let utc = |local: i64| if is_utc { Some(local) } else { zones.utc(zone?, local) };
        let instances = rule.instances(first.local, utc)?;
        let as_when = |local: i64| When { local, utc: utc(local), is_date: first.is_date };
        let removed = component.lines.iter().filter(|line| line.name == "EXDATE");
        let removed = removed.flat_map(|line| line.value.split(',')).filter_map(clock).collect();
        Some(Found { instances: instances.into_iter().map(as_when).collect(), removed })
    }
}
