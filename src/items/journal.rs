//! Journal entries ([MS-OXOJRNL] 2.2) and sticky notes ([MS-OXONOTE] 2.2).

use crate::base::context::Ctx;
use crate::base::{FileTime, Result};
use crate::message::Message;
use crate::{named, tags};

use super::common::{Common, named_text, named_time, put};

/// A journal entry: what somebody did when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Journal {
    /// Facts that items of all kinds have.
    pub common: Common,
    /// Identifier.
    pub uid: String,
    /// Kind of entry: `Phone call`, in the language of whoever wrote it.
    pub log_type: Option<String>,
    /// Time at which it began.
    pub start: Option<FileTime>,
    /// Time at which it ended.
    pub end: Option<FileTime>,
    /// Minutes that it took.
    pub duration: Option<i32>,
}

/// A sticky note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct StickyNote {
    /// Facts that items of all kinds have. The subject is the first line of the text.
    pub common: Common,
    /// Identifier.
    pub uid: String,
    /// PidLidNoteColor: 0 blue, 1 green, 2 pink, 3 yellow, 4 white.
    pub color: Option<i32>,
}

impl Journal {
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Journal> {
        let common = Common::read(message, ctx)?;
        let start = named_time(message, named::LOG_START).or_else(|| named_time(message, named::COMMON_START));
        Ok(Journal {
            uid: common.uid(message, start),
            log_type: named_text(message, named::LOG_TYPE).or_else(|| named_text(message, named::LOG_TYPE_DESC)),
            start,
            end: named_time(message, named::LOG_END).or_else(|| named_time(message, named::COMMON_END)),
            duration: message.get(named::LOG_DURATION),
            common,
        })
    }
}

impl Journal {
    /// An entry that says nothing as yet.
    #[must_use]
    pub fn new() -> Journal {
        Journal { common: Common::default(), uid: String::new(), log_type: None, start: None, end: None, duration: None }
    }

    pub(super) fn write(&self) -> Result<Message<'static>> {
        let mut message = Message::new("IPM.Activity");
        self.common.write(&mut message)?;
        self.common.write_uid(&self.uid, self.start, &mut message);
        for property in [named::LOG_TYPE, named::LOG_TYPE_DESC] {
            put(&mut message, property, self.log_type.as_deref());
        }
        for (property, time) in [
            (named::LOG_START, self.start),
            (named::COMMON_START, self.start),
            (named::LOG_END, self.end),
            (named::COMMON_END, self.end),
        ] {
            put(&mut message, property, time);
        }
        put(&mut message, named::LOG_DURATION, self.duration);
        message.set(named::LOG_FLAGS, 0);
        message.set(named::SIDE_EFFECTS, 0x110);
        // [MS-OXOJRNL] 2.2.2.2: an entry of no kind that has a picture of its own.
        message.set(tags::ICON_INDEX, 0x601);
        Ok(message)
    }
}

impl Default for Journal {
    fn default() -> Self {
        Journal::new()
    }
}

impl StickyNote {
    pub(super) fn write(&self) -> Result<Message<'static>> {
        let mut message = Message::new("IPM.StickyNote");
        self.common.write(&mut message)?;
        self.common.write_uid(&self.uid, None, &mut message);
        put(&mut message, named::NOTE_COLOR, self.color);
        message.set(named::SIDE_EFFECTS, 0x110);
        let color = self.color.filter(|color| (0..=4).contains(color)).unwrap_or(3);
        message.set(tags::ICON_INDEX, color.saturating_add(0x300));
        Ok(message)
    }

    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<StickyNote> {
        let common = Common::read(message, ctx)?;
        Ok(StickyNote { uid: common.uid(message, None), color: message.get(named::NOTE_COLOR), common })
    }

    /// The color by its name in CSS.
    #[must_use]
    pub fn color_name(&self) -> Option<&'static str> {
        Some(match self.color? {
            0 => "blue",
            1 => "green",
            2 => "pink",
            3 => "yellow",
            4 => "white",
            _ => return None,
        })
    }
}
