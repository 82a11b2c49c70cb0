//! What the structures in properties of items say, line by line, for `dump --full`.

use winmail::DateTime;
use winmail::mapi::blob::{
    AppointmentRecurrence, ConversationIndex, GlobalObjectId, ListMembers, MinuteTime, Pattern, RecurrencePattern, ReportTag,
    SystemTime, TimeZoneDefinition, TimeZoneStruct, VerbStream,
};
use winmail::mapi::entry_id::{EntryId, FlatEntryList};

/// How many of what a structure has many of are shown: the bytes of all of them stand above.
const MOST: usize = 1_000;

/// The lines for the structure that the property of this name carries; none if it carries none, or a damaged one.
pub(super) fn lines(name: &str, bytes: &[u8]) -> Vec<String> {
    match name {
        "PidLidAppointmentRecur" => AppointmentRecurrence::parse(bytes).map(|found| series(&found)).unwrap_or_default(),
        "PidLidTaskRecurrence" => RecurrencePattern::parse(bytes).map(|found| pattern(&found)).unwrap_or_default(),
        "PidLidTimeZoneStruct" => TimeZoneStruct::parse(bytes).map(|found| zone(&found)).unwrap_or_default(),
        "PidLidAppointmentTimeZoneDefinitionRecur"
        | "PidLidAppointmentTimeZoneDefinitionStartDisplay"
        | "PidLidAppointmentTimeZoneDefinitionEndDisplay" => {
            TimeZoneDefinition::parse(bytes).map(|found| definition(&found)).unwrap_or_default()
        }
        "PidLidGlobalObjectId" | "PidLidCleanGlobalObjectId" => {
            GlobalObjectId::parse(bytes).map(|id| identity(&id)).unwrap_or_default()
        }
        "PidLidDistributionListStream" => ListMembers::parse(bytes).map(|found| members(&found)).unwrap_or_default(),
        "PidTagConversationIndex" => ConversationIndex::parse(bytes).map(|index| thread(&index)).unwrap_or_default(),
        "PidLidVerbStream" => VerbStream::parse(bytes).map(|stream| verbs(&stream)).unwrap_or_default(),
        "PidTagReportTag" => ReportTag::parse(bytes).map(|tag| report(&tag)).unwrap_or_default(),
        "PidTagReplyRecipientEntries" => {
            let list = FlatEntryList::parse(bytes).map(|list| list.entry_ids().take(MOST).map(|id| format!("to {id}")).collect());
            list.unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn when(time: MinuteTime) -> String {
    time.date_time().map_or_else(|| format!("minute {}", time.0), shown)
}

fn shown(time: DateTime) -> String {
    format!("{:04}-{:02}-{:02} {:02}:{:02}", time.year(), time.month(), time.day(), time.hour(), time.minute())
}

fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn pattern(found: &RecurrencePattern<'_>) -> Vec<String> {
    const NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let names = |days: winmail::mapi::blob::WeekDays| {
        days.iter().filter_map(|day| NAMES.get(usize::from(day)).copied()).collect::<Vec<_>>().join(", ")
    };
    let which = match found.pattern {
        Pattern::Day => "by days".to_owned(),
        Pattern::Week { days } => format!("by weeks, on {}", names(days)),
        Pattern::Month { day } => format!("by months, on day {day}"),
        Pattern::MonthEnd { day } => format!("by months, on the last day ({day})"),
        Pattern::MonthNth { days, nth } => format!("by months, number {nth} of {}", names(days)),
        other => format!("{other:?}"),
    };
    let end = match found.end_type {
        RecurrencePattern::END_AFTER => format!("after {} instances", found.occurrences),
        RecurrencePattern::END_BY_DATE => format!("on {}", when(found.end)),
        _ => "never".to_owned(),
    };
    let first = usize::try_from(found.first_day_of_week).ok().and_then(|day| NAMES.get(day)).copied().unwrap_or("no day");
    let mut lines = vec![
        format!("pattern: {which}, period {}, calendar {}", found.period, found.calendar_type),
        format!("from {}, ends {end}; weeks begin on {first}", when(found.start)),
    ];
    if found.sliding != 0 {
        lines.push("comes again after it was done".to_owned());
    }
    for (title, days) in [("without, or changed", &found.deleted), ("changed, on", &found.modified)] {
        lines.extend(days.iter().take(MOST).map(|day| format!("{title}: {}", when(*day))));
    }
    lines
}

fn series(found: &AppointmentRecurrence<'_>) -> Vec<String> {
    let mut lines = pattern(&found.pattern);
    lines.push(format!("{} to {}", clock(found.start_offset), clock(found.end_offset)));
    for (info, extended) in found.both_parts().take(MOST) {
        let mut line = format!("exception: {} becomes {} to {}", when(info.original_start), when(info.start), when(info.end));
        let texts = extended.and_then(|extended| extended.texts.as_ref());
        let narrow = |text: &winmail::mapi::blob::ExceptionText<'_>| String::from_utf8_lossy(&text.text).into_owned();
        let subject = texts.and_then(|texts| texts.subject.as_ref()).map(|text| text.to_text());
        let place = texts.and_then(|texts| texts.location.as_ref()).map(|text| text.to_text());
        for (title, text) in [
            ("subject", subject.or_else(|| info.subject.as_ref().map(narrow))),
            ("location", place.or_else(|| info.location.as_ref().map(narrow))),
            ("busy", info.busy_status.map(|busy| busy.to_string())),
            ("all day", info.subtype.map(|subtype| (subtype != 0).to_string())),
            ("reminder", info.reminder_delta.map(|minutes| format!("{minutes} minutes"))),
        ] {
            if let Some(text) = text {
                line.push_str(&format!(", {title} {text}"));
            }
        }
        lines.push(line);
    }
    lines
}

/// The month, the day of the week of it, and when.
fn change(time: &SystemTime) -> String {
    const NAMES: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    match (time.month, time.year) {
        (0, _) => "never".to_owned(),
        (month, 0) => {
            let day = NAMES.get(usize::from(time.day_of_week)).copied().unwrap_or("no day");
            let nth = if time.day == 5 { "the last".to_owned() } else { format!("number {}", time.day) };
            format!("month {month}, {nth} {day}, {:02}:{:02}", time.hour, time.minute)
        }
        (month, year) => format!("{year:04}-{month:02}-{:02} {:02}:{:02}", time.day, time.hour, time.minute),
    }
}

fn zone(found: &TimeZoneStruct<'_>) -> Vec<String> {
    vec![
        format!("bias {} minutes", found.bias),
        format!("standard time: bias {}, from {}", found.standard_bias, change(&found.standard_date)),
        format!("daylight saving time: bias {}, from {}", found.daylight_bias, change(&found.daylight_date)),
    ]
}

fn definition(found: &TimeZoneDefinition<'_>) -> Vec<String> {
    let mut lines = vec![format!("zone {}", found.key_name.to_text())];
    lines.extend(found.rules.iter().take(MOST).map(|rule| {
        format!(
            "from {}: bias {}; standard time {}, from {}; daylight saving time {}, from {}",
            rule.year,
            rule.bias,
            rule.standard_bias,
            change(&rule.standard_date),
            rule.daylight_bias,
            change(&rule.daylight_date)
        )
    }));
    lines
}

fn identity(id: &GlobalObjectId<'_>) -> Vec<String> {
    let day = id.instance_date;
    let mut lines: Vec<String> = id.uid().map(|uid| format!("UID {uid}")).into_iter().collect();
    if day.year != 0 {
        lines.push(format!("instance of {:04}-{:02}-{:02}", day.year, day.month, day.day));
    }
    lines
}

fn members(found: &ListMembers<'_>) -> Vec<String> {
    let member = |member: &winmail::mapi::blob::ListMember<'_>| {
        format!("member: {}; {}", EntryId::parse(&member.entry_id), EntryId::parse(&member.one_off))
    };
    found.members.iter().take(MOST).map(member).collect()
}

/// The thread and, for each reply, how long after its first message it was written.
fn thread(index: &ConversationIndex) -> Vec<String> {
    const TICKS_PER_SECOND: u64 = 10_000_000;
    let mut lines = vec![format!("begun {}, GUID {}", index.time(), index.guid)];
    let levels = index.levels.iter().take(MOST).enumerate();
    lines.extend(levels.map(|(number, level)| {
        let seconds = level.difference() / TICKS_PER_SECOND;
        format!("reply {}: {seconds} seconds after the first message", number.saturating_add(1))
    }));
    if !index.trailing.is_empty() {
        lines.push(format!("{} bytes behind", index.trailing.len()));
    }
    lines
}

fn verbs(stream: &VerbStream<'_>) -> Vec<String> {
    let voting: Vec<u32> = stream.votes().map(|verb| verb.id).collect();
    let line = |verb: &winmail::mapi::blob::Verb<'_>| {
        let kind = if voting.contains(&verb.id) { "vote" } else { "verb" };
        format!("{kind} {}: {}, sending {}", verb.id, verb.name(), verb.send_behavior)
    };
    stream.verbs.iter().take(MOST).map(line).collect()
}

fn report(tag: &ReportTag<'_>) -> Vec<String> {
    let ids = [
        ("store", Some(&tag.store_entry_id)),
        ("folder", Some(&tag.folder_entry_id)),
        ("message", Some(&tag.message_entry_id)),
        ("search folder", tag.search_folder_entry_id.as_ref()),
    ];
    let ids = ids.into_iter().filter_map(|(title, id)| Some((title, id.filter(|id| !id.is_empty())?)));
    ids.map(|(title, id)| format!("{title}: {}", EntryId::parse(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [MS-OXOCAL] 4.1.1.2.
    const EXAMPLE: &str = "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096\
        BC0C8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563757272656E63\
        65207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C5299BC0CF898BC0C210053006900\
        6D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800630065007000740069006F006E007300\
        0700330034002F0034003100340031000000000000000000";

    #[test]
    fn the_series_of_the_specification() {
        let bytes: Vec<u8> =
            (0..EXAMPLE.len()).step_by(2).map(|at| u8::from_str_radix(&EXAMPLE[at..at + 2], 16).unwrap()).collect();
        assert_eq!(
            lines("PidLidAppointmentRecur", &bytes),
            [
                "pattern: by weeks, on Monday, Thursday, Friday, period 1, calendar 0",
                "from 2007-03-26 00:00, ends after 12 instances; weeks begin on Sunday",
                "without, or changed: 2007-04-16 00:00",
                "changed, on: 2007-04-16 00:00",
                "10:00 to 10:30",
                "exception: 2007-04-16 10:00 becomes 2007-04-16 11:00 to 2007-04-16 11:30, subject Simple Recurrence with exceptions, location 34/4141",
            ]
        );
        assert!(lines("PidLidAppointmentRecur", &bytes[..40]).is_empty() && lines("PidTagBody", &bytes).is_empty());
    }

    #[test]
    fn zones_and_identities() {
        let date = |month, hour| SystemTime { month, day: 5, hour, ..SystemTime::default() };
        let berlin = TimeZoneStruct {
            bias: -60,
            daylight_bias: -60,
            standard_date: date(10, 3),
            daylight_date: date(3, 2),
            ..Default::default()
        };
        assert_eq!(
            lines("PidLidTimeZoneStruct", &berlin.to_bytes()),
            [
                "bias -60 minutes",
                "standard time: bias 0, from month 10, the last Sunday, 03:00",
                "daylight saving time: bias -60, from month 3, the last Sunday, 02:00",
            ]
        );
        let votes = VerbStream::of_votes(&["Yes", "No"]).to_bytes().unwrap();
        let lines_of_votes = lines("PidLidVerbStream", &votes);
        assert!(lines_of_votes.iter().filter(|line| line.starts_with("vote ")).count() == 2, "{lines_of_votes:?}");
        // [MS-OXOMSG] 2.2.1.3: a FILETIME without its last two bytes, then levels of five.
        let began = winmail::FileTime::from_unix(1_700_000_000, 0).unwrap();
        let later = winmail::FileTime::from_unix(1_700_000_060, 0).unwrap();
        let index = ConversationIndex::new(began, uuid::Uuid::nil()).child(later, 0).to_bytes();
        let thread = lines("PidTagConversationIndex", &index);
        assert!(thread[0].starts_with("begun 2023-11-14T22:13:") && thread[1].starts_with("reply 1: "), "{thread:?}");
        let seconds: u64 = thread[1].split(' ').nth(2).unwrap().parse().unwrap();
        assert!((58..=62).contains(&seconds), "{seconds}");
        let id = GlobalObjectId::from_uid("abc@example.com").to_bytes().unwrap();
        assert_eq!(lines("PidLidGlobalObjectId", &id), ["UID abc@example.com"]);
    }
}
