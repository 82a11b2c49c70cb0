//! Mails that contradict themselves: whatever is wrong, each verb takes the file out of the TNEF, or keeps the mail as it is and says
//! why. None does neither.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use winmail::convert::mime::{MimeReadOptions, read};
use winmail::{Attachment, Message, WriteOptions};
use winmail_cli::{self as cli, EXIT_OK, Streams};

const FILE: &[u8] = b"what the sender attached";

const HEADER: &str = "From: f@example.org\nTo: t@example.org\nSubject: x\nMIME-Version: 1.0\n";

/// Standard output and standard error.
fn run(args: &[&str], stdin: &[u8]) -> (u8, Vec<u8>, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut stdin = stdin;
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = cli::run(["winmail"].iter().chain(args).map(Into::into), &mut streams);
    (code, out, String::from_utf8(err).unwrap())
}

fn stream() -> Vec<u8> {
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("file.txt", FILE.to_vec()));
    message.to_tnef(&WriteOptions::default()).unwrap()
}

/// The stream as the body of a part.
fn body() -> String {
    let text = BASE64_STANDARD.encode(stream());
    text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

/// A part of a mail with these fields about the body, or the mail itself.
fn part(fields: &str) -> String {
    format!("{fields}\nContent-Transfer-Encoding: base64\n\n{}", body())
}

fn mixed(part: &str) -> String {
    format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nhi\n--b\n{part}\n--b\n\
         Content-Type: text/plain\n\nbye\n--b--\n"
    )
}

/// Whether the file is in a mail, with TNEF or without.
fn has_file(mail: &[u8]) -> bool {
    let Ok(message) = read(mail, &MimeReadOptions::default()) else { return false };
    message.attachments.iter().any(|attachment| attachment.data() == FILE)
}

/// What has to come of a mail.
#[derive(Clone, Copy)]
enum Expected {
    /// The file is found, and the stream is not in the way any more.
    Found,
    /// The mail stays, with these words.
    Said(&'static str),
}

fn check(name: &str, mail: &str, expected: Expected) {
    for mail in [mail.to_owned(), mail.replace('\n', "\r\n")] {
        let (code, filtered, said) = run(&["filter"], mail.as_bytes());
        assert_eq!(code, EXIT_OK, "{name}");
        let (code, converted, warned) = run(&["convert", "-", "-o", "-", "--to", "eml"], mail.as_bytes());
        let (listed, _, unlisted) = run(&["list", "-"], mail.as_bytes());
        let (packed, _, repacked) = run(&["convert", "-", "-o", "-", "--to", "tnef"], mail.as_bytes());
        match expected {
            Expected::Found => {
                assert!(has_file(&filtered) && !String::from_utf8_lossy(&filtered).contains("eJ8+I"), "{name}: {said}");
                assert!(has_file(&converted) && !String::from_utf8_lossy(&converted).contains("eJ8+I"), "{name}: {warned}");
                assert_eq!((listed, unlisted.as_str()), (0, ""), "{name}");
                assert!(packed == 0 || packed == 3 && repacked.contains("warning"), "{name}: {repacked}");
            }
            Expected::Said(words) => {
                assert_eq!(filtered, mail.as_bytes(), "{name}");
                assert_eq!(converted, mail.as_bytes(), "{name}");
                assert!(said.contains(words) && said.contains("stays as it is") && said.lines().count() == 1, "{name}: {said}");
                assert!(unlisted.contains(words) && listed == 1, "{name}: {unlisted}");
                assert!(code == 3 && warned.contains("1 "), "{name}: {warned}");
                assert!(packed == 3 && !repacked.is_empty(), "{name}: {repacked}");
                // What it is, is in the report.
                let folder = tempfile::tempdir().unwrap();
                let out = folder.path().to_str().unwrap();
                let (_, report, _) = run(&["convert", "-", "-o", out, "--to", "eml", "--report", "json"], mail.as_bytes());
                assert!(String::from_utf8(report).unwrap().contains(words), "{name}");
            }
        }
    }
}

#[test]
fn two_content_types() {
    const TNEF: &str = "Content-Type: application/ms-tnef; name=winmail.dat";
    let fields = [
        ("text first", format!("Content-Type: text/plain\n{TNEF}")),
        ("text first, with a name", format!("Content-Type: text/plain; name=a.txt\n{TNEF}")),
        ("text last", format!("{TNEF}\nContent-Type: text/plain")),
        ("three", format!("Content-Type: image/png\nContent-Type: text/plain\n{TNEF}")),
        ("no type first", format!("Content-Type: nonsense\n{TNEF}")),
        ("multipart first", format!("Content-Type: multipart/mixed; boundary=x\n{TNEF}")),
        ("the same type", format!("{TNEF}\n{TNEF}")),
        ("only the second has a name", "Content-Type: application/octet-stream\nContent-Type: a/b; name=winmail.dat".to_owned()),
    ];
    for (name, fields) in &fields {
        check(name, &format!("{HEADER}{}", part(fields)), Expected::Found);
        check(&format!("{name}, in a part"), &mixed(&part(fields)), Expected::Found);
    }
    // By the second field the mail has parts; by the first it is a text, and that is what its readers are shown.
    let inner = mixed(&part(TNEF));
    let mail = inner.replacen("Content-Type: multipart", "Content-Type: text/plain\nContent-Type: multipart", 1);
    check("a multipart that is a text", &mail, Expected::Said("two Content-Type fields"));
    // A name and a type alone make no TNEF.
    let plain = format!("{HEADER}Content-Type: text/plain\n{TNEF}\n\nhello\n");
    check("a text that says it is TNEF", &plain, Expected::Said("two Content-Type fields"));
}

#[test]
fn nested_parts() {
    let nested = |levels: usize| {
        let mut mail = HEADER.to_owned();
        for level in 0..levels {
            mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
        }
        mail.push_str(&part("Content-Type: application/ms-tnef; name=winmail.dat"));
        for level in (0..levels).rev() {
            mail.push_str(&format!("\n--b{level}--\n"));
        }
        mail
    };
    check("50 nested parts", &nested(50), Expected::Found);
    check("1,000 nested parts", &nested(1000), Expected::Said("nests deeper"));
    // One part after the other is no nesting.
    let many: String = (0..1000).map(|_| "Content-Type: text/plain\n\nhi\n--b\n").collect();
    let mail = mixed(&format!("{many}{}", part("Content-Type: application/ms-tnef")));
    check("1,000 parts", &mail, Expected::Found);
}

#[test]
fn multiparts_that_do_not_say_what_separates_their_parts() {
    const TNEF: &str = "Content-Type: application/ms-tnef; name=winmail.dat";
    let good = mixed(&part(TNEF));
    for (name, boundary) in [("none", ""), ("another", "; boundary=c"), ("an empty one", "; boundary=\"\"")] {
        let mail = good.replacen("; boundary=b", boundary, 1);
        check(name, &mail, Expected::Said("what separates its parts"));
    }
    // A quote that is not closed, a last delimiter that is missing, text around the parts, and a delimiter in the header's place.
    check("an open quote", &good.replacen("boundary=b", "boundary=\"b", 1), Expected::Found);
    check("no end", good.strip_suffix("--b--\n").unwrap(), Expected::Found);
    check("no last part", good.split("\n--b\nContent-Type: text/plain\n\nbye").next().unwrap(), Expected::Found);
    // Without a word of TNEF there is nothing to say.
    let plain = good.replace("ms-tnef", "x").replace("winmail", "y").replace("eJ8+I", "AAAAA").replacen("; boundary=b", "", 1);
    let (code, out, said) = run(&["filter"], plain.as_bytes());
    assert_eq!((code, out.as_slice(), said.as_str()), (EXIT_OK, plain.as_bytes(), ""));
}

#[test]
fn lengths_that_lie() {
    for length in ["0", "1", "99999999999999999999", "-1", "x"] {
        for field in ["Content-Length", "Lines"] {
            let fields = format!("{field}: {length}\nContent-Type: application/ms-tnef; name=winmail.dat");
            check(&fields, &format!("{HEADER}{}", part(&fields)), Expected::Found);
            check(&fields, &mixed(&part(&fields)), Expected::Found);
        }
    }
}
