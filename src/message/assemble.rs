//! From the pieces of a stream to a message: where defects are judged, code pages chosen, attachments told apart, and
//! embedded messages read ([MS-OXTNEF] 2.1.3, 3.1).

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crate::base::Bytes;
use crate::base::Offset;
use crate::base::bytes::{Held, Ranges};
use crate::base::checksum::checksum;
use crate::base::context::{Ctx, reported};
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::{le_i32, le_u64, len64, peek};
use crate::base::limits::Resource;
use crate::base::{CodePage, FileTime, ReadOptions, Report};
use crate::mapi::{Object, PropId, PropTag, PropType, PropValue, Property, PropertyBag, Source, Utf16, tags};
use crate::tnef::reader::{lost_bytes, missing_signature, not_a_stream, other_signature};
use crate::tnef::value::{VERSION, path_name};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, ChecksumState, Framing, Layout, Level, Lost, Piece, Pieces, PropertyList, PropertyPiece,
    PropertyRef, RecipientTable, RendData, Row, SIGNATURE, SIGNATURE_BYTES, mapping,
};

use super::grouping::Grouping;
use super::recipient::Recipient;
use super::{Attachment, Content};
use super::{Layout as StreamLayout, Message, Reading};

impl<'a> Message<'a> {
    /// Reads a TNEF stream, or with the feature `msg` an Outlook message (.msg): the first bytes say which it is.
    ///
    /// Whatever is found wrong is in [`Message::report`], or in [`Error::report`] when reading fails. Nothing is copied but
    /// values that have no bytes of their own in the stream.
    ///
    /// # Errors
    /// Malformed if `input` is neither; with [`Compliance::Strict`](crate::Compliance::Strict) also for every defect
    /// of severity *error*, and Limit where a limit is reached.
    pub fn read(input: &'a [u8], options: &ReadOptions) -> Result<Self> {
        #[cfg(feature = "msg")]
        if crate::msg::MsgReader::is_compound(input) {
            return Message::read_msg(input, options);
        }
        let (mut message, report) = reported(options, |ctx| Message::read_within(ctx, input))?;
        message.reading.report = report;
        Ok(message)
    }

    /// Reads a TNEF stream that the message keeps: values, attachments and nested messages are ranges of `stream`, of which
    /// nothing is copied. The message can go to other threads, and lives as long as it is wanted.
    ///
    /// ```
    /// use winmail::{Message, ReadOptions};
    ///
    /// fn read(path: &str) -> Result<Message<'static>, Box<dyn std::error::Error + Send + Sync>> {
    ///     Ok(Message::from_vec(std::fs::read(path)?, &ReadOptions::lenient())?)
    /// }
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat");
    /// let message = std::thread::spawn(move || read(path)).join().unwrap().unwrap();
    /// assert_eq!(message.subject().as_deref(), Some("Figures of the third quarter"));
    /// ```
    ///
    /// # Errors
    /// Those of [`Message::read`].
    pub fn from_vec(stream: Vec<u8>, options: &ReadOptions) -> Result<Message<'static>> {
        let held = Arc::new(Held::All(stream));
        Ok(Message::read(held.bytes(), options)?.keep(&Ranges::of(&held)))
    }

    /// [`Message::from_vec`] of bytes that somebody else holds: a mapped file, an object of another language. They are kept for as
    /// long as the message or a value of it is.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use winmail::{Message, ReadOptions};
    ///
    /// let file: Arc<[u8]> = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/winmail.dat"))?.into();
    /// let message = Message::from_shared(Arc::clone(&file), &ReadOptions::lenient())?;
    /// let data = message.attachments[0].data();
    /// assert!(file.as_ptr_range().contains(&data.as_ptr()), "no copy");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Message::read`].
    pub fn from_shared(stream: impl AsRef<[u8]> + Send + Sync + 'static, options: &ReadOptions) -> Result<Message<'static>> {
        let held = Arc::new(Held::Other(AssertUnwindSafe(Box::new(stream))));
        Ok(Message::read(held.bytes(), options)?.keep(&Ranges::of(&held)))
    }

    /// [`Message::read`], with the budget and the report of what the stream stands in.
    pub(crate) fn read_within(ctx: &mut Ctx<'_>, input: &'a [u8]) -> Result<Self> {
        message(ctx, input, 0, 0).map(|message| *message)
    }

    /// Reads a TNEF stream leniently: [`Message::read`] with [`ReadOptions::lenient`].
    ///
    /// # Errors
    /// Malformed if `input` is no TNEF stream.
    pub fn from_tnef(input: &'a [u8]) -> Result<Self> {
        Message::read(input, &ReadOptions::lenient())
    }
}

impl<'a> TryFrom<&'a [u8]> for Message<'a> {
    type Error = Error;

    /// Reads a TNEF stream leniently, as [`Message::from_tnef`].
    fn try_from(input: &'a [u8]) -> Result<Self> {
        Message::from_tnef(input)
    }
}

/// Reads the stream at `offset` of the outermost input; `depth` messages are around it.
///
/// A level of nesting costs stack: what is large lives on the heap, and what needs room is done, in functions of its own,
/// before the next level is read.
pub(super) fn message<'a>(ctx: &mut Ctx<'_>, input: &'a [u8], offset: u64, depth: usize) -> Result<Box<Message<'a>>> {
    let (mut message, sources) = collect(ctx, input, offset)?.finish(ctx, input)?;
    for (attachment, source) in message.attachments.iter_mut().zip(sources) {
        fill(ctx, attachment, source, depth)?;
    }
    Ok(message)
}

/// Reads all attributes of a stream.
#[inline(never)]
fn collect<'a>(ctx: &mut Ctx<'_>, input: &'a [u8], offset: u64) -> Result<Box<Assembly<'a>>> {
    let mut assembly = Box::new(Assembly::new(offset));
    for piece in Pieces::at(input, offset) {
        match piece {
            Piece::Header(header) => {
                if header.signature != SIGNATURE {
                    ctx.defect(Code::InvalidSignature, header.offset, 4, other_signature(header.signature))?;
                }
                assembly.key = header.key;
            }
            Piece::Lost(lost) => assembly.lost(ctx, &lost, input)?,
            Piece::Attribute(attribute) => {
                if attribute.offset() == offset {
                    ctx.defect(Code::InvalidSignature, offset, 0, missing_signature(0))?;
                }
                if let Err(error) = ctx.budget.take(Resource::Attributes, attribute.offset()) {
                    assembly.layout.unread.push((attribute.offset(), u64::MAX));
                    ctx.limit(error)?;
                    break;
                }
                assembly.attribute(ctx, attribute)?;
            }
        }
    }
    if input.is_empty() {
        assembly.lost(ctx, &Lost { code: Code::InvalidSignature, bytes: &[], offset }, input)?;
    }
    Ok(assembly)
}

/// An attachment while its attributes come in.
struct Part<'a> {
    attributes: Vec<Attribute<'a>>,
    properties: PropertyBag<'a>,
    /// Offsets in the outermost input of the data of the part's 0x3701 properties.
    data_offset: Option<u64>,
    number: usize,
    doubtful: bool,
}

struct Assembly<'a> {
    offset: u64,
    key: Option<u16>,
    version_seen: bool,
    oem_code_page: Option<CodePage>,
    properties: PropertyBag<'a>,
    attributes: Vec<Attribute<'a>>,
    /// Whether the properties are to be looked at again: see [`is_doubtful`].
    doubtful: bool,
    recipients: Vec<Recipient<'a>>,
    doubtful_recipients: Vec<usize>,
    parts: Vec<Part<'a>>,
    grouping: Grouping,
    refused: bool,
    layout: StreamLayout,
}

impl<'a> Assembly<'a> {
    fn new(offset: u64) -> Self {
        Assembly {
            offset,
            key: None,
            version_seen: false,
            oem_code_page: None,
            // The code page is settled when everything is read.
            properties: PropertyBag::new(CodePage::WINDOWS_1252),
            attributes: Vec::with_capacity(8),
            doubtful: false,
            recipients: Vec::new(),
            doubtful_recipients: Vec::new(),
            parts: Vec::new(),
            grouping: Grouping::default(),
            refused: false,
            layout: StreamLayout::default(),
        }
    }

    fn lost(&mut self, ctx: &mut Ctx<'_>, lost: &Lost<'a>, input: &[u8]) -> Result<()> {
        let length = len64(lost.bytes);
        self.grouping.lost();
        let detail = match lost.code {
            Code::InvalidSignature if lost.bytes.len() < input.len() => missing_signature(length),
            Code::InvalidSignature if lost.bytes.is_empty() => not_a_stream(input),
            Code::InvalidSignature => format!("{}, and no attribute in {length} bytes", not_a_stream(input)),
            code => lost_bytes(code, length),
        };
        ctx.defect(lost.code, lost.offset, length, detail)?;
        if lost.code == Code::InvalidSignature && lost.bytes.len() == input.len() {
            return Err(Error::malformed(Code::InvalidSignature, lost.offset, not_a_stream(input)));
        }
        Ok(())
    }

    fn attribute(&mut self, ctx: &mut Ctx<'_>, attribute: Attribute<'a>) -> Result<()> {
        let attribute = match attribute.id().from_number_alone(attribute.level()) {
            Some(id) => {
                let detail = format!("attribute id {} lacks its type; read as {id}", attribute.id());
                ctx.defect(Code::UntypedAttribute, attribute.offset(), 0, detail)?;
                attribute.with_id(id)
            }
            None => attribute,
        };
        let level = attribute.id().level().unwrap_or(attribute.level());
        if level == Level::ATTACHMENT && attribute.id() != AttrId::NULL {
            self.open_part(ctx, &attribute)?;
            if self.refused {
                return Ok(());
            }
            let number = self.parts.last().map(|part| part.number);
            ctx.within(path_name(attribute.id()), number, |ctx| self.checked(ctx, attribute))
        } else {
            if !self.parts.is_empty() && attribute.id() != AttrId::NULL {
                let detail = format!("{} after attachments have begun", attribute.id());
                ctx.defect(Code::AttributeOrder, attribute.offset(), attribute.wire_length(), detail)?;
            }
            ctx.within(path_name(attribute.id()), None, |ctx| self.checked(ctx, attribute))
        }
    }

    /// Opens a new attachment if `attribute` starts one.
    fn open_part(&mut self, ctx: &mut Ctx<'_>, attribute: &Attribute<'a>) -> Result<()> {
        let id = attribute.id();
        if !self.grouping.starts(attribute) || self.refused {
            return Ok(());
        }
        if let Err(error) = ctx.budget.take(Resource::Attachments, attribute.offset()) {
            self.refused = true;
            self.layout.refused = Some(attribute.offset());
            return ctx.limit(error);
        }
        let number = self.parts.len();
        if id != AttrId::ATTACH_REND_DATA {
            let detail = format!("attachment {number} starts with {id} and not with attAttachRendData");
            ctx.defect(Code::MissingAttachRendData, attribute.offset(), 0, detail)?;
        }
        self.layout.parts.push(attribute.offset());
        self.parts.push(Part {
            attributes: Vec::new(),
            properties: PropertyBag::new(CodePage::WINDOWS_1252),
            data_offset: None,
            number,
            doubtful: false,
        });
        Ok(())
    }

    /// Judges an attribute and puts it where it belongs.
    fn checked(&mut self, ctx: &mut Ctx<'_>, attribute: Attribute<'a>) -> Result<()> {
        framing(ctx, &attribute)?;
        let value = match attribute.value() {
            Ok(value) => value,
            Err(error) => {
                let (code, detail) = (error.code().unwrap_or(Code::InvalidAttributeSize), error.message().to_owned());
                ctx.defect(code, attribute.data_offset(), len64(attribute.data()), detail)?;
                self.keep(attribute);
                return Ok(());
            }
        };
        match value {
            AttributeValue::Properties(list) => {
                let unread = &mut self.layout.unread;
                let end = attribute.data_range().end;
                if attribute.id() == AttrId::ATTACHMENT {
                    if let Some(part) = self.parts.last_mut() {
                        let data_offset = &mut part.data_offset;
                        let stopped = property_list(ctx, &list, &mut part.properties, &mut part.doubtful, |property| {
                            if property.tag().id() == tags::ATTACH_DATA_BINARY.id() && data_offset.is_none() {
                                *data_offset = Some(object_offset(property));
                            }
                        })?;
                        unread.extend(stopped.map(|start| (start, end)));
                    }
                } else {
                    let stopped = property_list(ctx, &list, &mut self.properties, &mut self.doubtful, |_| {})?;
                    unread.extend(stopped.map(|start| (start, end)));
                }
            }
            AttributeValue::Recipients(table) => {
                let end = attribute.data_range().end;
                self.recipients(ctx, &table, end)?;
            }
            AttributeValue::Integer32(version) if attribute.id() == AttrId::TNEF_VERSION => {
                self.version_seen = true;
                if version != VERSION {
                    let detail = format!("version is 0x{version:08x}");
                    ctx.defect(Code::InvalidTnefVersion, attribute.data_offset(), 4, detail)?;
                }
            }
            AttributeValue::CodePages(pages) => {
                self.oem_code_page = Some(pages.primary).filter(|page| page.0 != 0);
            }
            AttributeValue::Date(date) => {
                let blank = attribute.data().iter().all(|byte| *byte == 0);
                if date.to_date_time().is_none() && !blank {
                    ctx.defect(Code::InvalidDate, attribute.data_offset(), len64(attribute.data()), "no calendar has this date")?;
                }
            }
            AttributeValue::Hex(hex) if hex.to_bytes().is_none() => {
                let detail = "not an even number of hexadecimal digits";
                ctx.defect(Code::InvalidAttributeValue, attribute.data_offset(), len64(attribute.data()), detail)?;
            }
            AttributeValue::Priority(priority) if priority.to_importance().is_none() => {
                let detail = format!("priority {} is not 1, 2 or 3", priority.0);
                ctx.defect(Code::InvalidAttributeValue, attribute.data_offset(), 2, detail)?;
            }
            AttributeValue::Text(text) if !text.is_terminated() => {
                ctx.defect(Code::MissingTerminator, attribute.data_offset(), len64(attribute.data()), "no terminating NUL")?;
            }
            _ => {}
        }
        self.keep(attribute);
        Ok(())
    }

    fn keep(&mut self, attribute: Attribute<'a>) {
        let level = attribute.id().level().unwrap_or(attribute.level());
        match self.parts.last_mut() {
            Some(part) if level == Level::ATTACHMENT && attribute.id() != AttrId::NULL => part.attributes.push(attribute),
            _ => self.attributes.push(attribute),
        }
    }

    /// Reads a recipient table that ends at `end`.
    fn recipients(&mut self, ctx: &mut Ctx<'_>, table: &RecipientTable<'a>, end: u64) -> Result<()> {
        let mut seen = 0u32;
        let mut lost = false;
        for row in table.rows() {
            match row {
                Row::Properties { list, offset, .. } => {
                    if let Err(error) = ctx.budget.take(Resource::Recipients, offset) {
                        self.layout.unread.push((offset, end));
                        return ctx.limit(error);
                    }
                    let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
                    let number = self.recipients.len();
                    set.reserve(list.room());
                    let mut doubtful = false;
                    let stopped = ctx.within("row", Some(number), |ctx| {
                        let mut properties = list.iter().flatten();
                        properties.find_map(|property| add(ctx, &property, &mut set, &mut doubtful).transpose()).transpose()
                    })?;
                    if doubtful || set.has_tag_twice() {
                        self.doubtful_recipients.push(number);
                    }
                    self.recipients.push(Recipient { properties: set, origin: Some(offset) });
                    if let Some(start) = stopped {
                        // The rows that follow would be recipients without anything.
                        self.layout.unread.push((start, end));
                        return Ok(());
                    }
                    seen = seen.saturating_add(1);
                }
                Row::Lost { bytes, offset } => {
                    lost = true;
                    let detail = format!("{} bytes are no row", bytes.len());
                    ctx.defect(Code::InvalidRowCount, offset, len64(bytes), detail)?;
                }
            }
        }
        if seen != table.declared_count() && !lost {
            let detail = format!("{} rows declared, {seen} found", table.declared_count());
            ctx.defect(Code::InvalidRowCount, self.offset, 0, detail)?;
        }
        Ok(())
    }

    /// The message but for the contents of its attachments, and where those come from.
    // Boxed, so that it is not moved to the stack of whoever calls this.
    #[allow(clippy::boxed_local)]
    #[inline(never)]
    fn finish(mut self: Box<Self>, ctx: &mut Ctx<'_>, input: &'a [u8]) -> Result<(Box<Message<'a>>, Vec<DataSource<'a>>)> {
        if !self.version_seen {
            ctx.defect(Code::MissingTnefVersion, self.offset, 0, "no attTnefVersion")?;
        }
        let code_page = self.code_page(ctx)?;
        self.properties.set_code_page(code_page);
        self.legacy_properties(ctx)?;
        if self.doubtful {
            undecodable(ctx, &self.properties, "attMsgProps", None)?;
        }
        for recipient in &mut self.recipients {
            recipient.properties.set_code_page(code_page);
        }
        for number in &self.doubtful_recipients {
            if let Some(recipient) = self.recipients.get(*number) {
                undecodable(ctx, &recipient.properties, "attRecipTable", Some(*number))?;
            }
        }
        let Assembly { properties, recipients, parts, key, offset, layout, .. } = *self;
        let mut message = Box::new(Message {
            properties,
            recipients,
            attachments: Vec::with_capacity(parts.len()),
            key,
            source: input.into(),
            offset,
            layout,
            reading: Reading { options: ctx.options.clone(), report: Report::new() },
        });
        if let Some(class) = message.class() {
            if class.is_empty() || class.chars().any(char::is_control) {
                ctx.defect(Code::InvalidMessageClass, offset, 0, format!("message class is {class:?}"))?;
            }
        }
        let mut sources = Vec::with_capacity(parts.len());
        for mut part in parts {
            part.properties.set_code_page(code_page);
            let origin = message.layout.parts.get(part.number).copied();
            let (attachment, source) = attachment(ctx, part, origin)?;
            message.attachments.push(attachment);
            sources.push(source);
        }
        Ok((message, sources))
    }

    /// attOemCodepage, else what the properties say, else the caller's, else 1252.
    fn code_page(&self, ctx: &mut Ctx<'_>) -> Result<CodePage> {
        let property = |tag: PropTag| self.properties.page(tag).filter(|page| page.0 != 0);
        if self.oem_code_page.is_none() {
            ctx.defect(Code::MissingOemCodepage, self.offset, 0, "no attOemCodepage, or zero")?;
        }
        // Looked up one after the other: nearly always the first is there.
        for source in 0..4 {
            let candidate = match source {
                0 => self.oem_code_page,
                1 => property(tags::MESSAGE_CODEPAGE),
                2 => property(tags::INTERNET_CODEPAGE),
                _ => ctx.options.default_code_page,
            };
            let Some(candidate) = candidate else { continue };
            // The specification forbids pages whose text has zero bytes for 8-bit strings.
            if candidate.is_supported() && !matches!(candidate.0, 1200 | 1201 | 12000 | 12001) {
                return Ok(candidate);
            }
            ctx.defect(Code::UnsupportedCodePage, self.offset, 0, format!("code page {candidate} cannot decode 8-bit strings"))?;
        }
        Ok(CodePage::WINDOWS_1252)
    }

    /// Adds the properties that only attributes carry.
    fn legacy_properties(&mut self, ctx: &mut Ctx<'_>) -> Result<()> {
        for attribute in again(&self.attributes) {
            let id = attribute.id();
            if id.is_known() && id.0 != 0 {
                let detail = format!("{id} occurs more than once");
                ctx.within(path_name(id), None, |ctx| {
                    ctx.defect(Code::DuplicateAttribute, attribute.offset(), attribute.wire_length(), detail)
                })?;
            }
        }
        let (class, others) = effective(&self.attributes);
        self.doubtful |= add_legacy(ctx, &mut self.properties, class, "")?;
        // Only attOwner asks what class it is of, and long lists are long to look through.
        let is_asked = others.iter().any(|attribute| attribute.id() == AttrId::OWNER);
        let class = is_asked.then(|| self.properties.str(tags::MESSAGE_CLASS).map(Cow::into_owned)).flatten().unwrap_or_default();
        self.doubtful |= add_legacy(ctx, &mut self.properties, others, &class)?;
        Ok(())
    }
}

/// The attributes of a message that count, the last of each id: attMessageClass, which decides what attOwner is and so comes
/// first, and the others.
pub(super) fn effective<'b, 'a>(attributes: &'b [Attribute<'a>]) -> (Vec<&'b Attribute<'a>>, Vec<&'b Attribute<'a>>) {
    let order = by_id(attributes);
    let mut counting: Vec<usize> =
        order.chunk_by(|(one, _), (two, _)| one == two).filter_map(|same| same.last()).map(|(_, index)| *index).collect();
    counting.sort_unstable();
    let counting = counting.into_iter().filter_map(|index| attributes.get(index));
    counting.partition(|attribute| attribute.id() == AttrId::MESSAGE_CLASS)
}

/// Ids and places of attributes, in the order of ids and then of places: a list is short, and sorted sooner than hashed.
fn by_id(attributes: &[Attribute<'_>]) -> Vec<(AttrId, usize)> {
    let mut order: Vec<(AttrId, usize)> =
        attributes.iter().enumerate().map(|(index, attribute)| (attribute.id(), index)).collect();
    order.sort_unstable();
    order
}

/// Returns, in their order, the attributes before which another has the same id.
fn again<'b, 'a>(attributes: &'b [Attribute<'a>]) -> Vec<&'b Attribute<'a>> {
    let order = by_id(attributes);
    let mut again: Vec<usize> = order
        .chunk_by(|(one, _), (two, _)| one == two)
        .flat_map(|same| same.get(1..).unwrap_or_default())
        .map(|(_, index)| *index)
        .collect();
    again.sort_unstable();
    again.into_iter().filter_map(|index| attributes.get(index)).collect()
}

/// Judges length, level and checksum.
fn framing(ctx: &mut Ctx<'_>, attribute: &Attribute<'_>) -> Result<()> {
    let (offset, found) = (attribute.offset(), attribute.data().len());
    if let Some((code, detail)) = attribute.framing().fault(attribute.declared_length(), len64(attribute.data())) {
        ctx.defect(code, offset, 0, detail)?;
    }
    match attribute.checksum_state() {
        // What does not fit is the length, and that is said already.
        _ if matches!(attribute.framing(), Framing::LineEndsCollapsed | Framing::Truncated) => {}
        ChecksumState::Match => {}
        state @ ChecksumState::Mismatch { .. } => ctx.defect(Code::ChecksumMismatch, offset, 0, state.to_string())?,
        state @ ChecksumState::Missing => {
            let detail = format!("{state}, computed 0x{:04x}", checksum(attribute.data()));
            ctx.defect(Code::ChecksumMissing, offset, 0, detail)?;
        }
    }
    let id = attribute.id();
    if let Some(detail) = id.level_fault(attribute.level()) {
        ctx.defect(Code::InvalidAttributeLevel, offset, 1, detail)?;
    }
    if !id.is_known() {
        ctx.defect(Code::UnknownAttribute, offset, attribute.wire_length(), format!("attribute id {id} is not known"))?;
    }
    match attribute.expected_length() {
        Some(expected) if found > expected || (found == 0 && id.layout() == Layout::RendData) => {
            let detail = format!("{found} bytes where {id} has {expected}");
            ctx.defect(Code::InvalidAttributeSize, attribute.data_offset(), len64(attribute.data()), detail)?;
        }
        _ => {}
    }
    Ok(())
}

/// Reads a list whose end is known, and judges it. Where the limit of properties ended that, the result says from which offset
/// on the list was not read.
fn property_list<'a>(
    ctx: &mut Ctx<'_>,
    list: &PropertyList<'a>,
    set: &mut PropertyBag<'a>,
    doubtful: &mut bool,
    mut seen: impl FnMut(&PropertyRef<'a>),
) -> Result<Option<u64>> {
    let mut count = 0u64;
    let mut lost = false;
    // Tags that stand twice are found on the way in long lists, and at the end in short ones.
    let mut ids = (list.room() > 16).then(SeenIds::default);
    *doubtful |= !set.is_empty();
    set.reserve(list.room());
    for piece in list.pieces() {
        match piece {
            PropertyPiece::Property(property) => {
                count = count.saturating_add(1);
                lost |= property.is_truncated();
                if let Some(ids) = &mut ids {
                    *doubtful |= !property.tag().id().is_named() && !ids.is_new(property.tag().id());
                }
                let stopped = add(ctx, &property, set, doubtful)?;
                if stopped.is_some() {
                    *doubtful = true;
                    return Ok(stopped);
                }
                seen(&property);
            }
            PropertyPiece::Lost { code, tag, bytes, offset } => {
                lost = true;
                let length = bytes.len();
                let detail = match (code, tag) {
                    (Code::TrailingPropertyBytes, _) => format!("{length} bytes after the last property are no property"),
                    (Code::UnknownPropertyType, Some(tag)) => {
                        format!("property {tag} has unknown type 0x{:04X}; {length} bytes skipped", tag.prop_type().0)
                    }
                    (_, Some(tag)) => format!("property {tag} runs past the end of its list; {length} bytes skipped"),
                    (_, None) => format!("{length} bytes are no property"),
                };
                ctx.defect(code, offset, len64(bytes), detail)?;
            }
        }
    }
    if count != u64::from(list.declared_count()) && !lost {
        let detail = format!("{} properties declared, {count} found", list.declared_count());
        ctx.defect(Code::PropertyCountMismatch, list.offset(), 4, detail)?;
    }
    *doubtful |= ids.is_none() && set.has_tag_twice();
    Ok(None)
}

/// The ids of a list, a bit for each.
struct SeenIds(Vec<u64>);

impl Default for SeenIds {
    fn default() -> Self {
        SeenIds(vec![0; 1 << 10])
    }
}

impl SeenIds {
    /// Whether `id` was not there before.
    #[inline]
    fn is_new(&mut self, id: PropId) -> bool {
        let bit = 1u64 << (id.0 & 63);
        self.0.get_mut(usize::from(id.0 >> 6)).is_some_and(|word| std::mem::replace(word, *word | bit) & bit == 0)
    }
}

/// Judges a property and adds it to `set`; returns its offset if the limit of properties is reached.
#[inline]
fn add<'a>(ctx: &mut Ctx<'_>, property: &PropertyRef<'a>, set: &mut PropertyBag<'a>, doubtful: &mut bool) -> Result<Option<u64>> {
    if let Err(error) = ctx.budget.take(Resource::Properties, property.offset()) {
        ctx.limit(error)?;
        return Ok(Some(property.offset()));
    }
    let source = Source::List { offset: property.offset() };
    let name = property.name().map(Box::new);
    let push = |value| set.push(Property { tag: property.tag(), name, value, source });
    // The types that lists are full of, each built where it stays: to move values about takes longer than to read them.
    match property.tag().prop_type() {
        PropType::STRING => {
            let text = property.plain_bytes().map(|bytes| Utf16(bytes.into()));
            if let Some(text) = text.filter(Utf16::is_plain) {
                push(PropValue::String(text));
                return Ok(None);
            }
        }
        PropType::BINARY => {
            if let Some(bytes) = property.plain_bytes() {
                push(PropValue::Binary(bytes.into()));
                return Ok(None);
            }
        }
        PropType::INTEGER32 => {
            if let Some(number) = peek(le_i32, property.encoded_value()) {
                push(PropValue::Integer32(number));
                return Ok(None);
            }
        }
        PropType::TIME => {
            if let Some(time) = peek(le_u64, property.encoded_value()) {
                push(PropValue::Time(FileTime(time)));
                return Ok(None);
            }
        }
        _ => {}
    }
    let value = property.value();
    if !property.is_plain(&value) {
        judge(ctx, property, &value)?;
    }
    *doubtful |= is_doubtful(&value);
    push(value);
    Ok(None)
}

/// Whether [`undecodable`] may have something to say of a value: text outside ASCII in a code page, or behind a NUL. Asked while the value
/// is at hand, as to go over a long list again takes a tenth of the time that reading takes.
#[inline]
fn is_doubtful(value: &PropValue<'_>) -> bool {
    match value {
        PropValue::String(text) => !text.behind_nul().is_empty(),
        PropValue::String8(text) => !text.text_bytes().is_ascii() || !text.behind_nul().is_empty(),
        PropValue::Multiple(values) => values.iter().any(is_doubtful),
        _ => false,
    }
}

/// Judges the encoding of one property that is not plain.
#[cold]
fn judge(ctx: &mut Ctx<'_>, property: &PropertyRef<'_>, value: &PropValue<'_>) -> Result<()> {
    let (tag, offset) = (property.tag(), property.offset());
    let length = len64(property.wire());
    if property.is_truncated() {
        let detail = format!("property {tag} is cut; {} bytes of it are there", property.wire().len());
        ctx.defect(Code::PropertyTruncated, offset, 0, detail)?;
    }
    if !tag.prop_type().is_multiple() {
        match property.count() {
            Some(count) if count != 1 => {
                ctx.defect(Code::InvalidValueCount, offset, length, format!("property {tag} has {count} values"))?;
            }
            _ => {}
        }
    }
    if !property.padding_is_zero() {
        ctx.defect(Code::NonZeroPadding, offset, length, format!("padding of property {tag} is not zero"))?;
    }
    let values = match value {
        PropValue::Multiple(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    for value in values {
        match value {
            PropValue::String(text) if text.0.len() % 2 != 0 => {
                let detail = format!("property {tag} has {} bytes of UTF-16", text.0.len());
                ctx.defect(Code::OddUnicodeLength, offset, length, detail)?;
            }
            PropValue::String(text) if !text.is_valid() => {
                ctx.defect(Code::UndecodableText, offset, length, format!("property {tag} has an unpaired surrogate"))?;
            }
            PropValue::Object(Object { interface: None, .. }) => {
                ctx.defect(Code::InvalidObject, offset, length, format!("property {tag} is too short for an interface id"))?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Says which 8-bit strings of a set its code page cannot decode, which hide text behind a NUL, and which properties contradict each
/// other.
pub(super) fn undecodable(ctx: &mut Ctx<'_>, set: &PropertyBag<'_>, name: &'static str, index: Option<usize>) -> Result<()> {
    // Asked of every set: lists without a tag that stands twice, which is nearly all, are told without a table.
    let mut first: Option<HashMap<PropTag, &PropValue<'_>>> = set.has_tag_twice().then(HashMap::new);
    for property in set {
        let offset = match property.source {
            Source::List { offset } | Source::Attribute { offset } => offset,
            Source::Made => continue,
        };
        let values = match &property.value {
            PropValue::Multiple(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            let behind = match value {
                PropValue::String8(text) => text.behind_nul(),
                PropValue::String(text) => text.behind_nul(),
                _ => &[],
            };
            if !behind.is_empty() {
                let detail = format!("property {} has {} bytes behind the NUL that ends its text", property.tag, behind.len());
                ctx.within(name, index, |ctx| ctx.defect(Code::TextBehindNul, offset, len64(behind), detail))?;
            }
            let PropValue::String8(text) = value else { continue };
            if !text.text_bytes().is_ascii() && set.code_page().decode_or_latin1(text.text_bytes()).malformed {
                let detail = format!("property {} has bytes that code page {} does not have", property.tag, set.code_page());
                ctx.within(name, index, |ctx| ctx.defect(Code::UndecodableText, offset, len64(&text.0), detail))?;
            }
        }
        let Some(first) = &mut first else { continue };
        if property.name.is_none() {
            match first.get(&property.tag) {
                Some(value) if **value != property.value => {
                    let detail = format!("property {} occurs again with another value", property.tag);
                    let code = match property.tag.id() {
                        id if id == tags::ATTACH_DATA_BINARY.id() => Code::ConflictingContent,
                        id if [tags::BODY.id(), tags::HTML.id(), tags::RTF_COMPRESSED.id()].contains(&id) => {
                            Code::ConflictingBody
                        }
                        _ => Code::DuplicateProperty,
                    };
                    ctx.within(name, index, |ctx| ctx.defect(code, offset, 0, detail))?;
                }
                Some(_) => {}
                None => {
                    first.insert(property.tag, &property.value);
                }
            }
        }
    }
    Ok(())
}

/// Adds to `set` what `attributes` say and the list does not. Returns whether any of that [`is_doubtful`].
fn add_legacy<'a, 'b>(
    ctx: &mut Ctx<'_>,
    set: &mut PropertyBag<'a>,
    attributes: impl IntoIterator<Item = &'b Attribute<'a>>,
    class: &str,
) -> Result<bool>
where
    'a: 'b,
{
    let mut doubtful = false;
    for attribute in attributes {
        for property in mapping::properties(attribute, class) {
            match set.by_id(property.tag.id()) {
                Some(listed) => {
                    // Identity is what recall and threading depend on; for dates and names a difference is the rule.
                    let identity = [tags::SEARCH_KEY, tags::CONVERSATION_KEY, tags::PARENT_KEY];
                    if identity.contains(&property.tag) && listed.value != property.value {
                        let detail = format!("{} says {} otherwise than the property list", attribute.id(), property.tag);
                        ctx.within(path_name(attribute.id()), None, |ctx| {
                            ctx.defect(Code::ConflictingFact, attribute.data_offset(), len64(attribute.data()), detail)
                        })?;
                    }
                    if attribute.id() == AttrId::BODY && is_another_text(attribute.data(), &listed.value, set.code_page()) {
                        let detail = format!("{} has another text than {}", attribute.id(), property.tag);
                        ctx.within(path_name(attribute.id()), None, |ctx| {
                            ctx.defect(Code::ConflictingBody, attribute.data_offset(), len64(attribute.data()), detail)
                        })?;
                    }
                }
                None => {
                    doubtful |= is_doubtful(&property.value);
                    set.push(property);
                }
            }
        }
    }
    Ok(doubtful)
}

/// Whether 8-bit text says something else than a property. Blanks and line ends do not count, nor what stands for characters that
/// the code page does not have.
fn is_another_text(text: &[u8], listed: &PropValue<'_>, page: CodePage) -> bool {
    let visible = |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(|byte| *byte > b' ').collect() };
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    match listed {
        PropValue::String8(other) => visible(text) != visible(other.text_bytes()),
        PropValue::String(other) => {
            let Some(encoded) = page.encode(&other.to_text()) else { return false };
            if encoded.unmappable == 0 {
                return visible(text) != visible(&encoded.bytes);
            }
            // What a writer puts for the others is its choice: `?`, or letters that look alike.
            let words = |text: &[u8]| -> Vec<u8> { text.iter().copied().filter(u8::is_ascii_alphanumeric).collect() };
            let (text, other) = (words(text), words(&encoded.bytes));
            let mut rest = text.iter();
            let is_within = other.iter().all(|byte| rest.any(|found| found == byte));
            let more = text.len().saturating_sub(other.len());
            !is_within || more > encoded.unmappable.saturating_mul(3)
        }
        _ => false,
    }
}

/// Where the data of an object or binary property stands: behind its count, length and interface id.
fn object_offset(property: &PropertyRef<'_>) -> u64 {
    match property.values().next() {
        Some(PropValue::Object(Object { data, .. }) | PropValue::Binary(data)) => property.offset_of(&data),
        _ => property.offset(),
    }
}

/// Where an attachment's data is.
enum DataSource<'a> {
    None,
    /// PidTagAttachDataObject, and where its data stands.
    Object(Object<'a>, Option<u64>),
    /// PidTagAttachDataBinary or attAttachData, and where the bytes stand.
    Bytes(Bytes<'a>, Option<u64>),
}

/// An attachment out of its attributes and properties, without its contents.
fn attachment<'a>(ctx: &mut Ctx<'_>, part: Part<'a>, origin: Option<u64>) -> Result<(Attachment<'a>, DataSource<'a>)> {
    let Part { attributes, mut properties, data_offset, number, doubtful } = part;
    if doubtful {
        undecodable(ctx, &properties, "attAttachment", Some(number))?;
    }
    let rend_data = attributes.iter().find_map(|attribute| match attribute.value() {
        Ok(AttributeValue::RendData(rend)) => Some(rend),
        _ => None,
    });
    // The notice text that stands in attAttachData for an embedded message is not its data: the list's object wins.
    let listed = properties.by_id(tags::ATTACH_DATA_BINARY.id()).map(|property| property.value.clone());
    // The attribute and the property have one tag. A property that names nothing hides no title.
    let is_named = properties.by_id(tags::ATTACH_LONG_FILENAME.id()).is_some();
    let page = properties.code_page();
    let title = attributes.iter().filter(|_| is_named).find(|attribute| attribute.id() == AttrId::ATTACH_TITLE);
    let title = title.map(|title| page.decode_or_latin1(title.data().split(|byte| *byte == 0).next().unwrap_or_default()).text);
    let title = title.map(Cow::into_owned);
    add_legacy(ctx, &mut properties, &attributes, "")?;
    // Two contents are two files: which of them is seen depends on who looks.
    let mut first = match &listed {
        Some(PropValue::Binary(bytes)) => Some(&bytes[..]),
        _ => None,
    };
    let is_object = matches!(listed, Some(PropValue::Object(_)));
    for attribute in attributes.iter().filter(|attribute| attribute.id() == AttrId::ATTACH_DATA && !is_object) {
        let data = attribute.data();
        if first.is_some_and(|first| first != data) && !data.is_empty() {
            let detail = format!("attachment {number} has two contents that differ; this one has {} bytes", data.len());
            ctx.within(path_name(attribute.id()), Some(number), |ctx| {
                ctx.defect(Code::ConflictingContent, attribute.data_offset(), len64(data), detail)
            })?;
        }
        first = first.or(Some(data));
    }
    let source = match listed {
        Some(PropValue::Object(object)) => DataSource::Object(object, data_offset),
        Some(PropValue::Binary(bytes)) => DataSource::Bytes(bytes, data_offset),
        _ => match attributes.iter().rev().find(|attribute| attribute.id() == AttrId::ATTACH_DATA) {
            Some(data) => DataSource::Bytes(data.data().into(), Some(data.data_offset())),
            None => DataSource::None,
        },
    };
    let rend_data = rend_data.filter(has_rend_data(&attributes));
    Ok((Attachment { properties, content: Content::None, rend_data, number, origin, title }, source))
}

/// A filter that keeps a RENDDATA only if the stream really has one.
fn has_rend_data<'b>(attributes: &'b [Attribute<'_>]) -> impl FnOnce(&RendData) -> bool + 'b {
    move |_| attributes.iter().any(|attribute| attribute.id() == AttrId::ATTACH_REND_DATA)
}

/// Puts its contents into an attachment; an embedded message is read here.
fn fill<'a>(ctx: &mut Ctx<'_>, attachment: &mut Attachment<'a>, source: DataSource<'a>, depth: usize) -> Result<()> {
    if let Some((stream, offset)) = embedded(attachment, &source) {
        if let Some(message) = nested(ctx, stream, offset, attachment.number, depth)? {
            attachment.content = Content::Message(message);
            return Ok(());
        }
    }
    attachment.content = match source {
        DataSource::None => Content::None,
        DataSource::Object(object, _) => Content::Object(object),
        DataSource::Bytes(bytes, _) => Content::Bytes(bytes),
    };
    Ok(())
}

/// The stream of an embedded message and where it stands: an object that says so, or bytes that are one where the method says
/// embedded message.
fn embedded<'a>(attachment: &Attachment<'_>, source: &DataSource<'a>) -> Option<(&'a [u8], Option<u64>)> {
    match source {
        DataSource::Object(Object { interface: Some(Object::IMESSAGE), data }, offset) => Some((data.as_borrowed()?, *offset)),
        DataSource::Bytes(data, offset) if attachment.properties.integer(tags::ATTACH_METHOD) == Some(5) => {
            let data = data.as_borrowed()?;
            if data.starts_with(&SIGNATURE_BYTES) {
                return Some((data, *offset));
            }
            // Seen with and without the interface id.
            let stream = data.get(16..).filter(|rest| rest.starts_with(&SIGNATURE_BYTES))?;
            Some((stream, offset.map(|offset| (Offset::from(offset) + 16).get())))
        }
        _ => None,
    }
}

/// Reads an embedded message; `None`, with a diagnostic, if it is none or nested too deep.
fn nested<'a>(
    ctx: &mut Ctx<'_>,
    data: &'a [u8],
    offset: Option<u64>,
    number: usize,
    depth: usize,
) -> Result<Option<Box<Message<'a>>>> {
    let offset = offset.unwrap_or(0);
    ctx.within("attAttachment", Some(number), |ctx| {
        ctx.within("PidTagAttachDataObject", None, |ctx| {
            if is_message(ctx, data, offset, depth)? {
                message(ctx, data, offset, depth.saturating_add(1)).map(Some)
            } else {
                Ok(None)
            }
        })
    })
}

/// Whether an embedded message is to be read.
#[inline(never)]
fn is_message(ctx: &mut Ctx<'_>, data: &[u8], offset: u64, depth: usize) -> Result<bool> {
    if depth >= ctx.budget.depth() {
        ctx.defect(Code::NestingTooDeep, offset, 0, ctx.options.limits.nesting_reached())?;
        return Ok(false);
    }
    if !data.starts_with(&SIGNATURE_BYTES) {
        ctx.defect(Code::InvalidNestedStream, offset, 0, format!("embedded message is {}", not_a_stream(data)))?;
        return Ok(false);
    }
    Ok(true)
}
