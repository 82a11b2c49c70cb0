//! Streams made for tests: good ones from [`Stream`], bad ones by changing them.

use winmail::mapi::{Object, PropName, PropTag, PropValue};
use winmail::tnef::{AttrId, Level, PropertyListWriter, Writer};

/// A stream that is built attribute by attribute.
pub struct Stream(Writer<Vec<u8>>);

impl Stream {
    /// Signature and key alone.
    pub fn bare() -> Self {
        Stream(Writer::new(Vec::new(), 1).unwrap())
    }

    /// With version and code page 1252: nothing is to be remarked.
    pub fn new() -> Self {
        Stream::bare().message(AttrId::TNEF_VERSION, &[0, 0, 1, 0]).message(AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0])
    }

    pub fn attribute(mut self, level: Level, id: AttrId, data: &[u8]) -> Self {
        self.0.attribute(level, id, data).unwrap();
        self
    }

    pub fn message(self, id: AttrId, data: &[u8]) -> Self {
        self.attribute(Level::MESSAGE, id, data)
    }

    pub fn attachment(self, id: AttrId, data: &[u8]) -> Self {
        self.attribute(Level::ATTACHMENT, id, data)
    }

    /// attAttachRendData of a file that is not shown in the text.
    pub fn rend_data(self) -> Self {
        self.attachment(AttrId::ATTACH_REND_DATA, &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 32, 0, 32, 0, 0, 0, 0, 0])
    }

    /// An attachment: attAttachRendData, attAttachTitle, attAttachData.
    pub fn file(self, name: &str, data: &[u8]) -> Self {
        let title = [name.as_bytes(), &[0]].concat();
        self.rend_data().attachment(AttrId::ATTACH_TITLE, &title).attachment(AttrId::ATTACH_DATA, data)
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.into_inner()
    }
}

/// A property list of properties without names.
pub fn list(properties: &[(u32, PropValue<'_>)]) -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    for (tag, value) in properties {
        list.push(PropTag(*tag), None, value).unwrap();
    }
    list.into_bytes()
}

/// A property list of one property with a name.
pub fn named(tag: u32, name: &PropName<'_>, value: &PropValue<'_>) -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    list.push(PropTag(tag), Some(name), value).unwrap();
    list.into_bytes()
}

/// A recipient table of rows that are property lists.
pub fn table(rows: &[Vec<u8>]) -> Vec<u8> {
    [&u32::try_from(rows.len()).unwrap().to_le_bytes()[..], &rows.concat()].concat()
}

/// The property list of an attachment that is an embedded message.
pub fn embedded(stream: Vec<u8>) -> Vec<u8> {
    let object = Object { interface: Some(Object::IMESSAGE), data: stream.into() };
    list(&[(0x3705_0003, PropValue::Integer32(5)), (0x3701_000D, PropValue::Object(object))])
}

/// `depth` messages within each other, the innermost with a file. Written from the inside, so that the work does not grow with
/// the square of the depth.
pub fn nested(depth: usize) -> Vec<u8> {
    let innermost = Stream::new().file("innermost.txt", b"here").bytes();
    let start = Stream::new().rend_data().bytes();
    let mut sum: u32 = innermost.iter().map(|byte| u32::from(*byte)).sum();
    let mut length = innermost.len();
    let (mut fronts, mut backs) = (Vec::new(), Vec::new());
    for _ in 0..depth {
        let size = |more: usize| u32::try_from(length + more).unwrap().to_le_bytes();
        // Count, method 5, tag, count, length, interface: [MS-OXTNEF] 2.1.3.4.
        let mut data = vec![2, 0, 0, 0, 3, 0, 5, 0x37, 5, 0, 0, 0, 0x0D, 0, 1, 0x37, 1, 0, 0, 0];
        data.extend(size(16));
        data.extend(Object::IMESSAGE.to_bytes_le());
        let pad = vec![0; length.wrapping_neg() % 4];
        let mut front = start.clone();
        front.push(2);
        front.extend(AttrId::ATTACHMENT.0.to_le_bytes());
        front.extend(size(data.len() + pad.len()));
        let checksum = data.iter().fold(sum, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        front.extend(data);
        let back = [&pad[..], &checksum.to_le_bytes()[..2]].concat();
        length += front.len() + back.len();
        sum = front.iter().chain(&back).fold(sum, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        fronts.push(front);
        backs.push(back);
    }
    fronts.reverse();
    [fronts.concat(), innermost, backs.concat()].concat()
}
