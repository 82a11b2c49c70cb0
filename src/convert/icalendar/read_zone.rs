//! VTIMEZONE, read: the rules of a zone by year ([MS-OXCICAL] 2.1.3.1.1.19).

use std::collections::BTreeSet;

use crate::base::DateTime;
use crate::convert::line_reader::{Component, Line};
use crate::items::{Zone, ZoneRule};
use crate::mapi::blob::SystemTime;

use super::rule::DAYS;
use super::value;

/// A change of the clock: since when, until when, from what to what, on which day.
struct Observance {
    is_daylight: bool,
    since: DateTime,
    /// The last year; the one in which it happens where there is no rule.
    last: u16,
    from: i32,
    to: i32,
    day: SystemTime,
}

/// `+0530`, `-053000` in minutes.
fn offset(line: Option<&Line>) -> Option<i32> {
    let text = line?.value.trim();
    let (sign, digits) = text.split_at_checked(1)?;
    let part = |at: std::ops::Range<usize>| digits.get(at)?.parse::<i32>().ok();
    let minutes = part(0..2)?.checked_mul(60)?.checked_add(part(2..4)?)?;
    match sign {
        "+" => Some(minutes),
        "-" => minutes.checked_neg(),
        _ => None,
    }
}

impl Observance {
    fn read(component: &Component) -> Option<Self> {
        let since = value::local(component.line("DTSTART")?.value.trim())?;
        let rule = component.line("RRULE").map(|line| line.value.to_ascii_uppercase());
        let get = |name: &str| {
            let mut parts = rule.as_deref()?.split(';').filter_map(|part| part.split_once('='));
            parts.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
        };
        let (mut which, mut weekday) = (nth(since.day()), since.weekday());
        if let Some(text) = get("BYDAY") {
            let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
            weekday = DAYS.iter().position(|day| *day == name).and_then(|day| u16::try_from(day).ok())?;
            which = match (number.trim_start_matches('+'), get("BYMONTHDAY")) {
                // `BYMONTHDAY=8,9,...,14` is the second.
                ("", Some(days)) => days.split(',').next()?.parse::<u16>().ok()?.checked_add(6)? / 7,
                ("", None) => which,
                (number, _) => match number.parse::<i32>().ok()? {
                    -1 => 5,
                    number @ 1..=5 => u16::try_from(number).ok()?,
                    _ => return None,
                },
            };
        }
        let month = get("BYMONTH").map_or(Some(since.month()), |month| month.parse().ok())?;
        let last = match (rule.is_some(), get("UNTIL")) {
            (false, _) => since.year(),
            (true, None) => u16::MAX,
            (true, Some(until)) => until.get(..4)?.parse().ok()?,
        };
        let (hour, minute, second) = (since.hour(), since.minute(), since.second());
        Some(Observance {
            is_daylight: component.name == "DAYLIGHT",
            since,
            last,
            from: offset(component.line("TZOFFSETFROM")).or_else(|| offset(component.line("TZOFFSETTO")))?,
            to: offset(component.line("TZOFFSETTO"))?,
            day: SystemTime { month, day: which, day_of_week: weekday, hour, minute, second, ..SystemTime::default() },
        })
    }
}

/// The single changes that RDATE names (RFC 5545 3.6.5): like the first one, on days of their own.
fn further<'c>(first: &Observance, component: &'c Component) -> impl Iterator<Item = Observance> + use<'c> {
    let (is_daylight, from, to) = (first.is_daylight, first.from, first.to);
    let values = component.all("RDATE").flat_map(|line| line.value.split(','));
    values.filter_map(|text| value::local(text.split('/').next()?.trim())).map(move |since| Observance {
        is_daylight,
        since,
        last: since.year(),
        from,
        to,
        day: day_of(since),
    })
}

/// The day of a year that holds for this date.
fn day_of(date: DateTime) -> SystemTime {
    SystemTime {
        month: date.month(),
        day: nth(date.day()),
        day_of_week: date.weekday(),
        hour: date.hour(),
        minute: date.minute(),
        second: date.second(),
        ..SystemTime::default()
    }
}

/// The last such day of the month where it cannot be told from the fourth.
fn nth(day: u16) -> u16 {
    if day > 24 { 5 } else { day.saturating_add(6) / 7 }
}

/// How many years with rules of their own a zone may have: more than any has since 1900.
const MOST: usize = 300;
/// How many changes are looked at: two a year, and some.
const MOST_CHANGES: usize = 1_000;

/// The zone of a VTIMEZONE; `None` if it has no rule that can be read.
pub(super) fn zone(component: &Component) -> Option<Zone> {
    let id = component.text("TZID").unwrap_or_default();
    let parts = component.parts.iter().filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT"));
    let read = parts.filter_map(|part| {
        let first = Observance::read(part)?;
        let further = further(&first, part);
        Some(std::iter::once(first).chain(further))
    });
    let mut all: Vec<Observance> = read.flatten().take(MOST_CHANGES).collect();
    all.sort_by_key(|observance| observance.since);
    // Rules change when one begins and when one has ended, and once more in the year after that.
    let next = |year: u16| year.checked_add(1);
    let years: BTreeSet<u16> = all
        .iter()
        .flat_map(|one| [Some(one.since.year()), next(one.since.year()), next(one.last), next(one.last).and_then(next)])
        .flatten()
        .take(MOST)
        .collect();
    let mut rules: Vec<ZoneRule> = Vec::new();
    for year in years {
        let Some(rule) = rule_of(&all, year) else { continue };
        if !rules.last().is_some_and(|last| ZoneRule { year, ..*last } == rule) {
            rules.push(rule);
        }
    }
    rules.first_mut()?.year = 1601;
    // The name in the Windows registry, which Outlook goes by.
    let known = Zone::of_name(&id).map(|zone| zone.name);
    Some(Zone { name: known.unwrap_or(id), rules })
}

/// The rule of a year.
fn rule_of(all: &[Observance], year: u16) -> Option<ZoneRule> {
    let latest = |is_daylight: bool| all.iter().rfind(|one| one.is_daylight == is_daylight && one.since.year() <= year);
    let (standard, daylight) = (latest(false).filter(|one| one.last >= year), latest(true).filter(|one| one.last >= year));
    // What holds when the year begins: the last change before it.
    let earlier = all.iter().filter(|one| one.since.year() < year);
    let before = earlier.max_by_key(|one| (one.last.min(year.saturating_sub(1)), one.day.month, one.day.day));
    // A change of one year alone begins or ends with it.
    let new_year = || Some(day_of(DateTime::new(year, 1, 1, 0, 0, 0)?));
    let (standard_offset, daylight_offset, transitions) = match (standard, daylight) {
        (Some(standard), Some(daylight)) => (standard.to, daylight.to, Some((daylight.day, standard.day))),
        (None, Some(daylight)) => match before {
            Some(before) if before.is_daylight => (before.to, before.to, None),
            _ => {
                let offset = before.map_or(daylight.from, |before| before.to);
                (offset, daylight.to, new_year().map(|begins| (daylight.day, begins)))
            }
        },
        (Some(standard), None) => match before {
            Some(before) if before.is_daylight => (standard.to, before.to, new_year().map(|begins| (begins, standard.day))),
            _ => (standard.to, standard.to, None),
        },
        (None, None) => before.map(|before| (before.to, before.to, None))?,
    };
    Some(ZoneRule { year, standard_offset, daylight_offset, transitions })
}
