//! Items that are written and read again: those of the corpus, and generated ones; what each class must have.

use proptest::prelude::*;

use super::*;
use crate::base::{DateTime, FileTime, ReadOptions};
use crate::mapi::blob::{MinuteTime, Pattern, RecurrencePattern, SystemTime, WeekDays};
use crate::mapi::{NamedTag, PropTag, corpus};
use crate::message::Message;
use crate::{named, tags};

fn read(message: &Message<'_>) -> Item {
    Item::read(message).unwrap().expect("an item").item
}

fn written(item: &Item) -> ItemWritten {
    item.to_message(&ReadOptions::lenient()).unwrap()
}

/// The same with line ends as rich text has them: within it those of HTML are all alike.
fn settled(mut item: Item) -> Item {
    let settle = |html: &mut Option<String>| {
        if let Some(html) = html {
            *html = html.replace("\r\n", "\n");
        }
    };
    match &mut item {
        Item::Appointment(found) => {
            settle(&mut found.common.html);
            found.series.iter_mut().flat_map(|series| &mut series.changed).for_each(|changed| settle(&mut changed.html));
        }
        Item::Task(found) => settle(&mut found.common.html),
        Item::Contact(found) => settle(&mut found.common.html),
        Item::DistributionList(found) => settle(&mut found.common.html),
        Item::Journal(found) => settle(&mut found.common.html),
        Item::Note(found) => settle(&mut found.common.html),
    }
    item
}

/// The items of the corpus.
fn samples() -> Vec<(String, Message<'static>)> {
    let mut found = Vec::new();
    for (name, bytes) in corpus::files("items/tnef") {
        let Ok(message) = Message::read(&bytes, &ReadOptions::lenient()) else { continue };
        if Item::read(&message).unwrap().is_some() {
            found.push((name, message.into_owned()));
        }
    }
    println!("{} items", found.len());
    assert!(found.is_empty() || found.len() > 20);
    found
}

#[test]
fn items_of_the_corpus_come_back() {
    for (name, message) in samples() {
        let item = settled(read(&message));
        let made = written(&item);
        assert!(made.report.is_empty(), "{name}: {:?}", made.report);
        assert_eq!(settled(read(&made.message)), item, "{name}");
        // Also by way of a stream.
        let stream = made.message.to_tnef(&crate::WriteOptions::default()).unwrap();
        assert_eq!(settled(read(&Message::read(&stream, &ReadOptions::lenient()).unwrap())), item, "{name}");
    }
}

#[cfg(feature = "mime")]
#[test]
fn what_is_carried_is_written_as_it_was() {
    use super::carried::{Fate, fate};
    use crate::mapi::PropValue;
    let (mut same, mut other) = (0, Vec::new());
    for (name, message) in samples() {
        let made = written(&read(&message)).message;
        let task = made.attachments.iter().find_map(|attachment| match &attachment.content {
            crate::message::Content::Message(inner) if message.kind() == crate::message::MessageKind::TaskRequest => {
                Some(&**inner)
            }
            _ => None,
        });
        let made = task.unwrap_or(&made);
        for property in &message.properties {
            let Some(fate) = fate(message.kind(), property) else { continue };
            let says = match &property.value {
                PropValue::Time(time) => time.is_date(),
                PropValue::String(text) => !text.to_text().trim().is_empty(),
                PropValue::Binary(bytes) => !bytes.is_empty(),
                PropValue::Integer32(number) => match fate {
                    Fate::Number(_, word) => word(i64::from(*number)).is_some(),
                    _ => true,
                },
                _ => true,
            };
            if !says
                || !matches!(
                    fate,
                    Fate::Text(_) | Fate::Time(_) | Fate::Day(_) | Fate::Number(..) | Fate::Series | Fate::Identity
                )
            {
                continue;
            }
            let found = match &property.name {
                Some(name) => made.properties.iter().find(|other| other.name.as_ref() == Some(name)),
                None => made.properties.by_id(property.tag.id()),
            };
            let text = |value: &PropValue<'_>| made.properties.text_of(value).map(|text| text.trim().to_owned());
            let equal = match (&property.value, fate) {
                // Where two properties have one text, either may have it.
                (PropValue::String(_) | PropValue::String8(_), Fate::Text(_)) => {
                    let wanted = message.properties.text_of(&property.value).map(|text| text.trim().to_owned());
                    made.properties.iter().any(|other| text(&other.value) == wanted)
                }
                // A day in UTC is the midnight that is nearest.
                (PropValue::Time(time), Fate::Day(_)) => {
                    let days = |time: &FileTime| (time.0 + 432_000_000_000) / 864_000_000_000;
                    matches!(found.map(|found| &found.value), Some(PropValue::Time(other)) if days(other) == days(time))
                }
                (value, _) => found.is_some_and(|found| found.value == *value),
            };
            match equal {
                true => same += 1,
                false => other.push(format!(
                    "{name}: {:?} {} {:?} for {:?}",
                    property.name,
                    property.tag,
                    found.map(|f| &f.value),
                    property.value
                )),
            }
        }
    }
    println!("{same} properties are as they were");
    assert!(other.is_empty(), "{} of {same}: {:#?}", other.len(), other);
}

fn has(message: &Message<'_>, named: &[NamedTag], plain: &[PropTag]) {
    for tag in named {
        assert!(message.properties.named(tag).is_some(), "{}: no {:?}", message.class().unwrap(), tag.to_name().canonical_name());
    }
    for tag in plain {
        assert!(message.properties.get(*tag).is_some(), "{}: no {tag}", message.class().unwrap());
    }
}

fn at(year: u16, month: u16, day: u16, hour: u16) -> FileTime {
    FileTime::from_date_time(DateTime::new(year, month, day, hour, 0, 0).unwrap()).unwrap()
}

fn berlin() -> Zone {
    let rule = |month, hour| SystemTime { month, day: 5, hour, ..SystemTime::default() };
    let transitions = Some((rule(3, 2), rule(10, 3)));
    let rules = vec![ZoneRule { year: 1601, standard_offset: 60, daylight_offset: 120, transitions }];
    Zone { name: "W. Europe Standard Time".into(), rules }
}

fn weekly(count: u32) -> RecurrencePattern<'static> {
    let start = MinuteTime::from_date_time(DateTime::new(2024, 5, 6, 0, 0, 0).unwrap()).unwrap();
    RecurrencePattern {
        reader_version: 0x3004,
        writer_version: 0x3004,
        frequency: 0x200B,
        pattern: Pattern::Week { days: WeekDays(2) },
        calendar_type: 0,
        first_date_time: 0,
        period: 1,
        sliding: 0,
        end_type: RecurrencePattern::END_AFTER,
        occurrences: count,
        first_day_of_week: 0,
        deleted: Vec::new(),
        modified: Vec::new(),
        start,
        end: start.checked_add((count - 1) * 7 * 1440).unwrap(),
        trailing: std::borrow::Cow::Borrowed(&[]),
    }
}

/// What the digests of [MS-OXOCAL], [MS-OXOTASK], [MS-OXOCNTC], [MS-OXOJRNL] and [MS-OXONOTE] ask of each class.
#[test]
fn items_have_what_their_class_demands() {
    use named as n;
    let mut meeting = Appointment::new(AppointmentKind::Request);
    meeting.uid = "x@example.com".into();
    meeting.times = Some(Times { start: at(2024, 5, 6, 8), end: at(2024, 5, 6, 9) });
    meeting.start_zone = Some(berlin());
    meeting.end_zone = Some(berlin());
    meeting.organizer = Some(Person::new("Jane", "jane@example.com"));
    meeting.attendees.push(Attendee::new(Person::new("Joe", "joe@example.com")));
    meeting.busy = Some(1);
    meeting.intended_busy = Some(2);
    meeting.response_requested = Some(true);
    meeting.stamp = Some(at(2024, 5, 1, 8));
    let of_calendar = [
        n::APPOINTMENT_START_WHOLE.untyped(),
        n::APPOINTMENT_END_WHOLE.untyped(),
        n::APPOINTMENT_DURATION.untyped(),
        n::APPOINTMENT_SUB_TYPE.untyped(),
        n::APPOINTMENT_STATE_FLAGS.untyped(),
        n::RESPONSE_STATUS.untyped(),
        n::RECURRING.untyped(),
        n::BUSY_STATUS.untyped(),
        n::APPOINTMENT_SEQUENCE.untyped(),
        n::COMMON_START.untyped(),
        n::COMMON_END.untyped(),
        n::CLIP_START.untyped(),
        n::CLIP_END.untyped(),
        n::GLOBAL_OBJECT_ID.untyped(),
        n::CLEAN_GLOBAL_OBJECT_ID.untyped(),
        n::REMINDER_SET.untyped(),
        n::SIDE_EFFECTS.untyped(),
        n::PRIVATE.untyped(),
        n::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY.untyped(),
        n::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY.untyped(),
    ];
    let of_messages = [
        n::MEETING_TYPE.untyped(),
        n::INTENDED_BUSY_STATUS.untyped(),
        n::APPOINTMENT_MESSAGE_CLASS.untyped(),
        n::IS_RECURRING.untyped(),
        n::IS_EXCEPTION.untyped(),
        n::WHERE.untyped(),
        n::OWNER_CRITICAL_CHANGE.untyped(),
        n::TO_ATTENDEES_STRING.untyped(),
        n::ALL_ATTENDEES_STRING.untyped(),
    ];
    let sent = [
        tags::ICON_INDEX.untyped(),
        tags::RESPONSE_REQUESTED.untyped(),
        tags::REPLY_REQUESTED.untyped(),
        tags::SENT_REPRESENTING_NAME.untyped(),
        tags::SENT_REPRESENTING_ENTRY_ID.untyped(),
        tags::SENDER_NAME.untyped(),
        tags::SUBJECT.untyped(),
        tags::NORMALIZED_SUBJECT.untyped(),
    ];
    meeting.location = Some("Room".into());
    let message = written(&Item::Appointment(Box::new(meeting.clone()))).message;
    has(&message, &[&of_calendar[..], &of_messages].concat(), &sent);
    assert_eq!(message.get(n::APPOINTMENT_STATE_FLAGS), Some(3));
    assert_eq!(
        (message.get(n::RESPONSE_STATUS), message.get(n::MEETING_TYPE), message.get(tags::ICON_INDEX)),
        (Some(5), Some(1), Some(0x404))
    );
    // The organizer's row is marked ([MS-OXOCAL] 2.2.4.10.1), an attendee's is not.
    let flags = |n: usize| message.recipients[n].properties.integer(tags::RECIPIENT_FLAGS.untyped());
    assert_eq!((flags(0), flags(1)), (Some(3), Some(1)));
    meeting.kind = AppointmentKind::Cancellation;
    let canceled = written(&Item::Appointment(Box::new(meeting.clone()))).message;
    assert_eq!((canceled.get(n::APPOINTMENT_STATE_FLAGS), canceled.get(n::MEETING_TYPE)), (Some(7), Some(0)));
    assert_eq!(canceled.class().as_deref(), Some("IPM.Schedule.Meeting.Canceled"));
    meeting.kind = AppointmentKind::Appointment;
    let changed = vec![ChangedInstance::new(
        DateTime::new(2024, 5, 13, 10, 0, 0).unwrap(),
        DateTime::new(2024, 5, 14, 11, 0, 0).unwrap(),
        DateTime::new(2024, 5, 14, 12, 0, 0).unwrap(),
    )];
    meeting.series = Series::new(weekly(5), (600, 660), berlin(), changed);
    let series = written(&Item::Appointment(Box::new(meeting.clone()))).message;
    has(
        &series,
        &[
            n::APPOINTMENT_RECUR.untyped(),
            n::RECURRENCE_TYPE.untyped(),
            n::TIME_ZONE_STRUCT.untyped(),
            n::TIME_ZONE_DESCRIPTION.untyped(),
            n::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR.untyped(),
        ],
        &[],
    );
    assert_eq!(series.get(n::RECURRING), Some(true));
    // [MS-OXOCAL] 2.2.10: hidden, method 5, flagged as an exception.
    let properties = &series.attachments[0].properties;
    assert_eq!(properties.boolean(tags::ATTACHMENT_HIDDEN.untyped()), Some(true));
    assert_eq!(properties.integer(tags::ATTACHMENT_FLAGS.untyped()), Some(2));
    assert_eq!(properties.integer(tags::ATTACH_METHOD.untyped()), Some(5));
    assert_eq!(properties.time(tags::EXCEPTION_START_TIME.untyped()), Some(at(2024, 5, 14, 11)));
    // 10:00 in Berlin in summer is 08:00 UTC.
    assert_eq!(properties.time(tags::EXCEPTION_REPLACE_TIME.untyped()), Some(at(2024, 5, 13, 8)));

    let mut task = Task::new(TaskKind::Request);
    task.percent = Some(50);
    task.organizer = Some(Person::new("Jane", "jane@example.com"));
    let request = written(&Item::Task(Box::new(task))).message;
    has(&request, &[n::TASK_MODE.untyped()], &[tags::ICON_INDEX.untyped(), tags::SENT_REPRESENTING_NAME.untyped()]);
    let crate::message::Content::Message(inner) = &request.attachments[0].content else { panic!() };
    let of_task = [
        n::TASK_STATUS.untyped(),
        n::PERCENT_COMPLETE.untyped(),
        n::TASK_COMPLETE.untyped(),
        n::TASK_F_RECURRING.untyped(),
        n::TASK_OWNERSHIP.untyped(),
        n::TASK_ACCEPTANCE_STATE.untyped(),
        n::TASK_STATE.untyped(),
        n::TASK_VERSION.untyped(),
        n::TASK_F_CREATOR.untyped(),
        n::REMINDER_SET.untyped(),
        n::SIDE_EFFECTS.untyped(),
    ];
    has(inner, &of_task, &[tags::ICON_INDEX.untyped()]);
    // [MS-OXOTASK] 2.2.2.1.5 and PidLidTaskAcceptanceState: icon and acceptance of what is sent.
    for (kind, acceptance) in
        [(TaskKind::Request, 1), (TaskKind::Accepted, 2), (TaskKind::Declined, 3), (TaskKind::Update, 2), (TaskKind::Task, 0)]
    {
        let message = written(&Item::Task(Box::new(Task::new(kind)))).message;
        let task = match message.attachments.first().map(|attachment| &attachment.content) {
            Some(crate::message::Content::Message(inner)) => inner,
            _ => &message,
        };
        let icon = if kind == TaskKind::Task { 0x500 } else { 0x502 };
        assert_eq!((task.get(n::TASK_ACCEPTANCE_STATE), task.get(tags::ICON_INDEX)), (Some(acceptance), Some(icon)), "{kind:?}");
    }

    let mut contact = Contact::new();
    contact.name = Some("Jane Doe".into());
    contact.emails.push(EmailAddress::new("Jane Doe (jane@example.com)", "jane@example.com"));
    contact.photo = Some(b"\x89PNG".to_vec());
    let message = written(&Item::Contact(Box::new(contact))).message;
    let of_contact = [
        n::FILE_UNDER_ID.untyped(),
        n::AUTO_LOG.untyped(),
        n::SIDE_EFFECTS.untyped(),
        n::PRIVATE.untyped(),
        n::HAS_PICTURE.untyped(),
        n::POSTAL_ADDRESS_ID.untyped(),
        n::EMAIL1_DISPLAY_NAME.untyped(),
        n::EMAIL1_ADDRESS_TYPE.untyped(),
        n::EMAIL1_EMAIL_ADDRESS.untyped(),
        n::EMAIL1_ORIGINAL_DISPLAY_NAME.untyped(),
        n::EMAIL1_ORIGINAL_ENTRY_ID.untyped(),
    ];
    has(&message, &of_contact, &[tags::ICON_INDEX.untyped(), tags::TRANSMITTABLE_DISPLAY_NAME.untyped()]);
    // One address: the first slot, as list and as bits.
    assert_eq!(message.get(n::ADDRESS_BOOK_PROVIDER_EMAIL_LIST), Some(vec![0]));
    assert_eq!(message.get(n::ADDRESS_BOOK_PROVIDER_ARRAY_TYPE), Some(1));
    // The picture is marked on its attachment, not on the message.
    assert_eq!(message.attachments[0].properties.boolean(tags::ATTACHMENT_CONTACT_PHOTO.untyped()), Some(true));

    let mut list = DistributionList::new("Team");
    list.members.push(Member { person: Person::new("Jane", "jane@example.com"), is_list: false });
    let message = written(&Item::DistributionList(Box::new(list))).message;
    let of_list = [
        n::DISTRIBUTION_LIST_NAME.untyped(),
        n::DISTRIBUTION_LIST_MEMBERS.untyped(),
        n::DISTRIBUTION_LIST_ONE_OFF_MEMBERS.untyped(),
        n::DISTRIBUTION_LIST_CHECKSUM.untyped(),
    ];
    has(&message, &of_list, &[tags::DISPLAY_NAME.untyped()]);
    let journal = written(&Item::Journal(Box::new(Journal { start: Some(at(2024, 5, 6, 8)), ..Journal::new() }))).message;
    has(&journal, &[n::LOG_START.untyped(), n::LOG_FLAGS.untyped(), n::COMMON_START.untyped()], &[tags::ICON_INDEX.untyped()]);
}

#[test]
fn what_has_no_property_is_said() {
    let mut contact = Contact::new();
    contact.phones =
        vec![(Phone::Mobile, "1".into()), (Phone::Mobile, "2".into()), (Phone::Home2, "3".into()), (Phone::Home2, "4".into())];
    contact.emails = (0..5).map(|n| EmailAddress::new("x", format!("{n}@example.com"))).collect();
    contact.user_fields = (0..5).map(|n| n.to_string()).collect();
    let made = written(&Item::Contact(Box::new(contact)));
    let said: Vec<&str> = made.report.diagnostics().iter().map(|found| found.detail.as_str()).collect();
    assert_eq!(said.len(), 4, "{said:?}");
    assert!(said.iter().any(|text| text.contains("number 2")) && said.iter().any(|text| text.contains("4@example.com")));
    let Item::Contact(back) = read(&made.message) else { panic!() };
    assert_eq!(back.phones, [(Phone::Home2, "3".into()), (Phone::Home2, "4".into()), (Phone::Mobile, "1".into())]);
}

#[test]
fn a_long_list_is_a_stream() {
    let mut list = DistributionList::new("All");
    list.members =
        (0..400).map(|n| Member { person: Person::new(format!("N{n}"), format!("n{n}@example.com")), is_list: false }).collect();
    let made = written(&Item::DistributionList(Box::new(list.clone()))).message;
    assert!(made.get(named::DISTRIBUTION_LIST_STREAM).is_some() && made.get(named::DISTRIBUTION_LIST_MEMBERS).is_none());
    let Item::DistributionList(back) = read(&made) else { panic!() };
    assert_eq!(back.members, list.members);
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-z\u{e4}\u{3042}\u{1F600}][A-Za-z0-9 ,.\u{e4}]{0,12}[a-z]"
}

fn person() -> impl Strategy<Value = Person> {
    prop_oneof![
        ("[a-z]{1,8}", word()).prop_map(|(local, name)| Person::new(name, format!("{local}@example.com"))),
        word().prop_map(Person::named),
        ("[a-z]{1,8}", word())
            .prop_map(|(cn, name)| Person { other_address: Some(format!("/O=ORG/CN={cn}")), ..Person::named(name) }),
    ]
}

fn common() -> impl Strategy<Value = Common> {
    let texts = (word(), proptest::option::of(word()), proptest::option::of(word()), any::<bool>());
    let lists = (proptest::collection::btree_set(word(), 0..3), proptest::collection::vec(word(), 0..2));
    (texts, lists, 0..4, proptest::option::of(0..3), proptest::option::of(1_u64..1 << 56)).prop_map(
        |((subject, text, billing, rich), (categories, contacts), sensitivity, importance, time)| Common {
            subject,
            html: text.as_ref().filter(|_| rich).map(|text| format!("<html><body><p>{text}</p></body></html>")),
            text,
            categories: categories.into_iter().collect(),
            sensitivity,
            importance,
            created: time.map(FileTime),
            modified: time.map(FileTime),
            contacts,
            billing,
            key: time.map(|time| format!("{time:032X}")),
            ..Common::default()
        },
    )
}

fn attendee() -> impl Strategy<Value = Attendee> {
    let role = prop_oneof![Just(Role::Required), Just(Role::Optional), Just(Role::Resource)];
    (person(), role, 0..6, proptest::option::of(1_u64..1 << 56)).prop_map(|(person, role, response, time)| Attendee {
        person,
        role,
        response,
        response_time: time.map(FileTime),
    })
}

fn kind() -> impl Strategy<Value = AppointmentKind> {
    use AppointmentKind::{Accepted, Appointment, Cancellation, Counter, Declined, Notice, Request, Tentative};
    proptest::sample::select(vec![Appointment, Request, Cancellation, Accepted, Declined, Tentative, Counter, Notice])
}

fn appointment() -> impl Strategy<Value = Item> {
    let people = (person(), proptest::collection::vec(attendee(), 1..4));
    let numbers = (0..5, 0..9, proptest::option::of(any::<bool>()), proptest::option::of(0_u32..2000), any::<bool>());
    (kind(), common(), people, numbers, 0_u64..1000, proptest::option::of((1_u32..6, any::<bool>(), word()))).prop_map(
        |(kind, common, (organizer, mut attendees), (busy, sequence, asked, reminder, all_day), hours, series)| {
            let mut found = Appointment::new(kind);
            let start = at(2024, 5, 6, 8);
            found.times = Some(Times { start, end: FileTime(start.0 + hours * 36_000_000_000) });
            found.start_zone = Some(berlin());
            found.end_zone = Some(berlin());
            if kind.is_reply() {
                attendees.truncate(1);
                attendees[0] = Attendee::new(attendees[0].person.clone());
            }
            found.is_meeting = true;
            (found.organizer, found.attendees) = (Some(organizer), attendees);
            (found.busy, found.sequence, found.response_requested) = (Some(busy), sequence, asked);
            found.reminder = reminder.map(Reminder::Before);
            found.uid = "uid@example.com".into();
            found.stamp = Some(at(2024, 4, 1, 0));
            found.all_day = all_day;
            if kind == AppointmentKind::Counter {
                found.proposed = found.times;
            }
            if let Some((count, changes, subject)) = series {
                let mut instance = ChangedInstance::new(
                    DateTime::new(2024, 5, 6, 10, 0, 0).unwrap(),
                    DateTime::new(2024, 5, 7, 11, 0, 0).unwrap(),
                    DateTime::new(2024, 5, 7, 12, 0, 0).unwrap(),
                );
                instance.subject = Some(subject.clone());
                instance.text = changes.then_some(subject);
                instance.busy = changes.then_some(3);
                let changed = if changes { vec![instance] } else { Vec::new() };
                found.series = Series::new(weekly(count), (600, 660), berlin(), changed);
                found.times = Some(Times { start, end: at(2024, 5, 6, 9) });
                if kind == AppointmentKind::Counter {
                    found.proposed = found.times;
                }
            }
            found.common = common;
            Item::Appointment(Box::new(found))
        },
    )
}

fn task() -> impl Strategy<Value = Item> {
    let kind = proptest::sample::select(vec![
        TaskKind::Task,
        TaskKind::Request,
        TaskKind::Accepted,
        TaskKind::Declined,
        TaskKind::Update,
    ]);
    (kind, common(), 0..5, proptest::option::of(0_u8..=100), any::<bool>(), person(), word()).prop_map(
        |(kind, common, status, percent, again, who, owner)| {
            let mut task = Task::new(kind);
            task.common = common;
            task.uid = "task@example.com".into();
            (task.start, task.due) = (Some(at(2024, 5, 6, 0)), Some(at(2024, 5, 7, 0)));
            (task.status, task.is_complete, task.percent) = (status, status == 2, percent);
            task.completed = (status == 2).then(|| at(2024, 5, 8, 0));
            task.recurrence = again.then(|| weekly(3));
            task.reminder = again.then(|| Reminder::At(at(2024, 5, 6, 7)));
            task.owner = Some(owner);
            if kind != TaskKind::Task {
                task.organizer = Some(who.clone());
                task.attendees = vec![Attendee::new(who)];
            }
            Item::Task(Box::new(task))
        },
    )
}

fn contact() -> impl Strategy<Value = Item> {
    let texts = proptest::collection::vec(proptest::option::of(word()), 12);
    let phones = proptest::collection::vec(word(), 4);
    (common(), texts, phones, proptest::option::of(word()), any::<bool>()).prop_map(|(common, texts, phones, street, photo)| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        let mut contact = Contact { common, ..Contact::new() };
        contact.uid = "card@example.com".into();
        (contact.name, contact.surname, contact.given_name, contact.middle_name) = (next(), next(), next(), next());
        (contact.company, contact.department, contact.title, contact.office) = (next(), Some("d".into()), next(), next());
        (contact.file_as, contact.nickname, contact.hobbies, contact.im_address) = (next(), next(), next(), next());
        let kinds = [Phone::Business, Phone::Home2, Phone::Home2, Phone::Mobile];
        contact.phones = kinds.into_iter().zip(phones).collect();
        contact.emails = vec![
            EmailAddress::new("One (1@example.com)", "1@example.com"),
            EmailAddress { display_name: "Two".into(), address: None, other_address: Some("/O=ORG/CN=TWO".into()) },
        ];
        contact.home.street = street.clone();
        contact.work = PostalAddress { city: street.clone(), formatted: Some("all".into()), ..PostalAddress::default() };
        contact.birthday = DateTime::new(1980, 5, 15, 0, 0, 0);
        contact.gender = Some(1);
        contact.photo = photo.then(|| b"\xFF\xD8picture".to_vec());
        contact.certificates = vec![b"\x30\x82der".to_vec(), b"other".to_vec()];
        contact.further = vec![(ContactField::CustomerId, "7".into()), (ContactField::Initials, "J".into())];
        contact.user_fields = street.into_iter().collect();
        Item::Contact(Box::new(contact))
    })
}

fn small() -> impl Strategy<Value = Item> {
    (common(), word(), proptest::collection::vec(person(), 0..4), 0..3, 0..5).prop_map(|(common, text, people, which, color)| {
        let uid = "small@example.com".to_owned();
        match which {
            0 => Item::Journal(Box::new(Journal {
                common,
                uid,
                log_type: Some(text),
                start: Some(at(2024, 5, 6, 8)),
                end: Some(at(2024, 5, 6, 9)),
                duration: Some(60),
            })),
            1 => Item::Note(Box::new(StickyNote { common, uid, color: Some(color) })),
            _ => {
                let members = people.into_iter().map(|person| Member { person, is_list: false }).collect();
                Item::DistributionList(Box::new(DistributionList { common, uid, name: text, members }))
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn generated_items_come_back(item in prop_oneof![appointment(), task(), contact(), small()]) {
        let made = written(&item);
        prop_assert!(made.report.is_empty(), "{:?}", made.report);
        prop_assert_eq!(read(&made.message), item);
    }
}

#[cfg(feature = "serde")]
#[test]
fn items_become_json() {
    let contact = Item::Contact(Box::new(Contact {
        given_name: Some("Jane".to_owned()),
        photo: Some(vec![0xFF, 0xD8]),
        phones: vec![(Phone::Mobile, "1".to_owned())],
        ..Contact::default()
    }));
    let json = serde_json::to_value(contact).unwrap();
    assert_eq!(json["contact"]["given_name"], "Jane");
    assert_eq!((&json["contact"]["photo"], &json["contact"]["phones"][0][0]), (&"ffd8".into(), &"mobile".into()));
    let mut count = 0;
    for (name, message) in samples() {
        let item = read(&message);
        let json = serde_json::to_value(&item).unwrap_or_else(|error| panic!("{name}: {error}"));
        if let Item::Appointment(found) = &item {
            let recurs = &json["appointment"]["series"];
            assert_eq!(recurs.is_null(), found.series.is_none(), "{name}");
            count += usize::from(found.series.is_some());
        }
    }
    println!("{count} series");
}
