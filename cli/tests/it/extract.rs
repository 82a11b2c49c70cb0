//! `winmail extract`: what becomes of attachments that are no plain files.

use std::collections::BTreeMap;
use std::path::Path;

use winmail::mapi::{AttachMethod, Object, PropValue, tags};
use winmail::message::Content;
use winmail::{Attachment, Message, WriteOptions};
use winmail_cli::EXIT_FAILED;

/// The files that come of attachments, by their paths.
fn extracted(attachments: Vec<Attachment<'static>>) -> BTreeMap<String, Vec<u8>> {
    let mut message = Message::new("IPM.Note");
    message.attachments = attachments;
    let temp = tempfile::tempdir().unwrap();
    let (input, out) = (temp.path().join("in.dat"), temp.path().join("out"));
    std::fs::write(&input, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let run = crate::support::winmail(["extract".into(), input.into_os_string(), "-o".into(), out.clone().into_os_string()]);
    // An invalid embedded message is a defect, and comes out all the same.
    assert_ne!(run.code, EXIT_FAILED, "{}", run.err);
    let mut found = BTreeMap::new();
    collect(&out, &out, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
}

fn names(found: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    found.keys().map(String::as_str).collect()
}

#[test]
fn objects_come_without_their_interface_id() {
    let mail = b"Subject: x\r\n\r\nno TNEF".as_slice();
    let object = Object { interface: Some(Object::IMESSAGE), data: mail.into() };
    let mut embedded = Attachment::new(AttachMethod::STORAGE, Content::Object(object));
    embedded.properties.set(tags::ATTACH_LONG_FILENAME, "mail.eml");
    let storage = Attachment::from_storage("sheet", b"\xD0\xCF\x11\xE0 and so on".as_slice());
    let found = extracted(vec![embedded, storage]);
    assert_eq!(names(&found), ["mail.eml", "sheet"]);
    assert_eq!(found["mail.eml"], mail);
    assert!(found["sheet"].starts_with(b"\xD0\xCF\x11\xE0"));
}

#[test]
fn references_become_pages() {
    let mut attachments = Vec::new();
    for (method, name, target) in [(2, "a.doc", "\\\\server\\a.doc"), (4, "", "c:\\b.doc"), (7, "c.doc", "https://x.org/c")] {
        let mut one = Attachment::new(AttachMethod(method), Content::None);
        one.properties.set(tags::ATTACH_LONG_FILENAME, name);
        one.properties.set(tags::ATTACH_LONG_PATHNAME, target);
        attachments.push(one);
    }
    let found = extracted(attachments);
    assert_eq!(names(&found), ["a.doc.html", "b.doc.html", "c.doc.html"]);
    assert!(String::from_utf8_lossy(&found["c.doc.html"]).contains("href=\"https://x.org/c\""));
}

/// A link alone is something: a page that leads there.
#[test]
fn a_reference_alone_is_a_file() {
    let mut one = Attachment::new(AttachMethod(7), Content::None);
    one.properties.set(tags::ATTACH_LONG_FILENAME, "plan.doc");
    one.properties.set(tags::ATTACH_LONG_PATHNAME, "https://x.org/plan");
    let mut message = Message::new("IPM.Note");
    message.attachments.push(one);
    let temp = tempfile::tempdir().unwrap();
    let (input, out) = (temp.path().join("in.dat"), temp.path().join("out"));
    std::fs::write(&input, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let run = crate::support::winmail(["extract".into(), input.into_os_string(), "-o".into(), out.into_os_string()]);
    assert!(run.code == 0 && run.out.contains("1 file found, 1 written"), "{}", run.out);
    assert!(run.err.contains("only a reference to \"https://x.org/plan\""), "{}", run.err);
}

/// Which file is of which mail stays known.
#[test]
fn several_inputs_have_a_folder_each() {
    let temp = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        let mut message = Message::new("IPM.Note");
        message.attachments.push(Attachment::from_bytes("same.txt", name.as_bytes().to_vec()));
        std::fs::write(temp.path().join(format!("{name}.dat")), message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    }
    let out = temp.path().join("out");
    let inputs = ["a.dat", "b.dat"].map(|name| temp.path().join(name).into_os_string());
    let run = crate::support::winmail(["extract".into()].into_iter().chain(inputs).chain(["-o".into(), out.clone().into()]));
    assert_eq!(run.code, 0, "{}", run.err);
    let mut found = BTreeMap::new();
    collect(&out, &out, &mut found);
    let expected = [("a/same.txt", b"a".to_vec()), ("b/same.txt", b"b".to_vec())];
    assert_eq!(found, expected.map(|(name, bytes)| (name.to_owned(), bytes)).into());
}

#[test]
fn files_without_a_name_have_an_extension() {
    let unnamed = |extension: &str, tag: &str, data: &'static [u8]| {
        let mut one = Attachment::new(AttachMethod::BY_VALUE, Content::Bytes(data.into()));
        one.properties.set(tags::ATTACH_EXTENSION, extension);
        one.properties.set(tags::ATTACH_MIME_TAG, tag);
        one
    };
    let found = extracted(vec![unnamed(".doc", "", b"1"), unnamed("", "image/jpeg", b"2"), unnamed("", "", b"%PDF-3")]);
    assert_eq!(names(&found), ["attachment-1.doc", "attachment-2.jpg", "attachment-3.pdf"]);
}

/// MacBinary I: no checksum. The data fork at 128, the resource fork behind it, each padded.
#[test]
fn files_of_a_macintosh_come_apart() {
    let mac_binary = |data: &[u8], resource: &[u8]| {
        let mut file = vec![0u8; 128];
        file[1..6].copy_from_slice(b"\x04File");
        file[83..87].copy_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        file[87..91].copy_from_slice(&u32::try_from(resource.len()).unwrap().to_be_bytes());
        for fork in [data, resource] {
            file.extend_from_slice(fork);
            file.resize(file.len().div_ceil(128) * 128, 0);
        }
        let mut one = Attachment::from_bytes("Mac.pdf", file);
        let encoding = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0B, 0x01];
        one.properties.set(tags::ATTACH_ENCODING, PropValue::Binary(encoding.to_vec().into()));
        one
    };
    let found = extracted(vec![mac_binary(b"%PDF-1.7", b"")]);
    assert_eq!(found, BTreeMap::from([("Mac.pdf".to_owned(), b"%PDF-1.7".to_vec())]));
    let found = extracted(vec![mac_binary(b"%PDF-1.7", b"resource")]);
    assert_eq!(names(&found), ["Mac.pdf", "Mac.pdf.appledouble"]);
    // RFC 1740: magic, version.
    assert!(found["Mac.pdf.appledouble"].starts_with(b"\0\x05\x16\x07\0\x02\0\0"));
    assert!(found["Mac.pdf.appledouble"].ends_with(b"resource"));
}

#[test]
fn a_stream_as_a_file_is_opened() {
    let mut inner = Message::new("IPM.Note");
    inner.attachments.push(Attachment::from_bytes("a.txt", b"inner".as_slice()));
    let stream = inner.to_tnef(&WriteOptions::default()).unwrap();
    let broken = stream[..4].to_vec();
    let found = extracted(vec![
        Attachment::from_bytes("old.dat", stream.clone()),
        Attachment::from_bytes("b.txt", b"b".as_slice()),
        Attachment::from_bytes("cut.dat", broken.clone()),
    ]);
    assert_eq!(names(&found), ["b.txt", "cut.dat", "old.dat/a.txt", "old.dat/winmail.dat"]);
    assert_eq!((&found["old.dat/winmail.dat"], &found["cut.dat"]), (&stream, &broken));
}

#[test]
fn names_that_stand_for_none_give_way() {
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "Notes / minutes");
    let mut untitled = Attachment::from_message(inner);
    untitled.properties.set(tags::DISPLAY_NAME, "");
    untitled.properties.set(tags::ATTACH_LONG_FILENAME, "Untitled Attachment");
    let mut shown = untitled.clone();
    shown.properties.set(tags::DISPLAY_NAME, "A train table");
    let found = extracted(vec![untitled, shown]);
    assert_eq!(names(&found), ["A train table/winmail.dat", "Notes _ minutes/winmail.dat"]);
}

#[test]
fn what_a_signature_is_around_is_there() {
    let mail = b"Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
        --m\r\nContent-Type: text/plain\r\n\r\nHello\r\n--m\r\nContent-Type: application/pdf; name=a.pdf\r\n\
        Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--m--\r\n\r\n\
        --s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nAA\r\n--s--\r\n";
    let mut message = Message::new("IPM.Note.SMIME.MultipartSigned");
    let mut whole = Attachment::from_bytes("smime.p7m", mail.as_slice());
    whole.properties.set(tags::ATTACH_MIME_TAG, "multipart/signed");
    message.attachments.push(whole);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.dat");
    std::fs::write(&path, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let out = folder.path().join("out");
    let run = crate::support::winmail([std::ffi::OsStr::new("extract"), path.as_os_str(), "-o".as_ref(), out.as_os_str()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(std::fs::read(out.join("a.pdf")).unwrap(), b"abc");
    assert_eq!(std::fs::read_to_string(out.join("body.txt")).unwrap().trim_end(), "Hello");
    assert_eq!(std::fs::read(out.join("smime.p7m")).unwrap(), mail);
}

#[test]
fn what_was_extracted_a_moment_ago_is_no_input() {
    let temp = tempfile::tempdir().unwrap();
    std::fs::copy(crate::support::testdata().join("winmail.dat"), temp.path().join("winmail.dat")).unwrap();
    let extract = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_winmail"));
        command.arg("extract").arg("winmail.dat").args(arguments).current_dir(temp.path()).output().unwrap()
    };
    assert!(extract(&["logo.png"]).status.success());
    let again = extract(&["logo.png", "--force"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    let piped = extract(&["logo.png", "-o", "-"]);
    assert_eq!(piped.stdout, std::fs::read(temp.path().join("logo.png")).unwrap());
    // Whatever may be a message is one, also what cannot be read.
    std::fs::write(temp.path().join("a.eml"), "Subject: x\r\n\r\ntext\r\n").unwrap();
    let mail = extract(&["a.eml", "-o", "out"]);
    assert!(String::from_utf8_lossy(&mail.stderr).contains("a.eml"), "{}", String::from_utf8_lossy(&mail.stderr));
}
