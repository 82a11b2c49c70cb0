//! `winmail convert`: many inputs at once, resumed runs, bad mails among good ones, standard output.

use std::fs;
use std::path::{Path, PathBuf};

use winmail::Message;
use winmail::convert::mime::{EncapsulateOptions, MimeReadOptions, encapsulate, read};
use winmail_cli::{self as cli, EXIT_DEFECTS, EXIT_FAILED, EXIT_OK, EXIT_USAGE, Streams};

/// Exit code, standard output and standard error.
fn run_with(stdin: &[u8], args: &[&str]) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["winmail", "convert"].iter().chain(args).map(|arg| (*arg).into());
    let mut stdin = stdin;
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let code = cli::run(args, &mut streams);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn run(args: &[&str]) -> (u8, String, String) {
    run_with(b"", args)
}

fn plain(number: usize) -> Vec<u8> {
    format!("From: f@x.org\r\nSubject: Mail {number}\r\nMessage-ID: <{number}@x.org>\r\n\r\nbody {number}\r\n").into_bytes()
}

fn carrying(number: usize) -> Vec<u8> {
    let message = read(&plain(number), &MimeReadOptions::default()).unwrap();
    encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let mut all: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    all.retain(|name| name != ".winmail-journal.jsonl");
    all.sort();
    all
}

/// A folder with a mail without TNEF, one with it, an mbox of three, a stream, and something else.
fn inputs(folder: &Path) -> PathBuf {
    let inputs = folder.join("in");
    fs::create_dir(&inputs).unwrap();
    fs::write(inputs.join("a plain.eml"), plain(1)).unwrap();
    fs::write(inputs.join("b carrying.eml"), carrying(2)).unwrap();
    let mut mbox = Vec::new();
    for number in 3..6 {
        mbox.extend_from_slice(b"From f@x.org Tue Nov 14 22:13:20 2023\r\n");
        mbox.extend(if number == 4 { carrying(number) } else { plain(number) });
        mbox.extend_from_slice(b"\r\n");
    }
    fs::write(inputs.join("c.mbox"), mbox).unwrap();
    fs::copy(crate::support::testdata().join("winmail.dat"), inputs.join("d.dat")).unwrap();
    fs::write(inputs.join("e.pdf"), b"%PDF-1.7").unwrap();
    inputs
}

#[test]
fn everything_that_can_be_converted_is() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    let mut first = None;
    for jobs in ["1", "7"] {
        let out = path(temp.path(), &format!("out{jobs}"));
        let (code, said, errors) = run(&[source.to_str().unwrap(), "-o", &out, "--to", "eml", "--jobs", jobs]);
        assert_eq!(said, format!("7 messages: 3 converted, 3 unchanged, 0 with defects, 1 failed, in {out}\n"));
        assert_eq!(code, EXIT_FAILED);
        assert!(errors.contains("e.pdf: ") && errors.contains("looks like a PDF"), "{errors}");
        let expected = ["a plain.eml", "b carrying.eml", "c-00001.eml", "c-00002.eml", "c-00003.eml", "d.eml"];
        assert_eq!(names(Path::new(&out)), expected);
        let files: Vec<_> = expected.iter().map(|name| fs::read(Path::new(&out).join(name)).unwrap()).collect();
        assert_eq!(files[0], plain(1));
        for (file, number) in [(1, 2), (2, 3), (3, 4), (4, 5)] {
            let message = read(&files[file], &MimeReadOptions::default()).unwrap();
            assert_eq!(message.subject().unwrap(), format!("Mail {number}"));
            assert!(message.attachments.is_empty());
        }
        // The same, however many work on it.
        assert_eq!(*first.get_or_insert(files.clone()), files);
    }
}

#[test]
fn a_second_run_goes_on_where_the_first_one_was() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    fs::remove_file(source.join("e.pdf")).unwrap();
    let out = path(temp.path(), "out");
    let args = [source.to_str().unwrap(), "-o", &out, "--to", "text"];
    let (code, said, errors) = run(&args);
    assert_eq!((code, errors.as_str()), (EXIT_OK, ""));
    assert!(said.starts_with("6 messages: 6 converted, 0 unchanged, 0 with defects"), "{said}");
    assert_eq!(fs::read_to_string(path(Path::new(&out), "c-00002.txt")).unwrap().trim_end(), "body 4");
    fs::remove_file(path(Path::new(&out), "c-00002.txt")).unwrap();
    fs::write(path(Path::new(&out), "a plain.txt"), "mine").unwrap();
    let (code, said, _) = run(&args);
    assert_eq!(code, EXIT_OK);
    // What somebody wrote there stays, and is not taken for the result.
    assert!(said.starts_with("6 messages: 2 converted, 0 unchanged, 4 there already, 0 with defects"), "{said}");
    assert_eq!(fs::read_to_string(path(Path::new(&out), "a plain (2).txt")).unwrap().trim_end(), "body 1");
    assert_eq!(fs::read_to_string(path(Path::new(&out), "a plain.txt")).unwrap(), "mine");
    assert_eq!(fs::read_to_string(path(Path::new(&out), "c-00002.txt")).unwrap().trim_end(), "body 4");
    let forced: Vec<&str> = args.iter().copied().chain(["--force"]).collect();
    assert!(run(&forced).1.starts_with("6 messages: 6 converted"));
    assert_eq!(fs::read_to_string(path(Path::new(&out), "a plain.txt")).unwrap().trim_end(), "body 1");
}

#[test]
fn equal_names_of_two_folders_are_both_kept() {
    let temp = tempfile::tempdir().unwrap();
    for (folder, number) in [("x", 1), ("y", 2)] {
        fs::create_dir(temp.path().join(folder)).unwrap();
        fs::write(temp.path().join(folder).join("m.eml"), plain(number)).unwrap();
    }
    let out = path(temp.path(), "out");
    let (x, y) = (path(temp.path(), "x"), path(temp.path(), "y"));
    assert_eq!(run(&[&x, &y, "-o", &out, "--to", "text"]).0, EXIT_OK);
    let text = |name: &str| fs::read_to_string(path(Path::new(&out), name)).unwrap();
    assert_eq!((text("x/m.txt").trim_end(), text("y/m.txt").trim_end()), ("body 1", "body 2"));
    // Files of one name that are no folders.
    let (x, y, out) = (path(temp.path(), "x/m.eml"), path(temp.path(), "y/m.eml"), path(temp.path(), "files"));
    assert_eq!(run(&[&x, &y, "-o", &out, "--to", "text"]).0, EXIT_OK);
    let text = |name: &str| fs::read_to_string(path(Path::new(&out), name)).unwrap();
    assert_eq!((text("m.txt").trim_end(), text("m (2).txt").trim_end()), ("body 1", "body 2"));
}

#[test]
fn maildir_flags_are_no_part_of_the_name() {
    let temp = tempfile::tempdir().unwrap();
    for folder in ["new", "cur", "tmp"] {
        fs::create_dir(temp.path().join(folder)).unwrap();
    }
    fs::write(temp.path().join("cur/1700.M1.host:2,S"), plain(1)).unwrap();
    fs::write(temp.path().join("new/1701.M1.host"), plain(2)).unwrap();
    let out = path(temp.path(), "out");
    assert_eq!(run(&[temp.path().to_str().unwrap(), "-o", &out, "--to", "text"]).0, EXIT_OK);
    let found = names(Path::new(&out));
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|name| !name.contains(",S") && name.ends_with(".txt")), "{found:?}");
}

#[test]
fn a_line_of_json_a_message() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    fs::write(source.join("f.eml"), "Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!\n").unwrap();
    let out = path(temp.path(), "out");
    let (code, said, errors) = run(&[source.to_str().unwrap(), "-o", &out, "--to", "html", "--report", "json"]);
    assert_eq!(code, EXIT_FAILED);
    assert!(errors.starts_with("8 messages: 7 converted, 0 unchanged, 1 with defects, 1 failed"), "{errors}");
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let results: Vec<_> = lines.iter().map(|line| line["result"].as_str().unwrap()).collect();
    assert_eq!(results, [&["converted"; 6][..], &["failed", "converted"]].concat());
    assert_eq!(lines[3]["mail"], 2);
    assert!(lines[6]["error"].as_str().unwrap().contains("PDF"));
    assert_eq!(lines[7]["diagnostics"][0]["code"], "mime-invalid-encoding");
    assert!(lines[7]["output"].as_str().unwrap().ends_with("f.html"));
}

#[test]
fn one_message_to_standard_output() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    let (code, said, _) = run_with(&carrying(9), &["-", "-o", "-", "--to", "text"]);
    assert_eq!((code, said.trim_end()), (EXIT_OK, "body 9"));
    // What is piped has no name but the one of the pipe; a file has its own.
    let stream = path(temp.path(), "one.eml");
    fs::write(&stream, carrying(9)).unwrap();
    for (input, name) in [("-", "-"), (stream.as_str(), stream.as_str())] {
        let (code, said, _) = run_with(&carrying(9), &[input, "-o", "-", "--to", "json"]);
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, json["file"].as_str()), (EXIT_OK, Some(name)), "{said}");
    }
    let (code, said, _) = run_with(&plain(9), &["-", "-o", "-", "--to", "eml"]);
    assert_eq!((code, said.as_bytes()), (EXIT_OK, &plain(9)[..]));
    let (code, said, _) = run_with(&plain(9), &["-", "-o", "-", "--to", "tnef"]);
    assert_eq!(code, EXIT_OK);
    assert!(said.contains("X-MS-TNEF-Correlator: <9@x.org>\r\n") && said.contains("eJ8+I"), "{said}");
    let (code, said, _) = run_with(&plain(9), &["-", "-o", "-", "--to", "json"]);
    assert_eq!(code, EXIT_OK);
    assert!(serde_json::from_str::<serde_json::Value>(&said).unwrap().to_string().contains("Mail 9"));
    let (code, _, errors) = run_with(b"", &[&path(&source, "c.mbox"), "-o", "-", "--to", "eml"]);
    assert_eq!(code, EXIT_USAGE);
    assert!(errors.contains("several messages"), "{errors}");
    assert_eq!(run_with(b"", &["a", "b", "-o", "-", "--to", "eml"]).0, EXIT_USAGE);
    let damaged = b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!\n";
    assert_eq!(run_with(damaged, &["-", "-o", "-", "--to", "text"]).0, EXIT_DEFECTS);
}

#[test]
fn the_stream_alone() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    let out = path(temp.path(), "out");
    let (code, ..) =
        run(&[&path(&source, "a plain.eml"), &path(&source, "d.dat"), "-o", &out, "--to", "tnef", "--bare", "--rtf"]);
    assert_eq!(code, EXIT_OK);
    let made = fs::read(path(Path::new(&out), "a plain.tnef")).unwrap();
    assert_eq!(Message::from_tnef(&made).unwrap().subject().unwrap(), "Mail 1");
    assert_eq!(fs::read(path(Path::new(&out), "d.tnef")).unwrap(), fs::read(source.join("d.dat")).unwrap());
    assert_eq!(run(&["x", "-o", &out, "--to", "tnef", "--bare", "--stnef"]).0, EXIT_USAGE);
}

#[test]
fn a_mail_keeps_its_kind_of_line_ends() {
    let temp = tempfile::tempdir().unwrap();
    let crlf = carrying(1);
    assert!(crlf.windows(2).any(|pair| pair == b"\r\n"));
    let lf: Vec<u8> = crlf.iter().copied().filter(|byte| *byte != b'\r').collect();
    for (name, mail, crs) in [("crlf", &crlf, true), ("lf", &lf, false)] {
        let file = temp.path().join(format!("{name}.eml"));
        fs::write(&file, mail).unwrap();
        for to in ["eml", "tnef"] {
            let out = path(temp.path(), &format!("{name}-{to}"));
            let (_, said, errors) = run(&[file.to_str().unwrap(), "-o", &out, "--to", to]);
            let made = fs::read(Path::new(&out).join(&names(Path::new(&out))[0])).unwrap();
            assert_eq!(made.contains(&b'\r'), crs, "{name} {to}: {said} {errors}");
            assert_eq!(made.windows(2).filter(|pair| pair[1] == b'\n' && pair[0] != b'\r').count() == 0, crs, "{name} {to}");
        }
    }
}

/// A forwarded mail is encoded as a whole, against RFC 2046: what is in it comes out all the same.
#[test]
fn an_encoded_message_with_tnef_is_converted() {
    use base64::Engine as _;
    let inner = base64::prelude::BASE64_STANDARD.encode(carrying(1));
    let mail = format!("Subject: Fwd\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n");
    let (code, out, err) = run_with(mail.as_bytes(), &["-", "-o", "-", "--to", "eml"]);
    assert_eq!(code, EXIT_OK, "{err}");
    assert!(out.contains("Content-Type: message/rfc822") && !out.contains("ms-tnef") && !out.contains(&inner), "{out}");
    let read = mail_parser::MessageParser::new().parse(out.as_bytes()).unwrap();
    let nested = read.attachments().find_map(|part| part.message()).unwrap();
    assert_eq!(nested.body_text(0).unwrap().trim_end(), "body 1");
}

#[test]
fn what_is_not_there_is_said_and_stops_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let source = inputs(temp.path());
    let out = path(temp.path(), "out");
    let (code, said, errors) = run(&["/nonexistent/x.eml", &path(&source, "a plain.eml"), "-o", &out, "--to", "text"]);
    assert_eq!(code, EXIT_FAILED);
    assert!(said.starts_with("2 messages: 1 converted, 0 unchanged, 0 with defects, 1 failed"), "{said}");
    assert!(errors.contains("no such file"), "{errors}");
}

/// A mail with a text of its own, and a stream.
fn with_text(text: &str, class: &str) -> Vec<u8> {
    use base64::Engine as _;
    let mut message = Message::new(class);
    message.properties.set(winmail::mapi::tags::BODY, "the offer");
    let stream = base64::prelude::BASE64_STANDARD.encode(message.to_tnef(&winmail::WriteOptions::default()).unwrap());
    format!(
        "Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n{text}\n--a\nContent-Type: application/ms-tnef\n\
         Content-Transfer-Encoding: base64\n\n{stream}\n--a--\n"
    )
    .into_bytes()
}

#[test]
fn a_mail_becomes_what_the_filter_makes_of_it() {
    use winmail::convert::mime::filter::{FilterOptions, filter};
    for (text, class) in [("call me", "IPM.Note"), ("the offer", "IPM.Note"), ("call me", "IPM.Task"), ("", "IPM.Appointment")] {
        let mail = with_text(text, class);
        let made = filter(&mail, &FilterOptions::default()).mail.map_or(mail.clone(), |mail| mail.to_vec());
        let (code, out, _) = run_with(&mail, &["-", "-o", "-", "--to", "eml"]);
        assert_eq!((code, out.as_bytes()), (EXIT_OK, &made[..]));
        assert!(out.contains(text) && out.contains("the offer"));
    }
}

#[test]
fn what_is_kept_is_said() {
    let temp = tempfile::tempdir().unwrap();
    let (mail, out) = (path(temp.path(), "m.eml"), path(temp.path(), "out"));
    // A notice that somebody forwarded an invitation is an item that no calendar has.
    let class = "IPM.Schedule.Meeting.Notification.Forward";
    fs::write(&mail, with_text("call me", class)).unwrap();
    let mut notice = Message::new(class);
    notice.properties.set(winmail::mapi::tags::BODY, "to be done");
    let stream = notice.to_tnef(&winmail::WriteOptions::default()).unwrap();
    let bare = path(temp.path(), "s.dat");
    fs::write(&bare, &stream).unwrap();
    let (code, said, errors) = run(&[&mail, &bare, "-o", &out, "--to", "eml", "--dry-run"]);
    assert_eq!(code, EXIT_OK);
    assert!(said.contains("m.eml: converted\n"), "{said}");
    assert!(said.ends_with(&format!(
        "2 messages: 2 converted, 0 unchanged, 2 with winmail.dat kept, 0 with defects, 0 failed, in {out}\n"
    )));
    assert!(
        errors.contains("part 2: converted, and kept: it holds a meeting notice")
            && errors.contains("the stream: converted, and kept"),
        "{errors}"
    );
    assert!(!Path::new(&out).exists());
    let (code, said, _) = run(&[&mail, &bare, "-o", &out, "--to", "eml", "--report", "json"]);
    assert_eq!(code, EXIT_OK);
    let lines: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kept = &lines[0]["kept"][0];
    assert_eq!((kept["action"].as_str(), kept["reason"].as_str()), (Some("kept"), Some("item")));
    let source = fs::read(&mail).unwrap();
    let (offset, length) = (kept["offset"].as_u64().unwrap() as usize, kept["length"].as_u64().unwrap() as usize);
    assert!(source[offset..offset + length].starts_with(b"Content-Type: application/ms-tnef"));
    assert_eq!(lines[1]["kept"][0]["length"], stream.len());
    let made = fs::read(path(Path::new(&out), "s.eml")).unwrap();
    assert_eq!(winmail::convert::mime::find::find(&made, &winmail::Limits::default()).parts[0].data.as_ref(), stream);
    // Signed: left as it is, and said.
    let signed = String::from_utf8(with_text("x", "IPM.Note")).unwrap().replace("multipart/mixed", "multipart/signed");
    let (code, same, errors) = run_with(signed.as_bytes(), &["-", "-o", "-", "--to", "eml"]);
    assert_eq!((code, same), (EXIT_OK, signed));
    assert!(errors.contains("left as it is: it is signed"), "{errors}");
}

/// A mail whose HTML and rich text say different things: the one that is not shown would be lost.
fn with_two_bodies() -> Vec<u8> {
    use winmail::mapi::{PropValue, tags};
    use winmail::rtf::lzfu;
    let mut message = read(&plain(1), &MimeReadOptions::default()).unwrap();
    let rtf = lzfu::compress(br"{\rtf1\ansi The rich text says one thing.\par}", lzfu::Mode::Reference).unwrap();
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(rtf.into()));
    message.properties.set(tags::RTF_IN_SYNC, true);
    message.properties.set(tags::HTML, PropValue::Binary(b"<p>Another thing stands in the HTML.</p>"[..].into()));
    encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes
}

#[test]
fn what_would_be_lost_is_said_and_kept() {
    let temp = tempfile::tempdir().unwrap();
    let file = path(temp.path(), "two.eml");
    fs::write(&file, with_two_bodies()).unwrap();
    let out = path(temp.path(), "out");
    let (code, said, errors) = run(&[&file, "-o", &out, "--to", "eml"]);
    assert_eq!(code, EXIT_DEFECTS);
    let summary = "1 message: 1 converted, 0 unchanged, 1 with winmail.dat kept, 1 not complete, 1 with defects, 0 failed";
    assert!(said.starts_with(summary), "{said}");
    assert!(errors.contains("conversion-incomplete: winmail.dat stays for a text of part 2 (winmail.dat): "), "{errors}");
    assert!(fs::read_to_string(path(Path::new(&out), "two.eml")).unwrap().contains("eJ8+I"));

    let (code, said, _) = run(&[&file, "-o", &path(temp.path(), "dry"), "--to", "eml", "--dry-run", "--report", "json"]);
    assert_eq!(code, EXIT_DEFECTS);
    let line: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    let loss = &line["losses"][0];
    assert_eq!((loss["code"].as_str(), loss["part"].as_str()), (Some("text"), Some("part 2 (winmail.dat)")));
    assert!(loss["offset"].as_u64().is_some() && loss["length"].as_u64().is_some_and(|length| length > 0));
    assert_eq!(line["kept"][0]["reason"], "conversion-incomplete");
    assert!(line["diagnostics"].as_array().unwrap().iter().any(|one| one["code"] == "conversion-incomplete"));
    assert!(!temp.path().join("dry").exists());

    let (code, _, errors) = run(&[&file, "-o", &path(temp.path(), "fail"), "--to", "eml", "--on-loss", "fail"]);
    assert_eq!(code, EXIT_FAILED);
    assert!(errors.contains("not written, as it would lose a text"), "{errors}");
    assert!(names(&temp.path().join("fail")).is_empty());

    let warned = path(temp.path(), "warn");
    let (code, _, errors) = run(&[&file, "-o", &warned, "--to", "eml", "--on-loss", "warn"]);
    assert_eq!(code, EXIT_DEFECTS);
    assert!(errors.contains("conversion-incomplete: this loses a text"), "{errors}");
    assert!(!fs::read_to_string(path(Path::new(&warned), "two.eml")).unwrap().contains("eJ8+I"));
}

/// What is damaged stays as it was planned: a status, and no defect.
#[test]
fn what_is_damaged_is_said_to_be_where_its_stream_stays_too() {
    let temp = tempfile::tempdir().unwrap();
    let mut stream = fs::read(crate::support::testdata().join("winmail.dat")).unwrap();
    stream.truncate(stream.len() - 3);
    let file = path(temp.path(), "cut.dat");
    fs::write(&file, &stream).unwrap();
    let (code, said, errors) = run(&[&file, "-o", &path(temp.path(), "out"), "--to", "eml", "--report", "json"]);
    assert_eq!(code, EXIT_DEFECTS, "{errors}");
    let line: serde_json::Value = serde_json::from_str(said.lines().next().unwrap()).unwrap();
    assert_eq!(line["kept"][0]["reason"], "damaged");
    assert!(!line["diagnostics"].as_array().unwrap().is_empty());
    assert_eq!(run(&[&file, "-o", "-", "--to", "eml"]).0, EXIT_DEFECTS);
    assert_eq!(crate::support::winmail(["check", &file]).code, EXIT_DEFECTS);
}
