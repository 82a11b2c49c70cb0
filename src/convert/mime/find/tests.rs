//! Streams in mails wherever they are, and what protects them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use proptest::prelude::*;

use super::*;

/// `find` with default limits.
fn found(mail: &[u8]) -> Found<'_> {
    let found = find(mail, &Limits::default());
    assert!(!found.incomplete);
    found
}

const TNEF: &str = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+IgEA\n";
const BYTES: [u8; 6] = [0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00];

#[test]
fn a_part_of_its_own() {
    let mail =
        format!("Content-Type: multipart/mixed; boundary=a\nX-MS-TNEF-Correlator:\n <x@y>\n\n--a\n\nhi\n--a\n{TNEF}\n--a--\n");
    let all = found(mail.as_bytes());
    let part = &all.parts[0];
    assert_eq!(all.parts.len(), 1);
    assert_eq!(part.data.as_ref(), BYTES);
    assert_eq!(&mail[part.whole.clone()], TNEF);
    assert_eq!(&mail[part.body.clone()], "eJ8+IgEA\n");
    assert_eq!((part.section.as_str(), part.protection, part.place), ("2", None, Place::Part));
    assert_eq!(part.correlator.as_deref(), Some("<x@y>"));
    assert_eq!(part.describe(), "part 2 (winmail.dat)");
    assert!(part.has_signature());
}

#[test]
fn keys_as_mail_systems_change_them() {
    for (value, correlator) in [
        ("<x@y>", Some("<x@y>")),
        ("=?us-ascii?Q?=3Cx=40y=3E?=", Some("<x@y>")),
        ("<x@y> (added by a gateway)", Some("<x@y>")),
        ("<x(1)@y>", Some("<x(1)@y>")),
        ("00000000AB (1)", Some("00000000AB (1)")),
        ("", None),
    ] {
        let mail = format!("X-MS-TNEF-Correlator: {value}\n{TNEF}");
        assert_eq!(found(mail.as_bytes()).parts[0].correlator.as_deref(), correlator, "{value}");
    }
}

#[test]
fn the_whole_body() {
    // STNEF: no encoding at all.
    let mail =
        [&b"MIME-Version: 1.0\r\nContent-Type: application/MS-TNEF\r\nContent-Transfer-Encoding: binary\r\n\r\n"[..], &BYTES]
            .concat();
    let all = found(&mail);
    assert!(matches!(all.parts[0].data, Cow::Borrowed(_)));
    assert_eq!((all.parts[0].data.as_ref(), all.parts[0].describe().as_str()), (&BYTES[..], "the body"));
}

#[test]
fn types_and_names() {
    for (header, is_found) in [
        ("application/ms-tnef", true),
        ("application/vnd.ms-tnef; name=a.txt", true),
        ("APPLICATION/MS-TNEF", true),
        ("application/octet-stream; name=winmail.dat", true),
        ("application/octet-stream; name=\"WINMAIL.DAT\"", true),
        ("application/octet-stream; name=win.dat", true),
        ("application/octet-stream; name=ATT00012.dat", true),
        ("application/octet-stream; name=ATT00012.dat\nContent-Disposition: attachment; filename=\"x.dat\"", true),
        ("application/octet-stream\nContent-Disposition: attachment; filename=\"winmail.dat\"", true),
        ("application/octet-stream; name*=utf-8''winm%61il.dat", true),
        ("application/octet-stream; name*0=winm; name*1=ail.dat", true),
        ("application/octet-stream; name=\"winmail(2).dat\"", true),
        ("application/octet-stream", true),
        ("text/plain; name=winmail.dat", true),
        ("application/octet-stream; name=attic.dat", true),
        ("application/octet-stream; name=att.dat", true),
        ("application/octet-stream; name=some.bin", true),
        ("text/plain", true),
        ("image/png", true),
    ] {
        let mail = format!("Content-Transfer-Encoding: base64\nContent-Type: {header}\n\neJ8+IgEA\n");
        assert_eq!(found(mail.as_bytes()).parts.len(), usize::from(is_found), "{header}");
        // Another file of that name is no TNEF, unless its type says so: then it is broken TNEF.
        let other = mail.replace("eJ8+IgEA", "AAAAAAAA");
        let declared = header.to_ascii_lowercase().contains("ms-tnef");
        assert_eq!(found(other.as_bytes()).parts.len(), usize::from(declared), "{header}");
    }
}

#[test]
fn encodings_true_and_wrong() {
    let raw: &[u8] = &[0x78, 0x9F, 0x3E, 0x22, 0x01, 0x00];
    for (declared, body, encoding) in [
        ("base64", &b"eJ8+\r\nIgEA"[..], TransferEncoding::Base64),
        ("7bit", b"\neJ8+IgE\r\nA", TransferEncoding::Base64),
        ("quoted-printable", b"eJ8+IgEA\r\n", TransferEncoding::Base64),
        ("quoted-printable", b"x=9F>\"=01=00", TransferEncoding::QuotedPrintable),
        ("8bit", b"x=9F>\"=01=00", TransferEncoding::QuotedPrintable),
        ("x-uuencode", b"\nbegin 600 winmail.dat\n&>)\\^(@$`\n`\nend\n", TransferEncoding::Uuencode),
        ("7bit", b"begin 600 winmail.dat\n&>)\\^(@$`\n`\nend\n", TransferEncoding::Uuencode),
        ("binary", raw, TransferEncoding::Identity),
        ("base64", raw, TransferEncoding::Identity),
        ("nonsense", raw, TransferEncoding::Identity),
    ] {
        let header = format!("Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: {declared}\r\n\r\n");
        let mail = [header.as_bytes(), body].concat();
        let all = found(&mail);
        assert_eq!((all.parts[0].data.as_ref(), all.parts[0].encoding), (raw, encoding), "{declared} {body:?}");
        let named =
            [header.replace("application/ms-tnef", "application/octet-stream; name=winmail.dat").as_bytes(), body].concat();
        assert_eq!(found(&named).parts[0].data.as_ref(), raw, "{declared} {body:?}");
    }
}

#[test]
fn uuencoded_in_a_text() {
    let block = "begin 600 winmail.dat\n&>)\\^(@$`\n`\nend\n";
    let mail = format!("Subject: x\n\nHello\n\n{block}\nbye\nbegin 600 cat\n#0V%T\nend\n");
    let all = found(mail.as_bytes());
    assert_eq!(all.parts.len(), 1);
    assert_eq!(all.parts[0].place, Place::UuBlock);
    assert_eq!(&mail[all.parts[0].whole.clone()], block);
    assert_eq!(all.parts[0].data.as_ref(), BYTES);
    assert_eq!(all.parts[0].describe(), "in the body (winmail.dat)");
    // Encoded once more on the way.
    let mail = format!("Content-Transfer-Encoding: quoted-printable\n\nHello\n{}", block.replace('\\', "=5C"));
    let all = found(mail.as_bytes());
    assert_eq!((all.parts[0].place, all.parts[0].data.as_ref()), (Place::EncodedUuBlock, &BYTES[..]));
    assert_eq!(all.parts[0].whole.end, mail.len());
}

#[test]
fn several_nested_and_protected() {
    let mail = format!(
        "X-MS-TNEF-Correlator: outer\nContent-Type: multipart/mixed; boundary=a\n\n\
         --a\n{TNEF}\n\
         --a\nContent-Type: message/rfc822\n\nX-MS-TNEF-Correlator: inner\n{TNEF}\n\
         --a\nContent-Type: multipart/signed; boundary=s\n\n--s\n{TNEF}\n--s\n\nsignature\n--s--\n\
         --a\nContent-Type: multipart/encrypted; boundary=e\n\n--e\nContent-Type: message/rfc822\n\n{TNEF}\n--e--\n\
         --a--\n"
    );
    let all = found(mail.as_bytes());
    let seen: Vec<_> =
        all.parts.iter().map(|part| (part.section.as_str(), part.protection, part.correlator.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("1", None, Some("outer")),
            ("2", None, Some("inner")),
            ("3.1", Some(Protection::Signed), Some("outer")),
            ("4.1", Some(Protection::Encrypted), None),
        ]
    );
    assert!(all.parts.iter().all(|part| part.data.as_ref() == BYTES));
}

#[test]
fn in_encoded_messages() {
    let inner = format!("X-MS-TNEF-Correlator: inner\nContent-Type: multipart/signed; boundary=i\n\n--i\n{TNEF}\n--i--\n");
    for kind in ["message/rfc822", "message/global"] {
        for (encoding, body) in [
            ("base64", base64::prelude::BASE64_STANDARD.encode(&inner)),
            ("quoted-printable", inner.replace('=', "=3D")),
            ("x-uuencode", String::new()),
        ] {
            let header = format!("Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n");
            let mail =
                format!("X-MS-TNEF-Correlator: outer\nContent-Type: multipart/mixed; boundary=a\n\n--a\n{header}{body}\n--a--\n");
            let all = found(mail.as_bytes());
            if body.is_empty() {
                assert!(all.parts.is_empty());
                continue;
            }
            let part = &all.parts[0];
            assert_eq!((part.place, part.data.as_ref()), (Place::EncodedMessage, &BYTES[..]));
            assert_eq!((part.correlator.as_deref(), part.protection), (Some("inner"), Some(Protection::Signed)));
            assert_eq!(&mail[part.whole.clone()], body);
            assert_eq!(part.describe(), "in part 1 (winmail.dat)");
            // Who reads the message itself finds it there.
            assert!(find_outside(mail.as_bytes(), &Limits::default()).parts.is_empty());
        }
    }
}

#[test]
fn many_parts_cost_what_they_are() {
    let mail = format!("Content-Type: multipart/mixed; boundary=a\n\n{}--a--\n", format!("--a\n{TNEF}\n").repeat(20_000));
    assert_eq!(found(mail.as_bytes()).parts.len(), 20_000);
    let all = find(mail.as_bytes(), &Limits { attachments: 7, ..Limits::default() });
    assert!(all.incomplete);
    assert_eq!(all.parts.len(), 7);
    // Texts full of what looks like files.
    let mail = format!("Subject: x\n\n{}", "begin 644 winmail.dat\nM\n".repeat(50_000));
    assert!(found(mail.as_bytes()).parts.is_empty());
    let mail = format!("Subject: x\n\n{}", "begin 644 winmail.dat\n&>)\\^(@$`\n".repeat(50_000));
    assert_eq!(found(mail.as_bytes()).parts.len(), 50_000);
}

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if corpus.is_dir() {
        return Some(corpus);
    }
    println!("skipped: no corpus at {}", corpus.display());
    None
}

/// The streams in real mails, against those that others took out of them.
#[test]
fn real_mails() {
    let Some(corpus) = corpus() else { return };
    let mut mails: Vec<_> = std::fs::read_dir(corpus.join("eml")).unwrap().map(|entry| entry.unwrap().path()).collect();
    mails.sort();
    assert!(!mails.is_empty());
    let stream = |name: &str| std::fs::read(corpus.join("tnef").join(format!("{name}.tnef"))).unwrap();
    let mut compared = 0;
    for path in mails {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mail = std::fs::read(&path).unwrap();
        let all = found(&mail);
        assert_eq!(all.parts.len(), 1, "{name}");
        let expected = match name.as_str() {
            "aspose-tnefEml1" => stream("aspose-tnefEml1-cp65001-nested"),
            "mailcore2-1808-winmail-dat" => stream("mailcore2-1808-winmail"),
            "roundcube-tnef1" => stream("one-file"),
            "roundcube-tnef3" => stream("attachments"),
            other => stream(other),
        };
        assert!(all.parts[0].data.as_ref() == expected, "{name}");
        compared += 1;
    }
    assert!(compared >= 9);
}

proptest! {
    /// A stream is found whole, whatever stands around it, and its range is what was put there.
    #[test]
    fn what_was_put_in_is_found(
        tail in prop::collection::vec(any::<u8>(), 0..200),
        before in "[ -~\n]{0,80}",
        after in "[ -~\n]{0,80}",
        crlf in any::<bool>(),
        closed in any::<bool>(),
    ) {
        prop_assume!(!before.contains("--bnd") && !after.contains("--bnd"));
        let stream = [&SIGNATURE_BYTES[..], &tail].concat();
        let text = base64::prelude::BASE64_STANDARD.encode(&stream);
        let lines: String = text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect();
        let part = format!("Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n{lines}");
        let end = if closed { "--bnd--\n" } else { "" };
        let mail = format!(
            "Subject: x\nContent-Type: multipart/mixed; boundary=bnd\n\n--bnd\n\n{before}\n--bnd\n{part}\n--bnd\n\n{after}\n{end}"
        );
        let (mail, part) = if crlf { (mail.replace('\n', "\r\n"), part.replace('\n', "\r\n")) } else { (mail, part) };
        let all = found(mail.as_bytes());
        prop_assert_eq!(all.parts.len(), 1);
        prop_assert_eq!(all.parts[0].data.as_ref(), &stream[..]);
        prop_assert_eq!(&mail[all.parts[0].whole.clone()], part);
    }

    #[test]
    fn any_bytes_are_handled(mail in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = find(&mail, &Limits::default());
        let mail = [b"Content-Type: application/ms-tnef\n\n", &mail[..]].concat();
        prop_assert_eq!(find(&mail, &Limits::default()).parts.len(), 1);
    }
}
