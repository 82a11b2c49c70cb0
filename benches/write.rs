//! Writing, in bytes of output per second. Every shape comes in two sizes: equal throughput in both means that time is linear.
//!
//! `mirror/...` writes a message that was read and not edited, `edited/...` one whose subject was changed, `canonical/...` makes
//! everything anew. The shapes are those of `winmail sample`; `memcpy/...` copies the bytes of the same stream.

// The macros of criterion make public functions without documentation.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use winmail::mapi::tags;
use winmail::{Message, WriteOptions};
use winmail_tools::sample::SHAPES;

fn sample(name: &str, size: u64) -> Vec<u8> {
    let shape = SHAPES.iter().find(|shape| shape.name == name).unwrap();
    let mut out = Vec::new();
    shape.write(1, shape.size.map(|_| size), &mut out).unwrap();
    out
}

fn benches(c: &mut Criterion) {
    let shapes: Vec<(String, Vec<u8>)> = [
        ("winmail", 0),
        ("big", 8 << 10),
        ("big", 8 << 20),
        ("many-properties", 2_000),
        ("many-properties", 20_000),
        ("many-recipients", 2_000),
        ("many-recipients", 20_000),
        ("many-attachments", 20),
        ("many-attachments", 2_000),
        ("deep", 16),
        ("deep", 64),
    ]
    .map(|(name, size)| (format!("{name}/{size}"), sample(name, size)))
    .into();
    for way in ["mirror", "edited", "canonical", "memcpy"] {
        let mut group = c.benchmark_group(way);
        for (name, bytes) in &shapes {
            let mut message = Message::from_tnef(bytes).unwrap();
            if way == "edited" {
                message.properties.set(tags::SUBJECT, "another subject");
            }
            let options = if way == "canonical" { WriteOptions::canonical() } else { WriteOptions::mirror() };
            let length = message.to_tnef(&options).unwrap().len();
            assert!(way != "mirror" || message.to_tnef(&options).unwrap() == *bytes);
            let mut out = Vec::with_capacity(length);
            group.throughput(Throughput::Bytes(u64::try_from(length).unwrap()));
            group.bench_with_input(BenchmarkId::from_parameter(name), &message, |b, message| {
                b.iter(|| {
                    out.clear();
                    if way == "memcpy" {
                        out.extend_from_slice(black_box(bytes));
                    } else {
                        black_box(message).write_tnef(&options, &mut out).unwrap();
                    }
                    black_box(out.len())
                });
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = write;
    config = Criterion::default().measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(200)).sample_size(10);
    targets = benches
}
criterion_main!(write);
