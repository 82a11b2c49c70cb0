//! A message that keeps its stream: the same as one that borrows, at the price of the stream alone.

use crate::support::{Sample, tnef_samples};
use allocation_counter::measure;
use winmail::message::Content;
use winmail::tnef::{AttrId, Level, Writer};
use winmail::{Message, ReadOptions, WriteOptions};

/// A stream with an attachment of so many bytes.
fn stream(size: usize) -> Vec<u8> {
    let mut writer = Writer::new(Vec::with_capacity(size + 200), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &0x0001_0000u32.to_le_bytes()).unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &[1, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, &vec![7; size]).unwrap();
    writer.into_inner()
}

/// Whether all data of all attachments stands in the one buffer, that of nested messages included.
fn shares(message: &Message<'_>, buffer: std::ops::Range<usize>) -> bool {
    let within = |bytes: &[u8]| bytes.is_empty() || buffer.contains(&bytes.as_ptr().addr());
    within(message.source())
        && message.attachments.iter().all(|attachment| match &attachment.content {
            Content::Bytes(bytes) => within(bytes),
            Content::Object(object) => within(&object.data),
            Content::Message(nested) => shares(nested, buffer.clone()),
            _ => true,
        })
}

#[test]
fn it_is_the_message_that_borrows() {
    fn goes_anywhere<T: Send + Sync + 'static>(_: &T) {}

    let options = ReadOptions::lenient();
    for Sample { name, bytes, .. } in tnef_samples() {
        let Ok(borrowed) = Message::read(&bytes, &options) else { continue };
        let owned = Message::from_vec(bytes.clone(), &options).unwrap();
        goes_anywhere(&owned);
        // As text, since a NaN equals nothing.
        let shown = format!("{borrowed:?}");
        assert!(format!("{owned:?}") == shown, "{name}");
        assert_eq!(owned.report(), borrowed.report(), "{name}");
        let copy = borrowed.clone().into_owned();
        assert!(format!("{copy:?}") == shown, "{name}");
        for message in [&owned, &copy] {
            assert!(shares(message, message.source().as_ptr_range().start.addr()..message.source().as_ptr_range().end.addr()));
        }
        assert_eq!(owned.to_tnef(&WriteOptions::default()).unwrap(), bytes, "{name}");
    }
}

#[test]
fn it_costs_its_stream_once() {
    let options = ReadOptions::lenient();
    let bytes = stream(20 << 20);
    let mut message = None;
    let used = measure(|| message = Some(Message::from_vec(bytes, &options).unwrap()));
    let message = message.unwrap();
    assert_eq!(message.attachments[0].data().len(), 20 << 20);
    // The stream itself was there before.
    assert!(used.bytes_max < 10_000, "{used:?}");

    // A copy of what borrows takes the stream once, and its clone nothing.
    let bytes = stream(20 << 20);
    let borrowed = Message::read(&bytes, &options).unwrap();
    let mut copies = Vec::with_capacity(2);
    let used = measure(|| {
        copies.push(borrowed.into_owned());
        copies.push(copies[0].clone());
    });
    assert_eq!(copies[0].attachments, copies[1].attachments);
    assert!((20 << 20..21 << 20).contains(&used.bytes_max), "{used:?}");
}

#[cfg(feature = "msg")]
#[test]
fn an_outlook_message_costs_its_file_once() {
    let options = ReadOptions::lenient();
    let mut made = Message::new("IPM.Note");
    made.attachments.push(winmail::Attachment::from_bytes("a.bin", vec![7; 20 << 20]));
    let file = made.to_msg(&winmail::message::MsgWriteOptions::default()).unwrap();
    let place = file.as_ptr_range();
    let mut message = None;
    let used = measure(|| message = Some(Message::from_vec(file, &options).unwrap()));
    let message = message.unwrap();
    let data = message.attachments[0].data();
    assert_eq!(data.len(), 20 << 20);
    assert!(place.contains(&data.as_ptr()), "no copy");
    // The file itself was there before. Its table of sectors takes four bytes for each 512.
    assert!(used.bytes_max < 1 << 20, "{used:?}");
}
