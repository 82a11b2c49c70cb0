//! Compressed RTF ([MS-OXRTFCP]): what PidTagRtfCompressed holds.
//!
//! ```text
//! COMPSIZE 4   bytes after this field: the contents and 12 of the header
//! RAWSIZE  4   bytes of the uncompressed RTF
//! COMPTYPE 4   "LZFu" compressed, "MELA" uncompressed
//! CRC      4   of the contents; 0 for MELA
//! CONTENTS
//! ```
//!
//! The contents of LZFu are runs: a control byte, then one token for each of its bits from the lowest. A 0 bit is a
//! literal byte, a 1 bit a reference into a circular dictionary of 4096 bytes (big endian: 12 bits place, 4 bits length
//! less 2). Everything that is put out also goes into the dictionary, which starts with [207 preset bytes](PRESET). A
//! reference to the place that would be written next is the end marker.
//!
//! [`decompress`] reads leniently or strictly by [`ReadOptions`](crate::ReadOptions); [`compress`] writes in one of three
//! [`Mode`]s; [`store`] writes MELA.
//!
//! ```
//! use winmail::rtf::lzfu::{Mode, compress, decompress};
//! use winmail::ReadOptions;
//!
//! let rtf = br"{\rtf1\ansi\ansicpg1252\pard hello world}";
//! let packed = compress(rtf, Mode::Reference)?;
//! assert_eq!(decompress(&packed, &ReadOptions::strict())?.bytes, rtf);
//! # Ok::<(), winmail::Error>(())
//! ```

mod compress;
mod crc;
mod decompress;
mod dense;
mod fit;
mod long;
mod matches;
mod outlook;
mod runs;
mod short;

use std::fmt;

use nom::Parser;

pub use compress::{Mode, compress, store};
pub use crc::crc;
pub(crate) use decompress::decompress_within;
pub use decompress::{Decompressed, decompress};
pub(crate) use fit::fit;

use crate::base::input::{Cursor, le_u32};
use crate::base::output::Emit;

/// Size of the dictionary; its places are 12 bits wide.
const WINDOW: usize = 4096;

/// The longest reference: 15 in its 4 bits, and 2.
const LONGEST: usize = 17;

/// Contents of the dictionary before the first byte ([MS-OXRTFCP] 2.1.2.1).
pub const PRESET: [u8; 207] = *b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}\
{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier\
{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// COMPTYPE: how the contents are written. Any value can occur; two are known. Display gives the four letters, or the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompType(pub u32);

impl CompType {
    /// COMPRESSED, "LZFu".
    pub const COMPRESSED: CompType = CompType(0x7546_5A4C);
    /// UNCOMPRESSED, "MELA".
    pub const UNCOMPRESSED: CompType = CompType(0x414C_454D);
}

impl fmt::Display for CompType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            CompType::COMPRESSED => f.write_str("LZFu"),
            CompType::UNCOMPRESSED => f.write_str("MELA"),
            CompType(other) => write!(f, "0x{other:08X}"),
        }
    }
}

/// The header ([MS-OXRTFCP] 2.1.3.1.1): 16 bytes before the contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// COMPSIZE: bytes after this field, that is the contents and 12.
    pub comp_size: u32,
    /// RAWSIZE: bytes of the uncompressed RTF.
    pub raw_size: u32,
    /// COMPTYPE: LZFu, MELA, or something else.
    pub comp_type: CompType,
    /// CRC: checksum of the contents; 0 for MELA.
    pub crc: u32,
}

impl Header {
    /// Its size in bytes.
    pub const SIZE: usize = 16;

    /// What COMPSIZE counts besides the contents: RAWSIZE, COMPTYPE and CRC.
    const COUNTED: u32 = 12;

    /// Reads the header that `input` starts with; `None` if there are fewer than 16 bytes.
    #[must_use]
    pub fn parse(input: &[u8]) -> Option<Header> {
        let fields = (le_u32, le_u32, le_u32.map(CompType), le_u32);
        Cursor::new(input, 0).parse(fields.map(|(comp_size, raw_size, comp_type, crc)| Header {
            comp_size,
            raw_size,
            comp_type,
            crc,
        }))
    }

    /// The 16 bytes.
    #[must_use]
    pub fn emit(&self) -> [u8; Self::SIZE] {
        let mut bytes = Vec::with_capacity(Self::SIZE);
        for field in [self.comp_size, self.raw_size, self.comp_type.0, self.crc] {
            bytes.emit_u32(field);
        }
        <[u8; Self::SIZE]>::try_from(bytes).unwrap_or_default()
    }

    /// How many bytes the contents have according to COMPSIZE; `None` if it does not even count the header.
    fn declared_contents(&self) -> Option<u32> {
        self.comp_size.checked_sub(Self::COUNTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_is_16_little_endian_bytes() {
        let table: [(Header, [u8; 16]); 2] = [
            (
                Header { comp_size: 0x2D, raw_size: 0x2B, comp_type: CompType::COMPRESSED, crc: 0xA7C7_C5F1 },
                *b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7",
            ),
            (
                Header { comp_size: 19, raw_size: 7, comp_type: CompType::UNCOMPRESSED, crc: 0 },
                *b"\x13\0\0\0\x07\0\0\0MELA\0\0\0\0",
            ),
        ];
        for (header, bytes) in table {
            assert_eq!(Header::parse(&bytes), Some(header));
            assert_eq!(header.emit(), bytes);
            for length in 0..16 {
                assert_eq!(Header::parse(&bytes[..length]), None);
            }
        }
    }

    #[test]
    fn compression_types_show_their_letters() {
        let shown = [CompType::COMPRESSED, CompType::UNCOMPRESSED, CompType(0x1F)].map(|t| t.to_string());
        assert_eq!(shown, ["LZFu", "MELA", "0x0000001F"]);
    }
}
