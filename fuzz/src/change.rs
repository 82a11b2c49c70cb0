//! Changes to a message: edits and redaction.

use winmail::base::WriteMode;
use winmail::mapi::{PropTag, PropValue, PropertyBag, tags};
use winmail::message::Content;
use winmail::message::edit::{BodyEdit, Place};
use winmail::redact;
use winmail::{Attachment, ErrorKind, Message, ReadOptions, WriteOptions};

/// How many bytes at the end of the input say what is changed.
const PLAN: usize = 24;

/// The body in all its forms, and what goes stale or comes with it.
const BODY: [PropTag; 10] = [
    tags::BODY,
    tags::HTML,
    tags::BODY_HTML,
    tags::RTF_COMPRESSED,
    tags::RTF_SYNC_BODY_CRC,
    tags::RTF_SYNC_BODY_COUNT,
    tags::RTF_SYNC_BODY_TAG,
    tags::RTF_SYNC_PREFIX_COUNT,
    tags::RTF_SYNC_TRAILING_COUNT,
    tags::INTERNET_CODEPAGE,
];

/// A message is read, changed as the last bytes of the input say, written, and read again. Unchanged, its bytes are the same;
/// changed, the change is there, the search key is what it was and files stay, and, where nothing is damaged and the stream is
/// mirrored, so does everything else.
pub fn edit(input: &[u8]) {
    let Some((stream, plan)) = input.len().checked_sub(PLAN).and_then(|at| input.split_at_checked(at)) else { return };
    let options = ReadOptions::lenient();
    let Ok(before) = Message::read(stream, &options) else { return };
    if before.source().is_empty() {
        // Outlook's .msg is written anew.
        return;
    }
    let report = before.report();
    assert_eq!(before.to_tnef(&WriteOptions::mirror()).expect("nothing has changed"), stream);

    let mut message = before.clone();
    let mut touched: Vec<PropTag> = Vec::new();
    let text = String::from_utf8_lossy(&plan[4..]).into_owned();
    let place = [Place::Replace, Place::Prepend, Place::Append][usize::from(plan[0] % 3)];
    let new = match plan[0] / 3 % 3 {
        0 => None,
        1 => Some(BodyEdit::text(place, &text)),
        _ => Some(BodyEdit::html(place, &text)),
    };
    if let Some(new) = new {
        match message.edit_body(&new) {
            Ok(_) => touched.extend(BODY),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
                assert_eq!(format!("{message:?}"), format!("{before:?}"), "a refused edit changes nothing");
            }
        }
    }
    match plan[1] % 4 {
        1 => {
            message.properties.set(tags::SUBJECT, &*text);
            touched.push(tags::SUBJECT);
        }
        2 => {
            message.properties.set(tags::IMPORTANCE, PropValue::Integer32(i32::from(plan[2])));
            touched.push(tags::IMPORTANCE);
        }
        3 => {
            message.properties.remove(tags::SUBJECT);
            touched.push(tags::SUBJECT);
        }
        _ => {}
    }
    match plan[3] % 4 {
        1 => message.attachments.push(Attachment::from_bytes("new.bin", plan.to_vec())),
        2 if !message.attachments.is_empty() => {
            drop(message.attachments.remove(usize::from(plan[2]) % message.attachments.len()))
        }
        _ => {}
    }

    for write in [WriteOptions::mirror(), WriteOptions::canonical()] {
        match message.to_tnef(&write) {
            Ok(bytes) => {
                let again = Message::read(&bytes, &options).expect("our own output");
                // Recovery reads damaged properties by what stands around them; keys and files stay whatever is damaged.
                compare(&again, &message, &before, &touched, write.mode == WriteMode::Mirror && report.is_empty());
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unencodable, "{error}"),
        }
    }
}

fn compare(again: &Message<'_>, message: &Message<'_>, before: &Message<'_>, touched: &[PropTag], all: bool) {
    assert_eq!(again.search_key(), before.search_key(), "the search key");
    assert_eq!(again.attachments.len(), message.attachments.len());
    for (again, wanted) in again.attachments.iter().zip(&message.attachments) {
        // An embedded message is written anew as well.
        if let Content::Bytes(bytes) = &wanted.content {
            assert_eq!(again.data(), &bytes[..]);
        }
    }
    if !all {
        return;
    }
    for tag in touched {
        assert_eq!(again.properties.str(*tag), message.properties.str(*tag), "{tag}");
        assert_eq!(again.properties.integer(*tag), message.properties.integer(*tag), "{tag}");
    }
    let (again_rest, before_rest) = (rest(&again.properties, touched), rest(&before.properties, touched));
    let is_same = again_rest.len() == before_rest.len()
        && again_rest.iter().zip(&before_rest).all(|(one, other)| one.0 == other.0 && one.1.identical(other.1));
    assert!(is_same, "what was not touched: {again_rest:?} of {before_rest:?}");
    assert_eq!(again.recipients.len(), before.recipients.len());
}

/// What was not touched, by tag.
fn rest<'s>(set: &'s PropertyBag<'_>, touched: &[PropTag]) -> Vec<(PropTag, &'s PropValue<'s>)> {
    let all = set.iter().filter(|property| touched.iter().all(|tag| tag.id() != property.tag.id()));
    let mut all: Vec<_> = all.map(|property| (property.tag, &property.value)).collect();
    all.sort_by_key(|(tag, _)| *tag);
    all
}

/// Redaction keeps the length, does the same each time, and fails only for what is no TNEF or says that it cannot be done.
pub fn redact(input: &[u8]) {
    let options = ReadOptions::lenient();
    if winmail::msg::MsgReader::is_compound(input) {
        // Outlook's .msg is no stream.
        return;
    }
    let readable = Message::read(input, &options);
    for seed in [0, 0x5EED_CAFE] {
        let redacted = match redact::redact(input, seed, &options) {
            Ok(redacted) => redacted,
            Err(error) => {
                let kind = if readable.is_ok() { ErrorKind::Unsupported } else { ErrorKind::Malformed };
                assert_eq!(error.kind(), kind, "{error}");
                continue;
            }
        };
        assert_eq!(redacted.bytes.len(), input.len());
        assert_eq!(redact::redact(input, seed, &options).expect("the same again"), redacted);
        let before = readable.as_ref().expect("it was redacted");
        let after = Message::read(&redacted.bytes, &options).expect("it is a stream as before");
        let framing = |message: &Message<'_>| message.pieces().map(|piece| piece.wire_length()).collect::<Vec<_>>();
        assert_eq!(framing(&after), framing(before));
        assert_eq!(after.class(), before.class());
        let sizes = |message: &Message<'_>| message.attachments.iter().map(|a| a.data().len()).collect::<Vec<_>>();
        assert_eq!(sizes(&after), sizes(before));
        // The mail's subject does not stand in the output any more.
        if let Some(subject) = before.properties.get(tags::SUBJECT) {
            let text = before.subject().unwrap_or_default();
            let personal = text.chars().filter(char::is_ascii_alphabetic).count() >= 8;
            if personal && before.properties.iter().filter(|p| p.tag == tags::SUBJECT).count() == 1 {
                assert_ne!(Some(subject), after.properties.get(tags::SUBJECT), "{text:?}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    const SAMPLE: &[u8] = include_bytes!("../../testdata/winmail.dat");

    #[test]
    fn the_sample_is_changed_in_every_way() {
        for plan in 0..36u8 {
            let mut tail = [b'a'; super::PLAN];
            tail[..4].copy_from_slice(&[plan, plan / 9, 1, plan % 4]);
            super::edit(&[SAMPLE, &tail].concat());
        }
    }

    #[test]
    fn the_sample_is_redacted() {
        super::redact(SAMPLE);
        super::redact(b"no TNEF");
    }
}
