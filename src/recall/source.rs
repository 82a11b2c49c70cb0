//! What a file is: a TNEF stream, an Outlook file (.msg), a mail that carries a stream, a plain mail.
//!
//! Of several TNEF parts the one counts whose PidTagTnefCorrelationKey is the mail's X-MS-TNEF-Correlator ([MS-OXCMAIL]
//! 2.1.3.4), else the first; parts of attached messages belong to those and do not count.

use std::borrow::Cow;
use std::fmt;

use crate::base::{Error, ErrorKind, Limits, ReadOptions, Result};
use crate::convert::mime::find::{TnefPart, Unseen, file_name, find};
use crate::convert::mime::structure::{EntityKind, fields, unfolded};
use crate::convert::mime::{MimeReadOptions, read};
use crate::mapi::blob::CorrelationKey;
use crate::mapi::tags;
use crate::message::Message;
use crate::tnef::SIGNATURE_BYTES;

/// In which form a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Form {
    /// A TNEF stream alone.
    Tnef,
    /// An Outlook file (.msg), which is read with the feature `msg`.
    Msg,
    /// A mail with a TNEF stream.
    MailWithTnef,
    /// A mail without one. It has no search key: that is a MAPI property, and MIME has no place for it.
    PlainMail,
}

impl Form {
    /// The form in words.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Form::Tnef => "TNEF stream",
            Form::Msg => "Outlook file (.msg)",
            Form::MailWithTnef => "mail with TNEF",
            Form::PlainMail => "plain mail",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

/// Headers of a mail in their order, unfolded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The values of all headers of that name, from the top of the mail down.
    pub fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.0.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of the first header of that name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A part of a mail: its type and file name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PartFacts {
    /// `application/ms-tnef`, in lower case; empty where the part does not say.
    pub content_type: String,
    /// The file name; empty where there is none.
    pub name: String,
    /// Place of the part, in words.
    pub at: String,
}

/// A file, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedFile<'a> {
    /// Kind.
    pub form: Form,
    /// TNEF stream or Outlook file that holds the properties, and where it was, `part 2`; empty where it is all.
    pub stream: Option<(Cow<'a, [u8]>, String)>,
    /// The mail's headers.
    pub headers: Headers,
    /// Headers of the mail, as properties of a message without a body.
    pub mail: Option<Message<'static>>,
    /// The mail's parts, those of attached messages not among them.
    pub parts: Vec<PartFacts>,
    /// Notes on how it was taken apart.
    pub notes: Vec<String>,
}

/// Header fields of which a mail has at least one.
const FIELDS: [&str; 7] = ["From", "To", "Subject", "Date", "Message-ID", "Received", "MIME-Version"];

/// The fields that are read as properties.
const WANTED: [&str; 7] = ["From", "Sender", "To", "Cc", "Subject", "Date", "Thread-Index"];

/// Takes a file apart.
///
/// # Errors
/// Malformed if it is no TNEF stream, Outlook file or mail.
pub fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<ParsedFile<'a>> {
    let mut opened = ParsedFile {
        form: Form::Tnef,
        stream: None,
        headers: Headers::default(),
        mail: None,
        parts: Vec::new(),
        notes: Vec::new(),
    };
    if bytes.starts_with(&SIGNATURE_BYTES) {
        opened.stream = Some((Cow::Borrowed(bytes), String::new()));
        return Ok(opened);
    }
    #[cfg(feature = "msg")]
    if crate::msg::MsgReader::is_compound(bytes) {
        opened.form = Form::Msg;
        opened.stream = Some((Cow::Borrowed(bytes), String::new()));
        return Ok(opened);
    }
    let found = find(bytes, limits);
    let header = found.structure.entities.first().map(|mail| mail.header.clone()).unwrap_or(0..0);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = fields(bytes, header.clone()).map(|field| (text(field.name), text(&unfolded(field.value))));
    opened.headers = Headers(all.collect());
    if !FIELDS.iter().any(|field| opened.headers.first(field).is_some()) {
        return Err(Error::new(ErrorKind::Malformed, "neither a TNEF stream nor a mail"));
    }
    opened.form = Form::PlainMail;
    // Only what is asked for is read: of a header, mail may have as many fields as it likes.
    let wanted = |name: &str| fields(bytes, header.clone()).find(|field| field.is(name)).and_then(|field| bytes.get(field.range));
    // The last field of a mail may be without a line end; an empty line in between would end the header.
    let lines = WANTED.iter().filter_map(|name| wanted(name)).flat_map(|field| [field.trim_ascii_end(), b"\r\n"]);
    let mut header: Vec<u8> = lines.flatten().copied().collect();
    header.extend_from_slice(b"\r\n");
    opened.mail = read(&header, &MimeReadOptions::default()).ok();
    if found.incomplete {
        opened.notes.push(Unseen::Limit.to_string());
    }
    let own = |index: usize| found.structure.message_of(index) == 0;
    for (index, entity) in found.structure.entities.iter().enumerate() {
        if own(index) && entity.kind == EntityKind::Leaf {
            let name = file_name(bytes, entity).unwrap_or_default();
            opened.parts.push(PartFacts {
                content_type: entity.content_type.clone(),
                name,
                at: place(&found.structure.section(index)),
            });
        }
    }
    let mut streams: Vec<TnefPart<'a>> = found.parts.into_iter().filter(|part| own(part.entity)).collect();
    let chosen = own_stream(&streams, &opened.headers);
    if streams.len() > 1 {
        let at = streams.get(chosen).map(|part| place(&part.section)).unwrap_or_default();
        opened.notes.push(format!("the mail has {} TNEF parts; {at} is read", streams.len()));
    }
    if chosen < streams.len() {
        let part = streams.swap_remove(chosen);
        opened.form = Form::MailWithTnef;
        opened.stream = Some((part.data, place(&part.section)));
    }
    Ok(opened)
}

/// A part in words.
fn place(section: &str) -> String {
    if section.is_empty() { "the body".to_owned() } else { format!("part {section}") }
}

/// The stream that belongs to the mail, by its correlation key; the first where none says so.
fn own_stream(streams: &[TnefPart<'_>], headers: &Headers) -> usize {
    let Some(correlator) = headers.first("X-MS-TNEF-Correlator").filter(|text| !text.is_empty()) else { return 0 };
    let belongs = |part: &TnefPart<'_>| {
        let message = Message::read(&part.data, &ReadOptions::lenient()).ok()?;
        let key = CorrelationKey(Cow::Borrowed(message.properties.bytes(tags::TNEF_CORRELATION_KEY)?));
        key.matches_header(correlator).then_some(())
    };
    // With one stream there is no choice, and no reason to read it twice.
    if streams.len() < 2 {
        return 0;
    }
    streams.iter().position(|part| belongs(part).is_some()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let open = |bytes: &'static [u8]| super::open(bytes, &Limits::default());
        let plain = open(b"From: a@b.c\r\nSubject: x\r\n y\r\n\r\ntext\r\n").unwrap();
        let mail = plain.mail.as_ref().unwrap();
        assert_eq!(
            (plain.form, mail.subject().as_deref(), plain.headers.first("subject")),
            (Form::PlainMail, Some("x y"), Some("x y"))
        );
        let stream = open(b"\x78\x9F\x3E\x22\x01\x00").unwrap();
        assert_eq!((stream.form, stream.stream.unwrap().0.len()), (Form::Tnef, 6));
        let unended = open(b"Date: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: z").unwrap().mail.unwrap();
        assert_eq!(unended.subject().as_deref(), Some("z"));
        assert!(unended.properties.time(tags::CLIENT_SUBMIT_TIME).is_some());
        for neither in [&b""[..], b"\0\0\0", b"PK\x03\x04", b"no mail at all"] {
            assert_eq!(open(neither).unwrap_err().kind(), ErrorKind::Malformed, "{neither:?}");
        }
    }

    #[test]
    fn a_tnef_part_is_found_by_type_name_or_signature() {
        for headers in [
            "Content-Type: application/ms-tnef\r\n",
            "Content-Type: application/x-other; name=WINMAIL.DAT\r\n",
            "Content-Type: application/octet-stream\r\n",
        ] {
            let mail = format!(
                "From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n{headers}\
                 Content-Transfer-Encoding: base64\r\n\r\neJ8+IgEA\r\n--x--\r\n"
            );
            let opened = open(mail.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(opened.form, Form::MailWithTnef, "{headers}");
            let (stream, at) = opened.stream.unwrap();
            assert_eq!((&stream[..], at.as_str()), (&b"\x78\x9F\x3E\x22\x01\x00"[..], "part 2"), "{headers}");
        }
    }
}
