//! The format itself: every attribute, every type of property, names, code pages, and the two ways of writing.

use uuid::Uuid;

use winmail::base::LegacyAttributes;
use winmail::mapi::{NamedTag, Object, PropName, PropTag, PropType, PropValue, RecipientType, SearchKey, String8, sets, tags};
use winmail::tnef::{AttrId, NameAndAddress, PropertyListWriter, Trp};
use winmail::{Attachment, Bytes};
use winmail::{CodePage, FileTime};
use winmail::{Error, Result};

use super::mail::PNG;
use super::recipe::{
    Recipe, Stream, binary, date, hex_text, item, list, number, recipient, rend_data, table, text, text8, time, written,
};

/// A message with every attribute that a specification names, in the recommended order.
pub(super) fn attributes(recipe: &Recipe) -> Result<Vec<u8>> {
    let string8 = |bytes: &'static [u8]| String8(bytes.into());
    let who = NameAndAddress { display_name: string8(b"Jane Doe\0"), address: string8(b"SMTP:jane@example.org\0") };
    let mut from = Vec::new();
    // Short names have a block and counted strings.
    Trp { trpid: 4, who: who.clone() }.emit(&mut from).unwrap_or_default();
    let mut counted = Vec::new();
    who.emit_counted(&mut counted).unwrap_or_default();
    let joe = recipient(RecipientType::TO, "Joe", "joe@example.net");
    let delegate = joe.properties.bytes(tags::ENTRY_ID).unwrap_or_default().to_vec();
    let row = list(&[
        (tags::RECIPIENT_TYPE, number(1)),
        (tags::DISPLAY_NAME, text("Joe")),
        (tags::ADDRESS_TYPE, text("SMTP")),
        (tags::EMAIL_ADDRESS, text("joe@example.net")),
    ])?;
    let stream = Stream::of_class(b"IPM.Microsoft Schedule.MtgReq\0")?
        .message(AttrId::ORIGINAL_MESSAGE_CLASS, b"IPM.Schedule.Meeting.Request\0")?
        .message(AttrId::FROM, &from)?
        .message(AttrId::SUBJECT, b"Every attribute: caf\xE9\0")?
        .message(AttrId::DATE_SENT, &date(9, 30))?
        .message(AttrId::DATE_RECD, &date(9, 31))?
        .message(AttrId::MESSAGE_STATUS, &[0x24])?
        .message(AttrId::MESSAGE_ID, &hex_text(&recipe.key(1)))?
        .message(AttrId::PARENT_ID, &hex_text(&recipe.key(2)))?
        .message(AttrId::CONVERSATION_ID, &hex_text(&recipe.key(3)))?
        .message(AttrId::BODY, b"The caf\xE9 at ten.\r\n\0")?
        .message(AttrId::PRIORITY, &1u16.to_le_bytes())?
        .message(AttrId::DATE_MODIFIED, &date(9, 32))?
        .message(AttrId::DATE_START, &date(10, 0))?
        .message(AttrId::DATE_END, &date(11, 0))?
        .message(AttrId::AID_OWNER, &0x1234_5678u32.to_le_bytes())?
        .message(AttrId::REQUEST_RES, &1u16.to_le_bytes())?
        .message(AttrId::OWNER, &counted)?
        .message(AttrId::SENT_FOR, &counted)?
        .message(AttrId::DELEGATE, &delegate)?
        .message(AttrId::RECIP_TABLE, &table(&[row]))?
        .message(AttrId::MSG_PROPS, &list(&[(tags::HAS_ATTACHMENTS, PropValue::Boolean(true))])?)?
        .part(AttrId::ATTACH_REND_DATA, &rend_data())?
        .part(AttrId::ATTACH_DATA, PNG)?
        .part(AttrId::ATTACH_TITLE, b"caf\xE9.png\0")?
        .part(AttrId::ATTACH_META_FILE, &recipe.bytes(4, 64))?
        .part(AttrId::ATTACH_CREATE_DATE, &date(8, 0))?
        .part(AttrId::ATTACH_MODIFY_DATE, &date(8, 1))?
        .part(AttrId::ATTACH_TRANSPORT_FILENAME, b"cafe.png\0")?
        .part(AttrId::ATTACHMENT, &list(&[(tags::ATTACH_METHOD, number(1))])?)?;
    Ok(stream.into_bytes())
}

/// Values of every type that has an encoding, at their limits.
fn values(recipe: &Recipe) -> Vec<(PropType, Vec<PropValue<'static>>)> {
    let bytes = |salt| Bytes::from(recipe.bytes(salt, 21));
    let guid = |salt| Uuid::from_slice(&recipe.bytes(salt, 16)).unwrap_or_default();
    let object = Object { interface: Some(Object::ISTORAGE), data: bytes(1) };
    vec![
        (PropType::UNSPECIFIED, vec![PropValue::Unspecified]),
        (PropType::NULL, vec![PropValue::Null]),
        (PropType::INTEGER16, [i16::MIN, -1, 0, i16::MAX].map(PropValue::Integer16).into()),
        (PropType::INTEGER32, [i32::MIN, -1, 0, i32::MAX].map(PropValue::Integer32).into()),
        (PropType::FLOATING32, [f32::MIN_POSITIVE, -1.5, f32::NAN, f32::MAX].map(PropValue::Floating32).into()),
        (PropType::FLOATING64, [f64::MIN_POSITIVE, 0.1, f64::NAN, f64::NEG_INFINITY].map(PropValue::Floating64).into()),
        (PropType::CURRENCY, [i64::MIN, -1, 123_456, i64::MAX].map(PropValue::Currency).into()),
        (PropType::FLOATING_TIME, [-0.25, 0.0, 46_300.5].map(PropValue::FloatingTime).into()),
        (PropType::ERROR_CODE, vec![PropValue::ErrorCode(0x8004_010F)]),
        (PropType::BOOLEAN, [true, false].map(PropValue::Boolean).into()),
        (PropType::OBJECT, vec![PropValue::Object(object)]),
        (PropType::INTEGER64, [i64::MIN, -1, i64::MAX].map(PropValue::Integer64).into()),
        (PropType::STRING8, vec![text8(b"caf\xE9\0"), text8(b"\0"), text8(b"abc\0")]),
        (PropType::STRING, vec![text("caf\u{e9} \u{1F600}"), text(""), text("abc")]),
        (PropType::TIME, [FileTime::ZERO, time(9, 30), FileTime::NONE].map(PropValue::Time).into()),
        (PropType::GUID, [guid(2), guid(3)].map(PropValue::Guid).into()),
        (PropType::SERVER_ID, vec![PropValue::ServerId(bytes(4))]),
        (PropType::RESTRICTION, vec![PropValue::Restriction(bytes(5))]),
        (PropType::RULE_ACTION, vec![PropValue::RuleAction(bytes(6))]),
        (PropType::BINARY, vec![binary(recipe.bytes(7, 21)), binary([]), binary([1, 2, 3, 4])]),
    ]
}

/// The types that come as lists, too.
fn is_listed(prop_type: PropType) -> bool {
    PropType::KNOWN.contains(&PropType(prop_type.0 | PropType::MULTIPLE_FLAG))
}

/// A property of every type, with each value alone and all of them as a list, and an empty list.
pub(super) fn property_types(recipe: &Recipe) -> Result<Vec<u8>> {
    let mut properties = PropertyListWriter::new();
    properties.push(tags::SUBJECT, None, &text("Every type"))?;
    let mut id = 0x6600u16;
    let mut push = |prop_type: PropType, value: &PropValue<'_>| {
        id = id.wrapping_add(1);
        properties.push(PropTag::new(winmail::mapi::PropId(id), prop_type), None, value)
    };
    for (prop_type, all) in values(recipe) {
        for value in &all {
            push(prop_type, value)?;
        }
        if is_listed(prop_type) {
            let multiple = PropType(prop_type.0 | PropType::MULTIPLE_FLAG);
            push(multiple, &PropValue::Multiple(all))?;
            push(multiple, &PropValue::Multiple(Vec::new()))?;
        }
    }
    Ok(Stream::mail()?.message(AttrId::MSG_PROPS, &properties.into_bytes())?.into_bytes())
}

/// Named properties of every set that is known and of one that is not, by number and by string, on message, recipient and
/// attachment; the same id for two names in two lists, as each list may.
pub(super) fn named(recipe: &Recipe) -> Result<Vec<u8>> {
    let known = [
        sets::PSETID_COMMON,
        sets::PSETID_ADDRESS,
        sets::PSETID_APPOINTMENT,
        sets::PSETID_MEETING,
        sets::PSETID_TASK,
        sets::PSETID_LOG,
        sets::PSETID_NOTE,
        sets::PS_PUBLIC_STRINGS,
        sets::PS_INTERNET_HEADERS,
    ];
    let own = Uuid::from_slice(&recipe.bytes(1, 16)).unwrap_or_default();
    let mut properties = PropertyListWriter::new();
    properties.push(tags::SUBJECT, None, &text("Named properties"))?;
    let mut id = 0x8000u16;
    let mut push = |name: &PropName<'_>, prop_type: PropType, value: &PropValue<'_>| {
        let tag = PropTag::new(winmail::mapi::PropId(id), prop_type);
        id = id.wrapping_add(1);
        properties.push(tag, Some(name), value)
    };
    for set in known.into_iter().chain([own]) {
        push(&NamedTag::lid(set, 0xABCD, PropType::INTEGER32).to_name(), PropType::INTEGER32, &number(7))?;
        push(&NamedTag::string(set, "x-winmail-sample", PropType::STRING).to_name(), PropType::STRING, &text("a value"))?;
    }
    // Lengths with and without padding; characters beyond 16 bits.
    for name in ["a", "ab", "abc", "caf\u{e9}-\u{1F600}", "x-mailer"] {
        let name = NamedTag::string(sets::PS_INTERNET_HEADERS, name, PropType::STRING).to_name();
        push(&name, PropType::STRING, &text("header"))?;
    }
    let keywords = PropValue::Multiple(vec![text("Red"), text("Blue")]);
    push(&winmail::mapi::named::KEYWORDS.to_name(), PropType::MULTIPLE_STRING, &keywords)?;
    let one = |name: &'static str| {
        let mut list = PropertyListWriter::new();
        list.push(PropTag(0x8000_001F), Some(&NamedTag::string(own, name, PropType::STRING).to_name()), &text(name))?;
        Ok::<_, Error>(list.into_bytes())
    };
    let stream = Stream::mail()?
        .message(AttrId::RECIP_TABLE, &table(&[one("of the recipient")?]))?
        .message(AttrId::MSG_PROPS, &properties.into_bytes())?
        .attachment(b"a.txt\0", Some(b"abc"), &one("of the attachment")?)?;
    Ok(stream.into_bytes())
}

/// A word that the code page has: of its script, or else ASCII.
fn word(code_page: u32) -> &'static str {
    match code_page {
        850 | 1252 | 28591 => "caf\u{e9}",
        1251 | 20866 => "\u{416}\u{443}\u{440}\u{43d}\u{430}\u{43b}",
        874 => "\u{e44}\u{e17}\u{e22}",
        932 | 50220 => "\u{65e5}\u{672c}\u{8a9e}",
        936 | 54936 => "\u{4e2d}\u{6587}",
        949 => "\u{d55c}\u{ad6d}\u{c5b4}",
        950 => "\u{4e2d}\u{6587}",
        1250 => "\u{17d}lu\u{165}",
        1253 => "\u{3b1}\u{3b2}\u{3b3}",
        1254 => "\u{130}stanbul",
        1255 => "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
        1256 => "\u{633}\u{644}\u{627}\u{645}",
        1257 => "\u{160}iauliai",
        1258 => "\u{110}\u{f4}ng",
        65001 => "caf\u{e9} \u{65e5}\u{672c}\u{8a9e} \u{1F600}",
        _ => "text",
    }
}

/// 8-bit text in a code page: in attributes, in properties, in a recipient's name, in a file name.
pub(super) fn code_page<const PAGE: u32>(recipe: &Recipe) -> Result<Vec<u8>> {
    let word = word(PAGE);
    let encoded = CodePage(PAGE).encode(word).filter(|encoded| encoded.unmappable == 0);
    let unknown = || Error::from(std::io::Error::other(format!("code page {PAGE} does not have {word}")));
    let mut bytes = encoded.ok_or_else(unknown)?.bytes;
    bytes.push(0);
    let row = list(&[
        (tags::RECIPIENT_TYPE, number(1)),
        (tags::DISPLAY_NAME.with_type(PropType::STRING8), text8(&bytes)),
        (tags::ADDRESS_TYPE, text("SMTP")),
        (tags::EMAIL_ADDRESS, text("joe@example.net")),
    ])?;
    let properties = list(&[
        (tags::SEARCH_KEY, binary(recipe.key(1))),
        (tags::CONVERSATION_TOPIC.with_type(PropType::STRING8), text8(&bytes)),
        (PropTag(0x6600_101E), PropValue::Multiple(vec![text8(&bytes), text8(&bytes)])),
        (tags::BODY, text(word)),
    ])?;
    let attachment = list(&[(tags::ATTACH_METHOD, number(1)), (PropTag(0x3707_001E), text8(&bytes))])?;
    let stream = Stream::in_code_page(PAGE)?
        .message(AttrId::MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0")?
        .message(AttrId::SUBJECT, &bytes)?
        .message(AttrId::RECIP_TABLE, &table(&[row]))?
        .message(AttrId::MSG_PROPS, &properties)?
        .attachment(&bytes, Some(b"abc"), &attachment)?;
    Ok(stream.into_bytes())
}

/// The same message in the two forms of canonical writing.
fn both_forms(recipe: &Recipe, legacy: LegacyAttributes) -> Result<Vec<u8>> {
    let mut message = item(recipe, "IPM.Note", "How it is written");
    message.properties.set(tags::BODY, "Twelve?\r\n");
    let key = SearchKey::address("SMTP", "joe@example.net");
    let mut joe = recipient(RecipientType::TO, "Joe", "joe@example.net");
    joe.properties.set(tags::SEARCH_KEY, binary(key.bytes()));
    message.recipients.push(joe);
    message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    message.attachments.push(Attachment::from_message(item(recipe, "IPM.Note", "inner")));
    written(&message, legacy)
}

/// Nothing in legacy attributes that need not be there: pure encapsulation.
pub(super) fn encapsulated(recipe: &Recipe) -> Result<Vec<u8>> {
    both_forms(recipe, LegacyAttributes::None)
}

/// As much in legacy attributes as Outlook writes.
pub(super) fn outlook(recipe: &Recipe) -> Result<Vec<u8>> {
    both_forms(recipe, LegacyAttributes::Outlook)
}
