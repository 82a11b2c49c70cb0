//! The checksum of a TNEF attribute: the sum of its data bytes modulo 65536 ([MS-OXTNEF] 2.1.3.2).

/// How many lanes the sum runs in. Thirty-two 16-bit lanes fill two AVX2 or four SSE2 registers.
const LANES: usize = 32;

/// The sum of all bytes modulo 65536.
///
/// ```
/// assert_eq!(winmail::tnef::checksum(b"abc"), 0x0126);
/// ```
#[must_use]
pub fn checksum(data: &[u8]) -> u16 {
    // Lanes of 16 bits wrap modulo 65536 just as the sum does, so no lane ever has to be emptied; the loop has no
    // dependency between lanes and compiles to vector additions.
    let mut lanes = [0u16; LANES];
    let mut chunks = data.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, byte) in lanes.iter_mut().zip(chunk) {
            *lane = lane.wrapping_add(u16::from(*byte));
        }
    }
    let tail = short(chunks.remainder());
    // Most attributes are shorter than the lanes: they have nothing to add up.
    if data.len() < LANES {
        return tail;
    }
    lanes.iter().fold(tail, |sum, lane| sum.wrapping_add(*lane))
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
