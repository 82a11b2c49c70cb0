//! `extract --zip`, `--manifest`, `--times`: the same files in an archive, and where each comes from.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde_json::Value;
use winmail::mapi::{PropValue, tags};
use winmail::{Attachment, FileTime, Message, WriteOptions};

use crate::support::{self, sha256, testdata, winmail};

/// Every file below a folder by its path.
fn in_folder(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn in_archive(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let count = archive.len();
    let files = (0..count).map(|at| {
        let mut file = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        assert!(file.enclosed_name().is_some(), "{} leads out", file.name());
        (file.name().to_owned(), bytes)
    });
    let found: BTreeMap<_, _> = files.collect();
    assert_eq!(found.len(), count, "a name is there twice");
    found
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_archive_has_what_a_folder_has() {
    let temp = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for name in
        ["winmail", "nested", "file-names", "many-attachments", "mac-binary", "links", "ole", "meeting-request", "damaged"]
    {
        let input = testdata().join(name).with_extension("dat");
        let (folder, archive) = (temp.path().join(name), temp.path().join(format!("{name}.zip")));
        let plain = winmail(["extract".as_ref(), input.as_os_str(), "-o".as_ref(), folder.as_os_str()]);
        let zipped = winmail(["extract".as_ref(), input.as_os_str(), "--zip".as_ref(), archive.as_os_str()]);
        assert_eq!(plain.code, zipped.code, "{name}: {}", zipped.err);
        let found = in_archive(&archive);
        compared += found.len();
        assert!(found == in_folder(&folder), "{name}");
    }
    assert!(compared > 60, "{compared}");
    // Several inputs have folders in it, and nothing but the archives was made.
    let (a, b, both) = (testdata().join("winmail.dat"), testdata().join("text.dat"), temp.path().join("both.zip"));
    let run = winmail(["extract".as_ref(), a.as_os_str(), b.as_os_str(), "--zip".as_ref(), both.as_os_str()]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(in_archive(&both).keys().all(|name| name.starts_with("winmail/") || name.starts_with("text/")));
}

#[test]
fn an_archive_is_not_overwritten_and_none_is_made_of_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let input = testdata().join("winmail.dat");
    let path = temp.path().join("a.zip");
    fs::write(&path, "old").unwrap();
    let zip = |force: bool| {
        let force = force.then_some(std::ffi::OsStr::new("-f"));
        winmail(["extract".as_ref(), input.as_os_str(), "--zip".as_ref(), path.as_os_str()].into_iter().chain(force))
    };
    let run = zip(false);
    assert_eq!((run.code, fs::read(&path).unwrap()), (1, b"old".to_vec()));
    assert!(run.err.contains("a.zip exists already; --force replaces files"), "{}", run.err);
    assert_eq!(zip(true).code, 0);
    assert_eq!(in_archive(&path).len(), 3);
    let none = temp.path().join("none.zip");
    let run = winmail(["extract".as_ref(), temp.path().join("absent").as_os_str(), "--zip".as_ref(), none.as_os_str()]);
    assert_eq!((run.code, none.exists()), (1, false));
    let run = winmail(["extract".as_ref(), input.as_os_str(), "--zip".as_ref(), none.as_os_str(), "-o".as_ref(), "x".as_ref()]);
    assert_eq!((run.code, none.exists()), (2, false));
}

/// Over the corpus: each line's digest is the file's, each range leads to its bytes, and every file has one line.
#[test]
fn a_manifest_says_where_every_file_comes_from() {
    let temp = tempfile::tempdir().unwrap();
    let (mut rows, mut ranges) = (0, 0);
    for sample in support::tnef_samples() {
        if sample.bytes.len() > 1 << 20 {
            continue;
        }
        let (out, manifest) = (temp.path().join("out"), temp.path().join("m.jsonl"));
        let args = ["extract".as_ref(), sample.path.as_os_str(), "-q".as_ref(), "-o".as_ref(), out.as_os_str()];
        winmail(args.into_iter().chain(["--manifest".as_ref(), manifest.as_os_str(), "-f".as_ref()]));
        let mut files = if out.exists() { in_folder(&out) } else { BTreeMap::new() };
        for row in lines(&manifest) {
            assert_eq!((&row["schema"], row["source"].as_str()), (&"winmail-manifest/1".into(), sample.path.to_str()));
            let path = row["path"].as_str().unwrap();
            let bytes = files.remove(path).unwrap_or_else(|| panic!("{}: {path} was not written", sample.name));
            assert_eq!((row["size"].as_u64(), row["sha256"].as_str()), (Some(bytes.len() as u64), Some(&*sha256(&bytes))));
            rows += 1;
            // Streams with bytes before or around them stand for themselves.
            if let (Some(range), true) = (row["range"].as_array(), row["stream_size"] == sample.bytes.len()) {
                let [from, to] = [0, 1].map(|at| usize::try_from(range[at].as_u64().unwrap()).unwrap());
                assert!(sample.bytes[from..to] == bytes, "{}: {path}", sample.name);
                ranges += 1;
            }
        }
        assert!(files.is_empty(), "{}: no line for {:?}", sample.name, files.keys());
        if out.exists() {
            fs::remove_dir_all(&out).unwrap();
        }
    }
    assert!(rows > 300 && ranges > 150, "{rows} {ranges}");
}

#[test]
fn a_manifest_has_names_diagnostics_and_the_mail() {
    let temp = tempfile::tempdir().unwrap();
    let manifest = temp.path().join("m.jsonl");
    let run = |input: &Path| {
        let out = tempfile::tempdir().unwrap();
        let args = ["extract".as_ref(), input.as_os_str(), "-f".as_ref(), "-o".as_ref(), out.path().as_os_str()];
        let run = winmail(args.into_iter().chain(["--manifest".as_ref(), manifest.as_os_str()]));
        assert_ne!(run.code, 1, "{}", run.err);
        lines(&manifest)
    };
    let damaged = run(&testdata().join("damaged-nested.dat"));
    let of = |kind: &str| damaged.iter().find(|row| row["kind"] == kind).unwrap();
    assert_eq!(
        (&of("message")["attachment"], &of("message")["diagnostics"][0]["code"]),
        (&serde_json::json!([0]), &"checksum-mismatch".into())
    );
    assert_eq!(
        (&of("attachment")["attachment"], of("attachment")["diagnostics"].as_array().unwrap().len()),
        (&serde_json::json!([0, 0]), 0)
    );
    // A name as it was stored, where the file has another one.
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("../a:b.txt", b"x".as_slice()));
    let stream = message.to_tnef(&WriteOptions::default()).unwrap();
    let mbox = temp.path().join("mbox");
    let mail = format!(
        "From a@b Thu Jan  1 00:00:00 1970\nSubject: x\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{}\n\n",
        base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &stream)
    );
    fs::write(&mbox, mail.repeat(2)).unwrap();
    let rows = run(&mbox);
    assert_eq!(rows.iter().map(|row| row["mail"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((&rows[0]["name"], rows[0]["stream_size"].as_u64()), (&"../a:b.txt".into(), Some(stream.len() as u64)));
    assert_ne!(rows[0]["path"], rows[0]["name"]);
}

#[test]
fn lines_of_a_manifest_are_alone_on_standard_output() {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join("out");
    let input = testdata().join("winmail.dat");
    let run =
        winmail(["extract".as_ref(), input.as_os_str(), "-o".as_ref(), out.as_os_str(), "--manifest".as_ref(), "-".as_ref()]);
    assert_eq!((run.code, run.out.lines().count()), (0, 3));
    assert!(run.out.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(run.err.starts_with("3 files found, 3 written"), "{}", run.err);
    let run = winmail(["extract".as_ref(), input.as_os_str(), "-o".as_ref(), "-".as_ref(), "--manifest".as_ref(), "m".as_ref()]);
    assert_eq!(run.code, 2);
}

#[test]
fn files_have_the_times_of_the_message_if_that_is_asked_for() {
    let changed = FileTime::from_unix(1_600_000_000, 0).unwrap();
    let mut message = Message::new("IPM.Note");
    let mut file = Attachment::from_bytes("a.txt", b"x".as_slice());
    file.properties.set(tags::LAST_MODIFICATION_TIME, PropValue::Time(changed));
    message.attachments.push(file);
    message.attachments.push(Attachment::from_bytes("b.txt", b"x".as_slice()));
    let temp = tempfile::tempdir().unwrap();
    let input = temp.path().join("in.dat");
    fs::write(&input, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    for (times, expected) in [(Some(std::ffi::OsStr::new("--times")), true), (None, false)] {
        let out = tempfile::tempdir().unwrap();
        let args = ["extract".as_ref(), input.as_os_str(), "-o".as_ref(), out.path().as_os_str()];
        assert_eq!(winmail(args.into_iter().chain(times)).code, 0);
        let since = |name: &str| {
            let time = fs::metadata(out.path().join(name)).unwrap().modified().unwrap();
            time.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap().as_secs()
        };
        assert_eq!(since("a.txt") == 1_600_000_000, expected);
        assert!(since("b.txt") > 1_700_000_000);
    }
}
