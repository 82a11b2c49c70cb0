//! The pages of `--html`: what they must hold, in which order, that every element ends, and that nothing foreign is markup.

use std::fs;
use std::path::Path;
use std::process::Command;

const SETTINGS: &str = "edition = \"ExchangeOnline\"\naccepted_domains = [\"fabrikam.com\"]\n\
    [[remote_domain]]\nName = \"Default\"\nDomainName = \"*\"\nTNEFEnabled = true\n\
    [[remote_domain]]\nName = \"<script>alert(1)</script>\"\nDomainName = \"*.contoso.com\"\nTNEFEnabled = false\nLineWrapSize = 77\n";

/// What a command prints in a folder, with its exit code.
fn winmail(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_winmail")).args(args).current_dir(folder).output().unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap())
}

/// The texts stand in the page in this order.
fn in_order(page: &str, texts: &[&str]) {
    let mut rest = page;
    for text in texts {
        let Some(at) = rest.find(text) else { panic!("{text:?} is missing, or stands too early in\n{page}") };
        rest = &rest[at + text.len()..];
    }
}

/// One page that loads and runs nothing, whose elements all end.
fn sound(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">") && page.ends_with("</html>\n"), "{page}");
    for forbidden in ["<script", "src=", "href=", "url(", "@import", "javascript:", "onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let void = ["meta", "br", "wbr", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "{tag}"),
            None if void.contains(&name) => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// The files of the worked example; `None`, and a line that says so, where the package stands alone.
fn example() -> Option<std::path::PathBuf> {
    let folder = crate::support::testdata().join("recall");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn the_page_of_a_recall_tells_why_and_what_to_do() {
    let Some(folder) = example() else { return };
    let words = ["recall", "explain", "--recall", "recall.dat", "--original", "sent.dat", "--delivered", "delivered.eml"];
    let known = ["--policy", "policy.toml", "--cloud-recall", "true", "--recall-read", "true", "--html", "-"];
    let (code, page, err) = winmail(&folder, &[&words[..], &known[..]].concat());
    assert_eq!((code, err.as_str()), (6, ""));
    sound(&page);
    in_order(
        &page,
        &[
            "Subject of the recalled message: Figures of the third quarter",
            "class=\"verdict bad\"",
            "The message cannot be found by the recall",
            "1. the search keys are equal</strong> <em>not met</em>",
            "7. Exchange Online recalls by itself (cloud recall)</strong> <em>met</em>",
            // The line of servers, the key above its ends.
            "77696E6D61696C207465737464617401</p><p class=\"box\"><strong>sent.dat",
            "<strong>EX1.eurprd01.prod.outlook.com</strong>",
            "server bad\"><p class=\"box\"><strong>smtp.signatures.example</strong>",
            "<strong>EX2.eurprd01.prod.outlook.com</strong>",
            "the key was changed between these two",
            "place bad\"><p class=\"key\">5C5C5C5C5C5C5C4C9C5C5C5C5C5C5C5C</p><p class=\"box\"><strong>delivered.eml",
            "New-RemoteDomain -Name 'fabrikam.com' -DomainName 'fabrikam.com'\nSet-RemoteDomain -Identity 'fabrikam.com' -TNEFEnabled $true",
            "Get-InboxRule",
        ],
    );
    // Less is known: the page says what, and never that it was checked.
    let (code, page, _) = winmail(&folder, &[&words[..], &["--html", "-"]].concat());
    assert_eq!(code, 8);
    sound(&page);
    in_order(
        &page,
        &[
            "To learn whether sender and recipient are in one Exchange organization: say which",
            "Not checked, or not known",
            "Whether sender and recipient are in one Exchange organization",
        ],
    );
}

#[test]
fn the_page_of_a_trace_shows_the_break() {
    let Some(folder) = example() else { return };
    let (code, page, _) =
        winmail(&folder, &["recall", "trace", "sent.dat", "at-the-service.eml", "delivered.eml", "--html", "-"]);
    assert_eq!(code, 6);
    sound(&page);
    in_order(
        &page,
        &[
            "The key was lost between sent.dat and at-the-service.eml; delivered.eml has another.",
            "<strong>sent.dat",
            "smtp.signatures.example",
            "the key was lost between these two",
            "no search key</p><p class=\"box\"><strong>at-the-service.eml",
            "a key appeared",
            "<strong>delivered.eml",
        ],
    );
}

#[test]
fn the_page_of_a_policy_has_ladder_commands_and_matrix() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("settings.toml"), SETTINGS).unwrap();
    let words = ["policy", "explain", "--policy", "settings.toml", "--from", "jane@fabrikam.com", "--to"];
    let (code, page, _) = winmail(folder.path(), &[&words[..], &["bob@contoso.com", "x@gmail.com", "--html", "-"]].concat());
    assert_eq!(code, 0);
    sound(&page);
    let hostile = "&lt;script&gt;alert(1)&lt;/script&gt;";
    in_order(
        &page,
        &[
            "<h2>bob@contoso.com</h2>",
            "TNEFEnabled = false</strong> <em>decides</em>",
            "InternetMessageFormat = ConvertToHtml</strong> <em>overridden</em>",
            &format!("Set-RemoteDomain -Identity '{hostile}' -TNEFEnabled $null"),
            "<h2>x@gmail.com</h2>",
            "TNEFEnabled = true</strong> <em>decides</em>",
            "Set-RemoteDomain -Identity 'Default' -TNEFEnabled $false",
            "The remote domains and their settings",
            "<th scope=\"row\" class=\"plain\">Default</th>",
            // Dangerous: rich text for everybody.
            "<td class=\"bad\">",
            " true</td>",
            &format!("<th scope=\"row\" class=\"plain\">{hostile}</th>"),
            "77</td>",
            "everybody outside gets TNEF",
            "Get-TransportRule",
        ],
    );
}

#[test]
fn a_page_beside_the_text_is_a_file_that_is_replaced_only_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let words = ["policy", "explain", "--from", "jane@fabrikam.com", "--to", "bob@contoso.com"];
    let (_, text, _) = winmail(folder.path(), &words);
    let with = [&words[..], &["--html", "page.html"]].concat();
    let (code, beside, _) = winmail(folder.path(), &with);
    assert_eq!((code, &beside), (0, &text), "the text is the same");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    sound(&page);
    in_order(&page, &["Assumed: no settings file", "Assumed: no message given: taken as written in HTML"]);
    let (code, _, err) = winmail(folder.path(), &with);
    assert!(code == 1 && err.contains("page.html exists already"), "{code} {err}");
    assert_eq!(winmail(folder.path(), &[&with[..], &["-f"]].concat()).0, 0);
}
