//! PidLidGlobalObjectId and PidLidCleanGlobalObjectId ([MS-OXOCAL] 2.2.1.27, 2.2.1.28): what identifies a meeting in all
//! calendars, and the UID of iCalendar.
//!
//! ```text
//! 16 bytes  04 00 00 00 82 00 E0 00 74 C5 B7 10 1A 82 E0 08
//! u16       year, big-endian  \
//! u8        month              > the original day of the exception that this is, zero otherwise and in the clean id
//! u8        day               /
//! 8 bytes   FILETIME of creation
//! 8 bytes   zero
//! u32 n, n bytes  data
//! ```
//!
//! Where the meeting came from iCalendar with a UID of another maker, the data is `vCal-Uid` 01 00 00 00, the UID in UTF-8
//! and a NUL ([MS-OXCICAL] 2.1.3.1.1.20.26). Tolerated: a missing NUL, bytes behind the data.

use std::borrow::Cow;
use std::fmt;

use crate::base::hex::{self, Hex};
use crate::base::input::{Cursor, be_u16, le_u8, le_u64};
use crate::base::output::Emit;
use crate::base::wire::Wire;
use crate::base::{FileTime, Result};

use super::{emit_counted, malformed, own, take_counted, unencodable};

/// A global object id.
#[doc(alias = "PidLidGlobalObjectId")]
#[doc(alias = "PidLidCleanGlobalObjectId")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct GlobalObjectId<'a> {
    /// The original day of an exception; all zero if it is no exception.
    pub instance_date: InstanceDate,
    /// Time at which the id was made; zero where the UID is another maker's.
    pub creation_time: FileTime,
    /// Zero.
    pub reserved: [u8; 8],
    /// Bytes that make the id unique.
    pub data: Cow<'a, [u8]>,
    /// Bytes behind the data; normally none.
    pub trailing: Cow<'a, [u8]>,
}

/// The day on which an instance of a series would take place by the series' pattern. Not checked against a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct InstanceDate {
    /// Year: 2008.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

const CLASS_ID: [u8; 16] = [0x04, 0x00, 0x00, 0x00, 0x82, 0x00, 0xE0, 0x00, 0x74, 0xC5, 0xB7, 0x10, 0x1A, 0x82, 0xE0, 0x08];

/// What stands before the UID of another maker.
const VCAL_UID: &[u8; 12] = b"vCal-Uid\x01\0\0\0";

impl InstanceDate {
    /// Returns whether there is none.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == InstanceDate::default()
    }
}

/// `2008-03-25`.
impl fmt::Display for InstanceDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl<'a> GlobalObjectId<'a> {
    /// Reads a global object id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if it starts with other bytes or the data ends after the value.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        if input.take_array() != Some(CLASS_ID) {
            return Err(malformed("invalid global object id: does not start with 040000008200E00074C5B7101A82E008"));
        }
        Self::parse_fields(&mut input).ok_or_else(|| malformed("invalid global object id: ends after the value"))
    }

    fn parse_fields(input: &mut Cursor<'a>) -> Option<Self> {
        Some(GlobalObjectId {
            instance_date: InstanceDate { year: input.parse(be_u16)?, month: input.parse(le_u8)?, day: input.parse(le_u8)? },
            creation_time: FileTime(input.parse(le_u64)?),
            reserved: input.take_array()?,
            data: take_counted(input)?.into(),
            trailing: Cow::Borrowed(input.rest()),
        })
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if the length of the data does not fit 32 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_bytes(&CLASS_ID);
        out.emit_bytes(&self.instance_date.year.be_bytes());
        out.emit_u8(self.instance_date.month);
        out.emit_u8(self.instance_date.day);
        out.emit_u64(self.creation_time.0);
        out.emit_bytes(&self.reserved);
        emit_counted(&mut out, &self.data)
            .ok_or_else(|| unencodable("global object id: length of the data does not fit 32 bits"))?;
        out.emit_bytes(&self.trailing);
        Ok(out)
    }

    /// The id of the whole series, as PidLidCleanGlobalObjectId has it: without the instance date.
    #[must_use]
    pub fn into_clean(self) -> Self {
        GlobalObjectId { instance_date: InstanceDate::default(), ..self }
    }

    /// The UID that another maker gave the meeting, if the data says so: text that is not UTF-8 shows U+FFFD.
    #[must_use]
    pub fn third_party_uid(&self) -> Option<Cow<'_, str>> {
        let uid = self.data.strip_prefix(VCAL_UID)?;
        Some(String::from_utf8_lossy(uid.split(|byte| *byte == 0).next().unwrap_or_default()))
    }

    /// The UID of iCalendar: another maker's, or all bytes of the clean id in upper-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// As [`GlobalObjectId::to_bytes`].
    pub fn uid(&self) -> Result<String> {
        match self.third_party_uid() {
            Some(uid) => Ok(uid.into_owned()),
            None => Ok(Hex(&self.clone().into_clean().to_bytes()?).to_string()),
        }
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> GlobalObjectId<'static> {
        GlobalObjectId { data: own(self.data), trailing: own(self.trailing), ..self }
    }
}

impl GlobalObjectId<'static> {
    /// The id that a UID of iCalendar stands for: the bytes that it spells, if it is one of ours, or the UID wrapped. The instance
    /// date is the one in the UID; set it from RECURRENCE-ID where there is one. A NUL ends the UID.
    #[must_use]
    pub fn from_uid(uid: &str) -> Self {
        if let Some(bytes) = hex::decode(uid.as_bytes()) {
            if let Ok(id) = GlobalObjectId::parse(&bytes) {
                return id.into_owned();
            }
        }
        let uid = uid.split('\0').next().unwrap_or_default().as_bytes();
        GlobalObjectId { data: [VCAL_UID, uid, &[0]].concat().into(), ..GlobalObjectId::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::corpus;
    use proptest::prelude::*;

    /// [MS-OXOCAL] 4: an exception that was moved from 25 to 26 March 2008.
    const EXCEPTION: &str =
        "040000008200E00074C5B7101A82E00807D803195025D461E473C8010000000000000000100000002A5844B3A444F74A9C246C60886F116B";
    /// [MS-ASEMAIL] 4.3, example 1.
    const OUTLOOK: &str =
        "040000008200E00074C5B7101A82E00807D40910E040C9C12685C4010000000000000000100000000BF0ED4B6E4EE94E9E39E3867B378EF3";
    /// [MS-ASEMAIL] 4.3, example 2.
    const VCAL: &[u8] = b"\x04\0\0\0\x82\0\xE0\0\x74\xC5\xB7\x10\x1A\x82\xE0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
        \x33\0\0\0vCal-Uid\x01\0\0\0{81412D3C-2A24-4E9D-B20E-11F7BBE92799}\0";

    #[test]
    fn values_and_bytes() {
        let data = |text: &str| Cow::Owned(hex::decode(text.as_bytes()).unwrap());
        let table = [
            (
                GlobalObjectId {
                    instance_date: InstanceDate { year: 2008, month: 3, day: 25 },
                    // 2008-02-20 17:16:51 UTC by the specification.
                    creation_time: FileTime(0x01C8_73E4_61D4_2550),
                    data: data("2A5844B3A444F74A9C246C60886F116B"),
                    ..GlobalObjectId::default()
                },
                hex::decode(EXCEPTION.as_bytes()).unwrap(),
            ),
            (
                GlobalObjectId {
                    instance_date: InstanceDate { year: 2004, month: 9, day: 16 },
                    creation_time: FileTime(0x01C4_8526_C1C9_40E0),
                    data: data("0BF0ED4B6E4EE94E9E39E3867B378EF3"),
                    ..GlobalObjectId::default()
                },
                hex::decode(OUTLOOK.as_bytes()).unwrap(),
            ),
            (GlobalObjectId::from_uid("{81412D3C-2A24-4E9D-B20E-11F7BBE92799}"), VCAL.to_vec()),
        ];
        for (value, bytes) in table {
            assert_eq!(value.to_bytes().unwrap(), bytes);
            assert_eq!(GlobalObjectId::parse(&bytes).unwrap(), value);
        }
        // The creation time of the first: seconds of 1970.
        assert_eq!(0x01C8_73E4_61D4_2550_u64 / 10_000_000 - 11_644_473_600, 1_203_527_811);
    }

    #[test]
    fn the_uid_is_the_clean_id_in_hex_or_another_makers_text() {
        let bytes = hex::decode(OUTLOOK.as_bytes()).unwrap();
        let id = GlobalObjectId::parse(&bytes).unwrap();
        let uid =
            "040000008200E00074C5B7101A82E00800000000E040C9C12685C4010000000000000000100000000BF0ED4B6E4EE94E9E39E3867B378EF3";
        assert_eq!(id.uid().unwrap(), uid);
        assert_eq!(GlobalObjectId::from_uid(&uid.to_lowercase()), id.clone().into_clean().into_owned());
        assert_eq!(id.third_party_uid(), None);
        assert_eq!(GlobalObjectId::parse(VCAL).unwrap().uid().unwrap(), "{81412D3C-2A24-4E9D-B20E-11F7BBE92799}");
        // Hexadecimal digits alone are another maker's UID.
        assert_eq!(GlobalObjectId::from_uid("0400").third_party_uid().as_deref(), Some("0400"));
        assert_eq!(id.instance_date.to_string(), "2004-09-16");
        assert!(id.into_clean().instance_date.is_none());
    }

    #[test]
    fn what_is_none_is_refused() {
        for end in 0..VCAL.len() {
            assert!(GlobalObjectId::parse(&VCAL[..end]).is_err(), "cut at {end}");
        }
        let mut other = VCAL.to_vec();
        other[0] = 5;
        assert!(GlobalObjectId::parse(&other).is_err());
        assert_eq!(GlobalObjectId::parse(&[VCAL, b"x"].concat()).unwrap().trailing.as_ref(), b"x");
    }

    #[test]
    fn real_meeting_requests_have_one() {
        for (name, bytes) in corpus::files("tnef").iter().filter(|(name, _)| name == "horde-winmail2-mtgreq.tnef") {
            let mut found = 0;
            for value in corpus::find_all(bytes, &CLASS_ID).filter_map(|at| corpus::counted(bytes, at)) {
                let id = GlobalObjectId::parse(value).unwrap();
                assert_eq!(id.to_bytes().unwrap(), value, "{name}");
                assert_eq!((id.data.len(), id.trailing.len(), id.instance_date.is_none()), (16, 0, true));
                found += 1;
            }
            assert!(found > 0, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            (year, month, day) in any::<(u16, u8, u8)>(),
            time in any::<u64>(),
            reserved in any::<[u8; 8]>(),
            data in any::<Vec<u8>>(),
            trailing in any::<Vec<u8>>(),
        ) {
            let id = GlobalObjectId {
                instance_date: InstanceDate { year, month, day },
                creation_time: FileTime(time),
                reserved,
                data: data.into(),
                trailing: Cow::Owned(trailing),
            };
            let bytes = id.to_bytes().unwrap();
            prop_assert_eq!(GlobalObjectId::parse(&bytes).unwrap(), id);
        }

        #[test]
        fn any_bytes_are_read_or_refused(rest in proptest::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..60)) {
            let bytes = [&CLASS_ID[..], &rest].concat();
            if let Ok(id) = GlobalObjectId::parse(&bytes) {
                prop_assert_eq!(&id.to_bytes().unwrap(), &bytes);
                let _ = id.uid();
            }
        }

        #[test]
        fn any_uid_comes_back(uid in "[^\0]{1,60}") {
            prop_assert_eq!(GlobalObjectId::from_uid(&uid).uid().unwrap(), uid);
        }
    }
}
