//! What SECURITY.md promises of the program, sentence by sentence.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use winmail::base::Escaped;
use winmail::mapi::{PropValue, Utf16, tags};
use winmail::{Attachment, Message, WriteOptions};
use winmail_cli::Streams;

use crate::support::{Run, is_ignored, testdata, winmail};

/// A title, a cleared screen, a bell, CSI as one character, and what turns the writing direction.
const TRICKS: &str = "a\u{1b}]0;title\u{7}\u{1b}[2Jb\u{9b}31mc\u{7f}\u{202e}fdp.exe\u{2066}\u{feff}";

/// A message that has such characters everywhere.
fn tricks() -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    let html = format!("<html><body><p>{TRICKS}</p></body></html>");
    for tag in [tags::SUBJECT, tags::SENDER_NAME, tags::BODY] {
        message.properties.set(tag, TRICKS);
    }
    message.properties.set(tags::HTML, PropValue::Binary(html.into_bytes().into()));
    message.attachments.push(Attachment::from_bytes(TRICKS, TRICKS.as_bytes()));
    message
}

fn file(folder: &Path, name: &str, message: &Message<'_>) -> String {
    let path = folder.join(name);
    fs::write(&path, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// What a terminal would get.
fn on_terminal(args: &[&str], stdin: &[u8]) -> Run {
    let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), stdin);
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: true };
    let code = winmail_cli::run(std::iter::once("winmail").chain(args.iter().copied()).map(Into::into), &mut streams);
    Run { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// The first character that a terminal obeys; line ends, tabs and our own colours are wanted.
fn obeyed(text: &str) -> Option<char> {
    let mut text = text.to_owned();
    for code in ["1", "2", "31", "33", "36", "0"] {
        text = text.replace(&format!("\u{1b}[{code}m"), "");
    }
    text.chars().find(|&c| Escaped::is_needed(c) && !matches!(c, '\n' | '\t'))
}

#[test]
fn what_a_message_says_cannot_play_tricks_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.dat", &tricks());
    let mail = winmail(["convert", &path, "--to", "eml", "-o", "-"]).out;
    let rtf = "{\\rtf1\\ansi a\u{1b}[2J\\'9b}".as_bytes();
    let verbs: [&[&str]; 14] = [
        &["body", &path],
        &["body", "--text", &path],
        &["body", "--html", &path],
        &["body", "--rtf", &path],
        &["body", "--native", &path],
        &["list", &path],
        &["check", "-v", &path],
        &["dump", "--full", &path],
        &["dump", "--json", &path],
        &["convert", &path, "--to", "eml", "-o", "-"],
        &["convert", &path, "--to", "text", "-o", "-"],
        &["edit", &path, "-o", "-", "--set", "PidTagSubject=x"],
        &["redact", &path, "-o", "-"],
        &["filter"],
    ];
    for verb in verbs {
        let run = on_terminal(verb, mail.as_bytes());
        assert!(!run.out.is_empty() || verb.contains(&"--rtf"), "{verb:?}: {}", run.err);
        assert_eq!((obeyed(&run.out), obeyed(&run.err)), (None, None), "{verb:?}: {:?}", run.out);
    }
    for verb in ["to-text", "to-html"] {
        let run = on_terminal(&["rtf", verb], rtf);
        assert_eq!(obeyed(&run.out), None, "{verb}: {:?}", run.out);
    }
    // A pipe gets what is there, as it is.
    assert_eq!(winmail(["body", "--text", &path]).out, format!("{TRICKS}\n"));
}

#[test]
fn a_body_on_a_terminal_is_text_and_messages_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut message = Message::new("IPM.Note");
    let html = b"<html><style>p {color:red}</style><p>Hello, <b>you</b></p></html>".to_vec();
    message.properties.set(tags::HTML, PropValue::Binary(html.into()));
    let path = file(folder.path(), "a.dat", &message);
    let run = on_terminal(&["body", &path], b"");
    assert!(run.out.contains("Hello, you") && !run.out.contains('<'), "{}", run.out);
    assert!(on_terminal(&["body", "--html", &path], b"").out.contains("<b>you</b>"));
    assert!(winmail(["body", &path]).out.contains("<b>you</b>"));
    let two = winmail(["body", "--text", &path, &path]).out;
    assert_eq!(two.matches(&format!("==> {path} <==\n")).count(), 2, "{two}");
    assert!(winmail(["body", "--html", &path, &path]).out.contains(&format!("<!-- {path} -->\n")));
}

#[test]
fn json_has_escapes_for_what_a_terminal_obeys() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "a.dat", &tricks());
    let other = file(folder.path(), "b.dat", &Message::new("IPM.Note"));
    let out = folder.path().join("out").into_os_string().into_string().unwrap();
    let verbs: [&[&str]; 5] = [
        &["list", "--json", &path],
        &["dump", "--json", &path],
        &["diff", "--json", &path, &other],
        &["convert", &path, "--to", "json", "-o", "-"],
        &["convert", &path, "--to", "eml", "-o", &out, "--report", "json"],
    ];
    for verb in verbs {
        let run = winmail(verb.iter().copied());
        assert_eq!(obeyed(&run.out), None, "{verb:?}");
        for line in if verb.contains(&"--report") { run.out.lines().collect() } else { vec![run.out.as_str()] } {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(value.to_string().contains('\u{202e}') || verb.contains(&"--report"), "{verb:?}");
        }
    }
}

#[cfg(unix)]
fn shell(script: &str, file: &Path) -> Option<i32> {
    let program = env!("CARGO_BIN_EXE_winmail");
    let script = script.replace("winmail", program);
    Command::new("sh").args(["-c", &script, "sh"]).arg(file).output().unwrap().status.code()
}

#[test]
#[cfg(target_os = "linux")]
fn a_closed_standard_output_is_an_error_where_it_is_to_have_the_result() {
    let sample = testdata().join("all-bodies.dat");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    for verb in [
        "list \"$1\"",
        "check -v \"$1\"",
        "body \"$1\"",
        "dump \"$1\"",
        "dump --json \"$1\"",
        "props subject",
        "edit \"$1\" -o -",
        "redact \"$1\" -o -",
        "pack --subject x -o -",
        "convert \"$1\" --to eml -o -",
        &format!("extract \"$1\" -f -o {out}"),
        "completions bash",
        "man",
        "--help",
    ] {
        let code = if verb.ends_with("-o -") { 1 } else { 0 };
        assert_eq!(shell(&format!("winmail {verb} >&-"), &sample), Some(code), "{verb}");
        assert_eq!(shell(&format!("winmail {verb} 1<>/dev/null"), &sample), Some(code), "{verb}");
        if !verb.contains("extract") {
            assert_eq!(shell(&format!("winmail {verb} >/dev/null"), &sample), Some(0), "{verb}");
            assert_eq!(shell(&format!("winmail {verb} >/dev/full"), &sample), Some(1), "{verb}");
        }
    }
    let mail = folder.path().join("mail");
    fs::write(&mail, "Subject: x\n\nbody\n").unwrap();
    assert_eq!(shell("winmail filter <\"$1\" >&-", &mail), Some(75));
    assert_eq!(shell("winmail filter <\"$1\" >&- 2>&-", &mail), Some(75));
    assert_eq!(shell("winmail filter <\"$1\" >/dev/null", &mail), Some(0));
}

/// The program is ended while it has a large attachment in its hands.
#[test]
#[cfg(target_os = "linux")]
fn a_run_that_is_killed_leaves_nothing() {
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_bytes("a.bin", vec![7; 24 << 20]));
    let stream = message.to_tnef(&WriteOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for signal in ["INT", "TERM", "HUP", "KILL"].into_iter().filter(|signal| !is_ignored(signal)) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_winmail"))
            .args(["extract", "-", "-o"])
            .arg(&out)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // More than a pipe holds, so that the program has read most of it.
        stdin.write_all(&stream[..20 << 20]).unwrap();
        let id = child.id().to_string();
        assert!(Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status().unwrap().success());
        assert!(!child.wait().unwrap().success(), "{signal}");
        let left: Vec<PathBuf> =
            fs::read_dir(&out).map(|all| all.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
        assert_eq!(left, Vec::<PathBuf>::new(), "{signal}");
    }
}

/// A limit on the length of files stands in for a full disk: writing fails in the middle of it.
#[test]
#[cfg(target_os = "linux")]
fn a_write_that_fails_leaves_nothing() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "text");
    // What does not compress (xorshift).
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let noise = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    message.attachments.push(Attachment::from_bytes("a.bin", noise.take(50_000).flatten().collect::<Vec<_>>()));
    let input = tempfile::tempdir().unwrap();
    let path = file(input.path(), "in.dat", &message);
    let mail = winmail(["convert", &path, "--to", "eml", "-o", "-"]).out;
    fs::write(input.path().join("in.eml"), mail).unwrap();
    let program = env!("CARGO_BIN_EXE_winmail");
    for (verb, force) in [
        ("extract in.dat -o out", "-f"),
        ("extract in.dat --zip out/all.zip", "-f"),
        ("convert in.dat --to eml -o out/in.eml", "-f"),
        ("convert in.dat --to msg -o out/in.msg", "-f"),
        ("convert in.eml --to tnef -o out/in.eml", "-f"),
        ("edit in.dat -o out/b.dat --set PidTagSubject=x", "-f"),
        ("redact in.dat -o out/b.dat", "-f"),
        ("pack --subject x --attach in.dat -o out/b.dat", "-f"),
    ] {
        for forced in [false, true] {
            let out = input.path().join("out");
            let _ = fs::remove_dir_all(&out);
            fs::create_dir(&out).unwrap();
            let old = ["a.bin", "all.zip", "in.eml", "in.msg", "b.dat"];
            if forced {
                old.iter().for_each(|name| fs::write(out.join(name), "old").unwrap());
            }
            let force = if forced { force } else { "" };
            // 64 blocks are 32 KiB, or 64 KiB where a block is 1,024 bytes.
            let script = format!("trap '' XFSZ; ulimit -f 64; exec {program} {verb} {force}");
            let run = Command::new("sh").args(["-c", &script]).current_dir(input.path()).output().unwrap();
            let said = String::from_utf8_lossy(&run.stderr);
            assert_eq!(run.status.code(), Some(1), "{verb} {force}: {said}");
            assert!(said.contains("too large") && !said.contains("os error") && !said.contains(".winmail-"), "{verb}: {said}");
            // What is small was written, and an old file that could not be replaced is as it was.
            for entry in fs::read_dir(&out).unwrap() {
                let entry = entry.unwrap();
                let name = entry.file_name().into_string().unwrap();
                let bytes = fs::read(entry.path()).unwrap();
                let is_right = match name.as_str() {
                    "body.txt" => bytes == b"text",
                    _ => forced && bytes == b"old",
                };
                assert!(is_right, "{verb} {force} left {name} of {} bytes", bytes.len());
            }
        }
    }
}

/// Somebody swaps the folder of a forwarded message for a link to another one, all the time.
#[test]
#[cfg(unix)]
fn a_racing_rename_leads_no_file_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};

    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "sub");
    inner.attachments.extend((0..300).map(|n| Attachment::from_bytes(&format!("{n}.txt"), b"x".as_slice())));
    let mut message = Message::new("IPM.Note");
    message.attachments.push(Attachment::from_message(inner));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let stream = file(folder.path(), "a.dat", &message);
    fs::create_dir(path("victim")).unwrap();
    for _ in 0..4 {
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let racer = scope.spawn(|| {
                let mut turns = 0;
                while !done.load(Ordering::Relaxed) {
                    if fs::rename(path("out/sub"), path("kept")).is_ok() {
                        turns += 1;
                        let _ = symlink(path("victim"), path("out/sub"));
                        std::thread::yield_now();
                        let _ = fs::remove_file(path("out/sub"));
                        let _ = fs::rename(path("kept"), path("out/sub"));
                    }
                }
                turns
            });
            winmail(["extract", &stream, "-q", "-o", path("out").to_str().unwrap()]);
            done.store(true, Ordering::Relaxed);
            assert!(racer.join().unwrap() > 0, "nothing was swapped");
        });
        assert_eq!(fs::read_dir(path("victim")).unwrap().count(), 0);
        for name in ["out", "kept"] {
            let _ = fs::remove_dir_all(path(name));
        }
    }
}

#[test]
#[cfg(unix)]
fn a_replaced_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let sample = testdata().join("nested.dat");
    let sample = sample.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.dat");
    let target = path.to_str().unwrap();
    let verbs: [&[&str]; 4] = [
        &["edit", sample, "-f", "-o", target, "--set", "PidTagSubject=x"],
        &["redact", sample, "-f", "-o", target],
        &["pack", "--subject", "x", "-f", "-o", target],
        &["recall", "request", sample, "-f", "-o", target],
    ];
    for verb in verbs {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let run = winmail(verb.iter().copied());
        if verb[0] != "recall" {
            assert_eq!(run.code, 0, "{verb:?}: {}", run.err);
        }
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{verb:?}");
    }
    let out = folder.path().join("out");
    let extract = || winmail(["extract", sample, "-f", "-o", out.to_str().unwrap()]);
    assert_eq!(extract().code, 0);
    let all = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    for path in all(&out) {
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    }
    assert_eq!(extract().code, 0);
    for path in all(&out) {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "{}", path.display());
    }
}

#[test]
#[cfg(unix)]
fn a_replaced_file_keeps_its_owner() {
    use std::os::unix::fs::{MetadataExt, chown};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.dat");
    fs::write(&path, "old").unwrap();
    if chown(&path, Some(12_345), Some(12_346)).is_err() {
        println!("skipped: only root can give files away");
        return;
    }
    let sample = testdata().join("nested.dat");
    let run = winmail([
        "edit".as_ref(),
        sample.as_os_str(),
        "-f".as_ref(),
        "-o".as_ref(),
        path.as_os_str(),
        "--set".as_ref(),
        "PidTagSubject=x".as_ref(),
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    let is = fs::metadata(&path).unwrap();
    assert_eq!((is.uid(), is.gid()), (12_345, 12_346));
}

#[test]
#[cfg(all(unix, not(target_os = "macos")))]
fn open_shows_a_new_folder_with_what_is_inside() {
    use std::os::unix::fs::PermissionsExt;
    let temp = tempfile::tempdir().unwrap();
    let (bin, said) = (temp.path().join("bin"), temp.path().join("said"));
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("xdg-open"), format!("#!/bin/sh\necho \"$1\" > '{0}.new' && mv '{0}.new' '{0}'\n", said.display()))
        .unwrap();
    fs::set_permissions(bin.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap()))).unwrap();
    let open = |display: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_winmail"));
        command.arg("open").arg(testdata().join("winmail.dat")).arg("--folder").arg(temp.path().join("opened"));
        command.env("PATH", &path).env("DISPLAY", display).env_remove("WAYLAND_DISPLAY").output().unwrap()
    };
    // Without a screen nothing is started, and it is said where the files are.
    let blind = open("");
    assert!(blind.status.success() && String::from_utf8_lossy(&blind.stderr).contains("open it yourself"), "{blind:?}");
    assert!(!said.exists());
    assert!(open(":0").status.success());
    // The program that shows is not waited for.
    for _ in 0..1_000 {
        if said.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let shown = fs::read_to_string(&said).unwrap();
    let shown = std::path::Path::new(shown.trim_end());
    assert!(shown.join("logo.png").exists() && shown.join("body.html").exists(), "{}", shown.display());
    // Each run makes a folder of its own, which nobody else can look into.
    assert_eq!(fs::read_dir(temp.path().join("opened")).unwrap().count(), 2);
    assert_eq!(fs::metadata(shown).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_no_file_is_written_into_and_links_are_followed() {
    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;
    let sample = testdata().join("all-bodies.dat");
    let sample = sample.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let edit = |to: &Path| winmail(["edit", sample, "-f", "-o", to.to_str().unwrap()]);
    assert!(Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
    let pipe = path("pipe");
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        fs::File::open(pipe).unwrap().read_to_end(&mut bytes).map(|_| bytes)
    });
    assert_eq!(edit(&path("pipe")).code, 0);
    assert_eq!(reader.join().unwrap().unwrap(), fs::read(sample).unwrap());
    assert!(fs::symlink_metadata(path("pipe")).unwrap().file_type().is_fifo());
    fs::write(path("real"), "old").unwrap();
    std::os::unix::fs::symlink(path("real"), path("link")).unwrap();
    assert_eq!(edit(&path("link")).code, 0);
    assert!(fs::symlink_metadata(path("link")).unwrap().is_symlink());
    assert_eq!(fs::read(path("real")).unwrap(), fs::read(sample).unwrap());
    // Without -f all of them are in the way.
    for name in ["pipe", "link", "real"] {
        assert_eq!(winmail(["edit", sample, "-o", path(name).to_str().unwrap()]).code, 1);
    }
}

/// Errors say which file they are about, in words.
#[test]
#[cfg(unix)]
fn errors_name_the_file_they_are_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).into_os_string().into_string().unwrap();
    let sample = testdata().join("all-bodies.dat");
    let sample = sample.to_str().unwrap();
    fs::write(path("file"), "x").unwrap();
    fs::create_dir(path("folder")).unwrap();
    let (file, inside, absent, dir) = (path("file"), path("file/a"), path("absent/a"), path("folder"));
    let (table, made) = (path("policy.toml"), path("made.dat"));
    fs::write(&table, "[[remote_domain]]\nName = \"Default\"\nDomainName = \"*\"\n").unwrap();
    let people = ["--from", "a@example.org", "--to", "b@example.net", "--policy", &table];
    let applied = |out| [&["policy", "apply", sample, "-o", out], &people[..]].concat();
    let cases: [(&[&str], &str); 20] = [
        (&applied(&inside), &inside),
        (&applied(&file), &file),
        (&["pack", "--text", &inside, "-o", &made], &inside),
        (&["pack", "--attach", &inside, "-o", &made], &inside),
        (&["extract", sample, "-o", &file], &file),
        (&["extract", sample, "-o", &inside], &inside),
        (&["convert", sample, "--to", "eml", "-o", &file], &file),
        (&["edit", sample, "-o", &absent], &absent),
        (&["edit", sample, "-o", &dir, "-f"], &dir),
        (&["redact", sample, "-o", &inside], &inside),
        (&["pack", "--subject", "x", "-o", &absent], &absent),
        (&["convert", &dir, "--to", "eml", "-o", "-"], &dir),
        (&["convert", sample, "--to", "mbox", "-o", &absent], &absent),
        (&["sample", "text", "-o", &file], &file),
        (&["sample", "text", "-o", &inside], &inside),
        (&["table", sample, "-o", &inside], &inside),
        (&["man", &file], &file),
        (&["rtf", "to-html", &absent], &absent),
        // `-` is no name where several files are made.
        (&["table", sample, "-o", "-"], "- is standard output"),
        (&["extract", sample, "--zip", "-"], "- is standard output"),
    ];
    for (args, named) in cases {
        let run = winmail(args.iter().copied());
        assert_eq!(run.code, 1, "{args:?}");
        assert!(
            run.err.starts_with("winmail: ")
                && run.err.contains(named)
                && !run.err.contains("os error")
                && !run.err.contains(".winmail-")
                && !run.err.contains("winmail: standard output"),
            "{args:?}: {}",
            run.err
        );
    }
    // A disk that is full.
    if Path::new("/dev/full").exists() {
        let run = winmail(["edit", sample, "-o", "/dev/full", "-f"]);
        assert_eq!((run.code, run.err), (1, format!("winmail: {sample}: /dev/full: no space left on device\n")));
    }
}

/// Names that some system takes for a way out, for a device, for another file, or for nothing.
const NAMES: [&str; 104] = [
    "../up",
    "..\\up",
    "../../../../etc/passwd",
    "..\\..\\..\\windows\\win.ini",
    "....//up",
    "a/../../up",
    "a\\..\\..\\up",
    "./here",
    ".\\here",
    "..",
    ".",
    "...",
    "/etc/passwd",
    "//etc/passwd",
    "\\windows",
    "/",
    "\\",
    "//",
    "\\\\",
    "~",
    "~/x",
    "~root/x",
    "$HOME/x",
    "%TEMP%\\x",
    "C:\\x",
    "c:x",
    "C:/x",
    "C:",
    "z:..\\x",
    "\\\\host\\share\\x",
    "//host/share/x",
    "\\\\?\\C:\\x",
    "\\\\.\\PhysicalDrive0",
    "file:///etc/passwd",
    "http://a/b",
    "a:b",
    "a.txt:stream",
    "a.txt::$DATA",
    "::$INDEX_ALLOCATION",
    "CON",
    "con",
    "con.txt",
    "CON .txt",
    "PRN",
    "AUX.tar.gz",
    "NUL",
    "nul.",
    "COM1",
    "com9.log",
    "COM\u{b9}",
    "LPT1",
    "lpt\u{b2}.x",
    "CONIN$",
    "CONOUT$",
    "CLOCK$",
    "a.",
    "a..",
    "a. . .",
    "a ",
    " a",
    "a\t",
    "\ta",
    ".hidden",
    ".bashrc",
    ".ssh/authorized_keys",
    ".winmail-0000000000000000.tmp",
    "-rf",
    "--help",
    "-",
    "a\0b",
    "a\0.txt",
    "\0",
    "a\nb",
    "a\r\nb",
    "\u{1b}[2J",
    "a\u{7}b",
    "a\u{7f}b",
    "a\u{9b}b",
    "a\u{202e}fdp.exe",
    "a\u{2066}b",
    "a\u{200e}",
    "\u{feff}a",
    "a\u{ad}b",
    "a\u{200b}b",
    "a\u{2028}b",
    "\u{fffe}",
    "\u{e9}.txt",
    "e\u{301}.txt",
    "E\u{301}.TXT",
    "\u{c9}.txt",
    "stra\u{df}e",
    "STRASSE",
    "\u{212a}",
    "k",
    "\u{ff0e}\u{ff0e}\u{ff0f}up",
    "a<b>|c?d*e\"f",
    "",
    " ",
    "desktop.ini",
    "autorun.inf",
    "Thumbs.db",
    "a%2f..%2fb",
    "winmail.dat",
    "body.txt",
];

#[test]
#[cfg(unix)]
fn hostile_names_become_files_in_the_folder_and_nothing_else() {
    use std::collections::{BTreeMap, BTreeSet};

    let names: Vec<String> = NAMES
        .iter()
        .map(|name| (*name).to_owned())
        .chain([
            "x".repeat(5_000),
            format!("{}.txt", "\u{4e2d}".repeat(300)),
            "../".repeat(2_000),
            format!("a{}.txt", ".".repeat(500)),
        ])
        .collect();
    let mut message = Message::new("IPM.Note");
    for (number, name) in names.iter().enumerate() {
        let mut one = Attachment::from_bytes("x", number.to_string().into_bytes());
        one.properties.set(tags::ATTACH_LONG_FILENAME, name.as_str());
        one.properties.set(tags::ATTACH_EXTENSION, "");
        message.attachments.push(one);
    }
    // A surrogate without its other half.
    let mut lone = Attachment::from_bytes("x", names.len().to_string().into_bytes());
    lone.properties.set(tags::ATTACH_LONG_FILENAME, PropValue::String(Utf16(b"a\0\x00\xD8b\0\0\0".as_slice().into())));
    message.attachments.push(lone);
    let folder = tempfile::tempdir().unwrap();
    let around = folder.path().join("around");
    fs::create_dir(&around).unwrap();
    let stream = file(&around, "a.dat", &message);
    let out = around.join("out");
    let extract = |more: &[&str]| winmail([&["extract", stream.as_str(), "-o", out.to_str().unwrap()], more].concat());
    let contents = || -> BTreeMap<String, Vec<u8>> {
        let all = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap());
        all.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
    };
    let run = extract(&[]);
    // Text behind a NUL and half a surrogate pair are defects.
    assert_eq!(run.code, 3, "{}", run.err);
    assert_eq!(fs::read_dir(&around).unwrap().count(), 2, "something stands outside");
    let files = contents();
    let numbers: BTreeSet<Vec<u8>> = files.values().cloned().collect();
    assert_eq!((files.len(), numbers.len()), (names.len() + 1, names.len() + 1));
    let keys: BTreeSet<String> = files.keys().map(|name| name.to_lowercase()).collect();
    assert_eq!(keys.len(), files.len(), "two names are one where the case of letters does not count");
    for name in files.keys() {
        assert!(name.len() <= 255 && !name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
        assert!(!name.chars().any(|c| Escaped::is_needed(c) || "/\\:*?\"<>|".contains(c)), "{name:?}");
    }
    // Once more: nothing is overwritten.
    for path in files.keys().take(5) {
        fs::write(out.join(path), "mine").unwrap();
    }
    let mine = contents();
    assert_eq!(extract(&[]).code, 1);
    assert_eq!(contents(), mine);
    // Links in the way lead nowhere, whether they are replaced or not.
    fs::write(around.join("victim"), "victim").unwrap();
    for path in files.keys() {
        fs::remove_file(out.join(path)).unwrap();
        std::os::unix::fs::symlink(around.join("victim"), out.join(path)).unwrap();
    }
    assert_eq!(extract(&[]).code, 1);
    assert_eq!(extract(&["-f"]).code, 3);
    assert_eq!(fs::read(around.join("victim")).unwrap(), b"victim");
    assert_eq!(contents(), files);
}

#[test]
fn one_file_of_several_is_chosen() {
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "inner");
    inner.attachments.push(Attachment::from_bytes("deep.pdf", b"deep".as_slice()));
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "text");
    message.attachments.extend([
        Attachment::from_bytes("a.pdf", b"one".as_slice()),
        Attachment::from_bytes("b.txt", b"two".as_slice()),
        Attachment::from_message(inner),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let stream = file(folder.path(), "a.dat", &message);
    let extract = |more: &[&str]| winmail([&["extract", stream.as_str()], more].concat());
    for (pattern, expected) in [("a.pdf", "one"), ("B.*", "two"), ("deep*", "deep"), ("body.txt", "text")] {
        let run = extract(&[pattern, "-o", "-"]);
        assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, expected, ""), "{pattern}");
    }
    let run = extract(&["*.pdf", "-o", "-"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("\"a.pdf\", \"deep.pdf\""), "{}", run.err);
    let run = extract(&["*.doc", "-o", "-"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    assert!(run.err.contains("nothing is called \"*.doc\"") && run.err.contains("\"b.txt\""), "{}", run.err);
    assert!(!Path::new("-").exists());
    let out = folder.path().join("out");
    let names = |folder: &Path| -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(extract(&["*.pdf", "-o", out.to_str().unwrap()]).code, 0);
    assert_eq!(names(&out), ["a.pdf", "deep.pdf"]);
    let all = folder.path().join("all");
    assert_eq!(extract(&[stream.as_str(), "-o", all.to_str().unwrap()]).code, 0);
    assert_eq!(names(&all), ["a", "a (2)"]);
    assert_eq!(names(&all.join("a (2)")), ["a.pdf", "b.txt", "body.txt", "inner"]);
    assert_eq!(winmail(["list", "--names", &stream]).out, "a.pdf\nb.txt\ndeep.pdf\n");
    assert_eq!(winmail(["list", "--names", "--null", &stream]).out, "a.pdf\0b.txt\0deep.pdf\0");
}

#[test]
fn a_file_in_the_place_of_a_verb_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut message = tricks();
    message.properties.set(tags::BODY, "Shall we meet?");
    let path = file(folder.path(), "a.dat", &message);
    let run = on_terminal(&[&path], b"");
    assert_eq!((run.code, obeyed(&run.out)), (0, None), "{}", run.err);
    for part in ["mail", "subject", "from", "Shall we meet?", "Attachments", "bytes", "winmail extract"] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let words = winmail(["view", &path]);
    assert_eq!((words.code, words.err.contains("winmail show")), (2, true), "{}", words.err);
    assert_eq!(winmail([folder.path().join("none.dat")]).code, 2);
    let lines = winmail(["list", "--jsonl", &path, &path]);
    assert_eq!(lines.out.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).count(), 2);
    let whole: serde_json::Value = serde_json::from_str(&winmail(["dump", "--json", &path, &path]).out).unwrap();
    let lines = winmail(["dump", "--jsonl", &path, &path]).out;
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(whole, serde_json::Value::Array(lines));
}

#[test]
fn pages_are_safe_unless_the_original_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let html = "<html><body onload=x><script>bad()</script><p>Hello</p><img src=\"cid:logo@x\"><img src=http://t.example/p.png></body></html>";
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::HTML, PropValue::Binary(html.as_bytes().into()));
    let mut logo = Attachment::from_bytes("logo.png", b"png".as_slice());
    logo.properties.set(tags::ATTACH_CONTENT_ID, "logo@x");
    message.attachments.push(logo);
    let path = file(folder.path(), "a.dat", &message);
    let page = |to: &str, more: &[&str]| {
        let out = folder.path().join(to);
        let run = winmail([&["extract", path.as_str(), "-o", out.to_str().unwrap()], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        (fs::read_to_string(out.join("body.html")).unwrap(), run.out)
    };
    let (safe, said) = page("safe", &[]);
    assert!(
        safe.contains("<p>Hello</p>") && safe.contains("src=\"logo.png\"") && safe.contains("t.example not loaded"),
        "{safe}"
    );
    assert!(!safe.contains("script>") && !safe.contains("onload") && !safe.contains("http:"), "{safe}");
    assert!(said.contains("without 1 picture from elsewhere, 2 scripts, forms or frames"), "{said}");
    let (original, said) = page("original", &["--html-original"]);
    assert_eq!(original, html.replace("cid:logo@x", "logo.png"));
    assert!(!said.contains("without"), "{said}");
}
