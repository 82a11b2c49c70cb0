//! The program over the corpus of real and hostile streams.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use winmail::{Message, ReadOptions, Report};

use crate::support::{Sample, tnef_sample, tnef_samples};

/// How long one run over one file may take: a second. Without optimisation the same code takes ten times as long and more,
/// and tests run side by side on two cores, so an unoptimised build gets ten.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

fn timed<T>(what: &str, name: &str, f: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = f();
    let taken = start.elapsed();
    assert!(taken < TIME, "{what} {name} takes {taken:?}");
    result
}

fn lenient(bytes: &[u8]) -> (winmail::Result<Message<'_>>, Report) {
    let message = Message::read(bytes, &ReadOptions::lenient());
    let report = message.as_ref().map_or_else(winmail::Error::report, Message::report).clone();
    (message, report)
}

#[test]
fn every_verb_takes_every_file_in_time() {
    for Sample { name, path, bytes } in tnef_samples() {
        let folder = tempfile::tempdir().unwrap();
        let (read, _) = lenient(&bytes);
        let readable = read.is_ok();
        // One verdict for all verbs.
        let defects = read.is_ok_and(|message| message.verdict().worst() > Some(winmail::Severity::Info));
        let expected = if !readable {
            1
        } else if defects {
            3
        } else {
            0
        };
        for (verb, more) in [("list", &[][..]), ("check", &["--verbose"]), ("dump", &[]), ("dump", &["--json"]), ("extract", &[])]
        {
            let mut args: Vec<OsString> = vec![verb.into(), path.clone().into()];
            args.extend(more.iter().map(OsString::from));
            if verb == "extract" {
                args.extend(["--output".into(), folder.path().join("out").into()]);
            }
            let run = timed(verb, &name, || crate::support::winmail(args));
            assert_eq!(run.code, expected, "{verb} {name}: {}{}", run.out, run.err);
            assert!(run.code != 1 || !(run.out + &run.err).is_empty(), "{verb} {name} fails without a word");
        }
    }
}

/// (path, name, size) of the attachments of a message in the JSON of `list`, of every depth.
fn listed(message: &serde_json::Value, path: &[usize], found: &mut Vec<(Vec<usize>, String, u64)>) {
    for (number, attachment) in message["attachments"].as_array().into_iter().flatten().enumerate() {
        let path = [path, &[number]].concat();
        let name = attachment["name"].as_str().unwrap_or_default().to_owned();
        // The size of a message is that of its stream, which the list leaves out.
        let size = if attachment["message"].is_null() { attachment["size"].as_u64().unwrap() } else { 0 };
        found.push((path.clone(), name, size));
        listed(&attachment["message"], &path, found);
    }
}

/// What `examples/list.rs` prints is what `winmail list` lists.
#[test]
fn the_example_lists_what_the_program_lists() {
    use winmail::message::{Content, MessageStream};

    let mut compared = 0;
    for Sample { name, path, bytes } in tnef_samples() {
        if !bytes.starts_with(&winmail::tnef::SIGNATURE_BYTES) || !lenient(&bytes).1.is_empty() {
            continue;
        }
        let mut stream = MessageStream::open(std::fs::File::open(&path).unwrap(), &ReadOptions::lenient()).unwrap();
        let mut streamed = Vec::new();
        while let Some(attachment) = stream.next_attachment().unwrap() {
            let size = if matches!(attachment.content, Content::Message(_)) { 0 } else { attachment.size() };
            streamed.push((attachment.path().to_vec(), attachment.file_name().unwrap_or_default().into_owned(), size));
        }
        let run = crate::support::winmail(["list".into(), "--json".into(), path.into_os_string()]);
        let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let mut expected = Vec::new();
        listed(&json[0]["message"], &[], &mut expected);
        assert_eq!(streamed, expected, "{name}");
        compared += streamed.len();
    }
    assert!(compared > 100 || tnef_samples().len() < 50, "{compared} attachments");
}

#[test]
fn extract_writes_what_the_library_reads() {
    use winmail::message::Content;

    for name in ["MAPI_ATTACH_DATA_OBJ", "MAPI_OBJECT", "attachments", "data-before-name", "duplicate_filename", "quick-winmail"]
        .into_iter()
        .chain(["mimekit-winmail-cp936-ole", "umlaut-filename", "minimal_attachment", "aspose-tnefEml1-cp65001-nested"])
    {
        let Some(sample) = tnef_sample(name) else { return };
        let (message, _) = lenient(&sample.bytes);
        let message = message.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        crate::support::winmail([
            "extract".into(),
            sample.path.into_os_string(),
            "--output".into(),
            out.clone().into_os_string(),
        ]);
        let mut written: Vec<(String, Vec<u8>)> = std::fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
            .collect();
        let mut take = |wanted: &str, bytes: &[u8]| {
            let exact = written.iter().position(|(file, have)| file == wanted && have == bytes);
            let any = exact.or_else(|| written.iter().position(|(_, have)| have == bytes));
            written.remove(any.unwrap_or_else(|| panic!("{name}: {wanted} is not there whole"))).0
        };
        let mut renamed = 0;
        for attachment in &message.attachments {
            let wanted = attachment.file_name().unwrap_or_default();
            match &attachment.content {
                Content::Message(nested) => {
                    // The folder is called after the attachment or, where that has no name, after the subject.
                    let streams = std::fs::read_dir(&out).unwrap().filter_map(|entry| {
                        let folder = entry.unwrap().path();
                        std::fs::read(folder.join("winmail.dat")).ok()
                    });
                    assert!(streams.collect::<Vec<_>>().contains(&nested.source().to_vec()), "{name}");
                }
                Content::Object(object) => {
                    renamed += usize::from(take(&wanted, &object.data) != wanted);
                }
                _ => renamed += usize::from(take(&wanted, attachment.data()) != wanted),
            }
        }
        // Two of one name, and one without.
        let expected = match name {
            "duplicate_filename" | "mimekit-winmail-cp936-ole" | "minimal_attachment" => 1,
            _ => 0,
        };
        assert_eq!(renamed, expected, "{name}");
        written.retain(|(file, _)| !file.starts_with("body."));
        assert!(written.is_empty(), "{name}: {:?}", written.iter().map(|(file, _)| file).collect::<Vec<_>>());
    }
}

/// What a verb makes of a file, beside what `check` says of it.
fn differs(path: &std::path::Path, checked: u8) -> Option<String> {
    let temp = tempfile::tempdir().unwrap();
    let out = |name: &str| temp.path().join(name).into_os_string();
    let (convert, extract) = (out("convert"), out("extract"));
    let runs: [&[OsString]; 4] = [
        &["extract".into(), path.into(), "-o".into(), extract],
        &["body".into(), path.into()],
        &["convert".into(), path.into(), "--to".into(), "eml".into(), "-o".into(), convert],
        &["list".into(), path.into()],
    ];
    let read = runs.into_iter().find_map(|args| {
        let run = crate::support::winmail(args.iter().cloned());
        // To have no body is no defect.
        (run.code != checked && !run.err.contains("the message has no body"))
            .then(|| format!("{}: check {checked}, {:?} {}: {}", path.display(), args[0], run.code, run.err))
    });
    read.or_else(|| filter_differs(path, checked))
}

/// What `filter` says of a file, beside what `check` says of it: exit code 0 in any case, as a whole mail comes out, and no word of
/// damage where there is none. What is no mail stands in one.
fn filter_differs(path: &std::path::Path, checked: u8) -> Option<String> {
    let bytes = std::fs::read(path).unwrap();
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return None;
    }
    let mail = match bytes.starts_with(&winmail::tnef::SIGNATURE_BYTES) {
        true => [b"Subject: x\nContent-Type: application/ms-tnef\n\n".as_slice(), &bytes].concat(),
        false => bytes,
    };
    let (code, out, err) = crate::support::winmail_on(["filter"], &mail);
    let blamed = ["damage", "conversion-incomplete", "cannot be read"].iter().any(|word| err.contains(word));
    (code != 0 || out.is_empty() || checked == 0 && blamed)
        .then(|| format!("{}: check {checked}, filter {code}: {err}", path.display()))
}

#[test]
fn what_check_calls_clean_every_verb_reads_with_exit_0() {
    fn files(folder: &std::path::Path, all: &mut Vec<std::path::PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                files(&entry.path(), all);
            } else {
                all.push(entry.path());
            }
        }
    }
    let mut all = Vec::new();
    files(&crate::support::testdata(), &mut all);
    if let Some(corpus) = crate::support::corpus() {
        files(&corpus, &mut all);
    }
    all.sort();
    let halves = all.split_at(all.len() / 2);
    let found = std::thread::scope(|scope| {
        let judged = [halves.0, halves.1].map(|files| {
            scope.spawn(move || {
                let (mut clean, mut damaged, mut wrong) = (0, 0, Vec::new());
                for path in files {
                    let checked = crate::support::winmail([OsString::from("check"), path.into()]).code;
                    match checked {
                        0 => clean += 1,
                        3 => damaged += 1,
                        // What holds no message.
                        _ => continue,
                    }
                    wrong.extend(differs(path, checked));
                }
                (clean, damaged, wrong)
            })
        });
        judged.map(|half| half.join().unwrap())
    });
    let wrong: Vec<&String> = found.iter().flat_map(|(.., wrong)| wrong).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(found.iter().all(|(clean, damaged, _)| *clean > 10 && *damaged > 10));
}
