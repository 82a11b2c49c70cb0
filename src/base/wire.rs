//! Numbers as bytes, in either order: nothing else in this crate turns the one into the other (`tests/it/wire.rs`).

use byteorder::{BigEndian, ByteOrder, LittleEndian};

/// A number of fixed width.
pub(crate) trait Wire: Copy {
    /// As many bytes as it takes.
    type Bytes;

    /// The number whose least significant byte comes first.
    fn read_le(bytes: Self::Bytes) -> Self;
    /// The number whose most significant byte comes first.
    fn read_be(bytes: Self::Bytes) -> Self;
    /// Its bytes, the least significant one first.
    fn le_bytes(self) -> Self::Bytes;
    /// Its bytes, the most significant one first.
    fn be_bytes(self) -> Self::Bytes;
}

macro_rules! wire {
    ($($number:ty, $width:literal, $read:ident, $write:ident;)*) => {$(
        impl Wire for $number {
            type Bytes = [u8; $width];

            #[inline(always)]
            fn read_le(bytes: [u8; $width]) -> Self {
                LittleEndian::$read(&bytes)
            }

            #[inline(always)]
            fn read_be(bytes: [u8; $width]) -> Self {
                BigEndian::$read(&bytes)
            }

            #[inline(always)]
            fn le_bytes(self) -> [u8; $width] {
                let mut bytes = [0; $width];
                LittleEndian::$write(&mut bytes, self);
                bytes
            }

            #[inline(always)]
            fn be_bytes(self) -> [u8; $width] {
                let mut bytes = [0; $width];
                BigEndian::$write(&mut bytes, self);
                bytes
            }
        }
    )*};
}

wire! {
    u16, 2, read_u16, write_u16;
    i16, 2, read_i16, write_i16;
    u32, 4, read_u32, write_u32;
    i32, 4, read_i32, write_i32;
    f32, 4, read_f32, write_f32;
    u64, 8, read_u64, write_u64;
    i64, 8, read_i64, write_i64;
    i128, 16, read_i128, write_i128;
    f64, 8, read_f64, write_f64;
}

/// A constant of the wire as bytes. This and the two below are for constants, which the compiler cannot evaluate with byteorder.
pub(crate) const fn constant(number: u32) -> [u8; 4] {
    number.to_le_bytes()
}

/// Two halves as one number.
#[inline]
pub(crate) const fn joined(high: u16, low: u16) -> u32 {
    let ([h0, h1], [l0, l1]) = (high.to_le_bytes(), low.to_le_bytes());
    u32::from_le_bytes([l0, l1, h0, h1])
}

/// The high half of a number, and the low one.
#[inline]
pub(crate) const fn halves(number: u32) -> (u16, u16) {
    let [l0, l1, h0, h1] = number.to_le_bytes();
    (u16::from_le_bytes([h0, h1]), u16::from_le_bytes([l0, l1]))
}

/// The number with the same bits and a sign, as RTF writes UTF-16 (`\u-3913`) and [MS-OXTNEF] a place in the text.
pub(crate) fn signed<U, S>(number: U) -> S
where
    U: Wire,
    S: Wire<Bytes = U::Bytes>,
{
    S::read_le(number.le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_go_both_ways() {
        assert_eq!(0x0102_0304u32.le_bytes(), [4, 3, 2, 1]);
        assert_eq!(0x0102_0304u32.be_bytes(), [1, 2, 3, 4]);
        assert_eq!((u16::read_le([1, 2]), u16::read_be([1, 2])), (0x0201, 0x0102));
        assert_eq!(i16::read_le([0xFE, 0xFF]), -2);
        assert_eq!(f64::read_be(1.5f64.be_bytes()), 1.5);
        assert_eq!(constant(0x0102_0304), [4, 3, 2, 1]);
        assert_eq!((joined(0x0102, 0x0304), halves(0x0102_0304)), (0x0102_0304, (0x0102, 0x0304)));
    }

    #[test]
    fn a_sign_changes_no_bit() {
        assert_eq!(signed::<u16, i16>(0xF0B7), -3913);
        assert_eq!(signed::<i16, u16>(-3913), 0xF0B7);
        assert_eq!(signed::<u32, i32>(u32::MAX), -1);
    }
}
