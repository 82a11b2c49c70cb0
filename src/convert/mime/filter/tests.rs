mod encoded;
mod law;

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mail_parser::{MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;

use super::job::describes_body;
use super::*;
use crate::convert::mime::structure::{Structure, fields};
use crate::mapi::PropValue;
use crate::mapi::tags;
use crate::message::Message;
use crate::message::{Attachment, Content};
use crate::{Limits, ReadOptions, WriteOptions};

const HTML: &[u8] = b"<html><body><p>The <b>rich</b> body</p></body></html>";

/// A stream with these bodies and attachments.
fn stream(text: Option<&str>, html: Option<&[u8]>, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut message = Message::new("IPM.Note");
    if let Some(text) = text {
        message.properties.set(tags::BODY, text);
    }
    if let Some(html) = html {
        message.properties.set(tags::HTML, PropValue::Binary(html.to_vec().into()));
    }
    for (name, data) in files {
        message.attachments.push(Attachment::from_bytes(name, data.to_vec()));
    }
    message.to_tnef(&WriteOptions::default()).unwrap()
}

fn encoded(stream: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(stream);
    text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

fn tnef_part(stream: &[u8]) -> String {
    format!("Content-Type: application/ms-tnef; name=\"winmail.dat\"\nContent-Transfer-Encoding: base64\n\n{}", encoded(stream))
}

/// What Exchange sends: a text and the stream.
fn exchange(text: &str, stream: &[u8]) -> String {
    format!(
        "Received: from a\n\tby b\nSubject: x\nContent-Type: multipart/mixed;\n\tboundary=\"a\"\nX-Last: 1\n\nPreamble.\n\n\
         --a\nContent-Type: text/plain; charset=us-ascii\n\n{text}\n--a\n{}\n--a--\nEpilogue.\n",
        tnef_part(stream)
    )
}

fn run(mail: &str, options: &FilterOptions) -> (String, Vec<Action>) {
    let filtered = filter(mail.as_bytes(), options);
    assert_eq!(filtered.refused, None);
    let actions = filtered.outcomes.into_iter().map(|outcome| outcome.action).collect();
    (filtered.mail.map_or_else(|| mail.to_owned(), |mail| String::from_utf8(mail.to_vec()).unwrap()), actions)
}

fn replaced(mail: &str) -> String {
    let (out, actions) = run(mail, &FilterOptions::default());
    assert_eq!(actions, [Action::Replaced]);
    assert!(find(out.as_bytes(), &Limits::default()).parts.is_empty());
    out
}

/// Type and text of every leaf, as `mail-parser` sees them.
fn leaves(mail: &str) -> Vec<(String, String)> {
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    let mut leaves = Vec::new();
    for part in &parsed.parts {
        let content_type = part.content_type().map_or("text/plain".to_owned(), full);
        match &part.body {
            PartType::Text(text) | PartType::Html(text) => leaves.push((content_type, text.trim_end().to_owned())),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                leaves.push((content_type, String::from_utf8_lossy(bytes).into_owned()));
            }
            PartType::Message(_) => leaves.push((content_type, String::new())),
            PartType::Multipart(_) => {}
        }
    }
    leaves
}

fn full(parsed: &mail_parser::ContentType<'_>) -> String {
    format!("{}/{}", parsed.ctype(), parsed.subtype().unwrap_or_default())
}

fn check(mail: &str, expected: &[(&str, &str)]) {
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    assert_eq!(leaves(mail), expected.iter().map(owned).collect::<Vec<_>>(), "{mail}");
}

const FILE: (&str, &[u8]) = ("a.bin", b"contents");

#[test]
fn attachments_take_the_place_of_the_stream_and_nothing_else_changes() {
    let mail = exchange("The text.", &stream(None, None, &[FILE, ("b.bin", b"more")]));
    let out = replaced(&mail);
    check(&out, &[("text/plain", "The text."), ("application/octet-stream", "contents"), ("application/octet-stream", "more")]);
    // All that stood before and behind is there, byte for byte.
    let at = mail.find("Content-Type: application/ms-tnef").unwrap();
    assert!(out.starts_with(&mail[..at]));
    assert!(out.ends_with("\n--a--\nEpilogue.\n"));
    assert!(!out.contains('\r'));
    // The same with CR LF.
    let crlf = replaced(&mail.replace('\n', "\r\n"));
    assert_eq!(crlf, out.replace('\n', "\r\n"));
    // The same mail gives the same bytes.
    assert_eq!(replaced(&mail), out);
}

#[test]
fn the_rich_body_becomes_an_alternative_of_the_text() {
    let out = replaced(&exchange("The rich  body", &stream(None, Some(HTML), &[FILE])));
    check(
        &out,
        &[
            ("text/plain", "The rich  body"),
            ("text/html", "<html><body><p>The <b>rich</b> body</p></body></html>"),
            ("application/octet-stream", "contents"),
        ],
    );
    let structure = Structure::of(out.as_bytes(), &Limits::default());
    let sections: Vec<_> =
        (0..structure.entities.len()).map(|at| (structure.section(at), structure.entities[at].content_type.as_str())).collect();
    let expected = [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "application/octet-stream"),
    ];
    assert_eq!(sections, expected.map(|(section, kind)| (section.to_owned(), kind)));
    assert!(out.contains("Content-Type: text/plain; charset=us-ascii\n\nThe rich  body\n--=_winmail_"));
}

#[test]
fn bodies_are_neither_doubled_nor_lost() {
    let text = |own: &str, stream_text: Option<&str>, html: Option<&[u8]>| {
        let out = replaced(&exchange(own, &stream(stream_text, html, &[])));
        leaves(&out).into_iter().map(|(kind, text)| format!("{kind} {text}")).collect::<Vec<_>>()
    };
    // The same text, a footer below it, other white space.
    assert_eq!(text("one two", Some("one  two\r\n"), None), ["text/plain one two"]);
    assert_eq!(text("one two\nfooter", Some("one two"), None), ["text/plain one two\nfooter"]);
    assert_eq!(text("one two", Some("one two\r\nfooter"), None), ["text/plain one two\nfooter"]);
    // Another text: both.
    assert_eq!(text("see winmail.dat", Some("one two"), None), ["text/plain see winmail.dat", "text/plain one two"]);
    // Also beside HTML, which no reader of it would see the text with; and where the stream says all and more.
    let rich = "text/html <html><body><p>The <b>rich</b> body</p></body></html>";
    assert_eq!(text("call me", None, Some(HTML)), ["text/plain call me", "text/plain The rich body", rich]);
    assert_eq!(
        text("CAUTION\nthe rich body", None, Some(HTML)),
        ["text/plain CAUTION\nthe rich body", "text/plain The rich body", rich]
    );
    assert_eq!(text("the rich", None, Some(HTML)), ["text/plain The rich body", rich]);
    // The forms of the stream do not say the same: none of them is dropped.
    assert_eq!(text("the rich body", Some("one two"), Some(HTML)), ["text/plain the rich body", "text/plain one two", rich]);
    assert_eq!(text("one two", Some("one two"), Some(HTML)), ["text/plain one two", rich]);
    // None in the mail, none in the stream, blank ones.
    assert_eq!(text(" \n", Some("one two"), None), ["text/plain one two"]);
    assert_eq!(text("one two", None, None), ["text/plain one two"]);
    assert_eq!(text("one two", Some(" \r\n"), Some(b"<p>&nbsp;</p>")), ["text/plain one two"]);
    assert_eq!(text("", Some("t"), Some(b"<p>t</p>")), ["text/plain t", "text/html <p>t</p>"]);
}

#[test]
fn a_stream_that_is_the_whole_body_replaces_the_fields_that_describe_it() {
    let part = tnef_part(&stream(Some("hello"), None, &[FILE]));
    let mail = format!("Received: x\nX-A: 1\n{}", part.replace("\n\n", "\nContent-Class: y\nX-B: 2\nMIME-Version: 1.0\n\n"));
    let out = replaced(&mail);
    check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents")]);
    assert!(out.starts_with("Received: x\nX-A: 1\nContent-Type: multipart/mixed;"), "{out}");
    assert!(out.contains("\nContent-Class: y\nX-B: 2\nMIME-Version: 1.0\n\n--"), "{out}");
    assert_eq!(out.matches("MIME-Version").count(), 1);
    assert!(out.ends_with("--\n"));
    // Without attachments, and without MIME-Version.
    let out = replaced(&format!("X-A: 1\n{}", tnef_part(&stream(Some("hello"), None, &[]))));
    check(&out, &[("text/plain", "hello")]);
    assert!(out.starts_with("X-A: 1\nMIME-Version: 1.0\nContent-Type: text/plain"), "{out}");
    // STNEF.
    let binary = stream(Some("hello"), None, &[FILE]);
    let mail = [b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary\r\n\r\n".as_slice(), &binary].concat();
    let filtered = filter(&mail, &FilterOptions::default());
    let out = String::from_utf8(filtered.mail.unwrap().to_vec()).unwrap();
    check(&out, &[("text/plain", "hello"), ("application/octet-stream", "contents")]);
}

/// A stream as a uuencoded file.
fn uuencoded(stream: &[u8]) -> String {
    let digit = |value: u8| if value == 0 { '`' } else { char::from(value + 32) };
    let mut out = "begin 600 winmail.dat\n".to_owned();
    for line in stream.chunks(45) {
        out.push(digit(u8::try_from(line.len()).unwrap()));
        for group in line.chunks(3) {
            let at = |index: usize| group.get(index).copied().unwrap_or(0);
            let (a, b, c) = (at(0), at(1), at(2));
            out.extend([a >> 2, (a & 3) << 4 | b >> 4, (b & 15) << 2 | c >> 6, c & 63].map(digit));
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

#[test]
fn uuencoded_streams_leave_the_text() {
    let block = uuencoded(&stream(None, None, &[FILE]));
    let mail = format!("From: a\nTo: b\n\nHello,\n\n{block}\nbye\n");
    let out = replaced(&mail);
    check(&out, &[("text/plain", "Hello,\n\n\nbye"), ("application/octet-stream", "contents")]);
    assert!(out.starts_with("From: a\nTo: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed;"), "{out}");
    // With a rich body, in a part, two in one text.
    let block = uuencoded(&stream(None, Some(HTML), &[FILE])) + &block;
    let mail =
        format!("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\nX-P: 1\n\nThe rich body\n{block}\n--a--\n");
    let (out, actions) = run(&mail, &FilterOptions::default());
    assert_eq!(actions, [Action::Replaced, Action::Replaced]);
    assert_eq!(
        leaves(&out).iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["text/plain", "text/html", "application/octet-stream", "application/octet-stream"]
    );
    assert!(out.contains("X-P: 1\n\nThe rich body\n\n--=_winmail"), "{out}");
}

#[test]
fn what_is_protected_or_unreadable_or_of_another_mail_is_left_alone() {
    let good = tnef_part(&stream(Some("t"), None, &[FILE]));
    let around = |kind: &str, part: &str| format!("Content-Type: multipart/{kind}; boundary=a\n\n--a\n{part}\n--a--\n");
    for (mail, reason) in [
        (around("signed", &good), Reason::Signed),
        (around("encrypted", &good), Reason::Encrypted),
        (around("mixed", &format!("Content-Type: message/rfc822\n\n{}", around("signed", &good))), Reason::Signed),
    ] {
        assert_eq!(run(&mail, &FilterOptions::default()), (mail.clone(), vec![Action::Left(reason)]));
    }
    for broken in ["Content-Type: application/ms-tnef\n\nno TNEF at all", "Content-Type: application/ms-tnef\n\n"] {
        let mail = around("mixed", broken);
        let (out, actions) = run(&mail, &FilterOptions::default());
        assert_eq!(out, mail);
        assert!(matches!(actions[..], [Action::Left(Reason::Failed(_))]));
    }
    // Nothing to show, in the mail or in the stream.
    let nothing = tnef_part(&stream(None, None, &[]));
    for mail in [format!("X: y\n{nothing}"), around("mixed", &nothing), exchange(" ", &stream(None, None, &[]))] {
        assert_eq!(run(&mail, &FilterOptions::default()), (mail.clone(), vec![Action::Left(Reason::Nothing)]));
    }
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("a", b"contents".as_slice()));
    let options = WriteOptions::default().with_correlation_key("<one@example.org>");
    let part = tnef_part(&message.to_tnef(&options).unwrap());
    let with = |correlator: &str| format!("X-MS-TNEF-Correlator: {correlator}\n{}", around("mixed", &part));
    assert_eq!(run(&with("<one@example.org>"), &FilterOptions::default()).1, [Action::Replaced]);
    let other = with("<two@example.org>");
    // Its file is put in, the stream stays, and nothing else is taken from it.
    let (out, actions) = run(&other, &FilterOptions::default());
    assert_eq!(actions, [Action::Kept(Reason::OtherMail)]);
    assert_eq!(
        leaves(&out).iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["application/octet-stream", "application/ms-tnef"]
    );
    for same in ["=?us-ascii?Q?=3Cone=40example.org=3E?=", "(a comment) <One@example.org>", "one@example.org"] {
        assert_eq!(run(&with(same), &FilterOptions::default()).1, [Action::Replaced], "{same}");
    }
    let ignoring = FilterOptions { ignore_correlator: true, ..FilterOptions::default() };
    assert_eq!(run(&other, &ignoring).1, [Action::Replaced]);
}

#[test]
fn damaged_streams_are_converted_and_kept() {
    let mut bytes = stream(Some("hello"), None, &[FILE]);
    // The last attribute loses its end.
    bytes.truncate(bytes.len() - 20);
    let mail = exchange("text", &bytes);
    let (out, actions) = run(&mail, &FilterOptions::default());
    assert_eq!(actions, [Action::Kept(Reason::Damaged)]);
    assert!(out.contains(&tnef_part(&bytes)));
    assert!(out.contains("Y29udGVudHM"), "{out}");
}

#[test]
fn options() {
    let bytes = stream(Some("other"), Some(HTML), &[FILE]);
    let mail = exchange("text", &bytes);
    let keep = FilterOptions { keep_original: true, ..FilterOptions::default() };
    let (out, actions) = run(&mail, &keep);
    assert_eq!(actions, [Action::Kept(Reason::Wanted)]);
    assert_eq!(
        leaves(&out).iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
        ["text/plain", "text/plain", "text/html", "application/octet-stream", "application/ms-tnef"]
    );
    let root = format!("X: y\n{}", tnef_part(&bytes));
    let (out, _) = run(&root, &keep);
    assert_eq!(find(out.as_bytes(), &Limits::default()).parts[0].data.as_ref(), bytes);
    check(
        &run(&mail, &FilterOptions { attachments_only: true, ..FilterOptions::default() }).0,
        &[("text/plain", "text"), ("application/octet-stream", "contents")],
    );
    let only = FilterOptions { only_with_attachments: true, ..FilterOptions::default() };
    assert_eq!(run(&mail, &only).1, [Action::Replaced]);
    let without = exchange("text", &stream(Some("other"), Some(HTML), &[]));
    assert_eq!(run(&without, &only), (without.clone(), vec![Action::Left(Reason::NoAttachments)]));
    let fields = FilterOptions { add_fields: vec!["X-Filtered: yes\r\nX-Not: a field".to_owned()], ..FilterOptions::default() };
    let (out, _) = run(&mail, &fields);
    assert!(out.contains("\nX-Last: 1\nX-Filtered: yes  X-Not: a field\n\nPreamble."), "{out}");
    // Nothing is added to what is not changed.
    assert!(filter(b"Subject: x\n\ny\n", &fields).mail.is_none());
}

#[test]
fn too_much_is_refused() {
    let part = tnef_part(&stream(None, None, &[FILE]));
    let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{part}\n").repeat(101));
    let filtered = filter(mail.as_bytes(), &FilterOptions::default());
    assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::TooMany)));
    let nested: String = (0..1000).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    let nested = nested + &part;
    let filtered = filter(nested.as_bytes(), &FilterOptions::default());
    assert_eq!((filtered.mail, filtered.refused), (None, Some(Refusal::Structure)));
    let hundred = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{part}\n").repeat(100));
    assert_eq!(filter(hundred.as_bytes(), &FilterOptions::default()).outcomes.len(), 100);
}

/// The contents of all files in a message, at any depth.
fn files(message: &Message<'_>, found: &mut Vec<Vec<u8>>) {
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Bytes(bytes) if !attachment.is_mac_binary() => found.push(bytes.to_vec()),
            Content::Message(nested) => files(nested, found),
            _ => {}
        }
    }
}

/// The contents of all parts of a mail, at any depth.
fn contents(mail: &mail_parser::Message<'_>, found: &mut Vec<Vec<u8>>) {
    for part in &mail.parts {
        match &part.body {
            PartType::Message(nested) => contents(nested, found),
            PartType::Multipart(_) => {}
            _ => found.push(decoded(mail, part)),
        }
    }
}

/// The bytes of a part; `contents` would give those of the text that they stand for.
fn decoded(mail: &mail_parser::Message<'_>, part: &mail_parser::MessagePart<'_>) -> Vec<u8> {
    let raw = &mail.raw_message[usize::try_from(part.offset_body).unwrap()..usize::try_from(part.offset_end).unwrap()];
    match part.encoding {
        mail_parser::Encoding::Base64 => mail_parser::decoders::base64::base64_decode(raw).unwrap(),
        mail_parser::Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(raw).unwrap(),
        mail_parser::Encoding::None => raw.to_vec(),
    }
}

/// Every real mail: what is not TNEF stays, and every file is in the output.
#[test]
fn real_mails() {
    let corpus = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if !corpus.is_dir() {
        println!("skipped: no corpus at {}", corpus.display());
        return;
    }
    let mut mails: Vec<_> = std::fs::read_dir(corpus.join("eml")).unwrap().map(|entry| entry.unwrap().path()).collect();
    mails.sort();
    assert!(!mails.is_empty());
    for path in mails {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mail = std::fs::read(&path).unwrap();
        let options = FilterOptions { ignore_correlator: true, ..FilterOptions::default() };
        let filtered = filter(&mail, &options);
        let actions: Vec<_> = filtered.outcomes.iter().map(|outcome| outcome.action.to_string()).collect();
        println!("{name}: {actions:?}");
        let out = filtered.mail.map_or_else(|| mail.clone(), |changed| changed.to_vec());
        let found = find(&mail, &Limits::default());
        let mut expected = Vec::new();
        files(&Message::read(&found.parts[0].data, &ReadOptions::lenient()).unwrap(), &mut expected);
        let mut there = Vec::new();
        contents(&MessageParser::new().parse(&out).unwrap(), &mut there);
        for file in expected.into_iter().filter(|_| out != mail) {
            assert!(there.contains(&file), "{name}: {} bytes", file.len());
        }
        // The header stays, but for the fields that describe a body which is replaced.
        let first = Structure::of(&mail, &Limits::default()).entities[0].header.clone();
        let kept = fields(&mail, first).filter(|field| !describes_body(field.name)).map(|field| mail[field.range].to_vec());
        let header = Structure::of(&out, &Limits::default()).entities[0].header.clone();
        let header: Vec<_> = fields(&out, header).map(|field| out[field.range].to_vec()).collect();
        let mut rest = header.iter();
        for field in kept {
            assert!(rest.any(|other| *other == field), "{name}: {}", String::from_utf8_lossy(&field));
        }
    }
}

/// Mails of all kinds that hold no TNEF, broken ones among them.
fn mails_without_tnef() -> impl Strategy<Value = Vec<u8>> {
    let line_end = prop::sample::select(vec!["\n", "\r\n"]);
    let encoding = prop::sample::select(vec!["7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "x-unknown"]);
    let kind = prop::sample::select(vec![
        "text/plain",
        "text/html; charset=windows-1251",
        "multipart/mixed; boundary=\"b\"",
        "multipart/mixed; boundary=b; boundary=c",
        "multipart/alternative;\n\tboundary=b",
        "multipart/signed; boundary=b",
        "message/rfc822",
        "application/octet-stream; name=winmail.dat",
        "application/pdf; name=\"=?utf-8?q?=C3=A4?=\"",
        "image/png\nContent-Type: text/plain",
        "nonsense",
        "multipart/mixed",
    ]);
    let body = prop::collection::vec(
        prop_oneof![
            Just(b"--b\n".to_vec()),
            Just(b"--b--\n".to_vec()),
            Just(b"Content-Type: text/plain\n\n".to_vec()),
            Just(b"begin 644 winmail.dat\n#0V%T\n`\nend\n".to_vec()),
            Just(b"From here\n".to_vec()),
            Just(b".\n".to_vec()),
            Just(b"\n".to_vec()),
            prop::collection::vec(any::<u8>(), 0..60),
        ],
        0..12,
    );
    let broken = prop::sample::select(vec!["", "no field\n", ": x\n", " folded first\n", "X-8: \u{fc}\n", "From a b\n"]);
    (line_end, encoding, kind, body, broken, any::<bool>()).prop_map(|(line_end, encoding, kind, body, broken, end)| {
        let header = format!("{broken}Subject: x\nContent-Transfer-Encoding: {encoding}\nContent-Type: {kind}\n\n");
        let mut mail = [header.replace('\n', line_end).into_bytes(), body.concat()].concat();
        if end {
            mail.pop();
        }
        mail
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_mail_without_tnef_stays(mail in mails_without_tnef()) {
        let filtered = filter(&mail, &FilterOptions { add_fields: vec!["X: y".to_owned()], ..FilterOptions::default() });
        prop_assert!(filtered.mail.is_none());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Broken MIME around good TNEF: either nothing changes, or every file is in the output.
    #[test]
    fn no_file_is_lost(
        around in mails_without_tnef(),
        at in any::<prop::sample::Index>(),
        data in prop::collection::vec(any::<u8>(), 0..100),
        text in "[ -~\n]{0,60}",
        cut in any::<prop::sample::Index>(),
        damaged in any::<bool>(),
    ) {
        let mut bytes = stream(Some(&text), Some(HTML), &[("a.bin", &data)]);
        if damaged {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        let at = at.index(around.len() + 1);
        let part = format!("\n--b\n{}\n--b--\n", tnef_part(&bytes));
        let mail = [&around[..at], part.as_bytes(), &around[at..]].concat();
        let filtered = filter(&mail, &FilterOptions::default());
        let Some(out) = filtered.mail.map(|mail| mail.to_vec()) else { return Ok(()) };
        let after = Structure::of(&out, &Limits::default());
        let decoded: Vec<_> = after
            .entities
            .iter()
            .map(|entity| entity.encoding.decode(&out[entity.body.clone()]).into_owned())
            .collect();
        for part in find(&mail, &Limits::default()).parts {
            let mut expected = Vec::new();
            if let Ok(message) = Message::read(&part.data, &ReadOptions::lenient()) {
                files(&message, &mut expected);
            }
            for file in expected {
                let same = |other: &Vec<u8>| *other == file || other.strip_suffix(b"\n") == Some(&file);
                prop_assert!(decoded.iter().any(same), "{}", String::from_utf8_lossy(&out));
            }
        }
    }
}
