//! What all components of a calendar are read by: its method, its zones, what they have in common.

use std::collections::HashMap;

use crate::base::context::Ctx;
use crate::base::{Code, FileTime, Result};
use crate::convert::line_reader::{Component, Line};
use crate::items::{AppointmentKind, Common, Person, Zone};

use super::read_zone;
use super::value::{self, When};

/// A calendar that is being read.
pub(super) struct Calendar<'c> {
    pub(super) method: String,
    /// Whether an Outlook before 2007 wrote it, whose UNTIL is a day.
    pub(super) is_old_outlook: bool,
    zones: HashMap<String, Zone>,
    /// The zone in which days begin.
    pub(super) day_zone: Zone,
    pub(super) component: &'c Component,
}

impl<'c> Calendar<'c> {
    pub(super) fn new(component: &'c Component) -> Self {
        let zones: HashMap<String, Zone> = component
            .named("VTIMEZONE")
            .filter_map(|part| Some((part.text("TZID")?.trim().to_owned(), read_zone::zone(part)?)))
            .collect();
        // Days are those of the zone that the calendar names, of its only zone, of UTC.
        let named = component.text("X-WR-TIMEZONE").and_then(|id| zones.get(id.trim()).cloned().or_else(|| Zone::of_name(&id)));
        let only = || zones.values().next().filter(|_| zones.len() == 1).cloned();
        let utc = || Zone { name: "UTC".to_owned(), ..Zone::fixed(0) };
        let day_zone = named.or_else(only).unwrap_or_else(utc);
        let product = component.text("PRODID").unwrap_or_default();
        let version =
            product.split_once("//Microsoft Corporation//Outlook ").and_then(|(_, rest)| rest.split('.').next()?.parse().ok());
        Calendar {
            method: component.text("METHOD").unwrap_or_default().trim().to_ascii_uppercase(),
            is_old_outlook: version.is_some_and(|version: u32| version < 12),
            zones,
            day_zone,
            component,
        }
    }

    /// The zone that a line names; `None` for UTC and for what is said to be in no zone.
    fn zone_of(&self, line: &Line, ctx: &mut Ctx<'_>) -> Result<Option<Zone>> {
        let Some(id) = line.parameter("TZID") else {
            if line.value.contains('T') && !line.value.trim().ends_with('Z') {
                if self.component.line("X-WR-TIMEZONE").is_some() || self.zones.len() == 1 {
                    return Ok(Some(self.day_zone.clone()));
                }
                line.defect(Code::CalendarZoneUnknown, "is in no zone", ctx)?;
            }
            return Ok(None);
        };
        if let Some(zone) = self.zones.get(id.trim()) {
            return Ok(Some(zone.clone()));
        }
        let Some(found) = Zone::of_name(id) else {
            line.defect(Code::CalendarZoneUnknown, &format!("names the zone {id}, whose rules nobody knows"), ctx)?;
            return Ok(None);
        };
        let year = value::local(line.value.split(',').next().unwrap_or_default().trim()).map_or(1601, |time| time.year());
        let (zone, since) = found.since(year);
        if let Some(since) = since.filter(|_| year > 1601) {
            let detail = format!("names the zone {id}, whose rules of {year} are not known; those of {since} are taken");
            line.defect(Code::CalendarZoneUnknown, &detail, ctx)?;
        }
        Ok(Some(zone))
    }

    /// The times of a line.
    pub(super) fn whens(&self, line: &Line, ctx: &mut Ctx<'_>) -> Result<Vec<When>> {
        let zone = self.zone_of(line, ctx)?;
        let mut found = Vec::new();
        for text in line.value.split(',').filter(|text| !text.trim().is_empty()) {
            match value::when(text, line, zone.as_ref()) {
                Some(when) => found.push(when),
                None => line.defect(Code::CalendarValueInvalid, "is no date", ctx)?,
            }
        }
        Ok(found)
    }

    /// The time of the first line of a name.
    pub(super) fn when(&self, component: &Component, name: &str, ctx: &mut Ctx<'_>) -> Result<Option<When>> {
        match component.line(name) {
            Some(line) => Ok(self.whens(line, ctx)?.into_iter().next()),
            None => Ok(None),
        }
    }

    /// A time in UTC.
    pub(super) fn time(&self, component: &Component, name: &str, ctx: &mut Ctx<'_>) -> Result<Option<FileTime>> {
        Ok(self.when(component, name, ctx)?.and_then(|when| when.utc(&self.day_zone)))
    }

    /// What components of all kinds have: `component::facts` from right to left.
    pub(super) fn common(&self, component: &Component, body: &str, ctx: &mut Ctx<'_>) -> Result<Common> {
        let text = |name: &str| component.text(name);
        let single = |name: &str| text(name).map(|text| text.replace(['\r', '\n'], " ").trim().to_owned());
        let mut categories: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for category in component.all("CATEGORIES").flat_map(|line| line.list(',')) {
            let category = category.split_whitespace().collect::<Vec<_>>().join(" ");
            if !category.is_empty() && seen.insert(category.to_lowercase()) {
                categories.push(category);
            }
        }
        let sensitivity = match text("CLASS").unwrap_or_default().trim().to_ascii_uppercase().as_str() {
            "PERSONAL" | "X-PERSONAL" => 1,
            "PRIVATE" => 2,
            "CONFIDENTIAL" => 3,
            _ => 0,
        };
        let number = |name: &str| text(name).and_then(|text| text.trim().parse::<i32>().ok());
        let importance = number("X-MICROSOFT-CDO-IMPORTANCE").or_else(|| number("X-MICROSOFT-MSNCALENDAR-IMPORTANCE"));
        let importance = importance.filter(|number| (0..=2).contains(number)).or_else(|| {
            Some(match number("PRIORITY")? {
                1..=4 => 2,
                5 => 1,
                6..=9 => 0,
                _ => return None,
            })
        });
        let html = component.all("X-ALT-DESC").find(|line| line.is("FMTTYPE", "text/html")).map(Line::text);
        let plain = text(body).or_else(|| text("DESCRIPTION")).map(|text| text.replace("\r\n", "\n").replace('\n', "\r\n"));
        if component.line("UID").is_none_or(|line| line.value.trim().is_empty()) {
            let detail = format!("line {}: {} has no UID", component.number, component.name);
            ctx.defect(Code::CalendarUidMissing, component.offset, 0, detail)?;
        }
        let created = self.time(component, "CREATED", ctx)?;
        let modified = self.time(component, "LAST-MODIFIED", ctx)?;
        let many = |name: &'static str| component.all(name).map(Line::text).map(|text| text.trim().to_owned());
        Ok(Common {
            subject: single("SUMMARY").unwrap_or_default(),
            html: html.filter(|html| !html.trim().is_empty()),
            text: plain,
            categories,
            sensitivity,
            importance,
            created,
            modified,
            contacts: many("CONTACT").filter(|text| !text.is_empty()).collect(),
            companies: many("X-MICROSOFT-COMPANY").filter(|text| !text.is_empty()).collect(),
            mileage: single("X-MICROSOFT-MILEAGE"),
            billing: single("X-MICROSOFT-BILLING"),
            ..Common::default()
        })
    }
}

/// Whoever a line names: `ATTENDEE;CN=Jane:mailto:jane@example.org`; `None` if it names nobody.
pub(super) fn person(line: &Line) -> Option<Person> {
    let name = line.parameter("CN").unwrap_or_default().trim();
    let value = line.text();
    if let Some(person) = Person::of_uri(name, value.trim()).or_else(|| Person::of_uri(name, line.parameter("EMAIL")?)) {
        return Some(person);
    }
    let other = line.parameter("X-MS-ADDRESS").map(str::to_owned);
    let shown = if name.is_empty() { other.clone().unwrap_or_default() } else { name.to_owned() };
    (!shown.is_empty()).then(|| Person { other_address: other, ..Person::named(shown) })
}

/// What somebody answered, as it makes the class of the message.
pub(super) fn answered(component: &Component) -> Option<AppointmentKind> {
    let line = component.line("ATTENDEE")?;
    let state = line.parameter("PARTSTAT").or_else(|| line.parameter("STATUS"))?;
    Some(match state.to_ascii_uppercase().as_str() {
        "ACCEPTED" | "CONFIRMED" => AppointmentKind::Accepted,
        "DECLINED" => AppointmentKind::Declined,
        "TENTATIVE" => AppointmentKind::Tentative,
        _ => return None,
    })
}
