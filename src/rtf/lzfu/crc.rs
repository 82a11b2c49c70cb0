//! The checksum of compressed RTF ([MS-OXRTFCP] 2.1.3.1.1, field CRC): CRC-32 with the reflected polynomial 0xEDB88320, but starting
//! from zero and without the final inversion, so that it is not the CRC-32 of ZIP.

use crc32fast::Hasher;

/// The CRC of the CONTENTS field.
///
/// ```
/// assert_eq!(winmail::rtf::lzfu::crc(&[0x01, 0x0C, 0xF0]), 0x10CA_D727);
/// ```
#[must_use]
pub fn crc(contents: &[u8]) -> u32 {
    // The hasher inverts what it is given and what it returns.
    let mut hasher = Hasher::new_with_initial(u32::MAX);
    hasher.update(contents);
    !hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bit by bit, as the polynomial says.
    fn slow(contents: &[u8]) -> u32 {
        contents.iter().fold(0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    }

    #[test]
    fn known_table_entries_and_checksums() {
        // The specification lists a table, which has the checksums of single bytes; the other checksum is that of a header.
        for (byte, value) in [(0, 0), (1, 0x7707_3096), (2, 0xEE0E_612C), (128, 0xEDB8_8320), (255, 0x2D02_EF8D)] {
            assert_eq!(crc(&[byte]), value);
        }
        assert_eq!(crc(b""), 0);
        assert_eq!(crc(&super::super::PRESET), 0x06F4_4644);
    }

    #[test]
    fn equals_the_bitwise_definition_at_every_length() {
        let data: Vec<u8> = (0..200u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        for length in 0..data.len() {
            assert_eq!(crc(&data[..length]), slow(&data[..length]), "{length}");
        }
    }
}
