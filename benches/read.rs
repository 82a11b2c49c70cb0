//! Reading, in bytes of input per second. Every shape comes in two sizes: equal throughput in both means that time is linear.
//!
//! `view/...` walks attributes and decodes every value of every property without allocating, checksums verified; `model/...`
//! is `Message::read`. `checksum/...` stands beside a copy of the same bytes. With `WINMAIL_BENCH_DIR` set, the inputs are
//! written there, so that other programs can be measured on them.

// The macros of criterion make public functions without documentation.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use winmail::mapi::{NamedTag, Object, PropTag, PropValue, sets, tags};
use winmail::tnef::{
    AttrId, AttributeValue, ChecksumState, Level, PropertyList, PropertyListWriter, Reader, RendData, Row, Writer, checksum,
};
use winmail::{FileTime, Message, ReadOptions, WriteOptions};

fn start() -> Writer<Vec<u8>> {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &0x0001_0000u32.to_le_bytes()).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::OEM_CODEPAGE, &[0xE4, 4, 0, 0, 0, 0, 0, 0]).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::MESSAGE_CLASS, b"IPM.Microsoft Mail.Note\0").unwrap();
    writer
}

fn numbered(n: usize) -> u16 {
    u16::try_from(n).unwrap()
}

/// Properties as a mail has them: half of them text, the rest numbers, times, keys, and every fifth one named.
fn properties(count: usize) -> Vec<u8> {
    let mut list = PropertyListWriter::new();
    for n in 0..count {
        let value = match n % 8 {
            0 | 2 | 4 | 6 => PropValue::from(format!("the text of property {n}").as_str()),
            1 => PropValue::Integer32(i32::try_from(n).unwrap()),
            3 => PropValue::Time(FileTime(0x01DA_1747_0000_0000 + u64::try_from(n).unwrap())),
            5 => PropValue::Boolean(n % 3 == 0),
            _ => PropValue::Binary(vec![7; 16].into()),
        };
        let prop_type = value.prop_type().unwrap();
        if n % 5 == 4 {
            let name = NamedTag::lid(sets::PSETID_COMMON, 0x8500 + u32::try_from(n).unwrap(), prop_type).to_name();
            let tag = PropTag::new(winmail::mapi::PropId(0x8000 + numbered(n)), prop_type);
            list.push(tag, Some(&name), &value).unwrap();
        } else {
            list.push(PropTag::new(winmail::mapi::PropId(0x1000 + numbered(n)), prop_type), None, &value).unwrap();
        }
    }
    list.into_bytes()
}

fn with_properties(count: usize) -> Vec<u8> {
    let mut writer = start();
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &properties(count)).unwrap();
    writer.into_inner()
}

/// A message of about `kilobytes` KB: 40 properties a KB of body, and one small attachment.
fn message(kilobytes: usize) -> Vec<u8> {
    let mut writer = start();
    writer.attribute(Level::MESSAGE, AttrId::SUBJECT, b"A subject of ordinary length\0").unwrap();
    writer.attribute(Level::MESSAGE, AttrId::DATE_SENT, &[0xE7, 7, 11, 0, 14, 0, 22, 0, 13, 0, 20, 0, 2, 0]).unwrap();
    let mut list = properties(40);
    let mut body = PropertyListWriter::new();
    body.push(tags::RTF_COMPRESSED, None, &PropValue::Binary(vec![0x5A; kilobytes * 1024 / 2].into())).unwrap();
    list.extend(&body.into_bytes()[4..]);
    list[..4].copy_from_slice(&41u32.to_le_bytes());
    writer.attribute(Level::MESSAGE, AttrId::MSG_PROPS, &list).unwrap();
    attachment(&mut writer, 0, kilobytes * 1024 / 8);
    writer.into_inner()
}

fn attachment(writer: &mut Writer<Vec<u8>>, number: usize, size: usize) {
    let mut rend_data = Vec::new();
    RendData::default().emit(&mut rend_data);
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rend_data).unwrap();
    let title = format!("file{number}.bin\0");
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, title.as_bytes()).unwrap();
    let data: Vec<u8> = (0..size).map(|n| u8::try_from((n * 31 + number) % 251).unwrap()).collect();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, &data).unwrap();
    let mut list = PropertyListWriter::new();
    list.push(tags::ATTACH_METHOD, None, &PropValue::Integer32(1)).unwrap();
    list.push(tags::ATTACH_LONG_FILENAME, None, &PropValue::from(format!("file number {number}.bin").as_str())).unwrap();
    list.push(tags::ATTACH_MIME_TAG, None, &PropValue::from("application/octet-stream")).unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &list.into_bytes()).unwrap();
}

fn recipients(rows: usize) -> Vec<u8> {
    let mut table = u32::try_from(rows).unwrap().to_le_bytes().to_vec();
    for n in 0..rows {
        let mut row = PropertyListWriter::new();
        let address = format!("person{n}@example.org");
        for (tag, value) in [
            (tags::RECIPIENT_TYPE, PropValue::Integer32(1)),
            (tags::DISPLAY_NAME, PropValue::from(format!("Person Number {n}").as_str())),
            (tags::ADDRESS_TYPE, PropValue::from("SMTP")),
            (tags::EMAIL_ADDRESS, PropValue::from(address.as_str())),
            (tags::SMTP_ADDRESS, PropValue::from(address.as_str())),
            (tags::OBJECT_TYPE, PropValue::Integer32(6)),
            (tags::DISPLAY_TYPE, PropValue::Integer32(0)),
            (tags::SEND_RICH_INFO, PropValue::Boolean(false)),
        ] {
            row.push(tag, None, &value).unwrap();
        }
        table.extend(row.into_bytes());
    }
    let mut writer = start();
    writer.attribute(Level::MESSAGE, AttrId::RECIP_TABLE, &table).unwrap();
    writer.into_inner()
}

fn attachments(count: usize) -> Vec<u8> {
    let mut writer = start();
    (0..count).for_each(|n| attachment(&mut writer, n, 50_000));
    writer.into_inner()
}

fn nested(depth: usize) -> Vec<u8> {
    let mut stream = with_properties(40);
    for _ in 0..depth {
        let mut list = PropertyListWriter::new();
        list.push(tags::ATTACH_METHOD, None, &PropValue::Integer32(5)).unwrap();
        let object = Object { interface: Some(Object::IMESSAGE), data: stream.into() };
        list.push(tags::ATTACH_DATA_OBJECT, None, &PropValue::Object(object)).unwrap();
        let mut writer = start();
        let mut rend_data = Vec::new();
        RendData::default().emit(&mut rend_data);
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rend_data).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACHMENT, &list.into_bytes()).unwrap();
        stream = writer.into_inner();
    }
    stream
}

/// Something of every value, so that none of them is not decoded.
fn weigh(list: &PropertyList<'_>) -> u64 {
    let mut seen = 0;
    for property in list.iter() {
        for value in property.unwrap().values() {
            seen += match value {
                PropValue::String(text) => u64::try_from(text.0.len()).unwrap(),
                PropValue::Binary(bytes) => u64::try_from(bytes.len()).unwrap(),
                PropValue::Integer32(number) => u64::from(number.unsigned_abs()),
                PropValue::Time(time) => time.0 & 1,
                PropValue::Boolean(value) => u64::from(value),
                other => {
                    black_box(&other);
                    1
                }
            };
        }
    }
    seen
}

/// Everything that the view tier can be asked for: attributes, checksums, values, properties, rows.
fn visit(bytes: &[u8]) -> u64 {
    let mut seen = 0;
    for attribute in Reader::new(bytes).unwrap().attributes() {
        let attribute = attribute.unwrap();
        assert_eq!(attribute.checksum_state(), ChecksumState::Match);
        match attribute.value().unwrap() {
            AttributeValue::Properties(list) => seen += weigh(&list),
            AttributeValue::Recipients(table) => {
                for row in table.rows() {
                    let Row::Properties { list, .. } = row else { panic!("a lost row") };
                    seen += weigh(&list);
                }
            }
            other => {
                black_box(&other);
            }
        }
    }
    seen
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("checksum");
    for megabytes in [1, 64] {
        let data = vec![0xA5u8; megabytes << 20];
        group.throughput(Throughput::Bytes(u64::try_from(data.len()).unwrap()));
        group.bench_with_input(BenchmarkId::new("sum", format!("{megabytes}MiB")), &data, |b, data| {
            b.iter(|| checksum(black_box(data)));
        });
        let mut copy = vec![0; data.len()];
        group.bench_with_input(BenchmarkId::new("memcpy", format!("{megabytes}MiB")), &data, |b, data| {
            b.iter(|| black_box(&mut copy).copy_from_slice(black_box(data)));
        });
    }
    group.finish();

    let shapes: Vec<(String, Vec<u8>)> = vec![
        ("message/8KB".to_owned(), message(8)),
        ("message/64KB".to_owned(), message(64)),
        ("properties/2000".to_owned(), with_properties(2_000)),
        ("properties/20000".to_owned(), with_properties(20_000)),
        ("recipients/2000".to_owned(), recipients(2_000)),
        ("recipients/20000".to_owned(), recipients(20_000)),
        ("attachments/20".to_owned(), attachments(20)),
        ("attachments/200".to_owned(), attachments(200)),
        ("nested/16".to_owned(), nested(16)),
        ("nested/64".to_owned(), nested(64)),
    ];
    if let Some(folder) = std::env::var_os("WINMAIL_BENCH_DIR") {
        for (name, bytes) in &shapes {
            let path = std::path::Path::new(&folder).join(format!("{}.tnef", name.replace('/', "-")));
            std::fs::write(path, bytes).unwrap();
        }
    }
    let options = ReadOptions::lenient();
    for (tier, read) in [("view", true), ("model", false)] {
        let mut group = c.benchmark_group(tier);
        for (name, bytes) in &shapes {
            group.throughput(Throughput::Bytes(u64::try_from(bytes.len()).unwrap()));
            group.bench_with_input(BenchmarkId::from_parameter(name), bytes, |b, bytes| {
                b.iter(|| {
                    if read {
                        visit(black_box(bytes))
                    } else {
                        let message = Message::read(black_box(bytes), &options).unwrap();
                        let report = message.report();
                        assert!(report.is_empty(), "{:?}", report.diagnostics());
                        u64::try_from(message.attachments.len()).unwrap()
                    }
                });
            });
        }
        group.finish();
    }
}

/// A name, what makes the bytes, and the smallest size.
type Shape = (&'static str, fn(usize) -> Vec<u8>, usize);

/// Five sizes of each shape, each twice the one before: the plots in `target/criterion/growth_*/report/` are straight lines.
fn growth(c: &mut Criterion) {
    let shapes: [Shape; 5] = [
        ("message", message, 8),
        ("properties", with_properties, 1_250),
        ("recipients", recipients, 1_250),
        ("attachments", attachments, 12),
        ("nested", nested, 6),
    ];
    let options = ReadOptions::lenient();
    for (shape, make, smallest) in shapes {
        let mut group = c.benchmark_group(format!("growth/{shape}"));
        for doubled in 0..5 {
            let bytes = make(smallest << doubled);
            group.throughput(Throughput::Bytes(u64::try_from(bytes.len()).unwrap()));
            group.bench_with_input(BenchmarkId::new("view", smallest << doubled), &bytes, |b, bytes| {
                b.iter(|| visit(black_box(bytes)));
            });
            group.bench_with_input(BenchmarkId::new("model", smallest << doubled), &bytes, |b, bytes| {
                b.iter(|| Message::read(black_box(bytes), &options).unwrap().attachments.len());
            });
            let message = Message::read(&bytes, &options).unwrap();
            group.bench_with_input(BenchmarkId::new("write", smallest << doubled), &message, |b, message| {
                b.iter(|| black_box(message).to_tnef(&WriteOptions::canonical()).unwrap().len());
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = read;
    config = Criterion::default().measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(300)).sample_size(20);
    targets = benches, growth
}
criterion_main!(read);
