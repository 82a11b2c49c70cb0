//! Bytes as hexadecimal text: upper case when written, either case when read.

use std::fmt;

/// Shows bytes as upper-case hexadecimal digits without separators.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// The bytes that ASCII hexadecimal digits of either case spell; `None` on an odd count or any other character.
pub(crate) fn decode(digits: &[u8]) -> Option<Vec<u8>> {
    if digits.len() % 2 != 0 {
        return None;
    }
    digits.chunks_exact(2).map(pair).collect()
}

fn pair(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, digit| {
        let digit = u8::try_from(char::from(*digit).to_digit(16)?).ok()?;
        Some(value.wrapping_shl(4) | digit)
    })
}

/// The lower-case digit of a number below 16.
pub(crate) fn digit(nibble: u8) -> u8 {
    let first = if nibble < 10 { b'0' } else { b'a'.wrapping_sub(10) };
    first.wrapping_add(nibble)
}

/// Shows bytes as lower-case digits without separators, a stretch at a time.
#[cfg(feature = "serde")]
pub(crate) struct Digits<'v>(pub(crate) &'v [u8]);

#[cfg(feature = "serde")]
impl fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = String::with_capacity(256);
        for bytes in self.0.chunks(128) {
            digits.clear();
            digits.extend(bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]).map(|nibble| char::from(digit(nibble))));
            f.write_str(&digits)?;
        }
        Ok(())
    }
}

/// Bytes of public structures as serde has them: texts of lower-case digits, as in all our JSON.
#[cfg(feature = "serde")]
pub(crate) mod serialized {
    use serde::Serializer;

    use super::Digits;

    pub(crate) fn bytes<S: Serializer>(bytes: &impl AsRef<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Digits(bytes.as_ref()))
    }

    pub(crate) fn option<S: Serializer>(bytes: &Option<impl AsRef<[u8]>>, serializer: S) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.collect_str(&Digits(bytes.as_ref())),
            None => serializer.serialize_none(),
        }
    }

    #[cfg(feature = "items")]
    pub(crate) fn list<S: Serializer>(all: &[impl AsRef<[u8]>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(|bytes| Digits(bytes.as_ref()).to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_written_in_upper_case_and_read_in_either() {
        assert_eq!(Hex(&[0x00, 0xAB, 0xFF]).to_string(), "00ABFF");
        assert_eq!(decode(b"00aBfF"), Some(vec![0x00, 0xAB, 0xFF]));
        assert_eq!(decode(b""), Some(vec![]));
        for wrong in [&b"0"[..], b"0g", b"+1", b" 1", b"0x", b"12 34"] {
            assert_eq!(decode(wrong), None, "{wrong:?}");
        }
    }
}
