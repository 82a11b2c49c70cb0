//! Attachments as parts ([MS-OXCMAIL] 2.1.3.4).
//!
//! | attachment | part |
//! |---|---|
//! | file | its type, base64 |
//! | MacBinary file | `multipart/appledouble`: what only a Macintosh reads, and the data fork; or both in one file |
//! | embedded message | `message/rfc822` |
//! | OLE object | its compound file, and the metafile that shows it |
//! | reference to a file elsewhere | a page that shows the link |

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;

use crate::base::{Code, Limits, Result};
use crate::convert::mime::disposition::is_inline;
use crate::convert::mime::parameter::{Parameterized, is_token};
use crate::convert::mime::{date, words};
use crate::mapi::{AttachMethod, named, tags};
use crate::message::{Attachment, Content, Message};

use super::apple::{AppleFile, MacBinary};
use super::body::{Bodies, Lines, wrap};
use super::encoding::{TransferEncoding, canonical_lines};
use super::inline::{header_id, header_url};
use super::options::{AttachmentForm, MacFileForm};
use super::part::{Contents, Part, Serializer};
use super::text::TextKind;
use super::writer::Writer;
use super::{binhex, elsewhere, uuencode};
use crate::convert::mime::markup::References;

/// Where a part is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Disposition {
    Attachment,
    Inline,
}

/// The parts of a message while they are collected.
struct Plan<'m> {
    bodies: Bodies,
    /// Numbers of the attachments that the body shows.
    shown: BTreeSet<usize>,
    /// What is no text and stands among the alternatives all the same: calendars.
    alternatives: Vec<Part<'m>>,
    inline: Vec<Part<'m>>,
    attached: Vec<Part<'m>>,
    /// Whether changed instances of a series stand in the calendar of it.
    has_item: bool,
}

// A level of embedded messages takes as many of these calls as are on the way from `ordinary` to `ordinary`, so their locals
// are few and small: the deepest message has to fit a stack of half a megabyte.
impl Writer<'_> {
    /// Bodies and attachments of a message that is neither signed nor a report.
    pub(super) fn ordinary<'m>(&mut self, message: &'m Message<'_>) -> Result<Box<Part<'m>>> {
        if self.uuencodes() {
            return self.uuencoded(message);
        }
        let mut plan = self.plan(message)?;
        for number in 0..message.attachments.len() {
            self.planned(message, number, &mut plan)?;
        }
        self.assembled(message, &mut plan)
    }

    fn planned<'m>(&mut self, message: &'m Message<'_>, number: usize, plan: &mut Plan<'m>) -> Result<()> {
        let Some(attachment) = message.attachments.get(number) else { return Ok(()) };
        if plan.has_item && attachment.is_instance() {
            return Ok(());
        }
        if is_alternative(attachment) {
            plan.alternatives.push(alternative(attachment));
            return Ok(());
        }
        match plan.shown.contains(&number) {
            true => self.attachment(number, attachment, Disposition::Inline, &mut plan.inline),
            false => self.attachment(number, attachment, Disposition::Attachment, &mut plan.attached),
        }
    }

    fn plan<'m>(&mut self, message: &Message<'_>) -> Result<Box<Plan<'m>>> {
        let bodies = self.bodies(message)?;
        let references = References::of(bodies.html.as_deref().unwrap_or_default());
        let numbered = message.attachments.iter().enumerate();
        let shown = numbered.filter(|(_, one)| matches!(one.content, Content::Bytes(_)) && refers(&references, one));
        let shown = shown.map(|(number, _)| number).collect();
        let (item, has_item) = self.item(message);
        let mut plan = Plan { bodies, shown, alternatives: Vec::new(), inline: Vec::new(), attached: Vec::new(), has_item };
        if let Some(item) = item {
            let place = if item.is_calendar() { &mut plan.alternatives } else { &mut plan.attached };
            place.push(Part::item(*item));
        }
        Ok(Box::new(plan))
    }

    fn assembled<'m>(&mut self, message: &Message<'_>, plan: &mut Plan<'m>) -> Result<Box<Part<'m>>> {
        let (mut inline, attached) = (mem::take(&mut plan.inline), mem::take(&mut plan.attached));
        let bodies = mem::take(&mut plan.bodies);
        let mut root = self.body_parts(message, &bodies)?;
        root.append(&mut plan.alternatives);
        for picture in bodies.pictures {
            let content_type = Parameterized::new("Content-Type", picture.mime).with("name", &picture.name);
            let mut part = Part::data(&content_type, Cow::Owned(picture.bytes), TransferEncoding::Base64);
            Parameterized::new("Content-Disposition", "inline").with("filename", &picture.name).write(&mut part.header);
            if let Some(id) = header_id(&picture.content_id) {
                words::field("Content-ID", &id, &mut part.header);
            }
            inline.push(part);
        }
        let mut children = Vec::new();
        if !root.is_empty() {
            let body = Part::multipart("alternative", root);
            children.push(if inline.is_empty() {
                body
            } else {
                let parameters = vec![("type", body.media_type())];
                Part::multipart_of("related", parameters, std::iter::once(body).chain(inline.drain(..)).collect())
            });
        }
        children.extend(inline);
        children.extend(attached);
        if children.is_empty() {
            children.push(self.text_part("", Lines::Own)?);
        }
        Ok(Box::new(Part::multipart("mixed", children)))
    }

    /// Whether attachments go as UUENCODE. Inside embedded messages they do not: to encode what is encoded makes it a third
    /// larger with each level.
    pub(super) fn uuencodes(&self) -> bool {
        self.options.attachments == AttachmentForm::Uuencode && self.depth == 0
    }

    /// Plain text with the attachments behind it; embedded messages as files, files of a Macintosh as BinHex if that is asked for.
    fn uuencoded<'m>(&mut self, message: &'m Message<'_>) -> Result<Box<Part<'m>>> {
        let mut text = canonical_lines(&self.bodies(message)?.text.unwrap_or_default());
        if let Some(width) = self.options.line_wrap.filter(|width| *width > 0) {
            text = wrap(&text, usize::from(width));
        }
        let mut blocks = String::new();
        if !text.is_empty() && !text.ends_with("\r\n") && !message.attachments.is_empty() {
            text.push_str("\r\n");
        }
        let (item, has_item) = self.item(message);
        if let Some(item) = item {
            uuencode::encode(&item.name, item.text.as_bytes(), &mut blocks);
        }
        for (number, attachment) in message.attachments.iter().enumerate() {
            if has_item && attachment.is_instance() {
                continue;
            }
            let name = file_name(number, attachment);
            let forks = attachment.is_mac_binary().then(|| MacBinary::parse(attachment.data())).flatten();
            blocks.push_str("\r\n");
            if let Some(forks) = &forks {
                if self.options.mac_files == MacFileForm::BinHex {
                    blocks.push_str(&String::from_utf8_lossy(&binhex::encode(forks)));
                    continue;
                }
                self.without_resource_fork(number, forks)?;
            }
            let reference = attachment.reference().filter(|_| matches!(attachment.content, Content::None));
            let (name, data) = match &attachment.content {
                Content::None if reference.is_some() => {
                    let reference =
                        reference.map(|found| (words::clean(&found.file_name()), Cow::Owned(found.to_html().into_bytes())));
                    reference.unwrap_or_default()
                }
                Content::Message(inner) if self.depth < Limits::MAX_DEPTH => {
                    self.ctx.enter("attAttachment", Some(number));
                    let mail = self.embedded(inner);
                    self.ctx.leave();
                    let (header, root) = mail?;
                    (mail_name(&name), Cow::Owned(Serializer::new(&header, &root).mail(header, &root)))
                }
                _ => (name, Cow::Borrowed(forks.map_or(attachment.data(), |forks| forks.data_fork))),
            };
            uuencode::encode(&name, &data, &mut blocks);
        }
        Ok(Box::new(self.text_in_charset(TextKind::Plain, &text, &blocks)?))
    }

    /// Says what of a file of a Macintosh is not written, if anything.
    fn without_resource_fork(&mut self, number: usize, forks: &MacBinary<'_>) -> Result<()> {
        if forks.resource_fork.is_empty() {
            return Ok(());
        }
        self.ctx.enter("attAttachment", Some(number));
        let result = self.ctx.defect(Code::MimeResourceForkLeftOut, 0, 0, format!("{} bytes", forks.resource_fork.len()));
        self.ctx.leave();
        result
    }

    /// Adds the part or parts of an attachment.
    pub(super) fn attachment<'m>(
        &mut self,
        number: usize,
        attachment: &'m Attachment<'_>,
        disposition: Disposition,
        parts: &mut Vec<Part<'m>>,
    ) -> Result<()> {
        self.ctx.enter("attAttachment", Some(number));
        let result = match &attachment.content {
            Content::Message(message) if self.depth < Limits::MAX_DEPTH => self.mail_part(number, attachment, message, parts),
            _ => self.file_parts(number, attachment, disposition, parts),
        };
        self.ctx.leave();
        result
    }

    fn mail_part<'m>(
        &mut self,
        number: usize,
        attachment: &'m Attachment<'_>,
        message: &'m Message<'_>,
        parts: &mut Vec<Part<'m>>,
    ) -> Result<()> {
        let (header, root) = self.embedded(message)?;
        parts.push(message_part(&file_name(number, attachment), header, root));
        Ok(())
    }

    fn file_parts<'m>(
        &mut self,
        number: usize,
        attachment: &'m Attachment<'_>,
        disposition: Disposition,
        parts: &mut Vec<Part<'m>>,
    ) -> Result<()> {
        if let Some(reference) = attachment.reference() {
            let name = words::clean(&reference.file_name());
            let content_type = Parameterized::new("Content-Type", "text/html").with("charset", "utf-8").with("name", &name);
            let mut part = Part::data(&content_type, Cow::Owned(reference.to_html().into_bytes()), TransferEncoding::Base64);
            Parameterized::new("Content-Disposition", "attachment").with("filename", &name).write(&mut part.header);
            parts.push(part);
            if matches!(attachment.content, Content::None) {
                return Ok(());
            }
        }
        match &attachment.content {
            Content::Message(_) => {
                self.ctx.defect(Code::NestingTooDeep, 0, 0, Limits::UNLIMITED.nesting_reached())?;
            }
            Content::None => self.ctx.defect(Code::MimeAttachmentWithoutData, 0, 0, "it has none")?,
            // Reading makes none of these; a mail is made of what is in memory.
            Content::Deferred(length) => {
                self.ctx.defect(Code::MimeAttachmentWithoutData, 0, 0, format!("its {length} bytes are not in memory"))?;
            }
            Content::Bytes(_) | Content::Object(_) => {}
        }
        let name = file_name(number, attachment);
        if attachment.is_mac_binary() {
            if let Some(parsed) = MacBinary::parse(attachment.data()) {
                parts.push(self.mac_file(attachment, &parsed, disposition));
                return Ok(());
            }
            // An empty one says of itself that it has no data.
            if !attachment.data().is_empty() {
                self.ctx.defect(Code::MimeInvalidMacBinary, 0, 0, format!("{} bytes", attachment.data().len()))?;
            }
        }
        parts.push(self.file(attachment, &name, attachment.data(), disposition));
        let is_object = matches!(attachment.content, Content::Object(_)) || attachment.method() == Some(AttachMethod::STORAGE);
        // That of a file is but its icon.
        if let Some(metafile) = attachment.rendering().filter(|metafile| is_object && !metafile.is_empty()) {
            let name = format!("{name}.wmf");
            let content_type = Parameterized::new("Content-Type", "image/wmf").with("name", &name);
            let mut part = Part::data(&content_type, Cow::Borrowed(metafile), TransferEncoding::Base64);
            Parameterized::new("Content-Disposition", "attachment").with("filename", &name).write(&mut part.header);
            parts.push(part);
        }
        Ok(())
    }

    /// The header and the root of an embedded message, one level further in.
    fn embedded<'m>(&mut self, message: &'m Message<'_>) -> Result<(Vec<u8>, Box<Part<'m>>)> {
        self.depth = self.depth.saturating_add(1);
        let mail = self.mail(message);
        self.depth = self.depth.saturating_sub(1);
        mail
    }

    /// A MacBinary file in the form that is asked for.
    fn mac_file<'m>(&self, attachment: &'m Attachment<'_>, forks: &MacBinary<'m>, disposition: Disposition) -> Part<'m> {
        let own = attachment.file_name().map(|name| words::clean(&name)).filter(|name| !name.is_empty());
        let name = own.unwrap_or_else(|| words::clean(&forks.file_name()));
        let typed = |media_type: &str| Parameterized::new("Content-Type", media_type).with("name", &name);
        match self.options.mac_files {
            MacFileForm::AppleDouble => {
                let head = Cow::Owned(forks.apple_file(AppleFile::Double));
                let head = Part::data(&typed("application/applefile"), head, TransferEncoding::Base64);
                let data = self.file(attachment, &name, forks.data_fork, disposition);
                Part::multipart_of("appledouble", Vec::new(), vec![head, data])
            }
            MacFileForm::AppleSingle => {
                let file = Cow::Owned(forks.apple_file(AppleFile::Single));
                let mut part = Part::data(&typed("application/applefile"), file, TransferEncoding::Base64);
                self.file_fields(attachment, &name, disposition, &mut part);
                part
            }
            MacFileForm::BinHex => {
                let text = binhex::encode(forks);
                // As RFC 1741 wants it: Exchange refuses it in base64. A line may begin with `--`, but none holds `=`.
                let mut part = Part::data(&typed("application/mac-binhex40"), Cow::Owned(text), TransferEncoding::Identity);
                self.file_fields(attachment, &name, disposition, &mut part);
                part
            }
        }
    }

    /// A file with the fields that describe it.
    pub(super) fn file<'m>(
        &self,
        attachment: &'m Attachment<'_>,
        name: &str,
        data: &'m [u8],
        disposition: Disposition,
    ) -> Part<'m> {
        if let Some(mut part) = elsewhere::part(attachment, data) {
            if attachment.file_name().is_some_and(|own| !own.is_empty()) {
                self.file_fields(attachment, name, disposition, &mut part);
            } else {
                reference_fields(attachment, disposition, &mut part.header);
            }
            return part;
        }
        let properties = &attachment.properties;
        let mut media_type = media_type(attachment);
        if attachment.is_mac_binary() {
            // PidTagAttachMimeTag is that of MacBinary.
            let own = properties.named_str(&named::ATTACHMENT_MAC_CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
            if is_usable(&own) {
                media_type = own;
            }
        }
        let mut content_type = Parameterized::new("Content-Type", &media_type);
        if let Some(charset) = properties.str(tags::TEXT_ATTACHMENT_CHARSET).filter(|_| media_type.starts_with("text/")) {
            if !charset.is_empty() && charset.len() < 40 && charset.bytes().all(is_token) {
                content_type = content_type.with("charset", &charset);
            }
        }
        if let Some(method) = calendar_method(data).filter(|_| media_type == "text/calendar") {
            content_type = content_type.with("method", &method);
        }
        let is_text = is_inline(attachment) && attachment.file_name().is_none_or(|own| own.is_empty());
        if is_text && matches!(media_type.as_str(), "text/plain" | "text/html") {
            // One more text of the mail, as it came.
            let mut part = Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::of_seven_bit(data));
            reference_fields(attachment, disposition, &mut part.header);
            return part;
        }
        let content_type = match self.options.encoded_word_names {
            true => content_type.with_encoded_words("name", name),
            false => content_type.with("name", name),
        };
        let mut part = Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::Base64);
        self.file_fields(attachment, name, disposition, &mut part);
        part
    }

    /// The fields that describe a file.
    fn file_fields(&self, attachment: &Attachment<'_>, name: &str, disposition: Disposition, part: &mut Part<'_>) {
        let properties = &attachment.properties;
        let length = match &part.contents {
            Contents::Data(data, _) => data.len(),
            _ => 0,
        };
        let out = &mut part.header;
        let is_shown = disposition == Disposition::Inline || is_inline(attachment);
        let value = if is_shown { "inline" } else { "attachment" };
        let mut field = Parameterized::new("Content-Disposition", value).with("filename", name);
        if length > 0 {
            field = field.with("size", &length.to_string());
        }
        for (parameter, tag) in [("creation-date", tags::CREATION_TIME), ("modification-date", tags::LAST_MODIFICATION_TIME)] {
            if let Some(date) = properties.time(tag).and_then(date::of_time) {
                field = field.with(parameter, &date);
            }
        }
        field.write(out);
        let description = properties.str(tags::DISPLAY_NAME).map(|text| words::unstructured(&text, self.charset));
        let same = words::unstructured(name, self.charset);
        if let Some(description) = description.filter(|text| !text.is_empty() && *text != same) {
            words::field("Content-Description", &description, out);
        }
        reference_fields(attachment, disposition, out);
    }
}

/// The fields by which others refer to a part.
fn reference_fields(attachment: &Attachment<'_>, disposition: Disposition, out: &mut Vec<u8>) {
    let properties = &attachment.properties;
    let own = properties.str(tags::ATTACH_CONTENT_ID);
    let id = if disposition == Disposition::Inline { attachment.shown_id() } else { own };
    if let Some(id) = id.as_deref().and_then(header_id) {
        words::field("Content-ID", &id, out);
    }
    for (field, tag) in [("Content-Location", tags::ATTACH_CONTENT_LOCATION), ("Content-Base", tags::ATTACH_CONTENT_BASE)] {
        if let Some(url) = properties.str(tag).as_deref().and_then(header_url) {
            words::field(field, url, out);
        }
    }
}

/// Whether a file is a calendar that stood among the alternatives of a mail's text: without a name, or said to be shown in place,
/// and with a method.
fn is_alternative(attachment: &Attachment<'_>) -> bool {
    let is_calendar = matches!(attachment.content, Content::Bytes(_)) && media_type(attachment) == "text/calendar";
    is_calendar && (attachment.file_name().is_none() || is_inline(attachment)) && calendar_method(attachment.data()).is_some()
}

/// The part of such a calendar.
fn alternative<'m>(attachment: &'m Attachment<'_>) -> Part<'m> {
    let data = attachment.data();
    let mut content_type = Parameterized::new("Content-Type", "text/calendar");
    let charset = attachment
        .properties
        .str(tags::TEXT_ATTACHMENT_CHARSET)
        .filter(|charset| !charset.is_empty() && charset.len() < 40 && charset.bytes().all(is_token));
    content_type = content_type.with("charset", charset.as_deref().unwrap_or("utf-8"));
    if let Some(method) = calendar_method(data) {
        content_type = content_type.with("method", &method);
    }
    if let Some(name) = attachment.file_name().map(|name| words::clean(&name)).filter(|name| !name.is_empty()) {
        content_type = content_type.with("name", &name);
    }
    let mut part = Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::Base64);
    if let Some(id) = attachment.properties.str(tags::ATTACH_CONTENT_ID).as_deref().and_then(header_id) {
        words::field("Content-ID", &id, &mut part.header);
    }
    part
}

/// What iCalendar says that it is for (RFC 5546, RFC 6047 2.4): the first `METHOD` before the first component.
fn calendar_method(data: &[u8]) -> Option<String> {
    const LINES: usize = 64;
    let lines = data.split(|byte| *byte == b'\n').take(LINES).map(<[u8]>::trim_ascii);
    let is = |line: &[u8], start: &[u8]| line.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    let mut head = lines.skip(1).take_while(|line| !is(line, b"BEGIN:"));
    let method = head.find(|line| is(line, b"METHOD:"))?.get(b"METHOD:".len()..)?;
    let method = std::str::from_utf8(method).ok()?.trim();
    (!method.is_empty() && method.len() < 40 && method.bytes().all(is_token)).then(|| method.to_owned())
}

fn refers(references: &References<'_>, attachment: &Attachment<'_>) -> bool {
    attachment.shown_id().is_some_and(|id| header_id(&id).is_some() && references.has_id(&id))
        || attachment.properties.str(tags::ATTACH_CONTENT_LOCATION).is_some_and(|location| references.has_location(&location))
}

/// An embedded message of this name.
fn message_part<'m>(name: &str, header: Vec<u8>, root: Box<Part<'m>>) -> Part<'m> {
    let mut part = Part { header: Vec::new(), contents: Contents::Message { header, root } };
    Parameterized::new("Content-Type", "message/rfc822").write(&mut part.header);
    Parameterized::new("Content-Disposition", "attachment").with("filename", &mail_name(name)).write(&mut part.header);
    part
}

/// The name of a mail as a file.
fn mail_name(name: &str) -> String {
    if name.to_ascii_lowercase().ends_with(".eml") { name.to_owned() } else { format!("{name}.eml") }
}

/// The name of the file; where there is none, one of its number and type.
pub(super) fn file_name(number: usize, attachment: &Attachment<'_>) -> String {
    let name = attachment.file_name().map(|name| words::clean(&name)).unwrap_or_default();
    if !name.is_empty() {
        return name;
    }
    let number = number.saturating_add(1);
    match &attachment.content {
        Content::Message(message) => {
            let subject = message.subject().map(|subject| words::clean(&subject)).filter(|subject| !subject.is_empty());
            subject.unwrap_or_else(|| format!("attachment-{number}"))
        }
        _ => {
            let extension = attachment.extension().map(|extension| words::clean(&extension)).unwrap_or_default();
            let extension = if extension.is_empty() { "bin" } else { &extension };
            format!("attachment-{number}.{extension}")
        }
    }
}

/// The media type as a part of a mail can have it.
pub(super) fn media_type(attachment: &Attachment<'_>) -> String {
    let own = attachment.media_type();
    if is_usable(&own) { own.into_owned() } else { "application/octet-stream".to_owned() }
}

/// Whether a type may stand over data in base64 ([MS-OXCMAIL] 2.1.3.4.1): not those that have a structure of their own, and not
/// that of TNEF, which would be unwrapped again.
fn is_usable(media_type: &str) -> bool {
    const REFUSED: [&str; 4] =
        ["application/applefile", "application/mac-binhex40", "application/ms-tnef", "application/vnd.ms-tnef"];
    let Some((kind, subtype)) = media_type.split_once('/') else { return false };
    let tokens = [kind, subtype].iter().all(|part| !part.is_empty() && part.len() < 128 && part.bytes().all(is_token));
    tokens && !matches!(kind, "multipart" | "message") && !REFUSED.contains(&media_type)
}

#[cfg(test)]
mod tests;
