//! The facts of a stream, from the view of it: attributes, property lists, recipient rows, the streams of embedded messages at
//! every depth. [`crate::Message`] has no part in it.

use std::borrow::Cow;

use crate::base::{CodePage, ReadOptions};
use crate::convert::mime::write::MacBinary;
use crate::mapi::{PropId, PropTag, PropValue, Property, PropertyBag, Source, tags};
use crate::message::MessageKind;
use crate::message::html;
use crate::rtf::{Encapsulation, deencapsulate, lzfu};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, Level, Piece, Pieces, PropertyList, PropertyPiece, RecipientTable, Row, SIGNATURE_BYTES,
    mapping,
};

use super::class;
use super::digest::Digest;
use super::fact::{Needle, Section, place};
use super::loss::LossCode;
use super::people;
use super::pictures::pictures;
use super::words::Said;

/// How a stream is read.
pub(super) struct Reading<'r> {
    /// The code page comes from the mail; the limits bound what is decompressed.
    pub(super) options: &'r ReadOptions,
    /// Whether blind copies are to be named.
    pub(super) bcc: bool,
    /// Whether the header of the outermost message is that of the mail around it.
    pub(super) has_header: bool,
    /// Whether the bodies of the outermost message are asked for.
    pub(super) has_bodies: bool,
}

/// Adds the facts of a stream to those of its section.
pub(super) fn facts(stream: &[u8], reading: &Reading<'_>, section: &mut Section) {
    section.whole = Some(Digest::of(stream));
    message(stream, 0, &Around::default(), reading, section);
}

/// Where a message stands.
#[derive(Default)]
struct Around {
    /// How many messages it is in.
    depth: usize,
    /// Whether the message that it is attached to is a meeting, to which somebody was invited.
    #[cfg(feature = "items")]
    is_meeting: bool,
}

/// What a message is made of.
struct Parts<'a> {
    properties: PropertyBag<'a>,
    recipients: Vec<PropertyBag<'a>>,
    attachments: Vec<Attached<'a>>,
}

/// An attachment.
#[derive(Default)]
struct Attached<'a> {
    lists: Vec<PropertyList<'a>>,
    attributes: Vec<Attribute<'a>>,
    seen: Vec<AttrId>,
}

/// A message and those in it.
fn message(stream: &[u8], base: u64, around: &Around, reading: &Reading<'_>, section: &mut Section) {
    let depth = around.depth;
    let parts = parts(stream, base, reading);
    let set = &parts.properties;
    let class = set.str(tags::MESSAGE_CLASS).unwrap_or_default().into_owned();
    let kind = MessageKind::of_class(&class);
    let is_outermost = depth == 0 && reading.has_header;
    let within = Around {
        depth: depth.saturating_add(1),
        #[cfg(feature = "items")]
        is_meeting: kind.is_item() && (kind != MessageKind::Appointment || super::item::is_meeting(set)),
    };
    #[cfg(feature = "items")]
    if depth > 0 && super::item::is_instance(&class) {
        // The calendar of its series says it.
        super::item::instance(set, &parts.recipients, around.is_meeting, |own| bodies(set, reading, own), section);
        for attachment in &parts.attachments {
            attached(attachment, set.code_page(), &within, reading, section);
        }
        return;
    }
    if !is_outermost {
        subject(set, section);
        people::of_message(set, &parts.recipients, reading.bcc, section);
    } else if reading.has_bodies && matches!(kind, MessageKind::DeliveryReport | MessageKind::NonDeliveryReport) {
        people::of_report(&parts.recipients, section);
    }
    if depth > 0 || reading.has_bodies {
        bodies(set, reading, section);
    }
    class::facts(set, &parts.recipients, kind, &class, section);
    for attachment in &parts.attachments {
        attached(attachment, set.code_page(), &within, reading, section);
    }
}

/// The attributes of a stream, each where it belongs.
fn parts<'a>(stream: &'a [u8], base: u64, reading: &Reading<'_>) -> Parts<'a> {
    let mut lists = Vec::new();
    let mut tables = Vec::new();
    let mut attributes = Vec::new();
    let mut attachments: Vec<Attached<'_>> = Vec::new();
    let mut page = None;
    for piece in Pieces::at(stream, base) {
        let Piece::Attribute(attribute) = piece else { continue };
        let attribute = attribute.as_read();
        let id = attribute.id();
        if attribute.level() == Level::ATTACHMENT || id == AttrId::ATTACHMENT || id == AttrId::ATTACH_REND_DATA {
            let starts = |last: &Attached<'_>| id == AttrId::ATTACH_REND_DATA || last.seen.contains(&id);
            if attachments.last().is_none_or(starts) {
                attachments.push(Attached::default());
            }
            let Some(last) = attachments.last_mut() else { continue };
            last.seen.push(id);
            match attribute.value() {
                Ok(AttributeValue::Properties(list)) => last.lists.push(list),
                _ => last.attributes.push(attribute),
            }
            continue;
        }
        match attribute.value() {
            Ok(AttributeValue::Properties(list)) => lists.push(list),
            Ok(AttributeValue::Recipients(table)) => tables.push(table),
            Ok(AttributeValue::CodePages(pages)) => page = Some(pages.primary),
            _ => attributes.push(attribute),
        }
    }
    let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
    for list in &lists {
        add_list(list, &mut properties);
    }
    let usable = |page: &CodePage| page.is_fit_for_strings();
    let of_list = |tag| properties.integer(tag).and_then(|page| u32::try_from(page).ok()).map(CodePage);
    let said = [page, of_list(tags::MESSAGE_CODEPAGE), of_list(tags::INTERNET_CODEPAGE)];
    let page = [reading.options.code_page]
        .into_iter()
        .chain(said)
        .chain([reading.options.default_code_page])
        .flatten()
        .find(usable)
        .unwrap_or(CodePage::WINDOWS_1252);
    properties.set_code_page(page);
    add_attributes(&attributes, &mut properties);
    let recipients = tables.iter().flat_map(RecipientTable::rows).filter_map(|row| match row {
        Row::Properties { list, .. } => {
            let mut set = PropertyBag::new(page);
            add_list(&list, &mut set);
            Some(set)
        }
        Row::Lost { .. } => None,
    });
    Parts { recipients: recipients.collect(), properties, attachments }
}

/// Adds the properties of a list, each with its place.
fn add_list<'a>(list: &PropertyList<'a>, set: &mut PropertyBag<'a>) {
    for piece in list.pieces() {
        let PropertyPiece::Property(property) = piece else { continue };
        let value = property.value();
        let source = Source::List { offset: property.offset() };
        set.push(Property { tag: property.tag(), name: property.name().map(|name| Box::new(name.into_owned())), value, source });
    }
}

/// Adds what attributes say that no list says; of two that are the same the last one counts.
fn add_attributes<'a>(attributes: &[Attribute<'a>], set: &mut PropertyBag<'a>) {
    let class = set.str(tags::MESSAGE_CLASS).unwrap_or_default().into_owned();
    let found: Vec<Property<'a>> = attributes.iter().rev().flat_map(|attribute| mapping::properties(attribute, &class)).collect();
    for property in found {
        if set.by_id(property.tag.id()).is_none() {
            set.push(property);
        }
    }
}

/// The subject; where there is none, what it was made of, or the topic of the conversation.
fn subject(set: &PropertyBag<'_>, section: &mut Section) {
    let text = |tag| set.str(tag).map(Cow::into_owned).filter(|text| !text.trim().is_empty());
    let found =
        [tags::SUBJECT, tags::NORMALIZED_SUBJECT, tags::CONVERSATION_TOPIC].into_iter().find_map(|tag| Some((tag, text(tag)?)));
    let Some((tag, subject)) = found else { return };
    let words = Said::of_text(&subject).words;
    if !words.is_empty() {
        section.add(LossCode::Subject, Needle::Subject(words), &subject, place(set, tag.id()));
    }
}

/// The bodies, in all forms that are there.
fn bodies(set: &PropertyBag<'_>, reading: &Reading<'_>, section: &mut Section) {
    /// PidTagHtml as bytes, PidTagBodyHtml as text.
    const HTML: PropId = PropId(0x1013);
    if let Some(text) = set.str(tags::BODY) {
        section.add_text(Said::of_text(&text), &text, place(set, tags::BODY.id()));
    }
    // No reader shows it, and whoever converts must not take it away.
    let hidden = match set.get(tags::BODY) {
        Some(PropValue::String8(text)) => set.code_page().decode_or_latin1(text.behind_nul()).text.into_owned(),
        Some(PropValue::String(text)) => CodePage(1200).decode_or_latin1(text.behind_nul()).text.into_owned(),
        _ => String::new(),
    };
    section.add_text(Said::of_text(&hidden), &hidden, place(set, tags::BODY.id()));
    let html = match set.by_id(HTML).map(|property| &property.value) {
        Some(PropValue::Binary(bytes)) => {
            let (bytes, property) = (html::without_nul(bytes), set.page(tags::INTERNET_CODEPAGE));
            Some(html::decode_with(reading.options, bytes, property, set.code_page()).text)
        }
        Some(value) => set.text_of(value),
        None => None,
    };
    // Where there is HTML, rich text is the same once more, and its pictures are attachments.
    let has_html = html.is_some();
    if let Some(html) = html {
        section.add_text(Said::of_html(&html), "HTML", place(set, HTML));
    }
    let Some(compressed) = set.bytes(tags::RTF_COMPRESSED).filter(|bytes| !bytes.is_empty()) else { return };
    let Ok(rtf) = lzfu::decompress(compressed, reading.options) else { return };
    let Ok(found) = deencapsulate::deencapsulate(&rtf.bytes, reading.options) else { return };
    let said = match found.kind {
        Encapsulation::Html => Said::of_html(&found.text),
        Encapsulation::Text | Encapsulation::None => Said::of_text(&found.text),
    };
    section.add_text(said, "rich text", place(set, tags::RTF_COMPRESSED.id()));
    if found.kind == Encapsulation::None && !has_html {
        for picture in pictures(&rtf.bytes) {
            section.add(
                LossCode::File,
                Needle::File(vec![vec![picture]]),
                "a picture in rich text",
                place(set, tags::RTF_COMPRESSED.id()),
            );
        }
    }
}

/// An attachment: a message, a file, or where one is. `within` is where a message in it stands.
fn attached(attachment: &Attached<'_>, page: CodePage, within: &Around, reading: &Reading<'_>, section: &mut Section) {
    const DATA: PropId = PropId(0x3701);
    const MAC_BINARY: &[u8] = mapping::ATTACH_ENCODING_MAC_BINARY;
    let mut set = PropertyBag::new(page);
    for list in &attachment.lists {
        add_list(list, &mut set);
    }
    add_attributes(&attachment.attributes, &mut set);
    let method = set.integer(tags::ATTACH_METHOD);
    let title = [tags::ATTACH_LONG_FILENAME, tags::ATTACH_FILENAME, tags::DISPLAY_NAME].into_iter().find_map(|tag| set.str(tag));
    let title = title.filter(|title| !title.trim().is_empty());
    // One more text of the mail, or the header in a report: its lines end as those of the mail do.
    let is_text = title.is_none() && set.str(tags::ATTACH_MIME_TAG).is_some_and(|tag| tag.starts_with("text/"));
    let title = title.map_or_else(|| "a file without a name".to_owned(), Cow::into_owned);
    let range = place(&set, DATA);
    if matches!(method, Some(2..=4 | 7)) {
        let paths = [tags::ATTACH_LONG_PATHNAME, tags::ATTACH_PATHNAME];
        let path = paths.into_iter().filter_map(|tag| set.str(tag)).find(|path| !path.trim().is_empty());
        if let Some(path) = path {
            section.add_link(path.trim(), place(&set, tags::ATTACH_LONG_PATHNAME.id()));
        }
    }
    let Some(property) = set.by_id(DATA) else { return };
    let (data, is_object) = match &property.value {
        PropValue::Object(object) => (object.data.as_ref(), true),
        PropValue::Binary(bytes) => (bytes.as_ref(), false),
        _ => return,
    };
    let is_message = is_object || method == Some(5);
    let inner = [data, data.get(16..).unwrap_or_default()].into_iter().find(|inner| inner.starts_with(&SIGNATURE_BYTES));
    if let Some(inner) = inner.filter(|_| is_message && within.depth <= reading.options.limits.depth) {
        let start = range.map_or(0, |range| range.start);
        message(inner, start, within, reading, section);
        return;
    }
    if data.is_empty() {
        return;
    }
    let mut ways = vec![vec![Digest::of(data)]];
    if is_text {
        ways.push(vec![Digest::of_lines(data)]);
    }
    // An interface id in front of a compound file does not belong to it.
    if let Some(file) = data.get(16..).filter(|file| file.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])) {
        ways.push(vec![Digest::of(file)]);
    }
    // What is signed becomes the mail: its header is among that of the mail, its body is that of the mail.
    if let Some(body) = signed_body(data) {
        ways.push(vec![Digest::of_lines(body)]);
    }
    if set.bytes(tags::ATTACH_ENCODING).is_some_and(|encoding| encoding == MAC_BINARY) {
        if let Some(forks) = MacBinary::parse(data) {
            ways.push(vec![Digest::of(forks.data_fork), Digest::of(&forks.apple_double())]);
        }
    }
    let subject = format!("{title}, {} bytes", data.len());
    section.add(LossCode::File, Needle::File(ways), &subject, range);
    let metafile = set.bytes(tags::ATTACH_RENDERING).filter(|metafile| !metafile.is_empty());
    if let Some(metafile) = metafile.filter(|_| is_object || method == Some(6)) {
        let subject = format!("the picture of {title}, {} bytes", metafile.len());
        let needle = Needle::File(vec![vec![Digest::of(metafile)]]);
        section.add(LossCode::File, needle, &subject, place(&set, PropTag(0x3709_0102).id()));
    }
}

/// The body of a file that is a `multipart/signed` with its header.
fn signed_body(data: &[u8]) -> Option<&[u8]> {
    const HEADER_MAX: usize = 16 << 10;
    let head = data.get(..HEADER_MAX).unwrap_or(data);
    let find = |mark: &[u8]| memchr::memmem::find(head, mark).map(|at| at.saturating_add(mark.len()));
    let end = [find(b"\r\n\r\n"), find(b"\n\n")].into_iter().flatten().min()?;
    let header = head.get(..end)?.to_ascii_lowercase();
    memchr::memmem::find(&header, b"multipart/signed")?;
    data.get(end..)
}
