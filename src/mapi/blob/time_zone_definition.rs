//! PidLidAppointmentTimeZoneDefinitionRecur 0x8260, -StartDisplay 0x825E and -EndDisplay 0x825F in PSETID_Appointment
//! ([MS-OXOCAL] 2.2.1.41 to 2.2.1.43): a zone with the rules of all years.
//!
//! ```text
//! u8 major version, 2 | u8 minor version, 1
//! u16 n               bytes up to the first rule
//! u16 reserved, 2
//! u16 n, n UTF-16 units   name of the zone in the Windows registry, without NUL
//! u16 count
//! count times, TZRule:
//!   u8 major version, 2 | u8 minor version, 1 | u16 n, 0x3E, bytes that follow
//!   u16 flags | u16 year, from which it counts | 14 bytes
//!   i32 bias | i32 standard bias | i32 daylight bias     minutes
//!   16 bytes SYSTEMTIME, when standard time begins | 16 bytes SYSTEMTIME, when daylight saving time begins
//! ```
//!
//! Tolerated: a header or rules that are longer than their fields, bytes behind the rules.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::input::{Cursor, le_i32, le_u8, le_u16};
use crate::base::output::Emit;
use crate::base::wire;
use crate::mapi::value::Utf16;

use super::system_time::SystemTime;
use super::{emit_units, malformed, own, take_units, unencodable};

/// A zone with its rules by year.
#[doc(alias = "PidLidAppointmentTimeZoneDefinitionRecur")]
#[doc(alias = "PidLidAppointmentTimeZoneDefinitionStartDisplay")]
#[doc(alias = "PidLidAppointmentTimeZoneDefinitionEndDisplay")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZoneDefinition<'a> {
    /// Major and minor version, 2 and 1.
    pub version: (u8, u8),
    /// Reserved, 2.
    pub reserved: u16,
    /// `W. Europe Standard Time`: the zone's name in the Windows registry, the same in all languages; without NUL.
    pub key_name: Utf16<'a>,
    /// Bytes between the header and the first rule; normally none.
    pub header_extra: Cow<'a, [u8]>,
    /// The rules, usually by year.
    pub rules: Vec<TimeZoneRule<'a>>,
    /// Bytes behind the rules; normally none.
    pub trailing: Cow<'a, [u8]>,
}

/// TZRule: the rules of a zone from a year on. UTC is local time plus `bias` plus the bias of the season, in minutes.
#[doc(alias = "TZRule")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZoneRule<'a> {
    /// Major and minor version, 2 and 1.
    pub version: (u8, u8),
    /// [`TimeZoneRule::RECURRING`] and [`TimeZoneRule::EFFECTIVE`].
    pub flags: u16,
    /// The first year for which it counts; 1601: since ever.
    pub year: u16,
    /// Zero.
    pub reserved: [u8; 14],
    /// Minutes that UTC is ahead of local time, without the season's.
    pub bias: i32,
    /// Minutes on top of it in standard time, usually 0.
    pub standard_bias: i32,
    /// Minutes on top of it in daylight saving time, usually -60, also where there is none.
    pub daylight_bias: i32,
    /// Time at which standard time begins.
    pub standard_date: SystemTime,
    /// Time at which daylight saving time begins.
    pub daylight_date: SystemTime,
    /// Bytes behind these fields; normally none.
    pub extra: Cow<'a, [u8]>,
}

/// Bytes of the header's fields without the name.
const HEADER: u16 = 6;
/// Bytes of a rule's fields behind its length.
const RULE: u16 = 0x3E;

impl<'a> TimeZoneDefinition<'a> {
    /// Reads the structure.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if a length is less than its fields take, or the value ends before them.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        let (mut zone, count) = Self::parse_header(&mut input)
            .ok_or_else(|| malformed("invalid time zone definition: header ends after the value"))?;
        for n in 0..count {
            zone.rules.push(
                TimeZoneRule::parse(&mut input).ok_or_else(|| {
                    malformed(format!("invalid time zone definition: rule {n} of {count} ends after the value"))
                })?,
            );
        }
        zone.trailing = Cow::Borrowed(input.rest());
        Ok(zone)
    }

    fn parse_header(input: &mut Cursor<'a>) -> Option<(Self, u16)> {
        let version = (input.parse(le_u8)?, input.parse(le_u8)?);
        let length = input.parse(le_u16)?;
        let reserved = input.parse(le_u16)?;
        let key_name = take_units(input)?;
        let count = input.parse(le_u16)?;
        let extra = usize::from(length.checked_sub(HEADER)?).checked_sub(key_name.0.len())?;
        let header_extra = Cow::Borrowed(input.take(extra)?);
        let zone =
            TimeZoneDefinition { version, reserved, key_name, header_extra, rules: Vec::new(), trailing: Cow::Borrowed(&[]) };
        Some((zone, count))
    }

    /// The bytes, as the properties hold them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if a length or the count does not fit 16 bits.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        self.emit().ok_or_else(|| unencodable("time zone definition: a length or the count does not fit 16 bits"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        out.emit_u8(self.version.0);
        out.emit_u8(self.version.1);
        let length = self.key_name.0.len().checked_add(self.header_extra.len())?;
        out.emit_u16(u16::try_from(length).ok()?.checked_add(HEADER)?);
        out.emit_u16(self.reserved);
        emit_units(&mut out, &self.key_name)?;
        out.emit_u16(u16::try_from(self.rules.len()).ok()?);
        out.emit_bytes(&self.header_extra);
        self.rules.iter().try_for_each(|rule| rule.emit(&mut out))?;
        out.emit_bytes(&self.trailing);
        Some(out)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> TimeZoneDefinition<'static> {
        TimeZoneDefinition {
            version: self.version,
            reserved: self.reserved,
            key_name: self.key_name.into_owned(),
            header_extra: own(self.header_extra),
            rules: self.rules.into_iter().map(TimeZoneRule::into_owned).collect(),
            trailing: own(self.trailing),
        }
    }
}

impl<'a> TimeZoneRule<'a> {
    /// The rule that counted when the item was made.
    pub const EFFECTIVE: u16 = 0x0002;
    /// Set together with [`TimeZoneRule::EFFECTIVE`] in the zone of a recurrence.
    pub const RECURRING: u16 = 0x0001;

    fn parse(input: &mut Cursor<'a>) -> Option<Self> {
        let version = (input.parse(le_u8)?, input.parse(le_u8)?);
        let extra = usize::from(input.parse(le_u16)?.checked_sub(RULE)?);
        Some(TimeZoneRule {
            version,
            flags: input.parse(le_u16)?,
            year: input.parse(le_u16)?,
            reserved: input.take_array()?,
            bias: input.parse(le_i32)?,
            standard_bias: input.parse(le_i32)?,
            daylight_bias: input.parse(le_i32)?,
            standard_date: SystemTime::parse(input)?,
            daylight_date: SystemTime::parse(input)?,
            extra: Cow::Borrowed(input.take(extra)?),
        })
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        out.emit_u8(self.version.0);
        out.emit_u8(self.version.1);
        out.emit_u16(u16::try_from(self.extra.len()).ok()?.checked_add(RULE)?);
        out.emit_u16(self.flags);
        out.emit_u16(self.year);
        out.emit_bytes(&self.reserved);
        for bias in [self.bias, self.standard_bias, self.daylight_bias] {
            out.emit_u32(wire::signed(bias));
        }
        self.standard_date.emit(out);
        self.daylight_date.emit(out);
        out.emit_bytes(&self.extra);
        Some(())
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> TimeZoneRule<'static> {
        TimeZoneRule { extra: own(self.extra), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::wire::Wire;
    use proptest::prelude::*;

    fn pacific() -> TimeZoneDefinition<'static> {
        let rule = |year, flags, standard: (u16, u16), daylight: (u16, u16)| TimeZoneRule {
            version: (2, 1),
            flags,
            year,
            reserved: [0; 14],
            bias: 480,
            standard_bias: 0,
            daylight_bias: -60,
            standard_date: SystemTime { month: standard.0, day: standard.1, hour: 2, ..SystemTime::default() },
            daylight_date: SystemTime { month: daylight.0, day: daylight.1, hour: 2, ..SystemTime::default() },
            extra: Cow::Borrowed(&[]),
        };
        TimeZoneDefinition {
            version: (2, 1),
            reserved: 2,
            key_name: Utf16("Pacific Standard Time".encode_utf16().flat_map(u16::le_bytes).collect()),
            header_extra: Cow::Borrowed(&[]),
            rules: vec![rule(2006, 0, (10, 5), (4, 1)), rule(2007, 2, (11, 1), (3, 2))],
            trailing: Cow::Borrowed(&[]),
        }
    }

    /// The layout of [MS-OXOCAL] 4.1.2.2: the lengths, and where what stands.
    #[test]
    fn values_and_bytes() {
        let zone = pacific();
        let bytes = zone.to_bytes().unwrap();
        assert_eq!(bytes.len(), 10 + 2 * 21 + 2 * 66);
        assert_eq!(bytes[..8], [2, 1, 0x30, 0, 2, 0, 0x15, 0]);
        assert_eq!(bytes[50..60], [2, 0, 2, 1, 0x3E, 0, 0, 0, 0xD6, 7]);
        assert_eq!(bytes[74..86], [0xE0, 1, 0, 0, 0, 0, 0, 0, 0xC4, 0xFF, 0xFF, 0xFF]);
        assert_eq!(bytes[86..96], [0, 0, 10, 0, 0, 0, 5, 0, 2, 0]);
        assert_eq!(bytes[102..112], [0, 0, 4, 0, 0, 0, 1, 0, 2, 0]);
        assert_eq!(TimeZoneDefinition::parse(&bytes).unwrap(), zone);
        assert_eq!(zone.key_name.to_text(), "Pacific Standard Time");
    }

    #[test]
    fn lengths_that_lie_are_refused() {
        let bytes = pacific().to_bytes().unwrap();
        for end in 0..bytes.len() {
            assert!(TimeZoneDefinition::parse(&bytes[..end]).is_err(), "cut at {end}");
        }
        for (at, value) in [(2, 0x2F), (2, 0xFF), (6, 0x16), (54, 0x3D), (50, 3)] {
            let mut wrong = bytes.clone();
            wrong[at] = value;
            assert!(TimeZoneDefinition::parse(&wrong).is_err(), "{value} at {at}");
        }
        let longer = [&bytes[..], b"xyz"].concat();
        assert_eq!(TimeZoneDefinition::parse(&longer).unwrap().trailing.as_ref(), b"xyz");
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_read_or_refused(at in 0_usize..184, value in any::<u8>()) {
            let mut bytes = pacific().to_bytes().unwrap();
            bytes[at] = value;
            if let Ok(zone) = TimeZoneDefinition::parse(&bytes) {
                prop_assert_eq!(zone.to_bytes().unwrap(), bytes);
            }
        }
    }
}
