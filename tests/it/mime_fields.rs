//! The characters of header fields: every charset label in every place, undeclared text, addresses outside ASCII.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use winmail::Code;
use winmail::Message;
use winmail::convert::mime::filter::{FilterOptions, filter};
use winmail::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, TnefForm, encapsulate, find, read, write};
use winmail::mapi::tags;
use winmail::tnef::{AttrId, Level, Writer};
use winmail::{CodePage, Limits, ReadOptions, WriteOptions};

fn message(mail: &[u8]) -> Message<'static> {
    read(mail, &MimeReadOptions::default()).unwrap()
}

fn subject(value: &str) -> String {
    message(format!("Subject: {value}\r\n\r\n").as_bytes()).subject().unwrap_or_default().into_owned()
}

fn b(label: &str, bytes: &[u8]) -> String {
    format!("=?{label}?B?{}?=", BASE64_STANDARD.encode(bytes))
}

/// All of it in hexadecimal, so that no sign of any charset matters.
fn q(label: &str, bytes: &[u8]) -> String {
    format!("=?{label}?q?{}?=", bytes.iter().map(|byte| format!("={byte:02X}")).collect::<String>())
}

fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02x}")).collect()
}

/// Label, text and bytes of each row of the table, which Python's codecs made.
fn labels() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let rows = include_str!("charset_labels.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut columns = line.split('\t');
        let (label, text, hex) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (label, text, (0..hex.len()).step_by(2).map(byte).collect())
    };
    rows.map(row).collect()
}

#[test]
fn every_label_in_every_place() {
    let labels = labels();
    assert!(labels.len() > 330);
    for (label, text, bytes) in labels {
        let capitals = label.to_uppercase();
        let (first, second) = bytes.split_at(bytes.len() / 2);
        // UTF-7 ends what it began at the end of each word, so that nothing can be cut.
        let cut = if label.ends_with('7') && label.contains("ut") {
            b(label, &bytes)
        } else {
            format!("{}\r\n {}", b(label, first), q(&capitals, second))
        };
        let parts = [
            format!("name=\"{}\"", b(label, &bytes)),
            format!("filename=\"{cut}\""),
            format!("name*={label}''{}", percent(&bytes)),
            format!("x=y; filename*1*={}; filename*0*={capitals}'en'{}", percent(second), percent(first)),
            format!("filename=\"plain.txt\"; filename*={label}''{}", percent(&bytes)),
        ];
        let part = |parameter: &String| {
            let field =
                if parameter.contains("filename") { "Content-Disposition: attachment" } else { "Content-Type: image/png" };
            format!("--b\r\n{field};\r\n {parameter}\r\n\r\nx\r\n")
        };
        let mail = format!(
            "Subject: {}\r\nThread-Topic: {cut}\r\nFrom: {} <a@example.com>\r\nTo: \"{cut}\" <b@example.com>, c@example.com ({})\r\n\
             Cc: {}: ;\r\nX-Other: [list] {}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
            b(label, &bytes),
            q(&capitals, &bytes),
            b(label, &bytes),
            b(label, &bytes),
            q(label, &bytes),
            parts.iter().map(part).collect::<String>()
        );
        let found = read(mail.as_bytes(), &MimeReadOptions::default()).unwrap();
        let report = found.report();
        assert!(report.diagnostics().iter().all(|one| one.code != Code::MimeUnknownCharset), "{label}: {report:?}");
        let texts = [tags::SUBJECT, tags::CONVERSATION_TOPIC, tags::SENT_REPRESENTING_NAME].map(|tag| found.properties.str(tag));
        assert_eq!(texts.map(Option::unwrap), [text, text, text], "{label}");
        let names: Vec<_> = found.recipients.iter().map(|one| one.display_name().unwrap()).collect();
        assert_eq!(names, [text, text], "{label}");
        let files: Vec<_> = found.attachments.iter().map(|one| one.file_name().unwrap()).collect();
        assert_eq!(files, [text; 5], "{label}");
        // And out again, as another program reads it.
        let out = write(&found, &MimeOptions::default()).unwrap().bytes;
        let parsed = mail_parser::MessageParser::new().parse(&out).unwrap();
        assert_eq!(parsed.subject(), Some(text), "{label}");
        assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some(text), "{label}");
        let other =
            found.properties.iter().find(|one| one.name.as_ref().is_some_and(|name| name.to_string().contains("X-Other")));
        assert_eq!(found.properties.text_of(&other.unwrap().value).unwrap(), format!("[list] {text}"), "{label}");
    }
}

/// What escapes by ISO-2022 says so itself, whatever the mail says of it, or nothing. Other escapes are no text in a charset.
#[test]
fn escapes_that_nobody_declares() {
    let japanese = "\u{1b}$BF|K\\8l\u{1b}(B";
    let korean = "\u{1b}$)C\u{0e}GQ1[\u{0f}";
    for head in [
        "",
        "Content-Type: text/plain\r\n",
        "Content-Type: text/plain; charset=us-ascii\r\n",
        "Content-Type: text/plain; charset=x\r\n",
    ] {
        for (bytes, text) in [(japanese, "\u{65e5}\u{672c}\u{8a9e}"), (korean, "\u{d55c}\u{ae00}")] {
            let found = message(format!("Subject: {bytes}\r\nFrom: {bytes} <a@example.com>\r\n{head}\r\nx\r\n").as_bytes());
            assert_eq!(found.subject().unwrap(), text, "{head}");
            assert_eq!(found.properties.str(tags::SENT_REPRESENTING_NAME).unwrap(), text, "{head}");
        }
        let colour = message(format!("Subject: a\u{1b}[31mb\r\n{head}\r\nx\r\n").as_bytes());
        assert_eq!(colour.subject().unwrap(), "a\u{1b}[31mb", "{head}");
    }
    assert_eq!(subject(&b("iso-2022-jp-x", japanese.as_bytes())), "\u{65e5}\u{672c}\u{8a9e}");
    for media in ["", "Content-Type: text/plain; charset=us-ascii\r\n", "Content-Type: text/html; charset=us-ascii\r\n"] {
        let body = message(format!("Subject: x\r\n{media}\r\n{japanese}\r\n").as_bytes());
        assert_eq!(body.text().unwrap().unwrap().text.trim_end(), "\u{65e5}\u{672c}\u{8a9e}", "{media}");
    }
}

/// Text and HTML in EBCDIC are stored and written as what others can read. Bytes by Python's cp273 and cp1140.
#[test]
fn bodies_in_ebcdic() {
    let text =
        (&b"\xC7\x99\x6A\xA1\x85\x40\x43\x5A\x82\x85\x99\x94\xA4\xA3\xDC\x0D\x25"[..], "Gr\u{f6}\u{df}e {\u{dc}bermut}\r\n");
    let html = (&b"\x4C\x97\x6E\xC7\x99\xCC\x59\x85\x40\xF5\x40\x9F\x4C\x61\x97\x6E"[..], "<p>Gr\u{f6}\u{df}e 5 \u{20ac}</p>");
    for (media, (bytes, expected)) in [("plain; charset=IBM273", text), ("html; charset=IBM01140", html)] {
        let head = format!("Subject: x\r\nContent-Type: text/{media}\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        let found = message(format!("{head}{}\r\n", BASE64_STANDARD.encode(bytes)).as_bytes());
        let body = |message: &Message<'_>| {
            let body = if media.starts_with("html") { message.html() } else { message.text() };
            body.unwrap().unwrap().text
        };
        assert_eq!(body(&found), expected);
        assert!(found.report().is_empty(), "{:?}", found.report());
        let stream = found.to_tnef(&WriteOptions::default()).unwrap();
        assert_eq!(body(&Message::from_tnef(&stream).unwrap()), expected);
        let out = write(&found, &MimeOptions::default()).unwrap().bytes;
        let parsed = mail_parser::MessageParser::new().parse(&out).unwrap();
        let again = if media.starts_with("html") { parsed.body_html(0) } else { parsed.body_text(0) };
        assert_eq!(again.unwrap().trim_end(), expected.trim_end());
    }
}

/// An unknown label, and bytes outside ASCII labelled ASCII, by what the mail says of its text.
#[test]
fn labels_that_nobody_knows() {
    let report = b"\xCE\xF2\xF7\xB8\xF2";
    let utf_8 = "\u{41e}\u{442}\u{447}\u{451}\u{442}";
    for label in ["unknown-8bit", "x-unknown", "us-ascii", "win-nonsense", "IBM00924"] {
        let word = b(label, report);
        // UTF-8 says so itself.
        assert_eq!(subject(&b(label, utf_8.as_bytes())), utf_8, "{label}");
        assert_eq!(subject(&format!("a {} b", q(label, b"plain"))), "a plain b", "{label}");
        // Nothing says what it is: it stays, and goes out as it came.
        assert_eq!(subject(&format!("Re: {word} (2)")), format!("Re: {word} (2)"));
        let kept = read(format!("Subject: {word}\r\n\r\n").as_bytes(), &MimeReadOptions::default()).unwrap();
        assert!(kept.report().contains(Code::MimeUnknownCharset), "{label}");
        let out = String::from_utf8(write(&kept, &MimeOptions::default()).unwrap().bytes).unwrap();
        assert!(out.contains(&format!("Subject: {word}\r\n")), "{out}");
        // The mail does, or the caller.
        let mail = format!("Subject: {word}\r\nTo: {word} <a@example.com>\r\nContent-Type: text/plain; charset=CP1251\r\n\r\n");
        let known = message(mail.as_bytes());
        assert_eq!(known.subject().unwrap(), utf_8, "{label}");
        assert_eq!(known.recipients[0].display_name().unwrap(), utf_8, "{label}");
        let options = MimeReadOptions::new(ReadOptions::lenient().with_default_code_page(CodePage::WINDOWS_1251));
        let told = read(format!("Subject: {word}\r\n\r\n").as_bytes(), &options).unwrap();
        assert_eq!(told.subject().unwrap(), utf_8, "{label}");
    }
}

// Expected values by RFC 2047 6.2 and 8, RFC 2231, and Python's `email` with the default policy.
#[test]
fn words_and_what_stands_around_them() {
    for (value, expected) in [
        ("=?utf-8?B?0J7RgtE=?=\r\n =?utf-8?B?h9GR0YI=?=", "\u{41e}\u{442}\u{447}\u{451}\u{442}"),
        ("=?utf-8?Q?=D0=9E=D1?=\t=?UTF8?B?gg==?=", "\u{41e}\u{442}"),
        ("=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "\u{65e5}\u{672c}"),
        ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        ("=?utf-8?Q?a?=  =?koi8-r?Q?=C1?=", "a\u{430}"),
        ("=?utf-8*en?Q?a?=", "a"),
        ("Re:=?utf-8?Q?_=C3=A4?=,b", "Re: \u{e4},b"),
        ("=?utf-8?Q?a b?= c", "a b c"),
        ("=?utf-8?B?w6Q?=", "\u{e4}"),
        ("=?utf-8?Q?50=_=zz?=", "50= =zz"),
        ("=?utf-8?Q??=x", "x"),
        ("=?utf-8?Q?not closed", "=?utf-8?Q?not closed"),
        ("=?utf-8?X?a?= =?=?utf-8?Q?b?=", "=?utf-8?X?a?= =?b"),
        ("a  b\r\n\tc", "a  b\tc"),
        // What is not UTF-8 is not lost.
        ("=?utf-8?Q?M=FCller?=", "M\u{FFFD}ller"),
        ("=?iso-8859-1?Q?=93x=94?=", "\u{201c}x\u{201d}"),
        ("=?utf-8?B?77u/YQ==?=", "a"),
    ] {
        assert_eq!(subject(value), expected, "{value}");
    }
    // Latin 1 that calls itself UTF-8, in a mail that says what it is.
    let mail = b"Subject: =?utf-8?Q?gr=FC=DFe?=\r\nContent-Type: text/plain; charset=windows-1250\r\n\r\n";
    assert_eq!(message(mail).subject().unwrap(), "gr\u{fc}\u{df}e");
}

/// 8-bit text without any encoding, in each field and name, is in the charset that the mail declares.
#[test]
fn undeclared_text_is_in_the_charset_of_the_mail() {
    for (charset, bytes, text) in [
        ("windows-1251", &b"\xCE\xF2\xF7\xB8\xF2"[..], "\u{41e}\u{442}\u{447}\u{451}\u{442}"),
        ("KOI8-R", b"\xEF\xD4\xDE\xA3\xD4", "\u{41e}\u{442}\u{447}\u{451}\u{442}"),
        ("cp866", b"\x8E\xE2\xE7\xF1\xE2", "\u{41e}\u{442}\u{447}\u{451}\u{442}"),
        // The second byte of the first character is a backslash.
        ("shift_jis", b"\x83\x5C\x82\xAB", "\u{30bd}\u{304d}"),
        ("iso-2022-jp", b"\x1B$BF|K\\\x1B(B", "\u{65e5}\u{672c}"),
        ("iso-8859-1", b"caf\xE9", "caf\u{e9}"),
        ("utf-8", b"caf\xE9", "caf\u{e9}"),
        ("windows-1251", "\u{e4}\u{4e2d}".as_bytes(), "\u{e4}\u{4e2d}"),
    ] {
        let name = [b"\"", bytes, b"\""].concat();
        let mail = [
            b"Subject: ".as_slice(),
            bytes,
            b"\r\nFrom: ",
            &name,
            b" <a@x.org>\r\nTo: ",
            bytes,
            b" <b@x.org>\r\n",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=",
            charset.as_bytes(),
            b"\r\n\r\nx\r\n--b\r\nContent-Type: image/png; name=",
            &name,
            b"\r\n\r\nx\r\n--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=",
            &name,
            b"\r\n\r\nx\r\n--b--\r\n",
        ]
        .concat();
        let found = message(&mail);
        assert_eq!(found.subject().unwrap(), text, "{charset}");
        assert_eq!(found.properties.str(tags::SENT_REPRESENTING_NAME).unwrap(), text, "{charset}");
        assert_eq!(found.recipients[0].display_name().unwrap(), text, "{charset}");
        let files: Vec<_> = found.attachments.iter().map(|one| one.file_name().unwrap()).collect();
        assert_eq!(files, [text, text], "{charset}");
        let shown = found.properties.str(tags::TRANSPORT_MESSAGE_HEADERS).unwrap().into_owned();
        assert!(shown.contains(&format!("Subject: {text}\r\n")), "{shown}");
    }
}

/// A stream that names no code page: its subject and the name of its attachment in windows-1251.
fn stream() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), 1).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::TNEF_VERSION, &[0, 0, 1, 0]).unwrap();
    writer.attribute(Level::MESSAGE, AttrId::SUBJECT, b"\xCE\xF2\xF7\xB8\xF2\0").unwrap();
    writer
        .attribute(Level::ATTACHMENT, AttrId::ATTACH_REND_DATA, &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x20, 0, 0x20, 0, 0, 0, 0, 0])
        .unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_TITLE, b"\xCE\xF2\xF7\xB8\xF2.doc\0").unwrap();
    writer.attribute(Level::ATTACHMENT, AttrId::ATTACH_DATA, b"data").unwrap();
    writer.into_inner()
}

#[test]
fn a_stream_without_a_page_inherits_that_of_the_mail() {
    let name = "\u{41e}\u{442}\u{447}\u{451}\u{442}";
    let mail = format!(
        "From: a@x.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=cp1251\r\n\r\nx\r\n\
         --b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        BASE64_STANDARD.encode(stream())
    );
    let found = find::find(mail.as_bytes(), &Limits::default());
    assert_eq!(found.parts[0].code_page, Some(CodePage::WINDOWS_1251));
    let options = ReadOptions::lenient();
    let (_, first) = found.messages(&options).next().unwrap();
    assert_eq!(first.unwrap().subject().unwrap(), name);
    let merged = message(mail.as_bytes());
    assert_eq!(merged.subject().unwrap(), name);
    assert_eq!(merged.attachments[0].file_name().unwrap(), format!("{name}.doc"));
    // It stays so where the stream stands without the mail.
    let bare = encapsulate(&merged, &EncapsulateOptions::new(TnefForm::Bare)).unwrap().bytes;
    assert_eq!(Message::from_tnef(&bare).unwrap().attachments[0].file_name().unwrap(), format!("{name}.doc"));
    let filtered = filter(mail.as_bytes(), &FilterOptions::default()).mail.unwrap().to_vec();
    assert_eq!(message(&filtered).attachments[0].file_name().unwrap(), format!("{name}.doc"));
    let loaded = winmail::input::detect(mail.into_bytes(), &Limits::default());
    let told = ReadOptions::lenient().with_default_code_page(CodePage::KOI8_R);
    assert_eq!(loaded[0].reading(&told).default_code_page, Some(CodePage::WINDOWS_1251));
}

/// An address at .рф in each field that holds addresses: none is lost, and DNS gets what it knows.
#[test]
fn international_domains_in_every_field() {
    let domain = "\u{43f}\u{440}\u{438}\u{43c}\u{435}\u{440}.\u{440}\u{444}";
    // `"пример.рф".encode("idna")` of Python.
    let ascii = "xn--e1afmkfd.xn--p1ai";
    let person = "=?utf-8?B?0JjQstCw0L0=?=";
    let local = "\u{438}\u{432}\u{430}\u{43d}";
    for transport in [true, false] {
        let mail = format!(
            "From: {person} <{local}@{domain}>\r\nSender: s@{domain}\r\nReply-To: {person} <r@{domain}>, q@example.org\r\n\
             To: a@example.org, b@{domain}, {person} <c@{domain}>\r\nCc: {person}: d@{domain}, e@{domain};\r\n\
             Disposition-Notification-To: n@{domain}\r\nSubject: x\r\n\r\nx\r\n"
        );
        let first = message(mail.as_bytes());
        assert_eq!(first.recipients.len(), 5);
        assert_eq!(first.recipients[1].smtp_address().unwrap(), format!("b@{domain}"));
        for carrier in [TnefForm::Mail, TnefForm::Stnef, TnefForm::Bare] {
            let carried = encapsulate(&first, &EncapsulateOptions::new(carrier)).unwrap().bytes;
            let again = match carrier {
                TnefForm::Bare => Message::from_tnef(&carried).unwrap().into_owned(),
                _ => message(&carried),
            };
            let mut options = MimeOptions::default();
            options.transport_headers = transport;
            let written = write(&again, &options).unwrap();
            let report = written.report;
            let out = String::from_utf8(written.bytes).unwrap();
            assert!(!report.contains(Code::MimeAddressNotSmtp), "{report:?}");
            for field in [
                format!("From: {person} <{local}@{ascii}>\r\n"),
                format!("Sender: s@{ascii}\r\n"),
                format!("Reply-To: {person} <r@{ascii}>, q@example.org\r\n"),
                format!("To: a@example.org, b@{ascii}, {person}\r\n <c@{ascii}>\r\n"),
                // The header that came along has the group; rows know of none.
                match transport {
                    true => format!("Cc: {person} : d@{ascii},\r\n e@{ascii};\r\n"),
                    false => format!("Cc: d@{ascii}, e@{ascii}\r\n"),
                },
                format!("Disposition-Notification-To: n@{ascii}\r\n"),
            ] {
                assert!(out.contains(&field), "{field} is not in {out}");
            }
        }
    }
}

/// RFC 6533 3: a report names an address outside ASCII by the numbers of its characters.
#[test]
fn international_addresses_in_reports() {
    for (sub, fields) in [
        (
            "delivery-status",
            "Reporting-MTA: dns; x.org\r\n\r\nFinal-Recipient: utf-8; \\x{438}\\x{432}@x.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        ),
        (
            "disposition-notification",
            "Final-Recipient: rfc822; a@x.org\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n",
        ),
    ] {
        let mail = format!(
            "From: \u{438}\u{432}@x.org\r\nTo: b@x.org\r\nSubject: x\r\nDate: Tue, 14 Nov 2023 22:13:20 +0000\r\n\
             Content-Type: multipart/report; report-type={sub}; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n\
             --b\r\nContent-Type: message/{sub}\r\n\r\n{fields}\r\n--b--\r\n"
        );
        let mut report = message(mail.as_bytes());
        // Without these nothing says that somebody else has read it than who sends the report.
        report.properties.remove(tags::ORIGINAL_DISPLAY_TO);
        report
            .properties
            .retain(|property| !property.name.as_ref().is_some_and(|name| name.to_string().contains("winmail-report-fields")));
        if sub == "delivery-status" {
            assert_eq!(report.recipients[0].smtp_address().unwrap(), "\u{438}\u{432}@x.org");
        }
        let out = String::from_utf8(write(&report, &MimeOptions::default()).unwrap().bytes).unwrap();
        assert!(out.contains("Final-Recipient: utf-8; \\x{438}\\x{432}@x.org\r\n"), "{out}");
    }
}

/// A mail in the mail whose header is not 7-bit makes what it is in 8bit (RFC 2045 6.4).
#[test]
fn a_mail_in_the_mail_says_that_it_is_8bit() {
    let mail = |address: &str| {
        format!(
            "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
             Subject: y\r\nTo: {address}\r\n\r\ny\r\n--b--\r\n"
        )
    };
    let written = |address: &str| {
        let out = write(&message(mail(address).as_bytes()), &MimeOptions::default()).unwrap().bytes;
        String::from_utf8(out).unwrap()
    };
    assert_eq!(written("a@\u{fc}.de").matches("8bit").count(), 0);
    let out = written("\u{e4}@x.org");
    assert_eq!(out.matches("Content-Transfer-Encoding: 8bit\r\n").count(), 2, "{out}");
    assert_eq!(message(out.as_bytes()).attachments.len(), 1);
}

/// Nothing in an address field is lost on the way through, whatever it is.
#[test]
fn what_is_no_address_stays_readable() {
    for (field, expected) in [
        ("To: <root>", "To: IMCEASMTP-root@winmail.invalid\r\n"),
        ("To: nobody", "To: nobody:;\r\n"),
        ("To: a@b c@d", "To: a@b, c@d\r\n"),
        ("To: Jane <a b@x y>", "To: Jane <ab@xy>\r\n"),
        ("To: x@\u{fc}\u{7f}.de", "x@xn--tda.de"),
        ("To: Team: one@x.org, \u{e4}@x.org;", "To: Team: one@x.org, \u{e4}@x.org;\r\n"),
    ] {
        let mail = format!("{field}\r\nSubject: x\r\n\r\n");
        let out = write(&message(mail.as_bytes()), &MimeOptions::default()).unwrap().bytes;
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(expected), "{field}: {out}");
    }
}

/// A header that no one would write takes time in proportion to its length. With time by the square these would take minutes.
#[test]
fn hostile_fields_take_time_in_proportion() {
    for piece in [
        "=?utf-8?Q?",
        "=?a?q?b?= ",
        "=?utf-8?B?YQ==?=",
        "\"",
        "\\\"",
        "(",
        "(a) ",
        "<",
        "a;b=",
        "x=\"a\"b;",
        "name*0=a;",
        "a=(",
        "a=b c=",
        "'",
        "%",
    ] {
        let value = piece.repeat(200_000 / piece.len());
        for field in ["Subject", "To", "Date", "Content-Type: image/png; name", "Content-Disposition: x; filename", "Keywords"] {
            let sign = if field.contains(':') { "=" } else { ":" };
            let mail = format!("{field}{sign}{value}\r\n\r\nx");
            let _ = message(mail.as_bytes());
        }
    }
}
