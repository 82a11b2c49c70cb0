//! What people come for first, each from the README alone: the commands that stand there run as they stand, in a folder with the files
//! that they name. A block of text behind them is what they print; its lines `...` stand for any lines.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::testdata;

/// The most commands that a task may take.
const MOST: usize = 3;

/// Something that people come for.
#[derive(Debug)]
struct Task {
    title: String,
    commands: Vec<String>,
    /// What the commands print.
    printed: Option<String>,
}

/// The sections of the page that hold tasks.
const SECTIONS: [&str; 3] = ["You got a winmail.dat", "You run the mail server", "You write a program"];

/// The tasks; `None`, and a line that says so, where the package stands alone.
fn tasks() -> Option<Vec<Task>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let Ok(page) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let mut tasks = Vec::new();
    for title in SECTIONS {
        let section = page.split(&format!("\n## {title}\n")).nth(1).expect("the section is there");
        let section = section.split("\n## ").next().unwrap();
        let mut blocks = section.split("```sh\n");
        let mut before = blocks.next().unwrap();
        for block in blocks {
            let (commands, after) = block.split_once("```").unwrap();
            let title = before.rsplit("**").nth(1).expect("a title in bold before each block");
            let printed = after.strip_prefix("\n\n```text\n").map(|text| text.split_once("```").unwrap().0.to_owned());
            let commands = commands.lines().map(str::to_owned).collect();
            tasks.push(Task { title: title.trim_end_matches(['.', ':']).to_owned(), commands, printed });
            before = after;
        }
    }
    Some(tasks)
}

/// Whether `out` is what a page says, where `...` stands for any lines.
fn is_printed(page: &str, out: &str) -> bool {
    let mut parts = page.split("...\n");
    let Some(mut rest) = out.strip_prefix(parts.next().unwrap()) else { return false };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || page.ends_with("...\n")
}

#[test]
fn three_dots_stand_for_any_lines() {
    assert!(is_printed("a\n...\nd\n", "a\nb\nc\nd\n") && is_printed("a\n...\n", "a\nb\n") && is_printed("a\n", "a\n"));
    assert!(!is_printed("a\n", "a\nb\n") && !is_printed("a\n...\nd\n", "a\nb\n") && !is_printed("...\na\n", "a\nb\n"));
}

fn winmail(folder: &Path, args: &[&str]) {
    let run = Command::new(env!("CARGO_BIN_EXE_winmail")).args(args).current_dir(folder).output().unwrap();
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
}

/// A folder with what the tasks name, as somebody has it who comes with them.
fn desk() -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    fs::copy(testdata().join("winmail.dat"), at("winmail.dat")).unwrap();
    for folder in ["Maildir/cur", "Maildir/new", "Maildir/tmp"] {
        fs::create_dir_all(at(folder)).unwrap();
    }
    winmail(temp.path(), &["convert", "winmail.dat", "--to", "tnef", "-o", "mail.eml", "-q"]);
    fs::copy(at("mail.eml"), at("Maildir/cur/1.host:2,S")).unwrap();
    fs::write(at("Maildir/new/2.host"), "Subject: plain\r\n\r\nno TNEF\r\n").unwrap();
    // Get-RemoteDomain | Export-Csv -NoTypeInformation RemoteDomains.csv
    let export = "\"Name\",\"DomainName\",\"TNEFEnabled\",\"CharacterSet\",\"ContentType\"\r\n\
        \"Default\",\"*\",\"\",\"iso-8859-1\",\"MimeHtmlText\"\r\n\"Partner\",\"partner.com\",\"True\",\"iso-8859-1\",\"MimeHtmlText\"\r\n";
    fs::write(at("RemoteDomains.csv"), export).unwrap();
    winmail(temp.path(), &["convert", "winmail.dat", "--to", "msg", "-o", "sent.msg", "-q"]);
    winmail(temp.path(), &["recall", "request", "sent.msg", "-o", "recall.msg"]);
    // A copy that came back through a service has another key.
    let key = format!("PidTagSearchKey={}", "ab".repeat(16));
    winmail(temp.path(), &["edit", "winmail.dat", "-o", "other.dat", "--set", &key]);
    winmail(temp.path(), &["convert", "other.dat", "--to", "msg", "-o", "delivered.msg", "-q"]);
    fs::remove_file(at("other.dat")).unwrap();
    temp
}

fn files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    entries.unwrap_or_default().iter().map(|path| if path.is_dir() { files(path) } else { 1 }).sum()
}

/// What a task must have come to.
fn judge(title: &str, folder: &Path, run: &Output) {
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let code = run.status.code();
    let at = |name: &str| folder.join(name);
    let is_right = match title {
        "Open it" => code == Some(0) && out.contains("Figures of the third quarter") && out.contains("logo.png"),
        "Everything out" => code == Some(0) && files(&at("out")) == 3,
        "Take winmail.dat out of every mail" => {
            let clean = fs::read_to_string(at("clean.eml")).unwrap();
            code == Some(0) && clean.contains("filename=logo.png") && !clean.contains("ms-tnef")
        }
        "One attachment out" => {
            code == Some(0) && fs::read(at("logo.png")).is_ok_and(|png| png.starts_with(b"\x89PNG")) && !at("body.html").exists()
        }
        "Clean a Maildir" => {
            let seen = fs::read_dir(at("clean/cur")).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
            let seen: Vec<String> = seen.collect();
            code == Some(0)
                && seen.len() == 1
                && seen[0].contains("logo.png")
                && !seen[0].to_lowercase().contains("application/ms-tnef")
                && files(&at("clean/new")) == 1
        }
        "Why does a partner get winmail.dat?" => {
            code == Some(0) && out.contains("Set-RemoteDomain -Identity 'Partner' -TNEFEnabled $false")
        }
        "Why did a recall fail?" => {
            code == Some(6) && out.contains("the search keys are equal") && out.contains("cannot be found")
        }
        "All properties into a table" => {
            let table = fs::read_to_string(at("properties.tsv")).unwrap();
            let columns = table.lines().next().unwrap().split('\t').count();
            code == Some(0)
                && columns > 5
                && table.lines().all(|line| line.split('\t').count() == columns)
                && table.contains("PidTagSearchKey")
        }
        _ => panic!("nothing is known of the task {title:?}"),
    };
    assert!(is_right, "{title}: exit code {code:?}\n{out}\n{err}");
}

#[test]
#[cfg(unix)]
fn the_tasks_of_the_readme_do_what_they_say() {
    let Some(tasks) = tasks() else { return };
    assert_eq!(tasks.len(), 8, "{tasks:?}");
    let program = Path::new(env!("CARGO_BIN_EXE_winmail"));
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    for Task { title, commands, printed } in tasks {
        assert!(commands.len() <= MOST, "{title}: {commands:?}");
        let desk = desk();
        let mut shell = Command::new("sh");
        shell.args(["-ec", &commands.join("\n")]).current_dir(desk.path()).env("PATH", &path).env_remove("WINMAIL_POLICY");
        let run = shell.output().unwrap();
        judge(&title, desk.path(), &run);
        let out = String::from_utf8_lossy(&run.stdout);
        assert!(printed.is_none_or(|printed| is_printed(&printed, &out)), "{title}: the page does not show this:\n{out}");
    }
}

#[test]
#[cfg(unix)]
fn the_picture_shows_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(picture) = fs::read_to_string(root.join("docs/winmail.svg")) else {
        println!("skipped: docs/winmail.svg is not there");
        return;
    };
    let texts =
        picture.split("<text ").skip(1).map(|element| element.split_once('>').unwrap().1.split_once("</text>").unwrap().0);
    let shown: Vec<String> = texts.map(|text| text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")).collect();
    let mut program = Command::new(env!("CARGO_BIN_EXE_winmail"));
    program.arg("winmail.dat").current_dir(root.join("testdata")).env("TZ", "UTC").env("NO_COLOR", "1");
    let printed = String::from_utf8(program.output().unwrap().stdout).unwrap();
    let lines: Vec<&str> = ["$ winmail winmail.dat"].into_iter().chain(printed.lines()).filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, lines, "tools/picture.py draws it");
}
