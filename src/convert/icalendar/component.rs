//! What components of all kinds have in common ([MS-OXCICAL] 2.1.3.1.1.20).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::base::context::Ctx;
use crate::base::{Code, FileTime, Result};
use crate::items::{Common, Person, Reminder};
use crate::message::{Attachment, Content};
use crate::tags;

use crate::convert::content_line::{Lines, list, text, utc};

/// What stands for a time that nothing says: a calendar that is made twice is to be the same.
const NO_TIME: &str = "19700101T000000Z";

/// DTSTAMP and the times of the item.
pub(super) fn stamps(common: &Common, stamp: Option<FileTime>, lines: &mut Lines) {
    let first = stamp.or(common.sent).or(common.modified).or(common.created).and_then(utc);
    lines.line("DTSTAMP", &[], first.as_deref().unwrap_or(NO_TIME));
    for (name, time) in [("CREATED", common.created), ("LAST-MODIFIED", common.modified)] {
        if let Some(time) = time.and_then(utc) {
            lines.line(name, &[], &time);
        }
    }
}

/// The body: DESCRIPTION, or COMMENT in an answer, and X-ALT-DESC where it is HTML.
pub(super) fn body(name: &str, plain: Option<&str>, html: Option<&str>, lines: &mut Lines) {
    lines.some(name, plain.map(|plain| plain.trim_end_matches(['\r', '\n', ' '])));
    if let Some(html) = html {
        lines.line("X-ALT-DESC", &[("FMTTYPE", "text/html")], &text(html));
    }
}

/// CLASS, PRIORITY, CATEGORIES, CONTACT, and whom and what it is for.
pub(super) fn facts(common: &Common, lines: &mut Lines) {
    let class = match common.sensitivity {
        1 => "X-PERSONAL",
        2 => "PRIVATE",
        3 => "CONFIDENTIAL",
        _ => "PUBLIC",
    };
    lines.line("CLASS", &[], class);
    if let Some(importance) = common.importance {
        let priority = match importance {
            0 => "9",
            2 => "1",
            _ => "5",
        };
        lines.line("PRIORITY", &[], priority);
        lines.line("X-MICROSOFT-CDO-IMPORTANCE", &[], &importance.clamp(0, 2).to_string());
    }
    if !common.categories.is_empty() {
        lines.line("CATEGORIES", &[], &list(&common.categories));
    }
    common.contacts.iter().for_each(|contact| lines.text("CONTACT", contact));
    common.companies.iter().for_each(|company| lines.text("X-MICROSOFT-COMPANY", company));
    lines.some("X-MICROSOFT-MILEAGE", common.mileage.as_deref());
    lines.some("X-MICROSOFT-BILLING", common.billing.as_deref());
}

/// A line that names somebody: ORGANIZER, ATTENDEE. Who has no Internet address is `invalid:nomail`.
pub(super) fn person(name: &str, who: &Person, more: &[(&str, &str)], lines: &mut Lines, ctx: &mut Ctx<'_>) -> Result<()> {
    let shown = if who.name.is_empty() { who.address.as_deref().unwrap_or_default() } else { &who.name };
    // A name of its own, so that nobody takes it for an address that mail can go to.
    let other = who.other_address.as_deref().filter(|other| !other.eq_ignore_ascii_case(shown));
    let other = other.map(|other| ("X-MS-ADDRESS", other));
    let parameters: Vec<(&str, &str)> = more.iter().copied().chain([("CN", shown)]).chain(other).collect();
    match &who.address {
        Some(address) => lines.line(name, &parameters, &format!("mailto:{}", uri(address))),
        None => {
            ctx.defect(Code::CalendarAddressMissing, 0, 0, format!("{name} without an Internet address"))?;
            lines.line(name, &parameters, "invalid:nomail");
        }
    }
    Ok(())
}

/// An address as RFC 6068 has it in a link; what mail programs expect unescaped stays.
fn uri(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '%' => out.push_str("%25"),
            '?' => out.push_str("%3F"),
            '#' => out.push_str("%23"),
            _ => out.push(c),
        }
    }
    out
}

/// VALARM.
pub(super) fn alarm(reminder: Reminder, lines: &mut Lines) {
    let (parameters, trigger): (&[(&str, &str)], _) = match reminder {
        Reminder::Before(minutes) => (&[], Some(format!("-PT{minutes}M"))),
        Reminder::At(time) => (&[("VALUE", "DATE-TIME")], utc(time)),
    };
    let Some(trigger) = trigger else { return };
    lines.line("BEGIN", &[], "VALARM");
    lines.line("TRIGGER", parameters, &trigger);
    lines.line("ACTION", &[], "DISPLAY");
    lines.line("DESCRIPTION", &[], "Reminder");
    lines.line("END", &[], "VALARM");
}

/// ATTACH of what is attached to the item itself.
pub(super) fn attachments(
    files: &[Attachment<'_>],
    skip: impl Fn(&Attachment<'_>) -> bool,
    lines: &mut Lines,
    ctx: &mut Ctx<'_>,
) -> Result<()> {
    for attachment in files.iter().filter(|attachment| !skip(attachment)) {
        if attachment.properties.boolean(tags::ATTACHMENT_CONTACT_PHOTO.untyped()) == Some(true) {
            continue;
        }
        let name = attachment.file_name().unwrap_or_default();
        match &attachment.content {
            Content::Bytes(bytes) => {
                let kind = attachment.mime_tag().filter(|kind| is_media_type(kind));
                let kind = kind.unwrap_or("application/octet-stream".into());
                let mut parameters = vec![("FMTTYPE", &*kind), ("ENCODING", "BASE64"), ("VALUE", "BINARY")];
                if !name.is_empty() {
                    parameters.extend([("FILENAME", &*name), ("X-FILENAME", &*name)]);
                }
                lines.line("ATTACH", &parameters, &STANDARD.encode(bytes));
            }
            Content::None if attachment.reference().is_some_and(|reference| reference.target.contains("://")) => {
                let target = attachment.reference().map(|reference| reference.target.to_string()).unwrap_or_default();
                let plain: String = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
                lines.line("ATTACH", &[], &plain);
            }
            _ => {
                let detail = format!("attachment {} ({name})", attachment.number());
                ctx.defect(Code::CalendarAttachmentLeftOut, 0, 0, detail)?;
            }
        }
    }
    Ok(())
}

/// `type/subtype`, without anything that a parameter would have to quote.
fn is_media_type(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c));
    text.split_once('/').is_some_and(|(kind, sub)| plain(kind) && plain(sub))
}
