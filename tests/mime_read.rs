//! MIME to messages: real mails, the table of header fields, and what is broken.
#![cfg(feature = "mime")]

use std::path::PathBuf;

use winmail::convert::mime::{MimeReadOptions, read};
use winmail::mapi::{PropTag, PropValue, RecipientType, named, tags};
use winmail::message::{Content, MessageKind};
use winmail::{Message, ReadOptions, Report};

/// The folder of real mails; `None`, said in one line, where there is none.
fn corpus() -> Option<Vec<(String, Vec<u8>)>> {
    let root = std::env::var_os("WINMAIL_CORPUS").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    if !root.exists() {
        println!("no corpus at {}: skipped", root.display());
        return None;
    }
    let mut files: Vec<_> = std::fs::read_dir(root.join("eml")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus has no mails");
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    Some(files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect())
}

fn message(mail: &[u8]) -> (Message<'static>, Vec<&'static str>) {
    let mut report = Report::new();
    let message = read(mail, &MimeReadOptions::default(), &mut report).unwrap();
    (message, report.diagnostics().iter().map(|found| found.code.name()).collect())
}

#[test]
fn every_mail_of_the_corpus_is_read() {
    let Some(mails) = corpus() else { return };
    for (name, mail) in mails {
        let (message, codes) = message(&mail);
        println!("{name}: {:?} {:?} {} recipients {codes:?}", message.class(), message.subject(), message.recipients.len());
        for attachment in &message.attachments {
            println!("   {:?} {:?} {}", attachment.file_name(), attachment.mime_tag(), attachment.data().len());
        }
        assert!(!message.bodies().is_empty() || !message.attachments.is_empty(), "{name}");
    }
}
