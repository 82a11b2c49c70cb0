//! Facts that stand in two places of a stream: said where they differ, and not where they only look different. And the verdict over a
//! message as a whole.

use crate::support::streams::{Stream, embedded, list};
use winmail::base::Category;
use winmail::mapi::{Object, PropValue, String8, Utf16};
use winmail::rtf::lzfu::{self, Mode};
use winmail::tnef::AttrId;
use winmail::{Bytes, Code, Limits, Message, ReadOptions};

const DATA: u32 = 0x3701_0102;
const BODY: u32 = 0x1000_001E;
const BODY_W: u32 = 0x1000_001F;
const HTML: u32 = 0x1013_0102;
const RTF: u32 = 0x1009_0102;

fn binary(bytes: &[u8]) -> PropValue<'_> {
    PropValue::Binary(Bytes::borrowed(bytes))
}

fn unicode(text: &str) -> PropValue<'static> {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
    PropValue::String(Utf16(bytes.into()))
}

fn codes(stream: Stream) -> Vec<Code> {
    let bytes = stream.bytes();
    let message = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
    message.report().diagnostics().iter().map(|found| found.code).collect()
}

fn props(properties: &[(u32, PropValue<'_>)]) -> Stream {
    Stream::new().message(AttrId::MSG_PROPS, &list(properties))
}

#[test]
fn two_contents_of_one_attachment() {
    let file = |data: &[u8], properties: &[(u32, PropValue<'_>)]| {
        codes(Stream::new().file("a.txt", data).attachment(AttrId::ATTACHMENT, &list(properties)))
    };
    assert_eq!(file(b"one", &[(DATA, binary(b"two"))]), [Code::ConflictingContent]);
    assert_eq!(file(b"", &[(DATA, binary(b"one")), (DATA, binary(b"two"))]), [Code::ConflictingContent]);
    assert_eq!(file(b"one", &[(DATA, binary(b"one"))]), []);
    // What is empty is no other file.
    assert_eq!(file(b"", &[(DATA, binary(b"two"))]), []);
    // The text that stands there for readers that know no embedded messages.
    let inner = Stream::new().bytes();
    assert_eq!(codes(Stream::new().file("a", b"This is a message").attachment(AttrId::ATTACHMENT, &embedded(inner))), []);
    let object = Object { interface: None, data: Bytes::borrowed(b"") };
    assert!(!file(b"one", &[(0x3701_000D, PropValue::Object(object))]).contains(&Code::ConflictingContent));
}

#[test]
fn two_texts_of_one_message() {
    let both = |body: &[u8], value: PropValue<'_>, tag: u32| {
        codes(Stream::new().message(AttrId::BODY, body).message(AttrId::MSG_PROPS, &list(&[(tag, value)])))
    };
    assert_eq!(both(b"pay 100\0", unicode("pay 900"), BODY_W), [Code::ConflictingBody]);
    assert_eq!(both(b"pay 100\0", PropValue::String8(String8(b"pay 900\0".into())), BODY), [Code::ConflictingBody]);
    assert_eq!(both(b"pay  100\r\n\0", unicode("pay\n100"), BODY_W), []);
    assert_eq!(both(b"caf\xE9\0", unicode("caf\u{e9}"), BODY_W), []);
    // Characters that the code page does not have, and what writers put for them.
    assert_eq!(both(b"from ? to Aa\0", unicode("from \u{4e00} to \u{100}\u{101}"), BODY_W), []);
    assert_eq!(
        both(b"from ? to Aa, or somewhere else\0", unicode("from \u{4e00} to \u{100}\u{101}"), BODY_W),
        [Code::ConflictingBody]
    );
    assert_eq!(both(b"from ? to\0", unicode("from \u{4e00} to Rome"), BODY_W), [Code::ConflictingBody]);
    for (tag, one, two) in [
        (HTML, binary(b"<p>one"), binary(b"<p>two")),
        (BODY_W, unicode("one"), unicode("two")),
        (RTF, binary(b"one"), binary(b"two")),
    ] {
        assert_eq!(codes(props(&[(tag, one.clone()), (tag, two)])), [Code::ConflictingBody]);
        assert_eq!(codes(props(&[(tag, one.clone()), (tag, one)])), []);
    }
    for code in [Code::ConflictingBody, Code::ConflictingContent, Code::TextBehindNul, Code::AttributeOrder] {
        assert_eq!(code.category(), Category::Security);
    }
}

#[test]
fn the_verdict_is_over_bodies_at_every_depth() {
    let mut rtf = lzfu::compress(b"{\\rtf1 Hello, hello, hello}", Mode::Outlook).unwrap();
    let last = rtf.len() - 4;
    rtf[last] ^= 1;
    let damaged = props(&[(RTF, binary(&rtf))]).bytes();
    let around = Stream::new().rend_data().attachment(AttrId::ATTACHMENT, &embedded(damaged.clone())).bytes();
    for stream in [&damaged, &around] {
        let message = Message::read(stream, &ReadOptions::lenient()).unwrap();
        assert!(message.report().is_empty());
        let verdict = message.verdict();
        assert!(verdict.contains(Code::RtfCrcMismatch), "{verdict:?}");
        // Each is said once, however many forms are made of the body.
        let found = verdict.diagnostics();
        assert!(found.iter().enumerate().all(|(index, one)| !found[..index].contains(one)), "{found:?}");
    }
}

#[test]
fn the_limit_of_decompression_holds_for_all_bodies() {
    let text = format!("{{\\rtf1 {}}}", "many words ".repeat(1000));
    let rtf = lzfu::compress(text.as_bytes(), Mode::Outlook).unwrap();
    let one = props(&[(RTF, binary(&rtf))]).bytes();
    let mut stream = Stream::new();
    for _ in 0..40 {
        stream = stream.rend_data().attachment(AttrId::ATTACHMENT, &embedded(one.clone()));
    }
    let bytes = stream.bytes();
    let verdict = |output: usize| {
        let mut limits = Limits::default();
        limits.output = output as u64;
        Message::read(&bytes, &ReadOptions::lenient().with_limits(limits)).unwrap().verdict()
    };
    let fitting = verdict(text.len() * 40);
    assert!(!fitting.contains(Code::LimitReached), "{fitting:?}");
    assert!(verdict(text.len() * 40 - 1).contains(Code::LimitReached));
}
