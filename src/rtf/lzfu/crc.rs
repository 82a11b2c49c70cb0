//! The checksum of compressed RTF ([MS-OXRTFCP] 2.1.3.1.1, field CRC): CRC-32 with the reflected polynomial 0xEDB88320, but starting
//! from zero and without the final inversion, so that it is not the CRC-32 of ZIP.
//!
//! Sixteen bytes are looked up at a time: table `n` holds what a byte becomes after `n` more zero bytes.

/// How many bytes one step takes.
const SLICE: usize = 16;

static TABLES: [[u32; 256]; SLICE] = tables();

// Evaluated by the compiler: an index out of bounds or an overflow would not build.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions)]
const fn tables() -> [[u32; 256]; SLICE] {
    let mut tables = [[0u32; 256]; SLICE];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut n = 1;
    while n < SLICE {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[n - 1][byte];
            tables[n][byte] = tables[0][(before & 0xFF) as usize] ^ before >> 8;
            byte += 1;
        }
        n += 1;
    }
    tables
}

/// The CRC of the CONTENTS field.
///
/// ```
/// assert_eq!(winmail::rtf::lzfu::crc(&[0x01, 0x0C, 0xF0]), 0x10CA_D727);
/// ```
#[must_use]
pub fn crc(contents: &[u8]) -> u32 {
    let mut crc = 0u32;
    let mut chunks = contents.chunks_exact(SLICE);
    for chunk in &mut chunks {
        // The running value is as wide as four bytes: it meets the first four of the slice, the other twelve stand alone.
        let mut slice = [0; SLICE];
        slice.copy_from_slice(chunk);
        let slice = (u128::from_le_bytes(slice) ^ u128::from(crc)).to_le_bytes();
        // Those four come last, so that the others need not wait for the value before.
        crc = slice.iter().rev().zip(&TABLES).fold(0, |sum, (byte, table)| sum ^ entry(table, *byte));
    }
    let [first, ..] = &TABLES;
    chunks.remainder().iter().fold(crc, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        entry(first, low ^ byte) ^ crc >> 8
    })
}

/// A table has an entry for each byte.
#[inline(always)]
fn entry(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
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
        // The specification lists the table; the checksums are those of the headers in its examples.
        for (index, value) in [(0, 0), (1, 0x7707_3096), (2, 0xEE0E_612C), (128, 0xEDB8_8320), (255, 0x2D02_EF8D)] {
            assert_eq!(TABLES[0][index], value);
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
