//! Outlook's .msg, in bytes of file per second: reading with every property, body and attachment summed, and writing.
//!
//! `samples` are the real files of `$WINMAIL_CORPUS` (else `../shared/corpus`), where they are. The crate `msg_parser` reads the same
//! files beside it, of which it keeps some forty properties, in the same run; `tools/msg_speed.py` does so by extract-msg.

// The macros of criterion make public functions without documentation.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use winmail::mapi::{PropValue, RecipientType};
use winmail::message::{Content, MsgWriteOptions};
use winmail::{Attachment, Message, ReadOptions, Recipient, tags};

/// Every byte of every value, body and attachment, summed.
fn sum(message: &Message<'_>) -> u64 {
    let bytes = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let value = |value: &PropValue<'_>| match value {
        PropValue::String(text) => bytes(&text.0),
        PropValue::String8(text) => bytes(&text.0),
        other => other.as_bytes().map_or(1, bytes),
    };
    let parts = message.recipients.iter().map(|recipient| &recipient.properties);
    let parts = parts.chain(message.attachments.iter().map(|attachment| &attachment.properties)).chain([&message.properties]);
    let mut total: u64 = parts.flat_map(|bag| bag.iter()).map(|property| value(&property.value)).sum();
    total += u64::try_from(message.bodies().len()).unwrap();
    for attachment in &message.attachments {
        total += match &attachment.content {
            Content::Message(nested) => sum(nested),
            other => bytes(other.bytes()),
        };
    }
    total
}

/// The same of what `msg_parser` hands over; files that it refuses cost it less.
fn sum_of_other(file: &[u8]) -> u64 {
    let bytes = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let Ok(message) = msg_parser::Outlook::from_slice(file) else { return 0 };
    let texts = [&message.subject, &message.body, &message.html, &message.rtf_compressed, &message.message_class];
    let named = message.named_properties.iter().flat_map(|(name, value)| [name, value]);
    let files = message.attachments.iter().map(|attachment| bytes(&attachment.payload_bytes)).sum::<u64>();
    texts.into_iter().chain(named).map(|text| bytes(text.as_bytes())).sum::<u64>() + files
}

fn samples() -> Vec<Vec<u8>> {
    let root = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus")), PathBuf::from);
    let folders = ["msg", "items/msg"].into_iter().filter_map(|folder| std::fs::read_dir(root.join(folder)).ok());
    folders.flatten().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn made(attachments: usize, size: usize) -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.set(tags::SUBJECT, "A message of some size");
    message.set(tags::BODY, "text\r\n".repeat(500).as_str());
    for number in 0..20 {
        message.recipients.push(Recipient::smtp(RecipientType::TO, "", &format!("a{number}@example.org")));
    }
    for number in 0..attachments {
        message.attachments.push(Attachment::from_bytes(&format!("{number}.bin"), vec![7; size]));
    }
    message
}

fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("msg");
    let write = |message: &Message<'_>| message.to_msg(&MsgWriteOptions::default()).unwrap();
    let sets = [("samples", samples()), ("small", vec![write(&made(2, 3_000))]), ("large", vec![write(&made(2, 10 << 20))])];
    for (name, files) in sets {
        if files.is_empty() {
            continue;
        }
        group.throughput(Throughput::Bytes(files.iter().map(|file| u64::try_from(file.len()).unwrap()).sum()));
        group.bench_function(format!("read/{name}"), |b| {
            b.iter(|| {
                let read =
                    |file: &Vec<u8>| Message::read(black_box(file), &ReadOptions::lenient()).map_or(0, |message| sum(&message));
                files.iter().map(read).sum::<u64>()
            });
        });
        group.bench_function(format!("read/{name}/msg_parser"), |b| {
            b.iter(|| files.iter().map(|file| sum_of_other(black_box(file))).sum::<u64>());
        });
    }
    for (name, message) in [("small", made(2, 3_000)), ("large", made(2, 10 << 20))] {
        group.throughput(Throughput::Bytes(u64::try_from(write(&message).len()).unwrap()));
        group.bench_function(format!("write/{name}"), |b| b.iter(|| write(black_box(&message))));
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
