//! Mail: its structure, reading it into a message, and writing that again.

use winmail::convert::mime::find::find;
use winmail::convert::mime::structure::{EntityKind, Structure, fields};
use winmail::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, TnefForm, encapsulate, read, write};
use winmail::message::Content;
use winmail::{ErrorKind, Limits, Message, ReadOptions, WriteOptions};

use super::mail::{alone, collect, is_lost};

/// What a mail may grow by when it is read and written: compressed RTF by 17, and that as HTML; encoded words; base64.
const GROWTH: usize = 256;
const FIXED: usize = 64 << 10;

/// Any mail has a structure and is read; what was read can be written as a mail and as TNEF, with all its files.
pub fn mime(mail: &[u8]) {
    structure(mail);
    let lenient = MimeReadOptions::new(ReadOptions::lenient()).with_text(true).with_rtf(true);
    let message = match read(mail, &lenient) {
        Ok(message) => message,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Malformed, "{error}");
            return;
        }
    };
    let mut strict = lenient.clone();
    strict.read = ReadOptions::strict();
    if let Ok(strict) = read(mail, &strict) {
        assert_eq!(strict, message, "strict and lenient read the same mail differently");
    }
    written(mail, &message);
    if let Ok(stream) = message.to_tnef(&WriteOptions::default()) {
        alone(&stream);
    }
    carried(&message);
}

fn structure(mail: &[u8]) {
    let limits = Limits::default();
    let structure = Structure::of(mail, &limits);
    assert!(!structure.entities.is_empty() && structure.entities.len() <= limits.attachments + 1);
    let mut starts = 0;
    for (index, entity) in structure.entities.iter().enumerate() {
        let [header, body, whole] = [&entity.header, &entity.body, &entity.whole];
        assert!(whole.start == header.start && header.end <= body.start && body.start <= body.end, "{entity:?}");
        assert!(body.end == whole.end && whole.end <= mail.len(), "{entity:?}");
        assert!(whole.start >= starts, "the parts are in the order in which they begin");
        starts = whole.start;
        match entity.parent {
            None => assert_eq!(index, 0),
            Some(parent) => {
                let around = &structure.entities[parent];
                assert!(parent < index && around.kind != EntityKind::Leaf, "{entity:?} in {around:?}");
                assert!(around.body.start <= whole.start && whole.end <= around.body.end, "{entity:?} in {around:?}");
            }
        }
        let _ = (structure.section(index), structure.message_of(index), structure.children(index).count());
        assert!(fields(mail, header.clone()).count() <= header.len());
        assert!(entity.encoding.decode(&mail[body.clone()]).len() <= body.len());
    }
    for part in find(mail, &limits).parts {
        assert!(part.whole.end <= mail.len() && part.body.end <= part.whole.end, "{part:?}");
    }
}

fn written(mail: &[u8], message: &Message<'_>) {
    let mut options = MimeOptions::default();
    options.bcc = true;
    for transport_headers in [true, false] {
        options.transport_headers = transport_headers;
        let out = write(message, &options).expect("all of it is lenient").bytes;
        assert!(out.len() <= mail.len() * GROWTH + FIXED, "{} bytes out of {}", out.len(), mail.len());
        if out.starts_with(b"\r\n") {
            // Nothing that a header could say.
            continue;
        }
        let again = read(&out, &MimeReadOptions::new(ReadOptions::lenient()));
        again.unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&out)));
        let mut files = Vec::new();
        collect(message, &mut files);
        let after = Structure::of(&out, &Limits::UNLIMITED);
        if !after.incomplete {
            for file in files {
                assert!(!is_lost(&file, &out, &after), "{} bytes are lost: {}", file.len(), String::from_utf8_lossy(&out));
            }
        }
    }
}

fn carried(message: &Message<'_>) {
    let facts = |message: &Message<'_>| -> (Option<String>, Vec<Option<Vec<u8>>>) {
        let bytes = |content: &Content<'_>| match content {
            Content::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        };
        let files = message.attachments.iter().map(|attachment| bytes(&attachment.content)).collect();
        (message.subject().map(|subject| subject.into_owned()), files)
    };
    for carrier in [TnefForm::Mail, TnefForm::Stnef, TnefForm::Bare] {
        let mut options = EncapsulateOptions::new(carrier);
        options.mime.bcc = true;
        match encapsulate(message, &options).map(|written| written.bytes) {
            Ok(out) if carrier == TnefForm::Bare => {
                let again = Message::read(&out, &ReadOptions::lenient()).expect("our own output");
                assert_eq!(facts(&again), facts(message));
            }
            Ok(out) => {
                let again = read(&out, &MimeReadOptions::default()).expect("our own output");
                assert_eq!(facts(&again).1, facts(message).1, "{}", String::from_utf8_lossy(&out));
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Unencodable, "{error}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checks_hold_for_small_mails() {
        let nested = "From: a@example.com\nSubject: =?utf-8?q?=C3=A4?=\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhello\n--x\n\
            Content-Type: message/rfc822\n\nSubject: b\n\nc\n--x\nContent-Disposition: attachment; filename=a.bin\n\
            Content-Transfer-Encoding: base64\n\nAAEC\n--x--\n";
        for mail in ["", "x", "A: b\n", "Subject: a\n\nb", nested] {
            super::mime(mail.as_bytes());
        }
    }
}
