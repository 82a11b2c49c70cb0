//! PidTagConversationIndex 0x0071 ([MS-OXOMSG] 2.2.1.3), and, in base64, the header Thread-Index: where in its conversation
//! a message stands.
//!
//! ```text
//! u8        1
//! 5 bytes   time of the first message, see HeaderLayout
//! 16 bytes  GUID of the conversation, in the order in which it is printed
//! for each reply or forward:
//!   u32 big-endian: bit 31 delta code, bits 30 to 0 time delta
//!   u8  random
//! ```
//!
//! Only what MD5 is needed for is missing: PidTagConversationId of a message without a usable index is a hash of its topic.
//!
//! Tolerated: a first byte other than 1, and bytes behind the last whole response level.

use std::borrow::Cow;
use std::fmt;

use uuid::Uuid;

use crate::base::FileTime;
use crate::base::Result;
use crate::base::hex::Hex;
use crate::base::input::{Cursor, be_u32, le_u8};
use crate::base::output::Emit;
use crate::base::wire::Wire;

use super::malformed;

/// A conversation index.
#[doc(alias = "PidTagConversationIndex")]
#[doc(alias = "PR_CONVERSATION_INDEX")]
#[doc(alias = "Thread-Index")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationIndex {
    /// Reserved byte, 1.
    pub reserved: u8,
    /// The time of the first message; [`ConversationIndex::time`] reads it.
    pub time_bytes: [u8; 5],
    /// The conversation.
    pub guid: Uuid,
    /// A level for each reply or forward between the first message and this one.
    pub levels: Vec<ResponseLevel>,
    /// Fewer than five bytes that are left over; normally none.
    pub trailing: Vec<u8>,
}

/// Part of the FILETIME that the header has: 40 of its bits.
///
/// [MS-OXOMSG] says bits 63 to 24, and in a footnote that Exchange 2007 and 2010 and all versions of Outlook have bits 55
/// to 16. Times from 1829 to 2057 have 1 for their highest byte, so that the two are told apart by the header's second byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeaderLayout {
    /// Bits 55 to 16; bits 63 to 56 are 1, which is also the header's first byte. Steps of 6.6 ms.
    Outlook,
    /// Bits 63 to 24. Steps of 1.7 s.
    Exchange,
}

/// A reply or forward.
///
/// The time delta counts from the header's time by the specification's letter. Exchange counts otherwise: the first level of
/// an index whose header has [`HeaderLayout::Exchange`] from that header read as [`HeaderLayout::Outlook`], later ones from
/// the level before. So a level's own time is not to be relied on, and only [`ResponseLevel::difference`] is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseLevel {
    word: u32,
    /// Random, to tell replies of the same moment apart.
    pub random: u8,
}

const HEADER: usize = 22;
const DELTA_CODE: u32 = 0x8000_0000;
const DELTA: u32 = 0x7FFF_FFFF;
/// Bits 55 to 49 of the difference: where they are all zero the fine steps are enough, for about 1.7 years.
const COARSE: u64 = 0x00FE_0000_0000_0000;

impl ResponseLevel {
    /// The level of a message that was written `ticks` of 100 ns after the time in the header.
    #[must_use]
    pub fn from_difference(ticks: u64, random: u8) -> Self {
        let coarse = ticks & COARSE != 0;
        let steps = if coarse { ticks.wrapping_shr(23) } else { ticks.wrapping_shr(18) } & u64::from(DELTA);
        let code = if coarse { DELTA_CODE } else { 0 };
        ResponseLevel { word: u32::try_from(steps).unwrap_or(DELTA) | code, random }
    }

    /// The delta code: false for steps of 2^18 ticks (26 ms), true for steps of 2^23 (0.8 s).
    #[must_use]
    pub fn is_coarse(self) -> bool {
        self.word & DELTA_CODE != 0
    }

    /// The time delta in steps; 31 bits.
    #[must_use]
    pub fn time_delta(self) -> u32 {
        self.word & DELTA
    }

    /// The time difference in ticks of 100 ns, rounded down to a step, without the bits above the delta's.
    #[must_use]
    pub fn difference(self) -> u64 {
        u64::from(self.time_delta()).wrapping_shl(if self.is_coarse() { 23 } else { 18 })
    }
}

impl ConversationIndex {
    /// The index of a new conversation in [`HeaderLayout::Outlook`], at `now`, with a GUID of the caller's randomness.
    #[must_use]
    pub fn new(now: FileTime, guid: Uuid) -> Self {
        let [_, b0, b1, b2, b3, b4, _, _] = now.0.be_bytes();
        ConversationIndex { reserved: 1, time_bytes: [b0, b1, b2, b3, b4], guid, levels: Vec::new(), trailing: Vec::new() }
    }

    /// Reads a conversation index.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if there are less than 22 bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        let mut index = Self::parse_header(&mut input)
            .ok_or_else(|| malformed(format!("invalid conversation index: {} bytes, less than {HEADER}", bytes.len())))?;
        while let Some((word, random)) = input.parse((be_u32, le_u8)) {
            index.levels.push(ResponseLevel { word, random });
        }
        index.trailing = input.rest().to_vec();
        Ok(index)
    }

    fn parse_header(input: &mut Cursor<'_>) -> Option<Self> {
        Some(ConversationIndex {
            reserved: input.parse(le_u8)?,
            time_bytes: input.take_array()?,
            guid: Uuid::from_bytes(input.take_array()?),
            levels: Vec::new(),
            trailing: Vec::new(),
        })
    }

    /// The bytes, as the property holds them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.emit_u8(self.reserved);
        out.emit_bytes(&self.time_bytes);
        out.emit_bytes(self.guid.as_bytes());
        for level in &self.levels {
            out.emit_bytes(&level.word.be_bytes());
            out.emit_u8(level.random);
        }
        out.emit_bytes(&self.trailing);
        out
    }

    /// Returns which bits of the time the header has.
    #[must_use]
    pub fn layout(&self) -> HeaderLayout {
        match self.time_bytes {
            [1, ..] => HeaderLayout::Exchange,
            _ => HeaderLayout::Outlook,
        }
    }

    /// The time of the first message, rounded down to the header's step.
    #[must_use]
    pub fn time(&self) -> FileTime {
        let [b0, b1, b2, b3, b4] = self.time_bytes;
        FileTime(u64::read_be(match self.layout() {
            HeaderLayout::Outlook => [1, b0, b1, b2, b3, b4, 0, 0],
            HeaderLayout::Exchange => [b0, b1, b2, b3, b4, 0, 0, 0],
        }))
    }

    /// The index of a reply to or forward of this message, written at `now`. Left-over bytes are dropped.
    ///
    /// The time delta counts from the header's time, as the specification says; a time before it counts as the same.
    #[must_use]
    pub fn child(&self, now: FileTime, random: u8) -> Self {
        let mut child = self.clone();
        child.trailing = Vec::new();
        child.levels.push(ResponseLevel::from_difference(now.0.saturating_sub(self.time().0), random));
        child
    }

    /// PidTagConversationId 0x3013 as far as the index decides it: the GUID's bytes, if `tracking`, which is
    /// PidTagConversationIndexTracking 0x3016, is true and the index starts with 1 ([MS-OXOMSG] 2.2.1.2).
    ///
    /// Where it is `None`, the id is the MD5 hash of the topic.
    #[must_use]
    pub fn conversation_id(&self, tracking: bool) -> Option<[u8; 16]> {
        (tracking && self.reserved == 1).then(|| self.guid.into_bytes())
    }

    /// Returns whether this message is a reply to or forward of `other`, directly or over others in between.
    #[must_use]
    pub fn descends_from(&self, other: &ConversationIndex) -> bool {
        self.reserved == other.reserved
            && self.time_bytes == other.time_bytes
            && self.guid == other.guid
            && self.levels.len() > other.levels.len()
            && self.levels.starts_with(&other.levels)
    }
}

/// Upper-case hexadecimal digits, the parts separated by blanks.
impl fmt::Display for ConversationIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}{} {{{}}}", self.reserved, Hex(&self.time_bytes), self.guid)?;
        for level in &self.levels {
            write!(f, " {:08X}{:02X}", level.word, level.random)?;
        }
        let trailing: Cow<'_, [u8]> = Cow::Borrowed(&self.trailing);
        if trailing.is_empty() { Ok(()) } else { write!(f, " {}", Hex(&trailing)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hex::decode;
    use crate::mapi::corpus;
    use proptest::prelude::*;

    fn level(word: u32, random: u8) -> ResponseLevel {
        ResponseLevel { word, random }
    }

    fn unix(seconds: u64, ticks: u64) -> u64 {
        (seconds + 11_644_473_600) * 10_000_000 + ticks
    }

    #[test]
    fn values_and_bytes() {
        let table = [
            (
                // Published with a decoder's output: Thread-Index AdQc2DN7rLoS3hgnE/O76rpFzxN/EwAddF4A.
                ConversationIndex {
                    reserved: 1,
                    time_bytes: [0xD4, 0x1C, 0xD8, 0x33, 0x7B],
                    guid: Uuid::from_u128(0xacba12de_1827_13f3_bbea_ba45cf137f13),
                    levels: vec![level(0x001D_745E, 0)],
                    trailing: Vec::new(),
                },
                "01D41CD8337BACBA12DE182713F3BBEABA45CF137F13001D745E00",
            ),
            (
                // A read receipt of 2008 and, behind it, a stray byte.
                ConversationIndex {
                    reserved: 1,
                    time_bytes: [0xC8, 0x9E, 0x1A, 0xD0, 0x9C],
                    guid: Uuid::from_u128(0x1f52347b_e914_4cd6_94fc_3e4cd60640cf),
                    levels: vec![level(0x0006_A328, 0x1B)],
                    trailing: vec![7],
                },
                "01C89E1AD09C1F52347BE9144CD694FC3E4CD60640CF0006A3281B07",
            ),
        ];
        for (value, text) in table {
            let bytes = decode(text.as_bytes()).unwrap();
            assert_eq!(value.to_bytes(), bytes);
            assert_eq!(ConversationIndex::parse(&bytes).unwrap(), value);
        }
    }

    #[test]
    fn times_and_differences_are_those_of_another_decoder() {
        // Header 2018-07-16 07:40:00.2799616 UTC, child 14:03:22.5476096 later, mode 0.
        let bytes = decode(b"01D41CD8337BACBA12DE182713F3BBEABA45CF137F13001D745E00").unwrap();
        let index = ConversationIndex::parse(&bytes).unwrap();
        assert_eq!((index.layout(), index.time()), (HeaderLayout::Outlook, FileTime(unix(1_531_726_800, 2_799_616))));
        let reply = index.levels[0];
        let ticks = ((14 * 60 + 3) * 60 + 22) * 10_000_000 + 5_476_096;
        assert_eq!((reply.is_coarse(), reply.difference(), reply.random), (false, ticks, 0));
        // And the same child is made from the first message.
        let first = ConversationIndex { levels: Vec::new(), ..index.clone() };
        assert_eq!(first.child(FileTime(first.time().0 + ticks), 0), index);
        assert!(index.descends_from(&first) && !first.descends_from(&index) && !first.descends_from(&first));
    }

    #[test]
    fn both_layouts_of_the_time_are_read() {
        // The index of one message as Outlook 2007 sent it, 2015-02-12 about 14:22 UTC...
        let sent = ConversationIndex::parse(&decode(b"01D046C6FC06C85C39B2C024428381B13C0C5C3FDEB4").unwrap()).unwrap();
        assert_eq!(sent.layout(), HeaderLayout::Outlook);
        assert_eq!(sent.guid.to_string(), "c85c39b2-c024-4283-81b1-3c0c5c3fdeb4");
        // ... and one of 2020-05-18 12:54:02.646732 UTC that starts 01 01.
        let index =
            ConversationIndex::parse(&decode(b"0101D62D1368E0D68E8EF5D4F043837B4668B6B03C07A8ADCDAC5F").unwrap()).unwrap();
        assert_eq!(index.layout(), HeaderLayout::Exchange);
        assert_eq!(index.time().0 / 10, unix(1_589_806_442, 6_467_320) / 10);
        assert!(index.levels[0].is_coarse());
    }

    #[test]
    fn real_indexes_have_the_times_of_their_messages() {
        let samples = corpus::files("tnef");
        let mut found = 0;
        for (name, bytes) in samples.iter().filter(|(name, _)| !name.starts_with("fuzz") && !name.starts_with("poc")) {
            // PtypBinary, one value.
            for at in corpus::find_all(bytes, b"\x02\x01\x71\0\x01\0\0\0") {
                let value = corpus::counted(bytes, at + 12).unwrap();
                let index = ConversationIndex::parse(value).unwrap();
                assert_eq!(index.to_bytes(), value, "{name}");
                // One writer of 2014 has a 2 where the others have 1, and nobody knows what it means.
                let years = if value[1] == 2 { 1831..1834 } else { 1996..2026 };
                let year = 1601 + index.time().0 / 10_000_000 / 31_556_952;
                assert!(years.contains(&year), "{name}: {year}");
                found += 1;
            }
        }
        assert!(samples.is_empty() || found > 20, "{found}");
    }

    #[test]
    fn long_differences_have_coarse_steps() {
        let just_fine = 0x0001_FFFF_FFFF_FFFF;
        assert_eq!(ResponseLevel::from_difference(just_fine, 9), level(0x7FFF_FFFF, 9));
        assert_eq!(ResponseLevel::from_difference(just_fine + 1, 9), level(0x8000_0000 | (1 << 26), 9));
        assert_eq!(ResponseLevel::from_difference(just_fine + 1, 9).difference(), just_fine + 1);
        assert_eq!(ResponseLevel::from_difference(0, 9), level(0, 9));
        let first = ConversationIndex::new(FileTime(unix(1_531_726_800, 0)), Uuid::nil());
        assert_eq!(first.child(FileTime(0), 3).levels, [level(0, 3)]);
    }

    #[test]
    fn the_conversation_id_is_the_guid_where_tracking_is_on() {
        let mut index = ConversationIndex::new(FileTime(unix(0, 0)), Uuid::from_u128(5));
        assert_eq!(index.conversation_id(true), Some(5_u128.to_be_bytes()));
        assert_eq!(index.conversation_id(false), None);
        index.reserved = 2;
        assert_eq!(index.conversation_id(true), None);
    }

    #[test]
    fn less_than_a_header_is_refused() {
        for length in 0..HEADER {
            assert!(ConversationIndex::parse(&vec![1; length]).is_err());
        }
        let index = ConversationIndex::parse(&[1; 24]).unwrap();
        assert_eq!(index.to_string(), "010101010101 {01010101-0101-0101-0101-010101010101} 0101");
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), HEADER..60)) {
            let index = ConversationIndex::parse(&bytes).unwrap();
            prop_assert_eq!(index.to_bytes(), bytes);
            let _ = index.child(FileTime(u64::MAX), 1).to_string();
        }

        #[test]
        fn what_is_written_is_read(time in any::<u64>(), guid in any::<u128>(), replies in proptest::collection::vec(any::<(u64, u8)>(), 0..5)) {
            let mut index = ConversationIndex::new(FileTime(time), Uuid::from_u128(guid));
            for (now, random) in replies {
                index = index.child(FileTime(now), random);
            }
            prop_assert_eq!(ConversationIndex::parse(&index.to_bytes()).unwrap(), index);
        }

        #[test]
        fn differences_of_less_than_57_years_keep_all_but_their_low_bits(ticks in 0..1_u64 << 54) {
            let level = ResponseLevel::from_difference(ticks, 0);
            let step = if level.is_coarse() { 1 << 23 } else { 1 << 18 };
            prop_assert!(level.difference() <= ticks && ticks - level.difference() < step);
        }
    }
}
