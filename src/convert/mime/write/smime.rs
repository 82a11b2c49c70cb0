//! S/MIME ([MS-OXOSMIME] 2.1, RFC 8551): the one attachment of the message is the mail.
//!
//! | class | attachment | root |
//! |---|---|---|
//! | IPM.Note.SMIME.MultipartSigned | a whole `multipart/signed` entity, its header first | that entity, byte for byte |
//! | IPM.Note.SMIME | PKCS #7, `smime.p7m` | `application/pkcs7-mime` |
//!
//! The attachment's type decides, since writers do not keep to the classes. What is signed is never encoded anew: a signature over
//! other bytes is invalid. Line ends alone become CR LF, which is what signatures are made over.

use std::borrow::Cow;

use crate::base::Offset;
use crate::base::{Code, Result};
use crate::convert::mime::parameter::Parameterized;
use crate::convert::mime::words;
use crate::mapi::{named, tags};
use crate::message::{Attachment, Content, Message, MessageKind};

use super::encoding::TransferEncoding;
use super::part::{Contents, Part};
use super::transport;
use super::writer::Writer;

impl Writer<'_> {
    /// The root of a signed or encrypted message; `None` for other messages, and for those that only say so.
    pub(super) fn smime<'m>(&mut self, message: &'m Message<'_>) -> Result<Option<Box<Part<'m>>>> {
        let class = message.class().unwrap_or_default().to_ascii_lowercase();
        let by_class = message.kind() == MessageKind::SecureMail
            || (class.starts_with("ipm.infopathform.")
                && (class.ends_with(".smime") || class.ends_with(".smime.multipartsigned")));
        if !by_class {
            return Ok(None);
        }
        let found = match message.attachments.as_slice() {
            [only] => signed(only).or_else(|| opaque(message, only)),
            _ => None,
        };
        match &found {
            Some(Part { contents: Contents::Raw(data), .. }) if !data.is_ascii() => {
                self.ctx.defect(Code::MimeEightBit, 0, 0, "multipart/signed with bytes outside ASCII")?;
            }
            Some(_) => {}
            None => {
                let detail = format!("{} attachments", message.attachments.len());
                self.ctx.defect(Code::MimeInvalidSmime, 0, 0, detail)?;
            }
        }
        Ok(found.map(Box::new))
    }
}

fn file<'m>(attachment: &'m Attachment<'_>) -> Option<&'m [u8]> {
    match &attachment.content {
        Content::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// An entity that starts with its header, `Content-Type: multipart/signed`.
fn signed<'m>(attachment: &'m Attachment<'_>) -> Option<Part<'m>> {
    let data = file(attachment)?;
    let data = data.strip_prefix(b"\r\n").unwrap_or(data);
    let (head, body) = split(data)?;
    let fields = transport::fields(std::str::from_utf8(head).ok().filter(|head| head.is_ascii())?);
    let is_content = |name: &str| name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("Content-"));
    let content_type = fields.iter().find(|field| field.name.eq_ignore_ascii_case("Content-Type"))?;
    let media_type = content_type.value.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("multipart/signed") || !content_type.value.to_ascii_lowercase().contains("boundary") {
        return None;
    }
    let mut header = Vec::new();
    for field in fields.iter().filter(|field| is_content(&field.name)) {
        let encoding = field.name.eq_ignore_ascii_case("Content-Transfer-Encoding");
        // A multipart has none, and 8bit would promise what a 7-bit route does not keep.
        if !encoding {
            words::field(&field.name, &words::clean(&field.value), &mut header);
        }
    }
    Some(Part { header, contents: Contents::Raw(with_crlf(body)) })
}

/// PKCS #7: signed with the contents inside, or encrypted.
fn opaque<'m>(message: &Message<'_>, attachment: &'m Attachment<'_>) -> Option<Part<'m>> {
    let data = file(attachment).filter(|data| !data.is_empty())?;
    let tag = attachment.mime_tag().unwrap_or_default().to_ascii_lowercase();
    let name = attachment.file_name().unwrap_or_default().to_ascii_lowercase();
    let media_type = tag.split(';').next().unwrap_or_default().trim();
    let is_type = |text: &str| matches!(text, "application/pkcs7-mime" | "application/x-pkcs7-mime");
    if !is_type(media_type) && !name.ends_with(".p7m") {
        return None;
    }
    // PidNameContentType holds the field that the mail had, with what the data is.
    let own = message.properties.named_str(&named::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    let of_tag = attachment.properties.str(tags::ATTACH_MIME_TAG).unwrap_or_default().to_ascii_lowercase();
    let kinds = ["enveloped-data", "signed-data", "compressed-data", "authenveloped-data", "certs-only"];
    let kind = |text: &str| {
        let value = text.split_once("smime-type")?.1.trim_start_matches([' ', '=', '"']);
        kinds.into_iter().find(|kind| value.starts_with(kind))
    };
    let mut content_type = Parameterized::new("Content-Type", "application/pkcs7-mime");
    if let Some(kind) = kind(&own).or_else(|| kind(&of_tag)) {
        content_type = content_type.with("smime-type", kind);
    }
    let content_type = content_type.with("name", "smime.p7m");
    let mut part = Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::Base64);
    Parameterized::new("Content-Disposition", "attachment").with("filename", "smime.p7m").write(&mut part.header);
    Some(part)
}

/// Header and body, at the first empty line.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let find = |mark: &[u8]| data.windows(mark.len()).position(|window| window == mark).map(|at| (at, mark.len()));
    let ends = [find(b"\r\n\r\n"), find(b"\n\n")];
    let (at, length) = ends.into_iter().flatten().min()?;
    let (header, rest) = data.split_at_checked(at)?;
    Some((header, rest.get(length..)?))
}

/// The same with every line end as CR LF.
fn with_crlf(data: &[u8]) -> Cow<'_, [u8]> {
    let count = |wanted: u8| data.iter().filter(|byte| **byte == wanted).count();
    let whole = data.windows(2).filter(|pair| pair == b"\r\n").count();
    if count(b'\r') == whole && count(b'\n') == whole {
        return Cow::Borrowed(data);
    }
    let mut out = Vec::with_capacity((Offset::of(data) + data.len() / 32).index());
    let mut rest = data;
    while let Some((byte, tail)) = rest.split_first() {
        rest = tail;
        if matches!(byte, b'\r' | b'\n') {
            out.extend_from_slice(b"\r\n");
            if *byte == b'\r' {
                rest = tail.strip_prefix(b"\n").unwrap_or(tail);
            }
        } else {
            out.push(*byte);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::super::{MimeOptions, write};
    use crate::mapi::{PropValue, named, tags};
    use crate::{Attachment, Code, Message, Report};

    const SIGNED: &str = "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\";\r\n\tmicalg=sha-256; \
        boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nsigned  \r\n--b1\r\nContent-Type: \
        application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b1--\r\n";

    fn message(class: &str, mime: &str, name: &str, data: &[u8]) -> Message<'static> {
        let mut message = Message::new(class);
        message.properties.set(tags::SUBJECT, "s");
        let mut attachment = Attachment::from_bytes(name, data.to_vec());
        attachment.properties.set(tags::ATTACH_MIME_TAG, mime);
        message.attachments.push(attachment);
        message
    }

    fn written(message: &Message<'_>) -> (String, Report) {
        let mail = write(message, &MimeOptions::default()).unwrap();
        (String::from_utf8(mail.bytes).unwrap(), mail.report)
    }

    #[test]
    fn what_is_signed_keeps_its_bytes() {
        for data in [SIGNED.to_owned(), SIGNED.replace("\r\n", "\n")] {
            let (mail, report) = written(&message("IPM.Note.SMIME.MultipartSigned", "multipart/signed", "", data.as_bytes()));
            assert!(report.diagnostics().iter().all(|one| one.code != Code::MimeInvalidSmime), "{report:?}");
            let (_, body) = SIGNED.split_once("\r\n\r\n").unwrap();
            assert!(mail.ends_with(body), "{mail}");
            assert!(mail.contains("\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\";"), "{mail}");
            assert_eq!(mail.matches("MIME-Version").count(), 1);
        }
    }

    #[test]
    fn what_is_encrypted_is_the_mail() {
        let mut message = message("IPM.Note.SMIME", "application/x-pkcs7-mime", "smime.p7m", &[0x30, 0x80]);
        message.properties.set_named(&named::CONTENT_TYPE, "application/pkcs7-mime; smime-type=\"enveloped-data\"; name=x");
        let (mail, _) = written(&message);
        assert!(mail.ends_with("filename=smime.p7m\r\n\r\nMIA=\r\n"), "{mail}");
        assert!(mail.contains("application/pkcs7-mime; smime-type=enveloped-data;\r\n name=smime.p7m\r\n"), "{mail}");
    }

    #[test]
    fn what_only_says_so_is_an_ordinary_message() {
        let mut two = message("IPM.Note.SMIME", "application/pkcs7-mime", "smime.p7m", b"x");
        two.attachments.push(Attachment::from_bytes("second.txt", &b"y"[..]));
        let no_entity = message("IPM.Note.SMIME.MultipartSigned", "multipart/signed", "a.txt", b"no header");
        for (message, name) in [(two, "second.txt"), (no_entity, "a.txt")] {
            let (mail, report) = written(&message);
            assert!(report.contains(Code::MimeInvalidSmime));
            assert!(mail.contains(&format!("filename={name}")), "{mail}");
        }
    }

    #[test]
    fn signed_bytes_outside_ascii_are_told() {
        let data = SIGNED.replace("signed  ", "sign\u{e9}");
        let message = message("IPM.Note.SMIME.MultipartSigned", "multipart/signed", "", data.as_bytes());
        let (mail, report) = written(&message);
        assert!(report.contains(Code::MimeEightBit) && mail.contains("sign\u{e9}"));
    }

    #[test]
    fn a_signed_message_inside_another_is_a_mail_of_its_own() {
        let mut outer = Message::new("IPM.Note");
        let inner = message("IPM.Note.SMIME.MultipartSigned", "multipart/signed", "", SIGNED.as_bytes());
        outer.attachments.push(Attachment::from_message(inner));
        outer.properties.set(tags::HTML, PropValue::Binary(b"<p>x</p>".into()));
        let (mail, _) = written(&outer);
        let parsed = mail_parser::MessageParser::new().parse(mail.as_bytes()).unwrap();
        let inner = parsed.attachment(0).unwrap().message().unwrap();
        assert_eq!(inner.body_text(0).unwrap(), "signed  ");
    }
}
