//! Every kind of defect, read leniently and strictly over the same bytes. Each row is a good stream with one thing wrong, so
//! that exactly one code is reported; strict reading ends there if its severity is *error*, and nowhere else.

use std::collections::HashSet;

use crate::support::streams::{Stream, embedded, list, table};
use winmail::Bytes;
use winmail::base::CATALOGUE;
use winmail::base::ComplianceStatus;
use winmail::mapi::{Object, PropValue, String8, Utf16};
use winmail::tnef::{AttrId, Reader, StreamEvent, StreamReader};
use winmail::{Code, ErrorKind, Limits, Message, ReadOptions, Report, Severity};

/// Codes of modules that have tables of their own: rich text, mail, items and .msg are no part of reading TNEF.
const ELSEWHERE: [&str; 9] = ["calendar-", "compound-", "conversion-", "html-", "item-", "mime-", "msg-", "rtf-", "vcard-"];

struct Row {
    code: Code,
    bytes: Vec<u8>,
    limits: Limits,
}

fn row(code: Code, bytes: Vec<u8>) -> Row {
    Row { code, bytes, limits: Limits::default() }
}

/// A good stream that is too much for these limits.
fn limited(code: Code, stream: Stream, change: impl FnOnce(&mut Limits)) -> Row {
    let mut limits = Limits::default();
    change(&mut limits);
    Row { code, bytes: stream.bytes(), limits }
}

/// A good stream of which `change` makes a bad one.
fn changed(code: Code, stream: Stream, change: impl FnOnce(&mut Vec<u8>)) -> Row {
    let mut bytes = stream.bytes();
    change(&mut bytes);
    row(code, bytes)
}

/// A good property list of which `change` makes a bad one, in attMsgProps.
fn list_changed(code: Code, properties: &[(u32, PropValue<'_>)], change: impl FnOnce(&mut Vec<u8>)) -> Row {
    let mut data = list(properties);
    change(&mut data);
    row(code, Stream::new().message(AttrId::MSG_PROPS, &data).bytes())
}

fn text8(bytes: &[u8]) -> PropValue<'_> {
    PropValue::String8(String8(bytes.into()))
}

const SUBJECT: u32 = 0x0037_001E;
const SUBJECT_W: u32 = 0x0037_001F;
const IMPORTANCE: u32 = 0x0017_0003;
const READ_RECEIPT: u32 = 0x0029_000B;
const SEARCH_KEY: u32 = 0x300B_0102;
const ATTACH_DATA: u32 = 0x3701_000D;
const RECIPIENT_TYPE: u32 = 0x0C15_0003;

/// Length of the stream that every row starts with: signature, key, attTnefVersion, attOemCodepage.
const START: usize = 6 + 15 + 19;
/// An attribute's length, and data, counted from its start.
const LENGTH: usize = 5;
const DATA: usize = 9;

fn framing() -> Vec<Row> {
    let subject = || Stream::new().message(AttrId::SUBJECT, b"Hello\0");
    let body = || subject().message(AttrId::BODY, b"one\r\ntwo\r\n\0").message(AttrId::PRIORITY, &[2, 0]);
    vec![
        changed(Code::InvalidSignature, subject(), |bytes| bytes[3] = 0x32),
        changed(Code::BytesBeforeSignature, subject(), |bytes| drop(bytes.splice(0..0, *b"X-Junk: yes\n\n"))),
        changed(Code::InvalidAttributeLevel, subject(), |bytes| bytes[START] = 2),
        changed(Code::UnknownAttribute, subject(), |bytes| bytes[START + 1] = 0x77),
        // The type word of attSubject's id is gone.
        changed(Code::UntypedAttribute, subject(), |bytes| bytes[START + 3] = 0),
        changed(Code::InvalidAttributeLength, body(), |bytes| bytes[START + LENGTH] += 3),
        changed(Code::AttributeTruncated, Stream::new().message(AttrId::DELEGATE, b"an entry id"), |bytes| {
            bytes.truncate(START + DATA + 3);
        }),
        changed(Code::ChecksumMissing, subject(), |bytes| bytes.truncate(START + DATA + 6)),
        changed(Code::ChecksumMismatch, body(), |bytes| bytes[START + DATA + 6] ^= 1),
        // Not every 0x0D: the id of attPriority has one.
        changed(Code::LineEndsCollapsed, body(), |bytes| {
            for _ in 0..2 {
                let at = bytes.windows(2).position(|pair| pair == b"\r\n").unwrap();
                bytes.remove(at);
            }
        }),
        changed(Code::BytesSkipped, body(), |bytes| drop(bytes.splice(START..START, [0xEE; 7]))),
        changed(Code::TrailingBytes, subject(), |bytes| bytes.extend(b"and more")),
        changed(Code::TrailingLineEnd, subject(), |bytes| bytes.extend(b"\r\n")),
    ]
}

fn attributes() -> Vec<Row> {
    let code_page = |page: u32| {
        Stream::bare()
            .message(AttrId::TNEF_VERSION, &[0, 0, 1, 0])
            .message(AttrId::OEM_CODEPAGE, &[page.to_le_bytes(), [0; 4]].concat())
    };
    let date = |month: u8| [0xD4, 7, month, 0, 17, 0, 11, 0, 25, 0, 35, 0, 2, 0];
    let one = |id: AttrId, data: &[u8]| Stream::new().message(id, data).bytes();
    vec![
        row(Code::MissingTnefVersion, Stream::bare().message(AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]).bytes()),
        changed(Code::InvalidTnefVersion, Stream::new(), |bytes| {
            // Value and checksum.
            bytes[6 + DATA + 2] = 2;
            bytes[6 + DATA + 4] = 2;
        }),
        row(Code::MissingOemCodepage, code_page(0).bytes()),
        row(Code::UnsupportedCodePage, code_page(1200).bytes()),
        row(Code::AttributeOrder, Stream::new().file("a.txt", b"abc").message(AttrId::SUBJECT, b"Hello\0").bytes()),
        row(Code::DuplicateAttribute, Stream::new().message(AttrId::SUBJECT, b"A\0").message(AttrId::SUBJECT, b"B\0").bytes()),
        row(Code::InvalidAttributeSize, one(AttrId::DATE_SENT, &[&date(2)[..], &[0, 0]].concat())),
        row(Code::InvalidAttributeSize, one(AttrId::PRIORITY, &[2])),
        row(Code::InvalidAttributeValue, one(AttrId::PRIORITY, &[9, 0])),
        row(Code::InvalidAttributeValue, one(AttrId::MESSAGE_ID, b"no digits\0")),
        row(Code::InvalidDate, one(AttrId::DATE_SENT, &date(13))),
        row(Code::InvalidMessageClass, one(AttrId::MESSAGE_CLASS, b"\0")),
        row(Code::InvalidMessageClass, one(AttrId::MESSAGE_CLASS, b"IPM.\x07\0")),
        row(Code::MissingTerminator, one(AttrId::SUBJECT, b"Hello")),
        // 0x81 leads a pair in code page 932, and 0x20 ends none.
        row(Code::UndecodableText, code_page(932).message(AttrId::SUBJECT, b"\x81\x20\0").bytes()),
        row(Code::MissingAttachRendData, Stream::new().attachment(AttrId::ATTACH_DATA, b"abc").bytes()),
        row(Code::ConflictingContent, {
            let data = list(&[(0x3701_0102, PropValue::Binary(Bytes::borrowed(b"two")))]);
            Stream::new().file("a", b"one").attachment(AttrId::ATTACHMENT, &data).bytes()
        }),
        row(Code::ConflictingBody, {
            let body = list(&[(0x1000_001E, text8(b"two\0"))]);
            Stream::new().message(AttrId::BODY, b"one\0").message(AttrId::MSG_PROPS, &body).bytes()
        }),
        row(Code::ConflictingFact, {
            let key = list(&[(SEARCH_KEY, PropValue::Binary(Bytes::borrowed(&[7; 16])))]);
            Stream::new()
                .message(AttrId::MESSAGE_ID, b"00112233445566778899AABBCCDDEEFF\0")
                .message(AttrId::MSG_PROPS, &key)
                .bytes()
        }),
    ]
}

fn properties() -> Vec<Row> {
    let number = || (IMPORTANCE, PropValue::Integer32(1));
    let subject = || (SUBJECT, text8(b"Hello\0"));
    let object = |data: &[u8], interface| {
        let object = PropValue::Object(Object { interface, data: data.to_vec().into() });
        let method = (0x3705_0003, PropValue::Integer32(5));
        Stream::new().rend_data().attachment(AttrId::ATTACHMENT, &list(&[method, (ATTACH_DATA, object)])).bytes()
    };
    let rows_of = |count| {
        let rows = vec![list(&[(RECIPIENT_TYPE, PropValue::Integer32(1))]); count];
        Stream::new().message(AttrId::RECIP_TABLE, &table(&rows))
    };
    let two_properties = Stream::new().message(AttrId::MSG_PROPS, &list(&[number(), subject()]));
    let deep = Stream::new().rend_data().attachment(AttrId::ATTACHMENT, &embedded(Stream::new().bytes()));
    vec![
        list_changed(Code::PropertyCountMismatch, &[number(), subject()], |data| data[0] += 1),
        // The length of the text.
        list_changed(Code::PropertyTruncated, &[subject(), number()], |data| data[4 + 8] = 0xF0),
        list_changed(Code::UnknownPropertyType, &[number(), subject()], |data| data[4..6].copy_from_slice(&[0xAD, 0x0B])),
        list_changed(Code::TrailingPropertyBytes, &[number()], |data| data.extend([0; 4])),
        list_changed(Code::InvalidValueCount, &[subject()], |data| {
            data[4 + 4] = 2;
            data.extend([2, 0, 0, 0, b'x', 0, 0, 0]);
        }),
        list_changed(Code::NonZeroPadding, &[(READ_RECEIPT, PropValue::Boolean(true))], |data| data[4 + 4 + 3] = 9),
        list_changed(Code::OddUnicodeLength, &[(SUBJECT_W, PropValue::String(Utf16(b"H\0i\0\0\0\0".into())))], |_| {}),
        list_changed(Code::TextBehindNul, &[(SUBJECT_W, PropValue::String(Utf16(b"a\0\0\0b\0\0\0".into())))], |_| {}),
        list_changed(Code::UndecodableText, &[(SUBJECT_W, PropValue::String(Utf16(b"\0\xD8a\0\0\0".into())))], |_| {}),
        list_changed(Code::DuplicateProperty, &[number(), (IMPORTANCE, PropValue::Integer32(2))], |_| {}),
        changed(Code::InvalidRowCount, rows_of(1), |bytes| {
            bytes[START + DATA] += 1;
            // The checksum counts it too.
            let end = bytes.len() - 2;
            bytes[end] += 1;
        }),
        row(Code::InvalidObject, object(b"abc", None)),
        row(Code::InvalidNestedStream, object(b"no stream at all", Some(Object::IMESSAGE))),
        limited(Code::NestingTooDeep, deep, |limits| limits.depth = 0),
        limited(Code::LimitReached, two_properties, |limits| limits.properties = 1),
        limited(Code::LimitReached, Stream::new().message(AttrId::SUBJECT, b"A\0"), |limits| limits.attributes = 2),
        limited(Code::LimitReached, rows_of(2), |limits| limits.recipients = 1),
        limited(Code::LimitReached, Stream::new().rend_data().rend_data(), |limits| limits.attachments = 1),
    ]
}

#[test]
fn what_the_rows_are_made_of_is_good() {
    let good =
        Stream::new().message(AttrId::SUBJECT, b"Hello\0").message(AttrId::PRIORITY, &[2, 0]).file("a.txt", b"abc").bytes();
    for options in [ReadOptions::lenient(), ReadOptions::strict()] {
        let message = Message::read(&good, &options).unwrap();
        let report = message.report();
        assert!(report.is_empty(), "{:?}", report.diagnostics());
        assert_eq!(report.status(), ComplianceStatus::empty());
        assert_eq!((message.subject().as_deref(), message.attachments.len()), (Some("Hello"), 1));
    }
}

fn report_of<'r>(read: &'r winmail::Result<Message<'_>>) -> &'r Report {
    read.as_ref().map_or_else(winmail::Error::report, Message::report)
}

#[test]
fn each_defect_is_reported_and_ends_strict_reading_by_its_severity() {
    let mut seen = HashSet::new();
    for Row { code, bytes, limits } in [framing(), attributes(), properties()].into_iter().flatten() {
        let info = code.info();
        let message = Message::read(&bytes, &ReadOptions::lenient().with_limits(limits.clone()));
        let lenient = report_of(&message);
        let codes: Vec<&str> = lenient.diagnostics().iter().map(|diagnostic| diagnostic.code.name()).collect();
        assert_eq!(codes, [info.name], "{:?}", lenient.diagnostics());
        assert!(message.is_ok(), "{code}");
        assert_eq!(lenient.status(), info.status, "{code}");
        assert_eq!(lenient.worst(), Some(info.severity), "{code}");
        let diagnostic = &lenient.diagnostics()[0];
        assert!(diagnostic.offset + diagnostic.length <= bytes.len() as u64, "{diagnostic}");

        let result = Message::read(&bytes, &ReadOptions::strict().with_limits(limits));
        let strict = report_of(&result);
        assert_eq!(strict.diagnostics(), lenient.diagnostics(), "{code}: the report is the same");
        assert_eq!(result.is_err(), info.severity == Severity::Error, "{code}");
        if let Err(error) = result {
            assert_eq!(error.code(), Some(code));
            assert_eq!(error.kind() == ErrorKind::Limit, code == Code::LimitReached, "{code}");
            assert_eq!((error.offset(), error.path()), (Some(diagnostic.offset), &diagnostic.path), "{code}");
            assert_eq!(error.message(), diagnostic.detail, "{code}");
        }
        seen.insert(code);
    }
    let untested: Vec<&str> = CATALOGUE
        .iter()
        .filter(|info| !seen.contains(&info.code) && !ELSEWHERE.iter().any(|start| info.name.starts_with(start)))
        .map(|i| i.name)
        .collect();
    assert!(untested.is_empty(), "no row for {untested:?}");
}

#[test]
fn what_is_no_stream_at_all_is_an_error_either_way() {
    for bytes in [&b""[..], b"x", b"\x78\x9F\x3E", b"PK\x03\x04 something else altogether", &[0; 4096]] {
        for options in [ReadOptions::lenient(), ReadOptions::strict()] {
            let error = Message::read(bytes, &options).unwrap_err();
            let report = error.report();
            assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, Some(Code::InvalidSignature)));
            assert_eq!(report.status(), ComplianceStatus::INVALID_TNEF_SIGNATURE);
            assert_eq!(report.bytes_lost(), bytes.len() as u64);
        }
    }
}

/// The error of a strict walk in constant memory.
fn streamed(bytes: &[u8]) -> Option<winmail::Error> {
    let mut reader = StreamReader::new(bytes, &ReadOptions::strict());
    loop {
        match reader.next_event() {
            Ok(Some(StreamEvent::Data(data))) => {
                if let Err(error) = data.finish() {
                    return Some(error);
                }
            }
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return Some(error),
        }
    }
}

#[test]
fn every_reader_says_the_same_of_the_same() {
    let mut said = HashSet::new();
    for Row { code, bytes, .. } in framing() {
        let whole = Message::read(&bytes, &ReadOptions::strict()).err();
        let Some((whole, streamed)) = whole.zip(streamed(&bytes)) else { continue };
        assert_eq!((streamed.code(), streamed.offset(), streamed.message()), (Some(code), whole.offset(), whole.message()));
        said.insert(code);
    }
    for code in [
        Code::InvalidSignature,
        Code::BytesBeforeSignature,
        Code::InvalidAttributeLevel,
        Code::InvalidAttributeLength,
        Code::LineEndsCollapsed,
        Code::AttributeTruncated,
        Code::ChecksumMismatch,
    ] {
        assert!(said.contains(&code), "{code}");
    }
    for (bytes, text) in [
        (&b""[..], "not a TNEF stream: no data"),
        (b"\x78\x9F\x3E", "not a TNEF stream: shorter than a signature"),
        (b"PK\x03\x04 something else altogether", "not a TNEF stream: signature is 0x04034b50, not 0x223e9f78"),
    ] {
        assert_eq!(Reader::new(bytes).unwrap_err().message(), text);
        assert_eq!(Message::read(bytes, &ReadOptions::lenient()).unwrap_err().message(), text);
        // Nothing at all has no events.
        assert_eq!(streamed(bytes).map(|error| error.message().to_owned()), (!bytes.is_empty()).then(|| text.to_owned()));
    }
    // Where attributes follow, what stands there is a stream, and the same is said of its signature.
    let mut bytes = Stream::new().bytes();
    bytes[3] = 0x32;
    assert_eq!(streamed(&bytes).unwrap().message(), "signature is 0x323e9f78, not 0x223e9f78");
    assert_eq!(streamed(&bytes[6..]).unwrap().message(), "no TNEF signature, but attributes from the first byte on");
}
