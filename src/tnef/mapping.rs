//! Which property an attribute stands for, and which attribute a property becomes ([MS-OXTNEF] 2.1.3.3, mapping tables).
//!
//! `properties` and `data` are each other's reverse as far as the attribute can tell: text is limited to the code page,
//! dates to seconds, importance to three values.
//!
//! Where a property list carries the same property, the list wins: it knows more (time zones, Unicode, full class names).

use std::borrow::Cow;

use crate::base::output::Emit;
use crate::base::wire::{self, Wire};
use crate::base::{CodePage, FileTime};
use crate::mapi::entry_id::{OneOffEntryId, OneOffText};
use crate::mapi::{EntryId, OneOffFlags, PropId, PropTag, PropValue, Property, PropertyBag, SearchKey, Source, String8};

use super::attribute::{AttrId, Attribute};
use super::class_name;
use super::dtr::Dtr;
use super::message_status::{MessageStatus, Priority};
use super::rend_data::{AttachType, RendData, RendFlags};
use super::trp::{NameAndAddress, TRPID_ONE_OFF, Trp};
use super::value::AttributeValue;

/// The value of PidTagAttachTag that says OLE: OID 1.2.840.113556.3.10.3.2.1.
pub const ATTACH_TAG_OLE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0A, 0x03, 0x02, 0x01];
/// The value of PidTagAttachEncoding that says MacBinary: OID 1.2.840.113556.3.11.1.
pub const ATTACH_ENCODING_MAC_BINARY: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0B, 0x01];

/// The four properties that describe an address: name, type, address, entry id.
#[derive(Debug, Clone, Copy)]
struct AddressTags {
    name: u32,
    address_type: u32,
    address: u32,
    entry_id: u32,
}

const SENDER: AddressTags =
    AddressTags { name: 0x0C1A_001E, address_type: 0x0C1E_001E, address: 0x0C1F_001E, entry_id: 0x0C19_0102 };
const SENT_REPRESENTING: AddressTags =
    AddressTags { name: 0x0042_001E, address_type: 0x0064_001E, address: 0x0065_001E, entry_id: 0x0041_0102 };
const RECEIVED_REPRESENTING: AddressTags =
    AddressTags { name: 0x0044_001E, address_type: 0x0077_001E, address: 0x0078_001E, entry_id: 0x0043_0102 };

/// The ids of all properties that [`properties`] can name, in order.
const FACTS: [u16; 37] = [
    0x000B, 0x0017, 0x001A, 0x0025, 0x0037, 0x0039, 0x0041, 0x0042, 0x0043, 0x0044, 0x004B, 0x0060, 0x0061, 0x0062, 0x0063,
    0x0064, 0x0065, 0x0077, 0x0078, 0x0C19, 0x0C1A, 0x0C1E, 0x0C1F, 0x0E06, 0x0E07, 0x1000, 0x3007, 0x3008, 0x300B, 0x3701,
    0x3702, 0x3705, 0x3707, 0x3709, 0x370A, 0x370B, 0x370C,
];

/// Whether an attribute can stand for the property.
pub(crate) fn is_fact(id: PropId) -> bool {
    FACTS.binary_search(&id.0).is_ok()
}

/// The properties that `attribute` stands for. `class` is the message's MAPI class, which decides about attOwner.
///
/// Empty for attributes that are no property (version, code page, lists), and for values that mean nothing (dates that no
/// calendar has, invalid hex digits).
pub(crate) fn properties<'a>(attribute: &Attribute<'a>, class: &str) -> Vec<Property<'a>> {
    let mut found = Vec::new();
    each_property(attribute, class, |property| found.push(property));
    found
}

/// The same, one after the other.
pub(crate) fn each_property<'a>(attribute: &Attribute<'a>, class: &str, mut found: impl FnMut(Property<'a>)) {
    let Ok(value) = attribute.value() else { return };
    let source = Source::Attribute { offset: attribute.data_offset() };
    let mut one = |tag: u32, value: PropValue<'a>| found(Property { tag: PropTag(tag), name: None, value, source });
    match (attribute.id(), value) {
        (AttrId::MESSAGE_CLASS, AttributeValue::Text(text)) => one(0x001A_001E, class_value(text)),
        (AttrId::ORIGINAL_MESSAGE_CLASS | AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF, AttributeValue::Text(text)) => {
            one(0x004B_001E, class_value(text));
        }
        (AttrId::SUBJECT, AttributeValue::Text(text)) => one(0x0037_001E, PropValue::String8(text)),
        (AttrId::BODY, AttributeValue::Text(text)) => one(0x1000_001E, PropValue::String8(text)),
        (AttrId::ATTACH_TITLE, AttributeValue::Text(text)) => one(0x3707_001E, PropValue::String8(text)),
        (AttrId::ATTACH_TRANSPORT_FILENAME, AttributeValue::Text(text)) => one(0x370C_001E, PropValue::String8(text)),
        (AttrId::FROM, AttributeValue::Trp(triple)) => addresses(SENDER, &triple.who, one),
        (AttrId::SENT_FOR, AttributeValue::NameAndAddress(who)) => addresses(SENT_REPRESENTING, &who, one),
        (AttrId::OWNER, AttributeValue::NameAndAddress(who)) => addresses(owner(class), &who, one),
        (id, AttributeValue::Date(date)) => {
            if let (Some(tag), Some(time)) = (date_tag(id), file_time(&date)) {
                one(tag, PropValue::Time(time));
            }
        }
        (AttrId::MESSAGE_STATUS, AttributeValue::Status(status)) => {
            one(0x0E07_0003, PropValue::Integer32(status.to_message_flags()));
        }
        (AttrId::PRIORITY, AttributeValue::Priority(priority)) => {
            if let Some(importance) = priority.to_importance() {
                one(0x0017_0003, PropValue::Integer32(importance));
            }
        }
        (id, AttributeValue::Hex(hex)) => {
            if let (Some(tag), Some(bytes)) = (hex_tag(id), hex.to_bytes()) {
                one(tag, PropValue::Binary(bytes.into()));
            }
        }
        (AttrId::AID_OWNER, AttributeValue::Integer32(number)) => one(0x0062_0003, PropValue::Integer32(wire::signed(number))),
        (AttrId::REQUEST_RES, AttributeValue::Boolean(value)) => one(0x0063_000B, PropValue::Boolean(value)),
        (AttrId::DELEGATE, AttributeValue::Bytes(bytes)) => one(0x0043_0102, PropValue::Binary(bytes.into())),
        (AttrId::ATTACH_DATA, AttributeValue::Bytes(bytes)) => one(0x3701_0102, PropValue::Binary(bytes.into())),
        (AttrId::ATTACH_META_FILE, AttributeValue::Bytes(bytes)) => one(0x3709_0102, PropValue::Binary(bytes.into())),
        (AttrId::ATTACH_REND_DATA, AttributeValue::RendData(rend)) => {
            rend_data(&rend, one);
        }
        _ => {}
    }
}

/// What a name and an address are.
fn addresses<'a>(tags: AddressTags, who: &NameAndAddress<'a>, mut one: impl FnMut(u32, PropValue<'a>)) {
    let string = |bytes: &[u8]| PropValue::String8(String8([bytes, &[0]].concat().into()));
    let (address_type, address) = who.split_address();
    one(tags.name, PropValue::String8(who.display_name.clone()));
    if let Some(address_type) = address_type {
        one(tags.address_type, string(address_type));
    }
    one(tags.address, string(address));
    if let Some(entry_id) = address_type.and_then(|address_type| one_off(&who.display_name, address_type, address)) {
        one(tags.entry_id, PropValue::Binary(entry_id.into()));
    }
}

/// The one-off entry id of an address, its strings in the stream's code page as the attribute's are.
fn one_off(display_name: &String8<'_>, address_type: &[u8], email_address: &[u8]) -> Option<Vec<u8>> {
    let terminated = |bytes: &[u8]| String8([bytes, &[0]].concat().into());
    let text = OneOffText::String8 {
        display_name: terminated(display_name.text_bytes()),
        address_type: terminated(address_type),
        email_address: terminated(email_address),
    };
    let one_off = OneOffEntryId { version: 0, flags: OneOffFlags::empty(), text, trailing: Cow::Borrowed(&[]) };
    EntryId::OneOff(one_off).to_bytes().ok()
}

/// Whom attOwner names: the organizer of a request; in a response, the one whom it came to.
fn owner(class: &str) -> AddressTags {
    let response = class.get(..25).is_some_and(|start| start.eq_ignore_ascii_case("IPM.Schedule.Meeting.Resp"));
    if response { RECEIVED_REPRESENTING } else { SENT_REPRESENTING }
}

/// The data of attribute `id` by the properties of `set`, with text in `code_page` and `?` for what it does not have; `None` if
/// the properties are not there, or have values that the attribute cannot have.
pub(crate) fn data(id: AttrId, set: &PropertyBag<'_>, code_page: CodePage) -> Option<Vec<u8>> {
    let value = |tag: u32| set.by_id(PropTag(tag).id()).map(|property| &property.value);
    let text = |tag: u32| set.text_of(value(tag)?);
    let encoded = |text: &str| code_page.encode(text).map(|encoded| encoded.bytes);
    let terminated = |mut bytes: Vec<u8>| {
        bytes.push(0);
        bytes
    };
    let string = |tag: u32| match value(tag)? {
        // As it is, also where it is no valid text.
        PropValue::String8(bytes) if set.code_page() == code_page => Some(terminated(bytes.text_bytes().to_vec())),
        value => Some(terminated(encoded(&set.text_of(value)?)?)),
    };
    let class = |tag: u32| {
        let class = text(tag)?;
        match class_name::to_legacy(&class) {
            legacy if legacy != class => Some(terminated(encoded(legacy)?)),
            _ => string(tag),
        }
    };
    let addresses = |tags: AddressTags| {
        let without_nul = |tag| string(tag).map(|mut bytes| (bytes.pop(), bytes).1);
        let mut address = without_nul(tags.address)?;
        if let Some(address_type) = without_nul(tags.address_type) {
            address = [address_type, vec![b':'], address].concat();
        }
        let display_name = String8(without_nul(tags.name)?.into());
        Some(NameAndAddress { display_name, address: String8(address.into()) })
    };
    let bytes = |tag: u32| match value(tag)? {
        PropValue::Binary(bytes) => Some(bytes.to_vec()),
        _ => None,
    };
    let mut out = Vec::new();
    match id {
        AttrId::MESSAGE_CLASS => return class(0x001A_001E),
        AttrId::ORIGINAL_MESSAGE_CLASS | AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF => return class(0x004B_001E),
        AttrId::SUBJECT => return string(0x0037_001E),
        AttrId::BODY => return string(0x1000_001E),
        AttrId::ATTACH_TITLE => return string(0x3707_001E).or_else(|| string(0x3704_001E)),
        AttrId::ATTACH_TRANSPORT_FILENAME => return string(0x370C_001E),
        AttrId::DELEGATE => return bytes(0x0043_0102),
        AttrId::ATTACH_META_FILE => return bytes(0x3709_0102),
        AttrId::FROM => Trp { trpid: TRPID_ONE_OFF, who: addresses(SENDER)? }.emit(&mut out)?,
        AttrId::SENT_FOR => addresses(SENT_REPRESENTING)?.emit_counted(&mut out)?,
        AttrId::OWNER => addresses(owner(&text(0x001A_001E).unwrap_or_default()))?.emit_counted(&mut out)?,
        AttrId::DATE_SENT
        | AttrId::DATE_RECD
        | AttrId::DATE_MODIFIED
        | AttrId::ATTACH_MODIFY_DATE
        | AttrId::ATTACH_CREATE_DATE
        | AttrId::DATE_START
        | AttrId::DATE_END => match value(date_tag(id)?)? {
            PropValue::Time(time) => Dtr::from_date_time(time.date_time()?).emit(&mut out),
            _ => return None,
        },
        AttrId::MESSAGE_ID | AttrId::PARENT_ID | AttrId::CONVERSATION_ID => {
            return Some(SearchKey::from_bytes(bytes(hex_tag(id)?)?).to_hex_attribute());
        }
        AttrId::MESSAGE_STATUS => match value(0x0E07_0003)? {
            PropValue::Integer32(flags) => out.emit_u8(MessageStatus::from_message_flags(*flags).bits()),
            _ => return None,
        },
        AttrId::PRIORITY => match value(0x0017_0003)? {
            PropValue::Integer32(importance) => out.emit_u16(Priority::from_importance(*importance)?.0),
            _ => return None,
        },
        AttrId::AID_OWNER => match value(0x0062_0003)? {
            PropValue::Integer32(number) => out.emit_bytes(&number.le_bytes()),
            _ => return None,
        },
        AttrId::REQUEST_RES => match value(0x0063_000B)? {
            PropValue::Boolean(requested) => out.emit_u16(u16::from(*requested)),
            _ => return None,
        },
        _ => return None,
    }
    Some(out)
}

/// The property that a date attribute stands for.
fn date_tag(id: AttrId) -> Option<u32> {
    Some(match id {
        AttrId::DATE_SENT => 0x0039_0040,
        AttrId::DATE_RECD => 0x0E06_0040,
        AttrId::DATE_MODIFIED | AttrId::ATTACH_MODIFY_DATE => 0x3008_0040,
        AttrId::ATTACH_CREATE_DATE => 0x3007_0040,
        AttrId::DATE_START => 0x0060_0040,
        AttrId::DATE_END => 0x0061_0040,
        _ => return None,
    })
}

/// The property that an attribute of hexadecimal digits stands for.
fn hex_tag(id: AttrId) -> Option<u32> {
    Some(match id {
        AttrId::MESSAGE_ID => 0x300B_0102,
        AttrId::PARENT_ID => 0x0025_0102,
        AttrId::CONVERSATION_ID => 0x000B_0102,
        _ => return None,
    })
}

/// The MAPI class that the text of a class attribute stands for.
fn class_value(text: String8<'_>) -> PropValue<'_> {
    let Ok(name) = std::str::from_utf8(text.text_bytes()) else { return PropValue::String8(text) };
    PropValue::String8(match class_name::to_terminated_mapi(name) {
        Some(class) => String8(class.into()),
        None if class_name::to_mapi(name) == name => text,
        None => String8([class_name::to_mapi(name).as_bytes(), &[0]].concat().into()),
    })
}

/// A DTR as if it were UTC, which is what Exchange 2007 and later write.
fn file_time(date: &Dtr) -> Option<FileTime> {
    FileTime::from_date_time(date.to_date_time()?)
}

fn rend_data<'a>(rend: &RendData, mut one: impl FnMut(u32, PropValue<'a>)) {
    let ole = rend.attach_type == AttachType::OLE;
    one(0x3705_0003, PropValue::Integer32(if ole { 6 } else { 1 }));
    one(0x370B_0003, PropValue::Integer32(wire::signed(rend.position)));
    if ole {
        one(0x370A_0102, PropValue::Binary(ATTACH_TAG_OLE.into()));
    }
    if rend.flags.contains(RendFlags::MAC_BINARY) {
        one(0x3702_0102, PropValue::Binary(ATTACH_ENCODING_MAC_BINARY.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapi::Utf16;

    fn map(id: AttrId, data: &'static [u8], class: &str) -> Vec<(u32, PropValue<'static>)> {
        properties(&Attribute::of_data(id, data), class).into_iter().map(|p| (p.tag.0, p.value)).collect()
    }

    fn set(properties: Vec<(u32, PropValue<'static>)>) -> PropertyBag<'static> {
        let mut set = PropertyBag::new(CodePage::WINDOWS_1252);
        for (tag, value) in properties {
            set.push(Property { tag: PropTag(tag), name: None, value, source: Source::Made });
        }
        set
    }

    fn text(bytes: &'static [u8]) -> PropValue<'static> {
        PropValue::String8(String8(bytes.into()))
    }

    fn binary(bytes: &'static [u8]) -> PropValue<'static> {
        PropValue::Binary(bytes.into())
    }

    #[test]
    fn each_attribute_stands_for_its_property() {
        let date: &[u8] = &[0xE7, 7, 0x0B, 0, 0x0E, 0, 0x16, 0, 0x0D, 0, 0x14, 0, 2, 0];
        let time = PropValue::Time(FileTime(0x01DA_1747_C66D_0000));
        let table = [
            (AttrId::MESSAGE_CLASS, &b"IPM.Microsoft Mail.Note\0"[..], vec![(0x001A_001E, text(b"IPM.Note\0"))]),
            (AttrId::ORIGINAL_MESSAGE_CLASS_OXTNEF, b"IPM.Custom\0", vec![(0x004B_001E, text(b"IPM.Custom\0"))]),
            (AttrId::SUBJECT, b"Hi\0", vec![(0x0037_001E, text(b"Hi\0"))]),
            (AttrId::DATE_SENT, date, vec![(0x0039_0040, time.clone())]),
            (AttrId::DATE_START, date, vec![(0x0060_0040, time)]),
            (AttrId::DATE_RECD, &[0; 14], vec![]),
            (AttrId::MESSAGE_ID, b"00FF\0", vec![(0x300B_0102, binary(&[0, 0xFF]))]),
            (AttrId::PARENT_ID, b"xyz\0", vec![]),
            (AttrId::PRIORITY, &[1, 0], vec![(0x0017_0003, PropValue::Integer32(2))]),
            (AttrId::PRIORITY, &[9, 0], vec![]),
            (AttrId::MESSAGE_STATUS, &[0x20], vec![(0x0E07_0003, PropValue::Integer32(3))]),
            (AttrId::REQUEST_RES, &[1, 0], vec![(0x0063_000B, PropValue::Boolean(true))]),
            (AttrId::AID_OWNER, &[0xFF, 0xFF, 0xFF, 0xFF], vec![(0x0062_0003, PropValue::Integer32(-1))]),
            (AttrId::DELEGATE, b"id", vec![(0x0043_0102, binary(b"id"))]),
            (AttrId::TNEF_VERSION, &[0, 0, 1, 0], vec![]),
        ];
        for (id, bytes, expected) in table {
            assert_eq!(map(id, bytes, ""), expected, "{id}");
            assert!(expected.iter().all(|(tag, _)| is_fact(PropTag(*tag).id())), "{id}");
            let written = data(id, &set(expected.clone()), CodePage::WINDOWS_1252);
            assert_eq!(written.as_deref(), Some(bytes).filter(|_| !expected.is_empty()), "{id}");
        }
    }

    #[test]
    fn addresses_and_texts_are_written_as_they_are_read() {
        let from = b"\x04\0\x1D\0\x04\0\x09\0Jo\0\0SMTP:j@x\0\0\0\0\0\0\0\0\0";
        let counted = b"\x03\0Jo\0\x09\0SMTP:j@x\0";
        let response = "IPM.Schedule.Meeting.Resp.Pos";
        let table = [
            (AttrId::FROM, &from[..], ""),
            (AttrId::SENT_FOR, counted, ""),
            (AttrId::OWNER, counted, ""),
            (AttrId::OWNER, counted, response),
            (AttrId::OWNER, b"\x03\0Jo\0\x04\0j@x\0", ""),
            (AttrId::BODY, b"\x80\0", ""),
            (AttrId::ATTACH_TITLE, b"a.txt\0", ""),
            (AttrId::ATTACH_TRANSPORT_FILENAME, b"a.txt\0", ""),
            (AttrId::ATTACH_META_FILE, b"\x01\0\x09\0", ""),
            (AttrId::ATTACH_CREATE_DATE, &[0xE7, 7, 0x0B, 0, 0x0E, 0, 0x16, 0, 0x0D, 0, 0x14, 0, 2, 0], ""),
            (AttrId::ATTACH_MODIFY_DATE, &[0xE7, 7, 0x0B, 0, 0x0E, 0, 0x16, 0, 0x0D, 0, 0x14, 0, 2, 0], ""),
        ];
        for (id, bytes, class) in table {
            let mut facts = map(id, bytes, class);
            assert!(!facts.is_empty() && facts.iter().all(|(tag, _)| is_fact(PropTag(*tag).id())), "{id}");
            facts.push((0x001A_001E, text([class.as_bytes(), &[0]].concat().leak())));
            assert_eq!(data(id, &set(facts), CodePage::WINDOWS_1252).as_deref(), Some(bytes), "{id}");
        }
        let mut unicode = set(vec![(0x0037_001F, PropValue::String(Utf16::from("5 \u{20AC} \u{416}")))]);
        assert_eq!(data(AttrId::SUBJECT, &unicode, CodePage::WINDOWS_1252).unwrap(), b"5 \x80 ?\0");
        assert_eq!(data(AttrId::SUBJECT, &unicode, CodePage::WINDOWS_1251).unwrap(), b"5 \x88 \xC6\0");
        unicode.set(PropTag(0x0037_001F), text(b"\x80\0"));
        assert_eq!(data(AttrId::SUBJECT, &unicode, CodePage::WINDOWS_1251).unwrap(), b"\x88\0");
    }

    #[test]
    fn what_an_attribute_cannot_say_it_does_not_say() {
        let table = [
            (AttrId::PRIORITY, 0x0017_0003, PropValue::Integer32(9)),
            (AttrId::PRIORITY, 0x0017_0002, PropValue::Integer16(1)),
            (AttrId::DATE_SENT, 0x0039_0040, PropValue::Time(FileTime(u64::MAX))),
            (AttrId::FROM, 0x0C1A_001E, text(b"a name without address\0")),
            (AttrId::MESSAGE_ID, 0x300B_001E, text(b"00\0")),
            (AttrId::MSG_PROPS, 0x300B_001E, text(b"00\0")),
        ];
        for (id, tag, value) in table {
            assert_eq!(data(id, &set(vec![(tag, value)]), CodePage::WINDOWS_1252), None, "{id}");
            assert_eq!(data(id, &set(vec![]), CodePage::WINDOWS_1252), None, "{id}");
        }
        let long = set(vec![(0x0C1A_001E, text(vec![b'a'; 70_000].leak())), (0x0C1F_001E, text(b"x\0"))]);
        assert_eq!(data(AttrId::FROM, &long, CodePage::WINDOWS_1252), None);
    }

    #[test]
    fn an_owner_is_the_organizer_or_the_one_who_is_answered() {
        let data = b"\x03\0Jo\0\x09\0SMTP:j@x\0";
        let tags = |class| map(AttrId::OWNER, data, class).into_iter().map(|(tag, _)| tag).collect::<Vec<_>>();
        assert_eq!(tags("IPM.Schedule.Meeting.Request"), [0x0042_001E, 0x0064_001E, 0x0065_001E, 0x0041_0102]);
        assert_eq!(tags("IPM.Schedule.Meeting.Resp.Neg"), [0x0044_001E, 0x0077_001E, 0x0078_001E, 0x0043_0102]);
        let values: Vec<_> = map(AttrId::SENT_FOR, data, "").into_iter().map(|(_, value)| value).collect();
        // [MS-OXCDATA] 2.2.5.1: flags, provider UID, version, flag word, three strings.
        let entry_id = b"\0\0\0\0\x81\x2B\x1F\xA4\xBE\xA3\x10\x19\x9D\x6E\0\xDD\x01\x0F\x54\x02\0\0\0\0Jo\0SMTP\0j@x\0";
        assert_eq!(values, [text(b"Jo\0"), text(b"SMTP\0"), text(b"j@x\0"), binary(entry_id)]);
    }

    #[test]
    fn rend_data_says_method_position_and_mac_binary() {
        let ole_mac = &[2, 0, 7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0];
        let expected = vec![
            (0x3705_0003, PropValue::Integer32(6)),
            (0x370B_0003, PropValue::Integer32(7)),
            (0x370A_0102, binary(ATTACH_TAG_OLE)),
            (0x3702_0102, binary(ATTACH_ENCODING_MAC_BINARY)),
        ];
        assert_eq!(map(AttrId::ATTACH_REND_DATA, ole_mac, ""), expected);
        let empty = map(AttrId::ATTACH_REND_DATA, &[], "");
        assert_eq!(empty, [(0x3705_0003, PropValue::Integer32(1)), (0x370B_0003, PropValue::Integer32(-1))]);
    }
}
