use std::collections::BTreeSet;

use super::*;
use crate::mapi::{PropType, Utf16, named, tags};

/// The rows of a table of the workspace; `None`, with a printed line, where the package stands alone.
fn rows(table: &str) -> Option<impl Iterator<Item = Vec<&'static str>>> {
    // For the run of one test.
    let text = String::leak(crate::mapi::corpus::table(table)?);
    Some(text.lines().skip(1).map(|line| line.split('\t').collect()))
}

fn number(text: &str) -> u32 {
    u32::from_str_radix(text.trim_start_matches("0x"), 16).unwrap()
}

fn list(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split("; ").filter(|name| !name.is_empty())
}

fn found_tags(query: &str) -> Vec<u32> {
    let tag = |found| match found {
        Match::Tag(entry) => Some(entry.tag.0),
        Match::Named(_) => None,
    };
    find(query).into_iter().filter_map(tag).collect()
}

fn found_names(query: &str) -> Vec<&'static str> {
    find(query).iter().map(Match::best_name).collect()
}

#[test]
fn every_row_of_the_table_is_found_by_its_tag_and_by_each_name() {
    let Some(rows) = rows("properties.tsv") else { return };
    let mut count = 0;
    for row in rows {
        let tag = PropTag(number(row[0]) << 16 | number(row[1]));
        let same =
            |entry: &Entry| entry.canonical_name.unwrap_or_default() == row[3] && entry.alternate_names.iter().eq(list(row[4]));
        let entry = entries_for_id(tag.id()).filter(|entry| entry.tag == tag).find(same);
        let entry = entry.unwrap_or_else(|| panic!("no entry for {row:?}"));
        assert_eq!(entry.tag.prop_type().name(), Some(row[2]), "{row:?}");
        assert_eq!(
            (entry.area.unwrap_or_default(), entry.defining_spec.unwrap_or_default(), entry.description.unwrap_or_default()),
            (row[5], row[6], row[7])
        );
        assert_eq!(entry.sources.contains(Sources::OXPROPS), row[8].split('+').any(|source| source == "OXPROPS"));
        assert!(lookup_tag(tag).is_some_and(|best| best.tag.same_property(tag)), "{row:?}");
        for name in list(row[3]).chain(list(row[4])) {
            for name in [name.to_owned(), name.to_ascii_uppercase(), name.to_ascii_lowercase()] {
                assert!(find(&name).contains(&Match::Tag(entry)), "{name} in {row:?}");
            }
        }
        count += 1;
    }
    assert_eq!(count, entries().len());
}

#[test]
fn every_named_row_of_the_table_is_found_by_its_name_and_by_each_alias() {
    let Some(rows) = rows("named_properties.tsv") else { return };
    let mut count = 0;
    for row in rows {
        let set = set_by_name(row[0]).unwrap();
        let kind = match row[2] {
            "lid" => NameKind::Lid(number(row[3])),
            _ => NameKind::String(Utf16::from(row[3])),
        };
        let name = PropName { set, kind };
        let entry = named_entries().find(|entry| {
            name.matches(&entry.tag)
                && entry.canonical_name.unwrap_or_default() == row[6]
                && entry.alternate_names.iter().eq(list(row[7]))
        });
        let entry = entry.unwrap_or_else(|| panic!("no entry for {row:?}"));
        assert_eq!((entry.set_name, entry.tag.prop_type.name()), (row[0], Some(row[5])));
        assert_eq!((entry.tag.prop_type.0, entry.area.unwrap_or_default()), (number(row[4]) as u16, row[8]));
        assert_eq!((entry.defining_spec.unwrap_or_default(), entry.description.unwrap_or_default()), (row[9], row[10]));
        assert!(lookup_named(&name).is_some_and(|best| name.matches(&best.tag)), "{row:?}");
        for query in list(row[6]).chain(list(row[7])).map(str::to_owned).chain([
            row[3].to_owned(),
            name.to_string(),
            format!("{}/{}", row[0], row[3]),
        ]) {
            assert!(find(&query).contains(&Match::Named(entry)), "{query} in {row:?}");
        }
        count += 1;
    }
    assert_eq!(count, named_entries().len());
}

#[test]
fn sets_have_names_both_ways() {
    let Some(rows) = rows("sets.tsv") else { return };
    let mut count = 0;
    for row in rows {
        let set = Uuid::from_u128(u128::from_str_radix(&row[1].replace('-', ""), 16).unwrap());
        assert_eq!(set_name(set), Some(row[0]));
        assert_eq!(set_by_name(&row[0].to_lowercase()), Some(set));
        count += 1;
    }
    assert_eq!(count, sets::SETS.len());
    assert_eq!(set_name(Uuid::from_u128(1)), None);
    assert_eq!(set_by_name("PSETID_Nothing"), None);
}

#[test]
fn the_tables_are_sorted() {
    let key = |entry: &Entry| (entry.tag, entry.rank());
    let entries: Vec<Entry> = entries().collect();
    assert!(entries.is_sorted_by_key(key));
    let names: Vec<String> = properties::NAMES
        .iter()
        .map(|(entry, number)| match number {
            0 => entries[usize::from(*entry)].canonical_name.unwrap().to_ascii_lowercase(),
            number => entries[usize::from(*entry)].alternate_names.get(usize::from(*number) - 1).unwrap().to_ascii_lowercase(),
        })
        .collect();
    assert!(names.is_sorted());
    let distinct: BTreeSet<&(u16, u8)> = properties::NAMES.iter().collect();
    assert_eq!(distinct.len(), properties::NAMES.len());
    let key = |entry: &NamedEntry| {
        let name = match entry.tag.name {
            NamedKind::Lid(lid) => (0, lid, String::new()),
            NamedKind::String(name) => (1, 0, name.to_ascii_lowercase()),
        };
        (entry.tag.set.as_u128(), name, entry.rank())
    };
    assert!(named_entries().map(|entry| key(&entry)).is_sorted());
}

/// Values of [MS-OXPROPS] and [MS-OXCMSG], written from knowledge of them, not off our tables.
#[test]
fn constants_have_the_specifications_values() {
    for (tag, value, name) in [
        (tags::MESSAGE_CLASS, 0x001A_001F, "PidTagMessageClass"),
        (tags::REPORT_TAG, 0x0031_0102, "PidTagReportTag"),
        (tags::SUBJECT, 0x0037_001F, "PidTagSubject"),
        (tags::CLIENT_SUBMIT_TIME, 0x0039_0040, "PidTagClientSubmitTime"),
        (tags::CONVERSATION_INDEX, 0x0071_0102, "PidTagConversationIndex"),
        (tags::TRANSPORT_MESSAGE_HEADERS, 0x007D_001F, "PidTagTransportMessageHeaders"),
        (tags::TNEF_CORRELATION_KEY, 0x007F_0102, "PidTagTnefCorrelationKey"),
        (tags::RECIPIENT_TYPE, 0x0C15_0003, "PidTagRecipientType"),
        (tags::SENDER_SEARCH_KEY, 0x0C1D_0102, "PidTagSenderSearchKey"),
        (tags::MESSAGE_DELIVERY_TIME, 0x0E06_0040, "PidTagMessageDeliveryTime"),
        (tags::MESSAGE_FLAGS, 0x0E07_0003, "PidTagMessageFlags"),
        (tags::ENTRY_ID, 0x0FFF_0102, "PidTagEntryId"),
        (tags::BODY, 0x1000_001F, "PidTagBody"),
        (tags::RTF_COMPRESSED, 0x1009_0102, "PidTagRtfCompressed"),
        (tags::HTML, 0x1013_0102, "PidTagHtml"),
        (tags::INTERNET_MESSAGE_ID, 0x1035_001F, "PidTagInternetMessageId"),
        (tags::DISPLAY_NAME, 0x3001_001F, "PidTagDisplayName"),
        (tags::CREATION_TIME, 0x3007_0040, "PidTagCreationTime"),
        (tags::SEARCH_KEY, 0x300B_0102, "PidTagSearchKey"),
        (tags::ATTACH_DATA_BINARY, 0x3701_0102, "PidTagAttachDataBinary"),
        (tags::ATTACH_DATA_OBJECT, 0x3701_000D, "PidTagAttachDataObject"),
        (tags::ATTACH_METHOD, 0x3705_0003, "PidTagAttachMethod"),
        (tags::ATTACH_LONG_FILENAME, 0x3707_001F, "PidTagAttachLongFilename"),
        (tags::SEND_RICH_INFO, 0x3A40_000B, "PidTagSendRichInfo"),
        (tags::INTERNET_CODEPAGE, 0x3FDE_0003, "PidTagInternetCodepage"),
        (tags::MESSAGE_CODEPAGE, 0x3FFD_0003, "PidTagMessageCodepage"),
    ] {
        assert_eq!((tag, tag.name()), (PropTag(value), Some(name)));
        assert_eq!(found_tags(name), [value]);
    }
    for (tag, set, lid, prop_type, name) in [
        (named::APPOINTMENT_START_WHOLE, sets::PSETID_APPOINTMENT, 0x820D, PropType::TIME, "PidLidAppointmentStartWhole"),
        (named::BUSY_STATUS, sets::PSETID_APPOINTMENT, 0x8205, PropType::INTEGER32, "PidLidBusyStatus"),
        (named::APPOINTMENT_RECUR, sets::PSETID_APPOINTMENT, 0x8216, PropType::BINARY, "PidLidAppointmentRecur"),
        (named::GLOBAL_OBJECT_ID, sets::PSETID_MEETING, 0x0003, PropType::BINARY, "PidLidGlobalObjectId"),
        (named::CLEAN_GLOBAL_OBJECT_ID, sets::PSETID_MEETING, 0x0023, PropType::BINARY, "PidLidCleanGlobalObjectId"),
        (named::TASK_DUE_DATE, sets::PSETID_TASK, 0x8105, PropType::TIME, "PidLidTaskDueDate"),
        (named::EMAIL1_EMAIL_ADDRESS, sets::PSETID_ADDRESS, 0x8083, PropType::STRING, "PidLidEmail1EmailAddress"),
        (named::REMINDER_SET, sets::PSETID_COMMON, 0x8503, PropType::BOOLEAN, "PidLidReminderSet"),
        (named::PRIVATE, sets::PSETID_COMMON, 0x8506, PropType::BOOLEAN, "PidLidPrivate"),
        (named::CUSTOM_FLAG, sets::PSETID_COMMON, 0x8542, PropType::INTEGER32, "PidLidCustomFlag"),
    ] {
        assert_eq!(tag, NamedTag::lid(set, lid, prop_type));
        assert_eq!(tag.to_name().canonical_name(), Some(name));
    }
    assert_eq!(named::KEYWORDS, NamedTag::string(sets::PS_PUBLIC_STRINGS, "Keywords", PropType::MULTIPLE_STRING));
    assert_eq!(sets::PS_PUBLIC_STRINGS.to_string(), "00020329-0000-0000-c000-000000000046");
    assert_eq!(sets::PSETID_MEETING.to_string(), "6ed8da90-450b-101b-98da-00aa003f1305");
}

#[test]
fn a_tag_is_looked_up_by_id_and_type() {
    let name = |tag: u32| lookup_tag(PropTag(tag)).map(|entry| entry.best_name());
    assert_eq!(name(0x3701_000D), Some("PidTagAttachDataObject"));
    assert_eq!(name(0x3701_0102), Some("PidTagAttachDataBinary"));
    assert_eq!(name(0x1013_001F), Some("PidTagBodyHtml"));
    assert_eq!(name(0x1013_001E), Some("PidTagBodyHtml"), "either string type");
    assert_eq!(name(0x0037_001E), Some("PidTagSubject"));
    assert_eq!(name(0x0FFF_0102), Some("PidTagEntryId"), "before PidTagMemberEntryId, which [MS-OXPROPS] does not list");
    assert_eq!(name(0x0E07_000A), Some("PidTagMessageFlags"), "a type that nobody gives it: by id");
    assert_eq!(lookup_id(PropId(0x0002)).map(|entry| entry.best_name()), Some("PidTagAlternateRecipientAllowed"));
    assert_eq!(lookup_tag(PropTag(0x7FEE_0003)), None);
    assert_eq!(entries_for_id(PropId(0x7FEE)).len(), 0);
    assert!(entries_for_id(PropId(0x6842)).len() > 1);
}

#[test]
fn the_name_of_a_tag_says_nothing_that_may_be_wrong() {
    assert_eq!(PropTag(0x0037_001E).name(), Some("PidTagSubject"));
    assert_eq!(PropTag(0x0E07_000A).name(), Some("PidTagMessageFlags"));
    assert!(lookup_tag(PropTag(0x6841_0040)).is_some());
    assert_eq!(PropTag(0x6841_0040).name(), None, "classes reuse the id, and none with this type");
    assert!(lookup_tag(PropTag(0x8005_001F)).is_some());
    assert_eq!(PropTag(0x8005_001F).name(), None, "only the property name says what the placeholder is");
}

#[test]
fn names_are_looked_up_by_set_and_case() {
    let name = |set, text: &str| PropName { set, kind: NameKind::String(Utf16::from(text)) }.canonical_name();
    assert_eq!(name(sets::PS_PUBLIC_STRINGS, "Keywords"), Some("PidNameKeywords"));
    assert_eq!(name(sets::PS_PUBLIC_STRINGS, "keywords"), None);
    assert_eq!(name(sets::PSETID_COMMON, "Keywords"), None);
    assert_eq!(name(sets::PS_INTERNET_HEADERS, "ACCEPT-language"), Some("PidNameAcceptLanguage"));
    let lid = |set, lid| PropName { set, kind: NameKind::Lid(lid) }.canonical_name();
    assert_eq!(lid(sets::PSETID_COMMON, 0x820D), None);
    assert_eq!(lid(Uuid::from_u128(0), 0x820D), None);
    assert_eq!(
        lid(sets::PSETID_COMMON, 0x8545),
        Some("PidLidNonSendBccTrackStatus"),
        "before the one that only the MAPI reference has"
    );
    assert_eq!(lid(sets::PSETID_COMMON, 0x8251), Some("dispidCustomFlag"));
}

#[test]
fn the_name_of_a_named_property_counts_and_not_its_placeholder() {
    let tag = PropTag(0x8000_000B);
    let reminder = PropName { set: sets::PSETID_COMMON, kind: NameKind::Lid(0x8503) };
    assert_eq!(canonical_name(tag, Some(&reminder)), Some("PidLidReminderSet"));
    assert_eq!(reminder.set_and_name(), "PSETID_Common/0x8503");
    assert_eq!(canonical_name(tags::SUBJECT, None), Some("PidTagSubject"));
    assert_eq!(canonical_name(tag, None), None);
    let name = |set| PropName { set, kind: NameKind::String(Utf16::from("Own")) }.set_and_name();
    assert_eq!(name(sets::PS_PUBLIC_STRINGS), "PS_PUBLIC_STRINGS/Own");
    assert_eq!(name(Uuid::from_u128(1)), "{00000000-0000-0000-0000-000000000001}/Own");
}

#[test]
fn queries_are_understood_in_every_form() {
    for query in [
        "PR_SEARCH_KEY",
        "pr_search_key",
        "PidTagSearchKey",
        "SearchKey",
        "SEARCH_KEY",
        " 0x300B ",
        "300B",
        "300b",
        "0x300B0102",
        "0X300b0102",
        "300B0102",
    ] {
        assert_eq!(found_tags(query), [0x300B_0102], "{query}");
    }
    for query in [
        "PR_SUBJECT",
        "PR_SUBJECT_W",
        "PR_SUBJECT_A",
        "0x0037",
        "0x37",
        "0x0037001E",
        "http://schemas.microsoft.com/mapi/proptag/0x0037001F",
    ] {
        assert_eq!(found_tags(query), [0x0037_001F], "{query}");
    }
    for query in [
        "PidLidAppointmentStartWhole",
        "AppointmentStartWhole",
        "dispidApptStartWhole",
        "ApptStartWhole",
        "0x820D",
        "0x0000820D",
        "PSETID_Appointment/0x820D",
        "psetid_appointment:0x820d",
        "{00062002-0000-0000-C000-000000000046}/0x820D",
        "http://schemas.microsoft.com/mapi/id/{00062002-0000-0000-C000-000000000046}/820D0040",
    ] {
        assert!(found_names(query).contains(&"PidLidAppointmentStartWhole"), "{query}");
    }
    for query in [
        "PidNameKeywords",
        "Keywords",
        "keywords",
        "PS_PUBLIC_STRINGS/Keywords",
        "http://schemas.microsoft.com/mapi/string/{00020329-0000-0000-C000-000000000046}/Keywords",
    ] {
        assert!(found_names(query).contains(&"PidNameKeywords"), "{query}");
    }
    assert_eq!(found_names("PSETID_Task/0x820D"), [""; 0]);
    // A field of a message before a field of a document.
    assert_eq!(found_names("Subject").first(), Some(&"PidTagSubject"));
    // A type that no entry has: everything under the id.
    assert_eq!(found_tags("0x37010003"), [0x3701_000D, 0x3701_0102]);
}

#[test]
fn what_is_no_query_finds_nothing() {
    for query in [
        "",
        "  ",
        "0x",
        "0xZZZZ",
        "+0037",
        "0x+037",
        "0x123456789",
        "PR_",
        "_A",
        "PR_\u{e9}",
        "\u{1F4E7}\u{1F4E7}",
        "{}/0x820D",
        "urn:",
        "no such name",
    ] {
        assert_eq!(find(query), [], "{query:?}");
    }
}

#[test]
fn search_takes_parts_and_patterns() {
    let names = |text: &str| search(text).iter().map(Match::best_name).collect::<Vec<_>>();
    assert!(names("searchkey").contains(&"PidTagSenderSearchKey"));
    assert!(names("starttime").iter().all(|name| name.to_lowercase().contains("starttime") || name.starts_with("Pid")));
    assert!(names("7-bit ascii").contains(&"PidTag7BitDisplayName"), "descriptions are searched");
    assert_eq!(names("PidTag*SearchKey").first(), Some(&"PidTagSentRepresentingSearchKey"));
    assert!(names("PidTag*SearchKey").iter().all(|name| name.ends_with("SearchKey")));
    assert_eq!(names("PidTagSubjec?"), ["PidTagSubject"]);
    assert_eq!(names("*").len(), entries().len() + named_entries().len());
    assert_eq!(names(""), [""; 0]);
    assert_eq!(names("pr_subject?"), [""; 0]);
    assert_eq!(names("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"), [""; 0]);
}
