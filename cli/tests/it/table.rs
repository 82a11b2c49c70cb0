//! `winmail table`: rows that agree with the facts of the samples, with each other, and with what cannot be read.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use winmail_cli::table::{Lines, NAMES, Rows};

use crate::support::{sha256, testdata, winmail};

fn lines(text: &[u8]) -> Vec<Value> {
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// The tables of a folder, by name.
fn tables(folder: &Path) -> HashMap<&'static str, Vec<Value>> {
    NAMES.iter().map(|name| (*name, lines(&fs::read(folder.join(format!("{name}.ndjson"))).unwrap()))).collect()
}

/// Messages, attachments with data and recipients of the facts, those within included.
fn count(facts: &Value, counts: &mut (usize, usize, usize), hashes: &mut HashSet<String>) {
    counts.0 += 1;
    counts.2 += facts["recipients"].as_array().unwrap().len();
    for attachment in facts["attachments"].as_array().unwrap() {
        counts.1 += 1;
        if let Some(hash) = attachment["sha256"].as_str().filter(|_| attachment["kind"] == "file") {
            hashes.insert(hash.to_owned());
        }
        if attachment["message"].is_object() {
            count(&attachment["message"], counts, hashes);
        }
    }
}

#[test]
fn the_rows_of_the_samples_are_their_facts() {
    let scratch = tempfile::tempdir().unwrap();
    let out = scratch.path().join("out");
    // Facts go three levels deep; of what is too deep or damaged they are what can be had at least.
    let (mut names, mut expected, mut hashes) = (Vec::new(), (0, 0, 0), HashSet::new());
    let facts = testdata().join("facts");
    if !facts.is_dir() {
        println!("skipped: the facts of the samples stand beside the package, in the repository");
        return;
    }
    for entry in fs::read_dir(facts).unwrap() {
        let facts: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        if facts["sound"] == true && facts["file"] != "deep.dat" {
            count(&facts["message"], &mut expected, &mut hashes);
            names.push(testdata().join(facts["file"].as_str().unwrap()));
        }
    }
    assert!(names.len() > 40);
    let run = winmail(["table".into(), "-o".into(), out.clone()].into_iter().chain(names.iter().cloned()));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let tables = tables(&out);
    let found = (tables["messages"].len(), tables["attachments"].len(), tables["recipients"].len());
    assert_eq!(found, expected);

    let ids: HashSet<&str> = tables["messages"].iter().map(|row| row["message_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), expected.0, "each message has a name of its own");
    for table in tables.values() {
        assert!(table.iter().all(|row| ids.contains(row["message_id"].as_str().unwrap())));
    }
    let rows: HashSet<&str> = tables["attachments"].iter().filter_map(|row| row["sha256"].as_str()).collect();
    assert!(hashes.iter().all(|hash| rows.contains(hash.as_str())));
    let nested: HashSet<&str> = tables["attachments"].iter().filter_map(|row| row["nested_message_id"].as_str()).collect();
    let inner: HashSet<&str> = tables["messages"]
        .iter()
        .filter(|row| row["parent"].is_string())
        .map(|row| row["message_id"].as_str().unwrap())
        .collect();
    assert_eq!(nested, inner);

    let quarter = tables["messages"].iter().find(|row| row["file"].as_str().unwrap().ends_with("/winmail.dat")).unwrap();
    assert_eq!(quarter["subject"], "Figures of the third quarter");
    assert_eq!(quarter["sha256"], sha256(&fs::read(testdata().join("winmail.dat")).unwrap()));
    let subject = tables["properties"]
        .iter()
        .find(|row| row["message_id"] == quarter["message_id"] && row["name"] == "PidTagSubject")
        .unwrap();
    assert_eq!((&subject["value_text"], &subject["tag"]), (&quarter["subject"], &0x0037_001F.into()));
}

#[test]
fn bad_inputs_are_rows_and_end_nothing() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("in");
    fs::create_dir_all(folder.join("deeper")).unwrap();
    fs::write(folder.join("a.pdf"), b"%PDF-1.7").unwrap();
    fs::copy(testdata().join("winmail.dat"), folder.join("deeper/b.dat")).unwrap();
    fs::write(folder.join("c.eml"), b"From: a@x.org\r\nTo: b@x.org\r\nSubject: plain\r\n\r\nhi\r\n").unwrap();
    fs::copy(testdata().join("damaged.dat"), folder.join("d.dat")).unwrap();
    let out = scratch.path().join("out");
    let absent = scratch.path().join("absent");
    let run = winmail(["table".into(), folder.clone(), absent, "-o".into(), out.clone()]);
    assert_eq!(run.code, 1);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    let tables = tables(&out);
    let by_file = |end: &str| tables["messages"].iter().find(|row| row["file"].as_str().unwrap().ends_with(end)).unwrap();
    assert!(by_file("a.pdf")["error"].as_str().unwrap().contains("PDF"));
    assert_eq!(by_file("absent")["error"], "no such file");
    assert_eq!((&by_file("b.dat")["error"], &by_file("b.dat")["attachments"]), (&Value::Null, &2.into()));
    assert_eq!((&by_file("c.eml")["format"], &by_file("c.eml")["subject"]), (&"mail".into(), &"plain".into()));
    assert_eq!(by_file("c.eml")["sender_address"], "a@x.org");
    assert_eq!(by_file("d.dat")["error"], Value::Null);
    assert!(tables["diagnostics"].iter().any(|row| row["message_id"] == by_file("d.dat")["message_id"]));

    // What is there stays, unless it is said otherwise; and the same rows come out.
    let again = winmail(["table".into(), folder.clone(), "-o".into(), out.clone()]);
    assert_eq!(again.code, 1);
    assert!(again.err.contains("messages.ndjson"), "{}", again.err);
    let before = fs::read(out.join("properties.ndjson")).unwrap();
    winmail(["table".into(), folder, "--force".into(), "-o".into(), out.clone()]);
    assert_eq!(fs::read(out.join("properties.ndjson")).unwrap(), before);
}

#[test]
fn each_mail_of_an_mbox_is_a_message() {
    let mail = "From a@x.org Tue Nov 14 22:13:20 2023\nFrom: a@x.org\nSubject: one\n\nhi\n\n";
    let mut rows = Rows::<Lines>::default();
    rows.add("box", mail.repeat(3).into_bytes(), &winmail::ReadOptions::lenient());
    let messages = lines(&rows.tables.0[0]);
    let ids: Vec<&str> = messages.iter().map(|row| row["message_id"].as_str().unwrap()).collect();
    assert_eq!((rows.count, ids), (3, vec!["box#0", "box#1", "box#2"]));
}
