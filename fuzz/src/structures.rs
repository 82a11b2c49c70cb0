//! The binary structures of calendar items and lists: what is read is written byte for byte.

use winmail::mapi::blob::{
    AppointmentRecurrence, GlobalObjectId, ListMembers, RecurrencePattern, TimeZoneDefinition, TimeZoneStruct, list_checksum,
};
use winmail::mapi::entry_id::EntryId;

/// Any bytes are refused, or come back as they were, also from a copy that borrows nothing.
pub fn structures(input: &[u8]) {
    if let Ok(series) = AppointmentRecurrence::parse(input) {
        assert_eq!(series.to_bytes().expect("it was read"), input);
        assert_eq!(series.both_parts().count(), series.exceptions.len());
        // What is behind the pattern of a series is behind a task's pattern.
        let pattern = RecurrencePattern::parse(input).expect("a series begins with one");
        assert_eq!(pattern.start, series.pattern.start);
        assert_eq!(series.clone().into_owned(), series);
    }
    if let Ok(pattern) = RecurrencePattern::parse(input) {
        assert_eq!(pattern.to_bytes().expect("it was read"), input);
        for time in pattern.deleted.iter().chain(&pattern.modified).chain([&pattern.start, &pattern.end]) {
            assert!(!time.to_string().is_empty());
        }
    }
    if let Ok(zone) = TimeZoneDefinition::parse(input) {
        assert_eq!(zone.to_bytes().expect("it was read"), input);
        for rule in &zone.rules {
            for year in [1, 1601, 2024, 9999] {
                let dates = [rule.standard_date.in_year(year), rule.daylight_date.in_year(year)];
                assert!(dates.into_iter().flatten().all(|date| date.year() == year));
            }
        }
        assert_eq!(zone.clone().into_owned(), zone);
    }
    if let Ok(zone) = TimeZoneStruct::parse(input) {
        assert_eq!(zone.to_bytes(), input);
    }
    if let Ok(id) = GlobalObjectId::parse(input) {
        assert_eq!(id.to_bytes().expect("it was read"), input);
        assert!(!id.uid().expect("it was read").contains('\0'));
    }
    if let Ok(list) = ListMembers::parse(input) {
        assert_eq!(list.to_bytes().expect("it was read"), input);
        let whole: Vec<u8> = list.members.iter().flat_map(|member| member.entry_id.iter().copied()).collect();
        assert_eq!(list_checksum(list.members.iter().map(|member| member.entry_id.as_ref())), list_checksum([&whole[..]]));
    }
    assert_eq!(EntryId::parse(input).to_bytes().expect("it was read"), input);
}
