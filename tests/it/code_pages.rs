//! The code page of the reader beats what the input says of itself, in TNEF and in .msg.

use winmail::mapi::{PropValue, String8, tags};
use winmail::{CodePage, Message, ReadOptions, WriteOptions};

/// Russian in windows-1251, in a message whose properties say 1252 and whose HTML says KOI8-R.
fn mislabelled() -> Message<'static> {
    let bytes = |text: &str| CodePage::WINDOWS_1251.encode(text).unwrap().bytes;
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, PropValue::String8(String8(bytes("Привет").into())));
    message.properties.set(tags::INTERNET_CODEPAGE, 1252);
    let html = bytes("<meta charset=koi8-r><p>Отчёт за квартал</p>");
    message.properties.set(tags::HTML, PropValue::Binary(html.into()));
    message
}

fn assert_read(bytes: &[u8], what: &str, eight_bit: bool) {
    let lenient = Message::read(bytes, &ReadOptions::lenient()).unwrap();
    assert!(!lenient.html().unwrap().unwrap().text.contains("Отчёт"), "{what}: the labels are wrong");
    let default = ReadOptions::lenient().with_default_code_page(CodePage::WINDOWS_1251);
    let default = Message::read(bytes, &default).unwrap();
    assert!(!default.html().unwrap().unwrap().text.contains("Отчёт"), "{what}: the input names a page");
    assert_ne!(default.subject().as_deref(), Some("Привет"), "{what}: the input names a page");
    let told = ReadOptions::lenient().with_code_page(CodePage::WINDOWS_1251);
    let told = Message::read(bytes, &told).unwrap();
    assert_eq!(told.subject().as_deref() == Some("Привет"), eight_bit, "{what}");
    let html = told.html().unwrap().unwrap();
    assert!(html.text.contains("Отчёт за квартал") && html.report.is_empty(), "{what}: {html:?}");
    assert_eq!(told.text().unwrap().unwrap().text.trim(), "Отчёт за квартал", "{what}");
}

#[test]
fn the_readers_code_page_beats_what_the_input_says() {
    let message = mislabelled();
    assert_read(&message.to_tnef(&WriteOptions::default()).unwrap(), "TNEF", true);
}

/// Of RTF: the page of the document and those of its fonts; what stands as Unicode, and symbol fonts, have none.
#[test]
fn it_beats_what_rich_text_says() {
    let escaped: String = CodePage::WINDOWS_1251.encode("Отчёт").unwrap().bytes.iter().map(|b| format!("\\'{b:02x}")).collect();
    let rtf = format!(
        "{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{{\\f0\\fcharset0 Arial;}}{{\\f1\\fcharset2 Wingdings;}}}}\\f0 {escaped} \\u8364? {{\\f1 J}}}}"
    );
    let text = |options: &ReadOptions| winmail::rtf::to_text(rtf.as_bytes(), options).unwrap().text;
    assert_eq!(text(&ReadOptions::lenient()), "Îò÷¸ò € ☺");
    assert_eq!(text(&ReadOptions::lenient().with_default_code_page(CodePage::WINDOWS_1251)), "Îò÷¸ò € ☺");
    assert_eq!(text(&ReadOptions::lenient().with_code_page(CodePage::WINDOWS_1251)), "Отчёт € ☺");
}

#[test]
#[cfg(feature = "msg")]
fn it_beats_it_in_outlooks_own_file() {
    // Its strings are Unicode, its HTML is bytes.
    let message = mislabelled();
    assert_read(&message.to_msg(&winmail::message::MsgWriteOptions::default()).unwrap(), "msg", false);
}
