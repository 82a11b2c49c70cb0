//! The view tier: pieces, property lists, recipient tables.

use std::fmt;

use winmail::mapi::PropValue;
use winmail::tnef::{
    AttributeValue, ChecksumState, Framing, Piece, PropertyList, PropertyPiece, PropertyRef, Reader, Row, Writer, checksum,
};

/// Walks everything that the view tier offers; the pieces must cover the input without gap or overlap.
pub fn pieces(input: &[u8]) {
    let mut end = 0;
    for piece in Reader::pieces(input) {
        let offset = match &piece {
            Piece::Header(header) => header.offset,
            Piece::Attribute(attribute) => attribute.offset(),
            Piece::Lost(lost) => {
                assert_eq!(lost.bytes, at(input, lost.offset, lost.bytes.len()));
                lost.offset
            }
        };
        assert_eq!(offset, end, "{piece:?}");
        assert!(piece.wire_length() > 0, "{piece:?}");
        end = offset + piece.wire_length();
        if let Piece::Attribute(attribute) = piece {
            assert_eq!(attribute.data(), at(input, attribute.data_offset(), attribute.data().len()));
            match attribute.checksum_state() {
                ChecksumState::Match => assert_eq!(attribute.stored_checksum(), Some(checksum(attribute.data()))),
                ChecksumState::Mismatch { stored, computed } => assert_ne!(stored, computed),
                ChecksumState::Missing => assert_eq!(attribute.stored_checksum(), None),
            }
            if attribute.framing() == Framing::Declared {
                assert_eq!(attribute.data().len(), attribute.declared_length() as usize);
            }
            match attribute.value() {
                Ok(AttributeValue::Properties(list)) => properties(&list, attribute.data().len()),
                Ok(AttributeValue::Recipients(table)) => {
                    let mut covered = 4;
                    for row in table.rows() {
                        covered += match row {
                            Row::Properties { list, offset, length } => {
                                assert_eq!(offset, attribute.data_offset() + covered);
                                assert!(length >= 4);
                                list.iter().for_each(|property| self::property(&property.expect("a row is whole")));
                                length
                            }
                            Row::Lost { bytes, offset } => {
                                assert_eq!(bytes, at(input, offset, bytes.len()));
                                assert!(!bytes.is_empty());
                                bytes.len() as u64
                            }
                        };
                    }
                    assert_eq!(covered, attribute.data().len() as u64);
                }
                Ok(value) => shown(format_args!("{value:?}")),
                Err(error) => drop(error.to_string()),
            }
        }
    }
    assert_eq!(end, input.len() as u64);

    // What the strict walk takes for a stream, the writer writes.
    if let Some(attributes) = Reader::new(input).ok().and_then(|reader| reader.attributes().collect::<Result<Vec<_>, _>>().ok()) {
        let Some(key) = input.get(4..6) else { return };
        let key = u16::from_le_bytes([key[0], key[1]]);
        let mut writer = Writer::new(Vec::new(), key).expect("memory does not fail");
        for attribute in &attributes {
            writer.attribute(attribute.level(), attribute.id(), attribute.data()).expect("it was read");
        }
        if attributes.iter().all(sound) {
            assert_eq!(writer.into_inner(), input);
        }
    }

    // The strict walk sees a beginning of what the recovering one sees, as long as neither met damage.
    if let Ok(reader) = Reader::new(input) {
        let strict = reader.attributes().map_while(Result::ok);
        let recovering = Reader::pieces(input).filter_map(|piece| match piece {
            Piece::Attribute(attribute) => Some(attribute),
            _ => None,
        });
        for (a, b) in strict.zip(recovering).take_while(|(a, b)| sound(a) && sound(b)) {
            assert_eq!((a.id(), a.level(), a.offset(), a.data()), (b.id(), b.level(), b.offset(), b.data()));
        }
    }
}

fn sound(attribute: &winmail::tnef::Attribute<'_>) -> bool {
    attribute.framing() == Framing::Declared && attribute.checksum_state() == ChecksumState::Match
}

/// The property list in `data`, alone.
pub fn property_list(data: &[u8]) {
    if let Ok(list) = PropertyList::new(data, 0) {
        properties(&list, data.len());
    }
}

fn properties(list: &PropertyList<'_>, length: usize) {
    let mut covered = 4;
    for piece in list.pieces() {
        assert!(piece.wire_length() > 0, "{piece:?}");
        covered += piece.wire_length();
        if let PropertyPiece::Property(property) = piece {
            self::property(&property);
        }
    }
    assert_eq!(covered, length as u64);
    for property in list.iter() {
        match property {
            Ok(property) => self::property(&property),
            Err(error) => drop(error.to_string()),
        }
    }
}

fn property(property: &PropertyRef<'_>) {
    let one_by_one = property.values().count();
    if let PropValue::Multiple(values) = property.value() {
        assert_eq!(values.len(), one_by_one);
    }
    let _ = (property.count(), property.padding_is_zero(), property.is_truncated(), property.offset());
    shown(format_args!("{} {:?} {:?}", property.tag(), property.name(), property.value()));
    assert!(property.offset_of(property.encoded_value()) >= property.offset());
}

/// Shows what nobody reads.
fn shown(text: fmt::Arguments<'_>) {
    struct Nowhere;
    impl fmt::Write for Nowhere {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Ok(())
        }
    }
    fmt::Write::write_fmt(&mut Nowhere, text).expect("nothing fails on its way");
}

fn at(input: &[u8], offset: u64, length: usize) -> &[u8] {
    &input[offset as usize..][..length]
}
