//! What the fuzz targets share: the checks, as plain functions over bytes, so that a finding can be replayed by a unit test.
//!
//! Each function panics when a promise of the library is broken.

mod mail;
mod model;
mod write;

pub use mail::filter;
pub use model::{lzfu, message, rtf};
pub use write::{pack, write};

use std::io::{self, Read};

use winmail::mapi::PropValue;
use winmail::tnef::{
    AttributeValue, ChecksumState, Framing, Layout, Piece, PropertyEvent, PropertyList, PropertyPiece, PropertyRef,
    PropertyStream, Reader, Row, StreamEvent, StreamReader, Writer, checksum,
};
use winmail::{Limits, ReadOptions};

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
            _ => panic!("a new kind of piece"),
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
                            _ => panic!("a new kind of row"),
                        };
                    }
                    assert_eq!(covered, attribute.data().len() as u64);
                }
                Ok(value) => drop(format!("{value:?}")),
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
    let _ = format!("{} {:?} {:?}", property.tag(), property.name(), property.value());
    assert!(property.offset_of(property.encoded_value()) >= property.offset());
}

fn at(input: &[u8], offset: u64, length: usize) -> &[u8] {
    &input[offset as usize..][..length]
}

/// What a walk says about a piece, owned.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// Signature, key, offset.
    Header(u32, Option<u16>, u64),
    /// Level, id, offset, declared length, data, framing, checksum.
    Attribute(u8, u32, u64, u32, Vec<u8>, Framing, ChecksumState),
    /// Code, offset, length.
    Lost(&'static str, u64, u64),
}

/// What [`Reader::pieces`] says.
pub fn seen_in_slice(input: &[u8]) -> Vec<Seen> {
    Reader::pieces(input)
        .map(|piece| match piece {
            Piece::Header(header) => Seen::Header(header.signature, header.key, header.offset),
            Piece::Attribute(a) => Seen::Attribute(
                a.level().0,
                a.id().0,
                a.offset(),
                a.declared_length(),
                a.data().into(),
                a.framing(),
                a.checksum_state(),
            ),
            Piece::Lost(lost) => Seen::Lost(lost.code.name(), lost.offset, lost.bytes.len() as u64),
            _ => panic!("a new kind of piece"),
        })
        .collect()
}

/// What [`StreamReader`] says; `read` is the size of the buffer that data is read into.
pub fn seen_in_stream(inner: impl Read, held: u64, read: usize) -> Vec<Seen> {
    let mut limits = Limits::default();
    limits.held = held;
    let mut stream = StreamReader::new(inner, &ReadOptions::lenient().with_limits(limits));
    let mut seen = Vec::new();
    while let Some(event) = stream.next_event().expect("no I/O error") {
        seen.push(match event {
            StreamEvent::Header(header) => Seen::Header(header.signature, header.key, header.offset),
            StreamEvent::Attribute(a) => Seen::Attribute(
                a.level().0,
                a.id().0,
                a.offset(),
                a.declared_length(),
                a.data().into(),
                a.framing(),
                a.checksum_state(),
            ),
            StreamEvent::Data(mut reader) => {
                let (level, id, offset, declared) = (reader.level().0, reader.id().0, reader.offset(), reader.declared_length());
                let mut data = Vec::new();
                let mut buffer = vec![0; read];
                loop {
                    match reader.read(&mut buffer).expect("no I/O error") {
                        0 => break,
                        read => data.extend_from_slice(&buffer[..read]),
                    }
                }
                let end = reader.finish().expect("no I/O error");
                assert_eq!(end.length, data.len() as u64);
                assert_eq!(end.computed_checksum, Some(checksum(&data)));
                let state = end.checksum_state().expect("all of it was read");
                Seen::Attribute(level, id, offset, declared, data, end.framing, state)
            }
            StreamEvent::Lost(lost) => Seen::Lost(lost.code.name(), lost.offset, lost.length),
            _ => panic!("a new kind of event"),
        });
    }
    seen
}

/// A reader that splits its input by a pattern of sizes, and interrupts between them.
pub struct Splitting<'a> {
    rest: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, u8>>,
}

impl<'a> Splitting<'a> {
    /// Zero interrupts; 255 stands for as much as there is room for.
    pub fn new(rest: &'a [u8], sizes: &'a [u8]) -> Self {
        let usable = sizes.iter().any(|size| *size != 0);
        Splitting { rest, sizes: if usable { sizes } else { &[1] }.iter().cycle() }
    }
}

impl Read for Splitting<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let size = match self.sizes.next() {
            None | Some(255) => out.len(),
            Some(0) => return Err(io::ErrorKind::Interrupted.into()),
            Some(size) => usize::from(*size).min(out.len()),
        };
        self.rest.read(&mut out[..size])
    }
}

/// The stream reader sees the same however its input is split; it covers the input; it sees what the slice reader sees where
/// the window holds everything, and, whatever the window, where nothing is damaged.
pub fn stream_reader(input: &[u8], held: u64, sizes: &[u8], read: usize) {
    let read = read.max(1);
    let slice = seen_in_slice(input);
    if input.len() < 1 << 20 {
        assert_eq!(seen_in_stream(Splitting::new(input, sizes), 64 << 20, read), slice);
    }
    let whole = seen_in_stream(input, held, 4096);
    assert_eq!(seen_in_stream(Splitting::new(input, sizes), held, read), whole);
    let mut end = 0;
    for seen in &whole {
        let (offset, length) = match seen {
            Seen::Header(_, key, offset) => (*offset, 4 + 2 * u64::from(key.is_some())),
            Seen::Attribute(_, _, offset, _, data, _, state) => {
                (*offset, 9 + data.len() as u64 + 2 * u64::from(*state != ChecksumState::Missing))
            }
            Seen::Lost(_, offset, length) => (*offset, *length),
        };
        assert_eq!(offset, end, "{seen:?}");
        assert!(length > 0);
        end += length;
    }
    assert_eq!(end, input.len() as u64);
    // Ids of no specified type are believed only if they are held.
    let undamaged = slice.iter().all(|seen| match seen {
        Seen::Header(signature, ..) => *signature == winmail::tnef::SIGNATURE,
        Seen::Attribute(_, id, _, _, data, framing, state) => {
            *framing == Framing::Declared
                && *state == ChecksumState::Match
                && (id >> 16 <= 8 || data.len() as u64 + 11 <= held.max(64))
                && (*id != 0 || data.len() <= 50)
        }
        Seen::Lost(..) => false,
    });
    if undamaged {
        assert_eq!(whole, slice);
    }
}

/// Tag, offset, value with its name, whether it is cut; or what is lost.
#[derive(Debug, Clone, PartialEq)]
pub enum SeenProperty {
    /// Tag, name, offset, the value's bytes or its text, whether it is cut.
    Property(u32, String, u64, String, bool),
    /// Code, offset, length.
    Lost(&'static str, u64, u64),
}

fn seen_property(property: &PropertyRef<'_>) -> SeenProperty {
    let (tag, name) = (property.tag().0, format!("{:?}", property.name()));
    SeenProperty::Property(tag, name, property.offset(), text(&property.value()), property.is_truncated())
}

/// A value as text; of a long one, only its bytes.
fn text(value: &PropValue<'_>) -> String {
    match value {
        PropValue::Object(object) => format!("{:?} {:?}", object.interface, object.data),
        PropValue::Binary(bytes) | PropValue::ServerId(bytes) | PropValue::Restriction(bytes) | PropValue::RuleAction(bytes) => {
            format!("None {bytes:?}")
        }
        PropValue::String(text) => format!("None {:?}", text.0),
        PropValue::String8(text) => format!("None {:?}", text.0),
        other => format!("{other:?}"),
    }
}

fn seen_in_property_stream(inner: impl Read, held: u64, read: usize) -> Vec<SeenProperty> {
    let mut limits = Limits::default();
    limits.held = held;
    let mut list = PropertyStream::new(inner, 0, &ReadOptions::lenient().with_limits(limits));
    let mut seen = Vec::new();
    while let Some(event) = list.next_event().expect("there is a count and no I/O error") {
        seen.push(match event {
            PropertyEvent::Property(property) => seen_property(&property),
            PropertyEvent::Value(mut reader) => {
                let (tag, name, offset) = (reader.tag().0, format!("{:?}", reader.name()), reader.offset());
                let interface = reader.interface();
                let mut data = Vec::new();
                let mut buffer = vec![0; read];
                loop {
                    match reader.read(&mut buffer).expect("no I/O error") {
                        0 => break,
                        read => data.extend_from_slice(&buffer[..read]),
                    }
                }
                let declared = u64::from(reader.declared_length());
                let end = reader.finish().expect("no I/O error");
                assert_eq!((end.length, end.truncated), (data.len() as u64, end.length < declared));
                SeenProperty::Property(tag, name, offset, format!("{interface:?} {data:?}"), end.truncated)
            }
            PropertyEvent::Lost(lost) => SeenProperty::Lost(lost.code.name(), lost.offset, lost.length),
            _ => panic!("a new kind of event"),
        });
    }
    seen
}

/// The property stream sees the same however its input is split, and what the slice walk sees where the window holds
/// everything.
pub fn property_stream(data: &[u8], held: u64, sizes: &[u8], read: usize) {
    let read = read.max(1);
    let Ok(list) = PropertyList::new(data, 0) else { return };
    if data.len() < 1 << 20 {
        let slice: Vec<_> = list
            .pieces()
            .map(|piece| match piece {
                PropertyPiece::Property(property) => seen_property(&property),
                PropertyPiece::Lost { code, bytes, offset, .. } => SeenProperty::Lost(code.name(), offset, bytes.len() as u64),
                _ => panic!("a new kind of piece"),
            })
            .collect();
        assert_eq!(seen_in_property_stream(Splitting::new(data, sizes), 64 << 20, read), slice);
    }
    let whole = seen_in_property_stream(data, held, 4096);
    assert_eq!(seen_in_property_stream(Splitting::new(data, sizes), held, read), whole);
}

/// The same for every property list of a stream.
pub fn property_streams(input: &[u8], held: u64, sizes: &[u8], read: usize) {
    property_stream(input, held, sizes, read);
    for piece in Reader::pieces(input) {
        if let Piece::Attribute(attribute) = piece {
            if attribute.id().layout() == Layout::Properties {
                property_stream(attribute.data(), held, sizes, read);
            }
        }
    }
}

/// How to split, taken from the end of the input: the rest of it, what is held, sizes of reads, size of the caller's buffer.
pub fn with_split(data: &[u8]) -> Option<(&[u8], u64, &[u8], usize)> {
    let (input, how) = data.split_at(data.len().checked_sub(10)?);
    Some((input, u64::from(how[9]) * 16, &how[1..9], usize::from(how[0])))
}

/// Makes checksums right, so that a fuzzer need not guess them: as far as declared lengths lead from attribute to attribute.
pub fn with_right_checksums(input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    let mut position = 6usize;
    while let Some(header) = bytes.get(position..position + 9) {
        let length = u32::from_le_bytes([header[5], header[6], header[7], header[8]]) as usize;
        let data = position + 9;
        let Some(end) = data.checked_add(length).filter(|end| end + 2 <= bytes.len()) else { break };
        let sum = checksum(&bytes[data..end]).to_le_bytes();
        bytes[end..end + 2].copy_from_slice(&sum);
        position = end + 2;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] = b"\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\xFF\xFF\
        \x02\x0F\x80\x06\x00\x02\x00\x00\x00HiXX";

    #[test]
    fn the_checks_hold_for_a_small_stream() {
        let fixed = with_right_checksums(STREAM);
        assert!(matches!(seen_in_slice(&fixed)[1], Seen::Attribute(1, 0x0008_9006, 6, 4, _, _, ChecksumState::Match)));
        for input in [STREAM, &fixed, &[]] {
            pieces(input);
            stream_reader(input, 0, &[1, 0, 3], 1);
            property_streams(input, 0, &[1, 0, 3], 1);
        }
    }
}
