//! A stream without what is personal in it: [`redact`]. For people who want to hand in a file that something fails on.
//!
//! Everything stays where it is: every attribute, property, length, count, pad and piece of damage has the same place, and
//! the output has the same length. What is replaced is replaced by neutral contents of the same shape: letters by letters of
//! the same script and case, digits by digits, so that a name is a name and an address an address; keys by other keys. Equal
//! things stay equal. A checksum is as right, or wrong by as much, as it was.
//!
//! The work goes over the file twice: once to know its words, none of which may come out as a replacement; once to replace.

mod binary;
#[cfg(feature = "msg")]
mod compound;
mod control_words;
mod html;
mod pseudonym;
mod rtf;
mod slots;
mod words;

use std::collections::BTreeMap;
use std::num::Wrapping;

use crate::base::diag::Code;
use crate::base::error::{Error, ErrorKind};
use crate::base::wire::Wire;
use crate::base::{CodePage, Offset, ReadOptions, Report, Result};
use crate::mapi::{NameKind, Object, PropName, PropTag, PropType, PropValue, PropertyBag, dictionary, named, tags};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, Layout, Piece, Pieces, PropertyList, PropertyPiece, PropertyRef, RecipientTable, Row,
    SIGNATURE_BYTES, checksum,
};

use crate::message::{Content, Message, html as body_html};
use pseudonym::Pseudonyms;
use rtf::Fitted;
use slots::Encoding;

/// A redacted stream, and what was done to make it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redaction {
    /// The stream, as long as the original.
    pub bytes: Vec<u8>,
    /// Number of replacements by name (`PidTagSubject`, `attBody`, `attachment data`), and how often.
    pub replaced: BTreeMap<String, usize>,
    /// Text and bytes that were kept, by name, and how often. Numbers, times and flags are kept, too, and not counted.
    pub kept: BTreeMap<String, usize>,
}

/// Replaces what is personal in a TNEF stream, or in an Outlook message (.msg, feature `msg`). The same `seed` gives the same replacements in every file, but for a few words
/// that one of the files has itself; who knows it can find out what was replaced by trying.
///
/// # Errors
/// Malformed if `input` is no TNEF stream and no .msg. Unsupported if the result would not be read as the original is, with the same
/// defects in the same places.
pub fn redact(input: &[u8], seed: u64, options: &ReadOptions) -> Result<Redaction> {
    let lenient = ReadOptions { compliance: crate::base::Compliance::Lenient, ..options.clone() };
    let message = Message::read(input, &lenient)?;
    let page = message.code_page();
    let mut work = Work {
        out: input.to_vec(),
        html_page: message.properties.page(tags::INTERNET_CODEPAGE),
        names: Pseudonyms::collector(seed),
        options: &lenient,
        replaced: BTreeMap::new(),
        kept: BTreeMap::new(),
    };
    work.whole(input, page);
    work.names = std::mem::replace(&mut work.names, Pseudonyms::collector(seed)).replacer();
    work.out = input.to_vec();
    (work.replaced, work.kept) = (BTreeMap::new(), BTreeMap::new());
    work.whole(input, page);

    let again = Message::read(&work.out, &lenient)?;
    let places = |report: &Report| -> Vec<(Code, u64, u64)> {
        report.diagnostics().iter().map(|defect| (defect.code, defect.offset, defect.length)).collect()
    };
    let (before, after) = (message.report(), again.report());
    if places(before) != places(after) || before.omitted() != after.omitted() || shape(&message) != shape(&again) {
        let message = "what comes instead changes how the damage in this file is read; another seed may do";
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    Ok(Redaction { bytes: work.out, replaced: work.replaced, kept: work.kept })
}

/// A redaction under way. The input is read, and what is replaced is written over its copy.
struct Work<'o> {
    out: Vec<u8>,
    /// PidTagInternetCodepage of the message.
    html_page: Option<CodePage>,
    names: Pseudonyms,
    options: &'o ReadOptions,
    replaced: BTreeMap<String, usize>,
    kept: BTreeMap<String, usize>,
}

/// The properties of a message and of all within it, by tag; in the order of reading.
fn shape(message: &Message<'_>) -> Vec<Vec<PropTag>> {
    let set = |set: &PropertyBag<'_>| set.iter().map(|property| property.tag).collect::<Vec<_>>();
    let mut all = vec![set(&message.properties)];
    all.extend(message.recipients.iter().map(|recipient| set(&recipient.properties)));
    for attachment in &message.attachments {
        all.push(set(&attachment.properties));
        if let Content::Message(inner) = &attachment.content {
            all.extend(shape(inner));
        }
    }
    all
}

fn place(offset: Offset, length: usize) -> std::ops::Range<usize> {
    offset.index()..(offset + length).index()
}

impl Work<'_> {
    /// Replaces `length` bytes at an offset.
    fn replace(&mut self, offset: Offset, length: usize, name: &str, f: impl FnOnce(&mut [u8], &mut Pseudonyms)) {
        if length == 0 {
            return;
        }
        if let Some(bytes) = self.out.get_mut(place(offset, length)) {
            f(bytes, &mut self.names);
        }
        let count = self.replaced.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    fn keep(&mut self, name: &str) {
        let count = self.kept.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    /// The whole input.
    fn whole(&mut self, input: &[u8], page: CodePage) {
        #[cfg(feature = "msg")]
        if crate::msg::MsgReader::is_compound(input) && self.compound(input, Offset::START, page, 0) {
            return;
        }
        self.stream(input, Offset::START, page, 0);
    }

    /// A stream at an offset of the outermost one.
    fn stream(&mut self, input: &[u8], offset: Offset, page: CodePage, depth: usize) {
        for piece in Pieces::at(input, offset.get()) {
            match piece {
                Piece::Header(_) => {}
                Piece::Attribute(attribute) => {
                    self.attribute(&attribute, page, depth);
                    self.fix_checksum(&attribute);
                }
                Piece::Lost(lost) => self.lost(lost.bytes, lost.offset.into(), page),
            }
        }
    }

    fn lost(&mut self, bytes: &[u8], offset: Offset, page: CodePage) {
        self.replace(offset, bytes.len(), "words in bytes that belong to nothing", |bytes, names| {
            binary::mixed(bytes, page, names)
        });
    }

    /// Makes the checksum as right or wrong as it was: by the same amount.
    fn fix_checksum(&mut self, attribute: &Attribute<'_>) {
        let Some(stored) = attribute.stored_checksum() else { return };
        let (start, length) = (Offset::from(attribute.data_offset()), attribute.data().len());
        let now = self.out.get(place(start, length)).map_or(0, checksum);
        let stored = Wrapping(stored) - Wrapping(checksum(attribute.data())) + Wrapping(now);
        if let Some(sum) = self.out.get_mut(place(start + length, 2)) {
            sum.copy_from_slice(&stored.0.le_bytes());
        }
    }

    fn attribute(&mut self, attribute: &Attribute<'_>, page: CodePage, depth: usize) {
        let (data, offset, id) = (attribute.data(), Offset::from(attribute.data_offset()), attribute.id());
        let name = id.to_string();
        let mixed = |bytes: &mut [u8], names: &mut Pseudonyms| binary::mixed(bytes, page, names);
        match (id.layout(), attribute.value()) {
            (Layout::Text, _) if id == AttrId::MESSAGE_CLASS || id == AttrId::ORIGINAL_MESSAGE_CLASS => self.keep(&name),
            (Layout::Text, _) => self.replace(offset, data.len(), &name, |bytes, names| binary::text(bytes, page, names)),
            (Layout::Trp, Ok(AttributeValue::Trp(triple))) => {
                let first = triple.who.display_name.0.len();
                self.replace(offset + 8, first, &name, |bytes, names| binary::text(bytes, page, names));
                let behind = Offset::from(first) + 8;
                self.replace(offset + behind, (Offset::of(data) - behind).index(), &name, |bytes, names| {
                    binary::text(bytes, page, names)
                });
            }
            (Layout::CountedStrings, Ok(AttributeValue::NameAndAddress(who))) => {
                let first = who.display_name.0.len();
                self.replace(offset + 2, first, &name, |bytes, names| binary::text(bytes, page, names));
                let behind = Offset::from(first) + 4;
                self.replace(offset + behind, (Offset::of(data) - behind).index(), &name, |bytes, names| {
                    binary::text(bytes, page, names)
                });
            }
            (Layout::Hex, Ok(AttributeValue::Hex(digits))) => {
                let key = digits.to_bytes();
                self.replace(offset, data.len(), &name, |bytes, names| hexadecimal(bytes, key, page, names));
            }
            (Layout::Properties, Ok(AttributeValue::Properties(list))) => self.list(&list, page, depth),
            (Layout::Recipients, Ok(AttributeValue::Recipients(table))) => self.table(&table, page, depth),
            (Layout::Bytes, _) if id == AttrId::ATTACH_DATA => self.file(data, offset, "attachment data", page, depth),
            (Layout::Bytes, _) if id == AttrId::ATTACH_META_FILE => {
                self.replace(offset, data.len(), &name, |bytes, names| binary::file(bytes, page, names));
            }
            (Layout::Bytes, _) => self.replace(offset, data.len(), &name, |bytes, names| binary::key(bytes, page, names)),
            (Layout::None | Layout::Trp | Layout::CountedStrings | Layout::Hex, _) => {
                self.replace(offset, data.len(), &name, mixed);
            }
            // Numbers and dates. Of another length they may be something else; only the code page is read on.
            _ if attribute.expected_length() == Some(data.len()) => {}
            _ => {
                let kept = if id == AttrId::OEM_CODEPAGE { 4usize.min(data.len()) } else { 0 };
                self.replace(offset + kept, (Offset::of(data) - kept).index(), &name, mixed);
            }
        }
    }

    /// A file, which may be a TNEF stream itself.
    fn file(&mut self, data: &[u8], offset: Offset, name: &str, page: CodePage, depth: usize) {
        if data.starts_with(&SIGNATURE_BYTES) && self.nested(data, offset, depth) {
            return;
        }
        #[cfg(feature = "msg")]
        if crate::msg::MsgReader::is_compound(data) && self.compound(data, offset, page, depth) {
            return;
        }
        self.replace(offset, data.len(), name, |bytes, names| binary::file(bytes, page, names));
    }

    /// A stream within a stream; whether it could be read.
    fn nested(&mut self, data: &[u8], offset: Offset, depth: usize) -> bool {
        let deeper = depth.saturating_add(1);
        if deeper > self.options.limits.depth {
            return false;
        }
        let Ok(message) = Message::read(data, self.options) else { return false };
        let around = std::mem::replace(&mut self.html_page, message.properties.page(tags::INTERNET_CODEPAGE));
        self.stream(data, offset, message.code_page(), deeper);
        self.html_page = around;
        true
    }

    fn table(&mut self, table: &RecipientTable<'_>, page: CodePage, depth: usize) {
        for row in table.rows() {
            match row {
                Row::Properties { list, .. } => {
                    for property in list.iter().map_while(Result::ok) {
                        self.property(&property, page, depth);
                    }
                }
                Row::Lost { bytes, offset } => self.lost(bytes, offset.into(), page),
            }
        }
    }

    fn list(&mut self, list: &PropertyList<'_>, page: CodePage, depth: usize) {
        for piece in list.pieces() {
            match piece {
                PropertyPiece::Property(property) => self.property(&property, page, depth),
                PropertyPiece::Lost { bytes, offset, .. } => self.lost(bytes, offset.into(), page),
            }
        }
    }

    fn property(&mut self, property: &PropertyRef<'_>, page: CodePage, depth: usize) {
        let tag = property.tag();
        let name = property.name();
        let known = dictionary::canonical_name(tag, name.as_ref());
        if let (Some(name), None) = (name, known) {
            if let NameKind::String(text) = &name.kind {
                let offset = property.offset_of(&text.0).into();
                self.replace(offset, text.0.len(), "names of properties that no specification names", |bytes, names| {
                    slots::text(bytes, Encoding::Utf16, names);
                });
            }
        }
        let shown = known.map_or_else(|| tag.to_string(), ToOwned::to_owned);
        let treatment = treatment(tag, property.name().as_ref(), &shown);
        for value in property.values() {
            let bytes: &[u8] = match &value {
                PropValue::String8(text) => &text.0,
                PropValue::String(text) => &text.0,
                PropValue::Binary(bytes)
                | PropValue::ServerId(bytes)
                | PropValue::Restriction(bytes)
                | PropValue::RuleAction(bytes) => bytes,
                PropValue::Object(object) => &object.data,
                // Numbers, times, flags, GUIDs.
                _ => continue,
            };
            self.value(treatment, &value, bytes, property.offset_of(bytes).into(), &shown, page, depth);
        }
    }

    /// A value, whose `bytes` stand at an offset.
    #[allow(clippy::too_many_arguments)]
    fn value(
        &mut self,
        treatment: Treatment,
        value: &PropValue<'_>,
        bytes: &[u8],
        offset: Offset,
        shown: &str,
        page: CodePage,
        depth: usize,
    ) {
        let length = bytes.len();
        if bytes.is_empty() {
            return;
        }
        match (treatment, value) {
            (Treatment::Keep, _) => self.keep(shown),
            (_, PropValue::String(_)) => {
                self.replace(offset, length, shown, |bytes, names| slots::text(bytes, Encoding::Utf16, names));
            }
            (_, PropValue::String8(_)) => self.replace(offset, length, shown, |bytes, names| binary::text(bytes, page, names)),
            (_, PropValue::Object(object)) => self.object(object, bytes, offset, page, depth),
            (Treatment::File, _) => self.file(bytes, offset, "attachment data", page, depth),
            (Treatment::Html, _) => {
                let charset = body_html::charset(bytes, self.html_page, page);
                let (mark, found) = (charset.mark, charset.page);
                let encoding = if found == CodePage(1200) { Encoding::Utf16 } else { Encoding::Page(found) };
                self.replace(offset + mark, (Offset::from(length) - mark).index(), shown, |bytes, names| {
                    binary::web_page(bytes, encoding, names)
                });
            }
            (Treatment::Rtf, _) => {
                let options = self.options;
                let mut fitted = Fitted::Text;
                self.replace(offset, length, shown, |bytes, names| {
                    fitted = rtf::compressed(bytes, page, options, names);
                });
                if fitted == Fitted::Bytes {
                    self.replace(offset, 1, "compressed RTF that could not be taken apart", |_, _| {});
                }
            }
            (Treatment::ConversationIndex, _) => self.replace(offset, length, shown, binary::conversation_index),
            (Treatment::EntryList, _) => {
                self.replace(offset, length, shown, |bytes, names| binary::entry_list(bytes, page, names));
            }
            (Treatment::Structure, _) => self.replace(offset, length, shown, |bytes, names| binary::mixed(bytes, page, names)),
            (Treatment::Key, _) => self.replace(offset, length, shown, |bytes, names| binary::key(bytes, page, names)),
        }
    }

    fn object(&mut self, object: &Object<'_>, data: &[u8], offset: Offset, page: CodePage, depth: usize) {
        if object.interface == Some(Object::IMESSAGE) && self.nested(data, offset, depth) {
            return;
        }
        self.file(data, offset, "attachment data", page, depth);
    }
}

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treatment {
    Keep,
    File,
    Html,
    Rtf,
    ConversationIndex,
    EntryList,
    /// Words in it are replaced, the rest stays.
    Structure,
    Key,
}

fn treatment(tag: PropTag, name: Option<&PropName<'_>>, shown: &str) -> Treatment {
    if let Some(name) = name {
        let structures = [
            named::APPOINTMENT_RECUR,
            named::TIME_ZONE_STRUCT,
            named::APPOINTMENT_TIME_ZONE_DEFINITION_START_DISPLAY,
            named::APPOINTMENT_TIME_ZONE_DEFINITION_END_DISPLAY,
            named::APPOINTMENT_TIME_ZONE_DEFINITION_RECUR,
        ];
        return match structures.iter().any(|known| name.matches(known)) {
            true => Treatment::Structure,
            false if name.matches(&named::CURRENT_VERSION_NAME) => Treatment::Keep,
            false => Treatment::Key,
        };
    }
    let same = |other: crate::mapi::PropTag| tag.same_property(other);
    let kept =
        [tags::MESSAGE_CLASS, tags::ORIGINAL_MESSAGE_CLASS, tags::ATTACH_MIME_TAG, tags::ATTACH_ENCODING, tags::ATTACH_TAG];
    let lists = [tags::REPLY_RECIPIENT_ENTRIES];
    if kept.into_iter().any(same) || shown.ends_with("AddressType") {
        Treatment::Keep
    } else if same(tags::ATTACH_DATA_BINARY) || same(tags::ATTACH_RENDERING) {
        Treatment::File
    } else if same(tags::HTML) {
        Treatment::Html
    } else if same(tags::RTF_COMPRESSED) {
        Treatment::Rtf
    } else if same(tags::CONVERSATION_INDEX) {
        Treatment::ConversationIndex
    } else if lists.into_iter().any(same) {
        Treatment::EntryList
    } else if tag.prop_type().single() == PropType::RESTRICTION || tag.prop_type().single() == PropType::RULE_ACTION {
        Treatment::Structure
    } else {
        Treatment::Key
    }
}

/// A key as hexadecimal digits: replaced as the bytes that it stands for, so that it stays equal to them.
fn hexadecimal(bytes: &mut [u8], key: Option<Vec<u8>>, page: CodePage, names: &mut Pseudonyms) {
    let Some(mut key) = key else { return binary::mixed(bytes, page, names) };
    binary::key(&mut key, page, names);
    let is_lower = bytes.iter().any(|byte| matches!(byte, b'a'..=b'f'));
    let digits = key.iter().map(|byte| if is_lower { format!("{byte:02x}") } else { format!("{byte:02X}") });
    let digits: Vec<u8> = digits.flat_map(String::into_bytes).collect();
    let (text, behind) = bytes.split_at_mut_checked(digits.len()).unwrap_or_default();
    text.copy_from_slice(&digits);
    binary::mixed(behind, page, names);
}

#[cfg(all(test, feature = "msg"))]
mod msg_tests;
#[cfg(test)]
mod tests;
