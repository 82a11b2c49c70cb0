//! The TRP block of attFrom ([MS-OXTNEF] 2.1.3.3.6): one display name and address.
//!
//! ```text
//! u16  trpid      4, one-off
//! u16  cbgrtrp    16 + cch + cb
//! u16  cch        length of the display name with its NUL, rounded up to even
//! u16  cb         length of the address with its NUL
//! cch  display name, NUL, padding
//! cb   "TYPE:address", NUL
//! 8    zeros: the empty TRP that ends the list
//! ```
//!
//! Readers take `cch` and `cb` and ignore the rest of the header and the end.

use nom::Parser;
use nom::bytes::complete::take;

use crate::base::input::{Nom, le_u16};
use crate::base::output::Emit;
use crate::mapi::String8;

/// trpidOneOff, the only kind that occurs.
pub const TRPID_ONE_OFF: u16 = 4;

/// A display name and an address of the form `TYPE:address`, both in the stream's code page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameAndAddress<'a> {
    /// The display name.
    pub display_name: String8<'a>,
    /// The address with its type before the first colon.
    pub address: String8<'a>,
}

impl NameAndAddress<'_> {
    /// The address type and the address: what stands before and after the first colon. Without a colon all is address.
    #[must_use]
    pub fn split_address(&self) -> (Option<&[u8]>, &[u8]) {
        let bytes = self.address.text_bytes();
        match bytes.iter().position(|b| *b == b':').and_then(|at| bytes.split_at_checked(at)) {
            Some((address_type, rest)) => (Some(address_type), rest.get(1..).unwrap_or_default()),
            None => (None, bytes),
        }
    }
}

/// A TRP block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trp<'a> {
    /// The kind; [`TRPID_ONE_OFF`] in everything that was seen.
    pub trpid: u16,
    /// Name and address.
    pub who: NameAndAddress<'a>,
}

impl<'a> Trp<'a> {
    /// Reads a block; `None` if it is shorter than its lengths say.
    #[must_use]
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        fn triple(input: &[u8]) -> Nom<'_, (u16, &[u8], &[u8])> {
            let (rest, (trpid, _, name, address)) = (le_u16, le_u16, le_u16, le_u16).parse(input)?;
            let (rest, (name, address)) = (take(name), take(address)).parse(rest)?;
            Ok((rest, (trpid, name, address)))
        }
        let (_, (trpid, name, address)) = triple(data).ok()?;
        let who = NameAndAddress { display_name: String8(name.into()), address: String8(address.into()) };
        Some(Trp { trpid, who })
    }

    /// Appends the block; `None` if a text is too long for its 16-bit length.
    #[must_use]
    pub fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        let terminated = |text: &String8<'_>, even: bool| {
            let mut bytes = text.text_bytes().to_vec();
            bytes.push(0);
            if even && bytes.len() % 2 != 0 {
                bytes.push(0);
            }
            bytes
        };
        let name = terminated(&self.who.display_name, true);
        let address = terminated(&self.who.address, false);
        let (cch, cb) = (u16::try_from(name.len()).ok()?, u16::try_from(address.len()).ok()?);
        out.emit_u16(self.trpid);
        out.emit_u16(cch.checked_add(cb)?.checked_add(16)?);
        out.emit_u16(cch);
        out.emit_u16(cb);
        out.emit_bytes(&name);
        out.emit_bytes(&address);
        out.emit_u64(0);
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triple(name: &'static [u8], address: &'static [u8]) -> Trp<'static> {
        let who = NameAndAddress { display_name: String8(name.into()), address: String8(address.into()) };
        Trp { trpid: TRPID_ONE_OFF, who }
    }

    #[test]
    fn values_and_bytes() {
        let table: [(Trp<'_>, &[u8]); 2] = [
            (triple(b"Jo\0\0", b"SMTP:j@x\0"), b"\x04\0\x1D\0\x04\0\x09\0Jo\0\0SMTP:j@x\0\0\0\0\0\0\0\0\0"),
            (triple(b"Joe\0", b"EX:/o=x\0"), b"\x04\0\x1C\0\x04\0\x08\0Joe\0EX:/o=x\0\0\0\0\0\0\0\0\0"),
        ];
        for (value, bytes) in table {
            assert_eq!(Trp::parse(bytes), Some(value.clone()));
            let mut out = Vec::new();
            value.emit(&mut out).unwrap();
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn an_address_splits_at_its_first_colon() {
        assert_eq!(triple(b"", b"X400:c=de;s=a:b\0").who.split_address(), (Some(&b"X400"[..]), &b"c=de;s=a:b"[..]));
        assert_eq!(triple(b"", b"nobody\0").who.split_address(), (None, &b"nobody"[..]));
    }

    #[test]
    fn lengths_past_the_end_are_refused() {
        assert_eq!(Trp::parse(b"\x04\0\x1D\0\xFF\xFF\x09\0Jo"), None);
        assert_eq!(Trp::parse(b""), None);
    }
}
