//! Journal entries ([MS-OXOJRNL] 2.2) and sticky notes ([MS-OXONOTE] 2.2).

use crate::base::context::Ctx;
use crate::base::{FileTime, Result};
use crate::message::Message;
use crate::named;

use super::common::{Common, named_text, named_time};

/// A journal entry: what somebody did when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Journal {
    /// What items of all kinds have.
    pub common: Common,
    /// What identifies it.
    pub uid: String,
    /// What it was: `Phone call`, in the language of whoever wrote it.
    pub log_type: Option<String>,
    /// When it began.
    pub start: Option<FileTime>,
    /// When it ended.
    pub end: Option<FileTime>,
    /// How many minutes it took.
    pub duration: Option<i32>,
}

/// A sticky note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StickyNote {
    /// What items of all kinds have. The subject is the first line of the text.
    pub common: Common,
    /// What identifies it.
    pub uid: String,
    /// PidLidNoteColor: 0 blue, 1 green, 2 pink, 3 yellow, 4 white.
    pub color: Option<i32>,
}

impl Journal {
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<Journal> {
        let common = Common::read(message, ctx)?;
        let start = named_time(message, named::LOG_START).or_else(|| named_time(message, named::COMMON_START));
        Ok(Journal {
            uid: common.identity(start),
            log_type: named_text(message, named::LOG_TYPE).or_else(|| named_text(message, named::LOG_TYPE_DESC)),
            start,
            end: named_time(message, named::LOG_END).or_else(|| named_time(message, named::COMMON_END)),
            duration: message.get(named::LOG_DURATION),
            common,
        })
    }
}

impl StickyNote {
    pub(super) fn read(message: &Message<'_>, ctx: &mut Ctx<'_>) -> Result<StickyNote> {
        let common = Common::read(message, ctx)?;
        Ok(StickyNote { uid: common.identity(None), color: message.get(named::NOTE_COLOR), common })
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
