//! From the objects of a .msg to a message: where defects are judged, code pages chosen, embedded messages read.

use crate::base::context::{Ctx, reported};
use crate::base::diag::Code;
use crate::base::error::Result;
use crate::base::input::length;
use crate::base::limits::Resource;
use crate::base::{Bytes, CodePage, ReadOptions, Report};
use crate::mapi::{AttachMethod, Object, PropValue, Property, PropertyBag, Source};
use crate::message::listed::undecodable;
use crate::message::recipient::Recipient;
use crate::message::{Attachment, Content, Layout, Message, Reading};
use crate::msg::{MsgContent, MsgObject, MsgReader};

use super::page;

impl<'a> Message<'a> {
    /// Reads an Outlook message (.msg or .oft). [`Message::read`] does the same for whatever starts as one.
    ///
    /// [`Source::List`] of a property says where its entry stands in the file, or its stream. What an attachment holds is its
    /// [`Content`] alone; the storage of an OLE object comes as a compound file of its own. There is no stream to ask for:
    /// [`Message::source`] is empty.
    ///
    /// # Errors
    /// Malformed if `input` is no Outlook message; with [`Compliance::Strict`](crate::Compliance::Strict) also for every defect of
    /// severity *error*, and Limit where a limit is reached.
    pub fn read_msg(input: &'a [u8], options: &ReadOptions) -> Result<Self> {
        let (mut message, report) = reported(options, |ctx| Message::read_msg_within(ctx, input))?;
        message.reading.report = report;
        Ok(message)
    }

    /// [`Message::read_msg`], with the budget and the report of what the file stands in.
    pub(crate) fn read_msg_within(ctx: &mut Ctx<'_>, input: &'a [u8]) -> Result<Self> {
        let reader = MsgReader::open(input)?;
        for fault in reader.compound_file().faults() {
            ctx.defect(fault.code, fault.offset, 0, &fault.detail)?;
        }
        message(ctx, &reader.message(), None, 0).map(|message| *message)
    }
}

/// Reads a message; `outer` is the code page of the one around it, `depth` messages are around it.
fn message<'a>(ctx: &mut Ctx<'_>, object: &MsgObject<'_, 'a>, outer: Option<CodePage>, depth: usize) -> Result<Box<Message<'a>>> {
    let mut message = envelope(ctx, object, outer)?;
    for (number, (_, part)) in object.attachments().enumerate() {
        if let Err(error) = ctx.budget.take(Resource::Attachments, part.storage().offset()) {
            ctx.limit(error)?;
            break;
        }
        if part.is_empty() {
            ctx.within(ATTACHMENT, Some(number), |ctx| missing_properties(ctx, &part))?;
            continue;
        }
        let attachment =
            ctx.within(ATTACHMENT, Some(number), |ctx| attachment(ctx, &part, number, message.code_page(), depth))?;
        message.attachments.push(attachment);
    }
    Ok(message)
}

/// The names of the structures as a path shows them.
const RECIPIENT: &str = "__recip_version1.0";
const ATTACHMENT: &str = "__attach_version1.0";
const PROPERTIES: &str = "__properties_version1.0";
const OBJECT: &str = "__substg1.0_3701000D";

/// The message but for its attachments.
#[inline(never)]
fn envelope<'a>(ctx: &mut Ctx<'_>, object: &MsgObject<'_, 'a>, outer: Option<CodePage>) -> Result<Box<Message<'a>>> {
    let mut properties = PropertyBag::new(CodePage::WINDOWS_1252);
    fill(ctx, object, &mut properties)?;
    let code_page = code_page(ctx, object, &properties, outer)?;
    properties.set_code_page(code_page);
    undecodable(ctx, &properties, PROPERTIES, None)?;
    let offset = object.storage().offset();
    if let Some(counts) = object.counts() {
        let found = (object.recipients().len(), object.attachments().len());
        if (length(counts.recipients), length(counts.attachments)) != found {
            let detail = format!(
                "{} recipients and {} attachments declared, {} and {} found",
                counts.recipients, counts.attachments, found.0, found.1
            );
            ctx.defect(Code::MsgCountMismatch, offset, 0, detail)?;
        }
    }
    let mut message = Box::new(Message {
        properties,
        recipients: Vec::new(),
        attachments: Vec::new(),
        key: None,
        source: Bytes::default(),
        offset: 0,
        layout: Layout::default(),
        reading: Reading { options: ctx.options.clone(), report: Report::new() },
    });
    if let Some(class) = message.class() {
        if class.is_empty() || class.chars().any(char::is_control) {
            ctx.defect(Code::InvalidMessageClass, offset, 0, format!("message class is {class:?}"))?;
        }
    }
    for (number, (_, row)) in object.recipients().enumerate() {
        if let Err(error) = ctx.budget.take(Resource::Recipients, row.storage().offset()) {
            ctx.limit(error)?;
            break;
        }
        if row.is_empty() {
            ctx.within(RECIPIENT, Some(number), |ctx| missing_properties(ctx, &row))?;
            continue;
        }
        let mut properties = PropertyBag::new(code_page);
        ctx.within(RECIPIENT, Some(number), |ctx| fill(ctx, &row, &mut properties))?;
        undecodable(ctx, &properties, RECIPIENT, Some(number))?;
        message.recipients.push(Recipient::new(properties));
    }
    Ok(message)
}

fn missing_properties(ctx: &mut Ctx<'_>, object: &MsgObject<'_, '_>) -> Result<()> {
    ctx.defect(Code::MsgMissingProperties, object.storage().offset(), 0, "the list of properties is missing or cut")
}

/// Judges the properties of an object and adds them to `set`.
fn fill<'a>(ctx: &mut Ctx<'_>, object: &MsgObject<'_, 'a>, set: &mut PropertyBag<'a>) -> Result<()> {
    let place = object.storage().offset();
    if !object.has_list() {
        missing_properties(ctx, object)?;
    }
    for property in object.properties() {
        if let Err(error) = ctx.budget.take(Resource::Properties, property.offset) {
            return ctx.limit(error);
        }
        for fault in &property.faults {
            ctx.defect(fault.code(), property.offset, 0, fault)?;
        }
        let Some(value) = property.value else { continue };
        let values = match &value {
            PropValue::Multiple(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            if let PropValue::String(text) = value {
                if text.0.len() % 2 != 0 {
                    let detail = format!("property {} has {} bytes of UTF-16", property.tag, text.0.len());
                    ctx.defect(Code::OddUnicodeLength, property.offset, 0, detail)?;
                } else if !text.is_valid() {
                    let detail = format!("property {} has an unpaired surrogate", property.tag);
                    ctx.defect(Code::UndecodableText, property.offset, 0, detail)?;
                }
            }
        }
        let source = Source::List { offset: property.offset };
        set.push(Property { tag: property.tag, name: property.name.map(Box::new), value, source });
    }
    match object.rest_of_list() {
        0 => Ok(()),
        rest => {
            let detail = format!("{rest} bytes after the last property are no property");
            ctx.defect(Code::TrailingPropertyBytes, place, 0, detail)
        }
    }
}

/// The caller's that beats all, else what the properties say, else that of the message around, else the caller's, else 1252.
fn code_page(
    ctx: &mut Ctx<'_>,
    object: &MsgObject<'_, '_>,
    properties: &PropertyBag<'_>,
    outer: Option<CodePage>,
) -> Result<CodePage> {
    let said = page::candidates(properties).chain(outer);
    for candidate in ctx.options.code_page.into_iter().chain(said).chain(ctx.options.default_code_page) {
        if candidate.is_fit_for_strings() {
            return Ok(candidate);
        }
        let detail = format!("code page {candidate} cannot decode 8-bit strings");
        ctx.defect(Code::UnsupportedCodePage, object.storage().offset(), 0, detail)?;
    }
    Ok(CodePage::WINDOWS_1252)
}

fn attachment<'a>(
    ctx: &mut Ctx<'_>,
    object: &MsgObject<'_, 'a>,
    number: usize,
    code_page: CodePage,
    depth: usize,
) -> Result<Attachment<'a>> {
    let mut attachment = empty(ctx, object, number, code_page)?;
    let content = match object.content() {
        MsgContent::Message(inner) => {
            let inner = ctx.within(OBJECT, None, |ctx| nested(ctx, &inner, code_page, depth))?;
            inner.map(Content::Message)
        }
        content => Some(simple(ctx, object, content, attachment.method())?),
    };
    attachment.content = match content {
        Some(content) => content,
        // Too deep: its storage.
        None => Content::Object(storage(ctx, object, object.embedded_storage())?),
    };
    Ok(attachment)
}

/// An attachment without its contents.
#[inline(never)]
fn empty<'a>(ctx: &mut Ctx<'_>, object: &MsgObject<'_, 'a>, number: usize, code_page: CodePage) -> Result<Attachment<'a>> {
    let mut properties = PropertyBag::new(code_page);
    fill(ctx, object, &mut properties)?;
    undecodable(ctx, &properties, PROPERTIES, None)?;
    Ok(Attachment { properties, content: Content::None, rend_data: None, number, origin: None, title: None })
}

/// Reads an embedded message; `None`, with a diagnostic, if it is nested too deep.
fn nested<'a>(
    ctx: &mut Ctx<'_>,
    object: &MsgObject<'_, 'a>,
    code_page: CodePage,
    depth: usize,
) -> Result<Option<Box<Message<'a>>>> {
    if depth >= ctx.budget.depth() {
        ctx.defect(Code::NestingTooDeep, object.storage().offset(), 0, ctx.options.limits.nesting_reached())?;
        return Ok(None);
    }
    message(ctx, object, Some(code_page), depth.saturating_add(1)).map(Some)
}

/// Contents that are no message.
#[inline(never)]
fn simple<'a>(
    ctx: &mut Ctx<'_>,
    object: &MsgObject<'_, 'a>,
    content: MsgContent<'_, 'a>,
    method: Option<AttachMethod>,
) -> Result<Content<'a>> {
    Ok(match content {
        MsgContent::Bytes(data) => {
            if !data.is_whole {
                let detail = format!("{} bytes of the attachment are there", data.bytes.len());
                ctx.defect(Code::CompoundBrokenChain, data.offset, 0, detail)?;
            }
            Content::Bytes(data.bytes.into())
        }
        MsgContent::Storage(entry) => {
            if method == Some(AttachMethod::EMBEDDED_MESSAGE) {
                let detail = "embedded message has no list of properties";
                ctx.defect(Code::InvalidNestedStream, entry.offset(), 0, detail)?;
            }
            Content::Object(storage(ctx, object, Some(entry))?)
        }
        MsgContent::Object(object) => Content::Object(object),
        _ => Content::None,
    })
}

/// A storage as a compound file of its own.
#[inline(never)]
fn storage<'a>(ctx: &mut Ctx<'_>, object: &MsgObject<'_, 'a>, entry: Option<&crate::msg::Entry<'a>>) -> Result<Object<'a>> {
    let made = entry.map(|entry| (entry.offset(), object.storage_file(entry)));
    let data = match made {
        None => Vec::new(),
        Some((offset, Ok((bytes, is_whole)))) => {
            if !is_whole {
                ctx.defect(Code::MsgInvalidStorage, offset, 0, "a stream of the storage is cut")?;
            }
            bytes
        }
        Some((offset, Err(error))) => {
            ctx.defect(Code::MsgInvalidStorage, offset, 0, error.message().to_owned())?;
            Vec::new()
        }
    };
    Ok(Object { interface: Some(Object::ISTORAGE), data: data.into() })
}

#[cfg(test)]
mod tests {
    use crate::base::steps;
    use crate::mapi::RecipientType;
    use crate::{Attachment, Code, Compliance, Message, ReadOptions, Recipient};

    /// Forty thousand of them in 16 MiB became as many files of no byte.
    #[test]
    fn a_storage_with_nothing_in_it_is_no_attachment() {
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::from_bytes("figures.csv", "1;2"));
        message.recipients.push(Recipient::smtp(RecipientType::TO, "", "a@example.org"));
        let mut bytes = message.to_msg(&crate::message::MsgWriteOptions::default()).unwrap();
        for name in ["__attach_version1.0_#00000000", "__recip_version1.0_#00000000"] {
            let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let entry = bytes.windows(units.len()).position(|window| window == units).unwrap();
            // The child of the entry ([MS-CFB] 2.6.1): none.
            bytes[entry + 76..entry + 80].fill(0xFF);
        }
        let read = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
        assert_eq!((read.attachments.len(), read.recipients.len()), (0, 0));
        let missing = read.report().diagnostics().iter().filter(|one| one.code == Code::MsgMissingProperties);
        let places: Vec<String> = missing.map(|one| one.path.to_string()).collect();
        assert_eq!(places, ["__recip_version1.0[0]", "__attach_version1.0[0]"]);
        assert!(Message::read(&bytes, &ReadOptions { compliance: Compliance::Strict, ..ReadOptions::default() }).is_err());
    }

    /// Neither the tree of a folder nor the chains of its streams are walked for each recipient.
    #[test]
    fn many_recipients_take_work_in_proportion() {
        let file = |count: usize| {
            let mut message = Message::new("IPM.Note");
            for number in 0..count {
                message.recipients.push(Recipient::smtp(RecipientType::TO, "", &format!("a{number}@example.org")));
            }
            message.to_msg(&crate::message::MsgWriteOptions::default()).unwrap()
        };
        let files = [file(1_000), file(2_000)];
        steps::assert_linear("recipients", 1_000, |count| {
            let bytes = files.get(usize::from(count > 1_000)).unwrap();
            assert_eq!(Message::read(bytes, &ReadOptions::lenient()).unwrap().recipients.len(), count);
        });
    }
}
