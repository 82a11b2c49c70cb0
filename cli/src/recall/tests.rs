//! The verbs through the command line, on files.

use std::ffi::OsString;
use std::path::Path;

use super::super::{Streams, run};
use winmail::mapi::{PropValue, RecipientType, tags};
use winmail::{Message, Recipient, WriteOptions};

fn winmail(folder: &Path, args: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdin: &mut std::io::empty(), out: &mut out, err: &mut err, out_is_terminal: false };
    let path = |word: &str| match word.strip_prefix('@') {
        Some(file) => folder.join(file).into_os_string(),
        None => OsString::from(word),
    };
    let args = ["winmail", "recall"].into_iter().map(OsString::from).chain(args.split(' ').map(path)).collect::<Vec<_>>();
    let code = run(args, &mut streams);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

fn message(key: u8, subject: &str) -> Vec<u8> {
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, subject);
    message.properties.set(tags::SENDER_SMTP_ADDRESS, "alice@fabrikam.com");
    message.properties.set(tags::INTERNET_MESSAGE_ID, format!("<{subject}@fabrikam.com>").as_str());
    message.properties.set(tags::SEARCH_KEY, PropValue::Binary(vec![key; 16].into()));
    message.recipients.push(Recipient::smtp(RecipientType::TO, "Bob", "bob@fabrikam.com"));
    message.to_tnef(&WriteOptions::default()).unwrap()
}

/// A folder with an original, a copy of it, one with another key, another message, a plain mail, rubbish, and a recall.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    std::fs::create_dir(folder.path().join("box")).unwrap();
    write("original.dat", &message(1, "Figures"));
    write("box/copy.dat", &message(1, "Figures"));
    write("box/changed.dat", &message(2, "Figures"));
    write("box/other.dat", &message(3, "Lunch"));
    let plain =
        "From: alice@fabrikam.com\r\nTo: bob@fabrikam.com\r\nSubject: Figures\r\nMessage-ID: <Figures@fabrikam.com>\r\n\r\nx\r\n";
    write("box/plain.eml", plain.as_bytes());
    write("box/rubbish", b"\0\x01\x02");
    write("policy.toml", b"accepted_domains = [\"fabrikam.com\"]\n");
    let (code, out, err) = winmail(folder.path(), "request @original.dat -o @recall.dat");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.ends_with("recall.dat: asks for 01010101010101010101010101010101\n"), "{out}");
    folder
}

const CLASSIC: &str = "--policy @policy.toml --cloud-recall false --folder Inbox --recall-folder Inbox";

#[test]
fn explain_has_an_exit_code_for_each_outcome() {
    let folder = folder();
    let explain = |rest: &str| {
        let (code, out, err) = winmail(folder.path(), &format!("explain --recall @recall.dat --original @original.dat {rest}"));
        assert_eq!(err, "", "{rest}");
        (code, out)
    };
    for (rest, code, holds) in [
        (format!("--delivered @box/copy.dat {CLASSIC} --unread"), 0, "copy.dat: will be deleted\n"),
        (format!("--delivered @box/copy.dat {CLASSIC} --read"), 4, "the recipient is told"),
        (
            "--delivered @box/copy.dat --policy @policy.toml --cloud-recall true --recall-read false --read".to_owned(),
            5,
            "will stay",
        ),
        (
            "--delivered @box/copy.dat --policy @policy.toml --cloud-recall default --recall-read default --read".to_owned(),
            0,
            "not needed",
        ),
        (format!("--delivered @box/changed.dat {CLASSIC} --unread"), 6, "the key was changed on the way"),
        (format!("--delivered @box/other.dat {CLASSIC} --unread"), 6, "this is another message"),
        (format!("--delivered @box/copy.dat {CLASSIC} --to eve@contoso.com"), 7, "cannot be recalled at all"),
        ("--delivered @box/copy.dat".to_owned(), 8, "it cannot be told"),
        (format!("--delivered @box/plain.eml {CLASSIC} --unread"), 8, "plain mail has no search key"),
        (format!("--delivered @box/plain.eml {CLASSIC} --unread --connector true"), 6, "New-RemoteDomain -Name 'fabrikam.com'"),
        (format!("--delivered @box/rubbish {CLASSIC} --unread"), 1, "cannot be read: neither a TNEF stream nor a mail"),
        (format!("--delivered @box/copy.dat @box/changed.dat {CLASSIC} --unread"), 6, "copy.dat: will be deleted\n"),
    ] {
        let (found, out) = explain(&rest);
        assert_eq!(found, code, "{rest}\n{out}");
        assert!(out.contains(holds), "{rest}\n{out}");
    }
}

/// What is not known is asked for in the words of the command line, as text and as JSON.
#[test]
fn explain_names_the_flags_that_would_tell_more() {
    let folder = folder();
    let mut many = Message::from_tnef(&message(2, "Figures")).unwrap().into_owned();
    many.recipients.push(Recipient::smtp(RecipientType::TO, "Eve", "eve@fabrikam.com"));
    std::fs::write(folder.path().join("many.dat"), many.to_tnef(&WriteOptions::default()).unwrap()).unwrap();
    std::fs::write(folder.path().join("other.toml"), "accepted_domains = [\"contoso.com\"]\n").unwrap();
    let recall = "explain --recall @recall.dat";
    for (args, flags) in [
        (format!("{recall} --delivered @many.dat"), "say who they are (--from, --to)"),
        (format!("{recall} --delivered @box/copy.dat --policy @other.toml --to a@contoso.com"), "in the organization (--from)"),
        (format!("{recall} --delivered @box/copy.dat"), "domains are the organization's (--accepted-domain, --policy)"),
        (format!("{recall} --delivered @box/copy.dat"), "look into the mailbox (--read, --unread)"),
        (format!("{recall} --delivered @box/copy.dat"), "look into the mailbox (--folder, --recall-folder)"),
        (format!("{recall} --delivered @box/plain.eml"), "give the settings (--policy): where internal mail"),
        (format!("{recall} --delivered @box/plain.eml --policy @policy.toml"), "which is not known (--connector)"),
        (format!("{recall} --delivered @box/other.dat"), "asks for; winmail recall match finds it"),
    ] {
        for json in ["", " --json"] {
            let (_, out, err) = winmail(folder.path(), &format!("{args}{json}"));
            assert!(out.contains(flags), "{args}{json}: {out}{err}");
            assert!(["Environment::", "Mailbox::", "Case::", "compare_request"].iter().all(|name| !out.contains(name)), "{out}");
        }
    }
}

#[test]
fn explain_refuses_what_it_cannot_use() {
    let folder = folder();
    for (args, code, holds) in [
        ("explain --recall @recall.dat", 2, "--delivered"),
        ("explain --recall @recall.dat --delivered @box/copy.dat --read --unread", 2, "cannot be used with"),
        ("explain --recall @recall.dat --delivered @box/copy.dat --mailbox Gmail", 2, "allowed is ExchangeOnline"),
        ("explain --recall @none --delivered @box/copy.dat", 1, "none: no such file"),
        ("explain --recall @box/rubbish --delivered @box/copy.dat", 1, "rubbish: neither a TNEF stream nor a mail"),
        ("explain --recall @recall.dat --delivered @box/copy.dat --policy @box/rubbish", 1, "rubbish"),
        ("trace @original.dat", 2, "2 values required"),
        ("request @box/plain.eml -o @out.dat", 1, "plain.eml"),
        ("request @original.dat -o @original.dat", 1, "exists"),
        ("match --recall @original.dat @box", 1, "no recall request"),
    ] {
        let (found, out, err) = winmail(folder.path(), args);
        assert_eq!((found, out.as_str()), (code, ""), "{args}: {err}");
        assert!(err.contains(holds), "{args}: {err}");
    }
}

#[test]
fn what_is_no_recall_request_recalls_nothing() {
    let folder = folder();
    let (code, out, _) = winmail(folder.path(), "explain --recall @original.dat --delivered @box/copy.dat");
    assert_eq!(code, 7, "{out}");
    assert!(out.contains("is no recall request: its class is IPM.Note"), "{out}");
}

#[test]
fn explain_prints_json() {
    let folder = folder();
    let args = format!("explain --recall @recall.dat --original @original.dat --delivered @box {CLASSIC} --unread --json");
    let (code, out, _) = winmail(folder.path(), &args);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 1, "one file cannot be read");
    let delivered = value["delivered"].as_array().unwrap();
    let outcomes: Vec<_> = delivered.iter().map(|one| one["outcome"].as_str()).collect();
    // changed, copy, other, plain, rubbish
    let wanted = [Some("cannot-be-found"), Some("will-be-deleted"), Some("cannot-be-found"), None, None];
    assert_eq!(outcomes, wanted);
    let changed = &delivered[0];
    assert_eq!(changed["conditions"].as_array().unwrap().len(), 7);
    assert_eq!(changed["conditions"][0]["verdict"], "not-met");
    assert_eq!(changed["conditions"][0]["condition"], "same-search-key");
    assert_eq!(changed["reasons"][0], "same-search-key");
    assert_eq!(changed["similarity"], "the same message");
    assert_eq!(delivered[4]["error"], "neither a TNEF stream nor a mail");
    assert_eq!(value["recall"]["asks_for"][0]["at"], "0x6800");
}

#[test]
fn match_finds_by_key_and_by_all_but_the_key() {
    let folder = folder();
    let (code, out, err) = winmail(folder.path(), "match --recall @recall.dat @box --all");
    assert_eq!((code, err.as_str()), (0, ""));
    let line = |name: &str| out.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name}: {out}"));
    assert!(line("copy.dat").starts_with("search key "), "{out}");
    assert!(line("changed.dat").starts_with("by all but the key "), "{out}");
    assert!(line("plain.eml").starts_with("by all but the key "), "{out}");
    assert!(line("other.dat").starts_with("no "), "{out}");
    assert!(line("rubbish").starts_with("unreadable "), "{out}");
    assert!(
        out.ends_with("5 messages: 1 by search key, 0 by one of two keys, 2 by all but the key, 1 others, 1 unreadable\n"),
        "{out}"
    );
    assert_eq!(winmail(folder.path(), "match --recall @recall.dat @box/other.dat @box/changed.dat").0, 6);
    assert_eq!(winmail(folder.path(), "match --recall @recall.dat @box/other.dat @box/rubbish").0, 1);
    let (_, out, _) = winmail(folder.path(), "match --recall @recall.dat @box --json");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&value["counts"]["by_key"], &value["counts"]["others"]), (&1.into(), &1.into()));
}

#[test]
fn trace_says_where_the_key_was_lost() {
    let folder = folder();
    for (files, code, last) in [
        ("@original.dat @box/copy.dat", 0, "The key was kept.\n"),
        ("@original.dat @box/plain.eml @box/copy.dat", 0, "The key was kept.\n"),
        ("@original.dat @box/copy.dat @box/changed.dat", 6, "changed.dat.\n"),
        ("@original.dat @box/plain.eml @box/changed.dat", 6, "changed.dat has another.\n"),
        ("@original.dat @box/plain.eml", 8, "left out where the mail was saved.\n"),
        ("@original.dat @box/other.dat", 8, "are different messages.\n"),
        ("@box/plain.eml @original.dat", 8, "Whether the key was kept cannot be told.\n"),
    ] {
        let (found, out, _) = winmail(folder.path(), &format!("trace {files}"));
        assert_eq!(found, code, "{files}: {out}");
        assert!(out.ends_with(last), "{files}: {out}");
    }
    let (_, out, _) = winmail(folder.path(), "trace @original.dat @box/plain.eml --json");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&value["fate"]["is"], &value["steps"][0]["change"]), (&"gone".into(), &"gone".into()));
}

/// What the article on recalls through connectors says, statement by statement, and questions of administrators: the words that must
/// come, and with the opposite given, those that come then.
#[test]
fn the_statements_hold_and_their_opposites_do() {
    let folder = folder();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let head = "From: alice@fabrikam.com\r\nTo: bob@fabrikam.com\r\nSubject: Figures\r\nMessage-ID: <Figures@fabrikam.com>\r\n";
    write("protected.eml", &format!("{head}Content-Class: rpmsg.message\r\n\r\nx\r\n"));
    write("trace.csv", "MessageId,RecipientAddress,Event,Detail\n<Figures@fabrikam.com>,,Send external,to sig.example\n");
    write("other.csv", "MessageId,RecipientAddress,Status\n<other@fabrikam.com>,bob@fabrikam.com,Delivered\n");
    write("barracuda.eml", &format!("{head}X-Barracuda-Connect: x\r\n\r\nx\r\n"));
    let copy = |rest: &str| format!("explain --recall @recall.dat --original @original.dat --delivered @box/copy.dat {rest}");
    let changed =
        |rest: &str| format!("explain --recall @recall.dat --original @original.dat --delivered @box/changed.dat {rest}");
    let own = "--policy @policy.toml --cloud-recall false --unread";
    for (id, one, holds, other, then) in [
        (
            "E2 by the search key",
            "match --recall @recall.dat @box".to_owned(),
            "1 by search key",
            "match --recall @recall.dat @box/other.dat".to_owned(),
            "0 by search key",
        ),
        ("E3 the key changes on the way", changed(&format!("{CLASSIC} --unread")), "the key was changed on the way", copy(&format!("{CLASSIC} --unread")), "the delivered copy has 0101"),
        ("E4 and the recall does not find it", changed(&format!("{CLASSIC} --unread")), "cannot be found by the recall", copy(&format!("{CLASSIC} --unread")), "will be deleted"),
        ("E5 client-side signatures", changed(&format!("{CLASSIC} --unread")), "client-side signatures", changed(&format!("{CLASSIC} --unread --connector false")), "internal mail passes no connector"),
        ("E6 TNEF for the own domains", changed(&format!("{CLASSIC} --unread --connector true")), "-TNEFEnabled $true", copy(&format!("{CLASSIC} --unread")), "will be deleted"),
        ("E6 and what Microsoft says of that", changed(&format!("{CLASSIC} --unread --connector true")), "signature services ask for one", changed(&format!("{CLASSIC} --unread --connector false")), "between servers of one organization Exchange always uses TNEF"),
        ("E7 one organization", copy(&format!("{CLASSIC} --unread")), "both are in accepted domains", copy(&format!("{CLASSIC} --unread --mailbox Other")), "is not an Exchange mailbox"),
        ("E8 not to Gmail", copy(&format!("{CLASSIC} --unread --to x@gmail.com")), "cannot be recalled at all", copy(&format!("{CLASSIC} --unread")), "will be deleted"),
        ("E9 already read", copy(&format!("{CLASSIC} --read")), "the recipient is told", copy(&format!("{CLASSIC} --unread")), "will be deleted"),
        ("E10 one folder", copy(&format!("{own} --folder Inbox --recall-folder Projects")), "the request is in another folder", copy(&format!("{own} --folder Inbox --recall-folder inbox")), "will be deleted"),
        ("E11, Q21 protected mail, by the kind of recall", format!("explain --recall @recall.dat --delivered @protected.eml {CLASSIC} --unread"), "protected.eml: cannot be recalled at all", "explain --recall @recall.dat --delivered @protected.eml --policy @policy.toml --cloud-recall default --recall-read default".to_owned(), "protected (not needed: cloud recall)"),
        ("E12 sources", copy(&format!("{CLASSIC} --unread")), "OFFICE: Office help", changed(&format!("{CLASSIC} --unread")), "VENDOR: https://support.exclaimer.com"),
        ("Q9 recall fails with a signature service", changed(&format!("{CLASSIC} --unread")), "X-MS-Exchange-Generated-Message-Source", copy(&format!("{CLASSIC} --unread")), "will be deleted"),
        ("Q9 what the message trace says", changed(&format!("{CLASSIC} --unread --trace @trace.csv")), "message trace: Send external: to sig.example", changed(&format!("{CLASSIC} --unread --trace @other.csv")), "cannot be found"),
        ("Q10 a security service on the way", "trace @original.dat @barracuda.eml".to_owned(), "a hint at Barracuda", "trace @original.dat @box/plain.eml".to_owned(), "plain mail has no search key"),
    ] {
        for (args, part) in [(&one, holds), (&other, then)] {
            let (_, out, err) = winmail(folder.path(), args);
            assert!(out.contains(part), "{id}: {args}: no {part:?} in\n{out}{err}");
        }
        let (_, opposite, _) = winmail(folder.path(), &other);
        assert!(!opposite.contains(holds), "{id}: {other}: {holds:?} in\n{opposite}");
    }
}
