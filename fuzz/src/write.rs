//! What must hold of writing: what the model holds is written or refused, what is written is read and written again the same, and
//! the JSON of a dump is packed into the same bytes.

use std::ffi::OsString;
use std::sync::LazyLock;

use arbitrary::{Error, Result, Unstructured};
use winmail::base::LegacyAttributes;
use winmail::mapi::{
    NamedTag, Object, PropId, PropName, PropTag, PropType, PropValue, Property, RecipientType, Source, String8, Utf16, sets, tags,
};
use winmail::message::Content;
use winmail::{Attachment, CodePage, ErrorKind, FileTime, Message, Recipient, WriteOptions};
use winmail_cli::{Invocation, Streams};

/// Depth of nested messages that are made.
const DEPTH: usize = 3;

/// A message of what `data` says, written, read and written again.
pub fn write(data: &[u8]) {
    let mut u = Unstructured::new(data);
    let Ok((message, options)) = message(&mut u, DEPTH).and_then(|message| Ok((message, options(&mut u)?))) else { return };
    let first = match message.to_tnef(&options) {
        Ok(first) => first,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Unencodable, "{error}");
            let mut out = Vec::new();
            assert!(message.write_tnef(&options, &mut out).is_err() && out.is_empty(), "half a stream is left behind");
            return;
        }
    };
    let mut streamed = Vec::new();
    message.write_tnef(&options, &mut streamed).expect("it was written before");
    assert_eq!(streamed, first);
    super::pieces(&first);
    let again = Message::from_tnef(&first).expect("our own output");
    assert_eq!(again.to_tnef(&WriteOptions::mirror()).expect("nothing was changed"), first, "mirrored");
    assert_eq!(again.attachments.len(), message.attachments.len());
    assert_eq!(again.recipients.len(), message.recipients.len());
    // What is canonical stays so, once everything is in the code page of the stream.
    let second = again.to_tnef(&options).expect("it was read from a stream");
    let third = Message::from_tnef(&second).expect("our own output").to_tnef(&options).expect("it was read from a stream");
    assert_eq!(third, second, "canonical");
}

fn options(u: &mut Unstructured<'_>) -> Result<WriteOptions> {
    let legacy = *u.choose(&[LegacyAttributes::None, LegacyAttributes::Exchange, LegacyAttributes::Outlook])?;
    let mut options = WriteOptions::canonical().with_legacy(legacy);
    if u.ratio(1, 4)? {
        options = options.with_code_page(CodePage(*u.choose(&[437, 932, 1251, 1252, 50220, 65000, 65001])?));
    }
    Ok(options)
}

fn message(u: &mut Unstructured<'_>, depth: usize) -> Result<Message<'static>> {
    let classes =
        ["IPM.Note", "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Resp.Neg", "REPORT.IPM.Note.NDR", "\u{e9}", ""];
    let mut message = Message::new(u.choose(&classes)?);
    for _ in 0..u.int_in_range(0..=6)? {
        message.properties.push(property(u)?);
    }
    for _ in 0..u.int_in_range(0..=2)? {
        let mut recipient = Recipient::smtp(RecipientType(u.arbitrary()?), &text(u)?, &text(u)?);
        recipient.properties.push(property(u)?);
        message.recipients.push(recipient);
    }
    for _ in 0..u.int_in_range(0..=2)? {
        let bytes: Vec<u8> = u.arbitrary()?;
        let mut attachment = match u.int_in_range(0..=3)? {
            0 => Attachment::from_bytes(&text(u)?, bytes),
            1 => Attachment::from_storage(&text(u)?, bytes),
            2 if depth > 0 => Attachment::from_message(self::message(u, depth - 1)?),
            _ => Attachment::new(winmail::mapi::AttachMethod::BY_REFERENCE, Content::None),
        };
        attachment.properties.push(property(u)?);
        message.attachments.push(attachment);
    }
    Ok(message)
}

fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let text: String = u.arbitrary()?;
    Ok(text.replace('\0', ""))
}

/// A property: of an id that means nothing, of one that attributes stand for, or with a name.
fn property(u: &mut Unstructured<'_>) -> Result<Property<'static>> {
    let facts =
        [tags::SUBJECT, tags::BODY, tags::IMPORTANCE, tags::CLIENT_SUBMIT_TIME, tags::SENDER_NAME, tags::SENDER_EMAIL_ADDRESS];
    let prop_type = *u.choose(PropType::KNOWN)?;
    let (tag, name) = match u.int_in_range(0..=3)? {
        0 => (u.choose(&facts)?.with_type(prop_type), None),
        1 => {
            let name: PropName<'static> = match u.arbitrary()? {
                true => NamedTag::lid(sets::PSETID_COMMON, u.arbitrary()?, prop_type).to_name(),
                false => {
                    PropName { set: sets::PS_PUBLIC_STRINGS, kind: winmail::mapi::NameKind::String(Utf16::from(&*text(u)?)) }
                }
            };
            (PropTag::new(PropId(0x8000), prop_type), Some(name))
        }
        _ => (PropTag::new(PropId(u.int_in_range(0x6600..=0x66FF)?), prop_type), None),
    };
    let value = if prop_type.is_multiple() {
        let count = u.int_in_range(0..=3)?;
        PropValue::Multiple((0..count).map(|_| value(u, prop_type.single())).collect::<Result<_>>()?)
    } else if u.ratio(1, 50)? {
        // Of another type than the tag says: to be refused.
        PropValue::Integer16(1)
    } else {
        value(u, prop_type)?
    };
    Ok(Property { tag, name: name.map(Box::new), value, source: Source::Made })
}

fn value(u: &mut Unstructured<'_>, prop_type: PropType) -> Result<PropValue<'static>> {
    let bytes = |u: &mut Unstructured<'_>| u.arbitrary::<Vec<u8>>().map(Into::into);
    Ok(match prop_type {
        PropType::UNSPECIFIED => PropValue::Unspecified,
        PropType::NULL => PropValue::Null,
        PropType::INTEGER16 => PropValue::Integer16(u.arbitrary()?),
        PropType::INTEGER32 => PropValue::Integer32(u.arbitrary()?),
        PropType::FLOATING32 => PropValue::Floating32(u.arbitrary()?),
        PropType::FLOATING64 => PropValue::Floating64(u.arbitrary()?),
        PropType::CURRENCY => PropValue::Currency(u.arbitrary()?),
        PropType::FLOATING_TIME => PropValue::FloatingTime(u.arbitrary()?),
        PropType::ERROR_CODE => PropValue::ErrorCode(u.arbitrary()?),
        PropType::BOOLEAN => PropValue::Boolean(u.arbitrary()?),
        PropType::OBJECT => {
            PropValue::Object(Object { interface: u.arbitrary::<bool>()?.then_some(Object::ISTORAGE), data: bytes(u)? })
        }
        PropType::INTEGER64 => PropValue::Integer64(u.arbitrary()?),
        PropType::STRING8 => PropValue::String8(String8(bytes(u)?)),
        PropType::STRING if u.ratio(1, 4)? => PropValue::String(Utf16(bytes(u)?)),
        PropType::STRING => PropValue::from(&*text(u)?),
        PropType::TIME => PropValue::Time(FileTime(u.arbitrary()?)),
        PropType::GUID => PropValue::Guid(sets::PSETID_TASK),
        PropType::SERVER_ID => PropValue::ServerId(bytes(u)?),
        PropType::RESTRICTION => PropValue::Restriction(bytes(u)?),
        PropType::RULE_ACTION => PropValue::RuleAction(bytes(u)?),
        PropType::BINARY => PropValue::Binary(bytes(u)?),
        _ => return Err(Error::IncorrectFormat),
    })
}

/// Command lines, understood once: that takes longer than to pack a short stream.
static PACK: LazyLock<Invocation> = LazyLock::new(|| understood(&["pack", "-", "-o", "-"]));
static DUMP: LazyLock<Invocation> = LazyLock::new(|| understood(&["dump", "--json", "-"]));

fn understood(args: &[&str]) -> Invocation {
    Invocation::parse(["winmail"].iter().chain(args).map(OsString::from)).expect("it is right")
}

fn run(invocation: &Invocation, mut input: &[u8]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdin: &mut input, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = invocation.run(&mut streams);
    (code, out, String::from_utf8_lossy(&err).into_owned())
}

/// JSON, calendars and cards are packed or refused with a sentence; what a calendar says and no item can hold is said beside the result. A
/// stream comes back from its dump.
pub fn pack(data: &[u8]) {
    let (code, out, err) = run(&PACK, data);
    assert!(code == 0 || !err.is_empty());
    assert!(code <= 1 && (code == 0 || out.is_empty()));
    let stream = if code == 0 { out } else { data.to_vec() };
    // Mails and base64 are taken apart before they are dumped.
    if !stream.starts_with(&winmail::tnef::SIGNATURE.to_le_bytes()) {
        return;
    }
    let (code, json, _) = run(&DUMP, &stream);
    if code == 1 {
        return;
    }
    let (code, packed, err) = run(&PACK, &json);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(packed == stream, "the bytes are not the same");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_their_dumps_are_packed() {
        let folder = super::super::tests::crate_folder().join("../testdata");
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "dat") {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            pack(&bytes);
            pack(&run(&DUMP, &bytes).1);
            write(&bytes);
            seen += 1;
        }
        assert!(seen > 50);
    }

    #[test]
    fn messages_of_noise_are_written() {
        let mut state = 1u64;
        for length in 0..3000 {
            let data: Vec<u8> = std::iter::repeat_with(|| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .take(length % 1500)
            .collect();
            write(&data);
        }
    }
}
