//! AppointmentRecurrencePattern: PidLidAppointmentRecur 0x8216 in PSETID_Appointment ([MS-OXOCAL] 2.2.1.44.5), a series with its
//! changed instances.
//!
//! ```text
//! RecurrencePattern
//! u32 reader version, 0x3006 | u32 writer version, 0x3009 or 0x3008
//! u32 start | u32 end         minutes after midnight; the end may be on a later day
//! u16 count | count times ExceptionInfo
//! u32 n | n bytes reserved
//! count times ExtendedException
//! u32 n | n bytes reserved
//! ```
//!
//! Tolerated: bytes behind; that what follows the first parts of the exceptions is missing or cannot be read.

use std::borrow::Cow;

use crate::base::Result;
use crate::base::input::{Cursor, le_u16, le_u32};
use crate::base::output::Emit;

use super::exception_info::ExceptionInfo;
use super::extended_exception::ExtendedException;
use super::recurrence_pattern::RecurrencePattern;
use super::{emit_counted, malformed, own, take_counted, unencodable};

/// A series of an appointment.
#[doc(alias = "PidLidAppointmentRecur")]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AppointmentRecurrence<'a> {
    /// Days.
    pub pattern: RecurrencePattern<'a>,
    /// Version of readers, 0x3006.
    pub reader_version: u32,
    /// Version of the writer, 0x3009; 0x3008 where the second parts of exceptions have no highlight.
    pub writer_version: u32,
    /// Time at which an instance starts, in minutes after midnight.
    pub start_offset: u32,
    /// Time at which an instance ends, in minutes after the same midnight.
    pub end_offset: u32,
    /// The changed instances.
    pub exceptions: Vec<ExceptionInfo<'a>>,
    /// The second parts, in the order of the first; `None` if they could not be read and stand in `trailing`.
    pub extended: Option<ExtendedExceptions<'a>>,
    /// Bytes behind; some writers add a few zeros.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub trailing: Cow<'a, [u8]>,
}

/// Extended part of an exception, which follows the first parts of all exceptions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExtendedExceptions<'a> {
    /// ReservedBlock1; normally none.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub reserved1: Cow<'a, [u8]>,
    /// Second parts of the exceptions, one for each.
    pub exceptions: Vec<ExtendedException<'a>>,
    /// ReservedBlock2; normally none.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub reserved2: Cow<'a, [u8]>,
}

impl<'a> AppointmentRecurrence<'a> {
    /// Reads the structure.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the pattern type is unknown, or the value ends before the pattern or the
    /// first part of an exception does.
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        let mut input = Cursor::new(bytes, 0);
        let pattern = RecurrencePattern::parse_fields(&mut input)
            .ok_or_else(|| malformed("invalid recurrence: ends after the value, or has an unknown pattern type"))?;
        let (mut series, count) = Self::parse_times(pattern, &mut input)
            .ok_or_else(|| malformed("invalid appointment recurrence: ends after the value"))?;
        for n in 0..count {
            series.exceptions.push(ExceptionInfo::parse(&mut input).ok_or_else(|| {
                malformed(format!("invalid appointment recurrence: exception {n} of {count} ends after the value"))
            })?);
        }
        let before = input;
        series.extended = ExtendedExceptions::parse(&mut input, &series);
        let rest = if series.extended.is_some() { input } else { before };
        series.trailing = Cow::Borrowed(rest.rest());
        Ok(series)
    }

    fn parse_times(pattern: RecurrencePattern<'a>, input: &mut Cursor<'a>) -> Option<(Self, u16)> {
        let series = AppointmentRecurrence {
            pattern,
            reader_version: input.parse(le_u32)?,
            writer_version: input.parse(le_u32)?,
            start_offset: input.parse(le_u32)?,
            end_offset: input.parse(le_u32)?,
            exceptions: Vec::new(),
            extended: None,
            trailing: Cow::Borrowed(&[]),
        };
        Some((series, input.parse(le_u16)?))
    }

    /// The bytes, as the property holds them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unencodable`](crate::ErrorKind::Unencodable) if a length or count does not fit its field, or the second parts do not
    /// belong to the first: another number of them, other texts, a highlight where the version has none.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        if let Some(extended) = &self.extended {
            let fit = self.exceptions.len() == extended.exceptions.len()
                && self.exceptions.iter().zip(&extended.exceptions).all(|(one, two)| two.fits(one.flags(), self.writer_version));
            if !fit {
                return Err(unencodable("appointment recurrence: the second parts of exceptions do not belong to the first"));
            }
        }
        self.emit().ok_or_else(|| unencodable("appointment recurrence: a length or count does not fit its field"))
    }

    fn emit(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.pattern.emit(&mut out)?;
        for field in [self.reader_version, self.writer_version, self.start_offset, self.end_offset] {
            out.emit_u32(field);
        }
        out.emit_u16(u16::try_from(self.exceptions.len()).ok()?);
        self.exceptions.iter().try_for_each(|exception| exception.emit(&mut out))?;
        self.extended.iter().try_for_each(|extended| extended.emit(&mut out))?;
        out.emit_bytes(&self.trailing);
        Some(out)
    }

    /// The exceptions with their second parts, where these could be read.
    pub fn both_parts(&self) -> impl Iterator<Item = (&ExceptionInfo<'a>, Option<&ExtendedException<'a>>)> {
        let extended = self.extended.as_ref().map(|extended| extended.exceptions.as_slice()).unwrap_or_default();
        self.exceptions.iter().zip(extended.iter().map(Some).chain(std::iter::repeat(None)))
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> AppointmentRecurrence<'static> {
        AppointmentRecurrence {
            pattern: self.pattern.into_owned(),
            exceptions: self.exceptions.into_iter().map(ExceptionInfo::into_owned).collect(),
            extended: self.extended.map(ExtendedExceptions::into_owned),
            trailing: own(self.trailing),
            ..self
        }
    }
}

impl<'a> ExtendedExceptions<'a> {
    fn parse(input: &mut Cursor<'a>, series: &AppointmentRecurrence<'a>) -> Option<Self> {
        let reserved1 = Cow::Borrowed(take_counted(input)?);
        let parse = |info: &ExceptionInfo<'a>| ExtendedException::parse(input, info.flags(), series.writer_version);
        let exceptions = series.exceptions.iter().map(parse).collect::<Option<_>>()?;
        Some(ExtendedExceptions { reserved1, exceptions, reserved2: Cow::Borrowed(take_counted(input)?) })
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        emit_counted(out, &self.reserved1)?;
        self.exceptions.iter().try_for_each(|exception| exception.emit(out))?;
        emit_counted(out, &self.reserved2)
    }

    fn into_owned(self) -> ExtendedExceptions<'static> {
        ExtendedExceptions {
            reserved1: own(self.reserved1),
            exceptions: self.exceptions.into_iter().map(ExtendedException::into_owned).collect(),
            reserved2: own(self.reserved2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hex;
    use crate::mapi::blob::{MinuteTime, Pattern, WeekDays};
    use crate::mapi::corpus;
    use proptest::prelude::*;

    /// [MS-OXOCAL] 4.1.1.2: Mondays, Thursdays and Fridays, twelve times, one of them moved, with another subject and place.
    const EXAMPLE: &str = "043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C\
        01000000A096BC0C8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C652\
        0526563757272656E6365207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C529\
        9BC0CF898BC0C2100530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800200065007800\
        630065007000740069006F006E0073000700330034002F0034003100340031000000000000000000";

    fn example() -> Vec<u8> {
        hex::decode(EXAMPLE.as_bytes()).unwrap()
    }

    /// What the specification says of its example.
    #[test]
    fn the_example_of_the_specification() {
        let bytes = example();
        let series = AppointmentRecurrence::parse(&bytes).unwrap();
        let pattern = &series.pattern;
        assert_eq!((pattern.reader_version, pattern.writer_version, pattern.frequency), (0x3004, 0x3004, 0x200B));
        assert_eq!(pattern.pattern, Pattern::Week { days: WeekDays(0x32) });
        assert_eq!(WeekDays(0x32).iter().collect::<Vec<_>>(), [1, 4, 5]);
        assert_eq!((pattern.first_date_time, pattern.period, pattern.sliding), (0x21C0, 1, 0));
        assert_eq!((pattern.end_type, pattern.occurrences), (RecurrencePattern::END_AFTER, 12));
        assert!(!pattern.is_endless());
        assert_eq!(pattern.deleted, [MinuteTime(0x0CBC_96A0)]);
        assert_eq!(pattern.deleted[0].to_string(), "2007-04-16T00:00");
        assert_eq!(pattern.modified, pattern.deleted);
        assert_eq!((pattern.start.to_string(), pattern.end.to_string()), ("2007-03-26T00:00".into(), "2007-04-20T00:00".into()));
        assert_eq!((series.reader_version, series.writer_version), (0x3006, 0x3009));
        assert_eq!((series.start_offset, series.end_offset), (600, 630));
        let [(info, Some(extended))] = series.both_parts().collect::<Vec<_>>()[..] else { panic!("{series:?}") };
        assert_eq!(info.start.to_string(), "2007-04-16T11:00");
        assert_eq!(extended.highlight(), Some(0));
        let texts = extended.texts.as_ref().unwrap();
        assert_eq!(texts.subject.as_ref().unwrap().to_text(), "Simple Recurrence with exceptions");
        assert_eq!(texts.location.as_ref().unwrap().to_text(), "34/4141");
        assert!(series.trailing.is_empty());
        assert_eq!(series.to_bytes().unwrap(), bytes);
        assert_eq!(series.clone().into_owned(), series);
    }

    #[test]
    fn a_cut_second_part_leaves_the_first() {
        let bytes = example();
        let first = bytes.len() - 4 - 8 - 4 - 12 - 68 - 16 - 4 - 4;
        for end in 0..bytes.len() {
            match AppointmentRecurrence::parse(&bytes[..end]) {
                Ok(series) => {
                    assert!(end >= first && series.extended.is_none(), "cut at {end}");
                    assert_eq!((series.exceptions.len(), series.to_bytes().unwrap().len()), (1, end));
                }
                Err(_) => assert!(end < first, "cut at {end}"),
            }
        }
    }

    #[test]
    fn parts_that_do_not_belong_together_are_refused() {
        let bytes = example();
        let series = AppointmentRecurrence::parse(&bytes).unwrap();
        for change in [
            (|series: &mut AppointmentRecurrence<'_>| series.writer_version = 0x3008) as fn(&mut AppointmentRecurrence<'_>),
            |series| series.exceptions[0].subject = None,
            |series| series.exceptions.clear(),
            |series| series.extended.as_mut().unwrap().exceptions[0].texts = None,
        ] {
            let mut changed = series.clone();
            change(&mut changed);
            assert!(changed.to_bytes().is_err());
        }
    }

    /// Every series of the samples, wherever it stands in its file, by the bytes that each of them starts with.
    #[test]
    fn the_series_of_real_items_come_back() {
        let mut found = 0;
        for (name, bytes) in corpus::files("items/tnef") {
            for value in corpus::find_all(&bytes, b"\x04\x30\x04\x30").filter_map(|at| corpus::counted(&bytes, at)) {
                match AppointmentRecurrence::parse(value) {
                    Ok(series) => {
                        assert_eq!(series.to_bytes().unwrap(), value, "{name}");
                        assert!(series.extended.is_some(), "{name}");
                    }
                    // A task has the pattern alone.
                    Err(_) => assert_eq!(RecurrencePattern::parse(value).unwrap().to_bytes().unwrap(), value, "{name}"),
                }
                found += 1;
            }
        }
        for (name, value) in corpus::files("items/expected").iter().filter(|(name, _)| name.ends_with(".bin")) {
            assert_eq!(&AppointmentRecurrence::parse(value).unwrap().to_bytes().unwrap(), value, "{name}");
            found += 1;
        }
        println!("{found} series");
        assert!(found == 0 || found >= 9, "only {found} series");
    }

    proptest! {
        #[test]
        fn a_changed_byte_is_read_or_refused(at in 0..EXAMPLE.len() / 2, value in any::<u8>()) {
            let mut bytes = example();
            prop_assume!(at < bytes.len());
            bytes[at] = value;
            if let Ok(series) = AppointmentRecurrence::parse(&bytes) {
                prop_assert_eq!(series.to_bytes().unwrap(), bytes);
            }
        }
    }
}
