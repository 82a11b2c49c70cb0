//! A message out of parts on the command line. Attached files are not read into memory but when their turn comes.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use winmail::CodePage;
use winmail::mapi::property_text::{self, Target};
use winmail::mapi::{PropTag, PropType, PropValue, RecipientType, tags};
use winmail::message::edit::{BodyEdit, Place};
use winmail::message::html;
use winmail::rtf::lzfu;
use winmail::{Attachment, Message, Recipient};

use super::super::edit::assignment;
use super::super::failure;

/// What a message is made of.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Parts of a new message")]
#[group(id = "parts", multiple = true)]
pub(super) struct PartsArgs {
    /// The subject
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// Who it is from: "Jane Doe <jane@example.org>", or the address alone
    #[arg(long, value_name = "WHO", value_parser = who)]
    from: Option<Who>,
    /// Who it is to; may be given several times, as --cc and --bcc may
    #[arg(long, value_name = "WHO", value_parser = who)]
    to: Vec<Who>,
    /// Who gets a copy
    #[arg(long, value_name = "WHO", value_parser = who)]
    cc: Vec<Who>,
    /// Who gets a copy that the others do not know of
    #[arg(long, value_name = "WHO", value_parser = who)]
    bcc: Vec<Who>,
    /// A file with the body as text in UTF-8
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// A file with the body as HTML
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// A file with the body as RTF, compressed or not
    #[arg(long, value_name = "FILE")]
    rtf: Option<PathBuf>,
    /// A file to attach; may be given several times
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// The message class; IPM.Note unless told
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// When it was sent, as 2023-11-14T22:13:20Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    date: Option<Time>,
    /// The Message-ID of the mail; angle brackets are added
    #[arg(long, value_name = "ID")]
    message_id: Option<String>,
    /// Set any other property, as `winmail edit --set` does
    #[arg(long, value_name = "PROPERTY=VALUE", value_parser = assignment)]
    set: Vec<(Target, PropValue<'static>)>,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Who {
    /// What is shown: the address, if there is no name.
    name: String,
    address_type: String,
    address: String,
}

/// `Jane Doe <jane@example.org>`, `jane@example.org`, `Jane <EX:/o=x/cn=y>`.
fn who(text: &str) -> Result<Who, String> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|text| text.split_once('<')) {
        Some((name, address)) => (name.trim().trim_matches('"').trim(), address.trim()),
        None => ("", text.trim()),
    };
    let (address_type, address) = match address.split_once(':') {
        Some((address_type, rest)) if address_type.chars().all(|c| c.is_ascii_alphanumeric()) => (address_type, rest),
        _ if address.contains('@') => ("SMTP", address),
        _ => return Err("neither an address as jane@example.org nor one with its type, as EX:/o=...".to_owned()),
    };
    if address.is_empty() || address_type.is_empty() {
        return Err("the address is empty".to_owned());
    }
    let name = if name.is_empty() { address } else { name };
    Ok(Who { name: name.to_owned(), address_type: address_type.to_ascii_uppercase(), address: address.to_owned() })
}

/// A time as a value; clap keeps what its parsers give by type.
#[derive(Debug, Clone)]
struct Time(PropValue<'static>);

fn time(text: &str) -> Result<Time, String> {
    property_text::parse_value(PropType::TIME, text).map(Time)
}

/// A message and the files whose data it does not hold.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) message: Message<'static>,
    /// For each attachment its file.
    files: Vec<PathBuf>,
}

impl Made {
    /// Opens the file of an attachment.
    pub(super) fn open(&self, number: usize) -> io::Result<Box<dyn Read>> {
        let path = self.files.get(number).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File::open(path).map_err(|error| io::Error::new(error.kind(), named(path, &error)))?))
    }
}

impl PartsArgs {
    /// The message.
    ///
    /// # Errors
    /// What cannot be read, or makes no sense.
    pub(super) fn make(&self) -> Result<Made, String> {
        let mut message = Message::new(self.class.as_deref().unwrap_or("IPM.Note"));
        let mut text = |tag: PropTag, value: &str| message.properties.set(tag, value);
        if let Some(subject) = &self.subject {
            text(tags::SUBJECT, subject);
        }
        if let Some(id) = &self.message_id {
            let bare = id.trim().trim_start_matches('<').trim_end_matches('>');
            text(tags::INTERNET_MESSAGE_ID, &format!("<{bare}>"));
        }
        if let Some(Time(time)) = &self.date {
            message.properties.set(tags::CLIENT_SUBMIT_TIME, time.clone());
        }
        if let Some(from) = &self.from {
            sender(&mut message, from);
        }
        let lists = [
            (RecipientType::TO, tags::DISPLAY_TO, &self.to),
            (RecipientType::CC, tags::DISPLAY_CC, &self.cc),
            (RecipientType::BCC, tags::DISPLAY_BCC, &self.bcc),
        ];
        for (recipient_type, shown, list) in lists {
            let rows = list.iter().map(|who| Recipient::one_off(recipient_type, &who.name, &who.address_type, &who.address));
            message.recipients.extend(rows);
            if !list.is_empty() {
                let names: Vec<&str> = list.iter().map(|who| who.name.as_str()).collect();
                message.properties.set(shown, names.join("; ").as_str());
            }
        }
        self.body(&mut message)?;
        let mut files = Vec::new();
        for path in &self.attach {
            message.attachments.push(attachment(path)?);
            files.push(path.clone());
        }
        for (target, value) in &self.set {
            target.set(&mut message.properties, value.clone());
        }
        Ok(Made { message, files })
    }

    /// The body in the forms that are given, and which of them the others were made of.
    fn body(&self, message: &mut Message<'static>) -> Result<(), String> {
        /// PidTagNativeBody ([MS-OXBBODY] 2.1.1).
        const PLAIN: i32 = 1;
        const RTF: i32 = 2;
        const HTML: i32 = 3;
        let text = self.text.as_deref().map(text_file).transpose()?;
        let html = self.html.as_deref().map(html_file).transpose()?;
        let rtf = self.rtf.as_deref().map(rtf_file).transpose()?;
        let native = match (&html, &rtf, &text) {
            (Some(_), _, _) => HTML,
            (None, Some(_), _) => RTF,
            (None, None, Some(_)) => PLAIN,
            (None, None, None) => return Ok(()),
        };
        let edit = match (&text, &html) {
            (Some(text), Some(html)) => Some(BodyEdit::html(Place::Replace, html).with_text(text)),
            (Some(text), None) => Some(BodyEdit::text(Place::Replace, text)),
            (None, Some(html)) => Some(BodyEdit::html(Place::Replace, html)),
            (None, None) => None,
        };
        if let Some(edit) = edit {
            message.edit_body(&edit).map_err(|error| error.to_string())?;
        }
        if let Some(rtf) = rtf {
            message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(rtf.into()));
            message.properties.set(tags::RTF_IN_SYNC, PropValue::Boolean(true));
        }
        message.properties.set(tags::NATIVE_BODY, PropValue::Integer32(native));
        Ok(())
    }
}

/// Who wrote the message and whose message it is, with entry id and search key.
fn sender(message: &mut Message<'static>, who: &Who) {
    let row = Recipient::one_off(RecipientType::TO, &who.name, &who.address_type, &who.address).properties;
    let tables = [
        (tags::DISPLAY_NAME, tags::SENDER_NAME, tags::SENT_REPRESENTING_NAME),
        (tags::ADDRESS_TYPE, tags::SENDER_ADDRESS_TYPE, tags::SENT_REPRESENTING_ADDRESS_TYPE),
        (tags::EMAIL_ADDRESS, tags::SENDER_EMAIL_ADDRESS, tags::SENT_REPRESENTING_EMAIL_ADDRESS),
        (tags::SMTP_ADDRESS, tags::SENDER_SMTP_ADDRESS, tags::SENT_REPRESENTING_SMTP_ADDRESS),
        (tags::ENTRY_ID, tags::SENDER_ENTRY_ID, tags::SENT_REPRESENTING_ENTRY_ID),
        (tags::SEARCH_KEY, tags::SENDER_SEARCH_KEY, tags::SENT_REPRESENTING_SEARCH_KEY),
    ];
    for (of_row, sender, represented) in tables {
        if let Some(value) = row.get(of_row) {
            message.properties.set(sender, value.clone());
            message.properties.set(represented, value.clone());
        }
    }
}

fn named(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{}: no such file", path.display()),
        _ => format!("{}: {}", path.display(), failure::words(error)),
    }
}

/// An attachment with the data of a file, which is not read if its length is known.
fn attachment(path: &Path) -> Result<Attachment<'static>, String> {
    let metadata = fs::metadata(path).map_err(|error| named(path, &error))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| format!("{} has no file name", path.display()))?;
    if metadata.is_file() {
        // Whether it can be read is known before anything is written.
        File::open(path).map_err(|error| named(path, &error))?;
        return Ok(Attachment::deferred(&name, metadata.len()));
    }
    // A pipe or a device.
    Ok(Attachment::from_bytes(&name, read(path)?))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| named(path, &error))
}

fn text_file(path: &Path) -> Result<String, String> {
    let text = String::from_utf8(read(path)?).map_err(|_| format!("{}: not UTF-8", path.display()))?;
    Ok(text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned())
}

fn html_file(path: &Path) -> Result<String, String> {
    Ok(html::decode(&read(path)?, None, CodePage::WINDOWS_1252).text.into_owned())
}

fn rtf_file(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = read(path)?;
    if bytes.starts_with(b"{\\rtf") {
        return lzfu::compress(&bytes, lzfu::Mode::Reference).map_err(|error| format!("{}: {error}", path.display()));
    }
    match lzfu::Header::parse(&bytes) {
        Some(header) if matches!(header.comp_type, lzfu::CompType::COMPRESSED | lzfu::CompType::UNCOMPRESSED) => Ok(bytes),
        _ => Err(format!("{}: neither RTF nor compressed RTF", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses() {
        let found = |text| who(text).map(|who| (who.name, who.address_type, who.address));
        let expected =
            |name: &str, address_type: &str, address: &str| Ok((name.to_owned(), address_type.to_owned(), address.to_owned()));
        assert_eq!(found("Jane Doe <jane@example.org>"), expected("Jane Doe", "SMTP", "jane@example.org"));
        assert_eq!(found("\"Doe, Jane\" <jane@example.org>"), expected("Doe, Jane", "SMTP", "jane@example.org"));
        assert_eq!(found(" jane@example.org "), expected("jane@example.org", "SMTP", "jane@example.org"));
        assert_eq!(found("<jane@example.org>"), expected("jane@example.org", "SMTP", "jane@example.org"));
        assert_eq!(found("Jane <ex:/o=x/cn=jane>"), expected("Jane", "EX", "/o=x/cn=jane"));
        for wrong in ["", "Jane", "Jane <>", "Jane <SMTP:>", ":x"] {
            assert!(who(wrong).is_err(), "{wrong}");
        }
    }
}
