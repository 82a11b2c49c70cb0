//! What "Remote domains in Exchange Online" says, statement by statement, against what the program prints: the line names the fact and the
//! setting, and in the long form the page; the opposite setting gives the opposite line. Then questions that administrators asked in public.

use super::tests::winmail;

/// A statement: its number, the settings, parts of one line, the opposite settings, parts of the line that must come then.
type Statement = (&'static str, &'static str, &'static [&'static str], &'static str, &'static [&'static str]);

const STAR: &str = "[[remote_domain]]\nDomainName = \"*\"\n";
const PART: &str = "[[remote_domain]]\nName = \"Part\"\nDomainName = \"part.example\"\n";
const CONTACT: &str = "[[recipient]]\nAddress = \"x@part.example\"\n";

const STATEMENTS: &[Statement] = &[
    (
        "R1 format of mail to a domain",
        "P ContentType = \"MimeText\"",
        &["without TNEF", "MIME text", "remote domain Part: ContentType = MimeText"],
        "P ContentType = \"MimeHtml\"",
        &["without TNEF", "MIME HTML", "ContentType = MimeHtml"],
    ),
    (
        "R2 no forwarding to other domains",
        "* AutoForwardEnabled = false",
        &["automatic forward ", "blocked", "AutoForwardEnabled = false"],
        "* AutoForwardEnabled = true\n[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"On\"",
        &["automatic forward ", "passes"],
    ),
    (
        "R2 the other controls are named",
        "* AutoForwardEnabled = true",
        &["outbound spam policy", "Get-HostedOutboundSpamFilterPolicy", "Control automatic external email forwarding"],
        "* AutoForwardEnabled = true\n[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"On\"",
        &["outbound spam policy Default: passes", "AutoForwardingMode = On"],
    ),
    (
        "R3 no automatic messages to an organization",
        "P NDREnabled = false",
        &["non-delivery report ", "blocked", "NDREnabled = false"],
        "P NDREnabled = true",
        &["non-delivery report ", "passes"],
    ),
    (
        "R4 a partner gets the replies of insiders",
        "P AllowedOOFType = \"InternalLegacy\"",
        &["out of office, internal", "sent", "AllowedOOFType = InternalLegacy"],
        "P AllowedOOFType = \"External\"",
        &["out of office, internal", "dropped", "AllowedOOFType = External"],
    ),
    (
        "R5 a partner with limited formats",
        "P CharacterSet = \"koi8-r\"\nLineWrapSize = 78",
        &["character set", "koi8-r", "CharacterSet = koi8-r"],
        "P LineWrapSize = 78",
        &["character set", "by the text", "default: CharacterSet"],
    ),
    (
        "R6 a remote domain overrides users and administrators",
        "P TNEFEnabled = false\n[[sender]]\nInternetMessageFormat = \"RichText\"",
        &["TNEF  ", "false", "remote domain Part: TNEFEnabled = false"],
        "P TNEFEnabled = \"\"\n[[sender]]\nInternetMessageFormat = \"RichText\"",
        &["TNEF  ", "true", "sender: InternetMessageFormat = RichText"],
    ),
    (
        "R6 the settings of mailboxes are gates, too",
        "P AllowedOOFType = \"External\"\n[[mailbox]]\nAddress = \"a@own.example\"\nAutoReplyState = \"Enabled\"\nExternalAudience = \"None\"\nExternalOofOptions = \"External\"",
        &["out-of-office reply", "blocked", "ExternalAudience = None"],
        "P AllowedOOFType = \"External\"\n[[mailbox]]\nAddress = \"a@own.example\"\nAutoReplyState = \"Enabled\"\nExternalAudience = \"All\"\nExternalOofOptions = \"External\"",
        &["out-of-office reply", "passes"],
    ),
    (
        "R7 an external reply to a domain that gets none",
        "P AllowedOOFType = \"None\"",
        &["out of office, external", "dropped", "made, then dropped"],
        "P AllowedOOFType = \"External\"",
        &["out of office, external", "sent"],
    ),
    (
        "R8 a record for one domain",
        "P TNEFEnabled = true",
        &["x@part.example: TNEF (remote domain Part)"],
        "* TNEFEnabled = false",
        &["x@part.example: MIME", "(remote domain Default)"],
    ),
    (
        "R9 Default is changed",
        "* AutoForwardEnabled = false",
        &["remote domain Default: blocked", "AutoForwardEnabled = false"],
        "* AutoForwardEnabled = true",
        &["remote domain Default: passes", "AutoForwardEnabled = true"],
    ),
    (
        "R10 Default holds for all others alone",
        "* TNEFEnabled = true\nP NDREnabled = false",
        &["x@part.example: most likely MIME", "(remote domain Part)"],
        "* TNEFEnabled = true",
        &["x@part.example: TNEF (remote domain Default)"],
    ),
    (
        "R11 replies by users and by administrators",
        "P AutoReplyEnabled = false",
        &["remote domain Part: blocked", "AutoReplyEnabled = false", "Set-MailboxAutoReplyConfiguration"],
        "P AutoReplyEnabled = true",
        &["remote domain Part: passes", "AutoReplyEnabled = true", "Set-MailboxAutoReplyConfiguration"],
    ),
    (
        "R12 overrides the settings of contacts",
        "P TNEFEnabled = false\nC UseMapiRichTextFormat = \"Always\"",
        &["overridden: recipient x@part.example: UseMapiRichTextFormat = Always"],
        "C UseMapiRichTextFormat = \"Always\"",
        &["TNEF  ", "true", "recipient x@part.example: UseMapiRichTextFormat = Always"],
    ),
    (
        "R13 made, then deleted without an error",
        "P AutoForwardEnabled = false",
        &["automatic forwards", "dropped", "made, then dropped with no error to anyone"],
        "P AutoForwardEnabled = true",
        &["automatic forwards", "sent"],
    ),
    (
        "R14 forwarding off in Default",
        "* AutoForwardEnabled = false",
        &["automatic forwards", "dropped", "remote domain Default: AutoForwardEnabled = false"],
        "* AutoForwardEnabled = true",
        &["automatic forwards", "sent", "remote domain Default: AutoForwardEnabled = true"],
    ),
    (
        "R15 which of the two replies",
        "P AllowedOOFType = \"ExternalLegacy\"",
        &["out of office, old clients", "sent"],
        "P AllowedOOFType = \"External\"",
        &["out of office, old clients", "dropped"],
    ),
    (
        "R16 overrides the out-of-office settings of users",
        "P AllowedOOFType = \"None\"\n[[mailbox]]\nAddress = \"a@own.example\"\nAutoReplyState = \"Enabled\"\nExternalAudience = \"All\"\nExternalOofOptions = \"External\"",
        &["out-of-office reply", "blocked", "AllowedOOFType = None", "overrides what the owner and administrators set up"],
        "P AllowedOOFType = \"External\"\n[[mailbox]]\nAddress = \"a@own.example\"\nAutoReplyState = \"Disabled\"",
        &["out-of-office reply", "blocked", "AutoReplyState = Disabled"],
    ),
    (
        "R17 automatic replies",
        "P AutoReplyEnabled = false",
        &["automatic reply ", "blocked", "AutoReplyEnabled = false"],
        "P AutoReplyEnabled = true",
        &["automatic reply ", "passes"],
    ),
    (
        "R18 overrides what Set-MailboxAutoReplyConfiguration sets up",
        "P AutoReplyEnabled = false",
        &["it also overrides what Set-MailboxAutoReplyConfiguration sets up", "blocked"],
        "P AutoReplyEnabled = true",
        &["it also overrides what Set-MailboxAutoReplyConfiguration sets up", "passes"],
    ),
    (
        "R19 forwarding",
        "P AutoForwardEnabled = false",
        &["automatic forwards", "dropped"],
        "P AutoForwardEnabled = true",
        &["automatic forwards", "sent"],
    ),
    (
        "R20 by which methods users forward",
        "P AutoForwardEnabled = false",
        &["remote domain Part: blocked", "inbox rules and the forwarding option of Outlook on the web"],
        "P AutoForwardEnabled = true",
        &["remote domain Part: passes", "inbox rules and the forwarding option of Outlook on the web"],
    ),
    (
        "R21 forwarding by administrators, and the pages that contradict each other",
        "P AutoForwardEnabled = false",
        &["forward by an administrator", "not known here", "is not affected by it", "1856"],
        "P AutoForwardEnabled = true\n[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"Off\"",
        &["forward by an administrator", "blocked", "AutoForwardingMode = Off"],
    ),
    (
        "R22 delivery reports",
        "P DeliveryReportEnabled = false",
        &["delivery report ", "blocked", "DeliveryReportEnabled = false"],
        "P DeliveryReportEnabled = true",
        &["delivery report ", "passes"],
    ),
    (
        "R23 overrides what the sender asked for, and read receipts",
        "P DeliveryReportEnabled = false",
        &["read receipt", "blocked", "Example 1 of Set-RemoteDomain"],
        "P DeliveryReportEnabled = true",
        &["delivery report ", "passes", "overrides what the sender asked for"],
    ),
    (
        "R24 non-delivery reports",
        "P NDREnabled = false",
        &["non-delivery reports", "dropped", "NDREnabled = false"],
        "P NDREnabled = true",
        &["non-delivery reports", "sent"],
    ),
    (
        "R25 the only way to stop them",
        "P NDREnabled = false",
        &["non-delivery report ", "the only way to stop these reports"],
        "P NDREnabled = true",
        &["non-delivery report ", "passes", "the only way to stop these reports"],
    ),
    (
        "R26 word that a meeting was forwarded is off",
        "P NDREnabled = false",
        &["meeting-forward notification ", "blocked", "MeetingForwardNotificationEnabled = false"],
        "P MeetingForwardNotificationEnabled = true",
        &["meeting-forward notification ", "passes"],
    ),
    (
        "R27 inside it goes, and administrators may allow it outside",
        "accepted_domains = [\"part.example\"]",
        &["meeting-forward notification ", "passes"],
        "P MeetingForwardNotificationEnabled = false",
        &["meeting-forward notification ", "blocked"],
    ),
    (
        "R28 format and character set for all mail there",
        "P NonMimeCharacterSet = \"big5\"",
        &["NonMimeCharacterSet = big5", "for plain text without MIME only"],
        "P CharacterSet = \"big5\"",
        &["character set", "big5", "CharacterSet = big5"],
    ),
    (
        "R29 always, never, as users have it",
        "P TNEFEnabled = true",
        &["TNEF  ", "true", "always TNEF"],
        "P TNEFEnabled = false",
        &["TNEF  ", "false", "never TNEF"],
    ),
    (
        "R30 also set in Outlook",
        "[[contact]]\nAddress = \"x@part.example\"\nInternetRecipientFormat = \"RichText\"",
        &["TNEF  ", "true", "sender's contact x@part.example: InternetRecipientFormat = RichText"],
        "[[contact]]\nAddress = \"x@part.example\"\nInternetRecipientFormat = \"PlainTextOnly\"",
        &["TNEF  ", "false", "InternetRecipientFormat = PlainTextOnly"],
    ),
    (
        "R31 the remote domain beats user and administrator",
        "P TNEFEnabled = true\nC UseMapiRichTextFormat = \"Never\"",
        &["x@part.example: TNEF (remote domain Part), as remote domain Part: TNEFEnabled = true"],
        "C UseMapiRichTextFormat = \"Never\"",
        &["TNEF  ", "false", "UseMapiRichTextFormat = Never"],
    ),
    (
        "R32 the order of precedence",
        "P TNEFEnabled = \"\"\nC UseMapiRichTextFormat = \"Always\"",
        &["not-set: remote domain Part: TNEFEnabled"],
        "P TNEFEnabled = false\nC UseMapiRichTextFormat = \"Always\"",
        &["overridden: recipient x@part.example"],
    ),
    (
        "R33 the set is for text that names none",
        "P CharacterSet = \"windows-1251\"",
        &["character set", "windows-1251", "remote domain Part: CharacterSet"],
        "P CharacterSet = \"\"",
        &["character set", "by the text", "set to no character set"],
    ),
    (
        "R34 no character set by default",
        "P NDREnabled = true",
        &["character set", "by the text", "default: CharacterSet"],
        "* CharacterSet = \"iso-8859-1\"",
        &["character set", "iso-8859-1", "remote domain Default"],
    ),
    (
        "R36 headers and contents change with the format",
        "P UseSimpleDisplayName = true",
        &["From shows", "simple display name"],
        "P DisplaySenderName = false",
        &["From shows", "address only"],
    ),
    (
        "R37 what only PowerShell sets",
        "P TrustedMailOutboundEnabled = true",
        &["TrustedMailOutboundEnabled", "true"],
        "P NDREnabled = true",
        &["TrustedMailOutboundEnabled", "false"],
    ),
];

/// `P`, `*` and `C` stand for the heads of records.
fn settings(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(' ') {
        Some(("P", rest)) => format!("{PART}{rest}\n"),
        Some(("*", rest)) => format!("{STAR}{rest}\n"),
        Some(("C", rest)) => format!("{CONTACT}{rest}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

fn explain(text: &str) -> String {
    let args = ["explain", "-p", "-", "--from", "a@own.example", "--to", "x@part.example", "-v", "--native", "rich-text"];
    let (code, out, err) = winmail(&args, settings(text).as_bytes());
    assert_eq!(code, 0, "{text}: {err}");
    out
}

fn has_line(out: &str, parts: &[&str]) -> bool {
    out.lines().any(|line| parts.iter().all(|part| line.contains(part)))
}

#[test]
fn the_statements_hold_and_their_opposites_do() {
    for (id, set, parts, opposite, other) in STATEMENTS {
        let (one, two) = (explain(set), explain(opposite));
        assert!(has_line(&one, parts), "{id}: no line with {parts:?} in\n{one}");
        assert!(has_line(&two, other), "{id}, the opposite: no line with {other:?} in\n{two}");
        // A line that both have would say nothing of the setting.
        assert!(!has_line(&two, parts) || !has_line(&one, other), "{id}: both have both lines");
    }
}

/// The documented pages, by title, stand beside the gates in the long form.
#[test]
fn the_long_form_names_the_pages() {
    let out = explain("");
    for page in [
        "Remote domains in Exchange Online",
        "Control automatic external email forwarding in Microsoft 365",
        "Mail flow rules (transport rules) in Exchange Online",
        "Set-MailboxAutoReplyConfiguration",
        "Set-TransportConfig",
    ] {
        assert!(out.contains(&format!("[{page}]")), "{page} in\n{out}");
    }
}

/// A question: where it was asked, the settings, more arguments of `policy`, parts of one line of the answer, the page that says so.
type Asked = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const EXPLAIN: &[&str] = &["explain", "-p", "-", "--from", "a@own.example", "--to", "x@part.example"];
const CHECK: &[&str] = &["check", "-p", "-"];

const QUESTIONS: &[Asked] = &[
    (
        "Q1 one domain gets winmail.dat",
        "P TNEFEnabled = true",
        EXPLAIN,
        &["x@part.example: TNEF (remote domain Part)", "TNEFEnabled = true"],
    ),
    ("Q1 and how it stops", "P TNEFEnabled = true", EXPLAIN, &["Set-RemoteDomain -Identity 'Part' -TNEFEnabled $false"]),
    (
        "Q2 Never and UsePreferMessageFormat, and still HTML",
        "C UseMapiRichTextFormat = \"Never\"\nUsePreferMessageFormat = true",
        EXPLAIN,
        &["Set-MailContact -Identity 'x@part.example'", "-MessageBodyFormat Text"],
    ),
    ("Q3 TNEFEnabled on Default", "* TNEFEnabled = true", CHECK, &["dangerous", "rich-text-for-everyone"]),
    (
        "Q4 550 5.7.520",
        "* AutoForwardEnabled = true",
        EXPLAIN,
        &["automatic forward ", "not known here", "5.7.520", "Get-HostedOutboundSpamFilterPolicy"],
    ),
    (
        "Q5 forwarding to one partner",
        "* AutoForwardEnabled = false\nP AutoForwardEnabled = true\n[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"Off\"",
        EXPLAIN,
        &["automatic forward ", "blocked", "AutoForwardingMode = Off"],
    ),
    (
        "Q5 and what would allow it",
        "P AutoForwardEnabled = true\n[[outbound_spam_policy]]\nName = \"Default\"\nAutoForwardingMode = \"Off\"",
        EXPLAIN,
        &["New-HostedOutboundSpamFilterRule", "-From 'a@own.example'"],
    ),
    (
        "Q6 no out-of-office reply outside",
        "* AllowedOOFType = \"None\"",
        EXPLAIN,
        &["out-of-office reply", "blocked", "AllowedOOFType = None"],
    ),
    ("Q6 is remarked", "* AllowedOOFType = \"None\"", CHECK, &["notable", "no-out-of-office-replies"]),
    (
        "Q7 hybrid",
        "P IsInternal = true\nAllowedOOFType = \"InternalLegacy\"\nTNEFEnabled = true",
        EXPLAIN,
        &["x@part.example: TNEF", "TNEFEnabled = true"],
    ),
    ("Q8 no reports", "* NDREnabled = false", EXPLAIN, &["non-delivery report ", "blocked", "the only way"]),
    (
        "Q11 replies by rules on servers",
        "edition = \"OnPremises\"",
        EXPLAIN,
        &["automatic reply ", "blocked", "AutoReplyEnabled = false"],
    ),
    (
        "Q11 what the export did not hold",
        "P Known = [\"TNEFEnabled\"]",
        EXPLAIN,
        &["automatic reply ", "not known here", "not in the export"],
    ),
    (
        "Q12 does AutoForwardEnabled stop administrators' forwards",
        "P AutoForwardEnabled = false",
        EXPLAIN,
        &["forward by an administrator", "not affected", "1856"],
    ),
    (
        "Q13 a remote domain for an accepted domain",
        "accepted_domains = [\"part.example\"]\nP TNEFEnabled = false",
        CHECK,
        &["dangerous", "no-rich-text-for-own-domain", "Exchange Server refuses", "signature services"],
    ),
    ("Q15 trust to everybody", "* TrustedMailOutboundEnabled = true", CHECK, &["dangerous", "trusts-everyone-outbound"]),
    ("Q15 is shown", "P TrustedMailInboundEnabled = true", EXPLAIN, &["TrustedMailInboundEnabled", "true"]),
    ("Q16 the address and not the name", "P UseSimpleDisplayName = true", EXPLAIN, &["From shows", "simple display name"]),
    (
        "Q17 internal replies to everybody",
        "* AllowedOOFType = \"InternalLegacy\"",
        CHECK,
        &["dangerous", "internal-replies-to-everyone"],
    ),
    ("Q18 organizers outside", "", EXPLAIN, &["meeting-forward notification ", "blocked"]),
    (
        "Q19 a mail user who is elsewhere",
        "accepted_domains = [\"part.example\"]\n[[recipient]]\nKind = \"MailUser\"\nAddress = \"bob@gmail.com\"\nAliases = [\"x@part.example\"]",
        EXPLAIN,
        &["x@part.example: most likely MIME", "remote domain Default", "bob@gmail.com"],
    ),
    (
        "Q20 never for the own domain",
        "accepted_domains = [\"part.example\"]\nP TNEFEnabled = false",
        CHECK,
        &["set TNEFEnabled to true if mail leaves and comes back, else remove the record"],
    ),
];

#[test]
fn the_questions_are_answered() {
    for (question, set, args, parts) in QUESTIONS {
        let (_, out, err) = winmail(args, settings(set).as_bytes());
        let found = has_line(&out, parts) || parts.iter().all(|part| out.contains(part)) && args == &CHECK;
        assert!(found, "{question}: no line with {parts:?} in\n{out}{err}");
    }
}

/// Set-RemoteDomain, CharacterSet: the names that it lists.
const CHARSETS: &str = "big5 din_66003 euc-jp euc-kr gb18030 gb2312 hz-gb-2312 iso-2022-jp iso-2022-kr iso-8859-1 iso-8859-2 iso-8859-3 \
    iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-13 iso-8859-15 koi8-r koi8-u ks_c_5601-1987 \
    ns_4551-1 sen_850200_b shift_jis utf-7 utf-8 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 \
    windows-1255 windows-1256 windows-1257 windows-1258 windows-874";

#[test]
fn r35_every_character_set_of_the_list_is_taken_and_no_other() {
    let mut taken = 0;
    for name in CHARSETS.split(' ') {
        let out = explain(&format!("P CharacterSet = \"{name}\""));
        assert!(has_line(&out, &["character set", name, &format!("CharacterSet = {name}")]), "{name}\n{out}");
        taken += 1;
    }
    assert_eq!(taken, 38);
    for other in ["x-unknown", "iso-8859-10", "windows-1259"] {
        let (code, _, err) = winmail(&["check", "-p", "-"], settings(&format!("P CharacterSet = \"{other}\"")).as_bytes());
        assert!(code == 1 && err.contains("CharacterSet") && err.contains(other), "{other}: {err}");
    }
}

/// Runs commands of `policy` on one file, which `-p` names.
fn on_a_file(commands: &[&[&str]]) -> (u8, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    std::fs::write(&path, "").unwrap();
    let mut last = (0, String::new(), String::new());
    for command in commands {
        let (verb, rest) = command.split_first().unwrap();
        last = winmail(&[&[*verb, "-p", path.to_str().unwrap()], rest].concat(), b"");
    }
    last
}

#[test]
fn r38_default_cannot_be_removed_and_others_can() {
    let (code, _, err) = on_a_file(&[&["set", "Default", "AutoForwardEnabled=false"], &["remove", "Default"]]);
    assert!(code == 1 && err.contains("the remote domain for * cannot be removed"), "{code} {err}");
    let (code, _, err) = on_a_file(&[&["add", "Part", "part.example", "TNEFEnabled=false"], &["remove", "Part"]]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn r39_a_star_names_the_domain_and_all_below_it() {
    const ADD: &[&str] = &["add", "Part", "*.part.example", "TNEFEnabled=true"];
    for (to, place) in [
        ("x@part.example", "remote domain Part"),
        ("x@a.part.example", "remote domain Part"),
        ("x@a.b.part.example", "remote domain Part"),
        ("x@apart.example", "remote domain Default"),
    ] {
        let (_, out, err) = on_a_file(&[ADD, &["explain", "--from", "a@own.example", "--to", to]]);
        assert!(out.lines().next().unwrap_or_default().contains(place), "{to}: {out}{err}");
    }
    let (code, _, err) = on_a_file(&[&["add", "Part", "a.*.example"]]);
    assert!(code == 1 && err.contains("a star may only be the whole domain or its first label"), "{code} {err}");
}

/// Q14, shift_jis that is to leave as JIS; Set-RemoteDomain, PreferredInternetCodePageForShiftJis.
#[test]
fn q14_what_stands_in_for_shift_jis_is_named() {
    let set = |page: &str| format!("P CharacterSet = \"shift_jis\"\nPreferredInternetCodePageForShiftJis = \"{page}\"");
    for page in ["50220", "50221", "50222"] {
        let out = explain(&set(page));
        assert!(has_line(&out, &["instead of shift_jis", page, "PreferredInternetCodePageForShiftJis"]), "{page}\n{out}");
    }
    let out = explain("P CharacterSet = \"shift_jis\"");
    assert!(has_line(&out, &["overridden", "default: CharacterSet"]) && !has_line(&out, &["shift_jis", "50221"]), "{out}");
}

/// Q22, ConvertTo-Json of Windows PowerShell 5.1 writes numbers for names; the .NET reference has no numbers for this one.
#[test]
fn q22_numbers_that_nobody_publishes_are_refused_with_three_ways_out() {
    let json = br#"[{"Name":"Default","DomainName":"*","AllowedOOFType":1}]"#;
    let (code, _, err) = winmail(&["import", "-"], json);
    assert_eq!(code, 1, "{err}");
    for part in ["AllowedOOFType is the number 1", "Export-Csv", "Export-Clixml", "ConvertTo-Json -EnumsAsStrings"] {
        assert!(err.contains(part), "{part}: {err}");
    }
    let json = br#"[{"Name":"Default","DomainName":"*","AllowedOOFType":"None"}]"#;
    let (code, out, err) = winmail(&["import", "-"], json);
    assert!(code == 0 && out.contains("AllowedOOFType = \"None\""), "{out}{err}");
}
