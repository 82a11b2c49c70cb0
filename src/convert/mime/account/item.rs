//! What an item says, from its properties: each where the list ([`crate::items`]) says that a calendar or a card has it.

use crate::base::FileTime;
use crate::items::{Fate, Zone, fate, is_beyond};
use crate::mapi::blob::{
    AppointmentRecurrence, GlobalObjectId, ListMembers, MinuteTime, RecurrencePattern, TimeZoneDefinition, TimeZoneStruct,
};
use crate::mapi::{EntryId, NamedTag, PropValue, Property, PropertyBag, named, tags};
use crate::message::MessageKind;

use super::fact::{Needle, Section, describe, range_of};
use super::item_needle::ItemNeedle;
use super::loss::LossCode;
use super::people::{Known, recipient};
use super::series::{DAY, days_of_pattern, seconds};
use super::words::Said;

/// Class of the messages in which changed instances of a series are.
pub(super) fn is_instance(class: &str) -> bool {
    const CLASS: &str = "IPM.OLE.CLASS.{00061055";
    class.get(..CLASS.len()).is_some_and(|start| start.eq_ignore_ascii_case(CLASS))
}

/// Adds what an item says.
pub(super) fn facts(set: &PropertyBag<'_>, recipients: &[PropertyBag<'_>], kind: MessageKind, section: &mut Section) {
    for property in set {
        property_facts(set, property, kind, section);
    }
    let takes_part = matches!(kind, MessageKind::Appointment | MessageKind::MeetingRequest | MessageKind::MeetingCancellation);
    if takes_part {
        attendees(set, recipients, kind, section);
    }
}

/// Adds what a changed instance says that is attached to its series; `bodies` adds its texts.
pub(super) fn instance(
    set: &PropertyBag<'_>,
    recipients: &[PropertyBag<'_>],
    of_meeting: bool,
    bodies: impl FnOnce(&mut Section),
    section: &mut Section,
) {
    /// PidTagRecipientFlags: the organizer's row.
    const ORGANIZER: i64 = 0x2;
    for property in set {
        property_facts(set, property, MessageKind::Appointment, section);
    }
    // Of what is no meeting, the organizer is whoever has the item in the calendar: the sender, whom a header names.
    let is_owner = |row: &PropertyBag<'_>| row.integer(tags::RECIPIENT_FLAGS).unwrap_or(0) & ORGANIZER != 0;
    let is_meeting = of_meeting || is_meeting(set);
    let invited = recipients.iter().filter(|row| is_meeting || !is_owner(row));
    attendees(set, invited, MessageKind::MeetingRequest, section);
    let mut own = Section::default();
    bodies(&mut own);
    for fact in own.facts {
        let needle = match fact.needle {
            Needle::Text(words) => Needle::Item(ItemNeedle::Words { fields: &["DESCRIPTION", "X-ALT-DESC"], words }),
            other => other,
        };
        section.add(fact.code, needle, &fact.subject, fact.range);
    }
}

/// Whether somebody was invited, by PidLidAppointmentStateFlags.
pub(super) fn is_meeting(set: &PropertyBag<'_>) -> bool {
    const MEETING: i32 = 1;
    matches!(set.named(&named::APPOINTMENT_STATE_FLAGS), Some(PropValue::Integer32(state)) if state & MEETING != 0)
}

fn attendees<'r, 'a: 'r>(
    set: &PropertyBag<'_>,
    recipients: impl IntoIterator<Item = &'r PropertyBag<'a>>,
    kind: MessageKind,
    section: &mut Section,
) {
    if kind == MessageKind::Appointment && !is_meeting(set) {
        // Nobody was invited: they are those to whom it was sent, whom a header names.
        return;
    }
    for row in recipients {
        let Some(Known { addresses, name, subject }) = recipient(row) else { continue };
        let answer = row.integer(tags::RECIPIENT_TRACK_STATUS).filter(|_| kind == MessageKind::Appointment);
        let flags = row.integer(tags::RECIPIENT_FLAGS).unwrap_or(0);
        // Whoever organizes it does not answer.
        let state = match answer.filter(|_| flags & 0x22 == 0) {
            Some(2) => Some("TENTATIVE"),
            Some(3) => Some("ACCEPTED"),
            Some(4) => Some("DECLINED"),
            _ => None,
        };
        let subject = format!("{subject}, of the attendees");
        section.add(LossCode::Property, Needle::Item(ItemNeedle::Person { addresses, name, state }), &subject, None);
    }
}

/// The texts of a value, one or several.
fn texts(set: &PropertyBag<'_>, value: &PropValue<'_>) -> Vec<String> {
    match value {
        PropValue::Multiple(values) => {
            values.iter().filter_map(|value| set.text_of(value)).map(|text| text.into_owned()).collect()
        }
        value => set.text_of(value).map(|text| vec![text.into_owned()]).unwrap_or_default(),
    }
}

fn property_facts(set: &PropertyBag<'_>, property: &Property<'_>, kind: MessageKind, section: &mut Section) {
    let subject = format!("{} of the {}", describe(property), kind.describe());
    let range = range_of(property);
    let mut add = |needle: Needle| section.add(LossCode::Property, needle, &subject, range.clone());
    let Some(fate) = fate(kind, property) else {
        if is_beyond(kind, property) {
            add(Needle::Stream);
        }
        return;
    };
    let value = &property.value;
    match fate {
        Fate::Text(fields) => {
            for text in texts(set, value) {
                let words = Said::of_text(&text).words;
                if !words.is_empty() {
                    add(Needle::Item(ItemNeedle::Words { fields, words }));
                }
            }
        }
        Fate::People => {
            for text in texts(set, value) {
                text.split(';').filter_map(named_person).for_each(|needle| add(Needle::Item(needle)));
            }
        }
        Fate::Time(fields) => {
            if let Some(seconds) = time(value) {
                add(Needle::Item(ItemNeedle::Instant { fields, seconds }));
            }
        }
        Fate::Day(fields) => {
            if let Some(seconds) = time(value) {
                // Days of tasks and the local forms of those of contacts are midnights; others are so in some zone.
                let is_local = property.name.is_some();
                add(Needle::Item(ItemNeedle::Day { fields, seconds, is_local }));
            }
        }
        Fate::Number(field, word) => {
            let number = match value {
                PropValue::Integer32(number) => Some(i64::from(*number)),
                PropValue::Integer16(number) => Some(i64::from(*number)),
                _ => None,
            };
            if let Some(text) = number.and_then(word) {
                add(Needle::Item(ItemNeedle::Value { field, text }));
            }
        }
        Fate::Identity => {
            if let PropValue::Binary(bytes) = value {
                match GlobalObjectId::parse(bytes).and_then(|id| id.uid()) {
                    Ok(uid) => add(Needle::Item(ItemNeedle::Value { field: "UID", text: uid })),
                    Err(_) => add(Needle::Stream),
                }
            }
        }
        Fate::Address => {
            let addresses = addresses(set, property);
            if !addresses.is_empty() {
                add(Needle::Item(ItemNeedle::Person { addresses, name: Vec::new(), state: None }));
            }
        }
        Fate::Series => match value {
            PropValue::Binary(bytes) if !bytes.is_empty() => {
                let needles = match property.name.as_ref().is_some_and(|name| name.matches(&named::TASK_RECURRENCE)) {
                    true => task_series(bytes),
                    false => series(set, bytes),
                };
                match needles {
                    Some(needles) => needles.into_iter().for_each(|needle| add(Needle::Item(needle))),
                    None => add(Needle::Stream),
                }
            }
            _ => {}
        },
        Fate::Members => match members(set, property) {
            Some(members) => members.into_iter().for_each(|needle| add(Needle::Item(needle))),
            None => add(Needle::Stream),
        },
        Fate::Zone | Fate::Derived(_) | Fate::Worthless(_) => {}
    }
}

fn time(value: &PropValue<'_>) -> Option<i64> {
    match value {
        PropValue::Time(time) if time.is_date() => seconds(*time),
        _ => None,
    }
}

/// A name of a list of attendees, sometimes with the address behind it.
fn named_person(text: &str) -> Option<ItemNeedle> {
    let text = text.trim();
    let split = text.strip_suffix([')', '>']).and_then(|text| text.rsplit_once(['(', '<']));
    let (name, address) = match split.filter(|(_, inside)| inside.contains('@')) {
        Some((name, inside)) => (name.trim(), Some(inside.trim())),
        None if text.contains('@') && !text.contains(' ') => ("", Some(text)),
        None => (text, None),
    };
    let name = Said::of_text(name).words;
    let addresses: Vec<String> = address.map(str::to_lowercase).into_iter().collect();
    // Who is known by a name needs no address: it is that of somebody who has one elsewhere.
    let addresses = if name.is_empty() { addresses } else { Vec::new() };
    (!name.is_empty() || !addresses.is_empty()).then_some(ItemNeedle::Person { addresses, name, state: None })
}

/// The addresses of a slot of a contact: one of them is enough.
fn addresses(set: &PropertyBag<'_>, property: &Property<'_>) -> Vec<String> {
    let slots = [
        (named::EMAIL1_EMAIL_ADDRESS, named::EMAIL1_ORIGINAL_DISPLAY_NAME, named::EMAIL1_ORIGINAL_ENTRY_ID),
        (named::EMAIL2_EMAIL_ADDRESS, named::EMAIL2_ORIGINAL_DISPLAY_NAME, named::EMAIL2_ORIGINAL_ENTRY_ID),
        (named::EMAIL3_EMAIL_ADDRESS, named::EMAIL3_ORIGINAL_DISPLAY_NAME, named::EMAIL3_ORIGINAL_ENTRY_ID),
    ];
    let Some(name) = &property.name else { return Vec::new() };
    let Some((own, original, entry)) = slots.into_iter().find(|(own, ..)| name.matches(own)) else { return Vec::new() };
    let text = |tag: &NamedTag| set.named_str(tag).map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let id = match set.named(&entry) {
        Some(PropValue::Binary(bytes)) => match EntryId::parse(bytes) {
            EntryId::OneOff(id) => Some(id.email_address(set.code_page()).trim().to_lowercase()),
            _ => None,
        },
        _ => None,
    };
    [text(&own), text(&original), id].into_iter().flatten().collect()
}

/// The zones that an item names.
fn zones(set: &PropertyBag<'_>) -> Vec<Zone> {
    let definition = |tag: &NamedTag| match set.named(tag) {
        Some(PropValue::Binary(bytes)) => TimeZoneDefinition::parse(bytes).ok().and_then(|zone| Zone::of_definition(&zone)),
        _ => None,
    };
    let old = match set.named(&named::TIME_ZONE_STRUCT) {
        Some(PropValue::Binary(bytes)) => TimeZoneStruct::parse(bytes).ok().map(|zone| Zone::of_struct(&zone, "")),
        _ => None,
    };
    let new = [&named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR, &named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY];
    new.into_iter().filter_map(definition).chain(old).collect()
}

fn local(time: MinuteTime) -> i64 {
    i64::from(time.0).saturating_mul(60)
}

/// A series of appointments, with its exceptions; `None` if no calendar can express it.
fn series(set: &PropertyBag<'_>, bytes: &[u8]) -> Option<Vec<ItemNeedle>> {
    let recurrence = AppointmentRecurrence::parse(bytes).ok()?;
    let of_day = i64::from(recurrence.start_offset).saturating_mul(60);
    let at = |day: i64| day.saturating_mul(DAY).saturating_add(of_day);
    let starts: Vec<i64> = days_of_pattern(&recurrence.pattern)?.into_iter().map(at).collect();
    let ticks = |seconds: i64| u64::try_from(seconds).ok()?.checked_mul(10_000_000).map(FileTime);
    let in_utc = |zone: &Zone| {
        let times = starts.iter().map(|&start| seconds(zone.to_utc(ticks(start)?.date_time()?)?));
        times.collect::<Option<Vec<i64>>>()
    };
    let utc = zones(set).iter().filter_map(in_utc).collect();
    let mut out = vec![ItemNeedle::Series { starts, utc, is_task: false }];
    let originals: std::collections::HashSet<i64> =
        recurrence.exceptions.iter().map(|info| local(info.original_start).div_euclid(DAY)).collect();
    let removed = recurrence.pattern.deleted.iter().map(|&day| local(day).div_euclid(DAY));
    out.extend(removed.filter(|day| !originals.contains(day)).map(|day| ItemNeedle::Removed { local: at(day) }));
    for (info, extended) in recurrence.both_parts() {
        let (original, start, end) = (local(info.original_start), local(info.start), local(info.end));
        out.push(ItemNeedle::Changed { original, start, end });
        let wide = extended.and_then(|extended| extended.texts.as_ref());
        let narrow = |text: &Option<crate::mapi::blob::ExceptionText<'_>>| {
            text.as_ref().map(|text| set.code_page().decode_or_latin1(&text.text).text.into_owned())
        };
        let subject = wide.and_then(|texts| texts.subject.as_ref()).map(|text| text.to_text()).or_else(|| narrow(&info.subject));
        let place = wide.and_then(|texts| texts.location.as_ref()).map(|text| text.to_text()).or_else(|| narrow(&info.location));
        let fields: [(&'static [&'static str], Option<String>); 2] = [(&["SUMMARY"], subject), (&["LOCATION"], place)];
        for (fields, text) in fields {
            let words = Said::of_text(&text.unwrap_or_default()).words;
            if !words.is_empty() {
                out.push(ItemNeedle::Words { fields, words });
            }
        }
    }
    Some(out)
}

/// A task that comes again; `None` if no calendar can express it.
fn task_series(bytes: &[u8]) -> Option<Vec<ItemNeedle>> {
    let pattern = RecurrencePattern::parse(bytes).ok()?;
    if pattern.sliding != 0 {
        return None;
    }
    let starts = days_of_pattern(&pattern)?.into_iter().map(|day| day.saturating_mul(DAY)).collect();
    Some(vec![ItemNeedle::Series { starts, utc: Vec::new(), is_task: true }])
}

/// The members of a list, by name and address; `None` if they cannot be read.
fn members(set: &PropertyBag<'_>, property: &Property<'_>) -> Option<Vec<ItemNeedle>> {
    let mut out = Vec::new();
    let mut add = |entry: &[u8]| {
        let inner = match EntryId::parse(entry) {
            EntryId::Wrapped(wrapped) => wrapped.entry_id.to_vec(),
            _ => entry.to_vec(),
        };
        if let EntryId::OneOff(id) = EntryId::parse(&inner) {
            let address = id.email_address(set.code_page()).trim().to_lowercase();
            let shown = id.display_name(set.code_page());
            let name = if shown.eq_ignore_ascii_case(&address) { Vec::new() } else { Said::of_text(&shown).words };
            let addresses: Vec<String> = Some(address).filter(|address| !address.is_empty()).into_iter().collect();
            if !addresses.is_empty() || !name.is_empty() {
                out.push(ItemNeedle::Person { addresses, name, state: None });
            }
        }
    };
    match &property.value {
        PropValue::Binary(bytes) if !bytes.is_empty() => {
            let list = ListMembers::parse(bytes).ok()?;
            list.members.iter().for_each(|member| [&member.entry_id, &member.one_off].into_iter().for_each(|entry| add(entry)));
        }
        // Where the stream has them, it has all of them.
        PropValue::Multiple(values) if !has_bytes(set, &named::DISTRIBUTION_LIST_STREAM) => {
            for value in values.iter() {
                if let PropValue::Binary(entry) = value {
                    add(entry);
                }
            }
        }
        _ => {}
    }
    Some(out)
}

fn has_bytes(set: &PropertyBag<'_>, tag: &NamedTag) -> bool {
    matches!(set.named(tag), Some(PropValue::Binary(bytes)) if !bytes.is_empty())
}
