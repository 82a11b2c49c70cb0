//! `multipart/encrypted` (RFC 1847, 2.2; RFC 3156, 4): what PGP encrypted is two attachments of a message that has no body.

use std::borrow::Cow;

use crate::convert::mime::parameter::Parameterized;
use crate::mapi::named;
use crate::message::{Attachment, Content, Message};

use super::attachment::media_type;
use super::encoding::TransferEncoding;
use super::part::Part;

/// The parts of a message that says of itself that it is encrypted, and is made up as such; `None` for all others.
pub(super) fn encrypted<'m>(message: &'m Message<'_>) -> Option<Box<Part<'m>>> {
    let own = message.properties.named_str(&named::CONTENT_TYPE)?.to_ascii_lowercase();
    let [control, data] = message.attachments.as_slice() else { return None };
    if own.split(';').next()?.trim() != "multipart/encrypted" || !message.bodies().is_empty() {
        return None;
    }
    let protocol = media_type(control);
    let parts = vec![part(control, &protocol)?, part(data, &media_type(data))?];
    Some(Box::new(Part::multipart_of("encrypted", vec![("protocol", protocol)], parts)))
}

/// Whether a message is written as `multipart/encrypted`.
pub(in crate::convert::mime) fn is_encrypted(message: &Message<'_>) -> bool {
    encrypted(message).is_some()
}

fn part<'m>(attachment: &'m Attachment<'_>, media_type: &str) -> Option<Part<'m>> {
    let Content::Bytes(data) = &attachment.content else { return None };
    let content_type = Parameterized::new("Content-Type", media_type);
    let mut part = Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::of_seven_bit(data));
    if let Some(name) = attachment.file_name().filter(|name| !name.is_empty()) {
        Parameterized::new("Content-Disposition", "inline").with("filename", &name).write(&mut part.header);
    }
    Some(part)
}

#[cfg(test)]
mod tests {
    use crate::convert::mime::filter::{FilterOptions, filter};
    use crate::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, encapsulate, read, write};

    /// The example of RFC 3156, 4.
    const MAIL: &str = "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/encrypted; boundary=foo;\r\n \
        protocol=\"application/pgp-encrypted\"\r\n\r\n--foo\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n\
        --foo\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhIwDY32hYGCE8MkBA/wOu7d4\r\n\
        -----END PGP MESSAGE-----\r\n--foo--\r\n";

    /// Through a message and back.
    #[test]
    fn what_is_encrypted_stays_whole() {
        let message = read(MAIL.as_bytes(), &MimeReadOptions::default()).unwrap();
        let made = write(&message, &MimeOptions::default()).unwrap();
        assert_whole(made.bytes);
    }

    /// Through a mail that carries a stream, whose text is empty.
    #[test]
    fn what_is_encrypted_is_the_mail_again_behind_a_stream() {
        let message = read(MAIL.as_bytes(), &MimeReadOptions::default()).unwrap();
        let carried = encapsulate(&message, &EncapsulateOptions::default()).unwrap();
        assert_whole(filter(&carried.bytes, &FilterOptions::default()).mail.unwrap().to_vec());
    }

    fn assert_whole(made: Vec<u8>) {
        let made = String::from_utf8(made).unwrap();
        let body = made.split_once("\r\n\r\n").unwrap().1;
        assert!(made.contains("Content-Type: multipart/encrypted;"), "{made}");
        assert!(made.contains("protocol=\"application/pgp-encrypted\""), "{made}");
        assert_eq!(body.matches("Content-Type: ").count(), 2, "{made}");
        assert!(body.contains("\r\n\r\nVersion: 1\r\n") && body.contains("hIwDY32hYGCE8MkBA/wOu7d4\r\n"), "{made}");
        assert!(!body.contains("Content-Disposition"), "{made}");
        assert!(!made.contains("multipart/mixed"), "{made}");
    }
}
