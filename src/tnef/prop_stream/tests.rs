//! The streaming walk over property lists against the one over slices.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::base::Bytes;
use crate::base::Limits;
use crate::base::error::ErrorKind;
use crate::mapi::{Object, PropValue, Utf16};
use crate::tnef::{AttrId, PropertyList, PropertyListWriter, Reader, StreamEvent, StreamReader, Writer};

#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Property { tag: PropTag, name: Option<PropName<'static>>, offset: u64, value: PropValue<'static>, cut: bool },
    Lost { code: Code, offset: u64, length: u64 },
}

fn of_slice(data: &[u8], offset: u64) -> Vec<Seen> {
    let Ok(list) = PropertyList::new(data, offset) else { return Vec::new() };
    list.pieces()
        .map(|piece| match piece {
            PropertyPiece::Property(p) => whole_property(&p),
            PropertyPiece::Lost { code, bytes, offset, .. } => Seen::Lost { code, offset, length: len64(bytes) },
        })
        .collect()
}

fn whole_property(p: &PropertyRef<'_>) -> Seen {
    let (tag, name, offset) = (p.tag(), p.name().map(PropName::into_owned), p.offset());
    Seen::Property { tag, name, offset, value: p.value().into_owned(), cut: p.is_truncated() }
}

fn of_stream(inner: impl Read, offset: u64, held: u64) -> Vec<Seen> {
    let options = ReadOptions::lenient().with_limits(Limits { held, ..Limits::default() });
    let mut list = PropertyStream::new(inner, offset, &options);
    let mut seen = Vec::new();
    loop {
        seen.push(match list.next_event() {
            Err(error) if error.kind() == ErrorKind::Malformed && seen.is_empty() => return seen,
            Err(error) => panic!("{error}"),
            Ok(None) => return seen,
            Ok(Some(PropertyEvent::Property(p))) => whole_property(&p),
            Ok(Some(PropertyEvent::Lost(LostBytes { code, offset, length }))) => Seen::Lost { code, offset, length },
            Ok(Some(PropertyEvent::Value(mut reader))) => {
                let (tag, name, offset, interface) = (reader.tag(), reader.name().cloned(), reader.offset(), reader.interface());
                let mut data = Vec::new();
                reader.read_to_end(&mut data).unwrap();
                let end = reader.finish().unwrap();
                assert_eq!(end.length, len64(&data));
                let value = match tag.prop_type() {
                    PropType::OBJECT => PropValue::Object(Object { interface, data: data.into() }),
                    PropType::BINARY => PropValue::Binary(data.into()),
                    PropType::STRING => PropValue::String(Utf16(data.into())),
                    PropType::STRING8 => PropValue::String8(crate::mapi::String8(data.into())),
                    PropType::SERVER_ID => PropValue::ServerId(data.into()),
                    PropType::RESTRICTION => PropValue::Restriction(data.into()),
                    PropType::RULE_ACTION => PropValue::RuleAction(data.into()),
                    other => panic!("{other}"),
                };
                Seen::Property { tag, name, offset, value, cut: end.truncated }
            }
        });
    }
}

/// Hands out so many bytes at a time.
struct Portions<'a>(&'a [u8], usize);

impl Read for Portions<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = self.1.min(out.len());
        self.0.read(&mut out[..size])
    }
}

/// Numbers, and values of the given sizes in every shape; from 0x8000 on with names.
fn generated(values: &[(u8, usize)]) -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    for (n, (kind, size)) in values.iter().enumerate() {
        let bytes: Vec<u8> = (0..*size).map(|i| u8::try_from((i * 5 + n) % 256).unwrap()).collect();
        let name = PropName { set: Uuid::from_u128(7), kind: crate::mapi::NameKind::String(Utf16::from("A name")) };
        let (id, name) = if kind & 8 == 0 { (0x3701, None) } else { (0x8001, Some(&name)) };
        let binary = || PropValue::Binary(bytes.clone().into());
        let (prop_type, value) = match kind % 5 {
            0 => (PropType::INTEGER32, PropValue::Integer32(5)),
            1 => (PropType::BINARY, binary()),
            2 => {
                let interface = Some(Uuid::from_u128(u128::from(*kind) + 1));
                (PropType::OBJECT, PropValue::Object(Object { interface, data: bytes.clone().into() }))
            }
            3 => (PropType::MULTIPLE_BINARY, PropValue::Multiple(vec![binary(), binary()])),
            _ => (PropType::STRING, PropValue::String(Utf16(bytes.clone().into()))),
        };
        list.push(PropTag::new(crate::mapi::PropId(id), prop_type), name, &value).unwrap();
    }
    list.into_bytes()
}

proptest! {
    #[test]
    fn undamaged_lists_have_the_same_properties_in_any_window(
        values in proptest::collection::vec((any::<u8>(), 0usize..400), 0..12),
        held in prop_oneof![Just(0u64), 64u64..1_500],
        portion in 1usize..300,
    ) {
        let data = generated(&values);
        // A property with several values must fit what is held, and what follows.
        let several = values.iter().any(|(kind, size)| kind % 5 == 3 && u64::try_from(2 * size + 80).unwrap() > held);
        let expected = of_slice(&data, 100);
        prop_assert_eq!(of_stream(&data[..], 100, 1 << 30), expected.clone());
        let seen = of_stream(&data[..], 100, held);
        if !several {
            prop_assert_eq!(&seen, &expected);
        }
        prop_assert_eq!(of_stream(Portions(&data, portion), 100, held), seen);
    }

    #[test]
    fn damaged_lists_are_read_as_from_a_slice_where_they_fit_the_window(
        values in proptest::collection::vec((any::<u8>(), 0usize..100), 0..12),
        (at, change, cut) in (any::<usize>(), 1u8.., 0usize..40),
        held in 0u64..300,
        portion in 1usize..300,
    ) {
        let mut data = generated(&values);
        let at = at % data.len();
        data[at] ^= change;
        data.truncate(data.len().saturating_sub(cut));
        prop_assert_eq!(of_stream(&data[..], 0, 1 << 30), of_slice(&data, 0));
        prop_assert_eq!(of_stream(Portions(&data, portion), 0, held), of_stream(&data[..], 0, held));
    }
}

#[test]
fn lists_of_the_corpus_have_the_same_properties_from_a_stream() {
    let folder = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from)
        .join("tnef");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no corpus at {}", folder.display());
        return;
    };
    let mut lists = 0;
    for file in files {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for piece in Reader::pieces(&bytes) {
            let crate::tnef::Piece::Attribute(attribute) = piece else { continue };
            if attribute.id().layout() != crate::tnef::Layout::Properties {
                continue;
            }
            lists += 1;
            let expected = of_slice(attribute.data(), attribute.data_offset());
            assert!(of_stream(attribute.data(), attribute.data_offset(), 64 << 20) == expected, "{}", path.display());
            let seen = of_stream(attribute.data(), attribute.data_offset(), 2_000);
            if !expected.iter().any(|s| matches!(s, Seen::Lost { .. } | Seen::Property { cut: true, .. })) {
                assert!(seen == expected, "{}", path.display());
            }
        }
    }
    assert!(lists > 0, "the corpus is empty");
}

#[test]
fn a_message_in_an_attachment_is_read_through_three_streams_in_constant_memory() {
    // An embedded message whose attachment has ten million bytes.
    let mut inner = Writer::new(Vec::new(), 2).unwrap();
    inner.attribute_from(crate::tnef::Level::ATTACHMENT, AttrId::ATTACH_DATA, 10_000_000, &mut io::repeat(9)).unwrap();
    let inner = inner.into_inner();
    let interface = Uuid::from_u128(0x00020307_0000_0000_C000_000000000046);
    let mut list = PropertyListWriter::new();
    list.push(PropTag(0x0FFE_0003), None, &PropValue::Integer32(7)).unwrap();
    let object = PropValue::Object(Object { interface: Some(interface), data: Bytes::borrowed(&inner) });
    list.push(PropTag(0x3701_000D), None, &object).unwrap();
    list.push(PropTag(0x3705_0003), None, &PropValue::Integer32(5)).unwrap();
    let mut outer = Writer::new(Vec::new(), 1).unwrap();
    outer.attribute(crate::tnef::Level::ATTACHMENT, AttrId::ATTACHMENT, &list.into_bytes()).unwrap();
    let outer = outer.into_inner();

    let options = ReadOptions::lenient().with_limits(Limits { held: 100_000, ..Limits::default() });
    let mut stream = StreamReader::new(&outer[..], &options);
    assert!(matches!(stream.next_event().unwrap(), Some(StreamEvent::Header(_))));
    let Some(StreamEvent::Data(mut attachment)) = stream.next_event().unwrap() else { panic!() };
    let offset = attachment.data_offset();
    let mut properties = PropertyStream::new(&mut attachment, offset, &options);
    assert!(matches!(properties.next_event().unwrap(), Some(PropertyEvent::Property(p)) if p.tag() == PropTag(0x0FFE_0003)));
    let Some(PropertyEvent::Value(mut value)) = properties.next_event().unwrap() else { panic!() };
    assert_eq!((value.tag(), value.interface()), (PropTag(0x3701_000D), Some(interface)));
    assert_eq!(u64::from(value.declared_length()), len64(&inner));
    let offset = value.data_offset();
    assert_eq!(outer[usize::try_from(offset).unwrap()..][..4], inner[..4]);
    let mut nested = StreamReader::at(&mut value, offset, &options);
    assert!(matches!(nested.next_event().unwrap(), Some(StreamEvent::Header(header)) if header.offset == offset));
    let Some(StreamEvent::Data(data)) = nested.next_event().unwrap() else { panic!() };
    assert_eq!(data.offset(), offset + 6);
    assert_eq!(data.finish().unwrap().length, 10_000_000);
    assert!(nested.next_event().unwrap().is_none());
    assert_eq!(value.finish().unwrap().length, len64(&inner));
    assert!(matches!(properties.next_event().unwrap(), Some(PropertyEvent::Property(p)) if p.tag() == PropTag(0x3705_0003)));
    assert!(properties.next_event().unwrap().is_none());
    assert_eq!(attachment.finish().unwrap().checksum_state(), Some(crate::tnef::ChecksumState::Match));
    assert!(stream.next_event().unwrap().is_none());
}

#[test]
fn a_value_need_not_be_read_and_may_be_cut() {
    let data = generated(&[(1, 1_000), (0, 0)]);
    let options = ReadOptions::lenient().with_limits(Limits { held: 100, ..Limits::default() });
    let mut list = PropertyStream::new(&data[..], 0, &options);
    assert!(matches!(list.next_event().unwrap(), Some(PropertyEvent::Value(_))));
    assert!(matches!(list.next_event().unwrap(), Some(PropertyEvent::Property(_))));
    assert!(list.next_event().unwrap().is_none());

    for (compliance, fails) in [(Compliance::Lenient, false), (Compliance::Strict, true)] {
        let mut options = options.clone();
        options.compliance = compliance;
        let mut list = PropertyStream::new(&data[..500], 0, &options);
        let Some(PropertyEvent::Value(value)) = list.next_event().unwrap() else { panic!() };
        match value.finish() {
            Ok(end) => assert!(!fails && end == ValueEnd { length: 484, truncated: true }),
            Err(error) => assert!(fails && error.code() == Some(Code::PropertyTruncated)),
        }
        assert!(list.next_event().unwrap().is_none());
    }
}

#[test]
fn damage_far_from_the_end_costs_the_rest_of_the_list() {
    let mut data = generated(&[(0, 0), (0, 0), (1, 5_000)]);
    data[12] = 0x0C; // the second property's type
    let seen = of_stream(&data[..], 0, 100);
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1], Seen::Lost { code: Code::UnknownPropertyType, offset: 12, length: len64(&data) - 12 });
}
