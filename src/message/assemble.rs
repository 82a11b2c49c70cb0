//! From the pieces of a stream to a message: where defects are judged, code pages chosen, attachments told apart, and
//! embedded messages read ([MS-OXTNEF] 2.1.3, 3.1).

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crate::base::Offset;
use crate::base::bytes::{Held, Ranges};
use crate::base::checksum::checksum;
use crate::base::context::{Ctx, reported};
use crate::base::diag::Code;
use crate::base::error::{Error, Result};
use crate::base::input::len64;
use crate::base::limits::Resource;
use crate::base::{CodePage, ReadOptions, Report};
use crate::mapi::{Object, PropTag, PropertyBag, tags};
use crate::tnef::header::{lost_bytes, missing_signature, not_a_stream, other_signature};
use crate::tnef::value::{VERSION, path_name};
use crate::tnef::{
    AttrId, Attribute, AttributeValue, ChecksumState, Framing, Layout, Level, Lost, Piece, Pieces, RecipientTable, Row,
    SIGNATURE, SIGNATURE_BYTES,
};

use super::grouping::Grouping;
use super::legacy::{add_legacy, again, effective, is_class};
use super::listed::{plain_row, property_list, row_properties, undecodable};
use super::parts::{DataSource, Part, attachment};
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
            // As many as Outlook writes.
            attributes: Vec::with_capacity(16),
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
                        let stopped = property_list(ctx, &list, &mut part.properties, &mut part.doubtful, |id, offset| {
                            if id == tags::ATTACH_DATA_BINARY.id() && data_offset.is_none() {
                                *data_offset = Some(offset());
                            }
                        })?;
                        unread.extend(stopped.map(|start| (start, end)));
                    }
                } else {
                    let stopped = property_list(ctx, &list, &mut self.properties, &mut self.doubtful, |_, _| {})?;
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
        let mut rows = table.rows();
        loop {
            while let Some((properties, offset)) = plain_row(ctx, &mut rows) {
                self.recipients.push(Recipient { properties, origin: Some(offset) });
                seen = seen.saturating_add(1);
            }
            let Some(row) = rows.next() else { break };
            match row {
                Row::Properties { list, offset, .. } => {
                    if let Err(error) = ctx.budget.take(Resource::Recipients, offset) {
                        self.layout.unread.push((offset, end));
                        return ctx.limit(error);
                    }
                    let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
                    let number = self.recipients.len();
                    let mut doubtful = false;
                    let stopped = ctx.within("row", Some(number), |ctx| row_properties(ctx, &list, &mut set, &mut doubtful))?;
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

    /// The caller's that beats all, else attOemCodepage, else what the properties say, else the caller's, else 1252.
    fn code_page(&self, ctx: &mut Ctx<'_>) -> Result<CodePage> {
        let property = |tag: PropTag| self.properties.page(tag).filter(|page| page.0 != 0);
        if self.oem_code_page.is_none() {
            ctx.defect(Code::MissingOemCodepage, self.offset, 0, "no attOemCodepage, or zero")?;
        }
        // Looked up one after the other: nearly always the first is there.
        for source in 0..5 {
            let candidate = match source {
                0 => ctx.options.code_page,
                1 => self.oem_code_page,
                2 => property(tags::MESSAGE_CODEPAGE),
                3 => property(tags::INTERNET_CODEPAGE),
                _ => ctx.options.default_code_page,
            };
            let Some(candidate) = candidate else { continue };
            // The specification forbids pages whose text has zero bytes for 8-bit strings.
            if candidate.is_fit_for_strings() {
                return Ok(candidate);
            }
            ctx.defect(Code::UnsupportedCodePage, self.offset, 0, format!("code page {candidate} cannot decode 8-bit strings"))?;
        }
        Ok(CodePage::WINDOWS_1252)
    }

    /// Adds the properties that only attributes carry.
    fn legacy_properties(&mut self, ctx: &mut Ctx<'_>) -> Result<()> {
        let counting = effective(&self.attributes);
        let again = if matches!(counting, Cow::Owned(_)) { again(&self.attributes) } else { Vec::new() };
        for attribute in again {
            let id = attribute.id();
            if id.is_known() && id.0 != 0 {
                let detail = format!("{id} occurs more than once");
                ctx.within(path_name(id), None, |ctx| {
                    ctx.defect(Code::DuplicateAttribute, attribute.offset(), attribute.wire_length(), detail)
                })?;
            }
        }
        let (class, others) = (counting.iter().filter(|one| is_class(one)), counting.iter().filter(|one| !is_class(one)));
        self.doubtful |= add_legacy(ctx, &mut self.properties, class, "")?;
        // Only attOwner asks what class it is of, and long lists are long to look through.
        let is_asked = counting.iter().any(|attribute| attribute.id() == AttrId::OWNER);
        let class = is_asked.then(|| self.properties.str(tags::MESSAGE_CLASS).map(Cow::into_owned)).flatten().unwrap_or_default();
        self.doubtful |= add_legacy(ctx, &mut self.properties, others, &class)?;
        Ok(())
    }
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

/// Reads an embedded message; `None`, with a diagnostic, if it is something else or nested too deep.
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
