//! `winmail redact` over the samples: nothing that was text is left, and everything else is as it was. The scan is this file's own:
//! it knows encodings, not where properties are.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::support::{tnef_samples, winmail};
use winmail::Message;
use winmail::ReadOptions;
use winmail::mapi::{PropValue, PropertyBag, tags};
use winmail::message::Content;
use winmail::redact::redact;
use winmail::rtf::lzfu;
use winmail::tnef::{AttrId, Piece};

/// Words of four letters or more, in lower case.
fn words(text: &str, found: &mut BTreeSet<String>) {
    found.extend(text.split(|c: char| !c.is_alphabetic()).filter(|word| word.chars().count() >= 4).map(str::to_lowercase));
}

/// Words that redaction leaves alone by design: of addresses, schemes, file names, fields.
const NEUTRAL: [&str; 15] = [
    "http",
    "https",
    "mailto",
    "smtp",
    "file",
    "docx",
    "html",
    "jpeg",
    "pptx",
    "tiff",
    "xlsx",
    "hyperlink",
    "page",
    "includepicture",
    "recipients",
];

fn rtf_of(properties: &PropertyBag<'_>) -> Option<Vec<u8>> {
    lzfu::decompress(properties.bytes(tags::RTF_COMPRESSED)?, &ReadOptions::lenient()).ok().map(|found| found.bytes)
}

/// What a person would call the texts of a message: every text property, the bodies as they read, the names of attachments, and
/// their contents where those are text.
fn texts(message: &Message<'_>, found: &mut BTreeSet<String>) {
    let mut sets: Vec<&PropertyBag<'_>> = vec![&message.properties];
    sets.extend(message.recipients.iter().map(|recipient| &recipient.properties));
    sets.extend(message.attachments.iter().map(|attachment| &attachment.properties));
    for set in sets {
        for property in set {
            let name = property.tag.name().unwrap_or_default();
            let kept = ["PidTagMessageClass", "PidTagOriginalMessageClass", "PidTagAttachMimeTag"].contains(&name);
            if property.name.is_none() && (kept || name.ends_with("AddressType")) {
                continue;
            }
            let values = match &property.value {
                PropValue::Multiple(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            };
            for value in values {
                words(&set.text_of(value).unwrap_or_default(), found);
            }
        }
    }
    if let Ok(Some(text)) = message.text() {
        words(&text.text, found);
    }
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Message(inner) => texts(inner, found),
            content => {
                let bytes = content.bytes();
                if let Some(text) =
                    std::str::from_utf8(bytes).ok().filter(|_| !bytes.contains(&0) && !bytes.starts_with(b"{\\rtf"))
                {
                    words(text, found);
                }
            }
        }
    }
}

/// Every word that the bytes of a stream hold, read as 8-bit text, as UTF-8, as UTF-16 from even and odd places, and in what its
/// compressed RTF decompresses to.
fn everything(message: &Message<'_>, bytes: &[u8], found: &mut BTreeSet<String>) {
    let mut scan = |bytes: &[u8]| {
        words(&String::from_utf8_lossy(bytes), found);
        words(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>(), found);
        for start in 0..2 {
            let units = bytes.get(start..).unwrap_or_default().chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            words(&char::decode_utf16(units).map(|c| c.unwrap_or(' ')).collect::<String>(), found);
        }
    };
    scan(bytes);
    fn each(message: &Message<'_>, scan: &mut impl FnMut(&[u8])) {
        if let Some(rtf) = rtf_of(&message.properties) {
            scan(&rtf);
        }
        for attachment in &message.attachments {
            if let Content::Message(inner) = &attachment.content {
                each(inner, scan);
            }
        }
    }
    each(message, &mut scan);
}

/// Words of markup, which stays: what is between angle brackets or in a style sheet, control words, and the tables at the top of RTF.
fn markup(message: &Message<'_>, found: &mut BTreeSet<String>) {
    let mut html = |text: &str| {
        let mut rest = text;
        while let Some((_, tag)) = rest.split_once('<') {
            let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
            // Not the values that people fill in.
            let own =
                |attribute: &str| ["href", "src", "alt", "title"].iter().any(|name| attribute.trim_start().starts_with(name));
            words(&tag.split_inclusive(' ').filter(|part| !own(part)).collect::<String>(), found);
            if tag.to_lowercase().starts_with("style") {
                words(behind.split("</").next().unwrap_or_default(), found);
            }
            rest = behind;
        }
    };
    let bytes = message.properties.bytes(tags::HTML).unwrap_or_default();
    html(&String::from_utf8_lossy(bytes));
    let rtf = String::from_utf8_lossy(&rtf_of(&message.properties).unwrap_or_default()).into_owned();
    html(&rtf);
    for attachment in &message.attachments {
        if let Content::Bytes(bytes) = &attachment.content {
            html(&String::from_utf8_lossy(bytes));
        }
    }
    for word in rtf.split('\\').skip(1) {
        words(&word.chars().take_while(char::is_ascii_alphabetic).collect::<String>(), found);
    }
    for table in ["{\\fonttbl", "{\\stylesheet", "{\\*\\generator", "{\\*\\latentstyles"] {
        for (at, _) in rtf.match_indices(table) {
            let mut depth = 0;
            let end = rtf[at..].find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0
            });
            words(&rtf[at..][..end.unwrap_or(0)], found);
        }
    }
    words(&message.class().unwrap_or_default(), found);
    for piece in message.pieces() {
        let Piece::Attribute(attribute) = piece else { continue };
        if [AttrId::MESSAGE_CLASS, AttrId::ORIGINAL_MESSAGE_CLASS].contains(&attribute.id()) {
            words(&String::from_utf8_lossy(attribute.data()), found);
        }
    }
    for attachment in &message.attachments {
        words(&attachment.mime_tag().unwrap_or_default(), found);
        if let Content::Message(inner) = &attachment.content {
            markup(inner, found);
        }
    }
}

/// What `list` shows, without the texts: kinds, sizes, counts.
fn shape(message: &Message<'_>, out: &mut String) {
    let _ = write!(out, "{:?} {:?} {} ", message.class(), message.kind(), message.code_page());
    for body in message.bodies() {
        let _ = write!(out, "{:?} ", body.kind());
    }
    let mut set = |set: &PropertyBag<'_>| {
        for property in set {
            // What carries RTF may be of another length inside, and is not outside.
            let _ = write!(out, "{}={} ", property.tag, property.value.as_bytes().map_or(0, <[u8]>::len));
        }
    };
    set(&message.properties);
    message.recipients.iter().for_each(|recipient| set(&recipient.properties));
    message.attachments.iter().for_each(|attachment| set(&attachment.properties));
    for attachment in &message.attachments {
        let _ = write!(out, "{:?} {} {} ", attachment.method(), attachment.data().len(), attachment.is_inline());
        if let Content::Message(inner) = &attachment.content {
            shape(inner, out);
        }
    }
}

fn diagnostics(bytes: &[u8]) -> Vec<String> {
    let read = Message::read(bytes, &ReadOptions::lenient());
    let report = read.as_ref().map_or_else(winmail::Error::report, Message::report);
    report.diagnostics().iter().map(|d| format!("{:?} {:?} {} {} {}", d.code, d.severity(), d.offset, d.length, d.path)).collect()
}

#[test]
fn no_text_is_left_and_everything_else_is_as_it_was() {
    let (mut done, mut looked_for) = (0, 0);
    let mut failed = Vec::new();
    for sample in tnef_samples() {
        let Ok(before) = Message::from_tnef(&sample.bytes) else { continue };
        let redaction = match redact(&sample.bytes, 42, &ReadOptions::lenient()) {
            Ok(redaction) => redaction,
            Err(error) => {
                failed.push(format!("{}: {error}", sample.name));
                continue;
            }
        };
        done += 1;
        assert_eq!(redaction.bytes.len(), sample.bytes.len(), "{}", sample.name);
        let after = Message::from_tnef(&redaction.bytes).unwrap();
        let (mut old, mut new) = (String::new(), String::new());
        shape(&before, &mut old);
        shape(&after, &mut new);
        if old != new {
            failed.push(format!("{}: shape\n{old}\n{new}", sample.name));
        }
        let (old, new) = (diagnostics(&sample.bytes), diagnostics(&redaction.bytes));
        if old != new {
            failed.push(format!("{}: {old:#?} {new:#?}", sample.name));
        }
        let (mut wanted, mut neutral, mut left) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        texts(&before, &mut wanted);
        neutral.extend(NEUTRAL.map(ToOwned::to_owned));
        markup(&before, &mut neutral);
        everything(&after, &redaction.bytes, &mut left);
        looked_for += wanted.difference(&neutral).count();
        // Compressed, a control word may fall apart into words.
        let part = |word: &str| neutral.iter().any(|whole| whole.contains(word));
        let found: Vec<_> = wanted.difference(&neutral).filter(|word| left.contains(*word) && !part(word)).collect();
        if !found.is_empty() {
            failed.push(format!("{}: {found:?}", sample.name));
        }
    }
    println!("{done} samples, {looked_for} words looked for");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(done > 0 && looked_for > 0);
}

#[test]
fn the_program_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("out.dat");
    let input = crate::support::testdata().join("winmail.dat");
    let args = ["redact", input.to_str().unwrap(), "-o", output.to_str().unwrap(), "--seed", "1"];
    let run = winmail(args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(
        run.out.starts_with("replaced: ") && run.out.contains("PidTagSubject") && run.out.contains("\nkept: PidTagAttachMimeTag"),
        "{}",
        run.out
    );
    let first = std::fs::read(&output).unwrap();
    // Not over a file that is there; by another seed otherwise.
    assert_eq!(winmail(args).code, 1);
    let run = winmail([&args[..4], &["--force"]].concat());
    assert_eq!(run.code, 0);
    assert_ne!(std::fs::read(&output).unwrap(), first);
    assert_eq!(winmail(["redact", "/nonexistent", "-o", "/nonexistent/out"]).code, 1);
}
