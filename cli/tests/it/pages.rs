//! Every command of README.md and docs runs as it stands, in a folder with the files that the page names.
//!
//! [`ELSEWHERE`] lists the commands that something else runs, with the reason.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::testdata;

/// Commands that are not run here, by how they begin: what runs them, or why nothing does.
const ELSEWHERE: &[(&str, &str)] = &[
    ("cargo ", ".ci/run builds and tests by these"),
    ("tools/", "they compare with programs that are installed for it; each says how at its head"),
    ("pip install ./bindings/python", ".ci/python builds and installs the wheel"),
    ("python3 -m venv build", "the release of the wheel, by hand"),
    ("build/bin/", "the release of the wheel, by hand"),
    ("PATH=", "the release of the wheel, by hand"),
    ("debootstrap ", "the release of the wheel, by hand"),
    ("chroot ", "the release of the wheel, by hand"),
    ("env/bin/python", "the release of the wheel, by hand"),
    ("cp dist/", "the release of the wheel, by hand"),
];

/// Pages whose commands have a test of their own.
const OWN_TEST: &[(&str, &str)] =
    &[("recall.md", "recall_scenario compares also what they print"), ("README.md", "first_tasks judges what they come to")];

/// The exit code of commands for which success is another one, by how they begin.
const CODES: &[(&str, i32)] = &[
    ("winmail diff one.msg other.dat", 1),
    // The settings of the page have something to remark on.
    ("winmail policy check", 3),
];

/// `Get-MailUser | Export-Clixml`, of one user.
const CLIXML: &str = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><TN RefId="0">
<T>Deserialized.Microsoft.Exchange.Data.Directory.Management.MailUser</T></TN><Props><S N="Name">Eve</S>
<S N="ExternalEmailAddress">SMTP:eve@fabrikam.com</S><S N="UseMapiRichTextFormat">Never</S></Props></Obj></Objs>"#;

fn run(folder: &Path, command: &str) -> std::process::Output {
    let program = Path::new(env!("CARGO_BIN_EXE_winmail")).parent().unwrap().to_owned();
    let path = std::env::var_os("PATH").unwrap();
    // `open` shows a folder with what the desktop has for it.
    let path = [folder.join("bin"), program].into_iter().chain(std::env::split_paths(&path));
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", std::env::join_paths(path).unwrap());
    shell.env("HOME", folder).env("WINMAIL_POLICY", folder.join("policy.toml")).output().unwrap()
}

fn winmail(folder: &Path, arguments: &str) {
    let output = run(folder, &format!("winmail {arguments}"));
    assert!(output.status.success(), "winmail {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A folder with what pages name.
fn desk(page: &str) -> tempfile::TempDir {
    let temp = tempfile::tempdir().unwrap();
    let folder = temp.path();
    let at = |name: &str| folder.join(name);
    let write = |name: &str, text: &str| fs::write(at(name), text).unwrap();
    let sample = |shape: &str, name: &str| fs::copy(testdata().join(shape).with_extension("dat"), at(name)).unwrap();
    for made in ["Maildir/cur", "Maildir/new", "Maildir/tmp", "bin", "winmail-policy"] {
        fs::create_dir_all(at(made)).unwrap();
    }
    write("bin/xdg-open", "#!/bin/sh\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(at("bin/xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::create_dir_all(at("exports")).unwrap();
    sample("winmail", "plain.dat");
    write("report.pdf", "%PDF-1.4 no real one\n");
    winmail(folder, "edit plain.dat -o winmail.dat --add-attachment report.pdf");
    fs::remove_file(at("report.pdf")).unwrap();
    fs::copy(at("plain.dat"), at("exports/1.dat")).unwrap();
    if page == "items.md" {
        fs::copy(at("winmail.dat"), at("other.dat")).unwrap();
        sample("meeting-request", "winmail.dat");
    }
    sample("contact", "contact.dat");
    sample("meeting-request", "meeting.dat");
    winmail(folder, "edit meeting.dat --set 'PidTagBody=Let us meet.' -o with-text.dat");
    winmail(folder, "convert with-text.dat --to msg -o meeting.msg -q");
    winmail(folder, "convert meeting.dat --to ics -o invite.ics -q");
    winmail(folder, "convert contact.dat --to vcf -o jane.vcf -q");
    winmail(folder, "convert invite.ics --to eml -o mail.eml -q");
    write("message.eml", "From: alice@contoso.com\r\nTo: bob@fabrikam.com\r\nSubject: x\r\n\r\nText.\r\n");
    winmail(folder, "convert plain.dat --to msg -o one.msg -q");
    winmail(folder, "edit plain.dat -o other.dat --set PidTagSubject=Other --force");
    winmail(folder, "convert plain.dat --to tnef -o Maildir/cur/1.eml -q");
    fs::rename(at("Maildir/cur/1.eml"), at("Maildir/cur/1.host:2,S")).unwrap();
    winmail(folder, "convert Maildir/cur -o archive.mbox --to mbox -q");
    fs::copy(at("archive.mbox"), at("mailbox.mbox")).unwrap();
    winmail(folder, "recall request one.msg -o recall.msg");
    // What `Get-RemoteDomain`, `Get-MailContact` and `Get-MailUser` say, in the forms in which people have it.
    write("domains.json", r#"[{"Name": "Partner", "DomainName": "fabrikam.com", "TNEFEnabled": true}]"#);
    let contacts =
        "\"Name\",\"ExternalEmailAddress\",\"UseMapiRichTextFormat\"\r\n\"Bob\",\"SMTP:bob@fabrikam.com\",\"Never\"\r\n";
    write("contacts.csv", contacts);
    write("users.xml", CLIXML);
    write("ticket.txt", "Name        : Other\nDomainName  : example.org\nTNEFEnabled : False\n");
    fs::copy(at("domains.json"), at("winmail-policy/RemoteDomain.json")).unwrap();
    temp
}

/// The commands of a page, with the numbers of their lines.
fn commands(page: &str) -> Vec<(usize, String)> {
    let mut within = None;
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        match within {
            None if line.starts_with("```") => within = Some(line == "```sh"),
            Some(_) if line == "```" => within = None,
            // A line that is set in goes on with the one before it.
            Some(true) if line.starts_with(' ') => found.last_mut().expect("a command is set in").1 += &format!("\n{line}"),
            Some(true) if !line.is_empty() => found.push((number, line.to_owned())),
            _ => {}
        }
    }
    found
}

#[test]
#[cfg(unix)]
fn every_command_runs_as_it_stands() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let Ok(entries) = fs::read_dir(&docs) else {
        println!("skipped: {} is not there", docs.display());
        return;
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|found| found == "md")) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let commands = commands(&fs::read_to_string(&path).unwrap());
        if commands.is_empty() || OWN_TEST.iter().any(|(page, _)| *page == name) {
            continue;
        }
        let desk = desk(&name);
        for (number, command) in commands {
            if ELSEWHERE.iter().any(|(start, _)| command.starts_with(start)) {
                continue;
            }
            count += 1;
            let expected = CODES.iter().find(|(start, _)| command.starts_with(start)).map_or(0, |(_, code)| *code);
            let output = run(desk.path(), &command);
            if output.status.code() != Some(expected) {
                let said = String::from_utf8_lossy(&output.stderr);
                wrong.push(format!("docs/{name}:{number}: {command}\n  {}: {said}", output.status));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 40, "{count} commands");
}

/// Pages that are looked things up in, and not read from the start.
const REFERENCE: &[&str] = &[
    "README.md",
    "conformance.md",
    "coming-from.md",
    "diagnostics.md",
    "diff-json.md",
    "dump-json.md",
    "list-json.md",
    "manifest-json.md",
    "recovery.md",
];

#[test]
fn every_page_says_whom_it_is_for_and_what_can_go_wrong() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let Ok(entries) = fs::read_dir(&docs) else { return };
    for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|found| found == "md")) {
        let (name, page) = (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap());
        if REFERENCE.contains(&name.as_str()) {
            continue;
        }
        assert!(page.split("\n\n").nth(1).is_some_and(|first| first.starts_with("For ")), "{name}");
        assert!(page.contains("\n## What can go wrong\n"), "{name}");
    }
}

#[test]
fn every_bench_of_the_page_is_in_the_package_that_the_command_asks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let Ok(page) = fs::read_to_string(root.join("benches/README.md")) else { return };
    let mut count = 0;
    for command in page.lines().filter_map(|line| line.split_once("cargo bench")).map(|(_, command)| command) {
        let words: Vec<&str> = command.split(|c: char| c.is_whitespace() || c == '`').collect();
        let after = |word: &str| words.iter().position(|found| *found == word).and_then(|at| words.get(at + 1)).copied();
        let Some(name) = after("--bench") else { continue };
        let manifest = if after("-p") == Some("winmail-tools") { "tools/Cargo.toml" } else { "Cargo.toml" };
        let manifest = fs::read_to_string(root.join(manifest)).unwrap();
        assert!(manifest.contains(&format!("[[bench]]\nname = \"{name}\"\n")), "no bench of this package: {command}");
        count += 1;
    }
    assert!(count > 10, "{count} commands");
}
