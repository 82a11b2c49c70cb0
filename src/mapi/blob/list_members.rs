//! What holds the members of a personal distribution list together ([MS-OXOCNTC] 2.2.2.2): the checksum over them, and the stream
//! that stands for both lists when they are long.
//!
//! The members are entry ids: [`EntryId::Wrapped`](crate::mapi::entry_id::EntryId::Wrapped) or
//! [`EntryId::OneOff`](crate::mapi::entry_id::EntryId::OneOff) in PidLidDistributionListMembers 0x8055, and for each, in the same
//! order, a one-off entry id in PidLidDistributionListOneOffMembers 0x8054.
//!
//! PidLidDistributionListStream 0x8064:
//!
//! ```text
//! u16 version, 1 | u16 reserved | u32 build | u32 flags
//! u32 count | u32 bytes of entry ids | u32 bytes of one-offs | u32 bytes of extra data
//! count times:  u32 n | n bytes entry id | u32 n | n bytes one-off | u32 n | n bytes extra data
//! u32 0 | u32 0
//! ```

use std::borrow::Cow;

use crc32fast::Hasher;

use crate::base::Result;
use crate::base::input::{Cursor, le_u16, le_u32};
use crate::base::output::Emit;

use super::{emit_counted, malformed, own, take_counted, unencodable};

/// The members of a long list.
#[doc(alias = "PidLidDistributionListStream")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ListMembers<'a> {
    /// Version, 1.
    pub version: u16,
    /// Reserved, 0.
    pub reserved: u16,
    /// Of the program that wrote it.
    pub build: u32,
    /// Flags, 0.
    pub flags: u32,
    /// Number of bytes that all entry ids take, all one-offs, all extra data.
    pub totals: [u32; 3],
    /// The members.
    pub members: Vec<ListMember<'a>>,
    /// Two zeros of 32 bits, and what may stand behind them.
    pub trailing: Cow<'a, [u8]>,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ListMember<'a> {
    /// Its entry id, as PidLidDistributionListMembers has it.
    pub entry_id: Cow<'a, [u8]>,
    /// Its one-off entry id, as PidLidDistributionListOneOffMembers has it.
    pub one_off: Cow<'a, [u8]>,
    /// Extra data, which nobody uses.
    pub extra: Cow<'a, [u8]>,
}

impl<'a> ListMembers<'a> {
    /// Reads the stream.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the value ends before the last member does.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        let (mut list, count) =
            Self::parse_head(&mut input).ok_or_else(|| malformed("invalid list of members: ends after the value"))?;
        for n in 0..count {
            list.members.push(
                ListMember::parse(&mut input)
                    .ok_or_else(|| malformed(format!("invalid list of members: member {n} of {count} ends after the value")))?,
            );
        }
        list.trailing = Cow::Borrowed(input.rest());
        Ok(list)
    }

    fn parse_head(input: &mut Cursor<'a>) -> Option<(Self, u32)> {
        let (version, reserved) = (input.parse(le_u16)?, input.parse(le_u16)?);
        let (build, flags, count) = (input.parse(le_u32)?, input.parse(le_u32)?, input.parse(le_u32)?);
        let totals = [input.parse(le_u32)?, input.parse(le_u32)?, input.parse(le_u32)?];
        Some((ListMembers { version, reserved, build, flags, totals, ..Self::default() }, count))
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if a length or the count does not fit 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.emit().ok_or_else(|| unencodable("list of members: a length or the count does not fit 32 bits"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_u16(self.version);
        out.emit_u16(self.reserved);
        let [ids, one_offs, extra] = self.totals;
        for field in [self.build, self.flags, u32::try_from(self.members.len()).ok()?, ids, one_offs, extra] {
            out.emit_u32(field);
        }
        for member in &self.members {
            for part in [&member.entry_id, &member.one_off, &member.extra] {
                emit_counted(&mut out, part)?;
            }
        }
        out.emit_bytes(&self.trailing);
        Some(out)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ListMembers<'static> {
        let members = self.members.into_iter().map(|member| ListMember {
            entry_id: own(member.entry_id),
            one_off: own(member.one_off),
            extra: own(member.extra),
        });
        ListMembers { members: members.collect(), trailing: own(self.trailing), ..self }
    }
}

impl<'a> ListMember<'a> {
    fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        Some(ListMember {
            entry_id: Cow::Borrowed(take_counted(input)?),
            one_off: Cow::Borrowed(take_counted(input)?),
            extra: Cow::Borrowed(take_counted(input)?),
        })
    }
}

/// PidLidDistributionListChecksum 0x804C ([MS-OXOCNTC] 2.2.2.2.3): CRC-32 over the values of PidLidDistributionListMembers, one after
/// the other. Unlike that of ZIP it starts from zero and is not inverted in the end.
#[must_use]
pub fn list_checksum<'b>(members: impl IntoIterator<Item = &'b [u8]>) -> u32 {
    // The hasher inverts both at the start and in the end.
    let mut hasher = Hasher::new_with_initial(u32::MAX);
    members.into_iter().for_each(|member| hasher.update(member));
    !hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_checksum_starts_from_zero() {
        // The polynomial's definition, bit by bit.
        let slow = |bytes: &[u8]| {
            bytes.iter().fold(0_u32, |crc, byte| {
                (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
            })
        };
        assert_eq!(list_checksum([]), 0);
        assert_eq!(list_checksum([&b"\0\0\0"[..]]), 0);
        assert_eq!(list_checksum([&b"ab"[..], b"", b"c"]), slow(b"abc"));
    }

    #[test]
    fn values_and_bytes() {
        let list = ListMembers {
            version: 1,
            build: 0x10,
            totals: [2, 3, 0],
            members: vec![ListMember { entry_id: b"ab"[..].into(), one_off: b"xyz"[..].into(), extra: b""[..].into() }],
            trailing: vec![0; 8].into(),
            ..ListMembers::default()
        };
        let bytes =
            b"\x01\0\0\0\x10\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\0\0\0\0\0\0\x02\0\0\0ab\x03\0\0\0xyz\0\0\0\0\0\0\0\0\
            \0\0\0\0";
        assert_eq!(list.to_bytes().unwrap(), bytes);
        assert_eq!(ListMembers::parse(bytes).unwrap(), list);
        for end in 0..bytes.len() - 8 {
            assert!(ListMembers::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(prop_oneof![4 => Just(0_u8), 1 => 0..4_u8], 0..90)) {
            if let Ok(list) = ListMembers::parse(&bytes) {
                prop_assert_eq!(list.to_bytes().unwrap(), bytes);
            }
        }
    }
}
