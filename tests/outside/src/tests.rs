use super::*;

const MAIL: &[u8] = b"From: jane@fabrikam.com\r\nTo: bob@contoso.com\r\nSubject: Figures\r\nMessage-ID: <1@fabrikam.com>\r\n\r\nDone.\r\n";

#[test]
fn all_of_it_does_what_it_says() {
    let stream = new_message().unwrap();
    assert_eq!(list_attachments(&stream).unwrap(), [("a.txt".to_owned(), 3), ("b.txt".to_owned(), 3)]);
    let folder = std::env::temp_dir().join(format!("outside-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    save_under_safe_names(&stream, &folder).unwrap();
    assert_eq!(fs::read(folder.join("b.txt")).unwrap(), b"def");
    fs::write(folder.join("in.dat"), &stream).unwrap();
    assert_eq!(copy_a_large_one(&folder.join("in.dat"), "b.txt", &folder.join("out")).unwrap(), 3);
    assert_eq!(fs::read(folder.join("out")).unwrap(), b"def");
    fs::remove_dir_all(&folder).unwrap();

    assert!(property_by_name(&stream, "PidTagSubject").unwrap().unwrap().contains("Figures"));
    assert_eq!(what_is(0x0037_001F), Some("PidTagSubject"));
    let changed = change_the_subject(&stream, "RE: Figures").unwrap();
    assert_eq!(Message::from_tnef(&changed).unwrap().subject().as_deref(), Some("RE: Figures"));
    assert!(!same_message(&stream, &changed).unwrap(), "a new message has no key yet");

    assert!(String::from_utf8(there_and_back(MAIL).unwrap()).unwrap().contains("Done."));
    let message = mime::read(MAIL, &MimeReadOptions::default()).unwrap();
    let carried = encapsulate(&message, &EncapsulateOptions::default()).unwrap().bytes;
    let cleaned = String::from_utf8(clean(&carried)).unwrap();
    assert!(cleaned.contains("Done.") && !cleaned.contains("winmail.dat"), "{cleaned}");
    assert!(rtf_to_html(br"{\rtf1\ansi {\b bold}\par}").unwrap().contains("<b>bold</b>"));

    let settings = "[[remote_domain]]\nName = \"Contoso\"\nDomainName = \"contoso.com\"\nTNEFEnabled = true\n";
    assert!(may_leave_as_tnef(settings, "jane@fabrikam.com", "bob@contoso.com").unwrap());
    assert!(may_leave_as_tnef(settings, "jane@fabrikam.com", "nonsense").is_err());
    assert!(!why_no_recall(&stream, &changed).unwrap().is_empty());
}

/// What people can do in at most so many lines.
#[test]
fn thirteen_tasks_are_short() {
    let lines = include_str!("lib.rs").lines().filter(|line| !line.trim().is_empty()).count();
    assert!(lines <= 150, "{lines}");
}
