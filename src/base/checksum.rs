//! The checksum of a TNEF attribute: the sum of its data bytes modulo 65536 ([MS-OXTNEF] 2.1.3.2).

/// How many bytes are summed at a time. Sums of so many bytes into one number compile to the instructions that processors have for
/// just that (`psadbw`), where a running sum would be spread to 16-bit lanes first.
const BLOCK: usize = 64;

/// The sum of all bytes modulo 65536.
///
/// ```
/// assert_eq!(winmail::tnef::checksum(b"abc"), 0x0126);
/// ```
#[must_use]
pub fn checksum(data: &[u8]) -> u16 {
    let mut blocks = data.chunks_exact(BLOCK);
    // Modulo 2^32 is modulo 65536 as well.
    let mut total = 0u32;
    for block in &mut blocks {
        let sum = block.iter().fold(0u32, |sum, byte| sum.wrapping_add(u32::from(*byte)));
        total = total.wrapping_add(sum);
    }
    let [low, high, _, _] = total.to_le_bytes();
    u16::from_le_bytes([low, high]).wrapping_add(short(blocks.remainder()))
}

/// The sum of a few bytes: eight at a time, in the four 16-bit lanes of a word. Fewer than 256 words cannot overflow a lane.
fn short(data: &[u8]) -> u16 {
    const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
    let mut words = data.chunks_exact(8);
    let mut lanes = 0u64;
    for word in &mut words {
        let word = <[u8; 8]>::try_from(word).map_or(0, u64::from_le_bytes);
        lanes = lanes.wrapping_add(word & EVEN).wrapping_add(word >> 8 & EVEN);
    }
    let tail = words.remainder().iter().fold(0u16, |sum, byte| sum.wrapping_add(u16::from(*byte)));
    // The topmost lane of the product is the sum of all four.
    let sum = lanes.wrapping_mul(0x0001_0001_0001_0001) >> 48;
    u16::try_from(sum).unwrap_or(0).wrapping_add(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_data_has_checksum_zero() {
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn equals_the_plain_sum_at_every_length_and_wraps() {
        let data: Vec<u8> = (0..70_000u32).map(|n| u8::try_from(n.wrapping_mul(31) >> 3 & 0xFF).unwrap()).collect();
        for length in (0..200).chain([65_535, 65_536, 70_000]) {
            let plain: u32 = data[..length].iter().map(|b| u32::from(*b)).sum();
            assert_eq!(u32::from(checksum(&data[..length])), plain & 0xFFFF, "{length}");
        }
        assert_eq!(checksum(&[0xFF; 258]), u16::try_from((258u32 * 255) & 0xFFFF).unwrap());
    }
}
