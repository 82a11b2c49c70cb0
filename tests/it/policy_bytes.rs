//! `policy apply` down to the bytes: character sets, transfer encodings, files of a Macintosh.
#![cfg(all(feature = "policy", feature = "mime"))]

use mail_parser::{MessageParser, MimeHeaders};
use winmail::mapi::entry_id::OneOffEntryId;
use winmail::mapi::entry_id::{EntryId, OneOffFlags};
use winmail::mapi::{PropValue, RecipientType, named, tags};
use winmail::policy::apply::{Submission, apply, facts};
use winmail::policy::file;
use winmail::{Attachment, Code, Message, ReadOptions, Recipient, Report};

/// The mails for these recipients, a mail for each of the groups.
fn applied(policy: &str, message: &Message<'_>, to: &[&str]) -> (Vec<(Vec<String>, String)>, Report) {
    let policy = file::read("policy.toml", policy).unwrap().policy;
    let options = ReadOptions::lenient();
    let mut charset = None;
    let facts = facts(message, &mut charset);
    let to: Vec<String> = to.iter().map(|one| (*one).to_owned()).collect();
    let submission = Submission { from: "x@inside.example", to: &to, message, facts, original: None };
    let outgoing = apply(&policy, &submission, &options).unwrap();
    let mut report = Report::new();
    for one in &outgoing {
        report.append(&one.report, &options);
    }
    let mails = outgoing
        .into_iter()
        .map(|one| (one.recipients.iter().map(|one| (*one).to_owned()).collect(), String::from_utf8(one.mail).unwrap()))
        .collect();
    (mails, report)
}

/// The one mail for b@x.example, whose remote domain has these settings.
fn mail(settings: &str, message: &Message<'_>) -> (String, Report) {
    let policy = format!("[[remote_domain]]\nName = \"X\"\nDomainName = \"x.example\"\nTNEFEnabled = false\n{settings}");
    let (mut mails, report) = applied(&policy, message, &["b@x.example"]);
    (mails.remove(0).1, report)
}

fn text(body: &str) -> Message<'static> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::BODY, body);
    message
}

/// The field of that name and the body of a mail of one part.
fn part(mail: &str) -> (String, String, String) {
    let (header, body) = mail.split_once("\r\n\r\n").unwrap();
    let field = |name: &str| {
        let value = header.split("\r\n").find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        value.trim_start_matches(':').trim().to_owned()
    };
    (field("Content-Type"), field("Content-Transfer-Encoding"), body.trim_end_matches("\r\n").to_owned())
}

/// Set-RemoteDomain, PreferredInternetCodePageForShiftJis: 50220, 50221, 50222 in the place of 932.
#[test]
fn shift_jis_is_replaced_by_the_form_of_iso_2022_jp_that_is_set() {
    // 漢 and half-width ｱ. The bytes are those of Python's shift_jis, iso2022_jp and iso2022_jp_ext; SO and SI by JIS X 0201.
    let message = text("\u{6f22}\u{ff71}");
    for (set, charset, bytes) in [
        ("Undefined", "shift_jis", "ir+x"),
        ("50220", "iso-2022-jp", "GyRCNEElIhsoQg=="),
        ("50221", "csiso2022jp", "GyRCNEEbKEIbKEkxGyhC"),
        ("50222", "iso-2022-jp", "GyRCNEEbKEIOMQ8="),
    ] {
        let settings = format!(
            "CharacterSet = \"shift_jis\"\nPreferredInternetCodePageForShiftJis = \"{set}\"\nByteEncoderTypeFor7BitCharsets = \"UseBase64\"\n"
        );
        let (mail, report) = mail(&settings, &message);
        assert_eq!(part(&mail), (format!("text/plain; charset={charset}"), "base64".to_owned(), bytes.to_owned()), "{set}");
        assert!(report.diagnostics().is_empty());
    }
    // One that the message names is replaced, too; no other set is.
    let mut named = message.clone();
    named.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(932));
    let (mail, _) = mail("PreferredInternetCodePageForShiftJis = 50220\nByteEncoderTypeFor7BitCharsets = \"Use7Bit\"\n", &named);
    assert_eq!(part(&mail).2, "\u{1b}$B4A%\"\u{1b}(B");
}

/// Set-RemoteDomain, ByteEncoderTypeFor7BitCharsets: (value, plain text, plain text in wrapped lines, HTML).
#[test]
fn seven_bit_sets_are_encoded_as_the_domain_wants() {
    let plain = text("\u{6f22}");
    let mut html = Message::new("IPM.Note");
    html.properties.set(tags::HTML, PropValue::Binary("<p>\u{6f22}</p>".as_bytes().to_vec().into()));
    let (seven, quoted, base64) = ("7bit", "quoted-printable", "base64");
    let jis = |encoding: &str| match encoding {
        "7bit" => "\u{1b}$B4A\u{1b}(B",
        "quoted-printable" => "=1B$B4A=1B(B",
        _ => "GyRCNEEbKEI=",
    };
    for (value, text, wrapped, of_html) in [
        ("Use7Bit", seven, seven, seven),
        ("UseQP", quoted, quoted, quoted),
        ("UseBase64", base64, base64, base64),
        ("UseQPHtmlDetectTextPlain", quoted, seven, quoted),
        ("UseBase64HtmlDetectTextPlain", base64, seven, base64),
        ("UseQPHtml7BitTextPlain", seven, seven, quoted),
        ("UseBase64Html7BitTextPlain", seven, seven, base64),
        ("Undefined", quoted, quoted, quoted),
    ] {
        let settings =
            format!("CharacterSet = \"iso-2022-jp\"\nContentType = \"MimeHtml\"\nByteEncoderTypeFor7BitCharsets = \"{value}\"\n");
        let found = part(&mail(&settings, &plain).0);
        assert_eq!((found.1.as_str(), found.2.as_str()), (text, jis(text)), "{value}");
        let found = part(&mail(&format!("{settings}LineWrapSize = 70\n"), &plain).0);
        assert_eq!((found.1.as_str(), found.2.as_str()), (wrapped, jis(wrapped)), "{value}, wrapped");
        let found = part(&mail(&settings, &html).0);
        assert_eq!((found.0.as_str(), found.1.as_str()), ("text/html; charset=iso-2022-jp", of_html), "{value}, HTML");
    }
    // A set of 8 bits does not concern it.
    let settings = "CharacterSet = \"utf-8\"\nByteEncoderTypeFor7BitCharsets = \"UseBase64\"\n";
    assert_eq!(part(&mail(settings, &text("plain")).0).1, "7bit");
}

/// "Message format and transmission": without a set, it is chosen by the text.
#[test]
fn without_a_set_it_is_chosen_by_the_text() {
    for (body, charset) in [("plain", "us-ascii"), ("\u{6f22}", "utf-8")] {
        assert_eq!(part(&mail("", &text(body)).0).0, format!("text/plain; charset={charset}"));
    }
}

/// Set-RemoteDomain, RequiredCharsetCoverage: with 60, the set is kept while at most 40 percent of the characters are outside.
#[test]
fn the_set_is_kept_while_enough_of_the_text_is_in_it() {
    let body = "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{6f22}\u{6f22}\u{6f22}\u{6f22}";
    for (coverage, charset, lost) in
        [("", "utf-8", 0), ("RequiredCharsetCoverage = 61\n", "utf-8", 0), ("RequiredCharsetCoverage = 60\n", "iso-8859-1", 1)]
    {
        let (mail, report) = mail(&format!("CharacterSet = \"iso-8859-1\"\n{coverage}"), &text(body));
        assert_eq!(part(&mail).0, format!("text/plain; charset={charset}"), "{coverage}");
        let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
        let expected = if lost > 0 { body.replace('\u{6f22}', "?") } else { body.to_owned() };
        assert_eq!(parsed.body_text(0).unwrap().trim_end(), expected);
        let said = report.diagnostics().iter().filter(|one| one.code == Code::MimeCharactersReplaced).count();
        assert_eq!(said, lost, "what is lost is said");
    }
    // HTML has references, and loses nothing.
    let mut html = Message::new("IPM.Note");
    html.properties.set(tags::HTML, PropValue::Binary(format!("<p>{body}</p>").into_bytes().into()));
    let settings = "CharacterSet = \"iso-8859-1\"\nRequiredCharsetCoverage = 50\nContentType = \"MimeHtml\"\n";
    let (mail, _) = mail(settings, &html);
    let parsed = MessageParser::new().parse(mail.as_bytes()).unwrap();
    assert!(parsed.body_html(0).unwrap().contains("\u{e9}&#28450;&#28450;&#28450;&#28450;</p>"), "{mail}");
    // A set that the message names is not the domain's to give up.
    let mut named = text(body);
    named.properties.set(tags::INTERNET_CODEPAGE, PropValue::Integer32(28591));
    assert_eq!(part(&self::mail("RequiredCharsetCoverage = 10\n", &named).0).0, "text/plain; charset=utf-8");
}

/// A MacBinary II file: a name, "data" of runs and the sign of runs, and a resource fork.
fn mac_binary() -> Vec<u8> {
    let (data, resource) = (b"aaaaaaaabc\x90d", b"\x00\x00\x01\x00RSRC");
    let mut file = vec![0u8; 128];
    file[1] = 8;
    file[2..10].copy_from_slice(b"Read Me!");
    file[65..73].copy_from_slice(b"TEXTttxt");
    file[73] = 0x01;
    file[86] = 12;
    file[90] = 8;
    file[122..124].copy_from_slice(&[129, 129]);
    for fork in [&data[..], resource] {
        file.extend_from_slice(fork);
        file.resize(file.len().next_multiple_of(128), 0);
    }
    file
}

/// What `hexbin` and `macunpack` of Debian's macutils and Python 3.8's `binhex` read back to that file.
const HQX: &str = "(This file must be converted with BinHex 4.0)\r\n\r\n\
    :#&*PB@3J6@8K!&4&@&4dG(Kd!3#3\"!`!!!!)FjCKN!KLBj!!C*Y+!!!\"!&*68N2\r\n+&`:\r\n";

fn mac_message() -> Message<'static> {
    let mut message = text("See the file.");
    let mut attachment = Attachment::from_bytes("Read Me!", mac_binary());
    let oid = b"\x2A\x86\x48\x86\xF7\x14\x03\x0B\x01";
    attachment.properties.set(tags::ATTACH_ENCODING, PropValue::Binary(oid.to_vec().into()));
    attachment.properties.set_named(&named::ATTACHMENT_MAC_CONTENT_TYPE, "application/x-data");
    message.attachments.push(attachment);
    message
}

/// Set-MailContact, MacAttachmentFormat with MessageFormat: the six allowed pairs that differ, and nobody's wish.
#[test]
fn files_of_a_macintosh_go_as_the_recipient_wants() {
    let contact = |name: &str, message_format: &str, body: &str, mac: &str| {
        format!(
            "[[recipient]]\nAddress = \"{name}@x.example\"\nUsePreferMessageFormat = true\nMessageFormat = \"{message_format}\"\n\
             MessageBodyFormat = \"{body}\"\nMacAttachmentFormat = \"{mac}\"\n"
        )
    };
    let policy = [
        contact("hqx", "Mime", "TextAndHtml", "BinHex"),
        contact("single", "Mime", "TextAndHtml", "AppleSingle"),
        contact("double", "Mime", "TextAndHtml", "AppleDouble"),
        contact("texthqx", "Text", "Text", "BinHex"),
        contact("textuu", "Text", "Text", "UuEncode"),
    ]
    .concat();
    let to = ["hqx@x.example", "single@x.example", "double@x.example", "texthqx@x.example", "textuu@x.example", "any@y.example"];
    let message = mac_message();
    let (mails, report) = applied(&policy, &message, &to);
    let of = |name: &str| {
        let found = mails.iter().filter(|(recipients, _)| recipients.iter().any(|one| one.starts_with(name)));
        let found: Vec<_> = found.collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0].1.as_str()
    };
    for (name, media_type) in [
        ("hqx@", "application/mac-binhex40"),
        ("single@", "application/applefile"),
        ("double@", "application/applefile"),
        ("any@", "application/applefile"),
    ] {
        let parsed = MessageParser::new().parse(of(name).as_bytes()).unwrap();
        let file = parsed.parts.iter().find(|part| {
            part.content_type().is_some_and(|one| format!("{}/{}", one.ctype(), one.subtype().unwrap_or_default()) == media_type)
        });
        let file = file.unwrap_or_else(|| panic!("{name}: {}", of(name)));
        match name {
            "hqx@" => {
                assert_eq!(file.text_contents(), Some(HQX));
                assert_eq!(file.content_transfer_encoding(), Some("7bit"), "Exchange refuses BinHex in base64");
            }
            "single@" => {
                assert!(file.contents().starts_with(b"\x00\x05\x16\x00\x00\x02\x00\x00"));
                for fork in [&b"aaaaaaaabc\x90d"[..], b"\x00\x00\x01\x00RSRC", b"Read Me!", b"TEXTttxt\x01\x00"] {
                    assert!(file.contents().windows(fork.len()).any(|window| window == fork));
                }
                assert_eq!(file.attachment_name(), Some("Read Me!"));
            }
            _ => {
                assert!(file.contents().starts_with(b"\x00\x05\x16\x07\x00\x02\x00\x00"));
                assert!(of(name).contains("multipart/appledouble"));
                assert!(parsed.attachments().any(|one| one.contents() == b"aaaaaaaabc\x90d"));
            }
        }
    }
    assert!(of("texthqx@").ends_with(&format!("\r\n\r\nSee the file.\r\n\r\n{HQX}")), "{}", of("texthqx@"));
    // `python3 -c 'import binascii; print(binascii.b2a_uu(b"aaaaaaaabc\x90d"))'`
    assert!(of("textuu@").ends_with("\r\n\r\nbegin 644 Read Me!\r\n,86%A86%A86%B8Y!D\r\n`\r\nend\r\n"), "{}", of("textuu@"));
    let lost: Vec<_> = report.diagnostics().iter().filter(|one| one.code == Code::MimeResourceForkLeftOut).collect();
    assert_eq!(lost.len(), 1, "UUENCODE alone has no place for it");
    assert_eq!((lost[0].detail.as_ref(), lost[0].path.to_string().as_str()), ("8 bytes", "attAttachment[0]"));
}

#[test]
fn who_differs_in_nothing_that_the_message_has_gets_the_same_mail() {
    let policy = "[[recipient]]\nAddress = \"b@x.example\"\nUsePreferMessageFormat = true\nMessageBodyFormat = \"Text\"\n\
                  MacAttachmentFormat = \"AppleSingle\"\n[[remote_domain]]\nName = \"Y\"\nDomainName = \"y.example\"\n\
                  CharacterSet = \"utf-8\"\n[[remote_domain]]\nName = \"Z\"\nDomainName = \"z.example\"\nRequiredCharsetCoverage = 7\n";
    let to = ["a@x.example", "b@x.example", "c@y.example", "d@z.example", "e@x.example"];
    let (mails, _) = applied(policy, &text("\u{6f22}"), &to);
    let groups: Vec<_> = mails.iter().map(|(recipients, _)| recipients.join(" ")).collect();
    assert_eq!(groups, [to.join(" ")]);
    let (mails, _) = applied(policy, &text("plain"), &to);
    let groups: Vec<_> = mails.iter().map(|(recipients, _)| recipients.join(" ")).collect();
    assert_eq!(groups, ["a@x.example b@x.example d@z.example e@x.example", "c@y.example"]);
}

/// Set-RemoteDomain, NonMimeCharacterSet: text with UUENCODE goes as it is in its set, for readers that know no MIME.
#[test]
fn plain_text_without_mime_is_not_encoded() {
    let policy = "[[remote_domain]]\nName = \"X\"\nDomainName = \"x.example\"\nNonMimeCharacterSet = \"iso-8859-1\"\n\
                  [[contact]]\nAddress = \"b@x.example\"\nInternetRecipientEncoding = \"UuEncode\"\n";
    let mut message = text("caf\u{e9}\r\n-----Original Message-----");
    message.attachments.push(Attachment::from_bytes("cat.txt", &b"Cat"[..]));
    let policy = file::read("policy.toml", policy).unwrap().policy;
    let options = ReadOptions::lenient();
    let mut charset = None;
    let facts = facts(&message, &mut charset);
    let to = ["b@x.example".to_owned()];
    let submission = Submission { from: "x@inside.example", to: &to, message: &message, facts, original: None };
    let mail = apply(&policy, &submission, &options).unwrap().remove(0).mail;
    let at = mail.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let (header, body) = mail.split_at(at);
    assert_eq!(body, b"caf\xE9\r\n-----Original Message-----\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n");
    let header = std::str::from_utf8(header).unwrap();
    assert!(
        header.ends_with("Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"),
        "{header}"
    );
}

/// "TNEF conversion options": the sender's mark on a recipient, PidTagSendRichInfo or the flag of a one-off entry id, comes after
/// what remote domain and contact say.
#[test]
fn what_the_message_says_of_a_recipient_decides_where_nobody_else_does() {
    let mut message = text("x");
    let rich = |address: &str, value: Option<bool>| {
        let mut row = Recipient::smtp(RecipientType::TO, "", address);
        if let Some(value) = value {
            row.properties.set(tags::SEND_RICH_INFO, PropValue::Boolean(value));
        }
        row
    };
    let mut refused = rich("flag@x.example", None);
    let id = OneOffEntryId::new("", "SMTP", "flag@x.example", OneOffFlags::NO_RICH_INFO);
    refused.properties.set(tags::ENTRY_ID, PropValue::Binary(EntryId::OneOff(id).to_bytes().unwrap().into()));
    message.recipients = vec![
        rich("yes@x.example", Some(true)),
        rich("no@x.example", Some(false)),
        rich("unsaid@x.example", None),
        rich("yes@never.example", Some(true)),
        refused,
    ];
    let policy = "[[remote_domain]]\nName = \"Never\"\nDomainName = \"never.example\"\nTNEFEnabled = false\n";
    let to = ["YES@x.example", "no@x.example", "unsaid@x.example", "yes@never.example", "flag@x.example"];
    let rich_ones = |message: &Message<'_>| -> Vec<String> {
        let (mails, _) = applied(policy, message, &to);
        mails.into_iter().filter(|(_, mail)| mail.contains("application/ms-tnef")).flat_map(|(to, _)| to).collect()
    };
    assert_eq!(rich_ones(&message), ["YES@x.example"]);
    message.properties.set_named(&named::USE_TNEF, PropValue::Boolean(true));
    assert_eq!(rich_ones(&message), ["YES@x.example", "unsaid@x.example"]);
}

#[test]
fn the_documented_file_is_read() {
    let text = include_str!("../../docs/policy.md").split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let policy = file::read("docs/policy.md", text).unwrap().policy;
    assert_eq!(policy.domains.find("mail.fabrikam.com").name, "Fabrikam");
    assert!(policy.is_inside("alice@contoso.com") && policy.recipient("bob@fabrikam.com").is_some());
}
