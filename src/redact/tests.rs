use super::*;
use crate::base::WriteOptions;
use crate::mapi::{RecipientType, String8};
use crate::message::{Attachment, Recipient};
use crate::rtf::lzfu::{self, Mode};

fn lenient() -> ReadOptions {
    ReadOptions::lenient()
}

fn redacted(bytes: &[u8]) -> Vec<u8> {
    redact(bytes, 5, &lenient()).unwrap().bytes
}

const RTF: &[u8] = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 Courier;}}\r\n\
    {\\*\\generator Jane 1.0;}\\pard Dear J\\'e4ne, \\f1\\'ef\\'f0\\f0  see {\\field{\\*\\fldinst HYPERLINK \"mailto:jane@x.com\"}}\
    {\\pict\\pngblip 89504e470d0a1a0a} J\\u228\\'e4ne and J\\u1055?ne, yours, Jane\\par}";

fn message() -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "Report of Jane Doe");
    message.properties.set(tags::SENDER_NAME, PropValue::String8(String8(b"Jane Doe\0".into())));
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(b"\x01\x02\x03\x04\x05\x06\x07\x08abcdefgh".into()));
    message.properties.set(tags::HTML, PropValue::Binary(b"<html><body class=Jane>Jane</body></html>".into()));
    let packed = lzfu::compress(RTF, Mode::Outlook).unwrap();
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(packed.into()));
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Jane Doe", "jane.doe@contoso.com"));
    message.attachments.push(Attachment::from_bytes("Jane.pdf", &b"%PDF-1.4 Jane"[..]));
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "Jane");
    message.attachments.push(Attachment::from_message(inner));
    message
}

#[test]
fn equal_things_stay_equal_and_the_rest_stays() {
    let bytes = message().to_tnef(&WriteOptions::default()).unwrap();
    let out = redacted(&bytes);
    assert_eq!(out.len(), bytes.len());
    assert_eq!(out, redacted(&bytes));
    assert_ne!(out, redact(&bytes, 6, &lenient()).unwrap().bytes);
    let read = Message::read(&out, &ReadOptions::strict()).unwrap();
    // attMessageID and PidTagSearchKey, attFrom and PidTagSenderName, two encodings of one name.
    let subject = read.subject().unwrap().into_owned();
    let (name, doe) = (subject.split(' ').nth(2).unwrap(), subject.split(' ').nth(3).unwrap());
    assert_eq!(read.properties.str(tags::SENDER_NAME).unwrap(), format!("{name} {doe}"));
    assert_eq!(read.recipients[0].display_name().unwrap(), format!("{name} {doe}"));
    let address = format!("{name}.{doe}@").to_lowercase();
    assert!(read.recipients[0].smtp_address().unwrap().starts_with(&address), "{:?}", read.recipients[0].smtp_address());
    assert_eq!(read.attachments[0].file_name().unwrap(), format!("{name}.pdf"));
    assert!(read.attachments[0].data().starts_with(b"%PDF-") && !read.attachments[0].data().ends_with(b"Jane"));
    let Content::Message(inner) = &read.attachments[1].content else { panic!("no message") };
    assert_eq!(inner.subject().unwrap(), name);
    let html = format!("<html><body class={name}>{name}</body></html>");
    assert_eq!(read.properties.bytes(tags::HTML).unwrap(), html.as_bytes());
    let key = read.properties.bytes(tags::SEARCH_KEY).unwrap().to_vec();
    for piece in read.pieces() {
        let Piece::Attribute(attribute) = piece else { continue };
        if let Ok(AttributeValue::Hex(digits)) = attribute.value() {
            assert_eq!(digits.to_bytes().unwrap(), key);
        }
    }
    assert_ne!(key, b"\x01\x02\x03\x04\x05\x06\x07\x08abcdefgh");
}

#[test]
fn rtf_keeps_its_markup_and_compressed_rtf_its_length() {
    let mut names = Pseudonyms::collector(5).replacer();
    let mut text = RTF.to_vec();
    rtf::rtf(&mut text, CodePage(1252), &mut names);
    let shown = String::from_utf8(text.clone()).unwrap();
    for kept in ["{\\f0\\fswiss Arial;}", " 1.0;}", "HYPERLINK \"mailto:", ".com\"}}", "{\\pict\\pngblip 0000000000000000}"] {
        assert!(shown.contains(kept), "{shown}");
    }
    let words = shown.split("1.0;}").nth(1).unwrap();
    assert!(
        !words.contains("Jane") && !words.contains("jane") && !words.contains("\\'ef\\'f0") && !words.contains("Dear"),
        "{shown}"
    );
    // The same letter in three ways, and one that is Cyrillic.
    assert!(shown.contains("\\u1") && shown.contains("?"), "{shown}");

    let packed = lzfu::compress(RTF, Mode::Outlook).unwrap();
    for damage in [0u32, 1] {
        let mut value = packed.clone();
        value[12] ^= u8::try_from(damage).unwrap();
        let length = value.len();
        assert_eq!(rtf::compressed(&mut value, CodePage(1252), &lenient(), &mut names), Fitted::Text);
        assert_eq!(value.len(), length);
        let unpacked = lzfu::decompress(&value, &lenient()).unwrap();
        let report = &unpacked.report;
        assert_eq!(report.contains(Code::RtfCrcMismatch), damage == 1);
        assert_eq!(report.diagnostics().len(), usize::try_from(damage).unwrap());
        let unpacked = String::from_utf8(unpacked.bytes.clone()).unwrap();
        assert!(unpacked.starts_with("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl"), "{unpacked}");
        assert!(!unpacked.replace("generator Jane", "").contains("Jane"), "{unpacked}");
    }
    let mut stored = lzfu::store(RTF).unwrap();
    rtf::compressed(&mut stored, CodePage(1252), &lenient(), &mut names);
    assert_eq!(stored[16..], text);
    let mut none = [&packed[..8], b"ABCD1234Jane Doe"].concat();
    assert_eq!(rtf::compressed(&mut none, CodePage(1252), &lenient(), &mut names), Fitted::Bytes);
    assert!(!none.windows(4).any(|part| part == b"Jane"));
}

#[test]
fn no_text_stays_in_what_readers_of_rtf_pass_over() {
    for (before, what) in [
        (&b"{\\rtf1\\ansi\\zebrowski text}"[..], "a control word that nobody knows"),
        (b"{\\rtf1\\ansi\\phone5551234 text}", "its number"),
        (b"{\\rtf1\\ansi{\\*\\zebrowski zebrowski 5551234}text}", "a destination that nobody knows"),
        (b"{\\rtf1\\ansi{\\*\\x7a zebrowski {\\zz{\\*\\yy zebrowski}}}text}", "destinations in it"),
        (b"{\\rtf1\\ansi{\\*\\unheardof 7a6562726f77736b69\r\n5551234}text}", "digits in it"),
        (b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset2 Symbol;}}\\f0 zebrowski}", "a font of symbols"),
        (b"{\\rtf1\\ansi{\\fonttbl{\\f0 \\u122?\\u101?\\u98?\\u114?;}}text}", "the name of a font, by numbers"),
        (b"{\\rtf1\\ansi\\u53?\\u53?\\u53?\\u49?\\u50?\\u51?\\u52? text}", "digits by numbers"),
        (b"{\\rtf1\\ansi\\ansicpg1251 \\\xE7\\\xE5\\\xE1\\\xF0 text}", "symbols that are letters"),
        (b"{\\rtf1\\ansi\\5\\5\\5\\1\\2\\3\\4 text}", "symbols that are digits"),
        (
            b"{\\rtf1\\ansi{\\info{\\author zebrowski}{\\company zebrowski}}{\\*\\userprops{\\propname zebrowski}}text}",
            "facts of the document",
        ),
        (b"{\\rtf1\\ansi\\bin9 zebrowski text}", "binary data"),
    ] {
        let mut after = before.to_vec();
        rtf::rtf(&mut after, CodePage(1252), &mut Pseudonyms::collector(5).replacer());
        assert_eq!(after.len(), before.len());
        let holds = |part: &[u8]| after.windows(part.len()).any(|window| window == part);
        let hidden: [&[u8]; 7] =
            [b"zebr", b"5551234", b"7a6562", b"\\u122?", b"\\u53?\\u53?\\u53?\\u49?", b"\\\xE7\\\xE5", b"\\5\\5\\5\\1"];
        assert!(!hidden.into_iter().any(holds), "{what}: {}", after.escape_ascii());
        // Groups and known words stay.
        let marks = |bytes: &[u8]| bytes.iter().filter(|byte| matches!(byte, b'{' | b'}' | b'\\')).count();
        assert!(after.starts_with(b"{\\rtf1\\ansi"), "{what}: {}", after.escape_ascii());
        assert_eq!(marks(&after), marks(before), "{what}: {}", after.escape_ascii());
    }
}

/// Checksums that were wrong are wrong by as much, and damage anywhere is neither a panic nor another reading.
#[test]
fn damage_stays_where_it_is() {
    let bytes = message().to_tnef(&WriteOptions::default()).unwrap();
    let defects = |bytes: &[u8]| {
        let read = Message::read(bytes, &lenient());
        let report = read.as_ref().map_or_else(crate::Error::report, Message::report);
        (
            read.as_ref().ok().map(|message| message.properties.len()),
            report.diagnostics().iter().map(|d| (d.code, d.offset)).collect::<Vec<_>>(),
        )
    };
    let mut refused = 0;
    for at in (0..bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x15;
        for damaged in [&bytes[..at], &flipped] {
            match redact(damaged, 1, &lenient()) {
                Ok(redaction) => assert_eq!(defects(damaged), defects(&redaction.bytes), "{at}"),
                Err(error) if error.kind() == ErrorKind::Malformed => assert_eq!(defects(damaged).0, None),
                Err(_) => refused += 1,
            }
        }
    }
    let tried = bytes.len() / 7 * 2;
    assert!(refused <= tried / 50, "{refused} of {tried}");
}

#[test]
fn what_is_known_to_be_structure_is_kept() {
    let mut message = Message::new("IPM.Note");
    let tag = PropTag(0x6900_0102);
    message.properties.set(tags::ATTACH_MIME_TAG, "image/jane");
    message.properties.set(tag, PropValue::Binary(b"\0\0\0\x10key".into()));
    let redaction = redact(&message.to_tnef(&WriteOptions::default()).unwrap(), 1, &lenient()).unwrap();
    let read = Message::from_tnef(&redaction.bytes).unwrap();
    assert_eq!(read.properties.str(tags::ATTACH_MIME_TAG).unwrap(), "image/jane");
    assert_eq!(read.class().unwrap(), "IPM.Note");
    assert!(redaction.kept.contains_key("PidTagMessageClass") && redaction.kept.contains_key("PidTagAttachMimeTag"));
    assert_eq!(redaction.replaced.get("0x69000102"), Some(&1), "{:?}", redaction.replaced);
    assert_ne!(read.properties.bytes(tag).unwrap(), b"\0\0\0\x10key");
}
