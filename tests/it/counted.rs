//! The accountant beside Python's `email`: both count what is in 200 mails that were made, whole and with one fact taken away.
//!
//! What the streams say comes from the model, which the accountant does not use; what the mails say Python finds out. Without
//! python3 the test says that it was skipped.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use winmail::convert::mime::account::losses;
use winmail::convert::mime::filter::{Action, FilterOptions, filter};
use winmail::mapi::{RecipientType, tags};
use winmail::message::Content;
use winmail::{Attachment, Message, ReadOptions, Recipient, WriteOptions};

/// How many mails are counted.
const MAILS: usize = 200;

/// Prints for each line of its input, a mail in hexadecimal digits and the facts that it must have, those that it has not.
const COUNT: &str = r#"
import email, email.policy, email.utils, hashlib, json, re, sys
for line in sys.stdin:
    given = json.loads(line)
    mail = email.message_from_bytes(bytes.fromhex(given["mail"]), policy=email.policy.default)
    texts, files, addresses, subjects = "", set(), set(), set()
    for part in mail.walk():
        for name in ("From", "To", "Cc", "Sender"):
            for field in part.get_all(name, []):
                addresses |= {f"{one.display_name}|{one.addr_spec}" for one in getattr(field, "addresses", ())}
        subjects |= {str(field) for field in part.get_all("Subject", [])}
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True) or b""
        files.add(hashlib.sha256(data).hexdigest())
        if part.get_content_maintype() == "text":
            texts += " " + part.get_content()
    words = re.findall(r"\w+", texts)
    missing = [w for w in given["words"] if w not in words] + [u for u in given["links"] if u not in texts]
    missing += [f for f in given["files"] if f not in files] + [a for a in given["people"] if a not in addresses]
    print(json.dumps(missing + [s for s in given["subjects"] if s not in subjects]))
"#;

/// A message with facts that no other has, and a message within.
fn message(number: usize) -> Message<'static> {
    let of = |depth: usize| {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::SUBJECT, format!("Subject s{number}d{depth}"));
        message.properties.set(tags::SENDER_NAME, format!("Sender {number} {depth}"));
        message.properties.set(tags::SENDER_ADDRESS_TYPE, "SMTP");
        message.properties.set(tags::SENDER_EMAIL_ADDRESS, format!("sender{number}-{depth}@example.org"));
        let (to, name) = (format!("reader{number}-{depth}@example.net"), format!("Reader {number} {depth}"));
        message.recipients.push(Recipient::smtp(RecipientType::TO, &name, &to));
        let text = format!("The word w{number}d{depth} stands in this text, and https://example.org/{number}/{depth} too.\r\n");
        message.properties.set(tags::BODY, text);
        let size = 1 + number * 37 % 4000;
        let file: Vec<u8> = (0..size).map(|at| (at.wrapping_mul(number + 7) >> (depth + 1)) as u8).collect();
        message.attachments.push(Attachment::from_bytes(&format!("file{number}-{depth}.bin"), file));
        message
    };
    let mut outer = of(0);
    if number % 2 == 1 {
        outer.attachments.push(Attachment::from_message(of(1)));
    }
    outer
}

/// The facts that a mail made of it must have; those in the header of the outermost message are the mail's.
fn facts(message: &Message<'_>, depth: usize, out: &mut [Vec<String>; 5]) {
    let [words, links, _, people, subjects] = out;
    let text = message.text().unwrap().unwrap().text;
    words.extend(
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.starts_with('w') && word.contains('d')).map(str::to_owned),
    );
    links.extend(text.split_whitespace().filter(|word| word.starts_with("https")).map(str::to_owned));
    if depth > 0 {
        subjects.push(message.subject().unwrap().to_string());
        let get = |tag| message.properties.str(tag).unwrap().into_owned();
        people.push(format!("{}|{}", get(tags::SENDER_NAME), get(tags::SENDER_EMAIL_ADDRESS)));
        for row in &message.recipients {
            let get = |tag| row.properties.str(tag).unwrap().into_owned();
            people.push(format!("{}|{}", get(tags::DISPLAY_NAME), get(tags::EMAIL_ADDRESS)));
        }
    }
    for attachment in &message.attachments {
        match &attachment.content {
            Content::Message(inner) => facts(inner, depth + 1, out),
            content => out[2].push(Sha256::digest(content.bytes()).iter().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            })),
        }
    }
}

/// Takes something away, or puts something else in its place.
fn mutated(mail: &str, number: usize) -> (&'static str, String) {
    let depth = number % 2;
    match number % 7 {
        1 => ("a word", mail.replace(&format!("w{number}d{depth}"), "nothing")),
        2 => ("a link", mail.replace(&format!("example.org/{number}/"), "example.com/x/")),
        3 if depth == 1 => ("a sender", mail.replace(&format!("sender{number}-1@"), "other@")),
        4 if depth == 1 => ("a name", mail.replace(&format!("Reader {number} 1"), "Somebody")),
        5 if depth == 1 => ("a subject", mail.replace(&format!("Subject s{number}d1"), "Figures")),
        3..=6 => {
            // The first file, one digit of it.
            let at =
                mail.find(&format!("filename=file{number}-0.bin")).or_else(|| mail.find(&format!("file{number}-0.bin"))).unwrap();
            let body = at + mail[at..].find("\n\n").unwrap() + 2;
            let other = if mail[body..].starts_with('B') { "C" } else { "B" };
            ("a file", format!("{}{other}{}", &mail[..body], &mail[body + 1..]))
        }
        _ => ("nothing", mail.to_owned()),
    }
}

#[test]
fn python_counts_the_same_facts() {
    let mut lines = String::new();
    let mut ours = Vec::new();
    for number in 0..MAILS {
        let message = message(number);
        let stream = message.to_tnef(&WriteOptions::default()).unwrap();
        let encoded = base64(&stream);
        let mail = format!(
            "From: Jane <jane@example.org>\nSubject: Mail {number}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n\
             --a\n\nThe covering note.\n--a\nContent-Type: application/ms-tnef; name=winmail.dat\n\
             Content-Transfer-Encoding: base64\n\n{encoded}\n--a--\n"
        );
        let filtered = filter(mail.as_bytes(), &FilterOptions::default());
        assert!(filtered.outcomes.iter().all(|one| one.action == Action::Replaced), "{number}: {:?}", filtered.outcomes);
        let made = String::from_utf8(filtered.mail.unwrap().to_vec()).unwrap();
        let mut counted: [Vec<String>; 5] = Default::default();
        facts(&message, 0, &mut counted);
        let [words, links, files, people, subjects] = counted;
        let (what, changed) = mutated(&made, number);
        assert_eq!(changed == made, what == "nothing", "{number}: {what}");
        for mail_made in [&made, &changed] {
            let missing = losses(mail.as_bytes(), mail_made.as_bytes(), &ReadOptions::lenient());
            ours.push((number, what, missing.iter().map(ToString::to_string).collect::<Vec<_>>()));
            let hex = mail_made.bytes().fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            });
            let line =
                json!({ "mail": hex, "words": words, "links": links, "files": files, "people": people, "subjects": subjects });
            writeln!(lines, "{line}").unwrap();
        }
    }
    let python = Command::new("python3").args(["-c", COUNT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        println!("skipped: there is no python3");
        return;
    };
    let mut stdin = python.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = python.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let theirs: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(theirs.len(), 2 * MAILS, "{}", output.status);
    let mut caught = 0;
    for (index, ((number, what, ours), theirs)) in ours.iter().zip(&theirs).enumerate() {
        let theirs = theirs.as_array().unwrap();
        assert_eq!(ours.is_empty(), theirs.is_empty(), "{number}, {what}: {ours:?}; Python: {theirs:?}");
        assert!(index % 2 == 1 || ours.is_empty(), "{number}: {ours:?}");
        caught += usize::from(!ours.is_empty());
    }
    assert!(caught > MAILS / 2, "{caught}");
}

fn base64(bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}
