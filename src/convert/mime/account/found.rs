//! What the calendars and cards of a mail say, in the form in which it is looked for.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::digest::Digest;
use super::item_needle::ItemNeedle;
use super::lines::{Component, Line, components};
use super::series::{DAY, Found, When, Zones, day_of};
use super::words::{Said, Word, hash};

/// How far local time is from UTC, at most, in seconds.
const FARTHEST: i64 = 14 * 3600;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// The words of each field, by its name.
    texts: HashMap<String, Vec<Vec<Word>>>,
    hashes: HashMap<String, HashSet<u64>>,
    /// Values as they stand, by field.
    values: HashSet<(String, String)>,
    /// Times in UTC, and days, by field.
    instants: HashMap<String, HashSet<i64>>,
    days: HashMap<String, HashSet<i64>>,
    /// Addresses in lower case, and names.
    pub(super) addresses: HashSet<String>,
    pub(super) names: HashSet<u64>,
    pub(super) people: Vec<Vec<Word>>,
    /// Who answered what, by address and by name.
    pub(super) answers: HashSet<(String, String)>,
    pub(super) named_answers: HashSet<(u64, String)>,
    /// Where links in marked-up texts lead.
    pub(super) links: HashSet<String>,
    series: Vec<Found>,
    /// Changed instances: when they would start, and when they start and end.
    changed: HashMap<i64, Vec<(When, When)>>,
}

impl Items {
    /// Adds what a calendar or card says; returns the files in it.
    pub(super) fn add(&mut self, text: &str) -> Vec<Digest> {
        let components = components(text);
        let zones = Zones::of(&components);
        let mut files = Vec::new();
        for component in &components {
            let of_zone = matches!(component.name.as_str(), "VTIMEZONE" | "STANDARD" | "DAYLIGHT" | "VALARM");
            if of_zone {
                continue;
            }
            component.lines.iter().for_each(|line| self.line(line, &zones, &mut files));
            self.series.extend(Found::of(component, &zones));
            self.instance(component, &zones);
        }
        files
    }

    fn line(&mut self, line: &Line, zones: &Zones, files: &mut Vec<Digest>) {
        let name = || line.name.clone();
        match line.name.as_str() {
            "PHOTO" | "KEY" | "ATTACH" => {
                let data = line.value.rsplit(',').next().unwrap_or_default();
                files.extend(BASE64_STANDARD.decode(data).map(|data| Digest::of(&data)));
                return;
            }
            "ATTENDEE" | "ORGANIZER" | "X-MS-OLK-SENDER" | "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER" | "EMAIL" => self.person(line),
            // The members of a list, one on a line: `Jane Doe <jane@example.com>`.
            "NOTE" => line.text().lines().for_each(|line| self.name(line.split(" <").next().unwrap_or_default())),
            "X-MICROSOFT-ATTENDEE-NAME" => self.name(&line.text()),
            _ => {}
        }
        let text = line.text();
        let said = if line.name == "X-ALT-DESC" { Said::of_html(&text) } else { Said::of_text(&text).with_bare_links(&text) };
        self.links.extend(said.links);
        self.hashes.entry(name()).or_default().insert(hash(&said.words));
        self.texts.entry(name()).or_default().push(said.words);
        for (parameter, value) in [("ALTREP", line.parameter("ALTREP"))] {
            if let Some(value) = value {
                self.texts.entry(parameter.to_owned()).or_default().push(Said::of_text(value).words);
            }
        }
        if let Some(day) = day(&line.value) {
            self.days.entry(name()).or_default().insert(day);
        }
        if let Some(when) = zones.when(&line.value, line.parameter("TZID")) {
            self.days.entry(name()).or_default().insert(when.local.div_euclid(DAY));
            if let Some(utc) = when.utc.filter(|_| !when.is_date) {
                self.instants.entry(name()).or_default().insert(utc);
            }
        }
        self.values.insert((name(), text));
    }

    fn name(&mut self, name: &str) {
        let words = Said::of_text(name).words;
        if !words.is_empty() {
            self.names.insert(hash(&words));
        }
    }

    fn person(&mut self, line: &Line) {
        let value = line.text();
        let address = value
            .get(..7)
            .filter(|start| start.eq_ignore_ascii_case("mailto:"))
            .map_or(value.as_str(), |_| value.get(7..).unwrap_or_default());
        let address = address.replace("%23", "#").replace("%3F", "?").replace("%25", "%").to_lowercase();
        let sent_by = line.parameter("SENT-BY").and_then(|by| by.strip_prefix("mailto:")).map(str::to_lowercase);
        let name = line.parameter("CN").unwrap_or_default();
        let words = Said::of_text(name).words;
        if let Some(state) = line.parameter("PARTSTAT") {
            self.answers.insert((address.clone(), state.to_owned()));
            self.named_answers.insert((hash(&words), state.to_owned()));
        }
        self.addresses.extend(sent_by);
        self.addresses.extend(line.parameter("X-MS-ADDRESS").map(str::to_lowercase));
        self.addresses.insert(address);
        self.addresses.insert(name.trim().to_lowercase());
        if !words.is_empty() {
            self.names.insert(hash(&words));
            self.people.push(words);
        }
    }

    fn instance(&mut self, component: &Component, zones: &Zones) {
        let when = |name: &str| {
            let line = component.lines.iter().find(|line| line.name == name)?;
            zones.when(&line.value, line.parameter("TZID"))
        };
        if let (Some(original), Some(start)) = (when("RECURRENCE-ID"), when("DTSTART")) {
            let end = when("DTEND").unwrap_or(start);
            self.changed.entry(original.local).or_default().push((start, end));
        }
    }

    /// The texts of some fields; of all where none is named.
    pub(super) fn texts<'i>(&'i self, fields: &'i [&'static str]) -> impl Iterator<Item = &'i Vec<Word>> {
        let wanted = move |name: &str| fields.is_empty() || fields.contains(&name);
        self.texts.iter().filter(move |(name, _)| wanted(name)).flat_map(|(_, texts)| texts)
    }

    /// Whether one of the fields says this and nothing else.
    pub(super) fn has_text(&self, fields: &[&'static str], words: &[Word]) -> bool {
        let hash = hash(words);
        fields.iter().any(|field| self.hashes.get(*field).is_some_and(|hashes| hashes.contains(&hash)))
    }

    /// Whether it says what is neither words nor somebody.
    pub(super) fn has(&self, needle: &ItemNeedle) -> bool {
        let days_near = |fields: &[&'static str], from: i64, to: i64| {
            let mut days = fields.iter().filter_map(|field| self.days.get(*field));
            days.any(|days| (from.div_euclid(DAY)..=to.div_euclid(DAY)).any(|day| days.contains(&day)))
        };
        match needle {
            ItemNeedle::Instant { fields, seconds } => {
                let mut instants = fields.iter().filter_map(|field| self.instants.get(*field));
                instants.any(|instants| instants.contains(seconds)) || self.is_day(fields, *seconds)
            }
            ItemNeedle::Day { fields, seconds, is_local } => {
                let near = if *is_local { 0 } else { FARTHEST };
                days_near(fields, seconds.saturating_sub(near), seconds.saturating_add(near))
            }
            ItemNeedle::Value { field, text } => self.values.contains(&((*field).to_owned(), text.clone())),
            ItemNeedle::Series { starts, utc, is_task } => self.series.iter().any(|found| is_same(found, starts, utc, *is_task)),
            ItemNeedle::Removed { local } => self.series.iter().any(|found| {
                found.removed.contains(local) || found.removed.contains(&local.saturating_sub(local.rem_euclid(DAY)))
            }),
            ItemNeedle::Changed { original, start, end } => {
                let same = |found: When, local: i64| match found.is_date {
                    true => found.local.div_euclid(DAY) == local.div_euclid(DAY),
                    false => found.local == local,
                };
                let midnight = original.saturating_sub(original.rem_euclid(DAY));
                let mut found = [*original, midnight].into_iter().filter_map(|at| self.changed.get(&at)).flatten();
                found.any(|(from, to)| same(*from, *start) && (same(*to, *end) || *to == *from))
            }
            ItemNeedle::Words { .. } | ItemNeedle::Person { .. } => false,
        }
    }

    /// Whether a field has the day whose midnight, in some zone, is this time.
    fn is_day(&self, fields: &[&'static str], seconds: i64) -> bool {
        // A day is written where no time of the field stands.
        fields.iter().filter(|field| !self.instants.contains_key(**field)).any(|field| {
            let near = seconds.saturating_sub(FARTHEST).div_euclid(DAY)..=seconds.saturating_add(FARTHEST).div_euclid(DAY);
            self.days.get(*field).is_some_and(|days| near.into_iter().any(|day| days.contains(&day)))
        })
    }
}

/// Whether a series in a calendar has the same instances.
fn is_same(found: &Found, starts: &[i64], utc: &[Vec<i64>], is_task: bool) -> bool {
    let day = |local: i64| local.div_euclid(DAY);
    let Some(first) = found.instances.first() else { return starts.is_empty() };
    if is_task {
        // A task begins again with the next instance that is to be done.
        let rest = starts.iter().skip_while(|start| day(**start) < day(first.local));
        return rest.zip(&found.instances).all(|(start, found)| day(*start) == day(found.local));
    }
    let same =
        |(start, found): (&i64, &When)| if found.is_date { day(*start) == day(found.local) } else { *start == found.local };
    if starts.len() != found.instances.len() || !starts.iter().zip(&found.instances).all(same) {
        return false;
    }
    let is_utc =
        |times: &Vec<i64>| times.iter().zip(&found.instances).all(|(time, found)| found.utc.is_none_or(|utc| utc == *time));
    first.is_date || utc.is_empty() || utc.iter().any(is_utc)
}

/// `1980-05-15`, `19800515`, `--0515` of a card.
fn day(value: &str) -> Option<i64> {
    let digits: String = value.replace("--", "1604").chars().filter(char::is_ascii_digit).collect();
    let is_day = value.chars().all(|c| c.is_ascii_digit() || c == '-') && digits.len() == 8;
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i64>().ok();
    if is_day { day_of(number(0, 4)?, number(4, 6)?, number(6, 8)?) } else { None }
}
