//! The data of an attribute as an [`io::Read`], and what is known at its end.

use std::fmt;
use std::io::{self, Read, Seek};

use crate::base::Offset;
use crate::base::checksum::checksum;
use crate::base::error::Result;

use super::StreamReader;
use crate::tnef::attribute::{AttrId, AttributeHeader, ChecksumState, Framing, HEADER_LENGTH, Level};

/// The data of an attribute as it comes from the stream. Ends where the data does, or where the stream is cut.
///
/// It need not be read to its end, nor finished, for the walk to go on.
pub struct DataReader<'a, R> {
    pub(super) stream: &'a mut StreamReader<R>,
    pub(super) header: AttributeHeader,
    pub(super) offset: u64,
}

/// Facts known at the end of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DataEnd {
    /// Number of bytes of data.
    pub length: u64,
    /// Way in which their end was found.
    pub framing: Framing,
    /// The checksum in the stream; `None` if the stream ends before it.
    pub stored_checksum: Option<u16>,
    /// The sum of the data; `None` if some of it was not read but [skipped](DataReader::skip).
    pub computed_checksum: Option<u16>,
}

impl DataEnd {
    /// Returns whether the checksum fits the data; `None` if some of that was [skipped](DataReader::skip).
    #[must_use]
    pub fn checksum_state(&self) -> Option<ChecksumState> {
        match (self.stored_checksum, self.computed_checksum) {
            (None, _) => Some(ChecksumState::Missing),
            (Some(stored), Some(computed)) if stored == computed => Some(ChecksumState::Match),
            (Some(stored), Some(computed)) => Some(ChecksumState::Mismatch { stored, computed }),
            (Some(_), None) => None,
        }
    }
}

impl<R> DataReader<'_, R> {
    /// The level byte as it stands in the stream.
    #[must_use]
    pub fn level(&self) -> Level {
        self.header.level
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> AttrId {
        self.header.id
    }

    /// The length in bytes that the header declares.
    #[must_use]
    pub fn declared_length(&self) -> u32 {
        self.header.length
    }

    /// Offset of the level byte in the outermost input.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Offset of the data in the outermost input.
    #[must_use]
    pub fn data_offset(&self) -> u64 {
        (Offset::from(self.offset) + HEADER_LENGTH).get()
    }
}

impl<R: Read> DataReader<'_, R> {
    /// Reads on to the end of the data and compares the checksum.
    ///
    /// # Errors
    /// Io. With strict options also Malformed if the length or the checksum is wrong, or the stream is cut.
    pub fn finish(self) -> Result<DataEnd> {
        self.stream.finish_data()
    }
}

impl<R: Read + Seek> DataReader<'_, R> {
    /// Goes to the end of the data without reading it, where it is not in the buffer already.
    ///
    /// # Errors
    /// Io. With strict options also Malformed if the length is wrong or the stream is cut.
    pub fn skip(self) -> Result<DataEnd> {
        match &mut self.stream.data {
            Some(data) if data.end.is_none() && data.left > Offset::START => {
                let skipped = self.stream.input.skip(data.left)?;
                data.sum = None;
                data.left -= skipped;
                data.length += skipped;
                self.stream.close_data()
            }
            // All of it is in the buffer.
            _ => self.stream.finish_data(),
        }
    }
}

impl<R: Read> Read for DataReader<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(data) = &mut self.stream.data else { return Ok(0) };
        let read = self.stream.input.read(out, data.left)?;
        data.count(read, checksum(out.get(..read).unwrap_or_default()));
        Ok(read)
    }
}

impl<R> fmt::Debug for DataReader<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataReader").field("header", &self.header).field("offset", &self.offset).finish_non_exhaustive()
    }
}
