//! ExtendedException ([MS-OXOCAL] 2.2.1.44.4): the part of a changed instance that stands behind all the others: its texts in UTF-16.
//!
//! ```text
//! from writer version 0x3009 on:  u32 n | n bytes, the first four what is highlighted
//! u32 n | n bytes reserved
//! if subject or location are its own:
//!   u32 start | u32 end | u32 original start
//!   subject    u16 n | n UTF-16 units
//!   location   u16 n | n UTF-16 units
//!   u32 n | n bytes reserved
//! ```

use std::borrow::Cow;

use crate::base::input::{Cursor, le_u32, peek};
use crate::base::output::Emit;
use crate::mapi::value::Utf16;

use super::exception_info::OverrideFlags;
use super::minute_time::MinuteTime;
use super::{emit_counted, emit_units, own, take_counted, take_units};

/// The second part of a changed instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExtendedException<'a> {
    /// PidLidChangeHighlight in the first four bytes; `None` where the writer's version has none.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::option"))]
    pub change_highlight: Option<Cow<'a, [u8]>>,
    /// Normally none.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub reserved: Cow<'a, [u8]>,
    /// Its texts, where the first part has some.
    pub texts: Option<ExtendedTexts<'a>>,
}

/// The texts of a changed instance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExtendedTexts<'a> {
    /// Start, as in the first part.
    pub start: MinuteTime,
    /// End, as in the first part.
    pub end: MinuteTime,
    /// Original start, as in the first part.
    pub original_start: MinuteTime,
    /// Its subject, without NUL.
    pub subject: Option<Utf16<'a>>,
    /// Place, without NUL.
    pub location: Option<Utf16<'a>>,
    /// Normally none.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::base::hex::serialized::bytes"))]
    pub reserved: Cow<'a, [u8]>,
}

/// The writer version from which on there is a highlight.
const WITH_HIGHLIGHT: u32 = 0x3009;

impl<'a> ExtendedException<'a> {
    /// `flags` are those of the first part, `writer_version` stands in front of both.
    pub(super) fn parse(input: &mut Cursor<'a>, flags: OverrideFlags, writer_version: u32) -> Option<Self> {
        let change_highlight = match writer_version >= WITH_HIGHLIGHT {
            true => Some(Cow::Borrowed(take_counted(input)?)),
            false => None,
        };
        let reserved = Cow::Borrowed(take_counted(input)?);
        let texts = match flags.intersects(OverrideFlags::SUBJECT | OverrideFlags::LOCATION) {
            true => Some(ExtendedTexts::parse(input, flags)?),
            false => None,
        };
        Some(ExtendedException { change_highlight, reserved, texts })
    }

    /// `None` if a length does not fit its field.
    pub(super) fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        self.change_highlight.iter().try_for_each(|bytes| emit_counted(out, bytes))?;
        emit_counted(out, &self.reserved)?;
        self.texts.iter().try_for_each(|texts| texts.emit(out))
    }

    /// Whether [`ExtendedException::emit`] writes what is read again with these flags and this version.
    pub(super) fn fits(&self, flags: OverrideFlags, writer_version: u32) -> bool {
        let texts = self.texts.as_ref();
        self.change_highlight.is_some() == (writer_version >= WITH_HIGHLIGHT)
            && texts.is_some_and(|texts| texts.subject.is_some()) == flags.contains(OverrideFlags::SUBJECT)
            && texts.is_some_and(|texts| texts.location.is_some()) == flags.contains(OverrideFlags::LOCATION)
            && texts.is_none_or(|texts| texts.subject.is_some() || texts.location.is_some())
    }

    /// PidLidChangeHighlight, if it is there.
    #[must_use]
    pub fn highlight(&self) -> Option<u32> {
        peek(le_u32, self.change_highlight.as_deref()?)
    }

    /// A copy that borrows nothing.
    #[must_use]
    pub fn into_owned(self) -> ExtendedException<'static> {
        ExtendedException {
            change_highlight: self.change_highlight.map(own),
            reserved: own(self.reserved),
            texts: self.texts.map(ExtendedTexts::into_owned),
        }
    }
}

impl<'a> ExtendedTexts<'a> {
    fn parse(input: &mut Cursor<'a>, flags: OverrideFlags) -> Option<Self> {
        let mut texts = ExtendedTexts {
            start: MinuteTime(input.parse(le_u32)?),
            end: MinuteTime(input.parse(le_u32)?),
            original_start: MinuteTime(input.parse(le_u32)?),
            ..Self::default()
        };
        if flags.contains(OverrideFlags::SUBJECT) {
            texts.subject = Some(take_units(input)?);
        }
        if flags.contains(OverrideFlags::LOCATION) {
            texts.location = Some(take_units(input)?);
        }
        texts.reserved = Cow::Borrowed(take_counted(input)?);
        Some(texts)
    }

    fn emit(&self, out: &mut Vec<u8>) -> Option<()> {
        for time in [self.start, self.end, self.original_start] {
            out.emit_u32(time.0);
        }
        self.subject.iter().try_for_each(|text| emit_units(out, text))?;
        self.location.iter().try_for_each(|text| emit_units(out, text))?;
        emit_counted(out, &self.reserved)
    }

    fn into_owned(self) -> ExtendedTexts<'static> {
        ExtendedTexts {
            subject: self.subject.map(Utf16::into_owned),
            location: self.location.map(Utf16::into_owned),
            reserved: own(self.reserved),
            ..self
        }
    }
}
