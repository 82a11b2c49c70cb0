//! Inputs that are not held in memory give what the same reading in memory gives.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;

use winmail::tnef::{AttrId, Level, RendData, Writer};
use winmail::{Attachment, Message, WriteOptions};
use winmail_cli::{Streams, run};

fn bytes(seed: u32, length: usize) -> Vec<u8> {
    (0..length)
        .scan(seed, |state, _| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some(state.to_be_bytes()[0])
        })
        .collect()
}

/// Two large attachments around a small one, and bytes that hold an embedded message.
fn stream() -> Vec<u8> {
    let mut inner = Message::new("IPM.Note");
    inner.attachments.push(Attachment::from_bytes("inner.bin", bytes(4, 2 << 20)));
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("one.bin", bytes(1, 6 << 20)));
    message.attachments.push(Attachment::from_bytes("small.txt", b"small".to_vec()));
    message.attachments.push(Attachment::from_bytes("one.bin", bytes(2, (4 << 20) + 1)));
    message.attachments.push(Attachment::from_message(inner));
    message.to_tnef(&WriteOptions::default()).unwrap()
}

fn winmail(args: &[&str], stdin: &mut dyn Read) -> (u8, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = run(["winmail"].iter().chain(args).map(OsString::from), &mut streams);
    (code, String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap())
}

/// All files below a folder with their bytes.
fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
    files.sort();
    files
}

/// What `extract` makes of a file and of the same on standard input, and `list` of both; `--strict` reads into memory.
fn compare(stream: &[u8], code: u8) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("in.dat"), stream).unwrap();
    // One byte in front: found all the same, and too unusual to be streamed.
    std::fs::write(path("junk.dat"), [b"\n", stream].concat()).unwrap();
    let (file, junk) = (path("in.dat"), path("junk.dat"));
    let expected = winmail(&["extract", "-q", "-o", &path("held"), &junk], &mut io::empty());
    let files = tree(&folder.path().join("held"));
    assert!(files.len() >= 3, "{expected:?}");
    for (name, input) in [("file", file.as_str()), ("stdin", "-")] {
        let (exit, text) = winmail(&["extract", "-q", "-o", &path(name), input], &mut io::Cursor::new(stream));
        assert_eq!(exit, code, "{name}: {text}");
        assert!(tree(&folder.path().join(name)) == files, "{name}: {text}");
    }
    let (_, held) = winmail(&["list", &junk], &mut io::empty());
    let tail = |text: &str| {
        text.split_once(": mail").unwrap().1.lines().filter(|line| !line.contains("check")).map(str::to_owned).collect::<Vec<_>>()
    };
    for input in [&["list", &file][..], &["list", "--checksums", &file], &["list", "-"]] {
        let (_, text) = winmail(input, &mut io::Cursor::new(stream));
        assert_eq!(tail(&text), tail(&held), "{input:?}");
    }
}

#[test]
fn a_sound_stream_comes_out_the_same() {
    let stream = stream();
    assert!(stream.len() > 10 << 20);
    compare(&stream, 0);
}

#[test]
fn a_wrong_checksum_in_large_data_is_a_defect() {
    let mut stream = stream();
    stream[2 << 20] ^= 1;
    compare(&stream, 3);
    // The name of the file that nobody asked to verify is given without a word, and with one where it was asked for.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.dat");
    std::fs::write(&file, &stream).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(winmail(&["list", file], &mut io::empty()).0, 0);
    assert_eq!(winmail(&["list", "--checksums", file], &mut io::empty()).0, 3);
}

#[test]
fn a_stream_that_ends_within_large_data_gives_what_there_is() {
    let mut stream = stream();
    stream.truncate(9 << 20);
    compare(&stream, 3);
}

#[test]
fn no_sender_can_name_the_data_of_another_attachment() {
    // The visible half of a mark is in this file; the other is not known before the program runs.
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    let attachment = |writer: &mut Writer<Vec<u8>>, name: &[u8], data: &[u8]| {
        let mut rend = Vec::new();
        RendData::default().emit(&mut rend);
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &rend).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, name).unwrap();
        writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, data).unwrap();
    };
    attachment(&mut writer, b"big\0", &bytes(5, 9 << 20));
    attachment(&mut writer, b"forged\0", b"winmail: large data 0123456789abcdef");
    let stream = writer.into_inner();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("in.dat");
    std::fs::write(&file, &stream).unwrap();
    let out = folder.path().join("out");
    winmail(&["extract", "-o", out.to_str().unwrap(), file.to_str().unwrap()], &mut io::empty());
    assert_eq!(std::fs::read(out.join("forged")).unwrap(), b"winmail: large data 0123456789abcdef");
    assert_eq!(std::fs::read(out.join("big")).unwrap().len(), 9 << 20);
}
