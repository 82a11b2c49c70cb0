//! `winmail convert` over whole archives: folders to any depth, Maildirs, mboxes, tar archives, into each kind of target and back; runs
//! that were stopped; what is in the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use winmail::convert::mime::{EncapsulateOptions, MimeReadOptions, encapsulate, mbox, read};
use winmail_cli::{EXIT_FAILED, EXIT_OK, EXIT_USAGE};

use crate::support::{Run, is_ignored, sha256, winmail};

fn convert(args: &[&str]) -> Run {
    winmail(["convert"].iter().chain(args).copied())
}

/// A mail whose text has what an mbox quotes.
fn mail(number: usize) -> String {
    format!(
        "From: f@x.org\nSubject: Mail {number}\nMessage-ID: <{number}@x.org>\n\nFrom here on\n>From there on\n\nbody {number}\n"
    )
}

/// Mails as an mbox.
fn in_mbox(numbers: &[usize]) -> Vec<u8> {
    let line = b"From a@b.org Tue Nov 14 22:13:20 2023\n".as_slice();
    numbers.iter().flat_map(|number| [line, &mbox::quoted(mail(*number).as_bytes()), b"\n"].concat()).collect()
}

fn carrying(number: usize) -> Vec<u8> {
    let message = read(mail(number).as_bytes(), &MimeReadOptions::default()).unwrap();
    encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes
}

fn write(folder: &Path, name: &str, data: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, data).unwrap();
}

fn set_time(path: &Path, seconds: u64) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

/// Every file under a folder but the journal, by its path.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, all);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                all.insert(name, fs::read(path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(folder, folder, &mut all);
    all.retain(|name, _| !name.ends_with(".winmail-journal.jsonl"));
    all
}

fn names(folder: &Path) -> Vec<String> {
    tree(folder).into_keys().collect()
}

/// A Maildir++ with folders, flags and times.
fn maildir(root: &Path) {
    for (number, name) in [
        (1, "cur/1000.M1.host:2,S"),
        (2, "new/1001.M2.host"),
        (3, ".Sent/cur/1002.M3.host:2,FRS"),
        (4, ".Archive.2025/cur/1003.M4.host:2,Pa"),
    ] {
        write(root, name, mail(number));
        set_time(&root.join(name), 1_700_000_000 + number as u64);
    }
    for folder in ["", ".Sent/", ".Archive.2025/"] {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(root.join(format!("{folder}{part}"))).unwrap();
        }
    }
    write(root, "tmp/1004.M5.host", "half a ma");
    write(root, "dovecot-uidlist", "3 V1\n");
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn folders_to_any_depth_are_converted_and_listed() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("M"), temp.path().join("out"));
    maildir(&source);
    write(&source, ".Sent/old/deeper/box.mbox", in_mbox(&[5, 6]));
    let run = convert(&[text(&source), "-o", text(&out), "--to", "eml"]);
    assert_eq!(run.code, EXIT_OK, "{}", run.err);
    assert!(run.out.starts_with("6 messages: 0 converted, 6 unchanged"), "{}", run.out);
    assert!(run.err.contains("passed over: 1 unfinished delivery in tmp"), "{}", run.err);
    let expected = [
        "1000.M1.host.eml",
        "1001.M2.host.eml",
        "Archive/2025/1003.M4.host.eml",
        "Sent/1002.M3.host.eml",
        "Sent/old/deeper/box-00001.eml",
        "Sent/old/deeper/box-00002.eml",
    ];
    assert_eq!(names(&out), expected);
    let tree = tree(&out);
    for (name, number) in expected.iter().zip([1, 2, 4, 3, 5, 6]) {
        assert_eq!(String::from_utf8_lossy(&tree[*name]), mail(number), "{name}");
    }
    // Other verbs look into folders too.
    write(&source, ".Sent/cur/1005.M6.host:2,", carrying(7));
    let run = winmail(["list", text(&source)]);
    assert_eq!(run.code, EXIT_OK);
    assert!(run.out.contains("Mail 7") && run.err.contains("unfinished"), "{}{}", run.out, run.err);
}

#[test]
fn a_folder_without_messages_is_no_success() {
    let temp = tempfile::tempdir().unwrap();
    fs::create_dir(temp.path().join("in")).unwrap();
    let run = convert(&[text(&temp.path().join("in")), "-o", text(&temp.path().join("out")), "--to", "eml"]);
    assert_eq!(run.code, EXIT_FAILED);
    assert!(run.err.contains("no message was found"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn links_are_counted_and_not_followed() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("in"), temp.path().join("out"));
    write(&source, "a.eml", mail(1));
    write(temp.path(), "elsewhere.eml", mail(2));
    std::os::unix::fs::symlink(temp.path().join("elsewhere.eml"), source.join("b.eml")).unwrap();
    std::os::unix::fs::symlink(&source, source.join("circle")).unwrap();
    let run = convert(&[text(&source), "-o", text(&out), "--to", "eml"]);
    assert_eq!((run.code, names(&out)), (EXIT_OK, vec!["a.eml".to_owned()]));
    assert!(run.err.contains("passed over: 2 symbolic links"), "{}", run.err);
}

#[test]
fn several_inputs_have_folders_where_they_hold_several_messages() {
    let temp = tempfile::tempdir().unwrap();
    for (folder, number) in [("x", 1), ("y", 2)] {
        write(temp.path(), &format!("{folder}/m.eml"), mail(number));
    }
    write(temp.path(), "z.mbox", in_mbox(&[3, 4]));
    write(temp.path(), "s.eml", mail(5));
    let inputs = ["x", "y", "z.mbox", "s.eml"].map(|name| temp.path().join(name));
    let out = temp.path().join("out");
    let mut args: Vec<&str> = inputs.iter().map(|path| text(path)).collect();
    args.extend(["-o", text(&out), "--to", "eml"]);
    assert_eq!(convert(&args).code, EXIT_OK);
    assert_eq!(names(&out), ["s.eml", "x/m.eml", "y/m.eml", "z/z-00001.eml", "z/z-00002.eml"]);
}

#[test]
fn one_message_into_the_file_that_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("s.eml"), temp.path().join("made.txt"));
    write(temp.path(), "s.eml", carrying(1));
    let args = [text(&source), "-o", text(&out), "--to", "text"];
    assert_eq!(convert(&args).code, EXIT_OK);
    assert!(fs::read_to_string(&out).unwrap().contains("body 1"));
    let again = convert(&args);
    assert!(again.code == EXIT_OK && again.out.contains("1 there already"), "{}", again.out);
    fs::write(&out, "mine").unwrap();
    let refused = convert(&args);
    assert!(refused.code == EXIT_FAILED && refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    assert_eq!(convert(&[&args[..], &["--force"]].concat()).code, EXIT_OK);
    assert!(fs::read_to_string(&out).unwrap().contains("body 1"));
    assert_eq!(names(temp.path()), ["made.txt", "s.eml"]);
    // Several are a folder, whatever it is called.
    write(temp.path(), "in/a.eml", mail(1));
    write(temp.path(), "in/b.eml", mail(2));
    let out = temp.path().join("all.txt");
    assert_eq!(convert(&[text(&temp.path().join("in")), "-o", text(&out), "--to", "text"]).code, EXIT_OK);
    assert_eq!(names(&out), ["a.txt", "b.txt"]);
}

#[test]
fn standard_output_takes_one_message_and_nothing_of_several() {
    let temp = tempfile::tempdir().unwrap();
    for number in 1..3 {
        write(temp.path(), &format!("in/{number}.eml"), mail(number));
    }
    let source = temp.path().join("in");
    for to in ["eml", "tnef", "html", "text", "json", "msg"] {
        let run = convert(&[text(&source), "-o", "-", "--to", to]);
        assert_eq!((run.code, run.out.as_str()), (EXIT_USAGE, ""), "{to}");
    }
    assert_eq!(convert(&[text(&source), "-o", "-", "--to", "maildir"]).code, EXIT_USAGE);
    let run = convert(&[text(&source), "-o", "-", "--to", "mbox"]);
    assert_eq!((run.code, run.out.matches("\nSubject: Mail ").count()), (EXIT_OK, 2));
    let run = convert(&[text(&source), "-o", "-", "--to", "jsonl"]);
    let lines: Vec<serde_json::Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((run.code, lines.len()), (EXIT_OK, 2));
    assert!(lines[1]["source"].as_str().unwrap().ends_with("2.eml") && lines[1]["path"].is_null(), "{}", lines[1]["source"]);
}

#[test]
fn a_line_of_json_is_what_dump_says() {
    let temp = tempfile::tempdir().unwrap();
    let stream = crate::support::testdata().join("winmail.dat");
    let out = temp.path().join("all.jsonl");
    let run = convert(&[text(&stream), "-o", text(&out), "--to", "jsonl"]);
    assert_eq!(run.code, EXIT_OK, "{}", run.err);
    let made = fs::read_to_string(&out).unwrap();
    assert_eq!(made.lines().count(), 1);
    let mut line: serde_json::Value = serde_json::from_str(&made).unwrap();
    let dumped: serde_json::Value = serde_json::from_str(&winmail(["dump", "--json", text(&stream)]).out).unwrap();
    let fields = line.as_object_mut().unwrap();
    assert_eq!((fields.remove("source").unwrap().as_str(), fields.remove("path").unwrap().as_str()), (stream.to_str(), None));
    assert_eq!(line, dumped[0]);
}

#[test]
fn a_maildir_to_an_mbox_and_back_loses_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let [source, mbox, back, copy] = ["M", "all.mbox", "back", "copy"].map(|name| temp.path().join(name));
    maildir(&source);
    assert_eq!(convert(&[text(&source), "-o", text(&mbox), "--to", "mbox"]).code, EXIT_OK);
    let made = fs::read_to_string(&mbox).unwrap();
    assert!(made.contains("From f@x.org Tue Nov 14 22:13:21 2023\nStatus: RO\nFrom: f@x.org\n"), "{made}");
    assert!(made.contains("\n\n>From here on\n>>From there on\n\nbody 3\n\n"), "{made}");
    assert!(made.contains("Status: RO\nX-Status: AF\n") && made.contains("Status: O\nX-Winmail-Flags: Pa\n"), "{made}");
    assert_eq!(convert(&[text(&mbox), "-o", text(&back), "--to", "maildir"]).code, EXIT_OK);
    let state = |folder: &Path| -> BTreeMap<String, (String, u64, String)> {
        let mut all = BTreeMap::new();
        for (name, bytes) in tree(folder) {
            let Some((place, file)) = name.rsplit_once('/').filter(|(place, _)| place.ends_with("cur") || place.ends_with("new"))
            else {
                continue;
            };
            let flags = file.rsplit_once(":2,").map_or(String::new(), |(_, flags)| flags.to_owned());
            let time = fs::metadata(folder.join(&name)).unwrap().modified().unwrap();
            let time = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
            let part = place.rsplit('/').next().unwrap();
            all.insert(sha256(&bytes), (format!("{part} {flags}"), time, place.to_owned()));
        }
        all
    };
    let (first, second) = (state(&source), state(&back));
    assert_eq!(first.len(), 4);
    let without_place = |all: &BTreeMap<String, (String, u64, String)>| -> Vec<_> {
        all.iter().map(|(k, v)| (k.clone(), v.0.clone(), v.1)).collect()
    };
    assert_eq!(without_place(&first), without_place(&second));
    // Maildir to Maildir: folders and names too.
    assert_eq!(convert(&[text(&source), "-o", text(&copy), "--to", "maildir"]).code, EXIT_OK);
    assert_eq!(state(&copy), first);
    let mails = |folder: &Path| {
        names(folder).into_iter().filter(|name| name.contains(".host") && !name.starts_with("tmp")).collect::<Vec<_>>()
    };
    assert_eq!(mails(&copy), mails(&source));
    for part in ["cur", "new", "tmp", ".Sent/tmp", ".Archive.2025/maildirfolder"] {
        assert!(copy.join(part).exists(), "{part}");
    }
}

#[test]
fn mailboxes_of_streams_have_mails() {
    let temp = tempfile::tempdir().unwrap();
    let (out, mbox) = (temp.path().join("M"), temp.path().join("m.mbox"));
    // Lines end in LF there, but for bytes outside of texts.
    for (encoding, crs) in [("8bit", false), ("binary", true)] {
        let mail = format!("Subject: x\r\nContent-Transfer-Encoding: {encoding}\r\n\r\nx\r\n");
        write(temp.path(), "crlf.eml", mail);
        let run = convert(&[text(&temp.path().join("crlf.eml")), "-o", "-", "--to", "mbox"]);
        assert!(run.out.starts_with("From ") && run.out.contains('\r') == crs, "{}", run.out);
    }
    let stream = crate::support::testdata().join("winmail.dat");
    assert_eq!(convert(&[text(&stream), "-o", text(&out), "--to", "maildir"]).code, EXIT_OK);
    let made = tree(&out);
    let (name, mail) = made.iter().next().unwrap();
    assert!(name.starts_with("new/") && !mail.contains(&b'\r') && mail.starts_with(b"From: "), "{name}");
    assert_eq!(convert(&[text(&stream), "-o", text(&mbox), "--to", "mbox"]).code, EXIT_OK);
    let made = fs::read(&mbox).unwrap();
    assert!(made.starts_with(b"From ") && made.ends_with(b"\n\n") && !made.contains(&b'\r'));
}

#[test]
fn a_journal_knows_mails_by_their_bytes_and_not_by_names() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("x.mbox"), temp.path().join("out"));
    let args = [text(&source), "-o", text(&out), "--to", "eml"];
    fs::write(&source, in_mbox(&[1, 2])).unwrap();
    assert_eq!(convert(&args).code, EXIT_OK);
    fs::write(&source, in_mbox(&[2, 3])).unwrap();
    let run = convert(&args);
    assert!(run.out.starts_with("2 messages: 0 converted, 1 unchanged, 1 there already"), "{}", run.out);
    let found: Vec<String> = tree(&out).into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    for number in 1..4 {
        assert_eq!(found.iter().filter(|found| **found == mail(number)).count(), 1, "{number}");
    }
    // The same name in another folder is another mail.
    for (folder, number) in [("a", 4), ("b", 5)] {
        write(temp.path(), &format!("{folder}/m.eml"), mail(number));
        let input = temp.path().join(folder).join("m.eml");
        assert_eq!(convert(&[text(&input), "-o", text(&out), "--to", "eml"]).code, EXIT_OK);
    }
    let found = tree(&out);
    assert!(found["m.eml"] == mail(4).as_bytes() && found["m (2).eml"] == mail(5).as_bytes());
    // A mail that is there twice has two results, in each run.
    fs::write(&source, in_mbox(&[6, 6])).unwrap();
    assert_eq!(convert(&args).code, EXIT_OK);
    assert!(convert(&args).out.contains("2 there already"));
    assert_eq!(tree(&out).values().filter(|bytes| **bytes == mail(6).as_bytes()).count(), 2);
    // Other options, other results, in the same place.
    let before = tree(&out).len();
    let run = convert(&[&args[..], &["--leave-signed"]].concat());
    assert!(run.out.contains("2 unchanged") && tree(&out).len() == before, "{}", run.out);
}

/// A result without a line, as a run that is killed in between leaves it.
#[test]
fn what_a_killed_run_has_written_is_found_again() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("in"), temp.path().join("out"));
    for number in 1..6 {
        write(&source, &format!("{number}.eml"), mail(number));
    }
    for to in ["eml", "maildir"] {
        let args = [text(&source), "-o", text(&out), "--to", to];
        assert_eq!(convert(&args).code, EXIT_OK);
        let journal = out.join(".winmail-journal.jsonl");
        let lines = fs::read_to_string(&journal).unwrap();
        assert_eq!(lines.lines().count(), 5);
        // Two lines and a half.
        let end = lines.match_indices('\n').nth(1).unwrap().0 + 40;
        fs::write(&journal, &lines[..end]).unwrap();
        if to == "eml" {
            write(&out, ".winmail-abcdef.tmp", "half");
        }
        let run = convert(&args);
        assert!(run.code == EXIT_OK && run.out.contains("5 there already"), "{to}: {}", run.out);
        assert_eq!(tree(&out).len(), 5, "{to}");
        assert_eq!(fs::read_to_string(&journal).unwrap().lines().count(), 5);
        fs::remove_dir_all(&out).unwrap();
    }
}

#[test]
fn an_mbox_that_was_not_finished_is_gone_on_with() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("in"), temp.path().join("all.mbox"));
    for number in 1..6 {
        write(&source, &format!("{number}.eml"), mail(number));
    }
    let args = [text(&source), "-o", text(&out), "--to", "mbox"];
    assert_eq!(convert(&args).code, EXIT_OK);
    let (whole, journal) = (fs::read(&out).unwrap(), temp.path().join(".all.mbox.winmail-journal.jsonl"));
    let lines = fs::read_to_string(&journal).unwrap();
    // Killed while the fourth was written: three lines, and some of what they do not know of.
    fs::write(&journal, lines.split_inclusive('\n').take(3).collect::<String>()).unwrap();
    fs::rename(&out, temp.path().join("all.mbox.part")).unwrap();
    fs::write(temp.path().join("all.mbox.part"), &whole[..whole.len() - 50]).unwrap();
    let run = convert(&args);
    assert!(run.code == EXIT_OK && run.out.contains("2 unchanged, 3 there already"), "{}{}", run.out, run.err);
    assert!(fs::read(&out).unwrap() == whole);
    // Again: nothing to do. One more: behind the others.
    assert!(convert(&args).out.contains("5 there already"));
    write(&source, "6.eml", mail(6));
    assert!(convert(&args).out.contains("1 unchanged, 5 there already"));
    let made = fs::read(&out).unwrap();
    assert!(made.starts_with(&whole) && made.len() > whole.len());
    assert_eq!(names(temp.path()).iter().filter(|name| !name.starts_with("in/")).count(), 1);
    // What somebody has changed is not written to.
    fs::write(&out, [&made[..], b"From me Mon Jan  1 00:00:00 2024\n\n"].concat()).unwrap();
    let run = convert(&args);
    assert!(run.code == EXIT_FAILED && run.err.contains("--force"), "{}", run.err);
    fs::write(temp.path().join("other.mbox"), "mine").unwrap();
    let run = convert(&[text(&source), "-o", text(&temp.path().join("other.mbox")), "--to", "mbox"]);
    assert!(run.code == EXIT_FAILED && fs::read(temp.path().join("other.mbox")).unwrap() == b"mine");
}

#[test]
fn flags_that_changed_meanwhile_make_no_second_mail() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("M"), temp.path().join("out"));
    maildir(&source);
    let args = [text(&source), "-o", text(&out), "--to", "maildir"];
    assert_eq!(convert(&args).code, EXIT_OK);
    // Somebody reads the results, and the originals.
    fs::rename(out.join("new/1001.M2.host"), out.join("cur/1001.M2.host:2,S")).unwrap();
    fs::rename(source.join("cur/1000.M1.host:2,S"), source.join("cur/1000.M1.host:2,RS")).unwrap();
    let run = convert(&args);
    assert!(run.out.contains("4 there already"), "{}", run.out);
    assert_eq!(names(&out).iter().filter(|name| name.contains(".host")).count(), 4);
}

#[test]
fn what_a_tar_archive_holds_is_converted() {
    let temp = tempfile::tempdir().unwrap();
    let (source, archive, out) = (temp.path().join("M"), temp.path().join("M.tar"), temp.path().join("out"));
    maildir(&source);
    let mut builder = tar::Builder::new(fs::File::create(&archive).unwrap());
    builder.append_dir_all("Maildir", &source).unwrap();
    builder.append_path_with_name(crate::support::testdata().join("winmail.dat"), "loose/s.dat").unwrap();
    builder.into_inner().unwrap();
    fs::remove_file(temp.path().join("M/dovecot-uidlist")).unwrap();
    let run = convert(&[text(&archive), "-o", text(&out), "--to", "maildir"]);
    // The list of the server is no mail.
    assert_eq!(run.code, EXIT_FAILED, "{}", run.err);
    assert!(
        run.out.starts_with("6 messages: 1 converted, 4 unchanged") && run.err.contains("dovecot-uidlist"),
        "{}{}",
        run.out,
        run.err
    );
    let found = names(&out);
    assert!(found.contains(&".Maildir.Sent/cur/1002.M3.host:2,FRS".to_owned()), "{found:?}");
    assert_eq!(found.iter().filter(|name| name.contains("/cur/") || name.contains("/new/")).count(), 5, "{found:?}");
    let time = fs::metadata(out.join(".Maildir.Sent/cur/1002.M3.host:2,FRS")).unwrap().modified().unwrap();
    assert_eq!(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs(), 1_700_000_003);
}

#[test]
fn two_runs_at_once_refuse_each_other() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("s.eml"), temp.path().join("out"));
    write(temp.path(), "s.eml", mail(1));
    fs::create_dir(&out).unwrap();
    let journal = fs::File::create(out.join(".winmail-journal.jsonl")).unwrap();
    #[cfg(unix)]
    {
        rustix::fs::flock(&journal, rustix::fs::FlockOperation::LockExclusive).unwrap();
        let run = convert(&[text(&source), "-o", text(&out), "--to", "eml"]);
        assert!(run.code == EXIT_FAILED && run.err.contains("another run is writing there"), "{}", run.err);
        assert_eq!(names(&out).len(), 0);
    }
    drop(journal);
    assert_eq!(convert(&[text(&source), "-o", text(&out), "--to", "eml"]).code, EXIT_OK);
}

#[test]
fn items_are_taken_and_other_messages_left_out() {
    let temp = tempfile::tempdir().unwrap();
    let (source, out) = (temp.path().join("in"), temp.path().join("out"));
    write(&source, "mail.eml", mail(1));
    fs::copy(crate::support::testdata().join("appointment.dat"), source.join("a.dat")).unwrap();
    let run = convert(&[text(&source), "-o", text(&out), "--to", "ics"]);
    assert_eq!(run.code, EXIT_OK, "{}{}", run.out, run.err);
    assert!(run.out.starts_with("2 messages: 1 converted, 0 unchanged, 1 left out"), "{}", run.out);
    assert_eq!(names(&out), ["a.ics"]);
    let run = convert(&[text(&source.join("mail.eml")), "-o", text(&temp.path().join("none")), "--to", "vcf"]);
    assert!(run.code == EXIT_FAILED && run.err.contains("no message is an item of this format"), "{}", run.err);
    // Several behind one another.
    fs::copy(source.join("a.dat"), source.join("b.dat")).unwrap();
    let run = convert(&[text(&source), "-o", "-", "--to", "ics"]);
    assert_eq!((run.code, run.out.matches("BEGIN:VCALENDAR").count()), (EXIT_OK, 2));
}

#[test]
fn notes_come_after_the_summary_or_at_once() {
    let temp = tempfile::tempdir().unwrap();
    let source = temp.path().join("in");
    for number in 0..25 {
        write(&source, &format!("{number:02}.eml"), "Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!\n");
    }
    let run = convert(&[text(&source), "-o", text(&temp.path().join("one")), "--to", "text"]);
    assert!(run.out.contains("25 with defects, 0 failed"), "{}", run.out);
    assert_eq!(run.err.lines().count(), 21, "{}", run.err);
    assert!(run.err.ends_with("winmail: and 5 more lines of this kind; --notes shows all of them\n"), "{}", run.err);
    let run = convert(&[text(&source), "-o", text(&temp.path().join("two")), "--to", "text", "--notes"]);
    assert_eq!(run.err.lines().count(), 25, "{}", run.err);
}

/// A limit on the length of files stands in for a full disk. What did not get in any more is no failure of its own: the next run takes it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_an_mbox_with_whole_mails_and_one_word() {
    let temp = tempfile::tempdir().unwrap();
    let filler = "words and more words\n".repeat(50);
    for number in 0..200 {
        write(temp.path(), &format!("in/{number:03}.eml"), mail(number) + &filler);
    }
    for to in ["mbox", "jsonl"] {
        // 64 blocks are 32 KiB, or 64 KiB where a block is 1,024 bytes.
        let script =
            format!("trap '' XFSZ; ulimit -f 64; exec {} convert in -o all.{to} --to {to}", env!("CARGO_BIN_EXE_winmail"));
        let run = std::process::Command::new("sh").args(["-c", &script]).current_dir(temp.path()).output().unwrap();
        let (out, err) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
        assert_eq!(run.status.code(), Some(1), "{to}: {out}{err}");
        assert!(out.contains("1 failed") && err.lines().count() == 2 && err.contains("too large"), "{to}: {out}{err}");
        let part = fs::read_to_string(temp.path().join(format!("all.{to}.part"))).unwrap();
        assert!(part.ends_with('\n') && part.len() > 16 << 10, "{to}: {}", part.len());
        let run = convert(&[text(&temp.path().join("in")), "-o", text(&temp.path().join(format!("all.{to}"))), "--to", to]);
        assert_eq!(run.code, EXIT_OK, "{}", run.err);
        let whole = fs::read_to_string(temp.path().join(format!("all.{to}"))).unwrap();
        let marks = if to == "mbox" { whole.matches("\nSubject: ").count() } else { whole.lines().count() };
        assert!(whole.starts_with(&part) && marks == 200, "{to}: {marks}");
    }
}

/// Signals end a run between two messages. It is held up by an input that waits for somebody to write it.
#[cfg(target_os = "linux")]
#[test]
fn signals_leave_whole_results_and_the_next_run_goes_on() {
    use std::process::{Command, Stdio};

    use rustix::process::{Pid, Signal, kill_process};

    for (signal, name, code) in [(Signal::INT, "SIGINT", 130), (Signal::TERM, "SIGTERM", 143), (Signal::HUP, "SIGHUP", 129)] {
        if is_ignored(&name[3..]) {
            continue;
        }
        let temp = tempfile::tempdir().unwrap();
        let out = temp.path().join("out");
        for number in [1, 2, 4] {
            write(temp.path(), &format!("{number}.eml"), mail(number));
        }
        let waiting = temp.path().join("3.eml");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(rustix::fs::CWD, &waiting, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        let inputs: Vec<_> = (1..5).map(|number| temp.path().join(format!("{number}.eml"))).collect();
        let child = Command::new(env!("CARGO_BIN_EXE_winmail"))
            .arg("convert")
            .args(&inputs)
            .args(["--to", "eml", "--jobs", "1", "-o"])
            .arg(&out)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Opening waits until the program reads there.
        let mut input = fs::File::options().write(true).open(&waiting).unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        // Until it has taken the signal.
        let status = || fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let is_pending = |status: &str| {
            let mask = status.lines().find_map(|line| line.strip_prefix("ShdPnd:")).unwrap();
            u64::from_str_radix(mask.trim(), 16).unwrap() != 0
        };
        while is_pending(&status()) {
            std::thread::yield_now();
        }
        std::io::Write::write_all(&mut input, mail(3).as_bytes()).unwrap();
        drop(input);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(code), "{said}");
        assert!(said.contains(&format!("stopped by {name}: ")) && said.contains(" of 4 messages are done"), "{said}");
        let found = names(&out);
        assert!(found.iter().all(|name| name.ends_with(".eml")) && (2..4).contains(&found.len()), "{found:?}");
        fs::remove_file(&waiting).unwrap();
        write(temp.path(), "3.eml", mail(3));
        let mut args: Vec<&str> = inputs.iter().map(|path| text(path)).collect();
        args.extend(["--to", "eml", "-o", text(&out)]);
        let run = convert(&args);
        assert!(run.code == EXIT_OK && run.out.contains(&format!("{} there already", found.len())), "{}{}", run.out, run.err);
        assert_eq!(names(&out).len(), 4);
    }
}

/// A pipe is read once, from its first byte on.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_an_input() {
    let temp = tempfile::tempdir().unwrap();
    let (pipe, out) = (temp.path().join("pipe"), temp.path().join("out"));
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, in_mbox(&[1, 2])).unwrap()
    });
    let run = convert(&[text(&pipe), "-o", text(&out), "--to", "eml"]);
    writer.join().unwrap();
    assert_eq!((run.code, names(&out)), (EXIT_OK, vec!["pipe-00001.eml".to_owned(), "pipe-00002.eml".to_owned()]), "{}", run.err);
}
