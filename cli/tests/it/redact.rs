//! `winmail redact` over the samples: nothing that was text is left, and everything else is as it was. The scan is this file's own:
//! it knows encodings, not where properties are.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::support::{corpus, tnef_samples, winmail};
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

/// What is kept by design: values that say what something is, names of properties that a specification has.
fn kept(message: &Message<'_>, found: &mut BTreeSet<String>) {
    let parts = message.recipients.iter().map(|recipient| &recipient.properties);
    let parts = parts.chain(message.attachments.iter().map(|attachment| &attachment.properties));
    for set in parts.chain([&message.properties]) {
        for property in set {
            if property.name.is_none() && property.tag.name().is_some_and(|name| name.ends_with("AddressType")) {
                words(&set.text_of(&property.value).unwrap_or_default(), found);
            }
            if let Some(name) = property.name.as_ref().filter(|name| name.canonical_name().is_some()) {
                words(&name.to_string(), found);
            }
        }
    }
    for attachment in &message.attachments {
        if let Content::Message(inner) = &attachment.content {
            kept(inner, found);
        }
    }
}

/// UTF-16 that stands at an odd place, as the ASCII that it is.
fn halved(word: &str) -> String {
    let high = |c: char| char::from_u32(u32::from(c) >> 8).filter(|high| u32::from(c) & 0xFF == 0 && high.is_ascii_alphabetic());
    word.chars().filter_map(high).collect::<String>().to_lowercase()
}

/// Redacts a file; returns how many words were looked for, and what is wrong.
fn checked(name: &str, bytes: &[u8], known: &[&str]) -> Option<(usize, Vec<String>)> {
    let before = Message::read(bytes, &ReadOptions::lenient()).ok()?;
    let redaction = match redact(bytes, 42, &ReadOptions::lenient()) {
        Ok(redaction) => redaction,
        Err(error) => return Some((0, vec![format!("{name}: {error}")])),
    };
    let mut failed = Vec::new();
    assert_eq!(redaction.bytes.len(), bytes.len(), "{name}");
    let after = Message::read(&redaction.bytes, &ReadOptions::lenient()).unwrap();
    let (mut old, mut new) = (String::new(), String::new());
    shape(&before, &mut old);
    shape(&after, &mut new);
    if old != new {
        failed.push(format!("{name}: shape\n{old}\n{new}"));
    }
    let (old, new) = (diagnostics(bytes), diagnostics(&redaction.bytes));
    if old != new {
        failed.push(format!("{name}: {old:#?} {new:#?}"));
    }
    let (mut wanted, mut neutral, mut left) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    texts(&before, &mut wanted);
    neutral.extend(NEUTRAL.iter().chain(known).map(|word| (*word).to_owned()));
    markup(&before, &mut neutral);
    kept(&before, &mut neutral);
    everything(&after, &redaction.bytes, &mut left);
    // Compressed, a control word may fall apart into words.
    let part = |word: &str| neutral.iter().any(|whole| whole.contains(word)) || ["smtp", "com"].contains(&&*halved(word));
    let found: Vec<_> = wanted.difference(&neutral).filter(|word| left.contains(*word) && !part(word)).collect();
    if !found.is_empty() {
        failed.push(format!("{name}: {found:?}"));
    }
    Some((wanted.difference(&neutral).count(), failed))
}

fn all_are_sound(samples: impl IntoIterator<Item = (String, Vec<u8>)>, known: &[&str]) -> usize {
    let checked: Vec<_> = samples.into_iter().filter_map(|(name, bytes)| checked(&name, &bytes, known)).collect();
    let failed: Vec<&str> = checked.iter().flat_map(|(_, failed)| failed).map(String::as_str).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    println!("{} samples, {} words looked for", checked.len(), checked.iter().map(|(count, _)| count).sum::<usize>());
    checked.iter().map(|(count, _)| count).sum()
}

#[test]
fn no_text_is_left_and_everything_else_is_as_it_was() {
    assert!(all_are_sound(tnef_samples().into_iter().map(|sample| (sample.name, sample.bytes)), &[]) > 0);
}

#[test]
fn no_text_is_left_in_outlook_files() {
    let Some(corpus) = corpus() else { return };
    // The names of storages, and words in names of properties that a specification has.
    let known = [
        "substg",
        "recip",
        "attach",
        "nameid",
        "version",
        "properties",
        "root",
        "entry",
        "contents",
        "keywords",
        "objectpool",
        "microsoft",
        "type",
    ];
    let mut samples = Vec::new();
    for folder in ["msg", "items/msg"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            samples.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    samples.sort();
    assert!(all_are_sound(samples, &known) > 10_000);
}

#[test]
fn a_file_of_outlook_stays_one_unless_the_name_or_a_switch_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let stream = crate::support::testdata().join("winmail.dat");
    let stream = stream.to_str().unwrap();
    assert_eq!(winmail(["edit", stream, "--unset", "PidTagSubject", "-o", &path("a.msg")]).code, 0);
    let of = |name: &str| {
        let bytes = std::fs::read(folder.path().join(name)).unwrap();
        assert_eq!(Message::read(&bytes, &ReadOptions::strict()).unwrap().subject(), None, "{name}");
        let is_template = winmail::msg::MsgReader::open(&bytes).is_ok_and(|reader| reader.is_template());
        (winmail::msg::MsgReader::is_compound(&bytes), is_template)
    };
    assert_eq!(of("a.msg"), (true, false));
    let msg = path("a.msg");
    let (to_tnef, to_msg) = (&["--to", "tnef"][..], &["--to", "msg"][..]);
    for (verb, input, name, switch, expected) in [
        ("redact", msg.as_str(), "b.msg", &[][..], (true, false)),
        ("redact", &msg, "b", &[], (true, false)),
        ("redact", &msg, "b.dat", &[], (false, false)),
        ("redact", &msg, "c.msg", to_tnef, (false, false)),
        ("redact", &msg, "c.dat", to_msg, (true, false)),
        ("edit", &msg, "d", &[], (true, false)),
        ("edit", &msg, "d.tnef", &[], (false, false)),
        ("edit", &msg, "d.oft", &[], (true, true)),
        ("edit", stream, "e", &["--unset", "PidTagSubject"], (false, false)),
        ("edit", stream, "e.oft", &["--unset", "PidTagSubject"], (true, true)),
    ] {
        let out = path(name);
        let done = winmail([&[verb, input, "-o", &out][..], switch].concat());
        assert_eq!(done.code, 0, "{verb} {name}: {}", done.err);
        assert_eq!(of(name), expected, "{verb} {name}");
    }
    // A template stays one.
    let done = winmail(["edit", &path("d.oft"), "-o", &path("f")]);
    assert_eq!((done.code, of("f")), (0, (true, true)));
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
