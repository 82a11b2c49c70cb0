//! PidLidTimeZoneStruct 0x8233 in PSETID_Appointment ([MS-OXOCAL] 2.2.1.39): the zone of a recurring item, one pair of rules.
//!
//! ```text
//! i32 bias | i32 standard bias | i32 daylight bias     minutes
//! u16 standard year | 16 bytes SYSTEMTIME, when standard time begins
//! u16 daylight year | 16 bytes SYSTEMTIME, when daylight saving time begins
//! ```

use std::borrow::Cow;

use crate::base::Result;
use crate::base::input::{Cursor, le_i32, le_u16};
use crate::base::output::Emit;
use crate::base::wire;

use super::system_time::SystemTime;
use super::{malformed, own};

/// The zone of a recurring item. UTC is local time plus `bias` plus the bias of the season, in minutes.
#[doc(alias = "PidLidTimeZoneStruct")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TimeZoneStruct<'a> {
    /// Minutes that UTC is ahead of local time, without the season's.
    pub bias: i32,
    /// Minutes on top of it in standard time, usually 0.
    pub standard_bias: i32,
    /// Minutes on top of it in daylight saving time, usually -60.
    pub daylight_bias: i32,
    /// Year of `standard_date`.
    pub standard_year: u16,
    /// Time at which standard time begins.
    pub standard_date: SystemTime,
    /// Year of `daylight_date`.
    pub daylight_year: u16,
    /// Time at which daylight saving time begins.
    pub daylight_date: SystemTime,
    /// Bytes behind it; normally none.
    pub trailing: Cow<'a, [u8]>,
}

impl<'a> TimeZoneStruct<'a> {
    /// Reads the structure.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if it is shorter than 48 bytes.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        Self::parse_fields(bytes).ok_or_else(|| malformed("invalid time zone structure: shorter than 48 bytes"))
    }

    fn parse_fields(bytes: &'a [u8]) -> Option<Self> {
        let mut input = Cursor::new(bytes, 0);
        Some(TimeZoneStruct {
            bias: input.parse(le_i32)?,
            standard_bias: input.parse(le_i32)?,
            daylight_bias: input.parse(le_i32)?,
            standard_year: input.parse(le_u16)?,
            standard_date: SystemTime::parse(&mut input)?,
            daylight_year: input.parse(le_u16)?,
            daylight_date: SystemTime::parse(&mut input)?,
            trailing: Cow::Borrowed(input.rest()),
        })
    }

    /// The bytes, as the property holds them.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for bias in [self.bias, self.standard_bias, self.daylight_bias] {
            out.emit_u32(wire::signed(bias));
        }
        out.emit_u16(self.standard_year);
        self.standard_date.emit(&mut out);
        out.emit_u16(self.daylight_year);
        self.daylight_date.emit(&mut out);
        out.emit_bytes(&self.trailing);
        out
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> TimeZoneStruct<'static> {
        TimeZoneStruct { trailing: own(self.trailing), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hex;
    use proptest::prelude::*;

    /// US Eastern time, out of an Outlook item.
    const EASTERN: &str = "2c01000000000000c4ffffff000000000b0000000100020000000000000000000000030000000200020000000000000\
        0";

    fn eastern() -> TimeZoneStruct<'static> {
        TimeZoneStruct {
            bias: 300,
            daylight_bias: -60,
            standard_date: SystemTime { month: 11, day: 1, hour: 2, ..SystemTime::default() },
            daylight_date: SystemTime { month: 3, day: 2, hour: 2, ..SystemTime::default() },
            ..TimeZoneStruct::default()
        }
    }

    #[test]
    fn values_and_bytes() {
        let bytes = hex::decode(EASTERN.as_bytes()).unwrap();
        assert_eq!(TimeZoneStruct::parse(&bytes).unwrap(), eastern());
        assert_eq!(eastern().to_bytes(), bytes);
        for end in 0..bytes.len() {
            assert!(TimeZoneStruct::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 48..60)) {
            prop_assert_eq!(TimeZoneStruct::parse(&bytes).unwrap().to_bytes(), bytes);
        }
    }
}
