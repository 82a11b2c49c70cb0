//! Makes the files under `testdata/`: `cargo run --example make_testdata`. Its test fails when a file is stale.
//!
//! Everything is written by `tnef::Writer` from what stands here; no real mail went into it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use winmail::mapi::{Object, PropTag, PropValue, SearchKey, String8, named, tags};
use winmail::tnef::{AttrId, Dtr, Level, NameAndAddress, PropertyListWriter, RendData, Triple, Writer};
use winmail::{DateTime, FileTime, Result};

/// A PNG of one grey pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78,
    0x9C, 0x63, 0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xCD, 0x72, 0xB6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44,
    0xAE, 0x42, 0x60, 0x82,
];

const HTML: &str = "<html><head><meta charset=\"utf-8\"></head><body><p>Dear all,</p><p>please find the figures of the \
    third quarter attached. The <b>caf\u{e9}</b> did well.</p><p><img src=\"cid:logo@example.org\" alt=\"\"></p>\
    <p>Jane</p></body></html>";

const CSV: &[u8] = b"month,revenue\r\nJuly,1200\r\nAugust,1350\r\nSeptember,1410\r\n";

fn text(text: &str) -> PropValue<'static> {
    PropValue::from(text)
}

fn time() -> FileTime {
    let date = DateTime::new(2026, 10, 5, 9, 30, 0).expect("a date of the calendar");
    FileTime::from_date_time(date).expect("a date of this century")
}

fn dtr() -> Vec<u8> {
    let mut out = Vec::new();
    Dtr { year: 2026, month: 10, day: 5, hour: 9, minute: 30, second: 0, day_of_week: 1 }.emit(&mut out);
    out
}

fn search_key(last: u8) -> Vec<u8> {
    let mut key = *b"winmail testdat\0";
    key[15] = last;
    key.to_vec()
}

fn binary(bytes: Vec<u8>) -> PropValue<'static> {
    PropValue::Binary(Cow::Owned(bytes))
}

/// Version, code page, class: what every stream begins with.
fn start(class: &[u8]) -> Result<Writer<Vec<u8>>> {
    let mut writer = Writer::new(Vec::new(), 0x1234)?;
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &0x0001_0000u32.to_le_bytes())?;
    writer.attribute(Level::MESSAGE, AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0])?;
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_CLASS, class)?;
    Ok(writer)
}

fn attachment(writer: &mut Writer<Vec<u8>>, title: &[u8], data: Option<&[u8]>, properties: PropertyListWriter) -> Result<()> {
    let mut rend_data = Vec::new();
    RendData::default().emit(&mut rend_data);
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rend_data)?;
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, title)?;
    if let Some(data) = data {
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, data)?;
    }
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &properties.into_bytes())
}

/// A mail as Exchange writes it: HTML, two attachments, an inline picture, keywords.
fn mail() -> Result<Vec<u8>> {
    let mut writer = start(b"IPM.Microsoft Mail.Note\0")?;
    writer.attribute(Level::MESSAGE, AttrId::PRIORITY, &2u16.to_le_bytes())?;
    writer.attribute(Level::MESSAGE, AttrId::DATE_SENT, &dtr())?;
    let key = SearchKey::from_bytes(search_key(1));
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_ID, &key.to_hex_attribute())?;
    let mut properties = PropertyListWriter::new();
    for (tag, value) in [
        (tags::MESSAGE_CLASS, text("IPM.Note")),
        (tags::SUBJECT, text("Figures of the third quarter")),
        (tags::CLIENT_SUBMIT_TIME, PropValue::Time(time())),
        (tags::SENDER_NAME, text("Jane Doe")),
        (tags::SENDER_ADDRESS_TYPE, text("SMTP")),
        (tags::SENDER_EMAIL_ADDRESS, text("jane@example.org")),
        (tags::SEARCH_KEY, binary(search_key(1))),
        (tags::INTERNET_CODEPAGE, PropValue::Integer32(65001)),
        (tags::HTML, binary(HTML.as_bytes().to_vec())),
        (tags::INTERNET_MESSAGE_ID, text("<figures@example.org>")),
    ] {
        properties.push(tag, None, &value)?;
    }
    let keywords = PropValue::Multiple(vec![text("Finance"), text("Quarter")]);
    properties.push(PropTag(0x8000_101F), Some(&named::KEYWORDS.to_name()), &keywords)?;
    let private = &named::PRIVATE.to_name();
    properties.push(PropTag(0x8001_000B), Some(private), &PropValue::Boolean(false))?;
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &properties.into_bytes())?;

    let mut properties = PropertyListWriter::new();
    properties.push(tags::ATTACH_METHOD, None, &PropValue::Integer32(1))?;
    properties.push(tags::ATTACH_LONG_FILENAME, None, &text("Quartal \u{dc}bersicht.csv"))?;
    properties.push(tags::ATTACH_MIME_TAG, None, &text("text/csv"))?;
    attachment(&mut writer, b"QUARTA~1.CSV\0", Some(CSV), properties)?;

    let mut properties = PropertyListWriter::new();
    properties.push(tags::ATTACH_METHOD, None, &PropValue::Integer32(1))?;
    properties.push(tags::ATTACH_LONG_FILENAME, None, &text("logo.png"))?;
    properties.push(tags::ATTACH_MIME_TAG, None, &text("image/png"))?;
    properties.push(tags::ATTACH_CONTENT_ID, None, &text("logo@example.org"))?;
    properties.push(tags::ATTACH_FLAGS, None, &PropValue::Integer32(4))?;
    attachment(&mut writer, b"logo.png\0", Some(PNG), properties)?;
    Ok(writer.into_inner())
}

/// A mail whose attachment is the mail of [`mail`], forwarded, with its recipients.
fn forward() -> Result<Vec<u8>> {
    let inner = inner()?;
    let mut writer = start(b"IPM.Microsoft Mail.Note\0")?;
    let mut properties = PropertyListWriter::new();
    properties.push(tags::MESSAGE_CLASS, None, &text("IPM.Note"))?;
    properties.push(tags::SUBJECT, None, &text("Fwd: Lunch?"))?;
    properties.push(tags::SEARCH_KEY, None, &binary(search_key(2)))?;
    properties.push(tags::BODY, None, &text("See below.\r\n"))?;
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &properties.into_bytes())?;
    let mut properties = PropertyListWriter::new();
    properties.push(tags::ATTACH_METHOD, None, &PropValue::Integer32(5))?;
    properties.push(tags::DISPLAY_NAME, None, &text("Lunch?"))?;
    let object = Object { interface: Some(Object::IMESSAGE), data: Cow::Owned(inner) };
    properties.push(tags::ATTACH_DATA_OBJECT, None, &PropValue::Object(object))?;
    attachment(&mut writer, b"Lunch?\0", None, properties)?;
    Ok(writer.into_inner())
}

/// The embedded message, with legacy attributes as Outlook writes them there.
fn inner() -> Result<Vec<u8>> {
    let mut writer = start(b"IPM.Microsoft Mail.Note\0")?;
    let string8 = |bytes: &'static [u8]| String8(Cow::Borrowed(bytes));
    let who = NameAndAddress { display_name: string8(b"Ren\xE9 Example\0"), address: string8(b"SMTP:rene@example.net\0") };
    let mut from = Vec::new();
    Triple { trpid: 4, who }.emit(&mut from).expect("short texts");
    writer.attribute(Level::MESSAGE, AttrId::FROM, &from)?;
    writer.attribute(Level::MESSAGE, AttrId::SUBJECT, b"Lunch?\0")?;
    writer.attribute(Level::MESSAGE, AttrId::DATE_SENT, &dtr())?;
    writer.attribute(Level::MESSAGE, AttrId::DATE_RECD, &dtr())?;
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_STATUS, &[0x20])?;
    writer.attribute(Level::MESSAGE, AttrId::BODY, b"Twelve at the caf\xE9?\r\n\0")?;
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_ID, &SearchKey::from_bytes(search_key(3)).to_hex_attribute())?;
    let mut row = PropertyListWriter::new();
    row.push(tags::RECIPIENT_TYPE, None, &PropValue::Integer32(1))?;
    row.push(tags::DISPLAY_NAME, None, &text("Jane Doe"))?;
    row.push(tags::ADDRESS_TYPE, None, &text("SMTP"))?;
    row.push(tags::EMAIL_ADDRESS, None, &text("jane@example.org"))?;
    row.push(tags::SEARCH_KEY, None, &binary(SearchKey::address("SMTP", "jane@example.org").bytes().to_vec()))?;
    let mut table = 1u32.to_le_bytes().to_vec();
    table.extend(row.into_bytes());
    writer.attribute(Level::MESSAGE, AttrId::RECIP_TABLE, &table)?;
    let mut properties = PropertyListWriter::new();
    properties.push(tags::IMPORTANCE, None, &PropValue::Integer32(1))?;
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &properties.into_bytes())?;
    Ok(writer.into_inner())
}

/// The first file with damage: a wrong checksum, a wrong length, bytes between attributes, and its end cut off.
fn damaged() -> Result<Vec<u8>> {
    let mut bytes = mail()?;
    // The attachment's title: its checksum. It is found by its text, so that the recipe holds when the mail changes.
    let find = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|w| w == text).expect("text of the mail");
    let title = find(&bytes, b"QUARTA~1.CSV\0") + 13;
    bytes[title] ^= 0xFF;
    // The length of attAttachData of the CSV file.
    let length = find(&bytes, CSV) - 4;
    bytes[length] ^= 0x40;
    // Bytes between two attributes: before the second attachment, whose title is logo.png.
    let second = find(&bytes, b"logo.png\0") - 9 - 2 - 14 - 9;
    bytes.splice(second..second, *b"-- scanned by a gateway --\r\n");
    bytes.truncate(bytes.len() - 40);
    Ok(bytes)
}

fn files() -> Result<Vec<(&'static str, Vec<u8>)>> {
    Ok(vec![("winmail.dat", mail()?), ("forward.dat", forward()?), ("damaged.dat", damaged()?)])
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    for (name, bytes) in files()? {
        std::fs::write(folder().join(name), bytes)?;
    }
    Ok(())
}

#[test]
fn testdata_is_what_its_recipe_makes() {
    for (name, bytes) in files().unwrap() {
        let there = std::fs::read(folder().join(name)).unwrap_or_default();
        assert!(there == bytes, "testdata/{name} is stale: run `cargo run --example make_testdata`");
    }
}
