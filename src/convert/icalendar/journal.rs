//! VJOURNAL (RFC 5545 3.6.3): journal entries and sticky notes.

use crate::base::Result;
use crate::base::context::Ctx;
use crate::items::{Journal, StickyNote};
use crate::message::Attachment;

use super::component::{attachments, body, facts, stamps};
use crate::convert::content_line::{Lines, utc};

pub(super) fn write(journal: &Journal, files: &[Attachment<'_>], lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    lines.line("BEGIN", &[], "VJOURNAL");
    lines.text("UID", &journal.uid);
    stamps(&journal.common, None, lines);
    for (name, time) in [("DTSTART", journal.start), ("X-DTEND", journal.end)] {
        if let Some(time) = time.and_then(utc) {
            lines.line(name, &[], &time);
        }
    }
    if let Some(minutes) = journal.duration.filter(|minutes| *minutes >= 0) {
        lines.line("X-DURATION", &[], &format!("PT{minutes}M"));
    }
    lines.text("SUMMARY", &journal.common.subject);
    lines.some("X-OUTLOOK-LOGTYPE", journal.log_type.as_deref());
    body("DESCRIPTION", journal.common.text.as_deref(), journal.common.html.as_deref(), lines);
    facts(&journal.common, lines);
    lines.line("STATUS", &[], "FINAL");
    attachments(files, |_| false, lines, ctx)?;
    lines.line("END", &[], "VJOURNAL");
    Ok(())
}

pub(super) fn write_note(note: &StickyNote, files: &[Attachment<'_>], lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    lines.line("BEGIN", &[], "VJOURNAL");
    lines.text("UID", &note.uid);
    stamps(&note.common, None, lines);
    lines.text("SUMMARY", &note.common.subject);
    body("DESCRIPTION", note.common.text.as_deref(), note.common.html.as_deref(), lines);
    facts(&note.common, lines);
    // RFC 7986 5.9.
    lines.some("COLOR", note.color_name());
    attachments(files, |_| false, lines, ctx)?;
    lines.line("END", &[], "VJOURNAL");
    Ok(())
}
