//! What is a mail by its Content-Type alone: `multipart/encrypted` (RFC 1847, 2.2; RFC 3156, 4), of which what PGP encrypted is two
//! attachments of a message that has no body, and a piece of a mail, `message/partial`, or what says where a body is,
//! `message/external-body` (RFC 2046, 5.2.2 and 5.2.3), which are one.

use std::borrow::Cow;

use crate::convert::mime::parameter::Parameterized;
use crate::mapi::named;
use crate::message::{Attachment, Content, Message};

use super::attachment::media_type;
use super::elsewhere;
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

/// The part of a message that says of itself that it is a piece of one, or where its body is; `None` for all others.
pub(super) fn partial<'m>(message: &'m Message<'_>) -> Option<Box<Part<'m>>> {
    let [piece] = message.attachments.as_slice() else { return None };
    let Content::Bytes(data) = &piece.content else { return None };
    let content_type = elsewhere::content_type(&message.properties).filter(|_| message.bodies().is_empty())?;
    Some(Box::new(Part::data(&content_type, Cow::Borrowed(data), TransferEncoding::Identity)))
}

/// Whether a message is written as `multipart/encrypted`, `message/partial` or `message/external-body`.
pub(in crate::convert::mime) fn is_encrypted(message: &Message<'_>) -> bool {
    encrypted(message).is_some() || partial(message).is_some()
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

    /// The example of RFC 2046, 5.2.2.1, the second piece.
    #[test]
    fn a_piece_of_a_mail_stays_one() {
        let mail = "From: Bill@host.com\r\nTo: joe@otherhost.com\r\nSubject: Audio mail (part 2 of 2)\r\nMIME-Version: 1.0\r\n\
            Message-ID: <id2@host.com>\r\nContent-Type: message/partial;\r\n id=\"ABC@host.com\"; number=2; total=2\r\n\r\n\
            ... second half of encoded audio data goes here ...\r\n";
        for made in both_ways(mail) {
            let (header, body) = made.split_once("\r\n\r\n").unwrap();
            let unfolded = header.replace("\r\n ", " ");
            assert!(unfolded.contains("Content-Type: message/partial; id=\"ABC@host.com\"; number=2; total=2"), "{made}");
            assert_eq!(body.trim_end(), "... second half of encoded audio data goes here ...");
        }
    }

    /// The example of RFC 2017, 5.
    #[test]
    fn a_body_elsewhere_is_still_found_there() {
        let mail = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-type: message/external-body; access-type=URL;\r\n \
            URL=\"ftp://ftp.example.com/etc/mail\"; size=20\r\n\r\nContent-type: text/html\r\nContent-ID: <a@b>\r\n\r\n";
        for made in both_ways(mail) {
            let (header, body) = made.split_once("\r\n\r\n").unwrap();
            let own = header.replace("\r\n ", " ");
            assert!(own.contains("Content-Type: message/external-body; access-type=URL; "), "{made}");
            assert!(own.contains("url=\"ftp://ftp.example.com/etc/mail\"") && own.contains("size=20"), "{made}");
            assert!(body.starts_with("Content-type: text/html\r\nContent-ID: <a@b>\r\n"), "{made}");
        }
    }

    #[test]
    fn a_file_elsewhere_among_others_is_still_found_there() {
        let mail = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
            --b\r\nContent-Type: message/external-body; access-type=URL; URL=\"https://example.com/f.pdf\"\r\n\r\n\
            Content-type: application/pdf\r\nContent-ID: <a@b>\r\n\r\n\r\n--b--\r\n";
        for made in both_ways(mail) {
            let lines = made.replace("\r\n ", " ");
            assert!(
                lines.contains("Content-Type: message/external-body; access-type=URL; url=\"https://example.com/f.pdf\""),
                "{made}"
            );
            assert!(lines.contains("\r\nContent-type: application/pdf\r\nContent-ID: <a@b>\r\n"), "{made}");
            assert!(!lines.contains("ms-tnef"), "{made}");
        }
    }

    /// A mail through a message, and through a mail that carries a stream.
    fn both_ways(mail: &str) -> [String; 2] {
        let message = read(mail.as_bytes(), &MimeReadOptions::default()).unwrap();
        let carried = encapsulate(&message, &EncapsulateOptions::default()).unwrap();
        [
            write(&message, &MimeOptions::default()).unwrap().bytes,
            filter(&carried.bytes, &FilterOptions::default()).mail.unwrap().to_vec(),
        ]
        .map(|made| String::from_utf8(made).unwrap())
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
