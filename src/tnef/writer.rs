//! Attributes into a stream ([MS-OXTNEF] 2.1.3.1, 2.1.3.2): signature, key, framing, checksums.
//!
//! This is the layer of raw attributes: it frames what it is given and checks nothing about order or contents.

use std::io::{Read, Write};
use std::num::Wrapping;

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::error::{Error, ErrorKind, Result};
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::mapi::{PropName, PropTag, PropValue};

use super::attribute::{AttrId, Level};
use super::header::SIGNATURE_BYTES;
use super::props;

/// Bytes that are copied at a time when data comes from a reader.
const COPY: usize = 64 << 10;

/// Writes a stream of attributes.
///
/// ```
/// use winmail::tnef::{AttrId, Level, Reader, Writer};
///
/// let mut writer = Writer::new(Vec::new(), 1)?;
/// writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0])?;
/// let bytes = writer.into_inner();
/// assert!(Reader::new(&bytes)?.attributes().all(|attribute| attribute.is_ok()));
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
}

impl<W: Write> Writer<W> {
    /// Writes the signature and the legacy attachment key.
    ///
    /// # Errors
    /// Io.
    pub fn new(mut out: W, key: u16) -> Result<Self> {
        out.write_all(&SIGNATURE_BYTES)?;
        out.write_all(&key.le_bytes())?;
        Ok(Writer { out })
    }

    /// Writes an attribute and its checksum.
    ///
    /// # Errors
    /// Unencodable if the data is longer than 32 bits say; Io.
    pub fn attribute(&mut self, level: Level, id: AttrId, data: &[u8]) -> Result<()> {
        let length = u32::try_from(data.len())
            .map_err(|_| Error::new(ErrorKind::Unencodable, format!("{id} has more than 4 GiB of data")))?;
        self.header(level, id, length)?;
        self.out.write_all(data)?;
        self.out.write_all(&checksum(data).le_bytes())?;
        Ok(())
    }

    /// Writes an attribute whose `length` bytes of data come from `data`, in constant memory.
    ///
    /// # Errors
    /// Io, also if `data` ends early; the stream is then cut inside the attribute.
    pub fn attribute_from(&mut self, level: Level, id: AttrId, length: u32, data: &mut dyn Read) -> Result<()> {
        self.header(level, id, length)?;
        let sum = copy_summed(data, u64::from(length), &mut self.out)?;
        self.out.write_all(&sum.le_bytes())?;
        Ok(())
    }

    fn header(&mut self, level: Level, id: AttrId, length: u32) -> Result<()> {
        let mut header = Vec::with_capacity(super::attribute::HEADER_LENGTH);
        header.emit_u8(level.0);
        header.emit_u32(id.0);
        header.emit_u32(length);
        self.out.write_all(&header)?;
        Ok(())
    }

    /// Returns what the stream was written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

/// Copies `length` bytes in constant memory; the result is their checksum.
///
/// # Errors
/// Io, also if `data` ends early.
pub(crate) fn copy_summed(data: &mut dyn Read, length: u64, out: &mut dyn Write) -> Result<u16> {
    let mut buffer = vec![0; Offset::from(length).index().min(COPY)];
    let mut left = Offset::from(length);
    let mut sum = Wrapping(0u16);
    while left > Offset::START {
        let room = left.index().min(buffer.len());
        let read = match data.read(buffer.get_mut(..room).unwrap_or_default()) {
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            let message = format!("the data ends {left} bytes early");
            return Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, message).into());
        }
        sum += checksum(bytes);
        out.write_all(bytes)?;
        left -= bytes.len();
    }
    Ok(sum.0)
}

/// Builds the data of a property list: attMsgProps, attAttachment, or a row of attRecipTable.
#[derive(Debug, Clone, Default)]
pub struct PropertyListWriter {
    count: u32,
    items: Vec<u8>,
}

impl PropertyListWriter {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        PropertyListWriter::default()
    }

    /// Appends a property; `name` for ids from 0x8000.
    ///
    /// # Errors
    /// Unencodable if value and type do not fit, a named id has no name, or a length overflows. The list is unchanged then.
    pub fn push(&mut self, tag: PropTag, name: Option<&PropName<'_>>, value: &PropValue<'_>) -> Result<()> {
        let before = self.items.len();
        let count = self.count.checked_add(1).ok_or_else(|| Error::new(ErrorKind::Unencodable, "too many properties"))?;
        match props::emit(&mut self.items, tag, name, value) {
            Ok(()) => {
                self.count = count;
                Ok(())
            }
            Err(error) => {
                self.items.truncate(before);
                Err(error)
            }
        }
    }

    /// The data of the list.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let mut out = self.count.le_bytes().to_vec();
        out.extend(self.items);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_from_a_reader_is_framed_as_data_from_a_slice() {
        let data: Vec<u8> = (0..200_000u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let mut from_slice = Writer::new(Vec::new(), 7).unwrap();
        from_slice.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, &data).unwrap();
        let mut from_reader = Writer::new(Vec::new(), 7).unwrap();
        from_reader.attribute_from(Level::ATTACHMENT, AttrId::ATTACH_DATA, 200_000, &mut &data[..]).unwrap();
        assert_eq!(from_slice.into_inner(), from_reader.into_inner());
    }

    #[test]
    fn a_reader_that_ends_early_is_an_error() {
        let mut writer = Writer::new(Vec::new(), 7).unwrap();
        let error = writer.attribute_from(Level::ATTACHMENT, AttrId::ATTACH_DATA, 5, &mut &b"abc"[..]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }

    #[test]
    fn a_refused_property_leaves_the_list_unchanged() {
        let mut list = PropertyListWriter::new();
        list.push(PropTag(0x0017_0003), None, &PropValue::Integer32(1)).unwrap();
        let before = list.clone().into_bytes();
        assert!(list.push(PropTag(0x8000_0003), None, &PropValue::Integer32(1)).is_err());
        assert!(list.push(PropTag(0x0017_0003), None, &PropValue::Null).is_err());
        assert_eq!(list.into_bytes(), before);
    }
}
