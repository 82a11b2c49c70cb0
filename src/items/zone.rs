//! The zone of an item: its rules, and which time is what in UTC ([MS-OXOCAL] 2.2.1.39 to 2.2.1.43).

use super::windows_zones::WINDOWS_ZONES;
use super::zone_rules::{Change, Era, IANA, RULES};
use crate::base::{DateTime, FileTime};
use std::borrow::Cow;

use crate::mapi::Utf16;
use crate::mapi::blob::{SystemTime, TimeZoneDefinition, TimeZoneRule, TimeZoneStruct};

/// A zone as an item carries it. No database of zones is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Zone {
    /// `W. Europe Standard Time`: the name in the Windows registry; the name that was shown where only that is known.
    pub name: String,
    /// The rules by year, at least one.
    pub rules: Vec<ZoneRule>,
}

/// The rules of a zone from a year on. Offsets are minutes that local time is ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ZoneRule {
    /// The first year for which it counts.
    pub year: u16,
    /// In standard time: 60 in Berlin, -300 in New York.
    pub standard_offset: i32,
    /// In daylight saving time; that of standard time where there is none.
    pub daylight_offset: i32,
    /// Time at which daylight saving time begins, in standard time, and when it ends, in daylight saving time.
    pub transitions: Option<(SystemTime, SystemTime)>,
}

/// 100 ns in a second.
const TICKS: u64 = 10_000_000;

/// Seconds since 1601.
pub(crate) fn seconds(time: DateTime) -> Option<i64> {
    file_seconds(FileTime::from_date_time(time)?)
}

pub(crate) fn file_seconds(time: FileTime) -> Option<i64> {
    i64::try_from(time.0 / TICKS).ok()
}

pub(crate) fn from_seconds(seconds: i64) -> Option<FileTime> {
    u64::try_from(seconds).ok()?.checked_mul(TICKS).map(FileTime)
}

fn minutes(minutes: i32) -> i64 {
    i64::from(minutes).saturating_mul(60)
}

impl ZoneRule {
    fn new(year: u16, bias: i32, standard: (i32, SystemTime), daylight: (i32, SystemTime)) -> Self {
        let ahead = |more: i32| bias.saturating_add(more).saturating_neg();
        // Zones without daylight saving time keep its bias: the months say that there is none.
        let transitions = (standard.1.month != 0 && daylight.1.month != 0).then_some((daylight.1, standard.1));
        let standard_offset = ahead(standard.0);
        let daylight_offset = if transitions.is_some() { ahead(daylight.0) } else { standard_offset };
        ZoneRule { year, standard_offset, daylight_offset, transitions }
    }

    fn of_definition(rule: &TimeZoneRule<'_>) -> Self {
        let standard = (rule.standard_bias, rule.standard_date);
        ZoneRule::new(rule.year, rule.bias, standard, (rule.daylight_bias, rule.daylight_date))
    }

    /// Bias, bias of daylight saving time, when standard and when daylight saving time begin.
    fn biases(&self) -> (i32, i32, SystemTime, SystemTime) {
        let (daylight, standard) = self.transitions.unwrap_or_default();
        let more = self.daylight_offset.saturating_sub(self.standard_offset);
        (self.standard_offset.saturating_neg(), more.saturating_neg(), standard, daylight)
    }

    /// When daylight saving time begins and ends in a year, in seconds since 1601 of the local time that is left.
    fn in_year(&self, year: u16) -> Option<(i64, i64)> {
        let (begins, ends) = self.transitions?;
        Some((seconds(begins.in_year(year)?)?, seconds(ends.in_year(year)?)?))
    }
}

/// Whether a time is between two, the second of which may be in the next year (in the south).
fn between(time: i64, begins: i64, ends: i64) -> bool {
    if begins < ends { begins <= time && time < ends } else { time >= begins || time < ends }
}

impl Zone {
    /// The zone of a definition; `None` if it has no rule.
    #[must_use]
    pub fn of_definition(zone: &TimeZoneDefinition<'_>) -> Option<Zone> {
        let mut rules: Vec<ZoneRule> = zone.rules.iter().map(ZoneRule::of_definition).collect();
        rules.sort_by_key(|rule| rule.year);
        (!rules.is_empty()).then(|| Zone { name: zone.key_name.to_text(), rules })
    }

    /// The zone of a structure, which has no name of its own.
    #[must_use]
    pub fn of_struct(zone: &TimeZoneStruct<'_>, name: &str) -> Zone {
        let standard = (zone.standard_bias, zone.standard_date);
        let rule = ZoneRule::new(1601, zone.bias, standard, (zone.daylight_bias, zone.daylight_date));
        Zone { name: name.to_owned(), rules: vec![rule] }
    }

    /// The definition of the zone. The rules of this year are those that count.
    #[must_use]
    pub fn to_definition(&self, year: u16) -> TimeZoneDefinition<'static> {
        let effective = self.rule(year).map(|rule| rule.year);
        let rules = self.rules.iter().map(|rule| {
            let (bias, daylight_bias, standard_date, daylight_date) = rule.biases();
            TimeZoneRule {
                version: (2, 1),
                flags: if Some(rule.year) == effective { TimeZoneRule::EFFECTIVE } else { 0 },
                year: rule.year,
                reserved: [0; 14],
                bias,
                standard_bias: 0,
                daylight_bias,
                standard_date,
                daylight_date,
                extra: Cow::Borrowed(&[]),
            }
        });
        TimeZoneDefinition {
            version: (2, 1),
            reserved: 2,
            key_name: Utf16::from(self.name.as_str()),
            header_extra: Cow::Borrowed(&[]),
            rules: rules.collect(),
            trailing: Cow::Borrowed(&[]),
        }
    }

    /// The structure with the rules of a year.
    #[must_use]
    pub fn to_struct(&self, year: u16) -> TimeZoneStruct<'static> {
        let Some(rule) = self.rule(year) else { return TimeZoneStruct::default() };
        let (bias, daylight_bias, standard_date, daylight_date) = rule.biases();
        TimeZoneStruct { bias, daylight_bias, standard_date, daylight_date, ..TimeZoneStruct::default() }
    }

    /// A zone that is always so many minutes ahead of UTC.
    #[must_use]
    pub fn fixed(offset: i32) -> Zone {
        let sign = if offset < 0 { '-' } else { '+' };
        let (hours, rest) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
        let name = format!("UTC{sign}{hours:02}:{rest:02}");
        Zone { name, rules: vec![ZoneRule { year: 1601, standard_offset: offset, daylight_offset: offset, transitions: None }] }
    }

    /// The name in the IANA database, `Europe/Berlin`, if the zone has its name of the Windows registry.
    ///
    /// The rules of the item count, whatever that database says.
    #[must_use]
    pub fn iana_name(&self) -> Option<&'static str> {
        let at = WINDOWS_ZONES.binary_search_by_key(&self.name.as_str(), |(windows, _)| windows).ok()?;
        WINDOWS_ZONES.get(at).map(|(_, iana)| *iana)
    }

    /// The zone of a name, with the rules that it has had since a year that is known: of the Windows registry, of the IANA database (also behind a maker's path, as
    /// in `/example.org/Europe/Berlin`), or as Outlook shows it (`(UTC+01:00) Amsterdam, Berlin, Bern`). `None` if nobody knows it.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Zone> {
        let name = name.trim().trim_matches('"');
        if name.is_empty() {
            return None;
        }
        let utc = ["UTC", "GMT", "Etc/UTC", "Etc/GMT", "Z", "tzone://Microsoft/Utc", "Coordinated Universal Time"];
        if utc.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Some(Zone { name: "UTC".to_owned(), ..Zone::fixed(0) });
        }
        if let Some(found) = Zone::of_windows(name).or_else(|| Zone::of_iana(name)) {
            return Some(found);
        }
        // What a maker puts in front ends with area and city, or with three parts.
        let tail = |parts: usize| {
            let mut at = name.rmatch_indices('/').map(|(at, _)| at.saturating_add(1));
            name.get(at.nth(parts.checked_sub(1)?)?..)
        };
        [2, 3].into_iter().filter_map(tail).find_map(Zone::of_iana).or_else(|| Zone::of_shown(name))
    }

    fn of_windows(name: &str) -> Option<Zone> {
        let (known, eras) = *RULES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        let time = |(month, day, day_of_week, hour, minute): Change| SystemTime {
            month,
            day,
            day_of_week,
            hour,
            minute,
            ..SystemTime::default()
        };
        let rule = |&(year, standard_offset, daylight_offset, changes): &Era| {
            let transitions = changes.map(|(begins, ends)| (time(begins), time(ends)));
            ZoneRule { year, standard_offset, daylight_offset, transitions }
        };
        Some(Zone { name: known.to_owned(), rules: eras.iter().map(rule).collect() })
    }

    /// The zone as what begins in a year needs it: without the rules that have ended before. The second value is the first year that is
    /// known, where that is later.
    #[must_use]
    pub(crate) fn since(mut self, year: u16) -> (Zone, Option<u16>) {
        let first = self.rules.iter().rposition(|rule| rule.year <= year);
        let unknown = match first {
            Some(first) => {
                self.rules.drain(..first);
                None
            }
            None => self.rules.first().map(|rule| rule.year),
        };
        if let Some(rule) = self.rules.first_mut() {
            rule.year = 1601;
        }
        (self, unknown)
    }

    fn of_iana(name: &str) -> Option<Zone> {
        Zone::of_windows(IANA.iter().find(|(iana, _)| iana.eq_ignore_ascii_case(name))?.1)
    }

    /// `(UTC+01:00) Amsterdam, Berlin`, `(GMT-05.00) Eastern Time (US & Canada)`: a city that the IANA database has, with this offset.
    fn of_shown(name: &str) -> Option<Zone> {
        let (offset, places) = name.strip_prefix('(')?.split_once(')')?;
        let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
        let hours: i32 = digits.get(..2).unwrap_or("0").parse().ok()?;
        let rest: i32 = digits.get(2..4).unwrap_or("0").parse().ok()?;
        let ahead = hours.checked_mul(60)?.checked_add(rest)?;
        let ahead = if offset.contains('-') { ahead.checked_neg()? } else { ahead };
        let fits = |zone: &Zone| zone.rules.iter().any(|rule| rule.standard_offset == ahead);
        let american = places.split_once(" Time (US").map(|(which, _)| format!("{} Standard Time", which.trim()));
        if let Some(zone) = american.and_then(|name| Zone::of_windows(&name)).filter(fits) {
            return Some(zone);
        }
        places.split([',', '/']).map(|city| city.trim().replace(' ', "_")).find_map(|city| {
            let is = |iana: &str| iana.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city));
            IANA.iter().filter(|(iana, _)| is(iana)).filter_map(|(_, windows)| Zone::of_windows(windows)).find(fits)
        })
    }

    /// The rules of a year; those of the first year for what was before.
    #[must_use]
    pub fn rule(&self, year: u16) -> Option<&ZoneRule> {
        self.rules.iter().rev().find(|rule| rule.year <= year).or(self.rules.first())
    }

    /// Returns how many minutes a local time is ahead of UTC. What is there twice is in daylight saving time, what is skipped counts as
    /// standard time.
    #[must_use]
    pub fn offset_at(&self, local: DateTime) -> Option<i32> {
        let rule = self.rule(local.year())?;
        let Some((begins, ends)) = rule.in_year(local.year()) else { return Some(rule.standard_offset) };
        let saved = minutes(rule.daylight_offset.saturating_sub(rule.standard_offset)).max(0);
        let daylight = between(seconds(local)?, begins.saturating_add(saved), ends);
        Some(if daylight { rule.daylight_offset } else { rule.standard_offset })
    }

    /// A local time in UTC; `None` if that is before 1601.
    #[must_use]
    pub fn to_utc(&self, local: DateTime) -> Option<FileTime> {
        from_seconds(seconds(local)?.checked_sub(minutes(self.offset_at(local)?))?)
    }

    /// The local time of a time in UTC; `None` if that is before 1601 or after 9999.
    #[must_use]
    pub fn to_local(&self, utc: FileTime) -> Option<DateTime> {
        let utc = file_seconds(utc)?;
        let at = |offset: i32| from_seconds(utc.checked_add(minutes(offset))?)?.date_time();
        let first = self.rule(at(self.rules.first()?.standard_offset)?.year())?;
        let standard = at(first.standard_offset)?;
        let rule = self.rule(standard.year())?;
        let Some((begins, ends)) = rule.in_year(standard.year()) else { return at(rule.standard_offset) };
        let begins = begins.saturating_sub(minutes(rule.standard_offset));
        let ends = ends.saturating_sub(minutes(rule.daylight_offset));
        at(if between(utc, begins, ends) { rule.daylight_offset } else { rule.standard_offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: u16, month: u16, day: u16, hour: u16, minute: u16) -> DateTime {
        DateTime::new(year, month, day, hour, minute, 0).unwrap()
    }

    fn rule(month: u16, day: u16, hour: u16) -> SystemTime {
        SystemTime { month, day, hour, ..SystemTime::default() }
    }

    fn zone(bias: i32, standard: SystemTime, daylight: SystemTime) -> Zone {
        let zone = TimeZoneStruct {
            bias,
            daylight_bias: -60,
            standard_date: standard,
            daylight_date: daylight,
            ..TimeZoneStruct::default()
        };
        Zone::of_struct(&zone, "")
    }

    #[test]
    fn local_time_and_utc() {
        let berlin = zone(-60, rule(10, 5, 3), rule(3, 5, 2));
        let sydney = zone(-600, rule(4, 1, 3), rule(10, 1, 2));
        let tokyo = zone(-540, SystemTime::default(), SystemTime::default());
        let new_york = zone(300, rule(11, 1, 2), rule(3, 2, 2));
        // Local times and UTC, by Python's zoneinfo; the last ones of Berlin are the hour that is there twice (first), and its ends.
        let table = [
            (&berlin, at(2024, 3, 31, 1, 59), at(2024, 3, 31, 0, 59)),
            (&berlin, at(2024, 3, 31, 3, 0), at(2024, 3, 31, 1, 0)),
            (&berlin, at(2024, 7, 1, 12, 0), at(2024, 7, 1, 10, 0)),
            (&berlin, at(2024, 10, 27, 2, 30), at(2024, 10, 27, 0, 30)),
            (&berlin, at(2024, 10, 27, 3, 0), at(2024, 10, 27, 2, 0)),
            (&berlin, at(2024, 1, 1, 0, 30), at(2023, 12, 31, 23, 30)),
            (&sydney, at(2024, 1, 1, 12, 0), at(2024, 1, 1, 1, 0)),
            (&sydney, at(2024, 7, 1, 12, 0), at(2024, 7, 1, 2, 0)),
            (&sydney, at(2025, 1, 1, 5, 0), at(2024, 12, 31, 18, 0)),
            (&tokyo, at(2024, 7, 1, 0, 0), at(2024, 6, 30, 15, 0)),
            (&new_york, at(2023, 11, 5, 1, 30), at(2023, 11, 5, 5, 30)),
            (&new_york, at(2023, 12, 31, 20, 0), at(2024, 1, 1, 1, 0)),
        ];
        for (zone, local, utc) in table {
            let utc = FileTime::from_date_time(utc).unwrap();
            assert_eq!(zone.to_utc(local), Some(utc), "{local}");
            assert_eq!(zone.to_local(utc), Some(local), "{utc}");
        }
        // The second 02:30 of that night, which no local time says, and a time that is skipped.
        let second = FileTime::from_date_time(at(2024, 10, 27, 1, 30)).unwrap();
        assert_eq!(berlin.to_local(second), Some(at(2024, 10, 27, 2, 30)));
        assert_eq!(berlin.to_utc(at(2024, 3, 31, 2, 30)), FileTime::from_date_time(at(2024, 3, 31, 1, 30)));
    }

    #[test]
    fn names_of_the_iana_database() {
        // By CLDR.
        let named = |name: &str| Zone { name: name.to_owned(), ..Zone::fixed(0) }.iana_name();
        assert_eq!(named("W. Europe Standard Time"), Some("Europe/Berlin"));
        assert_eq!(named("Eastern Standard Time"), Some("America/New_York"));
        assert_eq!(named("Tokyo Standard Time"), Some("Asia/Tokyo"));
        assert_eq!((named("UTC+09:00"), named("")), (None, None));
        assert!(WINDOWS_ZONES.is_sorted());
    }

    #[test]
    fn zones_by_all_their_names() {
        // Standard and daylight saving time by the IANA database; a name that nobody knows has no rules.
        let table = [
            ("W. Europe Standard Time", Some((60, 120))),
            ("Europe/Berlin", Some((60, 120))),
            ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", Some((60, 120))),
            ("/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", Some((-180, -180))),
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", Some((60, 120))),
            ("(GMT-05.00) Eastern Time (US & Canada)", Some((-300, -240))),
            ("(UTC+09:00) Osaka, Sapporo, Tokyo", Some((540, 540))),
            ("tzone://Microsoft/Utc", Some((0, 0))),
            ("(UTC+05:00) Berlin", None),
            ("Customized Time Zone", None),
            ("Morocco Standard Time", None),
            ("", None),
        ];
        for (name, expected) in table {
            let rule = |zone: Zone| zone.rules.last().map(|rule| (rule.standard_offset, rule.daylight_offset));
            let found = Zone::of_name(name).and_then(rule);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn rules_that_change_count_from_their_year_on() {
        let mut zone = zone(300, rule(10, 5, 2), rule(4, 1, 2));
        let later = self::zone(300, rule(11, 1, 2), rule(3, 2, 2));
        zone.rules.push(ZoneRule { year: 2007, ..later.rules[0] });
        // New York on 20 March: standard time in 2006, daylight saving time in 2007.
        assert_eq!(zone.offset_at(at(2006, 3, 20, 12, 0)), Some(-300));
        assert_eq!(zone.offset_at(at(2007, 3, 20, 12, 0)), Some(-240));
        assert_eq!(Zone::fixed(-570).name, "UTC-09:30");
        assert_eq!(Zone::fixed(-570).offset_at(at(2007, 3, 20, 12, 0)), Some(-570));
    }
}
