//! `policy apply`: one message to four recipients in four kinds of domain gives the four forms, each read back and compared.
#![cfg(all(feature = "policy", feature = "mime"))]

use std::path::PathBuf;

use winmail::convert::mime::MimeReadOptions;
use winmail::convert::mime::find::find;
use winmail::policy::apply::{Outgoing, Submission, apply, facts};
use winmail::policy::{Format, NativeBody, file};
use winmail::{Limits, Message, ReadOptions};

const POLICY: &str = r#"
edition = "ExchangeOnline"
accepted_domains = ["inside.example"]

[[remote_domain]]
Name = "Rich"
DomainName = "rich.example"
TNEFEnabled = true

[[remote_domain]]
Name = "Html"
DomainName = "html.example"
TNEFEnabled = false
ContentType = "MimeHtml"

[[remote_domain]]
Name = "Text"
DomainName = "text.example"
TNEFEnabled = false
ContentType = "MimeText"
CharacterSet = "iso-8859-1"
LineWrapSize = 60

[[remote_domain]]
Name = "Both"
DomainName = "both.example"
TNEFEnabled = false
"#;

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("WINMAIL_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    if folder.exists() {
        return Some(folder);
    }
    println!("no corpus at {}: real samples are not tried", folder.display());
    None
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let testdata = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/winmail.dat");
    let mut samples = vec![("testdata".to_owned(), std::fs::read(testdata).unwrap())];
    if let Some(corpus) = corpus() {
        // HTML; Outlook's rich text with attachments in it; plain text in RTF.
        for name in ["body.tnef", "missing-filenames.tnef", "MAPI_ATTACH_DATA_OBJ.tnef", "two-files.tnef"] {
            samples.push((name.to_owned(), std::fs::read(corpus.join("tnef").join(name)).unwrap()));
        }
    }
    samples
}

/// The one mail for that recipient.
fn to<'o, 'p>(outgoing: &'o [Outgoing<'p>], recipient: &str) -> &'o Outgoing<'p> {
    outgoing.iter().find(|one| one.recipients.contains(&recipient)).unwrap()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn four_kinds_of_domain_get_four_forms() {
    let policy = file::read("policy.toml", POLICY).unwrap().policy;
    let recipients: Vec<String> =
        ["a@rich.example", "b@html.example", "c@text.example", "d@both.example", "e@both.example", "f@inside.example"]
            .map(str::to_owned)
            .to_vec();
    let options = ReadOptions::lenient();
    for (name, bytes) in samples() {
        let message = Message::read(&bytes, &options).unwrap();
        let html = message.html().unwrap();
        let mut charset = None;
        let facts = facts(&message, &mut charset);
        let submission =
            Submission { from: "x@inside.example", to: &recipients, message: &message, facts: facts.clone(), original: None };
        let outgoing = apply(&policy, &submission, &options).unwrap();
        let some_text = message.text().unwrap().is_some_and(|body| !body.text.trim().is_empty());
        // Without a text, the set and the width that it does not have make no difference.
        let without_text = facts.native == NativeBody::PlainText && !some_text;
        assert_eq!(outgoing.len(), if without_text { 4 } else { 5 }, "{name}");

        // Rich text: what a stream holds is all there, PR_SEARCH_KEY too.
        for recipient in ["a@rich.example", "f@inside.example"] {
            let one = to(&outgoing, recipient);
            assert_eq!(one.decision.format(), Format::Tnef, "{name}");
            let found = find(&one.mail, &Limits::default());
            assert_eq!(found.parts.len(), 1, "{name} {recipient}");
            let stream = found.parts[0].data.clone();
            let again = Message::read(&stream, &options).unwrap();
            assert_eq!(again.search_key(), message.search_key(), "{name}");
            assert_eq!(again.html().unwrap(), html, "{name}");
            let names = |message: &Message<'_>| -> Vec<_> {
                message.attachments.iter().map(|a| (a.file_name().map(std::borrow::Cow::into_owned), a.data().to_vec())).collect()
            };
            assert_eq!(names(&again), names(&message), "{name}");
        }

        let parser = mail_parser::MessageParser::default();
        let own_text = |mail: &mail_parser::Message<'_>| {
            mail.text_body.iter().any(|id| mail.part(*id).is_some_and(|p| p.is_text() && !p.is_text_html()))
        };
        let own_html = |mail: &mail_parser::Message<'_>| {
            mail.html_body.iter().any(|id| mail.part(*id).is_some_and(mail_parser::MessagePart::is_text_html))
        };

        let one = to(&outgoing, "b@html.example");
        let mail = parser.parse(&one.mail).unwrap();
        let written_as_text = facts.native == NativeBody::PlainText;
        assert_eq!(
            (own_html(&mail), own_text(&mail)),
            (!written_as_text, written_as_text && some_text),
            "{name} {:?}",
            one.decision.format()
        );

        let one = to(&outgoing, "c@text.example");
        assert_eq!(one.decision.format(), Format::MimeText, "{name}");
        let mail = parser.parse(&one.mail).unwrap();
        assert_eq!((own_text(&mail), own_html(&mail)), (some_text, false), "{name}");
        let text = mail.body_text(0).unwrap_or_default();
        let longest = text.lines().filter(|line| line.contains(' ')).map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(longest <= 60, "{name}: a line of {longest}");

        let one = to(&outgoing, "d@both.example");
        let same = if without_text {
            &["c@text.example", "d@both.example", "e@both.example"][..]
        } else {
            &["d@both.example", "e@both.example"]
        };
        assert_eq!(one.recipients, same, "one mail for one form");
        let mail = parser.parse(&one.mail).unwrap();
        assert_eq!(own_text(&mail), some_text, "{name}");
        assert_eq!(own_html(&mail), !written_as_text, "{name}");
        if !written_as_text {
            let words = squeezed(&message.text().unwrap().unwrap().text);
            assert_eq!(squeezed(&mail.body_text(0).unwrap()), words, "{name}");
        }
        assert!(
            !outgoing
                .iter()
                .any(|one| one.decision.format() != Format::Tnef && !find(&one.mail, &Limits::default()).parts.is_empty()),
            "{name}: winmail.dat left all the same"
        );
    }
}

#[test]
fn a_mail_that_carries_tnef_leaves_as_it_is_where_tnef_may() {
    let policy = file::read("policy.toml", POLICY).unwrap().policy;
    let Some(corpus) = corpus() else { return };
    let original = std::fs::read(corpus.join("eml/roundcube-tnef1.eml")).unwrap();
    let options = ReadOptions::lenient();
    let message = winmail::convert::mime::read(&original, &MimeReadOptions::default().with_any_correlator(true)).unwrap();
    let mut charset = None;
    let facts = facts(&message, &mut charset);
    let recipients = ["a@rich.example".to_owned(), "b@both.example".to_owned()];
    let submission =
        Submission { from: "x@inside.example", to: &recipients, message: &message, facts, original: Some(&original) };
    let outgoing = apply(&policy, &submission, &options).unwrap();
    assert!(to(&outgoing, "a@rich.example").mail == original);
    assert!(find(&to(&outgoing, "b@both.example").mail, &Limits::default()).parts.is_empty());
}

#[test]
fn what_a_form_has_no_place_for_is_said() {
    let policy = file::read("policy.toml", POLICY).unwrap().policy;
    let recipients = ["a@rich.example", "c@text.example", "d@both.example"].map(str::to_owned);
    let losses = |bytes: &[u8], to: &str| -> Vec<String> {
        let message = Message::read(bytes, &ReadOptions::lenient()).unwrap();
        let mut charset = None;
        let facts = facts(&message, &mut charset);
        let submission = Submission { from: "x@inside.example", to: &recipients, message: &message, facts, original: None };
        let outgoing = apply(&policy, &submission, &ReadOptions::lenient()).unwrap();
        let one = outgoing.iter().find(|one| one.recipients.contains(&to)).unwrap();
        one.losses.iter().map(|loss| format!("{}: {}", loss.code, loss.subject)).collect()
    };
    let sample = |name: &str| std::fs::read(format!("{}/testdata/{name}.dat", env!("CARGO_MANIFEST_DIR"))).unwrap();
    // HTML and text hold a plain mail; rich text holds everything.
    assert_eq!(losses(&sample("winmail"), "d@both.example"), [""; 0]);
    assert_eq!(losses(&sample("voting"), "a@rich.example"), [""; 0]);
    // [MS-OXOMSG] 2.2.1.74: voting buttons stand in PidLidVerbStream, which no mail has a place for.
    for to in ["c@text.example", "d@both.example"] {
        let found = losses(&sample("voting"), to);
        assert!(found.iter().any(|loss| loss.starts_with("property: ")), "{found:?}");
    }
    // A file that is no stream is asked by a stream made of the message.
    let mut made = Message::new("IPM.Note");
    made.set_subject("Figures");
    made.properties.set(winmail::mapi::tags::BODY, "One hundred.");
    let mut charset = None;
    let facts = facts(&made, &mut charset);
    let submission = Submission { from: "x@inside.example", to: &recipients, message: &made, facts, original: None };
    let outgoing = apply(&policy, &submission, &ReadOptions::lenient()).unwrap();
    assert!(outgoing.iter().all(|one| one.losses.is_empty()), "{:?}", outgoing[1].losses);
}
