//! Property lists: the worked example of the specification, and damage of every kind.

use super::*;
use crate::base::Bytes;
use uuid::Uuid;

/// attMsgProps of the digest's worked example: "Hi", an integer, a time, a named boolean, named keywords.
const EXAMPLE: &str = "050000001f003700010000000600000048006900000000000b001b0e01000000\
    4000390000006dc64717da010b0000800820060000000000c0000000000000460000000003850000\
    000000001f1001802903020000000000c00000000000004601000000120000004b00650079007700\
    6f0072006400730000000000020000000800000052006500640000000a00000042006c0075006500\
    00000000";

fn example() -> Vec<u8> {
    let digits: Vec<u8> = EXAMPLE.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap()).collect()
}

fn walk(data: &[u8]) -> Vec<PropertyPiece<'_>> {
    PropertyList::new(data, 0).unwrap().pieces().collect()
}

#[test]
fn a_list_that_is_whole_is_taken_as_it_is_whatever_its_tags() {
    // A binary value that holds a property, and behind it one whose tag is all zero.
    let mut inner = Vec::new();
    emit(&mut inner, PropTag(0x0017_0003), None, &PropValue::Integer32(1)).unwrap();
    let mut data = vec![2, 0, 0, 0];
    emit(&mut data, PropTag(0x6900_0102), None, &PropValue::Binary(Bytes::borrowed(&inner))).unwrap();
    emit(&mut data, PropTag(0), None, &PropValue::Unspecified).unwrap();
    let list = PropertyList::new(&data, 0).unwrap();
    let tags: Vec<_> = list
        .pieces()
        .map(|piece| match piece {
            PropertyPiece::Property(property) => property.tag().0,
            PropertyPiece::Lost { .. } => panic!("{piece:?}"),
        })
        .collect();
    assert_eq!(tags, [0x6900_0102, 0]);
}

#[test]
fn the_worked_example_reads_and_writes() {
    let data = example();
    let list = PropertyList::new(&data, 100).unwrap();
    let properties: Vec<_> = list.iter().map(Result::unwrap).collect();
    assert_eq!(properties.len(), 5);
    assert_eq!(properties[0].value(), PropValue::String(Utf16::from("Hi")));
    assert_eq!((properties[0].tag(), properties[0].offset()), (PropTag(0x0037_001F), 104));
    assert_eq!(properties[1].value(), PropValue::Boolean(true));
    let set = Uuid::from_u128(0x00062008_0000_0000_C000_000000000046);
    assert_eq!(properties[3].name(), Some(PropName { set, kind: NameKind::Lid(0x8503) }));
    assert_eq!(properties[3].value(), PropValue::Boolean(false));
    let keywords = [PropValue::String(Utf16::from("Red")), PropValue::String(Utf16::from("Blue"))];
    assert!(properties[4].values().eq(keywords));

    let mut out = vec![5, 0, 0, 0];
    for property in &properties {
        emit(&mut out, property.tag(), property.name().as_ref(), &property.value()).unwrap();
    }
    assert_eq!(out, data);
}

#[test]
fn pieces_cover_the_list_whatever_is_in_it() {
    let data = example();
    for position in 0..data.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut bad = data.clone();
            bad[position] ^= change;
            let covered: u64 = walk(&bad).iter().map(PropertyPiece::wire_length).sum();
            assert_eq!(covered + 4, len64(&bad), "{position}");
        }
    }
    for cut in 4..data.len() {
        let covered: u64 = walk(&data[..cut]).iter().map(PropertyPiece::wire_length).sum();
        assert_eq!(covered + 4, u64::try_from(cut).unwrap());
    }
}

#[test]
fn an_unknown_type_loses_its_own_property_only() {
    let mut data = example();
    data[24] = 0x0C; // the boolean's type
    let pieces = walk(&data);
    assert!(matches!(pieces[1], PropertyPiece::Lost { code: Code::UnknownPropertyType, bytes, .. } if bytes.len() == 8));
    assert_eq!(pieces.len(), 5);
}

#[test]
fn a_length_past_the_end_loses_nothing() {
    let mut data = example();
    data[12] = 0xF0; // the length of "Hi"
    let pieces = walk(&data);
    let PropertyPiece::Property(hi) = &pieces[0] else { panic!("{pieces:?}") };
    assert!(hi.is_truncated());
    let PropValue::String(text) = hi.value() else { panic!() };
    assert_eq!((text.to_text().as_str(), hi.wire().len()), ("Hi", 20));
    assert_eq!(pieces.len(), 5);
}

/// A list of bytes, a number and a text, of which the bytes at `gone` are missing.
fn without(gone: std::ops::Range<usize>) -> Vec<u8> {
    let mut out = vec![3, 0, 0, 0];
    let bytes: Vec<u8> = (1..=101).collect();
    emit(&mut out, PropTag(0x3701_0102), None, &PropValue::Binary(bytes.into())).unwrap();
    emit(&mut out, PropTag(0x3705_0003), None, &PropValue::Integer32(1)).unwrap();
    emit(&mut out, PropTag(0x3707_001F), None, &PropValue::from("a name of some length.txt")).unwrap();
    out.drain(gone);
    out
}

#[test]
fn bytes_lost_in_a_value_cost_that_value_only() {
    // The value stands at 16..117, with three bytes of padding.
    for gone in [20..21, 16..17, 50..57, 60..63, 100..117] {
        let data = without(gone.clone());
        let pieces = walk(&data);
        assert_eq!(pieces.iter().map(PropertyPiece::wire_length).sum::<u64>() + 4, len64(&data));
        let properties: Vec<_> = pieces
            .iter()
            .map(|piece| match piece {
                PropertyPiece::Property(property) => (property.tag().0, property.is_truncated(), property.value()),
                lost => panic!("{gone:?}: {lost:?}"),
            })
            .collect();
        let left: Vec<u8> = (1..=101u8).filter(|byte| !gone.contains(&(usize::from(*byte) + 15))).collect();
        let expected = [
            (0x3701_0102, true, PropValue::Binary(left.into())),
            (0x3705_0003, false, PropValue::Integer32(1)),
            (0x3707_001F, false, PropValue::from("a name of some length.txt")),
        ];
        assert_eq!(properties, expected, "{gone:?}");
    }
}

#[test]
fn a_wrong_count_loses_nothing() {
    for count in [0, 1, 4, 6, 255] {
        let mut data = example();
        data[0] = count;
        assert_eq!(walk(&data).iter().filter(|p| matches!(p, PropertyPiece::Property(_))).count(), 5, "{count}");
    }
}

#[test]
fn what_is_there_of_a_cut_value_is_handed_over() {
    let data = example();
    let pieces = walk(&data[..18]);
    let [PropertyPiece::Property(property)] = &pieces[..] else { panic!("{pieces:?}") };
    assert!(property.is_truncated());
    assert_eq!(property.value(), PropValue::String(Utf16(b"H\0".into())));
}

#[test]
fn the_strict_walk_says_where_it_ended() {
    let data = example();
    let errors: Vec<_> = PropertyList::new(&data[..40], 7).unwrap().iter().filter_map(Result::err).collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].offset(), Some(7 + 32));
    assert_eq!(errors[0].message(), "property 0x00390040 runs past the end of its list");
}

#[test]
fn offset_of_finds_a_value_in_its_property() {
    let data = example();
    let property = PropertyList::new(&data, 1000).unwrap().iter().next().unwrap().unwrap();
    assert_eq!(property.offset_of(property.encoded_value()), 1008);
    assert_eq!(property.offset_of(b"elsewhere"), 1004);
}
