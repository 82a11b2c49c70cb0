//! Outlook's .msg, damaged and hostile: every kind of defect is found and strict reading ends at the errors; time and memory stay within
//! bounds, and what is sound is handed over.

use std::collections::BTreeMap;

use winmail::base::CATALOGUE;
use winmail::mapi::{Object, PropType, PropValue, RecipientType};
use winmail::message::{Content, MsgWriteOptions};
use winmail::msg::{CompoundFile, CompoundWriter, Entry, StorageId};
use winmail::{Attachment, Code, Limits, Message, ReadOptions, Recipient, Severity, named, tags};

/// A message with something of everything.
fn message() -> Message<'static> {
    let mut inner = Message::new("IPM.Note");
    inner.set(tags::SUBJECT, "inner");
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, "outer");
    message.set(tags::BODY, "text");
    message.set(named::KEYWORDS, ["red", "blue"]);
    message.properties.set(winmail::mapi::tags::SEARCH_KEY, PropValue::Binary(b"0123456789abcdef".into()));
    message.recipients.push(Recipient::smtp(RecipientType::TO, "A", "a@example.org"));
    message.attachments.push(Attachment::from_bytes("a.txt", vec![7; 5000]));
    message.attachments.push(Attachment::from_message(inner));
    let mut object = CompoundWriter::new();
    object.stream(CompoundWriter::ROOT, "CONTENTS", vec![9; 10_000]);
    message.attachments.push(Attachment::from_storage("Object", object.to_bytes().unwrap()));
    message
}

fn sound() -> Vec<u8> {
    message().to_msg(&MsgWriteOptions::default()).unwrap()
}

type Streams = BTreeMap<String, Vec<u8>>;

fn streams(file: &CompoundFile<'_>, storage: &Entry<'_>, path: &str, found: &mut Streams) {
    for child in file.children(storage) {
        let path = if path.is_empty() { child.name() } else { format!("{path}/{}", child.name()) };
        if child.is_storage() {
            streams(file, child, &path, found);
        } else {
            found.insert(path, file.read(child).bytes.into_owned());
        }
    }
}

/// The sound file with other streams.
fn rebuilt(change: impl FnOnce(&mut Streams)) -> Vec<u8> {
    let bytes = sound();
    let file = CompoundFile::open(&bytes).unwrap();
    let mut found = Streams::new();
    streams(&file, file.root(), "", &mut found);
    change(&mut found);
    let mut writer = CompoundWriter::new();
    let mut storages: BTreeMap<String, StorageId> = BTreeMap::new();
    for (path, bytes) in found {
        let mut parent = CompoundWriter::ROOT;
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let mut so_far = String::new();
        for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
            so_far = format!("{so_far}/{folder}");
            parent = *storages.entry(so_far.clone()).or_insert_with(|| writer.storage(parent, folder));
        }
        writer.stream(parent, name, bytes);
    }
    writer.to_bytes().unwrap()
}

/// The sound file with other bytes in the directory entry of a name.
fn patched(name: &str, offset: usize, value: u32) -> Vec<u8> {
    let mut bytes = sound();
    let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at + offset..at + offset + 4].copy_from_slice(&value.to_le_bytes());
    bytes
}

const PROPERTIES: &str = "__properties_version1.0";
const LEFT: usize = 68;
const RIGHT: usize = 72;
const START: usize = 116;

fn rows() -> Vec<(Code, Vec<u8>)> {
    let first = |name: &'static str| format!("{name}/{PROPERTIES}");
    let changed = |at: usize, value: u8| {
        let mut bytes = sound();
        bytes[at] = value;
        bytes
    };
    let mut other = CompoundWriter::new();
    other.stream(CompoundWriter::ROOT, "WordDocument", &b"x"[..]);
    let nested = "__attach_version1.0_#00000001/__substg1.0_3701000D/";
    vec![
        (Code::CompoundInvalidHeader, changed(30, 7)),
        (Code::CompoundBrokenChain, changed(63, 0x10)),
        (Code::CompoundInvalidDirectory, patched("__substg1.0_1000001F", RIGHT, 9999)),
        (Code::CompoundLostEntry, lost()),
        (Code::MsgNotAMessage, other.to_bytes().unwrap()),
        (Code::MsgMissingProperties, rebuilt(|streams| drop(streams.remove(&first("__recip_version1.0_#00000000")).unwrap()))),
        (Code::MsgMissingStream, rebuilt(|streams| drop(streams.remove("__substg1.0_0037001F").unwrap()))),
        (Code::MsgUnlistedStream, rebuilt(|streams| drop(streams.insert("__substg1.0_0E1D001F".to_owned(), vec![b'x', 0])))),
        (Code::MsgSizeMismatch, rebuilt(|streams| streams.get_mut("__substg1.0_300B0102").unwrap().push(1))),
        (Code::MsgUnknownName, rebuilt(|streams| streams.get_mut("__nameid_version1.0/__substg1.0_00030102").unwrap().clear())),
        (Code::MsgCountMismatch, rebuilt(|streams| streams.get_mut(PROPERTIES).unwrap()[16] = 9)),
        (Code::MsgInvalidStorage, patched("CONTENTS", START, 0x00FF_FFFF)),
        (Code::InvalidNestedStream, rebuilt(|streams| drop(streams.remove(&format!("{nested}{PROPERTIES}")).unwrap()))),
        (Code::TrailingPropertyBytes, rebuilt(|streams| streams.get_mut(PROPERTIES).unwrap().extend([1, 2, 3]))),
        (
            Code::UnknownPropertyType,
            rebuilt(|streams| {
                streams.get_mut(PROPERTIES).unwrap().extend([0xAD, 0x0B, 0, 0x66, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
            }),
        ),
        (Code::OddUnicodeLength, rebuilt(|streams| streams.get_mut("__substg1.0_0037001F").unwrap().push(1))),
    ]
}

/// A file of which one entry has lost its way from the others.
fn lost() -> Vec<u8> {
    let bytes = sound();
    let file = CompoundFile::open(&bytes).unwrap();
    let places: Vec<u64> = file.children(file.root()).map(Entry::offset).collect();
    for place in places {
        let at = usize::try_from(place).unwrap() + LEFT;
        if bytes[at..at + 4] != [0xFF; 4] {
            let mut bytes = bytes.clone();
            bytes[at..at + 4].fill(0xFF);
            return bytes;
        }
    }
    panic!("a tree without branches")
}

#[test]
fn a_sound_file_has_no_defect() {
    let bytes = sound();
    for options in [ReadOptions::lenient(), ReadOptions::strict()] {
        let message = Message::read(&bytes, &options).unwrap();
        assert!(message.report().is_empty(), "{:?}", message.report());
        assert_eq!(message.get(named::KEYWORDS).unwrap(), ["red", "blue"]);
        assert_eq!(message.attachments.len(), 3);
    }
    assert_eq!(rebuilt(|_| {}).len(), bytes.len());
}

#[test]
fn every_kind_of_defect_is_found_and_strict_reading_ends_at_errors() {
    for (code, bytes) in rows() {
        let lenient = Message::read(&bytes, &ReadOptions::lenient());
        let strict = Message::read(&bytes, &ReadOptions::strict());
        if code == Code::MsgNotAMessage {
            assert_eq!(lenient.unwrap_err().code(), Some(code));
            continue;
        }
        let lenient = lenient.unwrap_or_else(|error| panic!("{code}: {error}"));
        assert!(lenient.report().contains(code), "{code}: {:?}", lenient.report());
        assert_eq!(strict.is_err(), lenient.report().worst() == Some(Severity::Error), "{code}");
        // The rest is there.
        if code != Code::CompoundBrokenChain && code != Code::CompoundLostEntry {
            assert_eq!(lenient.attachments.len(), 3, "{code}");
            assert_eq!(lenient.attachments[0].data(), [7; 5000], "{code}");
        }
    }
    let own = CATALOGUE.iter().filter(|row| row.name.starts_with("msg-") || row.name.starts_with("compound-"));
    let rows = rows();
    for row in own {
        assert!(rows.iter().any(|(code, _)| *code == row.code), "no row for {}", row.name);
    }
}

#[test]
fn what_a_file_is_that_is_no_message() {
    for (name, what) in
        [("WordDocument", "Word document"), ("Workbook", "Excel workbook"), ("Catalog", "Thumbs.db"), ("x", "no Outlook message")]
    {
        let mut writer = CompoundWriter::new();
        writer.stream(CompoundWriter::ROOT, name, &b"x"[..]);
        let error = Message::read(&writer.to_bytes().unwrap(), &ReadOptions::lenient()).unwrap_err();
        assert!(error.message().contains(what), "{error}");
    }
}

const MEMORY: u64 = 64 << 20;

/// Reads within the bounds: what is held at once, and the work, as far as it asks for memory. A file has an entry for 128 bytes and a
/// property for 16; each takes some pieces of memory. Streams are copied up to four times the length of the file, and storages once more.
/// What takes time alone `tools/msg_hostile.py` measures.
fn bounded(what: &str, bytes: &[u8]) {
    let length = u64::try_from(bytes.len()).unwrap();
    let used = allocation_counter::measure(|| drop(Message::read(bytes, &ReadOptions::lenient())));
    assert!(used.bytes_max <= MEMORY, "{what}: {} bytes for {length}", used.bytes_max);
    assert!(used.count_total <= 5_000 + length / 4, "{what}: {} pieces for {length} bytes", used.count_total);
    assert!(used.bytes_total <= (8 << 20) + 40 * length, "{what}: {} bytes in all for {length}", used.bytes_total);
}

#[test]
fn fields_of_header_tables_and_directory_may_say_anything() {
    let bytes = sound();
    let put = |places: &[(usize, u32)]| {
        let mut changed = bytes.clone();
        for (at, value) in places {
            changed[*at..*at + 4].copy_from_slice(&value.to_le_bytes());
        }
        changed
    };
    let count = u32::try_from(bytes.len() / 512).unwrap();
    let numbers =
        [0, 1, 2, count - 2, count, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFA, 0xFFFF_FFFC, 0xFFFF_FFFD, 0xFFFF_FFFE, u32::MAX];
    for at in (24..84).step_by(4).chain([508]) {
        for number in numbers {
            bounded(&format!("header {at}"), &put(&[(at, number)]));
        }
    }
    // The FAT of a small file is its first sector; the mini FAT is where the header says.
    let at = |field: usize| u32::from_le_bytes(bytes[field..field + 4].try_into().unwrap());
    let sector = |number: u32| 512 * (usize::try_from(number).unwrap() + 1);
    for table in [sector(at(76)), sector(at(60))] {
        let places: Vec<usize> = (0..128).map(|n| table + 4 * n).collect();
        for number in numbers {
            bounded("a table of one number", &put(&places.iter().map(|at| (*at, number)).collect::<Vec<_>>()));
            for chosen in places.chunks(9) {
                bounded("a part of a table", &put(&chosen.iter().map(|at| (*at, number)).collect::<Vec<_>>()));
            }
        }
        let nexts: [fn(u32) -> u32; 5] = [|n| n, |n| n ^ 1, |n| n + 1, |n| n.wrapping_sub(1), |n| n / 2];
        for next in nexts {
            bounded("a table of loops", &put(&(0..).zip(&places).map(|(n, at)| (*at, next(n))).collect::<Vec<_>>()));
        }
    }
    let file = CompoundFile::open(&bytes).unwrap();
    let first = usize::try_from(file.root().offset()).unwrap();
    let places: Vec<usize> = (0..).map(|n| first + 128 * n).take_while(|at| bytes[at + 66] != 0).collect();
    for field in [LEFT, RIGHT, 76, START, 120, 124] {
        for number in numbers {
            bounded("all entries", &put(&places.iter().map(|at| (at + field, number)).collect::<Vec<_>>()));
            for chosen in places.chunks(7) {
                bounded("some entries", &put(&chosen.iter().map(|at| (at + field, number)).collect::<Vec<_>>()));
            }
        }
    }
    // All are of one kind, have one name, a name of another length.
    for kind in [0u8, 1, 2, 5, 9] {
        let mut changed = bytes.clone();
        places.iter().for_each(|at| changed[at + 66] = kind);
        bounded("entries of one kind", &changed);
    }
    for length in [0u8, 1, 63, 66, 255] {
        let mut changed = bytes.clone();
        places.iter().for_each(|at| changed[at + 64] = length);
        bounded("lengths of names", &changed);
    }
    for one in &places {
        let name = bytes[*one..one + 66].to_vec();
        let mut changed = bytes.clone();
        places[1..].iter().for_each(|at| changed[*at..at + 66].copy_from_slice(&name));
        bounded("one name", &changed);
    }
}

#[test]
fn every_byte_may_be_another_and_every_end_may_be_missing() {
    let bytes = sound();
    for cut in (0..bytes.len()).step_by(211) {
        drop(Message::read(&bytes[..cut], &ReadOptions::lenient()));
    }
    let mut changed = bytes.clone();
    for at in (0..bytes.len()).step_by(if cfg!(debug_assertions) { 31 } else { 3 }) {
        for value in [0xFF, 0, bytes[at] ^ 1] {
            changed[at] = value;
            drop(Message::read(&changed, &ReadOptions::lenient()));
        }
        changed[at] = bytes[at];
    }
}

#[test]
fn streams_that_claim_the_same_sectors_are_read_within_a_budget() {
    // Two thousand values, each of which is the whole file but for the table.
    let mut writer = CompoundWriter::new();
    writer.stream(CompoundWriter::ROOT, PROPERTIES, vec![0; 32]);
    writer.stream(CompoundWriter::ROOT, "__substg1.0_66000102", vec![1; 500_000]);
    for number in 1..2000 {
        writer.stream(CompoundWriter::ROOT, &format!("__substg1.0_{:04X}0102", 0x6600 + number), vec![1; 5000]);
    }
    let mut bytes = writer.to_bytes().unwrap();
    let file = CompoundFile::open(&bytes).unwrap();
    let places: Vec<usize> = file.children(file.root()).map(|entry| usize::try_from(entry.offset()).unwrap()).collect();
    let long = places.iter().copied().find(|at| bytes[at + 120..at + 124] == 500_000u32.to_le_bytes()).unwrap();
    let claim = bytes[long + START..long + 128].to_vec();
    for at in places {
        bytes[at + START..at + 128].copy_from_slice(&claim);
    }
    bounded("shared sectors", &bytes);
    // As storages of attachments, which are copied.
    let mut writer = CompoundWriter::new();
    writer.stream(CompoundWriter::ROOT, PROPERTIES, vec![0; 32]);
    writer.stream(CompoundWriter::ROOT, "long", vec![1; 1_000_000]);
    for number in 0..1000 {
        let part = writer.storage(CompoundWriter::ROOT, &format!("__attach_version1.0_#{number:08X}"));
        let object = writer.storage(part, "__substg1.0_3701000D");
        writer.stream(object, "CONTENTS", vec![1; 5000]);
    }
    let mut bytes = writer.to_bytes().unwrap();
    let name = |name: &str| name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let find = |bytes: &[u8], wanted: &[u8]| {
        (0..bytes.len() / 128).map(|n| n * 128).filter(|at| bytes[*at..].starts_with(wanted)).collect::<Vec<_>>()
    };
    let long = find(&bytes, &name("long"))[0];
    let claim = bytes[long + START..long + 128].to_vec();
    for at in find(&bytes, &name("CONTENTS")) {
        bytes[at + START..at + 128].copy_from_slice(&claim);
    }
    bounded("shared storages", &bytes);
}

#[test]
fn chains_and_trees_that_come_back_end() {
    let bytes = sound();
    let fat = 512usize;
    // Every sector follows itself, or the one before.
    for step in [0u32, 1] {
        let mut looped = bytes.clone();
        for sector in 0..128u32 {
            let at = fat + 4 * sector as usize;
            looped[at..at + 4].copy_from_slice(&sector.saturating_sub(step).to_le_bytes());
        }
        bounded("chains", &looped);
    }
    // Every entry's neighbours are the first ones.
    let file = CompoundFile::open(&bytes).unwrap();
    let places: Vec<usize> = file.children(file.root()).map(|entry| usize::try_from(entry.offset()).unwrap()).collect();
    let mut looped = bytes.clone();
    for at in places {
        for (offset, value) in [(LEFT, 1u32), (RIGHT, 0), (76, 2)] {
            looped[at + offset..at + offset + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
    bounded("trees", &looped);
    // A tree that is a list of thirty thousand.
    let mut writer = CompoundWriter::new();
    for number in 0..30_000 {
        writer.stream(CompoundWriter::ROOT, &format!("__substg1.0_{number:04X}0102"), &b""[..]);
    }
    let mut bytes = writer.to_bytes().unwrap();
    let file = CompoundFile::open(&bytes).unwrap();
    let places: Vec<usize> = file.children(file.root()).map(|entry| usize::try_from(entry.offset()).unwrap()).collect();
    let root = usize::try_from(file.root().offset()).unwrap();
    for (number, at) in places.iter().enumerate() {
        let next = if number + 1 < places.len() { u32::try_from(number + 2).unwrap() } else { u32::MAX };
        bytes[at + LEFT..at + LEFT + 4].fill(0xFF);
        bytes[at + RIGHT..at + RIGHT + 4].copy_from_slice(&next.to_le_bytes());
    }
    bytes[root + 76..root + 80].copy_from_slice(&1u32.to_le_bytes());
    bounded("a list", &bytes);
}

#[test]
fn sizes_that_lie_reserve_nothing() {
    let mut bytes = sound();
    // Declared lengths of all entries, counts in the header, lengths of values.
    let file = CompoundFile::open(&bytes).unwrap();
    let places: Vec<usize> = file.children(file.root()).map(|entry| usize::try_from(entry.offset()).unwrap()).collect();
    for at in places {
        bytes[at + 120..at + 124].copy_from_slice(&0x7FFF_FFFFu32.to_le_bytes());
    }
    bounded("lengths of streams", &bytes);
    let mut bytes = sound();
    for at in (44..76).step_by(4).filter(|at| ![48, 60].contains(at)) {
        bytes[at..at + 4].copy_from_slice(&0x00FF_FFFFu32.to_le_bytes());
    }
    bounded("counts in the header", &bytes);
    let many = rebuilt(|streams| {
        let lengths = streams.iter_mut().find(|(name, _)| name.ends_with("101F")).unwrap().1;
        *lengths = vec![0xFF; 4_000_000];
    });
    bounded("a million values", &many);
}

#[test]
fn messages_nested_deep_and_twenty_thousand_recipients() {
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, "0");
    for depth in 1..=100 {
        let mut outer = Message::new("IPM.Note");
        outer.set(tags::SUBJECT, depth.to_string().as_str());
        outer.attachments.push(Attachment::from_message(message));
        message = outer;
    }
    let bytes = message.to_msg(&MsgWriteOptions::default()).unwrap();
    let read = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
    assert!(read.report().is_empty());
    let mut shallow = Limits::default();
    shallow.depth = 3;
    let read = Message::read(&bytes, &ReadOptions::lenient().with_limits(shallow)).unwrap();
    assert!(read.report().contains(Code::NestingTooDeep));
    // What is too deep is its storage, whole: a message again by itself, but for the names that stand outside.
    let mut innermost = &read;
    while let Content::Message(inner) = &innermost.attachments[0].content {
        innermost = inner;
    }
    let Content::Object(Object { data, .. }) = &innermost.attachments[0].content else { panic!("no object") };
    assert!(CompoundFile::open(data).unwrap().faults().is_empty());

    // Four times as many take four times the work, and not sixteen times.
    let mut work = Vec::new();
    for count in [5_000, 20_000] {
        let mut message = Message::new("IPM.Note");
        for number in 0..count {
            message.recipients.push(Recipient::smtp(RecipientType::TO, "", &format!("a{number}@example.org")));
        }
        assert!(message.to_msg(&MsgWriteOptions::default()).is_err());
        let mut options = MsgWriteOptions::default();
        options.beyond_limits = true;
        let bytes = message.to_msg(&options).unwrap();
        let used = allocation_counter::measure(|| drop(Message::read(&bytes, &ReadOptions::lenient())));
        work.push((used.count_total, used.bytes_total));
        let read = Message::read(&bytes, &ReadOptions::lenient()).unwrap();
        assert_eq!(read.recipients.len(), count);
        assert_eq!(read.recipients[count - 1].smtp_address().unwrap(), format!("a{}@example.org", count - 1));
    }
    assert!(work[1].0 < 5 * work[0].0 && work[1].1 < 5 * work[0].1, "{work:?}");
}

#[test]
fn values_of_every_type_come_back() {
    // What no list of TNEF and no real file has at once.
    let guid = "00062008-0000-0000-c000-000000000046".parse().unwrap();
    let mut message = Message::new("IPM.Note");
    for (number, prop_type) in (0x6600u16..).zip(PropType::KNOWN) {
        let one = |prop_type: PropType| match prop_type {
            PropType::INTEGER16 => PropValue::Integer16(-2),
            PropType::INTEGER32 => PropValue::Integer32(-2),
            PropType::FLOATING32 => PropValue::Floating32(1.5),
            PropType::FLOATING64 => PropValue::Floating64(1.5),
            PropType::CURRENCY => PropValue::Currency(7),
            PropType::FLOATING_TIME => PropValue::FloatingTime(1.5),
            PropType::ERROR_CODE => PropValue::ErrorCode(0x8004_010F),
            PropType::BOOLEAN => PropValue::Boolean(true),
            PropType::INTEGER64 => PropValue::Integer64(-3),
            PropType::STRING8 | PropType::STRING => PropValue::from("text"),
            PropType::TIME => PropValue::Time(winmail::FileTime(7)),
            PropType::GUID => PropValue::Guid(guid),
            PropType::SERVER_ID => PropValue::ServerId(b"abc".into()),
            PropType::RESTRICTION => PropValue::Restriction(b"abc".into()),
            PropType::RULE_ACTION => PropValue::RuleAction(b"abc".into()),
            PropType::BINARY => PropValue::Binary(b"abc".into()),
            PropType::OBJECT => PropValue::Object(Object { interface: Some(guid), data: b"abc".into() }),
            PropType::NULL => PropValue::Null,
            _ => PropValue::Unspecified,
        };
        let tag = winmail::mapi::PropTag::new(winmail::mapi::PropId(number), *prop_type);
        let tag = if prop_type.is_string() { tag.with_type(PropType(prop_type.0 | 1)) } else { tag };
        let value = if prop_type.is_multiple() {
            PropValue::Multiple(vec![one(prop_type.single()), one(prop_type.single())])
        } else {
            one(*prop_type)
        };
        message.properties.set(tag, value);
    }
    let bytes = message.to_msg(&MsgWriteOptions::default()).unwrap();
    let read = Message::read(&bytes, &ReadOptions::strict()).unwrap();
    assert!(read.report().is_empty(), "{:?}", read.report());
    assert_eq!(winmail::message::diff::differences(&message, &read), []);
}
