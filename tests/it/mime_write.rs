//! Messages as MIME: every stream of the corpus converts, two other programs read the mail, and find in it what the stream
//! holds.

#![cfg(feature = "mime")]

use std::path::Path;
use std::process::Command;

use crate::support::{Sample, sha256, tnef_samples};
use proptest::prelude::*;
use serde_json::Value;
use winmail::convert::mime::{self, BodyForms, MimeOptions};
use winmail::mapi::{PropTag, PropValue, RecipientType, tags};
use winmail::message::{Content, MessageKind};
use winmail::{Attachment, CodePage, Message, ReadOptions, Recipient, WriteOptions};

/// What the mail must hold of an attachment: its name, if it has one, and the hash of its data.
fn wanted(message: &Message<'_>, out: &mut Vec<(Option<String>, String)>) {
    // The attachment of a signed mail is the mail.
    if message.kind() == MessageKind::SecureMail {
        return;
    }
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Message(inner) => wanted(inner, out),
            // Its forks become parts of their own.
            Content::Bytes(_) if attachment.is_mac_binary() => {}
            // A page that shows the link.
            Content::None if attachment.reference().is_some() => {
                let reference = attachment.reference().unwrap();
                out.push((Some(reference.file_name()), sha256(reference.to_html().as_bytes())));
            }
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
        let Ok(message) = Message::read(&bytes, &ReadOptions::lenient()) else { continue };
        let mail = mime::write(&message, options).unwrap().bytes;
        let again = mime::write(&message, options).unwrap().bytes;
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

/// Whether nothing in a mail is outside ASCII but addresses, which are UTF-8 then (RFC 6532).
fn is_ascii_but_addresses(mail: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(mail) else { return false };
    let fields = text.replace("\r\n ", " ");
    fields.split("\r\n").all(|field| {
        let name = field.split(':').next().unwrap_or_default();
        field.is_ascii()
            || ["From", "Sender", "Reply-To", "To", "Cc", "Disposition-Notification-To", "Return-Receipt-To"].contains(&name)
    })
}

#[test]
fn every_stream_becomes_a_mail_with_all_its_attachments() {
    for Converted { name, mail, wanted } in converted(&MimeOptions::default()) {
        assert!(is_ascii_but_addresses(&mail), "{name}");
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
    if !script.is_file() {
        println!("skipped: the package stands alone, without tools/check_eml.py");
        return None;
    }
    let Ok(run) = Command::new("python3").arg(script).args(files).output() else {
        println!("skipped: no python3");
        return None;
    };
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let out = String::from_utf8(run.stdout).unwrap();
    Some(out.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

/// Writes the mails into a folder, has Python read them, and looks for the attachments.
fn python_agrees(options: &MimeOptions, folder: &Path) {
    let all = converted(options);
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

#[test]
fn python_finds_no_defect_and_the_same_attachments() {
    let temporary = tempfile::tempdir().unwrap();
    // To look at them.
    let kept = std::env::var_os("WINMAIL_EML_OUT");
    python_agrees(&MimeOptions::default(), kept.as_deref().map_or(temporary.path(), Path::new));
}

#[test]
fn attachments_alone_are_the_same() {
    let mut options = MimeOptions::default();
    options.bodies = BodyForms::None;
    options.charset = CodePage::ISO_2022_JP;
    python_agrees(&options, tempfile::tempdir().unwrap().path());
}

#[test]
fn one_body_in_another_character_set_is_as_good() {
    let mut options = MimeOptions::default();
    options.bodies = BodyForms::Best;
    options.charset = CodePage::WINDOWS_1252;
    options.line_wrap = Some(72);
    options.bcc = true;
    python_agrees(&options, tempfile::tempdir().unwrap().path());
}

/// Runs openssl in a folder; `None`, with a printed line, where there is none.
fn openssl(folder: &Path, args: &str) -> Option<std::process::Output> {
    let run = Command::new("openssl").args(args.split(' ')).current_dir(folder).output();
    if run.is_err() {
        println!("skipped: no openssl");
    }
    run.ok()
}

/// What OpenSSL signs, stored as Outlook stores it, is still signed in the mail.
#[test]
fn a_signature_still_holds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = |name: &str| folder.join(name);
    std::fs::write(file("text"), "Content-Type: text/plain\r\n\r\nTo be signed.  \r\n").unwrap();
    let made = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj /CN=test";
    if openssl(folder, made).is_none() {
        return;
    }
    assert!(openssl(folder, "smime -sign -in text -signer cert -inkey key -out signed").unwrap().status.success());
    assert!(
        openssl(folder, "smime -sign -nodetach -in text -signer cert -inkey key -outform DER -out opaque")
            .unwrap()
            .status
            .success()
    );
    let signed = String::from_utf8(std::fs::read(file("signed")).unwrap()).unwrap();
    let entity = signed.strip_prefix("MIME-Version: 1.0\n").unwrap().replace("\r\n", "\n").replace('\n', "\r\n");
    let opaque = std::fs::read(file("opaque")).unwrap();
    for (class, media_type, name, data) in [
        ("IPM.Note.SMIME.MultipartSigned", "multipart/signed", "", entity.as_bytes()),
        ("IPM.Note.SMIME", "application/pkcs7-mime", "smime.p7m", &opaque),
    ] {
        let mut message = Message::new(class);
        let mut attachment = Attachment::from_bytes(name, data);
        attachment.properties.set(tags::ATTACH_MIME_TAG, media_type);
        message.attachments.push(attachment);
        let stream = message.to_tnef(&WriteOptions::default()).unwrap();
        let read = Message::from_tnef(&stream).unwrap();
        std::fs::write(file("mail"), mime::write(&read, &MimeOptions::default()).unwrap()).unwrap();
        let verified = openssl(folder, "smime -verify -noverify -in mail").unwrap();
        assert!(verified.status.success(), "{class}: {}", String::from_utf8_lossy(&verified.stderr));
        assert!(String::from_utf8_lossy(&verified.stdout).contains("To be signed."), "{class}");
    }
}

/// Text with what could end a field, a parameter or a part early.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,12}",
        Just("\r\nX-Injected: y".to_owned()),
        Just("\n\n".to_owned()),
        Just("\r".to_owned()),
        Just("\0".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("=?utf-8?Q?=0D=0AX-Injected:_y?=".to_owned()),
        Just(">,<:;@".to_owned()),
        Just("--=_".to_owned()),
        Just(" ".repeat(50)),
        Just("x".repeat(1200)),
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_ends_a_field_early(
        texts in proptest::collection::vec(hostile(), 8),
        name in "\\PC{1,30}",
        data in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        const TAGS: [PropTag; 8] = [
            tags::SUBJECT,
            tags::SENDER_NAME,
            tags::SENDER_EMAIL_ADDRESS,
            tags::INTERNET_MESSAGE_ID,
            tags::INTERNET_REFERENCES,
            tags::CONVERSATION_TOPIC,
            tags::DISPLAY_TO,
            tags::BODY,
        ];
        let mut message = Message::new("IPM.Note");
        for (tag, text) in TAGS.iter().zip(&texts) {
            message.properties.set(*tag, text.as_str());
        }
        message.properties.set(tags::HTML, PropValue::Binary(texts[7].clone().into_bytes().into()));
        message.recipients.push(Recipient::one_off(RecipientType::CC, &texts[0], &texts[1], &texts[2]));
        let mut attachment = Attachment::from_bytes(&name, &data[..]);
        attachment.properties.set(tags::ATTACH_MIME_TAG, texts[3].as_str());
        attachment.properties.set(tags::ATTACH_CONTENT_ID, texts[4].as_str());
        attachment.properties.set(tags::ATTACH_CONTENT_LOCATION, texts[5].as_str());
        let wanted = self::name(&attachment);
        message.attachments.push(attachment);
        let mail = mime::write(&message, &MimeOptions::default()).unwrap();
        let text = String::from_utf8(mail.bytes).unwrap();
        prop_assert!(is_ascii_but_addresses(text.as_bytes()));
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line}");
        }
        let parsed = mail_parser::MessageParser::new().parse(text.as_bytes()).unwrap();
        prop_assert!(parsed.parts.iter().all(|part| part.headers.iter().all(|header| header.name() != "X-Injected")), "{text}");
        let mut found = Vec::new();
        found_by_mail_parser(&parsed, &mut found);
        prop_assert!(holds(&found, &(wanted, sha256(&data))), "{name:?} is not among {found:?}");
    }

    #[test]
    fn no_header_of_the_transport_does(block in hostile()) {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::TRANSPORT_MESSAGE_HEADERS, format!("Subject: a {block}\r\nTo: {block}\r\nX-Y: {block}").as_str());
        let mail = mime::write(&message, &MimeOptions::default()).unwrap();
        let text = String::from_utf8(mail.bytes).unwrap();
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 998 && !line.contains(['\r', '\n']), "{line}");
        }
        prop_assert!(is_ascii_but_addresses(text.as_bytes()));
        prop_assert_eq!(text.matches("MIME-Version: 1.0\r\n").count(), 1);
    }
}
