//! Thirteen things that people do with TNEF, as somebody writes them who knows Rust and has the documentation.

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

use winmail::convert::mime::{self, EncapsulateOptions, MimeOptions, MimeReadOptions, encapsulate};
use winmail::mapi::dictionary;
use winmail::message::MessageStream;
use winmail::policy::{MessageFacts, file};
use winmail::recall::{Candidate, Case, Item, Environment, diagnose};
use winmail::{Attachment, Message, ReadOptions, WriteOptions, named, tags};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub fn list_attachments(stream: &[u8]) -> Result<Vec<(String, usize)>> {
    let message = Message::from_tnef(stream)?;
    let named = message.attachments.iter().map(|one| (one.file_name().unwrap_or_default().into_owned(), one.data().len()));
    Ok(named.collect())
}

pub fn save_under_safe_names(stream: &[u8], folder: &Path) -> Result<()> {
    for (number, attachment) in Message::from_tnef(stream)?.attachments.iter().enumerate() {
        let name = winmail::safe_name::sanitize(&attachment.file_name().unwrap_or_default(), &format!("file-{number}"));
        fs::write(folder.join(name.as_str()), attachment.data())?;
    }
    Ok(())
}

pub fn copy_a_large_one(input: &Path, name: &str, output: &Path) -> Result<u64> {
    let mut stream = MessageStream::open(File::open(input)?, &ReadOptions::lenient())?;
    while let Some(mut attachment) = stream.next_attachment()? {
        if attachment.file_name().as_deref() == Some(name) {
            return Ok(std::io::copy(&mut attachment, &mut File::create(output)?)?);
        }
    }
    Err(format!("there is no {name}").into())
}

pub fn property_by_name(stream: &[u8], name: &str) -> Result<Option<String>> {
    let message = Message::from_tnef(stream)?;
    Ok(message.properties.get(name.parse()?).map(ToString::to_string))
}

pub fn what_is(tag: u32) -> Option<&'static str> {
    dictionary::lookup_tag(tag.into()).map(|entry| entry.best_name())
}

pub fn same_message(one: &[u8], other: &[u8]) -> Result<bool> {
    let (one, other) = (Message::from_tnef(one)?, Message::from_tnef(other)?);
    Ok(matches!((one.search_key(), other.search_key()), (Some(one), Some(other)) if one.matches(&other)))
}

pub fn new_message() -> Result<Vec<u8>> {
    let mut message = Message::new("IPM.Note");
    message.set_subject("Figures");
    message.set(tags::BODY, "See below.");
    message.set(named::KEYWORDS, ["red", "blue"]);
    message.attachments.push(Attachment::from_bytes("a.txt", &b"abc"[..]));
    message.attachments.push(Attachment::from_bytes("b.txt", &b"def"[..]));
    Ok(message.to_tnef(&WriteOptions::default())?)
}

pub fn change_the_subject(stream: &[u8], subject: &str) -> Result<Vec<u8>> {
    let mut message = Message::from_tnef(stream)?;
    message.set_subject(subject);
    Ok(message.to_tnef(&WriteOptions::mirror())?)
}

pub fn there_and_back(mail: &[u8]) -> Result<Vec<u8>> {
    let message = mime::read(mail, &MimeReadOptions::default())?;
    let carried = encapsulate(&message, &EncapsulateOptions::default())?.bytes;
    let again = mime::read(&carried, &MimeReadOptions::default())?;
    Ok(mime::write(&again, &MimeOptions::default())?.bytes)
}

pub fn clean(mail: &[u8]) -> Vec<u8> {
    mime::filter::filter(mail, &Default::default()).mail.map_or_else(|| mail.to_vec(), |changed| changed.to_vec())
}

pub fn rtf_to_html(rtf: &[u8]) -> Result<String> {
    Ok(winmail::rtf::to_html(rtf, &ReadOptions::lenient())?.html)
}

pub fn may_leave_as_tnef(settings: &str, from: &str, to: &str) -> Result<bool> {
    let policy = file::read("policy.toml", settings)?.policy;
    Ok(policy.decide(from, to, MessageFacts::default())?.tnef.value)
}

pub fn why_no_recall(recall: &[u8], copy: &[u8]) -> Result<String> {
    let options = ReadOptions::lenient();
    let recall = Item::read("recall", recall, &options)?;
    let candidate = Candidate::new(Item::read("copy", copy, &options)?);
    let case = Case { recall: &recall, original: None, environment: &Environment::default(), policy: None };
    Ok(diagnose(&case, &candidate).conclusion)
}

#[cfg(test)]
mod tests;
