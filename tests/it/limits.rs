//! Small inputs that claim much, deep nesting, crafted searches, and every limit: memory stays within bounds that are stated
//! here, and the report says what happened. What searches cost is counted in `message/searches.rs`.

use crate::support::streams::{Stream, list, nested, table};
use winmail::mapi::PropValue;
use winmail::message::Content;
use winmail::rtf::lzfu;
use winmail::tnef::{AttrId, Level};
use winmail::{Code, ErrorKind, Limits, Message, ReadOptions, WriteOptions};

/// What reading a small input may allocate at its peak.
const SMALL: u64 = 64 << 10;

/// The default limits with something else.
fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

/// Reads leniently; the codes of what is reported and the peak of memory.
fn read(bytes: &[u8]) -> (Vec<Code>, u64) {
    let mut codes = Vec::new();
    let used = allocation_counter::measure(|| {
        let read = Message::read(bytes, &ReadOptions::lenient());
        let report = read.as_ref().map_or_else(winmail::Error::report, Message::report);
        codes = report.diagnostics().iter().map(|diagnostic| diagnostic.code).collect();
    });
    (codes, used.bytes_max)
}

fn assert_small(what: &str, bytes: &[u8], code: Code) {
    let (codes, peak) = read(bytes);
    assert!(codes.contains(&code), "{what}: {codes:?}");
    assert!(peak <= SMALL, "{what}: {peak} bytes");
}

#[test]
fn fifty_three_bytes_claim_gigabytes() {
    let Some(sample) = crate::support::tnef_sample("oom") else { return };
    assert_eq!(sample.bytes.len(), 53);
    assert_small("oom", &sample.bytes, Code::PropertyTruncated);
}

/// A list whose one property says it has `count` values of `length` bytes, and has eight bytes.
fn claims(tag: u32, count: u32, length: u32) -> Vec<u8> {
    let words = [1, tag, count, length, 0x6161_6161, 0x6161_6161];
    words.iter().flat_map(|word: &u32| word.to_le_bytes()).collect()
}

#[test]
fn declared_sizes_reserve_nothing() {
    const HUGE: u32 = 0xFFFF_FFFF;
    for huge in [HUGE, HUGE - 15, 0x7FFF_FFFF, 0x4000_0000] {
        // Every type that has a count or a length, and a name that has one.
        for prop_type in [0x001E, 0x001F, 0x0102, 0x000D, 0x00FB] {
            let data = claims(0x3701_0000 | prop_type, 1, huge);
            assert_small("length", &Stream::new().message(AttrId::MSG_PROPS, &data).bytes(), Code::PropertyTruncated);
        }
        for prop_type in [0x1002, 0x1003, 0x1005, 0x1014, 0x101E, 0x101F, 0x1040, 0x1048, 0x1102, 0x001E, 0x000D] {
            let data = claims(0x3701_0000 | prop_type, huge, 4);
            assert_small("count", &Stream::new().message(AttrId::MSG_PROPS, &data).bytes(), Code::PropertyTruncated);
        }
        let mut name = vec![1, 0, 0, 0, 3, 0, 0, 0x80];
        name.extend([7; 16]);
        name.extend([1, 0, 0, 0]);
        name.extend(huge.to_le_bytes());
        name.extend(b"n\0a\0m\0e\0");
        assert_small("name", &Stream::new().message(AttrId::MSG_PROPS, &name).bytes(), Code::PropertyTruncated);

        let mut many = list(&[(0x0017_0003, PropValue::Integer32(1))]);
        many[..4].copy_from_slice(&huge.to_le_bytes());
        assert_small("properties", &Stream::new().message(AttrId::MSG_PROPS, &many).bytes(), Code::PropertyCountMismatch);
        let mut rows = table(&[list(&[(0x0C15_0003, PropValue::Integer32(1))])]);
        rows[..4].copy_from_slice(&huge.to_le_bytes());
        assert_small("rows", &Stream::new().message(AttrId::RECIP_TABLE, &rows).bytes(), Code::InvalidRowCount);

        let mut cut = Stream::new().file("a", b"some bytes").bytes();
        let length = cut.len() - 2 - 10 - 4;
        cut[length..length + 4].copy_from_slice(&huge.to_le_bytes());
        // All the data is there, and its checksum says where it ends.
        assert_small("attribute", &cut, Code::InvalidAttributeLength);
        cut.truncate(cut.len() - 5);
        assert_small("attribute, cut", &cut, Code::AttributeTruncated);
    }
}

/// How deep messages are nested that were read as messages.
fn depth(message: &Message<'_>) -> usize {
    match message.attachments.first().map(|attachment| &attachment.content) {
        Some(Content::Message(inner)) => depth(inner) + 1,
        _ => 0,
    }
}

#[test]
fn five_thousand_messages_within_each_other() {
    let stream = nested(5_000);
    assert!(stream.len() > 500_000, "{}", stream.len());
    for (limits, expected) in [
        (Limits::default(), 100),
        (Limits::UNLIMITED, Limits::MAX_DEPTH),
        (limits(|limits| limits.depth = 0), 0),
        (limits(|limits| limits.depth = 3), 3),
    ] {
        // Half the smallest stack in common use: 512 KiB is what threads get on macOS.
        let stream = stream.clone();
        let work = move || {
            let options = ReadOptions::lenient().with_limits(limits.clone());
            let message = Message::read(&stream, &options).unwrap();
            let report = message.report();
            assert_eq!(depth(&message), expected);
            let codes: Vec<Code> = report.diagnostics().iter().map(|diagnostic| diagnostic.code).collect();
            assert_eq!(codes, [Code::NestingTooDeep]);
            // The innermost message that was not read is there as bytes, to the last.
            let mut last = &message.attachments[0];
            while let Content::Message(inner) = &last.content {
                last = &inner.attachments[0];
            }
            let Content::Object(object) = &last.content else { panic!("{:?}", last.content) };
            assert!(object.data.windows(13).any(|window| window == b"innermost.txt"));

            let strict = ReadOptions::strict().with_limits(limits);
            let error = Message::read(&stream, &strict).unwrap_err();
            assert_eq!(error.code(), Some(Code::NestingTooDeep));
            let setting = if expected == Limits::MAX_DEPTH { "MAX_DEPTH" } else { "depth" };
            assert_eq!(error.message(), format!("limit of nesting ({expected}) reached: Limits::{setting}"));
            assert_eq!(error.path().segments().len(), 2 * (expected + 1));
        };
        std::thread::Builder::new().stack_size(512 << 10).spawn(work).unwrap().join().unwrap();
    }
    // Copying, writing both ways and dropping recurse too. Unoptimised, writing takes the stack that Rust gives its threads.
    let work = move || {
        let options = ReadOptions::lenient().with_limits(Limits::UNLIMITED);
        let message = Message::read(&stream, &options).unwrap();
        let copy = message.clone();
        assert!(copy.to_tnef(&WriteOptions::mirror()).unwrap() == stream);
        let canonical = copy.to_tnef(&WriteOptions::canonical()).unwrap();
        let again = Message::read(&canonical, &options).unwrap();
        assert_eq!(depth(&again), Limits::MAX_DEPTH);
    };
    let stack = if cfg!(debug_assertions) { 2 << 20 } else { 512 << 10 };
    std::thread::Builder::new().stack_size(stack).spawn(work).unwrap().join().unwrap();
    // As many as the limit are read without a word.
    let stream = nested(100);
    let message = Message::read(&stream, &ReadOptions::strict()).unwrap();
    let report = message.report();
    assert_eq!((depth(&message), report.is_empty()), (100, true));
}

/// A stream with several of everything: attributes, properties, rows, attachments, and an info for each attribute.
fn plenty() -> Vec<u8> {
    let number = |id: u32| (id << 16 | 3, PropValue::Integer32(1));
    let row = |_| list(&[number(0x0C15), number(0x0FFE)]);
    let mut stream = Stream::new()
        .message(AttrId::RECIP_TABLE, &table(&(0..9).map(row).collect::<Vec<_>>()))
        .message(AttrId::MSG_PROPS, &list(&(0x6600..0x6609).map(number).collect::<Vec<_>>()));
    for n in 0..9 {
        stream = stream.attribute(Level::MESSAGE, AttrId(0x0006_7000 + n), b"unknown");
    }
    for n in 0..9 {
        stream = stream.file(&format!("{n}.txt"), b"data");
    }
    stream.bytes()
}

#[test]
fn every_limit_is_reached_with_a_small_value() {
    let bytes = plenty();
    let all = |message: &Message<'_>| {
        let rows: usize = message.recipients.iter().map(|recipient| recipient.properties.len()).sum();
        [message.properties.len() + rows, message.recipients.len(), message.attachments.len()]
    };
    let read = |limits: Limits| {
        let message = Message::read(&bytes, &ReadOptions::lenient().with_limits(limits)).unwrap();
        (all(&message), message.report().clone())
    };
    let (whole, report) = read(Limits::default());
    assert_eq!(whole, [27, 9, 9]);
    assert_eq!(report.diagnostics().len(), 9);
    for (limits, expected) in [
        // Version, code page, rows; then nothing.
        (limits(|limits| limits.attributes = 3), [18, 9, 0]),
        // The rows take two each.
        (limits(|limits| limits.properties = 20), [20, 9, 9]),
        (limits(|limits| limits.properties = 7), [7, 4, 9]),
        (limits(|limits| limits.recipients = 4), [17, 4, 9]),
        (limits(|limits| limits.attachments = 5), [27, 9, 5]),
    ] {
        let (found, report) = read(limits.clone());
        assert_eq!(found, expected, "{limits:?}");
        assert!(report.contains(Code::LimitReached), "{limits:?}");
        let error = Message::read(&bytes, &ReadOptions::strict().with_limits(limits.clone())).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Limit, Some(Code::LimitReached)));
        let (what, most) = [
            ("attributes", limits.attributes),
            ("properties", limits.properties),
            ("recipients", limits.recipients),
            ("attachments", limits.attachments),
        ]
        .into_iter()
        .find(|(_, most)| *most < 100)
        .unwrap();
        assert_eq!(error.message(), format!("limit of {what} ({most}) reached: Limits::{what}"));
    }
    // Exactly as many as there are is within the limit.
    let exact = limits(|limits| {
        limits.attributes = 2 + 2 + 9 + 27;
        limits.properties = 27;
        limits.recipients = 9;
        limits.attachments = 9;
    });
    assert!(!read(exact).1.contains(Code::LimitReached));
    // Diagnostics beyond the limit are counted and not kept.
    let (found, report) = read(limits(|limits| limits.diagnostics = 4));
    assert_eq!((found, report.diagnostics().len(), report.omitted()), ([27, 9, 9], 4, 5));
}

#[test]
fn limits_hold_over_all_nested_messages_together() {
    let bytes = nested(20);
    // Three attributes of each message, and a fourth, which holds the next message: the walk ends within the sixth.
    let limits = limits(|limits| limits.attributes = 22);
    let message = Message::read(&bytes, &ReadOptions::lenient().with_limits(limits)).unwrap();
    let report = message.report();
    assert!(report.contains(Code::LimitReached));
    assert_eq!(depth(&message), 5);
}

#[test]
fn decompression_ends_at_its_limit() {
    let packed = lzfu::compress(&vec![b'a'; 100_000], lzfu::Mode::Dense).unwrap();
    let options = ReadOptions::lenient().with_limits(limits(|limits| limits.output = 1_000));
    let used = allocation_counter::measure(|| {
        let result = lzfu::decompress(&packed, &options);
        assert!(result.map_or_else(|error| error.kind() == ErrorKind::Limit, |found| found.bytes.len() <= 1_000));
    });
    assert!(used.bytes_max < SMALL, "{}", used.bytes_max);
    let report = lzfu::decompress(&packed, &options).unwrap().report;
    assert_eq!(report.diagnostics()[0].detail, "limit of output (1000 bytes) reached: Limits::output");
    let groups = ReadOptions::strict().with_limits(limits(|limits| limits.rtf_groups = 1_500));
    let rtf = [&b"{\\rtf1 "[..], &b"{".repeat(1_500), &b"}".repeat(1_501)].concat();
    let error = winmail::rtf::to_html(&rtf, &groups).unwrap_err();
    assert_eq!(error.message(), "limit of open RTF groups (1,500) reached: Limits::rtf_groups");
}

/// The densest bytes there are: what an input can at most be blown up to.
#[test]
fn memory_is_bounded_by_a_multiple_of_the_input() {
    // A property of four bytes, whose node has some hundred and fifty; a vector that grows holds it twice for a moment. And an
    // attachment of eleven bytes, whose node has some five hundred.
    const FACTOR: u64 = 80;
    // A diagnostic has a path and a sentence, and a thousand are kept.
    const DIAGNOSTICS: u64 = 1_000 * 400;
    let nulls: Vec<u8> = (0..50_000u32).flat_map(|n| (0x0001_0001u32 + ((n % 0x7000) << 16)).to_le_bytes()).collect();
    let nulls = [&50_000u32.to_le_bytes()[..], &nulls].concat();
    let empty_rows = [&50_000u32.to_le_bytes()[..], &vec![0; 200_000]].concat();
    let mut attributes = Stream::new();
    let mut files = Stream::new();
    for _ in 0..10_000 {
        attributes = attributes.message(AttrId::NULL, b"");
        files = files.attachment(AttrId::ATTACH_REND_DATA, b"");
    }
    for (what, bytes) in [
        ("properties", Stream::new().message(AttrId::MSG_PROPS, &nulls).bytes()),
        ("rows", Stream::new().message(AttrId::RECIP_TABLE, &empty_rows).bytes()),
        ("attributes", attributes.bytes()),
        ("attachments", files.bytes()),
        ("zeros", [&Stream::new().bytes()[..], &vec![0; 500_000]].concat()),
    ] {
        let (_, peak) = read(&bytes);
        let bound = SMALL + DIAGNOSTICS + FACTOR * bytes.len() as u64;
        assert!(peak <= bound, "{what}: {peak} bytes for {}", bytes.len());
    }
}
