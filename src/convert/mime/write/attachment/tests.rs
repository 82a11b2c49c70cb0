use super::super::apple::tests::mac_binary;
use super::super::{AttachmentForm, BodyForms, MimeOptions, entities, entity, write};
use super::*;
use crate::mapi::PropValue;
use crate::{FileTime, Report};
use mail_parser::{MessageParser, MimeHeaders};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\nrest";

fn html(message: &mut Message<'_>, text: &str) {
    message.properties.set(tags::HTML, PropValue::Binary(text.as_bytes().to_vec().into()));
    message.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(65001));
}

fn rich(message: &mut Message<'_>, rtf: &[u8]) {
    let compressed = crate::rtf::lzfu::store(rtf).unwrap();
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(compressed.into()));
}

fn written(message: &Message<'_>, options: &MimeOptions) -> (String, Report) {
    let mail = write(message, options).unwrap();
    (String::from_utf8(mail.bytes).unwrap(), mail.report)
}

fn part(mail: &mail_parser::Message<'_>, id: usize, out: &mut String) {
    let found = &mail.parts[id];
    match found.content_type() {
        Some(one) => out.push_str(&format!("{}/{}", one.ctype(), one.subtype().unwrap_or_default())),
        None => out.push_str("none"),
    }
    if let Some(children) = found.sub_parts() {
        out.push('(');
        for (number, child) in children.iter().enumerate() {
            out.push_str(if number > 0 { " " } else { "" });
            part(mail, *child as usize, out);
        }
        out.push(')');
    }
    if let Some(inner) = found.message() {
        out.push('[');
        part(inner, 0, out);
        out.push(']');
    }
}

/// The types of the parts as mail-parser sees them: `multipart/mixed(text/plain image/png)`.
fn tree(message: &Message<'_>, options: &MimeOptions) -> String {
    let (mail, _) = written(message, options);
    let mut out = String::new();
    part(&MessageParser::new().parse(mail.as_bytes()).unwrap(), 0, &mut out);
    out
}

fn picture(id: &str) -> Attachment<'static> {
    let mut attachment = Attachment::from_bytes("a.png", PNG);
    attachment.properties.set(tags::ATTACH_CONTENT_ID, id);
    attachment
}

#[test]
fn the_tree_of_bodies_and_attachments() {
    let default = MimeOptions::default();
    let mut message = Message::new("IPM.Note");
    assert_eq!(tree(&message, &default), "text/plain");
    message.properties.set(tags::BODY, "text");
    assert_eq!(tree(&message, &default), "text/plain");
    html(&mut message, "<p>text <img src=\"cid:one@x\"></p>");
    assert_eq!(tree(&message, &default), "multipart/alternative(text/plain text/html)");
    message.attachments.push(picture("one@x"));
    assert_eq!(tree(&message, &default), "multipart/related(multipart/alternative(text/plain text/html) image/png)");
    message.attachments.push(picture("two@x"));
    message.attachments.push(Attachment::from_message(Message::new("IPM.Note")));
    assert_eq!(
        tree(&message, &default),
        "multipart/mixed(multipart/related(multipart/alternative(text/plain text/html) image/png) image/png message/rfc822[text/plain])"
    );
    let bodies = |bodies| MimeOptions { bodies, ..MimeOptions::default() };
    assert_eq!(
        tree(&message, &bodies(BodyForms::Text)),
        "multipart/mixed(text/plain image/png image/png message/rfc822[text/plain])"
    );
    assert_eq!(
        tree(&message, &bodies(BodyForms::Html)),
        "multipart/mixed(multipart/related(text/html image/png) image/png message/rfc822[text/plain])"
    );
    assert_eq!(tree(&message, &bodies(BodyForms::Best)), tree(&message, &bodies(BodyForms::Html)));
    message.attachments.truncate(2);
    assert_eq!(tree(&message, &bodies(BodyForms::None)), "multipart/mixed(image/png image/png)");
    message.attachments.truncate(1);
    assert_eq!(tree(&message, &bodies(BodyForms::None)), "image/png");
}

#[test]
fn pictures_are_shown_where_the_body_refers_to_them() {
    let mut message = Message::new("IPM.Note");
    html(&mut message, "<img src=\"cid:one@x\"><img src=\"http://example.com/b.png\">");
    message.attachments.extend([picture("<one@x>"), picture("unseen@x"), Attachment::from_bytes("b.png", PNG)]);
    message.attachments[2].properties.set(tags::ATTACH_CONTENT_LOCATION, "http://example.com/b.png");
    let (mail, _) = written(&message, &MimeOptions::default());
    for expected in [
        "Content-Disposition: inline; filename=a.png; size=12\r\nContent-ID: <one@x>\r\n",
        "Content-Disposition: attachment; filename=a.png; size=12\r\nContent-ID: <unseen@x>\r\n",
        "Content-Disposition: inline; filename=b.png; size=12\r\nContent-Location: http://example.com/b.png\r\n",
        "Content-Type: multipart/related; type=\"text/html\";\r\n",
    ] {
        assert!(mail.contains(expected), "{expected} in {mail}");
    }
}

#[test]
fn rich_text_shows_pictures_and_names_at_their_places() {
    let mut message = Message::new("IPM.Note");
    rich(&mut message, br"{\rtf1\ansi one {\objattph } two {\objattph } three\par}");
    let mut second = Attachment::from_bytes("b & c.pdf", &b"%PDF"[..]);
    second.properties.set(tags::RENDERING_POSITION, PropValue::Integer32(20));
    let mut first = picture("one@x");
    first.properties.set(tags::ATTACH_MIME_TAG, "image/png");
    first.properties.set(tags::RENDERING_POSITION, PropValue::Integer32(5));
    message.attachments.extend([second, Attachment::from_bytes("hidden.png", PNG), first]);
    assert_eq!(
        tree(&message, &MimeOptions::default()),
        "multipart/mixed(multipart/related(multipart/alternative(text/plain text/html) image/png) application/pdf image/png)"
    );
    let (mail, _) = written(&message, &MimeOptions::default());
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    let html = parsed.body_html(0).unwrap();
    assert!(html.contains("one <img src=\"cid:one@x\" alt=\"a.png\"> two"), "{html}");
    assert!(html.contains("two &lt;&lt;b &amp; c.pdf&gt;&gt; three"), "{html}");
    let options = MimeOptions { rich_text_as_html: false, ..MimeOptions::default() };
    assert_eq!(tree(&message, &options), "multipart/mixed(text/plain application/pdf image/png image/png)");
}

#[test]
fn an_ole_object_goes_with_the_picture_that_shows_it() {
    let mut message = Message::new("IPM.Note");
    let mut object = Attachment::from_storage("Sheet", &b"compound file"[..]);
    object.properties.set(tags::ATTACH_RENDERING, PropValue::Binary(b"metafile".into()));
    let mut file = Attachment::from_bytes("a.txt", &b"text"[..]);
    file.properties.set(tags::ATTACH_RENDERING, PropValue::Binary(b"icon".into()));
    message.attachments.extend([object, file]);
    let (mail, _) = written(&message, &MimeOptions::default());
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    let found: Vec<_> = parsed.attachments().map(|one| (one.attachment_name().unwrap(), one.contents())).collect();
    assert_eq!(found, [("Sheet", &b"compound file"[..]), ("Sheet.wmf", b"metafile"), ("a.txt", b"text")]);
}

#[test]
fn a_mac_binary_file_becomes_two_forks() {
    let mut message = Message::new("IPM.Note");
    for data in [mac_binary(b"n", b"data fork", b"RES"), b"none".to_vec()] {
        let mut attachment = Attachment::from_bytes("report.txt", data);
        let oid = b"\x2A\x86\x48\x86\xF7\x14\x03\x0B\x01";
        attachment.properties.set(tags::ATTACH_ENCODING, PropValue::Binary(oid.into()));
        attachment.properties.set_named(&named::ATTACHMENT_MAC_CONTENT_TYPE, "text/x-mac");
        message.attachments.push(attachment);
    }
    let default = MimeOptions::default();
    assert_eq!(tree(&message, &default), "multipart/mixed(multipart/appledouble(application/applefile text/x-mac) text/x-mac)");
    let (mail, report) = written(&message, &default);
    assert_eq!(report.diagnostics().iter().filter(|one| one.code == Code::MimeInvalidMacBinary).count(), 1);
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    let data: Vec<_> = parsed.attachments().filter(|one| one.is_text()).map(|one| one.contents()).collect();
    assert_eq!(data, [&b"data fork"[..], b"none"]);
}

#[test]
fn media_types_and_names() {
    for (name, tag, data, expected) in [
        ("a.bin", "IMAGE/PNG; x=y", &b""[..], "image/png"),
        ("a.pdf", "", b"", "application/pdf"),
        ("A.HTM", "", b"", "text/html"),
        ("a.unknown", "", b"%PDF-1.7", "application/pdf"),
        ("a", "", b"", "application/octet-stream"),
        ("a.txt", "not a type", b"", "application/octet-stream"),
        ("a.eml", "message/rfc822", b"", "application/octet-stream"),
        ("a", "multipart/mixed", b"", "application/octet-stream"),
        ("winmail.dat", "application/ms-tnef", b"", "application/octet-stream"),
        ("a", "text/plain\r\nX: y", b"", "application/octet-stream"),
    ] {
        let mut attachment = Attachment::from_bytes(name, data);
        attachment.properties.set(tags::ATTACH_MIME_TAG, tag);
        assert_eq!(media_type(&attachment), expected, "{name} {tag}");
    }
    let unnamed = Attachment::new(AttachMethod::BY_VALUE, Content::Bytes(PNG.into()));
    assert_eq!(file_name(0, &unnamed), "attachment-1.png");
    assert_eq!(file_name(1, &Attachment::from_bytes(" a\r\n.txt ", PNG)), "a .txt");
}

#[test]
fn what_is_known_of_a_file_stands_in_its_header() {
    let mut attachment = Attachment::from_bytes("\u{fc}ber.txt", &b"x"[..]);
    let properties = &mut attachment.properties;
    properties.set(tags::DISPLAY_NAME, "About");
    properties.set(tags::TEXT_ATTACHMENT_CHARSET, "koi8-r");
    properties.set(tags::CREATION_TIME, PropValue::Time(FileTime::from_unix(1_700_000_000, 0).unwrap()));
    let mut message = Message::new("IPM.Note");
    message.attachments.push(attachment);
    let options = MimeOptions { bodies: BodyForms::None, ..MimeOptions::default() };
    let header = |options| String::from_utf8(entity(&message, options, &mut Report::new()).unwrap().header).unwrap();
    assert_eq!(
        header(&options),
        "Content-Type: text/plain; charset=koi8-r; name*=utf-8''%C3%BCber.txt\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename*=utf-8''%C3%BCber.txt; size=1;\r\n \
         creation-date=\"Tue, 14 Nov 2023 22:13:20 +0000\"\r\n\
         Content-Description: About\r\n"
    );
    let both = MimeOptions { encoded_word_names: true, ..options.clone() };
    assert!(header(&both).contains("name=\"=?utf-8?Q?=C3=BCber=2Etxt?=\""), "{}", header(&both));
}

#[test]
fn what_has_no_data_is_told_and_keeps_its_place() {
    let mut message = Message::new("IPM.Note");
    let mut attachment = Attachment::new(AttachMethod::BY_REFERENCE, Content::None);
    attachment.properties.set(tags::ATTACH_LONG_FILENAME, "far.txt");
    message.attachments.push(attachment);
    let (mail, report) = written(&message, &MimeOptions::default());
    let found = report.diagnostics().iter().find(|one| one.code == Code::MimeAttachmentWithoutData).unwrap();
    assert_eq!((found.detail.as_str(), found.path.to_string().as_str()), ("it has none", "attAttachment[0]"));
    assert!(mail.contains("filename=far.txt"));
}

#[test]
fn files_behind_the_text_for_readers_without_mime() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "one two three four");
    html(&mut message, "<p>one two three four</p>");
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "inner");
    message.attachments.extend([Attachment::from_bytes("cat.txt", &b"Cat"[..]), Attachment::from_message(inner)]);
    let options = MimeOptions { attachments: AttachmentForm::Uuencode, line_wrap: Some(10), ..MimeOptions::default() };
    let (mail, _) = written(&message, &options);
    assert!(
        mail.contains(
            "\r\n\r\none two\r\nthree four\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n\r\nbegin 644 inner.eml\r\n"
        ),
        "{mail}"
    );
    assert_eq!(tree(&message, &options), "text/plain");
}

#[test]
fn entities_are_the_parts_of_the_mail() {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "text");
    let report = &mut Report::new();
    let options = MimeOptions::default();
    let one = entities(&message, &options, report).unwrap();
    assert_eq!(one, [entity(&message, &options, report).unwrap()]);
    assert_eq!(one[0].to_bytes(), b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\ntext\r\n");
    message.attachments.push(Attachment::from_bytes("a.txt", &b"Cat"[..]));
    let two = entities(&message, &options, report).unwrap();
    assert_eq!(two.len(), 2);
    assert_eq!(two[0], one[0]);
    assert!(two[1].body == b"Q2F0\r\n" && !two[1].header.windows(4).any(|window| window == b"MIME"));
}

#[test]
fn the_deepest_nesting_that_is_read_fits_a_small_stack() {
    let mut message = Message::new("IPM.Note");
    for _ in 0..Limits::MAX_DEPTH + 2 {
        let mut outer = Message::new("IPM.Note");
        outer.attachments.push(Attachment::from_message(message));
        message = outer;
    }
    let small = std::thread::Builder::new().stack_size(512 << 10);
    let report = small
        .spawn(move || {
            let mail = write(&message, &MimeOptions::default()).unwrap();
            let report = mail.report;
            assert_eq!(String::from_utf8(mail.bytes).unwrap().matches("message/rfc822").count(), Limits::MAX_DEPTH);
            report
        })
        .unwrap();
    assert!(report.join().unwrap().contains(Code::NestingTooDeep));
}

/// RFC 1741: the text of BinHex is not encoded again, even where a line looks like a boundary.
#[test]
fn binhex_stands_as_it_is() {
    let mut state = 1u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    let mut attachment = Attachment::from_bytes("big", mac_binary(b"n", &noise.take(1 << 20).collect::<Vec<_>>(), b""));
    attachment.properties.set(tags::ATTACH_ENCODING, PropValue::Binary(b"\x2A\x86\x48\x86\xF7\x14\x03\x0B\x01".into()));
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, "text");
    message.attachments.push(attachment);
    let options = MimeOptions { mac_files: super::super::MacFileForm::BinHex, ..MimeOptions::default() };
    let (mail, _) = written(&message, &options);
    assert!(mail.contains("mac-binhex40; name=big\r\nContent-Transfer-Encoding: 7bit\r\n"));
    assert!(mail.lines().any(|line| line.starts_with("--") && line.len() == 64 && !line.contains('=')), "the case is there");
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    assert_eq!((parsed.parts.len(), parsed.attachment_count()), (3, 1));
}

#[test]
fn references_become_pages_that_show_the_link() {
    for method in [2, 4, 7] {
        let mut message = Message::new("IPM.Note");
        let mut reference = Attachment::new(AttachMethod(method), Content::None);
        reference.properties.set(tags::ATTACH_LONG_FILENAME, "plan.docx");
        reference.properties.set(tags::ATTACH_LONG_PATHNAME, "https://example.com/plan?a&b");
        message.attachments.push(reference);
        let (mail, report) = written(&message, &MimeOptions::default());
        assert!(report.worst().is_none(), "{report:?}");
        let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
        let part = parsed.attachment(0).unwrap();
        assert_eq!(part.attachment_name(), Some("plan.docx.html"));
        assert!(part.text_contents().unwrap().contains("href=\"https://example.com/plan?a&amp;b\""));
        let options = MimeOptions { attachments: AttachmentForm::Uuencode, ..MimeOptions::default() };
        assert!(written(&message, &options).0.contains(" plan.docx.html"));
    }
}

#[test]
fn names_of_what_has_none() {
    let named = |extension: &str, tag: &str, data: &'static [u8]| {
        let mut attachment = Attachment::new(AttachMethod::BY_VALUE, Content::Bytes(data.into()));
        attachment.properties.set(tags::ATTACH_EXTENSION, extension);
        attachment.properties.set(tags::ATTACH_MIME_TAG, tag);
        file_name(0, &attachment)
    };
    assert_eq!(named("", "", b"data"), "attachment-1.bin");
    assert_eq!(named("", "application/octet-stream", b"data"), "attachment-1.bin");
    assert_eq!(named("", "", b"PK\x03\x04"), "attachment-1.zip");
    assert_eq!(named(".tar.gz", "image/png", b"data"), "attachment-1.tar.gz");
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "Build a train");
    let mut attachment = Attachment::new(AttachMethod::EMBEDDED_MESSAGE, Content::Message(Box::new(inner)));
    assert_eq!(file_name(0, &attachment), "Build a train");
    attachment.properties.set(tags::ATTACH_LONG_FILENAME, "Untitled Attachment");
    assert_eq!(file_name(0, &attachment), "Build a train");
    attachment.properties.set(tags::DISPLAY_NAME, "Test Task");
    assert_eq!(file_name(0, &attachment), "Test Task");
}
