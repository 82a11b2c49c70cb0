//! The streaming readers against the slice readers, and against themselves with another split.

use std::io::{self, Read};

use winmail::mapi::PropValue;
use winmail::tnef::{
    AttrId, ChecksumState, Framing, Layout, Piece, PropertyEvent, PropertyList, PropertyPiece, PropertyRef, PropertyStream,
    Reader, StreamEvent, StreamReader, checksum,
};
use winmail::{Limits, ReadOptions};

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
    // Ids of no specified type, and dates, numbers and the like that are longer than such things get, are believed only if they are held.
    let may_be_long = |id: u32| {
        matches!(AttrId(id).layout(), Layout::None | Layout::Text | Layout::Properties | Layout::Recipients | Layout::Bytes)
    };
    let undamaged = slice.iter().all(|seen| match seen {
        Seen::Header(signature, ..) => *signature == winmail::tnef::SIGNATURE,
        Seen::Attribute(_, id, _, _, data, framing, state) => {
            *framing == Framing::Declared
                && *state == ChecksumState::Match
                && (id >> 16 <= 8 && may_be_long(*id) || data.len() as u64 + 11 <= held.max(64))
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
