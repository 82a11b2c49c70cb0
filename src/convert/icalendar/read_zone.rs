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
        // The last such day of the month where it cannot be told from the fourth.
        let nth = |day: u16| if day > 24 { 5 } else { day.saturating_add(6) / 7 };
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

/// How many years with rules of their own a zone may have: more than any has since 1900.
const MOST: usize = 300;

/// The zone of a VTIMEZONE; `None` if it has no rule that can be read.
pub(super) fn zone(component: &Component) -> Option<Zone> {
    let id = component.text("TZID").unwrap_or_default();
    let mut all: Vec<Observance> = component
        .parts
        .iter()
        .filter(|part| matches!(part.name.as_str(), "STANDARD" | "DAYLIGHT"))
        .filter_map(Observance::read)
        .collect();
    all.sort_by_key(|observance| observance.since);
    // Rules change when one begins, and in the year after one has ended.
    let years: BTreeSet<u16> =
        all.iter().flat_map(|one| [Some(one.since.year()), one.last.checked_add(1)]).flatten().take(MOST).collect();
    let mut rules: Vec<ZoneRule> = Vec::new();
    for year in years {
        let latest = |is_daylight: bool| all.iter().rfind(|one| one.is_daylight == is_daylight && one.since.year() <= year);
        let (standard, daylight) = (latest(false), latest(true).filter(|one| one.last >= year));
        let Some(standard_offset) = standard.map(|one| one.to).or(daylight.map(|one| one.from)) else { continue };
        let transitions = match (standard.filter(|one| one.last >= year), daylight) {
            (Some(standard), Some(daylight)) => Some((daylight.day, standard.day)),
            _ => None,
        };
        let daylight_offset = daylight.filter(|_| transitions.is_some()).map_or(standard_offset, |one| one.to);
        let rule = ZoneRule { year, standard_offset, daylight_offset, transitions };
        if !rules.last().is_some_and(|last| ZoneRule { year, ..*last } == rule) {
            rules.push(rule);
        }
    }
    rules.first_mut()?.year = 1601;
    // The name in the Windows registry, which Outlook goes by.
    let known = Zone::of_name(&id).map(|zone| zone.name);
    Some(Zone { name: known.unwrap_or(id), rules })
}
