//! MacBinary files as `multipart/appledouble` and `application/applefile` ([MS-OXCMAIL] 2.1.3.4.2, RFC 1740).
//!
//! MacBinary: a header of 128 bytes, big-endian, the data fork, the resource fork, each fork padded to 128 bytes.
//!
//! ```text
//! 1    name length (1 to 63), 2 name      65 type   69 creator   73 flags, high byte
//! 83   u32 data fork length               87   u32 resource fork length
//! 91   u32 creation date                  95   u32 modification date
//! 101  flags, low byte                    102  "mBIN"            120  u16 length of a second header
//! 124  u16 CRC over the 124 bytes before
//! ```
//!
//! AppleDouble: a file with all but the data fork, and the data fork as the file that everybody can read. AppleSingle: one file with
//! all of it.
//!
//! ```text
//! u32 magic, u32 version, 16 bytes of zeros, u16 number of entries, each of u32 id, u32 offset, u32 length
//! ```

use std::borrow::Cow;

use crate::base::Offset;
use crate::base::input::{Cursor, be_u16, be_u32, length, peek};
use crate::base::output::Emit;
use crate::base::wire::Wire;

/// The forks of a MacBinary file.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MacBinary<'d> {
    header: &'d [u8],
    /// Bytes that other systems take for the file.
    pub data_fork: &'d [u8],
    /// Bytes that only a Macintosh reads.
    pub resource_fork: &'d [u8],
    /// In Mac Roman.
    pub name: &'d [u8],
}

/// Which of the two forms of RFC 1740.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AppleFile {
    /// All but the data fork.
    Double,
    /// All.
    Single,
}

const HEADER: usize = 128;

impl<'d> MacBinary<'d> {
    /// Reads a file; `None` if it is no MacBinary, or not all of it is there.
    #[must_use]
    pub fn parse(file: &'d [u8]) -> Option<Self> {
        let header = file.get(..HEADER)?;
        let byte = |at: usize| header.get(at).copied();
        let long = |at: usize| header.get(at..).and_then(|bytes| peek(be_u32, bytes)).map(length);
        let short = |at: usize| header.get(at..).and_then(|bytes| peek(be_u16, bytes));
        let name_length = usize::from(byte(1)?);
        // Zeros stand where earlier forms of file headers had something.
        if byte(0)? != 0 || byte(74)? != 0 || !(1..64).contains(&name_length) {
            return None;
        }
        let crc = short(124)?;
        // MacBinary I has zeros for a CRC; of the later ones the CRC tells.
        if crc != 0 && crc != crc_ccitt(header.get(..124)?) {
            return None;
        }
        let mut rest = Cursor::new(file.get(HEADER..)?, 0);
        rest.take(usize::from(short(120)?).checked_next_multiple_of(HEADER)?)?;
        let (data_length, resource_length) = (long(83)?, long(87)?);
        let data_fork = rest.take(data_length)?;
        // Of a file without a resource fork the padding may be missing.
        rest.take_up_to((Offset::from(data_length.checked_next_multiple_of(HEADER)?) - data_length).index());
        let resource_fork = rest.take(resource_length)?;
        Some(MacBinary { header, data_fork, resource_fork, name: header.get(2..)?.get(..name_length)? })
    }

    /// The file's name.
    #[must_use]
    pub fn file_name(&self) -> String {
        let text: Cow<'_, str> = encoding_rs::MACINTOSH.decode_without_bom_handling(self.name).0;
        text.into_owned()
    }

    /// All but the data fork, as an AppleDouble file (RFC 1740).
    #[must_use]
    pub fn apple_double(&self) -> Vec<u8> {
        self.apple_file(AppleFile::Double)
    }

    fn header(&self, range: std::ops::Range<usize>) -> &'d [u8] {
        self.header.get(range).unwrap_or_default()
    }

    /// Eight bytes.
    pub(super) fn type_and_creator(&self) -> &'d [u8] {
        self.header(65..73)
    }

    /// The flags of the Finder.
    pub(super) fn finder_flags(&self) -> Vec<u8> {
        [self.header(73..74), self.header(101..102)].concat()
    }

    /// The `application/applefile` (RFC 1740, appendices A and B).
    pub(super) fn apple_file(&self, form: AppleFile) -> Vec<u8> {
        const VERSION: u32 = 0x0002_0000;
        const DATA_FORK: u32 = 1;
        const REAL_NAME: u32 = 3;
        const FINDER_INFO: u32 = 9;
        const RESOURCE_FORK: u32 = 2;
        const ENTRY: u64 = 12;
        let magic: u32 = match form {
            AppleFile::Single => 0x0005_1600,
            AppleFile::Double => 0x0005_1607,
        };
        // Type, creator, flags, place, folder, and 16 bytes that MacBinary does not have.
        let finder = [self.type_and_creator(), &self.finder_flags(), self.header(75..81), &[0; 16]].concat();
        let mut entries = vec![(REAL_NAME, self.name), (FINDER_INFO, finder.as_slice())];
        if !self.resource_fork.is_empty() {
            entries.push((RESOURCE_FORK, self.resource_fork));
        }
        if form == AppleFile::Single {
            entries.push((DATA_FORK, self.data_fork));
        }
        let big = |value: u32| value.be_bytes();
        let number = |length: Offset| big(u32::try_from(length.get()).unwrap_or(u32::MAX));
        let mut out = Vec::new();
        out.emit_bytes(&big(magic));
        out.emit_bytes(&big(VERSION));
        out.emit_bytes(&[0; 16]);
        out.emit_bytes(&u16::try_from(entries.len()).unwrap_or(u16::MAX).be_bytes());
        let mut offset = Offset::from(entries.len()) * ENTRY + out.len();
        for (id, data) in &entries {
            out.emit_bytes(&big(*id));
            out.emit_bytes(&number(offset));
            out.emit_bytes(&number(Offset::of(data)));
            offset += data.len();
        }
        for (_, data) in &entries {
            out.emit_bytes(data);
        }
        out
    }
}

/// CRC of XMODEM: polynomial 0x1021, start 0.
pub(super) fn crc_ccitt(bytes: &[u8]) -> u16 {
    let mut crc = 0u16;
    for byte in bytes {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file with these forks.
    pub(in super::super) fn mac_binary(name: &[u8], data: &[u8], resource: &[u8]) -> Vec<u8> {
        let mut file = vec![0; HEADER];
        file[1] = name.len() as u8;
        file[2..2 + name.len()].copy_from_slice(name);
        file[65..73].copy_from_slice(b"TEXTttxt");
        file[73] = 0x01;
        file[83..87].copy_from_slice(&(data.len() as u32).be_bytes());
        file[87..91].copy_from_slice(&(resource.len() as u32).be_bytes());
        file[102..106].copy_from_slice(b"mBIN");
        file[122..124].copy_from_slice(&[130, 129]);
        let crc = crc_ccitt(&file[..124]);
        file[124..126].copy_from_slice(&crc.be_bytes());
        for fork in [data, resource] {
            file.extend_from_slice(fork);
            file.resize(file.len().next_multiple_of(HEADER), 0);
        }
        file
    }

    #[test]
    fn the_check_value_of_the_crc() {
        assert_eq!(crc_ccitt(b"123456789"), 0x31C3);
    }

    #[test]
    fn forks_are_found() {
        let file = mac_binary(b"caf\x8E.txt", b"data", b"resource");
        let parsed = MacBinary::parse(&file).unwrap();
        assert_eq!((parsed.data_fork, parsed.resource_fork), (&b"data"[..], &b"resource"[..]));
        assert_eq!(parsed.file_name(), "caf\u{e9}.txt");
        let none = mac_binary(b"n", b"data", b"");
        assert_eq!(MacBinary::parse(&none).unwrap().resource_fork, b"");
    }

    #[test]
    fn an_apple_file_as_rfc_1740_lays_it_out() {
        let file = mac_binary(b"n", b"data", b"RES");
        let apple = MacBinary::parse(&file).unwrap().apple_file(AppleFile::Double);
        let head = [
            &b"\x00\x05\x16\x07\x00\x02\x00\x00"[..],
            &[0; 16],
            b"\x00\x03",
            b"\x00\x00\x00\x03\x00\x00\x00\x3E\x00\x00\x00\x01",
            b"\x00\x00\x00\x09\x00\x00\x00\x3F\x00\x00\x00\x20",
            b"\x00\x00\x00\x02\x00\x00\x00\x5F\x00\x00\x00\x03",
            b"nTEXTttxt\x01\x00",
        ]
        .concat();
        assert!(apple.starts_with(&head), "{apple:02x?}");
        assert!(apple.ends_with(b"\0\0\0\0RES"));
        assert_eq!(apple.len(), 0x62);
    }

    #[test]
    fn an_apple_single_file_has_both_forks() {
        let file = mac_binary(b"n", b"data", b"RES");
        let apple = MacBinary::parse(&file).unwrap().apple_file(AppleFile::Single);
        let head = [
            &b"\x00\x05\x16\x00\x00\x02\x00\x00"[..],
            &[0; 16],
            b"\x00\x04",
            b"\x00\x00\x00\x03\x00\x00\x00\x4A\x00\x00\x00\x01",
            b"\x00\x00\x00\x09\x00\x00\x00\x4B\x00\x00\x00\x20",
            b"\x00\x00\x00\x02\x00\x00\x00\x6B\x00\x00\x00\x03",
            b"\x00\x00\x00\x01\x00\x00\x00\x6E\x00\x00\x00\x04",
            b"nTEXTttxt\x01\x00",
        ]
        .concat();
        assert!(apple.starts_with(&head), "{apple:02x?}");
        assert!(apple.ends_with(b"\0\0\0\0RESdata"));
        assert_eq!(apple.len(), 0x72);
    }

    #[test]
    fn what_is_no_mac_binary_is_none() {
        let good = mac_binary(b"n", b"data", b"RES");
        assert_eq!(MacBinary::parse(&good[..good.len() - 128]), None);
        assert_eq!(MacBinary::parse(b"short"), None);
        for (at, value) in [(0, 1), (1, 0), (1, 64), (74, 1), (65, b'x'), (83, 0xFF)] {
            let mut bad = good.clone();
            bad[at] = value;
            assert_eq!(MacBinary::parse(&bad), None, "{at}");
        }
    }
}
