//! What was found wrong in answers once, each by its kind, where no other test of `policy` has it.

use super::tests::winmail;

fn explain(settings: &str, more: &[&str]) -> String {
    let args = [&["explain", "-p", "-", "--from", "a@own.example", "--to", "x@part.example"], more].concat();
    let (code, out, err) = winmail(&args, settings.as_bytes());
    assert_eq!(code, 0, "{err}");
    out + &err
}

/// `*` is always called Default: a command with another name would be for a record that Exchange does not have.
#[test]
fn the_record_for_everybody_has_one_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let (code, _, err) = winmail(&["add", "-p", path.to_str().unwrap(), "All", "*", "TNEFEnabled=false"], b"");
    assert!(code == 1 && err.contains("its name is Default"), "{code} {err}");
    assert!(!path.exists());
}

/// Aliases of mail are taken on the command line, too, and what is named is not replaced by the domain's set.
#[test]
fn other_names_of_a_character_set_are_understood() {
    let settings = "[[remote_domain]]\nName = \"Part\"\nDomainName = \"part.example\"\nCharacterSet = \"koi8-r\"\n";
    for (alias, name) in [("utf8", "utf-8"), ("cp1251", "windows-1251"), ("latin1", "iso-8859-1")] {
        let out = explain(settings, &["--charset", alias]);
        let line = out.lines().find(|line| line.contains("character set")).unwrap();
        assert!(line.contains(name) && line.contains("never replaced"), "{alias}: {line}");
    }
}

/// The empty value can be seen among those that are allowed.
#[test]
fn the_empty_value_is_shown() {
    let settings = "[[remote_domain]]\nDomainName = \"*\"\nTNEFEnabled = \"yes\"\n";
    let (code, _, err) = winmail(&["check", "-p", "-"], settings.as_bytes());
    assert!(code == 1 && err.contains("-:3: TNEFEnabled cannot be \"yes\": allowed is true, false, \"\""), "{code} {err}");
}

/// Without a message the form is a guess, and the guess is named.
#[test]
fn what_is_taken_for_granted_is_said() {
    let out = explain("edition = \"ExchangeOnline\"\n", &[]);
    assert!(out.contains("no message given: taken as written in HTML"), "{out}");
    let told = explain("edition = \"ExchangeOnline\"\n", &["--native", "rich-text"]);
    assert!(!told.contains("no message given"), "{told}");
}

/// What is not set, and what has nothing to do with the recipient, is for --verbose.
#[test]
fn defaults_stand_in_the_long_form_alone() {
    let (short, long) = (explain("", &[]), explain("", &["-v"]));
    for noise in ["Macintosh attachments", "summary TNEF", "diagnostics in those reports"] {
        assert!(!short.contains(noise) && long.contains(noise), "{noise}");
    }
}

/// PidLidUseTnef decides for other accounts than Exchange's: it is asked, and called doubtful.
#[test]
fn the_flag_of_internet_accounts_is_called_doubtful() {
    let out = explain("", &["-v", "--native", "rich-text"]);
    assert!(out.contains("PidLidUseTnef, of which it is doubtful that Exchange asks it"), "{out}");
}

/// Text that is wrapped at "unlimited" is not wrapped.
#[test]
fn text_of_html_is_wrapped_as_the_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let html = format!("<p>{}</p>", "word ".repeat(60).trim());
    let mut message = winmail::Message::new("IPM.Note");
    message.properties.set(winmail::mapi::tags::HTML, winmail::mapi::PropValue::Binary(html.into_bytes().into()));
    message.recipients.push(winmail::Recipient::smtp(winmail::mapi::RecipientType::TO, "X", "x@part.example"));
    let mail = winmail::convert::mime::write(&message, &winmail::convert::mime::MimeOptions::default()).unwrap().bytes;
    std::fs::write(at("mail.eml"), mail).unwrap();
    let longest = |settings: &str, out: &str| {
        std::fs::write(at("s.toml"), settings).unwrap();
        let (code, _, err) = winmail(
            &["apply", &at("mail.eml"), "-p", &at("s.toml"), "-o", &at(out), "--from", "a@own.example", "--to", "x@part.example"],
            b"",
        );
        assert!(code == 0 || code == 3, "{code} {err}");
        let made = std::fs::read_dir(at(out)).unwrap().next().unwrap().unwrap().path();
        let text = std::fs::read_to_string(made).unwrap();
        text.lines().filter(|line| line.contains("word")).map(str::len).max().unwrap()
    };
    let domain = "[[remote_domain]]\nName = \"Part\"\nDomainName = \"part.example\"\nContentType = \"MimeText\"\n";
    assert!(longest(&format!("{domain}LineWrapSize = 60\n"), "one") <= 60);
    assert!(longest(&format!("{domain}LineWrapSize = \"Unlimited\"\n"), "two") > 150);
}

/// `>` of Windows PowerShell writes UTF-16: what `import` printed is read again.
#[test]
fn a_settings_file_may_be_utf_16() {
    let text = "[[remote_domain]]\nName = \"Part\"\nDomainName = \"part.example\"\nTNEFEnabled = false\n";
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(|unit: u16| [(unit & 0xFF) as u8, (unit >> 8) as u8]).collect();
    let args = ["explain", "-p", "-", "--from", "a@own.example", "--to", "x@part.example"];
    let (code, out, err) = winmail(&args, &utf16);
    assert!(code == 0 && out.contains("remote domain Part: TNEFEnabled = false"), "{out}{err}");
}

/// The line of a fault, with the line ends that PowerShell writes and with others.
#[test]
fn lines_are_counted_with_every_line_end() {
    for end in ["\n", "\r\n"] {
        let text = ["Name,DomainName,NDREnabled", "A,a.example,True", "B,b.example,Perhaps", ""].join(end);
        let (code, _, err) = winmail(&["import", "-"], text.as_bytes());
        assert!(code == 1 && err.contains(":3: record 2: NDREnabled"), "{end:?}: {err}");
    }
}

/// A file that is not there is said in words, without the system's number.
#[test]
fn a_missing_file_is_said_in_words() {
    let (code, _, err) = winmail(&["check", "-p", "/no/such/file.toml"], b"");
    assert_eq!((code, err.as_str()), (1, "winmail: /no/such/file.toml: no such file or directory\n"));
}
