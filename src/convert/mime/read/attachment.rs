//! A part as an attachment ([MS-OXCMAIL] 2.2.3.4).
//!
//! | property | from |
//! |---|---|
//! | PidTagAttachLongFilename | `filename` of Content-Disposition, `name` of Content-Type, Content-Description |
//! | PidTagAttachFilename | the same in 8.3 form |
//! | PidTagAttachMimeTag | Content-Type, unless it is a multipart, a message or TNEF |
//! | PidTagAttachContentId, -Location, -Base | the fields of the same names |
//! | PidTagAttachFlags 4 | beside the body in a multipart/related, and the HTML refers to it |
//! | `content-type` of PS_INTERNET_HEADERS | Content-Type of `message/external-body` and `message/partial`, with its parameters |
//! | `content-disposition` of PS_INTERNET_HEADERS | shown where it stands, which no property of MAPI says |
//! | PidTagCreationTime, PidTagLastModificationTime | `creation-date`, `modification-date` of Content-Disposition |

use crate::convert::mime::date::ZonedDate;
use crate::convert::mime::disposition::set_inline;
use crate::convert::mime::markup::References;
use crate::mapi::{AttachMethod, PropValue, named, tags};
use crate::message::{Attachment, Content};

use super::entity::Entity;

/// The longest name that is taken, in characters; file systems take 255 bytes.
const NAME_MAX: usize = 255;

/// The file name of a part, without what a file name cannot have; `None` if it has none.
pub(in crate::convert::mime) fn file_name(entity: &Entity<'_>) -> Option<String> {
    let disposition = entity.disposition();
    let given = disposition.as_ref().and_then(|found| found.parameter("filename"));
    let given = given.or_else(|| entity.media.parameter("name")).map(str::to_owned);
    given.map(|name| cleaned(&name)).filter(|name| !name.is_empty())
}

/// A name without control characters and `" / : < > | \`; of a whole path of Windows, its last part.
fn cleaned(name: &str) -> String {
    let is_drive = matches!(name.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    let name = if is_drive || name.starts_with("\\\\") { name.rsplit('\\').next().unwrap_or(name) } else { name };
    let kept = name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '/' | ':' | '<' | '>' | '|' | '\\'));
    kept.take(NAME_MAX).collect::<String>().trim().to_owned()
}

/// The name in 8.3 form ([MS-OXCMAIL] 2.2.3.4.2.4).
fn short_name(name: &str) -> String {
    let mut shortened = false;
    let mut short = |text: &str, length: usize, dots: bool| -> String {
        let kept = text.chars().filter(|c| c.is_ascii() && !matches!(c, ' ' | '.' | '\'' | '*' | '?'));
        let kept: String = kept.map(|c| if matches!(c, '+' | ',' | '=' | '[' | ']' | ';') { '_' } else { c }).collect();
        let changed = kept.len() > length || kept.chars().count() != text.chars().filter(|c| dots || *c != '.').count();
        shortened |= changed;
        kept
    };
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let base = short(base, 8, true);
    let extension: String = short(extension, 3, true).chars().take(3).collect();
    let base: String = if shortened { base.chars().take(6).chain("~1".chars()).collect() } else { base };
    if extension.is_empty() { base } else { format!("{base}.{extension}") }
}

/// A file out of a part. `shown`: whether the HTML of the message shows it in place.
pub(in crate::convert::mime) fn file(entity: &Entity<'_>, data: Vec<u8>, shown: bool) -> Attachment<'static> {
    let mut attachment = Attachment::new(AttachMethod::BY_VALUE, Content::Bytes(data.into()));
    let properties = &mut attachment.properties;
    if let Some(name) = file_name(entity) {
        properties.set(tags::ATTACH_LONG_FILENAME, name.as_str());
        properties.set(tags::ATTACH_FILENAME, short_name(&name).as_str());
        properties.set(tags::DISPLAY_NAME, name.as_str());
        if let Some((_, extension)) = name.rsplit_once('.').filter(|(_, extension)| !extension.is_empty()) {
            properties.set(tags::ATTACH_EXTENSION, format!(".{extension}").as_str());
        }
    }
    let tnef = matches!(entity.media.sub.as_str(), "ms-tnef" | "vnd.ms-tnef");
    let tag = match entity.media.main.as_str() {
        "multipart" | "message" => None,
        _ if entity.media.sub.is_empty() || tnef => None,
        _ => Some(entity.media.essence()),
    };
    // A report's parts keep their types: they are files to everybody but a reader of reports.
    let tag = tag.or_else(|| {
        let kept = ["delivery-status", "disposition-notification", "feedback-report"].contains(&entity.media.sub.as_str());
        (entity.media.main == "message" && kept).then(|| entity.media.essence())
    });
    let elsewhere = entity.media.is("message", "external-body") || entity.media.is("message", "partial");
    if let Some(value) = entity.field("Content-Type").map(|field| field.unfolded()).filter(|_| elsewhere) {
        // Where the rest is stands in its parameters (RFC 2046, 5.2.2 and 5.2.3), for which no property of MAPI is.
        properties.set_named(&named::CONTENT_TYPE, PropValue::from(value.as_str()));
    }
    properties.set(tags::ATTACH_MIME_TAG, tag.as_deref().unwrap_or("application/octet-stream"));
    if let Some(charset) = entity.media.parameter("charset").filter(|_| entity.media.main == "text") {
        properties.set(tags::TEXT_ATTACHMENT_CHARSET, charset);
    }
    common(&mut attachment, entity);
    if shown {
        /// attRenderedInBody of PidTagAttachFlags.
        const RENDERED_IN_BODY: i32 = 4;
        attachment.properties.set(tags::ATTACH_FLAGS, PropValue::Integer32(RENDERED_IN_BODY));
    } else if is_in_place(entity) {
        set_inline(&mut attachment);
    }
    attachment
}

/// Whether programs show a part where it stands: it says so, or is text that says nothing of itself, or a calendar, on which they act.
fn is_in_place(entity: &Entity<'_>) -> bool {
    match entity.disposition() {
        Some(disposition) => disposition.main == "inline",
        None if entity.media.is("text", "calendar") => true,
        None => ["plain", "html"].iter().any(|sub| entity.media.is("text", sub)) && entity.media.parameter("name").is_none(),
    }
}

/// What files and messages have.
pub(in crate::convert::mime) fn common(attachment: &mut Attachment<'_>, entity: &Entity<'_>) {
    let properties = &mut attachment.properties;
    if let Some(description) = entity.field("Content-Description").map(|field| field.text()).filter(|text| !text.is_empty()) {
        properties.set(tags::DISPLAY_NAME, description.as_str());
    }
    if let Some(id) = entity.content_id() {
        properties.set(tags::ATTACH_CONTENT_ID, id.as_str());
    }
    for (name, tag) in [("Content-Location", tags::ATTACH_CONTENT_LOCATION), ("Content-Base", tags::ATTACH_CONTENT_BASE)] {
        if let Some(value) = entity.field(name).map(|field| field.unfolded()).filter(|value| !value.is_empty()) {
            properties.set(tag, value.as_str());
        }
    }
    if let Some(disposition) = entity.disposition() {
        for (name, tag) in [("creation-date", tags::CREATION_TIME), ("modification-date", tags::LAST_MODIFICATION_TIME)] {
            if let Some(time) = disposition.parameter(name).and_then(ZonedDate::parse).and_then(ZonedDate::utc) {
                properties.set(tag, PropValue::Time(time));
            }
        }
    }
}

/// Whether HTML refers to a part by its Content-ID or Content-Location.
pub(in crate::convert::mime) fn is_referred_to(references: &References<'_>, entity: &Entity<'_>) -> bool {
    let location = || entity.field("Content-Location").map(|field| field.unfolded()).filter(|value| !value.is_empty());
    entity.content_id().is_some_and(|id| references.has_id(&id)) || location().is_some_and(|at| references.has_location(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_8_3_form() {
        for (name, short) in [
            ("a.txt", "a.txt"),
            ("report.docx", "report~1.doc"),
            ("a long name.txt", "alongn~1.txt"),
            ("a+b.c", "a_b.c"),
            ("a.b.c", "ab~1.c"),
            ("README", "README"),
            ("\u{fc}bung.txt", "bung~1.txt"),
        ] {
            assert_eq!(short_name(name), short, "{name}");
        }
    }

    #[test]
    fn names_without_what_no_file_can_have() {
        for (name, clean) in [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "....etcpasswd"),
            ("C:\\a\0b", "ab"),
            (" x ", "x"),
            ("/", ""),
            ("C:\\Users\\x\\a.doc", "a.doc"),
            ("\\\\host\\share\\a.doc", "a.doc"),
            ("a\\b", "ab"),
        ] {
            assert_eq!(cleaned(name), clean, "{name}");
        }
    }
}
