//! Messages as MIME: every stream of the corpus converts, two other programs read the mail, and find in it what the stream
//! holds.

#![cfg(feature = "mime")]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{Sample, sha256, tnef_samples};
use winmail::convert::mime::{self, MimeOptions};
use winmail::message::Content;
use winmail::{Attachment, Message, ReadOptions, Report};

/// What the mail must hold of an attachment: its name, if it has one, and the hash of its data.
fn wanted(message: &Message<'_>, out: &mut Vec<(Option<String>, String)>) {
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Message(inner) => wanted(inner, out),
            _ => out.push((name(attachment), sha256(attachment.data()))),
        }
    }
}

/// The name without control characters and blanks at its ends, as no header field can have them.
fn name(attachment: &Attachment<'_>) -> Option<String> {
    let name = attachment.file_name()?;
    let cleaned = name.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    let cleaned: Vec<&str> = cleaned.filter(|part| !part.is_empty()).collect();
    Some(cleaned.join(" ").trim_matches(' ').to_owned()).filter(|name| !name.is_empty())
}

struct Converted {
    name: String,
    mail: Vec<u8>,
    wanted: Vec<(Option<String>, String)>,
}

fn converted(options: &MimeOptions) -> Vec<Converted> {
    let mut all = Vec::new();
    for Sample { name, bytes, .. } in tnef_samples() {
        let Ok(message) = Message::read(&bytes, &ReadOptions::lenient(), &mut Report::new()) else { continue };
        let mail = mime::write(&message, options, &mut Report::new()).unwrap();
        let again = mime::write(&message, options, &mut Report::new()).unwrap();
        assert_eq!(mail, again, "{name}");
        let mut found = Vec::new();
        wanted(&message, &mut found);
        all.push(Converted { name, mail, wanted: found });
    }
    assert!(!all.is_empty());
    all
}

/// What mail-parser finds in a mail: names and hashes of all parts that are no multiparts, those of embedded messages too.
fn found_by_mail_parser(message: &mail_parser::Message<'_>, out: &mut Vec<(Option<String>, String)>) {
    use mail_parser::{MimeHeaders, PartType};
    for part in &message.parts {
        match &part.body {
            PartType::Message(inner) => found_by_mail_parser(inner, out),
            PartType::Multipart(_) => {}
            PartType::Text(_) | PartType::Html(_) if part.attachment_name().is_none() => {}
            // Text attachments come decoded; their bytes are checked by Python.
            PartType::Text(_) | PartType::Html(_) => out.push((part.attachment_name().map(str::to_owned), String::new())),
            _ => out.push((part.attachment_name().map(str::to_owned), sha256(part.contents()))),
        }
    }
}

fn holds(found: &[(Option<String>, String)], (name, hash): &(Option<String>, String)) -> bool {
    found.iter().any(|(other, data)| (name.is_none() || other == name) && (data == hash || data.is_empty()))
}

#[test]
fn every_stream_becomes_a_mail_with_all_its_attachments() {
    for Converted { name, mail, wanted } in converted(&MimeOptions::default()) {
        assert!(mail.is_ascii(), "{name}");
        let parsed = mail_parser::MessageParser::new().parse(&mail).unwrap_or_else(|| panic!("{name} is no mail"));
        let mut found = Vec::new();
        found_by_mail_parser(&parsed, &mut found);
        for one in &wanted {
            assert!(holds(&found, one), "{name}: {one:?} is not among {found:?}");
        }
    }
}

/// Runs `tools/check_eml.py` over files; `None`, with a printed line, where there is no Python.
fn check_eml(files: &[std::path::PathBuf]) -> Option<Vec<Value>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/check_eml.py");
    let Ok(run) = Command::new("python3").arg(script).args(files).output() else {
        println!("skipped: no python3");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let out = String::from_utf8(run.stdout).unwrap();
    Some(out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn python_finds_no_defect_and_the_same_attachments() {
    let temporary = tempfile::tempdir().unwrap();
    // To look at them.
    let kept = std::env::var_os("WINMAIL_EML_OUT");
    let folder = kept.as_deref().map_or(temporary.path(), Path::new);
    let all = converted(&MimeOptions::default());
    let files: Vec<_> = all.iter().map(|one| folder.join(format!("{}.eml", one.name))).collect();
    for (one, file) in all.iter().zip(&files) {
        std::fs::write(file, &one.mail).unwrap();
    }
    let Some(answers) = check_eml(&files) else { return };
    assert_eq!(answers.len(), all.len());
    for (one, answer) in all.iter().zip(&answers) {
        let parts = answer["parts"].as_array().unwrap().iter();
        let found: Vec<_> = parts
            .filter_map(|part| Some((part["name"].as_str().map(str::to_owned), part["sha256"].as_str()?.to_owned())))
            .collect();
        for attachment in &one.wanted {
            assert!(holds(&found, attachment), "{}: {attachment:?} is not among {found:?}", one.name);
        }
    }
}
