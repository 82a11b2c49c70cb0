//! The verbs through the command line.

use std::ffi::OsString;

use super::super::{Streams, run};

const FILE: &str = "accepted_domains = [\"fabrikam.com\"]\n\n# the customer\n[[remote_domain]]\nName = \"Contoso\"\n\
    DomainName = \"*.contoso.com\"\nTNEFEnabled = false # because of recall\n\n[[recipient]]\nAddress = \"bob@contoso.com\"\n\
    UseMapiRichTextFormat = \"Always\"\n";

pub(super) fn winmail(args: &[&str], stdin: &[u8]) -> (u8, String, String) {
    let (mut out, mut err, mut stdin) = (Vec::new(), Vec::new(), stdin);
    let mut streams = Streams { stdin: &mut stdin, out: &mut out, err: &mut err, out_is_terminal: false };
    let args = ["winmail", "policy"].iter().chain(args).map(OsString::from);
    let code = run(args, &mut streams);
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn explain_names_the_setting_that_decided() {
    let args = ["explain", "--policy", "-", "--from", "a@fabrikam.com", "--to", "bob@contoso.com", "eve@fabrikam.com", "-v"];
    let (code, out, err) = winmail(&args, FILE.as_bytes());
    assert_eq!(code, 0, "{err}");
    let first =
        "bob@contoso.com: MIME HTML+text (remote domain Contoso), as remote domain Contoso: TNEFEnabled = false (never TNEF)\n";
    assert!(out.starts_with(first), "{out}");
    assert!(out.contains("false                    remote domain Contoso: TNEFEnabled = false (never TNEF)\n"), "{out}");
    assert!(out.contains("overridden: recipient bob@contoso.com: UseMapiRichTextFormat = Always"), "{out}");
    assert!(
        out.contains("eve@fabrikam.com: TNEF (inside the organization), as organization: accepted domain = fabrikam.com"),
        "{out}"
    );
}

#[test]
fn explain_prints_json() {
    let args = ["explain", "--policy", "-", "--from", "a@fabrikam.com", "--to", "bob@contoso.com", "--json"];
    let (code, out, _) = winmail(&args, FILE.as_bytes());
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    let one = value.get(0).unwrap();
    assert_eq!((code, &one["format"], &one["remote_domain"]), (0, &"MIME HTML+text".into(), &"Contoso".into()));
    assert_eq!(one["answers"]["tnef"]["chain"][0]["outcome"], "won");
    assert_eq!(one["answers"]["tnef"]["chain"][1]["outcome"], "overridden");
    assert_eq!(one["answers"].as_object().unwrap().len(), 19);
}

#[test]
fn check_gives_line_and_remedy_and_says_so_by_its_exit_code() {
    let (code, out, _) = winmail(&["check", "--policy", "-"], FILE.as_bytes());
    assert_eq!(code, 3);
    assert!(out.starts_with("-:9: shadowed rich-text-overridden: bob@contoso.com: "), "{out}");
    assert_eq!(winmail(&["check", "--policy", "-"], b"").0, 0);
}

#[test]
fn equal_recipients_are_one_and_brief_is_a_line_each() {
    let to = ["--from", "a@fabrikam.com", "--to", "x@one.example", "y@one.example", "eve@fabrikam.com"];
    let (_, out, _) = winmail(&[&["explain", "--policy", "-"], &to[..]].concat(), FILE.as_bytes());
    assert!(out.contains("x@one.example, y@one.example: most likely MIME") && out.contains("\neve@fabrikam.com: TNEF"), "{out}");
    let (_, out, _) = winmail(&[&["explain", "--policy", "-", "--brief"], &to[..]].concat(), FILE.as_bytes());
    assert_eq!(out.lines().count(), 3, "{out}");
}

/// The question asked most: forwards pass the remote domain and are returned all the same.
#[test]
fn forwards_are_not_called_sent_where_another_gate_may_stop_them() {
    let ask = |settings: &str| {
        let args = ["explain", "--policy", "-", "--from", "a@contoso.com", "--to", "me@gmail.com"];
        winmail(&args, settings.as_bytes()).1
    };
    let row =
        |out: &str| out.lines().find(|line| line.trim_start().starts_with("automatic forward")).unwrap_or_default().to_owned();
    let unknown = row(&ask(""));
    assert!(unknown.contains("not known here") && unknown.contains("5.7.520"), "{unknown}");
    assert!(unknown.contains("Get-HostedOutboundSpamFilterPolicy"), "{unknown}");
    let spam = |mode: &str| format!("[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"{mode}\"\n");
    let blocked = ask(&spam("Automatic"));
    assert!(row(&blocked).contains("blocked") && row(&blocked).contains("AutoForwardingMode = Automatic"), "{blocked}");
    assert!(blocked.contains("New-HostedOutboundSpamFilterPolicy"), "{blocked}");
    assert!(row(&ask(&spam("On"))).contains("passes"));
    assert!(ask("").contains("Get-TransportRule"), "rules are named as not checked");
}

#[test]
fn show_prints_what_is_set_and_with_all_the_defaults() {
    let (_, out, _) = winmail(&["show", "--policy", "-"], FILE.as_bytes());
    assert!(out.contains("Contoso (*.contoso.com)\n  TNEFEnabled                          false\nbob@contoso.com"), "{out}");
    let (_, out, _) = winmail(&["show", "--policy", "-", "--all", "x.contoso.com"], FILE.as_bytes());
    assert!(out.contains("  NDREnabled                           true  default\n"), "{out}");
    assert_eq!(winmail(&["show", "--policy", "-", "nobody"], FILE.as_bytes()).0, 1);
}

#[test]
fn set_add_and_remove_change_a_file_and_keep_its_comments() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    let name = path.to_str().unwrap();
    std::fs::write(&path, FILE).unwrap();
    assert_eq!(winmail(&["set", "--policy", name, "contoso", "TNEFEnabled=true", "LineWrapSize=78"], b"").0, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("# the customer\n") && text.contains("TNEFEnabled = true # because of recall\nLineWrapSize = 78\n"),
        "{text}"
    );
    assert_eq!(winmail(&["add", "--policy", name, "North", "north.example", "NDREnabled=false"], b"").0, 0);
    assert_eq!(winmail(&["remove", "--policy", name, "bob@contoso.com"], b"").0, 0);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("Name = \"North\"\nDomainName = \"north.example\"\nNDREnabled = false\n") && !text.contains("bob@"),
        "{text}"
    );
    let (code, _, err) = winmail(&["set", "--policy", name, "North", "LineWrapSize=7", "NDREnabled=perhaps"], b"");
    assert!(code == 1 && err.contains("allowed is true or false"), "{err}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "nothing half applied");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.toml");
    let name = path.to_str().unwrap();
    // The file is new for all of them.
    std::thread::scope(|scope| {
        for number in 0..10 {
            scope.spawn(move || {
                let (who, domain) = (format!("N{number}"), format!("n{number}.example"));
                assert_eq!(winmail(&["add", "--policy", name, &who, &domain], b"").0, 0);
            });
        }
    });
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("[[remote_domain]]").count(), 10, "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no lock is left");
}

#[test]
fn import_and_export_meet() {
    let json = r#"[{"Name": "Contoso", "DomainName": "contoso.com", "TNEFEnabled": false, "NDREnabled": true}]"#;
    let (code, toml, err) = winmail(&["import", "-"], json.as_bytes());
    assert_eq!(code, 0, "{err}");
    let (_, commands, _) = winmail(&["export", "--policy", "-", "--commands"], toml.as_bytes());
    assert_eq!(
        commands,
        "if (-not (Get-RemoteDomain -Identity 'Contoso' -ErrorAction SilentlyContinue)) \
         { New-RemoteDomain -Name 'Contoso' -DomainName 'contoso.com' }\nSet-RemoteDomain -Identity 'Contoso' -TNEFEnabled $false\n"
    );
    let (code, out, err) = winmail(&["import", "-"], b"[{}]");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("-:1: record 1: "), "{err}");
}

#[test]
fn a_folder_of_exports_becomes_a_settings_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::create_dir(path("in")).unwrap();
    std::fs::write(path("in/a.csv"), "DomainName,DomainType\ncontoso.com,Authoritative\n").unwrap();
    std::fs::write(path("in/b.txt"), "DomainName : *\nTNEFEnabled : False\nIdentity : Default\nGuid : x.PROD.OUTLOOK.COM\n")
        .unwrap();
    std::fs::write(path("in/c.csv"), "\u{feff}").unwrap();
    std::fs::write(path("in/readme.md"), "not an export").unwrap();
    let (code, out, err) = winmail(&["import", &path("in"), "-o", &path("p.toml")], b"");
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.contains("a.csv: accepted domains 1") && err.contains("c.csv: empty") && !err.contains("--edition"), "{err}");
    let text = std::fs::read_to_string(path("p.toml")).unwrap();
    assert!(text.contains("accepted_domains = [\"contoso.com\"]") && text.contains("TNEFEnabled = false"), "{text}");
    // A file that is there stays.
    assert_eq!(winmail(&["import", &path("in"), "-o", &path("p.toml")], b"").0, 1);
    // As `>` of Windows PowerShell writes it.
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    std::fs::write(path("u.toml"), utf16).unwrap();
    let (code, out, err) =
        winmail(&["explain", "-p", &path("u.toml"), "--from", "a@contoso.com", "--to", "Bob <b@contoso.com>"], b"");
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("b@contoso.com: TNEF (inside the organization)"), "{out}");
    let (code, _, err) = winmail(&["explain", "-p", &path("u.toml"), "--from", "a@contoso.com", "--to", "/o=Org/cn=bob"], b"");
    assert!(code == 1 && err.contains("is no address"), "{err}");
}

#[test]
fn a_message_is_explained_and_becomes_a_mail_for_each_form() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("policy.toml"), FILE).unwrap();
    let mail = "From: a@fabrikam.com\r\nTo: bob@contoso.com, eve@fabrikam.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n\
        Content-Type: text/html; charset=iso-8859-1\r\n\r\n<b>caf\u{e9}</b>\r\n";
    std::fs::write(path("in.eml"), mail.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>()).unwrap();

    // The message also where a shell user puts it, behind the recipients.
    for args in
        [&["explain", &path("in.eml")][..], &["explain", "--from", "a@fabrikam.com", "--to", "bob@contoso.com", &path("in.eml")]]
    {
        let (code, out, err) = winmail(&[args, &["--policy", &path("policy.toml")]].concat(), b"");
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert!(out.starts_with("bob@contoso.com: MIME HTML+text (remote domain Contoso), as "), "{out}");
        assert!(out.contains("iso-8859-1"), "the set that the message names: {out}");
    }

    let args = ["apply", &path("in.eml"), "-o", &path("out"), "--policy", &path("policy.toml"), "--json"];
    let (code, out, _) = winmail(&args, b"");
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert_eq!(value[0]["recipients"], serde_json::json!(["bob@contoso.com"]));
    assert_eq!((&value[0]["format"], &value[1]["format"]), (&"MIME HTML+text".into(), &"TNEF".into()));
    let html = std::fs::read_to_string(path("out/1-html-text.eml")).unwrap();
    assert!(html.contains("Content-Type: text/html; charset=iso-8859-1\r\n") && html.contains("caf=E9"), "{html}");
    assert!(std::path::Path::new(&path("out/2-tnef.eml")).exists());
    // What is there stays.
    assert_eq!(winmail(&args, b"").0, 1);
}

#[test]
fn without_settings_or_addresses_it_says_what_to_do() {
    let (code, _, err) = winmail(&["check"], b"");
    assert_eq!(code, 1);
    assert!(err.contains("--policy FILE") && err.contains("policy import"), "{err}");
    // The documented defaults answer, too, and are called so.
    let (code, out, err) = winmail(&["explain", "--from", "a@b.example", "--to", "c@d.example"], b"");
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("c@d.example: most likely MIME HTML+text (remote domain Default)"), "{out}");
    assert!(out.contains("Set-RemoteDomain -Identity 'd.example' -TNEFEnabled $false"), "{out}");
    assert!(err.contains("documented defaults") && err.contains("taken as written in HTML"), "{err}");
    let (code, _, err) = winmail(&["explain", "--policy", "-"], b"");
    assert_eq!(code, 1);
    assert!(err.contains("--from and --to"), "{err}");
}
