//! Dates of header fields (RFC 5322, 3.3): `Tue, 14 Nov 2023 22:13:20 +0000`.

use crate::base::{DateTime, FileTime};
use crate::mapi::{PropTag, PropValue, PropertySet, Source};

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A date and its zone, `+0100`.
pub(super) fn format(date: DateTime, zone: &str) -> String {
    let day = DAYS.get(usize::from(date.weekday())).copied().unwrap_or_default();
    let month = MONTHS.get(usize::from(date.month().saturating_sub(1))).copied().unwrap_or_default();
    let (of_month, year) = (date.day(), date.year());
    format!("{day}, {of_month} {month} {year:04} {:02}:{:02}:{:02} {zone}", date.hour(), date.minute(), date.second())
}

/// A time in UTC; `None` for the numbers that mean no date.
pub(super) fn of_time(time: FileTime) -> Option<String> {
    Some(format(time.date_time().filter(|_| time.is_date())?, "+0000"))
}

/// A time property. One that only an attribute has is of an unknown zone, which is `-0000`.
pub(super) fn of_property(properties: &PropertySet<'_>, tag: PropTag) -> Option<String> {
    let property = properties.property(tag)?;
    let PropValue::Time(time) = property.value else { return None };
    let zone = if matches!(property.source, Source::Attribute { .. }) { "-0000" } else { "+0000" };
    Some(format(time.date_time().filter(|_| time.is_date())?, zone))
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

    #[test]
    fn dates_of_attributes_have_no_zone() {
        let mut properties = PropertySet::new(CodePage::WINDOWS_1252);
        let value = PropValue::Time(FileTime::from_unix(1_700_000_000, 0).unwrap());
        let source = Source::Attribute { offset: 0 };
        properties.push(Property { tag: tags::CLIENT_SUBMIT_TIME, name: None, value, source });
        assert_eq!(of_property(&properties, tags::CLIENT_SUBMIT_TIME).unwrap(), "Tue, 14 Nov 2023 22:13:20 -0000");
    }
}
