//! What a file is: a TNEF stream, a mail that carries one, a plain mail. The one place here that reads mail.
//!
//! Of several TNEF parts the one counts whose PidTagTnefCorrelationKey is the mail's X-MS-TNEF-Correlator ([MS-OXCMAIL]
//! 2.1.3.4), else the first; parts of attached messages belong to those and do not count.

use std::borrow::Cow;
use std::fmt;

use mail_parser::{MessageParser, MimeHeaders, PartType};

use crate::base::{Error, ErrorKind, ReadOptions, Report, Result};
use crate::mapi::blob::CorrelationKey;
use crate::mapi::tags;
use crate::message::Message;
use crate::tnef::SIGNATURE;

/// In which form a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A TNEF stream alone.
    Tnef,
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
pub struct PartFacts {
    /// `application/ms-tnef`, in lower case; empty where the part does not say.
    pub content_type: String,
    /// The file name; empty where there is none.
    pub name: String,
}

/// A file, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier<'a> {
    /// What it is.
    pub form: Form,
    /// The TNEF stream and where it was, `part 2`; empty where it is all.
    pub tnef: Option<(Cow<'a, [u8]>, String)>,
    /// The mail's headers.
    pub headers: Headers,
    /// The mail's addresses, decoded: From, then To and Cc.
    pub from: Option<String>,
    /// To and Cc.
    pub to: Vec<String>,
    /// The mail's subject, decoded.
    pub subject: Option<String>,
    /// The mail's Date in seconds since 1970.
    pub date: Option<i64>,
    /// The mail's parts.
    pub parts: Vec<PartFacts>,
    /// What should be known of how it was taken apart.
    pub notes: Vec<String>,
}

/// How many parts of a mail are looked at.
const MAX_PARTS: usize = 10_000;

/// Header fields of which a mail has at least one.
const FIELDS: [&str; 7] = ["From", "To", "Subject", "Date", "Message-ID", "Received", "MIME-Version"];

/// Takes a file apart.
///
/// # Errors
/// Malformed if it is neither a TNEF stream nor a mail.
pub fn open(bytes: &[u8]) -> Result<Carrier<'_>> {
    let empty = Carrier {
        form: Form::Tnef,
        tnef: None,
        headers: Headers::default(),
        from: None,
        to: Vec::new(),
        subject: None,
        date: None,
        parts: Vec::new(),
        notes: Vec::new(),
    };
    if bytes.starts_with(&SIGNATURE.to_le_bytes()) {
        return Ok(Carrier { tnef: Some((Cow::Borrowed(bytes), String::new())), ..empty });
    }
    let neither = || Error::new(ErrorKind::Malformed, "neither a TNEF stream nor a mail");
    let mail = MessageParser::default().parse(bytes).ok_or_else(neither)?;
    let raw = |header: &mail_parser::Header<'_>| {
        let place = usize::try_from(header.offset_start).ok()?..usize::try_from(header.offset_end).ok()?;
        Some((header.name.as_str().to_owned(), unfold(&String::from_utf8_lossy(bytes.get(place)?))))
    };
    let headers = Headers(mail.headers().iter().filter_map(raw).collect());
    if !FIELDS.iter().any(|field| headers.first(field).is_some()) {
        return Err(neither());
    }
    let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
        let list = list.into_iter().flat_map(|list| list.iter());
        list.filter_map(|one| one.address.as_deref()).map(str::to_owned).collect()
    };
    let mut carrier = Carrier {
        form: Form::PlainMail,
        from: addresses(mail.from()).into_iter().next(),
        to: addresses(mail.to()).into_iter().chain(addresses(mail.cc())).collect(),
        subject: mail.subject().map(str::to_owned),
        date: mail.date().map(mail_parser::DateTime::to_timestamp),
        headers,
        ..empty
    };
    let mut streams: Vec<(Vec<u8>, String)> = Vec::new();
    for (number, part) in mail.parts.iter().enumerate().take(MAX_PARTS) {
        let content_type = part.content_type().map_or_else(String::new, |of| {
            let subtype = of.c_subtype.as_deref().map(|subtype| format!("/{subtype}")).unwrap_or_default();
            format!("{}{subtype}", of.c_type).to_ascii_lowercase()
        });
        let name = part.attachment_name().unwrap_or_default().to_owned();
        if matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_)) && is_tnef(&content_type, &name, part.contents())
        {
            streams.push((part.contents().to_vec(), format!("part {number}")));
        }
        carrier.parts.push(PartFacts { content_type, name });
    }
    if streams.is_empty() {
        return Ok(carrier);
    }
    carrier.form = Form::MailWithTnef;
    let chosen = own_stream(&streams, &carrier.headers);
    if streams.len() > 1 {
        carrier.notes.push(format!(
            "the mail has {} TNEF parts; {} is read",
            streams.len(),
            streams.get(chosen).map_or("none", |(_, at)| at)
        ));
    }
    carrier.tnef = streams.into_iter().nth(chosen).map(|(bytes, at)| (Cow::Owned(bytes), at));
    Ok(carrier)
}

/// The stream that belongs to the mail, by its correlation key; the first where none says so.
fn own_stream(streams: &[(Vec<u8>, String)], headers: &Headers) -> usize {
    let Some(correlator) = headers.first("X-MS-TNEF-Correlator").filter(|text| !text.is_empty()) else { return 0 };
    let belongs = |bytes: &[u8]| {
        let message = Message::read(bytes, &ReadOptions::lenient(), &mut Report::new()).ok()?;
        let key = CorrelationKey(Cow::Owned(message.properties.bytes(tags::TNEF_CORRELATION_KEY)?.to_vec()));
        key.matches_header(correlator).then_some(())
    };
    streams.iter().position(|(bytes, _)| belongs(bytes).is_some()).unwrap_or(0)
}

fn is_tnef(content_type: &str, name: &str, contents: &[u8]) -> bool {
    // The type is often lost on the way; the name and the signature are not.
    matches!(content_type, "application/ms-tnef" | "application/vnd.ms-tnef")
        || name.eq_ignore_ascii_case("winmail.dat")
        || contents.starts_with(&SIGNATURE.to_le_bytes())
}

/// A header's value on one line.
fn unfold(value: &str) -> String {
    value.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let plain = open(b"From: a@b.c\r\nSubject: x\r\n y\r\n\r\ntext\r\n").unwrap();
        assert_eq!(
            (plain.form, plain.from.as_deref(), plain.headers.first("subject")),
            (Form::PlainMail, Some("a@b.c"), Some("x y"))
        );
        let stream = open(b"\x78\x9F\x3E\x22\x01\x00").unwrap();
        assert_eq!((stream.form, stream.tnef.unwrap().0.len()), (Form::Tnef, 6));
        for neither in [&b""[..], b"\0\0\0", b"PK\x03\x04", b"no mail at all"] {
            assert_eq!(open(neither).unwrap_err().kind(), ErrorKind::Malformed, "{neither:?}");
        }
    }

    #[test]
    fn a_tnef_part_is_found_by_type_name_or_signature() {
        for headers in [
            "Content-Type: application/ms-tnef\r\n",
            "Content-Type: application/octet-stream; name=WINMAIL.DAT\r\n",
            "Content-Type: application/octet-stream\r\n",
        ] {
            let mail = format!(
                "From: a@b.c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n{headers}\
                 Content-Transfer-Encoding: base64\r\n\r\neJ8+IgEA\r\n--x--\r\n"
            );
            let carrier = open(mail.as_bytes()).unwrap();
            assert_eq!(carrier.form, Form::MailWithTnef, "{headers}");
            let (stream, at) = carrier.tnef.unwrap();
            assert_eq!((&stream[..], at.as_str()), (&b"\x78\x9F\x3E\x22\x01\x00"[..], "part 2"), "{headers}");
        }
    }
}
