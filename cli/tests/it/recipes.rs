//! What docs/properties.md says: its recipes run as they stand, and its table of structures is that of the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use winmail::message::Content;
use winmail::{Message, ReadOptions};

use crate::support::{self, page, testdata, winmail};

#[test]
#[cfg(unix)]
fn the_recipes_run_as_they_stand() {
    let Some(page) = page("properties.md") else { return };
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: no jq");
        return;
    }
    let recipes = page.split("\n## Recipes\n").nth(1).unwrap().split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let temp = tempfile::tempdir().unwrap();
    fs::copy(testdata().join("damaged.dat"), temp.path().join("winmail.dat")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_winmail")).parent().unwrap();
    let path =
        std::env::join_paths([program.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())));
    let path = path.unwrap();
    // A word that the result must have, recipe by recipe.
    let expected = [
        "Figures of the third quarter",
        "1\tPidNameKeywords",
        "winmail.dat\tlogo.png",
        "67\tlogo.png",
        "winmail.dat\terror\tchecksum-mismatch",
        "PidTagClientSubmitTime 2026-10-05T09:30:00Z",
        "PidTagSubject",
        "0x0003\tPidLidGlobalObjectId",
    ];
    assert_eq!(recipes.lines().count(), expected.len());
    for (recipe, expected) in recipes.lines().zip(expected) {
        let run = Command::new("sh").args(["-c", recipe]).current_dir(temp.path()).env("PATH", &path).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success() && out.contains(expected), "{recipe}\n{out}\n{err}");
    }
}

#[test]
fn the_table_of_structures_is_the_programs() {
    let Some(page) = page("properties.md") else { return };
    let source = include_str!("../../src/dump/structure.rs");
    let arms = source.split("match name {").nth(1).unwrap().split("_ => Vec::new()").next().unwrap();
    let known: BTreeSet<&str> = arms.split('"').skip(1).step_by(2).filter(|word| word.starts_with("Pid")).collect();
    let table = page.split("\n## Structures that `dump --full` decodes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| Pid"));
    let said: BTreeSet<&str> = rows.flat_map(|row| row.split('|').nth(1).unwrap().split(", ").map(str::trim)).collect();
    assert!(known.len() > 8);
    assert_eq!(said, known);
}

fn count(message: &Message<'_>) -> usize {
    let recipients = message.recipients.iter().map(|one| one.properties.iter().count()).sum::<usize>();
    let attachments = message.attachments.iter().map(|one| {
        let inner = if let Content::Message(inner) = &one.content { count(inner) } else { 0 };
        one.properties.iter().count() + inner
    });
    message.properties.iter().count() + recipients + attachments.sum::<usize>()
}

/// Over all samples: a line for each property, all of as many columns, none with what a terminal obeys.
#[test]
fn every_property_has_one_line() {
    let mut lines = 0;
    for sample in support::tnef_samples() {
        if sample.bytes.len() > 1 << 20 {
            continue;
        }
        let Ok(message) = Message::read(&sample.bytes, &ReadOptions::lenient()) else { continue };
        let run = winmail(["dump".as_ref(), "--tsv".as_ref(), sample.path.as_os_str()]);
        assert!(run.out.lines().all(|line| line.split('\t').count() == 9), "{}", sample.name);
        assert!(!run.out.contains(|c: char| c.is_control() && c != '\t' && c != '\n'), "{}", sample.name);
        assert_eq!(run.out.lines().count() - 1, count(&message), "{}", sample.name);
        lines += run.out.lines().count();
    }
    // Our own samples alone have some three thousand.
    assert!(lines > 1_000, "{lines}");
}

#[test]
fn one_property_is_chosen_by_any_of_its_names() {
    let input = testdata().join("winmail.dat");
    let run = |name: &str| winmail(["dump".as_ref(), "--property".as_ref(), name.as_ref(), input.as_os_str()]);
    for name in ["PidTagSubject", "PR_SUBJECT", "0x0037", "0x0037001F"] {
        let found = run(name);
        let line =
            format!("{}\tmessage\t0x0037001F\t\t\tPidTagSubject\tPtypString\tFigures of the third quarter\t", input.display());
        assert_eq!((found.code, found.out.lines().nth(1)), (0, Some(line.as_str())), "{name}: {}", found.err);
        assert_eq!(found.out.lines().count(), 2);
    }
    let keywords = run("Keywords");
    assert!(keywords.out.contains("\tPS_PUBLIC_STRINGS\tKeywords\tPidNameKeywords\t"), "{}", keywords.out);
    assert_eq!((run("PidTagBody").code, run("NoSuchProperty").code), (1, 2));
    // What one picture says is one.
    let file = run("PidTagAttachMethod");
    assert!(file.out.contains("\tattachment[1]\t") && file.out.ends_with("\t1\tby value\n"), "{}", file.out);
}

#[test]
fn what_would_break_a_line_is_an_escape() {
    use winmail::WriteOptions;
    use winmail::mapi::tags;
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "a\tb\r\nc\\d\u{1b}e");
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("a.dat");
    fs::write(&path, message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let run = winmail(["dump".as_ref(), "--property".as_ref(), "PidTagSubject".as_ref(), path.as_os_str()]);
    assert_eq!(run.out.lines().nth(1).unwrap().split('\t').nth(7), Some("a\\tb\\r\\nc\\\\d\\u{1b}e"));
}
