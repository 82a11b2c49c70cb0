//! VTIMEZONE ([MS-OXCICAL] 2.1.3.1.1.19, RFC 5545 3.6.5): the rules of the zones that a calendar names.

use crate::base::DateTime;
use crate::items::{Zone, ZoneRule};
use crate::mapi::blob::SystemTime;

use super::options::ZoneNames;
use super::rule::DAYS;
use crate::convert::content_line::{Lines, date_time};

/// A zone under its name in the calendar, and the years that times are in.
#[derive(Debug)]
struct Named {
    id: String,
    zone: Zone,
    first: u16,
    last: u16,
}

/// The zones of a calendar.
#[derive(Debug, Default)]
pub(super) struct Zones {
    named: Vec<Named>,
    names: ZoneNames,
}

impl Zones {
    pub(super) fn new(names: ZoneNames) -> Self {
        Zones { named: Vec::new(), names }
    }

    /// Whether single times are to be in UTC.
    pub(super) fn is_utc(&self) -> bool {
        self.names == ZoneNames::Utc
    }

    /// The name of a zone of which times of these years are written.
    pub(super) fn id(&mut self, zone: &Zone, first: u16, last: u16) -> String {
        let same = |named: &&mut Named| {
            named.zone == *zone
                || named.zone.name == zone.name && same_rules(&named.zone, zone, named.first.min(first), named.last.max(last))
        };
        if let Some(named) = self.named.iter_mut().find(same) {
            named.first = named.first.min(first);
            named.last = named.last.max(last);
            return named.id.clone();
        }
        // Two zones of one name need two names. Controls and quotes do not belong to a name.
        let own = zone.iana_name().filter(|_| self.names == ZoneNames::Iana).unwrap_or(&zone.name);
        let name: String = own.chars().filter(|c| !c.is_control() && *c != '"').collect();
        let name = if name.trim().is_empty() { "Time zone".to_owned() } else { name.trim().to_owned() };
        let mut id = name.clone();
        let mut number = 2_u32;
        while self.named.iter().any(|named| named.id == id) {
            id = format!("{name} ({number})");
            number = number.saturating_add(1);
        }
        self.named.push(Named { id: id.clone(), zone: zone.clone(), first, last });
        id
    }

    pub(super) fn write(&self, lines: &mut Lines) {
        for named in &self.named {
            lines.line("BEGIN", &[], "VTIMEZONE");
            lines.line("TZID", &[], &crate::convert::content_line::text(&named.id));
            named.observances(lines);
            lines.line("END", &[], "VTIMEZONE");
        }
    }
}

/// Whether two zones are the same in these years: an item may have all rules of a zone, and the one of its year.
fn same_rules(one: &Zone, two: &Zone, first: u16, last: u16) -> bool {
    let years = one.rules.iter().chain(&two.rules).map(|rule| rule.year).filter(|year| (first..=last).contains(year));
    let same = |year: u16| match (one.rule(year), two.rule(year)) {
        (Some(one), Some(two)) => ZoneRule { year: two.year, ..*one } == *two,
        _ => false,
    };
    std::iter::once(first).chain(years).all(same)
}

/// The year in which what was ever so begins, as Outlook writes it.
const EVER: u16 = 1601;

impl Named {
    fn observances(&self, lines: &mut Lines) {
        // The rules that count in these years, without those that repeat the one before.
        let mut rules: Vec<&ZoneRule> = self.zone.rule(self.first).into_iter().collect();
        let start = rules.first().map_or(0, |rule| rule.year);
        for rule in self.zone.rules.iter().filter(|rule| rule.year > start && rule.year <= self.last) {
            let same = |before: &&ZoneRule| ZoneRule { year: rule.year, ..**before } == *rule;
            if !rules.last().is_some_and(same) {
                rules.push(rule);
            }
        }
        let mut before: Option<&ZoneRule> = None;
        for (n, rule) in rules.iter().enumerate() {
            let next = rules.get(n.saturating_add(1)).map(|next| next.year);
            observances(rule, before, next, lines);
            before = Some(rule);
        }
    }
}

/// Whether a change is that of the year itself: of a year in which the clock is changed only once.
fn is_new_year(time: &SystemTime) -> bool {
    (time.month, time.day, time.hour, time.minute) == (1, 1, 0, 0)
}

/// What a zone is ahead of UTC when a year begins under a rule: in the south that is in daylight saving time.
fn at_new_year(rule: &ZoneRule) -> i32 {
    match rule.transitions {
        Some((begins, _)) if is_new_year(&begins) => rule.daylight_offset,
        Some((begins, ends)) if begins.month > ends.month && !is_new_year(&ends) => rule.daylight_offset,
        _ => rule.standard_offset,
    }
}

/// `next`: the year from which on another rule counts.
fn observances(rule: &ZoneRule, before: Option<&ZoneRule>, next: Option<u16>, lines: &mut Lines) {
    let year = if before.is_some() { rule.year } else { EVER };
    let first = DateTime::new(year, 1, 1, 0, 0, 0);
    match (before.map(at_new_year), rule.transitions) {
        (None, None) => once("STANDARD", first, (rule.standard_offset, rule.standard_offset), lines),
        // Between two rules the clock may be set on the night of the new year.
        (Some(from), _) if from != at_new_year(rule) => {
            let name = if at_new_year(rule) == rule.standard_offset { "STANDARD" } else { "DAYLIGHT" };
            once(name, first, (from, at_new_year(rule)), lines);
        }
        _ => {}
    }
    let Some((begins, ends)) = rule.transitions else { return };
    let (standard, daylight) = (rule.standard_offset, rule.daylight_offset);
    // The offset at the new year is written above, where it differs from that of the year before.
    let is_written = |time: &SystemTime| before.is_none() || !is_new_year(time);
    if is_written(&ends) {
        yearly("STANDARD", &ends, year, next, (daylight, standard), lines);
    }
    if is_written(&begins) {
        yearly("DAYLIGHT", &begins, year, next, (standard, daylight), lines);
    }
}

fn once(name: &str, at: Option<DateTime>, offsets: (i32, i32), lines: &mut Lines) {
    let Some(at) = at else { return };
    lines.line("BEGIN", &[], name);
    lines.line("DTSTART", &[], &date_time(at));
    lines.line("TZOFFSETFROM", &[], &offset(offsets.0));
    lines.line("TZOFFSETTO", &[], &offset(offsets.1));
    lines.line("END", &[], name);
}

fn yearly(name: &str, rule: &SystemTime, year: u16, next: Option<u16>, offsets: (i32, i32), lines: &mut Lines) {
    if rule.year != 0 {
        // A single date.
        return once(name, rule.in_year(rule.year), offsets, lines);
    }
    let Some(at) = rule.in_year(year) else { return };
    let week = if rule.day >= 5 { "-1".to_owned() } else { rule.day.to_string() };
    let day = DAYS.get(usize::from(rule.day_of_week)).copied().unwrap_or_default();
    let mut value = format!("FREQ=YEARLY;BYDAY={week}{day};BYMONTH={}", rule.month);
    // Up to the last time before the next rule, which iCalendar wants in UTC.
    let last = next.and_then(|next| rule.in_year(next.checked_sub(1)?));
    if let Some(until) = last.and_then(|last| crate::convert::content_line::utc(Zone::fixed(offsets.0).to_utc(last)?)) {
        value.push_str(&format!(";UNTIL={until}"));
    }
    lines.line("BEGIN", &[], name);
    lines.line("DTSTART", &[], &date_time(at));
    lines.line("RRULE", &[], &value);
    lines.line("TZOFFSETFROM", &[], &offset(offsets.0));
    lines.line("TZOFFSETTO", &[], &offset(offsets.1));
    lines.line("END", &[], name);
}

/// `+0530`. An offset that no zone has is written as far as the form goes.
fn offset(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs().min(23 * 60 + 59);
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::blob::TimeZoneStruct;

    fn zone(standard: (u16, u16), daylight: (u16, u16)) -> Zone {
        let date = |(month, day)| SystemTime { month, day, hour: 2, ..SystemTime::default() };
        let zone = TimeZoneStruct {
            bias: 480,
            daylight_bias: -60,
            standard_date: date(standard),
            daylight_date: date(daylight),
            ..TimeZoneStruct::default()
        };
        Zone::of_struct(&zone, "Pacific Standard Time")
    }

    fn written(zones: &Zones) -> String {
        let mut lines = Lines::new(u64::MAX);
        zones.write(&mut lines);
        lines.into_text()
    }

    /// The zone of the examples in [MS-OXCICAL] 3.
    #[test]
    fn one_rule() {
        let mut zones = Zones::default();
        assert_eq!(zones.id(&zone((11, 1), (3, 2)), 2008, 2008), "Pacific Standard Time");
        assert_eq!(zones.id(&zone((11, 1), (3, 2)), 2007, 2008), "Pacific Standard Time");
        assert_eq!(
            written(&zones),
            "BEGIN:VTIMEZONE\r\nTZID:Pacific Standard Time\r\n\
            BEGIN:STANDARD\r\nDTSTART:16011104T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n\
            TZOFFSETFROM:-0700\r\nTZOFFSETTO:-0800\r\nEND:STANDARD\r\n\
            BEGIN:DAYLIGHT\r\nDTSTART:16010311T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n\
            TZOFFSETFROM:-0800\r\nTZOFFSETTO:-0700\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
        );
        assert_eq!(zones.id(&zone((11, 1), (3, 1)), 2008, 2008), "Pacific Standard Time (2)");
    }

    #[test]
    fn rules_that_change_count_until_the_next() {
        let mut both = zone((10, 5), (4, 1));
        let later = zone((11, 1), (3, 2));
        both.rules.push(ZoneRule { year: 2007, ..later.rules[0] });
        both.rules.push(ZoneRule { year: 2008, ..later.rules[0] });
        let mut zones = Zones::default();
        zones.id(&both, 2006, 2009);
        let text = written(&zones);
        // The last Sunday of October 2006 at 02:00 daylight saving time, the first of April 2006 at 02:00 standard time, in UTC.
        assert!(text.contains("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20061029T090000Z\r\n"), "{text}");
        assert!(text.contains("RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4;UNTIL=20060402T100000Z\r\n"), "{text}");
        assert!(text.contains("DTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\n"), "{text}");
        assert_eq!(text.matches("BEGIN:DAYLIGHT").count(), 2);
        // In years of one rule, the zone that has only that one is the same.
        let mut zones = Zones::default();
        assert_eq!(zones.id(&both, 2024, 2024), zones.id(&later, 2024, 2025));
        assert_eq!(written(&zones).matches("BEGIN:DAYLIGHT").count(), 1);
        assert_eq!(zones.id(&zone((11, 2), (3, 2)), 2024, 2024), "Pacific Standard Time (2)");
    }

    #[test]
    fn zones_have_the_names_that_are_wanted() {
        let mut zones = Zones::new(ZoneNames::Iana);
        assert_eq!(zones.id(&zone((11, 1), (3, 2)), 2008, 2008), "America/Los_Angeles");
        assert_eq!(zones.id(&Zone::fixed(60), 2008, 2008), "UTC+01:00");
    }

    #[test]
    fn a_zone_without_daylight_saving_time() {
        let mut zones = Zones::default();
        zones.id(&Zone::fixed(345), 2024, 2024);
        assert_eq!(
            written(&zones),
            "BEGIN:VTIMEZONE\r\nTZID:UTC+05:45\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0545\r\n\
            TZOFFSETTO:+0545\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
        );
    }
}
