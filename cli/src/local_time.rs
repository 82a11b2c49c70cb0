//! Times as this computer's user has them on the wall.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use winmail::FileTime;

/// `Monday, 5 October 2026, 11:30 (UTC+02:00)`; `None` for what is no date.
pub fn words(time: FileTime) -> Option<String> {
    in_zone(time, &TimeZone::system())
}

fn in_zone(time: FileTime, zone: &TimeZone) -> Option<String> {
    if !time.is_date() {
        return None;
    }
    let there = Timestamp::from_second(time.unix_seconds()).ok()?.to_zoned_datetime(zone.clone());
    let offset = there.strftime("%:z").to_string();
    let zone = if offset == "+00:00" { "UTC".to_owned() } else { format!("UTC{offset}") };
    Some(format!("{} ({zone})", there.strftime("%A, %-d %B %Y, %H:%M")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_of_the_zone() {
        let time = FileTime::from_unix(1_791_192_600, 0).unwrap();
        assert_eq!(in_zone(time, &TimeZone::UTC).unwrap(), "Monday, 5 October 2026, 09:30 (UTC)");
        let zone = TimeZone::fixed(jiff::tz::offset(-11));
        assert_eq!(in_zone(time, &zone).unwrap(), "Sunday, 4 October 2026, 22:30 (UTC-11:00)");
        assert_eq!(in_zone(FileTime(0), &zone), None);
    }
}
