//! Outlook's .msg through the program: every verb takes it, and `convert` makes it.

use std::fs;
use std::path::Path;

use crate::support::{testdata, winmail};
use serde_json::Value;
use winmail::mapi::RecipientType;
use winmail::msg::CompoundWriter;
use winmail::{Message, ReadOptions, Recipient, WriteOptions};
use winmail_cli::{EXIT_FAILED, EXIT_OK};

/// A sample as .msg in a folder.
fn made(folder: &Path, name: &str) -> String {
    let source = testdata().join(format!("{name}.dat"));
    let done = winmail(["convert", "--to", "msg", source.to_str().unwrap(), "-o", folder.to_str().unwrap()]);
    assert_eq!(done.code, EXIT_OK, "{}", done.err);
    folder.join(format!("{name}.msg")).to_str().unwrap().to_owned()
}

#[test]
fn what_convert_makes_is_the_same_message() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["winmail", "nested", "ole", "meeting-request", "voting", "named", "many-recipients", "code-page-932", "rtf-html"]
    {
        let file = made(folder.path(), name);
        let source = testdata().join(format!("{name}.dat"));
        let (one, other) = (winmail(["list", "--json", source.to_str().unwrap()]), winmail(["list", "--json", &file]));
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap()[0]["message"].clone();
        let (one, other) = (parsed(&one.out), parsed(&other.out));
        for fact in ["class", "subject", "from", "sent", "search_key", "bodies", "recipients"] {
            assert_eq!(one[fact], other[fact], "{name}: {fact}");
        }
        assert_eq!(one["attachments"].as_array().map(Vec::len), other["attachments"].as_array().map(Vec::len), "{name}");
        let check = winmail(["check", "--verbose", &file]);
        assert_eq!((check.code, check.out.contains("no defects")), (EXIT_OK, true), "{name}: {}", check.out);
        let diff = winmail(["diff", source.to_str().unwrap(), &file]);
        // Attributes are of TNEF alone.
        let facts: Vec<&str> = diff
            .out
            .lines()
            .filter(|line| !line.get(2..).is_some_and(|rest| rest.starts_with("att") && !rest.starts_with("attachment[0] >")))
            .collect();
        let facts: Vec<&&str> = facts.iter().filter(|line| !line.contains("> att")).collect();
        assert!(facts.is_empty(), "{name}: {facts:#?}");
    }
}

/// A file of 16 MiB has 40,000 faults; the dump shows every stream, and as many faults as a report keeps.
#[test]
fn a_dump_shows_a_thousand_faults_and_counts_the_rest() {
    let mut message = Message::new("IPM.Note");
    for id in 0..1_500 {
        message.properties.set(winmail::mapi::PropTag(0x6800_0102 + (id << 16)), vec![1u8]);
    }
    let mut bytes = message.to_msg(&winmail::message::MsgWriteOptions::default()).unwrap();
    let name: Vec<u8> = "__properties_version1.0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = bytes.windows(name.len()).position(|window| window == name).unwrap();
    // The length of the list of properties ([MS-CFB] 2.6.1): every stream is in no list now.
    bytes[entry + 120..entry + 128].fill(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.msg");
    fs::write(&file, bytes).unwrap();
    let dump = winmail(["dump", file.to_str().unwrap()]);
    let count = |what: &str| dump.out.lines().filter(|line| line.contains(what)).count();
    assert!(count("PtypBinary") >= 1_500, "{}", dump.out);
    assert_eq!(count("  ! "), 1_000);
    assert!(dump.out.lines().last().unwrap().contains("more that are not kept: `winmail check` shows them"), "{}", dump.out);
}

#[test]
fn every_verb_takes_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = made(folder.path(), "nested");
    let out = folder.path().join("out");
    let extracted = winmail(["extract", &file, "-o", out.to_str().unwrap()]);
    assert_eq!(extracted.code, EXIT_OK, "{}", extracted.err);
    let inner: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    let inner = fs::read(inner[0].join("message.msg")).unwrap();
    assert!(Message::read(&inner, &ReadOptions::strict()).unwrap().report().is_empty());
    let with_body = made(folder.path(), "winmail");
    for arguments in [
        &["body", with_body.as_str()][..],
        &["show", file.as_str()],
        &["list", file.as_str()],
        &["check", file.as_str()],
        &["dump", "--tsv", file.as_str()],
        &["dump", file.as_str()],
        &["dump", "--json", file.as_str()],
        &["convert", "--to", "eml", file.as_str(), "-o", "-"],
        &["convert", "--to", "json", file.as_str(), "-o", "-"],
        &["convert", "--to", "text", with_body.as_str(), "-o", "-"],
        &["convert", "--to", "html", with_body.as_str(), "-o", "-"],
    ] {
        let done = winmail(arguments.iter().copied());
        assert_eq!(done.code, EXIT_OK, "{arguments:?}: {}", done.err);
        assert!(!done.out.is_empty(), "{arguments:?}");
    }
    for (arguments, holds) in [
        (&["policy", "explain", with_body.as_str(), "--from", "a@own.example", "--to", "x@part.example"][..], "MIME"),
        (&["recall", "trace", with_body.as_str(), with_body.as_str()], "The key was kept."),
    ] {
        let done = winmail(arguments.iter().copied());
        assert!(done.code == EXIT_OK && done.out.contains(holds), "{arguments:?}: {}{}", done.out, done.err);
    }
    let request = folder.path().join("recall.dat");
    let request = request.to_str().unwrap();
    let done = winmail(["recall", "request", with_body.as_str(), "-o", request]);
    assert_eq!(done.code, EXIT_OK, "{}", done.err);
    let explained = winmail(["recall", "explain", "--recall", request, "--delivered", with_body.as_str()]);
    assert!(explained.out.contains("1 met        the search keys are equal"), "{}{}", explained.out, explained.err);
    let streams = folder.path().join("streams");
    let done = winmail(["convert", "--to", "tnef", "--bare", &file, "-o", streams.to_str().unwrap()]);
    assert_eq!(done.code, EXIT_OK, "{}", done.err);
    let stream = fs::read(fs::read_dir(&streams).unwrap().next().unwrap().unwrap().path()).unwrap();
    assert!(stream.starts_with(&winmail::tnef::SIGNATURE_BYTES));
    let dump: Value = serde_json::from_str(&winmail(["dump", "--json", &file]).out).unwrap();
    assert_eq!(dump[0]["schema"], "winmail-msg/1");
    let edited = folder.path().join("edited.msg");
    let done = winmail(["edit", &file, "--set", "PidTagSubject=other", "-o", edited.to_str().unwrap()]);
    assert_eq!(done.code, EXIT_OK, "{}", done.err);
    let bytes = fs::read(edited).unwrap();
    assert!(winmail::msg::MsgReader::open(&bytes).is_ok());
    assert_eq!(Message::read(&bytes, &ReadOptions::strict()).unwrap().subject().as_deref(), Some("other"));
}

#[test]
fn more_than_outlook_opens_is_written_when_it_is_forced() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mut message = Message::new("IPM.Note");
    for number in 0..2_049 {
        message.recipients.push(Recipient::smtp(RecipientType::TO, "", &format!("a{number}@example.org")));
    }
    let stream = path("many.dat");
    fs::write(&stream, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    for verb in [&["convert", "--to", "msg", &stream, "-o"][..], &["edit", &stream, "--to", "msg", "-o"]] {
        let out = path(&format!("{}.msg", verb[0]));
        let refused = winmail([verb, &[&out]].concat());
        assert_eq!(refused.code, EXIT_FAILED, "{}", refused.err);
        assert!(
            refused.err.contains("2049 recipients and 0 attachments") && refused.err.contains("--beyond-limits"),
            "{}",
            refused.err
        );
        assert!(!Path::new(&out).exists());
        let done = winmail([verb, &[&out, "--beyond-limits"]].concat());
        assert_eq!(done.code, EXIT_OK, "{}", done.err);
        let bytes = fs::read(&out).unwrap();
        assert_eq!(Message::read(&bytes, &ReadOptions::strict()).unwrap().recipients.len(), 2_049);
    }
}

#[test]
fn what_is_personal_is_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = made(folder.path(), "winmail");
    let redacted = folder.path().join("redacted.msg");
    let done = winmail(["redact", &file, "-o", redacted.to_str().unwrap()]);
    assert_eq!(done.code, EXIT_OK, "{}", done.err);
    let (one, other) = (fs::read(&file).unwrap(), fs::read(&redacted).unwrap());
    let (one, other) =
        (Message::read(&one, &ReadOptions::strict()).unwrap(), Message::read(&other, &ReadOptions::strict()).unwrap());
    assert_eq!((one.class(), one.attachments.len()), (other.class(), other.attachments.len()));
    assert_ne!(one.subject(), other.subject());
    assert_ne!(one.attachments[0].data(), other.attachments[0].data());
}

#[test]
fn other_compound_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = CompoundWriter::new();
    writer.stream(CompoundWriter::ROOT, "WordDocument", &b"x"[..]);
    let doc = folder.path().join("a.doc");
    fs::write(&doc, writer.to_bytes().unwrap()).unwrap();
    let listed = winmail(["list", doc.to_str().unwrap()]);
    assert_eq!(listed.code, EXIT_FAILED);
    assert!(listed.err.contains("is no Outlook message but a Word document (.doc)"), "{}", listed.err);
    // In a folder it is passed over.
    made(folder.path(), "note");
    let listed = winmail(["list", folder.path().to_str().unwrap()]);
    assert_eq!(listed.code, EXIT_OK, "{}", listed.err);
}
