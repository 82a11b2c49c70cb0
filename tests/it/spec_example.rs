//! Worked examples, attribute by attribute. Expected values are the specification's, not this crate's output.

use uuid::Uuid;
use winmail::CodePage;
use winmail::mapi::{NameKind, PropTag, PropValue, Utf16, tags};
use winmail::message::MessageKind;
use winmail::tnef::{AttrId, Attribute, AttributeValue, ChecksumState, Level, Priority, Reader, checksum};
use winmail::{DateTime, FileTime, Message, ReadOptions};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn attributes(stream: &[u8]) -> Vec<Attribute<'_>> {
    Reader::new(stream).unwrap().attributes().map(Result::unwrap).collect()
}

/// Level, id, length and checksum of every attribute, and that the checksum is that of the data.
fn assert_framing(attributes: &[Attribute<'_>], expected: &[(Level, AttrId, u32, u16)]) {
    let framing = |a: &Attribute<'_>| (a.level(), a.id(), a.declared_length(), a.stored_checksum().unwrap());
    assert_eq!(attributes.iter().map(framing).collect::<Vec<_>>(), expected);
    assert!(attributes.iter().all(|attribute| attribute.checksum_state() == ChecksumState::Match));
}

fn text(attribute: &Attribute<'_>) -> String {
    let Ok(AttributeValue::Text(text)) = attribute.value() else { panic!("{} is no text", attribute.id()) };
    String::from_utf8(text.text_bytes().to_vec()).unwrap()
}

fn date(attribute: &Attribute<'_>) -> (DateTime, u16) {
    let Ok(AttributeValue::Date(date)) = attribute.value() else { panic!("{} is no date", attribute.id()) };
    (date.to_date_time().unwrap(), date.day_of_week)
}

/// Reads strictly; nothing at all may be remarked but what is listed.
fn read<'a>(stream: &'a [u8], remarks: &[&str]) -> Message<'a> {
    let message = Message::read(stream, &ReadOptions::strict()).unwrap();
    let report = message.report();
    assert_eq!(report.diagnostics().iter().map(|d| d.code.name()).collect::<Vec<_>>(), remarks);
    message
}

/// [MS-OXTNEF] 3.1, "Sample Message": signature, key and the eight attributes before attMsgProps. The specification gives
/// values, lengths and checksums in words; the bytes are those that 2.1.3 makes of them.
#[test]
fn the_attributes_of_section_3_1() {
    let stream = bytes(
        "78 9F 3E 22  01 00
         01 06900800 04000000  00000100  0100
         01 07900600 08000000  E4040000 00000000  E800
         01 08800700 18000000  49504D2E4D6963726F736F6674204D61696C2E4E6F7465 00  3108
         01 0D800400 02000000  0200  0200
         01 04800100 0F000000  53696D706C65207375626A656374 00  7A05
         01 05800300 0E000000  D407 0200 1100 0B00 1900 2300 0200  3701
         01 20800300 0E000000  D407 0200 1100 0C00 1A00 0900 0200  1F01
         01 09800100 21000000  3735374242313943444539333641343038374439304242373834433538453342 00  5107",
    );
    let message = Level::MESSAGE;
    let attributes = attributes(&stream);
    assert_framing(
        &attributes,
        &[
            (message, AttrId::TNEF_VERSION, 4, 0x0001),
            (message, AttrId::OEM_CODEPAGE, 8, 0x00E8),
            (message, AttrId::MESSAGE_CLASS, 24, 0x0831),
            (message, AttrId::PRIORITY, 2, 0x0002),
            (message, AttrId::SUBJECT, 15, 0x057A),
            (message, AttrId::DATE_SENT, 14, 0x0137),
            (message, AttrId::DATE_MODIFIED, 14, 0x011F),
            (message, AttrId::MESSAGE_ID, 33, 0x0751),
        ],
    );
    assert_eq!(Reader::new(&stream).unwrap().legacy_key(), Some(0x0001));
    let [version, pages, class, priority, subject, sent, modified, id] = &attributes[..] else { unreachable!() };
    assert!(matches!(version.value(), Ok(AttributeValue::Integer32(0x0001_0000))));
    let Ok(AttributeValue::CodePages(pages)) = pages.value() else { panic!() };
    assert_eq!((pages.primary, pages.secondary), (CodePage(1252), Some(CodePage(0))));
    assert_eq!(text(class), "IPM.Microsoft Mail.Note");
    let Ok(AttributeValue::Priority(priority)) = priority.value() else { panic!() };
    assert_eq!(priority, Priority::NORMAL);
    assert_eq!(text(subject), "Simple subject");
    // "Tuesday, 02/17/2004, 11:25:35" and "12:26:09"; Sunday is 0.
    const TUESDAY: u16 = 2;
    assert_eq!(date(sent).0.to_string(), "2004-02-17T11:25:35");
    assert_eq!(date(modified).0.to_string(), "2004-02-17T12:26:09");
    assert_eq!((date(sent).1, date(modified).1), (TUESDAY, TUESDAY));
    let Ok(AttributeValue::Hex(key)) = id.value() else { panic!() };
    let key = key.to_bytes().unwrap();
    assert_eq!(key, bytes("757BB19CDE936A4087D90BB784C58E3B"));

    // What the attributes stand for: [MS-OXTNEF] 2.1.3.3.
    let message = read(&stream, &[]);
    assert_eq!(message.class().unwrap(), "IPM.Note");
    assert_eq!(message.kind(), MessageKind::Mail);
    assert_eq!(message.subject().unwrap(), "Simple subject");
    assert_eq!(message.code_page(), CodePage(1252));
    assert_eq!(message.properties.integer(tags::IMPORTANCE), Some(1));
    assert_eq!(message.properties.bytes(tags::SEARCH_KEY), Some(&key[..]));
    assert_eq!(message.properties.time(tags::CLIENT_SUBMIT_TIME).unwrap().to_string(), "2004-02-17T11:25:35Z");
    assert_eq!(message.properties.time(tags::LAST_MODIFICATION_TIME).unwrap().to_string(), "2004-02-17T12:26:09Z");
}

/// The Microsoft example of a meeting response, as the corpus has it; read off its bytes by the grammar of 2.1.3.
#[test]
fn the_meeting_response_of_the_corpus() {
    let Some(sample) = crate::support::tnef_sample("ms-oxtnef-spec-example-mtgrespn") else { return };
    let attributes = attributes(&sample.bytes);
    let message = Level::MESSAGE;
    assert_framing(
        &attributes,
        &[
            (message, AttrId::TNEF_VERSION, 4, 0x0001),
            (message, AttrId::OEM_CODEPAGE, 8, 0x00E8),
            (message, AttrId::MESSAGE_CLASS, 32, 0x0B55),
            (message, AttrId::PRIORITY, 2, 0x0002),
            (message, AttrId::DATE_SENT, 14, 0x012E),
            (message, AttrId::DATE_MODIFIED, 14, 0x012E),
            (message, AttrId::MSG_PROPS, 136, 0x21F7),
        ],
    );
    let offsets: Vec<u64> = attributes.iter().map(Attribute::offset).collect();
    assert_eq!(offsets, [0x06, 0x15, 0x28, 0x53, 0x60, 0x79, 0x92]);
    assert_eq!(text(&attributes[2]), "IPM.Microsoft Schedule.MtgRespN");
    for attribute in &attributes[4..6] {
        // 16 January 2008 was a Wednesday.
        assert_eq!((date(attribute).0.to_string().as_str(), date(attribute).1), ("2008-01-16T23:28:08", 3));
    }
    let Ok(AttributeValue::Properties(list)) = attributes[6].value() else { panic!() };
    assert_eq!(list.declared_count(), 2);
    let properties: Vec<_> = list.iter().map(Result::unwrap).collect();
    let [correlation, rtf] = &properties[..] else { panic!("{properties:?}") };
    assert_eq!((correlation.tag(), correlation.offset()), (PropTag(0x007F_0102), 0x9F));
    assert_eq!(correlation.value().as_bytes(), Some(&b"8qkj00sgm4f\0"[..]));
    assert_eq!((rtf.tag(), rtf.offset()), (PropTag(0x1009_0102), 0xB7));
    let PropValue::Binary(container) = rtf.value() else { panic!() };
    // COMPSIZE counts all but itself, RAWSIZE, "LZFu", the CRC: [MS-OXRTFCP] 2.1.3.1.1.
    assert_eq!(container.len(), 93);
    assert_eq!(container[..16], bytes("59000000 B3000000 4C5A4675 A9BEBBED"));
    assert_eq!(rtf.encoded_value().len(), 4 + 4 + 93 + 3);

    let message = read(&sample.bytes, &[]);
    assert_eq!(message.class().unwrap(), "IPM.Schedule.Meeting.Resp.Neg");
    assert_eq!(message.kind(), MessageKind::MeetingDeclined);
    assert_eq!(message.properties.integer(tags::IMPORTANCE), Some(1));
}

/// A mail with a named flag, keywords and one file: IPM.Note, "Hi", 2023-11-14 22:13:20 UTC, normal priority, PSETID_Common
/// LID 0x8503 false, Keywords Red and Blue, a.txt with abc.
const SMALL: &str = "
    789f3e22 2301
    01 06900800 04000000  00000100  0100
    01 07900600 08000000  e404000000000000  e800
    01 08800700 18000000  49504d2e4d6963726f736f6674204d61696c2e4e6f746500  3108
    01 0d800400 02000000  0200  0200
    01 05800300 0e000000  e7070b000e0016000d0014000200  4001
    01 03900600 9c000000
        050000001f003700010000000600000048006900000000000b001b0e01000000
        4000390000006dc64717da010b0000800820060000000000c000000000000046
        0000000003850000000000001f1001802903020000000000c000000000000046
        01000000120000004b006500790077006f007200640073000000000002000000
        0800000052006500640000000a00000042006c007500650000000000  7a0e
    02 02900600 0e000000  0100ffffffff2000200000000000  3d04
    02 0f800600 03000000  616263  2601
    02 10800100 06000000  612e74787400  ef01
    02 05900600 24000000
        0200000003000537010000001f000737010000000c00000061002e0074007800
        74000000  9b02";

#[test]
fn the_383_bytes_of_a_small_mail() {
    let stream = bytes(SMALL);
    assert_eq!(stream.len(), 383);
    let attributes = attributes(&stream);
    let (message, attachment) = (Level::MESSAGE, Level::ATTACHMENT);
    assert_framing(
        &attributes,
        &[
            (message, AttrId::TNEF_VERSION, 4, 0x0001),
            (message, AttrId::OEM_CODEPAGE, 8, 0x00E8),
            (message, AttrId::MESSAGE_CLASS, 24, 0x0831),
            (message, AttrId::PRIORITY, 2, 0x0002),
            (message, AttrId::DATE_SENT, 14, 0x0140),
            (message, AttrId::MSG_PROPS, 156, 0x0E7A),
            (attachment, AttrId::ATTACH_REND_DATA, 14, 0x043D),
            (attachment, AttrId::ATTACH_DATA, 3, 0x0126),
            (attachment, AttrId::ATTACH_TITLE, 6, 0x01EF),
            (attachment, AttrId::ATTACHMENT, 36, 0x029B),
        ],
    );
    assert_eq!(checksum(b"abc"), 0x0126);

    let Ok(AttributeValue::Properties(list)) = attributes[5].value() else { panic!() };
    let properties: Vec<_> = list.iter().map(Result::unwrap).collect();
    let tags_seen: Vec<u32> = properties.iter().map(|property| property.tag().0).collect();
    assert_eq!(tags_seen, [0x0037_001F, 0x0E1B_000B, 0x0039_0040, 0x8000_000B, 0x8001_101F]);
    assert_eq!(properties[0].value(), PropValue::String(Utf16::from("Hi")));
    assert_eq!(properties[1].value(), PropValue::Boolean(true));
    assert_eq!(properties[2].value(), PropValue::Time(FileTime(0x01DA_1747_C66D_0000)));
    let common = Uuid::parse_str("00062008-0000-0000-c000-000000000046").unwrap();
    let name = properties[3].name().unwrap();
    assert_eq!((name.set, &name.kind), (common, &NameKind::Lid(0x8503)));
    assert_eq!(properties[3].value(), PropValue::Boolean(false));
    let public_strings = Uuid::parse_str("00020329-0000-0000-c000-000000000046").unwrap();
    let name = properties[4].name().unwrap();
    assert_eq!((name.set, &name.kind), (public_strings, &NameKind::String(Utf16::from("Keywords"))));
    assert!(properties[4].values().eq([PropValue::from("Red"), PropValue::from("Blue")]));

    let Ok(AttributeValue::RendData(rend)) = attributes[6].value() else { panic!() };
    assert_eq!((rend.attach_type.0, rend.position, rend.width, rend.height, rend.flags.bits()), (1, u32::MAX, 32, 32, 0));

    let message = read(&stream, &[]);
    assert_eq!(message.legacy_key(), Some(0x0123));
    assert_eq!(message.class().unwrap(), "IPM.Note");
    assert_eq!(message.subject().unwrap(), "Hi");
    assert_eq!(message.properties.time(tags::CLIENT_SUBMIT_TIME).unwrap().to_string(), "2023-11-14T22:13:20Z");
    let [file] = &message.attachments[..] else { panic!() };
    assert_eq!((file.file_name().unwrap().as_ref(), file.data()), ("a.txt", &b"abc"[..]));
    assert_eq!(file.method().unwrap().0, 1);
    assert_eq!(file.rendering_position(), None);
}
