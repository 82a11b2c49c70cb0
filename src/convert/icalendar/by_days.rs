//! RRULE, EXRULE, RDATE and EXDATE of an event as the days of a series (RFC 5545 3.8.5), where no single rule has them: `days` follows the
//! rules. What begins at another time of a day, or lasts longer, is a changed instance of that day.

use std::collections::BTreeSet;

use crate::base::context::Ctx;
use crate::base::error::Error;
use crate::base::{Code, DateTime, FileTime, Result};
use crate::convert::line_reader::{Component, Line};
use crate::items::{ChangedInstance, Zone};
use crate::mapi::blob::{MinuteTime, RecurrencePattern};

use super::days::{Days, MOST_DAYS, MOST_RULES};
use super::reading::Calendar;
use super::value::{self, When};

/// An event whose days are looked for.
pub(super) struct Source<'e> {
    pub(super) event: &'e Component,
    /// Its first instance, in the zone of the series.
    pub(super) start: DateTime,
    pub(super) zone: &'e Zone,
    /// How long an instance lasts.
    pub(super) length: u64,
    pub(super) is_day: bool,
}

/// A pattern, the instances that are moved on their day, and whether it goes on after the last of its days.
type ByDays = (RecurrencePattern<'static>, Vec<ChangedInstance>, bool);

impl Source<'_> {
    /// The days of all rules, dates and changed instances, without those that are excluded. `None` if a rule cannot be followed.
    pub(super) fn days<'l>(
        &self,
        originals: impl Iterator<Item = &'l Line>,
        calendar: &Calendar<'_>,
        until: impl Fn(&str) -> Option<DateTime>,
        ctx: &mut Ctx<'_>,
    ) -> Result<Option<ByDays>> {
        let rules = |name: &'static str| self.event.all(name).map(|line| line.value.trim());
        if rules("RRULE").chain(rules("EXRULE")).count() > MOST_RULES {
            return Ok(None);
        }
        // A day that is missing takes four bytes.
        let cost = u64::from(MOST_DAYS).saturating_mul(4);
        if ctx.budget.output() < cost {
            let limit = Error::limit(ctx.options.limits.output_reached(), self.event.offset);
            return ctx.limit(limit).map(|()| None);
        }
        ctx.budget.spend_output(cost);
        let Some(first) = MinuteTime::from_date_time(self.start).map(MinuteTime::midnight) else { return Ok(None) };
        let (mut days, mut without) = (Days::default(), Days::default());
        days.found.insert(first);
        if !rules("RRULE").all(|rule| days.add_rule(rule, self.start, &until))
            || !rules("EXRULE").all(|rule| without.add_rule(rule, self.start, &until))
        {
            return Ok(None);
        }
        let mut removed = without.found;
        for line in self.event.all("EXDATE") {
            for when in calendar.whens(line, ctx)? {
                if let Some(time) = when.in_zone(self.zone).filter(|time| when.is_day() || self.is_at_start(*time)) {
                    removed.extend(midnight(time));
                }
            }
        }
        let mut kept: BTreeSet<MinuteTime> = BTreeSet::new();
        for line in originals {
            let times = calendar.whens(line, ctx)?;
            kept.extend(times.iter().filter_map(|when| midnight(when.in_zone(self.zone)?)));
        }
        let mut moved = Vec::new();
        for line in self.event.all("RDATE") {
            for (when, end) in periods(line, calendar, ctx)? {
                let Some(begin) = when.in_zone(self.zone) else { continue };
                let Some(day) = midnight(begin).filter(|day| *day >= first) else {
                    line.defect(Code::CalendarRuleUnsupported, "is before the start", ctx)?;
                    continue;
                };
                let lasts = |end: FileTime| when.utc(self.zone).and_then(|begin| end.0.checked_sub(begin.0));
                let is_usual = end.is_none_or(|end| lasts(end) == Some(self.length));
                let is_at = if self.is_day { when.is_day() } else { !when.is_day() && self.is_at_start(begin) };
                let is_plain = is_usual && is_at;
                let is_free = !days.found.contains(&day) || removed.contains(&day);
                if is_plain {
                    days.found.insert(day);
                    continue;
                }
                match self.instance(day, begin, &when, end).filter(|_| is_free && kept.insert(day)) {
                    Some(instance) => {
                        days.found.insert(day);
                        moved.push(instance);
                    }
                    None => line.defect(Code::CalendarRuleUnsupported, "is a second instance on one day", ctx)?,
                }
            }
        }
        // What is changed is there, whatever else says.
        days.found.extend(&kept);
        days.removed = removed.difference(&kept).copied().collect();
        let is_cut = days.is_cut;
        Ok(days.pattern().map(|pattern| (pattern, moved, is_cut)))
    }

    fn is_at_start(&self, time: DateTime) -> bool {
        (time.hour(), time.minute()) == (self.start.hour(), self.start.minute())
    }

    /// An instance that begins on its day at another time, or ends at another.
    fn instance(&self, day: MinuteTime, begin: DateTime, when: &When, end: Option<FileTime>) -> Option<ChangedInstance> {
        let of_day = u32::from(self.start.hour()).checked_mul(60)?.checked_add(u32::from(self.start.minute()))?;
        let original = day.checked_add(of_day)?.date_time()?;
        let end = match end {
            Some(end) => end,
            None => FileTime(when.utc(self.zone)?.0.checked_add(self.length)?),
        };
        let mut instance = ChangedInstance::new(original, begin, self.zone.to_local(end)?.max(begin));
        instance.all_day = Some(when.is_day()).filter(|is_day| *is_day != self.is_day);
        Some(instance)
    }
}

fn midnight(time: DateTime) -> Option<MinuteTime> {
    MinuteTime::from_date_time(time).map(MinuteTime::midnight)
}

/// The times of a line, and of periods (RFC 5545 3.3.9) their ends.
fn periods(line: &Line, calendar: &Calendar<'_>, ctx: &mut Ctx<'_>) -> Result<Vec<(When, Option<FileTime>)>> {
    let times = calendar.whens(line, ctx)?;
    let texts = line.value.split(',').filter(|text| !text.trim().is_empty());
    let ends: Vec<Option<&str>> = texts.map(|text| text.split_once('/').map(|(_, end)| end.trim())).collect();
    let is_whole = ends.len() == times.len();
    let end = |when: &When, text: &str| {
        let zone = when.zone().cloned();
        match value::duration(text) {
            Some(seconds) => value::later(when.utc(&calendar.day_zone)?, seconds),
            None => value::when(text, line, zone.as_ref())?.utc(&calendar.day_zone),
        }
    };
    let pairs = times.into_iter().enumerate().map(|(at, when)| {
        let text = ends.get(at).copied().flatten().filter(|_| is_whole);
        let end = text.and_then(|text| end(&when, text));
        (when, end)
    });
    Ok(pairs.collect())
}
