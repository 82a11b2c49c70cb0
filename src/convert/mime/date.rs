//! Dates of header fields (RFC 5322 3.3, with the obsolete forms of 4.3): `Tue, 14 Nov 2023 22:13:20 +0000`.
//!
//! Read by what the words are and not by where they stand: a word is a month, a zone or of no account, a number with a colon is
//! the time, one with a sign the zone, the first of the others the day and the second the year. So dates without a day of the
//! week, without seconds, with dashes, and those of C's `asctime` are read, too. A zone that is not known is UTC.

use nom::bytes::complete::{take_while, take_while_m_n};
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map_res, opt};
use nom::sequence::preceded;
use nom::{IResult, Parser};

use super::token::{Token, Tokens};
use crate::base::{DateTime, FileTime};
use crate::mapi::{PropTag, PropValue, PropertyBag, Source};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date and its zone, `+0100`.
pub(in crate::convert::mime) fn format(date: DateTime, zone: &str) -> String {
    let day = DAYS.get(usize::from(date.weekday())).copied().unwrap_or_default();
    let month = MONTHS.get(usize::from(date.month().saturating_sub(1))).copied().unwrap_or_default();
    let (of_month, year) = (date.day(), date.year());
    format!("{day}, {of_month} {month} {year:04} {:02}:{:02}:{:02} {zone}", date.hour(), date.minute(), date.second())
}

/// A time in UTC; `None` for the numbers that mean no date.
pub(in crate::convert::mime) fn of_time(time: FileTime) -> Option<String> {
    Some(format(time.date_time().filter(|_| time.is_date())?, "+0000"))
}

/// A time property. One that only an attribute has is of an unknown zone, which is `-0000`.
pub(in crate::convert::mime) fn of_property(properties: &PropertyBag<'_>, tag: PropTag) -> Option<String> {
    let property = properties.property(tag)?;
    let PropValue::Time(time) = property.value else { return None };
    let zone = if matches!(property.source, Source::Attribute { .. }) { "-0000" } else { "+0000" };
    Some(format(time.date_time().filter(|_| time.is_date())?, zone))
}

/// A date as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::convert::mime) struct ZonedDate {
    local: DateTime,
    zone: Zone,
}

/// A zone: `+0530`, `-0800`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Zone {
    is_west: bool,
    hours: u8,
    minutes: u8,
}

/// The zones of RFC 5322 4.3 that are not UTC, and their hours west of it.
const ZONES: [(&str, u8); 8] = [("EDT", 4), ("EST", 5), ("CDT", 5), ("CST", 6), ("MDT", 6), ("MST", 7), ("PDT", 7), ("PST", 8)];

impl ZonedDate {
    /// Reads a date; `None` if the calendar has no such day.
    pub(in crate::convert::mime) fn parse(text: &str) -> Option<Self> {
        let mut atoms: Vec<String> = Vec::new();
        for token in Tokens::new(text, ",") {
            let Token::Atom(atom) = token else { continue };
            // Blanks and comments may stand around a colon.
            match atoms.last_mut().filter(|last| last.ends_with(':') || atom.starts_with(':')) {
                Some(last) => last.push_str(atom),
                None => atoms.push(atom.to_owned()),
            }
        }
        let mut parts = Parts::default();
        atoms.iter().for_each(|atom| parts.add(atom));
        let (hour, minute, second) = parts.time?;
        let year = match parts.year? {
            year @ 0..=49 => year.checked_add(2000)?,
            year @ 50..=999 => year.checked_add(1900)?,
            year => year,
        };
        // A leap second is the one before it.
        let local = DateTime::new(year, parts.month?, parts.day?, hour, minute, second.min(59))?;
        let zone = parts.zone.unwrap_or(Zone { is_west: false, hours: 0, minutes: 0 });
        Some(ZonedDate { local, zone })
    }

    /// The same moment in UTC.
    pub(in crate::convert::mime) fn utc(self) -> Option<FileTime> {
        let ahead = i64::from(self.zone.hours).checked_mul(60)?.checked_add(i64::from(self.zone.minutes))?.checked_mul(60)?;
        let local = FileTime::from_date_time(self.local)?.unix_seconds();
        let utc = if self.zone.is_west { local.checked_add(ahead)? } else { local.checked_sub(ahead)? };
        FileTime::from_unix(utc, 0).filter(|time| time.is_date())
    }

    /// As it is to be written, in its own zone.
    pub(in crate::convert::mime) fn to_text(self) -> String {
        let Zone { is_west, hours, minutes } = self.zone;
        format(self.local, &format!("{}{hours:02}{minutes:02}", if is_west { '-' } else { '+' }))
    }
}

/// What was found of a date so far.
#[derive(Debug, Default)]
struct Parts {
    day: Option<u16>,
    month: Option<u16>,
    year: Option<u16>,
    time: Option<(u16, u16, u16)>,
    zone: Option<Zone>,
}

impl Parts {
    fn add(&mut self, atom: &str) {
        if let Ok((behind, time)) = time(atom) {
            self.time = self.time.or(Some(time));
            if !behind.is_empty() {
                self.zone = self.zone.or_else(|| zone(behind));
            }
        } else if atom.starts_with(['+', '-']) {
            self.zone = self.zone.or_else(|| zone(atom));
        } else {
            // `14-Nov-2023`
            atom.split(['-', '.']).for_each(|word| self.add_word(word));
        }
    }

    fn add_word(&mut self, word: &str) {
        if let Ok(number) = word.parse::<u16>() {
            let short = word.len() <= 2;
            match (self.day, self.month, self.year) {
                (None, ..) if short => self.day = Some(number),
                (Some(_), None, _) if short => self.month = Some(number),
                (_, _, None) => self.year = Some(number),
                _ => {}
            }
        } else if let Some(month) = month(word).filter(|_| self.month.is_none()) {
            self.month = Some(month);
        } else if self.time.is_some() {
            self.zone = self.zone.or_else(|| zone(word));
        }
    }
}

/// One or two digits.
fn number(input: &str) -> IResult<&str, u16, ()> {
    map_res(take_while_m_n(1, 2, |c: char| c.is_ascii_digit()), str::parse).parse(input)
}

/// `22:13:20`, `22:13`; a fraction of a second is passed over.
fn time(input: &str) -> IResult<&str, (u16, u16, u16), ()> {
    let fraction = preceded(one_of(".,"), take_while(|c: char| c.is_ascii_digit()));
    let second = preceded(char(':'), number);
    let (rest, (hour, _, minute, second, _)) = (number, char(':'), number, opt(second), opt(fraction)).parse(input)?;
    Ok((rest, (hour, minute, second.unwrap_or(0))))
}

/// `+0530`, `+05:30`, `GMT`, `EST`, `GMT+0530`; `None` of what is no zone, or none that is known.
fn zone(text: &str) -> Option<Zone> {
    let (name, offset) = text.split_at_checked(text.find(['+', '-']).unwrap_or(text.len()))?;
    if !offset.is_empty() {
        let two = || map_res(take_while_m_n(2, 2, |c: char| c.is_ascii_digit()), str::parse::<u8>);
        let parsed: IResult<&str, (char, u8, Option<char>, u8), ()> =
            all_consuming((one_of("+-"), two(), opt(char(':')), two())).parse(offset);
        let (_, (sign, hours, _, minutes)) = parsed.ok()?;
        return (hours < 24 && minutes < 60).then_some(Zone { is_west: sign == '-', hours, minutes });
    }
    if ["GMT", "UT", "UTC", "Z"].iter().any(|utc| name.eq_ignore_ascii_case(utc)) {
        return Some(Zone { is_west: false, hours: 0, minutes: 0 });
    }
    let (_, hours) = ZONES.iter().find(|(zone, _)| name.eq_ignore_ascii_case(zone))?;
    Some(Zone { is_west: true, hours: *hours, minutes: 0 })
}

/// The number of a month by its name, or the first three letters of it.
fn month(word: &str) -> Option<u16> {
    let start = word.get(..3)?;
    let at = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(start))?;
    u16::try_from(at.checked_add(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::CodePage;
    use crate::mapi::{Property, tags};

    #[test]
    fn dates_of_the_calendar() {
        for (date, text) in [
            (DateTime::new(2023, 11, 14, 22, 13, 20), "Tue, 14 Nov 2023 22:13:20 +0000"),
            (DateTime::new(1997, 1, 1, 0, 0, 0), "Wed, 1 Jan 1997 00:00:00 +0000"),
        ] {
            assert_eq!(of_time(FileTime::from_date_time(date.unwrap()).unwrap()).unwrap(), text);
        }
        assert_eq!(of_time(FileTime::ZERO), None);
        assert_eq!(of_time(FileTime::NONE), None);
    }

    // By RFC 5322 A and 4.3, and by Python's `email.utils.parsedate_to_datetime`.
    #[test]
    fn dates_that_are_read() {
        for (text, utc, written) in [
            ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z", "Fri, 21 Nov 1997 09:55:06 -0600"),
            ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z", "Fri, 21 Nov 1997 09:55:06 +0000"),
            ("Tue, 1 Jul 2003 10:52:37 +0530 (IST)", "2003-07-01T05:22:37Z", "Tue, 1 Jul 2003 10:52:37 +0530"),
            (
                "Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland (Time\\))",
                "1969-02-14T03:02:00Z",
                "Thu, 13 Feb 1969 23:32:00 -0330",
            ),
            ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T15:55:06Z", "Fri, 21 Nov 1997 09:55:06 -0600"),
            ("Sat, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z", "Sat, 31 Dec 2016 23:59:59 +0000"),
            ("Mon, 3 Jun 2024 08:00:00 +1300", "2024-06-02T19:00:00Z", "Mon, 3 Jun 2024 08:00:00 +1300"),
            ("Mon, 3 Jun 2024 08:00:00 -0000", "2024-06-03T08:00:00Z", "Mon, 3 Jun 2024 08:00:00 -0000"),
            ("Mon, 3 Jun 2024 08:00 EST", "2024-06-03T13:00:00Z", "Mon, 3 Jun 2024 08:00:00 -0500"),
            ("3-Jun-2024 08:00:00 A", "2024-06-03T08:00:00Z", "Mon, 3 Jun 2024 08:00:00 +0000"),
            ("Monday, 03 June 124 08:00:00", "2024-06-03T08:00:00Z", "Mon, 3 Jun 2024 08:00:00 +0000"),
            ("Mon Jun  3 08:00:01 2024", "2024-06-03T08:00:01Z", "Mon, 3 Jun 2024 08:00:01 +0000"),
            ("3 jun 2024 08:00:00.25 GMT+02:00", "2024-06-03T06:00:00Z", "Mon, 3 Jun 2024 08:00:00 +0200"),
            ("3 06 24 08:00:00 +9900", "2024-06-03T08:00:00Z", "Mon, 3 Jun 2024 08:00:00 +0000"),
            ("Thu, 30 Feb 2023 00:00:00 +0000", "", ""),
            ("3 Jun 2024 24:00:00 +0000", "", ""),
            ("3 Jun 2024", "", ""),
            ("yesterday", "", ""),
            ("", "", ""),
        ] {
            let found = ZonedDate::parse(text);
            assert_eq!(found.and_then(ZonedDate::utc).map(|time| time.to_string()).unwrap_or_default(), utc, "{text}");
            assert_eq!(found.map(ZonedDate::to_text).unwrap_or_default(), written, "{text}");
        }
    }

    #[test]
    fn dates_of_attributes_have_no_zone() {
        let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
        let value = PropValue::Time(FileTime::from_unix(1_700_000_000, 0).unwrap());
        let source = Source::Attribute { offset: 0 };
        properties.push(Property { tag: tags::CLIENT_SUBMIT_TIME, name: None, value, source });
        assert_eq!(of_property(&properties, tags::CLIENT_SUBMIT_TIME).unwrap(), "Tue, 14 Nov 2023 22:13:20 -0000");
    }
}
