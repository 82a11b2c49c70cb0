//! What writing promises, on generated messages of everything that the model can hold.

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::tests::difference;
use super::*;
use crate::FileTime;
use crate::base::{Bytes, LegacyAttributes};
use crate::mapi::{NameKind, Object, PropName, PropTag, PropType, Property, RecipientType, Source, String8, Utf16};
use crate::message::{Attachment, Content, Recipient};
use crate::{Compliance, ReadOptions};

fn bytes() -> impl Strategy<Value = Bytes<'static>> {
    prop_oneof![8 => vec(any::<u8>(), 0..40), 1 => vec(any::<u8>(), 500..600)].prop_map(Bytes::from)
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,20}", "\\PC{0,10}"]
}

/// A value of a single-valued type.
fn value(prop_type: PropType) -> BoxedStrategy<PropValue<'static>> {
    match prop_type {
        PropType::UNSPECIFIED => Just(PropValue::Unspecified).boxed(),
        PropType::NULL => Just(PropValue::Null).boxed(),
        PropType::INTEGER16 => any::<i16>().prop_map(PropValue::Integer16).boxed(),
        PropType::INTEGER32 => any::<i32>().prop_map(PropValue::Integer32).boxed(),
        PropType::FLOATING32 => any::<u32>().prop_map(|bits| PropValue::Floating32(f32::from_bits(bits))).boxed(),
        PropType::FLOATING64 => any::<u64>().prop_map(|bits| PropValue::Floating64(f64::from_bits(bits))).boxed(),
        PropType::CURRENCY => any::<i64>().prop_map(PropValue::Currency).boxed(),
        PropType::FLOATING_TIME => any::<u64>().prop_map(|bits| PropValue::FloatingTime(f64::from_bits(bits))).boxed(),
        PropType::ERROR_CODE => any::<u32>().prop_map(PropValue::ErrorCode).boxed(),
        PropType::BOOLEAN => any::<bool>().prop_map(PropValue::Boolean).boxed(),
        PropType::INTEGER64 => any::<i64>().prop_map(PropValue::Integer64).boxed(),
        PropType::TIME => any::<u64>().prop_map(|ticks| PropValue::Time(FileTime(ticks))).boxed(),
        PropType::GUID => any::<u128>().prop_map(|n| PropValue::Guid(Uuid::from_u128(n))).boxed(),
        PropType::STRING8 => bytes().prop_map(|bytes| PropValue::String8(String8(bytes))).boxed(),
        PropType::STRING => prop_oneof![
            text().prop_map(|text| PropValue::from(text.as_str())),
            bytes().prop_map(|bytes| PropValue::String(Utf16(bytes))),
        ]
        .boxed(),
        PropType::OBJECT => (any::<u128>(), bytes())
            .prop_map(|(interface, data)| PropValue::Object(Object { interface: Some(Uuid::from_u128(interface)), data }))
            .boxed(),
        PropType::SERVER_ID => bytes().prop_map(PropValue::ServerId).boxed(),
        PropType::RESTRICTION => bytes().prop_map(PropValue::Restriction).boxed(),
        PropType::RULE_ACTION => bytes().prop_map(PropValue::RuleAction).boxed(),
        _ => bytes().prop_map(PropValue::Binary).boxed(),
    }
}

fn name() -> impl Strategy<Value = PropName<'static>> {
    let kind = prop_oneof![
        (0x8500..0x8510u32).prop_map(NameKind::Lid),
        "[a-z]{1,5}".prop_map(|name| NameKind::String(Utf16::from(name.as_str()))),
    ];
    (0..3u128, kind).prop_map(|(set, kind)| PropName { set: Uuid::from_u128(set), kind })
}

/// A property of any type, with an id that no attribute stands for, or with a name.
fn property() -> impl Strategy<Value = Property<'static>> {
    let types = proptest::sample::select(PropType::KNOWN);
    (types, 0x5000..0x5800u16, proptest::option::of(name())).prop_flat_map(|(prop_type, id, name)| {
        let value = if prop_type.is_multiple() {
            vec(value(prop_type.single()), 0..4).prop_map(PropValue::Multiple).boxed()
        } else {
            value(prop_type)
        };
        value.prop_map(move |value| {
            let id = if name.is_some() { 0x8000 } else { id };
            Property {
                tag: PropTag::new(crate::mapi::PropId(id), prop_type),
                name: name.clone().map(Box::new),
                value,
                source: Source::Made,
            }
        })
    })
}

/// Facts that attributes can stand for, exactly or not.
fn fact() -> impl Strategy<Value = (PropTag, PropValue<'static>)> {
    let times = prop_oneof![any::<u64>(), (0..40_000_000_000u64).prop_map(|seconds| seconds * 10_000_000)];
    let time = times.prop_map(|ticks| PropValue::Time(FileTime(ticks))).boxed();
    let text = prop_oneof![text().prop_map(|text| PropValue::from(text.as_str())), value(PropType::STRING8)].boxed();
    let strings = [tags::SUBJECT, tags::BODY, tags::SENDER_NAME, tags::SENDER_ADDRESS_TYPE, tags::SENDER_EMAIL_ADDRESS];
    prop_oneof![
        (proptest::sample::select(strings.to_vec()), text).prop_map(|(tag, value)| (tag, value)),
        (proptest::sample::select(&[tags::CLIENT_SUBMIT_TIME, tags::LAST_MODIFICATION_TIME, tags::START_DATE][..]), time),
        (-1..4i32).prop_map(|importance| (tags::IMPORTANCE, PropValue::Integer32(importance))),
        any::<i32>().prop_map(|flags| (tags::MESSAGE_FLAGS, PropValue::Integer32(flags))),
        bytes().prop_map(|key| (tags::SEARCH_KEY, PropValue::Binary(key))),
        any::<bool>().prop_map(|requested| (tags::RESPONSE_REQUESTED, PropValue::Boolean(requested))),
    ]
}

fn recipient() -> impl Strategy<Value = Recipient<'static>> {
    (0..4u32, text(), "[a-z]{1,8}@[a-z]{1,8}", vec(property(), 0..3)).prop_map(|(role, name, address, more)| {
        let mut recipient = Recipient::smtp(RecipientType(role), &name, &address);
        more.into_iter().for_each(|property| recipient.properties.push(property));
        recipient
    })
}

fn attachment(inner: impl Strategy<Value = Message<'static>> + 'static) -> impl Strategy<Value = Attachment<'static>> {
    let made = prop_oneof![
        (text(), bytes()).prop_map(|(name, data)| Attachment::from_bytes(&name, data)),
        (text(), bytes()).prop_map(|(name, data)| Attachment::from_storage(&name, data)),
        inner.prop_map(Attachment::from_message),
        Just(Attachment::new(crate::mapi::AttachMethod::BY_WEB_REFERENCE, Content::None)),
    ];
    (made, vec(property(), 0..3), proptest::option::of(bytes())).prop_map(|(mut attachment, more, picture)| {
        more.into_iter().for_each(|property| attachment.properties.push(property));
        if let Some(picture) = picture {
            attachment.properties.set(tags::ATTACH_RENDERING, PropValue::Binary(picture));
        }
        attachment
    })
}

fn message(depth: u32) -> BoxedStrategy<Message<'static>> {
    let attachments = if depth == 0 { Just(Vec::new()).boxed() } else { vec(attachment(message(depth - 1)), 0..3).boxed() };
    let classes = ["IPM.Note", "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Resp.Pos", "REPORT.IPM.Note.NDR", "IPM.X"];
    let class = proptest::sample::select(classes.to_vec());
    let parts = (class, vec(fact(), 0..6), vec(property(), 0..6), vec(recipient(), 0..3), attachments);
    parts
        .prop_map(|(class, facts, more, recipients, attachments)| {
            let mut message = Message::new(class);
            facts.into_iter().for_each(|(tag, value)| message.properties.set(tag, value));
            more.into_iter().for_each(|property| message.properties.push(property));
            message.recipients = recipients;
            message.attachments = attachments;
            message
        })
        .boxed()
}

fn read(bytes: &[u8]) -> Message<'_> {
    let mut options = ReadOptions::lenient();
    options.compliance = Compliance::Lenient;
    let message = Message::read(bytes, &options).unwrap();
    // Invalid text and repeated properties are what the model holds; the stream itself has no defect.
    let tolerated = [
        crate::Code::UndecodableText,
        crate::Code::OddUnicodeLength,
        crate::Code::DuplicateProperty,
        crate::Code::ConflictingBody,
        crate::Code::TextBehindNul,
    ];
    for diagnostic in message.report().diagnostics() {
        assert!(tolerated.contains(&diagnostic.code), "{diagnostic:?}");
    }
    message
}

const LEGACY: [LegacyAttributes; 3] = [LegacyAttributes::None, LegacyAttributes::Exchange, LegacyAttributes::Outlook];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_and_written_again_the_same(message in message(2), legacy in proptest::sample::select(&LEGACY[..])) {
        let options = WriteOptions::canonical().with_legacy(legacy);
        let first = message.to_tnef(&options).unwrap();
        prop_assert_eq!(&first, &message.to_tnef(&WriteOptions::default().with_legacy(legacy)).unwrap());
        let mut streamed = Vec::new();
        message.write_tnef(&options, &mut streamed).unwrap();
        prop_assert_eq!(&first, &streamed);
        let again = read(&first);
        prop_assert_eq!(difference(&message, &again), Vec::<String>::new());
        prop_assert_eq!(&first, &again.to_tnef(&options).unwrap());
        prop_assert_eq!(&first, &again.to_tnef(&WriteOptions::default()).unwrap());
    }

    #[test]
    fn edits_come_back(
        message in message(2),
        other in message(1),
        keep in any::<u64>(),
        legacy in proptest::sample::select(&LEGACY[..]),
    ) {
        let first = message.to_tnef(&WriteOptions::canonical().with_legacy(legacy)).unwrap();
        let mut edited = read(&first);
        let mut bits = (0..64).cycle().map(|bit| keep >> bit & 1 == 1);
        edited.properties.retain(|_| bits.next().unwrap());
        for property in &other.properties {
            match &property.name {
                Some(name) => edited.properties.set_name(name, property.tag.prop_type(), property.value.clone()),
                None => edited.properties.set(property.tag, property.value.clone()),
            }
        }
        edited.attachments.retain(|_| bits.next().unwrap());
        edited.recipients.retain(|_| bits.next().unwrap());
        for attachment in &mut edited.attachments {
            attachment.properties.retain(|property| canonical::is_data(property) || bits.next().unwrap());
            if let Content::Message(inner) = &mut attachment.content {
                inner.properties.set(tags::SUBJECT, "changed inside");
            }
        }
        if bits.next().unwrap() {
            edited.attachments.extend(other.attachments.clone());
        } else {
            edited.attachments.splice(0..0, other.attachments.clone());
        }
        edited.recipients.extend(other.recipients.clone());
        let second = edited.to_tnef(&WriteOptions::default().with_legacy(legacy)).unwrap();
        let again = read(&second);
        prop_assert_eq!(difference(&edited, &again), Vec::<String>::new());
        prop_assert_eq!(&second, &again.to_tnef(&WriteOptions::default()).unwrap());
    }
}
