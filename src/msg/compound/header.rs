//! The header of a compound file ([MS-CFB] 2.2).

use nom::Parser;
use nom::multi::count;

use crate::base::input::{Cursor, le_u16, le_u32};
use crate::base::output::Emit;

/// The first eight bytes of every compound file.
pub const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The largest number that a sector can have; those above say something else.
pub(super) const MAX_SECTOR: u32 = 0xFFFF_FFFA;
/// In the FAT: a sector of the DIFAT.
pub(super) const DIFAT_SECTOR: u32 = 0xFFFF_FFFC;
/// In the FAT: a sector of the FAT.
pub(super) const FAT_SECTOR: u32 = 0xFFFF_FFFD;
/// The end of a chain of sectors.
pub(super) const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
/// A sector that is not in use, and an unused place in the DIFAT.
pub(super) const FREE: u32 = 0xFFFF_FFFF;

/// How many sectors of the FAT the header itself names.
pub(super) const IN_HEADER: usize = 109;
/// Streams that are shorter stand in the mini stream.
pub(super) const CUTOFF: u64 = 4096;
/// The base two logarithm of the size of a sector of the mini stream.
pub(super) const MINI_SHIFT: u32 = 6;

/// The fields that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// 3 or 4.
    pub(super) version: u16,
    /// The base two logarithm of the size of a sector.
    pub(super) shift: u16,
    pub(super) mini_shift: u16,
    pub(super) cutoff: u32,
    /// 0 in version 3.
    pub(super) directory_sectors: u32,
    pub(super) fat_sectors: u32,
    pub(super) first_directory: u32,
    pub(super) first_mini_fat: u32,
    pub(super) mini_fat_sectors: u32,
    pub(super) first_difat: u32,
    pub(super) difat_sectors: u32,
    /// The first sectors of the FAT.
    pub(super) difat: Vec<u32>,
}

impl Header {
    /// Reads the header; `None` if the signature is another one, or the input is shorter.
    pub(super) fn parse(input: &[u8]) -> Option<Header> {
        let mut cursor = Cursor::new(input, 0);
        if cursor.take_array()? != SIGNATURE {
            return None;
        }
        // Class id and minor version.
        cursor.take(18)?;
        let (version, _byte_order, shift, mini_shift) = cursor.parse((le_u16, le_u16, le_u16, le_u16))?;
        cursor.take(6)?;
        let (directory_sectors, fat_sectors, first_directory, _transaction) = cursor.parse((le_u32, le_u32, le_u32, le_u32))?;
        let (cutoff, first_mini_fat, mini_fat_sectors) = cursor.parse((le_u32, le_u32, le_u32))?;
        let (first_difat, difat_sectors) = cursor.parse((le_u32, le_u32))?;
        let difat = cursor.parse(count(le_u32, IN_HEADER).map(|difat: Vec<u32>| difat))?;
        Some(Header {
            version,
            shift,
            mini_shift,
            cutoff,
            directory_sectors,
            fat_sectors,
            first_directory,
            first_mini_fat,
            mini_fat_sectors,
            first_difat,
            difat_sectors,
            difat,
        })
    }

    /// Appends the header, 512 bytes.
    pub(super) fn emit(&self, out: &mut Vec<u8>) {
        out.emit_bytes(&SIGNATURE);
        out.emit_bytes(&[0; 16]);
        out.emit_u16(0x003E);
        out.emit_u16(self.version);
        out.emit_u16(0xFFFE);
        out.emit_u16(self.shift);
        out.emit_u16(self.mini_shift);
        out.emit_bytes(&[0; 6]);
        out.emit_u32(self.directory_sectors);
        out.emit_u32(self.fat_sectors);
        out.emit_u32(self.first_directory);
        out.emit_u32(0);
        out.emit_u32(self.cutoff);
        out.emit_u32(self.first_mini_fat);
        out.emit_u32(self.mini_fat_sectors);
        out.emit_u32(self.first_difat);
        out.emit_u32(self.difat_sectors);
        self.difat.iter().copied().chain(std::iter::repeat(FREE)).take(IN_HEADER).for_each(|sector| out.emit_u32(sector));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In both versions; in version 4 zeros follow up to the size of a sector.
    const SIZE: usize = 512;

    /// The header of [MS-CFB] 3.1.
    fn example() -> (Header, Vec<u8>) {
        let mut difat = vec![FREE; IN_HEADER];
        difat[0] = 0;
        let header = Header {
            version: 3,
            shift: 9,
            mini_shift: 6,
            cutoff: 4096,
            directory_sectors: 0,
            fat_sectors: 1,
            first_directory: 1,
            first_mini_fat: 2,
            mini_fat_sectors: 1,
            first_difat: END_OF_CHAIN,
            difat_sectors: 0,
            difat,
        };
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bytes.extend([0; 16]);
        bytes.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0]);
        bytes.extend([2, 0, 0, 0, 1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend([0xFF; 432]);
        (header, bytes)
    }

    #[test]
    fn the_example_of_the_specification_reads_and_writes() {
        let (header, bytes) = example();
        assert_eq!(bytes.len(), SIZE);
        assert_eq!(Header::parse(&bytes).as_ref(), Some(&header));
        let mut out = Vec::new();
        header.emit(&mut out);
        assert_eq!(out, bytes);
    }

    #[test]
    fn what_is_cut_or_has_another_signature_is_no_header() {
        let (_, mut bytes) = example();
        assert!((0..SIZE).all(|length| Header::parse(&bytes[..length]).is_none()));
        bytes[0] ^= 1;
        assert_eq!(Header::parse(&bytes), None);
    }
}
