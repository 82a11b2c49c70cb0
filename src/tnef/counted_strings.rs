//! Two counted strings: attOwner and attSentFor ([MS-OXTNEF] 2.1.3.3.9, 2.1.3.3.10).
//!
//! ```text
//! u16  length of the display name with its NUL
//!      display name, NUL
//! u16  length of the address with its NUL
//!      "TYPE:address", NUL
//! ```
//!
//! There is no padding and no alignment.

use nom::Parser;
use nom::multi::length_data;

use crate::base::input::{Nom, le_u16};
use crate::base::output::Emit;
use crate::mapi::String8;

use super::trp::NameAndAddress;

impl<'a> NameAndAddress<'a> {
    /// Reads two counted strings; `None` if they are shorter than their lengths say.
    #[must_use]
    pub fn parse_counted(data: &'a [u8]) -> Option<Self> {
        fn strings(input: &[u8]) -> Nom<'_, (&[u8], &[u8])> {
            (length_data(le_u16), length_data(le_u16)).parse(input)
        }
        let (_, (name, address)) = strings(data).ok()?;
        Some(NameAndAddress { display_name: String8(name.into()), address: String8(address.into()) })
    }

    /// Appends two counted strings; `None` if a text is too long for its 16-bit length.
    #[must_use]
    pub fn emit_counted(&self, out: &mut Vec<u8>) -> Option<()> {
        for text in [&self.display_name, &self.address] {
            let bytes = text.text_bytes();
            out.emit_u16(u16::try_from(bytes.len()).ok()?.checked_add(1)?);
            out.emit_bytes(bytes);
            out.emit_u8(0);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_bytes() {
        let value = NameAndAddress { display_name: String8(b"Jo\0".into()), address: String8(b"SMTP:j@x\0".into()) };
        let bytes = b"\x03\0Jo\0\x09\0SMTP:j@x\0";
        assert_eq!(NameAndAddress::parse_counted(bytes), Some(value.clone()));
        let mut out = Vec::new();
        value.emit_counted(&mut out).unwrap();
        assert_eq!(out, bytes);
        assert_eq!(NameAndAddress::parse_counted(&bytes[..bytes.len() - 1]), None);
    }
}
