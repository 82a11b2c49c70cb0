//! The stream as a sequence of attributes ([MS-OXTNEF] 2.1.3.1, 2.1.3.2): the strict walk.
//!
//! [`Reader::attributes`] follows the declared lengths and ends at the first thing that is not an attribute. [`Reader::pieces`] is
//! the walk that recovers from damage.

use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{Cursor, le_u16, length};

use super::attribute::{Attribute, AttributeHeader, Framing};
use super::header::{Header, SIGNATURE, not_a_stream};
use super::pieces::Pieces;

/// A TNEF stream in memory. Making one costs nothing; the walks are lazy and do not allocate.
///
/// ```
/// use winmail::tnef::{AttrId, Reader};
///
/// let bytes = b"\x78\x9F\x3E\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00";
/// let reader = Reader::new(bytes)?;
/// assert_eq!(reader.legacy_key(), Some(1));
/// for attribute in reader.attributes() {
///     assert_eq!(attribute?.id(), AttrId::TNEF_VERSION);
/// }
/// # Ok::<(), winmail::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    input: &'a [u8],
    offset: u64,
    header: Header,
}

impl<'a> Reader<'a> {
    /// A reader of the stream that `input` starts with.
    ///
    /// # Errors
    /// Malformed with [`Code::InvalidSignature`] if the first four bytes are not the signature.
    pub fn new(input: &'a [u8]) -> Result<Self> {
        Reader::at(input, 0)
    }

    /// The same for a stream that stands at `offset` of the outermost input.
    pub(crate) fn at(input: &'a [u8], offset: u64) -> Result<Self> {
        match Header::parse(input) {
            Ok((_, (SIGNATURE, key))) => Ok(Reader { input, offset, header: Header { signature: SIGNATURE, key, offset } }),
            _ => Err(Error::malformed(Code::InvalidSignature, offset, not_a_stream(input))),
        }
    }

    /// The legacy attachment key; `None` if the stream ends before it.
    #[must_use]
    pub fn legacy_key(&self) -> Option<u16> {
        self.header.key
    }

    /// The attributes, by their declared lengths. Ends after the first error.
    #[must_use]
    pub fn attributes(&self) -> Attributes<'a> {
        let mut cursor = Cursor::new(self.input, self.offset);
        cursor.take_up_to(6);
        Attributes { cursor }
    }

    /// The stream as pieces that cover all of it, whatever is in it. Where there is no [`Piece::Header`](super::Piece::Header) at the start, or behind
    /// lost bytes there, the signature is missing.
    #[must_use]
    pub fn pieces(input: &'a [u8]) -> Pieces<'a> {
        Pieces::at(input, 0)
    }
}

/// The strict walk over a stream's attributes.
#[derive(Debug, Clone)]
pub struct Attributes<'a> {
    cursor: Cursor<'a>,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<Attribute<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.cursor.rest().is_empty() {
            return None;
        }
        let start = self.cursor;
        let attribute = Self::attribute(&mut self.cursor);
        if attribute.is_err() {
            self.cursor = Cursor::new(&[], start.offset());
        }
        Some(attribute)
    }
}

impl<'a> Attributes<'a> {
    fn attribute(cursor: &mut Cursor<'a>) -> Result<Attribute<'a>> {
        let offset = cursor.offset();
        let header = cursor.parse(AttributeHeader::parse).ok_or_else(|| {
            Error::malformed(Code::AttributeTruncated, offset, format!("{} bytes are no attribute", cursor.rest().len()))
        })?;
        if !header.level.is_valid() {
            let message = format!("invalid attribute level 0x{:02x}", header.level.0);
            return Err(Error::malformed(Code::InvalidAttributeLevel, offset, message));
        }
        let data = cursor.take(length(header.length)).ok_or_else(|| {
            let message = format!("{} declares {} bytes of data, {} follow", header.id, header.length, cursor.rest().len());
            Error::malformed(Code::AttributeTruncated, offset, message)
        })?;
        let checksum = cursor.parse(le_u16).ok_or_else(|| {
            Error::malformed(Code::ChecksumMissing, cursor.offset(), format!("stream ends before the checksum of {}", header.id))
        })?;
        Ok(Attribute {
            level: header.level,
            id: header.id,
            declared_length: header.length,
            data,
            checksum: Some(checksum),
            computed: None,
            offset,
            framing: Framing::Declared,
        })
    }
}
