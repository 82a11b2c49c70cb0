//! The FNV-1a hash of 64 bits: short, and no secret is made of it.

use crate::base::wire::Wire;

const PRIME: u64 = 0x0000_0100_0000_01B3;

/// The hash of what was added.
pub(super) struct Fnv(pub(super) u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xCBF2_9CE4_8422_2325)
    }
}

impl Fnv {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    }

    /// Adds a number, so that what follows is not taken for a part of what is before it.
    pub(super) fn add_number(&mut self, number: u64) {
        self.add(&number.le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The test vectors of the draft draft-eastlake-fnv, appendix C.
    #[test]
    fn vectors_of_the_draft() {
        for (bytes, hash) in
            [(&b""[..], 0xCBF2_9CE4_8422_2325), (b"a", 0xAF63_DC4C_8601_EC8C), (b"foobar", 0x8594_4171_F739_67E8)]
        {
            let mut fnv = Fnv::default();
            fnv.add(bytes);
            assert_eq!(fnv.0, hash);
        }
    }
}
