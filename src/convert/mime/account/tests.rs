//! For each kind of fact: a good conversion has it, and one from which it was taken is caught.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::dropped::DROPPED;
use super::words::{Said, hash};
use super::*;
use crate::convert::mime::filter::{Action, FilterOptions, OnLoss, Reason, anew, filter};
use crate::convert::mime::find::find;
use crate::convert::mime::write::BodyForms;
use crate::mapi::blob::VerbStream;
use crate::mapi::{AttachMethod, PropValue, RecipientType, named, tags};
use crate::message::{Attachment, Content, Message, Recipient};
use crate::rtf::lzfu;
use crate::{Limits, ReadOptions, WriteOptions};

const HTML: &[u8] =
    b"<html><style>p{}</style><body><p>The <b>rich</b> body, <a href=\"https://example.org/plan?a&amp;b\">linked</a></body>";

fn html(message: &mut Message<'static>, html: &[u8]) {
    message.properties.set(tags::HTML, PropValue::Binary(html.to_vec().into()));
}

/// A message with everything that a mail can say.
fn message() -> Message<'static> {
    let mut inner = Message::new("IPM.Note");
    inner.properties.set(tags::SUBJECT, "Question of the inner kind");
    inner.properties.set(tags::BODY, "What the inner message asks");
    inner.properties.set(tags::SENDER_NAME, "Ida Inner");
    inner.properties.set(tags::SENDER_ADDRESS_TYPE, "SMTP");
    inner.properties.set(tags::SENDER_EMAIL_ADDRESS, "ida@example.com");
    inner.recipients.push(Recipient::smtp(RecipientType::TO, "Rolf Receiver", "rolf@example.com"));
    inner.attachments.push(Attachment::from_bytes("deep.bin", &b"\0deep down\xFF"[..]));
    let mut message = Message::new("IPM.Note");
    message.properties.set(tags::SUBJECT, "Outer");
    html(&mut message, HTML);
    message.attachments.push(Attachment::from_bytes("a.bin", &b"\x01\x02 the bytes of a file"[..]));
    message.attachments.push(Attachment::from_message(inner));
    let mut cloud = Attachment::new(AttachMethod(7), Content::None);
    cloud.properties.set(tags::ATTACH_LONG_FILENAME, "Plan.docx");
    cloud.properties.set(tags::ATTACH_LONG_PATHNAME, "https://cloud.example.org/files/Plan.docx");
    message.attachments.push(cloud);
    message
}

fn lines(bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    text.as_bytes().chunks(76).map(|line| format!("{}\n", std::str::from_utf8(line).unwrap())).collect()
}

/// A mail with a text and a file of its own, and the stream.
fn mail(stream: &[u8]) -> String {
    format!(
        "From: Jane <jane@example.org>\nSubject: Figures\nX-Trace: 17\nContent-Type: multipart/mixed; boundary=a\n\n\
         --a\n\nThe covering note of the sender.\n\
         --a\nContent-Type: application/pdf; name=own.pdf\nContent-Transfer-Encoding: base64\n\n{}\
         --a\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{}\n--a--\n",
        lines(b"%PDF the sender's own file"),
        lines(stream)
    )
}

fn balance(mail: &str, made: &[u8]) -> Vec<Loss> {
    let found = find(mail.as_bytes(), &Limits::default());
    let options = ReadOptions::lenient();
    let ledger = Ledger::of_mail(mail.as_bytes(), &found.structure, &found.parts, &options, false, true, Vec::new());
    ledger.balance(made).losses
}

/// The mail that is made, whole.
fn made(mail: &str) -> String {
    let filtered = filter(mail.as_bytes(), &FilterOptions::default());
    assert!(filtered.losses.is_empty(), "{:?}", filtered.losses);
    assert!(filtered.outcomes.iter().all(|outcome| outcome.action == Action::Replaced), "{:?}", filtered.outcomes);
    String::from_utf8(filtered.mail.unwrap().to_vec()).unwrap()
}

fn codes(losses: &[Loss]) -> Vec<LossCode> {
    let mut codes: Vec<_> = losses.iter().map(|loss| loss.code).collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn what_is_taken_away_is_missed() {
    let mail = mail(&message().to_tnef(&WriteOptions::default()).unwrap());
    let good = made(&mail);
    let encoded = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    let reference = good.split("Plan.docx.html").last().unwrap().split("\n\n").nth(1).unwrap().split("\n--").next().unwrap();
    let table: &[(&str, &str, &str, LossCode)] = &[
        ("the sender's own text", "The covering note of the sender.", "", LossCode::Text),
        ("a word of it", "covering note", "note", LossCode::Text),
        ("another word in its place", "covering note", "covering letter", LossCode::Text),
        ("a word of the stream's body, in all forms", "rich", "poor", LossCode::Text),
        ("a text within", "What the inner message asks", "", LossCode::Text),
        ("the sender's own file", &encoded(b"%PDF the sender's own file"), "", LossCode::File),
        ("a file", &encoded(b"\x01\x02 the bytes of a file"), &encoded(b"\x01\x02 the bytes of a fiLe"), LossCode::File),
        ("a file within", &encoded(b"\0deep down\xFF"), &encoded(b"\0deep down"), LossCode::File),
        ("a link in markup", "https://example.org/plan?a", "https://example.org/plan?b", LossCode::Link),
        ("the place of a file", reference, "", LossCode::Link),
        ("an address", "ida@example.com", "eva@example.com", LossCode::Person),
        ("a name", "Ida Inner", "Eva Inner", LossCode::Person),
        ("a recipient within", "Rolf Receiver <rolf@example.com>", "x@example.com", LossCode::Person),
        ("the subject within", "Question of the inner kind", "Question", LossCode::Subject),
        ("the mail's subject", "Subject: Figures", "Subject: Numbers", LossCode::Subject),
        ("the mail's sender", "Jane <jane@example.org>", "jane@example.org", LossCode::Person),
        ("a field of the mail", "X-Trace: 17\n", "", LossCode::Field),
    ];
    for (what, from, to, code) in table {
        assert!(good.contains(from), "{what} is not there: {good}");
        let losses = balance(&mail, good.replace(from, to).as_bytes());
        assert!(codes(&losses).contains(code), "{what}: {losses:?}");
    }
    assert!(balance(&mail, good.as_bytes()).is_empty());
    // The stream says it all.
    assert!(balance(&mail, mail.as_bytes()).is_empty());
}

#[test]
fn pictures_of_rich_text_are_files() {
    let picture = b"\x89PNG\r\n\x1A\n and the rest of the picture";
    let hex: String = picture.iter().map(|byte| format!("{byte:02x}")).collect();
    let rtf = format!("{{\\rtf1\\ansi A plan:{{\\pict\\pngblip {hex}}} as drawn}}");
    let mut message = Message::new("IPM.Note");
    let compressed = lzfu::compress(rtf.as_bytes(), lzfu::Mode::Reference).unwrap();
    message.properties.set(tags::RTF_COMPRESSED, PropValue::Binary(compressed.into()));
    let mail = mail(&message.to_tnef(&WriteOptions::default()).unwrap());
    let good = made(&mail);
    let encoded = BASE64_STANDARD.encode(picture);
    assert!(good.contains(&encoded), "{good}");
    assert!(balance(&mail, good.as_bytes()).is_empty());
    assert_eq!(codes(&balance(&mail, good.replace(&encoded, "").as_bytes())), [LossCode::File]);
}

#[test]
fn losses_say_where() {
    let stream = message().to_tnef(&WriteOptions::default()).unwrap();
    let mail = mail(&stream);
    let good = made(&mail);
    let losses = balance(&mail, good.replace("What the inner message asks", "").as_bytes());
    let loss = losses.iter().find(|loss| loss.code == LossCode::Text).unwrap();
    assert_eq!((loss.part.as_str(), loss.subject.as_str()), ("part 3 (winmail.dat)", "What the inner message asks"));
    let range = loss.range.clone().unwrap();
    let text = &stream[usize::try_from(range.start).unwrap()..][..100];
    assert!(text.windows(8).any(|window| window == b"W\0h\0a\0t\0"), "{text:?}");
    assert_eq!(loss.to_string(), "a text of part 3 (winmail.dat): What the inner message asks");
    let losses = balance(&mail, good.replace("X-Trace: 17\n", "").as_bytes());
    let range = losses[0].range.clone().unwrap();
    assert_eq!(&mail[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()], "X-Trace: 17\n");
}

/// A mail made without what a class lives by is caught.
#[test]
fn what_a_class_lives_by() {
    let note = || {
        let mut message = Message::new("IPM.Note");
        message.properties.set(tags::BODY, "Shall we?");
        message
    };
    let mut vote = note();
    let verbs = VerbStream::of_votes(&["Yes", "No"]).to_bytes().unwrap();
    vote.properties.set_named(&named::VERB_STREAM, PropValue::Binary(verbs.into()));
    let mut form = Message::new("IPM.Note.Expenses");
    form.properties.set(tags::BODY, "Shall we?");
    let cost = crate::mapi::NamedTag::string(crate::mapi::sets::PS_PUBLIC_STRINGS, "Cost centre", crate::mapi::PropType::STRING);
    form.properties.set_named(&cost, "Harbour office");
    let mut meeting = Message::new("IPM.Schedule.Meeting.Request");
    meeting.properties.set_named(&named::LOCATION, "Room 7");
    let mut contact = Message::new("IPM.Contact");
    contact.properties.set(tags::GIVEN_NAME, "Ida");
    let mut list = Message::new("IPM.DistList");
    list.properties.set_named(&named::DISTRIBUTION_LIST_NAME, "Board");
    let recall = Message::new("IPM.Outlook.Recall");
    for message in [vote, form, meeting, contact, list, recall] {
        let class = message.class().unwrap().into_owned();
        let mut outer = note();
        outer.attachments.push(Attachment::from_message(message.clone()));
        for message in [message, outer] {
            let mail = mail(&message.to_tnef(&WriteOptions::default()).unwrap());
            let bare =
                mail.split("--a\nContent-Type: application/ms-tnef").next().unwrap().to_owned() + "--a\n\nShall we?\n--a--\n";
            assert!(codes(&balance(&mail, bare.as_bytes())).contains(&LossCode::Property), "{class}");
            // The plan keeps it by itself, if neither calendar nor card has it; a meeting without a time has no calendar.
            let filtered = filter(mail.as_bytes(), &FilterOptions::default());
            assert!(filtered.losses.is_empty(), "{class}: {:?}", filtered.losses);
            let is_said = cfg!(feature = "items") && ["IPM.Contact", "IPM.DistList"].contains(&class.as_str());
            assert_eq!(filtered.outcomes[0].action == Action::Replaced, is_said, "{class}");
        }
    }
}

/// The keys of a report stand in its fields.
#[test]
fn the_keys_of_reports() {
    let mut receipt = Message::new("REPORT.IPM.Note.IPNRN");
    receipt.properties.set(tags::BODY, "It was read.");
    receipt.properties.set(tags::SENDER_EMAIL_ADDRESS, "jane@example.org");
    receipt.properties.set(tags::REPORT_TAG, PropValue::Binary(vec![7; 300].into()));
    receipt.properties.set(tags::PARENT_KEY, PropValue::Binary(b"the key of it"[..].into()));
    let stream = receipt.to_tnef(&WriteOptions::default()).unwrap();
    let made = anew(&stream, &FilterOptions::default()).unwrap();
    assert!(made.losses.is_empty() && made.outcomes[0].action == Action::Replaced, "{:?}", made.losses);
    let good = String::from_utf8(made.mail).unwrap();
    for field in ["X-MAPI-Report-Tag:", "X-MSExch-Correlation-Key:"] {
        let losses = losses_of_stream(&stream, good.replace(field, "X-Other: x").as_bytes(), &ReadOptions::lenient());
        assert_eq!(codes(&losses), [LossCode::Property], "{field}: {good}");
    }
}

/// Whom a message did not reach stands in the report alone.
#[test]
fn the_people_of_delivery_reports() {
    let mut failed = Message::new("REPORT.IPM.Note.NDR");
    failed.properties.set(tags::BODY, "It failed.");
    failed.recipients.push(Recipient::smtp(RecipientType::TO, "", "joe@example.com"));
    let stream = failed.to_tnef(&WriteOptions::default()).unwrap();
    let made = anew(&stream, &FilterOptions::default()).unwrap();
    assert!(made.losses.is_empty() && made.outcomes[0].action == Action::Replaced, "{:?}", made.losses);
    let good = String::from_utf8(made.mail).unwrap();
    let losses = losses_of_stream(&stream, good.replace("joe@example.com", "x").as_bytes(), &ReadOptions::lenient());
    assert_eq!(codes(&losses), [LossCode::Person], "{good}");
}

/// A conversion that would lose something keeps the stream, and says what. The options make one that does.
#[test]
fn the_stream_stays_for_what_is_missing() {
    let mut message = message();
    // Text shows where links lead, and not where pictures are.
    html(&mut message, &[HTML, b"<img src=\"https://example.org/plan.png?a&amp;b\">"].concat());
    let stream = message.to_tnef(&WriteOptions::default()).unwrap();
    let mail = mail(&stream);
    let mut options = FilterOptions::default();
    options.mime.bodies = BodyForms::Text;
    let filtered = filter(mail.as_bytes(), &options);
    assert_eq!(codes(&filtered.losses), [LossCode::Link]);
    let kept = filtered.outcomes[0].reason().unwrap();
    assert!(matches!(kept, Reason::Incomplete(what) if what.contains("https://example.org/plan.png?a&b")), "{kept:?}");
    assert!(filtered.outcomes[0].report.contains(crate::base::Code::ConversionIncomplete));
    let out = filtered.mail.unwrap().to_vec();
    assert_eq!(find(&out, &Limits::default()).parts.len(), 1);
    // The converted parts stand beside it, and converting that again changes nothing.
    assert!(String::from_utf8(out.clone()).unwrap().contains("What the inner message asks"));
    assert!(filter(&out, &options).mail.is_none_or(|again| again.to_vec() == out));
    let alone = anew(&stream, &options).unwrap();
    assert!(matches!(alone.outcomes[0].action, Action::Kept(Reason::Incomplete(_))), "{:?}", alone.outcomes);
    assert_eq!(codes(&alone.losses), [LossCode::Link]);
    assert_eq!(find(&alone.mail, &Limits::default()).parts.len(), 1);

    options.on_loss = OnLoss::Warn;
    let filtered = filter(mail.as_bytes(), &options);
    assert_eq!((codes(&filtered.losses), &filtered.outcomes[0].action), (vec![LossCode::Link], &Action::Replaced));
    options.on_loss = OnLoss::Unchecked;
    assert!(filter(mail.as_bytes(), &options).losses.is_empty());
}

/// The header of a stream that came alone counts too.
#[test]
fn the_header_of_a_stream_alone() {
    let mut message = message();
    message.recipients.push(Recipient::smtp(RecipientType::CC, "Carla Copy", "carla@example.com"));
    message.recipients.push(Recipient::smtp(RecipientType::BCC, "Bert Blind", "bert@example.com"));
    let stream = message.to_tnef(&WriteOptions::default()).unwrap();
    let made = anew(&stream, &FilterOptions::default()).unwrap();
    assert!(made.losses.is_empty() && made.outcomes[0].action == Action::Replaced, "{:?}", made.losses);
    let good = String::from_utf8(made.mail).unwrap();
    let read = ReadOptions::lenient();
    for (from, to, code) in [("Subject: Outer", "Subject: Other", LossCode::Subject), ("carla@", "clara@", LossCode::Person)] {
        let losses = Ledger::of_stream(&stream, &read, false).balance(good.replace(from, to).as_bytes()).losses;
        assert_eq!(codes(&losses), [code], "{losses:?}");
    }
    // Blind copies are to be named where that is asked for.
    assert_eq!(codes(&Ledger::of_stream(&stream, &read, true).balance(good.as_bytes()).losses), [LossCode::Person]);
}

/// Each entry of the list of what may be dropped, and that nothing more is.
#[test]
fn what_may_be_dropped() {
    let text = |text: &str| hash(&Said::of_text(text).words);
    let page = |html: &str| hash(&Said::of_html(html).words);
    let links = |html: &str| Said::of_html(html).links.len();
    for entry in DROPPED {
        assert!(!entry.why.is_empty());
        match entry.name {
            "case" => assert!(text("One \u{c9}") == text("ONE \u{e9}") && text("one") != text("ones")),
            "punctuation" => assert!(text("one, \u{201c}two\u{201d} ---") == text("one \"two\"") && text("a1") != text("a2")),
            "white-space" => {
                assert!(text("one\r\n two\u{a0}three") == text("one two three") && text("one two") != text("onetwo"));
                assert_eq!(text("\u{65e5}\u{672c}\n\u{8a9e}"), text("\u{65e5}\u{672c}\u{8a9e}"));
            }
            "invisible-characters" => assert_eq!(text("in\u{ad}visi\u{200b}ble\u{feff}"), text("invisible")),
            "markup" => {
                assert!(page("<p class=x>one <i>two</i></p>") == text("one two") && page("<p>one<p>two") != text("onetwo"))
            }
            "hidden-elements" => {
                let hidden = "<title>a</title><style>b</style><script>c</script><xml>d</xml>one";
                assert!(page(hidden) == text("one") && page("<h1>a</h1>one") != text("one"));
            }
            "comments" => assert!(page("<!-- a --><!--[if mso]>b<![endif]-->one<![if !x]> two<![endif]>") == text("one two")),
            "list-labels" => assert!(text("1. one\nb) two") == text("one two") && text("No. one") != text("one")),
            "internal-links" => {
                let html = "<img src='cid:a'><a href='#b'>x</a><img src='data:image/png;base64,AA'>";
                assert!(links(html) == 0 && links("<img src='http://x.org/'>") == 1);
            }
            "body-fields" => {
                let is = super::dropped::is_body_field;
                assert!(is(b"Content-Type") && is(b"MIME-Version") && !is(b"Content-Language") && !is(b"Subject"));
            }
            "repeated-attributes" => {
                // attSubject beside PidTagSubject; the title of a file beside its name.
                let mut message = Message::new("IPM.Note");
                message.properties.set(tags::SUBJECT, "One");
                let stream = message.to_tnef(&WriteOptions::default()).unwrap();
                let made = b"Subject: One\n\n\n";
                assert!(Ledger::of_stream(&stream, &ReadOptions::lenient(), false).balance(made).losses.is_empty());
            }
            "outer-header" => {
                let mut message = Message::new("IPM.Note");
                message.properties.set(tags::SUBJECT, "Another subject");
                message.properties.set(tags::BODY, "body");
                made(&mail(&message.to_tnef(&WriteOptions::default()).unwrap()));
                // An appointment to which nobody was invited, sent to somebody.
                let mut message = Message::new("IPM.Appointment");
                message.properties.set(tags::SUBJECT, "Dentist");
                message.recipients.push(Recipient::smtp(RecipientType::TO, "Joe", "joe@example.net"));
                let mail = mail(&message.to_tnef(&WriteOptions::default()).unwrap());
                assert_eq!(filter(mail.as_bytes(), &FilterOptions::default()).losses, []);
            }
            "other-addresses" => {
                let mut message = Message::new("IPM.Note");
                let mut row = Recipient::one_off(RecipientType::TO, "Jane", "EX", "/o=org/cn=jane");
                row.properties.set(tags::SMTP_ADDRESS, "jane@example.org");
                message.recipients.push(row);
                let made = anew(&message.to_tnef(&WriteOptions::default()).unwrap(), &FilterOptions::default()).unwrap();
                assert!(made.losses.is_empty() && String::from_utf8(made.mail).unwrap().contains("jane@example.org"));
                // An address of the directory alone, beside the header that the mail was received with.
                let mut message = Message::new("IPM.Note");
                let header = "From: Jane <jane@example.org>\r\nTo: Kim <kim@example.org>\r\n\r\n";
                message.properties.set(tags::TRANSPORT_MESSAGE_HEADERS, header);
                message.properties.set(tags::SENDER_NAME, "Jane");
                message.properties.set(tags::SENDER_ADDRESS_TYPE, "EX");
                message.properties.set(tags::SENDER_EMAIL_ADDRESS, "/o=org/cn=jane");
                message.recipients.push(Recipient::one_off(RecipientType::TO, "Kim", "EX", "/o=org/cn=kim"));
                let stream = message.to_tnef(&WriteOptions::default()).unwrap();
                let losses =
                    |made: &str| Ledger::of_stream(&stream, &ReadOptions::lenient(), false).balance(made.as_bytes()).losses;
                assert!(losses(&format!("{header}\r\n")).is_empty(), "{:?}", losses(header));
                for (from, to) in [("jane@", "joe@"), ("kim@", "joe@"), ("Kim", "Jo"), ("Jane", "Jo")] {
                    assert_eq!(codes(&losses(&format!("{}\r\n", header.replace(from, to)))), [LossCode::Person], "{from}");
                }
            }
            "blind-copies" => {
                let mut message = Message::new("IPM.Note");
                message.recipients.push(Recipient::smtp(RecipientType::BCC, "Bert", "bert@example.com"));
                let stream = message.to_tnef(&WriteOptions::default()).unwrap();
                let losses = |bcc| Ledger::of_stream(&stream, &ReadOptions::lenient(), bcc).balance(b"\n").losses.len();
                assert_eq!((losses(false), losses(true)), (0, 1));
            }
            "icons" => {
                let mut message = Message::new("IPM.Note");
                let mut file = Attachment::from_bytes("a.bin", &b"data"[..]);
                file.properties.set(tags::ATTACH_RENDERING, PropValue::Binary(b"icon"[..].into()));
                message.attachments.push(file);
                made(&mail(&message.to_tnef(&WriteOptions::default()).unwrap()));
            }
            "unasked-bodies" => {
                let mail = mail(&message().to_tnef(&WriteOptions::default()).unwrap());
                let options = FilterOptions { attachments_only: true, ..FilterOptions::default() };
                let filtered = filter(mail.as_bytes(), &options);
                assert!(filtered.losses.is_empty() && filtered.outcomes[0].action == Action::Replaced, "{:?}", filtered.losses);
            }
            other => panic!("{other} has no test"),
        }
    }
}
