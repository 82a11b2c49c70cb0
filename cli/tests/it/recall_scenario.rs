//! The scenario of docs/recall.md from end to end: a message is sent, a connector makes it anew, its recall fails, `explain` names
//! the cause, the setting is turned on, the key survives, the recall succeeds.
//!
//! The page's commands are run and what they print is compared; `UPDATE_DOCS=1 cargo test -p winmail-cli --test it recall_scenario` writes it anew.

use std::fs;
use std::path::Path;
use std::process::Command;

use winmail::convert::mime::{EncapsulateOptions, MimeOptions, MimeReadOptions, encapsulate, read, write};
use winmail::mapi::{PropValue, RecipientType, SearchKey, tags};
use winmail::message::edit::{BodyEdit, Place};
use winmail::policy::{Format, MessageFacts};
use winmail::recall::{RULES, Request};
use winmail::{FileTime, Message, Recipient, WriteOptions};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/recall.md");

/// The message as Alice's Sent Items have it.
fn sent() -> Message<'static> {
    let bytes = fs::read(crate::support::testdata().join("winmail.dat")).unwrap();
    let mut message = Message::from_tnef(&bytes).unwrap().into_owned();
    for tag in [tags::SENDER_NAME, tags::SENT_REPRESENTING_NAME] {
        message.properties.set(tag, "Alice");
    }
    for tag in [tags::SENDER_ADDRESS_TYPE, tags::SENT_REPRESENTING_ADDRESS_TYPE] {
        message.properties.set(tag, "SMTP");
    }
    for tag in [
        tags::SENDER_EMAIL_ADDRESS,
        tags::SENT_REPRESENTING_EMAIL_ADDRESS,
        tags::SENDER_SMTP_ADDRESS,
        tags::SENT_REPRESENTING_SMTP_ADDRESS,
    ] {
        message.properties.set(tag, "alice@fabrikam.com");
    }
    for tag in [tags::SENDER_SEARCH_KEY, tags::SENT_REPRESENTING_SEARCH_KEY] {
        let key = SearchKey::address("SMTP", "alice@fabrikam.com").bytes().to_vec();
        message.properties.set(tag, PropValue::Binary(key.into()));
    }
    for tag in [tags::SENDER_ENTRY_ID, tags::SENT_REPRESENTING_ENTRY_ID] {
        message.properties.remove(tag);
    }
    message.properties.set(tags::INTERNET_MESSAGE_ID, "<20261005093000.1@fabrikam.com>");
    message.recipients = vec![Recipient::smtp(RecipientType::TO, "Bob", "bob@fabrikam.com")];
    message
}

const EXCHANGE: &str = "Received: from EX1.eurprd01.prod.outlook.com by EX1.eurprd01.prod.outlook.com with mapi id 15.20.9; \
    Mon, 5 Oct 2026 09:30:01 +0000\r\n";
const SERVICE: &str = "Received: from mail.eurprd01.prod.outlook.com by smtp.signatures.example with ESMTPS id 4711; \
    Mon, 5 Oct 2026 09:30:02 +0000\r\n";
const BACK: &str = "Received: from smtp.signatures.example by EX2.eurprd01.prod.outlook.com with Microsoft SMTP Server id 15.20.9; \
    Mon, 5 Oct 2026 09:30:03 +0000\r\n";

fn with_headers(headers: &[&str], mail: Vec<u8>) -> Vec<u8> {
    [headers.concat().into_bytes(), mail].concat()
}

/// What Exchange hands to the connector, by the remote domain's settings in the folder.
fn leaves(folder: &Path, message: &Message<'_>) -> Vec<u8> {
    let text = fs::read_to_string(folder.join("policy.toml")).unwrap();
    let policy = winmail::policy::file::read("policy.toml", &text).unwrap().policy;
    let mut delivery = policy.delivery("alice@fabrikam.com", "bob@fabrikam.com", MessageFacts::default()).unwrap();
    // The mail leaves Exchange, although the domain is the organization's own.
    delivery.domain = Some(policy.domains.find("fabrikam.com"));
    match winmail::policy::decide(&delivery).format() {
        Format::Tnef => encapsulate(message, &EncapsulateOptions::default()).unwrap().bytes,
        _ => write(message, &MimeOptions::default()).unwrap().bytes,
    }
}

/// The mailbox's copy of a mail that came back: what the mail says, under its own key where it says none.
fn stored(mail: &[u8]) -> Message<'static> {
    let mut message = read(mail, &MimeReadOptions::default()).unwrap();
    if message.search_key().is_none() {
        message.properties.set(tags::SEARCH_KEY, PropValue::Binary(SearchKey::new_message([0x5C; 16]).bytes().to_vec().into()));
    }
    message
}

/// The message goes to the service, is signed there, comes back and is stored; the copy is taken out as a mail with TNEF.
fn send(folder: &Path) {
    let message = sent();
    fs::write(folder.join("sent.dat"), message.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    let handed = leaves(folder, &message);
    let kept = !winmail::convert::mime::find::find(&handed, &winmail::Limits::default()).parts.is_empty();
    fs::write(folder.join("at-the-service.eml"), with_headers(&[SERVICE, EXCHANGE], handed.clone())).unwrap();
    // The service signs what people see. It makes the mail anew, but for the winmail.dat, which it does not understand.
    let signed = if kept {
        handed
    } else {
        let mut anew = read(&handed, &MimeReadOptions::default()).unwrap();
        anew.edit_body(&BodyEdit::text(Place::Append, "Fabrikam Ltd.")).unwrap();
        write(&anew, &MimeOptions::default()).unwrap().bytes
    };
    let delivered = stored(&with_headers(&[BACK, SERVICE, EXCHANGE], signed));
    let mut options = MimeOptions::default();
    options.transport_headers = false;
    let copy = encapsulate(&delivered, &EncapsulateOptions::default().with_mime(options)).unwrap().bytes;
    fs::write(folder.join("delivered.eml"), with_headers(&[BACK, SERVICE, EXCHANGE], copy)).unwrap();
}

/// Runs a command in the folder, whose files the page names without it. Other tests of this binary keep their folder.
fn run(folder: &Path, command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    assert_eq!(words[0], "winmail");
    let run = Command::new(env!("CARGO_BIN_EXE_winmail")).args(&words[1..]).current_dir(folder).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{command}");
    let out = String::from_utf8(run.stdout).unwrap();
    format!("{}\nexit code {}", out.trim_end(), run.status.code().unwrap()).trim_start().to_owned()
}

/// The page with everything that it shows made anew.
fn page(folder: &Path) -> String {
    let old = fs::read_to_string(PAGE).unwrap();
    let mut new = String::new();
    let mut lines = old.lines();
    let mut output: Option<String> = None;
    let mut active = false;
    while let Some(line) = lines.next() {
        new.push_str(line);
        new.push('\n');
        match line {
            "<!-- do: send -->" | "<!-- do: send-again -->" => {
                send(folder);
                active = true;
            }
            "<!-- done -->" => active = false,
            "```sh" if active => {
                for command in lines.by_ref() {
                    new.push_str(command);
                    new.push('\n');
                    if command == "```" {
                        break;
                    }
                    output = Some(run(folder, command));
                }
            }
            "```text" if active => {
                new.push_str(&output.take().expect("a command stands before its output"));
                new.push_str("\n```\n");
                lines.find(|line| *line == "```").expect("the block ends");
            }
            // The table of outcomes is the code's.
            "|---|---|---|" if lines.clone().take(RULES.len() + 5).any(|line| line == "<!-- rules -->") => {
                for rule in RULES {
                    let basis = if rule.documented { rule.source.to_owned() } else { format!("our {}", rule.source) };
                    new.push_str(&format!("| {} | {} | {basis} |\n", rule.when, rule.outcome));
                }
                lines.find(|line| *line == "<!-- rules -->");
                new.push_str("<!-- rules -->\n");
            }
            _ => {}
        }
    }
    new
}

/// The recall that lies in testdata: at a fixed time and with fixed bytes for what is drawn.
fn recall() -> Vec<u8> {
    let request = Request { now: FileTime(0x01DD_34C5_0DD8_9000), random: *b"winmail testdata", wants_reports: true };
    request.make(&sent()).unwrap().to_tnef(&WriteOptions::default()).unwrap()
}

/// What stands in testdata/recall is what the scenario makes, and the page's commands print there what the page shows.
#[test]
fn the_files_of_the_page_are_in_testdata() {
    let Some(page) = crate::support::page("recall.md") else { return };
    let there = crate::support::testdata().join("recall");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.toml"), policy_of(&page)).unwrap();
    send(folder.path());
    fs::write(folder.path().join("recall.dat"), recall()).unwrap();
    for name in ["policy.toml", "sent.dat", "recall.dat", "at-the-service.eml", "delivered.eml"] {
        let made = fs::read(folder.path().join(name)).unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::create_dir_all(&there).unwrap();
            fs::write(there.join(name), &made).unwrap();
        }
        assert!(fs::read(there.join(name)).unwrap_or_default() == made, "testdata/recall/{name} is stale: UPDATE_DOCS=1");
    }
    for command in ["winmail recall explain", "winmail recall trace"] {
        let (_, block) = page.split_once(&format!("```sh\n{command}")).unwrap();
        let (rest, block) = block.split_once("\n```\n\n```text\n").unwrap();
        let (shown, _) = block.split_once("\n```\n").unwrap();
        assert_eq!(run(&there, &format!("{command}{rest}")), shown);
    }
}

fn policy_of(page: &str) -> &str {
    let (_, toml) = page.split_once("```toml\n# policy.toml\n").unwrap();
    toml.split("```").next().unwrap()
}

#[test]
fn the_recall_fails_and_then_succeeds_as_the_page_says() {
    if crate::support::page("recall.md").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.toml"), policy_of(&fs::read_to_string(PAGE).unwrap())).unwrap();
    let new = page(folder.path());
    // What must stand there, whatever else is shown.
    for part in [
        "exit code 6",
        "the key was changed on the way",
        "smtp.signatures.example",
        "New-RemoteDomain -Name 'fabrikam.com' -DomainName 'fabrikam.com'; Set-RemoteDomain -Identity 'fabrikam.com' -TNEFEnabled $true",
        "The key was lost between sent.dat and at-the-service.eml; delivered.eml has another.",
        "delivered.eml: will be deleted",
    ] {
        assert!(new.contains(part), "{part}\n{new}");
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(PAGE, &new).unwrap();
    }
    let there = fs::read_to_string(Path::new(PAGE)).unwrap();
    assert!(there == new, "docs/recall.md is stale: UPDATE_DOCS=1 cargo test -p winmail-cli --test it recall_scenario\n{new}");
}
